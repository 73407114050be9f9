//! What rules once said wrongly, and what they must go on saying beside it.
//!
//! Each pair came of reading findings in real runbooks against the files; the texts are made up.

use super::tests::{block, lint, says, shown};

#[test]
fn a_command_that_goes_on_is_none_where_the_text_says_when_it_ends() {
    let tunnel =
        |text: &str| format!("# A\n\n1. Open a tunnel. {text}\n\n   ```sh\n   ssh -N -L 80:a:80 b\n   ```\n");
    assert!(says("MW109", &tunnel("")));
    assert!(!says("MW109", &tunnel("Leave it open until the end.")));
    assert!(!says("MW109", &tunnel("Press Ctrl-C when the lag is gone.")));
}

#[test]
fn a_script_that_removes_its_own_files_destroys_nothing() {
    let block = |script: &str| format!("# A\n\n```sh\n{script}\n```\n");
    assert!(says("MW202", &block("dump x\nrm ./out")));
    assert!(says("MW202", &block("dump x > out\nrm ./other")));
    assert!(says("MW202", &block("dump < out\nrm ./out")));
    for writer in ["dump x > out", "dump -o out", "fio --filename=out", "cp x out", "dump | tee out"] {
        assert!(!says("MW202", &block(&format!("{writer}\nrm ./out"))), "{writer}");
    }
}

#[test]
fn keeping_an_eye_on_the_log_is_a_check() {
    let after = |text: &str| format!("# A\n\n```sh\nkubectl delete pvc data-1\n```\n\n{text}\n");
    assert!(says("MW202", &after("It is gone for good.")));
    assert!(!says("MW202", &after("Keep an eye on the log until the errors cease.")));
}

#[test]
fn a_placeholder_is_explained_where_the_text_before_it_names_the_thing() {
    let after = |text: &str, command: &str| format!("# A\n\n## B\n\n{text}\n\n```sh\n{command}\n```\n");
    assert!(says("MW402", &after("Find out more.", "./drain-one <node_name>")));
    for (text, command) in [
        ("Take the first of the nodes.", "./drain-one <node_name>"),
        ("Note the instance (node IP).", "./drain-one <node-ip>"),
        ("You should have the UID of the storageconsumer.", "./drain-one <CONSUMERUID>"),
        ("Find out more.", "./list # shows the node to drain\n./drain-one <node name>"),
        ("Log in.", "ssh <user>@db1"),
        ("Find out more.\n\n```sh\n# Find the node.\n./list\n```\n\nDrain it.", "./drain-one <node-name>"),
    ] {
        assert!(!says("MW402", &after(text, command)), "{text} {command}");
    }
    // Where it destroys something, one rule is enough, and that is the other.
    let found = shown(&lint(&after("Find out more.", "kubectl delete pod <shard>")));
    assert!(
        found.iter().any(|found| found.ends_with("MW301"))
            && !found.iter().any(|found| found.ends_with("MW402"))
    );
    // One finding a command is enough.
    let found = lint(&after("Find out more.", "./copy <shard> <disk> <lot>"));
    let found: Vec<&str> = found.iter().map(|found| found.message.as_str()).collect();
    assert_eq!(found, ["nothing explains `<shard>`, `<disk>` and `<lot>`"]);
    // Another section explains nothing, nor do the commands before, nor a word that is a part of another.
    assert!(says("MW402", "# A\n\n## The nodes\n\nText.\n\n## B\n\n```sh\n./drain-one <node_name>\n```\n"));
    assert!(says("MW402", &after("Find out more.", "./list node\n./drain-one <node_name>")));
    assert!(says("MW402", &after("Look at vodka.", "./drain-one <vod>")));
    // A text that no shell can read is no command, whatever its tag.
    assert!(!says("MW402", &after("Send this:", "Contact: (of the team) <name-of-x>")));
}

#[test]
fn settings_and_tables_are_no_commands() {
    let block = |text: &str| format!("# A\n\nAllow it:\n\n```\n{text}\n```\n");
    assert!(says("MW403", &block("host xxx.example.org")));
    for dated in ["mv a backup-YYYY-MM-DD/a", "tar xf dump_YYYYMMDD.tar", "ls /backup/YYYY/MM/DD"] {
        assert!(says("MW403", &block(dated)), "{dated}");
    }
    for no in ["report --date-format YYYY-MM-DD", "echo YYYY", "# a file for each YYYY-MM-DD\nls"] {
        assert!(!says("MW403", &block(no)), "{no}");
    }
    assert!(!says("MW403", &block("# KIND  HOST  METHOD\nhost    xxx   trust")));
    assert!(says("MW106", &block("set -x")));
    assert!(!says("MW106", &block("set lock_timeout to '5s';")));
}

