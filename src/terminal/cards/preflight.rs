//! What past runs and the surroundings say before the first step.

use super::*;

/// What past runs and the surroundings say before the first step.
#[derive(Debug, Clone, Default)]
pub struct Preflight {
    /// How long completed runs took, shortest first.
    pub times: Vec<Duration>,
    /// The last run, however it ended.
    pub last: Option<LastRun>,
    /// Runs of the same runbook that are open or paused: id and status.
    pub unfinished: Vec<(String, &'static str)>,
    /// What may go wrong with the place midwatch runs in.
    pub warnings: Vec<String>,
}

/// The run before this one.
#[derive(Debug, Clone)]
pub struct LastRun {
    /// How it ended.
    pub status: &'static str,
    /// Whether all that could be undone of it was, where something was.
    pub undone: Option<bool>,
    /// When it began, RFC 3339.
    pub started: String,
    /// Who ran it.
    pub operator: String,
}

/// The lines of a preflight below those of the run itself.
pub fn preflight(page: Page, preflight: &Preflight) -> Vec<String> {
    let mut lines = Vec::new();
    let mut past = String::new();
    if let [shortest, .., longest] | [shortest @ longest] = preflight.times.as_slice() {
        let median = preflight.times[preflight.times.len() / 2];
        let runs = preflight.times.len();
        past = match runs {
            1 => format!("{}, one run", brief(median)),
            _ => format!("{} ({}-{}, {runs} runs)", brief(median), brief(*shortest), brief(*longest)),
        };
    }
    lines.extend(page.row("Usually", &past));
    if let Some(last) = &preflight.last {
        let day = last.started.get(..10).unwrap_or(&last.started);
        let undone = match last.undone {
            Some(true) => ", undone",
            Some(false) => ", partly undone",
            None => "",
        };
        lines.extend(page.row("Last", &format!("{}{undone}, {day}, {}", last.status, last.operator)));
    }
    for (run, status) in preflight.unfinished.iter().take(1) {
        let go_on =
            if *status == "paused" { format!("; midwatch resume {}", short(run)) } else { String::new() };
        let text = format!("another run of this runbook is {status}: {}{go_on}", short(run));
        let wrapped = wrap(&text, page.width, "  warn  ", "        ");
        lines.extend(wrapped.into_iter().map(|line| page.style.paint(Role::Warn, &line)));
    }
    if preflight.unfinished.len() > 1 {
        let text = format!("and {} more: midwatch history", preflight.unfinished.len() - 1);
        lines.push(page.style.paint(Role::Warn, &format!("        {text}")));
    }
    for warning in &preflight.warnings {
        let wrapped = wrap(&clean(warning), page.width, "  warn  ", "        ");
        lines.extend(wrapped.into_iter().map(|line| page.style.paint(Role::Warn, &line)));
    }
    lines
}
