//! What a [`Run`](super::Run) is made of.

use crate::event::{Ending, Event, FailedLine, Operator, StepStatus, Verdict};

/// When an event happened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct When {
    /// Its sequence number.
    pub seq: u64,
    /// Wall clock, UTC, RFC 3339.
    pub at: String,
    /// Milliseconds of the clock that is never set.
    pub mono_ms: u64,
}

/// How many steps ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// [`StepStatus::Done`]
    pub done: usize,
    /// [`StepStatus::Skipped`]
    pub skipped: usize,
    /// [`StepStatus::NotApplicable`]
    pub not_applicable: usize,
    /// [`StepStatus::ConditionFalse`]
    pub condition_false: usize,
    /// [`StepStatus::Failed`]
    pub failed: usize,
}

impl Counts {
    /// All that were passed over, for whatever reason: `steps_skipped` of the JSON.
    pub fn passed_over(self) -> usize {
        self.skipped + self.not_applicable + self.condition_false
    }

    pub(super) fn of(&mut self, status: StepStatus) -> &mut usize {
        match status {
            StepStatus::Done => &mut self.done,
            StepStatus::Skipped => &mut self.skipped,
            StepStatus::NotApplicable => &mut self.not_applicable,
            StepStatus::ConditionFalse => &mut self.condition_false,
            StepStatus::Failed => &mut self.failed,
        }
    }
}

/// What happened at one step.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StepRun {
    /// Its number.
    pub number: usize,
    /// Its id; empty if it was never entered.
    pub id: String,
    /// Its title; empty if it was never entered.
    pub title: String,
    /// How it stands: none while it is open, and again when a command of it is run once more.
    pub status: Option<StepStatus>,
    /// Why, for all but `done`.
    pub reason: Option<String>,
    /// When it first was on the screen.
    pub entered: Option<When>,
    /// How often it was on the screen.
    pub entries: u32,
    /// When it was settled.
    pub ended: Option<When>,
    /// Commands, rollbacks and shells, in order; probes are in `waits`.
    pub attempts: Vec<Attempt>,
    /// Waits, in order.
    pub waits: Vec<Wait>,
    /// What people wrote while it was on the screen.
    pub notes: Vec<Remark>,
    /// What the operator decided there.
    pub decisions: Vec<Remark>,
}

impl StepRun {
    /// The last attempt of an action.
    pub fn last(&self, action: &str) -> Option<&Attempt> {
        self.attempts.iter().rev().find(|attempt| attempt.action == action)
    }

    /// The number the next attempt of an action (a probe's included) has.
    pub fn next_attempt(&self, action: &str) -> u32 {
        let attempts = self.attempts.iter().filter(|a| a.action == action).map(|a| a.attempt);
        let waits = self.waits.iter().filter(|w| w.action == action).map(|w| w.attempt);
        attempts.chain(waits).max().unwrap_or(0).saturating_add(1)
    }
}

/// One command that was started.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Attempt {
    /// The action's id.
    pub action: String,
    /// `run`, `rollback`, `shell`.
    pub kind: String,
    /// 1, 2, ... within the step and action.
    pub attempt: u32,
    /// What ran.
    pub command: String,
    /// What stood in the runbook, where the operator changed it.
    pub original: Option<String>,
    /// When it was about to start.
    pub started: When,
    /// When its end was recorded; none means in doubt (or running).
    pub ended: Option<When>,
    /// Exit status.
    pub exit: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// Whether it counts as success.
    pub ok: bool,
    /// How long it took.
    pub duration_ms: u64,
    /// All bytes it printed.
    pub output_bytes: u64,
    /// File below the run's `output/`.
    pub output: Option<String>,
    /// SHA-256 of that file.
    pub output_sha256: Option<String>,
    /// Whether `timeout` ended it.
    pub timed_out: bool,
    /// Lines that failed inside it.
    pub failed_lines: Vec<FailedLine>,
    /// What it changed in the shell's state.
    pub changed: Option<String>,
    /// Why it could not be started, or was cut short.
    pub trouble: Option<String>,
}

/// What an intent says.
pub(super) struct Begun<'a> {
    pub action: &'a str,
    pub attempt: u32,
    pub command: &'a str,
    pub original: &'a Option<String>,
    pub when: When,
}

impl Attempt {
    pub(super) fn begun(kind: &str, begun: &Begun<'_>) -> Self {
        Attempt {
            action: begun.action.into(),
            kind: kind.into(),
            attempt: begun.attempt,
            command: begun.command.into(),
            original: begun.original.clone(),
            started: begun.when.clone(),
            ..Attempt::default()
        }
    }

    pub(super) fn exited(&mut self, event: &Event, when: &When) {
        let Event::Exited {
            exit,
            signal,
            ok,
            duration_ms,
            output_bytes,
            output,
            output_sha256,
            timed_out,
            failed_lines,
            changed,
            trouble,
            ..
        } = event
        else {
            return;
        };
        self.ended = Some(when.clone());
        self.exit = *exit;
        self.signal = *signal;
        self.ok = *ok;
        self.duration_ms = *duration_ms;
        self.output_bytes = *output_bytes;
        self.output.clone_from(output);
        self.output_sha256.clone_from(output_sha256);
        self.timed_out = *timed_out;
        self.failed_lines.clone_from(failed_lines);
        self.changed.clone_from(changed);
        self.trouble.clone_from(trouble);
    }
}

/// One wait for a check.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wait {
    /// The action's id.
    pub action: String,
    /// As in its intent; 0 if there was none.
    pub attempt: u32,
    /// The probe, if its intent is recorded.
    pub command: Option<String>,
    /// What stood in the runbook, where the operator changed it.
    pub original: Option<String>,
    /// When it began.
    pub started: When,
    /// When it was over.
    pub ended: Option<When>,
    /// Every sample, in order.
    pub samples: Vec<SampleRun>,
    /// How it ended; none while it goes on, or if the run stopped meanwhile.
    pub verdict: Option<Verdict>,
    /// Why, in a sentence.
    pub why: Option<String>,
    /// How long it took.
    pub duration_ms: u64,
    /// The probe's last exit status, where it was recorded apart from samples.
    pub exit: Option<i32>,
}

/// One try of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleRun {
    /// 1, 2, ... within its wait.
    pub n: u32,
    /// Milliseconds since the wait began.
    pub t_ms: u64,
    /// Wall clock, UTC.
    pub at: String,
    /// The value shown.
    pub value: Option<String>,
    /// What it says.
    pub verdict: Verdict,
    /// Why the condition could not be evaluated.
    pub unknown: Option<String>,
    /// The probe's exit status.
    pub exit: Option<i32>,
    /// The end of the probe's standard error, where it matters.
    pub stderr: Option<String>,
}

/// Words somebody left: a note, a decision, a warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// When.
    pub when: When,
    /// What.
    pub text: String,
    /// Who, where it is not the operator who opened the run.
    pub by: Option<String>,
}

/// The run stopped and could be resumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// When.
    pub when: When,
    /// The step it stopped at.
    pub step: Option<usize>,
    /// Why.
    pub reason: String,
    /// The signal, if one was the reason.
    pub signal: Option<i32>,
}

/// The run went on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resume {
    /// When.
    pub when: When,
    /// Who, where.
    pub operator: Operator,
    /// midwatch's version.
    pub version: String,
    /// Who had it before, if it was handed over.
    pub from: Option<Operator>,
}

/// The run's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// When.
    pub when: When,
    /// How it ended.
    pub status: Ending,
    /// Why, where it did not complete.
    pub reason: Option<String>,
    /// The answer to "what would have helped?".
    pub helped: Option<String>,
}
