//! Lines that begin with `#`: comments, or root's prompt before its commands.

use crate::runbook::prompts::{self, Style};
use crate::source::{Source, Span, trim};

use super::is_inline_command;

/// Whether a block that is tagged as shell holds no line of a script, but root's prompts, perhaps with
/// those of other programs after them: run as it stands, it would do nothing and be called done.
pub(super) fn speaks_as_root(source: &Source, lines: &[Span]) -> bool {
    let mut written = lines.iter().map(|&line| trim(source.slice(line))).filter(|line| !line.is_empty());
    let Some(first) = written.next().filter(|line| line.starts_with('#')) else { return false };
    let mut root = prompts::root(first).is_some();
    let mut inside = false;
    for line in written {
        match prompts::prompt(line, Style::Shell) {
            Some(prompt) if prompt.place == prompts::Place::Here => return false,
            Some(_) => inside = true,
            None if line.starts_with('#') => root |= prompts::root(line).is_some(),
            // What the other program prints.
            None if inside => {}
            None => return false,
        }
    }
    root
}

/// Whether the block begins with root's prompt before a command that makes somebody another user, whose
/// prompt stands below it: "# su - app", "$ psql".
pub(super) fn becomes_another(source: &Source, lines: &[Span]) -> bool {
    let [first, rest @ ..] = lines else { return false };
    let Some(su) = source.slice(*first).strip_prefix("# su") else { return false };
    let su = su.strip_prefix("do").unwrap_or(su);
    let mut words = su.split_ascii_whitespace();
    let (first, more) = (words.next().unwrap_or(""), words.count());
    // "su is not needed" is a comment.
    su.starts_with(' ')
        && (first.starts_with('-') && more < 3 || more == 0 || first == "su" && more < 3)
        && rest.iter().any(|&line| source.slice(line).starts_with("$ "))
}

/// Whether the first line of a block is root's prompt, with a command that has a flag, and what stands
/// below it may be what that printed: no comment, and the block is no script.
pub(super) fn prints_below_root(source: &Source, lines: &[Span]) -> bool {
    let mut written = lines.iter().map(|&line| trim(source.slice(line))).filter(|line| !line.is_empty());
    let Some(first) = written.next().filter(|line| line.starts_with("# ")) else { return false };
    let command = || prompts::root(first).map(|len| &first[len..]);
    written.next().is_some_and(|second| !second.starts_with('#'))
        && command().is_some_and(|command| is_inline_command(command) && command.contains(" -"))
}

/// Whether a block without a language is nothing but root's prompts with their commands.
pub(super) fn is_all_root(source: &Source, lines: &[Span]) -> bool {
    let mut written = lines.iter().map(|&line| trim(source.slice(line))).filter(|line| !line.is_empty());
    // Most blocks begin otherwise.
    let is_root = |line: &str| line.starts_with('#') && prompts::root(line).is_some();
    written.next().is_some_and(is_root) && written.all(is_root)
}

/// The first line that may be root's prompt before a command, in a block that holds more than comments.
pub(super) fn asks_as_root(source: &Source, lines: &[Span]) -> Option<Span> {
    let is_command = |line: &&Span| {
        let line = source.slice(**line);
        prompts::root(line).is_some_and(|len| is_inline_command(&line[len..]))
    };
    let prints = || {
        lines
            .iter()
            .map(|&line| trim(source.slice(line)))
            .any(|line| !(line.is_empty() || line.starts_with('#')))
    };
    lines.iter().find(is_command).filter(|_| prints()).copied()
}
