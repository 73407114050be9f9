//! Markdown prose as lines of text for a terminal.
//!
//! Lines are broken at spaces only, so that a link, a path or an id can be copied; code keeps its
//! lines. What Markdown says with colour or position on a page is said with a word here.

mod inline;
mod table;

use pulldown_cmark::{BlockQuoteKind, Event, Options, Parser, Tag, TagEnd};

use super::clean::clean;
use super::style::{Role, Style};
use super::text::width;
use inline::Inline;

/// Renders prose for `columns`. Links stay readable and can be copied; code is never broken.
pub fn render(markdown: &str, columns: usize, style: Style) -> Vec<String> {
    let mut out = Renderer { columns, style, ..Renderer::default() };
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_GFM;
    for event in Parser::new_ext(markdown, options) {
        out.event(event);
    }
    out.end_paragraph();
    while out.lines.last().is_some_and(String::is_empty) {
        out.lines.pop();
    }
    out.lines
}

/// Text without its marks, on one line: a title.
pub fn plain(markdown: &str) -> String {
    let mut out = Renderer { columns: usize::MAX / 4, style: Style::PLAIN, ..Renderer::default() };
    for event in Parser::new(markdown) {
        out.event(event);
    }
    out.end_paragraph();
    out.lines.retain(|line| !line.is_empty());
    out.lines.join(" ")
}

/// What text stands in: a quote, an item of a list.
struct Container {
    /// Before its first line.
    first: String,
    /// Before its other lines.
    rest: String,
    begun: bool,
}

struct Renderer {
    columns: usize,
    style: Style,
    lines: Vec<String>,
    text: Inline,
    /// Numbers of the open lists: none for bullets.
    lists: Vec<Option<u64>>,
    inside: Vec<Container>,
    code: bool,
    /// Open links: where they lead, and the text before them.
    links: Vec<(String, Inline)>,
    strong: usize,
    rows: Vec<Vec<Inline>>,
    cells: Vec<Inline>,
    html: String,
}

impl Default for Renderer {
    fn default() -> Self {
        Renderer {
            columns: 80,
            style: Style::PLAIN,
            lines: Vec::new(),
            text: Inline::default(),
            lists: Vec::new(),
            inside: Vec::new(),
            code: false,
            links: Vec::new(),
            strong: 0,
            rows: Vec::new(),
            cells: Vec::new(),
            html: String::new(),
        }
    }
}

