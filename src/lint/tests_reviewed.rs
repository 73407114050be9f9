//! What two readers of findings in real runbooks called wrong, and what rules must go on saying beside it.

use super::tests::{block, marked, says, told};
use crate::runbook::Severity;

#[test]
fn what_shows_the_end_of_a_wait_may_be_told_below_the_list() {
    let page = |rest: &str| {
        format!(
            "# A\n\n## B\n\n1. Start the standby.\n2. Let the standby catch up.\n3. Drop the slot.\n4. Rest.\n\n{rest}\n"
        )
    };
    assert!(says("MW201", &page("It takes a while.")));
    for rest in [
        "The lag is in `select * from pg_stat_wal_receiver`.",
        "The primary knows: `SHOW REPLICA STATUS`.",
        "Useful to look at:\n\n1. the log\n2. `select lag from pg_stat_replication` on the primary",
        "Keep an eye on `kubectl get pods`.",
    ] {
        assert!(!says("MW201", &page(rest)), "{rest}");
    }
    // What changes something, is only mentioned, or stands in another section shows nothing of it.
    for rest in [
        "The slot is gone after `select pg_drop_replication_slot('a')`.",
        "The name came from `kubectl get pods`.",
        "## C\n\nThe lag is in `select * from pg_stat_wal_receiver`.",
    ] {
        assert!(says("MW201", &page(rest)), "{rest}");
    }
    // Another step of the list is about something else.
    let other = "# A\n\n## B\n\n1. Let the standby catch up.\n2. Rest.\n3. The sizes are in `select * from pg_stat_user_tables`.\n";
    assert!(says("MW201", other));
}

#[test]
fn a_password_is_not_what_is_destroyed() {
    for script in [
        "mysql -uroot -p<pass> -e 'DROP TABLE lamps'",
        "mysql -u root --password=<word> -e 'RESET MASTER'",
        "redis-cli -a YOUR_PASSWORD FLUSHALL",
        "curl -X DELETE -H 'Authorization: Bearer <token>' https://lamps.example.org/lamps/7",
        "consul kv delete --token <token> lamps/7",
    ] {
        assert!(!says("MW301", &block(script)), "{script}");
    }
    for (script, what) in [
        ("mysql -uroot -p<pass> -e 'DROP TABLE <lamps>'", "<lamps>"),
        ("vault token revoke <token>", "<token>"),
        ("kubectl delete secret <secret>", "<secret>"),
        ("rados -p <pool> rm lamp", "<pool>"),
    ] {
        assert_eq!(marked("MW301", &block(script)), what, "{script}");
    }
}

#[test]
fn what_a_statement_destroys_is_left_open_as_well() {
    for (text, what) in [
        ("# A\n\nDrop the old ones:\n\n```sql\nSELECT 1;\nDROP TABLE <lamps>;\n```\n", "<lamps>"),
        ("# A\n\nDrop the old ones:\n\n```\nmysql> PURGE BINARY LOGS TO '<last-log>';\n```\n", "<last-log>"),
        ("# A\n\nDrop the old ones:\n\n```\nshop=# DELETE FROM lamps WHERE id = <id>;\n```\n", "<id>"),
    ] {
        assert_eq!(marked("MW301", text), what);
    }
    for text in [
        "# A\n\nDrop the old ones:\n\n```sql\nSELECT * FROM lamps WHERE id = <id>;\nDROP TABLE lamps;\n```\n",
        "# A\n\nDrop the old ones:\n\n```sql\n-- DROP TABLE <lamps>;\n```\n",
        "---\nparams: { lamps: { about: x } }\n---\n# A\n\nDrop the old ones:\n\n```sql\nDROP TABLE <lamps>;\n```\n",
    ] {
        assert!(!says("MW301", text), "{text}");
    }
}

