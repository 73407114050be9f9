//! Comparisons that refuse to compare what cannot be compared.
//!
//! The library calls `null == 0` and `'37 s' == 0` false, and so `!=` true. For a wait that is the
//! wrong answer in the dangerous direction, so comparisons go through [`strict`], where a null, or
//! values of two kinds, are an error, which makes the sample unknown.

use std::cmp::Ordering;

use cel::common::value::CowVal;
use cel::objects::Key;
use cel::{ExecutionError, Value};

use super::ast::COMPARE;
use super::sample::{Twice, shown};

/// The function behind every comparison: operator, what the sides are called, the sides.
pub(super) fn strict<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let mut values = Vec::with_capacity(args.len());
    for arg in &args {
        values.push(Value::try_from(arg.as_ref())?);
    }
    let [Value::String(operator), Value::String(left), Value::String(right), a, b] = &values[..] else {
        return Err(failed("a comparison has two sides"));
    };
    let sides = Sides { left, right };
    let answer = match operator.as_str() {
        "in" => sides.within(a, b),
        "null ==" => asks_null(a, b).map(|same| same.unwrap_or(false)),
        "null !=" => asks_null(a, b).map(|same| !same.unwrap_or(false)),
        "==" => sides.equal(a, b),
        "!=" => sides.equal(a, b).map(|same| !same),
        other => sides.order(a, b).map(|order| match other.trim_start_matches("null ") {
            "<" => order == Some(Ordering::Less),
            "<=" => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            ">" => order == Some(Ordering::Greater),
            _ => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        }),
    }?;
    Ok(CowVal::owned(cel::common::types::CelBool::from(answer)))
}

/// `x == null`, asked on purpose: whether both are null.
fn asks_null(a: &Value, b: &Value) -> Result<Option<bool>, ExecutionError> {
    for value in [a, b] {
        if let Some(twice) = Twice::of(value) {
            return Err(failed(twice.why("it")));
        }
    }
    Ok(Some(matches!((a, b), (Value::Null, Value::Null))))
}

/// What the two sides are called, for messages.
struct Sides<'a> {
    left: &'a str,
    right: &'a str,
}

impl Sides<'_> {
    fn equal(&self, a: &Value, b: &Value) -> Result<bool, ExecutionError> {
        self.usable(a, b)?;
        if let Some(order) = numbers(a, b) {
            return Ok(order == Some(Ordering::Equal));
        }
        match (a, b) {
            (Value::String(a), Value::String(b)) => Ok(a == b),
            (Value::Bool(a), Value::Bool(b)) => Ok(a == b),
            (Value::List(a), Value::List(b)) => {
                let mut same = a.len() == b.len();
                for (a, b) in a.iter().zip(b.iter()) {
                    same &= self.equal(a, b)?;
                }
                Ok(same)
            }
            (Value::Map(a), Value::Map(b)) => {
                let mut same = a.map.len() == b.map.len();
                for (key, a) in a.map.iter() {
                    match b.map.get(key) {
                        Some(b) => same &= self.equal(a, b)?,
                        None => same = false,
                    }
                }
                Ok(same)
            }
            _ if kind(a) == kind(b) => Ok(a == b),
            _ => Err(self.differ(a, b)),
        }
    }

    fn order(&self, a: &Value, b: &Value) -> Result<Option<Ordering>, ExecutionError> {
        self.usable(a, b)?;
        if let Some(order) = numbers(a, b) {
            return Ok(order);
        }
        match (a, b) {
            (Value::String(a), Value::String(b)) => Ok(Some(a.cmp(b))),
            (Value::Bool(a), Value::Bool(b)) => Ok(Some(a.cmp(b))),
            _ if kind(a) == kind(b) => Err(failed(format!("{} cannot be put in order", kind(a)))),
            _ => Err(self.differ(a, b)),
        }
    }

    /// Whether `b` holds `a`; an element that cannot be compared only matters if no other is equal.
    fn within(&self, a: &Value, b: &Value) -> Result<bool, ExecutionError> {
        match b {
            Value::List(list) => {
                let mut trouble = None;
                for element in list.iter() {
                    match self.equal(a, element) {
                        Ok(true) => return Ok(true),
                        Ok(false) => {}
                        Err(error) => trouble = trouble.or(Some(error)),
                    }
                }
                trouble.map_or(Ok(false), Err)
            }
            Value::Map(map) => {
                self.usable(a, b)?;
                let key = match a {
                    Value::String(key) => Key::String(key.clone()),
                    _ => return Err(failed("only text is looked for in a map")),
                };
                Ok(map.map.contains_key(&key))
            }
            _ => {
                self.usable(a, b)?;
                Err(failed(format!("{} is {}, not a list", name(self.right, "the right side"), kind(b))))
            }
        }
    }

    /// Refuses nulls and fields that stand twice.
    fn usable(&self, a: &Value, b: &Value) -> Result<(), ExecutionError> {
        for (value, label, other) in [(a, self.left, "the left side"), (b, self.right, "the right side")] {
            if matches!(value, Value::Null) {
                return Err(failed(format!("{} is NULL", name(label, other))));
            }
            if let Some(twice) = Twice::of(value) {
                return Err(failed(twice.why(&name(label, other))));
            }
        }
        Ok(())
    }

    fn differ(&self, a: &Value, b: &Value) -> ExecutionError {
        let (subject, value, other) = if self.left.is_empty() && !self.right.is_empty() {
            (name(self.right, ""), b, a)
        } else {
            (name(self.left, "the left side"), a, b)
        };
        failed(format!(
            "{subject} is {} ({}), compared with {} ({})",
            kind(value),
            shown(value),
            kind(other),
            shown(other)
        ))
    }
}

/// The order of two numbers, whatever their types; `None` if one of them is none. NaN has no order.
fn numbers(a: &Value, b: &Value) -> Option<Option<Ordering>> {
    /// An integer exactly, or a float.
    enum Number {
        Whole(i128),
        Float(f64),
    }
    let read = |value: &Value| match value {
        Value::Int(n) => Some(Number::Whole((*n).into())),
        Value::UInt(n) => Some(Number::Whole((*n).into())),
        Value::Float(n) => Some(Number::Float(*n)),
        _ => None,
    };
    Some(match (read(a)?, read(b)?) {
        (Number::Whole(a), Number::Whole(b)) => Some(a.cmp(&b)),
        (Number::Float(a), Number::Float(b)) => a.partial_cmp(&b),
        (Number::Whole(a), Number::Float(b)) => (a as f64).partial_cmp(&b),
        (Number::Float(a), Number::Whole(b)) => a.partial_cmp(&(b as f64)),
    })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Int(_) | Value::UInt(_) | Value::Float(_) => "a number",
        Value::String(_) => "text",
        Value::Bool(_) => "true or false",
        Value::List(_) => "a list",
        Value::Map(_) => "a map",
        Value::Null => "NULL",
        _ => "a value",
    }
}

fn name(label: &str, otherwise: &str) -> String {
    if label.is_empty() { otherwise.to_string() } else { format!("`{label}`") }
}

fn failed(why: impl Into<String>) -> ExecutionError {
    ExecutionError::FunctionError { function: COMPARE.into(), message: why.into() }
}
