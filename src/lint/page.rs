//! One file as the rules see it: the runbook, its blocks, and its commands, each parsed once.

use std::cell::OnceCell;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;

use crate::danger::{self, Found};
use crate::runbook::blocks::{Document, Fence, Kind, Link};
use crate::runbook::{self, Action, ActionKind, Danger, Runbook, Section, Step};
use crate::shell::{self, Script, Simple};
use crate::source::{Source, Span};

use super::alerts::Alerts;
use super::links;
use super::marks;
use super::numbering::{self, Numbered};

/// What a rule may know beyond the file itself.
#[derive(Debug, Clone, Copy)]
pub struct World<'w> {
    /// Today.
    pub today: Date,
    /// The alerts of `--alerts`, if any were given.
    pub alerts: Option<&'w Alerts>,
    /// Where the file lies, if it lies anywhere.
    pub path: Option<&'w Path>,
}

/// One file as the rules see it.
pub struct Page<'p> {
    /// What was understood of it.
    pub runbook: &'p Runbook,
    /// Its bytes.
    pub source: &'p Arc<Source>,
    /// Its Markdown blocks.
    pub(crate) doc: &'p Document,
    /// All commands, also those in prose and those that never run, in order of appearance.
    pub commands: Vec<Command<'p>>,
    /// What is known beyond it.
    pub world: World<'p>,
    /// The indices of the commands that are shell text.
    shell: Vec<u32>,
    marks: OnceCell<Vec<(usize, marks::Kind)>>,
    html_links: OnceCell<Vec<Link>>,
    anchored: OnceCell<Vec<Section>>,
    parents: OnceCell<Vec<Option<u32>>>,
    numbered: OnceCell<Vec<Numbered>>,
    explanations: OnceCell<Vec<Option<String>>>,
}

/// A command of the runbook.
pub struct Command<'p> {
    /// As the parser understood it.
    pub action: &'p Action,
    /// The step it belongs to.
    pub step: &'p Step,
    /// The script with `<name>` and `{{ name }}` as plain words of the same length.
    text: &'p str,
    script: OnceCell<Script<'p>>,
    errors: OnceCell<Vec<Span>>,
    dangers: OnceCell<Vec<Found>>,
    danger_places: OnceCell<Vec<Span>>,
    not_shell: OnceCell<Option<shell::NotShell>>,
}

fn actions(runbook: &Runbook) -> impl Iterator<Item = (&Step, &Action)> {
    runbook.steps.iter().flat_map(|step| step.actions.iter().map(move |action| (step, action)))
}

impl<'p> Page<'p> {
    /// The file of `runbook`.
    pub(crate) fn new(runbook: &'p Runbook, doc: &'p Document, world: World<'p>) -> Page<'p> {
        let commands = actions(runbook).map(|(step, action)| Command {
            action,
            step,
            text: action.reading.text(&action.script),
            script: OnceCell::new(),
            errors: OnceCell::new(),
            dangers: OnceCell::new(),
            danger_places: OnceCell::new(),
            not_shell: OnceCell::new(),
        });
        let commands: Vec<Command<'_>> = commands.collect();
        // Nearly every rule asks for them.
        let is_shell = |&at: &u32| {
            let command = &commands[at as usize];
            command.is_shell() && command.not_shell().is_none()
        };
        let shell = (0..commands.len() as u32).filter(is_shell).collect();
        Page {
            runbook,
            source: &runbook.source,
            doc,
            commands,
            world,
            shell,
            marks: OnceCell::new(),
            html_links: OnceCell::new(),
            anchored: OnceCell::new(),
            parents: OnceCell::new(),
            numbered: OnceCell::new(),
            explanations: OnceCell::new(),
        }
    }

    /// The commands that are shell text: not queries, not what another program reads, and not what
    /// is shell by its tag alone.
    pub fn shell(&self) -> impl Iterator<Item = &Command<'p>> {
        self.shell.iter().map(|&at| &self.commands[at as usize])
    }

    /// The commands of one step.
    pub fn commands_of(&self, step: &Step) -> &[Command<'p>] {
        let first = self.commands.partition_point(|command| command.step.number < step.number);
        let count = self.commands[first..].partition_point(|command| command.step.number == step.number);
        &self.commands[first..first + count]
    }

