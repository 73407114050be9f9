//! The pictures of the walk, as lines of text. Pure: what is shown comes in, lines go out.

use std::time::Duration;

use super::clean::clean;
use super::style::{Role, Style};
use super::text::{cut, flow, sides, wrap};
use crate::duration::brief;
use crate::engine::ports::Scene;
use crate::engine::question::{Proposal, Trouble};
use crate::engine::walk;
use crate::event::{Ending, Event, Mode, Stamped, StepStatus, Verdict};
use crate::runbook::{Action, ActionKind, Danger, Step};

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

    fn rule(self, label: &str) -> String {
        let line = self.style.glyph("─", "-");
        let head = if label.is_empty() { String::new() } else { format!("{} {label} ", line.repeat(2)) };
        let left = self.width.saturating_sub(super::text::width(&head));
        self.style.paint(Role::Dim, &format!("{head}{}", line.repeat(left)))
    }

    /// `  Why     because ...`, wrapped.
    fn row(self, label: &str, text: &str) -> Vec<String> {
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
        Err(_) => at.to_owned(),
    }
}

/// What stands above the first step.
pub fn opened(page: Page, event: &Stamped, scene: &Scene<'_>) -> Vec<String> {
    let Event::Opened { runbook, operator, mode, run, ticket, .. } = &event.event else { return Vec::new() };
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
    lines.push(format!("  {}", counts(scene)));
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
    touches.retain(|text| seen.insert(*text));
    if !touches.is_empty() {
        lines.extend(page.row("Touches", &touches.join("; ")));
    }
    let given = &scene.walk.values;
    if !given.is_empty() {
        let pairs: Vec<String> =
            given.iter().map(|(name, value)| format!("{name}={}", clean(value))).collect();
        lines.extend(page.row("With", &pairs.join(" ")));
    }
    if let Some(ticket) = ticket {
        lines.extend(page.row("Ticket", ticket));
    }
    lines.extend(page.row("Record", &format!("run {}", short(run))));
    lines
}

