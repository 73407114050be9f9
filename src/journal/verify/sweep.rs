//! All runs in one sweep through the ledger: a run is looked at as soon as its seal is met, while what
//! the ledger says of it is in hand, and only the verdict is kept. What is held at a time is a window
//! of the ledger, the runs that are open in it, and sixteen bytes and a verdict for every run.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use super::known::{Known, Ledger, Mark};
use super::quick::{self, Expected, Room};
use super::{Checked, Problem, Status, check};
use crate::error::Error;
use crate::journal::Head;
use crate::journal::fs::Dir;
use crate::journal::id::RunId;
use crate::journal::ledger::{self, Entry, Said, Told};
use crate::journal::store::{Days, Store};

/// So many runs are looked at by one thread in a row, mostly of the same day.
const CHUNK: usize = 32;

/// The verdict on a whole state folder.
#[derive(Debug, Default)]
pub struct Swept {
    /// How many lines the ledger has.
    pub ledger_lines: u64,
    /// What is wrong with the ledger itself.
    pub ledger: Vec<Problem>,
    /// What is worth knowing about the ledger and not wrong.
    pub remarks: Vec<String>,
    /// The runs there is something to say about, oldest first.
    others: Vec<Checked>,
    /// Those that are sealed, and that is all; with the number of their records. Oldest first.
    sealed: Vec<(RunId, u64)>,
}

impl Swept {
    /// Whether nothing speaks against any of it.
    pub fn is_sound(&self) -> bool {
        self.ledger.is_empty() && self.others.iter().all(|run| run.status.is_sound())
    }

    /// How many runs there are, on disk or in the ledger.
    pub fn runs(&self) -> usize {
        self.others.len() + self.sealed.len()
    }

    /// Gives every run to `each`, oldest first.
    pub fn each(&self, each: &mut dyn FnMut(&Checked)) {
        let mut others = self.others.iter().peekable();
        for (id, records) in &self.sealed {
            let run = id.to_string();
            while let Some(other) = others.next_if(|other| other.run < run) {
                each(other);
            }
            each(&Checked::new(run, Status::Sealed, *records));
        }
        others.for_each(each);
    }

    /// The runs there is something to say about, oldest first.
    pub fn others(&self) -> &[Checked] {
        &self.others
    }

    /// How many runs are sealed, and that is all.
    pub fn sealed(&self) -> usize {
        self.sealed.len()
    }
}

/// Verifies the ledger and all runs, on as many threads as there are processors, and says now and then
/// how many are done, and of how many.
///
/// # Errors
/// If the folder or the ledger cannot be read; a run that cannot be read is a [`Problem`].
pub fn sweep(store: &Store, tell: &mut (dyn FnMut(usize, usize) + Send)) -> Result<Swept, Error> {
    // The folders first: a run that begins meanwhile is then in the ledger, and not unheard of.
    let on_disk = store.run_ids()?;
    let runs = on_disk.into_iter().map(|id| (id, Run { on_disk: true, state: State::Unheard })).collect();
    let mut sweep = Sweep { store, runs, odd: HashMap::new(), late: HashSet::new(), others: Vec::new() };
    let (mut read, mut unopened, mut done) = (ledger::Ledger::default(), Vec::new(), 0);
    ledger::windows(store, &mut read, &ledger::said, &mut |text, lines| {
        let mut jobs = Vec::with_capacity(lines.len() / 2);
        for line in lines {
            sweep.line(text, line, &mut jobs, &mut unopened);
        }
        done += jobs.len();
        sweep.judge(jobs)?;
        tell(done, sweep.runs.len());
        Ok(())
    })?;
    sweep.rest()?;
    sweep.again()?;
    tell(sweep.runs.len(), sweep.runs.len());
    let told = Ledger::told(read, unopened, HashMap::new());
    let Sweep { runs, mut others, .. } = sweep;
    others.sort_by(|a, b| a.run.cmp(&b.run));
    let mut sealed: Vec<(RunId, u64)> = Vec::with_capacity(runs.len());
    sealed.extend(runs.into_iter().filter_map(|(id, run)| match run.state {
        State::Sealed(records) => Some((id, records)),
        _ => None,
    }));
    sealed.sort_unstable();
    Ok(Swept { ledger_lines: told.lines, ledger: told.problems, remarks: told.remarks, others, sealed })
}

/// A run, on disk or in the ledger.
struct Run {
    /// Whether it was on disk before the ledger was read.
    on_disk: bool,
    state: State,
}

