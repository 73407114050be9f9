//! Files by which midwatch and a step's shell tell each other things.
//!
//! On Linux they have no name anybody could swap: they live in memory, are opened through this
//! process's folder in `/proc` and are not inherited, so no program of a step sees a stray
//! descriptor (LVM's tools complain about those), and a full disk does no harm. Elsewhere they
//! are private temporary files.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

/// More than this is not read back.
const LARGEST: u64 = 32 << 20;

/// One such file; gone when dropped.
pub(super) struct Handover {
    file: File,
    path: PathBuf,
    /// Removes the file where it has a name.
    _name: Option<tempfile::TempPath>,
}

impl Handover {
    /// A file that holds `content` and can be opened by name in another process of this user.
    ///
    /// # Errors
    /// If neither memory nor the folder for temporary files takes it.
    pub fn new(content: &[u8]) -> std::io::Result<Self> {
        let mut handover = unnamed()?;
        handover.file.write_all(content)?;
        handover.file.rewind()?;
        if !content.is_empty() {
            seal(&handover.file);
        }
        Ok(handover)
    }

    /// Where another process opens it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file itself, at its start, for standard input.
    pub fn into_file(self) -> std::io::Result<File> {
        self.file.try_clone()
    }

    /// What was written to it.
    pub fn read(&mut self) -> std::io::Result<Vec<u8>> {
        let mut content = Vec::new();
        self.file.rewind()?;
        (&self.file).take(LARGEST).read_to_end(&mut content)?;
        Ok(content)
    }
}

fn named(dir: &Path) -> std::io::Result<Handover> {
    let (file, name) = tempfile::Builder::new().prefix(".handover-").tempfile_in(dir)?.into_parts();
    Ok(Handover { file, path: name.to_path_buf(), _name: Some(name) })
}

#[cfg(target_os = "linux")]
fn unnamed() -> std::io::Result<Handover> {
    use rustix::fs::{MemfdFlags, memfd_create};
    use std::os::fd::AsRawFd;
    let file = match memfd_create("midwatch", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING) {
        Ok(descriptor) => File::from(descriptor),
        Err(_) => tempfile::tempfile()?,
    };
    let path = format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd());
    if !Path::new(&path).exists() {
        return named(&std::env::temp_dir());
    }
    Ok(Handover { file, path: path.into(), _name: None })
}

#[cfg(target_os = "linux")]
fn seal(file: &File) {
    use rustix::fs::{SealFlags, fcntl_add_seals};
    // Not possible for a file on disk, which is private to this user.
    let seals = SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL;
    let _ = fcntl_add_seals(file, seals);
}

#[cfg(not(target_os = "linux"))]
fn unnamed() -> std::io::Result<Handover> {
    named(&std::env::temp_dir())
}

#[cfg(not(target_os = "linux"))]
fn seal(_file: &File) {}
