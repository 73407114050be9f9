//! Words in the tables of this folder: lists with blanks between.

use std::collections::HashSet;

/// Whether `word` is one of the words of `list`.
pub(super) fn has(list: &str, word: &str) -> bool {
    let (list, word) = (list.as_bytes(), word.as_bytes());
    let Some(&first) = word.first() else { return false };
    let blank = |byte: Option<&u8>| byte.is_none_or(|byte| byte.is_ascii_whitespace());
    memchr::memchr_iter(first, list).any(|at| {
        let before = at.checked_sub(1).map(|at| &list[at]);
        blank(before) && list[at..].starts_with(word) && blank(list.get(at + word.len()))
    })
}

/// The words of many lists, for a quick no: nearly every word of a text is in none of them.
pub(super) struct Known(HashSet<&'static str>);

impl Known {
    /// The words of `lists`.
    pub fn of(lists: impl Iterator<Item = &'static str>) -> Known {
        Known(lists.flat_map(str::split_ascii_whitespace).collect())
    }

    /// Whether any list holds `word`.
    pub fn has(&self, word: &str) -> bool {
        self.0.contains(word)
    }
}

#[cfg(test)]
mod tests {
    use super::has;

    #[test]
    fn only_whole_words_count() {
        for word in ["rm", "rmdir", "x"] {
            assert!(has("rm rmdir  x", word), "{word}");
        }
        for word in ["", "r", "mdir", "dir", "rm rmdir"] {
            assert!(!has("rmdir rm-x", word), "{word}");
        }
    }
}
