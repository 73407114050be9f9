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

    /// Its words one after the other, each with its alternatives.
    pub(super) fn steps(self) -> impl Iterator<Item = Step> {
        self.text.split_ascii_whitespace().map(move |text| Step(Sub { text, ..self }))
    }
}

/// One word of a subcommand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step(Sub);

impl Step {
    /// Whether `word` is one of its alternatives. Most words begin with another letter.
    pub(super) fn is(self, word: &str) -> bool {
        let bytes = word.as_bytes();
        bytes.first().is_some_and(|first| self.0.letters >> (first & 31) & 1 != 0)
            && self.0.text.as_bytes().split(|byte| *byte == b'|').any(|one| one == bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::Sub;

    #[test]
    fn a_word_is_a_step_or_not_whatever_it_begins_with() {
        for text in ["", "a|bc ca|bb", "a-b|~a", "logs tail"] {
            for word in ["", "a", "b", "bc", "ca", "bb", "a-b", "~a", "logs", "tail", "tai", "A", "ä"] {
                for (step, plain) in Sub::new(text).steps().zip(text.split(' ')) {
                    assert_eq!(step.is(word), plain.split('|').any(|one| one == word), "{text} {word}");
                }
            }
            assert_eq!(Sub::new(text).steps().count(), text.split_whitespace().count());
        }
    }
}
