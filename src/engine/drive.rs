//! The loop: gets what the machine asks for. One order everywhere: durable event, then screen,
//! then the next thing.

use std::path::PathBuf;
use std::time::Duration;

use super::machine::{Machine, Request, UNATTENDED_TIMEOUT};
use super::ports::{
    Connection, Job, MARK, Operator, Outcome, Recorder, Runner, Scene, WaitKey, Waiting, mark,
};
use super::question::{Answer, At, Proposal};
use crate::check::Wait;
use crate::event::clock::Clock;
use crate::event::fold::Run;
use crate::event::{Ending, Event, Stamped, StepStatus, Verdict};
use crate::runbook::Action;
use crate::{check, duration};

/// Signals that ask midwatch itself to stop.
pub trait Signals {
    /// The signal that came since the last call: its number and name.
    fn take(&mut self) -> Option<(i32, &'static str)>;
}

/// The world a run happens in.
pub struct World<'a> {
    /// The record.
    pub recorder: &'a mut dyn Recorder,
    /// Commands and probes.
    pub runner: &'a mut dyn Runner,
    /// The person, or nobody.
    pub operator: &'a mut dyn Operator,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Signals to midwatch.
    pub signals: &'a mut dyn Signals,
}

/// How the walk ended, for the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlook {
    /// The run is over.
    Sealed(Ending),
    /// It can be resumed; a signal may have been the reason.
    Paused(Option<i32>),
}

/// One run, from its first event to its end or pause.
pub struct Drive<'a> {
    machine: Machine,
    run: Run,
    world: World<'a>,
    unseen: Vec<Stamped>,
    began_ms: u64,
    unattended: bool,
}

impl<'a> Drive<'a> {
    /// A run of `machine` in `world`.
    pub fn new(machine: Machine, world: World<'a>, unattended: bool) -> Self {
        let began_ms = world.clock.mono_ms();
        Drive { machine, run: Run::new(), world, unseen: Vec::new(), began_ms, unattended }
    }

    /// Folds events that are durable already: a resumed run's past.
    pub fn replay(&mut self, past: &[Stamped]) {
        for stamped in past {
            self.run.apply(stamped);
            self.machine.apply(stamped);
        }
    }

    /// Folds events that are in the record already and are still to be shown.
    pub fn seen(&mut self, events: Vec<Stamped>) {
        self.replay(&events);
        self.unseen.extend(events);
    }

    /// Puts an event into the record. It is shown with the next [`Drive::flush`].
    ///
    /// # Errors
    /// When the record cannot be written.
    pub fn record(&mut self, event: Event) -> anyhow::Result<()> {
        let stamped = self.world.recorder.append(event)?;
        self.run.apply(&stamped);
        self.machine.apply(&stamped);
        self.unseen.push(stamped);
        Ok(())
    }

