//! A run as programs read it: the JSON of `show --json` and `export`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Past, Undone};
use crate::event::fold::{Attempt, Remark, Resume, Run, SampleRun, StepRun, Summary};
use crate::event::{Operator, StepStatus, Verdict};

/// A run with all its steps. The order of the fields is that of the JSON, which only grows.
#[derive(Debug, Serialize)]
pub struct RunView<'a> {
    /// The run on one line.
    #[serde(flatten)]
    pub summary: &'a Summary,
    /// Every step that was reached, by number.
    pub steps: Vec<StepView<'a>>,
    /// Notes that belong to no step.
    pub notes: Vec<NoteView<'a>>,
    /// Things worth knowing when the record is read.
    pub warnings: Vec<&'a str>,
    /// Every time it went on: who, and whose it was where it was handed over.
    pub resumes: Vec<ResumeView<'a>>,
    /// Git commit of the runbook, and whether the file differed from it.
    pub commit: Option<&'a str>,
    /// See `commit`.
    pub dirty: bool,
    /// Values known at the start and those that were given later; the last one counts.
    pub params: BTreeMap<&'a str, &'a str>,
    /// Names of what is secret, which has no value here.
    pub secrets: Vec<&'a str>,
    /// The answer to "what would have helped?".
    pub helped: Option<&'a str>,
    /// Why it did not complete.
    pub reason: Option<&'a str>,
    /// How many records its journal has.
    pub records: u64,
    /// The last one's hash.
    pub head: String,
    /// Runs that undid something of it.
    pub undone_by: &'a [Undone],
    /// Events of another version, of which nothing is told here; `report --format json` has them.
    pub foreign: u64,
}

/// A step.
#[derive(Debug, Serialize)]
pub struct StepView<'a> {
    number: usize,
    id: &'a str,
    title: &'a str,
    /// None while it is open.
    status: Option<StepStatus>,
    reason: Option<&'a str>,
    attempts: Vec<AttemptView<'a>>,
    samples: Vec<SampleView<'a>>,
    notes: Vec<NoteView<'a>>,
    started: Option<&'a str>,
    ended: Option<&'a str>,
    /// The run whose rollback undid it: another one, or this one itself.
    undone_by: Option<&'a str>,
}

/// The run went on.
#[derive(Debug, Serialize)]
pub struct ResumeView<'a> {
    at: &'a str,
    operator: &'a str,
    host: &'a str,
    /// Who had it before, where it was handed over.
    from: Option<&'a str>,
}

/// A command that was started.
#[derive(Debug, Serialize)]
struct AttemptView<'a> {
    command: &'a str,
    /// Whether the operator changed it; `original` is then what stood in the runbook.
    edited: bool,
    exit: Option<i32>,
    signal: Option<i32>,
    duration_s: f64,
    output_bytes: u64,
    action: &'a str,
    kind: &'a str,
    attempt: u32,
    original: Option<&'a str>,
    ok: bool,
    timed_out: bool,
    /// Started, and nobody knows how it ended (or it goes on).
    in_doubt: bool,
    started: &'a str,
    output: Option<&'a str>,
    output_sha256: Option<&'a str>,
    failed_lines: &'a [crate::event::FailedLine],
    changed: Option<&'a str>,
    trouble: Option<&'a str>,
}

/// One try of a check.
#[derive(Debug, Serialize)]
pub struct SampleView<'a> {
    /// Seconds since its wait began.
    t: f64,
    value: Option<&'a str>,
    verdict: Verdict,
    action: &'a str,
    /// 1 for the step's first wait.
    wait: usize,
    at: &'a str,
    unknown: Option<&'a str>,
    exit: Option<i32>,
}

/// Something a person wrote.
#[derive(Debug, Serialize)]
pub struct NoteView<'a> {
    at: &'a str,
    text: &'a str,
    by: &'a str,
}

