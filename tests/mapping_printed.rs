//! Blocks, and lines of blocks, that are no commands though they stand where commands stand: what was
//! printed, how a command is used, what is left out or still to be written.

mod mapping_support;

use mapping_support::{expect, listing, parse, runs};

#[test]
fn what_a_client_says_was_done_is_no_command() {
    for printed in [
        "deployment.apps/web scaled",
        "persistentvolumeclaim/data-0 patched",
        "configmap/settings unchanged",
        "pod \"web-0\" deleted",
        "node \"n1\" cordoned",
    ] {
        let text = format!("# Scale\n\n```sh\nkubectl apply -f web.yaml\n{printed}\n```\n");
        assert_eq!(runs(&text), ["kubectl apply -f web.yaml"], "{printed}");
    }
    for command in
        ["./bin/mark created", "make deployment scaled", "frob/bin/set created x", "echo \"x\" failed"]
    {
        let text = format!("# Scale\n\n```sh\ncd /srv\n{command}\n```\n");
        assert_eq!(runs(&text), [format!("cd /srv\n{command}")], "{command}");
    }
}

#[test]
fn a_line_whose_first_word_ends_in_a_comma_was_printed() {
    expect(
        "# Members\n\n```sh\nfrobctl.sh member list\n\n1f2e, started, one, https://192.0.2.1\nabcd, started, two\n```\n",
        &["Members: Members | run: frobctl.sh member list"],
    );
    // What follows the output of the first command is said to be another one.
    expect(
        "# Members\n\n```sh\nfrobctl.sh member list\n1f2e, started\n\n# Drop it\nfrobctl.sh drop 1\n```\n",
        &["Members: Members | run: frobctl.sh member list⏎# Drop it⏎frobctl.sh drop 1"],
    );
    assert_eq!(runs("# M\n\n```sh\nset -e\nrm -rf a,b\n```\n"), ["set -e\nrm -rf a,b"]);
}

#[test]
fn output_that_is_told_without_a_colon_is_no_command() {
    for lead in [
        "And we expect the output to be something like",
        "This should print an output similar to",
        "The result should be",
    ] {
        let text =
            format!("# M\n\n```sh\nfrobctl.sh remove one\n```\n\n{lead}\n\n```sh\nMember one is gone\n```\n");
        assert_eq!(runs(&text), ["frobctl.sh remove one"], "{lead}");
    }
    for lead in ["To see the result do this", "Look at the output like", "Pick one of the results and go on"]
    {
        let text = format!("# M\n\n{lead}\n\n```sh\nfrobctl show one\n```\n");
        assert_eq!(runs(&text), ["frobctl show one"], "{lead}");
    }
}

#[test]
fn how_a_command_is_used_is_no_command() {
    for usage in [
        "dbctl 9 [--force] main {start|stop|restart}",
        "dbctl [OPTIONS] main",
        "dbctl [start|stop] main",
        "dbctl stop main [--force] [--quiet]",
        "bin/db.sh <command>\n  start      start the database\n  stop       stop it\n  copy [n]   make a copy",
        "db [command]\n  start  start it\n  stop   stop it\n  copy-all make all the copies",
    ] {
        let text = format!("# Stop it\n\nTo stop it, use it like this:\n\n```sh\n{usage}\n```\n");
        assert!(runs(&text).is_empty(), "{usage}");
        let notes = parse(&text).diagnostics;
        assert!(notes.iter().any(|note| note.message.contains("how a command is used")), "{usage}");
    }
    for command in [
        "[ -e x ] || touch x",
        "mv /srv/a{,.old}",
        "ls a[0-9]",
        "grep -E '[a|b]' x",
        "curl 'http://localhost/{a|b}'",
        "test [--force = x ]",
        "db <command> \\\n  --all  \\\n  --now",
        "db run <action>\ndb stop  now",
        "for x in a b; do\n  ls  $x\n  ls  -l $x\ndone",
    ] {
        let text = format!("# Stop it\n\n```sh\n{command}\n```\n");
        assert_eq!(runs(&text), [command], "{command}");
    }
}

#[test]
fn what_is_still_to_be_written_is_no_command() {
    for stub in ["TODO", "todo: ask the storage team", "TBD", "FIXME"] {
        assert!(runs(&format!("# Look\n\n```sh\n{stub}\n```\n")).is_empty(), "{stub}");
    }
    assert_eq!(runs("# Look\n\n```sh\ntodo-sync --all\n```\n"), ["todo-sync --all"]);
    assert_eq!(runs("# Look\n\n```sh\ntbd\nls\n```\n").len(), 1);
}

