//! Commands on a terminal of their own; the operator's is a pseudo-terminal of the test.

mod process_kit;

use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use midwatch::engine::ports::{Connection, Job, Outcome, Runner};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use process_kit::Kit;

fn on_terminal(kit: &mut Kit, script: &str) -> Outcome {
    let job = Job { connection: Connection::Pty, ..kit.job(script) };
    kit.run_job(&job)
}

#[test]
fn programs_see_a_terminal_also_without_an_operator() {
    let mut kit = Kit::new();
    let outcome = on_terminal(
        &mut kit,
        "[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo yes; stty size; echo err >&2; tty >/dev/null",
    );
    assert_eq!((outcome.exit, kit.text().as_str()), (Some(0), "yes\r\n24 80\r\nerr\r\n"), "{outcome:?}");
}

#[test]
fn state_and_failed_lines_are_as_between_pipes() {
    let mut kit = Kit::new();
    let outcome = on_terminal(&mut kit, "NODE=1; cd /\nfalse\ntrue");
    assert_eq!(outcome.changed.as_deref(), Some("set NODE; now in /"));
    assert_eq!(outcome.failed_lines[0].line, 2);
    assert_eq!(kit.says("echo $NODE"), "1\n");
    assert_eq!(on_terminal(&mut kit, "exit 5").exit, Some(5));
    assert_eq!(on_terminal(&mut kit, "kill -KILL $$").signal, Some(9));
}

#[test]
fn a_capture_is_exact_and_shown_as_on_a_terminal() {
    let mut kit = Kit::new();
    let job = Job {
        connection: Connection::Pty,
        capture: true,
        ..kit.job("echo out; [ -t 2 ] && echo err >&2; sleep 0.1; printf end")
    };
    let outcome = kit.run_job(&job);
    assert_eq!(outcome.captured.unwrap(), b"out\nend");
    assert!(
        kit.text().contains("out\r\n") && kit.text().contains("err\r\n") && kit.text().ends_with("end"),
        "{:?}",
        kit.text()
    );
}

#[test]
fn a_background_job_ends_with_the_terminal_unless_it_is_kept() {
    let mut kit = Kit::new();
    let outcome = on_terminal(&mut kit, "sleep 71 &\necho started");
    assert_eq!((outcome.exit, kit.text().as_str()), (Some(0), "started\r\n"));
    assert!(
        outcome
            .trouble
            .clone()
            .unwrap_or_else(|| panic!("{outcome:?}"))
            .contains("1 in the background ended with the terminal")
    );
    let outcome = on_terminal(&mut kit, "nohup sleep 72 >/dev/null 2>&1 &\nsleep 0.2");
    assert_eq!(outcome.survivors.len(), 1, "{outcome:?}");
    let (pid, command) = outcome.survivors[0].split_once(' ').unwrap();
    assert_eq!(command, "sleep 72");
    kit.run(&format!("kill {pid}"));
}

#[test]
fn the_timeout_ends_a_command_on_a_terminal() {
    let mut kit = Kit::new();
    let job = Job {
        connection: Connection::Pty,
        timeout: Some(Duration::from_millis(300)),
        ..kit.job("echo begun; cat")
    };
    let outcome = kit.run_job(&job);
    assert_eq!((outcome.timed_out, outcome.signal, kit.text().as_str()), (true, Some(15), "begun\r\n"));
}

#[test]
fn much_output_is_complete() {
    let mut kit = Kit::new();
    on_terminal(&mut kit, "head -c 3000000 /dev/zero | tr '\\0' x; echo; echo end");
    assert_eq!(kit.output.len(), 3_000_000 + "\r\nend\r\n".len());
}

#[test]
fn exec_reads_its_text_not_the_keyboard() {
    let mut kit = Kit::new();
    let job = Job {
        connection: Connection::Pty,
        exec: Some("cat; [ -t 1 ] && echo tty".into()),
        ..kit.job("a\nb\n")
    };
    kit.run_job(&job);
    assert_eq!(kit.text(), "a\r\nb\r\ntty\r\n");
}

