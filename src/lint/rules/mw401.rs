use crate::danger::Found;
use crate::lint::page::{Command, Page};
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::{Placeholder, PlaceholderKind, Severity};
use crate::source::Span;

/// A variable that nothing sets.
pub static RULE: Rule = Rule {
    id: "MW401",
    name: "unbound-variable",
    severity: Severity::Error,
    summary: "`$V` that nothing sets, declares or captures: error in a destructive command, else info",
    explanation: "\
Nothing before this place sets the variable: no assignment, no param, no capture, no `env` of the front \
matter. In a terminal it is empty, and `rm -rf \"$DIR/\"` means something else then. midwatch asks for it, \
but cannot check the answer.

A variable that only a later section sets is not set here either. Declare it as a param, or capture it \
in the step that finds it. In a destructive command this is an error, elsewhere information.",
    bad: "\
## Clean up

```sh
rm -rf \"«$BACKUP_DIR»/old\"
ls /backup
```
",
    good: "\
---
params:
  BACKUP_DIR: { about: Folder of the backups, pattern: '^/backup/.+$', env: BACKUP_DIR }
---

## Clean up

```sh
rm -rf \"$BACKUP_DIR/old\"
ls /backup
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    let variables = page.runbook.placeholders.iter().filter(|p| p.kind == PlaceholderKind::Variable);
    let variables: Vec<&Placeholder> = variables.collect();
    if variables.is_empty() {
        return;
    }
    let dangers: Vec<(Span, &str)> = page
        .shell()
        .filter(|command| !command.offered() && command.is_dangerous())
        .flat_map(|command| {
            let places = |found: &'_ Found| command.danger_places(found);
            command
                .dangers()
                .iter()
                .flat_map(move |found| places(found).map(|place| (place, found.what.as_str())))
        })
        .collect();
    for variable in variables {
        // In destructive commands the worst is said; one finding a variable is enough.
        let worst = variable.spans.iter().find_map(|span| {
            let (_, what) = dangers.iter().find(|(place, _)| place.contains(*span))?;
            Some((*span, Some(*what)))
        });
        let Some((span, what)) = worst.or_else(|| variable.spans.first().map(|span| (*span, None))) else {
            continue;
        };
        let name = &variable.text;
        let message = match what {
            Some(what) => format!("nothing sets `{name}`, which stands in a command that {what}"),
            None => format!("nothing sets `{name}`"),
        };
        let mut report = out.report(span, message).label("empty in a terminal");
        if what.is_none() {
            report = report.severity(Severity::Info);
        }
        report = match set_later(page, name.trim_start_matches('$'), span) {
            Some(later) => report.related(later, "set only here, later").help("set it before it is used"),
            None => report.help("declare it in `params`, or capture it in the step that finds it"),
        };
        let _ = report;
    }
}

/// Where a later command sets the variable.
fn set_later(page: &Page<'_>, name: &str, used: Span) -> Option<Span> {
    let mentions =
        |command: &&Command<'_>| command.action.lines.first().is_some_and(|line| line.start >= used.start);
    page.shell().filter(mentions).find_map(|command| {
        if !command.text().contains(name) {
            return None;
        }
        let set = command.script().sets().iter().find(|set| set.name == name)?;
        Some(command.place(set.span)).filter(|place| place.start > used.start)
    })
}
