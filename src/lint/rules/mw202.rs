use super::mw201::verifies;
use crate::lint::observe::observes;
use crate::lint::page::{Command, Page};
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::{ActionKind, Severity};
use crate::source::Span;

/// A destructive command with no verification after it.
pub static RULE: Rule = Rule {
    id: "MW202",
    name: "danger-without-check",
    severity: Severity::Warning,
    summary: "a destructive command with no check or verification after it in its section",
    explanation: "\
The command deletes or stops something, and the section ends without a word on how to see that it \
worked, and that nothing else went with it. The next section is then begun on a guess.

Put a check after it, a command that shows the new state, or at least a sentence that says what must \
be seen.",
    bad: "\
## Remove the node

```sh
«kubectl delete node worker-3»
```
",
    good: "\
## Remove the node

```sh
kubectl delete node worker-3
```

The other nodes are ready:

```sh check until=\"lines == 2\"
kubectl get nodes --no-headers
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    let mut last: Option<(Option<usize>, &Command<'_>)> = None;
    for command in page.shell() {
        if command.offered() || command.action.kind != ActionKind::Run || !command.is_dangerous() {
            continue;
        }
        let section = command.step.section;
        // One finding a section: after its last destructive command nothing is seen.
        if let Some((before, dangerous)) = last
            && before != section
        {
            report(page, before, dangerous, out);
        }
        last = Some((section, command));
    }
    if let Some((section, dangerous)) = last {
        report(page, section, dangerous, out);
    }
}

fn report(page: &Page<'_>, section: Option<usize>, command: &Command<'_>, out: &mut Sink<'_>) {
    let action = command.action;
    let end = section.map_or(page.source.text().len(), |index| page.runbook.sections[index].span.end);
    let rest = Span::new(action.span.end, end.max(action.span.end));
    let later = page.commands.partition_point(|other| other.step.number < command.step.number);
    let later = &page.commands[later..];
    let looked = |other: &Command<'_>| other.action.span.start >= action.span.end && observes(other);
    let mut inside = later.iter().take_while(|other| other.action.span.start < end);
    // The same block may look itself, after it destroyed.
    if looks_itself(command) || inside.any(looked) || verifies(page.slice(rest)) {
        return;
    }
    let place = command.dangers().last().map_or(Span::new(0, action.script.len()), |found| found.span);
    let what = command.dangers().last().map(|found| format!("it {}", found.what));
    out.report(command.place(place), "nothing after this command shows that it worked")
        .label(what.unwrap_or_else(|| "declared dangerous".into()))
        .help("put a check after it, or say what must be seen");
}

/// Whether a command that only looks stands after the last destructive one of the script.
fn looks_itself(command: &Command<'_>) -> bool {
    let Some(last) = command.dangers().last() else { return false };
    command.script().commands().iter().any(|simple| {
        simple.span.start > last.span.end && simple.via.is_empty() && crate::lint::observe::looks(simple)
    })
}
