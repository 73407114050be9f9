//! Which values are not there yet, and what is asked for them.

use super::Machine;
use crate::engine::question::{At, Wanted};
use crate::plan::Need;
use crate::runbook::{Danger, Param};

impl Machine {
    pub(super) fn missing_param(&self) -> Option<Wanted> {
        let values = self.values();
        let missing = |param: &&Param| values.get(&param.name).is_none_or(String::is_empty);
        let found = match self.undoing {
            None => self.plan.params_used().find(missing),
            // What the steps need does not matter any more: only what the rollbacks still to come name.
            Some(_) => {
                let open = self.to_undo();
                let named = |param: &&Param| open.iter().any(|at| self.plan.uses(*at, &param.name));
                self.plan.runbook.front.params.iter().filter(named).find(missing)
            }
        };
        found.map(|param| Wanted {
            at: None,
            key: param.name.clone(),
            text: param.name.clone(),
            about: param.about.clone(),
            last: None,
            param: Some(param.clone()),
            strict: false,
        })
    }

    pub(super) fn lost_secret(&self) -> Option<Wanted> {
        let name = self.lost.iter().find(|name| !self.secrets.contains_key(*name))?;
        Some(Wanted {
            at: None,
            key: name.clone(),
            text: format!("${name}"),
            about: Some("a step set it to something secret, which is in no record".into()),
            last: None,
            param: Some(Param { name: name.clone(), secret: true, ..Param::default() }),
            strict: false,
        })
    }

    /// The first value the action needs that is not there, or is to be confirmed again.
    pub(super) fn wanted(&self, at: At) -> Option<Wanted> {
        let values = self.values();
        self.plan.needs(at).iter().find_map(|need| {
            let value = values.get(&need.key).filter(|value| !value.is_empty());
            let unsuited = need.strict && value.is_some_and(|value| !crate::plan::is_plain(value));
            (value.is_none() || unsuited || self.once_more(at, &need.key)).then(|| self.want(at, need, value))
        })
    }

    fn want(&self, at: At, need: &Need, value: Option<&String>) -> Wanted {
        Wanted {
            at: Some(at),
            key: need.key.clone(),
            text: need.text.clone(),
            about: need.about.clone(),
            last: value.cloned(),
            param: self.plan.runbook.front.params.iter().find(|p| p.name == need.key).cloned().or_else(
                || {
                    let secret = crate::plan::params::names_secret(&need.key);
                    secret.then(|| Param { name: need.key.clone(), secret, ..Param::default() })
                },
            ),
            strict: need.strict,
        }
    }

    /// Whether a value that was answered before is to be confirmed: under another heading it may
    /// mean another thing, and before danger it is looked at once more.
    fn once_more(&self, at: At, key: &str) -> bool {
        if self.asking.iter().any(|(of, asked)| *of == at && asked == key) {
            return true;
        }
        let steps = &self.plan.runbook.steps;
        let Some(from) = self.walk.answered.get(key).and_then(|&index| steps.get(index)) else {
            return false;
        };
        let param = self.plan.runbook.front.params.iter().any(|param| param.name == key);
        let seen = self.asked.iter().any(|(of, asked)| *of == at && asked == key);
        let step = &steps[at.step];
        let danger = step.actions[at.action].danger != Danger::None;
        !self.policy.unattended && !param && !seen && (danger || from.section != step.section)
    }
}
