//! Whether a sentence tells somebody to do something, as far as a runbook needs it.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::table::Kinds;
use super::{Lower, Word, Words, sentences};
use crate::source::trim;

static HYPHEN: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(" - "));
static THEN: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(" then "));

/// Whether the sentence tells somebody to do something.
pub(in crate::runbook) fn is_imperative(sentence: &str) -> bool {
    let mut text = after_note(sentence);
    // An instruction may follow a condition ("If it is down, restart it"); a few commas suffice.
    for clause in 0..6 {
        let Some(opening) = Opening::of(text) else { return false };
        if opening.is_verb(MOST_FILLERS) || opening.asks_you(text) {
            return true;
        }
        if clause == 0 && !opening.opens_clause(text) {
            return after_label(text).is_some_and(begins_with_verb);
        }
        if opening.runs_there() || opening.prefers(text) {
            return true;
        }
        let next = memchr::memchr3(b',', b':', b';', text.as_bytes()).map(|at| at + 1);
        let Some(next) = next.or_else(|| THEN.find(text.as_bytes()).map(|at| at + THEN.needle().len()))
        else {
            return false;
        };
        text = &text[next..];
    }
    false
}

/// How many words may stand before a verb.
const MOST_FILLERS: usize = 5;

/// How a clause begins: its first word with what that is, found once for all that is asked of it.
struct Opening<'t> {
    word: Word<'t>,
    lower: Lower,
    kinds: Kinds,
    /// What follows the word.
    rest: &'t str,
}

impl<'t> Opening<'t> {
    /// None where there is no word.
    fn of(text: &'t str) -> Option<Self> {
        let mut words = Words { rest: text };
        let word = words.next()?;
        let lower = word.lower();
        Some(Opening { word, lower, kinds: lower.kinds(), rest: words.rest })
    }

