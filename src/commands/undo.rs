//! `midwatch undo`: the rollbacks of what a run did.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::walk::{self, Start};
use super::{Failure, identity, record, resume, run};
use crate::cli::{ResumeArgs, UndoArgs};
use crate::engine::machine::{Machine, Policy, Then, Undo};
use crate::engine::walk::Walk;
use crate::error::Error;
use crate::event::fold::Run;
use crate::event::{Event, Stamped};
use crate::history::{Filter, query};
use crate::journal::{RunDir, Store, reader};
use crate::plan::Plan;

/// The tag of runs that undo others; by it they are found again.
const TAG: &str = "undo";

/// Undoes what a run did.
pub fn undo(args: UndoArgs) -> Result<u8, Failure> {
    let attendance = walk::attendance(false, args.plain)?;
    let store = record::store_about(Some(&args.run))?;
    let folder = store.find(&args.run)?;
    let origin = Origin::read(&folder)?;
    if origin.run.sealed.is_none() {
        let again = ResumeArgs {
            run: origin.run.id,
            yes: false,
            confirm: Vec::new(),
            plain: args.plain,
            set_file: args.set_file,
            take_over: false,
            break_glass: false,
        };
        return resume::go_on(again, Some(args.step));
    }
    let text = String::from_utf8(folder.runbook()?)
        .map_err(|_| Error::refused("the recorded runbook is not UTF-8"))?;
    let plan = Arc::new(resume::plan_again(&origin.run, &text, run::read_values(&args.set_file)?)?);
    let step = step(&plan, args.step.as_deref())?;
    let mut machine = Machine::new(Arc::clone(&plan), Policy { mode: origin.run.mode, ..Policy::default() });
    origin.seed(&mut machine, step, &store)?;
    let open = machine.to_undo();
    if open.is_empty() {
        let message = format!("nothing of run {} can be undone", origin.run.id);
        return Err(Error::refused(message)
            .help("a `rollback` block undoes the command before it; `midwatch show` says what ran")
            .into());
    }
    let id = Store::new_id();
    let opened = opened(&origin.run, &machine.walk, &id, step, open.len());
    let recorder = record::Record::create(Ok(store), &id, text.as_bytes(), false)?;
    walk::walk(machine, recorder, walk::walker(&attendance), Start::New(Box::new(opened), Vec::new()), false)
}

/// The first event of a run that undoes `origin`.
fn opened(origin: &Run, walk: &Walk, id: &str, step: Option<usize>, rollbacks: usize) -> Event {
    let mut tags = origin.tags.clone();
    tags.push(TAG.to_owned());
    Event::Opened {
        format: 1,
        run: id.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        runbook: origin.revision.clone(),
        operator: identity::operator(),
        mode: origin.mode,
        unattended: false,
        params: walk.values.clone(),
        secrets: origin.secrets.clone(),
        ticket: origin.ticket.clone(),
        tags,
        steps_total: rollbacks,
        from: step.map(|index| index + 1),
        cwd: origin.cwd.clone(),
        undoes: Some(origin.id.clone()),
    }
}

/// The run that is undone, as it was sealed.
pub struct Origin {
    /// Its fold.
    pub run: Run,
    events: Vec<Stamped>,
}

/// The run `id`, which another one undoes.
pub fn origin(store: &Store, id: &str) -> Result<Origin, Error> {
    Origin::read(&store.find(id)?)
}

impl Origin {
    fn read(folder: &RunDir) -> Result<Self, Error> {
        let mut events = Vec::new();
        reader::each(folder, &mut |record| events.push(record.stamped()))?;
        Ok(Origin { run: Run::replay(&events), events })
    }

    /// Has `machine` undo what this run did and no other run has undone since.
    pub fn seed(&self, machine: &mut Machine, step: Option<usize>, store: &Store) -> Result<(), Error> {
        let runbook = Arc::clone(&machine.plan.runbook);
        let mut walk = Walk::default();
        self.events.iter().for_each(|event| walk.apply(event, &runbook));
        for undone in undone_since(store, &self.run)? {
            undone.iter().for_each(|event| {
                if let Event::Exited { .. } | Event::Intent { .. } = event.event {
                    walk.apply(event, &runbook);
                }
            });
        }
        machine.walk.started = walk.started;
        machine.walk.rolled_back = walk.rolled_back;
        machine.walk.values = walk.values;
        machine.undo(Undo { step, then: Then::Complete });
        Ok(())
    }
}

/// The events of the runs that undid parts of `origin`, oldest first.
fn undone_since(store: &Store, origin: &Run) -> Result<Vec<Vec<Stamped>>, Error> {
    let mut ids = Vec::new();
    query(store, &Filter::default(), &mut |run| {
        if run.run > origin.id && run.tags.iter().any(|tag| tag == TAG) {
            ids.push(run.run.clone());
        }
        ControlFlow::Continue(())
    })?;
    ids.sort_unstable();
    let mut all = Vec::new();
    for id in ids {
        let Some(folder) = store.run(&id)? else { continue };
        let undo = Origin::read(&folder)?;
        if undo.run.undoes.as_deref() == Some(&origin.id) {
            all.push(undo.events);
        }
    }
    Ok(all)
}

/// The index of the step with a number or id.
pub fn step(plan: &Plan, wanted: Option<&str>) -> Result<Option<usize>, Error> {
    let Some(wanted) = wanted else { return Ok(None) };
    let number = wanted.parse::<usize>().ok();
    let steps = &plan.runbook.steps;
    let found = steps.iter().position(|step| Some(step.number) == number || step.id == wanted);
    found.map(Some).ok_or_else(|| Error::refused(format!("there is no step `{}`", wanted.escape_debug())))
}
