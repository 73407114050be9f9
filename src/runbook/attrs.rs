//! The words after a fence's language, as a runbook keeps them; [`super::info`] reads them.

use std::ops::Deref;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use super::Spanned;

/// The words after a fence's language, as written: `None` and empty mean "not said".
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Attrs {
    /// `id=NAME`
    pub id: Option<String>,
    /// `timeout=DUR`
    pub timeout: Option<Duration>,
    /// `every=DUR`
    pub every: Option<Duration>,
    /// `try=DUR`
    pub try_limit: Option<Duration>,
    /// `hold=DUR`
    pub hold: Option<Duration>,
    /// `unknown=DUR`
    pub unknown: Option<Duration>,
    /// `until=CEL`, with `value` put in front if it begins with an operator.
    pub until: Option<Spanned<String>>,
    /// `fail=CEL`
    pub fail: Option<Spanned<String>>,
    /// `show=CEL`
    pub show: Option<Spanned<String>>,
    /// `fresh=DUR`
    pub fresh: Option<Duration>,
    /// `capture=NAME`, `capture=NAME:CEL`, `NAME?`
    pub capture: Option<Capture>,
    /// `if=CEL`
    pub condition: Option<Spanned<String>>,
    /// `touches=TEXT`
    pub touches: Option<String>,
    /// `ok=0,1`; empty means `0`.
    pub ok: Vec<i32>,
    /// `interactive`
    pub interactive: bool,
    /// `optional`
    pub optional: bool,
    /// `idempotent`
    pub idempotent: bool,
    /// `cwd=PATH`
    pub cwd: Option<String>,
    /// `exec=COMMAND`
    pub exec: Option<Spanned<String>>,
    /// `on=HOST,...`
    pub on: Vec<String>,
}

impl Attrs {
    /// `timeout` of a check: 10 minutes unless said, never infinite.
    pub fn check_timeout(&self) -> Duration {
        self.timeout.unwrap_or(Duration::from_secs(600))
    }

    /// Pause between samples: 5 seconds unless said.
    pub fn every(&self) -> Duration {
        self.every.unwrap_or(Duration::from_secs(5))
    }

    /// Limit of one sample: 10 seconds unless said.
    pub fn try_limit(&self) -> Duration {
        self.try_limit.unwrap_or(Duration::from_secs(10))
    }

    /// How long the condition must stay true: no time unless said.
    pub fn hold(&self) -> Duration {
        self.hold.unwrap_or(Duration::ZERO)
    }

    /// How long samples may stay unknown: 30 seconds unless said.
    pub fn unknown(&self) -> Duration {
        self.unknown.unwrap_or(Duration::from_secs(30))
    }

    /// Age at which a passed check is sampled again before danger: 5 minutes unless said.
    pub fn fresh(&self) -> Duration {
        self.fresh.unwrap_or(Duration::from_secs(300))
    }

    /// The condition of a check: `exit == 0` unless said.
    pub fn until(&self) -> &str {
        self.until.as_ref().map_or("exit == 0", |until| &until.value)
    }

    /// Whether `status` counts as success.
    pub fn is_ok(&self, status: i32) -> bool {
        if self.ok.is_empty() { status == 0 } else { self.ok.contains(&status) }
    }
}

/// The words after a fence's language, which the actions of one block share. Most have none, and
/// share nothing.
#[derive(Debug, Clone, Default)]
pub struct Annotations(Option<Arc<Attrs>>);

impl Annotations {
    /// Whether the author said nothing.
    pub fn are_none(&self) -> bool {
        self.0.as_ref().is_none_or(|attrs| **attrs == Attrs::default())
    }
}

impl From<Attrs> for Annotations {
    fn from(attrs: Attrs) -> Self {
        Annotations(Some(Arc::new(attrs)))
    }
}

impl Deref for Annotations {
    type Target = Attrs;

    fn deref(&self) -> &Attrs {
        static NONE: LazyLock<Attrs> = LazyLock::new(Attrs::default);
        self.0.as_deref().unwrap_or_else(|| &NONE)
    }
}

impl PartialEq for Annotations {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

/// `capture=NAME:CEL`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// The variable later steps see.
    pub name: String,
    /// What to keep; standard output, trimmed, if not said.
    pub expr: Option<Spanned<String>>,
    /// `NAME?`: an empty or failed capture is no failure.
    pub optional: bool,
}
