//! A process group: how it is ended, and what of it lives on.

use std::os::fd::OwnedFd;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use super::signals;

/// How long a group may take to follow one signal before the next, harder one.
pub(super) const GRACE: Duration = Duration::from_secs(2);
/// How often signals to midwatch and, where need be, the end of a child are looked for.
const TICK: Duration = Duration::from_millis(200);
const BLIND_TICK: Duration = Duration::from_millis(10);

/// How a process ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct End {
    /// Exit status, unless a signal ended it.
    pub exit: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
}

impl From<ExitStatus> for End {
    fn from(status: ExitStatus) -> Self {
        use std::os::unix::process::ExitStatusExt;
        End { exit: status.code(), signal: status.signal() }
    }
}

/// Watches over a group whose leader is a child of this process: ends it when its time is over or
/// when midwatch is told to end, with ever harder signals.
pub(super) struct Watch {
    group: Pid,
    deadline: Option<Instant>,
    grace: Duration,
    /// Signals still to be sent, the next one first; empty as long as it may run.
    ladder: Vec<Signal>,
    next: Option<Instant>,
    end_of_child: Option<OwnedFd>,
    /// Whether its time was over.
    pub timed_out: bool,
    stopping: bool,
    leader_is_shell: bool,
}

impl Watch {
    /// Watches the group of the child `pid`, which may run for `timeout`.
    pub fn new(pid: u32, timeout: Option<Duration>, grace: Duration) -> Self {
        // A child's id is never 0.
        let group = Pid::from_raw(pid as i32).unwrap_or(Pid::INIT);
        Watch {
            group,
            deadline: timeout.and_then(|timeout| Instant::now().checked_add(timeout)),
            grace,
            ladder: Vec::new(),
            next: None,
            end_of_child: end_of_child(group),
            timed_out: false,
            stopping: false,
            leader_is_shell: false,
        }
    }

    /// The leader is a shell that has more lines to run.
    pub fn of_shell(mut self, leader_is_shell: bool) -> Self {
        self.leader_is_shell = leader_is_shell;
        self
    }

    /// Becomes readable when the child ends, where the system has such a thing.
    pub fn descriptor(&self) -> Option<&OwnedFd> {
        self.end_of_child.as_ref()
    }

    /// Does what is due, and says how long nothing will be.
    pub fn tick(&mut self) -> Duration {
        let now = Instant::now();
        if !self.stopping {
            if self.deadline.is_some_and(|deadline| deadline <= now) {
                self.timed_out = true;
                self.stop(Signal::TERM);
            } else if let Some(signal) = signals::ends_commands() {
                self.interrupt(signal);
            }
        }
        if self.next.is_some_and(|next| next <= now) {
            self.send();
        }
        let tick = if self.end_of_child.is_some() { TICK } else { BLIND_TICK };
        let due = [self.next, self.deadline.filter(|_| !self.stopping)].into_iter().flatten().min();
        due.map_or(tick, |due| tick.min(due.saturating_duration_since(now)))
    }

    /// Ends the group because midwatch was told to end by `signal`.
    ///
    /// An INT is passed on: a database's client cancels its query then, where a TERM would leave
    /// it to run on the server. But a shell goes on with its next line after a command that dealt
    /// with an INT (and after a QUIT always), so the shell itself gets a TERM first.
    fn interrupt(&mut self, signal: i32) {
        let first = if signal == Signal::INT.as_raw() { Signal::INT } else { Signal::TERM };
        if self.leader_is_shell && !self.stopping {
            // Gone already, then.
            let _ = rustix::process::kill_process(self.group, Signal::TERM);
        }
        self.stop(first);
    }

    /// Begins to end the group, with `first`.
    pub fn stop(&mut self, first: Signal) {
        if self.stopping {
            return;
        }
        self.stopping = true;
        self.ladder = [first, Signal::TERM, Signal::KILL].to_vec();
        self.ladder.dedup();
        self.send();
    }

    /// Whether the group is being ended and part of it is still to be.
    pub fn still_ending(&self) -> bool {
        self.stopping && self.next.is_some() && group_lives(self.group)
    }

    /// Ends what is left of it at once.
    pub fn kill(&self) {
        let _ = rustix::process::kill_process_group(self.group, Signal::KILL);
    }