struct Line {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    shown: Receiver<Vec<u8>>,
}

/// The operator's side of a terminal on which `helper` runs one command.
struct Operator {
    /// None when it vanished.
    line: Option<Line>,
    child: Box<dyn Child + Send + Sync>,
    screen: String,
}

impl Operator {
    fn runs(script: &str, env: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 30, cols: 100, ..PtySize::default() };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
        command.args(["helper", "--exact", "--ignored", "--nocapture", "--test-threads=1"]);
        command.env("HELPER_SCRIPT", script);
        for (name, value) in env {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, shown) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Operator { line: Some(Line { master: pair.master, keys, shown }), child, screen: String::new() }
    }

    /// Waits until `text` is shown, and gives all that was shown up to then.
    fn sees(&mut self, text: &str) -> String {
        let begin = Instant::now();
        loop {
            if let Some(at) = self.screen.find(text) {
                let rest = self.screen.split_off(at + text.len());
                return std::mem::replace(&mut self.screen, rest);
            }
            assert!(begin.elapsed() < Duration::from_secs(60), "never saw {text:?} in {:?}", self.screen);
            if let Ok(bytes) = self.line().shown.recv_timeout(Duration::from_millis(200)) {
                self.screen.push_str(&String::from_utf8_lossy(&bytes));
            }
        }
    }

    fn line(&mut self) -> &mut Line {
        self.line.as_mut().expect("the terminal is there")
    }

    /// Sends `signal` to the process that runs the command.
    fn signals(&self, signal: rustix::process::Signal) {
        let pid = self.child.process_id().unwrap() as i32;
        rustix::process::kill_process(rustix::process::Pid::from_raw(pid).unwrap(), signal).unwrap();
    }

    /// Closes the terminal; the reading thread gives up at the next word from it.
    fn vanishes(&mut self) {
        self.line = None;
    }

    fn types(&mut self, keys: &str) {
        self.line().keys.write_all(keys.as_bytes()).unwrap();
        self.line().keys.flush().unwrap();
    }
}

impl Drop for Operator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs one command on the terminal it is itself on; started by the tests below.
#[test]
#[ignore = "a helper of other tests"]
fn helper() {
    let Ok(script) = std::env::var("HELPER_SCRIPT") else { return };
    let flag = |name: &str| std::env::var(name).is_ok();
    midwatch::process::signals::install().unwrap();
    let mut kit = Kit::new();
    let terminal = std::io::stdin().as_fd().try_clone_to_owned().unwrap();
    kit.runner.use_terminal(terminal);
    kit.runner.on_interrupt(Box::new(move || {
        say(&format!("[asked, terminal {}]", state_of_terminal()));
        flag("HELPER_KILLS")
    }));
    let capture = flag("HELPER_CAPTURES");
    let interactive = flag("HELPER_INTERACTIVE");
    let connection = if flag("HELPER_PIPES") { Connection::Pipes } else { Connection::Pty };
    let job = Job { connection, capture, interactive, timeout: None, ..kit.job(&script) };
    let record = std::env::var("HELPER_RECORD").ok();
    let mut recorded = Vec::new();
    let panics = flag("HELPER_PANICS");
    let outcome = kit.runner.run(&job, &mut |bytes| {
        assert!(!panics, "as told");
        recorded.extend_from_slice(bytes);
        // A terminal that is gone shows nothing more.
        let _ = std::io::stdout().write_all(bytes).and_then(|()| std::io::stdout().flush());
    });
    let outcome = outcome.unwrap();
    if let Some(signal) = midwatch::process::signals::take() {
        say(&format!("[noted {signal}]"));
    }
    if let Some(path) = record {
        std::fs::write(
            path,
            [recorded, format!("{:?} {:?}", outcome.exit, outcome.signal).into_bytes()].concat(),
        )
        .unwrap();
    }
    say(&format!("[exit {:?} signal {:?} terminal {}]", outcome.exit, outcome.signal, state_of_terminal()));
    if let Some(captured) = outcome.captured {
        say(&format!("[captured {:?}]", String::from_utf8_lossy(&captured)));
    }
}

fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn state_of_terminal() -> &'static str {
    use rustix::termios::{LocalModes, OutputModes, tcgetattr};
    match tcgetattr(rustix::stdio::stdin()) {
        Ok(now)
            if now.local_modes.contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
                && now.output_modes.contains(OutputModes::OPOST) =>
        {
            "sane"
        }
        Ok(_) => "raw",
        Err(_) => "gone",
    }
}

const SANE: &str = "terminal sane]";

#[test]
fn a_prompt_is_answered_from_the_keyboard() {
    let mut operator = Operator::runs("read -p 'Name? ' name; echo \"hello $name\"", &[]);
    operator.sees("Name? ");
    operator.types("ana\r");
    assert!(operator.sees(SANE).contains("hello ana\r\n[exit Some(0)"));
}

#[test]
fn a_password_is_not_echoed() {
    let mut operator = Operator::runs("read -s -p 'Password: ' p; echo; echo ${#p}", &[]);
    operator.sees("Password: ");
    operator.types("hunter2\r");
    let shown = operator.sees(SANE);
    assert!(shown.contains("7\r\n") && !shown.contains("hunter"), "{shown:?}");
}

#[test]
fn ctrl_c_ends_the_command_only() {
    let mut operator = Operator::runs("echo begun; sleep 100; echo not reached", &[]);
    operator.sees("begun");
    operator.types("\x03");
    let shown = operator.sees(SANE);
    assert!(shown.contains("[exit None signal Some(2)"), "{shown:?}");
    assert!(!shown.contains("not reached"));
}

#[test]
fn the_second_ctrl_c_asks_whether_to_end_it() {
    let stubborn = "trap 'echo no' INT; echo begun; while :; do sleep 0.1; done";
    let mut operator = Operator::runs(stubborn, &[("HELPER_KILLS", "1")]);
    operator.sees("begun");
    operator.types("\x03");
    operator.sees("no");
    operator.types("\x03");
    operator.sees("[asked, terminal sane]");
    let shown = operator.sees(SANE);
    assert!(shown.contains("signal Some(15)"), "{shown:?}");
}

#[test]
fn a_program_that_takes_ctrl_c_as_a_key_is_not_asked_about() {
    let raw = "stty raw -echo; echo ready; head -c 3 | od -An -tx1; stty sane";
    let mut operator = Operator::runs(raw, &[("HELPER_KILLS", "1")]);
    operator.sees("ready");
    operator.types("\x03\x03");
    std::thread::sleep(Duration::from_millis(500));
    operator.types("\x03");
    let shown = operator.sees(SANE);
    assert!(shown.contains("03 03 03") && !shown.contains("asked"), "{shown:?}");
}

#[test]
fn a_command_that_leaves_its_terminal_raw_does_not_leave_ours_so() {
    let mut operator = Operator::runs("stty raw -echo; printf done", &[]);
    assert!(operator.sees(SANE).contains("done"));
}

#[test]
fn a_panic_while_a_command_runs_leaves_the_terminal_sane() {
    let mut operator = Operator::runs("echo x; sleep 0.2", &[("HELPER_PANICS", "1")]);
    operator.sees("as told");
    operator.sees("test result: FAILED");
    let settings = operator.line().master.get_termios().unwrap();
    let settings = format!("{settings:?}");
    for flag in ["ICANON", "ECHO", "ISIG", "OPOST"] {
        assert!(settings.contains(flag), "{settings}");
    }
}

#[test]
fn the_size_follows_the_window() {
    let mut operator =
        Operator::runs("stty size; trap 'stty size; exit' WINCH; while :; do sleep 0.05; done", &[]);
    operator.sees("30 100");
    operator.line().master.resize(PtySize { rows: 41, cols: 77, ..PtySize::default() }).unwrap();
    operator.sees("41 77");
    operator.sees(SANE);
}

