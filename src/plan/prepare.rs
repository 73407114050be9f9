//! One action made ready: expressions compiled, placeholders turned into references.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::{self, Expr, Spec};
use crate::error::Error;
use crate::runbook::{Action, ActionKind, Placeholder, PlaceholderKind, Runbook, Spanned};
use crate::shell::{self, Context, Substitution};
use crate::source::Span;

/// A value a command needs before it may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// What `--set` calls it.
    pub key: String,
    /// As the runbook writes it.
    pub text: String,
    /// The sentence that explains it.
    pub about: Option<String>,
    /// Another interpreter reads the text around it: only plain characters are accepted.
    pub strict: bool,
}

/// Where a placeholder stands in a script.
#[derive(Debug, Clone)]
struct Hole {
    at: Span,
    key: String,
    context: Context,
    /// The reference that stands there; none where only an edit can fill it in.
    reference: Option<String>,
    /// Another interpreter reads the value after the shell.
    strict: bool,
}

/// What an action needs and what it becomes.
#[derive(Debug)]
pub(super) struct Prepared {
    /// The script with references in place of placeholders.
    pub script: String,
    /// Placeholders, unset variables, params and captures, in order of appearance.
    pub needs: Vec<Need>,
    /// Names of all variables it uses.
    pub uses: BTreeSet<String>,
    /// A check's conditions.
    pub spec: Option<Spec>,
    /// `if=`
    pub condition: Option<Expr>,
    /// `capture=NAME:CEL`
    pub capture: Option<Expr>,
    holes: Vec<Hole>,
}

/// Whether `value` is safe inside text that another interpreter reads.
pub fn is_plain(value: &str) -> bool {
    value.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:/@-".contains(&b))
}

/// The variable that carries the value called `key`: params and captures by their own name, unset
/// variables by theirs, placeholders under a prefix, so that they cannot shadow the runbook's own.
pub(super) fn variable_name(runbook: &Runbook, key: &str) -> String {
    if runbook.front.params.iter().any(|param| param.name == key) {
        return key.to_owned();
    }
    match runbook.placeholders.iter().find(|placeholder| placeholder.key == key) {
        Some(unset) if unset.kind == PlaceholderKind::Variable => variable(unset).to_owned(),
        Some(_) => format!("MIDWATCH_{key}"),
        None => key.to_owned(),
    }
}

/// The name in `$NODE` or `${NODE}`.
fn variable(unset: &Placeholder) -> &str {
    unset.text.trim_start_matches('$').trim_start_matches('{').trim_end_matches('}')
}

impl Prepared {
    /// Makes `action` ready.
    pub fn new(runbook: &Runbook, action: &Action, env: &BTreeMap<String, String>) -> Result<Self, Error> {
        let attrs = &action.attrs;
        if let Err(bad) = check::spec::verify(attrs) {
            return Err(bad_expression(runbook, &bad));
        }
        let compiled = |expr: Option<&Spanned<String>>| expr.and_then(|expr| Expr::compile(&expr.value).ok());
        let condition = compiled(attrs.condition.as_ref());
        let capture = compiled(attrs.capture.as_ref().and_then(|capture| capture.expr.as_ref()));
        let spec = match action.kind {
            ActionKind::Check => {
                Some(check::spec::compile(attrs).map_err(|bad| bad_expression(runbook, &bad))?)
            }
            _ => None,
        };
        let holes = holes(runbook, action);
        let mut prepared = Prepared {
            script: action.script.clone(),
            needs: Vec::new(),
            uses: BTreeSet::new(),
            spec,
            condition,
            capture,
            holes,
        };
        prepared.find_needs(runbook, action, env);
        Ok(prepared)
    }

    fn find_needs(&mut self, runbook: &Runbook, action: &Action, env: &BTreeMap<String, String>) {
        let placeholder = |key: &str| runbook.placeholders.iter().find(|p| p.key == key);
        for hole in self.holes.iter().filter(|hole| hole.reference.is_some()) {
            let strict = hole.strict || action.attrs.exec.is_some();
            match self.needs.iter_mut().find(|need| need.key == hole.key) {
                Some(need) => need.strict |= strict,
                None => self.needs.push(Need {
                    key: hole.key.clone(),
                    text: action.script.get(hole.at.range()).unwrap_or(&hole.key).to_owned(),
                    about: placeholder(&hole.key).and_then(|p| p.explained.clone()),
                    strict,
                }),
            }
        }
        for hole in self.holes.iter().rev() {
            if let Some(reference) = &hole.reference {
                self.script.replace_range(hole.at.range(), reference);
            }
        }
        if !action.script.contains('$') && action.attrs.exec.as_ref().is_none_or(|e| !e.value.contains('$')) {
            return;
        }
        let mut own = BTreeSet::new();
        let texts =
            [Some(action.script.as_str()), action.attrs.exec.as_ref().map(|exec| exec.value.as_str())];
        for text in texts.into_iter().flatten() {
            let parsed = shell::parse(text);
            own.extend(parsed.sets().iter().map(|named| named.name.clone()));
            for used in parsed.uses() {
                self.uses.insert(used.name.to_string());
                let known = runbook.front.params.iter().find(|param| param.name == used.name);
                let named =
                    |p: &&Placeholder| p.kind == PlaceholderKind::Variable && variable(p) == used.name;
                let in_env = env.get(used.name.as_str()).is_some_and(|value| !value.is_empty());
                let unset = runbook.placeholders.iter().find(named).filter(|_| !in_env);
                let captured = || captures(runbook).any(|name| name == used.name);
                let wanted = known.is_some() || unset.is_some() || captured();
                if used.guarded || !wanted || own.contains(used.name.as_str()) {
                    continue;
                }
                let key = match (known, unset) {
                    (None, Some(unset)) => unset.key.clone(),
                    _ => used.name.to_string(),
                };
                if !self.needs.iter().any(|need| need.key == key) {
                    self.needs.push(Need {
                        key,
                        text: format!("${}", used.name),
                        about: known
                            .and_then(|param| param.about.clone())
                            .or_else(|| unset.and_then(|p| p.explained.clone())),
                        strict: false,
                    });
                }
            }
        }
    }

