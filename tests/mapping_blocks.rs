//! What of a block runs together, what is printed and never runs, and what is meant for a shell that
//! was opened before.

mod mapping_support;

use mapping_support::{expect, parse};

#[test]
fn a_block_that_says_to_wait_stops_there() {
    for comment in
        ["# Wait until the pod is ready, then go on", "# wait for the pod to be up", "# then wait a minute"]
    {
        expect(
            &format!(
                "```sh\nkubectl delete pod a\nkubectl get pods\n\n{comment}\nkubectl delete pod b\n```\n"
            ),
            &[&format!(
                "kubectl delete pod a | run!: kubectl delete pod a⏎kubectl get pods | run!: {comment}⏎kubectl delete pod b"
            )],
        );
    }
    for block in [
        // The command waits itself; the comment asks for nothing; no whole commands on both sides.
        "ls a\n# wait until it is there\nkubectl rollout status deploy/a",
        "ls a\n# wait for it\nwhile sleep 1; do ls b; done",
        "ls a\n# no need to wait\nls b",
        "# wait for a\nls a",
        "ls a\n# wait for b",
        "for i in 1 2; do\nls $i\n# wait until it is up\nls x\ndone",
        "cat <<EOF\n# wait for a\nls b\nEOF",
        "ls \"a\n# wait for a\nb\"",
    ] {
        let found = parse(&format!("```sh\n{block}\n```\n"));
        assert_eq!(found.steps[0].actions.len(), 1, "{block}");
    }
    // The author's words are about the block as it is.
    let runbook = parse("```sh timeout=5m\nls a\n# wait for it\nls b\n```\n");
    assert_eq!(runbook.steps[0].actions.len(), 1);
}

#[test]
fn a_value_that_a_command_prints_is_asked_for_after_it() {
    expect(
        "Look:\n\n```sh\nkubectl get pods\n# one of them\nkubectl logs <pod> | grep error\nkubectl describe pod <pod>\n```\n",
        &[
            "Look | run: kubectl get pods | run: # one of them⏎kubectl logs <pod> | grep error⏎kubectl describe pod <pod>",
        ],
    );
    expect(
        "```console\n$ docker ps\nID\n$ docker stop YOUR_CONTAINER\n```\n",
        &["docker ps | run: docker ps | run!: docker stop YOUR_CONTAINER"],
    );
    for block in [
        // Nothing is printed to choose from, or it is needed from the start; one loop; one command.
        "cd /srv\nls-of-mine\nkubectl logs <pod>",
        "kubectl get pods -n <space>\nkubectl logs -n <space> x",
        "for i in 1 2; do\nkubectl get pods\nkubectl logs <pod>\ndone",
        "kubectl get pods \\\n  | grep <pod>",
        "kubectl get pods # <pod>\nkubectl get nodes",
    ] {
        let found = parse(&format!("```sh\n{block}\n```\n"));
        assert_eq!(found.steps[0].actions.len(), 1, "{block}: {:#?}", found.steps);
    }
    // What is typed into a session stays in one piece.
    expect(
        "```sh\nssh db1\nls\ncat <file>\n```\n",
        &["ssh db1 | run@: ssh db1 | shown (in the ssh session): ls⏎cat <file>"],
    );
}

