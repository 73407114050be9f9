//! What all who look back say alike: who, how it ended, what the record is worth.

use std::time::Duration;

use crate::duration;
use crate::event::fold::{Attempt, Run, StepRun, Wait};
use crate::event::{Operator, StepStatus, Verdict};
use crate::history::{Past, Undone, given, withheld};
use crate::journal::verify::{Checked, Problem, Status};
use crate::terminal::clean::clean_line;

/// How something went, for its colour; a glyph and a word always stand beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// Well.
    Good,
    /// Badly.
    Bad,
    /// Passed over, or worth a look.
    Warn,
    /// Neither.
    Calm,
}

/// Glyph, word and tone of a step.
pub fn standing(run: &Run, step: &StepRun) -> (char, &'static str, Tone) {
    match step.status {
        Some(StepStatus::Done) => ('✔', "done", Tone::Good),
        Some(StepStatus::Skipped) if step.check_skipped() => {
            ('↷', "its command ran, its check was skipped", Tone::Warn)
        }
        Some(StepStatus::Skipped) => ('↷', "skipped", Tone::Warn),
        Some(StepStatus::NotApplicable) => ('○', "not applicable", Tone::Calm),
        Some(StepStatus::ConditionFalse) => ('○', "condition false", Tone::Calm),
        Some(StepStatus::Failed) => ('✘', "failed", Tone::Bad),
        None if run.sealed.is_none() => ('…', "not settled yet", Tone::Calm),
        None => ('…', "never settled", Tone::Calm),
    }
}

/// How a command ended, and how long it took: `exit 0, 1.2s`.
pub fn result(attempt: &Attempt) -> (char, String, Tone) {
    let (glyph, said, tone) = match (attempt.exit, attempt.signal) {
        _ if attempt.ended.is_none() => ('?', "in doubt: its end is not recorded".to_owned(), Tone::Bad),
        (Some(exit), _) if attempt.ok => ('✔', format!("exit {exit}"), Tone::Good),
        (Some(exit), _) => ('✘', format!("exit {exit}"), Tone::Bad),
        (None, Some(signal)) => ('✘', format!("ended by signal {signal}"), Tone::Bad),
        (None, None) => ('✘', "could not be started".to_owned(), Tone::Bad),
    };
    let mut text = said;
    if attempt.ended.is_some() {
        text.push_str(&format!(", {}", brief(attempt.duration_ms)));
    }
    if attempt.timed_out {
        text.push_str(", ended by its timeout");
    }
    (glyph, text, tone)
}

/// How a wait ended: `passed after 12s`.
pub fn verdict(wait: &Wait) -> (char, String, Tone) {
    let took = brief(wait.duration_ms);
    match wait.verdict {
        Some(Verdict::Pass) => ('✔', format!("passed after {took}"), Tone::Good),
        Some(Verdict::Broken) => ('✘', format!("broken after {took}"), Tone::Bad),
        Some(Verdict::Waiting) => ('…', format!("left waiting after {took}"), Tone::Warn),
        None => ('…', "its end is not recorded".to_owned(), Tone::Warn),
    }
}

/// `ana on db3 (as root, sudo by ana), pts/1, from 10.0.0.1`
pub fn who(operator: &Operator) -> String {
    let mut who = format!("{} on {}", operator.user, operator.host);
    let effective = operator.effective.as_ref().map(|user| format!("as {user}"));
    let sudo = operator.sudo_user.as_ref().map(|user| format!("sudo by {user}"));
    let roles: Vec<String> = effective.into_iter().chain(sudo).collect();
    if !roles.is_empty() {
        who.push_str(&format!(" ({})", roles.join(", ")));
    }
    if let Some(tty) = &operator.tty {
        who.push_str(&format!(", {tty}"));
    }
    if let Some(from) = operator.ssh.as_ref().and_then(|ssh| ssh.split(' ').next()) {
        who.push_str(&format!(", from {from}"));
    }
    clean_line(&who).into_owned()
}

/// Who goes on with a run: [`who`], and whose it was, where it was handed over.
pub fn goes_on(operator: &Operator, from: Option<&Operator>) -> String {
    let before = from.map(|from| format!("; handed over from {} on {}", from.person(), from.host));
    clean_line(&format!("{}{}", who(operator), before.unwrap_or_default())).into_owned()
}

/// What the record of a run is worth, in a sentence.
pub fn worth(checked: &Checked) -> String {
    let said = match checked.status {
        Status::Sealed => "its chain holds, and the ledger's head is its head",
        Status::Open => "its chain holds so far",
        Status::Torn => "a crash cut its last record short; what is shown holds",
        Status::Tampered => "it was changed after it was written",
        Status::Missing => "it is not there",
    };
    let records = if checked.records == 1 { "record" } else { "records" };
    format!("{}: {said} ({} {records})", checked.status.name(), checked.records)
}

/// A problem with its place, on one line: `runs/…/journal.jsonl:7: was changed`.
pub fn place(problem: &Problem) -> String {
    let line = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
    clean_line(&format!("{}{line}: {}", problem.file, problem.what)).into_owned()
}

/// `replica=db3, token (secret)`
pub fn with(run: &Run) -> String {
    let mut all: Vec<String> = given(run).map(|(name, value)| format!("{name}={value}")).collect();
    all.extend(withheld(run).into_iter().map(|name| format!("{name} (secret)")));
    all.join(", ")
}

/// What undid a run: `step 2: 1 of 1 rollbacks, by run ...`; none if nothing did.
pub fn undone(past: &Past) -> Vec<String> {
    let one = |undone: &Undone| {
        let steps: Vec<String> = undone.steps.iter().map(usize::to_string).collect();
        let steps = match (&steps[..], undone.all) {
            ([], _) => String::new(),
            (_, true) => "whole: ".to_owned(),
            ([step], _) => format!("step {step}: "),
            (steps, _) => format!("steps {}: ", steps.join(", ")),
        };
        let (done, total, by) = (undone.done, undone.total, clean_line(&undone.by));
        let status = undone.status.name();
        format!("{steps}{done} of {total} rollbacks, by run {} ({by}, {status})", undone.run)
    };
    past.undone.iter().map(one).collect()
}

/// `4 of 6 done, 1 skipped, 1 failed`
pub fn counts(run: &Run) -> String {
    if run.undoes.is_some() {
        return format!("{} of {} rollbacks", run.rolled_back(), run.steps_total);
    }
    let counts = run.counts();
    let mut text = format!("{} of {} done", counts.done, run.steps_total);
    for (count, what) in [
        (counts.skipped, "skipped"),
        (counts.not_applicable, "not applicable"),
        (counts.condition_false, "condition false"),
        (counts.failed, "failed"),
    ] {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    text
}

/// A time in milliseconds, for a person.
pub fn brief(millis: u64) -> String {
    duration::brief(Duration::from_millis(millis))
}

/// A number of bytes, for a person.
pub fn bytes(count: u64) -> String {
    match count {
        1 => "1 byte".to_owned(),
        0..=9_999 => format!("{count} bytes"),
        10_000..=9_999_999 => format!("{} KB", count / 1000),
        _ => format!("{} MB", count / 1_000_000),
    }
}
