//! A command between pipes: no terminal, no input, a process group of its own.
//!
//! A background process that inherited a pipe would keep a plain reader waiting for as long as it
//! lives. So the end of the command itself is watched for: after it what is still in the pipes is
//! read until they are quiet, and the rest is left to a thread.

use std::io::{self, PipeReader, pipe};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::group::{self, End, Watch};

/// After the end of the command its pipes are read until nothing came for so long,
const QUIET: Duration = Duration::from_millis(200);
/// but not longer than this: a background process may print for ever.
const PATIENCE: Duration = Duration::from_secs(1);
const CHUNK: usize = 64 * 1024;

/// Which of its streams something came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    /// Standard output; both streams, where they are not kept apart.
    Out,
    /// Standard error.
    Err,
}

/// How to run a command.
pub(super) struct Plan {
    /// The group is ended after it.
    pub timeout: Option<Duration>,
    /// It is a block of commands, which must not go on when one of them is interrupted.
    pub block: bool,
    /// Between TERM and KILL.
    pub grace: Duration,
    /// Standard output and error through a pipe each; else through one, in order of arrival.
    pub apart: bool,
    /// Whether what is left of the group at the end is ended too.
    pub alone: bool,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Ended {
    pub end: End,
    pub duration: Duration,
    pub timed_out: bool,
    /// Processes that still hold its output, as `pid command`.
    pub survivors: Vec<String>,
}

/// Runs `command` to its end; `sink` gets what it prints as it comes.
///
/// # Errors
/// If it cannot be started.
pub(super) fn run(
    mut command: Command,
    plan: &Plan,
    sink: &mut dyn FnMut(Stream, &[u8]),
) -> io::Result<Ended> {
    let mut streams = Vec::with_capacity(2);
    let (reader, writer) = pipe()?;
    if plan.apart {
        let (errors, errors_writer) = pipe()?;
        command.stderr(errors_writer);
        streams.push((Stream::Err, errors));
    } else {
        command.stderr(writer.try_clone()?);
    }
    command.stdout(writer);
    streams.insert(0, (Stream::Out, reader));
    // No `pre_exec`: with one, the child is forked instead of spawned, which is far slower.
    command.process_group(0);
    let begin = Instant::now();
    let mut child = command.spawn()?;
    // Its copies of our ends of the pipes would keep them open.
    drop(command);
    let watch = Watch::new(child.id(), plan.timeout, plan.grace).of_shell(plan.block);
    let mut reading = Reading { streams, buffer: vec![0; CHUNK], watch };
    let end = reading.until_the_end(&mut child, sink)?;
    let duration = begin.elapsed();
    if plan.alone {
        reading.watch.kill();
    }
    reading.rest(sink);
    let mut ended = Ended { end, duration, timed_out: reading.watch.timed_out, ..Ended::default() };
    if !plan.alone {
        ended.survivors = reading.hand_off();
    }
    Ok(ended)
}

struct Reading {
    /// Those that are not at their end.
    streams: Vec<(Stream, PipeReader)>,
    buffer: Vec<u8>,
    watch: Watch,
}

impl Reading {
    fn until_the_end(&mut self, child: &mut Child, sink: &mut dyn FnMut(Stream, &[u8])) -> io::Result<End> {
        let mut end = None;
        loop {
            if end.is_none() && self.watch.descriptor().is_none() {
                end = child.try_wait()?;
            }
            let wait = self.watch.tick();
            if end.is_some_and(|_| !self.watch.still_ending()) {
                break;
            }
            let descriptor = self.watch.descriptor().filter(|_| end.is_none()).map(AsFd::as_fd);
            let (ready, ended) = wait_for(&self.streams, descriptor, wait);
            self.read(&ready, sink);
            if ended {
                end = child.try_wait()?;
            } else if end.is_some() && self.streams.is_empty() {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(end.map(End::from).unwrap_or_default())
    }

    /// Reads what is left until it is quiet.
    fn rest(&mut self, sink: &mut dyn FnMut(Stream, &[u8])) {
        let begin = Instant::now();
        while !self.streams.is_empty() && begin.elapsed() < PATIENCE {
            let (ready, _) = wait_for(&self.streams, None, QUIET);
            if ready.is_empty() {
                break;
            }
            self.read(&ready, sink);
        }
    }

    /// One chunk of each stream in `ready`; those at their end are dropped.
    fn read(&mut self, ready: &[usize], sink: &mut dyn FnMut(Stream, &[u8])) {
        for &index in ready.iter().rev() {
            let (stream, pipe) = &self.streams[index];
            match rustix::io::read(pipe, &mut self.buffer[..]) {
                Ok(0) => drop(self.streams.remove(index)),
                Ok(length) => sink(*stream, &self.buffer[..length]),
                Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
                Err(_) => drop(self.streams.remove(index)),
            }
        }
    }

    /// Leaves pipes that are still open to a thread, so that their writers are not stopped.
    fn hand_off(&mut self) -> Vec<String> {
        let mut survivors = Vec::new();
        for (_, pipe) in self.streams.drain(..) {
            for holder in group::holders(&pipe, None) {
                if !survivors.contains(&holder) {
                    survivors.push(holder);
                }
            }
            drain(pipe);
        }
        survivors
    }
}

/// Reads `from` to its end on a thread of its own and drops what comes.
pub(super) fn drain(mut from: impl io::Read + Send + 'static) {
    let thread = std::thread::Builder::new().name("drain".into());
    // Without the thread the writers are stopped at their next word: no reason to end the run.
    let _ = thread.spawn(move || {
        let mut buffer = [0; 4096];
        while matches!(from.read(&mut buffer), Ok(1..)) {}
    });
}

/// Waits until streams can be read, the child ended or `wait` is over: the streams' indices, and
/// whether the child ended.
fn wait_for(
    streams: &[(Stream, PipeReader)],
    child: Option<BorrowedFd<'_>>,
    wait: Duration,
) -> (Vec<usize>, bool) {
    let mut polled: Vec<PollFd<'_>> =
        streams.iter().map(|(_, pipe)| PollFd::new(pipe, PollFlags::IN)).collect();
    polled.extend(child.map(|child| PollFd::from_borrowed_fd(child, PollFlags::IN)));
    let timeout = Timespec { tv_sec: wait.as_secs() as _, tv_nsec: wait.subsec_nanos() as _ };
    if poll(&mut polled, Some(&timeout)).is_err() {
        // A signal came, most likely; the caller looks.
        return (Vec::new(), false);
    }
    let ready = (0..streams.len()).filter(|&index| !polled[index].revents().is_empty()).collect();
    let ended = polled.get(streams.len()).is_some_and(|child| !child.revents().is_empty());
    (ready, ended)
}
