//! The walk as a pure state machine: it asks for things and folds events. No terminal, no
//! process, no clock.

mod alone;
mod answers;
mod moves;
mod undo;
mod values;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use undo::Undoing;
pub use undo::{Then, Undo};

use super::question::{AFTER_DRILL, At, BEFORE_DRILL, Look, Proposal, Question, Reflection, Trouble};
use super::walk::Walk;
use crate::event::{Ending, Event, Mode, Stamped, StepStatus};
use crate::plan::{Condition, Plan};
use crate::runbook::{ActionKind, Danger};

/// How the run is meant to go.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Nobody is there (`--yes`).
    pub unattended: bool,
    /// `--confirm ID[=WORD]`
    pub confirmed: BTreeMap<String, Option<String>>,
    /// Live, drill or tabletop.
    pub mode: Mode,
}

/// Under `--yes` a run without `timeout` gets this long.
pub const UNATTENDED_TIMEOUT: Duration = Duration::from_secs(3600);

/// What the machine wants next.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "one at a time, never stored in bulk")]
pub enum Request {
    /// Put this into the record.
    Record(Event),
    /// Ask the operator.
    Ask(Question),
    /// Run this; its intent must be durable first.
    Execute(Proposal),
    /// Sample this check until it passes or breaks.
    Wait(At),
    /// A command beside the steps, in their state: it settles nothing.
    Aside(usize, Aside),
    /// Nothing more to do.
    Finish,
}

/// What can run beside the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aside {
    /// A shell for the operator.
    Shell,
    /// A command of the front matter.
    Look(Look),
}

/// The state of one walk.
#[derive(Debug)]
pub struct Machine {
    /// What is walked.
    pub plan: Arc<Plan>,
    /// Where it stands.
    pub walk: Walk,
    policy: Policy,
    queue: VecDeque<Request>,
    asked_helped: bool,
    /// The operator wants to go through the steps that were passed over.
    around: bool,
    /// Questions of a drill still to be asked, before and after.
    reflections: [VecDeque<Reflection>; 2],
    /// Approved and waiting for stale checks.
    approved: Option<Proposal>,
    /// The operator's text in place of the runbook's.
    edited: BTreeMap<At, String>,
    /// Rollbacks still to be offered.
    undo: Vec<At>,
    /// Those of a plan that was under way when the run stopped are among them.
    plan_taken: bool,
    /// A rollback or an offered command that is proposed once more: it was edited, or its values.
    again: Option<At>,
    /// The run goes no further; what it did is undone.
    undoing: Option<Undoing>,
    /// Values of an action that the operator wants to give once more.
    asking: Vec<(At, String)>,
    /// What was asked about an action in this visit of its step: conditions, and values by key.
    asked: Vec<(At, String)>,
    /// Secret values, which are in no event.
    secrets: BTreeMap<String, String>,
    /// Variables that held a secret before the run was resumed.
    lost: Vec<String>,
    /// The stale check that is sampled before the approved command runs.
    freshening: Option<At>,
    /// What is known of a command in doubt that forbids to run it again unasked.
    doubt: Option<String>,
}

impl Machine {
    /// A walk over `plan` that has not begun.
    pub fn new(plan: Arc<Plan>, policy: Policy) -> Self {
        let asked = policy.mode == Mode::Drill && !policy.unattended;
        let reflections = if asked { [BEFORE_DRILL.into(), AFTER_DRILL.into()] } else { Default::default() };
        Machine {
            plan,
            walk: Walk::default(),
            policy,
            queue: VecDeque::new(),
            asked_helped: false,
            around: false,
            reflections,
            approved: None,
            edited: BTreeMap::new(),
            undo: Vec::new(),
            plan_taken: false,
            again: None,
            undoing: None,
            asking: Vec::new(),
            asked: Vec::new(),
            secrets: BTreeMap::new(),
            lost: Vec::new(),
            freshening: None,
            doubt: None,
        }
    }

    /// Gives the value of a secret, which no event carries.
    pub fn add_secret(&mut self, name: &str, value: &str) {
        self.secrets.insert(name.to_owned(), value.to_owned());
    }

    /// Values of secrets, by name.
    pub fn secrets(&self) -> &BTreeMap<String, String> {
        &self.secrets
    }

    /// Asks for these variables before anything runs: they held a secret, which no record carries.
    pub fn lost(&mut self, names: Vec<String>) {
        self.lost = names;
    }

