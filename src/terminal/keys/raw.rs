//! The keyboard of a terminal, one key at a time.

use std::io::Write;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{
    InputModes, LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios, tcflush, tcgetattr,
    tcsetattr,
};

use super::strokes::{Decoder, Stroke};
use super::{DEAD_TIME, Key, Keyboard};
use crate::process::signals;
use crate::terminal::style::Style;

/// How long a sequence may take from its first byte to its last. Over a slow line its parts come
/// one by one, and none of them is a key.
const SEQUENCE: Duration = Duration::from_secs(1);
/// A paste is over when nothing came for so long, even if the terminal never says so.
const PASTE_SILENCE: Duration = Duration::from_secs(5);
/// Signals are looked at this often.
const SLICE: Duration = Duration::from_millis(250);

/// Restores the terminal's modes on every way out.
pub(super) struct Modes {
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
        write("\x1b[?2004l\x1b[?25h");
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &self.before);
    }
}

pub(super) fn write(text: &str) {
    let mut out = std::io::stdout();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

/// Nothing is a key for so long after text came where one key was asked for.
const AFTER_TEXT: Duration = Duration::from_millis(1200);

/// The keyboard of a terminal.
pub struct RawKeyboard {
    style: Style,
    modes: Option<Modes>,
    decoder: Decoder,
    /// When something was read last.
    heard: Option<Instant>,
    /// Until then nothing is a key.
    quiet_until: Option<Instant>,
}

/// What one read brought.
pub(super) enum Read {
    /// Bytes.
    Bytes(Vec<u8>),
    /// Nothing in time; a signal may have come.
    Nothing,
    /// The terminal is gone.
    Gone,
}

impl RawKeyboard {
    /// The keyboard of the terminal on standard input, which is drawn on in `style`.
    pub fn new(style: Style) -> Self {
        RawKeyboard { style, modes: None, decoder: Decoder::default(), heard: None, quiet_until: None }
    }

    /// The same where no question is asked: a key means the same from the first moment on.
    pub fn unasked(style: Style) -> Self {
        let mut keyboard = RawKeyboard::new(style);
        keyboard.ready();
        keyboard
    }

    /// How typed text is drawn.
    pub(super) fn style(&self) -> Style {
        self.style
    }

    /// Sets the terminal for single keys, if it is not.
    pub(super) fn ready(&mut self) {
        if self.modes.is_none() {
            self.modes = Modes::single_keys();
        }
    }

    /// What was typed before a question was drawn is not meant for it.
    pub(super) fn flush(&mut self) {
        let _ = tcflush(std::io::stdin(), QueueSelector::IFlush);
        self.decoder = Decoder::default();
        self.quiet_until = Some(Instant::now() + DEAD_TIME);
    }

    /// What is there within `limit`, at most a slice of time.
    pub(super) fn read(limit: Duration) -> Read {
        let stdin = std::io::stdin();
        let slice = limit.min(SLICE);
        let timeout = Timespec {
            tv_sec: i64::try_from(slice.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: slice.subsec_nanos().into(),
        };
        match poll(&mut [PollFd::new(&stdin, PollFlags::IN)], Some(&timeout)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => return Read::Nothing,
            Ok(_) => {}
            Err(_) => return Read::Gone,
        }
        let mut bytes = [0u8; 4096];
        match rustix::io::read(stdin.as_fd(), &mut bytes) {
            Ok(0) => Read::Gone,
            Ok(count) => Read::Bytes(bytes[..count].to_vec()),
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => Read::Nothing,
            Err(_) => Read::Gone,
        }
    }

    /// The key in what one read brought, if it was one deliberate key.
    fn interpret(&mut self, bytes: &[u8]) -> Option<Key> {
        let now = Instant::now();
        let silence = self.heard.replace(now).map(|heard| now.duration_since(heard));
        let patience = if self.decoder.is_pasting() { PASTE_SILENCE } else { SEQUENCE };
        if silence.is_some_and(|silence| silence > patience) {
            // What was begun then is nothing any more.
            self.decoder.give_up();
        }
        let amid = self.decoder.is_amid();
        let strokes = self.decoder.feed(bytes);
        if self.quiet_until.is_some_and(|until| now < until) {
            // A key that is held down answers nothing, however long it is held.
            self.quiet_until = Some(now + DEAD_TIME);
            return None;
        }
        let [stroke] = &strokes[..] else {
            // Text, meant for something else; the Enter after it is part of it.
            self.quiet_until = Some(now + if strokes.is_empty() { DEAD_TIME } else { AFTER_TEXT });
            return None;
        };
        if amid || self.decoder.is_amid() {
            self.quiet_until = Some(now + DEAD_TIME);
            return None;
        }
        match stroke {
            Stroke::Enter => Some(Key::Enter),
            Stroke::Char(c) => Some(Key::Char(*c)),
            Stroke::Control('c') => Some(Key::Interrupt),
            Stroke::Control('z') => {
                self.suspend();
                None
            }
            Stroke::Control(_) => None,
            // What followed would be part of it.
            _ => {
                self.quiet_until = Some(now + DEAD_TIME);
                None
            }
        }
    }

    /// Ctrl-Z: to the shell with a sane terminal.
    pub(super) fn suspend(&mut self) {
        self.modes = None;
        // The whole group, as the terminal does it: a script that started midwatch stops with it.
        // Where there is no shell to come back to, the system stops nothing.
        let _ = rustix::process::kill_current_process_group(rustix::process::Signal::TSTP);
    }

    /// Whether the process was stopped and goes on: what the screen shows is the shell's then, and
    /// the modes may be.
    pub(super) fn came_back(&mut self) -> bool {
        if !signals::came_back() {
            return false;
        }
        // Not by dropping it: what is there now is the shell's doing.
        if let Some(modes) = self.modes.take() {
            let before = modes.before.clone();
            std::mem::forget(modes);
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &before);
        }
        self.ready();
        true
    }
}

impl Keyboard for RawKeyboard {
    fn key(&mut self) -> Key {
        signals::came_back();
        self.ready();
        self.flush();
        crate::terminal::panic_if_asked("key");
        let key = loop {
            if self.came_back() {
                break Key::Redraw;
            }
            match Self::read(SLICE) {
                // A signal may have come: Gone and a noted signal are told apart by the caller.
                Read::Nothing if signals::pending().is_some() => break Key::Interrupt,
                Read::Nothing => {
                    self.ready();
                }
                Read::Gone => break Key::Gone,
                Read::Bytes(bytes) => {
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
        if self.modes.is_none() {
            signals::came_back();
            self.ready();
            self.flush();
        }
        crate::terminal::panic_if_asked("wait");
        let key = match Self::read(limit) {
            Read::Bytes(bytes) => self.interpret(&bytes),
            Read::Nothing => None,
            Read::Gone => Some(Key::Gone),
        };
        if self.came_back() { Some(Key::Redraw) } else { key }
    }

    fn rest(&mut self) {
        self.modes = None;
    }

    fn line(&mut self, prompt: &str, initial: &str, secret: bool) -> Option<String> {
        super::entry::ask(self, prompt, initial, secret)
    }

    fn text(&mut self, initial: &str) -> Option<String> {
        self.rest();
        // The editor is a program like any other: what it leaves behind is put right.
        let before = tcgetattr(std::io::stdin()).ok();
        let edited = dialoguer::Editor::new().extension(".sh").trim_newlines(true).edit(initial);
        if let Some(before) = before {
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &before);
        }
        write("\x1b[?25h");
        edited.ok().flatten()
    }

    fn by_line(&self) -> bool {
        false
    }
}
