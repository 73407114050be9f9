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
    let Some(words) = announcing(text) else { return false };
    if words.iter().any(|word| OTHERS.contains(&word.as_str())) {
        return false;
    }
    let runs = |word: &String| matches!(word.as_str(), "run" | "running" | "execute" | "executing");
    let uses = |word: &String| {
        matches!(
            word.as_str(),
            "use" | "using" | "enter" | "issue" | "type" | "try" | "invoke" | "with" | "via"
        )
    };
    let named = words.windows(2).any(|pair| {
        matches!(pair[0].as_str(), "following" | "this" | "these")
            && matches!(pair[1].as_str(), "command" | "commands")
    });
    match words.as_slice() {
        [.., last] if runs(last) => true,
        [.., verb, the, last] if the == "the" && last == "following" => runs(verb),
        _ => named && words.iter().any(|word| runs(word) || uses(word)),
    }
}

/// Whether the text ends by announcing what a file is to hold: "Add the following to /etc/fstab:", "Put this in
/// a file named `x.te`:".
pub(in crate::runbook) fn announces_content(text: &str) -> bool {
    let Some(words) = announcing(text) else { return false };
    let writes = |word: &String| {
        matches!(
            word.as_str(),
            "add"
                | "append"
                | "contain"
                | "contains"
                | "content"
                | "contents"
                | "edit"
                | "include"
                | "insert"
                | "paste"
                | "place"
                | "put"
                | "save"
                | "write"
        )
    };
    let runs =
        |word: &String| matches!(word.as_str(), "run" | "running" | "execute" | "command" | "commands");
    words.iter().any(writes) && !words.iter().any(runs) && last_sentence(text).split_whitespace().any(is_file)
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

/// The words of the last sentence, in lower case, if a colon ends it.
fn announcing(text: &str) -> Option<Vec<String>> {
    let text = text.trim_end();
    if !text.ends_with(':') {
        return None;
    }
    let words = Words { rest: last_sentence(text) }.take(MOST_WORDS);
    Some(words.map(|word| word.text.to_ascii_lowercase()).collect())
}
