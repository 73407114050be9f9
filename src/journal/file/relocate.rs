//! Going on elsewhere when the state folder cannot be written any more.

use std::fs::File;
use std::io::{self, Read, Write};

use super::{Journal, RESERVED};
use crate::error::{Error, Kind};
use crate::journal::fs::{Dir, reserve};
use crate::journal::ledger::{self, Entry};
use crate::journal::reader::{self, Tail};
use crate::journal::store::{JOURNAL, OUTPUT, RUNBOOK, RunDir, Store, cannot};

impl Journal {
    /// Goes on in another state folder, because this one cannot be written any more: what was
    /// synced here and what was appended since is durable there when this returns, under the same
    /// id, in the same chain, with the runbook and the outputs. What is here stays as it is. An event
    /// that was appended and could not be synced may be applied then.
    ///
    /// # Errors
    /// If this journal cannot be read back as it was synced, or the other folder cannot be written;
    /// then nothing may run.
    pub fn relocate(&mut self, to: &Store) -> Result<(), Error> {
        let from = self.run.path().join(JOURNAL);
        let mut bytes = Vec::new();
        let read = self.run.journal().and_then(|file| file.take(self.length).read_to_end(&mut bytes));
        read.map_err(|error| cannot("read", &from, &error))?;
        bytes.extend_from_slice(&self.buffer);
        let end = reader::read(&bytes[..], self.run.id(), &mut |_| ());
        if !end.is_ok_and(|end| end.tail == Tail::Whole && end.head == self.head) {
            let message = format!("{} is not what was written to it", from.display());
            return Err(Error::new(Kind::Failed, message));
        }
        let runbook = self.run.runbook();
        let runbook = runbook.map_err(|error| cannot("read", &self.run.path().join(RUNBOOK), &error))?;

        let run = to.make_run(self.run.id())?;
        match self.copy_to(to, run, &bytes, &runbook) {
            Ok((run, file)) => {
                self.file = file;
                self.run = run;
                self.store = to.clone();
                self.length = bytes.len() as u64;
                self.reserved = self.length + RESERVED;
                self.buffer.clear();
                self.broken = None;
                self.held = false;
                Ok(())
            }
            Err(error) => {
                // Half a copy is in the way of the next attempt.
                let _ = to.remove_run(self.run.id());
                Err(error)
            }
        }
    }

    fn copy_to(
        &self,
        to: &Store,
        run: RunDir,
        bytes: &[u8],
        runbook: &[u8],
    ) -> Result<(RunDir, File), Error> {
        let wrong = |name: &str, error: io::Error| cannot("write", &run.path().join(name), &error);
        put(run.dir(), RUNBOOK, runbook).map_err(|error| wrong(RUNBOOK, error))?;
        copy_outputs(&self.run, run.dir()).map_err(|error| wrong(OUTPUT, error))?;
        let made = run.dir().create(JOURNAL).and_then(|mut file| {
            file.lock()?;
            reserve(&file, 0, bytes.len() as u64 + RESERVED)?;
            file.write_all(bytes)?;
            file.sync_data()?;
            run.dir().sync()?;
            Ok(file)
        });
        let file = made.map_err(|error| wrong(JOURNAL, error))?;
        let entry = Entry::Opened { run: run.id().to_owned(), at: (&self.head).into() };
        ledger::append(to, &*self.clock, &entry)?;
        Ok((run, file))
    }
}

fn put(dir: &Dir, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut file: File = dir.create(name)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn copy_outputs(from: &RunDir, to: &Dir) -> io::Result<()> {
    let folder = match from.dir().child(OUTPUT) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        folder => folder?,
    };
    to.make(OUTPUT)?;
    let target = to.child(OUTPUT)?;
    for name in folder.names()? {
        let mut copy = target.create(&name)?;
        io::copy(&mut folder.read(&name)?, &mut copy)?;
        copy.sync_all()?;
    }
    target.sync()
}
