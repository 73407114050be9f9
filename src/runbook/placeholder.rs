//! What commands leave to the operator: `<pod-name>`, `YOUR_CLUSTER`, `{{ host }}`, and variables
//! that nothing sets.

mod plain;

use std::collections::{HashMap, HashSet};

use crate::shell::{self, Context};
use crate::source::Span;

use super::{Action, ActionKind, FrontMatter, Placeholder, PlaceholderKind, Step};

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
    let bare = text.trim_matches(|c: char| matches!(c, '<' | '>' | '{' | '}' | '$' | ' '));
    bare.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect()
}

/// Finds the placeholders of `steps` in order of appearance; explanations are left out.
pub(super) fn find<'s>(front: &FrontMatter, steps: impl Iterator<Item = &'s Step>) -> Vec<Placeholder> {
    let mut finder =
        Finder { set: HashSet::new(), open: false, found: Vec::new(), index: Default::default() };
    finder.set.extend(front.env.keys().cloned());
    finder.set.extend(front.params.iter().map(|param| param.name.clone()));
    for action in steps.flat_map(|step| &step.actions) {
        if action.kind != ActionKind::Norun {
            finder.action(action);
        }
    }
    finder.found
}

struct Finder {
    /// Variables that something has set so far.
    set: HashSet<String>,
    /// Something that nobody can follow (`source`, `eval`) may have set any.
    open: bool,
    found: Vec<Placeholder>,
    /// For each kind the index of a text in `found`.
    index: [HashMap<String, usize>; 4],
}

impl Finder {
    fn action(&mut self, action: &Action) {
        let script = &action.script;
        let look = Look::at(script);
        let any = look.marks || look.yours || look.dollar || look.equals || look.source || look.read;
        let exec = action.attrs.exec.is_some();
        let plain = if !any || look.marks || look.yours || exec { None } else { plain::read(script) };
        if let Some(plain) = plain {
            self.plain(action, &plain);
        } else if look.marks || look.yours || look.dollar || look.equals {
            let neutral = shell::neutral(script);
            let parsed = shell::parse(&neutral);
            let mut found: Vec<(Span, PlaceholderKind)> = Vec::new();
            if look.marks {
                angles(script, &mut found);
                mustaches(script, &mut found);
                quoted_angles(script, &parsed, &mut found);
            }
            if look.yours {
                yours(script, &mut found);
            }
            found.retain(|&(span, _)| parsed.context(span.start) != Context::Comment);
            if look.dollar && !self.open {
                self.variables(action, &parsed, &mut found);
            }
            found.sort_by_key(|&(span, _)| span.start);
            let mut lines = Lines { script, at: 0, line: 0, start: 0 };
            for (span, kind) in found {
                self.add(kind, script, span, lines.in_file(action, span));
            }
            // With `exec=` another program reads the text: what it sets stays there.
            if action.attrs.exec.is_none() {
                self.set.extend(parsed.sets().iter().map(|set| set.name.clone()));
                self.open |= parsed.sets_unknown();
            }
        } else if look.source {
            self.open |= shell::parse(script).sets_unknown();
        } else if look.read {
            self.set.extend(shell::parse(script).sets().iter().map(|set| set.name.clone()));
        }
        if let Some(capture) = &action.attrs.capture {
            self.set.insert(capture.name.clone());
        }
    }

    /// A script that needs no reading as shell.
    fn plain(&mut self, action: &Action, plain: &plain::Plain) {
        let script = action.script.as_str();
        let mut lines = Lines { script, at: 0, line: 0, start: 0 };
        let mut sets = plain.sets.iter().peekable();
        for &span in &plain.uses {
            while let Some(set) = sets.next_if(|set| set.start < span.start) {
                self.set.insert(script[set.range()].to_owned());
            }
            let name = variable_name(&script[span.range()]);
            if !self.open && !self.is_set(name) {
                self.add(PlaceholderKind::Variable, script, span, lines.in_file(action, span));
            }
        }
        self.set.extend(sets.map(|set| script[set.range()].to_owned()));
    }

