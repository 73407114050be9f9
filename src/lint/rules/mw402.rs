use crate::lint::page::Page;
use crate::lint::prose::{contains_ignoring_case, listed};
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::blocks::Kind;
use crate::runbook::{Placeholder, PlaceholderKind, Severity};
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
    let mut open: Vec<(Span, &Placeholder)> = Vec::new();
    for (index, placeholder) in page.runbook.placeholders.iter().enumerate() {
        // What nothing marks is another rule's.
        let other = matches!(placeholder.kind, PlaceholderKind::Variable | PlaceholderKind::Your);
        if other || is_declared(page, placeholder) || is_template(placeholder) {
            continue;
        }
        let Some(&span) = placeholder.spans.first() else { continue };
        // `[blue|green]` says what it may be.
        if !placeholder.text.contains('|')
            && !speaks_for_itself(page, span, &placeholder.key)
            && !named_before(page, span, &placeholder.key)
            && !listed_before(page, span)
            && in_run(page, span)
            && page.explanation(index).is_none()
            && !told_before(page, span, &placeholder.key)
            && !filled_in_below(page, span)
        {
            open.push((span, placeholder));
        }
    }
    open.sort_by_key(|(span, _)| span.start);
    // One finding a line: who explains one of them will explain the others.
    for line in open.chunk_by(|(a, _), (b, _)| page.source.line(a.start) == page.source.line(b.start)) {
        let names: Vec<String> = line.iter().map(|(_, one)| format!("`{}`", one.text)).collect();
        let mut report = out
            .report(line[0].0, format!("nothing explains {}", listed(&names)))
            .label("what is it, and where does one find it?")
            .help("say it in a sentence before the command, or declare a param with `about`");
        for (span, _) in &line[1..] {
            report = report.related(*span, "and this");
        }
    }
}

fn is_declared(page: &Page<'_>, placeholder: &Placeholder) -> bool {
    page.runbook.front.params.iter().any(|param| param.name.eq_ignore_ascii_case(&placeholder.key))
}

/// Words of Go templates are no placeholders.
fn is_template(placeholder: &Placeholder) -> bool {
    placeholder.kind == PlaceholderKind::Mustache
        && matches!(placeholder.key.as_str(), "end" | "else" | "break" | "continue")
}

/// Whether the placeholder is a sentence of its own (`<value of the instance label>`), says where to
/// find it (in the alert), or is the operator's own name (`<user>@host`).
fn speaks_for_itself(page: &Page<'_>, span: Span, key: &str) -> bool {
    let words = key.split('_').filter(|word| !word.is_empty());
    let own = key.contains("user") && page.source.text().as_bytes().get(span.end) == Some(&b'@');
    // `<key>=<value>`
    let pair = matches!(key, "key" | "value" | "val");
    // `<your_username>`, `<change-description>`
    let says = key.starts_with("your_")
        || matches!(words.clone().next_back(), Some("description" | "message" | "reason" | "comment"));
    own || pair || says || words.clone().count() > 2 || words.clone().any(|word| word == "alert")
}

/// Whether the word before says what it is: `--pool <pool>`, `max_bytes <bytes>`, `daemonset <daemonset>`.
fn named_before(page: &Page<'_>, span: Span, key: &str) -> bool {
    let line = page.source.line_span(page.source.line(span.start));
    let before = page.slice(Span::new(line.start, span.start));
    let separators = [' ', '=', '"', '\'', ':', '/'];
    let word = before.trim_end_matches(separators).rsplit([' ', '=', '/']).next().unwrap_or("");
    // Flags that everybody knows.
    let word = match word {
        "-n" | "--namespace" if key == "ns" => return true,
        "-n" => "namespace",
        // Of Kubernetes; what they are given is a pod.
        "logs" | "exec" | "-it" if key.contains("pod") => "pod",
        "-f" if key.contains("pod") && before.contains(" logs ") => "pod",
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
        part.len() > 1
            && word.len() > 1
            && (word.ends_with(&part) || part.ends_with(&word) || word.len() > 3 && part.starts_with(&word))
    };
    key.split('_').any(same) || flag_names(&word, key)
}

/// Whether a word of the flag is one of the placeholder's, or both say that it is where something is:
/// `--docker-server=<registry-url>`.
fn flag_names(flag: &str, key: &str) -> bool {
    const WHERE: &[&str] = &["url", "uri", "registry", "server", "host", "hostname", "endpoint", "address"];
    let words = || flag.split(['-', '_']).filter(|word| word.len() > 2);
    let mut parts = key.split('_').filter(|part| part.len() > 2);
    let place = words().next_back().is_some_and(|last| WHERE.contains(&last));
    parts.any(|part| words().any(|word| word == part) || place && WHERE.contains(&part))
}

