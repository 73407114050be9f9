//! A check's values over time, and what it waits for: as numbers a page can draw.
//!
//! Places are percentages of the drawing, so that it fits a phone and a wide screen with text of the
//! same size. Unknown samples have no value and no place on the line: the line is broken there, and a
//! mark stands at the foot.

use serde::Serialize;

use super::words::brief;
use crate::check::expr::Target;
use crate::event::Verdict;
use crate::event::fold::{SampleRun, Wait};

/// One check's values.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Plot {
    /// Unbroken pieces of the line: points of a box of 1000 by 1000.
    pub lines: Vec<String>,
    /// Samples.
    pub dots: Vec<Dot>,
    /// Values along the side.
    pub sides: Vec<Tick>,
    /// Times along the foot.
    pub times: Vec<Tick>,
    /// The value waited for.
    pub goal: Option<Tick>,
    /// Whether that is in the lower half, where the line comes down to it: its words go below.
    pub goal_low: bool,
    /// Where the condition holds, from the top: where it begins and how high it is.
    pub holds: Option<(String, String)>,
    /// The same in a sentence.
    pub told: String,
}

/// A place with words, as a percentage from the left or the top.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tick {
    /// Where.
    pub at: String,
    /// What.
    pub label: String,
}

/// One sample.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dot {
    /// From the left.
    pub x: String,
    /// From the top.
    pub y: String,
    /// `pass`, `waiting`, `broken`, `unknown`.
    pub class: &'static str,
    /// For who points at it.
    pub label: String,
}

/// More points than this are thinned out: of each stretch the lowest and the highest stay.
const POINTS: usize = 480;
/// More different words than this are no plot.
const WORDS: usize = 6;
/// More samples than this have no mark of their own on the line.
const DOTS: usize = 90;
/// Larger numbers are no plot.
const LARGEST: f64 = 1e18;
/// Room above and below the line, in percent.
const ROOM: f64 = 9.0;

/// The plot of a wait; none if there is nothing to see: fewer than two samples, or values that are
/// neither numbers nor a few words.
pub fn plot(wait: &Wait, target: Option<&Target>) -> Option<Plot> {
    let samples = &wait.samples;
    if samples.len() < 2 {
        return None;
    }
    // Beyond that a range of values overflows, and nobody can read it.
    let target = target.filter(|target| target.goal.abs() < LARGEST);
    let values = Values::of(samples, target)?;
    let end = samples.iter().map(|sample| sample.t_ms).max().unwrap_or(0).max(1);
    let x = |t_ms: u64| t_ms as f64 / end as f64 * 98.0 + 1.0;
    let y = |value: f64| {
        // Values so large that their span has no steps between them have no place of their own.
        let share = (values.top - value) / (values.top - values.bottom);
        ROOM + if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.5 } * (100.0 - 2.0 * ROOM)
    };

    let mut plot = Plot { told: told(wait), times: times(end, &x), ..Plot::default() };
    plot.sides = values
        .ticks
        .iter()
        .map(|(value, label)| Tick { at: percent(y(*value)), label: label.clone() })
        .collect();
    if let (Some(target), None) = (target, &values.words) {
        let at = y(target.goal);
        plot.goal =
            Some(Tick { at: percent(at), label: format!("{} {}", target.operator, number(target.goal)) });
        plot.goal_low = at > 50.0;
        plot.holds = match &*target.operator {
            "<" | "<=" => Some((percent(at), percent(100.0 - at))),
            ">" | ">=" => Some(("0%".into(), percent(at))),
            _ => None,
        };
    }
    let mut piece: Vec<(f64, f64)> = Vec::new();
    let few = samples.len() <= DOTS;
    for (i, sample) in samples.iter().enumerate() {
        let value = values.of_sample(sample);
        match value {
            Some(value) => {
                let here = (x(sample.t_ms) * 10.0, y(value) * 10.0);
                // A word holds until the next one; between numbers the line may slope.
                if let (Some(_), Some((_, before))) = (&values.words, piece.last().copied()) {
                    piece.push((here.0, before));
                }
                piece.push(here);
            }
            None => finish(&mut piece, &mut plot.lines),
        }
        if few || value.is_none() && plot.dots.len() < POINTS || i + 1 == samples.len() {
            let class = match (value, sample.verdict) {
                (None, _) => "unknown",
                (_, Verdict::Pass) => "pass",
                (_, Verdict::Waiting) => "waiting",
                (_, Verdict::Broken) => "broken",
            };
            let said = match (&sample.unknown, &sample.value) {
                (Some(why), _) => format!("unknown: {why}"),
                (None, Some(value)) => value.clone(),
                (None, None) => "no value".to_owned(),
            };
            plot.dots.push(Dot {
                x: percent(x(sample.t_ms)),
                y: percent(value.map_or(100.0 - ROOM / 3.0, y)),
                class,
                label: format!("{} after {}", said, brief(sample.t_ms)),
            });
        }
    }
    finish(&mut piece, &mut plot.lines);
    Some(plot)
}

/// What the values are drawn on.
struct Values {
    bottom: f64,
    top: f64,
    ticks: Vec<(f64, String)>,
    /// The words, lowest first, where the values are no numbers.
    words: Option<Vec<String>>,
}

