//! Whether a document is one procedure or several that have nothing to do with each other.

use super::{Runbook, Section, context, words};

/// Words of headings that are parts of one procedure.
#[rustfmt::skip]
const PHASES: &[&str] = &[
    "after", "analysis", "before", "checks", "clean", "cleaning", "cleanup", "closing", "cutover",
    "diagnosis", "diagnostics", "escalation", "execution", "finish", "finishing", "follow", "investigation",
    "mitigation", "monitoring", "next", "phase", "post", "pre", "precheck", "preparation", "prepare",
    "preparing", "prerequisite", "prerequisites", "procedure", "recovery", "remediation", "requirements",
    "resolution", "restore", "rollback", "setup", "steps", "triage", "troubleshooting", "undo",
    "validation", "verification", "verify", "verifying", "wrap",
];

/// How a heading stands to its siblings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// A procedure of its own: "How to add a node", "Queue is growing".
    Own,
    /// A task among others, or a part of one: "Restarting a node".
    Task,
    /// A part of one procedure: "Preparation", "2. Drain".
    Phase,
    /// Anything: "Stop the replica", "Disk space".
    Unclear,
}

/// The sections that are procedures of their own, if the document has several; else nothing.
///
/// A heading that says "how to" or names a trouble ("Queue is growing") stands for itself, and so
/// do the sections under "How-to guides" or "Common tasks". Headings that count or name a phase
/// ("Preparation", "Diagnosis") are parts of one procedure, and so are plain instructions ("Stop
/// the replica"), which are read from top to bottom.
pub(super) fn procedures(runbook: &Runbook) -> Vec<usize> {
    let steps = step_counts(runbook);
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); runbook.sections.len() + 1];
    let forward = |&(index, section): &(usize, &Section)| steps[index] > 0 && !section.way_back;
    for (index, section) in runbook.sections.iter().enumerate().filter(forward) {
        children[section.parent.map_or(0, |parent| parent + 1)].push(index);
    }
    let mut title = runbook.title.as_str();
    let mut level = &children[0];
    // One section that holds all is the title of what is in it.
    while let [only] = level[..] {
        if is_collection(&runbook.sections[only].heading) {
            break;
        }
        title = &runbook.sections[only].heading;
        level = &children[only + 1];
    }
    let mut found = Vec::new();
    let mut collected = 0;
    for &index in level {
        let inside = &children[index + 1];
        if is_collection(&runbook.sections[index].heading) && inside.len() > 1 {
            collected += inside.len();
            found.extend(inside);
        } else {
            found.push(index);
        }
    }
    independent(runbook, title, found, collected)
}

fn independent(runbook: &Runbook, title: &str, sections: Vec<usize>, collected: usize) -> Vec<usize> {
    let parts: Vec<Part> = sections.iter().map(|&index| part(runbook, index)).collect();
    let count = |wanted| parts.iter().filter(|&&part| part == wanted).count();
    let (own, tasks, phases) = (count(Part::Own), count(Part::Task), count(Part::Phase));
    // "Restarting", "Stopping", "Starting" under "Replace a node" are one procedure.
    let topic = !words::begins_with_verb(title) && part_of(title) == Part::Unclear;
    let several = collected > 1 || (own > 1 && phases <= own) || (topic && tasks > 2 && phases == 0);
    if !several {
        return Vec::new();
    }
    let kept = sections.into_iter().zip(parts).filter(|&(_, part)| part != Part::Phase);
    let kept: Vec<usize> = kept.map(|(index, _)| index).collect();
    if kept.len() > 1 { kept } else { Vec::new() }
}

/// Whether the heading says that what is under it are several procedures.
fn is_collection(heading: &str) -> bool {
    let lower = heading.to_ascii_lowercase();
    let list: Vec<&str> = words::Words { rest: &lower }.map(|word| word.text).collect();
    matches!(
        list[..],
        ["how-to" | "how-tos" | "howto" | "howtos" | "recipes" | "runbooks" | "playbooks" | "procedures"]
            | ["how", "to"]
            | ["how-to" | "howto", "guides" | "guide"]
            | ["how", "to", "guides" | "guide"]
            | [
                "common" | "routine" | "operational" | "maintenance" | "administrative" | "frequent",
                "tasks" | "operations" | "procedures"
            ]
    )
}

/// How many steps are in the subtree of each section.
fn step_counts(runbook: &Runbook) -> Vec<usize> {
    let starts: Vec<usize> = runbook.steps.iter().map(|step| step.span.start).collect();
    let count = |section: &Section| {
        let from = starts.partition_point(|&start| start < section.span.start);
        let to = starts.partition_point(|&start| start < section.span.end);
        to - from
    };
    runbook.sections.iter().map(count).collect()
}

fn part(runbook: &Runbook, index: usize) -> Part {
    let section = &runbook.sections[index];
    // "If it is a pod" beside "If it is a host" is a question on the way.
    let chosen = words::begins_with_if(&section.heading)
        && runbook.steps_of(index).next().is_some_and(|step| step.choice.is_some());
    if section.context || chosen { Part::Phase } else { part_of(&section.heading) }
}

fn part_of(heading: &str) -> Part {
    if context::count(heading).is_some() {
        return Part::Phase;
    }
    let lower = heading.to_ascii_lowercase();
    let list: Vec<&str> = words::Words { rest: &lower }.map(|word| word.text).collect();
    let first = list.first().copied().unwrap_or("");
    if first == "how" || first == "if" || first == "when" {
        return Part::Own;
    }
    if list.iter().any(|word| {
        PHASES.binary_search(word).is_ok() || word.starts_with("pre-") || word.starts_with("post-")
    }) {
        return Part::Phase;
    }
    let trouble = list.iter().skip(1).any(|word| {
        matches!(
            *word,
            "is" | "are"
                | "isn't"
                | "not"
                | "cannot"
                | "can't"
                | "fails"
                | "failed"
                | "failing"
                | "failure"
                | "failures"
                | "down"
                | "growing"
                | "stuck"
                | "missing"
                | "slow"
                | "unavailable"
                | "unreachable"
                | "unhealthy"
                | "broken"
                | "crashing"
                | "lagging"
                | "overloaded"
                | "exhausted"
                | "full"
                | "behind"
                | "doesn't"
                | "won't"
                | "has"
                | "errors"
        )
    });
    let gerund = first.len() > 5 && first.ends_with("ing");
    // "AWS instructions" beside "Gandi instructions".
    let guide =
        list.len() > 1 && matches!(list.last(), Some(&("instructions" | "howto" | "how-to" | "tutorial")));
    match () {
        () if guide => Part::Own,
        () if trouble && !words::begins_with_verb(heading) => Part::Own,
        () if gerund => Part::Task,
        () => Part::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_are_sorted_for_the_search() {
        assert!(PHASES.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
