use std::cell::LazyCell;
use std::collections::HashSet;

use crate::danger;
use crate::lint::page::{Command, Page};
use crate::lint::prose::listed;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::placeholder::key;
use crate::runbook::{self, ActionKind, PlaceholderKind, Severity};
use crate::shell::has_word;
use crate::source::Span;

/// A destructive command with an unfilled placeholder.
pub static RULE: Rule = Rule {
    id: "MW301",
    name: "danger-with-placeholder",
    severity: Severity::Error,
    summary: "a destructive command with an unfilled placeholder",
    explanation: "\
The command destroys something, and what it destroys is left to whoever runs it: `<pod>`, `YOUR_VOLUME`. \
Pasted as it stands, `<pod>` is valid shell that reads one file and truncates another. Filled in by hand \
at night, one wrong letter deletes the wrong thing, and nothing checks it.

Declare a param with a `pattern` or `choices` and use it (`\"$pod\"`), or capture the name in the step \
that finds it (`capture=pod`).",
    bad: "\
## Remove the pod

```sh
kubectl delete pod «<pod-name>»
kubectl get pods
```
",
    good: "\
---
params:
  pod: { about: The pod that is stuck, pattern: '^web-[a-z0-9-]+$' }
---

## Remove the pod

```sh
kubectl delete pod \"$pod\"
kubectl get pods
```
",
    fixable: false,
    check,
};

/// More names than this say no more.
const MANY: usize = 5;

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    let declared = |key: &str| page.runbook.front.params.iter().any(|param| param.name == key);
    // Of few files anybody asks.
    let open = LazyCell::new(|| -> Vec<(Span, &str)> {
        let open = page.runbook.placeholders.iter();
        open.filter(|placeholder| placeholder.kind != PlaceholderKind::Variable)
            .filter(|placeholder| !declared(&placeholder.key))
            .flat_map(|placeholder| {
                placeholder.spans.iter().map(move |span| (*span, placeholder.text.as_str()))
            })
            .collect()
    });
    let asks = |command: &Command<'_>| !open.is_empty() || command.action.away;
    for command in page.shell().filter(|one| !one.offered() && one.is_dangerous() && asks(one)) {
        // Nobody is asked for what is run elsewhere, which is filled in by hand all the more.
        let elsewhere = if command.action.away { runbook::left_open(command.action) } else { Vec::new() };
        let elsewhere = elsewhere.into_iter().map(|span| command.place(span));
        let elsewhere = elsewhere.map(|span| (span, page.slice(span)));
        let elsewhere: Vec<(Span, &str)> = elsewhere.filter(|(_, text)| !declared(&key(text))).collect();
        for danger in command.dangers() {
            let places: Vec<Span> = command.danger_places(danger).collect();
            // One finding a command: at the first of the things that it destroys.
            let inside = open
                .iter()
                .chain(&elsewhere)
                .filter(|(span, _)| places.iter().any(|place| place.contains(*span)));
            let mut inside: Vec<(Span, &str)> = inside.copied().collect();
            // Who says who they are destroys nothing by that.
            inside.retain(|(span, text)| !is_password(text) && !takes_secret(before(page, *span)));
            inside.sort_by_key(|(span, _)| span.start);
            keep_destroyed(page, &mut inside);
            tell(&inside, &danger.what, out);
        }
    }
    check_sql(page, &declared, out);
}

/// Statements for a database are shown, and filled in by hand all the more.
fn check_sql(page: &Page<'_>, declared: &dyn Fn(&str) -> bool, out: &mut Sink<'_>) {
    for command in page.commands.iter().filter(|command| is_sql(command)) {
        // Few leave anything open, and to find that costs less than to look at each statement.
        let left = runbook::left_open(command.action);
        if left.is_empty() {
            continue;
        }
        for found in &danger::in_sql(&command.action.script) {
            let inside = left.iter().filter(|span| found.span.contains(**span));
            let inside = inside.map(|span| command.place(*span)).map(|span| (span, page.slice(span)));
            let inside: Vec<(Span, &str)> = inside.filter(|(_, text)| !declared(&key(text))).collect();
            tell(&inside, &found.what, out);
        }
    }
}

