//! An error as a person reads it: the sentence, the place with its source, what to do.

use std::io::IsTerminal;

use crate::error::Error;
use crate::excerpt::{Look, Mark, excerpt};
use crate::terminal::clean::clean;
use crate::terminal::style::{Role, Style};
use crate::terminal::text::wrap;

/// Renders `error`, with a final newline.
pub fn render(error: &Error, style: Style) -> String {
    let message = clean(&error.message).into_owned();
    let help: Vec<String> = error.help.iter().map(|help| clean(help).into_owned()).collect();
    let columns = if std::io::stderr().is_terminal() { super::columns().min(100) } else { usize::MAX };
    let mut lines = wrap(&format!("error: {message}"), columns, "", "       ");
    if let Some(first) = lines.first_mut() {
        *first = first.replacen("error:", &style.paint(Role::Bad, "error:"), 1);
    }
    let mut indent = 0;
    if let Some((source, span)) = &error.place {
        let look = Look {
            colour: style.colour.then(|| console::Style::new().red().bold()),
            columns: columns.min(140),
            named: true,
        };
        lines.push(excerpt(source, &[Mark { span: *span, label: "", primary: true }], &look));
        indent = source.line(span.start).to_string().len();
    }
    let (first, rest) = (format!("{:indent$} = help: ", ""), format!("{:indent$}         ", ""));
    lines.extend(help.iter().flat_map(|help| wrap(help, columns, &first, &rest)));
    lines.join("\n") + "\n"
}