#[test]
fn a_script_to_be_saved_is_offered() {
    expect(
        "# Copies\n\n```sh\n#!/bin/sh\ntar -cf /srv/copy.tar \"$1\"\n```\n",
        &["Copies: Copies | offer: #!/bin/sh⏎tar -cf /srv/copy.tar \"$1\""],
    );
    // The author's own word is heeded, and a comment is no such line.
    expect(
        "# Copies\n\n```sh id=copy\n#!/bin/sh\nls\n```\n\n# Others\n\n```sh\n# !important\nls\n```\n",
        &["Copies: Copies | run: #!/bin/sh⏎ls", "Others: Others | run: # !important⏎ls"],
    );
}

#[test]
fn what_is_left_out_is_offered() {
    for block in [
        "export NAME=...\nfrob use $NAME",
        "frobctl stop <one> <other> ...",
        "kubectl logs …",
        "X=... frob use",
        "frob use --from=...",
        "frob write lamp key='v1:...'",
        "frob write lamp key=\"...\"",
        "frob stop lamp/room-7d9f...",
        "curl -H 'Authorization: Bearer ...' https://lamps.example.org",
    ] {
        let runbook = parse(&format!("# Names\n\n```sh\n{block}\n```\n"));
        let [action] = &runbook.steps[0].actions[..] else { panic!("{block}: {:?}", listing(&runbook)) };
        assert!(action.offered, "{block}");
    }
    for block in [
        "go test ./...",
        "bazel test //lamps:...",
        "frob say 'wait...'",
        "frob say wait...",
        "git diff v1...v2 v3...",
        "grep -o 'x:...' lamps",
        "echo Waiting ...",
        "frob say 'wait ... and see'",
        "git log one...two",
        "ls # and so on ...",
        "cat > x << EOF\n...\nEOF",
        "grep -r \"a ... b\" .",
        "$ frobctl list\none two ...",
    ] {
        let text = format!("# Names\n\n```sh\n{block}\n```\n");
        let script = block.trim_start_matches("$ ").trim_end_matches("\none two ...");
        assert_eq!(runs(&text), [script], "{block}");
    }
}

#[test]
fn what_stands_below_instead_of_is_not_run() {
    for lead in ["instead of:", "Instead of the following command:", "rather than running:"] {
        let text = format!(
            "# Others\n\nUse this:\n\n```\nsudo frob node\n```\n\n{lead}\n\n```\nsudo frob apply\n```\n"
        );
        assert_eq!(runs(&text), ["sudo frob node"], "{lead}");
    }
    let text = "# Others\n\nInstead of the old way, run:\n\n```\nsudo frob node\n```\n";
    assert_eq!(runs(text), ["sudo frob node"]);
}

#[test]
fn a_command_above_the_prompt_of_the_shell_it_opens_is_one() {
    expect(
        "# Look\n\n```sh\nkubectl exec -it web-0 -- sh\nweb-0:/$ df -h\n/dev/sda1 1 2\n```\n",
        &["Look: Look | run@: kubectl exec -it web-0 -- sh | shown (web-0): df -h"],
    );
    // What is no such command was printed.
    for first in ["Welcome to web-0", "pod web-0 is up"] {
        let runbook = parse(&format!("# Look\n\n```sh\n{first}\nroot@web-0:/# df -h\n```\n"));
        assert_eq!(runbook.steps[0].actions.len(), 1, "{first}: {:?}", listing(&runbook));
    }
}

#[test]
fn text_that_stands_in_a_log_is_no_command() {
    for lead in [
        "You will see in the logs:",
        "In the log:",
        "Look for this in the log:",
        "The log says:",
        "In the log, look for:",
        "You should see:",
        "There are errors like:",
    ] {
        for line in ["mysqld got signal 11", "mount error: no such device", "kill: no such process"] {
            assert!(runs(&format!("# Look\n\n{lead}\n\n```\n{line}\n```\n")).is_empty(), "{lead} {line}");
        }
    }
    for (lead, command) in [
        ("Look for errors in the logs:", "grep ERROR app.log"),
        ("You will see it in the logs:", "journalctl -u app"),
        ("Find the errors in the log:", "sort errors"),
        ("To look at the log:", "less x.log"),
        ("You can see:", "frob=1 mysqladmin --verbose status"),
    ] {
        let text = format!("# Look\n\n{lead}\n\n```\n{command}\n```\n");
        assert_eq!(runs(&text), [command], "{lead}");
    }
    // A tag says more than the sentence.
    assert_eq!(runs("# Look\n\nIn the log:\n\n```sh\nmysqld got\n```\n").len(), 1);
}

