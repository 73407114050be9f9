//! Where the time on an event comes from: a port, so that a test can move it.

use jiff::Timestamp;

/// Two clocks: what the wall says, and one that is never set.
pub trait Clock: Send + Sync {
    /// The wall clock, UTC.
    fn now(&self) -> Timestamp;

    /// Milliseconds since this machine started, time asleep included where the system tells.
    fn mono_ms(&self) -> u64;
}

/// A point in time as it stands on an event: RFC 3339, UTC, always with milliseconds.
pub fn stamp(at: Timestamp) -> String {
    format!("{at:.3}")
}
