//! One draft becomes a step: its name, its text, its actions. Nothing here looks at other steps,
//! so that many can be written at once.

mod fuller;
mod inline;
mod names;

use std::cell::LazyCell;
use std::collections::HashSet;

use crate::danger;
use crate::shell;
use crate::source::Span;

use super::actions::{Block, Maker, ends_session};
use super::blocks::Kind;
use super::fences;
use super::ids::{Key, derive};
use super::outline::{Draft, Origin, View, names_one_way};
use super::text::Cut;
use super::{Action, ActionKind, Danger, Diagnostic, Section, Step, lists, text, words};
pub(super) use fuller::Fuller;
pub(super) use names::clip;
use names::first_line;

/// Room for so many code blocks is made at once: as many as most documents have, and a part of a long one.
const MOST_BLOCKS: usize = 64;

/// Writes steps whose ids are not yet unique and whose numbers are not yet given.
pub(super) struct Writer<'a> {
    view: &'a View,
    sections: &'a [Section],
    /// The breadcrumb of each section; none where ids are not asked for and stay empty.
    keys: Option<&'a [Key]>,
    pub out: Vec<Diagnostic>,
    /// The code blocks of the steps, cut into scripts, in the order in which they are asked for.
    blocks: Vec<Option<Block>>,
    /// How many of them were asked for.
    asked: usize,
    /// Room for the actions of the step that is being written.
    scratch: Vec<Action>,
    /// Room for its prose, and for where blocks were taken out of it.
    prose: String,
    cuts: Vec<Cut>,
}

