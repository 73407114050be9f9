//! What a team's `midwatch.toml` asks of every run: found in the runbook's folder or above.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::duration;
use crate::error::Error;
use crate::event::{Event, Mode};
use crate::journal::Group;
use crate::lint::config;

/// The file's name.
const FILE: &str = "midwatch.toml";

/// What of the file concerns runs; the rest is the linter's.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Policy {
    policy: Rules,
    ship: Ship,
    state: State,
    #[serde(skip)]
    path: PathBuf,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Rules {
    require_ticket: bool,
    require_committed: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Ship {
    command: Option<String>,
    deadline: Option<String>,
}

/// Who gets each sealed run, and how long one try may take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipping {
    /// Given to the shell.
    pub command: String,
    /// Then it is ended with all that it started.
    pub deadline: Duration,
}

/// One try of shipping may take so long unless said.
const DEADLINE: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct State {
    group: Option<String>,
}

impl Policy {
    /// The policy of the current folder.
    ///
    /// # Errors
    /// Those of [`Policy::of`].
    pub fn here() -> Result<Self, Error> {
        Policy::of("-")
    }

    /// The policy for the runbook `file`; of standard input that of the current folder. Nothing is
    /// asked where there is no file.
    ///
    /// # Errors
    /// If the file is there and cannot be understood: what it asks must not be passed over.
    pub fn of(file: &str) -> Result<Self, Error> {
        let start = if file == "-" { PathBuf::from(".") } else { Path::new(file).to_owned() };
        let Ok(start) = start.canonicalize() else { return Ok(Policy::default()) };
        let Some(path) = start.ancestors().map(|folder| folder.join(FILE)).find(|path| path.is_file()) else {
            return Ok(Policy::default());
        };
        let wrong = |why: String| Error::refused(format!("{}: {why}", path.display()));
        let text = std::fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
        let policy: Policy = toml::from_str(&text).map_err(|error| wrong(error.message().to_owned()))?;
        // A rule with a slip of the pen in its name would be off, and nobody would know.
        config::check_names(&path, &text)?;
        if let Some(Err(why)) = policy.ship.deadline.as_deref().map(duration::parse) {
            return Err(wrong(format!("`deadline` of [ship]: {why}")));
        }
        Ok(Policy { path, ..policy })
    }

    /// Who shares the record.
    ///
    /// # Errors
    /// If there is no such group, or the operator is not in it.
    pub fn group(&self) -> Result<Option<Group>, Error> {
        self.state.group.as_deref().map(Group::named).transpose()
    }

    /// Whether root or this user wrote it.
    pub fn is_own(&self) -> bool {
        let me = rustix::process::geteuid().as_raw();
        self.path.symlink_metadata().is_ok_and(|meta| meta.uid() == me || meta.uid() == 0)
    }

    /// Who gets each sealed run as a tar on standard input.
    pub fn ship(&self) -> Option<Shipping> {
        let command = self.ship.command.clone().filter(|command| !command.trim().is_empty())?;
        let deadline = self.ship.deadline.as_deref().and_then(|text| duration::parse(text).ok());
        Some(Shipping { command, deadline: deadline.unwrap_or(DEADLINE) })
    }

    /// What is worth a warning in the record of a run that begins with `opened`. A tabletop, where
    /// nothing runs, needs no leave.
    ///
    /// # Errors
    /// If the policy does not allow it.
    pub fn check(&self, opened: &Event) -> Result<Vec<String>, Error> {
        let Event::Opened { runbook, ticket, mode, .. } = opened else { return Ok(Vec::new()) };
        if *mode == Mode::Tabletop {
            return Ok(Vec::new());
        }
        let refuse = |why: &str, help: &str| {
            Err(Error::refused(format!("{why}, and {} requires it", self.path.display())).help(help))
        };
        if self.policy.require_ticket && *mode == Mode::Live && ticket.is_none() {
            return refuse("no ticket is given", "--ticket ID");
        }
        let uncommitted = match (&runbook.commit, runbook.dirty) {
            (Some(commit), true) => format!("the runbook differs from commit {}", short(commit)),
            (None, true) => "the runbook is not committed".to_owned(),
            (None, false) if self.policy.require_committed => "the runbook is in no repository".to_owned(),
            _ => return Ok(Vec::new()),
        };
        if self.policy.require_committed {
            return refuse(&format!("{uncommitted}: it is not committed"), "commit it, or --tabletop");
        }
        Ok(vec![uncommitted])
    }
}

fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}
