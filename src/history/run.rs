//! One run as it is looked back upon: its journal, and what was noted about it since.

use std::collections::HashMap;

use crate::error::Error;
use crate::event::fold::{Remark, Run, RunStatus, Summary, When};
use crate::journal::ledger::{self, Entry};
use crate::journal::reader::{self, End, Recorded};
use crate::journal::{RunDir, Store, this_host};

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
}

impl Past {
    /// A run, with the notes of the ledger.
    ///
    /// # Errors
    /// If its journal cannot be read. One that does not verify is read up to where it does.
    pub fn load(folder: RunDir, later: Vec<Remark>) -> Result<Self, Error> {
        let Recorded { mut run, end } = reader::load(&folder)?;
        let summary = standing(&folder, &run, &this_host());
        run.notes.extend(later);
        Ok(Past { folder, run, end, summary })
    }
}

/// The run that `name` means; see [`Store::find`].
///
/// # Errors
/// If there is no such run or more than one, or its record cannot be read.
pub fn past(store: &Store, name: &str) -> Result<Past, Error> {
    let folder = store.find(name)?;
    let later = later_notes(store, folder.id())?;
    Past::load(folder, later)
}

/// A run that is not over, on one line.
pub(super) fn summary(folder: &RunDir, host: &str) -> Option<Summary> {
    let recorded = reader::load(folder).ok().filter(|recorded| recorded.end.head.records > 0)?;
    Some(standing(folder, &recorded.run, host))
}

fn standing(folder: &RunDir, run: &Run, host: &str) -> Summary {
    let mut summary = run.summary();
    if summary.run.is_empty() {
        folder.id().clone_into(&mut summary.run);
    }
    if folder.is_dead(run, host) {
        summary.status = RunStatus::Dead;
    }
    summary
}

/// Notes stand in the ledger where the journal was not the writer's to write to.
fn later_notes(store: &Store, id: &str) -> Result<Vec<Remark>, Error> {
    let needle = memchr::memmem::Finder::new(id.as_bytes());
    let mut lines = ledger::Backwards::new(store)?;
    let mut notes = Vec::new();
    while let Some(line) = lines.next_line()? {
        match needle.find(line).and_then(|_| ledger::line(line)) {
            Some((at, Entry::Noted { run, by, text })) if run == id => notes.push(remark(at, by, text)),
            // Nothing about a run stands before the line that opens it.
            Some((_, Entry::Opened { run, .. })) if run == id => break,
            _ => {}
        }
    }
    notes.reverse();
    Ok(notes)
}

/// The notes of the ledger by run.
///
/// # Errors
/// If it cannot be read.
pub fn all_later_notes(store: &Store) -> Result<HashMap<String, Vec<Remark>>, Error> {
    let needle = memchr::memmem::Finder::new(b"\"event\":\"noted\"");
    let mut lines = ledger::Backwards::new(store)?;
    let mut notes: HashMap<String, Vec<Remark>> = HashMap::new();
    while let Some(line) = lines.next_line()? {
        if let Some((at, Entry::Noted { run, by, text })) = needle.find(line).and_then(|_| ledger::line(line))
        {
            notes.entry(run).or_default().push(remark(at, by, text));
        }
    }
    notes.values_mut().for_each(|notes| notes.reverse());
    Ok(notes)
}

fn remark(at: String, by: String, text: String) -> Remark {
    Remark { when: When { seq: 0, at, mono_ms: 0 }, text, by: Some(by) }
}
