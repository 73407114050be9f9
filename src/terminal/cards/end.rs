//! Where a walk stands still or ends.

use super::*;

/// The end: what was done, what was not, where the record is.
pub(super) fn summary(page: Page, status: Ending, reason: Option<&str>, scene: &Scene<'_>) -> Vec<String> {
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
    let lasting = |at: &&crate::engine::question::At| {
        let action = &scene.plan.runbook.steps[at.step].actions[at.action];
        let changes = action.danger != Danger::None || action.attrs.touches.is_some();
        changes && !undoable(at)
    };
    let without: Vec<String> =
        scene.walk.started.iter().filter(lasting).map(|at| (at.step + 1).to_string()).collect();
    let mut lines = Vec::new();
    if !without.is_empty() {
        let plural = if without.len() == 1 { "step" } else { "steps" };
        lines.extend(page.row("Changed", &format!("{plural} {}, with no way to undo", without.join(", "))));
    }
    if numbers.is_empty() {
        return lines;
    }
    let plural = if numbers.len() == 1 { "step" } else { "steps" };
    page.row("Changed", &format!("{plural} {} still in effect, with a way to undo", numbers.join(", ")))
}

/// Why the walk stands still, above the keys of the failure screen.
pub fn failure(page: Page, trouble: &Trouble, scene: &Scene<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if let Trouble::InDoubt = trouble {
        lines.extend(in_doubt(page, scene));
    }
    let done = scene.walk.settled.values().filter(|status| **status == StepStatus::Done).count();
    if let Trouble::Lines { .. } = trouble {
        lines.push("  The block went on after a line failed. Look before you go on.".into());
    }
    lines.push(format!("  Now: {done} step{} done before this one.", if done == 1 { "" } else { "s" }));
    lines.extend(in_effect(page, scene));
    lines
}

/// Which command nobody saw end, and since when.
fn in_doubt(page: Page, scene: &Scene<'_>) -> Vec<String> {
    let Some((step, attempt)) = scene.run.in_doubt() else {
        return vec![
            "  IN DOUBT: this command was started before midwatch stopped; nobody saw it end.".into(),
        ];
    };
    let what = match attempt.kind.as_str() {
        "rollback" => "an undo",
        _ => "the command",
    };
    let at = clock(&attempt.started.at);
    let head = format!("  IN DOUBT: {what} of step {} was started at {at}; nobody saw it end.", step.number);
    let mut lines = vec![String::new(), page.style.paint(Role::Warn, &cut(&head, page.width))];
    lines.push(String::new());
    let command = page.command(&attempt.command);
    let more = command.len().saturating_sub(DOUBTFUL);
    lines.extend(command.into_iter().take(DOUBTFUL));
    if more > 0 {
        lines.push(format!("    ... and {more} lines more"));
    }
    lines.push(String::new());
    lines.push("  Look at the system first. It is not run again unless you say so.".into());
    lines
}

/// So much of a command in doubt is shown: the keys stay on the screen.
const DOUBTFUL: usize = 6;

/// Where a run goes on: the step it stopped at, whole, and what kept it there.
pub fn resumed(page: Page, event: &Stamped, scene: &Scene<'_>) -> Vec<String> {
    let title = clean(&scene.plan.runbook.title).into_owned();
    let mut lines =
        vec![String::new(), page.style.paint(Role::Strong, &cut(&format!("Going on: {title}"), page.width))];
    if let Event::Resumed { from: Some(from), operator, .. } = &event.event {
        let (before, now) = ((from.person(), &from.host), (operator.person(), &operator.host));
        let handed = format!("Handed over from {} on {} to {} on {}.", before.0, before.1, now.0, now.1);
        lines.extend(wrap(&clean(&handed), page.width, INDENT, INDENT));
    }
    if let Some(current) = scene.walk.current {
        lines.extend(step(page, current + 1, event, scene));
    }
    if scene.walk.plan {
        lines.push("  Its undo plan was under way, and goes on here.".into());
    }
    match &scene.walk.trouble {
        Some((_, Trouble::Broken { why })) => {
            lines.extend(wrap(&clean(&format!("Its check is broken: {why}")), page.width, INDENT, INDENT));
        }
        Some((_, Trouble::Failed { exit, .. })) => {
            let how = exit.map(|exit| format!(" with exit {exit}")).unwrap_or_default();
            lines.push(format!("  Its command failed{how}."));
        }
        _ => {}
    }
    lines
}
