//! What a rule has to say about a place, and how it could be mended.

use std::sync::Arc;

use crate::runbook::Severity;
use crate::source::{Source, Span, hex};
use sha2::{Digest, Sha256};

use super::registry::Rule;

/// One thing that is wrong with a runbook.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// How bad it is here; the rule's own severity unless the rule or `midwatch.toml` says else.
    pub severity: Severity,
    /// The file it is in.
    pub source: Arc<Source>,
    /// Where, exactly.
    pub span: Span,
    /// A few words beside the place; may be empty.
    pub label: String,
    /// Other places of the same file that explain it.
    pub related: Vec<Related>,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// How it can be mended by machine.
    pub fix: Option<Fix>,
}

/// Another place that explains a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Where, in the same file.
    pub span: Span,
    /// A few words beside it.
    pub label: String,
}

/// Edits that mend a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What the edits do, in the imperative ("Remove the space").
    pub description: String,
    /// Edits of the same file, in order, not overlapping.
    pub edits: Vec<Edit>,
    /// Whether `--fix` may apply it unasked: it changes no command but to what is plainly meant.
    pub safe: bool,
}

/// One replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What goes; empty to insert.
    pub span: Span,
    /// What comes.
    pub text: String,
}

impl Edit {
    /// Puts `text` at `offset`.
    pub fn insert(offset: usize, text: impl Into<String>) -> Self {
        Edit { span: Span::new(offset, offset), text: text.into() }
    }

    /// Puts `text` in the place of `span`.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Edit { span, text: text.into() }
    }

    /// Takes `span` away.
    pub fn delete(span: Span) -> Self {
        Edit { span, text: String::new() }
    }
}

impl Finding {
    /// What the finding is about, in a form that survives changes elsewhere in the file: SHA-256
    /// of the rule's id and the lines the span touches, white space at their ends left out.
    ///
    /// Equal lines have equal keys; the one who counts them tells them apart.
    pub fn content_key(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.rule.id.as_bytes());
        let first = self.source.line(self.span.start);
        let last = self.source.line(self.span.end.max(self.span.start + 1) - 1).max(first);
        // A finding about a whole section is about its first lines.
        for line in first..=last.min(first + 19) {
            hash.update(b"\n");
            hash.update(self.source.slice(self.source.line_span(line)).trim().as_bytes());
        }
        hex(&hash.finalize())
    }

    /// 1-based line and column of the place's first character.
    pub fn start(&self) -> crate::source::Position {
        self.source.position(self.span.start)
    }

    /// 1-based line and column just after the place's last character.
    pub fn end(&self) -> crate::source::Position {
        self.source.position(self.span.end.max(self.span.start))
    }
}

/// The name of a severity in configuration and output.
pub fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// The severity called `name`.
pub fn severity_named(name: &str) -> Option<Severity> {
    match name {
        "info" => Some(Severity::Info),
        "warning" => Some(Severity::Warning),
        "error" => Some(Severity::Error),
        _ => None,
    }
}
