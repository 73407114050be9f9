//! Words in tables, and a look at those of a script at a few instructions a byte: what holds none of
//! a set of words needs no closer look.

use std::hint;

use super::reading::Reading;

/// Whether `word` is one of the words of `list`.
pub fn has(list: &str, word: &str) -> bool {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    const LOW: u64 = u64::from_le_bytes([0x7f; 8]);
    let (list, word) = (list.as_bytes(), word.as_bytes());
    let (Some(&first), Some(&last)) = (word.first(), word.last()) else { return false };
    let Some(beyond) = (list.len() + 1).checked_sub(word.len()) else { return false };
    let blank = |byte: Option<&u8>| byte.is_none_or(|byte| byte.is_ascii_whitespace());
    let stands = |at: usize| {
        let end = at + word.len();
        blank(list.get(end)) && blank(at.checked_sub(1).map(|at| &list[at])) && list[at..end] == *word
    };
    // By its first and its last letter, at eight places at a time: lists of flags are full of either.
    let (begins, ends) = (&list[..beyond], &list[word.len() - 1..]);
    let (first_of_each, last_of_each) = (u64::from(first) * EACH, u64::from(last) * EACH);
    let (begins, rest) = begins.as_chunks();
    for (count, (begin, end)) in begins.iter().zip(ends.as_chunks().0).enumerate() {
        let other = (u64::from_le_bytes(*begin) ^ first_of_each) | (u64::from_le_bytes(*end) ^ last_of_each);
        // The high bit of each place with both.
        let mut places = !(((other & LOW) + LOW) | other | LOW);
        while places != 0 {
            if stands(count * 8 + places.trailing_zeros() as usize / 8) {
                return true;
            }
            places &= places - 1;
        }
    }
    (beyond - rest.len()..beyond).any(|at| list[at] == first && stands(at))
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
        let program = program.as_bytes();
        let rows = self.rows;
        self.bucketed(bucket(program))
            .filter(move |name| {
                let (start, end) = (usize::from(name.start), usize::from(name.end));
                end - start == program.len() && rows[usize::from(name.row)].as_bytes()[start..end] == *program
            })
            .map(|name| usize::from(name.row))
    }

    /// The rows that name programs by a pattern, one that ends in `*`, in their order.
    pub fn patterns(&self) -> impl Iterator<Item = (usize, &'static str)> + Clone {
        let rows = self.rows;
        self.bucketed(BUCKETS).map(move |name| {
            let row = usize::from(name.row);
            (row, &rows[row][usize::from(name.start)..usize::from(name.end)])
        })
    }

    fn bucketed(&self, bucket: usize) -> std::slice::Iter<'static, Name> {
        self.names[usize::from(self.starts[bucket])..usize::from(self.starts[bucket + 1])].iter()
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
        let [first, second] = places(Read::of(word).hash());
        self.0[first.0] |= first.1;
        self.0[second.0] |= second.1;
    }

    /// Whether a word of `script`, or a part of one that ends before a `-`, is in the set; `reading` is
    /// what is kept of the script.
    pub fn meets(&self, script: &str, reading: &Reading) -> bool {
        reading.words(script).iter().any(|&hash| self.has(hash))
    }

    fn has(&self, hash: u64) -> bool {
        let [first, second] = places(hash);
        self.0[first.0] & first.1 != 0 && self.0[second.0] & second.1 != 0
    }
}

const BLOCK: usize = 64;

/// The hashes of the words of `script`, and of their parts that end before a `-`.
///
/// Words are short, and where each ends cannot be foreseen: the ends among 64 bytes are found at once.
pub(super) fn hashes(script: &str) -> Vec<u64> {
    let text = script.as_bytes();
    let mut look = Look {
        text,
        head: Read::of(&text[..text.len().min(8)]).tail,
        begin: 0,
        within: false,
        hashes: Vec::with_capacity(text.len() / 4 + 1),
    };
    let (blocks, rest) = text.as_chunks();
    let mut at = 0;
    for block in blocks {
        look.at(block, at);
        at += block.len();
    }
    // What follows the text is no part of a word.
    let mut block = [0; BLOCK];
    block[..rest.len()].copy_from_slice(rest);
    look.at(&block, at);
    look.hashes
}

/// A look at the words of a text, one block after another.
struct Look<'t> {
    text: &'t [u8],
    /// Its first eight bytes, as the tail of a word.
    head: u64,
    /// Where the word begins that the last block ended within.
    begin: usize,
    /// Whether it did.
    within: bool,
    /// Of the words so far.
    hashes: Vec<u64>,
}

impl Look<'_> {
    /// Adds the words, and the parts of words, that end in the `block` at `from`.
    fn at(&mut self, block: &[u8; BLOCK], from: usize) {
        let (letters, hyphens) = classes(block);
        let others = !(letters | hyphens);
        // Hyphens in front of a word are no part of it.
        let fresh = hyphens & (others << 1 | u64::from(!self.within));
        let outside = others | hyphens & !hyphens.wrapping_add(fresh);
        // A hyphen ends a part of a word, and goes on with it.
        let mut ends = !letters & (!outside << 1 | u64::from(self.within));
        let begin = |before: u64, earlier: usize| match before {
            0 => earlier,
            before => from + BLOCK - before.leading_zeros() as usize,
        };
        while ends != 0 {
            let bit = ends.trailing_zeros();
            let end = from + bit as usize;
            let start = begin(outside & ((1 << bit) - 1), self.begin);
            self.hashes.push(self.read(start, end).hash());
            ends &= ends - 1;
        }
        self.begin = begin(outside, self.begin);
        self.within = outside >> 63 == 0;
    }

    /// The word from `start` up to `end`, which lies beyond.
    fn read(&self, start: usize, end: usize) -> Read {
        let tail = match self.text[..end].last_chunk() {
            Some(tail) => u64::from_be_bytes(*tail),
            None => self.head >> (8 * (self.text.len().min(8) - end)),
        };
        let len = (end - start) as u64;
        // The word's own bytes of it. Which words are longer cannot be foreseen.
        let short = 1_u64.wrapping_shl((8 * len) as u32).wrapping_sub(1);
        Read { tail: tail & hint::select_unpredictable(len < 8, short, u64::MAX), len }
    }
}

