//! The question which of several steps is to be taken.

use super::step::prose;
use super::*;

/// What is asked where one of several steps is to be taken: where it stands, what is said of all of
/// them, and each of them whole.
pub fn choice(page: Page, steps: &[usize], scene: &Scene<'_>) -> Vec<String> {
    let runbook = &scene.plan.runbook;
    let alternatives = || steps.iter().filter_map(|&index| runbook.steps.get(index));
    let mut lines = vec![String::new()];
    if let Some(first) = alternatives().next() {
        let mut crumbs = runbook.breadcrumb(first);
        // An alternative that is a heading is named below.
        let own = first.branch.and_then(|section| runbook.sections.get(section));
        crumbs.retain(|crumb| *crumb != runbook.title && own.is_none_or(|own| own.heading != *crumb));
        if !crumbs.is_empty() {
            let crumbs =
                wrap(&clean(&crumbs.join(page.style.glyph(" › ", " > "))), page.width, INDENT, "    ");
            lines.extend(crumbs.into_iter().map(|line| page.style.paint(Role::Dim, &line)));
        }
    }
    let said: Vec<String> = alternatives()
        .filter_map(|step| step.introduction.as_deref())
        .flat_map(|text| prose(page, text))
        .collect();
    if !said.is_empty() {
        lines.extend(said);
        lines.push(String::new());
    }
    lines.push(page.style.paint(Role::Strong, "Which one is it?"));
    for (n, step) in alternatives().enumerate() {
        let key = page.style.key(&(n + 1).to_string(), "");
        let title = clean(runbook.alternative(step)).into_owned();
        // Never cut: what tells one from the other may stand at the end.
        let mut wrapped = wrap(&title, page.width.saturating_sub(6), "", "").into_iter();
        lines.push(format!("  {key} {}", wrapped.next().unwrap_or_default()));
        lines.extend(wrapped.map(|line| format!("      {line}")));
    }
    lines
}
