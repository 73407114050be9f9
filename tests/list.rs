//! Looking for a runbook, and beginning one.

mod support;

use support::Place;

const REPLICA: &str = "---\nowner: databases\nservice: orders-db\nalerts: [ReplicationLag]\nreviewed: 2020-01-01\nreview_in: 6 months\n---\n\
# Restore a replica\n\n## Look\n\n```sh\necho looked\n```\n";
const QUEUE: &str = "# Job queue\n\n## QueueIsGrowing\n\n```sh\necho growing\n```\n\n## QueueIsStuck\n\n```sh\necho stuck\n```\n";

fn place() -> Place {
    let place = Place::new();
    place.file("books/replica.md", REPLICA);
    place.file("books/deep/queue.md", QUEUE);
    place.file("books/README.md", "# How to use this\n\n```sh\nmake\n```\n");
    place.file("books/prose.md", "# Only words\n\nNothing to do here.\n");
    place
}

fn lines(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Walks a runbook and answers what would have helped.
fn walked(place: &Place, file: &str, helped: &str) {
    let mut screen = place.terminal(80, 24, &["run", file]);
    screen.press("[Enter] start", "\r");
    screen.press("[Enter] run", "\r");
    screen.press("What would have helped?", &format!("{helped}\r"));
    assert_eq!(screen.end(), 0);
}

#[test]
fn the_list_shows_what_wants_attention() {
    let place = place();
    let listed = place.midwatch(&["list", "books"]);
    assert_eq!(listed.code, 0, "{listed:?}");
    for part in [
        "books/replica.md Restore a replica service",
        "service orders-db · owner databases · alerts ReplicationLag",
        "REVIEW OVERDUE since 2020-07-01",
        "never run",
        "2 runbooks, 1 overdue for review, 0 suggestions without an answer",
    ] {
        let joined = listed.stdout.replace("\n  ", " ");
        assert!(joined.contains(part), "{part} is not in\n{}", listed.stdout);
    }
    let files: Vec<_> = lines(&place.midwatch(&["list", "--json", "books"]).stdout);
    let names: Vec<&str> = files.iter().map(|book| book["file"].as_str().unwrap()).collect();
    assert_eq!(names, ["books/deep/queue.md", "books/replica.md"], "neither the README nor prose");
}

#[test]
fn a_suggestion_stays_until_the_runbook_changes() {
    let place = place();
    walked(&place, "books/replica.md", "say which replica");
    let listed = place.midwatch(&["list", "books"]).stdout;
    assert!(listed.contains("? say which replica"), "{listed}");
    assert!(listed.contains("1 run, last ") && listed.contains("(completed)"), "{listed}");
    assert!(listed.contains("1 suggestion without an answer"), "{listed}");
    place.file("books/replica.md", format!("{REPLICA}\nThe replica is db3.\n"));
    let listed = place.midwatch(&["list", "books"]).stdout;
    assert!(!listed.contains("say which replica") && listed.contains("1 run, last "), "{listed}");
}

#[test]
fn an_alert_leads_to_its_section() {
    let place = place();
    let hits = lines(&place.midwatch(&["find", "--json", "--in", "books", "QueueIsGrowing"]).stdout);
    assert_eq!(hits.len(), 1);
    assert_eq!(
        (&hits[0]["file"], &hits[0]["anchor"]),
        (&"books/deep/queue.md".into(), &"queueisgrowing".into())
    );
    let none = place.midwatch(&["find", "--in", "books", "ReplicationLog"]);
    assert_eq!((none.code, none.stdout.as_str()), (1, ""));
    assert!(none.stderr.contains("the nearest alert is ReplicationLag"), "{}", none.stderr);
}

#[test]
fn one_clear_hit_is_offered_on_a_terminal() {
    let place = place();
    let mut screen = place.terminal(80, 24, &["find", "--in", "books", "QueueIsGrowing"]);
    screen.press("Run it? [y/N]", "y\r");
    screen.press("[Enter] start", "\r");
    screen.press("[Enter] run", "\r");
    screen.press("What would have helped?", "\r");
    assert_eq!(screen.end(), 0);
    assert_eq!(place.show()["runbook"].as_str().unwrap().rsplit('/').next(), Some("queue.md#queueisgrowing"));
    let mut screen = place.terminal(80, 24, &["find", "--in", "books", "QueueIsStuck"]);
    screen.press("Run it? [y/N]", "\r");
    assert_eq!(screen.end(), 0);
    assert_eq!(place.runs().len(), 1, "Enter runs nothing");
}

#[test]
fn a_new_runbook_is_one_that_runs() {
    let place = Place::new();
    let made = place.midwatch(&["new", "redis-memory.md", "--owner", "caches: \"a\" & b"]);
    assert_eq!(made.code, 0, "{made:?}");
    let steps = place.midwatch(&["steps", "--json", "redis-memory.md"]);
    let json: serde_json::Value = serde_json::from_str(&steps.stdout).unwrap();
    assert_eq!((&json["title"], &json["diagnostics"]), (&"Redis memory".into(), &serde_json::json!([])));
    let text = std::fs::read_to_string(place.path().join("redis-memory.md")).unwrap();
    for part in [
        "## Assess",
        "blast radius",
        "## Compensate",
        "## Verify",
        "## Roll back",
        "## Escalate",
        "sh rollback",
        "sh check",
    ] {
        assert!(text.contains(part), "{part}");
    }
    assert_eq!(place.midwatch(&["run", "redis-memory.md", "--dry-run"]).code, 0);
    let again = place.midwatch(&["new", "redis-memory.md"]);
    assert_eq!(again.code, 2, "never over a file: {again:?}");
    assert_eq!(std::fs::read_to_string(place.path().join("redis-memory.md")).unwrap(), text);
    let titled = place.midwatch(&["new", "-", "--title", "a: \"b\" # {OWNER}\n---"]);
    place.file("odd.md", &titled.stdout);
    let odd = place.midwatch(&["steps", "--json", "odd.md"]);
    let json: serde_json::Value = serde_json::from_str(&odd.stdout).unwrap();
    assert_eq!(json["diagnostics"], serde_json::json!([]), "{}", titled.stdout);
}
