//! Signals to midwatch itself: noted, for the loop to act on between two things it does.
//!
//! No handler for SIGCHLD or SIGWINCH: any of those makes reading keys fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{LazyLock, Once};

use anyhow::Context;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};

static CONTINUED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);
/// As [`CONTINUED`], for the screen.
static CAME_BACK: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);
static NOTED: LazyLock<Arc<AtomicUsize>> = LazyLock::new(Arc::default);

/// From now on INT, TERM, HUP and QUIT do not end the process but are [`pending`]. Processes it
/// starts have the default actions again. A HUP that was ignored at the start (`nohup`) stays so.
///
/// # Errors
/// If the system refuses.
pub fn install() -> anyhow::Result<()> {
    static ONCE: Once = Once::new();
    let mut result = Ok(());
    ONCE.call_once(|| {
        // A file that may not grow is an error of writing, not the end. Not ignored, because what is
        // ignored stays so in the commands.
        let _ = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
        let _ = signal_hook::flag::register(SIGCONT, Arc::clone(&CONTINUED));
        let _ = signal_hook::flag::register(SIGCONT, Arc::clone(&CAME_BACK));
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
            if signal == SIGHUP && ignored(signal) {
                continue;
            }
            let noted = signal_hook::flag::register_usize(signal, Arc::clone(&NOTED), signal as usize);
            if let Err(error) = noted {
                result = Err(error).context("cannot handle signals");
            }
        }
    });
    result
}

/// The last signal that was noted and not [`take`]n.
pub fn pending() -> Option<i32> {
    Some(NOTED.load(Ordering::Relaxed) as i32).filter(|&signal| signal != 0)
}

/// Whether this process was stopped and went on since the last call.
pub fn continued() -> bool {
    CONTINUED.swap(false, Ordering::Relaxed)
}

/// The same, for who draws the screen.
pub fn came_back() -> bool {
    CAME_BACK.swap(false, Ordering::Relaxed)
}

/// As [`pending`], and forgets it.
pub fn take() -> Option<i32> {
    Some(NOTED.swap(0, Ordering::Relaxed) as i32).filter(|&signal| signal != 0)
}

/// The pending signal if it also ends what runs: a vanished terminal does not, the command may be
/// in the middle of something.
pub(super) fn ends_commands() -> Option<i32> {
    pending().filter(|&signal| signal != SIGHUP)
}

#[cfg(target_os = "linux")]
fn ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask & (1 << (signal - 1)) != 0
}

#[cfg(not(target_os = "linux"))]
fn ignored(_signal: i32) -> bool {
    false
}
