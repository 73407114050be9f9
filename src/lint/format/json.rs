//! `midwatch.lint/1`: fields are added, never renamed or removed, until the number changes.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Report;
use crate::lint::diagnostic::{Edit, Finding, severity_name};
use crate::source::Source;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let value = json!({
        "schema": "midwatch.lint/1",
        "files": report.files.len(),
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &value)?;
    writeln!(out)
}

fn finding(finding: &Finding) -> Value {
    let (start, end) = (finding.start(), finding.end());
    let source = &*finding.source;
    let related = finding.related.iter().map(|related| {
        let (start, end) = (source.position(related.span.start), source.position(related.span.end));
        json!({
            "line": start.line, "column": start.column,
            "end_line": end.line, "end_column": end.column,
            "label": related.label,
        })
    });
    let fix = finding.fix.as_ref().map(|fix| {
        json!({
            "description": fix.description,
            "safe": fix.safe,
            "edits": fix.edits.iter().map(|one| edit(source, one)).collect::<Vec<_>>(),
        })
    });
    json!({
        "rule": finding.rule.id,
        "name": finding.rule.name,
        "severity": severity_name(finding.severity),
        "file": source.name(),
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "message": finding.message,
        "label": finding.label,
        "help": finding.help,
        "related": related.collect::<Vec<_>>(),
        "fix": fix,
    })
}

fn edit(source: &Source, edit: &Edit) -> Value {
    let (start, end) = (source.position(edit.span.start), source.position(edit.span.end));
    json!({
        "line": start.line, "column": start.column,
        "end_line": end.line, "end_column": end.column,
        "start_byte": edit.span.start, "end_byte": edit.span.end,
        "text": edit.text,
    })
}
