//! Ways through a walk that are not straight: values corrected, undo before giving up, coming back.

mod support;

use support::Place;

const UNDOABLE: &str = "# U\n\n1. Make it\n\n   ```sh\n   touch made\n   ```\n\n   ```sh rollback\n   rm made\n   ```\n\n\
2. Fail\n\n   ```sh\n   false\n   ```\n";

/// What `--plain` says to these keys.
fn plain(place: &Place, keys: &str) -> support::Ended {
    place.midwatch_with(&["run", "a.md", "--plain"], keys)
}

fn at(shown: &str, words: &str) -> usize {
    shown.find(words).unwrap_or_else(|| panic!("no {words:?} in:\n{shown}"))
}

#[test]
fn giving_up_offers_to_undo_first() {
    let place = Place::new();
    place.file("a.md", UNDOABLE);
    // start, run, run; abort, why; undo; run the rollback
    let ended = plain(&place, "\n\n\na\nit does not work\nu\nr\n");
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(!place.path().join("made").exists(), "what step 1 made is undone");
    assert_eq!(place.show()["status"], "aborted");
    let shown = &ended.stdout;
    assert!(at(shown, "Undo plan, newest first") < at(shown, "UNDO  step 1"), "{shown}");
    assert!(at(shown, "UNDO  step 1") < at(shown, "ABORTED"), "{shown}");
}

#[test]
fn giving_up_can_leave_everything_or_be_taken_back() {
    let place = Place::new();
    place.file("a.md", UNDOABLE);
    let ended = plain(&place, "\n\n\na\nno\nb\na\nyes\nx\n");
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(place.path().join("made").exists());
    let sealed = place.events().pop().expect("an event");
    assert_eq!(sealed["reason"], "yes", "the first reason was taken back");
    assert!(ended.stdout.contains("midwatch undo "), "{}", ended.stdout);
}

#[test]
fn giving_up_during_a_wait_offers_the_same() {
    let place = Place::new();
    place.file(
        "a.md",
        "# W\n\n1. Make it\n\n   ```sh\n   touch made\n   ```\n\n   ```sh rollback\n   rm made\n   ```\n\n2. Wait\n\n   ```sh check until=\"value == 1\" every=100ms timeout=60s\n   echo 0\n   ```\n",
    );
    let mut terminal = place.terminal(80, 40, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    terminal.press("[Enter] run", "\r");
    terminal.press("[a]bort", "a");
    terminal.press("why give up", "too slow\r");
    terminal.press("[u]ndo these first", "u");
    terminal.press("[r]un", "r");
    assert_eq!(terminal.end(), 1);
    assert!(!place.path().join("made").exists());
    assert_eq!(place.show()["status"], "aborted");
}

#[test]
fn an_undo_that_fails_is_asked_about() {
    let place = Place::new();
    place.file(
        "a.md",
        "# U\n\n1. Make it\n\n   ```sh\n   touch made\n   ```\n\n   ```sh rollback\n   rm mad\n   ```\n\n2. Fail\n\n   ```sh\n   false\n   ```\n",
    );
    // fail, undo plan, go through it, run; it fails: edit it; run; back at the failure: pause
    let ended = plain(&place, "\n\n\nu\nu\nr\ne\nrm made\n.\nr\np\n");
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stdout.contains("The undo of step 1 did not go through"), "{}", ended.stdout);
    assert!(!place.path().join("made").exists(), "{}", ended.stdout);
    let decisions: Vec<_> = place.events().into_iter().filter(|e| e["event"] == "intent").collect();
    assert_eq!(decisions.last().expect("an intent")["original"], "rm mad");
}

#[test]
fn an_undo_that_fails_can_be_left() {
    let place = Place::new();
    place.file("a.md", UNDOABLE.replace("rm made", "rm mad"));
    let ended = plain(&place, "\n\n\nu\nu\nr\ns\nt\nnot worth it\np\n");
    assert_eq!(ended.code, 3, "{ended:?}");
    assert_eq!(ended.stdout.matches("FAILED  step 2").count(), 1, "{}", ended.stdout);
    assert!(place.events().iter().any(|e| e["what"] == "left as it is: not worth it"));
    assert!(ended.stdout.contains("step 1 still in effect"), "{}", ended.stdout);
}

