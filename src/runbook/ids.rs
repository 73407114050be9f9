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
        // The table looks at the highest and the lowest bits; FNV mixes the middle best.
        self.0 = number ^ number.rotate_left(29);
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
        let hash = |name: &str| Key::EMPTY.with_exact(name).0;
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

/// The first words of `text`, and the hash of `key`.
pub(super) fn derive(text: &str, key: Key) -> String {
    let mut name = String::with_capacity(36);
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let len = bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        if len > 0 {
            if !name.is_empty() && name.len() + len > 28 {
                break;
            }
            name.extend(bytes[at..at + len.min(28)].iter().map(|byte| char::from(byte.to_ascii_lowercase())));
            name.push('-');
        }
        at += len + 1;
    }
    name.extend(key.tail().map(char::from));
    name
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
