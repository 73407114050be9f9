//! Sentences that tell somebody to wait until something is so.

pub(super) mod abroad;

use super::prose::{self, Needles};
use crate::runbook::is_instruction;

/// Whether the sentence tells somebody to wait until or for something.
pub(super) fn is_wait(sentence: &str) -> bool {
    let lower = prose::lower(sentence);
    let words: Vec<&str> = prose::words(&lower).collect();
    words.iter().enumerate().any(|(at, word)| match *word {
        "wait" | "hold" | "pause" => {
            is_told(&lower, &words, at) && waits_for_something(&words[at + 1..]) && !is_advice(&words, at)
        }
        // "one by one, waiting for each to be ready"
        "waiting" => at > 0 && follows_break(&lower, &words, at) && waits_for_something(&words[at + 1..]),
        "proceed" | "continue" | "go" | "move" => is_held_back(&words, at),
        "let" => is_told(&lower, &words, at) && ends_by_itself(&words[at + 1..]),
        "allow" => is_told(&lower, &words, at) && is_to_end(&words[at + 1..]),
        "once" => at == 0 && has_ended(&lower, &words),
        _ => false,
    })
}

/// Whether the verb at `at` is told to the reader, and not of somebody or not to be done.
fn is_told(sentence: &str, words: &[&str], at: usize) -> bool {
    let back = |count: usize| at.checked_sub(count).map_or("", |at| words[at]);
    let before = back(1);
    let told = at == 0
        || match before {
            "please" | "now" | "next" | "first" | "finally" | "second" | "third" => true,
            // "Stop it and wait until ...", not what a program does.
            "then" | "and" | "also" | "or" | "either" | "simply" => is_instruction(sentence),
            "must" | "should" => back(2) == "you",
            "to" => match back(2) {
                "sure" | "remember" | "important" => true,
                "need" | "have" => matches!(back(3), "you" | "now"),
                _ => false,
            },
            _ => false,
        }
        || before.bytes().all(|byte| byte.is_ascii_digit())
        // After a comma or a bracket: "Drain it, wait until it is empty".
        || follows_break(sentence, words, at);
    told && !is_negated(&words[..at])
}

/// "If your store supports it, add replicas and wait for the data to move, or move it by hand": what one
/// may do with a service that has no name. The wait is one of two ways, and whether there is any is open.
fn is_advice(words: &[&str], at: usize) -> bool {
    const ABLE: &[&str] = &["support", "supports", "supported", "allows", "offers", "possible", "available"];
    words[0] == "if"
        && words[1..at].iter().take(8).any(|word| ABLE.contains(word))
        && words[at + 1..].contains(&"or")
}

/// Whether one of the last three words before a verb turns it round.
fn is_negated(before: &[&str]) -> bool {
    let negates = |word: &&str| matches!(*word, "not" | "don't" | "never" | "no" | "how");
    before.iter().rev().take(3).any(negates)
}

/// Whether the word at `at` stands at the start of a clause.
fn follows_break(sentence: &str, words: &[&str], at: usize) -> bool {
    let word = words[at];
    let nth = words[..at].iter().filter(|before| before.contains(word)).count();
    let Some((place, _)) = sentence.match_indices(word).nth(nth) else { return false };
    let before = sentence[..place].trim_end_matches([' ', '\n', '*', '_', '"']);
    before.ends_with([',', ';', ':', '(', '.', '-', '–', '—', '>', ']'])
}

/// `until ...`, `for the queue to drain`, `while it is rebuilt`; not `5 minutes`, not `for somebody`.
fn waits_for_something(rest: &[&str]) -> bool {
    let is_link = |word: &&str| matches!(*word, "until" | "till" | "for" | "while");
    let Some(next) = rest.iter().position(is_link).filter(|next| *next <= 5) else { return false };
    let what = &rest[next + 1..];
    match rest[next] {
        "for" => !what.iter().take(4).any(|word| is_time(word)) && !is_on_people(what),
        // "Wait a while".
        "while" => next == 0 && !what.is_empty(),
        _ => !is_on_people(what) && !is_hour(what),
    }
}

