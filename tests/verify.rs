//! What verify says of a record that somebody touched.

mod record;

use std::fs;

use midwatch::journal::verify::Status;
use record::{Lab, id, overwrite};

/// Everything verify has against a record, as `FILE:LINE: WHAT`.
fn findings(lab: &Lab) -> Vec<String> {
    let verified = lab.verify();
    assert!(!verified.is_sound(), "nothing found: {verified:?}");
    each_alone_says_the_same(lab);
    let problems = verified.ledger.iter().chain(verified.runs.iter().flat_map(|run| &run.problems));
    problems
        .map(|p| {
            let line = p.line.map(|line| format!("{line}:")).unwrap_or_default();
            format!("{}:{line} {}", p.file, p.what)
        })
        .collect()
}

/// The sweep over all runs knows of each what is known of it alone.
fn each_alone_says_the_same(lab: &Lab) {
    let all = lab.verify();
    for run in all.runs {
        let alone = midwatch::journal::verify::one(&lab.store, &run.run).unwrap();
        assert_eq!(alone.runs, [run]);
        assert_eq!(alone.ledger, all.ledger);
    }
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
    each_alone_says_the_same(&lab);
    drop(open);
    assert_eq!(lab.status(&id(3)), Status::Open, "a dead run is not a tampered one");
}

/// A record of three runs, the first of them touched by `touch`, which gets its journal and the
/// ledger; and what verify says about it.
fn touched(touch: impl Fn(&Lab, &std::path::Path, &std::path::Path)) -> (Lab, Vec<String>) {
    let lab = Lab::new();
    lab.sealed(&id(1));
    lab.paused(&id(2));
    lab.sealed(&id(3));
    touch(&lab, &lab.journal_path(&id(1)), &lab.root().join("ledger.jsonl"));
    let findings = findings(&lab);
    for n in [2, 3] {
        let sound = lab.verify().runs.iter().any(|run| run.run == id(n) && run.status.is_sound());
        assert!(sound, "run {n} was not touched: {findings:?}");
    }
    (lab, findings)
}

fn journal_of(n: u32) -> String {
    format!("runs/2026/11/03/{}/journal.jsonl", id(n))
}

#[test]
fn a_changed_byte_is_found_with_its_line() {
    let (lab, findings) = touched(|_, journal, _| {
        let mut lines = lines(journal);
        lines[4] = lines[4].replace("\"status\":\"done\"", "\"status\":\"fine\"");
        write_lines(journal, &lines);
    });
    assert_eq!(lab.status(&id(1)), Status::Tampered);
    assert!(findings[0].starts_with(&format!("{}:5: was changed", journal_of(1))), "{findings:?}");
}

#[test]
fn a_removed_line_is_found_with_its_line() {
    let (_, findings) = touched(|_, journal, _| {
        let mut lines = lines(journal);
        lines.remove(6);
        write_lines(journal, &lines);
    });
    assert!(findings[0].starts_with(&format!("{}:7: is record 8 where 7", journal_of(1))), "{findings:?}");
}

#[test]
fn a_cut_tail_is_found_wherever_it_is_cut() {
    for keep in [17, 12, 1, 0] {
        let (lab, findings) = touched(|_, journal, _| write_lines(journal, &lines(journal)[..keep]));
        assert_eq!(lab.status(&id(1)), Status::Tampered);
        let place = format!("{}:{}: is missing", journal_of(1), keep + 1);
        assert!(findings[0].starts_with(&place), "{findings:?}");
    }
}

#[test]
fn a_pause_that_was_cut_away_is_found() {
    let lab = Lab::new();
    lab.paused(&id(1));
    let journal = lab.journal_path(&id(1));
    let kept = lines(&journal);
    write_lines(&journal, &kept[..kept.len() - 1]);
    assert!(findings(&lab)[0].contains(":12: is missing: ledger.jsonl:2"), "{:?}", findings(&lab));
    let run = lab.store.find(&id(1)).unwrap();
    let refused = midwatch::journal::Journal::reopen(&lab.store, run, lab.clock.clone());
    assert!(refused.is_err_and(|error| error.message.contains("the ledger has")), "nobody goes on with it");
}

