//! A run on one line: what the ledger carries and `history` shows.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use std::collections::BTreeSet;

use super::{Run, StepRun};
use crate::event::{Ending, Mode};

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunStatus {
    /// All steps are settled.
    Completed,
    /// A step failed.
    Failed,
    /// The operator gave it up.
    Aborted,
    /// It can be resumed.
    Paused,
    /// Someone works on it.
    Open,
    /// Its process is gone, and nobody paused or sealed it; it can be resumed.
    Dead,
}

impl RunStatus {
    /// All of them.
    pub const ALL: [RunStatus; 6] = [
        RunStatus::Completed,
        RunStatus::Failed,
        RunStatus::Aborted,
        RunStatus::Paused,
        RunStatus::Open,
        RunStatus::Dead,
    ];

    /// Its name, also in JSON.
    pub fn name(self) -> &'static str {
        match self {
            RunStatus::Completed => "completed",
            RunStatus::Failed => "failed",
            RunStatus::Aborted => "aborted",
            RunStatus::Paused => "paused",
            RunStatus::Open => "open",
            RunStatus::Dead => "dead",
        }
    }

    /// The status of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// A run on one line. The order of the fields is that of the JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// UUID v7.
    pub run: String,
    /// The runbook's absolute path, with `#anchor` where only a section ran.
    pub runbook: String,
    /// Its title.
    pub title: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// The user who opened it (who became somebody else by sudo, under the first name).
    pub operator: String,
    /// The host it was opened on.
    pub host: String,
    /// RFC 3339, UTC.
    pub started: String,
    /// RFC 3339, UTC: when it was sealed or paused; none while it is open.
    pub ended: Option<String>,
    /// How it stands.
    pub status: RunStatus,
    /// How many steps it has.
    pub steps_total: usize,
    /// How many are done.
    pub steps_done: usize,
    /// How many were passed over, for whatever reason.
    pub steps_skipped: usize,
    /// `--ticket`
    pub ticket: Option<String>,
    /// `--tag`
    pub tags: Vec<String>,
    /// Whether it was a rehearsal (drill or tabletop).
    pub drill: bool,
    /// From the first event to the last; in JSON `duration_s`, seconds.
    #[serde(rename = "duration_s", serialize_with = "seconds", deserialize_with = "millis")]
    pub duration_ms: u64,
    /// The run whose rollbacks it is about; its steps are those then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<String>,
    /// The number of the only step of that run it is about, if it is not about all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes_step: Option<usize>,
}

impl Run {
    /// The run on one line. An unsealed run that is not paused is `open` here: whether its process
    /// is gone is not in its record.
    pub fn summary(&self) -> Summary {
        let revision = &self.revision;
        let file = if revision.file.is_empty() { &revision.path } else { &revision.file };
        let anchor = revision.anchor.as_ref().map(|anchor| format!("#{anchor}")).unwrap_or_default();
        let status = match &self.sealed {
            Some(seal) => match seal.status {
                Ending::Completed => RunStatus::Completed,
                Ending::Failed => RunStatus::Failed,
                Ending::Aborted => RunStatus::Aborted,
            },
            None if self.paused().is_some() => RunStatus::Paused,
            None => RunStatus::Open,
        };
        let ended = match (&self.sealed, self.paused()) {
            (Some(seal), _) => Some(seal.when.at.clone()),
            (None, Some(pause)) => Some(pause.when.at.clone()),
            (None, None) => None,
        };
        let counts = self.counts();
        let undone = self.undoes.is_some().then(|| self.rolled_back());
        Summary {
            run: self.id.clone(),
            runbook: format!("{file}{anchor}"),
            title: revision.title.clone(),
            sha256: revision.sha256.clone(),
            operator: self.operator.person().to_owned(),
            host: self.operator.host.clone(),
            started: self.opened.as_ref().map(|when| when.at.clone()).unwrap_or_default(),
            ended,
            status,
            steps_total: self.steps_total,
            steps_done: undone.unwrap_or(counts.done),
            steps_skipped: counts.passed_over(),
            ticket: self.ticket.clone(),
            tags: self.tags.clone(),
            drill: self.mode != Mode::Live,
            duration_ms: u64::try_from(self.elapsed().as_millis()).unwrap_or(u64::MAX),
            undoes: self.undoes.clone(),
            undoes_step: self.from.filter(|_| self.undoes.is_some()),
        }
    }

    /// How many rollbacks succeeded.
    pub fn rolled_back(&self) -> usize {
        let of_step = |step: &StepRun| {
            let good = step.attempts.iter().filter(|attempt| attempt.kind == "rollback" && attempt.ok);
            good.map(|attempt| &*attempt.action).collect::<BTreeSet<_>>().len()
        };
        self.steps().map(of_step).sum()
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn seconds<S: Serializer>(millis: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(*millis as f64 / 1000.0)
}

fn millis<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    f64::deserialize(deserializer).map(|seconds| (seconds * 1000.0).round() as u64)
}
