//! What a step changed, in a sentence of names: values may be secret, and are long.

use std::collections::{BTreeMap, BTreeSet};

use super::{Kept, Private};

/// Names listed before the rest is counted.
const LISTED: usize = 8;

/// A state before and after a step, and what lies beside it.
pub struct Change<'a> {
    /// Before and after.
    pub kept: (&'a Kept, &'a Kept),
    /// What is kept apart because it holds a secret, before and after.
    pub private: (&'a Private, &'a Private),
    /// Variables of a shell that just started.
    pub fresh: &'a BTreeMap<String, Vec<u8>>,
    /// Names that are not the state's.
    pub given: &'a BTreeMap<String, String>,
}

/// `set NODE, X; now in /srv/app; defined f(); unset Y; set -e`, or none if nothing changed.
pub fn sentence(change: &Change<'_>) -> Option<String> {
    let (before, after) = change.kept;
    let (old, new) = (Names::of(before, change.private.0), Names::of(after, change.private.1));
    let mut parts = Vec::new();
    let mut part = |verb: &str, names: Vec<String>| {
        if !names.is_empty() {
            parts.push(format!("{verb} {}", list(&names)));
        }
    };

    // Only what differs from a fresh shell is kept: what is not kept any more has either the
    // value it has there, or is gone.
    let mut set = differing(&new.variables, &old.variables);
    let mut unset: Vec<String> = new.unset.difference(&old.unset).cloned().collect();
    let back = old.unset.iter().chain(old.variables.keys().copied());
    for name in back.filter(|name| !new.variables.contains_key(*name) && !new.unset.contains(*name)) {
        let list = if change.fresh.contains_key(name) { &mut set } else { &mut unset };
        list.push(name.clone());
    }
    for list in [&mut set, &mut unset] {
        list.retain(|name| !change.given.contains_key(name));
        list.sort();
    }
    // What a later step uses without being asked, and what may have come of a command that failed.
    let is_empty = |name: &String| {
        new.variables.get(name).is_some_and(|text| text.ends_with(b"=\"\"") || text.ends_with(b"=''"))
    };
    for name in &mut set {
        if is_empty(name) {
            name.push_str(" (empty)");
        }
    }
    part("set", set);
    if before.cwd != after.cwd {
        let folder = after.cwd.as_ref().map(|cwd| String::from_utf8_lossy(&cwd.0).into_owned());
        part("now in", folder.into_iter().collect());
    }
    part(
        "defined",
        differing(&new.functions, &old.functions).iter().map(|name| format!("{name}()")).collect(),
    );
    part("unset", unset);
    part("removed", missing(&new.functions, &old.functions).iter().map(|name| format!("{name}()")).collect());
    part("alias", differing(&new.aliases, &old.aliases));
    part("unalias", missing(&new.aliases, &old.aliases));
    if before.umask != after.umask {
        part("umask", vec![after.umask.clone().unwrap_or_else(|| "as before".into())]);
    }
    let mut options: Vec<String> =
        after.options.difference(&before.options).map(|line| brief(line, false)).collect();
    let undone =
        before.options.difference(&after.options).filter(|line| !after.options.contains(&reversed(line)));
    options.extend(undone.map(|line| brief(line, true)));
    parts.extend(options);
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// Names with the text behind them, secret or not.
struct Names<'a> {
    variables: BTreeMap<&'a String, &'a [u8]>,
    functions: BTreeMap<&'a String, &'a [u8]>,
    aliases: BTreeMap<&'a String, &'a [u8]>,
    unset: BTreeSet<String>,
}

impl<'a> Names<'a> {
    fn of(kept: &'a Kept, hidden: &'a Private) -> Self {
        let texts =
            |map: &'a BTreeMap<String, super::Text>| map.iter().map(|(k, v)| (k, v.0.as_slice())).collect();
        let mut names = Names {
            variables: texts(&kept.variables),
            functions: texts(&kept.functions),
            aliases: texts(&kept.aliases),
            unset: kept.unset.clone(),
        };
        for (name, text) in hidden {
            let map = if text.starts_with(format!("{name} ()").as_bytes()) {
                &mut names.functions
            } else if text.starts_with(b"alias ") {
                &mut names.aliases
            } else {
                &mut names.variables
            };
            map.insert(name, text);
        }
        names
    }
}

type Texts<'a> = BTreeMap<&'a String, &'a [u8]>;

fn differing(new: &Texts<'_>, old: &Texts<'_>) -> Vec<String> {
    new.iter().filter(|(name, text)| old.get(*name) != Some(text)).map(|(name, _)| (*name).clone()).collect()
}

fn missing(new: &Texts<'_>, old: &Texts<'_>) -> Vec<String> {
    old.keys().filter(|name| !new.contains_key(*name)).map(|name| (*name).clone()).collect()
}

fn list(names: &[String]) -> String {
    match names.len().checked_sub(LISTED) {
        Some(more) if more > 1 => format!("{} and {more} more", names[..LISTED].join(", ")),
        _ => names.join(", "),
    }
}

/// `set -o errexit` as people write it; the opposite if `undone`.
fn brief(line: &str, undone: bool) -> String {
    let line = if undone { reversed(line) } else { line.to_owned() };
    let Some((sign, name)) = line.strip_prefix("set ").and_then(|rest| rest.split_once("o ")) else {
        return line;
    };
    let letter = match name {
        "allexport" => 'a',
        "errexit" => 'e',
        "noglob" => 'f',
        "noclobber" => 'C',
        "nounset" => 'u',
        "verbose" => 'v',
        "xtrace" => 'x',
        _ => return line,
    };
    format!("set {sign}{letter}")
}

fn reversed(line: &str) -> String {
    for (one, other) in [("set -o ", "set +o "), ("shopt -s ", "shopt -u ")] {
        for (from, to) in [(one, other), (other, one)] {
            if let Some(name) = line.strip_prefix(from) {
                return format!("{to}{name}");
            }
        }
    }
    line.to_owned()
}
