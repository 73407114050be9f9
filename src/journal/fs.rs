//! Folders and files of the state folder: private, and never reached through a link.
//!
//! Everything below the state folder is opened relative to the folder above it with `O_NOFOLLOW`,
//! so that nothing put in place of a folder can lead a write elsewhere. Where a group shares the
//! folder, all that is made below it is the group's, too, and still nobody else's.

mod below;

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags};
use rustix::io::Errno;
use rustix::process::Gid;

use super::Group;
use crate::error::Error;

const FOLDER: OFlags = OFlags::DIRECTORY.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
/// What a group shares: new entries are the group's, too.
const SHARED_FOLDER: u32 = 0o2770;
const SHARED_FILE: u32 = 0o660;
/// A folder above the shared one: to pass through, not to look into.
const PASSAGE: u32 = 0o710;

/// An open folder, and its path for messages.
#[derive(Debug)]
pub(crate) struct Dir {
    fd: OwnedFd,
    path: PathBuf,
    /// Who shares it and what is made in it.
    group: Option<Group>,
}

impl Dir {
    /// Opens a folder; its last component must not be a link.
    pub fn open(path: &Path) -> io::Result<Self> {
        let fd = rustix::fs::openat(CWD, path, FOLDER | OFlags::RDONLY, Mode::empty())?;
        Ok(Dir { fd, path: path.to_owned(), group: None })
    }

    /// From now on it is a folder of `group`; with `give` it is made one.
    pub fn share(&mut self, group: &Group, give: bool) -> io::Result<()> {
        if give {
            give_to(&self.fd, group.gid(), SHARED_FOLDER)?;
        }
        self.group = Some(group.clone());
        Ok(())
    }

    /// Who shares it.
    pub fn group(&self) -> Option<&Group> {
        self.group.as_ref()
    }

    /// The permissions of a file in it that may be written, or may not be any more.
    pub fn file_mode(&self, writable: bool) -> u32 {
        let mode = if self.group.is_some() { SHARED_FILE } else { 0o600 };
        if writable { mode } else { mode & 0o440 }
    }

    /// Opens a folder in this one. A link is `ELOOP`, as it is for files.
    pub fn child(&self, name: &str) -> io::Result<Self> {
        match rustix::fs::openat(&self.fd, name, FOLDER | OFlags::RDONLY, Mode::empty()) {
            Ok(fd) => Ok(Dir { fd, path: self.path.join(name), group: self.group.clone() }),
            Err(Errno::NOTDIR) if self.is_link(name) => Err(Errno::LOOP.into()),
            Err(errno) => Err(errno.into()),
        }
    }

