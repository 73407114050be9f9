//! What the sentence before a block says of it: commands to run, or what a file is to hold.

mod mapping_support;

use mapping_support::{expect, listing, parse};
use midwatch::runbook::ActionKind;

#[test]
fn what_a_sentence_tells_to_run_is_a_command_whatever_its_program_is_called() {
    for lead in [
        "To list them, run the following command:",
        "Run this command:",
        "On every node, execute the following commands:",
        "Use the following command to list the members:",
        "Look for it first. Then run:",
        "Run the following:",
        "List them by running:",
    ] {
        for block in ["```\nfrobctl member list --all\n```\n", "    frobctl member list --all\n"] {
            let runbook = parse(&format!("## Members\n\n{lead}\n\n{block}"));
            let [action] = &runbook.steps[0].actions[..] else { panic!("{lead}: {:?}", listing(&runbook)) };
            assert_eq!((&*action.script, action.tagged), ("frobctl member list --all", false), "{lead}");
        }
    }
    expect(
        "1. Run:\n\n   ```\n   # both, please\n   frobctl drain \\\n     --node n1\n   frobctl status\n   ls -l\n   ```\n",
        &["Run | run*: # both, please⏎frobctl drain \\⏎  --node n1⏎frobctl status⏎ls -l"],
    );
}

#[test]
fn what_is_told_and_is_no_command_stays_shown() {
    for (lead, block) in [
        ("The following commands are known:", "status   shows how it is\nlist     shows what there is"),
        ("When you run the command you should see the following:", "frobctl member list"),
        ("Connect to MySQL and run:", "show slave status"),
        ("In the console of the switch run the following command:", "show interfaces"),
        ("Run it with the following settings:", "frob.size = 5"),
        ("Run the following command:", "frobctl: no such member"),
        ("Run the following command:", "frobctl list\nNAME STATE"),
        ("Run the following command:", "frobctl list 'without an end"),
        ("It is called as follows:", "frobctl list"),
    ] {
        let runbook = parse(&format!("## Members\n\n{lead}\n\n```\n{block}\n```\n"));
        let runs =
            runbook.steps.iter().flat_map(|step| &step.actions).any(|action| action.kind == ActionKind::Run);
        assert!(!runs, "{lead}\n{block}: {:?}", listing(&runbook));
    }
}

#[test]
fn inline_code_that_is_told_to_be_run_is_offered() {
    for text in ["1. Run `frobctl drain n1`.\n", "1. Drain it by running `frobctl drain n1` twice.\n"] {
        let runbook = parse(text);
        let action = &runbook.steps[0].actions[0];
        assert_eq!((&*action.script, action.offered), ("frobctl drain n1", true), "{text}");
    }
    for text in [
        "1. Run the `nightly backup`.\n",
        "1. Run `nightly backup` job.\n",
        "1. Run `show slave status` there.\n",
        "1. Run `frobctl`.\n",
        "1. Run `Nightly Backup`.\n",
    ] {
        assert_eq!(parse(text).steps[0].actions, [], "{text}");
    }
}

#[test]
fn what_a_file_is_to_hold_never_runs_though_it_is_tagged_as_shell() {
    for lead in [
        "Add the following line to `/etc/fstab`:",
        "Put this in a file named `mount.txt`:",
        "Edit fstab.conf and add:",
        "Then append to the config:",
    ] {
        expect(
            &format!(
                "## Mount\n\n{lead}\n\n```bash\n/dev/sdz9 /data ext4 defaults 0 2\n```\n\nRun it:\n\n```sh\nmount /data\n```\n"
            ),
            &[
                &format!(
                    "Mount: {} | shown (a file): /dev/sdz9 /data ext4 defaults 0 2",
                    lead.trim_end_matches(':').replace('`', "")
                ),
                "Mount: Run it | run: mount /data",
            ],
        );
    }
    // A command that writes the file, and what is said to be run.
    for (lead, command) in [
        ("Add the repository to /etc/apt/sources.list:", "echo deb x | tee -a /etc/apt/sources.list"),
        ("Run this to add the file to the store:", "frobctl add x.txt"),
        ("Save what it prints as a new file:", "frobctl config show"),
        ("Add the host to the configuration:", "frobctl config add db1 --port 1"),
    ] {
        expect(
            &format!("{lead}\n\n```bash\n{command}\n```\n"),
            &[&format!("{} | run: {command}", lead.trim_end_matches(':'))],
        );
    }
}

