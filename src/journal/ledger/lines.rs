//! Reading the ledger from its beginning, and telling which lines do not verify.

use std::io::{self, BufRead, BufReader};

use rayon::prelude::*;

use super::{Checkpoint, Closed, Entry, FILE, NAME};
use crate::error::Error;
use crate::journal::record::{self, Domain, Link};
use crate::journal::store::{Store, cannot};

/// A line that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// 1-based line of the file.
    pub number: u64,
    /// When it was written, RFC 3339, UTC.
    pub at: String,
    /// What it says.
    pub entry: Entry,
}

/// A line that does not verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// 1-based line of the file.
    pub line: u64,
    /// What is wrong with it, as a sentence without a subject's full stop.
    pub what: String,
}

/// The whole ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Its lines, those that do not verify included where they can be read.
    pub entries: Vec<Line>,
    /// Lines that do not verify.
    pub troubles: Vec<Trouble>,
    /// How many lines there are.
    pub lines: u64,
    /// Bytes of a last line that a crash cut short.
    pub torn: u64,
}

/// Where a line begins: what is the same in every line.
pub(crate) struct Header<'a> {
    pub seq: u64,
    pub at: &'a str,
    /// Where `"event":` stands.
    pub event: usize,
}

/// Takes `{"seq":N,"at":"...",` apart.
pub(crate) fn header(line: &[u8]) -> Option<Header<'_>> {
    let rest = line.strip_prefix(b"{\"seq\":")?;
    let (seq, rest) = number(rest).filter(|(seq, _)| *seq < u64::MAX)?;
    let (at, rest) = word(rest.strip_prefix(b",\"at\":\"")?)?;
    let event = line.len() - rest.strip_prefix(b",")?.len();
    Some(Header { seq, at, event })
}

/// What a line says; [`Entry::Unknown`] for what this version does not know. None if it has not the
/// form of a line. Nothing is verified.
pub(crate) fn entry(line: &[u8]) -> Option<Entry> {
    let (body, _) = record::split(line)?;
    let event = &body[header(body)?.event..];
    let object = [b"{", event, b"}"].concat();
    let known = event.strip_prefix(b"\"event\":\"").and_then(word).and_then(|(kind, _)| known(kind, &object));
    Some(known.or_else(|| serde_json::from_slice(&object).ok()).unwrap_or(Entry::Unknown))
}

/// The entries a long ledger is full of, read without the detour that an enum with its tag among its
/// fields takes. None says only that it has to be read that way.
fn known(kind: &str, object: &[u8]) -> Option<Entry> {
    #[derive(serde::Deserialize)]
    struct Named {
        run: String,
        records: u64,
        head: String,
    }
    let named = || {
        let Named { run, records, head } = serde_json::from_slice(object).ok()?;
        Some((run, Checkpoint { records, head }))
    };
    let closed = || {
        let summary = serde_json::from_slice(object).ok()?;
        Some(Box::new(Closed { summary, at: serde_json::from_slice(object).ok()? }))
    };
    match kind {
        "opened" => named().map(|(run, at)| Entry::Opened { run, at }),
        "resumed" => named().map(|(run, at)| Entry::Resumed { run, at }),
        "sealed" => closed().map(Entry::Sealed),
        "paused" => closed().map(Entry::Paused),
        _ => None,
    }
}

/// A decimal number without superfluous zeros, and what follows.
pub(crate) fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let digits = bytes.iter().take_while(|c| c.is_ascii_digit()).count();
    let (number, rest) = bytes.split_at(digits);
    if number.len() > 1 && number[0] == b'0' {
        return None;
    }
    Some((std::str::from_utf8(number).ok()?.parse().ok()?, rest))
}

/// A string without escapes up to its closing quote, and what follows.
pub(crate) fn word(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = memchr::memchr(b'"', bytes)?;
    let word = std::str::from_utf8(&bytes[..end]).ok().filter(|word| !word.contains('\\'))?;
    Some((word, &bytes[end + 1..]))
}

