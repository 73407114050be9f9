//! What a sentence says of the block or the command it stands before: that it is the text of a file,
//! or that nobody should run it. Strict, since what it says so is then not run.

use super::files::{file, is_label};
use super::{Lower, Words, begins_word, first_sentence};

/// What the words before a block say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runbook) enum Said<'t> {
    /// It is what the file of this name is to hold ("file", where it has none).
    FileText(&'t str),
    /// It stands below the name of a file: what that holds, or what is done with it.
    Named,
    /// It is not to be run.
    Forbidden,
    /// It is not to be run yet, or only in a case that somebody has to see.
    PutOff,
    /// It is not to be run as it stands.
    Changed,
}

/// What a sentence that announces a block says of it.
pub(in crate::runbook) fn of_block(sentence: &str) -> Option<Said<'_>> {
    forbidden(sentence).or_else(|| to_be_changed(sentence).then_some(Said::Changed)).or_else(|| {
        // Most sentences name no file.
        let names = sentence.contains(['/', '~'])
            || sentence.trim_end_matches(['.', ':']).contains('.')
            || begins_word(sentence, |three| matches!(three, b"fil" | b"cro" | b"scr"));
        match names {
            true if is_label(sentence) => Some(Said::Named),
            true => file(sentence).map(Said::FileText),
            false => None,
        }
    })
}

/// "Run this (change the date):", "Run a similar command to this:": as it stands it is not meant.
fn to_be_changed(sentence: &str) -> bool {
    let aside = || {
        let at = memchr::memchr(b'(', sentence.as_bytes())?;
        let mut words = Words { rest: &sentence[at + 1..] }.map(|word| word.lower());
        let verb = words.next()?;
        let verb =
            matches!(&*verb, "adapt" | "adjust" | "change" | "edit" | "modify" | "replace" | "substitute");
        let what = words.next()?;
        Some(verb && matches!(&*what, "the" | "to" | "your" | "with" | "as" | "for" | "this" | "these"))
    };
    let similar = || {
        let at = memchr::memmem::find(sentence.as_bytes(), b"similar command")?;
        // "a similar command above" is another one.
        Some(!sentence[at..].contains("above"))
    };
    aside().unwrap_or(false) || similar().unwrap_or(false)
}

/// "Do not run this:", "Never use the following command:", "Wrong:", and what is to be done later: "Do
/// not run this before ..."; but not what is not to be forgotten.
fn forbidden(sentence: &str) -> Option<Said<'_>> {
    let mut words = Words { rest: sentence }.map(|word| word.lower());
    let (mut before, mut first) = (None, words.next());
    while first.as_ref().is_some_and(|word| word.kinds().filler()) {
        before = std::mem::replace(&mut first, words.next());
    }
    let negated = match &*first? {
        "wrong" | "bad" | "incorrect" | "anti-pattern" => {
            return words.all(|word| names_way(&word)).then_some(Said::Forbidden);
        }
        "not" if sentence.contains(' ') => {
            return words.all(|word| names_way(&word)).then_some(Said::Forbidden);
        }
        // "A common mistake is to restore it without its roles"
        "a" | "one" | "another" | "common" => {
            let mistake = |word: Lower| matches!(&*word, "mistake" | "mistakes" | "pitfall");
            let called = words.take(2).any(mistake) && sentence.split_whitespace().count() > 4;
            return called.then_some(Said::PutOff);
        }
        // "Use this: ... instead of: ..."
        "rather" | "of" => {
            let other = match before {
                Some(before) => &*before == "instead",
                None => words.next().is_some_and(|word| &*word == "than"),
            };
            let block = |word: Lower| names_block(&word) || runs(&word);
            return (other && words.all(block)).then_some(Said::Forbidden);
        }
        "do" => words.next().is_some_and(|word| &*word == "not"),
        "don't" | "don’t" | "never" | "avoid" => true,
        _ => false,
    };
    if !negated {
        return None;
    }
    let mut verb = words.next();
    while verb.as_deref().is_some_and(|word| matches!(word, "ever" | "just" | "simply" | "try" | "to")) {
        verb = words.next();
    }
    if !verb.is_none_or(|verb| runs(&verb)) {
        return None;
    }
    match words.find(|word| !names_block(word)) {
        None => Some(Said::Forbidden),
        Some(word) => is_condition(&word).then_some(Said::PutOff),
    }
}

/// Words for a command that is an example of how not to do it.
fn names_way(word: &str) -> bool {
    matches!(
        word,
        "example" | "way" | "command" | "approach" | "usage" | "the" | "to" | "do" | "it" | "this" | "like"
    )
}

/// Words for the block that follows, and for where it is the worst.
fn names_block(word: &str) -> bool {
    names_way(word)
        || matches!(
            word,
            "following"
                | "these"
                | "that"
                | "commands"
                | "anything"
                | "something"
                | "any"
                | "of"
                | "such"
                | "as"
                | "here"
                | "ever"
                | "in"
                | "on"
                | "prod"
                | "production"
        )
}

