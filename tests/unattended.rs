//! `run --yes`: what runs without a person, what stops it, and what the record says.

mod support;

use support::Place;

#[test]
fn tagged_commands_run_in_order_and_the_run_is_sealed() {
    let place = Place::new();
    place.file(
        "a.md",
        "# Two\n\n1. First\n\n   ```sh\n   echo one\n   ```\n\n2. Second\n\n   ```sh\n   echo two\n   ```\n",
    );
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let one = ended.stdout.find("\none\n").expect("output of the first");
    let two = ended.stdout.find("\ntwo\n").expect("output of the second");
    assert!(one < two && ended.stdout.contains("COMPLETE"), "{}", ended.stdout);
    let kinds = place.kinds();
    assert_eq!(
        kinds,
        [
            "opened",
            "step_entered",
            "intent",
            "exited",
            "step_ended",
            "step_entered",
            "intent",
            "exited",
            "step_ended",
            "sealed"
        ]
    );
    assert_eq!(place.midwatch(&["verify"]).code, 0);
}

#[test]
fn a_manual_step_pauses_with_exit_3_and_says_why() {
    let place = Place::new();
    place.file("a.md", "# M\n\n1. Go\n\n   ```sh\n   echo one\n   ```\n\n2. Call the customer and tell them.\n\n3. Never\n\n   ```sh\n   touch never\n   ```\n");
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stdout.contains("step 2 is for a person: Call the customer"), "{}", ended.stdout);
    assert!(ended.stdout.contains("midwatch resume"), "{}", ended.stdout);
    assert!(!place.path().join("never").exists());
    assert_eq!(place.show()["status"], "paused");
}

#[test]
fn an_untagged_fence_never_runs_by_itself() {
    let place = Place::new();
    place.file("a.md", "# U\n\nDo this:\n\n```\ntouch made\n```\n");
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(!place.path().join("made").exists());
}

#[test]
fn a_failed_command_ends_the_run_with_exit_1() {
    let place = Place::new();
    place.file("a.md", "# F\n\n```sh\nexit 7\n```\n\nThen:\n\n## Next\n\n```sh\ntouch never\n```\n");
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.stdout.contains("FAILED  step 1, exit 7"), "{}", ended.stdout);
    assert!(!place.path().join("never").exists());
    let shown = place.show();
    assert_eq!(shown["status"], "failed");
    assert_eq!(shown["steps"][0]["attempts"][0]["exit"], 7);
}

#[test]
fn a_line_that_fails_inside_a_block_counts_as_failed() {
    let place = Place::new();
    place.file("a.md", "# F\n\n```sh\nfalse\ntrue\n```\n");
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.stdout.contains("line 1 failed (1)"), "{}", ended.stdout);
}

