//! The journal of a run: what it keeps, and what it makes of crashes, links and other processes.

mod record;

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use midwatch::event::fold::Run;
use midwatch::event::{Ending, Event, Stamped, StepStatus};
use midwatch::journal::ledger::{self, Entry};
use midwatch::journal::reader::{self, Tail};
use midwatch::journal::verify::Status;
use midwatch::journal::{Journal, OutputFile, Store, SystemClock};
use proptest::prelude::*;
use record::{Lab, START, TestClock, ended, entered, id, intent, opened, overwrite};

fn events(lab: &Lab, id: &str) -> Vec<Stamped> {
    let run = lab.store.find(id).unwrap();
    let mut events = Vec::new();
    reader::each(&run, &mut |record| events.push(record.stamped())).unwrap();
    events
}

#[test]
fn what_is_told_is_what_is_read() {
    let lab = Lab::new();
    let mut live = lab.open(&id(1));
    live.say(entered(1, "Ümläut \"quotes\" \\ \n\t\u{0}\u{7f}\u{2028} 雪"));
    live.command(1, "stop", "echo '\u{1b}[31m' \\\n  && true", Some(b"\xff\x00binary"));
    live.wait(1, "lag", &[None, Some("1e3"), Some("0")]);
    let live_run = live.run.clone();
    drop(live);
    let read = events(&lab, &id(1));
    assert_eq!(Run::replay(&read), live_run, "the replay is the run");
    let seqs: Vec<u64> = read.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, (1..=read.len() as u64).collect::<Vec<_>>());
    assert_eq!(read[0].at, "2026-11-03T02:14:05.000Z");
    assert_eq!(lab.status(&id(1)), Status::Open);
}

#[test]
fn several_events_are_one_sync_and_none_is_on_disk_before_it() {
    let lab = Lab::new();
    let mut live = lab.open(&id(1));
    let before = fs::read(lab.journal_path(&id(1))).unwrap();
    live.journal.append(entered(1, "One")).unwrap();
    live.journal.append(intent(1, "a", "run", 1, "true")).unwrap();
    assert_eq!(fs::read(lab.journal_path(&id(1))).unwrap(), before, "nothing is written by append");
    live.journal.sync().unwrap();
    assert_eq!(events(&lab, &id(1)).len(), 3);
    assert_eq!(live.journal.head().records, 3);
}

#[test]
fn nothing_follows_a_seal() {
    let lab = Lab::new();
    let mut live = lab.open(&id(1));
    live.say(Event::Sealed { status: Ending::Aborted, reason: None, helped: None });
    assert!(live.journal.append(entered(1, "One")).unwrap_err().message.contains("sealed"));
    live.journal.close(&live.run).unwrap();
    let run = lab.store.find(&id(1)).unwrap();
    let error = Journal::reopen(&lab.store, run, lab.clock.clone()).err().unwrap();
    assert!(error.message.contains("is sealed"), "{error}");
}

#[test]
fn a_journal_opens_with_its_first_event_and_its_runbook() {
    let lab = Lab::new();
    let create = |event, runbook: &[u8]| Journal::create(&lab.store, lab.clock.clone(), event, runbook).err();
    assert!(create(entered(1, "One"), b"").is_some());
    assert!(create(opened(&id(1)), b"another runbook").unwrap().message.contains("changed"));
    for bad in ["", "../../../etc", "0192f0c1-2345-4abc-8def-0123456789ab"] {
        assert!(
            create(opened(bad), record::RUNBOOK.as_bytes()).unwrap().message.contains("not an id"),
            "{bad}"
        );
    }
    assert!(lab.store.ids().unwrap().is_empty(), "nothing was made");
    drop(lab.open(&id(1)));
    let again = create(opened(&id(1)), record::RUNBOOK.as_bytes()).unwrap();
    assert!(again.message.contains("there is already"), "{again}");
    assert_eq!(fs::read(lab.run_path(&id(1)).join("runbook.md")).unwrap(), record::RUNBOOK.as_bytes());
}

