//! What runs of a fence and what is only shown: prompts, output, sessions, other hosts.

mod mapping_support;

use mapping_support::{expect, listing, parse};
use midwatch::runbook::{ActionKind, Severity};

#[test]
fn which_fences_are_runnable() {
    for tag in [
        "sh",
        "bash",
        "shell",
        "zsh",
        "console",
        "shell-session",
        "terminal",
        "Bash",
        "sh title=\"x\"",
        "bash {.x}",
    ] {
        expect(&format!("```{tag}\nkubectl get pods\n```\n"), &["kubectl get pods | run: kubectl get pods"]);
    }
    // Untagged ones where the first word is a command, which never run by themselves.
    for text in [
        "kubectl get pods",
        "sudo ls",
        "./deploy.sh now",
        "FOO=1 kubectl get pods",
        "# note\nkubectl get pods",
        "A=1\nls $A",
    ] {
        let runbook = parse(&format!("```\n{text}\n```\n"));
        assert_eq!(runbook.steps.len(), 1, "{text}");
        assert_eq!(runbook.steps[0].actions[0].script, text);
        assert!(!runbook.steps[0].actions[0].tagged, "{text}");
    }
    for text in [
        "apiVersion: v1",
        "ERROR 10:00",
        "select * from t;",
        "FOO=1",
        "top - 10:00:01 up 3 days",
        "# note",
        "{",
        "/var/log/x",
        "cd C:\\data\nGet-Content x.log",
    ] {
        expect(&format!("Here:\n\n```\n{text}\n```\n"), &[]);
    }
    expect("    kubectl get pods\n", &["kubectl get pods | run*: kubectl get pods"]);
    expect("```yaml\n- kubectl get pods\n```\n", &[]);
    expect("```sh\n\n```\n", &[]);
}

#[test]
fn an_unknown_language_is_no_reason_to_lose_a_command() {
    let runbook = parse("```shel\nkubectl get pods\n```\n");
    assert_eq!(listing(&runbook), ["kubectl get pods | run*: kubectl get pods"]);
    assert_eq!(runbook.diagnostics[0].help.as_deref(), Some("did you mean `shell`?"));
}

#[test]
fn prompts_are_taken_off_and_output_is_left_out() {
    let text = "```console\n$ kubectl get pods\nNAME   READY\nweb-1  1/1\n$ kubectl get nodes\n\nNAME\n```\n";
    let runbook = parse(text);
    assert_eq!(listing(&runbook), ["kubectl get pods | run: kubectl get pods⏎kubectl get nodes"]);
    let notes: Vec<_> = runbook.diagnostics.iter().map(|note| runbook.source.slice(note.span)).collect();
    assert_eq!(notes, ["NAME   READY\nweb-1  1/1", "NAME"]);
    assert!(runbook.diagnostics.iter().all(|note| note.severity == Severity::Info));
    let action = &runbook.steps[0].actions[0];
    let lines: Vec<_> = action.lines.iter().map(|&line| runbook.source.slice(line)).collect();
    assert_eq!(lines, ["kubectl get pods", "kubectl get nodes"]);
}

#[test]
fn every_house_writes_its_own_prompt() {
    for line in [
        "$ ls -l",
        "$sudo ls -l",
        "user@host:~$ ls -l",
        "host $ ls -l",
        "% ls -l",
        "> ls -l",
        "# ls -l",
        "(venv) $ ls -l",
    ] {
        let runbook = parse(&format!("```console\n{line}\nout\n```\n"));
        let script = &runbook.steps[0].actions[0].script;
        assert!(script.ends_with("ls -l") && !script.contains("out"), "{line}: {script}");
        assert!(runbook.steps[0].actions[0].belongs.is_none(), "{line}");
    }
    // Prompts make any fence run, the language notwithstanding, and tag it.
    expect("```\n$ whatever now\nout\n```\n", &["whatever now | run: whatever now"]);
    expect("```ruby\n$ rake db:migrate\nout\n```\n", &["rake db:migrate | run: rake db:migrate"]);
}

