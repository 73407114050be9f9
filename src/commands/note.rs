//! `midwatch note RUN TEXT`: something to add to a run, also when it is over.

use std::io::Write;

use crate::error::{Error, Kind};
use crate::event::clock::Clock;
use crate::journal::Store;
use crate::journal::ledger::{self, Entry};

/// Adds a note to a run. It stands in the ledger, because nothing may follow a journal's seal, and
/// because an open journal is its own process's.
///
/// # Errors
/// If the text is empty, there is no such run, or the ledger cannot be written.
pub fn run(
    store: &Store,
    clock: &dyn Clock,
    run: &str,
    text: &str,
    by: &str,
    err: &mut dyn Write,
) -> anyhow::Result<Option<Kind>> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::refused("the note is empty").into());
    }
    let run = store.find(run)?;
    let entry = Entry::Noted { run: run.id().to_owned(), by: by.to_owned(), text: text.to_owned() };
    ledger::append(store, clock, &entry)?;
    writeln!(err, "noted on run {}", run.id())?;
    Ok(None)
}
