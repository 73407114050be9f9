use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::lint::page::{Command, Page};
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::{PlaceholderKind, Severity};
use crate::shell::{Context, Simple, has_word, known_command};
use crate::source::Span;

/// A placeholder that would run as written.
pub static RULE: Rule = Rule {
    id: "MW403",
    name: "hidden-placeholder",
    severity: Severity::Warning,
    summary: "`YOUR_X`, `xxx`, `YYYY-MM-DD` that would run as written",
    explanation: "\
The word stands for something the operator must put in (`YOUR_CLUSTER`, `xxx`, `PROJECT_ID`, `/path/to/dump`), \
and nothing marks it: pasted, the command runs with it as written. At best it fails; at worst there is something called so.

Write `<like-this>`, which midwatch asks for, or declare a param and use it.",
    bad: "\
## Look at the cluster

```sh
gcloud container clusters describe «YOUR_CLUSTER»
```
",
    good: "\
## Look at the cluster

`<cluster>` is the name in the alert.

```sh
gcloud container clusters describe <cluster>
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    static PATHS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(PATH));
    let mut told: Vec<String> = Vec::new();
    let mut found: Vec<Span> = Vec::new();
    let your =
        page.runbook.placeholders.iter().filter(|placeholder| placeholder.kind == PlaceholderKind::Your);
    found.extend(your.filter_map(|placeholder| placeholder.spans.first()).copied());
    for command in page.shell().filter(|command| !command.offered()) {
        found.extend(in_script(command).into_iter().map(|span| command.place(span)));
        // Most scripts have none of these.
        let script = command.text().as_bytes();
        let is_kind = |at: usize| KINDS.iter().any(|kind| script[at..].starts_with(kind.as_bytes()));
        let named = memchr::memchr_iter(b'_', script).any(is_kind);
        let paths = PATHS.find(script).is_some();
        if named || paths {
            found.extend(in_words(command, named, paths).into_iter().map(|span| command.place(span)));
        }
    }
    found.sort();
    found.dedup_by(|later, earlier| later.start < earlier.end);
    for span in found {
        let word = page.slice(span).to_owned();
        // One finding for each word is enough.
        if told.contains(&word) || told.len() > 20 {
            continue;
        }
        out.report(span, format!("`{word}` stands for something, and nothing marks it"))
            .label("pasted, it runs as it is written")
            .help("write `<like-this>`: midwatch asks for it");
        told.push(word);
    }
}

/// How the names of things to fill in end: `PROJECT_ID`, `POD_NAME`.
const KINDS: &[&str] = &["_NAME", "_ID", "_IP", "_HOST", "_HERE"];

/// Programs to which a word such as `PROJECT_ID` is no name of a variable, a column or a rule.
const PROGRAMS: &str =
    "kubectl oc k gcloud gsutil aws az ssh scp ping curl docker podman helm systemctl virsh openstack";

/// A folder nobody has.
const PATH: &str = "/path/to/";

/// `PROJECT_ID`, `--project=PROJECT_ID` and `/path/to/file` among the words of the commands.
fn in_words(command: &Command<'_>, named: bool, paths: bool) -> Vec<Span> {
    let mut found = Vec::new();
    for simple in command.script().commands() {
        let names = named && has_word(PROGRAMS, &simple.program);
        let own = simple.args.iter().take_while(|word| word.text != "--").enumerate();
        for (at, word) in own.filter(|(_, word)| word.literal && !word.quoted) {
            let value = word.text.rsplit('=').next().unwrap_or("");
            let start = word.span.end - value.len();
            // A variable's name is what these are given.
            let variable = at > 0 && has_word("-e --env -v --from-literal", &simple.args[at - 1].text);
            if names && !variable && is_name(value) || paths && value.starts_with(PATH) {
                found.push(Span::new(start, word.span.end));
            }
        }
    }
    found
}

/// Capitals with one of the [`KINDS`] at the end.
fn is_name(word: &str) -> bool {
    let capital = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.bytes().all(capital)
        && KINDS.iter().any(|kind| word.len() > kind.len() && word.ends_with(kind))
}

/// `xxx`, `YYYY-MM-DD` and the like, standing free in a command.
fn in_script(command: &Command<'_>) -> Vec<Span> {
    let script = command.action.script.as_bytes();
    let mut found = Vec::new();
    for start in memchr::memchr2_iter(b'x', b'X', script) {
        let before = start.checked_sub(1).map_or(b' ', |at| script[at]);
        let length = script[start..].iter().take_while(|byte| **byte == script[start]).count();
        let after = script.get(start + length).copied().unwrap_or(b' ');
        // `\\xff`, `0xxx`, and words with an `xxx` in them are something else.
        let free = |byte: u8| {
            !byte.is_ascii_alphanumeric()
                && !matches!(byte, b'<' | b'>' | b'{' | b'}' | b'\\' | b'$' | b'%' | b'*' | b'_')
        };
        if (3..40).contains(&length) && free(before) && free(after) {
            found.push(Span::new(start, start + length));
        } else if length == 1 && after == b'.' && matches!(before, b'.' | b' ' | b'@' | b'/') {
            found.extend(address(script, start));
        }
    }
    // The letters of a date.
    let is_year = |at: &usize| script[*at..].starts_with(b"YYYY");
    for start in memchr::memchr_iter(b'Y', script).filter(is_year) {
        let rest = &script[start + 4..];
        let sign = usize::from(rest.first().is_some_and(|byte| matches!(byte, b'-' | b'_' | b'/' | b'.')));
        let date = if sign == 1 { [b"MM", &rest[..1], b"DD"].concat() } else { b"MMDD".to_vec() };
        if rest[sign..].starts_with(&date) {
            found.push(Span::new(start, start + 4 + sign + date.len()));
        }
    }
    if found.is_empty() {
        return found;
    }
    found.sort_unstable();
    // In comments it is text, and what no known program is given is printed output.
    let given = |span: &Span| match command.script().context(span.start) {
        Context::Comment => false,
        Context::Heredoc | Context::QuotedHeredoc => true,
        _ => {
            let around = || command.script().commands().iter().filter(|simple| simple.span.contains(*span));
            // A template: mktemp puts something there by itself.
            let shapes = |simple: &Simple| {
                simple.program == "mktemp" || simple.args.iter().any(|word| word.text.contains("format"))
            };
            around().any(runs) && !around().any(shapes)
        }
    };
    found.retain(given);
    found
}

/// `10.0.x.x`: four parts, of which the first `x` stands at `start`.
fn address(script: &[u8], start: usize) -> Option<Span> {
    let inside = |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b'x' | b'X' | b'.');
    let before = script[..start].iter().rev().take_while(inside).count();
    let after = script[start..].iter().take_while(inside).count();
    let span = Span::new(start - before, start + after);
    let mut parts = script[span.range()].split(|byte| *byte == b'.');
    let is_part =
        |part: &[u8]| matches!(part, b"x" | b"X") || !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    // Told once, at its first.
    let first = !script[span.start..start].iter().any(|byte| matches!(byte, b'x' | b'X'));
    (first && parts.clone().count() == 4 && parts.all(is_part)).then_some(span)
}

fn runs(simple: &Simple) -> bool {
    known_command(&simple.program) || simple.head.text.contains('/') || simple.program.is_empty()
}
