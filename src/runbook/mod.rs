//! From Markdown to steps.
//!
//! ```text
//! bytes -> blocks -> sections, fences -> outline (which blocks make which step) -> steps
//! ```
//!
//! [`parse`] never fails: what it cannot place, and what is wrong, is a [`Diagnostic`].

mod abroad;
mod actions;
mod attrs;
mod below;
pub(crate) mod blocks;
mod context;
mod diagnose;
mod elsewhere;
mod explain;
mod fences;
pub mod file;
mod finish;
mod front_matter;
mod ids;
mod info;
mod language;
mod lists;
mod lost;
mod model;
mod outline;
mod parts;
mod pauses;
pub mod placeholder;
mod procedures;
mod prompts;
mod sections;
mod sessions;
mod stages;
mod step;
mod text;
mod transcript;
pub(crate) mod unclosed;
mod way_back;
mod words;

use std::collections::HashMap;
use std::sync::Arc;

pub use attrs::{Annotations, Attrs, Capture};
pub(crate) use blocks::is_markup;
pub use diagnose::{Diagnostic, Severity, Topic};
pub(crate) use explain::tells_to_fill_in;
pub(crate) use front_matter::yaml;
pub use model::*;
pub(crate) use parts::in_parts;

use crate::memory;
use crate::source::Source;
use blocks::Document;
use stages::Purpose;

/// Understands one Markdown file, in time linear in its size.
pub fn parse(source: Arc<Source>) -> Runbook {
    // So many bytes a byte of it are needed, and large documents are worth it.
    let needed = 16 * source.text().len();
    let _room = (needed >= memory::WORTH).then(|| memory::room(needed)).flatten();
    let mut all = stages::read(vec![source], Purpose::Walk);
    // One for one.
    all.swap_remove(0).0
}

/// As [`parse`], several files together and for the linter: hands over the Markdown blocks each was made
/// from and, with the actions, what the shell makes of them as far as somebody asked. Steps and actions
/// have no ids, sections no anchors (see [`anchored`]) and placeholders no explanations (see [`explanations`]).
pub(crate) fn parse_to_lint(sources: Vec<Arc<Source>>) -> Vec<(Runbook, Document)> {
    stages::read(sources, Purpose::Lint)
}

/// Whether the sentence tells somebody to do something.
pub(crate) fn is_instruction(sentence: &str) -> bool {
    words::is_imperative(sentence)
}

/// Whether a heading, its count aside, asks for what stands under it.
pub(crate) fn heading_asks(heading: &str) -> bool {
    words::heading_asks(context::uncounted(heading))
}

/// What the script of an action leaves open, as spans of it: `<name>` and its like, variables left out.
pub(crate) fn left_open(action: &Action) -> Vec<crate::source::Span> {
    placeholder::marks(&action.script, &action.reading)
}

/// The headings of a file alone: less than half the work of [`parse`].
pub(crate) fn headings(source: &Source) -> Vec<Section> {
    let start = front_matter::find(source).map_or(source.start(), |(_, body)| body);
    anchored(&sections::read(source, &blocks::read(source.text(), start)).0)
}

/// The sections with their anchors, which [`parse_to_lint`] leaves out.
pub(crate) fn anchored(sections: &[Section]) -> Vec<Section> {
    let mut sections = sections.to_vec();
    sections::give_anchors(&mut sections);
    sections
}

/// What explains each placeholder, which [`parse_to_lint`] leaves out.
pub(crate) fn explanations(runbook: &Runbook, doc: &Document) -> Vec<Option<String>> {
    explain::explanations(&runbook.source, doc, &runbook.steps, &runbook.placeholders)
}

/// Whether a forge gives this anchor to the heading, if no other of its file is like it.
pub(crate) fn has_anchor(heading: &str, anchor: &str) -> bool {
    context::has_slug(heading, anchor)
}

/// Front matter's title, else the first H1, else the file's name.
fn title(source: &Source, front: &FrontMatter, sections: &[Section]) -> String {
    let heading =
        || sections.iter().find(|section| section.level == 1).map(|section| section.heading.clone());
    let written = front.title.clone().filter(|title| !title.trim().is_empty());
    written.or_else(heading).filter(|title| !title.is_empty()).unwrap_or_else(|| {
        let name = source.name().rsplit(['/', '\\']).next().unwrap_or(source.name());
        name.strip_suffix(".md").or_else(|| name.strip_suffix(".markdown")).unwrap_or(name).to_owned()
    })
}

impl Runbook {
    /// The index in [`Runbook::sections`] of the heading with this anchor; a leading `#` and the
    /// case of letters do not matter.
    pub fn section_by_anchor(&self, anchor: &str) -> Option<usize> {
        let anchor = anchor.strip_prefix('#').unwrap_or(anchor);
        let exact = self.sections.iter().position(|section| section.anchor == anchor);
        exact.or_else(|| {
            let lower = anchor.to_lowercase();
            self.sections.iter().position(|section| section.anchor == lower)
        })
    }

    /// The steps under a heading, subsections included; where the heading is a step, that step.
    pub fn steps_of(&self, section: usize) -> impl Iterator<Item = &Step> {
        let span = self.sections.get(section).map(|section| section.span).unwrap_or_default();
        let first = self.steps.partition_point(|step| step.span.start < span.start);
        self.steps[first..].iter().take_while(move |step| step.span.start < span.end)
    }

    /// The placeholders of the steps under a heading, when it runs alone: a variable that only
    /// another section sets is one here.
    pub fn placeholders_of(&self, section: usize) -> Vec<Placeholder> {
        let actions = self.steps_of(section).flat_map(|step| &step.actions);
        let mut found = placeholder::merge(&self.front, actions.filter_map(placeholder::look));
        let known: HashMap<&str, &Option<String>> =
            self.placeholders.iter().rev().map(|known| (known.key.as_str(), &known.explained)).collect();
        for placeholder in &mut found {
            placeholder.explained = known.get(placeholder.key.as_str()).and_then(|&known| known.clone());
        }
        // Those that only the text tells.
        let span = self.sections.get(section).map(|section| section.span).unwrap_or_default();
        for told in self.placeholders.iter().filter(|told| told.kind != PlaceholderKind::Variable) {
            let spans: Vec<_> = told.spans.iter().copied().filter(|&place| span.contains(place)).collect();
            if !spans.is_empty() && !found.iter().any(|one| one.text == told.text) {
                found.push(Placeholder { spans, ..told.clone() });
            }
        }
        found
    }

    /// The sections that are procedures of their own, where the document holds several ("How to add
    /// a node", "How to remove a node"): then a person has to say which one is meant. Empty for a
    /// document that is one procedure from top to bottom.
    pub fn procedures(&self) -> Vec<usize> {
        procedures::procedures(self)
    }

    /// What the alternative is called that a step of a choice is, or belongs to: the heading where
    /// it has several steps, else the step's title.
    pub fn alternative<'a>(&'a self, step: &'a Step) -> &'a str {
        let branch = step.branch.and_then(|section| self.sections.get(section));
        branch.map_or(&step.title, |section| &section.heading)
    }

    /// The headings above the step, outermost first.
    pub fn breadcrumb(&self, step: &Step) -> Vec<&str> {
        let mut above = Vec::new();
        let mut next = step.section;
        while let Some(section) = next.and_then(|index| self.sections.get(index)) {
            above.push(section.heading.as_str());
            next = section.parent;
        }
        above.reverse();
        above
    }
}
