//! Reading the ledger from its end, which is where the newest runs are.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use super::FILE;
use crate::error::Error;
use crate::journal::store::{Store, cannot};

/// First read: enough for a page of runs. Later reads are larger.
const FIRST: usize = 64 * 1024;
const BLOCK: usize = 1024 * 1024;

/// The ledger's whole lines, last one first, nothing verified.
#[derive(Debug)]
pub struct Backwards {
    file: Option<File>,
    path: std::path::PathBuf,
    /// Bytes of the file that are not read yet.
    left: u64,
    /// The bytes in hand; lines before `end` are not given out yet.
    buffer: Vec<u8>,
    end: usize,
    block: usize,
}

impl Backwards {
    /// Begins at the end of the ledger.
    ///
    /// # Errors
    /// If it cannot be opened; one that is not there is empty.
    pub fn new(store: &Store) -> Result<Self, Error> {
        let path = store.root().join(FILE);
        let wrong = |error: io::Error| cannot("read", &path, &error);
        let file = match store.dir().map(|dir| dir.read(FILE)) {
            None => None,
            Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => None,
            Some(file) => Some(file.map_err(wrong)?),
        };
        let left = file.as_ref().map_or(Ok(0), |file| file.metadata().map(|meta| meta.len()));
        let left = left.map_err(wrong)?;
        let mut lines = Backwards { file, path, left, buffer: Vec::new(), end: 0, block: FIRST };
        lines.fill()?;
        // What stands behind the last line feed is being written, or was cut short by a crash.
        while lines.left > 0 && memchr::memchr(b'\n', &lines.buffer).is_none() {
            lines.fill()?;
        }
        lines.end = memchr::memrchr(b'\n', &lines.buffer).map_or(0, |at| at + 1);
        Ok(lines)
    }

    /// The next line, towards the beginning, without its line feed.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn next_line(&mut self) -> Result<Option<&[u8]>, Error> {
        loop {
            if self.end == 0 {
                if self.left == 0 {
                    return Ok(None);
                }
                self.fill()?;
                continue;
            }
            let line = self.end - 1;
            match memchr::memrchr(b'\n', &self.buffer[..line]) {
                Some(at) => {
                    self.end = at + 1;
                    return Ok(Some(&self.buffer[at + 1..line]));
                }
                None if self.left == 0 => {
                    self.end = 0;
                    return Ok(Some(&self.buffer[..line]));
                }
                None => self.fill()?,
            }
        }
    }

    /// Reads the block before what is in hand, and keeps what is not given out of that.
    fn fill(&mut self) -> Result<(), Error> {
        let Some(file) = &self.file else { return Ok(()) };
        let size = usize::try_from(self.left).unwrap_or(usize::MAX).min(self.block.max(self.end));
        self.block = BLOCK;
        let kept = self.end;
        if self.buffer.len() < size + kept {
            self.buffer.resize(size + kept, 0);
        }
        self.buffer.copy_within(..kept, size);
        self.buffer.truncate(size + kept);
        self.left -= size as u64;
        let read = file.read_exact_at(&mut self.buffer[..size], self.left);
        read.map_err(|error| cannot("read", &self.path, &error))?;
        self.end = size + kept;
        Ok(())
    }
}
