use crate::lint::diagnostic::Edit;
use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::shape;
use crate::lint::sink::Sink;
use crate::runbook::{ActionKind, Severity};

/// A log, PromQL or YAML tagged as shell.
pub static RULE: Rule = Rule {
    id: "MW104",
    name: "not-shell",
    severity: Severity::Warning,
    summary: "a log, PromQL or YAML tagged as shell",
    explanation: "\
The block says that it is shell and is something else: a log, a query, a manifest, what a command \
prints. The walk would offer to run it, and so would everybody else who reads the tag.

Give it the language it is in (`log`, `promql`, `yaml`, `json`, `sql`, `text`).",
    bad: "\
## Diagnosis

```«sh»
sum by (pod) (rate(container_cpu_usage_seconds_total[5m]))
```
",
    good: "\
## Diagnosis

```promql
sum by (pod) (rate(container_cpu_usage_seconds_total[5m]))
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    for command in page.shell() {
        let action = command.action;
        // Only where the author said so: kind and words aside, the tag alone decides.
        if action.offered || action.lang.is_empty() || !action.tagged || action.kind != ActionKind::Run {
            continue;
        }
        let Some(fence) = page.fence(action.span).filter(|fence| page.slice(fence.info) == action.lang) else {
            continue;
        };
        let Some((what, tag)) = shape::not_shell(&action.script) else { continue };
        let mut report = out
            .report(fence.info, format!("{what} is tagged as shell"))
            .label("says that the lines below are commands")
            .help(format!("tag it `{tag}`"))
            .suggestion("Change the tag", vec![Edit::replace(fence.info, tag)]);
        if let Some(&line) = action.lines.first() {
            report = report.related(line, format!("looks like {what}"));
        }
        let _ = report;
    }
}
