use crate::lint::page::Page;
use crate::lint::prose::contains_ignoring_case;
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
        if is_for_file(page, printed) {
            continue;
        }
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

/// Whether the line is what a file is to hold, and nothing that was printed: a comment right above names the
/// file, or the line is one of a timetable of cron.
fn is_for_file(page: &Page<'_>, line: Span) -> bool {
    let before = page.source.text()[..line.start].trim_end();
    // The other lines of the file stand between.
    let mut above = before.rsplit('\n').map(str::trim).take(NEAR);
    let comment = above.find(|line| line.starts_with('#') || !line.contains([':', '=']));
    comment.and_then(|line| line.strip_prefix('#')).is_some_and(names_file)
        || is_timetable(page.slice(line)) && !lists_timetable(page, line)
}

/// Whether the command above the line prints such a timetable.
fn lists_timetable(page: &Page<'_>, line: Span) -> bool {
    let block = page.block_at(line.start).map_or(line.start, |at| page.doc.blocks[at].span.start);
    page.slice(Span::new(block, line.start)).contains("crontab -l")
}

/// "# 2. Edit frob.yaml", "# Add this line": whether a comment tells where its lines go.
fn names_file(comment: &str) -> bool {
    const ENDS: &[&str] = &[
        ".cfg",
        ".cnf",
        ".conf",
        ".config",
        ".env",
        ".hcl",
        ".ini",
        ".json",
        ".properties",
        ".service",
        ".tf",
        ".toml",
        ".xml",
        ".yaml",
        ".yml",
    ];
    let mut words =
        comment.split_whitespace().map(|word| word.trim_matches(['(', ')', '`', '"', ':', ',', '.']));
    let adds = contains_ignoring_case(comment, "add this line")
        || contains_ignoring_case(comment, "add these lines")
        || contains_ignoring_case(comment, "add the following");
    adds || comment.len() <= LONGEST && words.any(|word| ENDS.iter().any(|end| word.ends_with(end)))
}

/// How many lines above a line are looked at.
const NEAR: usize = 20;

/// A longer comment says more than where its lines go.
const LONGEST: usize = 200;

/// `0 3 * * * /usr/bin/frob`, `@daily frob`.
fn is_timetable(line: &str) -> bool {
    let is_time = |word: &str| {
        word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'*' | b'/' | b',' | b'-'))
    };
    let words = || line.split_whitespace();
    words().nth(5).is_some()
        && words().take(5).all(is_time)
        && words().take(5).any(|word| word.starts_with('*'))
        || line.trim_start().starts_with('@')
            && matches!(
                words().next(),
                Some(
                    "@hourly"
                        | "@daily"
                        | "@weekly"
                        | "@monthly"
                        | "@yearly"
                        | "@reboot"
                        | "@midnight"
                        | "@annually"
                )
            )
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
