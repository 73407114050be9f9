//! The state folder: where it is, who may use it, where a run lies in it.

mod days;
mod find;

pub use days::Days;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use uuid::Uuid;

use super::Group;
use super::fs::{self, Dir};
use super::id::RunId;
use crate::error::Error;

/// The state folder, open.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
    /// None where only reading was asked for and there is nothing yet.
    dir: Option<Arc<Dir>>,
    /// Why it is not shared although that was asked for.
    unshared: Option<String>,
}

/// The folder of one run.
#[derive(Debug)]
pub struct RunDir {
    id: String,
    dir: Dir,
}

/// Whether some process has a run open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// A process holds its journal's lock.
    Held,
    /// None does, as far as this machine can tell.
    Free,
}

/// The name of a run's journal in its folder.
pub(crate) const JOURNAL: &str = "journal.jsonl";
/// The name of the recorded runbook.
pub(crate) const RUNBOOK: &str = "runbook.md";
/// Begins the names of signatures.
const SIGNATURE: &str = "signature-";
/// The folder of the shells' states.
const CARRIED: &str = "carried";
/// The folder of outputs.
pub(crate) const OUTPUT: &str = "output";

impl Store {
    /// Where the state folder is: `$MIDWATCH_STATE_DIR`, else `$XDG_STATE_HOME/midwatch`, else
    /// `~/.local/state/midwatch`. An empty variable counts as unset, and so does a relative
    /// `XDG_STATE_HOME`, as its specification says.
    ///
    /// # Errors
    /// If none of them is set.
    pub fn locate(env: &dyn Fn(&str) -> Option<OsString>) -> Result<PathBuf, Error> {
        let set = |name: &str| env(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        if let Some(path) = set("MIDWATCH_STATE_DIR") {
            return std::path::absolute(&path)
                .map_err(|error| Error::refused(format!("MIDWATCH_STATE_DIR={}: {error}", path.display())));
        }
        let xdg = set("XDG_STATE_HOME").filter(|path| path.is_absolute());
        let base = xdg.or_else(|| set("HOME").map(|home| home.join(".local/state")));
        base.map(|base| base.join("midwatch")).ok_or_else(|| {
            Error::refused("there is no place for the record: HOME is not set")
                .help("set MIDWATCH_STATE_DIR to a folder of your own")
        })
    }

    /// Opens the state folder to write to, and makes it where it is missing.
    ///
    /// # Errors
    /// [`Kind::Refused`](crate::error::Kind::Refused), with a sentence, if it cannot be made, is a
    /// link, belongs to somebody else or can be written by others.
    pub fn open(root: &Path) -> Result<Self, Error> {
        Store::open_for(root, None)
    }

    /// As [`Store::open`], for a folder that `group` shares: its members may write to it. One that
    /// was this user's alone and holds something stays so, see [`Store::unshared`].
    ///
    /// # Errors
    /// Those of [`Store::open`]; of a shared one if it is not exactly the group's.
    pub fn open_for(root: &Path, group: Option<&Group>) -> Result<Self, Error> {
        let wrong = |error: io::Error| cannot("make the state folder", root, &error);
        let made = fs::make_path(root, group).map_err(wrong)?;
        let mut dir = open_root(root)?;
        let mut unshared = None;
        if let Some(group) = group {
            // In this order: a teammate who makes it gives it away before putting anything into it.
            let empty = dir.names().map_err(wrong)?.is_empty();
            let own = dir.is_private().map_err(wrong)?;
            if own && !made && !empty {
                unshared = Some(format!(
                    "the record is not shared with the group `{}`: {} holds runs that are private",
                    group.name(),
                    root.display()
                ));
            } else {
                dir.share(group, own).map_err(wrong)?;
            }
        }
        dir.check()?;
        Ok(Store { root: root.to_owned(), dir: Some(Arc::new(dir)), unshared })
    }

    /// Why it is not shared with the group that was asked for, in a sentence.
    pub fn unshared(&self) -> Option<&str> {
        self.unshared.as_deref()
    }

    /// Whether only this user can write to the folder `root`, or it is still to be made.
    ///
    /// # Errors
    /// If it is a link or cannot be looked at.
    pub fn is_private(root: &Path) -> Result<bool, Error> {
        match root.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
            _ => open_root(root)?.is_private().map_err(|error| cannot("look at", root, &error)),
        }
    }

