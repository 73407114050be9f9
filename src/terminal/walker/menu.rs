//! The keys that mean the same on every screen, and the small questions behind them.

use super::*;

/// Keys that mean the same on every screen: see [`Walker::common`].
pub(super) const EVERYWHERE: &str = "npabgf!ocwlkr?";

impl Walker {
    pub(super) fn skip_reason(&mut self, optional: bool) -> Option<Answer> {
        if optional {
            return Some(Answer::Skip(None));
        }
        let keys = [
            ("d", " already done"),
            ("n", " not applicable"),
            ("o", " did it otherwise"),
            ("t", " type a reason"),
        ];
        match self.choose_or_back(&keys, "any other key: back") {
            Ok('d') => Some(Answer::Skip(Some("already done".into()))),
            Ok('n') => Some(Answer::Skip(Some("not applicable".into()))),
            Ok('o') => Some(Answer::Skip(Some("did it otherwise".into()))),
            Ok('t') => {
                let reason = self.line("why skip it", "", false)?;
                (!reason.trim().is_empty()).then_some(Answer::Skip(Some(reason)))
            }
            Ok(_) => None,
            Err(answer) => Some(answer),
        }
    }

    pub(super) fn abort_reason(&mut self, scene: &Scene<'_>) -> Option<Answer> {
        let reason = self.line("why give up (empty: go back)", "", false)?;
        if reason.trim().is_empty() {
            return None;
        }
        if scene.walk.to_undo(&scene.plan.runbook).is_empty() {
            return Some(Answer::Abort(reason));
        }
        let lines = cards::undo_plan(self.page(), scene);
        self.print(&lines);
        let keys = [("u", "ndo these first, one by one"), ("x", " abort and leave them in effect")];
        loop {
            match self.choose(&keys, "b: go back; Enter does nothing") {
                Ok('u') => return Some(Answer::UndoThenAbort(reason)),
                Ok('x') => return Some(Answer::Abort(reason)),
                Ok('b') => return None,
                Ok(_) => {}
                Err(answer) => return Some(answer),
            }
        }
    }

    /// Shows what would be undone, and asks whether to go through it.
    pub(super) fn undo_plan(&mut self, scene: &Scene<'_>) -> Option<Answer> {
        if scene.walk.to_undo(&scene.plan.runbook).is_empty() {
            self.say("nothing that ran here and is in effect has a way to undo in the runbook");
            if let Some(command) = cards::way_back(scene) {
                self.say(&format!("but the runbook says how to go back: {}", clean(&command)));
            }
            return None;
        }
        let lines = cards::undo_plan(self.page(), scene);
        self.print(&lines);
        match self.choose_or_back(&[("u", "ndo: go through these, one by one")], "any other key: back") {
            Ok('u') => Some(Answer::Undo),
            Ok(_) => None,
            Err(answer) => Some(answer),
        }
    }

    /// What changed, logs, dashboards: what the front matter names; a command runs if told.
    fn look(&mut self, scene: &Scene<'_>) -> Option<Answer> {
        let front = &scene.plan.runbook.front;
        let page = self.page();
        let named = [(Look::Changes, &front.changes), (Look::Logs, &front.logs)];
        let commands: Vec<(Look, &String)> =
            named.into_iter().filter_map(|(look, command)| Some((look, command.as_ref()?))).collect();
        for dashboard in &front.dashboards {
            self.say(&format!("dashboard: {}", clean(dashboard)));
        }
        if commands.is_empty() {
            if front.dashboards.is_empty() {
                self.say("the runbook names no command for it (changes:, logs:) and no dashboards:");
            }
            return None;
        }
        let digits: Vec<String> = (1..=commands.len()).map(|n| n.to_string()).collect();
        let lines = commands.iter().zip(&digits).map(|((look, command), digit)| {
            format!("  {} {}  {}", page.style.key(digit, ""), look.name(), clean(command))
        });
        let lines: Vec<String> = lines.collect();
        self.print(&lines);
        match self.choose_or_back(&[], "a number runs it, any other key: back") {
            Ok(key) => {
                let chosen =
                    key.to_digit(10).and_then(|digit| commands.get((digit as usize).checked_sub(1)?));
                chosen.map(|(look, _)| Answer::Look(*look))
            }
            Err(answer) => Some(answer),
        }
    }

    /// A question of a drill; sureness is a number from 1 to 5.
    pub(super) fn reflect(&mut self, reflection: &Reflection) -> Answer {
        let sure = reflection.label.ends_with("(1-5)");
        loop {
            let typed = self.line(reflection.prompt, "", false);
            if typed.is_none() && crate::process::signals::pending().is_some() {
                return Answer::Nothing;
            }
            match typed.unwrap_or_default().trim() {
                "" => return Answer::No,
                text if sure && !matches!(text, "1" | "2" | "3" | "4" | "5") => {
                    self.say("a number from 1 (a guess) to 5 (certain), or Enter to leave it out");
                }
                text => return Answer::Text(text.to_owned()),
            }
        }
    }

    /// What would have helped, asked once everything is done.
    pub(super) fn helped(&mut self) -> Answer {
        match self.line("What would have helped? (Enter: nothing)", "", false) {
            Some(text) if !text.trim().is_empty() => Answer::Text(text),
            _ => Answer::No,
        }
    }

