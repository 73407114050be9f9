//! What a runbook is once it is understood. Everything knows its place in the file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::shell::Reading;
use crate::source::{Source, Span};

use super::{Annotations, Diagnostic};

/// One Markdown file, understood.
#[derive(Debug)]
pub struct Runbook {
    /// The file's exact bytes.
    pub source: Arc<Source>,
    /// Front matter's `title`, else the first H1, else the file's name.
    pub title: String,
    /// What the YAML at the top says.
    pub front: FrontMatter,
    /// All headings, in order of appearance.
    pub sections: Vec<Section>,
    /// All steps, in order of appearance; `steps[i].number == i + 1`.
    pub steps: Vec<Step>,
    /// Values the text leaves to the operator.
    pub placeholders: Vec<Placeholder>,
    /// What could not be placed or is wrong; an [`Severity::Error`] keeps the runbook from running.
    pub diagnostics: Vec<Diagnostic>,
}

/// A heading and what stands under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading's text, without markup.
    pub heading: String,
    /// 1 to 6.
    pub level: u8,
    /// GitHub's slug, with `-1`, `-2` for duplicates.
    pub anchor: String,
    /// Index of the enclosing section in [`Runbook::sections`].
    pub parent: Option<usize>,
    /// The heading alone.
    pub heading_span: Span,
    /// The heading and all below it, subsections included.
    pub span: Span,
    /// Shown, never asked about (Meaning, Impact, ...).
    pub context: bool,
    /// How to undo what the rest does (Rollback, Undo, ...), or a part of it: no part of the way
    /// forward, walked only where its anchor is named.
    pub way_back: bool,
}

/// One thing the operator does.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// 1-based, in order of appearance in the whole file.
    pub number: usize,
    /// Stable under changes elsewhere in the file; never derived from the position.
    pub id: String,
    /// One line, without markup.
    pub title: String,
    /// Index of the innermost section that is not itself a step, in [`Runbook::sections`].
    pub section: Option<usize>,
    /// All the step's blocks.
    pub span: Span,
    /// A name shared by alternatives of which the operator picks one.
    pub choice: Option<String>,
    /// Where an alternative is a heading with several steps: that heading, the same for all its
    /// steps; an index into [`Runbook::sections`], or beyond them where no heading names it (a tab).
    pub branch: Option<usize>,
    /// The prose that stands before all alternatives of a list, as Markdown: of the first of them, and
    /// also in its [`Step::text`]. Said once, it is about every one.
    pub introduction: Option<Box<str>>,
    /// The prose, as Markdown, without the text of its actions' fences. Whole; [`Step::intro`],
    /// [`Step::lead`] and [`Step::after`] are its parts.
    pub text: String,
    /// Commands, probes, undo commands and what is only shown, in order.
    pub actions: Vec<Action>,
}

impl Step {
    /// Whether the operator does it and says so: there is nothing here to run or to check.
    ///
    /// An offered command does not count: it never runs by itself.
    pub fn manual(&self) -> bool {
        !self.actions.iter().any(|a| !a.offered && matches!(a.kind, ActionKind::Run | ActionKind::Check))
    }

    /// The prose before the first command that stands in a block of its own: what the step is about.
    /// All of the prose where there is no such command.
    pub fn intro(&self) -> &str {
        match self.first_block() {
            Some(index) => self.lead(index),
            None => &self.text,
        }
    }

    /// The prose that stands between the action `index` and the one before it, as Markdown: what
    /// this command is for ("If the lag is high:"). Of the first block it is the [`Step::intro`].
    /// Empty for a command within a sentence, whose prose is read as a whole, and for one that
    /// follows another at once.
    pub fn lead(&self, index: usize) -> &str {
        let lead = self.actions.get(index).and_then(|action| action.lead);
        lead.map_or("", |(start, end)| self.prose(start as usize, end as usize))
    }

    /// The prose after the last command that stands in a block of its own; empty without one. The
    /// intro, the leads of the other blocks and this are [`Step::text`], nothing of it twice.
    pub fn after(&self) -> &str {
        let last = self.actions.iter().rev().find_map(|action| action.lead);
        last.map_or("", |(_, end)| self.prose(end as usize, self.text.len()))
    }

    /// The first action that stands in a block of its own and not within a sentence: its lead is
    /// the [`Step::intro`].
    pub fn first_block(&self) -> Option<usize> {
        self.actions.iter().position(|action| action.lead.is_some())
    }

    /// A part of the prose; empty if it is nothing but the markers of list items.
    fn prose(&self, start: usize, end: usize) -> &str {
        let part = self.text.get(start..end).unwrap_or("").trim_end();
        let blank = |line: &str| line.trim().is_empty();
        let lead: usize = part.split_inclusive('\n').take_while(|line| blank(line)).map(str::len).sum();
        let marker = |c: char| c.is_whitespace() || c.is_ascii_digit() || "-*+>.)".contains(c);
        if part.chars().all(marker) { "" } else { &part[lead..] }
    }

    /// The actions of one kind that are not merely offered.
    pub fn of(&self, kind: ActionKind) -> impl Iterator<Item = &Action> {
        self.actions.iter().filter(move |a| a.kind == kind && !a.offered)
    }
}

/// What an action is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ActionKind {
    /// A command.
    Run,
    /// A read-only probe, polled until its condition holds.
    Check,
    /// How to undo the nearest earlier run of the section.
    Rollback,
    /// Shown, never run: SQL, PromQL, commands of another machine.
    Norun,
}

