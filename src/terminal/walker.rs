//! The operator's side of the walk: shows what is durable, asks one question at a time.

mod help;
mod menu;
mod questions;

use std::io::Write;
use std::time::{Duration, Instant};

use super::cards::{self, Page};
use super::keys::{Key, Keyboard};
use super::style::{Role, Style};
use super::text::{cut, wrap};
use super::{clean::clean, leftovers::Leftovers, wait};
use crate::engine::ports::{Connection, Operator, Probed, Scene, WaitKey, Waiting};
use crate::engine::question::{Answer, At, Look, Proposal, Question, Reflection, Trouble, Wanted};
use crate::event::{Ending, Event, Mode, Stamped};
use crate::runbook::{ActionKind, Danger, Section};
use help::Screen;

/// Lines of an open question that are kept, to show it again.
const CARD: usize = 200;
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
    /// The line of a wait that is redrawn in place, and since when.
    live: Option<(wait::Live, Instant)>,
    /// The keys of a wait were said, where they are not drawn.
    hinted: bool,
    /// What the running command has switched on in the terminal.
    leftovers: Leftovers,
    /// What belongs to the open question, to be shown again.
    card: Vec<String>,
    /// Whether the last output ended its line.
    at_line_start: bool,
    printed: bool,
    /// The last sample shown, and when in its wait, in milliseconds.
    sampled: Option<(String, u64)>,
    /// The head of the run was shown with the preflight.
    greeted: bool,
    /// The summary was shown with the last question.
    summed_up: bool,
    /// The command whose values are asked for, once it was shown.
    valued: Option<At>,
    /// The action whose prose was shown last, in this visit of its step.
    told: Option<At>,
    /// What the last sample saw; none once a command ran after it.
    probed: Option<Probed>,
    usual: cards::Usual,
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
            live: None,
            hinted: false,
            leftovers: Leftovers::default(),
            card: Vec::new(),
            at_line_start: true,
            printed: false,
            sampled: None,
            greeted: false,
            summed_up: false,
            valued: None,
            told: None,
            probed: None,
            usual: cards::Usual::default(),
        }
    }

    /// What past runs say, shown beside this one.
    pub fn compares_with(&mut self, usual: cards::Usual) {
        self.usual = usual;
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

    /// Prints lines, none wider than the page but for commands and links.
    fn print(&mut self, lines: &[String]) {
        let columns = (self.columns)();
        if lines.iter().all(|line| super::text::width(line) <= columns) {
            return self.print_as_is(lines);
        }
        let lines: Vec<String> = lines.iter().flat_map(|line| super::text::fit(line, columns)).collect();
        self.print_as_is(&lines);
    }

    /// Display may fail (a closed pipe, a vanished terminal); the record goes on.
    fn print_as_is(&mut self, lines: &[String]) {
        self.take_down();
        let mut text = lines.join("\n");
        if text.is_empty() && lines.is_empty() {
            return;
        }
        text.push('\n');
        write(text.as_bytes());
        if self.card.len() + lines.len() <= CARD {
            self.card.extend_from_slice(lines);
        }
    }

    fn say(&mut self, line: &str) {
        let lines = wrap(line, self.page().width, "  ", "  ");
        self.print(&lines);
    }

    fn take_down(&mut self) {
        if let Some((mut live, _)) = self.live.take()
            && let Some(clear) = live.clear()
        {
            write(clear.as_bytes());
        }
    }

    fn key(&mut self) -> Key {
        self.keyboard.as_mut().map_or(Key::Gone, |keyboard| keyboard.key())
    }

    fn line(&mut self, prompt: &str, initial: &str, secret: bool) -> Option<String> {
        let prompt = format!("  {}", clean(prompt));
        self.keyboard.as_mut()?.line(&prompt, initial, secret)
    }

    /// One key of those offered or of those that mean the same everywhere. Others are left alone,
    /// so that what is on the screen stays there; where lines are read, the keys are said once more.
    fn choose(&mut self, keys: &[(&str, &str)], tail: &str) -> Result<char, Answer> {
        let first = |key: &str| if key == "Enter" { '\n' } else { key.chars().next().unwrap_or('\n') };
        let offered = |c: char| keys.iter().any(|(key, _)| first(key) == c);
        self.choose_of(keys, tail, &|c| offered(c) || menu::EVERYWHERE.contains(c) || c.is_ascii_digit())
    }

    /// Any key: those offered mean something, all others lead back.
    fn choose_or_back(&mut self, keys: &[(&str, &str)], tail: &str) -> Result<char, Answer> {
        self.choose_of(keys, tail, &|_| true)
    }

    fn choose_of(
        &mut self,
        keys: &[(&str, &str)],
        tail: &str,
        means: &dyn Fn(char) -> bool,
    ) -> Result<char, Answer> {
        let by_line = self.keyboard.as_ref().is_some_and(|keyboard| keyboard.by_line());
        // A shell needs a terminal.
        let offered = keys.iter().filter(|(key, _)| *key != "!" || self.connection == Connection::Pty);
        let offered: Vec<(&str, &str)> = offered.copied().collect();
        let lines = cards::keys(self.page(), &offered, tail);
        let before = self.card.len();
        self.print(&lines);
        let key = loop {
            match self.key() {
                Key::Redraw => {
                    let card = std::mem::take(&mut self.card);
                    self.print(&card);
                }
                Key::Char(c) if !by_line && !means(c) => {}
                Key::Enter if !by_line && !means('\n') => {}
                key => break key,
            }
        };
        self.card.truncate(before);
        match key {
            Key::Enter => Ok('\n'),
            Key::Char(c) => Ok(c),
            Key::Interrupt => Err(interrupted()),
            Key::Gone | Key::Redraw => Err(Answer::Gone),
        }
    }
}

