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

/// At most so many files are looked at together: what is known of them has to stay at hand too.
const TOGETHER: usize = 16;

/// With so many bytes no more files are taken to them.
const ENOUGH: usize = 128 * 1024;

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
        let queue = Queue::default();
        let found = if is_few(paths) {
            let found = walk::find_configured(paths, self.configs, &mut |target, config| {
                queue.put(target, config);
            })?;
            self.some(&queue, 1);
            found
        } else {
            let threads = rayon::current_num_threads();
            rayon::scope(|scope| {
                walk::find_configured(paths, self.configs, &mut |target, config| {
                    queue.put(target, config);
                    // As often as there are files: who comes when others have taken them has nothing to do.
                    scope.spawn(|_| self.some(&queue, threads));
                })
            })?
        };
        let mut files = queue.done.into_inner().unwrap_or_else(PoisonError::into_inner);
        files.sort_unstable_by(|(a, _), (b, _)| a.path.as_os_str().cmp(b.path.as_os_str()));
        Ok(Looked { files, found })
    }

    /// Looks at some of the files that wait, of which one of `threads` takes no more than its part.
    fn some(&self, queue: &Queue, threads: usize) {
        let mut waiting = queue.take(threads).into_iter().peekable();
        while waiting.peek().is_some() {
            let mut done: Vec<(Target, Outcome)> = Vec::new();
            let mut texts = Vec::new();
            let mut bytes = 0;
            for (target, config) in waiting.by_ref() {
                let mut outcome = Outcome::default();
                match read(&target) {
                    Ok(source) => {
                        bytes += source.text().len();
                        texts.push((done.len(), source, config));
                    }
                    Err(error) => outcome.trouble = Some(error),
                }
                done.push((target, outcome));
                if bytes >= ENOUGH {
                    break;
                }
            }
            let subjects = texts.iter().map(|(at, source, config)| {
                let path: Option<&Path> = Some(&done[*at].0.absolute);
                (source, path, &**config)
            });
            let outcomes = self.look(subjects);
            for ((at, _, _), outcome) in texts.iter().zip(outcomes) {
                done[*at].1 = outcome;
            }
            queue.done.lock().unwrap_or_else(PoisonError::into_inner).append(&mut done);
        }
    }

    /// Looks at one text that lies, or is said to lie, at `path` (absolute).
    pub fn source(&self, source: &Arc<Source>, path: Option<&Path>) -> Outcome {
        let config = match path.and_then(Path::parent).map(|folder| self.configs.of(folder)) {
            Some(Ok(config)) => config,
            Some(Err(error)) => return Outcome { trouble: Some(error), ..Outcome::default() },
            None => Arc::new(Config::default()),
        };
        self.look([(source, path, &*config)].into_iter()).swap_remove(0)
    }

    /// Looks at texts, each of which lies at its path under its configuration: an outcome for each.
    fn look<'l>(
        &self,
        texts: impl Iterator<Item = (&'l Arc<Source>, Option<&'l Path>, &'l Config)>,
    ) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        let mut files = Vec::new();
        for (source, path, config) in texts {
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
            outcomes.push(outcome);
            files.push((now, options));
        }
        for (outcome, checked) in outcomes.iter_mut().zip(super::check_all(&files)) {
            (outcome.findings, outcome.known) = (checked.findings, checked.known);
        }
        outcomes
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

/// The files that were found and nobody looks at yet, and those that were looked at.
#[derive(Default)]
struct Queue {
    waiting: Mutex<Vec<(Target, Arc<Config>)>>,
    done: Mutex<Vec<(Target, Outcome)>>,
}

impl Queue {
    fn put(&self, target: Target, config: Arc<Config>) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push((target, config));
    }

    /// Files to look at together: enough for a stage to be worth its fetch, and not more than the part of
    /// one of `threads`, or the others would wait for it in the end.
    fn take(&self, threads: usize) -> Vec<(Target, Arc<Config>)> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let count = waiting.len().div_ceil(threads.max(1)).min(TOGETHER);
        let rest = waiting.len() - count;
        waiting.split_off(rest)
    }
}

