//! The runbooks of a folder, and what the record knows of each: when it was last run, what people
//! said would have helped and nobody has answered.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Filter, Past, Since, query};
use crate::error::Error;
use crate::event::fold::Summary;
use crate::journal::Store;
use crate::runbook::{self, FrontMatter, Runbook};

/// A runbook file.
#[derive(Debug)]
pub struct Entry {
    /// As it was found below what was named.
    pub path: PathBuf,
    /// What is in it.
    pub runbook: Runbook,
    /// Its absolute path, as the record has it.
    file: String,
}

/// How a runbook's review stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Review {
    /// It says nothing of reviews.
    None,
    /// Reviewed then, with no word on how long that holds.
    Reviewed(Date),
    /// To be reviewed again then.
    Due(Date),
    /// Should have been reviewed then.
    Overdue(Date),
    /// It says how often, and not when it last was; or what it says is no date.
    Unclear,
}

/// What the record knows of a runbook.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Its last run that was no rehearsal.
    pub last: Option<Summary>,
    /// How many runs, rehearsals left out.
    pub runs: usize,
    /// Answers to "what would have helped?" about the text as it stands: who changes the file answers
    /// them.
    pub open: Vec<String>,
}

/// The runbooks below `paths`, by path: Markdown files with at least one step. A README counts only
/// with front matter of its own.
///
/// # Errors
/// If a path that was named is not there.
pub fn walk(paths: &[PathBuf]) -> Result<Vec<Entry>, Error> {
    let mut found = Vec::new();
    for path in paths {
        if !path.exists() {
            return Err(Error::refused(format!("{} is not there", path.display())));
        }
        for entry in ignore::WalkBuilder::new(path).require_git(false).build().flatten() {
            let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
            let extension = entry.path().extension().and_then(|end| end.to_str()).unwrap_or_default();
            if is_file && matches!(extension, "md" | "markdown") {
                found.extend(read(entry.path()));
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found.dedup_by(|a, b| a.file == b.file);
    Ok(found)
}

/// Reads one file; one that cannot be read is none of the runbooks.
fn read(path: &Path) -> Option<Entry> {
    let source = runbook::file::read_source(path.to_str()?).ok()?;
    let runbook = runbook::parse(source);
    let name = path.file_stem()?.to_str()?.to_ascii_lowercase();
    let about = matches!(&*name, "readme" | "changelog" | "contributing" | "license" | "code_of_conduct");
    if runbook.steps.is_empty() || about && runbook.front == FrontMatter::default() {
        return None;
    }
    let file = std::fs::canonicalize(path).ok()?.display().to_string();
    let path = path.strip_prefix("./").unwrap_or(path).to_owned();
    Some(Entry { path, runbook, file })
}

impl Entry {
    /// How its review stands on a day.
    pub fn review(&self, today: Date) -> Review {
        review(&self.runbook.front, today)
    }
}

/// How a review stands on a day.
pub fn review(front: &FrontMatter, today: Date) -> Review {
    let every = front.review_in.as_deref();
    match (front.reviewed.as_deref(), every) {
        (None, None) => Review::None,
        (None, Some(_)) => Review::Unclear,
        (Some(date), every) => match (date.trim().parse::<Date>(), every.map(period)) {
            (Ok(date), None) => Review::Reviewed(date),
            (Ok(date), Some(Some(span))) => match date.checked_add(span) {
                Ok(due) if due < today => Review::Overdue(due),
                Ok(due) => Review::Due(due),
                Err(_) => Review::Unclear,
            },
            _ => Review::Unclear,
        },
    }
}

/// `6 months`, `1 year`, `90 days`, `2w`.
fn period(text: &str) -> Option<jiff::Span> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let count: i32 = text[..digits].parse().ok().filter(|count| *count < 10_000)?;
    match text[digits..].trim().trim_end_matches('s') {
        "d" | "day" => Some(count.days()),
        "w" | "week" => Some(count.weeks()),
        "month" | "mo" => Some(count.months()),
        "y" | "year" => Some(count.years()),
        _ => None,
    }
}

/// What the record knows of each of `entries`, in their order.
///
/// # Errors
/// If the ledger cannot be read.
pub fn known(store: &Store, entries: &[Entry]) -> Result<Vec<Known>, Error> {
    let mut all: Vec<Known> = vec![Known::default(); entries.len()];
    let index: HashMap<&str, usize> =
        entries.iter().enumerate().map(|(i, entry)| (&*entry.file, i)).collect();
    let mut about: Vec<(usize, Summary)> = Vec::new();
    let filter = Filter { drill: Some(false), undoing: Some(false), ..Filter::default() };
    query(store, &filter, &mut |summary| {
        let file = summary.runbook.split_once('#').map_or(&*summary.runbook, |(file, _)| file);
        if let Some(&i) = index.get(file) {
            all[i].runs += 1;
            all[i].last.get_or_insert_with(|| summary.clone());
            if summary.ended.is_some() && summary.sha256 == entries[i].runbook.source.sha256() {
                about.push((i, summary));
            }
        }
        std::ops::ControlFlow::Continue(())
    })?;
    for (i, summary) in about {
        let past =
            store.run(&summary.run).ok().flatten().and_then(|dir| Past::load(dir, Since::default()).ok());
        let helped = past.and_then(|past| past.run.sealed).and_then(|seal| seal.helped);
        all[i].open.extend(helped.filter(|text| !text.trim().is_empty()));
    }
    Ok(all)
}

/// How well a runbook, or a section of it, fits what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Index of the entry.
    pub entry: usize,
    /// The section's anchor, where one fits by itself.
    pub anchor: Option<String>,
    /// More fits better; see [`CLEAR`].
    pub score: u32,
}

/// A hit that is worth so much more than the next is the one that was meant.
pub const CLEAR: u32 = 40;

/// The runbooks that fit `query`, the best first: an alert's name, the link of an alert (with its
/// anchor), or words, all of which must occur.
pub fn find(entries: &[Entry], query: &str) -> Vec<Hit> {
    let query = query.trim();
    let mut hits: Vec<Hit> = entries
        .iter()
        .enumerate()
        .filter_map(|(i, entry)| {
            let fits = if query.contains("://") || query.contains('/') || query.contains(".md") {
                link(entry, query)
            } else {
                alert(entry, query).or_else(|| words(entry, query))
            };
            fits.map(|(score, anchor)| Hit { entry: i, anchor, score })
        })
        .collect();
    hits.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.entry.cmp(&b.entry)));
    hits
}

