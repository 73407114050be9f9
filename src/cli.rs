//! The command line, as clap sees it.

pub(crate) mod complete;
mod examples;
mod later;
mod looking;

pub use later::Later;
pub use looking::*;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::engine::ArgValueCompleter;

use complete::{complete_param, complete_run, complete_runbook, complete_step, complete_step_id};

/// Walks you through a Markdown runbook, waits until its checks are true, and records what
/// happened.
#[derive(Debug, Parser)]
#[command(
    name = "midwatch",
    version,
    about,
    max_term_width = 100,
    arg_required_else_help = true,
    after_help = "Examples:
  midwatch run runbooks/first-watch.md          walk through it, step by step
  midwatch run failover.md#promote              only the section with that anchor
  midwatch run restore.md --set replica=db3     give a parameter
  midwatch steps restore.md                     what midwatch understood of it
  midwatch lint runbooks/                       what is wrong with them
  midwatch show 3f9a                            what happened in a run

Exit codes: 0 done; 1 failed, broken or aborted; 2 nothing ran; 3 paused, a person is needed;
128+N ended by signal N. The record lies in $MIDWATCH_STATE_DIR, else ~/.local/state/midwatch."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What midwatch can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Walk through a runbook: see each step, run it, wait for its checks, keep a record.
    Run(Later<RunArgs>),
    /// Go on with a run that was paused, interrupted or lost its terminal.
    Resume(Later<ResumeArgs>),
    /// Run the rollbacks of what a run did, newest first, each confirmed.
    Undo(Later<UndoArgs>),
    /// Show what midwatch understood of a runbook: its steps, commands and checks.
    Steps(Later<StepsArgs>),
    /// Find what is wrong with runbooks before somebody needs them.
    #[command(after_help = "Examples:
  midwatch lint runbooks/                       all of a folder
  midwatch lint --format github runbooks/       annotations in a pull request
  midwatch lint --fix --diff runbooks/          what safe fixes would change
  midwatch explain MW201                        why a rule is there

Exit codes: 0 nothing found, 1 findings, 2 usage, unreadable or no files.")]
    Lint(Later<crate::commands::lint::LintArgs>),
    /// List the linter's rules.
    #[command(after_help = examples::RULES)]
    Rules(Later<crate::commands::lint::RulesArgs>),
    /// Explain one rule, with a bad and a good example.
    #[command(after_help = examples::EXPLAIN)]
    Explain(Later<crate::commands::lint::ExplainArgs>),
    /// Show one run: the timeline, each step with its commands and results.
    Show(Later<ShowArgs>),
    /// List past runs, newest first.
    History(Later<HistoryArgs>),
    /// Check that records are whole and unchanged.
    Verify(Later<VerifyArgs>),
    /// Print what a step of a run printed.
    Output(Later<OutputArgs>),
    /// Add a note to a run.
    Note(Later<NoteArgs>),
    /// Write one run down: for a ticket, as a page with plots, for programs, or to replay.
    Report(Later<ReportArgs>),
    /// See what somebody else's run shows, live, without a hand in it.
    Follow(Later<FollowArgs>),
    /// Say what all runs of a runbook tell: which steps fail, how long they take, what was missed.
    Stats(Later<StatsArgs>),
    /// List the runbooks of a folder: whose they are, which are overdue, what was suggested.
    List(Later<ListArgs>),
    /// Find the runbook for an alert, a link or words.
    Find(Later<FindArgs>),
    /// Write a runbook to begin with.
    New(Later<NewArgs>),
    /// Print all runs as JSON Lines.
    #[command(after_help = examples::EXPORT)]
    Export,
    /// Remove old runs that are over; their tombstones stay in the list of runs.
    Prune(Later<PruneArgs>),
    /// Sign a run that is over with an SSH key, or verify its signatures.
    Sign(Later<SignArgs>),
    /// Give sealed runs that are still to be shipped to their command (`[ship]` in midwatch.toml).
    #[command(hide = true)]
    Ship,
    /// Print the completion script for a shell.
    #[command(after_help = "Example:\n  midwatch completions bash > /etc/bash_completion.d/midwatch")]
    Completions {
        /// Which shell.
        shell: Shell,
    },
    /// Print the manual page.
    #[command(after_help = examples::MAN)]
    Man,
}

