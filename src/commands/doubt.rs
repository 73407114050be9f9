//! A command with an intent and no exit: what can be found out about it.

use crate::engine::ports::mark;
use crate::event::fold::Run;
use crate::journal::{RunDir, this_boot, this_host};
use crate::process;

/// What is known of the command in doubt.
pub struct Doubt {
    /// For the record and the screen.
    pub what: String,
    /// Why it must not run again unasked, even where the runbook says that it may.
    pub forbids: Option<String>,
}

/// Looks for the command of `run` that nobody saw end; none if there is no such command.
pub fn look(run: &Run, folder: &RunDir) -> Option<Doubt> {
    let (step, attempt) = run.in_doubt()?;
    let (number, command) = (step.number, first_line(&attempt.command));
    let (found, forbids) = whereabouts(run, &mark(number, &attempt.action, attempt.attempt));
    let printed = printed(folder, number, &attempt.action, attempt.attempt);
    let what = format!(
        "step {number} is in doubt: `{command}` was started and nobody saw it end; {found}{printed}; what it \
         set for later steps may be lost"
    );
    Some(Doubt { what, forbids })
}

fn first_line(command: &str) -> String {
    let mut lines = command.lines().filter(|line| !line.trim().is_empty());
    let first: String = lines.next().unwrap_or_default().chars().take(80).collect();
    if lines.next().is_some() { format!("{first} ...") } else { first }
}

/// Whether it still runs, in words, and why it may.
fn whereabouts(run: &Run, mark: &str) -> (String, Option<String>) {
    let last = &run.current_operator;
    if last.host != this_host() {
        let what = format!("it ran on {}: look there whether it still does", last.host);
        return (what, Some(format!("it may still run on {}", last.host)));
    }
    if last.boot.is_some() && last.boot != this_boot() {
        return ("this machine was started anew since, so it does not run any more".into(), None);
    }
    // What runs as somebody else cannot be looked into; only root can.
    let me = super::identity::operator();
    if last.user != me.user && !rustix::process::geteuid().is_root() {
        let what = format!("{} started it, whose processes this user cannot look into", last.user);
        return (what.clone(), Some(format!("it may still run: {what}")));
    }
    let variables = [(process::RUN_VARIABLE, run.id.as_str()), (crate::engine::ports::MARK, mark)];
    match process::marked(&variables) {
        Some(alive) if alive.is_empty() => {
            ("no process of it is left here that this user can see".into(), None)
        }
        Some(alive) => {
            let what = format!("it still runs: {}", alive.join(", "));
            (what.clone(), Some(what))
        }
        None => ("this system does not tell whether it still runs".into(), Some("it may still run".into())),
    }
}

/// What it printed before midwatch stopped.
fn printed(folder: &RunDir, step: usize, action: &str, attempt: u32) -> String {
    let Some(name) = crate::journal::partial_output(folder, step, action, attempt) else {
        return String::new();
    };
    format!("; what it printed until then is in {}", folder.path().join("output").join(name).display())
}