    /// The command in doubt is not to run again unasked, also if it is idempotent: `why`.
    pub fn doubt(&mut self, why: String) {
        self.doubt = Some(why);
    }

    /// All values commands see, secret ones included.
    pub fn values(&self) -> BTreeMap<String, String> {
        let mut values = self.walk.values.clone();
        values.extend(self.secrets.clone());
        values
    }

    /// Folds one durable event.
    pub fn apply(&mut self, stamped: &Stamped) {
        if let Event::StepEntered { .. } = stamped.event {
            self.edited.clear();
            self.asked.clear();
            self.asking.clear();
            self.again = None;
        }
        if let Event::Decided { to: Some(_), .. } = stamped.event {
            self.around = false;
        }
        // Approved for the step that is left now: it does not run after that.
        if let Event::StepEnded { .. } | Event::Decided { to: Some(_), .. } = stamped.event {
            self.approved = None;
        }
        self.walk.apply(stamped, &self.plan.runbook);
    }

    /// What to do next, at `now_ms` on the monotonic clock.
    pub fn next(&mut self, now_ms: u64) -> Request {
        loop {
            if let Some(request) = self.queue.pop_front() {
                return request;
            }
            if self.walk.sealed.is_some() || self.walk.paused.is_some() {
                return Request::Finish;
            }
            if let Some(request) = self.consider(now_ms) {
                return request;
            }
        }
    }

    fn consider(&mut self, now_ms: u64) -> Option<Request> {
        if let Some(wanted) = self.missing_param() {
            return self.ask(Question::Value(wanted));
        }
        if let Some(wanted) = self.lost_secret() {
            return self.ask(Question::Value(wanted));
        }
        let freshening = self.freshening.take();
        if let Some(proposal) = self.approved.take() {
            let stale =
                matches!(self.walk.trouble, Some((at, Trouble::Broken { .. })) if Some(at) == freshening);
            if !stale {
                return Some(self.when_fresh(proposal, now_ms));
            }
        }
        if let Some(at) = self.again.take() {
            return self.propose(at);
        }
        if let Some((at, trouble)) = self.walk.undo_trouble.clone() {
            return self.ask(Question::Failure { at, trouble });
        }
        if self.undoing.is_some() {
            return self.undo_next();
        }
        if self.walk.plan && !self.plan_taken {
            self.plan_undo();
        }
        if let Some(at) = self.undo.pop() {
            return self.propose(at);
        }
        if self.walk.last.is_none()
            && let Some(reflection) = self.reflections[0].pop_front()
        {
            return self.ask(Question::Reflect(reflection));
        }
        let Some(step) = self.walk.current else { return self.advance() };
        self.within(step)
    }

    fn advance(&mut self) -> Option<Request> {
        if let Some(steps) = self.walk.choosing.and_then(|index| self.alternatives(index)) {
            return self.ask(Question::Choice { steps });
        }
        let unsettled = |step: &&usize| !self.walk.settled.contains_key(step);
        let after = |step: &&usize| self.walk.last.is_none_or(|last| **step > last);
        let steps = &self.plan.steps;
        let ahead = steps.iter().filter(after).find(unsettled);
        let next = ahead.or_else(|| steps.iter().find(unsettled)).copied();
        if ahead.is_none() && next.is_some() && !self.around {
            let open = steps.iter().filter(unsettled).copied().collect();
            return self.ask(Question::Open { steps: open });
        }
        match next {
            Some(index) => {
                if let Some(group) = self.open_choice(index) {
                    return self.ask(Question::Choice { steps: group });
                }
                let step = &self.plan.runbook.steps[index];
                Some(Request::Record(Event::StepEntered {
                    step: step.number,
                    id: step.id.clone(),
                    title: step.title.clone(),
                }))
            }
            None if self.asked_helped => None,
            None if !self.reflections[1].is_empty() => {
                let reflection = self.reflections[1].pop_front()?;
                self.ask(Question::Reflect(reflection))
            }
            None => self.ask(Question::Helped),
        }
    }