#[test]
fn advice_on_a_service_without_a_name_is_no_step() {
    let page = |text: &str| format!("# A\n\n## B\n\n{text}\n");
    for text in [
        "If your store supports it, add a replica and wait for the data to move, or move it by hand.",
        "If this is supported then add a replica and wait for the data\nto move or move it by hand.",
    ] {
        assert!(!says("MW201", &page(text)), "{text}");
    }
    for text in [
        "If the replica is behind, wait until it has caught up.",
        "If it is supported, add a replica and wait for the data to move.",
        "If the replica is behind, wait until it has caught up, or take another.",
    ] {
        assert!(says("MW201", &page(text)), "{text}");
    }
}

#[test]
fn the_head_of_a_printed_table_is_no_command() {
    let first = |printed: &str| {
        let found = told("MW105", &format!("# A\n\n```console\n$ ./ask\n{printed}\n```\n"));
        found.first().map(|found| found.message.clone()).unwrap_or_default()
    };
    for printed in [
        " type |  user  | state\n------+--------+-------\n S    | shop   | idle",
        "id | index\n---+------\n 1 | a",
        "  host\n--------\n  a",
        "psql (16.1 (Debian 16.1-1), server 1.12.0/bouncer)\nType \"help\" for help.",
        "psql (16.1)\nType \"help\" for help.",
    ] {
        assert!(first(printed).contains("what they print"), "{printed}: {}", first(printed));
    }
    for printed in ["kubectl get pods", "id shop", "type ls | cat", "psql -c 'select 1'"] {
        assert!(first(printed).contains("has no prompt"), "{printed}: {}", first(printed));
    }
}

#[test]
fn a_block_of_assignments_sets_what_later_steps_use() {
    let page = |first: &str, command: &str| format!("# A\n\n```\n{first}\n```\n\n```sh\n{command}\n```\n");
    let command = "kubectl drain $OLD_NODE";
    for first in ["OLD_NODE=<name of the node>", "# Fill in:\nexport OLD_NODE=<the node>\nNEW_NODE=<another>"]
    {
        assert!(!says("MW401", &page(first, command)), "{first}");
    }
    for first in [
        "NEW_NODE=<name of the node>",
        "MY_OLD_NODE=<name of the node>",
        "OLD_NODE=<name of the node>\nThe others follow.",
        "OLD_NODE = <name of the node>",
    ] {
        assert!(says("MW401", &page(first, command)), "{first}");
    }
    // A file of settings is none of the shell's.
    assert!(says("MW401", &page("OLD_NODE=a", command).replacen("```", "```ini", 1)));
    // What only a later block sets is not set here.
    assert!(says("MW401", "# A\n\n```sh\nkubectl drain $OLD_NODE\n```\n\n```\nOLD_NODE=<the node>\n```\n"));
}

#[test]
fn a_sentence_may_say_that_the_variables_are_exported() {
    let page = |text: &str| format!("# A\n\n## B\n\n{text}\n\n```sh\ncurl http://$GATEWAY:9091/jobs\n```\n");
    for text in [
        "Use this in a script (after having exported the environment variables it names).",
        "Export the variables for your cluster first.",
    ] {
        assert!(!says("MW401", &page(text)), "{text}");
    }
    for text in ["Use this in a script.", "Export the dashboard first.", "The variables are below."] {
        assert!(says("MW401", &page(text)), "{text}");
    }
    let elsewhere =
        "# A\n\n## B\n\nExport the variables first.\n\n## C\n\n```sh\ncurl http://$GATEWAY/jobs\n```\n";
    assert!(says("MW401", elsewhere));
}

#[test]
fn a_sentence_may_say_what_the_variable_is() {
    let page = |text: &str, command: &str| format!("# A\n\n## B\n\n{text}\n\n```sh\n{command}\n```\n");
    let look = "psql -h $upstream -c 'select 1'";
    for text in [
        "`$upstream` is the host to copy from.",
        "Take a name, with `$upstream` being a random string.",
        "Replace `$upstream` with the name of the host.",
    ] {
        assert!(!says("MW401", &page(text, look)), "{text}");
        // What it destroys is still an empty word in a terminal.
        assert!(says("MW401", &page(text, "kubectl delete node $upstream")), "{text}");
    }
    for text in ["Connect to `$upstream`.", "`$upstreams` is the list of hosts.", "`$other` is the host."] {
        assert!(says("MW401", &page(text, look)), "{text}");
    }
}

