//! Subcommands as tables of commands write them: words separated by blanks, alternatives by `|`.

/// A subcommand, and what tells at a glance that a word is none of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sub {
    text: &'static str,
    /// The first bytes of all its words, by their lowest five bits.
    letters: u32,
}

impl Sub {
    /// The subcommand written so; the empty one has no words.
    pub(super) const fn new(text: &'static str) -> Sub {
        let bytes = text.as_bytes();
        let (mut letters, mut at) = (0, 0);
        while at < bytes.len() {
            if at == 0 || matches!(bytes[at - 1], b' ' | b'|') {
                letters |= 1 << (bytes[at] & 31);
            }
            at += 1;
        }
        Sub { text, letters }
    }

    /// Whether `word` may be its first word; any may if it has none.
    pub(super) fn may_begin_with(self, word: &str) -> bool {
        self.letters == 0 || self.has_letter(word) && self.steps().next().is_some_and(|step| step.is(word))
    }

    /// Whether one of its words begins as `word` does, as most others do not.
    fn has_letter(self, word: &str) -> bool {
        word.as_bytes().first().is_some_and(|first| self.letters >> (first & 31) & 1 != 0)
    }

    /// Its words one after the other, each with its alternatives.
    pub(super) fn steps(self) -> impl Iterator<Item = Step> {
        self.text.split_ascii_whitespace().map(move |text| Step(Sub { text, ..self }))
    }
}

/// One word of a subcommand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step(Sub);

impl Step {
    /// Whether `word` is one of its alternatives.
    pub(super) fn is(self, word: &str) -> bool {
        let is_word = |one: &[u8]| one == word.as_bytes();
        self.0.has_letter(word) && self.0.text.as_bytes().split(|byte| *byte == b'|').any(is_word)
    }
}

#[cfg(test)]
mod tests {
    use super::Sub;

    #[test]
    fn a_word_is_a_step_or_not_whatever_it_begins_with() {
        for text in ["", "a|bc ca|bb", "a-b|~a", "logs tail"] {
            for word in ["", "a", "b", "bc", "ca", "bb", "a-b", "~a", "logs", "tail", "tai", "A", "ä"] {
                let first = text.split(' ').next().unwrap_or("");
                let begins = text.is_empty() || first.split('|').any(|one| one == word);
                assert_eq!(Sub::new(text).may_begin_with(word), begins, "{text} {word}");
                for (step, plain) in Sub::new(text).steps().zip(text.split(' ')) {
                    assert_eq!(step.is(word), plain.split('|').any(|one| one == word), "{text} {word}");
                }
            }
            assert_eq!(Sub::new(text).steps().count(), text.split_whitespace().count());
        }
    }
}
