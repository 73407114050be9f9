//! `midwatch history`: the runs there were, one a line.

use std::collections::HashMap;
use std::io::Write;
use std::ops::ControlFlow;
use std::time::Duration;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::duration;
use crate::error::Kind;
use crate::event::fold::{RunStatus, Summary};
use crate::history::{Filter, Found, Zone, ago, query, rows, undone_since, undone_whole};
use crate::journal::Store;
use crate::terminal::clean::clean_line;

/// How many runs a page of the table has, unless a limit is given.
pub const PAGE: usize = 20;

/// How the runs are shown.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which runs. Without a limit the table ends after [`PAGE`]; JSON has them all.
    pub filter: Filter,
    /// One JSON object a line.
    pub json: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// In which times are shown.
    pub zone: Zone,
    /// Now, for how long ago it was.
    pub now: jiff::Timestamp,
}

/// Writes the runs to `out`, newest first, and what else there is to say to `err`.
///
/// # Errors
/// If the ledger cannot be read, or `out` not be written.
pub fn run(
    store: &Store,
    options: &Options,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Option<Kind>> {
    let found = if options.json { json(store, options, out)? } else { table(store, options, out, err)? };
    for run in &found.unreadable {
        writeln!(err, "midwatch: run {run} is in the ledger and cannot be read; see `midwatch verify`")?;
    }
    Ok(None)
}

fn json(store: &Store, options: &Options, out: &mut dyn Write) -> anyhow::Result<Found> {
    let mut written = Ok(());
    let found = rows(store, &options.filter, &mut |run| {
        written = run.write(out);
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    written?;
    Ok(found)
}

fn table(
    store: &Store,
    options: &Options,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Found> {
    let mut filter = options.filter.clone();
    let limit = *filter.limit.get_or_insert(PAGE);
    let mut runs = Vec::new();
    let found = query(store, &filter, &mut |run| {
        runs.push(run);
        ControlFlow::Continue(())
    })?;
    if runs.is_empty() {
        writeln!(err, "no run is recorded that matches")?;
        return Ok(found);
    }
    if let Some(oldest) = runs.last() {
        let undone = undone_since(store, &oldest.run)?;
        runs.iter_mut().for_each(|run| say_undone(run, &undone));
    }
    write_table(&runs, options, out)?;
    if found.more {
        writeln!(err, "there are more; the last {limit} are shown (--limit N)")?;
    }
    Ok(found)
}

/// Says with the title what undid the run, or what it undid.
fn say_undone(run: &mut Summary, undone: &HashMap<String, Vec<Summary>>) {
    let said = match (&run.undoes, undone.get(&run.run).and_then(|by| undone_whole(by))) {
        (Some(other), _) => format!("(undo of {}) ", tail(other)),
        (None, Some(true)) => "(undone) ".to_owned(),
        (None, Some(false)) => "(partly undone) ".to_owned(),
        (None, None) => return,
    };
    run.title.insert_str(0, &said);
}

/// A glyph for a status: never colour alone, and never a glyph alone.
pub fn glyph(status: RunStatus) -> char {
    match status {
        RunStatus::Completed => '✔',
        RunStatus::Failed => '✘',
        RunStatus::Aborted => '■',
        RunStatus::Paused => '‖',
        RunStatus::Open => '▶',
        RunStatus::Dead => '†',
    }
}

/// What a cell needs besides its run.
struct Aside<'a> {
    zone: &'a Zone,
    now: jiff::Timestamp,
}

/// A column: its head, what stands in it, how much it matters. Those that matter least go first
/// where the terminal is narrow.
struct Column {
    head: &'static str,
    cell: fn(&Summary, &Aside<'_>) -> String,
    rank: u8,
    right: bool,
}

const COLUMNS: [Column; 10] = [
    Column { head: "RUN", cell: |run, _| tail(&run.run).to_owned(), rank: 0, right: false },
    Column { head: STARTED, cell: |run, aside| aside.zone.minute(&run.started), rank: 1, right: false },
    Column { head: "AGO", cell: |run, aside| ago(&run.started, aside.now), rank: 7, right: true },
    Column {
        head: "STATUS",
        cell: |run, _| format!("{} {}", glyph(run.status), run.status.name()),
        rank: 0,
        right: false,
    },
    Column { head: "STEPS", cell: |run, _| steps(run), rank: 4, right: true },
    Column {
        head: "TIME",
        cell: |run, _| duration::brief(Duration::from_millis(run.duration_ms)),
        rank: 3,
        right: true,
    },
    Column { head: "OPERATOR", cell: |run, _| clean_line(&run.operator).into_owned(), rank: 2, right: false },
    Column { head: "HOST", cell: |run, _| clean_line(&run.host).into_owned(), rank: 5, right: false },
    Column {
        head: "TICKET",
        cell: |run, _| clean_line(run.ticket.as_deref().unwrap_or_default()).into_owned(),
        rank: 6,
        right: false,
    },
    Column { head: "RUNBOOK", cell: |run, _| title(run), rank: 0, right: false },
];

const STARTED: &str = "STARTED";

/// The end of a run's id, by which people name it: its beginning is the time, and alike in all.
pub fn tail(id: &str) -> &str {
    id.len().checked_sub(8).and_then(|at| id.get(at..)).unwrap_or(id)
}

fn steps(run: &Summary) -> String {
    let skipped = if run.steps_skipped > 0 { format!("+{}", run.steps_skipped) } else { String::new() };
    format!("{}{skipped}/{}", run.steps_done, run.steps_total)
}

fn title(run: &Summary) -> String {
    let drill = if run.drill { "(drill) " } else { "" };
    format!("{drill}{}", clean_line(&run.title))
}

/// The narrowest a title may get before other columns go.
const TITLE: usize = 24;
const GAP: usize = 2;

fn write_table(runs: &[Summary], options: &Options, out: &mut dyn Write) -> std::io::Result<()> {
    let (width, zone) = (options.width, &options.zone);
    let aside = Aside { zone, now: options.now };
    // The zone stands in the head, unless the clocks were put on or back between the runs.
    let zones: Vec<String> = runs.iter().map(|run| zone.name(&run.started)).collect();
    let one_zone = zones.iter().all(|name| *name == zones[0]);
    let head = |column: &Column| match column.head {
        STARTED if one_zone => format!("{STARTED} ({})", zones[0]),
        head => head.to_owned(),
    };
    let mut columns: Vec<(&Column, Vec<String>, usize)> = COLUMNS
        .iter()
        .map(|column| {
            let mut cells: Vec<String> = runs.iter().map(|run| (column.cell)(run, &aside)).collect();
            if column.head == STARTED && !one_zone {
                cells.iter_mut().zip(&zones).for_each(|(cell, name)| *cell = format!("{cell} {name}"));
            }
            let widest = cells.iter().map(|cell| cell.width()).max().unwrap_or(0);
            let width = widest.max(head(column).width());
            (column, cells, width)
        })
        .collect();
    // A column without a word in it says nothing.
    columns.retain(|(_, cells, _)| cells.iter().any(|cell| !cell.is_empty()));
    let fixed = |columns: &[(&Column, Vec<String>, usize)]| -> usize {
        let last = columns.len() - 1;
        columns[..last].iter().map(|(_, _, width)| width + GAP).sum()
    };
    while fixed(&columns) + TITLE > width {
        let Some(least) =
            (0..columns.len()).filter(|&i| columns[i].0.rank > 0).max_by_key(|&i| columns[i].0.rank)
        else {
            break;
        };
        columns.remove(least);
    }
    let room = width.saturating_sub(fixed(&columns)).max(8);
    if let Some((_, _, width)) = columns.last_mut() {
        *width = room;
    }
    for row in 0..=runs.len() {
        let mut line = String::new();
        for (column, cells, width) in &columns {
            let cell = if row == 0 { head(column) } else { cells[row - 1].clone() };
            let cell = fit(&cell, *width);
            let pad = " ".repeat(width.saturating_sub(cell.width()));
            let (before, after) = if column.right { (&*pad, "") } else { ("", &*pad) };
            line.push_str(&format!("{before}{cell}{after}{}", " ".repeat(GAP)));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// `text` in at most `width` columns.
fn fit(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut used = 0;
    let room = width.saturating_sub(1);
    let kept = text.chars().take_while(|c| {
        used += c.width().unwrap_or(0);
        used <= room
    });
    kept.chain(['…']).collect()
}
