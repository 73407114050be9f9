//! The verdict machine: what a sample says about the wait it belongs to.

use std::time::Duration;

use cel::Value;

use super::estimate;
use super::expr::Expr;
use super::json;
use super::probed::Probed;
use super::sample::{Sample, brief};
use super::spec::Spec;
use crate::duration;
use crate::event::Verdict;

/// Samples that must be unknown in a row before that alone breaks a wait.
const UNKNOWN_SAMPLES: u32 = 3;
/// Values kept for the estimate.
const KEPT: usize = 64;

/// What one sample says.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Pass and broken end the wait.
    pub verdict: Verdict,
    /// The value shown, as text.
    pub value: Option<String>,
    /// The same as a number, for plots; units after it left out.
    pub number: Option<f64>,
    /// Why the condition could not be evaluated, naming the field.
    pub unknown: Option<String>,
    /// The verdict's reason, in a sentence without a full stop.
    pub why: String,
    /// The end of the probe's standard error, where it matters.
    pub stderr: Option<String>,
}

/// One wait: a check being polled.
#[derive(Debug, Clone)]
pub struct Wait {
    spec: Spec,
    /// `timeout`, plus what the operator added.
    limit: Duration,
    /// Since when the condition has been true, without a break.
    true_since: Option<Duration>,
    /// The first of the samples that have been unknown in a row, and how many they are.
    unknown: Option<(Duration, u32)>,
    /// When the last sample ended.
    last: Option<Duration>,
    samples: u32,
    values: Vec<(Duration, f64)>,
    over: bool,
}

/// What the expressions make of a sample.
enum Reading {
    Failed,
    True,
    False,
    Unknown(String),
}

impl Wait {
    /// A wait that begins now.
    pub fn new(spec: Spec) -> Self {
        let limit = spec.timeout;
        Wait {
            spec,
            limit,
            true_since: None,
            unknown: None,
            last: None,
            samples: 0,
            values: Vec::new(),
            over: false,
        }
    }

    /// What it waits for.
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// How many samples there were.
    pub fn samples(&self) -> u32 {
        self.samples
    }

    /// When the next sample is due, counted from the beginning; none once the wait is over.
    ///
    /// The last one is due at the end of the timeout, and one where `hold` ends.
    pub fn next_at(&self) -> Option<Duration> {
        if self.over {
            return None;
        }
        let Some(last) = self.last else { return Some(Duration::ZERO) };
        let mut next = last.saturating_add(self.spec.every).min(self.limit);
        if let Some(since) = self.true_since {
            next = next.min(since.saturating_add(self.spec.hold));
        }
        Some(next.max(last))
    }

    /// How much of the timeout is left at `t`.
    pub fn time_left(&self, t: Duration) -> Duration {
        self.limit.saturating_sub(t)
    }

    /// Gives the wait more time.
    pub fn extend(&mut self, more: Duration) {
        self.limit = self.limit.saturating_add(more);
    }

    /// How long it may still take after the last sample, where the values move steadily.
    pub fn estimate(&self) -> Option<Duration> {
        let goal = self.spec.target()?.goal;
        let left = estimate::remaining(&self.values, goal)?;
        Some(left.saturating_add(self.spec.hold))
    }

    /// Takes a sample that ended at `t`, counted from the beginning of the wait.
    pub fn sample(&mut self, t: Duration, probed: &Probed) -> Judged {
        self.samples = self.samples.saturating_add(1);
        let sample = Sample::from(probed);
        let reading = self.read(probed, &sample);
        let (value, number) = self.show(probed, &sample);
        if let Some(number) = number {
            self.values.push((t, number));
            if self.values.len() > KEPT {
                self.values.remove(0);
            }
        }
        self.count(t, &reading);
        self.last = Some(t);

        let (verdict, why) = self.judge(t, &reading, value.as_deref(), &sample);
        self.over = verdict != Verdict::Waiting;
        let unknown = match reading {
            Reading::Unknown(why) => Some(why),
            _ => None,
        };
        let failed = probed.exit.is_none_or(|exit| !self.spec.is_ok(exit));
        let matters = unknown.is_some() || verdict == Verdict::Broken || failed;
        let stderr = matters.then(|| tail(&probed.stderr)).flatten();
        Judged { verdict, value, number, unknown, why, stderr }
    }

