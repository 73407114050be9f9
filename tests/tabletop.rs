//! A rehearsal shows what a run shows, and runs nothing.

mod support;

use support::Place;

const RUNBOOK: &str = "# T\n\n1. Make room\n\n   First look who uses it.\n\n   ```sh danger=WIPE touches=\"every row of orders\"\n   touch wiped\n   ```\n\n   \
It takes a minute, do not worry.\n\n   ```sh check until=\"value == 0\" every=7s timeout=90s\n   touch looked; echo 0\n   ```\n\n   \
```sh rollback\n   touch restored\n   ```\n\n   Tell the team when it is over.\n";

#[test]
fn it_shows_what_a_run_would_show() {
    let place = Place::new();
    place.file("a.md", RUNBOOK);
    let mut terminal = place.terminal(80, 50, &["run", "a.md", "--tabletop"]);
    terminal.press("[Enter] start", "\r");
    let shown = terminal.press("[d]one", "d");
    let mut from = shown.find("Step 1/1").expect("the step");
    for words in [
        "First look who uses it.",
        "1 of 2 in this step",
        "DANGER  type WIPE",
        "Touches every row of orders",
        "Undo    touch restored",
        "    touch wiped",
        "It takes a minute",
        "2 of 2 in this step",
        "Wait    until value == 0; every 7s, at most 1m30s",
        "    touch looked; echo 0",
        "Tell the team when it is over.",
        "It does not run: say what it would do.",
    ] {
        from += shown[from..].find(words).unwrap_or_else(|| panic!("no {words:?} in order in:\n{shown}"));
    }
    terminal.press("What would have helped?", "\r");
    assert_eq!(terminal.end(), 0);
    for made in ["wiped", "looked", "restored"] {
        assert!(!place.path().join(made).exists(), "{made}");
    }
}

#[test]
fn the_key_of_an_offered_command_runs_nothing_there() {
    let place = Place::new();
    place.file("a.md", "# T\n\n1. Restart it with `touch offered` if it hangs.\n\n2. End it.\n");
    let ended = place.midwatch_with(&["run", "a.md", "--plain", "--tabletop"], "\n1\n\nr\np\n");
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(!place.path().join("offered").exists(), "{}", ended.stdout);
    assert!(ended.stdout.contains("touch offered") && !ended.stdout.contains("[1]"), "{}", ended.stdout);
}
