use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::Severity;
use crate::source::Span;

/// A param that is declared and never used.
pub static RULE: Rule = Rule {
    id: "MW405",
    name: "unused-param",
    severity: Severity::Warning,
    summary: "declared and never used",
    explanation: "\
The front matter declares a param that no command, no condition and no placeholder uses. The operator is \
asked for it before the first step, thinks about it, and it changes nothing. Or it is spelled differently \
where it should be used.",
    bad: "\
---
params:
  «region»: { about: Where it runs }
---

## Restart it

```sh
systemctl restart shop
```
",
    good: "\
---
params:
  unit: { about: What to restart, choices: [shop, billing] }
---

## Restart it

```sh
systemctl restart \"$unit\"
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    for param in &page.runbook.front.params {
        if used(page, &param.name) {
            continue;
        }
        out.report(param.span, format!("nothing uses the param `{}`", param.name))
            .label("asked for before the first step")
            .help(format!("use it as `\"${}\"`, or take it out", param.name));
    }
}

fn used(page: &Page<'_>, name: &str) -> bool {
    let front = &page.runbook.front;
    let placeholders = page.runbook.placeholders.iter();
    if placeholders.into_iter().any(|placeholder| placeholder.key.eq_ignore_ascii_case(name)) {
        return true;
    }
    // Any mention in code counts: commands, conditions, other programs' text.
    let in_code = |span: Span| has_word(page.slice(span), name);
    let fences = page.doc.fences.iter().any(|fence| in_code(fence.info));
    let commands = || page.commands.iter().any(|command| has_word(&command.action.script, name));
    let said = [&front.logs, &front.changes].into_iter().flatten().any(|text| has_word(text, name));
    fences || commands() || said || front.env.values().any(|value| has_word(value, name))
}

fn has_word(text: &str, name: &str) -> bool {
    let inside = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    memchr::memmem::find_iter(text.as_bytes(), name).any(|at| {
        let before = at.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        !inside(before) && !inside(text.as_bytes().get(at + name.len()))
    })
}
