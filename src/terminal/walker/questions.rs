//! One screen a question.

use super::*;

impl Walker {
    pub(super) fn begin(&mut self, scene: &Scene<'_>) -> Answer {
        loop {
            let key = self.choose(&[("Enter", " start"), ("l", "ist steps"), ("q", "uit")], "");
            match key {
                Ok('\n') => return Answer::Go,
                Ok('q') => return Answer::No,
                Ok('l') => self.list(scene),
                Ok('?') => self.help(),
                Ok(_) => {}
                Err(answer) => return answer,
            }
        }
    }

    pub(super) fn command(&mut self, proposal: &Proposal, scene: &Scene<'_>) -> Answer {
        let page = self.page();
        let lines = cards::proposal(page, proposal, scene);
        self.print(&lines);
        let step = &scene.plan.runbook.steps[proposal.at.step];
        let action = &step.actions[proposal.at.action];
        // An undo is a change like any other, and asked for on a bad night.
        let dangerous = action.danger != Danger::None || action.kind == ActionKind::Rollback;
        let optional = action.attrs.optional;
        let mut keys = vec![if dangerous { ("r", "un") } else { ("Enter", " run") }];
        let several = step
            .actions
            .iter()
            .filter(|a| matches!(a.kind, ActionKind::Run | ActionKind::Check) && !a.offered);
        let skip = match several.count() {
            _ if action.kind == ActionKind::Rollback => "kip this undo",
            2.. => "kip the whole step",
            _ => "kip",
        };
        keys.extend([("e", "dit"), ("s", skip), ("n", "ote"), ("p", "ause")]);
        if scene.plan.runbook.front.escalation.is_some() {
            keys.push(("c", "all"));
        }
        keys.push(("?", ""));
        let tail = if dangerous { "Enter does nothing" } else { "" };
        loop {
            let key = match self.choose(&keys, tail) {
                Ok(key) => key,
                Err(answer) => return answer,
            };
            let answer = match key {
                '\n' | 'r' if proposal.blocked.is_some() => {
                    self.say("fill it in first: press e");
                    None
                }
                '\n' if dangerous => None,
                '\n' | 'r' => Some(Answer::Go),
                'e' => self.edit(&proposal.shown),
                's' if action.kind == ActionKind::Rollback => self.skip_reason(true),
                's' => self.skip_reason(optional),
                key => self.common(key, scene).unwrap_or(None),
            };
            if let Some(answer) = answer {
                return answer;
            }
        }
    }

    pub(super) fn confirm(&mut self, proposal: &Proposal, word: &str) -> Answer {
        let lines = self.page().command(&proposal.shown);
        self.print(&lines);
        match self.line(&format!("type {word} to run it (empty: back)"), "", false) {
            Some(typed) if typed.trim() == word => Answer::Text(typed),
            Some(typed) => {
                if !typed.trim().is_empty() {
                    self.say("that is not the word; nothing ran");
                }
                Answer::No
            }
            None => interrupted(),
        }
    }

    pub(super) fn manual(&mut self, index: usize, scene: &Scene<'_>) -> Answer {
        let step = &scene.plan.runbook.steps[index];
        let offered: Vec<usize> = (0..step.actions.len()).filter(|&i| step.actions[i].offered).collect();
        let page = self.page();
        let mut lines = vec![String::new()];
        for (n, action) in offered.iter().enumerate().take(9) {
            let first = step.actions[*action].script.lines().next().unwrap_or("");
            lines.push(format!(
                "  {} {}",
                page.style.key(&(n + 1).to_string(), ""),
                cut(&clean(first), page.width - 8)
            ));
        }
        if step.manual() {
            lines.push("  This one is yours to do.".into());
        } else {
            // A tabletop: the commands are talked through.
            let walked = |action: &&crate::runbook::Action| {
                matches!(action.kind, ActionKind::Run | ActionKind::Check) && !action.offered
            };
            for action in step.actions.iter().filter(walked) {
                lines.extend(page.command(&action.script));
                lines.push(String::new());
            }
            lines.push("  It does not run: say what it would do.".into());
        }
        self.print(&lines);
        let keys = [
            ("d", "one"),
            ("v", " done, with a value"),
            ("s", "kip"),
            ("n", "ote"),
            ("p", "ause"),
            ("?", ""),
        ];
        loop {
            let key = match self.choose(&keys, "Enter does nothing") {
                Ok(key) => key,
                Err(answer) => return answer,
            };
            let answer = match key {
                'd' | 'y' => Some(Answer::Done(None)),
                'v' => self.line("what did you see", "", false).map(|value| Answer::Done(Some(value))),
                's' => self.skip_reason(step.actions.iter().any(|action| action.attrs.optional)),
                digit @ '1'..='9' => {
                    let chosen = digit.to_digit(10).and_then(|d| offered.get(d as usize - 1));
                    chosen.map(|action| Answer::Offered(*action))
                }
                key => self.common(key, scene).unwrap_or(None),
            };
            if let Some(answer) = answer {
                return answer;
            }
        }
    }

