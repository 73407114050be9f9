//! Workflow commands of GitHub Actions.
//!
//! A step shows ten annotations of each level and drops the rest without a word: the worst come
//! first, what is dropped is written to the log and counted.

use std::io::{self, Write};

use super::{Report, count};
use crate::lint::diagnostic::{Finding, severity_name};
use crate::runbook::Severity;

/// How many annotations of one level a step shows.
const SHOWN: usize = 10;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (severity, command) in
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "notice")]
    {
        let found: Vec<&Finding> =
            report.findings.iter().filter(|finding| finding.severity == severity).collect();
        let (shown, rest) = found.split_at(found.len().min(SHOWN));
        for finding in shown {
            annotation(command, finding, out)?;
        }
        for finding in rest {
            let level = severity_name(finding.severity);
            let (name, place) = (finding.source.name(), finding.start());
            let line = format!("{name}:{place}: {level}[{}] {}", finding.rule.id, finding.message);
            // A line of the log must not be taken for a command.
            writeln!(out, "{}", line.replace(['\r', '\n'], " ").replace("::", ": :"))?;
        }
        if !rest.is_empty() {
            let noun = if severity == Severity::Info { "notice" } else { command };
            let more = count(rest.len(), &format!("more {noun}"));
            writeln!(out, "{more} could not be shown as annotations: GitHub shows {SHOWN} of each level")?;
        }
    }
    Ok(())
}

fn annotation(command: &str, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let (start, end) = (finding.start(), finding.end());
    let title = format!("{} {}", finding.rule.id, finding.rule.name);
    write!(out, "::{command} file={},line={}", property(finding.source.name()), start.line)?;
    // Columns are only understood where the place is on one line.
    if end.line == start.line {
        write!(out, ",endLine={},col={},endColumn={}", end.line, start.column, end.column.max(start.column))?;
    } else {
        write!(out, ",endLine={}", end.line)?;
    }
    let help = finding.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    writeln!(out, ",title={}::{}", property(&title), data(&format!("{}{help}", finding.message)))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
