//! The pictures of the walk, as lines of text. Pure: what is shown comes in, lines go out.

mod beside;
mod choice;
mod end;
mod preflight;
mod rehearsal;
mod said;
mod step;
mod usual;

use std::time::Duration;

use super::clean::{clean, clean_line};
use super::style::{Role, Style};
use super::text::{cut, flow, sides, width, wrap};
use crate::duration::brief;
use crate::engine::ports::Scene;
use crate::engine::question::{At, Proposal, Trouble, is_stopped};
use crate::engine::walk;
use crate::event::fold::StepRun;
use crate::event::{Ending, Event, Mode, Stamped, StepStatus, Verdict};
use crate::runbook::{Action, ActionKind, Danger, Step};

pub use choice::choice;
use end::undoing;
pub use end::{failure, in_effect, ranges, resumed, summary, undo_plan, way_back};
pub use preflight::{LastRun, Preflight, preflight};
pub use rehearsal::rehearsed;
pub use said::said;
pub use step::{bare, came_back, proposal, step, tells, was_done};
pub use usual::{Usual, UsualStep};

/// How wide and in which colours.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// Columns, 40 to 100: longer lines are hard to read.
    pub width: usize,
    /// Colours and glyphs.
    pub style: Style,
}

const INDENT: &str = "  ";

impl Page {
    /// A page for a terminal of `columns`.
    pub fn new(columns: usize, style: Style) -> Self {
        Page { width: columns.clamp(40, 100), style }
    }

    /// A line across, with a label.
    pub fn rule(self, label: &str) -> String {
        let line = self.style.glyph("─", "-");
        let head = if label.is_empty() { String::new() } else { format!("{} {label} ", line.repeat(2)) };
        let left = self.width.saturating_sub(super::text::width(&head));
        self.style.paint(Role::Dim, &format!("{head}{}", line.repeat(left)))
    }

    /// `  Why     because ...`, wrapped.
    pub(super) fn row(self, label: &str, text: &str) -> Vec<String> {
        let text = clean(text.trim());
        if text.is_empty() {
            return Vec::new();
        }
        let lines = wrap(&text.replace('\n', " "), self.width, "          ", "          ");
        let mut lines = lines.into_iter();
        let first = lines.next().unwrap_or_default();
        let label = self.style.paint(Role::Dim, &format!("  {label:<8}"));
        std::iter::once(format!("{label}{}", first.trim_start())).chain(lines).collect()
    }

    /// The command, indented so that it pastes cleanly when selected line by line.
    pub fn command(self, text: &str) -> Vec<String> {
        text.lines().map(|line| format!("    {}", self.style.paint(Role::Strong, &clean(line)))).collect()
    }
}

/// `02:14:07`, in local time, from the time on the event.
pub fn clock(at: &str) -> String {
    match at.parse::<jiff::Timestamp>() {
        Ok(time) => time.to_zoned(jiff::tz::TimeZone::system()).strftime("%H:%M:%S").to_string(),
        Err(_) => clean_line(at).into_owned(),
    }
}

/// What stands above the first step.
pub fn opened(page: Page, event: &Stamped, scene: &Scene<'_>) -> Vec<String> {
    let Event::Opened { runbook, operator, mode, run, ticket, undoes, .. } = &event.event else {
        return Vec::new();
    };
    let style = page.style;
    let commit = runbook.commit.as_deref().map(|c| &c[..c.len().min(7)]);
    let file = runbook.path.rsplit('/').next().unwrap_or(&runbook.path);
    let anchor = runbook.anchor.as_deref().map(|a| format!("#{a}")).unwrap_or_default();
    let dirty = if runbook.dirty { "+changes" } else { "" };
    let revision = commit.map(|commit| format!(" @ {commit}{dirty}")).unwrap_or_default();
    let right = format!("{file}{anchor}{revision}  {}@{}", operator.user, operator.host);
    let title = clean(&scene.plan.runbook.title).into_owned();
    let mut lines = vec![String::new()];
    if page.width >= 70 {
        let line = sides(&title, &clean(&right), page.width);
        lines.push(line.replacen(&title, &style.paint(Role::Strong, &title), 1));
    } else {
        lines.push(style.paint(Role::Strong, &cut(&title, page.width)));
        lines.push(format!("  {}", cut(&clean(&right), page.width - 2)));
    }
    match mode {
        Mode::Live => {}
        Mode::Drill => {
            lines.push(style.paint(Role::Warn, "  DRILL: commands run, the record says it was a rehearsal"))
        }
        Mode::Tabletop => lines.push(style.paint(Role::Warn, "  TABLETOP: no command runs")),
    }
    if let Some(other) = undoes {
        lines.extend(undoing(page, other, &event.event));
    } else {
        lines.extend(
            wrap(&counts(scene), page.width, INDENT, INDENT).into_iter().map(|l| l.replace('\u{a0}', " ")),
        );
    }
    if let Some(summary) = &scene.plan.runbook.front.summary {
        lines.extend(wrap(&clean(summary), page.width, INDENT, INDENT));
    }
    let mut touches: Vec<&str> = scene
        .plan
        .steps
        .iter()
        .flat_map(|step| &scene.plan.runbook.steps[*step].actions)
        .filter_map(|action| action.attrs.touches.as_deref())
        .collect();
    // Variants of one step (`if=`) say the same.
    let mut seen = std::collections::BTreeSet::new();
    // An undo runs none of the commands that touch it; each rollback says what it is about.
    touches.retain(|text| undoes.is_none() && seen.insert(*text));
    if !touches.is_empty() {
        lines.extend(page.row("Touches", &touches.join("; ")));
    }
    let given = &scene.walk.values;
    if !given.is_empty() {
        let pairs: Vec<String> =
            given.iter().map(|(name, value)| format!("{}={}", clean_line(name), clean(value))).collect();
        lines.extend(page.row("With", &pairs.join(" ")));
    }
    if let Some(ticket) = ticket {
        lines.extend(page.row("Ticket", ticket));
    }
    lines.extend(page.row("Back", &way_back(scene).unwrap_or_default()));
    lines.extend(page.row("Record", &format!("run {}", short(run))));
    lines
}

