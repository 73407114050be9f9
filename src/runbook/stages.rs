//! Files on their way from bytes to runbooks, several together.
//!
//! One thing is done for all of them before the next is: each stage needs little of the program, and a
//! processor keeps no more than that at hand. Taken one by one, each file would have the instructions of
//! all stages fetched anew, which is an eighth of the time a linter takes.

use std::sync::Arc;

use super::diagnose::Diagnose;
use super::outline::{self, Outline, View};
use super::placeholder::{self, Look};
use super::{
    Diagnostic, FrontMatter, Placeholder, Runbook, Section, Step, Topic, blocks, explain, fences, finish,
    front_matter, lost, sections, title, unclosed,
};
use crate::source::Source;
use blocks::{Document, Kind};
use fences::Class;

/// What a file is read for: each leaves something undone that only the other asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Every step and action has its id, every section its anchor and every placeholder its explanation;
    /// how the shell reads a command is forgotten.
    Walk,
    /// The other way round.
    Lint,
}

/// A file that is being parsed: what is known of it so far.
pub(super) struct Parsing {
    pub view: View,
    pub front: FrontMatter,
    /// Where the text after the front matter begins.
    start: usize,
    pub sections: Vec<Section>,
    facts: Vec<sections::Facts>,
    pub outline: Outline,
    pub steps: Vec<Step>,
    /// What the commands of the steps leave open (see [`placeholder::merge`]).
    pub looks: Vec<Look>,
    placeholders: Vec<Placeholder>,
    pub out: Vec<Diagnostic>,
}

/// Understands each of the files.
pub(super) fn read(sources: Vec<Arc<Source>>, purpose: Purpose) -> Vec<(Runbook, Document)> {
    let mut all: Vec<Parsing> = sources.into_iter().map(Parsing::new).collect();
    let texts: Vec<(&str, usize)> = all.iter().map(|one| (one.view.source.text(), one.start)).collect();
    let docs = blocks::read_all(&texts);
    all.iter_mut().zip(docs).for_each(|(one, doc)| one.view.doc = doc);
    all.iter_mut().for_each(|one| one.read_sections(purpose));
    all.iter_mut().for_each(Parsing::read_fences);
    all.iter_mut().for_each(Parsing::read_outline);
    finish::write(&mut all, purpose);
    all.iter_mut().for_each(Parsing::merge);
    if purpose == Purpose::Walk {
        all.iter_mut().for_each(Parsing::explain);
    }
    all.into_iter().map(Parsing::runbook).collect()
}

impl Parsing {
    fn new(source: Arc<Source>) -> Parsing {
        let mut out = Vec::new();
        let (front, start) = match front_matter::find(&source) {
            Some((span, body)) => (front_matter::read(&source, span, &mut out), body),
            None => (FrontMatter::default(), source.start()),
        };
        Parsing {
            view: View::new(source),
            front,
            start,
            sections: Vec::new(),
            facts: Vec::new(),
            outline: Outline::default(),
            steps: Vec::new(),
            looks: Vec::new(),
            placeholders: Vec::new(),
            out,
        }
    }

    fn read_sections(&mut self, purpose: Purpose) {
        (self.sections, self.facts) = sections::read(&self.view.source, &self.view.doc);
        if purpose == Purpose::Walk {
            sections::give_anchors(&mut self.sections);
        }
    }

    fn read_fences(&mut self) {
        let View { source, doc, fences, runnable, .. } = &mut self.view;
        *fences = fences::read(source, doc, &mut self.out);
        let (mut inside_out, mut told) = (false, false);
        for (index, block) in doc.blocks.iter().enumerate() {
            let Kind::Code(fence) = block.kind else { continue };
            if !doc.fences[fence as usize].closed {
                let unclosed = unclosed::look(source, doc, index, fence);
                self.out.warning(Topic::BrokenFence, block.span, unclosed.message, Some(unclosed.help));
            }
            // No end of a fence has a language.
            inside_out &= doc.fences[fence as usize].info.is_empty();
            if !told && fences::is_inside_out(source, doc, index) {
                (inside_out, told) = (true, true);
                let help = Some("look above for a fence that lacks its end or its beginning".to_owned());
                let message = "from this fence on code and text are inside out: it holds a sentence that leads to the next block";
                self.out.warning(Topic::InsideOut, block.span, message, help);
            }
            let facts = &mut fences[fence as usize];
            facts.broken |= inside_out;
            if facts.class == Class::Runnable {
                runnable.push(index);
            }
        }
    }

    fn read_outline(&mut self) {
        self.outline = outline::read(&self.view, &self.sections, &self.facts, &mut self.out);
    }

    fn merge(&mut self) {
        lost::tell(&self.view, &self.sections, &self.steps, &mut self.out);
        self.placeholders = placeholder::merge(&self.front, std::mem::take(&mut self.looks));
        placeholder::told(&self.view.doc, &self.sections, &self.steps, &mut self.placeholders);
        self.out.sort_by_key(|diagnostic| diagnostic.span.start);
    }

    fn explain(&mut self) {
        let View { source, doc, .. } = &self.view;
        let explained = explain::explanations(source, doc, &self.steps, &self.placeholders);
        let each = self.placeholders.iter_mut().zip(explained);
        each.for_each(|(placeholder, explained)| placeholder.explained = explained);
    }

    fn runbook(self) -> (Runbook, Document) {
        let View { source, doc, .. } = self.view;
        let runbook = Runbook {
            title: title(&source, &self.front, &self.sections),
            source,
            front: self.front,
            sections: self.sections,
            steps: self.steps,
            placeholders: self.placeholders,
            diagnostics: self.out,
        };
        (runbook, doc)
    }
}
