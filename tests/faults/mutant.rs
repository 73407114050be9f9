//! Mutants of the record: the engine and the journal as they are, put together wrongly on purpose.
//! This test program runs itself under strace for that.

use std::process::Command;
use std::sync::Arc;

use midwatch::engine::drive::{Drive, Signals, World};
use midwatch::engine::machine::{Machine, Policy};
use midwatch::engine::ports::{Connection, Kept, Operator, OutputSink, Recorder, Scene, WaitKey, Waiting};
use midwatch::engine::question::{Answer, Proposal, Question};
use midwatch::event::clock::{Clock, stamp};
use midwatch::event::{Event, Mode, Revision, Stamped};
use midwatch::journal::{Journal, Store, SystemClock};
use midwatch::plan::{Given, Plan, Wish};
use midwatch::process::{LocalRunner, Setup};
use midwatch::source::Source;

use crate::support::Place;
use crate::{order, trace};

const WHICH: &str = "MIDWATCH_MUTANT";

/// What the log of a mutant shows against the rule; none where strace cannot run.
pub fn followed(which: &str, inject: &[&str]) -> Option<Vec<String>> {
    if !trace::available() {
        return None;
    }
    let place = Place::new();
    let log = place.path().join("order.log");
    let mut command = Command::new("strace");
    command.args([
        "-f",
        "-y",
        "-s",
        "65536",
        "-e",
        "trace=write,fdatasync,fsync,clone,clone3,fork,vfork,execve",
    ]);
    for inject in inject {
        command.args(["-e", inject]);
    }
    command.arg("-o").arg(&log).arg(std::env::current_exe().expect("this program"));
    command.args(["mutant::act", "--exact", "--nocapture", "--test-threads=1"]);
    let output = command.env(WHICH, which).current_dir(place.path()).output().expect("strace starts");
    let log = std::fs::read_to_string(log).expect("a log");
    assert!(log.contains("mark-1 "), "the mutant runs: {output:?}");
    Some(order::violations(&log))
}

/// The mutant itself; nothing unless it was asked for.
#[test]
fn act() {
    let Ok(which) = std::env::var(WHICH) else { return };
    let text = order::runbook();
    let sha256 = midwatch::source::sha256(text.as_bytes());
    let runbook = Arc::new(midwatch::runbook::parse(Source::new("a.md".to_owned(), text.clone())));
    let plan = Plan::build(runbook, &Wish::default(), &Given::default()).expect("a plan");
    let here = std::env::current_dir().expect("a folder");
    let store = Store::open(&here.join("state")).expect("a store");
    let opened = Event::Opened {
        format: 1,
        run: Store::new_id(),
        version: "0".into(),
        runbook: Revision { sha256, ..Revision::default() },
        operator: Default::default(),
        mode: Mode::Live,
        unattended: true,
        params: Default::default(),
        secrets: Vec::new(),
        ticket: None,
        tags: Vec::new(),
        steps_total: plan.steps.len(),
        from: None,
        cwd: here.display().to_string(),
        undoes: None,
    };
    let policy = Policy { unattended: true, ..Policy::default() };
    let (journal, first) =
        Journal::create(&store, Arc::new(SystemClock), opened, text.as_bytes()).expect("a journal");
    let mut recorder = Mutant { journal, which, late: false };
    let setup = Setup {
        shell: None,
        state_dir: here.join("carried"),
        env: midwatch::process::inherited(),
        cwd: here,
    };
    let mut runner = LocalRunner::new(setup).expect("a runner");
    let world = World {
        recorder: &mut recorder,
        runner: &mut runner,
        operator: &mut Nobody,
        clock: &SystemClock,
        signals: &mut Nobody,
    };
    let mut drive = Drive::new(Machine::new(Arc::new(plan), policy), world, true);
    drive.seen(vec![first]);
    // How it ends does not matter: the log tells.
    let _ = drive.walk();
}

struct Mutant {
    journal: Journal,
    which: String,
    late: bool,
}

impl Recorder for Mutant {
    fn append(&mut self, event: Event) -> anyhow::Result<Stamped> {
        if std::mem::take(&mut self.late) {
            self.journal.sync()?;
        }
        self.late = self.which == "swap" && matches!(event, Event::Intent { .. });
        match self.journal.append(event.clone()) {
            Err(_) if self.which == "ignore" => {
                let clock = SystemClock;
                Ok(Stamped { seq: 0, at: stamp(clock.now()), mono_ms: clock.mono_ms(), event })
            }
            appended => Ok(appended?),
        }
    }

    fn sync(&mut self) -> anyhow::Result<()> {
        if self.late {
            return Ok(());
        }
        match self.journal.sync() {
            Err(_) if self.which == "ignore" => Ok(()),
            synced => Ok(synced?),
        }
    }

    fn output(&mut self, _step: usize, _action: &str, _attempt: u32) -> Box<dyn OutputSink> {
        Box::new(Nobody)
    }

    fn add_secret(&mut self, _value: &str) {}
}

struct Nobody;

impl OutputSink for Nobody {
    fn write(&mut self, _bytes: &[u8]) {}

    fn finish(self: Box<Self>) -> Kept {
        Kept::default()
    }
}

impl Signals for Nobody {
    fn take(&mut self) -> Option<(i32, &'static str)> {
        None
    }
}

impl Operator for Nobody {
    fn show(&mut self, _event: &Stamped, _scene: &Scene<'_>) {}

    fn ask(&mut self, _question: &Question, _scene: &Scene<'_>) -> anyhow::Result<Answer> {
        Ok(Answer::Gone)
    }

    fn before(&mut self, _proposal: &Proposal, _scene: &Scene<'_>) {}

    fn output(&mut self, _bytes: &[u8]) {}

    fn after(&mut self) {}

    fn pulse(
        &mut self,
        _waiting: &Waiting,
        _limit: std::time::Duration,
        _scene: &Scene<'_>,
    ) -> Option<WaitKey> {
        None
    }

    fn waited(&mut self) {}

    fn connection(&self) -> Connection {
        Connection::Pipes
    }
}