#[test]
fn what_a_command_printed_never_runs_with_it() {
    for printed in [
        "WARNING: it is late->17",
        "[ERR] x: no route->2",
        "* WARNINGS",
        "2020-07-14 06:29:40 one line",
        "12:00:01 one line",
        "+-----+-----+\n| a | b |",
        "-----\nx",
        "{\"a\": 1}",
        "0 4 * * * /bin/systemctl stop x",
        "Script that looks at the state\nof things",
        "-rw-r--r--  1 root root  54 Aug 26 a.csv",
        "name      modified   start\nbase_1 2020 0001",
    ] {
        let text = format!("```\nsh look.sh -f x\n{printed}\n\nls after\n```\n");
        expect(&text, &["sh look.sh -f x | run*: sh look.sh -f x⏎ls after"]);
        assert!(
            parse(&text).diagnostics.iter().any(|note| note.message.starts_with("printed output")),
            "{text}"
        );
    }
    // Commands, what stands in quotes and heredocs, and a block that is tagged are left alone.
    for block in [
        "sh look.sh\n[ -f x ] && ls x",
        "sh look.sh\n[[ -f x ]] && ls x",
        "sh look.sh\n{ ls x; }",
        "sh look.sh\nVagrant up now",
        "sh look.sh\nls   a   b   # c",
        "sh look.sh\nA=1   B=2   C=3",
        "cat > x <<EOF\nWARNING: it is late\nEOF",
        "echo \"a\n* b\nWARNING: c\"",
        "kubectl patch x \\\n  -p y\n./7up --all",
    ] {
        let found = parse(&format!("```\n{block}\n```\n"));
        assert_eq!(found.steps[0].actions[0].script, block, "{:#?}", found.diagnostics);
    }
    let found = parse("Example:\n\n```bash\n  cluster:\n    id: 1\n    health: bad\n```\n");
    assert!(found.steps.is_empty(), "{:#?}", found.steps);
    assert!(
        found.diagnostics[0].message.contains("though it is tagged as shell"),
        "{:#?}",
        found.diagnostics
    );
    // What no program is called is none in a block that is tagged either; a sentence needs its end.
    for (printed, left) in [
        ("WARNING: x", "sh look.sh"),
        ("bindAddress: 0.0.0.0", "sh look.sh"),
        ("Make sure we have enough of it.", "sh look.sh"),
        ("Make all of it now", "sh look.sh\nMake all of it now"),
        ("a   b   c", "sh look.sh\na   b   c"),
        ("name\tsize\tstart\tend\nbase\t1\t2\t3", "sh look.sh"),
    ] {
        let found = parse(&format!("```sh\nsh look.sh\n{printed}\n```\n"));
        assert_eq!(found.steps[0].actions[0].script, left, "{printed}");
    }
}

#[test]
fn a_block_whose_first_program_nobody_knows_is_known_by_the_others() {
    expect(
        "```\n# a tunnel\nourtool use-cluster x\nkubectl get pods\nkubectl delete pod x\n```\n",
        &[
            "ourtool use-cluster x | run*!: # a tunnel⏎ourtool use-cluster x⏎kubectl get pods⏎kubectl delete pod x",
        ],
    );
    for data in [
        "ourtool use x\nyourtool y\nls z",
        "Ourtool use x\nls y z\nls z y",
        "ourtool says\nls y z\nls z y\nWARNING: x",
        "listen 80;\nls y z\nls \"z y",
        "name: x\nrun: ls y\nls y",
    ] {
        expect(&format!("Here:\n\n```\n{data}\n```\n"), &[]);
    }
}

#[test]
fn what_follows_a_login_in_its_section_is_meant_for_it() {
    expect(
        "# T\n\n## Fix\n\n1. Log in:\n\n   ```sh\n   ssh db1\n   ```\n2. Restart it:\n\n   ```sh\n   sudo systemctl restart app\n   ```\n3. Look from here:\n\n   ```sh\n   kubectl get pods\n   ```\n4. Leave it:\n\n   ```sh\n   exit\n   ```\n5. Clean up:\n\n   ```sh\n   ls\n   ```\n",
        &[
            "T > Fix: Log in | run@: ssh db1",
            "T > Fix: Restart it | shown (in the ssh session of step 1): sudo systemctl restart app",
            "T > Fix: Look from here | run: kubectl get pods",
            "T > Fix: Leave it | shown (in the ssh session of step 1): exit",
            "T > Fix: Clean up | run: ls",
        ],
    );
    // It asks for nothing here.
    let runbook = parse("Log in:\n\n```sh\nssh db1\n```\n\nLook:\n\n```sh\ncat <file>\n```\n");
    assert!(runbook.placeholders.is_empty(), "{:?}", runbook.placeholders);
    for rest in [
        // Another section, the author's words, the client itself, a console that is no shell, a tunnel.
        "Log in:\n\n```sh\nssh db1\n```\n\n## Other\n\n```sh\nls\n```\n",
        "Log in:\n\n```sh\nssh db1\n```\n\nLook:\n\n```sh timeout=5s\nls\n```\n",
        "Log in:\n\n```sh\nkubectl exec -it x -- bash\n```\n\nLook:\n\n```sh\nkubectl get pods\n```\n",
        "Ask it:\n\n```sh\npsql app\n```\n\nLook:\n\n```sh\nsystemctl status app\n```\n",
        "Dig:\n\n```sh\nssh -L 9093:localhost:9093 db1\n```\n\nLook:\n\n```sh\nopen-board\n```\n",
        "Run it:\n\n```sh\nssh db1 uptime\n```\n\nLook:\n\n```sh\nls\n```\n",
    ] {
        let runbook = parse(&format!("## Fix\n\n{rest}"));
        let last = runbook.steps.last().expect("a step");
        assert!(!last.manual(), "{rest}");
    }
}

