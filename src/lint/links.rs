//! Links and images that lead somewhere in the repository.

use crate::runbook::blocks::{Document, Kind, Link, is_local};
use crate::source::{Source, Span};

/// The links of a file that stand in HTML.
pub(super) fn in_html(source: &Source, doc: &Document) -> Vec<Link> {
    let mut links = Vec::new();
    for block in doc.blocks.iter().filter(|block| block.kind == Kind::Html) {
        html(source, block.span, &mut links);
    }
    for &tag in &doc.tags {
        html(source, tag, &mut links);
    }
    links
}

/// `<img src="…">`, `<a href="…">`.
fn html(source: &Source, span: Span, links: &mut Vec<Link>) {
    let text = source.slice(span);
    if text.starts_with("<!--") {
        return;
    }
    for (key, image) in [("src=", true), ("href=", false)] {
        for at in memchr::memmem::find_iter(text.as_bytes(), key) {
            let value = &text[at + key.len()..];
            let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
            let Some(len) = value[1..].find(quote) else { continue };
            let (to, start) = (&value[1..1 + len], span.start + at + key.len() + 1);
            if is_local(to) && !to.is_empty() {
                links.push(Link { span: Span::new(start, start + len), to: to.to_owned(), image });
            }
        }
    }
}
