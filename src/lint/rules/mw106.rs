use crate::lint::diagnostic::Edit;
use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::blocks::Kind;
use crate::runbook::{self, Severity, Topic};
use crate::source::{Source, Span};

/// A runnable block without a language.
pub static RULE: Rule = Rule {
    id: "MW106",
    name: "untagged-command",
    severity: Severity::Info,
    summary: "a runnable block without a language",
    explanation: "\
The block has no language, and midwatch takes it for commands because of its first word. Forges show \
it without colours, and `midwatch run --yes` stops at it, because nobody said that it may run.

`--fix` adds `sh`, or `console` where lines have prompts; not where a remark (`# ps aux`) would become a \
command by that, nor where commands and what they print are in one block: divide that first.",
    bad: "\
## Restart it

«```»
systemctl restart shop
```
",
    good: "\
## Restart it

```sh
systemctl restart shop
```
",
    fixable: true,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    let mut last = None;
    for command in page.shell() {
        let action = command.action;
        if action.offered || !action.lang.is_empty() || last == Some(action.span) {
            continue;
        }
        last = Some(action.span);
        let Some(fence) = page.fence(action.span).filter(|_| page.is_fenced(action.span)) else { continue };
        let marker = page.slice(action.span);
        let sign = marker.chars().next().unwrap_or('`');
        let width = marker.len() - marker.trim_start_matches(sign).len();
        let marker = Span::new(action.span.start, action.span.start + width);
        // Untagged and yet sure to run: it has prompts, or words of ours where the language goes.
        let words = !page.slice(fence.info).is_empty();
        let tag = if action.tagged && !words { "console" } else { "sh" };
        let edit = if words {
            Edit::insert(fence.info.start, format!("{tag} "))
        } else {
            Edit::insert(marker.end, tag)
        };
        // With that tag what was printed or remarked among the commands could run, too.
        let same = if tag == "console" { is_same_in_console(page, action.span) } else { action.tagged };
        let mixed = !same && tag == "sh" && prints(page, action.span);
        let help = if mixed {
            "put what is printed into a block of its own, tagged `text`, then write `sh` after this fence"
                .to_owned()
        } else {
            format!("write `{tag}` after the fence")
        };
        let report = out.report(marker, "these commands have no language").help(help);
        if same || tag == "sh" && !mixed {
            report.fix(format!("Tag the block `{tag}`"), vec![edit]);
        }
    }
}

/// Whether some of the block's lines were taken for output.
fn prints(page: &Page<'_>, block: Span) -> bool {
    let diagnostics = &page.runbook.diagnostics;
    let first = diagnostics.partition_point(|found| found.span.start < block.start);
    diagnostics[first..]
        .iter()
        .take_while(|found| found.span.start < block.end)
        .any(|found| found.topic == Topic::Output)
}

/// Whether the block holds the same commands when it is tagged `console`: there `#`, `%` and `>` are
/// prompts, too, and `# ps aux` is root's.
fn is_same_in_console(page: &Page<'_>, block: Span) -> bool {
    let Some(Kind::Code(fence)) = page.block_at(block.start).map(|at| page.doc.blocks[at].kind) else {
        return false;
    };
    let lines: Vec<&str> = page.doc.lines(fence).iter().map(|line| page.slice(*line)).collect();
    if !lines.iter().any(|line| line.trim_start().starts_with(['#', '%', '>'])) {
        return true;
    }
    let longest = lines.iter().map(|line| line.len()).max().unwrap_or(0);
    let commands = |tag: &str| -> Vec<(runbook::ActionKind, bool, String)> {
        // No line closes a fence that is longer than it.
        let marker = "`".repeat(longest.max(2) + 1);
        let text = format!("Run:\n\n{marker}{tag}\n{}\n{marker}\n", lines.join("\n"));
        let steps = runbook::parse(Source::new("", text)).steps;
        let actions = steps.into_iter().flat_map(|step| step.actions);
        actions.map(|action| (action.kind, action.offered, action.script)).collect()
    };
    commands("") == commands("console")
}
