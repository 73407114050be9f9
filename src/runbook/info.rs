//! The words after a fence's language, read from the source bytes.
//!
//! `sh check until="Seconds_Behind_Master == 0" every=5s`, and runme's braces:
//! `sh {name=x interactive=false}` or `sh {"name":"x"}`.

mod split;

use crate::duration;
use crate::source::{Source, Span};

use super::diagnose::Diagnose;
use super::{ActionKind, Annotations, Attrs, Capture, Diagnostic, Spanned, Topic};

/// What a fence's info string says.
#[derive(Debug, Default)]
pub(super) struct Info {
    /// The language, in lower case; empty if there is none.
    pub lang: String,
    /// The kind of action, if it is said.
    pub kind: Option<ActionKind>,
    /// `danger`, `danger=WORD`.
    pub danger: Option<Option<String>>,
    /// All other words.
    pub attrs: Annotations,
    /// Whether at least one word is ours.
    pub annotated: bool,
}

/// What a word takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// Nothing: it is a flag.
    Nothing,
    /// A value.
    Value,
    /// A value or nothing.
    Either,
}

/// The kinds of action a word may stand on.
const RUN: u8 = 1;
const CHECK: u8 = 2;
const ROLLBACK: u8 = 4;
const ALL: u8 = 15;

/// The words of the language, sorted.
const WORDS: &[(&str, Takes, u8)] = &[
    ("capture", Takes::Value, RUN | CHECK),
    ("check", Takes::Nothing, ALL),
    ("cwd", Takes::Value, RUN | CHECK | ROLLBACK),
    ("danger", Takes::Either, RUN),
    ("every", Takes::Value, CHECK),
    ("exec", Takes::Value, RUN | CHECK | ROLLBACK),
    ("fail", Takes::Value, CHECK),
    ("fresh", Takes::Value, CHECK),
    ("hold", Takes::Value, CHECK),
    ("id", Takes::Value, ALL),
    ("idempotent", Takes::Nothing, RUN),
    ("if", Takes::Value, ALL),
    ("interactive", Takes::Nothing, RUN),
    ("norun", Takes::Nothing, ALL),
    ("ok", Takes::Value, RUN | CHECK),
    ("on", Takes::Value, RUN | CHECK | ROLLBACK),
    ("optional", Takes::Nothing, RUN),
    ("rollback", Takes::Nothing, ALL),
    ("show", Takes::Value, CHECK),
    ("timeout", Takes::Value, RUN | CHECK),
    ("touches", Takes::Value, RUN),
    ("try", Takes::Value, CHECK),
    ("unknown", Takes::Value, CHECK),
    ("until", Takes::Value, CHECK),
];

fn known(word: &str) -> Option<&'static (&'static str, Takes, u8)> {
    WORDS.binary_search_by(|entry| entry.0.cmp(word)).ok().map(|at| &WORDS[at])
}

/// Reads the info string at `span`.
///
/// A fence with at least one word of ours has its other words checked, as errors; the words of a
/// fence with none are another tool's, and only a near miss is worth a warning.
pub(super) fn read(source: &Source, span: Span, out: &mut Vec<Diagnostic>) -> Info {
    let text = source.slice(span);
    let lang_end = text.find(|c: char| c.is_whitespace() || matches!(c, '{' | ',')).unwrap_or(text.len());
    let lang = &text[..lang_end];
    // "```check until=..." and "```id=x" have no language.
    let is_word = known(lang.split('=').next().unwrap_or("")).is_some_and(|&(name, takes, _)| {
        matches!(name, "check" | "rollback" | "norun" | "danger")
            || (lang.contains('=') && takes != Takes::Nothing)
    });
    let mut info = Info::default();
    let mut rest = span;
    if !is_word {
        info.lang = lang.trim_start_matches('.').to_ascii_lowercase();
        rest.start += lang_end;
    }
    if rest.is_empty() {
        return info;
    }
    let words = split::split(source, rest);
    info.annotated = words.iter().any(|word| known(word.key).is_some());
    let mut reader = Reader { out, info, attrs: Attrs::default(), seen: Vec::new() };
    for word in &words {
        reader.word(word);
    }
    reader.place();
    Info { attrs: Annotations::from(reader.attrs), ..reader.info }
}

