//! The walk as a pure state machine: it asks for things and folds events. No terminal, no
//! process, no clock.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::question::{Answer, At, Proposal, Question, Trouble, Wanted};
use super::walk::{self, Walk};
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
    /// A shell for the operator, in the steps' state.
    Shell(usize),
    /// Nothing more to do.
    Finish,
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
    /// Approved and waiting for stale checks.
    approved: Option<Proposal>,
    /// The operator's text in place of the runbook's.
    edited: BTreeMap<At, String>,
    /// Rollbacks still to be offered.
    undo: Vec<At>,
    /// Whether the offered values were asked for the current step already.
    asked: Vec<(At, String)>,
    /// Secret values, which are in no event.
    secrets: BTreeMap<String, String>,
}

impl Machine {
    /// A walk over `plan` that has not begun.
    pub fn new(plan: Arc<Plan>, policy: Policy) -> Self {
        Machine {
            plan,
            walk: Walk::default(),
            policy,
            queue: VecDeque::new(),
            asked_helped: false,
            approved: None,
            edited: BTreeMap::new(),
            undo: Vec::new(),
            asked: Vec::new(),
            secrets: BTreeMap::new(),
        }
    }

    /// Gives the value of a secret, which no event carries.
    pub fn add_secret(&mut self, name: &str, value: &str) {
        self.secrets.insert(name.to_owned(), value.to_owned());
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
        if let Some(proposal) = self.approved.take() {
            return Some(self.when_fresh(proposal, now_ms));
        }
        if let Some(at) = self.undo.pop() {
            return self.propose(at);
        }
        let Some(step) = self.walk.current else { return self.advance() };
        self.within(step)
    }

    fn advance(&mut self) -> Option<Request> {
        let unsettled = |step: &&usize| !self.walk.settled.contains_key(step);
        let after = |step: &&usize| self.walk.last.is_none_or(|last| **step > last);
        let steps = &self.plan.steps;
        let next = steps.iter().filter(after).find(unsettled).or_else(|| steps.iter().find(unsettled));
        match next.copied() {
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
            None => self.ask(Question::Helped),
        }
    }