    /// Whether something before it, the shell or the login sets the variable.
    fn is_set(&self, name: &str) -> bool {
        self.set.contains(name) || ENVIRONMENT.binary_search(&name).is_ok() || name.starts_with("BASH_")
    }

    fn variables(
        &self,
        action: &Action,
        parsed: &shell::Script<'_>,
        found: &mut Vec<(Span, PlaceholderKind)>,
    ) {
        if action.attrs.exec.is_some() {
            return;
        }
        let mut sets: HashMap<&str, usize> = HashMap::new();
        for set in parsed.sets() {
            sets.entry(&set.name).or_insert(set.span.start);
        }
        for one in parsed.uses() {
            let set_before = sets.get(one.name.as_str()).is_some_and(|&at| at < one.span.start);
            let special = one.name.is_empty() || one.name.starts_with(|c: char| c.is_ascii_digit());
            if !(one.guarded
                || set_before
                || special
                || self.is_set(&one.name)
                || one.context == Context::Comment)
            {
                found.push((one.span, PlaceholderKind::Variable));
            }
        }
    }

    fn add(&mut self, kind: PlaceholderKind, script: &str, span: Span, place: Span) {
        let written = script.get(span.range()).unwrap_or("");
        // `${NODE}`, `${NODE%.*}` and `$NODE` are one variable.
        let name = if kind == PlaceholderKind::Variable { variable_name(written) } else { written };
        if let Some(&index) = self.index[kind as usize].get(name) {
            self.found[index].spans.push(place);
            return;
        }
        self.index[kind as usize].insert(name.to_owned(), self.found.len());
        let text = if kind == PlaceholderKind::Variable { format!("${name}") } else { name.to_owned() };
        self.found.push(Placeholder { key: key(&text), text, kind, spans: vec![place], explained: None });
    }
}

/// What a pass over the bytes says about a script.
#[derive(Default)]
struct Look {
    /// `<` or `{{`.
    marks: bool,
    yours: bool,
    dollar: bool,
    equals: bool,
    /// `source`, `eval`, `. file`.
    source: bool,
    /// `read NAME`, `printf -v`, `for`.
    read: bool,
}

impl Look {
    fn at(script: &str) -> Self {
        let bytes = script.as_bytes();
        let mut look = Look::default();
        for (at, &byte) in bytes.iter().enumerate() {
            match byte {
                b'<' => look.marks = true,
                b'{' => look.marks |= bytes.get(at + 1) == Some(&b'{'),
                b'$' => look.dollar = true,
                b'=' => look.equals = true,
                b'Y' | b'y' => look.yours |= starts_with(bytes, at, b"your"),
                b'C' => look.yours |= starts_with(bytes, at, b"change"),
                b'R' | b'r' => {
                    look.yours |= byte == b'R' && starts_with(bytes, at, b"replace");
                    look.read |= starts_with(bytes, at, b"read");
                }
                b's' => look.source |= starts_with(bytes, at, b"source "),
                b'e' => look.source |= starts_with(bytes, at, b"eval "),
                b'.' => look.source |= bytes.get(at + 1) == Some(&b' '),
                b'f' => look.read |= starts_with(bytes, at, b"for "),
                b'm' => look.read |= starts_with(bytes, at, b"mapfile"),
                b'-' => look.read |= starts_with(bytes, at, b"-v "),
                _ => {}
            }
        }
        look
    }
}

fn starts_with(bytes: &[u8], at: usize, word: &[u8]) -> bool {
    bytes.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
}

/// `<name>` that is no redirection and no tag of XML.
fn angles(script: &str, found: &mut Vec<(Span, PlaceholderKind)>) {
    let closes = memchr::memmem::find(script.as_bytes(), b"</").is_some() || script.contains("/>");
    for span in shell::angle_placeholders(script) {
        let name = &script[span.start + 1..span.end - 1];
        let tag = name.split(' ').next().unwrap_or(name);
        if closes && (name.ends_with('/') || script.contains(&format!("</{tag}>"))) {
            continue;
        }
        found.push((span, PlaceholderKind::Angle));
    }
}

