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
    windows(store, ledger, &entry, &mut |lines| {
        lines.into_iter().for_each(|line| each(line.number, line.at, line.said));
        Ok(())
    })
}

/// A line that was held against the chain, and what the caller made of it.
pub(crate) struct Told<'a, T> {
    /// 1-based line of the file.
    pub number: u64,
    /// When it was written.
    pub at: &'a str,
    /// Its bytes.
    pub line: &'a [u8],
    /// What the caller made of it.
    pub said: T,
}

/// Takes lines that were told.
pub(crate) type Each<'a, T> = dyn FnMut(Vec<Told<'_, T>>) -> Result<(), Error> + 'a;

/// Reads the ledger some thousand lines at a time: each line is given to `said`, on all processors,
/// and those of which that makes something to `each`, in order. What does not verify is told in
/// `ledger`, whose entries stay empty.
///
/// # Errors
/// If it cannot be read, and those of `each`.
pub(crate) fn windows<T: Send>(
    store: &Store,
    ledger: &mut Ledger,
    said: &(dyn Fn(&[u8]) -> Option<T> + Sync),
    each: &mut Each<'_, T>,
) -> Result<(), Error> {
    let wrong = |error| cannot("read", &store.root().join(FILE), &error);
    let file = match store.dir().map(|dir| dir.read(FILE)) {
        None => return Ok(()),
        Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Some(file) => file.map_err(wrong)?,
    };
    let mut input = BufReader::with_capacity(256 * 1024, file);
    let mut chain = Chain { seq: Some(1), before: vec![Link::first(Domain::Ledger, NAME)] };
    let (mut text, mut ends) = (Vec::new(), Vec::new());
    while ledger.torn == 0 {
        text.clear();
        ends.clear();
        while ends.len() < WINDOW && input.read_until(b'\n', &mut text).map_err(wrong)? > 0 {
            ends.push(text.len());
        }
        if ends.is_empty() {
            break;
        }
        each(chain.window(&text, &ends, ledger, said))?;
    }
    Ok(())
}

/// Lines that are read at a time.
const WINDOW: usize = 8192;
/// So few are not worth waking other threads for.
const ALONE: usize = 512;

/// What can be found out about a line without those before it.
struct Alone<T> {
    /// The hash it states.
    stated: Option<Link>,
    /// Whether that follows from the hash that the line before it states.
    follows: bool,
    said: Option<T>,
}

/// Follows the chain across lines that do not verify, so that one change is one finding.
struct Chain {
    /// The number the next line has; any, after a line that has none.
    seq: Option<u64>,
    /// What the next line may follow. After a bad line that is both the hash it has and the one it
    /// states; nothing, and so anything, if it states none.
    before: Vec<Link>,
}

impl Chain {
    /// Takes lines in, and gives those of which `said` makes something.
    fn window<'a, T: Send>(
        &mut self,
        text: &'a [u8],
        ends: &[usize],
        ledger: &mut Ledger,
        said: &(dyn Fn(&[u8]) -> Option<T> + Sync),
    ) -> Vec<Told<'a, T>> {
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let mut lines: Vec<&'a [u8]> = starts.zip(ends).map(|(start, end)| &text[start..end - 1]).collect();
        if text.last() != Some(&b'\n') {
            // It is being written, or was cut short.
            ledger.torn = lines.pop().map_or(0, |line| line.len() as u64 + 1);
        }
        let alone = |n: usize| {
            let stated = |n: usize| record::split(lines[n]);
            let (before, own) = (n.checked_sub(1).and_then(stated), stated(n));
            let follows = before
                .zip(own)
                .is_some_and(|((_, before), (body, stated))| before.next(Domain::Ledger, body) == stated);
            Alone { stated: own.map(|(_, stated)| stated), follows, said: said(lines[n]) }
        };
        let found: Vec<Alone<T>> = if lines.len() < ALONE {
            (0..lines.len()).map(alone).collect()
        } else {
            (0..lines.len()).into_par_iter().map(alone).collect()
        };
        let mut told = Vec::with_capacity(lines.len());
        for (&line, alone) in lines.iter().zip(found) {
            ledger.lines += 1;
            let header = header(line);
            if let Err(what) = self.next(line, header.as_ref(), alone.stated, alone.follows) {
                ledger.troubles.push(Trouble { line: ledger.lines, what });
            }
            if let (Some(header), Some(said)) = (header, alone.said) {
                told.push(Told { number: ledger.lines, at: header.at, line, said });
            }
        }
        told
    }

    /// One more line. `follows` says for sure that it follows from what the line before states; else
    /// that is to be found out.
    fn next(
        &mut self,
        line: &[u8],
        header: Option<&Header<'_>>,
        stated: Option<Link>,
        follows: bool,
    ) -> Result<(), String> {
        let expected = std::mem::replace(&mut self.seq, header.map(|header| header.seq + 1));
        let Some(stated) = stated else {
            self.before.clear();
            return Err("is not a record that ends with its hash".into());
        };
        let from = |before: &Link| record::split(line).map(|(body, _)| before.next(Domain::Ledger, body));
        let follows =
            follows || self.before.is_empty() || self.before.iter().any(|b| from(b) == Some(stated));
        let computed = if follows { None } else { self.before.first().and_then(from) };
        self.before.clear();
        self.before.push(stated);
        self.before.extend(computed);
        let Some(Header { seq, .. }) = header else {
            return Err("does not begin as a record of the ledger".into());
        };
        match expected {
            Some(expected) if *seq > expected => {
                Err(format!("is number {seq} where {expected} belongs: a line before it was removed"))
            }
            Some(expected) if *seq < expected => {
                Err(format!("is number {seq} where {expected} belongs: a line was added or moved"))
            }
            _ if follows => Ok(()),
            _ => Err("was changed, or the line before it was: its hash does not match".into()),
        }
    }
}
