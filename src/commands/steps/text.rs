//! The person's form of the listing, for a review.

use std::fmt::Write;

use super::page::{Page, Style};
use crate::duration;
use crate::runbook::{Action, ActionKind, Danger, Diagnostic, Runbook, Section, Severity, Step};

/// How many lines of a command are shown.
const LINES: usize = 4;

/// Where the prose between two commands begins: where the commands do.
const LEAD: usize = 15;

/// The listing in at most `width` columns (at least 40), with colours if `styled`; ends with a
/// newline. With `section` (an index of [`Runbook::sections`]) that section alone.
pub fn text(runbook: &Runbook, section: Option<usize>, width: usize, styled: bool) -> String {
    let steps = super::selected(runbook, section);
    let mut page = Page { out: String::with_capacity(steps.len() * 120 + 400), width: width.max(40), styled };
    let title =
        section.and_then(|section| runbook.sections.get(section)).map(|section| section.heading.as_str());
    page.line(0, Style::Title, title.unwrap_or(&runbook.title));
    page.line(0, Style::Dim, &format!("{} - {}", runbook.source.name(), counts(steps)));
    params(&mut page, runbook);
    body(&mut page, runbook, section, steps);
    placeholders(&mut page, runbook, section);
    diagnostics(&mut page, runbook, section);
    page.out
}

/// The last paragraph of a lead: what is nearest to the command says what it is for.
fn last_words(lead: &str) -> String {
    let last = lead.rsplit("\n\n").find(|part| !part.trim().is_empty()).unwrap_or("");
    last.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn counts(steps: &[Step]) -> String {
    let number = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    };
    let of = |kind| steps.iter().flat_map(|step| step.of(kind)).count();
    let mut parts = vec![number(steps.len(), "step", "steps")];
    for (count, one, many) in [
        (of(ActionKind::Run), "command", "commands"),
        (of(ActionKind::Check), "check", "checks"),
        (of(ActionKind::Rollback), "rollback", "rollbacks"),
        (steps.iter().filter(|step| step.manual()).count(), "manual", "manual"),
        (
            steps
                .iter()
                .flat_map(|step| &step.actions)
                .filter(|action| action.danger != Danger::None)
                .count(),
            "danger",
            "dangers",
        ),
    ] {
        if count > 0 {
            parts.push(number(count, one, many));
        }
    }
    parts.join(", ")
}

fn params(page: &mut Page, runbook: &Runbook) {
    if runbook.front.params.is_empty() {
        return;
    }
    page.blank();
    page.line(0, Style::Heading, "Params");
    for param in &runbook.front.params {
        let mut about = param.name.clone();
        let mut add = |text: &str| {
            about.push_str(if about.len() == param.name.len() { "  " } else { ", " });
            about.push_str(text);
        };
        param.about.iter().for_each(|about| add(about));
        param.pattern.iter().for_each(|pattern| add(&format!("matches {pattern}")));
        if !param.choices.is_empty() {
            add(&format!("one of {}", param.choices.join(", ")));
        }
        param.env.iter().for_each(|env| add(&format!("from ${env}")));
        match (&param.default, param.secret) {
            (_, true) => add("secret"),
            (Some(default), _) => add(&format!("else {default}")),
            _ => {}
        }
        page.wrapped(2, 4, Style::Plain, &about);
    }
}

fn body(page: &mut Page, runbook: &Runbook, only: Option<usize>, steps: &[Step]) {
    let written = written(page, steps, runbook.sections.len());
    let mut rest = written.iter().flat_map(|(text, ends)| {
        let starts = std::iter::once(0).chain(ends.iter().copied());
        starts.zip(ends).map(move |(start, &end)| &text[start..end])
    });
    let mut steps = steps.iter().peekable();
    let before = runbook.sections.first().map_or(usize::MAX, |first| first.span.start);
    while steps.next_if(|step| step.span.start < before).is_some() {
        page.blank();
        page.out.push_str(rest.next().unwrap_or(""));
    }
    // Where there is nothing else to do a bare run walks it.
    let only_back = runbook.steps.iter().all(runbook.stands_in_way_back());
    for (index, section) in super::sections(runbook, only) {
        let end = runbook.sections.get(index + 1).map_or(usize::MAX, |next| next.heading_span.start);
        let mine = steps.peek().is_some_and(|step| step.span.start < end);
        let branch = steps.peek().is_some_and(|step| step.branch == Some(index));
        heading(page, runbook, section, (mine, branch, only_back));
        while steps.next_if(|step| step.span.start < end).is_some() {
            page.out.push_str(rest.next().unwrap_or(""));
        }
    }
}

