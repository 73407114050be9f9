//! The form of a line, and the chain; see the module's page for both.

use std::fmt;

use sha2::{Digest, Sha256};

/// What a chain is for; part of every hash in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// The journal of one run.
    Journal,
    /// The list of all runs.
    Ledger,
}

impl Domain {
    fn prefix(self) -> &'static [u8] {
        match self {
            Domain::Journal => b"midwatch-journal-v1\n",
            Domain::Ledger => b"midwatch-ledger-v1\n",
        }
    }
}

/// The hash of a line, as 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Link([u8; 64]);

const BEFORE: &[u8] = b",\"hash\":\"";
const AFTER: &[u8] = b"\"}";

/// Length of `,"hash":"<64 hex>"}`.
pub(crate) const SUFFIX: usize = BEFORE.len() + 64 + AFTER.len();

impl Link {
    /// What the first line of a chain takes for the hash of the line before it.
    pub fn first(domain: Domain, name: &str) -> Self {
        Link::of(&[domain.prefix(), name.as_bytes()])
    }

    /// The hash of the line that has `body`, after the line whose hash this is.
    #[must_use]
    pub fn next(&self, domain: Domain, body: &[u8]) -> Self {
        Link::of(&[domain.prefix(), &self.0, body])
    }

    /// Reads 64 lower-case hex digits.
    pub fn parse(hex: &[u8]) -> Option<Self> {
        let hex: [u8; 64] = hex.try_into().ok()?;
        // All of them, whatever the first ones are: that is done many at a time.
        let good = hex.iter().fold(true, |good, c| good & matches!(c, b'0'..=b'9' | b'a'..=b'f'));
        good.then_some(Link(hex))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    fn of(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        parts.iter().for_each(|part| hasher.update(part));
        let mut digits = [0; 64];
        write_hex(&hasher.finalize(), &mut digits);
        Link(digits)
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({self})")
    }
}

/// Takes a line (without its line feed) apart: its body, and the hash it states.
pub fn split(line: &[u8]) -> Option<(&[u8], Link)> {
    let (body, suffix) = line.split_at(line.len().checked_sub(SUFFIX)?);
    let hex = suffix.strip_prefix(BEFORE)?.strip_suffix(AFTER)?;
    Some((body, Link::parse(hex)?))
}

/// Ends the line whose body is `buffer[start..]`: suffix and line feed. Gives its hash.
pub fn finish(buffer: &mut Vec<u8>, start: usize, domain: Domain, before: &Link) -> Link {
    let link = before.next(domain, &buffer[start..]);
    buffer.extend_from_slice(BEFORE);
    buffer.extend_from_slice(&link.0);
    buffer.extend_from_slice(AFTER);
    buffer.push(b'\n');
    link
}

/// The digits of a finished hash.
pub fn hex(digest: &[u8; 32]) -> String {
    let mut digits = [0; 64];
    write_hex(digest, &mut digits);
    Link(digits).as_str().to_owned()
}

fn write_hex(digest: &[u8], digits: &mut [u8; 64]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (byte, pair) in digest.iter().zip(digits.chunks_exact_mut(2)) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sha256_hex(bytes: &[u8]) -> String {
        hex(&Sha256::digest(bytes).into())
    }

    /// `printf 'midwatch-journal-v1\nabc' | sha256sum`, then with that hash and `{"seq":1` in the same way.
    #[test]
    fn the_chain_is_what_the_page_says() {
        let first = Link::first(Domain::Journal, "abc");
        assert_eq!(first.as_str(), sha256_hex(b"midwatch-journal-v1\nabc"));
        let mut line = b"{\"seq\":1".to_vec();
        let second = finish(&mut line, 0, Domain::Journal, &first);
        assert_eq!(
            second.as_str(),
            sha256_hex(format!("midwatch-journal-v1\n{first}{{\"seq\":1").as_bytes())
        );
        assert_ne!(second, first.next(Domain::Ledger, b"{\"seq\":1"), "a domain of its own");
        let (body, stated) = split(&line[..line.len() - 1]).unwrap();
        assert_eq!((body, stated), (&b"{\"seq\":1"[..], second));
        assert_eq!(sha256_hex(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn only_the_exact_form_is_a_line() {
        let mut line = b"{\"seq\":1".to_vec();
        finish(&mut line, 0, Domain::Ledger, &Link::first(Domain::Ledger, ""));
        line.pop();
        for at in line.len() - SUFFIX..line.len() {
            for bit in 0..8 {
                let mut flipped = line.clone();
                flipped[at] ^= 1 << bit;
                let same = split(&flipped).is_some_and(|found| Some(found) == split(&line));
                assert!(!same, "byte {at}, bit {bit}");
            }
        }
        assert_eq!(split(b"{}"), None);
    }
}
