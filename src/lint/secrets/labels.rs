//! Passwords as people write them down for each other: "The password is `…`", "Пароль: …", `shop:…@db1`.

use super::values::{made_up, mixed, stands_for_one, varied};
use super::{Found, LONGEST};
use crate::source::Span;

/// Labels with letters beyond ASCII, without those whose case may change.
pub(super) const LABELS: &[&str] = &["ontraseña", "ароль", "密码", "密碼", "パスワード", "비밀번호"];

/// What parts a label from its value is no longer, in bytes.
const GAP: usize = 12;

/// The longest account or password that is looked at.
const NEAR: usize = 64;

/// The password after the `assword is` that ends at `at`.
pub(super) fn said(text: &str, at: usize) -> Found {
    value(text, at).map(|span| (span, "a password"))
}

/// Adds what is found in `text`.
pub(super) fn find(text: &str, found: &mut Vec<(Span, &'static str)>) {
    const COLON: &[u8] = "：".as_bytes();
    let bytes = text.as_bytes();
    // By its first byte, which begins few letters.
    let colons = memchr::memchr_iter(COLON[0], bytes).filter(|at| bytes[*at..].starts_with(COLON));
    found
        .extend(colons.filter_map(|at| behind(text, text[..at].trim_end_matches(['*', '`']).as_bytes(), at)));
    let signs = memchr::memchr_iter(b'@', text.as_bytes());
    found.extend(signs.filter_map(|at| before_host(text, at)).map(|span| (span, "a password in an address")));
}

/// The password behind the colon at `at`, if what stands `before` it ends in one of the labels.
pub(super) fn behind(text: &str, before: &[u8], at: usize) -> Found {
    if !LABELS.iter().any(|label| before.ends_with(label.as_bytes())) {
        return None;
    }
    value(text, at).map(|span| (span, "a password"))
}

/// The password behind the label that ends at `at`: after a colon, or in backticks.
fn value(text: &str, at: usize) -> Option<Span> {
    let rest = &text[at..];
    let parts = |c: char| matches!(c, ' ' | ':' | '：' | '*' | '`' | '"' | '\'' | '是' | '为' | '「');
    // What is farther away is not what the label means.
    let (end, _) = rest.char_indices().take(GAP + 1).find(|&(_, c)| !parts(c))?;
    let (gap, value) = rest.split_at(end);
    if gap.len() > GAP || !gap.contains([':', '：', '`', '"', '\'']) {
        return None;
    }
    let end = value
        .char_indices()
        .find(|(at, c)| *at > LONGEST || !c.is_ascii_graphic() || "\"'`,;)<>|&\\}]".contains(*c))
        .map_or(value.len(), |(at, _)| at);
    let value = value[..end].trim_end_matches(['.', '*']);
    let start = at + gap.len();
    is_password(value).then(|| Span::new(start, start + value.len()))
}

/// The password in `user:…@host`, of which the sign stands at `at`.
fn before_host(text: &str, at: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    // Most signs stand in addresses of people and names of packages.
    let rest = &bytes[at + 1..];
    if !rest.first().is_some_and(u8::is_ascii_alphanumeric) || rest.starts_with(b"sha256") {
        return None;
    }
    let before = &bytes[at.saturating_sub(2 * NEAR)..at];
    let is_part = |byte: &u8| byte.is_ascii_graphic() && !b"\"'`/@<>()[]{},=|".contains(byte);
    let word = &before[before.len() - before.iter().rev().take_while(|byte| is_part(byte)).count()..];
    let colon = memchr::memchr(b':', word)?;
    let (user, password) = (&word[..colon], &word[colon + 1..]);
    let is_user = !user.is_empty()
        && user.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if !is_user || password.contains(&b':') || password.contains(&b'.') {
        return None;
    }
    // "mailto:ops24@example.org", "to:ops24@..."
    let label = [
        &b"mailto"[..],
        b"mail",
        b"email",
        b"e-mail",
        b"to",
        b"cc",
        b"from",
        b"sip",
        b"acct",
        b"contact",
        b"npm",
        b"jsr",
        b"workspace",
        b"patch",
        b"pkg",
        b"urn",
    ];
    if label.iter().any(|label| user.eq_ignore_ascii_case(label)) {
        return None;
    }
    let span = Span::new(at - password.len(), at);
    is_password(&text[span.range()]).then_some(span)
}

fn is_password(value: &str) -> bool {
    value.len() >= 8
        && value.len() <= NEAR
        && !stands_for_one(value)
        && !made_up(value)
        && mixed(value)
        && varied(value)
}
