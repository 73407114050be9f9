//! The journal of a run that goes on: append, sync, close.

mod again;
mod relocate;

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use again::{make_good, set_aside, take, writable};

use super::fs::reserve;
use super::ledger::{self, Closed, Entry};
use super::reader::{self, Recorded, Tail};
use super::record::{self, Domain};
use super::store::{JOURNAL, RUNBOOK, RunDir, Store, cannot, plain};
use super::{Head, Presence};
use crate::error::{Error, Kind};
use crate::event::clock::{Clock, stamp};
use crate::event::fold::Run;
use crate::event::{Event, Stamped};

/// Space set aside for the journal at its start, so that a disk that fills up while the run goes on
/// (which may be the incident) still takes the record.
const RESERVED: u64 = 1024 * 1024;

/// The journal of a run that goes on. While it is open nobody else can have it open.
///
/// Several events may be appended before one [`Journal::sync`]; none of them may be shown or acted
/// upon before it returns. An error of writing or syncing is final: every later call gives it again.
pub struct Journal {
    store: Store,
    run: RunDir,
    clock: Arc<dyn Clock>,
    file: File,
    /// Holds the lock. A file of its own where the journal was read-only when it was opened again.
    _lock: Option<File>,
    head: Head,
    buffer: Vec<u8>,
    /// Bytes of the file once `buffer` is written.
    length: u64,
    reserved: u64,
    sealed: bool,
    broken: Option<String>,
    /// Broken, and events are taken all the same: see [`Journal::hold`].
    held: bool,
}

/// What a crash left of a record, set aside when the run was opened again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Torn {
    /// The file it is in now, in the run's folder.
    pub file: String,
    /// How long it is.
    pub bytes: u64,
}

impl Journal {
    /// Begins the record of a run: its folder, the runbook's bytes, its first event, its line in the
    /// ledger. All of it is durable when this returns, and `opened` may be applied.
    ///
    /// # Errors
    /// If any of it cannot be written, or `opened` is not an [`Event::Opened`]: then nothing may run.
    pub fn create(
        store: &Store,
        clock: Arc<dyn Clock>,
        opened: Event,
        runbook: &[u8],
    ) -> Result<(Self, Stamped), Error> {
        let Event::Opened { run: id, runbook: revision, .. } = &opened else {
            return Err(Error::refused("a journal begins with the event that opens it"));
        };
        if revision.sha256 != record::hex(&Sha256::digest(runbook).into()) {
            return Err(Error::refused("the runbook changed while the run was being opened"));
        }
        let run = store.make_run(id)?;
        let dir = run.dir();
        let kept = dir.create(RUNBOOK).and_then(|mut file| {
            file.write_all(runbook)?;
            file.sync_all()
        });
        kept.map_err(|error| cannot("write", &run.path().join(RUNBOOK), &error))?;

        let path = run.path().join(JOURNAL);
        let made = dir.create(JOURNAL).and_then(|file| {
            file.lock()?;
            reserve(&file, 0, RESERVED)?;
            Ok(file)
        });
        let file = made.map_err(|error| cannot("write", &path, &error))?;
        let head = Head::empty(run.id());
        let mut journal = Journal::new(store.clone(), run, clock, file, None, head, 0);
        let stamped = journal.append(opened)?;
        journal.sync()?;
        journal.run.dir().sync().map_err(|error| cannot("write", &path, &error))?;
        let entry = Entry::Opened { run: journal.run.id().to_owned(), at: (&journal.head).into() };
        ledger::append(&journal.store, &*journal.clock, &entry)?;
        Ok((journal, stamped))
    }

    fn new(
        store: Store,
        run: RunDir,
        clock: Arc<dyn Clock>,
        file: File,
        lock: Option<File>,
        head: Head,
        length: u64,
    ) -> Self {
        let buffer = Vec::with_capacity(8 * 1024);
        let (reserved, sealed) = (length.max(RESERVED), false);
        let (broken, held) = (None, false);
        Journal { store, run, clock, file, _lock: lock, head, buffer, length, reserved, sealed, broken, held }
    }

