//! A runbook and its parameters, settled: all that can be wrong is wrong here, before step 1.

pub mod params;
mod prepare;
mod proposal;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::check::{self, Expr, Spec};
use crate::error::Error;
use crate::runbook::{Action, ActionKind, Danger, Param, Runbook, Severity};

pub use params::{Given, Values};
use prepare::Prepared;
pub use prepare::{Need, is_plain};
pub use proposal::{At, Proposal};

/// What is to be run of a runbook.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// A heading's anchor: only that section.
    pub anchor: Option<String>,
    /// Number or id of the step to begin with.
    pub from: Option<String>,
}

/// What an `if=` says now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// True, or there is none.
    Holds,
    /// False.
    Fails,
    /// It cannot be evaluated: a person is asked.
    Unclear {
        /// As written.
        expression: String,
        /// Why.
        why: String,
    },
}

/// A runbook that can be walked.
#[derive(Debug)]
pub struct Plan {
    /// What was understood of the file.
    pub runbook: Arc<Runbook>,
    /// Indices of the steps to walk, in order.
    pub steps: Vec<usize>,
    /// Values settled before the first step.
    pub values: Values,
    /// What [`Wish::anchor`] named: an index into the sections.
    pub section: Option<usize>,
    prepared: BTreeMap<At, Prepared>,
    params_used: Vec<usize>,
}

impl Plan {
    /// Settles everything that can be settled without a person.
    ///
    /// # Errors
    /// Everything that is wrong, at once: errors of the runbook, expressions that do not compile,
    /// an anchor or step that is not there, values that do not match.
    pub fn build(runbook: Arc<Runbook>, wish: &Wish, given: &Given) -> Result<Plan, Vec<Error>> {
        let mut errors = runbook_errors(&runbook);
        let (section, mut steps) = match select(&runbook, wish) {
            Ok(selected) => selected,
            Err(error) => {
                errors.push(error);
                (None, Vec::new())
            }
        };
        let values = params::settle(&runbook, given).unwrap_or_else(|wrong| {
            errors.extend(wrong);
            Values::default()
        });
        let mut prepared = BTreeMap::new();
        for &step in &steps {
            for (action, known) in runbook.steps[step].actions.iter().enumerate() {
                match Prepared::new(&runbook, known, &given.env) {
                    Ok(ready) => {
                        prepared.insert(At { step, action }, ready);
                    }
                    Err(wrong) => errors.push(wrong),
                }
            }
        }
        if let Some(from) = &wish.from {
            match find_step(&runbook, &steps, from) {
                Ok(position) => drop(steps.drain(..position)),
                Err(error) => errors.push(error),
            }
        }
        if steps.is_empty() && errors.is_empty() {
            errors.push(no_steps(&runbook));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let params_used = used(&runbook, section.is_none() && wish.from.is_none(), &steps, &prepared);
        Ok(Plan { runbook, steps, values, section, prepared, params_used })
    }

    /// The parameters the steps of this plan need, in order of declaration.
    ///
    /// All declared ones of a whole runbook; of a section those its commands name.
    pub fn params_used(&self) -> impl Iterator<Item = &Param> {
        self.params_used.iter().map(|&index| &self.runbook.front.params[index])
    }

    /// Whether the command of an action names a variable.
    pub fn uses(&self, at: At, name: &str) -> bool {
        self.prepared.get(&at).is_some_and(|prepared| prepared.uses.contains(name))
    }

    /// Whether Ctrl-C may have ended the command as it was meant to end: one that destroys, or undoes,
    /// was cut off in the middle of it.
    pub fn may_be_stopped(&self, at: At) -> bool {
        let action = &self.runbook.steps[at.step].actions[at.action];
        action.kind == ActionKind::Run && action.danger == Danger::None
    }

    /// Values a command needs that are placeholders or captures, in order of appearance.
    pub fn needs(&self, at: At) -> &[Need] {
        self.prepared.get(&at).map_or(&[], |prepared| &prepared.needs)
    }

    /// The compiled condition of a check.
    pub fn spec(&self, at: At) -> Option<&Spec> {
        self.prepared.get(&at)?.spec.as_ref()
    }

    /// The expression of a capture; none keeps standard output.
    pub fn capture(&self, at: At) -> Option<&Expr> {
        self.prepared.get(&at)?.capture.as_ref()
    }

    /// What an action's `if=` says with these values.
    pub fn condition(&self, at: At, values: &BTreeMap<String, String>) -> Condition {
        let Some(expr) = self.prepared.get(&at).and_then(|prepared| prepared.condition.as_ref()) else {
            return Condition::Holds;
        };
        match check::expr::condition(expr, values) {
            Ok(true) => Condition::Holds,
            Ok(false) => Condition::Fails,
            Err(why) => Condition::Unclear { expression: expr.text().to_owned(), why },
        }
    }

    /// The command of an action with what is known now; `edited` replaces the runbook's text.
    ///
    /// `values` are those that may be shown; a secret stays a reference.
    pub fn proposal(&self, at: At, values: &BTreeMap<String, String>, edited: Option<String>) -> Proposal {
        let action = &self.runbook.steps[at.step].actions[at.action];
        let (script, shown, with) = match (&edited, self.prepared.get(&at)) {
            (None, Some(prepared)) => (
                prepared.script.clone(),
                prepared.shown(&action.script, values),
                prepared.with(&self.runbook, values),
            ),
            (edited, _) => {
                let text = edited.clone().unwrap_or_else(|| action.script.clone());
                (text.clone(), text, BTreeMap::new())
            }
        };
        let original = edited.is_some().then(|| action.script.clone());
        let blocked =
            self.prepared.get(&at).and_then(|prepared| prepared.blocked(&action.script, edited.as_deref()));
        Proposal { at, attempt: 1, shown, script, original, with, blocked }
    }

    /// The variables commands see for `values`: names as they are, placeholders by their key.
    pub fn environment(&self, values: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let mut env = self.runbook.front.env.clone();
        for (name, value) in values {
            env.insert(prepare::variable_name(&self.runbook, name), value.clone());
        }
        env
    }

    /// How many steps have only actions of a kind that a person does, waits, and so on.
    pub fn count(&self) -> Counts {
        let mut counts = Counts { steps: self.steps.len(), ..Counts::default() };
        for &index in &self.steps {
            let step = &self.runbook.steps[index];
            counts.manual += usize::from(step.manual());
            counts.commands += step.of(ActionKind::Run).count();
            counts.waits += step.of(ActionKind::Check).count();
            let offered = |a: &&Action| a.offered && a.kind == ActionKind::Run;
            counts.offered += step.actions.iter().filter(offered).count();
            let runs = step.actions.iter().filter(|a| a.kind == ActionKind::Run);
            if runs.clone().any(|a| a.danger != crate::runbook::Danger::None) {
                counts.dangerous.push(step.number);
            }
        }
        counts
    }
}

/// What a plan holds, for the preflight.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// All steps.
    pub steps: usize,
    /// Commands.
    pub commands: usize,
    /// Checks.
    pub waits: usize,
    /// Steps a person does.
    pub manual: usize,
    /// Commands found in prose, which run only by their key.
    pub offered: usize,
    /// Numbers of the steps that destroy something, if only by a command that is offered.
    pub dangerous: Vec<usize>,
}

