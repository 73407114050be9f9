//! The walk with a person: through a real terminal, and through lines.

mod support;

use support::Place;

const THREE: &str = "---\nescalation: db-oncall +1 555 0100\n---\n# Fail over the orders primary\n\n\
1. Pause the batch writers, because the replica cannot catch up while they write.\n\n   ```sh\n   echo scaled > one; cat one\n   ```\n\n\
2. Tell the customer desk.\n\n\
3. Wait until the lag is gone.\n\n   ```sh check until=\"value == 0\" every=100ms timeout=30s\n   n=$(cat lag 2>/dev/null || echo 2); echo $n; echo $((n - 1)) > lag\n   ```\n";

#[test]
fn a_walk_on_a_terminal_from_start_to_end() {
    let place = Place::new();
    place.file("a.md", THREE);
    let mut terminal = place.terminal(80, 24, &["run", "a.md"]);
    let screen = terminal.press("[Enter] start", "\r");
    assert!(screen.contains("Fail over the orders primary"), "{screen}");
    assert!(screen.contains("3 steps: 1 command, 1 wait, 1 manual"), "{screen}");
    let screen = terminal.press("[Enter] run", "\r");
    assert!(screen.contains("Step 1/3"), "{screen}");
    assert!(screen.contains("    echo scaled > one; cat one"), "{screen}");
    assert!(!place.path().join("one").exists(), "nothing runs before it is told to");
    let screen = terminal.press("This one is yours to do.", "\r");
    assert!(screen.contains("scaled") && screen.contains("done  step 1, exit 0"), "{screen}");
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert!(!terminal.screen().contains("Step 3/3"), "Enter does nothing on a manual step");
    terminal.press("[d]one", "d");
    let screen = terminal.press("What would have helped?", "a wait before step 3\r");
    assert!(screen.contains("passed  step 3"), "{screen}");
    assert_eq!(terminal.end(), 0);
    let screen = terminal.wait_for("COMPLETE");
    assert!(screen.contains("3 of 3 done"), "{screen}");
    assert!(!terminal.cursor_hidden());
    let last = place.events().pop().expect("an event");
    assert_eq!(last["event"], "sealed");
    assert_eq!(last["helped"], "a wait before step 3");
}

