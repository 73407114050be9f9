//! Sections whose only purpose is to look whether the one before them worked.

use super::observe::observes;
use super::page::Page;

/// Words of which the name of such a section holds one.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "check", "checks", "checking", "test", "testen", "tests", "validate", "validation", "verification", "verify", "verifying",
    "prüfen", "prüfung", "überprüfen", "überprüfung", "kontrolle", "vérification", "vérifications", "vérifier",
    "verificación", "verificar", "comprobación", "verificação", "verifica", "контроль", "проверить", "проверка",
    "проверяем",
];

/// The same where words are not parted.
const PARTS: &[&str] = &["验证", "驗證", "检查", "檢查", "确认", "確認", "検証", "확인", "검증"];

/// A name that is longer says more than this.
const LONGEST: usize = 80;

/// Whether the section behind the one at `section` is called so, and looks.
pub(super) fn by_next_section(page: &Page<'_>, section: usize) -> bool {
    let sections = &page.runbook.sections;
    let end = sections[section].span.end;
    let next = sections[section..].iter().find(|next| next.heading_span.start >= end);
    next.filter(|next| is_named(&next.heading)).is_some_and(|next| {
        let first = page.commands.partition_point(|command| command.action.span.start < next.span.start);
        let inside = page.commands[first..].iter();
        inside.take_while(|command| command.action.span.start < next.span.end).any(observes)
    })
}

fn is_named(heading: &str) -> bool {
    if heading.len() > LONGEST {
        return false;
    }
    let lower = heading.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| NAMES.contains(&word))
        || !heading.is_ascii() && PARTS.iter().any(|part| heading.contains(part))
}
