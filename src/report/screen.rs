//! The walk's screen once more, drawn from its record: for who follows it from another terminal, and
//! for the recording that is replayed.

use std::sync::Arc;
use std::time::Duration;

use super::words;
use crate::check::estimate;
use crate::engine::machine::{Machine, Policy, Request};
use crate::engine::ports::{Scene, Waiting};
use crate::engine::question::{At, Question};
use crate::engine::walk::Walk;
use crate::event::fold::Run;
use crate::event::{Event, Stamped};
use crate::plan::{Given, Plan, Wish};
use crate::runbook::{ActionKind, Runbook};
use crate::terminal::cards::{self, Page};
use crate::terminal::clean::{clean, clean_line};
use crate::terminal::style::Role;
use crate::terminal::text::{cut, wrap};
use crate::terminal::wait;

/// Draws events, one after the other.
pub struct Screen {
    page: Page,
    runbook: Option<Arc<Runbook>>,
    plan: Option<Arc<Plan>>,
    walk: Walk,
    run: Run,
    /// The command the operator is asked about, which is on the screen already.
    offered: Option<At>,
}

impl Screen {
    /// A screen for a run of `runbook`, as recorded. Without one, or with one that this version does
    /// not understand, less is shown.
    pub fn new(page: Page, runbook: Option<Runbook>) -> Self {
        Screen {
            page,
            runbook: runbook.map(Arc::new),
            plan: None,
            walk: Walk::default(),
            run: Run::new(),
            offered: None,
        }
    }

    /// The fold of all events so far.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// What an event looks like, and the command the operator is asked about after it. The output of a
    /// command is the caller's to show, above its end.
    pub fn event(&mut self, stamped: &Stamped) -> Vec<String> {
        let mut lines = self.happened(stamped);
        lines.extend(self.offer(stamped));
        lines
    }

    /// The card of the command that is asked about now, as the machine of the walk says it. Whether it
    /// is run, skipped or changed is the operator's to decide: the record will tell.
    fn offer(&mut self, stamped: &Stamped) -> Vec<String> {
        let Some(plan) = &self.plan else { return Vec::new() };
        // Something runs.
        if let Event::Intent { .. } | Event::Sample { .. } = &stamped.event {
            return Vec::new();
        }
        let policy = Policy { mode: self.run.mode, unattended: self.run.unattended, ..Policy::default() };
        let mut machine = Machine::new(Arc::clone(plan), policy);
        machine.walk = self.walk.clone();
        let proposal = match machine.next(stamped.mono_ms) {
            Request::Ask(Question::Command(proposal) | Question::Confirm { proposal, .. })
            | Request::Execute(proposal) => proposal,
            _ => return Vec::new(),
        };
        if self.offered == Some(proposal.at) {
            return Vec::new();
        }
        self.offered = Some(proposal.at);
        cards::proposal(self.page, &proposal, &self.scene(plan, stamped), false)
    }

    /// A command starts: its card, unless it is on the screen as it runs.
    fn started(&mut self, stamped: &Stamped) -> Vec<String> {
        let Event::Intent { step, action, command, original, .. } = &stamped.event else { return Vec::new() };
        let offered = self.offered.take();
        let at = self.plan.as_ref().and_then(|plan| {
            let index = step.checked_sub(1)?;
            let actions = &plan.runbook.steps.get(index)?.actions;
            Some(At { step: index, action: actions.iter().position(|known| known.id == *action)? })
        });
        if at.is_some() && at == offered && original.is_none() {
            return Vec::new();
        }
        if let (Some(plan), Some(at)) = (&self.plan, at) {
            let mut proposal = plan.proposal(at, &self.walk.values, None);
            proposal.shown.clone_from(command);
            proposal.original.clone_from(original);
            proposal.blocked = None;
            let mut lines =
                cards::proposal(self.page, &proposal, &self.scene(plan, stamped), offered == Some(at));
            lines.extend(self.original(original.as_deref()));
            return lines;
        }
        let mut lines = vec![String::new()];
        lines.extend(self.page.command(command));
        lines.extend(self.original(original.as_deref()));
        lines
    }