#[test]
fn a_comment_is_no_prompt() {
    expect("```sh\n# Restart it\nls\n# rm -rf /\n```\n", &["ls | run: # Restart it⏎ls⏎# rm -rf /"]);
    let runbook = parse("```console\n# find the pod that hangs\n$ kubectl get pods\n```\n");
    assert_eq!(listing(&runbook), ["kubectl get pods | run: kubectl get pods"]);
    expect(
        "```console\nkubectl get pods\n# note\n```\n",
        &["kubectl get pods | run: kubectl get pods⏎# note"],
    );
}

#[test]
fn continuations_and_heredocs_are_kept() {
    expect(
        "```console\n$ kubectl get pods \\\n    --all-namespaces \\\n> -o wide\nNAME\n```\n",
        &["kubectl get pods \\ | run: kubectl get pods \\⏎    --all-namespaces \\⏎-o wide"],
    );
    expect(
        "```console\n$ cat <<EOF > x\na: 1\n$ b\nEOF\nout\n```\n",
        &["cat <<EOF > x | run: cat <<EOF > x⏎a: 1⏎$ b⏎EOF"],
    );
    expect(
        "```console\n$ for x in 1 2; do\n    echo $x\n  done\n1\n2\n```\n",
        &["for x in 1 2; do | run: for x in 1 2; do⏎    echo $x⏎  done"],
    );
    expect("```console\n$ echo 'a\nb'\na\nb\n```\n", &["echo 'a | run: echo 'a⏎b'"]);
}

#[test]
fn a_stray_quote_does_not_swallow_the_output() {
    let runbook = parse("```console\n$ echo it's\nout\n$ ls\nout\n```\n");
    assert_eq!(listing(&runbook), ["echo it's | offer: echo it's⏎ls"]);
    assert!(runbook.diagnostics.iter().any(|note| note.message.contains("does not end")));
}

#[test]
fn commands_of_other_hosts_and_programs_are_shown_with_where_they_belong() {
    expect(
        "```console\n$ ls\nroot@db1:~# systemctl restart x\n[root@db2 ~]# id\n10.0.0.1:6379> INFO\n```\n",
        &[
            "ls | run: ls | shown (root@db1): systemctl restart x | shown (root@db2): id | shown (redis 10.0.0.1:6379): INFO",
        ],
    );
    expect(
        "Look at this:\n\n```\napp=# select 1\napp-# from t;\n 1\n```\n",
        &["Look at this | shown (psql app): select 1⏎from t;"],
    );
    expect("```sql\nmysql> show tables;\n+--+\n```\n", &["show tables; | shown (mysql): show tables;"]);
}

#[test]
fn a_session_gets_the_terminal_and_what_follows_never_runs_here() {
    expect(
        "```sh\ncd /srv\nssh db1\nsudo -i\nrm -rf /var/lib/x\n```\n",
        &["cd /srv | run@: cd /srv⏎ssh db1 | shown (in the ssh session): sudo -i⏎rm -rf /var/lib/x"],
    );
    expect(
        "```console\n$ ssh db1\n$ uptime\nout\nroot@db1:~# id\n```\n",
        &["ssh db1 | run@: ssh db1 | shown (in the ssh session): uptime | shown (root@db1): id"],
    );
    for opener in [
        "psql -h db1 app",
        "mysql -u root",
        "redis-cli -h r1",
        "kubectl exec -it web-1 -- sh",
        "docker exec -it web bash",
        "gitlab-rails console",
        "python3",
    ] {
        let runbook = parse(&format!("```sh\n{opener}\nnext line\n```\n"));
        let actions = &runbook.steps[0].actions;
        assert!(actions[0].interactive && actions[0].script == opener, "{opener}");
        assert_eq!((actions[1].kind.name(), actions[1].script.as_str()), ("norun", "next line"), "{opener}");
    }
}

#[test]
fn a_command_for_the_other_side_is_no_session() {
    for line in [
        "ssh db1 uptime",
        "psql -c 'select 1'",
        "echo 'select 1' | psql",
        "kubectl exec web-1 -- ls",
        "ssh db1 <<EOF\nid\nEOF",
    ] {
        let runbook = parse(&format!("```sh\n{line}\nls\n```\n"));
        let actions = &runbook.steps[0].actions;
        assert_eq!((actions.len(), actions[0].interactive), (1, false), "{line}");
    }
}

