//! `midwatch show RUN`: what happened, as a person reads it, or as JSON.

mod head;
mod steps;

use std::io::Write;

use crate::error::Kind;
use crate::event::fold::{Remark, Run, When};
use crate::history::{Past, RunView, Zone, past};
use crate::journal::Store;
use crate::journal::reader::Tail;
use crate::journal::verify;
use crate::terminal::clean::{clean, clean_json, clean_line};
use crate::terminal::text::cut;

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
        let json = serde_json::to_string_pretty(&RunView::new(&past))?;
        writeln!(out, "{}", clean_json(&json))?;
        return Ok(None);
    }
    let checked = verify::alone(store, past.folder.id())?;
    head::write(&past, checked.as_ref(), &options.zone, out)?;
    writeln!(out)?;
    timeline(&past, &options.zone, out)?;
    Ok(None)
}

/// Something on the timeline: its place in the record, and what it says, in lines.
struct Item {
    seq: u64,
    at: String,
    lines: Vec<String>,
    /// What happened in it later on, each with its own time.
    parts: Vec<Item>,
}

impl Item {
    fn new(when: &When, lines: Vec<String>) -> Self {
        Item { seq: when.seq, at: when.at.clone(), lines, parts: Vec::new() }
    }
}

/// Columns of a record that is shown as it is written.
const FOREIGN: usize = 400;

fn timeline(past: &Past, zone: &Zone, out: &mut dyn Write) -> std::io::Result<()> {
    let run = &past.run;
    let mut items: Vec<Item> = run.steps().filter_map(|step| steps::item(past, step, zone)).collect();
    items.extend(run.steps().flat_map(steps::rollbacks));
    items.extend(run.pauses.iter().map(|pause| {
        let signal = pause.signal.map(|signal| format!(" (signal {signal})")).unwrap_or_default();
        let line = format!("‖ paused: {}{signal}", clean_line(&pause.reason));
        Item::new(&pause.when, vec![line])
    }));
    items.extend(run.resumes.iter().map(|resume| {
        let who = crate::report::words::goes_on(&resume.operator, resume.from.as_ref());
        let line = format!("▶ resumed by {who}");
        Item::new(&resume.when, vec![line])
    }));
    items.extend(past.foreign.iter().map(|foreign| {
        let kind = clean_line(&foreign.kind);
        let head = format!("? {kind} · of another version of midwatch, as it is written:");
        let json = format!("    {}", cut(&clean_line(&foreign.json), FOREIGN));
        Item { seq: foreign.seq, at: foreign.at.clone(), lines: vec![head, json], parts: Vec::new() }
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
        items.push(Item::new(&seal.when, lines));
    }
    // Notes from the ledger came after everything in the journal, and have no number in it.
    items.sort_by_key(|item| if item.seq == 0 { u64::MAX } else { item.seq });

    let mut day = String::new();
    for item in items {
        write_item(&item, zone, &mut day, out)?;
        for part in &item.parts {
            write_item(part, zone, &mut day, out)?;
        }
    }
    if let Tail::Bad { line, .. } = &past.end.tail {
        writeln!(
            out,
            "          ✘ the record cannot be trusted from line {line} on; nothing of it is shown"
        )?;
    }
    let hidden = past.run.unknown.saturating_sub(past.foreign.len() as u64);
    if hidden > 0 {
        writeln!(out, "          {hidden} more events of another version of midwatch are not shown")?;
    }
    Ok(())
}

fn write_item(item: &Item, zone: &Zone, day: &mut String, out: &mut dyn Write) -> std::io::Result<()> {
    let date = zone.date(&item.at);
    if date != *day {
        writeln!(out, "{date} {}", zone.name(&item.at))?;
        *day = date;
    }
    let mut lead = zone.clock(&item.at);
    for line in &item.lines {
        writeln!(out, "{}", format!("{lead:<8}  {line}").trim_end())?;
        lead.clear();
    }
    Ok(())
}

fn remark(what: &str, remark: &Remark, run: &Run) -> Item {
    let by = remark.by.as_ref().filter(|by| **by != run.operator.user);
    let by = by.map(|by| format!(" by {}", clean_line(by))).unwrap_or_default();
    let lines = indented(&format!("{what}{by}: "), &remark.text);
    Item::new(&remark.when, lines)
}

/// `text` after `lead`, its further lines indented to match.
fn indented(lead: &str, text: &str) -> Vec<String> {
    let text = clean(text);
    let pad = " ".repeat(unicode_width::UnicodeWidthStr::width(lead));
    let line = |(i, line): (usize, &str)| format!("{}{line}", if i == 0 { lead } else { &*pad });
    let lines: Vec<String> = text.lines().enumerate().map(line).collect();
    if lines.is_empty() { vec![lead.trim_end().to_owned()] } else { lines }
}
