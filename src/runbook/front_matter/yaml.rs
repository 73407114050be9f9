//! YAML with places. The only file that knows the YAML library, which is young.

mod plain;

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy};
use serde_saphyr::{Location, Options, Spanned};

use crate::source::{Source, Span};

/// A YAML value and where it is written.
#[derive(Debug)]
pub(crate) struct Value {
    pub node: Node,
    pub span: Span,
}

/// What a YAML value is.
#[derive(Debug)]
pub(crate) enum Node {
    /// `null`, `~` or nothing.
    Null,
    /// Any scalar as written, quotes taken off: a version `1.10` stays `1.10`.
    Scalar(String),
    List(Vec<Value>),
    /// In order of appearance, duplicates kept.
    Map(Vec<(Key, Value)>),
}

/// A key and where it is written.
#[derive(Debug)]
pub(crate) struct Key {
    pub name: String,
    pub span: Span,
}

/// Reads the YAML at `span`.
///
/// # Errors
/// What is wrong, in the words of the library, and where.
pub(crate) fn read(source: &Source, span: Span) -> Result<Value, (String, Span)> {
    let text = source.slice(span);
    if text.trim().is_empty() {
        return Ok(Value { node: Node::Null, span });
    }
    match plain::read(text, span) {
        Some(value) => Ok(value),
        None => read_all(text, span),
    }
}

/// As [`read`], by the library alone.
fn read_all(text: &str, span: Span) -> Result<Value, (String, Span)> {
    let options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::LastWins,
        merge_keys: MergeKeyPolicy::AsOrdinary,
        strict_booleans: true,
        with_snippet: false,
    };
    match read_with(text, options) {
        Ok(raw) => Ok(raw.place(text, span)),
        Err(error) => {
            let at = error.location().map_or(span, |location| place(text, span, &location));
            let message = error.to_string();
            let message = message.lines().next().unwrap_or("it is no valid YAML");
            Err((message.to_owned(), at))
        }
    }
}

fn read_with(text: &str, options: Options) -> Result<Raw, serde_saphyr::Error> {
    serde_saphyr::from_str_with_options::<Raw>(text, options)
}

/// Where `location` of the YAML is in the file.
fn place(text: &str, span: Span, location: &Location) -> Span {
    let of = location.span();
    let start = of.byte_offset().unwrap_or(0) as usize;
    let end = start + of.byte_len().unwrap_or(0) as usize;
    let (start, end) = (start.min(text.len()), end.min(text.len()));
    Span::new(span.start + start, span.start + end.max(start))
}

/// A value as the library gives it.
#[derive(Debug)]
enum Raw {
    Null,
    Text(String),
    /// A number or boolean: its text is taken from the file.
    Plain(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl Raw {
    fn place(self, text: &str, span: Span) -> Value {
        self.placed(text, span, span)
    }

    fn placed(self, text: &str, whole: Span, at: Span) -> Value {
        let node = match self {
            Raw::Null => Node::Null,
            Raw::Text(value) => Node::Scalar(value),
            Raw::Plain(value) => {
                let written = text.get(at.start - whole.start..at.end - whole.start).unwrap_or("").trim();
                let one_word = !written.is_empty() && !written.contains([' ', '\n', '*', '&']);
                Node::Scalar(if one_word { written.to_owned() } else { value })
            }
            Raw::List(list) => {
                let placed = list.into_iter().map(|value| {
                    let at = place(text, whole, &value.referenced);
                    value.value.placed(text, whole, at)
                });
                Node::List(placed.collect())
            }
            Raw::Map(map) => {
                let placed = map.into_iter().map(|(key, value)| {
                    let key_at = place(text, whole, &key.referenced);
                    let at = place(text, whole, &value.referenced);
                    (Key { name: key.value, span: key_at }, value.value.placed(text, whole, at))
                });
                Node::Map(placed.collect())
            }
        };
        Value { node, span: at }
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element::<Spanned<Raw>>()? {
            list.push(value);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<Spanned<String>>()? {
            entries.push((key, map.next_value::<Spanned<Raw>>()?));
        }
        Ok(Raw::Map(entries))
    }
}
