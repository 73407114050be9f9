//! Records of other versions of midwatch: what is not known is shown as it is written, verified, and
//! never guessed at.

mod record;

use std::io::Write;

use midwatch::commands::{export, follow, history, report, show, stats};
use midwatch::event::fold::RunStatus;
use midwatch::event::{Ending, Event};
use midwatch::history::{Filter, Zone};
use midwatch::journal::ledger::{self, Checkpoint, Closed, Entry};
use midwatch::journal::verify::Status;
use midwatch::journal::{Domain, Head, Link};
use midwatch::report::Format;
use midwatch::terminal::cards::Page;
use midwatch::terminal::style::Style;
use record::{Lab, ended, entered, id};
use serde_json::Value;

/// Appends records as another version would write them: only what stands after the time is its own.
fn append(lab: &Lab, head: Head, events: &[&str]) -> Head {
    let mut file = std::fs::OpenOptions::new().append(true).open(lab.journal_path(&id(1))).unwrap();
    let mut head = head;
    for event in events {
        let seq = head.records + 1;
        let body = format!(
            "{{\"seq\":{seq},\"at\":\"2026-11-03T02:15:0{}.000Z\",\"mono_ms\":9000,{event}",
            seq % 10
        );
        let link = head.link.next(Domain::Journal, body.as_bytes());
        writeln!(file, "{body},\"hash\":\"{link}\"}}").unwrap();
        head = Head { records: seq, link };
    }
    head
}

/// A kind that is not known, a known kind in a form that is not, and known ones that say more.
const NEWER: [&str; 4] = [
    r#""event":"levitated","height":{"m":3,"by":"<b>\u001b[2J"}"#,
    r#""event":"step_ended","step":1,"status":"postponed","until":"tomorrow""#,
    r#""event":"step_entered","step":2,"id":"wait","title":"Wait","mood":"calm""#,
    r#""event":"note","step":2,"text":"known all the same","by":null,"stars":5"#,
];

/// A run that goes on, with events of a newer version.
fn open() -> Lab {
    let lab = Lab::new();
    let mut live = lab.open(&id(1));
    live.say(entered(1, "Stop it"));
    let head = *live.journal.head();
    drop(live);
    append(&lab, head, &NEWER);
    lab
}

/// The same, sealed by a newer version, whose ledger line says more than ours do.
fn sealed() -> Lab {
    let lab = Lab::new();
    let mut live = lab.open(&id(1));
    live.say(entered(1, "Stop it"));
    let head = *live.journal.head();
    let mut run = live.run.clone();
    drop(live);
    let seal = r#""event":"sealed","status":"completed","reason":null,"helped":null,"applause":true"#;
    let head = append(&lab, head, &[NEWER[0], NEWER[1], seal]);
    run.apply(&midwatch::event::Stamped {
        seq: head.records,
        at: "2026-11-03T02:15:05.000Z".into(),
        mono_ms: 9000,
        event: Event::Sealed { status: Ending::Completed, reason: None, helped: None },
    });
    let closed = Closed { summary: run.summary(), at: (&head).into() };
    ledger::append(&lab.store, &*lab.clock, &Entry::Sealed(Box::new(closed))).unwrap();
    lab
}

