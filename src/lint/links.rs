//! Links and images that lead somewhere in the repository.

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag};

use crate::source::{Source, Span};

/// A link or an image to a file or an anchor, not to the web.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The whole link, or for HTML the value of the attribute.
    pub span: Span,
    /// Where it leads, as written.
    pub to: String,
    /// Whether it is an image.
    pub image: bool,
}

/// Reads the links of a file; costs nothing where no bytes look like one.
pub(super) fn read(source: &Source) -> Vec<Link> {
    if !may_hold_some(source.text()) {
        return Vec::new();
    }
    let start = source.start();
    let mut links = Vec::new();
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS;
    for (event, range) in Parser::new_ext(&source.text()[start..], options).into_offset_iter() {
        let span = Span::new(range.start + start, range.end + start);
        match event {
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                add(&mut links, link_type, &dest_url, span, false)
            }
            Event::Start(Tag::Image { link_type, dest_url, .. }) => {
                add(&mut links, link_type, &dest_url, span, true)
            }
            Event::Html(_) | Event::InlineHtml(_) => html(source, span, &mut links),
            _ => {}
        }
    }
    links
}

fn add(links: &mut Vec<Link>, kind: LinkType, to: &CowStr<'_>, span: Span, image: bool) {
    let auto = matches!(kind, LinkType::Autolink | LinkType::Email);
    if !auto && is_local(to) {
        links.push(Link { span, to: to.to_string(), image });
    }
}

/// Whether the address is neither of the web nor of another program.
pub(super) fn is_local(to: &str) -> bool {
    let scheme = to.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    });
    // Templates of site generators are resolved by them.
    !scheme && !to.starts_with("//") && !to.contains("{{") && !to.contains("{%") && !to.contains("${")
}

/// A look at the bytes: whether any link is not to the web.
fn may_hold_some(text: &str) -> bool {
    let bytes = text.as_bytes();
    let local = |at: usize| {
        let rest = bytes[at..].trim_ascii_start();
        let rest = rest.strip_prefix(b"<").unwrap_or(rest);
        !(rest.starts_with(b"http") || rest.starts_with(b"mailto:"))
    };
    let inline = memchr::memmem::find_iter(bytes, b"](").any(|at| local(at + 2));
    let reference = || memchr::memmem::find_iter(bytes, b"]:").any(|at| local(at + 2));
    let html = || {
        ["src=\"", "href=\"", "src='", "href='"]
            .iter()
            .any(|key| memchr::memmem::find_iter(bytes, key.as_bytes()).any(|at| local(at + key.len())))
    };
    inline || reference() || html()
}

/// `<img src="…">`, `<a href="…">`.
fn html(source: &Source, span: Span, links: &mut Vec<Link>) {
    let text = source.slice(span);
    if text.starts_with("<!--") {
        return;
    }
    for (key, image) in [("src=", true), ("href=", false)] {
        for (at, _) in text.match_indices(key) {
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
