use crate::lint::incomplete;
use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::Severity;
use crate::shell::has_word;
use crate::source::Span;

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
            let Some(missing) = incomplete::missing(simple, &command.action.script) else { continue };
            // Program and subcommand, without what stands between them and after.
            let next = simple
                .args
                .first()
                .filter(|word| !word.text.starts_with('-'))
                .filter(|_| has_sub(&simple.program));
            let end = next.map_or(simple.head.span.end, |word| word.span.end);
            let span = command.place(Span::new(simple.head.span.start, end));
            out.report(span, format!("this command lacks {missing}"))
                .label(format!("{missing} must follow"))
                .help("add it, or write a placeholder such as `<name>`: midwatch asks for it");
        }
    }
}

fn has_sub(program: &str) -> bool {
    const PROGRAMS: &str = "kubectl oc k virtctl systemctl supervisorctl pm2 docker podman nerdctl helm terraform tofu \
                            git apt apt-get yum dnf aws gcloud gsutil vault";
    has_word(PROGRAMS, program)
}