#[test]
fn what_follows_the_seal_is_found_whole_or_not() {
    let chained = |lines: &[String]| {
        let before = &lines[lines.len() - 1];
        let before = &before[before.len() - 66..before.len() - 2];
        let before = midwatch::journal::Link::parse(before.as_bytes()).unwrap();
        let body = "{\"seq\":19,\"at\":\"2026-11-03T03:00:00.000Z\",\"mono_ms\":9,\"event\":\"note\",\"step\":null,\"text\":\"fine\"";
        let link = before.next(midwatch::journal::Domain::Journal, body.as_bytes());
        format!("{body},\"hash\":\"{link}\"}}\n")
    };
    let additions: [fn(String) -> String; 4] =
        [|line| line, |line| line[..40].into(), |_| "garbage\n".into(), |_| "\0".into()];
    for addition in additions {
        let (lab, findings) = touched(|_, journal, _| {
            let line = addition(chained(&lines(journal)));
            let mut bytes = fs::read(journal).unwrap();
            bytes.extend_from_slice(line.as_bytes());
            overwrite(journal, &bytes);
        });
        assert_eq!(lab.status(&id(1)), Status::Tampered);
        let place = format!("{}:19: stands after the seal", journal_of(1));
        assert_eq!(findings[0], place);
    }
}

#[test]
fn a_removed_run_is_missing_and_the_ledgers_line_is_named() {
    let (lab, findings) = touched(|lab, _, _| fs::remove_dir_all(lab.run_path(&id(1))).unwrap());
    assert_eq!(lab.status(&id(1)), Status::Missing);
    assert!(findings[0].starts_with(&format!("ledger.jsonl:1: names run {}", id(1))), "{findings:?}");
}

/// The ledger: 1-4 the first run (opened, paused, resumed, sealed), 5-6 the second (opened, paused),
/// 7-10 the third.
#[test]
fn any_removed_line_of_the_ledger_is_found() {
    let lab = Lab::new();
    lab.sealed(&id(1));
    lab.paused(&id(2));
    lab.sealed(&id(3));
    let ledger = lab.root().join("ledger.jsonl");
    let whole = lines(&ledger);
    assert_eq!(whole.len(), 10);
    for gone in 0..whole.len() {
        let mut rest = whole.clone();
        rest.remove(gone);
        write_lines(&ledger, &rest);
        let findings = findings(&lab);
        if gone < 9 {
            let place = format!("ledger.jsonl:{}: is number {}", gone + 1, gone + 2);
            assert!(findings[0].starts_with(&place), "line {}: {findings:?}", gone + 1);
        } else {
            // Nothing follows the last line; but the journal knows that it was there.
            assert!(findings[0].contains("had a line that seals this run"), "{findings:?}");
            let verified = lab.verify();
            let tampered = verified.runs.iter().find(|run| !run.status.is_sound()).unwrap();
            assert_eq!(tampered.run, id(3), "and which run it was of");
        }
    }
    // The tail of the ledger, cut back to where the second run is paused and beyond.
    write_lines(&ledger, &whole[..6]);
    assert!(findings(&lab)[0].contains("no line that opens this run"), "{:?}", findings(&lab));
    write_lines(&ledger, &whole[..5]);
    let all = findings(&lab);
    assert!(all.iter().any(|finding| finding.contains("had a line that pauses this run")), "{all:?}");
    fs::remove_file(&ledger).unwrap();
    assert_eq!(lab.verify().runs.iter().filter(|run| run.status == Status::Tampered).count(), 3);
}

/// What the ledger says of a run after its seal counts, too, and wherever it stands.
#[test]
fn lines_after_the_seal_count() {
    use midwatch::journal::ledger::{Checkpoint, Entry, append};
    let lab = Lab::new();
    (1..=4).for_each(|n| lab.sealed(&id(n)));
    let seal = lines(&lab.root().join("ledger.jsonl"))[3].clone();
    let at = Checkpoint { records: 18, head: seal[seal.find("\"head\":\"").unwrap() + 8..][..64].into() };
    let say = |entry| append(&lab.store, &*lab.clock, &entry).unwrap();
    // Noted: no word on what it is worth. Pruned: it is there all the same.
    say(Entry::Noted { run: id(1), by: "ben".into(), text: "fine".into() });
    assert!(lab.verify().is_sound() && lab.verify().runs.iter().all(|run| run.remarks.is_empty()));
    say(Entry::Pruned { run: id(1), by: "ben".into(), at: at.clone() });
    let verified = lab.verify();
    assert!(verified.is_sound() && verified.runs[0].remarks[0].contains("was pruned"), "{verified:?}");
    each_alone_says_the_same(&lab);
    // One that is not there any more, pruned: nothing to say. Not pruned: missing.
    say(Entry::Pruned { run: id(2), by: "ben".into(), at: at.clone() });
    fs::remove_dir_all(lab.run_path(&id(2))).unwrap();
    assert!(lab.verify().runs.iter().all(|run| run.run != id(2)) && lab.verify().is_sound());
    fs::remove_dir_all(lab.run_path(&id(3))).unwrap();
    assert_eq!(lab.status(&id(3)), Status::Missing);
    each_alone_says_the_same(&lab);
    // A later line that says of a sealed run what it is not.
    say(Entry::Resumed { run: id(4), at: Checkpoint { records: 19, head: at.head } });
    assert_eq!(lab.status(&id(4)), Status::Tampered);
    // And one about a run that nothing opened, whatever its name is.
    say(Entry::Noted { run: "nobody".into(), by: "ben".into(), text: "boo".into() });
    assert!(findings(&lab).iter().any(|finding| finding.contains("tells of run nobody, which no line")));
}

