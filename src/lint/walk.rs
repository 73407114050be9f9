//! Which files are meant: those named, and the Markdown below the folders named.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use ignore::WalkBuilder;

use crate::error::Error;

use super::config::{Config, Configs};
use super::queue::Waiting;

/// Endings of the files looked for in folders; a file named outright may have any.
const ENDINGS: &[&str] = &["md", "markdown", "mdown", "mkd"];

/// A file to look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// As the caller would write it.
    pub path: PathBuf,
    /// The same, absolute.
    pub absolute: PathBuf,
}

impl Target {
    /// The target at `path`, relative to the working folder.
    pub fn new(path: &Path) -> Target {
        // A leading `./` is noise in messages, and in the way of those who compare paths.
        let shown = path.strip_prefix(".").unwrap_or(path);
        Target { path: shown.to_owned(), absolute: absolute(path) }
    }

    /// What it is called in messages.
    pub fn name(&self) -> Cow<'_, str> {
        // Nearly all names are UTF-8, which is quickly said.
        self.path.to_str().map_or_else(|| self.path.to_string_lossy(), Cow::Borrowed)
    }

    /// The folder it lies in.
    pub fn folder(&self) -> &Path {
        self.absolute.parent().unwrap_or(Path::new("/"))
    }
}

/// The path from the root of the file system on, without `.` and `..`: who looks upwards from it
/// must not pass through a folder it only leads out of.
pub fn absolute(path: &Path) -> PathBuf {
    plain(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

/// The path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    joined(Path::new(""), path)
}

/// `path`, seen from `folder`, which is plain; without `.` and `..`.
pub(super) fn joined(folder: &Path, path: impl AsRef<Path>) -> PathBuf {
    let path = path.as_ref();
    let mut plain = PathBuf::with_capacity(folder.as_os_str().len() + 1 + path.as_os_str().len());
    plain.push(folder);
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// What [`find`] says beside the files.
#[derive(Debug, Default)]
pub struct Found {
    /// How many files the configuration leaves out.
    pub excluded: usize,
    /// What could not be read.
    pub troubles: Vec<Error>,
}

/// Calls `found` with each of the files meant by `paths`, once and in no order: a file is itself, a
/// folder is the Markdown below it, hidden files and what `.gitignore` names left out. `exclude` of
/// the configuration holds for all.
///
/// # Errors
/// A `midwatch.toml` is wrong. A path that does not exist is one of the troubles.
pub fn find(paths: &[PathBuf], configs: &Configs, found: &mut dyn FnMut(Target)) -> Result<Found, Error> {
    find_configured(paths, configs, &mut |file| found(file.target))
}

/// As [`find`], each file with its configuration and its size.
pub(super) fn find_configured(
    paths: &[PathBuf],
    configs: &Configs,
    found: &mut dyn FnMut(Waiting),
) -> Result<Found, Error> {
    let mut finder = Finder {
        configs,
        several: paths.len() > 1,
        seen: HashSet::new(),
        last: None,
        files: found,
        found: Found::default(),
    };
    for path in paths {
        match path.metadata() {
            Ok(metadata) if metadata.is_dir() => finder.walk(path)?,
            Ok(metadata) => finder.add(Target::new(path), metadata.len())?,
            Err(_) => {
                let message = format!("{}: no such file or folder; look at the path", path.display());
                finder.found.troubles.push(Error::refused(message));
            }
        }
    }
    Ok(finder.found)
}

struct Finder<'c> {
    configs: &'c Configs,
    /// Whether more than one path is looked at.
    several: bool,
    seen: HashSet<OsString>,
    /// The folder of the file before, and its configuration: most files lie beside each other.
    last: Option<(PathBuf, Arc<Config>)>,
    files: &'c mut dyn FnMut(Waiting),
    found: Found,
}

impl Finder<'_> {
    /// Adds the Markdown files below the folder at `path`.
    fn walk(&mut self, path: &Path) -> Result<(), Error> {
        let root = Target::new(path);
        // What a person ignores, everywhere or in their own clone, is no matter of the repository: all who lint
        // it see the same files.
        let mut walk = WalkBuilder::new(path);
        for entry in walk.require_git(false).git_global(false).git_exclude(false).build() {
            match entry {
                Ok(entry) if is_markdown(entry.path()) && is_file(&entry) => {
                    // Of a link it is the link's own, which whoever reads it finds out.
                    let size = entry.metadata().map_or(0, |metadata| metadata.len());
                    let found = entry.into_path();
                    let absolute = seen_from(&root.absolute, path, &found);
                    let path = match root.path.as_os_str() == path.as_os_str() {
                        true => found,
                        false => seen_from(&root.path, path, &found),
                    };
                    self.add(Target { path, absolute }, size)?;
                }
                Ok(_) => {}
                Err(error) => self.found.troubles.push(Error::refused(error.to_string())),
            }
        }
        Ok(())
    }

    fn add(&mut self, target: Target, size: u64) -> Result<(), Error> {
        // One folder holds each file once.
        if self.several && !self.seen.insert(target.absolute.clone().into_os_string()) {
            return Ok(());
        }
        let config = match &self.last {
            Some((last, config)) if lies_in(&target.absolute, last) => Arc::clone(config),
            _ => {
                let folder = target.folder();
                let config = self.configs.of(folder)?;
                self.last = Some((folder.to_owned(), Arc::clone(&config)));
                config
            }
        };
        if config.excludes(&target.absolute) {
            self.found.excluded += 1;
        } else {
            (self.files)(Waiting { target, config, size });
        }
        Ok(())
    }
}

