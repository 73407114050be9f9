//! Fences that are not what their author sees: one begins inside another, or begins where it was meant to end.

use crate::runbook::blocks::{Document, Kind};
use crate::source::{Source, Span, trim_start};

/// The line of a fence that opens another one with a language; the block must hold no heredoc,
/// which may well write Markdown.
pub(super) fn nested_fence(source: &Source, lines: &[Span]) -> Option<Span> {
    let opens = |line: &&Span| {
        let rest = source.slice(**line).trim_start().strip_prefix("```");
        rest.is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_alphabetic()) && !rest.contains(['`', ' '])
        })
    };
    // Few blocks hold the sign at all.
    let (first, last) = (lines.first()?, lines.last()?);
    memchr::memchr(b'`', source.slice(Span::new(first.start, last.end)).as_bytes())?;
    let found = lines.iter().find(opens)?;
    let heredoc = lines.iter().any(|&line| source.slice(line).contains("<<"));
    (!heredoc).then_some(*found)
}

/// Whether the code block at `block` holds nothing but the sentence that leads to what follows: its author
/// meant its fence to end the block before, and all that follows is inside out.
pub(in crate::runbook) fn is_inside_out(source: &Source, doc: &Document, block: usize) -> bool {
    let about = &doc.blocks[block];
    let Kind::Code(index) = about.kind else { return false };
    let fence = &doc.fences[index as usize];
    let lines = doc.lines(index);
    // Most have a language, or more lines.
    if !fence.closed || !fence.info.is_empty() || lines.is_empty() || lines.len() > 5 {
        return false;
    }
    let mut texts = lines.iter().map(|&line| source.slice(line).trim()).filter(|line| !line.is_empty());
    let (Some(sentence), None) = (texts.next(), texts.next()) else { return false };
    let is_word = |word: &str| !word.contains(['=', '$', '|', '/', '<', '{']);
    let is_sentence = sentence.ends_with(':')
        && sentence.starts_with(|c: char| c.is_ascii_uppercase())
        && sentence.split_ascii_whitespace().nth(3).is_some()
        && sentence.split_ascii_whitespace().all(is_word);
    // Prose goes on below a text that one sends; below this one stand the lines of the next block.
    let below = trim_start(source.text().get(about.span.end..).unwrap_or(""));
    is_sentence
        && matches!(source.text().as_bytes()[about.span.start], b'`' | b'~')
        && below.starts_with(|c: char| !c.is_uppercase() && !matches!(c, '#' | '`' | '~' | '<' | '>' | '-'))
}
