//! Words in tables, and a look at those of a script at a few instructions a byte: what holds none of
//! a set of words needs no closer look.

/// Whether `word` is one of the words of `list`.
pub fn has(list: &str, word: &str) -> bool {
    let (list, word) = (list.as_bytes(), word.as_bytes());
    let Some(&last) = word.last() else { return false };
    let blank = |byte: Option<&u8>| byte.is_none_or(|byte| byte.is_ascii_whitespace());
    // By the last letter: lists of flags are full of the first one.
    memchr::memchr_iter(last, list).any(|at| {
        let end = at + 1;
        let Some(start) = end.checked_sub(word.len()) else { return false };
        blank(list.get(end)) && blank(start.checked_sub(1).map(|at| &list[at])) && list[start..end] == *word
    })
}

/// What tables say of each program: rows name several, looked for is one.
pub struct Index<T>(Box<[Bucket<T>; BUCKETS]>);

/// Programs, each with its rows.
type Bucket<T> = Vec<(&'static str, Vec<T>)>;

const BUCKETS: usize = 256;

impl<T: Copy> Index<T> {
    /// The index of `rows`, each with its programs, separated by blanks.
    pub fn of(rows: impl Iterator<Item = (&'static str, T)>) -> Index<T> {
        let mut index = Index(Box::new(std::array::from_fn(|_| Vec::new())));
        for (programs, row) in rows {
            programs.split_ascii_whitespace().for_each(|program| index.add(program, row));
        }
        index
    }

    /// Adds a row of `program`.
    pub fn add(&mut self, program: &'static str, row: T) {
        let bucket = &mut self.0[bucket(program)];
        match bucket.iter_mut().find(|(known, _)| *known == program) {
            Some((_, rows)) => rows.push(row),
            None => bucket.push((program, vec![row])),
        }
    }

    /// The rows that name `program`, in their order.
    pub fn get(&self, program: &str) -> &[T] {
        let found = self.0[bucket(program)].iter().find(|(known, _)| *known == program);
        found.map_or(&[], |(_, rows)| rows)
    }
}

/// By length, first and last letter: programs that share all three are few.
fn bucket(program: &str) -> usize {
    let bytes = program.as_bytes();
    let letter = |byte: Option<&u8>| usize::from(byte.copied().unwrap_or(0));
    (letter(bytes.first()) * 7 + letter(bytes.last()) * 31 + bytes.len() * 61) % BUCKETS
}

/// A set of words, kept as hashes; a false positive costs one closer look.
#[derive(Clone)]
pub struct WordSet(Box<[u64; SLOTS]>);

const SLOTS: usize = 1024;

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
        let mut read = Word::default();
        word.bytes().for_each(|byte| read.add(byte));
        for (slot, bit) in places(read.hash()) {
            self.0[slot] |= bit;
        }
    }

    /// Whether a word of `script`, or a part of one that ends before a `-`, is in the set.
    pub fn meets(&self, script: &str) -> bool {
        let mut word = Word::default();
        for &byte in script.as_bytes() {
            match CLASS[usize::from(byte)] {
                2 => word.add(byte),
                _ if word.len == 0 => {}
                class => {
                    if self.has(word.hash()) {
                        return true;
                    }
                    // A hyphen ends a part of a word, and goes on with it.
                    if class == 1 {
                        word.add(byte);
                    } else {
                        word = Word::default();
                    }
                }
            }
        }
        word.len > 0 && self.has(word.hash())
    }

    fn has(&self, hash: u64) -> bool {
        places(hash).into_iter().all(|(slot, bit)| self.0[slot] & bit != 0)
    }
}

/// A word as far as it was read.
#[derive(Clone, Copy, Default)]
struct Word {
    /// Its last eight bytes.
    tail: u64,
    len: u64,
}

impl Word {
    fn add(&mut self, byte: u8) {
        self.tail = self.tail << 8 | u64::from(byte);
        self.len += 1;
    }

    /// By its length and its end: most words are no longer than that.
    fn hash(self) -> u64 {
        let mixed = (self.tail ^ self.len << 56).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ mixed >> 32
    }
}

/// The two bits of a word: by one alone, one word in a hundred would be taken for another.
fn places(hash: u64) -> [(usize, u64); 2] {
    [hash, hash >> 24].map(|part| ((part >> 6) as usize % SLOTS, 1 << (part & 63)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_knows_the_rows_of_a_program_in_their_order() {
        let index = Index::of([("b a", 1), ("c", 2), ("a", 3), ("", 4)].into_iter());
        assert_eq!(
            ["a", "b", "c", "d", ""].map(|program| index.get(program)),
            [&[1, 3][..], &[1], &[2], &[], &[]]
        );
    }

    #[test]
    fn only_whole_words_count() {
        for word in ["rm", "rmdir", "x"] {
            assert!(has("rm rmdir  x", word), "{word}");
        }
        for word in ["", "r", "mdir", "dir", "rm rmdir"] {
            assert!(!has("rmdir rm-x", word), "{word}");
        }
    }

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
