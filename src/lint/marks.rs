//! Letters without which nothing is found by its letters, all of them looked for in one pass.

use std::sync::LazyLock;

use aho_corasick::packed::Searcher;

/// What there may be at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One of the tokens that their issuers made recognisable.
    Token,
    /// `-----BEGIN `
    Key,
    /// `earer `
    Bearer,
    /// `assword is`
    Said,
    /// A sentence that tells somebody to wait until something is so.
    Wait,
    /// `midwatch:`
    Ignore,
}

/// Letters that stand in the beginning of something.
struct Mark {
    letters: &'static str,
    /// How many bytes behind the beginning they stand.
    back: usize,
    /// All that must stand there, if that is known here.
    whole: &'static str,
    kind: Kind,
}

/// The mark of what begins with `whole`, without the first bytes of that.
const fn mark(kind: Kind, whole: &'static str, back: usize) -> Mark {
    Mark { letters: whole.split_at(back).1, back, whole, kind }
}

const fn token(letters: &'static str, back: usize) -> Mark {
    Mark { letters, back, whole: "", kind: Kind::Token }
}

/// The marks: not the first letters of what they stand in, but those that are rare elsewhere.
///
/// The searcher looks for sixteen groups of them at once, the first with the seventeenth and so on, and by three
/// letters of each; what is like a mark of a group in one letter and like another in the next must be looked at
/// again. So a mark stands in one group with such as few texts have letters in common with both of.
#[rustfmt::skip]
static MARKS: [Mark; 46] = [
    mark(Kind::Wait, "until", 2), mark(Kind::Wait, "Let the ", 0), token("dckr_pat_", 0), mark(Kind::Ignore, "midwatch:", 1),
    token("Iza", 1), token("gho_", 0), token("xox", 0), token("lsa_", 1),
    token("ghu_", 0), mark(Kind::Said, "assword is", 2), mark(Kind::Wait, "ontinue ", 4), mark(Kind::Key, "-----BEGIN ", 3),
    token("SG.", 0), token("pypi-AgE", 0), mark(Kind::Wait, "wait", 0), mark(Kind::Wait, "roceed ", 2),

    token("ASIA", 0), mark(Kind::Wait, "WAIT", 0), token("dop_v1_", 0), token("glpat-", 0),
    token("EY-1", 12), token("ghs_", 0), token("xapp-", 0), mark(Kind::Wait, "let the ", 0),
    token("hvs.", 0), token("skey-", 1), mark(Kind::Bearer, "earer ", 1), token("eyJ", 0),
    mark(Kind::Wait, "Once ", 0), token("npm_", 0), token("_live_", 2), token("hf_", 0),

    mark(Kind::Wait, "Wait", 0), token("a29.", 1), token("dapi", 0), token("glrt-", 0),
    token("AKIA", 0), token("hp_", 1), token("ub_pat_", 4), token("TATT3", 1),
    token("ghr_", 0), token("sk-", 0), mark(Kind::Wait, "llow the ", 0), mark(Kind::Wait, "llow it ", 0),
    mark(Kind::Wait, "llow all ", 0), mark(Kind::Wait, "et it ", 0),
];

/// Texts with fewer bytes are not worth the making of a searcher.
const SHORT: usize = 256;

impl Mark {
    /// The place of what the mark stands in, which stands at `at`.
    fn place(&self, text: &str, at: usize) -> Option<(usize, Kind)> {
        let start = at.checked_sub(self.back)?;
        text.as_bytes()[start..].starts_with(self.whole.as_bytes()).then_some((start, self.kind))
    }
}

/// Marks that begin with each byte, one bit each.
static BEGIN: [u64; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < MARKS.len() {
        table[MARKS[at].letters.as_bytes()[0] as usize] |= 1 << at;
        at += 1;
    }
    table
};

/// The places in `text` where something may begin whose mark stands there, in order of the marks.
pub(super) fn places(text: &str) -> impl Iterator<Item = (usize, Kind)> {
    static ALL: LazyLock<Option<Searcher>> =
        LazyLock::new(|| Searcher::new(MARKS.iter().map(|mark| mark.letters)));
    let mut from = 0;
    let marks = std::iter::from_fn(move || {
        let all = if text.len() < SHORT { None } else { ALL.as_ref() };
        let (at, mark) = match all {
            Some(all) => {
                let found = all.find_in(text, (from..text.len()).into())?;
                (found.start(), &MARKS[found.pattern().as_usize()])
            }
            // Or a processor without the instructions for it.
            None => next(text, from)?,
        };
        // The next one may begin in this one.
        from = at + 1;
        Some((at, mark))
    });
    marks.filter_map(|(at, mark)| mark.place(text, at))
}

/// The first mark in `text` that begins at `from` or behind it.
fn next(text: &str, from: usize) -> Option<(usize, &'static Mark)> {
    let bytes = text.as_bytes();
    (from..bytes.len()).find_map(|at| {
        let mut left = BEGIN[usize::from(bytes[at])];
        while left != 0 {
            let mark = &MARKS[left.trailing_zeros() as usize];
            if bytes[at..].starts_with(mark.letters.as_bytes()) {
                return Some((at, mark));
            }
            left &= left - 1;
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mark_stands_at_a_place_and_all_are_found_wherever_they_stand() {
        for (at, mark) in MARKS.iter().enumerate() {
            for (other, second) in MARKS.iter().enumerate() {
                assert!(at == other || !second.letters.starts_with(mark.letters), "{}", mark.letters);
                // In other letters, alone, beside each other, in the first bytes and far behind them.
                for before in ["", "- ", "ñandú, ", &"for it, ".repeat(40)] {
                    for one in [mark.whole, mark.letters] {
                        let text = format!("{before}{one}{}", second.letters);
                        let slow = std::iter::successors(next(&text, 0), |(at, _)| next(&text, at + 1));
                        let slow: Vec<_> = slow.filter_map(|(at, mark)| mark.place(&text, at)).collect();
                        assert_eq!(places(&text).collect::<Vec<_>>(), slow, "{text}");
                        let here = (before.len(), mark.kind);
                        assert!(one != mark.whole || one.is_empty() || slow.contains(&here), "{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_only_looks_like_a_mark_is_none() {
        let text = "A utility, an avenue to it, exceed it, a harer one, ----BEGIN x, midwatc, Waiter";
        assert_eq!(places(text).collect::<Vec<_>>(), [(text.len() - 6, Kind::Wait)]);
    }
}
