//! A look at the words of a script: without one that the table asks for, nothing is parsed.

use super::table::{ROWS, Row};
use crate::shell::{OPENERS, Reading, WordSet, next_word};

/// The words that the table asks for.
static TRIGGERS: WordSet = with_triggers(WordSet::new([]));

/// The same, and the words that open a session.
static TELLING: WordSet = with_triggers(WordSet::new(OPENERS));

const fn with_triggers(mut set: WordSet) -> WordSet {
    let mut at = 0;
    while at < ROWS.len() {
        add_triggers(&ROWS[at], &mut set);
        at += 1;
    }
    set
}

/// Adds each word of which a script must hold one for `row` to match: letters, digits, `_` and `-`.
/// A word of the script matches with any part of it that ends before a `-`, too.
const fn add_triggers(row: &Row, set: &mut WordSet) {
    let (trigger, sub, programs) = (row.trigger.as_bytes(), row.sub.as_bytes(), row.programs.as_bytes());
    if row.silent || matches!(programs, b"*") {
        return; // see `may_overwrite`
    }
    let mut at = 0;
    if !trigger.is_empty() {
        while let Some((start, end)) = next_word(trigger, at) {
            set.add(slice(trigger, start, end));
            at = end;
        }
    } else if !sub.is_empty() {
        // Of each path the alternatives for its last word.
        while at < sub.len() {
            let path = end_of(sub, at, b';');
            let mut last = (at, at);
            while let Some((start, end)) = next_word(slice(sub, 0, path), last.1) {
                last = (start, end);
            }
            let mut one = last.0;
            while one < last.1 {
                let end = end_of(slice(sub, 0, last.1), one, b'|');
                set.add(ending(slice(sub, one, end)));
                one = end + 1;
            }
            at = path + 1;
        }
    } else {
        // `mkfs.*` is found by `mkfs`, `kafka-topics.sh` by `kafka-topics`.
        while let Some((start, end)) = next_word(programs, at) {
            let mut stop = start;
            while stop < end && is_part(programs[stop]) {
                stop += 1;
            }
            set.add(slice(programs, start, stop));
            at = end;
        }
    }
}

/// `db:drop` is found by `drop`, `delete-*` by `delete`.
const fn ending(word: &[u8]) -> &[u8] {
    let mut end = word.len();
    while end > 0 && matches!(word[end - 1], b'*' | b':') {
        end -= 1;
    }
    while end > 0 && word[end - 1] == b'-' {
        end -= 1;
    }
    let mut start = end;
    while start > 0 && is_part(word[start - 1]) {
        start -= 1;
    }
    slice(word, start, end)
}

const fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Where the first `mark` from `at` on stands, or the end.
const fn end_of(bytes: &[u8], mut at: usize, mark: u8) -> usize {
    while at < bytes.len() && bytes[at] != mark {
        at += 1;
    }
    at
}

/// `bytes[start..end]`, which no constant can say.
const fn slice(bytes: &[u8], start: usize, end: usize) -> &[u8] {
    bytes.split_at(end).0.split_at(start).1
}

/// Whether a closer look at `script` is worth it: false means that nothing in it is destructive.
pub(super) fn may_be_dangerous(script: &str, reading: &Reading) -> bool {
    TRIGGERS.meets(script, reading) || may_overwrite(script.as_bytes())
}

/// Whether nothing in `script` is destructive or opens a session, by a look at its words alone.
pub(super) fn is_plain(script: &str, reading: &Reading) -> bool {
    !TELLING.meets(script, reading) && !may_overwrite(script.as_bytes())
}

/// Whether some `>` writes to a device, or may empty a file: after nothing, `:`, `true`,
/// `/dev/null` or a bare `echo`.
fn may_overwrite(script: &[u8]) -> bool {
    memchr::memchr_iter(b'>', script).any(|at| {
        let target = script[at + 1..].trim_ascii_start();
        if target.first() == Some(&b'/')
            && (target.starts_with(b"/proc/sysrq")
                || (target.starts_with(b"/dev/") && !target.starts_with(b"/dev/null")))
        {
            return true;
        }
        if script.get(at + 1) == Some(&b'>') {
            return false;
        }
        let before = script[..at].trim_ascii_end_blank();
        match before.last() {
            None | Some(b'\n' | b':' | b';' | b'&' | b'|' | b'(' | b'{' | b'\'' | b'"' | b'<') => true,
            // The last letters of these.
            Some(b'e' | b'l' | b'o' | b'n' | b'f' | b't') => {
                [&b"true"[..], b"null", b"echo", b"-n", b"printf", b"do", b"then", b"cat"]
                    .iter()
                    .any(|word| before.ends_with(word))
            }
            Some(_) => false,
        }
    })
}

trait TrimBlank {
    fn trim_ascii_end_blank(&self) -> &[u8];
}

impl TrimBlank for [u8] {
    /// Without blanks at the end; newlines stay. Looks back a bounded way, so that many `>` after
    /// many blanks stay cheap.
    fn trim_ascii_end_blank(&self) -> &[u8] {
        let blanks = self.iter().rev().take(64).take_while(|b| matches!(b, b' ' | b'\t')).count();
        &self[..self.len() - blanks]
    }
}
