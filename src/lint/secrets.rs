//! Credentials by their shape, as data.

use std::sync::LazyLock;

use aho_corasick::packed::Searcher;
use memchr::memmem::Finder;

use crate::shell::{Simple, Word};
use crate::source::Span;

/// A token that its issuer made recognisable: what it begins with, its letters, how many.
struct Token {
    prefix: &'static str,
    letters: Letters,
    least: usize,
    what: &'static str,
}

#[derive(Clone, Copy)]
enum Letters {
    /// `A-Z0-9`
    Upper,
    /// `A-Za-z0-9`
    Plain,
    /// `A-Za-z0-9_-`
    Url,
    /// `A-Za-z0-9_.-`
    Dotted,
}

const fn token(prefix: &'static str, letters: Letters, least: usize, what: &'static str) -> Token {
    Token { prefix, letters, least, what }
}

const TOKENS: &[Token] = &[
    token("AKIA", Letters::Upper, 16, "an AWS access key"),
    token("ASIA", Letters::Upper, 16, "an AWS access key"),
    token("ghp_", Letters::Plain, 36, "a GitHub token"),
    token("gho_", Letters::Plain, 36, "a GitHub token"),
    token("ghs_", Letters::Plain, 36, "a GitHub token"),
    token("ghu_", Letters::Plain, 36, "a GitHub token"),
    token("github_pat_", Letters::Url, 40, "a GitHub token"),
    token("glpat-", Letters::Url, 20, "a GitLab token"),
    token("xoxb-", Letters::Url, 20, "a Slack token"),
    token("xoxp-", Letters::Url, 20, "a Slack token"),
    token("xoxa-", Letters::Url, 20, "a Slack token"),
    token("xapp-", Letters::Url, 20, "a Slack token"),
    token("sk_live_", Letters::Plain, 20, "a Stripe key"),
    token("rk_live_", Letters::Plain, 20, "a Stripe key"),
    token("AIza", Letters::Url, 35, "a Google API key"),
    token("ya29.", Letters::Url, 30, "a Google access token"),
    token("SG.", Letters::Dotted, 50, "a SendGrid key"),
    token("npm_", Letters::Plain, 36, "an npm token"),
    token("dop_v1_", Letters::Plain, 50, "a DigitalOcean token"),
    token("hvs.", Letters::Url, 24, "a Vault token"),
    token("eyJ", Letters::Dotted, 60, "a JSON web token"),
];

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
];

/// Words that show that a value is made up or stands for one, anywhere in it.
#[rustfmt::skip]
const MADE_UP: &[&str] = &[
    "example", "sample", "dummy", "fake", "foobar", "changeme", "change_me", "change-me", "your", "placeholder",
    "redacted", "xxxx", "****", "....", "somevalue", "insert", "replace", "${", "$(", "{{", "process.env", "vault",
    "1password", "op:", "lookup", "secretkeyref",
];

/// Values that are these words, digits and signs aside, are made up, too.
#[rustfmt::skip]
const PLAIN: &[&str] = &[
    "password", "passwd", "pass", "secret", "token", "test", "testing", "mypassword", "mysecret", "mytoken", "default",
    "none", "null", "true", "false", "admin", "root", "user", "username", "abcdef", "abcdefgh", "abc", "secure", "api",
];

