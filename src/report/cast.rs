//! A recording to replay: asciicast v3, JSON Lines of `[seconds since the line before, kind, data]`.
//!
//! The record knows when a command began and ended, and not when it printed each line: its output comes
//! in one piece at its end. Control sequences of the output are left out, so that a recording can do no
//! more to a terminal than to show text. Each step is a marker, to jump to.

use std::io::Write;

use serde_json::json;

use super::Report;
use super::screen::Screen;
use crate::event::fold::{RunStatus, When};
use crate::event::{Event, Stamped};
use crate::runbook;
use crate::source::Source;
use crate::terminal::cards::Page;
use crate::terminal::clean::{clean_line, clean_output};
use crate::terminal::style::Style;

const COLUMNS: usize = 100;
const ROWS: usize = 30;
/// Nobody wants to watch a pause: players cut it to so many seconds.
const IDLE_LIMIT: f64 = 2.5;
/// More of one output is cut: a player would scroll for minutes.
const OUTPUT_LINES: usize = 400;

/// Writes the recording.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> std::io::Result<()> {
    let run = &report.past.run;
    let at = |when: &When| when.at.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_second);
    let header = json!({
        "version": 3,
        "term": { "cols": COLUMNS, "rows": ROWS, "type": "xterm-256color" },
        "timestamp": run.opened.as_ref().map_or(0, at),
        "idle_time_limit": IDLE_LIMIT,
        "title": clean_line(&run.revision.title),
    });
    writeln!(out, "{header}")?;
    let page = Page::new(COLUMNS, Style { colour: true, unicode: true });
    let text = report.runbook.as_ref().map(|known| known.source.text().to_owned());
    let again = text.map(|text| runbook::parse(Source::new(run.revision.path.clone(), text)));
    let mut screen = Screen::new(page, again);
    let mut before = 0;
    let mut say = |t: u64, kind: &str, data: &str| {
        let wait = t.saturating_sub(before);
        before = before.max(t);
        writeln!(out, "[{}.{:03},{},{}]", wait / 1000, wait % 1000, json!(kind), json!(data))
    };
    for stamped in &report.events {
        let t = report.since_start(&when(stamped));
        if let Event::StepEntered { step, title, .. } = &stamped.event {
            say(t, "m", &clean_line(&format!("{step} {title}")))?;
        }
        let mut lines = Vec::new();
        if let Event::Exited { output: Some(name), .. } = &stamped.event {
            lines.extend(printed(report, name));
        }
        lines.extend(screen.sample(&stamped.event));
        lines.extend(screen.event(stamped));
        if !lines.is_empty() {
            say(t, "o", &(lines.join("\r\n") + "\r\n"))?;
        }
    }
    let end = run.last.as_ref().map_or(0, |when| report.since_start(when));
    let status = if report.past.summary.status == RunStatus::Completed { "0" } else { "1" };
    if run.sealed.is_some() {
        say(end, "x", status)?;
    }
    Ok(())
}

fn when(stamped: &Stamped) -> When {
    When { seq: stamped.seq, at: stamped.at.clone(), mono_ms: stamped.mono_ms }
}

fn printed(report: &Report, name: &str) -> Vec<String> {
    let Ok(bytes) = report.past.folder.output(name) else {
        return vec!["(the output cannot be read)".into()];
    };
    let text = clean_output(&bytes);
    let mut lines: Vec<String> = text.lines().take(OUTPUT_LINES).map(str::to_owned).collect();
    let more = text.lines().count() - lines.len();
    if more > 0 {
        lines.push(format!("({more} more lines)"));
    }
    lines
}
