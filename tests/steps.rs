//! The listing: for a person at any width, and for a program.

mod mapping_support;

use mapping_support::parse;
use midwatch::commands::steps;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

const DOCUMENT: &str = "---\ntitle: Restore it\nparams:\n  replica: { about: The host, pattern: '^[a-z]+$', env: REPLICA }\n  mode: { choices: [a, b], default: a }\n  token: { secret: true, default: hidden }\n---\n# Restore\n\n## Meaning\n\nIt is behind.\n\n## Stop\n\nStop the service on `<pod>`, the pod that hangs:\n\n```sh danger=WIPE touches=\"all data\" id=stop\nkubectl delete pod <pod> # gone\nls\n```\n\nTo undo:\n\n```sh rollback\nkubectl apply -f pod.yaml\n```\n\nWait for it:\n\n```sh check until=\"== 0\" every=2s fail=\"value == 9\" capture=LAG?:value\nlag $replica\n```\n\n- If it is a host, call them\n- If it is a pod, look with `kubectl get pods`\n\n```console\n$ ssh db1\n$ uptime\nout\n```\n\nThen look here:\n\n```\nkubectl get nodes\n```\n\n1. [ ] By hand\n";

fn json(text: &str) -> Value {
    serde_json::from_str(&steps::json(&parse(text), None)).expect("JSON")
}

