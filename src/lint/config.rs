//! `midwatch.toml`: what the linter does in this folder and below.
//!
//! ```toml
//! [lint]
//! exclude = ["archive/**"]
//!
//! [lint.rules]
//! MW404 = "warning"          # off, info, warning, error; an id or a name
//!
//! [[lint.per_path]]
//! paths = ["database/**"]
//! rules = { danger-without-check = "error" }
//! ```

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::Error;
use crate::runbook::Severity;
use crate::source::{Source, Span};

use super::diagnostic::severity_named;
use super::registry::{self, Rule};

/// The file's name.
pub const NAME: &str = "midwatch.toml";

/// Every table of the file and its keys; what stands in others' tables is theirs to check.
const TABLES: &[(&str, &[&str])] = &[
    ("lint", &["exclude", "rules", "per_path"]),
    ("policy", &["require_ticket", "require_committed"]),
    ("ship", &["command", "deadline"]),
    ("state", &["group"]),
];

/// What is said about one rule: a severity, or off.
type Levels = Vec<(&'static str, Option<Severity>)>;

/// The `[lint]` table of one `midwatch.toml`.
#[derive(Debug)]
pub struct Config {
    folder: PathBuf,
    exclude: Gitignore,
    levels: Levels,
    per_path: Vec<(Gitignore, Levels)>,
}

impl Default for Config {
    fn default() -> Self {
        let (exclude, levels, per_path) = (Gitignore::empty(), Vec::new(), Vec::new());
        Config { folder: PathBuf::new(), exclude, levels, per_path }
    }
}

impl Config {
    /// Reads the file at `path`; its patterns are relative to its folder.
    ///
    /// # Errors
    /// It cannot be read, is no TOML, or holds a key, rule or severity that is not known.
    pub fn read(path: &Path) -> Result<Config, Error> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Error::refused(format!("cannot read {}: {error}", path.display())))?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Config::parse(&Source::new(path.display().to_string(), text), folder)
    }

    /// Reads the text of a `midwatch.toml` that lies in `folder`.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn parse(source: &Arc<Source>, folder: PathBuf) -> Result<Config, Error> {
        Reader { source, folder }.file(toml(source)?.get_ref())
    }

    /// Whether the file at `path` (absolute) is left out.
    pub fn excludes(&self, path: &Path) -> bool {
        matches(&self.exclude, &self.folder, path)
    }

    /// What the configuration makes of `rule` for the file at `path` (absolute):
    /// none if it says nothing, `Some(None)` if the rule is off.
    pub fn level(&self, rule: &Rule, path: &Path) -> Option<Option<Severity>> {
        if self.levels.is_empty() && self.per_path.is_empty() {
            return None;
        }
        let said =
            |levels: &Levels| levels.iter().rev().find(|(id, _)| *id == rule.id).map(|(_, level)| *level);
        self.per_path
            .iter()
            .rev()
            .filter(|(paths, _)| matches(paths, &self.folder, path))
            .find_map(|(_, levels)| said(levels))
            .or_else(|| said(&self.levels))
    }
}

/// Whether all tables of the `midwatch.toml` at `path`, and all keys of those that a run asks, have
/// names that are known.
///
/// # Errors
/// It is no TOML, or one of them is not known.
pub fn check_names(path: &Path, text: &str) -> Result<(), Error> {
    let source = Source::new(path.display().to_string(), text);
    let table = toml(&source)?;
    Reader { source: &source, folder: PathBuf::new() }.names(table.get_ref(), false)
}

fn toml(source: &Arc<Source>) -> Result<Spanned<Table<'_>>, Error> {
    DeTable::parse(source.text()).map_err(|error| {
        let span = error.span().map_or(Span::default(), Span::from);
        Error::refused(format!("not valid TOML: {}", error.message())).at(source, span)
    })
}

fn matches(patterns: &Gitignore, folder: &Path, path: &Path) -> bool {
    if patterns.is_empty() {
        return false;
    }
    path.strip_prefix(folder)
        .is_ok_and(|relative| patterns.matched_path_or_any_parents(relative, false).is_ignore())
}

type Table<'t> = DeTable<'t>;

struct Reader<'s> {
    source: &'s Arc<Source>,
    folder: PathBuf,
}

