//! `midwatch stats [RUNBOOK]`: which step fails, how long things take, what would have helped.

use std::io::Write;

use crate::error::Kind;
use crate::history::stats::{RunbookStats, StepStats, stats};
use crate::history::{Filter, Zone};
use crate::journal::Store;
use crate::report::words::brief;
use crate::terminal::clean::{clean_json, clean_line};
use crate::terminal::text::{cut, width, wrap};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Options {
    /// A part of the runbook's path or title; all runbooks if not said.
    pub runbook: Option<String>,
    /// Rehearsals too.
    pub drill: bool,
    /// Only runs begun at or after this.
    pub since: Option<jiff::Timestamp>,
    /// One JSON object.
    pub json: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// In which hours are told.
    pub zone: Zone,
}

/// Writes the statistics to `out`, and what else there is to say to `err`.
///
/// # Errors
/// If the ledger cannot be read, or `out` not be written.
pub fn run(
    store: &Store,
    options: &Options,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Option<Kind>> {
    let filter = Filter {
        runbook: options.runbook.clone(),
        drill: if options.drill { None } else { Some(false) },
        since: options.since,
        ..Filter::default()
    };
    let all = stats(store, &filter, &options.zone)?;
    if options.json {
        let json = serde_json::json!({ "schema": "midwatch.stats/1", "runbooks": all });
        writeln!(out, "{}", clean_json(&serde_json::to_string_pretty(&json)?))?;
        return Ok(None);
    }
    if all.is_empty() {
        let what = if options.drill { "" } else { " (rehearsals are left out; --drill has them)" };
        writeln!(err, "no run is recorded that matches{what}")?;
    }
    for (i, book) in all.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        write_book(book, options, out)?;
        for run in &book.unreadable {
            writeln!(err, "midwatch: run {run} cannot be read and is not counted; see `midwatch verify`")?;
        }
    }
    Ok(None)
}

