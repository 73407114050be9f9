//! Commands for another machine: hosts that are called by a number, the old system and the new one, a
//! shell that the step's own words open, and who only becomes another user.

mod mapping_support;

use mapping_support::{expect, listing, parse, runs};

#[test]
fn hosts_that_are_called_by_a_number_are_machines() {
    for lead in [
        "On S1, stop it:",
        "On S2 and S3, delete the files:",
        "On node-a1 and node-a2, delete the files:",
        "On your old machine, delete the files:",
        "On the old system, as the `app` user, run:",
        "Then on the new system, create it:",
        "Run this as the app user on your old system:",
        "Run this on the target system:",
        "Now from a healthy node, e.g. `n0` delete the files:",
        "From a healthy node, add it again. Make sure that its address is the right one:",
    ] {
        assert!(runs(&format!("# Move\n\n{lead}\n\n```sh\nrm -rf /srv/app\n```\n")).is_empty(), "{lead}");
    }
    for lead in [
        "On RHEL8, install it:",
        "On EL7, delete the files:",
        "On v2, delete the files:",
        "On P1 and P2, delete the files:",
        "On k8s, delete the files:",
        "On S3, delete the files:",
        "In config2, delete the files:",
        "On failure, delete the files:",
        "On your system, delete the files:",
        "Run this on the system:",
        "On the new version, delete the files:",
        "On the replica, the lag is seen. Back on your laptop, delete the files:",
    ] {
        assert_eq!(runs(&format!("# Move\n\n{lead}\n\n```sh\nrm -rf /srv/app\n```\n")).len(), 1, "{lead}");
    }
}

#[test]
fn what_goes_on_is_for_the_same_machine() {
    expect(
        "# Move\n\nOn the new system, create it:\n\n```sh\ncreatedb app\n```\n\nThen import it:\n\n```sh\npg_restore -d app x\n```\n\nLook at it:\n\n```sh\nls x\n```\n",
        &[
            "Move: On the new system, create it | shown (on the new system): createdb app",
            "Move: Then import it | shown (on the new system): pg_restore -d app x",
            "Move: Look at it | run: ls x",
        ],
    );
    let other = "# Move\n\nOn the new system, create it:\n\n```sh\ncreatedb app\n```\n\n# Then\n\nThen look:\n\n```sh\nls x\n```\n";
    assert_eq!(runs(other), ["ls x"]);
}

#[test]
fn an_installed_script_belongs_where_its_sentence_says() {
    let text = |script: &str| format!("# Members\n\nOn the primary, run:\n\n```sh\n{script}\n```\n");
    assert!(runs(&text("members.sh drop one")).is_empty());
    assert!(runs(&text("./members.sh drop one")).is_empty());
    // One of this folder may go there by itself, where the place stands behind.
    let behind = text("./members.sh drop one").replace("On the primary, run:", "Run this on the primary:");
    assert_eq!(runs(&behind).len(), 1);
    assert_eq!(runs("# Members\n\nThen run:\n\n```sh\nmembers.sh drop one\n```\n").len(), 1);
}

#[test]
fn what_stands_below_the_shell_that_a_step_opens_is_for_it() {
    expect(
        "# Keys\n\n1. Run `kubectl exec -it tools-0 -- bash` to enter the pod:\n\n   ```sh\n   vi key\n   rm key\n   ```\n\n2. Look:\n\n   ```sh\n   ls\n   ```\n",
        &[
            "Keys: Run kubectl exec -it tools-0 -- bash to enter the pod | offer@: kubectl exec -it tools-0 -- bash | shown (in the bash session of this step): vi key⏎rm key",
            "Keys: Look | run: ls",
        ],
    );
    for (text, script) in [
        // What is run where one sits.
        (
            "1. Run `docker exec -it web sh` first:\n\n   ```sh\n   kubectl get pods\n   ```\n",
            "kubectl get pods",
        ),
        // A case, and no shell.
        ("1. If it is slow, run `docker exec -it web sh`:\n\n   ```sh\n   rm key\n   ```\n", "rm key"),
        ("1. Run `docker exec web ls`:\n\n   ```sh\n   rm key\n   ```\n", "rm key"),
        ("1. It has what `docker exec -it web sh` shows:\n\n   ```sh\n   rm key\n   ```\n", "rm key"),
    ] {
        assert_eq!(runs(text), [script], "{:?}", listing(&parse(text)));
    }
}