/// "do not proceed until ...", "continue only once ...": the verb at `at` waits for something.
fn is_held_back(words: &[&str], at: usize) -> bool {
    let rest = &words[at + 1..];
    let on = matches!(words[at], "go" | "move").then_some("on");
    if on.is_some() && rest.first().copied() != on {
        return false;
    }
    let rest = &rest[usize::from(on.is_some())..];
    let before = |back: usize| at.checked_sub(back).map_or("", |at| words[at]);
    let held = matches!(before(1), "don't" | "never") || before(1) == "not" && before(2) == "do";
    let link = rest.iter().take(5).position(|word| match *word {
        "until" | "till" => held,
        "once" => !held,
        _ => false,
    });
    let told =
        held || at == 0 || matches!(before(1), "then" | "and" | "please") || before(1) == "only" && at == 1;
    let Some(what) = link.map(|link| &rest[link + 1..]).filter(|_| told) else { return false };
    !is_on_people(what) && !is_hour(what)
}

/// What ends after some time, of its own.
#[rustfmt::skip]
const ENDS: &[&str] = &[
    "catch", "settle", "finish", "complete", "drain", "recover", "warm", "sync", "converge", "stabilize",
    "stabilise", "rebalance",
];

/// "let the replica catch up", "let it drain"
fn ends_by_itself(rest: &[&str]) -> bool {
    let what = if rest.first() == Some(&"it") { rest } else { rest.get(1..).unwrap_or_default() };
    what.iter().take(5).any(|word| ENDS.contains(word))
}

/// "allow the replica to catch up"; not "to finish by hand", which somebody does.
fn is_to_end(rest: &[&str]) -> bool {
    let to = rest.iter().take(6).position(|word| *word == "to");
    to.and_then(|to| rest.get(to + 1)).is_some_and(|word| ENDS.contains(word))
}

/// "Once the copy is complete, ...": of a thing with a name, in the first clause.
fn has_ended(sentence: &str, words: &[&str]) -> bool {
    const ENDED: &[&str] = &[
        "finished",
        "finishes",
        "complete",
        "completes",
        "completed",
        "ended",
        "ready",
        "synced",
        "synchronized",
        "drained",
        "healthy",
        "restored",
        "converged",
        "rebuilt",
        "replicated",
        "up",
    ];
    let Some((clause, rest)) = sentence.split_once(',') else { return false };
    let clause = &words[1..prose::words(clause).count().max(1)];
    let named = clause.first().is_some_and(|word| matches!(*word, "the" | "all" | "every"));
    let last = clause.last().copied().unwrap_or("");
    let caught = last != "up" || clause.contains(&"caught");
    named
        && clause.len() > 2
        && ENDED.contains(&last)
        && caught
        && !is_on_people(clause)
        && is_instruction(rest.trim())
}

fn is_time(word: &str) -> bool {
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
}

/// `02:00 UTC`, `tomorrow`, `Monday`: a clock shows it.
fn is_hour(what: &[&str]) -> bool {
    const DAYS: &[&str] = &["tomorrow", "tonight", "morning", "midnight", "noon", "hours", "weekend", "week"];
    let first = what.first().copied().unwrap_or("");
    first.is_empty()
        || first.starts_with(|c: char| c.is_ascii_digit())
        || first.ends_with("day") && first.len() > 5
        || what.iter().take(3).any(|word| DAYS.contains(word))
}

/// Whether the wait is for people, who answer when they answer, or for what shows its own end.
fn is_on_people(what: &[&str]) -> bool {
    const PEOPLE: &[&str] = &[
        "someone",
        "somebody",
        "approval",
        "approvals",
        "meeting",
        "approved",
        "approves",
        "confirmation",
        "confirmed",
        "confirms",
        "confirm",
        "response",
        "respond",
        "responds",
        "reply",
        "replies",
        "instructions",
        "instructed",
        "told",
        "input",
        "support",
        "answer",
        "answers",
        "engineer",
        "engineers",
        "commander",
        "manager",
        "customer",
        "colleague",
        "reviewer",
        "review",
        "reviewed",
        "decision",
        "decided",
        "vote",
        "turn",
        "window",
        "team",
        // A forge shows these.
        "pipeline",
        "merge",
        "merged",
        "pull",
        "mr",
        "pr",
        "ci",
    ];
    let own = |word: &&str| matches!(*word, "you" | "you've" | "we");
    what.first().is_none_or(own) || what.iter().take(6).any(|word| PEOPLE.contains(word))
}

