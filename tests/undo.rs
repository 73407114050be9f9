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