    /// Opens the journal of a run that stopped, and says what is in it. What a crash left of a last
    /// record is set aside in `journal.torn-N`, and the chain goes on from the record before.
    ///
    /// Nothing is recorded yet: [`Journal::resume`] does that, once the operator wants it.
    ///
    /// # Errors
    /// [`Kind::Refused`] if another process has it open, if the run is sealed or the journal cannot
    /// be written; [`Kind::Failed`] if it was tampered with.
    pub fn reopen(
        store: &Store,
        run: RunDir,
        clock: Arc<dyn Clock>,
    ) -> Result<(Self, Recorded, Option<Torn>), Error> {
        let path = run.path().join(JOURNAL);
        let wrong = |error: io::Error| cannot("open", &path, &error);
        run.dir().check()?;
        let lock = take(&run)?;
        let recorded = reader::load(&run)?;
        if let Tail::Bad { line, why } = &recorded.end.tail {
            let message = format!("{}:{line}: {why}", path.display());
            return Err(Error::new(Kind::Failed, message).help("the record was tampered with"));
        }
        if recorded.end.head.records == 0 {
            return Err(Error::refused(format!("run {} ended before it began", run.id())));
        }
        make_good(store, &run, &recorded, &*clock)?;
        if recorded.end.sealed {
            return Err(Error::refused(format!("run {} is sealed: it is over", run.id())));
        }
        let file = writable(&run, &lock).map_err(wrong)?;
        let torn = match recorded.end.tail {
            Tail::Torn { at, bytes } => Some(set_aside(&run, &file, at, bytes).map_err(wrong)?),
            _ => None,
        };
        let (head, length) = (recorded.end.head, recorded.end.bytes);
        let _ = reserve(&file, length, RESERVED);
        let mut journal = Journal::new(store.clone(), run, clock, file, Some(lock), head, length);
        journal.reserved = length + RESERVED;
        Ok((journal, recorded, torn))
    }

