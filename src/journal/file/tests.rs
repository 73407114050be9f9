use super::*;
use crate::event::{Mode, Operator, Revision};
use crate::journal::SystemClock;

fn journal(folder: &std::path::Path) -> Journal {
    let store = Store::open(folder).unwrap();
    let opened = Event::Opened {
        format: 1,
        run: Store::new_id(),
        version: "0.1.0".into(),
        runbook: Revision { sha256: record::hex(&Sha256::digest(b"").into()), ..Revision::default() },
        operator: Operator::default(),
        mode: Mode::Live,
        unattended: true,
        params: Default::default(),
        secrets: vec![],
        ticket: None,
        tags: vec![],
        steps_total: 1,
        from: None,
        cwd: "/".into(),
        undoes: None,
    };
    Journal::create(&store, Arc::new(SystemClock), opened, b"").unwrap().0
}

fn note() -> Event {
    Event::Note { step: None, text: "x".into(), by: None }
}

#[test]
fn an_error_of_writing_is_final() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = journal(&folder.path().join("state"));
    let path = journal.run.path().join(JOURNAL);
    let length = std::fs::metadata(&path).unwrap().len();
    // A file that cannot be written to stands for a disk that cannot.
    let good = std::mem::replace(&mut journal.file, File::open(&path).unwrap());
    let error = journal.commit(note()).unwrap_err();
    assert!(error.message.contains("cannot be written any more (bad file descriptor)"), "{error}");
    // Also once the disk could be written again: what is on it, nobody knows.
    journal.file = good;
    for again in [journal.append(note()).err(), journal.sync().err()] {
        assert_eq!(again.map(|error| error.message), Some(error.message.clone()));
    }
    assert!(journal.broken().is_some());
    assert_eq!(std::fs::metadata(&path).unwrap().len(), length);
}

#[test]
#[cfg(target_os = "linux")]
fn space_is_set_aside_and_given_back() {
    use std::os::unix::fs::MetadataExt;
    let folder = tempfile::tempdir().unwrap();
    let mut journal = journal(&folder.path().join("state"));
    let path = journal.run.path().join(JOURNAL);
    let meta = std::fs::metadata(&path).unwrap();
    if meta.blocks() * 512 < RESERVED {
        eprintln!("this file system cannot set space aside");
        return;
    }
    assert!(meta.len() < 4096, "without making the file longer");
    let mut run = Run::new();
    run.apply(
        &journal
            .commit(Event::Sealed { status: crate::event::Ending::Completed, reason: None, helped: None })
            .unwrap(),
    );
    journal.close(&run).unwrap();
    assert!(std::fs::metadata(&path).unwrap().blocks() * 512 <= 8192);
}

#[test]
fn what_cannot_be_written_here_goes_on_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = journal(&folder.path().join("state"));
    let mut output = crate::journal::OutputFile::create(journal.run(), 1, "a", 1).unwrap();
    output.write(b"printed");
    assert!(output.finish().file.is_some());
    journal.file = File::open(journal.run.path().join(JOURNAL)).unwrap();
    assert!(journal.commit(note()).is_err());
    let elsewhere = Store::open(&folder.path().join("fallback")).unwrap();
    journal.relocate(&elsewhere).unwrap();
    assert!(journal.run().path().starts_with(elsewhere.root()));
    journal.commit(note()).unwrap();
    let records = journal.head().records;
    assert_eq!(records, 3, "what was appended before the error is not lost");
    let id = journal.run().id().to_owned();
    assert!(elsewhere.run(&id).unwrap().unwrap().output("01-a-1.log").is_ok());
    drop(journal);
    for root in ["state", "fallback"] {
        let store = Store::read(&folder.path().join(root)).unwrap();
        let verified = crate::journal::verify::all(&store).unwrap();
        assert!(verified.is_sound(), "{root}: {verified:?}");
    }
}