#[test]
fn danger_is_the_authors_word_or_the_tables() {
    let runbook = parse(
        "```sh danger=WIPE\nls\n```\n\ntext\n\n```sh danger\nls -l\n```\n\ntext\n\n```sh\nkubectl delete pod x\n```\n\ntext\n\n```sql exec=\"mariadb app\"\nDROP TABLE t;\n```\n",
    );
    let danger = |step: usize| runbook.steps[step].actions[0].danger.clone();
    use midwatch::runbook::Danger;
    assert_eq!(danger(0), Danger::Declared { word: "WIPE".into() });
    assert_eq!(danger(1), Danger::Declared { word: runbook.steps[1].id.clone() });
    assert!(matches!(danger(2), Danger::Detected { .. }));
    assert!(matches!(danger(3), Danger::Detected { .. }));
}

#[test]
fn exec_makes_any_language_run() {
    expect("```sql exec=\"mariadb -h $db app\"\nselect 1;\n```\n", &["select 1; | run: select 1;"]);
    expect(
        "```sql check exec=\"mariadb app\" until='== 0'\nselect 1;\n```\n",
        &["select 1; | check: select 1;"],
    );
    let runbook = parse("```sql check until='== 0'\nselect 1;\n```\n");
    assert!(
        runbook.diagnostics.iter().any(|note| note.severity == Severity::Error),
        "{:?}",
        runbook.diagnostics
    );
}

#[test]
fn elisions_are_left_out_and_said() {
    let runbook = parse("```sh\nls\n...\nid\n```\n");
    assert_eq!(listing(&runbook), ["ls | run: ls⏎id"]);
    assert_eq!(runbook.diagnostics[0].severity, Severity::Info);
    expect("```sh\n...\n\n...\n```\n", &["(untitled)"]);
    expect("```sh\ncat <<EOF\n...\nEOF\n```\n", &["cat <<EOF | run: cat <<EOF⏎...⏎EOF"]);
}

#[test]
fn files_of_all_kinds_are_read() {
    let crlf = "# T\r\n\r\n1. Do it:\r\n\r\n   ```sh\r\n   ls \\\r\n     -l\r\n   ```\r\n";
    expect(crlf, &["T: Do it: | run: ls \\⏎  -l"].map(|_| "T: Do it | run: ls \\⏎  -l"));
    expect("\u{feff}# T\n\n```sh\nls\n```\n", &["T: T | run: ls"]);
    expect("1. a\n\n\t```sh\n\tls\n\t\tid\n\t```\n", &["a | run: ls⏎\tid"]);
    expect("> Note:\n>\n> ```sh\n> ls\n> id\n> ```\n", &["Note | run: ls⏎id"]);
    expect("<details>\n\n```sh\nls\n```\n\n</details>\n", &["ls | run: ls"]);
    expect("~~~sh\nls\n~~~\n", &["ls | run: ls"]);
    expect("{{< hint >}}\n\n```sh\nls\n```\n\n{{< /hint >}}\n", &["ls | run: ls"]);
    expect("````sh\ncat <<'EOF'\n```\nEOF\n````\n", &["cat <<'EOF' | run: cat <<'EOF'⏎```⏎EOF"]);
}

#[test]
fn what_is_broken_is_said() {
    for (text, says) in [
        ("```sh\nls\n", "never closed"),
        ("<details>\n```sh\nls\n```\n</details>\n", "inside HTML"),
        ("<pre>\nkubectl get pods\n</pre>\n", "only shown"),
        ("Run `kubectl get -l 'a\nb' pods` now.\n", "broken over lines"),
    ] {
        let runbook = parse(text);
        assert!(
            runbook.diagnostics.iter().any(|note| note.message.contains(says)),
            "{text}: {:?}",
            runbook.diagnostics
        );
    }
    assert!(parse("<!-- kubectl delete ns prod -->\n").diagnostics.is_empty());
}

