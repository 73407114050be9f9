//! A step: its background, its prose, what is proposed.

use super::*;
use crate::source::Source;

/// The head of a step and its prose.
pub fn step(page: Page, number: usize, event: &Stamped, scene: &Scene<'_>, usual: &Usual) -> Vec<String> {
    let number = &number;
    let Some(step) = number.checked_sub(1).and_then(|index| scene.plan.runbook.steps.get(index)) else {
        return Vec::new();
    };
    let style = page.style;
    let background = background(page, step, scene);
    let planned = &scene.plan.steps;
    let position = planned.iter().position(|index| index + 1 == *number).map_or(*number, |p| p + 1);
    // From the first on without a gap, a step's number is its place as well.
    let which = if planned.iter().enumerate().all(|(at, &index)| at == index) {
        format!("Step {number}/{}", planned.len())
    } else {
        format!("Step {number} ({position} of {})", planned.len())
    };
    let gone = scene.run.gone(&event.at, event.mono_ms);
    let minutes = if gone.as_secs() < 60 {
        format!("+{}s", gone.as_secs())
    } else {
        format!("+{}m", gone.as_secs() / 60)
    };
    let left =
        usual.left(scene).map(|left| format!("  ~{} left", crate::duration::about(left))).unwrap_or_default();
    let right = format!("{}  {minutes}{left}", clock(&event.at));
    let title = clean(bare(&step.title, step.number)).into_owned();
    let head = format!("{which}  {title}");
    let mut lines = background;
    lines.push(String::new());
    // What a step is about is never cut: on a narrow screen it gets lines of its own.
    let heads = if width(&head) + 2 + width(&right) <= page.width {
        vec![sides(&head, &right, page.width)]
    } else {
        let title = wrap(&title, page.width, INDENT, INDENT);
        std::iter::once(sides(&which, &right, page.width)).chain(title).collect()
    };
    lines.extend(heads.iter().map(|line| style.paint(Role::Strong, line)));
    let mut crumbs: Vec<&str> = scene.plan.runbook.breadcrumb(step);
    // The title of the whole stands above the first step already, that of the step beside its number.
    crumbs.retain(|crumb| *crumb != scene.plan.runbook.title && *crumb != step.title);
    if !crumbs.is_empty() {
        let arrow = style.glyph(" › ", " > ");
        // Never cut: "If the credential is a console password" decides whether this is the place.
        let crumbs = wrap(&clean(&crumbs.join(arrow)), page.width, INDENT, "    ");
        lines.extend(crumbs.into_iter().map(|line| style.paint(Role::Dim, &line)));
    }
    let told = |text: &str| {
        let words = text.trim().trim_end_matches(['.', ':']).replace(['`', '*', '_'], "");
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    if let Some((index, before)) = scene.walk.before
        && index + 1 == *number
    {
        let text = format!("You came back: this step was {} before.", status_word(before));
        lines.push(style.paint(Role::Warn, &format!("{INDENT}{text}")));
    }
    let text = if told(step.intro()) == told(&step.title) { "" } else { step.intro() };
    lines.extend(prose(page, text));
    if step.manual() {
        let source = &scene.plan.runbook.source;
        for (index, action) in step.actions.iter().enumerate() {
            lines.extend(lead(page, step, index));
            if action.kind == ActionKind::Norun {
                lines.extend(shown_only(page, source, step, index));
            }
        }
        lines.extend(prose(page, step.after()));
    }
    lines
}

/// Markdown of the runbook, below the head of its step.
pub(super) fn prose(page: Page, text: &str) -> Vec<String> {
    let rendered = crate::terminal::markdown::render(text, page.width.saturating_sub(2), page.style);
    let indented = |line: String| if line.is_empty() { line } else { format!("{INDENT}{line}") };
    rendered.into_iter().map(indented).collect()
}

/// The prose right before a block; that before the first one stands at the head of the step.
fn lead(page: Page, step: &Step, index: usize) -> Vec<String> {
    let text = if step.first_block() == Some(index) { "" } else { step.lead(index) };
    let mut lines = prose(page, text);
    if !lines.is_empty() {
        lines.insert(0, String::new());
    }
    lines
}

/// Whether the prose that is shown with an action says what `sentence` says.
pub fn tells(scene: &Scene<'_>, at: At, sentence: &str) -> bool {
    let plain = |text: &str| {
        let words = text.replace(['`', '*', '_'], "");
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let step = &scene.plan.runbook.steps[at.step];
    let shown = if step.first_block().is_none_or(|first| first >= at.action) {
        step.intro()
    } else {
        step.lead(at.action)
    };
    plain(shown).contains(&plain(sentence))
}

/// Whether the walk stops at an action: it runs or waits by itself.
fn walked(action: &Action) -> bool {
    !action.offered && matches!(action.kind, ActionKind::Run | ActionKind::Check)
}

/// What stands in a step between the command or check before this one and this one.
pub(super) fn above(page: Page, source: &Source, step: &Step, index: usize) -> Vec<String> {
    let from = step.actions[..index].iter().rposition(walked).map_or(0, |before| before + 1);
    let mut lines = Vec::new();
    for between in from..index {
        let action = &step.actions[between];
        if action.kind == ActionKind::Norun {
            lines.extend(lead(page, step, between));
            lines.extend(shown_only(page, source, step, between));
        }
    }
    lines.extend(lead(page, step, index));
    lines
}

/// What stands in a step after its last command or check, if this is that, and the words of the
/// author on how to undo this one.
pub(super) fn below(page: Page, source: &Source, step: &Step, index: usize) -> Vec<String> {
    let rest = &step.actions[index + 1..];
    let next = rest.iter().position(walked);
    let mut lines = super::beside::beside(page, source, step, index);
    lines.truncate(lines.len().saturating_sub(1));
    for (offset, action) in rest[..next.unwrap_or(rest.len())].iter().enumerate() {
        let between = index + 1 + offset;
        match action.kind {
            ActionKind::Rollback => lines.extend(lead(page, step, between)),
            ActionKind::Norun if next.is_none() => {
                lines.extend(lead(page, step, between));
                lines.extend(shown_only(page, source, step, between));
            }
            _ => {}
        }
    }
    if next.is_none() {
        let after = prose(page, step.after());
        if !after.is_empty() {
            lines.push(String::new());
            lines.extend(after);
        }
    }
    if !lines.is_empty() {
        lines.push(String::new());
    }
    // The command above ends with an empty line already.
    if lines.first().is_some_and(String::is_empty) {
        lines.remove(0);
    }
    lines
}

/// What stands before a step and after the one before it and belongs to neither: introductions,
/// context sections, warnings. All of it is shown, nothing of it is asked about. Only at the first
/// visit, so that going back stays short.
pub(super) fn background(page: Page, step: &Step, scene: &Scene<'_>) -> Vec<String> {
    let runbook = &scene.plan.runbook;
    let visited =
        scene.run.step(step.number).is_some_and(|run| !run.attempts.is_empty() || run.status.is_some());
    if visited {
        return Vec::new();
    }
    let before = step.number.checked_sub(2).and_then(|index| runbook.steps.get(index));
    let mut from = before.map_or(front_end(runbook), |before| before.span.end);
    if let Some(section) = scene.plan.section.and_then(|index| runbook.sections.get(index)) {
        from = from.max(section.span.start);
    }
    let text = runbook.source.slice(crate::source::Span::new(from.min(step.span.start), step.span.start));
    let told = |paragraph: &str| {
        step.text.contains(paragraph) || before.is_some_and(|before| before.text.contains(paragraph))
    };
    let title = format!("# {}", runbook.title);
    let mut kept: Vec<&str> = Vec::new();
    for paragraph in text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
        if paragraph == title || told(paragraph) {
            continue;
        }
        // A heading with nothing under it says what the breadcrumb says.
        if paragraph.starts_with('#') && kept.last().is_some_and(|last| is_heading(last)) {
            kept.pop();
        }
        kept.push(paragraph);
    }
    if kept.last().is_some_and(|last| is_heading(last)) {
        kept.pop();
    }
    let prose =
        crate::terminal::markdown::render(&kept.join("\n\n"), page.width.saturating_sub(2), page.style);
    if prose.is_empty() {
        return Vec::new();
    }
    let indented =
        prose.into_iter().map(|line| if line.is_empty() { line } else { format!("{INDENT}{line}") });
    std::iter::once(String::new()).chain(indented).collect()
}

/// What a command that went well means: its step is done, a part of it ran, or it undid one.
pub(super) fn ended(scene: &Scene<'_>, number: usize, action: &str) -> String {
    let whole = format!("done  step {number}");
    let steps = &scene.plan.runbook.steps;
    let Some(step) = number.checked_sub(1).and_then(|index| steps.get(index)) else { return whole };
    let Some(index) = step.actions.iter().position(|known| known.id == action) else { return whole };
    let known = &step.actions[index];
    if known.kind == ActionKind::Rollback {
        let at = At { step: number - 1, action: index };
        let undone = walk::undoes(&scene.plan.runbook, at).map_or(number, |run| run.step + 1);
        return format!("undone  step {undone}");
    }
    match part(step, index) {
        Some((nth, all)) if nth < all => format!("ran  step {number}, {nth} of {all}"),
        None if known.offered => format!("ran  in step {number}"),
        _ => whole,
    }
}

/// Which of several commands and checks of its step an action is.
fn part(step: &Step, index: usize) -> Option<(usize, usize)> {
    let all = step.actions.iter().filter(|action| walked(action)).count();
    let nth = step.actions[..=index].iter().filter(|action| walked(action)).count();
    (walked(&step.actions[index]) && all > 1).then_some((nth, all))
}

/// `2 of 3 in this step`, where there are several.
pub(super) fn which(page: Page, step: &Step, index: usize) -> Option<String> {
    let (nth, all) = part(step, index)?;
    Some(page.style.paint(Role::Dim, &format!("  {nth} of {all} in this step")))
}

/// Whether the step on the screen was settled before the operator came back to it.
pub fn came_back(scene: &Scene<'_>) -> bool {
    scene.walk.before.is_some_and(|(index, _)| scene.walk.current == Some(index))
}

/// Whether the step on the screen was done before the operator came back to it.
pub fn was_done(scene: &Scene<'_>) -> bool {
    scene
        .walk
        .before
        .is_some_and(|(index, status)| scene.walk.current == Some(index) && status == StepStatus::Done)
}

/// How a step ended, in a word.
pub(super) fn status_word(status: StepStatus) -> &'static str {
    match status {
        StepStatus::Done => "done",
        StepStatus::Failed => "failed",
        StepStatus::Skipped => "skipped",
        StepStatus::NotApplicable => "not applicable",
        StepStatus::ConditionFalse => "left out",
    }
}

