//! Code blocks are cut into scripts: prompts, output and what the author left out taken off.

use crate::danger;
use crate::runbook::diagnose::Diagnose;
use crate::runbook::fences::{Class, Facts, starts_with_command};
use crate::runbook::prompts::{Place, Style};
use crate::runbook::transcript::{self, Group, Transcript};
use crate::runbook::{ActionKind, Annotations, Danger, Topic, language};
use crate::shell::{self, Reading, Session};
use crate::source::{Source, Span, is_blank, trim};

use super::{Base, Maker, join};

/// More lines of comments than these are no word on the command below them.
const COMMENTS: usize = 6;

/// A code block cut into scripts.
///
/// What the shell makes of them is asked of all blocks at once, and then what that makes of the blocks:
/// see [`crate::runbook::stages`].
pub(in crate::runbook) struct Block {
    pub(super) base: Base,
    pub(super) kind: Option<ActionKind>,
    pub(super) form: Form,
}

pub(super) enum Form {
    /// It is shown, and what to it belongs.
    Shown(Vec<Span>, Option<String>),
    /// One script; whether its fence is whole, without which it never runs by itself anyway.
    Script(Script, bool),
    /// What a terminal showed.
    Transcript(Vec<(Group, Script)>),
}

/// Lines that run together.
pub(super) struct Script {
    pub lines: Vec<Span>,
    pub text: String,
    pub reading: Reading,
    /// The session that it opens, if it does.
    pub session: Option<Session>,
    /// See [`danger::is_plain`].
    pub plain: bool,
}

impl Script {
    fn of(source: &Source, lines: Vec<Span>) -> Script {
        let text = join(source, &lines);
        Script { lines, text, reading: Reading::default(), session: None, plain: true }
    }

    /// Asks the shell what it is, as far as that decides over what is made of it.
    fn understand(&mut self) {
        self.plain = danger::is_plain(&self.text, &self.reading);
        if !self.plain {
            self.session = shell::session_of(&self.text, &self.reading);
        }
    }

    pub fn understood(source: &Source, lines: Vec<Span>) -> Script {
        let mut script = Script::of(source, lines);
        script.understand();
        script
    }
}

impl Block {
    /// Asks the shell what the scripts are.
    pub fn understand(&mut self) {
        // What is somebody's word to us, or another program's input, is what it is called.
        if self.kind.is_some_and(|kind| kind != ActionKind::Run) || self.base.attrs.exec.is_some() {
            return;
        }
        match &mut self.form {
            Form::Shown(..) => {}
            Form::Script(script, _) => script.understand(),
            Form::Transcript(groups) => {
                let here = groups.iter_mut().filter(|(group, _)| group.place == Place::Here);
                here.for_each(|(_, script)| script.understand());
            }
        }
    }
}

