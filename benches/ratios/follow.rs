//! How late `follow` is: from the time an event has in the record to the moment its line can be read.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

/// Steps of the run that is followed.
const STEPS: usize = 60;

/// Follows a run and prints how late the ends of its commands were shown.
pub fn bench(place: &Path) {
    let (file, state) = (place.join("followed.md"), place.join("followed"));
    let step = |n: usize| {
        format!("{n}. Step {n}\n\n    ```sh\n    sleep 0.{:02}; echo {n}\n    ```\n\n", n * 37 % 30)
    };
    std::fs::write(&file, format!("# Followed\n\n{}", (1..=STEPS).map(step).collect::<String>()))
        .expect("a runbook");
    let midwatch = |args: &[&str], out: Stdio| {
        let mut command = Command::new(super::midwatch());
        command
            .args(args)
            .env("MIDWATCH_STATE_DIR", &state)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(Stdio::null());
        command.spawn().expect("midwatch starts")
    };
    let mut run = midwatch(&["run", &file.display().to_string(), "--yes"], Stdio::null());
    let journal = loop {
        match super::many::runs(&state).pop() {
            Some(folder) => break folder.join("journal.jsonl"),
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let id = journal.parent().and_then(Path::file_name).expect("a run").to_string_lossy().into_owned();
    let mut follow = midwatch(&["follow", &id], Stdio::piped());
    let mut seen = BTreeMap::new();
    for line in BufReader::new(follow.stdout.take().expect("a pipe")).lines().map_while(Result::ok) {
        let now = SystemTime::now();
        if let Some(step) = line.split_once("done  step ").and_then(|(_, rest)| rest.split(',').next()) {
            seen.insert(step.to_owned(), now);
        }
    }
    let _ = (run.wait(), follow.wait());
    let mut late: Vec<Duration> = Vec::new();
    for line in std::fs::read_to_string(journal).expect("a journal").lines() {
        let event: serde_json::Value = serde_json::from_str(line).expect("JSON");
        if event["event"] == "exited"
            && let Some(shown) = seen.get(&event["step"].to_string())
        {
            let at: jiff::Timestamp = event["at"].as_str().and_then(|at| at.parse().ok()).expect("a time");
            late.push(shown.duration_since(SystemTime::from(at)).unwrap_or_default());
        }
    }
    late.sort();
    let at = |part: usize| {
        late.get(late.len() * part / 100).or(late.last()).map_or(f64::NAN, Duration::as_secs_f64)
    };
    let verdict = if at(100) < 1.0 && late.len() > STEPS / 2 { "" } else { "  OVER" };
    let name = format!("follow: seconds late, of {} events", late.len());
    println!("{name:<44} {:>8.2} {:>8.2} {:>8.2}   1{verdict}", at(50), at(0), at(100));
}
