//! Reading a journal: a record at a time, each held against the chain.
//!
//! What can be wrong with a journal is told apart by where it is. A process that was killed, or a
//! machine that lost power, leaves at most a last record without its line feed, or with bytes that
//! were never written (NUL): the journal is *torn*. A line that is whole and does not verify, one
//! that does not verify before others, and anything at all after the seal is no accident.

mod common;

use std::io::{self, BufRead, BufReader};

use super::record::{self, Domain};
use super::store::{RunDir, cannot};
use super::{Head, ledger};
use crate::error::Error;
use crate::event::fold::Run;
use crate::event::{Event, Stamped};

/// The longest line that is read; a longer one is none of ours.
const LONGEST: u64 = 256 * 1024 * 1024;

/// One record, verified.
#[derive(Debug)]
pub struct Record<'a> {
    /// 1-based line of the file, and the record's sequence number.
    pub seq: u64,
    /// When, RFC 3339, UTC.
    pub at: &'a str,
    /// Milliseconds of the clock that is never set.
    pub mono_ms: u64,
    /// The kind of event, as it is written; not all kinds need be known.
    pub kind: &'a str,
    /// The line's bytes before its hash.
    pub body: &'a [u8],
    /// The journal up to and with this record.
    pub head: Head,
    event: usize,
}

impl<'a> Record<'a> {
    /// The event as it is written, without the braces.
    pub(super) fn said(&self) -> &'a [u8] {
        &self.body[self.event..]
    }

    /// The event; one that this version does not know, or not in this form, is
    /// [`Event::Unknown`], and its bytes are in `body`.
    pub fn event(&self) -> Event {
        let mut object = Vec::with_capacity(self.body.len() - self.event + 2);
        object.push(b'{');
        object.extend_from_slice(self.said());
        object.push(b'}');
        let common = common::event(self.kind, &object);
        common.or_else(|| serde_json::from_slice(&object).ok()).unwrap_or(Event::Unknown)
    }

    /// Whether the event, of whatever version, is about run `id`.
    fn names(&self, id: &str) -> bool {
        #[derive(serde::Deserialize)]
        struct Named {
            run: String,
        }
        let object = [self.body, b"}"].concat();
        serde_json::from_slice::<Named>(&object).is_ok_and(|named| named.run == id)
    }

    /// The event with its time and number.
    pub fn stamped(&self) -> Stamped {
        Stamped { seq: self.seq, at: self.at.to_owned(), mono_ms: self.mono_ms, event: self.event() }
    }
}

/// How a journal ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tail {
    /// After a whole record.
    Whole,
    /// In the middle of a record: what follows byte `at` is `bytes` long and can be set aside.
    Torn {
        /// Where the whole records end.
        at: u64,
        /// How many bytes follow.
        bytes: u64,
    },
    /// At a line that was tampered with; nothing from there on counts.
    Bad {
        /// 1-based line.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
}

/// What reading a journal came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The last good record.
    pub head: Head,
    /// Bytes of all good records.
    pub bytes: u64,
    /// Whether the last good record seals it.
    pub sealed: bool,
    /// What follows it.
    pub tail: Tail,
}

impl End {
    /// The end of a reading of run `id` that has not begun.
    pub fn before(id: &str) -> Self {
        End { head: Head::empty(id), bytes: 0, sealed: false, tail: Tail::Whole }
    }
}

