//! What a sentence with a colon at its end says of the block below it.

use super::{Words, last_sentence};

/// Longest run of words that is looked at; a sentence that announces a block is short.
const MOST_WORDS: usize = 48;

/// Words for the programs that read what is no shell: what is announced for them runs nowhere else.
#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "cli", "cmd", "console", "cqlsh", "gdb", "interpreter", "mariadb", "mongo", "mongosh", "mysql", "powershell",
    "prompt", "psql", "queries", "query", "redis", "redis-cli", "repl", "router", "sql", "switch", "windows",
];

/// Whether the text ends by announcing commands to run, so that what stands below is one whatever its
/// program is called: "Run the following command:", "To drain it, run:".
pub(in crate::runbook) fn announces_command(text: &str) -> bool {
    let Some(sentence) = announcing(text) else { return false };
    let runs = |word: &str| is_one(word, &["run", "running", "execute", "executing"]);
    let uses = |word: &str| {
        is_one(word, &["use", "using", "enter", "issue", "type", "try", "invoke", "with", "via"])
    };
    // The last three words, the last of them first.
    let mut last = [""; 3];
    let (mut named, mut told) = (false, false);
    for word in (Words { rest: sentence }).take(MOST_WORDS) {
        if is_one(word.text, OTHERS) {
            return false;
        }
        named |=
            is_one(word.text, &["command", "commands"]) && is_one(last[0], &["following", "this", "these"]);
        told |= runs(word.text) || uses(word.text);
        last = [word.text, last[0], last[1]];
    }
    let [end, before, verb] = last;
    runs(end) || is_one(end, &["following"]) && is_one(before, &["the"]) && runs(verb) || named && told
}

/// The last sentence, if a colon ends it.
fn announcing(text: &str) -> Option<&str> {
    let text = text.trim_end();
    text.ends_with(':').then(|| last_sentence(text))
}

/// Whether the word is one of those, in whatever case.
pub(in crate::runbook) fn is_one(word: &str, those: &[&str]) -> bool {
    those.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Words that tell to put something into a file.
#[rustfmt::skip]
const WRITING: &[&str] = &[
    "add", "append", "contain", "contains", "content", "contents", "edit", "include", "insert", "paste", "place",
    "put",
];

/// Whether the text ends by announcing what a file is to hold: "Add the following to /etc/fstab:", "Put this in
/// a file named `x.te`:".
pub(in crate::runbook) fn announces_content(text: &str) -> bool {
    let Some(sentence) = announcing(text) else { return false };
    let words = || (Words { rest: sentence }).take(MOST_WORDS);
    let runs = |word: &str| is_one(word, &["run", "running", "execute", "command", "commands"]);
    words().any(|word| is_one(word.text, WRITING))
        && !words().any(|word| runs(word.text))
        && sentence.split_whitespace().any(is_file)
}

/// Whether the word names a file: "/etc/fstab", "app.conf:", "file".
fn is_file(word: &str) -> bool {
    let word = word.trim_matches(['`', '*', '"', '\'', '(', ')', ',', ':']);
    let extension = word.rsplit_once('.').is_some_and(|(name, extension)| {
        !name.is_empty() && extension.len() < 11 && extension.starts_with(|c: char| c.is_ascii_lowercase())
    });
    let path = word.strip_prefix('~').unwrap_or(word).strip_prefix('/').is_some_and(|rest| !rest.is_empty());
    extension || path || matches!(word, "file" | "config" | "configuration" | "crontab")
}

/// What stands alone above an example.
#[rustfmt::skip]
const EXAMPLES: &[&str] = &[
    "example", "examples", "for example", "for instance", "e.g", "an example", "example usage", "usage example",
    "example command", "example commands", "beispiel", "beispiele", "zum beispiel", "z.b", "exemple", "exemples",
    "par exemple", "ejemplo", "ejemplos", "por ejemplo", "exemplo", "por exemplo", "пример", "например", "例", "示例",
    "例如", "例えば", "예", "예시", "예를 들어",
];

/// Whether the text says nothing but that what stands below is an example.
pub(in crate::runbook) fn is_example(text: &str) -> bool {
    let text = text.trim().trim_end_matches([':', '：', '.', ',', ' ']);
    text.len() < 24
        && EXAMPLES.iter().any(|known| {
            text.eq_ignore_ascii_case(known) || !text.is_ascii() && text.to_lowercase() == *known
        })
}
