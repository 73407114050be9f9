use crate::lint::page::Page;
use crate::lint::prose::Needles;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::{ActionKind, Danger, Severity};
use crate::source::Span;

/// Declared danger with no rollback and no word that it cannot be undone.
pub static RULE: Rule = Rule {
    id: "MW304",
    name: "danger-without-rollback",
    severity: Severity::Warning,
    summary: "declared danger with no rollback and no word that it cannot be undone",
    explanation: "\
The author calls the command dangerous and does not say how to get back. Who runs it finds out when it \
went wrong.

Add a `rollback` block to the section. If there is no way back, say so where the operator reads it \
before they type the word: \"this cannot be undone\".",
    bad: "\
## Drop the old table

```sh «danger=drop»
psql shop -c 'DROP TABLE orders_old'
psql shop -c '\\dt'
```
",
    good: "\
## Drop the old table

This cannot be undone: the dump of step 1 is the only copy.

```sh danger=drop
psql shop -c 'DROP TABLE orders_old'
psql shop -c '\\dt'
```
",
    fixable: false,
    check,
};

/// What says that there is no way back, or what it is.
static NEEDLES: Needles = Needles::new(&[
    "be reversed",
    "can not be undone",
    "can't be undone",
    "can't undo",
    "cannot be recovered",
    "cannot be restored",
    "cannot be reverted",
    "cannot be undone",
    "cannot undo",
    "irreversible",
    "no going back",
    "no rollback",
    "no undo",
    "no way back",
    "not recoverable",
    "not reversible",
    "permanent",
    "roll back by",
    "rollback",
    "to revert",
    "to roll back",
    "to undo",
    "undo it",
    "unrecoverable",
]);

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    // A section of its own says how to undo all of it.
    if page.runbook.sections.iter().any(|section| section.way_back) {
        return;
    }
    for command in &page.commands {
        let action = command.action;
        if action.kind != ActionKind::Run || !matches!(action.danger, Danger::Declared { .. }) {
            continue;
        }
        let section = command.step.section;
        let mut later =
            page.commands.iter().skip(page.commands.partition_point(|c| c.step.number < command.step.number));
        // A rollback belongs to the nearest earlier run of its section.
        let undone = later
            .by_ref()
            .filter(|other| other.action.span.start > action.span.start)
            .take_while(|other| other.step.section == section && other.action.kind != ActionKind::Run)
            .any(|other| other.action.kind == ActionKind::Rollback);
        let home = section.map(|index| &page.runbook.sections[index]);
        let text = home.map_or(page.source.text(), |section| page.slice(section.span));
        if undone || NEEDLES.any_in(text) {
            continue;
        }
        let Some(words) = page.words(action) else { continue };
        let (start, end) = word(page.slice(words)).unwrap_or((0, words.len()));
        out.report(
            Span::new(words.start + start, words.start + end),
            "this danger has no rollback, and nothing says that it cannot be undone",
        )
        .help("add a `rollback` block under it, or say that there is no way back");
    }
}

/// Where `danger` or `danger=WORD` stands.
fn word(words: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(at) = words[from..].find("danger").map(|at| from + at) {
        let free =
            at == 0 || words.as_bytes()[at - 1].is_ascii_whitespace() || words.as_bytes()[at - 1] == b'{';
        let rest = &words[at + "danger".len()..];
        if free && (rest.is_empty() || rest.starts_with(['=', ' ', '\t', '}'])) {
            let length = match rest.strip_prefix('=') {
                Some(value) => match value.chars().next() {
                    Some(quote @ ('"' | '\'')) => {
                        2 + value[1..].find(quote).map_or(value.len() - 1, |end| end + 1)
                    }
                    _ => 1 + value.find([' ', '\t', '}']).unwrap_or(value.len()),
                },
                None => 0,
            };
            return Some((at, at + "danger".len() + length));
        }
        from = at + "danger".len();
    }
    None
}