#[test]
fn a_comment_above_may_say_what_the_variable_is() {
    let look = |comment: &str| block(&format!("{comment}\nkubectl -n $NAMESPACE get pods"));
    assert!(!says("MW401", &look("# NAMESPACE='<value of the label>'")));
    assert!(!says("MW401", &look("# export NAMESPACE=<the namespace>\n\n# Look:")));
    // What stands in another block is not above the command.
    assert!(says(
        "MW401",
        "# A\n\n```sh\n# NAMESPACE=x\n```\n\n```sh\nkubectl -n $NAMESPACE get pods\n```\n"
    ));
    assert!(says("MW401", &look("# in the NAMESPACE of the shop")));
    assert!(says("MW401", &look("# POD='<value of the label>'")));
    assert!(says("MW401", &block("# NAMESPACE='<value>'\nkubectl -n $NAMESPACE delete pod web-1")));
}

#[test]
fn a_debug_pod_of_its_own_needs_no_other() {
    assert!(!says("MW107", &block("oc debug")));
    assert!(!says("MW107", &block("oc debug -n shop")));
    assert!(says("MW107", &block("kubectl debug -n shop")));
    assert!(says("MW107", &block("oc attach -n shop")));
}

#[test]
fn what_is_missing_is_marked_where_it_is_missing() {
    for (script, place) in [
        ("oc patch storage main -n shop --patch\n'[]'", "--patch"),
        ("oc port-forward web-1 9093 -n\nshop", "-n"),
        ("oc logs -n $NAMESPACE", "$NAMESPACE"),
        ("oc -n $NAMESPACE logs | grep lead", "logs"),
        ("kubectl exec -c etcd -n shop $(kubectl get po -oname)", "$(kubectl get po -oname)"),
        ("kubectl delete -n shop pod --wait", "pod"),
        ("kubectl delete web-1 -n shop", "kubectl delete"),
        ("kubectl -n shop delete web-1", "delete"),
        ("kubectl delete", "kubectl delete"),
        ("systemctl restart", "systemctl restart"),
        ("rm -rf", "-rf"),
        ("chmod 600", "600"),
        ("kill", "kill"),
    ] {
        assert_eq!(marked("MW107", &block(script)), place, "{script}");
    }
}

#[test]
fn a_flag_may_say_what_its_value_is() {
    let page = |script: &str| format!("# A\n\n## B\n\nGo on.\n\n```sh\n{script}\n```\n");
    for script in [
        "./login --docker-server=<registry-url>",
        "./login --endpoint <host>",
        "./login --server-name=<server>",
        "./login --registry <registry_host>",
    ] {
        assert!(!says("MW402", &page(script)), "{script}");
    }
    for script in ["./login --docker-server=<shard>", "./login --only <registry-url>", "./login <server>"] {
        assert!(says("MW402", &page(script)), "{script}");
    }
}

#[test]
fn the_same_command_with_its_values_explains_them() {
    let page = |between: &str, below: &str| {
        format!(
            "# A\n\n## B\n\nLook:\n\n```sh\noc get <CR> <CR_OBJECT> -o json\n```\n\n{between}\n\n```sh\n{below}\n```\n"
        )
    };
    let same = "oc get HyperConverged kubevirt -o json";
    for between in ["For example:", "Example:", "E.g., for the operator:"] {
        assert!(!says("MW402", &page(between, same)), "{between}");
    }
    assert!(says("MW402", &page("Then:", same)));
    for below in ["oc describe HyperConverged kubevirt", "oc get <KIND> <CR_OBJECT>", "oc get"] {
        assert!(says("MW402", &page("For example:", below)), "{below}");
    }
}

