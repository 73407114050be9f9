//! The numbers of ordered lists as they are written.

use crate::runbook::blocks::Kind;
use crate::source::Span;

use super::page::Page;

/// An ordered list and the numbers of its items.
#[derive(Debug, Clone)]
pub(crate) struct Numbered {
    /// Its index among the blocks.
    pub block: usize,
    /// The indices of its items.
    pub items: Vec<usize>,
    /// The numbers as written.
    pub numbers: Vec<u64>,
    /// Where they stand, the dot or bracket after them included.
    pub markers: Vec<Span>,
}

/// All ordered lists of the file.
pub(super) fn lists<'p>(page: &'p Page<'_>) -> impl Iterator<Item = Numbered> + 'p {
    let is_list = |&at: &usize| matches!(page.doc.blocks[at].kind, Kind::List(Some(_)));
    (0..page.doc.blocks.len()).filter(is_list).filter_map(|at| list(page, at))
}

/// The ordered list at `block`.
pub(super) fn list(page: &Page<'_>, block: usize) -> Option<Numbered> {
    let mut found = Numbered { block, items: Vec::new(), numbers: Vec::new(), markers: Vec::new() };
    for item in page.doc.children(block) {
        let start = page.doc.blocks[item].span.start;
        let text = page.slice(page.doc.blocks[item].span);
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        found.items.push(item);
        found.numbers.push(text[..digits].parse().ok()?);
        found.markers.push(Span::new(start, start + digits + 1));
    }
    (!found.items.is_empty()).then_some(found)
}

/// The column (0-based, in bytes) where the text of the list's last item begins; none where tabs or
/// quotes stand before it.
pub(super) fn content_column(page: &Page<'_>, list: &Numbered) -> Option<usize> {
    let marker = *list.markers.last()?;
    let line = page.source.line_span(page.source.line(marker.start));
    let before = page.slice(Span::new(line.start, marker.start));
    if !before.trim_start_matches('\u{feff}').bytes().all(|byte| byte == b' ') {
        return None;
    }
    let before = before.trim_start_matches('\u{feff}').len();
    let rest = page.slice(Span::new(marker.end, line.end));
    let spaces = rest.len() - rest.trim_start_matches(' ').len();
    if rest[spaces..].starts_with('\t') {
        return None;
    }
    // Nothing, or code, on the marker's line: one space counts.
    let spaces = if rest.trim().is_empty() || spaces > 4 { 1 } else { spaces };
    Some(before + marker.len() + spaces)
}
