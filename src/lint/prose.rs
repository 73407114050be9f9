//! Sentences and words of Markdown as written, so that every word keeps its place.

use crate::source::Span;
pub(super) use crate::source::contains_ignoring_case;

/// The sentences of the Markdown at `span` of `text`, ends trimmed.
///
/// A sentence ends at `.`, `!`, `?` or `:` before white space, and at a blank line. Code does not
/// end one.
pub(super) fn sentences(text: &str, span: Span) -> Vec<Span> {
    let bytes = &text.as_bytes()[span.range()];
    let mut found = Vec::new();
    let (mut start, mut code) = (0, false);
    for (at, &byte) in bytes.iter().enumerate() {
        let next = bytes.get(at + 1).copied().unwrap_or(b'\n');
        match byte {
            b'`' => code = !code,
            b'.' | b'!' | b'?' | b':'
                if !code && next.is_ascii_whitespace() && !is_abbreviation(&bytes[..at]) =>
            {
                push(text, span.start + start, span.start + at + 1, &mut found);
                start = at + 1;
            }
            b'\n' if next == b'\n' || next == b'\r' => {
                push(text, span.start + start, span.start + at, &mut found);
                (start, code) = (at + 1, false);
            }
            _ => {}
        }
    }
    push(text, span.start + start, span.end, &mut found);
    found
}

fn push(text: &str, start: usize, end: usize, found: &mut Vec<Span>) {
    let slice = text.get(start..end).unwrap_or("");
    let lead = slice.len() - slice.trim_start().len();
    let length = slice.trim().len();
    if length > 0 {
        found.push(Span::new(start + lead, start + lead + length));
    }
}

fn is_abbreviation(before: &[u8]) -> bool {
    let word = before
        .iter()
        .rposition(|b| b.is_ascii_whitespace() || *b == b'(')
        .map_or(before, |at| &before[at + 1..]);
    const WORDS: &[&[u8]] = &[b"e.g", b"i.e", b"etc", b"vs", b"approx", b"cf", b"incl"];
    WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
        // The number of a list.
        || (!word.is_empty() && word.iter().all(u8::is_ascii_digit) && word.len() == before.len())
}

/// The text as [`words`] takes it.
pub(super) fn lower(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    if lower.contains('’') { lower.replace('’', "'") } else { lower }
}

/// The words of a text in [`lower`] case: letters and digits, `-`, `'` and `_` inside them.
pub(super) fn words(lower: &str) -> impl Iterator<Item = &str> {
    let mut rest = lower;
    let next = std::iter::from_fn(move || {
        let (word, after) = rest.split_at(word_length(rest));
        let mut sign = after.chars();
        let ended = sign.next().is_none() && word.is_empty();
        rest = sign.as_str();
        (!ended).then_some(word)
    });
    let sign = |byte: Option<&u8>| matches!(byte, Some(b'-' | b'_' | b'\''));
    next.map(move |word| match sign(word.as_bytes().first()) || sign(word.as_bytes().last()) {
        true => word.trim_matches(['-', '_', '\'']),
        false => word,
    })
    .filter(|word| !word.is_empty())
}

/// The bytes of ASCII that may be part of a word.
static IN_WORDS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'-' | b'_' | b'\'');
        byte += 1;
    }
    table
};

/// How many bytes at the beginning of the text may be part of a word.
fn word_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        while bytes.get(at).is_some_and(|byte| IN_WORDS[usize::from(*byte)]) {
            at += 1;
        }
        match text[at..].chars().next() {
            Some(c) if !c.is_ascii() && c.is_alphanumeric() => at += c.len_utf8(),
            _ => return at,
        }
    }
}

/// Words of which one is looked for in a text, whatever its case.
pub(super) struct Needles {
    /// By their first letter.
    words: &'static [&'static str],
    /// Where the words with each first letter begin among them.
    first: [u8; 33],
    /// The second letters of those with each first letter, one bit each.
    second: [u32; 32],
}

