//! Sections that say how to undo what the rest of the document does. They are a procedure of their
//! own: walked where their anchor is named, never as a part of the way forward.

use std::collections::HashMap;

use super::blocks::{Document, Kind};
use super::words::Words;
use super::{Runbook, Section, Step, abroad, sections};

/// What may stand beside the word for the way back; anything else makes it an instruction of its
/// own ("Revert the feature flag").
#[rustfmt::skip]
const AROUND: &[&str] = &[
    "a", "all", "an", "and", "case", "change", "changes", "de", "deploy", "deployment", "emergency",
    "everything", "failure", "failures", "fallback", "for", "goes", "guide", "how", "if", "in",
    "instructions", "is", "it", "migration", "necessary", "needed", "notes", "of", "optional", "or",
    "plan", "plano", "plans", "problems", "procedimento", "procedimiento", "procedure", "procedures",
    "process", "quick", "release", "required", "rollout", "section", "something", "step", "steps",
    "strategy", "the", "these", "this", "to", "update", "upgrade", "verfahren", "when", "wrong", "your",
];

/// Headings of remedies: what stands below them is the way out of a trouble, also if it is a
/// rollback.
#[rustfmt::skip]
const REMEDIES: &[&str] = &[
    "action", "actions", "fix", "fixes", "mitigation", "mitigations", "options", "recovery",
    "remediation", "remedies", "resolution", "resolutions", "response", "solution", "solutions",
    "troubleshooting", "workaround", "workarounds",
];

/// Headings of sections that look and change nothing: after these alone there is nothing to undo.
#[rustfmt::skip]
const LOOKS: &[&str] = &[
    "alert", "alerts", "analysis", "assessment", "check", "checks", "confirm", "contacts", "dashboards",
    "debugging", "detection", "diagnose", "diagnosis", "diagnostics", "escalation", "investigate",
    "investigation", "logs", "metrics", "monitoring", "observe", "pre-checks", "prechecks",
    "severity", "triage", "validation", "verification", "verify",
];

/// Whether a word of the name of a way back in ASCII letters can begin so, in lower case.
pub(super) fn begins(three: &[u8; 3]) -> bool {
    matches!(three, b"rol" | b"und" | b"rev" | b"bac")
}

/// Whether the heading, its count left out, is the name of a way back: "Rollback", "Roll back the
/// change", "Undo plan".
pub(super) fn names(heading: &str) -> bool {
    if abroad::names_way_back(heading) {
        return true;
    }
    let mut words = Words { rest: heading }.map(|word| word.lower()).peekable();
    let (mut named, mut count) = (false, 0);
    while let Some(word) = words.next() {
        count += 1;
        match &*word {
            "rollback" | "rollbacks" | "roll-back" | "undo" | "undoing" | "revert" | "reverting"
            | "reversal" | "backout" | "back-out" | "rolling-back" => named = true,
            "roll" | "rolling" if words.next_if(|next| &**next == "back").is_some() => named = true,
            "back" | "backing" if words.next_if(|next| &**next == "out").is_some() => named = true,
            word if word
                .strip_prefix("rollback-")
                .is_some_and(|rest| AROUND.binary_search(&rest).is_ok()) =>
            {
                named = true;
            }
            word if AROUND.binary_search(&word).is_err() => return false,
            _ => {}
        }
    }
    named && count < 10
}

/// Whether a list, which is sorted, has a word of the heading.
fn has(list: &[&str], heading: &str) -> bool {
    let lower = heading.to_ascii_lowercase();
    Words { rest: &lower }.any(|word| list.binary_search(&word.text).is_ok())
}

/// Finds ways back while the headings are read from top to bottom.
#[derive(Default)]
pub(super) struct Finder {
    /// For each parent the section from which on its children were not looked at yet, and whether
    /// one before it is work.
    looked: HashMap<Option<usize>, (usize, bool)>,
}

impl Finder {
    /// Whether the heading at `block` below `parent`, which has the name of a way back, begins one:
    /// it is no remedy, and something to undo stands before it.
    pub fn is_way_back(
        &mut self,
        doc: &Document,
        (sections, facts): (&[Section], &[sections::Facts]),
        parent: Option<usize>,
        block: usize,
    ) -> bool {
        let mut above = parent;
        while let Some(section) = above {
            if sections[section].level > 1 && has(REMEDIES, &sections[section].heading) {
                return false;
            }
            above = sections[section].parent;
        }
        let first = parent.map_or(0, |parent| parent + 1);
        let (from, worked) = self.looked.entry(parent).or_insert((first, false));
        *worked = *worked
            || sections[*from..].iter().zip(&facts[*from..]).any(|(section, fact)| {
                section.parent == parent && !(section.context || fact.needs || has(LOOKS, &section.heading))
            });
        *from = sections.len();
        let before = parent.map_or(0, |parent| facts[parent].block + 1);
        let upto = facts.get(first).map_or(block, |fact| fact.block);
        let acts = |own: usize| matches!(doc.blocks[own].kind, Kind::Code(_) | Kind::List(_));
        *worked || doc.siblings(before, Some(upto)).any(acts)
    }
}

impl Runbook {
    /// The outermost sections that say how to undo what the rest does, those with steps; indices
    /// into [`Runbook::sections`].
    pub fn ways_back(&self) -> Vec<usize> {
        let outer = |section: &Section| {
            section.way_back && !section.parent.is_some_and(|parent| self.sections[parent].way_back)
        };
        let all = (0..self.sections.len()).filter(|&index| outer(&self.sections[index]));
        all.filter(|&index| self.steps_of(index).next().is_some()).collect()
    }

    /// Tells the steps of the ways back from the others.
    pub fn stands_in_way_back(&self) -> impl Fn(&Step) -> bool + use<> {
        let back: Vec<_> = self.ways_back().into_iter().map(|index| self.sections[index].span).collect();
        move |step| {
            let at = back.partition_point(|span| span.end <= step.span.start);
            back.get(at).is_some_and(|span| span.start <= step.span.start)
        }
    }

    /// The steps of a section, or of the whole document, in order, those of a way back left out
    /// unless the section is one or there are no others.
    pub fn way_forward(&self, section: Option<usize>) -> Vec<&Step> {
        let all: Vec<&Step> = match section {
            Some(section) => self.steps_of(section).collect(),
            None => self.steps.iter().collect(),
        };
        let within = section.and_then(|section| self.sections.get(section));
        if within.is_some_and(|section| section.way_back) {
            return all;
        }
        let is_back = self.stands_in_way_back();
        let forward: Vec<&Step> = all.iter().copied().filter(|step| !is_back(step)).collect();
        if forward.is_empty() { all } else { forward }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runbook::context::uncounted;

    #[test]
    fn lists_are_sorted_for_the_search() {
        for list in [AROUND, REMEDIES, LOOKS] {
            assert!(list.windows(2).all(|pair| pair[0] < pair[1]), "{list:?}");
        }
    }

    #[test]
    fn the_way_back_has_a_name() {
        for yes in [
            "Rollback",
            "Roll-back",
            "Roll back",
            "4. Rolling back",
            "Step 4: Rollback (if needed)",
            "How to roll back the change",
            "Undo",
            "Revert plan",
            "Back-out procedure",
            "Backing out",
            "Rollback steps in case of failure",
        ] {
            assert!(names(uncounted(yes)), "{yes}");
        }
        for no in [
            "Revert the feature flag",
            "Rollback of the index on users",
            "Roll out",
            "Roll the nodes",
            "Back up",
            "Plan",
            "",
            "Why rollbacks fail",
        ] {
            assert!(!names(uncounted(no)), "{no}");
        }
    }
}
