//! One file a subcommand: each wires ports and prints, nothing more.

mod broken;
mod difference;
mod doubt;
mod dry;
pub mod export;
mod fallback;
pub mod find;
mod finding;
pub mod follow;
pub mod history;
mod identity;
pub mod lint;
pub mod list;
mod man;
pub mod new;
pub mod note;
mod notice;
pub mod output;
mod past;
mod policy;
mod preflight;
mod problem;
pub mod prune;
mod record;
pub mod report;
mod resume;
mod run;
mod ship;
pub mod show;
pub mod sign;
pub mod stats;
pub mod steps;
mod trust;
mod undo;
pub mod verify;
mod walk;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use clap_complete::env::{Bash, CompleteEnv, Elvish, EnvCompleter, Fish, Powershell, Zsh};

use crate::cli::{Cli, Command, Later, Shell};
use crate::error::{Error, Kind};
use crate::terminal::style::{Style, detect};

/// `midwatch --version`, before anything is built.
pub fn version() -> ExitCode {
    let _ = writeln!(std::io::stdout(), "midwatch {}", env!("CARGO_PKG_VERSION"));
    ExitCode::SUCCESS
}

/// The whole program.
pub fn main() -> ExitCode {
    if std::env::var_os("COMPLETE").is_some() {
        CompleteEnv::with_factory(Cli::command).complete();
    }
    broken::on_panic();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { Kind::Refused.code() } else { 0 });
        }
    };
    match broken::caught(|| dispatch(cli.command)) {
        Ok(code) => ExitCode::from(code),
        Err(Failure::Many(errors)) => {
            let kind = errors.first().map_or(Kind::Refused, |error| error.kind);
            let style = error_style();
            for error in &errors {
                let _ = std::io::stderr().write_all(problem::render(error, style).as_bytes());
            }
            ExitCode::from(kind.code())
        }
        Err(Failure::Other(error)) => {
            // A reader that closed the pipe (`| head`) has all it wanted.
            if closed_pipe(&error) {
                return ExitCode::SUCCESS;
            }
            match error.downcast_ref::<Error>() {
                Some(known) => {
                    let _ = std::io::stderr().write_all(problem::render(known, error_style()).as_bytes());
                }
                None => {
                    let _ = writeln!(
                        std::io::stderr(),
                        "error: {}",
                        crate::terminal::clean::clean(&format!("{error:#}"))
                    );
                }
            }
            crate::error::exit_code(&error)
        }
    }
}

/// What a subcommand ends with where it does not end well.
#[derive(Debug)]
pub enum Failure {
    /// Everything that is wrong, at once.
    Many(Vec<Error>),
    /// Anything else.
    Other(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure::Other(error.into())
    }
}

fn closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
    })
}

fn error_style() -> Style {
    detect(|name| std::env::var(name).ok(), std::io::stderr().is_terminal(), false)
}

/// The style of standard output.
pub(crate) fn output_style() -> Style {
    detect(|name| std::env::var(name).ok(), std::io::stdout().is_terminal(), false)
}

/// Columns of standard output; 80 where it is no terminal.
pub(crate) fn columns() -> usize {
    if !std::io::stdout().is_terminal() {
        return 80;
    }
    usize::from(console::Term::stdout().size().1).max(20)
}

/// Ids and titles of the last runs, newest first, for completion: quiet where there is no record.
pub fn recent_runs(limit: usize) -> Vec<(String, String)> {
    past::recent(limit).unwrap_or_default()
}

/// The runbook that a run recorded, for completion: quiet where there is none.
pub fn runbook_of_run(run: &str) -> Option<crate::runbook::Runbook> {
    past::runbook(run)
}

fn dispatch(command: Command) -> Result<u8, Failure> {
    match command {
        Command::Run(Later(args)) => run::run(args),
        Command::Resume(Later(args)) => resume::resume(args),
        Command::Undo(Later(args)) => undo::undo(args),
        Command::Steps(Later(args)) => list_steps(&args),
        Command::Lint(Later(args)) => lint_runbooks(&args),
        Command::Rules(Later(args)) => {
            lint::rules(&args, &mut std::io::stdout().lock())?;
            Ok(0)
        }
        Command::Explain(Later(args)) => {
            lint::explain(&args, &mut std::io::stdout().lock())?;
            Ok(0)
        }
        Command::Show(Later(args)) => past::show(&args),
        Command::History(Later(args)) => past::history(&args),
        Command::Verify(Later(args)) => past::verify(&args),
        Command::Output(Later(args)) => past::output(&args),
        Command::Note(Later(args)) => past::note(&args),
        Command::Report(Later(args)) => past::report(&args),
        Command::Stats(Later(args)) => past::stats(&args),
        Command::Prune(Later(args)) => past::prune(&args),
        Command::Sign(Later(args)) => past::sign(args),
        Command::Ship => ship::ship(),
        Command::Follow(Later(args)) => past::follow(&args),
        Command::List(Later(args)) => finding::list(&args),
        Command::Find(Later(args)) => finding::find(&args),
        Command::New(Later(args)) => finding::new(&args),
        Command::Export => past::export(),
        Command::Completions { shell } => {
            std::io::stdout().write_all(&completions(shell)?)?;
            Ok(0)
        }
        Command::Man => {
            std::io::stdout().write_all(&man::page(Cli::command())?)?;
            Ok(0)
        }
    }
}

fn lint_runbooks(args: &lint::LintArgs) -> Result<u8, Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut streams = lint::Streams {
        input: &mut std::io::stdin().lock(),
        out: &mut out,
        err: &mut std::io::stderr(),
        colour: output_style().colour,
    };
    let code = lint::lint(args, &mut streams)?;
    out.flush()?;
    Ok(code)
}

fn list_steps(args: &crate::cli::StepsArgs) -> Result<u8, Failure> {
    let (file, anchor) = run::split(&args.file);
    let runbook = crate::runbook::parse(crate::runbook::file::read_source(&file)?);
    let section = anchor.map(|anchor| crate::plan::section(&runbook, &anchor)).transpose()?;
    let text = if args.json {
        steps::json(&runbook, section)
    } else {
        steps::text(&runbook, section, columns(), output_style().colour)
    };
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    // The program ends here: to take a large runbook apart piece by piece would help nobody.
    std::mem::forget((runbook, text));
    Ok(0)
}

/// The completion script of one shell: a shim that asks the program itself, so that it also
/// knows runbook files and run ids.
///
/// # Errors
/// Where it cannot be written to memory, which does not happen.
pub fn completions(shell: Shell) -> std::io::Result<Vec<u8>> {
    let completer: &dyn EnvCompleter = match shell {
        Shell::Bash => &Bash,
        Shell::Zsh => &Zsh,
        Shell::Fish => &Fish,
        Shell::PowerShell => &Powershell,
        Shell::Elvish => &Elvish,
    };
    let mut script = Vec::new();
    completer.write_registration("COMPLETE", "midwatch", "midwatch", "midwatch", &mut script)?;
    Ok(script)
}
