//! `midwatch new FILE`: a runbook to begin with.

use std::io::Write;
use std::path::Path;

use crate::error::{Error, Kind};

/// The text of it, with three words to be put in.
const SCAFFOLD: &str = include_str!("new/scaffold.md");

/// Writes the scaffold to `path`, or to `out` where it is `-`; never over a file.
///
/// # Errors
/// If the file is there already or cannot be written.
pub fn run(
    path: &str,
    title: Option<&str>,
    owner: &str,
    today: jiff::civil::Date,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Option<Kind>> {
    let text = scaffold(&title.map_or_else(|| name(path), str::to_owned), owner, today);
    if path == "-" {
        out.write_all(text.as_bytes())?;
        return Ok(None);
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| {
        let refused = Error::refused(format!("cannot write {path}: {}", error.kind()));
        match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                refused.help("a runbook is never overwritten; choose another name")
            }
            _ => refused,
        }
    })?;
    file.write_all(text.as_bytes())?;
    writeln!(err, "{path} is there; `midwatch steps {path}` shows what midwatch understands of it")?;
    Ok(None)
}

/// The scaffold with a title, an owner and a day.
pub fn scaffold(title: &str, owner: &str, today: jiff::civil::Date) -> String {
    // As YAML in double quotes, which is JSON's way: no title can break the front matter.
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let one_line = title.replace(['\n', '\r'], " ");
    let words = [
        ("{YAML_TITLE}", quoted(&one_line)),
        ("{OWNER}", quoted(owner)),
        ("{TODAY}", today.to_string()),
        ("{TITLE}", one_line),
    ];
    // In one pass: what is put in is not looked at again.
    let mut out = String::with_capacity(SCAFFOLD.len() + 100);
    let mut rest = SCAFFOLD;
    while let Some((at, (name, value))) =
        words.iter().filter_map(|word| Some((rest.find(word.0)?, word))).min_by_key(|(at, _)| *at)
    {
        out.push_str(&rest[..at]);
        out.push_str(value);
        rest = &rest[at + name.len()..];
    }
    out + rest
}

/// `redis-memory.md` is `Redis memory`.
fn name(path: &str) -> String {
    let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let words = stem.replace(['-', '_'], " ");
    let mut chars = words.trim().chars();
    match chars.next() {
        Some(first) if first.is_alphanumeric() => first.to_uppercase().chain(chars).collect(),
        _ => "A runbook".into(),
    }
}
