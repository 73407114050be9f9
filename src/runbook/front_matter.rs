//! The YAML between `---` lines at the top: ours is read, other tools' keys are left alone.

pub(crate) mod yaml;

use crate::source::{Source, Span};

use super::diagnose::Diagnose;
use super::info::{is_variable, nearest};
use super::{Diagnostic, FrontMatter, Param, Spanned, Topic};
use yaml::{Key, Node, Value};

/// The keys of the language; `last_reviewed_on` is another house's name of `reviewed`.
#[rustfmt::skip]
const KEYS: &[&str] = &[
    "title", "summary", "owner", "service", "severity", "alerts", "dashboards", "logs", "changes",
    "escalation", "requires", "hosts", "env", "shell", "tags", "reviewed", "last_reviewed_on",
    "review_in", "params",
];

/// Words of other tools that look like a misspelled key of ours.
#[rustfmt::skip]
const FOREIGN: &[&str] = &[
    "tag", "alert", "host", "param", "owners", "services", "alias", "aliases", "slug", "type", "log",
    "reviewer", "reviewers",
];

const PARAM_KEYS: &[&str] = &["about", "pattern", "choices", "default", "env", "secret"];

/// The YAML at the top of the file, and where the Markdown begins.
pub(super) fn find(source: &Source) -> Option<(Span, usize)> {
    let text = source.text();
    let start = source.start();
    let first = line_end(text, start);
    if text[start..first].trim_end() != "---" {
        return None;
    }
    let mut at = first;
    // A rule at the top is no front matter: that has a key, or nothing at all.
    let (mut key, mut other) = (false, false);
    while at < text.len() {
        let end = line_end(text, at);
        let line = text[at..end].trim_end();
        if line == "---" || line == "..." {
            return (key || !other).then_some((Span::new(first, at), end));
        }
        if !key && !line.trim().is_empty() {
            let name = line.split(':').next().unwrap_or("").trim_matches(['"', '\'']);
            key = line.starts_with('{')
                || line.contains(':') && !name.is_empty() && !name.contains(char::is_whitespace);
            // A comment of YAML is a heading of Markdown: what follows decides.
            other = true;
            if !key && !line.starts_with('#') {
                return None;
            }
        }
        at = end;
    }
    None
}

fn line_end(text: &str, from: usize) -> usize {
    memchr::memchr(b'\n', &text.as_bytes()[from..]).map_or(text.len(), |at| from + at + 1)
}

/// Reads the YAML at `span`.
pub(super) fn read(source: &Source, span: Span, out: &mut Vec<Diagnostic>) -> FrontMatter {
    let mut reader = Reader { front: FrontMatter { span, ..FrontMatter::default() }, out };
    match yaml::read(source, span) {
        Ok(Value { node: Node::Map(entries), .. }) => reader.entries(entries),
        Ok(Value { node: Node::Null, .. }) => {}
        Ok(Value { span, .. }) => {
            let message = "the front matter is no list of `key: value`";
            reader.out.warning(Topic::FrontMatter, span, message, None);
        }
        Err((message, span)) => {
            let message = format!("the front matter is no valid YAML: {message}");
            reader.out.error(Topic::FrontMatter, span, message);
        }
    }
    reader.front
}

