//! Findings that are known and left for later: by what they say about which text, not by line.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::diagnostic::Finding;

/// The schema's name; it only grows until the number changes.
const SCHEMA: &str = "midwatch.baseline/1";

/// How often each finding is known.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    counts: BTreeMap<Key, usize>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    file: String,
    rule: String,
    hash: String,
}

#[derive(Serialize, Deserialize)]
struct File {
    schema: String,
    findings: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    file: String,
    rule: String,
    hash: String,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    count: usize,
}

fn one() -> usize {
    1
}

fn is_one(count: &usize) -> bool {
    *count == 1
}

impl Baseline {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// It cannot be read or is no baseline.
    pub fn read(path: &Path) -> anyhow::Result<Baseline> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the baseline {}", path.display()))?;
        let file: File = serde_json::from_str(&text)
            .with_context(|| format!("{} is no baseline; --write-baseline makes one", path.display()))?;
        anyhow::ensure!(
            file.schema == SCHEMA,
            "{} has the schema {:?}; this version reads {SCHEMA:?}",
            path.display(),
            file.schema
        );
        let mut baseline = Baseline::default();
        for Entry { file, rule, hash, count } in file.findings {
            *baseline.counts.entry(Key { file, rule, hash }).or_default() += count;
        }
        Ok(baseline)
    }

    /// What is to be written so that all of `findings` are known; files are named relative to
    /// `folder`, that of the baseline.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>, folder: &Path) -> Baseline {
        let mut baseline = Baseline::default();
        for finding in findings {
            *baseline.counts.entry(key(finding, folder)).or_default() += 1;
        }
        baseline
    }

    /// The file's text: sorted, a finding a line group, so that changes read well.
    pub fn to_text(&self) -> String {
        let findings = self.counts.iter().map(|(key, &count)| {
            let Key { file, rule, hash } = key.clone();
            Entry { file, rule, hash, count }
        });
        let file = File { schema: SCHEMA.into(), findings: findings.collect() };
        let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Takes the known findings out and says how many; what is left of the baseline afterwards is
    /// no longer true.
    pub fn remove_known(&mut self, findings: &mut Vec<Finding>, folder: &Path) -> usize {
        let before = findings.len();
        findings.retain(|finding| {
            let Some(count) = self.counts.get_mut(&key(finding, folder)).filter(|count| **count > 0) else {
                return true;
            };
            *count -= 1;
            false
        });
        before - findings.len()
    }

    /// How many entries matched nothing.
    pub fn stale(&self) -> usize {
        self.counts.values().sum()
    }
}

fn key(finding: &Finding, folder: &Path) -> Key {
    let absolute = super::walk::absolute(Path::new(finding.source.name()));
    let file = absolute.strip_prefix(folder).unwrap_or(Path::new(finding.source.name()));
    let file = file.to_string_lossy().replace('\\', "/");
    Key { file, rule: finding.rule.id.into(), hash: finding.content_key() }
}
