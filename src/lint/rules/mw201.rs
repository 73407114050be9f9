use std::cell::LazyCell;

use crate::lint::marks::Kind as Mark;
use crate::lint::observe::{looks, observes};
use crate::lint::page::{Command, Page};
use crate::lint::prose;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::lint::waits;
use crate::runbook::blocks::Kind;
use crate::runbook::{Severity, Step};
use crate::shell::{self, Simple, has_word};
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

A link to a dashboard in the sentence, a command under it that only looks, or a query of the state in \
the text below the list is enough.",
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
    let abroad = waits::abroad::may_be_in(text);
    let mut places: Vec<usize> = page.marks_of(Mark::Wait).collect();
    if abroad {
        places.extend(waits::abroad::places(text));
        places.sort_unstable();
    }
    if places.is_empty() {
        return;
    }
    let is_wait = |sentence: &str| waits::is_wait(sentence) || abroad && waits::abroad::is_wait(sentence);
    for paragraph in page.paragraphs() {
        // Paragraphs stand in order: behind the last place there is none to look at.
        let Some(next) = places.get(places.partition_point(|&at| at < paragraph.start)) else { break };
        if *next >= paragraph.end || in_context(page, paragraph) {
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

/// What stands more lines, or more commands, below a wait than this is not about it; each wait looks so far.
const FAR: usize = 100;

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
        let commands = page.commands_of(step);
        let from = commands.partition_point(|command| command.action.span.end <= sentence.start);
        commands[from..].iter().take(FAR).any(shows)
    };
    // "Wait until it is gone. Check it in the console." What is optional verifies nothing.
    let rest = own.map_or("", |step| page.slice(Span::new(sentence.end, step.span.end.max(sentence.end))));
    let told = rest
        .lines()
        .take(FAR)
        .any(|line| prose::verifies(line) && !prose::contains_ignoring_case(line, "optional"));
    if told || own.is_some_and(after) || ends_in_sight(page, sentence, own) {
        return true;
    }
    // What follows must be about the same thing: the next step of the section, and no other.
    let section = page.section_at(sentence.start).map(|(index, _)| index);
    let next =
        steps.get(at).filter(|step| page.section_at(step.span.start).map(|(index, _)| index) == section);
    next.is_some_and(|step| after(step) || prose::verifies(&step.title)) || is_told_below(page, sentence)
}

/// Whether the wait is for a command that was just run and holds the terminal until then: it is over when
/// the prompt is back. "Run `./stop-all.sh` and wait until it finishes", "run `frob --reset`, wait until it
/// exits", and `Wait for "all is reset"` below the command that prints it.
fn ends_in_sight(page: &Page<'_>, sentence: Span, own: Option<&Step>) -> bool {
    let slice = page.slice(sentence);
    let lower = prose::lower(slice);
    let Some(at) = lower.find("wait") else { return false };
    let rest = &lower[at..];
    // What the step ran before the sentence.
    let ran = || {
        let commands = own.map_or(&[][..], |step| page.commands_of(step));
        let before = commands.partition_point(|command| command.action.span.end <= sentence.start);
        let last = before.checked_sub(1).map(|last| &commands[last]).filter(|command| command.is_shell());
        last.is_some_and(|command| command.text().len() <= LONGEST && stays(command.text()))
    };
    if rest.starts_with("wait for \"") || rest.starts_with("wait for “") {
        return ran();
    }
    let mut words =
        prose::words(rest).take(8).skip_while(|word| !matches!(*word, "until" | "till" | "for")).skip(1);
    match words.next() {
        Some("it") => {}
        Some("the" | "this") if matches!(words.next(), Some("process" | "program" | "tool")) => {}
        _ => return false,
    }
    let verb = words.find(|word| !matches!(*word, "has" | "is" | "to")).unwrap_or("");
    let exits = matches!(verb, "exit" | "exits" | "exited" | "return" | "returns" | "returned");
    let ends =
        matches!(verb, "complete" | "completes" | "completed" | "done" | "finish" | "finishes" | "finished");
    // The command that the sentence names last before the wait.
    let named = slice
        .get(..at)
        .and_then(|before| before.trim_end().rsplit('`').nth(1).filter(|code| !code.is_empty()));
    match named {
        Some(code) => code.len() <= LONGEST_CODE && stays(code) && (exits || ends && is_script(code)),
        None => exits && ran(),
    }
}