    pub(super) fn note(&mut self) -> Option<Answer> {
        let text = self.line("note", "", false)?;
        (!text.trim().is_empty()).then_some(Answer::Note(text))
    }

    pub(super) fn edit(&mut self, text: &str) -> Option<Answer> {
        let changed = if text.contains('\n') || self.keyboard.as_ref().is_some_and(|k| k.by_line()) {
            self.keyboard.as_mut()?.text(text)?
        } else {
            self.line("command", text, false)?
        };
        (changed.trim() != text.trim() && !changed.trim().is_empty()).then_some(Answer::Edit(changed))
    }

    pub(super) fn go_to(&mut self, scene: &Scene<'_>) -> Option<Answer> {
        let typed = self.line("go to step number", "", false)?;
        let number: usize = typed.trim().parse().ok()?;
        if number == 0 || !scene.plan.steps.contains(&(number - 1)) {
            self.say(&format!("there is no step {number} in this run"));
            return None;
        }
        Some(Answer::GoTo(number - 1))
    }

    /// Ends the run before its last step: the incident is over.
    pub(super) fn finish(&mut self, scene: &Scene<'_>) -> Option<Answer> {
        let open = scene.plan.steps.iter().filter(|step| !scene.walk.settled.contains_key(step));
        let open: Vec<usize> = open.map(|step| step + 1).collect();
        let plural = if open.len() == 1 { "step" } else { "steps" };
        self.say(&format!("{plural} {} will be left out as not needed", cards::ranges(&open)));
        let reason = self.line("why (empty: go back)", "", false)?;
        (!reason.trim().is_empty()).then_some(Answer::Finish(reason))
    }

    fn back(&mut self, scene: &Scene<'_>) -> Option<Answer> {
        let first = scene.plan.steps.first().copied();
        let is_first = match scene.walk.current {
            // Before an alternative is the question which one it is.
            Some(index) => Some(index) == first && scene.plan.runbook.steps[index].choice.is_none(),
            None => scene.walk.last < first,
        };
        if is_first {
            self.say("this is the first step");
            return None;
        }
        Some(Answer::Back)
    }

    /// The keys that mean the same on every screen; none if the key is not one of them.
    pub(super) fn common(&mut self, key: char, screen: Screen, scene: &Scene<'_>) -> Option<Option<Answer>> {
        Some(match key {
            'n' => self.note(),
            'p' => Some(Answer::Pause),
            'a' => self.abort_reason(scene),
            'b' => self.back(scene),
            'g' => self.go_to(scene),
            'f' => self.finish(scene),
            '!' if self.connection == Connection::Pty => {
                let names: Vec<String> = scene.walk.values.keys().map(|name| format!("${name}")).collect();
                if !names.is_empty() {
                    self.say(&format!("set in this shell: {}", clean(&names.join(" "))));
                }
                self.say(
                    "a shell of your own, in the state of the steps; exit comes back, and it is on record",
                );
                Some(Answer::Shell)
            }
            'o' => {
                self.show_output(scene);
                None
            }
            'c' => {
                let front = &scene.plan.runbook.front;
                let whom = front.escalation.as_deref().or(front.owner.as_deref());
                let whom = whom.map_or("the runbook names nobody to call (escalation:)".to_owned(), |whom| {
                    format!("call: {}", clean(whom))
                });
                self.say(&whom);
                None
            }
            'w' => self.look(scene),
            'k' if cards::came_back(scene) => Some(Answer::Keep),
            'l' => {
                self.list(scene);
                None
            }
            '?' => {
                self.help(screen, scene);
                None
            }
            _ => return None,
        })
    }

    pub(super) fn show_output(&mut self, scene: &Scene<'_>) {
        let bytes = match &self.probed {
            Some(probed) => Some(format!("{}{}", probed.stdout, probed.stderr).into_bytes()),
            None => (self.last_output)(scene.run),
        };
        let Some(bytes) = bytes else {
            self.say("there is no output yet");
            return;
        };
        let page = self.page();
        let of = if self.probed.is_some() { "output of the last sample" } else { "output" };
        let mut lines = vec![page.rule(of)];
        lines.extend(crate::terminal::clean::clean_output(&bytes).lines().map(str::to_owned));
        lines.push(cards::output_foot(page));
        self.print_as_is(&lines);
    }

    pub(super) fn list(&mut self, scene: &Scene<'_>) {
        self.print(&cards::list(self.page(), scene));
    }

    pub(super) fn help(&mut self, screen: Screen, scene: &Scene<'_>) {
        let page = self.page();
        let current = scene.walk.current.map(|index| &scene.plan.runbook.steps[index]);
        let offers = current.is_some_and(|step| step.actions.iter().any(|action| action.offered));
        let lines: Vec<String> = screen
            .help()
            .into_iter()
            .filter(|(key, _)| *key != "k" || screen == Screen::InDoubt || cards::came_back(scene))
            .filter(|(key, _)| *key != "1-9" || offers)
            .flat_map(|(key, what)| {
                let gap = " ".repeat(6usize.saturating_sub(key.len()));
                let mut lines = wrap(what, page.width, &format!("  {key}{gap}"), "        ");
                if let Some(first) = lines.first_mut() {
                    *first = first.replacen(key, &page.style.paint(Role::Key, key), 1);
                }
                lines
            })
            .collect();
        self.print(&lines);
    }
}