fn runbook_errors(runbook: &Runbook) -> Vec<Error> {
    let wrong = runbook.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    let mut errors: Vec<Error> = wrong
        .map(|diagnostic| {
            let error = Error::refused(diagnostic.message.clone()).at(&runbook.source, diagnostic.span);
            diagnostic.help.iter().cloned().fold(error, Error::help)
        })
        .collect();
    let later =
        runbook.steps.iter().flat_map(|step| &step.actions).filter(|action| !action.attrs.on.is_empty());
    errors.extend(later.map(|action| {
        Error::refused("`on=` is not there yet: this version runs commands on this machine only")
            .at(&runbook.source, action.span)
            .help("take the word away and write `ssh HOST ...` in the command")
    }));
    errors
}

/// The section an anchor names: its index.
///
/// # Errors
/// With the nearest anchor, if there is none of this name.
pub fn section(runbook: &Runbook, anchor: &str) -> Result<usize, Error> {
    runbook.section_by_anchor(anchor).ok_or_else(|| {
        let anchors: Vec<&str> = runbook.sections.iter().map(|s| s.anchor.as_str()).collect();
        let error =
            Error::refused(format!("{} has no section #{}", runbook.source.name(), anchor.escape_debug()));
        match params::nearest(anchor, anchors.iter().copied()) {
            Some(near) => error.help(format!("did you mean #{near}?")),
            None if anchors.is_empty() => error.help("it has no headings"),
            None => error.help(format!("its sections: #{}", anchors.join(" #"))),
        }
    })
}

/// The section an anchor names, and the steps to walk.
fn select(runbook: &Runbook, wish: &Wish) -> Result<(Option<usize>, Vec<usize>), Error> {
    let indices = |section| {
        runbook.way_forward(section).into_iter().map(|step| step.number - 1).collect::<Vec<usize>>()
    };
    let Some(anchor) = &wish.anchor else { return Ok((None, indices(None))) };
    let section = section(runbook, anchor)?;
    let steps = indices(Some(section));
    if steps.is_empty() {
        return Err(Error::refused(format!("the section #{anchor} has no steps"))
            .at(&runbook.source, runbook.sections[section].heading_span)
            .help(format!("midwatch steps {} shows where the steps are", runbook.source.name())));
    }
    Ok((Some(section), steps))
}

/// The position in `steps` of the step with a number or id.
fn find_step(runbook: &Runbook, steps: &[usize], wanted: &str) -> Result<usize, Error> {
    let by_number = wanted.parse::<usize>().ok();
    let fits = |index: &usize| {
        let step = &runbook.steps[*index];
        by_number == Some(step.number) || step.id == wanted
    };
    steps.iter().position(fits).ok_or_else(|| {
        Error::refused(format!("there is no step `{}` to begin with", wanted.escape_debug()))
            .help(format!("midwatch steps {} lists numbers and ids", runbook.source.name()))
    })
}

fn no_steps(runbook: &Runbook) -> Error {
    Error::refused(format!("{} has no steps: nothing in it is for anyone to do", runbook.source.name()))
        .help("a step is a numbered item, a task item (`- [ ]`), a counted heading or a shell fence")
}

fn used(runbook: &Runbook, whole: bool, steps: &[usize], prepared: &BTreeMap<At, Prepared>) -> Vec<usize> {
    let named = |param: &Param| {
        prepared.iter().any(|(at, ready)| steps.contains(&at.step) && ready.uses.contains(&param.name))
    };
    let all = runbook.front.params.iter().enumerate();
    all.filter(|(_, param)| whole || named(param)).map(|(index, _)| index).collect()
}
