//! A record that is whole by its chain, whatever it says; and everybody who looks at it.

use std::io::Read;
use std::path::PathBuf;
use std::process::Stdio;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use midwatch::journal::{Domain, Head, Link};

use crate::support::Place;

/// The run whose record is hostile, and another one beside it.
pub const RUN: &str = "019a47c4-5a48-7abc-8def-0123456789ab";
pub const OTHER: &str = "019a47c4-5a48-7abc-8def-0123456789ac";

pub const RUNBOOK: &str = "# Restore\n\n1. Stop it\n\n   ```sh id=stop\n   true\n   ```\n";

/// The first record of a run, `with` in front of its last field.
pub fn opened(run: &str, with: &str) -> String {
    let sha256 = sha256(RUNBOOK.as_bytes());
    format!(
        r#""event":"opened","format":1,"run":"{run}","version":"0.1.0","runbook":{{"path":"a.md","file":"/srv/a.md","title":"Restore","sha256":"{sha256}","dirty":false}},"operator":{{"user":"ana","host":"db3","pid":4711}},"mode":"live","unattended":false,"params":{{}},"secrets":[],"tags":[],"steps_total":1{with},"cwd":"/srv""#
    )
}

pub const SEALED: &str = r#""event":"sealed","status":"completed""#;

pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Records of a run in their chain. What does not begin with a brace gets a number and times.
pub fn journal(run: &str, events: &[String]) -> (Vec<u8>, Head, Head) {
    let (mut bytes, mut head) = (Vec::new(), Head::empty(run));
    let mut first = head;
    for event in events {
        let seq = head.records + 1;
        let body = if event.starts_with('{') {
            event.clone()
        } else {
            format!(
                "{{\"seq\":{seq},\"at\":\"2026-11-03T02:14:{:02}.000Z\",\"mono_ms\":{},{event}",
                seq % 60,
                seq * 1000
            )
        };
        let link = head.link.next(Domain::Journal, body.as_bytes());
        bytes.extend_from_slice(format!("{body},\"hash\":\"{link}\"}}\n").as_bytes());
        head = Head { records: seq, link };
        if seq == 1 {
            first = head;
        }
    }
    (bytes, first, head)
}

/// What the ledger says of a sealed run.
pub fn ledger_of(run: &str, first: &Head, last: &Head) -> [String; 2] {
    let sha256 = sha256(RUNBOOK.as_bytes());
    let at = |head: &Head| format!("\"records\":{},\"head\":\"{}\"", head.records, head.link);
    [
        format!("\"event\":\"opened\",\"run\":\"{run}\",{}", at(first)),
        format!(
            r#""event":"sealed","run":"{run}","runbook":"/srv/a.md","title":"Restore","sha256":"{sha256}","operator":"ana","host":"db3","started":"2026-11-03T02:14:01.000Z","ended":"2026-11-03T02:14:02.000Z","status":"completed","steps_total":1,"steps_done":0,"steps_skipped":0,"ticket":null,"tags":[],"drill":false,"duration_s":1.0,{}"#,
            at(last)
        ),
    ]
}

/// Lines of the ledger in their chain.
pub fn ledger(entries: &[String]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut link = Link::first(Domain::Ledger, "ledger");
    for (n, entry) in entries.iter().enumerate() {
        let body = if entry.starts_with('{') {
            entry.clone()
        } else {
            format!("{{\"seq\":{},\"at\":\"2026-11-03T02:14:05.000Z\",{entry}", n + 1)
        };
        link = link.next(Domain::Ledger, body.as_bytes());
        bytes.extend_from_slice(format!("{body},\"hash\":\"{link}\"}}\n").as_bytes());
    }
    bytes
}

/// The folder of a run.
pub fn folder(place: &Place, run: &str) -> PathBuf {
    place.state().join("runs/2025/11/03").join(run)
}

/// A state folder with these runs and this ledger.
pub fn put(place: &Place, runs: &[(&str, &[u8])], ledger: &[u8]) {
    for (run, journal) in runs {
        let folder = folder(place, run);
        std::fs::create_dir_all(folder.join("output")).expect("a folder");
        std::fs::write(folder.join("journal.jsonl"), journal).expect("a journal");
        std::fs::write(folder.join("runbook.md"), RUNBOOK).expect("a runbook");
    }
    std::fs::write(place.state().join("ledger.jsonl"), ledger).expect("a ledger");
    place.file("a.md", RUNBOOK);
}

