//! How findings are written: for people, for forges, for programs.

mod github;
mod gitlab;
mod json;
mod junit;
mod sarif;
mod text;

use std::borrow::Cow;
use std::io::{self, Write};

use super::diagnostic::Finding;
pub use text::{Renderer, Shown};

/// The forms there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// For people: the place, an excerpt, what to do.
    #[default]
    Text,
    /// One object, `midwatch.lint/1`.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions: annotations on the changed lines.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit XML, for everything else that shows test results.
    Junit,
}

/// What a linter run has to say.
#[derive(Debug, Default)]
pub struct Report<'r> {
    /// Those to be shown, by file and place.
    pub findings: Vec<Finding>,
    /// The files looked at, in order.
    pub files: Vec<Cow<'r, str>>,
    /// Of what a [`Renderer`] wrote already, in the place of findings.
    pub shown: Option<Shown>,
}

/// Writes `report` to `out`; `colour` is for [`Format::Text`].
///
/// # Errors
/// Those of `out`.
pub fn write(format: Format, report: &Report<'_>, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text::write(report, colour, out),
        Format::Json => json::write(report, out),
        Format::Sarif => sarif::write(report, out),
        Format::Github => github::write(report, out),
        Format::Gitlab => gitlab::write(report, out),
        Format::Junit => junit::write(report, out),
    }
}

/// Every finding with a fingerprint that stays the same when other lines change: its content's
/// hash, and a number where the same line has the same finding again.
fn fingerprints(findings: &[Finding]) -> Vec<String> {
    let mut counts = std::collections::HashMap::new();
    let print = |finding: &Finding| {
        let key = (finding.source.name().to_owned(), finding.content_key());
        let count = counts.entry(key.clone()).or_insert(0usize);
        *count += 1;
        use sha2::{Digest, Sha256};
        let mut hash = Sha256::new();
        hash.update(key.0.as_bytes());
        hash.update(key.1.as_bytes());
        hash.update(count.to_string().as_bytes());
        crate::source::hex(&hash.finalize()[..16])
    };
    findings.iter().map(print).collect()
}

/// A path as a URI reference: forward slashes, and what is not plain percent-encoded; an absolute
/// one says that it is a file.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut out = String::with_capacity(path.len());
    if path.starts_with('/') {
        out.push_str("file://");
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// `1 file`, `2 files`.
fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests;
