//! Commands that an author did not mark as such, and what is no command though it is marked.

mod mapping_support;

use mapping_support::{expect, parse};

#[test]
fn plain_text_that_is_a_command_is_offered() {
    expect(
        "# T\n\n## Restart\n\n1. Stop it:\n   systemctl stop web\n2. Wait a moment\n3. If it hangs:\n     sudo pkill -9 web\n     sudo systemctl start web\n\n## Stop\n\ndocker compose -p web down\n\n## Look\n\n- kubectl get pods -n web\n- journalctl -u web\n",
        &[
            "T > Restart: Stop it: systemctl stop web | offer!: systemctl stop web",
            "T > Restart: Wait a moment",
            "T > Restart: If it hangs: sudo pkill -9 web sudo systemctl start web | offer!: sudo pkill -9 web | offer: sudo systemctl start web",
            "T > Stop: Stop | offer!: docker compose -p web down",
            "T > Look: kubectl get pods -n web | offer: kubectl get pods -n web",
            "T > Look: journalctl -u web | offer: journalctl -u web",
        ],
    );
}

#[test]
fn sentences_with_the_names_of_programs_are_none() {
    for text in [
        "- kubectl access\n- git and make\n- docker registry credentials\n",
        "make sure that it is up\n",
        "It is slow because the\nfind -name of it is not indexed\nand so on\n",
        "systemctl is used to stop it\n",
        "less is more\n",
    ] {
        let runbook = parse(&format!("# T\n\n## A\n\n{text}"));
        assert!(runbook.steps.iter().all(|step| step.actions.is_empty()), "{text}");
    }
}

#[test]
fn what_could_not_be_placed_is_said() {
    let said = |text: &str| -> Vec<String> {
        parse(text).diagnostics.iter().map(|note| note.message.clone()).collect()
    };
    assert_eq!(
        said("# T\n\nThe app and its host.\n\n```\nFirst of all log in\nsystemctl stop web\n```\n"),
        ["a command in a block that begins with none: shown, not run"]
    );
    assert_eq!(
        said("# T\n\nText.\n\n----\n# cp /srv/a /srv/b\n----\n"),
        ["a heading that reads like a command at root's prompt is only shown"]
    );
    assert!(said("# T\n\n# Restart\n\n```\nit is slow\n```\n").is_empty());
}

#[test]
fn a_comment_in_columns_is_no_output() {
    expect(
        "# T\n\n## A\n\n```\n#\n#  one   the first  of them\n#\nsystemctl stop web\n```\n",
        &["T > A: A | run*!: #⏎#  one   the first  of them⏎#⏎systemctl stop web"],
    );
}

#[test]
fn paths_alone_are_nothing_to_run() {
    expect("# T\n\n## A\n\nIt removes:\n\n```sh\n/etc/web   # settings\n~/.web\n```\n", &[]);
    for script in [
        "/opt/web/bin/stop\n/opt/web/bin/start",
        "/srv/stop.sh",
        "/etc/init.d/web stop\n/etc/init.d/web start",
    ] {
        let runbook = parse(&format!("# T\n\n## A\n\nStop it:\n\n```sh\n{script}\n```\n"));
        assert!(!runbook.steps[0].actions[0].offered, "{script}");
    }
}

#[test]
fn whoever_becomes_another_user_stays_one() {
    expect(
        "# T\n\n## A\n\n```sh\n# su - web\n$ psql\n```\n",
        &["T > A: A | run*@: su - web | shown (in the su session): psql"],
    );
    // A comment is one where nobody does.
    expect(
        "# T\n\n## A\n\n```sh\n# su is not needed\n$ psql -c 'select 1'\n```\n",
        &["T > A: A | run: psql -c 'select 1'"],
    );
}

#[test]
fn a_block_below_a_lone_item_belongs_to_it() {
    expect(
        "# T\n\n## A\n\n- Stop it\n\n```sh\nsystemctl stop web\n```\n\n- Look\n\n```sh\nuptime\n```\n",
        &["T > A: Stop it | run!: systemctl stop web", "T > A: Look | run: uptime"],
    );
}

#[test]
fn half_of_a_broken_command_is_none() {
    let scripts = |text: &str| -> Vec<String> {
        parse(text).steps.iter().flat_map(|step| &step.actions).map(|action| action.script.clone()).collect()
    };
    let text = "1. Hold it:\n\n{{% tab %}}\n    apt-mark unhold web && \\\n    apt-get install -y web\n    # a comment that is longer than lines of commands mostly are in here\n    apt-get update && \\\n    apt-get upgrade -y\n{{% /tab %}}\n\n2. Look\n";
    let found = scripts(text);
    let words = |script: &String| script.split_whitespace().collect::<Vec<_>>().join(" ");
    let found: Vec<String> = found.iter().map(words).collect();
    assert_eq!(
        found,
        ["apt-mark unhold web && apt-get install -y web", "apt-get update && apt-get upgrade -y"]
    );
    assert!(scripts("1. It says that \\\n   the end \\\n").is_empty());
}

#[test]
fn a_command_without_marks_is_offered_as_one_reads_it() {
    let text = "# Lamp\n\n1. Stop it\n2. rm -f /srv/lamp/relay-\\*\n\nLoad it again:\n\nmysql -uroot -p &lt; lamps.sql\n";
    let runbook = parse(text);
    let scripts: Vec<_> =
        runbook.steps.iter().flat_map(|step| &step.actions).map(|action| action.script.as_str()).collect();
    assert_eq!(scripts, ["rm -f /srv/lamp/relay-*", "mysql -uroot -p < lamps.sql"]);
}

#[test]
fn a_program_that_other_blocks_call_is_offered() {
    let text = |lead: &str, block: &str| {
        format!(
            "# Lamp\n\nTo look, execute the following:\n\n```\nlampctl look\n```\n\n## Change it\n\n{lead}\n\n{block}\n"
        )
    };
    for block in
        ["\tlampctl drop --id <ID>", "    lampctl drop --id <ID>", "```\nlampctl drop --id <ID>\n```"]
    {
        let text = text("Remove it from the room. Use the id that was shown", block);
        expect(
            &text,
            &[
                "Lamp: Lamp | run*: lampctl look",
                "Lamp > Change it: Change it | offer: lampctl drop --id <ID>",
            ],
        );
    }
    // What it prints, what nobody is told to do, and what nobody calls.
    for (lead, block) in [
        ("The lamp is dropped so", "    lampctl drop --id <ID>"),
        ("Look at it. The output is:", "    lampctl drop --id <ID>"),
        ("Remove it from the room", "    bulbctl drop --id <ID>"),
        ("Remove it from the room", "    lampctl = 12"),
        ("Remove it from the room", "    lampctl drop\n    The lamp is gone"),
    ] {
        let runbook = parse(&text(lead, block));
        let count = runbook.steps.iter().flat_map(|step| &step.actions).count();
        assert_eq!(count, 1, "{lead} {block}");
    }
}
