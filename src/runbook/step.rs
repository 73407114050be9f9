//! One draft becomes a step: its title, its text, its actions. Nothing here looks at other steps,
//! so that many can be written at once.

mod inline;

use std::collections::HashSet;

use crate::danger;
use crate::shell;
use crate::source::{Span, is_plain, trim};

use super::actions::Maker;
use super::blocks::Kind;
use super::fences::{self, Class};
use super::ids::{Key, derive};
use super::outline::{Draft, Origin, View, tab_mark};
use super::text::Cut;
use super::{Action, ActionKind, Danger, Diagnostic, Section, Step, lists, text, words};

/// The longest title, in characters; a line of a megabyte is no title.
const LONGEST_TITLE: usize = 240;

/// Writes steps whose ids are not yet unique and whose numbers are not yet given.
pub(super) struct Writer<'a> {
    pub view: &'a View<'a>,
    pub sections: &'a [Section],
    /// The breadcrumb of each section; none where ids are not asked for and stay empty.
    pub keys: Option<&'a [Key]>,
    pub out: Vec<Diagnostic>,
    /// Room for the actions of the step that is being written.
    pub scratch: Vec<Action>,
    /// Room for its prose, and for where blocks were taken out of it.
    pub prose: String,
    pub cuts: Vec<Cut>,
}

