//! The word lists in one table, built with the program: what a word is takes one look.

use super::Lower;
use super::announce::CONSOLES;
use super::files::WRITING;
use super::lead::THINGS;
use super::lists::{AFTER_NOUN, FILLERS, NOUNS_TOO, OBJECTS, OPENERS, OUTCOMES, SUBJECTS, VERBS};
use super::platforms::{BESIDE, PLATFORMS};
use crate::runbook::context::{AROUND, BACKGROUND};

/// The lists a word is in.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(in crate::runbook) struct Kinds(u16);

/// Each list with its bit.
const LISTS: [(u16, &[&str]); 15] = [
    (Kinds::VERB, VERBS),
    (Kinds::NOUN_TOO, NOUNS_TOO),
    (Kinds::FILLER, FILLERS),
    (Kinds::OPENER, OPENERS),
    (Kinds::OBJECT, OBJECTS),
    (Kinds::AFTER_NOUN, AFTER_NOUN),
    (Kinds::OUTCOME, OUTCOMES),
    (Kinds::BACKGROUND, BACKGROUND),
    (Kinds::AROUND, AROUND),
    (Kinds::SUBJECT, SUBJECTS),
    (Kinds::PLATFORM, PLATFORMS),
    (Kinds::BESIDE, BESIDE),
    (Kinds::THING, THINGS),
    (Kinds::CONSOLE, CONSOLES),
    (Kinds::WRITING, WRITING),
];

impl Kinds {
    const VERB: u16 = 1;
    const NOUN_TOO: u16 = 2;
    const FILLER: u16 = 4;
    const OPENER: u16 = 8;
    const OBJECT: u16 = 16;
    const AFTER_NOUN: u16 = 32;
    const OUTCOME: u16 = 64;
    const BACKGROUND: u16 = 128;
    const AROUND: u16 = 256;
    const SUBJECT: u16 = 512;
    const PLATFORM: u16 = 1024;
    const BESIDE: u16 = 2048;
    const THING: u16 = 4096;
    const CONSOLE: u16 = 8192;
    const WRITING: u16 = 16384;

    pub fn verb(self) -> bool {
        self.0 & Self::VERB != 0
    }

    pub fn noun_too(self) -> bool {
        self.0 & Self::NOUN_TOO != 0
    }

    pub fn filler(self) -> bool {
        self.0 & Self::FILLER != 0
    }

    pub fn opener(self) -> bool {
        self.0 & Self::OPENER != 0
    }

    pub fn object(self) -> bool {
        self.0 & Self::OBJECT != 0
    }

    pub fn after_noun(self) -> bool {
        self.0 & Self::AFTER_NOUN != 0
    }

    pub fn outcome(self) -> bool {
        self.0 & Self::OUTCOME != 0
    }

    /// Of a heading, see [`is_context`](crate::runbook::context::is_context).
    pub fn background(self) -> bool {
        self.0 & Self::BACKGROUND != 0
    }

    /// As [`Kinds::background`].
    pub fn around(self) -> bool {
        self.0 & Self::AROUND != 0
    }

    pub fn subject(self) -> bool {
        self.0 & Self::SUBJECT != 0
    }

    /// Of a label, see [`names_platform`](super::names_platform).
    pub fn platform(self) -> bool {
        self.0 & Self::PLATFORM != 0
    }

    /// As [`Kinds::platform`].
    pub fn beside(self) -> bool {
        self.0 & Self::BESIDE != 0
    }

    /// Of an introduction, see [`introduces_things`](super::introduces_things).
    pub fn thing(self) -> bool {
        self.0 & Self::THING != 0
    }

    /// Of an announcement, see [`announces_command`](super::announces_command).
    pub fn console(self) -> bool {
        self.0 & Self::CONSOLE != 0
    }

    /// As [`Kinds::console`], see [`announces_content`](super::announces_content).
    pub fn writing(self) -> bool {
        self.0 & Self::WRITING != 0
    }
}

/// A word of up to 24 bytes, filled up with zeros, as numbers: compared and hashed without a loop.
type Packed = [u64; 3];

/// Twice as many as there are words, so that a look seldom meets another word.
const SLOTS: usize = 4096;

const COUNT: usize = {
    let (mut count, mut list) = (0, 0);
    while list < LISTS.len() {
        count += LISTS[list].1.len();
        list += 1;
    }
    assert!(count < SLOTS / 2);
    count
};

struct Table {
    /// One more than the index of the word; 0 is an empty slot.
    slots: [u16; SLOTS],
    words: [(Packed, u16); COUNT],
}

static TABLE: Table = {
    let mut table = Table { slots: [0; SLOTS], words: [([0; 3], 0); COUNT] };
    let (mut used, mut list) = (0, 0);
    while list < LISTS.len() {
        let (bit, words) = LISTS[list];
        let mut at = 0;
        while at < words.len() {
            let word = packed(words[at].as_bytes());
            let mut slot = hash(word);
            while table.slots[slot] != 0 && !same(table.words[table.slots[slot] as usize - 1].0, word) {
                slot = (slot + 1) % SLOTS;
            }
            if table.slots[slot] == 0 {
                table.words[used].0 = word;
                used += 1;
                table.slots[slot] = used as u16;
            }
            table.words[table.slots[slot] as usize - 1].1 |= bit;
            at += 1;
        }
        list += 1;
    }
    table
};

const fn packed(word: &[u8]) -> Packed {
    let mut packed = [0; 3];
    let mut at = 0;
    while at < word.len() {
        packed[at / 8] |= (word[at] as u64) << (at % 8 * 8);
        at += 1;
    }
    packed
}

const fn same(one: Packed, other: Packed) -> bool {
    one[0] == other[0] && one[1] == other[1] && one[2] == other[2]
}

const fn hash([a, b, c]: Packed) -> usize {
    let mixed = a.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ b.wrapping_mul(0xc2b2_ae3d_27d4_eb4f) ^ c;
    (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SLOTS.ilog2())) as usize % SLOTS
}

impl Lower {
    /// The lists the word is in.
    pub fn kinds(&self) -> Kinds {
        let [a, b, c] = self.bytes;
        let word = [u64::from_le_bytes(a), u64::from_le_bytes(b), u64::from_le_bytes(c)];
        let mut slot = hash(word);
        while let Some(index) = usize::from(TABLE.slots[slot]).checked_sub(1) {
            let (known, kinds) = TABLE.words[index];
            if same(known, word) {
                return Kinds(kinds);
            }
            slot = (slot + 1) % SLOTS;
        }
        Kinds::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_in_the_lists_that_hold_it_and_in_no_other() {
        let words = LISTS.iter().flat_map(|(_, words)| words.iter().copied());
        for word in words.chain(["", "x", "verb", "restarting", "to-do", "ünder", "aaaaaaaaaaaaaaaaaaaaaaaa"])
        {
            let bits = LISTS.iter().filter(|(_, list)| list.contains(&word)).map(|(bit, _)| bit).sum();
            assert_eq!(Lower::of(word).kinds(), Kinds(bits), "{word}");
            assert_eq!(Lower::of(&word.to_ascii_uppercase()).kinds(), Kinds(bits), "{word}");
        }
        // Longer than any: not taken for what it begins with.
        assert_eq!(Lower::of("restart-and-something-longer").kinds(), Kinds(0));
    }
}
