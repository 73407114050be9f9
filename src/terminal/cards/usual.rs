//! What past runs of the same runbook say: how long it takes, what fails.

use super::*;

/// Past runs of the same runbook; drills and tabletops are no part of it.
#[derive(Debug, Clone, Default)]
pub struct Usual {
    /// How long the whole took, in the middle.
    pub whole: Option<Duration>,
    /// By id of the step.
    pub steps: std::collections::BTreeMap<String, UsualStep>,
}

/// Past runs of one step.
#[derive(Debug, Clone, Default)]
pub struct UsualStep {
    /// How often it was run.
    pub runs: usize,
    /// How often a command or check of it failed.
    pub failed: usize,
    /// How long it took, in the middle.
    pub took: Option<Duration>,
}

impl Usual {
    /// How long the steps that are still open usually take together; none unless each was run before.
    pub fn left(&self, scene: &Scene<'_>) -> Option<Duration> {
        let open = scene.plan.steps.iter().filter(|index| !scene.walk.settled.contains_key(index));
        let took = |index: &usize| self.steps.get(&scene.plan.runbook.steps[*index].id)?.took;
        open.map(took).sum()
    }

    /// `also failed in 2 of the last 8`, for the step with a number.
    pub(super) fn also_failed(&self, scene: &Scene<'_>, number: usize) -> Option<String> {
        let step = scene.plan.runbook.steps.get(number.checked_sub(1)?)?;
        let known = self.steps.get(&step.id).filter(|known| known.failed > 0)?;
        let runs = if known.runs == 1 {
            "the last run".to_owned()
        } else {
            format!("{} of the last {}", known.failed, known.runs)
        };
        Some(format!("also failed in {runs}"))
    }
}