/// A sealed run with these events in it, and an honest ledger.
pub fn sealed(events: &[&str]) -> Place {
    let place = Place::new();
    let mut all = vec![opened(RUN, "")];
    all.extend(events.iter().map(|event| (*event).to_owned()));
    all.push(SEALED.into());
    let (bytes, first, last) = journal(RUN, &all);
    let [opens, seals] = ledger_of(RUN, &first, &last);
    // One second a record, and as many steps as ended well.
    let seconds = all.len() - 1;
    let done = events.iter().filter(|event| event.contains("\"status\":\"done\"")).count();
    let seals = seals
        .replace("02:14:02", &format!("02:14:{:02}", all.len() % 60))
        .replace("\"duration_s\":1.0", &format!("\"duration_s\":{seconds}.0"))
        .replace("\"steps_done\":0", &format!("\"steps_done\":{done}"));
    put(&place, &[(RUN, &bytes)], &ledger(&[opens, seals]));
    place
}

/// Everybody who looks at a record.
pub fn lookers() -> Vec<Vec<&'static str>> {
    let mut all: Vec<Vec<&str>> = [
        "follow RUN",
        "stats",
        "stats --json",
        "stats --drill",
        "list",
        "list --json",
        "history",
        "history --json",
        "history --status completed",
        "show RUN",
        "show RUN --json",
        "find Restore",
        "export",
        "verify",
        "verify --json",
        "verify RUN",
        "output RUN 1",
        "report RUN --format md",
        "report RUN --format html",
        "report RUN --format json",
        "report RUN --format cast",
        "prune --older-than 1d --dry-run",
    ]
    .into_iter()
    .map(|line| line.split(' ').collect())
    .collect();
    for args in &mut all {
        args.iter_mut().filter(|arg| **arg == "RUN").for_each(|arg| *arg = RUN);
    }
    all
}

/// What one of them came to.
#[derive(Debug)]
pub struct Seen {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// How long anybody may take over a record of a few lines. Far more than it does: it tells who waits for
/// ever from who is slow.
const FOREVER: Duration = Duration::from_secs(60);

pub fn look(place: &Place, args: &[&str]) -> Seen {
    let mut command = place.command();
    command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("midwatch starts");
    let (out, err) = (read(child.stdout.take()), read(child.stderr.take()));
    let began = Instant::now();
    let status = loop {
        match child.try_wait().expect("a child") {
            Some(status) => break status,
            None if began.elapsed() > FOREVER => {
                let _ = child.kill();
                panic!("{args:?} does not end");
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let text = |bytes: JoinHandle<Vec<u8>>| {
        String::from_utf8(bytes.join().expect("a thread")).expect("what is written is UTF-8")
    };
    Seen { code: status.code().unwrap_or(-1), out: text(out), err: text(err) }
}

fn read(from: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    let mut from = from.expect("a pipe");
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = from.read_to_end(&mut bytes);
        bytes
    })
}

/// What a terminal would obey, or show otherwise than it is.
fn harmful(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Everybody looks, and nobody breaks, waits for ever, obeys, or fails without a word.
pub fn everybody_looks(what: &str, place: &Place) {
    for args in lookers() {
        let seen = look(place, &args);
        let told = || format!("{what}: {args:?}: {}", cut(&format!("{seen:?}")));
        assert!((0..=3).contains(&seen.code), "{}", told());
        assert!(!seen.err.contains("fault of midwatch") && !seen.err.contains("panicked"), "{}", told());
        for text in [&seen.out, &seen.err] {
            let harm = text.find(harmful);
            assert!(harm.is_none(), "{what}: {args:?}: {:?}", harm.map(|at| cut(&text[at..])));
        }
        assert!(seen.code == 0 || !seen.err.trim().is_empty() || !seen.out.trim().is_empty(), "{}", told());
        let json = args.contains(&"--json") || args.contains(&"json") || args[0] == "export";
        if json && seen.code == 0 && !seen.out.is_empty() {
            let whole = serde_json::from_str::<serde_json::Value>(&seen.out).is_ok();
            let lines =
                || seen.out.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok());
            assert!(whole || lines(), "no JSON: {}", told());
        }
    }
}

fn cut(text: &str) -> String {
    text.chars().take(3000).collect()
}
