//! midwatch itself breaks while a run goes on: the terminal is usable, the record whole, and the run
//! can be resumed. Only a test build can be made to break.

mod support;

use support::Place;

const TEXT: &str = "# P\n\n1. Begin\n\n   ```sh\n   echo begun >> log; echo shown\n   ```\n\n   ```sh check every=100ms\n   test -s log\n   ```\n\n2. End\n\n   ```sh\n   echo over >> log\n   ```\n";

fn sane(terminal: &support::Terminal) {
    assert!(!terminal.cursor_hidden());
    let settings = format!("{:?}", terminal.master.get_termios().expect("settings"));
    for flag in ["ICANON", "ECHO", "ISIG", "OPOST"] {
        assert!(settings.contains(flag), "{settings}");
    }
}

#[test]
fn a_run_on_a_terminal_can_be_resumed() {
    for (at, ran, doubt) in
        [("intent", false, false), ("output", true, true), ("exited", true, true), ("sample", true, false)]
    {
        let place = Place::new();
        place.file("a.md", TEXT);
        let env = [("MIDWATCH_TEST_PANIC", at), ("RUST_BACKTRACE", "0")];
        let mut terminal = place.terminal_with(80, 24, &["run", "a.md"], &env);
        terminal.press("start", "\r");
        terminal.press("[Enter] run", "\r");
        assert_eq!(terminal.end(), 3, "{at}: {}", terminal.screen());
        let screen = terminal.screen();
        assert!(
            screen.contains("a fault of midwatch") && screen.contains("midwatch resume"),
            "{at}: {screen}"
        );
        // Each line from the first column on: the terminal is not raw any more when it is said.
        for words in ["midwatch broke", "Go on with: midwatch resume"] {
            assert!(screen.lines().any(|line| line.starts_with(words)), "{at}: {screen}");
        }
        sane(&terminal);
        let run = place.last_run();
        assert_eq!(place.show()["status"], "dead", "{at}");
        assert_eq!(place.midwatch(&["verify"]).code, 0, "{at}");
        assert_eq!(place.path().join("log").exists(), ran, "{at}");
        if doubt {
            let ended = place.midwatch_with(&["resume", &run, "--plain"], "y\np\n");
            assert!(ended.stdout.contains("IN DOUBT"), "{at}: {ended:?}");
        }
        let ended = place.midwatch(&["resume", &run, "--yes"]);
        assert_eq!(ended.code, 0, "{at}: {ended:?}");
        let log = std::fs::read_to_string(place.path().join("log")).expect("log");
        assert_eq!(log, "begun\nover\n", "{at}");
    }
}

#[test]
fn without_a_person_it_ends_with_3() {
    let place = Place::new();
    place.file("a.md", TEXT);
    let mut command = place.command();
    command.args(["run", "a.md", "--yes"]).env("MIDWATCH_TEST_PANIC", "sample");
    let ended = support::Ended::from(command.output().expect("starts"));
    assert!(ended.code == 3 && ended.stderr.contains("midwatch resume"), "{ended:?}");
    assert_eq!(place.midwatch(&["resume", &place.last_run(), "--yes"]).code, 0);
}
