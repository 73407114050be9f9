//! Fitting text into columns.

use unicode_width::UnicodeWidthStr;

/// How many columns `text` takes, colour codes left out.
pub fn width(text: &str) -> usize {
    console::measure_text_width(text)
}

/// `text` cut to `columns`, with dots where something is missing. No colour codes inside.
pub fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    // Three dots, not one sign: this is also for terminals and voices that know ASCII alone.
    let dots = &"..."[..columns.min(3)];
    let mut out = String::new();
    let mut used = dots.len();
    for c in text.chars() {
        used += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if used > columns {
            break;
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out.push_str(dots);
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
        // The optimal fit may let a line be a column too long.
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit)
        .break_words(false);
    textwrap::wrap(text, options).into_iter().map(std::borrow::Cow::into_owned).collect()
}

/// A line in as many as it takes for `columns`, indented alike: the terminal itself would break it in
/// the middle of a word. What is indented by four or more is a command or code, and stays as it is.
pub fn fit(line: &str, columns: usize) -> Vec<String> {
    const RESET: &str = "\x1b[0m";
    let whole = || line.strip_prefix("\x1b[")?.split_once('m');
    let (code, text) = whole().map_or(("", line), |(code, text)| (code, text));
    let inner = text.strip_suffix(RESET).unwrap_or(text);
    let indent = inner.len() - inner.trim_start_matches(' ').len();
    if width(line) <= columns || indent >= 4 {
        return vec![line.to_owned()];
    }
    let hanging = " ".repeat(indent);
    let lines = wrap(inner.trim_start_matches(' '), columns, &hanging, &hanging);
    if code.is_empty() || inner.contains('\x1b') {
        return if code.is_empty() { lines } else { wrap(line, columns, "", &hanging) };
    }
    lines.into_iter().map(|line| format!("\x1b[{code}m{line}{RESET}")).collect()
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
    fn a_line_that_is_too_long_is_broken_at_spaces_and_painted_again() {
        let line = "\x1b[33m  a warning that is longer than forty columns are\x1b[0m";
        let lines = fit(line, 40);
        let expected =
            ["\x1b[33m  a warning that is longer than forty\x1b[0m", "\x1b[33m  columns are\x1b[0m"];
        assert_eq!(lines, expected);
        let command = "    kubectl -n orders scale deploy/batch --replicas=4";
        assert_eq!(fit(command, 40), [command]);
    }

    #[test]
    fn sides_keep_the_right_one() {
        let line = sides("a title that is much too long for the line", "02:14:07", 30);
        assert_eq!(width(&line), 30);
        assert!(line.ends_with("02:14:07") && line.contains("..."));
    }
}