#[test]
fn ids_are_the_authors_or_derived_and_equal_ones_count() {
    let runbook = parse(
        "```sh id=mine\nls\n```\n\nx\n\n```sh\nls\n```\n\nx\n\n```sh\nls\n```\n\nx\n\n```sh id=mine\nls\n```\n",
    );
    let ids: Vec<_> = runbook.steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(ids[0], "mine");
    assert!(ids[1].starts_with("ls-"));
    assert_eq!(ids[2], format!("{}-2", ids[1]));
    assert_eq!(ids[3], "mine-2");
    assert!(runbook.diagnostics.iter().any(|note| note.message.contains("twice")));
    assert_eq!(runbook.steps[1].actions[0].id, runbook.steps[1].id);
}

#[test]
fn whoever_debugs_a_node_is_in_it() {
    expect(
        "```sh\nkubectl debug node/n1\nchroot /host\ncrictl ps\n```\n",
        &[
            "kubectl debug node/n1 | run@: kubectl debug node/n1 | shown (in the kubectl session): chroot /host⏎crictl ps",
        ],
    );
    expect(
        "```sh\nkubectl debug node/n1 -- crictl ps\nls\n```\n",
        &["kubectl debug node/n1 -- crictl ps | run: kubectl debug node/n1 -- crictl ps⏎ls"],
    );
}

#[test]
fn fences_after_a_session_in_one_step_belong_into_it() {
    expect(
        "1. Look at the node:\n\n   ```sh\n   ssh db1\n   ```\n\n   ```sh\n   rm -rf /tmp/x\n   ```\n\n   ```sh timeout=5s\n   ls\n   ```\n",
        &["Look at the node | run@: ssh db1 | shown (in the ssh session): rm -rf /tmp/x | run: ls"],
    );
    expect(
        "1. Look:\n   - `ssh db1`\n   - `uptime`\n2. `uptime`\n",
        &[
            "Look | run*@: ssh db1 | shown (in the ssh session): uptime",
            "uptime | shown (in the ssh session of step 1): uptime",
        ],
    );
}

#[test]
fn output_that_is_tagged_as_shell_does_not_run() {
    let runbook = parse(
        "Run it:\n\n```sh\nls\n```\n\nA possible result:\n\n```sh\n name | setting\n------+----\n```\n",
    );
    assert_eq!(listing(&runbook), ["Run it | run: ls"]);
    assert!(runbook.diagnostics.iter().any(|note| note.message.contains("tagged as shell")));
    // A command is one, whatever announces it.
    expect("The result of this:\n\n```sh\nls\n```\n", &["The result of this | run: ls"]);
    expect("Look:\n\n```sh\nour-tool --all\n```\n", &["Look | run: our-tool --all"]);
}

#[test]
fn what_a_broken_fence_swallowed_never_runs_by_itself() {
    let runbook = parse("```sh\nls\n```sql\nselect 1;\n```\n");
    assert!(!runbook.steps[0].actions[0].tagged);
    assert!(runbook.diagnostics.iter().any(|note| note.message.contains("inside a fence")));
    let runbook = parse("# T\n\n```sh\nls\n\n## More\n\nText.\n");
    assert!(!runbook.steps[0].actions[0].tagged);
    assert!(parse("````sh\ncat <<'EOF' > a.md\n```sh\nEOF\n````\n").steps[0].actions[0].tagged);
}

#[test]
fn what_stands_below_a_fence_that_is_inside_out_never_runs_by_itself() {
    let lead = "You may repeat it each 30 seconds or so:";
    let text = format!(
        "# Look\n\n```\nls\n```\n\n| a |\n```\n\n{lead}\n\n```\nwatch ls\n```\n\n$ ls -l\n```\n\nThen:\n\n```sh\nid\n```\n"
    );
    let runbook = parse(&text);
    let note = runbook.diagnostics.iter().find(|note| note.message.contains("inside out")).expect("a note");
    assert_eq!(&text[note.span.start..note.span.start + 3], "```");
    assert_eq!(text[..note.span.start].matches("```").count(), 2);
    let actions = runbook.steps.iter().flat_map(|step| &step.actions);
    let tagged: Vec<&str> = actions.filter(|a| a.tagged).map(|a| a.script.as_str()).collect();
    // No end of a fence has a language: from there on all is as it looks.
    assert_eq!(tagged, ["id"]);
    // What one sends, or prose goes on below.
    for text in [
        format!("# Tell\n\nSend this:\n\n```\n{lead}\n```\n\nThen go on.\n"),
        format!("# Tell\n\nSend this:\n\n```text\n{lead}\n```\n\nls\n"),
        format!("# Tell\n\n    {lead}\n\nls\n"),
        "# Tell\n\n```\nThe host:\n```\n\nls\n".to_owned(),
    ] {
        assert!(parse(&text).diagnostics.iter().all(|note| !note.message.contains("inside out")), "{text}");
    }
}

