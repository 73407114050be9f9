//! The operator's side of the walk: shows what is durable, asks one question at a time.

use std::io::Write;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::cards::{self, Page};
use super::keys::{Key, Keyboard};
use super::style::{Role, Style};
use super::text::{cut, wrap};
use super::{clean::clean, wait};
use crate::engine::ports::{Connection, Operator, Scene, WaitKey, Waiting};
use crate::engine::question::{Answer, At, Proposal, Question, Trouble, Wanted};
use crate::event::{Event, Stamped};
use crate::runbook::{ActionKind, Danger, Section};

/// A sample like the one before is shown again after this long.
const SAME_SAMPLE_EVERY_MS: u64 = 60_000;

/// Reads the output of the last command back, for the key `o`.
pub type LastOutput = Box<dyn FnMut(&crate::event::fold::Run) -> Option<Vec<u8>>>;

/// The walk on a terminal, a dumb terminal, or a log nobody answers.
pub struct Walker {
    keyboard: Option<Box<dyn Keyboard>>,
    style: Style,
    columns: Box<dyn Fn() -> usize>,
    connection: Connection,
    last_output: LastOutput,
    bar: Option<ProgressBar>,
    /// Whether the last output ended its line.
    at_line_start: bool,
    printed: bool,
    /// The last sample shown, and when in its wait, in milliseconds.
    sampled: Option<(String, u64)>,
    /// The head of the run was shown with the preflight.
    greeted: bool,
}

impl Walker {
    /// A walk that asks through `keyboard`; without one it only shows.
    pub fn new(
        keyboard: Option<Box<dyn Keyboard>>,
        style: Style,
        columns: Box<dyn Fn() -> usize>,
        connection: Connection,
    ) -> Self {
        Walker {
            keyboard,
            style,
            columns,
            connection,
            last_output: Box::new(|_| None),
            bar: None,
            at_line_start: true,
            printed: false,
            sampled: None,
            greeted: false,
        }
    }

    /// Where the key `o` finds the output of the last command.
    pub fn outputs_from(&mut self, last_output: LastOutput) {
        self.last_output = last_output;
    }

    /// Shows what past runs and the surroundings say.
    pub fn preflight(&mut self, preflight: &cards::Preflight) {
        let lines = cards::preflight(self.page(), preflight);
        if !lines.is_empty() {
            self.print(&lines);
        }
    }

    /// Which of several procedures: its index, or none if the person does not want any.
    pub fn pick(&mut self, title: &str, sections: &[&Section], steps: &[usize]) -> Option<usize> {
        let page = self.page();
        let mut lines = vec![String::new(), page.style.paint(Role::Strong, &cut(&clean(title), page.width))];
        lines.push("  This file holds several procedures. Which one?".into());
        for (n, section) in sections.iter().enumerate() {
            let name = format!("  {:>3}  {}", n + 1, clean(&section.heading));
            let many = format!("{} step{}", steps[n], if steps[n] == 1 { "" } else { "s" });
            lines.push(super::text::sides(&name, &many, page.width));
        }
        self.print(&lines);
        loop {
            let typed = self.line("number (empty: none)", "", false)?;
            match typed.trim().parse::<usize>() {
                Ok(number) if (1..=sections.len()).contains(&number) => return Some(number - 1),
                _ if typed.trim().is_empty() => return None,
                _ => self.say(&format!("a number from 1 to {}", sections.len())),
            }
        }
    }

    fn page(&self) -> Page {
        Page::new((self.columns)(), self.style)
    }

    /// Display may fail (a closed pipe, a vanished terminal); the record goes on.
    fn print(&mut self, lines: &[String]) {
        self.take_down();
        let mut text = lines.join("\n");
        if text.is_empty() && lines.is_empty() {
            return;
        }
        text.push('\n');
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(text.as_bytes());
        let _ = out.flush();
    }

    fn say(&mut self, line: &str) {
        let lines = wrap(line, self.page().width, "  ", "  ");
        self.print(&lines);
    }

