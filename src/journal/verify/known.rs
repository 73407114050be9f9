//! What the ledger says of each run.

use std::collections::{HashMap, HashSet};

use super::Problem;
use crate::error::Error;
use crate::event::fold::Summary;
use crate::journal::Link;
use crate::journal::id::RunId;
use crate::journal::ledger::{self, Checkpoint, Entry};
use crate::journal::store::Store;

/// What the ledger says of one run.
#[derive(Debug, Default, Clone)]
pub(super) struct Known {
    /// The line that names it first.
    pub first_line: u64,
    /// How far its journal went, in the order of the lines that say so.
    pub checkpoints: Vec<Mark>,
    /// The last pause or seal.
    pub closed: Option<Closed>,
    /// The line of its tombstone.
    pub pruned: Option<u64>,
}

/// How far a journal went when a line was written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub line: u64,
    pub records: u64,
    /// None of what no record can have.
    pub head: Option<Link>,
}

impl Mark {
    fn new(line: u64, at: &Checkpoint) -> Self {
        Mark { line, records: at.records, head: Link::parse(at.head.as_bytes()) }
    }
}

/// A pause or seal.
#[derive(Debug, Clone)]
pub(super) struct Closed {
    pub line: u64,
    pub records: u64,
    pub sealed: bool,
    pub summary: Summary,
}

/// Some runs of the ledger, and what is wrong with the ledger itself.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub runs: HashMap<String, Known>,
    pub lines: u64,
    pub problems: Vec<Problem>,
    pub remarks: Vec<String>,
}

impl Ledger {
    /// Reads all of the ledger, and keeps what it says of the runs `wanted`.
    pub fn read(store: &Store, wanted: &HashSet<&str>) -> Result<Self, Error> {
        let mut read = ledger::Ledger::default();
        let mut runs: HashMap<String, Known> = HashMap::new();
        let mut unopened = Vec::new();
        // All runs that were named so far, and names that no run can have.
        let (mut heard, mut odd) = (HashSet::new(), HashSet::new());
        ledger::scan(store, &mut read, &mut |line, _, entry| {
            let Some(run) = entry.run() else { return };
            let first = match RunId::parse(run.as_bytes()) {
                Some(id) => heard.insert(id),
                None => !odd.contains(run) && odd.insert(run.to_owned()),
            };
            if first && !matches!(entry, Entry::Opened { .. }) {
                unopened.push((line, run.to_owned()));
            }
            if wanted.contains(run) {
                runs.entry(run.to_owned()).or_default().take(line, entry);
            }
        })?;
        Ok(Ledger::told(read, unopened, runs))
    }

    /// What the reading of the ledger came to; `unopened` are lines that tell of a run no line before
    /// opens.
    pub fn told(read: ledger::Ledger, unopened: Vec<(u64, String)>, runs: HashMap<String, Known>) -> Self {
        let problem = |line, what| Problem { file: ledger::FILE.into(), line: Some(line), what };
        let mut problems: Vec<Problem> =
            read.troubles.into_iter().map(|found| problem(found.line, found.what)).collect();
        for (line, run) in unopened {
            problems.push(problem(line, format!("tells of run {run}, which no line before it opens")));
        }
        problems.sort_by_key(|problem| problem.line);
        let mut remarks = Vec::new();
        if read.torn > 0 {
            remarks.push(format!(
                "{}: the last {} bytes are no whole line: a crash cut it short, or it is being written",
                ledger::FILE,
                read.torn
            ));
        }
        Ledger { runs, lines: read.lines, problems, remarks }
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

    pub fn take(&mut self, line: u64, entry: Entry) {
        if self.first_line == 0 {
            self.first_line = line;
        }
        if !matches!(entry, Entry::Pruned { .. })
            && let Some(at) = entry.checkpoint()
        {
            self.checkpoints.push(Mark::new(line, at));
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
