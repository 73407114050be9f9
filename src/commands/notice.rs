//! What befell the machine's clocks: set by somebody, or stopped while it slept.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Less than this is no news: clocks are adjusted all the time.
const NOTABLE_MS: i64 = 2_000;

/// The clocks at one moment, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Clocks {
    /// The one people set.
    wall: i64,
    /// The one that runs on while the machine sleeps.
    since_boot: i64,
    /// The one that does not.
    awake: i64,
}

impl Clocks {
    /// The clocks now.
    pub fn now() -> Self {
        let read = |clock| {
            let time = clock_gettime(clock);
            time.tv_sec * 1000 + time.tv_nsec / 1_000_000
        };
        #[cfg(target_os = "linux")]
        let since_boot = read(ClockId::Boottime);
        #[cfg(not(target_os = "linux"))]
        let since_boot = read(ClockId::Monotonic);
        // The clock that events are stamped with.
        let wall = jiff::Timestamp::now().as_millisecond();
        Clocks { wall, since_boot, awake: read(ClockId::Monotonic) }
    }

    /// What happened to them since the last call, in sentences.
    pub fn noticed(&mut self) -> Vec<String> {
        let before = std::mem::replace(self, Clocks::now());
        before.until(self)
    }

    fn until(&self, now: &Clocks) -> Vec<String> {
        let mut noticed = Vec::new();
        let passed = now.since_boot - self.since_boot;
        let slept = passed - (now.awake - self.awake);
        if slept >= NOTABLE_MS {
            noticed.push(format!("the machine slept for {}", span(slept)));
        }
        let moved = (now.wall - self.wall) - passed;
        if moved.abs() >= NOTABLE_MS {
            let way = if moved > 0 { "forward" } else { "back" };
            noticed.push(format!(
                "the clock was set {way} by {}; waits and limits do not go by it",
                span(moved)
            ));
        }
        noticed
    }
}

fn span(ms: i64) -> String {
    crate::duration::format(Duration::from_secs(ms.unsigned_abs() / 1000))
}

#[cfg(test)]
mod tests {
    use super::Clocks;

    #[test]
    fn a_clock_that_is_set_and_a_machine_that_sleeps_are_told_apart() {
        let start = Clocks { wall: 1_000_000, since_boot: 5_000, awake: 4_000 };
        let after = |wall: i64, since_boot: i64, awake: i64| {
            start.until(&Clocks {
                wall: start.wall + wall,
                since_boot: start.since_boot + since_boot,
                awake: start.awake + awake,
            })
        };
        assert!(after(60_000, 60_000, 60_000).is_empty());
        assert!(after(61_000, 60_000, 60_000).is_empty());
        assert!(after(3_600_000, 3_600_000, 10_000)[0].starts_with("the machine slept for 59m50s"));
        let ten_years = 10 * 365 * 86_400_000;
        assert!(after(ten_years, 1_000, 1_000)[0].starts_with("the clock was set forward by"));
        assert!(after(-86_400_000, 1_000, 1_000)[0].starts_with("the clock was set back by"));
    }
}