/// How far the sweep is with a run.
enum State {
    /// No line was about it so far.
    Unheard,
    /// Lines were, and none of them sealed it.
    Open(Box<Known>),
    /// It was sealed and is not on disk; the line that named it first.
    Gone(u64),
    /// It was removed, and is not on disk.
    Pruned,
    /// It is judged: all is well, and this is how many records it has.
    Sealed(u64),
    /// It is judged, and among the others.
    Told,
}

struct Sweep<'a> {
    store: &'a Store,
    runs: HashMap<RunId, Run>,
    /// What the ledger says of names that no run can have.
    odd: HashMap<String, Known>,
    /// Runs that were judged before all was read that the ledger says of them.
    late: HashSet<RunId>,
    others: Vec<Checked>,
}

/// A run to be judged.
struct Job<'a> {
    id: RunId,
    known: Box<Known>,
    /// The line that seals it, with what it says if that is all there is beside the one that opens it.
    seal: Option<(u64, &'a [u8], Option<Expected<'a>>)>,
}

impl<'s> Sweep<'s> {
    /// Takes a line of the ledger in; a run that it seals is to be judged now.
    fn line<'a>(
        &mut self,
        text: &'a [u8],
        told: Told<Said>,
        jobs: &mut Vec<Job<'a>>,
        unopened: &mut Vec<(u64, String)>,
    ) {
        let Told { number, line, mut said, .. } = told;
        let line = &text[line];
        if let Said::Sealed { id, .. } = &said
            && self.runs.get(id).is_none_or(|run| matches!(run.state, State::Unheard))
        {
            // No line opened it: whether this one is about it at all is to be known for sure.
            let Some(entry) = ledger::entry(line) else { return };
            said = Said::Other(entry);
        }
        let id = match &said {
            Said::Opened(id, _) | Said::Sealed { id, .. } => *id,
            Said::Other(entry) => {
                let Some(name) = entry.run() else { return };
                match RunId::parse(name.as_bytes()) {
                    Some(id) => id,
                    None => return self.odd(number, said, unopened),
                }
            }
        };
        let opens = matches!(said, Said::Opened(..) | Said::Other(Entry::Opened { .. }));
        let run = self.runs.entry(id).or_insert(Run { on_disk: false, state: State::Unheard });
        if matches!(run.state, State::Unheard) {
            if !opens {
                unopened.push((number, id.to_string()));
            }
            run.state = State::Open(Box::new(Known { first_line: number, ..Known::default() }));
        }
        let State::Open(known) = &mut run.state else {
            match (&run.state, said) {
                // It changes nothing.
                (_, Said::Other(Entry::Noted { .. } | Entry::Unknown)) => {}
                (State::Gone(_), Said::Other(Entry::Pruned { .. })) => run.state = State::Pruned,
                (State::Gone(_) | State::Pruned, _) => {}
                _ => drop(self.late.insert(id)),
            }
            return;
        };
        let seals = matches!(said, Said::Sealed { .. } | Said::Other(Entry::Sealed(_)));
        let mut seal = None;
        match said {
            Said::Opened(_, head) => {
                known.checkpoints.push(Mark { line: number, records: head.records, head: Some(head.link) })
            }
            Said::Sealed { head, summary, .. } => {
                let alone = match (&known.checkpoints[..], &known.closed, known.pruned) {
                    ([Mark { records, head: Some(link), .. }], None, None) => {
                        let marks = [Head { records: *records, link: *link }, head];
                        Some(Expected { marks, summary: &line[summary] })
                    }
                    _ => None,
                };
                seal = Some((number, line, alone));
            }
            Said::Other(entry) => known.take(number, entry),
        }
        if seals && run.on_disk {
            let known = std::mem::take(known);
            run.state = State::Told;
            jobs.push(Job { id, known, seal });
        } else if seals {
            run.state = if known.pruned.is_some() { State::Pruned } else { State::Gone(known.first_line) };
        }
    }

    fn odd(&mut self, number: u64, said: Said, unopened: &mut Vec<(u64, String)>) {
        let Said::Other(entry) = said else { return };
        let Some(name) = entry.run().map(str::to_owned) else { return };
        let known = self.odd.entry(name).or_insert_with_key(|name| {
            if !matches!(entry, Entry::Opened { .. }) {
                unopened.push((number, name.clone()));
            }
            Known::default()
        });
        known.take(number, entry);
    }

    /// Looks at runs, on all processors.
    fn judge(&mut self, jobs: Vec<Job<'_>>) -> Result<(), Error> {
        let store = self.store;
        let chunks = jobs.par_chunks(CHUNK).map(|jobs| {
            let (mut days, mut room) = (Days::of(store), Room::default());
            let judged = jobs.iter().map(|job| Ok((job.id, job.judge(days.day(job.id)?, &mut room))));
            judged.collect::<Result<Vec<_>, Error>>()
        });
        let judged: Vec<Vec<(RunId, Judged)>> = chunks.collect::<Result<_, Error>>()?;
        for (id, judged) in judged.into_iter().flatten() {
            match judged {
                Judged::Well(records) => {
                    self.runs.insert(id, Run { on_disk: true, state: State::Sealed(records) });
                }
                Judged::Otherwise(checked) => self.others.extend(checked.map(|checked| *checked)),
            }
        }
        Ok(())
    }

    /// Judges what the ledger does not seal.
    fn rest(&mut self) -> Result<(), Error> {
        for (name, known) in &self.odd {
            self.others.extend(check(None, name, Some(known)));
        }
        let mut ids: Vec<RunId> = self.runs.keys().copied().collect();
        ids.sort_unstable();
        let mut days = Days::of(self.store);
        let mut jobs = Vec::new();
        for id in ids {
            let Some(run) = self.runs.get_mut(&id) else { continue };
            match std::mem::replace(&mut run.state, State::Told) {
                State::Unheard => self.others.extend(check(days.day(id)?, &id.to_string(), None)),
                State::Open(known) => jobs.push(Job { id, known, seal: None }),
                gone @ (State::Gone(_) | State::Pruned) => {
                    let known = Known {
                        first_line: if let State::Gone(line) = gone { line } else { 0 },
                        pruned: matches!(gone, State::Pruned).then_some(0),
                        ..Known::default()
                    };
                    // It may have come, or its folder cannot be opened: then all that is known counts.
                    match check(days.day(id)?, &id.to_string(), Some(&known)) {
                        Some(missing) if missing.status == Status::Missing => self.others.push(missing),
                        Some(_) => drop(self.late.insert(id)),
                        None => {}
                    }
                }
                judged @ (State::Sealed(_) | State::Told) => run.state = judged,
            }
        }
        self.judge(jobs)
    }

    /// A run may have begun or ended between the reading of the ledger and that of its journal, and
    /// the ledger may have gone on about one that was sealed. Whoever looks bad or was judged too soon
    /// is looked at once more, with all that the ledger says of it now.
    fn again(&mut self) -> Result<(), Error> {
        let late: Vec<String> = self.late.iter().map(RunId::to_string).collect();
        let bad = self.others.iter().filter(|run| !run.status.is_sound()).map(|run| run.run.clone());
        let names: HashSet<String> = late.into_iter().chain(bad).collect();
        if names.is_empty() {
            return Ok(());
        }
        let ledger = Ledger::read(self.store, &names.iter().map(String::as_str).collect())?;
        self.others.retain(|run| !names.contains(&run.run));
        let mut days = Days::of(self.store);
        for name in names {
            let id = RunId::parse(name.as_bytes());
            if let Some(run) = id.and_then(|id| self.runs.get_mut(&id)) {
                run.state = State::Told;
            }
            let day = id.map_or(Ok(None), |id| days.day(id))?;
            self.others.extend(check(day, &name, ledger.runs.get(&name)));
        }
        Ok(())
    }
}

/// What a look at a run came to.
enum Judged {
    /// It is sealed and as it was, and has so many records.
    Well(u64),
    /// There is more to say, unless it is not there and need not be.
    Otherwise(Option<Box<Checked>>),
}

impl Job<'_> {
    fn judge(&self, day: Option<&Dir>, room: &mut Room) -> Judged {
        let id = self.id.to_string();
        if let (Some(day), Some((_, _, Some(expected)))) = (day, &self.seal)
            && let Some(records) = quick::sealed(day, &id, expected, room)
        {
            return Judged::Well(records);
        }
        let seal = self.seal.as_ref().and_then(|(number, line, _)| Some((*number, ledger::entry(line)?)));
        let checked = match seal {
            None => check(day, &id, Some(&self.known)),
            Some((number, entry)) => {
                let mut known = (*self.known).clone();
                known.take(number, entry);
                check(day, &id, Some(&known))
            }
        };
        Judged::Otherwise(checked.map(Box::new))
    }
}