#[test]
fn a_comment_behind_a_prompted_command_makes_it_no_sentence() {
    expect(
        "# Keys\n\n```console\nmon-a# cat /etc/keys  # keep this for the next step\nmon-a# exit\n```\n",
        &["Keys: Keys | shown (mon-a): cat /etc/keys  # keep this for the next step⏎exit"],
    );
}

#[test]
fn a_command_above_the_first_prompt_of_a_shell_block_is_offered() {
    expect(
        "# Keys\n\n```sh\nkubectl delete secret one \\\n  two -n app\n\nncn# kubectl apply -f x\n```\n",
        &["Keys: Keys | offer!: kubectl delete secret one \\⏎  two -n app | shown (ncn): kubectl apply -f x"],
    );
    // Without a tag, and after a prompt, it is what was printed.
    for block in
        ["```\nls x\n$ ls y\n```\n", "```sh\n$ ls y\nls x\n```\n", "```sh\nno such file\n$ ls y\n```\n"]
    {
        let runbook = parse(&format!("# Keys\n\n{block}"));
        assert_eq!(listing(&runbook), ["Keys: Keys | run: ls y"], "{block}");
    }
}

#[test]
fn prompts_before_assignments_and_of_manuals_are_prompts() {
    expect(
        "# Keys\n\n```sh\nncn# NAME=app\nncn# kubectl get $NAME\n```\n",
        &["Keys: Keys | shown (ncn): NAME=app⏎kubectl get $NAME"],
    );
    expect(
        "# Import\n\n```terminal\nshell> mysql -uroot < x.sql\nmysql> select 1;\n```\n",
        &["Import: Import | run: mysql -uroot < x.sql | shown (mysql): select 1;"],
    );
    assert_eq!(runs("# Become\n\n```\nsu - postgres\n```\n"), ["su - postgres"]);
    assert!(runs("# Look\n\n```\ntop - 10:00:01 up 3 days\n```\n").is_empty());
}

#[test]
fn a_comment_that_states_a_case_parts_its_command() {
    for comment in [
        "# Only if the disk is full:",
        "# 3. Clean up (optional)",
        "# Optional: clean up",
        "# Only when it hangs",
    ] {
        let text = format!("# Stop\n\n```sh\nfrob stop\n\n{comment}\nrm -rf /srv/tmp\n```\n");
        let runbook = parse(&text);
        assert_eq!(runbook.steps[0].actions.len(), 2, "{comment}: {:?}", listing(&runbook));
    }
    for comment in ["# Only the first", "# What if", "# the options"] {
        let text = format!("# Stop\n\n```sh\nfrob stop\n\n{comment}\nrm -rf /srv/tmp\n```\n");
        assert_eq!(parse(&text).steps[0].actions.len(), 1, "{comment}");
    }
}

#[test]
fn what_was_said_when_it_was_done_is_no_command() {
    for printed in [
        "No resources found in my-app namespace.",
        "Apply complete! Resources: 0 added, 1 changed.",
        "Error: name \"x\" already exists",
        "Done, 3 of them are left",
    ] {
        let text = format!("# Look\n\n```\nfrobctl.sh list\nls -l\n{printed}\n```\n");
        assert_eq!(runs(&text), ["frobctl.sh list\nls -l"], "{printed}");
    }
    for command in ["Rscript one two three.", "Xvfb :99 -screen 0 1x1x8", "MAKE all the things", "Frob! x"] {
        let text = format!("# Look\n\n```sh\nls -l\n{command}\n```\n");
        assert_eq!(runs(&text).concat().lines().count(), 2, "{command}");
    }
}

#[test]
fn what_comes_after_a_reboot_is_another_command() {
    let text = "# Set up\n\n```sh\nsudo reboot\n\n# After the reboot, log in again\nfrob restore\n```\n";
    assert_eq!(parse(text).steps[0].actions.len(), 2);
    let text = "# Set up\n\n```sh\nfrob stop\n\n# After all, look\nfrob restore\n```\n";
    assert_eq!(parse(text).steps[0].actions.len(), 1);
}

