//! What a record says.

use crate::kit::*;
use crate::support::Place;

/// Escapes, a C1 introducer, a bell, a carriage return, a bidi override, a line separator: as JSON has
/// to write them, and, where it need not, as they are.
const EVIL: &str = "x\\u001b]0;owned\\u0007\\u001b[2J\\r\\n\\u0000\\u009b31m\u{9b}31m\u{202e}\u{2028}\u{7f}<script>alert(1)</script>|`";

#[test]
fn sequences_that_a_terminal_obeys() {
    let e = EVIL;
    let evil = [
        format!(r#""event":"step_entered","step":1,"id":"{e}","title":"{e}""#),
        format!(r#""event":"answered","step":1,"name":"{e}","value":"{e}""#),
        format!(
            r#""event":"intent","step":1,"action":"{e}","kind":"run","attempt":1,"command":"{e}","original":"{e}""#
        ),
        format!(
            r#""event":"exited","step":1,"action":"{e}","attempt":1,"exit":1,"ok":false,"duration_ms":5,"output_bytes":7,"output":"{e}","output_sha256":"{e}","failed_lines":[{{"line":1,"status":1,"command":"{e}"}}],"changed":"{e}","trouble":"{e}""#
        ),
        format!(r#""event":"intent","step":1,"action":"lag","kind":"check","attempt":1,"command":"{e}""#),
        format!(
            r#""event":"sample","step":1,"action":"{e}","n":1,"t_ms":3,"value":"{e}","verdict":"waiting","unknown":"{e}","exit":0,"stderr":"{e}""#
        ),
        format!(
            r#""event":"waited","step":1,"action":"{e}","verdict":"broken","why":"{e}","samples":1,"duration_ms":5000"#
        ),
        format!(r#""event":"captured","step":1,"action":"{e}","name":"{e}","value":"{e}""#),
        format!(r#""event":"decided","step":1,"what":"{e}""#),
        format!(r#""event":"note","step":1,"text":"{e}","by":"{e}""#),
        format!(r#""event":"note","step":null,"text":"{e}","by":"{e}""#),
        format!(r#""event":"warned","what":"{e}""#),
        format!(r#""event":"paused","step":1,"reason":"{e}""#),
        format!(
            r#""event":"resumed","operator":{{"user":"{e}","sudo_user":"{e}","host":"{e}","pid":1,"tty":"{e}","ssh":"{e}"}},"version":"{e}","from":{{"user":"{e}","host":"{e}","pid":1}}"#
        ),
        format!(r#""event":"step_ended","step":1,"status":"skipped","reason":"{e}""#),
        format!(r#""event":"{}","what":"{e}""#, "levitated\u{9b}31m\u{202e}"),
    ];
    let all: Vec<&str> = evil.iter().map(String::as_str).collect();
    everybody_looks("events", &sealed(&all));
    let title = opened(RUN, &format!(",\"undoes\":\"{e}\""))
        .replace("Restore", e)
        .replace("/srv", e)
        .replace("db3", e)
        .replace("ana", e);
    let title = title
        .replace("\"params\":{}", &format!("\"params\":{{\"{e}\":\"{e}\"}}"))
        .replace("\"tags\":[]", &format!("\"ticket\":\"{e}\",\"tags\":[\"{e}\"]"));
    let seal = format!(r#""event":"sealed","status":"aborted","reason":"{e}","helped":"{e}""#);
    let (bytes, first, last) = journal(RUN, &[title, seal]);
    let place = Place::new();
    let [opens, seals] = ledger_of(RUN, &first, &last);
    let seals = seals
        .replace("Restore", e)
        .replace("/srv", e)
        .replace("db3", e)
        .replace("ana", e)
        .replace("null", &format!("\"{e}\""));
    let noted = format!(r#""event":"noted","run":"{RUN}","by":"{e}","text":"{e}""#);
    let strange = format!(r#""event":"noted","run":"{e}","by":"{e}","text":"{e}""#);
    put(&place, &[(RUN, &bytes)], &ledger(&[opens, seals, noted, strange]));
    everybody_looks("a title, a seal and a ledger", &place);
}

#[test]
fn times_that_no_calendar_has() {
    const TIMES: [&str; 12] = [
        "",
        "soon",
        "9999-12-31T23:59:59.999Z",
        "+999999-12-31T00:00:00Z",
        "-009999-01-01T00:00:00Z",
        "2026-13-45T99:99:99Z",
        "0000-00-00T00:00:00Z",
        "\u{1b}[2J",
        "\u{9b}2J\u{202e}",
        "2026-11-03T02:14:05+99:99",
        "1",
        "9223372036854775807",
    ];
    const CLOCKS: [&str; 5] = ["0", "18446744073709551615", "18446744073709551616", "-5", "1e9"];
    for (at, mono) in TIMES.map(|at| (at, "0")).into_iter().chain(CLOCKS.map(|mono| ("soon", mono))) {
        let with =
            |seq: u32, event: &str| format!("{{\"seq\":{seq},\"at\":\"{at}\",\"mono_ms\":{mono},{event}");
        let events = [
            with(1, &opened(RUN, "")),
            with(2, r#""event":"step_entered","step":1,"id":"stop","title":"Stop it""#),
            with(3, r#""event":"step_ended","step":1,"status":"done""#),
            "\"event\":\"note\",\"step\":null,\"text\":\"earlier than before\"".into(),
            with(5, SEALED),
        ];
        let (bytes, first, last) = journal(RUN, &events);
        let [opens, seals] = ledger_of(RUN, &first, &last);
        let seals = seals.replace("2026-11-03T02:14:01.000Z", &at.replace('\u{1b}', "\\u001b"));
        let place = Place::new();
        put(&place, &[(RUN, &bytes)], &ledger(&[opens, seals]));
        everybody_looks(&format!("at {at:?}, {mono} ms"), &place);
    }
}

#[test]
fn numbers_that_are_too_large_or_none() {
    let huge = u64::MAX;
    let events = [
        format!(r#""event":"step_entered","step":{huge},"id":"a","title":"A""#),
        format!(r#""event":"intent","step":{huge},"action":"a","kind":"run","attempt":4294967295,"command":"x""#),
        format!(r#""event":"exited","step":{huge},"action":"a","attempt":4294967295,"exit":-2147483648,"signal":2147483647,"ok":true,"duration_ms":{huge},"output_bytes":{huge}"#),
        format!(r#""event":"sample","step":{huge},"action":"lag","n":4294967295,"t_ms":{huge},"value":"1e999","verdict":"waiting","exit":0"#),
        r#""event":"sample","step":0,"action":"lag","n":0,"t_ms":0,"value":"-1e308","verdict":"waiting","exit":0"#.to_owned(),
        r#""event":"sample","step":0,"action":"lag","n":1,"t_ms":18446744073709551615,"value":"1e308","verdict":"pass","exit":0"#.to_owned(),
        r#""event":"sample","step":0,"action":"lag","n":2,"t_ms":5,"value":"NaN","verdict":"pass","exit":0"#.to_owned(),
        format!(r#""event":"waited","step":0,"action":"lag","verdict":"pass","why":"w","samples":4294967295,"duration_ms":{huge}"#),
        format!(r#""event":"step_ended","step":{huge},"status":"done""#),
        r#""event":"step_ended","step":1,"status":"done","step":-1"#.to_owned(),
        r#""event":"exited","step":1,"action":"a","attempt":1,"exit":1e400,"ok":true,"duration_ms":-5,"output_bytes":0"#.to_owned(),
        format!(r#""event":"decided","step":{huge},"what":"go to","to":{huge}"#),
        format!(r#""event":"paused","step":{huge},"reason":"r","signal":-2147483648"#),
    ];
    let all: Vec<&str> = events.iter().map(String::as_str).collect();
    everybody_looks("events", &sealed(&all));
    for duration in ["-1.0", "1e308", "18446744073709551615", "-0.0", "1e400"] {
        let place = Place::new();
        let first =
            opened(RUN, "").replace("\"steps_total\":1", &format!("\"steps_total\":{huge},\"from\":{huge}"));
        let (bytes, first, last) = journal(RUN, &[first, SEALED.into()]);
        let [opens, seals] = ledger_of(RUN, &first, &last);
        let seals = seals.replace("\"duration_s\":1.0", &format!("\"duration_s\":{duration}"));
        let seals = seals.replace("\"steps_total\":1", &format!("\"steps_total\":{huge}"));
        put(&place, &[(RUN, &bytes)], &ledger(&[opens, seals]));
        everybody_looks(&format!("a duration of {duration}"), &place);
    }
    // Numbers of records and lines.
    for seq in ["18446744073709551615", "18446744073709551614", "99999999999999999999", "0", "-1"] {
        let place = Place::new();
        let line =
            format!("{{\"seq\":{seq},\"at\":\"2026-11-03T02:14:05.000Z\",\"mono_ms\":1,{}", opened(RUN, ""));
        let (bytes, first, last) = journal(RUN, &[line, SEALED.into()]);
        let [opens, seals] = ledger_of(RUN, &first, &last);
        let opens = format!("{{\"seq\":{seq},\"at\":\"2026-11-03T02:14:05.000Z\",{opens}")
            .replace("\"records\":1", &format!("\"records\":{seq}"));
        put(&place, &[(RUN, &bytes)], &ledger(&[opens, seals]));
        everybody_looks(&format!("record {seq}"), &place);
    }
}

#[test]
fn nests_long_strings_and_keys_that_stand_twice() {
    let deep = |n: usize| format!("\"event\":\"levitated\",\"deep\":{}{}", "[".repeat(n), "]".repeat(n));
    let objects =
        format!("\"event\":\"levitated\",\"deep\":{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    everybody_looks("nests", &sealed(&[&deep(100), &deep(100_000), &objects]));
    let long = "w\u{e9} ".repeat(350_000);
    let word = "w".repeat(1 << 20);
    let events = [
        format!(r#""event":"step_entered","step":1,"id":"{word}","title":"{long}""#),
        format!(r#""event":"intent","step":1,"action":"stop","kind":"run","attempt":1,"command":"{word}""#),
        format!(
            r#""event":"sample","step":1,"action":"lag","n":1,"t_ms":3,"value":"{long}","verdict":"waiting","exit":0"#
        ),
        format!(r#""event":"note","step":1,"text":"{long}""#),
    ];
    let all: Vec<&str> = events.iter().map(String::as_str).collect();
    everybody_looks("a megabyte", &sealed(&all));
    let twice = [
        r#""event":"step_entered","event":"sealed","step":1,"step":2,"id":"a","id":"b","title":"A""#,
        r#""event":"step_ended","step":1,"status":"done","status":"failed""#,
    ];
    everybody_looks("keys", &sealed(&twice));
}

#[test]
fn runs_that_undo_themselves_each_other_or_nobody() {
    for (first_undoes, second_undoes) in [(RUN, OTHER), (OTHER, RUN), ("nobody", "../../.."), ("", "\\u0000")]
    {
        let place = Place::new();
        let mut lines = Vec::new();
        let mut journals = Vec::new();
        for (run, undoes) in [(RUN, first_undoes), (OTHER, second_undoes)] {
            let first = opened(run, "") + &format!(",\"undoes\":\"{undoes}\"");
            let rolls =
                r#""event":"intent","step":1,"action":"back","kind":"rollback","attempt":1,"command":"true""#;
            let rolled = r#""event":"exited","step":1,"action":"back","attempt":1,"exit":0,"ok":true,"duration_ms":5,"output_bytes":0"#;
            let (bytes, first, last) = journal(run, &[first, rolls.into(), rolled.into(), SEALED.into()]);
            let [opens, seals] = ledger_of(run, &first, &last);
            let undoing = format!("\"duration_s\":1.0,\"undoes\":\"{undoes}\"");
            lines.extend([opens, seals.replace("\"duration_s\":1.0", &undoing)]);
            journals.push((run, bytes));
        }
        let runs: Vec<(&str, &[u8])> = journals.iter().map(|(run, bytes)| (*run, &bytes[..])).collect();
        put(&place, &runs, &ledger(&lines));
        everybody_looks(&format!("{first_undoes} and {second_undoes}"), &place);
    }
}

#[test]
fn bytes_that_are_no_text_and_lines_that_are_none() {
    let (bytes, first, last) = journal(RUN, &[opened(RUN, ""), SEALED.into()]);
    let honest = ledger(&ledger_of(RUN, &first, &last));
    let half = bytes.len() / 2;
    type Break = fn(&[u8], usize) -> Vec<u8>;
    let breaks: [Break; 8] = [
        |bytes, half| bytes[..half].to_vec(),
        |_, _| Vec::new(),
        |bytes, _| bytes[..bytes.len() - 1].to_vec(),
        |bytes, half| [&bytes[..half], b"\0\0\0", &bytes[half..]].concat(),
        |bytes, _| [bytes, &[0; 4096]].concat(),
        |bytes, half| [&bytes[..half], b"\xff\xfe\x1b[2J\n", &bytes[half..]].concat(),
        |bytes, _| [b"\xef\xbb\xbf", bytes].concat(),
        |_, _| b"\x1b]0;owned\x07".repeat(100_000),
    ];
    for (n, broken) in breaks.iter().enumerate() {
        let place = Place::new();
        put(&place, &[(RUN, &broken(&bytes, half))], &honest);
        everybody_looks(&format!("journal {n}"), &place);
        let place = Place::new();
        put(&place, &[(RUN, &bytes)], &broken(&honest, honest.len() / 2));
        everybody_looks(&format!("ledger {n}"), &place);
    }
}

/// The line of a wait that goes on, drawn on a terminal.
#[test]
fn a_wait_of_odd_values() {
    let huge = u64::MAX;
    let sample = |n: u32, t: u64, value: &str| {
        format!(
            r#""event":"sample","step":1,"action":"stop","n":{n},"t_ms":{t},"value":"{value}","verdict":"waiting","exit":0"#
        )
    };
    let value = "7\\u001b]0;owned\\u0007\\u001b[2J";
    for values in [["1e308", "-1e308", value], ["3", "1e-300", value], ["NaN", "inf", value]] {
        let events = [
            opened(RUN, ""),
            r#""event":"step_entered","step":1,"id":"stop","title":"Stop it""#.into(),
            r#""event":"intent","step":1,"action":"stop","kind":"check","attempt":1,"command":"true""#.into(),
            sample(1, 0, values[0]),
            sample(2, huge, values[1]),
            sample(3, 1, "2"),
            sample(4, 2, "1"),
            sample(5, 3, values[2]),
        ];
        let (bytes, first, last) = journal(RUN, &events);
        let place = Place::new();
        let [opens, _] = ledger_of(RUN, &first, &last);
        put(&place, &[(RUN, &bytes)], &ledger(&[opens]));
        let mut terminal = place.terminal(80, 24, &["follow", RUN]);
        terminal.wait_for("7␛]0;owned␇␛[2J →");
        // What the program itself says to the terminal: redraw the line, tell pasted text from keys.
        let raw =
            String::from_utf8_lossy(&terminal.raw()).replace("\r\u{1b}[K", "").replace("\u{1b}[?2004h", "");
        let harm = raw.find(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
        assert!(harm.is_none(), "{raw:?}");
        // It goes on elsewhere: nobody ends it but who looks.
        terminal.send("\u{3}");
        assert_ne!(terminal.end(), 101);
    }
}
