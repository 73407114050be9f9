//! Removing a run on purpose: its tombstone stays in the ledger.

use super::ledger::{self, Checkpoint, Entry};
use super::reader::{self, Tail};
use super::store::{RunDir, Store, cannot};
use crate::error::{Error, Kind};
use crate::event::clock::Clock;

impl Store {
    /// Removes a sealed run. The tombstone, with the last record's hash, is durable before anything
    /// is taken away: a crash in between leaves a run that is pruned and still there, which the next
    /// call removes, and never one that is gone without a word.
    ///
    /// # Errors
    /// If the run is not sealed, was tampered with (then it is evidence), or cannot be removed.
    pub fn prune(&self, clock: &dyn Clock, run: RunDir, by: &str) -> Result<(), Error> {
        let id = run.id().to_owned();
        run.dir().check()?;
        let lock = run.journal().map_err(|error| cannot("open", run.path(), &error))?;
        if lock.try_lock().is_err() {
            return Err(Error::refused(format!("run {id} is open")));
        }
        let recorded = reader::load(&run)?;
        if recorded.end.tail != Tail::Whole {
            return Err(Error::new(Kind::Failed, format!("run {id} does not verify: it is kept")));
        }
        if !recorded.end.sealed {
            return Err(Error::refused(format!("run {id} is not over: it is kept")));
        }
        let at = Checkpoint::from(&recorded.end.head);
        ledger::append(self, clock, &Entry::Pruned { run: id.clone(), by: by.to_owned(), at })?;
        self.remove_run(&id)
    }
}
