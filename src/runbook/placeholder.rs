//! What commands leave to the operator: `<pod-name>`, `YOUR_CLUSTER`, `{{ host }}`, `{id}`, and variables
//! that nothing sets.

mod brackets;
mod glance;
mod hidden;
mod plain;
mod told;

use std::collections::{HashMap, HashSet};

use crate::shell::{Context, Reading};
use crate::source::Span;

use super::{Action, ActionKind, FrontMatter, Placeholder, PlaceholderKind};
use brackets::{angles, braces, mustaches, quoted_angles, squares};
use glance::Glance;
pub(super) use told::told;

/// Variables that the shell or the login sets.
#[rustfmt::skip]
const ENVIRONMENT: &[&str] = &[
    "BASH", "BASHPID", "BASH_COMMAND", "BASH_LINENO", "BASH_REMATCH", "BASH_SOURCE", "BASH_VERSION",
    "COLUMNS", "DIRSTACK", "DISPLAY", "EDITOR", "EPOCHREALTIME", "EPOCHSECONDS", "EUID", "FUNCNAME",
    "GROUPS", "HISTFILE", "HISTSIZE", "HOME", "HOSTNAME", "HOSTTYPE", "IFS", "LANG", "LC_ALL",
    "LINENO", "LINES", "LOGNAME", "MACHTYPE", "MAIL", "OLDPWD", "OPTARG", "OPTERR", "OPTIND",
    "OSTYPE", "PAGER", "PATH", "PIPESTATUS", "PPID", "PS1", "PWD", "RANDOM", "REPLY", "SECONDS",
    "SHELL", "SHELLOPTS", "SHLVL", "SSH_AUTH_SOCK", "SSH_CONNECTION", "SUDO_USER", "TERM", "TMPDIR",
    "TZ", "UID", "USER", "XDG_RUNTIME_DIR",
];

/// The name a placeholder has for `--set`: lower case, other characters `_`.
pub fn key(text: &str) -> String {
    let bare = text.trim_matches(|c: char| matches!(c, '<' | '>' | '[' | ']' | '{' | '}' | '$' | ' ' | '/'));
    // What follows is an example.
    let bare = bare.find(" e.g.").map_or(bare, |at| &bare[..at]);
    let mut key = String::with_capacity(bare.len());
    key.extend(bare.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '_' }));
    key
}

/// What the script of one action leaves open and sets, in order of appearance.
#[derive(Debug)]
pub(super) struct Look {
    items: Vec<(Item, Span)>,
    /// Something that nobody can follow (`source`, `eval`) may set any variable.
    open: bool,
}

#[derive(Debug)]
enum Item {
    /// A placeholder, as written.
    Mark(PlaceholderKind, String),
    /// A variable is expanded.
    Use(String),
    /// A variable is set.
    Set(String),
}

/// Looks at one action; none if there is nothing to see.
pub(super) fn look(action: &Action) -> Option<Look> {
    if action.kind == ActionKind::Norun {
        return None;
    }
    let script = action.script.as_str();
    let glance = Glance::at(script);
    let mut look = Look { items: Vec::new(), open: false };
    if glance.any() {
        let exec = action.attrs.exec.is_some();
        let plain =
            if glance.marks || glance.yours || glance.hidden || exec { None } else { plain::read(script) };
        let mut found = match &plain {
            Some(plain) => by_plain(script, plain),
            None => by_shell(script, &action.reading, glance, exec, &mut look.open),
        };
        found.sort_by_key(|(_, span)| span.start);
        let mut lines = Lines { script, at: 0, line: 0, start: 0 };
        look.items.extend(found.into_iter().map(|(item, span)| (item, lines.in_file(action, span))));
    }
    if let Some(capture) = &action.attrs.capture {
        look.items.push((Item::Set(capture.name.clone()), action.span));
    }
    (look.open || !look.items.is_empty()).then_some(look)
}

/// The placeholders of a script, variables left out, in order of appearance.
pub(super) fn marks(script: &str, reading: &Reading) -> Vec<Span> {
    let found = by_shell(script, reading, Glance::at(script), true, &mut false);
    let mut marks: Vec<Span> = found.into_iter().map(|(_, span)| span).collect();
    marks.sort_unstable();
    marks
}

fn by_plain(script: &str, plain: &plain::Plain) -> Vec<(Item, Span)> {
    let uses =
        plain.uses.iter().map(|&span| (Item::Use(variable_name(&script[span.range()]).to_owned()), span));
    let sets = plain.sets.iter().map(|&span| (Item::Set(script[span.range()].to_owned()), span));
    uses.chain(sets).collect()
}

