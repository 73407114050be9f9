//! Words and sentences of a text without markup.

mod announce;
mod instruction;
mod lead;
mod lists;
mod options;
mod platforms;
mod sayings;
mod table;

pub(super) use announce::{announces_command, announces_content, is_example};
pub(super) use instruction::{
    begins_with_if, begins_with_verb, has_imperative, heading_asks, is_fallback, is_imperative, looks_back,
    offers_instead, says_or_abroad,
};
pub(super) use lead::{
    announcement, announces_example, announces_output, introduces_choice, introduces_examples,
    introduces_things, tells_output, unfinished,
};
pub(super) use sayings::{Said, names_a_task, of_block, tells_to_run, warns_of};

pub(super) use options::option_number;
pub(super) use platforms::names_platform;

use crate::source::trim;

/// The sentences of a text without markup, trimmed; none is empty.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (sentence, tail) = rest.split_at(sentence_end(rest));
        rest = tail.trim_start();
        Some(sentence.trim())
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
        let Some(tail) = text.get(from + closing..) else { continue };
        if !tail.starts_with([' ', '\t', '\n']) {
            continue;
        }
        let small = tail.trim_start().starts_with(|c: char| c.is_ascii_lowercase());
        let word_start = text[..at].rfind([' ', '(', '\t', '\n']).map_or(0, |space| space + 1);
        let word = &text[word_start..at];
        let abbreviation = ["e.g", "i.e", "etc", "vs", "cf", "approx", "resp", "no", "e.g.", "Dr", "ex"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known));
        let digits = word.bytes().all(|byte| byte.is_ascii_digit());
        // "Step 1. Look" is counted as "1. Look" is.
        let number =
            digits && (word_start == 0 || text[..word_start].trim_end().eq_ignore_ascii_case("step"));
        let goes_on = small && bytes[at] == b'.';
        if !(goes_on || abbreviation || number) {
            return from + closing;
        }
    }
    text.len()
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

/// A short word in lower case, kept where it is used.
pub(super) struct Lower {
    bytes: [u8; 24],
    len: usize,
}

impl Lower {
    fn of(text: &str) -> Self {
        let mut lower = Lower { bytes: [0; 24], len: 0 };
        if let Some(place) = lower.bytes.get_mut(..text.len()) {
            place.copy_from_slice(text.as_bytes());
            place.make_ascii_lowercase();
            lower.len = text.len();
        }
        lower
    }

    /// Leaves the first `len` bytes, of a word of ASCII letters.
    fn cut(&mut self, len: usize) {
        self.bytes[len..].fill(0);
        self.len = len;
    }

    /// Adds a letter where there is room.
    fn add(&mut self, letter: u8) {
        if let Some(place) = self.bytes.get_mut(self.len) {
            *place = letter;
            self.len += 1;
        }
    }
}

impl Lower {
    /// The word's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl std::ops::Deref for Lower {
    type Target = str;

    fn deref(&self) -> &str {
        // Lower-casing ASCII keeps UTF-8 whole.
        std::str::from_utf8(&self.bytes[..self.len]).unwrap_or("")
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
    let mut inside = false;
    text.as_bytes().windows(3).any(|three| {
        let begins = !inside;
        inside = CLASS[usize::from(three[0])] == LETTER;
        begins && inside && asked(&[three[0] | 0x20, three[1] | 0x20, three[2] | 0x20])
    })
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
        let mut start = 0;
        loop {
            match CLASS[usize::from(*bytes.get(start)?)] {
                LETTER => break,
                OTHER => {
                    let c = self.rest[start..].chars().next()?;
                    if c.is_alphanumeric() {
                        break;
                    }
                    start += c.len_utf8();
                }
                _ => start += 1,
            }
        }
        let mut end = start;
        while let Some(&byte) = bytes.get(end) {
            match CLASS[usize::from(byte)] {
                OUTSIDE => break,
                OTHER => {
                    let c = self.rest[end..].chars().next()?;
                    if !(c.is_alphanumeric() || c == '’') {
                        break;
                    }
                    end += c.len_utf8();
                }
                _ => end += 1,
            }
        }
        let mut text = &self.rest[start..end];
        if !text.as_bytes().last().is_some_and(u8::is_ascii_alphanumeric) {
            text = text.trim_end_matches(['.', '-', '\'', '’']);
        }
        self.rest = &self.rest[end..];
        Some(Word { text, colon: self.rest.as_bytes().first() == Some(&b':') })
    }
}

#[cfg(test)]
#[path = "words/tests.rs"]
mod tests;
