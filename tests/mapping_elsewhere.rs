//! Prose that tells the operator to be on another machine: what follows is not for this one.

mod mapping_support;

use mapping_support::{expect, parse};

#[test]
fn blocks_after_an_instruction_to_go_elsewhere_do_not_run_here() {
    for (told, place) in [
        ("ssh to the delayed replica", "ssh to the delayed replica"),
        ("Log in to the `gitlab-psql` user on the primary.", "Log in to the gitlab-psql user on the primary"),
        ("Pick one, then log into the database host", "log into the database host"),
        ("Open a shell on the [bastion](b.md)", "Open a shell on the bastion"),
        ("Access the cache pod terminal", "Access the cache pod terminal"),
    ] {
        let text = format!(
            "# T\n\n## Fix\n\n1. {told}\n2. Stop it:\n\n   ```sh\n   sudo systemctl stop app\n   ```\n3. `umount /data`\n4. Look from here:\n\n   ```sh\n   kubectl get pods\n   ```\n\n## Look\n\n```sh\nuptime\n```\n"
        );
        let runbook = parse(&text);
        let lines = mapping_support::listing(&runbook);
        assert_eq!(
            lines[1..],
            [
                format!("T > Fix: Stop it | shown (after step 1: {place}): sudo systemctl stop app"),
                format!("T > Fix: umount /data | shown (after step 1: {place}): umount /data"),
                "T > Fix: Look from here | run: kubectl get pods".to_owned(),
                "T > Look: Look | run: uptime".to_owned(),
            ],
            "{text}"
        );
    }
}

#[test]
fn a_block_whose_own_words_go_elsewhere_does_not_run_here() {
    let text = "## Fix\n\n1. Look from here:\n\n   ```sh\n   kubectl get pods\n   ```\n\n   Then log in to the worker node and stop it:\n\n   ```sh\n   sudo systemctl stop app\n   ```\n2. Free the disk:\n\n   ```sh\n   umount /data\n   ```\n3. Log out, and look:\n\n   ```sh\n   uptime\n   ```\n";
    let place = "after: log in to the worker node";
    let stop = format!("shown ({place}): sudo systemctl stop app");
    expect(
        text,
        &[
            &format!("Fix: Look from here | run: kubectl get pods | {stop}"),
            &format!("Fix: Free the disk | shown ({place}): umount /data"),
            "Fix: Log out, and look | run: uptime",
        ],
    );
}

#[test]
fn what_connects_by_itself_is_run_where_one_sits() {
    for (command, here) in [
        ("psql -h primary -c 'select 1'", true),
        ("mysql --host=primary -e 'select 1'", true),
        ("redis-cli -u redis://primary info", true),
        ("ssh primary uptime", true),
        ("psql -c 'select 1'", false),
        ("redis-cli info", false),
        ("uptime", false),
    ] {
        let runbook =
            parse(&format!("## Fix\n\nConnect to the primary and look:\n\n```sh\n{command}\n```\n"));
        assert_eq!(runbook.steps[0].manual(), !here, "{command}");
    }
}

#[test]
fn what_is_no_machine_to_go_to_changes_nothing() {
    for told in [
        "Log in to the AWS console",
        "Access the terminal",
        "Access the node's dashboard",
        "Log in to Grafana",
        "connect to the VPN",
        "log in to the registry",
        "connect to the cluster",
        "If the lag is high, ssh to the replica",
        "Ask somebody to ssh to the replica",
    ] {
        let runbook =
            parse(&format!("## Fix\n\n1. {told}\n2. Stop it:\n\n   ```sh\n   systemctl stop app\n   ```\n"));
        assert!(!runbook.steps[1].manual(), "{told}");
    }
}

#[test]
fn whoever_is_back_runs_things_here() {
    for back in ["Log out", "Exit the session", "Go back to your machine", "Type `exit`"] {
        let text = format!(
            "## Fix\n\n1. ssh to the host\n2. Stop it:\n\n   ```sh\n   systemctl stop app\n   ```\n3. {back}\n4. Look:\n\n   ```sh\n   ls\n   ```\n"
        );
        let runbook = parse(&text);
        assert!(runbook.steps[1].manual(), "{text}");
        assert!(!runbook.steps[3].manual(), "{text}");
    }
    expect(
        "## Fix\n\n1. ssh to the host\n2. `exit`\n3. `ls`\n4. ssh to the host\n5. Back on your machine:\n\n   ```sh\n   ls\n   ```\n",
        &[
            "Fix: ssh to the host",
            "Fix: exit | shown (after step 1: ssh to the host): exit",
            "Fix: ls | run*: ls",
            "Fix: ssh to the host",
            "Fix: Back on your machine | run: ls",
        ],
    );
}

