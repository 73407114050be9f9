//! A command on a terminal of its own: programs keep their colours and progress bars, prompts are
//! answered from the operator's keyboard, and everything shown is recorded as it came.
//!
//! The operator's terminal is raw meanwhile, so Ctrl-C is a byte that reaches the command alone.

use std::io::{self, PipeReader, pipe};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::time::{Duration, Instant};

use duct::{Expression, Handle};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::process::Signal;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{self, LocalModes, OptionalActions, SpecialCodeIndex, Termios, Winsize};

use super::group::{GRACE, Watch};
use super::pipes::{Ended, Stream};
use super::raw::{Raw, size_of};
use super::signals;

/// After the end of the command what it left is read for so long at most.
const REST: Duration = Duration::from_millis(500);
/// How often the window's size is copied.
const SIZE_EVERY: Duration = Duration::from_millis(250);
/// Two Ctrl-C within this ask whether to kill,
const TWICE: Duration = Duration::from_secs(2);
/// unless the second one does it by itself.
const LAST_CHANCE: Duration = Duration::from_millis(300);
/// Typed bytes the command has not read, before the keyboard has to wait.
const TYPED_AHEAD: usize = 64 * 1024;
/// How long a terminal that nobody has open is left alone.
const SILENCE: Duration = Duration::from_millis(20);
const CHUNK: usize = 64 * 1024;
const CTRL_C: u8 = 3;

/// How to run a command on a terminal.
pub(super) struct Plan<'a> {
    /// The operator's terminal; without one there is no keyboard.
    pub terminal: Option<BorrowedFd<'a>>,
    /// Asks the operator, whose terminal is as it was meanwhile, whether to end the command.
    pub ask: Option<&'a mut dyn FnMut() -> bool>,
    /// The group is ended after it.
    pub timeout: Option<Duration>,
    /// It is a block of commands, which must not go on when one of them is interrupted.
    pub block: bool,
    /// Standard output through a pipe: it is exact then.
    pub apart: bool,
    /// A session: it ends with the operator's terminal.
    pub interactive: bool,
    /// Standard input, where it is not the terminal.
    pub input: Option<std::fs::File>,
}

/// Runs `command`, whose environment and folder are set, to its end.
///
/// # Errors
/// If there is no terminal to be had or the command cannot be started.
pub(super) fn run(
    command: Expression,
    plan: Plan<'_>,
    sink: &mut dyn FnMut(Stream, &[u8]),
) -> io::Result<Ended> {
    let (master, slave) = open()?;
    let raw = plan.terminal.and_then(Raw::new);
    let size = size_of(plan.terminal);
    termios::tcsetwinsize(&master, size)?;
    if let Some(raw) = &raw {
        adopt(&slave, raw.before());
    }
    let mut output = None;
    let mut command = command.unchecked();
    command = command.stderr_file(slave.try_clone()?);
    if plan.apart {
        let (reader, writer) = pipe()?;
        output = Some(reader);
        command = command.stdout_file(writer);
    } else {
        command = command.stdout_file(slave.try_clone()?);
    }
    command = match plan.input {
        Some(input) => command.stdin_file(input),
        None => command.stdin_file(slave),
    };
    // Inside a session of its own the terminal becomes the controlling one. Standard error is
    // always connected to it.
    command = command.before_spawn(|command| {
        // SAFETY: both are plain system calls without allocation or locks.
        unsafe {
            command.pre_exec(|| {
                rustix::process::setsid()?;
                rustix::process::ioctl_tiocsctty(rustix::stdio::stderr())?;
                Ok(())
            });
        }
        Ok(())
    });
    let begin = Instant::now();
    let child = command.start()?;
    // It holds our copies of the slave: the master comes to an end only when they are closed. No
    // other expression may share them, so the name is assigned above, never bound anew.
    drop(command);
    let pid = child.pids().first().copied().unwrap_or_default();
    let mut relay = Relay {
        watch: Watch::new(pid, plan.timeout, GRACE).of_shell(plan.block),
        master: Some(master),
        output,
        apart: plan.apart,
        keyboard: plan.terminal.filter(|_| raw.is_some()),
        raw,
        typed: Vec::new(),
        size,
        sized: begin,
        interrupted: None,
        ask_at: None,
        ask: plan.ask,
        interactive: plan.interactive,
        hung_up: false,
        silent_until: None,
        over: false,
        buffer: vec![0; CHUNK],
    };
    let end = relay.until_the_end(&child, sink)?;
    let duration = begin.elapsed();
    relay.rest(sink);
    Ok(Ended { end, duration, timed_out: relay.watch.timed_out, survivors: Vec::new() })
}

