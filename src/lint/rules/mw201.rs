use crate::lint::observe::{looks, observes};
use crate::lint::page::{Command, Page};
use crate::lint::prose;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::lint::waits;
use crate::runbook::{Severity, Step};
use crate::source::Span;

/// A wait with nothing to verify it.
pub static RULE: Rule = Rule {
    id: "MW201",
    name: "wait-without-check",
    severity: Severity::Warning,
    summary: "\"wait until the replica has caught up\" with nothing to verify it",
    explanation: "\
The text tells the operator to wait until something is so, and does not say how to see whether it is. \
At night one waits too short, or for something that has stopped moving an hour ago.

Put a command under the sentence that shows it, best as a check: midwatch then does the waiting, shows \
how it moves, and says when it is broken.

A link to a dashboard in the sentence, or a command under it that only looks, is enough.",
    bad: "\
## Fail over

1. Stop the writers.
2. «Wait for replication to catch up.»
3. Promote the replica.
",
    good: "\
## Fail over

1. Stop the writers.
2. Wait for replication to catch up.

   ```sh check until=\"Seconds_Behind_Source == 0\" timeout=30m
   mysql -h replica -e 'SHOW REPLICA STATUS\\G'
   ```

3. Promote the replica.
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    let text = page.source.text();
    let places = waits::places(text);
    if places.is_empty() {
        return;
    }
    let abroad = waits::abroad::may_be_in(text);
    let is_wait = |sentence: &str| waits::is_wait(sentence) || abroad && waits::abroad::is_wait(sentence);
    for paragraph in page.paragraphs() {
        let first = places.partition_point(|&at| at < paragraph.start);
        let named = places.get(first).is_some_and(|at| *at < paragraph.end);
        if !named || in_context(page, paragraph) {
            continue;
        }
        for sentence in prose::sentences(text, paragraph) {
            let first = places.partition_point(|&at| at < sentence.start);
            let named = places.get(first).is_some_and(|at| *at < sentence.end);
            if named && is_wait(page.slice(sentence)) && !is_verified(page, sentence) {
                out.report(sentence, "nothing here shows when this wait is over")
                    .label("how does one see it?")
                    .help("put a command under it that shows it, tagged `check until=…`: midwatch then does the waiting");
            }
        }
    }
}

fn in_context(page: &Page<'_>, paragraph: Span) -> bool {
    page.section_at(paragraph.start).is_some_and(|(_, section)| section.context)
}

/// Whether the sentence, the rest of its step or the next step of the section shows it.
fn is_verified(page: &Page<'_>, sentence: Span) -> bool {
    let slice = page.slice(sentence);
    if slice.contains("](") || slice.contains("http") || slice.ends_with(':') || waits::mentions_a_look(slice)
    {
        return true;
    }
    let steps = &page.runbook.steps;
    let at = steps.partition_point(|step| step.span.start <= sentence.start);
    let own = at.checked_sub(1).map(|at| &steps[at]).filter(|step| sentence.start < step.span.end);
    let after = |step: &Step| {
        page.commands_of(step)
            .iter()
            .any(|command| command.action.span.end > sentence.start && shows(command))
    };
    // "Wait until it is gone. Check it in the console." What is optional verifies nothing.
    let rest = own.map_or("", |step| page.slice(Span::new(sentence.end, step.span.end.max(sentence.end))));
    let told =
        rest.lines().any(|line| prose::verifies(line) && !prose::contains_ignoring_case(line, "optional"));
    if told || own.is_some_and(after) {
        return true;
    }
    // What follows must be about the same thing: the next step of the section, and no other.
    let section = page.section_at(sentence.start).map(|(index, _)| index);
    let next =
        steps.get(at).filter(|step| page.section_at(step.span.start).map(|(index, _)| index) == section);
    next.is_some_and(|step| after(step) || prose::verifies(&step.title))
}

/// Whether the command only looks, or looks last: `systemctl restart x; systemctl status x`.
fn shows(command: &Command<'_>) -> bool {
    observes(command)
        || command.is_shell()
            && command.script().commands().last().is_some_and(|last| last.program != "echo" && looks(last))
}
