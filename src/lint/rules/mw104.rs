use crate::lint::diagnostic::Edit;
use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::{ActionKind, Severity};
use crate::source::Span;

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

/// The tags that say so.
const SHELLS: &[&str] =
    &["sh", "bash", "shell", "zsh", "ksh", "console", "shell-session", "shellsession", "terminal", "shellscript"];

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    for command in page.commands.iter().filter(|command| command.is_shell()) {
        let action = command.action;
        // Only where the author said so.
        if action.offered || !SHELLS.contains(&action.lang.as_str()) || action.kind != ActionKind::Run {
            continue;
        }
        let is_tag = |info: Span| page.slice(info).eq_ignore_ascii_case(&action.lang);
        let Some(fence) = page.fence(action.span).filter(|fence| is_tag(fence.info)) else { continue };
        let Some((what, tag)) = command.not_shell() else { continue };
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
