//! A run that goes no further: the rollbacks of what it did, newest first, each confirmed.

use std::collections::BTreeSet;

use super::{Machine, Request};
use crate::engine::question::At;
use crate::event::{Ending, Event};

/// What is to be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// Index of the only step; all of them if none is named.
    pub step: Option<usize>,
    /// What becomes of the run then.
    pub then: Then,
}

/// What becomes of a run when all is undone that was to be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// It stands still and can be resumed.
    Pause,
    /// It was about nothing else, and is over.
    Complete,
    /// It is given up, for this reason.
    Abort(String),
}

/// [`Undo`] under way.
#[derive(Debug)]
pub(super) struct Undoing {
    undo: Undo,
    /// Rollbacks the operator does not want.
    declined: BTreeSet<At>,
}

impl Machine {
    /// From now on only rollbacks are offered.
    pub fn undo(&mut self, undo: Undo) {
        self.approved = None;
        self.undoing = Some(Undoing { undo, declined: BTreeSet::new() });
    }

    /// The rollbacks that are still to be offered, newest first; none unless it undoes.
    pub fn to_undo(&self) -> Vec<At> {
        let Some(Undoing { undo, declined }) = &self.undoing else { return Vec::new() };
        let wanted = |at: &At| undo.step.is_none_or(|step| self.walk_step(*at) == Some(step));
        let open = self.walk.to_undo(&self.plan.runbook).into_iter();
        open.filter(|at| wanted(at) && !declined.contains(at)).collect()
    }

    /// The step whose command a rollback undoes: it may stand in a later one.
    fn walk_step(&self, rollback: At) -> Option<usize> {
        crate::engine::walk::undoes(&self.plan.runbook, rollback).map(|run| run.step)
    }

    pub(super) fn undo_next(&mut self) -> Option<Request> {
        if let Some(at) = self.to_undo().first() {
            return self.propose(*at);
        }
        let undoing = self.undoing.as_ref()?;
        let left = undoing.declined.len();
        match undoing.undo.then.clone() {
            Then::Pause => Some(self.pause("what it did is undone, as far as it was wanted".into())),
            Then::Complete => {
                let reason = (left > 0).then(|| format!("{left} not wanted"));
                Some(Request::Record(Event::Sealed { status: Ending::Completed, reason, helped: None }))
            }
            Then::Abort(reason) => {
                self.undoing = None;
                self.abort(reason);
                self.queue.pop_front()
            }
        }
    }

    /// Offers the rollbacks of what ran from now on, newest first, but for those not wanted.
    pub(super) fn plan_undo(&mut self) {
        self.plan_taken = true;
        self.undo = self.walk.to_undo(&self.plan.runbook);
        self.undo.retain(|at| !self.walk.declined.contains(at));
        self.undo.reverse();
    }

    pub(super) fn decline(&mut self, rollback: At) {
        if let Some(undoing) = &mut self.undoing {
            undoing.declined.insert(rollback);
        }
    }
}
