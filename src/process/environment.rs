//! What of the environment reaches a step.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use super::shell::os_bytes;

/// An environment, by name.
pub type Environment = BTreeMap<OsString, OsString>;

/// Programs that page their output where they see a terminal; `cat` keeps the step from waiting
/// for a key.
pub(super) const PAGERS: [&str; 9] = [
    "PAGER",
    "GIT_PAGER",
    "SYSTEMD_PAGER",
    "MANPAGER",
    "AWS_PAGER",
    "GH_PAGER",
    "BAT_PAGER",
    "DELTA_PAGER",
    "PSQL_PAGER",
];

/// The environment of the process itself, as far as steps may see it.
pub fn inherited() -> Environment {
    cleaned(std::env::vars_os())
}

/// Leaves out what would run code before or beneath a step without anybody having declared it:
/// start-up files, options and functions for the shell, libraries for the loader.
pub(super) fn cleaned(vars: impl IntoIterator<Item = (OsString, OsString)>) -> Environment {
    vars.into_iter().filter(|(name, _)| reaches_steps(name)).collect()
}

fn reaches_steps(name: &OsStr) -> bool {
    let name = os_bytes(name);
    let exact: [&[u8]; 4] = [b"BASH_ENV", b"ENV", b"SHELLOPTS", b"BASHOPTS"];
    let prefixes: [&[u8]; 4] = [b"BASH_FUNC_", b"LD_", b"DYLD_", b"__MIDWATCH"];
    !exact.contains(&name) && !prefixes.iter().any(|prefix| name.starts_with(prefix))
}

/// Puts `declared` over `base`, and `cat` in place of the pagers nobody declared.
pub(super) fn compose(
    base: &Environment,
    declared: &BTreeMap<String, String>,
    interactive: bool,
) -> Environment {
    let mut env = base.clone();
    if !interactive {
        for pager in PAGERS {
            env.insert(pager.into(), "cat".into());
        }
    }
    for (name, value) in declared {
        // It would take the place of the enter file.
        if name != "BASH_ENV" && !name.is_empty() && !name.contains(['=', '\0']) {
            env.insert(name.into(), value.into());
        }
    }
    env
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_runs_code_unasked_is_passed_on() {
        let names = ["BASH_ENV", "ENV", "BASH_FUNC_ls%%", "LD_PRELOAD", "LD_LIBRARY_PATH", "SHELLOPTS"];
        let vars = names.iter().chain(&["PATH", "MIDWATCH_STATE_DIR", "LDAP_HOST"]);
        let env = cleaned(vars.map(|name| (OsString::from(name), OsString::from("x"))));
        let left: Vec<_> = env.keys().map(|name| name.to_string_lossy()).collect();
        assert_eq!(left, ["LDAP_HOST", "MIDWATCH_STATE_DIR", "PATH"]);
    }

    #[test]
    fn pagers_are_cat_unless_declared_or_interactive() {
        let base = cleaned([("PAGER".into(), "less".into())]);
        let declared = BTreeMap::from([("GIT_PAGER".to_owned(), "delta".to_owned())]);
        let env = compose(&base, &declared, false);
        assert_eq!(env[OsStr::new("PAGER")], "cat");
        assert_eq!(env[OsStr::new("GIT_PAGER")], "delta");
        let env = compose(&base, &declared, true);
        assert_eq!(env[OsStr::new("PAGER")], "less");
        assert!(!env.contains_key(OsStr::new("AWS_PAGER")));
    }

    #[test]
    fn what_is_declared_wins() {
        let base = cleaned([("LD_PRELOAD".into(), "x".into()), ("A".into(), "1".into())]);
        let declared =
            BTreeMap::from([("LD_PRELOAD", "y"), ("A", "2")].map(|(k, v)| (k.to_owned(), v.to_owned())));
        let env = compose(&base, &declared, false);
        assert_eq!((&env[OsStr::new("LD_PRELOAD")], &env[OsStr::new("A")]), (&"y".into(), &"2".into()));
    }
}
