//! One key at a time, and typed text. What was typed ahead, pasted or sent by an arrow key never
//! answers a question.

use std::io::Write;
use std::os::fd::AsFd;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{
    InputModes, LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios, tcflush, tcgetattr,
    tcsetattr,
};

/// Keys are ignored for this long after a question is drawn: a hand that was faster than the
/// screen did not mean this question.
pub const DEAD_TIME: Duration = Duration::from_millis(300);

/// What was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Enter.
    Enter,
    /// A letter, digit or sign, space included.
    Char(char),
    /// Ctrl-C.
    Interrupt,
    /// The terminal is gone, or the input ended.
    Gone,
}

/// Where answers come from.
pub trait Keyboard {
    /// Waits for one key that was pressed after this call.
    fn key(&mut self) -> Key;

    /// A key, if one comes within `limit`; keys pressed since the last call count.
    fn key_within(&mut self, limit: Duration) -> Option<Key>;

    /// Ends what [`Keyboard::key_within`] began.
    fn rest(&mut self);

    /// A line of text; none if the person gave up. `secret` is not echoed.
    fn line(&mut self, prompt: &str, initial: &str, secret: bool) -> Option<String>;

    /// Text of several lines, in the operator's editor; none if nothing was changed.
    fn text(&mut self, initial: &str) -> Option<String>;

    /// Whether answers are letters followed by Enter.
    fn by_line(&self) -> bool;
}

/// Asks whether to end a command that Ctrl-C did not end.
pub fn ask_to_end() -> bool {
    write("\n  It is still running. [k]ill it with all it started, any other key: let it run\n");
    RawKeyboard::default().key() == Key::Char('k')
}

/// Restores the terminal's modes on every way out.
struct Modes {
    before: Termios,
}

impl Modes {
    /// Keys come one at a time, unechoed, and Ctrl-C and Ctrl-Z are keys; output stays as it is.
    fn single_keys() -> Option<Self> {
        let before = tcgetattr(std::io::stdin()).ok()?;
        let mut modes = before.clone();
        modes
            .local_modes
            .remove(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG | LocalModes::IEXTEN);
        modes.input_modes.remove(InputModes::IXON);
        modes.special_codes[SpecialCodeIndex::VMIN] = 1;
        modes.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(std::io::stdin(), OptionalActions::Now, &modes).ok()?;
        write("\x1b[?2004h");
        Some(Modes { before })
    }
}

impl Drop for Modes {
    fn drop(&mut self) {
        write("\x1b[?2004l");
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &self.before);
    }
}

fn write(text: &str) {
    let mut out = std::io::stdout();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

/// The keyboard of a terminal.
#[derive(Default)]
pub struct RawKeyboard {
    modes: Option<Modes>,
    quiet_until: Option<Instant>,
    pasting: bool,
}

impl RawKeyboard {
    fn ready(&mut self) {
        if self.modes.is_none() {
            self.modes = Modes::single_keys();
        }
    }

    /// Bytes that are there within `limit`; none if nothing came.
    fn read(&mut self, limit: Option<Duration>) -> Option<Result<Vec<u8>, ()>> {
        let stdin = std::io::stdin();
        let deadline = limit.map(|limit| Instant::now() + limit);
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            // Never longer than a quarter of a second, so that a signal is noticed soon.
            let slice = left.unwrap_or(Duration::MAX).min(Duration::from_millis(250));
            let timeout = Timespec {
                tv_sec: i64::try_from(slice.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: slice.subsec_nanos().into(),
            };
            let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
            match poll(&mut fds, Some(&timeout)) {
                Ok(0) if left.is_none_or(|left| left > slice) => {
                    left?;
                    continue;
                }
                Ok(0) | Err(rustix::io::Errno::INTR) => return None,
                Err(_) => return Some(Err(())),
                Ok(_) => {}
            }
            let mut bytes = [0u8; 4096];
            return match rustix::io::read(stdin.as_fd(), &mut bytes) {
                Ok(0) => Some(Err(())),
                Ok(count) => Some(Ok(bytes[..count].to_vec())),
                Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => None,
                Err(_) => Some(Err(())),
            };
        }
    }

    /// The key in what one read brought, if it was one deliberate key.
    fn interpret(&mut self, bytes: &[u8]) -> Option<Key> {
        if self.pasting {
            self.pasting = !contains(bytes, b"\x1b[201~");
            return None;
        }
        if bytes.first() == Some(&0x1b) {
            self.pasting = contains(bytes, b"\x1b[200~") && !contains(bytes, b"\x1b[201~");
            // Over a slow line the rest of the sequence may come later: it is no key either.
            self.quiet_until = Some(Instant::now() + DEAD_TIME);
            return None;
        }
        if self.quiet_until.is_some_and(|until| Instant::now() < until) {
            // A key that is held down answers nothing, however long it is held.
            self.quiet_until = Some(Instant::now() + DEAD_TIME);
            return None;
        }
        let text = std::str::from_utf8(bytes).ok()?;
        let mut chars = text.chars();
        let first = chars.next()?;
        if chars.next().is_some() {
            return None;
        }
        match first {
            '\r' | '\n' => Some(Key::Enter),
            '\x03' => Some(Key::Interrupt),
            '\x1a' => {
                self.suspend();
                None
            }
            c if c.is_control() => None,
            c => Some(Key::Char(c)),
        }
    }

    /// Ctrl-Z: to the shell with a sane terminal, and back with our modes.
    fn suspend(&mut self) {
        self.modes = None;
        let _ = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP);
        self.ready();
    }
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(bytes, needle).is_some()
}

