//! What a text says of the block or the list it leads to: output, an example, things, a choice.

use super::{Words, begins_word, is_imperative, last_sentence};
use crate::source::contains_ignoring_case;

/// The last sentence of the text, where that ends in a colon and so announces what follows.
pub(in crate::runbook) fn announcement(text: &str) -> Option<&str> {
    // Few texts do; the sentence need not be found first.
    let sentence = text.trim_end().ends_with(':').then(|| last_sentence(text))?;
    Some(sentence).filter(|sentence| sentence.ends_with(':'))
}

/// The last sentence of a text that breaks off before what follows, as if a colon were left out.
pub(in crate::runbook) fn unfinished(text: &str) -> Option<&str> {
    text.trim_end().ends_with(|c: char| c.is_ascii_alphanumeric()).then(|| last_sentence(text))
}

/// Whether an [`announcement`] is of what a command printed ("And a possible result:").
pub(in crate::runbook) fn announces_output(sentence: &str) -> bool {
    let printed = |word: &str| {
        matches!(word, "output" | "outputs" | "result" | "results" | "response" | "prints" | "printed")
    };
    // So begin these words, and no others.
    let begins = |three: &[u8; 3]| matches!(three, b"out" | b"res" | b"pri");
    begins_word(sentence, begins)
        && Words { rest: sentence }.any(|word| printed(&word.lower()))
        && !is_imperative(sentence)
}

/// Whether the last sentence tells what a command prints: "The output should hold the date.", "And we
/// expect the output to be something like".
pub(in crate::runbook) fn tells_output(text: &str) -> bool {
    if unfinished(text).is_some_and(leads_to_output) {
        return true;
    }
    // So begin these sentences, and few others.
    if memchr::memchr3(b'T', b'O', b'Y', text.as_bytes()).is_none() {
        return false;
    }
    let sentence = last_sentence(text);
    if !sentence.starts_with(['T', 'O', 'Y']) {
        return false;
    }
    let mut words = Words { rest: sentence }.map(|word| word.lower());
    let (first, second, third) = (words.next(), words.next(), words.next());
    matches!(
        (first.as_deref(), second.as_deref(), third.as_deref()),
        (Some("the"), Some("output" | "result" | "response"), _)
            | (Some("output"), ..)
            | (Some("you"), Some("should" | "will"), Some("see" | "get"))
    )
}

/// Whether a sentence that breaks off leads to what a command prints: "it should print an output like".
fn leads_to_output(sentence: &str) -> bool {
    let last = sentence.rsplit(' ').next().unwrap_or("");
    matches!(last, "like" | "to" | "follows" | "following" | "be" | "this")
        && !sentence.starts_with("To ")
        && announces_output(sentence)
}

/// Whether an [`announcement`] is of what stands in a log, or is seen on a screen: "You will see in the
/// logs:", "The log says:", "In the log, look for:". What looks like a call may still be one.
pub(in crate::runbook) fn announces_text(sentence: &str) -> bool {
    // So begin these words, and few others.
    if !begins_word(sentence, |three| matches!(three, b"log" | b"see" | b"loo" | b"wat" | b"err" | b"mes")) {
        return false;
    }
    // The last four words, the last of them first.
    let mut last = [""; 4];
    for word in (Words { rest: sentence }) {
        last = [word.text, last[0], last[1], last[2]];
    }
    let [end, second, third, fourth] = last.map(super::Lower::of);
    let is_log = |word: &str| matches!(word, "log" | "logs");
    let looks = || {
        let mut words = Words { rest: sentence }.map(|word| word.lower());
        let verb = words.next().is_some_and(|verb| matches!(&*verb, "look" | "watch" | "search"));
        verb && words.next().is_some_and(|word| &*word == "for")
    };
    let told = || is_imperative(sentence) && !looks();
    match &*end {
        // "Look for it in the logs" may lead to the command that does so.
        "log" | "logs" => matches!(&*second, "the" | "its" | "their") && &*third == "in" && !told(),
        "says" | "shows" | "reads" | "say" | "show" | "read" => is_log(&second),
        "for" => matches!(&*second, "look" | "watch" | "looking"),
        "see" => is_modal(&second) && !told(),
        "like" | "this" | "following" => {
            let seen = |word: &str| {
                matches!(
                    word,
                    "errors" | "error" | "lines" | "messages" | "message" | "entries" | "something"
                )
            };
            let like = &*end == "like" && seen(&second);
            let see = [&second, &third, &fourth].iter().any(|word| &***word == "see");
            (like || see) && !told()
        }
        _ => false,
    }
}

fn is_modal(word: &str) -> bool {
    matches!(word, "will" | "should" | "may" | "might" | "would" | "can" | "you")
}

