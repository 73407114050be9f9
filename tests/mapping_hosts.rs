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
