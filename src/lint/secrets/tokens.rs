//! Tokens that their issuers made recognisable, as data.

use super::LONGEST;
use super::values::{is_name, made_up, varied};
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
    /// `a-f0-9`
    Hex,
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
    token("ghr_", Letters::Plain, 36, "a GitHub token"),
    token("github_pat_", Letters::Url, 40, "a GitHub token"),
    token("glpat-", Letters::Url, 20, "a GitLab token"),
    token("glrt-", Letters::Url, 20, "a GitLab token"),
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
    token("pypi-AgE", Letters::Url, 50, "a PyPI token"),
    token("sk-", Letters::Url, 40, "a key of a model's API"),
    token("hf_", Letters::Plain, 34, "a Hugging Face token"),
    token("dckr_pat_", Letters::Url, 20, "a Docker token"),
    token("dapi", Letters::Hex, 32, "a Databricks token"),
    token("AGE-SECRET-KEY-1", Letters::Upper, 58, "an age key"),
    token("ATATT3", Letters::Url, 60, "an Atlassian token"),
    token("glsa_", Letters::Url, 32, "a Grafana token"),
    token("tskey-", Letters::Url, 30, "a Tailscale key"),
    token("eyJ", Letters::Dotted, 60, "a JSON web token"),
];

/// The shortest token.
const SHORTEST: usize = {
    let (mut shortest, mut at) = (usize::MAX, 0);
    while at < TOKENS.len() {
        let length = TOKENS[at].prefix.len() + TOKENS[at].least;
        shortest = if length < shortest { length } else { shortest };
        at += 1;
    }
    shortest
};

/// What a byte is to a token: no part of it (0), a sign between words (1), a letter, digit or `_` (2).
static CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = match byte as u8 {
            b'-' | b'.' => 1,
            b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => 2,
            _ => 0,
        };
        byte += 1;
    }
    table
};

/// Finds the tokens in `text`.
///
/// Few texts have as many letters in a row as the shortest token: most bytes are not even looked at.
pub(super) fn find(text: &str, found: &mut Vec<(Span, &'static str)>) {
    let bytes = text.as_bytes();
    let is_part = |at: &usize| CLASS[usize::from(bytes[*at])] != 0;
    let mut start = 0;
    // From the end of where the next one would be backwards: what is no part of it says where to go on.
    while let Some(end) = Some(start + SHORTEST).filter(|end| *end <= bytes.len()) {
        if let Some(passed) = last_blank(&bytes[start..end]) {
            start += passed + 1;
        } else if let Some(other) = (start..end).rev().find(|at| !is_part(at)) {
            start = other + 1;
        } else {
            let end = (end..bytes.len()).find(|at| !is_part(at)).unwrap_or(bytes.len());
            in_run(text, Span::new(start, end), found);
            start = end + 1;
        }
    }
}

/// The last of the 16 bytes at the end of `bytes` that is a blank or one of the other signs before `-`,
/// most of which are no part of a token; looked for in eight bytes at a time.
fn last_blank(bytes: &[u8]) -> Option<usize> {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    let mut rest = bytes;
    for _ in 0..2 {
        let (before, eight) = rest.split_last_chunk()?;
        let eight = u64::from_le_bytes(*eight);
        // The high bit of each byte that is neither as great as `-` nor beyond ASCII.
        let high = 0x80 * EACH;
        let blanks = !(((eight | high) - u64::from(b'-') * EACH) | eight) & high;
        if blanks != 0 {
            return Some(before.len() + 7 - blanks.leading_zeros() as usize / 8);
        }
        rest = before;
    }
    None
}

/// Finds the tokens in `run`, all of whose bytes may be part of one.
fn in_run(text: &str, run: Span, found: &mut Vec<(Span, &'static str)>) {
    let bytes = text.as_bytes();
    let mut inside = false;
    for at in run.range() {
        if !inside
            && let Some(token) = Token::named(&bytes[at..])
            && let Some(span) = token.at(text, at)
        {
            found.push((span, token.what));
        }
        inside = CLASS[usize::from(bytes[at])] == 2;
    }
}

/// The tokens that begin with each letter, one bit each.
static BEGIN: [u32; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < TOKENS.len() {
        table[TOKENS[at].prefix.as_bytes()[0] as usize] |= 1 << at;
        at += 1;
    }
    table
};

impl Token {
    /// The token whose prefix `bytes` begin with.
    fn named(bytes: &[u8]) -> Option<&'static Token> {
        let mut left = BEGIN[usize::from(*bytes.first()?)];
        while left != 0 {
            let token = &TOKENS[left.trailing_zeros() as usize];
            if bytes.starts_with(token.prefix.as_bytes()) {
                return Some(token);
            }
            left &= left - 1;
        }
        None
    }

    /// The token whose prefix stands at `at`, at the beginning of a word, if it is one.
    fn at(&self, text: &str, at: usize) -> Option<Span> {
        let bytes = text.as_bytes();
        let start = at + self.prefix.len();
        // A web token has three parts: what stands behind a third dot, such as the rest of a text, is none of it.
        let mut dots = if self.prefix == "eyJ" { 3 } else { usize::MAX };
        let goes_on = |byte: &&u8| {
            dots -= usize::from(**byte == b'.');
            dots > 0 && self.letters.has(**byte)
        };
        let length = bytes[start..].iter().take(LONGEST).take_while(goes_on).count();
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
        // Words with hyphens are a name.
        let name = self.prefix == "sk-" && is_name(value);
        (parts && real && !name && varied(value)).then(|| Span::new(at, end))
    }
}

impl Letters {
    fn has(self, byte: u8) -> bool {
        match self {
            Letters::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Letters::Hex => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            Letters::Plain => byte.is_ascii_alphanumeric(),
            Letters::Url => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
            Letters::Dotted => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'),
        }
    }
}
