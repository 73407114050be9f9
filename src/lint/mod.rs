//! The linter: what is wrong with a runbook before somebody needs it at night.
//!
//! A [`Page`] is one file as the [rules](registry::ALL) see it. Each rule is one file below
//! `rules/`, with its explanation and its examples, which are also its tests. What it finds goes
//! through the comments that silence findings, the configuration and the baseline to one of the
//! [formats](format).

pub mod alerts;
pub mod baseline;
pub mod catalogue;
pub mod config;
pub mod diagnostic;
mod endless;
mod files;
pub mod fix;
pub mod format;
mod headings;
mod incomplete;
mod links;
mod marks;
mod numbering;
mod observe;
mod page;
mod prose;
mod queue;
pub mod registry;
mod rules;
pub mod run;
mod secrets;
pub mod sink;
mod subs;
mod suppress;
mod verified;
mod waits;
pub mod walk;

use std::path::Path;
use std::sync::Arc;

use crate::runbook::{self, Severity};
use crate::source::Source;

pub use diagnostic::{Edit, Finding, Fix, Related};
pub use page::{Command, Page, World};
pub use registry::Rule;

/// How a file is to be looked at.
#[derive(Debug, Clone, Copy)]
pub struct Options<'o> {
    /// What is known beyond the file.
    pub world: World<'o>,
    /// What `midwatch.toml` says.
    pub config: &'o config::Config,
    /// Findings below this are not wanted.
    pub level: Severity,
}

impl Options<'_> {
    /// The severity the configuration gives to `rule`: none if it says nothing, `Some(None)` for off.
    fn said(&self, rule: &Rule) -> Option<Option<Severity>> {
        self.config.level(rule, self.world.path.unwrap_or(Path::new("")))
    }

    /// Whether the rule, of which `said` is what the configuration says, may say anything at all
    /// about the file.
    fn on(&self, rule: &Rule, said: Option<Option<Severity>>) -> bool {
        said != Some(None) && (self.world.alerts.is_some() || rule.id != "MW604")
    }

    /// Whether the rule, of which `said` is what the configuration says, may say what is wanted.
    fn wanted(&self, rule: &Rule, said: Option<Option<Severity>>) -> bool {
        said.flatten().unwrap_or(rule.severity) >= self.level && self.on(rule, said)
    }
}

/// What came of one file.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    /// Its findings at or above the level, silenced ones left out, in order of their places.
    pub findings: Vec<Finding>,
    /// What rule files are to be compared with, where there are some.
    pub known: Option<alerts::Known>,
}

/// Looks at one file: its findings at or above the level, silenced ones left out, in order of
/// their places.
pub fn check(source: &Arc<Source>, options: &Options<'_>) -> Vec<Finding> {
    check_all(&[(Arc::clone(source), *options)]).swap_remove(0).findings
}

/// As [`check`], several files together. A rule is asked about all of them before the next one is, for
/// the reason that `runbook::stages` tells.
pub(crate) fn check_all(files: &[(Arc<Source>, Options<'_>)]) -> Vec<Checked> {
    let read = runbook::parse_to_lint(files.iter().map(|(source, _)| Arc::clone(source)).collect());
    let mut looks: Vec<Look<'_>> = read
        .iter()
        .zip(files)
        .map(|((runbook, doc), (_, options))| {
            let page = Page::new(runbook, doc, options.world);
            Look { ignores: suppress::read(&page), page, options, findings: Vec::new() }
        })
        .collect();
    for rule in registry::ALL {
        looks.iter_mut().for_each(|look| look.ask(rule));
    }
    looks.into_iter().map(Look::checked).collect()
}

/// One file that is being looked at.
struct Look<'l> {
    page: Page<'l>,
    options: &'l Options<'l>,
    ignores: Vec<suppress::Ignore>,
    findings: Vec<Finding>,
}

impl Look<'_> {
    /// Asks one rule.
    fn ask(&mut self, rule: &'static Rule) {
        // A rule that is ignored somewhere must run, or nobody knows whether the ignore is used.
        let named = || self.ignores.iter().any(|ignore| ignore.rules.iter().any(|(named, _)| *named == rule));
        let said = self.options.said(rule);
        if self.options.wanted(rule, said) || (named() && self.options.on(rule, said)) {
            let mut sink = Sink::new(rule, said.flatten(), self.page.source, &mut self.findings);
            (rule.check)(&self.page, &mut sink);
        }
    }

    /// What all rules said, less what the author silenced.
    fn checked(mut self) -> Checked {
        let Look { page, options, ignores, findings } = &mut self;
        suppress::apply(ignores, findings);
        let rule = &rules::UNUSED_IGNORE;
        let said = options.said(rule);
        if options.wanted(rule, said) {
            let mut sink = Sink::new(rule, said.flatten(), page.source, findings);
            suppress::report(page, ignores, |rule| options.on(rule, options.said(rule)), &mut sink);
        }
        findings.retain(|finding| finding.severity >= options.level);
        sort(findings);
        let known = options.world.alerts.map(|_| alerts::Known {
            name: page.source.name().to_owned(),
            title: page.runbook.title.clone(),
            anchors: page.anchored().iter().map(|section| section.anchor.clone()).collect(),
            alerts: page.runbook.front.alerts.clone(),
        });
        Checked { findings: self.findings, known }
    }
}

/// Puts findings in the one order they are shown in: file, place, rule.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.span.start, finding.span.end, finding.rule.id);
        a.source.name().cmp(b.source.name()).then_with(|| key(a).cmp(&key(b)))
    });
}

use sink::Sink;

/// The candidate nearest to a misspelled `word`, if one is near enough to be meant.
pub(crate) fn suggest<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    // A letter in six: names of one kind begin and end alike, and are not meant for each other.
    let most = |candidate: &str| 1.max(candidate.len().min(word.len()) / 6);
    candidates
        // The distance is never less than what the lengths differ by, and costs their product.
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= most(candidate) && candidate.len() < 200)
        // What letters differ in number is a lower bound, and costs less than the distance.
        .filter(|candidate| letters_differ(word, candidate) <= 2 * most(candidate))
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= most(candidate))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many bytes stand in one of the words and not in the other, those that look alike in their
/// lowest five bits counted as one.
fn letters_differ(one: &str, other: &str) -> usize {
    let mut counts = [0i32; 32];
    one.bytes().for_each(|byte| counts[usize::from(byte & 31)] += 1);
    other.bytes().for_each(|byte| counts[usize::from(byte & 31)] -= 1);
    counts.iter().map(|count| count.unsigned_abs() as usize).sum()
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_foreign;
#[cfg(test)]
mod tests_hostile;
#[cfg(test)]
mod tests_noise;
#[cfg(test)]
mod tests_reviewed;
#[cfg(test)]
mod tests_told;
