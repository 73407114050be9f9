//! Blocks that are tagged as shell and are none: what the sentence before them says, and what their
//! lines look like.

use crate::shell;
use crate::source::{Source, Span};

use super::looks::{are_comments, are_options, are_paths, begins_printed, is_stub, is_synopsis};
use super::{Class, First, Topic, are_calls, first_command};
use crate::runbook::words;

/// What such a block is.
pub(super) struct Mistaken {
    pub class: Class,
    pub topic: Topic,
    /// What it is called in the diagnostic.
    pub what: &'static str,
}

/// A look that tells such a block by its lines; all that answer so are shown and never asked about.
struct Look {
    /// The bytes its first written line begins with; empty where any will do.
    begins: &'static [u8],
    tells: fn(&Source, &[Span]) -> bool,
    topic: Topic,
    what: &'static str,
}

/// The looks that cost next to nothing, or that [`shell::not_shell`] would take for something else.
const FIRST: &[Look] =
    &[Look { begins: b"-", tells: are_options, topic: Topic::Placement, what: "options of a command" }];

/// All others, in this order.
const LOOKS: &[Look] = &[
    Look { begins: b"#", tells: are_comments, topic: Topic::Placement, what: "nothing but comments" },
    Look { begins: b"/~", tells: are_paths, topic: Topic::Placement, what: "nothing but paths" },
    Look { begins: b"TtFX", tells: is_stub, topic: Topic::Placement, what: "something still to be written" },
    Look { begins: b"", tells: is_synopsis, topic: Topic::Placement, what: "how a command is used" },
    Look { begins: b"", tells: begins_printed, topic: Topic::Output, what: "printed output" },
];

/// What the block at `place` is, if it is no shell. `begins` is the first byte that is written in it,
/// `announced` the sentence that leads to it, and `text` all that stands in the paragraph before it.
pub(super) fn mistaken<'t>(
    source: &Source,
    place: Span,
    lines: &[Span],
    begins: Option<u8>,
    announced: Option<&'t str>,
    text: impl FnOnce() -> &'t str,
) -> Option<Mistaken> {
    let printed = match announced {
        Some(sentence) => words::announces_output(sentence) || words::expects(sentence),
        None => words::tells_output(text()),
    };
    let is_command = || !matches!(first_command(source, lines), First::Other);
    if printed && !is_command() {
        return Some(Mistaken { class: Class::Data, topic: Topic::Output, what: "printed output" });
    }
    // A call of a house's own program has flags; few files do.
    let calls = || lines.iter().any(|&line| source.slice(line).contains(" --")) && are_calls(source, lines);
    if announced.is_some_and(words::announces_content) && !is_command() && !calls() {
        // Somebody has to write it: a step of its own.
        let class = Class::Query("a file");
        return Some(Mistaken { class, topic: Topic::Placement, what: "what a file is to hold" });
    }
    let by_look = |looks: &[Look]| {
        let look = looks.iter().find(|look| {
            let may = look.begins.is_empty() || begins.is_some_and(|byte| look.begins.contains(&byte));
            may && (look.tells)(source, lines)
        })?;
        Some(Mistaken { class: Class::Data, topic: look.topic, what: look.what })
    };
    by_look(FIRST).or_else(|| by_language(source.slice(place))).or_else(|| by_look(LOOKS))
}

/// Text of another language, or of none.
fn by_language(script: &str) -> Option<Mistaken> {
    let (what, tag) = shell::not_shell(script)?;
    let class = match tag {
        "sql" => Class::Query("SQL"),
        "promql" => Class::Query("PromQL"),
        "logql" => Class::Query("LogQL"),
        _ => Class::Data,
    };
    Some(Mistaken { class, topic: Topic::Placement, what })
}
