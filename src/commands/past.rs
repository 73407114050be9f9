//! From the command line to the commands that look back.

use std::io::{IsTerminal, Write};

use super::{
    Failure, columns, export, follow, history, identity, note, output, prune, record, report, ship, show,
    sign, stats, verify,
};
use crate::cli::{
    FollowArgs, HistoryArgs, NoteArgs, OutputArgs, PruneArgs, ReportArgs, ReportFormat, ShowArgs, SignArgs,
    StatsArgs, VerifyArgs,
};
use crate::error::{Error, Kind};
use crate::event::fold::RunStatus;
use crate::history::{Filter, Zone, parse_when, query};
use crate::journal::{Store, SystemClock};
use crate::report::Format;
use crate::terminal::cards::Page;
use crate::terminal::keys::{Keyboard, RawKeyboard};

/// The state folder, to read from.
pub(super) fn store() -> Result<Store, Error> {
    Store::read(&Store::locate(&|name| std::env::var_os(name))?)
}

/// Writes an answer to standard output in one piece, so that a closed pipe is noticed once.
pub(super) fn answer(
    write: impl FnOnce(&mut dyn Write, &mut dyn Write) -> anyhow::Result<Option<Kind>>,
) -> Result<u8, Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut err = std::io::stderr();
    let kind = write(&mut out, &mut err)?;
    out.flush()?;
    Ok(kind.map_or(0, Kind::code))
}

pub(super) fn zone(utc: bool) -> Zone {
    if utc { Zone::utc() } else { Zone::local() }
}

/// `midwatch show`
pub fn show(args: &ShowArgs) -> Result<u8, Failure> {
    let options = show::Options { run: args.run.clone(), json: args.json, zone: zone(args.utc) };
    answer(|out, _| show::run(&store()?, &options, out))
}

/// `midwatch history`
pub fn history(args: &HistoryArgs) -> Result<u8, Failure> {
    let now = jiff::Timestamp::now();
    let when = |text: &Option<String>| {
        let parsed = text.as_deref().map(|text| parse_when(text, now, &zone(args.utc))).transpose();
        parsed.map_err(Error::refused)
    };
    let filter = Filter {
        runbook: args.runbook.clone(),
        operator: args.operator.clone(),
        host: args.host.clone(),
        ticket: args.ticket.clone(),
        since: when(&args.since)?,
        until: when(&args.until)?,
        status: args.status.as_deref().map(status).transpose()?,
        drill: if args.drill { None } else { Some(false) },
        limit: args.limit,
        ..Filter::default()
    };
    let options = history::Options { filter, json: args.json, width: columns(), zone: zone(args.utc), now };
    answer(|out, err| history::run(&store()?, &options, out, err))
}

fn status(text: &str) -> Result<RunStatus, Error> {
    RunStatus::ALL.into_iter().find(|status| status.name() == text).ok_or_else(|| {
        Error::refused(format!("`{}` is no status of a run", text.escape_debug()))
            .help("one of: completed, failed, aborted, paused, open, dead")
    })
}

/// `midwatch verify`
pub fn verify(args: &VerifyArgs) -> Result<u8, Failure> {
    let options = verify::Options { run: args.run.clone(), json: args.json };
    answer(|out, err| {
        let store = store()?;
        let sound = verify::run(&store, &options, out)?;
        let left = ship::pending(store.root());
        if left > 0 && options.run.is_none() {
            writeln!(
                err,
                "{left} of the runs that are over are still to be shipped; the next run tries again"
            )?;
        }
        Ok(sound)
    })
}

/// `midwatch output`
pub fn output(args: &OutputArgs) -> Result<u8, Failure> {
    let options = output::Options { run: args.run.clone(), step: args.step.clone(), raw: args.raw };
    answer(|out, err| output::run(&store()?, &options, out, err))
}

/// `midwatch note`
pub fn note(args: &NoteArgs) -> Result<u8, Failure> {
    let by = identity::operator().user;
    let text = args.text.join(" ");
    answer(|_, err| {
        note::run(&record::store_about(Some(&args.run))?, &SystemClock, &args.run, &text, &by, err)
    })
}

