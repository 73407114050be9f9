//! SARIF 2.1.0.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{Report, fingerprints, uri};
use crate::lint::diagnostic::{Finding, Fix};
use crate::lint::registry::{self, Rule};
use crate::runbook::Severity;
use crate::source::{Source, Span};

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<Value> = registry::ALL.iter().map(|rule| descriptor(rule)).collect();
    let prints = fingerprints(&report.findings);
    let results: Vec<Value> =
        report.findings.iter().zip(prints).map(|(finding, print)| result(finding, &print)).collect();
    let value = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "midwatch",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "artifacts": artifacts(report),
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &value)?;
    writeln!(out)
}

/// The text with a capital letter at its start, unless that would change a name in code.
fn sentence(text: &str) -> String {
    let mut letters = text.trim_end_matches('.').chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn descriptor(rule: &Rule) -> Value {
    let mut value = json!({
        "id": rule.id,
        "name": rule.name,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": rule.explanation },
        "help": { "text": rule.explanation, "markdown": rule.explanation },
        "defaultConfiguration": { "level": level(rule.severity) },
    });
    if let (Some(url), Some(object)) = (rule.url(), value.as_object_mut()) {
        object.insert("helpUri".into(), url.into());
    }
    value
}

fn artifacts(report: &Report<'_>) -> Vec<Value> {
    let mut names: Vec<&str> = report.findings.iter().map(|finding| finding.source.name()).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|name| json!({ "location": { "uri": uri(name) } })).collect()
}

fn result(finding: &Finding, print: &str) -> Value {
    let source = &*finding.source;
    let index = registry::ALL.iter().position(|rule| rule.id == finding.rule.id);
    let text = match &finding.help {
        Some(help) => format!("{}. {}.", sentence(&finding.message), sentence(help)),
        None => format!("{}.", sentence(&finding.message)),
    };
    let mut value = json!({
        "ruleId": finding.rule.id,
        "ruleIndex": index,
        "level": level(finding.severity),
        "message": { "text": text },
        "locations": [{ "physicalLocation": place(source, finding.span) }],
        "partialFingerprints": { "midwatch/v1": print },
    });
    let Some(object) = value.as_object_mut() else { return value };
    if !finding.related.is_empty() {
        let related = finding.related.iter().enumerate().map(|(number, related)| {
            json!({
                "id": number + 1,
                "physicalLocation": place(source, related.span),
                "message": { "text": if related.label.is_empty() { "see here" } else { &related.label } },
            })
        });
        object.insert("relatedLocations".into(), related.collect());
    }
    // A consumer may apply what it is given without asking.
    if let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safe) {
        object.insert("fixes".into(), json!([changes(source, fix)]));
    }
    value
}

fn place(source: &Source, span: Span) -> Value {
    json!({ "artifactLocation": { "uri": uri(source.name()) }, "region": region(source, span) })
}

fn region(source: &Source, span: Span) -> Map<String, Value> {
    let (start, end) = (source.position(span.start), source.position(span.end.max(span.start)));
    let mut region = Map::new();
    region.insert("startLine".into(), start.line.into());
    region.insert("startColumn".into(), start.column.into());
    region.insert("endLine".into(), end.line.into());
    region.insert("endColumn".into(), end.column.into());
    region
}

fn changes(source: &Source, fix: &Fix) -> Value {
    let replacements = fix.edits.iter().map(|edit| {
        json!({ "deletedRegion": region(source, edit.span), "insertedContent": { "text": edit.text } })
    });
    json!({
        "description": { "text": fix.description },
        "artifactChanges": [{
            "artifactLocation": { "uri": uri(source.name()) },
            "replacements": replacements.collect::<Vec<_>>(),
        }],
    })
}