#[test]
fn what_is_tagged_as_shell_and_is_plainly_none_never_runs() {
    for (block, what) in [
        (" - alertname = Down\n...\n - namespace = web", "a list"),
        ("status:\n  phase: Pending\n  size: 10Gi", "YAML"),
        ("Warning  Failed  3m  kubelet  could not pull", "printed output"),
        ("histogram_quantile(0.99, sum by (le) (rate(x_bucket[5m])))", "PromQL"),
        ("2026-01-02T10:00:00Z ERROR no room", "a log"),
        ("About the host:\n\nName of it:\nVersion: <see\n   `uname -r`>\nIts owner:", "plain text"),
        ("Error: no route to host", "printed output"),
        ("[Service]\nRestart=always", "a configuration file"),
    ] {
        for lang in ["console", "bash", "sh"] {
            let runbook = parse(&format!("# T\n\n## Look\n\nThe events say:\n\n```{lang}\n{block}\n```\n"));
            let runs = runbook
                .steps
                .iter()
                .flat_map(|step| &step.actions)
                .filter(|action| action.kind == ActionKind::Run);
            assert_eq!(runs.count(), 0, "{block}");
            let said = runbook.diagnostics.iter().any(|note| note.message.contains(what));
            assert!(said, "{what}: {:?}", runbook.diagnostics);
        }
    }
    expect(
        "Ask for the share:\n\n```sh\nsum by (job) (rate(x_total[5m]))\n```\n",
        &["Ask for the share | shown (PromQL): sum by (job) (rate(x_total[5m]))"],
    );
    // Where a line begins with a program, nothing is lost.
    expect(
        "Go on:\n\n```sh\nOn the host:\nsystemctl stop shop\n```\n",
        &["Go on | run!: On the host:⏎systemctl stop shop"],
    );
    // A program nobody knows may well be one, and words after the language are the author's.
    expect("Go on:\n\n```sh\nour-tool status: all\n```\n", &["Go on | run: our-tool status: all"]);
    expect("Go on:\n\n```sh id=x\nstatus: a\nother: b\n```\n", &["Go on | run: status: a⏎other: b"]);
}

#[test]
fn a_word_that_only_functions_may_use_begins_no_command() {
    let runbook = parse("# T\n\nWho may come in:\n\n```\n# shop\nlocal  shop  shop  md5\n```\n");
    let runs = runbook.steps.iter().flat_map(|step| &step.actions).filter(|a| a.kind == ActionKind::Run);
    assert_eq!(runs.count(), 0);
}

#[test]
fn a_table_below_a_command_is_what_it_printed() {
    for lang in ["", "sh", "console"] {
        let runbook = parse(&format!(
            "# T\n\n## Look\n\nLook at them:\n\n```{lang}\nkubectl get pods \\\n  -l app=x\nNAME    READY   STATUS\nweb-1   1/1     Running\n\nweb-2   0/1     Error\n\nkubectl get nodes\n\nNAME   ROLES   AGE\nn1     a       3d\n```\n"
        ));
        let scripts: Vec<&str> = runbook
            .steps
            .iter()
            .flat_map(|step| &step.actions)
            .map(|action| action.script.as_str())
            .collect();
        assert_eq!(scripts, ["kubectl get pods \\\n  -l app=x\nkubectl get nodes"]);
        assert_eq!(runbook.diagnostics.len(), 2, "{:?}", runbook.diagnostics);
    }
    // In a heredoc and in quotes it is the command's.
    for text in ["cat <<EOF\nNAME  A  B\nx\nEOF", "echo '\nNAME  A  B\n'", "ls\nA=1  B=2  C=3\nX  y  Z"] {
        let runbook = parse(&format!("```sh\n{text}\n```\n"));
        assert_eq!(runbook.steps[0].actions[0].script, text);
    }
}

