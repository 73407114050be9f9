//! For people: one line a problem matcher can read, then the excerpt, then what to do.
//!
//! ```text
//! db.md:12:1: warning[MW201] nothing verifies this wait
//!    |
//! 12 | Wait for replication to catch up.
//!    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no check follows
//!    = help: ...
//! ```

use std::fmt::Write as _;
use std::io::{self, Write};

use console::{Style, Term};

use super::{Report, count};
use crate::excerpt::{self, BLANKS, Look, Mark, add};
use crate::lint::diagnostic::{Finding, Related, severity_name};
use crate::runbook::Severity;

/// A related place farther away than this many lines gets an excerpt of its own.
const NEAR: usize = 12;

/// Narrower than this no excerpt says anything.
const NARROWEST: usize = 40;

/// As wide as an excerpt is where no terminal says how wide it is: files and logs.
const WIDE: usize = 140;

/// Writes findings for people.
#[derive(Debug, Clone, Copy)]
pub struct Renderer {
    /// Of the terminal; none for files and logs.
    columns: Option<usize>,
    colour: bool,
    /// Findings below this are left out.
    level: Severity,
}

impl Renderer {
    /// Writes for standard output, which shows colours if `colour` says so, what is at or above `level`.
    pub fn new(colour: bool, level: Severity) -> Renderer {
        // Lines too long for the terminal are cut, not wrapped; files and logs have room.
        let columns = Term::stdout().size_checked().map(|(_, columns)| usize::from(columns).max(NARROWEST));
        Renderer { columns, colour, level }
    }

    /// Writes the findings, each with its excerpt and what to do.
    pub fn show(&self, findings: &[Finding]) -> Shown {
        let mut shown =
            Shown { worst: findings.iter().map(|finding| finding.severity).max(), ..Shown::default() };
        let findings = || findings.iter().filter(|finding| finding.severity >= self.level);
        let mut text = String::with_capacity(findings().count() * 512);
        for finding in findings() {
            one(finding, self.columns, self.colour, &mut text);
            shown.counts[finding.severity as usize] += 1;
            shown.fixable += usize::from(finding.fix.as_ref().is_some_and(|fix| fix.safe));
        }
        if !text.is_empty() {
            shown.texts.push(text);
        }
        shown
    }
}

/// What a [`Renderer`] wrote.
#[derive(Debug, Default)]
pub struct Shown {
    /// Of each file, where there are findings to show.
    texts: Vec<String>,
    /// How many findings of each severity it shows.
    counts: [usize; 3],
    /// How many of them are safe to mend.
    fixable: usize,
    /// The worst finding, shown or not.
    pub worst: Option<Severity>,
}

impl Shown {
    /// What was written of several files, in their order.
    pub fn joined(parts: impl Iterator<Item = Shown>) -> Shown {
        let mut all = Shown::default();
        for part in parts {
            all.texts.extend(part.texts);
            all.counts.iter_mut().zip(part.counts).for_each(|(all, one)| *all += one);
            all.fixable += part.fixable;
            all.worst = all.worst.max(part.worst);
        }
        all
    }
}

pub(super) fn write(report: &Report<'_>, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    let own;
    let shown = match &report.shown {
        Some(shown) => shown,
        None => {
            own = Renderer::new(colour, Severity::Info).show(&report.findings);
            &own
        }
    };
    shown.texts.iter().try_for_each(|text| out.write_all(text.as_bytes()))?;
    let files = report.files.len();
    if shown.counts == [0; 3] {
        // Where nothing was looked at, which is no good news, it stands beside it already why.
        return if files == 0 { Ok(()) } else { writeln!(out, "{}: no findings", count(files, "file")) };
    }
    let mut parts = Vec::new();
    for (severity, noun) in
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "info")]
    {
        match shown.counts[severity as usize] {
            0 => {}
            number if severity == Severity::Info => parts.push(format!("{number} {noun}")),
            number => parts.push(count(number, noun)),
        }
    }
    write!(out, "{} in {}", parts.join(", "), count(files, "file"))?;
    if shown.fixable > 0 {
        write!(out, "; {} fixable with --fix", shown.fixable)?;
    }
    writeln!(out)
}

fn one(finding: &Finding, columns: Option<usize>, colour: bool, out: &mut String) {
    let style = colour.then(|| {
        let style = match finding.severity {
            Severity::Error => Style::new().red(),
            Severity::Warning => Style::new().yellow(),
            Severity::Info => Style::new().cyan(),
        };
        style.bold().force_styling(true)
    });
    let (level, rule) = (severity_name(finding.severity), finding.rule.id);
    let (name, place) = (finding.source.name(), finding.start());
    // A string takes all there is.
    let _ = match &style {
        Some(style) => {
            let head = style.apply_to(format!("{level}[{rule}]"));
            let message = Style::new().bold().force_styling(true).apply_to(&finding.message);
            writeln!(out, "{name}:{place}: {head} {message}")
        }
        None => {
            let done = write!(out, "{name}:{place}");
            [": ", level, "[", rule, "] ", &finding.message, "\n"].iter().for_each(|part| out.push_str(part));
            done
        }
    };
    let look = Look { colour: style, columns: columns.unwrap_or(WIDE), named: false };
    excerpts(finding, look, out);
    let help = finding.help.as_deref().map(|help| ("help", help));
    let fix = finding.fix.as_ref().map(|fix| {
        let how = if fix.safe { "fix" } else { "possible fix" };
        (how, fix.description.as_str())
    });
    // Under the bar of the excerpt.
    let bar = finding.source.line(finding.span.end).max(1).ilog10() as usize + 2;
    for (what, text) in help.into_iter().chain(fix) {
        let _ = match columns {
            Some(columns) => {
                let (first, more) = (format!("{:bar$}= ", ""), format!("{:bar$}  ", ""));
                let options = textwrap::Options::new(columns)
                    .initial_indent(&first)
                    .subsequent_indent(&more)
                    .word_separator(textwrap::WordSeparator::AsciiSpace)
                    .word_splitter(textwrap::WordSplitter::NoHyphenation)
                    .break_words(false);
                writeln!(out, "{}", textwrap::fill(&format!("{what}: {text}"), options))
            }
            None => {
                add(out, BLANKS, bar);
                ["= ", what, ": ", text, "\n"].iter().for_each(|part| out.push_str(part));
                Ok(())
            }
        };
    }
    out.push('\n');
}

/// The finding's line with its marks, and those of places too far away to share an excerpt.
fn excerpts(finding: &Finding, look: Look, out: &mut String) {
    let source = &*finding.source;
    let home = source.line(finding.span.start);
    let is_near = |related: &&Related| source.line(related.span.start).abs_diff(home) <= NEAR;
    let mut marks = vec![Mark { span: finding.span, label: &finding.label, primary: true }];
    marks.extend(finding.related.iter().filter(is_near).map(beside));
    excerpt::write(source, marks, &look, out);
    out.push('\n');
    let look = Look { named: true, ..look };
    for far in finding.related.iter().filter(|related| !is_near(related)) {
        excerpt::write(source, vec![beside(far)], &look, out);
        out.push('\n');
    }
}

/// The mark of a place that explains a finding.
fn beside(related: &Related) -> Mark<'_> {
    Mark { span: related.span, label: &related.label, primary: false }
}
