//! Waiting for a check: a sample, the keys between two of them, the verdict.

use std::time::Duration;

use super::{Drive, millis};
use crate::check::{self, Wait};
use crate::duration;
use crate::engine::ports::{Connection, Scene, WaitKey, Waiting};
use crate::engine::question::{Answer, At, Question};
use crate::event::{Event, MORE_TIME, Verdict};
use crate::runbook::Action;

impl Drive<'_> {
    pub(super) fn wait(&mut self, at: At) -> anyhow::Result<()> {
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
            self.world.operator.sampled(&probed);
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
            self.notice()?;
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
            };
            let slice = next_in.min(Duration::from_millis(250));
            let Some(key) = self.world.operator.pulse(&waiting, slice, &scene) else { continue };
            match key {
                WaitKey::Now => return Ok(false),
                WaitKey::More => {
                    let more = limit;
                    wait.extend(more);
                    let what = format!("{MORE_TIME}: {}", duration::format(more));
                    self.record(Event::Decided { step, what, to: None })?;
                    self.flush()?;
                }
                WaitKey::Say(Answer::Note(text)) => {
                    self.record(Event::Note { step: Some(step), text, by: None })?;
                    self.flush()?;
                }
                WaitKey::Say(Answer::Nothing) => {}
                WaitKey::Say(answer) => {
                    self.machine.answer(Question::Wait { at }, answer);
                    return Ok(true);
                }
            }
        }
    }
}
