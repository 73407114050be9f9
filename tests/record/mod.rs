//! A record to test with: a state folder of its own, a clock that can be moved, runs that are told
//! in a few words.
#![allow(dead_code, reason = "not every test needs all of it")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::Timestamp;
use midwatch::event::clock::Clock;
use midwatch::event::fold::Run;
use midwatch::event::{Ending, Event, Mode, Operator, Revision, StepStatus, Verdict};
use midwatch::journal::{Journal, OutputFile, Store, verify};

/// A clock that goes on by 250 ms at each look, and as a test likes.
pub struct TestClock {
    wall_ms: AtomicI64,
    mono_ms: AtomicU64,
}

impl TestClock {
    pub fn at(text: &str) -> Arc<Self> {
        let at: Timestamp = text.parse().unwrap();
        Arc::new(TestClock { wall_ms: at.as_millisecond().into(), mono_ms: 5_000.into() })
    }

    pub fn move_wall(&self, millis: i64) {
        self.wall_ms.fetch_add(millis, Ordering::SeqCst);
    }

    pub fn pass(&self, millis: u32) {
        self.wall_ms.fetch_add(millis.into(), Ordering::SeqCst);
        self.mono_ms.fetch_add(millis.into(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.wall_ms.fetch_add(250, Ordering::SeqCst)).unwrap()
    }

    fn mono_ms(&self) -> u64 {
        self.mono_ms.fetch_add(250, Ordering::SeqCst)
    }
}

/// 2026-11-03T02:14:05Z, the time in the ids that [`id`] makes.
pub const START: &str = "2026-11-03T02:14:05Z";

pub const RUNBOOK: &str = "# Restore a replica\n\n1. Stop it\n2. Wait\n3. Look\n";

/// The id of the n-th run.
pub fn id(n: u32) -> String {
    let millis = START.parse::<Timestamp>().unwrap().as_millisecond() + i64::from(n);
    let hex = format!("{millis:012x}");
    format!("{}-{}-7abc-8def-{:012x}", &hex[..8], &hex[8..], 0x1000_0000_0000u64 + u64::from(n) * 7919)
}

pub struct Lab {
    pub folder: tempfile::TempDir,
    pub store: Store,
    pub clock: Arc<TestClock>,
}

impl Lab {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("state")).unwrap();
        Lab { folder, store, clock: TestClock::at(START) }
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    pub fn run_path(&self, id: &str) -> PathBuf {
        self.root().join("runs/2026/11/03").join(id)
    }

    pub fn journal_path(&self, id: &str) -> PathBuf {
        self.run_path(id).join("journal.jsonl")
    }

    pub fn open(&self, id: &str) -> Live {
        self.open_as(opened(id))
    }

    pub fn open_as(&self, opened: Event) -> Live {
        let (journal, first) =
            Journal::create(&self.store, self.clock.clone(), opened, RUNBOOK.as_bytes()).unwrap();
        Live { journal, run: Run::replay([&first]) }
    }

    pub fn reopen(&self, id: &str) -> Live {
        let run = self.store.find(id).unwrap();
        let (mut journal, recorded, _) = Journal::reopen(&self.store, run, self.clock.clone()).unwrap();
        let mut run = recorded.run;
        let resumed =
            Event::Resumed { operator: operator("ben", "db9"), version: "0.1.0".into(), from: None };
        run.apply(&journal.resume(resumed).unwrap());
        Live { journal, run }
    }

    /// A run with a command, a wait and a manual step, paused and resumed in between: 17 records.
    pub fn sealed(&self, id: &str) {
        self.paused(id);
        let mut live = self.reopen(id);
        live.say(ended(2, StepStatus::Done, None));
        live.say(entered(3, "Look"));
        live.say(Event::Note { step: Some(3), text: "lag came <b>back</b> twice".into(), by: None });
        live.say(ended(3, StepStatus::Skipped, Some("already done")));
        live.seal(Ending::Completed);
    }

    pub fn paused(&self, id: &str) {
        let mut live = self.open(id);
        live.say(entered(1, "Stop it"));
        live.command(1, "stop-replica", "mariadb -e 'STOP REPLICA'", Some(b"stopped\n"));
        live.say(ended(1, StepStatus::Done, None));
        live.say(entered(2, "Wait"));
        live.wait(2, "lag", &[Some("37"), None, Some("0")]);
        live.pause("handing over");
    }

    pub fn verify(&self) -> verify::Verified {
        verify::all(&self.store).unwrap()
    }

    pub fn status(&self, id: &str) -> verify::Status {
        let verified = self.verify();
        verified.runs.iter().find(|run| run.run == id).unwrap().status
    }
}

