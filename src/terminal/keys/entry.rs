//! Typed text on a terminal: one line that is redrawn in place, whatever is typed, pasted or resized.
//!
//! Esc and Ctrl-C give the entry up and nothing else. Only an Enter that was pressed alone answers:
//! one in a pasted block is part of the text, and one that comes with the question was meant for
//! something before it.

use std::time::{Duration, Instant};

use super::DEAD_TIME;
use super::buffer::Buffer;
use super::raw::{RawKeyboard, Read, write};
use super::strokes::{Decoder, Stroke};
use crate::process::signals;
use crate::terminal::style::{Role, Style};
use crate::terminal::text::{width, wrap};

/// After an escape character, how long the rest of a sequence may take before it was the key Esc.
const ESCAPE: Duration = Duration::from_millis(500);
/// What follows an Enter within this was pasted with it, where the terminal does not say so.
const TOGETHER: Duration = Duration::from_millis(20);
/// Columns that typed text needs beside its prompt; with less it gets a line of its own.
const ROOM: usize = 20;

/// Asks for a line of text. None if it was given up, a signal came or the terminal is gone.
pub(super) fn ask(keyboard: &mut RawKeyboard, prompt: &str, initial: &str, secret: bool) -> Option<String> {
    signals::came_back();
    keyboard.ready();
    keyboard.flush();
    let mut entry = Entry {
        prompt: prompt.to_owned(),
        secret,
        style: keyboard.style(),
        buffer: Buffer::new(initial),
        columns: 0,
        drawn: 0,
        head: String::new(),
    };
    entry.begin();
    crate::terminal::panic_if_asked("text");
    let typed = entry.listen(keyboard);
    entry.finish(typed.is_none());
    drop(entry);
    use super::Keyboard as _;
    keyboard.rest();
    typed
}

struct Entry {
    prompt: String,
    secret: bool,
    style: Style,
    buffer: Buffer,
    columns: usize,
    /// Columns the line took when it was drawn last.
    drawn: usize,
    /// What stands before the text on its line.
    head: String,
}

impl Entry {
    fn listen(&mut self, keyboard: &mut RawKeyboard) -> Option<String> {
        let mut decoder = Decoder::default();
        let mut heard = Instant::now();
        // An Enter before it was not meant for this question.
        let mut enters_from = Instant::now() + DEAD_TIME;
        loop {
            if keyboard.came_back() {
                self.begin();
            }
            keyboard.ready();
            self.resized();
            let wait = if decoder.is_amid() { ESCAPE / 4 } else { Duration::MAX };
            let (strokes, last) = match RawKeyboard::read(wait) {
                Read::Gone => return None,
                Read::Nothing if signals::pending().is_some() => return None,
                Read::Nothing if decoder.is_amid() && !decoder.is_pasting() && heard.elapsed() >= ESCAPE => {
                    (decoder.give_up().into_iter().collect(), false)
                }
                Read::Nothing => continue,
                Read::Bytes(bytes) => {
                    heard = Instant::now();
                    let ends = bytes.last().is_some_and(|byte| matches!(byte, b'\r' | b'\n'));
                    (decoder.feed(&bytes), ends)
                }
            };
            let many = strokes.iter().filter(|stroke| **stroke == Stroke::Enter).count() > 1;
            let count = strokes.len();
            for (n, stroke) in strokes.into_iter().enumerate() {
                match stroke {
                    // Not the last thing that came: the line end of a block.
                    Stroke::Enter if !last || n + 1 < count => self.buffer.insert('\n'),
                    Stroke::Enter if many => {}
                    Stroke::Enter if heard < enters_from => enters_from = heard + DEAD_TIME,
                    Stroke::Enter => match RawKeyboard::read(TOGETHER) {
                        Read::Bytes(bytes) => {
                            self.buffer.insert('\n');
                            let more = decoder.feed(&bytes);
                            self.block(more);
                        }
                        // Line ends at its end come from how it was copied.
                        _ => return Some(self.buffer.text().trim_end_matches('\n').to_owned()),
                    },
                    Stroke::Escape | Stroke::Control('c') => return None,
                    Stroke::Control('d') if self.buffer.is_empty() => return None,
                    Stroke::Control('z') => keyboard.suspend(),
                    Stroke::Control('l') => self.begin(),
                    Stroke::Control(letter) => drop(self.buffer.control(letter)),
                    Stroke::Edit(edit) => drop(self.buffer.edit(edit)),
                    Stroke::Char(c) => self.buffer.insert(c),
                    Stroke::Paste(text) => self.buffer.paste(&text),
                    Stroke::Other => {}
                }
            }
            self.draw();
        }
    }

    /// The rest of a block that the terminal did not announce: text, whatever it holds.
    fn block(&mut self, strokes: Vec<Stroke>) {
        let count = strokes.len();
        for (n, stroke) in strokes.into_iter().enumerate() {
            match stroke {
                Stroke::Char(c) => self.buffer.insert(c),
                Stroke::Paste(text) => self.buffer.paste(&text),
                Stroke::Enter if n + 1 < count => self.buffer.insert('\n'),
                _ => {}
            }
        }
    }

    /// Draws the prompt and the line on fresh lines.
    fn begin(&mut self) {
        self.columns = columns();
        let (above, head) = head(&self.prompt, self.columns);
        let above: String = above.iter().map(|line| format!("\r{line}\r\n")).collect();
        write(&above);
        self.head = head;
        self.draw();
    }

    /// Draws the line where it stands.
    fn draw(&mut self) {
        let room = self.columns.saturating_sub(width(&self.head) + 1).max(4);
        let (shown, cursor) = match (self.secret, self.buffer.is_empty()) {
            (false, _) => self.buffer.view(room, self.style.unicode),
            (true, true) => (String::new(), 0),
            // That something is there, not how much.
            (true, false) => ("***".to_owned(), 3),
        };
        self.drawn = width(&self.head) + width(&shown);
        let at = width(&self.head) + cursor;
        write(&format!("\r\x1b[K{}{shown}\r\x1b[{at}C", self.head));
    }

    /// Draws it again if the window changed. Where the line may have been broken in two, on a fresh
    /// line: nothing that stands on the screen is overwritten.
    fn resized(&mut self) {
        let now = columns();
        if now == self.columns {
            return;
        }
        if now <= self.drawn {
            write("\r\n");
        }
        self.columns = now;
        self.begin();
    }

    /// Leaves the line as it was answered.
    fn finish(&mut self, given_up: bool) {
        self.buffer.control('e');
        self.draw();
        if given_up && !self.buffer.is_empty() {
            let left = self.columns.saturating_sub(self.drawn + 1);
            let word = "  (given up)";
            if word.len() <= left {
                write(&self.style.paint(Role::Dim, word));
            }
        }
        write("\r\n");
    }
}

/// What stands before typed text, and the lines above it where the prompt leaves too little room.
pub(super) fn head(prompt: &str, columns: usize) -> (Vec<String>, String) {
    let end = if prompt.ends_with(['?', ':']) { " " } else { ": " };
    let prompt = format!("{prompt}{end}");
    if width(&prompt) + ROOM <= columns {
        return (Vec::new(), prompt);
    }
    let indent = &prompt[..prompt.len() - prompt.trim_start().len()];
    let lines = wrap(prompt.trim(), columns.saturating_sub(1), indent, indent);
    (lines, format!("{indent}> "))
}

pub(super) fn columns() -> usize {
    crate::process::terminal_size().map_or(80, |(columns, _)| usize::from(columns)).max(8)
}
