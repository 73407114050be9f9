//! What the page's template is given.

use serde::Serialize;

use super::timeline::{Timeline, timeline};
use crate::event::Mode;
use crate::event::fold::{Attempt, Remark, RunStatus, StepRun, Wait};
use crate::history::Foreign;
use crate::report::output::{Excerpt, PAGE, excerpt};
use crate::report::plot::{Plot, plot, told};
use crate::report::words::{self, Tone};
use crate::report::{Part, Report, parts};
use crate::terminal::cards::bare;

/// The whole page.
#[derive(Debug, Serialize)]
pub struct Page {
    title: String,
    lang: &'static str,
    glyph: char,
    status: &'static str,
    tone: Tone,
    mode: Option<&'static str>,
    lead: String,
    reason: Option<String>,
    helped: Option<String>,
    facts: Vec<Fact>,
    record: Option<Record>,
    timeline: Option<Timeline>,
    steps: Vec<Step>,
    happened: Vec<Said>,
    unknown: u64,
    foreign: Vec<Foreign>,
    version: String,
    run: String,
}

#[derive(Debug, Serialize)]
struct Fact {
    name: &'static str,
    value: String,
    code: bool,
}

#[derive(Debug, Serialize)]
struct Record {
    tone: Tone,
    glyph: char,
    said: String,
    more: Vec<String>,
}

/// Words with a time: a note, a pause, a warning.
#[derive(Debug, Serialize)]
struct Said {
    at: String,
    what: String,
    by: String,
    text: String,
}

#[derive(Debug, Serialize)]
struct Step {
    number: usize,
    title: String,
    crumbs: String,
    glyph: char,
    word: &'static str,
    tone: Tone,
    reason: Option<String>,
    undone: Option<String>,
    at: String,
    parts: Vec<Item>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "is", rename_all = "lowercase")]
enum Item {
    Command(Command),
    Wait(Box<Waited>),
    Said(Said),
}

#[derive(Debug, Serialize)]
struct Command {
    kind: Option<String>,
    text: String,
    original: Option<String>,
    glyph: char,
    result: String,
    tone: Tone,
    failed_lines: Vec<String>,
    more: Vec<String>,
    output: Option<Printed>,
}

#[derive(Debug, Serialize)]
struct Printed {
    size: String,
    shown: Option<Excerpt>,
    trouble: Option<String>,
    open: bool,
}

#[derive(Debug, Serialize)]
struct Waited {
    action: String,
    text: Option<String>,
    original: Option<String>,
    until: Option<String>,
    glyph: char,
    result: String,
    why: Option<String>,
    tone: Tone,
    plot: Option<Plot>,
    told: String,
    unknown: Option<String>,
}

/// More than this of all outputs together is left out: a page is to be sent and opened.
const ALL_OUTPUTS: usize = 6 * 1024 * 1024;
/// An output of so few lines, and any of a failed command, is shown unfolded.
const UNFOLDED: usize = 4;

/// The page of a report.
pub fn page(report: &Report) -> Page {
    let run = &report.past.run;
    let status = report.past.summary.status;
    let (glyph, tone) = match status {
        RunStatus::Completed => ('✔', Tone::Good),
        RunStatus::Failed => ('✘', Tone::Bad),
        RunStatus::Aborted => ('■', Tone::Bad),
        RunStatus::Paused => ('‖', Tone::Warn),
        RunStatus::Open => ('▶', Tone::Calm),
        RunStatus::Dead => ('†', Tone::Warn),
    };
    let mode = match run.mode {
        Mode::Live => None,
        Mode::Drill => Some("a drill: commands ran, as a rehearsal"),
        Mode::Tabletop => Some("a tabletop: no command ran"),
    };
    let took = words::brief(report.past.summary.duration_ms);
    let time = if report.past.summary.ended.is_some() { "in" } else { "so far" };
    let seal = run.sealed.as_ref();
    let mut left = ALL_OUTPUTS;
    Page {
        title: run.revision.title.clone(),
        lang: "en",
        glyph,
        status: status.name(),
        tone,
        mode,
        lead: format!("{}, {time} {took}", words::counts(run)),
        reason: seal.and_then(|seal| seal.reason.clone()),
        helped: seal.and_then(|seal| seal.helped.clone()).filter(|helped| !helped.is_empty()),
        facts: facts(report),
        record: report.checked.as_ref().map(|checked| Record {
            tone: if checked.status.is_sound() { Tone::Good } else { Tone::Bad },
            glyph: if checked.status.is_sound() { '✔' } else { '✘' },
            said: words::worth(checked),
            more: checked.problems.iter().map(words::place).chain(checked.remarks.iter().cloned()).collect(),
        }),
        timeline: timeline(report),
        steps: run.steps().map(|step| self::step(report, step, &mut left)).collect(),
        happened: happened(report),
        unknown: run.unknown,
        foreign: report.past.foreign.clone(),
        version: run.version.clone(),
        run: report.past.folder.id().to_owned(),
    }
}

fn facts(report: &Report) -> Vec<Fact> {
    let run = &report.past.run;
    let summary = &report.past.summary;
    let mut facts = Vec::new();
    let mut fact = |name, value: String, code| {
        if !value.is_empty() {
            facts.push(Fact { name, value, code });
        }
    };
    fact("Started", report.zone.full(&summary.started), false);
    fact("Ended", summary.ended.as_deref().map(|at| report.zone.full(at)).unwrap_or_default(), false);
    fact("Operator", words::who(&run.operator), false);
    fact("Ticket", run.ticket.clone().unwrap_or_default(), false);
    fact("Tags", run.tags.join(", "), false);
    fact("Unattended", if run.unattended { "yes, with --yes".into() } else { String::new() }, false);
    fact("With", words::with(run), true);
    fact("Undoes", run.undoes.as_ref().map(|of| format!("run {of}")).unwrap_or_default(), true);
    fact("Undone", words::undone(&report.past).join("; "), false);
    fact("Runbook", summary.runbook.clone(), true);
    let dirty = if run.revision.dirty { " and changes that were not committed" } else { "" };
    fact("Commit", run.revision.commit.as_ref().map(|c| format!("{c}{dirty}")).unwrap_or_default(), true);
    fact("SHA-256", run.revision.sha256.clone(), true);
    fact("Run", report.past.folder.id().to_owned(), true);
    facts
}