    /// Makes the folder that holds the shell's state of a run between its steps, for whom the record
    /// is, and says where it is.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn make_carried(&self, id: &str) -> Result<PathBuf, Error> {
        let path = self.carried(id);
        let wrong = |error: io::Error| cannot("make", &path, &error);
        let Some(dir) = self.dir() else { return Err(wrong(io::ErrorKind::NotFound.into())) };
        dir.make(CARRIED).map_err(wrong)?;
        let all = dir.patiently(|| dir.child(CARRIED)).map_err(wrong)?;
        all.check()?;
        all.make(id).map_err(wrong)?;
        all.child(id).map_err(wrong)?.check()?;
        Ok(path)
    }

    /// Where the shell's state of a run lies between its steps.
    pub fn carried(&self, id: &str) -> PathBuf {
        self.root.join(CARRIED).join(id)
    }

    /// Opens the state folder to read from. One that is not there is an empty one; one that belongs
    /// to somebody else can be read by who may.
    ///
    /// # Errors
    /// If it is a link or cannot be read.
    pub fn read(root: &Path) -> Result<Self, Error> {
        let missing = matches!(root.symlink_metadata(), Err(e) if e.kind() == io::ErrorKind::NotFound);
        let dir = if missing { None } else { Some(Arc::new(open_root(root)?)) };
        Ok(Store { root: root.to_owned(), dir, unshared: None })
    }

    /// Its path.
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn dir(&self) -> Option<&Dir> {
        self.dir.as_deref()
    }

    /// A new run id: a UUID v7, which begins with the time.
    pub fn new_id() -> String {
        Uuid::now_v7().to_string()
    }

    /// Makes the folder of a new run, empty; its entry and those of all folders above are durable.
    ///
    /// # Errors
    /// If the id is no UUID v7, if there is such a run already, if a folder is a link, foreign or
    /// loose, or cannot be made.
    pub(crate) fn make_run(&self, id: &str) -> Result<RunDir, Error> {
        let day = day_of(id).ok_or_else(|| Error::refused(format!("`{id}` is not an id of a run")))?;
        let mut above: Option<Dir> = None;
        for name in std::iter::once("runs").chain(day.split('/')) {
            let Some(here) = above.as_ref().or(self.dir()) else {
                return Err(Error::refused(format!("{} is not there", self.root.display())));
            };
            let path = here.path().join(name);
            here.make(name).map_err(|error| cannot("make", &path, &error))?;
            let below = here.patiently(|| here.child(name));
            let below = below.map_err(|error| cannot("open", &path, &error))?;
            below.check()?;
            above = Some(below);
        }
        let Some(day) = above else {
            return Err(Error::refused(format!("`{id}` is not an id of a run")));
        };
        let path = day.path().join(id);
        if !day.make(id).map_err(|error| cannot("make", &path, &error))? {
            return Err(Error::refused(format!("there is already {}", path.display())));
        }
        let dir = day.child(id).map_err(|error| cannot("open", &path, &error))?;
        Ok(RunDir { id: id.to_owned(), dir })
    }

    /// Removes the folder of a run with all that is in it; its absence is durable when this returns.
    ///
    /// # Errors
    /// If it cannot be removed, or not wholly.
    pub(crate) fn remove_run(&self, id: &str) -> Result<(), Error> {
        let Some(day) = day_of(id).map(|day| self.day(&day)).transpose()?.flatten() else { return Ok(()) };
        let removed = day.remove_tree(id).and_then(|()| day.sync());
        removed.map_err(|error| cannot("remove", &day.path().join(id), &error))
    }

    /// The folder of a run by its whole id; none if there is none.
    ///
    /// # Errors
    /// If it is there and cannot be opened (a link, no permission).
    pub fn run(&self, id: &str) -> Result<Option<RunDir>, Error> {
        let day = day_of(id).map(|day| self.day(&day)).transpose()?.flatten();
        day.map_or(Ok(None), |day| RunDir::in_day(&day, id))
    }
}

impl RunDir {
    /// The folder of a run in the folder of its day; none if there is none.
    pub(crate) fn in_day(day: &Dir, id: &str) -> Result<Option<Self>, Error> {
        match day.child(id) {
            Ok(dir) => Ok(Some(RunDir { id: id.to_owned(), dir })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(cannot("open", &day.path().join(id), &error)),
        }
    }

    /// The run's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The folder's path.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Its path below the state folder, with forward slashes.
    pub fn relative(&self) -> String {
        relative(&self.id)
    }

    /// The recorded runbook's exact bytes.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn runbook(&self) -> io::Result<Vec<u8>> {
        read_all(self.dir.read(RUNBOOK)?)
    }

