//! Applying fixes: only safe ones, until nothing is left to mend, every other byte as it was.

use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;

use crate::runbook::{self, ActionKind, Runbook};
use crate::source::Source;

use super::diagnostic::{Edit, Finding};

/// Fixes make way for others; after so many passes something is going in circles.
const PASSES: usize = 20;

/// What came of it.
#[derive(Debug)]
pub struct Fixed {
    /// The mended text.
    pub source: Arc<Source>,
    /// How many fixes of each rule were applied.
    pub applied: BTreeMap<&'static str, usize>,
}

/// Applies the safe fixes of what `lint` finds in `source`, again and again until there are none.
///
/// No fix may change what a command does: whatever a rule promises, the commands before and after
/// are compared, and a fix that changes one (but for the space behind a continuation's backslash)
/// is dropped.
pub fn fix(source: &Arc<Source>, lint: impl Fn(&Arc<Source>) -> Vec<Finding>) -> Fixed {
    let mut fixed = Fixed { source: Arc::clone(source), applied: BTreeMap::new() };
    let mut seen = HashSet::from([source.sha256()]);
    let mut dropped = HashSet::new();
    for _ in 0..PASSES {
        let findings = lint(&fixed.source);
        let fixes = chosen(&findings, &dropped);
        if fixes.is_empty() {
            break;
        }
        let before = commands(&runbook::parse(Arc::clone(&fixed.source)));
        let mut next = apply_all(&fixed.source, &fixes);
        let mut taken = fixes.clone();
        if commands(&runbook::parse(Arc::clone(&next))) != before {
            (next, taken) = one_by_one(&fixed.source, &fixes, &before);
            let left = fixes.iter().filter(|fix| !taken.iter().any(|taken| std::ptr::eq(*taken, **fix)));
            dropped.extend(left.map(|finding| finding.content_key()));
        }
        if taken.is_empty() || !seen.insert(next.sha256()) {
            break;
        }
        for finding in taken {
            *fixed.applied.entry(finding.rule.id).or_default() += 1;
        }
        fixed.source = next;
    }
    fixed
}

/// The findings whose safe fixes do not touch each other, first come, first served; not those that
/// were `dropped` before.
fn chosen<'f>(findings: &'f [Finding], dropped: &HashSet<String>) -> Vec<&'f Finding> {
    let mut taken: Vec<(usize, usize)> = Vec::new();
    let mut chosen = Vec::new();
    for finding in findings {
        let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safe && !fix.edits.is_empty()) else {
            continue;
        };
        let start = fix.edits.iter().map(|edit| edit.span.start).min().unwrap_or(0);
        let end = fix.edits.iter().map(|edit| edit.span.end).max().unwrap_or(0);
        // Fixes of neighbours may each be right and together wrong: a whole fix is one stretch.
        if !dropped.is_empty() && dropped.contains(&finding.content_key()) {
            continue;
        }
        if taken.iter().all(|&(from, to)| end < from || to < start) {
            taken.push((start, end));
            chosen.push(finding);
        }
    }
    chosen
}

/// Applies those fixes that alone keep the commands as they are.
fn one_by_one<'f>(
    source: &Arc<Source>,
    fixes: &[&'f Finding],
    before: &[Command],
) -> (Arc<Source>, Vec<&'f Finding>) {
    let keeps = |fixes: &[&Finding]| commands(&runbook::parse(apply_all(source, fixes))) == before;
    let mut good = Vec::new();
    for &finding in fixes {
        good.push(finding);
        if !keeps(&good) {
            good.pop();
        }
    }
    (apply_all(source, &good), good)
}

fn apply_all(source: &Arc<Source>, findings: &[&Finding]) -> Arc<Source> {
    let edits = findings.iter().filter_map(|finding| finding.fix.as_ref()).flat_map(|fix| &fix.edits);
    Source::new(source.name(), apply(source.text(), edits))
}

/// `text` with `edits` made; one that overlaps an earlier one or is no place of the text is left out.
pub fn apply<'e>(text: &str, edits: impl IntoIterator<Item = &'e Edit>) -> String {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for edit in edits {
        let Some(between) = text.get(at..edit.span.start) else { continue };
        if text.get(edit.span.range()).is_none() {
            continue;
        }
        out.push_str(between);
        out.push_str(&edit.text);
        at = edit.span.end;
    }
    out.push_str(&text[at..]);
    out
}

type Command = (ActionKind, bool, bool, String);

/// Everything that could run, in order.
fn commands(runbook: &Runbook) -> Vec<Command> {
    let actions = runbook.steps.iter().flat_map(|step| &step.actions);
    actions.map(|action| (action.kind, action.offered, action.interactive, joined(&action.script))).collect()
}

/// The script with white space between a backslash and the end of its line left out: that this
/// is no continuation is the one thing a fix may change.
fn joined(script: &str) -> String {
    let mut out = String::with_capacity(script.len());
    for line in script.split_inclusive('\n') {
        let trimmed = line.trim_end();
        if trimmed.ends_with('\\') && line.ends_with('\n') {
            out.push_str(trimmed);
            out.push('\n');
        } else {
            out.push_str(line);
        }
    }
    out
}

/// The changes as a unified diff; empty if there are none.
pub fn diff(name: &str, old: &str, new: &str) -> String {
    if old == new {
        return String::new();
    }
    let diff = similar::TextDiff::from_lines(old, new);
    diff.unified_diff().context_radius(3).header(name, name).to_string()
}

/// Replaces the file at `path` in one go: whoever reads it sees the old or the new bytes, never
/// some of each. Links are followed, permissions are kept.
///
/// # Errors
/// The folder or the file cannot be written; the file is then as it was.
pub fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let failed = || format!("cannot write {}", path.display());
    let path = path.canonicalize().with_context(failed)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let permissions = std::fs::metadata(&path).with_context(failed)?.permissions();
    anyhow::ensure!(!permissions.readonly(), "{}: it is read-only", failed());
    let mut file = tempfile::Builder::new().prefix(".midwatch-").tempfile_in(folder).with_context(failed)?;
    file.write_all(text.as_bytes()).with_context(failed)?;
    file.as_file().set_permissions(permissions).with_context(failed)?;
    file.as_file().sync_all().with_context(failed)?;
    file.persist(&path).with_context(failed)?;
    Ok(())
}

#[cfg(test)]
#[path = "fix/tests.rs"]
mod tests;
