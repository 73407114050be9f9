//! Lines that fit a terminal and cannot harm it.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How a piece of text looks on a terminal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Title,
    Heading,
    Bold,
    Dim,
    Danger,
    Check,
    Manual,
}

impl Style {
    fn code(self) -> &'static str {
        match self {
            Style::Plain => "",
            Style::Title => "\x1b[1m",
            Style::Heading => "\x1b[1;4m",
            Style::Bold => "\x1b[1m",
            Style::Dim => "\x1b[2m",
            Style::Danger => "\x1b[31m",
            Style::Check => "\x1b[36m",
            Style::Manual => "\x1b[33m",
        }
    }
}

/// Where the words of an action begin, and how wide they are.
const INDENT: usize = 5;
const WORD: usize = 10;

/// Text of a certain width that grows line by line.
pub(super) struct Page {
    pub out: String,
    pub width: usize,
    pub styled: bool,
}

impl Page {
    pub fn blank(&mut self) {
        self.out.push('\n');
    }

    fn paint(&mut self, style: Style, text: &str) {
        let code = style.code();
        if self.styled && !code.is_empty() {
            self.out.push_str(code);
            self.out.push_str(text);
            self.out.push_str("\x1b[0m");
        } else {
            self.out.push_str(text);
        }
    }

    /// One line, cut at the width.
    pub fn line(&mut self, indent: usize, style: Style, text: &str) {
        let text = fit(harmless(text), self.width.saturating_sub(indent));
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.paint(style, &text);
        self.out.push('\n');
    }

    /// One line with a note that is not cut.
    pub fn noted(&mut self, indent: usize, style: Style, text: &str, note: &str) {
        let room = self.width.saturating_sub(indent + note.width() + 2);
        let text = fit(harmless(text), room);
        self.line(indent, style, &format!("{text}  {note}"));
    }

    /// An action: its word, its command cut to fit, a note.
    pub fn row(&mut self, style: Style, word: &str, text: &str, note: &str) {
        const BLANKS: &str = "               ";
        let note = fit(harmless(note), self.width / 2);
        let room = self.width.saturating_sub(INDENT + WORD);
        let room = if note.is_empty() { room } else { room.saturating_sub(note.width() + 2) };
        let text = fit(harmless(text.trim_end()), room.max(10));
        self.out.push_str(&BLANKS[..INDENT]);
        self.paint(style, word);
        self.out.push_str(&BLANKS[..WORD.saturating_sub(word.len())]);
        self.paint(if style == Style::Dim { style } else { Style::Plain }, &text);
        if !note.is_empty() {
            self.out.push_str("  ");
            self.paint(Style::Dim, &note);
        }
        let end = self.out.trim_end_matches(' ').len();
        self.out.truncate(end);
        self.out.push('\n');
    }

    /// A text over as many lines as it needs, at most five.
    pub fn wrapped(&mut self, first: usize, rest: usize, style: Style, text: &str) {
        let text = harmless(text);
        if first + text.len() <= self.width || first + text.width() <= self.width {
            return self.line(first, style, &text);
        }
        let (first, rest) = (" ".repeat(first), " ".repeat(rest));
        let options = textwrap::Options::new(self.width)
            .initial_indent(&first)
            .subsequent_indent(&rest)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            // The other algorithm prefers a line that is too wide to a ragged one.
            .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
        let lines = textwrap::wrap(&text, options);
        let many = lines.len() > 5;
        for (index, line) in lines.iter().take(5).enumerate() {
            let line = if many && index == 4 {
                format!("{}…", fit(Cow::Borrowed(line), self.width - 1))
            } else {
                line.to_string()
            };
            self.paint(style, &line);
            self.out.push('\n');
        }
    }
}

/// Text that cannot move the cursor, change colours or reorder what stands around it.
fn harmless(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.into();
    }
    let bad = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if !text.contains(bad) {
        return text.into();
    }
    text.chars()
        .map(|c| {
            if c == '\t' {
                ' '
            } else if bad(c) {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect::<String>()
        .into()
}

/// The text, cut with `…` if it is wider than `width` columns.
fn fit(text: Cow<'_, str>, width: usize) -> Cow<'_, str> {
    // A character takes at most one column for each of its bytes; short text fits for sure.
    if text.len() <= width || text.width() <= width {
        return text;
    }
    let mut used = 0;
    let mut cut = String::new();
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide > width.saturating_sub(1) {
            break;
        }
        used += wide;
        cut.push(c);
    }
    cut.push('…');
    cut.into()
}
