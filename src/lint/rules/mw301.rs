use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::{PlaceholderKind, Severity};
use crate::source::Span;

/// A destructive command with an unfilled placeholder.
pub static RULE: Rule = Rule {
    id: "MW301",
    name: "danger-with-placeholder",
    severity: Severity::Error,
    summary: "a destructive command with an unfilled placeholder",
    explanation: "\
The command destroys something, and what it destroys is left to whoever runs it: `<pod>`, `YOUR_VOLUME`. \
Pasted as it stands, `<pod>` is valid shell that reads one file and truncates another. Filled in by hand \
at night, one wrong letter deletes the wrong thing, and nothing checks it.

Declare a param with a `pattern` or `choices` and use it (`\"$pod\"`), or capture the name in the step \
that finds it (`capture=pod`).",
    bad: "\
## Remove the pod

```sh
kubectl delete pod «<pod-name>»
kubectl get pods
```
",
    good: "\
---
params:
  pod: { about: The pod that is stuck, pattern: '^web-[a-z0-9-]+$' }
---

## Remove the pod

```sh
kubectl delete pod \"$pod\"
kubectl get pods
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    let open: Vec<_> = page
        .runbook
        .placeholders
        .iter()
        .filter(|placeholder| placeholder.kind != PlaceholderKind::Variable)
        .filter(|placeholder| page.runbook.front.params.iter().all(|param| param.name != placeholder.key))
        .flat_map(|placeholder| placeholder.spans.iter().map(move |span| (*span, placeholder)))
        .collect();
    if open.is_empty() {
        return;
    }
    for command in page.shell().filter(|command| !command.offered() && command.is_dangerous()) {
        for danger in command.dangers() {
            let places: Vec<Span> = command.danger_places(danger).collect();
            // One finding a command: at the first thing that is left open.
            let first = open
                .iter()
                .filter(|(span, _)| places.iter().any(|place| place.contains(*span)))
                .min_by_key(|(span, _)| span.start);
            let Some((span, placeholder)) = first else { continue };
            out.report(
                *span,
                format!("`{}` is left open in a command that {}", placeholder.text, danger.what),
            )
            .label("filled in by hand, checked by nobody")
            .help("declare it in `params` with a `pattern`, or capture it in the step that finds it");
        }
    }
}
