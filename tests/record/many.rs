//! A record of many runs, written without the care that real ones get: nothing is synced, and the
//! lines are put together by hand.

use std::fs;
use std::io::Write;
use std::path::Path;

use jiff::Timestamp;
use midwatch::event::Stamped;
use midwatch::event::clock::stamp;
use midwatch::event::fold::Run;
use midwatch::event::{Ending, Event, StepStatus};
use midwatch::journal::ledger::{Closed, Entry};
use midwatch::journal::{Domain, Head, Link};

use crate::record::{RUNBOOK, ended, entered, id, intent, opened};

/// Writes `count` sealed runs of 12 events each below `root`, 500 a day, and their ledger.
pub fn write(root: &Path, count: u32) {
    fs::create_dir_all(root).unwrap();
    let mut ledger = std::io::BufWriter::new(fs::File::create(root.join("ledger.jsonl")).unwrap());
    let mut before = Link::first(Domain::Ledger, "ledger");
    let mut seq = 0;
    for n in 0..count {
        let (id, at) = aged(n);
        let day = at.strftime("%Y/%m/%d").to_string();
        let folder = root.join("runs").join(day).join(&id);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("runbook.md"), RUNBOOK).unwrap();
        let (journal, run, first, head) = journal(&id, n, at);
        fs::write(folder.join("journal.jsonl"), journal).unwrap();
        let entries = [
            Entry::Opened { run: id.clone(), at: (&first).into() },
            Entry::Sealed(Box::new(Closed { summary: run.summary(), at: (&head).into() })),
        ];
        for entry in entries {
            seq += 1;
            let mut line = format!("{{\"seq\":{seq},\"at\":\"{}\"", stamp(at));
            line.push_str(&serde_json::to_string(&entry).unwrap().replacen('{', ",", 1));
            before = end_line(&mut line, &before, Domain::Ledger);
            ledger.write_all(line.as_bytes()).unwrap();
        }
    }
    ledger.flush().unwrap();
}

/// The n-th run's id, with its time in it: 500 a day, the last ones in November 2026.
fn aged(n: u32) -> (String, Timestamp) {
    let start: Timestamp = "2026-05-01T00:00:00Z".parse().unwrap();
    let at = start.as_millisecond() + i64::from(n) * 86_400_000 / 500;
    let hex = format!("{at:012x}");
    let id = format!("{}-{}{}", &hex[..8], &hex[8..], &id(n)[13..]);
    (id, Timestamp::from_millisecond(at).unwrap())
}

fn journal(id: &str, n: u32, at: Timestamp) -> (String, Run, Head, Head) {
    let mut first = opened(id);
    if let Event::Opened { runbook, operator, ticket, .. } = &mut first {
        runbook.file = format!("/srv/runbooks/replica-{}.md", n % 20);
        operator.user = ["ana", "ben", "cleo", "dora"][n as usize % 4].into();
        operator.host = format!("db{}", n % 50);
        *ticket = n.is_multiple_of(10).then(|| format!("OPS-{n}"));
    }
    let exited = |step: usize| Event::Exited {
        step,
        action: "stop-replica".into(),
        attempt: 1,
        exit: Some(0),
        signal: None,
        ok: true,
        duration_ms: 1234,
        output_bytes: 0,
        output: None,
        output_sha256: None,
        timed_out: false,
        failed_lines: vec![],
        changed: None,
        trouble: None,
    };
    let status = if n.is_multiple_of(7) { Ending::Failed } else { Ending::Completed };
    let events = [
        first,
        entered(1, "Stop it"),
        intent(1, "stop-replica", "run", 1, "mariadb -e 'STOP REPLICA'"),
        exited(1),
        ended(1, StepStatus::Done, None),
        entered(2, "Look"),
        intent(2, "stop-replica", "run", 1, "mariadb -e 'SHOW REPLICA STATUS'"),
        exited(2),
        ended(2, StepStatus::Done, None),
        entered(3, "Tell"),
        ended(3, StepStatus::Skipped, Some("already done")),
        Event::Sealed { status, reason: None, helped: None },
    ];
    let mut head = Head::empty(id);
    let mut opening = head;
    let mut run = Run::new();
    let mut text = String::new();
    for (i, event) in events.into_iter().enumerate() {
        let at = stamp(Timestamp::from_millisecond(at.as_millisecond() + i as i64 * 700).unwrap());
        let stamped = Stamped { seq: i as u64 + 1, at, mono_ms: 5000 + i as u64 * 700, event };
        let mut line = serde_json::to_string(&stamped).unwrap();
        line.pop();
        let link = end_line_of_journal(&mut line, &head.link);
        head = Head { records: stamped.seq, link };
        if i == 0 {
            opening = head;
        }
        run.apply(&stamped);
        text.push_str(&line);
    }
    (text, run, opening, head)
}

fn end_line(line: &mut String, before: &Link, domain: Domain) -> Link {
    if domain == Domain::Ledger {
        line.pop();
    }
    let link = before.next(domain, line.as_bytes());
    line.push_str(&format!(",\"hash\":\"{link}\"}}\n"));
    link
}

fn end_line_of_journal(line: &mut String, before: &Link) -> Link {
    end_line(line, before, Domain::Journal)
}
