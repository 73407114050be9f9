//! The line of a wait: value, plot, target, time gone and left.

use super::clean::clean;
use super::style::Style;
use super::text::cut;
use crate::duration::brief;
use crate::engine::ports::Waiting;

/// `37 → Seconds_Behind_Master == 0  ▇▆▅▄  ~18s to go   62s of 10m, next in 3s`
pub fn line(waiting: &Waiting, columns: usize, style: Style) -> String {
    let value = match (&waiting.unknown, &waiting.value) {
        (Some(unknown), _) => format!("unknown: {}", clean(unknown)),
        (None, Some(value)) => clean(value).replace('\n', " "),
        (None, None) => "no value".to_owned(),
    };
    let plot = if style.unicode { spark(&waiting.numbers, 12) } else { String::new() };
    let estimate = waiting.estimate.map(|left| format!("  ~{} to go", brief(left))).unwrap_or_default();
    let time = format!(
        "{} of {}, next in {}s",
        brief(waiting.elapsed),
        brief(waiting.limit),
        waiting.next_in.as_secs() + u64::from(waiting.next_in.subsec_millis() > 0)
    );
    let arrow = style.glyph("→", "->");
    let target = clean(&waiting.until);
    let fixed = format!("  {plot}{estimate}  {time}");
    let room = columns.saturating_sub(super::text::width(&fixed) + 2);
    let goal = format!("{value} {arrow} {target}");
    format!("  {}{fixed}", cut(&goal, room.max(12)))
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
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_wait_fits_eighty_columns() {
        let waiting = Waiting {
            elapsed: Duration::from_secs(62),
            limit: Duration::from_secs(600),
            next_in: Duration::from_secs(3),
            value: Some("37".into()),
            until: "Seconds_Behind_Master == 0 && Slave_IO_Running == 'Yes' && Slave_SQL_Running == 'Yes'"
                .into(),
            numbers: vec![80.0, 60.0, 37.0],
            estimate: Some(Duration::from_secs(18)),
            ..Waiting::default()
        };
        let shown = line(&waiting, 80, Style { colour: false, unicode: true });
        assert!(super::super::text::width(&shown) <= 80, "{shown}");
        assert!(shown.contains("37 → Seconds_Beh") && shown.contains("█▆▄"), "{shown}");
        assert!(shown.contains("~18s to go  1m02s of 10m00s, next in 3s"), "{shown}");
    }
}
