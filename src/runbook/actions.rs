//! The actions a code block makes.

mod cut;
mod looks;

use std::borrow::Cow;

use crate::shell::{self, Context, Reading};
use crate::source::{Source, Span};

use super::diagnose::Diagnose;
use super::pauses::{self, Pause};
use super::prompts::Place;
use super::transcript::Group;
use super::{Action, ActionKind, Annotations, Attrs, Danger, Diagnostic, Topic};
pub(super) use cut::Block;
use cut::{Form, Script};
pub(super) use looks::ends_session;
use looks::{data, may_break, takes_screen};

/// Makes the actions of one code block.
pub(super) struct Maker<'a> {
    pub source: &'a Source,
    pub out: &'a mut Vec<Diagnostic>,
}

impl Maker<'_> {
    /// Adds the actions of the code block, in order. Ids and danger are filled in by the caller.
    pub fn actions(&mut self, block: Block, made: &mut Vec<Action>) {
        let Block { base, kind, form } = block;
        let kind = kind.unwrap_or(ActionKind::Run);
        match form {
            Form::Shown(lines, belongs) => {
                made.push(base.last(ActionKind::Norun, self.source, lines, belongs));
            }
            Form::Script(script, whole) => {
                let broken = whole && is_shell(kind, &base) && self.breaks(&script);
                let first = made.len();
                self.run(made, kind, script, base);
                if broken {
                    offer(&mut made[first..]);
                }
            }
            Form::Transcript(groups) => self.groups(groups, kind, base, made),
        }
    }

    /// Whether the shell cannot read the lines, which then is said: what it would have run before it sees
    /// that is half of what was meant.
    fn breaks(&mut self, script: &Script) -> bool {
        // Of what opens a session only that has to be read here: see `part`.
        script.session.is_none() && self.says_break(&script.lines, &script.text, &script.reading)
    }

    fn says_break(&mut self, lines: &[Span], text: &str, reading: &Reading) -> bool {
        let Some(at) = breaks_at(lines.iter().map(|&line| self.source.slice(line)), text, reading) else {
            return false;
        };
        let line = memchr::memchr_iter(b'\n', &text.as_bytes()[..at.min(text.len())]).count();
        let place = lines.get(line).copied().unwrap_or(lines[0]);
        let message = "the shell cannot read this block from here on: offered, not run by itself";
        self.out.info(Topic::Incomplete, place, message);
        true
    }

    fn groups(&mut self, groups: Vec<(Group, Script)>, kind: ActionKind, base: Base, made: &mut Vec<Action>) {
        // The session an earlier command opened.
        let mut session: Option<String> = None;
        // Whether it was left again: what follows is for this machine, as a person sees.
        let mut left = false;
        let mut base = Some(base);
        let count = groups.len();
        for (index, (group, script)) in groups.into_iter().enumerate() {
            let last = index + 1 == count;
            let Some(part) = (if last { base.take() } else { base.as_ref().map(Base::part) }) else { break };
            let ends = |action: &Action| {
                action.kind == ActionKind::Norun
                    && action.script.lines().next_back().is_some_and(ends_session)
            };
            left |= session.is_some() && made.last().is_some_and(ends);
            match group.place {
                Place::Here if left || session.is_none() && (group.instead || group.early) => {
                    let first = made.len();
                    self.run(made, kind, script, part);
                    offer(&mut made[first..]);
                }
                Place::Here if session.is_none() => {
                    let broken = is_shell(kind, &part) && self.breaks(&script);
                    let first = made.len();
                    session = self.run(made, kind, script, part);
                    if broken {
                        offer(&mut made[first..]);
                    }
                }
                Place::Here => {
                    let belongs = session.clone();
                    let Script { text, lines, reading, .. } = script;
                    let action = part.action(ActionKind::Norun, text, lines, belongs);
                    made.push(Action { reading, ..action });
                }
                Place::Elsewhere(place) => {
                    let belongs = Some(place).filter(|place| !place.is_empty()).or_else(|| session.clone());
                    made.push(part.action(ActionKind::Norun, script.text, script.lines, belongs));
                }
            }
        }
    }

    /// A command, and what stands after the session it opens; says which session that is. Where a
    /// person has to look or wait in between, it is several actions.
    fn run(
        &mut self,
        made: &mut Vec<Action>,
        kind: ActionKind,
        script: Script,
        base: Base,
    ) -> Option<String> {
        let Script { lines, text, reading, .. } = &script;
        // The author's words are about the block as it is.
        let free = lines.len() > 1 && kind == ActionKind::Run && base.is_free();
        let mut pauses = match free {
            true => pauses::of(text, reading),
            false => Vec::new(),
        };
        // What follows the opener of a session is the session's, as a whole.
        if !pauses.is_empty()
            && let Some(session) = shell::session_of(text, reading)
        {
            pauses.retain(|pause| pause.line <= session.line);
        }
        if pauses.is_empty() {
            return self.part(made, kind, script, base);
        }
        let mut session = None;
        let mut from = 0;
        let mut instead = false;
        let end = Pause { line: lines.len(), instead: false, again: false };
        for upto in pauses.into_iter().chain([end]) {
            let mut part = lines.get(from..upto.line).unwrap_or(&[]);
            if instead && part.first().is_some_and(|&line| pauses::is_or(self.source.slice(line))) {
                part = &part[1..];
            }
            let part = self.whole(part);
            from = upto.line;
            if !part.is_empty() {
                let first = made.len();
                let part = Script::understood(self.source, part);
                let opened = self.part(made, kind, part, base.part());
                if instead {
                    // A person starts it, and then sees where they are.
                    offer(&mut made[first..]);
                } else {
                    session = opened;
                }
            }
            // Also what comes after a pause in it.
            instead = (instead || upto.instead) && !upto.again;
        }
        session
    }

    /// How many of the lines in a session there are up to its end, those of sessions in it left out; none if
    /// it ends nowhere, or opens another one behind that.
    fn end_of_session(&self, inside: &[Span]) -> Option<usize> {
        let mut open = 1_usize;
        let mut end = None;
        for (at, &line) in inside.iter().enumerate() {
            let line = self.source.slice(line);
            if ends_session(line) {
                open = open.checked_sub(1)?;
                if open == 0 {
                    end.get_or_insert(at + 1);
                }
            } else if shell::session(line).is_some() {
                if end.is_some() {
                    return None;
                }
                open += 1;
            }
        }
        end
    }

    fn part(
        &mut self,
        made: &mut Vec<Action>,
        kind: ActionKind,
        script: Script,
        base: Base,
    ) -> Option<String> {
        let Script { mut lines, text, reading, session, plain } = script;
        let is_shell = kind == ActionKind::Run && base.attrs.exec.is_none();
        let Some(session) = session.filter(|_| is_shell) else {
            let action = base.action(kind, text, lines, None);
            let interactive = action.interactive || is_shell && takes_screen(&action.script, &reading);
            made.push(Action { plain: is_shell && plain, reading, interactive, ..action });
            return None;
        };
        // A command may go on over several lines; what follows its last one is the session's.
        let ends = session.line + text[session.span.range()].matches('\n').count() + 1;
        let inside = if ends < lines.len() { lines.split_off(ends) } else { Vec::new() };
        let belongs = format!("in the {} session", session.program);
        let rest = base.part();
        let opener = join(self.source, &lines);
        let reading = Reading::default();
        let broken = self.says_break(&lines, &opener, &reading);
        let mut action = Action { reading, ..base.action(kind, opener, lines, None) };
        action.offered = broken;
        action.interactive = true;
        made.push(action);
        // What follows the end of the session is for this machine again, if that was the one that ended.
        let mut inside = inside;
        let left = self.end_of_session(&inside).map(|end| inside.split_off(end)).unwrap_or_default();
        let (inside, left) = (self.whole(&inside), self.whole(&left));
        if !inside.is_empty() {
            let norun = rest.part().last(ActionKind::Norun, self.source, inside, Some(belongs.clone()));
            made.push(norun);
        }
        if !left.is_empty() {
            let after = rest.last(ActionKind::Run, self.source, left, None);
            made.push(Action { offered: true, ..after });
        }
        Some(belongs)
    }
}

