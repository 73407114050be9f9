//! Prose and commands of one step in the order of the file: each command with what it is for.

mod mapping_support;

use mapping_support::properties::nothing_is_said_twice;
use mapping_support::{corpus, listing, markdown, parse};
use midwatch::commands::steps;
use midwatch::runbook::{self, Step};
use midwatch::source::Source;
use proptest::prelude::*;
use serde_json::Value;

/// The step's prose and commands as they are to be read: `intro / lead | command / ... / after`.
fn read(step: &Step) -> Vec<String> {
    let mut lines = vec![step.intro().to_owned()];
    for (index, action) in step.actions.iter().enumerate() {
        let lead = if step.first_block() == Some(index) { "" } else { step.lead(index) };
        lines.push(format!("{lead} | {}", action.script));
    }
    lines.push(step.after().to_owned());
    lines
}

#[track_caller]
fn expect(text: &str, lines: &[&str]) {
    let runbook = parse(text);
    assert_eq!(runbook.steps.len(), 1, "{:#?}", runbook.steps);
    assert_eq!(read(&runbook.steps[0]), lines, "\n{text}");
}

#[test]
fn prose_before_a_command_is_shown_with_it() {
    expect(
        "1. Look at the lag:\n\n   ```sh\n   show lag\n   ```\n\n   If it is high run:\n\n   ```sh\n   drain it\n   ```\n\n   Otherwise:\n\n   ```sh\n   keep it\n   ```\n\n   Then tell them.\n",
        &[
            "Look at the lag:",
            " | show lag",
            "If it is high run: | drain it",
            "Otherwise: | keep it",
            "Then tell them.",
        ],
    );
}

#[test]
fn a_list_in_a_step_gives_each_command_its_item() {
    expect(
        "1. Pick one:\n   - on the left:\n     ```sh\n     ls left\n     ```\n   - on the right, which\n     is rare:\n     ```sh\n     ls right\n     ```\n   - none\n",
        &[
            "Pick one:\n- on the left:",
            " | ls left",
            "- on the right, which\n  is rare: | ls right",
            "- none",
        ],
    );
}

#[test]
fn commands_that_follow_at_once_have_no_lead() {
    expect("Do both:\n\n```sh\nls a\n```\n\n```sh\nls b\n```\n", &["Do both:", " | ls a", " | ls b", ""]);
    expect("1. Do both:\n   - `ls a`\n   - `ls b`\n", &["Do both:", " | ls a", " | ls b", ""]);
    expect(
        "```console\n$ ls a\nout\n$ ssh db1\n$ ls b\n```\n\nSee?\n",
        &["", " | ls a\nssh db1", " | ls b", "See?"],
    );
}

#[test]
fn a_command_in_a_sentence_stays_in_it() {
    expect(
        "1. Look with `kubectl get pods` and then:\n\n   ```sh\n   ls a\n   ```\n\n   or `kubectl get nodes`, and at last:\n\n   ```sh\n   ls b\n   ```\n",
        &[
            "Look with `kubectl get pods` and then:",
            " | kubectl get pods",
            " | ls a",
            " | kubectl get nodes",
            "or `kubectl get nodes`, and at last: | ls b",
            "",
        ],
    );
    expect(
        "1. Look with `kubectl get pods` only.\n",
        &["Look with `kubectl get pods` only.", " | kubectl get pods", ""],
    );
}

#[test]
fn what_is_only_shown_keeps_its_place_too() {
    expect(
        "1. Ask it:\n\n   ```sql\n   select 1;\n   ```\n\n   Then leave:\n\n   ```sh\n   ls a\n   ```\n\n   It says:\n\n   ```json\n   {}\n   ```\n",
        &["Ask it:", " | select 1;", "Then leave: | ls a", "It says:\n\n```json\n{}\n```"],
    );
}

#[test]
fn a_fence_of_which_nothing_is_left_leaves_its_prose_to_the_next() {
    expect(
        "1. First:\n\n   ```sh\n   ls a\n   ```\n\n   Then:\n\n   ```sh\n   ...\n   ```\n\n   And:\n\n   ```sh\n   ls b\n   ```\n",
        &["First:", " | ls a", "Then:\n\nAnd: | ls b", ""],
    );
}

#[test]
fn the_listings_show_it() {
    let text = "1. Look at the lag:\n\n   ```sh\n   show lag\n   ```\n\n   More than you want.\n\n   If it is high\n   run:\n\n   ```sh\n   drain it\n   ```\n\n   The end.\n";
    let shown = steps::text(&parse(text), None, 80, false);
    assert!(shown.contains("show lag  \n".trim_end()), "{shown}");
    assert!(shown.contains("               If it is high run:\n     run       drain it\n"), "{shown}");
    assert_eq!(shown.matches("Look at the lag").count(), 1, "{shown}");
    let listing: Value = serde_json::from_str(&steps::json(&parse(text), None)).expect("JSON");
    let step = &listing["steps"][0];
    assert_eq!(step["actions"][0]["lead"], "Look at the lag:");
    assert_eq!(step["actions"][1]["lead"], "More than you want.\n\nIf it is high\nrun:");
    assert_eq!(step["after"], "The end.");
    assert_eq!(step["text"], "Look at the lag:\n\nMore than you want.\n\nIf it is high\nrun:\n\nThe end.");
}

