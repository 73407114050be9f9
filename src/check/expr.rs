//! Expressions: the Common Expression Language over the names of a sample.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use cel::common::types::DYN_TYPE;
use cel::{Context, Env, ExecutionError, IdedExpr, ParseError, Value};

use super::ast::{self, COMPARE, Kind, Wrong};
use super::sample::Sample;
use super::{compare, json};
use crate::source::{Source, Span};

/// Longer expressions are refused; a condition is a line, not a program.
const LONGEST: usize = 4096;

/// Why an expression does not compile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadExpr {
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where, as bytes of the expression's text.
    pub span: Range<usize>,
    /// What to do.
    pub help: Option<String>,
}

impl BadExpr {
    /// Where in `source` the wrong part stands, for an expression `text` written at `written`.
    ///
    /// A `value` that was put in front and quotes that were escaped do not stand in the file.
    pub fn place(&self, text: &str, written: Span, source: &Source) -> Span {
        let slice = source.slice(written);
        let added = text.len().saturating_sub(slice.replace("\\\"", "\"").len());
        let added = if complete(slice).len() > slice.len() { "value ".len() } else { added.min(text.len()) };
        let added = if slice == text { 0 } else { added };
        let find = |offset: usize| {
            let mut left = offset.saturating_sub(added);
            let mut at = 0;
            while left > 0 && at < slice.len() {
                at += if slice[at..].starts_with("\\\"") {
                    2
                } else {
                    slice[at..].chars().next().map_or(1, char::len_utf8)
                };
                let back = text.get(offset - left..).and_then(|rest| rest.chars().next());
                left = left.saturating_sub(back.map_or(1, char::len_utf8));
            }
            written.start + at
        };
        let (start, end) = (find(self.span.start), find(self.span.end));
        Span::new(start.min(written.end), end.min(written.end).max(start.min(written.end)))
    }
}

/// What an expression is for, which decides what it must yield.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// `until=`, `fail=`, `if=`: true or false.
    Condition,
    /// `show=`, `capture=`: anything.
    Value,
}

/// A compiled expression.
#[derive(Debug, Clone)]
pub struct Expr {
    text: String,
    root: IdedExpr,
    names: Vec<String>,
    first: Option<IdedExpr>,
    target: Option<Target>,
}

/// What a value is waited for: `== 0`, `<= 5`.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// `==`, `<`, `<=`, `>`, `>=`, `!=`.
    pub operator: String,
    /// The number on the other side.
    pub goal: f64,
}

impl Expr {
    /// Compiles a condition.
    ///
    /// # Errors
    /// It does not parse, calls what does not exist, or cannot be true or false.
    pub fn compile(text: &str) -> Result<Expr, BadExpr> {
        Expr::compile_for(text, Purpose::Condition)
    }

