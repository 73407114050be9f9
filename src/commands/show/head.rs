//! What stands above the timeline: which runbook, who, where, when, and what the record is worth.

use std::io::Write;
use std::time::Duration;

use crate::commands::history::glyph;
use crate::duration;
use crate::history::{Past, Zone};
use crate::journal::verify::Checked;
use crate::report::words::{self, place, who, worth};
use crate::terminal::clean::clean_line;

pub(super) fn write(
    past: &Past,
    checked: Option<&Checked>,
    zone: &Zone,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let run = &past.run;
    let revision = &run.revision;
    writeln!(out, "{}", clean_line(&revision.title))?;
    let status = past.summary.status;
    let standing = if past.end.sealed && run.sealed.is_none() {
        "? sealed, in a way this version does not know".to_owned()
    } else {
        format!("{} {}", glyph(status), status.name())
    };
    writeln!(out, "{standing} · run {}", past.folder.id())?;
    writeln!(out)?;
    let mut line = |name: &str, value: String| {
        if value.is_empty() { Ok(()) } else { writeln!(out, "  {name:<9} {}", clean_line(&value)) }
    };
    line("runbook", past.summary.runbook.clone())?;
    let dirty = if revision.dirty { ", changed since" } else { "" };
    let commit = revision.commit.as_ref().map(|commit| format!("commit {commit}{dirty}, "));
    line("revision", format!("{}sha256 {}", commit.unwrap_or_default(), revision.sha256))?;
    line("operator", who(&run.operator))?;
    let mode = match run.mode {
        crate::event::Mode::Live => "",
        crate::event::Mode::Drill => "drill",
        crate::event::Mode::Tabletop => "tabletop: no command ran",
    };
    line("mode", [mode, if run.unattended { "unattended" } else { "" }].join(" ").trim().to_owned())?;
    line("started", zone.full(&past.summary.started))?;
    let took = duration::brief(Duration::from_millis(past.summary.duration_ms));
    match &past.summary.ended {
        Some(ended) => line("ended", format!("{} ({took})", zone.full(ended)))?,
        None => line("so far", took)?,
    }
    if let Some(other) = &run.undoes {
        let step = run.from.map(|step| format!(", step {step} alone")).unwrap_or_default();
        line("undoes", format!("run {other}{step}"))?;
    }
    for undone in words::undone(past) {
        line("undone", undone)?;
    }
    line("ticket", run.ticket.clone().unwrap_or_default())?;
    line("tags", run.tags.join(", "))?;
    line("params", words::with(run))?;
    line("steps", words::counts(run))?;
    if let Some((step, attempt)) = run.in_doubt().filter(|_| past.summary.status.name() != "open") {
        let first = attempt.command.lines().next().unwrap_or_default();
        line("in doubt", format!("step {}: `{first}` was started, its end is not recorded", step.number))?;
    }
    if let Some(checked) = checked {
        line("record", worth(checked))?;
        for problem in &checked.problems {
            line("", place(problem))?;
        }
        for remark in &checked.remarks {
            line("", remark.clone())?;
        }
    }
    Ok(())
}
