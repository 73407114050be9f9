//! Short ways to say what is wrong.

use crate::source::Span;

use super::{Diagnostic, Severity, Topic};

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
