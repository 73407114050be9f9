use std::collections::HashMap;
use std::ops::Range;

use crate::danger::Found;
use crate::lint::page::{Command, Page};
use crate::lint::prose::{self, contains_ignoring_case};
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::blocks::Kind;
use crate::runbook::{Placeholder, PlaceholderKind, Severity, tells_to_fill_in};
use crate::shell::has_word;
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
in the step that finds it. A block of nothing but assignments that is filled in and pasted sets them too. In \
a destructive command this is an error, elsewhere information, and there a sentence of the section or a \
comment of the block may say what it is (\"`$HOST` is the host to copy from\"), or that it is exported.",
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
    let all = page.runbook.placeholders.iter().enumerate();
    let variables: Vec<(usize, &Placeholder)> =
        all.filter(|(_, one)| one.kind == PlaceholderKind::Variable).collect();
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
    let mut told = None;
    for (index, variable) in variables {
        // In destructive commands the worst is said; one finding a variable is enough.
        let worst = variable.spans.iter().find_map(|span| {
            let (_, what) = dangers.iter().find(|(place, _)| place.contains(*span))?;
            Some((*span, Some(*what)))
        });
        let Some((span, what)) = worst.or_else(|| variable.spans.first().map(|span| (*span, None))) else {
            continue;
        };
        let name = &variable.text;
        let bare = name.trim_start_matches('$');
        if told.get_or_insert_with(|| Told::read(page)).suffices(page, bare, span, what.is_none()) {
            continue;
        }
        if what.is_none() && page.explanation(index).is_some_and(|sentence| tells_to_fill_in(sentence, name))
        {
            continue;
        }
        let message = match what {
            Some(what) => format!("nothing sets `{name}`, which stands in a command that {what}"),
            None => format!("nothing sets `{name}`"),
        };
        let mut report = out.report(span, message).label("empty in a terminal");
        if what.is_none() {
            report = report.severity(Severity::Info);
        }
        report = match set_later(page, bare, span) {
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

/// How many lines above a command are looked at.
const NEAR: usize = 40;

/// What the text beside the commands says of variables.
#[derive(Default)]
struct Told<'p> {
    /// What blocks of nothing but assignments set, and where the first of these ends.
    assigned: HashMap<&'p str, usize>,
    /// Those of them that somebody fills in or pastes, and that are not the text of a file.
    pasted: HashMap<&'p str, usize>,
    /// Where paragraphs begin that say that variables are to be exported, in order.
    exports: Vec<usize>,
    /// The variables that inline code names and its sentence explains, and where, in order.
    explained: HashMap<&'p str, Vec<usize>>,
}

impl<'p> Told<'p> {
    /// Reads the whole file; only worth it where something is about to be said.
    fn read(page: &Page<'p>) -> Told<'p> {
        let mut told = Told::default();
        for (index, block) in page.doc.blocks.iter().enumerate() {
            match block.kind {
                Kind::Code(fence) => {
                    let pasted = is_pasted(page, fence);
                    for set in assignments(page, fence).unwrap_or_default() {
                        told.assigned.entry(set).or_insert(block.span.end);
                        if pasted {
                            told.pasted.entry(set).or_insert(block.span.end);
                        }
                    }
                }
                Kind::Para => {
                    if says_export(page.doc.text(index)) {
                        told.exports.push(block.span.start);
                    }
                    for name in explained(page, index) {
                        told.explained.entry(name).or_default().push(block.span.start);
                    }
                }
                _ => {}
            }
        }
        told
    }

    /// Whether enough is said of `name`, used at `used`: in a command that destroys something it must be set
    /// before, in a `harmless` one it may be explained.
    fn suffices(&self, page: &Page<'_>, name: &str, used: Span, harmless: bool) -> bool {
        let section = page.section_at(used.start).map(|(_, section)| section.span);
        let (start, end) = section.map_or((0, usize::MAX), |section| (section.start, section.end));
        let before = |set: &HashMap<&str, usize>| set.get(name).is_some_and(|end| *end <= used.start);
        let stands = |places: &[usize], range: Range<usize>| {
            places.get(places.partition_point(|at| *at < range.start)).is_some_and(|at| range.contains(at))
        };
        before(&self.pasted)
            || harmless
                && (before(&self.assigned)
                    || stands(&self.exports, start..used.start)
                    || self.explained.get(name).is_some_and(|places| stands(places, start..end))
                    || is_commented(page, name, used))
    }
}

/// What a block sets that holds nothing but assignments and no language that would make it a file:
/// `OLD_NODE=<name>`, which is filled in and pasted.
fn assignments<'p>(page: &Page<'p>, fence: u32) -> Option<Vec<&'p str>> {
    let lang = page.slice(page.doc.fences[fence as usize].info).trim();
    if !has_word("text txt sh bash shell console", lang) && !lang.is_empty() {
        return None;
    }
    let lines = page.doc.lines(fence).iter().map(|line| page.slice(*line).trim());
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(assigned).collect()
}

/// Whether a block of assignments is filled in or pasted: no text of a file, or one that holds a placeholder.
fn is_pasted(page: &Page<'_>, fence: u32) -> bool {
    let lang = page.slice(page.doc.fences[fence as usize].info).trim();
    !has_word("text txt", lang) || page.doc.lines(fence).iter().any(|line| page.slice(*line).contains("=<"))
}

/// The variable that a line of nothing else sets.
fn assigned(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix("export ").unwrap_or(line).trim_start().split_once('=')?;
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_name = name.bytes().all(is_part) && !name.starts_with(|c: char| c.is_ascii_digit());
    (is_name && !name.is_empty()).then_some(name)
}

/// "After having exported the environment variables": whether the text knows that somebody must.
fn says_export(text: &str) -> bool {
    names_export(text)
        && prose::sentences(text, Span::new(0, text.len())).iter().any(|sentence| {
            let sentence = &text[sentence.range()];
            ["export", "variable"].iter().all(|word| contains_ignoring_case(sentence, word))
        })
}

/// Whether the text holds the word, whatever its case; looked for by its `x`, which is rare.
fn names_export(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'x', b'X', bytes).any(|at| {
        let word = at.checked_sub(1).and_then(|start| bytes.get(start..start + "export".len()));
        word.is_some_and(|word| word.eq_ignore_ascii_case(b"export"))
    })
}

