//! The order of calls: an intent is durable before its command starts, a result before it is shown,
//! and after an error of syncing nothing starts any more. Told from strace's log alone, so that it
//! holds for any program that keeps such a record; planted mutants show that it would not hold for
//! one that does not.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::Place;
use crate::trace;

const TRACE: &str = "trace=write,fdatasync,fsync,clone,clone3,fork,vfork,execve";
const STEPS: usize = 4;

/// The commands are found again by `mark-N` in the log.
pub fn runbook() -> String {
    let step = |n: usize| format!("{n}. Step {n}\n\n   ```sh\n   echo mark-{n} >> log\n   ```\n\n");
    format!("# Order\n\n{}", (1..=STEPS).map(step).collect::<String>())
}

/// Follows a log of `strace -f -y -s 4096`.
#[derive(Default)]
struct Follow {
    /// Intents and ends that were written, and those of them that were synced.
    written: BTreeSet<String>,
    synced: BTreeSet<String>,
    /// What was synced when a process was last started.
    at_spawn: BTreeSet<String>,
    /// The journal that could not be synced, until another one has taken its place.
    broken: Option<String>,
    unfinished: BTreeMap<String, String>,
    violations: Vec<String>,
}

impl Follow {
    fn line(&mut self, line: &str) {
        let (pid, call) = line.split_once(' ').unwrap_or(("", line));
        let call = call.trim_start();
        if let Some(begin) = call.strip_suffix("<unfinished ...>") {
            if begin.contains("clone") || begin.contains("fork") {
                self.at_spawn = self.synced.clone();
            }
            self.unfinished.insert(pid.to_owned(), begin.to_owned());
            return;
        }
        let whole = match call.strip_prefix("<... ") {
            Some(rest) => {
                let end = rest.split_once("resumed>").map_or("", |(_, end)| end);
                self.unfinished.remove(pid).unwrap_or_default() + end
            }
            None => call.to_owned(),
        };
        self.call(&whole, call.starts_with("<... "));
    }

    fn call(&mut self, call: &str, resumed: bool) {
        let name = call.split('(').next().unwrap_or_default();
        let failed = call.contains(") = -1 ") || call.contains("= ? ");
        match name {
            "write" if call.contains("journal.jsonl>") && !failed => {
                for step in 1..=STEPS {
                    self.written
                        .extend(["intent", "exited"].iter().filter_map(|kind| told(call, kind, step)));
                }
            }
            "write" if call.starts_with("write(1<") => {
                for n in 1..=STEPS {
                    if call.contains(&format!("done  step {n},"))
                        && !self.synced.contains(&format!("exited {n}"))
                    {
                        self.violations.push(format!("step {n} is shown before its end is durable"));
                    }
                }
            }
            "fdatasync" | "fsync" if call.contains("journal.jsonl>") => {
                if failed {
                    self.broken = path(call);
                } else if !call.contains("INJECTED") {
                    self.synced.append(&mut self.written);
                    self.broken = self.broken.take().filter(|broken| path(call).as_ref() == Some(broken));
                }
            }
            "clone" | "clone3" | "fork" | "vfork" if !resumed => self.at_spawn = self.synced.clone(),
            "execve" => {
                for mark in marks(call) {
                    if !self.at_spawn.contains(&format!("intent {mark}")) {
                        self.violations.push(format!("command {mark} starts before its intent is durable"));
                    }
                    if self.broken.is_some() {
                        self.violations.push(format!("command {mark} starts after the record broke"));
                    }
                }
            }
            _ => {}
        }
    }
}

fn marks(call: &str) -> BTreeSet<usize> {
    (1..=STEPS).filter(|n| call.contains(&format!("mark-{n} "))).collect()
}

/// `intent N` or `exited N`, if `call` writes that event.
fn told(call: &str, kind: &str, step: usize) -> Option<String> {
    let event = format!("\\\"event\\\":\\\"{kind}\\\",\\\"step\\\":{step},");
    call.contains(&event).then(|| format!("{kind} {step}"))
}

/// The file a call is about, as `-y` shows it.
fn path(call: &str) -> Option<String> {
    Some(call.split_once('<')?.1.split_once('>')?.0.to_owned())
}

/// What `log` shows against the rule.
pub fn violations(log: &str) -> Vec<String> {
    let mut follow = Follow::default();
    log.lines().for_each(|line| follow.line(line));
    follow.violations
}

fn followed(place: &Place, inject: &[&str]) -> Vec<String> {
    let options: Vec<&str> = inject.iter().flat_map(|inject| ["-e", inject]).collect();
    followed_with(place, &options)
}

fn followed_with(place: &Place, options: &[&str]) -> Vec<String> {
    place.file("a.md", runbook());
    let log = place.path().join("order.log");
    let path = log.display().to_string();
    let mut strace = vec!["-f", "-y", "-s", "65536", "-o", &path, "-e", TRACE];
    strace.extend(options);
    trace::midwatch(place, &strace, &["run", "a.md", "--yes"]);
    violations(&std::fs::read_to_string(log).expect("a log"))
}

#[test]
fn what_is_to_be_durable_is_so_before_anything_follows() {
    if !trace::available() {
        return;
    }
    let place = Place::new();
    assert_eq!(followed(&place, &[]), Vec::<String>::new());
    let text = std::fs::read_to_string(place.path().join("order.log")).expect("a log");
    assert!((1..=STEPS).all(|n| text.contains(&format!("mark-{n} "))), "the log shows the commands");
    let every = if trace::full() { 1 } else { 5 };
    for k in (1..=14).step_by(every) {
        let inject = format!("inject=fdatasync:error=EIO:when={k}");
        assert_eq!(followed(&Place::new(), &[&inject]), Vec::<String>::new(), "sync {k} fails");
        let place = Place::new();
        let elsewhere = format!("MIDWATCH_FALLBACK_DIR={}", place.path().join("elsewhere").display());
        let found = followed_with(&place, &["-E", &elsewhere, "-e", &inject]);
        assert_eq!(found, Vec::<String>::new(), "sync {k} fails, and it goes on elsewhere");
    }
}

#[test]
fn a_program_that_drops_the_sync_is_caught() {
    if !trace::available() {
        return;
    }
    let found = followed(&Place::new(), &["inject=fdatasync:retval=0"]);
    assert!(found.iter().any(|what| what.contains("before its intent is durable")), "{found:?}");
    assert!(found.iter().any(|what| what.contains("shown before")), "{found:?}");
}

#[test]
fn a_program_that_starts_before_it_syncs_is_caught() {
    let Some(found) = crate::mutant::followed("swap", &[]) else { return };
    assert!(found.iter().any(|what| what.contains("before its intent is durable")), "{found:?}");
}

#[test]
fn a_program_that_ignores_an_error_of_syncing_is_caught() {
    let Some(found) = crate::mutant::followed("ignore", &["inject=fdatasync:error=EIO:when=4"]) else {
        return;
    };
    assert!(found.iter().any(|what| what.contains("after the record broke")), "{found:?}");
}

#[test]
fn the_same_program_without_a_fault_is_not() {
    let Some(found) = crate::mutant::followed("none", &[]) else { return };
    assert_eq!(found, Vec::<String>::new());
    let broken = crate::mutant::followed("none", &["inject=fdatasync:error=EIO:when=4"]);
    assert_eq!(broken, Some(Vec::new()));
}
