//! Whether a sentence tells somebody to do something, as far as a runbook needs it.

use super::lists::{AFTER_NOUN, FILLERS, NOUNS_TOO, OBJECTS, OPENERS, OUTCOMES, VERBS};
use super::{Word, Words, last_sentence, sentences};

fn among(list: &[&str], word: &str) -> bool {
    list.binary_search(&word).is_ok()
}

/// Whether the sentence tells somebody to do something.
pub(in crate::runbook) fn is_imperative(sentence: &str) -> bool {
    let mut clause = Some(sentence);
    let mut first = true;
    // An instruction may follow a condition ("If it is down, restart it"); a few commas suffice.
    for _ in 0..6 {
        let Some(text) = clause else { return false };
        if begins_with_verb(text) || asks_you(text) {
            return true;
        }
        if first && !opens_clause(text) {
            return after_label(text).is_some_and(begins_with_verb);
        }
        first = false;
        clause = text.find([',', ':', ';']).map(|at| &text[at + 1..]);
        if clause.is_none() {
            clause = text.find(" then ").map(|at| &text[at + 6..]);
        }
    }
    false
}

/// Whether any sentence of the text is an instruction.
pub(in crate::runbook) fn has_imperative(text: &str) -> bool {
    sentences(text).any(is_imperative)
}

/// `Solution: restart it`, `Linux - run this`: what stands behind a short label.
fn after_label(text: &str) -> Option<&str> {
    let at = text.find([':', '–', '—']).or_else(|| text.find(" - "))?;
    let label = &text[..at];
    // What stands behind the name of a setting says what it is.
    if label.len() > 60 || label.split_whitespace().count() > 6 || label.contains('_') {
        return None;
    }
    let tail = &text[at..];
    Some(tail.trim_start_matches([':', '–', '—', '-', ' ']))
}

/// Whether the text begins with the base form of a verb, fillers and bullets aside.
pub(in crate::runbook) fn begins_with_verb(text: &str) -> bool {
    let mut words = Words { rest: text };
    for _ in 0..6 {
        let Some(word) = words.next() else { return false };
        let lower = word.lower();
        let lower: &str = &lower;
        // `monitor="app"` is a label of a metric.
        if words.rest.starts_with('=') {
            return false;
        }
        if matches!(lower, "don't" | "never" | "don’t") {
            return true;
        }
        if lower == "let" || lower == "let's" || lower == "let’s" {
            return true;
        }
        if among(VERBS, lower) {
            let next = Words { rest: words.rest }.next();
            let next = next.map_or_else(|| Word { text: "", colon: false }.lower(), Word::lower);
            // "Failover is done", "Start of the run", "Run: 12" are no instructions.
            let label = word.colon && next.is_empty() && !words.rest.trim().is_empty();
            return !(label || among(AFTER_NOUN, &next));
        }
        if among(NOUNS_TOO, lower) {
            return !word.colon && takes_object(words.rest);
        }
        if let Some(("re" | "double" | "hard" | "force" | "soft" | "cross", verb)) = lower.split_once('-') {
            return among(VERBS, verb) || among(NOUNS_TOO, verb);
        }
        let number = lower.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b')');
        if !(among(FILLERS, lower) || number || (lower == "step" && !word.colon)) {
            return false;
        }
    }
    false
}

/// Whether what follows a word that may be a noun shows that it is a verb.
fn takes_object(rest: &str) -> bool {
    let rest = rest.trim_start();
    let Some(next) = (Words { rest }).next() else { return false };
    let lower = next.lower();
    if among(AFTER_NOUN, &lower) {
        return false;
    }
    among(OBJECTS, &lower)
        || next.text.starts_with(|c: char| !c.is_ascii_lowercase())
        || lower.ends_with("ly")
        || (lower.ends_with('s') && !lower.ends_with("ss"))
        || Words { rest }.nth(1).is_some_and(|third| {
            let third = third.lower();
            !among(AFTER_NOUN, &third) && (among(OBJECTS, &third) || third.ends_with('s') || third.len() > 3)
        })
}

/// "You should restart it", "we need to drain it", "make sure", "it is recommended to".
fn asks_you(text: &str) -> bool {
    let mut words = Words { rest: text };
    let mut subject = words.next().map(|word| word.lower());
    while subject.as_deref().is_some_and(|word| among(FILLERS, word)) {
        subject = words.next().map(|word| word.lower());
    }
    match subject.as_deref() {
        Some(
            "you" | "we" | "operators" | "operator" | "sre" | "sres" | "admin" | "admins" | "one" | "it"
            | "it's",
        ) => {}
        _ => return false,
    }
    let impersonal = matches!(subject.as_deref(), Some("it" | "it's"));
    let mut modal = false;
    for _ in 0..7 {
        let Some(word) = words.next() else { return false };
        let lower = word.lower();
        match &*lower {
            "can" | "could" | "should" | "must" | "need" | "needs" | "have" | "may" | "might" | "will"
            | "shall" | "want" | "recommended" | "advised" | "suggested" | "necessary" | "required"
            | "best" | "possible" | "important" | "able" => {
                modal = true;
            }
            "to" | "also" | "now" | "then" | "is" | "be" | "first" | "only" | "probably" | "simply"
            | "just" | "always" | "usually" | "not" | "either" | "manually" | "temporarily" | "are"
            | "might_" => {}
            verb => {
                let known = among(VERBS, verb) || among(NOUNS_TOO, verb);
                let outcome = among(OUTCOMES, verb) || impersonal && !text.contains(" to ");
                return modal && known && !outcome;
            }
        }
    }
    false
}

