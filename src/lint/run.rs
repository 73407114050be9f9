//! Many files at once: read, looked at in parallel, findings in one order.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::civil::Date;

use crate::error::Error;
use crate::memory;
use crate::runbook::Severity;
use crate::runbook::file::{self, LARGEST};
use crate::source::Source;

use super::alerts::{self, Alerts, Known};
use super::config::{Config, Configs};
use super::diagnostic::Finding;
use super::fix;
use super::format::{Renderer, Shown};
use super::queue::{Queue, TOGETHER, Waiting};
use super::registry;
use super::sink::Sink;
use super::walk::{self, Target};
use super::{Options, World};

/// What a thread sets aside, in bytes: more than a batch of files and what is known of them need.
const ROOM: usize = 4 * 1024 * 1024;

/// With more threads than these none sets anything aside: all of it together would be much.
const SOME: usize = 8;

/// So many files are not worth the start of a thread.
const FEW: usize = 3;

/// So many wait before others than who finds them begin: each of them takes files enough to be worth it.
const MANY: usize = 2 * TOGETHER;

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
    /// Write what was found right away, while it is at hand: where nothing will be added or left out.
    pub renderer: Option<Renderer>,
}

/// What came of one file.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Its findings; after mending, where that was asked for.
    pub findings: Vec<Finding>,
    /// What the job's renderer wrote of them, and nothing else is left of them then.
    pub shown: Shown,
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
    /// Looks at all files meant by `paths` (see [`walk::find`]), in order of their paths; while they are still
    /// being found and with as many threads as `jobs`, where that is worth it. Nought or none are as many as
    /// the machine has.
    ///
    /// # Errors
    /// Those of [`walk::find`].
    pub fn paths(&self, paths: &[PathBuf], jobs: Option<usize>) -> Result<Looked, Error> {
        let queue = Queue::default();
        let done = Mutex::new(Vec::new());
        // To know how many the machine has costs more than to look at a file.
        let threads = OnceLock::new();
        let all = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let most = || *threads.get_or_init(|| jobs.filter(|&jobs| jobs > 0).unwrap_or_else(all));
        let work = || {
            while let Some(files) = queue.take(threads.get().copied().unwrap_or(1)) {
                self.files(files, &done);
            }
        };
        let found = std::thread::scope(|scope| {
            // However the search ends: who waits for its files must hear of it.
            let closing = Closing(&queue);
            let thread = || {
                let _room = (most() <= SOME).then(|| memory::room(ROOM)).flatten();
                work();
            };
            // Where no thread is to be had, those there are do it all.
            let start = |wanted: usize| {
                let begun = || std::thread::Builder::new().spawn_scoped(scope, thread).is_ok();
                (0..wanted).take_while(|_| begun()).count()
            };
            let mut others = 0;
            let found = walk::find_configured(paths, self.configs, &mut |file| {
                // All at once, while this one goes on: some kernels keep two threads on one processor until
                // their next tick, which is milliseconds, but never three.
                if queue.put(file) == MANY && others == 0 && most() > 1 {
                    others = start(most());
                }
            });
            if found.is_err() {
                // Nobody will see what the others hold.
                queue.clear();
            }
            drop(closing);
            if others == 0 {
                if queue.waiting() > FEW {
                    start(most() - 1);
                }
                work();
            }
            found
        })?;
        let files = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(Looked { files: in_order(files), found })
    }

    /// Looks at files together.
    fn files(&self, files: Vec<Waiting>, done: &Mutex<Vec<(Target, Outcome)>>) {
        let read: Vec<_> = files.iter().map(|file| read(&file.target, file.size)).collect();
        let texts = files.iter().zip(&read).filter_map(|(file, read)| {
            let path: Option<&Path> = Some(&file.target.absolute);
            Some((read.as_ref().ok()?, path, &*file.config))
        });
        let mut outcomes = self.look(texts).into_iter();
        let outcomes: Vec<Outcome> = read
            .into_iter()
            .filter_map(|read| match read {
                Ok(_) => outcomes.next(),
                Err(error) => Some(Outcome { trouble: Some(error), ..Outcome::default() }),
            })
            .collect();
        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
        done.extend(files.into_iter().map(|file| file.target).zip(outcomes));
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
            outcome.known = checked.known;
            match &self.renderer {
                Some(renderer) => outcome.shown = renderer.show(&checked.findings),
                None => outcome.findings = checked.findings,
            }
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

/// The files in order of their paths. Each is moved once: what came of it is large.
fn in_order(files: Vec<(Target, Outcome)>) -> Vec<(Target, Outcome)> {
    let mut order: Vec<usize> = (0..files.len()).collect();
    let path = |at: usize| files[at].0.path.as_os_str();
    order.sort_unstable_by(|&one, &other| path(one).cmp(path(other)));
    let mut files: Vec<_> = files.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| files[at].take()).collect()
}