#[test]
fn the_listing_for_programs_has_every_field() {
    let listing = json(DOCUMENT);
    assert_eq!(listing["schema"], "midwatch.steps/1");
    assert_eq!((&listing["file"], &listing["title"]), (&"doc.md".into(), &"Restore it".into()));
    assert_eq!(listing["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(listing["params"]["replica"]["about"], "The host");
    assert_eq!(listing["params"]["mode"]["choices"], serde_json::json!(["a", "b"]));
    assert_eq!(listing["params"]["token"]["default"], Value::Null, "a secret's default is a secret");
    let names: Vec<_> = listing["params"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["replica", "mode", "token"]);
    let placeholder = &listing["placeholders"][0];
    assert_eq!((&placeholder["key"], &placeholder["text"]), (&"pod".into(), &"<pod>".into()));
    assert_eq!(placeholder["line"], 19);
    assert_eq!(placeholder["explained"], "Stop the service on <pod>, the pod that hangs:");
    let note = &listing["diagnostics"][0];
    assert!(note["line"].is_number() && note["message"].is_string());
    let stop = &listing["steps"][0];
    assert_eq!(
        (&stop["number"], &stop["id"], &stop["title"]),
        (&1.into(), &"stop".into(), &"Stop the service on <pod>, the pod that hangs".into())
    );
    assert_eq!(stop["section"], serde_json::json!(["Restore", "Stop"]));
    assert_eq!((&stop["manual"], &stop["choice"]), (&false.into(), &Value::Null));
    assert!(stop["text"].as_str().unwrap().contains("To undo:"));
    assert_eq!(stop["line"], 16);
    let run = &stop["actions"][0];
    assert_eq!(
        (&run["kind"], &run["id"], &run["line"], &run["lang"]),
        (&"run".into(), &"stop".into(), &19.into(), &"sh".into())
    );
    assert_eq!(run["script"], "kubectl delete pod <pod> # gone\nls");
    assert_eq!(
        (&run["offered"], &run["tagged"], &run["interactive"], &run["danger"]),
        (&false.into(), &true.into(), &false.into(), &"declared".into())
    );
    assert_eq!(run["attrs"], serde_json::json!({"id": "stop", "danger": "WIPE", "touches": "all data"}));
    assert_eq!(stop["actions"][1]["kind"], "rollback");
}

#[test]
fn a_check_lists_its_defaults_too() {
    let listing = json(DOCUMENT);
    let attrs = &listing["steps"][1]["actions"][0]["attrs"];
    assert_eq!(
        *attrs,
        serde_json::json!({
            "until": "value == 0", "fail": "value == 9", "show": "value", "every": "2s", "try": "10s", "timeout": "10m", "hold": "0s",
            "unknown": "30s", "fresh": "5m", "ok": [0], "capture": "LAG?:value",
        })
    );
    let bare = json("```sh check\nls\n```\n");
    assert_eq!(bare["steps"][0]["actions"][0]["attrs"]["until"], "exit == 0");
    assert_eq!(bare["steps"][0]["actions"][0]["attrs"]["show"], "exit");
    assert_eq!(json("```sh\nls\n```\n")["steps"][0]["actions"][0]["attrs"], serde_json::json!({}));
}

#[test]
fn alternatives_share_a_name_and_sessions_say_where_lines_belong() {
    let listing = json(DOCUMENT);
    let list = listing["steps"].as_array().unwrap();
    assert_eq!(list[2]["choice"], list[3]["choice"]);
    assert!(list[2]["choice"].is_string());
    assert_eq!(list[3]["actions"][0]["offered"], true);
    let session = &list[4]["actions"];
    assert_eq!(
        (&session[0]["interactive"], &session[1]["kind"], &session[1]["belongs"]),
        (&true.into(), &"norun".into(), &"in the ssh session".into())
    );
}

#[test]
fn one_section_alone_keeps_its_numbers() {
    let runbook = parse("# T\n\n## A\n\n```sh\nX=1\n```\n\n## B\n\n```sh\necho $X\n```\n");
    let section = runbook.section_by_anchor("b");
    let listing: Value = serde_json::from_str(&steps::json(&runbook, section)).unwrap();
    assert_eq!((listing["steps"].as_array().unwrap().len(), &listing["steps"][0]["number"]), (1, &2.into()));
    assert_eq!(listing["placeholders"][0]["text"], "$X");
    let text = steps::text(&runbook, section, 80, false);
    assert!(text.starts_with("B\n") && text.contains("  2  B") && !text.contains("X=1"), "{text}");
}

#[test]
fn the_listing_for_people_says_what_runs_waits_and_is_only_shown() {
    let text = steps::text(&parse(DOCUMENT), None, 100, false);
    for part in [
        "Restore it\n",
        "replica  The host, matches ^[a-z]+$, from $REPLICA",
        "Meaning  (background, shown)",
        "  1  Stop the service on <pod>",
        "run       kubectl delete pod <pod> # gone",
        "! danger  `WIPE` is typed before it runs",
        "touches   all data",
        "undo      kubectl apply -f pod.yaml",
        "check     lag $replica",
        "wait      until value == 0; broken if value == 9; every 2s, at most 10m",
        "  3  or: If it is a host",
        "manual    by hand",
        "offer     kubectl get pods",
        "run       ssh db1  (gets the terminal)",
        "shown     uptime  (in the ssh session)",
        "(untagged: a person starts it)",
        "<pod>  --set pod=...",
        "printed output beside prompted lines",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
    assert!(!text.contains('\x1b'));
}

#[test]
fn it_fits_narrow_and_wide_terminals() {
    let long = format!(
        "# T\n\n{}\n\n```sh\n{}\nls\nls\nls\nls\nls\n```\n\n- [ ] {}\n",
        "Do it. ".repeat(40),
        "echo ".repeat(100),
        "word ".repeat(100)
    );
    let runbook = parse(&long);
    for width in [80, 200] {
        let text = steps::text(&runbook, None, width, false);
        assert!(text.lines().all(|line| line.width() <= width), "{width}:\n{text}");
        assert!(text.contains('…') && text.contains("... 2 more lines"), "{text}");
        // Colours add nothing but colours.
        let styled = steps::text(&runbook, None, width, true);
        let mut plain = String::new();
        let mut rest = styled.as_str();
        while let Some(at) = rest.find('\x1b') {
            plain.push_str(&rest[..at]);
            rest = &rest[at + rest[at..].find('m').unwrap() + 1..];
        }
        plain.push_str(rest);
        let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        assert_eq!(trimmed(&plain), trimmed(&text));
        assert!(styled.len() > text.len());
    }
}

#[test]
fn a_long_word_does_not_make_a_line_too_wide() {
    for length in 40..70 {
        let runbook = parse(&format!("- [ ] Log {}\n", "x".repeat(length)));
        let text = steps::text(&runbook, None, 60, false);
        assert!(text.lines().all(|line| line.width() <= 60), "{length}:\n{text}");
    }
}

#[test]
fn nothing_in_a_file_can_play_tricks_on_the_terminal() {
    let runbook =
        parse("# T \u{1b}[2J\n\nDo it \u{202e}now\u{7}:\n\n```sh\necho \u{1b}]0;x\u{7} \u{202e}\r\n```\n");
    let text = steps::text(&runbook, None, 80, false);
    assert!(!text.contains(|c: char| c.is_control() && c != '\n' || c == '\u{202e}'), "{text:?}");
}

#[test]
fn a_document_without_steps_says_so() {
    let text = steps::text(&parse("# T\n\nNothing.\n"), None, 80, false);
    assert!(text.contains("0 steps"), "{text}");
    assert_eq!(json("# T\n")["steps"], serde_json::json!([]));
}
