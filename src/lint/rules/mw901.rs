use crate::lint::registry::Rule;
use crate::runbook::Severity;

/// An ignore that silences nothing, or has no reason.
pub static RULE: Rule = Rule {
    id: "MW901",
    name: "unused-ignore",
    severity: Severity::Warning,
    summary: "an ignore that silences nothing, or has no reason",
    explanation: "\
`<!-- midwatch: ignore MW201 reason -->` silences a rule for the next block (a list, a fence, a \
paragraph, a heading). In front matter the same words stand after a `#`. What follows the rule is the \
reason, and without one nothing is silenced: in two years nobody knows otherwise whether it still holds.

When the finding is gone the comment must go, too, or it silences the next mistake.",
    bad: "\
## Restart it

«<!-- midwatch: ignore MW305 the key is revoked -->»

```sh
systemctl restart shop
```
",
    good: "\
## Restart it

```sh
systemctl restart shop
```
",
    fixable: false,
    // Only the linter itself knows what was silenced: see `suppress`.
    check: |_, _| {},
};
