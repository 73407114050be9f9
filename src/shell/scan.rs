//! One pass over shell text: lists, pipes, compound commands, heredocs. Words are in `word`.
//!
//! The scan never goes back more than a bounded number of times and nests to a bounded depth.

use super::model::{Facts, Input, Named, Quote, Redirect, Region, Simple, Word};
use crate::source::Span;

/// Deeper nesting is an error. Bash itself gives up some way beyond.
const MAX_DEPTH: usize = 48;

pub(super) fn scan(text: &str) -> Facts {
    let mut scanner = Scanner {
        text: text.as_bytes(),
        at: 0,
        end: text.len(),
        depth: 0,
        parent: None,
        heredocs: Vec::new(),
        facts: Facts::default(),
    };
    // Offsets of pieces are 32 bits wide; nobody writes four gigabytes of shell.
    if u32::try_from(text.len()).is_ok() {
        scanner.list(Close::End);
        scanner.unread_heredocs();
    }
    scanner.facts
}

pub(super) struct Scanner<'t> {
    pub text: &'t [u8],
    pub at: usize,
    /// One past the last byte of the stretch being read (the whole text, a heredoc's body, ...).
    pub end: usize,
    pub depth: usize,
    pub parent: Option<u32>,
    heredocs: Vec<Heredoc>,
    pub facts: Facts,
}

struct Heredoc {
    delimiter: Vec<u8>,
    strip_tabs: bool,
    quoted: bool,
    operator: Span,
    command: usize,
}

/// What ends a list of commands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Close {
    End,
    Paren,
}

/// An open compound command.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    If,
    Loop,
    Brace,
    /// True while a pattern is read, false in its commands.
    Case(bool),
}

/// The state of one list of commands.
#[derive(Default)]
struct List {
    blocks: Vec<(Block, usize)>,
    /// The operator after which another command must follow.
    connector: Option<Span>,
    /// The last simple command, for pipes.
    last: Option<usize>,
    /// The command whose output the next one reads.
    pipe: Option<usize>,
    /// Right after `fi`, `done`, `}`, `)`: only redirections may follow.
    after_compound: bool,
}

