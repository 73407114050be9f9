//! What the words around a block or a command say of it: that it is what a file is to hold, that
//! nobody should run it, or, by a prompt in the sentence, that it is a command.

mod mapping_support;

use mapping_support::{expect, parse};

#[test]
fn a_prompt_in_a_sentence_is_no_part_of_the_command() {
    expect(
        "## Look\n\nTurn it on:\n`# journalctl --rotate`\n`$ kubectl get pods -n web`\nThen read it, or try `$ ./probe.sh`.\n",
        &["Look: Look | offer: journalctl --rotate | offer: kubectl get pods -n web | offer: ./probe.sh"],
    );
    expect(
        "`$ kubectl get nodes`\n\n1. Look:\n\n   `# df -h`\n\n2. `$ uptime`\n",
        &["kubectl get nodes | run*: kubectl get nodes", "Look | run*: df -h", "uptime | run*: uptime"],
    );
    // A comment, a price, a variable and another program's prompt are no commands of this shell.
    expect(
        "## Look\n\nCheck `# find the large file`, `# of pods`, `$ 5`, `$host down` and `db> show tables`.\n",
        &["Look: Look"],
    );
    // Where backticks are missing, the words between two codes seem to be one.
    expect("## Look\n\nCheck ``a`. So read it and `. ./env` b`.\n", &["Look: Look"]);
    let runbook = parse("See `$  kubectl get pods`.\n");
    let place = runbook.steps[0].actions[0].lines[0];
    assert_eq!(runbook.source.slice(place), "kubectl get pods");
}

#[test]
fn a_command_in_a_sentence_goes_on_where_the_line_was_broken() {
    expect(
        "1. Copy it: `scp db1:/tmp/a\n   ./` and look: `kubectl get pods |\n   grep web`.\n2. `mount -o ro /dev/x\n   /mnt`\n",
        &[
            "Copy it: scp db1:/tmp/a ./ and look: kubectl get pods | grep web | offer: scp db1:/tmp/a    ./ | offer: kubectl get pods |    grep web",
            "mount -o ro /dev/x /mnt | run*: mount -o ro /dev/x    /mnt",
        ],
    );
    expect("## A\n\nSee `kubectl get\npods -n <name>`.\n", &["A: A | offer: kubectl get pods -n <name>"]);
    expect("## A\n\nSee `kubectl get \\\n  pods`.\n", &["A: A | offer: kubectl get     pods"]);
    // Within quotes the break may mean something, and the sign of a quotation is no part of it.
    for text in ["Run `grep -r 'a\nb' /etc` now.\n", "> Run `ls -l\n> /etc` now.\n"] {
        assert!(parse(text).steps.iter().all(|step| step.actions.is_empty()), "{text}");
    }
    let runbook = parse("See `kubectl get\npods -n <name>`.\n");
    assert_eq!(runbook.source.slice(runbook.placeholders[0].spans[0]), "<name>");
}

#[test]
fn what_a_file_is_to_hold_is_shown_and_not_run() {
    for lead in [
        "Add the following to your `~/.bashrc`:",
        "Put this in `/usr/local/bin/tidy.sh`:",
        "Create a file `tidy.sh` with the following content:",
        "Then create a script called `tidy.sh` containing:",
        "Append these lines to the crontab:",
        "On the bastion, edit `/etc/cron.d/tidy` so that it contains the following:",
        "Save the following script as tidy.sh:",
        "For this install it and add the following to your `.bash_profile`",
        "Add a file called `tidy.sh` in the `bin` folder with the following contents:",
    ] {
        for tag in ["sh", ""] {
            expect(
                &format!("# T\n\n{lead}\n\n```{tag}\nrm -rf /var/tmp/old\n```\n\n## B\n\n```sh\nls b\n```\n"),
                &["T: T | shown (text for a file): rm -rf /var/tmp/old", "T > B: B | run: ls b"],
            );
        }
    }
    // In an item, too, and the next block is a command again.
    expect(
        "1. Put this into `/etc/profile.d/tidy.sh`:\n\n   ```bash\n   umask 077\n   ```\n\n   and load it:\n\n   ```bash\n   . /etc/profile.d/tidy.sh\n   ```\n",
        &[
            "Put this into /etc/profile.d/tidy.sh | shown (text for a file): umask 077 | run: . /etc/profile.d/tidy.sh",
        ],
    );
}

