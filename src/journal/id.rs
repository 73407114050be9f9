//! The id of a run in sixteen bytes: for who has a hundred thousand of them in hand.

use std::fmt;

/// A UUID v7 whose time lies within the calendar, as every run has one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct RunId([u8; 16]);

/// Milliseconds of a day.
const DAY: u64 = 86_400_000;

/// Where the digits stand in the 36 characters; a dash is before each part but the first.
const PARTS: [std::ops::Range<usize>; 5] = [0..8, 9..13, 14..18, 19..23, 24..36];

impl RunId {
    /// Reads an id; only as it is printed, for it is a folder's name, too.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text: &[u8; 36] = text.try_into().ok()?;
        let mut bytes = [0; 16];
        let mut at = 0;
        for part in PARTS {
            if part.start > 0 && text[part.start - 1] != b'-' {
                return None;
            }
            for pair in text[part].chunks_exact(2) {
                bytes[at] = digit(pair[0])? << 4 | digit(pair[1])?;
                at += 1;
            }
        }
        let id = RunId(bytes);
        let version_7 = bytes[6] >> 4 == 7;
        let millis = i64::try_from(id.millis()).ok()?;
        (version_7 && jiff::Timestamp::from_millisecond(millis).is_ok()).then_some(id)
    }

    /// The time it begins with, in milliseconds since 1970, UTC.
    fn millis(self) -> u64 {
        let [a, b, c, d, e, f, ..] = self.0;
        u64::from_be_bytes([0, 0, a, b, c, d, e, f])
    }

    /// The day it begins with, in days since 1970, UTC.
    pub fn day_number(self) -> u64 {
        self.millis() / DAY
    }

    /// The same as `YYYY/MM/DD`.
    pub fn day(self) -> String {
        let at = i64::try_from(self.millis()).ok().and_then(|at| jiff::Timestamp::from_millisecond(at).ok());
        at.unwrap_or(jiff::Timestamp::UNIX_EPOCH).strftime("%Y/%m/%d").to_string()
    }
}

fn digit(c: u8) -> Option<u8> {
    match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [b'-'; 36];
        let mut bytes = self.0.iter();
        for part in PARTS {
            for (pair, byte) in text[part].chunks_exact_mut(2).zip(&mut bytes) {
                pair[0] = b"0123456789abcdef"[usize::from(byte >> 4)];
                pair[1] = b"0123456789abcdef"[usize::from(byte & 15)];
            }
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RunId({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::RunId;

    /// What the library says of it.
    fn known(text: &str) -> bool {
        let uuid = Uuid::try_parse(text).ok().filter(|uuid| uuid.get_version_num() == 7);
        uuid.is_some_and(|uuid| {
            let millis = i64::try_from(uuid.as_u128() >> 80).unwrap();
            uuid.to_string() == text && jiff::Timestamp::from_millisecond(millis).is_ok()
        })
    }

    proptest! {
        #[test]
        fn it_is_what_the_library_takes_for_one(bits: u128, version in 6..8u128, at in 0..36usize, with: char) {
            let bits = bits & !(0xf << 76) | version << 76;
            let text = Uuid::from_u128(bits).to_string();
            prop_assert_eq!(RunId::parse(text.as_bytes()).is_some(), known(&text));
            if let Some(id) = RunId::parse(text.as_bytes()) {
                prop_assert_eq!(id.to_string(), text.as_str());
                let at = jiff::Timestamp::from_millisecond(id.millis() as i64).unwrap();
                prop_assert_eq!(id.day(), at.strftime("%Y/%m/%d").to_string());
                prop_assert_eq!(id.day_number() as i64, at.as_second().div_euclid(86_400));
            }
            let mut odd = text;
            odd.replace_range(at..=at, &with.to_string());
            prop_assert_eq!(RunId::parse(odd.as_bytes()).is_some(), known(&odd));
        }
    }

    #[test]
    fn other_ways_to_write_one_are_none() {
        for text in [
            "0192f0c1-2345-7abc-8def-0123456789AB",
            "0192f0c123457abc8def0123456789ab",
            "{0192f0c1-2345-7abc-8def-0123456789ab}",
            "ffffffff-ffff-7abc-8def-0123456789ab",
            "",
        ] {
            assert_eq!(RunId::parse(text.as_bytes()), None, "{text}");
        }
    }
}
