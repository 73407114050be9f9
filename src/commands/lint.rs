//! `midwatch lint`, `rules`, `explain`: arguments, files, output, exit codes.

use std::borrow::Cow;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, ValueEnum};

use crate::error::{Error, Kind};
use crate::lint::alerts::Alerts;
use crate::lint::baseline::Baseline;
use crate::lint::config::Configs;
use crate::lint::format::{self, Format, Renderer, Report, Shown};
use crate::lint::run::{self, Job, Outcome};
use crate::lint::walk::Target;
use crate::lint::{catalogue, fix, registry};
use crate::runbook::Severity;
use crate::source::Source;

/// Where `--write-baseline` writes unless `--baseline` says else.
const BASELINE: &str = ".midwatch-baseline.json";

/// Find what is wrong with runbooks before somebody needs them.
#[derive(Debug, Clone, Args)]
pub struct LintArgs {
    /// Files and folders; `-` reads standard input. The working folder if none is named.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How findings are written.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Format,
    /// Show findings at or above this severity.
    #[arg(long, value_enum, default_value_t = Level::Warning, value_name = "LEVEL")]
    pub level: Level,
    /// Exit with 1 if a finding is at or above this severity (default: the level).
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub fail_on: Option<Level>,
    /// Mend what is safe to mend; with `-` the mended text goes to standard output.
    #[arg(long)]
    pub fix: bool,
    /// Show what --fix would change, and change nothing.
    #[arg(long)]
    pub diff: bool,
    /// What the text of `-` is called; configuration and excludes are looked up by it.
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<PathBuf>,
    /// Leave out the findings that this file knows.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write all findings to the baseline (.midwatch-baseline.json, or the one --baseline names).
    #[arg(long)]
    pub write_baseline: bool,
    /// Prometheus rule files to compare the runbooks with.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub alerts: Vec<PathBuf>,
    /// Use this configuration instead of the nearest midwatch.toml upwards.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Threads to use (default: one for each processor).
    #[arg(long, short = 'j', value_name = "N")]
    pub jobs: Option<usize>,
}

/// A severity on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// Everything.
    Info,
    /// Warnings and errors.
    Warning,
    /// Errors alone.
    Error,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Info => Severity::Info,
            Level::Warning => Severity::Warning,
            Level::Error => Severity::Error,
        }
    }
}

/// List the rules.
#[derive(Debug, Clone, Args)]
pub struct RulesArgs {
    /// Write all rules with their explanations as one Markdown page.
    #[arg(long)]
    pub markdown: bool,
}

/// Explain a rule, with a bad and a good example.
#[derive(Debug, Clone, Args)]
pub struct ExplainArgs {
    /// Its id or name.
    #[arg(value_name = "RULE", add = clap_complete::engine::ArgValueCompleter::new(crate::cli::complete::complete_rule))]
    pub rule: String,
}

/// The two ends of the command.
pub struct Streams<'s> {
    /// Standard input, for `-`.
    pub input: &'s mut dyn Read,
    /// The answer and nothing else.
    pub out: &'s mut dyn Write,
    /// Everything else.
    pub err: &'s mut dyn Write,
    /// Whether `out` shows colours.
    pub colour: bool,
}

