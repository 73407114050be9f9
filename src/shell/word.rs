//! Words: quotes, escapes, expansions, substitutions.

use super::model::{Context, Named, Quote, Use, Word};
use super::scan::{Close, Scanner, is_meta, is_name};
use crate::source::Span;

/// A word as it grows.
struct Building {
    text: Vec<u8>,
    start: usize,
    pieces: Vec<(u32, u32)>,
    /// Where the next byte of `text` would come from if nothing had been left out.
    expected: usize,
    literal: bool,
    quoted: bool,
}

impl Building {
    fn push(&mut self, bytes: &[u8], source: usize) {
        if source != self.expected {
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
        let mut word = Building {
            text: Vec::new(),
            start,
            pieces: Vec::new(),
            expected: start,
            literal: true,
            quoted: false,
        };
        self.word_parts(&mut word);
        let text = match String::from_utf8(word.text) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        };
        Word {
            text,
            span: Span::new(word.start, self.at),
            literal: word.literal,
            quoted: word.quoted,
            pieces: word.pieces,
        }
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
    fn single(&mut self, word: &mut Building, quote: Quote) {
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

    fn double(&mut self, word: &mut Building) {
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
        let mut word = Building {
            text: Vec::new(),
            start: self.at,
            pieces: Vec::new(),
            expected: self.at,
            literal: true,
            quoted: true,
        };
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

    /// What begins with `$`.
    fn dollar(&mut self, word: &mut Building, quote: Quote) {
        let start = self.at;
        match self.peek(1) {
            b'(' => {
                word.literal = false;
                if self.peek(2) == b'(' && self.arithmetic(3) {
                    return word.push(&self.text[start..self.at], start);
                }
                self.at = start + 2;
                self.substitution(word, start);
            }
            b'{' => {
                word.literal = false;
                self.braces(quote);
                word.push(&self.text[start..self.at], start);
            }
            b'\'' if quote == Quote::Bare => {
                word.quoted = true;
                self.at += 1;
                self.single(word, Quote::Ansi);
            }
            b'"' if quote == Quote::Bare => self.at += 1,
            byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                word.literal = false;
                let rest = &self.text[start + 1..self.end];
                let len = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
                self.at = start + 1 + len;
                self.expansion(start, start + 1, start + 1 + len, false);
                word.push(&self.text[start..self.at], start);
            }
            b'0'..=b'9' | b'?' | b'$' | b'@' | b'*' | b'#' | b'!' | b'-' => {
                word.literal = false;
                word.push(&self.text[start..start + 2], start);
                self.at += 2;
            }
            _ => {
                word.push(b"$", start);
                self.at += 1;
            }
        }
    }

    fn expansion(&mut self, start: usize, name_start: usize, name_end: usize, guarded: bool) {
        let name = self.slice(name_start, name_end).to_owned();
        let span = Span::new(start, self.at);
        self.facts.uses.push(Use { name, span, guarded, context: Context::Bare });
    }

    /// `$(...)`, `<(...)`: the scan stands after the parenthesis.
    fn substitution(&mut self, word: &mut Building, start: usize) {
        word.literal = false;
        let region = self.enter(self.at, Quote::Bare);
        self.list(Close::Paren);
        self.leave(region, self.at.saturating_sub(1).max(start));
        word.push(&self.text[start..self.at], start);
    }

    fn backtick(&mut self, word: &mut Building) {
        let start = self.at;
        word.literal = false;
        let mut close = start + 1;
        loop {
            let rest = &self.text[close.min(self.end)..self.end];
            match memchr::memchr2(b'`', b'\\', rest) {
                None => {
                    close = self.end;
                    self.open(start);
                    break;
                }
                Some(len) if rest[len] == b'`' => {
                    close += len;
                    break;
                }
                Some(len) => close = (close + len + 2).min(self.end),
            }
        }
        let end = std::mem::replace(&mut self.end, close);
        self.at = start + 1;
        let region = self.enter(self.at, Quote::Bare);
        let open = self.facts.open;
        self.list(Close::End);
        self.leave(region, close);
        if close < end && open.is_none() && self.facts.open.take().is_some() {
            // What is open inside cannot be closed by more text.
            self.error(start, close + 1);
        }
        self.end = end;
        self.at = (close + 1).min(end);
        word.push(&self.text[start..self.at], start);
    }

    /// `${...}`
    fn braces(&mut self, quote: Quote) {
        let start = self.at;
        self.at += 2;
        let length = self.peek(0) == b'#' && self.peek(1) != b'}';
        if length || self.peek(0) == b'!' {
            self.at += 1;
        }
        let name_start = self.at;
        while self.peek(0).is_ascii_alphanumeric() || self.peek(0) == b'_' {
            self.at += 1;
        }
        let name_end = self.at;
        let index = self.facts.uses.len();
        let named = is_name(&self.text[name_start..name_end]);
        if self.peek(0) == b'[' {
            let rest = &self.text[self.at..self.end];
            self.at += memchr::memchr2(b']', b'}', rest).map_or(0, |len| len + 1);
        }
        let operator = if self.peek(0) == b':' { self.peek(1) } else { self.peek(0) };
        let guarded = !length && matches!(operator, b'-' | b'=' | b'?' | b'+');
        if named {
            self.expansion(start, name_start, name_end, guarded);
            if guarded && operator == b'=' {
                let name = self.slice(name_start, name_end).to_owned();
                self.facts.sets.push(Named { name, span: Span::new(name_start, name_end) });
            }
        }
        self.until_brace(start, quote);
        if let Some(one) = self.facts.uses.get_mut(index).filter(|_| named) {
            one.span.end = self.at;
        }
    }

    /// Reads on to the `}` that closes the expansion begun at `start`.
    fn until_brace(&mut self, start: usize, quote: Quote) {
        if !self.deeper() {
            return;
        }
        let mut word = Building {
            text: Vec::new(),
            start,
            pieces: Vec::new(),
            expected: 0,
            literal: true,
            quoted: true,
        };
        loop {
            word.text.clear();
            word.pieces.clear();
            if self.done() {
                self.open(start);
                break;
            }
            match self.peek(0) {
                b'}' => {
                    self.at += 1;
                    break;
                }
                b'\'' if quote == Quote::Bare => self.single(&mut word, Quote::Single),
                b'"' => self.double(&mut word),
                b'$' => self.dollar(&mut word, quote),
                b'`' => self.backtick(&mut word),
                b'\\' => self.at = (self.at + 2).min(self.end),
                _ => self.at += 1,
            }
        }
        self.depth -= 1;
    }

    /// `((...))` or `$((...))` whose inside begins `offset` bytes on. False, and nowhere moved, if
    /// the parentheses do not close as one pair of two: then these are subshells.
    pub fn arithmetic(&mut self, offset: usize) -> bool {
        let inside = self.at + offset;
        let (mut at, mut depth) = (inside, 0usize);
        let close = loop {
            match self.text[at.min(self.end)..self.end].first() {
                None | Some(b'\'' | b';' | b'#') => {
                    // Quotes and separators belong to commands; `for ((;;))` and bases are rare
                    // enough to be told by the byte that follows.
                    let separator = at < self.end && self.text[at] != b'\'';
                    if !separator {
                        return false;
                    }
                    at += 1;
                }
                Some(b'(') => {
                    depth += 1;
                    at += 1;
                }
                Some(b')') if depth > 0 => {
                    depth -= 1;
                    at += 1;
                }
                Some(b')') => break at,
                Some(_) => at += 1,
            }
        };
        if self.text.get(close + 1) != Some(&b')') || close + 1 >= self.end {
            return false;
        }
        if !self.deeper() {
            return true;
        }
        let region = self.enter(inside, Quote::Arithmetic);
        let end = std::mem::replace(&mut self.end, close);
        self.at = inside;
        self.expansions(Quote::Arithmetic);
        self.assigned_in_arithmetic(inside, close);
        self.end = end;
        self.leave(region, close);
        self.at = close + 2;
        self.depth -= 1;
        true
    }

    /// `((x = 1))`, `((n++))`
    fn assigned_in_arithmetic(&mut self, start: usize, end: usize) {
        let mut at = start;
        while at < end {
            let byte = self.text[at];
            if !(byte.is_ascii_alphabetic() || byte == b'_') {
                at += 1;
                continue;
            }
            let name_start = at;
            while at < end && (self.text[at].is_ascii_alphanumeric() || self.text[at] == b'_') {
                at += 1;
            }
            let rest = self.text[at..end].trim_ascii_start();
            let assigns = rest.starts_with(b"++")
                || rest.starts_with(b"--")
                || (rest.starts_with(b"=") && !rest.starts_with(b"=="))
                || (rest.len() > 1 && b"+-*/%".contains(&rest[0]) && rest[1] == b'=');
            if assigns && (name_start == start || self.text[name_start - 1] != b'$') {
                self.facts.arithmetic = true;
                let name = self.slice(name_start, at).to_owned();
                self.facts.sets.push(Named { name, span: Span::new(name_start, at) });
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

    /// The name, if an assignment begins here.
    pub fn assignment(&mut self) -> Option<Named> {
        let rest = &self.text[self.at..self.end];
        let len = assignment_name(rest)?;
        let name = self.slice(self.at, self.at + len).to_owned();
        Some(Named { name, span: Span::new(self.at, self.at + len) })
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
    (rest.first() == Some(&b'=') || rest.starts_with(b"+=")).then_some(len)
}

fn is_special(byte: u8) -> bool {
    is_meta(byte) || matches!(byte, b'\'' | b'"' | b'$' | b'`' | b'\\' | b'\r')
}