#[test]
fn who_may_as_well_use_sudo_stays_here() {
    let text =
        |first: &str| format!("# Renew\n\n{first}\n\n1. Stop it\n\n   ```sh\n   rm -rf /srv/app\n   ```\n");
    for first in [
        "Please either switch to the root user or use sudo.",
        "To look at the tables, connect as the admin user.",
        "To apply it, log in as the app user.",
    ] {
        let found = runs(&text(first));
        assert_eq!(found.len(), 1, "{first}");
    }
    for first in [
        "Switch to the postgres user on the host.",
        "Connect as the admin user to the database host.",
        "Allocate a terminal session on one node.",
        "Either ssh to the first node or to the second.",
    ] {
        assert!(runs(&text(first)).is_empty(), "{first}");
    }
}

#[test]
fn going_is_heeded_in_other_languages() {
    let text =
        |first: &str| format!("# 手順\n\n{first}\n\n1. 実行\n\n   ```sh\n   mkfs.ext4 /dev/sdx1\n   ```\n");
    for first in ["登录到目标机器。", "DBサーバにログインします。", "노드에 접속합니다."]
    {
        assert!(runs(&text(first)).is_empty(), "{first}");
    }
    for first in ["登录控制台。", "如果无法登录服务器，请看下面。", "管理画面にログインします。"]
    {
        assert_eq!(runs(&text(first)).len(), 1, "{first}");
    }
}

#[test]
fn a_shell_stays_open_below_its_section_and_beside_headings_that_count() {
    // In the sections below the one that opened it.
    let text = "# Store\n\n## Look\n\n```sh\nkubectl exec -it tools-0 -- bash\n```\n\n### Health\n\n```sh\nstorectl health\n```\n\n```sh\nkubectl get pods\n```\n\n## Others\n\n```sh\nstorectl list\n```\n";
    assert_eq!(runs(text), ["kubectl exec -it tools-0 -- bash", "kubectl get pods", "storectl list"]);
    // In those it counts with.
    let text = "# Deploy\n\n## Way\n\n### Step 1: Log in\n\n```sh\nssh app@web1\n```\n\n### Step 2: Pull\n\n```sh\ngit pull\ndocker compose up -d\n```\n\n### Step 3: Look at it\n\n```sh\ncurl -s http://web1/health\n```\n\n## Next\n\n### Step 1: Clean\n\n```sh\nrm -rf /tmp/x\n```\n";
    assert_eq!(runs(text), ["ssh app@web1", "curl -s http://web1/health", "rm -rf /tmp/x"]);
    // Another user's shell is one.
    let text = "# Users\n\nBecome it:\n\n```sh\nsu - postgres\n```\n\nThen create one:\n\n```sh\ncreateuser app\n```\n";
    assert_eq!(runs(text), ["su - postgres"]);
}

#[test]
fn a_shell_on_a_server_is_there_and_the_command_that_opens_one_is_run_here() {
    let text = "# Export\n\nLog in to a shell on your App server as the app user. Run the following:\n\n```sh\ncd /srv/app\n```\n";
    assert!(runs(text).is_empty());
    let text = "# Enter\n\nTo access the container with a shell as root, run:\n\n```sh\ndocker exec -it web sh\n```\n";
    assert_eq!(runs(text), ["docker exec -it web sh"]);
}

#[test]
fn a_login_a_broker_and_a_device_are_elsewhere() {
    let text = |lead: &str| format!("# Lamps\n\n{lead}\n\n```sh\nrm -rf /srv/lamp\n```\n");
    for lead in [
        "Log in as root and execute the following command to restart the server,",
        "First login as the lamp user and run:",
        "Look at it by executing the following command as root on the validator,",
        "On a lamp broker, go to `/srv/lamp`, make a plan, then look at it:",
        "On ONE node (say lamp-01, not lamp-02), clear it. For a lamp of glass the same\n flags apply:",
        "Then on the cisco device",
        "Run this on each network switch:",
    ] {
        assert!(runs(&text(lead)).is_empty(), "{lead}: {:?}", listing(&parse(&text(lead))));
    }
    for lead in [
        "Log in as root. Look at the lamps and delete the files:",
        "Log in as lamp to the console and run the query, then delete the files:",
        "Log files as root and run on. Delete them:",
        "On the new device, delete the files:",
        "Run this on the device:",
        "On failure (say, of a lamp), delete the files:",
    ] {
        assert_eq!(runs(&text(lead)).len(), 1, "{lead}");
    }
}

