use crate::check::spec;
use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::Severity;

/// An expression that does not compile.
pub static RULE: Rule = Rule {
    id: "MW205",
    name: "bad-expression",
    severity: Severity::Error,
    summary: "does not compile, is not boolean, calls an unknown function",
    explanation: "\
`until=`, `fail=`, `if=`, `show=` and `capture=` hold expressions of the Common Expression Language. \
This one does not compile, calls a function that does not exist, or yields something that is neither \
true nor false. The runbook does not run as long as it stands.",
    bad: "\
## Wait for the replica

```sh check until=\"value «=» 0\" timeout=30m
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
        // The parts of one fence share its words.
        if last == Some(action.span) {
            continue;
        }
        last = Some(action.span);
        if action.attrs.are_none() {
            continue;
        }
        let Err(wrong) = spec::verify(&action.attrs) else { continue };
        let mut report =
            out.report(wrong.place(page.source), format!("`{}=`: {}", wrong.attr, wrong.bad.message));
        if let Some(help) = &wrong.bad.help {
            report = report.help(help.clone());
        }
        let _ = report;
    }
}
