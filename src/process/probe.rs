//! One try of a probe: what it printed and how it ended, and nothing of it left behind.

use std::io;
use std::process::Command;
use std::time::Duration;

use super::pipes::{self, Plan, Stream};
use crate::engine::ports::Probed;

/// Bytes of standard output kept.
const OUTPUT_KEPT: usize = 1 << 20;
/// Bytes of standard error kept.
const ERRORS_KEPT: usize = 64 << 10;
/// A probe changes nothing, so it gets little time to follow a TERM before the KILL.
const GRACE: Duration = Duration::from_millis(300);

/// Runs `command` without terminal or input; it and all it started are ended after `limit`.
///
/// # Errors
/// If it cannot be started.
pub(super) fn sample(command: Command, limit: Duration) -> io::Result<Probed> {
    let plan = Plan { timeout: Some(limit), block: false, grace: GRACE, apart: true, alone: true };
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let ended = pipes::run(command, &plan, &mut |stream, bytes| match stream {
        Stream::Out => keep(&mut stdout, bytes, OUTPUT_KEPT),
        Stream::Err => keep(&mut stderr, bytes, ERRORS_KEPT),
    })?;
    Ok(Probed {
        exit: ended.end.exit,
        stdout: String::from_utf8_lossy(&stdout).into_owned(),
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
        timed_out: ended.timed_out,
        duration: ended.duration,
        trouble: None,
    })
}

/// Appends `bytes` to `kept`, up to `most`.
pub(super) fn keep(kept: &mut Vec<u8>, bytes: &[u8], most: usize) {
    let room = most.saturating_sub(kept.len());
    kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
}
