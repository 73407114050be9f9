//! Placeholders in shell text: which `<...>` are some, and what stands in their place.

use std::borrow::Cow;

use super::model::Quote;
use crate::source::Span;

/// What stands in a placeholder's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Substitution {
    /// A reference to a variable, quoted for where it is.
    Reference {
        /// Replaces the placeholder's bytes.
        text: String,
        /// The program that reads the value after the shell, if there is one: then only
        /// `[A-Za-z0-9._:/@-]*` is accepted as a value.
        strict: Option<String>,
    },
    /// Nothing is expanded here (a heredoc with a quoted delimiter): the operator edits.
    Edit,
    /// Nothing reads it (a comment): it stays.
    Leave,
}

/// What to put for the placeholder at `at` so that the value of `variable` is data there.
pub fn in_place(script: &str, at: Span, variable: &str) -> Substitution {
    let masked = mask(script, std::iter::once(at));
    let masked = neutral(&masked);
    super::parse(&masked).substitution(at, variable)
}

impl super::Script<'_> {
    /// As [`in_place`], for text in which every placeholder is masked already (see [`neutral`]).
    pub fn substitution(&self, at: Span, variable: &str) -> Substitution {
        let reader = self.reader(at.start).map(str::to_owned);
        let (text, strict) = match self.quote(at.start) {
            Quote::Bare => (format!("\"${variable}\""), reader),
            Quote::Double | Quote::Heredoc => (format!("${{{variable}}}"), reader),
            Quote::Single => (format!("'\"${{{variable}}}\"'"), reader),
            Quote::Ansi => (format!("'\"${{{variable}}}\"$'"), reader),
            // The shell evaluates what a variable holds as an expression in turn.
            Quote::Arithmetic => (format!("${{{variable}}}"), Some("arithmetic".to_owned())),
            Quote::QuotedHeredoc => return Substitution::Edit,
            Quote::Comment => return Substitution::Leave,
        };
        Substitution::Reference { text, strict }
    }
}

/// `script` with each of `spans` replaced by as many `x`: a neutral word.
pub(super) fn mask(script: &str, spans: impl IntoIterator<Item = Span>) -> String {
    let mut bytes = script.as_bytes().to_vec();
    for span in spans {
        if script.get(span.range()).is_some() {
            bytes[span.range()].fill(b'x');
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| script.to_owned())
}

/// `script` with the placeholders `<name>`, `{{ name }}` and `[this|that]` replaced by neutral words of the same
/// length, so that it parses as the author meant it and every offset stays right.
pub fn neutral(script: &str) -> Cow<'_, str> {
    let mut spans = angle_placeholders(script);
    mustaches(script, &mut spans);
    choices(script, &mut spans);
    if spans.is_empty() { Cow::Borrowed(script) } else { Cow::Owned(mask(script, spans)) }
}

/// Everything of the form `<name>` that by its shape is no redirection, in order.
pub fn angle_placeholders(script: &str) -> Vec<Span> {
    let bytes = script.as_bytes();
    let mut found: Vec<Span> = Vec::new();
    for start in memchr::memchr_iter(b'<', bytes) {
        // No name: most redirections are told by this.
        if !bytes.get(start + 1).is_some_and(|&byte| begins_name(byte))
            || found.last().is_some_and(|last| start < last.end)
        {
            continue;
        }
        let limit = bytes.len().min(start + 100);
        let Some(len) = memchr::memchr3(b'>', b'\n', b'<', &bytes[start + 1..limit]) else { continue };
        let span = Span::new(start, start + len + 2);
        if bytes[span.end - 1] == b'>' && !shaped_like_redirection(bytes, span) {
            found.push(span);
        }
    }
    found
}

/// `{{ name }}` around a bare name.
fn mustaches(script: &str, found: &mut Vec<Span>) {
    let bytes = script.as_bytes();
    let mut upto = 0;
    for start in memchr::memchr_iter(b'{', bytes) {
        if start < upto || bytes.get(start + 1) != Some(&b'{') {
            continue;
        }
        upto = start + 2;
        let inside = &bytes[start + 2..bytes.len().min(start + 82)];
        let Some(len) = memchr::memmem::find(inside, b"}}") else { continue };
        let name = inside[..len].trim_ascii();
        if !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) {
            found.push(Span::new(start, start + len + 4));
        }
    }
}

