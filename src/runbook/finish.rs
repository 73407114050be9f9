//! The mapping, second half: drafts become steps with numbers and ids of their own.

use std::collections::HashSet;

use super::diagnose::Diagnose;
use super::ids::{Key, Names};
use super::outline::{Draft, Outline, View};
use super::parts::in_parts;
use super::placeholder::{self, Look};
use super::step::{Writer, clip};
use super::{
    Action, ActionKind, Danger, Diagnostic, Purpose, Section, Step, Topic, below, context, sessions, words,
};
use crate::shell::Reading;

/// Writes the steps, and says what their commands leave open (see [`placeholder::merge`]).
pub(super) fn write(
    view: &View<'_>,
    outline: &Outline,
    sections: &[Section],
    purpose: Purpose,
    out: &mut Vec<Diagnostic>,
) -> (Vec<Step>, Vec<Look>) {
    let mut per_section = vec![0_u32; sections.len() + 1];
    for draft in &outline.drafts {
        per_section[room(draft)] += 1;
    }
    let only = |draft: &Draft| per_section[room(draft)] == 1;
    let keys = match purpose {
        Purpose::Walk => Some(keys(sections)),
        Purpose::Lint => None,
    };
    let part = |drafts: &[Draft]| {
        let mut writer = Writer {
            view,
            sections,
            keys: keys.as_deref(),
            out: Vec::new(),
            scratch: Vec::new(),
            prose: String::new(),
            cuts: Vec::new(),
        };
        let mut steps = writer.steps(drafts, &only);
        let looks: Vec<Look> =
            steps.iter().flat_map(|step| &step.actions).filter_map(placeholder::look).collect();
        if purpose == Purpose::Walk {
            let actions = steps.iter_mut().flat_map(|step| &mut step.actions);
            actions.for_each(|action| action.reading = Reading::default());
        }
        (steps, looks, writer.out)
    };
    let mut steps = Vec::with_capacity(outline.drafts.len());
    let mut looks = Vec::new();
    for (more, found, notes) in in_parts(&outline.drafts, &part) {
        steps.extend(more);
        looks.extend(found);
        out.extend(notes);
    }
    let choices = name_choices(outline, keys.as_deref());
    let named = if keys.is_some() { steps.len() * 2 } else { 0 };
    let mut names = Naming {
        named: keys.is_some(),
        steps: Names::with_capacity(named),
        actions: Names::with_capacity(named),
        explicit: HashSet::new(),
        runs: vec![false; sections.len() + 1],
        out,
    };
    for (index, (step, draft)) in steps.iter_mut().zip(&outline.drafts).enumerate() {
        step.number = index + 1;
        step.choice = draft.choice.map(|choice| choices[choice].clone());
        step.branch = draft.branch;
        names.step(step, room(draft));
    }
    let kept = sessions::keep(&mut steps, sections);
    if below::heed(&mut steps, sections) || kept {
        // What is not run here asks for nothing here.
        looks = steps.iter().flat_map(|step| &step.actions).filter_map(placeholder::look).collect();
    }
    (steps, looks)
}

fn room(draft: &Draft) -> usize {
    draft.section.map_or(0, |section| section + 1)
}

/// For each section its breadcrumb, own heading included and counts left out.
fn keys(sections: &[Section]) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::with_capacity(sections.len());
    for section in sections {
        let above = section.parent.map_or(Key::EMPTY, |parent| keys[parent]);
        keys.push(above.with(context::uncounted(&section.heading)));
    }
    keys
}

/// Names of the choices: from the sentence that introduces them, or where they stand.
fn name_choices(outline: &Outline, keys: Option<&[Key]>) -> Vec<String> {
    let mut sections = vec![None; outline.choices.len()];
    for draft in outline.drafts.iter().rev() {
        if let Some(choice) = draft.choice {
            sections[choice] = draft.section;
        }
    }
    let mut names = Names::default();
    let named = outline.choices.iter().zip(sections).map(|(intro, section)| {
        let key = section.zip(keys).map_or(Key::EMPTY, |(section, keys)| keys[section]);
        let sentence = words::last_sentence(intro);
        names.derived(&format!("choice {}", clip(sentence, 60)), key.with(sentence))
    });
    named.collect()
}

/// Makes ids unique, and sees what only the order of the steps tells.
struct Naming<'a> {
    /// Whether there are ids at all.
    named: bool,
    steps: Names,
    actions: Names,
    /// Ids the author gave.
    explicit: HashSet<String>,
    /// Whether an earlier step of the section has a run.
    runs: Vec<bool>,
    out: &'a mut Vec<Diagnostic>,
}

impl Naming<'_> {
    fn step(&mut self, step: &mut Step, room: usize) {
        if self.named {
            step.id = self.steps.unique(std::mem::take(&mut step.id));
        }
        for action in &mut step.actions {
            if let Some(id) = &action.attrs.id
                && !self.explicit.insert(id.clone())
            {
                let message = format!("the id `{id}` stands in this file twice");
                self.out.warning(Topic::Annotation, action.span, message, None);
            }
            if self.named {
                action.id = self.actions.unique(std::mem::take(&mut action.id));
            }
            if let Danger::Declared { word } = &mut action.danger
                && word.is_empty()
            {
                word.clone_from(&step.id);
            }
            self.undoes(action, room);
        }
    }

    fn undoes(&mut self, action: &Action, room: usize) {
        match action.kind {
            ActionKind::Run if !action.offered => self.runs[room] = true,
            ActionKind::Rollback if !self.runs[room] => {
                let message = "there is no earlier command in this section that this could undo";
                self.out.warning(Topic::Placement, action.span, message, None);
            }
            _ => {}
        }
    }
}