struct Reader<'a, 's> {
    out: &'a mut Vec<Diagnostic>,
    info: Info,
    attrs: Attrs,
    seen: Vec<(&'static str, u8, &'s split::Piece<'s>)>,
}

impl<'s> Reader<'_, 's> {
    fn wrong(&mut self, span: Span, message: String) {
        self.out.error(Topic::Annotation, span, message);
    }

    fn word(&mut self, word: &'s split::Piece<'s>) {
        let Some(&(name, takes, on)) = known(word.key) else { return self.unknown(word) };
        if self.seen.iter().any(|&(seen, _, _)| seen == name) {
            return self.wrong(word.span, format!("`{name}` stands here twice"));
        }
        self.seen.push((name, on, word));
        let value = match (&word.value, takes) {
            (Some(value), Takes::Nothing) if word.braces => match value.value.as_str() {
                "true" => None,
                _ => return,
            },
            (Some(value), Takes::Nothing) => {
                return self.wrong(value.span, format!("`{name}` takes no value"));
            }
            (None, Takes::Value) => {
                return self.wrong(word.span, format!("`{name}` needs a value: {name}=..."));
            }
            (Some(value), _) if value.value.is_empty() => {
                return self.wrong(word.span, format!("`{name}` needs a value that is not empty"));
            }
            (value, _) => value.clone(),
        };
        if word.open {
            return self.wrong(word.span, format!("the quote of `{name}` is not closed"));
        }
        match value {
            None => self.flag(name, word.span),
            Some(value) => self.value(name, value),
        }
    }

    fn flag(&mut self, name: &str, span: Span) {
        match name {
            "check" => self.kind(ActionKind::Check, span),
            "rollback" => self.kind(ActionKind::Rollback, span),
            "norun" => self.kind(ActionKind::Norun, span),
            "danger" => self.info.danger = Some(None),
            "interactive" => self.attrs.interactive = true,
            "optional" => self.attrs.optional = true,
            "idempotent" => self.attrs.idempotent = true,
            _ => {}
        }
    }

    fn kind(&mut self, kind: ActionKind, span: Span) {
        match self.info.kind {
            Some(before) => {
                let message = format!("a fence is `{}` or `{}`, not both", before.name(), kind.name());
                self.wrong(span, message);
            }
            None => self.info.kind = Some(kind),
        }
    }

    fn value(&mut self, name: &str, value: Spanned<String>) {
        match name {
            "id" => self.identifier(value),
            "timeout" | "every" | "try" | "hold" | "unknown" | "fresh" => self.duration(name, &value),
            "until" => self.attrs.until = Some(with_value(value)),
            "fail" => self.attrs.fail = Some(with_value(value)),
            "show" => self.attrs.show = Some(value),
            "if" => self.attrs.condition = Some(value),
            "exec" => self.attrs.exec = Some(value),
            "cwd" => self.attrs.cwd = Some(value.value),
            "touches" => self.attrs.touches = Some(value.value),
            "danger" => self.info.danger = Some(Some(value.value)),
            "capture" => self.capture(value),
            "on" => {
                let hosts = value.value.split(',').map(str::trim).filter(|host| !host.is_empty());
                self.attrs.on = hosts.map(str::to_owned).collect();
            }
            "ok" => match value
                .value
                .split(',')
                .map(|status| status.trim().parse::<u8>())
                .collect::<Result<Vec<_>, _>>()
            {
                Ok(list) => self.attrs.ok = list.into_iter().map(i32::from).collect(),
                Err(_) => {
                    let message = format!("`{}` is no list of exit statuses; write ok=0,1", value.value);
                    self.wrong(value.span, message);
                }
            },
            _ => {}
        }
    }

    fn identifier(&mut self, value: Spanned<String>) {
        let good = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        if value.value.chars().all(good) && !value.value.starts_with('-') {
            self.attrs.id = Some(value.value);
        } else {
            let message = format!("`{}` is no id: letters, digits, `-`, `_` and `.` only", value.value);
            self.wrong(value.span, message);
        }
    }

