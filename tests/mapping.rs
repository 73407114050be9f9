//! Which steps a document has: for each rule what it does, and what it leaves alone.

mod mapping_support;

use mapping_support::{expect, listing, parse};

#[test]
fn rule_1_the_title_is_front_matter_then_heading_then_file_name() {
    assert_eq!(parse("---\ntitle: From the top\n---\n# Heading\n").title, "From the top");
    assert_eq!(parse("## Not first\n\n# A `code` *heading*\n\n# Second\n").title, "A code heading");
    assert_eq!(parse("no heading\n").title, "doc");
    assert_eq!(parse("---\ntitle:\n---\n# Heading\n").title, "Heading");
}

#[test]
fn rule_2_headings_give_breadcrumb_and_anchor() {
    let runbook = parse("# T\n\n## A b!\n\n```sh\nls\n```\n\n## A b\n\n### Deep\n\n```sh\npwd\n```\n");
    let anchors: Vec<_> = runbook.sections.iter().map(|section| section.anchor.as_str()).collect();
    assert_eq!(anchors, ["t", "a-b", "a-b-1", "deep"]);
    assert_eq!(listing(&runbook), ["T > A b!: A b! | run: ls", "T > A b > Deep: Deep | run: pwd"]);
    let section = runbook.section_by_anchor("#a-b-1").unwrap();
    let steps: Vec<_> = runbook.steps_of(section).map(|step| step.number).collect();
    assert_eq!(steps, [2]);
    assert_eq!(runbook.section_by_anchor("none"), None);
    assert_eq!(runbook.section_by_anchor("A-B"), Some(1));
}

#[test]
fn rule_2_sibling_headings_that_count_are_steps() {
    expect(
        "# T\n\n## Step 1: Stop it\n\nStop the writer.\n\n```sh\nsystemctl stop app\n```\n\nWait a little.\n\n### Note\n\n- look\n\n```sh\nls\n```\n\n## Step 2\n\nGo home.\n",
        &["T: Step 1: Stop it | run!: systemctl stop app | run: ls", "T: Step 2"],
    );
    expect("## 1. First\n\nRun it.\n\n## 2. Second\n\nEnd it.\n", &["1. First", "2. Second"]);
    expect("## 1) First\n\nText.\n\n## 2) Second\n\nText.\n", &["1) First", "2) Second"]);
}

#[test]
fn rule_2_not_every_number_counts() {
    expect(
        "# T\n\n## 1.1 Drain\n\n```sh\nls\n```\n\n## 1.2 Stop\n\n```sh\npwd\n```\n\n## 5xx errors\n\n```sh\nid\n```\n",
        &[
            "T > 1.1 Drain: 1.1 Drain | run: ls",
            "T > 1.2 Stop: 1.2 Stop | run: pwd",
            "T > 5xx errors: 5xx errors | run: id",
        ],
    );
    // One alone has nothing to count with.
    expect("## 1. Only\n\n```sh\nls\n```\n\n```text\nx\n```\n\n## Other\n", &["1. Only: 1. Only | run: ls"]);
}

#[test]
fn rule_2_a_counted_heading_with_tasks_or_counts_inside_is_a_section() {
    expect(
        "## Step 1\n\n- [ ] stop\n- [ ] start\n\n## Step 2\n\n### 1. a\n\nx\n\n### 2. b\n\ny\n",
        &["Step 1: stop", "Step 1: start", "Step 2: 1. a", "Step 2: 2. b"],
    );
    expect("## Step 1\n\n1. stop\n2. start\n\n## Step 2\n\nLook.\n", &["Step 1", "Step 2"]);
}

#[test]
fn rule_3_context_is_shown_and_never_asked_about() {
    let text = "# T\n\n## Meaning\n\nRestart the moon.\n\n1. one\n2. two\n\n## Impact\n\n- Check the sky\n- Look up\n\n## Overview\n\n- [ ] a box\n\n### Parts\n\n- Use these\n";
    expect(text, &[]);
    let runbook = parse(text);
    let context: Vec<_> = runbook.sections.iter().map(|section| section.context).collect();
    assert_eq!(context, [false, true, true, true, true]);
}