fn by_shell(
    script: &str,
    reading: &Reading,
    glance: Glance,
    exec: bool,
    open: &mut bool,
) -> Vec<(Item, Span)> {
    let parsed = reading.script(script);
    let mut marks: Vec<(Span, PlaceholderKind)> = Vec::new();
    if glance.marks {
        angles(script, &mut marks);
        mustaches(script, &mut marks);
        quoted_angles(script, &parsed, &mut marks);
        squares(script, &parsed, &mut marks);
        braces(script, &parsed, &mut marks);
    }
    if glance.yours {
        yours(script, &mut marks);
        paths(script, &mut marks);
    }
    if glance.hidden {
        hidden::hidden(script, &parsed, &mut marks);
    }
    marks.retain(|&(span, _)| parsed.context(span.start) != Context::Comment);
    let written = |span: Span| script.get(span.range()).unwrap_or("").to_owned();
    let mut found: Vec<(Item, Span)> =
        marks.into_iter().map(|(span, kind)| (Item::Mark(kind, written(span)), span)).collect();
    // With `exec=` another program reads the text: its variables are its own.
    if exec {
        return found;
    }
    *open = parsed.sets_unknown();
    if glance.dollar && !*open {
        let asked = parsed.uses().into_iter().filter(|one| {
            let special = one.name.is_empty() || one.name.starts_with(|c: char| c.is_ascii_digit());
            !(one.guarded || special || one.context == Context::Comment)
        });
        found.extend(asked.map(|one| (Item::Use(one.name.into()), one.span)));
    }
    found.extend(parsed.sets().iter().map(|set| (Item::Set(set.name.clone()), set.span)));
    found
}

/// The placeholders that the looks at all actions, in order, amount to; explanations are left out.
pub(super) fn merge(front: &FrontMatter, looks: impl IntoIterator<Item = Look>) -> Vec<Placeholder> {
    let mut set: HashSet<String> = front.env.keys().cloned().collect();
    set.extend(front.params.iter().map(|param| param.name.clone()));
    let mut merged = Merged::default();
    let mut open = false;
    for look in looks {
        for (item, place) in look.items {
            match item {
                Item::Mark(kind, text) => merged.add(kind, text, place),
                Item::Set(name) => {
                    set.insert(name);
                }
                Item::Use(name) => {
                    let known = set.contains(&name) || ENVIRONMENT.binary_search(&name.as_str()).is_ok();
                    if !(open || known || name.starts_with("BASH_")) {
                        merged.add(PlaceholderKind::Variable, name, place);
                    }
                }
            }
        }
        open |= look.open;
    }
    merged.found
}

#[derive(Default)]
struct Merged {
    found: Vec<Placeholder>,
    /// For each kind the index of a text in `found`.
    index: [HashMap<String, usize>; 4],
}

impl Merged {
    fn add(&mut self, kind: PlaceholderKind, name: String, place: Span) {
        if let Some(&index) = self.index[kind as usize].get(&name) {
            self.found[index].spans.push(place);
            return;
        }
        // `${NODE}`, `${NODE%.*}` and `$NODE` are one variable.
        let text = if kind == PlaceholderKind::Variable { format!("${name}") } else { name.clone() };
        self.index[kind as usize].insert(name, self.found.len());
        self.found.push(Placeholder { key: key(&text), text, kind, spans: vec![place], explained: None });
    }
}

