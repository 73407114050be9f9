//! What a heading says by itself.

use super::page::Page;
use crate::runbook::{Section, is_instruction};
use crate::shell;

/// Words before the number of a step.
#[rustfmt::skip]
const STEPS: &[&str] = &[
    "step", "schritt", "étape", "etape", "paso", "passo", "шаг", "stap", "krok",
];

/// Whether the section at `index`, below whose heading nothing stands, needs nothing there: the heading is a
/// step or a command, goes on in the next one, or says the title of the page again.
pub(super) fn says_it_all(page: &Page<'_>, index: usize) -> bool {
    let sections = &page.runbook.sections;
    let section = &sections[index];
    let next = sections.get(index + 1).filter(|next| next.level == section.level);
    // A sentence of several words that does not end: "Look which name", "the disk has".
    let open = || {
        let words = section.heading.split_whitespace().count();
        words > 3
            && section.heading.starts_with(char::is_uppercase)
            && section.heading.ends_with(|c: char| c.is_alphanumeric() || c == ',')
    };
    let goes_on = next.is_some_and(|next| next.heading.starts_with(char::is_lowercase) && open());
    goes_on
        || was_made_a_step(page, section)
        || next.is_some() && reads_as_step(&section.heading)
        || is_command(page, section)
        || is_title(page, index)
}

/// Whether the heading was made a step: "1) Add the node".
fn was_made_a_step(page: &Page<'_>, section: &Section) -> bool {
    let steps = &page.runbook.steps;
    let at = steps.partition_point(|step| step.span.start < section.heading_span.start);
    steps.get(at).is_some_and(|step| step.span.start == section.heading_span.start)
}

/// "Schritt 2: Knoten", "第一步 停止", "Stop it there, and note when.": words of a step, which is done when they
/// were read.
fn reads_as_step(heading: &str) -> bool {
    let heading = heading.trim_start_matches(|c: char| !c.is_alphanumeric());
    // "5.2 Overview" is the number of a chapter, as is "2. Overview".
    let digits = heading.bytes().take_while(u8::is_ascii_digit).count();
    let rest = heading[digits..].strip_prefix([')', '.']);
    if digits > 0 && rest.is_some_and(|rest| is_instruction(rest.trim_start())) {
        return true;
    }
    let (first, rest) = heading.split_once([' ', '\u{3000}']).unwrap_or((heading, ""));
    let counted = || rest.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let lower = first.to_lowercase();
    STEPS.contains(&lower.as_str()) && counted()
        || first.starts_with('第') && first.contains('步')
        || first.starts_with("步骤")
        || is_told_in_russian(&lower)
        || heading.ends_with('.') && rest.trim().contains(' ') && !heading.ends_with("..")
}

/// "Останавливаем узел": what we do, told as it is done.
fn is_told_in_russian(first: &str) -> bool {
    !first.is_ascii()
        && first.chars().count() > 4
        && ["аем", "яем", "уем", "дим", "вим", "лим", "имся", "емся"].iter().any(|end| first.ends_with(end))
}

/// "`show members`", "show members ##": a command that somebody made a heading.
fn is_command(page: &Page<'_>, section: &Section) -> bool {
    let heading = section.heading.trim();
    let (first, rest) = heading.split_once(' ').unwrap_or((heading, ""));
    if rest.is_empty() || !first.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') {
        return false;
    }
    let written = page.slice(section.heading_span).lines().next().unwrap_or("").trim_end();
    let marked = written.ends_with('#') || written.trim_start_matches(['#', ' ']).starts_with('`');
    // Of switches and their like all that one asks begins so.
    marked && (first == "show" || shell::known_command(first))
        || rest.contains(" -") && shell::known_command(first)
}

/// Whether the first heading says the title of the front matter again.
fn is_title(page: &Page<'_>, index: usize) -> bool {
    index == 0 && page.runbook.front.title.as_deref() == Some(page.runbook.sections[0].heading.as_str())
}
