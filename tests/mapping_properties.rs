//! What must hold for any document: nothing lost, nothing invented, ids that stay.

mod mapping_support;

use std::collections::HashSet;
use std::ops::Range;

use mapping_support::parse;
use midwatch::runbook::{self, Runbook};
use midwatch::source::Source;
use proptest::prelude::*;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

/// The fences whose tag alone makes them runnable, found by the Markdown parser itself.
fn tagged_fences(runbook: &Runbook) -> Vec<(Range<usize>, Vec<Range<usize>>)> {
    let text = runbook.source.text();
    let body = if runbook.front.span.is_empty() {
        runbook.source.start()
    } else {
        text[runbook.front.span.end..].find('\n').map_or(text.len(), |at| runbook.front.span.end + at + 1)
    };
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
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
                inside = (runs && !shown).then_some((range, Vec::new()));
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

/// Every line of every runnable fence is in exactly one action, or in a note that says why not.
fn nothing_is_lost(runbook: &Runbook) -> Result<(), String> {
    let mut covered: Vec<(usize, usize)> = runbook
        .steps
        .iter()
        .flat_map(|step| &step.actions)
        .flat_map(|action| &action.lines)
        .map(|line| (line.start, line.end))
        .collect();
    covered.sort_unstable();
    for (fence, lines) in tagged_fences(runbook) {
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
fn nothing_is_invented(runbook: &Runbook) -> Result<(), String> {
    for action in runbook.steps.iter().flat_map(|step| &step.actions) {
        let lines: Vec<&str> = action.lines.iter().map(|&line| runbook.source.slice(line)).collect();
        if lines.join("\n") != action.script || action.script.trim().is_empty() {
            return Err(format!("{:?} is not what stands in the file: {lines:?}", action.script));
        }
    }
    Ok(())
}

/// Numbers, ids, spans and sections are what the model says.
fn it_is_whole(runbook: &Runbook) -> Result<(), String> {
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

fn all_hold(runbook: &Runbook) -> Result<(), String> {
    nothing_is_lost(runbook)?;
    nothing_is_invented(runbook)?;
    it_is_whole(runbook)
}

#[test]
fn all_real_runbooks_keep_the_properties() {
    let Some(corpus) = mapping_support::corpus() else { return };
    let mut wrong = Vec::new();
    for path in mapping_support::markdown(&corpus) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let name = path.strip_prefix(&corpus).unwrap().to_string_lossy().into_owned();
        let runbook = runbook::parse(Source::new(name.clone(), text));
        if let Err(what) = all_hold(&runbook) {
            wrong.push(format!("{name}: {what}"));
        }
    }
    assert!(wrong.is_empty(), "{} files:\n{}", wrong.len(), wrong.join("\n"));
}

/// A piece of a document that is a step of its own wherever it stands.
fn piece() -> impl Strategy<Value = String> {
    let word = "[a-z]{3,8}";
    prop_oneof![
        (word, word).prop_map(|(a, b)| format!("Restart {a} of {b}:\n\n```sh\nkubectl get {a} {b}\n```\n")),
        (word, word).prop_map(|(a, b)| format!(
            "1. Check {a}\n2. Stop {b}\n\n   ```sh\n   systemctl stop {b}\n   ```\n"
        )),
        (word, word).prop_map(|(a, b)| format!("- [ ] call {a}\n- [ ] ask {b}\n")),
        (word, word).prop_map(|(a, b)| format!(
            "```console\n$ ls {a} \\\n  {b}\nout {a}\nroot@{b}:~# id\n$ ssh {a}\n$ uptime\n```\n"
        )),
        (word, word).prop_map(|(a, b)| format!("Look at {a}:\n\n```sql\nselect {b};\n```\n")),
        (word, word).prop_map(|(a, b)| format!("> ```bash\n> cat <<EOF\n> {a}\n> EOF\n> echo {b}\n> ```\n")),
        (word, word).prop_map(|(a, b)| format!("- If it is {a}, run `ls {a}`\n- If it is {b}, wait\n")),
        (word, word).prop_map(|(a, b)| format!("Some {a} text.\n\n| {b} |\n|---|\n| x |\n")),
    ]
}

fn document(sections: &[(String, Vec<String>)]) -> String {
    let mut text = "# Title\n\n".to_owned();
    for (heading, pieces) in sections {
        text.push_str(&format!("## {heading}\n\n"));
        for piece in pieces {
            text.push_str(piece);
            text.push_str("\nThen go on with it.\n\n");
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn generated_documents_keep_the_properties(
        sections in prop::collection::vec(("[A-Z][a-z]{2,6}", prop::collection::vec(piece(), 0..4)), 0..5)
    ) {
        let runbook = parse(&document(&sections));
        prop_assert_eq!(all_hold(&runbook), Ok(()));
    }

    #[test]
    fn ids_stay_when_other_sections_come_go_or_change(
        sections in prop::collection::vec(("[A-Z][a-z]{2,6}", prop::collection::vec(piece(), 1..4)), 2..5),
        other in ("[A-Z][a-z]{2,6}x", prop::collection::vec(piece(), 0..3)),
        at in 0_usize..5,
    ) {
        let ids = |runbook: &Runbook, heading: &str| -> Vec<String> {
            let Some(section) = runbook.sections.iter().position(|section| section.heading == heading) else { return Vec::new() };
            runbook.steps_of(section).map(|step| step.id.clone()).collect()
        };
        let names: HashSet<_> = sections.iter().map(|(heading, _)| heading.as_str()).collect();
        prop_assume!(names.len() == sections.len());
        let kept = &sections[0];
        let before = parse(&document(&sections));
        // Without the others, and with a new one somewhere.
        let alone = parse(&document(std::slice::from_ref(kept)));
        let mut more = sections.clone();
        more.insert(at.min(more.len()), other);
        let after = parse(&document(&more));
        prop_assert_eq!(ids(&before, &kept.0), ids(&alone, &kept.0));
        prop_assert_eq!(ids(&before, &kept.0), ids(&after, &kept.0));
    }

    #[test]
    fn any_text_is_understood_somehow(text in "\\PC{0,200}") {
        prop_assert_eq!(all_hold(&parse(&text)), Ok(()));
    }

    #[test]
    fn any_markdown_is_understood_somehow(
        parts in prop::collection::vec(prop::sample::select(vec![
            "# ", "## 1. ", "1. ", "- ", "- [ ] ", "> ", "```sh\n", "```\n", "```console\n", "~~~", "$ ", "# ", "\n", "\n\n", "    ", "\t", "ls -l", "ssh x",
            "`ls -l`", "<a>", "{{ a }}", "$A", "<<EOF", "\\", "'", "\"", "if ", "\r\n", "---\n", "a: b\n", "|a|\n|-|\n", "<details>\n", "root@x:~# ", "é", "\0", "```sh check until=\"a\n", "...\n",
        ]), 0..40)
    ) {
        let text = parts.concat();
        let runbook = parse(&text);
        prop_assert_eq!(it_is_whole(&runbook), Ok(()));
        prop_assert_eq!(nothing_is_invented(&runbook), Ok(()));
    }
}
