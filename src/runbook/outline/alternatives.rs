//! Sibling headings that are alternatives: "If it is a pod", "If it is a host".

use crate::runbook::{Section, sections, words};

use super::Outline;

/// Marks the steps of sibling headings that begin with *if* as a choice, where each of them has
/// just one: of several steps under a heading no single one could be picked.
pub(super) fn mark(sections: &[Section], facts: &[sections::Facts], outline: &mut Outline) {
    let is_if = |index: usize| {
        let Section { heading, context, .. } = &sections[index];
        !context && words::begins_with_if(heading) && !words::looks_back(heading)
    };
    if !(0..sections.len()).any(is_if) {
        return;
    }
    // The drafts of each section and those below it: they are in the order of the sections.
    let first = |index: usize| {
        outline.drafts.partition_point(|draft| draft.section.is_none_or(|section| section < index))
    };
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut seen = 0;
    for index in 0..sections.len() {
        if index < seen || !is_if(index) {
            continue;
        }
        let mut group = Vec::new();
        let mut next = index;
        let is_sibling = |next: usize| {
            next < sections.len()
                && sections[next].parent == sections[index].parent
                && sections[next].level == sections[index].level
        };
        while is_sibling(next) && (is_if(next) || (group.len() > 1 && is_else(&sections[next].heading))) {
            let end = facts[next].end.max(next + 1);
            let drafts = first(next)..first(end);
            if drafts.len() == 1 && outline.drafts[drafts.start].choice.is_none() {
                group.push(drafts.start);
            }
            seen = end;
            next = end;
            if group.is_empty() {
                break;
            }
        }
        // One that cannot be picked spoils the choice.
        let whole = (index..next).filter(|&inner| is_sibling(inner)).count() == group.len();
        if group.len() > 1 && whole {
            groups.push(group);
        }
    }
    for group in groups {
        let section = outline.drafts[group[0]].section;
        let named = section.map(|section| sections[section].parent.unwrap_or(section));
        outline.choices.push(named.map(|section| sections[section].heading.clone()).unwrap_or_default());
        for draft in group {
            outline.drafts[draft].choice = Some(outline.choices.len() - 1);
        }
    }
}

/// "Otherwise", "In all other cases" after ifs.
fn is_else(heading: &str) -> bool {
    let lower = heading.trim().to_ascii_lowercase();
    lower.starts_with("otherwise") || lower.starts_with("else") || lower.starts_with("in all other")
}
