//! What must hold for any document: nothing lost, nothing invented, everything in its place.
#![allow(dead_code)]

use std::collections::HashSet;
use std::ops::Range;

use midwatch::runbook::{ActionKind, Runbook};
use midwatch::shell;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

/// The fences whose tag alone makes them runnable, found by the Markdown parser itself, and all
/// blocks of code, fenced or indented, that an action came from.
fn fences_that_count(runbook: &Runbook) -> Vec<(Range<usize>, Vec<Range<usize>>)> {
    let text = runbook.source.text();
    let body = if runbook.front.span.is_empty() {
        runbook.source.start()
    } else {
        text[runbook.front.span.end..].find('\n').map_or(text.len(), |at| runbook.front.span.end + at + 1)
    };
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    let used: HashSet<usize> =
        runbook.steps.iter().flat_map(|step| &step.actions).map(|action| action.span.start).collect();
    let mut fences = Vec::new();
    let mut inside = None;
    for (event, range) in Parser::new_ext(&text[body..], options).into_offset_iter() {
        let range = range.start + body..range.end + body;
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let lang = info.split([' ', ',', '{']).next().unwrap_or("").to_lowercase();
                let runs = ["sh", "bash", "shell", "zsh", "console", "shell-session", "terminal"]
                    .contains(&lang.as_str());
                let shown = info.split_whitespace().any(|word| word == "norun");
                let used = used.contains(&range.start);
                inside = ((runs && !shown) || used).then_some((range, Vec::new()));
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                inside = used.contains(&range.start).then_some((range, Vec::new()));
            }
            Event::Text(_) => {
                if let Some((_, lines)) = &mut inside {
                    let mut at = range.start;
                    for line in text[range].split_inclusive('\n') {
                        let end = at + line.trim_end().len();
                        let start = end - line.trim().len();
                        if start < end {
                            lines.push(start..end);
                        }
                        at += line.len();
                    }
                }
            }
            Event::End(_) => {
                if let Some(fence) = inside.take() {
                    fences.push(fence);
                }
            }
            _ => {}
        }
    }
    fences
}

/// Every line of every runnable fence, and of every block that any command of was taken, is in
/// exactly one action, or in a note that says why not.
pub fn nothing_is_lost(runbook: &Runbook) -> Result<(), String> {
    let mut covered: Vec<(usize, usize)> = runbook
        .steps
        .iter()
        .flat_map(|step| &step.actions)
        .flat_map(|action| &action.lines)
        .map(|line| (line.start, line.end))
        .collect();
    covered.sort_unstable();
    for (fence, lines) in fences_that_count(runbook) {
        for line in lines {
            let from = covered.partition_point(|&(_, end)| end < line.end);
            let hits = covered[from..]
                .iter()
                .take_while(|&&(start, _)| start < line.end)
                .filter(|&&(start, end)| start < line.end && line.end <= end)
                .count();
            let noted = runbook
                .diagnostics
                .iter()
                .any(|note| note.span.start <= line.start && line.end <= note.span.end);
            // The marker of a bare prompt is no command.
            let text = &runbook.source.text()[line.clone()];
            let bare = text.len() < 60 && text.ends_with(['$', '#', '%', '>']);
            if hits > 1 || (hits == 0 && !noted && !bare) {
                let place = runbook.source.position(line.start);
                return Err(format!(
                    "{}:{place}: {hits} actions have `{text}` of the fence at {fence:?}",
                    runbook.source.name()
                ));
            }
        }
    }
    Ok(())
}

/// No command is shown whose bytes are not in the file.
pub fn nothing_is_invented(runbook: &Runbook) -> Result<(), String> {
    for action in runbook.steps.iter().flat_map(|step| &step.actions) {
        let lines: Vec<&str> = action.lines.iter().map(|&line| runbook.source.slice(line)).collect();
        // A line that was broken in running text goes on with a space.
        let broken =
            lines.len() == 1 && lines[0].replace("\\\n", "  ").replace(['\n', '\r'], " ") == action.script;
        // Markdown's escapes are read as people read them.
        let bare = |text: &str| text.replace('\\', "");
        let escaped = lines.len() == 1 && action.offered && bare(lines[0]) == bare(&action.script);
        if (lines.join("\n") != action.script && !broken && !escaped) || action.script.trim().is_empty() {
            return Err(format!("{:?} is not what stands in the file: {lines:?}", action.script));
        }
    }
    Ok(())
}

/// Numbers, ids, spans and sections are what the model says.
pub fn it_is_whole(runbook: &Runbook) -> Result<(), String> {
    let (mut steps, mut actions) = (HashSet::new(), HashSet::new());
    let mut last = 0;
    for (index, step) in runbook.steps.iter().enumerate() {
        let wrong = |what: &str| Err(format!("{what} of step {}: {step:?}", index + 1));
        if step.number != index + 1 {
            return wrong("number");
        }
        if step.id.is_empty() || !steps.insert(&step.id) {
            return wrong("id");
        }
        if step.title.is_empty() || step.title.contains('\n') {
            return wrong("title");
        }
        if step.span.end > runbook.source.text().len() || step.span.start < last {
            return wrong("span");
        }
        last = step.span.start;
        for action in &step.actions {
            if !actions.insert(&action.id) {
                return wrong("an action's id");
            }
        }
    }
    let anchors: HashSet<_> = runbook.sections.iter().map(|section| &section.anchor).collect();
    if anchors.len() != runbook.sections.len() {
        return Err("two sections have one anchor".into());
    }
    for diagnostic in &runbook.diagnostics {
        if diagnostic.span.end > runbook.source.text().len()
            || !runbook.source.text().is_char_boundary(diagnostic.span.start)
        {
            return Err(format!("a note outside the file: {diagnostic:?}"));
        }
    }
    Ok(())
}

pub fn all_hold(runbook: &Runbook) -> Result<(), String> {
    nothing_is_lost(runbook)?;
    nothing_is_invented(runbook)?;
    it_is_whole(runbook)?;
    what_runs_can_be_read(runbook)?;
    nothing_is_said_twice(runbook)
}

/// Nothing runs by itself that the shell cannot read.
pub fn what_runs_can_be_read(runbook: &Runbook) -> Result<(), String> {
    let actions = runbook.steps.iter().flat_map(|step| &step.actions);
    // What is not tagged waits for a person in any case.
    let runs = actions.filter(|action| action.kind == ActionKind::Run && action.tagged && !action.offered);
    for action in runs.filter(|action| action.attrs.exec.is_none()) {
        let neutral = shell::neutral(&action.script);
        if !shell::parse(&neutral).errors().is_empty() {
            return Err(format!("it runs and cannot be read: {:?}", action.script));
        }
    }
    Ok(())
}

/// Every word of the prose is in exactly one part, in order.
pub fn nothing_is_said_twice(runbook: &Runbook) -> Result<(), String> {
    for step in &runbook.steps {
        let leads = (0..step.actions.len()).filter(|&index| Some(index) != step.first_block());
        let parts = std::iter::once(step.intro())
            .chain(leads.map(|index| step.lead(index)))
            .chain(std::iter::once(step.after()));
        let marker = |word: &&str| !word.chars().all(|c| c.is_ascii_digit() || "-*+>.)".contains(c));
        let said: Vec<&str> = parts.flat_map(str::split_whitespace).filter(marker).collect();
        let whole: Vec<&str> = step.text.split_whitespace().filter(marker).collect();
        if said != whole {
            return Err(format!("step {}: {said:?} is not {whole:?}", step.number));
        }
    }
    Ok(())
}