    fn take_down(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    fn key(&mut self) -> Key {
        self.keyboard.as_mut().map_or(Key::Gone, |keyboard| keyboard.key())
    }

    fn line(&mut self, prompt: &str, initial: &str, secret: bool) -> Option<String> {
        let prompt = format!("  {}", clean(prompt));
        self.keyboard.as_mut()?.line(&prompt, initial, secret)
    }

    /// One key of those offered; everything else is answered with the keys once more.
    fn choose(&mut self, keys: &[(&str, &str)], tail: &str) -> Result<char, Answer> {
        let lines = cards::keys(self.page(), keys, tail);
        self.print(&lines);
        match self.key() {
            Key::Enter => Ok('\n'),
            Key::Char(c) => Ok(c),
            Key::Interrupt => Err(interrupted()),
            Key::Gone => Err(Answer::Gone),
        }
    }

    fn skip_reason(&mut self, optional: bool) -> Option<Answer> {
        if optional {
            return Some(Answer::Skip(None));
        }
        let keys = [
            ("d", " already done"),
            ("n", " not applicable"),
            ("o", " did it otherwise"),
            ("t", " type a reason"),
        ];
        match self.choose(&keys, "any other key: back") {
            Ok('d') => Some(Answer::Skip(Some("already done".into()))),
            Ok('n') => Some(Answer::Skip(Some("not applicable".into()))),
            Ok('o') => Some(Answer::Skip(Some("did it otherwise".into()))),
            Ok('t') => {
                let reason = self.line("why skip it", "", false)?;
                (!reason.trim().is_empty()).then_some(Answer::Skip(Some(reason)))
            }
            Ok(_) => None,
            Err(answer) => Some(answer),
        }
    }

    fn abort_reason(&mut self) -> Option<Answer> {
        let reason = self.line("why give up (empty: go back)", "", false)?;
        (!reason.trim().is_empty()).then_some(Answer::Abort(reason))
    }

    fn note(&mut self) -> Option<Answer> {
        let text = self.line("note", "", false)?;
        (!text.trim().is_empty()).then_some(Answer::Note(text))
    }

    fn edit(&mut self, text: &str) -> Option<Answer> {
        let changed = if text.contains('\n') || self.keyboard.as_ref().is_some_and(|k| k.by_line()) {
            self.keyboard.as_mut()?.text(text)?
        } else {
            self.line("command", text, false)?
        };
        (changed.trim() != text.trim() && !changed.trim().is_empty()).then_some(Answer::Edit(changed))
    }

    fn go_to(&mut self, scene: &Scene<'_>) -> Option<Answer> {
        let typed = self.line("go to step number", "", false)?;
        let number: usize = typed.trim().parse().ok()?;
        if number == 0 || !scene.plan.steps.contains(&(number - 1)) {
            self.say(&format!("there is no step {number} in this run"));
            return None;
        }
        Some(Answer::GoTo(number - 1))
    }

    /// The keys that mean the same on every screen; none if the key is not one of them.
    fn common(&mut self, key: char, scene: &Scene<'_>) -> Option<Option<Answer>> {
        Some(match key {
            'n' => self.note(),
            'p' => Some(Answer::Pause),
            'a' => self.abort_reason(),
            'b' => Some(Answer::Back),
            'g' => self.go_to(scene),
            '!' if self.connection == Connection::Pty => Some(Answer::Shell),
            'o' => {
                self.show_output(scene);
                None
            }
            'c' => {
                let front = &scene.plan.runbook.front;
                let whom = front.escalation.as_deref().or(front.owner.as_deref());
                let whom = whom.map_or("the runbook names nobody to call (escalation:)".to_owned(), |whom| {
                    format!("call: {}", clean(whom))
                });
                self.say(&whom);
                None
            }
            'w' => {
                let changes = scene.plan.runbook.front.changes.clone();
                self.say(
                    &changes.map_or(
                        "the runbook names no command that shows changes (changes:)".to_owned(),
                        |c| format!("what changed lately: {}", clean(&c)),
                    ),
                );
                None
            }
            'l' => {
                self.list(scene);
                None
            }
            '?' => {
                self.help();
                None
            }
            _ => return None,
        })
    }

    fn show_output(&mut self, scene: &Scene<'_>) {
        let Some(bytes) = (self.last_output)(scene.run) else {
            self.say("there is no output yet");
            return;
        };
        let page = self.page();
        let mut lines = vec![cards::output_head(page)];
        lines.extend(super::clean::clean_output(&bytes).lines().map(str::to_owned));
        lines.push(cards::output_foot(page));
        self.print(&lines);
    }

    fn list(&mut self, scene: &Scene<'_>) {
        let page = self.page();
        let mut lines = Vec::new();
        for &index in &scene.plan.steps {
            let step = &scene.plan.runbook.steps[index];
            let mark = match scene.walk.settled.get(&index) {
                Some(status) => format!("{status:?}").to_lowercase(),
                None if scene.walk.current == Some(index) => "here".to_owned(),
                None => String::new(),
            };
            let line = format!("{:>4}  {}", step.number, clean(&step.title));
            lines.push(super::text::sides(&line, &mark, page.width));
        }
        self.print(&lines);
    }

    fn help(&mut self) {
        let lines: Vec<String> = [
            "Enter or r  run the command            s  skip the step, with a reason",
            "e  edit the command                    n  write a note into the record",
            "o  the last output                     !  a shell of your own, recorded",
            "b  back one step     g  go to a step   l  list the steps",
            "c  whom to call                        w  what changed lately",
            "p  pause: resume later                 a  give up, with a reason",
            "On danger, failure and manual screens Enter does nothing.",
        ]
        .iter()
        .flat_map(|line| wrap(line, self.page().width, "  ", "  "))
        .collect();
        self.print(&lines);
    }

    fn begin(&mut self, scene: &Scene<'_>) -> Answer {
        loop {
            let key = self.choose(&[("Enter", " start"), ("l", "ist steps"), ("q", "uit")], "");
            match key {
                Ok('\n') => return Answer::Go,
                Ok('q') => return Answer::No,
                Ok('l') => self.list(scene),
                Ok('?') => self.help(),
                Ok(_) => {}
                Err(answer) => return answer,
            }
        }
    }

    fn command(&mut self, proposal: &Proposal, scene: &Scene<'_>) -> Answer {
        let page = self.page();
        let lines = cards::proposal(page, proposal, scene);
        self.print(&lines);
        let step = &scene.plan.runbook.steps[proposal.at.step];
        let action = &step.actions[proposal.at.action];
        let dangerous = action.danger != Danger::None;
        let optional = action.attrs.optional;
        let mut keys = vec![if dangerous { ("r", "un") } else { ("Enter", " run") }];
        keys.extend([("e", "dit"), ("s", "kip"), ("n", "ote"), ("p", "ause")]);
        if scene.plan.runbook.front.escalation.is_some() {
            keys.push(("c", "all"));
        }
        keys.push(("?", ""));
        let tail = if dangerous { "Enter does nothing" } else { "" };
        loop {
            let key = match self.choose(&keys, tail) {
                Ok(key) => key,
                Err(answer) => return answer,
            };
            let answer = match key {
                '\n' | 'r' if proposal.blocked.is_some() => {
                    self.say("fill it in first: press e");
                    None
                }
                '\n' if dangerous => None,
                '\n' | 'r' => Some(Answer::Go),
                'e' => self.edit(&proposal.shown),
                's' if action.kind == ActionKind::Rollback => self.skip_reason(true),
                's' => self.skip_reason(optional),
                key => self.common(key, scene).unwrap_or(None),
            };
            if let Some(answer) = answer {
                return answer;
            }
        }
    }

    fn confirm(&mut self, proposal: &Proposal, word: &str) -> Answer {
        let lines = self.page().command(&proposal.shown);
        self.print(&lines);
        match self.line(&format!("type {word} to run it (empty: back)"), "", false) {
            Some(typed) if typed.trim() == word => Answer::Text(typed),
            Some(typed) => {
                if !typed.trim().is_empty() {
                    self.say("that is not the word; nothing ran");
                }
                Answer::No
            }
            None => interrupted(),
        }
    }

    fn manual(&mut self, index: usize, scene: &Scene<'_>) -> Answer {
        let step = &scene.plan.runbook.steps[index];
        let offered: Vec<usize> = (0..step.actions.len()).filter(|&i| step.actions[i].offered).collect();
        let page = self.page();
        let mut lines = vec![String::new()];
        for (n, action) in offered.iter().enumerate().take(9) {
            let first = step.actions[*action].script.lines().next().unwrap_or("");
            lines.push(format!(
                "  {} {}",
                page.style.key(&(n + 1).to_string(), ""),
                cut(&clean(first), page.width - 8)
            ));
        }
        if step.manual() {
            lines.push("  This one is yours to do.".into());
        } else {
            // A tabletop: the commands are talked through.
            let walked = |action: &&crate::runbook::Action| {
                matches!(action.kind, ActionKind::Run | ActionKind::Check) && !action.offered
            };
            for action in step.actions.iter().filter(walked) {
                lines.extend(page.command(&action.script));
                lines.push(String::new());
            }
            lines.push("  It does not run: say what it would do.".into());
        }
        self.print(&lines);
        let keys = [
            ("d", "one"),
            ("v", " done, with a value"),
            ("s", "kip"),
            ("n", "ote"),
            ("p", "ause"),
            ("?", ""),
        ];
        loop {
            let key = match self.choose(&keys, "Enter does nothing") {
                Ok(key) => key,
                Err(answer) => return answer,
            };
            let answer = match key {
                'd' | 'y' => Some(Answer::Done(None)),
                'v' => self.line("what did you see", "", false).map(|value| Answer::Done(Some(value))),
                's' => self.skip_reason(step.actions.iter().any(|action| action.attrs.optional)),
                digit @ '1'..='9' => {
                    let chosen = digit.to_digit(10).and_then(|d| offered.get(d as usize - 1));
                    chosen.map(|action| Answer::Offered(*action))
                }
                key => self.common(key, scene).unwrap_or(None),
            };
            if let Some(answer) = answer {
                return answer;
            }
        }
    }

    fn failure(&mut self, at: At, trouble: &Trouble, editable: Option<String>, scene: &Scene<'_>) -> Answer {
        let actions = &scene.plan.runbook.steps[at.step].actions;
        let check = actions.iter().position(|action| action.kind == ActionKind::Check);
        let check = check.filter(|_| *trouble == Trouble::InDoubt);
        let page = self.page();
        let mut lines = cards::failure(page, trouble, scene);
        if let Some(whom) = &scene.plan.runbook.front.escalation {
            lines.push(format!("  Call: {}", clean(whom)));
        }
        self.print(&lines);
        let mut keys = match trouble {
            Trouble::Broken { .. } => vec![("r", " sample again"), ("R", " step from its first command")],
            Trouble::Lines { .. } => vec![("y", " it is fine, go on"), ("r", "un again"), ("e", "dit")],
            Trouble::InDoubt => vec![("y", " it did finish"), ("r", "un it again")],
            Trouble::Failed { .. } => vec![("r", "etry"), ("e", "dit")],
        };
        if check.is_some() {
            keys.insert(0, ("k", " check first"));
        }
        keys.extend([
            ("o", "utput"),
            ("!", " shell"),
            ("u", "ndo plan"),
            ("s", "kip"),
            ("n", "ote"),
            ("p", "ause"),
            ("a", "bort"),
        ]);
        loop {
            let key = match self.choose(&keys, "Enter does nothing") {
                Ok(key) => key,
                Err(answer) => return answer,
            };
            let answer = match key {
                'r' => Some(Answer::Go),
                'R' => Some(Answer::Again),
                'y' => Some(Answer::Accept),
                'u' => Some(Answer::Undo),
                'k' if check.is_some() => check.map(Answer::Offered),
                'e' => editable.as_ref().and_then(|text| self.edit(text)),
                's' => self.skip_reason(false),
                key => self.common(key, scene).unwrap_or(None),
            };
            match answer {
                Some(Answer::Accept) if !matches!(trouble, Trouble::Lines { .. } | Trouble::InDoubt) => {}
                Some(answer) => return answer,
                None => {}
            }
        }
    }

    fn choice(&mut self, steps: &[usize], scene: &Scene<'_>) -> Answer {
        let page = self.page();
        let mut lines = vec![String::new(), page.style.paint(Role::Strong, "Which one is it?")];
        for (n, index) in steps.iter().enumerate() {
            let title = clean(&scene.plan.runbook.steps[*index].title).into_owned();
            lines.push(format!(
                "  {} {}",
                page.style.key(&(n + 1).to_string(), ""),
                cut(&title, page.width - 8)
            ));
        }
        self.print(&lines);
        loop {
            match self.choose(&[("s", " none of them"), ("n", "ote"), ("p", "ause")], "a number takes it") {
                Ok('s') => return Answer::Skip(None),
                Ok(digit @ '1'..='9') => {
                    if let Some(step) = digit.to_digit(10).and_then(|d| steps.get(d as usize - 1)) {
                        return Answer::Take(*step);
                    }
                }
                Ok(key) => {
                    if let Some(Some(answer)) = self.common(key, scene) {
                        return answer;
                    }
                }
                Err(answer) => return answer,
            }
        }
    }

    fn value(&mut self, wanted: &Wanted) -> Answer {
        let mut lines = vec![format!("  {} needs a value.", clean(&wanted.text))];
        lines
            .extend(wanted.about.iter().flat_map(|about| wrap(&clean(about), self.page().width, "  ", "  ")));
        if let Some(param) = &wanted.param
            && !param.choices.is_empty()
        {
            lines.push(format!("  one of: {}", clean(&param.choices.join(", "))));
        }
        self.print(&lines);
        loop {
            let prompt = format!("{} (empty: pause)", wanted.key);
            let Some(typed) = self.line(&prompt, wanted.last.as_deref().unwrap_or(""), wanted.secret())
            else {
                return interrupted();
            };
            if typed.is_empty() {
                return Answer::Pause;
            }
            match wanted.refusal(&typed) {
                None => return Answer::Text(typed),
                Some(why) => self.say(&clean(&why)),
            }
        }
    }
}

/// Ctrl-C or a signal at a prompt: the loop looks which.
fn interrupted() -> Answer {
    if crate::process::signals::pending().is_none() {
        let _ = signal_hook::low_level::raise(signal_hook::consts::SIGINT);
    }
    Answer::Nothing
}

impl Operator for Walker {
    fn show(&mut self, event: &Stamped, scene: &Scene<'_>) {
        if let Event::Opened { .. } = &event.event
            && std::mem::replace(&mut self.greeted, true)
        {
            return;
        }
        let mut lines = cards::event(self.page(), event, scene);
        if let Event::Sample { n, t_ms, value, unknown, stderr, .. } = &event.event {
            let live =
                self.keyboard.as_ref().is_some_and(|k| !k.by_line()) && self.connection == Connection::Pty;
            let text = match unknown {
                Some(why) => format!("unknown: {why}"),
                None => value.clone().unwrap_or_else(|| "no value".into()),
            };
            // A line for each value, and one a minute as long as it stays.
            let news = self.sampled.as_ref().is_none_or(|(last, at)| {
                *n == 1 || *last != text || t_ms.saturating_sub(*at) >= SAME_SAMPLE_EVERY_MS
            });
            // On a terminal the line that is redrawn shows it; what went wrong stays readable.
            if news && (!live || unknown.is_some()) {
                lines.push(cut(&format!("  sample  {}", clean(&text).replace('\n', " ")), self.page().width));
                let error: Vec<&str> = stderr.as_deref().unwrap_or("").trim().lines().collect();
                let end = &error[error.len().saturating_sub(3)..];
                lines.extend(end.iter().map(|line| format!("          {}", clean(line))));
            }
            if news {
                self.sampled = Some((text, *t_ms));
            }
        }
        if !lines.is_empty() {
            self.print(&lines);
        }
    }