/// Pauses, handovers, warnings, notes of no step, in order; what the ledger has came last.
fn happened(report: &Report) -> Vec<Said> {
    let run = &report.past.run;
    let mut all: Vec<(u64, Said)> = Vec::new();
    let said = |at: &str, what: &str, by: String, text: String| Said {
        at: report.zone.full(at),
        what: what.to_owned(),
        by,
        text,
    };
    for pause in &run.pauses {
        let step = pause.step.map(|step| format!(" (step {step})")).unwrap_or_default();
        all.push((
            pause.when.seq,
            said(&pause.when.at, "paused", String::new(), format!("{}{step}", pause.reason)),
        ));
    }
    for resume in &run.resumes {
        let who = words::goes_on(&resume.operator, resume.from.as_ref());
        all.push((resume.when.seq, said(&resume.when.at, "resumed", who, String::new())));
    }
    for warning in &run.warnings {
        all.push((warning.when.seq, said(&warning.when.at, "warning", String::new(), warning.text.clone())));
    }
    for note in &run.notes {
        let by = note.by.as_ref().unwrap_or(&run.operator.user).clone();
        let seq = if note.when.seq == 0 { u64::MAX } else { note.when.seq };
        all.push((seq, said(&note.when.at, "note", by, note.text.clone())));
    }
    all.sort_by_key(|(seq, _)| *seq);
    all.into_iter().map(|(_, said)| said).collect()
}

fn step(report: &Report, step: &StepRun, left: &mut usize) -> Step {
    let run = &report.past.run;
    let (glyph, word, tone) = words::standing(run, step);
    let at = step.entered.as_ref().or(step.ended.as_ref());
    let remark = |what: &str, said: &Remark| {
        Item::Said(Said {
            at: report.zone.clock(&said.when.at),
            what: what.to_owned(),
            by: said.by.clone().unwrap_or_default(),
            text: said.text.clone(),
        })
    };
    let item = |part: Part<'_>| match part {
        Part::Command(attempt) => Item::Command(command(report, attempt, left)),
        Part::Wait(wait) => Item::Wait(Box::new(waited(report, wait))),
        Part::Decision(said) => remark("decided", said),
        Part::Note(said) => remark("note", said),
    };
    Step {
        number: step.number,
        title: bare(&step.title, step.number).to_owned(),
        crumbs: report.crumbs(step).join(" › "),
        glyph,
        word,
        tone,
        reason: step.reason.clone(),
        undone: report.past.undone_by(step).map(|by| {
            if by == report.past.folder.id() { "undone".into() } else { format!("undone by run {by}") }
        }),
        at: at.map(|when| report.zone.clock(&when.at)).unwrap_or_default(),
        parts: parts(step).into_iter().map(item).collect(),
    }
}

fn command(report: &Report, attempt: &Attempt, left: &mut usize) -> Command {
    let (glyph, result, tone) = words::result(attempt);
    let failed =
        attempt.failed_lines.iter().map(|f| format!("line {} failed ({}): {}", f.line, f.status, f.command));
    let failed_lines: Vec<String> = failed.collect();
    let tone = if tone == Tone::Good && !failed_lines.is_empty() { Tone::Warn } else { tone };
    let output = attempt.output.as_ref().map(|name| {
        let size = words::bytes(attempt.output_bytes);
        if *left == 0 {
            let trouble = "left out: the outputs of this run are too large for one page".to_owned();
            return Printed { size, shown: None, trouble: Some(trouble), open: false };
        }
        match excerpt(&report.past.folder, name, PAGE) {
            Ok(shown) => {
                *left = left.saturating_sub(shown.head.len() + shown.tail.len());
                let few = shown.left_out.is_none() && shown.head.lines().count() <= UNFOLDED;
                Printed { size, open: few || tone == Tone::Bad, shown: Some(shown), trouble: None }
            }
            Err(error) => {
                Printed { size, shown: None, trouble: Some(format!("cannot be read: {error}")), open: true }
            }
        }
    });
    Command {
        kind: (attempt.kind != "run")
            .then(|| format!("{} at {}", attempt.kind, report.zone.clock(&attempt.started.at))),
        text: attempt.command.clone(),
        original: attempt.original.clone(),
        glyph: if tone == Tone::Warn { '▲' } else { glyph },
        result,
        tone,
        failed_lines,
        more: attempt.changed.iter().chain(&attempt.trouble).cloned().collect(),
        output,
    }
}

fn waited(report: &Report, wait: &Wait) -> Waited {
    let (glyph, result, tone) = words::verdict(wait);
    let known = report.targets.get(&wait.action);
    let unknown = wait.samples.iter().rev().find_map(|sample| sample.unknown.clone());
    Waited {
        action: wait.action.clone(),
        text: wait.command.clone(),
        original: wait.original.clone(),
        until: known.map(|(until, _)| until.clone()),
        glyph,
        result,
        why: wait.why.clone(),
        tone,
        plot: plot(wait, known.and_then(|(_, target)| target.as_ref())),
        told: told(wait),
        unknown,
    }
}