/// `(check the dashboard)`, `as shown by …`: the sentence itself says where to look.
pub(super) fn mentions_a_look(sentence: &str) -> bool {
    static LOOKS: Needles = Needles::new(&[
        "check the",
        // The terminal shows when that has ended.
        "command",
        "dashboard",
        "grafana",
        "graph",
        "in the log",
        "metric",
        "monitor",
        "prompt",
        "script",
        "see in",
        "verify",
    ]);
    // "until `SHOW SLAVE STATUS` shows 0"
    static SHOWS: Needles = Needles::new(&["display", "print", "report", "return", "says", "show"]);
    LOOKS.any_in(sentence) || sentence.contains('`') && SHOWS.any_in(sentence)
}

#[cfg(test)]
mod tests {
    use super::is_wait;
    use crate::lint::marks::{self, Kind};

    #[test]
    fn waits_for_things_are_told_from_waits_for_people_and_hours() {
        for text in [
            "Wait until the replica has caught up.",
            "Wait for the pods to be ready.",
            "Drain it, wait until it is empty.",
            "Wait while the index is rebuilt.",
            "Restart them one by one, waiting for each to be ready.",
            "Do not continue until the replica is in sync.",
            "Don't go on until the cluster is green.",
            "Proceed once all shards are green.",
            "Continue only once the restore is done.",
            "Let the replica catch up.",
            "Restart it and let it catch up.",
            "Allow the replica to catch up.",
            "Restart it, and then allow it to finish.",
            "Allow all shards to sync before going on.",
            "Pause until the lag is gone.",
            "Stop the writers and wait for the queue to drain.",
            "If it is supported, add replicas and wait for the data to move.",
            "You need to wait until the copy is ready.",
            "Make sure to wait until all shards are there.",
            "Once the copy is complete, promote the replica.",
            "Once the replica has caught up, promote it.",
            "If the replica is behind, wait until it has caught up or is gone.",
        ] {
            assert!(is_wait(text), "{text}");
            assert!(marks::places(text).any(|(_, kind)| kind == Kind::Wait), "{text}");
        }
        for text in [
            "Wait 5 minutes.",
            "This will allow the cluster to recover.",
            "Allow the user to log in until you finish.",
            "Let it be.",
            "Wait a while.",
            "Wait for a few minutes.",
            "Wait for approval.",
            "Wait for the customer to respond.",
            "Wait until the change is approved.",
            "Wait until 02:00 UTC.",
            "Wait until Monday.",
            "Wait for the pipeline to pass.",
            "Do not wait for the backup.",
            "The job will wait until the lock is free.",
            "Do not continue until you have the approval.",
            "Once you are done, close the ticket.",
            "Once it is up, tell the team.",
            "Once per hour, all is complete.",
            "Let the team know.",
            "The client can then poll or wait for a message.",
            "It says how long the daemon should wait for the box to stop.",
            "They'll need to wait for the whole timeout.",
            "Users are expected to wait until the next release.",
            "--no-checkpoint forces to wait for the checkpoint.",
            "Go on until you find the cause.",
            "The pods continue until the node is gone.",
            "Recovery should only proceed once the cause is known.",
            "The workers do not start and will not continue until the lock is free.",
            "Once the move is complete, the old host is of no use.",
            "If this is supported then add replicas and wait for the data to move or move it by hand.",
            "If your store offers that, add replicas and wait for the data to move, or move it by hand.",
        ] {
            assert!(!is_wait(text), "{text}");
        }
    }
}
