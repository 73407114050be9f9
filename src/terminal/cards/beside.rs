//! What stands in a block and is no command: comments between prompts, output the author expects.

use super::*;
use crate::source::{Source, Span};

/// Lines of expected output that are shown; more would push the command off the screen.
const SHOWN: usize = 8;

/// A line of a block, as it stands in the file.
pub(super) struct Line<'s> {
    /// The whole line, prompt included.
    pub text: &'s str,
    /// Whether it is of the action's script.
    pub runs: bool,
}

/// The lines of the block of an action that are its own: its script, and what stands between its
/// lines or follows them. Of several actions in one block each has what follows it.
pub(super) fn lines<'s>(source: &'s Source, step: &Step, index: usize) -> Vec<Line<'s>> {
    let action = &step.actions[index];
    let block = source.slice(action.span);
    let fenced = block.trim_start().starts_with("```") || block.trim_start().starts_with("~~~");
    if !fenced || action.lines.is_empty() {
        return Vec::new();
    }
    let of_block: Vec<(usize, Span)> = (0..step.actions.len())
        .filter(|&other| step.actions[other].span == action.span)
        .flat_map(|other| step.actions[other].lines.iter().map(move |line| (other, *line)))
        .collect();
    let first = of_block.iter().min_by_key(|(_, line)| line.start).map(|(owner, _)| *owner);
    let count = block.lines().count();
    let mut start = action.span.start;
    let mut lines = Vec::new();
    for (n, text) in block.split_inclusive('\n').enumerate() {
        let end = start + text.trim_end_matches(['\n', '\r']).len();
        let meets = |line: &Span| {
            line.start <= end && line.end >= start && !(line.is_empty() && text.trim().is_empty())
        };
        let script = of_block.iter().find(|(_, line)| meets(line)).map(|(owner, _)| *owner);
        let before = of_block.iter().filter(|(_, line)| line.start <= start);
        let owner =
            script.or_else(|| before.max_by_key(|(_, line)| line.start).map(|(owner, _)| *owner)).or(first);
        let marker = n == 0 || (n + 1 == count && text.trim_start().starts_with(['`', '~']));
        if owner == Some(index) && !marker {
            lines.push(Line { text: text.trim_end(), runs: script.is_some() });
        }
        start += text.len();
    }
    lines
}

/// What the author put beside a command: below it, so that nobody takes it for a part of it.
pub(super) fn beside(page: Page, source: &Source, step: &Step, index: usize) -> Vec<String> {
    let all = lines(source, step, index);
    let beside: Vec<&str> =
        all.iter().filter(|line| !line.runs && !line.text.trim().is_empty()).map(|line| line.text).collect();
    if beside.is_empty() {
        return Vec::new();
    }
    let bar = page.style.glyph("│", "|");
    let indent = beside.iter().map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let mut lines = vec![page.style.paint(Role::Dim, "  The runbook shows beside it:")];
    let shown = beside.iter().take(SHOWN).map(|line| {
        let text = cut(&clean(line.get(indent..).unwrap_or(line)), page.width - 6);
        page.style.paint(Role::Dim, &format!("    {bar} {text}"))
    });
    lines.extend(shown);
    if beside.len() > SHOWN {
        lines
            .push(page.style.paint(Role::Dim, &format!("    {bar} and {} more lines", beside.len() - SHOWN)));
    }
    lines.push(String::new());
    lines
}
