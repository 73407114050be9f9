//! Tabs as site generators write them: what stands in one is an alternative to what stands in the next.

use crate::runbook::blocks::Kind;
use crate::runbook::words;

use super::{Here, Mapper, View};

/// What a line of markup does to a set of tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runbook) enum Mark {
    /// The next tab begins.
    Tab,
    /// The set is over.
    End,
}

/// What the block does to a set of tabs: `<TabItem ...>`, `{{< tab "x" >}}`, `{% tab %}`, `:::{tab-item} x`,
/// `:::{tab} x`.
pub(in crate::runbook) fn mark(view: &View, block: usize) -> Option<Mark> {
    let text = match view.doc.blocks[block].kind {
        Kind::Html => view.source.slice(view.doc.blocks[block].span),
        Kind::Para => view.doc.text(block),
        _ => return None,
    };
    // Nearly all paragraphs begin with a letter.
    match text.as_bytes().first()? {
        b'<' | b'{' | b':' => {}
        first if first.is_ascii_graphic() || !text.trim_start().starts_with(['<', '{', ':']) => return None,
        _ => {}
    }
    // All of them have these letters.
    let named = memchr::memmem::find(text.as_bytes(), b"ab").is_some();
    let last = |marks: &[&str]| marks.iter().filter(|_| named).filter_map(|mark| text.rfind(mark)).max();
    let tab = last(&[
        "<TabItem",
        "<Tab ",
        "<tab-item",
        "{{< tab ",
        "{{% tab ",
        "{% tab ",
        "{tab-item}",
        "{tab}",
        "{group-tab}",
    ]);
    let end = last(&["</Tabs>", "</tabs>", "{{< /tabs", "{{% /tabs", "{{< /tabpane", "{% endtabs"]);
    let colons = text.trim().len() > 3 && text.trim_end().rsplit('\n').next().is_some_and(is_colons);
    match (tab, end) {
        (Some(tab), Some(end)) if tab < end => Some(Mark::End),
        (Some(_), _) => Some(Mark::Tab),
        (None, Some(_)) => Some(Mark::End),
        (None, None) => colons.then_some(Mark::End),
    }
}

/// Which of several counted alternatives a paragraph in bold letters, as a heading would be, begins:
/// "**Option A: by hand**".
pub(in crate::runbook) fn bold_option(view: &View, block: usize) -> Option<usize> {
    words::labelled_option(bold_label(view, block)?)
}

/// The text of a paragraph that is in bold letters as a whole.
pub(super) fn bold_label(view: &View, block: usize) -> Option<&str> {
    let about = &view.doc.blocks[block];
    if about.kind != Kind::Para {
        return None;
    }
    let source = view.source.slice(about.span);
    // Few paragraphs begin so.
    if !matches!(source.as_bytes(), [b'*', b'*', ..] | [b'_', b'_', ..]) {
        return None;
    }
    let whole = source.trim().trim_end_matches([':', '.']);
    if !(whole.ends_with("**") || whole.ends_with("__")) || whole[2..].find(&whole[..2])? + 4 < whole.len() {
        return None;
    }
    Some(view.doc.text(block))
}

/// Whether the block opens a note, of which what follows is a part: `:::warning`, `:::note Important:`.
pub(super) fn is_note(view: &View, block: usize) -> bool {
    if view.doc.blocks[block].kind != Kind::Para {
        return false;
    }
    let Some(name) = view.doc.text(block).strip_prefix(":::") else { return false };
    let name = name.trim_start_matches([':', ' ', '{', '.']);
    ["note", "tip", "info", "warning", "caution", "danger", "important", "hint", "attention", "success"]
        .iter()
        .any(|kind| name.get(..kind.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(kind)))
}

/// `::::` closes what has more colons than a tab.
fn is_colons(line: &str) -> bool {
    line.split_whitespace()
        .next_back()
        .is_some_and(|word| word.len() > 3 && word.bytes().all(|byte| byte == b':'))
}

/// The drafts of a set of tabs: where each tab begins.
pub(super) type Tabs = Vec<usize>;

impl Mapper<'_> {
    /// A tab begins, or the set of them is over; what was said last belongs to the tab before.
    pub(super) fn tab(&mut self, here: &mut Here, tabs: &mut Option<Tabs>, mark: Mark) {
        let begun =
            tabs.as_ref().and_then(|tabs| tabs.last()).is_some_and(|&at| at < self.outline.drafts.len());
        if begun && let Some(last) = self.outline.drafts.last_mut() {
            last.parts.append(&mut here.prose);
        }
        match mark {
            Mark::Tab => tabs.get_or_insert_default().push(self.outline.drafts.len()),
            Mark::End => {
                if let Some(tabs) = tabs.take() {
                    self.end_tabs(tabs, self.unnamed, self.outline.drafts.len());
                }
            }
        }
    }

    /// A paragraph begins the alternative of this number, which goes on up to the next of them.
    pub(super) fn option(&mut self, here: &mut Here, options: &mut Option<Tabs>, number: usize) {
        let next = options.as_ref().map_or(1, |options| options.len() + 1);
        if number == 1 {
            here.labels.clear();
        }
        if number == next {
            self.tab(here, options, Mark::Tab);
        } else {
            self.end_options(here, options);
            if number == 1 {
                self.tab(here, options, Mark::Tab);
            }
        }
        here.counts = options.is_some();
    }

    /// The last of the alternatives that paragraphs begin is over. One that cannot be picked spoils the
    /// choice.
    pub(super) fn end_options(&mut self, here: &mut Here, options: &mut Option<Tabs>) {
        here.counts = false;
        let Some(options) = options.take() else { return };
        // Another label, where the alternatives have none of their own, begins what is for all of them.
        let last = options.last().copied().unwrap_or(0);
        let after = here.labels.first().copied().filter(|&label| label >= last || options.len() == 1);
        let end = after.unwrap_or(self.outline.drafts.len());
        let ends = options.iter().skip(1).copied().chain([end]);
        if !options.iter().copied().zip(ends).all(|(from, upto)| from < upto) {
            return;
        }
        // Where each is its label and one block, what follows the last is for all of them.
        let single = options.windows(2).all(|pair| pair[0] + 1 == pair[1]) && {
            let labelled = |&at: &usize| {
                let draft = &self.outline.drafts[at];
                let before = draft.intro.checked_sub(1).and_then(|intro| draft.parts.get(intro));
                before.is_some_and(|&block| bold_option(self.view, block).is_some())
            };
            options.iter().all(labelled)
        };
        self.end_tabs(options, self.unnamed, if single { last + 1 } else { end });
    }

    /// Makes the tabs that have steps a choice, which ends at the draft `end`. `unnamed` is the first
    /// number of an alternative that no heading names.
    fn end_tabs(&mut self, tabs: Tabs, unnamed: usize, end: usize) {
        let ends = tabs.iter().skip(1).copied().chain([end]);
        let filled: Vec<_> = tabs.iter().copied().zip(ends).filter(|(from, upto)| from < upto).collect();
        let Some(&(first, _)) = filled.first() else { return };
        // A choice within a tab is asked by itself: then the tabs are none.
        if filled.len() < 2 || self.outline.drafts[first..end].iter().any(|draft| draft.choice.is_some()) {
            return;
        }
        self.outline.choices.push(String::new());
        for (from, upto) in filled {
            let several = upto - from > 1;
            for draft in &mut self.outline.drafts[from..upto] {
                draft.choice = Some(self.outline.choices.len() - 1);
                draft.branch = several.then_some(unnamed + from);
            }
        }
    }
}
