//! A run to hand on: what stands in a report, and that nothing in it can do harm.

mod record;

use std::io::Write;

use midwatch::commands::{note, report};
use midwatch::event::{Ending, Event};
use midwatch::history::Zone;
use midwatch::report::Format;
use record::{Lab, entered, id, opened};
use serde_json::Value;

const ALL: [Format; 4] = [Format::Markdown, Format::Html, Format::Json, Format::Cast];

fn written(lab: &Lab, format: Format) -> String {
    let mut out = Vec::new();
    report::run(&lab.store, &id(1), format, Zone::utc(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A run as it should be: a command, a wait with an unknown sample, a pause, a skip, notes.
fn usual() -> Lab {
    let lab = Lab::new();
    lab.sealed(&id(1));
    note::run(&lab.store, &*lab.clock, &id(1), "the graph agrees", "ben", &mut Vec::new()).unwrap();
    lab
}

#[test]
fn a_ticket_gets_the_whole_run() {
    insta::assert_snapshot!(written(&usual(), Format::Markdown));
}

#[test]
fn the_page_has_all_parts() {
    let page = written(&usual(), Format::Html);
    for part in [
        "<title>Restore a replica: completed</title>",
        "2 of 3 done, 1 skipped",
        "OPS-17",
        "token (secret)",
        "✔</span> sealed: its chain holds",
        "id=\"step-3\"",
        "mariadb -e &#x27;STOP REPLICA&#x27;",
        "<pre class=\"output\">stopped</pre>",
        "<circle class=\"pass\"",
        "unknown: Seconds_Behind_Master is NULL",
        "already done",
        "lag came &lt;b&gt;back&lt;&#x2f;b&gt; twice",
        "handing over",
        "the graph agrees",
        "the name of the replica",
    ] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
}

#[test]
fn the_page_is_self_contained_and_says_so() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let page = written(&usual(), Format::Html);
    let style = page.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(style));
    let policy =
        format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'");
    assert!(page.contains(&policy), "the policy is not {policy}");
    let lower = page.to_lowercase();
    for outside in [
        "http:", "https:", "src=", "<script", "<link", "<img", "<iframe", "@import", "url(", "style=\"",
        " on",
    ] {
        let tags = lower.split('<').filter_map(|part| part.split('>').next());
        let inside = tags.filter(|tag| format!("<{tag}").contains(outside) && tag.contains('='));
        let inside: Vec<&str> =
            inside.filter(|tag| outside != " on" || tag.contains(" on") && tag.contains("on=")).collect();
        assert!(inside.is_empty(), "{outside}: {inside:?}");
    }
    assert!(!style.contains("url(") && !style.contains("@import"));
}

/// What a hostile runbook, command, output or note could do to a terminal, a page or a ticket.
const HOSTILE: &str = "a\u{1b}]0;owned\u{7}b\u{1b}[2J\u{202e}c\r\u{9b}31m</style><script>alert(1)</script><img src=x onerror=alert(2)>``` | x\" onload=\"y {{ 7777*3 }} {% x %}";

fn hostile() -> Lab {
    let lab = Lab::new();
    let mut event = opened(&id(1));
    if let Event::Opened { runbook, ticket, operator, .. } = &mut event {
        runbook.title = HOSTILE.into();
        runbook.path = HOSTILE.into();
        operator.user = HOSTILE.into();
        *ticket = Some(HOSTILE.into());
    }
    let mut live = lab.open_as(event);
    live.say(entered(1, HOSTILE));
    live.command(1, HOSTILE, HOSTILE, Some(HOSTILE.as_bytes()));
    live.wait(1, HOSTILE, &[Some(HOSTILE), None, Some("0"), Some(HOSTILE)]);
    live.say(Event::Decided { step: 1, what: HOSTILE.into(), to: None });
    live.say(Event::Answered { step: 1, name: HOSTILE.into(), value: Some(HOSTILE.into()) });
    live.say(Event::Note { step: Some(1), text: HOSTILE.into(), by: Some(HOSTILE.into()) });
    live.say(Event::Warned { what: HOSTILE.into() });
    let (reason, helped) = (Some(HOSTILE.into()), Some(HOSTILE.into()));
    live.say(Event::Sealed { status: Ending::Failed, reason, helped });
    live.journal.close(&live.run).unwrap();
    note::run(&lab.store, &*lab.clock, &id(1), HOSTILE, HOSTILE, &mut Vec::new()).unwrap();
    lab
}

#[test]
fn nothing_in_a_run_can_do_harm_in_a_report() {
    let lab = hostile();
    for format in ALL {
        let text = written(&lab, format);
        let obeyed = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(obeyed), "{format:?}: {text:?}");
    }
    let page = written(&lab, Format::Html);
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("23331"), "{page}");
    assert_eq!(page.matches("</style>").count(), 1);
    let ticket = written(&lab, Format::Markdown);
    let mut fence: Option<&str> = None;
    for line in ticket.lines() {
        match fence {
            None if line.starts_with("```") => fence = Some(line.trim_end_matches(char::is_alphabetic)),
            None => assert!(!line.contains("<script") && !line.contains("<img"), "{line}"),
            Some(open) if line == open => fence = None,
            Some(_) => {}
        }
    }
    assert_eq!(fence, None, "a fence was not closed");
    for line in written(&lab, Format::Cast).lines().skip(1) {
        let event: Value = serde_json::from_str(line).unwrap();
        let data = event[2].as_str().unwrap();
        let mut rest = data;
        while let Some(at) = rest.find('\u{1b}') {
            rest = &rest[at + 1..];
            let ours = rest.starts_with('[')
                && rest
                    .split_once('m')
                    .is_some_and(|(code, _)| code[1..].chars().all(|c| c.is_ascii_digit() || c == ';'));
            assert!(ours, "only colours of midwatch's own: {data:?}");
        }
        assert!(!data.contains(['\u{9b}', '\u{7}', '\u{202e}']));
    }
}

