//! The engine's record on disk: a journal with declared secrets masked.

use std::path::PathBuf;
use std::sync::Arc;

use super::broken;
use super::fallback;
use super::policy::Policy;
use crate::engine::ports::{Kept, OutputSink, Recorder};
use crate::error::{Error, Kind};
use crate::event::clock::{Clock as _, stamp};
use crate::event::fold::Run;
use crate::event::{Event, Stamped};
use crate::journal::{Group, Journal, OutputFile, RunDir, Store, SystemClock, reader};
use crate::process::Masker;
use crate::terminal::walker::LastOutput;

/// The state folder, for a run of a team whose `group` shares it, or of this user alone.
pub fn store_for(group: Option<&Group>) -> Result<Store, Error> {
    Store::open_for(&root()?, group)
}

/// The state folder as it is, to write to: this user's alone, or one that a group shares. Which
/// group may, this user's own `midwatch.toml` says: that of the current folder, else that of the
/// runbook that `run` was recorded of.
pub fn store_about(run: Option<&str>) -> Result<Store, Error> {
    let root = root()?;
    if Store::is_private(&root)? {
        return Store::open(&root);
    }
    let mut group = Policy::here()?.group()?;
    if group.is_none()
        && let Some(run) = run
    {
        group = recorded_policy(&Store::read(&root)?, run)?.group()?;
    }
    Store::open_for(&root, group.as_ref())
}

/// The policy beside the runbook that a run was recorded of. A stranger's record may name any path,
/// so only what root or this user wrote counts.
fn recorded_policy(store: &Store, run: &str) -> Result<Policy, Error> {
    let recorded = reader::load(&store.find(run)?)?;
    let file = recorded.run.revision.file;
    if file.is_empty() || file == "-" {
        return Ok(Policy::default());
    }
    Ok(Policy::of(&file).ok().filter(Policy::is_own).unwrap_or_default())
}

fn root() -> Result<PathBuf, Error> {
    Store::locate(&|name| std::env::var_os(name))
}

/// The record of one run.
pub struct Record {
    store: Store,
    id: String,
    runbook: Vec<u8>,
    journal: Option<Journal>,
    /// Where the shell's state lies, wherever the journal goes on.
    carried: PathBuf,
    secrets: Masker,
    /// Go on where nothing can be written.
    break_glass: bool,
    /// Since when events are in memory only.
    gap: Option<String>,
    remarks: Vec<Event>,
}

impl Record {
    /// A record that begins with the first event appended to it.
    ///
    /// # Errors
    /// If the state folder cannot be used: then nothing may run. With `break_glass` it is one of
    /// the fallback folders then.
    pub fn create(
        store: Result<Store, Error>,
        id: &str,
        runbook: &[u8],
        break_glass: bool,
    ) -> Result<Self, Error> {
        let mut remarks = Vec::new();
        let ready = |store: Store| store.make_carried(id).map(|_| store);
        let store = match store.and_then(ready) {
            Err(error) if break_glass => {
                let store = fallback::stores(None).find_map(|store| ready(store).ok()).ok_or(error)?;
                remarks.push(begins_elsewhere(&store));
                store
            }
            store => store?,
        };
        remarks.extend(store.unshared().map(|what| Event::Warned { what: what.to_owned() }));
        Ok(Record { remarks, ..Record::new(store, id, runbook, None, break_glass) })
    }

    /// The record of a run that goes on.
    pub fn again(journal: Journal, break_glass: bool) -> Self {
        let (store, id) = (journal.store().clone(), journal.run().id().to_owned());
        Record::new(store, &id, &[], Some(journal), break_glass)
    }

    fn new(store: Store, id: &str, runbook: &[u8], journal: Option<Journal>, break_glass: bool) -> Self {
        let carried = store.carried(id);
        Record {
            store,
            id: id.to_owned(),
            runbook: runbook.to_vec(),
            journal,
            carried,
            secrets: Masker::default(),
            break_glass,
            gap: None,
            remarks: Vec::new(),
        }
    }

    /// The state folder it lies in.
    pub fn store(&self) -> &Store {
        &self.store
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
        self.carried.clone()
    }