#[test]
fn a_command_that_goes_on_without_a_backslash_is_offered() {
    for block in [
        "```sh\n$ frob make key\n--dir=keys \\\n--force\n```",
        "```sh\nfrob make key\n  --dir=keys\n```",
        "```\n$ frob make key\n--dir=keys\n```",
    ] {
        let runbook = parse(&format!("# Keys\n\n{block}\n"));
        let listed = listing(&runbook).concat();
        assert!(listed.contains("offer"), "{block}: {listed}");
    }
    for block in [
        "```sh\nfrob make key \\\n  --dir=keys\n```",
        "```sh\nflags=(\n  --dir\n  --force\n)\nfrob make \"${flags[@]}\"\n```",
        "```sh\necho 'a\n--b'\n```",
        "```sh\n$ frob diff\n--- a/x\n+++ b/x\n```",
        "```sh\n$ frob show\nflags:\n--dir\n```",
        "```sh\nfrob list\n-- what is said\n```",
    ] {
        let runbook = parse(&format!("# Keys\n\n{block}\n"));
        let listed = listing(&runbook).concat();
        assert!(!listed.contains("offer"), "{block}: {listed}");
    }
}

#[test]
fn a_comment_that_ends_in_a_case_parts_its_command() {
    for comment in [
        "# Force it if needed",
        "# Start it again (if necessary)",
        "# Save it (if not done)",
        "# 2. 必要に応じて再起動",
    ] {
        let text = format!("# Renew\n\n```sh\nfrob status\n\n{comment}\nfrob renew --force\n```\n");
        assert_eq!(parse(&text).steps[0].actions.len(), 2, "{comment}");
    }
    for comment in ["# See if needed files are there", "# 確認"] {
        let text = format!("# Renew\n\n```sh\nfrob status\n\n{comment}\nfrob renew --force\n```\n");
        assert_eq!(parse(&text).steps[0].actions.len(), 1, "{comment}");
    }
}

#[test]
fn a_command_that_is_to_be_changed_first_is_offered() {
    for said in
        ["Run this command (change the date):", "Run a similar command to this:", "Run (replace the host):"]
    {
        let runbook = parse(&format!("# Restore\n\n{said}\n\n```sh\nfrob restore 2024\n```\n"));
        assert!(listing(&runbook).concat().contains("offer"), "{said}");
    }
    for said in
        ["Change the owner (of the files):", "Run this (it will change the date):", "Run this (replaces it):"]
    {
        let runbook = parse(&format!("# Restore\n\n{said}\n\n```sh\nfrob restore 2024\n```\n"));
        assert!(!listing(&runbook).concat().contains("offer"), "{said}");
    }
}

#[test]
fn what_a_program_will_do_is_no_step() {
    for said in ["The update script will automatically:", "This will:", "It will then do the following:"] {
        let runbook =
            parse(&format!("# Update\n\n```sh\nfrob update\n```\n\n{said}\n\n- Save the files\n- Undo it\n"));
        assert_eq!(runbook.steps.len(), 1, "{said}: {:?}", listing(&runbook));
    }
    let text = "# Update\n\nThe `move` playbook:\n\n1. Saves the files\n2. Calls `frob move --all`\n";
    assert!(parse(text).steps.iter().all(|step| step.actions.is_empty()), "{:?}", listing(&parse(text)));
    for said in [
        "You will:",
        "The engineer on duty will:",
        "This will take an hour, then:",
        "Run the script:",
        "The following script:",
        "Script:",
    ] {
        let runbook =
            parse(&format!("# Update\n\n```sh\nfrob update\n```\n\n{said}\n\n- Save the files\n- Undo it\n"));
        assert!(runbook.steps.len() > 1, "{said}: {:?}", listing(&runbook));
    }
}

#[test]
fn a_variable_that_is_set_to_its_own_name_is_still_to_be_set() {
    for block in ["node=NODENAME", "export HOST=\"HOST\"", "$ node=NODE_NAME"] {
        let runbook = parse(&format!("# Move\n\n```sh\n{block}\n```\n"));
        assert!(listing(&runbook).concat().contains("offer"), "{block}: {:?}", listing(&runbook));
    }
    for block in ["node=ALPHA", "NODE=$NODE", "frob NODE=NODE_A", "level=LE", "mode=model"] {
        let runbook = parse(&format!("# Move\n\n```sh\n{block}\n```\n"));
        assert!(!listing(&runbook).concat().contains("offer"), "{block}: {:?}", listing(&runbook));
    }
}