/// A title without the number its author gave it, if that is the one that stands beside it already.
pub fn bare(title: &str, number: usize) -> &str {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let word = title.get(..5).filter(|word| word.eq_ignore_ascii_case("step ")).map_or(0, str::len);
    let rest = &title[word..];
    let many = digits(rest);
    if rest[..many].parse() != Ok(number) {
        return title;
    }
    let rest = &rest[many..];
    let after = rest.strip_prefix(['.', ')', ':']).map(str::trim_start);
    let dash = rest.trim_start().strip_prefix(['-', '\u{2013}', '\u{2014}']).filter(|_| word > 0);
    match after.or(dash.map(str::trim_start)) {
        // `1.5 GB are free` and `10.0.0.1` are no numbers of steps.
        Some(bare) if !bare.is_empty() && (dash.is_some() || rest[1..].starts_with(' ')) => bare,
        _ => title,
    }
}

fn is_heading(paragraph: &str) -> bool {
    paragraph.starts_with('#') && !paragraph.contains('\n')
}

/// Where the Markdown begins: after the front matter's closing line.
fn front_end(runbook: &crate::runbook::Runbook) -> usize {
    let start = runbook.source.start();
    if runbook.front.span.is_empty() {
        return start;
    }
    let rest = runbook.source.text().get(runbook.front.span.end..).unwrap_or("");
    let closing = rest.find("---").or_else(|| rest.find("...")).map_or(0, |at| at + 3);
    let line = rest.get(closing..).and_then(|rest| rest.find('\n')).map_or(rest.len(), |at| closing + at + 1);
    runbook.front.span.end + line
}

