//! The keys that mean the same on every screen, and the small questions behind them.

use super::*;

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
        match self.choose(&keys, "any other key: back") {
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

    pub(super) fn abort_reason(&mut self) -> Option<Answer> {
        let reason = self.line("why give up (empty: go back)", "", false)?;
        (!reason.trim().is_empty()).then_some(Answer::Abort(reason))
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

    /// The keys that mean the same on every screen; none if the key is not one of them.
    pub(super) fn common(&mut self, key: char, scene: &Scene<'_>) -> Option<Option<Answer>> {
        Some(match key {
            'n' => self.note(),
            'p' => Some(Answer::Pause),
            'a' => self.abort_reason(),
            'b' => Some(Answer::Back),
            'g' => self.go_to(scene),
            '!' if self.connection == Connection::Pty => Some(Answer::Shell),
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
            'w' => {
                let changes = scene.plan.runbook.front.changes.clone();
                self.say(
                    &changes.map_or(
                        "the runbook names no command that shows changes (changes:)".to_owned(),
                        |c| format!("what changed lately: {}", clean(&c)),
                    ),
                );
                None
            }
            'l' => {
                self.list(scene);
                None
            }
            '?' => {
                self.help();
                None
            }
            _ => return None,
        })
    }

    pub(super) fn show_output(&mut self, scene: &Scene<'_>) {
        let Some(bytes) = (self.last_output)(scene.run) else {
            self.say("there is no output yet");
            return;
        };
        let page = self.page();
        let mut lines = vec![cards::output_head(page)];
        lines.extend(crate::terminal::clean::clean_output(&bytes).lines().map(str::to_owned));
        lines.push(cards::output_foot(page));
        self.print_as_is(&lines);
    }

    pub(super) fn list(&mut self, scene: &Scene<'_>) {
        let page = self.page();
        let mut lines = Vec::new();
        for &index in &scene.plan.steps {
            let step = &scene.plan.runbook.steps[index];
            let mark = match scene.walk.settled.get(&index) {
                Some(status) => format!("{status:?}").to_lowercase(),
                None if scene.walk.current == Some(index) => "here".to_owned(),
                None => String::new(),
            };
            let line = format!("{:>4}  {}", step.number, clean(&step.title));
            lines.push(crate::terminal::text::sides(&line, &mark, page.width));
        }
        self.print(&lines);
    }

    pub(super) fn help(&mut self) {
        let lines: Vec<String> = [
            "Enter or r  run the command            s  skip the step, with a reason",
            "e  edit the command                    n  write a note into the record",
            "o  the last output                     !  a shell of your own, recorded",
            "b  back one step     g  go to a step   l  list the steps",
            "c  whom to call                        w  what changed lately",
            "p  pause: resume later                 a  give up, with a reason",
            "On danger, failure and manual screens Enter does nothing.",
        ]
        .iter()
        .flat_map(|line| wrap(line, self.page().width, "  ", "  "))
        .collect();
        self.print(&lines);
    }
}