#[test]
fn what_lies_between_braces_below_a_command_was_printed() {
    let text =
        "# Look\n\n```\nfrob.sh get x | \\\n  jq .\n{\n    \"count\": 3,\n    \"name\": \"x\"\n}\n```\n";
    assert_eq!(runs(text), ["frob.sh get x | \\\n  jq ."]);
    let text = "# Look\n\n```sh\ncurl -d '{\n    \"count\": 3\n}' http://x\n```\n";
    assert_eq!(runs(text), ["curl -d '{\n    \"count\": 3\n}' http://x"]);
    let text = "# Look\n\n```sh\n{\n  ls a\n}\n```\n";
    assert_eq!(runs(text), ["{\n  ls a\n}"]);
}

#[test]
fn a_loop_behind_the_prompt_of_another_machine_is_whole() {
    let text = "# Weigh\n\n```sh\nweb-1# for x in a b; do\n          frob $x\n       done\n```\n";
    assert!(listing(&parse(text)).concat().contains("done"), "{:?}", listing(&parse(text)));
    let text = "# Weigh\n\n```sh\nweb-1# kubectl do\nprinted\n```\n";
    assert!(!listing(&parse(text)).concat().contains("printed"));
}

#[test]
fn a_block_that_is_called_an_example_is_offered() {
    for lead in
        ["Here is an example:", "Example:", "This is an example of one copy:", "Examples for one disk:"]
    {
        for fence in ["```", "```sh"] {
            let text = format!("# Free it\n\n{lead}\n\n{fence}\nfrobctl.sh drop disk-1\n```\n");
            assert_eq!(runs(&text), [""; 0], "{lead} {fence}");
            assert!(listing(&parse(&text)).join("").contains("frobctl.sh drop disk-1"), "{lead} {fence}");
        }
    }
    for lead in [
        "Run the following example command:",
        "Then free it as the example above shows:",
        "Free it with the command of this example:",
        "Free it. For example:",
        "This exam is over, free it:",
    ] {
        let text = format!("# Free it\n\n{lead}\n\n```\nfrobctl.sh drop disk-1\n```\n");
        assert_eq!(runs(&text), ["frobctl.sh drop disk-1"], "{lead}");
    }
}

#[test]
fn what_is_called_output_is_not_run_though_a_call_stands_above_it() {
    for lead in ["Output:", "The output will be similar to:", "The result should look like this:"] {
        let text = format!(
            "# See\n\n{lead}\n\n```\nls -lha\ntotal 3\n-rw-r--r-- 1 root root 3 Jan 1 00:00 rows\n```\n"
        );
        assert_eq!(runs(&text), [""; 0], "{lead}");
        assert!(parse(&text).steps.is_empty(), "{lead}");
        // Perhaps it is what prints it.
        let text = format!("# See\n\n{lead}\n\n```\nls -lha\ndf -h\n```\n");
        assert_eq!(runs(&text), [""; 0], "{lead}");
        assert!(listing(&parse(&text)).join("").contains("df -h"), "{lead}");
    }
    for lead in [
        "The output of the following command shows it:",
        "You get the result with:",
        "The below command outputs it:",
        "Look at the output:",
        "This will output the lag:",
        "It results in a list:",
    ] {
        let text = format!("# See\n\n{lead}\n\n```\nls -lha\ndf -h\n```\n");
        assert_eq!(runs(&text), ["ls -lha\ndf -h"], "{lead}");
    }
}

#[test]
fn a_pattern_that_ends_in_dots_is_left_out() {
    for script in ["grep -E \"<one>|<two>|...\" app.log", "grep -E 'one|two|…' app.log"] {
        assert_eq!(runs(&format!("# Look\n\n```sh\n{script}\n```\n")), [""; 0], "{script}");
    }
    for script in ["grep -E 'one|...two' app.log", "ls | ./...sh", "grep 'a|b' app.log | echo \"so...\""] {
        assert_eq!(runs(&format!("# Look\n\n```sh\n{script}\n```\n")), [script], "{script}");
    }
}

#[test]
fn a_variable_set_from_a_command_begins_a_block_of_commands() {
    for script in [
        "POD=$(kubectl get pods -o name)\nkubectl logs $POD",
        "POD=\"$(kubectl get pods -o name)\"",
        "A=1 date=`date +%F`\nfrob $date",
    ] {
        assert_eq!(runs(&format!("# Look\n\n```\n{script}\n```\n")), [script], "{script}");
    }
    for text in ["SIZE=$(frob of it)\nit is so", "RATE=5 per hour", "sum=$((1 + 2))"] {
        assert_eq!(runs(&format!("# Look\n\n```\n{text}\n```\n")), [""; 0], "{text}");
    }
}

