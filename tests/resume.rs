//! `resume`: where it stopped, with what it had, and never twice.

mod support;

use std::time::{Duration, Instant};

use support::Place;

/// Runs until `mark` exists, then kills midwatch alone.
fn kill_when(place: &Place, args: &[&str], mark: &str) {
    let mut child = place.command().args(args).stdout(std::process::Stdio::null()).spawn().expect("starts");
    let began = Instant::now();
    while !place.path().join(mark).exists() {
        assert!(began.elapsed() < Duration::from_secs(30), "no {mark}");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
}

const SLOW: &str = "# Slow\n\n1. First\n\n   ```sh\n   where=here; cd sub\n   ```\n\n2. Second\n\n   ```sh id=slow\n   touch \"$OUT/begun\"\n   while [ ! -e \"$OUT/go\" ]; do sleep 0.05; done\n   echo \"$where $PWD\" >> \"$OUT/log\"\n   ```\n\n   ```sh check\n   test -s \"$OUT/log\"\n   ```\n\n3. Third\n\n   ```sh\n   echo third >> \"$OUT/log\"\n   ```\n";

fn slow(place: &Place) -> String {
    std::fs::create_dir(place.path().join("sub")).expect("sub");
    let out = place.path().display().to_string();
    place.file("a.md", format!("---\nenv: {{ OUT: '{out}' }}\n---\n{SLOW}"));
    kill_when(place, &["run", "a.md", "--yes"], "begun");
    place.last_run()
}

#[test]
fn a_command_that_still_runs_is_found_and_not_run_again() {
    let place = Place::new();
    let run = slow(&place);
    let ended = place.midwatch(&["resume", &run, "--yes"]);
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stdout.contains("still runs:"), "{ended:?}");
    assert!(ended.stdout.contains("nobody saw it end"), "{ended:?}");
    // It ends by itself; the check says that it did, and the operator that this is enough.
    place.file("go", "");
    let ended = place.midwatch_with(&["resume", &run, "--plain"], "k\ny\np\n");
    assert!(ended.stdout.contains("IN DOUBT: the command of step 2"), "{ended:?}");
    // Once somebody said what became of it, it is in doubt no more.
    let ended = place.midwatch(&["resume", &run, "--yes"]);
    assert!(!ended.stdout.contains("is in doubt"), "{ended:?}");
    assert_eq!(ended.code, 0, "{ended:?}");
    let folder = place.path().join("sub").display().to_string();
    let log = std::fs::read_to_string(place.path().join("log")).expect("log");
    assert_eq!(log, format!("here {folder}\nthird\n"));
    let kinds = place.kinds();
    assert_eq!(kinds.iter().filter(|kind| *kind == "waited").count(), 1, "{kinds:?}");
    assert_eq!(place.midwatch(&["verify"]).code, 0);
}

#[test]
fn an_idempotent_command_runs_again_but_not_beside_itself() {
    let place = Place::new();
    let out = place.path().display().to_string();
    place.file("a.md", format!("---\nenv: {{ OUT: '{out}' }}\n---\n# I\n\n```sh idempotent\ntouch \"$OUT/begun\"; echo x >> \"$OUT/log\"\nwhile [ ! -e \"$OUT/go\" ]; do sleep 0.05; done\n```\n"));
    kill_when(&place, &["run", "a.md", "--yes"], "begun");
    let run = place.last_run();
    assert_eq!(place.midwatch(&["resume", &run, "--yes"]).code, 3);
    place.file("go", "");
    let began = Instant::now();
    while place.midwatch(&["resume", &run, "--yes"]).code == 3 {
        assert!(began.elapsed() < Duration::from_secs(30));
    }
    assert_eq!(std::fs::read_to_string(place.path().join("log")).expect("log"), "x\nx\n");
}

#[test]
fn the_recorded_text_goes_on_and_what_changed_is_shown() {
    let place = Place::new();
    let text = "# C\n\n1. Call them.\n\n2. Then\n\n   ```sh\n   echo recorded\n   ```\n";
    place.file("a.md", text);
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 3);
    place.file("a.md", text.replace("recorded", "\u{1b}[2Jchanged"));
    let run = place.last_run();
    let ended = place.midwatch_with(&["resume", &run, "--plain"], "d\n\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stdout.contains("has changed since"), "{ended:?}");
    assert!(ended.stdout.contains("-    echo recorded") && !ended.stdout.contains('\u{1b}'), "{ended:?}");
    assert!(ended.stdout.contains("\nrecorded\n"), "{ended:?}");
}

