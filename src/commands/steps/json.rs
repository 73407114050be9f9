//! The machine's form of the listing: `midwatch.steps/1`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::Value;

use crate::duration;
use crate::runbook::{Action, ActionKind, Attrs, Danger, Param, Runbook, Severity, Step};

/// The listing as one JSON object, without a final newline.
///
/// With `section` (an index of [`Runbook::sections`]) it holds that section's steps alone, with the
/// numbers they have in the whole file, and the placeholders they have when they run alone.
pub fn json(runbook: &Runbook, section: Option<usize>) -> String {
    let source = &runbook.source;
    let own;
    let placeholders = match section {
        Some(section) => {
            own = runbook.placeholders_of(section);
            &own
        }
        None => &runbook.placeholders,
    };
    let is_way_back = runbook.stands_in_way_back();
    let listing = Listing {
        schema: "midwatch.steps/1",
        file: source.name(),
        title: &runbook.title,
        sha256: source.sha256(),
        params: Params(&runbook.front.params),
        placeholders: placeholders
            .iter()
            .map(|placeholder| PlaceholderView {
                key: &placeholder.key,
                text: &placeholder.text,
                line: placeholder.spans.first().map_or(0, |span| source.line(span.start)),
                explained: placeholder.explained.as_deref(),
            })
            .collect(),
        diagnostics: runbook
            .diagnostics
            .iter()
            .map(|diagnostic| {
                let position = source.position(diagnostic.span.start);
                DiagnosticView {
                    line: position.line,
                    column: position.column,
                    end_line: source.line(diagnostic.span.end.max(diagnostic.span.start)),
                    severity: match diagnostic.severity {
                        Severity::Info => "info",
                        Severity::Warning => "warning",
                        Severity::Error => "error",
                    },
                    message: &diagnostic.message,
                    help: diagnostic.help.as_deref(),
                }
            })
            .collect(),
        steps: super::selected(runbook, section)
            .iter()
            .map(|step| StepView { way_back: is_way_back(step), ..StepView::new(runbook, step) })
            .collect(),
    };
    serde_json::to_string(&listing).unwrap_or_else(|error| format!("{{\"error\":{:?}}}", error.to_string()))
}

#[derive(Serialize)]
struct Listing<'r> {
    schema: &'static str,
    file: &'r str,
    title: &'r str,
    sha256: String,
    params: Params<'r>,
    placeholders: Vec<PlaceholderView<'r>>,
    diagnostics: Vec<DiagnosticView<'r>>,
    steps: Vec<StepView<'r>>,
}

/// Params by name, in order of appearance.
struct Params<'r>(&'r [Param]);

impl Serialize for Params<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for param in self.0 {
            let view = ParamView {
                about: param.about.as_deref(),
                pattern: param.pattern.as_deref(),
                choices: &param.choices,
                // A secret's default is a secret.
                default: param.default.as_deref().filter(|_| !param.secret),
                env: param.env.as_deref(),
                secret: param.secret,
            };
            map.serialize_entry(&param.name, &view)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct ParamView<'r> {
    about: Option<&'r str>,
    pattern: Option<&'r str>,
    choices: &'r [String],
    default: Option<&'r str>,
    env: Option<&'r str>,
    secret: bool,
}

#[derive(Serialize)]
struct PlaceholderView<'r> {
    key: &'r str,
    text: &'r str,
    line: usize,
    explained: Option<&'r str>,
}

#[derive(Serialize)]
struct DiagnosticView<'r> {
    line: usize,
    column: usize,
    end_line: usize,
    severity: &'static str,
    message: &'r str,
    help: Option<&'r str>,
}

#[derive(Serialize)]
struct StepView<'r> {
    number: usize,
    id: &'r str,
    title: &'r str,
    section: Vec<&'r str>,
    line: usize,
    manual: bool,
    choice: Option<&'r str>,
    /// What the steps of one alternative share, where it has several: the anchor of the heading that it is,
    /// else a number.
    branch: Option<Cow<'r, str>>,
    /// It stands in a section that says how to undo the rest.
    way_back: bool,
    text: &'r str,
    actions: Vec<ActionView<'r>>,
    /// The prose after the last action.
    after: &'r str,
}

impl<'r> StepView<'r> {
    fn new(runbook: &'r Runbook, step: &'r Step) -> Self {
        StepView {
            number: step.number,
            id: &step.id,
            title: &step.title,
            section: runbook.breadcrumb(step),
            line: runbook.source.line(step.span.start),
            manual: step.manual(),
            choice: step.choice.as_deref(),
            branch: step.branch.map(|branch| match runbook.sections.get(branch) {
                Some(section) => Cow::Borrowed(section.anchor.as_str()),
                None => Cow::Owned(format!("alternative-{branch}")),
            }),
            way_back: false,
            text: &step.text,
            actions: (0..step.actions.len()).map(|index| ActionView::new(runbook, step, index)).collect(),
            after: step.after(),
        }
    }
}