/// `'<the "Used By" field>'`: in quotes even what could not stand bare is a placeholder.
fn quoted_angles(script: &str, parsed: &shell::Script<'_>, found: &mut Vec<(Span, PlaceholderKind)>) {
    let bytes = script.as_bytes();
    let mut upto = 0;
    for start in memchr::memchr_iter(b'<', bytes) {
        if start < upto || bytes.get(start + 1).is_none_or(|byte| *byte != b'"' && *byte != b'\'') {
            continue;
        }
        let limit = bytes.len().min(start + 120);
        let Some(len) = memchr::memchr3(b'>', b'\n', b'<', &bytes[start + 1..limit]) else { continue };
        let span = Span::new(start, start + len + 2);
        let inner = &script.get(start + 1..span.end - 1).unwrap_or("");
        let words = inner.contains(' ') && inner.bytes().filter(u8::is_ascii_alphabetic).count() > 3;
        if bytes[span.end - 1] == b'>'
            && words
            && matches!(parsed.context(start), Context::Single | Context::Double)
        {
            found.push((span, PlaceholderKind::Angle));
            upto = span.end;
        }
    }
}

/// `{{ name }}` around a bare name: `{{ .Field }}` is a template of the program's own.
fn mustaches(script: &str, found: &mut Vec<(Span, PlaceholderKind)>) {
    for start in memchr::memmem::find_iter(script.as_bytes(), b"{{") {
        let Some(inside) = script.get(start + 2..) else { continue };
        let inside = &inside.as_bytes()[..inside.len().min(80)];
        let Some(len) = memchr::memmem::find(inside, b"}}") else { continue };
        let name = inside[..len].trim_ascii();
        // Words of the templates that `--format` and `-o go-template` take.
        let word = matches!(name, b"end" | b"else" | b"break" | b"continue" | b"now");
        let bare = name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if !name.is_empty() && bare && !word {
            found.push((Span::new(start, start + len + 4), PlaceholderKind::Mustache));
        }
    }
}

/// `YOUR_CLUSTER`, `your-cluster`, `CHANGEME`, `REPLACE_ME`.
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
        let inner = ["YOUR_", "YOUR-", "your_", "your-", "Your_", "Your-"]
            .iter()
            .filter_map(|mark| word.find(mark))
            .min();
        let start = inner.filter(|&start| start == 0 || matches!(word.as_bytes()[start - 1], b'-' | b'_'));
        let whole = matches!(
            word,
            "CHANGEME" | "CHANGE_ME" | "CHANGE-ME" | "REPLACEME" | "REPLACE_ME" | "REPLACE-ME"
        ) || word.starts_with("REPLACE_WITH_");
        let start = start.map(|start| at + start).or(whole.then_some(at));
        if let Some(start) = start {
            let span = Span::new(start, end);
            let before = start.checked_sub(1).map_or(b' ', |before| bytes[before]);
            // `YOUR_TOKEN=1 env` sets a variable of that name.
            let assigned = bytes.get(end) == Some(&b'=') && (start == 0 || before.is_ascii_whitespace());
            let after = found[..others].partition_point(|&(other, _)| other.start <= start);
            let taken = after.checked_sub(1).is_some_and(|before| found[before].0.contains(span));
            if !matches!(before, b'$' | b'{') && !assigned && !taken {
                found.push((span, PlaceholderKind::Your));
            }
        }
        at = end.max(at + 1);
    }
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

    #[test]
    fn the_environment_is_sorted_for_the_search() {
        assert!(ENVIRONMENT.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn keys_are_lower_case_with_underscores() {
        for (text, expected) in [
            ("<pod-name>", "pod_name"),
            ("YOUR_CLUSTER", "your_cluster"),
            ("{{ host }}", "host"),
            ("$NODE", "node"),
            ("<a b.c>", "a_b_c"),
        ] {
            assert_eq!(key(text), expected);
        }
    }
}
