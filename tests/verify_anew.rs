//! Records of which a part was made anew, chain and all, by who knows how: the other part tells.

mod record;

use std::fs;
use std::path::Path;

use midwatch::journal::verify::{Status, one};
use midwatch::journal::{Domain, Link};
use record::{Lab, id, overwrite};

/// Length of `,"hash":"<64 hex>"}`, with which a line ends.
const SUFFIX: usize = 75;

/// Makes the chain of a file anew, with the bodies of its lines as `change` leaves them.
fn anew(path: &Path, domain: Domain, name: &str, change: impl Fn(&mut Vec<String>)) {
    let text = fs::read_to_string(path).unwrap();
    let mut bodies: Vec<String> = text.lines().map(|line| line[..line.len() - SUFFIX].to_owned()).collect();
    change(&mut bodies);
    let mut link = Link::first(domain, name);
    let mut made = String::new();
    for body in bodies {
        link = link.next(domain, body.as_bytes());
        made.push_str(&format!("{body},\"hash\":\"{link}\"}}\n"));
    }
    overwrite(path, made.as_bytes());
}

/// What the sweep over all runs says of one of them, which is what is said of it alone.
fn said(lab: &Lab, run: &str) -> (Status, Vec<String>) {
    let all = lab.verify();
    let swept = all.runs.iter().find(|other| other.run == run).unwrap();
    assert_eq!(one(&lab.store, run).unwrap().runs, std::slice::from_ref(swept));
    let problems = swept
        .problems
        .iter()
        .map(|problem| format!("{}:{}: {}", problem.file, problem.line.unwrap_or_default(), problem.what));
    (swept.status, problems.collect())
}

#[test]
fn a_chain_made_anew_without_a_change_is_the_same() {
    let lab = Lab::new();
    lab.sealed(&id(1));
    anew(&lab.journal_path(&id(1)), Domain::Journal, &id(1), |_| ());
    anew(&lab.root().join("ledger.jsonl"), Domain::Ledger, "ledger", |_| ());
    assert!(lab.verify().is_sound(), "{:?}", lab.verify());
}

/// As many records as before, and the same end: nothing but the hash differs from what the ledger has.
#[test]
fn a_journal_made_anew_is_not_the_one_that_the_ledger_names() {
    for (from, to, record) in [("37", "38", 12), ("came <b>back", "went <b>back", 18)] {
        let lab = Lab::new();
        lab.sealed(&id(1));
        lab.sealed(&id(2));
        anew(&lab.journal_path(&id(1)), Domain::Journal, &id(1), |lines| {
            let line = lines.iter_mut().find(|line| line.contains(from)).expect("the line");
            *line = line.replace(from, to);
        });
        let (status, problems) = said(&lab, &id(1));
        assert_eq!(status, Status::Tampered, "{from}");
        let place = format!("journal.jsonl:{record}: is not the record that ledger.jsonl:");
        assert!(problems.len() == 1 && problems[0].contains(&place), "{problems:?}");
        assert_eq!(said(&lab, &id(2)), (Status::Sealed, vec![]));
    }
}

#[test]
fn a_ledger_made_anew_does_not_say_what_the_journals_say() {
    for (from, to) in [
        ("\"status\":\"completed\"", "\"status\":\"aborted\""),
        ("\"operator\":\"ana\"", "\"operator\":\"eve\""),
        ("\"steps_skipped\":1", "\"steps_skipped\":0"),
        ("\"ticket\":\"", "\"ticket\":\"X"),
    ] {
        let lab = Lab::new();
        lab.sealed(&id(1));
        lab.sealed(&id(2));
        anew(&lab.root().join("ledger.jsonl"), Domain::Ledger, "ledger", |lines| {
            assert!(lines[3].contains(from), "{}", lines[3]);
            lines[3] = lines[3].replace(from, to);
        });
        assert!(lab.verify().ledger.is_empty(), "its own chain holds");
        let expected = "ledger.jsonl:4: does not say of this run what its journal says".to_owned();
        assert_eq!(said(&lab, &id(1)), (Status::Tampered, vec![expected]), "{from}");
        assert_eq!(said(&lab, &id(2)), (Status::Sealed, vec![]));
    }
}

#[test]
fn two_records_that_changed_places_are_found_wherever_they_stand() {
    for at in 0..17 {
        let lab = Lab::new();
        lab.sealed(&id(1));
        let journal = lab.journal_path(&id(1));
        let text = fs::read_to_string(&journal).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 18);
        lines.swap(at, at + 1);
        overwrite(&journal, format!("{}\n", lines.join("\n")).as_bytes());
        let (status, problems) = said(&lab, &id(1));
        assert_eq!(status, Status::Tampered);
        assert!(problems[0].contains(&format!("journal.jsonl:{}: ", at + 1)), "{at}: {problems:?}");
    }
}