/// What is shown and never run: SQL, other machines' commands.
fn shown_only(page: Page, source: &Source, step: &Step, index: usize) -> Vec<String> {
    let action = &step.actions[index];
    let whose = action.belongs.as_deref().unwrap_or(&action.lang);
    let label = if whose.is_empty() { "not run here".to_owned() } else { format!("not run here: {whose}") };
    let mut lines = vec![String::new(), page.style.paint(Role::Dim, &format!("  {}", clean(&label)))];
    let block = super::beside::lines(source, step, index);
    if block.iter().all(|line| line.runs) {
        lines.extend(action.script.lines().map(|line| format!("    {}", clean(line))));
        return lines;
    }
    // "Remove only if the image is corrupt" stands between two lines for a reason.
    let indent = block.iter().filter(|line| !line.text.trim().is_empty());
    let indent = indent.map(|line| line.text.len() - line.text.trim_start().len()).min().unwrap_or(0);
    lines.extend(block.iter().map(|line| {
        let text = format!("    {}", clean(line.text.get(indent..).unwrap_or("")));
        if line.runs { text } else { page.style.paint(Role::Dim, text.trim_end()) }
    }));
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    lines
}

/// More lines than this below a command push it off a small screen.
const LONG: usize = 10;

/// What stands right above the question about a command.
///
/// What the author says about it is left out where it was `told` just before.
pub fn proposal(page: Page, proposal: &Proposal, scene: &Scene<'_>, told: bool) -> Vec<String> {
    let step = &scene.plan.runbook.steps[proposal.at.step];
    let action = &step.actions[proposal.at.action];
    let mut lines = danger(page, action);
    lines.splice(0..0, which(page, step, proposal.at.action));
    if action.kind == ActionKind::Rollback {
        let undone = walk::undoes(&scene.plan.runbook, proposal.at)
            .map_or(step, |at| &scene.plan.runbook.steps[at.step]);
        let text = format!("  UNDO  step {}: {}", undone.number, clean(bare(&undone.title, undone.number)));
        lines.insert(0, page.style.paint(Role::Warn, &cut(&text, page.width)));
    }
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
        let pairs: Vec<String> = proposal
            .with
            .iter()
            .map(|(name, value)| format!("{}={}", clean_line(name), clean(value)))
            .collect();
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
    if walked(action) && !told && proposal.attempt == 1 {
        let source = &scene.plan.runbook.source;
        let mut whole = above(page, source, step, proposal.at.action);
        let below = below(page, source, step, proposal.at.action);
        // What the keys are about stands right above them, and is not pushed off the screen.
        if below.len() > LONG {
            whole.extend(below);
            // Both have an empty line at the seam.
            whole.pop();
            whole.append(&mut lines);
        } else {
            whole.append(&mut lines);
            whole.extend(below);
        }
        return whole;
    }
    lines
}

pub(super) fn first_line(shown: &str, action: &Action) -> String {
    let more = if action.script.lines().count() > 1 { " ..." } else { "" };
    format!("{}{more}", shown.lines().next().unwrap_or(""))
}

pub(super) fn danger(page: Page, action: &Action) -> Vec<String> {
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

pub(super) fn expect(page: Page, action: &Action) -> Vec<String> {
    if action.attrs.ok.is_empty() || action.attrs.ok == [0] {
        return Vec::new();
    }
    let codes: Vec<String> = action.attrs.ok.iter().map(i32::to_string).collect();
    page.row("Expect", &format!("exit {}", codes.join(" or ")))
}