#[test]
fn two_resumers_one_wins_and_the_other_is_told_who() {
    let place = Place::new();
    place.file("a.md", "# W\n\n1. Call them.\n\n2. Then\n\n   ```sh\n   touch begun; sleep 2\n   ```\n");
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 3);
    let run = place.last_run();
    place.midwatch_with(&["resume", &run, "--plain"], "d\np\n");
    let mut first = place
        .command()
        .args(["resume", &run, "--yes"])
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("starts");
    while !place.path().join("begun").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let second = place.midwatch(&["resume", &run, "--yes"]);
    assert_eq!(second.code, 2, "{second:?}");
    assert!(
        second.stderr.contains("is open already") && second.stderr.contains(&first.id().to_string()),
        "{second:?}"
    );
    assert_eq!(first.wait().expect("ends").code(), Some(0));
    let over = place.midwatch(&["resume", &run, "--yes"]);
    assert!(over.code == 2 && over.stderr.contains("is sealed"), "{over:?}");
}

#[test]
fn a_variable_that_held_a_secret_is_asked_for_again() {
    let place = Place::new();
    place.file("a.md", "---\nparams:\n  token: { about: T, secret: true }\n---\n# S\n\n1. Set\n\n   ```sh\n   url=\"https://u:$token@h\"\n   ```\n\n2. Call them.\n\n3. Use\n\n   ```sh\n   printf '%s' \"$url\" > out\n   ```\n");
    place.file("t", "s3cr3t-value\n");
    assert_eq!(place.midwatch(&["run", "a.md", "--yes", "--set-file", "token=t"]).code, 3);
    let run = place.last_run();
    let ended =
        place.midwatch_with(&["resume", &run, "--plain", "--set-file", "token=t"], "\nhttps://x\nd\np\n");
    assert!(ended.stdout.contains("$url needs a value"), "{ended:?}");
    let ended = place.midwatch(&["resume", &run, "--yes", "--set-file", "token=t"]);
    assert!(ended.code == 3 && ended.stdout.contains("--set-file url="), "{ended:?}");
    place.file("u", "https://y\n");
    let ended = place.midwatch(&["resume", &run, "--yes", "--set-file", "token=t", "--set-file", "url=u"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(std::fs::read_to_string(place.path().join("out")).expect("out"), "https://y");
    let journal = std::fs::read_to_string(place.runs()[0].join("journal.jsonl")).expect("journal");
    assert!(
        !journal.contains("s3cr3t-value") && !journal.contains("https://x") && !journal.contains("https://y"),
        "{journal}"
    );
}

#[test]
fn of_many_who_resume_at_once_exactly_one_goes_on() {
    let place = Place::new();
    place.file("a.md", "# M\n\n```sh id=go danger=YES\necho x >> log; sleep 0.2\n```\n");
    for round in 1..=5 {
        assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 3);
        let run = place.last_run();
        let start = || {
            let mut command = place.command();
            command.args(["resume", &run, "--yes", "--confirm", "go=YES"]);
            command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::piped()).spawn()
        };
        let racers: Vec<_> = (0..8).map(|_| start().expect("starts")).collect();
        let mut won = 0;
        for racer in racers {
            let ended: support::Ended = racer.wait_with_output().expect("ends").into();
            let told = ["is open already", "is sealed"].iter().any(|why| ended.stderr.contains(why));
            won += usize::from(ended.code == 0);
            assert!(ended.code == 0 || (ended.code == 2 && told), "{ended:?}");
        }
        assert_eq!(won, 1, "round {round}");
        let log = std::fs::read_to_string(place.path().join("log")).expect("log");
        assert_eq!(log.lines().count(), round);
        assert_eq!(place.midwatch(&["verify"]).code, 0);
    }
}

