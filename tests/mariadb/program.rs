//! The built program, in a world of its own.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// Longer than any of these walks takes; a program that hangs is ended and the test fails.
const DEADLINE: Duration = Duration::from_secs(900);

/// A folder for runbooks, records and everything else one test makes.
pub struct World {
    folder: TempDir,
}

/// How the program ended.
pub struct Ended {
    pub code: Option<i32>,
    /// Both streams, as they came.
    pub output: String,
}

/// One sample, as `show --json` tells it.
#[derive(Debug)]
pub struct Sample {
    /// Seconds since the wait began.
    pub t: f64,
    pub value: Option<String>,
    pub verdict: String,
}

impl World {
    pub fn new() -> Self {
        World { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a runbook with one check.
    pub fn check(&self, words: &str, probe: &str) -> PathBuf {
        let file = self.path().join("wait.md");
        let text =
            format!("# Wait\n\nWait until the replica has caught up.\n\n```sh check {words}\n{probe}\n```\n");
        std::fs::write(&file, text).expect("the runbook can be written");
        file
    }

    /// The program with an environment that holds nothing of the developer's.
    pub fn midwatch(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_midwatch"));
        command
            .args(args)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path())
            .env("TMPDIR", self.path())
            .env("LANG", "C.UTF-8")
            .env("MIDWATCH_STATE_DIR", self.path().join("state"))
            .current_dir(self.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs it to its end.
    pub fn run(&self, args: &[&str]) -> Ended {
        self.start(args).finish()
    }

    /// Starts it and goes on.
    pub fn start(&self, args: &[&str]) -> Running {
        Running::new(self.midwatch(args).spawn().expect("the program starts"))
    }

    /// The samples of the newest run, through the program's own answers.
    pub fn samples(&self) -> Vec<Sample> {
        let shown = self.shown();
        let steps = shown["steps"].as_array().expect("steps");
        let samples = steps.iter().flat_map(|step| step["samples"].as_array().cloned().unwrap_or_default());
        let text = |value: &Value| match value {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        samples
            .map(|sample| Sample {
                t: sample["t"].as_f64().expect("a time"),
                value: text(&sample["value"]),
                verdict: sample["verdict"].as_str().expect("a verdict").to_string(),
            })
            .collect()
    }

    /// `show --json` of the newest run.
    pub fn shown(&self) -> Value {
        let history = self.run_quietly(&["history", "--json"]);
        let newest: Value =
            serde_json::from_str(history.lines().next().expect("a run")).expect("a JSON line");
        let run = newest["run"].as_str().expect("its id").to_string();
        serde_json::from_str(&self.run_quietly(&["show", &run, "--json"])).expect("one JSON object")
    }

    /// Standard output of a command that must succeed.
    fn run_quietly(&self, args: &[&str]) -> String {
        let output = self.midwatch(args).output().expect("the program runs");
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }
}

/// The program at work.
pub struct Running {
    child: Child,
    readers: Vec<JoinHandle<()>>,
    output: Arc<Mutex<Vec<u8>>>,
}

impl Running {
    pub fn new(mut child: Child) -> Self {
        let output = Arc::new(Mutex::new(Vec::new()));
        let streams: [Option<Box<dyn Read + Send>>; 2] = [
            child.stdout.take().map(|stream| Box::new(stream) as _),
            child.stderr.take().map(|stream| Box::new(stream) as _),
        ];
        let read = |mut stream: Box<dyn Read + Send>| {
            let output = Arc::clone(&output);
            thread::spawn(move || {
                let mut chunk = [0; 4096];
                while let Ok(count @ 1..) = stream.read(&mut chunk) {
                    output.lock().expect("the output").extend_from_slice(&chunk[..count]);
                }
            })
        };
        let readers = streams.into_iter().flatten().map(read).collect();
        Running { child, readers, output }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.output.lock().expect("the output")).into_owned()
    }

    pub fn finish(self) -> Ended {
        self.converse(|_| None)
    }

    /// Answers its questions as `reply` says, which sees what was printed since the last answer.
    pub fn converse(mut self, reply: impl Fn(&str) -> Option<String>) -> Ended {
        let end = Instant::now() + DEADLINE;
        let mut answered = 0;
        let status = loop {
            let text = self.text();
            if let (Some(input), Some(answer)) = (&mut self.child.stdin, reply(&text[answered..])) {
                answered = text.len();
                // It may just have ended; then its status tells.
                let _ = input.write_all(format!("{answer}\n").as_bytes());
            }
            if let Some(status) = self.child.try_wait().expect("a status") {
                break Some(status);
            }
            if Instant::now() > end {
                let _ = self.child.kill();
                let _ = self.child.wait();
                break None;
            }
            thread::sleep(Duration::from_millis(20));
        };
        for reader in self.readers.drain(..) {
            reader.join().expect("a reader");
        }
        let output = self.text();
        assert!(status.is_some(), "the program did not end: {output}");
        Ended { code: status.and_then(|status| status.code()), output }
    }
}
