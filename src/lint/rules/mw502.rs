use crate::lint::diagnostic::Edit;
use crate::lint::numbering::Numbered;
use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::Severity;
use crate::runbook::blocks::Kind;
use crate::source::Span;

/// Skipped or repeated numbers.
pub static RULE: Rule = Rule {
    id: "MW502",
    name: "misnumbered",
    severity: Severity::Warning,
    summary: "skipped or repeated numbers",
    explanation: "\
A number is skipped or stands twice. The page shows other numbers than the file, so \"go back to step 3\" \
means one thing to its author and another to its reader; and a step may have been lost.

`--fix` writes the numbers that the page shows. Lists whose numbers are all `1.` are left alone.",
    bad: "\
## Restart it

1. Stop it.
2. Empty the cache.
«4.» Start it.
",
    good: "\
## Restart it

1. Stop it.
2. Empty the cache.
3. Start it.
",
    fixable: true,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    for list in page.numbered() {
        let items = &list.items;
        let first = items[0].number;
        if items.iter().all(|item| item.number == first) {
            continue;
        }
        let due = |at: usize| first.saturating_add(at as u64);
        let Some(at) = (0..items.len()).find(|&at| items[at].number != due(at)) else { continue };
        let (written, due) = (items[at].number, due(at));
        let what = if written > due { "skipped" } else { "repeated" };
        let report = out
            .report(items[at].marker, format!("this item is numbered {written} and shown as {due}"))
            .label(format!("a number is {what}"))
            .help("renumber the list");
        if let Some(edits) = renumber(page, list) {
            report.fix("Renumber the list", edits);
        }
    }
    apart(page, out);
    headings(page, out);
}

/// Lists that something at the margin took apart, and that do not go on with the next number.
fn apart(page: &Page<'_>, out: &mut Sink<'_>) {
    let blocks = &page.doc.blocks;
    let mut last: Option<&Numbered> = None;
    for list in page.numbered() {
        let first = &list.items[0];
        // What the lists are in costs most to know.
        if let Some(before) = last
            && let Some(due) = before.items.last().and_then(|item| item.number.checked_add(1))
            && (due + 1..due + 4).contains(&first.number)
            && page.parent(before.block) == page.parent(list.block)
            && between(page, before.block, list.block)
        {
            out.report(
                first.marker,
                format!("this item is numbered {} and follows {}", first.number, due - 1),
            )
            .label("a number is skipped")
            .help("renumber the list, and indent what belongs to its items");
        }
        // A list in an item is part of that item.
        if last.is_none_or(|before| list.block >= blocks[before.block].end as usize) {
            last = Some(list);
        }
    }
}

/// Whether nothing but paragraphs and code, and not much of them, stands between two lists.
fn between(page: &Page<'_>, before: usize, next: usize) -> bool {
    let blocks = &page.doc.blocks[page.doc.blocks[before].end as usize..next];
    blocks.len() < 8 && blocks.iter().all(|block| matches!(block.kind, Kind::Code(_) | Kind::Para))
}

/// Edits that write the numbers as shown, and keep the text where it stands, so that what belongs
/// to an item still does; none where there is no room.
fn renumber(page: &Page<'_>, list: &Numbered) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    for (at, item) in list.items.iter().enumerate() {
        let (number, marker) = (list.items[0].number.checked_add(at as u64)?, item.marker);
        let digits = Span::new(marker.start, marker.end - 1);
        let (old, new) = (page.slice(digits), number.to_string());
        if old == new {
            continue;
        }
        let line = page.source.line_span(page.source.line(marker.start));
        let rest = page.slice(Span::new(marker.end, line.end));
        let spaces = rest.len() - rest.trim_start_matches(' ').len();
        edits.push(Edit::replace(digits, new.clone()));
        if old.len() > new.len() {
            edits.push(Edit::insert(marker.end, " ".repeat(old.len() - new.len())));
        } else if new.len() > old.len() {
            let wider = new.len() - old.len();
            let alone = page.source.line(page.doc.blocks[item.block].span.end.max(1) - 1)
                == page.source.line(marker.start);
            if spaces > wider {
                edits.push(Edit::delete(Span::new(marker.end, marker.end + wider)));
            } else if !alone {
                return None;
            }
        }
    }
    Some(edits)
}

/// Headings that count: "Step 1", "Step 3".
fn headings(page: &Page<'_>, out: &mut Sink<'_>) {
    let sections = &page.runbook.sections;
    // The last number seen below each heading, by its level.
    let mut last: Vec<(Option<usize>, u8, bool, u64, Span)> = Vec::new();
    for section in sections {
        let Some((says_step, number)) = count(&section.heading) else { continue };
        let entry = last.iter_mut().find(|(parent, level, step, ..)| {
            (*parent, *level, *step) == (section.parent, section.level, says_step)
        });
        match entry {
            Some((.., before, place)) => {
                if number != *before + 1 && number != 1 {
                    let (what, heading) =
                        (if number > *before { "skipped" } else { "repeated" }, section.heading_span);
                    let line = page.source.line_span(page.source.line(heading.start));
                    out.report(
                        Span::new(heading.start, heading.end.min(line.end)),
                        format!("{number} follows {before}: a number is {what}"),
                    )
                    .related(*place, "the one before")
                    .help("renumber the headings, and the links to them");
                }
                (*before, *place) = (number, section.heading_span);
            }
            None => last.push((section.parent, section.level, says_step, number, section.heading_span)),
        }
    }
}

/// Whether the heading says "step", and its number.
fn count(heading: &str) -> Option<(bool, u64)> {
    if !heading.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let lower = heading.to_ascii_lowercase();
    // "OPTIONAL Step 3" counts, too.
    let at = lower.find("step ").filter(|at| *at == 0 || lower.as_bytes()[at - 1] == b' ');
    let step = at.is_some();
    let rest = at.map_or(heading.trim_start(), |at| heading[at + 5..].trim_start_matches([' ', '#']));
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let tail = &rest[digits..];
    let ends = if step {
        tail.is_empty() || tail.starts_with([':', '.', ' ', ')', '-'])
    } else {
        tail.starts_with(". ") || tail.starts_with(") ")
    };
    let part = tail.starts_with('.') && tail[1..].starts_with(|c: char| c.is_ascii_digit());
    if digits == 0 || digits > 3 || !ends || part {
        return None;
    }
    Some((step, rest[..digits].parse().ok()?))
}