#[test]
fn the_text_of_a_reference_is_no_command() {
    for text in [
        "1. Begin with {ref}`install the lamp <install-lamp>`.\n",
        "1. Begin with {doc}`make ready </ready>`.\n",
        "1. Begin with {py:func}`ssh db1`.\n",
    ] {
        assert_eq!(parse(text).steps[0].actions, [], "{text}");
    }
    for text in ["1. Begin with {command}`ssh db1 uptime`.\n", "1. Begin with {}`ssh db1 uptime`.\n"] {
        assert_eq!(parse(text).steps[0].actions.len(), 1, "{text}");
    }
}

#[test]
fn a_script_of_this_folder_alone_is_a_command() {
    expect("## Restart\n\n`./restart.sh`\n", &["Restart: Restart | run*: ./restart.sh"]);
    expect("1. `./gradlew`\n2. go\n", &["./gradlew | run*: ./gradlew", "go"]);
    expect("## Files\n\n`./values.yaml`\n\n`./restart.sh`:\n\n- `./one.sh`\n- `./two.sh`\n", &[]);
}

#[test]
fn an_example_of_a_command_never_runs_after_it() {
    for example in ["Example:", "For example:", "**Examples**", "例如：", "Beispiel:", "例えば："] {
        expect(
            &format!(
                "## Drop\n\nDrop it:\n\n```sh\nlampctl drop <lamp>\n```\n\n{example}\n\n```sh\nlampctl drop hall-7\n```\n\nLook:\n\n```sh\nlampctl list\n```\n"
            ),
            &[
                "Drop: Drop it | run: lampctl drop <lamp> | shown (an example): lampctl drop hall-7",
                "Drop: Look | run: lampctl list",
            ],
        );
        expect(
            &format!(
                "1. Drop it:\n\n   ```sh\n   sudo lampctl drop <lamp>\n   ```\n\n   {example}\n\n   ```\n   $ lampctl drop hall-7\n   dropped\n   ```\n"
            ),
            &["Drop it | run: sudo lampctl drop <lamp> | shown (an example): lampctl drop hall-7"],
        );
    }
    // What is only said by an example, and what says more.
    expect("## Drop\n\nDrop it. For example:\n\n```sh\nls a\n```\n", &["Drop: Drop | run: ls a"]);
    expect(
        "Look:\n\n```sh\nls a\n```\n\nExample:\n\n```sh\nlampctl drop x\n```\n\nFor example, drop y:\n\n```sh\nlampctl drop y\n```\n",
        &[
            "Look | run: ls a",
            "lampctl drop x | offer: lampctl drop x",
            "For example, drop y | run: lampctl drop y",
        ],
    );
}

#[test]
fn a_kind_of_command_that_the_text_only_speaks_of_is_not_offered() {
    for (text, kept) in [
        // In passing.
        ("Some steps call for performing a `terraform destroy` on the stack, so have a key.", false),
        ("After the `git pull` all is new.", false),
        // In full in the same step, with flags or without.
        ("Now run `terraform init`:\n\n```sh\nterraform init -backend-config=shop.tf\n```", false),
        ("Use the `zpool replace` command:\n\n```sh\nsudo zpool replace tank old new\n```", false),
        // In full elsewhere, and told to nobody here.
        ("After executing `frobctl remove`, go on.\n\n# B\n\n```sh\nfrobctl remove <node>\n```", false),
        ("`git pull` alone is not enough.\n\n# B\n\n`git pull origin main`", false),
        // Told here, complete as it is, or nowhere else.
        ("Run `nodetool repair` on each node.\n\n# B\n\n```sh\nnodetool repair shop\n```", true),
        ("Look at the `df -h` output.\n\n# B\n\n```sh\ndf -h /srv\n```", true),
        ("Look at the `kubectl get pods` output.\n\n# B\n\n```sh\nkubectl get pods -o wide\n```", true),
        ("Look at the `kubectl get pods` output.\n\n# B\n\n```sh\nkubectl get pods | wc -l\n```", true),
        ("Run the `terraform destroy` command.", true),
        ("Fix it by running `git pull`.\n\n# B\n\n```sh\ngit pull origin\n```", true),
        ("After a `kubectl delete pod web-1` it is well.", true),
    ] {
        let runbook = parse(&format!("# A\n\n{text}\n"));
        let mut actions = runbook.steps.iter().flat_map(|step| &step.actions);
        assert_eq!(actions.any(|action| action.offered), kept, "{text}");
    }
}
