//! The vocabulary of a run: what engine, journal and history speak.
//!
//! An event is something that happened (or, for [`Event::Intent`], is about to). Time and
//! sequence stand on the [`Stamped`] event, never in the display.

pub mod clock;
pub mod fold;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What [`Event::Decided`] says when the operator accepts a failed line, or says of a command nobody
/// saw end that it did.
pub const ACCEPTED: &str = "accepted";
/// What [`Event::Decided`] says of a rollback that is not wanted, between its id and why.
pub const NOT_RUN: &str = " not run: ";
/// What [`Event::Decided`] begins with when a wait may take longer.
pub const MORE_TIME: &str = "more time for the check";

/// One event with when it happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stamped {
    /// 1, 2, 3, ... without gaps within one journal.
    pub seq: u64,
    /// Wall clock, UTC, RFC 3339 with milliseconds.
    pub at: String,
    /// Milliseconds of a clock that is never set, counted from this machine's start.
    pub mono_ms: u64,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// How a run is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// For real.
    #[default]
    Live,
    /// A rehearsal; commands run.
    Drill,
    /// A rehearsal; commands do not run.
    Tabletop,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// Its commands succeeded and its checks passed, or the operator said so.
    Done,
    /// The operator skipped it, with a reason.
    Skipped,
    /// Another alternative of its choice was taken.
    NotApplicable,
    /// Its `if=` was false.
    ConditionFalse,
    /// The run ended while it stood failed.
    Failed,
}

/// What a sample of a check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// True for as long as asked.
    Pass,
    /// Not yet.
    Waiting,
    /// It will not become true by waiting.
    Broken,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// All steps are settled.
    Completed,
    /// A step failed and nobody was there, or the operator ended it there.
    Failed,
    /// The operator gave it up.
    Aborted,
}

/// Who works, and where.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Operator {
    /// The real user.
    pub user: String,
    /// The effective user, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective: Option<String>,
    /// `SUDO_USER`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sudo_user: Option<String>,
    /// Host name.
    pub host: String,
    /// Boot id of the host, to tell a dead run from an open one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boot: Option<String>,
    /// Process id of midwatch.
    pub pid: u32,
    /// Terminal, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tty: Option<String>,
    /// `SSH_CONNECTION`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssh: Option<String>,
}

impl Operator {
    /// The person: who became somebody else by sudo is named by the first name.
    pub fn person(&self) -> &str {
        self.sudo_user.as_ref().unwrap_or(&self.user)
    }
}

/// Which runbook, exactly.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Revision {
    /// As it was named.
    pub path: String,
    /// Absolute path.
    pub file: String,
    /// The heading's anchor, where only a section runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    /// Its title.
    pub title: String,
    /// SHA-256 of its exact bytes.
    pub sha256: String,
    /// Git commit of the working tree, if it is in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Whether the file differs from that commit.
    #[serde(default)]
    pub dirty: bool,
}

/// One command of a block that failed although the block went on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedLine {
    /// 1-based line of the block.
    pub line: usize,
    /// Its exit status.
    pub status: i32,
    /// The command as the shell names it.
    pub command: String,
}

