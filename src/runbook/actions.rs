//! The actions a code block makes.

mod looks;

use std::borrow::Cow;

use crate::danger;
use crate::shell::{self, Context, Reading, Session};
use crate::source::{Source, Span, is_blank, trim};

use super::diagnose::Diagnose;
use super::fences::{Class, Facts, starts_with_command};
use super::pauses::{self, Pause};
use super::prompts::{Place, Style};
use super::transcript::{self, Group, Transcript};
use super::{Action, ActionKind, Annotations, Attrs, Danger, Diagnostic, Topic, language};
pub(super) use looks::ends_session;
use looks::{data, may_break, takes_screen};

/// More lines of comments than these are no word on the command below them.
const COMMENTS: usize = 6;

/// A code block cut into scripts.
///
/// What the shell makes of them is asked of all blocks at once, and then what that makes of the blocks:
/// see [`super::stages`].
pub(super) struct Block {
    base: Base,
    kind: Option<ActionKind>,
    form: Form,
}

enum Form {
    /// It is shown, and what to it belongs.
    Shown(Vec<Span>, Option<String>),
    /// One script; whether the shell has to be able to read it.
    Script(Script, bool),
    /// What a terminal showed.
    Transcript(Vec<(Group, Script)>),
}

/// Lines that run together.
struct Script {
    lines: Vec<Span>,
    text: String,
    reading: Reading,
    /// The session that it opens, if it does.
    session: Option<Session>,
    /// See [`danger::is_plain`].
    plain: bool,
}

impl Script {
    fn of(source: &Source, lines: Vec<Span>) -> Script {
        let text = join(source, &lines);
        Script { lines, text, reading: Reading::default(), session: None, plain: true }
    }

    /// Asks the shell what it is, as far as that decides over what is made of it.
    fn understand(&mut self) {
        self.plain = danger::is_plain(&self.text);
        if !self.plain {
            self.session = shell::session_of(&self.text, &self.reading);
        }
    }

    fn understood(source: &Source, lines: Vec<Span>) -> Script {
        let mut script = Script::of(source, lines);
        script.understand();
        script
    }
}

impl Block {
    /// Asks the shell what the scripts are.
    pub fn understand(&mut self) {
        // What is somebody's word to us, or another program's input, is what it is called.
        if self.kind.is_some_and(|kind| kind != ActionKind::Run) || self.base.attrs.exec.is_some() {
            return;
        }
        match &mut self.form {
            Form::Shown(..) => {}
            Form::Script(script, _) => script.understand(),
            Form::Transcript(groups) => {
                let here = groups.iter_mut().filter(|(group, _)| group.place == Place::Here);
                here.for_each(|(_, script)| script.understand());
            }
        }
    }
}

/// Makes the actions of one code block.
pub(super) struct Maker<'a> {
    pub source: &'a Source,
    pub out: &'a mut Vec<Diagnostic>,
}

