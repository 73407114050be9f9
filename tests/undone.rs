//! Runs that were undone say so, and what was given on the way is told.

mod support;

use support::Place;

const RUNBOOK: &str = "---\nparams:\n  env: { about: Which environment }\n  token: { about: A token, secret: true }\n---\n# Two changes\n\n\
1. Change the first\n\n   ```sh id=first\n   echo \"first in $env\"\n   ```\n\n   ```sh rollback id=first-undo\n   echo first undone\n   ```\n\n\
2. Change the second\n\n   ```sh id=second\n   echo \"second ${token:+with a token}\"\n   ```\n\n   ```sh rollback id=second-undo\n   echo second undone\n   ```\n";

fn place() -> Place {
    let place = Place::new();
    place.file("two.md", RUNBOOK);
    place.file("token", "s3cr3t-token\n");
    place
}

/// Runs it to its end, and gives the run.
fn ran(place: &Place) -> String {
    let args = ["run", "two.md", "--yes", "--set", "env=staging", "--set-file", "token=token"];
    assert_eq!(place.midwatch(&args).code, 0);
    place.last_run()
}

fn json(place: &Place, run: &str) -> serde_json::Value {
    serde_json::from_str(&place.midwatch(&["show", run, "--json"]).stdout).unwrap()
}

#[test]
fn given_values_are_among_the_params_and_secret_ones_are_named() {
    let place = place();
    let walked = place
        .midwatch_with(&["run", "two.md", "--plain", "--set-file", "token=token"], "\n\nstaging\n\n\n\n");
    assert_eq!(walked.code, 0, "{walked:?}");
    let run = place.last_run();
    let shown = json(&place, &run);
    assert_eq!(shown["params"], serde_json::json!({ "env": "staging" }));
    assert_eq!(shown["secrets"], serde_json::json!(["token"]));
    let text = place.midwatch(&["show", &run]).stdout;
    assert!(text.contains("env=staging, token (secret)"), "{text}");
    for format in ["md", "html", "json", "cast"] {
        let report = place.midwatch(&["report", &run, "--format", format]).stdout;
        assert!(report.contains("staging") && !report.contains("s3cr3t"), "{format}: {report}");
    }
}

#[test]
fn a_run_that_was_undone_says_by_which() {
    let place = place();
    let run = ran(&place);
    assert_eq!(
        place.midwatch_with(&["undo", &run, "--plain", "--set-file", "token=token"], "r\nr\n").code,
        0
    );
    let undo = place.last_run();
    let shown = json(&place, &run);
    assert_eq!(shown["status"], "completed", "the words of the contract stay");
    let by = &shown["undone_by"][0];
    assert_eq!(
        (&by["run"], &by["all"], &by["steps"]),
        (&undo.as_str().into(), &true.into(), &serde_json::json!([1, 2]))
    );
    assert_eq!(shown["steps"][0]["undone_by"], undo.as_str());
    let text = place.midwatch(&["show", &run]).stdout;
    assert!(text.contains(&format!("undone    whole: 2 of 2 rollbacks, by run {undo}")), "{text}");
    assert!(text.contains(&format!("✔ 1 Change the first · done; undone by run {undo}")), "{text}");
    let history = place.midwatch(&["history"]).stdout;
    let line = |id: &str| history.lines().find(|line| line.starts_with(&id[28..])).unwrap().to_owned();
    assert!(line(&run).contains("(undone) Two changes") && !line(&undo).contains("undone"), "{history}");
    assert!(line(&undo).contains(&format!("(undo of {}) Two", &run[28..])), "{history}");
    let exported = place.midwatch(&["export"]).stdout;
    assert_eq!(serde_json::from_str::<serde_json::Value>(exported.lines().next().unwrap()).unwrap(), shown);
    for format in ["md", "html"] {
        let report = place.midwatch(&["report", &run, "--format", format]).stdout;
        assert!(report.contains(&format!("undone by run {undo}")), "{format}: {report}");
    }
    assert_eq!(place.midwatch(&["verify"]).code, 0);
}