#[test]
fn rule_3_a_list_in_context_counts_with_a_command_and_fences_count_everywhere() {
    expect(
        "## Summary\n\n1. one\n2. see `kubectl get pods`\n\n## Background\n\n- a\n- b\n\n```sh\nls\n```\n",
        &[
            "Summary: one",
            "Summary: see kubectl get pods | offer: kubectl get pods",
            "Background: Background | run: ls",
        ],
    );
}

#[test]
fn rule_3_work_under_a_background_heading_is_work() {
    expect(
        "# T\n\n## Overview\n\nText.\n\n### How to restart it\n\nRestart the service by hand.\n\n### Mitigation\n\n1. Call them\n",
        &["T > Overview > How to restart it: How to restart it", "T > Overview > Mitigation: Call them"],
    );
}

#[test]
fn rule_3_a_trouble_under_symptoms_may_say_what_to_do() {
    expect(
        "## Symptoms\n\nRestart nothing.\n\n### Out of memory\n\nRestart the pod.\n\n### Slow\n\nIt is slow.\n",
        &["Symptoms > Out of memory: Out of memory"],
    );
}

#[test]
fn rule_4_ordered_items_are_steps_and_nested_lists_belong_to_them() {
    expect(
        "1. Stop it.\n\n   Be careful.\n\n   ```sh\n   systemctl stop app\n   ```\n   1. inner\n      - deeper\n\n        ```sh\n        ls\n        ```\n1. Start it: now\n5. Odd number\n",
        &["Stop it | run!: systemctl stop app | run: ls", "Start it: now", "Odd number"],
    );
}

#[test]
fn rule_4_blocks_between_lists_that_go_on_belong_to_the_item_before() {
    expect(
        "1. a\n\n```sh\nls\n```\n\nAnd more.\n\n| t |\n|---|\n| x |\n\n2. b\n\n- bullet\n\n3. c\n\n```sh\nid\n```\n\nEnd.\n",
        &["a | run: ls", "b", "c | run: id"],
    );
    let runbook = parse("1. a\n\nBetween.\n\n2. b\n");
    assert_eq!(runbook.steps[0].text, "a\n\nBetween.");
}

#[test]
fn rule_4_all_ones_take_the_fence_right_after_them() {
    expect(
        "1. a\n\n```sh\nls\n```\n\n1. b\n\n```sh\nid\n```\n\nText.\n\n```sh\npwd\n```\n",
        &["a | run: ls", "b | run: id", "Text | run: pwd"],
    );
    expect("1. a\n1. b\n\nText between.\n\n```sh\npwd\n```\n", &["a", "b", "Text between | run: pwd"]);
}

#[test]
fn rule_4_a_list_that_begins_anew_takes_nothing() {
    expect(
        "1. a\n2. b\n\nOther things.\n\n```sh\nls\n```\n\n1. c\n2. d\n",
        &["a", "b", "Other things | run: ls", "c", "d"],
    );
    expect("1. a\n2. b:\n\n```sh\nls\n```\n", &["a", "b | run: ls"]);
}

#[test]
fn rule_5_bullets_are_steps_with_a_command_a_box_or_half_of_them_instructions() {
    expect("- the disk\n- look at `df -h`\n", &["the disk", "look at df -h | offer: df -h"]);
    expect("* the disk\n\n  ```sh\n  df -h\n  ```\n* the rest\n", &["the disk | run: df -h", "the rest"]);
    expect(
        "- Check the disk\n- Restart the service\n- the rest\n- others\n",
        &["Check the disk", "Restart the service", "the rest", "others"],
    );
    expect("- a\n- [ ] b\n", &["a", "b"]);
}

#[test]
fn rule_5_other_bullets_are_prose() {
    // One step of prose (rule 9), not three.
    expect("- Check the disk\n- the network\n- the rest\n", &["Check the disk"]);
    expect("- a `word`\n- the `--flag` and `set of nodes`\n", &[]);
    expect("- [Restart the service](a.md)\n- [Check the disk](b.md)\n", &[]);
    expect("- Alert: fires\n- Scale: 5\n- Logs\n", &[]);
}