    fn within(&mut self, index: usize) -> Option<Request> {
        let plan = Arc::clone(&self.plan);
        let step = &plan.runbook.steps[index];
        if let Some((at, trouble)) = self.walk.trouble.clone() {
            return self.ask(Question::Failure { at, trouble });
        }
        let rehearsed = self.policy.mode == Mode::Tabletop;
        for (action_index, action) in step.actions.iter().enumerate() {
            let at = At { step: index, action: action_index };
            let walked = matches!(action.kind, ActionKind::Run | ActionKind::Check) && !action.offered;
            if !walked || self.walk.done.contains(&action_index) {
                continue;
            }
            match plan.condition(at, &self.values()) {
                Condition::Holds => {}
                Condition::Fails => {
                    self.walk.done.insert(action_index);
                    let only =
                        step.actions.iter().filter(|a| matches!(a.kind, ActionKind::Run | ActionKind::Check));
                    if only.count() == 1 {
                        return Some(self.end(
                            index,
                            StepStatus::ConditionFalse,
                            Some("condition false".into()),
                        ));
                    }
                    let what = format!("{}: condition false", action.id);
                    return Some(Request::Record(Event::Decided { step: step.number, what, to: None }));
                }
                Condition::Unclear { expression, why } => {
                    if !self.asked.contains(&(at, expression.clone())) {
                        return self.ask(Question::Condition { at, expression, why });
                    }
                }
            }
            if rehearsed {
                return self.ask(Question::Manual { step: index });
            }
            return match action.kind {
                ActionKind::Check => match self.wanted(at) {
                    Some(wanted) => self.ask(Question::Value(wanted)),
                    None => Some(Request::Wait(at)),
                },
                _ => self.propose(at),
            };
        }
        if step.manual() {
            return self.ask(Question::Manual { step: index });
        }
        Some(self.end(index, StepStatus::Done, None))
    }

    /// Asks about a command, after everything it needs is there.
    fn propose(&mut self, at: At) -> Option<Request> {
        match self.wanted(at) {
            Some(wanted) => {
                // Nothing else leads back to a command that is none of the step's own.
                if self.is_rollback(at) || self.plan.runbook.steps[at.step].actions[at.action].offered {
                    self.again = Some(at);
                }
                self.ask(Question::Value(wanted))
            }
            None => {
                let proposal = self.proposal(at);
                self.ask(Question::Command(proposal))
            }
        }
    }

    fn proposal(&self, at: At) -> Proposal {
        let edited = self.edited.get(&at).cloned();
        let mut proposal = self.plan.proposal(at, &self.walk.values, edited);
        proposal.attempt = self.walk.attempts.get(&at).copied().unwrap_or(0) + 1;
        proposal
    }

    /// Runs an approved command, or first samples again a check that passed too long ago.
    fn when_fresh(&mut self, proposal: Proposal, now_ms: u64) -> Request {
        let steps = &self.plan.runbook.steps;
        let action = &steps[proposal.at.step].actions[proposal.at.action];
        if action.danger != Danger::None {
            let stale = self.walk.passed.iter().find(|(at, passed_ms)| {
                let fresh = steps[at.step].actions[at.action].attrs.fresh();
                passed_ms
                    .is_none_or(|passed_ms| u128::from(now_ms.saturating_sub(passed_ms)) > fresh.as_millis())
            });
            if let Some((at, _)) = stale {
                let at = *at;
                self.approved = Some(proposal);
                self.freshening = Some(at);
                return Request::Wait(at);
            }
        }
        Request::Execute(proposal)
    }

    fn end(&self, index: usize, status: StepStatus, reason: Option<String>) -> Request {
        let step = self.plan.runbook.steps[index].number;
        Request::Record(Event::StepEnded { step, status, reason })
    }

    fn ask(&mut self, question: Question) -> Option<Request> {
        if self.policy.unattended { self.alone(question) } else { Some(Request::Ask(question)) }
    }

    fn pause(&self, reason: String) -> Request {
        let step = self.walk.current.map(|index| self.plan.runbook.steps[index].number);
        Request::Record(Event::Paused { step, reason, signal: None })
    }

    /// A signal asks the run to stop where it is.
    pub fn interrupt(&mut self, signal: i32, name: &str) {
        let step = self.walk.current.map(|index| self.plan.runbook.steps[index].number);
        let event = Event::Paused { step, reason: format!("midwatch got {name}"), signal: Some(signal) };
        self.queue.clear();
        self.queue.push_back(Request::Record(event));
    }
}

fn sealed(status: Ending, reason: Option<String>) -> Event {
    Event::Sealed { status, reason, helped: None }
}
