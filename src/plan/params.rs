//! Where the values of parameters come from, and which are refused.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::runbook::{Param, Runbook};

/// Where values may come from, in the order they are tried.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// `--set name=value`, in order.
    pub set: Vec<(String, String)>,
    /// `--set-file name=PATH`, already read, one final newline removed.
    pub set_file: Vec<(String, String)>,
    /// The environment.
    pub env: BTreeMap<String, String>,
}

/// Values by name, and which of them are secret.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    /// What commands may use.
    pub known: BTreeMap<String, String>,
    /// Names whose values are masked and never stored.
    pub secret: Vec<String>,
}

/// Why `value` cannot be the value of `param`; `None` if it can.
pub fn mismatch(param: &Param, value: &str) -> Option<String> {
    let shown = if param.secret { "its value".to_owned() } else { format!("`{}`", value.escape_debug()) };
    if !param.choices.is_empty() && !param.choices.iter().any(|choice| choice == value) {
        return Some(format!("{} for `{}` is not one of: {}", shown, param.name, param.choices.join(", ")));
    }
    if let Some(pattern) = &param.pattern {
        match regex::Regex::new(&format!("^(?:{pattern})$")) {
            Ok(regex) if !regex.is_match(value) => {
                return Some(format!("{} for `{}` does not match {}", shown, param.name, pattern));
            }
            Ok(_) => {}
            Err(_) => {
                return Some(format!("the pattern of `{}` is no regular expression: {pattern}", param.name));
            }
        }
    }
    if value.contains('\0') {
        return Some(format!("the value for `{}` holds a NUL byte, which no variable can", param.name));
    }
    None
}

/// Settles what can be settled without asking. A parameter nobody gave stays out of the result.
///
/// # Errors
/// One error for every value that does not match, every `--set` of a secret, and every name the
/// runbook does not know.
pub fn settle(runbook: &Runbook, given: &Given) -> Result<Values, Vec<Error>> {
    let mut values = Values::default();
    let mut errors = Vec::new();
    for param in &runbook.front.params {
        if param.secret {
            values.secret.push(param.name.clone());
        }
        let set = last(&given.set, &param.name);
        if param.secret && set.is_some() {
            errors.push(
                Error::refused(format!(
                    "`{}` is secret: --set would show it to everyone who runs ps",
                    param.name
                ))
                .help(format!("use --set-file {}=PATH, or its environment variable", param.name)),
            );
            continue;
        }
        let from_env = || param.env.as_ref().and_then(|name| given.env.get(name)).map(String::as_str);
        let value = set
            .or_else(|| last(&given.set_file, &param.name))
            .or_else(from_env)
            .or(param.default.as_deref())
            .filter(|value| !value.is_empty());
        let Some(value) = value else { continue };
        match mismatch(param, value) {
            Some(why) => {
                let about = param.about.clone().map(|about| format!("{}: {about}", param.name));
                let error = Error::refused(why).at(&runbook.source, param.span);
                errors.push(about.into_iter().fold(error, Error::help));
            }
            None => {
                values.known.insert(param.name.clone(), value.to_owned());
            }
        }
    }
    let shown = given.set.iter().map(|pair| (pair, true));
    for ((name, value), shown) in shown.chain(given.set_file.iter().map(|pair| (pair, false))) {
        if runbook.front.params.iter().any(|param| param.name == *name) {
            continue;
        }
        let key = name.to_lowercase();
        if !runbook.placeholders.iter().any(|placeholder| placeholder.key == key) {
            errors.push(unknown_name(runbook, name));
        } else if names_secret(&key) && shown {
            let what = format!("`{key}` is secret by its name: --set would show it to everyone who runs ps");
            errors.push(Error::refused(what).help(format!("use --set-file {key}=PATH")));
        } else {
            if names_secret(&key) {
                values.secret.push(key.clone());
            }
            values.known.insert(key, value.clone());
        }
    }
    if errors.is_empty() { Ok(values) } else { Err(errors) }
}

/// Whether a placeholder of this key (`<password>`, `YOUR_API_TOKEN`) stands for something that is
/// neither shown nor recorded. `<secret-name>` and `<token-file>` stand for a name.
pub fn names_secret(key: &str) -> bool {
    const ENDS: [&str; 12] = [
        "password",
        "passwd",
        "passphrase",
        "pwd",
        "token",
        "api_key",
        "apikey",
        "private_key",
        "access_key",
        "secret_key",
        "client_secret",
        "credentials",
    ];
    let whole =
        |end: &&str| key.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('_'));
    ENDS.iter().any(whole) || key == "pass"
}

fn last<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn unknown_name(runbook: &Runbook, name: &str) -> Error {
    let params = runbook.front.params.iter().map(|param| param.name.as_str());
    let known: Vec<&str> = params.chain(runbook.placeholders.iter().map(|p| p.key.as_str())).collect();
    let error =
        Error::refused(format!("the runbook has no parameter or placeholder `{}`", name.escape_debug()));
    if known.is_empty() {
        return error.help("it declares no params and has no placeholders");
    }
    let nearest = nearest(name, known.iter().copied());
    match nearest {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help(format!("it knows: {}", known.join(", "))),
    }
}

/// The candidate closest to `word`, if one is close enough to be a slip of the keyboard.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = 1 + word.chars().count() / 4;
    candidates
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits between two words, a swap of neighbours counted as one (optimal string alignment).
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().take(64).collect();
    let right: Vec<char> = right.chars().take(64).collect();
    let mut rows = vec![vec![0; right.len() + 1]; left.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=left.len() {
        for j in 1..=right.len() {
            let cost = usize::from(left[i - 1] != right[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + cost);
            if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_finds_slips_and_nothing_else() {
        let names = ["timeout", "every", "until"];
        assert_eq!(nearest("timeuot", names.into_iter()), Some("timeout"));
        assert_eq!(nearest("unitl", names.into_iter()), Some("until"));
        assert_eq!(nearest("colour", names.into_iter()), None);
    }

    #[test]
    fn patterns_match_the_whole_value() {
        let param = Param { name: "host".into(), pattern: Some("[a-z]+".into()), ..Param::default() };
        assert_eq!(mismatch(&param, "db"), None);
        assert!(mismatch(&param, "db; rm").unwrap().contains("does not match [a-z]+"));
    }
}
