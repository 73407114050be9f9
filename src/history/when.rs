//! Times as people give them and read them.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::terminal::clean::clean_line;

/// In which zone times are shown.
#[derive(Debug, Clone)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone of this machine, or of `TZ`.
    pub fn local() -> Self {
        Zone(TimeZone::system())
    }

    /// UTC.
    pub fn utc() -> Self {
        Zone(TimeZone::UTC)
    }

    /// A zone by its offset in whole hours, for tests.
    pub fn fixed(hours: i8) -> Self {
        Zone(TimeZone::fixed(jiff::tz::offset(hours)))
    }

    /// Date, time and zone: `2026-11-03 02:14:05 CET`. What is no time is
    /// shown as it is, harmless.
    pub fn full(&self, at: &str) -> String {
        self.format(at, "%Y-%m-%d %H:%M:%S %Z")
    }

    /// Date and minute: `2026-11-03 02:14`.
    pub fn minute(&self, at: &str) -> String {
        self.format(at, "%Y-%m-%d %H:%M")
    }

    /// The time of the day: `02:14:05`.
    pub fn clock(&self, at: &str) -> String {
        self.format(at, "%H:%M:%S")
    }

    /// The date: `2026-11-03`.
    pub fn date(&self, at: &str) -> String {
        self.format(at, "%Y-%m-%d")
    }

    /// The name of the zone at that time: `CET`.
    pub fn name(&self, at: &str) -> String {
        self.format(at, "%Z")
    }

    /// The hour of the day, 0 to 23; none for what is no time.
    pub fn hour(&self, at: &str) -> Option<i8> {
        Some(at.parse::<Timestamp>().ok()?.to_zoned(self.0.clone()).hour())
    }

    fn format(&self, at: &str, format: &str) -> String {
        match at.parse::<Timestamp>() {
            Ok(time) => time.to_zoned(self.0.clone()).strftime(format).to_string(),
            Err(_) => clean_line(at).into_owned(),
        }
    }
}

/// How long ago a time was, as people say it: `12s`, `5m`, `3h`, `9d`, `14mo`; empty for what is no
/// time, or not over.
pub fn ago(at: &str, now: Timestamp) -> String {
    let Ok(at) = at.parse::<Timestamp>() else { return String::new() };
    let seconds = now.as_second() - at.as_second();
    match seconds {
        ..0 => String::new(),
        0..100 => format!("{seconds}s"),
        100..6_000 => format!("{}m", seconds / 60),
        6_000..172_800 => format!("{}h", seconds / 3_600),
        172_800..15_552_000 => format!("{}d", seconds / 86_400),
        _ => format!("{}mo", seconds / 2_629_746),
    }
}

/// Reads a point in time: `2026-11-03`, `2026-11-03 02:14`, RFC 3339 with a zone, `today`,
/// `yesterday`, or how long ago it was (`7d`, `12h`). What has no zone is local.
///
/// # Errors
/// A sentence with the forms there are.
pub fn parse_when(text: &str, now: Timestamp, zone: &Zone) -> Result<Timestamp, String> {
    let text = text.trim();
    let local = |time: DateTime| time.to_zoned(zone.0.clone()).map(|time| time.timestamp()).ok();
    let today = now.to_zoned(zone.0.clone()).date();
    let found = match text {
        "now" => Some(now),
        "today" => local(today.to_datetime(jiff::civil::Time::midnight())),
        "yesterday" => {
            let day = today.checked_sub(1.day()).unwrap_or(today);
            local(day.to_datetime(jiff::civil::Time::midnight()))
        }
        _ => text
            .parse::<Timestamp>()
            .ok()
            .or_else(|| text.parse::<DateTime>().ok().and_then(local))
            .or_else(|| text.parse::<Date>().ok().and_then(|day| local(day.into())))
            .or_else(|| crate::duration::parse(text).ok().and_then(|ago| now.checked_sub(ago).ok())),
    };
    found.ok_or_else(|| {
        format!("`{text}` is not a time; write 2026-11-03, \"2026-11-03 02:14\", yesterday, or 7d for seven days ago")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_give_them() {
        let now = "2026-11-03T02:14:05Z".parse().unwrap();
        let zone = Zone::fixed(1);
        for (text, utc) in [
            ("2026-11-01", "2026-10-31T23:00:00Z"),
            ("2026-11-01 12:30", "2026-11-01T11:30:00Z"),
            ("2026-11-01T12:30:00Z", "2026-11-01T12:30:00Z"),
            ("today", "2026-11-02T23:00:00Z"),
            ("yesterday", "2026-11-01T23:00:00Z"),
            ("7d", "2026-10-27T02:14:05Z"),
            ("90m", "2026-11-03T00:44:05Z"),
        ] {
            let read = parse_when(text, now, &zone).map(|time| time.to_string());
            assert_eq!(read.as_deref(), Ok(utc), "{text}");
        }
        for text in ["", "soon", "2026-13-01", "99999999d"] {
            assert!(parse_when(text, now, &zone).unwrap_err().contains("is not a time"), "{text}");
        }
    }

    #[test]
    fn how_long_ago_is_said_shortly() {
        let now = "2026-11-03T02:14:05Z".parse().unwrap();
        for (at, said) in [
            ("2026-11-03T02:14:05Z", "0s"),
            ("2026-11-03T02:12:26Z", "99s"),
            ("2026-11-03T02:12:25Z", "1m"),
            ("2026-11-03T00:34:06Z", "99m"),
            ("2026-11-03T00:34:05Z", "1h"),
            ("2026-11-01T02:14:06Z", "47h"),
            ("2026-11-01T02:14:05Z", "2d"),
            ("2026-01-03T02:14:05Z", "9mo"),
            ("2026-11-03T02:14:06Z", ""),
            ("soon", ""),
        ] {
            assert_eq!(ago(at, now), said, "{at}");
        }
    }

    #[test]
    fn times_are_shown_with_their_zone() {
        let at = "2026-11-03T02:14:05.123Z";
        assert_eq!(Zone::utc().full(at), "2026-11-03 02:14:05 UTC");
        assert_eq!(Zone::fixed(-3).full(at), "2026-11-02 23:14:05 -03");
        assert_eq!(Zone::utc().full("not a time"), "not a time");
    }
}
