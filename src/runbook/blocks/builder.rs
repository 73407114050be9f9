//! From the events of the Markdown parser to the blocks of a document.

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Parser, Tag, TagEnd};

use super::raw::{code_inner, is_local, is_markup, marker};
use super::{Block, Code, Document, Fence, Kind, Link, generators};
use crate::source::Span;

/// The document of `text`, whose Markdown begins at the byte at `start`, from the events of `parser`.
pub(super) fn build(parser: Parser<'_>, text: &str, start: usize) -> Document {
    // As much as most documents come to.
    let size = text.len() - start;
    let doc = Document {
        blocks: Vec::with_capacity(size / 48),
        codes: Vec::with_capacity(size / 256),
        fences: Vec::with_capacity(size / 512),
        lines: Vec::with_capacity(size / 128),
        text: String::with_capacity(size),
        ..Document::default()
    };
    let mut builder = Builder { source: text, doc, ..Builder::default() };
    builder.read(parser, start);
    if builder.generated {
        builder = Builder { source: text, ..Builder::default() };
        builder.read(super::parser(&generators::plain(text, start)), start);
    }
    builder.close_leaf();
    builder.doc
}

#[derive(Default)]
struct Builder<'s> {
    source: &'s str,
    doc: Document,
    /// Open containers.
    open: Vec<u32>,
    /// The block that takes inline text.
    leaf: Option<usize>,
    /// Whether the leaf is the bare text of a tight item, which no event closes.
    bare: bool,
    /// Whether the leaf is a code block.
    code: bool,
    /// Open images: their text is not prose.
    images: u32,
    /// Open links.
    links: u32,
    /// Whether the file is one for a generator of sites: see [`generators`].
    generated: bool,
    /// Whether the code block is a directive's, which may have options above it.
    directive: bool,
}

