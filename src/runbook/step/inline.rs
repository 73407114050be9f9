//! Commands in running text as actions, and what the sentences around them and around blocks of
//! examples say of them.

use std::borrow::Cow;
use std::cell::LazyCell;

use crate::danger;
use crate::runbook::actions::breaks_at;
use crate::runbook::blocks::{Code, Kind};
use crate::runbook::diagnose::Diagnose;
use crate::runbook::{Action, ActionKind, Annotations, Danger, Topic, fences, words};
use crate::shell::{self, Reading};
use crate::source::{Span, trim};

use super::{Fuller, Writer};

impl Writer<'_> {
    /// Whether a block only gives an example of a command of the same program that was `told` before it
    /// with something to fill in.
    pub(super) fn is_example(&self, block: usize, told: &[Action], made: &[Action]) -> bool {
        let program = |action: &Action| {
            let mut words = action.script.split_ascii_whitespace().filter(|word| *word != "sudo");
            words.next().map(str::to_owned)
        };
        let is_pattern = |told: &&Action| told.offered && told.script.contains('<');
        told.iter().any(|told| is_pattern(&told))
            && self.view.doc.blocks[block - 1].kind == Kind::Para
            && words::announcement(self.view.doc.text(block - 1)).is_some_and(words::announces_example)
            && made
                .first()
                .is_some_and(|made| told.iter().filter(is_pattern).any(|told| program(told) == program(made)))
    }

    /// Whether the sentence around inline code tells to run it, and it looks like a command, though
    /// of a program that nobody knows.
    pub(super) fn is_told_to_run(&self, block: usize, code: &Code) -> bool {
        let script = self.view.source.slice(code.inner);
        let (before, after) = self.around(block, code);
        fences::may_be_command(script) && words::tells_to_run(before, after) && !words::names_a_task(after)
    }

    /// Whether the sentence around an inline command tells not to run it.
    pub(super) fn is_warned_of(&self, block: usize, code: &Code) -> bool {
        let (before, after) = self.around(block, code);
        words::warns_of(before, after)
    }

    /// Whether inline code only names a kind of command: the step has it in full, or the sentence speaks of
    /// it and tells nobody to run it.
    pub(super) fn is_spoken_of(
        &self,
        block: usize,
        code: &Code,
        fuller: &LazyCell<Fuller, impl FnOnce() -> Fuller>,
    ) -> bool {
        let script = self.view.source.slice(code.inner);
        // With a flag, or several things to act on, it is meant as it stands.
        if script.contains(" -") || script.split_ascii_whitespace().nth(3).is_some() {
            return false;
        }
        if fuller.holds(script) {
            return true;
        }
        let (before, after) = self.around(block, code);
        match words::speaks_of(before, after) {
            None => false,
            Some(passing) => {
                passing && script.split_ascii_whitespace().nth(2).is_none()
                    || self.view.fuller().holds(script)
            }
        }
    }

    /// What stands before inline code in its block, and what behind it.
    fn around(&self, block: usize, code: &Code) -> (&str, &str) {
        let text = self.view.doc.text(block);
        let start = self.view.doc.text_start(block);
        let part = |at: u32| text.split_at((at - start) as usize);
        (part(code.at.0).0, part(code.at.1).1)
    }

    /// Adds the lines of a paragraph that are commands without any mark: a person starts them.
    pub(super) fn plain(&self, block: usize, actions: &mut Vec<Action>) {
        let span = self.view.doc.blocks[block].span;
        for line in fences::plain_commands(self.view.source.slice(span), span.start) {
            let written = fences::without_prompt(self.view.source.slice(line));
            let place = Span::new(line.end - written.len(), line.end);
            let script = match written.contains('\n') {
                true => fences::in_one_line(written),
                false => written.to_owned(),
            };
            let script = fences::unescaped(&script).unwrap_or(script);
            let mut action = command(line, place, script);
            action.offered = true;
            actions.push(action);
        }
    }

    /// Whether the shell cannot read a command that stands for itself, which then is said.
    pub(super) fn cannot_read(&mut self, action: &Action) -> bool {
        let Action { script, reading, span, .. } = action;
        let broken = breaks_at(script.lines(), script, reading).is_some();
        if broken {
            let message = "the shell cannot read this command: offered, not run by itself";
            self.out.info(Topic::Incomplete, *span, message);
        }
        broken
    }

    /// Inline code as an untagged command.
    pub(super) fn inline(&mut self, code: &Code) -> Action {
        let (span, inner) = (code.span, code.inner);
        let written = fences::without_prompt(self.view.source.slice(inner).trim_start());
        let start = inner.end - written.len();
        let written = trim(written);
        let place = Span::new(start, start + written.len());
        let script = match written.contains('\n') {
            false => Some(written.to_owned()),
            true => fences::unbroken(written, self.view.doc.text_at(code.at)),
        };
        if script.is_none() {
            let message = "a command in running text that is broken over lines is only shown";
            self.out.info(Topic::Placement, span, message);
        }
        let whole = script.is_some();
        let mut action = command(span, place, script.unwrap_or_default());
        if !whole {
            (action.interactive, action.plain) = (false, false);
        }
        action
    }
}

/// A command that stands in running text.
fn command(span: Span, place: Span, script: String) -> Action {
    let reading = Reading::default();
    let plain = danger::is_plain(&script, &reading);
    let session = if plain { None } else { shell::session_of(&script, &reading) };
    Action {
        kind: ActionKind::Run,
        id: String::new(),
        span,
        lang: Cow::Borrowed(""),
        script,
        lines: vec![place],
        attrs: Annotations::default(),
        offered: false,
        tagged: false,
        interactive: session.is_some(),
        danger: Danger::None,
        belongs: None,
        lead: None,
        away: false,
        plain,
        reading,
    }
}
