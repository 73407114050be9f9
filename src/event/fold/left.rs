//! Waits that the operator left before they had a verdict. No event says so by itself: what the
//! operator did instead ends them.

use super::{Run, StepRun, When};
use crate::event::{Event, MORE_TIME, StepStatus, Verdict};

/// Why a wait was left.
const SKIPPED: &str = "skipped";

/// What an event says of a wait that is under way when it happens; none if the wait goes on.
fn leaves(event: &Event) -> Option<&str> {
    match event {
        Event::StepEnded { status: StepStatus::Skipped, .. } => Some(SKIPPED),
        Event::StepEnded { .. } => Some("the step was left"),
        Event::Paused { .. } => Some("paused"),
        Event::Sealed { .. } => Some("the run was ended"),
        Event::Decided { what, .. } if !what.starts_with(MORE_TIME) => Some(what),
        Event::Intent { kind, .. } if kind != "check" => Some(kind),
        _ => None,
    }
}

impl Run {
    /// Ends the wait on the screen where `event` does so.
    pub(super) fn leave_wait(&mut self, event: &Event, when: &When) {
        let Some(why) = leaves(event) else { return };
        let step = match event {
            Event::StepEnded { step, .. } => Some(*step),
            _ => self.current,
        };
        // One that a crash cut off was not left, whatever is done after that.
        let resumed = self.resumes.last().map_or(0, |resume| resume.when.seq);
        let wait = step.and_then(|step| self.steps.get_mut(&step)).and_then(|step| step.waits.last_mut());
        let Some(wait) = wait.filter(|wait| wait.verdict.is_none() && wait.started.seq >= resumed) else {
            return;
        };
        wait.verdict = Some(Verdict::Waiting);
        wait.why = Some(why.to_owned());
        wait.duration_ms = when.mono_ms.saturating_sub(wait.started.mono_ms);
        wait.ended = Some(when.clone());
    }
}

impl StepRun {
    /// Whether its command ran, and only the wait for what it should bring about was skipped.
    pub fn check_skipped(&self) -> bool {
        let ran = self.attempts.iter().any(|attempt| attempt.kind == "run" && attempt.ended.is_some());
        let left = self.waits.last().is_some_and(|wait| {
            wait.verdict == Some(Verdict::Waiting)
                && wait.why.as_deref() == Some(SKIPPED)
                && wait.ended == self.ended
        });
        self.status == Some(StepStatus::Skipped) && ran && left
    }
}