#[test]
fn everything_is_private() {
    let lab = Lab::new();
    lab.sealed(&id(1));
    lab.paused(&id(2));
    drop(lab.open(&id(3)));
    let mut seen = 0;
    let mut folders = vec![lab.root()];
    while let Some(folder) = folders.pop() {
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o7777, 0o700, "{}", folder.display());
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let meta = entry.metadata().unwrap();
            if meta.is_dir() {
                folders.push(entry.path());
                continue;
            }
            seen += 1;
            let closed =
                entry.file_name() == "journal.jsonl" && !entry.path().starts_with(lab.run_path(&id(3)));
            let wanted = if closed { 0o400 } else { 0o600 };
            assert_eq!(meta.mode() & 0o7777, wanted, "{}", entry.path().display());
        }
    }
    assert_eq!(seen, 9, "three journals, three runbooks, two outputs, a ledger");
}

#[test]
fn links_foreign_owners_and_loose_permissions_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    Store::open(&at("real")).unwrap();
    symlink(at("real"), at("link")).unwrap();
    let refused = |path: &Path| Store::open(path).unwrap_err();
    assert!(refused(&at("link")).message.contains("is a link"), "{}", refused(&at("link")));
    assert!(Store::read(&at("link")).is_err(), "also for reading");

    fs::write(at("file"), "").unwrap();
    assert!(refused(&at("file")).message.contains("is not a folder"));

    fs::set_permissions(at("real"), fs::Permissions::from_mode(0o770)).unwrap();
    let error = refused(&at("real"));
    assert!(error.message.contains("can be written by others (mode 0770)"), "{error}");
    assert!(error.help[0].starts_with("chmod go-w"));
    fs::set_permissions(at("real"), fs::Permissions::from_mode(0o700)).unwrap();

    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(at("real"), Some(4711), None).unwrap();
        assert!(refused(&at("real")).message.contains("belongs to user 4711"));
        assert!(Store::read(&at("real")).is_ok(), "an auditor may read it");
        std::os::unix::fs::chown(at("real"), Some(0), None).unwrap();
    }

    // A link further down: nothing is written through it, and nothing is followed.
    symlink(at("elsewhere"), at("real/runs")).unwrap();
    fs::create_dir(at("elsewhere")).unwrap();
    let store = Store::open(&at("real")).unwrap();
    let clock = TestClock::at(START);
    let error =
        Journal::create(&store, clock.clone(), opened(&id(1)), record::RUNBOOK.as_bytes()).err().unwrap();
    assert!(error.message.contains("is a link"), "{error}");
    assert_eq!(fs::read_dir(at("elsewhere")).unwrap().count(), 0);
    fs::remove_file(at("real/runs")).unwrap();
    symlink(at("elsewhere/ledger"), at("real/ledger.jsonl")).unwrap();
    let error = Journal::create(&store, clock, opened(&id(1)), record::RUNBOOK.as_bytes()).err().unwrap();
    assert!(error.message.contains("is a link"), "{error}");
    assert_eq!(fs::read_dir(at("elsewhere")).unwrap().count(), 0);
}

#[test]
fn the_state_folder_is_where_the_environment_says() {
    let located = |vars: &[(&str, &str)]| {
        let vars: Vec<(String, String)> = vars.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        let env = move |name: &str| vars.iter().find(|(key, _)| key == name).map(|(_, value)| value.into());
        Store::locate(&env).map(|path| path.display().to_string()).map_err(|error| error.message)
    };
    let home = ("HOME", "/home/ana");
    assert_eq!(located(&[home]).unwrap(), "/home/ana/.local/state/midwatch");
    assert_eq!(located(&[home, ("XDG_STATE_HOME", "/s")]).unwrap(), "/s/midwatch");
    assert_eq!(located(&[home, ("XDG_STATE_HOME", "relative")]).unwrap(), "/home/ana/.local/state/midwatch");
    assert_eq!(located(&[home, ("XDG_STATE_HOME", "/s"), ("MIDWATCH_STATE_DIR", "/m")]).unwrap(), "/m");
    assert_eq!(located(&[home, ("MIDWATCH_STATE_DIR", "")]).unwrap(), "/home/ana/.local/state/midwatch");
    assert!(located(&[]).unwrap_err().contains("HOME is not set"));
}

