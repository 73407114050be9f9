//! `midwatch output RUN STEP`: what the commands of a step printed.

use std::io::Write;

use crate::error::{Error, Kind};
use crate::event::fold::StepRun;
use crate::history::{Past, past};
use crate::journal::Store;
use crate::terminal::clean::{clean, clean_output};

/// Which output, and how.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The run, by a part of its id.
    pub run: String,
    /// The step, by number or id.
    pub step: String,
    /// The exact bytes, control sequences and all.
    pub raw: bool,
}

/// Writes what the step's commands printed to `out`, in order; which command it was, where there
/// were several, to `err`.
///
/// # Errors
/// If there is no such run or step, an output cannot be read, or `out` not be written.
pub fn run(
    store: &Store,
    options: &Options,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Option<Kind>> {
    let past = past(store, &options.run)?;
    let step = find(&past, &options.step)?;
    let printed: Vec<_> = step.attempts.iter().filter(|attempt| attempt.output.is_some()).collect();
    if printed.is_empty() {
        writeln!(err, "step {} printed nothing", step.number)?;
    }
    for attempt in &printed {
        let Some(name) = &attempt.output else { continue };
        if printed.len() > 1 {
            out.flush()?;
            let first = attempt.command.lines().next().unwrap_or_default();
            writeln!(err, "— {} {}: {}", attempt.kind, attempt.attempt, clean(first))?;
        }
        let bytes = past
            .folder
            .output(name)
            .map_err(|error| Error::new(Kind::Failed, format!("cannot read output/{name}: {error}")))?;
        if options.raw {
            out.write_all(&bytes)?;
        } else {
            out.write_all(clean_output(&bytes).as_bytes())?;
        }
    }
    out.flush()?;
    Ok(None)
}

fn find<'a>(past: &'a Past, name: &str) -> Result<&'a StepRun, Error> {
    let by_number = name.parse().ok().and_then(|number| past.run.step(number));
    by_number.or_else(|| past.run.steps().find(|step| step.id == name)).ok_or_else(|| {
        let reached: Vec<String> = past.run.steps().map(|step| step.number.to_string()).collect();
        Error::refused(format!("the run has not been at a step `{name}`")).help(format!(
            "it was at {}",
            if reached.is_empty() { "none".into() } else { reached.join(", ") }
        ))
    })
}