/// Longer lines, in bytes, are no command that somebody would fill in for an example.
const LONGEST: usize = 1000;

/// Whether the next block, which the text between calls an example, holds the same command with a value
/// in the placeholder's place.
fn filled_in_below(page: &Page<'_>, span: Span) -> bool {
    let blocks = &page.doc.blocks;
    let next = blocks.partition_point(|block| block.span.start <= span.start);
    let (Some(between), Some(below)) = (blocks.get(next), blocks.get(next + 1)) else { return false };
    let (Kind::Para, Kind::Code(fence)) = (between.kind, below.kind) else { return false };
    let text = page.slice(between.span);
    if !["example", "e.g."].iter().any(|word| contains_ignoring_case(text, word)) {
        return false;
    }
    let line = page.source.line_span(page.source.line(span.start));
    let before = page.slice(Span::new(line.start, span.start)).trim_start().trim_start_matches("$ ");
    if before.len() > LONGEST {
        return false;
    }
    // The words before the first placeholder are the command's own.
    let own = before.split('<').next().unwrap_or(before);
    let at = before.split_whitespace().count();
    own.split_whitespace().nth(1).is_some()
        && page.doc.lines(fence).iter().take(20).any(|line| {
            let line = page.slice(*line).trim().trim_start_matches("$ ");
            let value = line.split_whitespace().nth(at);
            line.starts_with(own) && value.is_some_and(|value| !value.starts_with(['<', '-']))
        })
}

/// Whether an earlier command of the section lists the things of which one is meant: `kubectl get volume`
/// before `kubectl describe volume <x>`.
fn listed_before(page: &Page<'_>, span: Span) -> bool {
    let line = page.source.line_span(page.source.line(span.start));
    let before = page.slice(Span::new(line.start, span.start));
    // Of a command that acts on one thing of a kind, the kind stands before it.
    let mut words = before.split(' ').rev().filter(|word| !word.is_empty());
    let (Some(kind), Some("describe" | "delete" | "edit" | "patch" | "get")) = (words.next(), words.next())
    else {
        return false;
    };
    let singular = kind.trim_end_matches('s');
    let start = page.section_at(span.start).map_or(0, |(_, section)| section.span.start);
    let lists = |script: &str| {
        let mut words = script.split_ascii_whitespace().skip_while(|word| *word != "get").skip(1);
        words.next().is_some_and(|listed| listed.trim_end_matches('s') == singular)
    };
    let earlier = page.commands.iter().map(|command| command.action.span);
    let earlier = earlier.filter(|place| (start..line.start).contains(&place.start));
    singular.len() > 1
        && earlier
            .map(|place| page.slice(Span::new(place.start, place.end.min(line.start))))
            .any(|text| text.lines().any(lists))
}

/// How far before the command its text is looked through, in bytes.
const NEAR: usize = 1500;

/// Whether the text before it in its section, its own paragraph or a comment of its block names the
/// thing: `<pod-name>` where the text speaks of pods, `<CONSUMERUID>` where it speaks of consumers.
fn told_before(page: &Page<'_>, span: Span, key: &str) -> bool {
    let start = page.section_at(span.start).map_or(0, |(_, section)| section.span.start);
    let start = start.max(span.start.saturating_sub(NEAR));
    let mut left: Vec<&str> = things(key).collect();
    if left.is_empty() {
        return false;
    }
    let blocks = &page.doc.blocks;
    let first = blocks.partition_point(|block| block.span.start < start);
    for block in blocks[first..].iter().take_while(|block| block.span.start < span.start) {
        let text = page.slice(Span::new(block.span.start, block.span.end.min(span.start))).as_bytes();
        match block.kind {
            // Of commands nothing is learnt, of their comments something may be.
            Kind::Code(_) => {
                for line in text.split(|byte| *byte == b'\n') {
                    let comment = memchr::memchr(b'#', line).map_or(&[][..], |at| &line[at..]);
                    left.retain(|thing| !names(comment, thing));
                }
            }
            Kind::Para | Kind::Heading(_) => left.retain(|thing| !names(text, thing)),
            _ => {}
        }
    }
    left.is_empty()
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
            // Where it destroys something another rule asks for more than a word.
            && !command.all_danger_places().iter().any(|place| place.contains(span))
    })
}
