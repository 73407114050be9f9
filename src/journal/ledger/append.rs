//! Adding a line, next to who knows how many others who do the same.

use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::time::{Duration, Instant};

use super::{Entry, FILE, NAME};
use crate::error::Error;
use crate::event::clock::{Clock, stamp};
use crate::journal::fs::{Dir, reserve};
use crate::journal::record::{self, Domain, Link};
use crate::journal::store::{Store, cannot};

/// Space kept free behind the end, so that a full disk still takes the end of the runs that are
/// open: a line has some 600 bytes.
const ROOM: u64 = 64 * 1024;
/// Every line takes the lock for one sync.
const PATIENCE: Duration = Duration::from_secs(60);

/// Adds a line; it is durable when this returns.
///
/// Any number of processes may do it at once: the line before is read under the file's lock. What a
/// crash left of a line is set aside first, as `ledger.torn-N`.
///
/// # Errors
/// If it cannot be written; what was written of it is taken back.
pub fn append(store: &Store, clock: &dyn Clock, entry: &Entry) -> Result<(), Error> {
    let path = store.root().join(FILE);
    let Some(dir) = store.dir() else {
        return Err(cannot("write", &path, &io::ErrorKind::NotFound.into()));
    };
    write(dir, clock, entry).map_err(|error| cannot("write", &path, &error))
}

fn write(dir: &Dir, clock: &dyn Clock, entry: &Entry) -> io::Result<()> {
    let file = dir.append(FILE)?;
    lock(&file)?;
    let written = write_locked(dir, &file, clock, entry);
    // Not left to closing: what is opened twice by one process would wait for itself.
    let _ = file.unlock();
    written
}

/// Waits for its turn, but not for ever: whoever has the lock may have been stopped.
fn lock(file: &File) -> io::Result<()> {
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if began.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(2));
            }
            Err(TryLockError::WouldBlock) => {
                return Err(io::Error::other("another process has had it locked for a minute"));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

fn write_locked(dir: &Dir, file: &File, clock: &dyn Clock, entry: &Entry) -> io::Result<()> {
    let mut length = file.metadata()?.len();
    if length == 0 {
        dir.sync()?;
    }
    let last = last_line(file, length)?;
    if last.torn > 0 {
        set_aside(dir, file, length, last.torn)?;
        length -= last.torn;
    }

    let mut line = Vec::with_capacity(1024);
    write!(line, "{{\"seq\":{},\"at\":\"{}\"", last.seq + 1, stamp(clock.now()))?;
    let inner = line.len();
    serde_json::to_writer(&mut line, entry)?;
    // One object, not two: the inner brace becomes the comma, the last one belongs to the suffix.
    line[inner] = b',';
    line.pop();
    record::finish(&mut line, 0, Domain::Ledger, &last.link);

    let meta = file.metadata()?;
    if meta.blocks() * 512 < length + line.len() as u64 + ROOM / 4 {
        reserve(file, length, ROOM)?;
    }
    // Under the lock, so that nobody builds upon a line that may be taken back.
    let mut out = file;
    let written = out.write_all(&line).and_then(|()| file.sync_data());
    if written.is_err() {
        let _ = file.set_len(length);
    }
    written
}

/// What the next line follows.
struct Last {
    seq: u64,
    link: Link,
    /// Bytes at the end that are no whole line.
    torn: u64,
}

/// Reads backwards from the end until a whole line is in hand.
fn last_line(file: &File, length: u64) -> io::Result<Last> {
    let mut size: u64 = 2048;
    loop {
        size = size.min(length);
        let mut tail = vec![0; usize::try_from(size).map_err(io::Error::other)?];
        file.read_exact_at(&mut tail, length - size)?;
        let end = memchr::memrchr(b'\n', &tail).map_or(0, |at| at + 1);
        let torn = (tail.len() - end) as u64;
        let start = end.checked_sub(1).and_then(|end| memchr::memrchr(b'\n', &tail[..end])).map(|at| at + 1);
        if let Some(start) = start.or((size == length).then_some(0)) {
            return Ok(follow(&tail[start..end], torn));
        }
        size *= 4;
    }
}

fn follow(line: &[u8], torn: u64) -> Last {
    let Some(line) = line.strip_suffix(b"\n") else {
        return Last { seq: 0, link: Link::first(Domain::Ledger, NAME), torn };
    };
    // A last line that does not verify must not keep tonight's run from being recorded: it is
    // followed as it stands, and verify names it ever after.
    let seq = super::lines::header(line).map_or(0, |header| header.seq);
    let link = record::split(line).map_or_else(|| Link::first(Domain::Ledger, NAME), |(_, link)| link);
    Last { seq, link, torn }
}

/// Keeps what a crash left of a line, and takes it off the ledger.
fn set_aside(dir: &Dir, file: &File, length: u64, torn: u64) -> io::Result<()> {
    let mut tail = vec![0; usize::try_from(torn).map_err(io::Error::other)?];
    file.read_exact_at(&mut tail, length - torn)?;
    let mut n = 1u32;
    let mut aside = loop {
        match dir.create(&format!("ledger.torn-{n}")) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => n += 1,
            made => break made?,
        }
    };
    aside.write_all(&tail)?;
    aside.sync_all()?;
    dir.sync()?;
    file.set_len(length - torn)?;
    file.sync_all()
}
