//! Holding the record against itself: every journal against its chain, the ledger against its own,
//! and each against the other.
//!
//! What this proves: nothing in the journals, the ledger, the recorded runbooks or the recorded
//! outputs was changed, removed or added *alone*. Who can write to the whole folder can make all of
//! it anew; against that only a copy or a signature somewhere else helps.

mod brief;
mod known;
mod quick;
mod raw;
mod run;
mod sweep;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use super::fs::Dir;
use super::ledger;
use super::store::{RunDir, Store, day_of, relative};
use crate::error::Error;
use known::{Known, Ledger};
pub use sweep::{Swept, sweep};

/// What the record of one run is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Its chain holds, and its head is the one the ledger has.
    Sealed,
    /// It is not over; what is there holds.
    Open,
    /// It is not over, and a crash cut its last record short.
    Torn,
    /// Something was changed, removed or added.
    Tampered,
    /// The ledger has it, and the disk does not.
    Missing,
}

impl Status {
    /// Its name, also in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Status::Sealed => "sealed",
            Status::Open => "open",
            Status::Torn => "torn",
            Status::Tampered => "tampered",
            Status::Missing => "missing",
        }
    }

    /// Whether nothing speaks against it.
    pub fn is_sound(self) -> bool {
        !matches!(self, Status::Tampered | Status::Missing)
    }
}

/// A place where something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Path below the state folder.
    pub file: String,
    /// 1-based line, if it is one.
    pub line: Option<u64>,
    /// What is wrong there: what follows `FILE:LINE: ` in a message.
    pub what: String,
}

/// The verdict on one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Its id.
    pub run: String,
    /// What its record is worth.
    pub status: Status,
    /// How many good records it has.
    pub records: u64,
    /// What is wrong, the first bad line first.
    pub problems: Vec<Problem>,
    /// What is worth knowing and not wrong.
    pub remarks: Vec<String>,
}

impl Checked {
    /// One of which there is no more to say.
    fn new(run: String, status: Status, records: u64) -> Self {
        Checked { run, status, records, problems: Vec::new(), remarks: Vec::new() }
    }
}

/// The verdict on a whole state folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// How many lines the ledger has.
    pub ledger_lines: u64,
    /// What is wrong with the ledger itself.
    pub ledger: Vec<Problem>,
    /// What is worth knowing about the ledger and not wrong.
    pub remarks: Vec<String>,
    /// Every run, on disk or in the ledger, oldest first.
    pub runs: Vec<Checked>,
}

impl Verified {
    /// Whether nothing speaks against any of it.
    pub fn is_sound(&self) -> bool {
        self.ledger.is_empty() && self.runs.iter().all(|run| run.status.is_sound())
    }
}

/// [`sweep`], with the verdict on every run in hand.
///
/// # Errors
/// As [`sweep`].
pub fn all(store: &Store) -> Result<Verified, Error> {
    let swept = sweep(store, &mut |_, _| {})?;
    let mut runs = Vec::new();
    swept.each(&mut |run| runs.push(run.clone()));
    Ok(Verified { ledger_lines: swept.ledger_lines, ledger: swept.ledger, remarks: swept.remarks, runs })
}

/// Verifies one run, by its whole id, and what the ledger says about it. `runs` of the answer has
/// one verdict, or none if neither disk nor ledger knows the run.
///
/// # Errors
/// If the ledger cannot be read.
pub fn one(store: &Store, id: &str) -> Result<Verified, Error> {
    let read = || Ledger::read(store, &HashSet::from([id]));
    let ledger = read()?;
    let day = day_of(id).map(|day| store.day(&day)).transpose()?.flatten();
    let mut checked = check(day.as_ref(), id, ledger.runs.get(id));
    if checked.as_ref().is_some_and(|run| !run.status.is_sound()) {
        // It may have begun or ended since the ledger was read.
        checked = check(day.as_ref(), id, read()?.runs.get(id));
    }
    let runs = checked.into_iter().collect();
    Ok(Verified { ledger_lines: ledger.lines, ledger: ledger.problems, remarks: ledger.remarks, runs })
}

/// Verifies one run against what the ledger's lines about it say, and not the ledger's own chain:
/// what `show` says of a run, in time that does not grow with the number of older runs.
///
/// # Errors
/// If the ledger cannot be read.
pub fn alone(store: &Store, id: &str) -> Result<Option<Checked>, Error> {
    let day = day_of(id).map(|day| store.day(&day)).transpose()?.flatten();
    let look = || Ok::<_, Error>(check(day.as_ref(), id, Known::of(store, id)?.as_ref()));
    match look()? {
        Some(checked) if !checked.status.is_sound() => look(),
        checked => Ok(checked),
    }
}

/// One run; none if there is nothing to say: it was pruned, or never was.
fn check(day: Option<&Dir>, id: &str, known: Option<&Known>) -> Option<Checked> {
    let blank = |status| Checked::new(id.to_owned(), status, 0);
    let folder = day.map_or(Ok(None), |day| RunDir::in_day(day, id));
    match (folder, known) {
        (Ok(Some(folder)), known) => Some(run::check(&folder, known, blank(Status::Open))),
        (Ok(None), Some(known)) if known.pruned.is_none() => {
            let mut missing = blank(Status::Missing);
            let what = format!("names run {id}, and {} is not there", relative(id));
            missing.problems.push(Problem { file: ledger::FILE.into(), line: Some(known.first_line), what });
            Some(missing)
        }
        (Ok(None), _) => None,
        (Err(error), _) => {
            let mut tampered = blank(Status::Tampered);
            tampered.problems.push(Problem { file: relative(id), line: None, what: error.to_string() });
            Some(tampered)
        }
    }
}
