//! A command as it is proposed to a person, and where it stands.

use std::collections::BTreeMap;

/// One action of one step, by index into the runbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct At {
    /// Index into `Runbook::steps`.
    pub step: usize,
    /// Index into `Step::actions`.
    pub action: usize,
}

/// A command that is about to run, or to be asked about.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Which action.
    pub at: At,
    /// 1, 2, ... within this run.
    pub attempt: u32,
    /// What a person reads: the command with placeholder values filled in, secrets by name.
    pub shown: String,
    /// What the shell gets: references in place of placeholders.
    pub script: String,
    /// The text of the runbook, where the operator changed it.
    pub original: Option<String>,
    /// Params, captures and answers the command uses, for display; secrets masked.
    pub with: BTreeMap<String, String>,
    /// Why it cannot run as it stands: a placeholder that only an edit can fill.
    pub blocked: Option<String>,
}