#[derive(Serialize)]
struct ActionView<'r> {
    kind: &'static str,
    id: &'r str,
    line: usize,
    lang: &'r str,
    script: &'r str,
    attrs: BTreeMap<&'static str, Value>,
    offered: bool,
    tagged: bool,
    interactive: bool,
    danger: &'static str,
    /// What a detected danger does.
    #[serde(skip_serializing_if = "Option::is_none")]
    danger_what: Option<&'r str>,
    /// For `norun`: where it belongs.
    belongs: Option<&'r str>,
    /// The prose between the action before and this one.
    lead: &'r str,
}

impl<'r> ActionView<'r> {
    fn new(runbook: &Runbook, step: &'r Step, index: usize) -> Self {
        let action = &step.actions[index];
        let first = action.lines.first().copied().unwrap_or(action.span);
        ActionView {
            kind: action.kind.name(),
            id: &action.id,
            line: runbook.source.line(first.start),
            lang: &action.lang,
            script: &action.script,
            attrs: attrs(action),
            offered: action.offered,
            tagged: action.tagged,
            interactive: action.interactive,
            danger: action.danger.name(),
            danger_what: match &action.danger {
                Danger::Detected { what } => Some(what),
                _ => None,
            },
            belongs: action.belongs.as_deref(),
            lead: step.lead(index),
        }
    }
}

/// The words in force, by their names in the language; a check has its defaults too.
fn attrs(action: &Action) -> BTreeMap<&'static str, Value> {
    let attrs = &action.attrs;
    let mut map = BTreeMap::new();
    let check = action.kind == ActionKind::Check;
    if !check && **attrs == Attrs::default() && !matches!(action.danger, Danger::Declared { .. }) {
        return map;
    }
    let mut text = |name: &'static str, value: Option<&str>| {
        if let Some(value) = value {
            map.insert(name, Value::from(value));
        }
    };
    text("id", attrs.id.as_deref());
    text("fail", attrs.fail.as_ref().map(|fail| fail.value.as_str()));
    text("if", attrs.condition.as_ref().map(|condition| condition.value.as_str()));
    text("touches", attrs.touches.as_deref());
    text("cwd", attrs.cwd.as_deref());
    text("exec", attrs.exec.as_ref().map(|exec| exec.value.as_str()));
    let until = attrs.until.as_ref().map(|until| until.value.as_str());
    text("until", if check { Some(attrs.until()) } else { until });
    let show = attrs.show.as_ref().map(|show| show.value.as_str());
    text("show", show.or_else(|| if check { first_name(attrs.until()) } else { None }));
    if let Danger::Declared { word } = &action.danger {
        text("danger", Some(word));
    }
    let durations = if check {
        [
            ("timeout", Some(attrs.check_timeout())),
            ("every", Some(attrs.every())),
            ("try", Some(attrs.try_limit())),
            ("hold", Some(attrs.hold())),
            ("unknown", Some(attrs.unknown())),
            ("fresh", Some(attrs.fresh())),
        ]
    } else {
        [
            ("timeout", attrs.timeout),
            ("every", attrs.every),
            ("try", attrs.try_limit),
            ("hold", attrs.hold),
            ("unknown", attrs.unknown),
            ("fresh", attrs.fresh),
        ]
    };
    for (name, value) in durations {
        if let Some(value) = value {
            map.insert(name, Value::from(duration::format(value)));
        }
    }
    if let Some(capture) = &attrs.capture {
        let mark = if capture.optional { "?" } else { "" };
        let expr = capture.expr.as_ref().map_or(String::new(), |expr| format!(":{}", expr.value));
        map.insert("capture", Value::from(format!("{}{mark}{expr}", capture.name)));
    }
    if !attrs.ok.is_empty() {
        map.insert("ok", Value::from(attrs.ok.clone()));
    } else if check {
        map.insert("ok", Value::from(vec![0]));
    }
    for (name, set) in
        [("interactive", attrs.interactive), ("optional", attrs.optional), ("idempotent", attrs.idempotent)]
    {
        if set {
            map.insert(name, Value::from(true));
        }
    }
    if !attrs.on.is_empty() {
        map.insert("on", Value::from(attrs.on.clone()));
    }
    map
}

/// The first name in an expression: what a check shows unless `show` says otherwise.
fn first_name(expression: &str) -> Option<&str> {
    let mut rest = expression;
    loop {
        let start = rest.find(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '"' | '\''))?;
        let quote = rest[start..].chars().next()?;
        if matches!(quote, '"' | '\'') {
            let after = &rest[start + 1..];
            rest = &after[after.find(quote)? + 1..];
            continue;
        }
        let tail = &rest[start..];
        let end = tail.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(tail.len());
        let (name, after) = tail.split_at(end);
        // Method and function names, and the words of the language, are no values.
        let member = rest[..start].ends_with('.');
        let called = after.trim_start().starts_with('(');
        if !(member || called || matches!(name, "true" | "false" | "null" | "in")) {
            return Some(name);
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::first_name;

    #[test]
    fn the_first_name_is_the_value_shown() {
        for (expression, name) in [
            ("Seconds_Behind_Master == 0", Some("Seconds_Behind_Master")),
            ("exit == 0", Some("exit")),
            ("size(lines) > 2", Some("lines")),
            ("'a' == stdout", Some("stdout")),
            ("fields.X == 1", Some("fields")),
            ("true", None),
        ] {
            assert_eq!(first_name(expression), name, "{expression}");
        }
    }
}
