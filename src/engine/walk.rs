//! Where a run stands: a fold over its events, so that a replay stands at the same place.

use std::collections::{BTreeMap, BTreeSet};

use super::question::{At, Trouble};
pub use crate::event::{ACCEPTED, NOT_RUN};
use crate::event::{Ending, Event, FailedLine, Stamped, StepStatus, Verdict};
use crate::runbook::{ActionKind, Runbook};

/// The position of a run, and what the next question depends on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Walk {
    /// Index of the step on the screen, until it is settled.
    pub current: Option<usize>,
    /// Index of the step that was on the screen last.
    pub last: Option<usize>,
    /// The first step of a choice that was made and is asked about once more.
    pub choosing: Option<usize>,
    /// How steps ended, by index.
    pub settled: BTreeMap<usize, StepStatus>,
    /// Actions of the current step that need nothing more.
    pub done: BTreeSet<usize>,
    /// What keeps the current step from going on.
    pub trouble: Option<(At, Trouble)>,
    /// A rollback that did not succeed, and was not decided about yet.
    pub undo_trouble: Option<(At, Trouble)>,
    /// An undo plan is under way.
    pub plan: bool,
    /// Rollbacks of it that are not wanted.
    pub declined: BTreeSet<At>,
    /// What runs now stands beside the steps: a shell, a look at what changed.
    pub aside: bool,
    /// How the current step had ended before the operator came back to it.
    pub before: Option<(usize, StepStatus)>,
    /// Index of the step each value was last answered in.
    pub answered: BTreeMap<String, usize>,
    /// How often each action was started.
    pub attempts: BTreeMap<At, u32>,
    /// Run actions that were started, in order; what an undo plan undoes.
    pub started: Vec<At>,
    /// Rollbacks that succeeded since what they undo ran.
    pub rolled_back: BTreeSet<At>,
    /// Started and not known to have ended.
    pub in_doubt: Option<At>,
    /// Commands in doubt, until they run again or a person says what became of them.
    pub doubtful: BTreeSet<At>,
    /// Actions whose last attempt ran another text than the runbook's.
    pub changed: BTreeSet<At>,
    /// Checks that passed since the last run action, with the time on the monotonic clock; none if
    /// that was before the run was resumed, on whatever clock.
    pub passed: BTreeMap<At, Option<u64>>,
    /// Params, captures and answers.
    pub values: BTreeMap<String, String>,
    /// Values that were given but are not in the record because they are secret.
    pub withheld: BTreeSet<String>,
    /// Set while the run is paused.
    pub paused: Option<Stop>,
    /// Set once the run is over.
    pub sealed: Option<Ending>,
}

/// Why a run stands still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// In a sentence.
    pub reason: String,
    /// The signal, if one was the reason.
    pub signal: Option<i32>,
}

/// What [`Event::Decided`] says when an action is tried again.
pub const RETRY: &str = "retry";
/// What [`Event::Decided`] says when a step is run again from its first command.
pub const AGAIN: &str = "again from the first command";
/// What [`Event::Decided`] says when the operator wants what ran to be undone.
pub const UNDO: &str = "undo plan";
/// What [`Event::Decided`] begins with when a rollback that failed is left at that.
pub const LEFT: &str = "left as it is";
/// What [`Event::Decided`] says when the operator moves to another step.
pub const MOVED: &str = "go to";
/// What [`Event::Decided`] says when the operator goes back to the question which alternative it is.
pub const CHOOSE: &str = "back to the choice";
/// What [`Event::Decided`] says when that question is left without another answer.
pub const KEPT: &str = "the choice stays as it was";