#[test]
fn a_script_of_a_folder_elsewhere_is_called_there_again() {
    let text = "# Lamps\n\nOn a broker, go to `/srv/lamp`, and make a plan:\n\n```sh\n./lamps.sh --plan > /tmp/p\ncat /tmp/p\n```\n\nIf it is right, do it:\n\n```sh\n./lamps.sh --do /tmp/p\n```\n\nTell them:\n\n```sh\n./tell.sh\n```\n";
    assert_eq!(runs(text), ["./tell.sh"]);
    let other = text.replace("If it is right", "## Here\n\nIf it is right");
    assert_eq!(runs(&other).len(), 2);
}

#[test]
fn who_goes_to_a_machine_and_lists_pods_does_so_there() {
    let text = |lead: &str, script: &str| format!("# Pods\n\n{lead}\n\n```sh\n{script}\n```\n");
    let list = "kubectl get pods";
    assert!(runs(&text("Log in to a master, find the pods, and describe them:", list)).is_empty());
    assert!(runs(&text("ssh to the control node and list the pods:", list)).is_empty());
    for (lead, script) in [
        ("Log in to the master:", list),
        ("Log in to the master. List the pods:", list),
        ("If it is slow, log in to the master and look:", list),
        ("Log in to the pod and look at it:", "kubectl exec -it lamp-0 -- sh"),
        ("Log in to Grafana and list the pods:", list),
    ] {
        assert_eq!(runs(&text(lead, script)), [script], "{lead}");
    }
}

#[test]
fn what_is_said_above_several_sections_is_for_all_of_them() {
    let text = |above: &str| {
        format!(
            "# Lamps\n\n## Look\n\n{above}\n\n### Topics\n\n```sh\n/opt/lamp/bin/topics.sh --list\n```\n\n### Groups\n\n```sh\nlampctl groups\n```\n\n## Tell\n\n```sh\nlampctl tell\n```\n"
        )
    };
    for above in [
        "Some looks at it are as follows. These all require rsh'ing into a lamp broker pod\nand calling the scripts above.",
        "All of the steps below require you to ssh into the bastion.",
        "SSH into the lamp host.",
        "All commands below are to be run on the bastion.",
    ] {
        assert_eq!(runs(&text(above)), ["lampctl tell"], "{above}");
    }
    for above in [
        "These all require the lamps to be on.",
        "Lamps require ssh'ing into the bastion now and then.",
        "These all require logging in to Grafana.",
    ] {
        assert_eq!(runs(&text(above)).len(), 3, "{above}");
    }
}

#[test]
fn a_heading_that_tells_to_go_opens_a_shell_for_those_beside_it() {
    let text = "# Lamps\n\n## Grow\n\n### Look\n\n```sh\nlampctl look\n```\n\n### Connect to the VM and become root\n\nSSH into the VM and do `sudo su root`.\n\n### Cut the disk\n\n```sh\nfdisk /dev/sdb\n```\n\n### Use it\n\n```sh\npvcreate /dev/sdb1\n```\n";
    assert_eq!(runs(text), ["lampctl look"]);
    // Back again, and in another section.
    let back = text.replace("### Use it", "### Back on your laptop");
    assert_eq!(runs(&back), ["lampctl look", "pvcreate /dev/sdb1"]);
    let other = text.replace("### Use it", "## Use it");
    assert_eq!(runs(&other), ["lampctl look", "pvcreate /dev/sdb1"]);
    // A heading that tells something else, and the words below it are for it alone.
    let else_ = text.replace("### Connect to the VM and become root", "### Prepare it");
    assert_eq!(runs(&else_).len(), 3);
}

#[test]
fn who_exits_back_is_here() {
    let text = "# Lamps\n\nOpen it:\n\n```sh\ndocker exec -it lamp bash\n```\n\nLook:\n\n```sh\nlampctl look\n```\n\nExit back to the shell of the host by typing `exit`.\nThen, collect the logs:\n\n```sh\ndocker logs lamp\n```\n";
    assert_eq!(runs(text), ["docker exec -it lamp bash", "docker logs lamp"]);
}