    /// Makes everything recorded durable, then shows it.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub fn flush(&mut self) -> anyhow::Result<()> {
        if self.unseen.is_empty() {
            return Ok(());
        }
        self.world.recorder.sync()?;
        for stamped in std::mem::take(&mut self.unseen) {
            let now_ms = self.world.clock.mono_ms();
            let scene = Scene {
                plan: &self.machine.plan,
                walk: &self.machine.walk,
                run: &self.run,
                now_ms,
                began_ms: self.began_ms,
            };
            self.world.operator.show(&stamped, &scene);
        }
        Ok(())
    }

    /// Walks to the end, a pause or a signal.
    ///
    /// # Errors
    /// When the record cannot be written, or midwatch itself cannot go on.
    pub fn walk(mut self) -> anyhow::Result<(Outlook, Run)> {
        loop {
            if let Some((signal, name)) = self.world.signals.take() {
                self.machine.interrupt(signal, name);
            }
            match self.machine.next(self.world.clock.mono_ms()) {
                Request::Record(event) => self.record(event)?,
                Request::Ask(question) => {
                    self.flush()?;
                    let plan = std::sync::Arc::clone(&self.machine.plan);
                    let scene = Scene {
                        plan: &plan,
                        walk: &self.machine.walk,
                        run: &self.run,
                        now_ms: self.world.clock.mono_ms(),
                        began_ms: self.began_ms,
                    };
                    let answer = self.world.operator.ask(&question, &scene)?;
                    if let (super::question::Question::Value(wanted), Answer::Text(value)) =
                        (&question, &answer)
                        && wanted.secret()
                    {
                        self.world.runner.add_secret(value);
                        self.world.recorder.add_secret(value);
                    }
                    self.machine.answer(question, answer);
                }
                Request::Execute(proposal) => self.execute(&proposal)?,
                Request::Wait(at) => self.wait(at)?,
                Request::Shell(step) => self.shell(step)?,
                Request::Finish => break,
            }
        }
        self.flush()?;
        let walk = &self.machine.walk;
        let outlook = match (walk.sealed, &walk.paused) {
            (Some(ending), _) => Outlook::Sealed(ending),
            (None, stop) => Outlook::Paused(stop.as_ref().and_then(|stop| stop.signal)),
        };
        Ok((outlook, self.run))
    }

    fn action(&self, at: At) -> (usize, Action) {
        let step = &self.machine.plan.runbook.steps[at.step];
        (step.number, step.actions[at.action].clone())
    }

    fn job(&self, action: &Action, script: String) -> Job {
        Job {
            script,
            exec: action.attrs.exec.as_ref().map(|exec| exec.value.clone()),
            cwd: action.attrs.cwd.as_ref().map(PathBuf::from),
            env: self.machine.plan.environment(&self.machine.values()),
            timeout: action.attrs.timeout,
            connection: self.world.operator.connection(),
            capture: action.attrs.capture.is_some(),
            interactive: action.interactive,
        }
    }

    /// The job of one attempt, which can be found by its mark as long as any of it runs.
    fn marked(&self, action: &Action, script: String, step: usize, attempt: u32) -> Job {
        let mut job = self.job(action, script);
        job.env.insert(MARK.into(), mark(step, &action.id, attempt));
        job
    }

    fn execute(&mut self, proposal: &Proposal) -> anyhow::Result<()> {
        let (step, action) = self.action(proposal.at);
        let mut job = self.marked(&action, proposal.script.clone(), step, proposal.attempt);
        if self.unattended && job.timeout.is_none() {
            job.timeout = Some(UNATTENDED_TIMEOUT);
        }
        self.record(Event::Intent {
            step,
            action: action.id.clone(),
            kind: action.kind.name().into(),
            attempt: proposal.attempt,
            command: proposal.shown.clone(),
            original: proposal.original.clone(),
        })?;
        let (outcome, kept) = self.run_job(&job, step, &action.id, proposal.attempt, Some(proposal))?;
        let mut ok = !outcome.timed_out && outcome.exit.is_some_and(|exit| action.attrs.is_ok(exit));
        let mut trouble = outcome.trouble.clone();
        let mut captured = None;
        if let (true, Some(capture)) = (ok, &action.attrs.capture) {
            let stdout =
                String::from_utf8_lossy(outcome.captured.as_deref().unwrap_or_default()).into_owned();
            let probed = super::ports::Probed { exit: outcome.exit, stdout, ..Default::default() };
            match check::capture(self.machine.plan.capture(proposal.at), &probed) {
                Ok(value) => captured = Some((capture.name.clone(), value)),
                Err(_) if capture.optional => captured = Some((capture.name.clone(), String::new())),
                Err(why) => {
                    ok = false;
                    trouble = Some(format!("nothing to capture as ${}: {why}", capture.name));
                }
            }
        }
        if !outcome.survivors.is_empty() {
            let left = format!("still running in the background: {}", outcome.survivors.join(", "));
            trouble = Some(trouble.map_or(left.clone(), |trouble| format!("{trouble}; {left}")));
        }
        self.record(exited(step, &action.id, proposal.attempt, ok, outcome, kept, trouble))?;
        if let Some((name, value)) = captured {
            self.capture(step, &action.id, name, value)?;
        }
        Ok(())
    }

    /// Records a capture. Where the record masks a secret in it, commands see the value all the same.
    fn capture(&mut self, step: usize, action: &str, name: String, value: String) -> anyhow::Result<()> {
        let action = action.to_owned();
        self.record(Event::Captured { step, action, name: name.clone(), value: value.clone() })?;
        if self.machine.walk.values.get(&name) != Some(&value) {
            self.machine.add_secret(&name, &value);
        }
        Ok(())
    }

    /// Flushes, runs, and keeps the output.
    fn run_job(
        &mut self,
        job: &Job,
        step: usize,
        action: &str,
        attempt: u32,
        proposal: Option<&Proposal>,
    ) -> anyhow::Result<(Outcome, super::ports::Kept)> {
        self.flush()?;
        if let Some(proposal) = proposal {
            let scene = Scene {
                plan: &self.machine.plan,
                walk: &self.machine.walk,
                run: &self.run,
                now_ms: self.world.clock.mono_ms(),
                began_ms: self.began_ms,
            };
            self.world.operator.before(proposal, &scene);
        }
        let mut sink = self.world.recorder.output(step, action, attempt);
        let operator = &mut *self.world.operator;
        let outcome = self.world.runner.run(job, &mut |bytes| {
            sink.write(bytes);
            operator.output(bytes);
        });
        self.world.operator.after();
        let mut outcome = outcome?;
        let kept = sink.finish();
        if let Some(lost) = &kept.trouble {
            let lost = format!("its output was not kept whole: {lost}");
            outcome.trouble = Some(outcome.trouble.take().map_or(lost.clone(), |t| format!("{t}; {lost}")));
        }
        Ok((outcome, kept))
    }

    fn shell(&mut self, step: usize) -> anyhow::Result<()> {
        let job = Job {
            script: "\"${SHELL:-/bin/sh}\" -i".into(),
            exec: None,
            cwd: None,
            env: self.machine.plan.environment(&self.machine.values()),
            timeout: None,
            connection: Connection::Pty,
            capture: false,
            interactive: true,
        };
        let attempts = self.run.steps().flat_map(|step| &step.attempts);
        let earlier = attempts.filter(|attempt| attempt.kind == "shell").count() as u32 + 1;
        self.record(Event::Intent {
            step,
            action: "shell".into(),
            kind: "shell".into(),
            attempt: earlier,
            command: job.script.clone(),
            original: None,
        })?;
        let (outcome, kept) = self.run_job(&job, step, "shell", earlier, None)?;
        let trouble = outcome.trouble.clone();
        self.record(exited(step, "shell", earlier, true, outcome, kept, trouble))
    }

    fn wait(&mut self, at: At) -> anyhow::Result<()> {
        let (step, action) = self.action(at);
        let plan = std::sync::Arc::clone(&self.machine.plan);
        let Some(spec) = plan.spec(at) else {
            anyhow::bail!("step {step} has a check that was not compiled")
        };
        let proposal = plan.proposal(at, &self.machine.walk.values, None);
        let attempt = self.machine.walk.attempts.get(&at).copied().unwrap_or(0) + 1;
        self.record(Event::Intent {
            step,
            action: action.id.clone(),
            kind: action.kind.name().into(),
            attempt,
            command: proposal.shown,
            original: None,
        })?;
        let mut job = self.job(&action, proposal.script);
        job.connection = Connection::Pipes;
        let began = self.world.clock.mono_ms();
        let mut wait = Wait::new(spec.clone());
        let mut numbers = Vec::new();
        let mut samples = 0;
        loop {
            self.flush()?;
            let probed = self.world.runner.probe(&job, action.attrs.try_limit())?;
            samples += 1;
            let t = Duration::from_millis(self.world.clock.mono_ms().saturating_sub(began));
            let judged = wait.sample(t, &probed);
            numbers.extend(judged.number);
            self.record(Event::Sample {
                step,
                action: action.id.clone(),
                n: samples,
                t_ms: millis(t),
                value: judged.value.clone(),
                verdict: judged.verdict,
                unknown: judged.unknown.clone(),
                exit: probed.exit,
                stderr: judged.stderr.clone(),
            })?;
            if judged.verdict != Verdict::Waiting {
                if judged.verdict == Verdict::Pass
                    && let Some(capture) = &action.attrs.capture
                {
                    match check::capture(plan.capture(at), &probed) {
                        Ok(value) => {
                            self.capture(step, &action.id, capture.name.clone(), value)?;
                        }
                        Err(_) if capture.optional => {}
                        Err(why) => {
                            let why = format!("nothing to capture as ${}: {why}", capture.name);
                            self.world.operator.waited();
                            return self.end_wait(step, &action, Verdict::Broken, why, samples, t);
                        }
                    }
                }
                self.world.operator.waited();
                return self.end_wait(step, &action, judged.verdict, judged.why, samples, t);
            }
            self.flush()?;
            if self.between_samples(&mut wait, began, at, &judged, &numbers, samples)? {
                self.world.operator.waited();
                return Ok(());
            }
        }
    }

    fn end_wait(
        &mut self,
        step: usize,
        action: &Action,
        verdict: Verdict,
        why: String,
        samples: u32,
        t: Duration,
    ) -> anyhow::Result<()> {
        self.record(Event::Waited {
            step,
            action: action.id.clone(),
            verdict,
            why,
            samples,
            duration_ms: millis(t),
        })
    }

    /// Listens for keys until the next sample is due; true if the wait is over without a verdict.
    fn between_samples(
        &mut self,
        wait: &mut Wait,
        began: u64,
        at: At,
        judged: &check::Judged,
        numbers: &[f64],
        samples: u32,
    ) -> anyhow::Result<bool> {
        let plan = std::sync::Arc::clone(&self.machine.plan);
        let step = plan.runbook.steps[at.step].number;
        loop {
            if let Some((signal, name)) = self.world.signals.take() {
                self.machine.interrupt(signal, name);
                return Ok(true);
            }
            let elapsed = Duration::from_millis(self.world.clock.mono_ms().saturating_sub(began));
            let next_in = wait.next_at().unwrap_or_default().saturating_sub(elapsed);
            let limit = elapsed + wait.time_left(elapsed);
            if next_in.is_zero() {
                return Ok(false);
            }
            let waiting = Waiting {
                elapsed,
                limit,
                next_in,
                value: judged.value.clone(),
                unknown: judged.unknown.clone(),
                why: judged.why.clone(),
                until: wait.spec().until_text().to_owned(),
                numbers: numbers[numbers.len().saturating_sub(200)..].to_vec(),
                estimate: wait.estimate(),
                samples,
            };
            let scene = Scene {
                plan: &plan,
                walk: &self.machine.walk,
                run: &self.run,
                now_ms: self.world.clock.mono_ms(),
                began_ms: self.began_ms,
            };
            let slice = next_in.min(Duration::from_millis(250));
            let Some(key) = self.world.operator.pulse(&waiting, slice, &scene) else { continue };
            match key {
                WaitKey::Now => return Ok(false),
                WaitKey::More => {
                    let more = limit;
                    wait.extend(more);
                    let what = format!("more time for the check: {}", duration::format(more));
                    self.record(Event::Decided { step, what, to: None })?;
                    self.flush()?;
                }
                WaitKey::Note(text) => {
                    self.record(Event::Note { step: Some(step), text, by: None })?;
                    self.flush()?;
                }
                WaitKey::Skip(reason) => {
                    self.record(Event::StepEnded { step, status: StepStatus::Skipped, reason })?;
                    return Ok(true);
                }
                WaitKey::Pause => {
                    let reason = "the operator paused it during a wait".to_owned();
                    self.record(Event::Paused { step: Some(step), reason, signal: None })?;
                    return Ok(true);
                }
                WaitKey::Gone => {
                    let reason = "the terminal is gone".to_owned();
                    self.record(Event::Paused { step: Some(step), reason, signal: None })?;
                    return Ok(true);
                }
                WaitKey::Abort(reason) => {
                    self.record(Event::Sealed {
                        status: Ending::Aborted,
                        reason: Some(reason),
                        helped: None,
                    })?;
                    return Ok(true);
                }
            }
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn exited(
    step: usize,
    action: &str,
    attempt: u32,
    ok: bool,
    outcome: Outcome,
    kept: super::ports::Kept,
    trouble: Option<String>,
) -> Event {
    Event::Exited {
        step,
        action: action.to_owned(),
        attempt,
        exit: outcome.exit,
        signal: outcome.signal,
        ok,
        duration_ms: millis(outcome.duration),
        output_bytes: kept.bytes,
        output: kept.file,
        output_sha256: kept.sha256,
        timed_out: outcome.timed_out,
        failed_lines: outcome.failed_lines,
        changed: outcome.changed,
        trouble,
    }
}