fn shown(lab: &Lab, json: bool) -> String {
    let mut out = Vec::new();
    show::run(&lab.store, &show::Options { run: id(1), json, zone: Zone::utc() }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn obeyed(c: char) -> bool {
    c.is_control() && c != '\n'
}

#[test]
fn the_timeline_shows_it_as_it_is_written() {
    let text = shown(&open(), false);
    assert!(text.contains("? levitated · of another version of midwatch, as it is written:"), "{text}");
    assert!(text.contains(r#""height":{"m":3,"by":"<b>\u001b[2J"}"#), "{text}");
    assert!(text.contains(r#""status":"postponed","until":"tomorrow""#), "{text}");
    assert!(text.contains("✎ note: known all the same"), "{text}");
    assert!(text.contains("1 Stop it · not settled yet"), "its end is not guessed at: {text}");
    assert!(!text.contains(obeyed), "{text:?}");
}

#[test]
fn programs_are_told_how_much_they_are_not_told() {
    let lab = sealed();
    let run: Value = serde_json::from_str(&shown(&lab, true)).unwrap();
    assert_eq!((&run["foreign"], &run["steps"][0]["status"]), (&2.into(), &Value::Null));
    assert_eq!(run["status"], "completed");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    assert_eq!(export::run(&lab.store, &mut out, &mut err).unwrap(), None);
    assert_eq!(serde_json::from_slice::<Value>(&out).unwrap(), run);
    let options =
        stats::Options { runbook: None, drill: false, since: None, json: true, width: 80, zone: Zone::utc() };
    let mut out = Vec::new();
    stats::run(&lab.store, &options, &mut out, &mut Vec::new()).unwrap();
    let stats: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!((&stats["runbooks"][0]["runs"], &stats["runbooks"][0]["foreign"]), (&1.into(), &1.into()));
}

#[test]
fn it_is_verified_all_the_same() {
    let lab = open();
    assert_eq!(lab.status(&id(1)), Status::Open);
    let lab = sealed();
    let verified = lab.verify();
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!(verified.runs[0].status, Status::Sealed);
    assert!(
        verified.runs[0].remarks.iter().any(|remark| remark.contains("of another version")),
        "{verified:?}"
    );
    // And a changed bit of what is not understood is found.
    let path = lab.journal_path(&id(1));
    let text = std::fs::read_to_string(&path).unwrap().replace("\"m\":3", "\"m\":4");
    record::overwrite(&path, text.as_bytes());
    assert_eq!(lab.status(&id(1)), Status::Tampered);
}

#[test]
fn every_report_shows_it() {
    for lab in [open(), sealed()] {
        for format in [Format::Markdown, Format::Html, Format::Json, Format::Cast] {
            let mut out = Vec::new();
            report::run(&lab.store, &id(1), format, Zone::utc(), &mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            let part = match format {
                Format::Cast => "record 3 is of a kind that this version does not know",
                _ => "levitated",
            };
            assert!(text.contains(part), "{format:?}: {text}");
            assert!(!text.contains("<b>") || format != Format::Html, "{text}");
            assert!(!text.contains(obeyed), "{format:?}");
        }
    }
}

#[test]
fn who_follows_sees_that_there_is_something() {
    let lab = sealed();
    let page = Page::new(80, Style { colour: false, unicode: true });
    let mut out = Vec::new();
    let options = follow::Options { run: id(1), live: false, page };
    assert_eq!(follow::run(&lab.store, &options, None, &mut out).unwrap(), None);
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("(record 3 is of a kind that this version does not know)"), "{text}");
    assert!(text.contains("COMPLETE") && !text.contains(obeyed), "{text}");
}

#[test]
fn a_run_that_was_opened_otherwise_is_no_tampered_one() {
    let lab = Lab::new();
    let mut live = lab.open(&id(1));
    live.say(entered(1, "Stop it"));
    live.say(ended(1, midwatch::event::StepStatus::Done, None));
    drop(live);
    // The first record says of its mode what this version does not know, and the chain is that record's.
    let text = std::fs::read_to_string(lab.journal_path(&id(1))).unwrap();
    let mut head = Head { records: 0, link: Link::first(Domain::Journal, &id(1)) };
    let mut changed = String::new();
    for line in text.lines() {
        let body = line
            .split(",\"hash\":\"")
            .next()
            .unwrap()
            .replace("\"mode\":\"live\"", "\"mode\":\"dress rehearsal\"");
        let link = head.link.next(Domain::Journal, body.as_bytes());
        head = Head { records: head.records + 1, link };
        changed.push_str(&format!("{body},\"hash\":\"{link}\"}}\n"));
        if head.records == 1 {
            let at = Checkpoint::from(&head);
            std::fs::remove_file(lab.root().join("ledger.jsonl")).unwrap();
            ledger::append(&lab.store, &*lab.clock, &Entry::Opened { run: id(1), at }).unwrap();
        }
    }
    assert_ne!(changed, text, "the first record was changed");
    record::overwrite(&lab.journal_path(&id(1)), changed.as_bytes());
    let verified = lab.verify();
    assert_eq!(verified.runs[0].status, Status::Open, "{verified:?}");
    let text = shown(&lab, false);
    assert!(text.contains("? opened · of another version"), "{text}");
    assert!(text.contains("✔ 1 Stop it · done"), "{text}");
}

#[test]
fn history_names_a_run_whose_end_it_does_not_understand() {
    let lab = Lab::new();
    lab.sealed(&id(1));
    lab.sealed(&id(2));
    let path = lab.root().join("ledger.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    // The ledger's chain is not the question here.
    let last = text.lines().rfind(|line| line.contains("\"sealed\"")).unwrap();
    let rescued = last.replace("\"status\":\"completed\"", "\"status\":\"rescued\"");
    record::overwrite(&path, text.replace(last, &rescued).as_bytes());
    let now = "2026-11-06T02:14:05Z".parse().unwrap();
    let options =
        history::Options { filter: Filter::default(), json: true, width: 80, zone: Zone::utc(), now };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    history::run(&lab.store, &options, &mut out, &mut err).unwrap();
    let (out, err) = (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap());
    assert_eq!(out.lines().count(), 1, "{out}");
    assert!(out.contains(&id(1)) && err.contains(&id(2)) && err.contains("cannot be read"), "{err}");
    let failed = Filter { status: Some(RunStatus::Failed), ..Filter::default() };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    history::run(&lab.store, &history::Options { filter: failed, ..options }, &mut out, &mut err).unwrap();
    assert!(out.is_empty(), "nor is it taken for a failed one");
}