/// What happened. Unknown kinds are kept by the reader as [`Event::Unknown`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
// `Opened` is large and stands once in a run; boxing it would burden everybody who writes one.
#[allow(clippy::large_enum_variant)]
pub enum Event {
    /// The first event of every journal.
    Opened {
        /// Version of this vocabulary, now 1.
        format: u32,
        /// UUID v7.
        run: String,
        /// midwatch's version.
        version: String,
        /// Which runbook.
        runbook: Revision,
        /// Who, where.
        operator: Operator,
        /// Whether it is a rehearsal.
        #[serde(default)]
        mode: Mode,
        /// Without a person (`--yes`).
        #[serde(default)]
        unattended: bool,
        /// Values known at the start; secret ones are not here.
        #[serde(default)]
        params: BTreeMap<String, String>,
        /// Names of secret parameters.
        #[serde(default)]
        secrets: Vec<String>,
        /// `--ticket`
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<String>,
        /// `--tag`
        #[serde(default)]
        tags: Vec<String>,
        /// How many steps this run has.
        steps_total: usize,
        /// `--from`: the first step's number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<usize>,
        /// Working folder at the start.
        cwd: String,
        /// The sealed run whose rollbacks this run is about; `from` names the only step, if one was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        undoes: Option<String>,
    },
    /// A step is on the screen.
    StepEntered {
        /// Its number.
        step: usize,
        /// Its id.
        id: String,
        /// Its title.
        title: String,
    },
    /// A command or probe is about to start; durable before it does.
    Intent {
        /// The step's number.
        step: usize,
        /// The action's id.
        action: String,
        /// `run`, `check`, `rollback`, `shell`.
        kind: String,
        /// 1, 2, ... within the step and action.
        attempt: u32,
        /// What runs.
        command: String,
        /// What stood in the runbook, where the operator changed it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        original: Option<String>,
    },
    /// A command ended.
    Exited {
        /// The step's number.
        step: usize,
        /// The action's id.
        action: String,
        /// As in its intent.
        attempt: u32,
        /// Exit status; none if a signal ended it or it could not be started.
        exit: Option<i32>,
        /// The signal that ended it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signal: Option<i32>,
        /// Whether it counts as success.
        ok: bool,
        /// How long it took.
        duration_ms: u64,
        /// All bytes it printed, also those not kept.
        output_bytes: u64,
        /// File below the run's `output/`, if it printed anything.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<String>,
        /// SHA-256 of that file's bytes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output_sha256: Option<String>,
        /// Whether `timeout` ended it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        timed_out: bool,
        /// Lines that failed inside it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        failed_lines: Vec<FailedLine>,
        /// What it changed in the shell's state, as a sentence (`set NODE; now in /srv/app`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        changed: Option<String>,
        /// Why it could not be started, was cut short, or its state was not kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trouble: Option<String>,
    },
    /// A later step may use `$name` now.
    Captured {
        /// The step's number.
        step: usize,
        /// The action's id.
        action: String,
        /// The variable.
        name: String,
        /// Its value, secrets masked.
        value: String,
    },
    /// One try of a check.
    Sample {
        /// The step's number.
        step: usize,
        /// The action's id.
        action: String,
        /// 1, 2, ... within this wait.
        n: u32,
        /// Milliseconds since the wait began.
        t_ms: u64,
        /// The value shown, as text; none if there was none.
        value: Option<String>,
        /// What it says.
        verdict: Verdict,
        /// Why the condition could not be evaluated.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unknown: Option<String>,
        /// The probe's exit status.
        exit: Option<i32>,
        /// The end of the probe's standard error, where it matters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stderr: Option<String>,
    },
    /// A wait is over.
    Waited {
        /// The step's number.
        step: usize,
        /// The action's id.
        action: String,
        /// `pass` or `broken`.
        verdict: Verdict,
        /// In a sentence.
        why: String,
        /// How many samples.
        samples: u32,
        /// How long.
        duration_ms: u64,
    },
    /// A step is settled.
    StepEnded {
        /// Its number.
        step: usize,
        /// How.
        status: StepStatus,
        /// Why, for all but `done`; for a manual step the value read back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The operator decided something (`retry`, `back`, `go to 3`, `take alternative 2`).
    Decided {
        /// The step on the screen.
        step: usize,
        /// What.
        what: String,
        /// Step to go to, where the decision is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<usize>,
    },
    /// A value was given for a placeholder or variable.
    Answered {
        /// The step on the screen.
        step: usize,
        /// Its key.
        name: String,
        /// The value; none for a secret.
        value: Option<String>,
    },
    /// Something a person wrote.
    Note {
        /// The step on the screen, if one was.
        step: Option<usize>,
        /// What.
        text: String,
        /// Who, where it is not the operator of the run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// Something worth knowing when the record is read.
    Warned {
        /// What.
        what: String,
    },
    /// The run stopped and can be resumed.
    Paused {
        /// The step it stopped at.
        step: Option<usize>,
        /// Why.
        reason: String,
        /// The signal, if one was the reason.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signal: Option<i32>,
    },
    /// The run goes on.
    Resumed {
        /// Who, where.
        operator: Operator,
        /// midwatch's version.
        version: String,
        /// Who worked on it before, where that was somebody else: it was handed over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Operator>,
    },
    /// The last event: the run is over, nothing may follow.
    Sealed {
        /// How it ended.
        status: Ending,
        /// Why, where it did not complete.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// The answer to "what would have helped?".
        #[serde(default, skip_serializing_if = "Option::is_none")]
        helped: Option<String>,
    },
    /// Written by another version; shown and verified, never guessed at.
    #[serde(other)]
    Unknown,
}
