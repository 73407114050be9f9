//! What Tab offers: runbooks and their sections, runs, steps, parameters, rules.
//!
//! Quiet where there is nothing to offer: a shell must not show an error while somebody types.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap_complete::engine::CompletionCandidate;

use crate::runbook::Runbook;

/// Markdown files and folders below what was typed; the sections of a file after `#`.
pub(super) fn complete_runbook(current: &OsStr) -> Vec<CompletionCandidate> {
    let typed = current.to_string_lossy().into_owned();
    if let Some((file, start)) = typed.split_once('#') {
        return sections(file, start);
    }
    let (folder, start) = typed.rsplit_once('/').map_or(("", typed.as_str()), |(f, s)| (f, s));
    let prefix = if typed.contains('/') { format!("{folder}/") } else { String::new() };
    let open = match (folder, typed.starts_with('/')) {
        ("", true) => PathBuf::from("/"),
        ("", false) => PathBuf::from("."),
        (folder, _) => PathBuf::from(folder),
    };
    let Ok(entries) = std::fs::read_dir(open) else { return Vec::new() };
    let mut found: Vec<String> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let folder = entry.path().is_dir();
            let fits =
                name.starts_with(start) && (folder || name.ends_with(".md") || name.ends_with(".markdown"));
            let hidden = name.starts_with('.') && !start.starts_with('.');
            (fits && !hidden).then(|| format!("{prefix}{name}{}", if folder { "/" } else { "" }))
        })
        .collect();
    found.sort();
    found.into_iter().map(CompletionCandidate::new).collect()
}

/// Ids of past runs, by their random end.
pub(super) fn complete_run(current: &OsStr) -> Vec<CompletionCandidate> {
    let typed = current.to_string_lossy();
    crate::commands::recent_runs(100)
        .into_iter()
        .filter(|(id, _)| id.starts_with(&*typed) || crate::terminal::cards::short(id).starts_with(&*typed))
        .map(|(id, title)| {
            let name = if id.starts_with(&*typed) && !typed.is_empty() {
                id.clone()
            } else {
                crate::terminal::cards::short(&id).to_owned()
            };
            CompletionCandidate::new(name).help(Some(title.into()))
        })
        .collect()
}

/// `file.md#anchor` for every section that has steps.
fn sections(file: &str, start: &str) -> Vec<CompletionCandidate> {
    let Some(runbook) = read(file) else { return Vec::new() };
    let walked = |index: &usize| runbook.steps_of(*index).next().is_some();
    let offered = (0..runbook.sections.len()).filter(walked).map(|index| &runbook.sections[index]);
    offered
        .filter(|section| section.anchor.starts_with(start))
        .map(|section| candidate(format!("{file}#{}", section.anchor), &section.heading))
        .collect()
}

fn candidate(name: String, help: &str) -> CompletionCandidate {
    CompletionCandidate::new(name).help(Some(help.to_owned().into()))
}

fn read(file: &str) -> Option<Runbook> {
    Some(crate::runbook::parse(crate::runbook::file::read_source(file).ok()?))
}

/// The runbook that the words typed so far speak of: a file, or what a run recorded.
fn spoken_of() -> Option<Runbook> {
    // The shell gives the words behind `--`.
    let words: Vec<String> = std::env::args().skip_while(|word| word != "--").skip(3).collect();
    words.iter().filter(|word| !word.starts_with('-') && word.len() >= 4).find_map(|word| {
        let file = word.split('#').next().unwrap_or(word);
        match std::path::Path::new(file).is_file() {
            true => read(file),
            false => crate::commands::runbook_of_run(word),
        }
    })
}

/// Numbers and ids of steps.
pub(super) fn complete_step(current: &OsStr) -> Vec<CompletionCandidate> {
    let typed = current.to_string_lossy();
    let Some(runbook) = spoken_of() else { return Vec::new() };
    let by_number = typed.is_empty() || typed.starts_with(|c: char| c.is_ascii_digit());
    let name = |step: &crate::runbook::Step| match by_number {
        true => step.number.to_string(),
        false => step.id.clone(),
    };
    let steps = runbook.steps.iter().filter(|step| name(step).starts_with(&*typed));
    steps.map(|step| candidate(name(step), &step.title)).collect()
}

/// Ids of dangerous commands, with their word where one is declared: what `--confirm` wants.
pub(super) fn complete_step_id(current: &OsStr) -> Vec<CompletionCandidate> {
    use crate::runbook::Danger;
    let typed = current.to_string_lossy();
    let Some(runbook) = spoken_of() else { return Vec::new() };
    let mut offered = Vec::new();
    for step in &runbook.steps {
        for action in &step.actions {
            let name = match &action.danger {
                Danger::None => continue,
                Danger::Detected { .. } => action.id.clone(),
                Danger::Declared { word } => format!("{}={word}", action.id),
            };
            if name.starts_with(&*typed) {
                offered.push(candidate(name, &step.title));
            }
        }
    }
    offered
}

/// Parameters and placeholders, up to the equals sign.
pub(super) fn complete_param(current: &OsStr) -> Vec<CompletionCandidate> {
    let typed = current.to_string_lossy();
    let Some(runbook) = spoken_of().filter(|_| !typed.contains('=')) else { return Vec::new() };
    let params = runbook.front.params.iter().map(|param| (param.name.clone(), param.about.clone()));
    let places = runbook.placeholders.iter().map(|place| (place.key.clone(), None));
    let mut offered: Vec<(String, Option<String>)> = Vec::new();
    for (name, about) in params.chain(places) {
        if name.starts_with(&*typed) && !offered.iter().any(|(known, _)| *known == name) {
            offered.push((name, about));
        }
    }
    let named = |(name, about): (String, Option<String>)| {
        candidate(format!("{name}="), about.as_deref().unwrap_or(""))
    };
    offered.into_iter().map(named).collect()
}

/// How runs end.
pub(super) fn complete_status(current: &OsStr) -> Vec<CompletionCandidate> {
    let typed = current.to_string_lossy();
    let all = ["completed", "failed", "aborted", "paused", "open", "dead"];
    all.into_iter().filter(|name| name.starts_with(&*typed)).map(CompletionCandidate::new).collect()
}

/// Ids of the linter's rules.
pub fn complete_rule(current: &OsStr) -> Vec<CompletionCandidate> {
    let typed = current.to_string_lossy().to_uppercase();
    let rules = crate::lint::registry::ALL.iter().filter(|rule| rule.id.starts_with(&*typed));
    rules.map(|rule| candidate(rule.id.to_owned(), rule.summary)).collect()
}
