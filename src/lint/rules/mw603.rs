use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::Severity;

/// Front matter that names nobody.
pub static RULE: Rule = Rule {
    id: "MW603",
    name: "no-owner",
    severity: Severity::Info,
    summary: "front matter without `owner` or `escalation`",
    explanation: "\
The front matter says neither who keeps the runbook right nor whom to call when it does not help. The \
key `c` of the walk shows exactly that.",
    bad: "\
---
«title: Restart the shop»
---

## Restart it

Call the team.
",
    good: "\
---
title: Restart the shop
owner: team-shop
escalation: '#shop-oncall'
---

## Restart it

Call the team.
",
    fixable: false,
    check,
};

/// Whether a key of another tool's names who keeps the page: `owner_slack`, `team`, `maintainers`, `contact`.
fn names_owner(front: &str) -> bool {
    const KEYS: &[&str] = &[
        "codeowner",
        "codeowners",
        "contact",
        "contacts",
        "maintainer",
        "maintainers",
        "owned-by",
        "owned_by",
        "owner",
        "owners",
        "owning-team",
        "owning_team",
        "squad",
        "team",
        "teams",
    ];
    const BEGINS: &[&str] = &["owner_", "owner-", "team_", "team-", "contact_", "contact-"];
    front.lines().any(|line| {
        let Some((key, value)) = line.split_once([':', '=']) else { return false };
        let key = key.trim_end().trim_matches(['"', '\'']).to_ascii_lowercase();
        let named = KEYS.contains(&key.as_str()) || BEGINS.iter().any(|begin| key.starts_with(begin));
        // The value may be a list on the lines below.
        named && !matches!(value.trim(), "''" | "\"\"" | "null" | "~" | "[]")
    })
}

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    let front = &page.runbook.front;
    if front.span.is_empty() || front.owner.is_some() || front.escalation.is_some() {
        return;
    }
    if names_owner(page.slice(front.span)) {
        return;
    }
    // A page without a body holds nothing to own: a generator lists the others below it.
    if page.source.text()[front.span.end..].trim_matches(['-', '+', '.', '\n', '\r', ' ']).is_empty() {
        return;
    }
    let first = page.source.line_span(page.source.line(front.span.start));
    out.report(first, "the front matter names neither an owner nor whom to call")
        .help("add `owner:` and `escalation:`");
}