#[test]
fn a_changed_line_of_the_ledger_is_one_finding() {
    for (from, to) in [("\"status\":\"completed\"", "\"status\":\"aborted\""), ("\"ana\"", "\"eve\"")] {
        let (_, findings) = touched(|_, _, ledger| {
            let mut lines = lines(ledger);
            lines[3] = lines[3].replace(from, to);
            write_lines(ledger, &lines);
        });
        assert!(findings[0].starts_with("ledger.jsonl:4: was changed"), "{findings:?}");
        let ledgers = findings.iter().filter(|finding| finding.contains("hash does not match")).count();
        assert_eq!(ledgers, 1, "one change, one line: {findings:?}");
    }
}

/// Who knows how the chain is made can make it anew; but not in one of the two places alone.
#[test]
fn a_journal_made_anew_does_not_agree_with_the_ledger() {
    let (lab, findings) = touched(|lab, _, _| {
        let other = Lab::new();
        let mut live = other.open(&id(1));
        live.say(record::entered(1, "Stop it"));
        live.seal(midwatch::event::Ending::Completed);
        fs::remove_dir_all(lab.run_path(&id(1))).unwrap();
        record::copy(&other.run_path(&id(1)), &lab.run_path(&id(1)));
    });
    assert_eq!(lab.status(&id(1)), Status::Tampered);
    assert!(
        findings.iter().any(|finding| finding.contains("is not the record that ledger.jsonl:")
            || finding.contains("is missing: ledger.jsonl:")),
        "{findings:?}"
    );
}

#[test]
fn the_journal_of_another_run_does_not_pass() {
    let (_, findings) = touched(|lab, journal, _| {
        let other = fs::read(lab.journal_path(&id(3))).unwrap();
        overwrite(journal, &other);
    });
    assert!(findings[0].contains("journal.jsonl:1: was changed"), "{findings:?}");
}

#[test]
fn a_changed_runbook_or_output_is_found() {
    let (_, findings) =
        touched(|lab, _, _| overwrite(&lab.run_path(&id(1)).join("runbook.md"), b"# Other\n"));
    assert!(findings[0].contains("/runbook.md: is not the runbook that was run"), "{findings:?}");
    let output = |lab: &Lab| lab.run_path(&id(1)).join("output/01-stop-replica-1.log");
    let (_, findings) = touched(|lab, _, _| overwrite(&output(lab), b"Stopped\n"));
    assert!(findings[0].contains("/output/01-stop-replica-1.log: was changed"), "{findings:?}");
    let (_, findings) = touched(|lab, _, _| fs::remove_file(output(lab)).unwrap());
    assert!(findings[0].contains("01-stop-replica-1.log: no such file"), "{findings:?}");
}

#[test]
fn a_link_in_a_runs_place_is_no_run() {
    let (_, findings) = touched(|lab, journal, _| {
        let elsewhere = lab.folder.path().join("elsewhere.jsonl");
        fs::rename(journal, &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, journal).unwrap();
    });
    assert!(findings[0].contains("journal.jsonl: too many levels of symbolic links"), "{findings:?}");
}

#[test]
fn a_crash_between_journal_and_ledger_accuses_nobody() {
    // The seal is durable in the journal, the ledger does not have it yet.
    let lab = Lab::new();
    let mut live = lab.open(&id(1));
    live.say(record::entered(1, "Stop it"));
    live.say(midwatch::event::Event::Sealed {
        status: midwatch::event::Ending::Completed,
        reason: None,
        helped: None,
    });
    drop(live);
    let verified = lab.verify();
    assert!(verified.is_sound(), "{verified:?}");
    assert!(verified.runs[0].remarks[0].contains("not in the ledger"), "{verified:?}");
    // The first record is durable, the ledger does not have the run yet.
    let lab = Lab::new();
    drop(lab.open(&id(1)));
    fs::remove_file(lab.root().join("ledger.jsonl")).unwrap();
    let verified = lab.verify();
    assert!(verified.is_sound() && !verified.runs[0].remarks.is_empty(), "{verified:?}");
    // The folder is there, and nothing else.
    fs::remove_file(lab.journal_path(&id(1))).unwrap();
    assert!(lab.verify().is_sound());
    // The ledger's last line is cut short: the next one to write sets it aside.
    lab.sealed(&id(2));
    let ledger = lab.root().join("ledger.jsonl");
    let whole = fs::read(&ledger).unwrap();
    fs::write(&ledger, [&whole[..], b"{\"seq\":5,\"at\":\"2026"].concat()).unwrap();
    assert!(lab.verify().is_sound() && !lab.verify().remarks.is_empty());
    lab.sealed(&id(3));
    let verified = lab.verify();
    assert!(verified.is_sound() && verified.remarks.is_empty(), "{verified:?}");
    assert_eq!(fs::read(lab.root().join("ledger.torn-1")).unwrap(), b"{\"seq\":5,\"at\":\"2026");
}

