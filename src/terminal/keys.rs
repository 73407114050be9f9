//! One key at a time, and typed text. What was typed ahead, pasted or sent by an arrow key never
//! answers a question.
//!
//! ```text
//! strokes  bytes to keys and pasted blocks     raw    the keyboard of a terminal
//! buffer   a line of text being typed          entry  typed text on a terminal
//! lines    letters and Enter
//! ```

mod buffer;
mod entry;
mod lines;
mod raw;
mod strokes;

use std::time::Duration;

pub use lines::LineKeyboard;
pub use raw::RawKeyboard;

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
    /// None: midwatch was stopped and goes on, and the question is to be shown again.
    Redraw,
    /// The terminal is gone, or the input ended.
    Gone,
}

/// Where answers come from.
pub trait Keyboard {
    /// Waits for one key that was pressed after this call.
    fn key(&mut self) -> Key;

    /// A key, if one comes within `limit`; keys pressed since the last call count.
    fn key_within(&mut self, limit: Duration) -> Option<Key>;

    /// Whether [`Keyboard::key_within`] ever hears anything.
    fn hears_waits(&self) -> bool {
        true
    }

    /// Ends what [`Keyboard::key_within`] began.
    fn rest(&mut self);

    /// A line of text; none if the person gave it up, which is no answer. `secret` is not shown.
    fn line(&mut self, prompt: &str, initial: &str, secret: bool) -> Option<String>;

    /// Text of several lines, in the operator's editor; none if nothing was changed.
    fn text(&mut self, initial: &str) -> Option<String>;

    /// Whether answers are letters followed by Enter.
    fn by_line(&self) -> bool;
}

/// Asks whether to end a command that Ctrl-C did not end.
pub fn ask_to_end() -> bool {
    raw::write("\n  It is still running. [k]ill it with all it started, any other key: let it run\n");
    RawKeyboard::new(super::style::Style::PLAIN).key() == Key::Char('k')
}