/// `9 steps: 5 commands, 2 waits, 2 manual; 1 DESTRUCTIVE (step 6)`
pub fn counts(scene: &Scene<'_>) -> String {
    let counts = scene.plan.count();
    let many = |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
    let mut parts = Vec::new();
    if counts.commands > 0 {
        parts.push(many(counts.commands, "command"));
    }
    if counts.waits > 0 {
        parts.push(many(counts.waits, "wait"));
    }
    if counts.manual > 0 {
        parts.push(format!("{} manual", counts.manual));
    }
    if counts.offered > 0 {
        parts.push(format!("{} offered", counts.offered));
    }
    let mut line = format!("{}: {}", many(counts.steps, "step"), parts.join(", "));
    if !counts.dangerous.is_empty() {
        let numbers: Vec<String> = counts.dangerous.iter().map(usize::to_string).collect();
        let which = if numbers.len() == 1 { "step" } else { "steps" };
        let steps = format!("({which} {})", numbers.join(", ")).replace(' ', "\u{a0}");
        line.push_str(&format!("; {}\u{a0}DESTRUCTIVE {steps}", numbers.len()));
    }
    line
}

/// The steps of the walk below the headings they stand under: which are done, which destroy.
pub fn list(page: Page, scene: &Scene<'_>) -> Vec<String> {
    let runbook = &scene.plan.runbook;
    let dangerous = scene.plan.count().dangerous;
    let mut lines = Vec::new();
    let mut above = String::new();
    for &index in &scene.plan.steps {
        let step = &runbook.steps[index];
        let mut crumbs = runbook.breadcrumb(step);
        crumbs.retain(|crumb| *crumb != runbook.title && *crumb != step.title);
        let crumbs = clean(&crumbs.join(page.style.glyph(" › ", " > "))).into_owned();
        if crumbs != above {
            lines.extend(
                wrap(&crumbs, page.width, INDENT, "    ")
                    .iter()
                    .map(|line| page.style.paint(Role::Dim, line)),
            );
            above = crumbs;
        }
        let at = match scene.walk.settled.get(&index) {
            Some(status) => step::status_word(*status),
            None if scene.walk.current == Some(index) => "here",
            None => "",
        };
        let danger = if dangerous.contains(&step.number) { "DESTRUCTIVE" } else { "" };
        let mark =
            [danger, at].iter().filter(|word| !word.is_empty()).copied().collect::<Vec<_>>().join("  ");
        let line = format!("{:>4}  {}", step.number, clean(bare(&step.title, step.number)));
        let line = sides(&line, &mark, page.width);
        // A title may hold the word, too.
        let (title, mark) = line.split_at(line.len() - mark.len());
        lines.push(format!(
            "{title}{}",
            mark.replace("DESTRUCTIVE", &page.style.paint(Role::Bad, "DESTRUCTIVE"))
        ));
    }
    lines
}

/// The first characters of a run's id that a person needs: its random end.
pub fn short(run: &str) -> &str {
    &run[run.len().saturating_sub(8)..]
}

/// The line above a command's output.
pub fn output_head(page: Page) -> String {
    page.rule("output")
}