/// A terminal: the end we hold, and the command's. Both are closed in what is started.
fn open() -> io::Result<(OwnedFd, OwnedFd)> {
    #[cfg(target_os = "linux")]
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    #[cfg(not(target_os = "linux"))]
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
    let master = openpt(flags)?;
    rustix::io::fcntl_setfd(&master, rustix::io::FdFlags::CLOEXEC)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let name = ptsname(&master, Vec::new())?;
    let slave = rustix::fs::open(&name, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
    let status = rustix::fs::fcntl_getfl(&master)?;
    rustix::fs::fcntl_setfl(&master, status | OFlags::NONBLOCK)?;
    Ok((master, slave))
}

/// Gives the new terminal the settings of the operator's: erase keys, UTF-8.
fn adopt(slave: &OwnedFd, settings: &Termios) {
    if settings.local_modes.contains(LocalModes::ICANON) {
        // The usual settings do as well.
        let _ = termios::tcsetattr(slave, OptionalActions::Now, settings);
    }
}

struct Relay<'a> {
    watch: Watch,
    /// None when nothing more comes from it.
    master: Option<OwnedFd>,
    /// Standard output, where it has a pipe, until its end.
    output: Option<PipeReader>,
    apart: bool,
    keyboard: Option<BorrowedFd<'a>>,
    raw: Option<Raw<'a>>,
    /// Typed, and not read by the command yet.
    typed: Vec<u8>,
    size: Winsize,
    sized: Instant,
    /// When Ctrl-C was typed last.
    interrupted: Option<Instant>,
    ask_at: Option<Instant>,
    ask: Option<&'a mut dyn FnMut() -> bool>,
    interactive: bool,
    /// The operator's terminal is gone.
    hung_up: bool,
    /// Nobody had the other end open; it is looked at again then.
    silent_until: Option<Instant>,
    /// The command has ended.
    over: bool,
    buffer: Vec<u8>,
}

/// What can be read or written now.
#[derive(Default)]
struct Ready {
    master: bool,
    output: bool,
    keyboard: bool,
    child: bool,
}

