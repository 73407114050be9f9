//! A look at the words of a script: without one that the table asks for, nothing is parsed.

use std::sync::LazyLock;

use super::table::{Row, rows};
use crate::shell::{OPENERS, WordSet};

/// The words that the table asks for.
static TRIGGERS: LazyLock<WordSet> = LazyLock::new(|| {
    let mut set = WordSet::new([]);
    rows().for_each(|row| triggers(row, &mut |word| set.add(word)));
    set
});

/// The same, and the words that open a session.
static TELLING: LazyLock<WordSet> = LazyLock::new(|| {
    let mut set = TRIGGERS.clone();
    OPENERS.iter().for_each(|word| set.add(word));
    set
});

/// Calls `add` with each word of which a script must hold one for `row` to match: letters, digits,
/// `_` and `-`. A word of the script matches with any part of it that ends before a `-`, too.
pub(super) fn triggers(row: &Row, add: &mut dyn FnMut(&str)) {
    if row.silent || row.programs == "*" {
        return; // see `may_overwrite`
    }
    let is_end = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-');
    if !row.trigger.is_empty() {
        row.trigger.split_ascii_whitespace().for_each(add);
    } else if !row.sub.is_empty() {
        for path in row.sub.split(';') {
            let last = path.split_ascii_whitespace().last().unwrap_or("");
            for word in last.split('|') {
                // `db:drop` is found by `drop`, `delete-*` by `delete`.
                let word = word.trim_end_matches(['*', ':']).trim_end_matches('-');
                word.rsplit(is_end).next().into_iter().for_each(&mut *add);
            }
        }
    } else {
        // `mkfs.*` is found by `mkfs`, `kafka-topics.sh` by `kafka-topics`.
        let names = row.programs.split_ascii_whitespace();
        names.filter_map(|name| name.split(is_end).next()).for_each(add);
    }
}

/// Whether a closer look at `script` is worth it: false means that nothing in it is destructive.
pub(super) fn may_be_dangerous(script: &str) -> bool {
    TRIGGERS.meets(script) || may_overwrite(script.as_bytes())
}

/// Whether nothing in `script` is destructive or opens a session, by a look at its words alone.
pub(super) fn is_plain(script: &str) -> bool {
    !TELLING.meets(script) && !may_overwrite(script.as_bytes())
}

/// Whether some `>` writes to a device, or may empty a file: after nothing, `:`, `true`,
/// `/dev/null` or a bare `echo`.
fn may_overwrite(script: &[u8]) -> bool {
    memchr::memchr_iter(b'>', script).any(|at| {
        let target = script[at + 1..].trim_ascii_start();
        if target.starts_with(b"/proc/sysrq")
            || (target.starts_with(b"/dev/") && !target.starts_with(b"/dev/null"))
        {
            return true;
        }
        if script.get(at + 1) == Some(&b'>') {
            return false;
        }
        let before = script[..at].trim_ascii_end_blank();
        match before.last() {
            None | Some(b'\n' | b':' | b';' | b'&' | b'|' | b'(' | b'{' | b'\'' | b'"' | b'<') => true,
            Some(_) => [&b"true"[..], b"null", b"echo", b"-n", b"printf", b"do", b"then", b"cat"]
                .iter()
                .any(|word| before.ends_with(word)),
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