    pub(super) fn failure(
        &mut self,
        at: At,
        trouble: &Trouble,
        editable: Option<String>,
        scene: &Scene<'_>,
    ) -> Answer {
        let actions = &scene.plan.runbook.steps[at.step].actions;
        let check = actions.iter().position(|action| action.kind == ActionKind::Check);
        let check = check.filter(|_| *trouble == Trouble::InDoubt);
        let page = self.page();
        let mut lines = cards::failure(page, trouble, scene);
        if let Some(whom) = &scene.plan.runbook.front.escalation {
            lines.push(format!("  Call: {}", clean(whom)));
        }
        self.print(&lines);
        let mut keys = match trouble {
            Trouble::Broken { .. } => vec![("r", " sample again"), ("R", " step from its first command")],
            Trouble::Lines { .. } => vec![("y", " it is fine, go on"), ("r", "un again"), ("e", "dit")],
            Trouble::InDoubt => vec![("y", " it did finish"), ("r", "un it again")],
            Trouble::Failed { .. } => vec![("r", "etry"), ("e", "dit")],
        };
        if check.is_some() {
            keys.insert(0, ("k", " check first"));
        }
        keys.extend([
            ("o", "utput"),
            ("!", " shell"),
            ("u", "ndo plan"),
            ("s", "kip"),
            ("n", "ote"),
            ("p", "ause"),
            ("a", "bort"),
        ]);
        loop {
            let key = match self.choose(&keys, "Enter does nothing") {
                Ok(key) => key,
                Err(answer) => return answer,
            };
            let answer = match key {
                'r' => Some(Answer::Go),
                'R' => Some(Answer::Again),
                'y' => Some(Answer::Accept),
                'u' => Some(Answer::Undo),
                'k' if check.is_some() => check.map(Answer::Offered),
                'e' => editable.as_ref().and_then(|text| self.edit(text)),
                's' => self.skip_reason(false),
                key => self.common(key, scene).unwrap_or(None),
            };
            match answer {
                Some(Answer::Accept) if !matches!(trouble, Trouble::Lines { .. } | Trouble::InDoubt) => {}
                Some(answer) => return answer,
                None => {}
            }
        }
    }

    pub(super) fn choice(&mut self, steps: &[usize], scene: &Scene<'_>) -> Answer {
        let page = self.page();
        let mut lines = vec![String::new(), page.style.paint(Role::Strong, "Which one is it?")];
        for (n, index) in steps.iter().enumerate() {
            let title = clean(&scene.plan.runbook.steps[*index].title).into_owned();
            lines.push(format!(
                "  {} {}",
                page.style.key(&(n + 1).to_string(), ""),
                cut(&title, page.width - 8)
            ));
        }
        self.print(&lines);
        loop {
            match self.choose(&[("s", " none of them"), ("n", "ote"), ("p", "ause")], "a number takes it") {
                Ok('s') => return Answer::Skip(None),
                Ok(digit @ '1'..='9') => {
                    if let Some(step) = digit.to_digit(10).and_then(|d| steps.get(d as usize - 1)) {
                        return Answer::Take(*step);
                    }
                }
                Ok(key) => {
                    if let Some(Some(answer)) = self.common(key, scene) {
                        return answer;
                    }
                }
                Err(answer) => return answer,
            }
        }
    }

    pub(super) fn value(&mut self, wanted: &Wanted) -> Answer {
        let mut lines = vec![format!("  {} needs a value.", clean(&wanted.text))];
        lines
            .extend(wanted.about.iter().flat_map(|about| wrap(&clean(about), self.page().width, "  ", "  ")));
        if let Some(param) = &wanted.param
            && !param.choices.is_empty()
        {
            lines.push(format!("  one of: {}", clean(&param.choices.join(", "))));
        }
        self.print(&lines);
        loop {
            let prompt = format!("{} (empty: pause)", wanted.key);
            let Some(typed) = self.line(&prompt, wanted.last.as_deref().unwrap_or(""), wanted.secret())
            else {
                return interrupted();
            };
            if typed.is_empty() {
                return Answer::Pause;
            }
            match wanted.refusal(&typed) {
                None => return Answer::Text(typed),
                Some(why) => self.say(&clean(&why)),
            }
        }
    }
}