#[test]
fn a_value_is_asked_for_beside_its_command_and_can_be_corrected() {
    let place = Place::new();
    place.file("a.md", "# V\n\nReplace `<pod>` with the pod.\n\n```sh\nprintf '%s' <pod> > out\n```\n");
    // start; the value; values again, corrected; run
    let ended = plain(&place, "\n\nwebb\nv\nv\nweb\n\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    let shown = &ended.stdout;
    assert!(at(shown, "printf '%s' <pod> > out") < at(shown, "<pod> needs a value"), "{shown}");
    assert!(at(shown, "printf '%s' webb > out") < at(shown, "printf '%s' web > out"), "{shown}");
    assert_eq!(std::fs::read_to_string(place.path().join("out")).expect("out"), "web");
}

#[test]
fn without_a_value_there_are_other_keys() {
    let place = Place::new();
    place.file(
        "a.md",
        "# V\n\n1. One\n\n   ```sh\n   touch <name>\n   ```\n\n2. Two\n\n   ```sh\n   touch two\n   ```\n",
    );
    let ended = plain(&place, "\nn\nask raj\ns\nn\n\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    let shown = place.show();
    assert_eq!(shown["steps"][0]["status"], "skipped");
    assert_eq!(shown["steps"][0]["notes"][0]["text"], "ask raj", "{shown}");
    assert!(place.path().join("two").exists());
}

#[test]
fn a_value_is_confirmed_under_another_heading_and_before_danger() {
    let place = Place::new();
    place.file(
        "a.md",
        "# V\n\n## One\n\n```sh\necho <pod> one\n```\n\n```sh\necho <pod> again\n```\n\n## Two\n\n```sh\necho <pod> two\n```\n\n```sh\nrm -rf <pod>\n```\n",
    );
    // In one file with two procedures, the first is taken by its anchor; here both are walked.
    let keys = "\n\nweb\n\n\n\n\n\nr\n\n";
    let ended = place.midwatch_with(&["run", "a.md", "--plain"], keys);
    let shown = &ended.stdout;
    assert_eq!(shown.matches("<pod> needs a value").count(), 1, "{ended:?}");
    assert_eq!(shown.matches("<pod> was web. The same here?").count(), 2, "{shown}");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(shown.contains("rm -rf web"), "{shown}");
}

#[test]
fn a_value_given_with_set_is_not_asked_for_again() {
    let place = Place::new();
    place.file("a.md", "# V\n\n## One\n\n```sh\necho <pod> one\n```\n\n```sh\nrm -rf <pod>\n```\n");
    let ended = place.midwatch_with(&["run", "a.md", "--plain", "--set", "pod=web"], "\n\nr\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(!ended.stdout.contains("needs a value"), "{}", ended.stdout);
}

#[test]
fn coming_back_to_a_step_says_so_and_can_leave_it() {
    let place = Place::new();
    place.file(
        "a.md",
        "# B\n\n1. One\n\n   ```sh\n   echo x >> one\n   ```\n\n2. Two\n\n   ```sh\n   touch two\n   ```\n",
    );
    let ended = plain(&place, "\n\nb\nk\n\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stdout.contains("You came back: this step was done before."), "{}", ended.stdout);
    assert_eq!(std::fs::read_to_string(place.path().join("one")).expect("one"), "x\n", "it ran once");
    assert_eq!(place.show()["steps"][0]["status"], "done");
}

#[test]
fn a_step_that_was_only_looked_at_stays_done() {
    let place = Place::new();
    place.file(
        "a.md",
        "# B\n\n1. One\n\n   ```sh\n   echo x >> one\n   ```\n\n2. Two\n\n   ```sh\n   touch two\n   ```\n",
    );
    // Back to step 1, from there to step 2 by its number: nothing comes a second time.
    let ended = plain(&place, "\n\nb\ng\n2\n\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(std::fs::read_to_string(place.path().join("one")).expect("one"), "x\n", "it ran once");
    assert!(ended.stdout.contains("2 of 2 done"), "{}", ended.stdout);
}

#[test]
fn there_is_no_step_before_the_first() {
    let place = Place::new();
    place.file("a.md", "# B\n\n```sh\ntrue\n```\n");
    let ended = plain(&place, "\nb\n\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stdout.contains("this is the first step"), "{}", ended.stdout);
}

#[test]
fn what_changed_runs_when_told_and_settles_nothing() {
    let place = Place::new();
    place.file(
        "a.md",
        "---\nchanges: echo deploy 42\nlogs: echo log line\ndashboards: ['https://example.org/d']\n---\n# C\n\n```sh id=changes\ntouch made\n```\n",
    );
    let ended = plain(&place, "\nw\n1\nw\nx\np\n");
    assert_eq!(ended.code, 3, "{ended:?}");
    let shown = &ended.stdout;
    assert!(shown.contains("https://example.org/d"), "{shown}");
    assert_eq!(shown.matches("\ndeploy 42").count(), 1, "{shown}");
    assert!(!shown.contains("\nlog line"), "only what was told to runs: {shown}");
    assert!(!place.path().join("made").exists());
    let intents: Vec<_> = place.events().into_iter().filter(|e| e["event"] == "intent").collect();
    assert_eq!(intents.len(), 1);
    assert_eq!(intents[0]["kind"], "changes");
    // An action of the same name is not taken for done by it.
    let ended = place.midwatch_with(&["resume", &place.last_run(), "--plain"], "\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(place.path().join("made").exists());
}

#[test]
fn the_output_of_a_broken_check_is_that_of_its_sample() {
    let place = Place::new();
    place.file(
        "a.md",
        "# O\n\n```sh\necho from the command\n```\n\n```sh check until=\"value == 1\" every=50ms timeout=200ms\necho from the probe; echo why >&2\n```\n",
    );
    let ended = plain(&place, "\n\no\np\n");
    assert_eq!(ended.code, 3, "{ended:?}");
    let after = &ended.stdout[at(&ended.stdout, "output of the last sample")..];
    assert!(after.contains("from the probe\nwhy"), "{}", ended.stdout);
}

#[test]
fn the_summary_stands_before_its_question() {
    let place = Place::new();
    place.file("a.md", "# S\n\n```sh\ntrue\n```\n");
    let ended = plain(&place, "\n\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    let shown = &ended.stdout;
    assert!(at(shown, "COMPLETE") < at(shown, "What would have helped?"), "{shown}");
    assert_eq!(shown.matches("COMPLETE").count(), 1, "{shown}");
}

#[test]
fn a_run_whose_last_question_nobody_answers_is_complete() {
    let place = Place::new();
    place.file("a.md", "# S\n\n```sh\ntrue\n```\n");
    let ended = plain(&place, "\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(place.show()["status"], "completed");
}

#[test]
fn how_sure_is_a_number_from_one_to_five() {
    let place = Place::new();
    place.file("a.md", "# D\n\n```sh\ntrue\n```\n");
    let keys = "\nit works\nvery\n4\n\n9\n5\nnothing\n\n";
    let ended = place.midwatch_with(&["run", "a.md", "--plain", "--drill"], keys);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(ended.stdout.matches("a number from 1 (a guess) to 5 (certain)").count(), 2);
    assert!(place.events().iter().any(|e| e["text"] == "confidence after (1-5): 5"));
}

#[test]
fn each_screen_explains_its_own_keys() {
    let place = Place::new();
    place.file("a.md", "# H\n\n1. One\n\n   ```sh\n   false\n   ```\n\n2. Tell raj.\n");
    let ended = plain(&place, "\n?\n\n?\ns\nn\n?\np\n");
    assert_eq!(ended.code, 3, "{ended:?}");
    let shown = &ended.stdout;
    assert!(at(shown, "run the command (r does so, too)") < at(shown, "run the same command again"));
    assert!(at(shown, "run the same command again") < at(shown, "it is done, and this is what I saw"));
}

#[test]
fn past_runs_say_what_is_usual_and_what_failed() {
    let place = Place::new();
    place.file("a.md", "# P\n\n1. One\n\n   ```sh\n   test -e ok\n   ```\n");
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 1);
    place.file("ok", "");
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    std::fs::remove_file(place.path().join("ok")).expect("removed");
    let ended = plain(&place, "\n\na\nenough\n");
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.stdout.contains("also failed in 1 of the last 2"), "{}", ended.stdout);
    assert!(ended.stdout.contains("left\n"), "the time left, from past runs: {}", ended.stdout);
    assert!(ended.stdout.contains("(usually "), "{}", ended.stdout);
}

#[test]
fn numbers_of_the_author_are_not_shown_twice() {
    let place = Place::new();
    place
        .file("a.md", "# N\n\n## Step 1: Drain\n\n```sh\ntrue\n```\n\n## Step 2: Fill\n\n```sh\ntrue\n```\n");
    let ended = plain(&place, "\n\n\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(
        ended.stdout.contains("Step 1/2  Drain") && ended.stdout.contains("Step 2/2  Fill"),
        "{}",
        ended.stdout
    );
}

#[test]
fn prose_stands_with_its_own_command() {
    let place = Place::new();
    place.file(
        "a.md",
        "# L\n\n1. Look at the lag:\n\n   ```sh\n   echo look\n   ```\n\n   If it is high:\n\n   ```sh\n   echo drain\n   ```\n\n   Otherwise:\n\n   ```sql\n   SELECT 1;\n   ```\n\n   Then tell `ls -l` them.\n",
    );
    let ended = plain(&place, "\n\n1\n\n\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    let shown = &ended.stdout;
    let order = [
        "Look at the lag",
        "    echo look",
        "If it is high:",
        "    echo drain",
        "Otherwise:",
        "SELECT 1;",
        "Then tell",
    ];
    for pair in order.windows(2) {
        assert!(at(shown, pair[0]) < at(shown, pair[1]), "{pair:?}:\n{shown}");
    }
    assert_eq!(shown.matches("Otherwise:").count(), 1, "{shown}");
    assert!(shown.contains("1 of 2 in this step") && shown.contains("2 of 2 in this step"), "{shown}");
    assert!(shown.contains("[1] ls -l"), "a command in the prose has a key: {shown}");
}

#[test]
fn steps_that_were_passed_over_are_asked_about() {
    let place = Place::new();
    let text = "# O\n\n1. One\n\n   ```sh\n   touch one\n   ```\n\n2. Two\n\n   ```sh\n   rm -rf two\n   ```\n\n3. Three\n\n   ```sh\n   touch three\n   ```\n";
    place.file("a.md", text);
    // go to 3, run it; steps 1 and 2 are open: through them, one by one
    let ended = plain(&place, "\ng\n3\n\n\ny\n\nr\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    let shown = &ended.stdout;
    assert!(at(shown, "Steps 1-2 are still open.") > at(shown, "Step 3/3"), "{shown}");
    assert!(shown.contains("3 of 3 done"), "{shown}");
}

#[test]
fn a_run_can_be_finished_when_it_is_solved() {
    let place = Place::new();
    place.file(
        "a.md",
        "# F\n\n1. One\n\n   ```sh\n   touch one\n   ```\n\n2. Two\n\n   ```sh\n   touch two\n   ```\n\n3. Three\n\n   ```sh\n   touch three\n   ```\n",
    );
    let ended = plain(&place, "\n\nf\nthe pod is back\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    let shown = place.show();
    assert_eq!(shown["status"], "completed");
    assert_eq!(shown["steps"][1]["status"], "skipped");
    assert_eq!(shown["steps"][2]["status"], "not_applicable", "{shown}");
    assert_eq!(shown["steps"][2]["reason"], "not needed: the pod is back");
    assert!(!place.path().join("two").exists());
}

#[test]
fn a_wrong_value_can_be_corrected_after_the_failure() {
    let place = Place::new();
    place.file("right", "");
    place.file("a.md", "# V\n\n```sh\ncat <file>\n```\n");
    let ended = plain(&place, "\n\nwrong\n\nv\nv\nright\n\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stdout.contains("FAILED  step 1"), "{}", ended.stdout);
}

#[test]
fn an_undo_is_called_one() {
    let place = Place::new();
    place.file("a.md", UNDOABLE);
    let ended = plain(&place, "\n\n\nu\nu\nr\na\nno\n");
    assert_eq!(ended.code, 1, "{ended:?}");
    let shown = &ended.stdout;
    assert!(shown.contains("undone  step 1, exit 0"), "{shown}");
    assert!(shown.contains("step 1 is undone") && shown.contains("1 undone (1)"), "{shown}");
}

#[test]
fn a_part_of_a_step_is_not_the_step() {
    let place = Place::new();
    place.file("a.md", "# P\n\n1. Do\n\n   ```sh\n   true\n   ```\n\n   ```sh check\n   true\n   ```\n");
    let ended = plain(&place, "\n\n\n");
    let shown = &ended.stdout;
    assert!(shown.contains("ran  step 1, 1 of 2, exit 0"), "{shown}");
    assert!(at(shown, "2 of 2 in this step") < at(shown, "passed  step 1"), "{shown}");
}

#[test]
fn a_tag_that_is_none_and_bold_at_the_beginning_stay() {
    let place = Place::new();
    place.file(
        "a.md",
        "# T\n\n1. **Stop** writes to <zone-name> first, *then* wait.\n2. [Link](x.md) and text.\n",
    );
    let ended = plain(&place, "\nd\nd\n\n");
    assert!(ended.stdout.contains("Stop writes to <zone-name> first, then wait"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("**") && !ended.stdout.contains("]("), "{}", ended.stdout);
}

#[test]
fn text_where_a_key_is_asked_for_answers_nothing_nor_does_its_enter() {
    let place = Place::new();
    place.file("a.md", "# K\n\n```sh\ntouch made\n```\n");
    let mut terminal = place.terminal(80, 24, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    terminal.wait_for("[Enter] run");
    std::thread::sleep(std::time::Duration::from_millis(600));
    terminal.send("orders");
    std::thread::sleep(std::time::Duration::from_millis(500));
    terminal.send("\r");
    std::thread::sleep(std::time::Duration::from_millis(700));
    assert!(!place.path().join("made").exists(), "the Enter of a typed word ran a command");
    std::thread::sleep(std::time::Duration::from_millis(1300));
    terminal.send("\r");
    terminal.press("What would have helped?", "\r");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn the_shell_knows_the_values_by_their_names() {
    let place = Place::new();
    place.file("a.md", "# S\n\n```sh\necho <pod-name> > out\n```\n");
    let env = [("SHELL", "/bin/sh"), ("PS1", "> ")];
    let mut terminal = place.terminal_with(80, 24, &["run", "a.md"], &env);
    terminal.press("[Enter] start", "\r");
    terminal.press("needs a value", "\r");
    terminal.press("pod_name (empty: back)", "web\r");
    terminal.press("[Enter] run", "!");
    terminal.wait_for("set in this shell: $pod_name");
    terminal.press("> ", "echo the-$pod_name-pod; exit\r");
    terminal.wait_for("the-web-pod");
    terminal.press("[Enter] run", "p");
    assert_eq!(terminal.end(), 3);
}

#[test]
fn what_the_author_wrote_beside_a_command_is_shown() {
    let place = Place::new();
    place.file(
        "a.md",
        "# B\n\n1. Look\n\n   ```console\n   # the capacity must be the old one\n   $ echo look\n   Capacity: 5Gi\n   ```\n\n2. Go in\n\n   ```console\n   $ ssh db1\n   root@db1:~# df -h\n   # only if the disk is full\n   root@db1:~# rm -rf /var/tmp/x\n   ```\n",
    );
    let ended = plain(&place, "\n\np\n");
    let shown = &ended.stdout;
    assert!(at(shown, "    echo look") < at(shown, "The runbook shows beside it:"), "{shown}");
    assert!(shown.contains("| Capacity: 5Gi"), "{shown}");
    let (look, only, remove) =
        (at(shown, "df -h"), at(shown, "# only if the disk is full"), at(shown, "rm -rf /var"));
    assert!(look < only && only < remove, "{shown}");
    assert!(!place.kinds().contains(&"sample".to_owned()));
}

#[test]
fn a_declared_danger_that_failed_wants_its_word_again() {
    let place = Place::new();
    place.file("a.md", "# D\n\n```sh id=go danger=ORDERS\necho x >> made; false\n```\n");
    let ended = plain(&place, "\nr\nORDERS\nr\nr\nno\np\n");
    assert_eq!(ended.code, 3, "{ended:?}");
    assert_eq!(std::fs::read_to_string(place.path().join("made")).expect("made"), "x\n", "{}", ended.stdout);
    assert_eq!(ended.stdout.matches("type ORDERS to run it (empty").count(), 2, "{}", ended.stdout);
}

#[test]
fn a_resumed_failure_shows_the_command_its_keys_are_about() {
    let place = Place::new();
    place.file("a.md", "# R\n\n1. Ask the replica\n\n   ```sh\n   ls nowhere-at-all\n   ```\n");
    assert_eq!(plain(&place, "\n\np\n").code, 3);
    let ended = place.midwatch_with(&["resume", &place.last_run(), "--plain"], "p\n");
    assert!(at(&ended.stdout, "    ls nowhere-at-all") < at(&ended.stdout, "[r]etry"), "{}", ended.stdout);
}

#[test]
fn the_list_says_where_steps_stand_and_which_destroy() {
    let place = Place::new();
    place.file(
        "a.md",
        "# Cut over\n\n## Prepare\n\n1. Look\n\n   ```sh\n   true\n   ```\n\n2. Make room\n\n   ```sh\n   rm -rf ./old\n   ```\n\n\
         ## Switch\n\n1. Switch over\n\n   ```sh\n   true\n   ```\n",
    );
    // start, run the first, list, quit
    let ended = plain(&place, "\n\nl\nq\n");
    let list = &ended.stdout[ended.stdout.rfind("Prepare").expect("the list")..];
    let expected =
        ["Prepare", "1  Look", "done", "2  Make room", "DESTRUCTIVE  here", "Switch", "3  Switch over"];
    let mut from = 0;
    for words in expected {
        from += list[from..].find(words).unwrap_or_else(|| panic!("no {words:?} in:\n{list}")) + words.len();
    }
    assert_eq!(list.matches("DESTRUCTIVE  ").count(), 1, "{list}");
    // The keys are about the command, and a long list would have pushed it away.
    assert!(at(list, "Switch over") < at(list, "    rm -rf ./old"), "{list}");
}

#[test]
fn a_resumed_run_counts_from_its_beginning() {
    let place = Place::new();
    place.file("a.md", "# A\n\n1. Call them.\n\n2. End\n\n   ```sh\n   true\n   ```\n");
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 3);
    let run = place.last_run();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let ended = place.midwatch_with(&["resume", &run, "--plain"], "\nq\n");
    let head = ended.stdout.lines().find(|line| line.contains("Step 1/2")).expect("a card");
    assert!(!ended.stdout.contains("  Last"), "nothing ran before: {}", ended.stdout);
    assert!(!head.trim_end().ends_with("+0s"), "{}", ended.stdout);
}

#[test]
fn what_went_wrong_far_above_stands_beside_the_verdict() {
    let place = Place::new();
    place.file(
        "a.md",
        "# A\n\n1. Load\n\n   ```sh\n   seq 1 20\n   cat missing.sql\n   seq 1 60\n   exit 4\n   ```\n",
    );
    let ended = plain(&place, "\n\nq\n");
    let verdict = &ended.stdout[at(&ended.stdout, "FAILED  step 1, exit 4")..];
    for words in [
        "before that, line 2 failed (1): cat missing.sql",
        "Said    cat: missing.sql: No such file",
        "60 lines",
    ] {
        assert!(at(verdict, words) < 400, "{verdict}");
    }
    // Right above its verdict it is said once.
    place.file("a.md", "# A\n\n1. Load\n\n   ```sh\n   cat missing.sql\n   ```\n");
    let ended = plain(&place, "\n\nq\n");
    assert!(!ended.stdout.contains("Said "), "{}", ended.stdout);
}

#[test]
fn what_a_placeholder_calls_a_secret_is_neither_shown_nor_recorded() {
    let place = Place::new();
    place.file(
        "a.md",
        "# A\n\n1. Log in\n\n   ```sh\n   printf '%s\\n' --user <user-name> --docker-password=<password> > got; cat got\n   ```\n",
    );
    place.file("pw", "hunter2-and-more\n");
    let refused = place.midwatch(&["run", "a.md", "--yes", "--set", "user_name=ana", "--set", "password=x"]);
    assert!(refused.code == 2 && refused.stderr.contains("--set-file password=PATH"), "{refused:?}");
    let ended =
        place.midwatch(&["run", "a.md", "--yes", "--set", "user_name=ana", "--set-file", "password=pw"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let got = || std::fs::read_to_string(place.path().join("got")).expect("it ran");
    assert!(got().contains("--docker-password=hunter2-and-more"), "{}", got());
    // Asked for at the keys it is the same.
    let walked = plain(&place, "\n\nana\n\nhunter2-and-more\n\n");
    assert!(got().contains("hunter2-and-more") && walked.code == 0, "{walked:?}");
    let mut open = vec![place.state()];
    let mut seen = 0;
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).expect("a folder").flatten().map(|entry| entry.path()));
        } else {
            let text = String::from_utf8_lossy(&std::fs::read(&path).expect("a file")).into_owned();
            assert!(!text.contains("hunter2"), "{}: {text}", path.display());
            seen += usize::from(text.contains("ana"));
        }
    }
    assert!(seen > 0);
    for ended in [&ended, &walked] {
        assert!(!ended.stdout.contains("hunter2") && ended.stdout.contains("ana"), "{}", ended.stdout);
    }
}

#[test]
fn a_run_is_found_by_the_beginning_of_what_is_shown_of_its_id() {
    let place = Place::new();
    place.file("a.md", "```sh\ntrue\n```\n");
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    let run = place.last_run();
    for part in [&run[28..32], &run[28..], &run[32..], &run[..8]] {
        let shown = place.midwatch(&["show", part]);
        assert!(shown.code == 0 && shown.stdout.contains(&run[28..]), "{part}: {shown:?}");
    }
    assert_eq!(place.midwatch(&["show", &run[27..31]]).code, 2);
}

#[test]
fn what_is_done_is_not_done_again_by_the_easy_key() {
    let place = Place::new();
    place.file(
        "a.md",
        "# A\n\n1. Once\n\n   ```sh\n   echo x >> log\n   ```\n\n2. Then\n\n   ```sh\n   true\n   ```\n",
    );
    let lines = || std::fs::read_to_string(place.path().join("log")).expect("it ran").lines().count();
    let ended = plain(&place, "\n\nb\n\n\nq\n");
    assert!(ended.stdout.contains("this step was done before"), "{ended:?}");
    assert_eq!(lines(), 1, "{}", ended.stdout);
    assert_eq!(plain(&place, "\n\nb\nr\n\n\n").code, 0);
    assert_eq!(lines(), 3);
}

#[test]
fn long_words_below_a_command_stand_above_it() {
    let place = Place::new();
    let facts: String = (1..=14).map(|n| format!("| {n} | a fact of number {n} |\n")).collect();
    place.file("a.md", format!("# A\n\n```sh\necho the-command\n```\n\n| n | fact |\n|---|---|\n{facts}"));
    let shown = plain(&place, "\nq\n").stdout;
    assert!(at(&shown, "number 14") < at(&shown, "echo the-command"), "{shown}");
}

#[test]
fn a_step_that_was_never_entered_has_its_name_in_the_record() {
    let place = Place::new();
    place.file("a.md", "# B\n\n1. Look at it.\n\n2. Pass over this.\n\n3. End it.\n");
    assert_eq!(plain(&place, "\ng\n2\nf\nsolved\n\n").code, 0);
    let run = place.last_run();
    for args in [&["show", &run][..], &["report", &run], &["report", &run, "--format", "html"]] {
        let shown = place.midwatch(args).stdout;
        assert!(shown.contains("Look at it") && shown.contains("End it"), "{args:?}: {shown}");
    }
}

#[test]
fn what_shows_until_it_is_stopped_is_no_failure_once_a_person_says_so() {
    let place = Place::new();
    place.file(
        "a.md",
        "# A\n\n1. Watch the lag\n\n   ```sh\n   while true; do echo lag; sleep 0.1; done\n   ```\n\n2. End\n\n   ```sh\n   touch ended\n   ```\n",
    );
    let mut terminal = place.terminal(80, 40, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    terminal.press("[Enter] run", "\r");
    terminal.press("lag", "\u{3}");
    let shown = terminal.press("[y] it is fine, go on", "y");
    assert!(shown.contains("STOPPED  step 1") && !shown.contains("FAILED"), "{shown}");
    terminal.press("Step 2/2", "\r");
    terminal.press("What would have helped?", "\r");
    assert_eq!(terminal.end(), 0);
    assert!(place.path().join("ended").exists());
    let steps = place.show()["steps"].clone();
    assert_eq!(steps[0]["status"], "done", "{steps}");
    // What destroys was cut off in the middle: nobody waves that through.
    place.file("a.md", "# A\n\n```sh\nrm -rf ./old; echo be\"\"gun; sleep 30\n```\n");
    let mut terminal = place.terminal(80, 40, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    terminal.press("DESTRUCTIVE", "");
    terminal.press("[r]un", "r");
    terminal.press("begun", "\u{3}");
    let shown = terminal.press("[r]etry", "y");
    assert!(!shown.contains("it is fine"), "{shown}");
    terminal.press("[r]etry", "p");
    assert_eq!(terminal.end(), 3);
    // One that fails by itself cannot be waved through.
    place.file("a.md", "# A\n\n```sh\nfalse\n```\n");
    let ended = plain(&place, "\n\ny\nq\n");
    assert!(ended.code == 3 && !ended.stdout.contains("it is fine"), "{ended:?}");
}

#[test]
fn a_variable_that_came_out_empty_is_said_to_be() {
    let place = Place::new();
    place.file(
        "a.md",
        "# A\n\n```sh\nleader=$(true); node=db1; export EMPTY=\nquoted='=\"\"'\n```\n\n```sh\necho \"$leader\"\n```\n",
    );
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    assert!(ended.stdout.contains("set EMPTY (empty), leader (empty), node, quoted\n"), "{}", ended.stdout);
}

#[test]
fn the_step_to_begin_with_says_which_procedure_it_is() {
    let place = Place::new();
    place.file(
        "a.md",
        "# Ops\n\n## How to add a node\n\n1. One\n\n   ```sh\n   echo one\n   ```\n\n2. Two\n\n   ```sh\n   echo two\n   ```\n\n\
         ## How to remove a node\n\n1. Three\n\n   ```sh\n   echo three\n   ```\n\n2. Four\n\n   ```sh\n   echo four\n   ```\n",
    );
    let many = place.midwatch(&["run", "a.md", "--yes"]);
    assert!(many.code == 2 && many.stderr.contains("several procedures"), "{many:?}");
    let one = place.midwatch(&["run", "a.md", "--yes", "--from", "2"]);
    assert_eq!(one.code, 0, "{one:?}");
    let ran = |word: &str| one.stdout.lines().any(|line| line == word);
    assert_eq!((ran("one"), ran("two"), ran("three")), (false, true, false), "{}", one.stdout);
}

#[test]
fn who_goes_on_is_told_how_the_last_command_ended() {
    let place = Place::new();
    place.file("a.md", "# A\n\n```sh\nsleep 0.3; exit 3\n```\n");
    assert_eq!(plain(&place, "\n\np\n").code, 3);
    let ended = place.midwatch_with(&["resume", &place.last_run(), "--plain"], "p\n");
    assert!(ended.stdout.contains("  Last    step 1, exit 3, 0."), "{}", ended.stdout);
    // The last of several.
    place.file(
        "a.md",
        "# A\n\n1. Say\n\n   ```sh\n   true\n   ```\n\n2. Fail\n\n   ```sh\n   exit 7\n   ```\n",
    );
    assert_eq!(plain(&place, "\n\n\np\n").code, 3);
    let ended = place.midwatch_with(&["resume", &place.last_run(), "--plain"], "p\n");
    assert!(ended.stdout.contains("  Last    step 2, exit 7, "), "{}", ended.stdout);
    assert!(!ended.stdout.contains("step 1, exit 0"), "{}", ended.stdout);
}

#[test]
fn who_does_not_start_is_not_done() {
    let place = Place::new();
    place.file("a.md", "# A\n\n```sh\ntouch ran\n```\n");
    for input in ["q\n", ""] {
        let ended = plain(&place, input);
        assert!(ended.code == 2 && ended.stderr.contains("nothing ran"), "{input:?}: {ended:?}");
    }
    assert!(!place.path().join("ran").exists());
    assert_eq!(place.midwatch(&["history", "--json"]).stdout, "");
}

#[test]
fn a_choice_shows_where_it_stands_what_is_said_of_all_and_each_whole() {
    let place = Place::new();
    place.file(
        "a.md",
        "# Release\n\n## Take it back\n\nTake the first that fits. Never take the second one on a Friday.\n\n- If the release went out within the last hour and nobody has merged anything since then: revert it.\n- If the release went out within the last hour and somebody has merged something since: roll forward.\n",
    );
    let mut terminal = place.terminal(80, 24, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    let shown = terminal.press("a number takes it", "2");
    let joined = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "Take it back",
        "Take the first that fits. Never take the second one on a Friday.",
        "and nobody has merged anything since then",
        "and somebody has merged something since",
    ] {
        assert!(joined.contains(words), "no {words:?} in:\n{shown}");
    }
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
    terminal.press("[d]one", "d");
    terminal.press("What would have helped?", "\r");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn who_goes_on_is_told_what_was_done_by_hand_last() {
    let place = Place::new();
    place.file(
        "a.md",
        "# A\n\n1. Run it\n\n   ```sh\n   true\n   ```\n\n2. Call them.\n\n3. Wait for them.\n",
    );
    assert_eq!(plain(&place, "\n\nd\np\n").code, 3);
    let ended = place.midwatch_with(&["resume", &place.last_run(), "--plain"], "p\n");
    assert!(ended.stdout.contains("  Last    step 2, done by hand, at "), "{}", ended.stdout);
    assert_eq!(ended.stdout.matches("  Last  ").count(), 1, "{}", ended.stdout);
}