impl Keyboard for RawKeyboard {
    fn key(&mut self) -> Key {
        self.ready();
        let _ = tcflush(std::io::stdin(), QueueSelector::IFlush);
        self.quiet_until = Some(Instant::now() + DEAD_TIME);
        let key = loop {
            match self.read(None) {
                // A signal may have come: Gone and a noted signal are told apart by the caller.
                None if crate::process::signals::pending().is_some() => break Key::Interrupt,
                None => {}
                Some(Err(())) => break Key::Gone,
                Some(Ok(bytes)) => {
                    if let Some(key) = self.interpret(&bytes) {
                        break key;
                    }
                }
            }
        };
        self.rest();
        key
    }

    fn key_within(&mut self, limit: Duration) -> Option<Key> {
        self.ready();
        match self.read(Some(limit))? {
            Ok(bytes) => self.interpret(&bytes),
            Err(()) => Some(Key::Gone),
        }
    }

    fn rest(&mut self) {
        self.modes = None;
    }

    fn line(&mut self, prompt: &str, initial: &str, secret: bool) -> Option<String> {
        self.rest();
        let _cursor = CursorGuard;
        let term = console::Term::stdout();
        if secret {
            let asked = dialoguer::Password::new().with_prompt(prompt).allow_empty_password(true);
            return asked.interact_on(&term).ok();
        }
        let asked = dialoguer::Input::<String>::new().with_prompt(prompt).allow_empty(true);
        let asked = if initial.is_empty() { asked } else { asked.with_initial_text(initial) };
        asked.interact_text_on(&term).ok()
    }

    fn text(&mut self, initial: &str) -> Option<String> {
        self.rest();
        let _cursor = CursorGuard;
        dialoguer::Editor::new().extension(".sh").trim_newlines(true).edit(initial).ok().flatten()
    }

    fn by_line(&self) -> bool {
        false
    }
}

/// The cursor is visible again, whatever a prompt left behind.
struct CursorGuard;

impl Drop for CursorGuard {
    fn drop(&mut self) {
        write("\x1b[?25h");
    }
}

/// Letters and Enter, from a pipe, a screen reader's terminal or a dumb one.
#[derive(Default)]
pub struct LineKeyboard;

/// What was read and not asked for yet; one for the process, as there is one standard input.
static AHEAD: Mutex<Vec<u8>> = Mutex::new(Vec::new());

impl LineKeyboard {
    /// A line; none at the end of the input, and as soon as a signal came.
    fn read_line(&mut self) -> Option<String> {
        let mut ahead = AHEAD.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let stdin = std::io::stdin();
        loop {
            if let Some(end) = memchr::memchr(b'\n', &ahead) {
                let line: Vec<u8> = ahead.drain(..=end).collect();
                return Some(text_of(&line));
            }
            if crate::process::signals::pending().is_some() {
                return None;
            }
            // Never longer than a quarter of a second, so that a signal is noticed soon.
            let slice = Timespec { tv_sec: 0, tv_nsec: 250_000_000 };
            match poll(&mut [PollFd::new(&stdin, PollFlags::IN)], Some(&slice)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => continue,
                Ok(_) => {}
                Err(_) => return None,
            }
            let mut bytes = [0u8; 4096];
            match rustix::io::read(stdin.as_fd(), &mut bytes) {
                Ok(0) if ahead.is_empty() => return None,
                Ok(0) => return Some(text_of(&std::mem::take(&mut *ahead))),
                Ok(count) => ahead.extend_from_slice(&bytes[..count]),
                Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
                Err(_) => return None,
            }
        }
    }
}

fn text_of(line: &[u8]) -> String {
    String::from_utf8_lossy(line).trim_end_matches(['\n', '\r']).to_owned()
}

impl Keyboard for LineKeyboard {
    fn key(&mut self) -> Key {
        loop {
            match self.read_line() {
                None if crate::process::signals::pending().is_some() => return Key::Interrupt,
                None => return Key::Gone,
                Some(line) => {
                    let mut chars = line.trim().chars();
                    match (chars.next(), chars.next()) {
                        (None, _) => return Key::Enter,
                        (Some(c), None) => return Key::Char(c),
                        _ => write("one letter, then Enter: "),
                    }
                }
            }
        }
    }

    fn key_within(&mut self, limit: Duration) -> Option<Key> {
        // Lines typed ahead answer questions here by design; a wait just takes its time.
        std::thread::sleep(limit);
        None
    }

    fn rest(&mut self) {}

    fn line(&mut self, prompt: &str, initial: &str, secret: bool) -> Option<String> {
        write(&format!("{prompt}: "));
        if !initial.is_empty() {
            write(&format!("(Enter keeps: {initial}) "));
        }
        let quiet = secret.then(Quiet::new).flatten();
        let line = self.read_line();
        if quiet.is_some() {
            write("\n");
        }
        line.map(|line| if line.is_empty() { initial.to_owned() } else { line })
    }

    fn text(&mut self, initial: &str) -> Option<String> {
        write("new text, a line with a single full stop ends it; at once: no change\n");
        let mut lines = Vec::new();
        loop {
            let line = self.read_line()?;
            if line == "." {
                break;
            }
            lines.push(line);
        }
        let text = lines.join("\n");
        (!text.is_empty() && text != initial).then_some(text)
    }

    fn by_line(&self) -> bool {
        true
    }
}

/// No echo while a secret is typed into a terminal line by line.
struct Quiet {
    before: Termios,
}

impl Quiet {
    fn new() -> Option<Self> {
        let before = tcgetattr(std::io::stdin()).ok()?;
        let mut modes = before.clone();
        modes.local_modes.remove(LocalModes::ECHO);
        tcsetattr(std::io::stdin(), OptionalActions::Now, &modes).ok()?;
        Some(Quiet { before })
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &self.before);
    }
}
