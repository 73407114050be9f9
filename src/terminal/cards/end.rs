//! Where a walk stands still or ends.

use std::collections::BTreeSet;

use super::step::bare;
use super::*;

/// The end: what was done, what was not, where the record is.
pub fn summary(
    page: Page,
    status: Ending,
    reason: Option<&str>,
    scene: &Scene<'_>,
    usual: &Usual,
) -> Vec<String> {
    let style = page.style;
    let undoes = scene.run.undoes.as_deref();
    let (glyph, role, word) = match status {
        Ending::Completed if undoes.is_some() => match (scene.run.rolled_back(), scene.run.steps_total) {
            (0, _) => (style.glyph("▲", "!"), Role::Warn, "NOT UNDONE"),
            (done, all) if done < all => (style.glyph("▲", "!"), Role::Warn, "PARTLY UNDONE"),
            _ => (style.glyph("✓", "ok"), Role::Good, "UNDONE"),
        },
        Ending::Completed => (style.glyph("✓", "ok"), Role::Good, "COMPLETE"),
        Ending::Failed => (style.glyph("✗", "!!"), Role::Bad, "FAILED"),
        Ending::Aborted => (style.glyph("✗", "!!"), Role::Bad, "ABORTED"),
    };
    let title = clean(&scene.plan.runbook.title).into_owned();
    // What a run usually takes says nothing of its undo.
    let against = usual
        .whole
        .filter(|_| undoes.is_none())
        .map(|whole| format!(" (usually {})", brief(whole)))
        .unwrap_or_default();
    let took = format!("{}{against}", brief(scene.run.elapsed()));
    let head = sides(&format!("{glyph} {word}  {title}"), &took, page.width);
    let mut lines = vec![String::new(), style.paint(role, &head)];
    if let Some(reason) = reason {
        lines.extend(wrap(&clean(reason), page.width, INDENT, INDENT));
    }
    let with = |wanted: StepStatus| -> Vec<usize> {
        let ended = scene.walk.settled.iter().filter(|(_, status)| **status == wanted);
        ended.map(|(index, _)| index + 1).collect()
    };
    let done = with(StepStatus::Done).len();
    let mut parts = match undoes {
        Some(other) => {
            let (done, all) = (scene.run.rolled_back(), scene.run.steps_total);
            let plural = if all == 1 { "" } else { "s" };
            vec![format!("{done} of {all} rollback{plural} of run {} ran", short(other))]
        }
        None => vec![format!("{done} of {} done", scene.plan.steps.len())],
    };
    for (status, word) in [
        (StepStatus::Skipped, "skipped"),
        (StepStatus::NotApplicable, "not applicable"),
        (StepStatus::ConditionFalse, "left out"),
        (StepStatus::Failed, "failed"),
    ] {
        let numbers = with(status);
        if !numbers.is_empty() {
            parts.push(format!("{} {word} ({})", numbers.len(), ranges(&numbers)));
        }
    }
    let undone: Vec<usize> = undone(scene).into_iter().collect();
    if !undone.is_empty() {
        parts.push(format!("{} undone ({})", undone.len(), ranges(&undone)));
    }
    let notes = scene.run.notes.len() + scene.run.steps().map(|step| step.notes.len()).sum::<usize>();
    if notes > 0 {
        parts.push(format!("{notes} note{}", if notes == 1 { "" } else { "s" }));
    }
    lines.extend(wrap(&parts.join(", "), page.width, INDENT, INDENT));
    lines.extend(in_effect(page, scene));
    let id = short(&scene.run.id);
    if !scene.walk.to_undo(&scene.plan.runbook).is_empty() {
        let what = undoes.map_or(id, short);
        lines.extend(page.row("Undo", &format!("midwatch undo {what}")));
    }
    if !scene.walk.started.is_empty() {
        lines.extend(page.row("Back", &way_back(scene).unwrap_or_default()));
    }
    lines.extend(page.row("Record", &format!("midwatch show {id}")));
    lines.extend(page.row("Ticket", &format!("midwatch report {id}")));
    lines
}

/// What a run that undoes another one is about, above its first rollback.
pub(super) fn undoing(page: Page, other: &str, opened: &Event) -> Vec<String> {
    let Event::Opened { steps_total, from, .. } = opened else { return Vec::new() };
    let plural = if *steps_total == 1 { "" } else { "s" };
    let which = from.map_or("newest first".to_owned(), |step| format!("of step {step} alone"));
    let text = format!("UNDO of run {}: {steps_total} rollback{plural}, {which}", short(other));
    let lines = wrap(&clean(&text), page.width, INDENT, INDENT);
    lines.into_iter().map(|line| page.style.paint(Role::Warn, &line)).collect()
}

