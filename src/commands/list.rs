//! `midwatch list`: the runbooks of a folder, and which of them want attention.

use std::io::Write;
use std::path::PathBuf;

use jiff::civil::Date;

use crate::error::Kind;
use crate::history::Zone;
use crate::history::catalogue::{Entry, Known, Review, known, walk};
use crate::journal::Store;
use crate::terminal::clean::{clean_json, clean_line};
use crate::terminal::text::{cut, wrap};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folders and files.
    pub paths: Vec<PathBuf>,
    /// One JSON object a line.
    pub json: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// In which times are shown.
    pub zone: Zone,
    /// Today, for what is overdue.
    pub today: Date,
}

/// Writes the runbooks to `out`, and what else there is to say to `err`.
///
/// # Errors
/// If a path is not there, the ledger cannot be read, or `out` not be written.
pub fn run(
    store: &Store,
    options: &Options,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Option<Kind>> {
    let entries = walk(&options.paths)?;
    let known = known(store, &entries)?;
    if entries.is_empty() {
        writeln!(err, "no runbook here; `midwatch new NAME.md` writes one to begin with")?;
    }
    for (entry, known) in entries.iter().zip(&known) {
        if options.json {
            writeln!(out, "{}", clean_json(&json(entry, known, options.today).to_string()))?;
        } else {
            text(entry, known, options, out)?;
        }
    }
    if !options.json && !entries.is_empty() {
        let overdue =
            entries.iter().filter(|e| matches!(e.review(options.today), Review::Overdue(_))).count();
        let open: usize = known.iter().map(|known| known.open.len()).sum();
        writeln!(
            out,
            "{} runbook{}, {overdue} overdue for review, {open} suggestion{} without an answer",
            entries.len(),
            if entries.len() == 1 { "" } else { "s" },
            if open == 1 { "" } else { "s" },
        )?;
    }
    Ok(None)
}

fn text(entry: &Entry, known: &Known, options: &Options, out: &mut dyn Write) -> std::io::Result<()> {
    let front = &entry.runbook.front;
    let width = options.width;
    writeln!(out, "{}", cut(&clean_line(&entry.path.display().to_string()), width))?;
    writeln!(out, "  {}", cut(&clean_line(&entry.runbook.title), width.saturating_sub(2)))?;
    let mut parts = Vec::new();
    parts.extend(front.service.as_ref().map(|service| format!("service {service}")));
    parts.extend(front.owner.as_ref().map(|owner| format!("owner {owner}")));
    if !front.alerts.is_empty() {
        parts.push(format!("alerts {}", front.alerts.join(", ")));
    }
    parts.extend(review(entry.review(options.today)));
    parts.push(match &known.last {
        Some(run) => {
            let count = if known.runs == 1 { "1 run".to_owned() } else { format!("{} runs", known.runs) };
            format!("{count}, last {} ({})", options.zone.minute(&run.started), run.status.name())
        }
        None => "never run".to_owned(),
    });
    for line in wrap(&clean_line(&parts.join(" · ")), width, "  ", "  ") {
        writeln!(out, "{line}")?;
    }
    for open in &known.open {
        for line in wrap(&clean_line(&format!("? {open}")), width, "  ", "    ") {
            writeln!(out, "{line}")?;
        }
    }
    writeln!(out)
}

fn review(review: Review) -> Option<String> {
    match review {
        Review::None => None,
        Review::Reviewed(date) => Some(format!("reviewed {date}")),
        Review::Due(date) => Some(format!("review due {date}")),
        Review::Overdue(date) => Some(format!("REVIEW OVERDUE since {date}")),
        Review::Unclear => Some("review: no date that can be read".into()),
    }
}

fn json(entry: &Entry, known: &Known, today: Date) -> serde_json::Value {
    let front = &entry.runbook.front;
    let (state, date) = match entry.review(today) {
        Review::None => ("none", None),
        Review::Reviewed(date) => ("reviewed", Some(date)),
        Review::Due(date) => ("due", Some(date)),
        Review::Overdue(date) => ("overdue", Some(date)),
        Review::Unclear => ("unclear", None),
    };
    serde_json::json!({
        "file": entry.path.display().to_string(),
        "title": entry.runbook.title,
        "owner": front.owner,
        "service": front.service,
        "severity": front.severity,
        "alerts": front.alerts,
        "tags": front.tags,
        "steps": entry.runbook.steps.len(),
        "review": state,
        "review_date": date.map(|date| date.to_string()),
        "runs": known.runs,
        "last_run": known.last.as_ref().map(|run| &run.run),
        "last_started": known.last.as_ref().map(|run| &run.started),
        "last_status": known.last.as_ref().map(|run| run.status.name()),
        "suggestions": known.open,
    })
}