#[test]
fn a_step_that_looks_is_a_place_to_stop() {
    let steps = |sixth: &str| {
        let item = |n: usize| if n == 6 { format!("6. {sixth}\n") } else { format!("{n}. Stop web-{n}.\n") };
        format!("# A\n\n{}", (1..=12).map(item).collect::<String>())
    };
    assert!(says("MW505", &steps("Stop web-6.")));
    assert!(!says("MW505", &steps("Verify that no request is lost.")));
    // A list of links has no steps, whatever its numbers.
    let links: String =
        (1..=12).map(|n| format!("{n}. The [dashboard](https://d.example.org/{n})\n")).collect();
    assert!(!says("MW505", &format!("# A\n\n{links}")));
}

#[test]
fn the_first_printed_line_is_pointed_at() {
    let text = "# A\n\n```console\n$ ls\n# all of them\na b\n$ pwd\n```\n";
    let found = shown(&lint(text));
    assert!(!found.iter().any(|found| found.starts_with("5:")), "{found:?}");
}

#[test]
fn a_command_without_a_prompt_is_not_called_output() {
    let first = |line: &str| {
        let found = lint(&format!("# A\n\n```console\n$ ls\n{line}\n$ pwd\n```\n"));
        found.into_iter().find(|found| found.rule.id == "MW105").map(|found| found.message)
    };
    assert!(first("kubectl get pods").unwrap().contains("has no prompt"));
    assert!(first("a  b  c").unwrap().contains("what they print"));
}

#[test]
fn what_is_to_be_seen_may_be_told_after_it() {
    let after = |text: &str| format!("# A\n\n```sh\nkubectl delete pod web-1\n```\n\n{text}\n");
    assert!(says("MW202", &after("The service may be slow.")));
    for text in
        ["You will see a new one.", "Expected output:\n\n```text\ndeleted\n```", "It is recreated at once."]
    {
        assert!(!says("MW202", &after(text)), "{text}");
    }
}

#[test]
fn the_host_of_a_destructive_command_is_part_of_it() {
    let on = |host: &str| format!("# A\n\n```sh\nssh {host} rm -rf /srv/old\n```\n");
    assert!(says("MW301", &on("<storage-host>")));
    assert!(!says("MW402", &on("<storage-host>")));
    assert!(!says("MW301", &on("storage-1")));
    // What stands before it in its line is another command.
    assert!(!says("MW301", "# A\n\n```sh\nping -c1 <host>; rm -rf /srv/old\n```\n"));
}

#[test]
fn a_way_back_in_a_section_of_its_own_is_one() {
    let after = |text: &str| format!("# A\n\n## Go\n\n```sh danger\n./cut-over\n```\n\n{text}\n");
    assert!(says("MW304", &after("It takes a minute.")));
    for text in ["You cannot undo this.", "It can't be reversed.", "## Rollback\n\nPut the old one back."] {
        assert!(!says("MW304", &after(text)), "{text}");
    }
}

#[test]
fn a_table_may_explain_what_is_to_be_put_in() {
    let table = |name: &str| {
        format!(
            "# A\n\n| part | what |\n|---|---|\n| `{name}` | as the console shows it |\n\n```sh\n./cut <lot>\n```\n"
        )
    };
    assert!(says("MW402", &table("<other>")));
    assert!(!says("MW402", &table("<lot>")));
}

#[test]
fn names_in_capitals_and_made_up_paths_would_run_as_written() {
    let block = |script: &str| format!("# A\n\n```sh\n{script}\n```\n");
    for script in [
        "gcloud config set project PROJECT_ID",
        "aws x y --detector-id=DETECTOR_ID",
        "cp /path/to/dump .",
        "ssh root@10.x.x.x",
        "ping -c1 x.x.x.x",
    ] {
        assert!(says("MW403", &block(script)), "{script}");
    }
    for script in [
        "PROJECT_ID=shop; gcloud config set project $PROJECT_ID",
        "docker run -e HOST_IP shop",
        "kubectl exec web -- printenv POD_IP",
        "grep USER_ID dump",
        "helm install --version 1.x.x shop ./chart",
        "cat x.y.z",
    ] {
        assert!(!says("MW403", &block(script)), "{script}");
    }
}

