//! What a sentence with a colon at its end says of the block below it.

use super::{Lower, Words};

/// Longest run of words that is looked at; a sentence that announces a block is short.
pub(super) const MOST_WORDS: usize = 48;

/// Words for the programs that read what is no shell: what is announced for them runs nowhere else.
#[rustfmt::skip]
pub(super) const CONSOLES: &[&str] = &[
    "cli", "cmd", "console", "cqlsh", "gdb", "interpreter", "mariadb", "mongo", "mongosh", "mysql", "powershell",
    "prompt", "psql", "queries", "query", "redis", "redis-cli", "repl", "router", "sql", "switch", "windows",
];

/// Whether an [`announcement`](super::announcement) is of commands to run, so that what stands below is
/// one whatever its program is called: "Run the following command:", "To drain it, run:".
pub(in crate::runbook) fn announces_command(sentence: &str) -> bool {
    let runs = |word: &[u8]| matches!(word, b"run" | b"running" | b"execute" | b"executing");
    // The last three words, the last of them first.
    let mut last = [""; 3];
    let (mut named, mut told) = (false, false);
    for word in (Words { rest: sentence }).take(MOST_WORDS) {
        let lower = word.lower();
        if lower.kinds().console() {
            return false;
        }
        told |= match lower.as_bytes() {
            b"command" | b"commands" => {
                named |= is_one(last[0], &["following", "this", "these"]);
                false
            }
            b"use" | b"using" | b"enter" | b"issue" | b"type" | b"try" | b"invoke" | b"with" | b"via" => true,
            word => runs(word),
        };
        last = [word.text, last[0], last[1]];
    }
    let [end, before, verb] = last.map(Lower::of);
    runs(end.as_bytes())
        || end.as_bytes() == b"following" && before.as_bytes() == b"the" && runs(verb.as_bytes())
        || named && told
}

/// Whether the word is one of those, in whatever case.
pub(in crate::runbook) fn is_one(word: &str, those: &[&str]) -> bool {
    those.iter().any(|known| word.eq_ignore_ascii_case(known))
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