    /// The first command that stands at exactly `span`.
    pub(crate) fn command_at(&self, span: Span) -> Option<&Command<'p>> {
        let first = self.commands.partition_point(|command| command.action.span.start < span.start);
        self.commands.get(first).filter(|command| command.action.span == span)
    }

    /// The places of the text where something may stand that is found by its letters.
    pub(super) fn marks(&self) -> &[(usize, marks::Kind)] {
        self.marks.get_or_init(|| marks::places(self.source.text()).collect())
    }

    /// The places where something of the kind may stand, in order.
    pub(super) fn marks_of(&self, kind: marks::Kind) -> impl Iterator<Item = usize> {
        self.marks().iter().filter(move |(_, other)| *other == kind).map(|(at, _)| *at)
    }

    /// The sentence of the file that explains the placeholder with that index.
    pub(super) fn explanation(&self, placeholder: usize) -> Option<&str> {
        let all = self.explanations.get_or_init(|| runbook::explanations(self.runbook, self.doc));
        all.get(placeholder)?.as_deref()
    }

    /// The links and images of the file that lead somewhere in the repository.
    pub(crate) fn links(&self) -> impl Iterator<Item = &Link> {
        let html = self.html_links.get_or_init(|| links::in_html(self.source, self.doc));
        self.doc.links.iter().chain(html)
    }

    /// The sections of the runbook, with their anchors.
    pub(crate) fn anchored(&self) -> &[Section] {
        self.anchored.get_or_init(|| runbook::anchored(&self.runbook.sections))
    }

    /// The ordered lists of the file, with their numbers as written.
    pub(crate) fn numbered(&self) -> &[Numbered] {
        self.numbered.get_or_init(|| numbering::lists(self).collect())
    }

    /// The text at `span`.
    pub fn slice(&self, span: Span) -> &'p str {
        self.source.slice(span)
    }

    /// The innermost section at `offset`, with its index.
    pub fn section_at(&self, offset: usize) -> Option<(usize, &'p Section)> {
        let sections = &self.runbook.sections;
        // Sections stand in order of their headings: the last that began and has not ended.
        let mut index = sections.partition_point(|section| section.span.start <= offset).checked_sub(1);
        while let Some(at) = index {
            if offset < sections[at].span.end {
                return Some((at, &sections[at]));
            }
            index = sections[at].parent;
        }
        None
    }

    /// The index of the innermost block that holds the byte at `offset`.
    pub(crate) fn block_at(&self, offset: usize) -> Option<usize> {
        let blocks = &self.doc.blocks;
        let mut index = blocks.partition_point(|block| block.span.start <= offset).checked_sub(1)?;
        while offset >= blocks[index].span.end {
            index = self.parent(index)?;
        }
        Some(index)
    }

    /// The block that `block` is directly in.
    pub(crate) fn parent(&self, block: usize) -> Option<usize> {
        let parents = self.parents.get_or_init(|| {
            let blocks = &self.doc.blocks;
            let mut open: Vec<u32> = Vec::new();
            (0..blocks.len() as u32)
                .map(|index| {
                    while open.last().is_some_and(|&last| blocks[last as usize].end <= index) {
                        open.pop();
                    }
                    let parent = open.last().copied();
                    open.push(index);
                    parent
                })
                .collect()
        });
        parents[block].map(|parent| parent as usize)
    }

    /// The code block at exactly `span`.
    pub(crate) fn fence(&self, span: Span) -> Option<&Fence> {
        let blocks = &self.doc.blocks;
        let first = blocks.partition_point(|block| block.span.start < span.start);
        blocks[first..].iter().take_while(|block| block.span.start == span.start).find_map(
            |block| match block.kind {
                Kind::Code(fence) => Some(&self.doc.fences[fence as usize]),
                _ => None,
            },
        )
    }

    /// Whether the code block at `span` has markers, and is not merely indented.
    pub(crate) fn is_fenced(&self, span: Span) -> bool {
        let text = self.slice(span);
        text.starts_with("```") || text.starts_with("~~~")
    }

    /// The words after the language of the action's fence.
    pub(crate) fn words(&self, action: &Action) -> Option<Span> {
        let info = self.fence(action.span)?.info;
        let text = self.slice(info);
        let start = text
            .find(char::is_whitespace)
            .map_or(0, |at| at + text[at..].len() - text[at..].trim_start().len());
        let start = if action.lang.is_empty() { 0 } else { start };
        (start < text.len()).then(|| Span::new(info.start + start, info.end))
    }

    /// Where `value` stands in the front matter, after the line of `key`.
    pub(crate) fn front_value(&self, key: &str, value: &str) -> Option<Span> {
        let front = self.runbook.front.span;
        let text = self.slice(front);
        let mut at = 0;
        let line = text.split_inclusive('\n').find_map(|line| {
            let start = at;
            at += line.len();
            line.trim_start_matches(['"', '\'']).starts_with(key).then_some(start)
        })?;
        // The whole value, not a part of a longer word.
        let inside =
            |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let from = line + key.len();
        let bytes = text.as_bytes();
        memchr::memmem::find_iter(bytes.get(from..)?, value)
            .map(|at| from + at)
            .find(|&at| !inside(bytes.get(at - 1)) && !inside(bytes.get(at + value.len())))
            .map(|at| Span::new(front.start + at, front.start + at + value.len()))
    }

    /// The paragraphs (and bare texts of list items) of the file, as written.
    pub(crate) fn paragraphs(&self) -> impl Iterator<Item = Span> {
        // The bare text of an item ends with its last word: a link's address stands behind it.
        let whole = |span: Span| {
            let rest = &self.source.text().as_bytes()[span.end..];
            let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
            Span::new(span.start, span.end + line.strip_suffix(b"\r").unwrap_or(line).len())
        };
        self.doc.blocks.iter().filter(|block| block.kind == Kind::Para).map(move |block| whole(block.span))
    }
}

