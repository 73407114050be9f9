//! A step of a tabletop: what a run would show of it, and nothing of it runs.

use super::*;
use crate::plan::Condition;

/// The commands and checks of the step at `index`, each as a run would propose it.
///
/// What the author says about them is left out where it was `told` just before.
pub fn rehearsed(page: Page, index: usize, scene: &Scene<'_>, told: bool) -> Vec<String> {
    let step = &scene.plan.runbook.steps[index];
    let mut lines = Vec::new();
    for (action_index, action) in step.actions.iter().enumerate() {
        let at = At { step: index, action: action_index };
        let walked = matches!(action.kind, ActionKind::Run | ActionKind::Check) && !action.offered;
        if !walked || matches!(scene.plan.condition(at, &scene.walk.values), Condition::Fails) {
            continue;
        }
        let proposal = scene.plan.proposal(at, &scene.walk.values, None);
        lines.extend(if action.kind == ActionKind::Check {
            waiting(page, &scene.plan.runbook.source, step, action_index, &proposal.shown)
        } else {
            step::proposal(page, &proposal, scene, told)
        });
    }
    // Each card begins and ends with an empty line.
    lines.dedup_by(|line, before| line.is_empty() && before.is_empty());
    lines
}
