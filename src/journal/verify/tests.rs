//! The short way through a run against the long one: runs of all kinds, changed in all ways, with
//! their chains made anew, so that what is found is not only that a hash differs.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::known::Known;
use super::quick::{Expected, Room};
use super::{Checked, Status, quick, run};
use crate::event::fold::Run;
use crate::event::{Ending, Event, FailedLine, Mode, Operator, Revision, Stamped, StepStatus, Verdict};
use crate::journal::Head;
use crate::journal::ledger::{self, Checkpoint, Closed, Entry, Said};
use crate::journal::record::{Domain, Link, finish, hex};
use crate::journal::store::{RunDir, Store};

const ID: &str = "0192f0c1-2345-7abc-8def-0123456789ab";
const RUNBOOK: &[u8] = b"# Restore\n";
const OUTPUT: &[u8] = b"stopped\n";

fn sha(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes).into())
}

fn text() -> BoxedStrategy<String> {
    prop_oneof![
        4 => "[a-z/#.-]{0,6}",
        1 => Just("a\"b\\c\n\u{1}\u{7f}\u{e9}\u{1F600}/".to_owned()),
        1 => ".{0,5}",
    ]
    .boxed()
}

fn maybe() -> BoxedStrategy<Option<String>> {
    prop::option::of(text()).boxed()
}

prop_compose! {
    fn revision()(path in text(), file in text(), anchor in maybe(), title in text(), commit in maybe(), dirty: bool) -> Revision {
        Revision { path, file, anchor, title, sha256: sha(RUNBOOK), commit, dirty }
    }
}

prop_compose! {
    fn operator()(user in text(), effective in maybe(), sudo_user in maybe(), host in text(), boot in maybe(), pid: u32, tty in maybe(), ssh in maybe()) -> Operator {
        Operator { user, effective, sudo_user, host, boot, pid, tty, ssh }
    }
}

prop_compose! {
    fn opened()(
        runbook in revision(), operator in operator(), mode in 0..3usize, unattended: bool,
        params in prop::collection::btree_map(text(), text(), 0..3), secrets in prop::collection::vec(text(), 0..3),
        ticket in maybe(), tags in prop::collection::vec(text(), 0..3), steps_total in 0..9usize,
        from in prop::option::of(0..9usize), undoes in prop::option::weighted(0.1, text()), cwd in text(),
    ) -> Event {
        let mode = [Mode::Live, Mode::Drill, Mode::Tabletop][mode];
        Event::Opened {
            format: 1, run: ID.into(), version: "0.1.0".into(), runbook, operator, mode, unattended, params, secrets,
            ticket, tags, steps_total, from, cwd, undoes,
        }
    }
}

fn status() -> impl Strategy<Value = StepStatus> {
    use StepStatus::*;
    prop_oneof![Just(Done), Just(Skipped), Just(NotApplicable), Just(ConditionFalse), Just(Failed)]
}

prop_compose! {
    fn exited()(
        step in 0..4usize, action in text(), attempt in 0..3u32, exit in prop::option::of(-1..3i32),
        signal in prop::option::of(1..9i32), ok: bool, duration_ms: u64, prints: bool, timed_out: bool,
        lines in prop::collection::vec((0..9usize, -2..9i32, text()), 0..3), changed in maybe(), trouble in maybe(),
    ) -> Event {
        let (output, output_sha256) = (prints.then(|| "01-a-1.log".to_owned()), prints.then(|| sha(OUTPUT)));
        let failed_lines = lines.into_iter().map(|(line, status, command)| FailedLine { line, status, command }).collect();
        Event::Exited {
            step, action, attempt, exit, signal, ok, duration_ms, output_bytes: 8, output, output_sha256, timed_out,
            failed_lines, changed, trouble,
        }
    }
}