#[test]
fn what_a_transcript_shows_is_no_target() {
    let page = |lead: &str, script: &str| format!("# A\n\n## B\n\n{lead}\n\n```console\n{script}\n```\n");
    let shown = "$ kubectl exec web-7d4b9c6f5d-x2x9q -- ./state\nstate: degraded\nnodes: 2 of 3";
    for lead in [
        "Something is wrong if you get an output without all nodes, e.g.",
        "It looks like this:",
        "An example of the output:",
    ] {
        assert!(!says("MW404", &page(lead, shown)), "{lead}");
    }
    assert!(says("MW404", &page("Look at it:", shown)));
    // Without anything printed it is a command to be run, whatever it is called.
    assert!(says("MW404", &page("For example:", "$ kubectl exec web-7d4b9c6f5d-x2x9q -- ./state")));
    // What a command above printed is that day's, and nobody takes it for more.
    let printed = "$ dig +short shop.example.org\n10.20.30.40\n10.20.30.41\n$ whois 10.20.30.41";
    assert!(!says("MW404", &page("Look:", printed)));
    assert!(says("MW404", &page("Look:", "$ dig +short shop.example.org\n10.20.30.40\n$ whois 10.20.30.4")));
    assert!(says("MW404", &page("Look:", "$ ping -c1 10.20.30.41\nok\n$ whois 10.20.30.41")));
}

#[test]
fn what_is_to_be_replaced_does_not_come_back() {
    let page = |before: &str, after: &str| {
        format!(
            "# A\n\n## B\n\n1. {before}\n\n   ```sh\n   kubectl drain node-1\n   ```\n\n2. {after}\n\n## C\n\nRest.\n"
        )
    };
    assert!(says("MW303", &page("Empty it:", "Go on.")));
    for (before, after) in [
        ("If the node cannot be recovered, empty it:", "Go on."),
        ("Empty it:", "Replace the node."),
        ("Empty it:", "Consider replacing the node."),
        ("Empty it before it is decommissioned:", "Go on."),
        ("Retire it:", "Go on."),
    ] {
        assert!(!says("MW303", &page(before, after)), "{before} {after}");
    }
    for after in ["Replace the settings.", "Replace the node's key.", "A replacement comes on Monday."] {
        assert!(says("MW303", &page("Empty it:", after)), "{after}");
    }
    assert!(says("MW303", &page("Empty it:", "Go on.").replace("Rest.", "Retire the old one.")));
    let other = "```sh\nkubectl drain node-2\n```";
    assert!(says("MW303", &page("Retire it:", "Go on.").replace("Rest.", other)));
}

#[test]
fn a_file_of_nothing_but_front_matter_is_no_runbook() {
    assert!(says("MW603", "---\ntitle: x\n---\n\n# A\n\nText.\n"));
    for body in ["", "\n", "\n  \n\n"] {
        assert!(!says("MW603", &format!("---\ntitle: x\n---\n{body}")), "{body:?}");
    }
}

#[test]
fn an_empty_heading_may_be_the_title_of_a_group() {
    let page = |heading: &str, next: &str| format!("# A\n\nGo.\n\n{heading}\n\n{next}\n\nText.\n");
    for heading in
        ["### Reports on queries:", "### **Reports on queries**", "###  **Reports:**", "### __Reports__ ###"]
    {
        assert!(!says("MW503", &page(heading, "### Top")), "{heading}");
    }
    assert!(says("MW503", &page("### Reports on queries", "### Top")));
    assert!(says("MW503", &page("### Reports on **queries**", "### Top")));
    // Another level is another group.
    assert!(says("MW503", &page("### Reports on queries:", "## Top")));
    assert!(says("MW503", "# A\n\nGo.\n\n## Reports:\n"));
    assert!(says("MW503", &page("### **Reports:**\n\nTODO", "### Top")));
}

#[test]
fn a_fence_that_is_only_never_closed_swallows_nothing() {
    let page = |rest: &str| format!("# A\n\nLook:\n\n```console\n$ ls\n{rest}\n");
    let found = |rest: &str| {
        let found = told("MW504", &page(rest));
        assert_eq!(found.len(), 1, "{rest}");
        (found[0].severity, found[0].message.contains("swallows"))
    };
    for rest in ["a  b", "# by hand\na  b\n\nc", "a | b\n--+--\n1 | 2"] {
        assert_eq!(found(rest), (Severity::Warning, false), "{rest}");
    }
    for rest in
        ["a\n\n## Stop it\n\nText.", "a\n\n# Stop it", "1. Stop it.", "- Stop it.", "a\n\n~~~\nb\n~~~"]
    {
        assert_eq!(found(rest), (Severity::Error, true), "{rest}");
    }
    // Closed by the end of its item: what follows in the file is as it was.
    let item = told("MW504", "# A\n\n1. Look:\n\n   ```sh\n   ls\n\n2. Stop it.\n");
    assert_eq!(item[0].severity, Severity::Error);
}

