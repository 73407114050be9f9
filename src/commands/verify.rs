//! `midwatch verify`: what the record is worth.

use std::collections::BTreeMap;
use std::io::Write;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use crate::error::Kind;
use crate::journal::Store;
use crate::journal::verify::{self, Checked, Problem, Status, Verified};
use crate::report::words::place;

/// What is to be verified.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A run, by a part of its id; all of them if not said.
    pub run: Option<String>,
    /// One JSON object.
    pub json: bool,
}

/// Verifies, and says what is wrong, with file and line. [`Kind::Failed`] if anything was tampered
/// with or is missing.
///
/// # Errors
/// If the state folder cannot be read, there is no such run, or `out` cannot be written.
pub fn run(store: &Store, options: &Options, out: &mut dyn Write) -> anyhow::Result<Option<Kind>> {
    let verified = match &options.run {
        None => with_progress(store)?,
        Some(name) => {
            let id = known_id(store, name)?;
            verify::one(store, &id)?
        }
    };
    if options.json {
        serde_json::to_writer_pretty(&mut *out, &as_json(&verified))?;
        writeln!(out)?;
    } else {
        report(&verified, options.run.is_some(), out)?;
    }
    Ok(if verified.is_sound() { None } else { Some(Kind::Failed) })
}

/// All runs; who waits at a terminal sees how far it is.
fn with_progress(store: &Store) -> Result<Verified, crate::error::Error> {
    let style = ProgressStyle::with_template("  {pos} of {len} runs verified");
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(4));
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let verified = verify::all_telling(store, &mut |done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    verified
}

/// The id of a run on disk, or else in the ledger: a run that is missing can be asked for too.
fn known_id(store: &Store, name: &str) -> anyhow::Result<String> {
    match store.find(name) {
        Ok(run) => Ok(run.id().to_owned()),
        Err(error) if error.kind == Kind::Failed => {
            let verified = verify::all(store)?;
            let name = name.trim().to_ascii_lowercase();
            let mut found = verified.runs.into_iter().filter(|run| {
                run.status == Status::Missing && (run.run.starts_with(&name) || run.run.ends_with(&name))
            });
            found.next().map(|run| run.run).ok_or_else(|| error.into())
        }
        Err(error) => Err(error.into()),
    }
}

fn report(verified: &Verified, single: bool, out: &mut dyn Write) -> std::io::Result<()> {
    for problem in &verified.ledger {
        writeln!(out, "✘ tampered  {}", place(problem))?;
    }
    for run in &verified.runs {
        let sound = run.status.is_sound();
        if sound && !single && run.remarks.is_empty() {
            continue;
        }
        let glyph = if sound { '✔' } else { '✘' };
        writeln!(out, "{glyph} {:<8}  run {} ({})", run.status.name(), run.run, records(run.records))?;
        for problem in &run.problems {
            writeln!(out, "    {}", place(problem))?;
        }
        for remark in &run.remarks {
            writeln!(out, "    {remark}")?;
        }
    }
    for remark in &verified.remarks {
        writeln!(out, "  {remark}")?;
    }
    writeln!(out, "{}", summary(verified))?;
    writeln!(
        out,
        "This cannot show a change by someone who can write to the whole folder and makes journals and\n\
         ledger anew; a signed or shipped copy elsewhere can."
    )
}

fn summary(verified: &Verified) -> String {
    let mut counts: BTreeMap<Status, usize> = BTreeMap::new();
    verified.runs.iter().for_each(|run| *counts.entry(run.status).or_default() += 1);
    let counts: Vec<String> =
        counts.iter().map(|(status, count)| format!("{count} {}", status.name())).collect();
    let runs = match verified.runs.len() {
        0 => "no run".to_owned(),
        1 => format!("1 run: {}", counts.join(", ")),
        many => format!("{many} runs: {}", counts.join(", ")),
    };
    let ledger = match (verified.ledger_lines, verified.ledger.len()) {
        (0, 0) => "there is no ledger yet".to_owned(),
        (lines, 0) => format!("the ledger's chain holds ({lines} lines)"),
        (lines, bad) => format!("the ledger's chain does not hold ({bad} of {lines} lines)"),
    };
    format!("{runs}; {ledger}")
}

/// `1 record`, `17 records`.
pub fn records(count: u64) -> String {
    if count == 1 { "1 record".to_owned() } else { format!("{count} records") }
}

fn as_json(verified: &Verified) -> serde_json::Value {
    let problems = |problems: &[Problem]| -> Vec<serde_json::Value> {
        let one = |p: &Problem| json!({ "file": p.file, "line": p.line, "message": p.what });
        problems.iter().map(one).collect()
    };
    let run = |run: &Checked| {
        json!({
            "run": run.run,
            "status": run.status.name(),
            "records": run.records,
            "problems": problems(&run.problems),
            "remarks": run.remarks,
        })
    };
    json!({
        "schema": "midwatch.verify/1",
        "sound": verified.is_sound(),
        "ledger": {
            "lines": verified.ledger_lines,
            "problems": problems(&verified.ledger),
            "remarks": verified.remarks,
        },
        "runs": verified.runs.iter().map(run).collect::<Vec<_>>(),
    })
}
