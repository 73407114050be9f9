//! What a probe printed, as the runner hands it over.

use std::time::Duration;

/// What one try of a probe printed.
#[derive(Debug, Clone, Default)]
pub struct Probed {
    /// Exit status; none if a signal ended it.
    pub exit: Option<i32>,
    /// Standard output, at most 1 MiB, invalid UTF-8 replaced.
    pub stdout: String,
    /// Standard error, at most 64 KiB, invalid UTF-8 replaced.
    pub stderr: String,
    /// Whether it ran into `try` and was ended with its process group.
    pub timed_out: bool,
    /// How long it took.
    pub duration: Duration,
    /// Why it could not be started.
    pub trouble: Option<String>,
}