#[test]
fn programs_get_the_run_and_what_the_record_is_worth() {
    let json: Value = serde_json::from_str(&written(&usual(), Format::Json)).unwrap();
    assert_eq!(json["schema"], "midwatch.report/1");
    assert_eq!((&json["run"], &json["record"]["status"]), (&id(1).into(), &"sealed".into()));
    assert_eq!(json["steps"][1]["samples"][0]["value"], "37");
}

#[test]
fn a_recording_is_an_asciicast_of_version_3() {
    let text = written(&usual(), Format::Cast);
    let mut lines = text.lines();
    let header: Value = serde_json::from_str(lines.next().unwrap()).unwrap();
    assert_eq!((&header["version"], &header["term"]["cols"]), (&3.into(), &100.into()));
    let events: Vec<(f64, String, String)> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(events.iter().all(|(wait, _, _)| *wait >= 0.0));
    let markers: Vec<&str> = events.iter().filter(|event| event.1 == "m").map(|event| &*event.2).collect();
    assert_eq!(markers, ["1 Stop it", "2 Wait", "3 Look"]);
    let shown: String = events.iter().filter(|event| event.1 == "o").map(|event| &*event.2).collect();
    for part in ["mariadb -e 'STOP REPLICA'", "stopped\r\n", "sample  37", "PAUSED", "RESUMED by ben on db9"]
    {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
    assert_eq!(events.last().map(|event| (&*event.1, &*event.2)), Some(("x", "0")));
}

#[test]
fn events_of_another_version_are_shown_as_they_are_written() {
    let lab = Lab::new();
    let mut live = lab.open(&id(1));
    live.say(entered(1, "One"));
    let link = live.journal.head().link;
    drop(live);
    let body = "{\"seq\":3,\"at\":\"2030-01-01T00:00:00.000Z\",\"mono_ms\":7,\"event\":\"levitated\",\"height\":{\"m\":3,\"by\":\"<b>\"}";
    let link = link.next(midwatch::journal::Domain::Journal, body.as_bytes());
    let mut file = std::fs::OpenOptions::new().append(true).open(lab.journal_path(&id(1))).unwrap();
    writeln!(file, "{body},\"hash\":\"{link}\"}}").unwrap();
    let ticket = written(&lab, Format::Markdown);
    assert!(ticket.contains(&format!("{body}}}")), "{ticket}");
    let page = written(&lab, Format::Html);
    assert!(page.contains("levitated") && page.contains("1 of the records are of a kind"), "{page}");
    assert!(page.contains("open: its chain holds so far"), "it is verified all the same");
    let json: Value = serde_json::from_str(&written(&lab, Format::Json)).unwrap();
    assert_eq!(json["unknown_events"][0]["height"]["m"], 3);
    assert!(written(&lab, Format::Cast).contains("record 3 is of a kind that this version does not know"));
}

#[test]
fn a_run_whose_runbook_is_lost_is_still_reported() {
    let lab = usual();
    std::fs::remove_file(lab.run_path(&id(1)).join("runbook.md")).unwrap();
    for format in ALL {
        let text = written(&lab, format);
        assert!(text.contains("STOP REPLICA"), "{format:?}");
    }
    assert!(written(&lab, Format::Html).contains("✘</span> tampered"));
}