/// The line below a command's output.
pub fn output_foot(page: Page) -> String {
    page.rule("")
}

/// The step whose command a rollback undoes.
fn undone(scene: &Scene<'_>, step: usize, action: &str) -> Option<usize> {
    let index = step.checked_sub(1)?;
    let actions = &scene.plan.runbook.steps.get(index)?.actions;
    let rollback = |known: &Action| known.id == action && known.kind == ActionKind::Rollback;
    let at = At { step: index, action: actions.iter().position(rollback)? };
    Some(walk::undoes(&scene.plan.runbook, at).map_or(step, |run| run.step + 1))
}

/// What an event looks like once it is durable; empty for those that are drawn elsewhere.
pub fn event(page: Page, stamped: &Stamped, scene: &Scene<'_>, usual: &Usual) -> Vec<String> {
    let style = page.style;
    let good = |text: String| vec![style.paint(Role::Good, &format!("{} {text}", style.glyph("✓", "ok")))];
    match &stamped.event {
        Event::Opened { .. } => opened(page, stamped, scene),
        Event::StepEntered { step: number, .. } => step(page, *number, stamped, scene, usual),
        Event::Resumed { .. } => resumed(page, stamped, scene, usual),
        Event::Intent { step, action, kind, command, .. } if kind == ActionKind::Check.name() => {
            let known = scene.plan.runbook.steps.get(step.wrapping_sub(1));
            let known = known
                .and_then(|step| Some((step, step.actions.iter().position(|known| known.id == *action)?)));
            known
                .map(|(of, index)| waiting(page, &scene.plan.runbook.source, of, index, command))
                .unwrap_or_default()
        }
        Event::Exited {
            step,
            action,
            ok,
            exit,
            signal,
            duration_ms,
            failed_lines,
            changed,
            trouble,
            timed_out,
            ..
        } => {
            let took = brief(Duration::from_millis(*duration_ms));
            let how = match (exit, signal) {
                (Some(exit), _) => format!("exit {exit}"),
                (None, Some(signal)) => format!("signal {signal}"),
                (None, None) => "not started".to_owned(),
            };
            let undone = undone(scene, *step, action);
            let word = step::ended(scene, *step, action);
            let mut lines = if action == "shell" {
                vec![format!("  back from the shell, {took}")]
            } else if action == "changes" || action == "logs" {
                vec![format!("  {action}: {how}, {took}")]
            } else if let Some(undone) = undone.filter(|_| *ok && failed_lines.is_empty()) {
                good(format!("undone  step {undone}, {how}, {took}"))
            } else if let Some(undone) = undone.filter(|_| !*ok) {
                let text = format!("{} FAILED  undo of step {undone}, {how}, {took}", style.glyph("✗", "!!"));
                vec![style.paint(Role::Bad, &text)]
            } else if !*ok && !*timed_out && is_stopped(*exit, *signal, trouble.as_deref()) {
                let text = format!("{} STOPPED  step {step}, {how}, {took}", style.glyph("▲", "!"));
                vec![style.paint(Role::Warn, &text)]
            } else if !*ok {
                let also = usual.also_failed(scene, *step).unwrap_or_default();
                let what = if word.starts_with("undone") { "FAILED  undo of" } else { "FAILED " };
                let text = format!("{} {what} step {step}, {how}, {took}", style.glyph("✗", "!!"));
                vec![style.paint(Role::Bad, sides(&text, &also, page.width).trim_end())]
            } else if failed_lines.is_empty() {
                good(format!("{word}, {how}, {took}"))
            } else {
                let text = format!("{word}, {how}, {took}, but {}", walk::lines(failed_lines));
                vec![style.paint(Role::Warn, &format!("{} {}", style.glyph("▲", "!"), clean(&text)))]
            };
            if *timed_out {
                let text = "it ran into its timeout and was ended with its process group";
                lines.extend(wrap(text, page.width, "    ", "    "));
            }
            lines.extend(trouble.iter().flat_map(|why| wrap(&clean(why), page.width, "    ", "    ")));
            if !*ok && !failed_lines.is_empty() {
                let text = format!("before that, {}", walk::lines(failed_lines));
                lines.extend(wrap(&clean(&text), page.width, "    ", "    "));
            }
            let changed = changed.iter().flat_map(|what| wrap(&clean(what), page.width, "    ", "    "));
            lines.extend(changed.map(|line| style.paint(Role::Dim, &line)));
            lines
        }
        Event::Captured { name, value, .. } => {
            vec![style.paint(
                Role::Dim,
                &format!("    captured {}={}", clean_line(name), cut(&clean(value), page.width - 16)),
            )]
        }
        Event::Waited { step, verdict, why, samples, duration_ms, .. } => {
            let took = brief(Duration::from_millis(*duration_ms));
            let tries = format!("{samples} sample{}", if *samples == 1 { "" } else { "s" });
            if *verdict == Verdict::Pass {
                let mut lines = good(format!("passed  step {step}, {took}, {tries}"));
                lines.extend(wrap(&clean(why), page.width, "    ", "    "));
                lines
            } else {
                let also = usual.also_failed(scene, *step).unwrap_or_default();
                let text = format!("{} BROKEN  step {step}, {took}, {tries}", style.glyph("✗", "!!"));
                let mut lines = vec![style.paint(Role::Bad, sides(&text, &also, page.width).trim_end())];
                lines.extend(wrap(&clean(why), page.width, "    ", "    "));
                lines
            }
        }
        Event::StepEnded { step, status, reason } => {
            let why = reason.as_deref().map(|why| format!(": {}", clean(why))).unwrap_or_default();
            let known = scene.plan.runbook.steps.get(step.wrapping_sub(1));
            match status {
                StepStatus::Done if known.is_some_and(Step::manual) => {
                    good(format!("done  step {step}{why}"))
                }
                StepStatus::Done | StepStatus::Failed => Vec::new(),
                StepStatus::Skipped if scene.run.step(*step).is_some_and(StepRun::check_skipped) => {
                    let said = format!("- skipped the check of step {step}{why}");
                    vec![style.paint(Role::Warn, &said), "    its command ran before that".to_owned()]
                }
                StepStatus::Skipped => vec![style.paint(Role::Warn, &format!("- skipped  step {step}{why}"))],
                StepStatus::NotApplicable => {
                    vec![style.paint(Role::Dim, &format!("- not applicable  step {step}{why}"))]
                }
                StepStatus::ConditionFalse => {
                    vec![style.paint(Role::Dim, &format!("- left out  step {step}{why}"))]
                }
            }
        }
        Event::Note { text, .. } => vec![format!("  note: {}", clean(text))],
        Event::Warned { what } => wrap(&clean(what), page.width, "  warn  ", "        ")
            .into_iter()
            .map(|line| style.paint(Role::Warn, &line))
            .collect(),
        Event::Paused { reason, .. } => {
            let mut lines = vec![String::new()];
            lines.push(style.paint(Role::Warn, &format!("{} PAUSED", style.glyph("‖", "="))));
            lines.extend(wrap(&clean(reason), page.width, INDENT, INDENT));
            lines.push(format!("  Go on with: midwatch resume {}", short(&scene.run.id)));
            lines
        }
        Event::Sealed { status, reason, .. } => summary(page, *status, reason.as_deref(), scene, usual),
        _ => Vec::new(),
    }
}

