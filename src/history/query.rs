//! Which runs there were: the ledger, newest first, through a filter.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::ControlFlow;

use memchr::memmem::{Finder, find};

use super::line::{Fields, Row};
use crate::error::Error;
use crate::event::clock::stamp;
use crate::event::fold::{RunStatus, Summary};
use crate::journal::ledger::{Id, Mark, Scan};
use crate::journal::{Store, this_host};

/// Which runs are asked for; what is not said is not asked.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// A part of the runbook's path or title.
    pub runbook: Option<String>,
    /// The operator, exactly.
    pub operator: Option<String>,
    /// The host, with or without its domain.
    pub host: Option<String>,
    /// The ticket, exactly.
    pub ticket: Option<String>,
    /// Started then or later.
    pub since: Option<jiff::Timestamp>,
    /// Started before.
    pub until: Option<jiff::Timestamp>,
    /// How they stand.
    pub status: Option<RunStatus>,
    /// Rehearsals only, or live runs only.
    pub drill: Option<bool>,
    /// At most so many.
    pub limit: Option<usize>,
    /// Only runs that undo others, or only those that do not.
    pub undoing: Option<bool>,
    /// No run that was opened before this one, by its whole id.
    pub down_to: Option<String>,
}

/// What a query came to, apart from the runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// How many runs were given out.
    pub runs: usize,
    /// Whether the limit ended it.
    pub more: bool,
    /// Runs the ledger has begun with, whose journals cannot be read: `verify` knows more.
    pub unreadable: Vec<String>,
}

/// Gives the runs that `filter` lets through to `each`, the one that was opened last first, until it
/// breaks.
///
/// # Errors
/// If the ledger cannot be read.
pub fn query(
    store: &Store,
    filter: &Filter,
    each: &mut dyn FnMut(Summary) -> ControlFlow<()>,
) -> Result<Found, Error> {
    rows(store, filter, &mut |row| row.summary().map_or(ControlFlow::Continue(()), &mut *each))
}

/// [`query`], for who needs the runs as lines only.
///
/// # Errors
/// If the ledger cannot be read.
pub fn rows(
    store: &Store,
    filter: &Filter,
    each: &mut dyn FnMut(Row) -> ControlFlow<()>,
) -> Result<Found, Error> {
    let mut found = Found::default();
    let sieve = Sieve::new(filter);
    let host = this_host();
    let mut scan = Scan::new(store)?;
    let mut later = Waiting::default();
    while let Some(marks) = scan.earlier(&|kind, line| sieve.look(kind, line))? {
        for Mark { id, what } in marks {
            let row = match what {
                What::Closed(closed) => {
                    later.put(id, closed);
                    continue;
                }
                What::Pruned => {
                    later.put(id, Later::Pruned);
                    continue;
                }
                What::Resumed => {
                    later.put(id, Later::Unfinished);
                    continue;
                }
                What::Opened => match later.take(&id) {
                    Some(Later::Passed | Later::Pruned) => None,
                    Some(Later::Closed(row)) => Some(row),
                    Some(Later::Foreign) => {
                        found.unreadable.push(String::from_utf8_lossy(&id).into_owned());
                        None
                    }
                    Some(Later::Unfinished) | None => match unfinished(store, &id, &host) {
                        Some(summary) => sieve.takes(&summary).then(|| Row::Run(Box::new(summary))),
                        None => {
                            found.unreadable.push(String::from_utf8_lossy(&id).into_owned());
                            None
                        }
                    },
                },
            };
            if let Some(row) = row {
                if filter.limit == Some(found.runs) {
                    found.more = true;
                    return Ok(found);
                }
                found.runs += 1;
                if each(row).is_break() {
                    return Ok(found);
                }
            }
            if filter.down_to.as_deref().is_some_and(|last| last.as_bytes() == id) {
                return Ok(found);
            }
        }
    }
    Ok(found)
}

/// What a line of the ledger is to a query.
enum What {
    /// A pause or seal, and what the filter says to it.
    Closed(Later),
    /// The run went on.
    Resumed,
    /// The run was removed.
    Pruned,
    /// The run began.
    Opened,
}

/// What is known of a run before the line that opens it is reached.
enum Later {
    /// Its last line is a pause or seal that the filter lets through.
    Closed(Row),
    /// The filter does not let it through.
    Passed,
    /// What its pause or seal says is not this version's to understand.
    Foreign,
    /// It was resumed, and no more.
    Unfinished,
    /// It was removed; a pause or seal before that is still to come, if there was one.
    Pruned,
}

/// Runs of which a later line was read, whose opening is still to come: those that were open at the
/// same time, so never many, and mostly just one.
#[derive(Default)]
struct Waiting {
    last: Option<(Id, Later)>,
    others: HashMap<Id, Later, BuildHasherDefault<IdHasher>>,
}

impl Waiting {
    /// Takes what an earlier line says of a run; what a later one said counts, unless that was only
    /// that the run was removed.
    fn put(&mut self, id: Id, now: Later) {
        if let Some((last, before)) = &mut self.last {
            if *last == id {
                if matches!(
                    (&*before, &now),
                    (Later::Pruned, Later::Closed(_) | Later::Passed | Later::Foreign)
                ) {
                    *before = now;
                }
                return;
            }
            if let Some((last, before)) = self.last.take() {
                self.others.insert(last, before);
            }
        }
        match self.others.remove(&id) {
            Some(before) => {
                self.last = Some((id, before));
                self.put(id, now);
            }
            None => self.last = Some((id, now)),
        }
    }