/// The steps as text, and where each ends in it; of many steps several parts at a time. An alternative
/// that is none of the `sections` has no heading to say so.
fn written(page: &Page, steps: &[Step], sections: usize) -> Vec<(String, Vec<usize>)> {
    let part = |steps: &[Step]| {
        let mut page =
            Page { out: String::with_capacity(steps.len() * 120), width: page.width, styled: page.styled };
        let mut ends = Vec::with_capacity(steps.len());
        for step in steps {
            self::step(&mut page, step, step.branch.is_none_or(|branch| branch >= sections));
            ends.push(page.out.len());
        }
        (page.out, ends)
    };
    crate::runbook::in_parts(steps, &part)
}

fn heading(
    page: &mut Page,
    runbook: &Runbook,
    section: &Section,
    (has_steps, branch, only_back): (bool, bool, bool),
) {
    // The title is at the top already.
    if section.level == 1 && section.heading == runbook.title && !has_steps {
        return;
    }
    let mut names = vec![section.heading.as_str()];
    let mut next = section.parent;
    while let Some(above) = next.and_then(|above| runbook.sections.get(above)) {
        if !(above.level == 1 && above.heading == runbook.title) {
            names.push(&above.heading);
        }
        next = above.parent;
    }
    names.reverse();
    let name = names.join(" > ");
    page.blank();
    let above = section.parent.and_then(|above| runbook.sections.get(above));
    if section.way_back && !above.is_some_and(|above| above.way_back) {
        let note = match only_back {
            true => "(the way back)".to_owned(),
            false => format!("(the way back: only as #{})", section.anchor),
        };
        page.noted(0, Style::Heading, &name, &note);
    } else if branch {
        page.noted(0, Style::Heading, &name, "(or: one of these)");
    } else if has_steps {
        page.line(0, Style::Heading, &name);
    } else {
        page.noted(0, Style::Dim, &name, if section.context { "(background, shown)" } else { "(shown)" });
    }
}

fn step(page: &mut Page, step: &Step, unnamed: bool) {
    let mut title = String::with_capacity(step.title.len() + 12);
    let _ =
        write!(title, "{:>3}  {}", step.number, if step.choice.is_some() && unnamed { "or: " } else { "" });
    title.push_str(&step.title);
    page.wrapped(0, 5, Style::Bold, &title);
    if step.manual() {
        let how = if step.actions.is_empty() { "by hand" } else { "by hand, with what follows" };
        page.row(Style::Manual, "manual", how, "");
    }
    let first = step.first_block();
    for (index, action) in step.actions.iter().enumerate() {
        let lead = step.lead(index);
        // What stands before the first command is the step's title.
        if Some(index) != first && !lead.is_empty() {
            page.wrapped(LEAD, LEAD, Style::Dim, &last_words(lead));
        }
        self::action(page, action);
    }
}

fn action(page: &mut Page, action: &Action) {
    let (style, word) = match (action.kind, action.offered) {
        (_, true) => (Style::Dim, "offer"),
        (ActionKind::Run, _) => (Style::Plain, "run"),
        (ActionKind::Check, _) => (Style::Check, "check"),
        (ActionKind::Rollback, _) => (Style::Plain, "undo"),
        (ActionKind::Norun, _) => (Style::Dim, "shown"),
    };
    let note = note(action);
    if memchr::memchr(b'\n', action.script.as_bytes()).is_none() {
        page.row(style, word, &action.script, &note);
        return about(page, action);
    }
    let mut lines = action.script.lines().filter(|line| !line.trim().is_empty());
    page.row(style, word, lines.next().unwrap_or(""), &note);
    for line in lines.by_ref().take(LINES - 1) {
        page.row(style, "", line, "");
    }
    match lines.count() {
        0 => {}
        1 => page.row(Style::Dim, "", "... 1 more line", ""),
        more => page.row(Style::Dim, "", &format!("... {more} more lines"), ""),
    }
    about(page, action);
}

