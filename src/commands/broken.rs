//! A panic: midwatch itself is broken. The terminal is usable again, and who sits at it knows how to
//! go on.

use std::io::{IsTerminal, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind, set_hook, take_hook};
use std::sync::Mutex;

use crate::error::Kind;

use super::Failure;

/// The run that is open.
static OPEN: Mutex<Option<String>> = Mutex::new(None);

/// From now on `run` is open, or none is.
pub fn open(run: Option<&str>) {
    *lock() = run.map(str::to_owned);
}

fn lock() -> std::sync::MutexGuard<'static, Option<String>> {
    OPEN.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A message on a raw terminal with a hidden cursor would be no message.
pub fn on_panic() {
    let before = take_hook();
    set_hook(Box::new(move |panic| {
        crate::process::restore_terminal();
        if std::io::stdout().is_terminal() {
            let _ = std::io::stdout().write_all(b"\x1b[?25h\x1b[?2004l\x1b[0m\r\n");
        }
        before(panic);
        let run = OPEN.try_lock().ok().and_then(|run| run.clone());
        if let Some(run) = run {
            let short = crate::terminal::cards::short(&run);
            let _ = writeln!(
                std::io::stderr(),
                "\nmidwatch broke; this is a fault of midwatch, not of the runbook. What happened until then is \
                 recorded.\nGo on with: midwatch resume {short}"
            );
        }
    }));
}

/// Does `work`. A panic with a run open leaves it to be resumed.
pub fn caught(work: impl FnOnce() -> Result<u8, Failure>) -> Result<u8, Failure> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done,
        Err(_) if lock().is_some() => Ok(Kind::Paused.code()),
        Err(panic) => resume_unwind(panic),
    }
}

/// Panics where a test of all this asks for it; never in a release build.
pub fn test(place: &str) {
    let asked = || std::env::var("MIDWATCH_TEST_PANIC").is_ok_and(|asked| asked == place);
    assert!(!cfg!(debug_assertions) || !asked(), "a test asked for it at `{place}`");
}
