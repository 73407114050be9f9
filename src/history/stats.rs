//! What all runs of a runbook say about it: which step fails, how long it takes, what people missed.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use serde::Serialize;

use super::{Filter, Zone, query};
use crate::error::Error;
use crate::event::StepStatus;
use crate::event::Verdict;
use crate::event::fold::{Run, StepRun, Summary, When};
use crate::journal::{Days, Store};

/// One runbook over all its runs. The order of the fields is that of the JSON, which only grows.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct RunbookStats {
    /// Its absolute path, with `#anchor` where only a section ran.
    pub runbook: String,
    /// Its title in the last run.
    pub title: String,
    /// How many runs.
    pub runs: usize,
    /// How many ended how.
    pub statuses: BTreeMap<&'static str, usize>,
    /// Seconds, of the completed runs.
    pub median_s: Option<f64>,
    /// Seconds that nine of ten completed runs stayed within.
    pub p90_s: Option<f64>,
    /// The hour of the day (0 to 23) most of them began in.
    pub usual_hour: Option<i8>,
    /// When the first one began.
    pub first: String,
    /// When the last one began.
    pub last: String,
    /// Its steps, those that go wrong most first.
    pub steps: Vec<StepStats>,
    /// Every answer to "what would have helped?", newest first.
    pub helped: Vec<Helped>,
    /// Runs with events of another version, of which only what is known is counted.
    pub foreign: usize,
    /// Runs whose record could not be read, which are not counted.
    pub unreadable: Vec<String>,
}

/// One step over all runs that reached it.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct StepStats {
    /// Its id, by which runs of different revisions are put together.
    pub id: String,
    /// Its title in the last run.
    pub title: String,
    /// Its number in the last run.
    pub number: usize,
    /// How many runs reached it.
    pub runs: usize,
    /// Part of them (0 to 1) in which a command of it failed, or a line of one, or a wait broke.
    pub failed: f64,
    /// Part of them in which it was skipped.
    pub skipped: f64,
    /// Part of them in which something of it was tried more than once.
    pub retried: f64,
    /// Seconds on the screen, of those that were done.
    pub median_s: Option<f64>,
    /// Seconds that nine of ten stayed within.
    pub p90_s: Option<f64>,
    /// The hour of the day most of them were in.
    pub usual_hour: Option<i8>,
    /// Its longest waits, the longest first.
    pub slowest_waits: Vec<SlowWait>,
    /// Why it was skipped, in the order of the runs.
    pub reasons: Vec<Reason>,
}

/// One wait.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SlowWait {
    /// The check's id.
    pub action: String,
    /// Seconds it took.
    pub duration_s: f64,
    /// How it ended; none while it goes on.
    pub verdict: Option<Verdict>,
    /// The first value it saw.
    pub from: Option<String>,
    /// The last one.
    pub to: Option<String>,
    /// The run.
    pub run: String,
    /// When it began.
    pub at: String,
}

/// Why a step was skipped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// As it was given.
    pub text: String,
    /// Who.
    pub by: String,
    /// The run.
    pub run: String,
}

/// An answer to "what would have helped?".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Helped {
    /// The answer.
    pub text: String,
    /// Who gave it.
    pub by: String,
    /// When.
    pub at: String,
    /// In which run.
    pub run: String,
    /// SHA-256 of the text it is about.
    pub sha256: String,
}

/// How many of the longest waits are named.
const SLOWEST: usize = 3;

