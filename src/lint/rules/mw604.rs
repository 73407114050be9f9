use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::Severity;

/// Alerts and runbooks that do not know each other.
pub static RULE: Rule = Rule {
    id: "MW604",
    name: "unknown-alert",
    severity: Severity::Warning,
    summary: "an alert without a runbook, a runbook without its alert, a `runbook_url` whose anchor does not exist",
    explanation: "\
With `--alerts FILE` (Prometheus rule files) the linter compares both sides. An alert in the front matter \
that no rule file defines was renamed or never existed. An alert without a `runbook_url` that no runbook \
names leaves the operator alone. A `runbook_url` that leads to a missing file or heading does so, too, and \
nobody notices until it fires.",
    bad: "\
---
owner: team-db
alerts: [ReplicaLagHigh, «ReplicaLaggHigh»]
---

## Replica lags

Call the team.
",
    good: "\
---
owner: team-db
alerts: [ReplicaLagHigh]
---

## Replica lags

Call the team.
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    let Some(alerts) = page.world.alerts else { return };
    for name in page.runbook.front.alerts.iter().filter(|name| !alerts.has(name)) {
        let span = page.front_value("alerts", name).unwrap_or(page.runbook.front.span);
        let report = out.report(span, format!("no rule file defines the alert `{name}`"));
        match alerts.nearest(name) {
            Some(near) => report.help(format!("did you mean `{near}`?")),
            None => report.help("take it out, or give its rule file to --alerts"),
        };
    }
}
