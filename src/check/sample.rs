//! One try of a probe, as names an expression can use.

use std::collections::HashMap;
use std::sync::Arc;

use cel::Value;
use cel::objects::{Key, Opaque};

use super::fields::{self, Field, Fields};
use super::functions::suggest;
use super::json::{self, Document};
use super::probed::Probed;

/// Names every sample has; a field of the same name is only in `fields`.
pub const BUILT_IN: [&str; 7] = ["exit", "stdout", "stderr", "lines", "value", "json", "fields"];

/// What one try printed, under the names of the runbook language.
pub struct Sample<'a> {
    probed: &'a Probed,
    document: Option<Document>,
    fields: Fields,
}

impl<'a> From<&'a Probed> for Sample<'a> {
    fn from(probed: &'a Probed) -> Self {
        let document = json::read(&probed.stdout);
        let fields = fields::read(&probed.stdout, document.as_ref());
        Sample { probed, document, fields }
    }
}

impl Sample<'_> {
    /// What `name` stands for; none if there is no such thing or it is null.
    pub(super) fn lookup(&self, name: &str) -> Option<Value> {
        let value = match name {
            "exit" => self.probed.exit.map(|exit| Value::Int(exit.into()))?,
            "stdout" => text(&self.probed.stdout),
            "stderr" => text(&self.probed.stderr),
            "lines" => Value::List(Arc::new(self.probed.stdout.lines().map(text).collect())),
            "value" => self.value(),
            "json" => self.json(),
            "fields" => self.map(),
            other => match self.fields.map.get(other)? {
                Field::Is(value) => value.clone(),
                Field::Twice(..) => return None,
            },
        };
        (!matches!(value, Value::Null)).then_some(value)
    }

    /// Why [`Sample::lookup`] has nothing for `name`, as a sentence about it.
    pub(super) fn missing(&self, name: &str) -> String {
        match name {
            "exit" => "`exit` is missing: a signal ended the probe".into(),
            "value" if self.probed.stdout.trim().is_empty() => {
                "`value` is NULL: the probe printed nothing".into()
            }
            "value" => format!("`value` is NULL: the probe printed {}", self.probed.stdout.trim()),
            "json" if self.document.is_some() => "`json` is null".into(),
            "json" => "`json` is missing: the probe did not print JSON".into(),
            other => self.missing_field(other),
        }
    }

    /// As [`Sample::missing`], for a key of `fields`.
    pub(super) fn missing_field(&self, name: &str) -> String {
        match self.fields.map.get(name) {
            Some(Field::Is(Value::Null)) => return format!("`{name}` is NULL"),
            Some(Field::Twice(first, second)) => {
                return Twice { first: first.clone(), second: second.clone() }.why(&format!("`{name}`"));
            }
            _ => {}
        }
        if let Some((header, rows)) = &self.fields.rows
            && header.iter().any(|column| column == name)
        {
            return format!("`{name}` is a column of {rows} rows; only a table with one row names fields");
        }
        let near = suggest(name, self.fields.map.keys().map(String::as_str).chain(BUILT_IN));
        match near {
            Some(near) => format!("`{name}` is missing from what the probe printed; there is `{near}`"),
            None if self.probed.stdout.trim().is_empty() => {
                format!("`{name}` is missing: the probe printed nothing")
            }
            None => format!("`{name}` is missing from what the probe printed"),
        }
    }

    /// The server's own words: fields that are called an error and hold something, each text once.
    pub fn errors(&self) -> Vec<String> {
        let mut seen: Vec<&str> = Vec::new();
        let mut out = Vec::new();
        for (key, field) in &self.fields.map {
            if let Field::Is(Value::String(text)) = field
                && key.to_ascii_lowercase().ends_with("error")
                && !text.is_empty()
                && !seen.contains(&text.as_str())
            {
                seen.push(text);
                out.push(format!("{key}: {text}"));
            }
        }
        out
    }

    fn value(&self) -> Value {
        match self.probed.stdout.trim() {
            "" => Value::Null,
            trimmed => scalar(trimmed),
        }
    }

    fn json(&self) -> Value {
        match &self.document {
            None => Value::Null,
            Some(Document::Other(json)) => json::value(json),
            Some(Document::Object(_)) => self.map(),
        }
    }

    fn map(&self) -> Value {
        let pair = |(key, field): (&String, &Field)| {
            let value = match field {
                Field::Is(value) => value.clone(),
                Field::Twice(first, second) => {
                    Value::Opaque(Arc::new(Twice { first: first.clone(), second: second.clone() }))
                }
            };
            (Key::from(key.clone()), value)
        };
        let map: HashMap<Key, Value> = self.fields.map.iter().map(pair).collect();
        Value::Map(map.into())
    }
}

/// A key that stands twice with different values: it is there, and it cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Twice {
    first: String,
    second: String,
}

impl Opaque for Twice {
    fn runtime_type_name(&self) -> &str {
        "midwatch.twice"
    }
}

impl Twice {
    /// The marker, if `value` is one.
    pub fn of(value: &Value) -> Option<&Twice> {
        match value {
            Value::Opaque(opaque) => opaque.downcast_ref::<Twice>(),
            _ => None,
        }
    }

    /// A sentence about what is called `name`.
    pub fn why(&self, name: &str) -> String {
        format!(
            "{name} stands twice with different values ({} and {})",
            quote(&self.first),
            quote(&self.second)
        )
    }
}

/// A printed word as a value: a null, a number or text.
pub(super) fn scalar(word: &str) -> Value {
    match word {
        "NULL" | "null" | "nil" | "None" => Value::Null,
        _ => number(word).unwrap_or_else(|| text(word)),
    }
}

/// A number as programs print them: digits, perhaps a fraction, perhaps an exponent.
///
/// An exponent needs its sign or a fraction before it (`1e+06`, `1.5e3`), or every tenth abbreviated
/// commit would be a number; more digits than fit exactly stay text.
pub(super) fn number(word: &str) -> Option<Value> {
    let digits = word.strip_prefix('-').unwrap_or(word);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || word.len() > 40 {
        return None;
    }
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        return word.parse().map(Value::Int).or_else(|_| word.parse().map(Value::UInt)).ok();
    }
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let fits = all_digits(whole)
        && all_digits(fraction)
        && exponent.is_none_or(|exponent| {
            let unsigned = exponent.strip_prefix(['+', '-']);
            (unsigned.is_some() || mantissa.contains('.')) && all_digits(unsigned.unwrap_or(exponent))
        });
    fits.then(|| word.parse().ok()).flatten().filter(|number: &f64| number.is_finite()).map(Value::Float)
}

/// A value as a person reads it; a list or map as how much it holds.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::String(text) => quote(text),
        Value::List(list) => list.len().to_string(),
        Value::Map(map) => map.map.len().to_string(),
        Value::Null => "NULL".into(),
        _ => "a value".into(),
    }
}

/// Text in quotes, on one line and not too long.
fn quote(text: &str) -> String {
    format!("\"{}\"", brief(text, 60))
}

/// The first line of `text`, at most `limit` characters.
pub(super) fn brief(text: &str, limit: usize) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("").trim();
    let mut out: String = line.chars().filter(|c| !c.is_control()).take(limit).collect();
    if line.chars().count() > limit {
        out.push('…');
    }
    out
}

fn text(text: &str) -> Value {
    Value::String(Arc::new(text.to_string()))
}
