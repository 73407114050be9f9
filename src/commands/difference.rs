//! What changed between two versions of a text, as a person reads it.

use similar::{ChangeTag, TextDiff};

use crate::terminal::clean::clean_line;

/// Longest difference that is shown; who wants more has `diff`.
const LONGEST: usize = 120;

/// The lines that differ, with two lines around them; made harmless for the screen.
pub fn lines(before: &str, after: &str) -> Vec<String> {
    let difference = TextDiff::from_lines(before, after);
    let mut lines = Vec::new();
    for (n, group) in difference.grouped_ops(2).iter().enumerate() {
        if n > 0 {
            lines.push("  ...".to_owned());
        }
        for change in group.iter().flat_map(|op| difference.iter_changes(op)) {
            let mark = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            lines.push(format!("  {mark} {}", clean_line(change.value().trim_end_matches(['\n', '\r']))));
        }
    }
    if lines.len() > LONGEST {
        let more = lines.len() - LONGEST;
        lines.truncate(LONGEST);
        lines.push(format!("  ... and {more} lines more"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn only_what_differs_is_shown_and_it_is_harmless() {
        let before = "1\n2\n3\n4\n5\n6\nrun a\n8\n";
        let after = "1\n2\n3\n4\n5\n6\nrun \x1b[2Jb\n8\n";
        let shown = lines(before, after);
        assert!(shown.iter().all(|line| !line.contains('\x1b')), "{shown:?}");
        assert_eq!(shown.len(), 5, "{shown:?}");
        assert!(shown[2].starts_with("  - run a") && shown[3].starts_with("  + run "), "{shown:?}");
        assert!(lines("same\n", "same\n").is_empty());
    }

    #[test]
    fn a_long_difference_is_cut_and_says_so() {
        let shown = lines("", &"x\n".repeat(1000));
        assert_eq!(shown.len(), 121);
        assert!(shown[120].contains("880 lines more"));
    }
}