    /// Lets a run that went on elsewhere be resumed there with its state. Best effort: the disk it
    /// comes from may be the one that failed.
    fn carry_over(&self) -> bool {
        let to = self.store.carried(&self.id);
        if to == self.carried || self.store.make_carried(&self.id).is_err() {
            return false;
        }
        let mut entries = std::fs::read_dir(&self.carried).into_iter().flatten().flatten();
        entries.all(|entry| std::fs::copy(entry.path(), to.join(entry.file_name())).is_ok())
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
            for folder in [self.state_dir(), self.store.carried(&self.id)] {
                crate::process::ShellState::delete(&folder)?;
                // Empty now; no matter if it stays.
                let _ = std::fs::remove_dir(&folder);
            }
        } else if self.carry_over() {
            crate::process::ShellState::delete(&self.carried)?;
        }
        let Some(journal) = self.journal.take() else { return Ok(()) };
        if !journal.held().is_empty() {
            let held = String::from_utf8_lossy(journal.held()).into_owned();
            let message = "what happened since the glass was broken is in no record; keep these lines";
            let _ = std::io::Write::write_all(&mut std::io::stderr(), held.as_bytes());
            return Err(Error::new(Kind::Failed, message).into());
        }
        journal.close(run).map_err(|error| {
            Error { kind: Kind::Failed, ..error }
                .help("the run's own journal is complete; only the list of runs lacks it")
        })?;
        Ok(())
    }

    /// The record cannot be written where it was: elsewhere, then, or not at all.
    fn elsewhere(&mut self, error: Error) -> Result<(), Error> {
        let Some(journal) = &mut self.journal else { return Err(error) };
        for store in fallback::stores(Some(&self.store)) {
            if journal.relocate(&store).is_err() {
                continue;
            }
            let mut what = format!("{}; it goes on in {}", error.message, store.root().display());
            if let Some(since) = self.gap.take() {
                what = format!("the record had a gap since {since}, kept in memory meanwhile: {what}");
            }
            self.remarks.push(Event::Warned { what });
            self.store = store;
            self.carry_over();
            return Ok(());
        }
        if !self.break_glass {
            return Err(Error { kind: Kind::Paused, ..error }
                .help("no other folder could be written either (MIDWATCH_FALLBACK_DIR names one)")
                .help(format!("once it can be written: midwatch resume {}", self.id)));
        }
        journal.hold();
        if self.gap.is_none() {
            let since = stamp(SystemClock.now());
            let what = format!(
                "{}; the glass is broken: from {since} on what happens is kept in memory only",
                error.message
            );
            self.gap = Some(since);
            self.remarks.push(Event::Warned { what });
        }
        Ok(())
    }

    fn begin(&mut self, opened: Event) -> Result<Stamped, Error> {
        let create =
            |store: &Store| Journal::create(store, Arc::new(SystemClock), opened.clone(), &self.runbook);
        let begun = match create(&self.store) {
            Err(error) if self.break_glass => {
                let found = fallback::stores(Some(&self.store))
                    .find_map(|store| create(&store).ok().map(|begun| (begun, store)));
                let (begun, store) = found.ok_or(error)?;
                self.remarks.push(begins_elsewhere(&store));
                self.store = store;
                Ok(begun)
            }
            begun => begun,
        };
        let (journal, stamped) = begun?;
        self.journal = Some(journal);
        Ok(stamped)
    }

    fn masked(&self, event: Event) -> anyhow::Result<Event> {
        if self.secrets.is_empty() {
            return Ok(event);
        }
        let mut value = serde_json::to_value(&event)?;
        mask_event(&mut value, &self.secrets);
        Ok(serde_json::from_value(value)?)
    }
}

fn begins_elsewhere(store: &Store) -> Event {
    let at = store.root().display();
    Event::Warned { what: format!("the state folder cannot be written; the record is in {at}") }
}

/// Fields that midwatch itself writes, and that must stay what they are: a secret as short as `run` or
/// `42` stands in names and hashes by chance, where it gives nothing away.
const OWN: [&str; 14] = [
    "event",
    "run",
    "version",
    "mode",
    "undoes",
    "sha256",
    "commit",
    "kind",
    "action",
    "id",
    "output",
    "output_sha256",
    "verdict",
    "status",
];

fn mask_event(event: &mut serde_json::Value, secrets: &Masker) {
    let own = |name: &String| OWN.contains(&&**name);
    for (name, value) in event.as_object_mut().into_iter().flatten().filter(|(name, _)| !own(name)) {
        match value {
            serde_json::Value::Object(fields) if name == "runbook" => {
                fields.iter_mut().filter(|(name, _)| !own(name)).for_each(|(_, value)| mask(value, secrets));
            }
            value => mask(value, secrets),
        }
    }
}

fn mask(value: &mut serde_json::Value, secrets: &Masker) {
    match value {
        serde_json::Value::String(text) => *text = secrets.mask(text),
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| mask(item, secrets)),
        serde_json::Value::Object(fields) => fields
            .iter_mut()
            .filter(|(name, _)| !NAMES.contains(&name.as_str()))
            .for_each(|(_, item)| mask(item, secrets)),
        _ => {}
    }
}

/// Fields that name things of the runbook and the record. Masked they would name nothing: a step
/// whose id holds a word that is also a secret would never be done.
const NAMES: [&str; 6] = ["event", "id", "action", "kind", "output", "output_sha256"];

impl Recorder for Record {
    fn append(&mut self, event: Event) -> anyhow::Result<Stamped> {
        match &event {
            Event::Intent { .. } => broken::test("intent"),
            Event::Exited { .. } => broken::test("exited"),
            Event::Sample { .. } => broken::test("sample"),
            _ => {}
        }
        let event = self.masked(event)?;
        match &mut self.journal {
            Some(journal) => Ok(journal.append(event)?),
            None => Ok(self.begin(event)?),
        }
    }

    fn sync(&mut self) -> anyhow::Result<()> {
        let synced = self.journal.as_mut().map_or(Ok(()), Journal::sync);
        synced.or_else(|error| self.elsewhere(error)).map_err(Into::into)
    }

    fn remarks(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.remarks)
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
        broken::test("output");
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