impl Maker<'_> {
    /// The code block, if it makes actions at all.
    pub fn cut(&mut self, span: Span, lines: &[Span], facts: &Facts) -> Option<Block> {
        let info = facts.info.as_ref();
        let lang = language::in_lower_case(self.source.slice(facts.lang));
        let kind = info.as_ref().and_then(|info| info.kind);
        let tagged = !(facts.broken || facts.rooted) && (facts.tagged || facts.prompted || info.is_some());
        let (attrs, danger) = match info {
            Some(info) => (info.attrs.clone(), info.danger.clone()),
            None => (Annotations::default(), None),
        };
        let danger = match danger {
            Some(word) => Danger::Declared { word: word.unwrap_or_default() },
            None => Danger::None,
        };
        let base = Base { span, lang, attrs, tagged, danger };
        let form = match facts.class {
            Class::Data => return None,
            Class::Query(name) => {
                let mut lines = self.whole(lines);
                // The prompt is no part of it.
                if lines.first().is_some_and(|&line| self.source.slice(line).starts_with("$ ")) {
                    for line in &mut lines {
                        line.start += if self.source.slice(*line).starts_with("$ ") { 2 } else { 0 };
                    }
                }
                Form::Shown(lines, Some(name.to_owned()))
            }
            Class::Shown => Form::Shown(self.whole(lines), None),
            Class::Runnable if facts.prompted => {
                Form::Transcript(self.transcript(lines, facts.style, kind, &base))
            }
            Class::Runnable => {
                let lines = self.without_elisions(self.whole(lines));
                // A block with the author's words is taken as it says, tables aside.
                let lines = self.without_output(lines, tagged, info.is_some());
                // Of a block of elisions nothing but empty lines is left.
                if lines.iter().all(|&line| is_blank(self.source.slice(line))) {
                    return None;
                }
                Form::Script(Script::of(self.source, lines), !facts.broken)
            }
        };
        Some(Block { base, kind, form })
    }

    /// The lines from the first to the last that is not blank, common indentation taken off.
    pub(super) fn whole(&self, lines: &[Span]) -> Vec<Span> {
        // Most scripts are one line at the edge.
        if let [line] = lines
            && !self.source.slice(*line).starts_with([' ', '\t'])
        {
            return if line.is_empty() { Vec::new() } else { vec![*line] };
        }
        let blank = |line: &&Span| self.source.slice(**line).trim().is_empty();
        let first = lines.iter().take_while(blank).count();
        let last = lines.len() - lines.iter().rev().take_while(blank).count();
        let lines = lines.get(first..last).unwrap_or(&[]);
        let indent = |line: &Span| {
            let text = self.source.slice(*line);
            if text.trim().is_empty() {
                usize::MAX
            } else {
                text.bytes().take_while(|&byte| byte == b' ').count()
            }
        };
        let common = lines.iter().map(indent).min().unwrap_or(0);
        let cut = |line: &Span| Span::new((line.start + common).min(line.end), line.end);
        if common == 0 || common == usize::MAX { lines.to_vec() } else { lines.iter().map(cut).collect() }
    }

    /// A line of dots stands for what the author left out.
    fn without_elisions(&mut self, mut lines: Vec<Span>) -> Vec<Span> {
        let source = self.source;
        let elision = |line: Span| matches!(trim(source.slice(line)), "..." | "…" | "[...]" | "[…]" | "....");
        if lines.iter().any(|&line| elision(line))
            && !lines.iter().any(|&line| source.slice(line).contains("<<"))
        {
            let out = &mut *self.out;
            lines.retain(|&line| {
                let left_out = elision(line);
                if left_out {
                    out.info(Topic::Placement, line, "an elision: the author left something out here");
                }
                !left_out
            });
        }
        lines
    }

    /// A line of column names and what stands below it, up to an empty line that a command follows,
    /// is what the command above it printed; so is what looks like a line of a log or a report and
    /// like no command, and in a block without a language what stands in columns.
    fn without_output(&mut self, lines: Vec<Span>, tagged: bool, annotated: bool) -> Vec<Span> {
        let source = self.source;
        let is_head = |line: &Span| {
            let line = source.slice(*line);
            // A comment of some columns; no head is one where commands follow.
            if line.starts_with('#') && !shell::is_table_head(line) {
                return false;
            }
            let columns = || transcript::is_columns(line, tagged) && starts_with_command(line) == Some(false);
            shell::is_table_head(line)
                || (!annotated
                    && (transcript::is_printed(line, tagged) || transcript::is_setting(line) || columns()))
        };
        let blank = |line: &Span| is_blank(source.slice(*line));
        if !lines.iter().skip(1).any(is_head) {
            return lines;
        }
        let mut kept = Vec::with_capacity(lines.len());
        let mut from = 0;
        while let Some(head) = lines[from..].iter().skip(1).position(is_head).map(|at| from + 1 + at) {
            // What a brace opens begins there.
            let opens = head > from + 1 && matches!(trim(source.slice(lines[head - 1])), "{" | "[");
            let head = head - usize::from(opens);
            // A heredoc may well write a table, and so may what is within quotes.
            let command = join(source, &lines[from..head]);
            if command.contains("<<") || !shell::is_complete(&shell::neutral(&command)) {
                break;
            }
            // What is said of the next command may stand above it.
            let goes_on = |&at: &usize| {
                let mut next = lines[at..].iter().take(COMMENTS).map(|&line| source.slice(line));
                blank(&lines[at - 1])
                    && next
                        .find(|line| !line.starts_with('#'))
                        .is_some_and(|line| starts_with_command(line) == Some(true))
            };
            let end = (head + 1..lines.len()).find(goes_on).unwrap_or(lines.len());
            let place = Span::new(lines[head].start, lines[end - 1].end);
            self.out.info(Topic::Output, place, "printed output below a command: shown, not run");
            kept.extend(&lines[from..head]);
            from = end;
            if from >= lines.len() {
                break;
            }
        }
        kept.extend(lines.get(from..).unwrap_or(&[]));
        while kept.last().is_some_and(blank) {
            kept.pop();
        }
        kept
    }

    fn transcript(
        &mut self,
        lines: &[Span],
        style: Style,
        kind: Option<ActionKind>,
        base: &Base,
    ) -> Vec<(Group, Script)> {
        let free = kind.is_none_or(|kind| kind == ActionKind::Run) && base.is_free();
        let Transcript { groups, output, incomplete, .. } = transcript::read(self.source, lines, style, free);
        for span in output {
            let comments = self
                .source
                .slice(span)
                .lines()
                .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
            let what = if comments { "a comment" } else { "printed output" };
            self.out.info(Topic::Output, span, format!("{what} beside prompted lines: shown, not run"));
        }
        for span in incomplete {
            self.out.warning(Topic::Incomplete, span, "the command does not end in its block", None);
        }
        let script = |mut group: Group| {
            let lines = std::mem::take(&mut group.lines);
            (group, Script::of(self.source, lines))
        };
        groups.into_iter().map(script).collect()
    }
}
