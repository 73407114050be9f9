use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::{Severity, Topic};

/// A word after the language that is not known.
pub static RULE: Rule = Rule {
    id: "MW506",
    name: "bad-annotation",
    severity: Severity::Error,
    summary: "a word after the language that is not known",
    explanation: "\
A fence that carries at least one of midwatch's words must carry only those: a misspelled `timout=` would \
otherwise be taken for another tool's, and the check would wait for the default time. The same goes for \
values that are none (`timeout=5`), for words that do not belong together, and for keys of the front \
matter that are nearly one of ours.",
    bad: "\
## Wait for it

```sh check «timout=5m»
systemctl is-active shop
```
",
    good: "\
## Wait for it

```sh check timeout=5m
systemctl is-active shop
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    for diagnostic in &page.runbook.diagnostics {
        if !matches!(diagnostic.topic, Topic::Annotation | Topic::FrontMatter) {
            continue;
        }
        let mut report =
            out.report(diagnostic.span, diagnostic.message.clone()).severity(diagnostic.severity);
        if let Some(help) = &diagnostic.help {
            report = report.help(help.clone());
        }
        let _ = report;
    }
}