fn write(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(bytes);
    let _ = out.flush();
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
        if let Event::Sealed { status: Ending::Completed, .. } = &event.event
            && std::mem::take(&mut self.summed_up)
        {
            return;
        }
        if let Event::StepEntered { .. } | Event::Resumed { .. } = &event.event {
            self.told = None;
            self.card.clear();
        }
        // Its text stands on the screen already, where it was typed.
        if let (Event::Note { .. }, Some(_)) = (&event.event, &self.keyboard) {
            self.print(&["  noted".to_owned()]);
            return;
        }
        let mut lines = cards::event(self.page(), event, scene, &self.usual);
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
        if !matches!(question, Question::Value(_)) {
            self.valued = None;
        }
        Ok(match question {
            Question::Wait { .. } => Answer::Nothing,
            Question::Begin => self.begin(scene),
            Question::Choice { steps } => self.choice(steps, scene),
            Question::Command(proposal) => self.command(proposal, scene),
            Question::Confirm { proposal, word } => self.confirm(proposal, word),
            Question::Manual { step } => self.manual(*step, scene),
            Question::Failure { at, trouble } => {
                let action = &scene.plan.runbook.steps[at.step].actions[at.action];
                let editable = matches!(action.kind, ActionKind::Run | ActionKind::Rollback).then(|| {
                    // What ran last: a second correction starts from the first.
                    let step = scene.run.step(at.step + 1);
                    let mut attempts = step.iter().flat_map(|step| step.attempts.iter().rev());
                    let last = attempts.find(|attempt| attempt.action == action.id);
                    match last {
                        Some(last) => last.command.clone(),
                        None => scene.plan.proposal(*at, &scene.walk.values, None).shown,
                    }
                });
                self.failure(*at, trouble, editable, scene)
            }
            Question::Condition { expression, why, .. } => {
                self.say(&format!(
                    "This applies only if {}, which cannot be told: {}",
                    clean(expression),
                    clean(why)
                ));
                let keys =
                    [("y", " it applies"), ("x", " it does not"), ("n", "ote"), ("p", "ause"), ("?", "")];
                loop {
                    match self.choose(&keys, "Enter does nothing") {
                        Ok('y') => break Answer::Go,
                        Ok('x') => break Answer::No,
                        Ok(key) => {
                            if let Some(Some(answer)) = self.common(key, Screen::Condition, scene) {
                                break answer;
                            }
                        }
                        Err(answer) => break answer,
                    }
                }
            }
            Question::Open { steps } => self.passed_over(steps, scene),
            Question::Value(wanted) => self.value(wanted, scene),
            Question::Reflect(reflection) => self.reflect(reflection),
            Question::Helped => {
                let lines = cards::summary(self.page(), Ending::Completed, None, scene, &self.usual);
                self.print(&lines);
                self.summed_up = true;
                self.helped()
            }
        })
    }

    fn before(&mut self, proposal: &Proposal, scene: &Scene<'_>) {
        let page = self.page();
        let mut lines = Vec::new();
        if self.keyboard.is_none() {
            lines.extend(cards::proposal(page, proposal, scene, false));
        }
        self.print(&lines);
        self.probed = None;
        self.at_line_start = true;
        self.printed = false;
        self.card.clear();
        self.leftovers = Leftovers::default();
    }

    fn output(&mut self, bytes: &[u8]) {
        let Some(last) = bytes.last() else { return };
        if !self.printed {
            let head = cards::output_head(self.page());
            // In raw mode a line feed alone does not return the carriage.
            let end = if self.connection == Connection::Pty { "\r" } else { "" };
            self.print(&[format!("{head}{end}")]);
        }
        self.at_line_start = *last == b'\n';
        self.printed = true;
        self.leftovers.see(bytes);
        write(bytes);
    }

    fn after(&mut self) {
        if !self.printed {
            return;
        }
        let mend = self.leftovers.mend();
        if self.connection == Connection::Pty && !mend.is_empty() {
            write(mend.as_bytes());
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
        let draws = !keyboard.by_line() && self.connection == Connection::Pty;
        let says_keys = keyboard.by_line();
        let says = says_keys && keyboard.hears_waits() && !std::mem::replace(&mut self.hinted, true);
        if says || draws && self.live.is_none() {
            let now = if draws { "Space" } else { "Enter" };
            let keys = cards::wait_keys(Page::new(columns, style), now);
            write(format!("{}\n", keys.join("\n")).as_bytes());
        }
        if draws {
            let (live, began) = self.live.get_or_insert_with(|| (wait::Live::default(), Instant::now()));
            let wide = (self.columns)();
            let line = wait::line(waiting, wide.min(columns), style);
            if let Some(drawn) = live.draw(began.elapsed(), &line, wide) {
                write(drawn.as_bytes());
            }
        }
        let key = match keyboard.key_within(limit)? {
            Key::Char(' ') | Key::Enter => return Some(WaitKey::Now),
            Key::Char('t') => {
                if says_keys {
                    self.say("it may take as long again");
                }
                return Some(WaitKey::More);
            }
            Key::Gone => return Some(WaitKey::Say(Answer::Gone)),
            Key::Redraw => {
                // The keys and the line are drawn anew with the next look.
                self.live = None;
                return None;
            }
            Key::Interrupt => {
                interrupted();
                return None;
            }
            Key::Char(key) => key,
        };
        self.take_down();
        self.hinted = false;
        let answer = match key {
            's' => self.skip_reason(false),
            key => self.common(key, Screen::Wait, scene).unwrap_or(None),
        };
        answer.map(WaitKey::Say)
    }

    fn sampled(&mut self, probed: &Probed) {
        self.probed = Some(probed.clone());
    }

    fn waited(&mut self) {
        self.take_down();
        self.hinted = false;
        if let Some(keyboard) = self.keyboard.as_mut() {
            keyboard.rest();
        }
    }

    fn connection(&self) -> Connection {
        self.connection
    }
}