impl Scanner<'_> {
    pub fn peek(&self, ahead: usize) -> u8 {
        let at = self.at + ahead;
        if at < self.end { self.text[at] } else { 0 }
    }

    pub fn done(&self) -> bool {
        self.at >= self.end
    }

    pub fn starts(&self, what: &[u8]) -> bool {
        self.text[self.at.min(self.end)..self.end].starts_with(what)
    }

    pub fn slice(&self, start: usize, end: usize) -> &str {
        // Cut only at ASCII bytes; anything else would be a bug, and then the empty text is safe.
        std::str::from_utf8(&self.text[start..end]).unwrap_or("")
    }

    pub fn error(&mut self, start: usize, end: usize) {
        self.facts.errors.push(Span::new(start, end));
    }

    /// Notes that the text ends inside of what began at `start`. The outermost thing wins.
    pub fn open(&mut self, start: usize) {
        let earlier = self.facts.open.is_some_and(|open| open.start <= start);
        if !earlier {
            self.facts.open = Some(Span::new(start, self.end));
        }
    }

    pub fn enter(&mut self, start: usize, quote: Quote) -> (Option<u32>, u32) {
        let index = self.facts.regions.len() as u32;
        let before = self.parent;
        self.facts.regions.push(Region { span: Span::new(start, self.text.len()), quote, parent: before });
        self.parent = Some(index);
        (before, index)
    }

    pub fn leave(&mut self, (before, index): (Option<u32>, u32), end: usize) {
        self.facts.regions[index as usize].span.end = end;
        self.parent = before;
    }

    /// Goes one level deeper, or notes an error, skips the rest and returns false.
    pub fn deeper(&mut self) -> bool {
        if self.depth >= MAX_DEPTH {
            self.error(self.at.min(self.end), self.end);
            self.at = self.end;
            return false;
        }
        self.depth += 1;
        true
    }

    /// Skips blanks and line continuations.
    pub fn blanks(&mut self) {
        loop {
            match self.peek(0) {
                b' ' | b'\t' => self.at += 1,
                b'\r' if self.peek(1) == b'\n' || self.at + 1 >= self.end => self.at += 1,
                b'\\' if self.peek(1) == b'\n' => self.continuation(2),
                b'\\' if self.peek(1) == b'\r' && self.peek(2) == b'\n' => self.continuation(3),
                _ => return,
            }
        }
    }

    /// Skips a backslash and its newline; at the very end the next line belongs to it.
    pub fn continuation(&mut self, len: usize) {
        let start = self.at;
        self.at += len;
        if self.done() {
            self.open(start);
        }
    }

    /// Reads commands up to `close`, and `close` itself.
    pub fn list(&mut self, close: Close) {
        let opened_at = self.at.saturating_sub(1);
        if !self.deeper() {
            return;
        }
        let mut list = List::default();
        loop {
            self.blanks();
            if self.done() {
                if close == Close::Paren {
                    self.open(opened_at);
                }
                break;
            }
            let start = self.at;
            match self.peek(0) {
                b'\n' => {
                    self.newline();
                    if list.connector.is_none() {
                        list.pipe = None;
                        list.last = None;
                        list.after_compound = false;
                    }
                }
                b'#' => self.comment(),
                b')' => {
                    self.at += 1;
                    match list.blocks.last_mut() {
                        Some((Block::Case(pattern), _)) if *pattern => {
                            *pattern = false;
                            list.last = None;
                        }
                        _ if close == Close::Paren => break,
                        _ => self.error(start, self.at),
                    }
                }
                b';' | b'|' => self.operator(&mut list),
                b'&' if self.peek(1) != b'>' => self.operator(&mut list),
                _ if matches!(list.blocks.last(), Some((Block::Case(true), _))) => self.pattern(&mut list),
                b'(' => self.parenthesis(&mut list),
                _ => {
                    if !self.keyword(&mut list) {
                        self.simple(&mut list);
                    }
                }
            }
            // Whatever happens, the scan moves on.
            if self.at == start {
                self.error(start, start + 1);
                self.at += 1;
            }
        }
        if let Some(&(_, start)) = list.blocks.first() {
            if self.done() && close == Close::End || self.facts.open.is_some() {
                self.open(start);
            } else {
                self.error(start, self.at);
            }
        }
        if let Some(connector) = list.connector {
            if self.done() {
                self.open(connector.start);
            } else {
                self.error(connector.start, connector.end);
            }
        }
        self.depth -= 1;
    }

    fn operator(&mut self, list: &mut List) {
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

    fn pattern(&mut self, list: &mut List) {
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

    fn parenthesis(&mut self, list: &mut List) {
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
        list.after_compound = true;
        list.last = self.facts.commands.len().checked_sub(1);
    }

    pub fn comment(&mut self) {
        let region = self.enter(self.at, Quote::Comment);
        let rest = &self.text[self.at..self.end];
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        self.leave(region, self.at);
    }

    /// Reads a reserved word, if there is one.
    fn keyword(&mut self, list: &mut List) -> bool {
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
            b"if" => (Some(Block::If), None, false),
            b"while" | b"until" | b"for" | b"select" => (Some(Block::Loop), None, false),
            b"case" => (Some(Block::Case(true)), None, false),
            b"{" => (Some(Block::Brace), None, false),
            b"then" | b"else" | b"elif" => (None, None, top == Some(Block::If)),
            b"do" => (None, None, top == Some(Block::Loop)),
            b"fi" => (None, Some(Block::If), false),
            b"done" => (None, Some(Block::Loop), false),
            b"esac" => (None, Some(Block::Case(false)), false),
            b"}" => (None, Some(Block::Brace), false),
            b"!" => (None, None, true),
            b"time" if self.before_compound(end) => (None, None, true),
            b"coproc" => (None, None, true),
            b"function" => (None, None, true),
            _ => return false,
        };
        if next == b'(' && opens.is_none() && closes.is_none() && !continues {
            return false;
        }
        self.at = end;
        if let Some(block) = opens {
            if list.after_compound {
                self.error(start, end);
            }
            list.blocks.push((block, start));
            list.connector = None;
            list.last = None;
            match &self.text[start..end] {
                b"for" | b"select" => {
                    self.for_header();
                    list.after_compound = true;
                }
                b"case" => self.case_header(),
                _ => {}
            }
        } else if closes.is_some() {
            if top == closes {
                list.blocks.pop();
            } else {
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
            self.facts.functions.push(Named { name: word.text, span: word.span });
            self.blanks();
            if self.starts(b"()") {
                self.at += 2;
            }
            list.connector = Some(Span::new(start, end));
        } else if !matches!(&self.text[start..end], b"!" | b"time" | b"coproc") {
            list.connector = None;
            list.last = None;
            list.after_compound = false;
        }
        true
    }

    /// Whether a compound command follows `at`: then `time` is a keyword, else a program.
    fn before_compound(&self, mut at: usize) -> bool {
        while at < self.end && matches!(self.text[at], b' ' | b'\t') {
            at += 1;
        }
        let rest = &self.text[at..self.end];
        [&b"("[..], b"{", b"for ", b"while ", b"until ", b"if ", b"case "].iter().any(|w| rest.starts_with(w))
    }

    fn for_header(&mut self) {
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
            self.facts.sets.push(Named { name: name.text, span: name.span });
        } else {
            self.error(name.span.start, name.span.end);
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

    fn case_header(&mut self) {
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

    /// A simple command: assignments, words, redirections; or a function's head.
    fn simple(&mut self, list: &mut List) {
        let start = self.at;
        let index = self.facts.commands.len();
        self.facts.commands.push(Simple::default());
        let mut command =
            Simple { input: list.pipe.map_or(Input::Inherited, Input::Pipe), ..Simple::default() };
        let mut program: Option<Word> = None;
        let mut end = start;
        loop {
            self.blanks();
            if self.done() {
                break;
            }
            match self.peek(0) {
                b'\n' | b';' | b'|' | b')' => break,
                b'&' if self.peek(1) != b'>' => break,
                b'#' => {
                    self.comment();
                    break;
                }
                b'(' if command.args.is_empty() && program.is_some() && self.is_empty_parens() => {
                    if let Some(word) = program {
                        self.facts.functions.push(Named { name: word.text, span: word.span });
                    }
                    self.facts.commands.truncate(index);
                    list.connector = Some(Span::new(start, self.at));
                    return;
                }
                b'(' => {
                    self.error(self.at, self.at + 1);
                    self.at += 1;
                    self.list(Close::Paren);
                }
                b'<' | b'>' | b'&' if !self.is_process_substitution() => self.redirect(index, &mut command),
                b'0'..=b'9' if self.is_descriptor() => self.redirect(index, &mut command),
                _ => {
                    let assignment = if program.is_none() { self.assignment() } else { None };
                    if let Some(named) = assignment {
                        command.assigns.push(named);
                        self.word();
                    } else {
                        let before = self.at;
                        let word = self.word();
                        if self.at == before {
                            self.error(before, before + 1);
                            self.at += 1;
                            continue;
                        }
                        let conditional = program.is_none() && word.text == "[[" && !word.quoted;
                        match program {
                            None => program = Some(word),
                            Some(_) => command.args.push(word),
                        }
                        if conditional {
                            self.conditional(&mut command.args);
                        }
                    }
                }
            }
            end = self.at;
        }
        if list.after_compound && (program.is_some() || !command.assigns.is_empty()) {
            self.error(start, end);
        }
        if list.after_compound && program.is_none() && command.assigns.is_empty() {
            // Redirections of a compound command, which is none of the simple ones.
            self.facts.commands.remove(index);
            for heredoc in self.heredocs.iter_mut().filter(|heredoc| heredoc.command == index) {
                heredoc.command = usize::MAX;
            }
            return;
        }
        match program {
            Some(word) => {
                command.program = basename(&word.text).to_owned();
                super::builtins::sets(&command, &word, &mut self.facts);
                command.head = word;
            }
            None => self.facts.sets.extend(command.assigns.iter().cloned()),
        }
        command.span = Span::new(start, end.max(start));
        if self.facts.commands[index].input != Input::Inherited {
            // A heredoc was read meanwhile (its line ended inside this command).
            command.input = std::mem::take(&mut self.facts.commands[index].input);
        }
        self.facts.commands[index] = command;
        list.last = Some(index);
        list.connector = None;
    }

    /// The words of `[[ ... ]]`, in which operators and newlines are only words.
    fn conditional(&mut self, args: &mut Vec<Word>) {
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
            args.push(word);
            if last {
                return;
            }
        }
    }

    /// `()` after a function's name.
    fn is_empty_parens(&mut self) -> bool {
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

    pub fn is_process_substitution(&self) -> bool {
        matches!(self.peek(0), b'<' | b'>') && self.peek(1) == b'('
    }

    /// Digits right before `<` or `>`.
    fn is_descriptor(&self) -> bool {
        let digits = self.text[self.at..self.end].iter().take_while(|b| b.is_ascii_digit()).take(3).count();
        matches!(self.peek(digits), b'<' | b'>') && self.peek(digits + 1) != b'('
    }

    fn redirect(&mut self, index: usize, command: &mut Simple) {
        let start = self.at;
        let output_number = self.peek(0).is_ascii_digit() && self.peek(0) != b'0' && self.peek(0) != b'1';
        while self.peek(0).is_ascii_digit() {
            self.at += 1;
        }
        const OPERATORS: [&str; 12] =
            ["&>>", "&>", "<<<", "<<-", "<<", "<&", "<>", "<", ">>", ">&", ">|", ">"];
        let Some(&op) = OPERATORS.iter().find(|op| self.starts(op.as_bytes())) else {
            return;
        };
        self.at += op.len();
        self.blanks();
        if self.done() || (is_meta(self.peek(0)) && !self.is_process_substitution()) || self.peek(0) == b'\n'
        {
            return self.error(start, self.at);
        }
        let word = self.word();
        match op {
            "<<" | "<<-" => self.heredocs.push(Heredoc {
                delimiter: word.text.into_bytes(),
                strip_tabs: op == "<<-",
                quoted: word.quoted,
                operator: Span::new(start, self.at),
                command: index,
            }),
            "<<<" => command.input = Input::Text(word.text, word.span),
            _ => {
                if op.starts_with('<') && !output_number {
                    command.input = Input::File;
                }
                command.redirects.push(Redirect { op: if output_number { "2>" } else { op }, target: word });
            }
        }
    }

    /// A newline, and the bodies of the heredocs that wait for it.
    pub fn newline(&mut self) {
        self.at += 1;
        for heredoc in std::mem::take(&mut self.heredocs) {
            self.heredoc(&heredoc);
        }
    }

    fn heredoc(&mut self, heredoc: &Heredoc) {
        let start = self.at;
        let (mut line, mut found) = (start, false);
        while line < self.end {
            let rest = &self.text[line..self.end];
            let len = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let mut content = &rest[..len];
            content = content.strip_suffix(b"\r").unwrap_or(content);
            if heredoc.strip_tabs {
                content = &content[content.iter().take_while(|&&b| b == b'\t').count()..];
            }
            if content == heredoc.delimiter {
                found = true;
                self.at = line + len;
                break;
            }
            line += len + 1;
        }
        let body_end = line.min(self.end);
        if !found {
            self.open(heredoc.operator.start);
            self.at = body_end;
        }
        let after = self.at;
        let region = self.enter(start, if heredoc.quoted { Quote::QuotedHeredoc } else { Quote::Heredoc });
        if !heredoc.quoted {
            let open = self.facts.open;
            let end = std::mem::replace(&mut self.end, body_end);
            self.at = start;
            self.expansions(Quote::Heredoc);
            self.end = end;
            if found
                && open.is_none()
                && let Some(inside) = self.facts.open.take()
            {
                // What the body leaves open no later line can close.
                self.facts.errors.push(inside);
            }
        }
        self.leave(region, body_end);
        self.at = after;
        let body = self.slice(start, body_end).to_owned();
        if let Some(command) = self.facts.commands.get_mut(heredoc.command) {
            command.input = Input::Text(body, Span::new(start, body_end));
        }
    }

    /// Heredocs whose body never came.
    fn unread_heredocs(&mut self) {
        if let Some(heredoc) = self.heredocs.first() {
            self.open(heredoc.operator.start);
        }
    }
}

/// Ends a word and is no part of it.
pub(super) fn is_meta(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')')
}

/// A variable's name.
pub(super) fn is_name(bytes: &[u8]) -> bool {
    !bytes.is_empty()
        && !bytes[0].is_ascii_digit()
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

/// The last part of a program's path.
pub(super) fn basename(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some((_, name)) if !name.is_empty() => name,
        _ => path,
    }
}
