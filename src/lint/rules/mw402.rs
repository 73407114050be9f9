use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::blocks::Kind;
use crate::runbook::{PlaceholderKind, Severity};
use crate::source::Span;

/// A placeholder the text never explains.
pub static RULE: Rule = Rule {
    id: "MW402",
    name: "unexplained-placeholder",
    severity: Severity::Warning,
    summary: "a placeholder the text never explains",
    explanation: "\
The command leaves a value to the operator, and no sentence says what it is or where to find it. \
midwatch asks for it and has nothing to show beside the question.

Name it in the text (\"`<shard>` is the number in the alert's title\"), or declare a param with `about`.",
    bad: "\
## Repair the shard

```sh
./repair --only «<n>»
```
",
    good: "\
## Repair the shard

`<n>` is the shard's number: it stands in the title of the alert.

```sh
./repair --only <n>
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    let params = &page.runbook.front.params;
    for placeholder in &page.runbook.placeholders {
        let declared = params.iter().any(|param| param.name.eq_ignore_ascii_case(&placeholder.key));
        // What nothing marks is another rule's.
        if matches!(placeholder.kind, PlaceholderKind::Variable | PlaceholderKind::Your)
            || placeholder.explained.is_some()
            || declared
        {
            continue;
        }
        let Some(&span) = placeholder.spans.first() else { continue };
        // Words of Go templates are no placeholders.
        if placeholder.kind == PlaceholderKind::Mustache
            && matches!(placeholder.key.as_str(), "end" | "else" | "break" | "continue")
        {
            continue;
        }
        if speaks_for_itself(&placeholder.key)
            || named_before(page, span, &placeholder.key)
            || !in_run(page, span)
            || told_before(page, span, &placeholder.key)
        {
            continue;
        }
        out.report(span, format!("nothing explains `{}`", placeholder.text))
            .label("what is it, and where does one find it?")
            .help("say it in a sentence before the command, or declare a param with `about`");
    }
}

/// Whether the placeholder is a sentence of its own (`<value of the instance label>`), or says where
/// to find it: in the alert.
fn speaks_for_itself(key: &str) -> bool {
    let words = key.split('_').filter(|word| !word.is_empty());
    words.clone().count() > 2 || words.clone().any(|word| word == "alert")
}

/// Whether the word before says what it is: `--pool <pool>`, `max_bytes <bytes>`, `daemonset <daemonset>`.
fn named_before(page: &Page<'_>, span: Span, key: &str) -> bool {
    let line = page.source.line_span(page.source.line(span.start));
    let before = page.slice(Span::new(line.start, span.start));
    let separators = [' ', '=', '"', '\'', ':', '/'];
    let word = before.trim_end_matches(separators).rsplit([' ', '=', '/']).next().unwrap_or("");
    // Flags that everybody knows.
    let word = match word {
        "-n" => "namespace",
        "-c" => "container",
        "-h" | "-H" => "host",
        "-p" => "port",
        "-u" | "-U" => "user",
        "-f" => "file",
        word => word.trim_matches('-'),
    };
    let word = word.to_ascii_lowercase();
    let singular = |word: &str| word.trim_end_matches('s').to_owned();
    let same = |part: &str| {
        let (part, word) = (singular(part), singular(&word));
        part.len() > 1 && word.len() > 1 && (word.ends_with(&part) || part.ends_with(&word))
    };
    key.split('_').any(same)
}

/// How far before the command its text is looked through, in bytes.
const NEAR: usize = 1500;

/// Whether the text before it in its section, its own paragraph or a comment of its block names the
/// thing: `<pod-name>` where the text speaks of pods, `<CONSUMERUID>` where it speaks of consumers.
fn told_before(page: &Page<'_>, span: Span, key: &str) -> bool {
    let start = page.section_at(span.start).map_or(0, |(_, section)| section.span.start);
    let start = start.max(span.start.saturating_sub(NEAR));
    let Some(block) = page.block_at(span.start) else { return false };
    // What stands in the block itself are commands, of which only the comments tell something.
    let code = matches!(page.doc.blocks[block].kind, Kind::Code(_));
    let before = page.source.text().as_bytes();
    let home = if code { page.doc.blocks[block].span.start } else { span.start };
    let prose = before[start..home.max(start)].split(|byte| *byte == b'\n');
    let comments = before[home..span.start].split(|byte| *byte == b'\n').filter_map(|line| {
        let at = memchr::memchr(b'#', line)?;
        Some(&line[at..])
    });
    let things: Vec<&str> = things(key).collect();
    // Of commands before it nothing is learnt: their words are names of the same kind.
    let mut fence = false;
    let prose = prose.filter(|line| {
        let mark = line.trim_ascii_start().starts_with(b"```") || line.trim_ascii_start().starts_with(b"~~~");
        fence ^= mark;
        !mark && !fence
    });
    let mut left = things.clone();
    for line in prose.chain(comments) {
        left.retain(|thing| !names(line, thing));
    }
    !things.is_empty() && left.is_empty()
}

/// The words of the key that say what it is: "pod" of `pod_name`, "consumer" of `CONSUMERUID`.
fn things(key: &str) -> impl Iterator<Item = &str> {
    const KINDS: &[&str] = &[
        "name", "names", "id", "ids", "uid", "uuid", "ip", "address", "number", "value", "url", "the", "my",
        "your", "a", "of", "this", "new", "old", "current", "affected", "some", "from", "label",
    ];
    key.split('_').filter(|part| part.len() > 1 && !KINDS.contains(part)).map(|part| {
        let glued = ["uuid", "uid", "name", "id", "ip"].iter().find_map(|kind| part.strip_suffix(kind));
        glued.filter(|rest| rest.len() > 2).unwrap_or(part).trim_end_matches('s')
    })
}

/// Whether `line` holds `thing`, or a word that begins or ends with it: "pods", "storageconsumer".
fn names(line: &[u8], thing: &str) -> bool {
    let thing = thing.as_bytes();
    let Some(&first) = thing.first() else { return true };
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), line).any(|at| {
        let end = at + thing.len();
        let here = line.get(at..end).is_some_and(|word| word.eq_ignore_ascii_case(thing));
        let before = at == 0 || !line[at - 1].is_ascii_alphanumeric();
        let rest = line.get(end..).unwrap_or_default();
        let plural = rest.strip_prefix(b"s").unwrap_or(rest);
        let after = plural.first().is_none_or(|byte| !byte.is_ascii_alphanumeric());
        here && (before || thing.len() > 4) && after
    })
}

/// Whether the place is in a command that runs, not one that is mentioned.
fn in_run(page: &Page<'_>, span: Span) -> bool {
    let after = page.commands.partition_point(|command| command.action.span.start <= span.start);
    page.commands[..after].iter().rev().take(8).any(|command| {
        command.action.span.contains(span)
            && !command.offered()
            && command.not_shell().is_none()
            && command.errors().is_empty()
    })
}
