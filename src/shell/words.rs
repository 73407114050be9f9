//! A look at the words of a script, at a few instructions a byte: what holds none of a set of words
//! needs no closer look.

/// A set of words, kept as hashes; a false positive costs one closer look.
pub struct WordSet(Box<[u64; SLOTS]>);

const SLOTS: usize = 1024;

const SEED: u32 = 0x811c_9dc5;

/// What a byte is to a word: no part of it (0), a hyphen (1), a letter, digit or `_` (2).
static CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() || byte == b'_' as usize {
            table[byte] = 2;
        }
        byte += 1;
    }
    table[b'-' as usize] = 1;
    table
};

impl WordSet {
    /// A set of `words`, each of letters, digits, `_` and `-`.
    pub fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let mut set = WordSet(Box::new([0; SLOTS]));
        words.into_iter().for_each(|word| set.add(word));
        set
    }

    /// Adds a word of letters, digits, `_` and `-`.
    pub fn add(&mut self, word: &str) {
        let hash = word.bytes().fold(SEED, step);
        self.0[slot(hash)] |= 1 << (hash & 63);
    }

    /// Whether a word of `script`, or a part of one that ends before a `-`, is in the set.
    pub fn meets(&self, script: &str) -> bool {
        let mut hash = SEED;
        for &byte in script.as_bytes() {
            match CLASS[usize::from(byte)] {
                2 => hash = step(hash, byte),
                _ if hash == SEED => {}
                class => {
                    if self.has(hash) {
                        return true;
                    }
                    hash = if class == 1 { step(hash, byte) } else { SEED };
                }
            }
        }
        hash != SEED && self.has(hash)
    }

    fn has(&self, hash: u32) -> bool {
        self.0[slot(hash)] & (1 << (hash & 63)) != 0
    }
}

/// FNV-1a.
fn step(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

fn slot(hash: u32) -> usize {
    (hash >> 16) as usize % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole_and_before_hyphens() {
        let set = WordSet::new(["ssh", "redis-cli", "drop"]);
        for yes in ["ssh", "a|ssh b", "(redis-cli", "x redis-cli -h y", "drop-all", "\"$(ssh)\"", "--drop"] {
            assert!(set.meets(yes), "{yes}");
        }
        for no in ["", "sshd", "xssh", "redis", "dro", "dropped", "é", "a_drop", "-", "--"] {
            assert!(!set.meets(no), "{no}");
        }
    }
}
