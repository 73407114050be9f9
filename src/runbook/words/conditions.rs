//! What a sentence makes what it tells depend on: a case, a try that came before, another way.

use super::begins::Begins;
use super::instruction::LONGEST_LABEL;
use super::lists::FILLERS;
use super::{Lower, Word, Words};

/// How "if" and the fillers begin.
static IF_BEGINS: Begins = Begins::of(&[FILLERS, &["if"]]);

/// Whether the text begins with `if`, fillers aside ("Otherwise, if").
pub(in crate::runbook) fn begins_with_if(text: &str) -> bool {
    if !IF_BEGINS.may_begin(text) {
        return false;
    }
    for word in (Words { rest: text }) {
        let lower = word.lower();
        if lower.as_bytes() == b"if" {
            return true;
        }
        if !lower.kinds().filler() {
            return false;
        }
    }
    false
}

/// Whether the text begins with the case it is for, and a comma or a colon: "For public clouds, ...",
/// "In case of a timeout: ...", "On Debian, ...".
pub(in crate::runbook) fn names_case(text: &str) -> bool {
    let case = match text.as_bytes() {
        [b'F' | b'f', b'o', b'r', b' ', ..] => &text[4..],
        [b'I' | b'i', b'n', b' ', b'c', ..] => match text[3..].strip_prefix("case of ") {
            Some(case) => case,
            None => return false,
        },
        [b'O' | b'o', b'n', b' ', ..] => &text[3..],
        _ => return false,
    };
    let head = &case.as_bytes()[..case.len().min(LONGEST_LABEL)];
    let Some(end) = memchr::memchr3(b',', b':', b'.', head).filter(|&end| head[end] != b'.') else {
        return false;
    };
    let phrase = &case[..end];
    if phrase.split_ascii_whitespace().count() > 6 {
        return false;
    }
    // On one machine, and then on another, is no case but the next thing to do.
    if text.starts_with(['O', 'o']) {
        return super::names_platform(phrase);
    }
    let mut words = Words { rest: phrase }.map(Word::lower);
    let general = |word: &Lower| {
        matches!(
            word.as_bytes(),
            b"each"
                | b"every"
                | b"all"
                | b"any"
                | b"example"
                | b"instance"
                | b"more"
                | b"further"
                | b"details"
                | b"info"
                | b"information"
                | b"reference"
                | b"now"
                | b"this"
                | b"that"
                | b"these"
                | b"it"
                | b"reason"
                | b"reasons"
                | b"both"
                | b"step"
        )
    };
    words.clone().next().is_some() && !words.any(|word| general(&word))
}

/// Whether the text offers another way to do what was just done: "Alternatively, ...", "Or: ...".
pub(in crate::runbook) fn offers_instead(text: &str) -> bool {
    // Most paragraphs begin with other letters.
    if let [first, second, ..] = text.as_bytes()
        && first.is_ascii_alphabetic()
        && !matches!(
            (first | 0x20, second | 0x20),
            (b'a', b'l' | b't')
                | (b'e', b'l')
                | (b'l', b'u')
                | (b'o', b'd' | b'p' | b'r' | b'u')
                | (b'v', b'e')
        )
    {
        return false;
    }
    let first = Words { rest: text }.next();
    first.is_some_and(|word| matches!(&*word.lower(), "alternatively" | "or") || says_or_abroad(word.text))
}

/// Whether the word, or what begins with it where words are not parted, is "or" in another language.
pub(in crate::runbook) fn says_or_abroad(word: &str) -> bool {
    if word.is_ascii() {
        return ["oder", "ou", "alternativ", "oppure", "eller", "lub", "atau", "veya"]
            .iter()
            .any(|or| word.eq_ignore_ascii_case(or));
    }
    ["或者", "または", "もしくは", "或："].iter().any(|or| word.starts_with(or))
        || matches!(word, "或" | "или" | "Или" | "либо" | "또는" | "hoặc" | "Hoặc")
}

/// The words after the first `if`, as many as tell what it is about.
fn after_if(text: &str) -> Option<impl Iterator<Item = Lower> + Clone> {
    let mut words = Words { rest: text };
    words.by_ref().find(|word| word.text.eq_ignore_ascii_case("if"))?;
    Some(words.map(Word::lower).take(8))
}

/// Whether an `if` stands for all that the ones before it leave: "if not", "if none of them applies",
/// "if nothing happens"; not for what is left after a try ("if nothing helps").
pub(in crate::runbook) fn is_fallback(text: &str) -> bool {
    let Some(mut head) = after_if(text) else { return false };
    let stems: [&[u8]; 8] =
        [b"work", b"help", b"fix", b"solve", b"succeed", b"persist", b"remain", b"continue"];
    let tried = |word: Lower| {
        let word = word.as_bytes();
        stems.iter().any(|stem| word.starts_with(stem))
            || matches!(word, b"still" | b"again" | b"does" | b"did" | b"that" | b"this")
    };
    let first = head.next();
    first.is_some_and(|first| matches!(first.as_bytes(), b"not" | b"none" | b"nothing" | b"neither"))
        && !head.any(tried)
}

/// Whether an `if` looks back at what was just tried, so that it is the next try and no
/// alternative: "if that does not help", "if it still fails".
pub(in crate::runbook) fn looks_back(text: &str) -> bool {
    let Some(head) = after_if(text) else { return false };
    let mut rest = head.clone();
    let back = match rest.next().as_ref().map(Lower::as_bytes) {
        // "If this does not help" looks back; "if this happens on a replica" names a case.
        Some(b"this" | b"these") => rest.any(|word| {
            let word = word.as_bytes();
            word.ends_with(b"n't")
                || matches!(
                    word,
                    b"not"
                        | b"case"
                        | b"fails"
                        | b"failed"
                        | b"helps"
                        | b"helped"
                        | b"works"
                        | b"worked"
                        | b"no"
                        | b"true"
                        | b"so"
                        | b"succeeds"
                        | b"succeeded"
                        | b"solves"
                        | b"solved"
                        | b"fixes"
                        | b"fixed"
                        | b"continues"
                )
        }),
        Some(b"that" | b"those" | b"so" | b"not" | b"still" | b"none" | b"nothing" | b"yes" | b"no") => true,
        _ => false,
    };
    let mut head = head;
    back || head.any(|word| {
        matches!(
            word.as_bytes(),
            b"still"
                | b"above"
                | b"persists"
                | b"persist"
                | b"remains"
                | b"previous"
                | b"continues"
                | b"continue"
                | b"again"
        )
    })
}
