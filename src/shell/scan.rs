//! One pass over shell text: lists, pipes, compound commands, heredocs. Words are in `word`.
//!
//! The scan never goes back more than a bounded number of times and nests to a bounded depth.

use compact_str::CompactString;

use super::model::{Facts, Input, Named, Quote, Region, Simple, Word};
use crate::source::Span;

/// Deeper nesting is an error. Bash itself gives up some way beyond.
const MAX_DEPTH: usize = 48;

pub(super) fn scan(text: &str) -> Facts {
    read(text, true)
}

/// Whether the text does not end inside of anything: what else it says is not kept.
pub(super) fn is_whole(text: &str) -> bool {
    read(text, false).open.is_none()
}

fn read(text: &str, keeps: bool) -> Facts {
    let mut scanner = Scanner {
        source: text,
        text: text.as_bytes(),
        at: 0,
        end: text.len(),
        depth: 0,
        parent: None,
        heredocs: Vec::new(),
        buffer: Vec::new(),
        keeps,
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
    pub source: &'t str,
    /// The bytes of `source`.
    pub text: &'t [u8],
    pub at: usize,
    /// One past the last byte of the stretch being read (the whole text, a heredoc's body, ...).
    pub end: usize,
    pub depth: usize,
    pub parent: Option<u32>,
    pub heredocs: Vec<Heredoc>,
    /// For the next word that is not as it stands in the text.
    pub buffer: Vec<u8>,
    /// Whether all that is found is kept, or only what the rest of the scan needs.
    pub keeps: bool,
    pub facts: Facts,
}

pub(super) struct Heredoc {
    pub delimiter: CompactString,
    pub strip_tabs: bool,
    pub quoted: bool,
    pub operator: Span,
    /// Index of the command that reads it.
    pub command: usize,
}

/// What ends a list of commands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Close {
    End,
    Paren,
}

/// An open compound command.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    /// True once `then` was read.
    If(bool),
    /// True once `do` was read.
    Loop(bool),
    Brace,
    /// True while a pattern is read, false in its commands.
    Case(bool),
}