/// The places where a token may begin, by its prefix.
fn prefixes(text: &str, found: &mut dyn FnMut(&'static Token, usize)) {
    static ALL: LazyLock<Option<Searcher>> =
        LazyLock::new(|| Searcher::new(TOKENS.iter().map(|token| token.prefix)));
    match &*ALL {
        Some(all) => {
            all.find_iter(text).for_each(|place| found(&TOKENS[place.pattern().as_usize()], place.start()));
        }
        // A processor without the instructions for it.
        None => {
            for token in TOKENS {
                memchr::memmem::find_iter(text.as_bytes(), token.prefix).for_each(|at| found(token, at));
            }
        }
    }
}

/// The credentials in `text`, with what each is.
pub(super) fn find(text: &str) -> Vec<(Span, &'static str)> {
    let mut found = Vec::new();
    prefixes(text, &mut |token, at| found.extend(token.at(text, at).map(|span| (span, token.what))));
    private_keys(text, &mut found);
    addresses(text, &mut found);
    named(text, &mut found);
    found.sort_by_key(|(span, _)| (span.start, usize::MAX - span.end));
    found.dedup_by(|later, earlier| later.0.start < earlier.0.end);
    found
}

impl Token {
    fn at(&self, text: &str, at: usize) -> Option<Span> {
        let bytes = text.as_bytes();
        if at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_') {
            return None;
        }
        let start = at + self.prefix.len();
        let length = bytes[start..].iter().take(LONGEST).take_while(|byte| self.letters.has(**byte)).count();
        let end = start + length;
        let value = &text[at..end];
        let exact = !matches!(self.letters, Letters::Upper) || length == self.least;
        if length < self.least || !exact {
            return None;
        }
        // A web token has three parts.
        let parts = self.prefix != "eyJ" || value.matches('.').count() == 2;
        // `AKIA…EXAMPLE` says that it is none, but not where it is assigned like a real one.
        let assigned =
            text[..at].trim_end_matches(['"', '\'']).ends_with(['=', ':']) || text[..at].ends_with(": ");
        let real = assigned || !made_up(value);
        (parts && real && varied(value)).then(|| Span::new(at, end))
    }
}

impl Letters {
    fn has(self, byte: u8) -> bool {
        match self {
            Letters::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Letters::Plain => byte.is_ascii_alphanumeric(),
            Letters::Url => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
            Letters::Dotted => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'),
        }
    }
}

/// `-----BEGIN RSA PRIVATE KEY-----` with a key after it.
fn private_keys(text: &str, found: &mut Vec<(Span, &'static str)>) {
    static BEGIN: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("-----BEGIN "));
    for at in BEGIN.find_iter(text.as_bytes()) {
        let line = text[at..].lines().next().unwrap_or("");
        let body = text[at + line.len()..].trim_start().lines().next().unwrap_or("").trim();
        let is_body = body.len() >= 40
            && body.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
        if line.trim_end().ends_with("PRIVATE KEY-----") && is_body && varied(body) {
            found.push((Span::new(at, at + line.trim_end().len()), "a private key"));
        }
    }
}

/// `postgres://app:hunter2@db/x`
fn addresses(text: &str, found: &mut Vec<(Span, &'static str)>) {
    static SCHEME: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("://"));
    for at in SCHEME.find_iter(text.as_bytes()) {
        let start = at + 3;
        let rest = &text[start..];
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '`' | ')' | '>' | '<'))
            .unwrap_or(rest.len());
        let Some((account, _)) = rest[..end].rsplit_once('@') else { continue };
        let Some((_, password)) = account.split_once(':') else { continue };
        let span = Span::new(start + account.len() - password.len(), start + account.len());
        if password.len() >= 6 && !stands_for_one(password) && !made_up(password) && mixed(password) {
            found.push((span, "a password in an address"));
        }
    }
}