    /// Compiles an expression for `purpose`.
    ///
    /// # Errors
    /// As [`Expr::compile`]; a value may be of any kind.
    pub fn compile_for(text: &str, purpose: Purpose) -> Result<Expr, BadExpr> {
        let whole = 0..text.len();
        let bad = |message: &str, help: Option<&str>| BadExpr {
            message: message.into(),
            span: whole.clone(),
            help: help.map(str::to_string),
        };
        if text.trim().is_empty() {
            return Err(bad("the expression is empty", Some("write for instance value == 0")));
        }
        if text.len() > LONGEST {
            return Err(bad("the expression is longer than 4096 bytes", None));
        }
        let program = environment().compile(text).map_err(|errors| first_error(text, &errors.errors))?;
        let mut root = program.expression().clone();
        let place = |wrong: Wrong| {
            let at = program.source_info().offset_for(wrong.id);
            // The library counts characters and includes the last; a call stands at its bracket.
            let at = at.map(|(start, end)| characters(text, start, end + 1));
            let span = match (at, wrong.function) {
                (Some(at), Some(name)) => nearest(text, &name, at.start).unwrap_or(at),
                (at, _) => at.unwrap_or(whole.clone()),
            };
            BadExpr { message: wrong.message, span, help: wrong.help }
        };
        let (found, kind) = ast::walk(&mut root).map_err(place)?;
        if purpose == Purpose::Condition && !matches!(kind, Kind::Bool | Kind::Any) {
            let message = format!("the condition is {}, not true or false", kind.name());
            return Err(bad(&message, Some("compare it with something")));
        }
        let target = found.target.map(|(operator, goal)| Target { operator, goal });
        Ok(Expr { text: text.into(), root, names: found.names, first: found.first, target })
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names of the sample it uses, in order of appearance; not those macros bind.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether it uses `name`.
    pub fn uses(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// What its first name is compared with, where that is a number.
    pub fn target(&self) -> Option<&Target> {
        self.target.as_ref()
    }

    /// The first name in it with the fields selected on it, as an expression of its own.
    pub(super) fn first(&self) -> Option<Expr> {
        let root = self.first.clone()?;
        let names = self.names.first().cloned().into_iter().collect();
        Some(Expr { text: String::new(), root, names, first: None, target: None })
    }

    /// What it yields over `sample`.
    ///
    /// # Errors
    /// A sentence that says why it cannot be evaluated.
    pub(super) fn evaluate(&self, sample: &Sample) -> Result<Value, String> {
        let mut context = Context::with_env(Arc::clone(environment()));
        for name in &self.names {
            if let Some(value) = sample.lookup(name) {
                context.add_variable_from_value(name.as_str(), value);
            }
        }
        Value::resolve(&self.root, &context).map_err(|error| explain(&error, Some(sample)))
    }

    /// Whether it is true over `sample`.
    ///
    /// # Errors
    /// As [`Expr::evaluate`]; also if it yields neither true nor false.
    pub(super) fn holds(&self, sample: &Sample) -> Result<bool, String> {
        truth(&self.text, &self.evaluate(sample)?)
    }
}

/// Whether `if=EXPR` is true over params and captures, which are all text.
///
/// # Errors
/// A sentence that says why it cannot be told.
pub fn condition(expr: &Expr, vars: &BTreeMap<String, String>) -> Result<bool, String> {
    let mut context = Context::with_env(Arc::clone(environment()));
    for name in &expr.names {
        if let Some(value) = vars.get(name) {
            context.add_variable_from_value(name.as_str(), value.as_str());
        }
    }
    let value = Value::resolve(&expr.root, &context).map_err(|error| explain(&error, None))?;
    truth(&expr.text, &value)
}

/// Puts `value` in front of an expression that begins with an operator (`== 0`, `in ["a", "b"]`).
pub fn complete(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim_start();
    let sign =
        ["==", "!=", "<", ">", "&&", "||", "*", "/", "%", "+", "?"].iter().any(|s| trimmed.starts_with(s));
    let word = trimmed.strip_prefix("in").is_some_and(|rest| rest.starts_with([' ', '\t', '[']));
    if sign || word { Cow::Owned(format!("value {trimmed}")) } else { Cow::Borrowed(text) }
}

/// The library's standard functions, those on text, and the strict comparison.
fn environment() -> &'static Arc<Env> {
    static ENVIRONMENT: OnceLock<Arc<Env>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let mut env = Env::stdlib().with_optional_support(false);
        // Both add to a fresh environment; they fail only where a name is declared twice.
        let strings = env.add_extension(cel::extensions::strings);
        let sides = std::iter::repeat_with(|| DYN_TYPE).take(5).collect();
        let compare = env.add_overload(COMPARE, "midwatch_compare", sides, compare::strict);
        debug_assert!(strings.is_ok() && compare.is_ok());
        Arc::new(env)
    })
}

fn truth(text: &str, value: &Value) -> Result<bool, String> {
    match value {
        Value::Bool(value) => Ok(*value),
        other => Err(format!("`{text}` is {}, not true or false", super::sample::shown(other))),
    }
}

