//! `[ship] command`: a sealed run is given to it as a tar on standard input, by a process of its own
//! that nobody waits for, until it says with exit 0 that it has it.
//!
//! What is to be shipped lies in `ship/RUN` of the state folder, which holds the command; it goes
//! when the command has acknowledged the run. A shipper that was killed leaves it to the next one,
//! which the next sealed run starts. In a folder that a group shares everybody has a place of their
//! own, `ship-UID/RUN`: what stands there is run, and by its owner alone.

use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::fs::OFlags;
use rustix::process::geteuid;

use super::Failure;
use super::policy::Policy;
use crate::event::fold::Run;
use crate::journal::Store;

/// One try may take so long.
const DEADLINE: Duration = Duration::from_secs(60);
/// Pauses before a run is tried again; after the last one it waits for the next shipper.
const PAUSES: [u64; 4] = [1, 5, 30, 120];

/// Notes that `run` is to be shipped, if its policy says so, and starts a shipper. It never fails
/// the run: what cannot be noted is said.
pub fn later(store: &Store, run: &Run) {
    let file = if run.revision.file.is_empty() { "-" } else { &run.revision.file };
    let Ok(policy) = Policy::of(file) else { return };
    let Some(command) = policy.ship() else { return };
    if let Err(error) = note(store, &run.id, command).and_then(|()| start(store)) {
        let _ = writeln!(
            std::io::stderr(),
            "warning: the run is not shipped: {error}; `midwatch ship` tries again"
        );
    }
}

/// Where this user's notes lie in the state folder `root`.
fn folder(root: &Path) -> PathBuf {
    let shared = !Store::is_private(root).unwrap_or(false);
    let name = if shared { format!("ship-{}", geteuid().as_raw()) } else { "ship".to_owned() };
    root.join(name)
}

/// Opens it to list what is there; refused if it is a link or not this user's alone.
fn open(folder: &Path) -> std::io::Result<std::fs::File> {
    let flags = OFlags::NOFOLLOW | OFlags::DIRECTORY;
    let opened = std::fs::OpenOptions::new().read(true).custom_flags(flags.bits() as i32).open(folder)?;
    let meta = opened.metadata()?;
    if meta.uid() != geteuid().as_raw() || meta.mode() & 0o022 != 0 {
        return Err(std::io::Error::other(format!("{} is not this user's alone", folder.display())));
    }
    Ok(opened)
}

fn note(store: &Store, run: &str, command: &str) -> std::io::Result<()> {
    let folder = folder(store.root());
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    open(&folder)?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).custom_flags(OFlags::NOFOLLOW.bits() as i32);
    let mut file = options.open(folder.join(run))?;
    file.write_all(command.as_bytes())?;
    file.sync_all()
}

/// In a process group and with streams of its own, so that neither the terminal nor a pipe waits.
fn start(store: &Store) -> std::io::Result<()> {
    let mut shipper = Command::new(std::env::current_exe()?);
    shipper.arg("ship").env("MIDWATCH_STATE_DIR", store.root()).process_group(0).current_dir("/");
    shipper.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().map(drop)
}

/// `midwatch ship`: ships what is noted. Where another shipper is at it, there is nothing to do.
pub fn ship() -> Result<u8, Failure> {
    let root = Store::locate(&|name| std::env::var_os(name))?;
    let store = Store::read(&root)?;
    let folder = folder(&root);
    let Ok(lock) = open(&folder) else { return Ok(0) };
    if lock.try_lock().is_err() {
        return Ok(0);
    }
    for pause in std::iter::once(0).chain(PAUSES) {
        std::thread::sleep(Duration::from_secs(pause));
        // Runs that were sealed meanwhile are there, too.
        let mut left = 0;
        for entry in std::fs::read_dir(&folder)?.flatten() {
            if one(&store, &entry.path()) {
                std::fs::remove_file(entry.path())?;
            } else {
                left += 1;
            }
        }
        if left == 0 {
            return Ok(0);
        }
    }
    Ok(crate::error::Kind::Failed.code())
}

/// Whether the run noted in `note` has been acknowledged, or is no more.
fn one(store: &Store, note: &Path) -> bool {
    let Some(run) = note.file_name().and_then(|name| name.to_str()) else { return false };
    let Ok(found) = store.run(run) else { return false };
    let Some(run) = found else { return true };
    std::fs::read_to_string(note)
        .is_ok_and(|command| give(&run.relative(), store.root(), &command).unwrap_or(false))
}

/// Runs `command` with a tar of the folder `run` below `root`; true if it ended in time with 0.
fn give(run: &str, root: &Path, command: &str) -> std::io::Result<bool> {
    let mut tar = Command::new("tar")
        .args(["-cf", "-", "-C"])
        .arg(root)
        .arg("--")
        .arg(run)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let input = tar.stdout.take().map_or_else(Stdio::null, Stdio::from);
    let mut taker = Command::new("sh");
    taker.arg("-c").arg(command);
    let taker = taker.stdin(input).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).spawn();
    let mut taker = match taker {
        Ok(taker) => taker,
        Err(error) => {
            let _ = tar.kill().and_then(|()| tar.wait());
            return Err(error);
        }
    };
    let taken = in_time(&mut taker)?;
    // Without a reader it has ended, or does at its next word.
    if !taken {
        let _ = tar.kill();
    }
    Ok(tar.wait()?.success() && taken)
}

fn in_time(child: &mut Child) -> std::io::Result<bool> {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if began.elapsed() > DEADLINE {
            if let Some(group) = rustix::process::Pid::from_raw(child.id() as i32) {
                let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            }
            child.wait()?;
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
