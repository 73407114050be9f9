//! A few lines of a file with marks under them, as compilers show them.
//!
//! ```text
//!    |
//! 12 | Wait for replication to catch up.
//!    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no check follows
//! ```

use std::fmt::Write as _;

use console::Style;
use unicode_width::UnicodeWidthStr;

use crate::source::{Source, Span, is_plain};
use crate::terminal::clean::clean_line;

/// Longest underlined stretch, in characters: what stands beside it must stay in sight.
const UNDERLINED: usize = 60;

/// Longest part of a line that is looked at, in bytes; more than anybody writes by hand.
const LONGEST: usize = 4000;

/// What stands for the parts of a line for which there is no room.
const CUT: &str = "...";

/// A place to point at.
#[derive(Debug, Clone, Copy)]
pub struct Mark<'m> {
    /// The place; of several lines the first is marked.
    pub span: Span,
    /// A few words beside it; may be empty.
    pub label: &'m str,
    /// Whether it is what all is about, and not what explains it.
    pub primary: bool,
}

/// How an excerpt looks.
#[derive(Debug, Clone)]
pub struct Look {
    /// The colour of primary marks; none for no colours at all.
    pub colour: Option<Style>,
    /// The columns there are; longer lines are cut around what is marked.
    pub columns: usize,
    /// Begin with the file's name and the place.
    pub named: bool,
}

/// The lines of `source` that hold `marks`, each with its marks under it; ends with no newline.
/// Nothing in them can drive a terminal.
pub fn excerpt(source: &Source, marks: &[Mark<'_>], look: &Look) -> String {
    let mut out = String::with_capacity(256);
    write(source, marks.to_vec(), look, &mut out);
    out
}

/// Adds what [`excerpt`] says to `out`, on lines of its own.
pub fn write(source: &Source, mut marks: Vec<Mark<'_>>, look: &Look, out: &mut String) {
    marks.iter_mut().for_each(|mark| *mark = on_one_line(source, *mark));
    marks.sort_by_key(|mark| mark.span.start);
    let last = marks.last().map_or(1, |mark| source.line(mark.span.start));
    let gutter = last.max(1).ilog10() as usize + 1;
    let start = out.len();
    let mut writer = Writer { source, look, gutter, out, start };
    if look.named
        && let Some(first) = marks.first()
    {
        add(writer.out, BLANKS, gutter);
        writer.out.push_str("-->");
        writer.paint(start, None);
        let place = source.position(first.span.start);
        writer.out.push_str(&format!(" {}:{place}\n", clean_line(source.name())));
    }
    writer.bar(None);
    let mut before: Option<usize> = None;
    let mut rest = marks.as_slice();
    while let Some(first) = rest.first() {
        let line = source.line(first.span.start);
        let here = match rest {
            [_] => 1,
            _ => rest.iter().take_while(|mark| source.line(mark.span.start) == line).count(),
        };
        match before {
            Some(before) if line == before + 2 => writer.line(before + 1, &[]),
            Some(before) if line > before + 2 => writer.out.push_str("\n..."),
            _ => {}
        }
        writer.line(line, &rest[..here]);
        rest = &rest[here..];
        before = Some(line);
    }
}

/// A row of one sign each, as long as most stretches are.
pub(crate) const BLANKS: &str = "                                                                ";
const CARETS: &str = "^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^";
const HYPHENS: &str = "----------------------------------------------------------------";

/// Adds `count` signs of the row to `out`.
pub(crate) fn add(out: &mut String, row: &str, mut count: usize) {
    while count > row.len() {
        out.push_str(row);
        count -= row.len();
    }
    out.push_str(&row[..count]);
}

/// The mark on its first line: a box around twenty lines explains nothing.
fn on_one_line<'m>(source: &Source, mark: Mark<'m>) -> Mark<'m> {
    let line = source.line_span(source.line(mark.span.start));
    let start = mark.span.start.clamp(line.start.max(source.start()).min(line.end), line.end);
    let end = mark.span.end.min(line.end).max(start);
    let text = source.slice(Span::new(start, end)).trim_end();
    let end = match text.len() {
        len if len <= UNDERLINED => len,
        len => text.char_indices().nth(UNDERLINED).map_or(len, |(at, _)| at),
    };
    Mark { span: Span::new(start, start + end), ..mark }
}

