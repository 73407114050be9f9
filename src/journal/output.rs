//! What a command printed, kept as it came: bounded, private, made only if anything was printed.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Write};

use sha2::{Digest, Sha256};

use super::fs::Dir;
use super::record::hex;
use super::store::{OUTPUT, RunDir, plain};

/// How much of the beginning, and how much of the end, is kept.
const HALF: usize = 8 * 1024 * 1024;

/// What is known of an output once the command has ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    /// All bytes the command printed.
    pub bytes: u64,
    /// How many of them are in the file.
    pub kept: u64,
    /// SHA-256 of the file.
    pub sha256: Option<String>,
    /// Its name below `output/`; none if nothing was printed or it could not be made.
    pub file: Option<String>,
    /// Why it is not all there, as a sentence.
    pub trouble: Option<String>,
}

/// Takes what a command prints. Writing never fails the command: a full disk costs output, which the
/// end says, and not the run.
#[derive(Debug)]
pub struct OutputFile {
    name: String,
    run: Dir,
    half: usize,
    file: Option<(File, Dir)>,
    hash: Sha256,
    bytes: u64,
    written: usize,
    tail: VecDeque<u8>,
    trouble: Option<io::Error>,
}

impl OutputFile {
    /// For one attempt of an action; nothing is made before something is written.
    ///
    /// # Errors
    /// If the run's folder cannot be opened.
    pub fn create(run: &RunDir, step: usize, action: &str, attempt: u32) -> io::Result<Self> {
        let name = stem(step, action, attempt);
        Ok(OutputFile {
            name,
            run: run.dir().child(".")?,
            half: HALF,
            file: None,
            hash: Sha256::new(),
            bytes: 0,
            written: 0,
            tail: VecDeque::new(),
            trouble: None,
        })
    }

    /// Takes more output. The beginning goes to the file at once, so that it survives a crash and
    /// can be followed; of the rest the end is held until [`OutputFile::finish`].
    pub fn write(&mut self, output: &[u8]) {
        self.bytes += output.len() as u64;
        let (head, rest) = output.split_at(output.len().min(self.half - self.written.min(self.half)));
        if !head.is_empty() {
            self.written += head.len();
            self.put(head);
        }
        if rest.len() >= self.half {
            self.tail.clear();
            self.tail.extend(&rest[rest.len() - self.half..]);
        } else if !rest.is_empty() {
            // Once and exactly: a ring that grows by itself touches twice as much.
            if self.tail.capacity() < self.half {
                self.tail.reserve_exact(self.half - self.tail.len());
            }
            let excess = (self.tail.len() + rest.len()).saturating_sub(self.half);
            self.tail.drain(..excess);
            self.tail.extend(rest);
        }
    }

    /// Writes the end, and makes the file durable: the event that names it may follow.
    pub fn finish(mut self) -> Kept {
        let tail = std::mem::take(&mut self.tail);
        let lost = self.bytes - self.written as u64 - tail.len() as u64;
        if lost > 0 {
            self.put(format!("\n[midwatch: {lost} bytes are not kept]\n").as_bytes());
        }
        let (front, back) = tail.as_slices();
        self.put(front);
        self.put(back);
        let mut kept = Kept { bytes: self.bytes, kept: self.bytes - lost, ..Kept::default() };
        if let Some((file, folder)) = &self.file {
            if let Err(error) = file.sync_all().and_then(|()| folder.sync()) {
                self.trouble.get_or_insert(error);
            }
            kept.file = Some(format!("{}.log", self.name));
            kept.sha256 = Some(hex(&self.hash.finalize().into()));
        }
        kept.trouble = match &self.trouble {
            Some(error) => {
                kept.kept = 0;
                Some(format!("output is not all kept: {}", plain(error)))
            }
            None if lost > 0 => Some(format!("{lost} bytes from the middle of the output are not kept")),
            None => None,
        };
        kept
    }

    fn put(&mut self, bytes: &[u8]) {
        if bytes.is_empty() || self.trouble.is_some() {
            return;
        }
        if let Err(error) = self.try_put(bytes) {
            self.trouble = Some(error);
        }
    }

    fn try_put(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        if self.file.is_none() {
            self.run.make(OUTPUT)?;
            let folder = self.run.child(OUTPUT)?;
            let file = self.open(&folder)?;
            self.file = Some((file, folder));
        }
        let Some((file, _)) = &mut self.file else { return Ok(()) };
        // Not write_all: the hash is of what arrived, also when the disk is full half-way.
        while !bytes.is_empty() {
            match file.write(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    self.hash.update(&bytes[..count]);
                    bytes = &bytes[count..];
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Two actions may have one name once it is fit for a file, and a crash may have left one.
    fn open(&mut self, folder: &Dir) -> io::Result<File> {
        let name = self.name.clone();
        for n in 2..100 {
            match folder.create(&format!("{}.log", self.name)) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    self.name = format!("{name}-{n}");
                }
                file => return file,
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

/// The file of an attempt whose end is not recorded: what it printed until midwatch stopped.
pub fn partial_output(run: &RunDir, step: usize, action: &str, attempt: u32) -> Option<String> {
    let name = format!("{}.log", stem(step, action, attempt));
    run.dir().child(OUTPUT).ok()?.read(&name).ok()?;
    Some(name)
}

/// The name below `output/` that the output of an attempt has while it runs; its end names the one it
/// got, which differs only where an earlier process left a file of this name.
pub fn output_name(step: usize, action: &str, attempt: u32) -> String {
    stem(step, action, attempt) + ".log"
}

fn stem(step: usize, action: &str, attempt: u32) -> String {
    format!("{step:02}-{}-{attempt}", sanitized(action))
}

/// An action's id as part of a file's name: no more than 80 characters, none of them special.
fn sanitized(action: &str) -> String {
    let fit = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
    action.chars().take(80).map(fit).collect()
}
