//! What a heading, or the label of a step, says of all commands that stand below it: that they are for
//! another machine ("On the replica"), or an example of how one is called.

use super::elsewhere::{self, Whereabouts};
use super::step::clip;
use super::{Action, ActionKind, Section, Step, context, sessions};
use crate::source::trim;

/// The longest name of a place, in characters.
const LONGEST_PLACE: usize = 60;

/// What is said of the commands.
#[derive(Clone, Copy)]
enum Said<'t> {
    /// They are for the machine it names.
    There(&'t str),
    /// They show how something is called.
    Example,
}

/// Marks the commands that are for another machine as shown, not run, and examples as offered. Says
/// whether a command no longer runs here.
pub(super) fn heed(steps: &mut [Step], sections: &[Section]) -> bool {
    let mut below: Vec<Option<Said<'_>>> = Vec::new();
    // Of most documents no heading says anything of the kind.
    if sections.iter().any(|section| begins_like_one(&section.heading)) {
        for section in sections {
            let above = section.parent.and_then(|parent| below[parent]);
            below.push(own(&section.heading).unwrap_or(above));
        }
    }
    let mut changed = false;
    for step in steps.iter_mut().filter(|step| !step.actions.is_empty()) {
        let section = step.section.and_then(|section| below.get(section).copied().flatten());
        // The step may have a heading, or a label, of its own.
        let said = if begins_like_one(&step.title) { own(&step.title).flatten() } else { None };
        match said.or(section) {
            None => {}
            Some(Said::Example) => offer(&mut step.actions),
            Some(Said::There(place)) => {
                let place = clip(&elsewhere::unmarked(place), LONGEST_PLACE);
                changed |= send(step, &elsewhere::in_running_text(place));
            }
        }
    }
    changed
}

/// A look at both ends of a heading, which may be counted.
#[inline]
fn begins_like_one(heading: &str) -> bool {
    let text = heading.as_bytes();
    if let Some(b'e' | b's' | b':') = text.last()
        && text.len() < 24
        && let [.., b'p', b'l', b'e'] | [.., b'p', b'l', b'e', b's' | b':'] | [.., b'l', b'e', b's', b':'] =
            text
    {
        return true;
    }
    if !matches!(text.first(), Some(b'O' | b'o' | b'I' | b'i' | b'E' | b'e' | b'S' | b's' | b'0'..=b'9')) {
        return false;
    }
    let text = match text {
        [b'0'..=b'9', ..] | [b'S' | b's', b't' | b'T', b'e' | b'E', b'p' | b'P', ..] => {
            let counts = text.iter().take(16).rposition(|&byte| byte.is_ascii_digit() || byte == b':');
            let name = &text[counts.map_or(0, |at| at + 1)..];
            let signs = name.iter().take_while(|byte| !byte.is_ascii_alphabetic()).count();
            &name[signs..]
        }
        _ => text,
    };
    matches!(
        text,
        [b'O' | b'o', b'n' | b'N', b' ', ..]
            | [b'I' | b'i', b'n' | b'N', b' ', ..]
            | [b'I' | b'i', b'n', b's', b'i', ..]
            | [b'O', b'n' | b'N', b'l' | b'L', b'y' | b'Y', ..]
            | [b'E' | b'e', b'x', b'a', b'm', ..]
    )
}

/// What the heading says; `Some(None)` where it ends what the one above it says.
fn own(heading: &str) -> Option<Option<Said<'_>>> {
    if !begins_like_one(heading) {
        return None;
    }
    let text = trim(context::uncounted(heading));
    if let Some(place) = elsewhere::labelled(text) {
        return Some(Some(Said::There(place)));
    }
    let mut words = text.trim_end_matches(':').split_ascii_whitespace();
    let (first, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let example = |word: &str| ["example", "examples"].iter().any(|name| word.eq_ignore_ascii_case(name));
    if words.next().is_none() && (example(first) || example(second)) {
        return Some(Some(Said::Example));
    }
    // "On your machine", below "On the replica".
    let on = matches!(text.as_bytes(), [b'O' | b'o' | b'I' | b'i', b'n' | b'N', b' ' | b's', ..]);
    on.then_some(None)
}

/// Leaves it to a person to start the commands.
fn offer(actions: &mut [Action]) {
    let free = |action: &&mut Action| action.kind == ActionKind::Run && action.attrs.are_none();
    actions.iter_mut().filter(free).for_each(|action| action.offered = true);
}

/// Sends the commands of the step to `place`, but not those that go there by themselves.
fn send(step: &mut Step, place: &str) -> bool {
    if elsewhere::after(&step.text, true) == Whereabouts::Here {
        return false;
    }
    let mut changed = false;
    for action in &mut step.actions {
        if action.kind == ActionKind::Run && !action.offered && sessions::is_for_another(action) {
            sessions::send(action, place);
            changed = true;
        }
    }
    changed
}
