//! How long a wait may still take, where its values move steadily towards their goal.

use std::time::Duration;

/// Fewer samples than this say nothing about the way.
const FEWEST: usize = 4;
/// Older samples than these say nothing about now.
const RECENT: usize = 20;
/// How much of the movement a straight line must explain.
const STRAIGHT: f64 = 0.8;
/// Longer than this is no estimate.
const FARTHEST: Duration = Duration::from_secs(7 * 86_400);

/// The time from the last of `points` (time, value) until the values reach `goal`.
///
/// None unless the recent samples lie near a straight line that leads there. Of the speed of all
/// recent samples and that of their later half, the slower one counts.
pub fn remaining(points: &[(Duration, f64)], goal: f64) -> Option<Duration> {
    let points = &points[points.len().saturating_sub(RECENT)..];
    let &(_, last) = points.last()?;
    if points.len() < FEWEST {
        return None;
    }
    let towards = (goal - last).signum();
    if last == goal {
        return Some(Duration::ZERO);
    }
    let (whole, straight) = slope(points)?;
    let (late, _) = slope(&points[points.len() / 2..])?;
    let speed = (whole * towards).min(late * towards);
    if straight < STRAIGHT || !speed.is_finite() || speed <= 0.0 {
        return None;
    }
    Duration::try_from_secs_f64((goal - last).abs() / speed).ok().filter(|left| *left <= FARTHEST)
}

/// The slope of the line through `points` in units a second, and how well it fits (0 to 1).
fn slope(points: &[(Duration, f64)]) -> Option<(f64, f64)> {
    let count = points.len() as f64;
    let first = points.first()?.0;
    let at = |t: Duration| t.saturating_sub(first).as_secs_f64();
    let mean_x = points.iter().map(|(t, _)| at(*t)).sum::<f64>() / count;
    let mean_y = points.iter().map(|(_, v)| v).sum::<f64>() / count;
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (t, value) in points {
        let (dx, dy) = (at(*t) - mean_x, value - mean_y);
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    (xx > 0.0 && yy > 0.0).then(|| (xy / xx, xy * xy / (xx * yy)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[f64]) -> Vec<(Duration, f64)> {
        values.iter().enumerate().map(|(i, v)| (Duration::from_secs(5 * i as u64), *v)).collect()
    }

    #[test]
    fn a_steady_fall_is_extended_to_its_goal() {
        let left = remaining(&points(&[50.0, 40.0, 30.0, 20.0]), 0.0).unwrap();
        assert!((left.as_secs_f64() - 10.0).abs() < 0.01, "{left:?}");
        let rising = remaining(&points(&[10.0, 20.0, 30.0, 40.0]), 100.0).unwrap();
        assert!((rising.as_secs_f64() - 30.0).abs() < 0.01, "{rising:?}");
    }

    #[test]
    fn a_fall_that_slows_down_is_taken_at_its_slower_pace() {
        let slowing = remaining(&points(&[100.0, 70.0, 45.0, 30.0, 20.0, 15.0]), 0.0).unwrap();
        assert!(slowing >= Duration::from_secs(10), "{slowing:?}");
    }

    #[test]
    fn what_does_not_lead_there_is_not_estimated() {
        for values in [
            &[10.0, 9.0, 8.0][..],
            &[10.0, 20.0, 30.0, 40.0],
            &[7.0, 7.0, 7.0, 7.0],
            &[10.0, 1.0, 12.0, 2.0, 11.0],
            &[],
        ] {
            assert_eq!(remaining(&points(values), 0.0), None, "{values:?}");
        }
    }
}
