//! Credentials by their shape.

mod labels;
mod tokens;
mod told;
mod values;

use super::marks::Kind;
use crate::source::Span;
use values::{is_name, made_up, mixed, stands_for_one, varied};

pub(super) use told::{may_be_told, told};

/// Nothing longer is looked at: the cost stays in proportion to the text.
const LONGEST: usize = 2000;

/// Words before a value that say that it is a credential, in lower case; how they end is also in
/// [`named`].
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "secret",
    "token",
    "api_key",
    "apikey",
    "api-key",
    "access_key",
    "secret_key",
    "private_key",
    "auth_token",
    "passphrase",
    "pgpassword",
    "mysql_pwd",
    "client_secret",
    "bearer",
    "passwort",
    "kennwort",
    "senha",
    "accountkey",
];

/// What stands before [`basic`] credentials.
const AUTHORIZATION: &str = "uthorization";

/// Names that are too short to be the end of any other word.
const WHOLE: &[&str] = &["pass", "passe"];

/// What may stand before a sign that a credential may follow: by its last byte, which bytes may stand before
/// that one, told by their lowest five bits. Most words before a sign end otherwise.
static ENDS: [u32; 256] = {
    let mut table = [0; 256];
    add_ends(&mut table, NAMES);
    add_ends(&mut table, WHOLE);
    add_ends(&mut table, labels::LABELS);
    add_ends(&mut table, &[AUTHORIZATION]);
    // What may stand between a name and the sign.
    let (between, mut at) = (b" \"-*`", 0);
    while at < between.len() {
        table[between[at] as usize] = u32::MAX;
        at += 1;
    }
    table
};

/// Adds how the words end, in small letters and in capitals.
const fn add_ends(table: &mut [u32; 256], words: &[&str]) {
    let mut at = 0;
    while at < words.len() {
        let word = words[at].as_bytes();
        let (before, last) = (word[word.len() - 2], word[word.len() - 1]);
        table[last as usize] |= 1 << (before & 31);
        table[last.to_ascii_uppercase() as usize] |= 1 << (before & 31);
        at += 1;
    }
}

/// Whether the two bytes before the sign at `at` end something that a credential may follow.
fn may_end(bytes: &[u8], at: usize) -> bool {
    let back = |count: usize| at.checked_sub(count).map_or(b'\n', |at| bytes[at]);
    ENDS[usize::from(back(1))] >> (back(2) & 31) & 1 != 0
}

/// The credentials in `text`, of which `marks` are the places, with what each is.
pub(super) fn find(text: &str, marks: &[(usize, Kind)]) -> Vec<(Span, &'static str)> {
    let mut found = Vec::new();
    let (mut bearers, mut said) = (Vec::new(), Vec::new());
    for &(at, kind) in marks {
        match kind {
            Kind::Token => found.extend(tokens::at(text, at)),
            Kind::Key => found.extend(private_key(text, at)),
            Kind::Bearer => bearers.push(at + "earer".len()),
            Kind::Said => said.push(at + "assword is".len()),
            Kind::Wait | Kind::Ignore => {}
        }
    }
    let bytes = text.as_bytes();
    // One pass for all that stands after a sign.
    for at in memchr::memchr3_iter(b'=', b':', b'\'', bytes) {
        let may_end = may_end(bytes, at);
        let credential = match bytes[at] {
            b':' if bytes[at + 1..].starts_with(b"//") => {
                if may_end {
                    found.extend(named(text, at));
                }
                in_address(text, at + "://".len())
            }
            _ if !may_end => None,
            b':' => named(text, at).or_else(|| basic(text, at)),
            b'\'' => in_statement(text, at),
            _ => named(text, at),
        };
        if let Some(credential) = credential {
            found.push(credential);
        }
    }
    found.extend(bearers.into_iter().filter_map(|at| named(text, at)));
    found.extend(said.into_iter().filter_map(|at| labels::said(text, at)));
    labels::find(text, &mut found);
    found.sort_by_key(|(span, _)| (span.start, usize::MAX - span.end));
    found.dedup_by(|later, earlier| later.0.start < earlier.0.end);
    found
}

