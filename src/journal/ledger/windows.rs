//! Going through the whole ledger from its beginning: some thousand lines at a time, each held against
//! the chain on whatever processor is free, and the next ones while the caller has the last in hand.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;

use rayon::prelude::*;

use super::lines::{Ledger, Trouble, header};
use super::{FILE, NAME};
use crate::error::Error;
use crate::journal::record::{self, Domain, Link};
use crate::journal::store::{Store, cannot};

/// Bytes that are read at a time.
const WINDOW: u64 = 2 * 1024 * 1024;
/// So few lines are not worth waking other threads for.
const ALONE: usize = 512;

/// A line that was held against the chain, and what the caller made of it.
#[derive(Debug)]
pub(crate) struct Told<T> {
    /// 1-based line of the file.
    pub number: u64,
    /// Where it stands in the text in hand.
    pub line: Range<usize>,
    /// Where in that the time stands at which it was written.
    pub at: Range<usize>,
    /// What the caller made of it.
    pub said: T,
}

/// Takes a text, and the lines in it that were told.
pub(crate) type Each<'a, T> = dyn FnMut(&[u8], Vec<Told<T>>) -> Result<(), Error> + Send + 'a;

/// Reads the ledger: each line is given to `said`, on all processors, and those of which that makes
/// something to `each`, in order. What does not verify is told in `ledger`, whose entries stay empty.
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
    let chain = Chain { seq: Some(1), before: vec![Link::first(Domain::Ledger, NAME)] };
    let mut reader = Reader { file, over: false, rest: Vec::new(), spare: Vec::new(), chain, ledger };
    let mut window = reader.next(said).map_err(wrong)?;
    while let Some((text, told)) = window {
        window = if reader.over {
            each(&text, told)?;
            None
        } else {
            let (next, done) = rayon::join(|| reader.next(said), || each(&text, told));
            done?;
            reader.spare = text;
            next.map_err(wrong)?
        };
    }
    Ok(())
}

/// The ledger, as far as it has been read.
struct Reader<'a> {
    file: File,
    /// Whether all of it has been.
    over: bool,
    /// The beginning of a line whose end has not been read yet.
    rest: Vec<u8>,
    /// A text that is done with: its room is used again.
    spare: Vec<u8>,
    chain: Chain,
    ledger: &'a mut Ledger,
}

/// A text of whole lines, and what was made of them.
type Window<T> = (Vec<u8>, Vec<Told<T>>);

impl Reader<'_> {
    /// The next lines; none at the end.
    fn next<T: Send>(&mut self, said: &(dyn Fn(&[u8]) -> Option<T> + Sync)) -> io::Result<Option<Window<T>>> {
        let mut text = std::mem::take(&mut self.spare);
        text.clear();
        text.append(&mut self.rest);
        text.reserve_exact(usize::try_from(WINDOW).unwrap_or_default());
        while !self.over {
            let before = text.len();
            let count = (&self.file).take(WINDOW).read_to_end(&mut text)?;
            self.over = (count as u64) < WINDOW;
            if let Some(feed) = memchr::memrchr(b'\n', &text[before..]) {
                let end = before + feed + 1;
                self.rest.extend_from_slice(&text[end..]);
                text.truncate(end);
                let told = self.chain.window(&text, self.ledger, said);
                if self.over {
                    self.ledger.torn = self.rest.len() as u64;
                }
                return Ok(Some((text, told)));
            }
        }
        // What is left has no line feed: it is being written, or was cut short.
        self.ledger.torn = self.ledger.torn.max(text.len() as u64);
        Ok(None)
    }
}

/// What can be found out about a line without those before it.
struct Alone<T> {
    /// The number it states.
    seq: Option<u64>,
    at: Range<usize>,
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
    fn window<T: Send>(
        &mut self,
        text: &[u8],
        ledger: &mut Ledger,
        said: &(dyn Fn(&[u8]) -> Option<T> + Sync),
    ) -> Vec<Told<T>> {
        let mut start = 0;
        let lines: Vec<Range<usize>> =
            memchr::memchr_iter(b'\n', text).map(|end| std::mem::replace(&mut start, end + 1)..end).collect();
        let alone = |n: usize| {
            let line = &text[lines[n].clone()];
            let before = n.checked_sub(1).and_then(|n| record::split(&text[lines[n].clone()]));
            let own = record::split(line);
            let follows = before
                .zip(own)
                .is_some_and(|((_, before), (body, stated))| before.next(Domain::Ledger, body) == stated);
            let header = header(line);
            let at = header.as_ref().map_or(0..0, |header| header.time.clone());
            let seq = header.map(|header| header.seq);
            Alone { seq, at, stated: own.map(|(_, stated)| stated), follows, said: said(line) }
        };
        let found: Vec<Alone<T>> = if lines.len() < ALONE {
            (0..lines.len()).map(alone).collect()
        } else {
            (0..lines.len()).into_par_iter().map(alone).collect()
        };
        let mut told = Vec::with_capacity(lines.len());
        for (line, alone) in lines.into_iter().zip(found) {
            ledger.lines += 1;
            let number = ledger.lines;
            if let Err(what) = self.next(&text[line.clone()], alone.seq, alone.stated, alone.follows) {
                ledger.troubles.push(Trouble { line: number, what });
            }
            if let (Some(_), Some(said)) = (alone.seq, alone.said) {
                let at = line.start + alone.at.start..line.start + alone.at.end;
                told.push(Told { number, line, at, said });
            }
        }
        told
    }

    /// One more line, with the number and the hash it states. `follows` says for sure that it follows
    /// from what the line before states; else that is to be found out.
    fn next(
        &mut self,
        line: &[u8],
        seq: Option<u64>,
        stated: Option<Link>,
        follows: bool,
    ) -> Result<(), String> {
        let expected = std::mem::replace(&mut self.seq, seq.map(|seq| seq + 1));
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
        let Some(seq) = seq else {
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
