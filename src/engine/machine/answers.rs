//! What follows from an answer.

use super::{Aside, Machine, Request, Then, Undo, sealed};
use crate::engine::question::{Answer, At, Proposal, Question, Trouble, Wanted};
use crate::engine::walk;
use crate::event::{Ending, Event, Mode, StepStatus};
use crate::runbook::{ActionKind, Danger};

impl Machine {
    /// Takes what a person said to `question`.
    pub fn answer(&mut self, question: Question, answer: Answer) {
        let number = self.walk.current.map(|index| self.plan.runbook.steps[index].number);
        match (question, answer) {
            (_, Answer::Note(text)) => self.record(Event::Note { step: number, text, by: None }),
            (_, Answer::Pause) => {
                let request = self.pause("the operator paused it".into());
                self.queue.push_back(request);
            }
            // All is done; only the last question has no answer.
            (Question::Helped, Answer::Gone) => {
                self.asked_helped = true;
                self.record(sealed(Ending::Completed, None));
            }
            (_, Answer::Gone) => {
                let request = self.pause("the terminal is gone".into());
                self.queue.push_back(request);
            }
            (Question::Reflect(reflection), Answer::Text(text)) => {
                let text = format!("{}: {text}", reflection.label);
                self.record(Event::Note { step: None, text, by: None });
            }
            (Question::Helped, Answer::Text(text)) => {
                self.asked_helped = true;
                self.record(Event::Sealed { status: Ending::Completed, reason: None, helped: Some(text) });
            }
            (Question::Helped, _) => {
                self.asked_helped = true;
                self.record(sealed(Ending::Completed, None));
            }
            (_, Answer::Abort(reason)) => self.abort(reason),
            (_, Answer::UndoThenAbort(reason)) => {
                self.decide("undo plan", None);
                self.undo(Undo { step: None, then: Then::Abort(reason) });
            }
            (_, Answer::Shell) => {
                self.queue.push_back(Request::Aside(number.unwrap_or(0), Aside::Shell));
            }
            (_, Answer::Look(look)) => {
                self.queue.push_back(Request::Aside(number.unwrap_or(0), Aside::Look(look)));
            }
            (_, Answer::Keep) => self.keep(),
            (_, Answer::Finish(reason)) => self.finish(&reason),
            (Question::Open { .. }, Answer::Go) => self.around = true,
            // No command runs in a tabletop.
            (_, Answer::Offered(_)) if self.policy.mode == Mode::Tabletop => {}
            (Question::Failure { at, trouble: Trouble::InDoubt }, Answer::Offered(action))
                if self.is_check(At { step: at.step, action }) =>
            {
                let at = At { step: at.step, action };
                let request = match self.wanted(at) {
                    Some(wanted) => Request::Ask(Question::Value(wanted)),
                    None => Request::Wait(at),
                };
                self.queue.push_back(request);
            }
            (_, Answer::Offered(action)) => {
                if let Some(step) = self.walk.current {
                    let request = self.propose(At { step, action });
                    self.queue.extend(request);
                }
            }
            (Question::Command(proposal), answer) => self.about_command(proposal, answer),
            (Question::Confirm { proposal, word }, answer) => match answer {
                Answer::Text(typed) if typed.trim() == word => self.approved = Some(proposal),
                Answer::Skip(reason) => self.skip(reason),
                _ => {}
            },
            (Question::Manual { step }, Answer::Done(value)) => {
                let request = self.end(step, StepStatus::Done, value);
                self.queue.push_back(request);
            }
            (Question::Failure { at, trouble }, answer) => self.about_failure(at, trouble, answer),
            (Question::Condition { at, expression, .. }, Answer::Go) => {
                self.asked.push((at, expression));
                self.decide("the condition applies", None);
            }
            (Question::Condition { at, .. }, Answer::No) => {
                let request =
                    self.end(at.step, StepStatus::ConditionFalse, Some("the operator said no".into()));
                self.queue.push_back(request);
            }
            (Question::Value(wanted), Answer::Text(value)) => {
                let step = number.unwrap_or(0);
                self.asking.retain(|(of, key)| Some(*of) != wanted.at || *key != wanted.key);
                self.asked.extend(wanted.at.map(|at| (at, wanted.key.clone())));
                let recorded = if wanted.secret() {
                    self.secrets.insert(wanted.key.clone(), value);
                    None
                } else {
                    Some(value)
                };
                self.record(Event::Answered { step, name: wanted.key, value: recorded });
            }
            (Question::Value(Wanted { at: Some(at), .. }), Answer::Skip(reason))
                if self.again == Some(at) =>
            {
                self.again = None;
                self.not_wanted(at, reason);
            }
            (Question::Choice { .. }, Answer::Take(taken)) => self.take(taken),
            (Question::Choice { steps }, Answer::Skip(reason)) => {
                let reason = reason.unwrap_or_else(|| "none of the alternatives".into());
                for step in steps.first().map(|&first| self.of_choice(first)).unwrap_or_default() {
                    self.leave_out(step, &reason);
                }
            }
            (Question::Choice { steps }, Answer::Back) => self.go_back_from(steps.first().copied()),
            (_, Answer::Skip(reason)) => self.skip(reason),
            (_, Answer::Back) => self.go_back(),
            (_, Answer::GoTo(index)) => self.go_to(index),
            _ => {}
        }
    }