/// The state of one list of commands.
#[derive(Default)]
pub(super) struct List {
    pub blocks: Vec<(Block, usize)>,
    /// The operator after which another command must follow.
    pub connector: Option<Span>,
    /// The last simple command, for pipes.
    pub last: Option<usize>,
    /// The command whose output the next one reads.
    pub pipe: Option<usize>,
    /// A command must come before the next reserved word.
    pub empty: bool,
    /// Right after `fi`, `done`, `}`, `)`: only redirections may follow.
    pub after_compound: bool,
    /// A function's name was read: a compound command must follow.
    pub function: bool,
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
        self.source.get(start..end).unwrap_or("")
    }

    pub fn error(&mut self, start: usize, end: usize) {
        self.facts.errors.push(Span::new(start, end));
    }

    /// Notes that the text ends inside of what began at `start`. The outermost thing wins.
    pub fn open(&mut self, start: usize) {
        // The innermost is the one to close first: an open quote in a loop hides the loop's end.
        let inner = self.facts.open.is_some_and(|open| open.start >= start);
        if !inner {
            self.facts.open = Some(Span::new(start, self.end));
        }
    }

    pub fn enter(&mut self, start: usize, quote: Quote) -> (Option<u32>, u32) {
        let index = self.facts.regions.len() as u32;
        let before = self.parent;
        if self.keeps {
            let span = Span::new(start, self.text.len());
            self.facts.regions.push(Region { span, quote, parent: before });
            self.parent = Some(index);
        }
        (before, index)
    }

    pub fn leave(&mut self, (before, index): (Option<u32>, u32), end: usize) {
        if self.keeps {
            self.facts.regions[index as usize].span.end = end;
            self.parent = before;
        }
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
            while let Some(b' ' | b'\t') = self.text[..self.end].get(self.at) {
                self.at += 1;
            }
            match self.peek(0) {
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

    pub fn comment(&mut self) {
        let region = self.enter(self.at, Quote::Comment);
        let rest = &self.text[self.at..self.end];
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        self.leave(region, self.at);
    }

    /// A simple command: assignments, words, redirections; or a function's head.
    fn simple(&mut self, list: &mut List) {
        let start = self.at;
        // It grows in its place: commands within its words come after it.
        let index = self.facts.commands.len();
        self.facts.commands.push(Simple::default());
        let mut input = list.pipe.map_or(Input::Inherited, Input::Pipe);
        let (mut has_program, mut has_args, mut has_assigns) = (false, false, false);
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
                b'(' if has_program && !has_args && self.is_empty_parens() => {
                    let Word { text, span, .. } = std::mem::take(&mut self.facts.commands[index].head);
                    self.facts.functions.push(Named { name: text.into(), span });
                    self.facts.commands.truncate(index);
                    list.connector = Some(Span::new(start, self.at));
                    list.function = true;
                    return;
                }
                b'(' => {
                    self.error(self.at, self.at + 1);
                    self.at += 1;
                    self.list(Close::Paren);
                }
                b'<' | b'>' | b'&' if !self.is_process_substitution() => self.redirect(index, &mut input),
                b'0'..=b'9' if self.is_descriptor() => self.redirect(index, &mut input),
                _ => {
                    let assignment = if has_program { None } else { self.assignment() };
                    if let Some(span) = assignment {
                        has_assigns = true;
                        if self.keeps {
                            let name = self.slice(span.start, span.end).into();
                            self.facts.commands[index].assigns.push(Named { name, span });
                        }
                        self.word();
                    } else {
                        let before = self.at;
                        let word = self.word();
                        if self.at == before {
                            self.error(before, before + 1);
                            self.at += 1;
                            continue;
                        }
                        let goes_on = self.keeps && self.peek(0) == b' ';
                        let command = &mut self.facts.commands[index];
                        if has_program {
                            has_args = true;
                            if self.keeps {
                                command.args.push(word);
                            }
                        } else {
                            has_program = true;
                            command.head = word;
                            // Room for nearly all the words there may be: it grows seldom.
                            if goes_on {
                                command.args.reserve(8);
                            }
                            if command.head.text == "[[" && !command.head.quoted {
                                self.conditional(index);
                                has_args = true;
                            }
                        }
                    }
                }
            }
            end = self.at;
        }
        let command = &mut self.facts.commands[index];
        let empty = !has_program && !has_assigns;
        if list.after_compound && empty {
            // Redirections of a compound command, which is none of the simple ones.
            self.facts.commands.remove(index);
            for heredoc in self.heredocs.iter_mut().filter(|heredoc| heredoc.command == index) {
                heredoc.command = usize::MAX;
            }
            return;
        }
        command.span = Span::new(start, end.max(start));
        // A heredoc may have been read meanwhile (its line ended inside this command).
        if command.input == Input::Inherited {
            command.input = input;
        }
        let head = &command.head;
        let conditional = has_program && head.text == "[[";
        let lone = has_program && head.text == "]]" && !head.quoted;
        let body = std::mem::take(&mut list.function);
        if list.after_compound {
            self.facts.errors.push(Span::new(start, end));
        }
        if (body && !conditional) || lone {
            self.facts.errors.push(Span::new(start, end));
        }
        list.empty = false;
        if has_program {
            command.program = basename(&head.text).into();
            if self.keeps {
                super::builtins::sets(index, &mut self.facts);
            }
        } else {
            self.facts.sets.extend(command.assigns.iter().cloned());
        }
        list.last = Some(index);
        list.connector = None;
    }
}

/// Ends a word and is no part of it.
pub(super) fn is_meta(byte: u8) -> bool {
    KINDS[usize::from(byte)] == META
}

/// Is no ordinary part of a word: it ends one, or it quotes or expands.
pub(super) fn is_special(byte: u8) -> bool {
    KINDS[usize::from(byte)] != 0
}

const META: u8 = 1;
const QUOTING: u8 = 2;

/// What each byte is to a word; 0 for an ordinary part of one.
static KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let (mut at, meta) = (0, b" \t\n;&|<>()");
    while at < meta.len() {
        kinds[meta[at] as usize] = META;
        at += 1;
    }
    let (mut at, quoting) = (0, b"'\"$`\\\r");
    while at < quoting.len() {
        kinds[quoting[at] as usize] = QUOTING;
        at += 1;
    }
    kinds
};

/// A variable's name.
pub(super) fn is_name(bytes: &[u8]) -> bool {
    !bytes.is_empty()
        && !bytes[0].is_ascii_digit()
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

/// The last part of a program's path.
pub(super) fn basename(path: &str) -> &str {
    // So short that a search costs more than a look at each byte.
    match path.bytes().rposition(|byte| byte == b'/') {
        Some(at) if at + 1 < path.len() => &path[at + 1..],
        _ => path,
    }
}
