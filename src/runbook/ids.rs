//! Names for steps and actions that stay when other parts of the file change.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A hash that is the same in every version of midwatch: FNV-1a, 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key(u64);

impl Key {
    /// The key of nothing.
    pub const EMPTY: Key = Key(0xcbf2_9ce4_8422_2325);

    /// The key of `self` with `text` after it; case, spaces and punctuation do not count.
    #[must_use]
    pub fn with(self, text: &str) -> Key {
        let mut hash = self.0;
        let mut add = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        if text.is_ascii() {
            text.bytes().filter(u8::is_ascii_alphanumeric).for_each(|byte| add(byte.to_ascii_lowercase()));
        } else {
            for c in text.chars().filter(|c| c.is_alphanumeric()) {
                let mut bytes = [0; 4];
                c.to_ascii_lowercase().encode_utf8(&mut bytes).bytes().for_each(&mut add);
            }
        }
        add(0xff);
        Key(hash)
    }

    /// As [`Key::with`], every byte counted: `a -b` and `a b` are two commands.
    #[must_use]
    pub fn with_exact(self, text: &str) -> Key {
        let mut hash = self.0;
        for byte in text.bytes().chain([0xfe]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Key(hash)
    }

    /// Six letters and digits.
    fn tail(self) -> [u8; 6] {
        const DIGITS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let mut mixed = self.0 ^ (self.0 >> 29);
        let mut tail = [0; 6];
        for place in &mut tail {
            *place = DIGITS[(mixed & 31) as usize];
            mixed >>= 5;
        }
        tail
    }
}

/// Passes on a number that is a hash already.
#[derive(Debug, Default)]
pub(super) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 << 8) | u64::from(byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// Gives out names, each once.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// For the hash of each name the number its next double gets. Two names of one hash (they are
    /// 64 bits) would only cost one of them a number.
    taken: HashMap<u64, u32, BuildHasherDefault<Hashed>>,
}

impl Names {
    /// Room for as many names.
    pub fn with_capacity(count: usize) -> Self {
        Names { taken: HashMap::with_capacity_and_hasher(count, BuildHasherDefault::default()) }
    }

    /// A name that begins with the first words of `text` and ends in the hash of `key`.
    pub fn derived(&mut self, text: &str, key: Key) -> String {
        let name = derive(text, key);
        self.unique(name)
    }

    /// `name`, or with `-2`, `-3` where it is taken.
    pub fn unique(&mut self, name: String) -> String {
        let own = hash(&name);
        let mut number = match self.taken.entry(own) {
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(2);
                return name;
            }
            std::collections::hash_map::Entry::Occupied(taken) => *taken.get(),
        };
        let mut double = format!("{name}-{number}");
        while self.taken.contains_key(&hash(&double)) {
            number += 1;
            double = format!("{name}-{number}");
        }
        self.taken.insert(own, number + 1);
        self.taken.insert(hash(&double), 2);
        double
    }
}

/// A hash for this table alone, eight bytes at a time.
fn hash(name: &str) -> u64 {
    let mut hash = name.len() as u64;
    for piece in name.as_bytes().chunks(8) {
        let mut word = [0; 8];
        word[..piece.len()].copy_from_slice(piece);
        hash = (hash.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    hash ^ (hash >> 32)
}

static LOWER: [u8; 256] = lower();

/// For each byte the letter in lower case, or the digit, that it is; 0 for all others.
pub(super) const fn lower() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() {
            table[byte] = (byte as u8).to_ascii_lowercase();
        }
        byte += 1;
    }
    table
}

/// The first words of `text`, and the hash of `key`.
pub(super) fn derive(text: &str, key: Key) -> String {
    const WORDS: usize = 28;
    // The words, a hyphen after each, and six letters.
    let mut name = [0; WORDS + 1 + 6];
    let mut len = 0;
    let mut word = 0;
    for &byte in text.as_bytes() {
        let lower = LOWER[usize::from(byte)];
        if lower != 0 {
            if len == WORDS {
                // The word does not fit: unless it is the first, it is left out.
                len = if word == 0 { len } else { word };
                break;
            }
            name[len] = lower;
            len += 1;
        } else if len > word {
            if len == WORDS {
                break;
            }
            name[len] = b'-';
            len += 1;
            word = len;
        }
    }
    if len > 0 && name[len - 1] != b'-' {
        name[len] = b'-';
        len += 1;
    }
    name[len..len + 6].copy_from_slice(&key.tail());
    std::str::from_utf8(&name[..len + 6]).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_get_numbers_in_linear_time() {
        let mut names = Names::default();
        let given: Vec<_> = (0..4).map(|_| names.unique("a".into())).collect();
        assert_eq!(given, ["a", "a-2", "a-3", "a-4"]);
        assert_eq!(names.unique("a-2".into()), "a-2-2");
        for _ in 0..20_000 {
            names.unique("a".into());
        }
    }

    #[test]
    fn names_tell_what_they_are_and_differ_where_the_text_does() {
        let mut names = Names::default();
        let one = names.derived("kubectl delete pod web-1 --now", Key::EMPTY.with("a"));
        let two = names.derived("kubectl delete pod web-1 --now", Key::EMPTY.with("b"));
        assert!(one.starts_with("kubectl-delete-pod-web-1-now-"), "{one}");
        assert_ne!(one, two);
        assert_eq!(Key::EMPTY.with("A b!"), Key::EMPTY.with("ab"));
        assert_ne!(Key::EMPTY.with("a").with("b"), Key::EMPTY.with("ab"));
        assert_ne!(Key::EMPTY.with_exact("rm -r a"), Key::EMPTY.with_exact("rm r a"));
    }
}
