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
        if placeholder.kind == PlaceholderKind::Variable || placeholder.explained.is_some() || declared {
            continue;
        }
        let Some(&span) = placeholder.spans.first() else { continue };
        // Words of Go templates are no placeholders.
        if placeholder.kind == PlaceholderKind::Mustache && matches!(placeholder.key.as_str(), "end" | "else" | "break" | "continue") {
            continue;
        }
        if speaks_for_itself(&placeholder.key) || named_before(page, span, &placeholder.key) || !in_run(page, span) {
            continue;
        }
        out.report(span, format!("nothing explains `{}`", placeholder.text))
            .label("what is it, and where does one find it?")
            .help("say it in a sentence before the command, or declare a param with `about`");
    }
}

/// Whether a placeholder of two words or of a common kind says what it wants: `<pod-name>`, `<node>`.
fn speaks_for_itself(key: &str) -> bool {
    const KINDS: &[&str] = &[
        "pod", "node", "namespace", "host", "hostname", "cluster", "container", "deployment", "service", "job", "file", "filename",
        "path", "bucket", "database", "table", "user", "username", "email", "region", "account", "zone", "project", "branch", "commit",
        "version", "tag", "image", "port", "ip", "pid", "queue", "topic", "device", "disk", "volume", "pvc", "pv", "server", "environment",
        "env", "date", "password", "token", "url", "domain", "instance", "vm", "machine", "secret", "configmap", "statefulset", "shard",
        "replica", "index", "pool", "daemonset", "firstname", "lastname", "repository", "repo", "release", "chart", "context", "profile", "role", "policy", "key", "message", "ns",
    ];
    let words: Vec<&str> = key.split('_').filter(|word| !word.is_empty()).collect();
    words.len() > 1 || words.first().is_some_and(|word| KINDS.contains(word))
}

/// Whether the word before says what it is: `--pool <pool>`, `max_bytes <bytes>`, `daemonset <daemonset>`.
fn named_before(page: &Page<'_>, span: Span, key: &str) -> bool {
    let line = page.source.line_span(page.source.line(span.start));
    let before = page.slice(Span::new(line.start, span.start));
    let word = before.trim_end_matches([' ', '=', '"', '\'', ':']).rsplit([' ', '=', '/']).next().unwrap_or("");
    let word = word.trim_matches('-').to_ascii_lowercase();
    let singular = |word: &str| word.trim_end_matches('s').to_owned();
    word.len() > 1 && key.len() > 1 && (singular(&word).ends_with(&singular(key)) || singular(key).ends_with(&singular(&word)))
}

/// Whether the place is in a command that runs, not one that is mentioned.
fn in_run(page: &Page<'_>, span: Span) -> bool {
    let after = page.commands.partition_point(|command| command.action.span.start <= span.start);
    page.commands[..after].iter().rev().take(8).any(|command| {
        command.action.span.contains(span) && !command.offered() && command.not_shell().is_none()
    })
}
