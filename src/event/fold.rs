//! The one fold over a run's events: the live walk, resume, show and the reports all read this.
//!
//! It is total: any sequence of events gives a [`Run`], however odd, and never a panic. It costs
//! the same for the first event and for the ten thousandth, because the walk calls it for each.

mod left;
mod parts;
mod summary;
#[cfg(test)]
mod tests;

pub use parts::*;
pub use summary::{RunStatus, Summary};

use std::collections::BTreeMap;
use std::time::Duration;

use super::{ACCEPTED, Event, Mode, NOT_RUN, Operator, Revision, Stamped, StepStatus, Verdict};

/// Everything known about one run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Run {
    /// UUID v7; empty until the first event.
    pub id: String,
    /// Version of the vocabulary it was written in; 0 until the first event.
    pub format: u32,
    /// The midwatch that opened it.
    pub version: String,
    /// Which runbook, exactly.
    pub revision: Revision,
    /// Who opened it, and where.
    pub operator: Operator,
    /// Who works on it now: the same, until somebody else resumes it.
    pub current_operator: Operator,
    /// Whether it is a rehearsal.
    pub mode: Mode,
    /// Without a person (`--yes`).
    pub unattended: bool,
    /// Values known at the start; secret ones are not here.
    pub params: BTreeMap<String, String>,
    /// Names of secret parameters.
    pub secrets: Vec<String>,
    /// `--ticket`
    pub ticket: Option<String>,
    /// `--tag`
    pub tags: Vec<String>,
    /// How many steps the run has.
    pub steps_total: usize,
    /// `--from`
    pub from: Option<usize>,
    /// Working folder at the start.
    pub cwd: String,
    /// The run whose rollbacks this one is about.
    pub undoes: Option<String>,
    /// What later steps may use, by name; the last value wins.
    pub captures: BTreeMap<String, String>,
    /// Values given for placeholders and variables; none for secret ones.
    pub answers: BTreeMap<String, Option<String>>,
    /// The step on the screen: the last one entered.
    pub current: Option<usize>,
    /// Every pause, oldest first.
    pub pauses: Vec<Pause>,
    /// Every resumption, oldest first.
    pub resumes: Vec<Resume>,
    /// How it ended, once it has.
    pub sealed: Option<Seal>,
    /// Notes that belong to no step.
    pub notes: Vec<Remark>,
    /// Things worth knowing when the record is read.
    pub warnings: Vec<Remark>,
    /// Events of a vocabulary this version does not know; they changed nothing here.
    pub unknown: u64,
    /// When it was opened.
    pub opened: Option<When>,
    /// When the last event happened.
    pub last: Option<When>,
    paused: bool,
    counts: Counts,
    steps: BTreeMap<usize, StepRun>,
    doubt: Option<(usize, usize)>,
}

impl Run {
    /// A run of which nothing is known yet.
    pub fn new() -> Self {
        Run::default()
    }

