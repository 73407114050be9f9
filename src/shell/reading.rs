//! What was understood of a script, kept beside it.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::Script;
use super::model::Facts;

/// What is understood of one script, once: whoever asks next need not [`parse`](super::parse) it
/// again. It says nothing that the script does not, so it counts for nothing in a comparison.
#[derive(Clone, Default)]
pub struct Reading(OnceLock<Arc<Facts>>);

impl Reading {
    /// What `text` says: the [`neutral`](super::neutral) text of the script this belongs to, each
    /// time the same.
    pub fn script<'t>(&self, text: &'t str) -> Script<'t> {
        let facts = self.0.get_or_init(|| super::parse(text).facts);
        debug_assert!(facts.commands.iter().all(|command| command.span.end <= text.len()));
        Script { text, facts: Arc::clone(facts) }
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Reading")
    }
}

impl PartialEq for Reading {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Reading {}
