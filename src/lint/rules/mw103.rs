use crate::lint::diagnostic::Edit;
use crate::lint::page::{Command, Page};
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::Severity;
use crate::shell::{Context, known_command};
use crate::source::Span;

/// A continuation broken by trailing space.
pub static RULE: Rule = Rule {
    id: "MW103",
    name: "backslash-space",
    severity: Severity::Error,
    summary: "a continuation broken by trailing space",
    explanation: "\
A backslash continues a command only if it is the very last character of its line. With a space \
after it, the shell runs the first line alone, with a stray argument, and then the next line as a \
command of its own. Nothing of that can be seen on the page.

`--fix` removes the space, unless the next line could be meant as a command of its own.",
    bad: "\
## Copy the dump

```sh
pg_restore --jobs=4 «\\ »
  --dbname=shop shop.dump
```
",
    good: "\
## Copy the dump

```sh
pg_restore --jobs=4 \\
  --dbname=shop shop.dump
```
",
    fixable: true,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    for command in page.shell() {
        let script = &command.action.script;
        if memchr::memchr(b'\\', script.as_bytes()).is_none() {
            continue;
        }
        let mut start = 0;
        while let Some(len) = memchr::memchr(b'\n', &script.as_bytes()[start..]) {
            let end = start + len;
            if let Some(at) = broken(&script[start..end]).map(|at| start + at)
                && command.script().context(at) == Context::Bare
            {
                report(page, command, at, end, out);
            }
            start = end + 1;
        }
    }
}

/// Where the backslash of `line` is, if only white space follows it and it is not escaped itself.
fn broken(line: &str) -> Option<usize> {
    let trimmed = line.trim_end();
    let slashes = trimmed.len() - trimmed.trim_end_matches('\\').len();
    (trimmed.len() < line.len() && slashes % 2 == 1).then(|| trimmed.len() - 1)
}

fn report(page: &Page<'_>, command: &Command<'_>, at: usize, end: usize, out: &mut Sink<'_>) {
    let next = command.action.script[end + 1..].lines().next().unwrap_or("");
    if next.trim().is_empty() {
        return;
    }
    let slash = command.place(Span::new(at, at + 1));
    // The line's white space up to its end in the file, a carriage return left out.
    let spaces = Span::new(slash.end, command.place(Span::new(end - 1, end)).end.max(slash.end));
    let edit = Edit::delete(spaces);
    let report = out
        .report(Span::new(slash.start, spaces.end), "a space after the backslash breaks this continuation")
        .label(if page.slice(spaces).len() == 1 { "a space follows" } else { "white space follows" })
        .help("remove the white space after the backslash");
    let first_word = next.split_whitespace().next().unwrap_or("");
    let indented = next.starts_with([' ', '\t']);
    if indented || !known_command(first_word) {
        report.fix("Remove the white space after the backslash", vec![edit]);
    } else {
        report.suggestion("Remove the white space after the backslash", vec![edit]);
    }
}
