//! Headings: the tree they make, their anchors, and which of them are steps.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::source::{Source, Span, trim};

use super::blocks::{Document, Kind};
use super::context::{self, Count};
use super::{Section, abroad, way_back, words};

/// What the mapping knows of a section beyond [`Section`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    /// The heading's block.
    pub block: usize,
    /// One past the last section of its subtree.
    pub end: usize,
    /// The heading is a step that holds what is under it.
    pub step: bool,
    /// It says what has to be there, or to be known, before the work begins.
    pub needs: bool,
    count: Option<Count>,
}

/// Headings that open the way to work even under a background heading.
#[rustfmt::skip]
const WORK: &[&str] = &[
    "actions", "diagnosis", "execution", "fix", "instructions", "investigation", "mitigation",
    "procedure", "recovery", "remediation", "resolution", "rollback", "steps", "troubleshooting",
    "verification", "workaround",
];

/// The sections of a document, in order of appearance; their [`anchors`] are still to be given.
pub(super) fn read(source: &Source, doc: &Document) -> (Vec<Section>, Vec<Facts>) {
    // As many as most documents have.
    let mut sections: Vec<Section> = Vec::with_capacity(16);
    let mut facts: Vec<Facts> = Vec::with_capacity(16);
    let mut open: Vec<usize> = Vec::new();

    let mut finder = way_back::Finder::default();
    for block in doc.top() {
        let Kind::Heading(level) = doc.blocks[block].kind else { continue };
        let span = doc.blocks[block].span;
        let index = sections.len();
        while let Some(&last) = open.last()
            && sections[last].level >= level
        {
            close(&mut sections, &mut facts, last, index, span.start);
            open.pop();
        }
        let heading = trim(doc.text(block)).to_owned();
        let count = context::count(&heading);
        let name = context::name(&heading, count);
        let parent = open.last().copied();
        let inherited = parent.is_some_and(|parent| {
            sections[parent].context
                && sections[parent].level > 1
                && !context::names_troubles(&sections[parent].heading)
        });
        let context = context::is_context(name) || (inherited && !is_work(name));
        let may = Hints::of(name);
        let needs = may.need && context::names_needs(name);
        let names_way_back = may.lead_back && way_back::names(name);
        let way_back = match parent {
            Some(parent) if sections[parent].way_back => true,
            _ if !names_way_back => false,
            parent => finder.is_way_back(doc, (&sections, &facts), parent, block),
        };
        let count = count.filter(|_| !context && !names_way_back);
        facts.push(Facts { block, end: 0, step: false, needs, count });
        let span_end = source.text().len();
        let heading_span = Span::new(span.start, span.start + source.slice(span).trim_end().len());
        sections.push(Section {
            heading,
            level,
            anchor: String::new(),
            parent,
            heading_span,
            span: Span::new(span.start, span_end),
            context,
            way_back,
        });
        open.push(index);
    }
    let (count, end) = (sections.len(), source.text().len());
    for index in open {
        close(&mut sections, &mut facts, index, count, end);
    }
    mark_steps(doc, &sections, &mut facts);
    (sections, facts)
}

fn close(sections: &mut [Section], facts: &mut [Facts], index: usize, next: usize, at: usize) {
    sections[index].span.end = at;
    facts[index].end = next;
}

/// What the letters of a heading leave open: most headings are neither.
struct Hints {
    /// See [`context::names_needs`].
    need: bool,
    /// See [`way_back::names`].
    lead_back: bool,
}

impl Hints {
    /// One look at how the words of a heading begin.
    fn of(heading: &str) -> Hints {
        if !heading.is_ascii() {
            return Hints { need: true, lead_back: true };
        }
        let mut hints = Hints { need: abroad::may_name_needs(heading), lead_back: false };
        words::begins_word(heading, |three| {
            hints.need |= context::begins_need(three);
            hints.lead_back |= way_back::begins(three);
            false
        });
        hints
    }
}

/// Whether a heading under a background heading, its count left out, is about work all the same.
fn is_work(heading: &str) -> bool {
    let lower = heading.to_ascii_lowercase();
    words::begins_with_verb(&lower)
        || lower.starts_with("how to")
        || words::Words { rest: &lower }.any(|word| WORK.binary_search(&word.text).is_ok())
}

/// Counted headings are steps: "Step 1" by itself, "1." with a sibling that counts too. One that
/// holds task items or counted headings is a section.
fn mark_steps(doc: &Document, sections: &[Section], facts: &mut [Facts]) {
    if facts.iter().all(|fact| fact.count.is_none()) {
        return;
    }
    let mut siblings: HashMap<(Option<usize>, u8), u32> = HashMap::new();
    for (section, fact) in sections.iter().zip(facts.iter()) {
        if fact.count.is_some() {
            *siblings.entry((section.parent, section.level)).or_default() += 1;
        }
    }
    let counts = |section: &Section, fact: &Facts| {
        fact.count.is_some_and(|count| count.says_step || siblings[&(section.parent, section.level)] > 1)
    };
    // From the last to the first, so that what is inside is known before what holds it.
    let mut holds_counted = vec![false; facts.len()];
    let tasks = task_places(doc);
    for index in (0..facts.len()).rev() {
        let counted = counts(&sections[index], &facts[index]);
        if (counted || holds_counted[index])
            && let Some(parent) = sections[index].parent
        {
            holds_counted[parent] = true;
        }
        let range =
            facts[index].block..facts.get(facts[index].end).map_or(doc.blocks.len(), |next| next.block);
        let first_task = tasks.partition_point(|&task| task < range.start);
        let has_tasks = tasks.get(first_task).is_some_and(|&task| task < range.end);
        facts[index].step = counted && !holds_counted[index] && !has_tasks;
    }
    // What stands under a step is part of it.
    let mut upto = 0;
    for (index, fact) in facts.iter_mut().enumerate() {
        if index < upto {
            fact.step = false;
        } else if fact.step {
            upto = fact.end;
        }
    }
}

/// The task items, in order of appearance.
fn task_places(doc: &Document) -> Vec<usize> {
    let task = |block: &usize| doc.blocks[*block].kind == Kind::Item(true);
    (0..doc.blocks.len()).filter(task).collect()
}

/// Gives each section its anchor as GitHub does: `-1`, `-2` for doubles.
pub(super) fn give_anchors(sections: &mut [Section]) {
    let slugs: Vec<String> = sections.iter().map(|section| context::slug(&section.heading)).collect();
    let mut doubles: Vec<(usize, String)> = Vec::new();
    let mut taken: HashMap<Cow<'_, str>, u32> = HashMap::with_capacity(slugs.len());
    for (index, slug) in slugs.iter().enumerate() {
        let count = match taken.entry(Cow::Borrowed(slug)) {
            Entry::Vacant(free) => {
                free.insert(0);
                continue;
            }
            Entry::Occupied(taken) => *taken.get(),
        };
        let mut number = count + 1;
        let mut anchor = format!("{slug}-{number}");
        while taken.contains_key(anchor.as_str()) {
            number += 1;
            anchor = format!("{slug}-{number}");
        }
        taken.insert(Cow::Borrowed(slug), number);
        taken.insert(Cow::Owned(anchor.clone()), 0);
        doubles.push((index, anchor));
    }
    drop(taken);
    for (section, slug) in sections.iter_mut().zip(slugs) {
        section.anchor = slug;
    }
    for (index, anchor) in doubles {
        sections[index].anchor = anchor;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_work_are_sorted_for_the_search() {
        assert!(WORK.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