    /// Keeps count of how long the condition has been true or unknown.
    fn count(&mut self, t: Duration, reading: &Reading) {
        let most = self.spec.every.saturating_mul(2).saturating_add(self.spec.try_limit);
        let gap = self.last.is_some_and(|last| t.saturating_sub(last) > most);
        self.true_since = match reading {
            Reading::True if gap => Some(t),
            Reading::True => Some(self.true_since.unwrap_or(t)),
            _ => None,
        };
        self.unknown = match (reading, self.unknown) {
            (Reading::Unknown(_), Some((since, count))) => Some((since, count.saturating_add(1))),
            (Reading::Unknown(_), None) => Some((t, 1)),
            _ => None,
        };
    }

    fn judge(
        &self,
        t: Duration,
        reading: &Reading,
        value: Option<&str>,
        sample: &Sample,
    ) -> (Verdict, String) {
        let until = self.spec.until_text();
        let now = value.map_or(String::new(), |value| format!(", the value is {value}"));
        let doubt = |why: &str| {
            let errors: String =
                sample.errors().iter().map(|error| format!("; {}", brief(error, 300))).collect();
            format!("{why}{errors}")
        };
        if let Reading::Failed = reading {
            let fail = self.spec.fail.as_ref().map_or("", Expr::text);
            return (Verdict::Broken, doubt(&format!("`{fail}` is true{now}")));
        }
        if let Some(since) = self.true_since {
            let held = t.saturating_sub(since);
            if held >= self.spec.hold {
                let held = if self.spec.hold.is_zero() {
                    String::new()
                } else {
                    format!(" and was for {}", duration::brief(held))
                };
                return (Verdict::Pass, format!("`{until}` is true{held}"));
            }
        }
        if let (Reading::Unknown(why), Some((since, count))) = (reading, self.unknown) {
            let gone = t.saturating_sub(since);
            if gone >= self.spec.unknown && count >= UNKNOWN_SAMPLES {
                let gone = duration::brief(gone);
                return (Verdict::Broken, doubt(&format!("unknown for {gone}, {count} samples: {why}")));
            }
        }
        let over = t >= self.limit;
        let why = match (reading, self.true_since) {
            (Reading::Unknown(why), _) => doubt(&format!("unknown: {why}")),
            (_, Some(since)) => format!(
                "`{until}` is true for {} of {}",
                duration::brief(t.saturating_sub(since)),
                duration::format(self.spec.hold)
            ),
            // `&&` and `||` may have passed over a null; a person must still see it.
            _ => {
                match self.spec.until.iter().flat_map(Expr::names).find(|name| sample.lookup(name).is_none())
                {
                    Some(name) => doubt(&format!("`{until}` is not true{now}; {}", sample.missing(name))),
                    None => format!("`{until}` is not true{now}"),
                }
            }
        };
        if over {
            let limit = duration::format(self.limit);
            return (Verdict::Broken, format!("not settled within {limit}: {why}"));
        }
        (Verdict::Waiting, why)
    }

