use crate::lint::page::{Command, Page};
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
The word stands for something the operator must put in, and nothing marks it: pasted, the command runs \
with it as written. At best it fails; at worst there is something called so.

Write `<like-this>`, which midwatch asks for, or declare a param and use it.",
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
    let mut told: Vec<String> = Vec::new();
    let mut found: Vec<Span> = Vec::new();
    let your =
        page.runbook.placeholders.iter().filter(|placeholder| placeholder.kind == PlaceholderKind::Your);
    found.extend(your.filter_map(|placeholder| placeholder.spans.first()).copied());
    for command in page.shell().filter(|command| !command.offered()) {
        found.extend(in_script(command).into_iter().map(|span| command.place(span)));
    }
    found.sort();
    found.dedup_by(|later, earlier| later.start < earlier.end);
    for span in found {
        let word = page.slice(span).to_owned();
        // One finding for each word is enough.
        if told.contains(&word) || told.len() > 20 {
            continue;
        }
        out.report(span, format!("`{word}` stands for something, and nothing marks it"))
            .label("pasted, it runs as it is written")
            .help("write `<like-this>`: midwatch asks for it");
        told.push(word);
    }
}

/// `xxx`, `YYYY-MM-DD` and the like, standing free in a command.
fn in_script(command: &Command<'_>) -> Vec<Span> {
    let script = command.action.script.as_bytes();
    let mut found = Vec::new();
    for start in memchr::memchr2_iter(b'x', b'X', script) {
        let before = start.checked_sub(1).map_or(b' ', |at| script[at]);
        let length = script[start..].iter().take_while(|byte| **byte == script[start]).count();
        let after = script.get(start + length).copied().unwrap_or(b' ');
        // `\\xff`, `0xxx`, and words with an `xxx` in them are something else.
        let free = |byte: u8| {
            !byte.is_ascii_alphanumeric()
                && !matches!(byte, b'<' | b'>' | b'{' | b'}' | b'\\' | b'$' | b'%' | b'*' | b'_')
        };
        if (3..40).contains(&length) && free(before) && free(after) {
            found.push(Span::new(start, start + length));
        }
    }
    // The letters of a date.
    for start in memchr::memmem::find_iter(script, "YYYY") {
        let rest = &script[start + 4..];
        let sign = usize::from(rest.first().is_some_and(|byte| matches!(byte, b'-' | b'_' | b'/' | b'.')));
        let date = if sign == 1 { [b"MM", &rest[..1], b"DD"].concat() } else { b"MMDD".to_vec() };
        if rest[sign..].starts_with(&date) {
            found.push(Span::new(start, start + 4 + sign + date.len()));
        }
    }
    found.sort_unstable();
    // In comments it is text, and what no known program is given is printed output.
    let given = |span: &Span| match command.script().context(span.start) {
        Context::Comment => false,
        Context::Heredoc | Context::QuotedHeredoc => true,
        _ => {
            let around = || command.script().commands().iter().filter(|simple| simple.span.contains(*span));
            // A template: mktemp puts something there by itself.
            let shapes = |simple: &Simple| {
                simple.program == "mktemp" || simple.args.iter().any(|word| word.text.contains("format"))
            };
            around().any(runs) && !around().any(shapes)
        }
    };
    found.retain(given);
    found
}

fn runs(simple: &Simple) -> bool {
    known_command(&simple.program) || simple.head.text.contains('/') || simple.program.is_empty()
}
