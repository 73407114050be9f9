//! Words in the tables of this folder: lists with blanks between.

/// Whether `word` is one of the words of `list`.
pub(super) fn has(list: &str, word: &str) -> bool {
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

/// The words of many lists, for a quick no: nearly every word of a text is in none of them.
pub(super) struct Known(Vec<&'static str>);

impl Known {
    /// The words of `lists`.
    pub fn of(lists: impl Iterator<Item = &'static str>) -> Known {
        let mut words: Vec<&str> = lists.flat_map(str::split_ascii_whitespace).collect();
        words.sort_unstable();
        words.dedup();
        Known(words)
    }

    /// Whether any list holds `word`.
    pub fn has(&self, word: &str) -> bool {
        self.0.binary_search(&word).is_ok()
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
