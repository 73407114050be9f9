use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::Severity;
use crate::shell::Simple;

/// A fixed sleep where a condition is meant.
pub static RULE: Rule = Rule {
    id: "MW203",
    name: "sleep-as-check",
    severity: Severity::Info,
    summary: "a fixed sleep where a condition is meant",
    explanation: "\
A fixed sleep is too short on a bad night and too long on every other. What follows it needs something \
to be so, and that can be asked.

Make it a check: `until=` says what is waited for, and the time it may take is `timeout=`. A sleep \
inside a loop that asks is no such thing and is left alone.",
    bad: "\
## Restart it

```sh
systemctl restart shop
«sleep 60»
curl -fsS localhost/health
```
",
    good: "\
## Restart it

```sh
systemctl restart shop
```

```sh check every=5s timeout=2m
curl -fsS localhost/health
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    for command in page.shell().filter(|command| !command.offered()) {
        let script = &command.action.script;
        if !script.contains("sleep") || loops(script) {
            continue;
        }
        let sleeps =
            |simple: &&Simple| simple.program == "sleep" && !simple.background && simple.args.len() == 1;
        let Some(sleep) = command.script().commands().iter().find(sleeps) else { continue };
        out.report(command.place(sleep.span), "a fixed sleep stands where a condition is meant")
            .label("too short on a bad night")
            .help("wait for what is needed: a check with `until=` and `timeout=`");
    }
}

/// Whether the script holds a loop: a sleep between two looks is how one waits in shell.
fn loops(script: &str) -> bool {
    let mut words = script.split(|c: char| c.is_whitespace() || c == ';');
    words.any(|word| matches!(word, "while" | "until" | "for" | "do"))
}
