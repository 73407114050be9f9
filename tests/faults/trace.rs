//! strace around midwatch.

use std::process::{Command, Output};

use crate::support::Place;

/// Whether strace can run here; a test that needs it says what was left out and returns.
pub fn available() -> bool {
    let tried = Command::new("strace").args(["-o", "/dev/null", "-e", "trace=none", "true"]).output();
    let can = tried.is_ok_and(|output| output.status.success());
    if !can {
        println!("left out: injected faults (strace is not there or may not trace)");
    }
    can
}

/// Whether the long sweeps run.
pub fn full() -> bool {
    std::env::var("MIDWATCH_TEST_FULL").is_ok_and(|full| !full.is_empty())
}

/// Runs midwatch under strace, which follows no child: only midwatch's own calls are counted.
pub fn midwatch(place: &Place, strace: &[&str], args: &[&str]) -> Output {
    let plain = place.command();
    let mut command = Command::new("strace");
    command.args(strace).arg("--").arg(plain.get_program()).args(args);
    command.env_clear().current_dir(place.path()).stdin(std::process::Stdio::null());
    for (name, value) in plain.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    // Faults are to stop the record, unless a test wants it to go on elsewhere (`-E`).
    command.env("MIDWATCH_FALLBACK_DIR", "");
    command.output().expect("strace starts")
}

/// How often midwatch makes each of `calls` in an undisturbed run of `args`.
pub fn count(place: &Place, calls: &[&str], args: &[&str]) -> Vec<usize> {
    let log = place.path().join("count.log");
    let trace = format!("trace={}", calls.join(","));
    let ended = midwatch(place, &["-o", &log.display().to_string(), "-e", &trace], args);
    assert!(ended.status.success(), "{ended:?}");
    let text = std::fs::read_to_string(log).expect("a log");
    calls
        .iter()
        .map(|call| text.lines().filter(|line| line.starts_with(&format!("{call}("))).count())
        .collect()
}
