//! One run: its journal against the chain and the ledger, its runbook and outputs against the
//! journal.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::fs::MetadataExt;

use sha2::{Digest, Sha256};

use super::known::Known;
use super::{Checked, Problem, Status};
use crate::event::Event;
use crate::event::fold::Run;
use crate::journal::ledger;
use crate::journal::reader::{self, End, Record, Tail};
use crate::journal::record::hex;
use crate::journal::store::{JOURNAL, OUTPUT, RUNBOOK, RunDir, plain};

/// An output the journal names.
struct Output {
    line: u64,
    file: String,
    sha256: Option<String>,
}

/// What reading the journal gives.
#[derive(Default)]
struct Seen {
    run: Run,
    outputs: Vec<Output>,
    /// Checkpoints met so far, and the first that was not as the ledger says.
    met: usize,
    differs: Option<(u64, u64)>,
}

pub(super) fn check(folder: &RunDir, known: Option<&Known>, mut verdict: Checked) -> Checked {
    let path = |name: &str| format!("{}/{name}", folder.relative());
    let journal = match folder.journal() {
        Ok(journal) => journal,
        Err(error) if error.kind() == io::ErrorKind::NotFound && known.is_none() => {
            verdict.remarks.push("it was being opened when midwatch ended; nothing ran".into());
            return verdict;
        }
        Err(error) => {
            verdict.status = Status::Tampered;
            verdict.problems.push(Problem { file: path(JOURNAL), line: None, what: plain(&error) });
            return verdict;
        }
    };
    let closed = journal.metadata().is_ok_and(|meta| meta.mode() & 0o222 == 0);
    let mut seen = Seen::default();
    let input = BufReader::with_capacity(16 * 1024, journal);
    let end = reader::read(input, folder.id(), &mut |record| seen.take(record, known));
    let end = match end {
        Ok(end) => end,
        Err(error) => {
            verdict.status = Status::Tampered;
            verdict.problems.push(Problem { file: path(JOURNAL), line: None, what: plain(&error) });
            return verdict;
        }
    };
    verdict.records = end.head.records;
    let mut problem =
        |file: String, line: Option<u64>, what: String| verdict.problems.push(Problem { file, line, what });

    if let Tail::Bad { line, why } = &end.tail {
        problem(path(JOURNAL), Some(*line), why.clone());
    }
    for (line, what) in against_ledger(&seen, &end, known, closed) {
        match line {
            Place::Journal(line) => problem(path(JOURNAL), Some(line), what),
            Place::Ledger(line) => problem(ledger::FILE.into(), line, what),
        }
    }
    if end.head.records > 0 {
        match folder.runbook().map(|bytes| Sha256::digest(bytes).into()) {
            Ok(digest) if hex(&digest) == seen.run.revision.sha256 => {}
            // Another version opened it, and which runbook it is cannot be read.
            Ok(_) if seen.run.format == 0 && seen.run.unknown > 0 => {}
            Ok(_) => problem(path(RUNBOOK), None, "is not the runbook that was run: it was changed".into()),
            Err(error) => problem(path(RUNBOOK), None, plain(&error)),
        }
    }
    for output in &seen.outputs {
        if let Err(what) = output.check(folder) {
            let what = format!("{what} (named by {JOURNAL}:{})", output.line);
            problem(path(&format!("{OUTPUT}/{}", output.file)), None, what);
        }
    }
    let torn = matches!(end.tail, Tail::Torn { .. });
    verdict.status = match () {
        () if !verdict.problems.is_empty() => Status::Tampered,
        () if torn => Status::Torn,
        () if end.sealed => Status::Sealed,
        () => Status::Open,
    };
    verdict.remarks = remarks(&end, known);
    if seen.run.unknown > 0 {
        let remark = "it has events of another version: the ledger's summary of it was not compared";
        verdict.remarks.push(remark.into());
    }
    verdict
}

