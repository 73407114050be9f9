//! A fence that nothing closes: what ends it, what it swallows, and where somebody meant to close it.

use super::blocks::{Document, Kind};
use crate::source::{Source, Span};

/// What is to be said of a fence that nothing closes.
pub(crate) struct Unclosed {
    /// Nothing but its own text stands below it up to the end of the file, or it has none.
    pub harmless: bool,
    /// The first heading it swallows.
    pub heading: Option<Span>,
    /// The line that looks as if it were to close it, and why it does not.
    pub failed: Option<(Span, &'static str)>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// A closing that failed is looked for in so many lines: further below, signs are about something else.
const NEAR: usize = 50;

/// A shorter line after a blank one is hardly a sentence.
const SENTENCE: usize = 4;

/// Looks at the fence of `block`, which is not closed.
pub(crate) fn look(source: &Source, doc: &Document, block: usize, fence: u32) -> Unclosed {
    let span = doc.blocks[block].span;
    let lines = doc.lines(fence);
    let opener = source.slice(span);
    let sign = if opener.starts_with('~') { '~' } else { '`' };
    let width = opener.len() - opener.trim_start_matches(sign).len();
    let info = source.slice(doc.fences[fence as usize].info).split_whitespace().next().unwrap_or("");
    let shapes = Shapes { dashes: !matches!(info, "yaml" | "yml"), ..Shapes::default() };

    let failed = failed(source, lines, sign, width);
    let after = failed.map(|(line, _)| lines.partition_point(|other| other.start <= line.start));
    let own = after.unwrap_or_else(|| own(source, lines, shapes));
    let (mut swallowed, mut headings, mut heading) = (0, 0, None);
    let mut seen = shapes;
    for (at, line) in lines.iter().enumerate() {
        let text = source.slice(*line).trim();
        let is_heading = seen.next(text) == Some(Shape::Heading);
        if at >= own && !text.is_empty() {
            swallowed += 1;
            headings += usize::from(is_heading);
            heading = heading.or(is_heading.then(|| visible(source, *line)));
        }
    }

    let rest = source.text().get(span.end..).unwrap_or("").trim_start();
    let mut seen = shapes;
    let shaped = |line: &Span| seen.next(source.slice(*line).trim()).is_some();
    let last = rest.is_empty() && !lines.iter().any(shaped) && (failed.is_none() || swallowed == 0);
    let swallows = swallowed > 0 && !last;
    let harmless = last || lines.iter().all(|line| source.slice(*line).trim().is_empty());
    let mut message = "the fence opened here is never closed".to_owned();
    if swallows {
        let number =
            |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        message.push_str(&format!(" and swallows {}", number(swallowed, "line")));
        if headings > 0 {
            message.push_str(&format!(", {} among them", number(headings, "heading")));
        }
    }
    // A list item and a quote end what stands in them.
    let within = match parent(doc, block) {
        Some(Kind::Item(_)) => " in the item",
        Some(Kind::Quote) => " in the quote",
        _ => "",
    };
    let help = if swallows {
        format!("close it: all that follows{within} is taken as its text")
    } else {
        format!("close it: what is written below it{within} one day would be taken as its text")
    };
    Unclosed { harmless, heading: heading.filter(|_| swallows), failed, message, help }
}

/// What the block stands directly in.
fn parent(doc: &Document, block: usize) -> Option<Kind> {
    let holds = |&at: &usize| doc.blocks[at].end as usize > block;
    (0..block).rev().find(holds).map(|at| doc.blocks[at].kind)
}

/// The first line that is like a closing and is none, and why it is none.
pub(crate) fn failed(
    source: &Source,
    lines: &[Span],
    sign: char,
    width: usize,
) -> Option<(Span, &'static str)> {
    lines.iter().take(NEAR).find_map(|&line| {
        let text = source.slice(line).trim();
        let rest = text.trim_start_matches(sign);
        let here = text.len() - rest.len();
        let why = if rest.is_empty() && here >= width {
            "does not close it: too far to the right"
        } else if rest.is_empty() && here == 2 {
            "does not close it: too short"
        } else if here >= width && !rest.contains(sign) {
            "does not close it: text stands after it"
        } else if sign == '`' && here == 0 && ends_with(text, sign, width) {
            "does not close it: text stands before it"
        } else {
            return None;
        };
        Some((visible(source, line), why))
    })
}

/// Whether the text ends with exactly so many signs, and has no others.
fn ends_with(text: &str, sign: char, width: usize) -> bool {
    let before = text.trim_end_matches(sign);
    text.len() - before.len() == width && !before.contains(sign)
}

/// How many of the lines are surely the fence's own: up to what stands in no code, or to a sentence.
fn own(source: &Source, lines: &[Span], mut shapes: Shapes) -> usize {
    let begins = |line: &Span| {
        let text = source.slice(*line).trim();
        let after_blank = shapes.blank;
        shapes.next(text).is_some() || after_blank && is_sentence(text)
    };
    lines.iter().position(begins).unwrap_or(lines.len())
}

/// Whether a line below a blank one reads like the beginning of a sentence.
fn is_sentence(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(char::is_uppercase)
        && letters.next().is_some_and(|letter| letter.is_lowercase() || letter == ' ')
        && text.split_ascii_whitespace().nth(SENTENCE - 1).is_some()
        && !text.contains("  ")
}

/// The line without the blanks around it.
fn visible(source: &Source, line: Span) -> Span {
    let text = source.slice(line);
    let start = line.start + text.len() - text.trim_start().len();
    Span::new(start, start + text.trim().len())
}

/// What a line looks like that is hardly code.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Heading,
    Item,
    Fence,
}

/// Tells lines one after the other what they look like.
#[derive(Clone, Copy, Default)]
struct Shapes {
    /// Whether the line before was blank.
    blank: bool,
    /// Whether dashes make an item: in YAML they are code.
    dashes: bool,
}

impl Shapes {
    /// What the next line, the blanks around it taken away, looks like.
    fn next(&mut self, text: &str) -> Option<Shape> {
        let after_blank = std::mem::replace(&mut self.blank, text.is_empty());
        // In a shell `# text` is a comment, unless it stands alone as a heading does.
        let name = text.trim_start_matches('#');
        let level = text.len() - name.len();
        if (1..=6).contains(&level) && name.starts_with(' ') && (level > 1 || after_blank) {
            return Some(Shape::Heading);
        }
        let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let numbered = number.len() < text.len() && [". ", ") "].iter().any(|sign| number.starts_with(sign));
        if numbered || self.dashes && ["- ", "* ", "+ "].iter().any(|sign| text.starts_with(sign)) {
            return Some(Shape::Item);
        }
        (text.starts_with("```") || text.starts_with("~~~")).then_some(Shape::Fence)
    }
}