/// `password=…`, `token: …`, `Authorization: Bearer …`
fn named(text: &str, found: &mut Vec<(Span, &'static str)>) {
    let bytes = text.as_bytes();
    static BEARER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("earer "));
    let bearers = BEARER.find_iter(bytes).map(|at| at + "earer".len());
    for at in memchr::memchr2_iter(b'=', b':', bytes).chain(bearers) {
        let before = &bytes[at.saturating_sub(64)..at];
        let bare = before.len() - before.iter().rev().take_while(|byte| matches!(byte, b'"' | b'-')).count();
        let before = &before[..bare];
        // What all those names end with: most words before a colon are none of them.
        let Some([a, b]) = before.last_chunk() else { continue };
        let end = [a.to_ascii_lowercase(), b.to_ascii_lowercase()];
        if !matches!(&end, b"rd" | b"wd" | b"et" | b"en" | b"ey" | b"se" | b"er") {
            continue;
        }
        let inside = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        let name = &before[before.len() - before.iter().rev().take_while(inside).count()..];
        let ends = |known: &&str| {
            name.len() >= known.len()
                && name[name.len() - known.len()..].eq_ignore_ascii_case(known.as_bytes())
        };
        if name.len() > 40 || !NAMES.iter().any(ends) {
            continue;
        }
        let rest = &text[at + 1..];
        let value = rest.trim_start_matches([' ', '"', '\'']);
        let start = at + 1 + rest.len() - value.len();
        if rest.len() - value.len() > 3 || rest.starts_with('\n') {
            continue;
        }
        let Some(value) = value.get(..value.len().min(LONGEST)).or(value.get(..0)) else { continue };
        let end = value
            .find(|c: char| {
                c.is_whitespace()
                    || matches!(
                        c,
                        '"' | '\'' | '`' | ',' | ';' | ')' | '<' | '>' | '|' | '&' | '\\' | '}' | ']'
                    )
            })
            .unwrap_or(value.len());
        let value = &value[..end];
        // Forty letters of base64, slashes and all.
        let aws = ends(&"secret_access_key") && value.len() == 40 && varied(value);
        if aws && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+')) {
            found.push((Span::new(start, start + end), "an AWS secret key"));
        } else if value.len() >= 8
            && !stands_for_one(value)
            && !made_up(value)
            && mixed(value)
            && varied(value)
        {
            found.push((Span::new(start, start + end), "a credential"));
        }
    }
}

/// Whether a command of `script` may be [`told`] a password: it has one of the flags.
pub(super) fn may_be_told(script: &str) -> bool {
    let bytes = script.as_bytes();
    memchr::memchr_iter(b'-', bytes).any(|at| {
        let begins = at.checked_sub(1).is_some_and(|before| bytes[before].is_ascii_whitespace());
        let rest = &bytes[at + 1..];
        begins
            && (matches!(rest.first(), Some(b'u' | b'p' | b'a' | b'w'))
                || rest.starts_with(b"-user")
                || rest.starts_with(b"-pass"))
    })
}

/// `curl -u ops:…`, `mysql -p…`: what a command is told.
pub(super) fn told(simple: &Simple) -> Option<(Span, &'static str)> {
    let is_secret =
        |value: &str| value.len() >= 6 && !stands_for_one(value) && !made_up(value) && mixed(value);
    let after = |word: &Word, value: &str| {
        // The value ends the word; a quote after it is none of it.
        let start = word.span.end.saturating_sub(value.len() + usize::from(word.quoted));
        is_secret(value).then(|| Span::new(start, start + value.len()))
    };
    let mut previous: Option<&Word> = None;
    for word in simple.args.iter().filter(|word| word.literal) {
        let found = match simple.program.as_str() {
            "curl" | "wget" | "http" => {
                let flag = previous.is_some_and(|flag| matches!(flag.text.as_str(), "-u" | "--user" | "-a"));
                word.text.split_once(':').filter(|_| flag).and_then(|(_, password)| after(word, password))
            }
            "mysql" | "mariadb" | "mysqldump" | "mysqladmin" | "mysqlsh" => {
                word.text.strip_prefix("-p").and_then(|password| after(word, password))
            }
            "sshpass" | "redis-cli" | "ldapsearch" => {
                let flag =
                    previous.is_some_and(|flag| matches!(flag.text.as_str(), "-p" | "-a" | "-w" | "--pass"));
                Some(&word.text).filter(|_| flag).and_then(|password| after(word, password))
            }
            _ => None,
        };
        if let Some(span) = found {
            return Some((span, "a password"));
        }
        previous = Some(word);
    }
    None
}

/// Whether the value is put in by somebody else: a variable, a placeholder, a template, a path.
fn stands_for_one(value: &str) -> bool {
    value.starts_with(['$', '<', '{', '*', '[', '(', '/', '.', '#', '%', '@', '`', '-'])
        || value.contains("://")
        || value.contains('<')
        || value.contains('(')
        || value.contains("${")
        || value.contains("/")
        || value.contains("...")
}

