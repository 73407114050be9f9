//! One step of the timeline: how it ended, what ran, what the checks saw, what people said.

use std::time::Duration;

use super::{Item, indented};
use crate::duration;
use crate::event::Verdict;
use crate::event::fold::{Attempt, Remark, SampleRun, StepRun, Wait, When};
use crate::history::{Past, Zone};
use crate::report::words::standing;
use crate::runbook::ActionKind;
use crate::terminal::cards::bare;
use crate::terminal::clean::clean_line;

/// The step's lines; none if it was never on the screen and nothing happened in it.
pub(super) fn item(past: &Past, step: &StepRun, zone: &Zone) -> Option<Item> {
    let run = &past.run;
    let first_attempt = step.attempts.iter().find(|attempt| !is_rollback(attempt));
    let first_attempt = first_attempt.map(|attempt| &attempt.started);
    let first_wait = step.waits.first().map(|wait| &wait.started);
    let began = [step.entered.as_ref(), first_attempt, first_wait, step.ended.as_ref()];
    let began = began.into_iter().flatten().min_by_key(|when| when.seq)?.clone();

    let (glyph, word, _) = standing(run, step);
    let again =
        if step.entries > 1 { format!(" ({} times on the screen)", step.entries) } else { String::new() };
    let reason = step.reason.as_deref().map(|reason| format!(": {}", clean_line(reason)));
    let undone = match past.undone_by(step) {
        Some(by) if *by == run.id => "; undone".to_owned(),
        Some(by) => format!("; undone by run {}", clean_line(by)),
        None => String::new(),
    };
    let title = clean_line(bare(&step.title, step.number));
    let head =
        format!("{glyph} {} {title} · {word}{}{again}{undone}", step.number, reason.unwrap_or_default());

    let own = step.attempts.iter().filter(|attempt| !is_rollback(attempt));
    let mut parts: Vec<(&When, Vec<String>)> = Vec::new();
    parts.extend(own.map(|attempt| (&attempt.started, command(attempt))));
    parts.extend(step.waits.iter().map(|wait| (&wait.started, waited(wait, zone))));
    parts.extend(step.decisions.iter().map(|said| (&said.when, remark("decided", said))));
    parts.extend(step.notes.iter().map(|said| (&said.when, remark("✎ note", said))));
    parts.sort_by_key(|(when, _)| when.seq);
    let deeper = |lines: Vec<String>| lines.into_iter().map(|line| format!("    {line}")).collect();
    let parts = parts.into_iter().map(|(when, lines)| Item::new(when, deeper(lines))).collect();
    Some(Item { seq: began.seq, at: began.at, lines: vec![head], parts })
}

/// Its rollbacks, each where it happened: long after the step, and in the order of the undoing.
pub(super) fn rollbacks(step: &StepRun) -> impl Iterator<Item = Item> {
    step.attempts.iter().filter(|attempt| is_rollback(attempt)).map(|attempt| {
        let head = format!("↶ {} {} · undo", step.number, clean_line(bare(&step.title, step.number)));
        let lines = command(attempt).into_iter().map(|line| format!("    {line}"));
        Item::new(&attempt.started, std::iter::once(head).chain(lines).collect())
    })
}

fn is_rollback(attempt: &Attempt) -> bool {
    attempt.kind == ActionKind::Rollback.name()
}