    fn ask(&mut self, question: &Question, scene: &Scene<'_>) -> anyhow::Result<Answer> {
        Ok(match question {
            Question::Begin => self.begin(scene),
            Question::Choice { steps } => self.choice(steps, scene),
            Question::Command(proposal) => self.command(proposal, scene),
            Question::Confirm { proposal, word } => self.confirm(proposal, word),
            Question::Manual { step } => self.manual(*step, scene),
            Question::Failure { at, trouble } => {
                let action = &scene.plan.runbook.steps[at.step].actions[at.action];
                let editable = (action.kind == ActionKind::Run)
                    .then(|| scene.plan.proposal(*at, &scene.walk.values, None).shown);
                self.failure(*at, trouble, editable, scene)
            }
            Question::Condition { expression, why, .. } => {
                self.say(&format!(
                    "This applies only if {}, which cannot be told: {}",
                    clean(expression),
                    clean(why)
                ));
                loop {
                    match self.choose(&[("y", " it applies"), ("x", " it does not"), ("p", "ause")], "") {
                        Ok('y') => break Answer::Go,
                        Ok('x') => break Answer::No,
                        Ok(key) => {
                            if let Some(Some(answer)) = self.common(key, scene) {
                                break answer;
                            }
                        }
                        Err(answer) => break answer,
                    }
                }
            }
            Question::Value(wanted) => self.value(wanted),
            Question::Reflect(reflection) => match self.line(reflection.prompt, "", false) {
                Some(text) if !text.trim().is_empty() => Answer::Text(text),
                Some(_) => Answer::No,
                None => interrupted(),
            },
            Question::Helped => match self.line("What would have helped? (Enter: nothing)", "", false) {
                Some(text) if !text.trim().is_empty() => Answer::Text(text),
                _ => Answer::No,
            },
        })
    }

