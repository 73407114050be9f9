//! Placeholders in brackets: `<name>`, `[name]`, `{name}`, `{{ name }}`.

use std::cell::LazyCell;

use crate::runbook::PlaceholderKind;
use crate::shell::{self, Context};
use crate::source::Span;

/// `<name>` that is no redirection and no tag of XML.
pub(super) fn angles(script: &str, found: &mut Vec<(Span, PlaceholderKind)>) {
    let closes = memchr::memmem::find(script.as_bytes(), b"</").is_some() || script.contains("/>");
    for span in shell::angle_placeholders(script) {
        let name = &script[span.start + 1..span.end - 1];
        let tag = name.split(' ').next().unwrap_or(name);
        if closes && (name.ends_with('/') || script.contains(&format!("</{tag}>"))) {
            continue;
        }
        found.push((span, PlaceholderKind::Angle));
    }
}

/// `'<the "Used By" field>'`: in quotes even what could not stand bare is a placeholder.
pub(super) fn quoted_angles(
    script: &str,
    parsed: &shell::Script<'_>,
    found: &mut Vec<(Span, PlaceholderKind)>,
) {
    let bytes = script.as_bytes();
    let mut upto = 0;
    for start in memchr::memchr_iter(b'<', bytes) {
        if start < upto || bytes.get(start + 1).is_none_or(|byte| *byte != b'"' && *byte != b'\'') {
            continue;
        }
        let limit = bytes.len().min(start + 120);
        let Some(len) = memchr::memchr3(b'>', b'\n', b'<', &bytes[start + 1..limit]) else { continue };
        let span = Span::new(start, start + len + 2);
        let inner = &script.get(start + 1..span.end - 1).unwrap_or("");
        let words = inner.contains(' ') && inner.bytes().filter(u8::is_ascii_alphabetic).count() > 3;
        if bytes[span.end - 1] == b'>'
            && words
            && matches!(parsed.context(start), Context::Single | Context::Double)
        {
            found.push((span, PlaceholderKind::Angle));
            upto = span.end;
        }
    }
}

/// `[site-name]` where a word may stand: to the shell it would be one letter of these. A word with a hyphen
/// or an underline is meant; others have a meaning of their own.
pub(super) fn squares(script: &str, parsed: &shell::Script<'_>, found: &mut Vec<(Span, PlaceholderKind)>) {
    let bytes = script.as_bytes();
    for start in memchr::memchr_iter(b'[', bytes) {
        let before = start.checked_sub(1).map_or(b' ', |before| bytes[before]);
        let Some(len) = memchr::memchr2(b']', b'\n', &bytes[start..bytes.len().min(start + 60)]) else {
            continue;
        };
        let after = bytes.get(start + len + 1).copied().unwrap_or(b' ');
        let name = &bytes[start + 1..start + len];
        let begins = before.is_ascii_whitespace() || matches!(before, b'=' | b'/' | b'@' | b':');
        let ends = after.is_ascii_whitespace() || matches!(after, b':' | b'/' | b'@' | b',' | b'.' | b';');
        // A sentence is none where a command begins, nor where something ends that was begun before.
        let told = || is_told(name) && is_operand(&bytes[..start]);
        if begins
            && ends
            && bytes[start + len] == b']'
            && (is_name(name) || shell::is_choice(name) || told())
            && parsed.context(start) == Context::Bare
        {
            found.push((Span::new(start, start + len + 1), PlaceholderKind::Angle));
        }
    }
}

/// Whether a word in square brackets names a value: `[a-z]` is a set of letters, and `[more_options]` may
/// be left out.
fn is_name(name: &[u8]) -> bool {
    let parts = || name.split(|byte| matches!(byte, b'-' | b'_' | b'.'));
    let optional = parts()
        .next_back()
        .is_some_and(|last| matches!(last, b"options" | b"flags" | b"args" | b"arguments" | b"parameters"));
    parts().count() > 1
        && !optional
        && parts().all(|part| part.len() > 1 && part.iter().all(u8::is_ascii_alphanumeric))
}

/// Whether what stands in brackets says in words what is to be put there: `name of the pod`, `dead_node
/// e.g. queue@web-1`.
fn is_told(inner: &[u8]) -> bool {
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || b" _-.@/'".contains(byte);
    let mut words = inner.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let optional = words.next_back().is_none_or(|last| {
        matches!(last, b"options" | b"flags" | b"args" | b"arguments" | b"parameters" | b"optional")
    });
    let first =
        words.next().is_some_and(|first| first.len() > 1 && first.iter().all(u8::is_ascii_alphanumeric))
            || inner.windows(4).any(|sign| sign == b"e.g." || sign == b"i.e.");
    !optional && first && inner.first().is_some_and(u8::is_ascii_lowercase) && inner.iter().all(part)
}