    /// What the runbook says in place of an edited command.
    fn original(&self, original: Option<&str>) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(original) = original {
            let style = self.page.style;
            lines.push(style.paint(Role::Dim, "  edited; the runbook says"));
            lines.extend(clean(original).lines().map(|line| style.paint(Role::Dim, &format!("    {line}"))));
        }
        lines
    }

    fn scene<'a>(&'a self, plan: &'a Plan, stamped: &Stamped) -> Scene<'a> {
        Scene { plan, walk: &self.walk, run: &self.run, now_ms: stamped.mono_ms }
    }

    fn happened(&mut self, stamped: &Stamped) -> Vec<String> {
        self.run.apply(stamped);
        if let Event::Opened { runbook, params, from, .. } = &stamped.event {
            let wish = Wish { anchor: runbook.anchor.clone(), from: from.map(|step| step.to_string()) };
            let given = Given { set: params.clone().into_iter().collect(), ..Given::default() };
            self.plan =
                self.runbook.clone().and_then(|known| Plan::build(known, &wish, &given).ok()).map(Arc::new);
        }
        if let Some(plan) = &self.plan {
            self.walk.apply(stamped, &plan.runbook);
        }
        if let Event::StepEntered { .. } = &stamped.event {
            self.offered = None;
        }
        let style = self.page.style;
        let dim = |text: &str| style.paint(Role::Dim, &format!("  {}", clean_line(text)));
        match &stamped.event {
            Event::Intent { kind, .. } if kind != ActionKind::Check.name() => {
                let mut lines = self.started(stamped);
                lines.push(cards::output_head(self.page));
                lines
            }
            Event::Exited { .. } => {
                let mut lines = vec![cards::output_foot(self.page)];
                lines.extend(self.card(stamped));
                lines
            }
            Event::Decided { what, .. } => vec![dim(what)],
            Event::Answered { name, value, .. } => {
                vec![dim(&format!("{name} = {}", value.as_deref().unwrap_or("(secret)")))]
            }
            Event::Resumed { operator, from, .. } => {
                let who = words::goes_on(operator, from.as_ref());
                let line = format!("{} RESUMED by {who}", style.glyph("▶", ">"));
                vec![String::new(), style.paint(Role::Warn, &line)]
            }
            Event::Unknown => {
                vec![dim(&format!("(record {} is of a kind that this version does not know)", stamped.seq))]
            }
            _ => self.card(stamped),
        }
    }

    /// The line of one sample, where none is redrawn.
    pub fn sample(&self, event: &Event) -> Option<String> {
        let Event::Sample { value, unknown, verdict, .. } = event else { return None };
        let text = match unknown {
            Some(why) => format!("unknown: {why}"),
            None => value.clone().unwrap_or_else(|| "no value".into()),
        };
        let word = serde_json::to_string(verdict).unwrap_or_default();
        let line = format!("  sample  {}  {}", clean_line(&text), word.trim_matches('"'));
        Some(cut(&line, self.page.width))
    }

    /// The line of the wait that goes on, `now_ms` on the clock of the events.
    pub fn waiting(&self, now_ms: u64) -> Option<String> {
        let step = self.run.current.and_then(|step| self.run.step(step))?;
        let wait = step.waits.last().filter(|wait| wait.verdict.is_none())?;
        let last = wait.samples.last()?;
        let actions = self.plan.iter().flat_map(|plan| plan.runbook.steps.get(step.number.wrapping_sub(1)));
        let check = actions.flat_map(|step| &step.actions).find(|action| action.id == wait.action);
        let attrs = check.map(|check| check.attrs.clone()).unwrap_or_default();
        let elapsed = Duration::from_millis(now_ms.saturating_sub(wait.started.mono_ms));
        let known = wait.samples.iter().filter(|sample| sample.unknown.is_none());
        let points: Vec<(Duration, f64)> = known
            .filter_map(|sample| {
                Some((Duration::from_millis(sample.t_ms), sample.value.as_deref()?.parse().ok()?))
            })
            .collect();
        let recent = &points[points.len().saturating_sub(300)..];
        let goal = crate::check::Expr::compile(attrs.until()).ok().and_then(|expr| Some(expr.target()?.goal));
        let waiting = Waiting {
            elapsed,
            limit: attrs.check_timeout(),
            next_in: (Duration::from_millis(last.t_ms) + attrs.every()).saturating_sub(elapsed),
            value: last.value.clone(),
            unknown: last.unknown.clone(),
            why: String::new(),
            until: attrs.until().to_owned(),
            numbers: recent.iter().map(|(_, number)| *number).collect(),
            estimate: goal.and_then(|goal| estimate::remaining(recent, goal)),
            samples: u32::try_from(wait.samples.len()).unwrap_or(u32::MAX),
        };
        Some(wait::line(&waiting, self.page.width, self.page.style))
    }

    fn card(&self, stamped: &Stamped) -> Vec<String> {
        let Some(plan) = &self.plan else { return self.bare(stamped) };
        cards::event(self.page, stamped, &self.scene(plan, stamped), &cards::Usual::default())
    }

    /// What can be said without the runbook.
    fn bare(&self, stamped: &Stamped) -> Vec<String> {
        let said = match &stamped.event {
            Event::Opened { runbook, operator, .. } => format!("{}  {}", runbook.title, words::who(operator)),
            Event::StepEntered { step, title, .. } => format!("Step {step}  {title}"),
            Event::Intent { command, .. } => format!("  ? {command}"),
            Event::Exited { ok, exit, .. } => {
                let word = if *ok { "done" } else { "FAILED" };
                exit.map_or(word.to_owned(), |exit| format!("{word}, exit {exit}"))
            }
            Event::Waited { verdict, why, .. } => format!("{verdict:?}: {why}").to_lowercase(),
            Event::StepEnded { step, status, reason } => {
                format!("step {step}: {status:?} {}", reason.as_deref().unwrap_or_default())
            }
            Event::Note { text, .. } => format!("  note: {text}"),
            Event::Warned { what } => format!("  warn  {what}"),
            Event::Paused { reason, .. } => format!("PAUSED  {reason}"),
            Event::Sealed { status, reason, .. } => {
                format!("{status:?}  {}", reason.as_deref().unwrap_or_default()).to_uppercase()
            }
            _ => return Vec::new(),
        };
        wrap(clean(&said).trim_end(), self.page.width, "", "    ")
    }
}
