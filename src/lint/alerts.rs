//! Prometheus rule files: which alerts there are and which runbook each one leads to.

use std::path::Path;
use std::sync::Arc;

use crate::error::Error;
use crate::runbook::yaml::{self, Node, Value};
use crate::source::{Source, Span};

use super::sink::Sink;

/// One alerting rule.
#[derive(Debug, Clone)]
pub struct Alert {
    /// `alert:`
    pub name: String,
    /// The rule file.
    pub source: Arc<Source>,
    /// Where the name stands in it.
    pub span: Span,
    /// `runbook_url:` of its annotations, and where.
    pub url: Option<(String, Span)>,
}

/// The alerts of all rule files.
#[derive(Debug, Default)]
pub struct Alerts {
    /// In order of appearance.
    pub alerts: Vec<Alert>,
}

/// What [`Alerts`] are compared with: a runbook that was looked at.
#[derive(Debug, Clone)]
pub struct Known {
    /// The file's name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The anchors of its headings.
    pub anchors: Vec<String>,
    /// The alerts its front matter names.
    pub alerts: Vec<String>,
}

impl Alerts {
    /// Reads a rule file: `groups` at the top or, as the operator's resources have it, below `spec`.
    ///
    /// # Errors
    /// It cannot be read or is no YAML.
    pub fn add_file(&mut self, path: &Path) -> Result<(), Error> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Error::refused(format!("cannot read {}: {error}", path.display())))?;
        self.add(&Source::new(path.display().to_string(), text))
    }

    /// Reads the text of a rule file.
    ///
    /// # Errors
    /// It is no YAML.
    pub fn add(&mut self, source: &Arc<Source>) -> Result<(), Error> {
        for span in documents(source) {
            let value = yaml::read(source, span).map_err(|(message, at)| {
                Error::refused(format!("this rule file is no valid YAML: {message}")).at(source, at)
            })?;
            let groups = get(&value, "groups").or_else(|| get(get(&value, "spec")?, "groups"));
            for rule in list(groups)
                .iter()
                .filter_map(|group| get(group, "rules"))
                .flat_map(|rules| list(Some(rules)))
            {
                self.alerts.extend(alert(source, rule));
            }
        }
        Ok(())
    }

    /// Whether any rule is called `name`.
    pub fn has(&self, name: &str) -> bool {
        self.alerts.iter().any(|alert| alert.name == name)
    }

    /// The name nearest to `name`.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        super::suggest(name, self.alerts.iter().map(|alert| alert.name.as_str()))
    }
}

fn alert(source: &Arc<Source>, rule: &Value) -> Option<Alert> {
    let name = get(rule, "alert")?;
    let Node::Scalar(text) = &name.node else { return None };
    let annotations = get(rule, "annotations");
    let url = annotations.and_then(|a| get(a, "runbook_url").or_else(|| get(a, "runbook")));
    let url = url.and_then(|url| match &url.node {
        Node::Scalar(text) if !text.trim().is_empty() => Some((text.clone(), url.span)),
        _ => None,
    });
    Some(Alert { name: text.clone(), source: Arc::clone(source), span: name.span, url })
}

fn get<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    match &value.node {
        Node::Map(entries) => entries.iter().find(|(name, _)| name.name == key).map(|(_, value)| value),
        _ => None,
    }
}

fn list(value: Option<&Value>) -> &[Value] {
    match value.map(|value| &value.node) {
        Some(Node::List(list)) => list,
        _ => &[],
    }
}

/// The YAML documents of a file: what stands between lines of `---`.
fn documents(source: &Source) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = source.start();
    for line in 1..=source.line_count() {
        let span = source.line_span(line);
        if source.slice(span).trim_end() == "---" {
            found.push(Span::new(start, span.start.max(start)));
            start = (span.end + 1).min(source.text().len());
        }
    }
    found.push(Span::new(start, source.text().len()));
    found.retain(|span| !source.slice(*span).trim().is_empty());
    found
}

/// Which of `known` the address leads to: the file whose path ends like the address's, the more
/// parts the better.
pub fn target<'k>(url: &str, known: &'k [Known]) -> Option<&'k Known> {
    let path = url.split(['#', '?']).next().unwrap_or("");
    let path = path.split_once("://").map_or(path, |(_, rest)| rest).trim_end_matches('/');
    let wanted: Vec<&str> = path.rsplit('/').collect();
    let last = |segment: &str, file: &str| {
        let stem = |name: &str| name.rsplit_once('.').map_or(name.len(), |(stem, _)| stem.len());
        segment.eq_ignore_ascii_case(file) || segment.eq_ignore_ascii_case(&file[..stem(file)])
    };
    let likeness = |known: &Known| {
        let name = known.name.replace('\\', "/");
        let mut parts = name.rsplit('/').zip(&wanted);
        let (file, segment) = parts.next()?;
        last(segment, file).then(|| 1 + parts.take_while(|(a, b)| a == *b).count())
    };
    known
        .iter()
        .filter_map(|known| Some((likeness(known)?, known)))
        .max_by_key(|(score, _)| *score)
        .map(|(_, known)| known)
}

/// Compares one alert with the runbooks.
pub(super) fn compare(alert: &Alert, known: &[Known], out: &mut Sink<'_>) {
    let Some((url, span)) = &alert.url else {
        let named = |known: &Known| known.alerts.contains(&alert.name) || titled(known, &alert.name);
        if !known.iter().any(named) {
            out.report_in(&alert.source, alert.span, format!("the alert `{}` has no runbook", alert.name))
                .label("fires, and nobody knows what to do")
                .help("add a `runbook_url` annotation, or name the alert in the `alerts` of a runbook");
        }
        return;
    };
    // What a template makes of it is known when it fires.
    if url.contains("{{") {
        return;
    }
    match target(url, known) {
        // Only an address that looks like a file of the repository can be told to lead nowhere.
        None if url.split(['#', '?']).next().is_some_and(|path| path.ends_with(".md")) => {
            out.report_in(&alert.source, *span, "this runbook_url leads to no runbook that was looked at")
                .help("correct the address, or give the folder of the runbook to the linter");
        }
        None => {}
        Some(known) => {
            let anchor = url.split_once('#').map_or("", |(_, anchor)| anchor);
            if !anchor.is_empty() && !known.anchors.iter().any(|known| known == anchor) {
                let report = out.report_in(
                    &alert.source,
                    *span,
                    format!("{} has no heading with the anchor `#{anchor}`", known.name),
                );
                let near = super::suggest(anchor, known.anchors.iter().map(String::as_str));
                if let Some(near) = near {
                    report.help(format!("did you mean `#{near}`?"));
                }
            }
        }
    }
}

/// Whether the runbook is called like the alert: `KubePodCrashLooping.md`, `# KubePodCrashLooping`.
fn titled(known: &Known, alert: &str) -> bool {
    let file = known.name.rsplit(['/', '\\']).next().unwrap_or("");
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    stem.eq_ignore_ascii_case(alert) || known.title.trim().eq_ignore_ascii_case(alert)
}
