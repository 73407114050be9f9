//! What the engine needs from the world, as traits; the adapters live elsewhere.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::question::{Answer, Proposal, Question};
use super::walk::Walk;
pub use crate::check::Probed;
use crate::event::fold::Run;
use crate::event::{Event, FailedLine, Stamped};
use crate::plan::Plan;

/// The variable that marks every process of one attempt, so that it can be found when nobody saw it
/// end.
pub const MARK: &str = "MIDWATCH_STEP";

/// What [`MARK`] is for an attempt.
pub fn mark(step: usize, action: &str, attempt: u32) -> String {
    format!("{step}-{action}-{attempt}")
}

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

/// Where a command's output is kept while it runs.
pub trait OutputSink {
    /// Keeps `bytes`, within the bounds of the record.
    fn write(&mut self, bytes: &[u8]);

    /// Closes it. Output that could not be kept is said in [`Kept::trouble`]; the run goes on.
    fn finish(self: Box<Self>) -> Kept;
}

/// What was kept of a command's output.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// All bytes it printed.
    pub bytes: u64,
    /// File below the run's `output/`, if it printed anything.
    pub file: Option<String>,
    /// SHA-256 of the file as kept, in hex.
    pub sha256: Option<String>,
    /// Why it is not all there.
    pub trouble: Option<String>,
}

/// The durable record. The driver's rule: durable before visible, durable before acted upon.
pub trait Recorder {
    /// Stamps an event and adds it to the record; durable after the next [`Recorder::sync`].
    ///
    /// # Errors
    /// When the record cannot be written; nothing more may run then.
    fn append(&mut self, event: Event) -> anyhow::Result<Stamped>;

    /// Makes everything appended so far durable.
    ///
    /// # Errors
    /// As [`Recorder::append`]; final for this record.
    fn sync(&mut self) -> anyhow::Result<()>;

    /// What the record has to say about itself, to be recorded and shown: that it goes on elsewhere.
    fn remarks(&mut self) -> Vec<Event> {
        Vec::new()
    }

    /// A place for the output of one attempt.
    fn output(&mut self, step: usize, action: &str, attempt: u32) -> Box<dyn OutputSink>;

    /// Masks a declared secret in everything recorded from now on.
    fn add_secret(&mut self, value: &str);
}

/// What an operator's terminal shows a question or event against.
pub struct Scene<'a> {
    /// What is walked.
    pub plan: &'a Plan,
    /// Where it stands.
    pub walk: &'a Walk,
    /// The fold of all events so far.
    pub run: &'a Run,
    /// Now, on the monotonic clock.
    pub now_ms: u64,
}

/// A wait as it stands, between two samples.
#[derive(Debug, Clone, Default)]
pub struct Waiting {
    /// Since the wait began.
    pub elapsed: Duration,
    /// The whole wait at most.
    pub limit: Duration,
    /// Until the next sample.
    pub next_in: Duration,
    /// What the last sample showed.
    pub value: Option<String>,
    /// Why the last sample could not be evaluated.
    pub unknown: Option<String>,
    /// The sentence of the last sample.
    pub why: String,
    /// The condition, as written.
    pub until: String,
    /// Numbers seen so far, for the plot; at most the last few hundred.
    pub numbers: Vec<f64>,
    /// How long it will probably take.
    pub estimate: Option<Duration>,
    /// How many samples.
    pub samples: u32,
}

/// A key pressed while a check waits.
#[derive(Debug, Clone, PartialEq)]
pub enum WaitKey {
    /// Sample now.
    Now,
    /// Give it as much time again.
    More,
    /// Anything a person can say on any screen; all but a note ends the wait without a verdict.
    Say(Answer),
}

/// The person at the terminal, or nobody.
pub trait Operator {
    /// Shows an event that is durable.
    fn show(&mut self, event: &Stamped, scene: &Scene<'_>);

    /// Asks; returns when the person has answered.
    ///
    /// # Errors
    /// Only where midwatch cannot go on; a terminal that is gone is [`Answer::Gone`].
    fn ask(&mut self, question: &Question, scene: &Scene<'_>) -> anyhow::Result<Answer>;

    /// A command is about to run.
    fn before(&mut self, proposal: &Proposal, scene: &Scene<'_>);

    /// Something it printed.
    fn output(&mut self, bytes: &[u8]);

    /// The command is over.
    fn after(&mut self);

    /// Shows a wait and listens for a key, for at most `limit`.
    fn pulse(&mut self, waiting: &Waiting, limit: Duration, scene: &Scene<'_>) -> Option<WaitKey>;

    /// What the last sample of a check saw, for the key that shows output.
    fn sampled(&mut self, _probed: &Probed) {}

    /// A wait is over; takes down what [`Operator::pulse`] drew.
    fn waited(&mut self);

    /// How commands are connected to this operator's terminal.
    fn connection(&self) -> Connection;
}
