//! What stands above the timeline: which runbook, who, where, when, and what the record is worth.

use std::io::Write;
use std::time::Duration;

use crate::commands::history::glyph;
use crate::commands::verify::{place, records};
use crate::duration;
use crate::event::Operator;
use crate::history::{Past, Zone};
use crate::journal::verify::{Checked, Status};
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
    writeln!(
        out,
        "{} {} · run {}",
        glyph(past.summary.status),
        past.summary.status.name(),
        past.folder.id()
    )?;
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
    line("ticket", run.ticket.clone().unwrap_or_default())?;
    line("tags", run.tags.join(", "))?;
    let mut params: Vec<String> = run.params.iter().map(|(name, value)| format!("{name}={value}")).collect();
    params.extend(run.secrets.iter().map(|name| format!("{name} (secret)")));
    line("params", params.join(", "))?;
    let counts = run.counts();
    let mut steps = format!("{} of {} done", counts.done, run.steps_total);
    for (count, what) in [
        (counts.skipped, "skipped"),
        (counts.not_applicable, "not applicable"),
        (counts.condition_false, "condition false"),
        (counts.failed, "failed"),
    ] {
        if count > 0 {
            steps.push_str(&format!(", {count} {what}"));
        }
    }
    line("steps", steps)?;
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

fn worth(checked: &Checked) -> String {
    let said = match checked.status {
        Status::Sealed => "its chain holds, and the ledger's head is its head",
        Status::Open => "its chain holds so far",
        Status::Torn => "a crash cut its last record short; what is shown holds",
        Status::Tampered => "it was changed after it was written",
        Status::Missing => "it is not there",
    };
    format!("{}: {said} ({})", checked.status.name(), records(checked.records))
}

/// `ana on db3 (as root, sudo by ana), pts/1, from 10.0.0.1`
pub(super) fn who(operator: &Operator) -> String {
    let mut who = format!("{} on {}", operator.user, operator.host);
    let effective = operator.effective.as_ref().map(|user| format!("as {user}"));
    let sudo = operator.sudo_user.as_ref().map(|user| format!("sudo by {user}"));
    let roles: Vec<String> = effective.into_iter().chain(sudo).collect();
    if !roles.is_empty() {
        who.push_str(&format!(" ({})", roles.join(", ")));
    }
    if let Some(tty) = &operator.tty {
        who.push_str(&format!(", {tty}"));
    }
    if let Some(from) = operator.ssh.as_ref().and_then(|ssh| ssh.split(' ').next()) {
        who.push_str(&format!(", from {from}"));
    }
    clean_line(&who).into_owned()
}
