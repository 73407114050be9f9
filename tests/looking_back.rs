//! Looking back leaves nothing behind, and needs nothing but the record.

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use support::Place;

/// Every file of the record with its bytes.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut open = vec![root.to_owned()];
    let mut found = BTreeMap::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().flatten() {
            if entry.path().is_dir() {
                open.push(entry.path());
            } else {
                found.insert(entry.path(), std::fs::read(entry.path()).unwrap());
            }
        }
    }
    found
}

#[test]
fn there_is_no_second_source_of_truth() {
    let place = Place::new();
    place.file("a.md", "# A\n\n```sh id=say\necho hello\n```\n");
    assert_eq!(place.midwatch(&["run", "a.md", "--yes", "--ticket", "OPS-1"]).code, 0);
    let run = place.last_run();
    let before = files(&place.state());
    let names: Vec<String> = before
        .keys()
        .map(|path| path.strip_prefix(place.state()).unwrap().display().to_string())
        .map(|path| if path.starts_with("runs/") { path[5 + 11 + 37..].to_owned() } else { path })
        .collect();
    assert_eq!(names, ["ledger.jsonl", "journal.jsonl", "output/01-say-1.log", "runbook.md"]);
    let asked: [&[&str]; 11] = [
        &["history"],
        &["history", "--json", "--ticket", "OPS-1"],
        &["show", &run],
        &["output", &run, "1"],
        &["stats", "a.md"],
        &["report", &run, "--format", "html"],
        &["export"],
        &["verify"],
        &["list"],
        &["find", "A"],
        &["follow", &run],
    ];
    let answers = || asked.map(|args| place.midwatch(args)).map(|ended| (ended.code, ended.stdout));
    let first = answers();
    assert!(first.iter().all(|(code, out)| *code == 0 && !out.is_empty()), "{first:?}");
    assert_eq!(files(&place.state()), before, "nothing is written by who only looks");
    assert_eq!(answers().map(|(code, _)| code), first.map(|(code, _)| code));
    // Nor anywhere else.
    let hidden = [".cache", ".local", ".config"];
    assert!(hidden.iter().all(|name| !place.path().join(name).exists()));
}

#[test]
fn what_the_ledger_says_of_a_run_is_held_against_its_journal() {
    let place = Place::new();
    place.file("a.md", "# A\n\n```sh\ntrue\n```\n");
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    let ledger = place.state().join("ledger.jsonl");
    let text = std::fs::read_to_string(&ledger).unwrap();
    std::fs::write(&ledger, text.replace("\"status\":\"completed\"", "\"status\":\"failed\"")).unwrap();
    assert!(place.midwatch(&["history"]).stdout.contains("failed"), "the ledger is what history reads");
    let verified = place.midwatch(&["verify"]);
    assert_eq!(verified.code, 1, "{verified:?}");
    assert!(verified.stdout.contains("ledger.jsonl:2"), "{}", verified.stdout);
}

#[test]
fn stats_give_titles_the_room_that_empty_columns_would_take() {
    let place = Place::new();
    let title = "Take the old primary out of the balancer";
    place.file("a.md", format!("# A\n\n1. {title}\n\n   ```sh\n   true\n   ```\n"));
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    let shown = place.midwatch(&["stats"]).stdout;
    let row = shown.lines().find(|line| line.contains(" 1 Take")).unwrap_or_else(|| panic!("{shown}"));
    assert!(row.contains(title) && row.chars().count() <= 80, "{shown}");
    let head = shown.lines().find(|line| line.contains("STEP")).unwrap_or_default();
    assert!(head.contains("RUNS") && !head.contains("SKIPPED"), "{shown}");
}