#[test]
fn a_flag_that_asks_nobody_is_told_by_its_program() {
    let block = |script: &str| format!("# A\n\n```sh\n{script}\n```\n");
    assert!(says("MW302", &block("dropdb -f shop")));
    assert!(says("MW302", &block("mkfs.ext4 -F /dev/sdb1")));
    assert!(!says("MW302", &block("dropdb shop")));
    assert!(says("MW303", &block("puppet agent --disable")));
    assert!(!says("MW303", &block("puppet agent --disable\n./x\npuppet agent --enable")));
}

#[test]
fn a_wait_in_another_language_wants_its_check_too() {
    let page = |rest: &str| {
        format!(
            "# Übernahme\n\n1. Anhalten.\n2. Warten Sie, bis die Replikation aufgeholt hat.\n{rest}3. Umschalten.\n"
        )
    };
    assert!(says("MW201", &page("")));
    assert!(!says("MW201", &page("\n   ```sh\n   mysql -e 'SHOW REPLICA STATUS\\G'\n   ```\n\n")));
    assert!(says("MW201", "# 切换\n\n1. 停止写入。\n2. 等待复制追上主库。\n3. 提升从库。\n"));
}

#[test]
fn what_is_to_be_forced_may_be() {
    let step = |title: &str, lead: &str, script: &str| {
        format!("# A\n\n## B\n\n1. {title}.\n\n   {lead}\n\n   ```sh\n   {script}\n   ```\n")
    };
    let delete = "kubectl delete pod web-1 --force --grace-period=0";
    assert!(says("MW302", &step("Remove the pod", "Run:", delete)));
    assert!(!says("MW302", &step("Force-delete the pod", "Run:", delete)));
    assert!(!says("MW302", &step("Remove the pod", "If it hangs, remove it forcibly:", delete)));
    assert!(!says("MW302", &format!("# A\n\n## Force the pod out\n\n```sh\n{delete}\n```\n")));
    assert!(says("MW302", &format!("# A\n\n## Get the pod out\n\n```sh\n{delete}\n```\n")));
    // It is the question that is taken away here, which is not what is forced.
    assert!(says("MW302", &step("Force the update", "Run:", "terraform destroy -auto-approve")));
    // It never asks: what is taken away is time.
    let help = |text: &str| {
        let found = lint(text).into_iter().find(|found| found.rule.id == "MW302").unwrap();
        found.help.unwrap()
    };
    assert!(help(&step("Remove the pod", "Run:", delete)).contains("gets the time to end"));
    assert!(help(&step("Drain it", "Run:", "virtctl stop vm1 --force")).contains("the operator is there"));
}

#[test]
fn what_is_of_use_as_long_as_it_goes_on_is_not_to_be_stopped() {
    let help = |script: &str| {
        let found = lint(&format!("# A\n\n```sh\n{script}\n```\n"));
        found.into_iter().find(|found| found.rule.id == "MW109").unwrap().help.unwrap()
    };
    for script in ["ssh -N -L 80:a:80 b", "kubectl port-forward svc/web 80:80", "nc -l 80"] {
        assert!(help(script).contains("in which other terminal"), "{script}");
    }
    assert!(help("tail -f /var/log/x").contains("look once"));
}

#[test]
fn a_command_that_lists_them_explains_which_are_meant() {
    let page = |first: &str, second: &str| {
        format!("# A\n\n## B\n\nFind out more.\n\n```sh\n{first}\n```\n\nGo on.\n\n```sh\n{second}\n```\n")
    };
    let describe = "kubectl describe shards <x1> -n shop";
    for first in ["kubectl get shards", "oc -n shop get shard -o wide"] {
        assert!(!says("MW402", &page(first, describe)), "{first}");
    }
    for first in ["kubectl get pods", "kubectl delete shards x", "get lost"] {
        assert!(says("MW402", &page(first, describe)), "{first}");
    }
    assert!(says("MW402", &page("date", "kubectl get shards <x1>")));
    // What is listed later helps nobody now.
    assert!(says("MW402", &page(describe, "kubectl get shards")));
    assert!(!says("MW402", &page("date", &format!("kubectl get shards\n{describe}"))));
}

