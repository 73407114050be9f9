//! Redirections and heredocs.

use super::model::{Input, Quote, Redirect};
use super::scan::{Heredoc, Scanner, is_meta};
use crate::source::Span;

impl Scanner<'_> {
    pub fn is_process_substitution(&self) -> bool {
        matches!(self.peek(0), b'<' | b'>') && self.peek(1) == b'('
    }

    /// Digits right before `<` or `>`.
    pub fn is_descriptor(&self) -> bool {
        let digits = self.text[self.at..self.end].iter().take_while(|b| b.is_ascii_digit()).take(3).count();
        matches!(self.peek(digits), b'<' | b'>') && self.peek(digits + 1) != b'('
    }

    /// A redirection of the command at `index`, whose `input` it may say.
    pub fn redirect(&mut self, index: usize, input: &mut Input) {
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
        // `>&1<x` has its number; `>2>x` is a redirection where a file should be.
        let another = !op.ends_with('&') && self.is_descriptor();
        if another
            || self.done()
            || self.peek(0) == b'#'
            || (is_meta(self.peek(0)) && !self.is_process_substitution())
            || self.peek(0) == b'\n'
        {
            return self.error(start, self.at);
        }
        let word = self.word();
        match op {
            "<<" | "<<-" => self.heredocs.push(Heredoc {
                delimiter: word.text,
                strip_tabs: op == "<<-",
                quoted: word.quoted,
                operator: Span::new(start, self.at),
                command: index,
            }),
            "<<<" => *input = Input::Text(word.text.into(), word.span),
            _ => {
                if op.starts_with('<') && !output_number {
                    *input = Input::File;
                }
                let op = if output_number { "2>" } else { op };
                self.facts.commands[index].redirects.push(Redirect { op, target: word });
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

    pub fn heredoc(&mut self, heredoc: &Heredoc) {
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
            if content == heredoc.delimiter.as_bytes() {
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
        let body = if self.keeps { self.slice(start, body_end).to_owned() } else { String::new() };
        if let Some(command) = self.facts.commands.get_mut(heredoc.command) {
            command.input = Input::Text(body, Span::new(start, body_end));
        }
    }

    /// Heredocs whose body never came.
    pub fn unread_heredocs(&mut self) {
        if let Some(heredoc) = self.heredocs.first() {
            self.open(heredoc.operator.start);
        }
    }
}
