use crate::lint::observe::observes;
use crate::lint::page::Page;
use crate::lint::prose;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
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
    let waits = prose::places_ignoring_case(text, "wait");
    if waits.is_empty() {
        return;
    }
    for paragraph in page.paragraphs() {
        let first = waits.partition_point(|&at| at < paragraph.start);
        let named = waits.get(first).is_some_and(|at| at + "wait".len() <= paragraph.end);
        if !named || in_context(page, paragraph) {
            continue;
        }
        for sentence in prose::sentences(text, paragraph) {
            let slice = page.slice(sentence);
            if prose::contains_ignoring_case(slice, "wait") && is_wait(slice) && !is_verified(page, sentence)
            {
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

/// Whether the sentence tells somebody to wait until or for something.
fn is_wait(sentence: &str) -> bool {
    let lower = prose::lower(sentence);
    let words: Vec<&str> = prose::words(&lower).collect();
    words.iter().enumerate().any(|(at, word)| {
        if *word != "wait" {
            return false;
        }
        let before = at.checked_sub(1).map_or("", |at| words[at]);
        let told = at == 0
            || matches!(
                before,
                "then" | "and" | "please" | "to" | "must" | "should" | "now" | "also" | "next" | "first" | "finally" | "or"
                    | "either" | "second" | "third" | "simply"
            )
            || before.bytes().all(|byte| byte.is_ascii_digit())
            // After a comma or a bracket: "Drain it, wait until it is empty".
            || follows_break(&lower, &words, at);
        let negated = words[..at].iter().rev().take(3).any(|word| matches!(*word, "not" | "don't" | "never" | "no" | "how"));
        told && !negated && waits_for_something(&words[at + 1..])
    })
}

/// Whether the word at `at` stands at the start of a clause.
fn follows_break(lower: &str, words: &[&str], at: usize) -> bool {
    let nth = words[..at].iter().filter(|word| **word == "wait").count();
    let Some((place, _)) = lower.match_indices("wait").nth(nth) else { return false };
    let before = lower[..place].trim_end_matches([' ', '\n', '*', '_', '"']);
    before.ends_with([',', ';', ':', '(', '.', '-', '–', '—', '>', ']'])
}

/// `until ...`, `for the queue to drain`; not `5 minutes`, not `for somebody`.
fn waits_for_something(rest: &[&str]) -> bool {
    let Some(next) = rest.iter().position(|word| matches!(*word, "until" | "till" | "for")) else {
        return false;
    };
    if next > 5 {
        return false;
    }
    let what = &rest[next + 1..];
    if rest[next] != "for" {
        return !what.is_empty();
    }
    let first = what.first().copied().unwrap_or("");
    let time = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_digit())
            || matches!(
                word,
                "few"
                    | "couple"
                    | "minute"
                    | "minutes"
                    | "seconds"
                    | "second"
                    | "hour"
                    | "hours"
                    | "while"
                    | "moment"
                    | "several"
                    | "ten"
                    | "five"
                    | "two"
                    | "three"
                    | "thirty"
                    | "fifteen"
                    | "day"
                    | "days"
                    | "long"
            )
    };
    if what.iter().take(4).any(|word| time(word)) {
        return false;
    }
    // People answer when they answer.
    let people = [
        "someone",
        "somebody",
        "approval",
        "confirmation",
        "response",
        "reply",
        "instructions",
        "input",
        "support",
        "answer",
    ];
    !first.is_empty() && !what.iter().take(5).any(|word| people.contains(word))
}

/// Whether the sentence, the rest of its step or the next step of the section shows it.
fn is_verified(page: &Page<'_>, sentence: Span) -> bool {
    let slice = page.slice(sentence);
    if slice.contains("](") || slice.contains("http") || slice.ends_with(':') || mentions_a_look(slice) {
        return true;
    }
    let steps = &page.runbook.steps;
    let at = steps.partition_point(|step| step.span.start <= sentence.start);
    let own = at.checked_sub(1).map(|at| &steps[at]).filter(|step| sentence.start < step.span.end);
    let after = |step: &Step| {
        page.commands_of(step)
            .iter()
            .any(|command| command.action.span.end > sentence.start && observes(command))
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

/// `(check the dashboard)`, `as shown by …`: the sentence itself says where to look.
fn mentions_a_look(sentence: &str) -> bool {
    [
        "dashboard",
        "graph",
        "grafana",
        "metric",
        "check the",
        "verify",
        "monitor",
        "see in",
        "in the log",
        "command",
    ]
    .iter()
    .any(|words| prose::contains_ignoring_case(sentence, words))
}