/// `YOUR_CLUSTER`, `your-cluster`, `MY_HOST`, `CHANGEME`, `REPLACE_ME`, `YYYYMMDD`, `sdX`, `you@example.com`.
fn yours(script: &str, found: &mut Vec<(Span, PlaceholderKind)>) {
    let bytes = script.as_bytes();
    let part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    found.sort_by_key(|&(span, _)| span.start);
    let others = found.len();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphabetic() {
            at += 1;
            continue;
        }
        let end = bytes[at..].iter().position(|&byte| !part(byte)).map_or(bytes.len(), |len| at + len);
        let end = at + script[at..end].trim_end_matches(['-', '_']).len();
        // A longer word may hold it: "db-YOUR_CLUSTER".
        let word = &script[at..end];
        let yours = |rest: &[u8]| {
            matches!(
                rest,
                [b'Y' | b'y', b'o', b'u', b'r', b'_' | b'-', ..] | [b'Y', b'O', b'U', b'R', b'_' | b'-', ..]
            )
        };
        let inner = (0..word.len()).find(|&at| yours(&word.as_bytes()[at..]));
        let start = inner.filter(|&start| start == 0 || matches!(word.as_bytes()[start - 1], b'-' | b'_'));
        let whole = matches!(
            word,
            "CHANGEME" | "CHANGE_ME" | "CHANGE-ME" | "REPLACEME" | "REPLACE_ME" | "REPLACE-ME"
        ) || word.starts_with("REPLACE_WITH_")
            || word.strip_prefix("CHANGE_").is_some_and(|rest| {
                matches!(
                    rest,
                    "PASSWORD" | "PASS" | "SECRET" | "THIS" | "TOKEN" | "KEY" | "IT" | "THIS_PASSWORD"
                )
            });
        // Nobody's address.
        let mail = if word == "you" { example_domain(&script[end..]) } else { 0 };
        let (whole, end) = (whole || mail > 0, end + mail);
        let whole = whole || word.starts_with("MY_") && is_mine(word, &script[..at]);
        let whole = whole || is_device(word) && script[..at].ends_with("/dev/");
        let date = || {
            word.find('Y')
                .and_then(|_| word.find("YYYY"))
                .filter(|&from| is_date(&word[from..], &script[..at]))
        };
        let start = start.or_else(date).map(|start| at + start).or(whole.then_some(at));
        if let Some(start) = start {
            let span = Span::new(start, end);
            let before = start.checked_sub(1).map_or(b' ', |before| bytes[before]);
            // `YOUR_TOKEN=1 env` sets a variable of that name.
            let assigned = bytes.get(end) == Some(&b'=') && (start == 0 || before.is_ascii_whitespace());
            let after = found[..others].partition_point(|&(other, _)| other.start <= start);
            let taken = after.checked_sub(1).is_some_and(|before| found[before].0.contains(span));
            let provider = before == b'.' && is_provider(word, &script[end..]);
            if !matches!(before, b'$' | b'{') && !assigned && !taken && !provider {
                found.push((span, PlaceholderKind::Your));
            }
        }
        at = end.max(at + 1);
    }
}

/// Whether a word behind the full stop of a host's name, and what follows it, are the domain of a provider
/// whose names begin so: `fsn1.your-objectstorage.com` is meant as it stands.
fn is_provider(word: &str, after: &str) -> bool {
    const DOMAINS: &[(&str, &str)] = &[
        ("your-backup", ".de"),
        ("your-objectstorage", ".com"),
        ("your-server", ".de"),
        ("your-storagebox", ".de"),
    ];
    DOMAINS.iter().any(|&(name, end)| {
        let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
        word == name && after.strip_prefix(end).is_some_and(ends)
    })
}

/// How long `@example.com` is, if the text begins so.
fn example_domain(text: &str) -> usize {
    let part = |c: char| c.is_ascii_lowercase() || c == '.' || c == '-';
    let Some(domain) = text.strip_prefix('@') else { return 0 };
    let domain = &domain[..domain.find(|c| !part(c)).unwrap_or(domain.len())];
    let domain = domain.trim_end_matches('.');
    if domain.starts_with("example.") || domain == "domain.com" { 1 + domain.len() } else { 0 }
}

/// Whether a word that begins with `MY_` is of capitals and no name of a variable, as it is behind
/// `unset`.
fn is_mine(word: &str, before: &str) -> bool {
    let capitals = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let names =
        ["export", "unset", "printenv", "read", "declare", "local", "readonly", "-e", "--env", "-z", "-n"];
    let last = before.split_ascii_whitespace().next_back().unwrap_or("");
    word.len() > 4 && word.bytes().all(capitals) && !names.contains(&last)
}

/// A folder nobody has.
pub(super) const ANY_PATH: &str = "/path/to/";

