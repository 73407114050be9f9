//! Files that a sentence names, and whether what stands below it is what one is to hold: "Add the
//! following to `/etc/fstab`:", "`bin/x.sh`:".

use super::announce::MOST_WORDS;
use super::{Lower, Words};

/// Words that tell to put something into a file.
#[rustfmt::skip]
pub(super) const WRITING: &[&str] = &[
    "add", "append", "contain", "contains", "content", "contents", "edit", "include", "insert", "paste", "place",
    "put",
];

/// Whether an [`announcement`](super::announcement) is of what a file is to hold: "Add the following to
/// /etc/fstab:", "Put this in a file named `x.te`:".
pub(in crate::runbook) fn announces_content(sentence: &str) -> bool {
    let mut writes = false;
    for word in (Words { rest: sentence }).take(MOST_WORDS) {
        let lower = word.lower();
        if matches!(lower.as_bytes(), b"run" | b"running" | b"execute" | b"command" | b"commands") {
            return false;
        }
        writes |= lower.kinds().writing();
    }
    writes && sentence.split_whitespace().any(may_be_file)
}

/// Whether the word may name a file where the sentence tells to write one: any ending will do, and so
/// will "file".
fn may_be_file(word: &str) -> bool {
    let word = word.trim_matches(['`', '*', '"', '\'', '(', ')', ',', ':']);
    let extension = word.rsplit_once('.').is_some_and(|(name, extension)| {
        !name.is_empty() && extension.len() < 11 && extension.starts_with(|c: char| c.is_ascii_lowercase())
    });
    let path = word.strip_prefix('~').unwrap_or(word).strip_prefix('/').is_some_and(|rest| !rest.is_empty());
    extension || path || matches!(word, "file" | "config" | "configuration" | "crontab")
}

/// How far the sentence has told to write something into a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Nothing,
    /// "Add"
    Verb,
    /// "the following lines"
    Thing,
    /// "to"
    Where,
}

/// The file that the sentence tells to write what follows into: "Add the following to `~/.bashrc`:",
/// "Create a file `x.sh` with the following content:"; none where it does so by a command.
pub(super) fn file(sentence: &str) -> Option<&str> {
    let (mut told, mut creates, mut holds) = (Told::Nothing, false, false);
    let mut file = None;
    for token in sentence.split_whitespace() {
        let name = token.trim_matches(|c| matches!(c, ',' | ':' | ';' | '(' | ')' | '"' | '\'' | '`'));
        let lower = Lower::of(name);
        let word: &str = &lower;
        // "by running:", "with the following command:"
        let by_command = matches!(word, "run" | "running" | "execute" | "using" | "by")
            || (matches!(word, "command" | "commands") && told != Told::Thing);
        match told {
            _ if by_command => return None,
            _ if matches!(
                word,
                "add" | "append" | "put" | "place" | "paste" | "insert" | "prepend" | "save" | "write"
            ) =>
            {
                (told, file, creates) = (Told::Verb, None, true);
            }
            _ if matches!(word, "content" | "contents" | "contain" | "contains" | "containing") => {
                holds = file.is_some();
            }
            Told::Verb if matches!(word, "following" | "this" | "these" | "below") => told = Told::Thing,
            Told::Thing if is_preposition(word) => told = Told::Where,
            Told::Thing if !is_text(word) => told = Told::Nothing,
            Told::Thing => {}
            _ if matches!(word, "create" | "make" | "edit" | "open" | "prepare" | "update" | "modify") => {
                creates = true;
            }
            Told::Where | Told::Nothing | Told::Verb
                if file.is_none_or(|file| file == "file" || file == "script")
                    && (is_file(name) || matches!(word, "file" | "crontab")) =>
            {
                file = Some(name);
            }
            Told::Nothing if creates && file.is_none() && word == "script" => file = Some(name),
            _ => {}
        }
    }
    file.filter(|_| told == Told::Where || creates && holds)
}

fn is_preposition(word: &str) -> bool {
    matches!(word, "to" | "in" | "into" | "at" | "as" | "inside" | "onto" | "on" | "within" | "under")
}

/// Words for a text that a file holds, and what may stand before them.
fn is_text(word: &str) -> bool {
    matches!(
        word,
        "line"
            | "lines"
            | "snippet"
            | "content"
            | "contents"
            | "block"
            | "text"
            | "script"
            | "code"
            | "function"
            | "functions"
            | "alias"
            | "aliases"
            | "entry"
            | "entries"
            | "config"
            | "configuration"
            | "section"
            | "job"
            | "jobs"
            | "cron"
            | "bash"
            | "shell"
            | "two"
            | "three"
            | "variable"
            | "variables"
            | "environment"
            | "setting"
            | "settings"
            | "command"
            | "commands"
    )
}

/// Whether a sentence is nothing but the name of a file: "`bin/x.sh`:", "In `~/.profile`:".
pub(super) fn is_label(sentence: &str) -> bool {
    let mut words = sentence.split_whitespace();
    let first = words.next().unwrap_or("");
    let name = if first.eq_ignore_ascii_case("in") { words.next().unwrap_or("") } else { first };
    let name = name.trim_matches([':', '`', '"', '\'']);
    // "`web.service`:" stands before what is done to it.
    let is_unit = [".service", ".timer", ".d", ".list"].iter().any(|ending| name.ends_with(ending));
    words.next().is_none() && is_file(name) && !is_unit
}

/// Whether the word is the name of a file: a path, a dot before it, an ending that files have.
fn is_file(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    if name.ends_with('/') || name.contains("://") {
        return false;
    }
    let hidden = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic());
    let ending = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).is_some_and(|(_, ending)| {
        matches!(
            ending,
            "sh" | "bash"
                | "zsh"
                | "conf"
                | "cfg"
                | "cnf"
                | "ini"
                | "toml"
                | "yaml"
                | "yml"
                | "json"
                | "py"
                | "rb"
                | "env"
                | "txt"
                | "service"
                | "timer"
                | "rules"
                | "list"
                | "d"
        )
    });
    ending
        || (name.len() > 1 && (name.starts_with('/') || name.starts_with("~/") || name.starts_with("./")))
        || name.strip_prefix('.').is_some_and(hidden)
}