    fn send(&mut self) {
        self.next = None;
        if self.ladder.is_empty() {
            return;
        }
        let signal = self.ladder.remove(0);
        // Gone already, then.
        let _ = rustix::process::kill_process_group(self.group, signal);
        if signal != Signal::KILL {
            // A stopped process follows no signal but KILL until it goes on.
            let _ = rustix::process::kill_process_group(self.group, Signal::CONT);
            self.next = Some(Instant::now() + self.grace);
        }
    }
}

#[cfg(target_os = "linux")]
fn end_of_child(pid: Pid) -> Option<OwnedFd> {
    rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()).ok()
}

#[cfg(not(target_os = "linux"))]
fn end_of_child(_pid: Pid) -> Option<OwnedFd> {
    None
}

/// Whether any process of `group` has not ended. Those that have and that nobody waited for do not
/// count: some first processes take seconds for that.
fn group_lives(group: Pid) -> bool {
    if rustix::process::test_kill_process_group(group).is_err() {
        return false;
    }
    let mut processes = std::fs::read_dir("/proc").into_iter().flatten().flatten().peekable();
    // Where there is no such folder, those do count.
    processes.peek().is_none()
        || processes.any(|process| {
            let stat = std::fs::read_to_string(process.path().join("stat")).unwrap_or_default();
            let mut fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ');
            let ended = matches!(fields.next(), None | Some("" | "Z" | "X"));
            !ended && fields.nth(1).and_then(|field| field.parse().ok()) == Some(group.as_raw_nonzero().get())
        })
}

/// Names listed at most.
#[cfg(target_os = "linux")]
const LISTED: usize = 16;

/// Processes that hold the other end of `descriptor` open (the same pipe, or the terminal called
/// `device`), each as `pid command`.
#[cfg(target_os = "linux")]
pub(super) fn holders(descriptor: impl std::os::fd::AsFd, device: Option<&std::path::Path>) -> Vec<String> {
    let target = match device {
        Some(device) => device.to_owned(),
        None => match rustix::fs::fstat(descriptor) {
            Ok(stat) => format!("pipe:[{}]", stat.st_ino).into(),
            Err(_) => return Vec::new(),
        },
    };
    let own = std::process::id();
    let mut found = Vec::new();
    for process in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = process.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        if pid == own || found.len() >= LISTED {
            continue;
        }
        // Other users' processes cannot be looked into.
        let descriptors = std::fs::read_dir(process.path().join("fd")).into_iter().flatten().flatten();
        let mut targets = descriptors.filter_map(|descriptor| std::fs::read_link(descriptor.path()).ok());
        if targets.any(|to| to == target) {
            found.push(describe(pid));
        }
    }
    found
}

#[cfg(not(target_os = "linux"))]
pub(super) fn holders(_descriptor: impl std::os::fd::AsFd, _device: Option<&std::path::Path>) -> Vec<String> {
    vec!["a background process".into()]
}

/// `pid command`, the command on one line; the number alone where the system does not tell more.
pub(super) fn describe(pid: u32) -> String {
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let line = String::from_utf8_lossy(&line);
    let line = line.trim_end_matches('\0').replace(|c: char| c.is_control(), " ");
    let line: String = line.chars().take(120).collect();
    format!("{pid} {line}").trim_end().to_owned()
}

/// What became of the background jobs of a step that ended.
#[derive(Debug, Default)]
pub(super) struct Background {
    /// Those that go on, as `pid command`.
    pub alive: Vec<String>,
    /// How many do not.
    pub gone: usize,
}

impl Background {
    /// Looks for the processes `jobs`. Where their terminal was `hung_up`, they get a moment to end.
    pub fn of(jobs: &[i32], hung_up: bool) -> Self {
        let mut background = Background::default();
        let begin = Instant::now();
        for pid in jobs.iter().filter_map(|&pid| Pid::from_raw(pid)) {
            while hung_up && lives(pid) && begin.elapsed() < Duration::from_millis(50) {
                std::thread::sleep(Duration::from_millis(2));
            }
            if lives(pid) {
                background.alive.push(describe(pid.as_raw_nonzero().get() as u32));
            } else {
                background.gone += 1;
            }
        }
        background
    }
}

/// Whether `pid` is there and has not ended: one that nobody waited for is there, too.
fn lives(pid: Pid) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap_or_default();
    let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
    rustix::process::test_kill_process(pid).is_ok() && !matches!(state, Some('Z' | 'X'))
}
