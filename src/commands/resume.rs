//! `midwatch resume`: goes on where a run stopped, from the recorded runbook.

use std::sync::Arc;

use super::walk::{self, Start};
use super::{Failure, identity, record, run};
use crate::cli::ResumeArgs;
use crate::engine::machine::{Machine, Policy};
use crate::error::Error;
use crate::event::Event;
use crate::event::fold::Run;
use crate::journal::{Journal, SystemClock};
use crate::plan::{Given, Wish};
use crate::runbook;
use crate::source::Source;

/// Goes on with a run.
pub fn resume(args: ResumeArgs) -> Result<u8, Failure> {
    let attendance = walk::attendance(args.yes, args.plain)?;
    let store = record::store()?;
    let folder = store.find(&args.run)?;
    let (mut journal, recorded, torn) = Journal::reopen(&store, folder, Arc::new(SystemClock))?;
    let past = recorded.run;
    let mut events = Vec::new();
    crate::journal::reader::each(journal.run(), &mut |record| events.push(record.stamped()))?;
    let bytes = journal.run().runbook()?;
    let text = String::from_utf8(bytes).map_err(|_| Error::refused("the recorded runbook is not UTF-8"))?;
    let source = Source::new(past.revision.path.clone(), text);
    let wish = Wish { anchor: past.revision.anchor.clone(), from: past.from.map(|step| step.to_string()) };
    let set = past.params.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let given = Given { set, set_file: run::read_values(&args.set_file)?, env: std::env::vars().collect() };
    let plan = Arc::new(run::build(Arc::new(runbook::parse(source)), &wish, &given)?);
    let policy = Policy { unattended: args.yes, confirmed: run::confirmed(&args.confirm), mode: past.mode };
    let resumed =
        Event::Resumed { operator: identity::operator(), version: env!("CARGO_PKG_VERSION").into() };
    let mut after = vec![journal.resume(resumed)?];
    if let Some(torn) = torn {
        let what = format!(
            "a crash left {} bytes of an unfinished record; they are kept in {}",
            torn.bytes, torn.file
        );
        after.push(journal.append(Event::Warned { what })?);
    }
    if changed_since(&past) {
        let what = "the runbook's file has changed since; the recorded text goes on".to_owned();
        after.push(journal.append(Event::Warned { what })?);
    }
    let machine = Machine::new(plan, policy);
    let recorder = record::Record::again(journal);
    let start = Start::Again { past: events, now: after };
    walk::walk(machine, recorder, walk::walker(&attendance), start, args.yes)
}

/// Whether the file on disk is another one than the recorded one.
fn changed_since(past: &Run) -> bool {
    std::fs::read(&past.revision.file)
        .is_ok_and(|bytes| crate::source::sha256(&bytes) != past.revision.sha256)
}