impl Walk {
    /// Folds one event.
    pub fn apply(&mut self, stamped: &Stamped, runbook: &Runbook) {
        match &stamped.event {
            Event::Opened { params, .. } => self.values.extend(params.clone()),
            Event::StepEntered { step, .. } => {
                if let Some(index) = index_of(runbook, *step) {
                    self.enter(runbook, index);
                }
            }
            Event::Intent { step, action, kind, original, .. } => {
                self.aside = ActionKind::named(kind).is_none();
                if self.aside {
                    return;
                }
                let Some(at) = find(runbook, *step, action) else { return };
                *self.attempts.entry(at).or_default() += 1;
                if kind == ActionKind::Run.name() || kind == ActionKind::Rollback.name() {
                    self.in_doubt = Some(at);
                    self.doubtful.remove(&at);
                    // An undo plan leaves what went wrong where it is: the same question stands after it.
                    let its_own = self.trouble.as_ref().is_some_and(|(of, _)| *of == at);
                    if kind == ActionKind::Run.name() || its_own {
                        self.trouble = None;
                    }
                    if kind == ActionKind::Rollback.name() {
                        self.undo_trouble = None;
                    }
                    if original.is_some() {
                        self.changed.insert(at);
                    } else {
                        self.changed.remove(&at);
                    }
                }
                if kind == ActionKind::Run.name() {
                    self.started.retain(|earlier| *earlier != at);
                    self.started.push(at);
                    let undoing = rollbacks_of(runbook, at);
                    self.rolled_back.retain(|rollback| !undoing.contains(rollback));
                    self.passed.clear();
                    self.unchecked(runbook, at);
                }
                if kind != ActionKind::Rollback.name() {
                    self.over();
                    self.plan = false;
                }
            }
            Event::Exited { step, action, ok, failed_lines, exit, signal, trouble, timed_out, .. } => {
                if std::mem::take(&mut self.aside) {
                    return;
                }
                let Some(at) = find(runbook, *step, action) else { return };
                self.in_doubt = None;
                let action = &runbook.steps[at.step].actions[at.action];
                let wrong = if !*ok {
                    let why = if *timed_out {
                        Some("it ran into its timeout and was ended with its process group".to_owned())
                    } else {
                        trouble.clone()
                    };
                    Some((at, Trouble::Failed { exit: *exit, signal: *signal, why }))
                } else if failed_lines.is_empty() {
                    None
                } else {
                    Some((at, Trouble::Lines { what: lines(failed_lines) }))
                };
                if action.kind == ActionKind::Rollback {
                    if wrong.is_none() {
                        self.undone(runbook, at);
                    }
                    self.undo_trouble = wrong;
                    return;
                }
                if action.offered || self.current != Some(at.step) {
                    return;
                }
                if wrong.is_none() {
                    self.done.insert(at.action);
                }
                self.trouble = wrong;
            }
            Event::Captured { name, value, .. } => {
                self.values.insert(name.clone(), value.clone());
            }
            Event::Answered { step, name, value } => {
                if let Some(index) = step.checked_sub(1) {
                    self.answered.insert(name.clone(), index);
                }
                match value {
                    Some(value) => drop(self.values.insert(name.clone(), value.clone())),
                    None => drop(self.withheld.insert(name.clone())),
                }
            }
            Event::Waited { step, action, verdict, why, .. } => {
                let Some(at) = find(runbook, *step, action) else { return };
                if *verdict == Verdict::Pass {
                    if self.current == Some(at.step) {
                        self.done.insert(at.action);
                    }
                    self.passed.insert(at, Some(stamped.mono_ms));
                    self.over();
                } else if !self.stands_in_doubt() {
                    self.trouble = Some((at, Trouble::Broken { why: why.clone() }));
                }
            }
            Event::Decided { what, to, .. } => self.decided(runbook, what, *to),
            Event::StepEnded { step, status, .. } => {
                let Some(index) = index_of(runbook, *step) else { return };
                self.settled.insert(index, *status);
                self.choosing = None;
                self.before.take_if(|(of, _)| *of == index);
                self.doubtful.retain(|at| at.step != index);
                if self.current == Some(index) {
                    self.current = None;
                    self.trouble = None;
                    self.plan = false;
                }
            }
            Event::Paused { reason, signal, .. } => {
                self.paused = Some(Stop { reason: reason.clone(), signal: *signal });
            }
            Event::Resumed { .. } => self.resumed(runbook),
            Event::Sealed { status, .. } => self.sealed = Some(*status),
            Event::Sample { .. } | Event::Note { .. } | Event::Warned { .. } | Event::Unknown => {}
        }
    }

