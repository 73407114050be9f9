//! Paragraphs that count, as the items of a list do: "1 - Stop it", "Step 2: Start it".

use crate::runbook::blocks::Kind;
use crate::runbook::{context, words};

use super::{Here, Mapper, Origin, View};

/// Where the steps begin that paragraphs among the blocks count, each with where it ends. Two of them at
/// least, counted from one on; those that hold a list of steps are none.
pub(super) fn read(view: &View, blocks: &[usize]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    // The group that is read: where its paragraphs stand, and the last number.
    let mut group: Vec<usize> = Vec::new();
    let mut last = 0;
    for (at, &block) in blocks.iter().enumerate() {
        let Some(number) = number(view, block) else { continue };
        if number == 1 && last != 1 {
            take(view, blocks, &group, at, &mut found);
            group.clear();
        } else if group.is_empty() || !(number == last || number == last + 1) {
            continue;
        }
        group.push(at);
        last = number;
    }
    take(view, blocks, &group, blocks.len(), &mut found);
    found
}

/// Adds the steps of a group that ends before the block at `end`.
fn take(view: &View, blocks: &[usize], group: &[usize], end: usize, found: &mut Vec<(usize, usize)>) {
    let (Some(&first), Some(&last), true) = (group.first(), group.last(), group.len() > 1) else { return };
    let lists = |&block: &usize| {
        let list = matches!(view.doc.blocks[block].kind, Kind::List(_)) && !view.is_boxed(block);
        list && (matches!(view.doc.blocks[block].kind, Kind::List(Some(_)))
            || view.doc.children(block).any(|item| view.doc.blocks[item].kind == Kind::Item(true))
            || view.has_runnable(block))
    };
    // What stands below the last one up to its first commands is its own.
    let own = blocks[last..end].iter().position(|&block| view.acts(block));
    let mut upto = own.map_or(last + 1, |at| last + at);
    while own.is_some() && upto < end && view.acts(blocks[upto]) {
        upto += 1;
    }
    if blocks[first..upto].iter().any(lists) {
        return;
    }
    let ends = group.iter().skip(1).copied().chain([upto]);
    let steps: Vec<(usize, usize)> = group.iter().copied().zip(ends).collect();
    let does = |&&(from, upto): &&(usize, usize)| {
        blocks[from..upto].iter().any(|&block| {
            view.acts(block)
                || view.has_inline_command(block)
                || view.doc.blocks[block].kind == Kind::Para
                    && words::has_imperative(context::uncounted(view.doc.text(block)))
        })
    };
    // What happens one after the other is nothing to do.
    if steps.iter().filter(does).count() * 2 > steps.len() {
        found.extend(steps);
    }
}

/// The number that a paragraph counts by.
fn number(view: &View, block: usize) -> Option<usize> {
    if view.doc.blocks[block].kind != Kind::Para {
        return None;
    }
    let text = view.doc.text(block);
    // Few paragraphs begin so.
    let digits = match text.as_bytes() {
        [b'0'..=b'9', ..] => text,
        [b'S' | b's', b't' | b'T', b'e' | b'E', b'p' | b'P', ..] => text[4..].trim_start_matches([' ', '#']),
        _ => return None,
    };
    context::count(text)?;
    let end = digits.bytes().take_while(u8::is_ascii_digit).count();
    digits[..end].parse().ok()
}

impl Mapper<'_> {
    /// Adds the step of a counted paragraph and what stands below it.
    pub(super) fn counted(&mut self, here: &mut Here, blocks: &[usize]) {
        self.draft(here, Origin::Fence, blocks, None);
        if let Some(last) = self.outline.drafts.last_mut() {
            // The paragraph says what it is.
            last.intro += 1;
        }
    }
}
