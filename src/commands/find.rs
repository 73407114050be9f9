//! `midwatch find WORDS`: the runbook for what an alert gives.

use std::io::Write;
use std::path::PathBuf;

use crate::error::Kind;
use crate::history::catalogue::{CLEAR, Entry, Hit, find, walk};
use crate::terminal::clean::{clean_json, clean_line};
use crate::terminal::text::{cut, width};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Options {
    /// An alert's name, a link, or words.
    pub query: String,
    /// Folders and files.
    pub paths: Vec<PathBuf>,
    /// One JSON object a line.
    pub json: bool,
    /// Columns of the terminal.
    pub width: usize,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// What to run, if one hit stands out: `FILE#ANCHOR`.
    pub clear: Option<String>,
    /// [`Kind::Failed`] if nothing was found.
    pub kind: Option<Kind>,
}

/// So many are shown.
const SHOWN: usize = 10;

/// Writes what fits to `out`, the best first.
///
/// # Errors
/// If a path is not there, or `out` not be written.
pub fn run(options: &Options, out: &mut dyn Write, err: &mut dyn Write) -> anyhow::Result<Answer> {
    let entries = walk(&options.paths)?;
    let hits = find(&entries, &options.query);
    if hits.is_empty() {
        let near = near(&entries, &options.query);
        let near = near.map(|name| format!("; the nearest alert is {name}")).unwrap_or_default();
        writeln!(err, "none of {} runbooks fits `{}`{near}", entries.len(), clean_line(&options.query))?;
        return Ok(Answer { clear: None, kind: Some(Kind::Failed) });
    }
    let names: Vec<String> = hits.iter().take(SHOWN).map(|hit| name(&entries, hit)).collect();
    let room = names.iter().map(|name| width(name)).max().unwrap_or(0).min(options.width / 2);
    for (hit, name) in hits.iter().zip(&names) {
        let title = &entries[hit.entry].runbook.title;
        if options.json {
            let json = serde_json::json!({
                "file": entries[hit.entry].path.display().to_string(),
                "anchor": hit.anchor,
                "title": title,
                "score": hit.score,
            });
            writeln!(out, "{}", clean_json(&json.to_string()))?;
        } else {
            let pad = " ".repeat(room.saturating_sub(width(name)));
            writeln!(out, "{}", cut(&clean_line(&format!("{name}{pad}  {title}")), options.width))?;
        }
    }
    if hits.len() > SHOWN && !options.json {
        writeln!(err, "and {} more", hits.len() - SHOWN)?;
    }
    let next = hits.get(1).map_or(0, |hit| hit.score);
    let clear = (hits[0].score >= next + CLEAR || hits.len() == 1).then(|| names[0].clone());
    Ok(Answer { clear, kind: None })
}

fn name(entries: &[Entry], hit: &Hit) -> String {
    let anchor = hit.anchor.as_ref().map(|anchor| format!("#{anchor}")).unwrap_or_default();
    format!("{}{anchor}", entries[hit.entry].path.display())
}

fn near(entries: &[Entry], query: &str) -> Option<String> {
    let alerts = || entries.iter().flat_map(|entry| &entry.runbook.front.alerts).map(String::as_str);
    crate::plan::params::nearest(query, alerts()).map(str::to_owned)
}
