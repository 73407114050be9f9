//! `midwatch report RUN`: a run to hand on.

use std::io::Write;

use crate::error::Kind;
use crate::history::Zone;
use crate::journal::Store;
use crate::report::{Format, Report};

/// Writes the report of the run that `run` means to `out`.
///
/// # Errors
/// If there is no such run, it cannot be read, or `out` not be written.
pub fn run(
    store: &Store,
    run: &str,
    format: Format,
    zone: Zone,
    out: &mut dyn Write,
) -> anyhow::Result<Option<Kind>> {
    Report::load(store, run, zone)?.write(format, out)?;
    Ok(None)
}
