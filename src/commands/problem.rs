//! An error as a person reads it: the sentence, the place with its source, what to do.

use std::io::IsTerminal;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::error::Error;
use crate::source::{Source, Span};
use crate::terminal::clean::{clean, clean_line};
use crate::terminal::style::{Role, Style};
use crate::terminal::text::wrap;

/// Renders `error`, with a final newline.
pub fn render(error: &Error, style: Style) -> String {
    let message = clean(&error.message).into_owned();
    let help: Vec<String> = error.help.iter().map(|help| clean(help).into_owned()).collect();
    let excerpt = error.place.as_ref().map(|(source, span)| Excerpt::new(source, *span));
    if excerpt.is_none() {
        return placeless(&message, &help, style);
    }
    let title = Level::ERROR.primary_title(message.as_str());
    let mut group = match &excerpt {
        Some(excerpt) => title.element(
            Snippet::source(excerpt.text.as_str())
                .line_start(excerpt.line)
                .path(excerpt.name.as_str())
                .annotation(AnnotationKind::Primary.span(excerpt.from..excerpt.to)),
        ),
        None => Group::with_title(title),
    };
    for help in &help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    format!("{}\n", renderer.render(&[group]))
}

/// An error that is about no place in a file: sentences, broken between words for a reader's
/// terminal, and each on its line for grep.
fn placeless(message: &str, help: &[String], style: Style) -> String {
    let columns = if std::io::stderr().is_terminal() { super::columns().min(100) } else { usize::MAX };
    let mut lines = wrap(&format!("error: {message}"), columns, "", "       ");
    if let Some(first) = lines.first_mut() {
        *first = first.replacen("error:", &style.paint(Role::Bad, "error:"), 1);
    }
    lines.extend(help.iter().flat_map(|help| wrap(help, columns, " = help: ", "         ")));
    lines.join("\n") + "\n"
}

/// The lines of the place, made harmless, and the place in them.
struct Excerpt {
    name: String,
    text: String,
    line: usize,
    from: usize,
    to: usize,
}

impl Excerpt {
    fn new(source: &Source, span: Span) -> Self {
        let line = source.line(span.start.min(source.text().len()));
        let whole = source.line_span(line);
        let start = if line == 1 { whole.start.max(source.start()) } else { whole.start };
        let at = |offset: usize| offset.clamp(start, whole.end);
        // A byte order mark stays out, so that the column is the one an editor shows.
        let piece =
            |from: usize, to: usize| clean_line(source.slice(Span::new(at(from), at(to)))).into_owned();
        let before = piece(start, span.start);
        let marked = piece(span.start, span.end);
        let after = piece(span.end.max(span.start), whole.end);
        let from = before.len();
        let to = (from + marked.len()).max(from);
        Excerpt { name: clean(source.name()).into_owned(), text: before + &marked + &after, line, from, to }
    }
}