/// Runs `midwatch lint`; the exit status is 0, 1 for findings, 2 where something could not be read.
///
/// # Errors
/// Usage, a wrong configuration, a baseline or rule file that cannot be read, no files: exit 2.
pub fn lint(args: &LintArgs, streams: &mut Streams<'_>) -> anyhow::Result<u8> {
    let (paths, rule_files) = paths(args);
    let configs = match &args.config {
        Some(path) => Configs::only(path)?,
        None => Configs::default(),
    };
    let alerts = read_alerts(&rule_files)?;
    let level: Severity = args.level.into();
    let fail_on = args.fail_on.map_or(level, Severity::from);
    let job = Job {
        configs: &configs,
        alerts: alerts.as_ref(),
        // The day of UTC: to know the local one, all time zones of the machine would be read.
        today: jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date(),
        level: level.min(fail_on),
        fix: args.fix || args.diff,
        look_after: !args.diff,
        renderer: is_final(args, &rule_files).then(|| Renderer::new(streams.colour, level)),
    };
    let mut seen = Seen::default();
    let from_input = paths.iter().any(|path| path.as_os_str() == "-");
    if from_input {
        anyhow::ensure!(paths.len() == 1, Error::refused("`-` stands alone: name either it or files"));
        standard_input(args, &job, streams.input, &mut seen)?;
    } else {
        let looked = job.paths(&paths, args.jobs)?;
        seen.excluded = looked.found.excluded;
        seen.troubles = looked.found.troubles;
        (seen.files, seen.outcomes) = looked.files.into_iter().unzip();
    }
    // What could not be read was not found to be right.
    let read: Vec<bool> = seen.outcomes.iter().map(|outcome| outcome.trouble.is_none()).collect();
    if args.fix && !args.diff && !from_input {
        seen.write_mended(&job);
    }
    seen.collect_troubles();
    nothing_to_do(&seen, &paths)?;
    let mut findings = job.alerts(&seen.outcomes)?;
    findings.extend(seen.outcomes.iter_mut().flat_map(|outcome| std::mem::take(&mut outcome.findings)));
    crate::lint::sort(&mut findings);
    if args.write_baseline {
        return write_baseline(args, &findings, &seen, streams);
    }
    if let Some(path) = &args.baseline {
        let mut baseline = Baseline::read(path)?;
        let folder = folder_of(path);
        baseline.remove_known(&mut findings, &folder);
        if baseline.stale() > 0 {
            let gone = match baseline.stale() {
                1 => "1 finding of the baseline is gone".to_owned(),
                stale => format!("{stale} findings of the baseline are gone"),
            };
            writeln!(streams.err, "{gone}; --write-baseline forgets what is gone")?;
        }
    }
    let written = seen.outcomes.iter_mut().map(|outcome| std::mem::take(&mut outcome.shown));
    let shown = job.renderer.map(|_| Shown::joined(written));
    let worst = findings.iter().map(|finding| finding.severity).max();
    let worst = worst.max(shown.as_ref().and_then(|shown| shown.worst));
    let fails = worst.is_some_and(|worst| worst >= fail_on);
    findings.retain(|finding| finding.severity >= level);
    let looked_at = seen.files.iter().zip(&read).filter(|(_, read)| **read);
    let files: Vec<Cow<'_, str>> = looked_at.map(|(target, _)| target.name()).collect();
    let report = Report { findings, files, shown };
    mend(args, &seen, from_input, streams)?;
    // A diff, or the mended text of `-`, is the answer: the report goes beside it.
    let beside = args.diff || (args.fix && from_input);
    let (out, colour) = if beside { (&mut *streams.err, false) } else { (&mut *streams.out, streams.colour) };
    if !(report.files.is_empty() && !seen.troubles.is_empty() && args.format == Format::Text) {
        let mut out = BufWriter::with_capacity(64 * 1024, out);
        format::write(args.format, &report, colour, &mut out)?;
        out.flush()?;
    }
    tell(&seen.troubles, streams.err)?;
    let code = match (seen.troubles.is_empty(), fails) {
        (false, _) => Kind::Refused.code(),
        (true, true) => Kind::Failed.code(),
        (true, false) => 0,
    };
    // The program ends here: to take thousands of findings and their texts apart is work for nothing.
    std::mem::forget(report);
    std::mem::forget(seen);
    Ok(code)
}

/// The paths to look at and the rule files: a folder or a Markdown file after `--alerts` is a path.
fn paths(args: &LintArgs) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let is_path = |path: &&PathBuf| {
        let markdown = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md"));
        markdown || path.as_os_str() == "-" || path.is_dir()
    };
    let (more, rule_files): (Vec<&PathBuf>, Vec<&PathBuf>) = args.alerts.iter().partition(is_path);
    let mut paths = args.paths.clone();
    paths.extend(more.into_iter().cloned());
    if paths.is_empty() {
        paths.push(PathBuf::from("."));
    }
    (paths, rule_files.into_iter().cloned().collect())
}

fn read_alerts(files: &[PathBuf]) -> Result<Option<Alerts>, Error> {
    let mut alerts = Alerts::default();
    files.iter().try_for_each(|file| alerts.add_file(file))?;
    Ok((!files.is_empty()).then_some(alerts))
}

/// What was looked at and what came of it.
#[derive(Default)]
struct Seen {
    files: Vec<Target>,
    outcomes: Vec<Outcome>,
    excluded: usize,
    troubles: Vec<Error>,
}

impl Seen {
    fn collect_troubles(&mut self) {
        let troubles = self.outcomes.iter_mut().filter_map(|outcome| outcome.trouble.take());
        self.troubles.extend(troubles);
    }

    /// Writes what mending changed. A file that cannot be written stays as it is, with what is wrong with
    /// it, and keeps nobody from mending the others.
    fn write_mended(&mut self, job: &Job<'_>) {
        let job = Job { fix: false, ..*job };
        for (target, outcome) in self.files.iter().zip(&mut self.outcomes) {
            let Some((old, new)) = &outcome.mended else { continue };
            if let Err(error) = fix::write(&target.absolute, new.text()) {
                *outcome = job.source(old, Some(&target.absolute));
                outcome.trouble = Some(Error::refused(format!("{error:#}")));
            }
        }
    }
}