/// What stands above a wait: the condition, its limits, the probe.
fn waiting(
    page: Page,
    source: &crate::source::Source,
    step: &Step,
    index: usize,
    command: &str,
) -> Vec<String> {
    let attrs = &step.actions[index].attrs;
    let mut until = format!("until {}", attrs.until());
    if !attrs.hold().is_zero() {
        until.push_str(&format!(", for {}", crate::duration::format(attrs.hold())));
    }
    let limits = format!(
        "; every {}, at most {}",
        crate::duration::format(attrs.every()),
        crate::duration::format(attrs.check_timeout())
    );
    let mut lines = step::above(page, source, step, index);
    lines.push(String::new());
    lines.extend(step::which(page, step, index));
    lines.extend(page.row("Wait", &(until + &limits)));
    lines.push(String::new());
    lines.extend(page.command(command));
    lines.push(String::new());
    lines.extend(step::below(page, source, step, index));
    lines
}

/// Keys on as many lines as they take.
pub fn keys(page: Page, keys: &[(&str, &str)], tail: &str) -> Vec<String> {
    let mut parts: Vec<String> = keys.iter().map(|(key, rest)| page.style.key(key, rest)).collect();
    if !tail.is_empty() {
        parts.push(page.style.paint(Role::Dim, tail));
    }
    flow(&parts, page.width, INDENT)
}

/// The keys of a wait; `now` is the one that looks at once.
pub fn wait_keys(page: Page, now: &str) -> Vec<String> {
    let rest = [
        ("t", " more time"),
        ("o", "utput"),
        ("s", "kip"),
        ("n", "ote"),
        ("p", "ause"),
        ("a", "bort"),
        ("?", ""),
    ];
    let all: Vec<(&str, &str)> = std::iter::once((now, " check now")).chain(rest).collect();
    keys(page, &all, "")
}