    fn read(&self, probed: &Probed, sample: &Sample) -> Reading {
        if let Some(trouble) = &probed.trouble {
            return Reading::Unknown(format!("the probe could not be run: {trouble}"));
        }
        if probed.timed_out {
            let limit = duration::format(self.spec.try_limit);
            return Reading::Unknown(format!("the probe was ended after {limit} (`try`)"));
        }
        let exit = match probed.exit {
            None => Err("a signal ended the probe".to_string()),
            Some(exit) if self.spec.is_ok(exit) => Ok(()),
            Some(exit) => {
                let said = tail(&probed.stderr).map_or(String::new(), |tail| {
                    format!(": {}", brief(tail.lines().last().unwrap_or(""), 200))
                });
                Err(format!("the probe ended with exit status {exit}{said}"))
            }
        };
        // Output of a probe that did not work says nothing, unless its failure is what is asked about.
        let holds = |expr: &Expr, asked: bool| match &exit {
            Err(why) if !asked => Err(why.clone()),
            _ => expr.holds(sample),
        };
        let fail = self.spec.fail.as_ref().map(|fail| holds(fail, fail.uses("exit") || fail.uses("stderr")));
        if let Some(Ok(true)) = fail {
            return Reading::Failed;
        }
        let until = match &self.spec.until {
            Some(until) => holds(until, until.uses("exit")),
            // Without a condition the exit status is the condition; a signal left none.
            None if probed.exit.is_none() => Err("a signal ended the probe".into()),
            None => Ok(exit.is_ok()),
        };
        match (until, fail) {
            // What must not be so could not be looked at: that is no success.
            (Ok(true), Some(Err(why))) => Reading::Unknown(why),
            (Ok(true), _) => Reading::True,
            (Ok(false), _) => Reading::False,
            (Err(why), _) => Reading::Unknown(why),
        }
    }

    /// The value to show, as text and as a number.
    fn show(&self, probed: &Probed, sample: &Sample) -> (Option<String>, Option<f64>) {
        if probed.timed_out || probed.trouble.is_some() {
            return (None, None);
        }
        let value = match &self.spec.show {
            Some(show) => {
                let worked = probed.exit.is_some_and(|exit| self.spec.is_ok(exit));
                if !worked && !show.uses("exit") && !show.uses("stderr") {
                    return (None, None);
                }
                show.evaluate(sample).ok()
            }
            None => sample.lookup("exit"),
        };
        match value {
            None | Some(Value::Null) => (None, None),
            Some(value) => {
                let text = display(&value);
                let number = number(&value, &text);
                (Some(text), number)
            }
        }
    }
}

/// What a capture keeps: standard output without the white space around it, or what `expr` yields.
///
/// # Errors
/// A sentence that says why there is nothing to keep.
pub fn capture(expr: Option<&Expr>, probed: &Probed) -> Result<String, String> {
    let Some(expr) = expr else {
        let trimmed = probed.stdout.trim();
        return if trimmed.is_empty() { Err("it printed nothing".into()) } else { Ok(trimmed.to_string()) };
    };
    let value = expr.evaluate(&Sample::from(probed))?;
    let text = match &value {
        Value::Null => return Err(format!("`{}` is NULL", expr.text())),
        Value::String(text) => text.trim().to_string(),
        Value::Int(_) | Value::UInt(_) | Value::Float(_) | Value::Bool(_) => display(&value),
        other => json::text(other).ok_or_else(|| format!("`{}` cannot be kept as text", expr.text()))?,
    };
    if text.is_empty() { Err(format!("`{}` is empty", expr.text())) } else { Ok(text) }
}

fn display(value: &Value) -> String {
    match value {
        Value::String(text) => brief(text, 80),
        other => super::sample::shown(other),
    }
}

/// The number in a value: itself, or what stands before a unit (`37 s`, `4.5%`).
fn number(value: &Value, text: &str) -> Option<f64> {
    match value {
        Value::Bool(_) => None,
        Value::String(_) => {
            let end =
                text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-')).unwrap_or(text.len());
            let (number, unit) = text.split_at(end);
            let unit = unit.trim();
            let is_unit = unit.chars().count() <= 8 && unit.chars().all(|c| c.is_alphabetic() || c == '%');
            number.parse().ok().filter(|number: &f64| is_unit && number.is_finite())
        }
        _ => text.parse().ok().filter(|number: &f64| number.is_finite()),
    }
}

/// The last lines of a probe's standard error, at most 600 characters.
fn tail(stderr: &str) -> Option<String> {
    let lines: Vec<&str> = stderr.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let end = lines[lines.len().saturating_sub(5)..].join("\n");
    let surplus = end.chars().count().saturating_sub(600);
    let end: String = end.chars().skip(surplus).collect();
    (!end.is_empty()).then_some(end)
}

#[cfg(test)]
mod tests;