#[test]
fn rule_5_alternatives_are_one_question() {
    let runbook = parse(
        "- If it is the disk, clean it\n- If it is the network, call them\n- Otherwise wait\n\n# B\n\nWhat to do depends on the cause:\n\n- Disk: clean it\n- Network: call them\n\nDo one of these:\n\n1. Restart it\n2. Reboot it\n",
    );
    assert_eq!(
        listing(&runbook),
        [
            "? If it is the disk, clean it",
            "? If it is the network, call them",
            "? Otherwise wait",
            "? B: Disk: clean it",
            "? B: Network: call them",
            "? B: Restart it",
            "? B: Reboot it",
        ]
    );
    let names: Vec<_> = runbook.steps.iter().map(|step| step.choice.clone().unwrap()).collect();
    assert_eq!(names[0], names[2]);
    assert_eq!(names[3], names[4]);
    assert_eq!(names[5], names[6]);
    assert!(names[0] != names[3] && names[3] != names[5]);
}

#[test]
fn rule_5_a_list_that_depends_is_a_choice_whatever_its_items_say_later() {
    expect(
        "The way depends on whether you install or remove it:\n\n- Install it with care.\n- Remove it. If it continues to run, kill it.\n",
        &["? Install it with care", "? Remove it"],
    );
}

#[test]
fn rule_5_sibling_headings_that_begin_with_if_are_one_question() {
    let text = "# T\n\n## Fix\n\n### If it is a pod\n\n```sh\nkubectl get pods\n```\n\n### If it is a host\n\nRestart it.\n\n### Otherwise\n\nCall them.\n\n### Then\n\nWait for it.\n";
    let steps = [
        "T > Fix > If it is a pod: If it is a pod | run: kubectl get pods",
        "T > Fix > If it is a host: If it is a host",
        "T > Fix > Otherwise: Otherwise",
        "T > Fix > Then: Then",
    ];
    let found = listing(&parse(text));
    assert_eq!(
        found,
        [
            format!("? {}", steps[0]),
            format!("? {}", steps[1]),
            format!("? {}", steps[2]),
            steps[3].to_owned()
        ]
    );
    let runbook = parse(text);
    assert!(runbook.steps[..3].iter().all(|step| step.choice == runbook.steps[0].choice));
    // One alone and further tries are no choice.
    for text in [
        "## Fix\n\n### If it is a pod\n\nRestart it.\n\n### Then\n\nWait.\n",
        "## Fix\n\n### If it is a pod\n\nRestart it.\n\n### If that does not help\n\nCall them.\n",
        "## If it is a pod\n\nRestart it.\n\n# Fix\n\n## If it is a host\n\nCall them.\n",
    ] {
        assert!(parse(text).steps.iter().all(|step| step.choice.is_none()), "{text}");
    }
}

#[test]
fn rule_5_an_alternative_may_be_a_heading_with_several_steps() {
    let text = "# T\n\n## Fix\n\n### If it is a pod\n\n1. Stop it.\n2. Start it.\n\n### If it is a host\n\n#### Look\n\n```sh\nls a\n```\n\n#### Then\n\n```sh\nls b\n```\n\n### Otherwise\n\nCall them.\n\n### Then\n\nWait for it.\n";
    let runbook = parse(text);
    assert_eq!(
        listing(&runbook),
        [
            "? T > Fix > If it is a pod: Stop it",
            "? T > Fix > If it is a pod: Start it",
            "? T > Fix > If it is a host > Look: Look | run: ls a",
            "? T > Fix > If it is a host > Then: Then | run: ls b",
            "? T > Fix > Otherwise: Otherwise",
            "T > Fix > Then: Then",
        ]
    );
    assert!(runbook.steps[..5].iter().all(|step| step.choice == runbook.steps[0].choice));
    let names: Vec<_> = runbook.steps[..5].iter().map(|step| runbook.alternative(step)).collect();
    assert_eq!(
        names,
        ["If it is a pod", "If it is a pod", "If it is a host", "If it is a host", "Otherwise"]
    );
    // A choice within an alternative is asked by itself: then the headings are none.
    let inner =
        "## If it is a pod\n\n- If a: stop it\n- If b: start it\n\n## If it is a host\n\nCall them.\n";
    let runbook = parse(inner);
    assert_eq!(runbook.steps[0].choice, runbook.steps[1].choice);
    assert!(runbook.steps[2].choice.is_none() && runbook.steps.iter().all(|step| step.branch.is_none()));
}

#[test]
fn rule_5_further_tries_and_lists_of_things_are_no_choice() {
    expect(
        "- If it hangs, restart it\n- If that does not help, reboot\n",
        &["If it hangs, restart it", "If that does not help, reboot"],
    );
    expect(
        "- Stop it\n- If it hangs, kill it\n- Start it\n",
        &["Stop it", "If it hangs, kill it", "Start it"],
    );
    expect("It depends on several things:\n\n- the disk\n- the network\n", &[]);
}

