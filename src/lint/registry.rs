//! The rules there are. One rule is one file below `rules/`; this is the list of them.

use crate::runbook::Severity;
use crate::source::Span;

use super::page::Page;
use super::rules;
use super::sink::Sink;

/// One rule: what it is called, what it looks for, and how it looks.
#[derive(Debug)]
pub struct Rule {
    /// `MW201`
    pub id: &'static str,
    /// `wait-without-check`
    pub name: &'static str,
    /// The worst it ever says.
    pub severity: Severity,
    /// What it catches, in a few words.
    pub summary: &'static str,
    /// Why that is bad at 2 am and what to do instead, as Markdown paragraphs.
    pub explanation: &'static str,
    /// A runbook with one finding; the place is between `«` and `»`.
    pub bad: &'static str,
    /// The same runbook, mended.
    pub good: &'static str,
    /// Whether `--fix` knows how to mend at least some of its findings.
    pub fixable: bool,
    /// Looks at one file.
    pub check: fn(&Page<'_>, &mut Sink<'_>),
}

impl Rule {
    /// The bad example without the marks around the place.
    pub fn bad_text(&self) -> String {
        self.bad.replace(['«', '»'], "")
    }

    /// Where the finding of the bad example is, in [`Rule::bad_text`].
    pub fn bad_span(&self) -> Option<Span> {
        let start = self.bad.find('«')?;
        let end = self.bad.find('»')?.checked_sub('«'.len_utf8())?;
        Some(Span::new(start, end))
    }

    /// Where the rule is explained, if the package says where it lives.
    pub fn url(&self) -> Option<String> {
        let home = env!("CARGO_PKG_REPOSITORY").trim_end_matches('/');
        (!home.is_empty()).then(|| format!("{home}/blob/main/docs/rules.md#{}", self.anchor()))
    }

    /// The anchor of its heading in the generated page.
    pub fn anchor(&self) -> String {
        format!("{}-{}", self.id.to_ascii_lowercase(), self.name)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

/// All rules, by id.
pub static ALL: &[&Rule] = rules::ALL;

/// The rule with this id or name, whatever the case.
pub fn find(word: &str) -> Option<&'static Rule> {
    ALL.iter()
        .copied()
        .find(|rule| rule.id.eq_ignore_ascii_case(word) || rule.name.eq_ignore_ascii_case(word))
}

/// The id of the rule nearest to a misspelled id or name.
pub fn nearest(word: &str) -> Option<&'static str> {
    let ids = super::suggest(&word.to_ascii_uppercase(), ALL.iter().map(|rule| rule.id));
    ids.or_else(|| {
        let name = super::suggest(&word.to_ascii_lowercase(), ALL.iter().map(|rule| rule.name))?;
        find(name).map(|rule| rule.name)
    })
}
