//! What an interpreter is told: statements of SQL, lines of a protocol.

use crate::source::Span;

/// Whether a statement of `text` begins as one of `patterns` says (see `Text::Sql`).
pub(super) fn sql(text: &str, patterns: &str) -> bool {
    let mut found = false;
    statements(text, &mut |words| found = found || begins(words, patterns));
    found
}

/// Calls `each` with the patterns' number and place of every statement of `text` that begins as one of
/// `patterns` says, the first of them where several do.
pub(super) fn find_sql(text: &str, patterns: &[(usize, &str)], each: &mut dyn FnMut(usize, Span)) {
    statements(text, &mut |words| {
        let Some(&(row, _)) = patterns.iter().find(|(_, patterns)| begins(words, patterns)) else { return };
        let place = |word: &str| (word.as_ptr() as usize).checked_sub(text.as_ptr() as usize);
        // What is left of a quoted word is no part of the text.
        let written = || words.iter().filter(|word| **word != "'");
        let (Some(first), Some(last)) = (written().next(), written().next_back()) else { return };
        let (Some(start), Some(end)) = (place(first), place(last).map(|start| start + last.len())) else {
            return;
        };
        // To the end of the statement, of what it quotes as well.
        let rest = text.get(end..).unwrap_or("");
        let end = end + memchr::memchr2(b';', b'\n', rest.as_bytes()).unwrap_or(rest.len());
        if start < end {
            each(row, Span::new(start, end));
        }
    });
}

/// Whether a line of `text` does.
pub(super) fn lines(text: &str, patterns: &str) -> bool {
    text.lines().any(|line| {
        // `EVAL "redis.call('del', KEYS[1])"`: a call in quotes has its words, too.
        let parts = |c: char| c.is_ascii_whitespace() || matches!(c, '(' | ')' | '\'' | '"' | ',');
        let words: Vec<&str> = line.split(parts).filter(|word| !word.is_empty()).collect();
        begins(&words, patterns)
    })
}

fn begins(words: &[&str], patterns: &str) -> bool {
    !words.is_empty()
        && patterns.split(';').any(|pattern| {
            // Most statements are none already by their first word.
            let first = pattern.split_ascii_whitespace().find(|element| !element.starts_with('!'));
            if first.is_some_and(|first| first != ".." && !is_one_of(words[0], first)) {
                return false;
            }
            let mut elements = Vec::new();
            let mut absent = false;
            for element in pattern.split_ascii_whitespace() {
                match element.strip_prefix('!') {
                    Some(word) => absent = absent || words.iter().any(|w| w.eq_ignore_ascii_case(word)),
                    None => elements.push(element),
                }
            }
            !absent && follows(words, &elements)
        })
}

fn follows(words: &[&str], elements: &[&str]) -> bool {
    let Some((element, rest)) = elements.split_first() else { return true };
    if *element == ".." {
        // The earliest place of what follows is enough: no pattern has words twice.
        return (0..words.len()).any(|skip| match rest.first() {
            Some(next) => is_one_of(words[skip], next) && follows(&words[skip..], rest),
            None => true,
        });
    }
    words.first().is_some_and(|word| is_one_of(word, element)) && follows(&words[1..], rest)
}

fn is_one_of(word: &str, alternatives: &str) -> bool {
    alternatives.as_bytes().split(|&byte| byte == b'|').any(|one| one.eq_ignore_ascii_case(word.as_bytes()))
}

/// Calls `each` with the words of every statement: strings, quoted names, comments and
/// punctuation left out.
fn statements(text: &str, each: &mut dyn FnMut(&[&str])) {
    let bytes = text.as_bytes();
    let mut words: Vec<&str> = Vec::new();
    let mut at = 0;
    let until = |from: usize, needle: &[u8]| {
        memchr::memmem::find(&bytes[from.min(bytes.len())..], needle)
            .map_or(bytes.len(), |len| from + len + needle.len())
    };
    while at < bytes.len() {
        match bytes[at] {
            b';' => {
                each(&words);
                words.clear();
                at += 1;
            }
            b'-' if bytes.get(at + 1) == Some(&b'-') => at = until(at, b"\n"),
            b'#' if !matches!(bytes.get(at + 1), Some(b'>' | b'-')) => at = until(at, b"\n"),
            b'/' if bytes.get(at + 1) == Some(&b'*') => at = until(at + 2, b"*/"),
            quote @ (b'\'' | b'"' | b'`') => {
                at = until(at + 1, &[quote]);
                words.push("'");
            }
            b'\\' => {
                // psql's own commands take their line; `\G` ends a statement.
                let line_start = text[..at].trim_end_matches([' ', '\t']).ends_with('\n') || at == 0;
                each(&words);
                words.clear();
                at = if line_start { until(at, b"\n") } else { at + 2 };
            }
            byte if byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 => {
                let start = at;
                while at < bytes.len()
                    && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_' || bytes[at] >= 0x80)
                {
                    at += 1;
                }
                words.push(text.get(start..at).unwrap_or(""));
            }
            _ => at += 1,
        }
    }
    each(&words);
}
