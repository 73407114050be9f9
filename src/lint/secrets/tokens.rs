//! Tokens that their issuers made recognisable, as data.

use super::values::{is_name, made_up, varied};
use super::{Found, LONGEST};
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

/// The token that begins at `at` of `text`, if one does.
pub(super) fn at(text: &str, at: usize) -> Found {
    let bytes = text.as_bytes();
    // Within a word none begins.
    let before = at.checked_sub(1).map(|before| bytes[before]);
    if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return None;
    }
    let token = TOKENS.iter().find(|token| bytes[at..].starts_with(token.prefix.as_bytes()))?;
    token.at(text, at).map(|span| (span, token.what))
}

impl Token {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::marks::{Kind, places};

    #[test]
    fn each_token_has_its_mark() {
        for token in TOKENS {
            let text = format!("x {}", token.prefix);
            assert!(places(&text).any(|place| place == (2, Kind::Token)), "{}", token.prefix);
        }
    }
}
