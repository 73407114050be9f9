//! Letters that all stand in what is found by its letters alone, looked for in one pass.

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
}

/// Letters that stand in the beginning of something.
pub(super) struct Mark {
    letters: &'static str,
    /// How many bytes behind the beginning they stand.
    back: usize,
    kind: Kind,
}

const fn token(letters: &'static str, back: usize) -> Mark {
    Mark { letters, back, kind: Kind::Token }
}

/// The marks: of what begins a token not the first letters but those that are rare elsewhere.
///
/// The searcher looks for eight groups of them at once, the first with the ninth and so on, and three
/// letters of each; what is like a mark of a group in one letter and like another in the next must be
/// looked at again. So marks stand in one column here that are alike in few texts.
#[rustfmt::skip]
pub(super) static MARKS: [Mark; 32] = [
    token("ghs_", 0), token("AIza", 0), token("gho_", 0), token("npm_", 0), token("hf_", 0), token("AKIA", 0), token("SG.", 0), token("ATATT3", 0),
    token("ghu_", 0), token("ASIA", 0), token("ghr_", 0), token("sk-", 0), token("i-AgE", 3), token("eyJ", 0), token("glpat-", 0), token("dapi", 0),
    token("AGE-SECRET-KEY-1", 0), token("ckr_pat_", 1), token("glrt-", 0), token("tskey-", 0), token("p_v1_", 2), token("hub_pat_", 3), token("glsa_", 0), token("ghp_", 0),
    Mark { letters: "-BEGIN ", back: 4, kind: Kind::Key },
    Mark { letters: "earer ", back: 0, kind: Kind::Bearer },
    token("_live_", 2),
    Mark { letters: "ssword is", back: 1, kind: Kind::Said },
    token("xox", 0), token("ya29.", 0), token("hvs.", 0), token("xapp-", 0),
];

/// Marks that begin with each byte, one bit each.
static BEGIN: [u32; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < MARKS.len() {
        table[MARKS[at].letters.as_bytes()[0] as usize] |= 1 << at;
        at += 1;
    }
    table
};

/// The places in `text` where something may begin whose mark stands there, in the order of the marks.
pub(super) fn places(text: &str) -> impl Iterator<Item = (usize, Kind)> {
    static ALL: LazyLock<Option<Searcher>> =
        LazyLock::new(|| Searcher::new(MARKS.iter().map(|mark| mark.letters)));
    let mut from = 0;
    let marks = std::iter::from_fn(move || {
        let (at, mark) = match &*ALL {
            Some(all) => {
                let found = all.find_in(text, (from..text.len()).into())?;
                (found.start(), &MARKS[found.pattern().as_usize()])
            }
            // A processor without the instructions for it.
            None => next(text, from)?,
        };
        // The next one may begin in this one.
        from = at + 1;
        Some((at, mark))
    });
    marks.filter_map(|(at, mark)| Some((at.checked_sub(mark.back)?, mark.kind)))
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
            for (other, longer) in MARKS.iter().enumerate() {
                assert!(at == other || !longer.letters.starts_with(mark.letters), "{}", mark.letters);
                // Beside each other, in the first bytes, far behind them, and behind other letters.
                for before in ["", "- ", "ñandú, ", &"wait for it, ".repeat(9)] {
                    let text = format!("{before}{}{}", mark.letters, longer.letters);
                    let slow: Vec<_> =
                        std::iter::successors(next(&text, 0), |(at, _)| next(&text, at + 1)).collect();
                    assert!(slow.len() >= 2);
                    let slow = slow.into_iter().filter_map(|(at, mark)| Some((at.checked_sub(mark.back)?, mark.kind)));
                    assert_eq!(places(&text).collect::<Vec<_>>(), slow.collect::<Vec<_>>(), "{text}");
                }
            }
        }
    }
}
