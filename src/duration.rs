//! Durations as people write them in runbooks: `500ms`, `5s`, `1h30m`.

use std::time::Duration;

/// Reads a duration of the runbook language: one or more whole numbers, each with a unit of
/// `ms`, `s`, `m`, `h` or `d`, without spaces.
///
/// # Errors
/// A sentence that says what is wrong, for the caller to put a place to.
pub fn parse(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a duration; write 500ms, 5s, 10m or 1h30m");
    let mut total = Duration::ZERO;
    let mut rest = text;
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, tail) = rest.split_at(digits);
        let letters = tail.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, tail) = tail.split_at(letters);
        let number: u64 = number.parse().map_err(|_| wrong())?;
        let millis: u64 = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(wrong()),
        };
        let part = number.checked_mul(millis).map(Duration::from_millis);
        total = part.and_then(|part| total.checked_add(part)).ok_or_else(wrong)?;
        rest = tail;
    }
    Ok(total)
}

/// Writes a duration the way [`parse`] reads it; zero is `0s`.
pub fn format(duration: Duration) -> String {
    let mut millis = duration.as_millis();
    if millis == 0 {
        return "0s".into();
    }
    let mut out = String::new();
    for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)] {
        let count = millis / size;
        millis %= size;
        if count > 0 {
            out.push_str(&format!("{count}{unit}"));
        }
    }
    out
}

/// Writes a duration for a person at a glance: `0.4s`, `37s`, `12m41s`, `3h05m`.
pub fn brief(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..=9 => format!("{}.{}s", seconds, duration.subsec_millis() / 100),
        10..=59 => format!("{seconds}s"),
        60..=3599 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        3600..=86_399 => format!("{}h{:02}m", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{}d{:02}h", seconds / 86_400, seconds % 86_400 / 3600),
    }
}

/// An estimate, no finer than it can be: `18s`, `8m`, `3h`.
pub fn about(duration: Duration) -> String {
    match duration.as_millis().div_ceil(1000) {
        seconds @ 0..=99 => format!("{seconds}s"),
        seconds @ 100..=5999 => format!("{}m", (seconds + 30) / 60),
        seconds => format!("{}h", (seconds + 1800) / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_written() {
        for (text, millis) in
            [("500ms", 500), ("5s", 5_000), ("1h30m", 5_400_000), ("0s", 0), ("2d", 172_800_000)]
        {
            let duration = parse(text).unwrap();
            assert_eq!(duration, Duration::from_millis(millis));
            assert_eq!(format(duration), text);
        }
    }

    #[test]
    fn anything_else_is_refused_with_a_sentence() {
        for text in ["", "5", "s", "5 s", "-5s", "1.5h", "5x", "99999999999999999999s", "9999999999999999d"] {
            assert!(parse(text).unwrap_err().contains("is not a duration"), "{text}");
        }
    }
}