impl Maker<'_> {
    /// The code block, if it makes actions at all.
    pub fn cut(&mut self, span: Span, lines: &[Span], facts: &Facts) -> Option<Block> {
        let info = facts.info.as_ref();
        let lang = language::in_lower_case(self.source.slice(facts.lang));
        let kind = info.as_ref().and_then(|info| info.kind);
        let tagged = !(facts.broken || facts.rooted) && (facts.tagged || facts.prompted || info.is_some());
        let (attrs, danger) = match info {
            Some(info) => (info.attrs.clone(), info.danger.clone()),
            None => (Annotations::default(), None),
        };
        let danger = match danger {
            Some(word) => Danger::Declared { word: word.unwrap_or_default() },
            None => Danger::None,
        };
        let base = Base { span, lang, attrs, tagged, danger };
        let form = match facts.class {
            Class::Data => return None,
            Class::Query(name) => {
                let mut lines = self.whole(lines);
                // The prompt is no part of it.
                if lines.first().is_some_and(|&line| self.source.slice(line).starts_with("$ ")) {
                    for line in &mut lines {
                        line.start += if self.source.slice(*line).starts_with("$ ") { 2 } else { 0 };
                    }
                }
                Form::Shown(lines, Some(name.to_owned()))
            }
            Class::Shown => Form::Shown(self.whole(lines), None),
            Class::Runnable if facts.prompted => {
                Form::Transcript(self.transcript(lines, facts.style, kind, &base))
            }
            Class::Runnable => {
                let lines = self.without_elisions(self.whole(lines));
                // A block with the author's words is taken as it says, tables aside.
                let lines = self.without_output(lines, tagged, info.is_some());
                // Of a block of elisions nothing but empty lines is left.
                if lines.iter().all(|&line| is_blank(self.source.slice(line))) {
                    return None;
                }
                Form::Script(Script::of(self.source, lines), info.is_none() && !facts.broken)
            }
        };
        Some(Block { base, kind, form })
    }

    /// Adds the actions of the code block, in order. Ids and danger are filled in by the caller.
    pub fn actions(&mut self, block: Block, made: &mut Vec<Action>) {
        let Block { base, kind, form } = block;
        let kind = kind.unwrap_or(ActionKind::Run);
        match form {
            Form::Shown(lines, belongs) => {
                made.push(base.last(ActionKind::Norun, self.source, lines, belongs));
            }
            Form::Script(script, whole) => {
                let broken = whole && self.breaks(&script);
                let first = made.len();
                self.run(made, kind, script, base);
                if broken {
                    offer(&mut made[first..]);
                }
            }
            Form::Transcript(groups) => self.groups(groups, kind, base, made),
        }
    }

    /// The lines from the first to the last that is not blank, common indentation taken off.
    fn whole(&self, lines: &[Span]) -> Vec<Span> {
        // Most scripts are one line at the edge.
        if let [line] = lines
            && !self.source.slice(*line).starts_with([' ', '\t'])
        {
            return if line.is_empty() { Vec::new() } else { vec![*line] };
        }
        let blank = |line: &&Span| self.source.slice(**line).trim().is_empty();
        let first = lines.iter().take_while(blank).count();
        let last = lines.len() - lines.iter().rev().take_while(blank).count();
        let lines = lines.get(first..last).unwrap_or(&[]);
        let indent = |line: &Span| {
            let text = self.source.slice(*line);
            if text.trim().is_empty() {
                usize::MAX
            } else {
                text.bytes().take_while(|&byte| byte == b' ').count()
            }
        };
        let common = lines.iter().map(indent).min().unwrap_or(0);
        let cut = |line: &Span| Span::new((line.start + common).min(line.end), line.end);
        if common == 0 || common == usize::MAX { lines.to_vec() } else { lines.iter().map(cut).collect() }
    }

    /// Whether the shell cannot read the lines, which then is said: what it would have run before it sees
    /// that is half of what was meant.
    fn breaks(&mut self, script: &Script) -> bool {
        let Script { lines, text, reading, .. } = script;
        if !may_break(lines.iter().map(|&line| self.source.slice(line))) {
            return false;
        }
        let parsed = reading.script(text);
        let whole = parsed.is_complete() && parsed.errors().is_empty();
        let data = data(text).filter(|&at| whole && parsed.context(at) == Context::Bare);
        if whole && data.is_none() || shell::session_of(text, reading).is_some() {
            return false;
        }
        let error = || parsed.errors().first().copied().or(parsed.open()).map_or(0, |error| error.start);
        let at = data.unwrap_or_else(error);
        let line = memchr::memchr_iter(b'\n', &text.as_bytes()[..at.min(text.len())]).count();
        let place = lines.get(line).copied().unwrap_or(lines[0]);
        let message = "the shell cannot read this block from here on: offered, not run by itself";
        self.out.info(Topic::Incomplete, place, message);
        true
    }

    /// A line of dots stands for what the author left out.
    fn without_elisions(&mut self, mut lines: Vec<Span>) -> Vec<Span> {
        let source = self.source;
        let elision = |line: Span| matches!(trim(source.slice(line)), "..." | "…" | "[...]" | "[…]" | "....");
        if lines.iter().any(|&line| elision(line))
            && !lines.iter().any(|&line| source.slice(line).contains("<<"))
        {
            let out = &mut *self.out;
            lines.retain(|&line| {
                let left_out = elision(line);
                if left_out {
                    out.info(Topic::Placement, line, "an elision: the author left something out here");
                }
                !left_out
            });
        }
        lines
    }

    /// A line of column names and what stands below it, up to an empty line that a command follows,
    /// is what the command above it printed; so is what looks like a line of a log or a report and
    /// like no command, and in a block without a language what stands in columns.
    fn without_output(&mut self, lines: Vec<Span>, tagged: bool, annotated: bool) -> Vec<Span> {
        let source = self.source;
        let is_head = |line: &Span| {
            let line = source.slice(*line);
            // A comment of some columns; no head is one where commands follow.
            if line.starts_with('#') && !shell::is_table_head(line) {
                return false;
            }
            let columns = || transcript::is_columns(line, tagged) && starts_with_command(line) == Some(false);
            shell::is_table_head(line) || (!annotated && (transcript::is_printed(line, tagged) || columns()))
        };
        let blank = |line: &Span| is_blank(source.slice(*line));
        if !lines.iter().skip(1).any(is_head) {
            return lines;
        }
        let mut kept = Vec::with_capacity(lines.len());
        let mut from = 0;
        while let Some(head) = lines[from..].iter().skip(1).position(is_head).map(|at| from + 1 + at) {
            // What a brace opens begins there.
            let opens = head > from + 1 && matches!(trim(source.slice(lines[head - 1])), "{" | "[");
            let head = head - usize::from(opens);
            // A heredoc may well write a table, and so may what is within quotes.
            let command = join(source, &lines[from..head]);
            if command.contains("<<") || !shell::is_complete(&shell::neutral(&command)) {
                break;
            }
            // What is said of the next command may stand above it.
            let goes_on = |&at: &usize| {
                let mut next = lines[at..].iter().take(COMMENTS).map(|&line| source.slice(line));
                blank(&lines[at - 1])
                    && next
                        .find(|line| !line.starts_with('#'))
                        .is_some_and(|line| starts_with_command(line) == Some(true))
            };
            let end = (head + 1..lines.len()).find(goes_on).unwrap_or(lines.len());
            let place = Span::new(lines[head].start, lines[end - 1].end);
            self.out.info(Topic::Output, place, "printed output below a command: shown, not run");
            kept.extend(&lines[from..head]);
            from = end;
            if from >= lines.len() {
                break;
            }
        }
        kept.extend(lines.get(from..).unwrap_or(&[]));
        while kept.last().is_some_and(blank) {
            kept.pop();
        }
        kept
    }

    fn transcript(
        &mut self,
        lines: &[Span],
        style: Style,
        kind: Option<ActionKind>,
        base: &Base,
    ) -> Vec<(Group, Script)> {
        let free = kind.is_none_or(|kind| kind == ActionKind::Run) && base.is_free();
        let Transcript { groups, output, incomplete, .. } = transcript::read(self.source, lines, style, free);
        for span in output {
            let comments = self
                .source
                .slice(span)
                .lines()
                .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
            let what = if comments { "a comment" } else { "printed output" };
            self.out.info(Topic::Output, span, format!("{what} beside prompted lines: shown, not run"));
        }
        for span in incomplete {
            self.out.warning(Topic::Incomplete, span, "the command does not end in its block", None);
        }
        let script = |mut group: Group| {
            let lines = std::mem::take(&mut group.lines);
            (group, Script::of(self.source, lines))
        };
        groups.into_iter().map(script).collect()
    }

    fn groups(&mut self, groups: Vec<(Group, Script)>, kind: ActionKind, base: Base, made: &mut Vec<Action>) {
        // The session an earlier command opened.
        let mut session: Option<String> = None;
        let mut base = Some(base);
        let count = groups.len();
        for (index, (group, script)) in groups.into_iter().enumerate() {
            let last = index + 1 == count;
            let Some(part) = (if last { base.take() } else { base.as_ref().map(Base::part) }) else { break };
            match group.place {
                Place::Here if session.is_none() && (group.instead || group.early) => {
                    let first = made.len();
                    self.run(made, kind, script, part);
                    offer(&mut made[first..]);
                }
                Place::Here if session.is_none() => session = self.run(made, kind, script, part),
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
        let mut action = base.action(kind, opener, lines, None);
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