#[test]
fn a_part_that_was_undone_is_a_part() {
    let place = place();
    let run = ran(&place);
    assert_eq!(
        place
            .midwatch_with(&["undo", &run, "--step", "2", "--plain", "--set-file", "token=token"], "r\n")
            .code,
        0
    );
    let shown = json(&place, &run);
    assert_eq!(
        (&shown["undone_by"][0]["all"], &shown["undone_by"][0]["steps"]),
        (&false.into(), &serde_json::json!([2]))
    );
    assert_eq!(
        (&shown["steps"][0]["undone_by"], shown["steps"][1]["undone_by"].is_string()),
        (&serde_json::Value::Null, true)
    );
    assert!(place.midwatch(&["history"]).stdout.contains("(partly undone) Two changes"));
    // What is declined is not undone either.
    assert_eq!(
        place.midwatch_with(&["undo", &run, "--plain", "--set-file", "token=token"], "s\nn\n").code,
        0
    );
    assert_eq!(json(&place, &run)["undone_by"][1]["all"], false);
}

#[test]
fn a_rollback_of_the_run_itself_stands_at_its_own_time() {
    let place = Place::new();
    place.file("two.md", RUNBOOK.replace("echo \"second", "exit 4; echo \"second"));
    place.file("token", "x\n");
    let args = ["run", "two.md", "--plain", "--set", "env=staging", "--set-file", "token=token"];
    // The second one fails: the first is undone, the run given up.
    let ended = place.midwatch_with(&args, "\n\n\nu\nu\nr\nr\na\nno use\n\n");
    let run = place.last_run();
    let text = place.midwatch(&["show", &run]).stdout;
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} is not in\n{text}\n{ended:?}"));
    assert!(at("2 Change the second ·") < at("↶ 1 Change the first · undo"), "{text}");
    let line = text.lines().find(|line| line.contains("↶ 1 Change the first · undo")).unwrap();
    assert!(line.as_bytes()[2] == b':' && line.as_bytes()[5] == b':', "it has its time: {line}");
    assert!(text.contains("✔ 1 Change the first · done; undone\n"), "{text}");
    assert_eq!(json(&place, &run)["steps"][0]["undone_by"], run.as_str());
}

#[test]
fn a_secret_that_stands_in_names_and_hashes_breaks_no_record() {
    for secret in ["e", "run", "a", "0", "sealed", "done"] {
        let place = place();
        place.file("token", secret);
        let run = ran(&place);
        assert!(place.kinds().iter().all(|kind| kind != "unknown"), "{secret}: {:?}", place.kinds());
        let shown = json(&place, &run);
        assert_eq!(
            (&shown["status"], &shown["steps"][1]["attempts"][0]["exit"]),
            (&"completed".into(), &0.into())
        );
        let verified = place.midwatch(&["verify"]);
        assert_eq!(verified.code, 0, "{secret}: {verified:?}");
    }
}

#[test]
fn every_id_that_is_printed_can_be_typed_back() {
    let place = place();
    let run = ran(&place);
    for _ in 0..3 {
        ran(&place);
    }
    let table = place.midwatch(&["history"]).stdout;
    let ids: Vec<&str> = table.lines().skip(1).map(|line| line.split_whitespace().next().unwrap()).collect();
    assert_eq!(ids.len(), 4);
    for id in ids {
        let shown = place.midwatch(&["show", id]);
        assert!(shown.code == 0 && shown.stdout.contains(id), "{shown:?}");
    }
    let end = place
        .midwatch(&["run", "two.md", "--yes", "--set", "env=staging", "--set-file", "token=token"])
        .stdout;
    let printed = end.split("midwatch show ").nth(1).unwrap().split_whitespace().next().unwrap();
    assert!(place.last_run().ends_with(printed) && place.midwatch(&["show", printed]).code == 0);
    let ambiguous = place.midwatch(&["show", &run[..4]]);
    assert_eq!(ambiguous.code, 2, "{ambiguous:?}");
    assert!(
        ambiguous.stderr.contains("means 5 runs") && ambiguous.stderr.contains(&run),
        "{}",
        ambiguous.stderr
    );
}