/// An error of the evaluation as a sentence that names the field and what is wrong with it.
fn explain(error: &ExecutionError, sample: Option<&Sample>) -> String {
    match error {
        ExecutionError::UndeclaredReference(name) => match sample {
            Some(sample) => sample.missing(name),
            None => format!("`{name}` has no value"),
        },
        ExecutionError::NoSuchKey(name) => match sample {
            Some(sample) => sample.missing_field(name),
            None => format!("`{name}` has no value"),
        },
        ExecutionError::FunctionError { function, message } if function == COMPARE => message.clone(),
        ExecutionError::NoSuchOverload(overload) => {
            let name = overload.function().trim_matches(['_', '@']);
            format!("`{name}` cannot be applied to {}", overload.argument_types().join(", "))
        }
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => "it divides by zero".into(),
        ExecutionError::UnsupportedBinaryOperator(name, a, b) => {
            let text = |value| json::text(value).unwrap_or_else(|| "a value".into());
            format!("`{name}` cannot be applied to {} and {}", text(a), text(b))
        }
        ExecutionError::FunctionError { function, message } => format!("`{function}` failed: {message}"),
        other => other.to_string(),
    }
}

/// The first error of the parser, in a person's words.
fn first_error(text: &str, errors: &[ParseError]) -> BadExpr {
    let Some(error) = errors.first() else {
        return BadExpr { message: "it does not parse".into(), span: 0..text.len(), help: None };
    };
    let (line, column) = error.pos;
    let before: usize = text
        .split_inclusive('\n')
        .take(usize::try_from(line - 1).unwrap_or(0))
        .map(|line| line.chars().count())
        .sum();
    let start = before + usize::try_from(column - 1).unwrap_or(0);
    let start = characters(text, start as u32, start as u32).start;
    let rest = &text[start..];
    let token = token(rest);
    let span = start..start + token.len();
    let said = error.msg.strip_prefix("Syntax error: ").unwrap_or(&error.msg);
    let (message, help) = match token {
        "" => ("the expression ends too early".to_string(), None),
        "=" => ("`=` is not an operator".into(), Some("compare with `==`")),
        "and" | "AND" => ("`and` is not an operator".into(), Some("write `&&`")),
        "or" | "OR" => ("`or` is not an operator".into(), Some("write `||`")),
        "not" | "NOT" => ("`not` is not an operator".into(), Some("write `!`")),
        "&" => ("`&` is not an operator".into(), Some("write `&&`")),
        "|" => ("`|` is not an operator".into(), Some("write `||`")),
        quote if quote.starts_with(['\'', '"']) && said.starts_with("token recognition") => {
            ("the text is not closed".into(), Some("a quote is missing"))
        }
        _ if said.starts_with("invalid argument to has()") => {
            ("`has` takes a field".into(), Some("write has(fields.NAME)"))
        }
        token if said.starts_with("reserved identifier") => {
            (format!("`{token}` is a reserved word"), Some("write fields.NAME"))
        }
        token if said.starts_with("invalid") => (format!("`{token}` is not a number this can hold"), None),
        token if said.starts_with("error recovery") || said.contains("recursion") => {
            (format!("the expression is nested too deeply at `{token}`"), None)
        }
        token => (format!("`{token}` is not expected here"), None),
    };
    BadExpr { message, span, help: help.map(str::to_string) }
}

/// The word or sign `rest` begins with.
fn token(rest: &str) -> &str {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let Some(first) = rest.chars().next() else { return "" };
    if first.is_whitespace() {
        return "";
    }
    let end = if word(first) { rest.find(|c| !word(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
    &rest[..end]
}

/// Where `word` stands in `text`, as near to `at` as can be.
fn nearest(text: &str, word: &str, at: usize) -> Option<Range<usize>> {
    let found = text.match_indices(word).map(|(start, word)| start..start + word.len());
    found.min_by_key(|span| span.end.abs_diff(at).min(span.start.abs_diff(at)))
}

/// The bytes of the characters from `start` up to `end`.
fn characters(text: &str, start: u32, end: u32) -> Range<usize> {
    let byte = |at: u32| text.char_indices().nth(at as usize).map_or(text.len(), |(at, _)| at);
    byte(start)..byte(end).max(byte(start))
}

#[cfg(test)]
mod tests;
