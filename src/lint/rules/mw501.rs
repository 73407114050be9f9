use crate::lint::diagnostic::Edit;
use crate::lint::numbering::{self, Numbered};
use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::Severity;
use crate::runbook::blocks::Kind;
use crate::source::Span;

/// A fence that breaks the numbering of a list.
pub static RULE: Rule = Rule {
    id: "MW501",
    name: "split-list",
    severity: Severity::Warning,
    summary: "a fence that breaks the numbering",
    explanation: "\
A fence at the start of the line ends the list it stands in, and the next item begins a new one: on the \
page three steps are all numbered 1, and \"go on with step 2\" leads nowhere. A paragraph with a fence \
below it ends the list as well.

`--fix` indents the fence, so that it belongs to its item, and all below it up to the next number.",
    bad: "\
## Restart it

1. Reload it:

«```»sh
systemctl reload shop
```

1. Look at the page.
",
    good: "\
## Restart it

1. Reload it:

   ```sh
   systemctl reload shop
   ```

1. Look at the page.
",
    fixable: true,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    for list in page.numbered() {
        let Some((between, next)) = follows(page, list) else { continue };
        // What stands between two lists without any fence is prose about the second.
        let is_fence = |&block: &usize| {
            let block = &page.doc.blocks[block];
            matches!(block.kind, Kind::Code(_)) && page.is_fenced(block.span)
        };
        if !between.iter().any(is_fence) {
            continue;
        }
        // Whatever follows it, the first block is what ends the list.
        let (what, place) = first(page, between[0]);
        let help = match &between[1..] {
            [] => format!("indent the {what} as far as the text of the item it belongs to"),
            _ => format!(
                "indent the {what} as far as the text of the item it belongs to, and all below it up to the next number"
            ),
        };
        let marker = next.items[0].marker;
        let report = out
            .report(place, format!("this {what} ends the list, and the numbers begin anew after it"))
            .label("not part of the item above")
            .related(marker, "a new list")
            .help(help);
        if let Some(edits) = indent(page, list, &between).filter(|edits| !edits.is_empty()) {
            report.fix("Indent it into the item above", edits);
        }
    }
}

/// What the block is called, and the piece of it that shows it: a fence's sign, a paragraph's first line.
fn first(page: &Page<'_>, block: usize) -> (&'static str, Span) {
    let block = &page.doc.blocks[block];
    let span = block.span;
    let text = page.slice(span);
    if block.kind != Kind::Para && page.is_fenced(span) {
        let width = text.len() - text.trim_start_matches(['`', '~']).len();
        return ("fence", Span::new(span.start, span.start + width));
    }
    let line = text.split('\n').next().unwrap_or("").trim_end();
    let what = if block.kind == Kind::Para { "paragraph" } else { "block" };
    (what, Span::new(span.start, span.start + line.len()))
}

/// The blocks between `list` and the list that goes on with it, and that one; none if none does.
fn follows(page: &Page<'_>, list: &Numbered) -> Option<(Vec<usize>, Numbered)> {
    let blocks = &page.doc.blocks;
    // Nearly always a heading or nothing follows: a look at the kinds is cheaper than one at the parents.
    let may_follow = |kind: Kind| matches!(kind, Kind::Code(_) | Kind::Para | Kind::List(Some(_)));
    let goes_on = |at: usize| page.parent(at) == page.parent(list.block);
    let mut at = blocks[list.block].end as usize;
    let mut between = Vec::new();
    while let Some(block) = blocks.get(at).filter(|block| may_follow(block.kind) && goes_on(at)) {
        match block.kind {
            Kind::Code(_) | Kind::Para if between.len() < 8 => between.push(at),
            Kind::List(Some(_)) => {
                let next = numbering::list(page, at)?;
                // The same numbers all over (`1.`, `1.`) go on with the list if a fence stands between. Of others
                // (`7.`, `7.`) one is counted further from an outer list, and the page shows both as they are.
                let ones = |list: &Numbered| {
                    let first = list.items[0].number;
                    first <= 1 && list.items.iter().all(|item| item.number == first)
                };
                let anew = ones(list) && next.items[0].number == list.items[0].number && ones(&next);
                return anew.then_some((between, next)).filter(|(between, _)| !between.is_empty());
            }
            _ => return None,
        }
        at = (block.end as usize).max(at + 1);
    }
    None
}

/// Edits that indent the blocks as far as the text of the list's last item.
fn indent(page: &Page<'_>, list: &Numbered, between: &[usize]) -> Option<Vec<Edit>> {
    let column = numbering::content_column(page, list)?;
    let mut edits = Vec::new();
    for &block in between {
        let span = page.doc.blocks[block].span;
        let first = page.source.line(span.start);
        let last = page.source.line(span.end.max(span.start + 1) - 1);
        let lead = page.slice(Span::new(page.source.line_span(first).start, span.start));
        let kind = page.doc.blocks[block].kind;
        let indented = matches!(kind, Kind::Code(_)) && !page.is_fenced(span);
        if !lead.bytes().all(|byte| byte == b' ') || indented {
            return None;
        }
        // Far enough already, it belongs to the item as soon as what stands before it does.
        if lead.len() >= column {
            continue;
        }
        let spaces = " ".repeat(column - lead.len());
        for line in first..=last {
            let line = page.source.line_span(line);
            if !page.slice(line).trim().is_empty() {
                edits.push(Edit::insert(line.start, spaces.clone()));
            }
        }
    }
    Some(edits)
}