/// Shells with completions.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "lower")]
pub enum Shell {
    /// GNU bash.
    Bash,
    /// Z shell.
    Zsh,
    /// fish.
    Fish,
    /// PowerShell.
    PowerShell,
    /// Elvish.
    Elvish,
}

/// `midwatch run`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  midwatch run restore.md --set replica=db3 --ticket INC-42
  midwatch run restore.md --dry-run             the whole plan; runs and records nothing
  midwatch run restore.md --yes --confirm wipe  without a person; stops where one is needed
  midwatch run restore.md --plain               lines, letters and Enter: for screen readers and pipes")]
pub struct RunArgs {
    /// The runbook; FILE#anchor runs one section, `-` reads standard input.
    #[arg(value_name = "FILE[#ANCHOR]", add = ArgValueCompleter::new(complete_runbook))]
    pub file: String,
    /// A parameter or placeholder value (not for secrets: ps shows it).
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair, add = ArgValueCompleter::new(complete_param))]
    pub set: Vec<(String, String)>,
    /// A value from a file.
    #[arg(long = "set-file", value_name = "NAME=PATH", value_parser = pair, add = ArgValueCompleter::new(complete_param))]
    pub set_file: Vec<(String, String)>,
    /// Without a person: tagged commands run; it stops with exit 3 at whatever needs one.
    #[arg(long)]
    pub yes: bool,
    /// Allow a dangerous command under --yes: its id, and its word where one is declared.
    #[arg(long, value_name = "ID[=WORD]", add = ArgValueCompleter::new(complete_step_id))]
    pub confirm: Vec<String>,
    /// Appended lines, letters and Enter: for screen readers, dumb terminals and pipes.
    #[arg(long, conflicts_with = "yes")]
    pub plain: bool,
    /// Show the whole plan; run and record nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Rehearse: commands run, the record says it was a drill.
    #[arg(long, conflicts_with = "tabletop")]
    pub drill: bool,
    /// Rehearse: no command runs.
    #[arg(long)]
    pub tabletop: bool,
    /// Ticket or incident this run belongs to.
    #[arg(long, value_name = "ID")]
    pub ticket: Option<String>,
    /// A word to find the run by.
    #[arg(long = "tag", value_name = "TAG")]
    pub tags: Vec<String>,
    /// If the record cannot be written any more, go on all the same; the gap is recorded.
    #[arg(long)]
    pub break_glass: bool,
    /// Begin with this step: its number or id.
    #[arg(long, value_name = "STEP", add = ArgValueCompleter::new(complete_step))]
    pub from: Option<String>,
}

/// `midwatch resume`
#[derive(Debug, Args)]
#[command(after_help = examples::RESUME)]
pub struct ResumeArgs {
    /// The run: any unique beginning or end of its id, 4 characters or more.
    #[arg(add = ArgValueCompleter::new(complete_run))]
    pub run: String,
    /// Without a person, as for run.
    #[arg(long)]
    pub yes: bool,
    /// Allow a dangerous command under --yes.
    #[arg(long, value_name = "ID[=WORD]", add = ArgValueCompleter::new(complete_step_id))]
    pub confirm: Vec<String>,
    /// Appended lines, letters and Enter.
    #[arg(long, conflicts_with = "yes")]
    pub plain: bool,
    /// The value of a secret, which the record does not hold.
    #[arg(long = "set-file", value_name = "NAME=PATH", value_parser = pair, add = ArgValueCompleter::new(complete_param))]
    pub set_file: Vec<(String, String)>,
    /// Go on with a run that another host has open: you know that its process there is gone.
    #[arg(long)]
    pub take_over: bool,
    /// If the record cannot be written any more, go on all the same; the gap is recorded.
    #[arg(long)]
    pub break_glass: bool,
}

/// `midwatch undo`
#[derive(Debug, Args)]
#[command(after_help = examples::UNDO)]
pub struct UndoArgs {
    /// The run: any unique beginning or end of its id, 4 characters or more.
    #[arg(add = ArgValueCompleter::new(complete_run))]
    pub run: String,
    /// Only what this step did: its number or id.
    #[arg(long, add = ArgValueCompleter::new(complete_step))]
    pub step: Option<String>,
    /// Appended lines, letters and Enter.
    #[arg(long)]
    pub plain: bool,
    /// The value of a secret, which the record does not hold.
    #[arg(long = "set-file", value_name = "NAME=PATH", value_parser = pair, add = ArgValueCompleter::new(complete_param))]
    pub set_file: Vec<(String, String)>,
}