#[test]
fn what_is_given_back_or_shown_needs_no_other_check() {
    let block = |script: &str, rest: &str| format!("# A\n\n```sh\n{script}\n```\n\n{rest}");
    assert!(says("MW202", &block("systemctl stop shop", "Go on.\n")));
    assert!(!says("MW202", &block("systemctl stop shop\nsystemctl start shop", "Go on.\n")));
    assert!(!says("MW202", &block("systemctl stop shop", "```sh\nsystemctl restart shop\n```\n")));
    assert!(!says("MW202", &block("./x; dropdb shop\n# it says nothing", "")));
    assert!(!says("MW202", &block("dropdb shop", "```json\n{ \"gone\": true }\n```\n")));
    assert!(says("MW202", &block("dropdb shop", "```yaml\nshop: gone\n```\n")));
}

#[test]
fn a_program_that_is_only_named_lacks_nothing() {
    assert!(!says("MW107", "# A\n\nYou need:\n\n- `curl`\n- `rm`\n"));
    assert!(says("MW107", "# A\n\nGo on:\n\n```sh\ncurl\n```\n"));
}

#[test]
fn what_a_generator_puts_in_is_no_remark() {
    assert!(says("MW503", "# A\n\n## B\n<!-- later -->\n\n## C\n\nGo on.\n"));
    assert!(!says("MW503", "# A\n\n## B\n<!-- {% include \"b.md\" %} -->\n\n## C\n\nGo on.\n"));
}

#[test]
fn what_the_command_says_of_a_placeholder_is_enough() {
    let block = |script: &str| format!("# A\n\n## B\n\nGo on.\n\n```sh\n{script}\n```\n");
    assert!(says("MW402", &block("./drain-one <lot>")));
    for script in [
        "kubectl -n <ns> get nodes",
        "kubectl logs <pod-name>",
        "kubectl get deploy/<deployment-name>",
        "./set <key>=<value>",
    ] {
        assert!(!says("MW402", &block(script)), "{script}");
    }
}

#[test]
fn a_label_may_stand_in_another_file() {
    assert!(says("MW601", "# A\n\nLook [there](#shop).\n"));
    assert!(!says("MW601", "(here)=\n# A\n\nLook [there](#shop).\n"));
}

#[test]
fn a_number_is_skipped_also_where_a_block_takes_the_list_apart() {
    let list = |number: u8| format!("# A\n\n1. Stop it.\n\n```sh\nls -l\n```\n\n{number}. Start it.\n");
    assert!(says("MW502", &list(3)));
    assert!(!says("MW502", &list(2)));
    // Another heading, another list.
    assert!(!says("MW502", "# A\n\n1. Stop it.\n\n## B\n\n3. Start it.\n"));
}

#[test]
fn a_stub_is_told_by_what_it_says() {
    let section = |text: &str| format!("# A\n\nGo.\n\n## B\n\n{text}\n");
    for text in ["Not documented yet.", "This section is a stub.", "Fill me in", "(empty)", "XXX"] {
        assert!(says("MW503", &section(text)), "{text}");
    }
    assert!(says("MW503", &section("TODO\n\nSee [the manual](https://example.org).")));
    for text in [
        "The todo list is in the wiki.",
        "TODO lists are in the wiki.",
        "Add the node.",
        "This is short.",
        "TODO\n\nUntil then, run `date`, see [the manual](https://example.org).",
        "TODO\n\nUntil then, call the team.",
    ] {
        assert!(!says("MW503", &section(text)), "{text}");
    }
}

#[test]
fn what_was_right_on_one_day_is_an_id_of_that_day() {
    let block = |script: &str| format!("# A\n\n```sh\n{script}\n```\n");
    for script in ["kill -9 4711", "aws ec2 reboot-instances --instance-ids i-0a1b2c3d4e5f67890"] {
        assert!(says("MW404", &block(script)), "{script}");
    }
    // Figures in their order are an example's.
    let example = "aws ec2 reboot-instances --instance-ids i-1234567890abcdef0";
    for script in ["kill -9 $PID", "kill -15 %1", "echo 4711", "ls i-am-here", example] {
        assert!(!says("MW404", &block(script)), "{script}");
    }
}