/// Verbs for running a command.
fn runs(word: &str) -> bool {
    matches!(
        word,
        "run"
            | "use"
            | "execute"
            | "call"
            | "do"
            | "try"
            | "type"
            | "issue"
            | "invoke"
            | "running"
            | "using"
            | "executing"
            | "calling"
            | "doing"
            | "typing"
    )
}

/// Whether the words before inline code tell to run it: "Run `x y`", "by executing the `x y` command".
pub(in crate::runbook) fn tells_to_run(before: &str, after: &str) -> bool {
    let mut words = before.rsplit([' ', '\n']).filter(|word| !word.is_empty()).peekable();
    // "the `nightly backup`" is something that has this name.
    let named = matches!(words.peek(), Some(&"the" | &"this"));
    let called = || {
        let what = Words { rest: after }.next().map(|word| word.lower());
        matches!(what.as_deref(), Some("command" | "commands" | "script"))
    };
    if named && !called() {
        return false;
    }
    let last = words.find(|word| !matches!(*word, "the" | "this" | "command" | "command:")).unwrap_or("");
    matches!(
        &*Lower::of(last.trim_matches(['(', ':', '*', '_'])),
        "run" | "running" | "execute" | "executing" | "invoke"
    )
}

/// Whether the sentence around inline code speaks of a kind of command, and if so, whether only in passing:
/// "using the `x y` command", "`x y` alone is not enough"; in passing "it needs performing a `x y`", "after
/// the `x y`".
pub(in crate::runbook) fn speaks_of(before: &str, after: &str) -> Option<bool> {
    let mut words = before.rsplit([' ', '\n']).filter(|word| !word.is_empty());
    let mut back = || Lower::of(words.next().unwrap_or("").trim_matches(['(', '"', '*', '_']));
    let (last, second, third) = (back(), back(), back());
    let article = matches!(&*last, "a" | "an" | "the");
    let (link, earlier) = if article { (&second, &third) } else { (&last, &second) };
    // "By running `x y`", "try restarting with `x y`": that is how it is told.
    let told = matches!(&**earlier, "by" | "try" | "consider" | "recommend" | "suggest");
    let doing = link.len() > 4 && link.ends_with("ing") && &**link != "using" && !told;
    let aside =
        matches!(&**link, "of" | "after" | "before" | "during" | "if" | "when" | "like" | "than" | "from");
    let is_subject = || {
        let next = Words { rest: after }.next().map(|word| word.lower());
        after.starts_with(' ')
            && matches!(
                next.as_deref(),
                Some("is" | "was" | "will" | "would" | "can" | "does" | "alone" | "itself" | "takes")
            )
    };
    let passing = article && (aside || doing && &*last != "the");
    (article || aside || doing || is_subject()).then_some(passing)
}

/// Whether the words behind inline code say that it is the name of something that is run elsewhere:
/// "the `nightly-copy` job".
pub(in crate::runbook) fn names_a_task(after: &str) -> bool {
    let what = Words { rest: after }.next().map(|word| word.lower());
    what.as_deref().is_some_and(|word| {
        matches!(
            word,
            "action" | "dag" | "job" | "jobs" | "pipeline" | "playbook" | "query" | "task" | "workflow"
        )
    })
}

/// Whether a sentence warns of the command that stands between the two parts of it: "do not run `x`",
/// "instead of `x`"; but not where it is the right one later ("... until").
pub(in crate::runbook) fn warns_of(before: &str, after: &str) -> bool {
    let (mut verb, mut to, mut last) = (false, false, "");
    for token in before.rsplit(char::is_whitespace).filter(|token| !token.is_empty()).take(7) {
        if token.ends_with([',', ':', ';', '.', '!', '?', ')']) {
            return false;
        }
        let lower = Lower::of(token.trim_start_matches(['(', '"']));
        let word: &str = &lower;
        match (last, word) {
            ("of", "instead") | ("than", "rather") => return true,
            (_, "never" | "avoid" | "don't" | "don’t") => return !comes_later(after),
            ("not", "do" | "should" | "must" | "may" | "can") => return verb && !comes_later(after),
            ("not", _) => return verb && to && !comes_later(after),
            (_, "not") => last = "not",
            (_, "of") => last = "of",
            (_, "than") => last = "than",
            (_, "to") if verb => to = true,
            (_, "the" | "a" | "this" | "command" | "just" | "simply" | "ever" | "directly") => {}
            _ if !verb && runs(word) => verb = true,
            _ => return false,
        }
    }
    false
}

/// Whether the rest of the sentence says when the command is the right one.
fn comes_later(after: &str) -> bool {
    Words { rest: first_sentence(after) }.any(|word| is_condition(&word.lower()))
}

/// Words that say when something is right.
fn is_condition(word: &str) -> bool {
    matches!(
        word,
        "until" | "before" | "unless" | "without" | "yet" | "while" | "when" | "if" | "more" | "except"
    )
}