/// A run that goes on.
pub struct Live {
    pub journal: Journal,
    pub run: Run,
}

impl Live {
    pub fn say(&mut self, event: Event) {
        let stamped = self.journal.commit(event).unwrap();
        self.run.apply(&stamped);
    }

    pub fn command(&mut self, step: usize, action: &str, command: &str, prints: Option<&[u8]>) {
        let attempt = self.run.step(step).map_or(1, |step| step.next_attempt(action));
        self.say(intent(step, action, "run", attempt, command));
        let mut output = OutputFile::create(self.journal.run(), step, action, attempt).unwrap();
        output.write(prints.unwrap_or_default());
        let kept = output.finish();
        self.say(Event::Exited {
            step,
            action: action.into(),
            attempt,
            exit: Some(0),
            signal: None,
            ok: true,
            duration_ms: 1234,
            output_bytes: kept.bytes,
            output: kept.file,
            output_sha256: kept.sha256,
            timed_out: false,
            failed_lines: vec![],
            changed: None,
            trouble: kept.trouble,
        });
    }

    pub fn wait(&mut self, step: usize, action: &str, values: &[Option<&str>]) {
        self.say(intent(step, action, "check", 1, "mariadb -e 'SHOW REPLICA STATUS'"));
        for (i, value) in values.iter().enumerate() {
            self.say(Event::Sample {
                step,
                action: action.into(),
                n: i as u32 + 1,
                t_ms: i as u64 * 5000,
                value: value.map(str::to_owned),
                verdict: if *value == Some("0") { Verdict::Pass } else { Verdict::Waiting },
                unknown: value.is_none().then(|| "Seconds_Behind_Master is NULL".into()),
                exit: Some(0),
                stderr: None,
            });
        }
        self.say(Event::Waited {
            step,
            action: action.into(),
            verdict: Verdict::Pass,
            why: "Seconds_Behind_Master == 0".into(),
            samples: values.len() as u32,
            duration_ms: 10_000,
        });
    }

    pub fn pause(mut self, reason: &str) {
        self.say(Event::Paused { step: self.run.current, reason: reason.into(), signal: None });
        self.journal.close(&self.run).unwrap();
    }

    pub fn seal(mut self, status: Ending) {
        self.say(Event::Sealed { status, reason: None, helped: Some("the name of the replica".into()) });
        self.journal.close(&self.run).unwrap();
    }
}

pub fn operator(user: &str, host: &str) -> Operator {
    Operator { user: user.into(), host: host.into(), pid: 4711, ..Operator::default() }
}

pub fn opened(id: &str) -> Event {
    Event::Opened {
        format: 1,
        run: id.into(),
        version: "0.1.0".into(),
        runbook: Revision {
            path: "replica.md".into(),
            file: "/srv/runbooks/replica.md".into(),
            anchor: None,
            title: "Restore a replica".into(),
            sha256: "0a6563ffdb43e2b1e4073491e552414ca85085749baf0d8fa7fb4b034ab44902".into(),
            commit: Some("90d35db".into()),
            dirty: false,
        },
        operator: operator("ana", "db3"),
        mode: Mode::Live,
        unattended: false,
        params: BTreeMap::from([("replica".into(), "db3".into())]),
        secrets: vec!["token".into()],
        ticket: Some("OPS-17".into()),
        tags: vec!["night".into()],
        steps_total: 3,
        from: None,
        cwd: "/srv".into(),
        undoes: None,
    }
}

pub fn entered(step: usize, title: &str) -> Event {
    Event::StepEntered { step, id: title.to_lowercase().replace(' ', "-"), title: title.into() }
}

pub fn intent(step: usize, action: &str, kind: &str, attempt: u32, command: &str) -> Event {
    let (action, kind, command) = (action.into(), kind.into(), command.into());
    Event::Intent { step, action, kind, attempt, command, original: None }
}

pub fn ended(step: usize, status: StepStatus, reason: Option<&str>) -> Event {
    Event::StepEnded { step, status, reason: reason.map(str::to_owned) }
}

/// Copies a state folder, permissions included.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
    std::fs::set_permissions(to, std::fs::metadata(from).unwrap().permissions()).unwrap();
}

/// Replaces a file's bytes as somebody would who may: its permissions stay.
pub fn overwrite(path: &Path, bytes: &[u8]) {
    let before = std::fs::metadata(path).unwrap().permissions();
    let mut open = before.clone();
    std::os::unix::fs::PermissionsExt::set_mode(&mut open, 0o600);
    std::fs::set_permissions(path, open).unwrap();
    std::fs::write(path, bytes).unwrap();
    std::fs::set_permissions(path, before).unwrap();
}
