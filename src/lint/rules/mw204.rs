use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::{ActionKind, Severity};

/// A check that relies on the default timeout.
pub static RULE: Rule = Rule {
    id: "MW204",
    name: "check-without-timeout",
    severity: Severity::Info,
    summary: "a check that relies on the default",
    explanation: "\
Without `timeout=` a check is given ten minutes. A restart that takes a second should be called broken \
long before, a rebuild of a replica long after. The author knows; the operator at night does not.

Write how long it takes when all is well, times three.",
    bad: "\
## Wait for the replica

```sh «check until=\"value == 0\"»
./replication-lag
```
",
    good: "\
## Wait for the replica

```sh check until=\"value == 0\" timeout=30m
./replication-lag
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    let mut last = None;
    for command in &page.commands {
        let action = command.action;
        if action.kind != ActionKind::Check || action.attrs.timeout.is_some() || last == Some(action.span) {
            continue;
        }
        last = Some(action.span);
        let Some(words) = page.words(action) else { continue };
        out.report(words, "this check relies on the default timeout of 10 minutes")
            .help("write `timeout=`, as long as it may take before somebody must look");
    }
}
