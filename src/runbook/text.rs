//! The prose of a step, as Markdown, without the fences that are its actions.

use crate::source::{Span, is_blank};

use super::blocks::Kind;
use super::fences::Class;
use super::outline::View;

/// A block that is an action and so was taken out of the prose.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    /// Where it stands in the file.
    pub block: Span,
    /// Where it stood in the prose.
    pub at: u32,
}

/// Puts the prose of the blocks `parts` into `text`, and what was taken out of it into `cuts`, in
/// place of what was there.
pub(super) fn of(view: &View, parts: &[usize], text: &mut String, cuts: &mut Vec<Cut>) {
    text.clear();
    cuts.clear();
    for &part in parts {
        let from = text.len();
        if from > 0 {
            text.push_str("\n\n");
        }
        let start = text.len();
        match view.doc.blocks[part].kind {
            _ if is_action(view, part) => cut(view, part, text, cuts),
            Kind::Item(_) => item(view, part, text, cuts),
            Kind::Para | Kind::Heading(_) | Kind::Code(_) | Kind::Table | Kind::Html | Kind::Rule => {
                text.push_str(view.source.slice(view.doc.blocks[part].span).trim_end());
            }
            Kind::List(_) | Kind::Quote => block(view, part, view.doc.blocks[part].span, 0, text, cuts),
        }
        if is_blank(text.get(start..).unwrap_or("")) {
            text.truncate(from);
        }
    }
}

/// Whether the block is shown as an action and not as prose.
fn is_action(view: &View, block: usize) -> bool {
    match view.doc.blocks[block].kind {
        Kind::Code(_) => view.class(block) != Class::Data,
        Kind::Para => view.is_only_command(block),
        _ => false,
    }
}

/// Remembers where an action stood. Later text may trim white space before it, but no more.
fn cut(view: &View, block: usize, text: &str, cuts: &mut Vec<Cut>) {
    cuts.push(Cut { block: view.doc.blocks[block].span, at: text.trim_end().len() as u32 });
}

/// What stands in a list item, moved to the left edge.
fn item(view: &View, item: usize, text: &mut String, cuts: &mut Vec<Cut>) {
    let span = view.doc.blocks[item].span;
    let Some(first) = view.doc.children(item).next() else { return };
    let start = view.doc.blocks[first].span.start;
    let line = memchr::memrchr(b'\n', &view.source.text().as_bytes()[..start]).map_or(0, |at| at + 1);
    block(view, item, Span::new(start, span.end), start - line, text, cuts);
}

/// The bytes of `span` without the actions in the subtree of `root`, `indent` columns taken off.
fn block(view: &View, root: usize, span: Span, indent: usize, text: &mut String, cuts: &mut Vec<Cut>) {
    let mut from = span.start;
    for inner in root + 1..view.doc.blocks[root].end as usize {
        let place = view.doc.blocks[inner].span;
        if is_action(view, inner) && place.start >= from {
            push(view.source.slice(Span::new(from, place.start)), indent, text);
            if let Kind::Item(_) = view.doc.blocks[inner - 1].kind
                && view.doc.blocks[inner - 1].end as usize == view.doc.blocks[inner].end as usize
            {
                drop_marker(text);
            }
            cut(view, inner, text, cuts);
            from = place.end.min(span.end);
        }
    }
    let rest = view.source.slice(Span::new(from, span.end)).trim_end();
    // A fence that its item ends takes the line's end with it.
    let glued = from > span.start && !rest.is_empty() && !rest.starts_with(['\n', '\r', ' ', '\t']);
    if glued && !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    push(rest, indent, text);
    text.truncate(text.trim_end().len());
}

/// Takes away the marker of a list item of which nothing else is left.
fn drop_marker(text: &mut String) {
    let line = memchr::memrchr(b'\n', text.as_bytes()).map_or(0, |at| at + 1);
    let marker = |c: char| c.is_whitespace() || c.is_ascii_digit() || "-*+.)".contains(c);
    if text[line..].chars().all(marker) {
        text.truncate(text[..line].trim_end().len());
    }
}

/// Adds lines, `indent` columns of white space taken off each but the first; lines that are left
/// empty where an action stood become one.
fn push(slice: &str, indent: usize, text: &mut String) {
    if memchr::memchr(b'\n', slice.as_bytes()).is_none() {
        return text.push_str(slice.strip_suffix('\r').unwrap_or(slice));
    }
    let ends = memchr::memchr_iter(b'\n', slice.as_bytes()).chain([slice.len()]);
    let mut start = 0;
    for end in ends {
        let line = &slice[start..end];
        let line = line.strip_suffix('\r').unwrap_or(line);
        let first = start == 0;
        start = end + 1;
        if first {
            text.push_str(line);
            continue;
        }
        let white = line.bytes().take(indent).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let line = &line[white..];
        if is_blank(line) {
            let blanks = text.bytes().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            text.truncate(text.len() - blanks);
            if text.ends_with('\n') || text.is_empty() {
                continue;
            }
        }
        text.push('\n');
        text.push_str(line);
    }
}
