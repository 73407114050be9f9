//! JUnit XML: a suite a file, a failed case a finding, one passed case where there is none.
//!
//! Only elements and attributes of the schema Jenkins checks reports against (`junit-10.xsd`), which
//! knows no `file` and no `line` of a case: the place stands in its name and its text.

use std::io::{self, Write};

use super::Report;
use crate::lint::diagnostic::{Finding, severity_name};

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let total = report.findings.len();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    let clean = report.files.iter().filter(|file| report.findings.iter().all(|f| f.source.name() != *file));
    let tests = total + clean.count();
    writeln!(out, r#"<testsuites name="midwatch lint" tests="{tests}" failures="{total}" errors="0">"#)?;
    let mut rest = &report.findings[..];
    for file in names(report) {
        let here = rest.iter().take_while(|finding| finding.source.name() == file).count();
        let (found, tail) = rest.split_at(here);
        rest = tail;
        let (name, failures) = (escape(file), found.len());
        let tests = failures.max(1);
        writeln!(out, r#"  <testsuite name="{name}" tests="{tests}" failures="{failures}" errors="0">"#)?;
        if found.is_empty() {
            writeln!(out, r#"    <testcase name="no findings" classname="{name}"/>"#)?;
        }
        for finding in found {
            case(finding, &name, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// All files in order, those with findings that were not asked for (rule files) included.
fn names<'r>(report: &'r Report<'_>) -> Vec<&'r str> {
    let mut names: Vec<&str> = report.files.iter().map(AsRef::as_ref).collect();
    names.extend(report.findings.iter().map(|finding| finding.source.name()));
    names.sort_unstable();
    names.dedup();
    names
}

fn case(finding: &Finding, file: &str, out: &mut dyn Write) -> io::Result<()> {
    let (place, rule) = (finding.start(), finding.rule);
    writeln!(out, r#"    <testcase name="{} {} at {place}" classname="{file}">"#, rule.id, rule.name)?;
    let message = escape(&finding.message);
    let kind = severity_name(finding.severity);
    write!(out, r#"      <failure message="{message}" type="{kind}">{file}:{place}: {message}"#)?;
    if let Some(help) = &finding.help {
        write!(out, "\n{}", escape(help))?;
    }
    writeln!(out, "</failure>\n    </testcase>")
}

/// XML text; characters XML cannot hold are replaced.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' | '\t' => out.push(c),
            c if c < ' ' || c == '\u{fffe}' || c == '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