impl ActionKind {
    /// The kind with a name.
    pub fn named(name: &str) -> Option<ActionKind> {
        [ActionKind::Run, ActionKind::Check, ActionKind::Rollback, ActionKind::Norun]
            .into_iter()
            .find(|kind| kind.name() == name)
    }

    /// The name used in the runbook language and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            ActionKind::Run => "run",
            ActionKind::Check => "check",
            ActionKind::Rollback => "rollback",
            ActionKind::Norun => "norun",
        }
    }
}

/// A command midwatch found, with where it stands and what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// What it is for.
    pub kind: ActionKind,
    /// The author's `id=`, else derived from breadcrumb and first command line.
    pub id: String,
    /// The fence or inline code, markers included.
    pub span: Span,
    /// The fence's language as written, in lower case; empty for untagged fences and inline code.
    pub lang: Cow<'static, str>,
    /// What runs: prompts removed, output left out, lines joined with `\n`, no final newline.
    pub script: String,
    /// For each line of `script`, where its bytes stand in the file.
    pub lines: Vec<Span>,
    /// The words after the language.
    pub attrs: Annotations,
    /// Found in prose: may be run by key, never runs by itself.
    pub offered: bool,
    /// Tagged, prompted or annotated: may run under `--yes`.
    pub tagged: bool,
    /// Opens a session or is declared interactive: gets the terminal.
    pub interactive: bool,
    /// Whether it destroys something.
    pub danger: Danger,
    /// For [`ActionKind::Norun`]: where it belongs or why it is only shown
    /// (`root@db1`, `redis 10.0.0.1:6379`, `in the session`, `SQL`).
    pub belongs: Option<String>,
    /// The part of [`Step::text`] between the block before and this one; none within a sentence.
    pub(super) lead: Option<(u32, u32)>,
    /// Its words say that it destroys nothing and opens no session.
    pub(super) plain: bool,
    /// A command for the shell of another machine, or one that an earlier step opens: shown, not run here.
    pub(crate) away: bool,
    /// What the shell makes of [`Action::script`].
    pub(crate) reading: Reading,
}

/// Whether an action destroys something, and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Danger {
    /// Nothing known.
    #[default]
    None,
    /// The command is in the table of destructive commands; `what` says what it does.
    Detected {
        /// For instance `deletes Kubernetes objects`.
        what: String,
    },
    /// The author says so; `word` is typed before it runs.
    Declared {
        /// `danger=WORD`, else the step's id.
        word: String,
    },
}

impl Danger {
    /// The name used in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Danger::None => "none",
            Danger::Detected { .. } => "detected",
            Danger::Declared { .. } => "declared",
        }
    }
}

/// A value and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it is written, quotes excluded.
    pub span: Span,
}

/// YAML between `---` lines. All of it is optional.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FrontMatter {
    /// The YAML between the `---` lines, the lines themselves excluded; empty if there is none.
    pub span: Span,
    /// Replaces the first H1.
    pub title: Option<String>,
    /// One sentence.
    pub summary: Option<String>,
    /// Who keeps it right.
    pub owner: Option<String>,
    /// What it is about.
    pub service: Option<String>,
    /// How bad it is.
    pub severity: Option<String>,
    /// Names of the alerts that lead here.
    pub alerts: Vec<String>,
    /// Links.
    pub dashboards: Vec<String>,
    /// A command that shows logs.
    pub logs: Option<String>,
    /// A command that shows what changed lately.
    pub changes: Option<String>,
    /// Whom to call.
    pub escalation: Option<String>,
    /// Programs that must be there.
    pub requires: Vec<Spanned<String>>,
    /// Hosts by name, for `on=`.
    pub hosts: Vec<String>,
    /// Variables for every command.
    pub env: BTreeMap<String, String>,
    /// The shell that runs commands; `bash`, else `sh`, if not said.
    pub shell: Option<String>,
    /// Free words.
    pub tags: Vec<String>,
    /// Date of the last review, as written.
    pub reviewed: Option<String>,
    /// How long a review holds, as written (`6 months`).
    pub review_in: Option<String>,
    /// Values the runbook needs, in order of appearance.
    pub params: Vec<Param>,
}

/// One declared parameter.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Param {
    /// The name commands use.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// For the question.
    pub about: Option<String>,
    /// A regular expression the whole value must match.
    pub pattern: Option<String>,
    /// The only values there are.
    pub choices: Vec<String>,
    /// Used when nothing else gives one.
    pub default: Option<String>,
    /// Environment variable it may come from.
    pub env: Option<String>,
    /// Masked everywhere, never stored.
    pub secret: bool,
}

/// A value the text leaves to the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// What `--set` calls it: lower case, other characters `_`.
    pub key: String,
    /// As the text writes it: `<pod-name>`, `YOUR_CLUSTER`, `{{ host }}`, `$NODE`.
    pub text: String,
    /// What it looks like.
    pub kind: PlaceholderKind,
    /// Where it stands inside commands, in order.
    pub spans: Vec<Span>,
    /// The sentence of the document that explains it.
    pub explained: Option<String>,
}

/// How a placeholder is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlaceholderKind {
    /// `<pod-name>`
    Angle,
    /// `YOUR_CLUSTER`
    Your,
    /// `{{ host }}`
    Mustache,
    /// A variable that nothing in the runbook sets.
    Variable,
}
