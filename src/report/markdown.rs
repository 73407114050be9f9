//! A run for a ticket: GitHub's Markdown, short outputs, nothing in it that a forge would obey.

use super::output::{TICKET, excerpt};
use super::plot::told;
use super::{Part, Report, parts, words};
use crate::event::fold::{Attempt, RunStatus, StepRun, Wait};
use crate::terminal::cards::bare;
use crate::terminal::clean::{clean, clean_line};

/// The Markdown of a report.
pub(super) fn render(report: &Report) -> String {
    let run = &report.past.run;
    let summary = &report.past.summary;
    let status = summary.status;
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!("# {}\n", inline(&run.revision.title)));
    let glyph = match status {
        RunStatus::Completed => '✔',
        RunStatus::Failed | RunStatus::Aborted => '✘',
        _ => '…',
    };
    let took = words::brief(summary.duration_ms);
    line(format!("**{glyph} {}**: {}, {took}.\n", status.name(), words::counts(run)));
    if let Some(reason) = run.sealed.as_ref().and_then(|seal| seal.reason.as_ref()) {
        line(format!("> {}\n", inline(reason)));
    }
    line("| | |\n|---|---|".into());
    let mut row = |name: &str, value: &str| {
        if !value.is_empty() {
            line(format!("| {name} | {} |", inline(value)));
        }
    };
    row("Started", &report.zone.full(&summary.started));
    row("Ended", &summary.ended.as_deref().map(|at| report.zone.full(at)).unwrap_or_default());
    row("Operator", &words::who(&run.operator));
    row(
        "Mode",
        match run.mode {
            crate::event::Mode::Live => "",
            crate::event::Mode::Drill => "drill: a rehearsal, commands ran",
            crate::event::Mode::Tabletop => "tabletop: a rehearsal, no command ran",
        },
    );
    row("Ticket", run.ticket.as_deref().unwrap_or_default());
    row("With", &words::with(run));
    row("Undoes", &run.undoes.as_ref().map(|of| format!("run {of}")).unwrap_or_default());
    row("Undone", &words::undone(&report.past).join("; "));
    row("Runbook", &summary.runbook);
    row("Commit", run.revision.commit.as_deref().unwrap_or_default());
    row("SHA-256", &run.revision.sha256);
    row("Run", report.past.folder.id());
    row("Record", &report.checked.as_ref().map(words::worth).unwrap_or_default());
    line("\n## Steps\n".into());
    for step in run.steps() {
        line(self::step(report, step));
    }
    let notes: Vec<String> = run
        .notes
        .iter()
        .map(|note| {
            let by = note.by.as_ref().unwrap_or(&run.operator.user);
            format!("- {} {}: {}", report.zone.minute(&note.when.at), inline(by), inline(&note.text))
        })
        .chain(run.pauses.iter().map(|pause| {
            format!("- {} paused: {}", report.zone.minute(&pause.when.at), inline(&pause.reason))
        }))
        .chain(run.resumes.iter().map(|resume| {
            let who = words::goes_on(&resume.operator, resume.from.as_ref());
            format!("- {} resumed by {}", report.zone.minute(&resume.when.at), inline(&who))
        }))
        .chain(run.warnings.iter().map(|warning| format!("- warning: {}", inline(&warning.text))))
        .collect();
    if !notes.is_empty() {
        line(format!("## Notes, pauses, warnings\n\n{}\n", notes.join("\n")));
    }
    if let Some(helped) = run.sealed.as_ref().and_then(|seal| seal.helped.as_ref()).filter(|h| !h.is_empty())
    {
        line(format!("## What would have helped\n\n{}\n", inline(helped)));
    }
    if run.unknown > 0 {
        line(format!("{} events of another version of midwatch are in the record:\n", run.unknown));
        let events: Vec<&str> = report.past.foreign.iter().map(|foreign| &*foreign.json).collect();
        line(fence("json", &events.join("\n")));
    }
    out
}