#[test]
fn one_process_at_a_time_has_a_run() {
    let lab = Lab::new();
    let live = lab.open(&id(1));
    let reopen = || {
        let run = lab.store.find(&id(1)).unwrap();
        Journal::reopen(&lab.store, run, lab.clock.clone()).err().map(|error| error.message)
    };
    let refused = reopen().unwrap();
    assert!(refused.contains("is open already: ana on db3"), "{refused}");
    drop(live);
    assert_eq!(reopen(), None);
}

#[test]
fn a_torn_tail_is_set_aside_and_the_chain_goes_on() {
    let lab = Lab::new();
    let mut live = lab.open(&id(1));
    live.say(entered(1, "One"));
    drop(live);
    let journal = lab.journal_path(&id(1));
    let whole = fs::read(&journal).unwrap();
    for (n, tail) in
        [&b"{\"seq\":3,\"at\":\"2026-"[..], b"\0\0\0\0", b"{\"seq\":3\0\0\0}\n"].into_iter().enumerate()
    {
        let before = fs::read(&journal).unwrap();
        fs::OpenOptions::new().append(true).open(&journal).unwrap().write_all(tail).unwrap();
        assert_eq!(lab.status(&id(1)), Status::Torn);
        let run = lab.store.find(&id(1)).unwrap();
        let (mut reopened, recorded, torn) = Journal::reopen(&lab.store, run, lab.clock.clone()).unwrap();
        let torn = torn.unwrap();
        assert_eq!((&*torn.file, torn.bytes), (&*format!("journal.torn-{}", n + 1), tail.len() as u64));
        assert_eq!(fs::read(lab.run_path(&id(1)).join(&torn.file)).unwrap(), tail);
        assert_eq!(recorded.run.steps().count(), 1);
        assert_eq!(fs::read(&journal).unwrap(), before);
        reopened.commit(Event::Warned { what: "the tail was torn".into() }).unwrap();
        drop(reopened);
        assert_eq!(lab.status(&id(1)), Status::Open, "and the chain holds");
    }
    assert!(fs::read(&journal).unwrap().starts_with(&whole));
}

#[test]
fn what_a_crash_kept_out_of_the_ledger_is_entered_by_the_next_one() {
    let reopen = |lab: &Lab| {
        let run = lab.store.find(&id(1)).unwrap();
        Journal::reopen(&lab.store, run, lab.clock.clone()).map(drop).map_err(|error| error.message)
    };
    // Killed after the seal, before the ledger had it.
    let lab = Lab::new();
    let mut live = lab.open(&id(1));
    live.say(Event::Sealed { status: Ending::Completed, reason: None, helped: None });
    drop(live);
    assert!(!lab.verify().runs[0].remarks.is_empty());
    assert!(reopen(&lab).unwrap_err().contains("is sealed"));
    let verified = lab.verify();
    assert_eq!((verified.runs[0].status, &*verified.runs[0].remarks), (Status::Sealed, &[][..]));
    // Killed after the first record, before the ledger had the run.
    let lab = Lab::new();
    drop(lab.open(&id(1)));
    fs::remove_file(lab.root().join("ledger.jsonl")).unwrap();
    lab.reopen(&id(1)).seal(Ending::Aborted);
    let verified = lab.verify();
    assert!(verified.is_sound() && verified.runs[0].remarks.is_empty(), "{verified:?}");
    // With more records than one it was in the ledger once.
    fs::remove_file(lab.root().join("ledger.jsonl")).unwrap();
    assert!(reopen(&lab).unwrap_err().contains("no line that opens it"));
}

#[test]
fn a_tampered_journal_is_not_gone_on_with() {
    let lab = Lab::new();
    lab.paused(&id(1));
    let journal = lab.journal_path(&id(1));
    let text = fs::read_to_string(&journal).unwrap().replacen("STOP REPLICA", "DROP DATABASE", 1);
    overwrite(&journal, text.as_bytes());
    let run = lab.store.find(&id(1)).unwrap();
    let error = Journal::reopen(&lab.store, run, lab.clock.clone()).err().unwrap();
    assert_eq!(error.kind, midwatch::error::Kind::Failed);
    assert!(error.message.contains("journal.jsonl:3: was changed"), "{error}");
}

