//! Words of commands that stand for something because the text says so: "its name, e.g. `lamp-1234`",
//! "where `lamp-1234` is the lamp", "provide a value for :room". Nothing in the command tells.

use crate::runbook::blocks::{Document, Kind};
use crate::runbook::{Action, ActionKind, Placeholder, PlaceholderKind, Section, Step};
use crate::shell::{Context, Script, known_command};
use crate::source::Span;

use super::{Lines, key};

/// The longest word that is looked for in commands, in bytes.
const LONGEST: usize = 80;

/// More words than this are not looked for in one file.
const MANY: usize = 50;

/// A word of which the text says that another is to be put in its place.
struct Told<'d> {
    word: &'d str,
    /// Where the text says so.
    at: usize,
    /// It is called an example, which says less than that it is to be replaced.
    example: bool,
}

/// Adds the words that the text names to `found`, those aside that hold what is marked.
pub(in crate::runbook) fn told(
    doc: &Document,
    sections: &[Section],
    steps: &[Step],
    found: &mut Vec<Placeholder>,
) {
    let marked = found.len();
    let all = words(doc);
    let taken = if all.is_empty() { Vec::new() } else { spans(found) };
    for told in &all {
        let room = room(sections, told.at);
        let places = places(told, room, steps, &taken);
        add(told.word, key(told.word), PlaceholderKind::Your, places, found);
    }
    colons(doc, steps, found);
    if found.len() > marked {
        found.sort_by_key(|one| one.spans.first().map_or(0, |span| span.start));
    }
}

fn spans(found: &[Placeholder]) -> Vec<Span> {
    let mut spans: Vec<Span> = found.iter().flat_map(|one| one.spans.iter().copied()).collect();
    spans.sort_unstable();
    spans
}

fn add(text: &str, key: String, kind: PlaceholderKind, places: Vec<Span>, found: &mut Vec<Placeholder>) {
    if places.is_empty() {
        return;
    }
    match found.iter_mut().find(|one| one.key == key) {
        Some(known) if known.text == text => {
            known.spans.extend(places);
            known.spans.sort_unstable();
            known.spans.dedup();
        }
        // Another is called so.
        Some(_) => {}
        None => found.push(Placeholder { key, text: text.to_owned(), kind, spans: places, explained: None }),
    }
}

/// The part of the file under the innermost heading above what stands at `at`.
fn room(sections: &[Section], at: usize) -> Span {
    let before = sections.partition_point(|section| section.span.start <= at);
    let around = sections[..before].iter().rev().take(MANY).find(|section| section.span.end > at);
    around.map_or(Span::new(0, usize::MAX), |section| section.span)
}

/// The words in inline code that the text calls an example, or says are to be replaced.
fn words(doc: &Document) -> Vec<Told<'_>> {
    let mut found: Vec<Told<'_>> = Vec::new();
    for (block, about) in doc.blocks.iter().enumerate() {
        if about.kind != Kind::Para {
            continue;
        }
        let text = doc.text(block);
        let base = doc.text_start(block) as usize;
        for code in doc.codes(block) {
            let (start, end) = (code.at.0 as usize - base, code.at.1 as usize - base);
            let Some((before, word, after)) = text
                .get(..start)
                .zip(text.get(end..))
                .map(|(before, after)| (before, &text[start..end], after))
            else {
                continue;
            };
            let Some(example) = is_told(before, after) else { continue };
            let known = found.iter().any(|one| one.word == word);
            if is_word(word) && !known && found.len() < MANY {
                found.push(Told { word, at: code.span.start, example });
            }
        }
    }
    found
}

