//! Arguments of the commands that look back, and of those that look for a runbook.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use clap_complete::engine::ArgValueCompleter;

use super::complete::{complete_run, complete_runbook};
use super::examples;

/// `midwatch report`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  midwatch report 3f9a > run.md                    paste it into the ticket
  midwatch report 3f9a --format html > run.html    to look at and to print: one file, no script
  midwatch report 3f9a --format cast > run.cast    asciinema play run.cast")]
pub struct ReportArgs {
    /// The run: any unique beginning or end of its id, 4 characters or more.
    #[arg(add = ArgValueCompleter::new(complete_run))]
    pub run: String,
    /// What to write.
    #[arg(long, value_enum, default_value_t = ReportFormat::Md)]
    pub format: ReportFormat,
    /// Times in UTC instead of local time.
    #[arg(long)]
    pub utc: bool,
}

/// What a report is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Markdown, for a ticket.
    Md,
    /// One page with the timeline and a plot of every check.
    Html,
    /// Everything, for programs.
    Json,
    /// A recording for asciinema (asciicast v3).
    Cast,
}

/// `midwatch stats`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  midwatch stats restore.md                        steps that go wrong most come first
  midwatch stats --since 90d --json | jq -r '.runbooks[] | .title as $t | .steps[] | [$t, .title, .median_s] | @tsv'")]
pub struct StatsArgs {
    /// The runbook: its file, or a part of its path or title; all of them if not said.
    #[arg(add = ArgValueCompleter::new(complete_runbook))]
    pub runbook: Option<String>,
    /// Only runs begun at or after this: a date, a time, or `90d` ago.
    #[arg(long)]
    pub since: Option<String>,
    /// Rehearsals too.
    #[arg(long)]
    pub drill: bool,
    /// For programs: one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Hours in UTC instead of local time.
    #[arg(long)]
    pub utc: bool,
}

/// `midwatch follow`
#[derive(Debug, Args)]
#[command(after_help = examples::FOLLOW)]
pub struct FollowArgs {
    /// The run: any unique beginning or end of its id, 4 characters or more. The one that goes on
    /// now if not said.
    #[arg(add = ArgValueCompleter::new(complete_run))]
    pub run: Option<String>,
}

/// `midwatch list`
#[derive(Debug, Args)]
#[command(after_help = "Example:
  midwatch list --json runbooks | jq -r 'select(.review == \"overdue\") | [.owner, .file] | @tsv'")]
pub struct ListArgs {
    /// Folders and files; this folder if not said.
    #[arg(value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// For programs: JSON Lines, one runbook a line.
    #[arg(long)]
    pub json: bool,
    /// Times in UTC instead of local time.
    #[arg(long)]
    pub utc: bool,
}

/// `midwatch find`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  midwatch find KubePodCrashLooping
  midwatch find https://git.example.com/ops/runbooks/blob/main/queue.md#queue-is-growing
  midwatch find disk full --in ~/runbooks

On a terminal one clear hit can be run at once. Exit code 1: nothing fits.")]
pub struct FindArgs {
    /// An alert's name, its runbook link, or words that all occur.
    #[arg(required = true)]
    pub words: Vec<String>,
    /// Where to look; this folder if not said.
    #[arg(long = "in", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// For programs: JSON Lines, the best first.
    #[arg(long)]
    pub json: bool,
}

/// `midwatch new`
#[derive(Debug, Args)]
#[command(after_help = examples::NEW)]
pub struct NewArgs {
    /// The file to write, never over another; `-` writes to standard output.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: String,
    /// Its title; made of the file's name if not said.
    #[arg(long)]
    pub title: Option<String>,
    /// Who keeps it right.
    #[arg(long, default_value = "name of the team")]
    pub owner: String,
}