    fn take(&mut self, id: &Id) -> Option<Later> {
        match self.last.take_if(|(last, _)| last == id) {
            Some((_, later)) => Some(later),
            None => self.others.remove(id),
        }
    }
}

/// The end of an id is random already.
#[derive(Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes
            .last_chunk()
            .map_or(self.0, |end| u64::from_le_bytes(*end).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A run nobody paused or sealed: only its journal knows.
fn unfinished(store: &Store, id: &Id, host: &str) -> Option<Summary> {
    let folder = store.run(std::str::from_utf8(id).ok()?).ok()??;
    super::run::summary(&folder, host)
}

/// A filter, made ready for many lines.
struct Sieve<'a> {
    filter: &'a Filter,
    since: Option<String>,
    until: Option<String>,
    /// What the bytes of a line hold if it can match at all: looked for before it is parsed.
    needles: Vec<Finder<'static>>,
}

impl<'a> Sieve<'a> {
    fn new(filter: &'a Filter) -> Self {
        let json = |text: &str| serde_json::to_string(text).unwrap_or_default();
        let field = |name: &str, text: &str| format!("\"{name}\":{}", json(text));
        // The rarest first, by guess.
        let mut needles = Vec::new();
        needles.extend(filter.ticket.as_ref().map(|ticket| field("ticket", ticket)));
        needles.extend(filter.operator.as_ref().map(|operator| field("operator", operator)));
        // A host may be written with its domain: only its beginning is sure.
        let host = |host: &String| field("host", host).trim_end_matches('"').to_owned();
        needles.extend(filter.host.as_ref().map(host));
        needles.extend(filter.status.map(|status| field("status", status.name())));
        needles.extend(filter.drill.map(|drill| format!("\"drill\":{drill}")));
        needles.extend((filter.undoing == Some(true)).then(|| "\"undoes\":\"".to_owned()));
        needles.extend(filter.runbook.as_ref().map(|part| json(part).trim_matches('"').to_owned()));
        Sieve {
            filter,
            since: filter.since.map(stamp),
            until: filter.until.map(stamp),
            needles: needles.into_iter().map(|needle| Finder::new(needle.as_bytes()).into_owned()).collect(),
        }
    }

    /// What a line is to a query; none if it is nothing.
    fn look(&self, kind: &[u8], line: &[u8]) -> Option<What> {
        match kind {
            b"opened" => Some(What::Opened),
            b"resumed" => Some(What::Resumed),
            b"pruned" => Some(What::Pruned),
            b"sealed" | b"paused" => Some(What::Closed(self.closed(line))),
            _ => None,
        }
    }

    /// What a pause or seal is to the filter.
    fn closed(&self, line: &[u8]) -> Later {
        if self.needles.iter().any(|needle| needle.find(line).is_none()) {
            return Later::Passed;
        }
        if let Some(fields) = Fields::read(line) {
            return if self.takes_fields(&fields) { Later::Closed(fields.row()) } else { Later::Passed };
        }
        match serde_json::from_slice::<Summary>(line) {
            Ok(summary) if self.takes(&summary) => Later::Closed(Row::Run(Box::new(summary))),
            Ok(_) => Later::Passed,
            Err(_) => Later::Foreign,
        }
    }

    fn takes_fields(&self, run: &Fields<'_>) -> bool {
        let filter = self.filter;
        let all = |wanted: &Option<String>, is: Option<&[u8]>| {
            wanted.as_ref().is_none_or(|wanted| is == Some(wanted.as_bytes()))
        };
        let part = |part: &String| {
            [run.runbook, run.title].into_iter().any(|of| find(of, part.as_bytes()).is_some())
        };
        let on = |host: &String| {
            run.host
                .strip_prefix(host.as_bytes())
                .is_some_and(|domain| matches!(domain.first(), None | Some(b'.')))
        };
        self.since.as_ref().is_none_or(|since| run.started >= since.as_bytes())
            && self.until.as_ref().is_none_or(|until| run.started < until.as_bytes())
            && all(&filter.operator, Some(run.operator))
            && filter.host.as_ref().is_none_or(on)
            && all(&filter.ticket, run.ticket)
            && filter.status.is_none_or(|status| run.status == status)
            && filter.drill.is_none_or(|drill| run.drill == drill)
            && filter.undoing.is_none_or(|undoing| run.undoing == undoing)
            && filter.runbook.as_ref().is_none_or(part)
    }

    fn takes(&self, run: &Summary) -> bool {
        let filter = self.filter;
        let all = |wanted: &Option<String>, is: &str| wanted.as_ref().is_none_or(|wanted| wanted == is);
        let part = |part: &String| run.runbook.contains(&**part) || run.title.contains(&**part);
        let on = |host: &String| {
            run.host.strip_prefix(&**host).is_some_and(|domain| domain.is_empty() || domain.starts_with('.'))
        };
        // Times of one form and zone compare as text.
        self.since.as_ref().is_none_or(|since| run.started >= *since)
            && self.until.as_ref().is_none_or(|until| run.started < *until)
            && all(&filter.operator, &run.operator)
            && filter.host.as_ref().is_none_or(on)
            && filter.ticket.as_ref().is_none_or(|ticket| run.ticket.as_ref() == Some(ticket))
            && filter.status.is_none_or(|status| run.status == status)
            && filter.drill.is_none_or(|drill| run.drill == drill)
            && filter.undoing.is_none_or(|undoing| run.undoes.is_some() == undoing)
            && filter.runbook.as_ref().is_none_or(part)
    }
}
