//! `midwatch verify`: what the record is worth.

use std::collections::BTreeMap;
use std::io::Write;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use crate::error::Kind;
use crate::journal::Store;
use crate::journal::verify::{self, Checked, Problem, Status, Swept, Verified};
use crate::report::words::place;
use crate::terminal::clean::{clean_json, clean_line};

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
    let found = match &options.run {
        None => Found::All(with_progress(store)?),
        Some(name) => Found::One(verify::one(store, &known_id(store, name)?)?),
    };
    if options.json {
        serde_json::to_writer_pretty(Clean(&mut *out), &Json::new(&found))?;
        writeln!(out)?;
    } else {
        report(&found, out)?;
    }
    Ok(if found.is_sound() { None } else { Some(Kind::Failed) })
}

/// What was looked at.
enum Found {
    All(Swept),
    One(Verified),
}

impl Found {
    fn is_sound(&self) -> bool {
        match self {
            Found::All(swept) => swept.is_sound(),
            Found::One(verified) => verified.is_sound(),
        }
    }

    /// How many lines the ledger has, what is wrong with it, and what is worth knowing.
    fn ledger(&self) -> (u64, &[Problem], &[String]) {
        match self {
            Found::All(all) => (all.ledger_lines, &all.ledger, &all.remarks),
            Found::One(one) => (one.ledger_lines, &one.ledger, &one.remarks),
        }
    }

    /// The runs there may be something to say about.
    fn others(&self) -> &[Checked] {
        match self {
            Found::All(swept) => swept.others(),
            Found::One(verified) => &verified.runs,
        }
    }

    /// How many runs there are beside those.
    fn sealed(&self) -> usize {
        match self {
            Found::All(swept) => swept.sealed(),
            Found::One(_) => 0,
        }
    }
}

/// All runs; who waits at a terminal sees how far it is.
fn with_progress(store: &Store) -> Result<Swept, crate::error::Error> {
    let style = ProgressStyle::with_template("  {pos} of {len} runs verified");
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(4));
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let verified = verify::sweep(store, &mut |done, total| {
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
            let swept = verify::sweep(store, &mut |_, _| {})?;
            let name = name.trim().to_ascii_lowercase();
            let mut found = swept.others().iter().filter(|run| {
                run.status == Status::Missing && (run.run.starts_with(&name) || run.run.ends_with(&name))
            });
            found.next().map(|run| run.run.clone()).ok_or_else(|| error.into())
        }
        Err(error) => Err(error.into()),
    }
}

fn report(found: &Found, out: &mut dyn Write) -> std::io::Result<()> {
    let (_, problems, remarks) = found.ledger();
    let single = matches!(found, Found::One(_));
    for problem in problems {
        writeln!(out, "✘ tampered  {}", place(problem))?;
    }
    for run in found.others() {
        let sound = run.status.is_sound();
        if sound && !single && run.remarks.is_empty() {
            continue;
        }
        let glyph = if sound { '✔' } else { '✘' };
        let name = clean_line(&run.run);
        writeln!(out, "{glyph} {:<8}  run {name} ({})", run.status.name(), records(run.records))?;
        for problem in &run.problems {
            writeln!(out, "    {}", place(problem))?;
        }
        for remark in &run.remarks {
            writeln!(out, "    {remark}")?;
        }
    }
    for remark in remarks {
        writeln!(out, "  {remark}")?;
    }
    writeln!(out, "{}", summary(found))?;
    writeln!(
        out,
        "This cannot show a change by someone who can write to the whole folder and makes journals and\n\
         ledger anew; a signed or shipped copy elsewhere can."
    )
}

fn summary(found: &Found) -> String {
    let mut counts: BTreeMap<Status, usize> = BTreeMap::new();
    found.others().iter().for_each(|run| *counts.entry(run.status).or_default() += 1);
    if found.sealed() > 0 {
        *counts.entry(Status::Sealed).or_default() += found.sealed();
    }
    let told: Vec<String> =
        counts.iter().map(|(status, count)| format!("{count} {}", status.name())).collect();
    let runs = match counts.values().sum() {
        0 => "no run".to_owned(),
        1 => format!("1 run: {}", told.join(", ")),
        many => format!("{many} runs: {}", told.join(", ")),
    };
    let ledger = match found.ledger() {
        (0, [], _) => "there is no ledger yet".to_owned(),
        (lines, [], _) => format!("the ledger's chain holds ({lines} lines)"),
        (lines, bad, _) => format!("the ledger's chain does not hold ({} of {lines} lines)", bad.len()),
    };
    format!("{runs}; {ledger}")
}

/// `1 record`, `17 records`.
pub fn records(count: u64) -> String {
    if count == 1 { "1 record".to_owned() } else { format!("{count} records") }
}

/// Writes JSON that is harmless to look at. Each piece is whole characters: it comes from a string.
struct Clean<'a>(&'a mut dyn Write);

impl Write for Clean<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write_all(clean_json(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

/// The JSON of it all, written a run at a time.
#[derive(Serialize)]
struct Json<'a> {
    schema: &'static str,
    sound: bool,
    ledger: Ledger<'a>,
    runs: Runs<'a>,
}

#[derive(Serialize)]
struct Ledger<'a> {
    lines: u64,
    #[serde(serialize_with = "serialize_problems")]
    problems: &'a [Problem],
    remarks: &'a [String],
}

struct Runs<'a>(&'a Found);

#[derive(Serialize)]
struct OneRun<'a> {
    run: &'a str,
    status: &'static str,
    records: u64,
    #[serde(serialize_with = "serialize_problems")]
    problems: &'a [Problem],
    remarks: &'a [String],
}

#[derive(Serialize)]
struct OneProblem<'a> {
    file: &'a str,
    line: Option<u64>,
    message: &'a str,
}

impl<'a> Json<'a> {
    fn new(found: &'a Found) -> Self {
        let (lines, problems, remarks) = found.ledger();
        let ledger = Ledger { lines, problems, remarks };
        Json { schema: "midwatch.verify/1", sound: found.is_sound(), ledger, runs: Runs(found) }
    }
}

impl Serialize for Runs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut runs = serializer.serialize_seq(None)?;
        let mut result = Ok(());
        let mut each = |run: &Checked| {
            if result.is_ok() {
                result = runs.serialize_element(&OneRun {
                    run: &run.run,
                    status: run.status.name(),
                    records: run.records,
                    problems: &run.problems,
                    remarks: &run.remarks,
                });
            }
        };
        match self.0 {
            Found::All(swept) => swept.each(&mut each),
            Found::One(verified) => verified.runs.iter().for_each(each),
        }
        result?;
        runs.end()
    }
}

fn serialize_problems<S: Serializer>(problems: &[Problem], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(problems.iter().map(|problem| OneProblem {
        file: &problem.file,
        line: problem.line,
        message: &problem.what,
    }))
}
