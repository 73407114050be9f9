//! What most front matter is: lines of `key: some words`. The library takes some 60,000 instructions for
//! three of them, more than the Markdown below often costs.

use super::{Key, Node, Value};
use crate::source::Span;

/// Words that YAML may take for something else than text.
const OTHERS: &[&str] = &["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

/// Reads the YAML at `span`, whose text is `text`; none where anything but such lines stands there.
pub(super) fn read(text: &str, span: Span) -> Option<Value> {
    let mut entries = Vec::new();
    let mut start = span.start;
    for line in text.split_inclusive('\n') {
        let (name, value) = line.strip_suffix('\n').unwrap_or(line).split_once(": ")?;
        if !is_name(name) || !is_words(value) {
            return None;
        }
        let value_start = start + name.len() + 2;
        let key = Key { name: name.to_owned(), span: Span::new(start, start + name.len()) };
        let value_span = Span::new(value_start, value_start + value.len());
        entries.push((key, Value { node: Node::Scalar(value.to_owned()), span: value_span }));
        start += line.len();
    }
    (!entries.is_empty()).then_some(Value { node: Node::Map(entries), span })
}

fn is_name(name: &str) -> bool {
    name.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        && !is_other(name)
}

/// Whether a value is words and nothing but words: no quotes, no signs of YAML, no blank at its end.
fn is_words(value: &str) -> bool {
    let (Some(first), Some(last)) = (value.as_bytes().first(), value.as_bytes().last()) else { return false };
    first.is_ascii_alphanumeric()
        && *last != b' '
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" _.,/()+-".contains(&byte))
        && !is_other(value)
}

fn is_other(word: &str) -> bool {
    OTHERS.iter().any(|other| word.eq_ignore_ascii_case(other))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As the library reads it.
    fn slowly(text: &str, span: Span) -> Result<Value, (String, Span)> {
        super::super::read_all(text, span)
    }

    proptest! {
        #[test]
        fn what_is_read_here_the_library_reads_alike(
            before in "[ a-z]{0,3}",
            text in "((title|a_b|null|x-1|true|é|2)(: |:|:  )([A-Za-z0-9 _.,/()+-]{0,9}|null|true|1_0|0x1f|1e3|2024-01-02|\"x\"|# y|- z|a: b)(\n|\n\n|\r\n)){0,4}"
        ) {
            let span = Span::new(before.len(), before.len() + text.len());
            if let Some(quickly) = read(&text, span) {
                let slowly = slowly(&text, span);
                prop_assert_eq!(format!("{quickly:?}"), format!("{:?}", slowly.expect("valid YAML")));
            }
        }
    }

    #[test]
    fn plain_lines_are_read_and_nothing_else() {
        let span = |text: &str| Span::new(0, text.len());
        for yes in ["title: Disk is full\n", "title: A (b)\nweight: 20\nreviewed: 2026-01-02"] {
            assert!(read(yes, span(yes)).is_some(), "{yes}");
        }
        for no in
            ["title: \"x\"\n", "tags: [a]\n", "a:\n  b: c\n", "a: b # c\n", "a: null\n", "- a\n", "a: b:c\n"]
        {
            assert!(read(no, span(no)).is_none(), "{no}");
        }
    }
}
