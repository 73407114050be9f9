//! `midwatch resume`: goes on where a run stopped, from the recorded runbook.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use super::walk::{self, Start};
use super::{Failure, difference, doubt, fallback, identity, record, run, undo};
use crate::cli::ResumeArgs;
use crate::engine::machine::{Machine, Policy, Then, Undo};
use crate::engine::ports::Recorder as _;
use crate::error::Error;
use crate::event::fold::Run;
use crate::event::{Event, Operator};
use crate::journal::{Journal, SystemClock, Torn, this_host};
use crate::plan::{Given, Plan, Wish};
use crate::process::ShellState;
use crate::runbook;
use crate::source::Source;

/// Goes on with a run.
pub fn resume(args: ResumeArgs) -> Result<u8, Failure> {
    go_on(args, None)
}

/// Goes on with a run, or undoes what it did so far.
pub fn go_on(args: ResumeArgs, undo: Option<Option<String>>) -> Result<u8, Failure> {
    crate::process::signals::install()?;
    let attendance = walk::attendance(args.yes, args.plain)?;
    let store = record::store_about(Some(&args.run))?;
    let folder = store.find(&args.run)?;
    fallback::not_elsewhere(&store, folder.id())?;
    let (mut journal, recorded, torn) = Journal::reopen(&store, folder, Arc::new(SystemClock))?;
    let past = recorded.run;
    if !args.take_over {
        of_this_host(&past)?;
    }
    let mut events = Vec::new();
    crate::journal::reader::each(journal.run(), &mut |record| events.push(record.stamped()))?;
    let text = String::from_utf8(journal.run().runbook()?)
        .map_err(|_| Error::refused("the recorded runbook is not UTF-8"))?;
    let state = store.make_carried(&past.id)?;
    let lost: Vec<String> = ShellState::open(&state)?.lost_secrets().into_iter().map(str::to_owned).collect();
    let (lost_values, set_file): (BTreeMap<_, _>, Vec<_>) = split(run::read_values(&args.set_file)?, &lost);
    let origin = past.undoes.as_deref().map(|origin| undo::origin(&store, origin)).transpose()?;
    let begun = origin.as_ref().map_or(&past, |origin| &origin.run);
    let plan = Arc::new(plan_again(begun, &text, set_file)?);
    let policy = Policy { unattended: args.yes, confirmed: run::confirmed(&args.confirm), mode: past.mode };
    let mut machine = Machine::new(Arc::clone(&plan), policy);
    machine.lost(lost);
    lost_values.iter().for_each(|(name, value)| machine.add_secret(name, value));
    match (&origin, undo) {
        (Some(origin), _) => origin.seed(&mut machine, past.from.map(|step| step - 1), &store)?,
        (None, Some(step)) => {
            let step = undo::step(&plan, step.as_deref())?;
            machine.undo(Undo { step, then: Then::Pause });
        }
        (None, None) => {}
    }
    let doubt = doubt::look(&past, journal.run());
    if let Some(why) = doubt.as_ref().and_then(|doubt| doubt.forbids.clone()) {
        machine.doubt(why);
    }

    let operator = identity::operator();
    let after = vec![journal.resume(Event::Resumed {
        operator: operator.clone(),
        version: env!("CARGO_PKG_VERSION").into(),
        from: handed_over(&past, &operator),
    })?];
    let mut recorder = record::Record::again(journal, args.break_glass);
    let known = plan.values.secret.iter().filter_map(|name| plan.values.known.get(name));
    known.chain(lost_values.values()).for_each(|value| recorder.add_secret(value));
    let mut warnings = Vec::new();
    warnings.extend(torn.as_ref().map(set_aside));
    let (cwd, gone) = folder_again(&past)?;
    warnings.extend(gone);
    let (changed, differs) = changed_since(&past, &text);
    warnings.extend(changed);
    warnings.extend(doubt.map(|doubt| doubt.what));
    let mut now = after;
    for what in warnings {
        now.push(recorder.append(Event::Warned { what })?);
    }
    recorder.sync()?;
    show(&differs);
    let start = Start::Again { cwd, past: events, now };
    let mut walker = walk::walker(&attendance);
    if !args.yes {
        let began = past.opened.as_ref().and_then(|opened| opened.at.parse().ok());
        walker.compares_with(super::preflight::usual(&run::named(&past), began));
    }
    walk::walk(machine, recorder, walker, start, args.yes)
}