    fn enter(&mut self, runbook: &Runbook, index: usize) {
        self.current = Some(index);
        self.last = Some(index);
        self.choosing = None;
        self.done.clear();
        self.plan = false;
        self.trouble = self.doubt(runbook);
    }

    /// A command runs: the checks after it in its step are still to be made.
    fn unchecked(&mut self, runbook: &Runbook, run: At) {
        if self.current != Some(run.step) {
            return;
        }
        let actions = &runbook.steps[run.step].actions;
        let check = |index: usize| actions.get(index).is_some_and(|action| action.kind == ActionKind::Check);
        self.done.retain(|&index| index < run.action || !check(index));
    }

    /// The doubt about a command of the current step.
    fn doubt(&self, runbook: &Runbook) -> Option<(At, Trouble)> {
        let concerns = |at: &&At| self.current == Some(at.step) && !is_rollback(runbook, **at);
        let at = self.doubtful.iter().find(concerns)?;
        Some((*at, Trouble::InDoubt))
    }

    fn stands_in_doubt(&self) -> bool {
        matches!(self.trouble, Some((_, Trouble::InDoubt)))
    }

    /// The trouble is over; a doubt is not, whatever a check says.
    fn over(&mut self) {
        if !self.stands_in_doubt() {
            self.trouble = None;
        }
    }

    /// Somebody goes on, maybe much later: what was seen then is seen again, and a command that
    /// was started and never seen to end is in doubt.
    fn resumed(&mut self, runbook: &Runbook) {
        self.paused = None;
        self.passed.values_mut().for_each(|passed_ms| *passed_ms = None);
        if let Some(actions) =
            self.current.and_then(|index| runbook.steps.get(index)).map(|step| &step.actions)
        {
            self.done
                .retain(|index| actions.get(*index).is_none_or(|action| action.kind != ActionKind::Check));
        }
        self.doubtful.extend(self.in_doubt.take());
        if let Some(doubt) = self.doubt(runbook) {
            self.trouble = Some(doubt);
        }
        // What kept the step before its undo plan keeps it still.
        if let Some(at) = self.doubtful.iter().find(|at| is_rollback(runbook, **at)) {
            self.undo_trouble = Some((*at, Trouble::InDoubt));
        }
    }

    fn decided(&mut self, runbook: &Runbook, what: &str, to: Option<usize>) {
        match what {
            ACCEPTED => {
                let Some((at, _)) = self.undo_trouble.take().or_else(|| self.trouble.take()) else { return };
                self.doubtful.remove(&at);
                if is_rollback(runbook, at) {
                    self.undone(runbook, at);
                } else if self.current == Some(at.step) {
                    self.done.insert(at.action);
                }
            }
            // A doubt lasts until the command has run again: midwatch may stop before that, too.
            RETRY => {
                let undo = self.undo_trouble.take();
                if undo.is_none() {
                    self.trouble = None;
                }
            }
            AGAIN => {
                self.trouble = None;
                self.done.clear();
            }
            UNDO => {
                self.plan = true;
                self.declined.clear();
            }
            MOVED => {
                if let Some(index) = to.and_then(|step| index_of(runbook, step)) {
                    self.leave();
                    self.last = index.checked_sub(1);
                    let status = self.settled.remove(&index);
                    let left_out =
                        status == Some(StepStatus::NotApplicable) && runbook.steps[index].choice.is_some();
                    if left_out {
                        self.taken(runbook, index);
                    } else {
                        self.before = status.map(|status| (index, status));
                    }
                }
            }
            CHOOSE => {
                if let Some(index) = to.and_then(|step| index_of(runbook, step)) {
                    self.leave();
                    self.last = index.checked_sub(1);
                    self.choosing = Some(index);
                }
            }
            KEPT => self.choosing = None,
            left if left.starts_with(LEFT) => {
                self.declined.extend(self.undo_trouble.take().map(|(at, _)| at));
            }
            _ => self.not_wanted(runbook, what),
        }
    }

    /// The step on the screen is left; one that was only looked at stays as it was.
    fn leave(&mut self) {
        self.plan = false;
        if let Some((index, status)) = self.before.take()
            && self.current == Some(index)
            && self.done.is_empty()
            && self.trouble.is_none()
        {
            self.settled.insert(index, status);
        }
        self.current = None;
        self.trouble = None;
        self.choosing = None;
    }

