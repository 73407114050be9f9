//! The mapping, first half: which blocks make which step.
//!
//! Sections are read in order; each leaves drafts (a step and the blocks it consists of) and
//! perhaps prose that belongs to none. The second half, [`super::finish`], writes the steps.

mod alternatives;
mod another;
mod counted;
mod rooms;
mod tabs;
mod view;

use crate::source::Span;

use super::blocks::{Document, Kind};
use super::diagnose::Diagnose;
use super::fences::{self, Class};
pub(super) use another::names_one_way;
use rooms::Room;
use tabs::{Mark, Tabs};
pub(super) use tabs::{bold_option, mark as tab_mark};
pub(super) use view::View;

use super::{ActionKind, Diagnostic, Section, Topic, context, lists, sections, words};

/// Where a step comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A list item.
    Item,
    /// Fences, or a paragraph that is one command, outside lists.
    Fence,
    /// A query after an instruction.
    Query,
    /// A counted heading.
    Heading,
    /// A section of prose that tells somebody to do something.
    Prose,
}

/// A step before it is written.
#[derive(Debug)]
pub(super) struct Draft {
    pub origin: Origin,
    /// The section it stands in, a counted heading included.
    pub section: Option<usize>,
    /// Its blocks, each with its subtree, in order.
    pub parts: Vec<usize>,
    /// How many of `parts` are the prose before it.
    pub intro: usize,
    /// How many of `parts` come from an outer section: shown with it, but not its place.
    pub carried: usize,
    /// Index into [`Outline::choices`].
    pub choice: Option<usize>,
    /// The section that is the alternative, where it has several steps.
    pub branch: Option<usize>,
    /// The paragraph that tells somebody to do something, of a section of prose.
    pub told: Option<usize>,
}

/// The drafts of a document.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub drafts: Vec<Draft>,
    /// For each choice the text that introduces it.
    pub choices: Vec<String>,
}

/// Finds the steps of a document.
pub(super) fn read(
    view: &View,
    sections: &[Section],
    facts: &[sections::Facts],
    out: &mut Vec<Diagnostic>,
) -> Outline {
    let outline = Outline::default();
    let mut mapper = Mapper { view, unnamed: sections.len(), out, outline, blocks: Vec::new() };
    // One entry a section, the text before the first heading being the first.
    let mut left: Vec<Room> = Vec::with_capacity(facts.len() + 1);
    let mut index = 0;
    let before = Here {
        section: None,
        context: false,
        needs: false,
        heading: "",
        first: 0,
        prose: Vec::new(),
        counts: false,
        labels: Vec::new(),
    };
    left.push(mapper.room(before, 0, facts.first().map(|fact| fact.block)));
    while index < facts.len() {
        let fact = facts[index];
        if fact.step {
            // Sub-headings are part of the step, but not the way back.
            let inner = index + 1..fact.end;
            let way_back: Vec<usize> = inner.filter(|&inner| sections[inner].way_back).collect();
            left.push(mapper.heading(index, &way_back, facts));
            let mut way_back = way_back.into_iter().peekable();
            for inner in index + 1..fact.end {
                left.push(match way_back.next_if_eq(&inner) {
                    Some(inner) => mapper.section(inner, sections, facts),
                    None => Room::empty(Some(inner)),
                });
            }
            index = fact.end.max(index + 1);
            continue;
        }
        left.push(mapper.section(index, sections, facts));
        index += 1;
    }
    let Outline { drafts, choices } = mapper.outline;
    let mut outline = Outline { drafts: rooms::settle(view, left, sections, facts, drafts), choices };
    alternatives::mark(sections, facts, &mut outline);
    outline
}

struct Mapper<'a> {
    view: &'a View,
    /// How many sections there are: alternatives that none of them names are counted from there.
    unnamed: usize,
    out: &'a mut Vec<Diagnostic>,
    outline: Outline,
    /// The blocks of the section that is read: kept, so that the next one finds its place made.
    blocks: Vec<usize>,
}

/// The section that is being read.
struct Here<'a> {
    section: Option<usize>,
    context: bool,
    /// It says what has to be there before the work begins.
    needs: bool,
    heading: &'a str,
    /// Where its drafts begin.
    first: usize,
    /// Prose that no step has yet.
    prose: Vec<usize>,
    /// Whether a paragraph has begun one of several alternatives.
    counts: bool,
    /// Where other labels in bold letters stand among them, in drafts.
    labels: Vec<usize>,
}