/// The statistics of every runbook that has a run the filter lets through; the one that ran last
/// comes first. A run that undoes another one is no run of the runbook and is left out.
///
/// # Errors
/// If the ledger cannot be read.
pub fn stats(store: &Store, filter: &Filter, zone: &Zone) -> Result<Vec<RunbookStats>, Error> {
    let mut rows = Vec::new();
    let filter = Filter { undoing: Some(false), ..filter.clone() };
    query::rows(store, &filter, &mut |row| {
        rows.push(row);
        std::ops::ControlFlow::Continue(())
    })?;
    // The oldest first, so that the last word on a title is that of the last run.
    rows.reverse();
    let chunk = rows.len().div_ceil(CHUNKS).clamp(16, 512);
    let books = rows.par_chunks(chunk).enumerate().map(|(n, rows)| {
        let mut books = Books::default();
        let (mut days, mut buffer) = (Days::of(store), Vec::new());
        for (i, row) in rows.iter().enumerate() {
            let Some(summary) = row.summary() else { continue };
            let run = load(&mut days, &summary.run, &mut buffer);
            let book = books.0.entry(summary.runbook.clone()).or_default();
            book.newest = n * chunk + i;
            book.take(&summary, run.as_ref(), zone);
        }
        books
    });
    Ok(books.reduce(Books::default, Books::merge).finish())
}

/// Pieces the runs are divided into: enough for every processor to have its share.
const CHUNKS: usize = 64;

/// A run as its journal tells it; none if it cannot be read.
fn load(days: &mut Days<'_>, id: &str, buffer: &mut Vec<u8>) -> Option<Run> {
    let mut run = Run::new();
    let end = days.journal(id, buffer, &mut |record| run.apply(&record.stamped())).ok()?;
    (end.head.records > 0).then_some(run)
}

/// The statistics of all runbooks as they grow, by runbook.
#[derive(Default)]
struct Books(HashMap<String, Book>);

impl Books {
    /// With those of later runs.
    fn merge(mut self, later: Self) -> Self {
        for (name, book) in later.0 {
            match self.0.entry(name) {
                Entry::Occupied(mut earlier) => earlier.get_mut().merge(book),
                Entry::Vacant(none) => drop(none.insert(book)),
            }
        }
        self
    }

    fn finish(self) -> Vec<RunbookStats> {
        let mut books: Vec<Book> = self.0.into_values().collect();
        books.sort_unstable_by_key(|book| std::cmp::Reverse(book.newest));
        books.into_iter().map(Book::finish).collect()
    }
}

/// A runbook's statistics as they grow.
#[derive(Default)]
struct Book {
    stats: RunbookStats,
    times: Vec<f64>,
    hours: [u32; 24],
    steps: HashMap<String, Tally>,
    /// Which of all runs its last one is.
    newest: usize,
}

/// A step's, as they grow.
#[derive(Default)]
struct Tally {
    stats: StepStats,
    failed: usize,
    skipped: usize,
    retried: usize,
    times: Vec<f64>,
    hours: [u32; 24],
}

impl Book {
    fn take(&mut self, summary: &Summary, run: Option<&Run>, zone: &Zone) {
        let stats = &mut self.stats;
        stats.runbook.clone_from(&summary.runbook);
        stats.title.clone_from(&summary.title);
        let Some(run) = run else {
            stats.unreadable.push(summary.run.clone());
            return;
        };
        stats.runs += 1;
        *stats.statuses.entry(summary.status.name()).or_default() += 1;
        if stats.first.is_empty() {
            stats.first.clone_from(&summary.started);
        }
        stats.last.clone_from(&summary.started);
        stats.foreign += usize::from(run.unknown > 0);
        if summary.status == crate::event::fold::RunStatus::Completed {
            self.times.push(summary.duration_ms as f64 / 1000.0);
        }
        count_hour(&mut self.hours, zone, &summary.started);
        if let Some(seal) = &run.sealed
            && let Some(text) = seal.helped.as_ref().filter(|text| !text.trim().is_empty())
        {
            stats.helped.push(Helped {
                text: text.clone(),
                by: run.current_operator.user.clone(),
                at: seal.when.at.clone(),
                run: summary.run.clone(),
                sha256: summary.sha256.clone(),
            });
        }
        for step in run.steps().filter(|step| !step.id.is_empty()) {
            self.steps.entry(step.id.clone()).or_default().take(summary, run, step, zone);
        }
    }

