//! Programs that take the whole screen or ask for something, inside a step, in a real terminal.
//!
//! `--nocapture` prints the panes, to be looked at.

mod support;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::Place;

/// How long a test waits for something that should come at once.
const PATIENCE: Duration = Duration::from_secs(60);

/// midwatch in a pane of a tmux server of its own.
struct Pane {
    socket: String,
}

impl Pane {
    fn start(place: &Place, args: &str) -> Self {
        let name = place.path().file_name().unwrap().to_string_lossy().trim_start_matches('.').to_owned();
        let pane = Pane { socket: format!("midwatch-{name}") };
        let program = env!("CARGO_BIN_EXE_midwatch");
        let state = place.state().display().to_string();
        let line = format!("{program} {args}; echo \"midwatch ended with $?\"; sleep 60");
        let mut tmux = pane.tmux(&["-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24"]);
        tmux.args(["-c", &place.path().display().to_string(), "sh", "-c", &line]);
        tmux.env_remove("TMUX").env("MIDWATCH_STATE_DIR", state).env("HOME", place.path());
        tmux.env("LANG", "C.UTF-8").env("TERM", "screen-256color").env_remove("NO_COLOR");
        assert!(tmux.stderr(Stdio::inherit()).status().unwrap().success(), "tmux starts");
        pane
    }

    fn tmux(&self, args: &[&str]) -> Command {
        let mut command = Command::new("tmux");
        command.args(["-L", &self.socket]).args(args);
        command
    }

    fn says(&self, args: &[&str]) -> String {
        String::from_utf8_lossy(&self.tmux(args).output().unwrap().stdout).into_owned()
    }

    fn screen(&self) -> String {
        self.says(&["capture-pane", "-p"])
    }

