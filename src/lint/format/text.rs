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

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use console::{Style, Term};
use rayon::prelude::*;

use super::{Report, count};
use crate::lint::diagnostic::{Finding, severity_name};
use crate::runbook::Severity;
use crate::source::{Source, Span};

/// A related place farther away than this many lines gets an excerpt of its own.
const NEAR: usize = 12;

/// From so many findings on they are rendered by several threads.
const MANY: usize = 100;

/// Narrower than this no excerpt says anything.
const NARROWEST: usize = 40;

/// Longest underlined stretch, in characters: what stands beside it must stay in sight.
const UNDERLINED: usize = 60;

/// Longest excerpt of a line, in bytes; more than anybody writes by hand.
const LONGEST: usize = 2000;

pub(super) fn write(report: &Report, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    // Lines too long for the terminal are cut, not wrapped; files and logs have room.
    let columns = Term::stdout().size_checked().map(|(_, columns)| usize::from(columns).max(NARROWEST));
    let renderer = columns.map_or(renderer.clone(), |columns| renderer.term_width(columns));
    let rendered = |findings: &[Finding]| {
        let mut out = Vec::new();
        findings
            .iter()
            .try_for_each(|finding| one(finding, &renderer, columns, colour, &mut out))
            .map(|()| out)
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

fn one(
    finding: &Finding,
    renderer: &Renderer,
    columns: Option<usize>,
    colour: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
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
    for excerpt in excerpts(finding) {
        writeln!(out, "{}", renderer.render(&[excerpt]))?;
    }
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
fn excerpts(finding: &Finding) -> Vec<Group<'_>> {
    let source = &*finding.source;
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let home = source.line(finding.span.start);
    let is_near = |span: Span| source.line(span.start).abs_diff(home) <= NEAR;
    let (near, far): (Vec<_>, Vec<_>) = finding.related.iter().partition(|related| is_near(related.span));
    let mut marks = vec![(finding.span, finding.label.as_str(), AnnotationKind::Primary)];
    marks.extend(near.iter().map(|r| (r.span, r.label.as_str(), AnnotationKind::Context)));
    let mut groups = vec![excerpt(source, level.clone(), &marks, false)];
    for related in far {
        let mark = (related.span, related.label.as_str(), AnnotationKind::Context);
        groups.push(excerpt(source, Level::NOTE, &[mark], true));
    }
    groups
}

fn excerpt<'a>(
    source: &'a Source,
    level: Level<'a>,
    marks: &[(Span, &'a str, AnnotationKind)],
    named: bool,
) -> Group<'a> {
    let spans: Vec<Span> = marks.iter().map(|(span, ..)| on_one_line(source, *span)).collect();
    let first = spans.iter().map(|span| source.line(span.start)).min().unwrap_or(1);
    let last = spans.iter().map(|span| source.line(span.start)).max().unwrap_or(first);
    let window = Span::new(source.line_span(first).start.max(source.start()), source.line_span(last).end);
    let cut =
        window.end.min(spans.iter().map(|span| span.end).max().unwrap_or(0).max(window.start) + LONGEST);
    let cut = (cut..=window.end).find(|&at| source.text().is_char_boundary(at)).unwrap_or(window.end);
    let window = Span::new(window.start.min(cut), cut);
    let mut snippet = Snippet::source(source.slice(window)).line_start(first).fold(true);
    if named {
        snippet = snippet.path(source.name());
    }
    for (span, (_, label, kind)) in spans.iter().zip(marks) {
        let range = span.start.max(window.start) - window.start..span.end.max(window.start) - window.start;
        let label = (!label.is_empty()).then_some(*label);
        snippet = snippet.annotation(kind.span(range).label(label));
    }
    Group::with_level(level).element(snippet)
}

/// The part of `span` on its first line: a box around twenty lines explains nothing.
fn on_one_line(source: &Source, span: Span) -> Span {
    let line = source.line_span(source.line(span.start));
    let end = span.end.min(line.end).max(span.start);
    let text = source.text().get(span.start..end).unwrap_or("").trim_end();
    let end = span.start + text.char_indices().nth(UNDERLINED).map_or(text.len(), |(at, _)| at);
    Span::new(span.start.max(source.start()), end.max(source.start()))
}
