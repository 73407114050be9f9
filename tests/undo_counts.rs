//! A run that undoes another one is no run of the runbook: nothing that says what is usual counts it.

mod support;

use support::Place;

const FAILS: &str = "# Long things\n\n## One\n\n```sh\necho one\n```\n\n```sh rollback\necho back-one\n```\n\n## Two\n\n```sh\nexit 3\n```\n";

/// Its second step fails, it is given up, and what the first one did is undone later.
fn given_up_and_undone() -> Place {
    let place = Place::new();
    place.file("a.md", FAILS);
    let ended = place.midwatch_with(&["run", "a.md", "--plain"], "\n\n\na\nno use\nx\n");
    assert_eq!(ended.code, 1, "{ended:?}");
    let ended = place.midwatch_with(&["undo", &place.last_run(), "--plain"], "r\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    place
}

#[test]
fn stats_count_the_run_alone() {
    let place = given_up_and_undone();
    let told = place.midwatch(&["stats"]).stdout;
    assert!(told.contains("1 run since") && told.contains(": 1 aborted"), "{told}");
    assert!(!told.contains("completed"), "{told}");
    let json = place.midwatch(&["stats", "--json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let book = &json["runbooks"][0];
    assert_eq!((&book["runs"], &book["median_s"]), (&1.into(), &serde_json::Value::Null));
}

#[test]
fn the_next_run_is_told_of_the_last_one_that_it_was_undone() {
    let place = given_up_and_undone();
    let shown = place.midwatch_with(&["run", "a.md", "--plain"], "q\n").stdout;
    assert!(!shown.contains("Usually"), "{shown}");
    assert!(shown.contains("aborted, undone, "), "{shown}");
    // The list counts alike.
    let listed = place.midwatch(&["list", ".", "--json"]).stdout;
    let listed: serde_json::Value =
        serde_json::from_str(listed.lines().next().expect("a line")).expect("JSON");
    assert_eq!(listed["runs"], 1, "{listed}");
}

#[test]
fn what_the_undo_left_is_partly_undone() {
    let place = Place::new();
    place.file("a.md", FAILS.replace("exit 3\n```", "echo two\n```\n\n```sh rollback\necho back-two\n```"));
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    let run = place.last_run();
    assert_eq!(place.midwatch_with(&["undo", &run, "--step", "1", "--plain"], "r\n").code, 0);
    let shown = place.midwatch_with(&["run", "a.md", "--plain"], "q\n").stdout;
    assert!(shown.contains(", one run\n") && shown.contains("completed, partly undone, "), "{shown}");
}

#[test]
fn an_undo_that_was_paused_is_warned_of_all_the_same() {
    let place = Place::new();
    place.file("a.md", FAILS);
    let ended = place.midwatch_with(&["run", "a.md", "--plain"], "\n\n\na\nno use\nx\n");
    assert_eq!(ended.code, 1, "{ended:?}");
    let ended = place.midwatch_with(&["undo", &place.last_run(), "--plain"], "p\n");
    assert_eq!(ended.code, 3, "{ended:?}");
    let undoing = place.last_run();
    let shown = place.midwatch_with(&["run", "a.md", "--plain"], "q\n").stdout;
    let told = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let resume = format!("midwatch resume {}", &undoing[undoing.len() - 8..]);
    assert!(told.contains("is paused") && told.contains(&resume), "{shown}");
    assert!(!shown.contains("undone,"), "nothing is undone yet: {shown}");
}
