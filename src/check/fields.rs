//! The fields of what a probe printed, in whichever of the usual shapes it printed them.

use std::collections::BTreeMap;

use cel::Value;
use serde_json::Value as Json;

use super::json::{self, Document};
use super::sample::scalar;
use super::table::{self, Table};

/// What stands behind a key.
#[derive(Debug, Clone)]
pub(super) enum Field {
    /// One value; [`Value::Null`] for a null.
    Is(Value),
    /// The same key with two values, as printed.
    Twice(String, String),
}

/// All fields of one sample.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub map: BTreeMap<String, Field>,
    /// The columns and the number of rows of a table too long to name fields.
    pub rows: Option<(Vec<String>, usize)>,
}

/// Reads `stdout`, with the JSON document it is, if it is one.
pub(super) fn read(stdout: &str, document: Option<&Document>) -> Fields {
    match document {
        Some(Document::Object(pairs)) => from_json(pairs),
        Some(Document::Other(Json::Array(_))) => Fields::default(),
        _ => from_text(stdout),
    }
}

fn from_json(pairs: &[(String, Json)]) -> Fields {
    let mut seen: BTreeMap<&str, &Json> = BTreeMap::new();
    let mut fields = Fields::default();
    for (key, value) in pairs {
        let field = match seen.get(key.as_str()) {
            Some(before) if *before != value => Field::Twice(before.to_string(), value.to_string()),
            _ => Field::Is(json::value(value)),
        };
        seen.insert(key, value);
        let doubled = matches!(fields.map.get(key), Some(Field::Twice(..)));
        if !doubled {
            fields.map.insert(key.clone(), field);
        }
    }
    fields
}

fn from_text(stdout: &str) -> Fields {
    let mut raw = Raw::default();
    let expanded = stdout.lines().next().is_some_and(table::record);
    for line in stdout.lines() {
        if expanded {
            if let Some((key, value)) = line.split_once('|') {
                raw.add(key.trim(), value.trim());
            }
        } else {
            raw.line(line);
        }
    }
    let mut rows = None;
    if raw.0.is_empty() {
        match table::read(stdout) {
            Some(Table::One(pairs)) => pairs.iter().for_each(|(key, value)| raw.add(key, value)),
            Some(Table::Many { header, rows: count }) => rows = Some((header, count)),
            None => {}
        }
    }
    Fields { map: raw.into_fields(), rows }
}

/// Keys with their text, before it is known what the text is: the first value, and one that differs.
#[derive(Default)]
struct Raw(BTreeMap<String, (String, Option<String>)>);

impl Raw {
    fn line(&mut self, line: &str) {
        let line = line.trim();
        // The row markers of `\G`.
        if line.is_empty() || line.starts_with("***") {
            return;
        }
        let equals = line.find('=').filter(|&at| word(line[..at].trim_end()));
        let colon = colon(line);
        match (equals, colon) {
            (Some(equals), colon) if colon.is_none_or(|colon| equals < colon) => self.pairs(line, equals),
            (_, Some(colon)) => self.add(line[..colon].trim_end(), line[colon + 1..].trim()),
            _ => {}
        }
    }

    /// `key=value`, or several of them on one line, as logfmt has it.
    fn pairs(&mut self, line: &str, equals: usize) {
        let split =
            |token| str::split_once(token, '=').filter(|(key, value)| word(key) && !value.contains('='));
        let all: Option<Vec<_>> = line.split_whitespace().map(split).collect();
        match all {
            Some(all) if all.len() > 1 => {
                all.into_iter().for_each(|(key, value)| self.add(key, unquoted(value)));
            }
            _ => self.add(line[..equals].trim_end(), unquoted(line[equals + 1..].trim())),
        }
    }

    fn add(&mut self, key: &str, value: &str) {
        match self.0.get_mut(key) {
            None => {
                self.0.insert(key.to_string(), (value.to_string(), None));
            }
            Some((first, second)) if first != value => {
                second.get_or_insert_with(|| value.to_string());
            }
            Some(_) => {}
        }
    }

    fn into_fields(self) -> BTreeMap<String, Field> {
        let field = |(key, (first, second)): (String, (String, Option<String>))| match second {
            Some(second) => (key, Field::Twice(first, second)),
            None => (key, Field::Is(scalar(&first))),
        };
        self.0.into_iter().map(field).collect()
    }
}

/// Where the colon of a `Key: value` line stands.
///
/// It is followed by a space or the line's end, or its key is one word, as `redis-cli info` prints
/// (`role:master`). A second set of a GTID list (`3e11fa47-…:1-5`) and a clock (`12:30:05`) are no keys.
fn colon(line: &str) -> Option<usize> {
    let at = line.find(':')?;
    let (key, rest) = (line[..at].trim_end(), &line[at + 1..]);
    if key.is_empty()
        || key.len() > 100
        || key.contains('\t')
        || key.contains("  ")
        || key.contains(['"', '|'])
    {
        return None;
    }
    let spaced = rest.is_empty() || rest.starts_with([' ', '\t']);
    (spaced || (identifier(key) && !rest.starts_with("//"))).then_some(at)
}

/// A key of a `key=value` line: one word, dots and dashes allowed.
fn word(key: &str) -> bool {
    key.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '/'))
}

/// Whether an expression can name it directly.
fn identifier(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// A value without the double quotes a shell would take off.
fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value)
}