    fn before(&mut self, proposal: &Proposal, scene: &Scene<'_>) {
        let page = self.page();
        let mut lines = Vec::new();
        if self.keyboard.is_none() {
            lines.extend(cards::proposal(page, proposal, scene));
        }
        self.print(&lines);
        self.at_line_start = true;
        self.printed = false;
    }

    fn output(&mut self, bytes: &[u8]) {
        let Some(last) = bytes.last() else { return };
        if !self.printed {
            let head = cards::output_head(self.page());
            // In raw mode a line feed alone does not return the carriage.
            self.print(&[format!("{head}\r")]);
        }
        self.at_line_start = *last == b'\n';
        self.printed = true;
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(bytes);
        let _ = out.flush();
    }

    fn after(&mut self) {
        if !self.printed {
            return;
        }
        let mut lines = Vec::new();
        if !self.at_line_start {
            lines.push(String::new());
        }
        lines.push(cards::output_foot(self.page()));
        self.print(&lines);
    }

    fn pulse(&mut self, waiting: &Waiting, limit: Duration, scene: &Scene<'_>) -> Option<WaitKey> {
        let columns = self.page().width;
        let style = self.style;
        let Some(keyboard) = self.keyboard.as_mut() else {
            std::thread::sleep(limit);
            return None;
        };
        if !keyboard.by_line() && self.connection == Connection::Pty {
            let bar = self.bar.get_or_insert_with(|| {
                let keys = cards::keys(
                    Page::new(columns, style),
                    &[
                        ("Space", " check now"),
                        ("t", " more time"),
                        ("n", "ote"),
                        ("s", "kip"),
                        ("p", "ause"),
                        ("a", "bort"),
                    ],
                    "",
                );
                let mut out = std::io::stdout().lock();
                let _ = out.write_all(format!("{}\n", keys.join("\n")).as_bytes());
                let _ = out.flush();
                let target = ProgressDrawTarget::term(console::Term::stdout(), 4);
                let bar = ProgressBar::with_draw_target(None, target);
                bar.set_style(
                    ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_bar()),
                );
                bar
            });
            bar.set_message(wait::line(waiting, columns.saturating_sub(1), style));
        }
        let key = keyboard.key_within(limit)?;
        let answer = match key {
            Key::Char(' ') | Key::Enter => return Some(WaitKey::Now),
            Key::Char('t') => return Some(WaitKey::More),
            Key::Char('p') => return Some(WaitKey::Pause),
            Key::Gone => return Some(WaitKey::Gone),
            Key::Interrupt => {
                interrupted();
                return None;
            }
            Key::Char('n') => {
                self.take_down();
                self.note()
            }
            Key::Char('s') => {
                self.take_down();
                self.skip_reason(false)
            }
            Key::Char('a') => {
                self.take_down();
                self.abort_reason()
            }
            Key::Char(key) => {
                self.take_down();
                self.common(key, scene).unwrap_or(None)
            }
        };
        match answer? {
            Answer::Note(text) => Some(WaitKey::Note(text)),
            Answer::Skip(reason) => Some(WaitKey::Skip(reason)),
            Answer::Abort(reason) => Some(WaitKey::Abort(reason)),
            Answer::Gone => Some(WaitKey::Gone),
            _ => None,
        }
    }

    fn waited(&mut self) {
        self.take_down();
        if let Some(keyboard) = self.keyboard.as_mut() {
            keyboard.rest();
        }
    }

    fn connection(&self) -> Connection {
        self.connection
    }
}