impl Builder<'_> {
    /// Reads Markdown that begins `start` bytes into the file.
    fn read(&mut self, parser: Parser<'_>, start: usize) {
        for (event, range) in parser.into_offset_iter() {
            self.event(event, Span::new(range.start + start, range.end + start));
        }
    }

    fn event(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::Start(tag) => self.start(&tag, span),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.code => self.code_text(&text, span),
            Event::Text(text) => self.inline(span, &text),
            Event::Code(text) => self.inline_code(span, &text),
            Event::SoftBreak | Event::HardBreak => {
                self.inline(span, " ");
                if let Some(b'a'..=b'z' | b'.' | b'$' | b' ') = self.source.as_bytes().get(span.end)
                    && let Some(leaf) = self.leaf
                {
                    self.doc.blocks[leaf].broken = true;
                }
            }
            Event::InlineHtml(html) if !is_markup(&html) => self.inline(span, &html),
            Event::InlineHtml(html) => {
                if html.contains('=') {
                    self.doc.tags.push(span);
                }
                self.inline(span, "");
            }
            Event::Rule => {
                self.block(Kind::Rule, span);
            }
            Event::TaskListMarker(_) => {
                if let Some(&item) = self.open.last()
                    && let Kind::Item(task) = &mut self.doc.blocks[item as usize].kind
                {
                    *task = true;
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, span: Span) {
        if matches!(
            tag,
            Tag::Strong | Tag::Emphasis | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
        ) {
            // The text of a tight item begins and ends with its marks, not within them.
            self.leaf(span);
        }
        match tag {
            Tag::Paragraph => self.open_leaf(Kind::Para, span),
            Tag::Heading { level, .. } => self.open_leaf(Kind::Heading(*level as u8), span),
            Tag::HtmlBlock => self.open_leaf(Kind::Html, span),
            Tag::Table(_) => self.open_leaf(Kind::Table, span),
            Tag::CodeBlock(kind) => {
                let fenced = matches!(kind, CodeBlockKind::Fenced(_));
                let fence = self.fence(span, fenced);
                self.open_leaf(Kind::Code(fence), span);
                self.code = true;
            }
            // More than nine digits are no list number in CommonMark.
            Tag::List(first) => {
                self.container(Kind::List(first.and_then(|first| u32::try_from(first).ok())), span)
            }
            Tag::Item => self.container(Kind::Item(false), span),
            Tag::BlockQuote(_) => self.container(Kind::Quote, span),
            Tag::TableRow => self.inline(span, "\n"),
            Tag::TableCell => self.inline(span, " "),
            Tag::Image { dest_url, .. } => {
                self.images += 1;
                self.leads_to(dest_url, span, true);
            }
            Tag::Link { link_type, dest_url, .. } => {
                self.links += 1;
                if !matches!(link_type, LinkType::Autolink | LinkType::Email) {
                    self.leads_to(dest_url, span, false);
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::HtmlBlock
            | TagEnd::Table
            | TagEnd::CodeBlock => self.close_leaf(),
            TagEnd::List(_) | TagEnd::Item | TagEnd::BlockQuote(_) => {
                self.close_leaf();
                if let Some(block) = self.open.pop() {
                    self.doc.blocks[block as usize].end = self.doc.blocks.len() as u32;
                }
            }
            TagEnd::Image => self.images = self.images.saturating_sub(1),
            TagEnd::Link => self.links = self.links.saturating_sub(1),
            _ => {}
        }
    }

    fn leads_to(&mut self, to: &str, span: Span, image: bool) {
        if is_local(to) {
            self.doc.links.push(Link { span, to: to.to_owned(), image });
        }
    }

    /// Adds a block that is complete, or will be closed by its end.
    fn block(&mut self, kind: Kind, span: Span) -> usize {
        self.close_leaf();
        let index = self.doc.blocks.len();
        let (text, codes) = (self.doc.text.len() as u32, self.doc.codes.len() as u32);
        self.doc.blocks.push(Block {
            kind,
            span,
            end: index as u32 + 1,
            text: (text, text),
            codes: (codes, codes),
            linked: 0,
            broken: false,
        });
        index
    }

    fn container(&mut self, kind: Kind, span: Span) {
        let index = self.block(kind, span);
        self.open.push(index as u32);
    }

    fn open_leaf(&mut self, kind: Kind, span: Span) {
        if let Some(b'=' | b'!' | b'?') = self.source.as_bytes().get(span.start) {
            self.generated |= generators::begins_indented(&self.source.as_bytes()[span.start..]);
        }
        self.leaf = Some(self.block(kind, span));
    }

    fn close_leaf(&mut self) {
        let Some(leaf) = self.leaf.take() else { return };
        let block = &mut self.doc.blocks[leaf];
        block.text.1 = self.doc.text.len() as u32;
        block.codes.1 = self.doc.codes.len() as u32;
        if let Kind::Code(fence) = block.kind {
            if std::mem::take(&mut self.directive) {
                self.leave_options_out(fence);
            }
            self.doc.fences[fence as usize].lines.1 = self.doc.lines.len() as u32;
        }
        (self.bare, self.code) = (false, false);
        (self.images, self.links) = (0, 0);
    }

    /// The leaf for inline text at `span`; the bare text of a tight item gets one of its own.
    fn leaf(&mut self, span: Span) -> usize {
        let leaf = match self.leaf {
            Some(leaf) => leaf,
            None => {
                let leaf = self.block(Kind::Para, span);
                (self.leaf, self.bare) = (Some(leaf), true);
                leaf
            }
        };
        if self.bare {
            let block = &mut self.doc.blocks[leaf];
            block.span.end = block.span.end.max(span.end);
        }
        leaf
    }

    fn inline(&mut self, span: Span, text: &str) {
        let leaf = self.leaf(span);
        if self.images == 0 {
            self.doc.text.push_str(text);
            if self.links > 0 {
                self.doc.blocks[leaf].linked += text.len() as u32;
            }
        }
    }

    fn inline_code(&mut self, span: Span, text: &str) {
        let start = self.doc.text.len() as u32;
        self.inline(span, text);
        let inner = code_inner(self.source, span);
        let at = (start, self.doc.text.len() as u32);
        self.doc.codes.push(Code { span, inner, at });
    }

    fn fence(&mut self, span: Span, fenced: bool) -> u32 {
        let line = self.doc.lines.len() as u32;
        let (mut info, closed) =
            if fenced { marker(self.source, span) } else { (Span::new(span.start, span.start), true) };
        if let Some(b'{') = self.source.as_bytes().get(info.start)
            && fenced
        {
            self.generated |= generators::is_tab(&self.source[info.range()]);
            // What the directive takes is the language.
            let takes = generators::code_argument(&self.source[info.range()]);
            self.directive = takes.is_some();
            info.start += takes.unwrap_or(0);
        }
        self.doc.fences.push(Fence { info, lines: (line, line), closed });
        self.doc.fences.len() as u32 - 1
    }

    /// Takes the options of a directive off the lines of its block: `:caption: Look`.
    fn leave_options_out(&mut self, fence: u32) {
        let first = self.doc.fences[fence as usize].lines.0 as usize;
        let lines = self.doc.lines.get(first..).unwrap_or(&[]);
        let text = |line: &Span| self.source.get(line.range()).unwrap_or("").trim();
        // Options may stand between rulers as well.
        let options = match lines.first().map(text) {
            Some("---") => lines.iter().skip(1).position(|line| text(line) == "---").map_or(0, |end| end + 2),
            _ => lines.iter().take_while(|line| generators::is_option(text(line))).count(),
        };
        let blank = lines[options..].iter().take_while(|line| text(line).is_empty()).count();
        self.doc.lines.drain(first..first + if options > 0 { options + blank } else { 0 });
    }

    /// Text of a code block: a whole block, a line, or a piece of one. White space that stands
    /// for a part of a tab is not in the file and is left out.
    fn code_text(&mut self, text: &str, span: Span) {
        let Some(raw) = self.source.get(span.range()) else { return };
        if raw.is_empty() || (text.len() != raw.len() && text.bytes().all(|byte| byte == b' ')) {
            return;
        }
        let first = self.doc.fences.last().map_or(0, |fence| fence.lines.0 as usize);
        let mut at = span.start;
        let mut rest = raw.as_bytes();
        while !rest.is_empty() {
            let (line, after) =
                rest.split_at(memchr::memchr(b'\n', rest).map_or(rest.len(), |newline| newline + 1));
            rest = after;
            let end = at + line.len();
            let ending = line.iter().rev().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            let trimmed = end - ending;
            let goes_on = self.doc.lines.len() > first
                && self.doc.lines.last().is_some_and(|last| {
                    last.end == at && (at == 0 || self.source.as_bytes()[at - 1] != b'\n')
                });
            let ends_last = line == b"\n" && self.ended_line(first, at);
            match self.doc.lines.last_mut() {
                Some(last) if goes_on => last.end = trimmed,
                _ if ends_last => {}
                _ => self.doc.lines.push(Span::new(at, trimmed)),
            }
            at = end;
        }
    }

    /// Whether the newline at `at` ends the line before it (with CR LF it comes alone).
    fn ended_line(&self, first: usize, at: usize) -> bool {
        self.doc.lines.len() > first
            && self.doc.lines.last().is_some_and(|last| {
                let between = self.source.get(last.end..at);
                between.is_some_and(|between| between == "\r")
            })
    }
}
