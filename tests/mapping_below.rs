//! What a heading, a label or a comment says of the commands below it.

mod mapping_support;

use mapping_support::{expect, parse};

fn belongs(text: &str) -> Vec<Option<String>> {
    let runbook = parse(text);
    let actions = runbook.steps.iter().flat_map(|step| &step.actions);
    actions.map(|action| action.belongs.as_deref().map(str::to_owned)).collect()
}

#[test]
fn a_heading_that_names_the_machine_sends_what_stands_below_it_there() {
    for (heading, place) in [
        ("On the replica", "on the replica"),
        ("On the NEW node (10.0.0.7)", "on the NEW node (10.0.0.7)"),
        ("2. On each worker node:", "on each worker node"),
        ("Step 3: On db1.example.com", "on db1.example.com"),
        ("Inside the cache pod", "inside the cache pod"),
    ] {
        let text = format!(
            "# T\n\n## {heading}\n\n```sh\nsystemctl stop web\n```\n\n### More\n\nLook:\n\n```sh\numount /data\n```\n\n## After\n\n```sh\nuptime\n```\n"
        );
        let place = Some(place.to_owned());
        assert_eq!(belongs(&text), [place.clone(), place, None], "{heading}");
    }
    // What goes there by itself, and where one is back.
    for block in ["```sh\nkubectl get pods\n```", "```sh\nssh db1\n```", "```sh timeout=5s\nls\n```"] {
        assert_eq!(belongs(&format!("# T\n\n## On the replica\n\n{block}\n")), [None], "{block}");
    }
    let back = "# T\n\n## On the replica\n\n### On your laptop\n\n```sh\ndf -h\n```\n";
    assert_eq!(belongs(back), [None]);
}

#[test]
fn a_heading_that_is_about_a_machine_is_no_place() {
    for heading in [
        "On this host",
        "On Linux",
        "On tables",
        "On-call",
        "Once the node is up",
        "In the pod's logs",
        "Replica",
        "Install it",
        "In Grafana",
        "On any host with the client",
    ] {
        let text = format!("# T\n\n## {heading}\n\n```sh\nsystemctl stop web\n```\n");
        assert_eq!(belongs(&text), [None], "{heading}");
    }
}

#[test]
fn a_label_that_names_the_machine_is_one_too() {
    expect(
        "# T\n\n## Stop\n\n**On the primary:**\n\n```sh\nsystemctl stop web\n```\n\n1. On the replica:\n\n   ```sh\n   systemctl stop web\n   ```\n2. Look:\n\n   ```sh\n   uptime\n   ```\n",
        &[
            "T > Stop: On the primary | shown (on the primary): systemctl stop web",
            "T > Stop: On the replica | shown (on the replica): systemctl stop web",
            "T > Stop: Look | run: uptime",
        ],
    );
}

#[test]
fn comments_that_name_machines_part_a_block() {
    expect(
        "# T\n\n## Stop\n\n```sh\n# ONLY on node1 (the old one)\nsystemctl stop web\n\n# On node2 - last\n./stop.sh\n```\n\n```sh\n# Node 1\ndf -h\n# Node 2\ndf -h\n```\n",
        &[
            "T > Stop: Stop | shown (on node1 (the old one)): # ONLY on node1 (the old one)⏎systemctl stop web | shown (on node2 - last): # On node2 - last⏎./stop.sh | shown (node 1): # Node 1⏎df -h | shown (node 2): # Node 2⏎df -h",
        ],
    );
    for comment in
        ["# on port 80", "# Retry 2", "# only once", "# on 2024-01-02", "# version 1", "# On failure"]
    {
        let text = format!("# T\n\n## A\n\n```sh\nuptime\n{comment}\nsystemctl stop web\n```\n");
        assert_eq!(belongs(&text), [None], "{comment}");
    }
}

#[test]
fn what_stands_below_examples_is_offered() {
    for heading in ["Example", "Examples:", "API example", "Usage Examples", "Example usage"] {
        let runbook = parse(&format!("# T\n\n## {heading}\n\n```sh\nrestart-it --now\n```\n"));
        assert!(runbook.steps[0].actions[0].offered, "{heading}");
    }
    for heading in ["Restart the example app", "Exam", "Resample it"] {
        let runbook = parse(&format!("# T\n\n## {heading}\n\n```sh\nrestart-it --now\n```\n"));
        assert!(!runbook.steps[0].actions[0].offered, "{heading}");
    }
}

#[test]
fn labels_of_tools_are_one_question() {
    expect(
        "# T\n\n## Restart\n\n**Using Docker:**\n\n```sh\ndocker restart web\n```\n\n**Using Podman:**\n\n```sh\npodman restart web\n```\n\nLook:\n\n```sh\nuptime\n```\n",
        &[
            "? T > Restart: Using Docker | run: docker restart web",
            "? T > Restart: Using Podman | run: podman restart web",
            "T > Restart: Look | run: uptime",
        ],
    );
    // One alone, and a sentence.
    for (one, other) in [("Using Docker:", "Then:"), ("With care, stop it:", "With that, start it:")] {
        let runbook =
            parse(&format!("# T\n\n## A\n\n{one}\n\n```sh\ndf -h\n```\n\n{other}\n\n```sh\nuptime\n```\n"));
        assert!(runbook.steps.iter().all(|step| step.choice.is_none()), "{one}");
    }
}

#[test]
fn a_line_that_is_an_or_parts_two_ways() {
    for or in ["or", "(or)", " (or)", "OR", "-- or --", "# hoặc", "# oppure"] {
        let runbook = parse(&format!("# T\n\n## A\n\n```sh\nstop-it -a\n{or}\nend-it -a\n```\n"));
        let found: Vec<(&str, bool)> = runbook.steps[0]
            .actions
            .iter()
            .map(|action| (action.script.lines().last().unwrap_or(""), action.offered))
            .collect();
        assert_eq!(found, [("stop-it -a", false), ("end-it -a", true)], "{or}");
    }
}
