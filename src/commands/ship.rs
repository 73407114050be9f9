//! `[ship] command`: a sealed run is given to it as a tar on standard input, by a process of its own
//! that nobody waits for, until it says with exit 0 that it has it.
//!
//! What is to be shipped lies in `ship/RUN` of the state folder, which holds the command; it goes
//! when the command has acknowledged the run. A shipper that was killed leaves it to the next one,
//! which the next run starts. In a folder that a group shares everybody has a place of their
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
use super::policy::{Policy, Shipping};
use crate::event::fold::Run;
use crate::journal::Store;

/// Pauses before a run is tried again; the last one again and again for a day, and then it waits for
/// the next shipper.
const PAUSES: [u64; 5] = [1, 5, 30, 120, 600];
/// How long a shipper goes on.
const PATIENCE: Duration = Duration::from_secs(86_400);

/// Notes that `run` is to be shipped, if its policy says so, and starts a shipper. It never fails
/// the run: what cannot be noted is said.
pub fn later(store: &Store, run: &Run) {
    let file = if run.revision.file.is_empty() { "-" } else { &run.revision.file };
    let Ok(policy) = Policy::of(file) else { return };
    let Some(shipping) = policy.ship() else { return };
    if let Err(error) = note(store, &run.id, &shipping).and_then(|()| start(store)) {
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

/// Tries again what is still to be shipped, if there is anything. Nobody waits for it.
pub fn again(store: &Store) {
    if pending(store.root()) > 0 {
        let _ = start(store);
    }
}

/// How many runs of this user are still to be shipped.
pub fn pending(root: &Path) -> usize {
    let folder = folder(root);
    let own = open(&folder).is_ok();
    if own { std::fs::read_dir(folder).map_or(0, |entries| entries.flatten().count()) } else { 0 }
}

fn note(store: &Store, run: &str, shipping: &Shipping) -> std::io::Result<()> {
    let folder = folder(store.root());
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    open(&folder)?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).custom_flags(OFlags::NOFOLLOW.bits() as i32);
    let mut file = options.open(folder.join(run))?;
    serde_json::to_writer(&mut file, shipping)?;
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
    // One that is just about to end may not have seen what is new.
    let mut tries = (0..10).map(|n| std::thread::sleep(Duration::from_millis(100 * n.min(1))));
    if !tries.any(|()| lock.try_lock().is_ok()) {
        return Ok(0);
    }
    let began = Instant::now();
    let last = PAUSES[PAUSES.len() - 1];
    let mut pauses = PAUSES.into_iter().chain(std::iter::repeat(last));
    loop {
        for entry in std::fs::read_dir(&folder)?.flatten() {
            if one(&store, &entry.path()) {
                std::fs::remove_file(entry.path())?;
            }
        }
        if pending(&root) == 0 {
            return Ok(0);
        }
        if began.elapsed() > PATIENCE {
            return Ok(crate::error::Kind::Failed.code());
        }
        pause(&lock, pauses.next().unwrap_or(last));
    }
}

/// When something was added to a folder or taken away.
fn changed(folder: &std::fs::File) -> Option<(i64, i64)> {
    folder.metadata().ok().map(|meta| (meta.mtime(), meta.mtime_nsec()))
}

/// Waits for `seconds`, or until another run is to be shipped.
fn pause(folder: &std::fs::File, seconds: u64) {
    let before = changed(folder);
    for _ in 0..seconds * 4 {
        std::thread::sleep(Duration::from_millis(250));
        if changed(folder) != before {
            return;
        }
    }
}

/// Whether the run noted in `note` has been acknowledged, or is no more.
fn one(store: &Store, note: &Path) -> bool {
    let Some(run) = note.file_name().and_then(|name| name.to_str()) else { return false };
    let Ok(found) = store.run(run) else { return false };
    let Some(run) = found else { return true };
    let noted = std::fs::read(note).ok().and_then(|text| serde_json::from_slice(&text).ok());
    noted.is_some_and(|shipping| give(&run.relative(), store.root(), &shipping).unwrap_or(false))
}

/// Runs `command` with a tar of the folder `run` below `root`; true if it ended in time with 0.
fn give(run: &str, root: &Path, shipping: &Shipping) -> std::io::Result<bool> {
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
    taker.arg("-c").arg(&shipping.command);
    let taker = taker.stdin(input).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).spawn();
    let mut taker = match taker {
        Ok(taker) => taker,
        Err(error) => {
            let _ = tar.kill().and_then(|()| tar.wait());
            return Err(error);
        }
    };
    let taken = in_time(&mut taker, shipping.deadline)?;
    // Without a reader it has ended, or does at its next word.
    if !taken {
        let _ = tar.kill();
    }
    Ok(tar.wait()?.success() && taken)
}

fn in_time(child: &mut Child, deadline: Duration) -> std::io::Result<bool> {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if began.elapsed() > deadline {
            if let Some(group) = rustix::process::Pid::from_raw(child.id() as i32) {
                let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            }
            child.wait()?;
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