/// Whether the words around inline code say that it stands for something; true where they call it an
/// example.
fn is_told(before: &str, after: &str) -> Option<bool> {
    let before = before.trim_end_matches([' ', '(', '"', '\'', '[', ',', ':']);
    // Most words do not end so.
    match before.as_bytes().last()? {
        b'.' | b'g' | b'e' | b's' => {
            let calls =
                ["i.e.", "e.g.", "eg.", "ie.", " eg", " e.g", " i.e", "example", "instance", "such as"];
            if calls.iter().any(|sign| ends_with(before, sign)) {
                return Some(true);
            }
            let is = || {
                [" is the ", " is a ", " is an ", " is your ", " stands for "]
                    .iter()
                    .any(|is| after.starts_with(is))
            };
            if ends_with(before, "where") && is() {
                return Some(false);
            }
            let before =
                if ends_with(before, "the") { before[..before.len() - 3].trim_end() } else { before };
            let replaces = ["replace", "replacing", "substitute", "substituting"];
            (replaces.iter().any(|verb| ends_with(before, verb)) && is_own(after)).then_some(false)
        }
        _ => None,
    }
}

fn ends_with(text: &str, end: &str) -> bool {
    let (text, end) = (text.as_bytes(), end.as_bytes());
    let start = text.len().wrapping_sub(end.len());
    let begins = || start.checked_sub(1).is_none_or(|at| !text[at].is_ascii_alphanumeric());
    text.get(start..).is_some_and(|last| last.eq_ignore_ascii_case(end)) && begins()
}

/// "with the name of yours": what is replaced is a word, and not the thing that is called so.
fn is_own(after: &str) -> bool {
    const THINGS: &[&str] = &[
        "actual",
        "address",
        "appropriate",
        "correct",
        "hostname",
        "id",
        "ip",
        "name",
        "number",
        "one",
        "proper",
        "real",
        "right",
        "value",
        "values",
        "version",
    ];
    let mut words = after.split_ascii_whitespace().map(|word| word.trim_matches(['.', ',', ':', ';']));
    matches!(words.next(), Some("with" | "by" | "for"))
        && match words.next() {
            Some("your" | "yours") => true,
            Some("the" | "a" | "its") => words.take(2).any(|word| THINGS.contains(&word)),
            _ => false,
        }
}

/// Whether the word may be the name of one thing, and is none that commands are full of.
fn is_word(word: &str) -> bool {
    let part = |byte: u8| byte.is_ascii_alphanumeric() || b"._-@:".contains(&byte);
    (4..=LONGEST).contains(&word.len())
        && word.bytes().all(part)
        && word.as_bytes()[0].is_ascii_alphanumeric()
        && word.bytes().any(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !known_command(word)
}

/// Where the commands of the section hold the word: below the sentence that calls it an example, and on both
/// sides of one that says what it is.
fn places(told: &Told<'_>, room: Span, steps: &[Step], taken: &[Span]) -> Vec<Span> {
    let first = steps.partition_point(|step| step.span.end <= room.start);
    let near = steps[first..].iter().take_while(|step| step.span.start < room.end);
    let actions = near.flat_map(|step| &step.actions).filter(|action| {
        let runs = matches!(action.kind, ActionKind::Run | ActionKind::Check | ActionKind::Rollback);
        let told_before = action.span.start > told.at || !told.example;
        runs && told_before && room.contains(action.span) && action.attrs.exec.is_none()
    });
    let mut found: Vec<Span> = actions.flat_map(|action| places_in(told.word, action)).collect();
    // What is marked is asked for by its own name.
    found.retain(|span| {
        let after = taken.partition_point(|other| other.start < span.end);
        after.checked_sub(1).is_none_or(|before| taken[before].end <= span.start)
    });
    found
}

/// Where the script of an action holds the word as an operand, as places of the file.
fn places_in(word: &str, action: &Action) -> Vec<Span> {
    let script = action.script.as_str();
    let bytes = script.as_bytes();
    let part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let mut at: Vec<Span> = memchr::memmem::find_iter(bytes, word)
        .map(|start| Span::new(start, start + word.len()))
        .filter(|span| {
            !span.start.checked_sub(1).is_some_and(|at| part(bytes[at]) || bytes[at] == b'$')
                && !bytes.get(span.end).is_some_and(|&byte| part(byte))
        })
        .collect();
    if at.is_empty() {
        return at;
    }
    let mut operands = Operands::of(action);
    at.retain(|span| operands.holds(span.start));
    at.into_iter().map(|span| operands.lines.in_file(action, span)).collect()
}

/// `:room` as an operand, where the text speaks of `:room`.
fn colons(doc: &Document, steps: &[Step], found: &mut Vec<Placeholder>) {
    // Each with its places, if the text speaks of it.
    let mut named: Vec<(&str, Option<Vec<Span>>)> = Vec::new();
    for action in steps.iter().flat_map(|step| &step.actions) {
        let script = action.script.as_str();
        if action.kind == ActionKind::Norun || action.attrs.exec.is_some() {
            continue;
        }
        let mut operands: Option<Operands<'_>> = None;
        for start in memchr::memchr_iter(b':', script.as_bytes()) {
            let Some(word) = colon_word(script, start) else { continue };
            let at = match named.iter().position(|(name, _)| *name == word) {
                Some(at) => at,
                None if named.len() < MANY => {
                    named.push((word, speaks_of(doc, word).then(Vec::new)));
                    named.len() - 1
                }
                None => continue,
            };
            let Some(places) = &mut named[at].1 else { continue };
            let operands = operands.get_or_insert_with(|| Operands::of(action));
            if operands.holds(start) && operands.parsed.context(start) == Context::Bare {
                places.push(operands.lines.in_file(action, Span::new(start, start + word.len())));
            }
        }
    }
    for (word, places) in named {
        add(word, key(&word[1..]), PlaceholderKind::Angle, places.unwrap_or_default(), found);
    }
}

/// What the commands of a script are given.
struct Operands<'s> {
    parsed: Script<'s>,
    /// The programs.
    heads: Vec<Span>,
    lines: Lines<'s>,
}

