//! The operator's terminal while a command has it: raw, and as it was again on every way out.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Mutex;

use rustix::io::Errno;
use rustix::process::Pid;
use rustix::termios::{self, LocalModes, OptionalActions, Termios, Winsize};

/// The terminal that is raw now, and how it was; for the panic hook.
static RAW: Mutex<Option<(OwnedFd, Termios)>> = Mutex::new(None);

/// Puts the terminal back as it was before a command got it; nothing if none has it. For the
/// panic hook, so that the message can be read.
pub fn restore_terminal() {
    let raw = match RAW.lock() {
        Ok(mut raw) => raw.take(),
        Err(poisoned) => poisoned.into_inner().take(),
    };
    if let Some((terminal, before)) = raw.filter(|(terminal, _)| in_foreground(terminal.as_fd())) {
        // One that is gone needs no restoring, and from the background it would stop the process.
        let _ = set(&terminal, &before);
    }
}

/// The operator's terminal, raw as long as this lives.
pub(super) struct Raw<'a> {
    terminal: BorrowedFd<'a>,
    before: Termios,
}

impl<'a> Raw<'a> {
    /// Makes `terminal` raw; none if it is no terminal, or not ours to change.
    pub fn new(terminal: BorrowedFd<'a>) -> Option<Self> {
        let before = termios::tcgetattr(terminal).ok()?;
        let raw = Raw { terminal, before };
        raw.enter().then_some(raw)
    }

    /// How the terminal was.
    pub fn before(&self) -> &Termios {
        &self.before
    }

    /// Makes it raw again if something made it otherwise: whoever suspends and continues midwatch
    /// does.
    pub fn keep(&self) {
        let now = termios::tcgetattr(self.terminal);
        if now.is_ok_and(|now| now.local_modes.intersects(LocalModes::ICANON | LocalModes::ECHO)) {
            self.enter();
        }
    }

    /// Does `work` with the terminal as it was.
    pub fn suspended<T>(&self, work: impl FnOnce() -> T) -> T {
        restore_terminal();
        let done = work();
        self.enter();
        done
    }

    fn enter(&self) -> bool {
        // Changing it from the background would stop the process.
        if !in_foreground(self.terminal) {
            return false;
        }
        let mut raw = self.before.clone();
        raw.make_raw();
        let Ok(terminal) = self.terminal.try_clone_to_owned() else { return false };
        if set(&terminal, &raw).is_err() {
            return false;
        }
        let mut saved = RAW.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *saved = Some((terminal, self.before.clone()));
        true
    }
}

impl Drop for Raw<'_> {
    fn drop(&mut self) {
        restore_terminal();
    }
}

fn set(terminal: impl AsFd, to: &Termios) -> rustix::io::Result<()> {
    loop {
        match termios::tcsetattr(&terminal, OptionalActions::Now, to) {
            Err(Errno::INTR) => {}
            result => return result,
        }
    }
}

fn in_foreground(terminal: BorrowedFd<'_>) -> bool {
    termios::tcgetpgrp(terminal).is_ok_and(|group: Pid| group == rustix::process::getpgrp())
}

/// The size of `terminal`; 80 columns and 24 rows where it has none.
pub(super) fn size_of(terminal: Option<BorrowedFd<'_>>) -> Winsize {
    let usual = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
    let size = terminal.and_then(|terminal| termios::tcgetwinsize(terminal).ok());
    size.filter(|size| size.ws_row > 0 && size.ws_col > 0).unwrap_or(usual)
}