#[test]
fn a_block_with_what_it_printed_is_not_tagged_by_a_fix() {
    let fix = |block: &str| {
        let found = lint(&format!("# A\n\nLook:\n\n```\n{block}\n```\n"));
        let found = found.iter().find(|found| found.rule.id == "MW106").unwrap();
        found.fix.as_ref().map(|fix| fix.edits[0].text.clone())
    };
    assert_eq!(fix("df -h").as_deref(), Some("sh"));
    assert_eq!(fix("$ df -h\nFilesystem  Size").as_deref(), Some("console"));
    assert_eq!(fix("# by hand\n$ df -h").as_deref(), Some("console"));
    assert_eq!(fix("df -h | sort\n\nFILESYSTEM  SIZE  USED\n/dev/sda    10G   5G"), None);
}

#[test]
fn a_name_that_says_what_it_is_needs_no_other_word() {
    let block = |script: &str| format!("# A\n\n## B\n\nGo on.\n\n```sh\n{script}\n```\n");
    for script in
        ["git clone x:<your_username>/shop", "./note \"<change-description>\"", "kubectl logs -f <pod>"]
    {
        assert!(!says("MW402", &block(script)), "{script}");
    }
}

#[test]
fn pages_in_other_languages_say_that_one_is_to_look_too() {
    let after = |text: &str| format!("# A\n\n```sh\ndropdb shop\n```\n\n{text}\n");
    assert!(says("MW202", &after("Danach gibt es Kaffee für alle.")));
    for text in [
        "Prüfen, ob der Dienst läuft.",
        "Überprüfe das Log.",
        "Vérifiez le résultat.",
        "Verificar el estado.",
        "Проверьте состояние.",
        "检查状态。",
        "状態を確認する。",
    ] {
        assert!(!says("MW202", &after(text)), "{text}");
    }
}

#[test]
fn what_a_loop_goes_over_is_what_it_destroys() {
    let block = |script: &str| format!("# A\n\n```sh\n{script}\n```\n");
    let worst = |script: &str| {
        let found = lint(&block(script));
        found.iter().any(|one| one.rule.id == "MW401" && one.severity == crate::runbook::Severity::Error)
    };
    assert!(worst("for node in $NODES; do kubectl delete node $node; done"));
    assert!(worst("for node in $NODES\ndo\n  ssh \"${node}\" rm -rf /srv/old\ndone"));
    assert!(!worst("for node in $NODES; do kubectl get node $node; done"));
    assert!(!worst("for node in $NODES; do echo $node; done; kubectl delete node a"));
    assert!(says("MW301", &block("for pod in <pods>; do kubectl delete pod $pod; done")));
}

#[test]
fn a_key_of_another_tool_names_the_owner() {
    let page = |key: &str| format!("---\ntitle: Shop\n{key}\n---\n\n# Shop\n\nLook.\n");
    for key in ["owner_slack: '#shop'", "team: shop", "maintainers:\n  - ann", "Contact: shop@example.org"] {
        assert!(!says("MW603", &page(key)), "{key}");
    }
    for key in ["layout: manual", "owner_slack: ''", "teamwork: good"] {
        assert!(says("MW603", &page(key)), "{key}");
    }
}

#[test]
fn the_domain_of_a_provider_stands_for_nothing() {
    for host in ["fsn1.your-objectstorage.com", "u1.your-storagebox.de", "www1.your-server.de"] {
        assert!(!says("MW403", &block(&format!("curl https://{host}/shop"))), "{host}");
    }
    for host in ["your-server.de", "a.your-server.com", "a.your-server.dev", "shop.your-domain.com"] {
        assert!(says("MW403", &block(&format!("curl https://{host}/shop"))), "{host}");
    }
}

#[test]
fn a_sentence_that_tells_to_fill_in_a_variable_explains_it() {
    let page = |text: &str| format!("# A\n\n```sh\nfrob --group $GROUP\n```\n\n{text}\n");
    for text in [
        "You will need to replace $GROUP with the name of one.",
        "Plug in the new name as `$GROUP`.",
        "The name is supplied to it as ${GROUP}.",
    ] {
        assert!(!says("MW401", &page(text)), "{text}");
    }
    for text in ["It shows what $GROUP holds.", "Replace $GROUPS with a name.", "Replace it."] {
        assert!(says("MW401", &page(text)), "{text}");
    }
    // In what destroys something words do not suffice.
    assert!(says("MW401", "# A\n\nReplace $GROUP with a name.\n\n```sh\nrm -rf /srv/$GROUP\n```\n"));
}