fn made_up(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let letters: String = lower.chars().filter(char::is_ascii_alphabetic).collect();
    MADE_UP.iter().any(|word| lower.contains(word)) || PLAIN.contains(&letters.as_str())
}

/// Letters and digits both: a word of prose is no credential.
fn mixed(value: &str) -> bool {
    value.bytes().any(|b| b.is_ascii_digit()) && value.bytes().any(|b| b.is_ascii_alphabetic())
}

/// Whether the letters vary as those of a random string do: at least 3 bits each.
fn varied(value: &str) -> bool {
    let mut counts = [0u32; 256];
    value.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let length = value.len() as f64;
    let bits: f64 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f64::from(*count) / length)
        .map(|p| -p * p.log2())
        .sum();
    bits >= 2.7
}

#[cfg(test)]
mod tests {
    use super::find;

    // Put together here so that no scanner of this repository takes them for real ones.
    fn joined(parts: &[&str]) -> String {
        parts.concat()
    }

    #[test]
    fn what_commands_are_told_is_found_at_its_place() {
        for (text, value) in [
            ("curl -s -u ops:h7Kq2vX9 https://x", Some("h7Kq2vX9")),
            ("mysql -u root -ph7Kq2vX9 shop", Some("h7Kq2vX9")),
            ("sshpass -p 'h7Kq2vX9' ssh x", Some("h7Kq2vX9")),
            ("curl -u ops:$PASSWORD https://x", None),
            ("mysql -p shop1234", None),
            ("psql -p 5432", None),
        ] {
            let script = crate::shell::parse(text);
            let found = script.commands().iter().find_map(super::told);
            assert_eq!(found.map(|(span, _)| &text[span.range()]), value, "{text}");
        }
    }

    #[test]
    fn credentials_are_found_and_what_stands_for_them_is_not() {
        for (text, what) in [
            (joined(&["aws AKIA", "Q3EGRZ5TJWXLU2PB x"]), "an AWS access key"),
            (joined(&["ghp_", "a8Kd93jfLsPq02mZxWvBn4TyRu7QeHgC1k5d"]), "a GitHub token"),
            (joined(&["postgres://app:", "s3cr4tPw9@db/x"]), "a password in an address"),
            (joined(&["AWS_ACCESS_KEY_ID=AKIA", "IOSFODNN7EXAMPLE"]), "an AWS access key"),
            (
                joined(&["AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/", "K7MDENG/bPxRfiCYEXAMPLEKEY"]),
                "an AWS secret key",
            ),
            (joined(&["password: Sup", "erS3cret!9"]), "a credential"),
            (joined(&["export PGPASS", "WORD=k9Jf2mQx7Lp0"]), "a credential"),
            (joined(&["Authorization: Bearer ", "k9Jf2mQx7Lp0aZ81"]), "a credential"),
            (
                joined(&[
                    "-----BEGIN RSA PRIV",
                    "ATE KEY-----\nMIIEowIBAAKCAQEA7bq2F9xZk3LmPw0Rt8YvHs4JdNc1\n",
                ]),
                "a private key",
            ),
        ] {
            let found = find(&text);
            assert_eq!(found.iter().map(|(_, what)| *what).collect::<Vec<_>>(), [what], "{text}");
        }
        for text in [
            "--access-key-id AKIAIOSFODNN7EXAMPLE",
            "password=Password123",
            "password: test1234",
            "password=$PGPASSWORD",
            "password: <your password>",
            "token=$(cat /run/token)",
            "https://user:password@host/",
            "https://user:$PASS@host/",
            "the password: it is in the vault",
            "--password-file=/etc/mysql/pw1",
            "token=xxxxxxxxxxxx1",
            "secretName: shop-tls-2024",
            "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        ] {
            assert!(find(text).is_empty(), "{text}: {:?}", find(text));
        }
    }
}