/// Which bytes of `block` are letters, digits or `_`, and which are hyphens, a bit each.
fn classes(block: &[u8; BLOCK]) -> (u64, u64) {
    // A one for each byte that is: without a branch, many of them are looked at by one instruction.
    let (mut letters, mut hyphens) = ([0; BLOCK], [0; BLOCK]);
    for (at, &byte) in block.iter().enumerate() {
        let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        let digit = byte.wrapping_sub(b'0') < 10;
        letters[at] = u8::from(letter | digit | (byte == b'_'));
        hyphens[at] = u8::from(byte == b'-');
    }
    (gather(&letters), gather(&hyphens))
}

/// The lowest bit of each byte, the first of them lowest.
fn gather(ones: &[u8; BLOCK]) -> u64 {
    let eights = ones.as_chunks().0.iter().rev();
    eights.fold(0, |bits, eight| {
        // Moves the one of each byte to its place in the highest byte.
        bits << 8 | u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56
    })
}

/// A word as it is looked up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Read {
    /// Its last eight bytes, the last of them lowest.
    pub tail: u64,
    pub len: u64,
}

impl Read {
    /// Nothing yet.
    pub const EMPTY: Read = Read { tail: 0, len: 0 };

    pub const fn of(word: &[u8]) -> Read {
        let mut read = Read::EMPTY;
        let mut at = 0;
        while at < word.len() {
            read.add(word[at]);
            at += 1;
        }
        read
    }

    #[inline]
    pub const fn add(&mut self, byte: u8) {
        self.tail = self.tail << 8 | byte as u64;
        self.len += 1;
    }

    /// By its length and its end: most words are no longer than that.
    #[inline]
    pub const fn hash(self) -> u64 {
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
            assert!(set.meets(yes, &Reading::default()), "{yes}");
        }
        for no in ["", "sshd", "xssh", "redis", "dro", "dropped", "é", "a_drop", "-", "--"] {
            assert!(!set.meets(no, &Reading::default()), "{no}");
        }
    }
    /// All texts of up to `len` of the letters.
    fn texts(letters: &[&str], len: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut from = 0;
        for _ in 0..len {
            let upto = all.len();
            for at in from..upto {
                let longer = letters.iter().map(|letter| format!("{}{letter}", all[at]));
                all.extend(longer.collect::<Vec<_>>());
            }
            from = upto;
        }
        all
    }

    #[test]
    fn a_list_has_the_words_between_its_blanks_and_no_others() {
        let lists = texts(&["a", "-", " ", "\n"], 5);
        for list in &lists {
            for place in 0..12 {
                let list = format!("{}{list} b", &"--long a-b  \u{e9}"[..place]);
                for word in texts(&["a", "-"], 3) {
                    let plain = !word.is_empty() && list.split_ascii_whitespace().any(|one| one == word);
                    assert_eq!(has(&list, &word), plain, "{word} in {list:?}");
                }
            }
        }
    }

    #[test]
    fn words_are_the_same_wherever_they_stand() {
        /// As [`hashes`] says it, byte by byte.
        fn plainly(text: &str) -> Vec<u64> {
            let (mut found, mut word) = (Vec::new(), Read::EMPTY);
            for &byte in text.as_bytes().iter().chain(b".") {
                if byte.is_ascii_alphanumeric() || byte == b'_' {
                    word.add(byte);
                } else if word != Read::EMPTY {
                    found.push(word.hash());
                    if byte == b'-' {
                        word.add(byte);
                    } else {
                        word = Read::EMPTY;
                    }
                }
            }
            found
        }
        for text in texts(&["a", "-", "_", " ", "\u{e9}", "aaaaaaa", "Z9"], 4) {
            // Around the end of the first word's tail, and of a block.
            for before in [0, 1, 4, 7, 8, 9, 55, 58, 60, 61, 62, 63, 64, 65, 127] {
                for fill in ["-", ".", "b"] {
                    let text = format!("{}{text}", fill.repeat(before));
                    assert_eq!(hashes(&text), plainly(&text), "{text:?}");
                }
            }
        }
    }

    #[test]
    fn every_byte_is_of_its_class() {
        for byte in 0..=u8::MAX {
            for at in [0, 7, 8, 63] {
                let mut block = [0; BLOCK];
                block[at] = byte;
                let bit = |is: bool| u64::from(is) << at;
                let letter = byte.is_ascii_alphanumeric() || byte == b'_';
                assert_eq!(classes(&block), (bit(letter), bit(byte == b'-')), "{byte}");
                assert_eq!(classes(&[byte; BLOCK]).0 != 0, letter, "{byte}");
            }
        }
    }
}
