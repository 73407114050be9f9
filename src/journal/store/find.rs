//! Finding a run by a part of its id.

use std::io;

use super::{RunDir, Store, cannot, day_of};
use crate::error::{Error, Kind};
use crate::journal::fs::Dir;
use crate::journal::id::RunId;

/// How many ids an ambiguous answer names.
const NAMED: usize = 5;

/// So much of an id's end do lists and messages show.
const SHOWN: usize = 8;

/// Whether `name` is a part of the id that somebody would type: its beginning, its end, or the
/// beginning of what is shown of it.
fn is_named(id: &str, name: &str) -> bool {
    let shown = id.get(id.len().saturating_sub(SHOWN)..).unwrap_or(id);
    id.starts_with(name) || id.ends_with(name) || shown.starts_with(name)
}

impl Store {
    /// The run that `name` means: any unique prefix or suffix of 4 characters or more of its id, or
    /// the beginning of the end that lists show.
    ///
    /// # Errors
    /// If there is none, or more than one: then the message names them. [`Kind::Failed`] if the
    /// ledger has it and the disk does not.
    pub fn find(&self, name: &str) -> Result<RunDir, Error> {
        let name = name.trim().to_ascii_lowercase();
        if day_of(&name).is_some()
            && let Some(run) = self.run(&name)?
        {
            return Ok(run);
        }
        if name.len() < 4 {
            return Err(Error::refused(format!("`{name}` is too short for a run"))
                .help("give at least 4 characters of the beginning or the end of its id"));
        }
        let mut found = self.ids()?;
        found.retain(|id| is_named(id, &name));
        match &found[..] {
            [id] => self.run(id)?.ok_or_else(|| not_found(&name)),
            [] => Err(self.lost(&name)),
            _ => {
                found.sort_unstable_by(|a, b| b.cmp(a));
                let mut error = Error::refused(format!("`{name}` means {} runs", found.len()));
                for id in found.iter().take(NAMED) {
                    error = error.help(id.clone());
                }
                if found.len() > NAMED {
                    error = error.help(format!("and {} more", found.len() - NAMED));
                }
                Err(error)
            }
        }
    }

    /// The ids of all runs on disk, in no order.
    ///
    /// # Errors
    /// If a folder cannot be read.
    pub fn ids(&self) -> Result<Vec<String>, Error> {
        Ok(self.run_ids()?.iter().map(RunId::to_string).collect())
    }

    /// [`Store::ids`], small.
    pub(crate) fn run_ids(&self) -> Result<Vec<RunId>, Error> {
        let mut ids = Vec::new();
        let Some(root) = self.dir() else { return Ok(ids) };
        if let Some(runs) = below(root, "runs")? {
            gather(&runs, 3, &mut ids)?;
        }
        Ok(ids)
    }

    /// A day's folder (`YYYY/MM/DD`); none if there is none.
    pub(crate) fn day(&self, day: &str) -> Result<Option<Dir>, Error> {
        let Some(root) = self.dir() else { return Ok(None) };
        let mut here = below(root, "runs")?;
        for name in day.split('/') {
            let Some(dir) = here else { return Ok(None) };
            here = below(&dir, name)?;
        }
        Ok(here)
    }

    /// No such run on disk: perhaps there was one.
    fn lost(&self, name: &str) -> Error {
        let ledger = crate::journal::ledger::read(self).map(|read| read.entries).unwrap_or_default();
        let mut known = ledger.iter().filter_map(|line| line.entry.run());
        match known.find(|id| is_named(id, name)) {
            Some(id) => {
                let pruned = ledger.iter().any(|line| line.entry.pruned() == Some(id));
                let why = if pruned { "was pruned" } else { "is in the ledger and no longer on disk" };
                Error::new(Kind::Failed, format!("run {id} {why}"))
            }
            None => not_found(name),
        }
    }
}

fn not_found(name: &str) -> Error {
    Error::refused(format!("there is no run `{name}`")).help("`midwatch history` lists the runs there are")
}

/// Runs lie `levels` folders below.
fn gather(dir: &Dir, levels: usize, ids: &mut Vec<RunId>) -> Result<(), Error> {
    let wrong = |error| cannot("read", dir.path(), &error);
    if levels == 0 {
        return dir.each_name(&mut |name| ids.extend(RunId::parse(name.as_bytes()))).map_err(wrong);
    }
    let names = dir.names().map_err(wrong)?;
    for name in names.into_iter().filter(|name| name.bytes().all(|c| c.is_ascii_digit())) {
        if let Some(below) = below(dir, &name)? {
            gather(&below, levels - 1, ids)?;
        }
    }
    Ok(())
}

/// A folder below; none if there is nothing, or something that is no folder. A link is refused.
fn below(dir: &Dir, name: &str) -> Result<Option<Dir>, Error> {
    match dir.child(name) {
        Ok(dir) => Ok(Some(dir)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(cannot("open", &dir.path().join(name), &error)),
    }
}
