//! Values that a placeholder's name calls a secret: in no plan, no record, no later run.

mod support;

use support::Place;

const VALUE: &str = "hunter2-and-more";

/// All of the record, by file.
fn files(place: &Place) -> Vec<(std::path::PathBuf, String)> {
    let (mut open, mut files) =
        (Vec::from_iter(Some(place.state()).filter(|state| state.exists())), Vec::new());
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).expect("a folder").flatten().map(|entry| entry.path()));
        } else {
            let text = String::from_utf8_lossy(&std::fs::read(&path).expect("a file")).into_owned();
            files.push((path, text));
        }
    }
    files
}

/// Neither the state folder nor what was said holds it.
fn is_nowhere(place: &Place, said: &support::Ended) {
    assert!(!said.stdout.contains("hunter2") && !said.stderr.contains("hunter2"), "{said:?}");
    for (path, text) in files(place) {
        assert!(!text.contains("hunter2"), "{}: {text}", path.display());
    }
}

#[test]
fn a_dry_run_says_that_it_was_given_and_not_what_it_is() {
    for (text, name) in [
        ("# A\n\n```sh\nprintf %s <user-name> <password> > got\n```\n", "password"),
        (
            "---\nparams:\n  token: { secret: true }\n---\n# A\n\n```sh\nprintf %s <user-name> {{ token }} \"$token\"\n```\n",
            "token",
        ),
    ] {
        let place = Place::new();
        place.file("a.md", text);
        place.file("value", VALUE);
        let given = format!("{name}=value");
        let args = ["run", "a.md", "--dry-run", "--set", "user_name=ana", "--set-file", &given];
        let ended = place.midwatch(&args);
        assert_eq!(ended.code, 0, "{ended:?}");
        assert!(ended.stdout.contains("printf %s ana "), "what is no secret is filled in: {ended:?}");
        assert!(!ended.stdout.contains("would be asked for"), "{ended:?}");
        assert!(ended.stdout.contains("given, secret"), "{ended:?}");
        is_nowhere(&place, &ended);
    }
}

#[test]
fn the_end_of_a_name_says_whether_it_is_one() {
    for (text, key, secret) in [
        ("<db-password>", "db_password", true),
        ("YOUR_API_TOKEN", "your_api_token", true),
        ("<secret-name>", "secret_name", false),
        ("<token-file>", "token_file", false),
        ("<crossing-token>", "crossing_token", true),
        ("<mypassword>", "mypassword", false),
    ] {
        let place = Place::new();
        place.file("a.md", format!("# A\n\n```sh\nprintf %s {text} > got\n```\n"));
        let ended = place.midwatch(&["run", "a.md", "--yes", "--set", &format!("{key}=x")]);
        assert_eq!(ended.code, if secret { 2 } else { 0 }, "{text}: {ended:?}");
        assert_eq!(place.path().join("got").exists(), !secret, "{text}");
        assert_eq!(ended.stderr.contains("is secret by its name"), secret, "{text}: {ended:?}");
    }
}

const LATER: &str = "# A\n\n1. Call them.\n\n2. Log in\n\n   ```sh\n   printf %s <password> > got\n   ```\n";

#[test]
fn a_run_that_goes_on_asks_for_it_again() {
    let place = Place::new();
    place.file("a.md", LATER);
    place.file("value", VALUE);
    assert_eq!(place.midwatch(&["run", "a.md", "--yes", "--set-file", "password=value"]).code, 3);
    let run = place.last_run();
    assert_eq!(place.events()[0]["secrets"], serde_json::json!(["password"]), "by its name");
    assert_eq!(place.events()[0]["params"], serde_json::json!({}));
    assert_eq!(place.midwatch_with(&["resume", &run, "--plain"], "d\n").code, 3);
    let asked = place.midwatch(&["resume", &run, "--yes"]);
    assert_eq!(asked.code, 3, "{asked:?}");
    assert!(asked.stdout.contains("needs a value for <password>; give it with --set-file"), "{asked:?}");
    let ended = place.midwatch(&["resume", &run, "--yes", "--set-file", "password=value"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(std::fs::read_to_string(place.path().join("got")).expect("it ran"), VALUE);
    is_nowhere(&place, &ended);
    is_nowhere(&place, &place.midwatch(&["report", &run, "--format", "md"]));
}

#[test]
fn who_types_it_into_a_note_leaves_no_trace_either() {
    // Asked for at the keys, given in a file, given again to a run that goes on.
    let place = Place::new();
    place.file("a.md", "# A\n\n```sh\nprintf %s <password> > got\n```\n");
    let ended =
        place.midwatch_with(&["run", "a.md", "--plain"], &format!("\n\n{VALUE}\nn\nit is {VALUE}!\n\n\n"));
    assert_eq!(ended.code, 0, "{ended:?}");
    let noted = |place: &Place| place.events().iter().any(|event| event["text"] == "it is [secret]!");
    assert!(noted(&place), "{:?}", place.events());
    is_nowhere(&place, &place.midwatch(&["show", &place.last_run()]));

    let place = Place::new();
    place.file("a.md", LATER);
    place.file("value", VALUE);
    let keys = format!("\nn\nit is {VALUE}!\np\n");
    let paused = place.midwatch_with(&["run", "a.md", "--plain", "--set-file", "password=value"], &keys);
    assert_eq!(paused.code, 3, "{paused:?}");
    assert!(noted(&place), "{:?}", place.events());
    let run = place.last_run();
    let keys = format!("n\nonce more {VALUE}\nd\n\n\n");
    let ended = place.midwatch_with(&["resume", &run, "--plain", "--set-file", "password=value"], &keys);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(place.events().iter().any(|event| event["text"] == "once more [secret]"), "{:?}", place.events());
    is_nowhere(&place, &place.midwatch(&["show", &run]));
}

#[test]
fn output_that_ends_as_a_secret_begins_is_all_there() {
    let place = Place::new();
    place.file("a.md", "# A\n\n```sh\n: <password>; printf 'they went hunt'\n```\n");
    place.file("value", VALUE);
    let ended = place.midwatch(&["run", "a.md", "--yes", "--set-file", "password=value"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stdout.contains("they went hunt"), "{ended:?}");
    let kept = place.midwatch(&["output", &place.last_run(), "1"]);
    assert!(kept.stdout.contains("they went hunt"), "{kept:?}");
}
