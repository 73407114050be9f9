//! A run to hand on: one page to look at, Markdown for a ticket, JSON for programs, a recording to
//! replay.
//!
//! All of them are made of the same reading of the record, and all make what others wrote harmless:
//! titles, commands, output, notes may hold control sequences or markup.

mod cast;
mod html;
mod markdown;
mod output;
mod plot;
pub mod screen;
mod ticks;
pub mod words;

use std::collections::HashMap;
use std::io::Write;

use crate::check::Expr;
use crate::check::expr::Target;
use crate::error::Error;
use crate::event::Stamped;
use crate::event::fold::{Attempt, Remark, StepRun, Wait, When};
use crate::history::{Past, RunView, Zone, past};
use crate::journal::verify::{self, Checked};
use crate::journal::{Store, reader};
use crate::runbook::{self, Runbook};
use crate::source::Source;
use crate::terminal::clean::clean_json;

/// What a report is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For a ticket.
    Markdown,
    /// One self-contained page.
    Html,
    /// One object, for programs.
    Json,
    /// asciicast v3, for a terminal player.
    Cast,
}

/// Everything a report is made of.
#[derive(Debug)]
pub struct Report {
    past: Past,
    checked: Option<Checked>,
    zone: Zone,
    /// The recorded runbook, as this version understands it; none if it cannot be read.
    runbook: Option<Runbook>,
    events: Vec<Stamped>,
    /// What checks wait for, by the action's id.
    targets: HashMap<String, (String, Option<Target>)>,
}

/// Something that happened at a step, in the order of the record.
enum Part<'a> {
    Command(&'a Attempt),
    Wait(&'a Wait),
    Decision(&'a Remark),
    Note(&'a Remark),
}

impl Report {
    /// Reads the run that `name` means, and verifies it.
    ///
    /// # Errors
    /// If there is no such run, more than one, or its record cannot be read.
    pub fn load(store: &Store, name: &str, zone: Zone) -> Result<Self, Error> {
        let past = past(store, name)?;
        let checked = verify::alone(store, past.folder.id())?;
        let runbook = past.folder.runbook().ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let runbook = runbook.map(|text| runbook::parse(Source::new(past.run.revision.path.clone(), text)));
        let mut events = Vec::new();
        reader::each(&past.folder, &mut |record| events.push(record.stamped()))?;
        let actions = runbook.iter().flat_map(|runbook| &runbook.steps).flat_map(|step| &step.actions);
        let targets = actions
            .filter(|action| action.kind == runbook::ActionKind::Check)
            .map(|action| {
                let until = action.attrs.until();
                let target = Expr::compile(until).ok().and_then(|expr| expr.target().cloned());
                (action.id.clone(), (until.to_owned(), target))
            })
            .collect();
        Ok(Report { past, checked, zone, runbook, events, targets })
    }

    /// Writes the report.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write(&self, format: Format, out: &mut dyn Write) -> anyhow::Result<()> {
        match format {
            Format::Markdown => out.write_all(markdown::render(self).as_bytes())?,
            Format::Html => out.write_all(html::render(self)?.as_bytes())?,
            Format::Json => self.json(out)?,
            Format::Cast => cast::write(self, out)?,
        }
        Ok(())
    }

    fn json(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        #[derive(serde::Serialize)]
        struct Json<'a> {
            schema: &'static str,
            #[serde(flatten)]
            run: RunView<'a>,
            record: Option<Record<'a>>,
            unknown_events: Vec<serde_json::Value>,
        }
        #[derive(serde::Serialize)]
        struct Record<'a> {
            status: &'static str,
            problems: Vec<String>,
            remarks: &'a [String],
        }
        let record = self.checked.as_ref().map(|checked| Record {
            status: checked.status.name(),
            problems: checked.problems.iter().map(words::place).collect(),
            remarks: &checked.remarks,
        });
        let unknown =
            self.past.foreign.iter().filter_map(|foreign| serde_json::from_str(&foreign.json).ok()).collect();
        let json = Json {
            schema: "midwatch.report/1",
            run: RunView::new(&self.past),
            record,
            unknown_events: unknown,
        };
        let text = serde_json::to_string_pretty(&json)?;
        writeln!(out, "{}", clean_json(&text))?;
        Ok(())
    }

    /// Milliseconds from the run's first event: by the clock that is never set, while one process did
    /// all the work; else by the wall clock.
    fn since_start(&self, when: &When) -> u64 {
        let run = &self.past.run;
        let Some(first) = &run.opened else { return 0 };
        if run.resumes.is_empty() {
            return when.mono_ms.saturating_sub(first.mono_ms);
        }
        let wall = |at: &str| at.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_millisecond);
        u64::try_from(wall(&when.at) - wall(&first.at)).unwrap_or(0)
    }

    /// The headings above a step, the title of the whole left out.
    fn crumbs(&self, step: &StepRun) -> Vec<&str> {
        let Some(runbook) = &self.runbook else { return Vec::new() };
        let Some(known) = runbook.steps.get(step.number.wrapping_sub(1)) else { return Vec::new() };
        let mut crumbs = runbook.breadcrumb(known);
        // The one H1 above everything says what the file is about, and so does the report's title.
        if runbook.sections.iter().filter(|section| section.level == 1).count() == 1
            && runbook.sections.first().is_some_and(|section| crumbs.first() == Some(&&*section.heading))
        {
            crumbs.remove(0);
        }
        crumbs.retain(|crumb| *crumb != runbook.title && *crumb != known.title);
        crumbs
    }
}

/// What happened at a step, in order.
fn parts(step: &StepRun) -> Vec<Part<'_>> {
    let mut parts: Vec<(u64, Part<'_>)> = Vec::new();
    parts.extend(step.attempts.iter().map(|attempt| (attempt.started.seq, Part::Command(attempt))));
    parts.extend(step.waits.iter().map(|wait| (wait.started.seq, Part::Wait(wait))));
    parts.extend(step.decisions.iter().map(|said| (said.when.seq, Part::Decision(said))));
    parts.extend(step.notes.iter().map(|said| (said.when.seq, Part::Note(said))));
    parts.sort_by_key(|(seq, _)| *seq);
    parts.into_iter().map(|(_, part)| part).collect()
}
