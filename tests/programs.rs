//! Programs that ask, draw and go on in the background, inside a step on a real terminal.

mod support;

use std::time::{Duration, Instant};

use support::{Place, Terminal};

fn step(place: &Place, script: &str) -> Terminal {
    let body: String = script.lines().map(|line| format!("   {line}\n")).collect();
    place.file(
        "a.md",
        format!("# P\n\n1. One\n\n   ```sh\n{body}   ```\n\n2. Two\n\n   ```sh\n   true\n   ```\n"),
    );
    let mut terminal =
        place.terminal_with(80, 30, &["run", "a.md"], &[("NO_COLOR", ""), ("TERM", "xterm-256color")]);
    terminal.press("[Enter] start", "\r");
    terminal.press("[p]ause", "r");
    terminal
}

fn leave(terminal: &mut Terminal) {
    terminal.press("Step 2/2", "p");
    assert_eq!(terminal.end(), 3, "{}", terminal.screen());
    terminal.assert_sane("at the end");
}

#[test]
fn read_is_answered_and_the_answer_stays() {
    let place = Place::new();
    let mut terminal = step(&place, "read -p \"$(printf 'which %s? ' host)\" host\necho \"it is $host\"");
    terminal.wait_for("which host?");
    terminal.send("db3\r");
    let screen = terminal.wait_for("done  step 1");
    assert!(screen.contains("it is db3"), "{screen}");
    leave(&mut terminal);
}

#[test]
fn what_read_does_not_echo_is_shown_and_recorded_nowhere() {
    let place = Place::new();
    let mut terminal = step(
        &place,
        "printf 'Pass%s: ' word; read -rs p; echo; test \"$p\" = hunter2hunter2 && echo ri''ght",
    );
    terminal.wait_for("Password:");
    terminal.send("hunter2hunter2\r");
    terminal.wait_for("right");
    leave(&mut terminal);
    let found = std::process::Command::new("grep")
        .args(["-rlE", "^hunter2hunter2|: hunter2hunter2"])
        .arg(place.state())
        .output();
    assert!(found.expect("grep").stdout.is_empty());
}

#[test]
fn select_offers_and_takes_a_number() {
    let place = Place::new();
    let mut terminal = step(&place, "select what in graceful forced; do echo \"chose $what\"; break; done");
    terminal.wait_for("#?");
    assert!(terminal.screen().contains("2) forced"), "{}", terminal.screen());
    terminal.send("2\r");
    terminal.wait_for("chose forced");
    leave(&mut terminal);
}

#[test]
fn colours_and_progress_bars_are_drawn() {
    let place = Place::new();
    let script = "test -t 1 && printf '\\033[32mgreen\\033[0m\\n'\nfor n in 1 2 3; do printf '\\rcopied %d of 3' $n; sleep 0.1; done; echo";
    let mut terminal = step(&place, script);
    let screen = terminal.wait_for("copied 3 of 3");
    assert!(!screen.contains("copied 2 of 3"), "drawn over:\n{screen}");
    let green = terminal.with_screen(|screen| {
        let cells = (0..screen.size().0.get()).filter_map(|row| screen.cell(row, 0));
        cells.filter(|cell| cell.contents() == "g").any(|cell| cell.fgcolor() == vt100::Color::Idx(2))
    });
    assert!(green, "{:?}", terminal.screen());
    leave(&mut terminal);
}

#[test]
fn a_background_child_is_named_and_keeps_nobody() {
    let place = Place::new();
    let mut terminal = step(&place, "nohup sleep 97 >/dev/null 2>&1 &\necho $! > child");
    let began = Instant::now();
    let screen = terminal.wait_for("Step 2/2");
    assert!(began.elapsed() < Duration::from_secs(25), "the step waited for it");
    assert!(screen.contains("sleep 97"), "it is not named:\n{screen}");
    let shown = place.midwatch(&["show", &place.last_run()]);
    assert!(shown.stdout.contains("sleep 97"), "{}", shown.stdout);
    leave(&mut terminal);
    let child = std::fs::read_to_string(place.path().join("child")).expect("its id");
    let child = rustix::process::Pid::from_raw(child.trim().parse().expect("a number")).expect("an id");
    let _ = rustix::process::kill_process(child, rustix::process::Signal::KILL);
}

#[test]
fn a_command_that_wants_more_than_was_typed_can_be_interrupted() {
    let place = Place::new();
    let mut terminal = step(&place, "cat");
    std::thread::sleep(Duration::from_millis(600));
    terminal.send("one line\r");
    terminal.wait_for("one line");
    terminal.send("\u{3}");
    let screen = terminal.press("[r]un again", "p");
    assert!(screen.contains("STOPPED  step 1"), "{screen}");
    assert_eq!(terminal.end(), 3);
}