impl<'a> RunView<'a> {
    /// The view of a run.
    pub fn new(past: &'a Past) -> Self {
        let run = &past.run;
        let seal = run.sealed.as_ref();
        RunView {
            summary: &past.summary,
            steps: run.steps().map(|step| StepView::new(past, step)).collect(),
            notes: notes(run, &run.notes),
            warnings: run.warnings.iter().map(|warning| &*warning.text).collect(),
            resumes: run.resumes.iter().map(ResumeView::new).collect(),
            commit: run.revision.commit.as_deref(),
            dirty: run.revision.dirty,
            params: given(run).collect(),
            secrets: withheld(run),
            helped: seal.and_then(|seal| seal.helped.as_deref()),
            reason: seal.and_then(|seal| seal.reason.as_deref()),
            records: past.end.head.records,
            head: past.end.head.link.to_string(),
            undone_by: &past.undone,
            foreign: run.unknown,
        }
    }
}

impl<'a> ResumeView<'a> {
    fn new(resume: &'a Resume) -> Self {
        let from = resume.from.as_ref().map(Operator::person);
        let (operator, host) = (resume.operator.person(), &*resume.operator.host);
        ResumeView { at: &resume.when.at, operator, host, from }
    }
}

impl<'a> StepView<'a> {
    fn new(past: &'a Past, step: &'a StepRun) -> Self {
        let run = &past.run;
        let waits = step.waits.iter().enumerate();
        let samples = waits.flat_map(|(i, wait)| {
            wait.samples.iter().map(move |sample| SampleView::new(sample, &wait.action, i + 1))
        });
        StepView {
            number: step.number,
            id: &step.id,
            title: &step.title,
            status: step.status,
            reason: step.reason.as_deref(),
            attempts: step.attempts.iter().map(AttemptView::new).collect(),
            samples: samples.collect(),
            notes: notes(run, &step.notes),
            started: step.entered.as_ref().map(|when| &*when.at),
            ended: step.ended.as_ref().map(|when| &*when.at),
            undone_by: past.undone_by(step),
        }
    }
}

impl<'a> AttemptView<'a> {
    fn new(attempt: &'a Attempt) -> Self {
        AttemptView {
            command: &attempt.command,
            edited: attempt.original.is_some(),
            exit: attempt.exit,
            signal: attempt.signal,
            duration_s: seconds(attempt.duration_ms),
            output_bytes: attempt.output_bytes,
            action: &attempt.action,
            kind: &attempt.kind,
            attempt: attempt.attempt,
            original: attempt.original.as_deref(),
            ok: attempt.ok,
            timed_out: attempt.timed_out,
            in_doubt: attempt.ended.is_none(),
            started: &attempt.started.at,
            output: attempt.output.as_deref(),
            output_sha256: attempt.output_sha256.as_deref(),
            failed_lines: &attempt.failed_lines,
            changed: attempt.changed.as_deref(),
            trouble: attempt.trouble.as_deref(),
        }
    }
}

impl<'a> SampleView<'a> {
    fn new(sample: &'a SampleRun, action: &'a str, wait: usize) -> Self {
        SampleView {
            t: seconds(sample.t_ms),
            value: sample.value.as_deref(),
            verdict: sample.verdict,
            action,
            wait,
            at: &sample.at,
            unknown: sample.unknown.as_deref(),
            exit: sample.exit,
        }
    }
}

/// Every value of a run by its name: known at the start, or given since.
pub fn given(run: &Run) -> impl Iterator<Item = (&str, &str)> {
    let answers = run.answers.iter().filter_map(|(name, value)| Some((&**name, value.as_deref()?)));
    let known = run.params.iter().filter(|(name, _)| !matches!(run.answers.get(*name), Some(Some(_))));
    let mut all: Vec<_> = known.map(|(name, value)| (&**name, &**value)).chain(answers).collect();
    all.sort_unstable();
    all.into_iter()
}

/// The names of what is secret.
pub fn withheld(run: &Run) -> Vec<&str> {
    let answers = run.answers.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| &**name);
    let mut all: Vec<&str> = run.secrets.iter().map(|name| &**name).chain(answers).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn notes<'a>(run: &'a Run, notes: &'a [Remark]) -> Vec<NoteView<'a>> {
    let by = |note: &'a Remark| note.by.as_deref().unwrap_or(&run.operator.user);
    notes.iter().map(|note| NoteView { at: &note.when.at, text: &note.text, by: by(note) }).collect()
}

fn seconds(millis: u64) -> f64 {
    millis as f64 / 1000.0
}