/// Which steps' changes are still in effect, where they can be undone.
pub fn in_effect(page: Page, scene: &Scene<'_>) -> Vec<String> {
    let undoable = |at: &&At| !walk::rollbacks_of(&scene.plan.runbook, **at).is_empty();
    let started = scene.walk.started.iter();
    let number = |at: &At| at.step + 1;
    // A step with several commands is one.
    let numbers: BTreeSet<usize> = started.clone().filter(undoable).map(number).collect();
    let without: BTreeSet<usize> = started.filter(|at| lasts(scene, **at)).map(number).collect();
    let mut lines = Vec::new();
    let say = |numbers: &BTreeSet<usize>, what: &str| {
        let plural = if numbers.len() == 1 { "step" } else { "steps" };
        let numbers: Vec<usize> = numbers.iter().copied().collect();
        page.row("Changed", &format!("{plural} {} {what}", ranges(&numbers)))
    };
    if !without.is_empty() {
        lines.extend(say(&without, "with no way to undo"));
    }
    if !numbers.is_empty() {
        lines.extend(say(&numbers, "still in effect, with a way to undo"));
    }
    lines
}

/// Why the walk stands still, above the keys of the failure screen.
pub fn failure(page: Page, at: At, trouble: &Trouble, scene: &Scene<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if let Trouble::InDoubt = trouble {
        lines.extend(in_doubt(page, scene));
    }
    if let Trouble::Lines { .. } = trouble {
        lines.push("  The block went on after a line failed. Look before you go on.".into());
    }
    if scene.plan.runbook.steps[at.step].actions[at.action].kind == ActionKind::Rollback {
        let undone = walk::undoes(&scene.plan.runbook, at).map_or(at.step, |run| run.step) + 1;
        let said = match trouble {
            Trouble::InDoubt => format!("Whether what step {undone} changed is undone is not known."),
            _ => format!("The undo of step {undone} did not go through: what it changed is still in effect."),
        };
        lines.extend(wrap(&said, page.width, INDENT, INDENT));
        return lines;
    }
    lines.extend(page.row("Now", &so_far(scene)));
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

/// `steps 1-3, 5 are done; 6 was skipped`
fn so_far(scene: &Scene<'_>) -> String {
    let with = |wanted: &[StepStatus]| -> Vec<usize> {
        let of = scene.walk.settled.iter().filter(|(_, status)| wanted.contains(status));
        of.map(|(index, _)| index + 1).collect()
    };
    let done = with(&[StepStatus::Done]);
    let left = with(&[StepStatus::Skipped, StepStatus::NotApplicable, StepStatus::ConditionFalse]);
    let say = |numbers: &[usize], what: &str| match numbers {
        [] => String::new(),
        [one] => format!("step {one} is {what}"),
        many => format!("steps {} are {what}", ranges(many)),
    };
    let undone: Vec<usize> = undone(scene).into_iter().collect();
    let parts: Vec<String> = [say(&done, "done"), say(&undone, "undone"), say(&left, "left out")]
        .into_iter()
        .filter(|s| !s.is_empty())
        .collect();
    if parts.is_empty() { "no step is done yet".to_owned() } else { parts.join("; ") }
}

/// Numbers of the steps of which a rollback went through.
fn undone(scene: &Scene<'_>) -> BTreeSet<usize> {
    let runs = scene.walk.rolled_back.iter().filter_map(|at| walk::undoes(&scene.plan.runbook, *at));
    runs.map(|run| run.step + 1).collect()
}

/// `1-3, 5`
pub fn ranges(numbers: &[usize]) -> String {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for &number in numbers {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => spans.push((number, number)),
        }
    }
    let one = |(first, last): &(usize, usize)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    spans.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// How to walk the part of the runbook that says how to undo the rest, where it has one and this is
/// not the walk through it.
pub fn way_back(scene: &Scene<'_>) -> Option<String> {
    let runbook = &scene.plan.runbook;
    let here = scene.plan.section.and_then(|section| runbook.sections.get(section));
    if here.is_some_and(|section| section.way_back) {
        return None;
    }
    let within = |section: &crate::runbook::Section| here.is_none_or(|here| here.span.contains(section.span));
    let mut ways = runbook.ways_back().into_iter().map(|index| &runbook.sections[index]);
    let section = ways.find(|section| within(section))?;
    Some(format!("midwatch run {}#{}", runbook.source.name(), section.anchor))
}

/// What would be undone, newest first.
pub fn undo_plan(page: Page, scene: &Scene<'_>) -> Vec<String> {
    let runbook = &scene.plan.runbook;
    let mut lines = vec![String::new(), page.style.paint(Role::Strong, "Undo plan, newest first")];
    for at in scene.walk.to_undo(runbook) {
        let undone = walk::undoes(runbook, at).map_or(at.step, |run| run.step);
        let title = format!("step {}  {}", undone + 1, clean(bare(&runbook.steps[undone].title, undone + 1)));
        lines.push(format!("  {}", cut(&title, page.width - 2)));
        let shown = scene.plan.proposal(at, &scene.walk.values, None).shown;
        lines.extend(page.command(&shown));
    }
    let without: Vec<usize> =
        scene.walk.started.iter().filter(|at| lasts(scene, **at)).map(|at| at.step + 1).collect();
    if !without.is_empty() {
        lines.extend(page.row("But", &format!("the runbook has no undo for step {}", ranges(&without))));
    }
    lines.extend(page.row("Or", &way_back(scene).unwrap_or_default()));
    lines
}

/// Whether what an action did changes something and the runbook has no undo for it.
fn lasts(scene: &Scene<'_>, at: At) -> bool {
    let action = &scene.plan.runbook.steps[at.step].actions[at.action];
    let changes = action.danger != Danger::None || action.attrs.touches.is_some();
    changes && walk::rollbacks_of(&scene.plan.runbook, at).is_empty()
}

/// Where a run goes on: the step it stopped at, whole, and what kept it there.
pub fn resumed(page: Page, event: &Stamped, scene: &Scene<'_>, usual: &Usual) -> Vec<String> {
    let title = clean(&scene.plan.runbook.title).into_owned();
    let what = if scene.run.undoes.is_some() { "Going on with the undo" } else { "Going on" };
    let head = page.style.paint(Role::Strong, &cut(&format!("{what}: {title}"), page.width));
    let mut lines = vec![String::new(), head];
    if let Event::Resumed { from: Some(from), operator, .. } = &event.event {
        let (before, now) = ((from.person(), &from.host), (operator.person(), &operator.host));
        let handed = format!("Handed over from {} on {} to {} on {}.", before.0, before.1, now.0, now.1);
        lines.extend(wrap(&clean(&handed), page.width, INDENT, INDENT));
    }
    // Who lost the terminal in the middle of a command did not see it end.
    let ended =
        scene.run.steps().flat_map(|step| step.attempts.iter().map(move |attempt| (step.number, attempt)));
    let last = ended.filter_map(|(step, attempt)| Some((attempt.ended.as_ref()?, step, attempt)));
    let last = last.max_by_key(|(when, ..)| when.seq);
    // Nor does who takes over know what was done by hand.
    let manual = scene.run.steps().filter(|step| {
        let known = scene.plan.runbook.steps.get(step.number.wrapping_sub(1));
        step.status == Some(StepStatus::Done) && known.is_some_and(Step::manual)
    });
    let manual = manual.filter_map(|step| Some((step.ended.as_ref()?, step.number)));
    let manual = manual.max_by_key(|(when, _)| when.seq);
    let manual = manual.filter(|(when, _)| last.is_none_or(|(ran, ..)| when.seq > ran.seq));
    if let Some((when, number)) = manual {
        lines.extend(page.row("Last", &format!("step {number}, done by hand, at {}", clock(&when.at))));
    } else if let Some((when, number, attempt)) = last {
        let how = match (attempt.exit, attempt.signal) {
            (Some(exit), _) => format!("exit {exit}"),
            (None, Some(signal)) => format!("signal {signal}"),
            (None, None) => "not started".to_owned(),
        };
        let took = brief(Duration::from_millis(attempt.duration_ms));
        lines.extend(page.row("Last", &format!("step {number}, {how}, {took}, at {}", clock(&when.at))));
    }
    if let Some(current) = scene.walk.current {
        lines.extend(step(page, current + 1, event, scene, usual));
    }
    if scene.walk.plan {
        lines.push("  Its undo plan was under way, and goes on here.".into());
    }
    // The keys below are about this command: it stands above them, as it ran.
    if let Some((at, Trouble::Failed { .. } | Trouble::Lines { .. })) = &scene.walk.trouble {
        let action = &scene.plan.runbook.steps[at.step].actions[at.action];
        let step = scene.run.step(at.step + 1);
        let mut attempts = step.iter().flat_map(|step| step.attempts.iter().rev());
        if let Some(last) = attempts.find(|attempt| attempt.action == action.id) {
            lines.push(String::new());
            lines.extend(page.command(&last.command));
            lines.push(String::new());
        }
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
