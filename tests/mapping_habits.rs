//! Habits of real authors: prompts that are pictures, what has to be there before the work begins,
//! numbers of two digits, ways back. For each what it does, and what it leaves alone.

mod mapping_support;

use mapping_support::{expect, parse};

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
fn what_has_to_be_there_is_told_and_not_asked_for() {
    for heading in ["Prerequisites", "Pre-requisite", "Requirements", "Before you begin"] {
        expect(
            &format!(
                "# T\n\n## {heading}\n\n- Terraform: you know what `terraform plan` says\n- A laptop with `kubectl` and access\n\n## Work\n\n```sh\nls\n```\n"
            ),
            &["T > Work: Work | run: ls"],
        );
    }
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
