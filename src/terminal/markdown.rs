//! Markdown prose as lines of text for a terminal.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::clean::clean;
use super::style::{Role, Style};
use super::text::wrap;

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

struct Renderer {
    columns: usize,
    style: Style,
    lines: Vec<String>,
    text: String,
    /// Numbers of the open lists: none for bullets.
    lists: Vec<Option<u64>>,
    quotes: usize,
    marker: Option<String>,
    code: bool,
    link: Option<(String, usize)>,
    cells: Vec<String>,
}

impl Default for Renderer {
    fn default() -> Self {
        Renderer {
            columns: 80,
            style: Style::PLAIN,
            lines: Vec::new(),
            text: String::new(),
            lists: Vec::new(),
            quotes: 0,
            marker: None,
            code: false,
            link: None,
            cells: Vec::new(),
        }
    }
}

impl Renderer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.code => {
                for line in text.lines() {
                    self.lines.push(format!("    {}", clean(line)));
                }
            }
            Event::Text(text) => self.text.push_str(&clean(&text)),
            Event::Code(text) => {
                let code = clean(&text);
                let code =
                    if self.style.colour { self.style.paint(Role::Key, &code) } else { format!("`{code}`") };
                self.text.push_str(&code);
            }
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak => self.end_paragraph(),
            Event::Rule => self.lines.push(String::new()),
            Event::TaskListMarker(_) => self.text.push_str("[ ] "),
            // Comments and tags are for the forge, not for the terminal.
            Event::Html(_) | Event::InlineHtml(_) => {}
            Event::FootnoteReference(name) => self.text.push_str(&format!("[{}]", clean(&name))),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text.push_str(&clean(&text)),
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
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => format!("{} ", self.style.glyph("•", "-")),
                };
                self.marker = Some(marker);
            }
            Tag::BlockQuote(kind) => {
                self.end_paragraph();
                self.quotes += 1;
                if let Some(kind) = kind {
                    let word = format!("{kind:?}").to_uppercase();
                    self.text.push_str(&self.style.paint(Role::Warn, &format!("{word}: ")));
                }
            }
            Tag::CodeBlock(kind) => {
                self.end_paragraph();
                self.code = true;
                if let CodeBlockKind::Fenced(_) = kind {
                    self.blank();
                }
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.link = Some((clean(&dest_url).into_owned(), self.text.len()));
            }
            Tag::TableCell => self.text.clear(),
            _ => {}
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
                let text = std::mem::take(&mut self.text);
                self.text = self.style.paint(Role::Strong, &text);
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
                self.marker = None;
            }
            TagEnd::BlockQuote(_) => {
                self.end_paragraph();
                self.quotes = self.quotes.saturating_sub(1);
                self.blank();
            }
            TagEnd::CodeBlock => {
                self.code = false;
                self.blank();
            }
            TagEnd::Link | TagEnd::Image => {
                if let Some((url, from)) = self.link.take() {
                    let shown = self.text.get(from..).unwrap_or("").to_owned();
                    if shown != url && !url.is_empty() && !url.starts_with('#') {
                        self.text.push_str(&format!(" <{url}>"));
                    }
                }
            }
            TagEnd::TableCell => self.cells.push(std::mem::take(&mut self.text)),
            TagEnd::TableRow | TagEnd::TableHead => {
                self.text = std::mem::take(&mut self.cells).join(" | ");
                self.end_paragraph();
            }
            TagEnd::Table => self.blank(),
            _ => {}
        }
    }

    fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(String::new());
        }
    }

    fn end_paragraph(&mut self) {
        let text = std::mem::take(&mut self.text);
        if text.trim().is_empty() {
            return;
        }
        let bar = format!("{} ", self.style.glyph("│", "|")).repeat(self.quotes);
        let depth = "  ".repeat(self.lists.len().saturating_sub(1));
        let marker = self.marker.take();
        let hanging = if self.lists.is_empty() { "" } else { "  " };
        let first = format!("{bar}{depth}{}", marker.as_deref().unwrap_or(hanging));
        let rest = format!("{bar}{depth}{}", " ".repeat(marker.map_or(hanging.len(), |m| m.chars().count())));
        self.lines.extend(wrap(text.trim(), self.columns, &first, &rest));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(markdown: &str) -> String {
        render(markdown, 40, Style::PLAIN).join("\n")
    }

    #[test]
    fn prose_is_wrapped_and_links_can_be_copied() {
        let shown =
            plain("See [the wiki](https://wiki.example.org/a/very/long/path/that/stays/whole) *first*.");
        assert_eq!(
            shown,
            "See the wiki\n<https://wiki.example.org/a/very/long/path/that/stays/whole>\nfirst."
        );
    }

    #[test]
    fn lists_quotes_and_code_keep_their_shape() {
        let shown = plain("1. one\n2. two\n   - inner\n\n> [!WARNING]\n> hot\n\n```sh\nls -l\n```\n");
        assert_eq!(shown, "1. one\n2. two\n  - inner\n\n| WARNING: hot\n\n    ls -l");
    }

    #[test]
    fn control_sequences_do_nothing() {
        assert!(!plain("a\u{1b}]52;c;aGk=\u{7}b").contains('\u{1b}'));
    }
}
