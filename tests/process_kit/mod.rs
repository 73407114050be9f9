//! Runs scripts through a [`LocalRunner`] in folders of its own.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use midwatch::engine::ports::{Connection, Job, Outcome, Probed, Runner};
use midwatch::process::{LocalRunner, Setup};

/// A runner, its folders, and what the last step printed.
pub struct Kit {
    pub dir: tempfile::TempDir,
    pub runner: LocalRunner,
    pub output: Vec<u8>,
    pub env: BTreeMap<String, String>,
    shell: Option<String>,
}

impl Kit {
    pub fn new() -> Self {
        Kit::with_shell(None)
    }

    pub fn with_shell(shell: Option<&str>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("work")).unwrap();
        let shell = shell.map(str::to_owned);
        let runner = LocalRunner::new(setup(&dir, &shell)).unwrap();
        Kit { dir, runner, output: Vec::new(), env: BTreeMap::new(), shell }
    }

    /// As after a restart of midwatch.
    pub fn restarted(self) -> Self {
        let runner = LocalRunner::new(setup(&self.dir, &self.shell)).unwrap();
        Kit { runner, ..self }
    }

    pub fn work(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join("work")
    }

    pub fn job(&self, script: &str) -> Job {
        Job {
            script: script.into(),
            exec: None,
            cwd: None,
            env: self.env.clone(),
            timeout: Some(Duration::from_secs(60)),
            connection: Connection::Pipes,
            capture: false,
            interactive: false,
        }
    }

    pub fn run_job(&mut self, job: &Job) -> Outcome {
        self.output.clear();
        let output = &mut self.output;
        self.runner.run(job, &mut |bytes| output.extend_from_slice(bytes)).unwrap()
    }

    pub fn run(&mut self, script: &str) -> Outcome {
        self.run_job(&self.job(script))
    }

    /// Runs `script` and gives what it printed; it must succeed.
    pub fn says(&mut self, script: &str) -> String {
        let outcome = self.run(script);
        assert_eq!(outcome.exit, Some(0), "{script}: {outcome:?}\n{}", self.text());
        self.text()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.output).into_owned()
    }

    pub fn changed(&mut self, script: &str) -> String {
        self.run(script).changed.unwrap_or_default()
    }

    pub fn failed(&mut self, script: &str) -> Vec<(usize, i32, String)> {
        let outcome = self.run(script);
        outcome.failed_lines.into_iter().map(|line| (line.line, line.status, line.command)).collect()
    }

    pub fn probe(&mut self, script: &str, limit: Duration) -> Probed {
        self.runner.probe(&self.job(script), limit).unwrap()
    }
}

fn setup(dir: &tempfile::TempDir, shell: &Option<String>) -> Setup {
    let mut env = midwatch::process::inherited();
    for name in ["BASH_ENV", "NODE", "X", "Y"] {
        env.remove(std::ffi::OsStr::new(name));
    }
    Setup {
        shell: shell.clone(),
        state_dir: dir.path().join("state"),
        env,
        cwd: dir.path().canonicalize().unwrap().join("work"),
    }
}
