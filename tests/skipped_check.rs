//! A wait that is skipped after its command ran: everybody who tells of it says that the command ran.

mod support;

use support::Place;

const WAITS: &str = "# Delete\n\n1. Delete it\n\n   ```sh\n   rm -rf made\n   ```\n\n   ```sh check until=\"value == 1\" every=50ms timeout=1h\n   echo 0\n   ```\n\n2. Say so\n\n   ```sh\n   echo said\n   ```\n";

/// Runs the command, then skips the wait; what the screen showed.
fn skipped(place: &Place) -> String {
    place.file("a.md", WAITS);
    place.file("made/it", "");
    let mut terminal = place.terminal(80, 60, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    terminal.press("[r]un", "r");
    terminal.press("check now", "s");
    terminal.press("already done", "d");
    terminal.press("[Enter] run", "\r");
    terminal.press("What would have helped", "\r");
    assert_eq!(terminal.end(), 0);
    assert!(!place.path().join("made").exists(), "its command ran");
    terminal.screen()
}

#[test]
fn the_screen_says_what_ran_and_what_stays_changed() {
    let place = Place::new();
    let shown = skipped(&place);
    assert!(shown.contains("skipped the check of step 1: already done"), "{shown}");
    assert!(shown.contains("its command ran"), "{shown}");
    let end = &shown[shown.find("COMPLETE").expect("an end")..];
    assert!(end.contains("1 of 2 done, 1 skipped (1)"), "{end}");
    assert!(end.contains("Changed step 1 with no way to undo"), "{end}");
}

#[test]
fn the_record_and_the_report_know_when_it_was_skipped() {
    let place = Place::new();
    skipped(&place);
    let run = place.last_run();
    assert_eq!(place.show()["steps"][0]["status"], "skipped", "the words of the contract stay");
    let shown = place.midwatch(&["show", &run]).stdout;
    let markdown = place.midwatch(&["report", &run]).stdout;
    let html = place.midwatch(&["report", &run, "--format", "html"]).stdout;
    for told in [&shown, &markdown, &html] {
        assert!(told.contains("its command ran, its check was skipped"), "{told}");
        assert!(told.contains("left waiting after") && told.contains("skipped"), "{told}");
        assert!(!told.contains("its end is not recorded"), "{told}");
    }
}

#[test]
fn a_wait_that_was_given_up_or_paused_has_its_end_too() {
    for (keys, why) in [("p", "paused"), ("a", "the run was ended")] {
        let place = Place::new();
        place.file("a.md", WAITS);
        let mut terminal = place.terminal(80, 60, &["run", "a.md"]);
        terminal.press("[Enter] start", "\r");
        terminal.press("[r]un", "r");
        terminal.press("check now", keys);
        if keys == "a" {
            terminal.press("why give up", "too slow\r");
        }
        terminal.end();
        let shown = place.midwatch(&["show", &place.last_run()]).stdout;
        let ended = shown.lines().find(|line| line.contains("left waiting after")).unwrap_or_default();
        assert!(ended.ends_with(&format!(": {why}")), "{shown}");
    }
}

#[test]
fn a_command_whose_stale_check_is_skipped_with_its_step_does_not_run() {
    let place = Place::new();
    place.file(
        "a.md",
        "# S\n\n1. Look\n\n   ```sh check until=\"value == 1\" every=50ms timeout=1h fresh=1ms\n   cat seen\n   ```\n\n2. Delete it\n\n   ```sh\n   rm -rf made\n   ```\n\n3. Say so\n\n   ```sh\n   echo said > said\n   ```\n",
    );
    place.file("seen", "1\n");
    place.file("made", "");
    let mut terminal = place.terminal(80, 60, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    terminal.wait_for("[r]un");
    place.file("seen", "0\n");
    terminal.press("[r]un", "r");
    terminal.press("check now", "s");
    terminal.press("already done", "d");
    // The next step, and not the same wait once more.
    terminal.press("[Enter] run", "\r");
    terminal.press("What would have helped", "\r");
    assert_eq!(terminal.end(), 0);
    assert!(place.path().join("made").exists() && place.path().join("said").exists());
}
