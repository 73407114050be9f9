//! Walking a runbook of the library with the answers its steps ask for.

use std::path::{Path, PathBuf};

use crate::support::{Ended, Place};

/// All runbooks of the library.
pub fn library() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("runbooks");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    files.sort();
    files
}

pub fn book(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("runbooks").join(name)
}

/// `steps --json` of a file.
pub fn understood(place: &Place, file: &Path) -> serde_json::Value {
    let steps = place.midwatch(&["steps", "--json", file.to_str().unwrap()]);
    serde_json::from_str(&steps.stdout).unwrap_or_else(|error| panic!("{error}: {steps:?}"))
}

/// Whether all programs are there; says what is left out else.
pub fn have(what: &str, programs: &[&str]) -> bool {
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/sbin";
    let there = |name: &&&str| path.split(':').any(|folder| Path::new(folder).join(name).exists());
    match programs.iter().find(|name| !there(name)) {
        Some(missing) => {
            println!("left out: {what}: {missing} is not installed");
            false
        }
        None => true,
    }
}

/// Walks `name` from its first step to its last as a person would who finds everything as it should
/// be: runs every command, types the word of what is dangerous, does what is by hand, takes the first
/// alternative. Commands in `absent` are those whose `if=` is false.
pub fn walk(place: &Place, name: &str, set: &[(&str, &str)], absent: &[&str]) -> Ended {
    let file = book(name);
    let json = understood(place, &file);
    let mut answers = String::from("\n");
    let mut chosen: Option<String> = None;
    for step in json["steps"].as_array().unwrap() {
        if let Some(choice) = step["choice"].as_str() {
            if chosen.as_deref() == Some(choice) {
                continue;
            }
            chosen = Some(choice.to_owned());
            answers.push_str("1\n");
        }
        if step["manual"] == true {
            answers.push_str("d\n");
        }
        for action in step["actions"].as_array().unwrap() {
            let id = action["id"].as_str().unwrap();
            if action["kind"] != "run" || action["offered"] == true || absent.contains(&id) {
                continue;
            }
            match action["danger"].as_str().unwrap() {
                "declared" => {
                    let word = action["attrs"]["danger"].as_str().unwrap_or(id);
                    answers.push_str(&format!("r\n{word}\n"));
                }
                "detected" => answers.push_str("r\n"),
                _ => answers.push('\n'),
            }
        }
    }
    answers.push('\n');
    let mut args = vec!["run".to_owned(), file.display().to_string(), "--plain".to_owned()];
    for (key, value) in set {
        args.extend(["--set".to_owned(), format!("{key}={value}")]);
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    place.midwatch_with(&args, &answers)
}

/// That a walk was completed, with every step done (or left out by its condition).
pub fn completed(place: &Place, ended: &Ended) {
    assert_eq!(ended.code, 0, "{}\n{}", ended.stdout, ended.stderr);
    let run = place.show();
    assert_eq!(run["status"], "completed", "{}", ended.stdout);
    for step in run["steps"].as_array().unwrap() {
        assert_ne!(step["status"], "skipped", "{step}");
        assert_ne!(step["status"], "failed", "{step}");
    }
    let verified = place.midwatch(&["verify"]);
    assert_eq!(verified.code, 0, "{verified:?}");
}

/// The values a check of the last run saw.
pub fn values(place: &Place, action: &str) -> Vec<String> {
    let run = place.show();
    let steps = run["steps"].as_array().unwrap().clone();
    let samples = steps.iter().flat_map(|step| step["samples"].as_array().unwrap().clone());
    samples
        .filter(|sample| sample["action"] == action)
        .map(|sample| sample["value"].as_str().unwrap_or("unknown").to_owned())
        .collect()
}
