//! The folders of days, for who looks at many runs in the order in which they were opened.

use super::{JOURNAL, RunDir, Store, cannot};
use crate::error::Error;
use crate::journal::fs::Dir;
use crate::journal::id::RunId;
use crate::journal::reader::{self, End, Record};

/// A longer journal is read a piece at a time.
const LONGEST: usize = 8 * 1024 * 1024;

/// The folders of days, of which the last one stays open.
#[derive(Debug)]
pub struct Days<'a> {
    store: &'a Store,
    last: Option<(u64, Option<Dir>)>,
}

impl<'a> Days<'a> {
    /// Those of a store.
    pub fn of(store: &'a Store) -> Self {
        Days { store, last: None }
    }

    /// The folder of the day a run began in; none if there is none.
    pub(crate) fn day(&mut self, id: RunId) -> Result<Option<&Dir>, Error> {
        let number = id.day_number();
        if self.last.as_ref().is_none_or(|(last, _)| *last != number) {
            self.last = Some((number, self.store.day(&id.day())?));
        }
        Ok(self.last.as_ref().and_then(|(_, dir)| dir.as_ref()))
    }

    /// Reads a run's journal, giving each good record to `each`. `buffer` is room to read into.
    ///
    /// # Errors
    /// If there is no journal, or it cannot be read.
    pub fn journal(
        &mut self,
        id: &str,
        buffer: &mut Vec<u8>,
        each: &mut dyn FnMut(&Record<'_>),
    ) -> Result<End, Error> {
        let none = || Error::refused(format!("there is no run `{id}`"));
        let parsed = RunId::parse(id.as_bytes()).ok_or_else(none)?;
        let day = self.day(parsed)?.ok_or_else(none)?;
        match day.read_below(&format!("{id}/{JOURNAL}"), LONGEST, buffer) {
            Ok(size) => reader::read(&buffer[..size], id, each)
                .map_err(|error| cannot("read", &day.path().join(id), &error)),
            // Longer, growing, or not to be read: the other way says which.
            Err(_) => reader::each(&RunDir::in_day(day, id)?.ok_or_else(none)?, each),
        }
    }
}
