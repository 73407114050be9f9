//! One screen a question.

use super::*;

impl Walker {
    pub(super) fn begin(&mut self, scene: &Scene<'_>) -> Answer {
        loop {
            let keys = [("Enter", " start"), ("l", "ist steps"), ("q", "uit")];
            // Nothing can be noted or gone to yet: such a key would only show them again.
            let key = self.choose_of(&keys, "", &|c| matches!(c, '\n' | 'l' | 'q' | '?'));
            match key {
                Ok('\n') => return Answer::Go,
                Ok('q') => return Answer::No,
                Ok('l') => self.list(scene),
                Ok('?') => self.help(Screen::Begin, scene),
                Ok(_) => {}
                Err(answer) => return answer,
            }
        }
    }

    pub(super) fn command(&mut self, proposal: &Proposal, scene: &Scene<'_>) -> Answer {
        let page = self.page();
        let step = &scene.plan.runbook.steps[proposal.at.step];
        let action = &step.actions[proposal.at.action];
        // A command beside the step's own does not make its prose new.
        let own = action.kind == ActionKind::Run && !action.offered;
        let told = own && self.tells_again(proposal.at);
        let lines = cards::proposal(page, proposal, scene, told);
        self.print(&lines);
        // An undo is a change like any other, and asked for on a bad night.
        let dangerous = action.danger != Danger::None || action.kind == ActionKind::Rollback;
        let optional = action.attrs.optional;
        let offered = if action.offered { Vec::new() } else { self.offered(step, scene.run.mode) };
        // What is done already is not done again by the easy key.
        let deliberate = dangerous || cards::was_done(scene);
        let mut keys = vec![if deliberate { ("r", "un") } else { ("Enter", " run") }];
        let several = step
            .actions
            .iter()
            .filter(|a| matches!(a.kind, ActionKind::Run | ActionKind::Check) && !a.offered);
        let skip = match several.count() {
            _ if action.kind == ActionKind::Rollback => "kip this undo",
            2.. => "kip the whole step",
            _ => "kip",
        };
        if cards::came_back(scene) {
            keys.push(("k", "eep it as it was"));
        }
        keys.push(("e", "dit"));
        let needs = !scene.plan.needs(proposal.at).is_empty() && proposal.original.is_none();
        if needs {
            keys.push(("v", "alues"));
        }
        keys.extend([("s", skip), ("n", "ote"), ("p", "ause")]);
        if scene.plan.runbook.front.escalation.is_some() {
            keys.push(("c", "all"));
        }
        keys.push(("?", ""));
        let tail = if deliberate { "Enter does nothing" } else { "" };
        let undo = action.kind == ActionKind::Rollback;
        let screen = match deliberate {
            _ if undo => Screen::Undo,
            true => Screen::Danger,
            false => Screen::Command,
        };
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
                '\n' if deliberate => None,
                '\n' | 'r' => Some(Answer::Go),
                'e' => self.edit(&proposal.shown),
                'v' if needs => Some(Answer::Values),
                digit @ '1'..='9' => nth(&offered, digit).map(Answer::Offered),
                's' if undo => self.skip_reason(false),
                // An undo goes on with the next one: there are no steps to move between.
                'b' | 'g' | 'f' if undo => None,
                's' => self.skip_reason(optional),
                key => self.common(key, screen, scene).unwrap_or(None),
            };
            if let Some(answer) = answer {
                return answer;
            }
            // Long lists push it off the screen, and the keys are about it.
            if matches!(key, 'l' | 'o' | '?') {
                let command = self.page().command(&proposal.shown);
                let blank = || std::iter::once(String::new());
                self.print(&blank().chain(command).chain(blank()).collect::<Vec<_>>());
            }
        }
    }

    /// Whether the prose of this action was the last that was shown; from now on it is.
    fn tells_again(&mut self, at: At) -> bool {
        self.told.replace(at) == Some(at)
    }

    /// Shows the commands the text of a step names, each with its digit; in a tabletop none has one.
    fn offered(&mut self, step: &crate::runbook::Step, mode: Mode) -> Vec<usize> {
        let offered: Vec<usize> = (0..step.actions.len()).filter(|&i| step.actions[i].offered).collect();
        let page = self.page();
        let line = |(n, action): (usize, &usize)| {
            let action = &step.actions[*action];
            let first = action.script.lines().next().unwrap_or("");
            let danger = if action.danger == Danger::None { "" } else { "  DESTRUCTIVE" };
            let key = if mode == Mode::Tabletop {
                " - ".to_owned()
            } else {
                page.style.key(&(n + 1).to_string(), "")
            };
            format!("  {key} {}{danger}", cut(&clean(first), page.width - 8 - danger.len()))
        };
        let lines: Vec<String> = offered.iter().enumerate().take(9).map(line).collect();
        if !lines.is_empty() {
            self.print(&lines);
        }
        if mode == Mode::Tabletop { Vec::new() } else { offered }
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
            // Given up: nothing ran, and the command's keys come again.
            None => Answer::No,
        }
    }

    pub(super) fn manual(&mut self, index: usize, scene: &Scene<'_>) -> Answer {
        let step = &scene.plan.runbook.steps[index];
        let page = self.page();
        if step.manual() {
            self.print(&[String::new()]);
        }
        let offered = self.offered(step, scene.run.mode);
        let mut lines = Vec::new();
        if step.manual() {
            lines.push("  This one is yours to do.".into());
        } else {
            // A tabletop: the commands are talked through.
            let told = self.told.replace(At { step: index, action: 0 }).is_some();
            lines.extend(cards::rehearsed(page, index, scene, told));
            lines.push("  It does not run: say what it would do.".into());
        }
        self.print(&lines);
        let mut keys = vec![("d", "one"), ("v", " done, with a value")];
        if cards::came_back(scene) {
            keys.push(("k", "eep it as it was"));
        }
        keys.extend([("s", "kip"), ("n", "ote"), ("p", "ause"), ("?", "")]);
        loop {
            let key = match self.choose(&keys, "Enter does nothing") {
                Ok(key) => key,
                Err(answer) => return answer,
            };
            let answer = match key {
                'd' | 'y' => Some(Answer::Done(None)),
                'v' => self.line("what did you see", "", false).map(|value| Answer::Done(Some(value))),
                's' => self.skip_reason(step.actions.iter().any(|action| action.attrs.optional)),
                digit @ '1'..='9' => nth(&offered, digit).map(Answer::Offered),
                key => self.common(key, Screen::Manual, scene).unwrap_or(None),
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
        let undo = actions[at.action].kind == ActionKind::Rollback;
        let stopped = trouble.is_stopped() && scene.plan.may_be_stopped(at);
        let mut lines = Vec::new();
        if matches!(trouble, Trouble::Failed { .. } | Trouble::Lines { .. }) {
            lines.extend((self.last_output)(scene.run).iter().flat_map(|output| cards::said(page, output)));
        }
        lines.extend(cards::failure(page, at, trouble, scene));
        if let Some(whom) = &scene.plan.runbook.front.escalation {
            lines.extend(page.row("Call", whom));
        }
        let screen = match trouble {
            Trouble::Broken { .. } => Screen::Broken,
            Trouble::Lines { .. } => Screen::Lines,
            Trouble::InDoubt => Screen::InDoubt,
            Trouble::Failed { .. } if undo => Screen::UndoFailed,
            Trouble::Failed { .. } if stopped => Screen::Lines,
            Trouble::Failed { .. } => Screen::Failed,
        };
        self.print(&lines);
        let mut keys = match trouble {
            Trouble::Broken { .. } => vec![("r", " sample again"), ("R", " step from its first command")],
            Trouble::Lines { .. } => vec![("y", " it is fine, go on"), ("r", "un again"), ("e", "dit")],
            Trouble::InDoubt => vec![("y", " it did finish"), ("r", "un it again")],
            Trouble::Failed { .. } if stopped => {
                vec![("r", "un again"), ("e", "dit"), ("y", " it is fine, go on")]
            }
            Trouble::Failed { .. } => vec![("r", "etry"), ("e", "dit")],
        };
        let ran = matches!(trouble, Trouble::Failed { .. } | Trouble::Lines { .. });
        let needs = ran && !scene.plan.needs(at).is_empty();
        if needs {
            keys.push(("v", "alues"));
        }
        if check.is_some() {
            keys.insert(0, ("k", " check first"));
        }
        keys.extend([("o", "utput"), ("!", " shell")]);
        match trouble {
            Trouble::InDoubt if undo => keys.push(("s", "kip this undo")),
            _ if undo => keys.push(("s", " leave it, next")),
            _ => keys.extend([("u", "ndo plan"), ("s", "kip")]),
        }
        keys.extend([("n", "ote"), ("p", "ause")]);
        if !undo {
            keys.push(("a", "bort"));
        }
        keys.push(("?", ""));
        loop {
            let key = match self.choose(&keys, "Enter does nothing") {
                Ok(key) => key,
                Err(answer) => return answer,
            };
            let answer = match key {
                'r' => Some(Answer::Go),
                'R' => Some(Answer::Again),
                'y' => Some(Answer::Accept),
                'u' if !undo => self.undo_plan(scene),
                'v' if needs => Some(Answer::Values),
                'a' | 'b' | 'g' | 'f' if undo => None,
                'k' if check.is_some() => check.map(Answer::Offered),
                'e' => editable.as_ref().and_then(|text| self.edit(text)),
                's' => self.skip_reason(false),
                key => self.common(key, screen, scene).unwrap_or(None),
            };
            match answer {
                Some(Answer::Accept)
                    if !(stopped || matches!(trouble, Trouble::Lines { .. } | Trouble::InDoubt)) => {}
                Some(answer) => return answer,
                None => {}
            }
        }
    }

    /// Steps were passed over: go through them, or be done.
    pub(super) fn passed_over(&mut self, steps: &[usize], scene: &Scene<'_>) -> Answer {
        let numbers: Vec<usize> = steps.iter().map(|step| step + 1).collect();
        let (plural, are) = if numbers.len() == 1 { ("Step", "is") } else { ("Steps", "are") };
        self.print(&[String::new()]);
        self.say(&format!("{plural} {} {are} still open.", cards::ranges(&numbers)));
        let keys = [("y", " go through"), ("f", "inish: not needed"), ("l", "ist"), ("p", "ause"), ("?", "")];
        loop {
            let answer = match self.choose(&keys, "Enter does nothing") {
                Ok('y') => Some(Answer::Go),
                Ok(key) => self.common(key, Screen::Open, scene).unwrap_or(None),
                Err(answer) => Some(answer),
            };
            if let Some(answer) = answer {
                return answer;
            }
        }
    }

    pub(super) fn choice(&mut self, steps: &[usize], scene: &Scene<'_>) -> Answer {
        self.print(&cards::choice(self.page(), steps, scene));
        loop {
            let keys = [("s", " none of them"), ("n", "ote"), ("p", "ause"), ("?", "")];
            match self.choose(&keys, "a number takes it") {
                Ok('s') => return Answer::Skip(None),
                Ok(digit @ '1'..='9') => {
                    if let Some(step) = digit.to_digit(10).and_then(|d| steps.get(d as usize - 1)) {
                        return Answer::Take(*step);
                    }
                }
                Ok(key) => {
                    if let Some(Some(answer)) = self.common(key, Screen::Choice, scene) {
                        return answer;
                    }
                }
                Err(answer) => return answer,
            }
        }
    }

    /// The command first, so that it is clear what the value is for, then the value.
    pub(super) fn value(&mut self, wanted: &Wanted, scene: &Scene<'_>) -> Answer {
        let page = self.page();
        let mut lines = Vec::new();
        if let Some(at) = wanted.at
            && self.valued.replace(at) != Some(at)
        {
            let proposal = scene.plan.proposal(at, &scene.walk.values, None);
            let told = self.tells_again(at);
            lines.extend(cards::proposal(page, &proposal, scene, told));
        }
        let had = wanted.last.as_ref().filter(|_| !wanted.secret());
        let again = match had {
            Some(last) => format!("{} was {}. The same here?", clean(&wanted.text), clean(last)),
            None => format!("{} needs a value.", clean(&wanted.text)),
        };
        lines.extend(wrap(&again, page.width, "  ", "  "));
        let about =
            wanted.about.as_ref().filter(|about| !wanted.at.is_some_and(|at| cards::tells(scene, at, about)));
        lines.extend(about.into_iter().flat_map(|about| wrap(&clean(about), page.width, "  ", "  ")));
        if let Some(param) = &wanted.param
            && !param.choices.is_empty()
        {
            lines.extend(wrap(
                &format!("one of: {}", clean(&param.choices.join(", "))),
                page.width,
                "  ",
                "  ",
            ));
        }
        self.print(&lines);
        // Keys first: what is typed for another question never becomes a value.
        let mut keys = match had {
            Some(_) => vec![("Enter", " the same"), ("v", " another value")],
            None => vec![("Enter", " type the value")],
        };
        if wanted.at.is_some() {
            keys.push(("s", "kip"));
        }
        keys.extend([("n", "ote"), ("!", " shell"), ("p", "ause"), ("a", "bort"), ("?", "")]);
        loop {
            let answer = match self.choose(&keys, "") {
                Ok('\n') if let Some(last) = had => match wanted.refusal(last) {
                    None => Some(Answer::Text(last.clone())),
                    Some(why) => {
                        self.say(&clean(&why));
                        None
                    }
                },
                Ok('\n' | 'v') => self.typed_value(wanted),
                Ok('s') if wanted.at.is_some() => self.skip_reason(false),
                Ok(key) => self.common(key, Screen::Value, scene).unwrap_or(None),
                Err(answer) => Some(answer),
            };
            if let Some(answer) = answer {
                return answer;
            }
        }
    }

    /// The value as it is typed; none to go back to the keys.
    fn typed_value(&mut self, wanted: &Wanted) -> Option<Answer> {
        loop {
            let typed = self.line(&format!("{} (empty: back)", wanted.key), "", wanted.secret())?;
            if typed.trim().is_empty() {
                return None;
            }
            match wanted.refusal(&typed) {
                None => return Some(Answer::Text(typed)),
                Some(why) => self.say(&clean(&why)),
            }
        }
    }
}

/// The action behind a digit.
fn nth(offered: &[usize], digit: char) -> Option<usize> {
    offered.get((digit.to_digit(10)? as usize).checked_sub(1)?).copied()
}
