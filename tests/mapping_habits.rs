//! Habits of real authors: prompts that are pictures, what has to be there before the work begins,
//! numbers of two digits, ways back. For each what it does, and what it leaves alone.

mod mapping_support;

use mapping_support::{expect, listing, parse};

#[test]
fn prompts_without_a_sign_are_prompts() {
    for prompt in [":~$ ", "~ $ ", " ~ ", "➜ ~ ", "➜  src git:(main) ✗ ", "❯ "] {
        expect(
            &format!("```console\n{prompt}kubectl get pods\nNAME READY\n{prompt}kubectl get nodes\n```\n"),
            &["kubectl get pods | run: kubectl get pods⏎kubectl get nodes"],
        );
        expect(
            &format!("```\n{prompt}kubectl get pods\n```\n"),
            &["kubectl get pods | run: kubectl get pods"],
        );
    }
    // A home folder, a command in it, a number and a picture of something else are no prompts.
    expect("```\n~ 5 minutes\n```\n\n```\n➜ see the board\n```\n\n```\n~/src\n```\n", &[]);
    expect("```sh\n~/bin/tool --all\n```\n", &["~/bin/tool --all | run: ~/bin/tool --all"]);
}

#[test]
fn in_a_shell_that_was_opened_a_number_sign_is_roots_prompt() {
    expect(
        "```sh\n$ kubectl debug -it node/n1 --image=busybox\n# df -h\n/dev/sda 9 %\n# find the file that is large\n# ls -l /var\n$ date\n```\n",
        &[
            "kubectl debug -it node/n1 --image=busybox | run@: kubectl debug -it node/n1 --image=busybox | shown (in the kubectl session): df -h⏎ls -l /var | shown (in the kubectl session): date",
        ],
    );
    // Before any session it is a comment.
    expect("```sh\n# df -h\n$ date\n# ls -l /var\n```\n", &["date | run: date"]);
}

#[test]
fn a_block_without_a_language_that_is_all_number_signs_is_roots() {
    expect(
        "Restart it:\n\n```\n# systemctl restart lamp\n# systemctl status lamp\n```\n",
        &["Restart it | run*: systemctl restart lamp⏎systemctl status lamp"],
    );
    expect("    # ls -l /etc\n", &["ls -l /etc | run*: ls -l /etc"]);
    // What it printed never runs with it.
    expect(
        "See:\n\n```\n# lsof -p 17\nnginx 17 www  mem   REG   8,5  /usr/lib/x\n```\n",
        &["See | run*: lsof -p 17"],
    );
    // Comments, and settings below one.
    expect("See:\n\n```\n# the lamp\n# of the hall\n```\n\n```\n# size of it\nlamp = on\n```\n", &[]);
}

#[test]
fn what_has_to_be_there_is_told_and_not_asked_for() {
    for heading in [
        "Prerequisites",
        "Pre-requisite",
        "Requirements",
        "Before you begin",
        "前提条件",
        "Voraussetzungen",
        "Prérequis",
    ] {
        expect(
            &format!(
                "# T\n\n## {heading}\n\n- Terraform: you know what `terraform plan` says\n- A laptop with `kubectl` and access\n\n## Work\n\n```sh\nls\n```\n"
            ),
            &["T > Work: Work | run: ls"],
        );
    }
    expect("## Prerequisites\n\n- Access to the lamps.\n- Control over the switch\n", &[]);
    // What is plainly to be done is asked for.
    expect(
        "## Prerequisites\n\n- Install the client\n- Ask for access\n\n## Requirements\n\n- [ ] a laptop\n\n## Before you begin\n\n- Your tools:\n\n  ```sh\n  which kubectl\n  ```\n\n## Work\n\n- see `kubectl get pods`\n",
        &[
            "Prerequisites: Install the client",
            "Prerequisites: Ask for access",
            "Requirements: a laptop",
            "Before you begin: Your tools | run: which kubectl",
            "Work: see kubectl get pods | offer: kubectl get pods",
        ],
    );
    // A model in the mind is not walked, though it tells all there is to do.
    expect("## Mental model\n\n- Drain it\n- Stop it\n\n## Work\n\nDrain it.\n", &["Work: Work"]);
    // An instruction in prose is one step, and so are numbers.
    expect(
        "## Prerequisites\n\nThis needs three things.\n\n- a\n- b\n\nAsk the owner before you go on.\n\n## Requirements\n\n1. a key\n2. a lock\n",
        &["Prerequisites: Prerequisites", "Requirements: a key", "Requirements: a lock"],
    );
}