struct Reader<'a> {
    front: FrontMatter,
    out: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn wrong(&mut self, span: Span, message: impl Into<String>) {
        self.out.error(Topic::FrontMatter, span, message);
    }

    fn entries(&mut self, entries: Vec<(Key, Value)>) {
        let mut seen: Vec<&'static str> = Vec::new();
        for (key, value) in entries {
            let Some(&name) = KEYS.iter().find(|&&known| known == key.name) else {
                self.foreign(&key);
                continue;
            };
            if seen.contains(&name) {
                self.wrong(key.span, format!("`{name}` stands here twice"));
                continue;
            }
            seen.push(name);
            self.entry(name, value);
        }
    }

    fn foreign(&mut self, key: &Key) {
        let near = nearest(&key.name, KEYS.iter().copied());
        if let Some(near) = near.filter(|_| key.name.len() > 3 && !FOREIGN.contains(&key.name.as_str())) {
            let message = format!("`{}` is not a key midwatch knows", key.name);
            self.out.warning(Topic::FrontMatter, key.span, message, Some(format!("did you mean `{near}`?")));
        }
    }

    fn entry(&mut self, name: &str, value: Value) {
        match name {
            "title" => self.front.title = self.text(name, value),
            "summary" => self.front.summary = self.text(name, value),
            "owner" => self.front.owner = self.words(name, value),
            "service" => self.front.service = self.words(name, value),
            "severity" => self.front.severity = self.words(name, value),
            "logs" => self.front.logs = self.text(name, value),
            "changes" => self.front.changes = self.text(name, value),
            "escalation" => self.front.escalation = self.words(name, value),
            "shell" => self.front.shell = self.text(name, value),
            "reviewed" => self.front.reviewed = self.text(name, value),
            "last_reviewed_on" => {
                let date = self.text(name, value);
                self.front.reviewed = self.front.reviewed.take().or(date);
            }
            "review_in" => self.front.review_in = self.text(name, value),
            "alerts" => self.front.alerts = values(self.list(name, value)),
            "dashboards" => self.front.dashboards = values(self.list(name, value)),
            "requires" => self.front.requires = self.list(name, value),
            "hosts" => self.front.hosts = self.hosts(value),
            "tags" => self.front.tags = values(self.list(name, value)),
            "env" => self.env(value),
            _ => self.params(value),
        }
    }

    /// One scalar.
    fn text(&mut self, name: &str, value: Value) -> Option<String> {
        match value.node {
            Node::Scalar(text) => Some(text),
            Node::Null => None,
            _ => {
                self.wrong(value.span, format!("`{name}` is one value, not a list"));
                None
            }
        }
    }

    /// A scalar, or a list that is read as one (`owner: [a, b]`); other shapes are other tools'.
    fn words(&mut self, name: &str, value: Value) -> Option<String> {
        match value.node {
            Node::Map(_) => None,
            Node::List(_) => Some(values(self.list(name, value)).join(", ")),
            _ => self.text(name, value),
        }
    }

    /// A list of scalars; one scalar alone is a list of it.
    fn list(&mut self, name: &str, value: Value) -> Vec<Spanned<String>> {
        match value.node {
            Node::Null => Vec::new(),
            Node::Scalar(text) => vec![Spanned { value: text, span: value.span }],
            Node::List(list) => list.into_iter().filter_map(|item| self.item(name, item)).collect(),
            Node::Map(_) => {
                self.wrong(value.span, format!("`{name}` is a list"));
                Vec::new()
            }
        }
    }

    fn item(&mut self, name: &str, item: Value) -> Option<Spanned<String>> {
        match item.node {
            Node::Scalar(text) => Some(Spanned { value: text, span: item.span }),
            Node::Null => None,
            _ => {
                self.wrong(item.span, format!("an entry of `{name}` is one value"));
                None
            }
        }
    }

    /// A list of names, or a map whose keys are the names.
    fn hosts(&mut self, value: Value) -> Vec<String> {
        match value.node {
            Node::Map(entries) => entries.into_iter().map(|(key, _)| key.name).collect(),
            _ => values(self.list("hosts", value)),
        }
    }

    fn env(&mut self, value: Value) {
        let Node::Map(entries) = value.node else {
            if !matches!(value.node, Node::Null) {
                self.wrong(value.span, "`env` is a list of NAME: value");
            }
            return;
        };
        for (key, value) in entries {
            if !is_variable(&key.name) {
                self.wrong(key.span, format!("`{}` is no name of a variable", key.name));
            } else if self.front.env.contains_key(&key.name) {
                self.wrong(key.span, format!("`{}` stands here twice", key.name));
            } else {
                let text = self.text(&key.name, value).unwrap_or_default();
                self.front.env.insert(key.name, text);
            }
        }
    }

    fn params(&mut self, value: Value) {
        let Node::Map(entries) = value.node else {
            if !matches!(value.node, Node::Null) {
                self.wrong(value.span, "`params` is a list of name: { about: ... }");
            }
            return;
        };
        let mut names = std::collections::HashSet::new();
        for (key, value) in entries {
            if !is_variable(&key.name) {
                let message = format!(
                    "`{}` is no name of a variable, and params reach commands as variables",
                    key.name
                );
                self.wrong(key.span, message);
            } else if !names.insert(key.name.clone()) {
                self.wrong(key.span, format!("`{}` stands here twice", key.name));
            } else {
                let param = self.param(key, value);
                self.front.params.push(param);
            }
        }
    }

    /// `name: { about: ... }`; a scalar alone is the default, nothing is a bare name.
    fn param(&mut self, key: Key, value: Value) -> Param {
        let mut param = Param { name: key.name, span: key.span, ..Param::default() };
        let entries = match value.node {
            Node::Map(entries) => entries,
            Node::Null => return param,
            Node::Scalar(default) => {
                param.default = Some(default);
                return param;
            }
            Node::List(_) => {
                self.wrong(value.span, format!("`{}` is {{ about: ... }}, not a list", param.name));
                return param;
            }
        };
        let mut seen: Vec<&'static str> = Vec::new();
        for (key, value) in entries {
            let Some(&name) = PARAM_KEYS.iter().find(|&&known| known == key.name) else {
                let message = format!("`{}` is not a key of a param", key.name);
                let help = nearest(&key.name, PARAM_KEYS.iter().copied());
                let help = help.map(|near| format!("did you mean `{near}`?"));
                self.out.error_with(Topic::FrontMatter, key.span, message, help);
                continue;
            };
            if seen.contains(&name) {
                self.wrong(key.span, format!("`{name}` stands here twice"));
                continue;
            }
            seen.push(name);
            let span = value.span;
            match name {
                "about" => param.about = self.text(name, value),
                "pattern" => {
                    param.pattern = self.text(name, value);
                    let broken =
                        |pattern: &mut String| regex::Regex::new(&format!("^(?:{pattern})$")).is_err();
                    if let Some(pattern) = param.pattern.take_if(broken) {
                        self.wrong(span, format!("`{}` is no regular expression", pattern.escape_debug()));
                    }
                }
                "default" => param.default = self.text(name, value),
                "choices" => param.choices = values(self.list(name, value)),
                "env" => {
                    param.env = self.text(name, value);
                    if let Some(env) = param.env.take_if(|env| !is_variable(env)) {
                        self.wrong(span, format!("`{env}` is no name of a variable"));
                    }
                }
                _ => match self.text(name, value).as_deref() {
                    Some("true" | "yes" | "on") => param.secret = true,
                    Some("false" | "no" | "off") | None => {}
                    Some(_) => self.wrong(span, "`secret` is true or false"),
                },
            }
        }
        let fits = |pattern: &String, value: &String| {
            regex::Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(value))
        };
        if let (Some(pattern), Some(default)) = (&param.pattern, &param.default)
            && !fits(pattern, default)
        {
            self.wrong(param.span, format!("the default `{default}` does not match its pattern"));
        }
        if let Some(default) = &param.default
            && !param.choices.is_empty()
            && !param.choices.contains(default)
        {
            self.wrong(param.span, format!("the default `{default}` is not one of the choices"));
        }
        param
    }
}

fn values(list: Vec<Spanned<String>>) -> Vec<String> {
    list.into_iter().map(|item| item.value).collect()
}

#[cfg(test)]
mod tests;
