//! What happens where a question stands and nobody is there (`--yes`).

use std::sync::Arc;

use super::{Machine, Request, sealed};
use crate::engine::question::{Question, Trouble};
use crate::engine::walk;
use crate::event::{Ending, Event, StepStatus};
use crate::runbook::{Action, ActionKind, Danger};

impl Machine {
    /// What happens where a question stands and nobody is there. Nothing is ever assumed done.
    pub(super) fn alone(&mut self, question: Question) -> Option<Request> {
        let plan = Arc::clone(&self.plan);
        let steps = &plan.runbook.steps;
        match question {
            Question::Begin | Question::Reflect(_) | Question::Wait { .. } => None,
            Question::Open { .. } => {
                self.around = true;
                None
            }
            Question::Helped => {
                self.asked_helped = true;
                Some(Request::Record(sealed(Ending::Completed, None)))
            }
            Question::Command(proposal) => {
                let step = &steps[proposal.at.step];
                let action = &step.actions[proposal.at.action];
                let confirmed = self.policy.confirmed.get(&action.id);
                // A step has the id of its first action: where several destroy, it allows that one alone.
                let destroys = |a: &&Action| a.kind == ActionKind::Run && a.danger != Danger::None;
                let several = step.actions.iter().filter(destroys).count() > 1;
                let confirmed =
                    confirmed.or_else(|| self.policy.confirmed.get(&step.id).filter(|_| !several));
                let stop = match &action.danger {
                    _ if proposal.blocked.is_some() => proposal.blocked.clone(),
                    _ if action.interactive => {
                        Some("opens a session, which a person has to work in".to_owned())
                    }
                    _ if !action.tagged => Some(
                        "has no language after its fence, so it was never said that it may run by itself; \
                         tag it `sh`"
                            .to_owned(),
                    ),
                    Danger::Detected { what } if confirmed.is_none() => {
                        Some(format!("{what}; to allow it unattended add --confirm {}", action.id))
                    }
                    Danger::Declared { word } if confirmed.and_then(Option::as_ref) != Some(word) => {
                        Some(format!(
                            "is declared dangerous; to allow it unattended add --confirm {}={word}",
                            action.id
                        ))
                    }
                    _ => None,
                };
                match stop {
                    None => {
                        self.approved = Some(proposal);
                        None
                    }
                    Some(why) => {
                        let number = steps[proposal.at.step].number;
                        Some(self.pause(format!("the command of step {number} {why}")))
                    }
                }
            }
            Question::Confirm { proposal, .. } => {
                self.approved = Some(proposal);
                None
            }
            Question::Manual { step } => {
                let step = &steps[step];
                Some(self.pause(format!("step {} is for a person: {}", step.number, step.title)))
            }
            Question::Choice { steps: group } => {
                let numbers: Vec<String> = group.iter().map(|i| steps[*i].number.to_string()).collect();
                Some(self.pause(format!("a person has to choose one of the steps {}", numbers.join(", "))))
            }
            Question::Condition { at, expression, why } => Some(self.pause(format!(
                "the condition of step {} cannot be evaluated ({expression}: {why})",
                steps[at.step].number
            ))),
            Question::Value(wanted) => {
                let whose = match wanted.at {
                    Some(at) => format!("step {} needs a value for {}", steps[at.step].number, wanted.text),
                    None => format!("the parameter {} has no value", wanted.text),
                };
                let how = if wanted.secret() { "--set-file" } else { "--set" };
                Some(self.pause(format!("{whose}; give it with {how} {}=...", wanted.key)))
            }
            Question::Failure { at, trouble: Trouble::InDoubt } => {
                let number = steps[at.step].number;
                let same = !self.walk.changed.contains(&at) && self.doubt.is_none();
                if steps[at.step].actions[at.action].attrs.idempotent && same {
                    self.approved = Some(self.proposal(at));
                    let what = walk::RETRY.to_owned();
                    return Some(Request::Record(Event::Decided { step: number, what, to: None }));
                }
                let why = self.doubt.clone().map(|why| format!(" ({why})")).unwrap_or_default();
                Some(self.pause(format!(
                    "the command of step {number} was started and nobody saw it end{why}; \
                     a person has to find out whether it did"
                )))
            }
            Question::Failure { at, trouble } => {
                let number = steps[at.step].number;
                let what = match trouble {
                    Trouble::InDoubt => format!("step {number} is in doubt"),
                    Trouble::Broken { why } => format!("the check of step {number} is broken: {why}"),
                    Trouble::Lines { what } => format!("step {number}: {what}"),
                    Trouble::Failed { exit, signal, why } => {
                        let how = match (exit, signal) {
                            (Some(exit), _) => format!("with exit {exit}"),
                            (None, Some(signal)) => format!("by signal {signal}"),
                            (None, None) => "before it began".to_owned(),
                        };
                        let why = why.map(|why| format!(": {why}")).unwrap_or_default();
                        format!("step {number} failed {how}{why}")
                    }
                };
                let current = self.walk.current.unwrap_or(at.step);
                self.queue.push_back(Request::Record(sealed(Ending::Failed, Some(what.clone()))));
                Some(self.end(current, StepStatus::Failed, Some(what)))
            }
        }
    }
}