#[test]
fn what_is_indented_below_an_item_belongs_to_it_also_where_its_number_is_wide() {
    let list = "8. Eight\n9. Nine\n\n   ```sh\n   ls nine\n   ```\n\n10. Ten\n\n   ```sh\n   ls ten\n   ```\n\n   Then wait.\n\n   - a while\n   - or two\n";
    let ten = "Ten | run: ls ten";
    let all = ["Eight", "Nine | run: ls nine", ten, "Eleven | run: ls eleven"];
    // The numbering goes on or it does not: the item has its fence.
    expect(list, &["Eight", "Nine | run: ls nine", ten]);
    expect(&format!("{list}\n11. Eleven\n\n   ```sh\n   ls eleven\n   ```\n"), &all);
    expect(
        &format!("{list}\n11. Eleven\n\n    ```sh\n    ls eleven\n    ```\n\nAfter it:\n\n```sh\npwd\n```\n"),
        &[all[0], all[1], all[2], all[3], "After it | run: pwd"],
    );
    let runbook = parse(&format!("{list}\n11. Eleven\n"));
    assert!(runbook.steps[2].text.contains("or two"), "{:?}", runbook.steps[2].text);
    // Bullets one or two columns below a number are its own.
    expect(
        "1. Stop it\n  * with `systemctl stop x`\n2. Start it\n",
        &["Stop it | offer!: systemctl stop x", "Start it"],
    );
    // At the edge, after an empty line, a fence is a step of its own.
    expect(
        "9. Nine\n10. Ten\n\n```sh\nls\n```\n\n- Stop it\n- Look at it\n\n```sh\npwd\n```\n",
        &["Nine", "Ten", "ls | run: ls", "Stop it", "Look at it", "pwd | run: pwd"],
    );
}

#[test]
fn a_fence_on_the_line_below_an_item_belongs_to_it() {
    expect("- Stop it\n- Look at it\n```sh\nls\n```\n", &["Stop it", "Look at it | run: ls"]);
    expect("1. Stop it\n2. Look at it\n```\nls x\n```\n", &["Stop it", "Look at it | run*: ls x"]);
}

#[test]
fn lists_of_facts_and_settings_are_no_steps() {
    // What stands behind the name of a setting says what it is.
    expect("## Log\n\n- log_start: log all that starts\n- log_end: Log all that ends\n", &[]);
    expect(
        "## Log\n\n- Start: log all that starts\n- End: stop it\n",
        &["Log: Start: log all that starts", "Log: End: stop it"],
    );
    expect("## Log\n\nThe facts of it are\n\n1. a name\n2. a number\n", &[]);
    expect(
        "## Log\n\nThe facts are\n\n1. a name\n2. read the number\n",
        &["Log: a name", "Log: read the number"],
    );
    expect("## Log\n\nThe facts are\n\n1. a label: \"monitor=\\\"a\\\", provider\"\n2. b\n", &[]);
    expect("## Log\n\nNotes:\n\n1. It grows.\n2. It shrinks.\n", &[]);
    expect("## Further information\n\nSee the board. Look at the links.\n", &[]);
    expect(
        "## Additional notes\n\n- Look at the board\n- Stop\n",
        &["Additional notes: Look at the board", "Additional notes: Stop"],
    );
}

#[test]
fn this_names_a_case_or_looks_back() {
    for case in ["If this happens on a replica: drain it", "If this alert is about a disk: clean it"] {
        let runbook = parse(&format!("- {case}\n- If it is the leader: call them\n"));
        assert!(runbook.steps.iter().all(|step| step.choice.is_some()), "{case}");
    }
    for try_next in
        ["If this does not help: drain it", "If this is the case: drain it", "If this failed: drain it"]
    {
        let runbook = parse(&format!("- If it is the leader: call them\n- {try_next}\n"));
        assert!(runbook.steps.iter().all(|step| step.choice.is_none()), "{try_next}");
    }
}

