//! What a step is called: its id before it is made unique, and its title.

use crate::runbook::blocks::Kind;
use crate::runbook::ids::{Key, derive};
use crate::runbook::outline::{Draft, Origin, bold_option, tab_mark};
use crate::runbook::{Action, context, lists, words};
use crate::source::{is_plain, trim};

use super::{Writer, acts};

/// The longest title, in characters; a line of a megabyte is no title.
const LONGEST_TITLE: usize = 240;

impl Writer<'_> {
    /// The id before it is made unique, and the title.
    pub(super) fn names(
        &self,
        draft: &Draft,
        key: Option<Key>,
        only: bool,
        actions: &[Action],
    ) -> (String, String) {
        let sentence = self.sentence(draft);
        let Some(key) = key else { return (String::new(), self.title(draft, only, sentence, actions)) };
        let given = actions.iter().find_map(|action| action.attrs.id.clone());
        let command = actions.iter().find(|action| acts(action)).map(|action| first_line(&action.script));
        if let Some(id) = given.or_else(|| command.map(|command| derive(command, key.with_exact(command)))) {
            return (id, self.title(draft, only, sentence, actions));
        }
        // Where the section is the step, its name is all there is.
        let section = matches!(draft.origin, Origin::Heading | Origin::Prose) && draft.section.is_some();
        let said = if section { String::new() } else { sentence.clone() };
        let title = self.title(draft, only, sentence, actions);
        let id = match said.as_str() {
            "" if section => derive(context::uncounted(&title), key.with("")),
            "" => derive(&title, key.with(&title)),
            said => derive(said, key.with(said)),
        };
        (id, title)
    }

    /// The sentence that says what the step is, markup aside; empty if there is none.
    fn sentence(&self, draft: &Draft) -> String {
        let doc = &self.view.doc;
        let para = |block: usize| self.is_prose(block);
        let found = match draft.origin {
            Origin::Item => draft.parts.get(draft.intro).and_then(|&item| self.says(item)),
            // The paragraph right before it; what another heading told is no name.
            Origin::Fence | Origin::Query => {
                let before = draft.intro.checked_sub(1).filter(|&at| at >= draft.carried);
                let label = || {
                    let own = draft.parts.get(draft.carried..draft.intro)?.iter();
                    own.rev().copied().find(|&block| bold_option(self.view, block).is_some())
                };
                if draft.choice.is_some()
                    && let Some(label) = label()
                {
                    return clip(words::first_sentence(doc.text(label)), LONGEST_TITLE);
                }
                let near = before.map(|at| draft.parts[at]).filter(|&block| para(block));
                if let Some(above) = near.and_then(|near| self.above_label(draft, near)) {
                    return clip(above, LONGEST_TITLE);
                }
                near
            }
            Origin::Heading => None,
            Origin::Prose => draft.told,
        };
        let Some(block) = found else { return String::new() };
        let text = self.bold_line(block).unwrap_or_else(|| doc.text(block));
        let sentence = match draft.origin {
            Origin::Prose => {
                words::sentences(text).find(|sentence| words::is_imperative(sentence)).unwrap_or(text)
            }
            _ => text,
        };
        let sentence = words::first_sentence(sentence);
        clip(sentence, LONGEST_TITLE)
    }

    /// The sentence that says what the step is, where the paragraph `near` its block is a note, an aside or
    /// a label that says nothing by itself ("Output:", "Session 1:").
    fn above_label(&self, draft: &Draft, near: usize) -> Option<&str> {
        let doc = &self.view.doc;
        let says_nothing = |block: usize| {
            let text = doc.text(block);
            // Most paragraphs are longer, or no note.
            words::is_note(text) || words::is_aside(text) || text.len() < 40 && is_label(text)
        };
        if !says_nothing(near) {
            return None;
        }
        let above = draft.parts.get(draft.carried..draft.intro)?.iter().rev().skip(1).take(3);
        let text = above.copied().find(|&block| self.is_prose(block) && !says_nothing(block))?;
        let told =
            words::sentences(doc.text(text)).filter(|sentence| words::is_imperative(sentence)).last()?;
        Some(words::first_sentence(told))
    }

    /// Whether a list that is no step stands right before the step's block.
    fn follows_list(&self, draft: &Draft) -> bool {
        let before = draft.intro.checked_sub(1).filter(|&at| at >= draft.carried);
        before.is_some_and(|at| matches!(self.view.doc.blocks[draft.parts[at]].kind, Kind::List(_)))
    }

    /// The first line of a paragraph that is in bold letters, as a heading would be.
    fn bold_line(&self, block: usize) -> Option<&str> {
        let doc = &self.view.doc;
        let source = self.view.source.slice(doc.blocks[block].span);
        if !source.starts_with("**") {
            return None;
        }
        let line = source.lines().next()?.trim_end().trim_end_matches('\\');
        if line.len() + 1 >= source.len() {
            return None;
        }
        // Marks within it are no part of the text.
        let inner = line.strip_prefix("**")?.strip_suffix("**")?;
        doc.text(block).starts_with(inner).then_some(inner).filter(|inner| !inner.is_empty())
    }

    /// Whether the block is a paragraph of words.
    fn is_prose(&self, block: usize) -> bool {
        let doc = &self.view.doc;
        doc.blocks[block].kind == Kind::Para
            && !is_drawing(doc.text(block))
            && tab_mark(self.view, block).is_none()
    }

    /// The paragraph that says what an item is; none where it begins with its command, and what stands
    /// below tells what that does.
    fn says(&self, item: usize) -> Option<usize> {
        let doc = &self.view.doc;
        let mut command = false;
        let found = (item + 1..doc.blocks[item].end as usize).find(|&block| {
            let para = self.is_prose(block);
            let only = para && self.view.is_only_command(block);
            command |= only;
            para && !only
        })?;
        let within = !doc.children(item).any(|child| child == found);
        Some(found).filter(|&found| !(command && (within || lists::tells_result(doc.text(found)))))
    }

    fn title(&self, draft: &Draft, only: bool, sentence: String, actions: &[Action]) -> String {
        let heading = draft
            .section
            .map(|section| self.sections[section].heading.as_str())
            .filter(|heading| !heading.is_empty());
        let command = || {
            let action = actions.iter().find(|action| acts(action)).or(actions.first());
            action
                .map(|action| clip(first_line(&action.script), LONGEST_TITLE))
                .filter(|line| !line.is_empty())
        };
        let from_heading = match draft.origin {
            Origin::Item => false,
            Origin::Heading | Origin::Prose => true,
            // What a list before it tells is no name.
            Origin::Fence => only || sentence.is_empty() && self.follows_list(draft),
            // Where no sentence asks for it the heading does.
            Origin::Query => only || sentence.is_empty(),
        };
        // A heading of nothing but control characters is no name.
        let heading =
            || heading.map(|heading| clip(heading, LONGEST_TITLE)).filter(|heading| !heading.is_empty());
        let sentence = || Some(sentence).filter(|sentence| !sentence.is_empty());
        let title = if from_heading {
            heading().or_else(sentence).or_else(command)
        } else {
            sentence().or_else(command).or_else(heading)
        };
        title.unwrap_or_else(|| "(untitled)".to_owned())
    }
}

