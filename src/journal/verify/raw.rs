//! JSON in exactly the form that this version writes it, gone through in place. Whatever differs from
//! it, be it by a space, is none of it.

use memchr::memchr2;

/// What is left of a text. It is known to be UTF-8, without control characters.
#[derive(Clone, Copy)]
pub(super) struct Raw<'a>(pub &'a [u8]);

impl<'a> Raw<'a> {
    /// Goes past exactly this.
    pub fn past(&mut self, text: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(text)?;
        Some(())
    }

    /// Goes past exactly this, if it stands there.
    pub fn has(&mut self, text: &[u8]) -> bool {
        self.past(text).is_some()
    }

    /// The string after its opening quote, as it is written, and past its closing one.
    pub fn string(&mut self) -> Option<&'a [u8]> {
        let mut at = 0;
        loop {
            at += memchr2(b'"', b'\\', self.0.get(at..)?)?;
            if self.0[at] == b'"' {
                let (string, rest) = self.0.split_at(at);
                self.0 = &rest[1..];
                return Some(string);
            }
            at += match self.0.get(at + 1)? {
                b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't' => 2,
                // Nothing else than control characters is written so.
                b'u' if self.0.get(at + 2..at + 6)?.starts_with(b"00") => {
                    let digits = &self.0[at + 4..at + 6];
                    digits.iter().all(u8::is_ascii_hexdigit).then_some(6)?
                }
                _ => return None,
            };
        }
    }

    /// `name` and the string after it, opening quote included in `name`.
    pub fn named(&mut self, name: &[u8]) -> Option<&'a [u8]> {
        self.past(name)?;
        self.string()
    }

    /// The same, or an empty one where it was left out. False if it is there and no string.
    pub fn maybe(&mut self, name: &[u8]) -> Option<Option<&'a [u8]>> {
        if self.has(name) { self.string().map(Some) } else { Some(None) }
    }

    /// A whole number, with nothing in front that is not needed.
    pub fn number<T: std::str::FromStr>(&mut self) -> Option<T> {
        let minus = usize::from(self.0.first() == Some(&b'-'));
        let digits = self.0[minus..].iter().take_while(|c| c.is_ascii_digit()).count();
        let (number, rest) = self.0.split_at(minus + digits);
        if self.0.get(minus) == Some(&b'0') && number.len() > 1 {
            return None;
        }
        self.0 = rest;
        std::str::from_utf8(number).ok()?.parse().ok()
    }

    /// `name` and the number after it.
    pub fn counted<T: std::str::FromStr>(&mut self, name: &[u8]) -> Option<T> {
        self.past(name)?;
        self.number()
    }

    /// `true` or `false`.
    pub fn truth(&mut self) -> Option<bool> {
        if self.has(b"true") { Some(true) } else { self.past(b"false").map(|()| false) }
    }

    /// What stands between brackets, after the opening one, past the closing one: strings, or, with
    /// `pairs`, names and strings.
    pub fn strings(&mut self, close: &[u8], pairs: bool) -> Option<&'a [u8]> {
        let all = self.0;
        let mut first = true;
        while !self.has(close) {
            if !std::mem::take(&mut first) {
                self.past(b",")?;
            }
            self.named(b"\"")?;
            if pairs {
                self.named(b":\"")?;
            }
        }
        Some(&all[..all.len() - self.0.len() - close.len()])
    }

    /// Whether all was gone through.
    pub fn end(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}
