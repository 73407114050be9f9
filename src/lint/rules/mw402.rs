use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::{PlaceholderKind, Severity};
use crate::source::Span;

/// A placeholder the text never explains.
pub static RULE: Rule = Rule {
    id: "MW402",
    name: "unexplained-placeholder",
    severity: Severity::Warning,
    summary: "a placeholder the text never explains",
    explanation: "\
The command leaves a value to the operator, and no sentence says what it is or where to find it. \
midwatch asks for it and has nothing to show beside the question.

Name it in the text (\"`<shard>` is the number in the alert's title\"), or declare a param with `about`.",
    bad: "\
## Repair the shard

```sh
./repair --only «<n>»
```
",
    good: "\
## Repair the shard

`<n>` is the shard's number: it stands in the title of the alert.

```sh
./repair --only <n>
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    let params = &page.runbook.front.params;
    for placeholder in &page.runbook.placeholders {
        let declared = params.iter().any(|param| param.name.eq_ignore_ascii_case(&placeholder.key));
        // What nothing marks is another rule's.
        if matches!(placeholder.kind, PlaceholderKind::Variable | PlaceholderKind::Your)
            || placeholder.explained.is_some()
            || declared
        {
            continue;
        }
        let Some(&span) = placeholder.spans.first() else { continue };
        // Words of Go templates are no placeholders.
        if placeholder.kind == PlaceholderKind::Mustache
            && matches!(placeholder.key.as_str(), "end" | "else" | "break" | "continue")
        {
            continue;
        }
        if speaks_for_itself(&placeholder.key)
            || named_before(page, span, &placeholder.key)
            || commented(page, span, &placeholder.text)
            || !in_run(page, span)
        {
            continue;
        }
        out.report(span, format!("nothing explains `{}`", placeholder.text))
            .label("what is it, and where does one find it?")
            .help("say it in a sentence before the command, or declare a param with `about`");
    }
}

/// Whether the placeholder is a sentence of its own (`<value of the instance label>`), or says where
/// to find it: in the alert.
fn speaks_for_itself(key: &str) -> bool {
    let words = key.split('_').filter(|word| !word.is_empty());
    words.clone().count() > 2 || words.clone().any(|word| word == "alert")
}

/// Whether the word before says what it is: `--pool <pool>`, `max_bytes <bytes>`, `daemonset <daemonset>`.
fn named_before(page: &Page<'_>, span: Span, key: &str) -> bool {
    let line = page.source.line_span(page.source.line(span.start));
    let before = page.slice(Span::new(line.start, span.start));
    let separators = [' ', '=', '"', '\'', ':', '/'];
    let word = before.trim_end_matches(separators).rsplit([' ', '=', '/']).next().unwrap_or("");
    // Flags that everybody knows.
    let word = match word {
        "-n" => "namespace",
        "-c" => "container",
        "-h" | "-H" => "host",
        "-p" => "port",
        "-u" | "-U" => "user",
        "-f" => "file",
        word => word.trim_matches('-'),
    };
    let word = word.to_ascii_lowercase();
    let singular = |word: &str| word.trim_end_matches('s').to_owned();
    let same = |part: &str| {
        let (part, word) = (singular(part), singular(&word));
        part.len() > 1 && word.len() > 1 && (word.ends_with(&part) || part.ends_with(&word))
    };
    key.split('_').any(same)
}

/// Whether a comment of its block names it.
fn commented(page: &Page<'_>, span: Span, text: &str) -> bool {
    let Some(block) = page.block_at(span.start) else { return false };
    let lines = page.slice(page.doc.blocks[block].span).lines();
    lines.filter(|line| line.trim_start().starts_with('#')).any(|line| line.contains(text))
}

/// Whether the place is in a command that runs, not one that is mentioned.
fn in_run(page: &Page<'_>, span: Span) -> bool {
    let after = page.commands.partition_point(|command| command.action.span.start <= span.start);
    page.commands[..after].iter().rev().take(8).any(|command| {
        command.action.span.contains(span) && !command.offered() && command.not_shell().is_none()
    })
}
