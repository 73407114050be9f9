//! Destructive commands: who they are (see [`table`]) and how they are found in shell text.
//!
//! Commands are recognised by structure (program, subcommand, flags), through `sudo`, `xargs`,
//! `ssh`, `sh -c` and pipes, never in quotes of an `echo` or in comments. Nearly every block of
//! nearly every runbook is harmless, so a look at its words comes first (see `prefilter`).

mod prefilter;
mod shape;
mod statement;
pub mod table;

#[cfg(test)]
mod tests;

use crate::shell::{Reading, Script};
use crate::source::Span;
use table::Row;

/// A destructive command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it does, as the rest of a sentence: "deletes Kubernetes objects".
    pub what: String,
    /// The program, without its path.
    pub program: String,
    /// The command in the script, without its wrappers.
    pub span: Span,
    /// The name of its row in the table.
    pub row: &'static str,
}

/// The first destructive command of `script`.
pub fn detect(script: &str) -> Option<Found> {
    detect_in(script, &Reading::default())
}

/// As [`detect`], for a script that may have been read already.
pub fn detect_in(script: &str, reading: &Reading) -> Option<Found> {
    find(script, reading, true).pop()
}

/// Whether a look at the words of `script` says that it neither destroys anything ([`detect`]) nor
/// opens a session ([`crate::shell::session`]): most scripts need no more than this.
pub fn is_plain(script: &str, reading: &Reading) -> bool {
    prefilter::is_plain(script, reading)
}

/// All destructive commands of `script`, in order of appearance, each once.
pub fn all(script: &str) -> Vec<Found> {
    find(script, &Reading::default(), false)
}

fn find(script: &str, reading: &Reading, first_only: bool) -> Vec<Found> {
    let mut found = Vec::new();
    if !prefilter::may_be_dangerous(script, reading) {
        return found;
    }
    look(&reading.script(script), first_only, &mut found);
    found
}

/// All destructive commands of a script that was parsed already, as [`all`] finds them.
pub fn all_of(parsed: &Script<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    look(parsed, false, &mut found);
    found
}

/// The destructive statements of `text`, which is SQL by itself.
pub fn in_sql(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    // Most queries only look; of a query of a megabyte nobody reads more.
    if text.len() > LONGEST_SQL {
        return found;
    }
    let rows = table::rows().enumerate().filter_map(|(at, row)| match row.text {
        table::Text::Sql(patterns) => Some((at, patterns)),
        _ => None,
    });
    let patterns: Vec<(usize, &str)> = rows.collect();
    statement::find_sql(text, &patterns, &mut |at, span| {
        let row = &table::ROWS[at];
        found.push(Found { what: row.what.to_owned(), program: "SQL".to_owned(), span, row: row.id });
    });
    found
}

/// The longest SQL that is looked through, in bytes.
const LONGEST_SQL: usize = 65_536;

fn look(parsed: &Script<'_>, first_only: bool, found: &mut Vec<Found>) {
    for index in 0..parsed.commands().len() {
        let Some(row) = shape::row(parsed, index) else { continue };
        let command = &parsed.commands()[index];
        found.push(Found {
            what: row.what.to_owned(),
            program: shape::program(command).into_owned(),
            span: command.span,
            row: row.id,
        });
        if first_only {
            break;
        }
    }
}

/// The row called `id`.
pub fn row(id: &str) -> Option<&'static Row> {
    table::rows().find(|row| row.id == id)
}
