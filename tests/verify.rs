//! What verify says of a record that somebody touched.

mod record;

use std::fs;

use midwatch::journal::verify::Status;
use record::{Lab, id, overwrite};

/// Everything verify has against a record, as `FILE:LINE: WHAT`.
fn findings(lab: &Lab) -> Vec<String> {
    let verified = lab.verify();
    assert!(!verified.is_sound(), "nothing found: {verified:?}");
    let problems = verified.ledger.iter().chain(verified.runs.iter().flat_map(|run| &run.problems));
    problems
        .map(|p| {
            let line = p.line.map(|line| format!("{line}:")).unwrap_or_default();
            format!("{}:{line} {}", p.file, p.what)
        })
        .collect()
}

fn lines(path: &std::path::Path) -> Vec<String> {
    fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

fn write_lines(path: &std::path::Path, lines: &[String]) {
    overwrite(path, lines.iter().map(|line| format!("{line}\n")).collect::<String>().as_bytes());
}

#[test]
fn an_untouched_record_verifies() {
    let lab = Lab::new();
    lab.sealed(&id(1));
    lab.paused(&id(2));
    let open = lab.open(&id(3));
    let verified = lab.verify();
    assert!(verified.is_sound(), "{verified:?}");
    let statuses: Vec<_> = verified.runs.iter().map(|run| run.status).collect();
    assert_eq!(statuses, [Status::Sealed, Status::Open, Status::Open]);
    assert!(verified.runs.iter().all(|run| run.remarks.is_empty()), "{verified:?}");
    drop(open);
    assert_eq!(lab.status(&id(3)), Status::Open, "a dead run is not a tampered one");
}
