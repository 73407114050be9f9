//! Following a run from another terminal.

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use support::Place;

const RUNBOOK: &str = "# Two steps\n\n```sh id=slow\necho begun; for i in $(seq 400); do [ -e go ] && break; sleep 0.05; done; printf 'went \\033]0;owned\\007on\\n'\n```\n\n\
```sh check id=lag until=\"lag == 0\" every=50ms timeout=1m\nn=$(cat n 2>/dev/null || echo 3); echo $((n - 1)) > n; echo \"lag=$n\"\n```\n";

/// A run that goes on beside the test, and ends with it.
struct Beside(Child);

impl Beside {
    /// Starts a run and waits until its record tells of an event of this kind.
    fn run(place: &Place, file: &str, kind: &str) -> Self {
        let mut command = place.command();
        command.args(["run", file, "--yes"]).stdout(Stdio::null()).stderr(Stdio::null());
        let beside = Beside(command.spawn().unwrap());
        let recorded = || {
            let journal = place.runs().pop().map(|run| run.join("journal.jsonl"));
            let text = journal.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
            text.contains(&format!("\"event\":\"{kind}\""))
        };
        for _ in 0..1000 {
            if recorded() {
                return beside;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        panic!("{kind} is not recorded");
    }

    fn succeeds(&mut self) -> bool {
        self.0.wait().unwrap().success()
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn what_a_command_prints_is_seen_while_it_runs() {
    let place = Place::new();
    place.file("two.md", RUNBOOK);
    let mut runs = Beside::run(&place, "two.md", "intent");
    let run = place.last_run();
    let mut command = place.command();
    command.args(["follow", &run]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut follows = Beside(command.spawn().unwrap());
    let mut lines = BufReader::new(follows.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    // The command goes on only after its first line was seen here.
    let before: Vec<String> = lines.by_ref().take_while(|line| line != "begun").collect();
    assert!(before.iter().any(|line| line.starts_with("Step 1/1")), "{before:?}");
    place.file("go", "");
    let after: Vec<String> = lines.collect();
    assert!(follows.succeeds(), "it ends with the run");
    assert!(runs.succeeds());
    assert!(after.contains(&"went on".to_owned()), "{after:?}");
    let all = after.join("\n");
    for part in
        ["step 1, 1 of 2, exit 0", "until lag == 0", "sample  3  waiting", "passed  step 1", "COMPLETE"]
    {
        assert!(all.contains(part), "{part} is not in\n{all}");
    }
    assert!(!all.contains('\u{1b}') && !all.contains('\u{7}'));
}

#[test]
fn a_finished_run_is_shown_to_its_end() {
    let place = Place::new();
    place.file("one.md", "```sh\necho hello\n```\n");
    assert_eq!(place.midwatch(&["run", "one.md", "--yes"]).code, 0);
    let seen = place.midwatch(&["follow", &place.last_run()]);
    assert_eq!(seen.code, 0, "{seen:?}");
    assert!(seen.stdout.contains("\nhello\n") && seen.stdout.contains("COMPLETE"), "{}", seen.stdout);
}

#[test]
fn a_wait_is_one_line_that_is_redrawn_on_a_terminal() {
    let place = Place::new();
    place.file("wait.md", "```sh check id=lag until=\"lag == 0\" every=100ms timeout=1m\n[ -e go ] && echo lag=0 || echo lag=7\n```\n");
    let mut runs = Beside::run(&place, "wait.md", "sample");
    let mut screen = place.terminal(80, 24, &["follow", &place.last_run()]);
    screen.wait_for("7 → lag == 0");
    let drawn = screen.screen();
    assert_eq!(drawn.matches("7 → lag == 0").count(), 1, "{drawn}");
    place.file("go", "");
    let end = screen.wait_for("COMPLETE");
    assert!(!end.contains("→"), "the line is taken down:\n{end}");
    assert_eq!(screen.end(), 0);
    assert!(runs.succeeds());
}

#[test]
fn a_look_is_left_by_a_key_that_the_run_does_not_notice() {
    let place = Place::new();
    // It goes on until it is told, however slow this machine is.
    place.file("two.md", RUNBOOK.replace("seq 400", "seq 4000"));
    let mut runs = Beside::run(&place, "two.md", "intent");
    // The one that goes on, unasked.
    let mut screen = place.terminal(80, 24, &["follow"]);
    screen.wait_for("q leaves");
    screen.wait_for("begun");
    // What is typed is nobody's, and is not shown in the middle of it.
    screen.send("xyzzy\r");
    std::thread::sleep(std::time::Duration::from_millis(2000));
    assert!(!screen.screen().contains("xyzzy"), "{}", screen.screen());
    screen.send("q");
    assert_eq!(screen.end(), 0, "{}", screen.screen());
    assert!(!screen.screen().contains("COMPLETE"), "the run ended first: {}", screen.screen());
    let settings = format!("{:?}", screen.master.get_termios().expect("settings"));
    assert!(settings.contains("ECHO") && settings.contains("ICANON"), "{settings}");
    for (key, codes) in [("\u{3}", &[0, 130][..]), ("q", &[0])] {
        let mut screen = place.terminal(80, 24, &["follow"]);
        screen.wait_for("begun");
        screen.send(key);
        assert!(codes.contains(&screen.end()), "{key:?}: {}", screen.screen());
        assert!(!screen.screen().contains("COMPLETE"), "the run ended first: {}", screen.screen());
        // Who changes their mind at once: Ctrl-C may end what has not begun to listen.
        let mut screen = place.terminal(80, 24, &["follow"]);
        screen.send(key);
        screen.end();
        assert!(!screen.screen().contains("COMPLETE"), "the run ended first: {}", screen.screen());
    }
    place.file("go", "");
    assert!(runs.succeeds());
}

#[test]
fn without_a_run_there_must_be_one_that_goes_on() {
    let place = Place::new();
    place.file("one.md", "```sh\necho hello\n```\n");
    assert_eq!(place.midwatch(&["run", "one.md", "--yes"]).code, 0);
    let none = place.midwatch(&["follow"]);
    assert!(none.code == 2 && none.stderr.contains("no run goes on now"), "{none:?}");
    let place = Place::new();
    place.file(
        "hang.md",
        "# Hang\n\n```sh\nfor i in $(seq 400); do [ -e go ] && break; sleep 0.05; done\n```\n",
    );
    let mut first = Beside::run(&place, "hang.md", "intent");
    let one = place.last_run();
    let mut second = place.command();
    second.args(["run", "hang.md", "--yes"]).stdout(Stdio::null()).stderr(Stdio::null());
    let mut second = Beside(second.spawn().unwrap());
    while place.runs().len() < 2 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    std::thread::sleep(std::time::Duration::from_millis(300));
    let two = place.midwatch(&["follow"]);
    place.file("go", "");
    assert!(two.code == 2 && two.stderr.contains("say which one"), "{two:?}");
    assert!(two.stderr.contains(&one[28..]) && two.stderr.contains("Hang"), "{two:?}");
    assert!(first.succeeds() && second.succeeds());
}

#[test]
fn a_run_whose_process_is_gone_says_so() {
    let place = Place::new();
    place.file(
        "hang.md",
        "```sh id=hang\nfor i in $(seq 400); do [ -e go ] && break; sleep 0.05; done\n```\n",
    );
    drop(Beside::run(&place, "hang.md", "intent"));
    let seen = place.midwatch(&["follow", &place.last_run()]);
    place.file("go", "");
    assert_eq!(seen.code, 3, "{seen:?}");
    assert!(
        seen.stdout.contains("The process of this run is gone. Go on with: midwatch resume"),
        "{}",
        seen.stdout
    );
}

/// What is said of the run itself: no questions, no keys, no answers.
fn told(screen: &str) -> Vec<String> {
    let asked = [
        "  [Enter] ",
        "  [d]one",
        "  [Space]",
        "  This one is yours",
        "  Enter does nothing",
        "  [?]",
        "  What would have helped?",
        "  Record  run",
        "  Following run",
    ];
    let lines = screen.lines().map(str::trim_end);
    let lines = lines.filter(|line| !line.is_empty() && !asked.iter().any(|asked| line.starts_with(asked)));
    // The walk's own time leaves out how long its last question was thought about.
    let without_time = |line: &str| match line.strip_prefix("✓ COMPLETE") {
        Some(rest) => rest.rsplit_once(' ').map_or(rest, |(title, _)| title).trim_end().to_owned(),
        None => line.to_owned(),
    };
    lines.map(without_time).collect()
}

#[test]
fn who_follows_in_a_terminal_sees_the_screen_of_the_run() {
    let place = Place::new();
    place.file(
        "three.md",
        "# Three steps\n\n1. Say it\n\n   ```sh id=say touches=\"nothing at all\"\n   printf '\\033[32mgreen\\033[0m\\n'; X=1\n   ```\n\n\
2. Look at it by hand\n\n3. Wait for it\n\n   ```sh check id=lag until=\"lag == 0\" every=100ms timeout=1m\n   [ -e go ] && echo lag=0 || echo lag=7\n   ```\n",
    );
    let mut run = place.terminal(80, 60, &["run", "three.md"]);
    run.press("[Enter] start", "\r");
    run.wait_for("[Enter] run");
    let mut follow = place.terminal(80, 60, &["follow", &place.last_run()]);
    // It sees the step while the operator still thinks about it, and what follows as it happens.
    follow.wait_for("    printf '");
    run.press("[Enter] run", "\r");
    follow.wait_for("done  step 1, exit 0");
    run.press("Step 2/3", "d");
    follow.wait_for("Step 3/3");
    follow.wait_for("7 → lag == 0");
    place.file("go", "");
    run.press("What would have helped?", "\r");
    let followed = follow.wait_for("COMPLETE");
    let walked = run.wait_for("COMPLETE");
    assert_eq!((run.end(), follow.end()), (0, 0));
    let (walked, followed) = (told(&walked), told(&followed));
    assert_eq!(followed, walked, "\n{}\n----\n{}", followed.join("\n"), walked.join("\n"));
}

#[test]
fn a_look_that_a_signal_ends_leaves_the_terminal_as_it_was() {
    let place = Place::new();
    // It goes on until it is told, however slow this machine is.
    place.file("two.md", RUNBOOK.replace("seq 400", "seq 4000"));
    let mut runs = Beside::run(&place, "two.md", "intent");
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129)] {
        let mut screen = place.terminal(80, 24, &["follow"]);
        screen.wait_for("begun");
        let pid = Pid::from_raw(screen.process_id() as i32).expect("a process");
        kill_process(pid, signal).expect("it is there");
        assert_eq!(screen.end(), code, "{signal:?}: {}", screen.screen());
        screen.assert_sane("a look that a signal ended");
    }
    place.file("go", "");
    assert!(runs.succeeds());
}

#[test]
fn nothing_is_shown_from_a_changed_record_on() {
    let place = Place::new();
    place.file(
        "a.md",
        "# A\n\n1. Say\n\n   ```sh\n   echo one\n   ```\n\n2. Say more\n\n   ```sh\n   echo two\n   ```\n",
    );
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    let journal = place.runs().pop().expect("a run").join("journal.jsonl");
    let text = std::fs::read_to_string(&journal).expect("the journal");
    let line = 1 + text.lines().position(|line| line.contains("Say more")).expect("step 2");
    std::fs::remove_file(&journal).expect("it was there");
    std::fs::write(&journal, text.replace("Say more", "Say less")).expect("written");
    let seen = place.midwatch(&["follow", &place.last_run()]);
    assert_eq!(seen.code, 1, "{seen:?}");
    assert!(seen.stderr.contains(&format!("line {line} of its record was changed")), "{seen:?}");
    assert!(seen.stdout.contains("Step 1/2") && !seen.stdout.contains("Say less"), "{seen:?}");
}
