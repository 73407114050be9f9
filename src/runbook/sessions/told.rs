//! What sentences tell of where one is: for a whole section, or for the one block behind them.

use crate::runbook::elsewhere::{self, Whereabouts};
use crate::runbook::{Action, ActionKind, words};
use crate::shell;

use super::is_free;

/// Whether the text tells to go to another machine, or that all is done there.
pub(in crate::runbook) fn goes_for_all(text: &str) -> bool {
    matches!(elsewhere::after(text, false), Whereabouts::There(_))
        || elsewhere::for_all(text).is_some()
        || elsewhere::required(text).is_some()
}

/// Where the last sentence of the text tells to go, if it goes on with what to do there and announces it:
/// "Log in to the master, and list the pods:".
pub(super) fn going_and_doing(text: &str) -> Option<&str> {
    // Few texts do so.
    let text = text.trim_end();
    if !text.ends_with(':') {
        return None;
    }
    let sentence = words::last_sentence(text);
    let Whereabouts::There(place) = elsewhere::after(sentence, false) else { return None };
    let end = place.as_ptr() as usize - sentence.as_ptr() as usize + place.len();
    let told = sentence.get(end..)?.trim_start_matches([',', ' ', '\n']);
    let told = told.strip_prefix("and ").or_else(|| told.strip_prefix("then ")).unwrap_or(told);
    words::begins_with_verb(told).then_some(place)
}

/// Whether all that the action does is a client of a cluster's, and nothing that goes elsewhere by itself.
pub(super) fn is_told_there(action: &Action) -> bool {
    if action.kind != ActionKind::Run || action.offered || action.interactive || !is_free(action) {
        return false;
    }
    let parsed = action.reading.script(&action.script);
    let client = |command: &shell::Simple| {
        let goes = |word: &shell::Word| {
            matches!(word.text.as_str(), "debug" | "exec" | "login" | "port-forward" | "rsh")
        };
        matches!(command.program.as_str(), "helm" | "kubectl" | "oc") && !command.args.iter().any(goes)
    };
    !parsed.commands().is_empty() && parsed.commands().iter().all(client)
}