impl Renderer {
    fn event(&mut self, event: Event<'_>) {
        let role = (self.strong > 0).then_some(Role::Strong);
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.code => {
                for line in text.lines() {
                    let line = format!("    {}", clean(line));
                    let line = if line.trim().is_empty() { String::new() } else { line };
                    self.line(line);
                }
            }
            Event::Text(text) => self.text.text(&clean(&text), role),
            Event::Code(text) => self.inline_code(&clean(&text)),
            Event::SoftBreak => self.text.text(" ", role),
            Event::HardBreak => self.text.line_break(),
            Event::Rule => self.blank(),
            Event::TaskListMarker(_) => {
                self.text.whole("[ ]", None);
                self.text.text(" ", None);
            }
            // Tags are for the forge; what stands between them is text.
            Event::InlineHtml(tag) if tag.to_ascii_lowercase().starts_with("<br") => self.text.line_break(),
            // `<pod-name>` looks like a tag and is for the reader.
            Event::InlineHtml(tag) if !crate::runbook::is_markup(&tag) => self.text.whole(&clean(&tag), role),
            Event::InlineHtml(_) => {}
            Event::Html(html) => self.html.push_str(&html),
            Event::FootnoteReference(name) => self.text.text(&format!("[{}]", clean(&name)), role),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text.text(&clean(&text), role),
        }
    }

    /// In backticks, coloured or not: where it begins and ends matters. What is longer than a line is
    /// broken at its spaces after all.
    fn inline_code(&mut self, code: &str) {
        let code = code.replace(['\n', '\t'], " ");
        let role = Some(Role::Key);
        if width(&code) + 2 <= self.room() {
            return self.text.whole(&format!("`{code}`"), role);
        }
        for (n, word) in code.split(' ').enumerate() {
            if n > 0 {
                self.text.text(" ", role);
            }
            let (first, last) = (n == 0, n + 1 == code.split(' ').count());
            let (open, close) = (if first { "`" } else { "" }, if last { "`" } else { "" });
            self.text.whole(&format!("{open}{word}{close}"), role);
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::List(first) => {
                self.end_paragraph();
                self.lists.push(first);
            }
            Tag::Item => {
                self.end_paragraph();
                let marker = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let marker = format!("{number}. ");
                        *number = number.saturating_add(1);
                        marker
                    }
                    _ => format!("{} ", self.style.glyph("•", "-")),
                };
                let rest = " ".repeat(width(&marker));
                self.inside.push(Container { first: marker, rest, begun: false });
            }
            Tag::BlockQuote(kind) => {
                self.end_paragraph();
                let bar = format!("{} ", self.style.glyph("│", "|"));
                self.inside.push(Container { first: bar.clone(), rest: bar, begun: false });
                if let Some(kind) = kind {
                    let (word, role) = match kind {
                        BlockQuoteKind::Note => ("NOTE", Role::Strong),
                        BlockQuoteKind::Tip => ("TIP", Role::Good),
                        BlockQuoteKind::Important => ("IMPORTANT", Role::Strong),
                        BlockQuoteKind::Warning => ("WARNING", Role::Warn),
                        BlockQuoteKind::Caution => ("CAUTION", Role::Bad),
                    };
                    self.text.text(&format!("{word}: "), Some(role));
                }
            }
            Tag::CodeBlock(_) => {
                self.end_paragraph();
                self.code = true;
                if self.lists.is_empty() {
                    self.blank();
                }
            }
            Tag::Link { dest_url, .. } => self.open_link(&dest_url),
            Tag::Image { dest_url, .. } => {
                self.open_link(&dest_url);
                self.text.text("image: ", None);
            }
            Tag::Strong => self.strong += 1,
            Tag::Table(_) => {
                self.end_paragraph();
                self.blank();
            }
            Tag::TableCell => self.text = Inline::default(),
            Tag::HtmlBlock => self.end_paragraph(),
            Tag::Heading { .. } => {
                self.end_paragraph();
                self.blank();
            }
            _ => {}
        }
    }

    fn open_link(&mut self, url: &str) {
        self.links.push((clean(url).replace(['\n', '\t'], ""), std::mem::take(&mut self.text)));
    }

    /// The text of a link, and where it leads unless that is what it says.
    fn close_link(&mut self) {
        let Some((url, before)) = self.links.pop() else { return };
        let shown = std::mem::replace(&mut self.text, before);
        let says = shown.plain();
        let led = says.trim_start_matches("image: ");
        let bare = url.trim_start_matches("mailto:");
        if led == url || led == bare {
            // As one piece, whatever the parser made of it.
            return self.text.whole(&says, None);
        }
        self.text.append(&shown);
        if !url.is_empty() && !url.starts_with('#') {
            if !shown.is_empty() {
                self.text.text(" ", None);
            }
            self.text.whole(&format!("<{url}>"), None);
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => {
                self.end_paragraph();
                if self.lists.is_empty() {
                    self.blank();
                }
            }
            TagEnd::Heading(_) => {
                self.text.tint(Role::Strong);
                self.end_paragraph();
            }
            TagEnd::List(_) => {
                self.end_paragraph();
                self.lists.pop();
                if self.lists.is_empty() {
                    self.blank();
                }
            }
            TagEnd::Item => {
                self.end_paragraph();
                self.inside.pop();
            }
            TagEnd::BlockQuote(_) => {
                self.end_paragraph();
                self.inside.pop();
                // The bar of an empty line at its end says nothing.
                while self.lines.last().is_some_and(|line| matches!(line.trim(), "│" | "|")) {
                    self.lines.pop();
                }
                self.blank();
            }
            TagEnd::CodeBlock => {
                self.code = false;
                self.blank();
            }
            TagEnd::Link | TagEnd::Image => self.close_link(),
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::TableCell => self.cells.push(std::mem::take(&mut self.text)),
            TagEnd::TableHead | TagEnd::TableRow => {
                let mut row = std::mem::take(&mut self.cells);
                if self.rows.is_empty() {
                    row.iter_mut().for_each(|cell| cell.tint(Role::Strong));
                }
                self.rows.push(row);
            }
            TagEnd::Table => {
                let rows = std::mem::take(&mut self.rows);
                for line in table::lines(&rows, self.room(), self.style) {
                    self.line(line);
                }
                self.blank();
            }
            TagEnd::HtmlBlock => {
                let html = std::mem::take(&mut self.html);
                for line in without_tags(&html).lines().map(str::trim).filter(|line| !line.is_empty()) {
                    self.text.text(&clean(line), None);
                    self.end_paragraph();
                }
            }
            _ => {}
        }
    }

    fn prefix_width(&self) -> usize {
        self.inside.iter().map(|container| width(&container.rest)).sum()
    }

    fn room(&self) -> usize {
        self.columns.saturating_sub(self.prefix_width()).max(8)
    }

    /// Adds a line inside whatever is open.
    fn line(&mut self, text: String) {
        let mut line = String::new();
        for container in &mut self.inside {
            line.push_str(if container.begun { &container.rest } else { &container.first });
            container.begun = true;
        }
        line.push_str(&text);
        self.lines.push(line.trim_end().to_owned());
    }

    fn blank(&mut self) {
        // Inside a quote the bar goes on.
        let bars: String = self.inside.iter().map(|container| container.rest.as_str()).collect();
        let bars = bars.trim_end();
        if self.lines.last().is_some_and(|line| !line.is_empty() && line != bars) {
            self.lines.push(bars.to_owned());
        }
    }

    fn end_paragraph(&mut self) {
        let text = std::mem::take(&mut self.text);
        if text.is_empty() {
            return;
        }
        for (line, _) in text.lines(self.room(), self.style) {
            self.line(line);
        }
    }
}

/// What a block of HTML says, without comments and tags.
fn without_tags(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    // Looked for once: a page of unclosed tags takes linear time.
    let last = html.rfind('>').map_or(usize::MAX, |last| html.len() - last);
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let tag = &rest[at..];
        let comment = tag.starts_with("<!--");
        let begins = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        let end = match comment {
            _ if tag.len() < last => None,
            true => tag.find("-->").map(|end| end + 3),
            false => tag.find('>').map(|end| end + 1),
        };
        match end.filter(|_| begins) {
            Some(end) => {
                let link = tag[..end].contains("://") && !tag[..end].contains(char::is_whitespace);
                // A link that stands beside a comment on its line.
                out.push_str(if link && !comment { &tag[..end] } else { "" });
                rest = &tag[end..];
            }
            None if comment => return out,
            None => {
                out.push('<');
                rest = &tag[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
#[path = "markdown/tests.rs"]
mod tests;