impl Mapper<'_> {
    /// A counted heading: one step that holds all blocks under it but those of sections `without`.
    fn heading(&mut self, section: usize, without: &[usize], facts: &[sections::Facts]) -> Room {
        let doc = &self.view.doc;
        let block_of = |section: usize| facts.get(section).map_or(doc.blocks.len(), |next| next.block);
        let mut parts: Vec<usize> = Vec::new();
        let mut from = facts[section].block + 1;
        for &without in without {
            let own = from.min(block_of(without))..block_of(without);
            parts.extend(doc.siblings(own.start, Some(own.end)));
            from = from.max(block_of(without + 1));
        }
        let end = block_of(facts[section].end);
        parts.extend(doc.siblings(from.min(end), Some(end)));
        self.outline.drafts.push(Draft {
            origin: Origin::Heading,
            section: Some(section),
            parts,
            intro: 0,
            carried: 0,
            choice: None,
            branch: None,
            told: None,
        });
        Room { section: Some(section), drafts: 1, prose: Vec::new() }
    }

    /// What stands right below a heading.
    fn section(&mut self, index: usize, sections: &[Section], facts: &[sections::Facts]) -> Room {
        let here = Here {
            section: Some(index),
            context: sections[index].context,
            needs: facts[index].needs,
            heading: &sections[index].heading,
            first: self.outline.drafts.len(),
            prose: Vec::new(),
            counts: false,
            labels: Vec::new(),
        };
        self.room(here, facts[index].block + 1, facts.get(index + 1).map(|next| next.block))
    }

    fn room(&mut self, mut here: Here, start: usize, end: Option<usize>) -> Room {
        let mut blocks = std::mem::take(&mut self.blocks);
        self.flat(start, end, &mut blocks);
        let mut next_list = None;
        let counted = if here.context || here.needs { Vec::new() } else { counted::read(self.view, &blocks) };
        let mut counted = counted.into_iter().peekable();
        let mut at = 0;
        let mut tabs: Option<Tabs> = None;
        let mut options: Option<Tabs> = None;
        while at < blocks.len() {
            while counted.next_if(|&(from, _)| from < at).is_some() {}
            if let Some((from, upto)) = counted.next_if(|&(from, _)| from == at) {
                self.counted(&mut here, &blocks[from..upto]);
                at = upto;
                continue;
            }
            if let Some(mark) = tabs::mark(self.view, blocks[at]) {
                self.tab(&mut here, &mut tabs, mark);
            }
            if let Some(label) = tabs::bold_label(self.view, blocks[at]) {
                match words::labelled_option(label) {
                    Some(number) => self.option(&mut here, &mut options, number),
                    None if here.counts && !label.trim_end().ends_with(':') => {
                        here.labels.push(self.outline.drafts.len());
                    }
                    None => {}
                }
            }
            at = match self.view.doc.blocks[blocks[at]].kind {
                Kind::List(_) if !self.view.is_boxed(blocks[at]) => {
                    self.list(&mut here, &blocks, &mut next_list, at)
                }
                Kind::Html => {
                    self.html(blocks[at]);
                    here.prose.push(blocks[at]);
                    at + 1
                }
                _ if self.view.acts(blocks[at]) => self.fences(&mut here, &blocks, at),
                _ => {
                    here.prose.push(blocks[at]);
                    at + 1
                }
            };
        }
        self.blocks = blocks;
        self.end_options(&mut here, &mut options);
        self.tab(&mut here, &mut tabs, Mark::End);
        let drafts = self.outline.drafts.len() - here.first;
        if drafts > 0
            && let Some(last) = self.outline.drafts.last_mut()
        {
            // Prose that follows the last step is shown with it.
            last.parts.append(&mut here.prose);
        }
        Room { section: here.section, drafts, prose: here.prose }
    }

    /// The blocks of a section; quotes that hold commands are opened.
    fn flat(&self, start: usize, end: Option<usize>, flat: &mut Vec<usize>) {
        flat.clear();
        let mut open: Vec<(usize, usize)> = Vec::new();
        for block in self.view.doc.siblings(start, end) {
            if !self.view.is_boxed(block) {
                flat.push(block);
                continue;
            }
            open.push((block, block + 1));
            while let Some((next, upto)) = open.pop() {
                let found = &self.view.doc.blocks[next];
                let after = (found.end as usize).max(next + 1);
                if after < upto {
                    open.push((after, upto));
                }
                let opens = matches!(found.kind, Kind::Item(_)) || self.view.is_boxed(next);
                if opens && self.view.has_runnable(next) {
                    if next + 1 < after {
                        open.push((next + 1, after));
                    }
                } else {
                    flat.push(next);
                }
            }
        }
    }

    /// Rule 7 and 8: fences outside lists.
    fn fences(&mut self, here: &mut Here, blocks: &[usize], at: usize) -> usize {
        let view = self.view;
        let mut end = at;
        while end < blocks.len() && view.acts(blocks[end]) {
            end += 1;
        }
        let group = &blocks[at..end];
        if self.is_example(here, group) {
            let parts = &mut self.outline.drafts.last_mut().expect("it was looked at").parts;
            parts.append(&mut here.prose);
            parts.extend(group);
            return end;
        }
        let query = group
            .iter()
            .all(|&block| matches!(view.class(block), Class::Query(_)) && !view.is_only_command(block));
        let asked = match self.leads(&here.prose) {
            Some(block) => self.tells(block) || view.class(group[0]) == Class::Query(fences::FILE_TEXT),
            // The heading alone may ask for it: "Get a list of the locks".
            None => {
                let heading = || words::heading_asks(context::uncounted(here.heading));
                self.outline.drafts.len() == here.first && heading()
            }
        };
        if query && !asked {
            here.prose.extend(group);
            return end;
        }
        // A rollback belongs to the nearest earlier run of its section, wherever it stands.
        let rollback = group.iter().all(|&block| self.kind(block) == Some(ActionKind::Rollback));
        if rollback && self.outline.drafts.len() > here.first {
            let owner = (here.first..self.outline.drafts.len()).rev().find(|&draft| self.runs(draft));
            if let Some(owner) = owner {
                let parts = &mut self.outline.drafts[owner].parts;
                parts.append(&mut here.prose);
                parts.extend(group);
                return end;
            }
        }
        let origin = if query { Origin::Query } else { Origin::Fence };
        self.draft(here, origin, group, None);
        end
    }

    fn kind(&self, block: usize) -> Option<ActionKind> {
        match self.view.doc.blocks[block].kind {
            Kind::Code(fence) => self.view.fences[fence as usize].kind(),
            _ => None,
        }
    }

    /// Whether the draft has something that a rollback can undo.
    fn runs(&self, draft: usize) -> bool {
        let doc = &self.view.doc;
        self.outline.drafts[draft].parts.iter().any(|&part| {
            (part..doc.blocks[part].end as usize).any(|block| {
                (self.view.class(block) == Class::Runnable && self.kind(block).is_none())
                    || self.view.is_only_command(block)
            })
        })
    }

    /// The block that leads to what follows the prose: the last that is no note or aside, if there is one.
    fn leads(&self, prose: &[usize]) -> Option<usize> {
        let beside = |block: usize| {
            self.view.doc.blocks[block].kind == Kind::Para && {
                let text = self.view.doc.text(block);
                words::is_note(text) || words::is_aside(text)
            }
        };
        let own = prose.iter().rev().take(3).copied().find(|&block| !beside(block));
        own.or(prose.last().copied())
    }

    /// Whether a block of prose is an instruction that what follows carries out.
    fn tells(&self, block: usize) -> bool {
        self.view.doc.blocks[block].kind == Kind::Para && words::has_imperative(self.view.doc.text(block))
    }

    /// Adds a step of `own` blocks, with the prose before it that is its own.
    fn draft(&mut self, here: &mut Here, origin: Origin, own: &[usize], choice: Option<usize>) {
        let mut prose = std::mem::take(&mut here.prose);
        if self.outline.drafts.len() > here.first
            && let Some(last) = self.outline.drafts.last_mut()
        {
            let stays = lists::afterword(self.view, &prose);
            last.parts.extend(prose.drain(..stays));
        }
        let choice = choice.or_else(|| self.instead(here, origin, prose.last().copied(), own));
        let intro = prose.len();
        prose.extend(own);
        self.outline.drafts.push(Draft {
            origin,
            section: here.section,
            parts: prose,
            intro,
            carried: 0,
            choice,
            branch: None,
            told: None,
        });
    }

    /// Rules 4 to 6: lists. `next_list` is what [`next_ordered`] says, once a list has asked.
    fn list(
        &mut self,
        here: &mut Here,
        blocks: &[usize],
        next_list: &mut Option<Vec<usize>>,
        at: usize,
    ) -> usize {
        let mut at = at;
        // A list that goes on after blocks at column 0 is one list.
        let mut chained = false;
        loop {
            let list = blocks[at];
            let look = lists::look(self.view, list, here.prose.last().copied(), blocks.get(at + 1).copied());
            let told = || here.prose.last().is_some_and(|&block| tabs::is_note(self.view, block));
            let wanted = if here.context || told() { look.has_command } else { look.is_steps };
            let wanted = wanted && (look.is_work || !here.needs);
            if !wanted && !chained {
                here.prose.push(list);
                return at + 1;
            }
            let choice = look.choice.then(|| {
                let intro = here.prose.last().map_or("", |&block| self.view.doc.text(block));
                self.outline.choices.push(intro.to_owned());
                self.outline.choices.len() - 1
            });
            for (index, item) in self.view.doc.children(list).enumerate() {
                // What is to be kept in mind belongs to what was told before.
                if index > 0 && choice.is_none() && self.is_note_of(item) {
                    self.attach(&[item]);
                    continue;
                }
                let choice = choice.or_else(|| if index > 0 { self.instead_of_item(item) } else { None });
                self.draft(here, Origin::Item, &[item], choice);
            }
            if let Some(last) = look.last_number
                && let next = next_list.get_or_insert_with(|| next_ordered(&self.view.doc, blocks))[at]
                && let Some(&next_block) = blocks.get(next)
                && let Kind::List(Some(number)) = self.view.doc.blocks[next_block].kind
                && number == last + 1
                && !blocks[at + 1..next].iter().any(|&block| tabs::mark(self.view, block).is_some())
            {
                self.attach(&blocks[at + 1..next]);
                (at, chained) = (next, true);
                continue;
            }
            let mut end = at + 1;
            while end < blocks.len() && lists::is_meant_within(self.view, list, blocks[end]) {
                end += 1;
            }
            let alone = !look.has_command && self.view.doc.children(list).nth(1).is_none();
            if look.all_ones || look.ends_in_colon || alone || (chained && look.last_number.is_some()) {
                while end < blocks.len()
                    && self.view.acts(blocks[end])
                    && !self.view.is_only_command(blocks[end])
                {
                    end += 1;
                }
            }
            self.attach(&blocks[at + 1..end]);
            return end;
        }
    }

    /// Adds blocks to the last step.
    fn attach(&mut self, blocks: &[usize]) {
        if let Some(last) = self.outline.drafts.last_mut() {
            last.parts.extend(blocks);
        }
    }

    /// HTML is not looked into; a command or fence in it is not lost without a word.
    fn html(&mut self, block: usize) {
        let span = self.view.doc.blocks[block].span;
        let text = self.view.source.slice(span);
        if text.trim_start().starts_with("<!--") {
            return;
        }
        let mut at = span.start;
        for line in text.split_inclusive('\n') {
            let place = Span::new(at, at + line.trim_end().len());
            at += line.len();
            let line = line.trim();
            if line.starts_with("```") || line.starts_with("~~~") {
                let help = Some("put a blank line before the fence".to_owned());
                self.out.warning(Topic::BrokenFence, place, "a fence inside HTML is not read as one", help);
                return;
            }
            let bare = line.trim_start_matches("<pre>").trim_start_matches("<code>");
            if !bare.starts_with('<') && fences::is_inline_command(bare) {
                self.out.warning(Topic::Placement, place, "a command inside HTML is only shown", None);
                return;
            }
        }
    }
}

/// For each block the next ordered list after it, or the end.
fn next_ordered(doc: &Document, blocks: &[usize]) -> Vec<usize> {
    let mut next = vec![blocks.len(); blocks.len()];
    let mut found = blocks.len();
    for at in (0..blocks.len()).rev() {
        next[at] = found;
        if matches!(doc.blocks[blocks[at]].kind, Kind::List(Some(_))) {
            found = at;
        }
    }
    next
}
