//! What a sentence with a colon at its end says of the block below it.

use super::{Lower, Words, begins_word};

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

/// Whether an [`announcement`](super::announcement) says that the block below it is an example: "Example:",
/// "Here is an example of one copy:". What it tells to run is none ("run the following
/// example"), nor is what one may do "for example".
pub(in crate::runbook) fn leads_to_example(sentence: &str) -> bool {
    // Few sentences hold such a word.
    if !begins_word(sentence, |three| three == b"exa") {
        return false;
    }
    let is_word = |word: &str| matches!(word, "example" | "examples");
    let mut words = Words { rest: sentence }.map(|word| word.lower());
    let first = words.next();
    let called = match first.as_deref() {
        Some(word) if is_word(word) => true,
        Some("here" | "here's" | "here’s" | "below" | "this" | "an" | "as" | "see") => {
            words.by_ref().take(4).any(|word| is_word(&word))
        }
        _ => false,
    };
    called
        && words.by_ref().take(12).all(|word| !(tells(&word) || matches!(&*word, "output" | "result")))
        && words.next().is_none()
}

/// Words with which a sentence tells to run what stands below it.
fn tells(word: &str) -> bool {
    matches!(
        word,
        "run" | "running" | "execute" | "executing" | "use" | "using" | "via" | "with" | "by" | "following"
    )
}

/// Whether an [`announcement`](super::announcement) of output says nothing of how one gets it: "Output:", "The
/// output will be similar to:", but not "You get the output with:".
pub(in crate::runbook) fn leads_to_output_alone(sentence: &str) -> bool {
    let mut words = Words { rest: sentence }.map(|word| word.lower()).take(MOST_WORDS);
    // "This will output the lag:" and "It results in a restart:" say what a command does.
    let noun = |word: &str| matches!(word, "output" | "outputs" | "result" | "results" | "response");
    let before = |word: &str| {
        matches!(
            word,
            "and" | "the" | "its" | "expected" | "sample" | "example" | "typical" | "possible" | "a"
        )
    };
    let named = words.by_ref().find(|word| !before(word)).is_some_and(|word| noun(&word));
    // "The output of the command below is long:"
    let mut calls = false;
    let mut points = |word: &str| {
        let command = matches!(word, "command" | "commands" | "script");
        let told = tells(word) || calls && (command || word == "below");
        calls = command || matches!(word, "below" | "next" | "this" | "these");
        told
    };
    named && !words.any(|word| points(&word))
}

/// Whether a text says that what follows need not be done: "Optional:", "Optionally, ...", "You can also do
/// both at once:", "Note: you might want to do both".
pub(in crate::runbook) fn is_extra(text: &str) -> bool {
    let label = text.get(..5).filter(|label| label.eq_ignore_ascii_case("note:"));
    let text = label.map_or(text, |label| text[label.len()..].trim_start());
    let mut words = Words { rest: text };
    // Few texts begin so.
    if !matches!(text.trim_start().as_bytes().first(), Some(b'O' | b'o' | b'B' | b'b' | b'Y' | b'(' | b'*')) {
        return false;
    }
    let Some(first) = words.next() else { return false };
    match &*first.lower() {
        "optionally" => true,
        // "Bonus points are given."
        "optional" | "bonus" => first.colon || words.next().is_none(),
        "you" => {
            let mut next = || words.next().map(|word| word.lower());
            let (can, also) = (next(), next());
            let wish = can.is_some_and(|word| matches!(&*word, "may" | "might"))
                && also.is_some_and(|word| &*word == "want");
            let also = can.is_some_and(|word| matches!(&*word, "can" | "may" | "could"))
                && also.is_some_and(|word| &*word == "also");
            wish || also && words.rest.trim_end().ends_with(':')
        }
        _ => false,
    }
}

/// Whether a text is a label that says so of what follows, and nothing else: "Bonus:".
pub(in crate::runbook) fn is_extra_label(text: &str) -> bool {
    text.len() < 24 && is_extra(text) && Words { rest: text }.count() == 1
}
