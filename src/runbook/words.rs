//! Words and sentences of a text without markup.

mod announce;
mod begins;
mod conditions;
mod expected;
mod files;
mod instruction;
mod lead;
mod lists;
mod options;
mod platforms;
mod sayings;
mod table;

pub(super) use announce::{
    announces_command, is_example, is_extra, is_extra_label, is_one, leads_to_example, leads_to_output_alone,
};
pub(super) use conditions::{
    begins_with_if, is_fallback, looks_back, names_case, offers_instead, says_or_abroad,
};
pub(super) use expected::expects;
pub(super) use files::announces_content;
pub(super) use instruction::{
    begins_with_verb, has_imperative, heading_asks, is_aside, is_imperative, is_note,
};
pub(super) use lead::{
    announcement, announces_example, announces_output, announces_text, introduces_choice,
    introduces_examples, introduces_things, says_what_it_does, tells_output, unfinished,
};
pub(super) use sayings::{Said, names_a_task, of_block, speaks_of, tells_to_run, warns_of};

pub(super) use options::{labelled_option, option_number};
pub(super) use platforms::{names_platform, names_way};

use crate::source::{trim, trim_start};

/// The sentences of a text without markup, trimmed; none is empty.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = trim(text);
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (sentence, tail) = rest.split_at(sentence_end(rest));
        rest = trim_start(tail);
        Some(trim(sentence))
    })
}

/// The first sentence, without its full stop or colon.
pub(super) fn first_sentence(text: &str) -> &str {
    let text = trim(text);
    let sentence = &text[..sentence_end(text)];
    sentence.trim_end().trim_end_matches(['.', ':', ';', ',', ' '])
}

/// The last sentence.
pub(super) fn last_sentence(text: &str) -> &str {
    sentences(text).last().unwrap_or("")
}

/// Where the first sentence ends: after `.`, `!` or `?` before white space and no small letter,
/// unless it is an abbreviation or the number of a list.
fn sentence_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(found) = memchr::memchr3(b'.', b'!', b'?', &bytes[from..]) {
        let at = from + found;
        from = at + 1;
        let closing = bytes[from..].iter().take_while(|byte| matches!(byte, b')' | b'"' | b'\'')).count();
        let tail = &bytes[from + closing..];
        if !matches!(tail.first(), Some(b' ' | b'\t' | b'\n')) {
            continue;
        }
        let goes_on = || text[from + closing..].trim_start().starts_with(|c: char| c.is_ascii_lowercase());
        if bytes[at] == b'.' && goes_on() || ends_no_sentence(text, at) {
            continue;
        }
        return from + closing;
    }
    text.len()
}

/// Whether the word before the stop at `at` is an abbreviation, or the number of a list.
fn ends_no_sentence(text: &str, at: usize) -> bool {
    let before = &text.as_bytes()[..at];
    let space = |byte: &u8| matches!(byte, b' ' | b'(' | b'\t' | b'\n');
    let start = before.iter().rposition(space).map_or(0, |space| space + 1);
    let word = &before[start..];
    let known: [&[u8]; 11] =
        [b"e.g", b"i.e", b"etc", b"vs", b"cf", b"approx", b"resp", b"no", b"e.g.", b"Dr", b"ex"];
    // None of them is longer.
    if word.len() < 7 && known.iter().any(|known| word.eq_ignore_ascii_case(known)) {
        return true;
    }
    // "Step 1. Look" is counted as "1. Look" is.
    word.iter().all(u8::is_ascii_digit)
        && (start == 0 || text[..start].trim_end().eq_ignore_ascii_case("step"))
}

/// A word with what it ends in.
#[derive(Clone, Copy)]
pub(super) struct Word<'t> {
    pub text: &'t str,
    /// Followed by a colon.
    pub colon: bool,
}

impl Word<'_> {
    /// The word in lower case; empty if it is longer than any word a list holds.
    pub fn lower(self) -> Lower {
        Lower::of(self.text)
    }
}

/// A short word in lower case, kept where it is used. What is behind the word is zeros, so that eight
/// bytes at a time are compared and hashed.
#[derive(Clone, Copy)]
pub(super) struct Lower {
    bytes: [[u8; 8]; 3],
    len: usize,
}

impl Lower {
    /// The longest word that is kept, in bytes.
    const LONGEST: usize = 24;

    pub fn of(text: &str) -> Self {
        let bytes = if text.len() <= Self::LONGEST { text.as_bytes() } else { b"" };
        let part = |from: usize| match bytes.get(from..) {
            Some(rest) => lower_case(whole(&rest[..rest.len().min(8)])).to_le_bytes(),
            None => [0; 8],
        };
        Lower { bytes: [part(0), part(8), part(16)], len: bytes.len() }
    }

    /// Leaves the first `len` bytes, of a word of ASCII letters.
    fn cut(&mut self, len: usize) {
        self.bytes.as_flattened_mut()[len..].fill(0);
        self.len = len;
    }

    /// Adds a letter where there is room.
    fn add(&mut self, letter: u8) {
        if let Some(place) = self.bytes.as_flattened_mut().get_mut(self.len) {
            *place = letter;
            self.len += 1;
        }
    }