    fn duration(&mut self, name: &str, value: &Spanned<String>) {
        let duration = match duration::parse(&value.value) {
            Ok(duration) => duration,
            Err(message) => return self.wrong(value.span, message),
        };
        if duration.is_zero() && matches!(name, "timeout" | "every" | "try") {
            return self.wrong(value.span, format!("`{name}` cannot be zero"));
        }
        let attrs = &mut self.attrs;
        let place = match name {
            "timeout" => &mut attrs.timeout,
            "every" => &mut attrs.every,
            "try" => &mut attrs.try_limit,
            "hold" => &mut attrs.hold,
            "unknown" => &mut attrs.unknown,
            _ => &mut attrs.fresh,
        };
        *place = Some(duration);
    }

    /// `NAME`, `NAME?`, `NAME:CEL`, `NAME?:CEL`.
    fn capture(&mut self, value: Spanned<String>) {
        let (name, expr) = match value.value.split_once(':') {
            Some((name, expr)) => (name, Some(expr)),
            None => (value.value.as_str(), None),
        };
        let (bare, optional) = match name.strip_suffix('?') {
            Some(bare) => (bare, true),
            None => (name, false),
        };
        if !is_variable(bare) {
            let message =
                format!("`{bare}` is no name of a variable; write capture=NAME or capture=NAME:EXPRESSION");
            return self.wrong(value.span, message);
        }
        if expr.is_some_and(|expr| expr.trim().is_empty()) {
            return self.wrong(value.span, "there is no expression after the colon".into());
        }
        let expr = expr.map(|expr| Spanned {
            value: expr.to_owned(),
            span: Span::new((value.span.start + name.len() + 1).min(value.span.end), value.span.end),
        });
        self.attrs.capture = Some(Capture { name: bare.to_owned(), expr, optional });
    }

    fn unknown(&mut self, word: &split::Piece<'_>) {
        // Braces are runme's, with words of its own.
        if word.braces || word.key.is_empty() || (!self.info.annotated && word.key.len() < 5) {
            return;
        }
        let near = nearest(word.key, WORDS.iter().map(|entry| entry.0));
        let help = near.map(|near| format!("did you mean `{near}`?"));
        if self.info.annotated {
            let message = format!("`{}` is not a word midwatch knows here", word.key);
            self.out.error_with(Topic::Annotation, word.span, message, help);
        } else if near.is_some_and(|near| strsim::osa_distance(near, word.key) == 1) {
            let message = format!("`{}` is ignored: it is not a word midwatch knows", word.key);
            self.out.warning(Topic::Annotation, word.span, message, help);
        }
    }

    /// Words that do not go with the kind of action.
    fn place(&mut self) {
        let (bit, name) = match self.info.kind {
            None => (RUN, "run"),
            Some(ActionKind::Check) => (CHECK, "check"),
            Some(ActionKind::Rollback) => (ROLLBACK, "rollback"),
            _ => (8, "norun"),
        };
        for &(word, on, piece) in &std::mem::take(&mut self.seen) {
            if on & bit == 0 && !piece.braces {
                let on_check = on & CHECK != 0 && bit == RUN;
                let help = on_check.then(|| "add the word `check`".to_owned());
                let message = format!("`{word}` means nothing on a {name}");
                self.out.error_with(Topic::Annotation, piece.span, message, help);
            }
        }
    }
}

/// An expression that begins with an operator is about `value`.
fn with_value(mut expr: Spanned<String>) -> Spanned<String> {
    let text = expr.value.trim_start();
    let operator = ["==", "!=", "<", ">"].iter().any(|operator| text.starts_with(operator))
        || text.strip_prefix("in").is_some_and(|rest| rest.starts_with([' ', '[']));
    if operator {
        expr.value = format!("value {text}");
    }
    expr
}

/// Whether the shell takes it as the name of a variable.
pub(super) fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The known word that was probably meant, if one is near.
pub(super) fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    // Long words are no misspelling of a short one, and the distance costs their product.
    if word.len() > 24 {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    let limit = if lower.len() <= 4 { 1 } else { 2 };
    let letters = |word: &str| word.bytes().fold(0_u64, |set, byte| set | 1 << (byte & 63));
    let own = letters(&lower);
    known
        // The distance costs the product of the lengths. It is never less than what they differ by,
        // nor than half the number of letters that only one of the words has.
        .filter(|known| known.len().abs_diff(lower.len()) <= limit)
        .filter(|known| (letters(known) ^ own).count_ones() as usize <= 2 * limit)
        .map(|known| (strsim::osa_distance(known, &lower), known))
        .filter(|&(distance, _)| distance <= limit && distance < lower.len())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests;