/// A credential and what it is.
type Found = Option<(Span, &'static str)>;

/// What a private key is called.
pub(super) const PRIVATE_KEY: &str = "a private key";

/// `-----BEGIN RSA PRIVATE KEY-----` with a key after it, which begins at `at`.
fn private_key(text: &str, at: usize) -> Found {
    let line = text[at..].lines().next().unwrap_or("").trim_end();
    if !line.ends_with("PRIVATE KEY-----") && !line.ends_with("PRIVATE KEY BLOCK-----") {
        return None;
    }
    // What says how it is encrypted stands before it.
    let mut lines = text[at + line.len()..].lines().map(str::trim).take(8);
    let body = lines.find(|line| !line.is_empty() && !line.contains(": ")).unwrap_or("");
    let is_body = body.len() >= 40
        && body.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
    (is_body && varied(body)).then(|| (Span::new(at, at + line.len()), PRIVATE_KEY))
}

/// Addresses that are a credential themselves: who knows one may post.
const HOOKS: &[&str] = &["hooks.slack.com/services/T", "discord.com/api/webhooks/"];

/// `postgres://app:hunter2@db/x`, of which `start` is behind the slashes.
fn in_address(text: &str, start: usize) -> Found {
    let rest = &text[start..];
    if let Some(hook) = HOOKS.iter().find(|hook| rest.starts_with(**hook)) {
        let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-');
        let path = &rest[hook.len()..];
        let path = &path[..path.find(|c| !inside(c)).unwrap_or(path.len())];
        let last = path.rsplit('/').next().unwrap_or("");
        let is_hook = path.contains('/') && last.len() >= 20 && !made_up(last) && varied(last);
        return is_hook
            .then(|| (Span::new(start, start + hook.len() + path.len()), "the address of a webhook"));
    }
    let end = rest
        .find(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '`' | ')' | '>' | '<'))
        .unwrap_or(rest.len());
    let (account, _) = rest[..end].rsplit_once('@')?;
    let (_, password) = account.split_once(':')?;
    let span = Span::new(start + account.len() - password.len(), start + account.len());
    let is_password =
        password.len() >= 6 && !stands_for_one(password) && !made_up(password) && mixed(password);
    is_password.then_some((span, "a password in an address"))
}