/// The first line of a script that is no comment, else its first line.
pub(super) fn first_line(script: &str) -> &str {
    if memchr::memchr(b'\n', script.as_bytes()).is_none() {
        return trim(script);
    }
    let mut lines = script.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.clone().next().unwrap_or("");
    lines.find(|line| !line.starts_with('#')).unwrap_or(first)
}

/// A label that says nothing of what is done: "Output:", "Session 01:".
fn is_label(text: &str) -> bool {
    let Some(name) = text.trim().strip_suffix(':') else { return false };
    let mut words = name.split_ascii_whitespace();
    let (first, second) = (words.next().unwrap_or(""), words.next());
    let counted = second.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
        && first.bytes().all(|byte| byte.is_ascii_alphabetic());
    words.next().is_none()
        && words::option_number(name).is_none()
        && !words::begins_with_verb(name)
        && (counted && !words::names_platform(name) || lists::tells_result(name))
}

/// A paragraph that says nothing: a call of a site generator's macro, a table drawn by hand.
fn is_drawing(text: &str) -> bool {
    let text = trim(text);
    text.starts_with("{{") && text.ends_with("}}")
        || text.starts_with("{%") && text.ends_with("%}")
        || text.starts_with(['+', '|', '='])
        || text.starts_with("--")
}

/// At most `limit` characters, white space joined.
pub(in crate::runbook) fn clip(text: &str, limit: usize) -> String {
    // All of them, several at a time.
    let blanks = |bytes: &[u8]| {
        let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or(&[]));
        pairs.fold(false, |found, (&one, &next)| found | ((one == b' ') & (next == b' ')))
    };
    let plain = |bytes: &[u8]| is_plain(bytes) && !blanks(bytes);
    if text.len() <= limit && plain(text.as_bytes()) {
        return trim(text).to_owned();
    }
    let mut clipped = String::with_capacity(text.len().min(limit + 3));
    let mut count = 0;
    let mut space = false;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            space = count > 0;
            continue;
        }
        if count >= limit {
            clipped.push('…');
            break;
        }
        if space {
            clipped.push(' ');
            count += 1;
            space = false;
        }
        clipped.push(c);
        count += 1;
    }
    clipped
}