/// Whether the sentence begins with a clause that an instruction may follow.
fn opens_clause(text: &str) -> bool {
    let mut words = Words { rest: text };
    for _ in 0..4 {
        let Some(word) = words.next() else { return false };
        let lower = word.lower();
        if among(OPENERS, &lower) || lower.ends_with("ly") && text.contains(',') {
            return true;
        }
        if !among(FILLERS, &lower) {
            return false;
        }
    }
    false
}

/// Whether the text begins with `if`, fillers aside ("Otherwise, if").
pub(in crate::runbook) fn begins_with_if(text: &str) -> bool {
    // None but "if" and the fillers begin with these.
    let first = text.trim_start().bytes().next().unwrap_or(b'x').to_ascii_lowercase();
    if first.is_ascii_alphabetic() && !b"abcefgijlmnopqst".contains(&first) {
        return false;
    }
    for word in (Words { rest: text }) {
        let lower = word.lower();
        if &*lower == "if" {
            return true;
        }
        if !among(FILLERS, &lower) {
            return false;
        }
    }
    false
}

/// Whether the text offers another way to do what was just done: "Alternatively, ...", "Or: ...".
pub(in crate::runbook) fn offers_instead(text: &str) -> bool {
    let first = Words { rest: text }.next();
    first.is_some_and(|word| matches!(&*word.lower(), "alternatively" | "or"))
}

/// Whether an `if` looks back at what was just tried, so that it is the next try and no
/// alternative: "if that does not help", "if it still fails".
pub(in crate::runbook) fn looks_back(text: &str) -> bool {
    let mut words = Words { rest: text }.map(|word| word.lower());
    if !words.by_ref().any(|word| &*word == "if") {
        return false;
    }
    let head: Vec<super::Lower> = words.take(8).collect();
    let first = head.first().map_or("", |word| &**word);
    // "If this does not help" looks back; "if this happens on a replica" names a case.
    let named = matches!(first, "this" | "these")
        && !head.iter().skip(1).any(|word| {
            word.ends_with("n't")
                || matches!(
                    &**word,
                    "not"
                        | "case"
                        | "fails"
                        | "failed"
                        | "helps"
                        | "helped"
                        | "works"
                        | "worked"
                        | "no"
                        | "true"
                        | "so"
                        | "succeeds"
                        | "succeeded"
                        | "solves"
                        | "solved"
                        | "fixes"
                        | "fixed"
                        | "continues"
                )
        });
    !named
        && matches!(
            first,
            "that" | "this" | "these" | "those" | "so" | "not" | "still" | "none" | "nothing" | "yes" | "no"
        )
        || head.iter().any(|word| {
            matches!(
                &**word,
                "still"
                    | "above"
                    | "persists"
                    | "persist"
                    | "remains"
                    | "previous"
                    | "continues"
                    | "continue"
                    | "again"
            )
        })
}

/// Whether the text ends by announcing what a command printed ("And a possible result:").
pub(in crate::runbook) fn announces_output(text: &str) -> bool {
    let sentence = last_sentence(text);
    let lower = sentence.to_ascii_lowercase();
    let printed = |word: &str| {
        matches!(word, "output" | "outputs" | "result" | "results" | "response" | "prints" | "printed")
    };
    sentence.ends_with(':')
        && !is_imperative(sentence)
        && Words { rest: &lower }.any(|word| printed(word.text))
}

/// Whether the text introduces a list that tells what there is, not what to do: reasons, kinds,
/// parts.
pub(in crate::runbook) fn introduces_things(text: &str) -> bool {
    let sentence = last_sentence(text);
    let lower = sentence.to_ascii_lowercase();
    let thing = |word: &str| {
        matches!(
            word,
            "reason"
                | "reasons"
                | "cause"
                | "causes"
                | "example"
                | "examples"
                | "kind"
                | "kinds"
                | "type"
                | "types"
                | "limitation"
                | "limitations"
                | "component"
                | "components"
                | "layers"
                | "parts"
                | "state"
                | "states"
                | "factors"
                | "variables"
                | "facts"
                | "note"
                | "notes"
                | "caveats"
                | "parameters"
                | "columns"
                | "numbers"
                | "fields"
                | "include"
                | "includes"
                | "including"
                | "consists"
                | "structured"
                | "translates"
                | "means"
                | "levels"
                | "properties"
                | "scenarios"
                | "categories"
                | "values"
        )
    };
    let ends = sentence.ends_with(':') || lower.ends_with(" are") || lower.ends_with(" include");
    ends && !is_imperative(sentence) && Words { rest: &lower }.any(|word| thing(word.text))
}

/// Whether the sentence introduces a list of which one is to be picked.
pub(in crate::runbook) fn introduces_choice(text: &str) -> bool {
    let sentence = last_sentence(text).to_ascii_lowercase();
    let sentence = sentence.as_str();
    let has = |word: &str| Words { rest: sentence }.any(|found| found.text == word);
    has("depends")
        || has("depending")
        || has("depend")
        || has("either")
        || sentence.contains("one of")
        || has("alternatives")
        || has("options")
}