/// Whether the text calls what follows an example, and says little more: "Example:", "For example".
pub(in crate::runbook) fn announces_example(text: &str) -> bool {
    // "Example: remove the last one"
    let first = Words { rest: text }.next();
    if first.is_some_and(|word| word.colon && &*word.lower() == "example") {
        return true;
    }
    let mut words = Words { rest: text }.map(|word| word.lower());
    let named = words.by_ref().take(4).position(|word| matches!(&*word, "example" | "examples" | "e.g"));
    named.is_some() && words.count() < 5
}

/// Words for what there is, in the introduction of a list that tells it.
#[rustfmt::skip]
pub(super) const THINGS: &[&str] = &[
    "categories", "cause", "causes", "caveats", "columns", "component", "components", "consists", "example",
    "examples", "factors", "facts", "fields", "include", "includes", "including", "kind", "kinds", "layers",
    "levels", "limitation", "limitations", "means", "note", "notes", "numbers", "parameters", "parts",
    "preference", "properties", "reason", "reasons", "scenarios", "state", "states", "structured",
    "translates", "type", "types", "values", "variables",
];

/// Whether the text introduces a list that tells what there is, not what to do: reasons, kinds,
/// parts.
pub(in crate::runbook) fn introduces_things(text: &str) -> bool {
    let ends = |text: &str| [":", " are", " include"].iter().any(|end| text.ends_with(end));
    // Few texts end so; the sentence need not be found first.
    let text = text.trim_end();
    if !ends(text) {
        return false;
    }
    let sentence = last_sentence(text);
    ends(sentence)
        && Words { rest: sentence }.any(|word| word.lower().kinds().thing())
        && !is_imperative(sentence)
}

/// Whether the text introduces a list of what a program does: "The script will:", "This will then
/// automatically:", "The `move` playbook:".
pub(in crate::runbook) fn says_what_it_does(text: &str) -> bool {
    let text = text.trim_end();
    // Few texts before a list end so and have the letters.
    let begins = |sentence: &str| sentence.starts_with(['T', 't', 'I', 'i']);
    if !text.ends_with(':') {
        return false;
    }
    let sentence = last_sentence(text).trim_start();
    if !begins(sentence) {
        return false;
    }
    let mut words = Words { rest: sentence }.map(|word| word.lower());
    let (mut subject, mut count, mut will) = (None, 0, false);
    for word in words.by_ref().take(8) {
        if &*word == "will" {
            will = true;
            break;
        }
        count += 1;
        // "The following script", "The script below" is what the list holds.
        if matches!(&*word, "following" | "below") {
            return false;
        }
        subject = Some(word);
    }
    let program = subject.is_some_and(|word| match &*word {
        "job" | "pipeline" | "playbook" | "program" | "script" | "tool" | "workflow" => true,
        "command" | "commands" | "it" | "that" | "this" => will,
        _ => false,
    });
    program
        && (will || count > 1)
        && words.all(|word| {
            matches!(&*word, "also" | "automatically" | "do" | "following" | "now" | "the" | "then")
        })
}

/// Whether the text introduces a list of examples or of what there is, whose items tell nobody to do
/// what they name: "Examples of when this is of use:", "There are three jobs:".
pub(in crate::runbook) fn introduces_examples(text: &str) -> bool {
    let Some(sentence) = announcement(text) else { return false };
    let mut words = Words { rest: sentence }.map(|word| word.lower());
    match words.next().as_deref() {
        Some("example" | "examples") => true,
        Some("there") => {
            words.next().is_some_and(|word| &*word == "are") && !words.any(|word| names_doing(&word))
        }
        _ => false,
    }
}

/// Words for what somebody can do.
fn names_doing(word: &str) -> bool {
    matches!(
        word,
        "step"
            | "steps"
            | "way"
            | "ways"
            | "option"
            | "options"
            | "thing"
            | "things"
            | "task"
            | "tasks"
            | "check"
            | "checks"
            | "action"
            | "actions"
            | "command"
            | "commands"
            | "method"
            | "methods"
            | "approaches"
            | "solutions"
            | "fixes"
            | "procedures"
            | "to"
            | "you"
            | "we"
    )
}

/// Whether the sentence introduces a list of which one is to be picked.
pub(in crate::runbook) fn introduces_choice(text: &str) -> bool {
    if text.is_empty() {
        return false;
    }
    let sentence = last_sentence(text);
    // "There are two ways to do this:"
    let mut several = false;
    let mut picks = |word: &str| {
        let counted = several && word == "ways";
        several = matches!(word, "two" | "three" | "four" | "several" | "2" | "3");
        counted || matches!(word, "depends" | "depending" | "depend" | "either" | "alternatives" | "options")
    };
    // So begin these words, and no others.
    let begins = |three: &[u8; 3]| matches!(three, b"dep" | b"eit" | b"alt" | b"opt" | b"way");
    begins_word(sentence, begins) && Words { rest: sentence }.any(|word| picks(&word.lower()))
        || contains_ignoring_case(sentence, "one of")
}