#[test]
fn the_same_walk_by_letter_and_enter() {
    let place = Place::new();
    place.file("a.md", THREE);
    let ended = place.midwatch_with(&["run", "a.md", "--plain"], "\n\nd\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stdout.contains("sample  2") && ended.stdout.contains("COMPLETE"), "{}", ended.stdout);
    assert!(!ended.stdout.contains('\u{1b}'), "plain is plain: {:?}", ended.stdout);
}

#[test]
fn input_that_ends_pauses_the_run() {
    let place = Place::new();
    place.file("a.md", THREE);
    let ended = place.midwatch_with(&["run", "a.md", "--plain"], "\n\n");
    assert_eq!(ended.code, 3, "{ended:?}");
    assert_eq!(place.show()["status"], "paused");
}

#[test]
fn detected_danger_does_not_run_on_enter() {
    let place = Place::new();
    place.file("victim", "x");
    place.file("a.md", "# D\n\n```sh\nrm -rf victim\n```\n");
    let mut terminal = place.terminal(80, 24, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    let screen = terminal.press("Enter does nothing", "\r");
    assert!(screen.contains("DESTRUCTIVE"), "{screen}");
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert!(place.path().join("victim").exists(), "Enter must not run it");
    terminal.press("[r]un", "r");
    terminal.press("What would have helped?", "\r");
    assert_eq!(terminal.end(), 0);
    assert!(!place.path().join("victim").exists());
}

#[test]
fn declared_danger_runs_only_when_its_word_is_typed() {
    let place = Place::new();
    place.file("a.md", "# D\n\n```sh id=go danger=ORDERS\ntouch made\n```\n");
    let mut terminal = place.terminal(80, 24, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    terminal.press("[r]un", "r");
    terminal.press("type ORDERS to run it", "orders\r");
    terminal.wait_for("that is not the word");
    assert!(!place.path().join("made").exists());
    terminal.press("[r]un", "r");
    terminal.press("(empty: back)", "ORDERS\r");
    terminal.press("What would have helped?", "\r");
    assert_eq!(terminal.end(), 0);
    assert!(place.path().join("made").exists());
}

#[test]
fn typed_ahead_and_pasted_keys_answer_nothing() {
    let place = Place::new();
    place.file("a.md", "# D\n\n1. One\n\n   ```sh\n   sleep 1; touch one\n   ```\n\n2. Two\n\n   ```sh\n   touch two\n   ```\n");
    let mut terminal = place.terminal(80, 24, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    terminal.press("[Enter] run", "\r");
    std::thread::sleep(std::time::Duration::from_millis(300));
    terminal.send("\r\r\rrr");
    terminal.wait_for("Step 2/2");
    std::thread::sleep(std::time::Duration::from_millis(900));
    assert!(!place.path().join("two").exists(), "typed-ahead keys ran a command");
    terminal.send("\u{1b}[200~r\rr\u{1b}[201~");
    terminal.send("rrr");
    std::thread::sleep(std::time::Duration::from_millis(1500));
    assert!(!place.path().join("two").exists(), "a paste ran a command");
    terminal.send("\r");
    terminal.press("What would have helped?", "\r");
    assert_eq!(terminal.end(), 0);
    assert!(place.path().join("two").exists());
}

#[test]
fn a_failed_command_can_be_edited_and_both_texts_are_recorded() {
    let place = Place::new();
    place.file("a.md", "# F\n\n```sh\nls nowhere\n```\n");
    let mut terminal = place.terminal(80, 24, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    terminal.press("[Enter] run", "\r");
    let screen = terminal.press("[r]etry", "\r");
    assert!(screen.contains("FAILED  step 1, exit 2"), "{screen}");
    terminal.press("Enter does nothing", "e");
    terminal.press("command: ls nowhere", "\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}.\r");
    terminal.press("edited: this is not the runbook's text", "r");
    terminal.press("What would have helped?", "\r");
    assert_eq!(terminal.end(), 0);
    let intents: Vec<_> = place.events().into_iter().filter(|event| event["event"] == "intent").collect();
    assert_eq!(intents[1]["command"], "ls .");
    assert_eq!(intents[1]["original"], "ls nowhere");
}

#[test]
fn skipping_wants_a_reason_by_one_key() {
    let place = Place::new();
    place.file("a.md", "# F\n\n```sh\ntouch made\n```\n");
    let mut terminal = place.terminal(80, 24, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    terminal.press("[s]kip", "s");
    terminal.press("not applicable", "n");
    terminal.press("What would have helped?", "\r");
    assert_eq!(terminal.end(), 0);
    let shown = place.show();
    assert_eq!(shown["steps"][0]["status"], "skipped");
    assert_eq!(shown["steps"][0]["reason"], "not applicable");
    assert!(!place.path().join("made").exists());
}

#[test]
fn ctrl_c_reaches_the_command_only() {
    let place = Place::new();
    place.file("a.md", "# F\n\n```sh\necho begun; sleep 30\n```\n");
    let mut terminal = place.terminal(80, 24, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    terminal.press("[Enter] run", "\r");
    terminal.press("begun", "\u{3}");
    let screen = terminal.press("[r]un again", "p");
    assert!(screen.contains("STOPPED  step 1"), "{screen}");
    assert_eq!(terminal.end(), 3);
    assert_eq!(place.show()["status"], "paused");
}

#[test]
fn ctrl_c_at_a_prompt_ends_with_130_and_can_be_resumed() {
    let place = Place::new();
    place.file("a.md", "# F\n\n```sh\ntouch made\n```\n");
    let mut terminal = place.terminal(80, 24, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    terminal.press("[Enter] run", "\u{3}");
    assert_eq!(terminal.end(), 130);
    assert!(!terminal.cursor_hidden());
    let run = place.last_run();
    let mut terminal = place.terminal(80, 24, &["resume", &run]);
    terminal.press("[Enter] run", "\r");
    terminal.press("What would have helped?", "\r");
    assert_eq!(terminal.end(), 0);
    assert!(place.path().join("made").exists());
    assert_eq!(place.midwatch(&["verify"]).code, 0);
}

#[test]
fn a_placeholder_is_asked_for_at_first_use() {
    let place = Place::new();
    place.file(
        "a.md",
        "# F\n\nReplace `<pod>` with the name of the pod.\n\n```sh\nprintf '%s' <pod> > out\n```\n",
    );
    let mut terminal = place.terminal(80, 24, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    let screen = terminal.press("<pod> needs a value", "\r");
    terminal.press("pod (empty: back)", "web 1\r");
    assert!(screen.contains("with the name of the pod"), "{screen}");
    let screen = terminal.press("[Enter] run", "\r");
    assert!(screen.contains("printf '%s' 'web 1' > out"), "{screen}");
    terminal.press("What would have helped?", "\r");
    assert_eq!(terminal.end(), 0);
    assert_eq!(std::fs::read_to_string(place.path().join("out")).expect("out"), "web 1");
}

#[test]
fn narrow_and_wide_screens_keep_their_shape() {
    for columns in [40, 200] {
        let place = Place::new();
        place.file("a.md", THREE);
        let mut terminal = place.terminal(columns, 30, &["run", "a.md"]);
        terminal.press("[Enter] start", "\r");
        let screen = terminal.wait_for("[Enter] run");
        assert!(screen.contains("Pause the batch"), "{screen}");
        assert!(screen.lines().all(|line| line.chars().count() <= 100), "{screen}");
        terminal.press("[p]ause", "p");
        assert_eq!(terminal.end(), 3);
    }
}

#[test]
fn a_command_that_closes_its_output_is_not_hung_up_on() {
    let place = Place::new();
    place.file("a.md", "# C\n\n```sh\nsh -c 'exec <&- >&- 2>&-; sleep 0.3; touch made'\n```\n");
    let mut terminal = place.terminal(80, 24, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    terminal.press("[Enter] run", "\r");
    terminal.press("What would have helped?", "\r");
    assert_eq!(terminal.end(), 0);
    assert!(place.path().join("made").exists());
}

#[test]
fn a_drill_asks_before_and_after_and_stays_out_of_the_history() {
    let place = Place::new();
    place.file("a.md", "# D\n\n```sh\ntrue\n```\n");
    let keys = "\nit works\n4\n\n5\nnothing at all\n\n";
    let ended = place.midwatch_with(&["run", "a.md", "--plain", "--drill"], keys);
    assert_eq!(ended.code, 0, "{ended:?}");
    let notes: Vec<String> = place
        .events()
        .iter()
        .filter(|event| event["event"] == "note")
        .map(|event| event["text"].as_str().expect("text").to_owned())
        .collect();
    let expected = [
        "expected: it works",
        "confidence before (1-5): 4",
        "confidence after (1-5): 5",
        "surprised by: nothing at all",
    ];
    assert_eq!(notes, expected);
    assert!(place.midwatch(&["history"]).stdout.is_empty());
    assert!(place.midwatch(&["history", "--drill"]).stdout.contains("drill"));
}

#[test]
fn a_tabletop_runs_no_command() {
    let place = Place::new();
    place.file("a.md", "# T\n\n```sh\ntouch made\n```\n\n## Wait\n\n```sh check\ntouch sampled\n```\n");
    let ended = place.midwatch_with(&["run", "a.md", "--plain", "--tabletop"], "\nd\nd\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stdout.contains("touch made"), "the command is shown: {}", ended.stdout);
    assert!(!place.path().join("made").exists() && !place.path().join("sampled").exists());
    assert_eq!(place.show()["drill"], true);
}

#[test]
fn introductions_and_warnings_are_shown_before_the_first_step() {
    let place = Place::new();
    place.file(
        "a.md",
        "---\ntitle: T\n---\n# T\n\nThis deletes customer data.\n\n## Notes\n\nThere is no way back after step 2.\n\n## 1. One\n\nFirst.\n\n```sh\necho a\n```\n\nKeep the number.\n\n## 2. Two\n\n```sh\necho b\n```\n",
    );
    let ended = place.midwatch_with(&["run", "a.md", "--plain"], "\n\n\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    let shown = &ended.stdout;
    let at = |words: &str| shown.find(words).unwrap_or_else(|| panic!("no {words:?} in:\n{shown}"));
    assert!(
        at("This deletes customer data.") < at("There is no way back") && at("no way back") < at("Step 1/2")
    );
    for words in ["This deletes customer data.", "There is no way back", "Keep the number."] {
        assert_eq!(shown.matches(words).count(), 1, "{words}:\n{shown}");
    }
}

#[test]
fn an_undo_plan_says_what_it_undoes_and_comes_back_to_the_failure() {
    let place = Place::new();
    place.file(
        "a.md",
        "# U\n\n1. Make it\n\n   ```sh\n   touch made\n   ```\n\n   ```sh rollback\n   mv made unmade\n   ```\n\n2. Fail\n\n   ```sh\n   false\n   ```\n",
    );
    let mut terminal = place.terminal(80, 40, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    terminal.press("touch made", "\r");
    terminal.press("Step 2/2", "\r");
    terminal.press("[u]ndo plan", "u");
    let screen = terminal.press("[u]ndo: go through these", "u");
    assert!(screen.contains("Undo plan, newest first"), "{screen}");
    assert!(screen.contains("step 1  Make it") && screen.contains("    mv made unmade"), "{screen}");
    assert!(place.path().join("made").exists(), "the list undoes nothing");
    let screen = terminal.press("UNDO  step 1: Make it", "\r");
    assert!(screen.contains("Enter does nothing"), "{screen}");
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert!(place.path().join("made").exists(), "Enter must not undo");
    terminal.send("r");
    terminal.press("done  step 1", "\r");
    std::thread::sleep(std::time::Duration::from_millis(600));
    let intents = place.kinds().iter().filter(|kind| *kind == "intent").count();
    assert_eq!(intents, 3, "Enter after the undo plan runs nothing:\n{}", terminal.screen());
    assert!(place.path().join("unmade").exists());
    terminal.send("p");
    assert_eq!(terminal.end(), 3);
}

#[test]
fn a_resumed_run_shows_its_step_again() {
    let place = Place::new();
    place.file(
        "a.md",
        "# R\n\n1. Look at the *replica* before anything else.\n\n   ```sh\n   echo look\n   ```\n",
    );
    assert_eq!(place.midwatch_with(&["run", "a.md", "--plain"], "\np\n").code, 3);
    let ended = place.midwatch_with(&["resume", &place.last_run(), "--plain"], "\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stdout.contains("Step 1/1  Look at the replica before anything else"), "{}", ended.stdout);
}

#[test]
fn a_key_that_is_held_down_answers_nothing() {
    let place = Place::new();
    place.file(
        "a.md",
        "# H\n\n1. One\n\n   ```sh\n   sleep 1\n   ```\n\n2. Two\n\n   ```sh\n   touch two\n   ```\n",
    );
    let mut terminal = place.terminal(80, 24, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    terminal.press("[Enter] run", "\r");
    for _ in 0..30 {
        std::thread::sleep(std::time::Duration::from_millis(80));
        terminal.send("\r");
    }
    assert!(terminal.screen().contains("Step 2/2"), "{}", terminal.screen());
    assert!(!place.path().join("two").exists(), "a held Enter ran a command");
    terminal.press("[p]ause", "p");
    assert_eq!(terminal.end(), 3);
}
