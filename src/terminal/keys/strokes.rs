//! Bytes from a terminal, as what was meant: letters, editing keys, a pasted block. Pure, and
//! indifferent to where a read ends: over a slow line a sequence comes in pieces.

/// Begins and ends what a terminal says was pasted.
const PASTE: (&[u8], &[u8]) = (b"\x1b[200~", b"\x1b[201~");
/// A sequence longer than this is none.
const LONGEST: usize = 4096;
/// Of a paste no more is kept: an answer is short.
const PASTED: usize = 64 * 1024;

/// One thing that was done on the keyboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stroke {
    /// A letter, a digit, a sign.
    Char(char),
    /// Enter.
    Enter,
    /// A control character, by its letter: Ctrl-A is `a`.
    Control(char),
    /// The key Esc, once it is sure that no sequence follows.
    Escape,
    /// A key that moves or deletes.
    Edit(Edit),
    /// A pasted block, whole.
    Paste(String),
    /// A key that means nothing here: a function key, the mouse, an answer of the terminal.
    Other,
}

/// What a key does to a line of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// One character to the left.
    Left,
    /// One character to the right.
    Right,
    /// One word to the left.
    WordLeft,
    /// One word to the right.
    WordRight,
    /// To the beginning.
    Home,
    /// To the end.
    End,
    /// Deletes the character before the cursor.
    Backspace,
    /// Deletes the character under the cursor.
    Delete,
    /// Deletes the word before the cursor.
    DeleteWord,
    /// Deletes the word after the cursor.
    DeleteNextWord,
}

/// Puts strokes together from reads.
#[derive(Debug, Default)]
pub struct Decoder {
    pending: Vec<u8>,
    pasting: bool,
}

/// How a sequence goes on.
enum Step {
    /// So many bytes make it.
    Whole(usize, Option<Stroke>),
    /// The rest is still to come.
    More,
}

impl Decoder {
    /// The strokes that are whole after `bytes`.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Stroke> {
        // What is searched again with every read of a paste is its end only.
        let searched = self.pending.len().saturating_sub(PASTE.1.len());
        self.pending.extend_from_slice(bytes);
        let mut strokes = Vec::new();
        let mut at = 0;
        loop {
            if self.pasting {
                let from = searched.max(at);
                let Some(end) = memchr::memmem::find(&self.pending[from..], PASTE.1) else { break };
                let end = from + end;
                let pasted = &self.pending[at..end.min(at + PASTED)];
                strokes.push(Stroke::Paste(String::from_utf8_lossy(pasted).into_owned()));
                self.pasting = false;
                at = end + PASTE.1.len();
            }
            let rest = &self.pending[at..];
            if rest.is_empty() {
                break;
            }
            if rest.starts_with(PASTE.0) {
                self.pasting = true;
                at += PASTE.0.len();
                continue;
            }
            match one(rest) {
                Step::More => break,
                Step::Whole(length, stroke) => {
                    strokes.extend(stroke);
                    at += length;
                }
            }
        }
        self.pending.drain(..at);
        // Only its end is still looked for.
        if self.pasting && self.pending.len() > PASTED {
            let keep = self.pending.len() - PASTE.1.len();
            self.pending.drain(PASTED.min(keep)..keep);
        }
        strokes
    }

    /// Whether something was begun that is not whole.
    pub fn is_amid(&self) -> bool {
        self.pasting || !self.pending.is_empty()
    }

    /// Whether a pasted block has begun and not ended.
    pub fn is_pasting(&self) -> bool {
        self.pasting
    }

    /// Nothing followed: an escape alone was the key, anything else that was begun is dropped.
    pub fn give_up(&mut self) -> Option<Stroke> {
        self.pasting = false;
        let alone = self.pending == [0x1b];
        self.pending.clear();
        alone.then_some(Stroke::Escape)
    }
}