fn standard_input(
    args: &LintArgs,
    job: &Job<'_>,
    input: &mut dyn Read,
    seen: &mut Seen,
) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).context("standard input cannot be read")?;
    let target = args.stdin_filename.as_deref().map(Target::new);
    if let Some(target) = &target
        && job.configs.of(target.folder())?.excludes(&target.absolute)
    {
        seen.excluded = 1;
        return Ok(());
    }
    let name = target.as_ref().map_or("<stdin>".into(), |target| target.path.display().to_string());
    let source = run::text(&name, bytes)?;
    seen.outcomes.push(job.source(&source, target.as_ref().map(|target| target.absolute.as_path())));
    seen.files.push(target.unwrap_or_else(|| Target { path: PathBuf::from(name), absolute: PathBuf::new() }));
    Ok(())
}

/// Says clearly that there was nothing to look at, which must not pass for "no findings".
fn nothing_to_do(seen: &Seen, paths: &[PathBuf]) -> Result<(), Error> {
    if !seen.files.is_empty() || !seen.troubles.is_empty() || seen.excluded > 0 {
        return Ok(());
    }
    let shown: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    Err(Error::refused(format!("no Markdown files found in {}", shown.join(", ")))
        .help("name a file outright, or a folder that holds .md files which .gitignore does not name"))
}

/// Whether what is found in a file is shown as it is found: for people, and nothing else is done with it.
fn is_final(args: &LintArgs, rule_files: &[PathBuf]) -> bool {
    let more = args.fix || args.diff || args.write_baseline || args.baseline.is_some();
    args.format == Format::Text && !more && rule_files.is_empty()
}

fn folder_of(path: &Path) -> PathBuf {
    let absolute = crate::lint::walk::absolute(path);
    absolute.parent().map(Path::to_owned).unwrap_or_default()
}

fn write_baseline(
    args: &LintArgs,
    findings: &[crate::lint::Finding],
    seen: &Seen,
    streams: &mut Streams<'_>,
) -> anyhow::Result<u8> {
    let path = args.baseline.clone().unwrap_or_else(|| PathBuf::from(BASELINE));
    let text = Baseline::of(findings, &folder_of(&path)).to_text();
    let failed = || format!("cannot write {}", path.display());
    if path.exists() {
        fix::write(&path, &text)?;
    } else {
        std::fs::write(&path, text).with_context(failed)?;
    }
    let noun = if findings.len() == 1 { "finding" } else { "findings" };
    writeln!(streams.err, "{} {noun} written to {}", findings.len(), path.display())?;
    tell(&seen.troubles, streams.err)?;
    Ok(if seen.troubles.is_empty() { 0 } else { Kind::Refused.code() })
}

/// Says of each file that could not be read why, and what to do.
fn tell(troubles: &[Error], err: &mut dyn Write) -> std::io::Result<()> {
    let style = super::error_style();
    troubles.iter().try_for_each(|trouble| err.write_all(super::problem::render(trouble, style).as_bytes()))
}

/// Shows what mending changed, or would change, and counts it.
fn mend(args: &LintArgs, seen: &Seen, from_input: bool, streams: &mut Streams<'_>) -> anyhow::Result<()> {
    let mut files = 0;
    let mut fixes = 0;
    for outcome in &seen.outcomes {
        fixes += outcome.applied.values().sum::<usize>();
        let Some((old, new)) = &outcome.mended else { continue };
        files += 1;
        if args.diff {
            write!(streams.out, "{}", fix::diff(old.name(), old.text(), new.text()))?;
        } else if from_input {
            write!(streams.out, "{}", new.text())?;
        }
    }
    if args.fix && from_input && files == 0 && !args.diff {
        // The filter's contract: text in, text out.
        if let Some(source) = unchanged(seen) {
            write!(streams.out, "{}", source.text())?;
        }
    }
    if fixes > 0 && args.fix && !args.diff {
        let (fix, file) =
            (if fixes == 1 { "fix" } else { "fixes" }, if files == 1 { "file" } else { "files" });
        writeln!(streams.err, "{fixes} {fix} applied in {files} {file}")?;
    }
    Ok(())
}

/// The text of `-` where nothing had to be mended.
fn unchanged(seen: &Seen) -> Option<&Arc<Source>> {
    seen.outcomes.first().and_then(|outcome| outcome.source.as_ref())
}

/// Runs `midwatch rules`.
///
/// # Errors
/// Those of `out`.
pub fn rules(args: &RulesArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let text = if args.markdown { catalogue::page() } else { catalogue::list() };
    out.write_all(text.as_bytes())?;
    Ok(())
}

/// Runs `midwatch explain`.
///
/// # Errors
/// There is no such rule, or those of `out`.
pub fn explain(args: &ExplainArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let Some(rule) = registry::find(&args.rule) else {
        let error = Error::refused(format!("there is no rule `{}`", args.rule));
        return Err(match registry::nearest(&args.rule) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help("`midwatch rules` lists them"),
        }
        .into());
    };
    let page = catalogue::explain(rule);
    let page = match console::Term::stdout().size_checked() {
        Some((_, columns)) => catalogue::wrapped(&page, usize::from(columns).clamp(40, 100)),
        None => page,
    };
    out.write_all(page.as_bytes())?;
    Ok(())
}