#[test]
fn clocks_may_jump() {
    let lab = Lab::new();
    let mut live = lab.open(&id(1));
    for jump in [-86_400_000, 10 * 365 * 86_400_000, -1] {
        lab.clock.move_wall(jump);
        live.say(Event::Note { step: None, text: format!("{jump}"), by: None });
    }
    live.seal(Ending::Completed);
    assert_eq!(lab.status(&id(1)), Status::Sealed);
    let run = reader::load(&lab.store.find(&id(1)).unwrap()).unwrap().run;
    assert!(run.elapsed().as_secs() < 60, "by the clock that is never set: {:?}", run.elapsed());
}

#[test]
fn events_of_another_version_are_kept_and_never_guessed_at() {
    let lab = Lab::new();
    let mut live = lab.open(&id(1));
    live.say(entered(1, "One"));
    let link = live.journal.head().link;
    drop(live);
    let journal = lab.journal_path(&id(1));
    let body = "{\"seq\":3,\"at\":\"2030-01-01T00:00:00.000Z\",\"mono_ms\":7,\"event\":\"levitated\",\"height\":{\"m\":3}";
    let link = link.next(midwatch::journal::Domain::Journal, body.as_bytes());
    let again = "{\"seq\":4,\"at\":\"2030-01-01T00:00:00.000Z\",\"mono_ms\":7,\"event\":\"step_ended\",\"step\":1,\"status\":\"sublimated\"";
    let next = link.next(midwatch::journal::Domain::Journal, again.as_bytes());
    let mut file = fs::OpenOptions::new().append(true).open(&journal).unwrap();
    write!(file, "{body},\"hash\":\"{link}\"}}\n{again},\"hash\":\"{next}\"}}\n").unwrap();
    assert_eq!(lab.status(&id(1)), Status::Open);
    let mut bodies = Vec::new();
    let run = lab.store.find(&id(1)).unwrap();
    let keep = &mut |record: &reader::Record<'_>| {
        if record.event() == Event::Unknown {
            bodies.push(String::from_utf8(record.body.to_vec()).unwrap());
        }
    };
    reader::each(&run, keep).unwrap();
    assert_eq!(bodies, [body, again]);
    let run = reader::load(&run).unwrap().run;
    assert_eq!((run.unknown, run.step(1).unwrap().status), (2, None));
    let mut live = lab.reopen(&id(1));
    live.say(ended(1, StepStatus::Done, None));
    live.seal(Ending::Completed);
    let verified = lab.verify();
    assert_eq!(verified.runs[0].status, Status::Sealed, "{verified:?}");
    assert!(verified.runs[0].remarks[0].contains("another version"));
}

#[test]
fn output_keeps_both_ends_of_what_is_too_long() {
    let lab = Lab::new();
    let live = lab.open(&id(1));
    let folder = live.journal.run();
    let quiet = OutputFile::create(folder, 1, "quiet", 1).unwrap().finish();
    assert_eq!((quiet.bytes, quiet.file, quiet.sha256), (0, None, None));
    assert!(!lab.run_path(&id(1)).join("output").exists(), "nothing is made for nothing");

    let mut long = OutputFile::create(folder, 1, "../long name", 1).unwrap();
    let line = |n: u32| format!("{n:07}\n");
    let count = 3 * 1024 * 1024;
    for n in 0..count {
        long.write(line(n).as_bytes());
    }
    let kept = long.finish();
    assert_eq!((kept.bytes, kept.kept), (u64::from(count) * 8, 16 * 1024 * 1024));
    assert_eq!(kept.file.as_deref(), Some("01-.._long_name-1.log"));
    let text = String::from_utf8(folder.output(kept.file.as_deref().unwrap()).unwrap()).unwrap();
    assert!(text.starts_with("0000000\n") && text.ends_with(&line(count - 1)));
    assert!(text.contains("\n[midwatch: 8388608 bytes are not kept]\n"), "and says so");
    assert!(kept.trouble.unwrap().contains("8388608 bytes"));

    let mut again = OutputFile::create(folder, 1, "../long name", 1).unwrap();
    again.write(b"second\n");
    let again = again.finish();
    assert_eq!(again.file.as_deref(), Some("01-.._long_name-1-2.log"), "nothing is written over");
    assert!(folder.output("../journal.jsonl").is_err(), "and nothing read from elsewhere");
}

