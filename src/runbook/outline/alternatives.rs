//! Sibling headings that are alternatives: "If it is a pod", "If it is a host"; "Option A", "Option B"; "Debian", "RHEL".

use std::ops::Range;

use crate::runbook::{Section, sections, words};

use super::Outline;

/// Marks the steps of sibling headings that begin with *if*, count options or name systems, as a choice: each heading is one
/// alternative, however many steps it has.
pub(super) fn mark(sections: &[Section], facts: &[sections::Facts], outline: &mut Outline) {
    let kinds: Vec<Kind> = (0..sections.len()).map(|index| Kind::of(sections, index)).collect();
    if kinds.iter().all(|&kind| kind == Kind::Other) {
        return;
    }
    // The drafts of each section and those below it: they are in the order of the sections.
    let first = |index: usize| {
        outline.drafts.partition_point(|draft| draft.section.is_none_or(|section| section < index))
    };
    let mut groups: Vec<Vec<(usize, Range<usize>)>> = Vec::new();
    let mut seen = 0;
    for index in 0..sections.len() {
        let kind = kinds[index];
        if index < seen || kind == Kind::Other {
            continue;
        }
        let mut group = Vec::new();
        let mut next = index;
        let is_sibling = |next: usize| {
            next < sections.len()
                && sections[next].parent == sections[index].parent
                && sections[next].level == sections[index].level
        };
        while is_sibling(next)
            && (kinds[next] == kind || (group.len() > 1 && is_else(&sections[next].heading)))
        {
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
        // One that cannot be picked spoils the choice; who has another system picks none.
        let whole =
            kind == Kind::Platform || (index..next).filter(|&inner| is_sibling(inner)).count() == group.len();
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

/// What makes a heading one of several alternatives.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It is none.
    Other,
    /// "If it is a pod", "Option A".
    Case,
    /// "Debian", "RHEL 8 or later".
    Platform,
}

impl Kind {
    fn of(sections: &[Section], index: usize) -> Kind {
        let Section { heading, context, way_back, .. } = &sections[index];
        if *context || *way_back {
            return Kind::Other;
        }
        let case = words::begins_with_if(heading) && !words::looks_back(heading);
        if case || words::option_number(heading).is_some() {
            Kind::Case
        } else if words::names_platform(heading) && !makes_all(sections, index) {
            Kind::Platform
        } else {
            Kind::Other
        }
    }
}

/// Whether a heading above says that something is made for all systems: "Release packages", "Build".
fn makes_all(sections: &[Section], index: usize) -> bool {
    let makes = |word: words::Word<'_>| {
        let lower = word.lower();
        ["release", "build", "publish", "test", "packaging"].iter().any(|stem| lower.starts_with(stem))
    };
    let mut above = sections[index].parent;
    while let Some(section) = above {
        if (words::Words { rest: &sections[section].heading }).any(makes) {
            return true;
        }
        above = sections[section].parent;
    }
    false
}

/// "Otherwise", "In all other cases" after ifs.
fn is_else(heading: &str) -> bool {
    let lower = heading.trim().to_ascii_lowercase();
    lower.starts_with("otherwise") || lower.starts_with("else") || lower.starts_with("in all other")
}