/// Reads the whole ledger; one that is not there is empty.
///
/// # Errors
/// If it cannot be read.
pub fn read(store: &Store) -> Result<Ledger, Error> {
    let mut ledger = Ledger::default();
    let mut entries = Vec::new();
    scan(store, &mut ledger, &mut |number, at, entry| {
        entries.push(Line { number, at: at.to_owned(), entry });
    })?;
    ledger.entries = entries;
    Ok(ledger)
}

/// Reads the ledger a line at a time, with its number and time; what does not verify is told in
/// `ledger`, whose entries stay empty.
///
/// # Errors
/// If it cannot be read.
pub fn scan(store: &Store, ledger: &mut Ledger, each: &mut dyn FnMut(u64, &str, Entry)) -> Result<(), Error> {
    let file = match store.dir().map(|dir| dir.read(FILE)) {
        None => return Ok(()),
        Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Some(file) => file.map_err(|error| cannot("read", &store.root().join(FILE), &error))?,
    };
    verify_lines(BufReader::with_capacity(256 * 1024, file), ledger, each)
        .map_err(|error| cannot("read", &store.root().join(FILE), &error))
}

fn verify_lines(
    mut input: impl BufRead,
    ledger: &mut Ledger,
    each: &mut dyn FnMut(u64, &str, Entry),
) -> io::Result<()> {
    let mut chain = Chain { seq: Some(1), before: vec![Link::first(Domain::Ledger, NAME)] };
    let mut text = Vec::new();
    let mut ends = Vec::new();
    loop {
        text.clear();
        ends.clear();
        while ends.len() < BATCH && input.read_until(b'\n', &mut text)? > 0 {
            ends.push(text.len());
        }
        if ends.is_empty() {
            return Ok(());
        }
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let lines: Vec<&[u8]> = starts.zip(&ends).map(|(start, end)| &text[start..*end]).collect();
        // What a line says is for each to be found out alone; the chain is one.
        let said = |line: &&[u8]| line.strip_suffix(b"\n").and_then(entry);
        let entries: Vec<Option<Entry>> = if lines.len() < ALONE {
            lines.iter().map(said).collect()
        } else {
            lines.par_iter().map(said).collect()
        };
        for (line, entry) in lines.into_iter().zip(entries) {
            let Some(line) = line.strip_suffix(b"\n") else {
                ledger.torn = line.len() as u64;
                return Ok(());
            };
            ledger.lines += 1;
            let number = ledger.lines;
            if let Err(what) = chain.next(line) {
                ledger.troubles.push(Trouble { line: number, what });
            }
            if let (Some(header), Some(entry)) = (header(line), entry) {
                each(number, header.at, entry);
            }
        }
    }
}

/// Lines that are read at a time.
const BATCH: usize = 8192;
/// So few are not worth waking other threads for.
const ALONE: usize = 512;

/// Follows the chain across lines that do not verify, so that one change is one finding.
struct Chain {
    /// The number the next line has; any, after a line that has none.
    seq: Option<u64>,
    /// What the next line may follow. After a bad line that is both the hash it has and the one it
    /// states; nothing, and so anything, if it states none.
    before: Vec<Link>,
}

impl Chain {
    fn next(&mut self, line: &[u8]) -> Result<(), String> {
        let expected = self.seq;
        let header = header(line);
        self.seq = header.as_ref().map(|header| header.seq + 1);
        let Some((body, stated)) = record::split(line) else {
            self.before.clear();
            return Err("is not a record that ends with its hash".into());
        };
        let follows =
            self.before.is_empty() || self.before.iter().any(|b| b.next(Domain::Ledger, body) == stated);
        let computed = self.before.first().map(|before| before.next(Domain::Ledger, body));
        self.before = vec![stated];
        if !follows {
            self.before.extend(computed);
        }
        let Some(Header { seq, .. }) = header else {
            return Err("does not begin as a record of the ledger".into());
        };
        match expected {
            Some(expected) if seq > expected => {
                Err(format!("is number {seq} where {expected} belongs: a line before it was removed"))
            }
            Some(expected) if seq < expected => {
                Err(format!("is number {seq} where {expected} belongs: a line was added or moved"))
            }
            _ if follows => Ok(()),
            _ => Err("was changed, or the line before it was: its hash does not match".into()),
        }
    }
}
