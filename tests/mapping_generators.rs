//! Tabs and notes as site generators write them, whose text CommonMark takes for code.

mod mapping_support;

use mapping_support::{expect, listing, parse};

#[test]
fn indented_tabs_are_one_question() {
    expect(
        "# T\n\n## Stop\n\n=== \"Units\"\n\n    Stop it:\n\n    ```sh\n    systemctl stop web\n    ```\n\n    ```sh\n    systemctl disable web\n    ```\n\n=== \"Compose\"\n\n    ```sh\n    docker compose stop web\n    ```\n\nThen look:\n\n```sh\nuptime\n```\n",
        &[
            "? T > Stop: Units | run!: systemctl stop web | run!: systemctl disable web",
            "? T > Stop: Compose | run!: docker compose stop web",
            "T > Stop: Then look | run: uptime",
        ],
    );
    // Within a step nobody does one after the other.
    expect(
        "## Stop\n\n1.  Stop it:\n\n    === \"Units\"\n\n        ```sh\n        systemctl stop web\n        ```\n\n    === \"Compose\"\n\n        ```sh\n        docker compose stop web\n        ```\n\n2.  Call Ada.\n",
        &["Stop: Stop it | offer!: systemctl stop web | offer!: docker compose stop web", "Stop: Call Ada"],
    );
}

#[test]
fn what_stands_in_a_note_is_read_as_in_a_quote() {
    expect(
        "# T\n\n## Stop\n\n!!! warning \"Data\"\n    Save it before that:\n\n    ```sh\n    save-it --all\n    ```\n\nStop it:\n\n```sh\nuptime\n```\n\n??? note\n    Nothing to run here, but call Ada.\n",
        &[
            "T > Stop: warning \"Data\" Save it before that | run: save-it --all",
            "T > Stop: Stop it | run: uptime",
        ],
    );
    // A note alone asks nobody for anything.
    expect("# T\n\n## Stop\n\n!!! note \"Old\"\n    Use the other one. Remove this soon.\n", &[]);
    // No note: somebody shouts, and what stands below is code.
    expect(
        "# T\n\n!!! Stop the app first\n\n    systemctl stop web\n",
        &["T: T | run*!: systemctl stop web"],
    );
}

#[test]
fn tabs_that_are_fences_are_one_question() {
    for (open, set) in [("{tab} ", false), ("{tab-item} ", true)] {
        let tabs = format!(
            "````{open}Debian\n\n```sh\napt-get install web\n```\n````\n\n````{open}Alpine\n\n```sh\napk add web\n```\n````\n"
        );
        let tabs = if set { format!("`````{{tab-set}}\n{tabs}`````\n") } else { tabs };
        let text = format!("# T\n\n## Install\n\n{tabs}\nThen look:\n\n```sh\nuptime\n```\n");
        let runbook = parse(&text);
        let found: Vec<(bool, &str)> = runbook
            .steps
            .iter()
            .map(|step| (step.choice.is_some(), step.actions[0].script.as_str()))
            .collect();
        assert_eq!(
            found,
            [(true, "apt-get install web"), (true, "apk add web"), (false, "uptime")],
            "{text}"
        );
        assert!(runbook.diagnostics.is_empty(), "{:?}", runbook.diagnostics);
    }
}

#[test]
fn places_in_a_file_with_tabs_stay_what_they_are() {
    let text = "# Tü\n\n=== \"Größe `x`\"\n\n    ```sh\n    df -h\n    ```\n\n===+ \"Ü\"\n\n    ```sh\n    du -sh /srv\n    ```\n";
    let runbook = parse(text);
    for action in runbook.steps.iter().flat_map(|step| &step.actions) {
        assert!(text[action.span.range()].contains(&action.script), "{}", action.script);
    }
    assert_eq!(runbook.steps.len(), 2);
    assert!(runbook.steps.iter().all(|step| step.choice.is_some()));
}

#[test]
fn the_options_of_a_directive_are_no_lines_of_its_code() {
    for (info, tagged) in [("{code-block} bash", true), ("{code-block}", false), ("{code} sh", true)] {
        let text = format!(
            "# Set up\n\n```{info}\n:caption: Create the user\n:linenos:\n\ncreateuser app\ncreatedb app\n```\n"
        );
        let runbook = parse(&text);
        let [action] = &runbook.steps[0].actions[..] else { panic!("{info}: {:?}", listing(&runbook)) };
        assert_eq!((&*action.script, action.tagged), ("createuser app\ncreatedb app", tagged), "{info}");
    }
    // Options between rulers.
    let text = "# Set up\n\n```{code-block} sh\n---\ncaption: Create it\n---\ncreateuser app\n```\n";
    assert_eq!(listing(&parse(text)), ["Set up: Set up | run: createuser app"]);
    // Without options, and another language.
    let runbook = parse(
        "# Set up\n\n```{code-block} sh\nls\n```\n\n```{code-block} yaml\nls: x\n```\n\n```{code-block}\n```\n",
    );
    assert_eq!(listing(&runbook), ["Set up: Set up | run: ls"]);
    // No directive for code, and no directive at all.
    for text in ["```{note}\n:class: tip\nls -l\n```\n", "```\n:x: y\nls -l\n```\n"] {
        assert!(listing(&parse(&format!("# Set up\n\n{text}"))).is_empty(), "{text}");
    }
}

#[test]
fn a_list_in_a_note_is_told_and_asks_for_nothing() {
    let text = |mark: &str| {
        format!(
            "# Restore\n\n{mark}\n1. Nodes are kept.\n2. Check the token first.\n:::\n\nStop it:\n\n```sh\nfrob stop\n```\n"
        )
    };
    for mark in [":::warning", ":::note Important:", ":::{tip}"] {
        assert_eq!(listing(&parse(&text(mark))).len(), 1, "{mark}");
    }
    assert_eq!(listing(&parse(&text(":::steps"))).len(), 3);
    // A command in it counts.
    let text = "# Restore\n\n:::note\n\n- Run `frob stop --now` first.\n\n:::\n";
    assert_eq!(listing(&parse(text)).len(), 1);
}
