//! What was understood of a script, kept beside it.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use super::Script;
use super::model::Facts;

/// What is understood of one script, once: whoever asks next need not [`parse`](super::parse) it
/// again. It says nothing that the script does not, so it counts for nothing in a comparison.
#[derive(Clone, Default)]
pub struct Reading {
    /// The neutral text, where it is another than the script itself.
    text: OnceLock<Option<Box<str>>>,
    facts: OnceLock<Arc<Facts>>,
    /// The hashes of its words, for which several sets are asked.
    words: OnceLock<Vec<u64>>,
}

impl Reading {
    /// The [`neutral`](super::neutral) text of `script`, which is the one this belongs to.
    pub fn text<'t>(&'t self, script: &'t str) -> &'t str {
        let text = self.text.get_or_init(|| match super::neutral(script) {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text.into_boxed_str()),
        });
        text.as_deref().unwrap_or(script)
    }

    /// What `script` says, which is the one this belongs to: its [`Reading::text`], parsed.
    pub fn script<'t>(&'t self, script: &'t str) -> Script<'t> {
        let text = self.text(script);
        let facts = self.facts.get_or_init(|| super::parse(text).facts);
        debug_assert!(facts.commands.iter().all(|command| command.span.end <= text.len()));
        Script { text, facts: Arc::clone(facts) }
    }

    /// The hashes of the words of `script`, which is the one this belongs to.
    pub(super) fn words(&self, script: &str) -> &[u64] {
        let words = self.words.get_or_init(|| super::words::hashes(script));
        debug_assert_eq!(*words, super::words::hashes(script));
        words
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
