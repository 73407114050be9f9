//! Whether a block may be an example of the command before it, or need not be run.

use crate::runbook::blocks::{Document, Kind};
use crate::runbook::prompts::{self, Style};
use crate::runbook::words;
use crate::source::{Source, first_word, trim};

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

/// Whether two scripts are two ways to do the same: they give the same variable another value, or begin with
/// the same command and go on otherwise.
pub(in crate::runbook) fn are_two_ways(one: &str, other: &str) -> bool {
    let is_command = |line: &&str| !(line.is_empty() || line.starts_with('#'));
    let mut these = one.lines().map(trim).filter(is_command);
    let mut those = other.lines().map(trim).filter(is_command);
    let (Some(first), Some(second)) = (these.next(), those.next()) else { return false };
    if let (Some((name, value)), Some((same, another))) = (assigned(first), assigned(second)) {
        // The second may be the same in both ways.
        return name == same && (value != another || !these.eq(those));
    }
    if first == second {
        // Who goes to a folder may do anything there.
        let goes =
            matches!(first_word(first).0, "cd" | "export" | "pushd" | "set" | "source" | "." | "su" | "sudo");
        return !goes
            && these.next().is_some_and(|line| {
                those.next().is_some_and(|other| line != other && begins_alike(line, other))
            });
    }
    // One says more than the other: "init /dev/sda2", "init /dev/sda2 grub".
    let (short, long) = if first.len() < second.len() { (first, second) } else { (second, first) };
    let more = long.strip_prefix(short).is_some_and(|more| more.starts_with(' '));
    more && short.split_ascii_whitespace().nth(2).is_some()
        && these.next().is_none()
        && those.next().is_none()
}

/// The variable that a line sets and does nothing else, and its value.
fn assigned(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix("export ").unwrap_or(line);
    if !prompts::is_assignment(line) {
        return None;
    }
    let (name, value) = line.split_once('=')?;
    let value = value.split_once(" #").map_or(value, |(value, _)| value).trim_end();
    // What stands behind it makes it a command's own.
    let whole = !value.contains(' ') || value.starts_with(['"', '\'', '$']);
    whole.then_some((name, value))
}

/// Whether the paragraph says that the block below it need not be run: it may also be done so, or the label
/// above says that it is optional.
pub(super) fn is_extra(source: &Source, doc: &Document, intro: usize) -> bool {
    let text = words::last_sentence(doc.text(intro));
    if words::is_extra(text) {
        // "You can also ..." is the first thing to do where nothing stands before it.
        let begins = |code: &u32| {
            let lang = source.slice(doc.fences[*code as usize].info).trim_start();
            ["sh", "bash", "shell", "console", "zsh"].iter().any(|shell| lang.starts_with(shell))
                || lang.is_empty()
        };
        let above = doc.blocks[..intro].iter().rev().take(40);
        let mut own = above.take_while(|block| !matches!(block.kind, Kind::Heading(_)));
        return !text.starts_with(['Y', 'y'])
            || own.any(|block| matches!(block.kind, Kind::Code(code) if begins(&code)));
    }
    let label = intro.checked_sub(1).filter(|&above| doc.blocks[above].kind == Kind::Para);
    label.is_some_and(|above| words::is_extra_label(doc.text(above)))
}
