//! Blocks that are no step of their own: another way to do what was just done, or an example of it.

use crate::runbook::blocks::Kind;
use crate::runbook::{context, fences, words};

use super::tabs::bold_label;
use super::{Here, Mapper, Origin, View};

/// Whether the paragraph is in bold letters as a whole and names a case, not what to do in it or how much was
/// done: "**NVMe disks**", but not "**Start it**", "**Step 2**", "**After**".
pub(in crate::runbook) fn names_one_way(view: &View, block: usize) -> bool {
    let Some(label) = bold_label(view, block) else { return false };
    let first = words::Words { rest: label }.next().map(|word| word.lower());
    let tells = first.is_none_or(|first| {
        matches!(
            &*first,
            "after" | "before" | "check" | "example" | "finally" | "next" | "output" | "then" | "verify"
        )
    });
    !tells && context::count(label).is_none() && !words::begins_with_verb(label)
}

impl Mapper<'_> {
    /// The choice between the block before and one that is introduced as another way to do the same
    /// ("Alternatively, ...").
    pub(super) fn instead(
        &mut self,
        here: &Here,
        origin: Origin,
        intro: Option<usize>,
        own: &[usize],
    ) -> Option<usize> {
        let before = self.outline.drafts.len() > here.first;
        if !before || origin != Origin::Fence {
            return None;
        }
        let intro = intro.filter(|&block| self.view.doc.blocks[block].kind == Kind::Para)?;
        let text = self.view.doc.text(intro);
        // "Or" is said of much else, too, but not right above a block that it announces.
        let or = text.trim_start().starts_with(['O', 'o']);
        let announces = || text.trim().len() == 2 || text.trim_end().ends_with(':');
        let instead = words::offers_instead(text) && (!or || announces());
        let number = words::option_number(text).filter(|&number| number > 1 && !here.counts);
        let platform = words::names_platform(text);
        let way = words::names_way(text);
        let named = !here.counts && names_one_way(self.view, intro);
        if !(instead || platform || way || named || number.is_some()) {
            return None;
        }
        let doc = &self.view.doc;
        let last = self.outline.drafts.last_mut().filter(|last| last.origin == Origin::Fence)?;
        // "Option 2" is another way only where "Option 1" is the block before, and "RHEL" after "Debian",
        // "Using Podman" after "Using Docker".
        let above = last.parts[..last.intro].iter().rev().find(|&&part| doc.blocks[part].kind == Kind::Para);
        let above = above.map_or("", |&part| doc.text(part));
        // "NVMe disks" is another than "SATA disks" where both set the same.
        let same = named
            && last.intro.checked_sub(1).is_some_and(|at| names_one_way(self.view, last.parts[at]))
            && last.parts.get(last.intro).zip(own.first()).is_some_and(|(&one, &other)| {
                fences::are_two_ways(self.view.script(one), self.view.script(other))
            });
        let follows = |number: usize| words::option_number(above) == Some(number - 1);
        if !(instead
            || number.is_some_and(follows)
            || platform && words::names_platform(above)
            || way && words::names_way(above)
            || named && same)
        {
            return None;
        }
        if last.choice.is_none() {
            let sentence = last.intro.checked_sub(1).map_or("", |at| self.view.doc.text(last.parts[at]));
            self.outline.choices.push(sentence.to_owned());
            last.choice = Some(self.outline.choices.len() - 1);
        }
        last.choice
    }

    /// The choice between the item before and one that begins as another way to do the same ("Alternatively,
    /// restart it").
    pub(super) fn instead_of_item(&mut self, item: usize) -> Option<usize> {
        let doc = &self.view.doc;
        let text = doc.children(item).next().filter(|&child| doc.blocks[child].kind == Kind::Para)?;
        if !words::offers_instead(doc.text(text)) || matches!(doc.blocks[item].kind, Kind::Item(true)) {
            return None;
        }
        let last = self.outline.drafts.last_mut().filter(|last| last.origin == Origin::Item)?;
        if last.choice.is_none() {
            self.outline.choices.push(String::new());
            last.choice = Some(self.outline.choices.len() - 1);
        }
        last.choice
    }

    /// Whether a bullet is nothing but a note.
    pub(super) fn is_note_of(&self, item: usize) -> bool {
        let doc = &self.view.doc;
        let mut children = doc.children(item);
        let Some(text) = children.next().filter(|&child| doc.blocks[child].kind == Kind::Para) else {
            return false;
        };
        words::is_note(doc.text(text))
            && children.next().is_none()
            && doc.blocks[item].kind == Kind::Item(false)
            && doc.codes(text).is_empty()
            && !self.view.source.slice(doc.blocks[item].span).starts_with(|c: char| c.is_ascii_digit())
            && !words::has_imperative(doc.text(text))
    }

    /// Whether the blocks are an example of what the step before them runs.
    pub(super) fn is_example(&self, here: &Here, group: &[usize]) -> bool {
        let said = here.prose.last().is_some_and(|&intro| words::is_example(self.view.doc.text(intro)));
        if !said || self.outline.drafts.len() == here.first {
            return false;
        }
        let Some(last) = self.outline.drafts.last() else { return false };
        let runs =
            last.parts.iter().flat_map(|&part| part..(self.view.doc.blocks[part].end as usize).max(part + 1));
        let mut runs = runs.filter(|&block| self.view.acts(block));
        let first = self.view.script(group[0]);
        runs.any(|block| fences::begins_alike(self.view.script(block), first))
    }
}
