//! The ledger: every run of the state folder, opened, paused, resumed and sealed, in one chain.
//!
//! Its lines carry what a query over all runs needs, so that `history` reads one file. That makes
//! no second truth: a line states the journal's head, and [`verify`](super::verify) holds what it
//! says against what the journal says.

mod append;
mod lines;
mod plain;
mod reverse;
mod scan;
mod windows;

pub use append::append;
pub use lines::{Ledger, Line, Trouble, read, scan};
pub(crate) use lines::{entry, number, word};
pub(crate) use plain::{Said, said};
pub use reverse::Backwards;
pub use scan::{Id, Mark, Scan};
pub(crate) use windows::{Told, windows};

use serde::{Deserialize, Serialize};

use super::{Head, Store};
use crate::error::Error;
use crate::event::fold::Summary;

/// The ledger's name in the state folder.
pub(crate) const FILE: &str = "ledger.jsonl";
/// The name its chain begins with.
pub(crate) const NAME: &str = "ledger";

/// How far a run's journal went when the line was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// How many records it had.
    pub records: u64,
    /// The last one's hash.
    pub head: String,
}

impl From<&Head> for Checkpoint {
    fn from(head: &Head) -> Self {
        Checkpoint { records: head.records, head: head.link.as_str().to_owned() }
    }
}

/// A run that stopped, for now or for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// The run on one line.
    #[serde(flatten)]
    pub summary: Summary,
    /// How far its journal goes.
    #[serde(flatten)]
    pub at: Checkpoint,
}

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Entry {
    /// A run began.
    Opened {
        /// Its id.
        run: String,
        /// Its journal's first record.
        #[serde(flatten)]
        at: Checkpoint,
    },
    /// A run stopped and can be resumed.
    Paused(Box<Closed>),
    /// A run goes on.
    Resumed {
        /// Its id.
        run: String,
        /// Its journal, the record of the resumption included.
        #[serde(flatten)]
        at: Checkpoint,
    },
    /// A run is over.
    Sealed(Box<Closed>),
    /// Somebody wrote something about a run that was not theirs to write to, or is over.
    Noted {
        /// The run's id.
        run: String,
        /// Who.
        by: String,
        /// What.
        text: String,
    },
    /// A run was removed, on purpose.
    Pruned {
        /// Its id.
        run: String,
        /// Who did it.
        by: String,
        /// Its journal's last record, as it was removed.
        #[serde(flatten)]
        at: Checkpoint,
    },
    /// Written by another version.
    #[serde(other)]
    Unknown,
}

impl Entry {
    /// The run it is about.
    pub fn run(&self) -> Option<&str> {
        match self {
            Entry::Opened { run, .. }
            | Entry::Resumed { run, .. }
            | Entry::Noted { run, .. }
            | Entry::Pruned { run, .. } => Some(run),
            Entry::Paused(closed) | Entry::Sealed(closed) => Some(&closed.summary.run),
            Entry::Unknown => None,
        }
    }

    /// The run it is the tombstone of.
    pub fn pruned(&self) -> Option<&str> {
        match self {
            Entry::Pruned { run, .. } => Some(run),
            _ => None,
        }
    }

    /// How far the run's journal went, if the line says so.
    pub fn checkpoint(&self) -> Option<&Checkpoint> {
        match self {
            Entry::Opened { at, .. } | Entry::Resumed { at, .. } | Entry::Pruned { at, .. } => Some(at),
            Entry::Paused(closed) | Entry::Sealed(closed) => Some(&closed.at),
            Entry::Noted { .. } | Entry::Unknown => None,
        }
    }
}

/// A line's time and what it says; none if it has not the form of a line. Nothing is verified.
pub fn line(line: &[u8]) -> Option<(String, Entry)> {
    Some((lines::header(line)?.at.to_owned(), entry(line)?))
}

/// A line's number, as it states it, and what it says.
pub(crate) fn numbered(line: &[u8]) -> Option<(u64, Entry)> {
    Some((lines::header(line)?.seq, entry(line)?))
}

/// The last thing the ledger says about how far a run's journal goes.
///
/// # Errors
/// If the ledger cannot be read.
pub(crate) fn last_checkpoint(store: &Store, run: &str) -> Result<Option<Checkpoint>, Error> {
    let needle = memchr::memmem::Finder::new(run.as_bytes());
    let mut lines = Backwards::new(store)?;
    while let Some(line) = lines.next_line()? {
        if needle.find(line).is_none() {
            continue;
        }
        let said = entry(line).filter(|entry| entry.run() == Some(run));
        if let Some(at) = said.as_ref().and_then(Entry::checkpoint) {
            return Ok(Some(at.clone()));
        }
    }
    Ok(None)
}
