use crate::lint::diagnostic::Edit;
use crate::lint::page::{Command, Page};
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::{ActionKind, Severity};
use crate::shell::Context;
use crate::source::Span;

/// An em dash or curly quote inside a command.
pub static RULE: Rule = Rule {
    id: "MW102",
    name: "typographic-character",
    severity: Severity::Error,
    summary: "an em dash or curly quote inside a command",
    explanation: "\
Word processors, wikis and chat programs turn `--` into a dash and straight quotes into curly ones. \
They look right and are wrong: `–n` is no flag, and curly quotes quote nothing. A no-break space is \
not even visible, and the shell takes it for a part of the word.

Type the character again in the editor. Inside straight quotes and in comments the characters are \
text and are left alone.",
    bad: "\
## Find the pod

```sh
kubectl get pods «—»namespace=shop
```
",
    good: "\
## Find the pod

```sh
kubectl get pods --namespace=shop
```
",
    fixable: false,
    check,
};

/// The characters, what they are called, and what was meant.
const CHARACTERS: &[(char, &str, &str)] = &[
    ('\u{2018}', "a curly quote", "'"),
    ('\u{2019}', "a curly quote", "'"),
    ('\u{201a}', "a curly quote", "'"),
    ('\u{201c}', "a curly quote", "\""),
    ('\u{201d}', "a curly quote", "\""),
    ('\u{201e}', "a curly quote", "\""),
    ('\u{2032}', "a prime", "'"),
    ('\u{2033}', "a double prime", "\""),
    ('\u{2010}', "a typographic hyphen", "-"),
    ('\u{2011}', "a no-break hyphen", "-"),
    ('\u{2012}', "a figure dash", "-"),
    ('\u{2013}', "an en dash", "-"),
    ('\u{2014}', "an em dash", "--"),
    ('\u{2015}', "a horizontal bar", "--"),
    ('\u{2212}', "a minus sign", "-"),
    ('\u{00a0}', "a no-break space", " "),
    ('\u{2009}', "a thin space", " "),
    ('\u{202f}', "a narrow no-break space", " "),
    ('\u{3000}', "an ideographic space", " "),
    ('\u{200b}', "a zero-width space", ""),
    ('\u{2060}', "a word joiner", ""),
    ('\u{feff}', "a byte order mark", ""),
];

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    for command in &page.commands {
        if command.action.script.is_ascii() {
            continue;
        }
        let found = found(command);
        let Some(&(at, (_, name, plain))) = found.first() else { continue };
        let edits =
            found.iter().map(|(at, (_, _, plain))| Edit::replace(command.place(*at), *plain)).collect();
        let (help, fix) = match plain {
            "" => ("delete it: nobody can see it", "Delete it"),
            _ => (
                "type it again with the plain character of the keyboard",
                "Replace it by the plain character",
            ),
        };
        let mut report = out
            .report(command.place(at), format!("{name} inside a command"))
            .label("the shell takes this for an ordinary letter")
            .help(help)
            .suggestion(fix, edits);
        for (at, (_, name, _)) in found.iter().skip(1).take(7) {
            report = report.related(command.place(*at), *name);
        }
    }
}

type Character = (char, &'static str, &'static str);

fn found(command: &Command<'_>) -> Vec<(Span, Character)> {
    let script = &command.action.script;
    let characters = script.char_indices().filter(|(_, c)| !c.is_ascii()).filter_map(|(at, c)| {
        let character = CHARACTERS.iter().find(|(known, ..)| *known == c)?;
        Some((Span::new(at, at + c.len_utf8()), *character))
    });
    characters.filter(|(at, _)| matters(command, *at)).collect()
}

/// Whether the shell, or the program that reads a query, trips over it here.
fn matters(command: &Command<'_>, at: Span) -> bool {
    if command.action.kind == ActionKind::Norun {
        // Only what is not a comment of its language.
        let before = &command.action.script[..at.start];
        let line = before.rsplit('\n').next().unwrap_or("");
        return !line.trim_start().starts_with(['#', '-', '/'])
            && !line.contains(['\'', '"'])
            && !line.contains("--");
    }
    match command.script().context(at.start) {
        Context::Bare => true,
        // In a quoted program of another interpreter a dash may be text: the author knows.
        _ => false,
    }
}
