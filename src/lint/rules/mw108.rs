use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::{ActionKind, Severity};
use crate::shell;

/// A session with more lines after it.
pub static RULE: Rule = Rule {
    id: "MW108",
    name: "opens-session",
    severity: Severity::Warning,
    summary: "ssh, psql, a console with more lines after it",
    explanation: "\
The command opens a session, and the lines after it belong in the session. Pasted at once they run \
here and not there: whatever was to happen on the database host happens on the operator's machine, \
once the session ends. midwatch shows such lines beside the session and does not run them.

Give the command its own command (`ssh db1 'systemctl stop app'`, `psql -c 'SELECT 1'`), or put what \
belongs in the session into a block of its own.",
    bad: "\
## Restart the worker

```sh
«ssh db1»
sudo systemctl restart worker
```
",
    good: "\
## Restart the worker

```sh
ssh db1 sudo systemctl restart worker
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    for pair in page.commands.windows(2) {
        let [opener, inside] = pair else { continue };
        let in_session = inside.action.kind == ActionKind::Norun
            && inside.action.belongs.as_deref().is_some_and(|belongs| belongs.starts_with("in the "));
        if !in_session || inside.action.span != opener.action.span || opener.action.kind != ActionKind::Run {
            continue;
        }
        // What is no shell at all opens nothing, whatever its words.
        if opener.not_shell().is_some() {
            continue;
        }
        let Some(session) = shell::session_of(&opener.action.script, &opener.action.reading) else {
            continue;
        };
        let mut report = out
            .report(
                opener.place(session.span),
                format!("`{}` opens a session, and more lines follow", session.program),
            )
            .label("opens a session")
            .help("give it a command of its own, or put the lines after it into a block of their own");
        if let Some(&line) = inside.action.lines.first() {
            report = report.related(line, "belongs in the session: shown, not run");
        }
        let _ = report;
    }
}