    fn is_link(&self, name: &str) -> bool {
        let stat = rustix::fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW);
        stat.is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode).is_symlink())
    }

    /// Makes a folder in this one, private, and says whether it was not there before. The new entry
    /// is durable when this returns.
    pub fn make(&self, name: &str) -> io::Result<bool> {
        match rustix::fs::mkdirat(&self.fd, name, Mode::RWXU) {
            Ok(()) => {
                if let Some(group) = &self.group {
                    give_to(&self.child(name)?.fd, group.gid(), SHARED_FOLDER)?;
                }
                self.sync().map(|()| true)
            }
            Err(Errno::EXIST) => Ok(false),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Makes a file that must not exist yet, private, for writing and reading.
    pub fn create(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::APPEND;
        let file = self.file(name, flags)?;
        if let Some(group) = &self.group {
            give_to(&file, group.gid(), SHARED_FILE)?;
        }
        Ok(file)
    }

    /// Opens a file for reading.
    pub fn read(&self, name: &str) -> io::Result<File> {
        // NONBLOCK: a pipe put in a file's place must not hang us; it means nothing to a file.
        let file = self.file(name, OFlags::RDONLY | OFlags::NONBLOCK)?;
        if file.metadata()?.is_file() { Ok(file) } else { Err(Errno::INVAL.into()) }
    }

    /// Opens a file for appending and reading, made if it is not there.
    pub fn append(&self, name: &str) -> io::Result<File> {
        if self.group.is_none() {
            return self.file(name, OFlags::RDWR | OFlags::CREATE | OFlags::APPEND);
        }
        // Only who made it can give it to the group, and only who sees it given can open it.
        loop {
            match self.patiently(|| self.reopen(name)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                opened => return opened,
            }
            match self.create(name) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => return made,
            }
        }
    }

    /// Tries again for a moment where a teammate may be about to give the group what was just made.
    pub fn patiently<T>(&self, mut open: impl FnMut() -> io::Result<T>) -> io::Result<T> {
        for _ in 0..20 {
            match open() {
                Err(error) if self.group.is_some() && error.kind() == io::ErrorKind::PermissionDenied => {
                    std::thread::sleep(std::time::Duration::from_millis(10));
                }
                opened => return opened,
            }
        }
        open()
    }

    /// Puts the file `from` in the place of `to`; the entry is durable when this returns.
    pub fn replace(&self, from: &str, to: &str) -> io::Result<()> {
        rustix::fs::renameat(&self.fd, from, &self.fd, to)?;
        self.sync()
    }

    /// Removes a file; one that is not there is no error.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        match rustix::fs::unlinkat(&self.fd, name, AtFlags::empty()) {
            Err(Errno::NOENT) => Ok(()),
            removed => Ok(removed?),
        }
    }

    /// Opens a file that exists for appending and reading.
    pub fn reopen(&self, name: &str) -> io::Result<File> {
        self.file(name, OFlags::RDWR | OFlags::APPEND)
    }

    fn file(&self, name: &str, flags: OFlags) -> io::Result<File> {
        let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = rustix::fs::openat(&self.fd, name, flags, Mode::RUSR | Mode::WUSR)?;
        Ok(File::from(fd))
    }

    /// Removes a folder in this one with all that is in it; a link is removed, never followed. One
    /// that is not there is no error.
    pub fn remove_tree(&self, name: &str) -> io::Result<()> {
        let folder = match self.child(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            folder => folder?,
        };
        for inner in folder.names()? {
            match rustix::fs::unlinkat(&folder.fd, &inner, AtFlags::empty()) {
                Err(Errno::ISDIR | Errno::PERM) => folder.remove_tree(&inner)?,
                removed => removed?,
            }
        }
        Ok(rustix::fs::unlinkat(&self.fd, name, AtFlags::REMOVEDIR)?)
    }

    /// Makes the entries of this folder durable.
    pub fn sync(&self) -> io::Result<()> {
        Ok(rustix::fs::fsync(&self.fd)?)
    }

    /// Names in this folder, in no order; see [`Dir::each_name`].
    pub fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        self.each_name(&mut |name| names.push(name.to_owned()))?;
        Ok(names)
    }

    /// Gives each name in this folder to `each`, `.` and `..` left out, in no order; names that are
    /// not UTF-8 are none of ours and left out too.
    pub fn each_name(&self, each: &mut dyn FnMut(&str)) -> io::Result<()> {
        for entry in rustix::fs::Dir::read_from(&self.fd)? {
            if let Ok(name) = entry?.file_name().to_str()
                && name != "."
                && name != ".."
            {
                each(name);
            }
        }
        Ok(())
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it is this user's and nobody else can write to it.
    pub fn is_private(&self) -> io::Result<bool> {
        let stat = rustix::fs::fstat(&self.fd)?;
        Ok(stat.st_uid == rustix::process::geteuid().as_raw() && stat.st_mode & 0o022 == 0)
    }

    /// Refuses a folder that somebody else owns or may write to. A group's is its own with exactly
    /// the permissions it is made with: only a member can have given it to the group.
    pub fn check(&self) -> Result<(), Error> {
        let path = self.path.display();
        let look = || {
            let stat = rustix::fs::fstat(self.fd.as_fd());
            stat.map_err(|errno| Error::refused(format!("cannot look at {path}: {errno}")))
        };
        if let Some(group) = &self.group {
            let shared = |stat: &rustix::fs::Stat| {
                stat.st_gid == group.gid().as_raw() && stat.st_mode & 0o7777 == SHARED_FOLDER
            };
            let mut stat = look()?;
            // Who makes it gives it to the group right after.
            for _ in 0..20 {
                if shared(&stat) {
                    return Ok(());
                }
                std::thread::sleep(std::time::Duration::from_millis(10));
                stat = look()?;
            }
            let (name, mode) = (group.name(), stat.st_mode & 0o7777);
            let message = format!(
                "{path} is not what the group `{name}` shares: it has mode {mode:04o} and is of group {}",
                stat.st_gid
            );
            return Err(Error::refused(message).help(format!("chgrp {name} {path} && chmod 2770 {path}")));
        }
        let stat = look()?;
        let mode = stat.st_mode & 0o7777;
        let me = rustix::process::geteuid().as_raw();
        if stat.st_uid != me {
            let message = format!("{path} belongs to user {}, and this is user {me}", stat.st_uid);
            return Err(Error::refused(message)
                .help("a record is kept in a folder of one's own; set MIDWATCH_STATE_DIR to one")
                .help("a team's is for who stands in a folder whose midwatch.toml has its `[state] group`"));
        }
        if mode & 0o022 != 0 {
            let message = format!("{path} can be written by others (mode {mode:04o})");
            return Err(Error::refused(message).help(format!("chmod go-w {path}")));
        }
        Ok(())
    }
}

/// Gives what this process made to a group.
fn give_to(fd: impl AsFd, gid: Gid, mode: u32) -> io::Result<()> {
    let stat = rustix::fs::fstat(&fd)?;
    if stat.st_gid != gid.as_raw() {
        rustix::fs::fchown(&fd, None, Some(gid))?;
    }
    if stat.st_mode & 0o7777 != mode {
        rustix::fs::fchmod(&fd, Mode::from_raw_mode(mode))?;
    }
    Ok(())
}

/// Makes a folder and what is missing above it, private; new entries are durable. What is above a
/// folder of `group` lets its members through. True if the folder was not there.
pub(crate) fn make_path(path: &Path, group: Option<&Group>) -> io::Result<bool> {
    let mut missing = Vec::new();
    let mut at = path;
    while let Err(error) = at.symlink_metadata() {
        if error.kind() != io::ErrorKind::NotFound {
            return Err(error);
        }
        missing.push(at);
        match at.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => at = parent,
            _ => break,
        }
    }
    let mut made = false;
    for path in missing.into_iter().rev() {
        match rustix::fs::mkdir(path, Mode::RWXU) {
            Ok(()) => {
                made = true;
                if let Some(group) = group {
                    give_to(Dir::open(path)?.fd, group.gid(), PASSAGE)?;
                }
            }
            // Another process was faster.
            Err(Errno::EXIST) => made = false,
            Err(errno) => return Err(errno.into()),
        }
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        File::open(parent.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(made)
}

/// Sets space aside behind a file's end without making it longer, so that a disk that fills up
/// meanwhile still takes the record. Systems that cannot do it do without.
///
/// # Errors
/// Where there is no space.
pub(crate) fn reserve(file: &File, from: u64, bytes: u64) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        let reserved = rustix::fs::fallocate(file, rustix::fs::FallocateFlags::KEEP_SIZE, from, bytes);
        if let Err(errno @ (Errno::NOSPC | Errno::DQUOT | Errno::IO | Errno::ROFS)) = reserved {
            return Err(errno.into());
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (file, from, bytes);
    Ok(())
}
