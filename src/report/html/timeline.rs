//! The timeline, to scale: a row for each step, what ran and what was waited for in it.

use serde::Serialize;

use crate::event::fold::When;
use crate::report::plot::{Tick, percent, span};
use crate::report::words::{self, Tone};
use crate::report::{Part, Report, parts, ticks};

/// All rows, and the times above them.
#[derive(Debug, Serialize)]
pub struct Timeline {
    rows: Vec<Row>,
    ticks: Vec<Tick>,
    pauses: Vec<Bar>,
}

#[derive(Debug, Serialize)]
struct Row {
    number: usize,
    title: String,
    glyph: char,
    word: &'static str,
    tone: Tone,
    bars: Vec<Bar>,
}

#[derive(Debug, Serialize)]
struct Bar {
    x: String,
    width: String,
    class: &'static str,
    label: String,
}

/// The narrowest bar, in percent: what took no time is still seen.
const NARROWEST: f64 = 0.5;

/// The timeline of a run; none if nothing of it has a length.
pub fn timeline(report: &Report) -> Option<Timeline> {
    let run = &report.past.run;
    let end = run.last.as_ref().map(|when| report.since_start(when))?.max(1);
    let bar = |from: &When, to: Option<&When>, class, label: String| {
        let (from, to) = (report.since_start(from), to.map_or(end, |to| report.since_start(to)));
        let at = |t: u64| t as f64 / end as f64 * 100.0;
        let width = (at(to) - at(from)).max(NARROWEST);
        Bar { x: percent(at(from).min(100.0 - NARROWEST)), width: percent(width), class, label }
    };
    let mut rows = Vec::new();
    for step in run.steps() {
        let (glyph, word, tone) = words::standing(run, step);
        let mut bars = Vec::new();
        if let Some(entered) = &step.entered {
            let left = step.ended.as_ref();
            let took = left.map_or(end, |left| report.since_start(left));
            let took = took.saturating_sub(report.since_start(entered));
            bars.push(bar(entered, left, "open", format!("on the screen for {}", words::brief(took))));
        }
        for part in parts(step) {
            match part {
                Part::Command(attempt) => {
                    let (_, result, tone) = words::result(attempt);
                    let class = if tone == Tone::Good { "ran" } else { "failed" };
                    bars.push(bar(&attempt.started, attempt.ended.as_ref(), class, result));
                }
                Part::Wait(wait) => {
                    let (_, said, tone) = words::verdict(wait);
                    let class = if tone == Tone::Bad { "failed" } else { "waited" };
                    bars.push(bar(&wait.started, wait.ended.as_ref(), class, said));
                }
                Part::Decision(_) | Part::Note(_) => {}
            }
        }
        let title = step.title.clone();
        rows.push(Row { number: step.number, title, glyph, word, tone, bars });
    }
    if rows.is_empty() {
        return None;
    }
    let resumed = |from: &When| run.resumes.iter().map(|resume| &resume.when).find(|w| w.seq > from.seq);
    let pauses =
        run.pauses.iter().map(|pause| bar(&pause.when, resumed(&pause.when), "pause", "paused".into()));
    Some(Timeline { rows, ticks: marks(end), pauses: pauses.collect() })
}

/// Round times above the rows: at most five, and none so near the end that it would be cut.
fn marks(end_ms: u64) -> Vec<Tick> {
    let places = ticks::round(end_ms).filter(|t| *t as f64 <= end_ms as f64 * 0.93);
    let tick = |t: u64| Tick {
        at: percent(t as f64 / end_ms as f64 * 100.0),
        label: if t == 0 { "0".into() } else { span(t) },
    };
    places.map(tick).collect()
}