    /// What a command printed, as recorded; `name` as its [`Exited`](crate::event::Event::Exited)
    /// event says.
    ///
    /// # Errors
    /// If there is no such file, or it cannot be read.
    pub fn output(&self, name: &str) -> io::Result<Vec<u8>> {
        read_all(self.open_output(name)?)
    }

    /// Opens what a command printed for reading.
    ///
    /// # Errors
    /// If there is no such file, or it cannot be read.
    pub fn open_output(&self, name: &str) -> io::Result<File> {
        if name.contains('/') || name.starts_with('.') {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.dir.child(OUTPUT)?.read(name)
    }

    /// Keeps a signature beside the journal, durable, and says its name.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn add_signature(&self, signature: &[u8]) -> io::Result<String> {
        let mut n = 1u32;
        let (name, mut file) = loop {
            let name = format!("{SIGNATURE}{n}");
            match self.dir.create(&name) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => n += 1,
                made => break (name, made?),
            }
        };
        io::Write::write_all(&mut file, signature)?;
        file.sync_all()?;
        self.dir.sync()?;
        Ok(name)
    }

    /// The names of the signatures there are.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn signatures(&self) -> io::Result<Vec<String>> {
        let mut names = self.dir.names()?;
        names.retain(|name| name.starts_with(SIGNATURE));
        names.sort_unstable();
        Ok(names)
    }

    /// Opens its journal for reading.
    ///
    /// # Errors
    /// If there is none, or it cannot be read.
    pub fn journal(&self) -> io::Result<File> {
        self.dir.read(JOURNAL)
    }

    /// Whether some process has it open. Looking takes the lock for a moment, if it is free; who
    /// wants it tries more than once.
    pub fn presence(&self) -> Presence {
        match self.journal().map(|journal| journal.try_lock_shared()) {
            Ok(Err(std::fs::TryLockError::WouldBlock)) => Presence::Held,
            _ => Presence::Free,
        }
    }

    pub(crate) fn dir(&self) -> &Dir {
        &self.dir
    }
}

/// The name of this machine, as it stands in [`Operator::host`](crate::event::Operator::host).
pub fn this_host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// Changes whenever this machine starts, where the system tells: as
/// [`Operator::boot`](crate::event::Operator::boot) has it.
pub fn this_boot() -> Option<String> {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(id.trim().to_owned())
}

fn read_all(mut file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn open_root(root: &Path) -> Result<Dir, Error> {
    Dir::open(root).map_err(|error| match root.symlink_metadata() {
        Ok(found) if found.is_symlink() => {
            let at = std::fs::read_link(root).unwrap_or_default();
            Error::refused(format!("{} is a link (to {})", root.display(), at.display()))
                .help("a record is never written through a link; set MIDWATCH_STATE_DIR to the real folder")
        }
        Ok(found) if !found.is_dir() => Error::refused(format!("{} is not a folder", root.display())),
        _ => cannot("open the state folder", root, &error),
    })
}

/// The error of an operation on a file of the record, as a sentence.
pub(crate) fn cannot(what: &str, path: &Path, error: &io::Error) -> Error {
    let mut refusal = match error.raw_os_error() {
        Some(code) if code == rustix::io::Errno::LOOP.raw_os_error() => {
            return Error::refused(format!("{} is a link", path.display()))
                .help("a record is never written or read through a link; somebody put it there");
        }
        _ => Error::refused(format!("cannot {what} {}: {}", path.display(), plain(error))),
    };
    if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) {
        refusal = refusal.help("set MIDWATCH_STATE_DIR to a folder that can be written");
    }
    refusal
}

/// An error of the system without its number.
pub(crate) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_lowercase(),
        None => text,
    }
}

/// `YYYY/MM/DD` in UTC, from the time a run's id begins with; none of what is no id.
pub(crate) fn day_of(id: &str) -> Option<String> {
    RunId::parse(id.as_bytes()).map(RunId::day)
}

/// A run's folder below the state folder.
pub(crate) fn relative(id: &str) -> String {
    format!("runs/{}/{id}", day_of(id).unwrap_or_default())
}
