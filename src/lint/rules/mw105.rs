use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::{Severity, Topic};
use crate::shell::known_command;
use crate::source::Span;

/// Prompts and output in one block.
pub static RULE: Rule = Rule {
    id: "MW105",
    name: "mixed-output",
    severity: Severity::Info,
    summary: "prompts and output in one block",
    explanation: "\
The block is a copied terminal: lines with a prompt, and what the commands printed. midwatch runs only \
the lines with a prompt. Whoever copies the block by hand copies the output, too, and the shell tries \
to run it.

Put the output into a block of its own, tagged `text`.",
    bad: "\
## Diagnosis

```console
$ kubectl get nodes
«NAME    STATUS»
node-1  NotReady
```
",
    good: "\
## Diagnosis

```console
$ kubectl get nodes
```

```text
NAME    STATUS
node-1  NotReady
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    let mut last = None;
    for diagnostic in page.runbook.diagnostics.iter().filter(|found| found.topic == Topic::Output) {
        // Comments between prompted lines are no output.
        let Some(printed) = printed(page, diagnostic.span) else { continue };
        // One finding a block is enough, and none where the block holds no command.
        let block = page.block_at(diagnostic.span.start);
        if block.is_some_and(|block| !has_command(page, page.doc.blocks[block].span)) {
            continue;
        }
        if block.is_some() && block == last {
            continue;
        }
        last = block;
        let word = page.slice(printed).split_whitespace().next().unwrap_or("");
        let command = known_command(word) || word.starts_with("./");
        if command && !is_head(page, printed) {
            out.report(printed, "this line has no prompt among lines that have one")
                .label("looks like a command, taken for output, not run")
                .help("put the prompt before it, or take the prompts of the block away");
        } else {
            out.report(printed, "commands and what they print are in one block")
                .label("printed, not run")
                .help("put the output into a block of its own, tagged `text`");
        }
    }
}

/// The first line of `span` that is neither empty nor a comment.
fn printed(page: &Page<'_>, span: Span) -> Option<Span> {
    let text = page.slice(span);
    let mut at = span.start;
    text.split_inclusive('\n').find_map(|line| {
        let start = at;
        at += line.len();
        let printed = !line.trim().is_empty() && !line.trim_start().starts_with('#');
        printed.then(|| Span::new(start, start + line.trim_end().len()))
    })
}

/// Whether the line is the head of a table, with a ruler below it, or what `psql` says of itself: a
/// column may be called as a program is.
fn is_head(page: &Page<'_>, line: Span) -> bool {
    let rest = page.source.text().get(line.end..).unwrap_or("");
    let below = rest.split('\n').nth(1).unwrap_or("").trim();
    let ruler = below.contains("--") && below.bytes().all(|byte| matches!(byte, b'-' | b'+' | b'|' | b' '));
    let banner = page.slice(line).trim_start().strip_prefix("psql (");
    ruler || banner.is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()))
}

fn has_command(page: &Page<'_>, block: Span) -> bool {
    let first = page.commands.partition_point(|command| command.action.span.start < block.start);
    page.commands.get(first).is_some_and(|command| command.action.span.start < block.end)
}