impl<'p> Command<'p> {
    /// Whether a shell reads it, here or where the text sends the operator.
    pub fn is_shell(&self) -> bool {
        (self.action.kind != ActionKind::Norun || self.action.away) && self.action.attrs.exec.is_none()
    }

    /// What it is, plainly, instead of shell.
    pub(crate) fn not_shell(&self) -> Option<shell::NotShell> {
        *self.not_shell.get_or_init(|| shell::not_shell(&self.action.script))
    }

    /// Whether it stands in prose and never runs by itself.
    pub fn offered(&self) -> bool {
        self.action.offered
    }

    /// Its script, understood; `<name>` and `{{ name }}` are plain words in it.
    pub fn script(&self) -> &Script<'p> {
        self.script.get_or_init(|| self.action.reading.script(&self.action.script))
    }

    /// The text [`Command::script`] was made of: offsets are those of the action's script.
    pub fn text(&self) -> &'p str {
        self.text
    }

    /// The syntax errors of the script: the one thing here that costs.
    pub fn errors(&self) -> &[Span] {
        self.errors.get_or_init(|| self.script().errors())
    }

    /// Whether it is in the table of destructive commands, or its author says that it destroys.
    pub fn is_dangerous(&self) -> bool {
        self.action.danger != Danger::None || !self.dangers().is_empty()
    }

    /// The destructive commands in it, by the table; what only its author calls so is not here.
    pub fn dangers(&self) -> &[Found] {
        self.dangers.get_or_init(|| match self.action.danger {
            // What is not run here is no danger here, but it is one where it runs.
            Danger::None if self.action.away => danger::all(&self.action.script),
            Danger::None => Vec::new(),
            _ => danger::all_of(self.script()),
        })
    }

    /// Where a destructive command of the script begins; with the `ssh` that takes it to another
    /// host, which is as much a part of what it destroys.
    fn danger_start(&self, found: &Found) -> usize {
        let remote = |simple: &Simple| {
            simple.span == found.span && simple.via.iter().any(|via| via.starts_with("ssh"))
        };
        let start = self.script().commands().iter().any(remote).then(|| {
            let before = &self.text[..found.span.start];
            let line = before.rfind(['\n', ';', '&', '|']).map_or(0, |at| at + 1);
            before[line..].find("ssh").map(|at| line + at)
        });
        start.flatten().unwrap_or(found.span.start)
    }

    /// What a loop around a destructive command goes over, if the command uses the loop's variable:
    /// the words of `for X in WORDS`.
    fn danger_words(&self, start: usize, end: usize) -> Option<Span> {
        // A loop is short: a script of a megabyte is not searched for each of its commands.
        let from = (start.saturating_sub(4096)..=start).find(|&at| self.text.is_char_boundary(at))?;
        let (before, destroys) = (&self.text[from..start], &self.text[start..end]);
        before.rmatch_indices("for ").take(8).find_map(|(at, word)| {
            let (name, rest) = before[at + word.len()..].split_once(" in ")?;
            let words = &rest[..rest.find([';', '\n'])?];
            let used = |sign: &str| {
                destroys.match_indices(sign).any(|(at, _)| destroys[at + sign.len()..].starts_with(name))
            };
            let start = from + at + word.len() + name.len() + " in ".len();
            let around = !name.is_empty() && !rest[words.len()..].contains("done");
            (around && (used("$") || used("${"))).then(|| self.place(Span::new(start, start + words.len())))
        })
    }

    /// Where what decides about a destructive command stands: itself, and what a loop around it goes
    /// over.
    pub(crate) fn danger_places(&self, found: &Found) -> impl Iterator<Item = Span> + use<> {
        let (start, end) = (self.danger_start(found), found.span.end);
        let own = self.place(Span::new(start, end));
        [Some(own), self.danger_words(start, end)].into_iter().flatten()
    }

    /// The places of all destructive commands of the script.
    pub(crate) fn all_danger_places(&self) -> &[Span] {
        let places = || self.dangers().iter().flat_map(|found| self.danger_places(found)).collect();
        self.danger_places.get_or_init(places)
    }

    /// Where `span` of the script stands in the file, its last line cut off where it spans several.
    pub fn place(&self, span: Span) -> Span {
        let start = self.offset(span.start);
        let end = if span.end > span.start { self.offset(span.end - 1) + 1 } else { start };
        Span::new(start, end.max(start))
    }

    /// Where the byte at `offset` of the script stands in the file.
    fn offset(&self, offset: usize) -> usize {
        let before = &self.action.script.as_bytes()[..offset.min(self.action.script.len())];
        let line = memchr::memchr_iter(b'\n', before).count();
        let column = before.len() - memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        match self.action.lines.get(line) {
            Some(span) => (span.start + column).min(span.end),
            None => self.action.span.start,
        }
    }
}