    /// Records that the run goes on, in the journal and in the ledger. Durable when it returns.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn resume(&mut self, resumed: Event) -> Result<Stamped, Error> {
        let stamped = self.append(resumed)?;
        self.sync()?;
        let entry = Entry::Resumed { run: self.run.id().to_owned(), at: (&self.head).into() };
        ledger::append(&self.store, &*self.clock, &entry)?;
        Ok(stamped)
    }

    /// Puts an event at the end of what is to be written. It is not durable yet: see
    /// [`Journal::sync`].
    ///
    /// # Errors
    /// If the journal is broken or sealed.
    pub fn append(&mut self, event: Event) -> Result<Stamped, Error> {
        if !self.held {
            self.check()?;
        }
        if self.sealed {
            return Err(Error::refused(format!("run {} is sealed: nothing may follow", self.run.id())));
        }
        let seq = self.head.records + 1;
        let at = stamp(self.clock.now());
        let mono_ms = self.clock.mono_ms();
        let start = self.buffer.len();
        let line = &mut self.buffer;
        let written = write!(line, "{{\"seq\":{seq},\"at\":\"{at}\",\"mono_ms\":{mono_ms}")
            .map_err(serde_json::Error::io)
            .map(|()| line.len())
            .and_then(|inner| serde_json::to_writer(&mut *line, &event).map(|()| inner));
        let inner = match written {
            Ok(inner) => inner,
            Err(error) => {
                line.truncate(start);
                return Err(Error::refused(format!("cannot record an event: {error}")));
            }
        };
        // One object, not two: the inner brace becomes the comma, the last one belongs to the suffix.
        line[inner] = b',';
        line.pop();
        let link = record::finish(line, start, Domain::Journal, &self.head.link);
        self.head = Head { records: seq, link };
        self.sealed = matches!(event, Event::Sealed { .. });
        Ok(Stamped { seq, at, mono_ms, event })
    }

    /// Writes and syncs what was appended: when this returns, it may be shown and acted upon.
    ///
    /// # Errors
    /// If it cannot be written or synced. The file is not tried again, because after a failed sync
    /// nobody knows what of it is on disk.
    pub fn sync(&mut self) -> Result<(), Error> {
        self.check()?;
        if self.buffer.is_empty() {
            return Ok(());
        }
        let length = self.length + self.buffer.len() as u64;
        if length + RESERVED / 2 > self.reserved {
            // In good time, and no loss if it fails: what is left of the last one may do.
            let _ = reserve(&self.file, length, RESERVED);
            self.reserved = length + RESERVED;
        }
        let written = self.file.write_all(&self.buffer).and_then(|()| self.file.sync_data());
        match written {
            Ok(()) => {
                self.length = length;
                self.buffer.clear();
                Ok(())
            }
            Err(error) => {
                self.broken = Some(plain(&error));
                self.check()
            }
        }
    }

    /// [`Journal::append`] and [`Journal::sync`].
    ///
    /// # Errors
    /// Theirs.
    pub fn commit(&mut self, event: Event) -> Result<Stamped, Error> {
        let stamped = self.append(event)?;
        self.sync()?;
        Ok(stamped)
    }

    /// Gives the journal of a paused or sealed run back, and enters it in the ledger. `run` is the
    /// fold over all its events.
    ///
    /// One that is neither is given back all the same, and counts as dead.
    ///
    /// # Errors
    /// If the journal or the ledger cannot be written.
    pub fn close(mut self, run: &Run) -> Result<(), Error> {
        self.sync()?;
        let closed = Closed { summary: run.summary(), at: (&self.head).into() };
        let entry = match (&run.sealed, run.paused()) {
            (Some(_), _) => {
                // What was reserved and not needed goes back. No matter if it does not.
                let _ = self.file.set_len(self.length);
                Entry::Sealed(Box::new(closed))
            }
            (None, Some(_)) => Entry::Paused(Box::new(closed)),
            (None, None) => return Ok(()),
        };
        ledger::append(&self.store, &*self.clock, &entry)?;
        // Tells verify that the ledger has the last record; see the module's page.
        let mode = self.run.dir().file_mode(false);
        let _ = self.file.set_permissions(std::fs::Permissions::from_mode(mode));
        Ok(())
    }

    /// How far the journal goes, what is not synced yet included.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The run's folder.
    pub fn run(&self) -> &RunDir {
        &self.run
    }

    /// The state folder.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Why nothing can be recorded any more, if so.
    pub fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    /// Takes events although they cannot be written, because the operator broke the glass: they are
    /// kept in memory, in the chain, until [`Journal::relocate`] finds a place for them.
    pub fn hold(&mut self) {
        self.held = self.broken.is_some();
    }

    /// The records that are in no file, as lines.
    pub fn held(&self) -> &[u8] {
        if self.held { &self.buffer } else { &[] }
    }

    fn check(&self) -> Result<(), Error> {
        let Some(why) = &self.broken else { return Ok(()) };
        let path = self.run.path().join(JOURNAL);
        let message = format!("the record cannot be written any more ({why}): {}", path.display());
        Err(Error::new(Kind::Failed, message).help("nothing runs that is not recorded"))
    }
}

impl RunDir {
    /// Whether the run can be called dead: nobody holds it, and it was last worked on by a process
    /// of this very host. Of another host nobody here can tell, even where the folder is shared.
    pub fn is_dead(&self, run: &Run, host: &str) -> bool {
        let stopped = run.sealed.is_some() || run.paused().is_some();
        !stopped && run.current_operator.host == host && self.presence() == Presence::Free
    }
}

#[cfg(test)]
mod tests;