#[test]
fn a_block_that_the_shell_cannot_read_is_offered() {
    for script in [
        "ls -l\n# write moves.json:\n{\n  \"moves\" : [\"a\"]\n}\n# send it:\ncurl -d @moves.json http://192.0.2.1/",
        "if true; then\n  ls -l",
        "echo \"it is so\nls -l",
        "ls -l |",
        "ls -l 'it is so",
        "ls -l `date",
        "ls -l $(date",
        "ls -l ${x",
        "ls -l\n)",
        "ls -l &&",
        "ls -l\ndone",
        // Printed text and the lines of another program, with as many brackets open as closed.
        "ls -l\n\nMoved 3 files (if there were any) to: /srv/new",
        "ls -l\nlink-order { order fixed; };",
        "ls -l\nDevice(config)#no shutdown",
        "ls -l\nfrob(8) says more.",
        "ls -l | in use",
        "ls -l | | sort",
        "ls -l &; sort",
    ] {
        let text = format!("# Move\n\n```sh\n{script}\n```\n");
        assert_eq!(runs(&text), [""; 0], "{script}");
        let runbook = parse(&text);
        assert!(listing(&runbook).join("").contains("ls -l"), "{script}");
        assert!(runbook.diagnostics.iter().any(|note| note.message.contains("cannot read")), "{script}");
    }
    for script in [
        "for x in 1 2; do\n  ls $x\ndone",
        "ls -l # it's so",
        "curl -d '\n{\n  \"a\" : 1\n}\n' http://192.0.2.1/",
        "{\n  ls\n}",
        "cat <<EOF\nit's <so>\nEOF",
        "f() {\n  ls\n}\nf",
        "kubectl get <pod> -o jsonpath='{.a}' |\n  grep \"x\"",
        "ls a || ls b && ls c & ls |& sort; ls",
        "find . -name 'x(1)' -exec ls {} \\; | sort",
        "f() { ls; }\nf",
        "case $x in\na) ls;;\nesac",
        "x=(a b)\ny+=(c)\ndiff <(ls a) <(ls b)",
    ] {
        assert_eq!(runs(&format!("# Move\n\n```sh\n{script}\n```\n")), [script], "{script}");
    }
}

#[test]
fn what_the_shell_cannot_read_runs_nowhere_by_itself() {
    let broken = "ls -l\nMoved 3 files (if any) to: /srv/new";
    for text in [
        // With a word of its author's, at a prompt, before a session, alone in a paragraph.
        format!("# Move\n\n```sh timeout=5m\n{broken}\n```\n"),
        "# Move\n\n```console\n$ ls -l (if any)\n```\n".into(),
        format!("# Move\n\n```sh\n{broken}\nssh db1\n```\n"),
        "# Move\n\n`ls -l (if any)`\n".into(),
    ] {
        assert_eq!(runs(&text), [""; 0], "{text}");
        let runbook = parse(&text);
        assert!(listing(&runbook).join("").contains("ls -l"), "{text}");
        assert!(runbook.diagnostics.iter().any(|note| note.message.contains("cannot read")), "{text}");
    }
    // What stands in a session is for the session to read.
    assert_eq!(runs("# Move\n\n```sh\nmysql -u root\nSHOW (x;\n```\n"), ["mysql -u root"]);
}

#[test]
fn root_s_prompts_beside_others_are_shown() {
    expect(
        "# Look\n\n```\n# lampctl -n 3\nLAMP  STATE\n3  on\n\n$ sudo psql\n\napp=# select 1;\n```\n",
        &["Look: Look | shown (as root): lampctl -n 3 | run@: sudo psql | shown (psql app): select 1;"],
    );
    // Said at least.
    let runbook = parse("# Look\n\n```\n# prlimit of it\nRESOURCE SOFT\n# ls it\nx\n```\n");
    assert!(runbook.diagnostics.iter().any(|note| note.message.contains("root's prompt")));
    let runbook = parse("# Look\n\n```\n# a comment\nkey: value\n```\n");
    assert!(runbook.diagnostics.is_empty(), "{:?}", runbook.diagnostics);
}

#[test]
fn a_statement_without_its_prompt_is_a_statement() {
    expect(
        "# Grant\n\n```\napp=# \\dg\n roles | x\nGRANT ROLE\n--it reads\ngrant SELECT on lamps to reader;\n SELECT of a view;\n```\n",
        &["Grant: Grant | shown (psql app): \\dg⏎grant SELECT on lamps to reader;"],
    );
}

