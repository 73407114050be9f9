//! What the operator should know before the first step: past runs, open runs, a line that may drop.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::time::Duration;

use crate::event::fold::{RunStatus, Summary};
use crate::history::stats::{StepStats, stats};
use crate::history::{Filter, Zone, query, undone_whole};
use crate::journal::Store;
use crate::terminal::cards::{LastRun, Preflight, Usual, UsualStep};

/// How many past runs tell what is usual.
const LOOKED_AT: usize = 50;

/// Looks at past runs of `runbook` (its absolute path, with `#anchor` where only a section runs).
///
/// Nothing here keeps a run from starting: what cannot be read is left out.
pub fn preflight(runbook: &str) -> Preflight {
    let mut found = Preflight { warnings: warnings(), ..Preflight::default() };
    let Ok(store) = Store::locate(&|name| std::env::var_os(name)).and_then(|root| Store::read(&root)) else {
        return found;
    };
    let filter = Filter {
        runbook: Some(runbook.to_owned()),
        drill: Some(false),
        limit: Some(LOOKED_AT),
        ..Filter::default()
    };
    let mut times = Vec::new();
    // Newest first: who undid a run is met before it.
    let mut undone: HashMap<String, Vec<Summary>> = HashMap::new();
    let _ = query(&store, &filter, &mut |run| {
        if run.runbook != runbook {
            return ControlFlow::Continue(());
        }
        match run.status {
            RunStatus::Completed if run.undoes.is_some() => {}
            RunStatus::Completed => times.push(Duration::from_millis(run.duration_ms)),
            RunStatus::Open | RunStatus::Paused => {
                found.unfinished.push((run.run.clone(), run.status.name()))
            }
            _ => {}
        }
        if let Some(of) = run.undoes.clone() {
            undone.entry(of).or_default().push(run);
        } else if found.last.is_none() {
            let undone = undone.get(&run.run).and_then(|by| undone_whole(by));
            let status = run.status.name();
            found.last = Some(LastRun { status, undone, started: run.started, operator: run.operator });
        }
        ControlFlow::Continue(())
    });
    times.sort();
    found.times = times;
    found
}

/// How many past runs are read to say what each step usually takes, and how often it failed.
const COMPARED_WITH: usize = 20;

/// What past runs of `runbook` say of its steps; `until` leaves out what began then or later.
///
/// Nothing here keeps a run from starting: what cannot be read is left out.
pub fn usual(runbook: &str, until: Option<jiff::Timestamp>) -> Usual {
    let Ok(store) = Store::locate(&|name| std::env::var_os(name)).and_then(|root| Store::read(&root)) else {
        return Usual::default();
    };
    let filter = Filter {
        runbook: Some(runbook.to_owned()),
        drill: Some(false),
        limit: Some(COMPARED_WITH),
        until,
        ..Filter::default()
    };
    let books = stats(&store, &filter, &Zone::utc()).unwrap_or_default();
    let Some(book) = books.into_iter().find(|book| book.runbook == runbook) else { return Usual::default() };
    let time = |seconds: Option<f64>| seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let step = |step: &StepStats| UsualStep {
        runs: step.runs,
        failed: (step.failed * step.runs as f64).round() as usize,
        took: time(step.median_s),
    };
    Usual {
        whole: time(book.median_s),
        steps: book.steps.iter().map(|known| (known.id.clone(), step(known))).collect(),
    }
}

/// What may go wrong with the place midwatch runs in.
fn warnings() -> Vec<String> {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let mut warnings = Vec::new();
    if set("SSH_CONNECTION") && !set("TMUX") && !set("STY") {
        warnings
            .push("ssh without tmux or screen: if the line drops, the running command ends with it".into());
    }
    warnings
}