/// Reads a file to be looked at; unlike one to be run, it may be empty.
fn read(target: &Target) -> Result<Arc<Source>, Error> {
    let name = target.path.to_string_lossy();
    let wrong = |why: String| Error::refused(format!("{name}: {why}"));
    let unreadable = |error: std::io::Error| wrong(format!("cannot be read: {error}"));
    let mut file = std::fs::File::open(&target.absolute).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    let room = usize::try_from(size.min(LARGEST)).unwrap_or(0);
    let mut bytes = Vec::with_capacity(room + 1);
    // As it was when its size was asked: there is no need to ask whether it ends there.
    file.by_ref().take(room as u64).read_to_end(&mut bytes).map_err(unreadable)?;
    if room == 0 || size > LARGEST {
        // What is no plain file does not say how long it is.
        file.by_ref().take(LARGEST + 1 - room as u64).read_to_end(&mut bytes).map_err(unreadable)?;
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// Files enough for several rounds of [`Queue::take`], of all kinds: with findings and without, silenced,
    /// empty, unreadable, and one that is a round of its own.
    fn library(root: &Path) -> Vec<PathBuf> {
        let text = |at: usize| {
            match at % 7 {
            0 => format!("# Runbook {at}\n\n1. Drop it\n\n   ```sh\n   kubectl delete pod <name>\n   ```\n"),
            1 => "# Wait\n\n1. Wait for replication to catch up.\n2. Go on.\n".to_owned(),
            2 => "# Quiet\n\n<!-- midwatch-ignore MW201: the load balancer waits -->\n1. Wait until it is up.\n"
                .to_owned(),
            3 => String::new(),
            4 => format!("# Lost\n\nSee [there](nowhere-{at}.md).\n\n## Empty\n"),
            5 => "---\ntitle: Odd\nowner: us\n---\n\n# Odd\n\n```sh\necho “odd”\n```\n".to_owned(),
            _ => "# Fine\n\n```sh\nuptime\n```\n".to_owned(),
        }
        };
        let mut paths: Vec<PathBuf> = (0..3 * TOGETHER)
            .map(|at| {
                let path = root.join(format!("{at:03}.md"));
                fs::write(&path, text(at)).unwrap();
                path
            })
            .collect();
        let large = root.join("large.md");
        fs::write(&large, text(0) + &"It is as it is.\n\n".repeat(ENOUGH / 16)).unwrap();
        let wrong = root.join("wrong.md");
        fs::write(&wrong, b"# W\xff\n").unwrap();
        paths.extend([large, wrong]);
        paths
    }

    fn job(configs: &Configs) -> Job<'_> {
        let today = jiff::civil::date(2026, 1, 1);
        Job { configs, alerts: None, today, level: Severity::Info, fix: false, look_after: true }
    }

    fn told(outcome: &Outcome) -> Vec<String> {
        let mut told = crate::lint::tests::shown(&outcome.findings);
        told.extend(outcome.trouble.iter().map(|trouble| trouble.message.clone()));
        told
    }

    #[test]
    fn each_of_many_files_has_what_it_has_alone() {
        let root = tempfile::tempdir().unwrap();
        let mut paths = library(root.path());
        paths.sort();
        let configs = Configs::default();
        for job in [job(&configs), Job { fix: true, ..job(&configs) }] {
            let looked = job.paths(&[root.path().to_owned()]).unwrap();
            let found: Vec<&PathBuf> = looked.files.iter().map(|(target, _)| &target.absolute).collect();
            assert_eq!(found, paths.iter().collect::<Vec<_>>());
            for (target, together) in &looked.files {
                let alone = job.paths(std::slice::from_ref(&target.absolute)).unwrap();
                let [(_, alone)] = &alone.files[..] else { panic!("one file") };
                assert_eq!(told(together), told(alone), "{}", target.path.display());
                assert_eq!(together.applied, alone.applied, "{}", target.path.display());
            }
            assert!(
                looked.files.iter().filter(|(_, outcome)| !outcome.findings.is_empty()).count() > TOGETHER
            );
            assert_eq!(looked.files.iter().filter(|(_, outcome)| outcome.trouble.is_some()).count(), 1);
        }
    }

    #[test]
    fn who_takes_files_leaves_the_others_their_part() {
        let queue = Queue::default();
        for at in 0..40 {
            queue.put(Target::new(Path::new(&format!("{at}.md"))), Arc::new(Config::default()));
        }
        assert_eq!(queue.take(2).len(), TOGETHER);
        assert_eq!(queue.take(2).len(), 12);
        assert_eq!(queue.take(8).len(), 2);
        assert_eq!(queue.take(1).len(), 10);
        assert_eq!(queue.take(1).len(), 0);
    }
}
