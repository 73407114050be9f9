//! Files as midwatch sees them: exact bytes, byte spans, and the line and column of a place.

use std::fmt;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};

/// A half-open range of bytes in a [`Source`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` up to, not including, `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start, end }
    }

    /// The length in bytes.
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether the span holds no byte.
    pub fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// The span as a range, for slicing.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// Whether `other` lies wholly inside this span.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Span::new(range.start, range.end)
    }
}

/// Whether all bytes are printable ASCII. Looks at all of them, several at a time.
pub(crate) fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().fold(true, |plain, &byte| plain & (byte.wrapping_sub(b' ') <= b'~' - b' '))
}

/// Whether all bytes are printable ASCII and none is a blank.
pub(crate) fn is_one_word(bytes: &[u8]) -> bool {
    bytes.iter().fold(true, |plain, &byte| plain & (byte.wrapping_sub(b'!') <= b'~' - b'!'))
}

/// Whether there is nothing but white space.
pub(crate) fn is_blank(text: &str) -> bool {
    // Most texts say so by their first byte.
    !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && text.trim_start().is_empty()
}

/// As [`str::trim`], quick for what has nothing to trim.
pub(crate) fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// As [`str::trim_start`], quick for what has nothing to trim.
pub(crate) fn trim_start(text: &str) -> &str {
    match text.as_bytes().first() {
        Some(first) if first.is_ascii_graphic() => text,
        _ => text.trim_start(),
    }
}

/// The first word of a text, and what follows it.
pub(crate) fn first_word(text: &str) -> (&str, &str) {
    let text = trim_start(text);
    let end = text.bytes().position(|byte| !byte.is_ascii_graphic()).unwrap_or(text.len());
    match text.as_bytes().get(end) {
        None | Some(b' ' | b'\t' | b'\n' | b'\r') => text.split_at(end),
        _ => text.split_at(text.find(char::is_whitespace).unwrap_or(text.len())),
    }
}

/// Whether `needle` (lower case, ASCII) stands in `text`, whatever its case.
pub(crate) fn contains_ignoring_case(text: &str, needle: &str) -> bool {
    let (text, needle) = (text.as_bytes(), needle.as_bytes());
    let Some(&first) = needle.first() else { return true };
    let upper = first.to_ascii_uppercase();
    memchr::memchr2_iter(first, upper, text)
        .any(|at| text.len() - at >= needle.len() && text[at..at + needle.len()].eq_ignore_ascii_case(needle))
}

/// A place a person can find: line and column, both 1-based, the column counted in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// 1-based line.
    pub line: usize,
    /// 1-based column, in characters (not bytes, not cells).
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// The first line, at the beginning of the text: see [`Source::last`].
const FIRST: u64 = 1 << 32;

/// One file (or standard input) with the name it was called by.
///
/// The text is the file's bytes as they are, a byte order mark and carriage returns included,
/// so that a span is always an offset into the file on disk.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
    /// Where lines begin; found when somebody asks for many.
    line_starts: OnceLock<Vec<usize>>,
    /// The place that was asked for last: its line and, in the lower half, its offset.
    last: AtomicU64,
    /// How many bytes were looked at to tell lines without [`Self::line_starts`].
    counted: AtomicUsize,
}

impl Source {
    /// Wraps `text`, which was read from the file called `name`.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Source {
            name: name.into(),
            text: text.into(),
            line_starts: OnceLock::new(),
            last: AtomicU64::new(FIRST),
            counted: AtomicUsize::new(0),
        })
    }

    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| line_starts(self.text.as_bytes()))
    }

    /// The name the file was called by, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text, byte for byte.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of `span`.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Where the Markdown begins: after a byte order mark, if there is one.
    pub fn start(&self) -> usize {
        if self.text.starts_with('\u{feff}') { 3 } else { 0 }
    }

    /// The 1-based line that holds the byte at `offset`.
    pub fn line(&self, offset: usize) -> usize {
        if let Some(starts) = self.line_starts.get() {
            return starts.partition_point(|&start| start <= offset);
        }
        // Most files are asked for few places, and those near each other: to count from one to the next costs
        // less than to find all lines.
        let text = self.text.as_bytes();
        let (last, line) = self.last();
        let offset = offset.min(text.len());
        let (from, upto) = (last.min(offset), last.max(offset));
        let counted = self.counted.fetch_add(upto - from, Ordering::Relaxed);
        if counted > 4 * text.len() || u32::try_from(text.len()).is_err() {
            return self.line_starts().partition_point(|&start| start <= offset);
        }
        let between = memchr::memchr_iter(b'\n', &text[from..upto]).count();
        let line = if offset < last { line - between } else { line + between };
        self.last.store((line as u64) << 32 | offset as u64, Ordering::Relaxed);
        line
    }

    /// The offset that was asked for last, and its line.
    fn last(&self) -> (usize, usize) {
        let last = self.last.load(Ordering::Relaxed);
        (last as u32 as usize, (last >> 32) as usize)
    }

    /// Line and column of the byte at `offset`; a byte order mark takes no column.
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line(offset);
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        let start = memchr::memrchr(b'\n', before).map_or(self.start(), |end| end + 1);
        let upto = self.text.get(start..before.len()).unwrap_or("");
        Position { line, column: upto.chars().count() + 1 }
    }

    /// The span of a 1-based line, without its line ending.
    pub fn line_span(&self, line: usize) -> Span {
        let text = self.text.as_bytes();
        let (last, at) = self.last();
        let (start, end) = if at == line && self.line_starts.get().is_none() {
            let start = memchr::memrchr(b'\n', &text[..last]).map_or(0, |end| end + 1);
            (start, memchr::memchr(b'\n', &text[last..]).map_or(text.len(), |end| last + end))
        } else {
            let starts = self.line_starts();
            let Some(&start) = line.checked_sub(1).and_then(|i| starts.get(i)) else {
                return Span::new(text.len(), text.len());
            };
            (start, starts.get(line).map_or(text.len(), |&next| next - 1))
        };
        let end = if end > start && text[end - 1] == b'\r' { end - 1 } else { end };
        Span::new(start, end)
    }

    /// How many lines the text has; a last line without a newline counts.
    pub fn line_count(&self) -> usize {
        let starts = self.line_starts();
        let last_is_empty = starts.last() == Some(&self.text.len());
        starts.len() - usize::from(last_is_empty && starts.len() > 1)
    }

    /// SHA-256 of the exact bytes, in lower-case hex.
    pub fn sha256(&self) -> String {
        sha256(self.text.as_bytes())
    }
}

