//! What headings say about their sections: which are background, and which count.

use super::abroad;
use super::words::Words;
use crate::source::{contains_ignoring_case, trim_start};

/// Words that name background. A heading made of these and of [`AROUND`] alone is context.
#[rustfmt::skip]
pub(super) const BACKGROUND: &[&str] = &[
    "about", "acronyms", "appendix", "architecture", "authors", "background", "causes", "changelog",
    "concept", "concepts", "contents", "context", "definition", "definitions", "description",
    "diagram", "diagrams", "disclaimer", "docs", "documentation", "faq", "glossary", "historical", "history", "impact", "index", "intro",
    "introduction", "links", "meaning", "metadata", "motivation", "overview", "owner", "owners",
    "purpose", "rationale", "reading", "reference", "references", "resources", "revisions", "scope",
    "summary", "symptom", "symptoms", "synopsis", "terminology", "toc", "topology", "why",
];

/// Words that may stand around them and say nothing of their own.
#[rustfmt::skip]
pub(super) const AROUND: &[&str] = &[
    "a", "additional", "alert", "also", "an", "and", "brief", "business", "common", "component",
    "components", "data", "design", "detailed", "details", "external", "further",
    "general", "helpful", "high", "high-level", "important", "in", "incident", "information",
    "internal", "is", "key", "level", "likely", "material", "model", "more", "notes", "of", "on", "other",
    "playbook", "possible", "potential", "probable", "problem", "quick", "related", "runbook",
    "section", "see", "service", "severity", "short", "system", "table", "technical", "terms",
    "the", "this", "to", "typical", "useful", "user", "very",
];

/// Whether the heading, [`uncounted`], names a section that is shown and never asked about.
pub(super) fn is_context(heading: &str) -> bool {
    let mut words = Words { rest: heading }.map(|word| word.lower());
    let Some(first) = words.next() else { return false };
    if matches!(first.as_bytes(), b"what" | b"why" | b"see" | b"mental" | b"how" | b"where" | b"related") {
        let second = words.clone().next();
        match (&*first, second.as_deref()) {
            ("what", Some("is" | "are" | "does" | "do" | "was"))
            | ("why", _)
            | ("see", Some("also"))
            | ("mental", Some("model" | "models"))
            | ("where", Some("is" | "are" | "to")) => return true,
            ("related", None | Some("alerts" | "articles" | "issues" | "pages" | "runbooks" | "topics")) => {
                return true;
            }
            ("how", Some("it" | "does" | "do" | "is" | "are")) => {
                return ![" i ", " we "].iter().any(|asks| contains_ignoring_case(heading, asks));
            }
            _ => {}
        }
    }
    // "Further information", but not "Incident information", which somebody may have to gather.
    let further =
        matches!(first.as_bytes(), b"further" | b"additional" | b"more" | b"other" | b"related" | b"useful");
    let mut background = false;
    for word in std::iter::once(first).chain(words) {
        let more = further && matches!(word.as_bytes(), b"info" | b"information" | b"material" | b"details");
        let kinds = word.kinds();
        if more || kinds.background() {
            background = true;
        } else if !kinds.around() {
            return names_sources(heading);
        }
    }
    background
}

/// "Cache related resources", "Learning materials": where more is to be read, of whatever it be.
fn names_sources(heading: &str) -> bool {
    let heading = heading.trim_end_matches([' ', '#', ':']);
    // So end the words that it may end with, and few others.
    let ends: [&[u8]; 5] = [b"ces", b"nks", b"ial", b"als", b"ion"];
    let end = heading.as_bytes().last_chunk::<3>();
    if !end.is_some_and(|end| ends.iter().any(|known| end.eq_ignore_ascii_case(known))) {
        return false;
    }
    let mut words = heading.rsplit(' ');
    let (Some(last), Some(kind)) = (words.next(), words.next()) else { return false };
    let is = |word: &str, list: &[&str]| list.iter().any(|known| word.eq_ignore_ascii_case(known));
    is(last, &["resources", "links", "material", "materials", "documentation", "references"])
        && is(kind, &["related", "useful", "additional", "external", "further", "helpful", "learning"])
        && !super::words::begins_with_verb(heading)
}

