//! The functions an expression may call, so that a misspelled one is found before anything runs.
//!
//! The library looks functions up while it evaluates and offers no list; this one is held to what
//! the library knows by a test.

use super::ast::Kind;

/// One function or method.
pub(super) struct Function {
    pub name: &'static str,
    /// `name(x)`
    pub plain: bool,
    /// `x.name()`
    pub method: bool,
    /// What it yields.
    pub kind: Kind,
}

const fn plain(name: &'static str, kind: Kind) -> Function {
    Function { name, plain: true, method: false, kind }
}

const fn method(name: &'static str, kind: Kind) -> Function {
    Function { name, plain: false, method: true, kind }
}

const fn both(name: &'static str, kind: Kind) -> Function {
    Function { name, plain: true, method: true, kind }
}

/// Everything that can be called, macros aside.
pub(super) const FUNCTIONS: &[Function] = &[
    plain("bool", Kind::Bool),
    plain("bytes", Kind::Other),
    plain("double", Kind::Number),
    plain("dyn", Kind::Any),
    plain("int", Kind::Number),
    plain("string", Kind::Text),
    plain("type", Kind::Other),
    plain("uint", Kind::Number),
    both("size", Kind::Number),
    both("matches", Kind::Bool),
    method("charAt", Kind::Text),
    method("contains", Kind::Bool),
    method("endsWith", Kind::Bool),
    method("format", Kind::Text),
    method("indexOf", Kind::Number),
    method("join", Kind::Text),
    method("lastIndexOf", Kind::Number),
    method("lowerAscii", Kind::Text),
    method("replace", Kind::Text),
    method("reverse", Kind::Text),
    method("split", Kind::List),
    method("startsWith", Kind::Bool),
    method("substring", Kind::Text),
    method("trim", Kind::Text),
    method("upperAscii", Kind::Text),
];

/// Calls the parser rewrites; one that is still there had the wrong arguments.
pub(super) const MACROS: &[(&str, &str)] = &[
    ("has", "write has(fields.NAME)"),
    ("all", "write lines.all(line, CONDITION)"),
    ("exists", "write lines.exists(line, CONDITION)"),
    ("exists_one", "write lines.exists_one(line, CONDITION)"),
    ("filter", "write lines.filter(line, CONDITION)"),
    ("map", "write lines.map(line, EXPRESSION)"),
];

/// The function called `name`.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

/// The known name nearest to a misspelled one.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    let names = FUNCTIONS.iter().map(|f| f.name).chain(MACROS.iter().map(|m| m.0));
    suggest(name, names)
}

/// The candidate nearest to `name`, if one is near enough to be meant.
pub(super) fn suggest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    candidates
        .filter(|candidate| *candidate != name)
        .map(|candidate| {
            let other = candidate.to_lowercase();
            (strsim::normalized_damerau_levenshtein(&lower, &other), candidate)
        })
        .filter(|(likeness, _)| *likeness >= 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