#[test]
fn a_heading_that_asks_for_it_makes_its_query_a_step() {
    expect(
        "## Get a list of locks\n\n```sql\nselect 1;\n```\n\n## Locks\n\n```sql\nselect 2;\n```\n",
        &["Get a list of locks: Get a list of locks | shown (SQL): select 1;"],
    );
    expect("## Get a list of locks\n\nIt looks so:\n\n```sql\nselect 1;\n```\n", &[]);
}

#[test]
fn another_way_to_do_it_never_runs_after_the_first() {
    expect(
        "1. Restart it:\n\n   ```sh\n   ls a\n   ```\n\n   Alternatively, by hand:\n\n   ```sh\n   ls b\n   ```\n\n   Then look:\n\n   ```sh\n   ls c\n   ```\n",
        &["Restart it | run: ls a | offer: ls b | run: ls c"],
    );
    expect(
        "Restart it:\n\n```sh\nls a\n```\n\nAlternatively, by hand:\n\n```sh\nls b\n```\n\nThen look:\n\n```sh\nls c\n```\n",
        &["? Restart it | run: ls a", "? Alternatively, by hand | run: ls b", "Then look | run: ls c"],
    );
    // Another case is not another way, and the first is none.
    expect(
        "Look:\n\n```sh\nls a\n```\n\nOtherwise go on:\n\n```sh\nls b\n```\n",
        &["Look | run: ls a", "Otherwise go on | run: ls b"],
    );
    expect("Or so:\n\n```sh\nls b\n```\n", &["Or so | run: ls b"]);
}

#[test]
fn a_word_for_what_a_program_is_makes_no_command() {
    expect("## Fix\n\nLook at it in a `psql session`.\n", &["Fix: Fix"]);
    expect("## Fix\n\nLook at it in the `rails console`.\n", &["Fix: Fix | offer@: rails console"]);
}

#[test]
fn guides_of_several_houses_are_several_procedures() {
    let guide = |name: &str| format!("## {name}\n\n1. Log in\n2. Buy it\n\n");
    let runbook =
        parse(&format!("# Domains\n\n{}{}", guide("Here instructions"), guide("There instructions")));
    assert_eq!(runbook.procedures().len(), 2);
    let runbook = parse(&format!("# Domains\n\n{}{}", guide("Instructions"), guide("Rollback instructions")));
    assert!(runbook.procedures().is_empty());
}

#[test]
fn the_last_of_several_ifs_may_stand_for_all_that_is_left() {
    let choices = |last: &str| {
        let text =
            format!("## Fix\n\n- If people complain, tell them.\n- If the graph is red, call.\n- {last}\n");
        let steps = parse(&text).steps;
        assert_eq!(steps.len(), 3, "{text}");
        steps.iter().filter(|step| step.choice.is_some()).count()
    };
    for last in [
        "If nothing happens, go to bed.",
        "If not, go to bed.",
        "If none of them applies, ask the team.",
        "Otherwise, go to bed.",
    ] {
        assert_eq!(choices(last), 3, "{last}");
    }
    for last in [
        "If nothing helps, ask the team.",
        "If none of the above works, ask the team.",
        "If that does not help, ask the team.",
        "If it is still red, ask the team.",
    ] {
        assert_eq!(choices(last), 0, "{last}");
    }
}

#[test]
fn a_heading_that_says_what_for_asks_for_the_query_below_it() {
    for heading in ["To revoke a role", "How to revoke a role", "Revoke a role", "Revoking a role"] {
        expect(
            &format!("# T\n\n## {heading}\n\n```sql\nREVOKE a FROM b;\n```\n\n## Work\n\n```sh\nls\n```\n"),
            &[
                &format!("T > {heading}: {heading} | shown (SQL): REVOKE a FROM b;"),
                "T > Work: Work | run: ls",
            ],
        );
    }
    // A name is no instruction.
    expect(
        "# T\n\n## The query\n\n```sql\nSELECT 1;\n```\n\n## Existing roles\n\n```sql\nSELECT 1;\n```\n",
        &[],
    );
}