#[test]
fn settings_of_a_database_are_no_settings_of_the_shell() {
    expect(
        "Set your limit:\n\n```\nset statement_timeout to '1h';\n```\n",
        &["Set your limit | shown (SQL): set statement_timeout to '1h';"],
    );
    expect("Be strict:\n\n```\nset -eu\nls\n```\n", &["Be strict | run*: set -eu⏎ls"]);
}

#[test]
fn names_are_no_commands_though_a_program_has_them() {
    expect(
        "1. Make two accounts:\n   - `terraform`\n   - `our-storage`\n2. Wait\n",
        &["Make two accounts", "Wait"],
    );
    expect("- `uptime`\n- `reboot`\n", &["uptime | run*: uptime", "reboot | run*!: reboot"]);
    expect("Look at `nginx Active Connections per Node`.\n", &["Look at nginx Active Connections per Node"]);
    expect("Run `git push Origin Main`.\n", &["Run git push Origin Main | offer: git push Origin Main"]);
}

#[test]
fn a_shell_block_of_nothing_but_comments_never_passes_for_done() {
    // Root's prompt: a comment would run, do nothing, and be called done.
    expect(
        "## Fix\n\n1. Restart it\n\n   ```shell\n   # systemctl restart app\n   ```\n2. Look at the lag\n\n   ```sh\n   # psql -d app\n   app# select pg_last_wal_replay_lsn();\n    0/3000060\n   app=# \\q\n   ```\n",
        &[
            "Fix: Restart it | run*: systemctl restart app",
            "Fix: Look at the lag | run*@: psql -d app | shown (psql app): select pg_last_wal_replay_lsn();⏎\\q",
        ],
    );
    let text = "## Fix\n\n1. Restart it\n\n   ```sh\n   # the command is not known yet\n   ```\n";
    let runbook = parse(text);
    assert!(runbook.steps[0].manual(), "{runbook:?}");
    assert!(runbook.diagnostics.iter().any(|told| told.message.contains("nothing but comments")));
    // A script's comments stay comments, and so do those of a block the author annotated.
    expect(
        "## Fix\n\n```sh\n# systemctl stop app\nsystemctl restart app\n```\n\n## Look\n\n```sh\n# df -h\n$ uptime\n```\n",
        &["Fix: Fix | run: # systemctl stop app⏎systemctl restart app", "Look: Look | run: uptime"],
    );
    let annotated = parse("## Fix\n\n```sh timeout=5s\n# systemctl restart app\n```\n");
    assert_eq!(annotated.steps[0].actions[0].script, "# systemctl restart app");
}

#[test]
fn a_plan_that_is_printed_is_no_command_and_neither_is_announced_output() {
    expect(
        "## Look\n\nExplain it:\n\n```\napp=# explain select 1;\n QUERY PLAN\n ->  Nested Loop\n   ->  Seq Scan\n```\n\nClean it:\n\n```\necho \"$sql\"\n```\n\nThe output is:\n\n```\nSELECT 1 FROM users\n```\n",
        &["Look: Explain it | shown (psql app): explain select 1;", "Look: Clean it | run*: echo \"$sql\""],
    );
    // MySQL's own arrow goes on with its statement.
    expect(
        "## Look\n\nAsk it:\n\n```\nmysql> select 1\n    -> from dual;\n```\n",
        &["Look: Look | shown (mysql): select 1⏎from dual;"],
    );
}

#[test]
fn a_kind_of_command_that_a_sentence_names_is_not_offered() {
    let offered = |code: &str| {
        let runbook = parse(&format!("## Fix\n\n1. Use `{code}` with care.\n"));
        runbook.steps[0].actions.len()
    };
    for named in ["rm -rf", "kill -9", "kubectl exec", "kubectl delete", "oc debug", "chmod -R"] {
        assert_eq!(offered(named), 0, "{named}");
    }
    for whole in
        ["rm -rf ./old", "kill -9 12", "kubectl exec web-1 -- ls", "kubectl get", "kubectl delete -f x.yaml"]
    {
        assert_eq!(offered(whole), 1, "{whole}");
    }
}