    /// Takes the statistics of later runs in.
    fn merge(&mut self, later: Book) {
        let (stats, new) = (&mut self.stats, later.stats);
        stats.runbook = new.runbook;
        stats.title = new.title;
        stats.runs += new.runs;
        for (name, count) in new.statuses {
            *stats.statuses.entry(name).or_default() += count;
        }
        if stats.first.is_empty() {
            stats.first = new.first;
        }
        if !new.last.is_empty() {
            stats.last = new.last;
        }
        stats.helped.extend(new.helped);
        stats.foreign += new.foreign;
        stats.unreadable.extend(new.unreadable);
        self.times.extend(later.times);
        add(&mut self.hours, &later.hours);
        for (id, tally) in later.steps {
            match self.steps.entry(id) {
                Entry::Occupied(mut earlier) => earlier.get_mut().merge(tally),
                Entry::Vacant(none) => drop(none.insert(tally)),
            }
        }
        self.newest = later.newest;
    }

    fn finish(mut self) -> RunbookStats {
        self.stats.median_s = quantile(&mut self.times, 0.5);
        self.stats.p90_s = quantile(&mut self.times, 0.9);
        self.stats.usual_hour = usual(&self.hours);
        self.stats.helped.reverse();
        let mut steps: Vec<StepStats> = self.steps.into_values().map(Tally::finish).collect();
        steps.sort_by(|a, b| heat(b).total_cmp(&heat(a)).then_with(|| a.number.cmp(&b.number)));
        self.stats.steps = steps;
        self.stats
    }
}

impl Tally {
    fn take(&mut self, summary: &Summary, run: &Run, step: &StepRun, zone: &Zone) {
        let stats = &mut self.stats;
        stats.id.clone_from(&step.id);
        stats.title.clone_from(&step.title);
        stats.number = step.number;
        stats.runs += 1;
        let commands = || step.attempts.iter().filter(|attempt| attempt.kind == "run");
        let broken = |wait: &&crate::event::fold::Wait| wait.verdict == Some(Verdict::Broken);
        let failed = commands()
            .any(|attempt| attempt.ended.is_some() && (!attempt.ok || !attempt.failed_lines.is_empty()))
            || step.waits.iter().any(|wait| broken(&wait))
            || step.status == Some(StepStatus::Failed);
        self.failed += usize::from(failed);
        self.skipped += usize::from(step.status == Some(StepStatus::Skipped));
        let again = commands().any(|attempt| attempt.attempt > 1)
            || step.waits.iter().enumerate().any(|(i, wait)| {
                // A check that passed and is sampled again before danger is not tried again.
                step.waits[..i].iter().any(|earlier| earlier.action == wait.action && broken(&earlier))
            });
        self.retried += usize::from(again);
        if step.status == Some(StepStatus::Skipped) {
            let text = step.reason.clone().unwrap_or_default();
            let by = run.current_operator.user.clone();
            stats.reasons.push(Reason { text, by, run: summary.run.clone() });
        }
        if let Some(entered) = &step.entered {
            count_hour(&mut self.hours, zone, &entered.at);
            if let (Some(StepStatus::Done), Some(ended)) = (step.status, &step.ended) {
                self.times.push(on_screen(run, step, entered, ended));
            }
        }
        stats.slowest_waits.extend(step.waits.iter().map(|wait| SlowWait {
            action: wait.action.clone(),
            duration_s: wait.duration_ms as f64 / 1000.0,
            verdict: wait.verdict,
            from: wait.samples.first().and_then(|sample| sample.value.clone()),
            to: wait.samples.last().and_then(|sample| sample.value.clone()),
            run: summary.run.clone(),
            at: wait.started.at.clone(),
        }));
        self.keep_slowest();
    }