#[test]
fn a_command_that_writes_the_file_is_run() {
    for (lead, command) in [
        ("Add the following to `/etc/hosts`:", "echo 10.0.0.1 db1 | sudo tee -a /etc/hosts"),
        ("Append this line to the file:", "echo x >> /srv/list"),
        ("Create the file `/srv/list` with the following command:", "touch -a /srv"),
        ("Add the following line to `list.txt` by running:", "touch -a /srv"),
        ("Put the file in `/srv`:", "scp web1:x ."),
        ("`web.service`:", "systemctl restart web"),
        ("In `prod`:", "ls -l"),
        ("Add the following node to the cluster:", "kubectl uncordon n1"),
        ("Add the following repository to `/etc/apt/sources.list`:", "add-apt-repository x"),
        ("Save the output to `/srv/list`:", "ls -l"),
        ("Create a dump of the file system with the following:", "touch -a /srv"),
    ] {
        let runbook = parse(&format!("# T\n\n{lead}\n\n```sh\n{command}\n```\n"));
        let listing = mapping_support::listing(&runbook).join("\n");
        assert!(
            listing.contains(&format!("run: {command}")) || listing.contains(&format!("run!: {command}")),
            "{lead}: {listing}"
        );
    }
    // The author's own words hold, and so do prompts.
    expect(
        "Put this in `x.sh`:\n\n```sh id=put\nls a\n```\n\nPut this in `y.sh`:\n\n```sh\n$ ls b\n```\n",
        &["Put this in x.sh | run: ls a", "Put this in y.sh | run: ls b"],
    );
}

#[test]
fn a_block_below_the_name_of_a_file_is_offered() {
    for lead in ["`bin/tidy.sh`:", "In `~/.profile`:", "**tidy.sh:**"] {
        expect(&format!("# T\n\n{lead}\n\n```sh\numask 077\n```\n"), &["T: T | offer: umask 077"]);
    }
}

#[test]
fn what_nobody_should_run_is_not_run() {
    for lead in [
        "Do not run:",
        "Never use the following command:",
        "**Don't** do this:",
        "Don’t ever do anything like:",
        "First, look. Avoid running this in production:",
        "Wrong:",
        "**Bad example**:",
    ] {
        for block in ["```sh\nkubectl delete pod --all\n```", "```\n$ kubectl delete pod --all\n```"] {
            let text =
                format!("# T\n\n## A\n\n{lead}\n\n{block}\n\nRight:\n\n```sh\nkubectl get pods\n```\n");
            let listing = mapping_support::listing(&parse(&text));
            assert_eq!(listing.len(), 1, "{text}: {listing:?}");
            assert!(listing[0].ends_with(" | run: kubectl get pods"), "{listing:?}");
        }
    }
    // What is to be put off until somebody sees fit is theirs to start.
    for lead in [
        "Do not run this before the lag is zero:",
        "Never run the following without a backup:",
        "Do not run the following commands until Ben agrees:",
        "DO NOT USE unless all is lost:",
        "A common mistake is to look without a namespace, which shows little:",
    ] {
        let text = format!("# T\n\n{lead}\n\n```sh\nkubectl get pods\n```\n");
        let listing = mapping_support::listing(&parse(&text)).join("\n");
        assert!(listing.contains("offer: kubectl get pods"), "{lead}: {listing}");
    }
    // What is not to be forgotten, is run.
    for lead in [
        "Don't forget to run:",
        "A quick look:",
        "The error log says more:",
        "Do not stop. Use this:",
        "If it does not run, use:",
        "Not running? Start it:",
    ] {
        let text = format!("# T\n\n{lead}\n\n```sh\nkubectl get pods\n```\n");
        let listing = mapping_support::listing(&parse(&text)).join("\n");
        assert!(listing.contains("run: kubectl get pods"), "{lead}: {listing}");
    }
}

#[test]
fn a_command_that_a_sentence_warns_of_is_not_offered() {
    expect(
        "## Look\n\nDo not use `kubectl delete pod p1`, and never run the `rm -rf /srv` command. Instead of `systemctl stop db` run `systemctl restart db`.\n",
        &["Look: Look | offer: systemctl restart db"],
    );
    // It is the right one later, or at once.
    expect(
        "## Look\n\nDo not run `systemctl stop db` until it is drained. Don't forget to run `kubectl get pods -A`. If it is not there use `systemctl status db`.\n",
        &["Look: Look | offer!: systemctl stop db | offer: kubectl get pods -A | offer: systemctl status db"],
    );
}