/// Whether a command holds the terminal until it is done, as far as one can see.
fn stays(script: &str) -> bool {
    const LEAVES: &str =
        "at aws az batch curl gcloud http kubectl nohup oc screen service setsid systemctl systemd-run tmux";
    let neutral = shell::neutral(script);
    let parsed = shell::parse(&neutral);
    let leaves = |simple: &Simple| {
        let any = |words: &str| simple.args.iter().any(|word| has_word(words, &word.text));
        simple.background
            || has_word(LEAVES, &simple.program)
            || has_word("docker podman nerdctl docker-compose", &simple.program)
                && any("-d --detach start restart stop")
    };
    !parsed.commands().is_empty() && !parsed.commands().iter().any(leaves)
}

/// Whether the code runs a script: `./stop-all.sh`, `sudo /opt/frob/stop`.
fn is_script(code: &str) -> bool {
    let mut words = code.split_whitespace().filter(|word| !has_word("sudo bash sh", word));
    words.next().is_some_and(|word| {
        word.starts_with(['.', '/', '~']) || word.ends_with(".sh") || word.ends_with(".py")
    })
}

/// Longer paragraphs, in bytes, name much and mean none of it.
const LONGEST: usize = 4096;

/// Nor is a look longer.
const LONGEST_CODE: usize = 200;

/// How many blocks below a list, and pieces of code in each, are looked at.
const NEAR: usize = 40;

/// Whether the text below the list that holds the sentence, before the next heading, names what shows
/// it: "the lag is in `select * from pg_stat_replication`". The other steps are about other things.
fn is_told_below(page: &Page<'_>, sentence: Span) -> bool {
    let blocks = &page.doc.blocks;
    let mut list = None;
    let mut block = page.block_at(sentence.start);
    while let Some(at) = block {
        if let Kind::List(_) = blocks[at].kind {
            list = Some(blocks[at].end as usize);
        }
        block = page.parent(at);
    }
    let Some(below) = list else { return false };
    // What stands far below belongs to something else.
    let same = blocks[below..].iter().take(NEAR).take_while(|block| !matches!(block.kind, Kind::Heading(_)));
    let short = |&at: &usize| blocks[at].kind == Kind::Para && blocks[at].span.len() <= LONGEST;
    (below..below + same.count()).filter(short).any(|at| {
        let told = LazyCell::new(|| prose::verifies(page.doc.text(at)));
        let codes = page.doc.codes(at).iter().take(NEAR).map(|code| page.slice(code.inner));
        codes
            .filter(|code| code.len() <= LONGEST_CODE)
            .any(|code| asks_for_state(code) || *told && is_look(code))
    })
}

/// `SHOW REPLICA STATUS`, `select * from pg_stat_replication`: a query of how something stands.
fn asks_for_state(code: &str) -> bool {
    let begins = |word: &str| code.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let state = |word: &&str| prose::contains_ignoring_case(code, word);
    begins("show ") || begins("select ") && ["_stat", "status", "lag", "progress"].iter().any(state)
}

/// Whether all commands of a piece of inline code only look.
fn is_look(code: &str) -> bool {
    let script = shell::parse(code);
    !script.commands().is_empty() && script.commands().iter().all(looks)
}

/// Whether the command only looks, or looks last: `systemctl restart x; systemctl status x`.
fn shows(command: &Command<'_>) -> bool {
    observes(command)
        || command.is_shell()
            && command.script().commands().last().is_some_and(|last| last.program != "echo" && looks(last))
}
