//! `midwatch prune`: removes runs that are over, and leaves their tombstones in the ledger.

use std::io::Write;

use super::identity;
use crate::error::{Error, Kind};
use crate::history::{Zone, parse_when};
use crate::journal::{Store, SystemClock, reader};

/// Removes every sealed run that ended before `older_than` (`90d`, or a date), and names it on
/// `out`. With `dry_run` it only names them. What is not over is kept, whatever its age.
///
/// # Errors
/// If the time cannot be read, or the state folder cannot be written.
pub fn run(
    store: &Store,
    older_than: &str,
    dry_run: bool,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Option<Kind>> {
    let before = parse_when(older_than, jiff::Timestamp::now(), &Zone::local()).map_err(Error::refused)?;
    let by = identity::operator().user;
    let mut ids = store.ids()?;
    ids.sort_unstable();
    let mut kept = None;
    for id in ids {
        let Some(folder) = store.run(&id)? else { continue };
        let Ok(recorded) = reader::load(&folder) else { continue };
        let ended = recorded.run.last.as_ref().and_then(|last| last.at.parse::<jiff::Timestamp>().ok());
        if !recorded.end.sealed || ended.is_none_or(|ended| ended >= before) {
            continue;
        }
        if !dry_run && let Err(error) = store.prune(&SystemClock, folder, &by) {
            writeln!(err, "kept: {error}")?;
            kept = Some(Kind::Failed);
            continue;
        }
        writeln!(out, "{id}  {}", crate::terminal::clean::clean_line(&recorded.run.revision.title))?;
    }
    Ok(kept)
}
