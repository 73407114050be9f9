//! Commands, run for real: the adapter behind the engine's [`Runner`](crate::engine::ports::Runner).
//!
//! ```text
//! local    a job to its outcome            shell     which program, how the text reaches it
//! enter    what runs before the text       state     what steps share
//! pipes    without a terminal              pty, raw  with one
//! probe    one try of a check              group     ending what was started
//! failed   lines that failed inside        redact    declared secrets
//! alive    what nobody saw end
//! ```

mod alive;
mod enter;
mod environment;
mod failed;
mod group;
mod handover;
mod local;
mod pipes;
mod probe;
mod pty;
mod raw;
mod redact;
mod shell;
pub mod signals;
mod state;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

pub use alive::marked;
pub use environment::{Environment, inherited};
pub use local::{AskToEnd, LocalRunner, Setup};
pub use raw::restore_terminal;
pub use redact::{MASK, Masker, Stream as MaskedStream};
pub use shell::{Dialect, Shell};
pub use state::ShellState;

/// The variable that names the run every process of it belongs to.
pub const RUN_VARIABLE: &str = "MIDWATCH_RUN";

/// Whether `program` can be run: a path to something executable, or a name on `PATH`.
pub fn which(program: &str) -> bool {
    find_program(OsStr::new(program)).is_some()
}

/// Columns and rows of the terminal midwatch writes to; none if there is no terminal.
pub fn terminal_size() -> Option<(u16, u16)> {
    let size = rustix::termios::tcgetwinsize(rustix::stdio::stderr())
        .or_else(|_| rustix::termios::tcgetwinsize(rustix::stdio::stdout()))
        .or_else(|_| rustix::termios::tcgetwinsize(rustix::stdio::stdin()))
        .ok()?;
    (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
}

fn find_program(name: &OsStr) -> Option<PathBuf> {
    let runs = |path: &Path| path.is_file() && rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok();
    let path = Path::new(name);
    if path.components().count() > 1 || path.is_absolute() {
        return runs(path).then(|| path.to_owned());
    }
    if name.is_empty() {
        return None;
    }
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| runs(path))
}
