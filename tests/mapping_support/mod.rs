//! What the tests of the mapping share.
#![allow(dead_code)]

pub mod properties;

use std::path::{Path, PathBuf};

use midwatch::runbook::{self, Action, ActionKind, Danger, Runbook, Step};
use midwatch::source::Source;

/// Parses `text` as the file `doc.md`.
pub fn parse(text: &str) -> Runbook {
    runbook::parse(Source::new("doc.md", text))
}

/// One line a step: `Heading > Heading: title | run: command | ...`, newlines of scripts as `⏎`.
pub fn listing(runbook: &Runbook) -> Vec<String> {
    runbook.steps.iter().map(|step| line(runbook, step)).collect()
}

fn line(runbook: &Runbook, step: &Step) -> String {
    let crumbs = runbook.breadcrumb(step).join(" > ");
    let mut line = if crumbs.is_empty() { step.title.clone() } else { format!("{crumbs}: {}", step.title) };
    if step.choice.is_some() {
        line = format!("? {line}");
    }
    for action in &step.actions {
        line.push_str(" | ");
        line.push_str(&word(action));
        line.push_str(&action.script.replace('\n', "⏎"));
    }
    line
}

fn word(action: &Action) -> String {
    let mut word = match action.kind {
        ActionKind::Run => "run",
        ActionKind::Check => "check",
        ActionKind::Rollback => "undo",
        ActionKind::Norun => "shown",
    }
    .to_owned();
    if action.offered {
        word = "offer".to_owned();
    }
    if action.kind == ActionKind::Run && !action.tagged && !action.offered {
        word.push('*');
    }
    if action.interactive {
        word.push('@');
    }
    if action.danger != Danger::None {
        word.push('!');
    }
    if let Some(belongs) = &action.belongs {
        word.push_str(&format!(" ({belongs})"));
    }
    word.push_str(": ");
    word
}

/// The scripts that would run here, whoever starts them.
pub fn runs(text: &str) -> Vec<String> {
    let runbook = parse(text);
    let actions = runbook.steps.iter().flat_map(|step| &step.actions);
    actions
        .filter(|action| action.kind == ActionKind::Run && !action.offered)
        .map(|action| action.script.clone())
        .collect()
}

/// Asserts what the document is understood as.
#[track_caller]
pub fn expect(text: &str, expected: &[&str]) {
    let runbook = parse(text);
    let found = listing(&runbook);
    assert_eq!(found, expected, "\n{text}\nis understood as\n{}\n", found.join("\n"));
}

/// The folder with real runbooks, if it is there.
pub fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("MIDWATCH_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: there is no folder {} (set MIDWATCH_CORPUS)", folder.display());
    None
}

/// All Markdown files below `folder`, sorted.
pub fn markdown(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the corpus").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