/// Words that name what has to be there before the work begins.
#[rustfmt::skip]
const NEEDS: &[&str] = &[
    "assumption", "assumptions", "pre-req", "pre-reqs", "pre-requirements",
    "pre-requisite", "pre-requisites", "prereq", "prereqs", "prerequisite", "prerequisites", "requirement",
    "requirements",
];

/// Whether a word of such a heading in ASCII letters can begin so, in lower case: one of [`NEEDS`], or
/// the first of a sentence.
pub(super) fn begins_need(three: &[u8; 3]) -> bool {
    matches!(three, b"ass" | b"pre" | b"req" | b"bef" | b"wha" | b"thi" | b"goo")
}

/// Whether the heading, [`uncounted`], names a section that says what has to be there, or to be
/// known, before the work begins: a list there tells things unless its items are plainly something
/// to do.
pub(super) fn names_needs(heading: &str) -> bool {
    let listed = || Words { rest: heading }.take(6).any(|word| NEEDS.binary_search(&&*word.lower()).is_ok());
    let mut words = Words { rest: heading }.map(|word| word.lower());
    let (first, second, third) = (words.next(), words.next(), words.next());
    match (first.as_deref(), second.as_deref(), third.as_deref()) {
        (Some("before"), Some("you"), Some("begin" | "start" | "proceed"))
        | (Some("before"), Some("starting" | "beginning" | "we"), _)
        | (Some("what"), Some("you"), Some("need" | "should" | "must"))
        | (Some("things"), Some("to"), Some("know"))
        | (Some("good"), Some("to"), Some("know")) => true,
        _ => listed() || abroad::names_needs(heading),
    }
}

/// Whether a background heading lists troubles, each of which may say what to do about it.
pub(super) fn names_troubles(heading: &str) -> bool {
    let lower = heading.to_ascii_lowercase();
    Words { rest: &lower }.any(|word| matches!(word.text, "symptoms" | "symptom" | "causes" | "faq"))
}

/// How a heading counts: "Step 2: drain", "2. drain".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    /// It says "step", so it needs no neighbour to be one.
    pub says_step: bool,
    /// Bytes of the heading that are the count.
    pub len: usize,
}

/// The count a heading begins with; `1.1`, `5xx` and `3 nodes` are none.
pub(super) fn count(heading: &str) -> Option<Count> {
    let trimmed = trim_start(heading);
    // Most headings are told by their first letter.
    if !matches!(trimmed.as_bytes().first(), Some(b'0'..=b'9' | b's' | b'S')) {
        return None;
    }
    let lead = heading.len() - trimmed.len();
    let says_step = trimmed.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("step"));
    let rest = if says_step { trimmed[4..].trim_start_matches([' ', '#', '\u{a0}']) } else { trimmed };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 3 || (says_step && rest.len() == trimmed.len() - 4) {
        return None;
    }
    let tail = &rest[digits..];
    let marker =
        tail.find(|c: char| !matches!(c, '.' | ')' | ':' | '-' | '–' | '—' | ' ')).unwrap_or(tail.len());
    let marker_text = &tail[..marker];
    let marked = marker_text.trim_start().starts_with(['.', ')', ':', '-', '–', '—']);
    let spaced = marker == tail.len() || marker_text.ends_with(' ');
    if !spaced || !(marked || says_step) {
        return None;
    }
    Some(Count { says_step, len: lead + (trimmed.len() - tail.len()) + marker })
}

/// The heading without what it counts by.
pub(super) fn uncounted(heading: &str) -> &str {
    name(heading, count(heading))
}

/// As [`uncounted`], where the heading's [`count`] is known.
pub(super) fn name(heading: &str, count: Option<Count>) -> &str {
    match count {
        Some(count) => &heading[count.len..],
        // "1.2 Overview" does not count, but its number is no part of its name either.
        None => heading.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ' ')),
    }
}

/// GitHub's anchor of a heading: lower case, punctuation dropped, spaces as hyphens.
pub(super) fn slug(heading: &str) -> String {
    if heading.is_ascii() {
        let mut slug = vec![0; heading.len()];
        let mut len = 0;
        for byte in heading.trim().bytes() {
            let sign = SLUG[usize::from(byte)];
            slug[len] = sign;
            len += usize::from(sign != 0);
        }
        slug.truncate(len);
        return String::from_utf8(slug).unwrap_or_default();
    }
    let mut slug = String::with_capacity(heading.len());
    for c in heading.trim().chars() {
        match c {
            ' ' | '-' => slug.push('-'),
            '_' => slug.push('_'),
            c if c.is_ascii_alphanumeric() => slug.push(c.to_ascii_lowercase()),
            c if c.is_alphanumeric() => slug.extend(c.to_lowercase()),
            _ => {}
        }
    }
    slug
}

