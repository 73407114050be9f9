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
    let lower = word.to_ascii_lowercase();
    matches!(&lower[..], b"e.g" | b"i.e" | b"etc" | b"vs" | b"approx" | b"cf" | b"incl")
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
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\'');
    lower
        .split(move |c: char| !inside(c))
        .map(|word| word.trim_matches(['-', '_', '\'']))
        .filter(|word| !word.is_empty())
}

/// Whether a text tells somebody to look whether it worked.
pub(super) fn verifies(text: &str) -> bool {
    [
        "verify",
        "verification",
        "check ",
        "confirm",
        "validate",
        "ensure",
        "make sure",
        "monitor",
        "should now",
        "should see",
        "will see",
        "expected ",
        "output is",
        "output:",
        "recreated",
        "comes up",
        "comes back",
        "should be",
        "should return",
        "should show",
        "look at",
        "observe",
        "watch ",
        "keep a tail",
        "keep an eye",
        "tail the",
        "validated",
        "test ",
        "verific",
        "comprueb",
        "kontrolli",
    ]
    .iter()
    .any(|words| contains_ignoring_case(text, words))
        || !text.is_ascii() && verifies_elsewhere(text)
}

/// The same in other languages, without the letters whose case may change.
fn verifies_elsewhere(text: &str) -> bool {
    [
        "rüfe",
        "rüft",
        "érifi",
        "ontrôl",
        "ровер",
        "бедит",
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
}
