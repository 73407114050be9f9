//! What a step's shell reads before the step's text: the carried state, and the traps that tell
//! what it did.

use std::io;
use std::path::Path;

use super::failed;
use super::handover::Handover;
use super::local::Pairs;
use super::shell::{Dialect, Shell, os_bytes, quote};
use super::state::{self, Dump, ShellState};
use crate::engine::ports::Job;

/// What is known of a step's text beforehand.
pub(super) struct Facts {
    /// It may change folder, variables, functions or options.
    changes_state: bool,
    /// Something in it may fail while it goes on.
    goes_on: bool,
}

impl Facts {
    /// Facts about `job`, where `state` is carried.
    pub fn of(job: &Job, shell: &Shell, state: &ShellState) -> Self {
        let text = job.exec.as_deref().unwrap_or(&job.script);
        let script = crate::shell::parse(text);
        let changes_state = !script.keeps_state() || state.names_one_of(text);
        let single = !changes_state && script.commands().len() == 1 && !text.contains("&&");
        Facts {
            changes_state: changes_state && shell.dialect() != Dialect::Other,
            goes_on: !single && job.exec.is_none() && !failed::has_own_trap(text),
        }
    }
}

/// The enter file of one step, and what comes back.
pub(super) struct Enter {
    file: Option<Handover>,
    env: Pairs,
    dump: Option<Handover>,
    failed: Option<Handover>,
}

impl Enter {
    /// For a step.
    ///
    /// # Errors
    /// If the files cannot be made: without the carried state it must not run.
    pub fn new(shell: &Shell, state: &ShellState, job: &Job, facts: &Facts, nonce: &str) -> io::Result<Self> {
        let mut enter = Enter { file: None, env: Vec::new(), dump: None, failed: None };
        let mut text = enter.restore(shell, state, job);
        if facts.goes_on && shell.dialect() == Dialect::Bash {
            let file = Handover::new(b"")?;
            text.extend_from_slice(failed::trap(&quoted(file.path())).as_bytes());
            enter.failed = Some(file);
        }
        if facts.changes_state {
            let file = Handover::new(b"")?;
            let body = quote(dump_into(shell, file.path(), nonce).as_bytes());
            text.extend([b"trap -- ".as_slice(), &body, b" EXIT\n"].concat());
            enter.dump = Some(file);
        }
        text.extend_from_slice(state.restore_options().as_bytes());
        enter.write(shell, text)?;
        Ok(enter)
    }

    /// For a probe: nothing comes back.
    ///
    /// # Errors
    /// As [`Enter::new`].
    pub fn for_probe(shell: &Shell, state: &ShellState, job: &Job) -> io::Result<Self> {
        let mut enter = Enter { file: None, env: Vec::new(), dump: None, failed: None };
        let mut text = enter.restore(shell, state, job);
        text.extend_from_slice(match shell.dialect() {
            Dialect::Bash => b"set -o pipefail\n".as_slice(),
            // Younger POSIX shells have it.
            _ => b"(set -o pipefail) 2>/dev/null && set -o pipefail\n",
        });
        text.extend_from_slice(state.restore_options().as_bytes());
        enter.write(shell, text)?;
        Ok(enter)
    }

    fn restore(&mut self, shell: &Shell, state: &ShellState, job: &Job) -> Vec<u8> {
        if state.is_fresh() || shell.dialect() == Dialect::Other {
            return Vec::new();
        }
        let (text, env) = state.restore(&job.env);
        self.env = env;
        text
    }

    fn write(&mut self, shell: &Shell, text: Vec<u8>) -> io::Result<()> {
        if text.is_empty() || shell.dialect() == Dialect::Other {
            return Ok(());
        }
        let begin = format!("unset BASH_ENV {}\n", super::shell::ENTER_VARIABLE);
        self.file = Some(Handover::new(&[begin.as_bytes(), &text].concat())?);
        Ok(())
    }

    /// The enter file, if one is needed.
    pub fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(Handover::path)
    }

    /// Environment it needs.
    pub fn env(&self) -> &Pairs {
        &self.env
    }

    /// Whether the shell stays until the step's end: it has traps, so it cannot become the step's
    /// only command.
    pub fn keeps_shell(&self) -> bool {
        self.dump.is_some() || self.failed.is_some()
    }

    /// Whether the shell was asked to tell its state at its end.
    pub fn expects_dump(&self) -> bool {
        self.dump.is_some()
    }

    /// The state it told; none if it did not, or not to the end.
    pub fn dump(&mut self, nonce: &str) -> Option<Dump> {
        state::read_dump(&self.dump.as_mut()?.read().ok()?, nonce)
    }

    /// What the ERR trap wrote.
    pub fn failed(&mut self) -> Vec<u8> {
        self.failed.as_mut().and_then(|file| file.read().ok()).unwrap_or_default()
    }
}

/// Shell text that writes what the shell holds into the file at `path`.
pub(super) fn dump_into(shell: &Shell, path: &Path, nonce: &str) -> String {
    state::dump_writer(shell.dialect(), &quoted(path), nonce)
}

fn quoted(path: &Path) -> String {
    String::from_utf8_lossy(&quote(os_bytes(path.as_os_str()))).into_owned()
}