#[test]
fn what_is_stopped_and_then_removed_does_not_come_back() {
    let stop = "systemctl stop shop@3.service";
    assert!(says("MW303", &block(stop)));
    assert!(says("MW303", &block(&format!("{stop}\nfrob delete cellar"))));
    assert!(!says("MW303", &block(&format!("{stop}\n```\n\n```sh\nfrob purge shop.3"))));
    assert!(!says("MW303", &block(&format!("{stop}\napt-get remove shop"))));
    assert!(says("MW303", &block(&format!("apt-get remove shop\n{stop}"))));
}

#[test]
fn what_a_file_is_to_hold_is_no_printed_output() {
    for text in [
        "# Edit shop.yaml\nshop_name: 'Corner'\nseeds: \"a,b\"\n\n# Start it\nsystemctl start shop",
        "crontab -e\n# Add this line\n0 3 * * * /usr/bin/frob --all",
    ] {
        assert!(!says("MW105", &block(text)), "{text}");
    }
    for text in ["frob list\n# all of them\nWARNING: it is old", "crontab -l\n0 3 * * * /usr/bin/frob --all"]
    {
        assert!(says("MW105", &block(text)), "{text}");
    }
}

#[test]
fn what_is_printed_or_looked_at_next_shows_that_it_worked() {
    let delete = "vault delete shop/key";
    assert!(says("MW202", &block(delete)));
    for rest in ["\nSuccess! Data is gone from: shop/key", "\n```\n\n```sh\nfrob /dev/x\nfrob /dev/y\ndf -h"]
    {
        assert!(!says("MW202", &block(&format!("{delete}{rest}"))), "{rest}");
    }
    assert!(says("MW202", &block(&format!("{delete}\n```\n\n```sh\ndf -h\nfrob /dev/x"))));
}

#[test]
fn a_look_at_the_next_trouble_is_no_check_of_this_one() {
    let page = |first: &str, second: &str| {
        format!(
            "# Shop\n\n## 1. {first}\n\n```sh\ndocker volume rm cache\n```\n\n## 2. {second}\n\n```sh\ndf -h\n```\n"
        )
    };
    assert!(says("MW202", &page("Disk full", "Workers keep crashing")));
    assert!(!says("MW202", &page("Remove the cache", "Look at the disk")));
    assert!(!says("MW202", &page("Remove the full cache", "Find out what is wrong")));
}

#[test]
fn a_wait_for_the_command_that_holds_the_terminal_needs_no_look() {
    let page = |text: &str| format!("# A\n\n1. Log in.\n2. {text}\n3. Go on.\n");
    for text in [
        "Run `./halt-shop.sh` and wait until it finishes.",
        "Run `shopd --reset-all`, wait until it exits, then start it.",
        "Reset it:\n\n   ```sh\n   shopd --reset-all\n   ```\n\n   Wait for \"all is reset\"; it is done then.",
        "Reset it:\n\n   ```sh\n   shopd --reset-all\n   ```\n\n   Wait until the process exits.",
    ] {
        assert!(!says("MW201", &page(text)), "{text}");
    }
    for text in [
        "Start the backup job and wait until it finishes.",
        "Run `kubectl create job copy` and wait until it finishes.",
        "Run `systemctl start copy` and wait until it exits.",
        "Run `./copy.sh &` and wait until it finishes.",
        "Run `./copy.sh` and wait until the replica has caught up.",
        "Copy it:\n\n   ```sh\n   nohup copy-all &\n   ```\n\n   Wait for \"all is copied\" to come.",
        "Wait until the process exits.",
    ] {
        assert!(says("MW201", &page(text)), "{text}");
    }
}

#[test]
fn an_address_that_the_shell_cuts_is_found() {
    for (script, found) in [
        ("curl https://dns.example.org/q?name=shop&type=A | jq .", true),
        ("curl -s http://a/b?c=1&d=<name>&e=3", true),
        ("curl 'https://a/b?c=d&e=f'", false),
        ("curl https://a/b?c=d\\&e=f", false),
        ("curl https://a/b?c=d &", false),
        ("curl https://a/b?c=d&& X=1 ls", false),
        ("curl https://a/b?c=d 2>&1", false),
    ] {
        assert_eq!(says("MW101", &block(script)), found, "{script}");
    }
}
