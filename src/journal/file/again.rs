//! What it takes to open a journal again: its lock, its agreement with the ledger, a file that can be
//! written.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::time::Duration;

use super::Torn;
use crate::error::{Error, Kind};
use crate::event::clock::Clock;
use crate::journal::ledger::{self, Checkpoint, Closed, Entry};
use crate::journal::reader::{self, Recorded};
use crate::journal::store::{JOURNAL, RunDir, Store, cannot};

/// A copy of the journal that is to take its place.
const NEXT: &str = "journal.next";

/// Takes the journal's lock, or says who has it. Somebody may hold it for a moment, just to look.
pub(super) fn take(run: &RunDir) -> Result<File, Error> {
    let wrong = |error: io::Error| cannot("lock", &run.path().join(JOURNAL), &error);
    for _ in 0..20 {
        let lock = run.journal().map_err(wrong)?;
        match lock.try_lock() {
            // Who came before may have put a file of its own in its place.
            Ok(()) if is_journal(run, &lock).map_err(wrong)? => return Ok(lock),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
            Err(TryLockError::Error(error)) => return Err(wrong(error)),
        }
    }
    let by = reader::load(run).map(|recorded| recorded.run.current_operator).unwrap_or_default();
    let who = format!("{} on {} (process {})", by.user, by.host, by.pid);
    Err(Error::refused(format!("run {} is open already: {who}", run.id()))
        .help("somebody has its screen, or its terminal is gone and its command still runs: then it pauses by itself")
        .help(format!("midwatch follow {} shows it", &run.id()[run.id().len().saturating_sub(8)..])))
}

fn is_journal(run: &RunDir, lock: &File) -> io::Result<bool> {
    let (now, locked) = (run.journal()?.metadata()?, lock.metadata()?);
    Ok((now.dev(), now.ino()) == (locked.dev(), locked.ino()))
}

/// Opens a journal to be appended to. It was made read-only when it was paused, which only its owner
/// can take back: a teammate's is copied, and the copy takes its place.
pub(super) fn writable(run: &RunDir, lock: &File) -> io::Result<File> {
    let meta = lock.metadata()?;
    let me = rustix::process::geteuid();
    if run.dir().group().is_some() && meta.uid() != me.as_raw() && !me.is_root() {
        return taken_over(run, lock);
    }
    if meta.mode() & 0o200 == 0 {
        lock.set_permissions(std::fs::Permissions::from_mode(run.dir().file_mode(true)))?;
    }
    run.dir().reopen(JOURNAL)
}

/// A copy of a teammate's journal, locked, durable and in its place.
fn taken_over(run: &RunDir, mut journal: &File) -> io::Result<File> {
    // Under the lock of the journal, so what is there was left by a crash.
    run.dir().remove(NEXT)?;
    let mut copy = run.dir().create(NEXT)?;
    copy.lock()?;
    journal.rewind()?;
    io::copy(&mut journal, &mut copy)?;
    copy.sync_all()?;
    run.dir().replace(NEXT, JOURNAL)?;
    Ok(copy)
}

/// Goes on only where the ledger leaves off, and enters there what a crash kept from being entered.
/// Records that the ledger has and the journal has not were cut away.
pub(super) fn make_good(
    store: &Store,
    run: &RunDir,
    recorded: &Recorded,
    clock: &dyn Clock,
) -> Result<(), Error> {
    let head = &recorded.end.head;
    let at = Checkpoint::from(head);
    let known = ledger::last_checkpoint(store, run.id())?;
    let agrees = match &known {
        Some(known) if known.records == head.records => known.head == at.head,
        Some(known) => known.records < head.records,
        // The ledger has a run before its second record is written.
        None => head.records == 1,
    };
    if !agrees {
        let said = known.map_or("no line that opens it".to_owned(), |known| {
            format!("{} records, the last one with hash {}", known.records, known.head)
        });
        let message = format!("{}: the ledger has {said}", run.path().join(JOURNAL).display());
        let error = Error::new(Kind::Failed, message);
        return Err(error.help("the record was tampered with; `midwatch verify` says more"));
    }
    let entry = match known {
        None => Entry::Opened { run: run.id().to_owned(), at },
        Some(known) if recorded.end.sealed && known.records < head.records => {
            Entry::Sealed(Box::new(Closed { summary: recorded.run.summary(), at }))
        }
        Some(_) => return Ok(()),
    };
    ledger::append(store, clock, &entry)
}

/// Keeps what a crash left of a record, durable before it is taken off the journal.
pub(super) fn set_aside(run: &RunDir, mut file: &File, at: u64, bytes: u64) -> io::Result<Torn> {
    let mut n = 1u32;
    let (name, mut aside) = loop {
        let name = format!("journal.torn-{n}");
        match run.dir().create(&name) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => n += 1,
            made => break (name, made?),
        }
    };
    file.seek(SeekFrom::Start(at))?;
    io::copy(&mut file.take(bytes), &mut aside)?;
    aside.sync_all()?;
    run.dir().sync()?;
    file.set_len(at)?;
    file.sync_all()?;
    Ok(Torn { file: name, bytes })
}
