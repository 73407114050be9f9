//! The engine's record on disk: a journal with declared secrets masked.

use std::path::PathBuf;
use std::sync::Arc;

use crate::engine::ports::{Kept, OutputSink, Recorder};
use crate::error::Error;
use crate::event::fold::Run;
use crate::event::{Event, Stamped};
use crate::journal::{Journal, OutputFile, RunDir, Store, SystemClock};
use crate::process::Masker;
use crate::terminal::walker::LastOutput;

/// The state folder of this user, to write to.
pub fn store() -> Result<Store, Error> {
    Store::open(&Store::locate(&|name| std::env::var_os(name))?)
}

/// Where a run's shell state lies between its steps.
pub fn carried(store: &Store, id: &str) -> PathBuf {
    store.root().join("carried").join(id)
}

/// The record of one run.
pub struct Record {
    store: Store,
    id: String,
    runbook: Vec<u8>,
    journal: Option<Journal>,
    secrets: Masker,
}

impl Record {
    /// A record that begins with the first event appended to it.
    ///
    /// # Errors
    /// If the state folder cannot be used: then nothing may run.
    pub fn create(id: &str, runbook: &[u8]) -> Result<Self, Error> {
        let runbook = runbook.to_vec();
        Ok(Record { store: store()?, id: id.to_owned(), runbook, journal: None, secrets: Masker::default() })
    }

    /// The record of a run that goes on.
    pub fn again(journal: Journal) -> Self {
        let store = journal.store().clone();
        let id = journal.run().id().to_owned();
        Record { store, id, runbook: Vec::new(), journal: Some(journal), secrets: Masker::default() }
    }

    /// The run's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The run's folder.
    pub fn folder(&self) -> Option<RunDir> {
        self.store.run(&self.id).ok().flatten()
    }

    /// Where the shell's state between steps lies: beside the journal, until the run is over.
    pub fn state_dir(&self) -> PathBuf {
        carried(&self.store, &self.id)
    }

    /// Finds the output of the last command that printed something.
    pub fn outputs(&self) -> LastOutput {
        let (store, id) = (self.store.clone(), self.id.clone());
        Box::new(move |run| {
            let attempts = run.steps().flat_map(|step| step.attempts.iter());
            let last = attempts
                .filter(|attempt| attempt.output.is_some())
                .max_by_key(|attempt| attempt.started.mono_ms)?;
            store.run(&id).ok()??.output(last.output.as_deref()?).ok()
        })
    }

    /// Gives the journal back: the run is paused or over.
    ///
    /// # Errors
    /// If the ledger cannot be written.
    pub fn close(&mut self, run: &Run) -> anyhow::Result<()> {
        if run.sealed.is_some() {
            crate::process::ShellState::delete(&self.state_dir())?;
        }
        if let Some(journal) = self.journal.take() {
            journal.close(run)?;
        }
        Ok(())
    }

    fn masked(&self, event: Event) -> anyhow::Result<Event> {
        if self.secrets.is_empty() {
            return Ok(event);
        }
        let mut value = serde_json::to_value(&event)?;
        mask(&mut value, &self.secrets);
        Ok(serde_json::from_value(value)?)
    }
}

fn mask(value: &mut serde_json::Value, secrets: &Masker) {
    match value {
        serde_json::Value::String(text) => *text = secrets.mask(text),
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| mask(item, secrets)),
        serde_json::Value::Object(fields) => fields.values_mut().for_each(|item| mask(item, secrets)),
        _ => {}
    }
}

impl Recorder for Record {
    fn append(&mut self, event: Event) -> anyhow::Result<Stamped> {
        let event = self.masked(event)?;
        match &mut self.journal {
            Some(journal) => Ok(journal.append(event)?),
            None => {
                let clock = Arc::new(SystemClock);
                let (journal, stamped) = Journal::create(&self.store, clock, event, &self.runbook)?;
                self.journal = Some(journal);
                Ok(stamped)
            }
        }
    }

    fn sync(&mut self) -> anyhow::Result<()> {
        match &mut self.journal {
            Some(journal) => Ok(journal.sync()?),
            None => Ok(()),
        }
    }

    fn output(&mut self, step: usize, action: &str, attempt: u32) -> Box<dyn OutputSink> {
        match self.folder().map(|run| OutputFile::create(&run, step, action, attempt)) {
            Some(Ok(file)) => Box::new(Sink::Kept(Box::new(file))),
            Some(Err(error)) => Box::new(Sink::Lost { bytes: 0, why: error.to_string() }),
            None => Box::new(Sink::Lost { bytes: 0, why: "the run's folder is gone".into() }),
        }
    }

    fn add_secret(&mut self, value: &str) {
        self.secrets.add(value);
    }
}

/// Where an output goes.
enum Sink {
    Kept(Box<OutputFile>),
    Lost { bytes: u64, why: String },
}

impl OutputSink for Sink {
    fn write(&mut self, bytes: &[u8]) {
        match self {
            Sink::Kept(file) => file.write(bytes),
            Sink::Lost { bytes: count, .. } => *count += bytes.len() as u64,
        }
    }

    fn finish(self: Box<Self>) -> Kept {
        match *self {
            Sink::Kept(file) => {
                let kept = file.finish();
                Kept { bytes: kept.bytes, file: kept.file, sha256: kept.sha256, trouble: kept.trouble }
            }
            Sink::Lost { bytes, why } => Kept { bytes, trouble: Some(why), ..Kept::default() },
        }
    }
}