/// On a shared home the lock of another host may not be seen here, and its processes never are.
#[test]
fn another_hosts_run_is_never_called_dead_and_only_taken_over_on_demand() {
    let place = Place::new();
    place.file("a.md", "# H\n\n```sh idempotent\ntouch begun; echo x >> log; sleep 1\n```\n");
    let midwatch = place.command().get_program().to_string_lossy().into_owned();
    let mut there = std::process::Command::new("unshare");
    let script = "hostname host-over-there && exec \"$0\" run a.md --yes";
    there.args(["--uts", "sh", "-c", script, &midwatch]).current_dir(place.path()).env_clear();
    for (name, value) in place.command().get_envs() {
        there.env(name, value.unwrap_or_default());
    }
    let mut child = there.stdout(std::process::Stdio::null()).spawn().expect("starts");
    let began = Instant::now();
    while !place.path().join("begun").exists() {
        if child.try_wait().expect("a child").is_some() {
            println!("left out: another host's run (no other host name can be had here)");
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "it does not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
    let run = place.last_run();
    assert_eq!(place.show()["status"], "open");
    let ended = place.midwatch(&["resume", &run, "--yes"]);
    assert!(ended.code == 2 && ended.stderr.contains("is open on host-over-there"), "{ended:?}");
    assert!(ended.stderr.contains("--take-over"), "{ended:?}");
    // Idempotent or not: whether it still runs there cannot be seen from here.
    let ended = place.midwatch(&["resume", &run, "--yes", "--take-over"]);
    let warned = place.events().into_iter().find(|event| event["event"] == "warned").expect("a warning");
    let what = warned["what"].as_str().expect("a text").to_owned();
    assert!(ended.code == 3 && what.contains("it ran on host-over-there: look there"), "{what}: {ended:?}");
    assert!(ended.stdout.contains("Handed over from"), "{ended:?}");
    assert_eq!(std::fs::read_to_string(place.path().join("log")).expect("log"), "x\n");
}

#[test]
fn a_check_that_passed_before_the_pause_is_sampled_again() {
    let place = Place::new();
    let text = "# C\n\n1. Both\n\n   ```sh check id=ready every=100ms\n   echo x >> seen; test -e ready\n   ```\n\n   ```sh id=go danger=YES\n   echo gone >> log\n   ```\n";
    place.file("a.md", text);
    place.file("ready", "");
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 3);
    let run = place.last_run();
    std::fs::remove_file(place.path().join("ready")).expect("gone");
    // It is not ready any more: the command does not run on what was true then.
    let waiting = place.path().join("seen");
    let mut child = place
        .command()
        .args(["resume", &run, "--yes", "--confirm", "go=YES"])
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("starts");
    let began = Instant::now();
    while std::fs::read_to_string(&waiting).expect("seen").lines().count() < 4 {
        assert!(began.elapsed() < Duration::from_secs(30), "it is not sampled");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(!place.path().join("log").exists());
    place.file("ready", "");
    assert_eq!(child.wait().expect("ends").code(), Some(0));
    assert!(place.path().join("log").exists());
}

#[test]
fn a_record_cut_short_by_a_crash_is_gone_on_with_and_what_was_cut_is_kept() {
    let place = Place::new();
    place.file("a.md", "# T\n\n1. One\n\n   ```sh\n   echo one >> log\n   ```\n\n2. Two\n\n   ```sh idempotent\n   touch begun; sleep 5\n   ```\n\n3. Three\n\n   ```sh\n   echo three >> log\n   ```\n");
    kill_when(&place, &["run", "a.md", "--yes"], "begun");
    let journal = place.runs()[0].join("journal.jsonl");
    let whole = std::fs::read(&journal).expect("a journal");
    std::fs::write(&journal, [&whole[..], b"{\"seq\":6,\"at\":\"2026-"].concat()).expect("cut short");
    let run = place.last_run();
    let verified = place.midwatch(&["verify", &run]);
    assert!(verified.code == 0 && verified.stdout.contains("torn"), "{verified:?}");
    // What still runs of the second step is waited for, so that it does not run beside itself.
    let began = Instant::now();
    let ended = loop {
        let ended = place.midwatch(&["resume", &run, "--yes"]);
        if ended.code != 3 {
            break ended;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{ended:?}");
        std::thread::sleep(Duration::from_millis(200));
    };
    assert_eq!(ended.code, 0, "{ended:?}");
    let said = format!("{:?}", place.events());
    assert!(
        said.contains("a crash left 20 bytes of an unfinished record; they are kept in journal.torn-1"),
        "{said}"
    );
    assert_eq!(std::fs::read(place.runs()[0].join("journal.torn-1")).expect("kept").len(), 20);
    assert_eq!(std::fs::read_to_string(place.path().join("log")).expect("log"), "one\nthree\n");
    assert_eq!(place.midwatch(&["verify"]).code, 0);
}
