//! Markdown as a flat list of blocks: one pass over the events, every block with its place.
//!
//! The list is in order of appearance and a block's children follow it, so that a subtree is a
//! range of indices. Nothing here recurses: ten thousand nested lists are a long list.

mod builder;
mod generators;
mod raw;

use pulldown_cmark::{Options, Parser};

use crate::source::Span;
use builder::build;
pub(crate) use raw::is_local;
pub(crate) use raw::is_markup;

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A heading of level 1 to 6.
    Heading(u8),
    /// A paragraph, also the bare text of a tight list item.
    Para,
    /// A code block: an index into [`Document::fences`].
    Code(u32),
    /// A list; ordered ones have the number of their first item.
    List(Option<u32>),
    /// A list item; `true` with a check box.
    Item(bool),
    /// A block quote.
    Quote,
    /// A table.
    Table,
    /// Raw HTML.
    Html,
    /// A thematic break.
    Rule,
}

/// One block; offsets are into the whole file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    pub kind: Kind,
    pub span: Span,
    /// One past the last block of the subtree.
    pub end: u32,
    /// Range of [`Document::text`]: the block's own inline text, without markup.
    text: (u32, u32),
    /// Range of [`Document::codes`].
    codes: (u32, u32),
    /// How many bytes of the text are link text.
    pub linked: u32,
    /// Whether the text goes on on another line that begins with a small letter, a dot or a dollar sign.
    pub broken: bool,
}

/// Inline code.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Code {
    /// With the backticks.
    pub span: Span,
    /// Without them.
    pub inner: Span,
    /// Where it stands in [`Document::text`].
    pub at: (u32, u32),
}

/// A code block's lines as they stand in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fence {
    /// The words after the opening marker; empty for an indented block.
    pub info: Span,
    /// Range of [`Document::lines`].
    lines: (u32, u32),
    /// Whether the closing marker is there.
    pub closed: bool,
}

/// A link or image that leads to a file or an anchor, not to the web.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    /// From the first bracket to the last.
    pub span: Span,
    /// Where it leads, as Markdown reads it.
    pub to: String,
    pub image: bool,
}

/// The blocks of a file.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub blocks: Vec<Block>,
    pub codes: Vec<Code>,
    pub fences: Vec<Fence>,
    /// Links to places that are not the web's, in order of appearance.
    pub links: Vec<Link>,
    /// Inline HTML tags with attributes.
    pub tags: Vec<Span>,
    lines: Vec<Span>,
    text: String,
}

impl Document {
    /// The inline text of one block, without markup, lines joined by spaces.
    pub fn text(&self, block: usize) -> &str {
        let (start, end) = self.blocks[block].text;
        &self.text[start as usize..end as usize]
    }

    /// A piece of the whole inline text.
    pub fn text_at(&self, at: (u32, u32)) -> &str {
        &self.text[at.0 as usize..at.1 as usize]
    }

    /// Where the block's text begins in the whole inline text.
    pub fn text_start(&self, block: usize) -> u32 {
        self.blocks[block].text.0
    }

    /// The inline codes of one block.
    pub fn codes(&self, block: usize) -> &[Code] {
        let (start, end) = self.blocks[block].codes;
        &self.codes[start as usize..end as usize]
    }

    /// The inline codes of a block and all its children.
    pub fn codes_within(&self, block: usize) -> &[Code] {
        let start = self.blocks[block].codes.0 as usize;
        let next = self.blocks.get(self.blocks[block].end as usize);
        &self.codes[start..next.map_or(self.codes.len(), |next| next.codes.0 as usize)]
    }

    /// The lines of a code block, without line endings.
    pub fn lines(&self, fence: u32) -> &[Span] {
        let (start, end) = self.fences[fence as usize].lines;
        &self.lines[start as usize..end as usize]
    }

    /// The direct children of a block.
    pub fn children(&self, block: usize) -> Siblings<'_> {
        Siblings { blocks: &self.blocks, next: block + 1, end: self.blocks[block].end as usize }
    }

    /// The blocks beside `start`, itself included, up to the block `end` or the last.
    pub fn siblings(&self, start: usize, end: Option<usize>) -> Siblings<'_> {
        Siblings { blocks: &self.blocks, next: start, end: end.unwrap_or(self.blocks.len()) }
    }

    /// The blocks at the top.
    pub fn top(&self) -> Siblings<'_> {
        Siblings { blocks: &self.blocks, next: 0, end: self.blocks.len() }
    }
}

/// Iterates over blocks of one level.
pub(crate) struct Siblings<'d> {
    blocks: &'d [Block],
    next: usize,
    end: usize,
}

impl Iterator for Siblings<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.next >= self.end {
            return None;
        }
        let block = self.next;
        // A block ends after itself, so this always moves on.
        self.next = (self.blocks[block].end as usize).max(block + 1);
        Some(block)
    }
}

/// What the parser knows of so many bytes of text stays at hand until its events are read.
const AT_HAND: usize = 16 * 1024;

/// Reads the Markdown of each text from the byte on that stands beside it.
pub(crate) fn read_all(texts: &[(&str, usize)]) -> Vec<Document> {
    let mut docs = Vec::with_capacity(texts.len());
    let mut rest = texts;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = |&(text, _): &&(&str, usize)| {
            bytes += text.len();
            bytes <= AT_HAND
        };
        let (some, more) = rest.split_at(rest.iter().take_while(fits).count().max(1));
        // The parser does most of its work before its first event, and little of that again: see `stages`.
        let parsers: Vec<_> = some.iter().map(|&(text, start)| parser(&text[start..])).collect();
        docs.extend(parsers.into_iter().zip(some).map(|(parser, &(text, start))| build(parser, text, start)));
        rest = more;
    }
    docs
}

/// Reads the Markdown of `text` from the byte at `start` on.
pub(crate) fn read(text: &str, start: usize) -> Document {
    build(parser(&text[start..]), text, start)
}

fn parser(text: &str) -> Parser<'_> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    Parser::new_ext(text, options)
}
