//! Letters and Enter.

use std::io::IsTerminal;
use std::os::fd::AsFd;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::raw::write;
use super::{Key, Keyboard};
use crate::process::signals;
use crate::terminal::clean::clean_line;

/// Letters and Enter, from a pipe, a screen reader's terminal or a dumb one.
#[derive(Default)]
pub struct LineKeyboard;

/// Signals are looked at this often.
const SLICE: Duration = Duration::from_millis(250);

/// What was read and not asked for yet; one for the process, as there is one standard input.
static AHEAD: Mutex<Vec<u8>> = Mutex::new(Vec::new());

impl LineKeyboard {
    /// A line; none at the end of the input, and as soon as a signal came.
    fn read_line(&mut self) -> Option<String> {
        loop {
            match Self::read_within(SLICE) {
                Read::Line(line) => return Some(line),
                Read::Nothing if signals::pending().is_some() => return None,
                Read::Nothing => {}
                Read::Gone => return None,
            }
        }
    }

    /// A line, if a whole one is there within `limit`.
    fn read_within(limit: Duration) -> Read {
        let mut ahead = AHEAD.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let stdin = std::io::stdin();
        let until = Instant::now() + limit;
        loop {
            if let Some(end) = memchr::memchr(b'\n', &ahead) {
                let line: Vec<u8> = ahead.drain(..=end).collect();
                return Read::Line(text_of(&line));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || signals::pending().is_some() {
                return Read::Nothing;
            }
            // Never longer than a quarter of a second, so that a signal is noticed soon.
            let slice = Timespec { tv_sec: 0, tv_nsec: left.min(SLICE).subsec_nanos().into() };
            match poll(&mut [PollFd::new(&stdin, PollFlags::IN)], Some(&slice)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => continue,
                Ok(_) => {}
                Err(_) => return Read::Gone,
            }
            let mut bytes = [0u8; 4096];
            match rustix::io::read(stdin.as_fd(), &mut bytes) {
                Ok(0) if ahead.is_empty() => return Read::Gone,
                Ok(0) => return Read::Line(text_of(&std::mem::take(&mut *ahead))),
                Ok(count) => ahead.extend_from_slice(&bytes[..count]),
                Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
                Err(_) => return Read::Gone,
            }
        }
    }
}

/// What came in time.
enum Read {
    Line(String),
    Nothing,
    Gone,
}

/// The key a line means: its only letter, or Enter where there is none.
fn key_of(line: &str) -> Option<Key> {
    let mut chars = line.trim().chars();
    match (chars.next(), chars.next()) {
        (None, _) => Some(Key::Enter),
        (Some(c), None) => Some(Key::Char(c)),
        _ => None,
    }
}

fn text_of(line: &[u8]) -> String {
    String::from_utf8_lossy(line).trim_end_matches(['\n', '\r']).to_owned()
}

impl Keyboard for LineKeyboard {
    fn key(&mut self) -> Key {
        loop {
            match self.read_line() {
                None if signals::pending().is_some() => return Key::Interrupt,
                None => return Key::Gone,
                Some(line) => match key_of(&line) {
                    Some(key) => return key,
                    None => write("one letter, then Enter: "),
                },
            }
        }
    }

    fn key_within(&mut self, limit: Duration) -> Option<Key> {
        // Between pipes lines typed ahead answer the questions to come by design; a wait just takes
        // its time.
        if !self.hears_waits() {
            std::thread::sleep(limit);
            return None;
        }
        match Self::read_within(limit) {
            Read::Line(line) => key_of(&line),
            Read::Nothing => None,
            Read::Gone => Some(Key::Gone),
        }
    }

    fn hears_waits(&self) -> bool {
        std::io::stdin().is_terminal()
    }

    fn rest(&mut self) {}

    fn line(&mut self, prompt: &str, initial: &str, secret: bool) -> Option<String> {
        let kept = if initial.is_empty() {
            String::new()
        } else {
            format!(" (Enter keeps: {})", clean_line(initial))
        };
        let (above, head) = super::entry::head(&format!("{prompt}{kept}"), super::entry::columns());
        above.iter().for_each(|line| write(&format!("{line}\n")));
        write(&head);
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