    fn about_command(&mut self, proposal: Proposal, answer: Answer) {
        let at = proposal.at;
        let action = &self.plan.runbook.steps[at.step].actions[at.action];
        let rollback = action.kind == ActionKind::Rollback;
        match answer {
            Answer::Go if proposal.blocked.is_some() => {}
            Answer::Go => match action.danger.clone() {
                Danger::Declared { word } => {
                    self.queue.push_back(Request::Ask(Question::Confirm { proposal, word }));
                }
                _ => self.approved = Some(proposal),
            },
            Answer::Values => {
                let keys = self.plan.needs(at).iter().map(|need| (at, need.key.clone()));
                self.asking.extend(keys);
                if rollback || action.offered {
                    self.again = Some(at);
                }
            }
            Answer::Edit(text) => {
                self.edited.insert(at, text);
                let proposal = self.proposal(at);
                if rollback || action.offered {
                    self.queue.push_back(Request::Ask(Question::Command(proposal)));
                }
            }
            Answer::Skip(reason) if rollback || action.offered => {
                self.not_wanted(at, reason);
            }
            Answer::Skip(reason) => self.skip(reason),
            Answer::Back => self.go_back(),
            Answer::GoTo(index) => self.go_to(index),
            _ => {}
        }
    }

    /// The rest is not needed: what is on the screen is skipped, what comes after does not apply.
    fn finish(&mut self, reason: &str) {
        if self.undoing.is_some() {
            return;
        }
        let open = self.plan.steps.iter().filter(|step| !self.walk.settled.contains_key(step));
        let ends: Vec<Request> = open
            .map(|&step| {
                let here = self.walk.current == Some(step);
                let status = if here { StepStatus::Skipped } else { StepStatus::NotApplicable };
                self.end(step, status, Some(format!("not needed: {reason}")))
            })
            .collect();
        self.queue.extend(ends);
        if self.walk.choosing.is_some() {
            self.decide(walk::KEPT, None);
        }
    }