/// What the actions of one fence share.
struct Base {
    span: Span,
    lang: Cow<'static, str>,
    attrs: Annotations,
    tagged: bool,
    danger: Danger,
}

/// Whether the lines are for the shell to run.
fn is_shell(kind: ActionKind, base: &Base) -> bool {
    kind == ActionKind::Run && base.attrs.exec.is_none()
}

/// Where the shell cannot read the script of these lines any more, if there is such a place.
pub(super) fn breaks_at<'t>(
    lines: impl Iterator<Item = &'t str> + Clone,
    text: &str,
    reading: &Reading,
) -> Option<usize> {
    if !may_break(lines) {
        return None;
    }
    let parsed = reading.script(text);
    if let Some(error) = parsed.errors().first().copied().or(parsed.open()) {
        return Some(error.start);
    }
    // Neither is for the shell, which reads both.
    let told = || shell::sentence_in(text).map(|sentence| sentence.start);
    data(text).or_else(told).filter(|&at| parsed.context(at) == Context::Bare)
}

/// Leaves it to a person to start the commands.
fn offer(actions: &mut [Action]) {
    let own = actions.iter_mut().filter(|action| action.kind == ActionKind::Run);
    own.for_each(|action| action.offered = true);
}

impl Base {
    /// Whether the author said nothing about the block.
    fn is_free(&self) -> bool {
        self.danger == Danger::None && self.attrs.are_none()
    }

    /// The same without the author's words, which are for the command that runs.
    fn part(&self) -> Base {
        let attrs = match &self.attrs.id {
            None => self.attrs.clone(),
            Some(_) => Annotations::from(Attrs { id: None, ..Attrs::clone(&self.attrs) }),
        };
        Base {
            span: self.span,
            lang: self.lang.clone(),
            attrs,
            tagged: self.tagged,
            danger: self.danger.clone(),
        }
    }

    fn last(self, kind: ActionKind, source: &Source, lines: Vec<Span>, belongs: Option<String>) -> Action {
        let script = join(source, &lines);
        self.action(kind, script, lines, belongs)
    }

    fn action(self, kind: ActionKind, script: String, lines: Vec<Span>, belongs: Option<String>) -> Action {
        let interactive = self.attrs.interactive;
        Action {
            kind,
            id: String::new(),
            span: self.span,
            lang: self.lang,
            script,
            lines,
            attrs: self.attrs,
            offered: false,
            tagged: self.tagged,
            interactive,
            danger: if kind == ActionKind::Run { self.danger } else { Danger::None },
            belongs,
            lead: None,
            away: false,
            plain: false,
            reading: Reading::default(),
        }
    }
}

/// The text of the lines.
pub(super) fn join(source: &Source, lines: &[Span]) -> String {
    let mut script = String::with_capacity(lines.iter().map(|line| line.len() + 1).sum());
    for (index, &line) in lines.iter().enumerate() {
        if index > 0 {
            script.push('\n');
        }
        script.push_str(source.slice(line));
    }
    script
}
