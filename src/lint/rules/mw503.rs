use crate::lint::headings;
use crate::lint::page::Page;
use crate::lint::prose;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::{Section, Severity};
use crate::source::Span;

/// An empty or TODO section.
pub static RULE: Rule = Rule {
    id: "MW503",
    name: "stub-section",
    severity: Severity::Warning,
    summary: "an empty or TODO section",
    explanation: "\
The heading promises something, and nothing follows, or only that it will be written one day. At night \
it costs the time to find that out.

Write it, or take the heading out.",
    bad: "\
# Queue is full

«## Mitigation»

TODO

## Escalation

Call the team.
",
    good: "\
# Queue is full

## Escalation

Call the team.
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    if page.source.text().trim_start_matches('\u{feff}').trim().is_empty() {
        out.report(Span::default(), "this file is empty").help("write it, or delete it: it cannot be run");
    }
    for (index, section) in page.runbook.sections.iter().enumerate() {
        let next = page.runbook.sections.get(index + 1);
        // What stands under the heading before any other one.
        let end = next.map_or(section.span.end, |next| next.heading_span.start);
        let body = Span::new(section.heading_span.end, end.max(section.heading_span.end));
        let has_children = next.is_some_and(|next| next.parent == Some(index));
        let text = page.slice(body);
        if text.len() > 400 {
            continue;
        }
        // A title alone may stand above sections of its own level.
        let is_title = index == 0 && section.level == 1 && next.is_some();
        let (empty, todo) = match text.trim() {
            "" => (true, false),
            // In a comment, a rule.
            text if text.contains("--") => {
                let text = without_comments(text);
                (text.trim().is_empty(), is_todo(&text))
            }
            text => (false, is_todo(text)),
        };
        let what = match (empty, todo) {
            (true, _) if has_children || is_title || headings::says_it_all(page, index) => continue,
            (true, _) if next.is_some_and(|next| next.level == section.level) && is_group(page, section) => {
                continue;
            }
            (true, _) => ("this section is empty", "nothing follows"),
            (false, true) => ("this section is still to be written", "a promise, no instruction"),
            _ => continue,
        };
        let heading = page.slice(section.heading_span);
        let length = heading.lines().next().unwrap_or("").trim_end().len();
        let span = Span::new(section.heading_span.start, section.heading_span.start + length);
        out.report(span, what.0).label(what.1).help("write it, or take the heading out");
    }
}

/// Whether the heading is one above those that follow it, though their level is its own: it ends with a
/// colon, or is bold from its beginning to its end.
fn is_group(page: &Page<'_>, section: &Section) -> bool {
    let heading = page.slice(section.heading_span).trim_matches(['#', ' ', '\n', '\r']);
    let bold =
        |sign: &str| heading.len() > 2 * sign.len() && heading.starts_with(sign) && heading.ends_with(sign);
    bold("**") || bold("__") || heading.trim_end_matches(['*', '_']).ends_with(':')
}

/// The text without HTML comments and rules: what a reader sees.
fn without_comments(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("<!--") {
        out.push_str(&rest[..at]);
        let end = rest[at..].find("-->").map_or(rest.len(), |end| at + end + 3);
        // What puts something in or leaves it out is no remark.
        if rest[at..end].contains("{%") {
            out.push_str(&rest[at..end]);
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out.lines().filter(|line| !matches!(line.trim(), "---" | "***" | "___")).collect::<Vec<_>>().join("\n")
}

/// Whether the whole text is a note to the author.
fn is_todo(text: &str) -> bool {
    const BEGIN: &[&str] = &[
        "todo",
        "tbd",
        "tba",
        "fixme",
        "wip",
        "xxx",
        "coming",
        "to",
        "work",
        "under",
        "placeholder",
        "not",
        "fill",
        "empty",
        "lorem",
        "this",
        "add",
        "stub",
    ];
    if is_todo_list(text) {
        return true;
    }
    let first = first_word(text);
    if !BEGIN.iter().any(|word| word.len() == first.len() && word.eq_ignore_ascii_case(first)) {
        return false;
    }
    let lower = prose::lower(text);
    // One more than most such notes have.
    let words: Vec<&str> = prose::words(&lower).take(9).collect();
    let starts = matches!(
            words.as_slice(),
            ["todo" | "tbd" | "tba" | "fixme" | "wip", ..] | ["coming", "soon", ..]
        )
        // What begins so may be about a list of that name.
        && !matches!(words.get(1), Some(&("list" | "lists" | "items")))
        && (!text.trim().contains("\n\n") || is_alone(text))
        && prose::words(&lower).nth(25).is_none();
    let phrase = matches!(
        words.as_slice(),
        ["to", "be" | "do", ..]
            | ["work", "in", "progress", ..]
            | ["under", "construction", ..]
            | ["placeholder", ..]
            | ["not", "yet", "written", ..]
            | ["not", "yet"]
            | ["not", "documented" | "written", ..]
            | ["fill", "me" | "this", ..]
            | ["empty" | "xxx" | "stub"]
            | ["lorem", "ipsum", ..]
            | ["this", "section" | "page", "is", .., "stub" | "empty"]
            | ["add", "steps" | "text" | "content", "here"]
    ) && words.len() <= 8;
    starts || phrase
}

/// The first letters and digits beside each other.
fn first_word(text: &str) -> &str {
    let bytes = text.as_bytes();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric();
    let start = bytes.iter().position(|byte| is_part(byte) || !byte.is_ascii()).unwrap_or(bytes.len());
    let end = bytes[start..].iter().position(|byte| !is_part(byte)).map_or(bytes.len(), |end| start + end);
    if bytes.get(end).is_none_or(u8::is_ascii) {
        return &text[start..end];
    }
    // Letters of other languages.
    let first = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    first.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("")
}

/// "1. [TODO]", "2. [TODO]": whether each line is such an item.
fn is_todo_list(text: &str) -> bool {
    let is_item = |line: &str| {
        let item = line.trim_start();
        let digits = item.bytes().take_while(u8::is_ascii_digit).count();
        let marked =
            item.starts_with(['-', '*', '+']) || digits > 0 && item[digits..].starts_with(['.', ')']);
        let word = item[digits..].trim_matches(|c: char| !c.is_alphanumeric());
        marked && ["todo", "tbd", "fixme"].iter().any(|note| word.eq_ignore_ascii_case(note))
    };
    text.trim_start().starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '*' | '+'))
        && text.lines().filter(|line| !line.trim().is_empty()).all(is_item)
}

/// Whether the note is a paragraph of one word, and what follows it holds no command: a link to read on.
fn is_alone(text: &str) -> bool {
    let (note, rest) = text.trim().split_once("\n\n").unwrap_or((text, ""));
    let word = note.trim_matches(|c: char| !c.is_alphanumeric());
    word.bytes().all(|byte| byte.is_ascii_alphabetic()) && rest.contains("](") && !rest.contains('`')
}

#[cfg(test)]
mod tests {
    use super::first_word;

    #[test]
    fn the_first_word_is_the_same_in_all_languages() {
        let letters = ["a", "1", "-", " ", "é", "’", "字"];
        let mut texts = vec![String::new()];
        for _ in 0..4 {
            let longer = texts.iter().flat_map(|text| letters.map(|letter| format!("{text}{letter}")));
            texts = longer.chain(texts.iter().cloned()).collect();
        }
        for text in texts {
            let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            assert_eq!(first_word(&text), words.next().unwrap_or(""), "{text}");
        }
    }
}