impl Seen {
    fn take(&mut self, record: &Record<'_>, known: Option<&Known>) {
        // A summary needs only these; the others cost time and change nothing in it.
        let counts = matches!(
            record.kind,
            "opened" | "intent" | "exited" | "step_ended" | "paused" | "resumed" | "sealed"
        );
        if counts {
            let stamped = record.stamped();
            if let Event::Exited { output: Some(file), output_sha256, .. } = &stamped.event {
                let (file, sha256) = (file.clone(), output_sha256.clone());
                self.outputs.push(Output { line: record.seq, file, sha256 });
            }
            self.run.apply(&stamped);
        }
        let Some(known) = known else { return };
        while let Some(at) = known.checkpoints.get(self.met) {
            if at.records > record.seq {
                break;
            }
            if at.records < record.seq || at.head != Some(record.head.link) {
                self.differs.get_or_insert((at.line, record.seq));
            }
            self.met += 1;
        }
    }
}

enum Place {
    Journal(u64),
    Ledger(Option<u64>),
}

/// The journal and the ledger must agree, as far as a crash between two writes allows.
fn against_ledger(seen: &Seen, end: &End, known: Option<&Known>, closed: bool) -> Vec<(Place, String)> {
    let mut wrong = Vec::new();
    let records = end.head.records;
    let bad = matches!(end.tail, Tail::Bad { .. });
    let Some(known) = known else {
        // The ledger has a run before its second record is written.
        if records > 1 || closed {
            wrong.push((Place::Ledger(None), "has no line that opens this run: it was removed".into()));
        }
        return wrong;
    };
    if let Some((line, seq)) = seen.differs {
        let what = format!("is not the record that {}:{line} names", ledger::FILE);
        wrong.push((Place::Journal(seq), what));
    }
    if !bad && let Some(at) = known.checkpoints.get(seen.met) {
        let (line, expected) = (at.line, at.records);
        let what = format!(
            "is missing: {}:{line} says that there are {expected} records, and there are {records}",
            ledger::FILE
        );
        wrong.push((Place::Journal(records + 1), what));
    }
    if !wrong.is_empty() || bad {
        return wrong;
    }
    // A journal is made read-only once the ledger has its pause or seal.
    let entered = closed && (end.sealed || seen.run.paused().is_some());
    let close = known.closed.as_ref().filter(|close| close.records == records);
    if let Some(close) = close {
        // Of events that this version does not know it cannot tell what they add up to.
        if seen.run.unknown == 0 && seen.run.summary() != close.summary {
            let what = "does not say of this run what its journal says".to_owned();
            wrong.push((Place::Ledger(Some(close.line)), what));
        }
    } else if entered {
        let what = if end.sealed { "seals" } else { "pauses" };
        wrong.push((Place::Ledger(None), format!("had a line that {what} this run: it was removed")));
    }
    wrong
}

impl Output {
    fn check(&self, folder: &RunDir) -> Result<(), String> {
        let Some(sha256) = &self.sha256 else { return Ok(()) };
        let found = folder.open_output(&self.file).and_then(digest).map_err(|error| plain(&error))?;
        if found == *sha256 { Ok(()) } else { Err("was changed: its hash is not the recorded one".into()) }
    }
}

fn digest(mut file: File) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut buffer = [0; 32 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize().into())),
            count => hash.update(&buffer[..count]),
        }
    }
}

fn remarks(end: &End, known: Option<&Known>) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Tail::Torn { bytes, .. } = end.tail {
        remarks.push(format!("its last {bytes} bytes are no whole record; resume sets them aside"));
    }
    if end.sealed && !known.is_some_and(Known::sealed) {
        remarks.push("its seal is not in the ledger: midwatch ended before it could enter it".into());
    }
    if known.is_none() && end.head.records <= 1 {
        remarks.push("it is not in the ledger: midwatch ended while it was being opened".into());
    }
    if let Some(line) = known.and_then(|known| known.pruned) {
        remarks.push(format!("{}:{line} says that it was pruned, and it is still there", ledger::FILE));
    }
    remarks
}