#[test]
fn rule_5_commands_of_a_choice_inside_a_step_never_run_one_after_the_other() {
    expect(
        "1. Bring it back.\n   - If it is a pod:\n\n     ```sh\n     kubectl get pods\n     ```\n   - If it is a host:\n\n     ```sh\n     uptime\n     ```\n2. Look.\n",
        &["Bring it back | offer: kubectl get pods | offer: uptime", "Look"],
    );
    assert!(parse("1. a\n   - if x `ls -l`\n   - if y `ls -a`\n").steps[0].manual());
}

#[test]
fn rule_6_task_items_are_steps_and_done_ones_too() {
    expect("- [ ] Stop it\n- [x] Start it\n  - [ ] inner\n", &["Stop it", "Start it"]);
}

#[test]
fn rule_7_a_fence_is_a_step_and_adjacent_ones_join() {
    expect(
        "# T\n\n## Only one\n\nSome words.\n\n```sh\nls\n```\n\n```bash\nid\n```\n\n## Two\n\nFirst this. And more.\n\n```sh\nls\n```\n\nThen that:\n\n```sh\npwd\n```\n\n```sh\nuptime\n```\n",
        &[
            "T > Only one: Only one | run: ls | run: id",
            "T > Two: First this | run: ls",
            "T > Two: Then that | run: pwd | run: uptime",
        ],
    );
    expect("```sh\nls\n```\n\ntext\n\n```sh\nid\n```\n", &["ls | run: ls", "text | run: id"]);
    expect(
        "## H\n\n```sh\n# a comment\nls\n```\n\n| a |\n|---|\n\n```sh\nid\n```\n",
        &["H: ls | run: # a comment⏎ls", "H: id | run: id"],
    );
}

#[test]
fn rule_7_queries_after_an_instruction_are_manual_steps() {
    expect("## Q\n\nRun this query:\n\n```sql\nselect 1;\n```\n", &["Q: Q | shown (SQL): select 1;"]);
    expect(
        "Look at this in the console:\n\n```promql\nup == 0\n```\n",
        &["Look at this in the console | shown (PromQL): up == 0"],
    );
    // No instruction, no step; data is never one.
    expect("The alert is:\n\n```promql\nup == 0\n```\n", &[]);
    expect("The file is:\n\n```yaml\na: 1\n```\n\n```json\n{}\n```\n\n```\n10:00 ERROR x\n```\n", &[]);
    // Beside a command it is shown with it.
    expect(
        "Run:\n\n```sh\npsql -c 'select 1'\n```\n\n```sql\nselect 2;\n```\n",
        &["Run | run: psql -c 'select 1' | shown (SQL): select 2;"],
    );
}

#[test]
fn rule_7_a_rollback_is_no_step_and_a_check_is_one() {
    expect(
        "## A\n\nStop it:\n\n```sh\nls\n```\n\nTo undo:\n\n```sh rollback\nid\n```\n\nWait:\n\n```sh check until='== 0'\nuptime\n```\n",
        &["A: Stop it | run: ls | undo: id", "A: Wait | check: uptime"],
    );
    let runbook = parse("## A\n\n```sh\nls\n```\n\n## B\n\n```sh rollback\nid\n```\n");
    assert!(
        runbook.diagnostics.iter().any(|d| d.message.contains("no earlier command")),
        "{:?}",
        runbook.diagnostics
    );
}

#[test]
fn rule_8_a_paragraph_that_is_one_command_is_an_untagged_fence() {
    expect(
        "# T\n\nSee:\n\n`kubectl get pods`\n\nAnd:\n\n`uptime`\n",
        &["T: See | run*: kubectl get pods", "T: And | run*: uptime"],
    );
    expect("1. `kubectl get pods`\n2. go\n", &["kubectl get pods | run*: kubectl get pods", "go"]);
    expect("`values.yaml`\n\n`SomeName`\n", &[]);
}

#[test]
fn rule_8_inline_commands_in_prose_are_offered() {
    expect(
        "# T\n\nStop it with `systemctl stop app` or `systemctl stop app`; not `systemctl`, not `a b`.\n",
        &["T: T | offer!: systemctl stop app"],
    );
    let runbook = parse("# T\n\nStop it with `systemctl stop app`.\n");
    assert!(runbook.steps[0].manual());
}