#[test]
fn a_note_is_no_instruction() {
    expect("# T\n\n## A\n\nNote that the queue may be long.\n\n## B\n\nNote: it may be long.\n", &[]);
    expect("# T\n\n## A\n\nNote the current leader.\n", &["T > A: A"]);
    expect("# T\n\n- Note that it is slow\n- Old and new\n", &[]);
}

#[test]
fn lists_of_resources_and_of_examples_are_no_steps() {
    expect(
        "# T\n\n## Cache related resources\n\n1. The dashboard\n2. A channel\n\n## Historical notes\n\n1. the old tool\n\n## Additional learning materials\n\n1. a book\n",
        &[],
    );
    expect(
        "# T\n\nExamples of when this is useful:\n\n- regular backups\n- prepare a way back\n\n## Work\n\nExamples of queries:\n\n- `kubectl get pods`\n- look at it\n",
        &["T > Work: kubectl get pods | run*: kubectl get pods", "T > Work: look at it"],
    );
    expect(
        "# T\n\n## Add related resources\n\n1. Apply it\n\n## Resources\n\n1. a book\n",
        &["T > Add related resources: Apply it"],
    );
}

#[test]
fn numbers_below_data_may_count_what_its_names_mean() {
    let data = "# T\n\nSet it so:\n\n```yaml\nname: x\nport: 1\n```\n\n";
    expect(&format!("{data}1. `name` is any name\n2. The `port` should be free\n"), &["T: T"]);
    expect(
        &format!("{data}1. `name` is any name\n2. Restart it\n"),
        &["T: name is any name", "T: Restart it"],
    );
}

#[test]
fn a_command_keeps_its_name_where_items_below_it_tell_more() {
    expect(
        "- `ls -l`\n  - This takes a while.\n- `ls -a`\n\n  It shows all.\n- Look:\n  - `ls -b`\n",
        &["ls -l | run*: ls -l", "ls -a | run*: ls -a", "Look | run*: ls -b"],
    );
}

#[test]
fn what_is_related_is_no_work() {
    expect("# T\n\n## Related\n\nSee the docs.\n\n## Related runbooks\n\n1. one\n2. two\n", &[]);
    expect("# T\n\n## Related restarts\n\nRestart it.\n", &["T > Related restarts: Related restarts"]);
}

#[test]
fn a_list_that_tells_what_names_mean_asks_for_nothing() {
    for item in [
        "`port` (number) - Specify it in the file",
        "`port` `(string: <none>)` - Set by the server",
        "The `port` – Check its value",
    ] {
        let text = format!("# Settings\n\nThe file holds:\n\n- {item}\n- {item}\n");
        // The section as a whole may tell to do something.
        assert!(listing(&parse(&text)).len() < 2, "{item}: {:?}", listing(&parse(&text)));
    }
    for item in ["Check `port` - it is open", "`frob stop` and wait", "Restart it"] {
        let text = format!("# Settings\n\nDo this:\n\n- {item}\n- Restart the rest\n");
        assert_eq!(listing(&parse(&text)).len(), 2, "{item}");
    }
}

#[test]
fn options_of_a_command_are_told_and_two_ways_are_one_question() {
    let text = "# Copies\n\nThe tool has the following options:\n\n- `--output`: Write it there.\n- `--skip-db`: Skip the database.\n";
    assert!(listing(&parse(text)).len() < 2, "{:?}", listing(&parse(text)));
    let text = "# Stop\n\nThere are two ways to do this:\n\n1. Stop the server.\n2. Lock the accounts.\n";
    assert_eq!(listing(&parse(text)), ["? Stop: Stop the server", "? Stop: Lock the accounts"]);
    let text = "# Stop\n\nStop all ways in:\n\n1. Stop the server.\n2. Lock the accounts.\n";
    assert_eq!(listing(&parse(text)), ["Stop: Stop the server", "Stop: Lock the accounts"]);
}
