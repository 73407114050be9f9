//! Whether a block may be an example of the command before it.

use crate::runbook::prompts::{self, Style};
use crate::source::{first_word, trim};

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