    /// The command as a person may read and paste it: placeholder values filled in.
    pub fn shown(&self, script: &str, values: &BTreeMap<String, String>) -> String {
        let mut shown = script.to_owned();
        for hole in self.holes.iter().rev() {
            if let Some(value) = values.get(&hole.key) {
                shown.replace_range(hole.at.range(), &quoted(value, &hole.context));
            }
        }
        shown
    }

    /// Why the command cannot run as it stands: a placeholder no reference can stand for, or one
    /// that the operator's own text still holds.
    pub fn blocked(&self, script: &str, edited: Option<&str>) -> Option<String> {
        let written = |hole: &&Hole| script.get(hole.at.range()).unwrap_or("").to_owned();
        let open = match edited {
            Some(text) => self.holes.iter().find(|hole| text.contains(&written(hole))),
            None => self.holes.iter().find(|hole| hole.reference.is_none()),
        };
        open.map(|hole| format!("still holds {}, which only an edit can fill in here", written(&hole)))
    }

    /// The values it uses by name, for display.
    pub fn with(&self, runbook: &Runbook, values: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let named = values.iter().map(|(key, value)| (variable_name(runbook, key), value.clone()));
        named.filter(|(name, _)| self.uses.contains(name)).collect()
    }
}

/// Where placeholders stand in the script of `action`, in order.
fn holes(runbook: &Runbook, action: &Action) -> Vec<Hole> {
    let mut holes = Vec::new();
    for placeholder in runbook.placeholders.iter().filter(|p| p.kind != PlaceholderKind::Variable) {
        for span in placeholder.spans.iter().filter(|span| action.span.contains(**span)) {
            if let Some(at) = in_script(action, *span) {
                let key = placeholder.key.clone();
                holes.push(Hole { at, key, context: Context::Bare, reference: None, strict: false });
            }
        }
    }
    holes.sort_by_key(|hole| hole.at);
    holes.dedup_by(|next, before| next.at.start < before.at.end);
    if holes.is_empty() {
        return holes;
    }
    // A placeholder such as <name> is a redirection to the shell's grammar: a neutral word of
    // the same length stands in for it while the context is asked for.
    let mut masked = action.script.clone();
    for hole in &holes {
        masked.replace_range(hole.at.range(), &"x".repeat(hole.at.len()));
    }
    let parsed = shell::parse(&masked);
    holes.retain_mut(|hole| {
        hole.context = parsed.context(hole.at.start);
        match parsed.substitution(hole.at, &variable_name(runbook, &hole.key)) {
            Substitution::Reference { text, strict } => {
                hole.reference = Some(text);
                hole.strict = strict.is_some();
                true
            }
            Substitution::Edit => true,
            Substitution::Leave => false,
        }
    });
    holes
}

/// A span of the file as a span of the action's script.
fn in_script(action: &Action, span: Span) -> Option<Span> {
    let mut offset = 0;
    for line in &action.lines {
        if line.contains(span) {
            let start = offset + (span.start - line.start);
            return Some(Span::new(start, start + span.len())).filter(|at| at.end <= action.script.len());
        }
        offset += line.len() + 1;
    }
    None
}

fn captures(runbook: &Runbook) -> impl Iterator<Item = &str> {
    let actions = runbook.steps.iter().flat_map(|step| &step.actions);
    actions.filter_map(|action| action.attrs.capture.as_ref()).map(|capture| capture.name.as_str())
}

/// `value` as data of the shell, for where it stands.
fn quoted(value: &str, context: &Context) -> String {
    let escaped = |special: &[char]| {
        value.chars().fold(String::new(), |mut out, c| {
            if special.contains(&c) {
                out.push('\\');
            }
            out.push(c);
            out
        })
    };
    match context {
        Context::Double => escaped(&['$', '`', '"', '\\']),
        Context::Heredoc => escaped(&['$', '`', '\\']),
        Context::Single => value.replace('\'', r"'\''"),
        Context::QuotedHeredoc | Context::Comment => value.to_owned(),
        Context::Bare | Context::Inner(_) if !value.is_empty() && is_plain(value) => value.to_owned(),
        Context::Bare | Context::Inner(_) => format!("'{}'", value.replace('\'', r"'\''")),
    }
}

fn bad_expression(runbook: &Runbook, bad: &check::spec::BadAttr) -> Error {
    let message = format!("`{}=` does not compile: {}", bad.attr, bad.bad.message);
    let error = Error::refused(message).at(&runbook.source, bad.place(&runbook.source));
    bad.bad.help.iter().cloned().fold(error, Error::help)
}
