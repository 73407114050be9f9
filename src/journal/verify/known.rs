//! What the ledger says of each run.

use std::collections::HashMap;

use super::Problem;
use crate::error::Error;
use crate::event::fold::Summary;
use crate::journal::ledger::{self, Checkpoint, Entry};
use crate::journal::store::Store;

/// What the ledger says of one run.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The line that names it first.
    pub first_line: u64,
    /// How far its journal went, with the line that says so.
    pub checkpoints: Vec<(u64, Checkpoint)>,
    /// The last pause or seal.
    pub closed: Option<Closed>,
    /// The line of its tombstone.
    pub pruned: Option<u64>,
}

/// A pause or seal.
#[derive(Debug)]
pub(super) struct Closed {
    pub line: u64,
    pub records: u64,
    pub sealed: bool,
    pub summary: Summary,
}

/// The ledger by run.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub runs: HashMap<String, Known>,
    pub lines: u64,
    pub problems: Vec<Problem>,
    pub remarks: Vec<String>,
}

impl Ledger {
    pub fn read(store: &Store) -> Result<Self, Error> {
        let mut read = ledger::Ledger::default();
        let mut by_run = Ledger::default();
        let mut unopened = Vec::new();
        ledger::scan(store, &mut read, &mut |line, _, entry| {
            let Some(run) = entry.run() else { return };
            let known = match by_run.runs.get_mut(run) {
                Some(known) => known,
                None => {
                    if !matches!(entry, Entry::Opened { .. }) {
                        unopened.push((line, run.to_owned()));
                    }
                    by_run.runs.entry(run.to_owned()).or_default()
                }
            };
            known.take(line, entry);
        })?;
        by_run.lines = read.lines;
        let problem = |line, what| Problem { file: ledger::FILE.into(), line: Some(line), what };
        by_run.problems = read.troubles.into_iter().map(|found| problem(found.line, found.what)).collect();
        for (line, run) in unopened {
            let what = format!("tells of run {run}, which no line before it opens");
            by_run.problems.push(problem(line, what));
        }
        by_run.problems.sort_by_key(|problem| problem.line);
        if read.torn > 0 {
            by_run.remarks.push(format!(
                "{}: the last {} bytes are no whole line: a crash cut it short, or it is being written",
                ledger::FILE,
                read.torn
            ));
        }
        Ok(by_run)
    }
}

impl Known {
    /// What the ledger says of one run, read from its end; none if it says nothing. The numbers of
    /// its lines are the ones they state.
    pub fn of(store: &Store, run: &str) -> Result<Option<Self>, Error> {
        let needle = memchr::memmem::Finder::new(run.as_bytes());
        let mut lines = ledger::Backwards::new(store)?;
        let mut said = Vec::new();
        while let Some(line) = lines.next_line()? {
            let about = needle.find(line).and_then(|_| ledger::numbered(line));
            if let Some((number, entry)) = about.filter(|(_, entry)| entry.run() == Some(run)) {
                let opens = matches!(entry, Entry::Opened { .. });
                said.push((number, entry));
                if opens {
                    break;
                }
            }
        }
        if said.is_empty() {
            return Ok(None);
        }
        let mut known = Known::default();
        said.into_iter().rev().for_each(|(line, entry)| known.take(line, entry));
        Ok(Some(known))
    }

    fn take(&mut self, line: u64, entry: Entry) {
        if self.first_line == 0 {
            self.first_line = line;
        }
        if !matches!(entry, Entry::Pruned { .. })
            && let Some(at) = entry.checkpoint()
        {
            self.checkpoints.push((line, at.clone()));
        }
        match entry {
            Entry::Pruned { .. } => self.pruned = Some(line),
            Entry::Sealed(closed) => self.close(line, *closed, true),
            Entry::Paused(closed) => self.close(line, *closed, false),
            Entry::Opened { .. } | Entry::Resumed { .. } | Entry::Noted { .. } | Entry::Unknown => {}
        }
    }

    fn close(&mut self, line: u64, closed: ledger::Closed, sealed: bool) {
        let (records, summary) = (closed.at.records, closed.summary);
        self.closed = Some(Closed { line, records, sealed, summary });
    }

    /// Whether the ledger says that the run is over.
    pub fn sealed(&self) -> bool {
        self.closed.as_ref().is_some_and(|closed| closed.sealed)
    }
}
