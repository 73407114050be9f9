//! Names for steps and actions that stay when other parts of the file change.

use std::collections::HashMap;

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
        for c in text.chars().filter(|c| c.is_alphanumeric()) {
            let mut bytes = [0; 4];
            c.to_ascii_lowercase().encode_utf8(&mut bytes).bytes().for_each(&mut add);
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

/// Gives out names, each once.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// A name, and the number its next double gets.
    taken: HashMap<String, u32>,
}

impl Names {
    /// A name that begins with the first words of `text` and ends in the hash of `key`.
    pub fn derived(&mut self, text: &str, key: Key) -> String {
        let mut name = String::with_capacity(40);
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
            if !name.is_empty() && name.len() + word.len() > 28 {
                break;
            }
            name.extend(word.chars().take(28).map(|c| c.to_ascii_lowercase()));
            name.push('-');
        }
        name.extend(key.tail().map(char::from));
        self.unique(name)
    }

    /// `name`, or with `-2`, `-3` where it is taken.
    pub fn unique(&mut self, name: String) -> String {
        let Some(next) = self.taken.get(&name) else {
            self.taken.insert(name.clone(), 2);
            return name;
        };
        let mut number = *next;
        let mut double = format!("{name}-{number}");
        while self.taken.contains_key(&double) {
            number += 1;
            double = format!("{name}-{number}");
        }
        self.taken.insert(name, number + 1);
        self.taken.insert(double.clone(), 2);
        double
    }
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