#[test]
fn rule_9_prose_with_an_instruction_is_one_manual_step() {
    expect(
        "# T\n\n## Mitigation\n\nThe node is full. Remove old images. Then wait.\n\n## Notes\n\nNothing to do here.\n",
        &["T > Mitigation: Mitigation"],
    );
    expect("Nothing.\n", &[]);
    let runbook = parse("# T\n\n## A\n\nCall them.\n\n## B\n\n```sh\nls\n```\n\nThis follows.\n");
    assert_eq!(runbook.steps[0].text, "Call them.");
    assert_eq!(runbook.steps[1].text, "This follows.");
}

#[test]
fn rule_9_instructions_above_sections_with_steps_are_shown_with_the_first() {
    let runbook = parse("# T\n\nDrain the node first.\n\n## A\n\nText.\n\n```sh\nls\n```\n");
    assert_eq!(listing(&runbook), ["T > A: A | run: ls"]);
    assert_eq!(runbook.steps[0].text, "Drain the node first.\n\nText.");
}

#[test]
fn rule_9_prose_is_shown_with_the_step_it_speaks_of() {
    let runbook = parse(
        "## A\n\nFirst:\n\n```sh\nls\n```\n\nYou should see:\n\n```text\nout\n```\n\nThen this.\n\n```sh\nid\n```\n\nThe end.\n",
    );
    assert_eq!(runbook.steps[0].text, "First:\n\nYou should see:\n\n```text\nout\n```");
    assert_eq!(runbook.steps[1].text, "Then this.\n\nThe end.");
}

#[test]
fn rule_4_references_and_enumerations_are_no_steps() {
    expect("# Docs\n\n1. [One](a.md)\n2. [Two](b.md)\n", &[]);
    expect("# T\n\nThere are two reasons:\n\n1. the disk\n2. the network\n", &[]);
    expect(
        "# T\n\nThere are two reasons:\n\n1. the disk: look at `df -h`\n2. the network\n",
        &["T: the disk: look at df -h | offer: df -h", "T: the network"],
    );
    expect(
        "# T\n\nFor two reasons, do this:\n\n1. the disk\n2. the network\n",
        &["T: the disk", "T: the network"],
    );
}

#[test]
fn rule_9_prose_of_an_outer_section_does_not_move_the_step_there() {
    let runbook =
        parse("# T\n\n## A\n\nDrain it first.\n\n### B\n\n```sh\nls\n```\n\n### C\n\n```sh\nid\n```\n");
    let section = runbook.section_by_anchor("b").unwrap();
    assert_eq!(runbook.steps_of(section).count(), 1);
    assert!(runbook.steps[0].text.starts_with("Drain it first."));
}

#[test]
fn several_procedures_are_told_from_one() {
    let names = |text: &str| -> Vec<String> {
        let runbook = parse(text);
        runbook.procedures().iter().map(|&section| runbook.sections[section].heading.clone()).collect()
    };
    let body = "\n\n```sh\nls\n```\n\n";
    let document = |headings: &[&str]| {
        format!(
            "# Queues\n\n{}",
            headings.iter().map(|heading| format!("## {heading}{body}")).collect::<String>()
        )
    };
    let own = ["How to add a node", "How to remove a node"];
    assert_eq!(names(&document(&own)), own);
    let troubles = ["Queue is growing", "Workers are stuck", "Dashboards"];
    assert_eq!(names(&document(&troubles)), troubles);
    assert_eq!(
        names("# T\n\n## How-to guides\n\n### Users\n\n1. a\n\n### Roles\n\n1. b\n"),
        ["Users", "Roles"]
    );
    for one in [
        &["Stop the replica", "Copy the data", "Start the replica"][..],
        &["Preparation", "Execution", "Rollback"],
        &["1. How to begin", "2. How to end"],
        &["Diagnosis", "Mitigation"],
        &["Only one"],
        &["Preparing", "Stopping it", "Copying it", "Starting it"],
        &[],
    ] {
        assert_eq!(names(&document(one)), Vec::<String>::new());
    }
}

