//! What the steps of a run share: folder, variables, functions, options, aliases.
//!
//! Kept is only what differs from a shell that just started, so that a resumed run takes the rest
//! (`SSH_AUTH_SOCK`, `TERM`) from the session it is resumed in. Each step's shell is given this
//! in its enter file and tells at its end what it holds ([`dump`]).

mod changes;
mod dump;
mod file;
mod hidden;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

pub(super) use dump::{Dump, read as read_dump, writer as dump_writer};
use file::Text;
pub(super) use hidden::read_silently;
use serde::{Deserialize, Serialize};

use super::environment::PAGERS;
use super::shell::os_bytes;

/// Shell state carried from step to step, and where it lies on disk.
///
/// The file is readable by its owner only, or by the group that shares the record. Variables and
/// functions that hold a declared secret, or what a step read without echo, are on disk by name
/// alone: this process passes them on, a resumed run has to ask again.
#[derive(Debug)]
pub struct ShellState {
    dir: PathBuf,
    kept: Kept,
    /// Texts that restore what holds a secret, by name; never written to disk.
    private: Private,
    /// Variables that were read without echo, and what they held.
    hidden: BTreeSet<String>,
    hidden_values: BTreeSet<String>,
}

/// What was read without echo and is shorter is looked for nowhere else: it would be everywhere.
const TELLING: usize = 6;

/// Texts that hold a secret, by the name they restore.
type Private = BTreeMap<String, Vec<u8>>;

/// What is written to disk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    format: u32,
    cwd: Option<Text>,
    oldpwd: Option<Text>,
    umask: Option<String>,
    variables: BTreeMap<String, Text>,
    unset: BTreeSet<String>,
    functions: BTreeMap<String, Text>,
    options: BTreeSet<String>,
    aliases: BTreeMap<String, Text>,
    secrets: BTreeSet<String>,
}

/// Circumstances of the step whose end a dump tells.
pub(super) struct Told<'a> {
    /// What a shell holds that just started.
    pub fresh: &'a Dump,
    /// Names midwatch itself gives to every step; they are not the state's.
    pub given: &'a BTreeMap<String, String>,
    /// The folder it was started in only because its action says so.
    pub own_folder: Option<&'a Path>,
    /// Whether it had the operator's own pagers.
    pub interactive: bool,
    /// Declared secret values.
    pub secrets: &'a [String],
    /// Variables the step read without echo.
    pub hidden: BTreeSet<String>,
}

impl ShellState {
    /// The state kept in `dir`, which is created if it is not there; empty if nothing is kept.
    ///
    /// # Errors
    /// If the folder cannot be used, or what is there cannot be read.
    pub fn open(dir: &Path) -> anyhow::Result<Self> {
        let kept = file::read(dir)?.unwrap_or_default();
        let (hidden, hidden_values) = Default::default();
        Ok(ShellState { dir: dir.to_owned(), kept, private: BTreeMap::new(), hidden, hidden_values })
    }

    /// Removes what is kept in `dir`; the run is over.
    ///
    /// # Errors
    /// If it is there and cannot be removed.
    pub fn delete(dir: &Path) -> anyhow::Result<()> {
        file::delete(dir)
    }

    /// The folder it lies in.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The folder the next step starts in, if a step changed it.
    pub fn cwd(&self) -> Option<PathBuf> {
        self.kept.cwd.as_ref().map(|cwd| PathBuf::from(super::shell::os_string(cwd.0.clone())))
    }

    /// Names of variables and functions whose values are secret and were not kept: a resumed run
    /// has to ask for them.
    pub fn lost_secrets(&self) -> Vec<&str> {
        let lost = self.kept.secrets.iter().filter(|name| !self.private.contains_key(*name));
        lost.map(String::as_str).collect()
    }

    /// Whether `script` could mean a carried function or alias by one of its words.
    pub(super) fn names_one_of(&self, script: &str) -> bool {
        let own = self.kept.functions.keys().chain(self.kept.aliases.keys()).chain(&self.kept.secrets);
        own.into_iter().any(|name| script.contains(name.as_str()))
    }

    /// Whether there is nothing to restore.
    pub(super) fn is_fresh(&self) -> bool {
        let kept = &self.kept;
        kept.oldpwd.is_none()
            && kept.umask.is_none()
            && kept.variables.is_empty()
            && kept.unset.is_empty()
            && kept.functions.is_empty()
            && kept.options.is_empty()
            && kept.aliases.is_empty()
            && self.private.is_empty()
    }

    /// Shell text that restores variables, functions and aliases, without those `given` names; and
    /// the environment it needs for what must not be on disk.
    pub(super) fn restore(&self, given: &BTreeMap<String, String>) -> (Vec<u8>, Vec<(OsString, OsString)>) {
        let kept = &self.kept;
        let mut text = Vec::new();
        let mut line = |bytes: &[u8]| {
            text.extend_from_slice(bytes);
            text.push(b'\n');
        };
        if let Some(umask) = &kept.umask {
            line(format!("umask {umask}").as_bytes());
        }
        if let Some(oldpwd) = &kept.oldpwd {
            line(&[b"OLDPWD=", oldpwd.0.as_slice()].concat());
        }
        for name in kept.unset.iter().filter(|name| !given.contains_key(*name)) {
            line(format!("unset -v {name}").as_bytes());
        }
        // What a function's text means may depend on them (extglob).
        for option in kept.options.iter().filter(|option| option.starts_with("shopt")) {
            line(option.as_bytes());
        }
        for (_, variable) in kept.variables.iter().filter(|(name, _)| !given.contains_key(*name)) {
            line(&variable.0);
        }
        for body in kept.functions.values() {
            line(&body.0);
        }
        let mut env = Vec::new();
        let private: Vec<_> = self.private.iter().filter(|(name, _)| !given.contains_key(*name)).collect();
        if !private.is_empty() {
            let value = private.iter().map(|(_, text)| text.as_slice()).collect::<Vec<_>>().join(&b'\n');
            env.push(("__MIDWATCH_PRIVATE".into(), super::shell::os_string(value)));
            line(b"eval \"$__MIDWATCH_PRIVATE\"");
            line(b"unset __MIDWATCH_PRIVATE");
        }
        // Last, so that they do not change what was printed without them.
        for alias in kept.aliases.values() {
            line(&alias.0);
        }
        (text, env)
    }