/// `[blue|green]` and `{blue|green}` where a word may stand, which the shell would take for a pipe.
fn choices(script: &str, found: &mut Vec<Span>) {
    let bytes = script.as_bytes();
    for bar in memchr::memchr_iter(b'|', bytes) {
        if found.last().is_some_and(|last| bar < last.end) {
            continue;
        }
        let name = |byte: &&u8| is_choice_part(**byte);
        let start = bar - bytes[..bar].iter().rev().take(40).take_while(name).count();
        let end = bar
            + 1
            + bytes[bar + 1..].iter().take(60).take_while(|byte| name(byte) || **byte == b'|').count();
        let (Some(open), Some(&close)) = (start.checked_sub(1), bytes.get(end)) else { continue };
        let before = open.checked_sub(1).map_or(b' ', |before| bytes[before]);
        let begins =
            before.is_ascii_whitespace() || matches!(before, b'=' | b'/' | b'@' | b':' | b'-' | b'.');
        if begins
            && matches!((bytes[open], close), (b'[', b']') | (b'{', b'}'))
            && is_choice(&bytes[start..end])
        {
            found.push(Span::new(open, end + 1));
        }
    }
}

fn is_choice_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// Whether what stands in brackets is names with bars between them, of which one is meant: `blue|green`.
pub(crate) fn is_choice(inner: &[u8]) -> bool {
    let name = |part: &[u8]| {
        part.len() > 1 && part[0].is_ascii_alphanumeric() && part.iter().all(|byte| is_choice_part(*byte))
    };
    memchr::memchr(b'|', inner).is_some() && inner.split(|byte| *byte == b'|').all(name)
}

/// Whether `<...>` at `span` is a real redirection (`cmd < file`, `<<EOF`, `<(...)`) rather than a
/// placeholder.
///
/// `sort <in> out` is both; nobody writes it, so it counts as a placeholder. Inside quotes,
/// heredocs and comments nothing is a redirection.
pub fn redirection_like(script: &str, span: Span) -> bool {
    let bytes = script.as_bytes();
    if span.len() < 2 || span.end > bytes.len() || !shaped_like_redirection(bytes, span) {
        return false;
    }
    let masked = mask(script, [span]);
    super::parse(&masked).quote(span.start) == Quote::Bare
}

fn shaped_like_redirection(bytes: &[u8], span: Span) -> bool {
    let content = &bytes[span.start + 1..span.end - 1];
    let before = span.start.checked_sub(1).map_or(b' ', |at| bytes[at]);
    let after = bytes.get(span.end).copied().unwrap_or(b'\n');
    let (Some(&first), Some(&last)) = (content.first(), content.last()) else { return true };
    if matches!(before, b'<' | b'&') || !begins_name(first) {
        return true;
    }
    if last.is_ascii_whitespace() || matches!(after, b'>' | b'&' | b'(') {
        return true;
    }
    if content.iter().any(|b| matches!(b, b';' | b'&' | b'`' | b'"' | b'$' | b'\n')) {
        return true;
    }
    if memchr::memmem::find(content, b" | ").is_some() {
        return true;
    }
    // `<dump.sql>out`, `<in/x>out`
    let glued = after.is_ascii_alphanumeric() || matches!(after, b'/' | b'.' | b'~' | b'$');
    glued && looks_like_file(content) && matches!(before, b' ' | b'\t' | b'0')
}

/// Whether the name of a placeholder may begin so.
fn begins_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn looks_like_file(content: &[u8]) -> bool {
    const ENDINGS: [&[u8]; 12] = [
        b".sql", b".txt", b".log", b".json", b".yaml", b".yml", b".csv", b".dump", b".conf", b".gz", b".sh",
        b".in",
    ];
    content.contains(&b'/') || ENDINGS.iter().any(|ending| content.ends_with(ending))
}