/// `/path/to/dump.sql`, from where it begins to its end, or to the folder of programs in it: of
/// `/path/to/tools/bin/restore` only the first part is not known.
fn paths(script: &str, found: &mut Vec<(Span, PlaceholderKind)>) {
    let bytes = script.as_bytes();
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/');
    for start in memchr::memmem::find_iter(bytes, ANY_PATH.as_bytes()) {
        let begins =
            !start.checked_sub(1).is_some_and(|at| part(&bytes[at]) || matches!(bytes[at], b'~' | b'}'));
        let end = bytes[start..].iter().position(|byte| !part(byte)).map_or(bytes.len(), |len| start + len);
        let end = start + script[start..end].trim_end_matches('.').len();
        // What is marked in it is asked for by its own name.
        let marked = bytes.get(end).is_some_and(|byte| matches!(byte, b'<' | b'$' | b'{' | b'*' | b'['))
            || found.iter().any(|&(other, _)| other.start < end && start < other.end);
        let named = start + ANY_PATH.len();
        if begins && !marked && end > named {
            let programs =
                ["/bin/", "/sbin/"].iter().filter_map(|folder| script[named..end].find(folder)).min();
            let end = programs.map_or(end, |len| named + len);
            found.push((Span::new(start, end), PlaceholderKind::Your));
        }
    }
}

/// Whether a word stands for any disk: `sdX`, `sdX1`, `diskX`.
fn is_device(word: &str) -> bool {
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
    matches!(word, "sdX" | "diskX" | "hdX" | "vdX" | "xvdX" | "nvmeX")
}

/// Whether the rest of a word is the pattern of a date to be put in, and not the format that a program
/// is to print one in.
fn is_date(pattern: &str, before: &str) -> bool {
    let signs = |byte: u8| matches!(byte, b'Y' | b'M' | b'D' | b'H' | b'S' | b'T' | b'Z' | b'-' | b'_');
    let prints = |word: &&str| crate::source::contains_ignoring_case(before, word);
    pattern.len() > 5
        && pattern.bytes().all(signs)
        && !["format", "to_char", "to_date", "to_timestamp", "strftime"].iter().any(prints)
}

/// `NODE` of `$NODE`, `${NODE%.*}`, `${#NODE}`.
fn variable_name(written: &str) -> &str {
    let bare = written.trim_start_matches(['$', '{', '#', '!']);
    let end = bare.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(bare.len());
    &bare[..end]
}

/// Finds places of a script in the file, from the first to the last.
struct Lines<'t> {
    script: &'t str,
    /// How far the script has been looked through.
    at: usize,
    /// The line that holds `at`, and where it begins.
    line: usize,
    start: usize,
}

impl Lines<'_> {
    fn in_file(&mut self, action: &Action, span: Span) -> Span {
        let upto = span.start.min(self.script.len());
        for newline in memchr::memchr_iter(b'\n', &self.script.as_bytes()[self.at.min(upto)..upto]) {
            (self.line, self.start) = (self.line + 1, self.at + newline + 1);
        }
        self.at = upto;
        let Some(place) = action.lines.get(self.line) else { return action.span };
        let start = (place.start + upto - self.start).min(place.end);
        Span::new(start, (start + span.len()).min(place.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    #[test]
    fn the_environment_is_sorted_for_the_search() {
        assert!(ENVIRONMENT.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_glance_misses_no_assignment() {
        for script in [
            "A=1",
            "  A=1 B=2",
            "ls; A=1",
            "ls && A=1 || B=2",
            "export A=1",
            "export \"A=1\"",
            "declare -x A=1",
            "if x; then A=1; fi",
            "if A=1; then ls; fi",
            "case a in b) A=1;; esac",
            "f() { A=1; }",
            "{ A=1; }",
            "(A=1)",
            "((A=1))",
            "(( B > 1, A=1 ))",
            "let A=1",
            "A+=1",
            "A[0]=1",
            "A=(1 2)",
            "! A=1",
            "time A=1",
            "ls |\nA=1",
            "export B \\\n  A=1",
            "read A",
            "while read A; do ls; done",
            "for A in 1; do ls; done",
            "printf -v A x",
            "mapfile -t A",
        ] {
            let sets = !shell::parse(script).sets().is_empty();
            assert!(!sets || Glance::at(script).any(), "{script}");
        }
        for script in ["kubectl get -l app=web-1", "x --flag=y", "[ a = b ]", "curl -d a=b", "dd if=x of=y"] {
            assert!(!Glance::at(script).any(), "{script}");
        }
    }

    #[test]
    fn keys_are_lower_case_with_underscores() {
        for (text, expected) in [
            ("<pod-name>", "pod_name"),
            ("YOUR_CLUSTER", "your_cluster"),
            ("{{ host }}", "host"),
            ("$NODE", "node"),
            ("<a b.c>", "a_b_c"),
            ("[lamp e.g. lamp@room-1]", "lamp"),
        ] {
            assert_eq!(key(text), expected);
        }
    }
}