    /// Whether the clause begins with the base form of a verb, or with up to so many `fillers` before it.
    fn is_verb(&self, fillers: usize) -> bool {
        let Opening { word, ref lower, kinds, rest } = *self;
        // `monitor="app"` is a label of a metric.
        if rest.as_bytes().first() == Some(&b'=') {
            return false;
        }
        if kinds.verb() {
            let next = Words { rest }.next().map(|word| word.lower());
            // "Failover is done", "Start of the run", "Run: 12" are no instructions.
            let unknown = next.is_none_or(|next| next.as_bytes().is_empty());
            let label = word.colon && unknown && !trim(rest).is_empty();
            return !(label || next.is_some_and(|next| next.kinds().after_noun()));
        }
        let bytes = lower.as_bytes();
        if kinds.noun_too() {
            // "Access to the hosts", "Control over the store" are what one has.
            let had = matches!(bytes, b"access" | b"control")
                && Words { rest }
                    .next()
                    .is_some_and(|next| matches!(next.lower().as_bytes(), b"to" | b"over"));
            return !word.colon
                && !had
                && !is_counted_label(rest)
                && !is_name(bytes, rest)
                && takes_object(rest);
        }
        let goes_on = || fillers > 0 && Opening::of(rest).is_some_and(|next| next.is_verb(fillers - 1));
        if kinds.filler() {
            return goes_on();
        }
        match bytes.first() {
            Some(b'd' | b'l' | b'n')
                if matches!(&**lower, "don't" | "never" | "don’t" | "let" | "let's" | "let’s") =>
            {
                return true;
            }
            Some(b's') if bytes == b"step" && !word.colon => return goes_on(),
            // One too long for the lists has none.
            Some(b'0'..=b'9' | b'.' | b')')
                if bytes.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b')')) =>
            {
                return goes_on();
            }
            _ => {}
        }
        if bytes.contains(&b'-')
            && let Some(("re" | "double" | "hard" | "force" | "soft" | "cross", verb)) = lower.split_once('-')
        {
            let kinds = Lower::of(verb).kinds();
            return kinds.verb() || kinds.noun_too();
        }
        false
    }

    /// "You should restart it", "we need to drain it", "make sure", "it is recommended to".
    fn asks_you(&self, text: &str) -> bool {
        // Few clauses begin so.
        if !(self.kinds.filler() || self.kinds.subject()) {
            return false;
        }
        let mut words = Words { rest: self.rest };
        let (mut subject, mut kinds) = (self.lower, self.kinds);
        while kinds.filler() {
            let Some(word) = words.next() else { return false };
            subject = word.lower();
            kinds = subject.kinds();
        }
        let impersonal = matches!(subject.as_bytes(), b"it" | b"it's");
        kinds.subject() && is_asked(words, impersonal && !text.contains(" to "))
    }

    /// "On the primary run the following", "In the replica execute": the verb behind a place, where no comma
    /// parts them.
    fn runs_there(&self) -> bool {
        if !matches!(self.lower.as_bytes(), b"on" | b"in" | b"inside" | b"from" | b"at") {
            return false;
        }
        // The place is short, and ends where a clause does.
        let end = memchr::memchr3(b',', b':', b';', self.rest.as_bytes()).unwrap_or(self.rest.len());
        let place = &self.rest[..end];
        let mut words = Words { rest: place };
        let mut before = Lower::of("");
        for at in 0..8 {
            let Some(word) = words.next() else { return false };
            let lower = word.lower();
            let next = || Words { rest: words.rest }.next().map(|next| next.lower());
            let is_verb = match lower.as_bytes() {
                b"execute" => true,
                b"run" => next().is_none_or(|next| next.kinds().object() || &*next == "following"),
                // Who does so, and what can be done there.
                b"you" | b"we" | b"can" | b"could" | b"may" | b"will" | b"to" | b"that" | b"which"
                | b"not" => {
                    return false;
                }
                _ => false,
            };
            let noun = matches!(
                before.as_bytes(),
                b"a" | b"the"
                    | b"dry"
                    | b"test"
                    | b"each"
                    | b"every"
                    | b"this"
                    | b"that"
                    | b"first"
                    | b"last"
                    | b"next"
            );
            if is_verb && at > 1 && !noun {
                return true;
            }
            before = lower;
        }
        false
    }

    /// "The preferred way is to restart it".
    fn prefers(&self, text: &str) -> bool {
        if self.lower.as_bytes() != b"the" {
            return false;
        }
        let Some(at) = memchr::memmem::find(text.as_bytes(), b" is to ").filter(|&at| at < LONGEST_LABEL)
        else {
            return false;
        };
        let mut words = Words { rest: &text[..at] }.map(Word::lower);
        let rated = |word: Lower| {
            matches!(
                word.as_bytes(),
                b"preferred" | b"recommended" | b"best" | b"easiest" | b"fastest" | b"quickest" | b"safest"
            )
        };
        words.any(rated)
            && words.any(|word| {
                matches!(word.as_bytes(), b"way" | b"method" | b"approach" | b"fix" | b"solution")
            })
            && begins_with_verb(&text[at + " is to ".len()..])
    }

    /// Whether the sentence begins with a clause that an instruction may follow.
    fn opens_clause(&self, text: &str) -> bool {
        let opens = |lower: &Lower, kinds: Kinds| {
            kinds.opener() || lower.as_bytes().ends_with(b"ly") && text.contains(',')
        };
        if opens(&self.lower, self.kinds) {
            return true;
        }
        if !self.kinds.filler() {
            return false;
        }
        for word in (Words { rest: self.rest }).take(3) {
            let lower = word.lower();
            let kinds = lower.kinds();
            if opens(&lower, kinds) {
                return true;
            }
            if !kinds.filler() {
                return false;
            }
        }
        false
    }
}

/// What is told after "Note that", which itself tells to do nothing.
fn after_note(sentence: &str) -> &str {
    // Most sentences begin otherwise.
    if !sentence.starts_with(['N', 'n', 'K', 'k', 'P', 'p', 'B', 'b', 'R', 'r']) {
        return sentence;
    }
    let told = |note: &&&str| sentence.get(..note.len()).is_some_and(|head| head.eq_ignore_ascii_case(note));
    NOTES.iter().find(told).map_or(sentence, |note| &sentence[note.len()..])
}

/// How a note begins that tells to do nothing by itself.
const NOTES: [&str; 8] = [
    "note that",
    "please note that",
    "keep in mind that",
    "keep in mind",
    "please keep in mind that",
    "be aware that",
    "be aware of",
    "remember that",
];

/// Whether the text is a note beside what there is to do, and no part of it: "Note: ...", "Keep in mind that".
pub(in crate::runbook) fn is_note(text: &str) -> bool {
    let text = text.trim_start();
    if !text.starts_with(['N', 'n', 'K', 'k', 'P', 'p', 'B', 'b', 'R', 'r']) {
        return false;
    }
    let begins = |note: &str| text.get(..note.len()).is_some_and(|head| head.eq_ignore_ascii_case(note));
    // One that announces a block is what leads to it.
    let announces =
        || text.trim_end().ends_with(':') || text.contains(" below") || text.contains("following");
    (begins("note:") || NOTES.iter().any(|note| begins(note))) && !announces()
}

/// Whether the text is an aside in brackets: "(inside the console):".
pub(in crate::runbook) fn is_aside(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('(') && text.trim_end_matches([':', '.']).ends_with(')')
}