    fn about_failure(&mut self, at: At, trouble: Trouble, answer: Answer) {
        match answer {
            Answer::Go if trouble == Trouble::InDoubt => {
                // Seen once more as it will run, and its word typed: it may have been edited then.
                self.decide(walk::RETRY, None);
                let action = &self.plan.runbook.steps[at.step].actions[at.action];
                if action.kind != ActionKind::Run || action.offered {
                    let request = self.propose(at);
                    self.queue.extend(request);
                }
            }
            Answer::Go => {
                self.decide(walk::RETRY, None);
                let danger = &self.plan.runbook.steps[at.step].actions[at.action].danger;
                if matches!(trouble, Trouble::Broken { .. }) {
                    self.queue.push_back(Request::Wait(at));
                } else if matches!(danger, Danger::Declared { .. }) {
                    // Its word is typed each time it runs; the step proposes it again by itself.
                    if self.is_rollback(at) {
                        self.again = Some(at);
                    }
                } else {
                    self.approved = Some(self.proposal(at));
                }
            }
            Answer::Again => self.decide(walk::AGAIN, None),
            Answer::Values => {
                let keys = self.plan.needs(at).iter().map(|need| (at, need.key.clone()));
                self.asking.extend(keys);
                self.decide(walk::RETRY, None);
                if self.is_rollback(at) {
                    self.again = Some(at);
                }
            }
            Answer::Accept
                if matches!(trouble, Trouble::Lines { .. } | Trouble::InDoubt)
                    || self.plan.may_be_stopped(at) && trouble.is_stopped() =>
            {
                self.decide(walk::ACCEPTED, None)
            }
            Answer::Edit(text) => {
                self.edited.insert(at, text);
                self.decide(walk::RETRY, None);
                if self.is_rollback(at) {
                    self.again = Some(at);
                }
            }
            Answer::Skip(reason) if self.is_rollback(at) && trouble != Trouble::InDoubt => {
                let why = reason.unwrap_or_else(|| "no reason given".into());
                self.decline(at);
                self.decide(&format!("{}: {why}", walk::LEFT), None);
            }
            Answer::Undo => {
                self.walk.declined.clear();
                self.plan_undo();
                self.decide(walk::UNDO, None);
            }
            Answer::Skip(reason) if self.is_rollback(at) => self.not_wanted(at, reason),
            Answer::Skip(reason) => self.skip(reason),
            Answer::Back => self.go_back(),
            Answer::GoTo(index) => self.go_to(index),
            _ => {}
        }
    }

    /// A rollback or an offered command does not run.
    fn not_wanted(&mut self, at: At, reason: Option<String>) {
        let why = reason.unwrap_or_else(|| "no reason given".into());
        let id = &self.plan.runbook.steps[at.step].actions[at.action].id;
        let what = format!("{id}{}{why}", walk::NOT_RUN);
        self.decline(at);
        self.decide(&what, None);
    }

    pub(super) fn is_rollback(&self, at: At) -> bool {
        self.plan.runbook.steps[at.step].actions[at.action].kind == ActionKind::Rollback
    }

    /// Leaves a step the operator came back to as it had ended.
    fn keep(&mut self) {
        if let Some((index, status)) = self.walk.before
            && self.walk.current == Some(index)
        {
            let request = self.end(index, status, Some("as it was before".into()));
            self.queue.push_back(request);
        }
    }

    fn is_check(&self, at: At) -> bool {
        let step = &self.plan.runbook.steps[at.step];
        step.actions.get(at.action).is_some_and(|action| action.kind == ActionKind::Check)
    }

    pub(super) fn abort(&mut self, reason: String) {
        if let Some((_, Trouble::Failed { .. } | Trouble::Broken { .. })) = &self.walk.trouble
            && let Some(current) = self.walk.current
        {
            let request = self.end(current, StepStatus::Failed, Some("the run was aborted here".into()));
            self.queue.push_back(request);
        }
        self.record(sealed(Ending::Aborted, Some(reason)));
    }

    fn skip(&mut self, reason: Option<String>) {
        if let Some(current) = self.walk.current {
            let request = self.end(current, StepStatus::Skipped, reason);
            self.queue.push_back(request);
        }
    }

    pub(super) fn decide(&mut self, what: &str, to: Option<usize>) {
        // Between two steps it is about the next one.
        let here = self.walk.current.map(|index| self.plan.runbook.steps[index].number);
        let step = here.or(to).unwrap_or(0);
        self.record(Event::Decided { step, what: what.to_owned(), to });
    }

    fn record(&mut self, event: Event) {
        self.queue.push_back(Request::Record(event));
    }
}
