//! The walk's screen once more, drawn from its record: for who follows it from another terminal, and
//! for the recording that is replayed.

use std::sync::Arc;
use std::time::Duration;

use super::words;
use crate::check::estimate;
use crate::engine::ports::{Scene, Waiting};
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
    plan: Option<Plan>,
    walk: Walk,
    run: Run,
    began_ms: u64,
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
            began_ms: 0,
        }
    }

    /// The fold of all events so far.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// What an event looks like. The output of a command is the caller's to show, above its end.
    pub fn event(&mut self, stamped: &Stamped) -> Vec<String> {
        self.run.apply(stamped);
        if let Event::Opened { runbook, params, from, .. } = &stamped.event {
            self.began_ms = stamped.mono_ms;
            let wish = Wish { anchor: runbook.anchor.clone(), from: from.map(|step| step.to_string()) };
            let given = Given { set: params.clone().into_iter().collect(), ..Given::default() };
            self.plan = self.runbook.clone().and_then(|known| Plan::build(known, &wish, &given).ok());
        }
        if let Some(plan) = &self.plan {
            self.walk.apply(stamped, &plan.runbook);
        }
        let style = self.page.style;
        let dim = |text: &str| style.paint(Role::Dim, &format!("  {}", clean_line(text)));
        match &stamped.event {
            Event::Intent { kind, command, original, .. } if kind != ActionKind::Check.name() => {
                let mut lines = vec![String::new()];
                lines.extend(self.page.command(command));
                if let Some(original) = original {
                    lines.push(dim("edited; the runbook says"));
                    lines.extend(
                        clean(original).lines().map(|line| style.paint(Role::Dim, &format!("    {line}"))),
                    );
                }
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
        let scene = Scene {
            plan,
            walk: &self.walk,
            run: &self.run,
            now_ms: stamped.mono_ms,
            began_ms: self.began_ms,
        };
        cards::event(self.page, stamped, &scene, &cards::Usual::default())
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
