//! `midwatch show RUN`: what happened, as a person reads it, or as JSON.

mod head;
mod steps;

use std::io::Write;

use crate::error::Kind;
use crate::event::fold::{Remark, Run};
use crate::history::{Past, RunView, Zone, past, undone_since};
use crate::journal::Store;
use crate::journal::reader::Tail;
use crate::journal::verify;
use crate::terminal::clean::{clean, clean_line};

/// Which run, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// The run, by a part of its id.
    pub run: String,
    /// One JSON object.
    pub json: bool,
    /// In which zone times are shown.
    pub zone: Zone,
}

/// Writes the run's timeline to `out`.
///
/// # Errors
/// If there is no such run, it cannot be read, or `out` not be written.
pub fn run(store: &Store, options: &Options, out: &mut dyn Write) -> anyhow::Result<Option<Kind>> {
    let past = past(store, &options.run)?;
    if options.json {
        serde_json::to_writer_pretty(&mut *out, &RunView::new(&past))?;
        writeln!(out)?;
        return Ok(None);
    }
    let checked = verify::alone(store, past.folder.id())?;
    let undone = undone_since(store, past.folder.id())?.remove(past.folder.id()).unwrap_or_default();
    head::write(&past, &undone, checked.as_ref(), &options.zone, out)?;
    writeln!(out)?;
    timeline(&past, &options.zone, out)?;
    Ok(None)
}

/// Something on the timeline: its place in the record, and what it says, in lines.
struct Item {
    seq: u64,
    at: String,
    lines: Vec<String>,
}

fn timeline(past: &Past, zone: &Zone, out: &mut dyn Write) -> std::io::Result<()> {
    let run = &past.run;
    let mut items: Vec<Item> = run.steps().filter_map(|step| steps::item(run, step, zone)).collect();
    items.extend(run.pauses.iter().map(|pause| {
        let signal = pause.signal.map(|signal| format!(" (signal {signal})")).unwrap_or_default();
        let line = format!("‖ paused: {}{signal}", clean_line(&pause.reason));
        Item { seq: pause.when.seq, at: pause.when.at.clone(), lines: vec![line] }
    }));
    items.extend(run.resumes.iter().map(|resume| {
        let who = crate::report::words::goes_on(&resume.operator, resume.from.as_ref());
        let line = format!("▶ resumed by {who}");
        Item { seq: resume.when.seq, at: resume.when.at.clone(), lines: vec![line] }
    }));
    items.extend(run.warnings.iter().map(|warning| remark("⚠ warning", warning, run)));
    items.extend(run.notes.iter().map(|note| remark("✎ note", note, run)));
    if let Some(seal) = &run.sealed {
        let reason = seal.reason.as_deref().map(|reason| format!(": {}", clean_line(reason)));
        let status = past.summary.status;
        let mut lines = vec![format!(
            "{} {}{}",
            super::history::glyph(status),
            status.name(),
            reason.unwrap_or_default()
        )];
        if let Some(helped) = seal.helped.as_deref().filter(|helped| !helped.is_empty()) {
            lines.push(format!("  what would have helped: {}", clean_line(helped)));
        }
        items.push(Item { seq: seal.when.seq, at: seal.when.at.clone(), lines });
    }
    // Notes from the ledger came after everything in the journal, and have no number in it.
    items.sort_by_key(|item| if item.seq == 0 { u64::MAX } else { item.seq });

    let mut day = String::new();
    for item in items {
        let date = zone.date(&item.at);
        if date != day {
            writeln!(out, "{date} {}", zone.name(&item.at))?;
            day = date;
        }
        let mut lead = zone.clock(&item.at);
        for line in item.lines {
            writeln!(out, "{}", format!("{lead:<8}  {line}").trim_end())?;
            lead.clear();
        }
    }
    if let Tail::Bad { line, .. } = &past.end.tail {
        writeln!(
            out,
            "          ✘ the record cannot be trusted from line {line} on; nothing of it is shown"
        )?;
    }
    if past.run.unknown > 0 {
        writeln!(out, "          {} events of another version of midwatch are not shown", past.run.unknown)?;
    }
    Ok(())
}

fn remark(what: &str, remark: &Remark, run: &Run) -> Item {
    let by = remark.by.as_ref().filter(|by| **by != run.operator.user);
    let by = by.map(|by| format!(" by {}", clean_line(by))).unwrap_or_default();
    let lines = indented(&format!("{what}{by}: "), &remark.text);
    Item { seq: remark.when.seq, at: remark.when.at.clone(), lines }
}

/// `text` after `lead`, its further lines indented to match.
fn indented(lead: &str, text: &str) -> Vec<String> {
    let text = clean(text);
    let pad = " ".repeat(unicode_width::UnicodeWidthStr::width(lead));
    let line = |(i, line): (usize, &str)| format!("{}{line}", if i == 0 { lead } else { &*pad });
    let lines: Vec<String> = text.lines().enumerate().map(line).collect();
    if lines.is_empty() { vec![lead.trim_end().to_owned()] } else { lines }
}