#[test]
fn a_wait_says_when_to_stop_what_shows_it() {
    let page = |lead: &str| {
        format!("# A\n\n1. {lead}\n\n   ```sh\n   while true; do ./clients | wc -l; sleep 5; done\n   ```\n")
    };
    for lead in [
        "Wait until all clients are gone (it takes a while), use this\n   command to track them:",
        "Wait for the queue to drain; watch it with this command:",
    ] {
        assert!(!says("MW109", &page(lead)), "{lead}");
    }
    for lead in ["Use this command to track the clients:", "Wait until all clients are gone. Then:"] {
        assert!(says("MW109", &page(lead)), "{lead}");
    }
}

#[test]
fn what_a_forced_drain_loses_is_told() {
    let found = |script: &str| told("MW302", &block(script)).remove(0);
    for script in ["kubectl drain n1 --force --ignore-daemonsets", "oc adm drain n1 --force"] {
        let one = found(script);
        assert!(one.label.contains("nothing recreates"), "{}", one.label);
        let help = one.help.unwrap();
        assert!(help.contains("refuses") && help.contains("lost for good"), "{help}");
    }
    assert!(found("kubectl drain n1 --disable-eviction").help.unwrap().contains("the operator is there"));
}

#[test]
fn prompts_are_tagged_as_a_console_also_with_comments_among_them() {
    let one = |block: &str| told("MW106", &format!("# A\n\nLook:\n\n```\n{block}\n```\n")).remove(0);
    let fix = |block: &str| one(block).fix.map(|fix| fix.edits[0].text.clone());
    for block in ["$ df -h", "$ df -h\n# by hand\n$ ls", "# on the primary\n$ df -h"] {
        assert_eq!(fix(block).as_deref(), Some("console"), "{block}");
    }
    // Among prompts such a line would be root's, and run: that is for somebody to decide.
    let root = one("# ps aux\n$ df -h");
    assert!(root.fix.is_none());
    assert!(root.help.unwrap().contains("`console`"));
}

#[test]
fn a_fix_that_is_announced_applies() {
    for block in [
        "$ df -h\n# by hand\n$ ls",
        "# ps aux | grep shop\nshop  1  0.0\n\n# ls -n\na\n\n$ sudo psql\n\napp=# show config;\n key | value\n-----+-------\n a   | 1",
        "# by hand\ndf -h",
        "$ df -h\n> /dev/null",
        "% df -h\n$ ls",
    ] {
        let text = format!("# A\n\nLook:\n\n```\n{block}\n```\n");
        let source = crate::source::Source::new("a.md", text.clone());
        let fixed = super::fix::fix(&source, |source| told("MW106", source.text()));
        let announced = told("MW106", &text).iter().filter(|found| found.fix.is_some()).count();
        assert_eq!(fixed.applied.values().sum::<usize>(), announced, "{block}");
    }
}