/// Where lines begin. They are so short that a search for each end costs more than to look at eight bytes
/// at a time.
fn line_starts(text: &[u8]) -> Vec<usize> {
    const ENDS: u64 = u64::from_le_bytes([b'\n'; 8]);
    const LOW: u64 = u64::from_le_bytes([0x7f; 8]);
    let mut starts = Vec::with_capacity(text.len() / 32 + 1);
    starts.push(0);
    let (eights, rest) = text.as_chunks();
    for (count, eight) in eights.iter().enumerate() {
        let other = u64::from_le_bytes(*eight) ^ ENDS;
        // The high bit of each byte that is an end.
        let mut ends = !(((other & LOW) + LOW) | other | LOW);
        while ends != 0 {
            starts.push(count * 8 + ends.trailing_zeros() as usize / 8 + 1);
            ends &= ends - 1;
        }
    }
    let from = text.len() - rest.len();
    starts.extend(rest.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| from + at + 1));
    starts
}

/// SHA-256 of `bytes`, in lower-case hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hexadecimal of `bytes`.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_begin_after_each_newline_wherever_it_stands() {
        for len in 0..40_usize {
            for bits in [0, 1, 0b1000_0001, 0xffff_ffff_ffff, 0x5a5a_0ff0_1234_u64, 1 << len >> 1] {
                // What differs from a newline in one bit alone is none.
                let byte = |at: usize| if bits >> at & 1 == 1 { b'\n' } else { b"\x0b\x8a\x1ax\x00"[at % 5] };
                let text: Vec<u8> = (0..len).map(byte).collect();
                let ends = (0..len).filter(|&at| text[at] == b'\n').map(|at| at + 1);
                assert_eq!(
                    line_starts(&text),
                    std::iter::once(0).chain(ends).collect::<Vec<_>>(),
                    "{text:?}"
                );
            }
        }
    }

    #[test]
    fn a_place_asked_for_alone_is_where_all_lines_say() {
        for text in ["", "\n", "a", "a\n", "\u{feff}# é\r\n\r\nzwei\n\n\ndrei é\nend", "\n\na\r\n\r\n"] {
            let all = Source::new("a.md", text);
            all.line_count();
            // Forwards, backwards, and to and fro until lines are no longer counted.
            let len = text.len();
            let zigzag = (0..=len).flat_map(|at| [at, len - at, at / 2, len + 3]);
            let counting = Source::new("a.md", text);
            for at in (0..=len).chain((0..=len).rev()).chain(zigzag) {
                assert_eq!(counting.line(at), all.line(at), "{text:?} {at}");
                assert_eq!(counting.position(at), all.position(at), "{text:?} {at}");
                let line = all.line(at);
                for line in [line, line + 1, line.saturating_sub(1), 0] {
                    let fresh = Source::new("a.md", text);
                    fresh.line(at);
                    assert_eq!(fresh.line_span(line), all.line_span(line), "{text:?} {at}");
                }
            }
            assert!(len < 2 || counting.line_starts.get().is_some(), "{text:?}");
        }
    }

    #[test]
    fn positions_count_characters_and_skip_the_byte_order_mark() {
        let source = Source::new("a.md", "\u{feff}é x\r\nzwei\n");
        assert_eq!(source.position(3).to_string(), "1:1");
        assert_eq!(source.position(6).to_string(), "1:3");
        assert_eq!(source.position(9).to_string(), "2:1");
        assert_eq!(source.slice(source.line_span(1)), "\u{feff}é x");
        assert_eq!(source.slice(source.line_span(2)), "zwei");
        assert_eq!(source.line_count(), 2);
    }
}