/// `midwatch steps`
#[derive(Debug, Args)]
#[command(after_help = examples::STEPS)]
pub struct StepsArgs {
    /// The runbook; FILE#anchor lists one section, `-` reads standard input.
    #[arg(value_name = "FILE[#ANCHOR]", add = ArgValueCompleter::new(complete_runbook))]
    pub file: String,
    /// For programs: one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// `midwatch show`
#[derive(Debug, Args)]
#[command(after_help = examples::SHOW)]
pub struct ShowArgs {
    /// The run: any unique beginning or end of its id, 4 characters or more.
    #[arg(add = ArgValueCompleter::new(complete_run))]
    pub run: String,
    /// For programs: one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Times in UTC instead of local time.
    #[arg(long)]
    pub utc: bool,
}

/// `midwatch history`
#[derive(Debug, Args)]
#[command(after_help = examples::HISTORY)]
pub struct HistoryArgs {
    /// Only runs of this runbook (part of its path or title).
    #[arg(long)]
    pub runbook: Option<String>,
    /// Only runs of this user.
    #[arg(long)]
    pub operator: Option<String>,
    /// Only runs on this host.
    #[arg(long)]
    pub host: Option<String>,
    /// Only runs of this ticket.
    #[arg(long)]
    pub ticket: Option<String>,
    /// Only runs begun at or after this: a date, a time, or `7d` ago.
    #[arg(long)]
    pub since: Option<String>,
    /// Only runs begun before this.
    #[arg(long)]
    pub until: Option<String>,
    /// Only runs that ended so: completed, failed, aborted, paused, open, dead.
    #[arg(long, add = ArgValueCompleter::new(complete::complete_status))]
    pub status: Option<String>,
    /// Rehearsals too.
    #[arg(long)]
    pub drill: bool,
    /// At most this many; 20 unless said, as JSON all.
    #[arg(long)]
    pub limit: Option<usize>,
    /// For programs: JSON Lines, one run a line.
    #[arg(long)]
    pub json: bool,
    /// Times in UTC instead of local time.
    #[arg(long)]
    pub utc: bool,
}

/// `midwatch verify`
#[derive(Debug, Args)]
#[command(after_help = examples::VERIFY)]
pub struct VerifyArgs {
    /// The run; all runs and the ledger if not said.
    #[arg(add = ArgValueCompleter::new(complete_run))]
    pub run: Option<String>,
    /// For programs: JSON Lines, one run a line.
    #[arg(long)]
    pub json: bool,
}

/// `midwatch output`
#[derive(Debug, Args)]
#[command(after_help = examples::OUTPUT)]
pub struct OutputArgs {
    /// The run: any unique beginning or end of its id, 4 characters or more.
    #[arg(add = ArgValueCompleter::new(complete_run))]
    pub run: String,
    /// The step's number or id.
    #[arg(add = ArgValueCompleter::new(complete_step))]
    pub step: String,
    /// The exact bytes, control sequences and all.
    #[arg(long)]
    pub raw: bool,
}

/// `midwatch prune`
#[derive(Debug, Args)]
#[command(after_help = examples::PRUNE)]
pub struct PruneArgs {
    /// How long ago they ended at least (`90d`), or before which date.
    #[arg(long, value_name = "DURATION")]
    pub older_than: String,
    /// Only say which.
    #[arg(long)]
    pub dry_run: bool,
}

/// `midwatch sign`
#[derive(Debug, Args)]
#[command(after_help = examples::SIGN)]
pub struct SignArgs {
    /// The run: any unique beginning or end of its id, 4 characters or more.
    #[arg(add = ArgValueCompleter::new(complete_run))]
    pub run: String,
    /// The key to sign with.
    #[arg(long, value_name = "FILE", conflicts_with = "signers")]
    pub key: Option<PathBuf>,
    /// Verify the signatures there are against these allowed signers.
    #[arg(long, value_name = "FILE")]
    pub signers: Option<PathBuf>,
}

/// `midwatch note`
#[derive(Debug, Args)]
#[command(after_help = examples::NOTE)]
pub struct NoteArgs {
    /// The run: any unique beginning or end of its id, 4 characters or more.
    #[arg(add = ArgValueCompleter::new(complete_run))]
    pub run: String,
    /// What to add.
    #[arg(required = true, trailing_var_arg = true, value_hint = ValueHint::Other)]
    pub text: Vec<String>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".into()),
    }
}