#[test]
fn what_happens_then_and_what_was_temporary_need_no_check() {
    let after = |text: &str| format!("# A\n\n```sh\nvirtctl stop web\n```\n\n{text}\n");
    for text in
        ["A new one spins up at once.", "New machines are created by the pool.", "Another takes over."]
    {
        assert!(!says("MW202", &after(text)), "{text}");
    }
    for text in [
        "Go on with a new one.",
        "Rest.\n\nA new one spins up at once.",
        "If no new one starts, call the team.",
        "A new ticket is needed.",
    ] {
        assert!(says("MW202", &after(text)), "{text}");
    }
    let lead = |lead: &str, script: &str| format!("# A\n\n1. {lead}:\n\n   ```sh\n   {script}\n   ```\n");
    for (words, script) in [
        ("Delete the temporary file", "sudo rm /root/.new"),
        ("Delete the temporary file", "ssh db1 'sudo rm /root/.new'"),
    ] {
        assert!(!says("MW202", &lead(words, script)), "{words} {script}");
    }
    for (words, script) in [
        ("Tidy up", "sudo rm /root/.new"),
        ("Delete the temporary files", "rm -r /srv/dumps"),
        ("Delete the temporary files", "rm /srv/*.tmp"),
        ("Delete the temporary files", "rm /srv/a /srv/b"),
        ("Delete the temporary database", "dropdb tmp"),
    ] {
        assert!(says("MW202", &lead(words, script)), "{words} {script}");
    }
}

#[test]
fn what_is_destroyed_is_named() {
    let first = |script: &str| {
        let found = told("MW301", &block(script));
        assert_eq!(found.len(), 1, "{script}");
        found[0].message.split(" in a command").next().unwrap().to_owned()
    };
    for (script, message) in [
        ("kubectl delete pod -n <ns> <pod>", "`<pod>` is left open"),
        ("kubectl -n <ns> delete pod <pod> --context <cluster>", "`<pod>` is left open"),
        ("kubectl delete pod --force <pod> -n <ns>", "`<pod>` is left open"),
        ("virtctl stop --namespace <ns> <vm>", "`<vm>` is left open"),
        ("kubectl delete <type> <name>", "`<type>` and `<name>` are left open"),
        ("rm -rf <a> <b> <c>", "`<a>`, `<b>` and `<c>` are left open"),
        ("rm -rf <a> <b> <c> <d> <e> <f> <g>", "`<a>`, `<b>`, `<c>`, `<d>`, `<e>` and 2 more are left open"),
        ("rm -rf <folder>", "`<folder>` is left open"),
        ("kubectl -n <ns> delete pod web-1", "`<ns>` is left open"),
        (
            "aws ec2 detach-volume --volume-id <volume> --instance-id <machine>",
            "`<volume>` and `<machine>` are left open",
        ),
        ("aws ec2 detach-volume --region <region> --volume-id <volume>", "`<volume>` is left open"),
    ] {
        assert_eq!(first(script), message, "{script}");
    }
    assert_eq!(marked("MW301", &block("kubectl delete pod -n <ns> <pod>")), "<pod>");
    assert_eq!(marked("MW301", &block("ssh <host> rm -rf /srv/old")), "<host>");
}

#[test]
fn an_id_of_capitals_is_to_be_filled_in() {
    for (script, word) in [
        ("aws organizations attach --policy-id p-EXAMPLE123 --target-id 12", "p-EXAMPLE123"),
        ("aws ec2 show --volume-id vol-COMPROMISED", "vol-COMPROMISED"),
        ("aws drs describe-jobs --filters '{\"jobIDs\": [\"j-EXAMPLE\"]}'", "j-EXAMPLE"),
    ] {
        let found = told("MW403", &block(script));
        assert!(found.iter().any(|found| found.message.contains(&format!("`{word}`"))), "{script}");
    }
    for script in
        ["aws s3 ls --storage x-STANDARD", "kubectl get pods -l app=web-MAIN", "aws x --id vol-1A2B"]
    {
        assert!(!says("MW403", &block(script)), "{script}");
    }
}

#[test]
fn a_look_well_below_a_wait_in_its_step_shows_the_end_of_it() {
    let steps = |looks: &str| {
        format!(
            "# A\n\n1. Start the copy.\n\n   Wait until it is there.\n\n   It may be slow.\n\n   Nothing else runs.\n\n{looks}2. Go on.\n"
        )
    };
    assert_eq!(told("MW201", &steps("")).len(), 1);
    assert!(told("MW201", &steps("   Check that all rows are there.\n\n")).is_empty());
    let commands =
        "   ```sh\n   cp a b\n   ```\n\n   ```sh\n   psql -c 'select count(*) from copies'\n   ```\n\n";
    assert!(told("MW201", &steps(commands)).is_empty());
}