/// `password=…`, `token: …`, `Authorization: Bearer …`, of which the sign or the blank stands at `at`.
fn named(text: &str, at: usize) -> Found {
    let bytes = text.as_bytes();
    let before = &bytes[at.saturating_sub(64)..at];
    let before = before.strip_suffix(b" ").unwrap_or(before);
    // "**Password**:", "`password`:"
    let around = |byte: &&u8| matches!(byte, b'"' | b'-' | b'*' | b'`');
    let bare = before.len() - before.iter().rev().take_while(around).count();
    let before = &before[..bare];
    // What all those names end with: most words before a colon are none of them.
    let [a, b] = before.last_chunk()?;
    if !(a.is_ascii() && b.is_ascii()) {
        return labels::behind(text, before, at);
    }
    let end = [a.to_ascii_lowercase(), b.to_ascii_lowercase()];
    let four =
        |known: &[u8; 4]| before.last_chunk().is_some_and(|end: &[u8; 4]| end.eq_ignore_ascii_case(known));
    let may_name = match &end {
        b"rd" | b"wd" | b"et" | b"en" | b"ey" | b"se" | b"er" => true,
        b"rt" => four(b"wort"),
        b"ss" => four(b"pass"),
        b"ha" => four(b"enha"),
        _ => false,
    };
    if !may_name {
        return None;
    }
    let inside = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let name = &before[before.len() - before.iter().rev().take_while(inside).count()..];
    let ends = |known: &&str| {
        name.len() >= known.len() && name[name.len() - known.len()..].eq_ignore_ascii_case(known.as_bytes())
    };
    let whole = |known: &&str| {
        let before = name.len().checked_sub(known.len() + 1).map(|at| name[at]);
        ends(known) && before.is_none_or(|byte| matches!(byte, b'_' | b'-'))
    };
    if name.len() > 40 || !NAMES.iter().any(ends) && !WHOLE.iter().any(whole) {
        return None;
    }
    let rest = &text[at + 1..];
    let value = rest.trim_start_matches([' ', '"', '\'', '`', '*']);
    let start = at + 1 + rest.len() - value.len();
    let most = if rest.starts_with('*') { 5 } else { 3 };
    if rest.len() - value.len() > most || rest.starts_with('\n') {
        return None;
    }
    let value = value.get(..value.len().min(LONGEST)).or(value.get(..0))?;
    let end = value
        .find(|c: char| {
            c.is_whitespace()
                || matches!(c, '"' | '\'' | '`' | ',' | ';' | ')' | '<' | '>' | '|' | '&' | '\\' | '}' | ']')
        })
        .unwrap_or(value.len());
    let value = &value[..end];
    // Letters of base64, slashes and all.
    let base64 = ends(&"secret_access_key") && value.len() == 40 || ends(&"accountkey") && value.len() > 80;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+' | b'=');
    if base64 && varied(value) && value.bytes().all(plain) {
        let what = if value.len() == 40 { "an AWS secret key" } else { "an Azure account key" };
        return Some((Span::new(start, start + end), what));
    }
    // The name of a secret, an account or a page is none; a password may look like one.
    let named = !ends(&"password") && is_name(value);
    let real = !stands_for_one(value) && !made_up(value) && mixed(value) && varied(value);
    (value.len() >= 8 && real && !named && !is_badge(text, at))
        .then(|| (Span::new(start, start + end), "a credential"))
}

/// `Authorization: Basic c2hvcDo…`, of which the colon stands at `at`.
fn basic(text: &str, at: usize) -> Found {
    const AFTER: &str = ": Basic ";
    if !text.as_bytes()[..at].ends_with(AUTHORIZATION.as_bytes()) || !text[at..].starts_with(AFTER) {
        return None;
    }
    let start = at + AFTER.len();
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let value = &text[start..];
    let value = &value[..value.find(|c| !inside(c)).unwrap_or(value.len())];
    (value.len() >= 12 && mixed(value) && varied(value) && !made_up(value))
        .then(|| (Span::new(start, start + value.len()), "a credential"))
}

/// Whether the sign at `at` stands in the address of a badge, whose token everybody may know.
fn is_badge(text: &str, at: usize) -> bool {
    let before = &text.as_bytes()[at.saturating_sub(200)..at];
    let from = before.iter().rposition(|byte| byte.is_ascii_whitespace()).map_or(0, |space| space + 1);
    memchr::memmem::find(&before[from..], b"badge").is_some()
}

/// `PASSWORD 'x'`, `IDENTIFIED BY 'x'`, of which the first quote stands at `at`.
fn in_statement(text: &str, at: usize) -> Found {
    let before = text.as_bytes()[..at].strip_suffix(b" ")?;
    let is = |words: &[u8]| {
        before.len() > words.len() && before[before.len() - words.len()..].eq_ignore_ascii_case(words)
    };
    if !is(b"password") && !is(b"identified by") {
        return None;
    }
    let start = at + 1;
    let end = start + text[start..].find(['\'', '\n'])?;
    let value = &text[start..end];
    let is_password =
        value.len() >= 6 && !value.contains(' ') && !stands_for_one(value) && !made_up(value) && mixed(value);
    is_password.then_some((Span::new(start, end), "a password"))
}

#[cfg(test)]
mod tests;
