use crate::lint::page::{Command, Page};
use crate::lint::prose::listed;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::{PlaceholderKind, Severity};
use crate::shell::{Context, Simple, known_command};
use crate::source::Span;

/// A placeholder that would run as written.
pub static RULE: Rule = Rule {
    id: "MW403",
    name: "hidden-placeholder",
    severity: Severity::Warning,
    summary: "`YOUR_X`, `xxx`, `YYYY-MM-DD` that would run as written",
    explanation: "\
The word stands for something the operator must put in (`YOUR_CLUSTER`, `xxx`, `PROJECT_ID`, `/path/to/dump`), \
and nothing marks it: pasted, the command runs with it as written. At best it fails; at worst there is something called so.

midwatch asks for nearly all of them; somebody who copies the command is asked by nobody. Write `<like-this>`, \
or declare a param and use it.",
    bad: "\
## Look at the cluster

```sh
gcloud container clusters describe «YOUR_CLUSTER»
```
",
    good: "\
## Look at the cluster

`<cluster>` is the name in the alert.

```sh
gcloud container clusters describe <cluster>
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    let mut told: Vec<&str> = Vec::new();
    let mut found: Vec<Span> = Vec::new();
    let your =
        page.runbook.placeholders.iter().filter(|placeholder| placeholder.kind == PlaceholderKind::Your);
    // What is plainly no shell, whatever it was taken for, is given nothing.
    let in_shell = |span: &Span| page.shell().any(|command| command.action.span.contains(*span));
    found.extend(your.filter_map(|placeholder| placeholder.spans.first()).copied().filter(in_shell));
    for command in page.shell().filter(|command| !command.offered()) {
        found.extend(dates(command).into_iter().map(|span| command.place(span)));
    }
    found.sort();
    found.dedup_by(|later, earlier| later.start < earlier.end);
    // One finding for each word is enough.
    let mut words: Vec<Span> = Vec::new();
    for span in found {
        let word = page.slice(span);
        if told.len() <= MOST && !told.contains(&word) {
            told.push(word);
            words.push(span);
        }
    }
    // And one for each argument: `POOL/IMAGE` is one place.
    let joined = |one: &Span, next: &Span| {
        next.start == one.end + 1
            && matches!(page.source.text().as_bytes()[one.end], b'/' | b':' | b'@' | b'.')
    };
    for parts in words.chunk_by(joined) {
        let (first, last) = (parts[0], parts[parts.len() - 1]);
        let names: Vec<String> = parts.iter().map(|span| format!("`{}`", page.slice(*span))).collect();
        let says = match parts {
            [_] => "stands for something, and nothing marks it",
            _ => "stand for something, and nothing marks them",
        };
        out.report(Span::new(first.start, last.end), format!("{} {says}", listed(&names)))
            .label("pasted, it runs as it is written")
            .help("write `<like-this>`: midwatch asks for either, who pastes it sees only that");
    }
}

/// No more words than these are told of one file.
const MOST: usize = 20;

/// `YYYY/MM/DD` and the like, standing free in a command.
fn dates(command: &Command<'_>) -> Vec<Span> {
    let script = command.action.script.as_bytes();
    let mut found = Vec::new();
    let is_year = |at: &usize| script[*at..].starts_with(b"YYYY");
    for start in memchr::memchr_iter(b'Y', script).filter(is_year) {
        let rest = &script[start + 4..];
        let sign = usize::from(rest.first().is_some_and(|byte| matches!(byte, b'-' | b'_' | b'/' | b'.')));
        let date = if sign == 1 { [b"MM", &rest[..1], b"DD"].concat() } else { b"MMDD".to_vec() };
        if rest[sign..].starts_with(&date) {
            found.push(Span::new(start, start + 4 + sign + date.len()));
        }
    }
    // In comments it is text, and what no known program is given is printed output.
    let given = |span: &Span| match command.script().context(span.start) {
        Context::Comment => false,
        Context::Heredoc | Context::QuotedHeredoc => true,
        _ => {
            let around = || command.script().commands().iter().filter(|simple| simple.span.contains(*span));
            let shapes = |simple: &Simple| simple.args.iter().any(|word| word.text.contains("format"));
            around().any(runs) && !around().any(shapes)
        }
    };
    found.retain(given);
    found
}

fn runs(simple: &Simple) -> bool {
    known_command(&simple.program) || simple.head.text.contains('/') || simple.program.is_empty()
}
