//! From the command line to the commands that look for runbooks.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::Parser as _;

use super::past::{answer, store, zone};
use super::{Failure, columns, find, list, new};
use crate::cli::{Cli, Command, FindArgs, Later, ListArgs, NewArgs};
use crate::error::Kind;

fn here(paths: &[PathBuf]) -> Vec<PathBuf> {
    if paths.is_empty() { vec![PathBuf::from(".")] } else { paths.to_vec() }
}

fn today() -> jiff::civil::Date {
    jiff::Zoned::now().date()
}

/// `midwatch list`
pub fn list(args: &ListArgs) -> Result<u8, Failure> {
    let options = list::Options {
        paths: here(&args.paths),
        json: args.json,
        width: columns(),
        zone: zone(args.utc),
        today: today(),
    };
    answer(|out, err| list::run(&store()?, &options, out, err))
}

/// `midwatch new`
pub fn new(args: &NewArgs) -> Result<u8, Failure> {
    answer(|out, err| new::run(&args.file, args.title.as_deref(), &args.owner, today(), out, err))
}

/// `midwatch find`; on a terminal one clear hit is offered to be run.
pub fn find(args: &FindArgs) -> Result<u8, Failure> {
    let options = find::Options {
        query: args.words.join(" "),
        paths: here(&args.paths),
        json: args.json,
        width: columns(),
    };
    let mut found = find::Answer::default();
    let code = answer(|out, err| {
        found = find::run(&options, out, err)?;
        Ok(found.kind)
    })?;
    let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let Some(file) = found.clear.filter(|_| terminal && !args.json) else { return Ok(code) };
    let mut out = std::io::stdout();
    write!(out, "Run it? [y/N] ")?;
    out.flush()?;
    let mut typed = String::new();
    std::io::stdin().read_line(&mut typed)?;
    if !matches!(typed.trim(), "y" | "Y" | "yes") {
        return Ok(code);
    }
    // As if it had been typed, so that every default is that of the command itself.
    match Cli::try_parse_from(["midwatch", "run", "--", &file]).map(|cli| cli.command) {
        Ok(Command::Run(Later(run))) => super::run::run(run),
        _ => Ok(Kind::Refused.code()),
    }
}