fn write_book(book: &RunbookStats, options: &Options, out: &mut dyn Write) -> std::io::Result<()> {
    let zone = &options.zone;
    writeln!(out, "{}", cut(&clean_line(&book.title), options.width))?;
    writeln!(out, "  {}", clean_line(&book.runbook))?;
    let statuses: Vec<String> = book.statuses.iter().map(|(name, count)| format!("{count} {name}")).collect();
    let plural = if book.runs == 1 { "" } else { "s" };
    let mut line =
        format!("{} run{plural} since {}: {}", book.runs, zone.date(&book.first), statuses.join(", "));
    if let (Some(median), Some(p90)) = (book.median_s, book.p90_s) {
        line.push_str(&format!("; completed in {} (median), {} (p90)", seconds(median), seconds(p90)));
    }
    if let Some(hour) = book.usual_hour {
        line.push_str(&format!("; usually between {hour:02}:00 and {:02}:00", (hour + 1) % 24));
    }
    for line in wrap(&line, options.width, "  ", "  ") {
        writeln!(out, "{line}")?;
    }
    if book.foreign > 0 {
        writeln!(out, "  {} of them hold events of another version, which are not counted", book.foreign)?;
    }
    if !book.steps.is_empty() {
        writeln!(out)?;
        table(&book.steps, options.width, out)?;
    }
    let mut waits: Vec<_> = book.steps.iter().flat_map(|step| &step.slowest_waits).collect();
    waits.sort_by(|a, b| b.duration_s.total_cmp(&a.duration_s));
    waits.retain(|wait| wait.duration_s >= 1.0);
    if !waits.is_empty() {
        writeln!(out, "\n  Slowest waits")?;
    }
    for wait in waits.iter().take(5) {
        let value = |value: &Option<String>| value.as_deref().unwrap_or("nothing").to_owned();
        let how = wait.verdict.map_or("went on", |verdict| match verdict {
            crate::event::Verdict::Pass => "passed",
            crate::event::Verdict::Broken => "broken",
            crate::event::Verdict::Waiting => "left waiting",
        });
        let line = format!(
            "{:>7}  {how}  {}, from {} to {}  ({}, run {})",
            seconds(wait.duration_s),
            wait.action,
            value(&wait.from),
            value(&wait.to),
            zone.minute(&wait.at),
            super::history::tail(&wait.run),
        );
        writeln!(out, "  {}", cut(&clean_line(&line), options.width.saturating_sub(2)))?;
    }
    let skipped: Vec<_> =
        book.steps.iter().flat_map(|step| step.reasons.iter().map(move |reason| (step, reason))).collect();
    if !skipped.is_empty() {
        writeln!(out, "\n  Skipped, and why")?;
    }
    for (step, reason) in skipped.iter().take(8) {
        let why = if reason.text.is_empty() { "(optional)" } else { &reason.text };
        let line = format!(
            "{} {}: {why}  ({}, run {})",
            step.number,
            step.title,
            reason.by,
            super::history::tail(&reason.run)
        );
        for line in wrap(&clean_line(&line), options.width, "  ", "      ") {
            writeln!(out, "{line}")?;
        }
    }
    if !book.helped.is_empty() {
        writeln!(out, "\n  What would have helped")?;
    }
    for helped in &book.helped {
        let line = format!(
            "{} {} (run {}): {}",
            zone.minute(&helped.at),
            helped.by,
            super::history::tail(&helped.run),
            helped.text
        );
        for line in wrap(&clean_line(&line), options.width, "  ", "      ") {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// Steps, those that go wrong most first. Columns that say nothing of any step leave their room to
/// the titles.
fn table(steps: &[StepStats], columns: usize, out: &mut dyn Write) -> std::io::Result<()> {
    const HEADS: [(&str, usize); 7] =
        [("RUNS", 4), ("FAILED", 6), ("SKIPPED", 7), ("RETRIED", 7), ("MEDIAN", 7), ("P90", 7), ("USUAL", 5)];
    let time = |time: Option<f64>| time.map_or("-".to_owned(), seconds);
    let cells = |step: &StepStats| {
        [
            step.runs.to_string(),
            rate(step.failed),
            rate(step.skipped),
            rate(step.retried),
            time(step.median_s),
            time(step.p90_s),
            step.usual_hour.map_or("-".to_owned(), |hour| format!("{hour:02}h")),
        ]
    };
    let rows: Vec<_> = steps.iter().map(cells).collect();
    let told = HEADS.iter().enumerate().filter(|&(at, _)| rows.iter().any(|row| row[at] != "-"));
    let told: Vec<(usize, (&str, usize))> = told.map(|(at, &head)| (at, head)).collect();
    let numbers: usize = told.iter().map(|(_, (_, width))| width + 2).sum();
    let titles: Vec<String> = steps
        .iter()
        .map(|step| clean_line(&format!("{} {}", step.number, step.title)).into_owned())
        .collect();
    let longest = titles.iter().map(|title| width(title)).max().unwrap_or(0);
    let room = columns.saturating_sub(numbers + 2).max(16).min(longest.max("STEP".len()));
    let line = |title: &str, cells: &mut dyn Iterator<Item = (&str, usize)>| {
        let mut line = format!("  {title}{}", " ".repeat(room.saturating_sub(width(title))));
        cells.for_each(|(cell, width)| line.push_str(&format!("  {cell:>width$}")));
        line
    };
    writeln!(out, "{}", line("STEP", &mut told.iter().map(|&(_, head)| head)))?;
    for (title, row) in titles.iter().zip(&rows) {
        let mut cells = told.iter().map(|&(at, (_, width))| (row[at].as_str(), width));
        writeln!(out, "{}", line(&cut(title, room), &mut cells))?;
    }
    Ok(())
}

fn rate(part: f64) -> String {
    if part == 0.0 { "-".into() } else { format!("{:.0}%", (part * 100.0).max(1.0)) }
}

fn seconds(seconds: f64) -> String {
    brief((seconds * 1000.0).round() as u64)
}
