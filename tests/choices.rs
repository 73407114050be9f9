//! Alternatives: one question, and what is not taken is not walked.

mod support;

use support::Place;

/// A choice between two of two steps each.
const SEVERAL: &str = "# T\n\n## Fix\n\n### If it is a pod\n\nStop it:\n\n```sh\necho a1 >> log\n```\n\nStart it:\n\n```sh\necho a2 >> log\n```\n\n### If it is a host\n\nStop it:\n\n```sh\necho b1 >> log\n```\n\nStart it:\n\n```sh\necho b2 >> log\n```\n\n### Then\n\n```sh\necho end >> log\n```\n";

#[test]
fn an_alternative_with_several_steps_is_taken_or_left_as_a_whole() {
    for (keys, expected) in
        [("\n2\n\n\n\n\n", "b1 b2 end"), ("\n1\n\n\n\n\n", "a1 a2 end"), ("\ns\n\n\n", "end")]
    {
        let place = Place::new();
        place.file("a.md", SEVERAL);
        let ended = place.midwatch_with(&["run", "a.md", "--plain"], keys);
        assert_eq!(ended.code, 0, "{ended:?}");
        assert!(ended.stdout.contains("If it is a host"), "{ended:?}");
        let log = std::fs::read_to_string(place.path().join("log")).expect("a log");
        assert_eq!(log.split_whitespace().collect::<Vec<_>>().join(" "), expected, "{ended:?}");
    }
    // Nobody there to pick.
    let place = Place::new();
    place.file("a.md", SEVERAL);
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 3);
}

const LAMP: &str = "# L\n\n## Look\n\n1. Look at the lamp.\n\n## Do one of these\n\n- If it is red: drain it\n- If it is green: replace it\n\n## End\n\n1. Tell them.\n";

/// A choice between two of one step each, the commands of which write into `log`.
const LOGGED: &str = "# L\n\n```sh\necho before >> log\n```\n\n## If it is red\n\n```sh\necho red >> log\n```\n\n\
## If it is green\n\n```sh\necho green >> log\n```\n\n## Then\n\n```sh\necho after >> log\n```\n";

fn statuses(place: &Place) -> Vec<String> {
    let shown = place.show();
    let steps = shown["steps"].as_array().expect("steps").clone();
    steps.iter().map(|step| step["status"].as_str().unwrap_or("open").to_owned()).collect()
}

#[test]
fn back_after_a_choice_leads_to_the_one_that_was_taken_and_then_to_the_question() {
    for (taken, other) in [("1", "2"), ("2", "1")] {
        let place = Place::new();
        place.file("a.md", LOGGED);
        // start, run, take, run; back: what was taken, back: the question, the same: keep it; pause
        let keys = format!("\n\n{taken}\n\nb\nb\n{taken}\nk\np\n");
        let ended = place.midwatch_with(&["run", "a.md", "--plain"], &keys);
        assert_eq!(ended.code, 3, "{ended:?}");
        assert!(ended.stdout.contains("this step was done before"), "{}", ended.stdout);
        assert!(!ended.stdout.contains("was not applicable before"), "{}", ended.stdout);
        assert_eq!(ended.stdout.matches("Which one is it?").count(), 2, "{}", ended.stdout);
        assert_eq!(statuses(&place).iter().filter(|status| *status == "done").count(), 2);

        // The other way round is one answer, and the record says what was done before.
        let place = Place::new();
        place.file("a.md", LOGGED);
        let keys = format!("\n\n{taken}\n\nb\nb\n{other}\n\n\n\n");
        let ended = place.midwatch_with(&["run", "a.md", "--plain"], &keys);
        assert_eq!(ended.code, 0, "{ended:?}");
        let mut expected = ["done", "done", "not_applicable", "done"];
        if other == "2" {
            expected.swap(1, 2);
        }
        assert_eq!(statuses(&place), expected, "{}", ended.stdout);
        let shown = place.midwatch(&["show", &place.last_run()]).stdout;
        assert!(shown.contains("it was done before"), "{shown}");
        assert_eq!(place.midwatch(&["verify"]).code, 0);
    }
}

#[test]
fn going_to_an_alternative_that_was_not_taken_asks_which_it_is() {
    let place = Place::new();
    place.file("a.md", LOGGED);
    // start, run, take the second, run; go to the first: asked again; nothing else, back, pause
    let ended = place.midwatch_with(&["run", "a.md", "--plain"], "\n\n2\n\ng\n2\np\n");
    assert_eq!(ended.code, 3, "{ended:?}");
    assert_eq!(ended.stdout.matches("Which one is it?").count(), 2, "{}", ended.stdout);
    // Who goes on is asked the same, and can be done with it.
    let run = place.last_run();
    let ended = place.midwatch_with(&["resume", &run, "--plain"], "f\nsolved\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(ended.stdout.matches("Which one is it?").count(), 1, "{}", ended.stdout);
    let log = std::fs::read_to_string(place.path().join("log")).expect("a log");
    assert_eq!(log, "before\ngreen\n");
}

#[test]
fn all_steps_of_another_alternative_are_open_again() {
    let place = Place::new();
    place.file("a.md", SEVERAL);
    // start; the second; its first step; back, back: the question; the first, to the end
    let ended = place.midwatch_with(&["run", "a.md", "--plain"], "\n2\n\nb\nb\n1\n\n\n\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    let log = std::fs::read_to_string(place.path().join("log")).expect("a log");
    assert_eq!(log, "b1\na1\na2\nend\n", "{}", ended.stdout);
}

#[test]
fn a_choice_has_a_step_before_it() {
    let place = Place::new();
    place.file("a.md", LAMP);
    // start; done; at the question back, and forward again; the second; in it back: the question;
    // the first instead; after it back: that one, kept
    let ended = place.midwatch_with(&["run", "a.md", "--plain"], "\nd\nb\nk\n2\nb\n1\nd\nb\nk\nd\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(!ended.stdout.contains("this is the first step"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("was not applicable before"), "{}", ended.stdout);
    assert_eq!(ended.stdout.matches("Which one is it?").count(), 3, "{}", ended.stdout);
    assert_eq!(statuses(&place), ["done", "done", "not_applicable", "done"], "{}", ended.stdout);
    let shown = place.midwatch(&["show", &place.last_run()]).stdout;
    assert!(shown.contains("back to the choice"), "{shown}");
}

#[test]
fn a_tab_with_several_steps_is_taken_or_left_as_a_whole() {
    let tabs = "# T\n\n<Tabs>\n\n<TabItem value=\"a\">\n\n1. Begin:\n\n   ```sh\n   echo a1 >> log\n   ```\n\n2. Go on:\n\n   ```sh\n   echo a2 >> log\n   ```\n\n</TabItem>\n\n<TabItem value=\"b\">\n\n1. Begin:\n\n   ```sh\n   echo b1 >> log\n   ```\n\n2. Go on:\n\n   ```sh\n   echo b2 >> log\n   ```\n\n</TabItem>\n\n</Tabs>\n\nThen:\n\n```sh\necho end >> log\n```\n";
    for (keys, expected) in [("\n2\n\n\n\n\n", "b1 b2 end"), ("\n1\n\n\n\n\n", "a1 a2 end")] {
        let place = Place::new();
        place.file("a.md", tabs);
        let ended = place.midwatch_with(&["run", "a.md", "--plain"], keys);
        assert_eq!(ended.code, 0, "{ended:?}");
        let log = std::fs::read_to_string(place.path().join("log")).expect("a log");
        assert_eq!(log.split_whitespace().collect::<Vec<_>>().join(" "), expected, "{ended:?}");
    }
}
