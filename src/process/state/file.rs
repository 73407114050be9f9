//! The carried state on disk: one file, as private as its folder, replaced whole.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, bail};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Kept;

/// Version of the file.
pub const FORMAT: u32 = 1;
const NAME: &str = "shell-state.json";
const NEW_NAME: &str = "shell-state.new";
/// More than this is no shell state.
const LARGEST: u64 = 64 << 20;

/// Bytes that are nearly always text: a string in JSON, else a list of numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(pub Vec<u8>);

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(&self.0) {
            Ok(text) => serializer.serialize_str(text),
            Err(_) => serializer.collect_seq(&self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Text(String),
            Bytes(Vec<u8>),
        }
        Ok(Text(match Either::deserialize(deserializer)? {
            Either::Text(text) => text.into_bytes(),
            Either::Bytes(bytes) => bytes,
        }))
    }
}

/// Reads the state in `dir`, which is made if it is missing; none if nothing is kept there.
pub fn read(dir: &Path) -> anyhow::Result<Option<Kept>> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .with_context(|| format!("cannot make the folder {}", dir.display()))?;
    let path = dir.join(NAME);
    let mut options = OpenOptions::new();
    // Never through a link, never waiting for the other end of a pipe.
    options
        .read(true)
        .custom_flags((rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK).bits() as i32);
    let file = match options.open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let mut text = Vec::new();
    file.take(LARGEST).read_to_end(&mut text).with_context(|| format!("cannot read {}", path.display()))?;
    let kept: Kept = serde_json::from_slice(&text)
        .with_context(|| format!("{} does not hold a shell's state", path.display()))?;
    if kept.format > FORMAT {
        bail!("{} was written by a later version of midwatch", path.display());
    }
    Ok(Some(kept))
}

/// Replaces the state in `dir`, durably.
pub fn write(dir: &Path, kept: &Kept) -> anyhow::Result<()> {
    let new = dir.join(NEW_NAME);
    let context = || format!("cannot keep the shell's state in {}", dir.display());
    let text = serde_json::to_vec(kept).with_context(context)?;
    let mut file = private_file(&new).with_context(context)?;
    share_as(dir, &file).with_context(context)?;
    file.write_all(&text).and_then(|()| file.sync_data()).with_context(context)?;
    fs::rename(&new, dir.join(NAME)).with_context(context)?;
    File::open(dir).and_then(|dir| dir.sync_all()).with_context(context)
}

/// Removes the state in `dir`.
pub fn delete(dir: &Path) -> anyhow::Result<()> {
    for name in [NAME, NEW_NAME] {
        match fs::remove_file(dir.join(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot remove {}", dir.join(name).display()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// In a folder that a group shares, the state is the group's, too: a teammate may go on.
fn share_as(dir: &Path, file: &File) -> std::io::Result<()> {
    let mode = fs::symlink_metadata(dir)?.permissions().mode();
    if mode & 0o7777 == 0o2770 {
        file.set_permissions(fs::Permissions::from_mode(0o660))?;
    }
    Ok(())
}

/// A new, empty file only its owner may read, in place of whatever `path` was.
pub fn private_file(path: &Path) -> std::io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}