struct Writer<'w> {
    source: &'w Source,
    look: &'w Look,
    /// The width of line numbers.
    gutter: usize,
    out: &'w mut String,
    /// Where the excerpt begins in `out`.
    start: usize,
}

impl Writer<'_> {
    /// Gives what was written from `from` on the colour of `style`, or that of numbers and bars.
    fn paint(&mut self, from: usize, style: Option<&Style>) {
        if self.look.colour.is_some() {
            let numbers = || Style::new().blue().bright().bold();
            let style = style.cloned().unwrap_or_else(numbers);
            let painted = style.apply_to(&self.out[from..]).force_styling(true).to_string();
            self.out.replace_range(from.., &painted);
        }
    }

    /// A bar with the number of a line, or with nothing, before it.
    fn bar(&mut self, number: Option<usize>) {
        if self.out.len() > self.start && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        let from = self.out.len();
        match number {
            // A string takes all there is.
            Some(number) => {
                let digits = number.max(1).ilog10() as usize + 1;
                add(self.out, BLANKS, self.gutter.saturating_sub(digits));
                let _ = write!(self.out, "{number}");
            }
            None => add(self.out, BLANKS, self.gutter),
        }
        self.out.push_str(" |");
        self.paint(from, None);
    }

    /// A line of the file and the marks under it.
    fn line(&mut self, number: usize, marks: &[Mark<'_>]) {
        let line = self.source.line_span(number);
        let line = Span::new(line.start.max(self.source.start()).min(line.end), line.end);
        let room = self.look.columns.saturating_sub(self.gutter + 3).max(20);
        let kept = self.kept(line, marks, room);
        let text = clean_line(self.source.slice(kept));
        let lead = if kept.start > line.start { CUT } else { "" };
        let tail = if kept.end < line.end { CUT } else { "" };
        self.bar(Some(number));
        if !(lead.is_empty() && text.is_empty()) {
            self.out.push(' ');
            [lead, text.trim_end(), tail].iter().for_each(|part| self.out.push_str(part));
        }
        for mark in marks {
            let (from, to) = (mark.span.start.clamp(kept.start, kept.end), mark.span.end.min(kept.end));
            let column = lead.len() + self.cells(Span::new(kept.start, from));
            let length = self.cells(Span::new(from, to.max(from))).max(1);
            self.bar(None);
            add(self.out, BLANKS, column + 1);
            let under = self.out.len();
            add(self.out, if mark.primary { CARETS } else { HYPHENS }, length);
            if !mark.label.is_empty() {
                self.out.push(' ');
                self.out.push_str(&clean_line(mark.label));
            }
            let style = self.look.colour.clone().filter(|_| mark.primary);
            self.paint(under, style.as_ref());
        }
    }

    /// The part of a line that is shown: all of it, else what is around its first mark.
    fn kept(&self, line: Span, marks: &[Mark<'_>], room: usize) -> Span {
        let looked = Span::new(line.start, line.end.min(line.start + room.saturating_mul(4)));
        if line.len() <= room || (looked == line && self.cells(line) <= room) {
            return line;
        }
        let room = room.saturating_sub(2 * CUT.len());
        let focus = marks.first().map_or(line.start, |mark| mark.span.start);
        let end = marks.iter().map(|mark| mark.span.end).max().unwrap_or(focus);
        let text = self.source.text();
        let near = Span::new(focus, end.min(line.end).min(focus + LONGEST));
        let near = (near.end..=line.end).find(|&at| text.is_char_boundary(at)).unwrap_or(line.end);
        let marked = self.cells(Span::new(focus, near)).min(room);
        // Half of what the marks leave stands before them.
        let mut start = focus;
        let mut left = (room - marked) / 2;
        for (at, c) in text[line.start..focus].char_indices().rev() {
            match left.checked_sub(cells(c)) {
                Some(less) => (left, start) = (less, line.start + at),
                None => break,
            }
        }
        let mut end = start;
        let mut left = room;
        for c in text[start..line.end].chars() {
            match left.checked_sub(cells(c)) {
                Some(less) => (left, end) = (less, end + c.len_utf8()),
                None => break,
            }
        }
        Span::new(start, end)
    }

    /// How many columns the text of `span` takes.
    fn cells(&self, span: Span) -> usize {
        let text = self.source.slice(span);
        if is_plain(text.as_bytes()) { text.len() } else { clean_line(text).width() }
    }
}

/// How many columns the character takes once it is made harmless.
fn cells(c: char) -> usize {
    if c == ' ' || c.is_ascii_graphic() { 1 } else { clean_line(c.encode_utf8(&mut [0; 4])).width() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, marks: &[(&str, &str)], columns: usize) -> String {
        let source = Source::new("a.md", text);
        let mark = |(index, (word, label)): (usize, &(&'static str, &'static str))| {
            let start = source.text().find(word).unwrap();
            Mark { span: Span::new(start, start + word.len()), label, primary: index == 0 }
        };
        let marks: Vec<(&'static str, &'static str)> =
            marks.iter().map(|&(word, label)| (leak(word), leak(label))).collect();
        let marks: Vec<Mark<'_>> = marks.iter().enumerate().map(mark).collect();
        excerpt(&source, &marks, &Look { colour: None, columns, named: false })
    }

    fn leak(text: &str) -> &'static str {
        Box::leak(text.to_owned().into_boxed_str())
    }

    #[test]
    fn marks_stand_under_what_they_mean() {
        assert_eq!(
            shown("# A\n\nDrain the node.\n", &[("node", "which?")], 80),
            "  |\n3 | Drain the node.\n  |           ^^^^ which?"
        );
        let far = "drain n1\n\nuncordon n1\n\n\n\nend\n";
        assert_eq!(
            shown(far, &[("uncordon", "here"), ("n1", "of this"), ("end", "")], 80),
            "  |\n1 | drain n1\n  |       -- of this\n2 |\n3 | uncordon n1\n  | ^^^^^^^^ here\n...\n7 | end\n  | ---"
        );
    }

    #[test]
    fn wide_and_dangerous_characters_keep_the_marks_in_place() {
        assert_eq!(
            shown("\t日本\u{1b}[2J — x\n", &[("—", "dash")], 80),
            "  |\n1 |  日本␛[2J — x\n  |           ^ dash"
        );
        assert_eq!(
            shown("a\u{202e}b c\r\n", &[("c", "\u{1b}]0;x")], 80),
            "  |\n1 | a<U+202E>b c\n  |            ^ ␛]0;x"
        );
    }

    #[test]
    fn long_lines_are_cut_around_the_mark() {
        let text = format!("{}here{}\n", "left ".repeat(2000), " right".repeat(100_000));
        let shown = shown(&text, &[("here", "this")], 60);
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines.iter().all(|line| line.chars().count() <= 60), "{shown}");
        assert!(lines[1].starts_with("1 | ...") && lines[1].ends_with("..."), "{shown}");
        assert_eq!(lines[1].find("here"), lines[2].find("^^^^ this"), "{shown}");
    }

    #[test]
    fn what_has_no_width_or_no_end_has_a_mark_all_the_same() {
        let source = Source::new("a.md", "\u{feff}ab");
        let look = Look { colour: None, columns: 80, named: true };
        for (span, column) in [(Span::new(0, 0), 1), (Span::new(5, 5), 3), (Span::new(9, 12), 3)] {
            let text = excerpt(&source, &[Mark { span, label: "", primary: true }], &look);
            let pad = " ".repeat(column);
            assert_eq!(text, format!(" --> a.md:1:{column}\n  |\n1 | ab\n  |{pad}^"), "{span:?}");
        }
        let coloured = Look { colour: Some(Style::new().red()), ..look };
        let text = excerpt(&source, &[Mark { span: Span::new(3, 4), label: "x", primary: true }], &coloured);
        assert!(text.contains("\u{1b}[31m^ x\u{1b}[0m"), "{text:?}");
    }
}