/// Whether the action is shown, and is for a client of a database.
fn is_sql(command: &Command<'_>) -> bool {
    let client =
        |name: &str| name.split(' ').next().is_some_and(|name| has_word("SQL mysql mariadb psql", name));
    command.action.kind == ActionKind::Norun && command.action.belongs.as_deref().is_some_and(client)
}

/// One finding for what is left open in one command, in order.
fn tell(inside: &[(Span, &str)], what: &str, out: &mut Sink<'_>) {
    let Some(((first, _), rest)) = inside.split_first() else { return };
    let mut told = HashSet::new();
    let different = inside.iter().filter(|(_, text)| told.insert(*text)).map(|(_, text)| *text);
    let different: Vec<&str> = different.collect();
    let mut names: Vec<String> = different.iter().take(MANY).map(|text| format!("`{text}`")).collect();
    if different.len() > MANY {
        names.push(format!("{} more", different.len() - MANY));
    }
    let are = if names.len() > 1 { "are" } else { "is" };
    let message = format!("{} {are} left open in a command that {}", listed(&names), what);
    let mut report = out
        .report(*first, message)
        .label("filled in by hand, checked by nobody")
        .help("declare it in `params` with a `pattern`, or capture it in the step that finds it");
    for (span, _) in rest.iter().take(MANY - 1) {
        report = report.related(*span, "and this");
    }
}

/// Keeps those that stand for what is destroyed: what is given to no flag, else to a flag that does not
/// only say where to look for it.
fn keep_destroyed(page: &Page<'_>, open: &mut Vec<(Span, &str)>) {
    for takes in [takes_value, says_where] {
        if open.len() > 1 && open.iter().any(|(span, _)| !takes(before(page, *span))) {
            open.retain(|(span, _)| !takes(before(page, *span)));
        }
    }
}

/// The word before the place in its line, or the flag it is joined to.
fn before<'p>(page: &Page<'p>, span: Span) -> &'p str {
    let line = page.source.line_span(page.source.line(span.start));
    let before = page.slice(Span::new(line.start, span.start)).trim_end_matches([' ', '"', '\'']);
    before.rsplit([' ', '\t']).next().unwrap_or("")
}

/// Whether the placeholder is a password: `<pass>`, `YOUR_DB_PASSWORD`.
fn is_password(text: &str) -> bool {
    key(text).split('_').any(|word| matches!(word, "pass" | "passwd" | "password" | "pwd" | "passphrase"))
}

/// Whether what follows the word says who somebody is: `--token`, `--client-secret=`, `Bearer`.
fn takes_secret(before: &str) -> bool {
    let flag = before.rsplit(['"', '\'']).next().unwrap_or(before).trim_end_matches('=');
    let named = ["password", "passwd", "passphrase", "-pass", "-token", "-secret"];
    flag.starts_with('-') && named.iter().any(|name| flag.ends_with(name)) || matches!(flag, "Bearer" | "-pw")
}

/// Whether the flag takes the word after it, as nearly all do that are no switches.
fn takes_value(flag: &str) -> bool {
    const SWITCHES: &str = "-f -i -r -R -v -y -q --force --now --all --yes --quiet --recursive --purge --wait \
                            --ignore-not-found --ignore-daemonsets --delete-local-data --delete-emptydir-data --";
    let cluster = !flag.starts_with("--") && flag.len() > 2 && !flag.contains('=');
    flag.starts_with('-') && !cluster && !has_word(SWITCHES, flag)
}

/// Whether the flag says in which part of the world the things are.
fn says_where(flag: &str) -> bool {
    const FLAGS: &str =
        "-n --namespace --context --cluster --kubeconfig --project --region --zone --profile --location";
    has_word(FLAGS, flag.trim_end_matches('='))
}