fn command(attempt: &Attempt) -> Vec<String> {
    let kind = match &*attempt.kind {
        "run" => String::new(),
        kind => format!("({}) ", clean_line(kind)),
    };
    let mut lines = indented(&format!("{kind}$ "), &attempt.command);
    if let Some(original) = &attempt.original {
        lines.extend(indented("  edited; the runbook says: ", original));
    }
    let mut result = match (attempt.exit, attempt.signal) {
        _ if attempt.ended.is_none() => "in doubt: its end is not recorded".to_owned(),
        (Some(exit), _) if attempt.ok => format!("✔ exit {exit}"),
        (Some(exit), _) => format!("✘ exit {exit}"),
        (None, Some(signal)) => format!("✘ ended by signal {signal}"),
        (None, None) => "✘ could not be started".to_owned(),
    };
    if attempt.ended.is_some() {
        result.push_str(&format!(", {}", brief(attempt.duration_ms)));
    }
    if attempt.timed_out {
        result.push_str(", ended by its timeout");
    }
    if let Some(output) = &attempt.output {
        result.push_str(&format!(", {} in output/{}", bytes(attempt.output_bytes), clean_line(output)));
    } else if attempt.output_bytes > 0 {
        result.push_str(&format!(", printed {}", bytes(attempt.output_bytes)));
    }
    lines.push(format!("  {result}"));
    lines.extend(attempt.failed_lines.iter().map(|failed| {
        format!("  line {} failed ({}): {}", failed.line, failed.status, clean_line(&failed.command))
    }));
    lines.extend(attempt.changed.as_deref().map(|changed| format!("  {}", clean_line(changed))));
    lines.extend(attempt.trouble.as_deref().map(|trouble| format!("  ⚠ {}", clean_line(trouble))));
    lines
}

fn waited(wait: &Wait, zone: &Zone) -> Vec<String> {
    let mut lines = match &wait.command {
        Some(command) => indented("? ", command),
        None => vec![format!("? {}", clean_line(&wait.action))],
    };
    if let Some(original) = &wait.original {
        lines.extend(indented("  edited; the runbook says: ", original));
    }
    let why = wait.why.as_deref().map(|why| format!(": {}", clean_line(why))).unwrap_or_default();
    lines.push(match wait.verdict {
        Some(Verdict::Pass) => format!("  ✔ passed after {}{why}", brief(wait.duration_ms)),
        Some(Verdict::Broken) => format!("  ✘ broken after {}{why}", brief(wait.duration_ms)),
        Some(Verdict::Waiting) => format!("  … left waiting after {}{why}", brief(wait.duration_ms)),
        None => "  … its end is not recorded".to_owned(),
    });
    lines.extend(samples(&wait.samples, zone));
    lines
}

/// First, last, count, lowest and highest; and the unknown ones, which are what goes wrong.
fn samples(samples: &[SampleRun], zone: &Zone) -> Vec<String> {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return Vec::new() };
    let value = |sample: &SampleRun| match &sample.value {
        Some(value) => clean_line(value).into_owned(),
        None => "nothing".to_owned(),
    };
    let mut line = match samples.len() {
        1 => format!("  1 sample: {} at {}", value(first), zone.clock(&first.at)),
        count => format!(
            "  {count} samples: {} at {}, {} at {}",
            value(first),
            zone.clock(&first.at),
            value(last),
            zone.clock(&last.at)
        ),
    };
    let numbers = samples.iter().filter_map(|sample| {
        let text = sample.value.as_deref()?;
        text.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| (number, text))
    });
    let (mut lowest, mut highest) = (None::<(f64, &str)>, None::<(f64, &str)>);
    for (number, text) in numbers {
        if lowest.is_none_or(|(low, _)| number < low) {
            lowest = Some((number, text));
        }
        if highest.is_none_or(|(high, _)| number > high) {
            highest = Some((number, text));
        }
    }
    if let (true, Some((_, low)), Some((_, high))) = (samples.len() > 1, lowest, highest) {
        line.push_str(&format!("; lowest {low}, highest {high}"));
    }
    let unknown: Vec<&str> = samples.iter().filter_map(|sample| sample.unknown.as_deref()).collect();
    let mut lines = vec![line];
    if let Some(why) = unknown.last() {
        lines.push(format!("  {} unknown: {}", unknown.len(), clean_line(why)));
    }
    lines
}

fn remark(what: &str, remark: &Remark) -> Vec<String> {
    let by = remark.by.as_deref().map(|by| format!(" by {}", clean_line(by))).unwrap_or_default();
    indented(&format!("{what}{by}: "), &remark.text)
}

fn brief(millis: u64) -> String {
    duration::brief(Duration::from_millis(millis))
}

fn bytes(count: u64) -> String {
    match count {
        1 => "1 byte".to_owned(),
        0..=9_999 => format!("{count} bytes"),
        10_000..=9_999_999 => format!("{} KB", count / 1000),
        _ => format!("{} MB", count / 1_000_000),
    }
}
