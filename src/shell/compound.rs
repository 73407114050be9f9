//! Compound commands, reserved words and operators: the part of the scan that knows blocks.

use super::model::Named;
use super::scan::{Block, Close, List, Scanner, is_meta, is_name};
use crate::source::Span;

impl Scanner<'_> {
    pub fn operator(&mut self, list: &mut List) {
        let start = self.at;
        let (len, wants_more) = match (self.peek(0), self.peek(1)) {
            (b'&', b'&') | (b'|', b'|') => (2, true),
            (b'|', b'&') => (2, true),
            (b'|', _) => (1, true),
            (b';', b';') if self.peek(2) == b'&' => (3, false),
            (b';', b';' | b'&') => (2, false),
            _ => (1, false),
        };
        self.at += len;
        let span = Span::new(start, self.at);
        let pattern = matches!(list.blocks.last(), Some((Block::Case(true), _)));
        let ends_case = len > 1 && self.text[start] == b';';
        let has_left = list.last.is_some() || list.after_compound;
        if pattern {
            // `a|b)`: alternatives.
        } else if ends_case {
            match list.blocks.last_mut() {
                Some((block @ Block::Case(false), _)) => *block = Block::Case(true),
                _ => self.error(start, self.at),
            }
        } else if list.connector.is_some() || !has_left {
            self.error(start, self.at);
        }
        if self.text[start] == b'&'
            && len == 1
            && let Some(last) = list.last
        {
            self.facts.commands[last].background = true;
        }
        let pipe = self.text[start] == b'|' && self.text.get(start + 1) != Some(&b'|');
        list.pipe = if pipe && !pattern { list.last } else { None };
        if let Some(last) = list.pipe {
            self.facts.commands[last].piped = true;
        }
        list.connector = (wants_more && !pattern).then_some(span);
        if !pattern {
            list.last = None;
        }
        list.after_compound = false;
    }

    pub fn pattern(&mut self, list: &mut List) {
        if self.peek(0) == b'(' {
            self.at += 1;
            return;
        }
        if matches!(self.peek(0), b'<' | b'>' | b'&') {
            self.error(self.at, self.at + 1);
            self.at += 1;
            return;
        }
        let word = self.word();
        if word.text == "esac" && !word.quoted {
            list.blocks.pop();
            list.after_compound = true;
        }
    }

    pub fn parenthesis(&mut self, list: &mut List) {
        let start = self.at;
        if self.peek(1) == b'(' && self.arithmetic(2) {
            self.facts.arithmetic = true;
        } else {
            if list.after_compound {
                self.error(start, start + 1);
            }
            self.at += 1;
            self.list(Close::Paren);
        }
        list.connector = None;
        list.function = false;
        list.empty = false;
        list.after_compound = true;
        list.last = self.facts.commands.len().checked_sub(1);
    }

    /// Reads a reserved word, if there is one.
    pub fn keyword(&mut self, list: &mut List) -> bool {
        let start = self.at;
        let mut end = start;
        while end < self.end
            && (self.text[end].is_ascii_lowercase() || matches!(self.text[end], b'{' | b'}' | b'!'))
        {
            end += 1;
        }
        let next = if end < self.end { self.text[end] } else { b'\n' };
        if end == start
            || !matches!(next, b' ' | b'\t' | b'\n' | b'\r' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>')
        {
            return false;
        }
        let top = list.blocks.last().map(|&(block, _)| block);
        let (opens, closes, continues) = match &self.text[start..end] {
            b"if" => (Some(Block::If(false)), None, false),
            b"while" | b"until" | b"for" | b"select" => (Some(Block::Loop(false)), None, false),
            b"case" => (Some(Block::Case(true)), None, false),
            b"{" => (Some(Block::Brace), None, false),
            b"then" => (None, None, top == Some(Block::If(false))),
            b"else" | b"elif" => (None, None, top == Some(Block::If(true))),
            b"do" => (None, None, top == Some(Block::Loop(false))),
            b"fi" => (None, Some(Block::If(true)), false),
            b"done" => (None, Some(Block::Loop(true)), false),
            b"esac" => (None, Some(Block::Case(false)), false),
            b"}" => (None, Some(Block::Brace), false),
            b"!" => (None, None, true),
            b"time" if self.before_compound(end) => (None, None, true),
            b"coproc" => (None, None, true),
            b"function" => (None, None, true),
            b"in" => (None, None, false),
            _ => return false,
        };
        if next == b'(' && opens.is_none() && closes.is_none() && !continues {
            return false;
        }
        self.at = end;
        if let Some(block) = opens {
            list.function = false;
            if list.after_compound {
                self.error(start, end);
            }
            list.blocks.push((block, start));
            list.empty = !matches!(block, Block::Case(_));
            list.connector = None;
            list.last = None;
            match &self.text[start..end] {
                b"for" | b"select" => {
                    self.for_header();
                    list.after_compound = true;
                    list.empty = false;
                }
                b"case" => self.case_header(),
                _ => {}
            }
        } else if closes.is_some() {
            if top == closes {
                list.blocks.pop();
            } else {
                self.error(start, end);
                // One mistake is enough: `if a; fi` closes its `if` all the same.
                let same_kind = |block: Block| {
                    std::mem::discriminant(&block) == std::mem::discriminant(&closes.unwrap_or(Block::Brace))
                };
                if top.is_some_and(same_kind) {
                    list.blocks.pop();
                }
            }
            if std::mem::take(&mut list.empty) && top == closes {
                self.error(start, end);
            }
            if list.connector.take().is_some() {
                self.error(start, end);
            }
            list.after_compound = true;
            list.last = self.facts.commands.len().checked_sub(1);
        } else if !continues {
            self.error(start, end);
        } else if &self.text[start..end] == b"function" {
            self.blanks();
            let word = self.word();
            self.facts.functions.push(Named { name: word.text.into(), span: word.span });
            self.blanks();
            if self.starts(b"()") {
                self.at += 2;
            }
            list.connector = Some(Span::new(start, end));
            list.function = true;
        } else if &self.text[start..end] == b"coproc" {
            self.facts.sets.push(Named { name: "COPROC".into(), span: Span::new(start, end) });
        } else if !matches!(&self.text[start..end], b"!" | b"time" | b"coproc") {
            let opens_body = &self.text[start..end] != b"elif";
            if let Some((Block::If(phase) | Block::Loop(phase), _)) = list.blocks.last_mut() {
                *phase = opens_body;
            }
            if std::mem::replace(&mut list.empty, true) {
                self.error(start, end);
            }
            list.connector = None;
            list.last = None;
            list.after_compound = false;
        }
        true
    }

    /// Whether a compound command follows `at`: then `time` is a keyword, else a program.
    pub fn before_compound(&self, mut at: usize) -> bool {
        while at < self.end && matches!(self.text[at], b' ' | b'\t') {
            at += 1;
        }
        let rest = &self.text[at..self.end];
        [&b"("[..], b"{", b"for ", b"while ", b"until ", b"if ", b"case "].iter().any(|w| rest.starts_with(w))
    }

    pub fn for_header(&mut self) {
        self.blanks();
        if self.starts(b"((") && self.arithmetic(2) {
            self.facts.arithmetic = true;
            return;
        }
        if self.done() || matches!(self.peek(0), b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>') {
            return;
        }
        let name = self.word();
        if is_name(name.text.as_bytes()) {
            self.facts.sets.push(Named { name: name.text.into(), span: name.span });
        }
        self.blanks();
        if !self.starts(b"in") || !matches!(self.peek(2), b' ' | b'\t' | b'\n' | b'\\' | b';' | 0) {
            return;
        }
        self.at += 2;
        loop {
            self.blanks();
            match self.peek(0) {
                _ if self.done() => return,
                b'\n' | b';' | b'&' | b'|' | b')' => return,
                b'#' => return self.comment(),
                b'(' | b'<' | b'>' => {
                    self.error(self.at, self.at + 1);
                    self.at += 1;
                }
                _ => {
                    self.word();
                }
            }
        }
    }

    pub fn case_header(&mut self) {
        self.blanks();
        if !self.done() && !is_meta(self.peek(0)) {
            self.word();
        }
        loop {
            self.blanks();
            if self.peek(0) != b'\n' || self.done() {
                break;
            }
            self.newline();
        }
        if self.starts(b"in") {
            self.at += 2;
        } else if !self.done() {
            self.error(self.at, self.at + 1);
        }
    }

    /// The words of `[[ ... ]]`, arguments of the command at `index`, in which operators and newlines are only words.
    pub fn conditional(&mut self, index: usize) {
        let start = self.at;
        loop {
            self.blanks();
            if self.done() {
                return self.open(start.saturating_sub(2));
            }
            if is_meta(self.peek(0)) || self.peek(0) == b'\n' {
                self.at += 1;
                continue;
            }
            let word = self.word();
            let last = word.text == "]]" && !word.quoted;
            if word.span.is_empty() {
                self.at += 1;
            }
            if self.keeps {
                self.facts.commands[index].args.push(word);
            }
            if last {
                return;
            }
        }
    }

    /// `()` after a function's name.
    pub fn is_empty_parens(&mut self) -> bool {
        let mut at = self.at + 1;
        while at < self.end && matches!(self.text[at], b' ' | b'\t') {
            at += 1;
        }
        let found = at < self.end && self.text[at] == b')';
        if found {
            self.at = at + 1;
        }
        found
    }
}
