//! What a run needs before it begins: a policy that is kept, and commands that are known.

mod support;

use std::process::Command;

use support::Place;

const TEXT: &str = "# T\n\nProse.\n\n```sh id=go\necho one\n```\n";

fn git(place: &Place, args: &[&str]) {
    let who = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
    let done = Command::new("git").arg("-C").arg(place.path()).args(who).args(args).output().expect("git");
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn commands_that_changed_since_are_shown_before_the_first_step() {
    let place = Place::new();
    place.file("a.md", TEXT);
    assert!(!place.midwatch(&["run", "a.md", "--yes"]).stdout.contains("Its commands now"));
    place.file("a.md", TEXT.replace("Prose", "Other prose"));
    assert!(!place.midwatch(&["run", "a.md", "--yes"]).stdout.contains("Its commands now"));
    place.file("a.md", TEXT.replace("echo one", "echo \u{1b}]0;x\u{7}two"));
    let ended = place.midwatch_with(&["run", "a.md", "--plain"], "q\n");
    assert!(ended.stdout.contains("-     echo one") && !ended.stdout.contains('\u{1b}'), "{ended:?}");
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    let (shown, step) = (ended.stdout.find("Its commands now"), ended.stdout.find("Step 1/1"));
    assert!(shown.is_some() && shown < step, "{ended:?}");
    assert!(place.kinds().contains(&"warned".to_owned()));
}

#[test]
fn an_uncommitted_runbook_is_a_warning_or_refused() {
    let place = Place::new();
    place.file("a.md", TEXT);
    place.file(".gitignore", "state\n");
    git(&place, &["init", "-q"]);
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    assert!(ended.code == 0 && place.kinds().contains(&"warned".to_owned()), "{ended:?}");
    place.file("midwatch.toml", "[policy]\nrequire_committed = true\n\n[lint]\nother = 1\n");
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    assert!(ended.code == 2 && ended.stderr.contains("midwatch.toml requires it"), "{ended:?}");
    assert_eq!(place.runs().len(), 1);
    git(&place, &["add", "."]);
    git(&place, &["commit", "-qm", "t"]);
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    assert!(ended.code == 0 && !place.kinds().contains(&"warned".to_owned()), "{ended:?}");
}

#[test]
fn a_ticket_is_asked_for_where_the_policy_says_so() {
    let place = Place::new();
    place.file("docs/a.md", TEXT);
    place.file("midwatch.toml", "[policy]\nrequire_ticket = true\n");
    let ended = place.midwatch(&["run", "docs/a.md", "--yes"]);
    assert!(ended.code == 2 && ended.stderr.contains("--ticket ID"), "{ended:?}");
    assert_eq!(place.midwatch(&["run", "docs/a.md", "--yes", "--drill"]).code, 0);
    assert_eq!(place.midwatch(&["run", "docs/a.md", "--yes", "--ticket", "INC-1"]).code, 0);
    place.file("midwatch.toml", "[policy\n");
    let ended = place.midwatch(&["run", "docs/a.md", "--yes", "--ticket", "INC-1"]);
    assert!(ended.code == 2 && ended.stderr.contains("midwatch.toml"), "{ended:?}");
}

#[test]
fn a_rule_with_a_slip_of_the_pen_in_its_name_is_not_passed_over() {
    let place = Place::new();
    place.file("a.md", TEXT);
    for (text, near) in [
        ("[policy]\nrequire_tickt = true\n", "midwatch.toml:2:1"),
        ("[polcy]\nrequire_ticket = true\n", "did you mean `policy`?"),
        ("[state]\ngrup = 'ops'\n", "did you mean `group`?"),
        ("[ship]\ncomand = 'cat'\n", "did you mean `command`?"),
    ] {
        place.file("midwatch.toml", text);
        let ended = place.midwatch(&["run", "a.md", "--yes"]);
        assert!(ended.code == 2 && ended.stderr.contains(near), "{text}: {ended:?}");
    }
    // What the linter does not know keeps nobody from running.
    place.file("midwatch.toml", "[lint]\nexclud = ['old/']\n");
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
}

#[test]
fn a_sealed_run_is_shipped_until_it_is_acknowledged() {
    let place = Place::new();
    place.file("a.md", TEXT);
    let here = place.path().display();
    // The first try is refused after it was taken.
    let command =
        format!("cat > {here}/shipped.tar; echo x >> {here}/tries; test $(wc -l < {here}/tries) -ge 2");
    place.file("midwatch.toml", format!("[ship]\ncommand = '{command}'\n"));
    let began = std::time::Instant::now();
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    let run = place.last_run();
    let note = place.state().join("ship").join(&run);
    while note.exists() {
        assert!(began.elapsed() < std::time::Duration::from_secs(30), "it is not shipped");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(std::fs::read_to_string(place.path().join("tries")).expect("tries"), "x\nx\n");
    let listed = Command::new("tar").arg("-tf").arg(place.path().join("shipped.tar")).output().expect("tar");
    let listed = String::from_utf8(listed.stdout).expect("names");
    assert!(
        listed.contains("journal.jsonl") && listed.contains("runbook.md") && listed.contains(&run),
        "{listed}"
    );
}

/// Waits until what is to be shipped is `expected` runs.
fn left(place: &Place, expected: usize) {
    let began = std::time::Instant::now();
    loop {
        let left = std::fs::read_dir(place.state().join("ship")).map_or(0, Iterator::count);
        if left == expected {
            return;
        }
        assert!(began.elapsed() < std::time::Duration::from_secs(30), "{left} are still to be shipped");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn a_command_that_takes_its_time_is_in_nobodys_way() {
    let place = Place::new();
    place.file("a.md", TEXT);
    let here = place.path().display();
    let command = format!("cat > {here}/shipped.tar; until test -e {here}/let-go; do sleep 0.05; done");
    place.file("midwatch.toml", format!("[ship]\ncommand = '{command}'\n"));
    // Its pipes are closed and it has ended, although nobody has acknowledged anything.
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    left(&place, 2);
    let verified = place.midwatch(&["verify"]);
    assert!(verified.code == 0 && verified.stderr.contains("2 of the runs that are over"), "{verified:?}");
    place.file("let-go", "");
    left(&place, 0);
    assert!(place.midwatch(&["verify"]).stderr.is_empty());
}

#[test]
fn one_that_hangs_is_ended_in_time_and_tried_again() {
    let place = Place::new();
    place.file("a.md", TEXT);
    let here = place.path().display();
    let command = format!(
        "cat > {here}/shipped.tar; echo x >> {here}/tries; test $(wc -l < {here}/tries) -ge 2 || sleep 600"
    );
    place.file("midwatch.toml", format!("[ship]\ncommand = '{command}'\ndeadline = \"1s\"\n"));
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    left(&place, 0);
    assert_eq!(std::fs::read_to_string(place.path().join("tries")).expect("tries"), "x\nx\n");
    place.file("midwatch.toml", "[ship]\ncommand = 'cat'\ndeadline = \"soon\"\n");
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    assert!(ended.code == 2 && ended.stderr.contains("`deadline` of [ship]"), "{ended:?}");
}

#[test]
fn what_a_killed_shipper_left_is_shipped_by_the_next_run() {
    let place = Place::new();
    place.file("a.md", TEXT);
    let here = place.path().display();
    // Its parent is the shipper.
    let command = format!("cat > /dev/null; echo $PPID > {here}/shipper; test -e {here}/let-go || sleep 20");
    place.file("midwatch.toml", format!("[ship]\ncommand = '{command}'\n"));
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    let began = std::time::Instant::now();
    let shipper = loop {
        let pid = std::fs::read_to_string(place.path().join("shipper")).unwrap_or_default();
        if let Ok(pid) = pid.trim().parse() {
            break rustix::process::Pid::from_raw(pid).expect("a process");
        }
        assert!(began.elapsed() < std::time::Duration::from_secs(30), "it does not begin");
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    rustix::process::kill_process(shipper, rustix::process::Signal::KILL).expect("killed");
    left(&place, 1);
    place.file("let-go", "");
    // A run that ships nothing itself: its policy says nothing of it.
    place.file("midwatch.toml", "");
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    left(&place, 0);
}

#[test]
fn what_is_recorded_runs_whatever_happens_to_the_file() {
    let place = Place::new();
    place.file(
        "other.md",
        "# T\n\n1. One\n\n   ```sh\n   true\n   ```\n\n2. Two\n\n   ```sh\n   echo swapped >> log\n   ```\n",
    );
    place.file("a.md", "# T\n\n1. One\n\n   ```sh\n   cp other.md a.md\n   ```\n\n2. Two\n\n   ```sh\n   echo recorded >> log\n   ```\n");
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    assert_eq!(std::fs::read_to_string(place.path().join("log")).expect("log"), "recorded\n");
    assert_eq!(place.midwatch(&["verify"]).code, 0);
}

#[test]
fn the_first_event_says_who_what_and_where() {
    let place = Place::new();
    place.file("a.md", "---\nparams:\n  to: { about: T, default: db1 }\n  token: { about: T, secret: true, env: API_TOKEN }\n---\n# T\n\n```sh\necho \"$to $token\"\n```\n");
    place.file(".gitignore", "state\n");
    git(&place, &["init", "-q"]);
    git(&place, &["add", "."]);
    git(&place, &["commit", "-qm", "t"]);
    let mut command = place.command();
    command
        .args(["run", "a.md", "--yes", "--drill", "--ticket", "INC-7", "--tag", "night", "--set", "to=db2"]);
    command
        .env("API_TOKEN", "t0psecret")
        .env("SUDO_USER", "ana")
        .env("SSH_CONNECTION", "10.0.0.1 2 10.0.0.2 22");
    let ended = support::Ended::from(command.output().expect("starts"));
    assert_eq!(ended.code, 0, "{ended:?}");
    let events = place.events();
    let first = &events[0];
    let text = std::fs::read(place.path().join("a.md")).expect("text");
    let runbook = &first["runbook"];
    assert_eq!(
        (&first["event"], &first["seq"], &first["run"]),
        (&"opened".into(), &1.into(), &place.last_run().into())
    );
    assert_eq!(runbook["sha256"], midwatch::source::sha256(&text));
    assert_eq!((&runbook["path"], &runbook["dirty"]), (&"a.md".into(), &false.into()));
    assert!(runbook["file"].as_str().is_some_and(|file| file.starts_with('/') && file.ends_with("/a.md")));
    assert_eq!(runbook["commit"].as_str().map(str::len), Some(40));
    let operator = &first["operator"];
    assert_eq!((&operator["sudo_user"], &operator["ssh"]), (&"ana".into(), &"10.0.0.1 2 10.0.0.2 22".into()));
    assert!(operator["user"].is_string() && operator["host"].is_string() && operator["boot"].is_string());
    assert!(operator["pid"].as_u64() > Some(1) && first["version"].is_string());
    assert_eq!((&first["ticket"], &first["tags"]), (&"INC-7".into(), &serde_json::json!(["night"])));
    assert_eq!((&first["mode"], &first["unattended"]), (&"drill".into(), &true.into()));
    assert_eq!(
        (&first["params"], &first["secrets"]),
        (&serde_json::json!({ "to": "db2" }), &serde_json::json!(["token"]))
    );
    let at = first["at"].as_str().expect("a time");
    assert!(at.ends_with('Z') && first["mono_ms"].is_u64(), "{first}");
    // The folder's git status is read, and nothing of the secret is anywhere in the record.
    let found = Command::new("grep").args(["-r", "t0psecret"]).arg(place.state()).output().expect("grep");
    assert!(found.stdout.is_empty(), "{found:?}");
}