#[test]
fn the_authors_words_and_other_alternatives_are_taken_as_they_say() {
    for rest in [
        "1. ssh to the host\n2. Look:\n\n   ```sh timeout=5s\n   ls\n   ```\n",
        "1. ssh to the host\n2. Go on:\n\n   ```sh\n   ssh db1\n   ```\n",
        "Pick one of:\n\n- If it is old: ssh to the host\n- If it is new:\n\n  ```sh\n  ls\n  ```\n",
    ] {
        let runbook = parse(&format!("## Fix\n\n{rest}"));
        assert!(!runbook.steps[1].manual(), "{rest}");
    }
}

#[test]
fn a_shell_ends_where_the_words_or_the_place_do() {
    let block = |command: &str| format!("\n\n   ```sh\n   {command}\n   ```\n");
    let (stop, ls) = (block("systemctl stop app"), block("ls"));
    for (text, shown) in [
        // Said below the block.
        (format!("1. ssh to the host\n2. Stop it:{stop}\n   Then log out.\n3. Look:{ls}"), &[false, true, false][..]),
        // A shell in the shell: the first `exit` leaves that one.
        (
            format!(
                "1. ssh to the host\n2. Go in:{}3. Leave it:{}4. Stop it:{stop}5. Leave:{}6. Look:{ls}",
                block("docker exec -it app sh"),
                block("exit"),
                block("exit"),
            ),
            &[false, true, true, true, true, false],
        ),
        // A tunnel is no place to be.
        (format!("1. Dig:{}2. Stop it:{stop}", block("ssh -L 5432:db:5432 bastion")), &[false, false]),
        (format!("1. Log in:{}2. Stop it:{stop}", block("ssh bastion")), &[false, true]),
        // What one alternative says is not done by who took another.
        (
            "Pick one of:\n\n- Old ones: ssh to the host\n- New ones: call Ben\n\nThen stop it:\n\n```sh\nsystemctl stop app\n```\n".to_owned(),
            &[false, false, false],
        ),
    ] {
        let runbook = parse(&format!("## Fix\n\n{text}"));
        let meant = |step: &midwatch::runbook::Step| step.actions.iter().any(|action| action.belongs.is_some());
        let found: Vec<bool> = runbook.steps.iter().map(meant).collect();
        assert_eq!(found, shown, "{text}\n{:?}", mapping_support::listing(&runbook));
    }
}

#[test]
fn a_block_whose_sentence_names_another_machine_does_not_run_here() {
    for (lead, place) in [
        ("On the primary, stop it:", "on the primary"),
        ("In the target replica run:", "in the target replica"),
        ("Then, on each of the worker nodes, run this:", "on each of the worker nodes"),
        ("It is slow. Run the following command in all `cache` pods.", "in all cache pods"),
        ("Execute this on the **bastion**:", "on the bastion"),
        ("On the host you want to drain, run:", "on the host you want to drain"),
        ("On node db-01 run:", "on node db-01"),
        ("From the rsh command prompt, run the following:", "from the rsh command prompt"),
        ("Update the extensions, on the primary database node:", "on the primary database node"),
        ("If you have SSH access to the worker nodes, read the log:", "with SSH access to the worker nodes"),
    ] {
        let text = format!(
            "# T\n\n## A\n\n{lead}\n\n```sh\nsystemctl stop app\n```\n\n```sh\numount /data\n```\n\nLook:\n\n```sh\nuptime\n```\n"
        );
        let shown: Vec<Option<String>> = parse(&text)
            .steps
            .iter()
            .flat_map(|step| &step.actions)
            .map(|action| action.belongs.as_deref().map(str::to_owned))
            .collect();
        assert_eq!(shown, [Some(place.to_owned()), Some(place.to_owned()), None], "{lead}");
    }
}

#[test]
fn a_block_for_the_machine_one_sits_at_runs() {
    for lead in [
        "On your machine, run:",
        "On this host, run:",
        "From any host with access to the cluster, run:",
        "In the pod's logs, look for it:",
        "In the pod spec, set it:",
        "Run the following on a machine that has the client:",
        "Run the following on the cluster:",
        "Count what runs on the node:",
        "In the Grafana instance, look:",
        "To see what is wrong on the server, run:",
        "On Linux, run:",
        "Run the script to create a user on the leader:",
    ] {
        let runbook = parse(&format!("# T\n\n## A\n\n{lead}\n\n```sh\nsystemctl stop app\n```\n"));
        assert!(!runbook.steps[0].manual(), "{lead}");
    }
    // What goes there by itself, and what the author says in words of ours.
    for block in ["```sh\nkubectl get pods\n```", "```sh\nssh db1\n```", "```sh timeout=5s\nls\n```"] {
        let runbook = parse(&format!("# T\n\n## A\n\nOn the primary, run:\n\n{block}\n"));
        assert!(!runbook.steps[0].manual(), "{block}");
    }
}

