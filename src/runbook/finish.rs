//! The mapping, second half: drafts become steps with numbers and ids of their own.

use std::collections::HashSet;
use std::ops::Range;

use super::blocks::Kind;
use super::diagnose::Diagnose;
use super::ids::{Key, Names};
use super::outline::{Draft, Outline};
use super::parts::in_parts;
use super::placeholder::{self, Look};
use super::stages::{Parsing, Purpose};
use super::step::{Writer, clip, detect_danger};
use super::{Action, ActionKind, Danger, Diagnostic, Section, Step, Topic, below, context, sessions, words};
use crate::shell::Reading;

/// Writes the steps of all files, and says what their commands leave open (see [`placeholder::merge`]).
pub(super) fn write(all: &mut [Parsing], purpose: Purpose) {
    let places: Vec<Place> = all.iter().map(|one| Place::of(one, purpose)).collect();
    let drafts = |(at, one): (usize, &Parsing)| (0..one.outline.drafts.len()).map(move |draft| (at, draft));
    let drafts: Vec<(usize, usize)> = all.iter().enumerate().flat_map(drafts).collect();
    let part = |drafts: &[(usize, usize)]| {
        // What belongs to one file stands together.
        let pieces = drafts.chunk_by(|(one, _), (other, _)| one == other).filter_map(|piece| {
            let (&(at, first), &(_, last)) = (piece.first()?, piece.last()?);
            Some(Piece::new(at, &all[at], &places[at], first..last + 1))
        });
        let mut pieces: Vec<Piece<'_>> = pieces.collect();
        pieces.iter_mut().for_each(Piece::cut);
        pieces.iter_mut().for_each(|piece| piece.writer.understand());
        pieces.iter_mut().for_each(Piece::act);
        pieces.iter_mut().for_each(Piece::name);
        pieces.iter_mut().for_each(Piece::detect_dangers);
        pieces.iter_mut().for_each(Piece::tell);
        if purpose == Purpose::Walk {
            pieces.iter_mut().for_each(Piece::look);
        }
        pieces
            .into_iter()
            .map(|piece| (piece.at, piece.steps, piece.looks, piece.writer.out))
            .collect::<Vec<_>>()
    };
    for (at, steps, looks, out) in in_parts(&drafts, &part).into_iter().flatten() {
        let one = &mut all[at];
        if one.steps.is_empty() {
            // Most files are one piece.
            (one.steps, one.looks) = (steps, looks);
            one.steps.reserve_exact(one.outline.drafts.len() - one.steps.len());
        } else {
            one.steps.extend(steps);
            one.looks.extend(looks);
        }
        one.out.extend(out);
    }
    all.iter_mut().zip(&places).for_each(|(one, place)| number(one, place.keys.as_deref()));
    let kept: Vec<bool> = all.iter_mut().map(keep).collect();
    for (one, kept) in all.iter_mut().zip(kept) {
        // What is not run here asks for nothing here.
        if below::heed(&mut one.steps, &one.sections) || kept || purpose == Purpose::Lint {
            one.looks = looks(&one.steps);
        }
    }
}

/// Shows what is meant for a shell that is open elsewhere: see [`sessions::keep`].
fn keep(one: &mut Parsing) -> bool {
    let doc = &one.view.doc;
    // Prose above the sections of its own section is told with the first step below it.
    let carries = |(index, draft): (usize, &Draft)| {
        let first = *draft.parts[..draft.carried].first()?;
        let start = doc.blocks[first].span.start;
        let above = one.sections.partition_point(|section| section.heading_span.start <= start);
        let texts = draft.parts[..draft.carried].iter().filter(|&&part| doc.blocks[part].kind == Kind::Para);
        let goes = texts.map(|&part| doc.text(part)).any(sessions::goes_for_all);
        goes.then(|| (index, above.checked_sub(1)))
    };
    let carried: Vec<_> = one.outline.drafts.iter().enumerate().filter_map(carries).collect();
    sessions::keep(&mut one.steps, &one.sections, &carried)
}

/// What the steps of one file are named by.
struct Place {
    /// How many steps each section has; the first is the text before all.
    counts: Vec<u32>,
    /// The breadcrumb of each section, where there are ids.
    keys: Option<Vec<Key>>,
}

impl Place {
    fn of(one: &Parsing, purpose: Purpose) -> Place {
        let mut counts = vec![0; one.sections.len() + 1];
        for draft in &one.outline.drafts {
            counts[room(draft)] += 1;
        }
        Place { counts, keys: (purpose == Purpose::Walk).then(|| keys(&one.sections)) }
    }
}

/// Steps of one file that are written together.
struct Piece<'a> {
    /// Which file.
    at: usize,
    drafts: &'a [Draft],
    counts: &'a [u32],
    writer: Writer<'a>,
    steps: Vec<Step>,
    looks: Vec<Look>,
}

impl<'a> Piece<'a> {
    fn new(at: usize, one: &'a Parsing, place: &'a Place, drafts: Range<usize>) -> Piece<'a> {
        Piece {
            at,
            drafts: &one.outline.drafts[drafts],
            counts: &place.counts,
            writer: Writer::new(&one.view, &one.sections, place.keys.as_deref()),
            steps: Vec::new(),
            looks: Vec::new(),
        }
    }

    fn cut(&mut self) {
        self.drafts.iter().for_each(|draft| self.writer.cut(draft));
    }

    /// The steps have their actions and their place.
    fn act(&mut self) {
        self.steps = self.drafts.iter().map(|draft| self.writer.acting(draft)).collect();
    }

    fn name(&mut self) {
        for (step, draft) in self.steps.iter_mut().zip(self.drafts) {
            self.writer.name(step, draft, self.counts[room(draft)] == 1);
        }
    }

    fn detect_dangers(&mut self) {
        self.steps.iter_mut().flat_map(|step| &mut step.actions).for_each(detect_danger);
    }

    /// The steps have their prose, and its pieces the actions.
    fn tell(&mut self) {
        self.steps.iter_mut().zip(self.drafts).for_each(|(step, draft)| self.writer.tell(step, draft));
    }

    /// Looks what the commands leave open, the last who asks how the shell reads them.
    fn look(&mut self) {
        self.looks = looks(&self.steps);
        let actions = self.steps.iter_mut().flat_map(|step| &mut step.actions);
        actions.for_each(|action| action.reading = Reading::default());
    }
}

fn looks(steps: &[Step]) -> Vec<Look> {
    steps.iter().flat_map(|step| &step.actions).filter_map(placeholder::look).collect()
}

/// Gives the steps of a file what only their order tells.
fn number(one: &mut Parsing, keys: Option<&[Key]>) {
    let choices = name_choices(&one.outline, keys);
    let named = if keys.is_some() { one.steps.len() * 2 } else { 0 };
    let mut names = Naming {
        named: keys.is_some(),
        steps: Names::with_capacity(named),
        actions: Names::with_capacity(named),
        explicit: HashSet::new(),
        runs: vec![false; one.sections.len() + 1],
        out: &mut one.out,
    };
    for (index, (step, draft)) in one.steps.iter_mut().zip(&one.outline.drafts).enumerate() {
        step.number = index + 1;
        step.choice = draft.choice.map(|choice| choices[choice].clone());
        step.branch = draft.branch;
        names.step(step, room(draft));
    }
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
