use crate::lint::incomplete;
use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::Severity;

/// A command that needs more words than it has.
pub static RULE: Rule = Rule {
    id: "MW107",
    name: "incomplete-command",
    severity: Severity::Error,
    summary: "`kubectl delete` without a type, and the like",
    explanation: "\
The command lacks something it cannot work without: `kubectl delete` a type, `systemctl restart` a \
unit, `kill` a process. It fails when somebody needs it, and they have to guess what was meant.

If the operator is to choose, write a placeholder (`kubectl delete pod <pod>`): midwatch asks for it.",
    bad: "\
## Delete the stuck pod

```sh
«kubectl delete» web-5 -n shop
kubectl get pods -n shop
```
",
    good: "\
## Delete the stuck pod

```sh
kubectl delete pod web-5 -n shop
kubectl get pods -n shop
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    for command in page.shell().filter(|command| !command.offered()) {
        // One word in a sentence or an item is the name of a program.
        let is_name = !command.action.script.contains(' ') && !page.is_fenced(command.action.span);
        for simple in command.script().commands().iter().filter(|_| !is_name) {
            let Some(lack) = incomplete::missing(simple, &command.action.script) else { continue };
            out.report(command.place(lack.after), format!("this command lacks {}", lack.what))
                .label(format!("{} must follow", lack.what))
                .help("add it, or write a placeholder such as `<name>`: midwatch asks for it");
        }
    }
}