/// `found`, which was found below the folder at `path`, as that folder is at `root`.
fn seen_from(root: &Path, path: &Path, found: &Path) -> PathBuf {
    // Of the bytes the one is the beginning of the other, which a look at each part of a path finds out late.
    let (root, path) = (root.as_os_str().as_bytes(), path.as_os_str().as_bytes());
    let found = found.as_os_str().as_bytes();
    let below = found.strip_prefix(path).unwrap_or(found);
    let below = below.strip_prefix(b"/").unwrap_or(below);
    let mut seen = OsString::with_capacity(root.len() + 1 + below.len());
    seen.push(OsStr::from_bytes(root));
    if !root.is_empty() && !root.ends_with(b"/") {
        seen.push("/");
    }
    seen.push(OsStr::from_bytes(below));
    seen.into()
}

/// Whether the file at `path`, which is plain, lies in `folder`, which is plain too; by their bytes.
fn lies_in(path: &Path, folder: &Path) -> bool {
    let (path, folder) = (path.as_os_str().as_bytes(), folder.as_os_str().as_bytes());
    let name = path.strip_prefix(folder).and_then(|rest| rest.strip_prefix(b"/"));
    name.is_some_and(|name| !name.is_empty() && !name.contains(&b'/'))
}

/// Whether the name of a file, which no slash follows, has one of the endings; by its bytes.
fn is_markdown(path: &Path) -> bool {
    let path = path.as_os_str().as_bytes();
    let name = &path[path.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1)..];
    // A name that begins with its only dot has no ending.
    let dot = name.iter().rposition(|byte| *byte == b'.').filter(|dot| *dot > 0);
    dot.is_some_and(|dot| ENDINGS.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(&name[dot + 1..])))
}

fn is_file(entry: &ignore::DirEntry) -> bool {
    // A link to a file counts, a link to a folder is not followed.
    entry.file_type().is_some_and(|kind| kind.is_file() || (kind.is_symlink() && entry.path().is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// The names of the files found below `root`, and the rest.
    fn found(paths: &[PathBuf], root: &Path) -> (Vec<String>, Found) {
        let mut names = Vec::new();
        let mut add =
            |target: Target| names.push(target.path.strip_prefix(root).unwrap().display().to_string());
        let rest = find(paths, &Configs::default(), &mut add).unwrap();
        names.sort_unstable();
        (names, rest)
    }

    #[test]
    fn folders_are_walked_as_git_would_and_excludes_hold_for_files_named_outright() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        for folder in ["b", "ignored", ".hidden", "old"] {
            fs::create_dir(root.join(folder)).unwrap();
        }
        for file in ["a.md", "b/c.MD", "b/d.txt", "ignored/e.md", ".hidden/f.md", "old/g.md", "b.markdown"] {
            fs::write(root.join(file), "# x\n").unwrap();
        }
        fs::write(root.join(".gitignore"), "ignored/\n").unwrap();
        // One's own list of what to ignore is no matter of the others.
        fs::create_dir_all(root.join(".git/info")).unwrap();
        fs::write(root.join(".git/info/exclude"), "*.markdown\n").unwrap();
        fs::write(root.join("midwatch.toml"), "[lint]\nexclude = ['old/']\n").unwrap();
        let (names, rest) = found(&[root.to_owned(), root.join("a.md"), root.join("b/d.txt")], root);
        assert_eq!(names, ["a.md", "b.markdown", "b/c.MD", "b/d.txt"]);
        assert_eq!(rest.excluded, 1);
        let (names, rest) = found(&[root.join("old/g.md"), root.join("ignored/e.md")], root);
        assert_eq!(names, ["ignored/e.md"]);
        assert_eq!(rest.excluded, 1);
        let (_, missing) = found(&[root.join("nowhere.md")], root);
        assert!(missing.troubles[0].message.contains("nowhere.md: no such file"));
    }
}