fn event() -> BoxedStrategy<Event> {
    let step = 0..4usize;
    let kind = prop_oneof![Just("run"), Just("check"), Just("rollback"), Just("shell")];
    prop_oneof![
        4 => (step.clone(), text(), kind, 0..3u32, text(), maybe()).prop_map(
            |(step, action, kind, attempt, command, original)| Event::Intent {
                step, action, kind: kind.into(), attempt, command, original,
            }
        ),
        4 => exited().boxed(),
        4 => (step.clone(), status(), maybe())
            .prop_map(|(step, status, reason)| Event::StepEnded { step, status, reason }),
        2 => (step.clone(), text(), text()).prop_map(|(step, id, title)| Event::StepEntered { step, id, title }),
        1 => (step.clone(), text()).prop_map(|(step, why)| Event::Waited {
            step, action: "lag".into(), verdict: Verdict::Pass, why, samples: 1, duration_ms: 3,
        }),
        1 => maybe().prop_map(|by| Event::Note { step: None, text: "odd".into(), by }),
    ]
    .boxed()
}

/// What is seldom in a run, and has to be read the long way.
fn seldom() -> BoxedStrategy<Vec<Event>> {
    let pause = Event::Paused { step: None, reason: "lunch".into(), signal: None };
    let resume = Event::Resumed { operator: Operator::default(), version: String::new(), from: None };
    let seal = Event::Sealed { status: Ending::Failed, reason: None, helped: None };
    prop_oneof![
        20 => Just(vec![]),
        1 => Just(vec![pause.clone(), resume]),
        1 => Just(vec![pause]),
        1 => Just(vec![seal]),
        1 => opened().prop_map(|opened| vec![opened]),
    ]
    .boxed()
}

prop_compose! {
    /// A sealed run.
    fn events()(
        opened in opened().boxed(), some in prop::collection::vec(event(), 0..8), seldom in seldom(),
        more in prop::collection::vec(event(), 0..4), status in 0..3usize, reason in maybe(), helped in maybe(),
    ) -> Vec<Event> {
        let status = [Ending::Completed, Ending::Failed, Ending::Aborted][status];
        let seal = Event::Sealed { status, reason, helped };
        [vec![opened], some, seldom, more, vec![seal]].concat()
    }
}

/// A change to a text: where, how, and with what.
#[derive(Debug, Clone)]
struct Change(prop::sample::Index, u8, &'static str);

fn change() -> impl Strategy<Value = Change> {
    let with = prop::sample::select(vec![
        " ",
        "0",
        "-",
        "1",
        "\"",
        "\\",
        "\n",
        "\0",
        "\u{1}",
        "\\u0041",
        "\\ud800",
        "\u{e9}",
        ",",
        "{",
        "}",
        "[",
        "null",
        "true",
        "e1",
        ",\"reason\":\"x\"",
        ",\"reason\":\"x\",\"reason\":\"y\"",
        "\"step\":1,",
        ",\"undoes\":\"x\"",
        "done",
        "\"run\"",
        "opened",
        "sealed",
        "18446744073709551616",
        "\u{2028}",
    ]);
    (any::<prop::sample::Index>(), 0..5u8, with).prop_map(|(at, how, with)| Change(at, how, with))
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let Change(at, how, with) = self;
        if bytes.is_empty() {
            return;
        }
        let at = at.index(bytes.len());
        match how {
            0 => drop(bytes.splice(at..at, with.bytes())),
            1 => drop(bytes.splice(at..=at, with.bytes())),
            2 => drop(bytes.remove(at)),
            3 => bytes[at] ^= 1,
            _ => drop(bytes.splice(at..(at + with.len()).min(bytes.len()), with.bytes())),
        }
    }
}

/// Bodies of records, put into a chain. A body may have become more than one line.
fn chain(bodies: &[Vec<u8>]) -> (Vec<u8>, Head, Head) {
    let (mut journal, mut head) = (Vec::new(), Head::empty(ID));
    let mut first = head;
    for body in bodies {
        let start = journal.len();
        journal.extend_from_slice(body);
        head = Head {
            records: head.records + 1,
            link: finish(&mut journal, start, Domain::Journal, &head.link),
        };
        if head.records == 1 {
            first = head;
        }
    }
    (journal, first, head)
}

