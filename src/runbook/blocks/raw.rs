//! What the events leave out is read from the bytes: info strings, closing markers, backticks.

use crate::source::{Span, trim};

/// The info string of a fence, and whether its closing marker is there.
pub(super) fn marker(source: &str, span: Span) -> (Span, bool) {
    let block = &source[span.range()];
    let Some(&fence) = block.as_bytes().first() else { return (span, true) };
    let width = block.bytes().take_while(|&byte| byte == fence).count();
    let line = memchr::memchr(b'\n', block.as_bytes()).unwrap_or(block.len());
    let info = &block[width..line.max(width)];
    let start = span.start + width + (info.len() - info.trim_start().len());
    let info = Span::new(start, start + trim(info).len());
    let rest = block[line..].trim_end();
    let last = memchr::memrchr(b'\n', rest.as_bytes()).map_or(&[][..], |at| &rest.as_bytes()[at + 1..]);
    let quoted = last.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'>')).count();
    let last = &last[quoted..];
    let closed = last.len() >= width && last.iter().all(|&byte| byte == fence);
    (info, closed)
}

/// Inline code without its backticks and the one space CommonMark takes off each side.
pub(super) fn code_inner(source: &str, span: Span) -> Span {
    let code = &source[span.range()];
    let width = code.bytes().take_while(|&byte| byte == b'`').count();
    if code.len() < 2 * width {
        return span;
    }
    let inner = &code[width..code.len() - width];
    let padded =
        inner.len() > 2 && inner.starts_with(' ') && inner.ends_with(' ') && !inner.trim().is_empty();
    let pad = width + usize::from(padded);
    Span::new(span.start + pad, span.end - pad)
}

/// Whether an inline tag is HTML a browser knows (not `<pod-name>`, which a reader should see).
pub(crate) fn is_markup(html: &str) -> bool {
    if html.starts_with("<!") || html.starts_with("<?") {
        return true;
    }
    let name = html.trim_start_matches(['<', '/']);
    let name = name.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or("");
    const TAGS: &[&str] = &[
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "center",
        "code",
        "del",
        "details",
        "div",
        "em",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr",
    ];
    TAGS.binary_search(&name.to_ascii_lowercase().as_str()).is_ok()
}

/// Whether an address is neither of the web nor of another program nor a template.
pub(crate) fn is_local(to: &str) -> bool {
    let scheme = to.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    });
    // Templates of site generators are resolved by them.
    let generated = || to.contains("{{") || to.contains("{%") || to.contains("${");
    !(scheme || to.starts_with("//") || to.contains('{') && generated())
}
