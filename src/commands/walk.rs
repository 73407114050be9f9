//! What `run` and `resume` share: the world a walk happens in, and what its end means.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use super::record::Record;
use super::{Failure, broken, columns, notice};
use crate::engine::drive::{Drive, Outlook, Signals, World};
use crate::engine::machine::Machine;
use crate::engine::ports::{Connection, Operator as _, Recorder as _, Runner as _};
use crate::error::{Error, Kind};
use crate::event::{Ending, Event, Stamped};
use crate::journal::SystemClock;
use crate::process::{self, LocalRunner, Setup};
use crate::runbook::{Runbook, Step};
use crate::terminal::keys::{Keyboard, LineKeyboard, RawKeyboard};
use crate::terminal::style::detect;
use crate::terminal::walker::Walker;

/// Who is there to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attendance {
    /// A person at a terminal that can be drawn on.
    Terminal,
    /// A person who reads lines and answers with letters and Enter.
    Lines,
    /// Nobody.
    Nobody,
}

/// Who is there, from the options and the terminal.
pub fn attendance(yes: bool, plain: bool) -> Result<Attendance, Error> {
    if yes {
        return Ok(Attendance::Nobody);
    }
    let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let dumb = std::env::var("TERM").map_or(true, |term| term.is_empty() || term == "dumb");
    match (plain, terminal) {
        (true, _) => Ok(Attendance::Lines),
        (false, true) if dumb => Ok(Attendance::Lines),
        (false, true) => Ok(Attendance::Terminal),
        (false, false) => Err(Error::refused("there is no terminal to ask on")
            .help("--yes runs what may run without a person; --plain reads answers from standard input")),
    }
}

/// The screen for those who are there.
pub fn walker(attendance: &Attendance) -> Walker {
    let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let plain = *attendance == Attendance::Lines;
    let style = detect(|name| std::env::var(name).ok(), std::io::stdout().is_terminal(), plain);
    let keyboard: Option<Box<dyn Keyboard>> = match attendance {
        Attendance::Terminal => Some(Box::new(RawKeyboard::new(style))),
        Attendance::Lines => Some(Box::<LineKeyboard>::default()),
        Attendance::Nobody => None,
    };
    let connection =
        if terminal && *attendance != Attendance::Nobody { Connection::Pty } else { Connection::Pipes };
    Walker::new(keyboard, style, Box::new(columns), connection)
}

/// Which of several independent procedures of one file is meant: its anchor. Who says with which step
/// to begin has said it.
///
/// # Errors
/// Where nobody can be asked.
pub fn which_procedure(
    runbook: &Runbook,
    from: Option<&str>,
    attendance: &Attendance,
    dry_run: bool,
) -> Result<Option<String>, Failure> {
    let procedures = runbook.procedures();
    if procedures.len() < 2 || dry_run {
        return Ok(None);
    }
    if let Some(from) = from {
        let is_first = |step: &Step| step.id == from || step.number.to_string() == from;
        let whole = procedures.iter().find(|&&index| runbook.steps_of(index).any(is_first));
        return Ok(whole.map(|&index| runbook.sections[index].anchor.clone()));
    }
    let sections: Vec<_> = procedures.iter().map(|index| &runbook.sections[*index]).collect();
    if *attendance == Attendance::Nobody {
        let anchors: Vec<String> = sections.iter().map(|section| format!("#{}", section.anchor)).collect();
        return Err(Failure::Many(vec![
            Error::refused(format!("{} holds several procedures", runbook.source.name()))
                .help(format!("say which one: {}", anchors.join(" "))),
        ]));
    }
    let steps: Vec<usize> = procedures.iter().map(|index| runbook.way_forward(Some(*index)).len()).collect();
    let mut walker = walker(attendance);
    match walker.pick(&runbook.title, &sections, &steps) {
        Some(index) => Ok(Some(sections[index].anchor.clone())),
        None => Err(Failure::Many(vec![Error::new(Kind::Refused, "no procedure was chosen; nothing ran")])),
    }
}