/// Says that no more files will come, however the search for them ended.
struct Closing<'q>(&'q Queue);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Reads a file to be looked at, of which `size` was known; unlike one to be run, it may be empty.
fn read(target: &Target, size: u64) -> Result<Arc<Source>, Error> {
    let name = target.name();
    let wrong = |why: String| Error::refused(format!("{name}: {why}"));
    let unreadable = |error: std::io::Error| wrong(format!("cannot be read: {error}"));
    let mut file = std::fs::File::open(&target.absolute).map_err(unreadable)?;
    // One byte more than it had: a read that leaves it free has come to the end, and need not ask for it.
    let mut bytes = vec![0; usize::try_from(size.min(LARGEST)).unwrap_or(0) + 1];
    let length = match file.read(&mut bytes) {
        Err(error) if error.kind() == std::io::ErrorKind::Interrupted => 0,
        length => length.map_err(unreadable)?,
    };
    bytes.truncate(length);
    if length as u64 != size || size == 0 {
        // What is no plain file does not say how long it is, and others may write while we read.
        file.take(LARGEST + 1 - length as u64).read_to_end(&mut bytes).map_err(unreadable)?;
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
    file::utf8(name, || format!("`{}`", file::visible(name)), bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// Files enough for several threads, of all kinds: with findings and without, silenced, empty,
    /// unreadable, and one that is not looked at together with others.
    fn library(root: &Path) -> Vec<PathBuf> {
        let text = |at: usize| {
            match at % 7 {
            0 => format!("# Runbook {at}\n\n1. Drop it\n\n   ```sh\n   kubectl delete pod <name>\n   ```\n"),
            1 => "# Wait\n\n1. Wait for replication to catch up.\n2. Go on.\n".to_owned(),
            2 => "# Quiet\n\n<!-- midwatch-ignore MW201: the load balancer waits -->\n1. Wait until it is up.\n"
                .to_owned(),
            3 => String::new(),
            // Long enough for less than a batch to be parsed at once.
            4 => {
                let prose = "It is so.\n\n".repeat(700);
                format!("# Lost\n\n{prose}See [there](nowhere-{at}.md).\n\n## Empty\n")
            }
            5 => "---\ntitle: Odd\nowner: us\n---\n\n# Odd\n\n```sh\necho “odd”\n```\n".to_owned(),
            _ => "# Fine\n\n```sh\nuptime\n```\n".to_owned(),
        }
        };
        let mut paths: Vec<PathBuf> = (0..160)
            .map(|at| {
                let path = root.join(format!("{at:03}.md"));
                fs::write(&path, text(at)).unwrap();
                path
            })
            .collect();
        let large = root.join("large.md");
        fs::write(&large, text(0) + &"It is as it is.\n\n".repeat(12 * 1024)).unwrap();
        let wrong = root.join("wrong.md");
        fs::write(&wrong, b"# W\xff\n").unwrap();
        paths.extend([large, wrong]);
        paths
    }

    fn job(configs: &Configs) -> Job<'_> {
        let today = jiff::civil::date(2026, 1, 1);
        Job {
            configs,
            alerts: None,
            today,
            level: Severity::Info,
            fix: false,
            look_after: true,
            renderer: None,
        }
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
        for (threads, job) in
            [(1, job(&configs)), (3, job(&configs)), (2, Job { fix: true, ..job(&configs) })]
        {
            let looked = job.paths(&[root.path().to_owned()], Some(threads)).unwrap();
            let found: Vec<&PathBuf> = looked.files.iter().map(|(target, _)| &target.absolute).collect();
            assert_eq!(found, paths.iter().collect::<Vec<_>>());
            for (target, together) in &looked.files {
                let alone = job.paths(std::slice::from_ref(&target.absolute), None).unwrap();
                let [(_, alone)] = &alone.files[..] else { panic!("one file") };
                assert_eq!(told(together), told(alone), "{}", target.path.display());
                assert_eq!(together.applied, alone.applied, "{}", target.path.display());
            }
            assert!(looked.files.iter().filter(|(_, outcome)| !outcome.findings.is_empty()).count() > 16);
            assert_eq!(looked.files.iter().filter(|(_, outcome)| outcome.trouble.is_some()).count(), 1);
        }
    }
}
