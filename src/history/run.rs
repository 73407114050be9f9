//! One run as it is looked back upon: its journal, and what was noted about it since.

use super::since::{Since, Undone, rolled_back};
use crate::error::Error;
use crate::event::Event;
use crate::event::fold::{Run, RunStatus, StepRun, Summary};
use crate::journal::reader::{self, End};
use crate::journal::{RunDir, Store, this_host};
use crate::runbook::{self, ActionKind};
use crate::source::Source;

/// An event of a vocabulary this version does not know: shown as it is written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Foreign {
    /// Its number in the journal.
    pub seq: u64,
    /// When, RFC 3339, UTC.
    pub at: String,
    /// Its kind, as it is written.
    pub kind: String,
    /// The record without its hash.
    pub json: String,
}

/// How many foreign events are kept whole.
const FOREIGN: usize = 200;

/// One run, looked back upon.
#[derive(Debug)]
pub struct Past {
    /// Its folder.
    pub folder: RunDir,
    /// The fold over its journal's good records, with the notes that came later.
    pub run: Run,
    /// How its journal ends.
    pub end: End,
    /// It on one line, its status as it is now: a run whose process is gone is dead.
    pub summary: Summary,
    /// Runs that undid something of it, the oldest first.
    pub undone: Vec<Undone>,
    /// The first events of another version, which changed nothing in `run`.
    pub foreign: Vec<Foreign>,
}

impl Past {
    /// A run, with what the ledger has about it since.
    ///
    /// # Errors
    /// If its journal cannot be read. One that does not verify is read up to where it does.
    pub fn load(folder: RunDir, since: Since) -> Result<Self, Error> {
        let (mut run, mut foreign) = (Run::new(), Vec::new());
        let end = reader::each(&folder, &mut |record| {
            let stamped = record.stamped();
            run.apply(&stamped);
            if stamped.event == Event::Unknown && foreign.len() < FOREIGN {
                foreign.push(Foreign {
                    seq: record.seq,
                    at: record.at.to_owned(),
                    kind: record.kind.to_owned(),
                    json: String::from_utf8_lossy(record.body).into_owned() + "}",
                });
            }
        })?;
        let summary = standing(&folder, &run, &end, &this_host());
        if run.steps().any(|step| step.title.is_empty())
            && let Some(text) = folder.runbook().ok().and_then(|bytes| String::from_utf8(bytes).ok())
        {
            let book = runbook::parse(Source::new(run.revision.path.clone(), text));
            let title = |number: usize| book.steps.get(number.checked_sub(1)?).map(|step| step.title.clone());
            run.name_steps(title);
        }
        run.notes.extend(since.notes);
        Ok(Past { folder, run, end, summary, undone: since.undone, foreign })
    }

    /// The run that undid a step: another one, or this one before it ended.
    pub fn undone_by(&self, step: &StepRun) -> Option<&str> {
        let later = self.undone.iter().rev().find(|undone| undone.steps.contains(&step.number));
        let itself = || {
            // A command that ran again after its rollback is not undone.
            let last = step.attempts.iter().rfind(|attempt| attempt.kind != "shell");
            let rollback = last.is_some_and(|last| last.kind == ActionKind::Rollback.name());
            (rollback && rolled_back(step)).then_some(&*self.run.id)
        };
        later.map(|undone| &*undone.run).or_else(itself)
    }
}

/// The run that `name` means; see [`Store::find`].
///
/// # Errors
/// If there is no such run or more than one, or its record cannot be read.
pub fn past(store: &Store, name: &str) -> Result<Past, Error> {
    let folder = store.find(name)?;
    let since = Since::of(store, folder.id())?;
    Past::load(folder, since)
}

/// A run that is not over, on one line.
pub(super) fn summary(folder: &RunDir, host: &str) -> Option<Summary> {
    let recorded = reader::load(folder).ok().filter(|recorded| recorded.end.head.records > 0)?;
    Some(standing(folder, &recorded.run, &recorded.end, host))
}

fn standing(folder: &RunDir, run: &Run, end: &End, host: &str) -> Summary {
    let mut summary = run.summary();
    if summary.run.is_empty() {
        folder.id().clone_into(&mut summary.run);
    }
    // One that was sealed in a way this version does not know is over, and not dead.
    if !end.sealed && folder.is_dead(run, host) {
        summary.status = RunStatus::Dead;
    }
    summary
}