/// Reads a journal of run `id` to its end or its first bad line, giving each good record to `each`.
///
/// # Errors
/// Only those of reading.
pub fn read(input: impl BufRead, id: &str, each: &mut dyn FnMut(&Record<'_>)) -> io::Result<End> {
    read_on(input, id, End::before(id), each)
}

/// Goes on reading a journal where an earlier reading ended: `input` begins at byte `end.bytes`.
///
/// # Errors
/// Only those of reading.
pub fn read_on(
    input: impl BufRead,
    id: &str,
    end: End,
    each: &mut dyn FnMut(&Record<'_>),
) -> io::Result<End> {
    let mut input = input;
    let mut line = Vec::with_capacity(1024);
    let mut end = End { tail: Tail::Whole, ..end };
    loop {
        line.clear();
        let read = io::Read::take(&mut input, LONGEST).read_until(b'\n', &mut line)? as u64;
        if read == 0 {
            return Ok(end);
        }
        let number = end.head.records + 1;
        let whole = line.last() == Some(&b'\n');
        // A crash leaves it only at the very end.
        let torn = !whole || (memchr::memchr(0, &line).is_some() && input.fill_buf()?.is_empty());
        let bad = |why: &str| Tail::Bad { line: number, why: why.to_owned() };
        if end.sealed {
            end.tail = bad("stands after the seal");
            return Ok(end);
        }
        if torn {
            let rest = io::copy(&mut input, &mut io::sink())?;
            end.tail = Tail::Torn { at: end.bytes, bytes: read + rest };
            return Ok(end);
        }
        match good(&line[..line.len() - 1], id, &end.head) {
            Ok(record) => {
                each(&record);
                end.sealed = record.kind == "sealed";
                end.head = record.head;
                end.bytes += read;
            }
            Err(why) => {
                end.tail = bad(&why);
                return Ok(end);
            }
        }
    }
}

fn good<'a>(line: &'a [u8], id: &str, before: &Head) -> Result<Record<'a>, String> {
    let Some((body, stated)) = record::split(line) else {
        return Err("is not a record that ends with its hash".into());
    };
    let link = before.link.next(Domain::Journal, body);
    let expected = before.records + 1;
    let Some(mut record) = begin(body, Head { records: expected, link }) else {
        return Err("does not begin as a record of a journal".into());
    };
    if record.seq != expected {
        return Err(format!("is record {} where {expected} belongs", record.seq));
    }
    if link != stated {
        return Err("was changed, or the line before it was: its hash does not match".into());
    }
    if expected == 1 {
        let opens = match record.event() {
            Event::Opened { run, .. } => run == id,
            // Another version may say more, or say it otherwise; whose run it is stands in every one.
            Event::Unknown if record.kind == "opened" => record.names(id),
            _ => false,
        };
        if !opens {
            return Err("does not open this run".into());
        }
    }
    record.head.link = stated;
    Ok(record)
}

/// Takes `{"seq":N,"at":"...","mono_ms":N,"event":"..."` apart.
pub(super) fn begin(body: &[u8], head: Head) -> Option<Record<'_>> {
    use ledger::{number, word};
    let rest = body.strip_prefix(b"{\"seq\":")?;
    let (seq, rest) = number(rest)?;
    let (at, rest) = word(rest.strip_prefix(b",\"at\":\"")?)?;
    let (mono_ms, rest) = number(rest.strip_prefix(b",\"mono_ms\":")?)?;
    let rest = rest.strip_prefix(b",")?;
    let event = body.len() - rest.len();
    let (kind, _) = word(rest.strip_prefix(b"\"event\":\"")?)?;
    Some(Record { seq, at, mono_ms, kind, body, head, event })
}

/// A run as its journal tells it.
#[derive(Debug)]
pub struct Recorded {
    /// The fold over all good records.
    pub run: Run,
    /// How the journal ends.
    pub end: End,
}

/// Reads a run's journal and folds it.
///
/// # Errors
/// If there is no journal, or it cannot be read.
pub fn load(run: &RunDir) -> Result<Recorded, Error> {
    let mut fold = Run::new();
    let end = each(run, &mut |record| fold.apply(&record.stamped()))?;
    Ok(Recorded { run: fold, end })
}

/// Reads a run's journal, giving each good record to `each`.
///
/// # Errors
/// If there is no journal, or it cannot be read.
pub fn each(run: &RunDir, each: &mut dyn FnMut(&Record<'_>)) -> Result<End, Error> {
    let path = run.path().join(super::store::JOURNAL);
    let end = run.journal().and_then(|file| read(BufReader::new(file), run.id(), each));
    end.map_err(|error| cannot("read", &path, &error))
}