#[test]
fn what_follows_the_end_of_a_session_is_offered() {
    for (prompt, block) in
        [("", "ssh db1\nuptime\nexit\nls a"), ("$ ", "$ ssh db1\n$ uptime\n$ exit\n$ ls a")]
    {
        expect(
            &format!("# Look\n\n```sh\n{block}\n```\n"),
            &["Look: Look | run@: ssh db1 | shown (in the ssh session): uptime⏎exit | offer: ls a"],
        );
        assert!(block.starts_with(prompt));
    }
    // Which of two has ended nobody knows.
    for inner in ["sudo -i\nexit\nls a", "sudo -i\nexit\nexit\nexit\nls a", "exit\nssh db2\nls a"] {
        let text = format!("# Look\n\n```sh\nssh db1\n{inner}\n```\n");
        assert_eq!(runs(&text), ["ssh db1"], "{inner}");
        assert!(listing(&parse(&text)).join("").contains("shown"), "{inner}");
        assert!(!listing(&parse(&text)).join("").contains("offer"), "{inner}");
    }
}

#[test]
fn what_is_told_to_a_chat_is_shown() {
    expect(
        "# Switch\n\nSwitch it off:\n\n```\n/lampbot run switch <lamp> off\n```\n",
        &["Switch: Switch | shown (in the chat): /lampbot run switch <lamp> off"],
    );
    for text in [
        "/srv lamps of it",
        "/lamp /lamp2",
        "/lamps hold all of it.",
        "/lamp  ext4  defaults  0",
        "/lamp/on now",
    ] {
        let runbook = parse(&format!("# Switch\n\nSwitch it off:\n\n```\n{text}\n```\n"));
        assert!(runbook.steps.iter().all(|step| step.actions.is_empty()), "{text}");
    }
}

#[test]
fn what_follows_an_offered_session_does_not_run_here() {
    let text = "# Look\n\n1. Look:\n\n   ```sh\n   ls a\n   ```\n\n   You can also go there:\n\n   ```sh\n   ssh db1\n   ```\n\n   And look for example at its disk:\n\n   ```sh\n   df -h\n   ```\n";
    expect(text, &["Look: Look | run: ls a | offer@: ssh db1 | shown (in the ssh session): df -h"]);
    let text = "# Look\n\n```sh\nls a\n```\n\nYou can also go there:\n\n```sh\nssh db1\n```\n\nLook at its disk:\n\n```sh\ndf -h\n```\n";
    assert_eq!(runs(text), ["ls a"]);
    let text =
        "# Look\n\nHere is an example:\n\n```sh\nssh db1\n```\n\nLook at its disk:\n\n```sh\ndf -h\n```\n";
    assert_eq!(runs(text), [""; 0]);
    // A mention of one is none.
    expect(
        "# Look\n\n1. Look, perhaps with `ssh db1`:\n\n   ```sh\n   df -h\n   ```\n",
        &["Look: Look, perhaps with ssh db1 | offer@: ssh db1 | run: df -h"],
    );
}

#[test]
fn what_fills_the_screen_gets_the_terminal() {
    for script in ["kubectl -n lamps edit deploy web", "ls\nsudo vim /etc/hosts\nls", "top", "crontab -e"] {
        let runbook = parse(&format!("# Look\n\n```sh\n{script}\n```\n"));
        let actions = &runbook.steps[0].actions;
        assert!(actions.len() == 1 && actions[0].interactive && !actions[0].offered, "{script}");
    }
    for script in ["top -b -n1", "ls vim", "echo x | vim -", "crontab -l", "kubectl top pods"] {
        let runbook = parse(&format!("# Look\n\n```sh\n{script}\n```\n"));
        assert!(!runbook.steps[0].actions[0].interactive, "{script}");
    }
}

#[test]
fn what_was_typed_into_a_console_without_its_prompt_is_shown_with_the_rest() {
    expect(
        "# Export\n\n```ruby\nirb(main):001:0> user = User.find(1)\n=> #<User id: 1>\nsaver = Saver.new(user: user)\n\
         saver.save\ntrue\nAll done. Good\n12.5\nUser::Saver\n```\n",
        &["Export: Export | shown (irb): user = User.find(1)⏎saver = Saver.new(user: user)⏎saver.save"],
    );
    expect(
        "# Export\n\n```\n>>> x = connect()\nx.commit()\nNone\n<Lamp 3>\n```\n",
        &["Export: Export | shown (python): x = connect()⏎x.commit()"],
    );
    // Beside a prompt of this machine it is output as ever.
    let text = "# Look\n\n```console\n$ lampctl show\nlamp.state(on)\nlamp = 3\n```\n";
    assert_eq!(runs(text), ["lampctl show"]);
}

