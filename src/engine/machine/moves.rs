//! Alternatives and ways back: which one is taken, and where the operator goes from there.

use std::sync::Arc;

use super::Machine;
use crate::engine::walk;
use crate::event::StepStatus;

impl Machine {
    /// The alternatives at `index`, each by its first step, if they are more than one and none was
    /// taken yet.
    pub(super) fn open_choice(&self, index: usize) -> Option<Vec<usize>> {
        let taken = self.of_choice(index).iter().any(|step| self.walk.settled.contains_key(step));
        if taken { None } else { self.alternatives(index) }
    }

    /// The alternatives at `index`, each by its first step, if they are more than one.
    pub(super) fn alternatives(&self, index: usize) -> Option<Vec<usize>> {
        let steps = &self.plan.runbook.steps;
        let mut group: Vec<usize> = Vec::new();
        for step in self.of_choice(index) {
            let same =
                |last: &usize| steps[*last].branch.is_some() && steps[*last].branch == steps[step].branch;
            if !group.last().is_some_and(same) {
                group.push(step);
            }
        }
        (group.len() > 1).then_some(group)
    }

    /// All steps of all alternatives of the choice that the step at `index` belongs to.
    pub(super) fn of_choice(&self, index: usize) -> Vec<usize> {
        let steps = &self.plan.runbook.steps;
        let Some(name) = steps.get(index).and_then(|step| step.choice.as_ref()) else { return Vec::new() };
        let of_it = |step: &&usize| steps[**step].choice.as_ref() == Some(name);
        self.plan.steps.iter().filter(of_it).copied().collect()
    }

    /// Takes the alternative that begins with the step at `taken`; the others do not apply, also
    /// where one of them was done before.
    pub(super) fn take(&mut self, taken: usize) {
        let plan = Arc::clone(&self.plan);
        let chosen = &plan.runbook.steps[taken];
        let reason = format!("taken instead: {}", plan.runbook.alternative(chosen));
        let same = |step: usize| {
            step == taken || (chosen.branch.is_some() && plan.runbook.steps[step].branch == chosen.branch)
        };
        for step in self.of_choice(taken).into_iter().filter(|&step| !same(step)) {
            self.leave_out(step, &reason);
        }
        self.move_to(taken);
    }

    /// A step of an alternative that is not taken. What happened in it before is said, not forgotten.
    pub(super) fn leave_out(&mut self, step: usize, reason: &str) {
        let before = match self.walk.settled.get(&step) {
            Some(StepStatus::Done) => Some("done"),
            Some(StepStatus::Failed) => Some("failed"),
            Some(StepStatus::Skipped) => Some("skipped"),
            Some(StepStatus::NotApplicable | StepStatus::ConditionFalse) => None,
            None => self.walk.attempts.keys().any(|at| at.step == step).then_some("begun"),
        };
        let before = before.map(|before| format!("; it was {before} before")).unwrap_or_default();
        let request = self.end(step, StepStatus::NotApplicable, Some(format!("{reason}{before}")));
        self.queue.push_back(request);
    }

    /// To the step before this one, or before what is asked between two steps.
    pub(super) fn go_back(&mut self) {
        self.go_back_from(self.walk.current.or(self.walk.last.map(|last| last + 1)));
    }

    /// To the step before the one at `here`: never to an alternative that was not taken, and from the
    /// beginning of the one that was to the question which it is.
    pub(super) fn go_back_from(&mut self, here: Option<usize>) {
        let Some(here) = here else { return };
        let begins = |group: &Vec<usize>| group.contains(&here);
        if self.walk.current == Some(here) && self.alternatives(here).as_ref().is_some_and(begins) {
            return self.choose(here);
        }
        let Some(before) = self.plan.steps.iter().rev().find(|step| **step < here).copied() else { return };
        let taken = |step: &&usize| **step < here && !self.left_out(**step);
        match self.of_choice(before).iter().rev().find(taken) {
            Some(&taken) if self.left_out(before) => self.move_to(taken),
            _ => self.go_to(before),
        }
    }

    /// To the step at `index`; that of an alternative which was not taken is a new choice.
    pub(super) fn go_to(&mut self, index: usize) {
        if self.left_out(index) { self.choose(index) } else { self.move_to(index) }
    }

    /// Whether the step at `index` belongs to an alternative that was not taken.
    fn left_out(&self, index: usize) -> bool {
        let steps = &self.plan.runbook.steps;
        self.walk.settled.get(&index) == Some(&StepStatus::NotApplicable)
            && steps.get(index).is_some_and(|step| step.choice.is_some())
    }

    /// Asks once more which alternative it is.
    fn choose(&mut self, index: usize) {
        match self.alternatives(index).and_then(|group| group.first().copied()) {
            Some(first) => self.decide(walk::CHOOSE, Some(self.plan.runbook.steps[first].number)),
            None => self.move_to(index),
        }
    }

    fn move_to(&mut self, index: usize) {
        if let Some(step) = self.plan.runbook.steps.get(index).filter(|_| self.plan.steps.contains(&index)) {
            let number = step.number;
            self.decide(walk::MOVED, Some(number));
        }
    }
}
