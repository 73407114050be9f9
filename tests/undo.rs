//! `undo`: the rollbacks of what ran, newest first, each confirmed.

mod support;

use support::Place;

const RUNBOOK: &str = "---\nparams:\n  who: { about: W, default: db1 }\n---\n# U\n\n## One\n\n```sh\necho one >> log\n```\n\n```sh rollback\necho back-one $who >> log\n```\n\n## Two\n\n```sh capture=id\necho 42; echo two >> log\n```\n\n```sh rollback\necho back-two $id >> log\n```\n\n## Three\n\n```sh\necho three >> log\n```\n";

fn log(place: &Place) -> Vec<String> {
    let text = std::fs::read_to_string(place.path().join("log")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

fn place(text: &str) -> Place {
    let place = Place::new();
    place.file("a.md", text);
    place
}

#[test]
fn a_sealed_run_is_undone_newest_first_as_a_run_of_its_own() {
    let place = place(RUNBOOK);
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    let run = place.last_run();
    // What stands in the file now does not matter.
    place.file("a.md", "# Something else\n");
    let ended = place.midwatch_with(&["undo", &run, "--plain"], "r\nr\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(log(&place), ["one", "two", "three", "back-two 42", "back-one db1"]);
    let opened = &place.events()[0];
    assert_eq!((opened["undoes"].as_str(), opened["event"].as_str()), (Some(run.as_str()), Some("opened")));
    let again = place.midwatch(&["undo", &run, "--plain"]);
    assert!(again.code == 2 && again.stderr.contains("nothing of run"), "{again:?}");
    assert_eq!(place.runs().len(), 2);
    assert_eq!(place.midwatch(&["verify"]).code, 0);
}

#[test]
fn it_can_be_paused_resumed_and_declined() {
    let place = place(RUNBOOK);
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    let run = place.last_run();
    let ended = place.midwatch_with(&["undo", &run, "--plain"], "r\np\n");
    assert_eq!(ended.code, 3, "{ended:?}");
    let undoing = place.last_run();
    let ended = place.midwatch_with(&["resume", &undoing, "--plain"], "s\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(log(&place)[3..], ["back-two 42"]);
    let sealed = place.events().pop().expect("an event");
    assert_eq!(sealed["reason"], "1 not wanted");
    // What was not wanted then is still there to be undone.
    let ended = place.midwatch_with(&["undo", &run, "--plain"], "r\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(log(&place)[3..], ["back-two 42", "back-one db1"]);
}

#[test]
fn one_step_alone_is_undone() {
    let place = place(RUNBOOK);
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    let run = place.last_run();
    let ended = place.midwatch_with(&["undo", &run, "--step", "1", "--plain"], "r\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(log(&place)[3..], ["back-one db1"]);
    assert_eq!(place.midwatch(&["undo", &run, "--step", "9", "--plain"]).code, 2);
}

#[test]
fn a_paused_run_is_undone_where_it_is_recorded() {
    let place = place(&RUNBOOK.replace("echo three >> log", "exit 3"));
    let text = std::fs::read_to_string(place.path().join("a.md")).expect("text");
    place.file("a.md", text.replace("## Three", "## Wait\n\n1. Call them.\n\n## Three"));
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 3);
    let run = place.last_run();
    let ended = place.midwatch_with(&["undo", &run, "--plain"], "r\nr\n");
    assert_eq!(ended.code, 3, "{ended:?}");
    assert_eq!(log(&place), ["one", "two", "back-two 42", "back-one db1"]);
    assert_eq!(place.runs().len(), 1);
    assert_eq!(place.show()["status"], "paused");
}

#[test]
fn a_rollback_that_fails_is_offered_again() {
    let place = place(
        "# F\n\n```sh\necho one >> log\n```\n\n```sh rollback\ntest -e ready && echo back >> log\n```\n",
    );
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    let run = place.last_run();
    let ended = place.midwatch_with(&["undo", &run, "--plain"], "r\np\n");
    assert!(ended.code == 3 && ended.stdout.contains("FAILED"), "{ended:?}");
    place.file("ready", "");
    let ended = place.midwatch_with(&["resume", &place.last_run(), "--plain"], "r\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(log(&place), ["one", "back"]);
}

/// Fails at its third step; the rollback of the first one takes its time.
const FAILS: &str = "# F\n\n## One\n\n```sh\necho one >> log\n```\n\n```sh rollback\ntouch begun; until test -e go; do sleep 0.02; done; echo back-one >> log\n```\n\n## Two\n\n```sh\necho two >> log\n```\n\n```sh rollback\necho back-two >> log\n```\n\n## Three\n\n```sh\ntest -e fixed\n```\n";

#[test]
fn an_undo_plan_goes_on_where_it_was_paused_and_comes_back_to_the_failure() {
    let place = place(FAILS);
    place.file("go", "");
    let ended = place.midwatch_with(&["run", "a.md", "--plain"], "\n\n\n\nu\nu\nr\np\n");
    assert_eq!(ended.code, 3, "{ended:?}");
    assert_eq!(log(&place), ["one", "two", "back-two"]);
    let run = place.last_run();
    let ended = place.midwatch_with(&["resume", &run, "--plain"], "r\np\n");
    for words in ["Its undo plan was under way", "UNDO  step 1", "undone  step 1", "[s]kip this undo"] {
        assert!(ended.stdout.contains(words), "{words}: {ended:?}");
    }
    assert_eq!(log(&place), ["one", "two", "back-two", "back-one"]);
    let asked = ended.stdout.rfind("Enter does nothing").expect("keys");
    assert!(ended.stdout[..asked].rfind("[u]ndo plan") > ended.stdout.find("UNDO  step 1"), "{ended:?}");
    // It is over: who goes on now stands at the failure, and nothing is undone twice.
    place.file("fixed", "");
    let ended = place.midwatch_with(&["resume", &run, "--plain"], "r\n\n");
    assert!(ended.code == 0 && !ended.stdout.contains("UNDO  step"), "{ended:?}");
    assert_eq!(log(&place).len(), 4);
}

#[test]
fn an_undo_plan_that_was_killed_is_in_doubt_and_goes_on() {
    for (answer, backs) in [("y\np\n", 0), ("r\nr\np\n", 1), ("s\no\nnot today\np\n", 0)] {
        let place =
            place(&FAILS.replace(
                "echo back-two",
                "touch begun; until test -e go; do sleep 0.02; done; echo back-two",
            ));
        let mut command = place.command();
        command.args(["run", "a.md", "--plain"]);
        command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::null());
        let mut child = command.spawn().expect("starts");
        let mut keys = child.stdin.take().expect("a pipe");
        std::io::Write::write_all(&mut keys, b"\n\n\n\nu\nu\nr\n").expect("typed");
        let began = std::time::Instant::now();
        while !place.path().join("begun").exists() {
            assert!(began.elapsed() < std::time::Duration::from_secs(30), "it does not begin");
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        // With all that it started, so that nothing is done behind our back.
        let marked = format!("MIDWATCH_RUN={}", place.last_run());
        child.kill().expect("killed");
        child.wait().expect("gone");
        end_marked(&marked);
        place.file("go", "");
        let run = place.last_run();
        let ended = place.midwatch_with(&["resume", &run, "--plain"], answer);
        assert!(ended.stdout.contains("IN DOUBT"), "{ended:?}");
        assert_eq!(
            log(&place).iter().filter(|line| *line == "back-two").count(),
            backs,
            "{answer:?}: {ended:?}"
        );
        // Then the plan goes on with the first step's.
        assert!(ended.stdout.contains("UNDO  step 1"), "{answer:?}: {ended:?}");
        let ended = place.midwatch_with(&["resume", &run, "--plain"], "r\np\n");
        assert_eq!(log(&place).last().map(String::as_str), Some("back-one"), "{answer:?}: {ended:?}");
        assert!(ended.stdout.contains("[u]ndo plan"), "{answer:?}: {ended:?}");
        assert_eq!(place.midwatch(&["verify"]).code, 0);
    }
}

fn end_marked(mark: &str) {
    for process in std::fs::read_dir("/proc").expect("processes").flatten() {
        let environment = std::fs::read(process.path().join("environ")).unwrap_or_default();
        if environment.split(|byte| *byte == 0).any(|set| set == mark.as_bytes()) {
            let pid =
                process.file_name().to_string_lossy().parse().ok().and_then(rustix::process::Pid::from_raw);
            let _ = rustix::process::kill_process(pid.expect("a process"), rustix::process::Signal::KILL);
        }
    }
}

#[test]
fn a_run_that_was_undone_says_so_and_so_does_the_one_that_undid_it() {
    let place = place(RUNBOOK);
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    let run = place.last_run();
    assert_eq!(place.midwatch_with(&["undo", &run, "--step", "1", "--plain"], "r\n").code, 0);
    let listed = place.midwatch(&["history"]).stdout;
    assert!(listed.contains("(partly undone) U"), "{listed}");
    assert_eq!(place.midwatch_with(&["undo", &run, "--plain"], "r\n").code, 0);
    let undoing = place.last_run();
    let listed = place.midwatch(&["history"]).stdout;
    assert!(listed.contains("(undone) U"), "{listed}");
    assert!(listed.contains(&format!("(undo of {}) U", &run[run.len() - 8..])), "{listed}");
    let shown = place.midwatch(&["show", &run]).stdout;
    assert!(shown.contains("undone") && shown.contains(&undoing[undoing.len() - 8..]), "{shown}");
    let shown = place.midwatch(&["show", &undoing]).stdout;
    assert!(shown.contains("undoes") && shown.contains(&run), "{shown}");
    assert!(shown.contains("1 of 1 rollbacks"), "{shown}");
    let json: Vec<serde_json::Value> = place
        .midwatch(&["history", "--json"])
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(json[0]["undoes"], run.as_str());
    assert_eq!((&json[0]["steps_done"], &json[0]["steps_total"]), (&1.into(), &1.into()));
    assert!(json[2].get("undoes").is_none(), "{}", json[2]);
    assert_eq!(place.midwatch(&["verify"]).code, 0);
}

/// Ctrl-C cut it off in the middle: only a person who looks can tell how far it came.
#[test]
fn a_rollback_that_was_stopped_is_not_waved_through() {
    let place = Place::new();
    place.file(
        "a.md",
        "# A\n\n1. Make it\n\n   ```sh\n   true\n   ```\n\n   ```sh rollback\n   echo be\"\"gun; sleep 30\n   ```\n\n2. Fail\n\n   ```sh\n   false\n   ```\n",
    );
    let mut terminal = place.terminal(80, 40, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    terminal.press("[Enter] run", "\r");
    terminal.press("Step 2/2", "\r");
    terminal.press("[u]ndo plan", "u");
    terminal.press("[u]ndo: go", "u");
    terminal.press("UNDO  step 1", "");
    terminal.press("[r]un", "r");
    terminal.press("begun", "\u{3}");
    let shown = terminal.press("[s] leave it, next", "y");
    assert!(!shown.contains("it is fine"), "{shown}");
    let shown = terminal.press("[p]ause", "p");
    assert!(!shown.contains("it is fine"), "{shown}");
    assert_eq!(terminal.end(), 3);
    assert!(!place.kinds().contains(&"sealed".to_owned()));
}
