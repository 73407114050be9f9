//! Sibling headings that are alternatives: "If it is a pod", "If it is a host"; "Option A", "Option B".

use std::ops::Range;

use crate::runbook::{Section, sections, words};

use super::Outline;

/// Marks the steps of sibling headings that begin with *if*, or that count options, as a choice: each heading is one
/// alternative, however many steps it has.
pub(super) fn mark(sections: &[Section], facts: &[sections::Facts], outline: &mut Outline) {
    let is_if = |index: usize| {
        let Section { heading, context, way_back, .. } = &sections[index];
        !(*context || *way_back)
            && (words::begins_with_if(heading) && !words::looks_back(heading)
                || words::option_number(heading).is_some())
    };
    if !(0..sections.len()).any(is_if) {
        return;
    }
    // The drafts of each section and those below it: they are in the order of the sections.
    let first = |index: usize| {
        outline.drafts.partition_point(|draft| draft.section.is_none_or(|section| section < index))
    };
    let mut groups: Vec<Vec<(usize, Range<usize>)>> = Vec::new();
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
            // A choice within an alternative is no part of this one.
            let plain = outline.drafts[drafts.clone()].iter().all(|draft| draft.choice.is_none());
            if !drafts.is_empty() && plain {
                group.push((next, drafts));
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
        let section = group[0].0;
        let named = sections[section].parent.unwrap_or(section);
        outline.choices.push(sections[named].heading.clone());
        for (section, drafts) in group {
            let several = drafts.len() > 1;
            for draft in &mut outline.drafts[drafts] {
                draft.choice = Some(outline.choices.len() - 1);
                draft.branch = several.then_some(section);
            }
        }
    }
}

/// "Otherwise", "In all other cases" after ifs.
fn is_else(heading: &str) -> bool {
    let lower = heading.trim().to_ascii_lowercase();
    lower.starts_with("otherwise") || lower.starts_with("else") || lower.starts_with("in all other")
}
