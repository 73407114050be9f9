//! Signals in every phase, with and without a terminal: recorded, the command's group dealt with,
//! the terminal as it was, 128+N, and it can be resumed.

mod support;

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use support::Place;

const SIGNALS: [Signal; 4] = [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase {
    Prompt,
    Command,
    Wait,
    Between,
}

fn runbook(phase: Phase, out: &str) -> String {
    let step = match phase {
        Phase::Prompt => "1. Ask\n\n   ```sh\n   true\n   ```\n".to_owned(),
        // A vanished terminal ends no command, so this one ends by itself.
        Phase::Command => {
            "1. Long\n\n   ```sh\n   touch begun; sleep 2 & echo $! > child; wait\n   sleep 0.1\n   ```\n"
                .to_owned()
        }
        Phase::Wait => {
            "1. Wait\n\n   ```sh check every=50ms timeout=1m\n   touch begun; false\n   ```\n".to_owned()
        }
        Phase::Between => (1..=300)
            .map(|n| {
                format!(
                    "{n}. S{n}\n\n   ```sh\n   {}\n   ```\n\n",
                    if n == 5 { "touch begun" } else { "true" }
                )
            })
            .collect(),
    };
    format!("---\nenv: {{ OUT: '{out}' }}\n---\n# S\n\n{step}")
}

fn begun(place: &Place) {
    let began = Instant::now();
    while !place.path().join("begun").exists() {
        assert!(began.elapsed() < Duration::from_secs(30), "it does not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn send(pid: u32, signal: Signal) {
    kill_process(Pid::from_raw(pid as i32).expect("a pid"), signal).expect("sent");
}

fn wait_for(child: &mut Child, what: &str) -> i32 {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child") {
            return status.code().unwrap_or(-1);
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{what}: it does not end");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// What must be true afterwards, whatever the signal, the phase and the terminal.
fn recorded(place: &Place, what: &str, signal: Signal, phase: Phase) {
    let events = place.events();
    let last = events.last().expect("an event");
    assert_eq!(last["event"], "paused", "{what}: {last}");
    assert_eq!(last["signal"], signal.as_raw(), "{what}: {last}");
    if phase == Phase::Command {
        let exited = events.iter().find(|event| event["event"] == "exited").expect("its end is recorded");
        assert_eq!(exited["ok"], signal == Signal::HUP, "{what}: {exited}");
        let child = std::fs::read_to_string(place.path().join("child")).expect("a child");
        let alive = std::fs::read_to_string(format!("/proc/{}/stat", child.trim()));
        let alive = alive.is_ok_and(|stat| !stat.contains(") Z "));
        assert!(!alive, "{what}: what it started lives on");
    }
    assert_eq!(place.show()["status"], "paused", "{what}");
    let verified = place.midwatch(&["verify"]);
    assert_eq!(verified.code, 0, "{what}: {verified:?}");
    let resumed = place.midwatch_with(&["resume", &place.last_run(), "--plain"], "p\n");
    // A command that a vanished terminal did not end was the last one: nothing is left to do.
    let goes_on =
        resumed.code == 3 || (resumed.code == 0 && signal == Signal::HUP && phase == Phase::Command);
    assert!(goes_on, "{what}: {resumed:?}");
}

fn between_pipes(signal: Signal, phase: Phase) {
    let place = Place::new();
    place.file("a.md", runbook(phase, &place.path().display().to_string()));
    let what = format!("{signal:?} {phase:?} pipes");
    let (args, input) = if phase == Phase::Prompt {
        (["run", "a.md", "--plain"], Stdio::piped())
    } else {
        (["run", "a.md", "--yes"], Stdio::null())
    };
    let mut child = place.command().args(args).stdin(input).stdout(Stdio::null()).spawn().expect("starts");
    let mut keyboard = child.stdin.take();
    if let Some(keyboard) = &mut keyboard {
        std::io::Write::write_all(keyboard, b"\n").expect("start");
        while place.runs().is_empty() {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(200));
    } else {
        begun(&place);
        std::thread::sleep(Duration::from_millis(20));
    }
    send(child.id(), signal);
    assert_eq!(wait_for(&mut child, &what), 128 + signal.as_raw(), "{what}");
    if phase != Phase::Wait {
        recorded(&place, &what, signal, phase);
    }
}

fn on_a_terminal(signal: Signal, phase: Phase) {
    let place = Place::new();
    place.file("a.md", runbook(phase, &place.path().display().to_string()));
    let what = format!("{signal:?} {phase:?} terminal");
    let mut terminal = place.terminal(80, 24, &["run", "a.md"]);
    terminal.press("start", "\r");
    match phase {
        Phase::Prompt => drop(terminal.wait_for("[Enter] run")),
        Phase::Command => {
            terminal.press("[Enter] run", "\r");
            begun(&place);
        }
        _ => begun(&place),
    }
    std::thread::sleep(Duration::from_millis(50));
    send(terminal.process_id(), signal);
    assert_eq!(terminal.end(), 128 + signal.as_raw(), "{what}: {}", terminal.screen());
    assert!(!terminal.cursor_hidden(), "{what}");
    let modes = rustix::termios::tcgetattr(master(&terminal)).expect("modes");
    let usual = rustix::termios::LocalModes::ICANON | rustix::termios::LocalModes::ECHO;
    assert!(modes.local_modes.contains(usual), "{what}: {:?}", modes.local_modes);
    if phase != Phase::Wait {
        recorded(&place, &what, signal, phase);
    }
}

fn master(terminal: &support::Terminal) -> std::os::fd::BorrowedFd<'_> {
    let fd = terminal.master.as_raw_fd().expect("a descriptor");
    // SAFETY: the terminal owns it and outlives the borrow.
    unsafe { std::os::fd::BorrowedFd::borrow_raw(fd) }
}

#[test]
fn every_signal_in_every_phase_between_pipes() {
    for phase in [Phase::Prompt, Phase::Command, Phase::Wait, Phase::Between] {
        for signal in SIGNALS {
            between_pipes(signal, phase);
        }
    }
}

#[test]
fn every_signal_in_every_phase_on_a_terminal() {
    for phase in [Phase::Prompt, Phase::Command, Phase::Wait] {
        for signal in SIGNALS {
            on_a_terminal(signal, phase);
        }
    }
}

#[test]
fn stopped_and_continued_it_goes_on_and_says_so() {
    for phase in [Phase::Command, Phase::Wait, Phase::Between] {
        let place = Place::new();
        place.file("a.md", runbook(phase, &place.path().display().to_string()));
        let mut child =
            place.command().args(["run", "a.md", "--yes"]).stdout(Stdio::null()).spawn().expect("starts");
        begun(&place);
        send(child.id(), Signal::TSTP);
        std::thread::sleep(Duration::from_millis(100));
        assert!(child.try_wait().expect("a child").is_none(), "{phase:?}");
        send(child.id(), Signal::CONT);
        if phase == Phase::Wait {
            std::thread::sleep(Duration::from_millis(600));
            send(child.id(), Signal::TERM);
            assert_eq!(wait_for(&mut child, "wait"), 143);
        } else {
            assert_eq!(wait_for(&mut child, "run"), 0, "{phase:?}");
        }
        let text = format!("{:?}", place.events());
        assert!(text.contains("was stopped, and goes on"), "{phase:?}: {text}");
        assert_eq!(place.midwatch(&["verify"]).code, 0);
    }
}

#[test]
fn a_terminal_that_vanishes_stops_neither_the_command_nor_the_record() {
    let place = Place::new();
    place.file("a.md", "# V\n\n1. Long\n\n   ```sh\n   touch begun; sleep 1; echo printed; touch over\n   ```\n\n2. Never\n\n   ```sh\n   touch never\n   ```\n");
    let size = portable_pty::PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
    let pair = portable_pty::native_pty_system().openpty(size).expect("a terminal");
    let plain = place.command();
    let mut command = portable_pty::CommandBuilder::new(plain.get_program());
    command.env_clear();
    command.cwd(place.path());
    for (name, value) in plain.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command.args(["run", "a.md"]);
    let mut child = pair.slave.spawn_command(command).expect("starts");
    drop(pair.slave);
    let mut keyboard = pair.master.take_writer().expect("a keyboard");
    let began = Instant::now();
    while !place.path().join("begun").exists() {
        assert!(began.elapsed() < Duration::from_secs(20), "it does not begin");
        std::thread::sleep(Duration::from_millis(500));
        let _ = keyboard.write_all(b"\r");
    }
    drop(keyboard);
    drop(pair.master);
    let status = child.wait().expect("ends");
    assert_eq!(status.exit_code(), 129);
    assert!(place.path().join("over").exists() && !place.path().join("never").exists());
    let events = place.events();
    let exited = events.iter().find(|event| event["event"] == "exited").expect("its end is recorded");
    assert_eq!((&exited["exit"], &exited["ok"]), (&0.into(), &true.into()));
    assert_eq!(events.last().expect("an event")["event"], "paused");
    // The kernel lets go on what it hangs up on; nothing stood.
    assert!(events.iter().all(|event| event["event"] != "warned"), "{events:?}");
}

#[test]
fn what_is_hung_up_on_was_not_stopped() {
    for phase in [Phase::Command, Phase::Wait] {
        let place = Place::new();
        place.file("a.md", runbook(phase, &place.path().display().to_string()));
        let mut child =
            place.command().args(["run", "a.md", "--yes"]).stdout(Stdio::null()).spawn().expect("starts");
        begun(&place);
        send(child.id(), Signal::HUP);
        send(child.id(), Signal::CONT);
        assert_eq!(wait_for(&mut child, "run"), 129, "{phase:?}");
        let text = format!("{:?}", place.events());
        assert!(text.contains("SIGHUP") && !text.contains("was stopped"), "{phase:?}: {text}");
    }
}