impl<'s> Operands<'s> {
    fn of(action: &'s Action) -> Operands<'s> {
        let script = action.script.as_str();
        let parsed = action.reading.script(script);
        let heads = parsed.commands().iter().map(|simple| simple.head.span).collect();
        Operands { parsed, heads, lines: Lines { script, at: 0, line: 0, start: 0 } }
    }

    /// Whether what stands at `at` is neither the program nor a comment.
    fn holds(&self, at: usize) -> bool {
        let before = self.heads.partition_point(|head| head.start <= at);
        let head = before.checked_sub(1).is_some_and(|before| self.heads[before].end > at);
        !head && self.parsed.context(at) != Context::Comment
    }
}

/// The word that begins with the colon at `start`, if it stands free.
fn colon_word(script: &str, start: usize) -> Option<&str> {
    let bytes = script.as_bytes();
    let before = start.checked_sub(1).map(|before| bytes[before])?;
    if !matches!(before, b' ' | b'/' | b'=' | b'@') || !bytes.get(start + 1)?.is_ascii_lowercase() {
        return None;
    }
    let part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'-');
    let end = start + 1 + bytes[start + 1..].iter().take(LONGEST).take_while(part).count();
    let ends =
        bytes.get(end).is_none_or(|after| after.is_ascii_whitespace() || matches!(after, b'/' | b';' | b':'));
    (ends && end - start > 2).then(|| &script[start..end])
}

/// Whether a paragraph names the word, colon included.
fn speaks_of(doc: &Document, word: &str) -> bool {
    let names = |text: &str| {
        memchr::memmem::find_iter(text.as_bytes(), word).any(|at| {
            let bytes = text.as_bytes();
            let part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b':');
            !at.checked_sub(1).is_some_and(|before| part(bytes[before]))
                && !bytes.get(at + word.len()).is_some_and(|&after| part(after))
        })
    };
    (0..doc.blocks.len()).any(|block| doc.blocks[block].kind == Kind::Para && names(doc.text(block)))
}
