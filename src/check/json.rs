//! JSON a probe printed, as values expressions know.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use cel::Value;
use cel::objects::Key;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value as Json;

/// What a JSON text holds.
pub(super) enum Document {
    /// An object: its top-level pairs in order, doubled keys included.
    Object(Vec<(String, Json)>),
    /// Anything else.
    Other(Json),
}

/// Reads `text` if it is one JSON document.
pub(super) fn read(text: &str) -> Option<Document> {
    let text = text.trim();
    if text.starts_with('{') {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let pairs = deserializer.deserialize_map(Pairs).ok()?;
        deserializer.end().ok()?;
        return Some(Document::Object(pairs));
    }
    serde_json::from_str(text).ok().map(Document::Other)
}

/// Keeps what a map would lose: keys that stand twice.
struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Vec<(String, Json)>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(pairs)
    }
}

/// A JSON value as the expression language has it: whole numbers stay whole.
pub(super) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(number), ..) => Value::Int(number),
            (_, Some(number), _) => Value::UInt(number),
            (.., Some(number)) => Value::Float(number),
            _ => Value::String(Arc::new(number.to_string())),
        },
        Json::String(text) => Value::String(Arc::new(text.clone())),
        Json::Array(items) => Value::List(Arc::new(items.iter().map(value).collect())),
        Json::Object(map) => {
            let map: HashMap<Key, Value> =
                map.iter().map(|(key, json)| (key.clone().into(), value(json))).collect();
            Value::Map(map.into())
        }
    }
}

/// A value as JSON text, for captures of lists and maps.
pub(super) fn text(value: &Value) -> Option<String> {
    value.json().ok().map(|json| json.to_string())
}
