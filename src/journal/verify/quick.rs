//! The short way through a run that was opened, sealed and left alone, as nearly all are: its files
//! are read once, in few calls, and nothing is built of what they say.
//!
//! It knows one answer: that all is well. Where it cannot give it, [`run::check`](super::run::check)
//! looks, and has the word on what is wrong. That the two never differ is held by a test, which
//! changes runs at random and makes their chains anew.

use sha2::{Digest, Sha256};

use super::brief::Brief;
use crate::journal::fs::Dir;
use crate::journal::record::{self, Domain, Link, hex};
use crate::journal::store::{JOURNAL, OUTPUT, RUNBOOK};
use crate::journal::{Head, reader};

/// A longer file is read a piece at a time, the long way.
const LONGEST: usize = 8 * 1024 * 1024;

/// What the ledger says of a run in the only two lines it has about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    /// How far its journal went when it was opened, and when it was sealed.
    pub marks: [Head; 2],
    /// What the seal says of it, as it is written, without the braces.
    pub summary: &'a [u8],
}

/// Room to read into, for one run after another.
#[derive(Default)]
pub(super) struct Room {
    journal: Vec<u8>,
    file: Vec<u8>,
    path: String,
    summary: Vec<u8>,
}

/// How many records a run has whose chain holds, whose head and summary are those of the ledger, and
/// whose runbook and outputs are those of the journal; none if that is not so, or not to be seen here.
pub(super) fn sealed(day: &Dir, id: &str, expected: &Expected<'_>, room: &mut Room) -> Option<u64> {
    let Room { journal, file, path, summary } = room;
    let mut read = |names: &[&str], into: &mut Vec<u8>| {
        path.clear();
        path.push_str(id);
        for name in names {
            path.push('/');
            path.push_str(name);
        }
        day.read_below(path, LONGEST, into).ok()
    };
    let size = read(&[JOURNAL], journal)?;
    let (brief, records) = journal_holds(&journal[..size], id, expected, summary)?;
    let mut is = |names: &[&str], sha256: &[u8]| {
        let size = read(names, file)?;
        (hex(&Sha256::digest(&file[..size]).into()).as_bytes() == sha256).then_some(())
    };
    is(&[RUNBOOK], brief.opened.as_ref()?.sha256)?;
    for (name, sha256) in &brief.outputs {
        let name = std::str::from_utf8(name).ok()?;
        if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\']) {
            return None;
        }
        is(&[OUTPUT, name], sha256)?;
    }
    Some(records)
}

/// The journal against its chain and the ledger.
pub(super) fn journal_holds<'a>(
    journal: &'a [u8],
    id: &str,
    expected: &Expected<'_>,
    summary: &mut Vec<u8>,
) -> Option<(Brief<'a>, u64)> {
    // A byte that was never written, or none of ours.
    if journal.iter().fold(false, |odd, byte| odd | (*byte < b' ' && *byte != b'\n')) {
        return None;
    }
    std::str::from_utf8(journal).ok()?;
    let mut brief = Brief::default();
    let mut head = Head::empty(id);
    let mut met = 0;
    let mut rest = journal;
    while !rest.is_empty() {
        let (line, after) = rest.split_at(memchr::memchr(b'\n', rest)?);
        rest = &after[1..];
        let (body, stated) = record::split(line)?;
        let link: Link = head.link.next(Domain::Journal, body);
        head = Head { records: head.records + 1, link };
        let record = reader::begin(body, head)?;
        if link != stated || record.seq != head.records || brief.sealed.is_some() {
            return None;
        }
        while let Some(mark) = expected.marks.get(met).filter(|mark| mark.records <= head.records) {
            if *mark != head {
                return None;
            }
            met += 1;
        }
        brief.take(&record)?;
    }
    summary.clear();
    brief.write(summary)?;
    let [_, end] = expected.marks;
    (met == 2 && end == head && brief.names(id) && summary == expected.summary)
        .then_some((brief, head.records))
}
