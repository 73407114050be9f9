//! Programs that nobody knows but the file: what one block calls may well be called in the next.

use crate::runbook::blocks::{Document, Kind};
use crate::runbook::diagnose::Diagnose;
use crate::runbook::{Diagnostic, Topic, words};
use crate::shell;
use crate::source::{Source, first_word, trim};

use super::looks::{are_calls, is_program};
use super::{Class, Facts};

/// More programs than these are not looked for in a file.
const MOST_PROGRAMS: usize = 32;

/// Offers the blocks without a language that call a program which nobody knows, but which other blocks of the
/// file call, where the sentence before them tells to do something.
pub(super) fn offer_known(
    source: &Source,
    doc: &Document,
    blocks: &[(usize, u32)],
    found: &mut [Facts],
    out: &mut Vec<Diagnostic>,
) {
    let unmarked =
        |facts: &Facts| facts.class == Class::Data && facts.lang.is_empty() && facts.info.is_none();
    if !found.iter().any(unmarked) {
        return;
    }
    let first = |index: u32| {
        let lines = doc.lines(index).iter().map(|&line| trim(source.slice(line)));
        lines
            .into_iter()
            .find(|line| !(line.is_empty() || line.starts_with('#')))
            .map(|line| first_word(line).0)
    };
    let mut programs: Vec<&str> = Vec::new();
    for (&(_, index), facts) in blocks.iter().zip(found.iter()) {
        if facts.class == Class::Runnable
            && !facts.prompted
            && programs.len() < MOST_PROGRAMS
            && let Some(program) = first(index)
            && is_program(program)
            && !shell::known_command(program)
            && !programs.contains(&program)
        {
            programs.push(program);
        }
    }
    if programs.is_empty() {
        return;
    }
    for (&(block, index), facts) in blocks.iter().zip(found.iter_mut()) {
        let intro = block.checked_sub(1).filter(|&before| doc.blocks[before].kind == Kind::Para);
        if unmarked(facts)
            && first(index).is_some_and(|program| programs.contains(&program))
            && let Some(intro) = intro
            && words::has_imperative(doc.text(intro))
            && !words::announcement(doc.text(intro)).is_some_and(words::announces_output)
            && are_calls(source, doc.lines(index))
        {
            (facts.class, facts.put_off) = (Class::Runnable, true);
            let place = doc.blocks[block].span;
            let message = "a command, as it seems, as others of the file: offered, not run by itself";
            out.info(Topic::Placement, place, message);
        }
    }
}
