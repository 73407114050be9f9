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