#[test]
fn detected_danger_waits_for_its_confirmation() {
    let place = Place::new();
    place.file("victim", "x");
    place.file("a.md", "# D\n\n```sh id=wipe\nrm -rf victim\n```\n");
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stdout.contains("--confirm wipe"), "{}", ended.stdout);
    assert!(place.path().join("victim").exists());
    let ended = place.midwatch(&["run", "a.md", "--yes", "--confirm", "wipe"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(!place.path().join("victim").exists());
}

#[test]
fn declared_danger_wants_its_word() {
    let place = Place::new();
    place.file("a.md", "# D\n\n```sh id=go danger=ORDERS\ntouch made\n```\n");
    for confirm in [&[][..], &["--confirm", "go"], &["--confirm", "go=orders"]] {
        let mut args = vec!["run", "a.md", "--yes"];
        args.extend(confirm);
        let ended = place.midwatch(&args);
        assert_eq!(ended.code, 3, "{confirm:?}: {ended:?}");
        assert!(!place.path().join("made").exists());
    }
    assert_eq!(place.midwatch(&["run", "a.md", "--yes", "--confirm", "go=ORDERS"]).code, 0);
    assert!(place.path().join("made").exists());
}

#[test]
fn a_parameter_reaches_the_command_as_data() {
    let place = Place::new();
    place.file(
        "a.md",
        "---\nparams:\n  name: { about: Whom to greet }\n---\n# P\n\n```sh\nprintf '%s' \"$name\" > out\n```\n",
    );
    let evil = "'; touch hacked; echo \"$(id)` \\ \n é";
    let ended = place.midwatch(&["run", "a.md", "--yes", "--set", &format!("name={evil}")]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(std::fs::read_to_string(place.path().join("out")).expect("out"), evil);
    assert!(!place.path().join("hacked").exists());
}

#[test]
fn an_unfilled_placeholder_never_runs() {
    let place = Place::new();
    place.file("a.md", "# P\n\n```sh\ncat /dev/null <pod-name> made\n```\n");
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stdout.contains("<pod-name>"), "{}", ended.stdout);
    assert!(!place.path().join("made").exists());
}

#[test]
fn a_filled_placeholder_is_data() {
    let place = Place::new();
    place.file("a.md", "# P\n\n```sh\nprintf '%s.' <pod-name> \"<pod-name>\" '<pod-name>' > out\n```\n");
    let value = "a b'; touch hacked; $(touch hacked) \"";
    let ended = place.midwatch(&["run", "a.md", "--yes", "--set", &format!("pod_name={value}")]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(
        std::fs::read_to_string(place.path().join("out")).expect("out"),
        format!("{value}.{value}.{value}.")
    );
    assert!(!place.path().join("hacked").exists());
}

#[test]
fn state_crosses_steps() {
    let place = Place::new();
    place.file(
        "a.md",
        "# S\n\n## One\n\n```sh\ncolour='deep blue'\nmkdir sub && cd sub\nset -e\n```\n\n## Two\n\n```sh\nprintf '%s %s' \"$colour\" \"$PWD\" > seen\n```\n",
    );
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let seen = std::fs::read_to_string(place.path().join("sub/seen")).expect("seen");
    assert!(seen.starts_with("deep blue ") && seen.ends_with("/sub"), "{seen}");
    assert!(ended.stdout.contains("set colour"), "{}", ended.stdout);
}

#[test]
fn a_check_waits_until_it_is_true_and_its_samples_are_recorded() {
    let place = Place::new();
    place.file(
        "a.md",
        "# W\n\n```sh\necho 3 > lag\n```\n\n## Wait\n\n```sh check until=\"value == 0\" every=50ms timeout=20s\nn=$(cat lag); echo $n; echo $((n - 1)) > lag\n```\n",
    );
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let shown = place.show();
    let samples = shown["steps"][1]["samples"].as_array().expect("samples").clone();
    let values: Vec<&str> = samples.iter().map(|sample| sample["value"].as_str().expect("a value")).collect();
    assert_eq!(values, ["3", "2", "1", "0"]);
    let verdicts: Vec<&str> =
        samples.iter().map(|sample| sample["verdict"].as_str().expect("a verdict")).collect();
    assert_eq!(verdicts, ["waiting", "waiting", "waiting", "pass"]);
}

#[test]
fn a_broken_check_ends_the_run_with_exit_1() {
    let place = Place::new();
    place.file(
        "a.md",
        "# W\n\n```sh check until=\"value == 0\" fail=\"value > 5\" every=50ms timeout=20s\necho 9\n```\n",
    );
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.stdout.contains("BROKEN"), "{}", ended.stdout);
}

#[test]
fn a_capture_is_there_for_later_steps() {
    let place = Place::new();
    place.file(
        "a.md",
        "# C\n\n```sh capture=POS\necho '  mysql-bin.7  '\n```\n\n## Use\n\n```sh\nprintf '%s' \"$POS\" > out\n```\n",
    );
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    assert_eq!(std::fs::read_to_string(place.path().join("out")).expect("out"), "mysql-bin.7");
    place.file("b.md", "# C\n\n```sh capture=POS\ntrue\n```\n");
    let ended = place.midwatch(&["run", "b.md", "--yes"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.stdout.contains("$POS"), "{}", ended.stdout);
}

#[test]
fn a_dry_run_runs_and_records_nothing() {
    let place = Place::new();
    place.file("a.md", "# D\n\n```sh\ntouch made\n```\n");
    let ended = place.midwatch(&["run", "a.md", "--dry-run"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stdout.contains("touch made"), "{}", ended.stdout);
    assert!(!place.path().join("made").exists() && !place.state().exists());
}

#[test]
fn a_timeout_ends_the_whole_group() {
    let place = Place::new();
    place.file("a.md", "# T\n\n```sh timeout=300ms\n(sleep 60; touch late) & sleep 60\n```\n");
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.stdout.contains("timeout"), "{}", ended.stdout);
}

#[test]
fn a_secret_is_masked_and_refused_on_the_command_line() {
    let place = Place::new();
    place.file(
        "a.md",
        "---\nparams:\n  token: { about: API token, secret: true }\n---\n# S\n\n```sh\nprintf 'the token is %s\\n' \"$token\"\n```\n",
    );
    let ended = place.midwatch(&["run", "a.md", "--yes", "--set", "token=hunter2hunter2"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.stderr.contains("--set-file"), "{}", ended.stderr);
    place.file("secret", "hunter2hunter2\n");
    let ended = place.midwatch(&["run", "a.md", "--yes", "--set-file", "token=secret"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(!ended.stdout.contains("hunter2"), "{}", ended.stdout);
    let kept = std::process::Command::new("grep")
        .args(["-r", "hunter2", "state"])
        .current_dir(place.path())
        .output();
    assert!(kept.expect("grep").stdout.is_empty());
}

#[test]
fn a_variable_nothing_sets_is_asked_for_unless_the_environment_has_it() {
    let place = Place::new();
    place.file("a.md", "# V\n\n```sh\nprintf '%s' \"$TARGET_NODE\" > out\n```\n");
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stdout.contains("$TARGET_NODE") && !place.path().join("out").exists(), "{ended:?}");
    for set in ["target_node=db 3", "TARGET_NODE=db 3"] {
        assert_eq!(place.midwatch(&["run", "a.md", "--yes", "--set", set]).code, 0);
        assert_eq!(std::fs::read_to_string(place.path().join("out")).expect("out"), "db 3");
    }
    let status = place.command().args(["run", "a.md", "--yes"]).env("TARGET_NODE", "db4").status();
    assert!(status.expect("it runs").success());
    assert_eq!(std::fs::read_to_string(place.path().join("out")).expect("out"), "db4");
}

#[test]
fn a_secret_that_is_also_a_word_of_the_runbook_changes_no_step() {
    let place = Place::new();
    place.file(
        "a.md",
        "---\nparams:\n  token: { about: API token, secret: true }\n---\n# S\n\n```sh\necho orders; echo \"$token\"\n```\n",
    );
    place.file("secret", "orders\n");
    let args = ["run", "a.md", "--plain", "--set-file", "token=secret"];
    let ended = place.midwatch_with(&args, "\n\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(place.kinds().iter().filter(|kind| *kind == "intent").count(), 1, "it runs once");
    assert!(!place.midwatch(&["output", &place.last_run(), "1"]).stdout.contains("orders"));
}

#[test]
fn whatever_needs_a_person_stops_it_and_nothing_of_it_ran() {
    for (text, said) in [
        ("```sh interactive\ntouch ran\n```\n", "opens a session, which a person has to work in"),
        ("```sh\npython3\n```\n", "opens a session, which a person has to work in"),
        (
            "```sh capture=count?\ntrue\n```\n\n```sh if=\"int(count) > 1\"\ntouch ran\n```\n",
            "cannot be evaluated",
        ),
        (
            "Do one of the following:\n\n- Old:\n\n  ```sh\n  touch ran\n  ```\n- New:\n\n  ```sh\n  touch ran\n  ```\n",
            "has to choose one of the steps 1, 2",
        ),
        ("Run `touch ran` if it is slow.\n", "is for a person"),
        ("```sh\ncat <<'EOF'\n<name>\nEOF\ntouch ran\n```\n", "still holds <name>"),
    ] {
        let place = Place::new();
        place.file("a.md", format!("# A\n\n{text}"));
        let ended = place.midwatch(&["run", "a.md", "--yes"]);
        assert_eq!(ended.code, 3, "{text}: {ended:?}");
        let shown = ended.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(shown.contains(said), "{text}: {shown}");
        assert!(!place.path().join("ran").exists(), "{text}");
        let run = place.last_run();
        assert!(shown.contains(&format!("midwatch resume {}", &run[28..])), "{shown}");
    }
}

#[test]
fn one_danger_confirmed_is_not_another() {
    let place = Place::new();
    place.file("a.md", "# D\n\n```sh id=first\nrm -rf one\n```\n\n```sh id=second\nrm -rf two\n```\n\n```sh id=third danger=ORDERS\ntouch three\n```\n");
    ["one", "two"].iter().for_each(|name| drop(place.file(name, "x")));
    let there = || ["one", "two", "three"].map(|name| place.path().join(name).exists());
    let says = |ended: &support::Ended, words: &str| {
        let shown = ended.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(ended.code == 3 && shown.contains(words), "{ended:?}");
    };
    let ended = place.midwatch(&["run", "a.md", "--yes", "--confirm", "first", "--confirm", "other=ORDERS"]);
    says(&ended, "--confirm second");
    assert_eq!(there(), [false, true, false]);
    let run = place.last_run();
    // The word is that of another one.
    let ended = place.midwatch(&["resume", &run, "--yes", "--confirm", "second=ORDERS"]);
    says(&ended, "--confirm third=ORDERS");
    assert_eq!(there(), [false, false, false]);
}

#[test]
fn another_way_that_a_comment_offers_is_left_alone() {
    let place = Place::new();
    place.file("a.md", "# A\n\n```sh\ntouch one\n# or, where there is no cache\ntouch two\n```\n\n1. Look\n\n   ```sh\n   touch three\n   ```\n");
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let there = ["one", "two", "three"].map(|name| place.path().join(name).exists());
    assert_eq!(there, [true, false, true], "{ended:?}");
}

#[test]
fn a_value_that_another_interpreter_would_read_as_words_stops_it() {
    let place = Place::new();
    place.file("a.md", "# A\n\n```sh\nsh -c 'echo <name> > got'\n```\n");
    let ended = place.midwatch(&["run", "a.md", "--yes", "--set", "name=x; touch ran"]);
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stdout.contains("needs a value for <name>"), "{ended:?}");
    assert!(!place.path().join("ran").exists() && !place.path().join("got").exists());
    assert_eq!(place.midwatch(&["run", "a.md", "--yes", "--set", "name=x-1"]).code, 0);
    assert_eq!(std::fs::read_to_string(place.path().join("got")).expect("it ran"), "x-1\n");
}
