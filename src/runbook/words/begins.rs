//! A glance at how a text begins: which words its first one can be is told by two letters.

/// For each first letter of the words of some lists the second ones, a bit for each.
pub(super) struct Begins([u32; 26]);

impl Begins {
    /// Of lists of words in lower case, each of which begins with an ASCII letter.
    pub const fn of(lists: &[&[&str]]) -> Self {
        let mut begins = [0; 26];
        let mut list = 0;
        while list < lists.len() {
            let mut at = 0;
            while at < lists[list].len() {
                let word = lists[list][at].as_bytes();
                let second = if word.len() > 1 { word[1] } else { 0 };
                begins[(word[0] - b'a') as usize] |= letter(second);
                at += 1;
            }
            list += 1;
        }
        Self(begins)
    }

    /// Whether the first word of the text may be one of the lists; one that begins with no ASCII letter
    /// may always be.
    pub fn may_begin(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let start = bytes.iter().position(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
        let Some(start) = start else { return false };
        if !bytes[start].is_ascii_alphabetic() {
            return true;
        }
        let second = bytes.get(start + 1).map_or(0, |byte| byte | 0x20);
        self.0[usize::from((bytes[start] | 0x20) - b'a')] & letter(second) != 0
    }
}

/// The bit of a second letter; of what is none, the last one.
const fn letter(byte: u8) -> u32 {
    if byte.is_ascii_lowercase() { 1 << (byte - b'a') } else { 1 << 26 }
}

#[cfg(test)]
mod tests {
    use super::super::lists::FILLERS;
    use super::*;

    #[test]
    fn a_glance_misses_no_word_of_its_lists() {
        let begins = Begins::of(&[FILLERS, &["x"]]);
        for word in FILLERS.iter().chain(&["x"]) {
            assert!(begins.may_begin(&format!("- *{}", word.to_uppercase())), "{word}");
            assert!(begins.may_begin(&format!("{word}: go")), "{word}");
        }
        assert!(begins.may_begin("1. go") && begins.may_begin("übrigens"));
        assert!(!begins.may_begin("xy") && !begins.may_begin("Drain it") && !begins.may_begin("..."));
    }
}
