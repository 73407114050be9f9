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

/// What tables say of each program: rows name several, looked for is one.
pub(super) struct Index<T>(Vec<(&'static str, Vec<T>)>);

impl<T: Copy> Index<T> {
    /// The index of `rows`, each with its programs, separated by blanks.
    pub fn of(rows: impl Iterator<Item = (&'static str, T)>) -> Index<T> {
        let mut index: Vec<(&str, Vec<T>)> = Vec::new();
        for (programs, row) in rows {
            for program in programs.split_ascii_whitespace() {
                match index.iter_mut().find(|(known, _)| *known == program) {
                    Some((_, rows)) => rows.push(row),
                    None => index.push((program, vec![row])),
                }
            }
        }
        index.sort_unstable_by_key(|(program, _)| *program);
        Index(index)
    }

    /// The rows that name `program`, in their order.
    pub fn get(&self, program: &str) -> &[T] {
        let at = self.0.binary_search_by_key(&program, |(known, _)| known);
        at.map_or(&[], |at| &self.0[at].1)
    }
}

#[cfg(test)]
mod tests {
    use super::{Index, has};

    #[test]
    fn an_index_knows_the_rows_of_a_program_in_their_order() {
        let index = Index::of([("b a", 1), ("c", 2), ("a", 3)].into_iter());
        assert_eq!(["a", "b", "c", "d"].map(|program| index.get(program)), [&[1, 3][..], &[1], &[2], &[]]);
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
}