#[test]
fn what_the_text_expects_to_be_seen_is_not_run() {
    for lead in [
        "You should see this output:",
        "You will then see the following message:",
        "Expected:",
        "Expected output:",
        "**Expected result** (all is well):",
        "Ожидаемо:",
        "🎯 Ожидаемый результат:",
        "**Output esperado:**",
        "**Output esperado (all is well):**",
        "Salida esperada:",
        "Erwartete Ausgabe:",
        "Sortie attendue :",
        "预期输出:",
        "预期输出：",
        "出力例:",
    ] {
        for line in ["kill has freed the shop", "initctl started\ninitctl completed"] {
            let text = format!("# See\n\n```sh\n./pick\n```\n\n{lead}\n\n```\n{line}\n```\n");
            assert_eq!(runs(&text), ["./pick"], "{lead} {line}");
            assert!(!listing(&parse(&text)).join("").contains("offer"), "{lead} {line}");
        }
    }
    for lead in ["You should see it with:", "Expected by the next command:", "Output:", "Run this:"] {
        let text = format!("# See\n\n{lead}\n\n```\nkubectl get pods\n```\n");
        assert!(listing(&parse(&text)).join("").contains("kubectl get pods"), "{lead}");
    }
    // What is a call is one, even if nobody says to make it.
    let text = "# See\n\nExpected:\n\n```\nkubectl get pods -n shop\n```\n";
    assert!(listing(&parse(text)).join("").contains("kubectl get pods -n shop"));
}

#[test]
fn a_diff_is_no_command() {
    let diff = "diff --git a/web.conf b/web.conf\n--- a/web.conf\n+++ b/web.conf\n@@ -1 +1 @@\n-a\n+b";
    for tag in ["", "sh"] {
        let text = format!("# Change\n\nChange it:\n\n```{tag}\n{diff}\n```\n\n```sh\n./load\n```\n");
        assert_eq!(runs(&text), ["./load"], "{tag}");
    }
    assert_eq!(runs("# Look\n\n```\ndiff a.conf b.conf\n```\n"), ["diff a.conf b.conf"]);
}

#[test]
fn a_program_of_windows_is_offered() {
    let script = "# There\n\"C:\\Program Files\\Shop\\copy.exe\" -f all.dump\n# Here\n./copy -f all.dump";
    let text = format!("# Copy\n\n```sh\n{script}\n```\n");
    assert_eq!(runs(&text), [""; 0]);
    assert!(listing(&parse(&text)).join("").contains("./copy"));
}

#[test]
fn the_lines_of_a_file_and_what_a_program_is_glad_of_are_no_commands() {
    for (script, kept) in [
        ("frob delete a\n\nSuccess! It is gone (if it was there) from: shop/a", vec!["frob delete a"]),
        (
            "ls -l\n# Edit shop.yaml\nshop_name: 'Corner'\nlisten-address: <ip>\n\n# Start it\nsystemctl start shop",
            vec!["ls -l\n# Edit shop.yaml\n# Start it\nsystemctl start shop"],
        ),
        (
            "cat > shop.yaml <<EOF\nshop_name: Corner\nEOF",
            vec!["cat > shop.yaml <<EOF\nshop_name: Corner\nEOF"],
        ),
    ] {
        assert_eq!(runs(&format!("# Move\n\n```sh\n{script}\n```\n")), kept, "{script}");
    }
}

#[test]
fn a_sentence_around_a_command_keeps_its_block_from_running() {
    for line in ["Start the database. Command: `systemctl start db`", "Then load all of it: `./load all`"] {
        let text = format!("# Load\n\n```sh\napt-get update\n{line}\n```\n");
        assert_eq!(runs(&text), [""; 0], "{line}");
        let listed = listing(&parse(&text)).join("\n");
        assert!(listed.contains("apt-get update"), "{listed}");
    }
    for script in [
        "Rscript -e `cat load.R`",
        "PGHOST=db1 psql -c 'select 1. ' `cat flags`",
        "WHEN=`date`\necho $WHEN",
        "echo \"It is: `date`\"",
        "# Load it. As in: `a`\n./load",
    ] {
        assert_eq!(runs(&format!("# Load\n\n```sh\n{script}\n```\n")), [script], "{script}");
    }
}
