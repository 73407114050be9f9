//! What became of a run after its journal was closed: notes, and runs that undid what it did. Both
//! stand in the ledger, after the line that opens the run.

use std::collections::HashMap;

use super::undone_whole;
use crate::error::Error;
use crate::event::fold::{Remark, RunStatus, StepRun, Summary, When};
use crate::journal::ledger::{self, Entry};
use crate::journal::{Store, reader};
use crate::runbook::ActionKind;

/// What was said and done about a run later on.
#[derive(Debug, Clone, Default)]
pub struct Since {
    /// Notes, the oldest first.
    pub notes: Vec<Remark>,
    /// Runs that undid something of it, the oldest first.
    pub undone: Vec<Undone>,
}

/// A run that undid something of another one.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Undone {
    /// Its id.
    pub run: String,
    /// When it began, RFC 3339, UTC.
    pub at: String,
    /// Who.
    pub by: String,
    /// How it stands.
    pub status: RunStatus,
    /// Whether all was undone that could be.
    pub all: bool,
    /// Numbers of the steps a rollback of which succeeded.
    pub steps: Vec<usize>,
    /// How many rollbacks succeeded.
    pub done: usize,
    /// How many there were to run.
    pub total: usize,
}

impl Since {
    /// Of one run: the ledger is read from its end to the line that opens the run.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn of(store: &Store, id: &str) -> Result<Self, Error> {
        let needle = memchr::memmem::Finder::new(id.as_bytes());
        let mut lines = ledger::Backwards::new(store)?;
        let mut since = Since::default();
        while let Some(line) = lines.next_line()? {
            match needle.find(line).and_then(|_| ledger::line(line)) {
                Some((at, Entry::Noted { run, by, text })) if run == id => {
                    since.notes.push(remark(at, by, text))
                }
                Some((_, Entry::Sealed(closed) | Entry::Paused(closed))) => {
                    since.undone(store, id, closed.summary)
                }
                // Nothing about a run stands before the line that opens it.
                Some((_, Entry::Opened { run, .. })) if run == id => break,
                _ => {}
            }
        }
        since.notes.reverse();
        since.undone.reverse();
        Ok(since)
    }

    /// Takes a run in that was sealed or paused, if it undoes this one; its last word counts.
    fn undone(&mut self, store: &Store, id: &str, summary: Summary) {
        let known = self.undone.iter().any(|undone| undone.run == summary.run);
        if summary.undoes.as_deref() == Some(id) && !known {
            self.undone.extend(Undone::read(store, summary));
        }
    }
}

impl Undone {
    /// None if the record of the run that undid something is not there any more: what cannot be read
    /// cannot be told.
    fn read(store: &Store, summary: Summary) -> Option<Self> {
        let folder = store.run(&summary.run).ok().flatten()?;
        let run = reader::load(&folder).ok()?.run;
        let steps = run.steps().filter(|step| rolled_back(step)).map(|step| step.number).collect();
        let all = undone_whole(std::slice::from_ref(&summary)) == Some(true);
        Some(Undone {
            run: summary.run,
            at: summary.started,
            by: summary.operator,
            status: summary.status,
            all,
            steps,
            done: summary.steps_done,
            total: summary.steps_total,
        })
    }
}

/// Whether a rollback of the step succeeded.
pub(super) fn rolled_back(step: &StepRun) -> bool {
    step.attempts.iter().any(|attempt| attempt.kind == ActionKind::Rollback.name() && attempt.ok)
}

/// Of all runs, for who reads all of them.
#[derive(Debug, Default)]
pub struct AllSince(HashMap<String, Since>);

impl AllSince {
    /// Reads the whole ledger.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn read(store: &Store) -> Result<Self, Error> {
        let noted = memchr::memmem::Finder::new(b"\"event\":\"noted\"");
        let undoes = memchr::memmem::Finder::new(b"\"undoes\":\"");
        let mut lines = ledger::Backwards::new(store)?;
        let mut all: HashMap<String, Since> = HashMap::new();
        while let Some(line) = lines.next_line()? {
            if noted.find(line).is_none() && undoes.find(line).is_none() {
                continue;
            }
            match ledger::line(line) {
                Some((at, Entry::Noted { run, by, text })) => {
                    all.entry(run).or_default().notes.push(remark(at, by, text));
                }
                Some((_, Entry::Sealed(closed) | Entry::Paused(closed))) => {
                    if let Some(of) = closed.summary.undoes.clone() {
                        all.entry(of.clone()).or_default().undone(store, &of, closed.summary);
                    }
                }
                _ => {}
            }
        }
        for since in all.values_mut() {
            since.notes.reverse();
            since.undone.reverse();
        }
        Ok(AllSince(all))
    }

    /// What there is about a run.
    pub fn of(&self, id: &str) -> Since {
        self.0.get(id).cloned().unwrap_or_default()
    }
}

fn remark(at: String, by: String, text: String) -> Remark {
    Remark { when: When { seq: 0, at, mono_ms: 0 }, text, by: Some(by) }
}