fn step(report: &Report, step: &StepRun) -> String {
    let (glyph, word, _) = words::standing(&report.past.run, step);
    let at = step.entered.as_ref().or(step.ended.as_ref());
    let at = at.map(|when| format!(" ({})", report.zone.clock(&when.at))).unwrap_or_default();
    let title = inline(bare(&step.title, step.number));
    let mut out = format!("### {} {title}\n\n{glyph} **{word}**{at}", step.number);
    if let Some(reason) = &step.reason {
        out.push_str(&format!(": {}", inline(reason)));
    }
    if let Some(by) = report.past.undone_by(step) {
        let by = if by == report.past.folder.id() { String::new() } else { format!(" by run {by}") };
        out.push_str(&format!("; undone{by}"));
    }
    out.push_str("\n\n");
    for part in parts(step) {
        match part {
            Part::Command(attempt) => out.push_str(&command(report, attempt)),
            Part::Wait(wait) => out.push_str(&waited(report, wait)),
            Part::Decision(said) => out.push_str(&format!("*decided: {}*\n\n", inline(&said.text))),
            Part::Note(said) => {
                let by = said.by.as_ref().map(|by| format!(" by {}", inline(by))).unwrap_or_default();
                out.push_str(&format!("> note{by}: {}\n\n", inline(&said.text)));
            }
        }
    }
    out
}

fn command(report: &Report, attempt: &Attempt) -> String {
    let mut out = String::new();
    if attempt.kind != "run" {
        let at = report.zone.clock(&attempt.started.at);
        out.push_str(&format!("{} at {at}:\n\n", inline(&attempt.kind)));
    }
    out.push_str(&edited(&attempt.command, attempt.original.as_deref()));
    let (glyph, result, _) = words::result(attempt);
    out.push_str(&format!("{glyph} {result}\n\n"));
    for failed in &attempt.failed_lines {
        let command = inline(&failed.command);
        out.push_str(&format!("- line {} failed ({}): {command}\n", failed.line, failed.status));
    }
    for said in attempt.changed.iter().chain(&attempt.trouble) {
        out.push_str(&format!("- {}\n", inline(said)));
    }
    if !attempt.failed_lines.is_empty() || attempt.changed.is_some() || attempt.trouble.is_some() {
        out.push('\n');
    }
    let Some(name) = &attempt.output else { return out };
    let text = match excerpt(&report.past.folder, name, TICKET) {
        Ok(shown) => match shown.left_out {
            Some(left_out) => format!("{}\n[... {left_out} left out ...]\n{}", shown.head, shown.tail),
            None => shown.head,
        },
        Err(error) => format!("cannot be read: {error}"),
    };
    let size = words::bytes(attempt.output_bytes);
    out + &format!("<details><summary>Output, {size}</summary>\n\n{}\n</details>\n\n", fence("", &text))
}

fn waited(report: &Report, wait: &Wait) -> String {
    let mut out = String::new();
    if let Some((until, _)) = report.targets.get(&wait.action) {
        out.push_str(&format!("Wait until {}:\n\n", inline(until)));
    }
    if let Some(command) = &wait.command {
        out.push_str(&edited(command, wait.original.as_deref()));
    }
    let (glyph, result, _) = words::verdict(wait);
    let why = wait.why.as_deref().map(|why| format!(": {}", inline(why))).unwrap_or_default();
    out + &format!("{glyph} {result}{why}. {}.\n\n", inline(&told(wait)))
}

fn edited(command: &str, original: Option<&str>) -> String {
    match original {
        Some(original) => {
            format!(
                "Edited. What ran:\n\n{}\nWhat the runbook says:\n\n{}\n",
                fence("sh", command),
                fence("sh", original)
            )
        }
        None => fence("sh", command) + "\n",
    }
}

/// A fence that nothing inside can close.
fn fence(lang: &str, text: &str) -> String {
    let text = clean(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest.max(2) + 1);
    format!("{ticks}{lang}\n{}\n{ticks}\n", text.trim_end_matches('\n'))
}

/// Text in a line of Markdown: no markup, no HTML, no mention, no table cell.
fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean_line(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '|' => out.push_str("&#124;"),
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '!' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_record_is_markup() {
        assert_eq!(
            inline("<b>*a*</b> | @ana\n[x](y)"),
            "&lt;b&gt;\\*a\\*&lt;/b&gt; &#124; &#64;ana \\[x\\](y)"
        );
        assert_eq!(fence("sh", "a\n````\nb"), "`````sh\na\n````\nb\n`````\n");
    }
}