#[test]
fn what_a_sentence_says_to_run_is_offered_though_nobody_knows_the_program() {
    expect(
        "1. Run `shipit deploy --all`, then execute the `fleetctl-x list` command.\n2. You can check by running `lens open web`.\n",
        &[
            "Run shipit deploy --all, then execute the fleetctl-x list command | offer: shipit deploy --all | offer: fleetctl-x list",
            "You can check by running lens open web | offer: lens open web",
        ],
    );
    // Statements of other programs, words, and what is not to be run.
    expect(
        "1. Run `show clients`, `info memory`, run `Project.all where`, run `select 1`, run `db.stats( 1 )`, run `puts x;`\n2. See `shipit deploy`, do not run `shipit drop`\n",
        &[
            "Run show clients, info memory, run Project.all where, run select 1, run db.stats( 1 ), run puts x",
            "See shipit deploy, do not run shipit drop",
        ],
    );
}

#[test]
fn roots_prompt_above_what_was_printed_is_one_in_a_block_without_a_language() {
    expect(
        "## A\n\nLook:\n\n```\n# iostat -x 1 2\nLinux 5.4 (db1)\n\navg-cpu: 1\n```\n",
        &["A: A | run*: iostat -x 1 2"],
    );
    expect("## A\n\nLook:\n\n```\n# df -h\n```\n", &["A: A | run*: df -h"]);
    // A comment of a file, of a script.
    for block in ["# host settings\nhost = x", "# ls shows\n# -l too\nx = 1", "# TYPE  DB  -x\nhost a b c"] {
        expect(&format!("## A\n\nLook:\n\n```\n{block}\n```\n"), &[]);
    }
}

#[test]
fn an_example_of_the_command_that_was_just_told_is_offered() {
    expect(
        "1. Grow it with `resize2fs <partition>`. Example:\n\n   ```\n   sudo resize2fs /dev/sda1\n   ```\n",
        &[
            "Grow it with resize2fs <partition> | offer: resize2fs <partition> | offer: sudo resize2fs /dev/sda1",
        ],
    );
    expect(
        "## A\n\nGrow it.\n\n```sh\n# Example for the root volume\ngrowpart /dev/sda 1\n```\n",
        &["A: growpart /dev/sda 1 | offer: growpart /dev/sda 1"]
            .map(|_| "A: A | offer: # Example for the root volume⏎growpart /dev/sda 1"),
    );
    expect(
        "## A\n\n```sh\n# Example: grow the volume of the root of the first node\ngrowpart /dev/sda 1\n```\n",
        &["A: A | offer: # Example: grow the volume of the root of the first node⏎growpart /dev/sda 1"],
    );
    // Another command; an example of nothing told before.
    for (text, command) in [
        ("Look, for example:\n\n```\nlsblk -a\n```\n", "lsblk -a"),
        ("Grow it with `resize2fs <partition>`:\n\n```\nresize2fs /dev/sda1\n```\n", "resize2fs /dev/sda1"),
        ("Look:\n\n```sh\nls /srv/example # example\n```\n", "ls /srv/example # example"),
    ] {
        let runbook = parse(text);
        let runs = |action: &midwatch::runbook::Action| !action.offered && action.script == command;
        assert!(runbook.steps.iter().flat_map(|step| &step.actions).any(runs), "{text}");
    }
}

#[test]
fn what_a_sentence_calls_output_does_not_run() {
    expect(
        "## A\n\nLook:\n\n```sh\nls a\n```\n\nThe output should hold the date.\n\n```sh\nnotAfter=Aug 6 13:11:20 2025\n```\n\nThe output is long. Look again.\n\n```sh\nls b\n```\n",
        &["A: Look | run: ls a", "A: ls b | run: ls b"],
    );
    expect("The output of this is long.\n\n```sh\nls b\n```\n", &["The output of this is long | run: ls b"]);
}

#[test]
fn a_form_is_no_script_whatever_its_tag() {
    expect(
        "1. Open a ticket with these details:\n\n   ```bash\n   Basic details:\n\n   Name:\n   Impact:\n   ```\n\n2. Look:\n\n   ```bash\n   ls a\n   ```\n",
        &["Open a ticket with these details", "Look | run: ls a"],
    );
}
