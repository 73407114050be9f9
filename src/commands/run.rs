//! `midwatch run`: from a file and wishes to a walk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::walk::{self, Attendance};
use super::{Failure, identity, policy, record, trust};
use crate::cli::RunArgs;
use crate::engine::machine::{Machine, Policy};
use crate::engine::ports::{Operator as _, Scene};
use crate::engine::question::{Answer, Question};
use crate::engine::walk::Walk;
use crate::error::{Error, Kind};
use crate::event::clock::{Clock, stamp};
use crate::event::fold::Run;
use crate::event::{Event, Mode, Stamped};
use crate::journal::SystemClock;
use crate::plan::{Given, Plan, Wish};
use crate::process;
use crate::runbook::{self, Runbook};

/// Runs one runbook.
pub fn run(args: RunArgs) -> Result<u8, Failure> {
    let (file, anchor) = split(&args.file);
    let source = runbook::file::read_source(&file)?;
    let runbook = Arc::new(runbook::parse(source));
    let attendance = if args.dry_run { Attendance::Nobody } else { walk::attendance(args.yes, args.plain)? };
    let given = Given {
        set: args.set.clone(),
        set_file: read_values(&args.set_file)?,
        env: std::env::vars().collect(),
    };
    let mut wish = Wish { anchor, from: args.from.clone() };
    if wish.anchor.is_none() {
        wish.anchor = walk::which_procedure(&runbook, wish.from.as_deref(), &attendance, args.dry_run)?;
    }
    let plan = Arc::new(build(runbook, &wish, &given)?);
    if args.dry_run {
        return super::dry::dry_run(&plan);
    }
    let mode = match (args.drill, args.tabletop) {
        (true, _) => Mode::Drill,
        (_, true) => Mode::Tabletop,
        _ => Mode::Live,
    };
    let id = crate::journal::Store::new_id();
    let opened = opened(&args, &file, &wish, &plan, mode, &id)?;
    let policy = policy::Policy::of(&file)?;
    let mut warnings = policy.check(&opened)?;
    let store = record::store_for(policy.group()?.as_ref());
    let known = store.as_ref().ok();
    let changed = known.and_then(|store| trust::changed(store, &opened, &plan.runbook));
    if let Some(changed) = changed {
        changed.show();
        warnings.push(changed.what);
    }
    let policy = Policy { unattended: args.yes, confirmed: confirmed(&args.confirm), mode };
    let mut walker = walk::walker(&attendance);
    if !args.yes {
        let clock = SystemClock;
        let preview =
            Stamped { seq: 0, at: stamp(clock.now()), mono_ms: clock.mono_ms(), event: opened.clone() };
        if !begin(&plan, &mut walker, &preview)? {
            // A script must not take it for done.
            return Err(Failure::Many(vec![Error::new(Kind::Refused, "not started; nothing ran")]));
        }
    }
    let recorder =
        record::Record::create(store, &id, plan.runbook.source.text().as_bytes(), args.break_glass)?;
    let machine = Machine::new(Arc::clone(&plan), policy);
    walk::walk(machine, recorder, walker, walk::Start::New(Box::new(opened), warnings), args.yes)
}

/// Shows the preflight and asks whether to start.
fn begin(
    plan: &Plan,
    walker: &mut crate::terminal::walker::Walker,
    preview: &Stamped,
) -> Result<bool, Failure> {
    let mut walk = Walk::default();
    walk.apply(preview, &plan.runbook);
    let mut run = Run::new();
    run.apply(preview);
    let scene = Scene { plan, walk: &walk, run: &run, now_ms: preview.mono_ms };
    walker.show(preview, &scene);
    let name = named(&run);
    walker.preflight(&super::preflight::preflight(&name));
    walker.compares_with(super::preflight::usual(&name, None));
    Ok(walker.ask(&Question::Begin, &scene)? == Answer::Go)
}

/// What the history calls the runbook of a run: its file, with the section where only that runs.
pub fn named(run: &Run) -> String {
    let anchor = run.revision.anchor.as_ref().map(|anchor| format!("#{anchor}")).unwrap_or_default();
    format!("{}{anchor}", run.revision.file)
}

/// `FILE#anchor`; a file whose name holds the sign is taken as a file.
pub fn split(name: &str) -> (String, Option<String>) {
    match name.rsplit_once('#') {
        Some((file, anchor)) if !Path::new(name).exists() => (file.to_owned(), Some(anchor.to_lowercase())),
        _ => (name.to_owned(), None),
    }
}

pub fn read_values(files: &[(String, String)]) -> Result<Vec<(String, String)>, Error> {
    let read = |(name, path): &(String, String)| {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Error::refused(format!("the value of `{name}` cannot be read from {path}: {error}"))
        })?;
        Ok((name.clone(), text.strip_suffix('\n').map(str::to_owned).unwrap_or(text)))
    };
    files.iter().map(read).collect()
}

/// The plan, or everything that keeps it from being walked, missing programs included.
pub fn build(runbook: Arc<Runbook>, wish: &Wish, given: &Given) -> Result<Plan, Failure> {
    let missing: Vec<Error> = runbook
        .front
        .requires
        .iter()
        .filter(|program| !process::which(&program.value))
        .map(|program| {
            Error::refused(format!("`{}` is required and not on the PATH", program.value.escape_debug()))
                .at(&runbook.source, program.span)
                .help("install it, or run this where it is")
        })
        .collect();
    match Plan::build(runbook, wish, given) {
        Ok(plan) if missing.is_empty() => Ok(plan),
        Ok(_) => Err(Failure::Many(missing)),
        Err(mut errors) => {
            errors.extend(missing);
            Err(Failure::Many(errors))
        }
    }
}

/// `--confirm ID[=WORD]`
pub fn confirmed(words: &[String]) -> BTreeMap<String, Option<String>> {
    let one = |word: &String| match word.split_once('=') {
        Some((id, word)) => (id.to_owned(), Some(word.to_owned())),
        None => (word.clone(), None),
    };
    words.iter().map(one).collect()
}

fn opened(
    args: &RunArgs,
    name: &str,
    wish: &Wish,
    plan: &Plan,
    mode: Mode,
    id: &str,
) -> Result<Event, Failure> {
    let runbook = &plan.runbook;
    let file = if name == "-" { PathBuf::from("-") } else { std::fs::canonicalize(name)? };
    let git = if name == "-" { identity::Committed::default() } else { identity::committed(&file) };
    let secrets: Vec<String> = plan.values.secret.clone();
    let public = |(name, _): &(&String, &String)| !secrets.contains(name);
    Ok(Event::Opened {
        format: 1,
        run: id.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        runbook: identity::revision(
            name,
            &file,
            wish.anchor.as_deref(),
            &runbook.title,
            runbook.source.sha256(),
            &git,
        ),
        operator: identity::operator(),
        mode,
        unattended: args.yes,
        params: plan.values.known.iter().filter(public).map(|(k, v)| (k.clone(), v.clone())).collect(),
        secrets: secrets.clone(),
        ticket: args.ticket.clone(),
        tags: args.tags.clone(),
        steps_total: plan.steps.len(),
        from: args.from.as_ref().and_then(|_| plan.steps.first()).map(|index| index + 1),
        cwd: std::env::current_dir()?.display().to_string(),
        undoes: None,
    })
}
