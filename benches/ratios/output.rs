//! A step that prints very much: `cargo bench -- output`, with as many bytes as
//! `MIDWATCH_BENCH_BYTES` says.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::{Side, report, time};

/// What a step prints, unless the environment says otherwise.
const BYTES: u64 = 1 << 30;
/// What it prints where memory is compared: as much as is kept of an output.
const LITTLE: u64 = 16 << 20;
/// A question takes no key before it was there for a while.
const DEAD_TIME: Duration = Duration::from_millis(500);

/// All of the group.
pub fn bench(place: &Path) {
    let bytes = std::env::var("MIDWATCH_BENCH_BYTES").ok().and_then(|n| n.parse().ok()).unwrap_or(BYTES);
    let much = runbook(place, bytes);
    let little = runbook(place, LITTLE);
    let ours: Side<'_> = Box::new(|| on_terminal(place, &much).0);
    let theirs: Side<'_> = Box::new(|| bare_reader(place, bytes));
    report("output: on a terminal / bare pty reader to a file", 5, 2.0, ours, theirs);
    let ours: Side<'_> = Box::new(|| time(&mut unattended(place, &much)));
    let tee = format!("yes | head -c {bytes} | tee {} > /dev/null", place.join("teed").display());
    let theirs: Side<'_> = Box::new(|| time(Command::new("sh").args(["-c", &tee])));
    report("output: --yes / tee to a file", 5, 2.0, ours, theirs);
    for (name, file) in [("all of it", &much), ("16 MiB", &little)] {
        let on_terminal = on_terminal(place, file).1;
        let unattended = peak(&unattended(place, file));
        println!(
            "  peak memory at {name:<28} {on_terminal:>8.1} MiB on a terminal, {unattended:.1} MiB with --yes   24"
        );
    }
}

fn runbook(place: &Path, bytes: u64) -> PathBuf {
    let file = place.join(format!("print-{bytes}.md"));
    let text = format!("# Print\n\n```sh id=print timeout=1h\nyes | head -c {bytes}\n```\n");
    std::fs::write(&file, text).expect("a runbook");
    file
}

fn unattended(place: &Path, file: &Path) -> Command {
    let mut command = Command::new(super::midwatch());
    command.arg("run").arg(file).arg("--yes").env("MIDWATCH_STATE_DIR", place.join("state"));
    command.stderr(Stdio::null());
    command
}

/// Peak resident memory, in MiB; zero where there is no `time` to tell it.
fn peak(command: &Command) -> f64 {
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["-f", "%M"]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        timed.env(name, value.unwrap_or_default());
    }
    let output = timed.stdin(Stdio::null()).stdout(Stdio::null()).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stderr).into_owned()).unwrap_or_default();
    text.lines().last().and_then(|line| line.trim().parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

const SIZE: PtySize = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };

/// Walks the runbook on a terminal that only swallows what it is shown: the time from the key that
/// starts the command to the card of its end, and midwatch's peak memory in MiB.
fn on_terminal(place: &Path, file: &Path) -> (Duration, f64) {
    let pair = native_pty_system().openpty(SIZE).expect("a pseudo-terminal");
    let mut command = CommandBuilder::new(super::midwatch());
    command.args(["run", &file.display().to_string()]);
    command.env("MIDWATCH_STATE_DIR", place.join("state"));
    command.env("TERM", "xterm-256color");
    command.env("NO_COLOR", "1");
    let mut child = pair.slave.spawn_command(command).expect("midwatch starts");
    drop(pair.slave);
    let mut shown = pair.master.try_clone_reader().expect("a reader");
    let mut keys = pair.master.take_writer().expect("a keyboard");
    let mut end = End::default();
    for question in ["[Enter] start", "[Enter] run"] {
        end.until(&mut shown, question);
        std::thread::sleep(DEAD_TIME);
        keys.write_all(b"\r").expect("a key");
    }
    let began = Instant::now();
    end.until(&mut shown, "step 1, exit 0");
    let took = began.elapsed();
    let status = format!("/proc/{}/status", child.process_id().unwrap_or_default());
    let status = std::fs::read_to_string(status).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
    end.until(&mut shown, "What would have helped?");
    std::thread::sleep(DEAD_TIME);
    keys.write_all(b"\r").expect("a key");
    while matches!(shown.read(&mut end.buffer), Ok(1..)) {}
    assert!(child.wait().is_ok_and(|status| status.success()), "the walk completes");
    (took, peak.and_then(|kib| kib.trim().parse::<f64>().ok()).unwrap_or(0.0) / 1024.0)
}

/// The end of what was shown.
struct End {
    buffer: Vec<u8>,
    last: Vec<u8>,
}

impl Default for End {
    fn default() -> Self {
        End { buffer: vec![0; 64 * 1024], last: Vec::new() }
    }
}

impl End {
    /// Reads until `text` is shown. Only the ends of what is read at a time are looked at: what is
    /// waited for is the last thing there.
    fn until(&mut self, from: &mut dyn Read, text: &str) {
        loop {
            if let Some(at) = memchr::memmem::find(&self.last, text.as_bytes()) {
                // What comes next may have been shown with it.
                self.last.drain(..at + text.len());
                return;
            }
            let count = from.read(&mut self.buffer).expect("it goes on");
            assert!(count > 0, "midwatch ended before {text:?}");
            let end = &self.buffer[count.saturating_sub(4096)..count];
            self.last.extend_from_slice(end);
            let excess = self.last.len().saturating_sub(8192);
            self.last.drain(..excess);
        }
    }
}

/// The same command on a terminal of its own, all it prints written to a file and nothing more.
fn bare_reader(place: &Path, bytes: u64) -> Duration {
    let pair = native_pty_system().openpty(SIZE).expect("a pseudo-terminal");
    let mut command = CommandBuilder::new("bash");
    command.args(["-c", &format!("yes | head -c {bytes}")]);
    let began = Instant::now();
    let mut child = pair.slave.spawn_command(command).expect("bash starts");
    drop(pair.slave);
    let mut printed = pair.master.try_clone_reader().expect("a reader");
    let mut file = std::fs::File::create(place.join("read")).expect("a file");
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = printed.read(&mut buffer) {
        file.write_all(&buffer[..count]).expect("the file takes it");
    }
    assert!(child.wait().is_ok_and(|status| status.success()), "it prints all");
    began.elapsed()
}