    /// An alternative is taken that was not before: all steps of it are open.
    fn taken(&mut self, runbook: &Runbook, index: usize) {
        let Some(branch) = &runbook.steps[index].branch else { return };
        let same = |step: &usize| runbook.steps[*step].branch.as_ref() == Some(branch);
        self.settled.retain(|step, status| *status != StepStatus::NotApplicable || !same(step));
    }

    /// A rollback that is not run.
    fn not_wanted(&mut self, runbook: &Runbook, what: &str) {
        if !what.contains(NOT_RUN) {
            return;
        }
        let names = |at: &At| {
            let id = &runbook.steps[at.step].actions[at.action].id;
            what.strip_prefix(id.as_str()).is_some_and(|rest| rest.starts_with(NOT_RUN))
        };
        let open = self.to_undo(runbook);
        let Some(at) = open.into_iter().find(|at| !self.declined.contains(at) && names(at)) else { return };
        self.declined.insert(at);
        self.doubtful.remove(&at);
        self.undo_trouble.take_if(|(of, _)| *of == at);
    }

    /// A rollback succeeded: with the last one of a run, the run is no longer in effect.
    pub fn undone(&mut self, runbook: &Runbook, rollback: At) {
        self.rolled_back.insert(rollback);
        if let Some(run) = undoes(runbook, rollback)
            && rollbacks_of(runbook, run).iter().all(|rollback| self.rolled_back.contains(rollback))
        {
            self.started.retain(|at| *at != run);
        }
    }

    /// The rollbacks of what ran and is in effect, newest first.
    pub fn to_undo(&self, runbook: &Runbook) -> Vec<At> {
        let all = self.started.iter().flat_map(|run| rollbacks_of(runbook, *run));
        let mut open: Vec<At> = all.filter(|rollback| !self.rolled_back.contains(rollback)).collect();
        open.reverse();
        open
    }
}

fn is_rollback(runbook: &Runbook, at: At) -> bool {
    runbook.steps[at.step].actions[at.action].kind == ActionKind::Rollback
}

/// Where the step with a number stands; none of a number that no step has.
fn index_of(runbook: &Runbook, step: usize) -> Option<usize> {
    step.checked_sub(1).filter(|index| *index < runbook.steps.len())
}

/// The action with an id, in the step with a number.
fn find(runbook: &Runbook, step: usize, id: &str) -> Option<At> {
    let index = index_of(runbook, step)?;
    let action = runbook.steps[index].actions.iter().position(|action| action.id == id)?;
    Some(At { step: index, action })
}

/// The run action a rollback undoes: the nearest earlier one of its section.
pub fn undoes(runbook: &Runbook, rollback: At) -> Option<At> {
    let section = runbook.steps.get(rollback.step)?.section;
    let run = |step: usize, below: usize| {
        let actions = &runbook.steps[step].actions;
        (0..below.min(actions.len()))
            .rev()
            .find(|&i| actions[i].kind == ActionKind::Run && !actions[i].offered)
            .map(|action| At { step, action })
    };
    run(rollback.step, rollback.action).or_else(|| {
        (0..rollback.step)
            .rev()
            .take_while(|&step| runbook.steps[step].section == section)
            .find_map(|step| run(step, usize::MAX))
    })
}

/// The rollbacks of a run action.
pub fn rollbacks_of(runbook: &Runbook, run: At) -> Vec<At> {
    let section = runbook.steps[run.step].section;
    (run.step..runbook.steps.len())
        .take_while(|&step| runbook.steps[step].section == section)
        .flat_map(|step| (0..runbook.steps[step].actions.len()).map(move |action| At { step, action }))
        .filter(|at| runbook.steps[at.step].actions[at.action].kind == ActionKind::Rollback)
        .filter(|at| undoes(runbook, *at) == Some(run))
        .collect()
}

/// `line 2 failed (1): cp a b`
pub fn lines(failed: &[FailedLine]) -> String {
    let one = |line: &FailedLine| format!("line {} failed ({}): {}", line.line, line.status, line.command);
    failed.iter().map(one).collect::<Vec<_>>().join("; ")
}
