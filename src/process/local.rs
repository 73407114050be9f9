//! Runs commands on this machine: the engine's [`Runner`].

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::enter::{Enter, Facts};
use super::environment::{self, Environment};
use super::group::{self, Background};
use super::handover::Handover;
use super::pipes::{self, Ended, Plan, Stream};
use super::probe::{self, keep};
use super::redact::Masker;
use super::shell::Shell;
use super::state::{Dump, ShellState, Told};
use super::{failed, pty, signals};
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
    terminal: Option<OwnedFd>,
    ask: Option<AskToEnd>,
}

/// Asks the operator whether to end the running command.
pub type AskToEnd = Box<dyn FnMut() -> bool>;

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
            terminal: None,
            ask: None,
        })
    }

    /// Gives commands on a [`Connection::Pty`] the keyboard of `terminal`, which is raw while one
    /// runs. Without it, or where it is no terminal, they get no keys.
    pub fn use_terminal(&mut self, terminal: OwnedFd) {
        self.terminal = Some(terminal);
    }

    /// Calls `ask` when Ctrl-C was typed twice within two seconds and the command still runs; if
    /// it says yes, the command is ended with its process group. The terminal is as it was
    /// meanwhile.
    pub fn on_interrupt(&mut self, ask: AskToEnd) {
        self.ask = Some(ask);
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
        let Some(own) = &job.cwd else {
            // As in a terminal, the way out of a folder that is gone is open.
            let leaves = job.script.trim_start().starts_with("cd /");
            return if leaves && !carried.is_dir() { "/".into() } else { carried };
        };
        let home = self.env.get(std::ffi::OsStr::new("HOME"));
        match (own.strip_prefix("~"), home) {
            (Ok(below), Some(home)) => logical(&Path::new(home).join(below)),
            _ => logical(&carried.join(own)),
        }
    }

    /// How to start the shell for `job`.
    fn start(&self, job: &Job, enter: &Enter, folder: &Path) -> io::Result<Start> {
        let text = job.exec.as_deref().unwrap_or(&job.script);
        let line = self.shell.command_line(text, enter.path(), self.own_rules)?;
        let mut env = environment::compose(&self.env, &job.env, job.interactive);
        env.extend(line.env.into_iter().chain(enter.env().iter().cloned()));
        // The shell takes the logical name of the folder from it.
        env.insert("PWD".into(), folder.into());
        let input = match job.exec {
            Some(_) => Some(Handover::new(job.script.as_bytes())?.into_file()?),
            None => None,
        };
        let program = self.shell.program().to_owned();
        Ok(Start { program, args: line.args, env, folder: folder.to_owned(), input, script: line.script })
    }

    /// Asks for what a shell holds that just started, under the environment of every step.
    fn learn_fresh(&mut self) {
        if self.fresh.is_none() {
            self.fresh = self.ask_fresh().ok().flatten();
        }
    }

    fn ask_fresh(&self) -> io::Result<Option<Dump>> {
        let mut told = Handover::new(b"")?;
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
        ended: &mut Ended,
    ) -> (Option<String>, Option<String>) {
        let Some(dump) = enter.dump(&self.nonce) else {
            return (None, enter.expects_dump().then(|| not_kept(job, ended)));
        };
        let mut trouble = None;
        let jobs = Background::of(&dump.jobs, job.connection == Connection::Pty);
        for survivor in jobs.alive {
            if !ended.survivors.contains(&survivor) {
                ended.survivors.push(survivor);
            }
        }
        if job.connection == Connection::Pty && jobs.gone > 0 {
            let gone = jobs.gone;
            trouble = Some(format!(
                "{gone} in the background ended with the terminal; nohup or setsid keeps what is to go on"
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
            hidden: super::state::read_silently(job.exec.as_deref().unwrap_or(&job.script)),
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
        let block = enter.keeps_shell();
        let mut start = self.start(job, &enter, folder)?;
        let mut captured = job.capture.then(Vec::new);
        let mut stream = self.masker.stream();
        let on_terminal = job.connection == Connection::Pty;
        let mut sink = |stream_of: Stream, bytes: &[u8]| {
            if let (Stream::Out, Some(captured)) = (stream_of, &mut captured) {
                keep(captured, bytes, CAPTURED);
            }
            if on_terminal && stream_of == Stream::Out && job.capture {
                stream.push(&lines_for_terminal(bytes), output);
            } else {
                stream.push(bytes, output);
            }
        };
        let mut ended = match job.connection {
            Connection::Pipes => {
                let plan = Plan {
                    timeout: job.timeout,
                    block,
                    grace: group::GRACE,
                    apart: job.capture,
                    alone: false,
                };
                pipes::run(start.command(), &plan, &mut sink)?
            }
            Connection::Pty => {
                let plan = pty::Plan {
                    terminal: self.terminal.as_ref().map(AsFd::as_fd),
                    ask: self.ask.as_mut().map(|ask| &mut **ask as &mut dyn FnMut() -> bool),
                    timeout: job.timeout,
                    block,
                    apart: job.capture,
                    interactive: job.interactive,
                    input: start.input.take(),
                };
                pty::run(start.expression(), plan, &mut sink)?
            }
        };
        stream.finish(output);
        let text_at = start.script.as_ref().map(Handover::path);
        let mut failed_lines = failed::read(&enter.failed(), text_at, ended.end.exit);
        for line in &mut failed_lines {
            line.command = self.masker.mask(&line.command);
        }
        let (changed, trouble) = self.settle(job, &mut enter, folder, &mut ended);
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
        let mut start = self.start(job, &enter, folder)?;
        probe::sample(start.command(), limit)
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

/// All it takes to start a step's shell.
struct Start {
    program: PathBuf,
    args: Vec<OsString>,
    /// All of it.
    env: Environment,
    folder: PathBuf,
    /// Standard input, where it is a text.
    input: Option<std::fs::File>,
    /// Where the shell reads its text, if that is long; until it ends.
    script: Option<Handover>,
}

impl Start {
    /// For pipes.
    fn command(&mut self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).env_clear().envs(&self.env).current_dir(&self.folder);
        command.stdin(self.input.take().map_or_else(Stdio::null, Stdio::from));
        command
    }

    /// For a terminal.
    fn expression(&self) -> duct::Expression {
        duct::cmd(&self.program, &self.args).full_env(&self.env).dir(&self.folder)
    }
}

/// `path` without `.` and `..`, as `cd` understands them.
fn logical(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    clean
}

/// What came through a pipe, as a terminal would have passed it on: the operator's, which shows it,
/// is raw.
fn lines_for_terminal(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 32);
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(line) => out.extend([line, b"\r\n"].concat()),
            None => out.extend_from_slice(line),
        }
    }
    out
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
