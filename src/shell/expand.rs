//! Expansions: `$x`, `${x}`, `$(...)`, backticks, arithmetic.

use super::model::{Context, Named, Quote, Use};
use super::scan::{Close, Scanner, is_name};
use super::word::Building;
use crate::source::Span;

impl Scanner<'_> {
    /// What begins with `$`.
    pub fn dollar(&mut self, word: &mut Building, quote: Quote) {
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

    pub fn expansion(&mut self, start: usize, name_start: usize, name_end: usize, guarded: bool) {
        if !self.keeps {
            return;
        }
        let name = self.slice(name_start, name_end).into();
        let span = Span::new(start, self.at);
        self.facts.uses.push(Use { name, span, guarded, context: Context::Bare });
    }

    /// `$(...)`, `<(...)`: the scan stands after the parenthesis.
    pub fn substitution(&mut self, word: &mut Building, start: usize) {
        word.literal = false;
        let region = self.enter(self.at, Quote::Bare);
        self.list(Close::Paren);
        self.leave(region, self.at.saturating_sub(1).max(start));
        word.push(&self.text[start..self.at], start);
    }

    pub fn backtick(&mut self, word: &mut Building) {
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
    pub fn braces(&mut self, quote: Quote) {
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
                let name = self.slice(name_start, name_end).into();
                self.facts.sets.push(Named { name, span: Span::new(name_start, name_end) });
            }
        }
        self.until_brace(start, quote);
        if let Some(one) = self.facts.uses.get_mut(index).filter(|_| named) {
            one.span.end = self.at;
        }
    }

    /// Reads on to the `}` that closes the expansion begun at `start`.
    pub fn until_brace(&mut self, start: usize, quote: Quote) {
        if !self.deeper() {
            return;
        }
        let mut word = Building::new(start);
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
                b'\'' => self.quoted_in_braces(start, quote),
                b'"' => self.double(&mut word),
                b'$' => self.dollar(&mut word, quote),
                b'`' => self.backtick(&mut word),
                b'\\' => self.at = (self.at + 2).min(self.end),
                _ => self.at += 1,
            }
        }
        self.depth -= 1;
    }

    /// `'...'` within `"${...}"`: it hides a brace, yet variables in it are expanded.
    fn quoted_in_braces(&mut self, start: usize, quote: Quote) {
        let inside = self.at + 1;
        let Some(len) = memchr::memchr(b'\'', &self.text[inside..self.end]) else {
            self.at = self.end;
            return self.open(start);
        };
        let end = std::mem::replace(&mut self.end, inside + len);
        self.at = inside;
        self.expansions(quote);
        self.end = end;
        self.at = inside + len + 1;
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
    pub fn assigned_in_arithmetic(&mut self, start: usize, end: usize) {
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
                let name = self.slice(name_start, at).into();
                self.facts.sets.push(Named { name, span: Span::new(name_start, at) });
            }
        }
    }
}