/// Whether a heading asks for what stands under it: "Revoke a role", "How to revoke a role",
/// "Revoking a role".
pub(in crate::runbook) fn heading_asks(heading: &str) -> bool {
    let mut words = Words { rest: heading };
    let Some(first) = words.next().map(|word| word.lower()) else { return false };
    match &*first {
        "how" => words.next().is_some_and(|word| &*word.lower() == "to") && begins_with_verb(words.rest),
        "to" => begins_with_verb(words.rest),
        word if word.len() > 5 && word.ends_with("ing") => is_verb_in_ing(first, words.rest),
        _ => begins_with_verb(heading),
    }
}

/// Whether the word in -ing is that of a verb: "creating", "stopping", "checking the lag".
fn is_verb_in_ing(mut word: Lower, rest: &str) -> bool {
    word.cut(word.len() - 3);
    let takes = |kinds: Kinds| {
        let next = Words { rest }.next();
        kinds.noun_too() && next.is_some_and(|next| next.lower().kinds().object())
    };
    let kinds = word.kinds();
    if kinds.verb() || takes(kinds) {
        return true;
    }
    let end = &word.as_bytes()[word.len() - 2..];
    if end[0] == end[1] {
        word.cut(word.len() - 1);
    } else {
        word.add(b'e');
    }
    let kinds = word.kinds();
    kinds.verb() || takes(kinds)
}

/// Whether any sentence of the text is an instruction.
pub(in crate::runbook) fn has_imperative(text: &str) -> bool {
    sentences(text).any(is_imperative)
}

/// The longest label, in bytes.
pub(super) const LONGEST_LABEL: usize = 60;

/// `Solution: restart it`, `Linux - run this`: what stands behind a short label.
fn after_label(text: &str) -> Option<&str> {
    // A colon, or a dash of two lengths beyond ASCII.
    let mut signs = memchr::memchr2_iter(b':', 0xe2, text.as_bytes());
    let sign = signs.find(|&at| text[at..].starts_with([':', '–', '—']));
    let head = &text.as_bytes()[..text.len().min(LONGEST_LABEL + HYPHEN.needle().len())];
    let at = sign.or_else(|| HYPHEN.find(head))?;
    let label = &text[..at];
    // What stands behind the name of a setting says what it is.
    if label.len() > LONGEST_LABEL || label.split_whitespace().count() > 6 || label.contains('_') {
        return None;
    }
    let tail = &text[at..];
    Some(tail.trim_start_matches([':', '–', '—', '-', ' ']))
}

/// Whether the text begins with the base form of a verb, fillers and bullets aside.
pub(in crate::runbook) fn begins_with_verb(text: &str) -> bool {
    Opening::of(text).is_some_and(|opening| opening.is_verb(MOST_FILLERS))
}

/// Whether the noun begins the name of what stands below: "Alert Expression:".
fn is_name(noun: &[u8], rest: &str) -> bool {
    let names = matches!(
        noun,
        b"alert"
            | b"host"
            | b"label"
            | b"queue"
            | b"record"
            | b"release"
            | b"report"
            | b"service"
            | b"target"
    );
    names
        && rest.len() < 24
        && rest.ends_with(':')
        && rest
            .split_ascii_whitespace()
            .all(|word| word.starts_with(|first: char| first.is_ascii_uppercase()))
}

/// Whether what follows a noun is the rest of a label with a number behind: "Target pool: 3 nodes".
fn is_counted_label(rest: &str) -> bool {
    let mut words = Words { rest };
    let Some(next) = words.next() else { return false };
    next.colon && words.next().is_some_and(|value| value.text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether what follows a word that may be a noun shows that it is a verb.
fn takes_object(rest: &str) -> bool {
    let rest = rest.trim_start();
    let Some(next) = (Words { rest }).next() else { return false };
    let lower = next.lower();
    let kinds = lower.kinds();
    if kinds.after_noun() {
        return false;
    }
    kinds.object()
        || next.text.starts_with(|c: char| !c.is_ascii_lowercase())
        || lower.ends_with("ly")
        || (lower.ends_with('s') && !lower.ends_with("ss"))
        || Words { rest }.nth(1).is_some_and(|third| {
            let third = third.lower();
            let kinds = third.kinds();
            !kinds.after_noun() && (kinds.object() || third.ends_with('s') || third.len() > 3)
        })
}

/// Whether what follows the one who is told is what they should do; `outcome` says that it is what happens.
fn is_asked(mut words: Words<'_>, outcome: bool) -> bool {
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
            _ => {
                let kinds = lower.kinds();
                let known = kinds.verb() || kinds.noun_too();
                return modal && known && !(outcome || kinds.outcome());
            }
        }
    }
    false
}
