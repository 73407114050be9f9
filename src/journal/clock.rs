//! The clocks of this machine.

use jiff::Timestamp;
use rustix::time::{ClockId, clock_gettime};

use crate::event::clock::Clock;

/// The system's clocks: the wall clock, and the one that counts from boot, sleep included.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn mono_ms(&self) -> u64 {
        // macOS counts sleep in its plain monotonic clock's sibling only; there the plain one will do.
        #[cfg(target_os = "linux")]
        let clock = ClockId::Boottime;
        #[cfg(not(target_os = "linux"))]
        let clock = ClockId::Monotonic;
        let now = clock_gettime(clock);
        let millis = now.tv_sec.saturating_mul(1000).saturating_add(now.tv_nsec / 1_000_000);
        u64::try_from(millis).unwrap_or(0)
    }
}