    /// Takes what later runs say of the step in.
    fn merge(&mut self, later: Tally) {
        let (stats, new) = (&mut self.stats, later.stats);
        stats.title = new.title;
        stats.number = new.number;
        stats.runs += new.runs;
        stats.reasons.extend(new.reasons);
        stats.slowest_waits.extend(new.slowest_waits);
        self.failed += later.failed;
        self.skipped += later.skipped;
        self.retried += later.retried;
        self.times.extend(later.times);
        add(&mut self.hours, &later.hours);
        self.keep_slowest();
    }

    /// Of equals the earlier ones.
    fn keep_slowest(&mut self) {
        let waits = &mut self.stats.slowest_waits;
        waits.sort_by(|a, b| b.duration_s.total_cmp(&a.duration_s));
        waits.truncate(SLOWEST);
    }

    fn finish(mut self) -> StepStats {
        let part = |count: usize| count as f64 / self.stats.runs.max(1) as f64;
        self.stats.failed = part(self.failed);
        self.stats.skipped = part(self.skipped);
        self.stats.retried = part(self.retried);
        self.stats.median_s = quantile(&mut self.times, 0.5);
        self.stats.p90_s = quantile(&mut self.times, 0.9);
        self.stats.usual_hour = usual(&self.hours);
        self.stats
    }
}

/// Seconds a step took: on the clock that is never set; where somebody resumed the run in between,
/// what its commands and waits took.
fn on_screen(run: &Run, step: &StepRun, entered: &When, ended: &When) -> f64 {
    let between = |seq: u64| seq > entered.seq && seq < ended.seq;
    let millis = if run.resumes.iter().any(|resume| between(resume.when.seq)) {
        step.attempts.iter().map(|attempt| attempt.duration_ms).sum::<u64>()
            + step.waits.iter().map(|wait| wait.duration_ms).sum::<u64>()
    } else {
        ended.mono_ms.saturating_sub(entered.mono_ms)
    };
    millis as f64 / 1000.0
}

/// How much a step asks to be looked at: a failure weighs most; a skip says that it does not fit.
fn heat(step: &StepStats) -> f64 {
    step.failed * 3.0 + step.retried + step.skipped
}

fn count_hour(hours: &mut [u32; 24], zone: &Zone, at: &str) {
    if let Some(count) = zone.hour(at).and_then(|hour| hours.get_mut(usize::try_from(hour).ok()?)) {
        *count += 1;
    }
}

fn add(hours: &mut [u32; 24], more: &[u32; 24]) {
    hours.iter_mut().zip(more).for_each(|(hour, more)| *hour += more);
}

/// The hour most of them were in, the earliest of equals.
fn usual(hours: &[u32; 24]) -> Option<i8> {
    let most = *hours.iter().max()?;
    (most > 0).then(|| hours.iter().position(|count| *count == most))?.and_then(|at| i8::try_from(at).ok())
}

/// The smallest value that `part` of all values do not exceed (nearest rank).
fn quantile(values: &mut [f64], part: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let rank = (values.len() as f64 * part).ceil() as usize;
    values.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quantiles_are_values_that_were_measured() {
        assert_eq!(quantile(&mut [], 0.5), None);
        assert_eq!(quantile(&mut [7.0], 0.9), Some(7.0));
        assert_eq!(quantile(&mut [4.0, 1.0, 3.0, 2.0], 0.5), Some(2.0));
        let mut ten: Vec<f64> = (1..=10).map(f64::from).collect();
        assert_eq!(quantile(&mut ten, 0.9), Some(9.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn so_many_values_lie_within(mut values in prop::collection::vec(0.0..1e6f64, 1..50), part in 0.01..1.0f64) {
            let at = quantile(&mut values, part).unwrap_or_default();
            let within = values.iter().filter(|value| **value <= at).count();
            prop_assert!(within as f64 >= values.len() as f64 * part - 1e-9);
        }
    }
}
