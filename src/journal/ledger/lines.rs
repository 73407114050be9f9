//! Reading the ledger from its beginning, and telling which lines do not verify.

use super::{Checkpoint, Closed, Entry, windows};
use crate::error::Error;
use crate::journal::record;
use crate::journal::store::Store;

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
    /// Where that stands.
    pub time: std::ops::Range<usize>,
    /// Where `"event":` stands.
    pub event: usize,
}

/// Takes `{"seq":N,"at":"...",` apart.
pub(crate) fn header(line: &[u8]) -> Option<Header<'_>> {
    let rest = line.strip_prefix(b"{\"seq\":")?;
    let (seq, rest) = number(rest).filter(|(seq, _)| *seq < u64::MAX)?;
    let (at, rest) = word(rest.strip_prefix(b",\"at\":\"")?)?;
    let event = line.len() - rest.strip_prefix(b",")?.len();
    let end = event - 2;
    Some(Header { seq, at, time: end - at.len()..end, event })
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
pub fn scan(
    store: &Store,
    ledger: &mut Ledger,
    each: &mut (dyn FnMut(u64, &str, Entry) + Send),
) -> Result<(), Error> {
    windows(store, ledger, &entry, &mut |text, lines| {
        for line in lines {
            each(line.number, std::str::from_utf8(&text[line.at]).unwrap_or_default(), line.said);
        }
        Ok(())
    })
}
