//! The numbers of ordered lists as they are written.

use crate::runbook::blocks::Kind;
use crate::source::Span;

use super::page::Page;

/// An ordered list and the numbers of its items.
#[derive(Debug, Clone)]
pub(crate) struct Numbered {
    /// Its index among the blocks.
    pub block: usize,
    /// Its items; at least one.
    pub items: Vec<Item>,
}

/// An item of an ordered list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item {
    /// Its index among the blocks.
    pub block: usize,
    /// The number as written.
    pub number: u64,
    /// Where it stands, the dot or bracket after it included.
    pub marker: Span,
}

/// All ordered lists of the file.
pub(super) fn lists<'p>(page: &'p Page<'_>) -> impl Iterator<Item = Numbered> + 'p {
    let is_list = |&at: &usize| matches!(page.doc.blocks[at].kind, Kind::List(Some(_)));
    (0..page.doc.blocks.len()).filter(is_list).filter_map(|at| list(page, at))
}

/// The ordered list at `block`.
pub(super) fn list(page: &Page<'_>, block: usize) -> Option<Numbered> {
    let mut items = Vec::with_capacity(page.doc.children(block).count());
    for item in page.doc.children(block) {
        let start = page.doc.blocks[item].span.start;
        let text = page.slice(page.doc.blocks[item].span);
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let marker = Span::new(start, start + digits + 1);
        items.push(Item { block: item, number: text[..digits].parse().ok()?, marker });
    }
    (!items.is_empty()).then_some(Numbered { block, items })
}

/// The column (0-based, in bytes) where the text of the list's last item begins; none where tabs or
/// quotes stand before it.
pub(super) fn content_column(page: &Page<'_>, list: &Numbered) -> Option<usize> {
    let marker = list.items.last()?.marker;
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
