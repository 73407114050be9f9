//! The loop: gets what the machine asks for. One order everywhere: durable event, then screen,
//! then the next thing.

mod wait;

use std::path::PathBuf;
use std::time::Duration;

use super::machine::{Aside, Machine, Request, UNATTENDED_TIMEOUT};
use super::ports::{Connection, Job, MARK, Operator, Outcome, Recorder, Runner, Scene, mark};
use super::question::{Answer, At, Look, Proposal};
use crate::check;
use crate::event::clock::Clock;
use crate::event::fold::Run;
use crate::event::{Ending, Event, Stamped};
use crate::runbook::Action;

/// Signals that ask midwatch itself to stop.
pub trait Signals {
    /// The signal that came since the last call: its number and name.
    fn take(&mut self) -> Option<(i32, &'static str)>;

    /// What else befell midwatch or its clocks since the last call, for the record.
    fn noticed(&mut self) -> Vec<String> {
        Vec::new()
    }
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
    unattended: bool,
}

impl<'a> Drive<'a> {
    /// A run of `machine` in `world`.
    pub fn new(machine: Machine, world: World<'a>, unattended: bool) -> Self {
        Drive { machine, run: Run::new(), world, unseen: Vec::new(), unattended }
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
        let remarks = self.world.recorder.remarks();
        if !remarks.is_empty() {
            for event in remarks {
                self.record(event)?;
            }
            self.world.recorder.sync()?;
        }
        for stamped in std::mem::take(&mut self.unseen) {
            let now_ms = self.world.clock.mono_ms();
            let scene = Scene { plan: &self.machine.plan, walk: &self.machine.walk, run: &self.run, now_ms };
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
            self.notice()?;
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
                Request::Aside(step, aside) => self.aside(step, aside)?,
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

    /// Records what befell midwatch itself.
    fn notice(&mut self) -> anyhow::Result<()> {
        for what in self.world.signals.noticed() {
            self.record(Event::Warned { what })?;
        }
        Ok(())
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

    /// Runs what stands beside the steps: its output is recorded, nothing is settled by it.
    fn aside(&mut self, step: usize, aside: Aside) -> anyhow::Result<()> {
        let front = &self.machine.plan.runbook.front;
        let (name, script) = match aside {
            Aside::Shell => ("shell", Some("\"${SHELL:-/bin/sh}\" -i".to_owned())),
            Aside::Look(look) => (
                look.name(),
                match look {
                    Look::Changes => front.changes.clone(),
                    Look::Logs => front.logs.clone(),
                },
            ),
        };
        let Some(script) = script else { return Ok(()) };
        let shell = aside == Aside::Shell;
        let values = self.machine.values();
        let mut env = self.machine.plan.environment(&values);
        if shell {
            // Whoever was asked for `namespace` types `$namespace`.
            for (key, value) in values {
                env.entry(key).or_insert(value);
            }
        }
        let job = Job {
            script,
            exec: None,
            cwd: None,
            env,
            timeout: None,
            connection: if shell { Connection::Pty } else { self.world.operator.connection() },
            capture: false,
            interactive: shell,
        };
        let attempts = self.run.steps().flat_map(|step| &step.attempts);
        let earlier = attempts.filter(|attempt| attempt.kind == name).count() as u32 + 1;
        self.record(Event::Intent {
            step,
            action: name.into(),
            kind: name.into(),
            attempt: earlier,
            command: job.script.clone(),
            original: None,
        })?;
        let (outcome, kept) = self.run_job(&job, step, name, earlier, None)?;
        let trouble = outcome.trouble.clone();
        self.record(exited(step, name, earlier, true, outcome, kept, trouble))
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