impl<'a> Writer<'a> {
    /// Writes steps of the document of `view`; with `keys` they get ids.
    pub fn new(view: &'a View, sections: &'a [Section], keys: Option<&'a [Key]>) -> Writer<'a> {
        Writer {
            view,
            sections,
            keys,
            out: Vec::new(),
            blocks: Vec::with_capacity(view.fences.len().min(MOST_BLOCKS)),
            asked: 0,
            scratch: Vec::new(),
            prose: String::new(),
            cuts: Vec::new(),
        }
    }

    /// Gives the step its title and, where there are ids, its own and those of its actions; `only` says
    /// whether it is the only step of its section.
    pub fn name(&mut self, step: &mut Step, draft: &Draft, only: bool) {
        let key = self.keys.map(|keys| draft.section.map_or(Key::EMPTY, |section| keys[section]));
        (step.id, step.title) = self.names(draft, key, only, &step.actions);
        if let Some(key) = key {
            name_actions(&mut step.actions, &step.id, key);
        }
    }

    /// A step that has its actions, its place and nothing else.
    pub fn acting(&mut self, draft: &Draft) -> Step {
        let mut actions = self.collect(draft);
        keep_in_session(&mut actions);
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
        Step {
            number: 0,
            id: String::new(),
            title: String::new(),
            section,
            span: Span::new(start, end),
            choice: None,
            branch: None,
            introduction: None,
            text: String::new(),
            actions,
        }
    }

    /// Gives the step its prose, and its actions theirs.
    pub fn tell(&mut self, step: &mut Step, draft: &Draft) {
        if draft.choice.is_some() && draft.origin == Origin::Item && draft.intro > 0 {
            text::of(self.view, &draft.parts[..draft.intro], &mut self.prose, &mut self.cuts);
            step.introduction = Some(Box::from(self.prose.as_str()));
        }
        text::of(self.view, &draft.parts, &mut self.prose, &mut self.cuts);
        give_leads(&mut step.actions, &self.cuts);
        step.text = self.prose.as_str().to_owned();
    }

    /// All actions of the draft's blocks, in order.
    fn collect(&mut self, draft: &Draft) -> Vec<Action> {
        let doc = &self.view.doc;
        let mut actions = std::mem::take(&mut self.scratch);
        let mut offered: HashSet<&str> = HashSet::new();
        // Within a choice inside the step nothing runs one after the other.
        let mut choice_until = 0;
        // Which of several options that paragraphs count the blocks belong to: it takes two to choose.
        let counts = self.has_two_commands(draft);
        let mut option = 0;
        let blocks = || draft.parts.iter().flat_map(|&part| part..doc.blocks[part].end as usize);
        let fuller = LazyCell::new(|| Fuller::of_blocks(self.view, blocks()));
        // The block before that stands right below a label which names one of several ways.
        let mut way: Option<usize> = None;
        for &part in &draft.parts {
            for block in part..doc.blocks[part].end as usize {
                if counts && doc.blocks[block].kind == Kind::Para {
                    option = next_option(option, doc.text(block));
                }
                match doc.blocks[block].kind {
                    Kind::Code(fence) => {
                        let from = actions.len();
                        self.fence(&mut actions);
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
                        let labelled = counts && block > 0 && names_one_way(self.view, block - 1);
                        let another = labelled && way.is_some_and(|way| self.are_two_ways(way, block));
                        way = Some(block).filter(|_| labelled);
                        let offered = block < choice_until
                            || instead
                            || another && actions[..from].iter().any(acts)
                            || option > 1 && actions[..from].iter().any(acts)
                            || self.view.fences[fence as usize].put_off
                            || self.is_example(block, &actions[..from], &actions[from..]);
                        if offered {
                            let made =
                                actions[from..].iter_mut().filter(|action| action.kind != ActionKind::Norun);
                            made.for_each(|action| action.offered = true);
                        }
                    }
                    Kind::List(_) if block >= choice_until && lists::is_inner_choice(self.view, block) => {
                        choice_until = doc.blocks[block].end as usize;
                    }
                    Kind::Para if self.view.is_only_command(block) => {
                        let mut action = self.inline(&doc.codes(block)[0]);
                        action.offered = block < choice_until
                            || option > 1 && actions.iter().any(acts)
                            || self.cannot_read(&action);
                        if !action.script.is_empty() {
                            actions.push(action);
                        }
                    }
                    Kind::Para => {
                        for code in doc.codes(block) {
                            let script = self.view.source.slice(code.inner);
                            if (self.view.is_inline_command(code) || self.is_told_to_run(block, code))
                                && !self.is_warned_of(block, code)
                                && !self.is_spoken_of(block, code, &fuller)
                                && offered.insert(script)
                            {
                                let mut action = self.inline(code);
                                action.offered = true;
                                if !action.script.is_empty() {
                                    actions.push(action);
                                }
                            }
                        }
                        if self.view.may_have_plain_command(block) {
                            self.plain(block, &mut actions);
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

    /// Whether two blocks of commands do the same in two ways.
    fn are_two_ways(&self, one: usize, other: usize) -> bool {
        fences::are_two_ways(self.view.script(one), self.view.script(other))
    }

    /// Whether two blocks of the draft may hold commands, by their kinds alone.
    fn has_two_commands(&self, draft: &Draft) -> bool {
        let doc = &self.view.doc;
        let blocks = draft.parts.iter().flat_map(|&part| part..doc.blocks[part].end as usize);
        let may_act = |&block: &usize| match doc.blocks[block].kind {
            Kind::Code(_) => true,
            Kind::Para => doc.codes(block).len() == 1,
            _ => false,
        };
        blocks.filter(may_act).nth(1).is_some()
    }

    /// Cuts the code blocks of the draft into scripts.
    pub fn cut(&mut self, draft: &Draft) {
        let doc = &self.view.doc;
        for block in draft.parts.iter().flat_map(|&part| part..doc.blocks[part].end as usize) {
            if let Kind::Code(fence) = doc.blocks[block].kind {
                let facts = &self.view.fences[fence as usize];
                let mut maker = Maker { source: &self.view.source, out: &mut self.out };
                self.blocks.push(maker.cut(doc.blocks[block].span, doc.lines(fence), facts));
            }
        }
    }

    /// Asks the shell what the scripts are.
    pub fn understand(&mut self) {
        self.blocks.iter_mut().flatten().for_each(Block::understand);
    }

    /// The actions of the code block that comes next.
    fn fence(&mut self, actions: &mut Vec<Action>) {
        self.asked += 1;
        if let Some(block) = self.blocks.get_mut(self.asked - 1).and_then(Option::take) {
            let mut maker = Maker { source: &self.view.source, out: &mut self.out };
            maker.actions(block, actions);
        }
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
    // Whether an `exit` may have ended it.
    let mut left = false;
    for action in actions {
        if session.is_some() && action.kind == ActionKind::Norun {
            left = action.script.lines().next_back().is_some_and(ends_session);
        }
        let plain =
            action.kind == ActionKind::Run && action.attrs.are_none() && action.danger == Danger::None;
        // What follows a block that opens one is its own whether somebody opens it or not.
        if !plain || (action.offered && session.is_none() && !(action.interactive && is_block(action))) {
            continue;
        }
        match &session {
            None if action.interactive => {
                let opened = shell::session_of(&action.script, &action.reading);
                session = opened.map(|opened| format!("in the {} session", opened.program));
            }
            None => {}
            // What it ended, a person sees.
            Some(_) if left => action.offered = true,
            Some(belongs) => {
                action.kind = ActionKind::Norun;
                action.interactive = false;
                action.offered = false;
                action.belongs = Some(belongs.clone());
            }
        }
    }
}

/// Whether the action is a block of its own: there is room for its fences around it.
pub(super) fn is_block(action: &Action) -> bool {
    let written: usize = action.lines.iter().map(|line| line.len() + 1).sum();
    action.span.len() > written + 5
}

/// Marks a run that the author did not call dangerous and the table of destructive commands does.
pub(super) fn detect_danger(action: &mut Action) {
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
