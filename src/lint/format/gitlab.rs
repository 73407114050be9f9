//! GitLab's code quality report: an array of issues, each with a fingerprint.

use std::io::{self, Write};

use serde_json::json;

use super::{Report, fingerprints};
use crate::runbook::Severity;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let prints = fingerprints(&report.findings);
    let issues = report.findings.iter().zip(prints).map(|(finding, fingerprint)| {
        let (start, end) = (finding.start(), finding.end());
        let severity = match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "minor",
            Severity::Info => "info",
        };
        let path = finding.source.name().replace('\\', "/");
        json!({
            "type": "issue",
            "check_name": finding.rule.id,
            "description": format!("{}: {}", finding.rule.name, finding.message),
            "content": finding.help.as_ref().map(|help| json!({ "body": help })),
            "categories": ["Bug Risk"],
            "severity": severity,
            "fingerprint": fingerprint,
            "location": {
                "path": path.strip_prefix("./").unwrap_or(&path),
                "lines": { "begin": start.line, "end": end.line.max(start.line) },
            },
        })
    });
    let mut issues: Vec<serde_json::Value> = issues.collect();
    for issue in &mut issues {
        if let Some(issue) = issue.as_object_mut() {
            issue.retain(|_, value| !value.is_null());
        }
    }
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}