/// Only who sits at a host can tell whether a process of it lives, so a run that another host has
/// open is not taken from it unasked: its lock may not be seen here.
fn of_this_host(past: &Run) -> Result<(), Error> {
    let last = &past.current_operator;
    if past.paused().is_some() || last.host == this_host() {
        return Ok(());
    }
    let message = format!(
        "run {} is open on {}: {} (process {}); whether it still lives cannot be told from here",
        past.id, last.host, last.user, last.pid
    );
    Err(Error::refused(message).help("if you know that it does not, add --take-over"))
}

/// Values for what a step once set to a secret, and values for the runbook.
fn split(
    values: Vec<(String, String)>,
    lost: &[String],
) -> (BTreeMap<String, String>, Vec<(String, String)>) {
    let (lost, rest): (Vec<_>, Vec<_>) = values.into_iter().partition(|(name, _)| lost.contains(name));
    (lost.into_iter().collect(), rest)
}

/// The plan as it was made when the run began, from the recorded text and values.
pub fn plan_again(past: &Run, text: &str, set_file: Vec<(String, String)>) -> Result<Plan, Failure> {
    let source = Source::new(past.revision.path.clone(), text.to_owned());
    let wish = Wish { anchor: past.revision.anchor.clone(), from: past.from.map(|step| step.to_string()) };
    let set = past.params.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let given = Given { set, set_file, env: std::env::vars().collect() };
    run::build(Arc::new(runbook::parse(source)), &wish, &given)
}

/// Who had it before, if it is somebody else who goes on, or somewhere else.
fn handed_over(past: &Run, now: &Operator) -> Option<Operator> {
    let before = &past.current_operator;
    (before.person() != now.person() || before.host != now.host).then(|| before.clone())
}

fn set_aside(torn: &Torn) -> String {
    format!("a crash left {} bytes of an unfinished record; they are kept in {}", torn.bytes, torn.file)
}

/// The folder the run began in.
fn folder_again(past: &Run) -> Result<(PathBuf, Option<String>), Failure> {
    let folder = PathBuf::from(&past.cwd);
    if folder.is_dir() {
        return Ok((folder, None));
    }
    let here = std::env::current_dir()?;
    let what =
        format!("the folder it began in, {}, is not there; it goes on in {}", past.cwd, here.display());
    Ok((here, Some(what)))
}

/// Whether the file on disk is another one than the recorded one, and the lines that differ.
fn changed_since(past: &Run, recorded: &str) -> (Option<String>, Vec<String>) {
    if past.revision.file.is_empty() || past.revision.file == "-" {
        return (None, Vec::new());
    }
    let what = match std::fs::read(&past.revision.file) {
        Ok(bytes) if crate::source::sha256(&bytes) == past.revision.sha256 => return (None, Vec::new()),
        Ok(bytes) => {
            let what = "the runbook's file has changed since; the recorded text goes on".to_owned();
            return (Some(what), difference::lines(recorded, &String::from_utf8_lossy(&bytes)));
        }
        Err(error) => {
            format!("the runbook's file cannot be read any more ({error}); the recorded text goes on")
        }
    };
    (Some(what), Vec::new())
}

fn show(difference: &[String]) {
    if difference.is_empty() {
        return;
    }
    let text = format!("  The file now (+) against the recorded text (-):\n{}\n", difference.join("\n"));
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
