//! Words: quotes, escapes, expansions, substitutions.

use compact_str::CompactString;

use super::model::{Quote, Word};
use super::scan::{Scanner, is_meta, is_special};
use crate::source::Span;

/// A word as it grows.
pub(super) struct Building {
    pub text: Vec<u8>,
    start: usize,
    /// Where the first byte of `text` stands.
    from: usize,
    pub pieces: Vec<(u32, u32)>,
    /// Where the next byte of `text` would come from if nothing had been left out.
    expected: usize,
    pub literal: bool,
    pub quoted: bool,
}

impl Building {
    /// Nothing yet, at `start`.
    pub fn new(start: usize) -> Self {
        Building {
            text: Vec::new(),
            start,
            from: start,
            pieces: Vec::new(),
            expected: start,
            literal: true,
            quoted: false,
        }
    }

    pub fn push(&mut self, bytes: &[u8], source: usize) {
        if self.text.is_empty() {
            self.from = source;
        } else if source != self.expected {
            self.pieces.push((self.text.len() as u32, source as u32));
        }
        self.text.extend_from_slice(bytes);
        self.expected = source + bytes.len();
    }
}

impl Scanner<'_> {
    /// Reads one word at a byte that ends no word.
    pub fn word(&mut self) -> Word {
        let start = self.at;
        if let Some(word) = self.plain_word() {
            return word;
        }
        let mut word = Building { text: std::mem::take(&mut self.buffer), ..Building::new(start) };
        // Room for most words, so that it need not grow with the first.
        word.text.reserve(64);
        self.word_parts(&mut word);
        let text = CompactString::from_utf8_lossy(&word.text);
        word.text.clear();
        self.buffer = word.text;
        Word {
            text,
            span: Span::new(word.start, self.at),
            start: word.from as u32,
            literal: word.literal,
            quoted: word.quoted,
            pieces: word.pieces,
        }
    }

    /// A word of ordinary bytes alone, as most are.
    fn plain_word(&mut self) -> Option<Word> {
        let rest = &self.text[self.at..self.end];
        let len = rest.iter().position(|&byte| is_special(byte)).unwrap_or(rest.len());
        let ends = rest.get(len).is_none_or(|&byte| is_meta(byte) && byte != b'(');
        if len == 0 || !ends {
            return None;
        }
        let span = Span::new(self.at, self.at + len);
        let text = self.source.get(span.range())?.into();
        let start = span.start as u32;
        self.at = span.end;
        Some(Word { text, span, literal: true, quoted: false, start, pieces: Vec::new() })
    }

    fn word_parts(&mut self, word: &mut Building) {
        while !self.done() {
            let start = self.at;
            match self.peek(0) {
                b'\'' => {
                    word.quoted = true;
                    self.single(word, Quote::Single);
                }
                b'"' => {
                    word.quoted = true;
                    self.double(word);
                }
                b'$' => self.dollar(word, Quote::Bare),
                b'`' => self.backtick(word),
                b'\\' => {
                    word.quoted = true;
                    self.escape(word);
                }
                b'\r' if self.peek(1) == b'\n' => return,
                b'<' | b'>' if start == word.start && self.is_process_substitution() => {
                    self.at += 2;
                    self.substitution(word, start);
                }
                b'(' if self.at > word.start && self.opens_in_word(word) => self.in_parentheses(word),
                byte if is_meta(byte) => return,
                _ => {
                    // A run of ordinary bytes at once.
                    let rest = &self.text[start..self.end];
                    let len = rest.iter().position(|&b| is_special(b)).unwrap_or(rest.len()).max(1);
                    self.at += len;
                    let bytes = &self.text[start..start + len];
                    word.push(bytes, start);
                }
            }
        }
    }

    fn escape(&mut self, word: &mut Building) {
        match self.peek(1) {
            b'\n' => self.continuation(2),
            b'\r' if self.peek(2) == b'\n' => self.continuation(3),
            _ if self.at + 1 >= self.end => {
                self.open(self.at);
                word.push(b"\\", self.at);
                self.at += 1;
            }
            _ => {
                // A whole character; its further bytes are ordinary ones.
                word.push(&self.text[self.at + 1..self.at + 2], self.at + 1);
                self.at += 2;
            }
        }
    }

    /// `'...'`, or `$'...'` with the quote at `at`.
    pub fn single(&mut self, word: &mut Building, quote: Quote) {
        let start = self.at;
        self.at += 1;
        let region = self.enter(self.at, quote);
        loop {
            let rest = &self.text[self.at..self.end];
            let found = match quote {
                Quote::Ansi => memchr::memchr2(b'\'', b'\\', rest),
                _ => memchr::memchr(b'\'', rest),
            };
            let Some(len) = found else {
                word.push(rest, self.at);
                self.at = self.end;
                self.leave(region, self.at);
                return self.open(start);
            };
            word.push(&rest[..len], self.at);
            self.at += len;
            if rest[len] == b'\'' {
                break;
            }
            let escaped = &self.text[self.at..(self.at + 2).min(self.end)];
            word.push(escaped, self.at);
            self.at += escaped.len();
        }
        self.leave(region, self.at);
        self.at += 1;
    }

    pub fn double(&mut self, word: &mut Building) {
        let start = self.at;
        self.at += 1;
        let region = self.enter(self.at, Quote::Double);
        loop {
            if self.done() {
                self.leave(region, self.at);
                return self.open(start);
            }
            match self.peek(0) {
                b'"' => break,
                _ => self.expandable(word, Quote::Double),
            }
        }
        self.leave(region, self.at);
        self.at += 1;
    }

    /// Reads to the end of the stretch as the inside of double quotes is read.
    pub fn expansions(&mut self, quote: Quote) {
        let mut word = Building::new(self.at);
        while !self.done() {
            self.expandable(&mut word, quote);
            word.text.clear();
            word.pieces.clear();
        }
    }

    /// One part of text in which only `$`, `` ` `` and `\` are special.
    fn expandable(&mut self, word: &mut Building, quote: Quote) {
        let start = self.at;
        match self.peek(0) {
            b'$' => self.dollar(word, quote),
            b'`' => self.backtick(word),
            b'\\' => match self.peek(1) {
                b'$' | b'`' | b'\\' | b'"' => {
                    let escaped = &self.text[start + 1..start + 2];
                    self.at += 2;
                    word.push(escaped, start + 1);
                }
                b'\n' => self.continuation(2),
                _ => {
                    word.push(b"\\", start);
                    self.at += 1;
                }
            },
            _ => {
                let rest = &self.text[start..self.end];
                let special =
                    |&b: &u8| matches!(b, b'$' | b'`' | b'\\') || (b == b'"' && quote == Quote::Double);
                let len = rest.iter().position(special).unwrap_or(rest.len()).max(1);
                self.at += len;
                word.push(&self.text[start..start + len], start);
            }
        }
    }

    /// Whether a parenthesis goes on with the word: `name=(`, `name+=(` or an extended glob.
    fn opens_in_word(&self, word: &Building) -> bool {
        let raw = &self.text[word.start..self.at];
        match raw.last() {
            Some(b'=') => assignment_name(raw).is_some(),
            Some(b'?' | b'*' | b'+' | b'@' | b'!') => true,
            _ => false,
        }
    }

    /// The words of an array or the patterns of an extended glob.
    fn in_parentheses(&mut self, word: &mut Building) {
        let start = self.at;
        self.at += 1;
        if !self.deeper() {
            return;
        }
        loop {
            self.blanks();
            if self.done() {
                self.open(start);
                break;
            }
            match self.peek(0) {
                b')' => {
                    self.at += 1;
                    break;
                }
                b'\n' => self.newline(),
                b'#' => self.comment(),
                byte if is_meta(byte) && !self.is_process_substitution() => self.at += 1,
                _ => {
                    let before = self.at;
                    self.word();
                    if self.at == before {
                        self.at += 1;
                    }
                }
            }
        }
        self.depth -= 1;
        word.literal = false;
        word.push(&self.text[start..self.at], start);
    }

    /// Where the name stands, if an assignment begins here.
    pub fn assignment(&self) -> Option<Span> {
        let rest = &self.text[self.at..self.end];
        let len = assignment_name(rest)?;
        Some(Span::new(self.at, self.at + len))
    }
}

/// The length of the name in `NAME=`, `NAME+=`, `NAME[..]=`.
pub(super) fn assignment_name(bytes: &[u8]) -> Option<usize> {
    let len = bytes.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    if len == 0 || bytes[0].is_ascii_digit() {
        return None;
    }
    let mut rest = &bytes[len..];
    if rest.first() == Some(&b'[') {
        let close = rest.iter().take(200).position(|&b| b == b']' || b == b'\n')?;
        rest = rest.get(close + 1..)?;
    }
    matches!(rest, [b'=', ..] | [b'+', b'=', ..]).then_some(len)
}