/// The variables of which the paragraph says what they are: "`$host` is the host to copy from", "with `$slot`
/// being any name", "replace `$host`".
fn explained<'p>(page: &Page<'p>, block: usize) -> impl Iterator<Item = &'p str> {
    const AFTER: &[&str] = &[
        "is the ",
        "is a ",
        "is an ",
        "is your ",
        "is any ",
        "are the ",
        "being ",
        "means ",
        "stands for ",
        "denotes ",
    ];
    const BEFORE: &[&str] = &["replace", "set", "where", "substitute", "choose", "adjust", "fill in"];
    let (text, base) = (page.doc.text(block), page.doc.text_start(block) as usize);
    page.doc.codes(block).iter().filter_map(move |code| {
        let name = page.slice(code.inner).strip_prefix('$')?.trim_matches(['{', '}']);
        let after = text.get(code.at.1 as usize - base..)?.trim_start();
        let before = text.get(..code.at.0 as usize - base)?.trim_end();
        let before = before.strip_suffix(" the").unwrap_or(before);
        let tells = |says: &&str| {
            let at = before.len().checked_sub(says.len());
            at.and_then(|at| before.get(at..)).is_some_and(|last| last.eq_ignore_ascii_case(says))
        };
        (AFTER.iter().any(|says| after.starts_with(says)) || BEFORE.iter().any(tells)).then_some(name)
    })
}

/// `# NAMESPACE='<value of the label>'` right above the command: a comment that tells how to set it.
fn is_commented(page: &Page<'_>, name: &str, used: Span) -> bool {
    let block = page.block_at(used.start).map(|at| page.doc.blocks[at]);
    let Some(block) = block.filter(|block| matches!(block.kind, Kind::Code(_))) else { return false };
    let line = page.source.line_span(page.source.line(used.start));
    let above = page.slice(Span::new(block.span.start, line.start.max(block.span.start)));
    // What stands farther above is said of other commands.
    let above = above.lines().rev().take(NEAR).map(str::trim).filter(|line| !line.is_empty());
    above
        .map_while(|line| line.strip_prefix('#'))
        .any(|comment| assigned(comment.trim_start_matches(['#', ' '])) == Some(name))
}

#[cfg(test)]
mod tests {
    use super::{contains_ignoring_case, names_export};

    #[test]
    fn the_word_is_found_wherever_it_stands() {
        for text in
            ["export", "reEXPORTed", "an export", "xexport", "eXport", "x", "", "expor", "xport", "éxport"]
        {
            assert_eq!(names_export(text), contains_ignoring_case(text, "export"), "{text}");
        }
    }
}