    /// The word's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_flattened().get(..self.len).unwrap_or_default()
    }
}

/// Up to eight bytes as a number, the first of them the lowest.
fn whole(bytes: &[u8]) -> u64 {
    match *bytes {
        [a, b, c, d, e, f, g, h] => u64::from_le_bytes([a, b, c, d, e, f, g, h]),
        // The two halves have bytes in common where there are less than eight.
        [a, b, c, d, ..] => {
            let [.., e, f, g, h] = *bytes else { return 0 };
            let (low, high) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
            u64::from(low) | u64::from(high) << ((bytes.len() - 4) * 8)
        }
        [a, b, c] => u64::from_le_bytes([a, b, c, 0, 0, 0, 0, 0]),
        [a, b] => u64::from_le_bytes([a, b, 0, 0, 0, 0, 0, 0]),
        [a] => u64::from(a),
        [] => 0,
    }
}

/// Eight bytes with their ASCII letters in lower case, all at once.
fn lower_case(bytes: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // The highest bit of a byte says: from `A` on, beyond `Z`, beyond ASCII.
    let low = bytes & (0x7f * ONES);
    let from_a = low + u64::from(0x80 - b'A') * ONES;
    let beyond_z = low + u64::from(0x7f - b'Z') * ONES;
    let upper = from_a & !beyond_z & !bytes & (0x80 * ONES);
    bytes | upper >> 2
}

impl std::ops::Deref for Lower {
    type Target = str;

    fn deref(&self) -> &str {
        // Lower-casing ASCII keeps UTF-8 whole.
        std::str::from_utf8(self.as_bytes()).unwrap_or("")
    }
}

/// The words of a text: letters, digits, and what stands inside a word.
#[derive(Clone, Copy)]
pub(super) struct Words<'t> {
    pub rest: &'t str,
}

/// Whether a word of the text begins with three ASCII letters, given in lower case, of which `asked`
/// says yes: a look that costs less than [`Words`].
pub(super) fn begins_word(text: &str, mut asked: impl FnMut(&[u8; 3]) -> bool) -> bool {
    let is_letter = |byte: &u8| CLASS[usize::from(*byte)] == LETTER;
    let mut rest = text.as_bytes();
    while let Some(start) = rest.iter().position(is_letter) {
        rest = &rest[start..];
        let Some(&[a, b, c]) = rest.first_chunk() else { return false };
        if asked(&[a | 0x20, b | 0x20, c | 0x20]) {
            return true;
        }
        let end = rest.iter().position(|byte| !is_letter(byte));
        rest = &rest[end.unwrap_or(rest.len())..];
    }
    false
}

/// No part of a word.
const OUTSIDE: u8 = 0;
/// A sign that may stand inside a word.
const SIGN: u8 = 1;
/// A letter or digit.
const LETTER: u8 = 2;
/// A part of a character beyond ASCII.
const OTHER: u8 = 3;

/// What each byte is to a word.
static CLASS: [u8; 256] = {
    let mut class = [OUTSIDE; 256];
    let mut at = 0;
    while at < 256 {
        let byte = at as u8;
        if byte.is_ascii_alphanumeric() {
            class[at] = LETTER;
        } else if matches!(byte, b'\'' | b'-' | b'_' | b'.') {
            class[at] = SIGN;
        } else if !byte.is_ascii() {
            class[at] = OTHER;
        }
        at += 1;
    }
    class
};

impl<'t> Iterator for Words<'t> {
    type Item = Word<'t>;

    fn next(&mut self) -> Option<Word<'t>> {
        let bytes = self.rest.as_bytes();
        let class = |byte: u8| CLASS[usize::from(byte)];
        let mut start = 0;
        loop {
            match class(*bytes.get(start)?) {
                LETTER => break,
                OTHER => {
                    start = beyond_ascii(self.rest, start)?;
                    break;
                }
                _ => start += 1,
            }
        }
        let mut end = start;
        while let Some(&byte) = bytes.get(end) {
            match class(byte) {
                SIGN | LETTER => end += 1,
                OUTSIDE => break,
                // Most words are of ASCII alone.
                _ => match self.rest[end..].chars().next() {
                    Some(c) if c.is_alphanumeric() || c == '’' => end += c.len_utf8(),
                    _ => break,
                },
            }
        }
        let (before, rest) = self.rest.split_at(end);
        let mut text = &before[start..];
        if text.as_bytes().last().is_none_or(|&byte| class(byte) != LETTER) {
            text = text.trim_end_matches(['.', '-', '\'', '’']);
        }
        self.rest = rest;
        Some(Word { text, colon: self.rest.as_bytes().first() == Some(&b':') })
    }
}

/// Where the first word begins from `at` on, where there is a character beyond ASCII.
#[cold]
fn beyond_ascii(text: &str, at: usize) -> Option<usize> {
    text[at..].find(char::is_alphanumeric).map(|found| at + found)
}

#[cfg(test)]
#[path = "words/tests.rs"]
mod tests;
