//! A runbook that changed since this operator last ran it: what changed in its commands is shown
//! before the first step.

use std::io::Write;
use std::ops::ControlFlow;

use super::difference;
use crate::event::Event;
use crate::history::{Filter, query};
use crate::journal::Store;
use crate::runbook::{self, Runbook};
use crate::source::Source;

/// What changed.
pub struct Changed {
    /// For the record.
    pub what: String,
    lines: Vec<String>,
}

impl Changed {
    /// Shows the lines that differ.
    pub fn show(&self) {
        let text =
            format!("  Its commands now (+) against those you ran last (-):\n{}\n", self.lines.join("\n"));
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }
}

/// Compares the commands of `now` with those this operator ran last; none if they are the same, or
/// were never run.
pub fn changed(store: &Store, opened: &Event, now: &Runbook) -> Option<Changed> {
    let Event::Opened { runbook: revision, operator, .. } = opened else { return None };
    let who = operator.person();
    let filter = Filter {
        operator: Some(who.to_owned()),
        runbook: Some(revision.file.clone()),
        undoing: Some(false),
        ..Filter::default()
    };
    let mut last = None;
    query(store, &filter, &mut |run| {
        let path = run.runbook.split_once('#').map_or(run.runbook.as_str(), |(path, _)| path);
        if path != revision.file {
            return ControlFlow::Continue(());
        }
        last = Some((run.run, run.sha256));
        ControlFlow::Break(())
    })
    .ok()?;
    let (run, _) = last.filter(|(_, sha256)| *sha256 != revision.sha256)?;
    let text = String::from_utf8(store.run(&run).ok()??.runbook().ok()?).ok()?;
    let before = runbook::parse(Source::new(revision.path.clone(), text));
    let lines = difference::lines(&commands(&before), &commands(now));
    let what = format!("its commands have changed since {who} ran it last (run {run})");
    (!lines.is_empty()).then_some(Changed { what, lines })
}

/// All that runs, and what decides how, as text.
fn commands(runbook: &Runbook) -> String {
    let mut text = String::new();
    let front = &runbook.front;
    front.env.iter().for_each(|(name, value)| text.push_str(&format!("env {name}={value}\n")));
    text.extend(front.shell.iter().map(|shell| format!("shell {shell}\n")));
    for action in runbook.steps.iter().flat_map(|step| &step.actions) {
        let exec = action.attrs.exec.as_ref().map(|exec| format!(" exec={}", exec.value)).unwrap_or_default();
        text.push_str(&format!("{} {}{exec}\n", action.kind.name(), action.id));
        action.script.lines().for_each(|line| text.push_str(&format!("    {line}\n")));
    }
    text
}