fn body(stamped: &Stamped) -> Vec<u8> {
    let mut line = serde_json::to_vec(stamped).unwrap();
    line.pop();
    line
}

/// The ledger's line of an entry.
fn line(entry: &Entry) -> Vec<u8> {
    let entry = serde_json::to_string(entry).unwrap();
    format!("{{\"seq\":1,\"at\":\"2026\",{}", &entry[1..entry.len() - 1]).into_bytes()
}

fn ended(mut line: Vec<u8>) -> Vec<u8> {
    finish(&mut line, 0, Domain::Ledger, &Link::first(Domain::Ledger, "ledger"));
    line.pop();
    line
}

/// Both ways over what is on disk. What the short one needs of the ledger is read from its lines.
fn both(root: &Path, lines: [&[u8]; 2]) -> (Option<u64>, Checked) {
    let store = Store::read(root).unwrap();
    let day = store.day("2024/11/03").unwrap().unwrap();
    let mut known = Known::default();
    for (n, line) in lines.iter().enumerate() {
        if let Some(entry) = ledger::entry(line).filter(|entry| entry.run() == Some(ID)) {
            known.take(n as u64 + 1, entry);
        }
    }
    let folder = RunDir::in_day(&day, ID).unwrap().unwrap();
    let long = run::check(&folder, Some(&known), Checked::new(ID.into(), Status::Open, 0));
    let short = match (ledger::said(lines[0]), ledger::said(lines[1])) {
        (Some(Said::Opened(_, first)), Some(Said::Sealed { head, summary, .. })) => {
            let expected = Expected { marks: [first, head], summary: &lines[1][summary] };
            quick::sealed(&day, ID, &expected, &mut Room::default())
        }
        _ => None,
    };
    (short, long)
}

/// A state folder with a run in it.
fn put(root: &Path, journal: &[u8], runbook: &[u8], output: &[u8]) {
    let run = root.join("runs/2024/11/03").join(ID);
    fs::create_dir_all(run.join("output")).unwrap();
    fs::write(run.join("journal.jsonl"), journal).unwrap();
    fs::write(run.join("runbook.md"), runbook).unwrap();
    fs::write(run.join("output/01-a-1.log"), output).unwrap();
}

fn stamped(events: Vec<Event>) -> Vec<Stamped> {
    let at = |i: usize| format!("2024-11-03T02:14:{:02}.000Z", i % 60);
    let stamp = |(i, event)| Stamped { seq: i as u64 + 1, at: at(i), mono_ms: 7 + i as u64 * 1001, event };
    events.into_iter().enumerate().map(stamp).collect()
}

/// Cases of each test; many more under `tests/run --full`.
fn cases(some: u32) -> ProptestConfig {
    let full = std::env::var("MIDWATCH_TEST_FULL").is_ok_and(|full| !full.is_empty());
    ProptestConfig::with_cases(if full { some * 100 } else { some })
}

