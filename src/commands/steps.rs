//! `midwatch steps`: what was understood of a runbook, for a person and for a program.

mod json;
mod page;
mod text;

pub use json::json;
pub use text::text;

use crate::runbook::{Runbook, Section, Step};

/// The steps to list: all, or those of a section with its subsections.
fn selected(runbook: &Runbook, section: Option<usize>) -> &[Step] {
    let Some(section) = section else { return &runbook.steps };
    let mut steps = runbook.steps_of(section);
    let Some(first) = steps.next().map(|step| step.number - 1) else { return &[] };
    &runbook.steps[first..first + 1 + steps.count()]
}

/// The sections to list, with their indices.
fn sections(runbook: &Runbook, only: Option<usize>) -> impl Iterator<Item = (usize, &Section)> {
    let within = only.and_then(|only| runbook.sections.get(only)).map(|section| section.span);
    let all = runbook.sections.iter().enumerate();
    all.filter(move |(_, section)| within.is_none_or(|span| span.contains(section.heading_span)))
}
