//! What must hold for any document: nothing lost, nothing invented, ids that stay.

mod mapping_support;

use std::collections::HashSet;

use mapping_support::parse;
use mapping_support::properties::{
    all_hold, it_is_whole, nothing_is_invented, nothing_is_lost, what_runs_can_be_read,
};
use midwatch::runbook::{self, Runbook};
use midwatch::source::Source;
use proptest::prelude::*;

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
        (word, word)
            .prop_map(|(a, b)| format!("```\nkubectl get {a}\nWARNING: {b}->1\n\nls {b}\n...\n```\n")),
        (word, word).prop_map(|(a, b)| format!("```text\n{a}\n$ ls {b}\n➜ ~ cat {a}\n# df {b}\n```\n")),
        (word, word).prop_map(|(a, b)| format!(
            "Do it:\n\n    kubectl get {a}\n    # wait for {b}\n    kubectl logs <{b}>\n"
        )),
        (word, word).prop_map(|(a, b)| format!(
            "```sh\nssh {a}\nuptime\n```\n\n```\ncat {b}\nNAME READY\n{b} 1\n```\n"
        )),
        (word, word).prop_map(|(a, b)| format!("9. a {a}\n10. b {b}\n\n   ```\n   ls {b}\n   ```\n")),
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
        prop_assert_eq!(nothing_is_lost(&runbook), Ok(()));
        prop_assert_eq!(what_runs_can_be_read(&runbook), Ok(()));
    }

    #[test]
    fn what_the_shell_cannot_read_never_runs(
        parts in prop::collection::vec(prop::sample::select(vec![
            "ls -l", "frob", " ", " ", " ", "\n", "\n", "(", ")", "{", "}", "[", "]", "|", "&", ";", "<", ">", "'", "\"", "`", "$(", "$((", "${",
            "\\", "#", "=(", "<(", "if", "then", "fi", "in", "do", "done", "case", "esac", "function", "!", "<<EOF\n", "EOF\n", "2>&1",
            "<a>", "ssh x\n", "exit\n", "$ ", "# wait for it\n",
        ]), 1..14),
        lang in prop::sample::select(vec!["sh", "console", "sh timeout=5m", ""]),
    ) {
        let runbook = parse(&format!("# A\n\n```{lang}\nls -l {}\n```\n", parts.concat()));
        prop_assert_eq!(what_runs_can_be_read(&runbook), Ok(()));
    }
}
