//! What the sections left, put together: prose without a step of its own finds one.

use crate::runbook::blocks::Kind;
use crate::runbook::{Section, elsewhere, sections, words};

use super::{Draft, Origin, View};

/// What a section left.
pub(super) struct Room {
    pub section: Option<usize>,
    /// How many drafts it made.
    pub drafts: usize,
    /// Prose that belongs to no step, where it made none.
    pub prose: Vec<usize>,
}

impl Room {
    pub fn empty(section: Option<usize>) -> Self {
        Room { section, drafts: 0, prose: Vec::new() }
    }
}

/// Rule 9: prose with an instruction in a section without steps is a manual step; where the
/// sections below have steps it is shown with the first of them.
pub(super) fn settle(
    view: &View,
    rooms: Vec<Room>,
    sections: &[Section],
    facts: &[sections::Facts],
    drafts: Vec<Draft>,
) -> Vec<Draft> {
    // How many drafts stand before each room; those of a way back count only where it is read.
    let is_back = |section: Option<usize>| section.is_some_and(|section| sections[section].way_back);
    let mut before = Vec::with_capacity(rooms.len() + 1);
    let mut sums = (0, 0);
    for room in &rooms {
        before.push(sums);
        match is_back(room.section) {
            true => sums.1 += room.drafts,
            false => sums.0 += room.drafts,
        }
    }
    before.push(sums);
    let mut settled: Vec<Draft> = Vec::with_capacity(drafts.len());
    let mut drafts = drafts.into_iter();
    // For the way forward, and for the way back.
    let mut waiting: [Vec<usize>; 2] = [Vec::new(), Vec::new()];
    for (index, room) in rooms.into_iter().enumerate() {
        let from = settled.len();
        settled.extend(drafts.by_ref().take(room.drafts));
        let context = room.section.is_some_and(|section| sections[section].context);
        // What has to be there is told, also where it names a command.
        let needs = room.section.is_some_and(|section| facts[section].needs);
        let mut told = None;
        let mut prose = room.prose.iter();
        let tells = |&block: &usize| {
            told = instruction(view, block);
            told.is_some() || !needs && names_command(view, block)
        };
        let worth = !context && prose.any(tells);
        // Where all that stands below is done is no instruction, and has to be told with it.
        let says_where = |&block: &usize| {
            let text = view.doc.text(block);
            view.doc.blocks[block].kind == Kind::Para
                && (elsewhere::required(text).is_some() || elsewhere::for_all(text).is_some())
        };
        // Room 0 is the text before the first heading; the document is what is under it.
        let end = room.section.map_or(rooms_end(&before), |section| facts[section].end + 1);
        let (so_far, upto) = (before[index], before[end]);
        let goes_on = if is_back(room.section) { upto.1 > so_far.1 } else { upto.0 > so_far.0 };
        if !worth {
            if goes_on && !context && room.prose.iter().any(says_where) {
                waiting[usize::from(is_back(room.section))].extend(room.prose);
            }
        } else {
            // What names a command and tells to do something is done before what stands below.
            if goes_on && !is_own_step(view, &room.prose) {
                waiting[usize::from(is_back(room.section))].extend(room.prose);
            } else {
                // An inline command may stand before it.
                let told = told.or_else(|| prose.find_map(|&block| instruction(view, block)));
                settled.push(Draft {
                    origin: Origin::Prose,
                    section: room.section,
                    intro: 0,
                    carried: 0,
                    choice: None,
                    branch: None,
                    told,
                    parts: room.prose,
                });
            }
        }
        let carried = &mut waiting[usize::from(is_back(room.section))];
        if let Some(first) = settled.get_mut(from)
            && !carried.is_empty()
        {
            (first.intro, first.carried) = (first.intro + carried.len(), carried.len());
            if first.origin == Origin::Prose {
                let told = carried.iter().find_map(|&block| instruction(view, block));
                first.told = told.or(first.told);
            }
            carried.append(&mut first.parts);
            first.parts = std::mem::take(carried);
        }
    }
    settled
}

fn rooms_end<T>(before: &[T]) -> usize {
    before.len() - 1
}

/// Whether prose above the sections of its own section is a step: it tells somebody to do something, and
/// names the command for it. With the first step below it that would be one of its commands.
fn is_own_step(view: &View, prose: &[usize]) -> bool {
    prose.iter().any(|&block| names_command(view, block))
        && prose.iter().any(|&block| instruction(view, block).is_some() || ends_in_command(view, block))
}

/// "On the host: `app logs`": a label and the command for it, and nothing behind.
fn ends_in_command(view: &View, block: usize) -> bool {
    let doc = &view.doc;
    let [code] = doc.codes(block) else { return false };
    let text = doc.text(block);
    let at = |place: u32| (place - doc.text_start(block)) as usize;
    doc.blocks[block].kind == Kind::Para
        && view.is_inline_command(code)
        && text.get(..at(code.at.0)).is_some_and(|before| before.trim_end().ends_with(':'))
        && text.get(at(code.at.1)..).is_some_and(|after| after.trim().is_empty())
}

/// Whether a block of prose names a command, as if it told somebody to run it.
fn names_command(view: &View, block: usize) -> bool {
    view.doc.blocks[block].kind != Kind::Table && view.has_inline_command(block)
        || view.has_plain_command(block)
}

/// The first paragraph in the subtree of `block` that has an instruction; a bare link is none.
fn instruction(view: &View, block: usize) -> Option<usize> {
    let doc = &view.doc;
    // What a note says besides is none.
    if doc.blocks[block].kind != Kind::Quote && view.is_boxed(block) {
        return None;
    }
    (block..doc.blocks[block].end as usize).find(|&inner| {
        let para = &doc.blocks[inner];
        let text = doc.text(inner);
        let link = para.linked > 0 && para.linked as usize * 10 >= text.trim().len() * 9;
        para.kind == Kind::Para && !link && words::has_imperative(text)
    })
}