impl Relay<'_> {
    fn until_the_end(
        &mut self,
        child: &Handle,
        sink: &mut dyn FnMut(Stream, &[u8]),
    ) -> io::Result<super::group::End> {
        let mut end = None;
        loop {
            if end.is_none() && self.watch.descriptor().is_none() {
                end = child.try_wait()?.map(|output| output.status);
            }
            let mut wait = self.watch.tick();
            if end.is_some_and(|_| !self.watch.still_ending()) {
                break;
            }
            let now = Instant::now();
            if now.duration_since(self.sized) >= SIZE_EVERY {
                self.sized = now;
                self.now_and_then();
            }
            if self.ask_at.is_some_and(|at| at <= now) {
                self.ask_at = None;
                self.ask();
            }
            wait = wait.min(SIZE_EVERY);
            if let Some(at) = self.ask_at {
                wait = wait.min(at.saturating_duration_since(now));
            }
            let ready = self.wait_for(wait, end.is_none(), true);
            self.relay(&ready, sink);
            if ready.keyboard {
                self.listen();
            }
            self.pass_on();
            if ready.child {
                end = child.try_wait()?.map(|output| output.status);
            } else if end.is_some() && self.master.is_none() {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(end.map(Into::into).unwrap_or_default())
    }

    /// Reads what the command left, to the end or until the time for it is over.
    fn rest(&mut self, sink: &mut dyn FnMut(Stream, &[u8])) {
        self.over = true;
        self.silent_until = None;
        let begin = Instant::now();
        while self.master.is_some() || self.output.is_some() {
            let left = REST.saturating_sub(begin.elapsed());
            if left.is_zero() {
                break;
            }
            let ready = self.wait_for(left, false, false);
            self.relay(&ready, sink);
        }
        // Who still writes to the pipe must not be stopped.
        if let Some(output) = self.output.take() {
            super::pipes::drain(output);
        }
    }

    /// Size, settings and presence of the operator's terminal.
    fn now_and_then(&mut self) {
        if let Some(raw) = &self.raw {
            raw.keep();
        }
        let size = size_of(self.keyboard);
        let same = (size.ws_row, size.ws_col) == (self.size.ws_row, self.size.ws_col);
        if let (false, Some(master), true) = (same, &self.master, self.keyboard.is_some()) {
            self.size = size;
            // The command is told by the system.
            let _ = termios::tcsetwinsize(master, size);
        }
        if signals::pending() == Some(signal_hook::consts::SIGHUP) {
            self.hang_up();
        }
        if self.hung_up && self.typed.is_empty() && self.reads_lines() {
            // Nobody will answer: what asks gets the end of its input.
            let code = self.settings().map_or(4, |settings| settings.special_codes[SpecialCodeIndex::VEOF]);
            self.typed.push(code);
        }
    }

    /// The operator's terminal is gone. The command goes on, and with it the record; a session is
    /// over, as it would be without midwatch.
    fn hang_up(&mut self) {
        if self.hung_up {
            return;
        }
        self.hung_up = true;
        self.keyboard = None;
        if self.interactive {
            self.watch.stop(Signal::HUP);
        }
    }

    /// How the command has set its terminal.
    fn settings(&self) -> Option<Termios> {
        termios::tcgetattr(self.master.as_ref()?).ok()
    }

    fn reads_lines(&self) -> bool {
        self.settings().is_some_and(|settings| settings.local_modes.contains(LocalModes::ICANON))
    }

    /// Reads the keyboard.
    fn listen(&mut self) {
        let Some(keyboard) = self.keyboard else { return };
        let mut keys = [0; 4096];
        let length = match rustix::io::read(keyboard, &mut keys[..]) {
            Ok(0) => return self.hang_up(),
            Ok(length) => length,
            Err(Errno::INTR | Errno::AGAIN) => return,
            Err(_) => return self.hang_up(),
        };
        let keys = &keys[..length];
        self.typed.extend_from_slice(keys);
        // An editor or a remote shell takes it as a key like any other.
        let interrupts =
            self.settings().is_some_and(|settings| settings.local_modes.contains(LocalModes::ISIG));
        for _ in keys.iter().filter(|&&key| key == CTRL_C && interrupts) {
            let now = Instant::now();
            if self.interrupted.is_some_and(|last| now.duration_since(last) <= TWICE) {
                self.ask_at = Some(now + LAST_CHANCE);
                self.interrupted = None;
            } else {
                self.interrupted = Some(now);
            }
        }
    }

    /// Asks whether to end the command.
    fn ask(&mut self) {
        let Some(ask) = &mut self.ask else { return };
        let end = match &self.raw {
            Some(raw) => raw.suspended(ask),
            None => ask(),
        };
        if end {
            self.watch.stop(Signal::TERM);
        }
    }

    /// Passes on what was typed, as far as the command takes it.
    fn pass_on(&mut self) {
        if self.typed.is_empty() {
            return;
        }
        let Some(master) = &self.master else { return self.typed.clear() };
        match rustix::io::write(master, &self.typed) {
            Ok(written) => drop(self.typed.drain(..written)),
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(_) => self.typed.clear(),
        }
    }

    /// Passes on what the command printed.
    fn relay(&mut self, ready: &Ready, sink: &mut dyn FnMut(Stream, &[u8])) {
        if let (true, Some(output)) = (ready.output, &self.output) {
            match rustix::io::read(output, &mut self.buffer[..]) {
                Ok(0) => self.output = None,
                Ok(length) => sink(Stream::Out, &self.buffer[..length]),
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(_) => self.output = None,
            }
        }
        if !ready.master {
            return;
        }
        // A terminal gives little at a time; what is there is passed on at once.
        let stream = if self.apart { Stream::Err } else { Stream::Out };
        let mut filled = 0;
        while let (Some(master), true) = (&self.master, filled < CHUNK) {
            match rustix::io::read(master, &mut self.buffer[filled..]) {
                Ok(0) => self.master = None,
                Ok(length) => filled += length,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => break,
                // How Linux says that nobody has the other end open.
                Err(_) if self.over => self.master = None,
                // The command may have closed its output and be alive: were we to close our end, it
                // would be hung up on. It may also open its terminal again.
                Err(_) => {
                    self.silent_until = Some(Instant::now() + SILENCE);
                    break;
                }
            }
        }
        if filled > 0 {
            sink(stream, &self.buffer[..filled]);
        }
    }

    fn wait_for(&self, wait: Duration, child: bool, keys: bool) -> Ready {
        let writes = if self.typed.is_empty() || !keys { PollFlags::empty() } else { PollFlags::OUT };
        let keyboard = self.keyboard.filter(|_| keys && self.typed.len() < TYPED_AHEAD);
        let now = Instant::now();
        let silent = self.silent_until.map(|until| until.saturating_duration_since(now));
        let silent = silent.filter(|left| !left.is_zero());
        let wait = silent.map_or(wait, |left| left.min(wait));
        let master = self.master.as_ref().filter(|_| silent.is_none());
        let sources = [
            (master.map(AsFd::as_fd), PollFlags::IN | writes),
            (self.output.as_ref().map(AsFd::as_fd), PollFlags::IN),
            (keyboard, PollFlags::IN),
            (self.watch.descriptor().filter(|_| child).map(AsFd::as_fd), PollFlags::IN),
        ];
        let mut descriptors = Vec::with_capacity(sources.len());
        let places = sources.map(|(descriptor, flags)| {
            descriptors.push(PollFd::from_borrowed_fd(descriptor?, flags));
            Some(descriptors.len() - 1)
        });
        let timeout = Timespec { tv_sec: wait.as_secs() as _, tv_nsec: wait.subsec_nanos() as _ };
        if poll(&mut descriptors, Some(&timeout)).is_err() {
            return Ready::default();
        }
        let [master, output, keyboard, child] = places.map(|place| {
            let events = place.map(|place| descriptors[place].revents());
            events.is_some_and(|events| events.intersects(!PollFlags::OUT))
        });
        Ready { master, output, keyboard, child }
    }
}
