//! Inline code that names a kind of command, where what is meant stands in full elsewhere.

use crate::runbook::blocks::Kind;
use crate::runbook::fences;
use crate::runbook::outline::View;

/// More words are hardly the name of a kind of command.
const LONGEST: usize = 3;

/// The words that longer commands begin with: their hashes, in order.
pub(in crate::runbook) struct Fuller(Vec<u64>);

impl Fuller {
    /// Of the commands in the whole document. A command that only has more flags is often no other one, and
    /// is not counted here.
    pub fn of_document(view: &View) -> Fuller {
        Fuller::of(view, 0..view.doc.blocks.len(), false)
    }

    /// Of the commands in some blocks, flags or not.
    pub fn of_blocks(view: &View, blocks: impl Iterator<Item = usize>) -> Fuller {
        Fuller::of(view, blocks, true)
    }

    fn of(view: &View, blocks: impl Iterator<Item = usize>, flags: bool) -> Fuller {
        let mut found = Vec::new();
        for block in blocks {
            match view.doc.blocks[block].kind {
                Kind::Code(fence) => {
                    let lines = view.doc.lines(fence).iter().map(|&line| view.source.slice(line));
                    lines.for_each(|line| add(line, flags, &mut found));
                }
                _ => {
                    let codes = view.doc.codes(block).iter().map(|code| view.source.slice(code.inner));
                    codes.for_each(|code| add(code, flags, &mut found));
                }
            }
        }
        found.sort_unstable();
        Fuller(found)
    }

    /// Whether one of them begins with all words of `code`, and goes on.
    pub fn holds(&self, code: &str) -> bool {
        hash(code).is_some_and(|hash| self.0.binary_search(&hash).is_ok())
    }
}

/// Adds what `line` begins with, as long as it goes on with something to act on.
fn add(line: &str, flags: bool, found: &mut Vec<u64>) {
    let mut words = words(line);
    let mut hash = EMPTY;
    let Some(mut last) = words.next() else { return };
    for count in 1..=LONGEST {
        let Some(next) = words.next() else { return };
        hash = with(hash, last);
        if count > 1 && goes_on(next, flags) {
            found.push(hash);
        }
        last = next;
    }
}

/// Whether a word of a command is no operator, and no flag unless those count.
fn goes_on(word: &str, flags: bool) -> bool {
    match word.as_bytes() {
        [b'-', ..] => flags,
        [b'<', next, ..] => next.is_ascii_alphanumeric(),
        [b'|' | b'>' | b'&' | b';' | b'#' | b'\\', ..] => false,
        [b'1' | b'2', b'>', ..] => false,
        _ => true,
    }
}

/// What is kept of a command's words; none where it is one word, many, or has flags.
fn hash(code: &str) -> Option<u64> {
    let mut hash = EMPTY;
    let mut count = 0;
    for word in words(code) {
        count += 1;
        if count > LONGEST || word.starts_with('-') {
            return None;
        }
        hash = with(hash, word);
    }
    (count > 1).then_some(hash)
}

/// The hash of no words.
const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// The hash with a word more, and the blank behind it: FNV-1a.
fn with(hash: u64, word: &str) -> u64 {
    let bytes = word.bytes().chain([b' ']);
    bytes.fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// The words of a command without its prompt and `sudo`.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let words = fences::without_prompt(line.trim_start()).split_ascii_whitespace();
    words.enumerate().filter(|&(at, word)| at > 0 || word != "sudo").map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_alike_word_by_word() {
        assert_eq!(hash("$ sudo ab  c"), hash("ab c"));
        for (one, other) in [("ab c", "a bc"), ("ab c", "abc"), ("ab c", "c ab"), ("ab c", "ab c d")] {
            assert_ne!(hash(one), hash(other), "{one} {other}");
        }
    }
}
