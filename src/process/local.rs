//! Runs commands on this machine: the engine's [`Runner`].

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::enter::{Enter, Facts};
use super::environment::{self, Environment};
use super::handover::Handover;
use super::pipes::{self, Ended, Plan, Stream};
use super::probe::{self, keep};
use super::redact::Masker;
use super::shell::{CommandLine, Shell};
use super::state::{Dump, ShellState, Told};
use super::{failed, group, signals};
use crate::engine::ports::{Connection, Job, Outcome, Probed, Runner};

/// Bytes of a capture.
const CAPTURED: usize = 1 << 20;

/// What a [`LocalRunner`] starts with.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The shell that was asked for; `bash`, else `sh`, if none was.
    pub shell: Option<String>,
    /// Folder of the carried state, one per run.
    pub state_dir: PathBuf,
    /// What steps see of the environment; [`environment::inherited`] is what they usually do.
    pub env: Environment,
    /// The folder the first step starts in.
    pub cwd: PathBuf,
}

/// Runs steps one process each, in shell state they share.
pub struct LocalRunner {
    shell: Shell,
    state: ShellState,
    env: Environment,
    cwd: PathBuf,
    /// What a shell holds that just started; asked for when it is first needed.
    fresh: Option<Dump>,
    masker: Masker,
    secrets: Vec<String>,
    /// The environment makes bash pass over `BASH_ENV`.
    own_rules: bool,
    /// Marks what the steps' shells tell.
    nonce: String,
}

impl LocalRunner {
    /// A runner that goes on from the state its folder holds.
    ///
    /// # Errors
    /// If there is no such shell, or the state cannot be read.
    pub fn new(setup: Setup) -> anyhow::Result<Self> {
        let shell = Shell::choose(setup.shell.as_deref())?;
        let state = ShellState::open(&setup.state_dir)?;
        let env = environment::cleaned(setup.env);
        let other_user = rustix::process::geteuid() != rustix::process::getuid();
        Ok(LocalRunner {
            shell,
            state,
            own_rules: other_user || env.contains_key(std::ffi::OsStr::new("POSIXLY_CORRECT")),
            env,
            cwd: setup.cwd,
            fresh: None,
            masker: Masker::new(),
            secrets: Vec::new(),
            nonce: uuid::Uuid::now_v7().simple().to_string(),
        })
    }

    /// The carried state.
    pub fn state(&self) -> &ShellState {
        &self.state
    }

    /// The folder the next step starts in.
    pub fn folder(&self) -> PathBuf {
        self.state.cwd().unwrap_or_else(|| self.cwd.clone())
    }

    /// Masks secrets in text that did not come through [`Runner::run`]'s output: captures, notes.
    pub fn masker(&self) -> &Masker {
        &self.masker
    }

    /// `text` with every secret masked.
    pub fn mask(&self, text: &str) -> String {
        self.masker.mask(text)
    }

    /// Where `job` runs: its own folder, from the carried one, else that.
    fn folder_of(&self, job: &Job) -> PathBuf {
        let carried = self.folder();
        let Some(own) = &job.cwd else { return carried };
        let home = self.env.get(std::ffi::OsStr::new("HOME"));
        match (own.strip_prefix("~"), home) {
            (Ok(below), Some(home)) => Path::new(home).join(below),
            _ => carried.join(own),
        }
    }

    /// The command for `job`, whose input is not connected yet, and what must live as long as it.
    fn command(&self, job: &Job, enter: &Enter, folder: &Path) -> io::Result<(Command, CommandLine)> {
        let text = job.exec.as_deref().unwrap_or(&job.script);
        let mut line = self.shell.command_line(text, enter.path(), self.own_rules)?;
        let mut command = Command::new(self.shell.program());
        let env = environment::compose(&self.env, &job.env, job.interactive);
        command.args(std::mem::take(&mut line.args)).env_clear().envs(env);
        command.envs(std::mem::take(&mut line.env)).envs(enter.env().iter().cloned());
        // The shell takes the logical name of the folder from it.
        command.env("PWD", folder).current_dir(folder);
        Ok((command, line))
    }

    /// Asks for what a shell holds that just started, under the environment of every step.
    fn learn_fresh(&mut self) {
        if self.fresh.is_none() {
            self.fresh = self.ask_fresh().ok().flatten();
        }
    }

    fn ask_fresh(&self) -> io::Result<Option<Dump>> {
        let mut told = Handover::new(None, b"")?;
        let writer = super::enter::dump_into(&self.shell, told.path(), &self.nonce);
        let env = environment::compose(&self.env, &BTreeMap::new(), false);
        let mut command = Command::new(self.shell.program());
        command.arg("-c").arg(writer).env_clear().envs(env).env("PWD", &self.cwd).current_dir(&self.cwd);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        Ok(super::state::read_dump(&told.read()?, &self.nonce))
    }