/// Why it is only shown, or who starts it.
fn note(action: &Action) -> String {
    let mut note = String::new();
    let mut add = |part: &str| {
        if !note.is_empty() {
            note.push(' ');
        }
        note.push_str(part);
    };
    match (&action.belongs, action.kind) {
        (Some(belongs), _) => add(&format!("({belongs})")),
        (None, ActionKind::Norun) => add("(not run)"),
        _ => {}
    }
    if let Some(exec) = &action.attrs.exec {
        add(&format!("(read by: {})", exec.value));
    }
    if action.interactive {
        add("(gets the terminal)");
    } else if !action.tagged && !action.offered && action.kind == ActionKind::Run {
        add("(untagged: a person starts it)");
    }
    note
}

/// What waits, what is dangerous, what depends on something.
fn about(page: &mut Page, action: &Action) {
    let attrs = &action.attrs;
    if action.kind == ActionKind::Check {
        let mut waits = format!("until {}", attrs.until());
        if let Some(fail) = &attrs.fail {
            let _ = write!(waits, "; broken if {}", fail.value);
        }
        let _ = write!(
            waits,
            "; every {}, at most {}",
            duration::format(attrs.every()),
            duration::format(attrs.check_timeout())
        );
        if !attrs.hold().is_zero() {
            let _ = write!(waits, ", held for {}", duration::format(attrs.hold()));
        }
        page.row(Style::Check, "wait", &waits, "");
    } else if let Some(timeout) = attrs.timeout {
        page.row(Style::Plain, "limit", &format!("ended after {}", duration::format(timeout)), "");
    }
    match &action.danger {
        Danger::None => {}
        Danger::Detected { what } => page.row(Style::Danger, "! danger", what, ""),
        Danger::Declared { word } => {
            page.row(Style::Danger, "! danger", &format!("`{word}` is typed before it runs"), "")
        }
    }
    if let Some(touches) = &attrs.touches {
        page.row(Style::Danger, "touches", touches, "");
    }
    if let Some(condition) = &attrs.condition {
        page.row(Style::Plain, "if", &condition.value, "");
    }
    if let Some(capture) = &attrs.capture {
        page.row(Style::Plain, "keeps", &format!("${}", capture.name), "");
    }
}

fn placeholders(page: &mut Page, runbook: &Runbook, section: Option<usize>) {
    let own;
    let placeholders = match section {
        Some(section) => {
            own = runbook.placeholders_of(section);
            &own
        }
        None => &runbook.placeholders,
    };
    if placeholders.is_empty() {
        return;
    }
    page.blank();
    page.line(0, Style::Heading, "Asked for");
    for placeholder in placeholders {
        let line = placeholder.spans.first().map_or(0, |span| runbook.source.line(span.start));
        let mut about = format!("{}  --set {}=...  line {line}", placeholder.text, placeholder.key);
        if let Some(explained) = &placeholder.explained {
            let _ = write!(about, "  {explained}");
        }
        page.wrapped(2, 4, Style::Plain, &about);
    }
}

fn diagnostics(page: &mut Page, runbook: &Runbook, section: Option<usize>) {
    let within = section.and_then(|section| runbook.sections.get(section)).map(|section| section.span);
    let mine = |diagnostic: &&Diagnostic| {
        diagnostic.severity == Severity::Error || within.is_none_or(|span| span.contains(diagnostic.span))
    };
    let mut found = runbook.diagnostics.iter().filter(mine).peekable();
    if found.peek().is_none() {
        return;
    }
    page.blank();
    page.line(0, Style::Heading, "Notes");
    let mut infos: Vec<(&str, Vec<usize>)> = Vec::new();
    for diagnostic in found {
        let line = runbook.source.line(diagnostic.span.start);
        let (word, style) = match diagnostic.severity {
            Severity::Error => ("error: ", Style::Danger),
            Severity::Warning => ("warning: ", Style::Plain),
            // The same remark about many places is one line.
            Severity::Info => {
                match infos.iter_mut().find(|(message, _)| *message == diagnostic.message) {
                    Some((_, lines)) => lines.push(line),
                    None => infos.push((&diagnostic.message, vec![line])),
                }
                continue;
            }
        };
        let mut text = format!("line {line}: {word}{}", diagnostic.message);
        if let Some(help) = &diagnostic.help {
            let _ = write!(text, "; {help}");
        }
        page.wrapped(2, 4, style, &text);
    }
    for (message, lines) in infos {
        let word = if lines.len() == 1 { "line" } else { "lines" };
        let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
        page.wrapped(2, 4, Style::Dim, &format!("{word} {}: {message}", lines.join(", ")));
    }
}