/// What past runs and the surroundings say before the first step.
#[derive(Debug, Clone, Default)]
pub struct Preflight {
    /// How long completed runs took, shortest first.
    pub times: Vec<Duration>,
    /// The last run, however it ended.
    pub last: Option<LastRun>,
    /// Runs of the same runbook that are open or paused: id and status.
    pub unfinished: Vec<(String, &'static str)>,
    /// What may go wrong with the place midwatch runs in.
    pub warnings: Vec<String>,
}

/// The run before this one.
#[derive(Debug, Clone)]
pub struct LastRun {
    /// How it ended.
    pub status: &'static str,
    /// When it began, RFC 3339.
    pub started: String,
    /// Who ran it.
    pub operator: String,
}

/// The lines of a preflight below those of the run itself.
pub fn preflight(page: Page, preflight: &Preflight) -> Vec<String> {
    let mut lines = Vec::new();
    let mut past = String::new();
    if let [shortest, .., longest] | [shortest @ longest] = preflight.times.as_slice() {
        let median = preflight.times[preflight.times.len() / 2];
        let runs = preflight.times.len();
        past = match runs {
            1 => format!("{}, one run", brief(median)),
            _ => format!("{} ({}-{}, {runs} runs)", brief(median), brief(*shortest), brief(*longest)),
        };
    }
    lines.extend(page.row("Usually", &past));
    if let Some(last) = &preflight.last {
        let day = last.started.get(..10).unwrap_or(&last.started);
        lines.extend(page.row("Last", &format!("{}, {day}, {}", last.status, last.operator)));
    }
    for (run, status) in &preflight.unfinished {
        let go_on =
            if *status == "paused" { format!("; midwatch resume {}", short(run)) } else { String::new() };
        let text = format!("another run of this runbook is {status}: {}{go_on}", short(run));
        let wrapped = wrap(&text, page.width, "  warn  ", "        ");
        lines.extend(wrapped.into_iter().map(|line| page.style.paint(Role::Warn, &line)));
    }
    for warning in &preflight.warnings {
        let wrapped = wrap(&clean(warning), page.width, "  warn  ", "        ");
        lines.extend(wrapped.into_iter().map(|line| page.style.paint(Role::Warn, &line)));
    }
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
    let mut line = format!("{}: {}", many(counts.steps, "step"), parts.join(", "));
    if !counts.dangerous.is_empty() {
        let numbers: Vec<String> = counts.dangerous.iter().map(usize::to_string).collect();
        let which = if numbers.len() == 1 { "step" } else { "steps" };
        line.push_str(&format!("; {} DESTRUCTIVE ({which} {})", numbers.len(), numbers.join(", ")));
    }
    line
}

/// The first characters of a run's id that a person needs: its random end.
pub fn short(run: &str) -> &str {
    &run[run.len().saturating_sub(8)..]
}

/// The head of a step and its prose.
pub fn step(page: Page, event: &Stamped, scene: &Scene<'_>) -> Vec<String> {
    let Event::StepEntered { step: number, .. } = &event.event else { return Vec::new() };
    let Some(step) = number.checked_sub(1).and_then(|index| scene.plan.runbook.steps.get(index)) else {
        return Vec::new();
    };
    let style = page.style;
    let background = background(page, step, scene);
    let total = scene.plan.runbook.steps.len();
    let position = scene.plan.steps.iter().position(|index| index + 1 == *number).map_or(*number, |p| p + 1);
    let which = if scene.plan.steps.len() == total {
        format!("Step {number}/{total}")
    } else {
        format!("Step {number} ({position} of {})", scene.plan.steps.len())
    };
    let gone = Duration::from_millis(event.mono_ms.saturating_sub(scene.began_ms));
    let minutes = if gone.as_secs() < 60 {
        format!("+{}s", gone.as_secs())
    } else {
        format!("+{}m", gone.as_secs() / 60)
    };
    let right = format!("{}  {minutes}", clock(&event.at));
    let title = clean(&step.title).into_owned();
    let head = sides(&format!("{which}  {title}"), &right, page.width);
    let mut lines = background;
    lines.extend([String::new(), style.paint(Role::Strong, &head)]);
    let mut crumbs: Vec<&str> = scene.plan.runbook.breadcrumb(step);
    // The title of the whole stands above the first step already, that of the step beside its number.
    crumbs.retain(|crumb| *crumb != scene.plan.runbook.title && *crumb != step.title);
    if !crumbs.is_empty() {
        let arrow = style.glyph(" › ", " > ");
        lines
            .push(style.paint(Role::Dim, &format!("  {}", cut(&clean(&crumbs.join(arrow)), page.width - 2))));
    }
    let told = |text: &str| {
        let words = text.trim().trim_end_matches(['.', ':']).replace(['`', '*', '_'], "");
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let whole = head.contains(&title);
    let text = if whole && told(&step.text) == told(&step.title) { "" } else { step.text.as_str() };
    let prose = super::markdown::render(text, page.width.saturating_sub(2), style);
    lines
        .extend(prose.into_iter().map(|line| if line.is_empty() { line } else { format!("{INDENT}{line}") }));
    lines.extend(shown_only(page, step));
    lines
}

/// The context sections that stand before a step and after the one before it: shown, never asked
/// about. Only at the first visit, so that going back stays short.
fn background(page: Page, step: &Step, scene: &Scene<'_>) -> Vec<String> {
    let runbook = &scene.plan.runbook;
    let visited =
        scene.run.step(step.number).is_some_and(|run| !run.attempts.is_empty() || run.status.is_some());
    let index = step.number - 1;
    let before = scene.plan.steps.iter().take_while(|other| **other < index).last();
    let from = before.map_or(0, |before| runbook.steps[*before].span.end);
    if visited {
        return Vec::new();
    }
    let top = |section: &&crate::runbook::Section| {
        section.context && section.parent.is_none_or(|parent| !runbook.sections[parent].context)
    };
    let within = |section: &&crate::runbook::Section| {
        scene.plan.section.is_none_or(|chosen| runbook.sections[chosen].span.contains(section.span))
    };
    let mut lines = Vec::new();
    for section in runbook.sections.iter().filter(top).filter(within) {
        if section.span.start < from || section.span.start >= step.span.start {
            continue;
        }
        let text = runbook.source.slice(crate::source::Span::new(section.heading_span.end, section.span.end));
        let prose = super::markdown::render(text, page.width.saturating_sub(2), page.style);
        if prose.is_empty() {
            continue;
        }
        lines.extend([String::new(), page.style.paint(Role::Strong, &clean(&section.heading))]);
        lines.extend(
            prose.into_iter().map(|line| if line.is_empty() { line } else { format!("{INDENT}{line}") }),
        );
    }
    lines
}

/// What is shown and never run: SQL, other machines' commands.
fn shown_only(page: Page, step: &Step) -> Vec<String> {
    let mut lines = Vec::new();
    for action in step.of(ActionKind::Norun) {
        let whose = action.belongs.as_deref().unwrap_or(&action.lang);
        let label =
            if whose.is_empty() { "not run here".to_owned() } else { format!("not run here: {whose}") };
        lines.push(String::new());
        lines.push(page.style.paint(Role::Dim, &format!("  {}", clean(&label))));
        lines.extend(action.script.lines().map(|line| format!("    {}", clean(line))));
    }
    lines
}

/// What stands right above the question about a command.
pub fn proposal(page: Page, proposal: &Proposal, scene: &Scene<'_>) -> Vec<String> {
    let step = &scene.plan.runbook.steps[proposal.at.step];
    let action = &step.actions[proposal.at.action];
    let mut lines = danger(page, action);
    lines.insert(0, String::new());
    if let Some(touches) = &action.attrs.touches {
        lines.extend(page.row("Touches", touches));
    }
    lines.extend(expect(page, action));
    if action.kind == ActionKind::Run {
        for rollback in walk::rollbacks_of(&scene.plan.runbook, proposal.at) {
            let undo = &scene.plan.runbook.steps[rollback.step].actions[rollback.action];
            let shown = scene.plan.proposal(rollback, &scene.walk.values, None).shown;
            lines.extend(page.row("Undo", &first_line(&shown, undo)));
        }
    }
    if let Some(cwd) = &action.attrs.cwd {
        lines.extend(page.row("In", cwd));
    }
    if let Some(exec) = &action.attrs.exec {
        lines.extend(page.row("Fed to", &exec.value));
    }
    if !proposal.with.is_empty() {
        let pairs: Vec<String> =
            proposal.with.iter().map(|(name, value)| format!("{name}={}", clean(value))).collect();
        lines.extend(page.row("With", &pairs.join(" ")));
    }
    if proposal.original.is_some() {
        lines.push(page.style.paint(Role::Warn, "  edited: this is not the runbook's text"));
    }
    if let Some(blocked) = &proposal.blocked {
        lines.push(page.style.paint(Role::Warn, &format!("  it {}", clean(blocked))));
    }
    if lines.len() > 1 {
        lines.push(String::new());
    }
    lines.extend(page.command(&proposal.shown));
    lines.push(String::new());
    lines
}

fn first_line(shown: &str, action: &Action) -> String {
    let more = if action.script.lines().count() > 1 { " ..." } else { "" };
    format!("{}{more}", shown.lines().next().unwrap_or(""))
}

fn danger(page: Page, action: &Action) -> Vec<String> {
    let mark = page.style.glyph("▲", "!");
    match &action.danger {
        Danger::None => Vec::new(),
        Danger::Detected { what } => {
            vec![page.style.paint(Role::Bad, &format!("  {mark} DESTRUCTIVE  {}", clean(what)))]
        }
        Danger::Declared { word } => {
            vec![page.style.paint(Role::Bad, &format!("  {mark} DANGER  type {} to run it", clean(word)))]
        }
    }
}

fn expect(page: Page, action: &Action) -> Vec<String> {
    if action.attrs.ok.is_empty() || action.attrs.ok == [0] {
        return Vec::new();
    }
    let codes: Vec<String> = action.attrs.ok.iter().map(i32::to_string).collect();
    page.row("Expect", &format!("exit {}", codes.join(" or ")))
}

/// The line above a command's output.
pub fn output_head(page: Page) -> String {
    page.rule("output")
}

/// The line below a command's output.
pub fn output_foot(page: Page) -> String {
    page.rule("")
}

/// What an event looks like once it is durable; empty for those that are drawn elsewhere.
pub fn event(page: Page, stamped: &Stamped, scene: &Scene<'_>) -> Vec<String> {
    let style = page.style;
    let good = |text: String| vec![style.paint(Role::Good, &format!("{} {text}", style.glyph("✓", "ok")))];
    let bad = |text: String| vec![style.paint(Role::Bad, &format!("{} {text}", style.glyph("✗", "!!")))];
    match &stamped.event {
        Event::Opened { .. } => opened(page, stamped, scene),
        Event::StepEntered { .. } => step(page, stamped, scene),
        Event::Intent { step, action, kind, command, .. } if kind == ActionKind::Check.name() => {
            let known = scene.plan.runbook.steps.get(step.wrapping_sub(1));
            let known = known.and_then(|step| step.actions.iter().find(|known| known.id == *action));
            known.map(|known| waiting(page, known, command)).unwrap_or_default()
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
            let mut lines = if action == "shell" {
                vec![format!("  back from the shell, {took}")]
            } else if !*ok {
                bad(format!("FAILED  step {step}, {how}, {took}"))
            } else if failed_lines.is_empty() {
                good(format!("done  step {step}, {how}, {took}"))
            } else {
                let text = format!("done  step {step}, {how}, {took}, but {}", walk::lines(failed_lines));
                vec![style.paint(Role::Warn, &format!("{} {}", style.glyph("▲", "!"), clean(&text)))]
            };
            if *timed_out {
                lines.push("    it ran into its timeout and was ended with its process group".into());
            }
            lines.extend(trouble.iter().flat_map(|why| wrap(&clean(why), page.width, "    ", "    ")));
            lines.extend(changed.iter().map(|what| style.paint(Role::Dim, &format!("    {}", clean(what)))));
            lines
        }
        Event::Captured { name, value, .. } => {
            vec![
                style.paint(
                    Role::Dim,
                    &format!("    captured {name}={}", cut(&clean(value), page.width - 16)),
                ),
            ]
        }
        Event::Waited { step, verdict, why, samples, duration_ms, .. } => {
            let took = brief(Duration::from_millis(*duration_ms));
            let tries = format!("{samples} sample{}", if *samples == 1 { "" } else { "s" });
            if *verdict == Verdict::Pass {
                let mut lines = good(format!("passed  step {step}, {took}, {tries}"));
                lines.extend(wrap(&clean(why), page.width, "    ", "    "));
                lines
            } else {
                let mut lines = bad(format!("BROKEN  step {step}, {took}, {tries}"));
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
        Event::Sealed { status, reason, .. } => summary(page, *status, reason.as_deref(), scene),
        _ => Vec::new(),
    }
}

/// What stands above a wait: the condition, its limits, the probe.
fn waiting(page: Page, check: &Action, command: &str) -> Vec<String> {
    let attrs = &check.attrs;
    let mut until = format!("until {}", attrs.until());
    if !attrs.hold().is_zero() {
        until.push_str(&format!(", for {}", crate::duration::format(attrs.hold())));
    }
    let limits = format!(
        "; every {}, at most {}",
        crate::duration::format(attrs.every()),
        crate::duration::format(attrs.check_timeout())
    );
    let mut lines = vec![String::new()];
    lines.extend(page.row("Wait", &(until + &limits)));
    lines.push(String::new());
    lines.extend(page.command(command));
    lines.push(String::new());
    lines
}

/// The end: what was done, what was not, where the record is.
fn summary(page: Page, status: Ending, reason: Option<&str>, scene: &Scene<'_>) -> Vec<String> {
    let style = page.style;
    let (glyph, role, word) = match status {
        Ending::Completed => (style.glyph("✓", "ok"), Role::Good, "COMPLETE"),
        Ending::Failed => (style.glyph("✗", "!!"), Role::Bad, "FAILED"),
        Ending::Aborted => (style.glyph("✗", "!!"), Role::Bad, "ABORTED"),
    };
    let title = clean(&scene.plan.runbook.title).into_owned();
    let head = sides(&format!("{glyph} {word}  {title}"), &brief(scene.run.elapsed()), page.width);
    let mut lines = vec![String::new(), style.paint(role, &head)];
    if let Some(reason) = reason {
        lines.extend(wrap(&clean(reason), page.width, INDENT, INDENT));
    }
    let with = |wanted: StepStatus| -> Vec<String> {
        let ended = scene.walk.settled.iter().filter(|(_, status)| **status == wanted);
        ended.map(|(index, _)| (index + 1).to_string()).collect()
    };
    let done = with(StepStatus::Done).len();
    let mut parts = vec![format!("{done} of {} done", scene.plan.steps.len())];
    for (status, word) in [
        (StepStatus::Skipped, "skipped"),
        (StepStatus::NotApplicable, "not applicable"),
        (StepStatus::ConditionFalse, "left out"),
        (StepStatus::Failed, "failed"),
    ] {
        let numbers = with(status);
        if !numbers.is_empty() {
            parts.push(format!("{} {word} ({})", numbers.len(), numbers.join(", ")));
        }
    }
    lines.extend(wrap(&parts.join(", "), page.width, INDENT, INDENT));
    if status != Ending::Completed {
        lines.extend(in_effect(page, scene));
    }
    lines.push(format!("  The record: midwatch show {}", short(&scene.run.id)));
    lines
}

/// Which steps' changes are still in effect, where they can be undone.
pub fn in_effect(page: Page, scene: &Scene<'_>) -> Vec<String> {
    let undoable =
        |at: &&crate::engine::question::At| !walk::rollbacks_of(&scene.plan.runbook, **at).is_empty();
    let numbers: Vec<String> =
        scene.walk.started.iter().filter(undoable).map(|at| (at.step + 1).to_string()).collect();
    if numbers.is_empty() {
        return Vec::new();
    }
    let plural = if numbers.len() == 1 { "step" } else { "steps" };
    page.row("Changed", &format!("{plural} {} still in effect, with a way to undo", numbers.join(", ")))
}

/// Why the walk stands still, above the keys of the failure screen.
pub fn failure(page: Page, trouble: &Trouble, scene: &Scene<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if let Trouble::InDoubt = trouble {
        lines.push("  IN DOUBT: this command was started before midwatch stopped; nobody saw it end.".into());
        lines.push("  Look at the system first. It is not run again unless you say so.".into());
    }
    let done = scene.walk.settled.values().filter(|status| **status == StepStatus::Done).count();
    if let Trouble::Lines { .. } = trouble {
        lines.push("  The block went on after a line failed. Look before you go on.".into());
    }
    lines.push(format!("  Now: {done} step{} done before this one.", if done == 1 { "" } else { "s" }));
    lines.extend(in_effect(page, scene));
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
