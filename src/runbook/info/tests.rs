use std::time::Duration;

use super::*;
use crate::runbook::Severity;

fn info(text: &str) -> (Info, Vec<Diagnostic>) {
    let source = Source::new("a.md", text);
    let mut out = Vec::new();
    let info = read(&source, Span::new(0, text.len()), &mut out);
    (info, out)
}

fn good(text: &str) -> Info {
    let (info, out) = info(text);
    assert!(out.is_empty(), "{text}: {out:?}");
    info
}

#[test]
fn a_check_with_all_its_words() {
    let text = r#"SH check until="Seconds_Behind_Master == 0" fail='value == "x"' every=2s try=3s timeout=30m hold=1m unknown=90s fresh=1h show=lag capture=LAG?:json.lag ok=0,3 cwd=/srv id=lag-zero if="mode == \"a\"""#;
    let info = good(text);
    assert_eq!((info.lang.as_str(), info.kind, info.annotated), ("sh", Some(ActionKind::Check), true));
    let attrs = Attrs::clone(&info.attrs);
    let until = attrs.until.unwrap();
    assert_eq!(until.value, "Seconds_Behind_Master == 0");
    assert_eq!(&text[until.span.range()], "Seconds_Behind_Master == 0");
    assert_eq!(attrs.fail.unwrap().value, "value == \"x\"");
    assert_eq!(attrs.every, Some(Duration::from_secs(2)));
    assert_eq!(attrs.try_limit, Some(Duration::from_secs(3)));
    assert_eq!(attrs.timeout, Some(Duration::from_secs(1800)));
    assert_eq!(attrs.hold, Some(Duration::from_secs(60)));
    assert_eq!(attrs.unknown, Some(Duration::from_secs(90)));
    assert_eq!(attrs.fresh, Some(Duration::from_secs(3600)));
    assert_eq!(attrs.ok, [0, 3]);
    assert_eq!((attrs.cwd.as_deref(), attrs.id.as_deref()), (Some("/srv"), Some("lag-zero")));
    assert_eq!(attrs.condition.unwrap().value, "mode == \"a\"");
    let capture = attrs.capture.unwrap();
    assert_eq!((capture.name.as_str(), capture.optional), ("LAG", true));
    let expr = capture.expr.unwrap();
    assert_eq!((expr.value.as_str(), &text[expr.span.range()]), ("json.lag", "json.lag"));
}

#[test]
fn a_run_with_danger_flags_and_hosts() {
    let info = good(
        "bash danger=DROP touches='all of it' interactive optional idempotent on=a,b exec=\"mariadb -h $db\"",
    );
    assert_eq!(info.danger, Some(Some("DROP".into())));
    let attrs = Attrs::clone(&info.attrs);
    assert!(attrs.interactive && attrs.optional && attrs.idempotent);
    assert_eq!(attrs.on, ["a", "b"]);
    assert_eq!(attrs.exec.unwrap().value, "mariadb -h $db");
    assert_eq!(good("sh danger").danger, Some(None));
}

#[test]
fn an_expression_that_begins_with_an_operator_is_about_the_value() {
    for (written, meant) in [("== 0", "value == 0"), (">3", "value >3"), ("in [1, 2]", "value in [1, 2]")] {
        assert_eq!(good(&format!("sh check until='{written}'")).attrs.until.clone().unwrap().value, meant);
    }
    for written in ["!ready", "-1 < value", "inside == 1"] {
        assert_eq!(good(&format!("sh check until='{written}'")).attrs.until.clone().unwrap().value, written);
    }
}

#[test]
fn words_without_a_language_are_words() {
    let info = good("check until='== 0'");
    assert_eq!((info.lang.as_str(), info.kind), ("", Some(ActionKind::Check)));
    assert_eq!(good("id=first").attrs.id.as_deref(), Some("first"));
}

#[test]
fn another_tools_words_are_left_alone() {
    for text in
        ["sh title=\"x.sh\" linenums=1", "bash,ignore", "sh {.numbered #id}", "python hl_lines='1 2'", ""]
    {
        assert!(!good(text).annotated, "{text}");
    }
    assert_eq!(good("bash,ignore").lang, "bash");
    assert_eq!(good("bash{.x}").lang, "bash");
}

#[test]
fn runme_braces_are_understood_in_both_forms() {
    for text in [
        "sh {name=setup interactive=false category=x}",
        r#"sh {"name":"setup","interactive":"false","category":"x"}"#,
        r#"sh { "name": "setup", "interactive": false }"#,
    ] {
        let info = good(text);
        assert_eq!((info.attrs.id.as_deref(), info.attrs.interactive), (Some("setup"), false), "{text}");
    }
    assert!(good("sh {interactive=true}").attrs.interactive);
}

#[test]
fn what_is_wrong_is_said_at_its_place() {
    for (text, place, says) in [
        ("sh check untill=x", "untill=x", "not a word"),
        ("sh check every=5", "5", "not a duration"),
        ("sh check every=0s", "0s", "cannot be zero"),
        ("sh until='== 0'", "until='== 0'", "means nothing on a run"),
        ("sh check danger", "danger", "means nothing on a check"),
        ("sh check rollback", "rollback", "not both"),
        ("sh check=1", "1", "takes no value"),
        ("sh id=", "id=", "not empty"),
        ("sh id", "id", "needs a value"),
        ("sh id=\"a b\"", "a b", "is no id"),
        ("sh capture=9x", "9x", "name of a variable"),
        ("sh capture=X:", "X:", "no expression"),
        ("sh ok=0,x", "0,x", "exit statuses"),
        ("sh ok=300", "300", "exit statuses"),
        ("sh id=a id=b", "id=b", "twice"),
        ("sh touches=\"all", "touches=\"all", "not closed"),
    ] {
        let (_, out) = info(text);
        assert_eq!(out.len(), 1, "{text}: {out:?}");
        assert_eq!(out[0].severity, Severity::Error, "{text}");
        assert_eq!(&text[out[0].span.range()], place, "{text}");
        assert!(out[0].message.contains(says), "{text}: {}", out[0].message);
    }
    let (_, out) = info("sh check untill=x");
    assert_eq!(out[0].help.as_deref(), Some("did you mean `until`?"));
}

#[test]
fn a_near_miss_alone_is_a_warning_not_an_error() {
    let (read, out) = info("sh dangr");
    assert!(!read.annotated);
    assert_eq!(out[0].severity, Severity::Warning);
}
