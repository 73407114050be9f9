use crate::lint::incomplete;
use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::Severity;
use crate::runbook::blocks::Kind;
use crate::shell::known_command;
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
            let Some(lack) = incomplete::missing(simple, &command.action.script) else { continue };
            let place = command.place(lack.after);
            let report = out
                .report(place, format!("this command lacks {}", lack.what))
                .label(format!("{} must follow", lack.what));
            if let Some(value) = value_below(page, place) {
                report
                    .help(
                        "if it is what stands on the next line, end this line with a backslash; else add it",
                    )
                    .related(value, "a line of its own, and no part of the command");
            } else {
                report.help("add it, or write a placeholder such as `<name>`: midwatch asks for it");
            }
        }
    }
}

/// What stands alone on the next line of the block, if nothing follows on the line of `place` and that is no
/// command: the author may have broken a command in two.
fn value_below(page: &Page<'_>, place: Span) -> Option<Span> {
    let Kind::Code(fence) = page.doc.blocks[page.block_at(place.start)?].kind else { return None };
    let lines = page.doc.lines(fence);
    let at = lines.partition_point(|line| line.end < place.end);
    let rest = page.slice(Span::new(place.end, lines.get(at)?.end.max(place.end)));
    if !rest.trim().is_empty() {
        return None;
    }
    let next = *lines.get(at + 1)?;
    let text = page.slice(next).trim();
    let quoted = text.len() > 1 && text.starts_with(['\'', '"']) && text.ends_with(&text[..1]);
    let word = || {
        text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '<' | '$'))
            && text.len() > 1
            && !text.contains([' ', '\t', '=', ';', '|', '&'])
            && !known_command(text)
            && !matches!(text, "done" | "fi" | "esac" | "else" | "then" | "do" | "EOF" | "...")
    };
    (quoted || word()).then_some(next)
}
