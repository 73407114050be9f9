//! What people and programs see of the record.

mod record;

use midwatch::commands::{export, history, note, output, show};
use midwatch::error::Kind;
use midwatch::event::fold::RunStatus;
use midwatch::event::{Ending, Event, Mode};
use midwatch::history::{Filter, Zone};
use midwatch::journal::ledger;
use record::{Lab, entered, id, opened};
use serde_json::Value;

fn shown(lab: &Lab, run: &str, json: bool) -> String {
    let options = show::Options { run: run.into(), json, zone: Zone::fixed(1) };
    let mut out = Vec::new();
    assert_eq!(show::run(&lab.store, &options, &mut out).unwrap(), None);
    String::from_utf8(out).unwrap()
}

fn listed(lab: &Lab, filter: Filter, json: bool, width: usize) -> (String, String) {
    let now = "2026-11-06T02:14:05Z".parse().unwrap();
    let options = history::Options { filter, json, width, zone: Zone::utc(), now };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    assert_eq!(history::run(&lab.store, &options, &mut out, &mut err).unwrap(), None);
    (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

/// The ids of the runs a filter lets through, as numbers.
fn matching(lab: &Lab, filter: Filter) -> Vec<u32> {
    let (out, _) = listed(lab, filter, true, 80);
    let number = |line: &str| {
        let run: Value = serde_json::from_str(line).unwrap();
        let run = run["run"].as_str().unwrap();
        (1..100).find(|n| id(*n) == run).unwrap()
    };
    out.lines().map(number).collect()
}

#[test]
fn the_timeline_tells_the_whole_run() {
    let lab = Lab::new();
    lab.sealed(&id(1));
    let text = shown(&lab, &id(1), false);
    insta::assert_snapshot!(text);
}

/// What a hostile runbook, command and output could do to a terminal.
const HOSTILE: &str = "a\u{1b}]0;owned\u{7}b\u{1b}[2J\u{202e}c\r\u{9b}31m";

#[test]
fn nothing_that_is_shown_can_drive_a_terminal() {
    let lab = Lab::new();
    let mut event = opened(&id(1));
    if let Event::Opened { runbook, ticket, operator, .. } = &mut event {
        runbook.title = HOSTILE.into();
        operator.user = HOSTILE.into();
        *ticket = Some(HOSTILE.into());
    }
    let mut live = lab.open_as(event);
    live.say(entered(1, HOSTILE));
    live.command(1, HOSTILE, HOSTILE, Some(HOSTILE.as_bytes()));
    live.wait(1, HOSTILE, &[Some(HOSTILE)]);
    live.say(Event::Note { step: Some(1), text: HOSTILE.into(), by: Some(HOSTILE.into()) });
    live.say(Event::Warned { what: HOSTILE.into() });
    live.say(Event::Sealed {
        status: Ending::Failed,
        reason: Some(HOSTILE.into()),
        helped: Some(HOSTILE.into()),
    });
    live.journal.close(&live.run).unwrap();
    note::run(&lab.store, &*lab.clock, &id(1), HOSTILE, HOSTILE, &mut Vec::new()).unwrap();

    let mut printed = Vec::new();
    let options = output::Options { run: id(1), step: "1".into(), raw: false };
    output::run(&lab.store, &options, &mut printed, &mut Vec::new()).unwrap();
    let texts = [
        shown(&lab, &id(1), false),
        listed(&lab, Filter::default(), false, 200).0,
        String::from_utf8(printed).unwrap(),
    ];
    for text in texts {
        let obeyed = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(obeyed), "{text:?}");
    }
    assert_eq!(lab.status(&id(1)), midwatch::journal::verify::Status::Sealed);
}

#[test]
fn programs_get_the_run_with_the_fields_the_contract_names() {
    let lab = Lab::new();
    lab.sealed(&id(1));
    let run: Value = serde_json::from_str(&shown(&lab, &id(1), true)).unwrap();
    let keys: Vec<&String> = run.as_object().unwrap().keys().collect();
    let contract = [
        "run",
        "runbook",
        "title",
        "sha256",
        "operator",
        "host",
        "started",
        "ended",
        "status",
        "steps_total",
        "steps_done",
        "steps_skipped",
        "ticket",
        "tags",
        "drill",
        "duration_s",
        "steps",
    ];
    assert_eq!(keys[..contract.len()], contract);
    assert_eq!((&run["status"], &run["ticket"]), (&"completed".into(), &"OPS-17".into()));
    let step = &run["steps"][0];
    assert_eq!(step["attempts"][0]["command"], "mariadb -e 'STOP REPLICA'");
    assert_eq!(step["attempts"][0]["exit"], 0);
    assert_eq!(step["attempts"][0]["duration_s"], 1.234);
    let samples: Vec<&Value> =
        run["steps"][1]["samples"].as_array().unwrap().iter().map(|sample| &sample["value"]).collect();
    assert_eq!(samples, [&Value::from("37"), &Value::Null, &Value::from("0")]);
    assert_eq!(run["steps"][2]["notes"][0]["text"], "lag came <b>back</b> twice");
    assert_eq!(run["steps"][2]["reason"], "already done");
}

/// Five runs: two sealed, one aborted drill of another runbook by somebody else, one paused, one dead.
fn five() -> Lab {
    let lab = Lab::new();
    lab.sealed(&id(1));
    let mut event = opened(&id(2));
    if let Event::Opened { runbook, operator, mode, ticket, .. } = &mut event {
        runbook.file = "/srv/runbooks/disk \"full\".md".into();
        runbook.title = "Disk full".into();
        operator.user = "ben".into();
        operator.host = "db9.example.org".into();
        *mode = Mode::Drill;
        *ticket = None;
    }
    lab.open_as(event).seal(Ending::Aborted);
    lab.paused(&id(3));
    let mut event = opened(&id(4));
    if let Event::Opened { operator, .. } = &mut event {
        operator.host = midwatch::journal::this_host();
    }
    drop(lab.open_as(event));
    lab.clock.pass(3_600_000);
    lab.sealed(&id(5));
    lab
}

#[test]
fn history_filters_by_every_word() {
    let lab = five();
    let all = Filter::default;
    assert_eq!(matching(&lab, all()), [5, 4, 3, 2, 1], "newest first");
    assert_eq!(matching(&lab, Filter { limit: Some(2), ..all() }), [5, 4]);
    assert_eq!(matching(&lab, Filter { operator: Some("ben".into()), ..all() }), [2]);
    assert_eq!(matching(&lab, Filter { operator: Some("be".into()), ..all() }), [0u32; 0]);
    assert_eq!(matching(&lab, Filter { host: Some("db9".into()), ..all() }), [2], "without its domain");
    assert_eq!(matching(&lab, Filter { host: Some("db".into()), ..all() }), [0u32; 0]);
    assert_eq!(matching(&lab, Filter { runbook: Some("disk \"full".into()), ..all() }), [2]);
    assert_eq!(matching(&lab, Filter { runbook: Some("Restore".into()), ..all() }), [5, 4, 3, 1]);
    assert_eq!(matching(&lab, Filter { ticket: Some("OPS-17".into()), ..all() }), [5, 4, 3, 1]);
    assert_eq!(matching(&lab, Filter { drill: Some(true), ..all() }), [2]);
    assert_eq!(matching(&lab, Filter { drill: Some(false), ..all() }), [5, 4, 3, 1]);
    for (status, runs) in [
        (RunStatus::Completed, &[5, 1][..]),
        (RunStatus::Aborted, &[2]),
        (RunStatus::Paused, &[3]),
        (RunStatus::Dead, &[4]),
        (RunStatus::Open, &[]),
        (RunStatus::Failed, &[]),
    ] {
        assert_eq!(matching(&lab, Filter { status: Some(status), ..all() }), runs, "{status:?}");
    }
    let since = Some("2026-11-03T03:00:00Z".parse().unwrap());
    assert_eq!(matching(&lab, Filter { since, ..all() }), [5]);
    assert_eq!(matching(&lab, Filter { until: since, ..all() }), [4, 3, 2, 1]);
}

#[test]
fn a_pruned_run_is_remembered() {
    let lab = five();
    for n in [1, 4] {
        let entry = ledger::Entry::Pruned {
            run: id(n),
            by: "ana".into(),
            at: ledger::Checkpoint { records: 1, head: String::new() },
        };
        ledger::append(&lab.store, &*lab.clock, &entry).unwrap();
        std::fs::remove_dir_all(lab.run_path(&id(n))).unwrap();
    }
    assert!(lab.verify().is_sound(), "{:?}", lab.verify());
    let (json, err) = listed(&lab, Filter::default(), true, 80);
    assert_eq!((json.lines().count(), &*err), (4, ""), "the dead one had nothing to be remembered by");
    assert!(lab.store.find(&id(1)).unwrap_err().message.contains("was pruned"));
}

#[test]
fn a_resumed_run_is_open_or_dead_and_no_longer_paused() {
    let lab = five();
    let mut live = lab.reopen(&id(3));
    assert_eq!(matching(&lab, Filter { status: Some(RunStatus::Open), ..Filter::default() }), [3]);
    assert_eq!(matching(&lab, Filter { status: Some(RunStatus::Paused), ..Filter::default() }), [0u32; 0]);
    live.say(entered(3, "Look"));
    drop(live);
    // It was resumed on another host: whether it is dead there, nobody can tell here.
    assert_eq!(matching(&lab, Filter { status: Some(RunStatus::Open), ..Filter::default() }), [3]);
}

#[test]
fn the_table_fits_the_terminal() {
    use unicode_width::UnicodeWidthStr;
    let lab = five();
    for width in [40, 60, 80, 120, 200] {
        let (table, err) = listed(&lab, Filter::default(), false, width);
        assert_eq!((table.lines().count(), &*err), (6, ""));
        for line in table.lines() {
            assert!(line.width() <= width, "{} > {width}: {line}", line.width());
        }
        assert!(table.contains("✘") || table.contains("■ aborted"), "a glyph and a word: {table}");
    }
    insta::assert_snapshot!(listed(&lab, Filter::default(), false, 100).0);
    let (_, err) = listed(&lab, Filter { limit: Some(1), ..Filter::default() }, false, 80);
    assert!(err.contains("there are more"), "{err}");
    let (table, err) = listed(&Lab::new(), Filter::default(), false, 80);
    assert!(table.is_empty() && err.contains("no run is recorded"), "{err}");
}

#[test]
fn a_note_on_a_sealed_run_leaves_its_seal_alone() {
    let lab = Lab::new();
    lab.sealed(&id(1));
    note::run(&lab.store, &*lab.clock, &id(1), " the disk was\nfull ", "cleo", &mut Vec::new()).unwrap();
    let empty = note::run(&lab.store, &*lab.clock, &id(1), " ", "cleo", &mut Vec::new());
    assert!(empty.unwrap_err().to_string().contains("empty"));
    assert!(lab.verify().is_sound());
    assert!(shown(&lab, &id(1), false).contains("✎ note by cleo: the disk was\n"));
    let run: Value = serde_json::from_str(&shown(&lab, &id(1), true)).unwrap();
    assert_eq!(run["notes"][0]["text"], "the disk was\nfull");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    assert_eq!(export::run(&lab.store, &mut out, &mut err).unwrap(), None);
    let exported: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(exported, run, "export and show tell the same");
}

#[test]
fn output_is_shown_exactly_or_harmless() {
    let lab = Lab::new();
    let mut live = lab.open(&id(1));
    live.say(entered(1, "Print"));
    live.command(1, "print", "printf ...", Some(b"\x1b[31mred\x1b[0m\xff\n"));
    live.command(1, "print", "true", None);
    live.command(1, "print", "printf again", Some(b"again\n"));
    let printed = |step: &str, raw| {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let options = output::Options { run: id(1), step: step.into(), raw };
        output::run(&lab.store, &options, &mut out, &mut err).map(|_| (out, String::from_utf8(err).unwrap()))
    };
    assert_eq!(printed("1", true).unwrap().0, b"\x1b[31mred\x1b[0m\xff\nagain\n");
    let (out, err) = printed("print", false).unwrap();
    assert_eq!(out, "red\u{fffd}\nagain\n".as_bytes());
    assert_eq!(err, "— run 1: printf ...\n— run 3: printf again\n");
    assert!(printed("7", false).unwrap_err().to_string().contains("has not been at a step"));
}

#[test]
fn runs_are_found_by_any_unique_part_of_their_ids_ends() {
    let lab = five();
    let found = |name: &str| lab.store.find(name).map(|run| run.id().to_owned());
    for name in [&id(2)[..], &id(2)[28..], &id(2)[32..], &id(2)[..13], &id(2).to_uppercase()] {
        assert_eq!(found(name).unwrap(), id(2), "{name}");
    }
    let ambiguous = found(&id(2)[..9]).unwrap_err();
    assert!(ambiguous.message.contains("means 5 runs"), "{ambiguous}");
    assert!(ambiguous.help.contains(&id(5)), "{ambiguous:?}");
    assert!(found("abc").unwrap_err().message.contains("too short"));
    assert!(found("../../..").unwrap_err().message.contains("no run"));
    std::fs::remove_dir_all(lab.run_path(&id(2))).unwrap();
    let gone = found(&id(2)[30..]).unwrap_err();
    assert_eq!(gone.kind, Kind::Failed);
    assert!(gone.message.contains("no longer on disk"), "{gone}");
}
