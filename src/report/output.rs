//! What a command printed, for a page: harmless, and bounded at both ends, because the beginning says
//! what it was and the end what became of it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use crate::journal::RunDir;
use crate::terminal::clean::clean_output;

/// The part of an output that is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Excerpt {
    /// The beginning; all of it if nothing is left out.
    pub head: String,
    /// How much is left out after it: `400 lines`; none if nothing is.
    pub left_out: Option<String>,
    /// The end, where something is left out.
    pub tail: String,
}

/// How many lines of either end are shown.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Of the beginning.
    pub head: usize,
    /// Of the end.
    pub tail: usize,
}

/// For a page.
pub const PAGE: Bounds = Bounds { head: 60, tail: 140 };
/// For a ticket.
pub const TICKET: Bounds = Bounds { head: 8, tail: 24 };
/// Bytes read of either end; a longer line is cut.
const ENDS: u64 = 48 * 1024;

/// The excerpt of a recorded output.
///
/// # Errors
/// If it cannot be read.
pub fn excerpt(folder: &RunDir, name: &str, bounds: Bounds) -> io::Result<Excerpt> {
    let file = folder.open_output(name)?;
    let size = file.metadata()?.len();
    if size <= 2 * ENDS {
        let text = clean_output(&read(file, 0, size)?);
        return Ok(by_lines(&text, bounds));
    }
    let again = file.try_clone()?;
    let head = clean_output(&read(file, 0, ENDS)?);
    let tail = clean_output(&read(again, size - ENDS, ENDS)?);
    Ok(Excerpt {
        head: first(&head, bounds.head),
        left_out: Some(super::words::bytes(size - 2 * ENDS)),
        tail: last(&tail, bounds.tail),
    })
}

fn by_lines(text: &str, bounds: Bounds) -> Excerpt {
    let lines = text.lines().count();
    if lines <= bounds.head + bounds.tail {
        return Excerpt { head: text.trim_end_matches('\n').to_owned(), ..Excerpt::default() };
    }
    Excerpt {
        head: first(text, bounds.head),
        left_out: Some(format!("{} lines", lines - bounds.head - bounds.tail)),
        tail: last(text, bounds.tail),
    }
}

fn first(text: &str, lines: usize) -> String {
    text.lines().take(lines).collect::<Vec<_>>().join("\n")
}

fn last(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

fn read(mut file: File, from: u64, count: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(count).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_of_a_long_output_are_shown() {
        let text: String = (1..=1000).map(|n| format!("{n}\n")).collect();
        let excerpt = by_lines(&text, PAGE);
        assert_eq!(excerpt.left_out.as_deref(), Some("800 lines"));
        assert!(excerpt.head.starts_with("1\n") && excerpt.head.ends_with("\n60"));
        assert!(excerpt.tail.starts_with("861\n") && excerpt.tail.ends_with("\n1000"));
        assert_eq!(by_lines("one\ntwo\n", PAGE), Excerpt { head: "one\ntwo".into(), ..Excerpt::default() });
    }
}