type Fit = Option<(u32, Option<String>)>;

/// Letters and digits, in lower case: `Kube-Pod crashLooping` is `kubepodcrashlooping`.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The link of an alert: the end of its path is a runbook's path, its anchor a section.
fn link(entry: &Entry, query: &str) -> Fit {
    let (path, anchor) = query.split_once('#').map_or((query, None), |(path, anchor)| (path, Some(anchor)));
    let path = path.split(['?', '&']).next().unwrap_or_default();
    let asked: Vec<String> = path.trim_end_matches('/').rsplit('/').map(stem).collect();
    let file: Vec<String> = entry.file.rsplit('/').map(stem).collect();
    let same = asked.iter().zip(&file).take_while(|(a, b)| a == b && !a.is_empty()).count();
    if same == 0 {
        return alert(entry, path.trim_end_matches('/').rsplit('/').next().unwrap_or_default());
    }
    let section = anchor.and_then(|anchor| entry.runbook.section_by_anchor(anchor));
    let anchor = section.map(|section| entry.runbook.sections[section].anchor.clone());
    let score = 200 + 50 * u32::try_from(same).unwrap_or(4).min(4) + if anchor.is_some() { 50 } else { 0 };
    Some((score, anchor))
}

fn stem(part: &str) -> String {
    let part = part.strip_suffix(".md").or_else(|| part.strip_suffix(".markdown")).unwrap_or(part);
    part.to_lowercase()
}

/// The name of an alert: declared, a heading of its own, or the file's name.
fn alert(entry: &Entry, query: &str) -> Fit {
    let wanted = squeezed(query);
    if wanted.is_empty() {
        return None;
    }
    if entry.runbook.front.alerts.iter().any(|alert| squeezed(alert) == wanted) {
        return Some((300, None));
    }
    let section = entry.runbook.sections.iter().find(|section| squeezed(&section.heading) == wanted);
    if let Some(section) = section {
        let steps = entry.runbook.section_by_anchor(&section.anchor);
        let steps = steps.is_some_and(|index| entry.runbook.steps_of(index).next().is_some());
        let anchor = (section.level > 1 && steps).then(|| section.anchor.clone());
        return Some((220, anchor));
    }
    let name = entry.path.file_stem().and_then(|name| name.to_str()).map(squeezed);
    (name.as_ref() == Some(&wanted) || squeezed(&entry.runbook.title) == wanted).then_some((200, None))
}

/// Words: where each occurs says how much it weighs.
fn words(entry: &Entry, query: &str) -> Fit {
    let front = &entry.runbook.front;
    let lower = |text: &str| text.to_lowercase();
    let places: Vec<(u32, String)> = [
        (30, lower(&entry.runbook.title)),
        (25, lower(&front.alerts.join(" "))),
        (20, lower(&entry.path.display().to_string())),
        (20, lower(&front.tags.join(" "))),
        (20, lower(front.service.as_deref().unwrap_or_default())),
        (10, lower(front.summary.as_deref().unwrap_or_default())),
        (10, lower(front.owner.as_deref().unwrap_or_default())),
        (8, entry.runbook.sections.iter().map(|section| lower(&section.heading) + " ").collect()),
        (3, lower(entry.runbook.source.text())),
    ]
    .into();
    let mut score = 0;
    for word in query.split_whitespace().map(lower) {
        let weights = places.iter().filter(|(_, text)| text.contains(&word)).map(|(weight, _)| *weight);
        score += weights.max()?;
    }
    (score > 0).then_some((score, None))
}

#[cfg(test)]
#[path = "catalogue/tests.rs"]
mod tests;