/// Whether a run is simple enough for the short way.
fn simple(events: &[Event]) -> bool {
    events[1..events.len() - 1].iter().all(|event| {
        !matches!(
            event,
            Event::Opened { .. } | Event::Paused { .. } | Event::Resumed { .. } | Event::Sealed { .. }
        )
    }) && matches!(&events[0], Event::Opened { undoes: None, .. })
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn the_short_way_says_nothing_that_the_long_one_does_not(
        events in events(),
        in_journal in prop::collection::vec((any::<prop::sample::Index>(), change()), 0..3),
        in_ledger in prop::collection::vec((0..2usize, change()), 0..2),
        afterwards in prop::option::weighted(0.1, change()),
        other in prop::option::weighted(0.1, 0..3usize),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let stamped = stamped(events.clone());
        let run = Run::replay(&stamped);
        let mut bodies: Vec<Vec<u8>> = stamped.iter().map(body).collect();
        for (which, change) in &in_journal {
            let at = which.index(bodies.len());
            change.apply(&mut bodies[at]);
        }
        let (mut journal, first, head) = chain(&bodies);
        let opened = Entry::Opened { run: ID.into(), at: Checkpoint::from(&first) };
        let closed = Closed { summary: run.summary(), at: Checkpoint::from(&head) };
        let mut lines = [line(&opened), line(&Entry::Sealed(Box::new(closed)))];
        for (which, change) in &in_ledger {
            change.apply(&mut lines[*which]);
        }
        let lines = lines.map(ended);
        if let Some(change) = &afterwards {
            change.apply(&mut journal);
        }
        let changed = |n: usize, bytes: &'static [u8]| if other == Some(n) { b"changed" } else { bytes };
        put(folder.path(), &journal, changed(0, RUNBOOK), changed(1, OUTPUT));
        if other == Some(2) {
            fs::remove_file(folder.path().join("runs/2024/11/03").join(ID).join("output/01-a-1.log")).unwrap();
        }
        let (short, long) = both(folder.path(), [&lines[0], &lines[1]]);
        if let Some(records) = short {
            prop_assert_eq!(&long, &Checked::new(ID.into(), Status::Sealed, records));
        }
        // And it is taken, wherever nobody changed anything.
        let untouched = in_journal.is_empty() && in_ledger.is_empty() && afterwards.is_none() && other.is_none();
        if untouched && simple(&events) {
            prop_assert_eq!(long.status, Status::Sealed, "{:?}", long);
            prop_assert!(short.is_some());
        }
    }
}

/// Every byte of a sealed run, in every place where one can be changed with the chain made anew.
#[test]
fn whatever_byte_is_changed_both_ways_agree() {
    let folder = tempfile::tempdir().unwrap();
    let events = vec![
        Event::Opened {
            format: 1,
            run: ID.into(),
            version: "0.1.0".into(),
            runbook: Revision { title: "Stop \"it\"".into(), sha256: sha(RUNBOOK), ..Revision::default() },
            operator: Operator { user: "ana".into(), sudo_user: Some("ben".into()), ..Operator::default() },
            mode: Mode::Drill,
            unattended: false,
            params: [("a".to_owned(), "b".to_owned())].into(),
            secrets: vec!["token".into()],
            ticket: None,
            tags: vec!["x".into(), "y".into()],
            steps_total: 2,
            from: None,
            cwd: "/".into(),
            undoes: None,
        },
        Event::Intent {
            step: 1,
            action: "a".into(),
            kind: "run".into(),
            attempt: 1,
            command: "true\n".into(),
            original: None,
        },
        Event::StepEnded { step: 1, status: StepStatus::Done, reason: None },
        Event::Sealed { status: Ending::Completed, reason: None, helped: Some("no".into()) },
    ];
    let stamped = stamped(events);
    let run = Run::replay(&stamped);
    let bodies: Vec<Vec<u8>> = stamped.iter().map(body).collect();
    let (mut taken, mut left) = (0, 0);
    for record in 0..bodies.len() {
        for at in 0..bodies[record].len() {
            // A byte in the place of each, and a zero before each digit.
            let mut changes: Vec<(usize, u8)> = b"\"\\0 }".iter().map(|with| (at + 1, *with)).collect();
            if bodies[record][at].is_ascii_digit() {
                changes.push((at, b'0'));
            }
            for (end, with) in changes {
                let mut bodies = bodies.clone();
                bodies[record].splice(at..end, [with]);
                let (journal, first, head) = chain(&bodies);
                let opened = ended(line(&Entry::Opened { run: ID.into(), at: Checkpoint::from(&first) }));
                let closed = Closed { summary: run.summary(), at: Checkpoint::from(&head) };
                let sealed = ended(line(&Entry::Sealed(Box::new(closed))));
                put(folder.path(), &journal, RUNBOOK, OUTPUT);
                let (short, long) = both(folder.path(), [&opened, &sealed]);
                match short {
                    Some(records) => assert_eq!(long, Checked::new(ID.into(), Status::Sealed, records)),
                    None => left += 1,
                }
                taken += usize::from(short.is_some());
            }
        }
    }
    assert!(taken > 100 && left > 1000, "both ways were gone: {taken} and {left}");
}
