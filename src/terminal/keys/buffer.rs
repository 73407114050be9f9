//! A line of text that is being typed: characters as a person counts them, and a cursor between two
//! of them. Pure.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::strokes::Edit;
use crate::terminal::clean::clean_line;

/// More than this is no answer.
const LONGEST: usize = 64 * 1024;

/// The text, and where the cursor stands in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Buffer {
    before: String,
    after: String,
    killed: String,
}

impl Buffer {
    /// A text with the cursor at its end.
    pub fn new(text: &str) -> Self {
        Buffer { before: text.to_owned(), ..Buffer::default() }
    }

    /// All of it.
    pub fn text(&self) -> String {
        format!("{}{}", self.before, self.after)
    }

    /// Whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.before.is_empty() && self.after.is_empty()
    }

    /// Puts a character before the cursor.
    pub fn insert(&mut self, c: char) {
        if self.before.len() + self.after.len() < LONGEST {
            self.before.push(c);
        }
    }

    /// Puts a pasted block before the cursor. Its line ends stay what they are, part of the text;
    /// those at its end come from how it was copied and go. So do control characters.
    pub fn paste(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text = text.trim_end_matches('\n');
        for c in text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()) {
            self.insert(c);
        }
    }

    /// What a key does. Whether anything changed.
    pub fn edit(&mut self, edit: Edit) -> bool {
        let was = self.clone();
        match edit {
            Edit::Left => self.back(last_length(&self.before)),
            Edit::Right => self.forward(first_length(&self.after)),
            Edit::WordLeft => self.back(self.word_before()),
            Edit::WordRight => self.forward(self.word_after()),
            Edit::Home => self.back(self.before.len()),
            Edit::End => self.forward(self.after.len()),
            Edit::Backspace => self.before.truncate(self.before.len() - last_length(&self.before)),
            Edit::Delete => drop(self.after.drain(..first_length(&self.after))),
            Edit::DeleteWord => self.kill_before(self.word_before()),
            Edit::DeleteNextWord => self.kill_after(self.word_after()),
        }
        *self != was
    }

    /// Ctrl and a letter, as in a shell. Whether it means something here.
    pub fn control(&mut self, letter: char) -> bool {
        match letter {
            'a' => drop(self.edit(Edit::Home)),
            'e' => drop(self.edit(Edit::End)),
            'b' => drop(self.edit(Edit::Left)),
            'f' => drop(self.edit(Edit::Right)),
            'd' => drop(self.edit(Edit::Delete)),
            'w' => {
                let spaces = self.before.trim_end().len();
                let word = self.before[..spaces].rfind(char::is_whitespace);
                let start =
                    word.map_or(0, |at| at + self.before[at..].chars().next().map_or(1, char::len_utf8));
                self.kill_before(self.before.len() - start);
            }
            'u' => self.kill_before(self.before.len()),
            'k' => self.kill_after(self.after.len()),
            'y' => self.before.push_str(&self.killed),
            _ => return false,
        }
        true
    }

    fn back(&mut self, length: usize) {
        let moved = self.before.split_off(self.before.len() - length);
        self.after.insert_str(0, &moved);
    }

    fn forward(&mut self, length: usize) {
        self.before.extend(self.after.drain(..length));
    }

    fn kill_before(&mut self, length: usize) {
        self.killed = self.before.split_off(self.before.len() - length);
    }

    fn kill_after(&mut self, length: usize) {
        self.killed = self.after.drain(..length).collect();
    }

    fn word_before(&self) -> usize {
        let part = self.before.trim_end_matches(|c: char| !c.is_alphanumeric());
        self.before.len() - part.trim_end_matches(char::is_alphanumeric).len()
    }

    fn word_after(&self) -> usize {
        let part = self.after.trim_start_matches(|c: char| !c.is_alphanumeric());
        self.after.len() - part.trim_start_matches(char::is_alphanumeric).len()
    }

    /// What of it stands in `room` columns, and in which of them the cursor. Never more, so that
    /// the terminal wraps nothing; what is left out is marked.
    pub fn view(&self, room: usize, unicode: bool) -> (String, usize) {
        let mark = if unicode { "…" } else { "~" };
        let (left, right): (Vec<_>, Vec<_>) = (cells(&self.before, unicode), cells(&self.after, unicode));
        let total = |cells: &[(String, usize)]| cells.iter().map(|(_, width)| width).sum::<usize>();
        // The last column is the cursor's, at the end of the text.
        if total(&left) + total(&right) < room {
            let cursor = total(&left);
            return (left.into_iter().chain(right).map(|(shown, _)| shown).collect(), cursor);
        }
        let under = right.first().map_or(1, |(_, width)| *width);
        let mut used = 0;
        let fits = left.iter().rev().take_while(|(_, width)| {
            used += width;
            // A mark before, the character under the cursor and a mark after it.
            used + under + 2 <= room
        });
        let from = left.len() - fits.count();
        let (mut shown, mut cursor) = (String::new(), 0);
        if from > 0 {
            shown.push_str(mark);
            cursor = 1;
        }
        for (cell, width) in &left[from..] {
            shown.push_str(cell);
            cursor += width;
        }
        let mut column = cursor;
        for (n, (cell, width)) in right.iter().enumerate() {
            let last = n + 1 == right.len();
            if column + width + usize::from(!last) > room {
                shown.push_str(mark);
                break;
            }
            shown.push_str(cell);
            column += width;
        }
        (shown, cursor)
    }
}

fn last_length(text: &str) -> usize {
    text.graphemes(true).next_back().map_or(0, str::len)
}

fn first_length(text: &str) -> usize {
    text.graphemes(true).next().map_or(0, str::len)
}

/// Each character as it is shown, and its columns.
fn cells(text: &str, unicode: bool) -> Vec<(String, usize)> {
    let cell = |grapheme: &str| {
        let shown = match grapheme {
            "\n" if unicode => "⏎".to_owned(),
            "\n" => "^J".to_owned(),
            _ => clean_line(grapheme).into_owned(),
        };
        let width = shown.width();
        (shown, width)
    };
    text.graphemes(true).map(cell).collect()
}

#[cfg(test)]
#[path = "buffer/tests.rs"]
mod tests;
