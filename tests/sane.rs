//! The terminal afterwards is as it was before: on every way out, and after whatever a command did
//! to it. A stop and a window that changes are lived through.

mod support;

use std::time::Duration;

use portable_pty::CommandBuilder;
use rustix::process::{Pid, Signal, kill_process};
use support::{Place, Terminal};

const STEPS: &str = "---\nenv: { TERM: xterm }\n---\n# S\n\n1. One\n\n   ```sh\n   echo one\n   ```\n\n\
2. Wait for it\n\n   ```sh check until=\"value == 'yes'\" every=200ms timeout=10m\n   cat there 2>/dev/null || echo no\n   ```\n\n\
3. Last\n\n   ```sh\n   echo last\n   ```\n";

#[derive(Debug, Clone, Copy)]
enum At {
    Menu,
    Text,
    Wait,
}

/// A walk that stands at a menu, in a typed answer or in a wait.
fn stands(place: &Place, at: At, env: &[(&str, &str)]) -> Terminal {
    place.file("a.md", STEPS);
    let mut terminal = place.terminal_with(80, 24, &["run", "a.md"], env);
    let panics = !env.is_empty();
    if panics && matches!(at, At::Menu) {
        return terminal;
    }
    terminal.press("[Enter] start", "\r");
    match at {
        At::Menu => drop(terminal.wait_for("[Enter] run")),
        At::Text => {
            terminal.press("[n]ote", "n");
            if !panics {
                terminal.wait_for("note: ");
                terminal.send("typed");
            }
        }
        At::Wait => {
            terminal.press("[Enter] run", "\r");
            if !panics {
                terminal.wait_for("next in");
            }
        }
    }
    std::thread::sleep(Duration::from_millis(400));
    terminal
}

#[test]
fn ctrl_c_at_a_prompt_or_in_a_wait() {
    for at in [At::Menu, At::Wait] {
        let place = Place::new();
        let mut terminal = stands(&place, at, &[]);
        terminal.send("\u{3}");
        assert_eq!(terminal.end(), 130, "{at:?}");
        terminal.assert_sane(&format!("Ctrl-C, {at:?}"));
    }
}

#[test]
fn signals() {
    for at in [At::Menu, At::Text, At::Wait] {
        for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
            let place = Place::new();
            let mut terminal = stands(&place, at, &[]);
            kill_process(Pid::from_raw(terminal.process_id() as i32).expect("a pid"), signal).expect("sent");
            assert_eq!(terminal.end(), 128 + signal.as_raw(), "{at:?} {signal:?}: {}", terminal.screen());
            terminal.assert_sane(&format!("{signal:?}, {at:?}"));
            assert_eq!(place.kinds().last().map(String::as_str), Some("paused"), "{at:?} {signal:?}");
        }
    }
}

#[test]
fn a_panic() {
    if !cfg!(debug_assertions) {
        println!("left out: panics are forced in debug builds only");
        return;
    }
    for (at, place_of_panic) in [(At::Menu, "key"), (At::Text, "text"), (At::Wait, "wait")] {
        let place = Place::new();
        let mut terminal = stands(&place, at, &[("MIDWATCH_TEST_PANIC", place_of_panic)]);
        assert_ne!(terminal.end(), 0, "{at:?}");
        let screen = terminal.screen();
        assert!(screen.contains(&format!("asked to panic at {place_of_panic}")), "{screen}");
        terminal.assert_sane(&format!("a panic, {at:?}"));
    }
}

/// What a command leaves behind, and what must be true of the screen that follows.
#[test]
fn a_command_that_leaves_the_terminal_in_disorder() {
    for (what, command) in [
        ("raw", "stty raw -echo"),
        ("the cursor hidden", "printf '\\033[?25l'"),
        ("the other screen", "printf '\\033[?1049h\\033[2J\\033[Hin the other screen'"),
        ("pastes marked", "printf '\\033[?2004h'"),
        ("the mouse on", "printf '\\033[?1000h\\033[?1006h\\033[?1003h'"),
        ("colours on", "printf '\\033[1;7;31mred'"),
        ("keys of its own", "printf '\\033[?1h\\033='"),
        ("a title begun", "printf '\\033]0;never ended'"),
        ("margins", "printf '\\033[3;6r\\033[4;1H'"),
        ("all of it, killed", "stty raw; printf '\\033[?1049h\\033[?25l\\033[?1002h\\033[31m'; kill -9 $$"),
    ] {
        let place = Place::new();
        place.file("a.md", format!("# L\n\n1. Leave it\n\n   ```sh\n   {command}\n   ```\n\n2. Next\n\n   ```sh\n   true\n   ```\n"));
        let mut terminal = place.terminal_with(80, 24, &["run", "a.md"], &[("NO_COLOR", "")]);
        terminal.press("[Enter] start", "\r");
        terminal.press("[p]ause", "r");
        let next = if command.contains("kill") { "FAILED  step 1" } else { "Step 2/2" };
        let screen = terminal.wait_for(next);
        assert!(!terminal.cursor_hidden(), "{what}");
        assert!(!terminal.with_screen(vt100::Screen::alternate_screen), "{what}");
        let mouse = terminal.with_screen(vt100::Screen::mouse_protocol_mode);
        assert_eq!(mouse, vt100::MouseProtocolMode::None, "{what}");
        assert!(
            what == "margins" || screen.contains("[Enter] start"),
            "{what}: what stood there is gone:\n{screen}"
        );
        terminal.press("[p]ause", "p");
        assert_eq!(terminal.end(), 3, "{what}");
        terminal.assert_sane(what);
    }
}