#[test]
fn the_command_exits_with_1_and_names_run_and_line() {
    use midwatch::commands::verify::{Options, run};
    let (lab, _) = touched(|_, journal, _| {
        let mut lines = lines(journal);
        lines[4] = lines[4].replace("done", "DONE");
        write_lines(journal, &lines);
    });
    let verify = |options: &Options| {
        let mut out = Vec::new();
        let kind = run(&lab.store, options, &mut out).unwrap();
        (kind, String::from_utf8(out).unwrap())
    };
    let (kind, text) = verify(&Options::default());
    assert_eq!(kind, Some(midwatch::error::Kind::Failed));
    assert!(text.contains(&id(1)) && text.contains("journal.jsonl:5: was changed"), "{text}");
    assert!(text.contains("3 runs: 1 sealed, 1 open, 1 tampered"), "{text}");
    assert!(text.contains("This cannot show"), "it says what it cannot prove: {text}");
    let (kind, text) = verify(&Options { run: Some(id(3)), ..Options::default() });
    assert_eq!(kind, None, "{text}");
    assert!(text.contains(&format!("✔ sealed    run {} (18 records)", id(3))), "{text}");
    let (kind, text) = verify(&Options { json: true, ..Options::default() });
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((kind.is_some(), &json["sound"]), (true, &false.into()));
    assert_eq!(json["runs"][0]["problems"][0]["line"], 5);
    fs::remove_dir_all(lab.run_path(&id(1))).unwrap();
    let (kind, text) = verify(&Options { run: Some(id(1)[30..].into()), ..Options::default() });
    assert!(kind.is_some());
    assert!(text.contains("✘ missing"), "{text}");
}

mod at_random {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

        /// Lines of the ledger removed, said twice, moved and changed, and runs taken away: the sweep
        /// says of each run what is said of it alone.
        #[test]
        fn the_sweep_says_what_each_alone_says(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4u8), 0..4),
            gone in prop::option::weighted(0.3, 1..=4u32), prune in prop::option::weighted(0.3, 1..=4u32), torn: bool,
        ) {
            use midwatch::journal::ledger::{Checkpoint, Entry, append};
            let lab = Lab::new();
            lab.sealed(&id(1));
            lab.paused(&id(2));
            lab.sealed(&id(3));
            drop(lab.open(&id(4)));
            if let Some(n) = prune {
                let at = Checkpoint { records: 18, head: "0".repeat(64) };
                append(&lab.store, &*lab.clock, &Entry::Pruned { run: id(n), by: "ben".into(), at }).unwrap();
            }
            let ledger = lab.root().join("ledger.jsonl");
            let mut all = lines(&ledger);
            for (at, to, how) in changes {
                let (at, to) = (at.index(all.len()), to.index(all.len()));
                match how {
                    0 if all.len() > 1 => drop(all.remove(at)),
                    1 => all.insert(to, all[at].clone()),
                    2 => all.swap(at, to),
                    _ => all[at] = all[at].replacen(&id(1), &id(3), 1).replace("sealed", "levitated"),
                }
            }
            write_lines(&ledger, &all);
            if torn {
                let bytes = fs::read(&ledger).unwrap();
                overwrite(&ledger, &bytes[..bytes.len() - 9]);
            }
            if let Some(n) = gone {
                fs::remove_dir_all(lab.run_path(&id(n))).unwrap();
            }
            each_alone_says_the_same(&lab);
            // And nobody whom the ledger or the disk has is left out.
            let told: Vec<String> = lab.verify().runs.into_iter().map(|run| run.run).collect();
            for n in 1..=4 {
                let alone = midwatch::journal::verify::one(&lab.store, &id(n)).unwrap();
                prop_assert_eq!(alone.runs.len(), usize::from(told.contains(&id(n))));
            }
        }
    }
}