impl Reader<'_> {
    fn wrong<T>(&self, at: &Spanned<T>, message: impl Into<String>) -> Error {
        Error::refused(message).at(self.source, Span::from(at.span()))
    }

    fn unknown<T>(&self, at: &Spanned<T>, what: &str, word: &str, known: &[&str]) -> Error {
        let error = self.wrong(at, format!("`{word}` is not a {what} midwatch knows"));
        match super::suggest(word, known.iter().copied()) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help(format!("known are {}", known.join(", "))),
        }
    }

    /// All tables, and all keys of those that `all` or a run asks.
    fn names(&self, table: &Table<'_>, all: bool) -> Result<(), Error> {
        let names: Vec<&str> = TABLES.iter().map(|(name, _)| *name).collect();
        for (key, value) in table {
            let word = key.get_ref();
            let Some((name, keys)) = TABLES.iter().find(|(name, _)| name == word) else {
                return Err(self.unknown(key, "table", word, &names));
            };
            if all || *name != "lint" {
                let mut inner = self.table(value, word)?.iter();
                if let Some((key, _)) = inner.find(|(key, _)| !keys.contains(&key.get_ref().as_ref())) {
                    return Err(self.unknown(key, "key", key.get_ref(), keys));
                }
            }
        }
        Ok(())
    }

    fn file(&self, table: &Table<'_>) -> Result<Config, Error> {
        self.names(table, true)?;
        let mut config = Config { folder: self.folder.clone(), ..Config::default() };
        for (name, value) in table {
            for (key, value) in self.table(value, name.get_ref())? {
                match (name.get_ref().as_ref(), key.get_ref().as_ref()) {
                    ("lint", "exclude") => config.exclude = self.patterns(value)?,
                    ("lint", "rules") => config.levels = self.levels(value)?,
                    ("lint", "per_path") => config.per_path = self.per_path(value)?,
                    _ => {}
                }
            }
        }
        Ok(config)
    }

    fn table<'t, 'v>(&self, value: &'v Spanned<DeValue<'t>>, name: &str) -> Result<&'v Table<'t>, Error> {
        let table = value.get_ref().as_table();
        table.ok_or_else(|| self.wrong(value, format!("`{name}` is a table")))
    }

    fn patterns(&self, value: &Spanned<DeValue<'_>>) -> Result<Gitignore, Error> {
        let message = "this is a list of patterns in quotes";
        let list = value.get_ref().as_array().ok_or_else(|| self.wrong(value, message))?;
        // Patterns are matched against paths relative to the folder: any root will do.
        let mut builder = GitignoreBuilder::new("");
        for item in list.iter() {
            let pattern = item.get_ref().as_str().ok_or_else(|| self.wrong(item, message))?;
            builder
                .add_line(None, pattern)
                .map_err(|error| self.wrong(item, format!("`{pattern}` is not a pattern: {error}")))?;
        }
        builder.build().map_err(|error| self.wrong(value, error.to_string()))
    }

    fn levels(&self, value: &Spanned<DeValue<'_>>) -> Result<Levels, Error> {
        let mut levels = Levels::new();
        for (key, value) in self.table(value, "rules")? {
            let word = key.get_ref();
            let Some(rule) = registry::find(word) else {
                let error = self.wrong(key, format!("there is no rule `{word}`"));
                return Err(match registry::nearest(word) {
                    Some(near) => error.help(format!("did you mean `{near}`?")),
                    None => error.help("`midwatch rules` lists them"),
                });
            };
            let level = value.get_ref().as_str().unwrap_or("");
            let level = match level {
                "off" => None,
                name => Some(severity_named(name).ok_or_else(|| {
                    self.wrong(value, "a severity is \"off\", \"info\", \"warning\" or \"error\"")
                })?),
            };
            levels.push((rule.id, level));
        }
        Ok(levels)
    }

    fn per_path(&self, value: &Spanned<DeValue<'_>>) -> Result<Vec<(Gitignore, Levels)>, Error> {
        let list = value
            .get_ref()
            .as_array()
            .ok_or_else(|| self.wrong(value, "this is a list of tables: write [[lint.per_path]]"))?;
        let mut found = Vec::new();
        for item in list.iter() {
            let table = self.table(item, "per_path")?;
            let (mut paths, mut levels) = (None, Levels::new());
            for (key, value) in table {
                match key.get_ref().as_ref() {
                    "paths" => paths = Some(self.patterns(value)?),
                    "rules" => levels = self.levels(value)?,
                    word => return Err(self.unknown(key, "key", word, &["paths", "rules"])),
                }
            }
            let paths = paths.ok_or_else(|| self.wrong(item, "`paths` is missing"))?;
            found.push((paths, levels));
        }
        Ok(found)
    }
}

/// Finds the configuration of each folder: the nearest `midwatch.toml` upwards.
#[derive(Debug, Default)]
pub struct Configs {
    /// `--config FILE`: this one, whatever lies nearer.
    fixed: Option<Arc<Config>>,
    folders: Mutex<HashMap<PathBuf, Arc<Config>>>,
}

impl Configs {
    /// Uses the file at `path` for everything.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn only(path: &Path) -> Result<Configs, Error> {
        let path = super::walk::absolute(path);
        Ok(Configs { fixed: Some(Arc::new(Config::read(&path)?)), folders: Mutex::default() })
    }

    /// The configuration for files in `folder` (absolute).
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn of(&self, folder: &Path) -> Result<Arc<Config>, Error> {
        if let Some(config) = &self.fixed {
            return Ok(Arc::clone(config));
        }
        let known = |folder: &Path| {
            let folders = self.folders.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            folders.get(folder).cloned()
        };
        let mut passed = Vec::new();
        let mut config = None;
        for folder in folder.ancestors() {
            if let Some(found) = known(folder) {
                config = Some(found);
                break;
            }
            passed.push(folder.to_owned());
            let path = folder.join(NAME);
            if path.is_file() {
                config = Some(Arc::new(Config::read(&path)?));
                break;
            }
        }
        let config = config.unwrap_or_default();
        let mut folders = self.folders.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        folders.extend(passed.into_iter().map(|folder| (folder, Arc::clone(&config))));
        Ok(config)
    }
}

#[cfg(test)]
#[path = "config/tests.rs"]
mod tests;
