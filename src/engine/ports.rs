//! What the engine needs from the world, as traits; the adapters live elsewhere.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::event::FailedLine;

/// How a command is connected to the operator's terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Pipes; input is `/dev/null`; its own process group.
    Pipes,
    /// A pseudo-terminal of its own, relayed and recorded; the keyboard reaches it.
    Pty,
}

/// One command to run in the shell state the steps share.
#[derive(Debug, Clone)]
pub struct Job {
    /// The text the shell runs, or `exec`'s standard input.
    pub script: String,
    /// `exec=COMMAND`: reads `script` on its standard input.
    pub exec: Option<String>,
    /// Working folder; the carried one if not said.
    pub cwd: Option<PathBuf>,
    /// Params, captures and answers, put over the carried environment.
    pub env: BTreeMap<String, String>,
    /// The process group is ended after it.
    pub timeout: Option<Duration>,
    /// Terminal or pipes.
    pub connection: Connection,
    /// Keep standard output (through a pipe) in [`Outcome::captured`].
    pub capture: bool,
    /// A session the operator works in: pagers stay as they are.
    pub interactive: bool,
}

/// How a command ended.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Exit status; none if a signal ended it or it could not be started.
    pub exit: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// How long it took.
    pub duration: Duration,
    /// Whether `timeout` ended it.
    pub timed_out: bool,
    /// Commands inside the block that failed although it went on (the rules of an ERR trap).
    pub failed_lines: Vec<FailedLine>,
    /// What it changed, as a sentence (`set NODE; now in /srv/app`).
    pub changed: Option<String>,
    /// Why it could not be started, or why its state was not kept.
    pub trouble: Option<String>,
    /// Background processes that still hold its output, as `pid command`.
    pub survivors: Vec<String>,
    /// Standard output, where it was asked for, at most 1 MiB.
    pub captured: Option<Vec<u8>>,
}

/// What one try of a probe printed.
#[derive(Debug, Clone, Default)]
pub struct Probed {
    /// Exit status; none if a signal ended it.
    pub exit: Option<i32>,
    /// Standard output, at most 1 MiB, invalid UTF-8 replaced.
    pub stdout: String,
    /// Standard error, at most 64 KiB, invalid UTF-8 replaced.
    pub stderr: String,
    /// Whether it ran into `try` and was ended with its process group.
    pub timed_out: bool,
    /// How long it took.
    pub duration: Duration,
    /// Why it could not be started.
    pub trouble: Option<String>,
}

/// Runs commands and probes.
pub trait Runner {
    /// Runs `job` to its end; `output` gets everything it prints as it comes, secrets masked.
    ///
    /// # Errors
    /// Only where midwatch itself cannot go on; a command that cannot start is an [`Outcome`].
    fn run(&mut self, job: &Job, output: &mut dyn FnMut(&[u8])) -> anyhow::Result<Outcome>;

    /// Runs a read-only probe in a copy of the shell's state, with pipefail, without terminal or
    /// input; it is ended after `limit`, and what it changed is dropped.
    ///
    /// # Errors
    /// As [`Runner::run`].
    fn probe(&mut self, job: &Job, limit: Duration) -> anyhow::Result<Probed>;

    /// Masks a value from now on in everything the runner passes on.
    fn add_secret(&mut self, value: &str);
}
