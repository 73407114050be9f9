//! Inline code that a sentence says to run.

use std::ops::Range;

use crate::runbook::prompts::{self, Style};
use crate::runbook::words;
use crate::source::{first_word, trim};

use super::looks::is_program;

/// Whether the code at `code` of a paragraph's text is said to be run ("Run `frobctl drain n1`"), though
/// nobody knows its program.
pub(in crate::runbook) fn is_told_to_run(text: &str, code: Range<usize>) -> bool {
    let (Some(before), Some(script)) = (text.get(..code.start), text.get(code.clone())) else { return false };
    let (name, rest) = first_word(trim(script));
    let next = first_word(rest.trim_start()).0;
    if next.is_empty() || next.starts_with(['=', ':', '-']) && next.len() < 2 || !is_program(name) {
        return false;
    }
    let verb = before.trim_end().rsplit([' ', '(', '\n']).next().unwrap_or("");
    let runs =
        ["run", "running", "execute", "executing"].iter().any(|known| verb.eq_ignore_ascii_case(known));
    // What a database's own shell reads, and what has the name of a command's kind.
    let other = matches!(
        name,
        "alter"
            | "analyze"
            | "begin"
            | "call"
            | "change"
            | "commit"
            | "create"
            | "delete"
            | "drop"
            | "explain"
            | "flush"
            | "grant"
            | "insert"
            | "kill"
            | "purge"
            | "reset"
            | "select"
            | "set"
            | "show"
            | "start"
            | "stop"
            | "truncate"
            | "update"
            | "use"
            | "vacuum"
            | "with"
    );
    let what = words::Words { rest: text.get(code.end..).unwrap_or("") }.next().map(|word| word.lower());
    let thing = what.as_deref().is_some_and(|word| {
        matches!(
            word,
            "action" | "dag" | "job" | "jobs" | "pipeline" | "playbook" | "query" | "task" | "workflow"
        )
    });
    runs && !other && !thing
}

/// The program a script begins with, and its first word if that is none that changes with each use.
fn opening(script: &str) -> (&str, &str) {
    let is_comment = |line: &str| line.starts_with('#') && prompts::root(line).is_none();
    let line = script.lines().map(trim).find(|line| !(line.is_empty() || is_comment(line))).unwrap_or("");
    let line = prompts::prompt(line, Style::Console).map_or(line, |prompt| &line[prompt.len..]);
    let line = line.strip_prefix("sudo ").unwrap_or(line);
    let (program, rest) = first_word(line);
    let word = first_word(rest.trim_start()).0;
    (program, if word.starts_with(|c: char| c.is_ascii_lowercase()) { word } else { "" })
}

/// Whether two scripts begin with the same command, so that one may be an example of the other.
pub(in crate::runbook) fn begins_alike(one: &str, other: &str) -> bool {
    let ((program, word), (other, another)) = (opening(one), opening(other));
    !program.is_empty() && program == other && (word == another || word.is_empty() || another.is_empty())
}
