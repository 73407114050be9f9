use crate::lint::diagnostic::Edit;
use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::Severity;
use crate::runbook::blocks::Kind;
use crate::shell;
use crate::source::Span;

/// A log, PromQL or YAML tagged as shell.
pub static RULE: Rule = Rule {
    id: "MW104",
    name: "not-shell",
    severity: Severity::Warning,
    summary: "a log, PromQL or YAML tagged as shell",
    explanation: "\
The block says that it is shell and is something else: a log, a query, a manifest, what a command \
prints. midwatch shows it and does not run it; everybody else who reads the tag takes it for commands.

Give it the language it is in (`log`, `promql`, `yaml`, `json`, `sql`, `text`).",
    bad: "\
## Diagnosis

```«sh»
sum by (pod) (rate(container_cpu_usage_seconds_total[5m]))
```
",
    good: "\
## Diagnosis

```promql
sum by (pod) (rate(container_cpu_usage_seconds_total[5m]))
```
",
    fixable: false,
    check,
};

/// The tags that say so.
const SHELLS: &[&str] = &[
    "sh",
    "bash",
    "shell",
    "zsh",
    "ksh",
    "console",
    "shell-session",
    "shellsession",
    "terminal",
    "shellscript",
];

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    // All blocks with such a tag, also those of which no line was taken for a command.
    for block in &page.doc.blocks {
        let Kind::Code(index) = block.kind else { continue };
        let tag = page.doc.fences[index as usize].info;
        let language = page.slice(tag);
        if !SHELLS.iter().any(|shell| language.eq_ignore_ascii_case(shell)) {
            continue;
        }
        let lines = page.doc.lines(index);
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else { continue };
        // Indentation aside the text is that of the file.
        let Some((what, better)) = not_shell(page, block.span, Span::new(first.start, last.end)) else {
            continue;
        };
        let line = lines.iter().find(|line| !page.slice(**line).trim().is_empty()).unwrap_or(first);
        out.report(tag, format!("{what} is tagged as shell"))
            .label("says that the lines below are commands")
            .help(format!("tag it `{better}`"))
            .suggestion("Change the tag", vec![Edit::replace(tag, better)])
            .related(*line, format!("looks like {what}"));
    }
}

/// What the text at `lines`, all of the code block at `block`, is instead of shell.
fn not_shell(page: &Page<'_>, block: Span, lines: Span) -> Option<shell::NotShell> {
    let text = page.slice(lines);
    // Most blocks are one command each, of which that is known.
    match page.command_at(block).filter(|command| command.action.script == text) {
        Some(command) => command.not_shell(),
        None => shell::not_shell(text),
    }
}