#[test]
fn the_text_of_a_tight_item_keeps_the_marks_it_begins_with() {
    let place = tempfile::tempdir().expect("a folder");
    let file = place.path().join("a.md");
    let text =
        "# T\n\n* **Now:** Restart `it`.\n* *Then* check [this](x.md)\n* [Look](y.md) at it and **wait**\n";
    std::fs::write(&file, text).expect("written");
    let source = midwatch::runbook::file::read_source(&file.display().to_string()).expect("read");
    let steps = midwatch::runbook::parse(source).steps;
    let texts: Vec<&str> = steps.iter().map(|step| step.text.as_str()).collect();
    let expected = ["**Now:** Restart `it`.", "*Then* check [this](x.md)", "[Look](y.md) at it and **wait**"];
    assert_eq!(texts, expected);
}

#[test]
fn what_a_section_does_before_its_parts_is_a_step_of_its_own() {
    expect(
        "# Stack\n\n## Reset\n\nRemove all of it with `terraform destroy --target=x` first.\n\nThen wait.\n\n### Part of it\n\nMake a plan:\n\n```sh\nterraform plan\n```\n",
        &[
            "Stack > Reset: Reset | offer!: terraform destroy --target=x",
            "Stack > Reset > Part of it: Part of it | run: terraform plan",
        ],
    );
    let label = "# Logs\n\nOn a host: `journalctl -eu app`\n\n## Full disk\n\nLook:\n\n```sh\ndf -h\n```\n";
    expect(label, &["Logs: Logs | offer: journalctl -eu app", "Logs > Full disk: Full disk | run: df -h"]);
    // Without a command it introduces its parts, and what only names one tells nobody to run it.
    for above in
        ["Follow the parts below with care.", "Such stacks are made by `terraform apply --target=x`."]
    {
        let text = format!("# Stack\n\n## Reset\n\n{above}\n\n### Part\n\nMake a plan:\n\n```sh\nls\n```\n");
        assert_eq!(parse(&text).steps.len(), 1, "{above}");
    }
}

#[test]
fn paragraphs_that_count_are_steps() {
    let text = "## Fix\n\nBeforehand.\n\n1 - Stop it: `systemctl stop app`\n\nSay yes.\n\n2 - Change it:\n\n```sh\nchown a b\n```\n\n3 - Look: `ls x`\n\nOutput:\n\n```\nroot@db1:~# ls x\nx\n```\n\nThen wait:\n\n```sh\nsleep 5\n```\n";
    expect(
        text,
        &[
            "Fix: 1 - Stop it: systemctl stop app | offer!: systemctl stop app",
            "Fix: 2 - Change it | run: chown a b",
            "Fix: 3 - Look: ls x | offer: ls x | shown (root@db1): ls x",
            "Fix: Then wait | run: sleep 5",
        ],
    );
    expect(
        "## Fix\n\n**Step 1: Stop it**\n\nIt may hang.\n\n```sh\nls a\n```\n\n**Step 2: Remove it**\n\nText.\n\n```sh\nls b\n```\n",
        &["Fix: Step 1: Stop it | run: ls a", "Fix: Step 2: Remove it | run: ls b"],
    );
    // One alone, what is not counted from one on, and what only happens.
    for (text, steps) in [
        ("## Fix\n\n1 - Stop it.\n\nThen wait.\n", 1),
        ("## Fix\n\n3 - Stop it.\n\n4 - Start it.\n", 1),
        ("## Fix\n\nStep 1: the client asks.\n\nStep 2: the server answers.\n", 0),
        ("## Background\n\nStep 1: stop it.\n\nStep 2: start it.\n", 0),
    ] {
        assert_eq!(parse(text).steps.len(), steps, "{text}");
    }
}

#[test]
fn an_instruction_may_stand_behind_a_place_without_a_comma() {
    for told in [
        "On the source primary execute, connecting with `psql`:",
        "On the primary run the following:",
        "In the replica run:",
        "Should you need to drop it, the preferred method is to run this:",
    ] {
        let runbook = parse(&format!("## Reset\n\n{told}\n\n```sql\nselect 1;\n```\n"));
        assert_eq!(runbook.steps.len(), 1, "{told}");
    }
    for told in [
        "On a dry run nothing is changed:",
        "On the primary you can execute:",
        "In the last run it was slow:",
        "The preferred method is slow:",
    ] {
        let runbook = parse(&format!("## Reset\n\n{told}\n\n```sql\nselect 1;\n```\n"));
        assert_eq!(runbook.steps.len(), 0, "{told}");
    }
}