/// The first stroke of `bytes`, which are not empty.
fn one(bytes: &[u8]) -> Step {
    let whole = |length, stroke| Step::Whole(length, Some(stroke));
    match bytes[0] {
        b'\r' | b'\n' => whole(1, Stroke::Enter),
        0x1b => escape(bytes),
        0x7f | 0x08 => whole(1, Stroke::Edit(Edit::Backspace)),
        b'\t' => whole(1, Stroke::Other),
        code @ 0..=0x1f => whole(1, Stroke::Control(char::from(code | 0x60))),
        0x20..=0x7e => whole(1, Stroke::Char(char::from(bytes[0]))),
        lead => {
            let length = match lead {
                0xc2..=0xdf => 2,
                0xe0..=0xef => 3,
                0xf0..=0xf4 => 4,
                _ => return Step::Whole(1, None),
            };
            let there = &bytes[..length.min(bytes.len())];
            match std::str::from_utf8(there) {
                Ok(text) => Step::Whole(length, text.chars().next().map(typed)),
                // Cut in the middle.
                Err(error) if error.error_len().is_none() => Step::More,
                Err(_) => Step::Whole(1, None),
            }
        }
    }
}

fn typed(c: char) -> Stroke {
    if c.is_control() { Stroke::Other } else { Stroke::Char(c) }
}

fn escape(bytes: &[u8]) -> Step {
    let whole = |length, stroke| Step::Whole(length, Some(stroke));
    let Some(&second) = bytes.get(1) else { return Step::More };
    match second {
        b'[' => control_sequence(bytes),
        b'O' => match bytes.get(2) {
            None => Step::More,
            Some(last) => whole(3, key(b"", *last)),
        },
        // Answers of the terminal: up to BEL or the string terminator.
        b']' | b'P' | b'X' | b'^' | b'_' => {
            let end = bytes[2..].iter().position(|byte| matches!(byte, 0x07 | 0x1b | 0x18 | 0x1a));
            match end.map(|end| end + 2) {
                Some(end) if bytes[end] == 0x1b => match bytes.get(end + 1) {
                    None => Step::More,
                    Some(b'\\') => whole(end + 2, Stroke::Other),
                    Some(_) => whole(end, Stroke::Other),
                },
                Some(end) => whole(end + 1, Stroke::Other),
                None if bytes.len() > LONGEST => whole(2, Stroke::Other),
                None => Step::More,
            }
        }
        b'b' => whole(2, Stroke::Edit(Edit::WordLeft)),
        b'f' => whole(2, Stroke::Edit(Edit::WordRight)),
        b'd' => whole(2, Stroke::Edit(Edit::DeleteNextWord)),
        0x7f | 0x08 => whole(2, Stroke::Edit(Edit::DeleteWord)),
        0x20..=0x7e => whole(2, Stroke::Other),
        // Esc, and then something else.
        _ => whole(1, Stroke::Escape),
    }
}

fn control_sequence(bytes: &[u8]) -> Step {
    let body = &bytes[2..];
    let Some(end) = body.iter().position(|byte| !matches!(byte, 0x20..=0x3f)) else {
        return if bytes.len() > LONGEST { Step::Whole(2, Some(Stroke::Other)) } else { Step::More };
    };
    let length = end + 3;
    let stroke = match (body[end], end) {
        // The function keys of the Linux console, and the old report of the mouse.
        (b'[', 0) => return counted(bytes, 4),
        (b'M', 0) => return counted(bytes, 6),
        (last @ 0x40..=0x7e, _) => key(&body[..end], last),
        // Broken off by a control character or another sequence, which is taken for itself.
        _ => return Step::Whole(length - 1, Some(Stroke::Other)),
    };
    Step::Whole(length, Some(stroke))
}

fn counted(bytes: &[u8], length: usize) -> Step {
    if bytes.len() < length { Step::More } else { Step::Whole(length, Some(Stroke::Other)) }
}

/// A key by the last byte of its sequence and what stands before it.
fn key(parameters: &[u8], last: u8) -> Stroke {
    // `1;5C` is Right with Ctrl, `1;3C` with Alt.
    let by_word = parameters.ends_with(b";5") || parameters.ends_with(b";3");
    let edit = match (last, parameters) {
        (b'D', _) if by_word => Edit::WordLeft,
        (b'C', _) if by_word => Edit::WordRight,
        (b'D', _) => Edit::Left,
        (b'C', _) => Edit::Right,
        (b'H', _) | (b'~', b"1" | b"7") => Edit::Home,
        (b'F', _) | (b'~', b"4" | b"8") => Edit::End,
        (b'~', b"3") => Edit::Delete,
        (b'~', b"3;5" | b"3;3") => Edit::DeleteNextWord,
        _ => return Stroke::Other,
    };
    Stroke::Edit(edit)
}

#[cfg(test)]
#[path = "strokes/tests.rs"]
mod tests;
