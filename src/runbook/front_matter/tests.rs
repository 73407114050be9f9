use super::*;
use crate::runbook::Severity;

fn front(yaml: &str) -> (FrontMatter, Vec<Diagnostic>, std::sync::Arc<Source>) {
    let source = Source::new("a.md", format!("---\n{yaml}---\n# T\n"));
    let mut out = Vec::new();
    let (span, body) = find(&source).expect("front matter");
    assert!(source.text()[body..].starts_with("# T"));
    (read(&source, span, &mut out), out, source)
}

#[test]
fn all_keys_are_read() {
    let (front, out, source) = front(
        "title: Restore\nsummary: S\nowner: [a, b]\nservice: db\nseverity: 1\nalerts: [Lag, Down]\n\
         dashboards: https://x\nlogs: journalctl -u x\nchanges: git log\nescalation: dba\nrequires: [mariadb, ssh]\n\
         hosts: { a: 10.0.0.1 }\nenv: { TZ: UTC, V: 1.10 }\nshell: bash\ntags: [x]\nlast_reviewed_on: 2026-01-02\nreview_in: 6 months\n",
    );
    assert!(out.is_empty(), "{out:?}");
    assert_eq!(front.title.as_deref(), Some("Restore"));
    assert_eq!(front.owner.as_deref(), Some("a, b"));
    assert_eq!(front.severity.as_deref(), Some("1"));
    assert_eq!(front.alerts, ["Lag", "Down"]);
    assert_eq!(front.dashboards, ["https://x"]);
    assert_eq!(front.hosts, ["a"]);
    assert_eq!(front.env["V"], "1.10");
    assert_eq!(front.reviewed.as_deref(), Some("2026-01-02"));
    assert_eq!(front.review_in.as_deref(), Some("6 months"));
    assert_eq!(source.slice(front.requires[1].span), "ssh");
}

#[test]
fn params_keep_their_order_and_place() {
    let (front, out, source) = front(
        "params:\n  zone: { about: Where, pattern: '^[a-z]+$', env: ZONE }\n  mode: { choices: [a, b], default: a }\n  token: { secret: true }\n  bare:\n  port: 8080\n",
    );
    assert!(out.is_empty(), "{out:?}");
    let names: Vec<_> = front.params.iter().map(|param| param.name.as_str()).collect();
    assert_eq!(names, ["zone", "mode", "token", "bare", "port"]);
    assert_eq!(front.params[0].pattern.as_deref(), Some("^[a-z]+$"));
    assert_eq!(front.params[1].choices, ["a", "b"]);
    assert!(front.params[2].secret);
    assert_eq!(front.params[4].default.as_deref(), Some("8080"));
    assert_eq!(source.slice(front.params[1].span), "mode");
}

#[test]
fn other_tools_keys_are_left_alone_and_near_misses_are_not() {
    let (_, out, _) =
        front("weight: 20\nlayout: x\ntag: y\ndate: 2020-01-01\nauthor: me\nreviewers:\n- me\n");
    assert!(out.is_empty(), "{out:?}");
    let (_, out, source) = front("escalaton: me\n");
    assert_eq!((out[0].severity, source.slice(out[0].span)), (Severity::Warning, "escalaton"));
    assert_eq!(out[0].help.as_deref(), Some("did you mean `escalation`?"));
}

#[test]
fn what_is_wrong_keeps_the_runbook_from_running() {
    for (yaml, place) in [
        ("params: [a]\n", "["),
        ("params:\n  a: { patern: x }\n", "patern"),
        ("params:\n  a-b: {}\n", "a-b"),
        ("params:\n  a: {}\n  a: {}\n", "a"),
        ("params:\n  a: { choices: [x], default: y }\n", "a"),
        ("params:\n  a: { secret: perhaps }\n", "perhaps"),
        ("params:\n  a: { pattern: \"[a\" }\n", "\"[a"),
        ("params:\n  a: { pattern: \"[0-9]+\", default: x }\n", "a"),
        ("title: a\ntitle: b\n", "title"),
        ("title: [a]\n", "["),
        ("env: x\n", "x"),
        ("env: { 9: x }\n", "9"),
    ] {
        let (_, out, source) = front(yaml);
        assert_eq!(out.len(), 1, "{yaml}: {out:?}");
        assert_eq!(out[0].severity, Severity::Error, "{yaml}");
        let found = source.slice(out[0].span);
        assert!(found.starts_with(place), "{yaml}: {found:?}");
    }
}

#[test]
fn broken_yaml_is_an_error_at_its_place() {
    let (_, out, source) = front("title: 'open\nowner: x\n");
    assert_eq!(out[0].severity, Severity::Error);
    assert!(source.line(out[0].span.start) >= 2, "{out:?}");
    let (_, out, _) = front("a: &x [1]\nb: [*x, *x]\ntitle: *y\n");
    assert_eq!(out[0].severity, Severity::Error);
}

#[test]
fn a_rule_at_the_top_is_no_front_matter() {
    for text in ["---\n\n# T\n\n---\n", "---\ntext here\n---\n", "---\nkey: x\n", "# T\n---\na: b\n---\n", ""]
    {
        assert!(find(&Source::new("a.md", text)).is_none(), "{text:?}");
    }
    let source = Source::new("a.md", "\u{feff}---\r\ntitle: x\r\n---\r\n# T\r\n");
    let (span, body) = find(&source).unwrap();
    assert_eq!((source.slice(span), &source.text()[body..]), ("title: x\r\n", "# T\r\n"));
}
