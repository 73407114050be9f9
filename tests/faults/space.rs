//! A record that cannot be written: full disks, limits, folders that are read-only.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{Ended, Place};

/// A file system of a few megabytes in a folder, as long as this lives.
struct Small<'a>(&'a Path);

impl<'a> Small<'a> {
    fn mount(at: &'a Path, size: &str) -> Option<Self> {
        std::fs::create_dir_all(at).expect("a folder");
        let options = format!("size={size},mode=0700");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Small(at));
        }
        println!("left out: a full disk (no file system can be mounted here)");
        None
    }
}

impl Drop for Small<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

fn fill(folder: &Path) {
    let _ =
        Command::new("dd").arg("if=/dev/zero").arg(format!("of={}", folder.join("fill").display())).output();
}

/// Twenty steps; each says that it ran, and has so long a text that the journal outgrows what was
/// reserved for it.
fn long(place: &Place, then: &str) {
    let text = "x".repeat(80_000);
    let step = |n: usize| format!("{n}. Step {n}\n\n   ```sh\n   echo {n} >> log\n   : {text}\n   ```\n\n");
    place.file("a.md", format!("# L\n\n```sh\n{then}\n```\n\n{}", (1..=20).map(step).collect::<String>()));
}

fn log(place: &Place) -> Vec<String> {
    let text = std::fs::read_to_string(place.path().join("log")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

fn run(place: &Place, fallback: &Path, args: &[&str]) -> Ended {
    place.command().args(args).env("MIDWATCH_FALLBACK_DIR", fallback).output().expect("starts").into()
}

/// Every command that ran has its intent in the record, and none is there that did not run but the
/// last one, which is in doubt then.
fn told(place: &Place, state: &Path) -> usize {
    let journal = std::fs::read_dir(state.join("runs")).expect("runs").flatten().next();
    let found =
        Command::new("find").arg(journal.expect("a year").path()).args(["-name", "journal.jsonl"]).output();
    let path = String::from_utf8(found.expect("find").stdout).expect("a path");
    let text = std::fs::read_to_string(path.trim()).expect("a journal");
    let intents = text.lines().filter(|line| line.contains("\"event\":\"intent\"")).count();
    assert!(intents >= log(place).len(), "{intents} intents, {:?} ran", log(place));
    intents
}

#[test]
fn a_disk_that_is_full_at_the_start_lets_nothing_run() {
    let place = Place::new();
    let state = place.state();
    let Some(_small) = Small::mount(&state, "4m") else { return };
    fill(&state);
    place.file("a.md", "# F\n\n```sh\necho 1 >> log\n```\n");
    let ended = run(&place, Path::new(""), &["run", "a.md", "--yes"]);
    assert!(ended.code == 2 && ended.stderr.contains("no space left"), "{ended:?}");
    assert!(log(&place).is_empty());
    let elsewhere = place.path().join("elsewhere");
    let ended = run(&place, &elsewhere, &["run", "a.md", "--yes", "--break-glass"]);
    assert!(ended.code == 0 && ended.stdout.contains("the state folder cannot be written"), "{ended:?}");
}

#[test]
fn a_disk_that_fills_up_during_a_step_still_takes_the_record() {
    let place = Place::new();
    let state = place.state();
    let Some(_small) = Small::mount(&state, "4m") else { return };
    place.file("a.md", "# F\n\n1. Fill\n\n   ```sh\n   head -c 99999999 /dev/zero > state/fill || true\n   ```\n\n2. Say\n\n   ```sh\n   echo much; echo 1 >> log\n   ```\n");
    let ended = run(&place, Path::new(""), &["run", "a.md", "--yes"]);
    assert!(ended.code == 0 && ended.stdout.contains("output was not kept whole"), "{ended:?}");
    assert_eq!(place.show()["status"], "completed");
    assert_eq!(log(&place), ["1"]);
    assert_eq!(place.midwatch(&["verify"]).code, 0);
}

#[test]
fn when_the_reserve_is_used_up_it_goes_on_in_the_fallback_folder() {
    let place = Place::new();
    let state = place.state();
    let Some(_small) = Small::mount(&state, "4m") else { return };
    long(&place, "head -c 99999999 /dev/zero > state/fill 2>/dev/null & wait");
    let elsewhere = place.path().join("elsewhere");
    let ended = run(&place, &elsewhere, &["run", "a.md", "--yes"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("it goes on in"), "{}", ended.stdout);
    assert_eq!(log(&place).len(), 20);
    assert_eq!(told(&place, &elsewhere), 21);
    let command = |args: &[&str]| -> Ended {
        place.command().args(args).env("MIDWATCH_STATE_DIR", &elsewhere).output().expect("starts").into()
    };
    assert_eq!(command(&["verify"]).code, 0);
    let id = place.last_run();
    let again = run(&place, &elsewhere, &["resume", &id, "--yes"]);
    assert!(again.code == 2 && again.stderr.contains("goes on in"), "{again:?}");
}

#[test]
fn without_a_fallback_nothing_more_runs_and_it_can_be_resumed_later() {
    let place = Place::new();
    let state = place.state();
    let Some(_small) = Small::mount(&state, "4m") else { return };
    long(&place, "head -c 99999999 /dev/zero > state/fill 2>/dev/null & wait");
    let ended = run(&place, Path::new(""), &["run", "a.md", "--yes"]);
    assert!(ended.code == 3 && ended.stderr.contains("cannot be written any more"), "{ended:?}");
    let ran = log(&place).len();
    assert!(ran > 0 && ran < 20, "{ran}");
    assert!(told(&place, &state) <= ran + 2);
    std::fs::remove_file(state.join("fill")).expect("room again");
    let id = place.last_run();
    let ended = run(&place, Path::new(""), &["resume", &id, "--yes"]);
    if ended.code == 3 {
        // What was under way when the record broke is in doubt: the operator looks.
        let ended = place.midwatch_with(&["resume", &id, "--plain"], "y\np\n");
        assert!(ended.stdout.contains("IN DOUBT"), "{ended:?}");
        assert_eq!(run(&place, Path::new(""), &["resume", &id, "--yes"]).code, 0);
    }
    let steps: Vec<String> = (1..=20).map(|n| n.to_string()).collect();
    assert_eq!(log(&place), steps);
    assert_eq!(place.midwatch(&["verify"]).code, 0);
}

#[test]
fn break_glass_goes_on_and_says_what_is_in_no_record() {
    let place = Place::new();
    let state = place.state();
    let Some(_small) = Small::mount(&state, "4m") else { return };
    long(&place, "head -c 99999999 /dev/zero > state/fill 2>/dev/null & wait");
    let ended = run(&place, Path::new(""), &["run", "a.md", "--yes", "--break-glass"]);
    assert_eq!(log(&place).len(), 20);
    assert!(ended.stdout.contains("the glass is broken"), "{}", ended.stdout);
    assert!(ended.code == 1 && ended.stderr.contains("in no record"), "{}", ended.code);
    assert!(ended.stderr.contains("\"event\":\"sealed\""), "the lines themselves are shown");
}

#[test]
fn break_glass_closes_the_gap_when_there_is_room_again() {
    let place = Place::new();
    let state = place.state();
    let Some(_small) = Small::mount(&state, "4m") else { return };
    long(&place, "head -c 99999999 /dev/zero > state/fill 2>/dev/null & wait");
    let text = std::fs::read_to_string(place.path().join("a.md")).expect("text");
    place.file("a.md", text.replace("echo 18 >>", "chmod 700 elsewhere; echo 18 >>"));
    std::fs::create_dir(place.path().join("elsewhere")).expect("a folder");
    let closed = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    std::fs::set_permissions(place.path().join("elsewhere"), closed).expect("open to all, so not taken");
    let ended = run(&place, &place.path().join("elsewhere"), &["run", "a.md", "--yes", "--break-glass"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("had a gap since"), "{}", ended.stdout);
    assert_eq!(told(&place, &place.path().join("elsewhere")), 21);
}

/// Runs midwatch under limits of the shell.
fn limited(place: &Place, limits: &str, args: &str) -> Output {
    let plain = place.command();
    let program = plain.get_program().to_string_lossy().into_owned();
    let mut command = Command::new("bash");
    command.arg("-c").arg(format!("{limits}; exec {program} {args}")).env_clear().current_dir(place.path());
    for (name, value) in plain.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command.env("MIDWATCH_FALLBACK_DIR", "").stdin(std::process::Stdio::null());
    command.output().expect("starts")
}

#[test]
fn a_limit_on_the_size_of_files_is_an_error_and_no_death() {
    let place = Place::new();
    long(&place, ":");
    let output = limited(&place, "ulimit -f 1570", "run a.md --yes");
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot be written any more"), "{output:?}");
    told(&place, &place.state());
    let id = place.last_run();
    let ended = place.midwatch(&["resume", &id, "--yes"]);
    assert!(matches!(ended.code, 0 | 3), "{ended:?}");
    assert_eq!(place.midwatch(&["verify"]).code, 0);
}

#[test]
fn too_few_descriptors_fail_a_step_and_never_the_record() {
    let every = if crate::trace::full() { 1 } else { 3 };
    for limit in (4..34).step_by(every) {
        let place = Place::new();
        place.file("a.md", "# E\n\n1. One\n\n   ```sh\n   echo 1 >> log; echo out\n   ```\n\n2. Two\n\n   ```sh check every=100ms timeout=1s\n   test -s log\n   ```\n");
        let output = limited(&place, &format!("ulimit -n {limit}"), "run a.md --yes");
        let code = output.status.code();
        assert!(matches!(code, Some(0..=3)) || limit < 6, "{limit}: {output:?}");
        let verified = place.midwatch(&["verify"]);
        assert_eq!(verified.code, 0, "{limit}: {verified:?} after {output:?}");
        if !log(&place).is_empty() {
            assert!(told(&place, &place.state()) >= 1, "{limit}");
        }
    }
}

#[test]
fn a_home_that_cannot_be_written_lets_nothing_run() {
    if !rustix::process::geteuid().is_root() {
        println!("left out: a read-only home (needs root to become somebody else)");
        return;
    }
    let place = Place::new();
    place.file("a.md", "# R\n\n```sh\necho 1 >> /tmp/midwatch-never\n```\n");
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(place.path(), open).expect("readable");
    let mut command = place.command();
    command.args(["run", "a.md", "--yes"]).env_remove("MIDWATCH_STATE_DIR").uid(65534).gid(65534);
    let Ok(output) = command.output() else {
        println!("left out: a read-only home (the program cannot be reached by somebody else)");
        return;
    };
    let ended = Ended::from(output);
    assert!(ended.code == 2 && ended.stderr.contains("MIDWATCH_STATE_DIR"), "{ended:?}");
    assert!(!Path::new("/tmp/midwatch-never").exists());
}

#[test]
fn fifty_runs_at_once_are_all_recorded() {
    let place = Place::new();
    place.file(
        "a.md",
        "# P\n\n1. One\n\n   ```sh\n   echo 1\n   ```\n\n2. Two\n\n   ```sh\n   echo 2\n   ```\n",
    );
    let start = || place.command().args(["run", "a.md", "--yes"]).stdout(std::process::Stdio::null()).spawn();
    let mut children: Vec<_> = (0..50).map(|_| start().expect("starts")).collect();
    for child in &mut children {
        assert_eq!(child.wait().expect("ends").code(), Some(0));
    }
    assert_eq!(place.runs().len(), 50);
    let verified = place.midwatch(&["verify"]);
    assert_eq!(verified.code, 0, "{verified:?}");
    let history = place.midwatch(&["history", "--json"]);
    assert_eq!(history.stdout.lines().filter(|line| line.contains("\"completed\"")).count(), 50);
}

#[test]
fn a_run_that_went_on_elsewhere_is_resumed_there_with_its_state() {
    let place = Place::new();
    let state = place.state();
    let Some(_small) = Small::mount(&state, "4m") else { return };
    long(
        &place,
        "kept=yes\n```\n\nThen:\n\n```sh\nhead -c 99999999 /dev/zero > state/fill 2>/dev/null & wait",
    );
    let text = std::fs::read_to_string(place.path().join("a.md")).expect("text");
    place.file(
        "a.md",
        format!("{text}## Then\n\n1. Call them.\n2. Say\n\n   ```sh\n   echo \"$kept\" >> log\n   ```\n"),
    );
    let elsewhere = place.path().join("elsewhere");
    assert_eq!(run(&place, &elsewhere, &["run", "a.md", "--yes"]).code, 3);
    let there = |args: &[&str], input: &str| -> i32 {
        let mut command = place.command();
        command.args(args).env("MIDWATCH_STATE_DIR", &elsewhere).stdin(std::process::Stdio::piped());
        let mut child = command.stdout(std::process::Stdio::null()).spawn().expect("starts");
        let mut keys = child.stdin.take().expect("a pipe");
        std::io::Write::write_all(&mut keys, input.as_bytes()).expect("typed");
        drop(keys);
        child.wait().expect("ends").code().unwrap_or(-1)
    };
    let id = place.last_run();
    assert_eq!(there(&["resume", &id, "--plain"], "d\n\n\n"), 0);
    assert_eq!(log(&place).last().map(String::as_str), Some("yes"));
    for folder in [&elsewhere, &state] {
        let left = std::fs::read_dir(folder.join("carried").join(&id)).map_or(0, Iterator::count);
        assert_eq!(left, 0, "carried state is left in {}", folder.display());
    }
}
