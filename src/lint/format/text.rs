//! For people: one line a problem matcher can read, then the excerpt, then what to do.
//!
//! ```text
//! db.md:12:1: warning[MW201] nothing verifies this wait
//!    |
//! 12 | Wait for replication to catch up.
//!    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no check follows
//!    = help: ...
//! ```

use std::io::{self, Write};

use console::{Style, Term};
use rayon::prelude::*;

use super::{Report, count};
use crate::excerpt::{Look, Mark, excerpt};
use crate::lint::diagnostic::{Finding, Related, severity_name};
use crate::runbook::Severity;
use crate::source::Span;

/// A related place farther away than this many lines gets an excerpt of its own.
const NEAR: usize = 12;

/// From so many findings on they are rendered by several threads.
const MANY: usize = 100;

/// Narrower than this no excerpt says anything.
const NARROWEST: usize = 40;

/// As wide as an excerpt is where no terminal says how wide it is: files and logs.
const WIDE: usize = 140;

pub(super) fn write(report: &Report, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    // Lines too long for the terminal are cut, not wrapped; files and logs have room.
    let columns = Term::stdout().size_checked().map(|(_, columns)| usize::from(columns).max(NARROWEST));
    let rendered = |findings: &[Finding]| {
        let mut out = Vec::new();
        findings.iter().try_for_each(|finding| one(finding, columns, colour, &mut out)).map(|()| out)
    };
    // Excerpts cost more than all the rest of this; few are not worth a thread.
    let parts: Vec<io::Result<Vec<u8>>> = match report.findings.len() {
        0..MANY => vec![rendered(&report.findings)],
        _ => report.findings.par_chunks(MANY / 2).map(rendered).collect(),
    };
    for part in parts {
        out.write_all(&part?)?;
    }
    let fixable = report.findings.iter().filter(|finding| finding.fix.as_ref().is_some_and(|fix| fix.safe));
    let fixable = fixable.count();
    if report.findings.is_empty() && report.files.is_empty() {
        // Nothing was looked at, which is no good news; why stands beside it already.
        return Ok(());
    }
    if report.findings.is_empty() {
        return writeln!(out, "{}: no findings", count(report.files.len(), "file"));
    }
    let of = |severity| report.findings.iter().filter(|finding| finding.severity == severity).count();
    let mut parts = Vec::new();
    for (severity, noun) in
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "info")]
    {
        match of(severity) {
            0 => {}
            number if severity == Severity::Info => parts.push(format!("{number} {noun}")),
            number => parts.push(count(number, noun)),
        }
    }
    write!(out, "{} in {}", parts.join(", "), count(report.files.len(), "file"))?;
    if fixable > 0 {
        write!(out, "; {fixable} fixable with --fix")?;
    }
    writeln!(out)
}

fn one(finding: &Finding, columns: Option<usize>, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    let level = severity_name(finding.severity);
    let style = match finding.severity {
        Severity::Error => Style::new().red().bold(),
        Severity::Warning => Style::new().yellow().bold(),
        Severity::Info => Style::new().cyan().bold(),
    };
    let style = style.force_styling(colour);
    let bold = Style::new().bold().force_styling(colour);
    let (place, rule) = (finding.start(), finding.rule.id);
    let head = style.apply_to(format!("{level}[{rule}]"));
    let message = bold.apply_to(&finding.message);
    writeln!(out, "{}:{place}: {head} {message}", finding.source.name())?;
    let style = colour.then_some(style);
    let look = Look { colour: style, columns: columns.unwrap_or(WIDE), named: false };
    excerpts(finding, look, out)?;
    let help = finding.help.as_deref();
    let fix = finding.fix.as_ref().map(|fix| {
        let how = if fix.safe { "fix" } else { "possible fix" };
        format!("{how}: {}", fix.description)
    });
    // Under the bar of the excerpt.
    let bar = finding.source.line(finding.span.end).to_string().len() + 1;
    for line in help.map(|help| format!("help: {help}")).into_iter().chain(fix) {
        let (first, more) = (format!("{:bar$}= ", ""), format!("{:bar$}  ", ""));
        let lines = match columns {
            Some(columns) => {
                let options = textwrap::Options::new(columns)
                    .initial_indent(&first)
                    .subsequent_indent(&more)
                    .word_separator(textwrap::WordSeparator::AsciiSpace)
                    .word_splitter(textwrap::WordSplitter::NoHyphenation)
                    .break_words(false);
                textwrap::fill(&line, options)
            }
            None => first + &line,
        };
        writeln!(out, "{lines}")?;
    }
    writeln!(out)
}

/// The finding's line with its marks, and those of places too far away to share an excerpt.
fn excerpts(finding: &Finding, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let source = &*finding.source;
    let home = source.line(finding.span.start);
    let is_near = |span: Span| source.line(span.start).abs_diff(home) <= NEAR;
    let (near, far): (Vec<_>, Vec<_>) = finding.related.iter().partition(|related| is_near(related.span));
    let mut marks = vec![Mark { span: finding.span, label: &finding.label, primary: true }];
    marks.extend(near.into_iter().map(beside));
    writeln!(out, "{}", excerpt(source, &marks, &look))?;
    let look = Look { named: true, ..look };
    far.into_iter().try_for_each(|related| writeln!(out, "{}", excerpt(source, &[beside(related)], &look)))
}

/// The mark of a place that explains a finding.
fn beside(related: &Related) -> Mark<'_> {
    Mark { span: related.span, label: &related.label, primary: false }
}