/// An interactive shell with job control in a terminal.
fn shell(place: &Place) -> Terminal {
    let plain = place.command();
    let mut command = CommandBuilder::new("bash");
    command.env_clear();
    command.cwd(place.path());
    for (name, value) in plain.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command.env("PS1", "shell> ");
    command.args(["--norc", "--noprofile", "-i"]);
    let mut terminal = Terminal::start(80, 40, command);
    terminal.press("shell> ", &format!("{} run a.md\r", plain.get_program().display()));
    terminal
}

fn lines_with(screen: &str, words: &str) -> usize {
    screen.lines().filter(|line| line.contains(words)).count()
}

#[test]
fn ctrl_z_and_fg_show_the_open_question_again() {
    for at in [At::Menu, At::Text, At::Wait] {
        let place = Place::new();
        place.file("a.md", STEPS);
        let mut terminal = shell(&place);
        terminal.press("[Enter] start", "\r");
        let open = match at {
            At::Menu => "[Enter] run",
            At::Text => {
                terminal.press("[n]ote", "n");
                terminal.wait_for("note: ");
                terminal.send("typed");
                "note: typed"
            }
            At::Wait => {
                terminal.press("[Enter] run", "\r");
                "[Space] check now"
            }
        };
        terminal.wait_for(open);
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(lines_with(&terminal.screen(), open), 1, "{at:?}");
        terminal.send("\u{1a}");
        let screen = terminal.wait_for("Stopped");
        // The shell echoes what is typed: its terminal is its own again.
        terminal.press("shell> ", "fg\r");
        let began = std::time::Instant::now();
        while lines_with(&terminal.screen(), open) < 2 {
            assert!(began.elapsed() < Duration::from_secs(20), "{at:?}: not shown again:\n{screen}");
            std::thread::sleep(Duration::from_millis(20));
        }
        if matches!(at, At::Menu) {
            assert_eq!(lines_with(&terminal.screen(), "Step 1/3"), 2, "{}", terminal.screen());
        }
        match at {
            At::Text => {
                std::thread::sleep(Duration::from_millis(400));
                terminal.send(" on\r");
                terminal.press("note: typed on", "p");
            }
            _ => drop(terminal.press(open, "p")),
        }
        terminal.press("PAUSED", "exit\r");
        terminal.end();
        let notes = place.kinds().iter().filter(|kind| *kind == "note").count();
        assert_eq!(notes, usize::from(matches!(at, At::Text)), "{at:?}");
        terminal.assert_sane(&format!("stopped and continued, {at:?}"));
    }
}

#[test]
fn a_resize_at_any_moment_is_lived_through() {
    let place = Place::new();
    place.file("a.md", STEPS.replace("echo one", "echo begun; sleep 1; stty size"));
    let mut terminal = place.terminal(80, 24, &["run", "a.md"]);
    terminal.wait_for("[Enter] start");
    terminal.resize(40, 20);
    terminal.press("[Enter] start", "\r");
    terminal.wait_for("[p]ause");
    terminal.resize(100, 30);
    terminal.press("[n]ote", "n");
    terminal.wait_for("note: ");
    terminal.send("a note that is longer than the narrow window it is in");
    terminal.wait_for("it is in");
    terminal.resize(40, 20);
    std::thread::sleep(Duration::from_millis(700));
    terminal.send("!\r");
    terminal.press("note: a note that is longer", "\r");
    terminal.wait_for("begun");
    terminal.resize(60, 22);
    let screen = terminal.wait_for("done  step 1");
    assert!(screen.contains("22 60"), "the command is told:\n{screen}");
    terminal.wait_for("next in");
    terminal.resize(40, 20);
    std::thread::sleep(Duration::from_millis(900));
    for _ in 0..6 {
        let wrapped = terminal
            .with_screen(|screen| (0..screen.size().0.get()).filter(|row| screen.row_wrapped(*row)).count());
        assert_eq!(wrapped, 0, "{}", terminal.screen());
        std::thread::sleep(Duration::from_millis(250));
    }
    place.file("there", "yes");
    terminal.press("Step 3/3", "p");
    assert_eq!(terminal.end(), 3);
    terminal.assert_sane("resized");
    let events = place.events();
    let note = events.iter().find(|event| event["event"] == "note").expect("a note");
    assert_eq!(note["text"], "a note that is longer than the narrow window it is in!");
}
