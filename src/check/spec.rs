//! What the words after a check's fence ask for, compiled.

use std::time::Duration;

use super::expr::{BadExpr, Expr, Purpose, Target};
use crate::runbook::{Attrs, Spanned};
use crate::source::{Source, Span};

/// A word whose expression does not compile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadAttr {
    /// `until`, `fail`, `show`, `if` or `capture`.
    pub attr: &'static str,
    /// The expression and where it is written.
    pub written: Spanned<String>,
    /// What is wrong with it.
    pub bad: BadExpr,
}

impl BadAttr {
    /// Where in `source` the wrong part stands.
    pub fn place(&self, source: &Source) -> Span {
        self.bad.place(&self.written.value, self.written.span, source)
    }
}

/// What a check waits for.
#[derive(Debug, Clone)]
pub struct Spec {
    /// None: the probe's exit status is in `ok`, which is what `exit == 0` says where `ok` does not.
    pub(super) until: Option<Expr>,
    pub(super) fail: Option<Expr>,
    pub(super) show: Option<Expr>,
    pub(super) every: Duration,
    pub(super) try_limit: Duration,
    pub(super) hold: Duration,
    pub(super) unknown: Duration,
    pub(super) timeout: Duration,
    ok: Vec<i32>,
}

impl Spec {
    /// Pause between two samples.
    pub fn every(&self) -> Duration {
        self.every
    }

    /// Limit of one sample.
    pub fn try_limit(&self) -> Duration {
        self.try_limit
    }

    /// Limit of the whole wait.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The condition as it is shown.
    pub fn until_text(&self) -> &str {
        self.until.as_ref().map_or("exit == 0", Expr::text)
    }

    /// The number the shown value is waited to reach, where there is one.
    pub fn target(&self) -> Option<&Target> {
        self.until.as_ref().and_then(Expr::target)
    }

    /// Whether `status` counts as a probe that worked.
    pub(super) fn is_ok(&self, status: i32) -> bool {
        if self.ok.is_empty() { status == 0 } else { self.ok.contains(&status) }
    }
}

/// Compiles the expressions of a check and settles its times.
///
/// Where no condition is written nothing is compiled: the default costs no start of the library.
///
/// # Errors
/// The first word whose expression does not compile, with the place.
pub fn compile(attrs: &Attrs) -> Result<Spec, Box<BadAttr>> {
    let until = one("until", attrs.until.as_ref(), Purpose::Condition)?;
    let show = match one("show", attrs.show.as_ref(), Purpose::Value)? {
        Some(show) => Some(show),
        None => until.as_ref().and_then(Expr::first),
    };
    Ok(Spec {
        fail: one("fail", attrs.fail.as_ref(), Purpose::Condition)?,
        until,
        show,
        // Never a busy loop, whatever is written.
        every: attrs.every().max(Duration::from_millis(10)),
        try_limit: attrs.try_limit(),
        hold: attrs.hold(),
        unknown: attrs.unknown(),
        timeout: attrs.check_timeout(),
        ok: attrs.ok.clone(),
    })
}

/// Compiles every expression of an action, for those who only want to know whether they do.
///
/// # Errors
/// As [`compile`].
pub fn verify(attrs: &Attrs) -> Result<(), Box<BadAttr>> {
    one("until", attrs.until.as_ref(), Purpose::Condition)?;
    one("fail", attrs.fail.as_ref(), Purpose::Condition)?;
    one("show", attrs.show.as_ref(), Purpose::Value)?;
    one("if", attrs.condition.as_ref(), Purpose::Condition)?;
    let capture = attrs.capture.as_ref().and_then(|capture| capture.expr.as_ref());
    one("capture", capture, Purpose::Value).map(|_| ())
}

fn one(
    attr: &'static str,
    written: Option<&Spanned<String>>,
    purpose: Purpose,
) -> Result<Option<Expr>, Box<BadAttr>> {
    let Some(written) = written else { return Ok(None) };
    Expr::compile_for(&written.value, purpose)
        .map(Some)
        .map_err(|bad| Box::new(BadAttr { attr, written: written.clone(), bad }))
}