/// Whether `anchor` is the [`slug`] of the heading.
pub(super) fn has_slug(heading: &str, anchor: &str) -> bool {
    if !heading.is_ascii() {
        return slug(heading) == anchor;
    }
    let signs = heading.trim().bytes().map(|byte| SLUG[usize::from(byte)]).filter(|&sign| sign != 0);
    signs.eq(anchor.bytes())
}

/// What an ASCII byte is in an anchor; 0 where it is dropped.
static SLUG: [u8; 256] = {
    let mut table = super::ids::lower();
    table[b' ' as usize] = b'-';
    table[b'-' as usize] = b'-';
    table[b'_' as usize] = b'_';
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_for_the_search() {
        for list in [BACKGROUND, AROUND, NEEDS] {
            assert!(list.windows(2).all(|pair| pair[0] < pair[1]), "{list:?}");
        }
        // What the first look at a heading asks for.
        assert!(NEEDS.iter().all(|word| begins_need(word.as_bytes().first_chunk().unwrap())));
    }

    #[test]
    fn a_heading_has_its_slug_and_no_other() {
        for heading in ["Drain the node", " 1.2 C++ & co. ", "Über_uns", "wait - then go", "", "?!", "a b"] {
            let own = slug(heading);
            assert!(has_slug(heading, &own), "{heading:?} {own:?}");
            for other in [format!("{own}-"), format!("x{own}"), own.to_uppercase() + "A", "a-c".to_owned()] {
                assert!(!has_slug(heading, &other), "{heading:?} {other:?}");
            }
        }
        assert!(!has_slug("Drain", "drai") && !has_slug("Drain", ""));
    }

    #[test]
    fn background_is_told_from_work() {
        for yes in [
            "Meaning",
            "Impact",
            "Summary",
            "Service Overview",
            "1. Overview",
            "Symptoms & causes",
            "Table of Contents",
            "References and links",
            "What is bloat?",
            "Why this alert",
            "See also",
            "**Background**",
            "Mental model",
            "Further info",
            "More information",
        ] {
            assert!(is_context(uncounted(yes)), "{yes}");
        }
        for no in [
            "Diagnosis",
            "Mitigation",
            "Restart the service",
            "How to find links",
            "What to check",
            "",
            "Overview of drains",
            "Step 2: drain",
            "Impacted hosts",
            "Incident information",
            "Additional notes",
        ] {
            assert!(!is_context(uncounted(no)), "{no}");
        }
    }

    #[test]
    fn what_is_needed_is_told_from_work() {
        for yes in [
            "Prerequisites",
            "Pre-requisite",
            "2. IAM & access prerequisites",
            "Requirements",
            "Before you begin",
            "What you need",
        ] {
            assert!(names_needs(uncounted(yes)), "{yes}");
        }
        for no in ["Before the upgrade", "Preparation", "Restart", "What to check", "Know your model", ""] {
            assert!(!names_needs(uncounted(no)), "{no}");
        }
    }

    #[test]
    fn headings_count_as_written() {
        for (yes, rest) in [
            ("Step 1", ""),
            ("Step 2: Drain", "Drain"),
            ("1. Drain", "Drain"),
            ("2) Drain", "Drain"),
            ("STEP 3 - go", "go"),
            ("10 - go", "go"),
            ("1.", ""),
            ("Step 4 Drain", "Drain"),
        ] {
            assert!(count(yes).is_some(), "{yes}");
            assert_eq!(uncounted(yes), rest, "{yes}");
        }
        for no in [
            "1.1 Drain",
            "5xx errors",
            "3 nodes down",
            "Steps",
            "Stepping 1",
            "Step one",
            "2024-01-01 outage",
            "1.2",
            "Step1a",
            "",
        ] {
            assert!(count(no).is_none(), "{no}");
        }
    }

    #[test]
    fn anchors_are_those_of_the_forge() {
        assert_eq!(slug("Queue is growing!"), "queue-is-growing");
        assert_eq!(slug("A & B"), "a--b");
        assert_eq!(slug("Ünder_score `x`"), "ünder_score-x");
    }
}