    /// The run a whole sequence of events tells of.
    pub fn replay<'a>(events: impl IntoIterator<Item = &'a Stamped>) -> Self {
        let mut run = Run::new();
        events.into_iter().for_each(|event| run.apply(event));
        run
    }

    /// What is known of a step; none if it was never reached.
    pub fn step(&self, number: usize) -> Option<&StepRun> {
        self.steps.get(&number)
    }

    /// All steps that were reached, by number.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = &StepRun> {
        self.steps.values()
    }

    /// Gives steps that were never entered the titles they have in the recorded runbook.
    pub fn name_steps(&mut self, title: impl Fn(usize) -> Option<String>) {
        for step in self.steps.values_mut().filter(|step| step.title.is_empty()) {
            step.title = title(step.number).unwrap_or_default();
        }
    }

    /// How many steps ended how.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The pause the run stands in, if it does.
    pub fn paused(&self) -> Option<&Pause> {
        if self.paused { self.pauses.last() } else { None }
    }

    /// The command that has an intent and no exit: running now, or, once the run stopped, in doubt.
    ///
    /// A probe never counts: it is read-only. A command counts no more once its step is settled,
    /// another command was started, or somebody said what became of it.
    pub fn in_doubt(&self) -> Option<(&StepRun, &Attempt)> {
        let (step, index) = self.doubt?;
        let step = self.steps.get(&step)?;
        Some((step, step.attempts.get(index)?))
    }

    /// The value a name has for commands: a capture, else an answer, else a param.
    pub fn value(&self, name: &str) -> Option<&str> {
        let capture = self.captures.get(name);
        let answer = || self.answers.get(name).and_then(Option::as_ref);
        capture.or_else(answer).or_else(|| self.params.get(name)).map(String::as_str)
    }

    /// Time from the first event to the last.
    ///
    /// By the clock that is never set, as long as one process did all the work; else by the wall
    /// clock, and zero if that went backwards.
    pub fn elapsed(&self) -> Duration {
        self.last.as_ref().map_or(Duration::ZERO, |last| self.gone(&last.at, last.mono_ms))
    }

    /// Time from the first event to one at `at`, as [`Run::elapsed`] counts it.
    pub fn gone(&self, at: &str, mono_ms: u64) -> Duration {
        let Some(first) = &self.opened else { return Duration::ZERO };
        if self.resumes.is_empty() {
            return Duration::from_millis(mono_ms.saturating_sub(first.mono_ms));
        }
        let wall = |at: &str| at.parse::<jiff::Timestamp>().ok();
        let between = wall(&first.at).zip(wall(at)).map(|(first, last)| last.duration_since(first));
        between.and_then(|between| between.try_into().ok()).unwrap_or(Duration::ZERO)
    }

    /// Takes one more event in.
    pub fn apply(&mut self, stamped: &Stamped) {
        let when = When { seq: stamped.seq, at: stamped.at.clone(), mono_ms: stamped.mono_ms };
        self.leave_wait(&stamped.event, &when);
        match &stamped.event {
            Event::Opened { .. } => self.open(&stamped.event, &when),
            Event::StepEntered { step, id, title } => {
                self.current = Some(*step);
                let step = self.at(*step);
                step.id.clone_from(id);
                step.title.clone_from(title);
                step.entries += 1;
                step.entered.get_or_insert_with(|| when.clone());
            }
            Event::Intent { step, action, kind, attempt, command, original } => {
                let begun = Begun { action, attempt: *attempt, command, original, when: when.clone() };
                self.begin(*step, kind, &begun);
            }
            Event::Exited { step, .. } => self.exit(*step, &stamped.event, &when),
            Event::Captured { name, value, .. } => {
                self.captures.insert(name.clone(), value.clone());
            }
            Event::Sample { step, action, n, t_ms, value, verdict, unknown, exit, stderr } => {
                let sample = SampleRun {
                    n: *n,
                    t_ms: *t_ms,
                    at: when.at.clone(),
                    value: value.clone(),
                    verdict: *verdict,
                    unknown: unknown.clone(),
                    exit: *exit,
                    stderr: stderr.clone(),
                };
                self.at(*step).wait(action, &when, *n <= 1).samples.push(sample);
            }
            Event::Waited { step, action, verdict, why, duration_ms, .. } => {
                let wait = self.at(*step).wait(action, &when, false);
                wait.verdict = Some(*verdict);
                wait.why = Some(why.clone());
                wait.duration_ms = *duration_ms;
                wait.ended = Some(when.clone());
            }
            Event::StepEnded { step, status, reason } => {
                self.settle(*step, Some(*status));
                let step = self.at(*step);
                step.reason.clone_from(reason);
                step.ended = Some(when.clone());
            }
            Event::Decided { step, what, .. } => {
                self.told(what);
                let decision = Remark { when: when.clone(), text: what.clone(), by: self.other() };
                self.at(*step).decisions.push(decision);
            }
            Event::Answered { name, value, .. } => {
                self.answers.insert(name.clone(), value.clone());
            }
            Event::Note { step, text, by } => {
                let by = by.clone().or_else(|| self.other());
                let note = Remark { when: when.clone(), text: text.clone(), by };
                match step {
                    Some(step) => self.at(*step).notes.push(note),
                    None => self.notes.push(note),
                }
            }
            Event::Warned { what } => {
                self.warnings.push(Remark { when: when.clone(), text: what.clone(), by: None });
            }
            Event::Paused { step, reason, signal } => {
                self.paused = true;
                let pause =
                    Pause { when: when.clone(), step: *step, reason: reason.clone(), signal: *signal };
                self.pauses.push(pause);
            }
            Event::Resumed { operator, version, from } => {
                self.paused = false;
                self.current_operator = operator.clone();
                self.resumes.push(Resume {
                    when: when.clone(),
                    operator: operator.clone(),
                    version: version.clone(),
                    from: from.clone(),
                });
            }
            Event::Sealed { status, reason, helped } => {
                self.paused = false;
                self.sealed = Some(Seal {
                    when: when.clone(),
                    status: *status,
                    reason: reason.clone(),
                    helped: helped.clone(),
                });
            }
            Event::Unknown => self.unknown += 1,
        }
        self.last = Some(when);
    }

    /// Who works on it now, if that is not who opened it.
    fn other(&self) -> Option<String> {
        let (first, now) = (self.operator.person(), self.current_operator.person());
        (first != now).then(|| now.to_owned())
    }

    fn open(&mut self, event: &Event, when: &When) {
        let Event::Opened {
            format,
            run,
            version,
            runbook,
            operator,
            mode,
            unattended,
            params,
            secrets,
            ticket,
            tags,
            steps_total,
            from,
            cwd,
            undoes,
        } = event
        else {
            return;
        };
        self.format = *format;
        self.id.clone_from(run);
        self.version.clone_from(version);
        self.revision.clone_from(runbook);
        self.operator.clone_from(operator);
        self.current_operator.clone_from(operator);
        self.mode = *mode;
        self.unattended = *unattended;
        self.params.clone_from(params);
        self.secrets.clone_from(secrets);
        self.ticket.clone_from(ticket);
        self.tags.clone_from(tags);
        self.steps_total = *steps_total;
        self.from = *from;
        self.cwd.clone_from(cwd);
        self.undoes.clone_from(undoes);
        self.opened = Some(when.clone());
    }

    /// A probe opens a wait; anything else is an attempt, and its step is unsettled again: who goes
    /// back and runs a command once more has not done the step until it succeeds.
    fn begin(&mut self, step: usize, kind: &str, begun: &Begun<'_>) {
        if kind == "check" {
            let wait = self.at(step).wait(begun.action, &begun.when, true);
            wait.attempt = begun.attempt;
            wait.command = Some(begun.command.to_owned());
            wait.original.clone_from(begun.original);
            return;
        }
        if kind == "run" {
            self.settle(step, None);
        }
        let at = self.at(step);
        at.attempts.push(Attempt::begun(kind, begun));
        self.doubt = Some((step, at.attempts.len() - 1));
    }

    fn exit(&mut self, step: usize, event: &Event, when: &When) {
        let Event::Exited { action, attempt, exit, .. } = event else { return };
        let at = self.at(step);
        let open = |a: &Attempt| a.ended.is_none() && a.action == *action && a.attempt == *attempt;
        if let Some(index) = at.attempts.iter().rposition(open) {
            at.attempts[index].exited(event, when);
            if self.doubt == Some((step, index)) {
                self.doubt = None;
            }
        } else if let Some(wait) = at.waits.last_mut().filter(|wait| wait.action == *action) {
            wait.exit = *exit;
        } else {
            // An exit without its intent: an odd record. Keep what it says.
            let begun = Begun { action, attempt: *attempt, command: "", original: &None, when: when.clone() };
            let mut odd = Attempt::begun("run", &begun);
            odd.exited(event, when);
            at.attempts.push(odd);
        }
    }

    /// Somebody said what became of the command in doubt, or that a rollback is not to run again.
    fn told(&mut self, what: &str) {
        let Some((_, attempt)) = self.in_doubt() else { return };
        let declined = what.strip_prefix(&*attempt.action).is_some_and(|rest| rest.starts_with(NOT_RUN));
        if what == ACCEPTED || declined {
            self.doubt = None;
        }
    }

    fn settle(&mut self, step: usize, status: Option<StepStatus>) {
        let before = std::mem::replace(&mut self.at(step).status, status);
        if status.is_none() {
            let step = self.at(step);
            step.reason = None;
            step.ended = None;
        }
        if let Some(before) = before {
            *self.counts.of(before) -= 1;
        }
        if let Some(status) = status {
            *self.counts.of(status) += 1;
            if self.doubt.is_some_and(|(doubtful, _)| doubtful == step) {
                self.doubt = None;
            }
        }
    }

    fn at(&mut self, number: usize) -> &mut StepRun {
        self.steps.entry(number).or_insert_with(|| StepRun { number, ..StepRun::default() })
    }
}

impl StepRun {
    /// The wait that `action` is in, or a new one: one that has a verdict is over.
    fn wait(&mut self, action: &str, when: &When, fresh: bool) -> &mut Wait {
        let last = self.waits.last();
        let goes_on = last.is_some_and(|wait| {
            wait.action == action && wait.verdict.is_none() && (!fresh || wait.samples.is_empty())
        });
        if !goes_on {
            self.waits.push(Wait { action: action.into(), started: when.clone(), ..Wait::default() });
        }
        let last = self.waits.len() - 1;
        &mut self.waits[last]
    }

    /// What the last finished wait of an action said.
    pub fn verdict(&self, action: &str) -> Option<Verdict> {
        self.waits.iter().rev().find(|wait| wait.action == action).and_then(|wait| wait.verdict)
    }
}