/// Where a walk begins.
pub enum Start {
    /// With its first event, and what is worth knowing from the start.
    New(Box<Event>, Vec<String>),
    /// Where earlier events left it.
    Again {
        /// The folder it was begun in.
        cwd: PathBuf,
        /// What was recorded before.
        past: Vec<Stamped>,
        /// What was recorded just now: that it goes on.
        now: Vec<Stamped>,
    },
}

/// Walks to the end or a pause, and says the exit code.
pub fn walk(
    mut machine: Machine,
    mut recorder: Record,
    mut walker: Walker,
    start: Start,
    unattended: bool,
) -> Result<u8, Failure> {
    process::signals::install()?;
    let id = recorder.id().to_owned();
    super::ship::again(recorder.store());
    let plan = Arc::clone(&machine.plan);
    let cwd = match &start {
        Start::Again { cwd, .. } => cwd.clone(),
        Start::New(opened, _) => match &**opened {
            Event::Opened { cwd, .. } => PathBuf::from(cwd),
            _ => std::env::current_dir()?,
        },
    };
    let mut env = process::inherited();
    env.insert(process::RUN_VARIABLE.into(), recorder.id().into());
    let mut runner = LocalRunner::new(Setup {
        shell: plan.runbook.front.shell.clone(),
        state_dir: recorder.state_dir(),
        env,
        cwd,
    })?;
    for name in &plan.values.secret {
        if let Some(value) = plan.values.known.get(name) {
            machine.add_secret(name, value);
        }
    }
    for value in machine.secrets().values() {
        runner.add_secret(value);
        recorder.add_secret(value);
    }
    walker.outputs_from(recorder.outputs());
    if walker.connection() == Connection::Pty {
        use std::os::fd::AsFd;
        runner.use_terminal(std::io::stdin().as_fd().try_clone_to_owned()?);
        runner.on_interrupt(Box::new(crate::terminal::keys::ask_to_end));
    }
    let clock = SystemClock;
    let mut signals = Caught { clocks: notice::Clocks::now(), hung_up: false };
    let world = World {
        recorder: &mut recorder,
        runner: &mut runner,
        operator: &mut walker,
        clock: &clock,
        signals: &mut signals,
    };
    let mut drive = Drive::new(machine, world, unattended);
    match start {
        Start::New(opened, warnings) => {
            drive.record(*opened)?;
            for what in warnings {
                drive.record(Event::Warned { what })?;
            }
        }
        Start::Again { past, now, .. } => {
            drive.replay(&past);
            drive.seen(now);
        }
    }
    broken::open(Some(&id));
    let (outlook, run) = drive.walk()?;
    broken::open(None);
    recorder.close(&run)?;
    if matches!(outlook, Outlook::Sealed(_)) {
        super::ship::later(recorder.store(), &run);
    }
    Ok(match outlook {
        Outlook::Sealed(Ending::Completed) => 0,
        Outlook::Sealed(_) => Kind::Failed.code(),
        Outlook::Paused(None) => Kind::Paused.code(),
        Outlook::Paused(Some(signal)) => Kind::Signal(signal).code(),
    })
}

/// Signals to this process.
struct Caught {
    clocks: notice::Clocks,
    /// The terminal is gone.
    hung_up: bool,
}

impl Signals for Caught {
    fn take(&mut self) -> Option<(i32, &'static str)> {
        let signal = process::signals::take()?;
        self.hung_up |= signal == signal_hook::consts::SIGHUP;
        Some((signal, signal_hook::low_level::signal_name(signal).unwrap_or("a signal")))
    }

    fn noticed(&mut self) -> Vec<String> {
        let mut noticed = self.clocks.noticed();
        // The kernel sends a CONT after the HUP of a vanished terminal, whether anything stood or not.
        let hung_up = self.hung_up || process::signals::pending() == Some(signal_hook::consts::SIGHUP);
        if process::signals::continued() && !hung_up {
            noticed.push("midwatch was stopped, and goes on".into());
        }
        noticed
    }
}