    /// Takes over what the step's shell told at its end: what changed, and what went wrong with it.
    fn settle(
        &mut self,
        job: &Job,
        enter: &mut Enter,
        folder: &Path,
        ended: &Ended,
    ) -> (Option<String>, Option<String>) {
        let Some(dump) = enter.dump(&self.nonce) else {
            return (None, enter.expects_dump().then(|| not_kept(job, ended)));
        };
        let mut trouble = None;
        if job.connection == Connection::Pty && !dump.jobs.is_empty() {
            let jobs: Vec<String> = dump.jobs.iter().map(i32::to_string).collect();
            let jobs = jobs.join(", ");
            trouble = Some(format!(
                "what ran in the background ended with the terminal (process {jobs}); nohup or setsid keeps it"
            ));
        }
        self.learn_fresh();
        let Some(fresh) = &self.fresh else {
            return (
                None,
                Some("its folder and variables were not kept: the shell does not tell them".into()),
            );
        };
        let told = Told {
            fresh,
            given: &job.env,
            own_folder: job.cwd.as_ref().map(|_| folder),
            interactive: job.interactive,
            secrets: &self.secrets,
        };
        let (changed, written) = self.state.take(dump, &told);
        if let Err(error) = written {
            let error =
                format!("its folder and variables are kept until midwatch ends, not longer: {error:#}");
            trouble = Some(trouble.map_or(error.clone(), |trouble: String| format!("{trouble}; {error}")));
        }
        (changed.map(|changed| self.masker.mask(&changed)), trouble)
    }

    fn run_in(&mut self, job: &Job, folder: &Path, output: &mut dyn FnMut(&[u8])) -> io::Result<Outcome> {
        let facts = Facts::of(job, &self.shell, &self.state);
        let mut enter = Enter::new(&self.shell, &self.state, job, &facts, &self.nonce)?;
        let (command, line) = self.command(job, &enter, folder)?;
        let mut captured = job.capture.then(Vec::new);
        let mut stream = self.masker.stream();
        let mut sink = |stream_of: Stream, bytes: &[u8]| {
            if let (Stream::Out, Some(captured)) = (stream_of, &mut captured) {
                keep(captured, bytes, CAPTURED);
            }
            stream.push(bytes, output);
        };
        let ended = match job.connection {
            Connection::Pipes | Connection::Pty => {
                let plan =
                    Plan { timeout: job.timeout, grace: group::GRACE, apart: job.capture, alone: false };
                pipes::run(with_input(command, job)?, &plan, &mut sink)?
            }
        };
        stream.finish(output);
        let text_at = line.script.as_ref().map(Handover::path);
        let mut failed_lines = failed::read(&enter.failed(), text_at, ended.end.exit);
        for line in &mut failed_lines {
            line.command = self.masker.mask(&line.command);
        }
        let (changed, trouble) = self.settle(job, &mut enter, folder, &ended);
        Ok(Outcome {
            exit: ended.end.exit,
            signal: ended.end.signal,
            duration: ended.duration,
            timed_out: ended.timed_out,
            failed_lines,
            changed,
            trouble,
            survivors: ended.survivors.iter().map(|survivor| self.masker.mask(survivor)).collect(),
            captured,
        })
    }

    fn probe_in(&mut self, job: &Job, folder: &Path, limit: Duration) -> io::Result<Probed> {
        let enter = Enter::for_probe(&self.shell, &self.state, job)?;
        let (command, line) = self.command(job, &enter, folder)?;
        let probed = probe::sample(with_input(command, job)?, limit);
        // The shell may read its text from it until it ends.
        drop(line);
        probed
    }

    /// Why `job` could not be started.
    fn cannot_start(&self, error: &io::Error, folder: &Path) -> String {
        if !folder.is_dir() {
            return format!("cannot start it: there is no folder {}", folder.display());
        }
        format!("cannot start {}: {error}", self.shell.program().display())
    }
}

impl Runner for LocalRunner {
    fn run(&mut self, job: &Job, output: &mut dyn FnMut(&[u8])) -> anyhow::Result<Outcome> {
        let folder = self.folder_of(job);
        Ok(self.run_in(job, &folder, output).unwrap_or_else(|error| Outcome {
            trouble: Some(self.cannot_start(&error, &folder)),
            ..Outcome::default()
        }))
    }

    fn probe(&mut self, job: &Job, limit: Duration) -> anyhow::Result<Probed> {
        let folder = self.folder_of(job);
        Ok(self.probe_in(job, &folder, limit).unwrap_or_else(|error| Probed {
            trouble: Some(self.cannot_start(&error, &folder)),
            ..Probed::default()
        }))
    }

    fn add_secret(&mut self, value: &str) {
        self.masker.add(value);
        let value = value.trim_end_matches(['\n', '\r']);
        if !value.trim().is_empty() && !self.secrets.iter().any(|secret| secret == value) {
            self.secrets.push(value.to_owned());
            // What holds it is not on disk any more, or could not be written: the next change will say.
            let _ = self.state.hide(&self.secrets);
        }
    }
}

/// Connects the standard input: `exec`'s text, else nothing.
fn with_input(mut command: Command, job: &Job) -> io::Result<Command> {
    let input = match job.exec {
        Some(_) => Stdio::from(Handover::new(None, job.script.as_bytes())?.into_file()?),
        None => Stdio::null(),
    };
    command.stdin(input);
    Ok(command)
}

fn not_kept(job: &Job, ended: &Ended) -> String {
    let text = job.exec.as_deref().unwrap_or(&job.script);
    let why = if ended.timed_out || signals::pending().is_some() {
        "it was ended"
    } else if ended.end.signal.is_some() {
        "a signal ended it"
    } else if text.contains("trap") {
        "it sets an EXIT trap of its own"
    } else if text.contains("exec") {
        "its shell was replaced by exec"
    } else {
        "its shell did not tell them"
    };
    format!("its folder and variables were not kept: {why}")
}

/// The environment of a process, as pairs.
pub(super) type Pairs = Vec<(OsString, OsString)>;