impl Writer<'_> {
    /// Writes a step; `only` says that it is the only one of its section.
    pub fn step(&mut self, draft: &Draft, only: bool) -> Step {
        let mut actions = self.collect(draft);
        keep_in_session(&mut actions);
        let key = self.keys.map(|keys| draft.section.map_or(Key::EMPTY, |section| keys[section]));
        let (id, title) = self.names(draft, key, only, &actions);
        if let Some(key) = key {
            name_actions(&mut actions, &id, key);
        }
        actions.iter_mut().for_each(detect_danger);
        let own = draft.section.filter(|_| draft.origin == Origin::Heading);
        let parts = draft.parts[draft.carried..].iter().map(|&part| self.view.doc.blocks[part].span);
        let start = match own {
            Some(section) => self.sections[section].heading_span.start,
            None => parts.clone().map(|span| span.start).min().unwrap_or(0),
        };
        let end = parts.map(|span| span.end).max().unwrap_or(start).max(start);
        let section = match own {
            Some(section) => self.sections[section].parent,
            None => draft.section,
        };
        let introduction =
            (draft.choice.is_some() && draft.origin == Origin::Item && draft.intro > 0).then(|| {
                text::of(self.view, &draft.parts[..draft.intro], &mut self.prose, &mut self.cuts);
                Box::from(self.prose.as_str())
            });
        text::of(self.view, &draft.parts, &mut self.prose, &mut self.cuts);
        give_leads(&mut actions, &self.cuts);
        let text = self.prose.as_str().to_owned();
        Step {
            number: 0,
            id,
            title,
            section,
            span: Span::new(start, end),
            choice: None,
            branch: None,
            introduction,
            text,
            actions,
        }
    }

    /// The id before it is made unique, and the title.
    fn names(&self, draft: &Draft, key: Option<Key>, only: bool, actions: &[Action]) -> (String, String) {
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
            "" if section => derive(super::context::uncounted(&title), key.with("")),
            "" => derive(&title, key.with(&title)),
            said => derive(said, key.with(said)),
        };
        (id, title)
    }

    /// All actions of the draft's blocks, in order.
    fn collect(&mut self, draft: &Draft) -> Vec<Action> {
        let doc = self.view.doc;
        let mut actions = std::mem::take(&mut self.scratch);
        let mut offered: HashSet<&str> = HashSet::new();
        // Within a choice inside the step nothing runs one after the other.
        let mut choice_until = 0;
        // Which of several options that paragraphs count the blocks belong to.
        let mut option = 0;
        for &part in &draft.parts {
            for block in part..doc.blocks[part].end as usize {
                if doc.blocks[block].kind == Kind::Para {
                    option = next_option(option, doc.text(block));
                }
                match doc.blocks[block].kind {
                    Kind::Code(fence) => {
                        let from = actions.len();
                        self.fence(block, fence, &mut actions);
                        let instead = from > 0
                            && doc.blocks[block - 1].kind == Kind::Para
                            && words::offers_instead(doc.text(block - 1))
                            && actions[..from].iter().any(acts);
                        let example = from > 0
                            && doc.blocks[block - 1].kind == Kind::Para
                            && words::is_example(doc.text(block - 1));
                        if example {
                            show_examples(&mut actions, from);
                        }
                        let offered = block < choice_until
                            || instead
                            || option > 1 && actions[..from].iter().any(acts)
                            || self.view.fences[fence as usize].put_off
                            || self.is_example(block, &actions[..from], &actions[from..]);
                        if offered {
                            actions[from..].iter_mut().for_each(|action| action.offered = true);
                        }
                    }
                    Kind::List(_) if block >= choice_until && lists::is_inner_choice(self.view, block) => {
                        choice_until = doc.blocks[block].end as usize;
                    }
                    Kind::Para if self.view.is_only_command(block) => {
                        let mut action = self.inline(&doc.codes(block)[0]);
                        action.offered = block < choice_until || option > 1 && actions.iter().any(acts);
                        if !action.script.is_empty() {
                            actions.push(action);
                        }
                    }
                    Kind::Para => {
                        for code in doc.codes(block) {
                            let script = self.view.source.slice(code.inner);
                            if (self.view.is_inline_command(code) || self.is_told_to_run(block, code))
                                && !self.is_warned_of(block, code)
                                && offered.insert(script)
                            {
                                let mut action = self.inline(code);
                                action.offered = true;
                                if !action.script.is_empty() {
                                    actions.push(action);
                                }
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        // Of the exact size: a step has one action more often than the four a vector begins with.
        let mut own = Vec::with_capacity(actions.len());
        own.append(&mut actions);
        self.scratch = actions;
        own
    }

    fn fence(&mut self, block: usize, fence: u32, actions: &mut Vec<Action>) {
        let facts = &self.view.fences[fence as usize];
        let span = self.view.doc.blocks[block].span;
        if facts.class != Class::Data {
            let mut maker = Maker { source: self.view.source, out: &mut self.out };
            maker.actions(span, self.view.doc.lines(fence), facts, actions);
        }
    }

    /// The sentence that says what the step is, markup aside; empty if there is none.
    fn sentence(&self, draft: &Draft) -> String {
        let doc = self.view.doc;
        let para = |block: usize| self.is_prose(block);
        let found = match draft.origin {
            Origin::Item => draft.parts.get(draft.intro).and_then(|&item| self.says(item)),
            // The paragraph right before it; what another heading told is no name.
            Origin::Fence | Origin::Query => {
                let before = draft.intro.checked_sub(1).filter(|&at| at >= draft.carried);
                before.map(|at| draft.parts[at]).filter(|&block| para(block))
            }
            Origin::Heading => None,
            Origin::Prose => draft.told,
        };
        let Some(block) = found else { return String::new() };
        let text = doc.text(block);
        let sentence = match draft.origin {
            Origin::Prose => {
                words::sentences(text).find(|sentence| words::is_imperative(sentence)).unwrap_or(text)
            }
            _ => text,
        };
        let sentence = words::first_sentence(sentence);
        clip(sentence, LONGEST_TITLE)
    }

    /// Whether the block is a paragraph of words.
    fn is_prose(&self, block: usize) -> bool {
        let doc = self.view.doc;
        doc.blocks[block].kind == Kind::Para
            && !is_drawing(doc.text(block))
            && tab_mark(self.view, block).is_none()
    }

    /// The paragraph that says what an item is; none where it begins with its command, and what stands
    /// below tells what that does.
    fn says(&self, item: usize) -> Option<usize> {
        let doc = self.view.doc;
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
            Origin::Fence => only,
            // Where no sentence asks for it the heading does.
            Origin::Query => only || draft.intro == 0,
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

/// Gives each action its id before it is made unique: the author's, or one from its first line; the
/// step is named after its first command.
fn name_actions(actions: &mut [Action], step: &str, key: Key) {
    let mut first = actions.iter().all(|action| action.attrs.id.is_none());
    for action in actions {
        action.id = match &action.attrs.id {
            Some(id) => id.clone(),
            None if first && acts(action) => {
                first = false;
                step.to_owned()
            }
            None => {
                let line = first_line(&action.script);
                derive(line, key.with_exact(line))
            }
        };
    }
}

/// Gives each action the prose before the block it stands in; of several from one block the first
/// has it. Both lists are in the order of the step's blocks.
fn give_leads(actions: &mut [Action], cuts: &[Cut]) {
    let mut from = 0;
    let mut cuts = cuts.iter().peekable();
    for action in actions {
        // What made no action, such as an empty fence, leaves its prose to the next.
        while cuts.next_if(|cut| cut.block.end <= action.span.start).is_some() {}
        if let Some(cut) = cuts.peek()
            && cut.block.contains(action.span)
        {
            action.lead = Some((from, cut.at));
            from = cut.at;
        }
    }
}

/// What follows a command that opens a session belongs into that session, also where the author
/// wrote it as a fence of its own. A fence with words of ours is taken as it says.
fn keep_in_session(actions: &mut [Action]) {
    if actions.len() < 2 || !actions.iter().any(|action| action.interactive) {
        return;
    }
    let mut session: Option<String> = None;
    for action in actions {
        let plain =
            action.kind == ActionKind::Run && action.attrs.are_none() && action.danger == Danger::None;
        if !plain || (action.offered && session.is_none()) {
            continue;
        }
        match &session {
            None if action.interactive => {
                let opened = shell::session_of(&action.script, &action.reading);
                session = opened.map(|opened| format!("in the {} session", opened.program));
            }
            None => {}
            Some(belongs) => {
                action.kind = ActionKind::Norun;
                action.interactive = false;
                action.offered = false;
                action.belongs = Some(belongs.clone());
            }
        }
    }
}

/// Marks a run that the author did not call dangerous and the table of destructive commands does.
fn detect_danger(action: &mut Action) {
    if action.plain || action.kind != ActionKind::Run || action.danger != Danger::None {
        return;
    }
    let found = match &action.attrs.exec {
        None => danger::detect_in(&action.script, &action.reading),
        // The text is the other program's input, as in a heredoc.
        Some(exec) => {
            danger::detect(&format!("{} <<'END_OF_INPUT'\n{}\nEND_OF_INPUT", exec.value, action.script))
        }
    };
    if let Some(found) = found {
        action.danger = Danger::Detected { what: found.what };
    }
}

/// The option that begins with this paragraph, else that which goes on: "Option 2: by hand", "RHEL".
fn next_option(option: usize, text: &str) -> usize {
    let label = || if words::names_platform(text) { option + 1 } else { option };
    words::option_number(text).unwrap_or_else(label)
}

/// Marks those of the actions from `from` on that are an example of one before them: what the example
/// is done to is nobody's here.
fn show_examples(actions: &mut [Action], from: usize) {
    let (before, after) = actions.split_at_mut(from);
    for action in after.iter_mut().filter(|action| action.kind == ActionKind::Run) {
        if before.iter().any(|one| acts(one) && fences::begins_alike(&one.script, &action.script)) {
            action.kind = ActionKind::Norun;
            action.belongs = Some("an example".to_owned());
            action.interactive = false;
        }
    }
}

/// Whether the action can give the step its name: it runs or checks by itself.
fn acts(action: &Action) -> bool {
    !action.offered && matches!(action.kind, ActionKind::Run | ActionKind::Check)
}

/// The first line of a script that is no comment, else its first line.
fn first_line(script: &str) -> &str {
    if memchr::memchr(b'\n', script.as_bytes()).is_none() {
        return trim(script);
    }
    let mut lines = script.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.clone().next().unwrap_or("");
    lines.find(|line| !line.starts_with('#')).unwrap_or(first)
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
pub(super) fn clip(text: &str, limit: usize) -> String {
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