    /// The alternatives at `index`, if they are more than one and none was taken yet.
    fn open_choice(&self, index: usize) -> Option<Vec<usize>> {
        let steps = &self.plan.runbook.steps;
        let name = steps[index].choice.as_ref()?;
        let of_it = |step: &&usize| steps[**step].choice.as_ref() == Some(name);
        let group: Vec<usize> = self.plan.steps.iter().filter(of_it).copied().collect();
        let taken = group.iter().any(|step| self.walk.settled.contains_key(step));
        (group.len() > 1 && !taken).then_some(group)
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
            Some(wanted) => self.ask(Question::Value(wanted)),
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

    fn missing_param(&self) -> Option<Wanted> {
        let values = self.values();
        let missing = |param: &&crate::runbook::Param| values.get(&param.name).is_none_or(String::is_empty);
        self.plan.params_used().find(missing).map(|param| Wanted {
            at: None,
            key: param.name.clone(),
            text: param.name.clone(),
            about: param.about.clone(),
            last: None,
            param: Some(param.clone()),
            strict: false,
        })
    }

    /// The first value the action needs that is not there, or is to be confirmed again.
    fn wanted(&self, at: At) -> Option<Wanted> {
        let values = self.values();
        self.plan.needs(at).iter().find_map(|need| {
            let value = values.get(&need.key).filter(|value| !value.is_empty());
            let unsuited = need.strict && value.is_some_and(|value| !crate::plan::is_plain(value));
            (value.is_none() || unsuited).then(|| Wanted {
                at: Some(at),
                key: need.key.clone(),
                text: need.text.clone(),
                about: need.about.clone(),
                last: value.cloned(),
                param: self.plan.runbook.front.params.iter().find(|p| p.name == need.key).cloned(),
                strict: need.strict,
            })
        })
    }

    /// Runs an approved command, or first samples again a check that passed too long ago.
    fn when_fresh(&mut self, proposal: Proposal, now_ms: u64) -> Request {
        let steps = &self.plan.runbook.steps;
        let action = &steps[proposal.at.step].actions[proposal.at.action];
        if action.danger != Danger::None {
            let stale = self.walk.passed.iter().find(|(at, passed_ms)| {
                let fresh = steps[at.step].actions[at.action].attrs.fresh();
                u128::from(now_ms.saturating_sub(**passed_ms)) > fresh.as_millis()
            });
            if let Some((at, _)) = stale {
                let at = *at;
                self.approved = Some(proposal);
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

    /// What happens where a question stands and nobody is there. Nothing is ever assumed done.
    fn alone(&mut self, question: Question) -> Option<Request> {
        let plan = Arc::clone(&self.plan);
        let steps = &plan.runbook.steps;
        match question {
            Question::Begin => None,
            Question::Helped => {
                self.asked_helped = true;
                Some(Request::Record(sealed(Ending::Completed, None)))
            }
            Question::Command(proposal) => {
                let action = &steps[proposal.at.step].actions[proposal.at.action];
                let confirmed = self.policy.confirmed.get(&action.id);
                let confirmed = confirmed.or_else(|| self.policy.confirmed.get(&steps[proposal.at.step].id));
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
                if steps[at.step].actions[at.action].attrs.idempotent {
                    self.approved = Some(self.proposal(at));
                    let what = walk::RETRY.to_owned();
                    return Some(Request::Record(Event::Decided { step: number, what, to: None }));
                }
                let why = "was started and nobody saw it end; a person has to find out whether it did";
                Some(self.pause(format!("the command of step {number} {why}")))
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

    /// Takes what a person said to `question`.
    pub fn answer(&mut self, question: Question, answer: Answer) {
        let number = self.walk.current.map(|index| self.plan.runbook.steps[index].number);
        match (question, answer) {
            (_, Answer::Note(text)) => self.record(Event::Note { step: number, text, by: None }),
            (_, Answer::Pause) => {
                let request = self.pause("the operator paused it".into());
                self.queue.push_back(request);
            }
            (_, Answer::Gone) => {
                let request = self.pause("the terminal is gone".into());
                self.queue.push_back(request);
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
            (_, Answer::Shell) => self.queue.push_back(Request::Shell(number.unwrap_or(0))),
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
                let recorded = if wanted.secret() {
                    self.secrets.insert(wanted.key.clone(), value);
                    None
                } else {
                    Some(value)
                };
                self.record(Event::Answered { step, name: wanted.key, value: recorded });
            }
            (Question::Choice { steps }, Answer::Take(taken)) => self.take(&steps, taken),
            (Question::Choice { steps }, Answer::Skip(reason)) => {
                for step in steps {
                    let reason = reason.clone().or_else(|| Some("none of the alternatives".into()));
                    let request = self.end(step, StepStatus::NotApplicable, reason);
                    self.queue.push_back(request);
                }
            }
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
            Answer::Edit(text) => {
                self.edited.insert(at, text);
                let proposal = self.proposal(at);
                if rollback || action.offered {
                    self.queue.push_back(Request::Ask(Question::Command(proposal)));
                }
            }
            Answer::Skip(reason) if rollback || action.offered => {
                let why = reason.unwrap_or_else(|| "no reason given".into());
                let what = format!("{} not run: {why}", action.id);
                self.decide(&what, None);
            }
            Answer::Skip(reason) => self.skip(reason),
            Answer::Back => self.go_back(),
            Answer::GoTo(index) => self.go_to(index),
            _ => {}
        }
    }

    fn about_failure(&mut self, at: At, trouble: Trouble, answer: Answer) {
        match answer {
            Answer::Go => {
                self.decide(walk::RETRY, None);
                if matches!(trouble, Trouble::Broken { .. }) {
                    self.queue.push_back(Request::Wait(at));
                } else {
                    self.approved = Some(self.proposal(at));
                }
            }
            Answer::Again => self.decide(walk::AGAIN, None),
            Answer::Accept if matches!(trouble, Trouble::Lines { .. } | Trouble::InDoubt) => {
                self.decide(walk::ACCEPTED, None)
            }
            Answer::Edit(text) => {
                self.edited.insert(at, text);
                self.decide(walk::RETRY, None);
            }
            Answer::Undo => {
                let started = self.walk.started.clone();
                let runbook = &self.plan.runbook;
                self.undo = started.into_iter().flat_map(|run| walk::rollbacks_of(runbook, run)).collect();
                self.decide("undo plan", None);
            }
            Answer::Skip(reason) => self.skip(reason),
            Answer::Back => self.go_back(),
            Answer::GoTo(index) => self.go_to(index),
            _ => {}
        }
    }

    fn abort(&mut self, reason: String) {
        if let Some((_, Trouble::Failed { .. } | Trouble::Broken { .. })) = &self.walk.trouble
            && let Some(current) = self.walk.current
        {
            let request = self.end(current, StepStatus::Failed, Some("the run was aborted here".into()));
            self.queue.push_back(request);
        }
        self.record(sealed(Ending::Aborted, Some(reason)));
    }

    fn take(&mut self, group: &[usize], taken: usize) {
        let title = self.plan.runbook.steps[taken].title.clone();
        for step in group.iter().filter(|step| **step != taken) {
            let request = self.end(*step, StepStatus::NotApplicable, Some(format!("taken instead: {title}")));
            self.queue.push_back(request);
        }
        self.go_to(taken);
    }

    fn skip(&mut self, reason: Option<String>) {
        if let Some(current) = self.walk.current {
            let request = self.end(current, StepStatus::Skipped, reason);
            self.queue.push_back(request);
        }
    }

    fn go_back(&mut self) {
        let here = self.walk.current.or(self.walk.last);
        let before =
            self.plan.steps.iter().rev().find(|step| here.is_some_and(|here| **step < here)).copied();
        if let Some(before) = before {
            self.go_to(before);
        }
    }

    fn go_to(&mut self, index: usize) {
        if let Some(step) = self.plan.runbook.steps.get(index).filter(|_| self.plan.steps.contains(&index)) {
            let number = step.number;
            self.decide(walk::MOVED, Some(number));
        }
    }

    fn decide(&mut self, what: &str, to: Option<usize>) {
        let step = self.walk.current.map_or(0, |index| self.plan.runbook.steps[index].number);
        self.record(Event::Decided { step, what: what.to_owned(), to });
    }

    fn record(&mut self, event: Event) {
        self.queue.push_back(Request::Record(event));
    }
}

fn sealed(status: Ending, reason: Option<String>) -> Event {
    Event::Sealed { status, reason, helped: None }
}
