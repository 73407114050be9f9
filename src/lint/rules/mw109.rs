use crate::lint::endless::{LISTENS, STAYS, TUNNEL, endless, loops};
use crate::lint::page::Page;
use crate::lint::prose::{self, Needles};
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::lint::waits;
use crate::runbook::Severity;
use crate::source::Span;

/// A command that goes on until somebody stops it.
pub static RULE: Rule = Rule {
    id: "MW109",
    name: "never-ends",
    severity: Severity::Warning,
    summary: "`-f`, `watch`, port-forward without a timeout",
    explanation: "\
The command goes on until somebody presses Ctrl-C, and nothing says when that should be. Whoever \
follows the page waits for it to end, and a run without a person waits for its time limit.

Say what is looked for and look for it once (`journalctl -u db --since -5min`), make it a check with \
`until=`, set `timeout=`, or put `&` or `timeout 60` to it. Or say in the text when to stop it (\"press \
Ctrl-C when the lag is gone\", \"leave it open\").",
    bad: "\
## Watch the log

```sh
journalctl -u shop «-f»
```
",
    good: "\
## Look at the log

```sh
journalctl -u shop --since -5min
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    // What the text of a step says is read once for all its commands.
    let mut told: Option<(usize, bool)> = None;
    for command in page.shell().filter(|command| !command.offered()) {
        let attrs = &command.action.attrs;
        if attrs.timeout.is_some() || attrs.interactive {
            continue;
        }
        let commands = command.script().commands();
        let found = (0..commands.len()).find_map(|at| endless(&commands[at], &commands[at + 1..]));
        let found = found.or_else(|| Some(("goes round for ever", loops(commands, command.text())?)));
        let Some((does, word)) = found else { continue };
        let step = command.step;
        let (_, says) = match told {
            Some(told) if told.0 == step.number => told,
            _ => *told.insert((step.number, says_so(&step.text) || shows_a_wait(&step.text))),
        };
        if says {
            continue;
        }
        let help = match does {
            // Of use only while something else is done.
            STAYS | TUNNEL | LISTENS => {
                "say in which other terminal it stays open, or start it in the background"
            }
            _ => {
                "look once, or say when to stop: `timeout=5m` after the fence, `timeout 60` before the command"
            }
        };
        out.report(command.place(word.span), "this command does not end by itself").label(does).help(help);
    }
}

/// Whether the text says that the command goes on, and what to do about it.
fn says_so(text: &str) -> bool {
    static NEEDLES: Needles = Needles::new(&[
        "another shell",
        "another terminal",
        "another window",
        "ctrl",
        "in the background",
        "keep it",
        "keep the",
        "keep this",
        "leave it",
        "leave the",
        "leave this",
        "new terminal",
        "second terminal",
        "separate terminal",
        "stop it with",
        "until you stop",
    ]);
    NEEDLES.any_in(text)
}

/// "Wait until all clients are gone, use this command to track them:": when that is so, one stops it.
fn shows_a_wait(text: &str) -> bool {
    static NEEDLES: Needles = Needles::new(&["command"]);
    static FOLLOWS: Needles = Needles::new(&["follow", "monitor", "observe", "track", "watch"]);
    NEEDLES.any_in(text)
        && prose::sentences(text, Span::new(0, text.len())).iter().any(|sentence| {
            let sentence = &text[sentence.range()];
            NEEDLES.any_in(sentence) && FOLLOWS.any_in(sentence) && waits::is_wait(sentence)
        })
}
