//! Going through a long ledger fast, from its end: many lines at a time, on all processors.

use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use rayon::prelude::*;

use super::FILE;
use crate::error::Error;
use crate::journal::store::{Store, cannot};

/// The first read: enough for a page of runs, without waking other threads.
const FIRST: u64 = 64 * 1024;
/// Later ones, each on a processor of its own: small enough to stay in its cache.
const BLOCK: u64 = 256 * 1024;
/// How many of them at a time.
const BATCH: usize = 64;
/// Longer than most lines: read behind a block's end to have its last line whole.
const OVERLAP: u64 = 2048;

thread_local! {
    /// One for each thread and all blocks: making a new one costs more than filling it.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A run's id as it stands in a line.
pub type Id = [u8; 36];

/// A line about a run, and what the caller made of it.
pub struct Mark<T> {
    /// The run.
    pub id: Id,
    /// What the caller made of the line.
    pub what: T,
}

/// Given the kind of a line and its bytes, what a caller makes of it, if anything.
pub type Look<'a, T> = dyn Fn(&[u8], &[u8]) -> Option<T> + Sync + 'a;

/// The ledger's lines by batches, the last ones first; nothing is verified.
pub struct Scan {
    file: Option<File>,
    path: PathBuf,
    length: u64,
    /// Lines that begin here or later were given out.
    end: u64,
}

impl Scan {
    /// Begins at the ledger's end.
    ///
    /// # Errors
    /// If it cannot be opened; one that is not there is empty.
    pub fn new(store: &Store) -> Result<Self, Error> {
        let path = store.root().join(FILE);
        let opened = match store.dir().map(|dir| dir.read(FILE)) {
            None => Ok(None),
            Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Some(file) => file.map(Some),
        };
        let opened = opened.and_then(|file| {
            let length = file.as_ref().map_or(Ok(0), |file| file.metadata().map(|meta| meta.len()))?;
            Ok((file, length))
        });
        let (file, length) = opened.map_err(|error| cannot("read", &path, &error))?;
        Ok(Scan { file, path, length, end: length })
    }

    /// The next lines towards the beginning for which `look` has something; the last one first. None when the beginning is reached.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub fn earlier<T: Send>(
        &mut self,
        look: &Look<'_, T>,
    ) -> Result<Option<impl Iterator<Item = Mark<T>> + use<T>>, Error> {
        let Some(file) = &self.file else { return Ok(None) };
        if self.end == 0 {
            return Ok(None);
        }
        let size = if self.end == self.length { FIRST } else { BLOCK };
        let count = if self.end == self.length { 1 } else { BATCH };
        let mut blocks = Vec::with_capacity(count);
        while self.end > 0 && blocks.len() < count {
            let start = self.end.saturating_sub(size);
            blocks.push((start, self.end));
            self.end = start;
        }
        let read = |buffer: &mut Vec<u8>, (start, end)| block(file, start, end, self.length, buffer, look);
        let marks: io::Result<Vec<Vec<Mark<T>>>> = match &blocks[..] {
            [one] => read(&mut Vec::new(), *one).map(|marks| vec![marks]),
            _ => {
                blocks.par_iter().map(|block| BUFFER.with_borrow_mut(|buffer| read(buffer, *block))).collect()
            }
        };
        let marks = marks.map_err(|error| cannot("read", &self.path, &error))?;
        Ok(Some(marks.into_iter().flat_map(|block| block.into_iter().rev())))
    }
}

/// The lines that begin in `start..end` of the file.
fn block<T>(
    file: &File,
    start: u64,
    end: u64,
    length: u64,
    buffer: &mut Vec<u8>,
    look: &Look<'_, T>,
) -> io::Result<Vec<Mark<T>>> {
    // One byte more, to see whether a line begins right at the start.
    let from = start.saturating_sub(1);
    let mut overlap = OVERLAP;
    let own = usize::try_from(end - from).map_err(io::Error::other)?;
    let (first, last) = loop {
        let until = end.saturating_add(overlap).min(length);
        let size = usize::try_from(until - from).map_err(io::Error::other)?;
        if buffer.len() < size {
            buffer.resize(size, 0);
        }
        let buffer = &mut buffer[..size];
        file.read_exact_at(buffer, from)?;
        let first = match start {
            0 => 0,
            _ => memchr::memchr(b'\n', buffer).map_or(buffer.len(), |at| at + 1),
        };
        // The line feed of the last line that begins before the end.
        match memchr::memchr(b'\n', &buffer[own.saturating_sub(1)..]) {
            Some(at) => break (first, own.saturating_sub(1) + at + 1),
            // The file's last line has none: it is being written, or was cut short.
            None if until == length => {
                break (first, memchr::memrchr(b'\n', buffer).map_or(0, |at| at + 1));
            }
            None => overlap = overlap.saturating_mul(8),
        }
    };
    let mut marks = Vec::new();
    let mut at = first;
    while at < last.min(buffer.len()) && at < own {
        let Some(feed) = memchr::memchr(b'\n', &buffer[at..last]) else { break };
        let line = &buffer[at..at + feed];
        at += feed + 1;
        if let Some((kind, id)) = kind_and_run(line)
            && let Some(what) = look(kind, line)
        {
            marks.push(Mark { id, what });
        }
    }
    Ok(marks)
}

/// The kind of a line and its run. This is all that is looked at in most lines of a long ledger.
fn kind_and_run(line: &[u8]) -> Option<(&[u8], Id)> {
    let rest = line.get(memchr::memchr(b',', line)?..)?.strip_prefix(b",\"at\":\"")?;
    let rest = rest.get(memchr::memchr(b'"', rest)?..)?.strip_prefix(b"\",\"event\":\"")?;
    let (kind, rest) = rest.split_at(memchr::memchr(b'"', rest)?);
    let id = rest.strip_prefix(b"\",\"run\":\"")?.first_chunk()?;
    Some((kind, *id))
}
