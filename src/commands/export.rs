//! `midwatch export`: all runs, each with its steps, as JSON Lines.

use std::io::Write;

use rayon::prelude::*;

use crate::error::{Error, Kind};
use crate::history::{AllSince, Past, RunView};
use crate::journal::Store;
use crate::terminal::clean::clean_json;

/// How many runs are read at a time, on all processors.
const BATCH: usize = 256;

/// Writes every run on disk to `out`, oldest first, and which ones cannot be read to `err`:
/// [`Kind::Failed`] then.
///
/// # Errors
/// If the state folder cannot be read, or `out` not be written.
pub fn run(store: &Store, out: &mut dyn Write, err: &mut dyn Write) -> anyhow::Result<Option<Kind>> {
    let mut ids = store.ids()?;
    // An id begins with the time.
    ids.sort_unstable();
    let since = AllSince::read(store)?;
    let line = |id: &String| -> Result<Option<Vec<u8>>, Error> {
        let Some(folder) = store.run(id)? else { return Ok(None) };
        let past = Past::load(folder, since.of(id))?;
        if past.end.head.records == 0 {
            return Ok(None);
        }
        let line = serde_json::to_string(&RunView::new(&past))
            .map_err(|error| Error::new(Kind::Failed, error.to_string()))?;
        Ok(Some((clean_json(&line).into_owned() + "\n").into_bytes()))
    };
    let mut wrong = None;
    for batch in ids.chunks(BATCH) {
        let lines: Vec<_> = batch.par_iter().map(line).collect();
        for line in lines {
            match line {
                Ok(line) => out.write_all(&line.unwrap_or_default())?,
                Err(error) => {
                    writeln!(err, "midwatch: {error}")?;
                    wrong = Some(Kind::Failed);
                }
            }
        }
    }
    out.flush()?;
    Ok(wrong)
}