#[test]
fn real_runbooks_say_everything_once() {
    let Some(corpus) = corpus() else { return };
    let (mut wrong, mut leads) = (Vec::new(), 0);
    for path in markdown(&corpus) {
        let text = std::fs::read_to_string(&path).expect("UTF-8");
        let runbook = runbook::parse(Source::new("doc.md", text));
        if let Err(what) = nothing_is_said_twice(&runbook) {
            wrong.push(format!("{}: {what}", path.display()));
        }
        for step in &runbook.steps {
            let first = step.first_block();
            leads += (0..step.actions.len())
                .filter(|&index| Some(index) != first && !step.lead(index).is_empty())
                .count();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(leads > 40, "{leads} commands with prose of their own");
}

proptest! {
    #[test]
    fn any_order_of_prose_and_commands_is_kept(
        parts in prop::collection::vec(prop_oneof![
            "[a-z]{3,8} [a-z]{3,8}\\.", Just("```sh\nls -l\n```".to_owned()), Just("`ls -a`".to_owned()), Just("- ünd\n\n  ```sh\n  ls x\n  ```".to_owned()),
            Just("```json\n{}\n```".to_owned()), Just("> see `ls -b`".to_owned()),
        ], 0..9)
    ) {
        let item: String = parts.iter().flat_map(|part| part.lines().chain([""])).map(|line| format!("   {line}\n")).collect();
        let runbook = parse(&format!("1. Restart it\n\n{item}\n2. Wait\n"));
        prop_assert_eq!(nothing_is_said_twice(&runbook), Ok(()));
    }
}

#[test]
fn an_item_after_a_fence_that_is_never_closed_keeps_its_line() {
    let runbook = parse("1. Look a:\n\n - ```sh\n   ls\n- [ ] by hand\n");
    assert_eq!(nothing_is_said_twice(&runbook), Ok(()));
    assert!(runbook.steps[0].text.contains("a:\n- [ ] by hand"), "{:?}", runbook.steps);
}

#[test]
fn a_note_or_a_label_before_a_block_hides_no_instruction() {
    let title = |lead: &str, fence: &str| {
        let runbook = parse(&format!("## A\n\n{lead}\n\n{fence}\n\n## B\n\nLook:\n\n```sh\nls\n```\n"));
        listing(&runbook)[0].clone()
    };
    let query = "```promql\n$ up == 0\n```";
    for lead in [
        "Find those that are down by running the following query:\n\n**Note:** You can use the web page.",
        "Log in and run this query:\n\n(inside the console):",
        "Run this query:\n\nKeep in mind that it is slow.",
    ] {
        assert_eq!(title(lead, query), "A: A | shown (PromQL): up == 0", "{lead}");
    }
    // The title of one of several, and of what is announced by the note itself.
    let two = |lead: &str| {
        let text = format!("## A\n\nLook:\n\n```sh\nls\n```\n\n{lead}\n\n```sh\ndf\n```\n");
        listing(&parse(&text))[1].clone()
    };
    assert_eq!(two("The job is old. Start the job now.\n\nOutput:"), "A: Start the job now | run: df");
    assert_eq!(two("Start the job.\n\nSession 01:"), "A: Start the job | run: df");
    assert_eq!(
        two("Start the job.\n\nNote: the command below is slow."),
        "A: Note: the command below is slow | run: df"
    );
    assert_eq!(two("Start the job.\n\nRHEL 9:"), "A: RHEL 9 | run: df");
    assert_eq!(two("The job is slow.\n\nSession 01:"), "A: Session 01 | run: df");
    // A name, and what nobody is told to do.
    let shown = "## A\n\n**Alert Expression:**\n\n```promql\nup == 0\n```\n";
    assert!(parse(shown).steps.is_empty());
    let list = "## Count\n\nStates are:\n\n- on\n- off\n\n```sh\nls\n```\n\nLook:\n\n```sh\ndf\n```\n";
    assert_eq!(listing(&parse(list))[0], "Count: Count | run: ls");
    // The heading says more than the text of a query.
    let list = "## A\n\nLook:\n\n```sh\nls\n```\n\n## Count of states\n\n```sql\nselect 1;\n```\n\nRun:\n\n```sh\nls\n```\n";
    assert!(listing(&parse(list)).iter().all(|line| !line.starts_with("Count of states: select")));
}

#[test]
fn what_is_only_said_is_nothing_to_do() {
    for text in [
        "- Source pool: 3 nodes of it\n- Target pool: 3 nodes of it\n",
        "Such requests are made by:\n\n- `kubectl apply/create/delete` commands\n- the server\n- operators\n",
        "Such requests are made by:\n\n- `kubectl get` commands (of pods)\n- the server\n- operators\n",
    ] {
        let runbook = parse(&format!("## Overview\n\n{text}"));
        assert!(runbook.steps.is_empty(), "{text} {:?}", listing(&runbook));
    }
    assert_eq!(listing(&parse("## A\n\n- Use the `kubectl get pods` commands\n")).len(), 1);
    // A note among bullets belongs to what was told before it.
    let noted =
        "## A\n\n- Restart it\n- Keep in mind that, if nothing changed, it is the network\n- Wait for it\n";
    assert_eq!(listing(&parse(noted)), ["A: Restart it", "A: Wait for it"]);
    let note = "## A\n\n- Restart it\n- Note the name of the host\n";
    assert_eq!(listing(&parse(note)).len(), 2);
    assert_eq!(
        listing(&parse("## A\n\n1. **Remove the rest**\n   Check for files and delete them.\n2. Wait\n"))[0],
        "A: Remove the rest"
    );
}
