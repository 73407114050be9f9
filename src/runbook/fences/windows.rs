//! Blocks for another system: what they call is nowhere on this one.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::looks::{Sign, stands_in};
use crate::shell;
use crate::source::{Source, Span};

static DRIVE: Sign = LazyLock::new(|| Finder::new(":\\"));

/// The first line that calls a program by its path on Windows, in quotes: `"C:\Program Files\x.exe" -v`.
pub(super) fn calls_program(source: &Source, lines: &[Span]) -> Option<Span> {
    let (first, last) = (lines.first()?, lines.last()?);
    // Few blocks hold the signs at all.
    if !stands_in(source.slice(Span::new(first.start, last.end)), &DRIVE) {
        return None;
    }
    lines.iter().find(|line| shell::calls_on_windows(source.slice(**line).trim_start())).copied()
}
