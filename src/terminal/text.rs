//! Fitting text into columns.

use unicode_width::UnicodeWidthStr;

/// How many columns `text` takes, colour codes left out.
pub fn width(text: &str) -> usize {
    console::measure_text_width(text)
}

/// `text` cut to `columns`, with an ellipsis where something is missing. No colour codes inside.
pub fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let wide = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if used + wide + 1 > columns {
            break;
        }
        used += wide;
        out.push(c);
    }
    out.push('…');
    out
}

/// Wraps `text` to `columns`, every line after `first` indented by `rest`.
///
/// Splits at spaces only: a URL or a path is never broken.
pub fn wrap(text: &str, columns: usize, first: &str, rest: &str) -> Vec<String> {
    let options = textwrap::Options::new(columns.max(20))
        .initial_indent(first)
        .subsequent_indent(rest)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .break_words(false);
    textwrap::wrap(text, options).into_iter().map(std::borrow::Cow::into_owned).collect()
}

/// `left` and `right` on one line of `columns`; `left` is cut where both do not fit.
pub fn sides(left: &str, right: &str, columns: usize) -> String {
    let room = columns.saturating_sub(width(right) + 2);
    let left = cut(left, room.max(10));
    let gap = columns.saturating_sub(width(&left) + width(right)).max(2);
    format!("{left}{}{right}", " ".repeat(gap))
}

/// Joins `parts` with two spaces, in as many lines of `columns` as it takes.
pub fn flow(parts: &[String], columns: usize, indent: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if width(line) + 2 + width(part) <= columns => {
                line.push_str("  ");
                line.push_str(part);
            }
            _ => lines.push(format!("{indent}{part}")),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_never_broken() {
        let url = "https://wiki.example.org/runbooks/a-very-long-name-that-does-not-fit-in-forty-columns";
        let lines = wrap(&format!("see {url} first"), 40, "  ", "  ");
        assert!(lines.iter().any(|line| line.trim() == url), "{lines:?}");
    }

    #[test]
    fn sides_keep_the_right_one() {
        let line = sides("a title that is much too long for the line", "02:14:07", 30);
        assert_eq!(width(&line), 30);
        assert!(line.ends_with("02:14:07") && line.contains('…'));
    }
}
