//! What `midwatch explain` prints, and `docs/rules.md`.

use super::diagnostic::severity_name;
use super::registry::{ALL, Rule};

/// The rule's page: what it catches, why, a bad and a good example.
pub fn explain(rule: &Rule) -> String {
    let fix = if rule.fixable { "; `--fix` mends what is safe to mend" } else { "" };
    format!(
        "## {} {}\n\n*{}{fix}.* Catches {}.\n\n{}\n\nBad:\n\n{}\nGood:\n\n{}",
        rule.id,
        rule.name,
        severity_name(rule.severity),
        rule.summary,
        rule.explanation,
        fenced(&rule.bad_text()),
        fenced(rule.good),
    )
}

/// The page of a rule with its paragraphs broken for `columns`, its examples as they are.
pub fn wrapped(page: &str, columns: usize) -> String {
    let options = || {
        textwrap::Options::new(columns)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .break_words(false)
    };
    let mut example = false;
    let mut out = String::with_capacity(page.len() + 64);
    for line in page.lines() {
        let mark = line.starts_with("````");
        example ^= mark;
        match example || mark {
            true => out.push_str(line),
            false => out.push_str(&textwrap::fill(line, options())),
        }
        out.push('\n');
    }
    out
}

/// All rules as one Markdown page.
pub fn page() -> String {
    let mut out = String::from(
        "# Rules\n\n\
         <!-- Written by `midwatch rules --markdown`. Do not edit: a test compares. -->\n\n\
         `midwatch lint` knows these rules. `midwatch explain MW201` prints one of them. Silence a finding with \
         `<!-- midwatch: ignore MW201 reason -->` before its block, change severities in `midwatch.toml`.\n\n",
    );
    out.push_str(&table());
    for rule in ALL {
        out.push('\n');
        out.push_str(&explain(rule));
    }
    out
}

/// The rules as a Markdown table.
fn table() -> String {
    let mut out = String::from("| id | name | severity | catches |\n|---|---|---|---|\n");
    for rule in ALL {
        let fix = if rule.fixable { " (fix)" } else { "" };
        let (severity, summary) = (severity_name(rule.severity), rule.summary);
        out.push_str(&format!(
            "| [{}](#{}) | {} | {severity} | {summary}{fix} |\n",
            rule.id,
            rule.anchor(),
            rule.name
        ));
    }
    out
}

/// The rules as aligned text, for `midwatch rules`.
pub fn list() -> String {
    let widest = ALL.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for rule in ALL {
        let fix = if rule.fixable { " (fix)" } else { "" };
        let severity = severity_name(rule.severity);
        out.push_str(&format!("{}  {:widest$}  {severity:7}  {}{fix}\n", rule.id, rule.name, rule.summary));
    }
    out
}

/// The text in a fence longer than any in it.
fn fenced(text: &str) -> String {
    let longest = text
        .lines()
        .map(|line| line.trim_start().bytes().take_while(|b| *b == b'`').count())
        .max()
        .unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(4));
    format!("{fence}markdown\n{text}{fence}\n")
}