#[test]
fn a_shell_that_is_opened_on_another_machine_holds_what_follows() {
    expect(
        "## A\n\n1. On the host, go into it:\n\n   ```sh\n   docker exec -it web bash\n   ```\n2. Stop it:\n\n   ```sh\n   supervisorctl stop app\n   ```\n3. On the primary:\n\n   ```sh\n   ls\n   ```\n",
        &[
            "A: On the host, go into it | shown (on the host): docker exec -it web bash",
            "A: Stop it | shown (in the bash session of step 1): supervisorctl stop app",
            "A: On the primary | shown (in the bash session of step 1): ls",
        ],
    );
}

#[test]
fn a_comment_that_names_the_machine_sends_its_block_there() {
    for (comment, place) in [
        ("# on db1.example.com", "on db1.example.com"),
        ("# On the primary:", "on the primary"),
        ("## run this on all replicas", "on all replicas"),
    ] {
        for tag in ["sh", ""] {
            let runbook =
                parse(&format!("# T\n\n## A\n\nStop it:\n\n```{tag}\n{comment}\nsystemctl stop app\n```\n"));
            assert_eq!(runbook.steps[0].actions[0].belongs.as_deref(), Some(place), "{comment}");
        }
    }
    for comment in
        ["# on your machine", "# on error go on", "# stop it on v1.2", "# in case of fire", "# on localhost"]
    {
        let runbook =
            parse(&format!("# T\n\n## A\n\nStop it:\n\n```sh\n{comment}\nsystemctl stop app\n```\n"));
        assert!(!runbook.steps[0].manual(), "{comment}");
    }
}

#[test]
fn what_is_done_to_a_machine_on_all_of_them_is_not_done_here() {
    let belongs = |text: &str, command: &str| {
        let runbook = parse(&format!("# T\n\n## A\n\n{text}\n\n```sh\n{command}\n```\n"));
        runbook.steps[0].actions[0].belongs.as_deref().map(str::to_owned)
    };
    for text in ["5 - delete the file in all the target nodes:", "Stop the agent on each replica:"] {
        for command in ["rm -rf /srv/app/state.json", "sudo systemctl stop agent"] {
            assert!(belongs(text, command).is_some(), "{text} {command}");
        }
        // A tool may well do it for all of them.
        for command in
            ["knife ssh role:db 'rm /srv/x'", "clusterctl stop --all", "for h in a b; do ssh $h ls; done"]
        {
            assert_eq!(belongs(text, command), None, "{text} {command}");
        }
    }
    assert_eq!(belongs("Delete the file of the old node:", "rm -rf /srv/x"), None);
}

#[test]
fn services_of_a_node_are_not_those_of_whoever_looks_at_the_cluster() {
    let text = "# T\n\n## Diagnosis\n\n```sh\noc get nodes\n```\n\nLook into it:\n\n```sh\noc debug node/<name>\nsystemctl status timed\n```\n\n## Mitigation\n\n1. If it is stopped, start it:\n\n   ```sh\n   systemctl start timed\n   ```\n2. Look again:\n\n   ```sh\n   oc get nodes\n   ```\n";
    let listing = mapping_support::listing(&parse(text));
    assert_eq!(
        listing[2..],
        [
            "T > Mitigation: If it is stopped, start it | shown (on the node, as in step 2): systemctl start timed",
            "T > Mitigation: Look again | run: oc get nodes",
        ]
    );
    // Without a look into a node, and where other commands are run on this machine, too.
    for text in [
        text.replace("oc debug node/<name>", "oc get events"),
        text.replace("oc get events", "ls"),
        text.replace("2. Look again:\n\n   ```sh\n   oc get nodes", "2. Look again:\n\n   ```sh\n   df -h"),
    ] {
        let here = parse(&text)
            .steps
            .iter()
            .flat_map(|step| &step.actions)
            .any(|action| action.script == "systemctl start timed" && action.belongs.is_none());
        assert_eq!(here, text.contains("df -h") || !text.contains("debug"), "{text}");
    }
}