/// `midwatch prune`
pub fn prune(args: &PruneArgs) -> Result<u8, Failure> {
    answer(|out, err| prune::run(&record::store_about(None)?, &args.older_than, args.dry_run, out, err))
}

/// `midwatch sign`
pub fn sign(args: SignArgs) -> Result<u8, Failure> {
    let options = sign::Options { run: args.run, key: args.key, signers: args.signers };
    answer(|out, err| sign::run(&record::store_about(Some(&options.run))?, &options, out, err))
}

/// `midwatch export`
pub fn export() -> Result<u8, Failure> {
    answer(|out, err| export::run(&store()?, out, err))
}

/// `midwatch report`
pub fn report(args: &ReportArgs) -> Result<u8, Failure> {
    let format = match args.format {
        ReportFormat::Md => Format::Markdown,
        ReportFormat::Html => Format::Html,
        ReportFormat::Json => Format::Json,
        ReportFormat::Cast => Format::Cast,
    };
    answer(|out, _| report::run(&store()?, &args.run, format, zone(args.utc), out))
}

/// `midwatch stats`
pub fn stats(args: &StatsArgs) -> Result<u8, Failure> {
    let zone = zone(args.utc);
    let since = args.since.as_deref().map(|text| parse_when(text, jiff::Timestamp::now(), &zone));
    // A file that is there means that file, and not all whose path holds its name.
    let named = |name: &String| std::fs::canonicalize(name).ok().filter(|path| path.is_file());
    let runbook = args.runbook.as_ref();
    let options = stats::Options {
        runbook: runbook.map(|name| named(name).map_or(name.clone(), |path| path.display().to_string())),
        drill: args.drill,
        since: since.transpose().map_err(Error::refused)?,
        json: args.json,
        width: columns(),
        zone,
    };
    answer(|out, err| stats::run(&store()?, &options, out, err))
}

/// `midwatch follow`
pub fn follow(args: &FollowArgs) -> Result<u8, Failure> {
    let style = super::output_style();
    let live = std::io::stdout().is_terminal() && std::env::var("TERM").is_ok_and(|term| term != "dumb");
    let store = store()?;
    let run = args.run.clone().map_or_else(|| going_on(&store), Ok)?;
    let mut keys = None;
    if live && std::io::stdin().is_terminal() {
        crate::process::signals::install()?;
        keys = Some(RawKeyboard::unasked(style));
    }
    let options = follow::Options { run, live, page: Page::new(columns(), style) };
    let keyboard = keys.as_mut().map(|keys| keys as &mut dyn Keyboard);
    answer(|out, _| follow::run(&store, &options, keyboard, out))
}

/// The one run that goes on now.
fn going_on(store: &Store) -> Result<String, Error> {
    let mut found = Vec::new();
    let filter = Filter { status: Some(RunStatus::Open), limit: Some(10), ..Filter::default() };
    query(store, &filter, &mut |run| {
        found.push((
            run.run.clone(),
            format!("{}  {} ({})", history::tail(&run.run), run.title, run.operator),
        ));
        std::ops::ControlFlow::Continue(())
    })?;
    match &found[..] {
        [(run, _)] => Ok(run.clone()),
        [] => Err(Error::refused("no run goes on now")
            .help("`midwatch history` lists the runs: `midwatch follow RUN`")),
        several => {
            let error = Error::refused("several runs go on now: say which one");
            Err(several.iter().fold(error, |error, (_, line)| error.help(format!("midwatch follow {line}"))))
        }
    }
}

/// Ids and titles of the last runs, newest first; none where there is no record.
pub fn recent(limit: usize) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    let filter = Filter { limit: Some(limit), ..Filter::default() };
    query(&store().ok()?, &filter, &mut |run| {
        found.push((run.run.clone(), run.title.clone()));
        std::ops::ControlFlow::Continue(())
    })
    .ok()?;
    Some(found)
}

/// The runbook a run recorded; none where it cannot be read.
pub fn runbook(run: &str) -> Option<crate::runbook::Runbook> {
    let bytes = store().ok()?.find(run).ok()?.runbook().ok()?;
    Some(crate::runbook::parse(crate::runbook::file::from_bytes(run, bytes).ok()?))
}
