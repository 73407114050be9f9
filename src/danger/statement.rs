//! What an interpreter is told: statements of SQL, lines of a protocol.

/// Whether a statement of `text` begins as one of `patterns` says (see `Text::Sql`).
pub(super) fn sql(text: &str, patterns: &str) -> bool {
    let mut found = false;
    statements(text, &mut |words| found = found || begins(words, patterns));
    found
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
