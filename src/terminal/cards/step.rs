//! A step: its background, its prose, what is proposed.

use super::*;

/// The head of a step and its prose.
pub fn step(page: Page, number: usize, event: &Stamped, scene: &Scene<'_>) -> Vec<String> {
    let number = &number;
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
    let prose = crate::terminal::markdown::render(text, page.width.saturating_sub(2), style);
    lines
        .extend(prose.into_iter().map(|line| if line.is_empty() { line } else { format!("{INDENT}{line}") }));
    lines.extend(shown_only(page, step));
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
pub(super) fn shown_only(page: Page, step: &Step) -> Vec<String> {
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
    if action.kind == ActionKind::Rollback {
        let undone = walk::undoes(&scene.plan.runbook, proposal.at)
            .map_or(step, |at| &scene.plan.runbook.steps[at.step]);
        let text = format!("  UNDO  step {}: {}", undone.number, clean(&undone.title));
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