impl Values {
    fn of(samples: &[SampleRun], target: Option<&Target>) -> Option<Self> {
        let known = || samples.iter().filter(|sample| sample.unknown.is_none());
        let numbers: Vec<f64> = known().filter_map(as_number).collect();
        if !numbers.is_empty() && known().all(|sample| sample.value.is_none() || as_number(sample).is_some())
        {
            let goal = target.map(|target| target.goal);
            let all = || numbers.iter().copied().chain(goal);
            let (mut bottom, mut top) = (all().fold(f64::MAX, f64::min), all().fold(f64::MIN, f64::max));
            if top - bottom <= f64::EPSILON * top.abs().max(1.0) {
                (bottom, top) = (bottom - 1.0, top + 1.0);
            }
            return Some(Values { bottom, top, ticks: ticks(bottom, top), words: None });
        }
        let mut words: Vec<String> = Vec::new();
        for value in known().filter_map(|sample| sample.value.as_ref()) {
            if !words.contains(value) {
                words.push(value.clone());
            }
            if words.len() > WORDS {
                return None;
            }
        }
        if words.is_empty() || words.iter().any(|word| word.chars().count() > 40) {
            return None;
        }
        let ticks = words.iter().enumerate().map(|(i, word)| (i as f64, word.clone())).collect();
        let top = (words.len() as f64 - 1.0).max(1.0);
        Some(Values { bottom: 0.0, top, ticks, words: Some(words) })
    }

    fn of_sample(&self, sample: &SampleRun) -> Option<f64> {
        if sample.unknown.is_some() {
            return None;
        }
        match &self.words {
            None => as_number(sample),
            Some(words) => {
                words.iter().position(|word| Some(word) == sample.value.as_ref()).map(|at| at as f64)
            }
        }
    }
}

fn as_number(sample: &SampleRun) -> Option<f64> {
    sample.value.as_ref()?.trim().parse::<f64>().ok().filter(|number| number.abs() < LARGEST)
}

fn finish(piece: &mut Vec<(f64, f64)>, lines: &mut Vec<String>) {
    if piece.len() > 1 {
        let points: Vec<String> = thin(piece).iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        lines.push(points.join(" "));
    }
    piece.clear();
}

/// At most about [`POINTS`] points, with every peak still there.
fn thin(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    if points.len() <= POINTS {
        return points.to_vec();
    }
    let stretch = points.len().div_ceil(POINTS / 2);
    let mut kept = Vec::with_capacity(POINTS + 2);
    for chunk in points.chunks(stretch) {
        let by_y = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
        let ends = [chunk.iter().min_by(by_y), chunk.iter().max_by(by_y)];
        let mut ends: Vec<(f64, f64)> = ends.into_iter().flatten().copied().collect();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        kept.extend(ends);
    }
    kept.extend(points.last());
    kept
}

/// Three to six round values from `bottom` to `top`.
fn ticks(bottom: f64, top: f64) -> Vec<(f64, String)> {
    let raw = (top - bottom) / 4.0;
    let power = 10f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|step| *step >= raw);
    let step = step.unwrap_or(raw);
    let first = (bottom / step).ceil();
    (0..8)
        .map(|i| (first + f64::from(i)) * step)
        .take_while(|value| *value <= top + step * 1e-9)
        .map(|value| {
            let value = if value.abs() < step / 2.0 { 0.0 } else { value };
            (value, number((value / step).round() * step))
        })
        .collect()
}

/// Round times along the foot.
fn times(end_ms: u64, x: &dyn Fn(u64) -> f64) -> Vec<Tick> {
    super::ticks::round(end_ms)
        .map(|t| Tick { at: percent(x(t)), label: if t == 0 { "0".into() } else { span(t) } })
        .collect()
}

/// A round time: `30s`, `2m`, `1.5s`.
pub fn span(millis: u64) -> String {
    match millis {
        0..1_000 => format!("{millis}ms"),
        _ => crate::duration::format(std::time::Duration::from_millis(millis)),
    }
}

/// A number as short as it is exact enough to read.
fn number(value: f64) -> String {
    let size = value.abs();
    let (scaled, unit) = match size {
        _ if size >= 1e12 => (value / 1e12, "T"),
        _ if size >= 1e9 => (value / 1e9, "G"),
        _ if size >= 1e6 => (value / 1e6, "M"),
        _ if size >= 1e4 => (value / 1e3, "k"),
        _ => (value, ""),
    };
    let text = format!("{scaled:.3}");
    format!("{}{unit}", text.trim_end_matches('0').trim_end_matches('.'))
}

/// `0.0%` to `100.0%`; what lies outside is drawn at the edge.
pub fn percent(value: f64) -> String {
    format!("{:.2}%", value.clamp(0.0, 100.0))
}

/// First, last, lowest, highest, how many and how many unknown.
pub fn told(wait: &Wait) -> String {
    let samples = &wait.samples;
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return "no sample".into() };
    let value = |sample: &SampleRun| sample.value.clone().unwrap_or_else(|| "nothing".into());
    let mut text = match samples.len() {
        1 => format!("1 sample: {}", value(first)),
        count => format!("{count} samples, from {} to {}", value(first), value(last)),
    };
    let numbers = || samples.iter().filter(|sample| sample.unknown.is_none()).filter_map(as_number);
    if samples.len() > 2 && numbers().count() > 1 {
        let (low, high) = numbers().fold((f64::MAX, f64::MIN), |(l, h), n| (l.min(n), h.max(n)));
        text.push_str(&format!("; lowest {}, highest {}", number(low), number(high)));
    }
    let unknown = samples.iter().filter(|sample| sample.unknown.is_some()).count();
    if unknown > 0 {
        text.push_str(&format!("; {unknown} unknown"));
    }
    text
}

#[cfg(test)]
#[path = "plot/tests.rs"]
mod tests;
