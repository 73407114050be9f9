//! Where rules put what they find.

use std::sync::Arc;

use crate::runbook::Severity;
use crate::source::{Source, Span};

use super::diagnostic::{Edit, Finding, Fix, Related};
use super::registry::Rule;

/// Collects the findings of one rule in one file.
pub struct Sink<'s> {
    rule: &'static Rule,
    /// What `midwatch.toml` says instead of the rule's own severity.
    severity: Option<Severity>,
    source: &'s Arc<Source>,
    found: &'s mut Vec<Finding>,
}

impl<'s> Sink<'s> {
    /// A sink for `rule` in `source`; `severity` replaces that of every finding.
    pub fn new(
        rule: &'static Rule,
        severity: Option<Severity>,
        source: &'s Arc<Source>,
        found: &'s mut Vec<Finding>,
    ) -> Self {
        Sink { rule, severity, source, found }
    }

    /// Adds a finding; what the caller knows more is chained to it.
    pub fn report(&mut self, span: Span, message: impl Into<String>) -> Report<'_> {
        self.report_in(&Arc::clone(self.source), span, message)
    }

    /// Adds a finding that stands in another file.
    pub fn report_in(&mut self, source: &Arc<Source>, span: Span, message: impl Into<String>) -> Report<'_> {
        let index = self.found.len();
        self.found.push(Finding {
            rule: self.rule,
            severity: self.severity.unwrap_or(self.rule.severity),
            source: Arc::clone(source),
            span: whole(source, span),
            label: String::new(),
            related: Vec::new(),
            message: message.into(),
            help: None,
            fix: None,
        });
        Report { fixed_severity: self.severity.is_some(), finding: &mut self.found[index] }
    }
}

/// `span`, widened to whole characters and cut to what there is: a grammar counts bytes. The blanks before its
/// first visible character are left out: a rule may mean whole lines, a reader looks for what stands there.
fn whole(source: &Source, span: Span) -> Span {
    let text = source.text();
    let start = (0..=span.start.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let end = span.end.max(start).min(text.len());
    let end = (end..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
    // Where there is nothing else, blanks are what is meant.
    let blanks = text[start..end].bytes().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(0);
    Span::new(start + blanks, end)
}

/// A finding that has just been added.
pub struct Report<'f> {
    finding: &'f mut Finding,
    fixed_severity: bool,
}

impl Report<'_> {
    /// A few words beside the place.
    pub fn label(self, label: impl Into<String>) -> Self {
        self.finding.label = label.into();
        self
    }

    /// Another place that explains it.
    pub fn related(self, span: Span, label: impl Into<String>) -> Self {
        let span = whole(&self.finding.source, span);
        self.finding.related.push(Related { span, label: label.into() });
        self
    }

    /// What to do.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.finding.help = Some(help.into());
        self
    }

    /// A milder severity than the rule's own; configuration wins over it.
    pub fn severity(self, severity: Severity) -> Self {
        if !self.fixed_severity {
            self.finding.severity = severity;
        }
        self
    }

    /// Edits that `--fix` may apply.
    pub fn fix(self, description: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.finding.fix = Some(Fix { description: description.into(), edits, safe: true });
        self
    }

    /// Edits that a person should look at first: shown, never applied unasked.
    pub fn suggestion(self, description: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.finding.fix = Some(Fix { description: description.into(), edits, safe: false });
        self
    }
}