#[test]
fn options_and_lines_of_a_table_of_hosts_are_no_commands() {
    expect("```bash\n--analyze that looks\n\n--jobs=N as many\n```\n", &[]);
    expect(
        "```\nhost all all 10.0.0.0/8 md5\n```\n\n1. Let it in:\n   - `host replication app 10.0.0.0/8 md5`\n",
        &["Let it in"],
    );
    expect(
        "```\nhost -t ns example.com 10.0.0.1\n```\n",
        &["host -t ns example.com 10.0.0.1 | run*: host -t ns example.com 10.0.0.1"],
    );
}

#[test]
fn a_query_with_a_prompt_or_a_shells_tag_is_a_query() {
    expect(
        "Watch it:\n\n```promql\n$ up_total_count > 1\n```\n",
        &["Watch it | shown (PromQL): up_total_count > 1"],
    );
    expect(
        "Watch it:\n\n```console\nnode_filesystem_free_bytes\n```\n",
        &["Watch it | shown (PromQL): node_filesystem_free_bytes"],
    );
    expect(
        "Watch it:\n\n```sh\nnode_free_bytes >= 0.5\n```\n",
        &["Watch it | shown (PromQL): node_free_bytes >= 0.5"],
    );
    // A command of the shell, another program's prompt, a program of one's own.
    expect("Ask it:\n\n```sql\n$ psql -c 'select 1'\n```\n", &["Ask it | run: psql -c 'select 1'"]);
    expect("Ask it:\n\n```sql\napp=# select 1;\n```\n", &["Ask it | shown (psql app): select 1;"]);
    expect("Run it:\n\n```sh\nmy_tool\n```\n", &["Run it | run: my_tool"]);
    expect("Run it:\n\n```sh\nmy_own_tool > out.txt\n```\n", &["Run it | run: my_own_tool > out.txt"]);
}

#[test]
fn what_follows_a_login_is_meant_for_it_whether_it_is_a_block_or_inline_code() {
    // A list of inline code says the same as one of blocks.
    expect(
        "## Fix\n\n1. `ssh db1`\n2. `sudo systemctl stop x`\n3. `exit`\n4. `kubectl get pods`\n5. `ls`\n",
        &[
            "Fix: ssh db1 | run*@: ssh db1",
            "Fix: sudo systemctl stop x | shown (in the ssh session of step 1): sudo systemctl stop x",
            "Fix: exit | shown (in the ssh session of step 1): exit",
            "Fix: kubectl get pods | run*: kubectl get pods",
            "Fix: ls | run*: ls",
        ],
    );
    // A command within a sentence is started by a person, who sees where they are.
    expect(
        "## Fix\n\n1. `ssh db1`\n2. Look at it with `systemctl status x`\n",
        &[
            "Fix: ssh db1 | run*@: ssh db1",
            "Fix: Look at it with systemctl status x | offer: systemctl status x",
        ],
    );
}

#[test]
fn a_shell_within_the_shell_is_left_before_it() {
    expect(
        "## Fix\n\n1. `ssh db1`\n2. `sudo -i`\n3. `systemctl stop x`\n4. `exit`\n5. `uptime`\n6. `exit`\n7. `ls`\n",
        &[
            "Fix: ssh db1 | run*@: ssh db1",
            "Fix: sudo -i | shown (in the ssh session of step 1): sudo -i",
            "Fix: systemctl stop x | shown (in the ssh session of step 1): systemctl stop x",
            "Fix: exit | shown (in the ssh session of step 1): exit",
            "Fix: uptime | shown (in the ssh session of step 1): uptime",
            "Fix: exit | shown (in the ssh session of step 1): exit",
            "Fix: ls | run*: ls",
        ],
    );
    // Another login is made from here.
    expect(
        "## Fix\n\n1. `ssh db1`\n2. `ssh db2`\n3. `uptime`\n",
        &[
            "Fix: ssh db1 | run*@: ssh db1",
            "Fix: ssh db2 | run*@: ssh db2",
            "Fix: uptime | shown (in the ssh session of step 2): uptime",
        ],
    );
}

