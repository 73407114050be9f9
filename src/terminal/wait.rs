//! The line of a wait: value, plot, target, time gone and left; and how it is redrawn in place.

use std::time::Duration;

use super::clean::clean_line;
use super::style::Style;
use super::text::{cut, width};
use crate::duration::{about, brief};
use crate::engine::ports::Waiting;

/// A line is redrawn at most once in this time: slow links are slow, and so are eyes.
pub const REDRAW: Duration = Duration::from_millis(250);
/// Columns for the value and its target, before the plot has to go.
const GOAL: usize = 22;

/// `37 → Seconds_Behind_Master == 0  ▇▆▅▄  ~18s to go   62s of 10m, next in 3s`, in less than
/// `columns`: where there is less room, what can be missed goes first.
pub fn line(waiting: &Waiting, columns: usize, style: Style) -> String {
    let value = match (&waiting.unknown, &waiting.value) {
        (Some(unknown), _) => format!("unknown: {unknown}"),
        (None, Some(value)) => value.clone(),
        (None, None) => "no value".to_owned(),
    };
    let columns = columns.saturating_sub(1);
    let goal = format!("{} {} {}", value.trim(), style.glyph("→", "->"), waiting.until.trim());
    let goal = clean_line(&goal);
    let plot = if style.unicode { spark(&waiting.numbers, 12) } else { String::new() };
    let plot = if plot.is_empty() { plot } else { format!("  {plot}") };
    let estimate = waiting.estimate.map(|left| format!("  ~{} to go", about(left))).unwrap_or_default();
    let time = format!("  {} of {}", whole(waiting.elapsed), whole(waiting.limit));
    let seconds = waiting.next_in.as_secs() + u64::from(waiting.next_in.subsec_nanos() > 0);
    let next = format!(", next in {seconds}s");
    let wanted = width(&goal).min(GOAL) + 2;
    let tails = [
        format!("{plot}{estimate}{time}{next}"),
        format!("{estimate}{time}{next}"),
        format!("{estimate}{time}"),
        time.clone(),
    ];
    let fits = tails.iter().find(|tail| wanted + width(tail) <= columns);
    let tail = fits.or(tails.last()).map_or("", String::as_str);
    let room = columns.saturating_sub(width(tail) + 2);
    cut(&format!("  {}{tail}", cut(&goal, room)), columns)
}

/// Whole seconds: tenths would be drawn for nobody.
fn whole(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..=59 => format!("{seconds}s"),
        _ => brief(duration),
    }
}

/// A line that is redrawn where it stands. Pure: it says what to write.
#[derive(Debug, Default)]
pub struct Live {
    shown: Option<String>,
    columns: usize,
    drawn_at: Duration,
}

impl Live {
    /// What to write so that `line` stands there at `now`, since any beginning; nothing where it does
    /// already, or was redrawn just now.
    pub fn draw(&mut self, now: Duration, line: &str, columns: usize) -> Option<String> {
        let Some(shown) = &self.shown else {
            return Some(self.set(now, line, columns, "\r\x1b[K"));
        };
        // A narrower window may have broken the old line in two: it stays, and the new one follows.
        let broken = columns < self.columns && width(shown) >= columns;
        if !broken && (shown == line || now.saturating_sub(self.drawn_at) < REDRAW) {
            return None;
        }
        Some(self.set(now, line, columns, if broken { "\r\n" } else { "\r\x1b[K" }))
    }

    fn set(&mut self, now: Duration, line: &str, columns: usize, lead: &str) -> String {
        self.shown = Some(line.to_owned());
        self.columns = columns;
        self.drawn_at = now;
        format!("{lead}{line}")
    }

    /// What takes it away, so that other lines can follow.
    pub fn clear(&mut self) -> Option<&'static str> {
        self.shown.take().map(|_| "\r\x1b[K")
    }
}

/// The last `columns` numbers as bars from the lowest to the highest.
pub fn spark(numbers: &[f64], columns: usize) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let shown = &numbers[numbers.len().saturating_sub(columns)..];
    let low = shown.iter().copied().fold(f64::INFINITY, f64::min).min(0.0);
    let high = shown.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if shown.len() < 2 || !low.is_finite() || !high.is_finite() {
        return String::new();
    }
    let span = (high - low).max(f64::EPSILON);
    shown
        .iter()
        .map(|number| BARS[(((number - low) / span) * 7.0).round().clamp(0.0, 7.0) as usize])
        .collect()
}

#[cfg(test)]
#[path = "wait/tests.rs"]
mod tests;
