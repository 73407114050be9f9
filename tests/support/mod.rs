//! What the tests share: the built program in a scrubbed environment, and a real terminal.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

/// A folder of its own with a record of its own.
pub struct Place {
    folder: tempfile::TempDir,
}

/// How the program ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Place {
    pub fn new() -> Self {
        Place { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn state(&self) -> PathBuf {
        self.path().join("state")
    }

    /// Writes a file and gives its path.
    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folder");
        std::fs::write(&path, text).expect("write");
        path
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_midwatch"));
        command.env_clear().current_dir(self.path()).stdin(Stdio::null());
        for (name, value) in self.env() {
            command.env(name, value);
        }
        command
    }

    fn env(&self) -> Vec<(&'static str, String)> {
        let state = self.state().display().to_string();
        let home = self.path().display().to_string();
        let path = std::env::var("PATH").unwrap_or_default();
        vec![
            ("PATH", path),
            ("HOME", home),
            ("MIDWATCH_STATE_DIR", state),
            ("LANG", "C.UTF-8".into()),
            ("TZ", "UTC".into()),
            ("TERM", "xterm-256color".into()),
            ("NO_COLOR", "1".into()),
        ]
    }

    /// Runs midwatch to its end.
    pub fn midwatch(&self, args: &[&str]) -> Ended {
        let output = self.command().args(args).output().expect("midwatch starts");
        Ended::from(output)
    }

    /// Runs midwatch with something on its standard input.
    pub fn midwatch_with(&self, args: &[&str], input: &str) -> Ended {
        let mut child = self
            .command()
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("midwatch starts");
        // It may end before it has read everything.
        let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
        Ended::from(child.wait_with_output().expect("midwatch ends"))
    }

    /// Folders of all runs, oldest first.
    pub fn runs(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut open = vec![self.state().join("runs")];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                if entry.path().join("journal.jsonl").exists() {
                    found.push(entry.path());
                } else if entry.path().is_dir() {
                    open.push(entry.path());
                }
            }
        }
        found.sort();
        found
    }

    /// The id of the last run.
    pub fn last_run(&self) -> String {
        let runs = self.runs();
        let last = runs.last().expect("a run was recorded");
        last.file_name().expect("a name").to_string_lossy().into_owned()
    }

    /// The events of the last run, as JSON.
    pub fn events(&self) -> Vec<serde_json::Value> {
        let journal = self.runs().pop().expect("a run was recorded").join("journal.jsonl");
        let text = std::fs::read_to_string(journal).expect("a journal");
        text.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
    }

    /// The events of the last run while it is being written: whole lines only, none before it began.
    pub fn events_so_far(&self) -> Vec<serde_json::Value> {
        let Some(run) = self.runs().pop() else { return Vec::new() };
        let text = std::fs::read_to_string(run.join("journal.jsonl")).unwrap_or_default();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Their kinds.
    pub fn kinds_so_far(&self) -> Vec<String> {
        self.events_so_far().iter().map(|event| event["event"].as_str().unwrap_or("").to_owned()).collect()
    }

    /// The kinds of events of the last run, in order.
    pub fn kinds(&self) -> Vec<String> {
        self.events().iter().map(|event| event["event"].as_str().expect("a kind").to_owned()).collect()
    }

    /// `show --json` of the last run.
    pub fn show(&self) -> serde_json::Value {
        let shown = self.midwatch(&["show", &self.last_run(), "--json"]);
        serde_json::from_str(&shown.stdout).unwrap_or_else(|error| panic!("{error}: {shown:?}"))
    }

    /// Starts midwatch in a terminal of its own.
    pub fn terminal(&self, columns: u16, rows: u16, args: &[&str]) -> Terminal {
        self.terminal_with(columns, rows, args, &[])
    }

    /// The same with variables of its own.
    pub fn terminal_with(&self, columns: u16, rows: u16, args: &[&str], env: &[(&str, &str)]) -> Terminal {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_midwatch"));
        command.env_clear();
        command.cwd(self.path());
        for (name, value) in self.env() {
            command.env(name, value);
        }
        for (name, value) in env {
            command.env(name, value);
        }
        command.args(args);
        Terminal::start(columns, rows, command)
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Ended {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// A program in a real pseudo-terminal, and what its screen shows.
pub struct Terminal {
    screen: Arc<Mutex<vt100::Parser>>,
    raw: Arc<Mutex<Vec<u8>>>,
    keyboard: Box<dyn Write + Send>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    pub master: Box<dyn portable_pty::MasterPty + Send>,
    before: rustix::termios::Termios,
}

fn modes(master: &dyn portable_pty::MasterPty) -> rustix::termios::Termios {
    let descriptor = master.as_raw_fd().expect("a descriptor");
    // SAFETY: the terminal owns it and outlives the borrow.
    let descriptor = unsafe { std::os::fd::BorrowedFd::borrow_raw(descriptor) };
    rustix::termios::tcgetattr(descriptor).expect("modes")
}

fn some(size: u16) -> std::num::NonZeroU16 {
    size.try_into().expect("a size")
}

/// How long a test waits for something that should come at once.
const PATIENCE: Duration = Duration::from_secs(30);

impl Terminal {
    pub fn start(columns: u16, rows: u16, command: CommandBuilder) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let before = modes(&*pair.master);
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(some(rows), some(columns), 2000)));
        let raw = Arc::new(Mutex::new(Vec::new()));
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let (shared, bytes) = (Arc::clone(&screen), Arc::clone(&raw));
        std::thread::spawn(move || {
            let mut buffer = [0u8; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                shared.lock().expect("screen").process(&buffer[..count]);
                bytes.lock().expect("raw").extend_from_slice(&buffer[..count]);
            }
        });
        let keyboard = pair.master.take_writer().expect("a keyboard");
        Terminal { screen, raw, keyboard, child, master: pair.master, before }
    }

    /// What the screen shows now.
    pub fn screen(&self) -> String {
        self.screen.lock().expect("screen").screen().contents()
    }

    /// Gives the emulated screen to `look`.
    pub fn with_screen<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.screen.lock().expect("screen").screen())
    }

    /// Gives the window another size.
    pub fn resize(&self, columns: u16, rows: u16) {
        self.screen.lock().expect("screen").screen_mut().set_size(some(rows), some(columns));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).expect("resized");
    }

    /// Fails unless the terminal is as it was before anything ran in it.
    pub fn assert_sane(&self, what: &str) {
        self.with_screen(|screen| {
            let contents = screen.contents();
            assert!(!screen.hide_cursor(), "{what}: the cursor is hidden:\n{contents}");
            assert!(!screen.alternate_screen(), "{what}: it is the other screen:\n{contents}");
            assert!(!screen.bracketed_paste(), "{what}: pastes are still marked");
            assert!(!screen.application_cursor() && !screen.application_keypad(), "{what}: the keys differ");
            assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "{what}: mouse");
            let cell = (screen.fgcolor(), screen.bgcolor(), screen.bold(), screen.inverse());
            let usual = (vt100::Color::Default, vt100::Color::Default, false, false);
            assert_eq!(cell, usual, "{what}: colours are left on");
        });
        let now = modes(&*self.master);
        let flags = |modes: &rustix::termios::Termios| {
            (modes.input_modes, modes.output_modes, modes.control_modes, modes.local_modes)
        };
        assert_eq!(flags(&now), flags(&self.before), "{what}: the terminal's modes");
    }

    /// All bytes the program wrote.
    pub fn raw(&self) -> Vec<u8> {
        self.raw.lock().expect("raw").clone()
    }

    pub fn cursor_hidden(&self) -> bool {
        self.screen.lock().expect("screen").screen().hide_cursor()
    }

    /// Waits until the screen shows `text`.
    pub fn wait_for(&self, text: &str) -> String {
        let began = Instant::now();
        loop {
            let screen = self.screen();
            if screen.contains(text) {
                return screen;
            }
            assert!(began.elapsed() < PATIENCE, "waited for {text:?}, the screen shows:\n{screen}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends keys at once.
    pub fn send(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("keys are taken");
        self.keyboard.flush().expect("keys are taken");
    }

    /// Waits until the screen shows `text` and the dead time of a question is over, then presses.
    pub fn press(&mut self, text: &str, keys: &str) -> String {
        let screen = self.wait_for(text);
        std::thread::sleep(Duration::from_millis(450));
        self.send(keys);
        screen
    }

    /// Waits for the program's end.
    pub fn end(&mut self) -> i32 {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                std::thread::sleep(Duration::from_millis(50));
                return i32::try_from(status.exit_code()).unwrap_or(-1);
            }
            assert!(began.elapsed() < PATIENCE, "it does not end; the screen shows:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn process_id(&self) -> u32 {
        self.child.process_id().expect("a process")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}