#[test]
fn what_a_comment_calls_another_way_is_offered() {
    for or in ["Or by hand", "or: by hand", "Alternatively, by hand", "Otherwise", "OR"] {
        let text =
            format!("Fix it:\n\n```sh\nls a\nls b\n\n# {or}\nls c\nls d\n```\n\nLook:\n\n```sh\npwd\n```\n");
        expect(&text, &[&format!("Fix it | run: ls a⏎ls b | offer: # {or}⏎ls c⏎ls d"), "Look | run: pwd"]);
    }
    // Each is one, up to the end.
    expect(
        "```sh\nls a\n# or\nls b\n# or\nls c\n# wait for it, then\nls d\n```\n",
        &["ls a | run: ls a | offer: # or⏎ls b | offer: # or⏎ls c | offer: # wait for it, then⏎ls d"],
    );
    // The step that offers it stays one that runs; danger is seen there, too.
    expect(
        "```sh\nls a\n# Or delete it\nkubectl delete pod x\n```\n",
        &["ls a | run: ls a | offer!: # Or delete it⏎kubectl delete pod x"],
    );
    for whole in [
        "ls a\nls b # or die trying",
        "# or so\nls a\nls b",
        "ls a\n# all of them, this\n# or that\nls b",
        "if ls a; then\n  ls b\n# or\nelse\n  ls c\nfi",
        "cat > x <<E\na\n# or\nls b\nE",
        "ls a\n# or",
        "ls a\n# order them\nls b",
    ] {
        let runbook = parse(&format!("```sh\n{whole}\n```\n"));
        assert_eq!(runbook.steps[0].actions.len(), 1, "{whole}");
        assert!(!runbook.steps[0].actions[0].offered, "{whole}");
    }
    // Between prompts as well.
    expect(
        "```sh\n# Look\n$ ls a\n$ ls b\n\n# Or by hand\n$ ls c \\\n  d\n$ ls e\n```\n",
        &["ls a | run: ls a⏎ls b | offer: ls c \\⏎  d⏎ls e"],
    );
    let runbook = parse("```sh timeout=5s\n$ ls a\n# or\n$ ls b\n```\n");
    assert_eq!(runbook.steps[0].actions.len(), 1);
    // The author's words are about all of it.
    let runbook = parse("```sh timeout=5s\nls a\n# or\nls b\n```\n");
    assert_eq!(runbook.steps[0].actions.len(), 1);
}

#[test]
fn a_task_list_inside_a_code_block_is_said_to_be_only_shown() {
    let told = |block: &str| {
        let runbook = parse(&format!("## Fix\n\nDo it:\n\n```\n{block}\n```\n"));
        runbook.diagnostics.iter().any(|told| told.message.contains("task list inside a code block"))
    };
    assert!(told("1. [ ] Stop it\n   more\n2. [ ] Start it"));
    assert!(told("- [x] Stop it\n- [ ] Start it"));
    for no in ["- [ ] Stop it", "1. Stop it\n2. Start it", "[ ] a\n[ ] b", "echo [ ] x\nls"] {
        assert!(!told(no), "{no}");
    }
}

#[test]
fn a_step_is_named_by_its_own_section_and_by_the_whole_sentence() {
    // What another heading tells is shown with the first step below it, and is not its name.
    expect(
        "# Lamp\n\nSee the hall for more.\n\n## Look\n\n`lampctl.sh status`\n\nThen:\n\n```sh\nls\n```\n",
        &["Lamp > Look: lampctl.sh status | run*: lampctl.sh status", "Lamp > Look: Then | run: ls"],
    );
    expect(
        "Step 1. Look at it\n\n```sh\nls a\n```\n\nStep 2. Mend it! Now.\n\n```sh\nls b\n```\n",
        &["Step 1. Look at it | run: ls a", "Step 2. Mend it! | run: ls b"],
    );
}

#[test]
fn lone_words_beside_one_that_is_no_command_are_names() {
    expect("## Needs\n\n- `nc`\n- `jq`\n- `lamp-tools`\n- `python3`\n", &[]);
    expect("## Look\n\n- `uptime`\n- `free`\n", &["Look: uptime | run*: uptime", "Look: free | run*: free"]);
    expect("## Look\n\n1. `uptime`\n2. `lampctl`\n", &["Look: uptime | run*: uptime", "Look: lampctl"]);
}
