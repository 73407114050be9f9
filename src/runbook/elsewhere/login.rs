//! Sentences that tell to be elsewhere before anything is run: as somebody who logged in, or in a shell that
//! all which is described requires.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::super::words::{Words, sentences};
use super::begins;

/// "Log in as root and execute the following": who does so is in a shell of another login than the one
/// that midwatch has, on whatever machine.
pub(super) fn logged_in(sentence: &str) -> Option<&str> {
    // Few sentences begin so.
    if !matches!(sentence.as_bytes().first(), Some(b'L' | b'l' | b'F' | b'T' | b'N')) {
        return None;
    }
    let mut words = Words { rest: sentence };
    let first = words.find(|word| !word.lower().kinds().filler())?;
    let next = words.next()?;
    let as_one = match &*first.lower() {
        "login" => next,
        "log" if matches!(&*next.lower(), "in" | "on") => words.next()?,
        _ => return None,
    };
    if &*as_one.lower() != "as" {
        return None;
    }
    let (who, told) = words.rest.split_once(" and ")?;
    let short =
        who.split_ascii_whitespace().count() < 5 && !who.contains([',', '.', ':']) && !who.contains(" to ");
    let verb = Words { rest: told }.find(|word| !word.lower().kinds().filler())?;
    let tells = matches!(&*verb.lower(), "run" | "execute" | "issue" | "enter" | "type");
    (short && tells).then(|| &sentence[..sentence.len() - words.rest.len() + who.len()])
}

/// The word that such a sentence has.
static REQUIRE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(" require"));

/// The place to which a sentence of the text says that all it is about have to be taken: "These all require
/// ssh'ing into a worker."
pub(in crate::runbook) fn required(text: &str) -> Option<&str> {
    // Few texts hold the word.
    REQUIRE.find(text.as_bytes())?;
    sentences(text).filter(|sentence| REQUIRE.find(sentence.as_bytes()).is_some()).find_map(|sentence| {
        let mut words = Words { rest: sentence };
        let mut all = false;
        for word in words.by_ref().take(8) {
            match &*word.lower() {
                "require" | "requires" if all => break,
                "these" | "they" | "all" | "steps" | "commands" => all = true,
                "the" | "following" | "below" | "of" | "them" | "this" => {}
                _ => return None,
            }
        }
        // "require you to ssh to it"
        let verb = words.find(|word| !matches!(&*word.lower(), "you" | "to" | "that" | "first"))?;
        let lower = verb.lower();
        let stem = match &*lower {
            "rsh'ing" | "rshing" | "exec'ing" => "rsh",
            "connecting" => "connect",
            verb => verb,
        };
        let start = sentence.len() - words.rest.len() - verb.text.len();
        let clause = sentence[start..].split([',', ';', '(']).next().unwrap_or("");
        let and = [" and ", "\nand "].iter().filter_map(|and| clause.find(and)).min();
        let clause = and.map_or(clause, |and| &clause[..and]).trim_end();
        begins(stem, clause.get(verb.text.len()..)?).then_some(clause)
    })
}
