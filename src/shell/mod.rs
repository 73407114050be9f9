//! What a piece of shell text says: its commands, variables, quoting, and whether it is whole.
//!
//! One linear scan (`scan`, `compound`, `word`, `expand`, `input`) reads bash's grammar, keeps going
//! after errors, because runbooks hold elisions and half-sentences, and is cheap, because every block
//! of every runbook goes through it. A generated grammar was tried: tree-sitter-bash costs ten times
//! as much, more than linear time on text that is no shell, and calls valid text wrong that
//! `bash -n` accepts. The scan agrees with `bash -n` on every block it was tried on (see the tests).
//!
//! Spans are offsets into the text given to [`parse`].

mod builtins;
mod compound;
mod expand;
mod input;
mod interpret;
mod keeps;
mod known;
mod model;
mod opens;
mod place;
mod reading;
mod scan;
mod session;
mod shape;
mod unwrap;
mod word;
mod words;
mod wrappers;

#[cfg(test)]
mod bash_tests;
#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;

pub use known::known_command;
pub use model::{Context, Input, Named, Redirect, Simple, Use, Word};
pub(crate) use place::is_choice;
pub use place::{Substitution, angle_placeholders, in_place, neutral, redirection_like};
pub use reading::Reading;
pub use session::{OPENERS, Session, session, session_of};
pub use shape::{NotShell, calls_on_windows, is_table_head, not_shell, sentence_in};
pub(crate) use words::{Name as ProgramName, Programs, next_word, programs};
pub use words::{WordSet, has as has_word};

use std::sync::Arc;

use crate::source::Span;
use model::{Facts, Quote};

/// A piece of shell text and what it says.
#[derive(Debug)]
pub struct Script<'t> {
    text: &'t str,
    facts: Arc<Facts>,
}

/// Reads `text` as bash would, without running anything.
///
/// Never fails: what cannot be understood is skipped, and [`Script::errors`] says so.
/// The cost is linear in the text; nesting deeper than a fixed bound is an error, not a crash.
///
/// Angle placeholders (`<name>`) parse as redirections: give it [`neutral`] text if there may be
/// some.
pub fn parse(text: &str) -> Script<'_> {
    let mut facts = scan::scan(text);
    facts.budget = 10_000 + text.len() * 8;
    unwrap::unwrap(&mut facts, 0);
    facts.sort_inner();
    Script { text, facts: Arc::new(facts) }
}

/// Whether `text` can stand alone: [`Script::is_complete`] at less than half the cost.
pub fn is_complete(text: &str) -> bool {
    scan::is_whole(text)
}

impl Script<'_> {
    /// Every simple command at any depth, in order of appearance: in lists, pipes, substitutions,
    /// functions, and what wrappers (`sudo`, `env`, `xargs`, `ssh host`, `sh -c`, ...) run in turn.
    ///
    /// A wrapper is listed itself, too, right before what it runs. A bare assignment or
    /// redirection is a command with an empty program.
    pub fn commands(&self) -> &[Simple] {
        &self.facts.commands
    }

    /// Text in another language that the command at `index` of [`Script::commands`] is told: the
    /// SQL of `psql -c`, a heredoc for `mysql`, code for `python -c`.
    pub fn told(&self, index: usize) -> Vec<String> {
        interpret::told(&self.facts.commands, index)
    }

    /// What the command at `index` reads from standard input, if the script says it: a heredoc, a
    /// here-string, the words of an `echo` in front of it.
    pub fn input(&self, index: usize) -> Option<String> {
        unwrap::input_text(&self.facts.commands, index).map(|joined| joined.text)
    }

    /// Syntax errors, first things first, never within a character; empty for text that bash would
    /// accept.
    pub fn errors(&self) -> Vec<Span> {
        if self.facts.errors.is_empty() && self.facts.open.is_none() {
            return Vec::new();
        }
        let mut found = self.facts.errors.clone();
        // A backslash at the very end joins nothing; bash takes it.
        let whole = self.text.trim_end_matches(['\\', '\n', '\r', ' ', '\t']).len();
        let joins_nothing = |span: &Span| span.start >= whole && self.text[span.start..].starts_with('\\');
        found.extend(self.facts.open.filter(|open| !joins_nothing(open)));
        // The scan goes by bytes.
        for span in &mut found {
            while !self.text.is_char_boundary(span.start) {
                span.start -= 1;
            }
            while !self.text.is_char_boundary(span.end) && span.end < self.text.len() {
                span.end += 1;
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// Whether the text can stand alone: false if it ends inside a quote, heredoc, substitution or
    /// compound command, or after a continuation or an operator that wants another command.
    pub fn is_complete(&self) -> bool {
        self.facts.open.is_none()
    }

    /// Where the quote, heredoc, substitution or compound command begins that the text ends inside
    /// of; none if it [is complete](Script::is_complete).
    pub fn open(&self) -> Option<Span> {
        self.facts.open
    }

    /// Variables the text sets for commands after it, also where that is only in a branch or a
    /// subshell. What `source` and `eval` set is unknown: see [`Script::sets_unknown`].
    pub fn sets(&self) -> &[Named] {
        &self.facts.sets
    }

    /// Whether it may set variables nobody can name: `source`, `.`, `eval`.
    pub fn sets_unknown(&self) -> bool {
        self.facts
            .commands
            .iter()
            .any(|c| c.via.is_empty() && matches!(c.program.as_str(), "source" | "." | "eval"))
    }

    /// Functions the text defines.
    pub fn functions(&self) -> &[Named] {
        &self.facts.functions
    }

    /// Variables the text expands, in order of appearance. Not in single quotes, comments and
    /// quoted heredocs; not the shell's own parameters (`$1`, `$?`, `$@`).
    pub fn uses(&self) -> Vec<Use> {
        let mut uses = self.facts.uses.clone();
        for one in &mut uses {
            one.context = self.context(one.span.start);
        }
        uses
    }

    /// How the shell reads the byte at `at`.
    ///
    /// [`Context::Inner`] wins over quotes: text that another interpreter reads after the shell.
    pub fn context(&self, at: usize) -> Context {
        match self.quote(at) {
            Quote::Comment => Context::Comment,
            Quote::QuotedHeredoc => Context::QuotedHeredoc,
            Quote::Arithmetic => Context::Inner("arithmetic".into()),
            quote => match self.reader(at) {
                Some(program) => Context::Inner(program.to_owned()),
                None => quote.context(),
            },
        }
    }

    /// The program that reads the text at `at` after the shell is done with it.
    fn reader(&self, at: usize) -> Option<&str> {
        let after = self.facts.inner.partition_point(|(span, _)| span.start <= at);
        let (span, program) = self.facts.inner.get(after.checked_sub(1)?)?;
        (at < span.end).then_some(program.as_str())
    }

    /// The innermost quoting at `at`.
    fn quote(&self, at: usize) -> Quote {
        self.facts.quote(at)
    }

    /// True only if the text certainly cannot change folder, variables, functions or options of
    /// the shell that runs it.
    ///
    /// Conservative: only programs that are certainly external (or harmless builtins), no
    /// assignment, no arithmetic, no background job. A function defined by an earlier block can
    /// shadow any name; the caller knows those and must not ask then.
    pub fn keeps_state(&self) -> bool {
        keeps::keeps_state(self.text, &self.facts)
    }
}