    /// Waits until the pane shows all of `texts`, and prints it.
    fn shows(&self, texts: &[&str]) -> String {
        let began = Instant::now();
        loop {
            let screen = self.screen();
            if texts.iter().all(|text| screen.contains(text)) {
                println!("{screen}\n{}", "=".repeat(80));
                return screen;
            }
            assert!(began.elapsed() < PATIENCE, "waited for {texts:?}, the pane shows:\n{screen}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn keys(&self, keys: &[&str]) {
        assert!(self.tmux(&[&["send-keys"], keys].concat()).status().unwrap().success());
    }

    /// Waits for a question and its dead time, then answers.
    fn answer(&self, texts: &[&str], keys: &[&str]) {
        self.shows(texts);
        std::thread::sleep(Duration::from_millis(450));
        self.keys(keys);
    }

    /// The terminal is as a shell wants it: the cursor to be seen, no alternate screen.
    fn is_sane(&self) {
        assert_eq!(
            self.says(&["display", "-p", "#{cursor_flag} #{alternate_on} #{mouse_any_flag}"]).trim(),
            "1 0 0"
        );
    }
}

impl Drop for Pane {
    fn drop(&mut self) {
        let _ = self.tmux(&["kill-server"]).stderr(Stdio::null()).status();
    }
}

/// Whether the programs are there; what is not is said.
fn have(programs: &[&str]) -> bool {
    let missing = |name: &&&str| {
        let found = std::env::var_os("PATH")
            .map(|path| std::env::split_paths(&path).any(|dir| dir.join(name).exists()));
        found != Some(true)
    };
    let missing: Vec<&&str> = programs.iter().filter(missing).collect();
    if !missing.is_empty() {
        println!("left out: {missing:?} in a real terminal: not installed");
    }
    missing.is_empty()
}

fn recorded(place: &Place) -> String {
    let run = place.runs().pop().unwrap();
    let mut all = std::fs::read_to_string(run.join("journal.jsonl")).unwrap();
    for file in std::fs::read_dir(run.join("output")).into_iter().flatten().flatten() {
        all.push_str(&String::from_utf8_lossy(&std::fs::read(file.path()).unwrap()));
    }
    all
}

fn step(place: &Place, script: &str) -> Pane {
    place.file("one.md", format!("# One step\n\n```sh id=one\n{script}\n```\n"));
    let pane = Pane::start(place, "run one.md");
    pane.answer(&["[Enter] start"], &["Enter"]);
    pane.answer(&["[Enter] run"], &["Enter"]);
    pane
}

/// The step ended well, the terminal is sane, and the walk ends.
fn ends(pane: &Pane, place: &Place) {
    pane.shows(&["step 1, exit 0", "What would have helped?"]);
    pane.is_sane();
    std::thread::sleep(Duration::from_millis(450));
    pane.keys(&["Enter"]);
    pane.shows(&["COMPLETE", "midwatch ended with 0"]);
    pane.is_sane();
    assert_eq!(place.show()["status"], "completed");
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

#[test]
fn an_editor_takes_the_screen_and_gives_it_back() {
    if !have(&["tmux", "vim"]) {
        return;
    }
    let place = Place::new();
    let pane = step(&place, "vim -u NONE -N notes.txt");
    pane.shows(&["~\n~\n", "notes.txt"]);
    assert_eq!(pane.says(&["display", "-p", "#{alternate_on}"]).trim(), "1", "vim has the screen");
    pane.keys(&["i", "written in vim", "Enter", "second line", "Escape"]);
    pane.shows(&["written in vim\nsecond line\n~\n"]);
    pane.keys(&[":wq", "Enter"]);
    ends(&pane, &place);
    assert_eq!(text(&place.path().join("notes.txt")), "written in vim\nsecond line\n");
    // What stood on the screen before the editor is there again.
    assert!(pane.says(&["capture-pane", "-p", "-S", "-200"]).contains("vim -u NONE -N notes.txt"));
}

#[test]
fn a_pager_turns_its_pages() {
    if !have(&["tmux", "less"]) {
        return;
    }
    let place = Place::new();
    let pane = step(&place, "seq -f 'line %g of many' 1 500 | less");
    pane.shows(&["line 1 of many\nline 2 of many\n", "\n:"]);
    pane.keys(&["G"]);
    pane.shows(&["line 500 of many\n(END)"]);
    pane.keys(&["?", "line 250", "Enter"]);
    pane.shows(&["line 250 of many\nline 251 of many"]);
    pane.keys(&["q"]);
    ends(&pane, &place);
}

#[test]
fn a_progress_bar_is_one_line_in_its_colour() {
    if !have(&["tmux"]) {
        return;
    }
    let place = Place::new();
    let bar = "for i in 20 40 60 80 100; do printf '\\r\\033[32m[%-10s]\\033[0m %3d%%' \"$(printf '#%.0s' $(seq $((i/10))))\" $i; sleep 0.2; done; echo";
    let pane = step(&place, bar);
    let screen = pane.shows(&["[##########] 100%", "step 1, exit 0"]);
    assert_eq!(screen.matches("%\n").count(), 1, "one line, drawn over: {screen}");
    let coloured = pane.says(&["capture-pane", "-p", "-e"]);
    let line = coloured.lines().find(|line| line.contains("[##########]")).unwrap();
    assert!(line.split("[##").next().unwrap().contains("\u{1b}[32m"), "{line:?}");
    ends(&pane, &place);
}

#[test]
fn a_password_is_typed_unseen_and_recorded_nowhere() {
    if !have(&["tmux"]) {
        return;
    }
    let place = Place::new();
    // As sudo, ssh and psql do it: the terminal itself, its echo off.
    let ask = "stty -echo < /dev/tty; printf 'Password: ' > /dev/tty; IFS= read -r pw < /dev/tty; stty echo < /dev/tty; echo\n\
read -rsp 'Once more: ' again; echo\n[ \"$pw\" = \"$again\" ] && echo \"alike, ${#pw} characters\"; unset pw again";
    let pane = step(&place, ask);
    pane.shows(&["─\nPassword:"]);
    pane.keys(&["correct horse", "Enter"]);
    pane.shows(&["Password:\nOnce more:"]);
    pane.keys(&["correct horse", "Enter"]);
    let screen = pane.shows(&["alike, 13 characters"]);
    assert!(!screen.contains("horse"), "{screen}");
    ends(&pane, &place);
    let all = recorded(&place);
    assert!(all.contains("alike, 13") && !all.contains("horse"), "{all}");
}

#[test]
fn a_full_screen_monitor_runs_and_ends_on_its_key() {
    if !have(&["tmux", "top"]) {
        return;
    }
    let place = Place::new();
    let pane = step(&place, "top -d 1");
    pane.shows(&["load average", "PID USER"]);
    pane.keys(&["q"]);
    ends(&pane, &place);
}

#[test]
fn an_interrupt_ends_the_monitor_and_not_the_walk() {
    if !have(&["tmux", "top"]) {
        return;
    }
    let place = Place::new();
    let pane = step(&place, "top -d 1");
    pane.shows(&["load average", "PID USER"]);
    pane.keys(&["C-c"]);
    // top takes it as a signal to end well; whatever it says, the walk is there and the terminal sane.
    pane.shows(&["step 1"]);
    pane.is_sane();
    assert!(pane.says(&["display", "-p", "#{pane_dead}"]).trim() == "0");
}