/// How far before a bracket the command is looked at, in bytes.
const NEAR: usize = 100;

/// Whether a command has begun in the line before what stands here: `{ date; }` begins one.
fn is_operand(before: &[u8]) -> bool {
    let near = &before[before.len().saturating_sub(NEAR)..];
    let line = memchr::memrchr(b'\n', near).map_or(0, |newline| newline + 1);
    let before = near[line..].trim_ascii();
    before.last().is_some_and(|last| !b";&|(){}`".contains(last)) && !matches!(before, b"$" | b"#" | b"%")
}

/// `{id}`, `{new url}`, `{blue|green}` where a word may stand: bash leaves them as they are. `${id}`, `{{id}}`,
/// `{a,b}`, `{}`, `@{upstream}` and `%{http_code}` are something else.
pub(super) fn braces(script: &str, parsed: &shell::Script<'_>, found: &mut Vec<(Span, PlaceholderKind)>) {
    let bytes = script.as_bytes();
    let mut upto = 0;
    // What `xargs -I {x}` is handed.
    let handed = LazyCell::new(|| {
        ["-I{", "-I {", "-i{", "-J {", "replace={"].iter().any(|flag| script.contains(flag))
    });
    for start in memchr::memchr_iter(b'{', bytes) {
        let before = start.checked_sub(1).map_or(b' ', |before| bytes[before]);
        if start < upto || !may_open(before, bytes.get(start + 1).copied().unwrap_or(b' ')) {
            continue;
        }
        let limit = bytes.len().min(start + 60);
        let Some(len) = memchr::memchr2(b'}', b'\n', &bytes[start..limit]) else { continue };
        let end = start + len + 1;
        let inner = bytes[start + 1..end - 1].trim_ascii();
        if bytes[end - 1] != b'}' || bytes.get(end) == Some(&b'}') {
            continue;
        }
        let several = is_told(inner) && is_operand(&bytes[..start]);
        let blank = bytes[start + 1] == b' ';
        let one = !blank && (is_key(inner) || shell::is_choice(inner)) && !*handed;
        let quoted = || several && !blank;
        let stands = || match parsed.context(start) {
            Context::Bare => true,
            // Words in quotes are text of a program's own more often than not; a sentence is none.
            Context::Double => quoted(),
            _ => false,
        };
        if (several || one) && stands() && !is_shaped(bytes, start) {
            found.push((Span::new(start, end), PlaceholderKind::Angle));
            upto = end;
        }
    }
}

/// Whether a brace between these two bytes may open a placeholder.
pub(super) fn may_open(before: u8, after: u8) -> bool {
    (after.is_ascii_alphabetic() || after == b' ')
        && !matches!(before, b'$' | b'@' | b'%' | b'#' | b'^' | b'{' | b'\\' | b')')
}

/// Whether a word in braces is a name: `id`, `pod_name`, `db.host`.
fn is_key(inner: &[u8]) -> bool {
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    inner.first().is_some_and(u8::is_ascii_alphabetic)
        && inner.iter().all(part)
        && memchr::memmem::find(inner, b"..").is_none()
}

/// Whether another program fills in the braces at `start`: `-o jsonpath={items}`.
fn is_shaped(bytes: &[u8], start: usize) -> bool {
    let near = &bytes[start.saturating_sub(NEAR)..start];
    let mut words = near.rsplit(u8::is_ascii_whitespace);
    let word = words.next().unwrap_or_default();
    let flag = words.find(|word| !word.is_empty()).unwrap_or_default();
    let own = |word: &[u8]| {
        ["path", "template", "format", "columns"]
            .iter()
            .any(|sign| memchr::memmem::find(word, sign.as_bytes()).is_some())
    };
    own(word) || flag.starts_with(b"-") && own(flag) || matches!(flag, b"-f" | b"-w")
}

/// `{{ name }}` around a bare name: `{{ .Field }}` is a template of the program's own.
pub(super) fn mustaches(script: &str, found: &mut Vec<(Span, PlaceholderKind)>) {
    for start in memchr::memmem::find_iter(script.as_bytes(), b"{{") {
        let Some(inside) = script.get(start + 2..) else { continue };
        let inside = &inside.as_bytes()[..inside.len().min(80)];
        let Some(len) = memchr::memmem::find(inside, b"}}") else { continue };
        let name = inside[..len].trim_ascii();
        // Words of the templates that `--format` and `-o go-template` take.
        let word = matches!(name, b"end" | b"else" | b"break" | b"continue" | b"now");
        let bare = name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if !name.is_empty() && bare && !word {
            found.push((Span::new(start, start + len + 4), PlaceholderKind::Mustache));
        }
    }
}