    /// Shell text that sets the options; nothing may follow it, as they may trace or end the shell.
    pub(super) fn restore_options(&self) -> String {
        let mut options: Vec<_> =
            self.kept.options.iter().filter(|option| option.starts_with("set")).collect();
        options.sort_by_key(|option| option.ends_with("xtrace") || option.ends_with("verbose"));
        options.iter().map(|option| format!("{option}\n")).collect()
    }

    /// Takes over what a step's shell told at its end; says what that changed, and whether it
    /// could be written to disk: if not, this process still knows it, a resumed run will not.
    pub(super) fn take(&mut self, dump: Dump, told: &Told<'_>) -> (Option<String>, anyhow::Result<()>) {
        self.hidden.extend(told.hidden.iter().cloned());
        for name in &self.hidden {
            let value = dump.variables.get(name).and_then(|text| words::value(text));
            let value = value.map(|value| String::from_utf8_lossy(&value).into_owned());
            self.hidden_values.extend(value.filter(|value| value.len() >= TELLING));
        }
        let (next, private) = self.differing(dump, told);
        let sentence = changes::sentence(&changes::Change {
            kept: (&self.kept, &next),
            private: (&self.private, &private),
            fresh: &told.fresh.variables,
            given: told.given,
        });
        self.private = private;
        if next == self.kept {
            return (sentence, Ok(()));
        }
        self.kept = next;
        (sentence, file::write(&self.dir, &self.kept))
    }

    /// What of `dump` differs from a fresh shell, secrets apart.
    fn differing(&self, dump: Dump, told: &Told<'_>) -> (Kept, Private) {
        let fresh = told.fresh;
        let given = |name: &String| told.given.contains_key(name);
        let pager = |name: &String| told.interactive && PAGERS.contains(&name.as_str());
        let mut next = Kept { format: file::FORMAT, ..Kept::default() };
        next.unset =
            fresh.variables.keys().filter(|&name| !dump.variables.contains_key(name)).cloned().collect();
        next.unset.retain(|name| !given(name) && !pager(name));
        for (name, text) in dump.variables {
            if !given(&name) && !pager(&name) && fresh.variables.get(&name) != Some(&text) {
                next.variables.insert(name, Text(text));
            }
        }
        if told.interactive {
            let kept = self.kept.variables.iter().filter(|(name, _)| pager(name));
            next.variables.extend(kept.map(|(name, text)| (name.clone(), text.clone())));
        }
        next.functions = dump.functions.into_iter().map(|(name, text)| (name, Text(text))).collect();
        next.aliases = dump.aliases.into_iter().map(|(name, text)| (name, Text(text))).collect();
        next.options = dump.options.into_iter().filter(|option| !fresh.options.contains(option)).collect();
        next.umask = Some(dump.umask).filter(|umask| *umask != fresh.umask);
        let (cwd, oldpwd) = (&self.kept.cwd, &self.kept.oldpwd);
        (next.cwd, next.oldpwd) = match told.own_folder {
            Some(folder) if os_bytes(folder.as_os_str()) == dump.cwd => (cwd.clone(), oldpwd.clone()),
            _ if dump.cwd == fresh.cwd && cwd.is_none() => (None, dump.oldpwd.map(Text)),
            _ => (Some(Text(dump.cwd)), dump.oldpwd.map(Text)),
        };
        let mut secrets = told.secrets.to_vec();
        secrets.extend(self.hidden_values.iter().cloned());
        let mut private = separate(&mut next, &secrets);
        for name in &self.hidden {
            private.extend(next.variables.remove(name).map(|text| (name.clone(), text.0)));
        }
        next.secrets.extend(private.keys().cloned());
        // What was asked for again, and is given to every step since, is still to be asked for.
        next.secrets.extend(self.kept.secrets.iter().filter(|name| given(name)).cloned());
        (next, private)
    }

    /// From now on `secrets` are secret; what holds one leaves the disk.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(super) fn hide(&mut self, secrets: &[String]) -> anyhow::Result<()> {
        let found = separate(&mut self.kept, secrets);
        if !found.is_empty() {
            self.private.extend(found);
            file::write(&self.dir, &self.kept)?;
        }
        Ok(())
    }
}

/// Moves what holds a secret out of `kept`.
fn separate(kept: &mut Kept, secrets: &[String]) -> Private {
    let mut private = BTreeMap::new();
    if secrets.is_empty() {
        return private;
    }
    let holds = |text: &[u8]| {
        let value = words::unquoted(text);
        secrets.iter().any(|secret| {
            let found = |text: &[u8]| memchr::memmem::find(text, secret.as_bytes()).is_some();
            found(text) || found(&value)
        })
    };
    for map in [&mut kept.variables, &mut kept.functions, &mut kept.aliases] {
        let names: Vec<String> =
            map.iter().filter(|(_, text)| holds(&text.0)).map(|(name, _)| name.clone()).collect();
        for name in names {
            private.extend(map.remove(&name).map(|text| (name, text.0)));
        }
    }
    if kept.oldpwd.as_ref().is_some_and(|text| holds(&text.0)) {
        kept.oldpwd = None;
    }
    kept.secrets.extend(private.keys().cloned());
    private
}