impl Needles {
    /// The set of `words`: in lower case, two letters at the beginning of each, those with one first
    /// letter beside each other in the order of the alphabet.
    pub(super) const fn new(words: &'static [&'static str]) -> Needles {
        let mut needles = Needles { words, first: [0; 33], second: [0; 32] };
        let (mut at, mut before) = (0, 0);
        while at < words.len() {
            let word = words[at].as_bytes();
            assert!(word[0].is_ascii_lowercase() && word[1].is_ascii_lowercase());
            let letter = (word[0] & 31) as usize;
            assert!(before <= letter, "words stand in the order of their first letters");
            needles.second[letter] |= 1 << (word[1] & 31);
            while before < letter {
                before += 1;
                needles.first[before] = at as u8;
            }
            at += 1;
        }
        while before < 32 {
            before += 1;
            needles.first[before] = words.len() as u8;
        }
        needles
    }

    /// Whether one of the words stands in `text`. One pass: most places are passed by a look at two
    /// letters.
    pub(super) fn any_in(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        bytes.windows(2).enumerate().any(|(at, pair)| {
            let letter = usize::from(pair[0] & 31);
            self.second[letter] >> (pair[1] & 31) & 1 != 0 && {
                let (from, to) = (usize::from(self.first[letter]), usize::from(self.first[letter + 1]));
                let stands = |word: &&str| {
                    bytes[at..]
                        .get(..word.len())
                        .is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes()))
                };
                self.words[from..to].iter().any(stands)
            }
        })
    }
}

/// `a`, `b` and `c`
pub(super) fn listed(names: &[String]) -> String {
    match names {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    }
}

/// Whether a text tells somebody to look whether it worked.
pub(super) fn verifies(text: &str) -> bool {
    static NEEDLES: Needles = Needles::new(&[
        "check ",
        "comes back",
        "comes up",
        "comprueb",
        "confirm",
        "ensure",
        "esperad",
        "examine",
        "expected ",
        "expected:",
        "inspect ",
        "keep a tail",
        "keep an eye",
        "kontrolli",
        "look at",
        "make sure",
        "monitor",
        "observe",
        "output is",
        "output:",
        "recreated",
        "should be",
        "should come",
        "should now",
        "should return",
        "should see",
        "should show",
        "should soon",
        "should start to",
        "tail the",
        "test ",
        "validate",
        "verific",
        "verify",
        "watch ",
        "will see",
        "you'll see",
        "you’ll see",
    ]);
    NEEDLES.any_in(text) || !text.is_ascii() && verifies_elsewhere(text)
}

/// The same in other languages, without the letters whose case may change.
fn verifies_elsewhere(text: &str) -> bool {
    [
        "rüfe",
        "rüft",
        "érifi",
        "ontrôl",
        "жидае",
        "ровер",
        "бедит",
        "ttendu",
        "预期",
        "检查",
        "确认",
        "验证",
        "確認",
        "検証",
        "확인",
        "점검",
    ]
    .iter()
    .any(|words| memchr::memmem::find(text.as_bytes(), words.as_bytes()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_keep_their_places() {
        let text = "Wait, e.g. here. See `a. b` now: then\ngo!  \n\nLast";
        let found = sentences(text, Span::new(0, text.len()));
        let slices: Vec<&str> = found.iter().map(|span| &text[span.range()]).collect();
        assert_eq!(slices, ["Wait, e.g. here.", "See `a. b` now:", "then\ngo!", "Last"]);
    }

    #[test]
    fn words_are_lower_case_and_bare() {
        let text = lower("Don’t (re-start) **it**, `now`.");
        assert_eq!(words(&text).collect::<Vec<_>>(), ["don't", "re-start", "it", "now"]);
        assert!(contains_ignoring_case("It is IRREVERSIBLE", "irreversible"));
    }

    #[test]
    fn one_of_several_words_is_found_in_one_pass() {
        static NEEDLES: Needles = Needles::new(&["check ", "comes up", "verif", "zero"]);
        for text in ["Check it", "it COMES UP", "verified", "a zero", "xcheck it", "ccheck x"] {
            assert!(NEEDLES.any_in(text), "{text}");
        }
        for text in ["", "c", "check", "cherk it", "comes  up", "ver\u{2013}if", "#(%# "] {
            assert!(!NEEDLES.any_in(text), "{text}");
        }
    }
}