#[test]
fn who_has_logged_in_somewhere_runs_what_follows_there() {
    for lead in [
        "After logging in to the database server, run:",
        "Look at it by SSHing into a db machine and running:",
        "Once you have logged in to the host, run:",
        "Log on to any member of the ring and run the following command:",
    ] {
        let runbook = parse(&format!("## Dump\n\n{lead}\n\n```sh\nls -l\n```\n"));
        let action = &runbook.steps[0].actions[0];
        assert!(
            action.belongs.as_deref().is_some_and(|place| place.starts_with("after: ")),
            "{lead}: {action:?}"
        );
    }
}

/// Where the commands of a text belong, in order.
fn places(text: &str) -> Vec<String> {
    let runbook = parse(text);
    let actions = runbook.steps.iter().flat_map(|step| &step.actions);
    actions.map(|action| action.belongs.as_deref().unwrap_or("").to_owned()).collect()
}

#[test]
fn labels_between_a_sentence_and_its_block_hide_no_place() {
    for (lead, place) in [
        ("On the replica, run:\n\nPath: `/srv/bin/`", "on the replica"),
        ("In the Load 02 instance, start:\n\nPath: `/srv/bin/`\n\nSession 01:", "in the Load 02 instance"),
        ("On the replica:", "on the replica"),
        ("**On db-02:**", "on db-02"),
        ("On the replica, run:\n\nOn your laptop:", ""),
        ("On the replica, run:\n\nLocally:", ""),
        ("On the replica, run it.\n\nThen look at it from here:", ""),
        ("On v2:", ""),
    ] {
        let text = format!("# T\n\n## A\n\n{lead}\n\n```sh\nsystemctl stop app\n```\n");
        assert_eq!(places(&text), [place], "{lead}");
    }
    let two = |label: &str| {
        format!(
            "# T\n\n## A\n\nOn the replica, run:\n\nSession 1:\n\n```sh\nls\n```\n\n{label}\n\n```sh\ndf\n```\n"
        )
    };
    assert_eq!(places(&two("Session 2:")), ["on the replica", "on the replica"]);
    assert_eq!(places(&two("Locally:")), ["on the replica", ""]);
    assert_eq!(places(&two("Look:")), ["on the replica", ""]);
}

#[test]
fn what_runs_anywhere_is_run_where_a_sentence_says() {
    for command in ["curl -s localhost:9100/metrics", "git pull", "./promote.sh", "make restart"] {
        let block = |lead: &str| format!("# T\n\n## A\n\n{lead}\n\n```sh\n{command}\n```\n");
        assert_eq!(places(&block("On the replica, run:")), ["on the replica"], "{command}");
        assert_eq!(places(&block("Look:")), [""], "{command}");
    }
    // A script of one's own may well go there by itself.
    let own = "# T\n\n## A\n\nRun the following on each of the nodes:\n\n```sh\n./check.sh\n```\n";
    assert_eq!(places(own), [""]);
}

#[test]
fn a_place_for_all_steps_reaches_the_commands_of_its_section() {
    let section = |told: &str| {
        format!(
            "# T\n\n## A\n\n{told}\n\nAdd the rights.\n\n```sh\nchmod +x x.sh\n```\n\nPack it:\n\n```sh\ntar -cf x.tar x\n```\n\nCopy it locally, and look:\n\n```sh\nls\n```\n\n## B\n\n```sh\nuptime\n```\n"
        )
    };
    for (told, place) in [
        (
            "We should follow those steps in the primary from source and target.",
            "in the primary from source and target",
        ),
        ("The following steps are to be executed on the database node.", "on the database node"),
        ("All commands below are run on the bastion.", "on the bastion"),
    ] {
        assert_eq!(places(&section(told)), [place, place, "", ""], "{told}");
    }
    let announced = "# T\n\n## A\n\nRun the following commands on the replica:\n\n```sh\nls\n```\n\nLook:\n\n```sh\ndf\n```\n";
    assert_eq!(places(announced), ["on the replica", ""]);
    for told in [
        "The following steps show how pods are placed on a node.",
        "If the commands do not work on the primary, call somebody.",
        "These commands can be run on any host with access.",
        "Follow the steps in the server documentation.",
        "The commands run on your machine.",
        "Follow these steps in order to restart the primary.",
        "Run the following commands to see what is wrong on the node.",
        "These steps are performed to drain the node.",
        "Follow the steps of the guide on the replica.",
        "These steps were done on the primary before.",
    ] {
        assert_eq!(places(&section(told)), ["", "", "", ""], "{told}");
    }
}
