//! Many files at once: read, looked at in parallel, findings in one order.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;

use crate::error::Error;
use crate::runbook::Severity;
use crate::runbook::file::LARGEST;
use crate::source::Source;

use super::alerts::{self, Alerts, Known};
use super::config::{Config, Configs};
use super::diagnostic::Finding;
use super::fix;
use super::registry;
use super::sink::Sink;
use super::walk::{self, Target};
use super::{Options, World};

/// Fewer files than this are not worth the start of a thread.
const FEW: usize = 4;

/// Whether the paths are so few files that other threads would cost more than they save.
pub fn is_few(paths: &[PathBuf]) -> bool {
    paths.len() < FEW && !paths.iter().any(|path| path.is_dir())
}

/// How files are to be looked at.
#[derive(Debug)]
pub struct Job<'j> {
    /// Where configuration comes from.
    pub configs: &'j Configs,
    /// The alerts of `--alerts`, if any were given.
    pub alerts: Option<&'j Alerts>,
    /// Today.
    pub today: Date,
    /// Findings below this are not wanted.
    pub level: Severity,
    /// Mend what is safe to mend.
    pub fix: bool,
    /// Look at the mended text; else at the text as it is, because it will stay so.
    pub look_after: bool,
}

/// What came of one file.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Its findings; after mending, where that was asked for.
    pub findings: Vec<Finding>,
    /// The text, where mending was asked for and changed nothing.
    pub source: Option<Arc<Source>>,
    /// The text before and after, where mending changed it.
    pub mended: Option<(Arc<Source>, Arc<Source>)>,
    /// How many fixes of each rule were applied.
    pub applied: BTreeMap<&'static str, usize>,
    /// What rule files are compared with, where there are some.
    known: Option<Known>,
    /// Why there is nothing else.
    pub trouble: Option<Error>,
}

/// The files that were looked at, each with what came of it.
#[derive(Debug, Default)]
pub struct Looked {
    /// In order of their paths.
    pub files: Vec<(Target, Outcome)>,
    /// What else there is to say.
    pub found: walk::Found,
}

impl Job<'_> {
    /// Looks at all files meant by `paths` (see [`walk::find`]), in order of their paths; in parallel
    /// where that is worth it, and from the first file found on.
    ///
    /// # Errors
    /// Those of [`walk::find`].
    pub fn paths(&self, paths: &[PathBuf]) -> Result<Looked, Error> {
        let mut looked = Looked::default();
        if is_few(paths) {
            let mut one = |target: Target, config: Arc<Config>| {
                let outcome = self.file(&target, config);
                looked.files.push((target, outcome));
            };
            looked.found = walk::find_configured(paths, self.configs, &mut one)?;
        } else {
            let files = Mutex::new(Vec::new());
            let found = rayon::scope(|scope| {
                walk::find_configured(paths, self.configs, &mut |target, config| {
                    scope.spawn(|_| {
                        let outcome = self.file(&target, config);
                        files.lock().unwrap_or_else(PoisonError::into_inner).push((target, outcome));
                    });
                })
            });
            looked.found = found?;
            looked.files = files.into_inner().unwrap_or_else(PoisonError::into_inner);
        }
        looked.files.sort_unstable_by(|(a, _), (b, _)| a.path.as_os_str().cmp(b.path.as_os_str()));
        Ok(looked)
    }

    fn file(&self, target: &Target, config: Arc<Config>) -> Outcome {
        match read(target) {
            Ok(source) => self.look(&source, Some(&target.absolute), &config),
            Err(error) => Outcome { trouble: Some(error), ..Outcome::default() },
        }
    }

    /// Looks at one text that lies, or is said to lie, at `path` (absolute).
    pub fn source(&self, source: &Arc<Source>, path: Option<&Path>) -> Outcome {
        let config = match path.and_then(Path::parent).map(|folder| self.configs.of(folder)) {
            Some(Ok(config)) => config,
            Some(Err(error)) => return Outcome { trouble: Some(error), ..Outcome::default() },
            None => Arc::new(Config::default()),
        };
        self.look(source, path, &config)
    }

    fn look(&self, source: &Arc<Source>, path: Option<&Path>, config: &Config) -> Outcome {
        let world = World { today: self.today, alerts: self.alerts, path };
        let options = Options { world, config, level: self.level };
        let mut outcome = Outcome::default();
        let mut now = Arc::clone(source);
        if self.fix {
            let fixed = fix::fix(source, |source| super::check(source, &options));
            outcome.applied = fixed.applied;
            if fixed.source.text() != source.text() {
                outcome.mended = Some((Arc::clone(source), Arc::clone(&fixed.source)));
            } else {
                outcome.source = Some(Arc::clone(source));
            }
            if self.look_after {
                now = fixed.source;
            }
        }
        let (findings, known) = super::check_and_know(&now, &options);
        outcome.findings = findings;
        outcome.known = known;
        outcome
    }

    /// What the rule files say that no runbook answers, in the rule files' own places.
    ///
    /// # Errors
    /// A `midwatch.toml` near a rule file is wrong.
    pub fn alerts(&self, outcomes: &[Outcome]) -> Result<Vec<Finding>, Error> {
        let (Some(alerts), Some(rule)) = (self.alerts, registry::find("MW604")) else {
            return Ok(Vec::new());
        };
        let known: Vec<Known> = outcomes.iter().filter_map(|outcome| outcome.known.clone()).collect();
        let mut found = Vec::new();
        for alert in &alerts.alerts {
            let target = super::walk::Target::new(Path::new(alert.source.name()));
            let said = self.configs.of(target.folder())?.level(rule, &target.absolute);
            if said != Some(None) {
                let mut sink = Sink::new(rule, said.flatten(), &alert.source, &mut found);
                alerts::compare(alert, &known, &mut sink);
            }
        }
        found.retain(|finding| finding.severity >= self.level);
        Ok(found)
    }
}

/// Reads a file to be looked at; unlike one to be run, it may be empty.
fn read(target: &Target) -> Result<Arc<Source>, Error> {
    let name = target.path.to_string_lossy();
    let wrong = |why: String| Error::refused(format!("{name}: {why}"));
    let unreadable = |error: std::io::Error| wrong(format!("cannot be read: {error}"));
    let mut file = std::fs::File::open(&target.absolute).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    // One byte more: a read that leaves it free has come to the end.
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(LARGEST)).unwrap_or(0) + 1);
    file.by_ref().take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(wrong("is larger than 32 MiB: no runbook".into()));
    }
    text(&name, bytes)
}

/// Takes bytes for the file called `name`.
///
/// # Errors
/// They are no UTF-8; the message says where.
pub fn text(name: &str, bytes: Vec<u8>) -> Result<Arc<Source>, Error> {
    String::from_utf8(bytes).map(|text| Source::new(name, text)).map_err(|error| {
        let line =
            memchr::memchr_iter(b'\n', &error.as_bytes()[..error.utf8_error().valid_up_to()]).count() + 1;
        Error::refused(format!("{name}:{line}: not UTF-8"))
            .help("convert it, for instance with `iconv -t UTF-8`")
    })
}