#[test]
fn fifty_runs_at_once_leave_one_whole_ledger() {
    let lab = Arc::new(Lab::new());
    std::thread::scope(|scope| {
        for n in 1..=50 {
            let lab = Arc::clone(&lab);
            scope.spawn(move || {
                let mut live = lab.open(&id(n));
                live.say(entered(1, "One"));
                live.seal(Ending::Completed);
            });
        }
    });
    let verified = lab.verify();
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!((verified.runs.len(), verified.ledger_lines), (50, 100));
}

/// What [`processes_share_the_ledger`] starts many times over.
#[test]
#[ignore = "a part of another test"]
fn one_of_many_processes() {
    let Some(root) = std::env::var_os("LEDGER_UNDER_TEST") else { return };
    let store = Store::open(Path::new(&root)).unwrap();
    for _ in 0..20 {
        let entry = Entry::Noted { run: id(1), by: std::process::id().to_string(), text: "x".repeat(3000) };
        ledger::append(&store, &SystemClock, &entry).unwrap();
    }
}

#[test]
fn processes_share_the_ledger() {
    let lab = Lab::new();
    lab.sealed(&id(1));
    let start = || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "one_of_many_processes"])
            .env("LEDGER_UNDER_TEST", lab.root())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap()
    };
    let children: Vec<_> = (0..12).map(|_| start()).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let verified = lab.verify();
    assert!(verified.is_sound(), "{:?}", verified.ledger);
    assert_eq!(verified.ledger_lines, 4 + 12 * 20);
}

#[test]
fn a_page_of_shell_checks_the_chain() {
    let lab = Lab::new();
    let mut live = lab.open(&id(1));
    live.command(1, "odd", "printf '%s\\n' \"a\\\\b\" '\u{1b}' \"\\\"hash\\\":\\\"\"", Some(b"x"));
    live.say(Event::Note { step: None, text: "  ,\"hash\":\"no\"}  \\n %s $(id) `id` ".into(), by: None });
    let head = live.journal.head().link.to_string();
    drop(live);
    let check = |head: &str| {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify.sh");
        let output = Command::new("sh").arg(script).arg(lab.journal_path(&id(1))).arg(head).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(check(&head), (Some(0), format!("4 records, head {head}\n")));
    assert_eq!(check(&"0".repeat(64)).0, Some(1));
    let journal = lab.journal_path(&id(1));
    let text = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, text.replacen("\"exit\":0", "\"exit\":1", 1)).unwrap();
    let (code, said) = check(&head);
    assert_eq!(code, Some(1));
    assert!(said.contains("journal.jsonl:3: does not verify"), "{said}");
    fs::write(&journal, &text[..text.len() - 1]).unwrap();
    assert_eq!(check(&head).0, Some(1), "cut short");
}

fn any_journal() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"{\"seq\":1,\"at\":\"\",\"mono_ms\":0,\"event\":\"opened\"".to_vec()),
        Just(format!(",\"hash\":\"{}\"}}", "0".repeat(64)).into_bytes()),
        Just(b"\n".to_vec()),
        Just(vec![0]),
        prop::collection::vec(any::<u8>(), 0..20),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in any_journal()) {
        let mut records = 0;
        let end = reader::read(&bytes[..], &id(1), &mut |_| records += 1).unwrap();
        prop_assert_eq!(end.head.records, records);
        prop_assert_eq!(records, 0, "nothing of this verifies");
        prop_assert_eq!(end.tail == Tail::Whole, bytes.is_empty());
    }
}