#[test]
fn full_screen_programs_get_every_key() {
    if !midwatch::process::which("vim") {
        return println!("no vim here: skipped");
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("note").display().to_string();
    let mut operator = Operator::runs(
        &format!("vim -u NONE -N --cmd \"set t_RV= t_u7= t_RB= t_RF=\" '{file}'; echo left"),
        &[("TERM", "xterm")],
    );
    operator.sees("[New]");
    operator.types("ihello");
    operator.sees("hello");
    operator.types("\x03");
    // An interrupt makes it forget what was typed ahead.
    std::thread::sleep(Duration::from_millis(500));
    operator.types(":wq\r");
    operator.sees("left");
    operator.sees(SANE);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "hello\n");
}

#[test]
fn a_capture_beside_a_prompt() {
    let script = "read -p 'Which? ' x; echo \"$x\"; echo second";
    let mut operator = Operator::runs(script, &[("HELPER_CAPTURES", "1")]);
    operator.sees("Which? ");
    operator.types("db1\r");
    operator.sees(SANE);
    operator.sees("[captured \"db1\\nsecond\\n\"]");
}

#[test]
fn a_vanished_terminal_does_not_end_the_command_or_its_record() {
    let dir = tempfile::tempdir().unwrap();
    let record = dir.path().join("record").display().to_string();
    let script =
        "echo begun; sleep 1; echo later; cat >/dev/null; cat >/dev/null; cat >/dev/null; echo end of input";
    let mut operator = Operator::runs(script, &[("HELPER_RECORD", &record)]);
    operator.sees("begun");
    operator.vanishes();
    let begin = Instant::now();
    while !std::path::Path::new(&record).exists() && begin.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(50));
    }
    std::thread::sleep(Duration::from_millis(100));
    let recorded = std::fs::read_to_string(&record).unwrap();
    assert!(recorded.contains("later") && recorded.contains("end of input"), "{recorded:?}");
    assert!(recorded.ends_with("Some(0) None"), "{recorded:?}");
}

#[test]
fn a_signal_to_midwatch_ends_the_command_and_is_noted() {
    use rustix::process::Signal;
    for pipes in [&[][..], &[("HELPER_PIPES", "1")][..]] {
        for signal in [Signal::INT, Signal::TERM, Signal::QUIT] {
            let mut operator = Operator::runs("X=1; echo begun; sleep 100; echo not reached", pipes);
            operator.sees("begun");
            operator.signals(signal);
            let shown = operator.sees(SANE);
            let number = signal.as_raw();
            assert!(shown.contains(&format!("[noted {number}]")), "{shown:?}");
            assert!(shown.contains("[exit None signal Some(15)"), "{shown:?}");
            assert!(!shown.contains("not reached"), "{shown:?}");
        }
    }
}

#[test]
fn a_block_does_not_go_on_after_a_command_that_deals_with_an_interrupt() {
    let polite = "sh -c \"trap 'echo cancelled; exit 0' INT; echo begun; while :; do sleep 0.05; done\"; echo not reached";
    let mut operator = Operator::runs(polite, &[("HELPER_PIPES", "1")]);
    operator.sees("begun");
    operator.signals(rustix::process::Signal::INT);
    let shown = operator.sees(SANE);
    assert!(shown.contains("cancelled") && !shown.contains("not reached"), "{shown:?}");
}

#[test]
fn a_hangup_lets_a_command_between_pipes_finish() {
    let mut operator = Operator::runs("echo begun; sleep 0.5; echo reached", &[("HELPER_PIPES", "1")]);
    operator.sees("begun");
    operator.signals(rustix::process::Signal::HUP);
    let shown = operator.sees(SANE);
    assert!(shown.contains("reached") && shown.contains("[noted 1]"), "{shown:?}");
}

#[test]
fn a_suspended_midwatch_goes_on_raw() {
    let mut operator = Operator::runs("read -p 'Go? ' x; echo \"<$x>\"", &[]);
    operator.sees("Go? ");
    operator.signals(rustix::process::Signal::STOP);
    std::thread::sleep(Duration::from_millis(100));
    operator.signals(rustix::process::Signal::CONT);
    operator.types("yes\r");
    let shown = operator.sees(SANE);
    assert!(shown.contains("<yes>"), "{shown:?}");
}
