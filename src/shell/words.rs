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

const BUCKETS: usize = 256;

/// By length, first and last letter: programs that share all three are few.
const fn bucket(program: &[u8]) -> usize {
    let (first, last) = match program {
        [] => (0, 0),
        [first, ..] => (*first as usize, program[program.len() - 1] as usize),
    };
    (first * 7 + last * 31 + program.len() * 61) % BUCKETS
}

/// Which rows of a table name a program, built with the program: see [`programs!`].
pub(crate) struct Programs {
    /// What each row names, separated by blanks.
    rows: &'static [&'static str],
    /// By bucket, then in the order of the table.
    names: &'static [Name],
    /// Where each bucket begins, the last of them for patterns, and where that ends.
    starts: [u16; BUCKETS + 2],
}

/// Where a name stands: in which row, and from which byte of its names up to which.
#[derive(Clone, Copy)]
pub(crate) struct Name {
    row: u16,
    start: u16,
    end: u16,
}

/// The [`Programs`] of a table: a constant slice of rows, and the field that names their programs.
macro_rules! programs {
    ($table:expr, $field:tt) => {{
        const LISTED: [&str; $table.len()] = {
            let mut rows = [""; $table.len()];
            let mut at = 0;
            while at < rows.len() {
                rows[at] = $table[at].$field;
                at += 1;
            }
            rows
        };
        const HOW_MANY: usize = $crate::shell::Programs::count(&LISTED);
        const NAMED: [$crate::shell::ProgramName; HOW_MANY] = $crate::shell::Programs::names(&LISTED);
        $crate::shell::Programs::new(&LISTED, &NAMED)
    }};
}
pub(crate) use programs;

impl Programs {
    /// How many names there are in `rows`.
    pub const fn count(rows: &[&str]) -> usize {
        let (mut count, mut row) = (0, 0);
        while row < rows.len() {
            let mut at = 0;
            while let Some((_, end)) = next_word(rows[row].as_bytes(), at) {
                (count, at) = (count + 1, end);
            }
            row += 1;
        }
        count
    }

    /// The names in `rows`, by bucket.
    pub const fn names<const COUNT: usize>(rows: &[&str]) -> [Name; COUNT] {
        let mut starts = Programs::starts(rows);
        let mut names = [Name { row: 0, start: 0, end: 0 }; COUNT];
        let mut row = 0;
        while row < rows.len() {
            let (bytes, mut at) = (rows[row].as_bytes(), 0);
            while let Some((start, end)) = next_word(bytes, at) {
                let place = &mut starts[Programs::bucket(bytes, start, end)];
                names[*place as usize] = Name { row: row as u16, start: start as u16, end: end as u16 };
                *place += 1;
                at = end;
            }
            row += 1;
        }
        names
    }

    pub const fn new(rows: &'static [&'static str], names: &'static [Name]) -> Programs {
        Programs { rows, names, starts: Programs::starts(rows) }
    }

    const fn starts(rows: &[&str]) -> [u16; BUCKETS + 2] {
        let mut starts = [0; BUCKETS + 2];
        let mut row = 0;
        while row < rows.len() {
            let (bytes, mut at) = (rows[row].as_bytes(), 0);
            while let Some((start, end)) = next_word(bytes, at) {
                starts[Programs::bucket(bytes, start, end) + 1] += 1;
                at = end;
            }
            row += 1;
        }
        let mut bucket = 0;
        while bucket <= BUCKETS {
            starts[bucket + 1] += starts[bucket];
            bucket += 1;
        }
        starts
    }

    const fn bucket(row: &[u8], start: usize, end: usize) -> usize {
        let name = row.split_at(end).0.split_at(start).1;
        if name[name.len() - 1] == b'*' { BUCKETS } else { bucket(name) }
    }

    /// The rows that name `program`, in their order; patterns are none of its names.
    pub fn get(&self, program: &str) -> impl Iterator<Item = usize> + Clone {
        self.bucketed(bucket(program.as_bytes()))
            .filter(move |&(_, name)| name == program)
            .map(|(row, _)| row)
    }

    /// The rows that name programs by a pattern, one that ends in `*`, in their order.
    pub fn patterns(&self) -> impl Iterator<Item = (usize, &'static str)> + Clone {
        self.bucketed(BUCKETS)
    }

    fn bucketed(&self, bucket: usize) -> impl Iterator<Item = (usize, &'static str)> + Clone {
        let names = &self.names[usize::from(self.starts[bucket])..usize::from(self.starts[bucket + 1])];
        let rows = self.rows;
        names.iter().map(move |name| {
            let row = usize::from(name.row);
            (row, &rows[row][usize::from(name.start)..usize::from(name.end)])
        })
    }
}

/// Where the next word of `list` from `at` on begins and ends; words are separated by blanks.
pub(crate) const fn next_word(list: &[u8], mut at: usize) -> Option<(usize, usize)> {
    while at < list.len() && list[at].is_ascii_whitespace() {
        at += 1;
    }
    let start = at;
    while at < list.len() && !list[at].is_ascii_whitespace() {
        at += 1;
    }
    if start < at { Some((start, at)) } else { None }
}

/// A set of words, kept as hashes; a false positive costs one closer look.
#[derive(Clone)]
pub struct WordSet([u64; SLOTS]);

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
    pub const fn new<const N: usize>(words: [&str; N]) -> Self {
        let mut set = WordSet([0; SLOTS]);
        let mut at = 0;
        while at < N {
            set.add(words[at].as_bytes());
            at += 1;
        }
        set
    }

    /// Adds a word of letters, digits, `_` and `-`.
    pub const fn add(&mut self, word: &[u8]) {
        let mut read = Word { tail: 0, len: 0 };
        let mut at = 0;
        while at < word.len() {
            read.add(word[at]);
            at += 1;
        }
        let [first, second] = places(read.hash());
        self.0[first.0] |= first.1;
        self.0[second.0] |= second.1;
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
        let [first, second] = places(hash);
        self.0[first.0] & first.1 != 0 && self.0[second.0] & second.1 != 0
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
    const fn add(&mut self, byte: u8) {
        self.tail = self.tail << 8 | byte as u64;
        self.len += 1;
    }

    /// By its length and its end: most words are no longer than that.
    const fn hash(self) -> u64 {
        let mixed = (self.tail ^ self.len << 56).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ mixed >> 32
    }
}

/// The two bits of a word: by one alone, one word in a hundred would be taken for another.
const fn places(hash: u64) -> [(usize, u64); 2] {
    [place(hash), place(hash >> 24)]
}

const fn place(hash: u64) -> (usize, u64) {
    ((hash >> 6) as usize % SLOTS, 1 << (hash & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_know_the_rows_of_a_program_in_their_order() {
        const TABLE: &[(&str, u8)] = &[("b a", 1), (" c x.*", 2), ("a  b", 3), ("", 4), ("*", 5)];
        static NAMES: Programs = programs!(TABLE, 0);
        let rows = |program: &str| NAMES.get(program).map(|row| TABLE[row].1).collect::<Vec<_>>();
        assert_eq!(
            ["a", "b", "c", "d", "x.y", "*", ""].map(rows),
            [vec![1, 3], vec![1, 3], vec![2], vec![], vec![], vec![], vec![]]
        );
        assert_eq!(NAMES.patterns().collect::<Vec<_>>(), [(1, "x.*"), (4, "*")]);
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
