//! Splits an info string into words with their places.

use crate::source::{Source, Span};

use super::super::Spanned;

/// One word, with its value if it has one.
#[derive(Debug)]
pub(super) struct Piece<'s> {
    /// The word, or what stands before `=`; `name` in braces is `id`.
    pub key: &'s str,
    /// The whole of it.
    pub span: Span,
    /// What stands after `=`, quotes taken off.
    pub value: Option<Spanned<String>>,
    /// It stands within runme's braces.
    pub braces: bool,
    /// Its quote is not closed.
    pub open: bool,
}

/// The words of the info string at `span`.
pub(super) fn split(source: &Source, span: Span) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let text = source.text();
    let bytes = text.as_bytes();
    let mut at = span.start;
    let mut braces = false;
    while at < span.end {
        match bytes[at] {
            byte if byte.is_ascii_whitespace() => at += 1,
            b',' => at += 1,
            b'{' if !braces => {
                if let Some((list, end)) = json(text, Span::new(at, span.end)) {
                    pieces.extend(list);
                    at = end;
                } else {
                    (braces, at) = (true, at + 1);
                }
            }
            b'}' if braces => (braces, at) = (false, at + 1),
            _ => {
                let piece = piece(text, Span::new(at, span.end), braces);
                at = piece.span.end.max(at + 1);
                pieces.push(piece);
            }
        }
    }
    pieces
}

fn piece(text: &str, span: Span, braces: bool) -> Piece<'_> {
    let bytes = text.as_bytes();
    let stops = |byte: u8| byte.is_ascii_whitespace() || (braces && matches!(byte, b'}' | b','));
    let mut at = span.start;
    while at < span.end && bytes[at] != b'=' && !stops(bytes[at]) {
        at += 1;
    }
    let key = rename(&text[span.start..at], braces);
    if at >= span.end || bytes[at] != b'=' {
        return Piece { key, span: Span::new(span.start, at), value: None, braces, open: false };
    }
    at += 1;
    let quote = bytes.get(at).copied().filter(|&byte| at < span.end && matches!(byte, b'"' | b'\''));
    let Some(quote) = quote else {
        let start = at;
        while at < span.end && !stops(bytes[at]) {
            at += 1;
        }
        let value = Spanned { value: text[start..at].to_owned(), span: Span::new(start, at) };
        return Piece { key, span: Span::new(span.start, at), value: Some(value), braces, open: false };
    };
    let start = at + 1;
    let (value, end, open) = quoted(text, Span::new(start, span.end), quote);
    let after = if open { end } else { end + 1 };
    let value = Spanned { value, span: Span::new(start, end) };
    Piece { key, span: Span::new(span.start, after), value: Some(value), braces, open }
}

/// The value within quotes, where it ends, and whether its end is missing. In double quotes a
/// backslash keeps the quote and itself; before anything else it stands for itself, so that
/// regular expressions need no doubling.
fn quoted(text: &str, span: Span, quote: u8) -> (String, usize, bool) {
    let bytes = text.as_bytes();
    let mut value = String::new();
    let mut from = span.start;
    let mut at = span.start;
    while at < span.end {
        if bytes[at] == quote {
            value.push_str(&text[from..at]);
            return (value, at, false);
        }
        let escapes =
            quote == b'"' && bytes[at] == b'\\' && at + 1 < span.end && matches!(bytes[at + 1], b'"' | b'\\');
        if escapes {
            value.push_str(&text[from..at]);
            from = at + 1;
            at += 2;
        } else {
            at += 1;
        }
    }
    value.push_str(&text[from..span.end]);
    (value, span.end, true)
}

fn rename(key: &str, braces: bool) -> &str {
    if braces && key == "name" { "id" } else { key }
}

/// runme's JSON form: an object of strings, numbers and booleans.
fn json(text: &str, span: Span) -> Option<(Vec<Piece<'_>>, usize)> {
    let slice = &text[span.range()];
    // The search for places below is for lines a person writes.
    if slice.len() > 8192 || !slice[1..].trim_start().starts_with('"') {
        return None;
    }
    let mut stream =
        serde_json::Deserializer::from_str(slice).into_iter::<serde_json::Map<String, serde_json::Value>>();
    let object = stream.next()?.ok()?;
    let end = span.start + stream.byte_offset();
    let mut from = span.start;
    let mut pieces = Vec::new();
    for (key, value) in object {
        let Some(found) = text[from..end].find(&key) else { continue };
        let start = from + found;
        let key = Span::new(start, start + key.len());
        let value = match value {
            serde_json::Value::String(value) => value,
            other => other.to_string(),
        };
        // The place of the value where it stands unescaped, else that of the key.
        let place =
            text[key.end..end].find(&value).map(|at| Span::new(key.end + at, key.end + at + value.len()));
        let place = place.unwrap_or(key);
        from = key.end;
        let value = Some(Spanned { value, span: place });
        pieces.push(Piece {
            key: rename(&text[key.range()], true),
            span: key,
            value,
            braces: true,
            open: false,
        });
    }
    Some((pieces, end))
}
