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
