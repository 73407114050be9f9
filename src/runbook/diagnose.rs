//! What the parser has to say, and short ways to say it.

use crate::source::Span;

/// Collects diagnostics.
pub(super) trait Diagnose {
    /// Something that keeps the runbook from running.
    fn error(&mut self, topic: Topic, span: Span, message: impl Into<String>) {
        self.error_with(topic, span, message, None);
    }

    /// Something that keeps the runbook from running, and what to do.
    fn error_with(&mut self, topic: Topic, span: Span, message: impl Into<String>, help: Option<String>) {
        self.say(Severity::Error, topic, span, message.into(), help);
    }

    /// Probably not what the author meant.
    fn warning(&mut self, topic: Topic, span: Span, message: impl Into<String>, help: Option<String>) {
        self.say(Severity::Warning, topic, span, message.into(), help);
    }

    /// Worth knowing.
    fn info(&mut self, topic: Topic, span: Span, message: impl Into<String>) {
        self.say(Severity::Info, topic, span, message.into(), None);
    }

    /// Adds one.
    fn say(&mut self, severity: Severity, topic: Topic, span: Span, message: String, help: Option<String>);
}

impl Diagnose for Vec<Diagnostic> {
    fn say(&mut self, severity: Severity, topic: Topic, span: Span, message: String, help: Option<String>) {
        self.push(Diagnostic { severity, span, message, help, topic });
    }
}

/// How bad a [`Diagnostic`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably not what the author meant.
    Warning,
    /// The runbook does not run as long as it stands.
    Error,
}

/// Something the parser has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Where.
    pub span: Span,
    /// What, in one sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// What it is about, for those who sort them.
    pub topic: Topic,
}

/// What a [`Diagnostic`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// The YAML at the top.
    FrontMatter,
    /// A word after a fence's language.
    Annotation,
    /// A fence that is not closed, or hidden in HTML.
    BrokenFence,
    /// A fence that begins where its author ended one: all that follows is inside out.
    InsideOut,
    /// Sample output beside prompted commands.
    Output,
    /// Lines after a command that opens a session.
    Session,
    /// A command that is not complete.
    Incomplete,
    /// Something that could not be placed.
    Placement,
    /// A command of a document in which no step was found.
    Lost,
}
