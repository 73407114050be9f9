//! The linter on real runbooks: how often each rule speaks, that nothing crashes, what fixes do.
//!
//! The runbooks are used by path and are not part of this repository: without them the tests say
//! so and pass. After a change that is meant, write the counts with `MIDWATCH_WRITE_COUNTS=1`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::date;
use midwatch::lint::config::{Config, Configs};
use midwatch::lint::run::Job;
use midwatch::lint::{Options, World, check, fix, walk};
use midwatch::runbook::{self, Severity};
use midwatch::source::Source;

/// The folder of the runbooks, each owner's in a folder of its own; none if it is not here.
fn corpus() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("MIDWATCH_CORPUS").map_or(here, PathBuf::from);
    if !folder.is_dir() {
        println!("skipped: no runbooks at {}", folder.display());
        return None;
    }
    folder.canonicalize().ok()
}

fn files(folder: &Path) -> Vec<walk::Target> {
    let mut files = Vec::new();
    walk::find(&[folder.to_owned()], &Configs::default(), &mut |target| files.push(target)).unwrap();
    // What lies beside the owners' folders is about them, and no runbook.
    files.retain(|target| target.absolute.parent() != Some(folder));
    files.sort();
    files
}

fn house(folder: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(folder).unwrap_or(path);
    relative
        .components()
        .next()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .unwrap_or_default()
}

#[test]
fn each_rule_speaks_as_often_as_it_did() {
    let Some(folder) = corpus() else { return };
    let configs = Configs::default();
    let job = Job {
        configs: &configs,
        alerts: None,
        today: date(2026, 11, 20),
        level: Severity::Info,
        fix: false,
        look_after: true,
        renderer: None,
    };
    let mut looked = job.paths(std::slice::from_ref(&folder), Some(2)).unwrap();
    looked.files.retain(|(target, _)| target.absolute.parent() != Some(&*folder));
    let mut counts: BTreeMap<(String, &str), usize> = BTreeMap::new();
    let mut shown = Vec::new();
    for (target, outcome) in &looked.files {
        assert!(outcome.trouble.is_none(), "{:?}", outcome.trouble);
        for finding in &outcome.findings {
            *counts.entry((house(&folder, &target.absolute), finding.rule.id)).or_default() += 1;
        }
        shown.push(outcome.findings.iter().filter(|f| f.severity >= Severity::Warning).count());
    }
    // Noise kills linters.
    shown.sort_unstable();
    assert!(shown[shown.len() / 2] <= 2, "the median file has {} findings", shown[shown.len() / 2]);

    let now: String =
        counts.iter().map(|((house, rule), count)| format!("{house} {rule} {count}\n")).collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint/corpus.txt");
    if std::env::var_os("MIDWATCH_WRITE_COUNTS").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    let diff = fix::diff("tests/lint/corpus.txt", &before, &now);
    assert!(diff.is_empty(), "the counts have changed; if that is meant, MIDWATCH_WRITE_COUNTS=1\n{diff}");
}

/// The commands, as what is between a backslash and the end of its line were not there.
fn commands(source: &Arc<Source>) -> Vec<String> {
    let runbook = runbook::parse(Arc::clone(source));
    let actions = runbook.steps.into_iter().flat_map(|step| step.actions);
    let plain = |line: &str| {
        let trimmed = line.trim_end();
        if trimmed.ends_with('\\') { trimmed.to_owned() } else { line.to_owned() }
    };
    actions
        .map(|action| {
            format!("{:?} {}", action.kind, action.script.lines().map(plain).collect::<Vec<_>>().join("\n"))
        })
        .collect()
}

#[test]
fn fixes_change_no_command_and_come_to_an_end() {
    let Some(folder) = corpus() else { return };
    let config = Config::default();
    let world = World { today: date(2026, 11, 20), alerts: None, path: None };
    let options = Options { world, config: &config, level: Severity::Info };
    let mut mended = 0;
    for target in files(&folder) {
        let text = std::fs::read_to_string(&target.absolute).unwrap();
        let source = Source::new(target.path.display().to_string(), text);
        let fixed = fix::fix(&source, |source| check(source, &options));
        mended += fixed.applied.values().sum::<usize>();
        assert_eq!(commands(&source), commands(&fixed.source), "{}", source.name());
        let again = fix::fix(&fixed.source, |source| check(source, &options));
        assert_eq!(again.source.text(), fixed.source.text(), "{}", source.name());
        // What is announced as fixable is mended, or nobody believes it the next time.
        let left = check(&fixed.source, &options);
        let left = left.iter().find(|finding| finding.fix.as_ref().is_some_and(|fix| fix.safe));
        assert!(left.is_none(), "{}: {left:?}", source.name());
        // Every byte that is no indentation, number or tag is as it was.
        let letters = |text: &str| text.bytes().filter(|byte| !byte.is_ascii_whitespace()).count();
        let grown = letters(fixed.source.text()).abs_diff(letters(source.text()));
        assert!(grown <= 8 * fixed.applied.values().sum::<usize>(), "{}", source.name());
    }
    assert!(mended > 50, "{mended}");
}
