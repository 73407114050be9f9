//! What a command left switched on in the terminal: a hidden cursor, the other screen, the mouse.
//!
//! A program that is killed does not clean up after itself. Its output is looked through for what it
//! switches, so that exactly that is put right when it is over, and nothing else is touched.

use std::collections::BTreeSet;

/// Private modes that are on in a terminal nobody touched: wrapping, and the cursor.
const ON: [u16; 2] = [7, 25];
/// Those that are off and matter: keys, reverse video, margins, mouse, focus, the other screen,
/// pasting, drawing that is held back.
const OFF: [u16; 19] =
    [1, 5, 6, 9, 47, 66, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 1047, 1049, 2004, 2026];
/// No sequence of control characters is longer; strings (titles, links) are read through.
const LONGEST: usize = 64;
/// The beginning of a string that tells what it is.
const KIND: usize = 6;

/// Where in a sequence the output stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Amid {
    #[default]
    Nothing,
    Escape,
    /// Bytes between the escape character and the last one: `ESC ( B`.
    Intermediate,
    Control,
    Text,
    /// An escape character inside a string: its end, if a backslash follows.
    TextEscape,
}

/// Sees all output of one command.
#[derive(Debug, Default)]
pub struct Leftovers {
    amid: Amid,
    sequence: Vec<u8>,
    /// Private modes that are not as they were.
    switched: BTreeSet<u16>,
    coloured: bool,
    margins: bool,
    insert: bool,
    keypad: bool,
    drawing: bool,
    shifted: bool,
    linked: bool,
    shape: bool,
    /// How many sets of the newer keyboard protocols were begun.
    keys: u32,
    other_keys: bool,
}

impl Leftovers {
    /// Looks at what is shown next.
    pub fn see(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.amid == Amid::Nothing {
                let Some(at) = memchr::memchr3(0x1b, 0x0e, 0x0f, rest) else { return };
                match rest[at] {
                    0x1b => self.amid = Amid::Escape,
                    shift => self.shifted = shift == 0x0e,
                }
                rest = &rest[at + 1..];
                continue;
            }
            let byte = rest[0];
            rest = &rest[1..];
            self.next(byte);
        }
    }

    fn next(&mut self, byte: u8) {
        match (self.amid, byte) {
            // Both break off whatever it is.
            (_, 0x18 | 0x1a) => self.start(Amid::Nothing),
            (Amid::Text, 0x07) | (Amid::TextEscape, b'\\') => {
                self.string();
                self.start(Amid::Nothing);
            }
            (Amid::Text, 0x1b) => self.amid = Amid::TextEscape,
            (Amid::Text, _) => {
                if self.sequence.len() < KIND {
                    self.sequence.push(byte);
                }
            }
            (_, 0x1b) => self.start(Amid::Escape),
            (Amid::TextEscape | Amid::Escape, _) => {
                self.sequence.clear();
                self.escape(byte);
            }
            (Amid::Intermediate, b'0'..=b'~') => {
                if self.sequence == b"(" {
                    self.drawing = byte == b'0';
                }
                self.start(Amid::Nothing);
            }
            (Amid::Control, 0x40..=0x7e) => {
                self.control(byte);
                self.start(Amid::Nothing);
            }
            (Amid::Control, 0x20..=0x3f) | (Amid::Intermediate, 0x20..=0x2f)
                if self.sequence.len() < LONGEST =>
            {
                self.sequence.push(byte);
            }
            // Other control characters act inside a sequence and do not end it.
            (Amid::Control | Amid::Intermediate, 0x00..=0x1f) => {}
            _ => self.start(Amid::Nothing),
        }
    }

    fn start(&mut self, amid: Amid) {
        self.amid = amid;
        self.sequence.clear();
    }

    fn escape(&mut self, byte: u8) {
        self.amid = match byte {
            b'[' => Amid::Control,
            b']' | b'P' | b'X' | b'^' | b'_' => {
                self.sequence.push(byte);
                Amid::Text
            }
            0x20..=0x2f => {
                self.sequence.push(byte);
                Amid::Intermediate
            }
            b'=' | b'>' => {
                self.keypad = byte == b'=';
                Amid::Nothing
            }
            // All as it was when the terminal was new.
            b'c' => {
                *self = Leftovers::default();
                Amid::Nothing
            }
            _ => Amid::Nothing,
        };
    }

    fn string(&mut self) {
        if let Some(rest) = self.sequence.strip_prefix(b"]8;") {
            self.linked = rest != b";";
        }
    }

    fn control(&mut self, last: u8) {
        let text = String::from_utf8_lossy(&self.sequence).into_owned();
        let numbers = |text: &str| -> Vec<u16> { text.split(';').filter_map(|n| n.parse().ok()).collect() };
        match (last, text.as_bytes().first()) {
            (b'h' | b'l', Some(b'?')) => {
                for mode in numbers(&text[1..]) {
                    let on = last == b'h';
                    if (ON.contains(&mode) && !on) || (OFF.contains(&mode) && on) {
                        self.switched.insert(mode);
                    } else {
                        self.switched.remove(&mode);
                    }
                }
            }
            (b'h' | b'l', _) if numbers(&text).contains(&4) => self.insert = last == b'h',
            (b'm', Some(b'>')) => self.other_keys = text != ">4" && text != ">4;0" && text != ">",
            (b'm', _) => self.coloured = !matches!(text.as_str(), "" | "0"),
            (b'r', Some(b'0'..=b'9')) => self.margins = true,
            (b'r', None) => self.margins = false,
            (b'u', Some(b'>')) => self.keys = self.keys.saturating_add(1).min(32),
            (b'u', Some(b'<')) => self.keys = self.keys.saturating_sub(1),
            (b'q', _) if text.ends_with(' ') => self.shape = !matches!(text.as_str(), " " | "0 "),
            _ => {}
        }
    }

    /// What puts the terminal right now that the command is over; empty if nothing is wrong.
    pub fn mend(&mut self) -> String {
        let left = std::mem::take(self);
        let mut out = String::new();
        if left.amid != Amid::Nothing {
            // Else the terminal takes what follows for a part of it.
            out.push('\u{18}');
        }
        if left.shifted {
            out.push('\u{f}');
        }
        for (wrong, right) in [
            (left.drawing, "\x1b(B"),
            (left.linked, "\x1b]8;;\x1b\\"),
            (left.coloured, "\x1b[0m"),
            (left.insert, "\x1b[4l"),
            (left.keypad, "\x1b>"),
            (left.shape, "\x1b[0 q"),
            (left.other_keys, "\x1b[>4;0m"),
        ] {
            if wrong {
                out.push_str(right);
            }
        }
        if left.keys > 0 {
            out.push_str(&format!("\x1b[<{}u", left.keys));
        }
        // Last the screen: the modes above may belong to the one that is left.
        for mode in left.switched.iter().rev() {
            let set = if ON.contains(mode) { 'h' } else { 'l' };
            out.push_str(&format!("\x1b[?{mode}{set}"));
        }
        if left.margins || left.switched.contains(&6) {
            // The cursor is at the top now: to the end of what stands there, so that nothing of it is
            // overwritten.
            out.push_str("\x1b[r\x1b[999;1H\r\n");
        }
        out
    }
}

#[cfg(test)]
#[path = "leftovers/tests.rs"]
mod tests;
