//! Alternatives that are counted ("Option A", "Method 2") are one question, wherever they stand.

mod mapping_support;

use mapping_support::{expect, listing, parse};
use midwatch::runbook::Runbook;

/// How many steps are alternatives of the first step's choice.
fn alternatives(runbook: &Runbook) -> usize {
    let choice = runbook.steps[0].choice.as_ref();
    runbook.steps.iter().filter(|step| choice.is_some() && step.choice.as_ref() == choice).count()
}

#[test]
fn sibling_headings_that_count_options_are_one_question() {
    for (first, second) in [
        ("Option A: Restart it", "Option B: Replace it"),
        ("Option 1 (preferred)", "Option 2"),
        ("Scenario 1: the disk is full", "Scenario 2: the disk is broken"),
        ("Variante A", "Variante B"),
        ("方法一：重启", "方法二：替换"),
    ] {
        let runbook = parse(&format!(
            "# Lamp\n\n## Mend it\n\n### {first}\n\n```sh\nls a\n```\n\nThen:\n\n```sh\nls b\n```\n\n### {second}\n\n```sh\nls c\n```\n\n### Look\n\n```sh\nls d\n```\n"
        ));
        assert_eq!(alternatives(&runbook), 3, "{first}: {:?}", listing(&runbook));
        assert!(runbook.steps[3].choice.is_none(), "{first}");
    }
    for (first, second) in
        [("Option A: Restart it", "Look"), ("Solution 1", "Solution 2"), ("Options", "Methods")]
    {
        let runbook = parse(&format!("## {first}\n\n```sh\nls a\n```\n\n## {second}\n\n```sh\nls b\n```\n"));
        assert_eq!(alternatives(&runbook), 0, "{first}: {:?}", listing(&runbook));
    }
}

#[test]
fn blocks_below_counted_options_are_one_question() {
    let runbook = parse(
        "## Renew\n\n**Option 1: at the desk**\n\n```sh\nls a\n```\n\n**Option 2: by hand**\n\n```sh\nls b\n```\n\nLook at it:\n\n```sh\nls c\n```\n",
    );
    assert_eq!(alternatives(&runbook), 2, "{:?}", listing(&runbook));
    // The second of which no first is known is a step as any other.
    let runbook = parse("## Renew\n\nLook:\n\n```sh\nls a\n```\n\nOption 2 is:\n\n```sh\nls b\n```\n");
    assert_eq!(alternatives(&runbook), 0, "{:?}", listing(&runbook));
}

#[test]
fn items_that_count_options_are_one_question() {
    let runbook = parse(
        "## Mend\n\n- Option A: restart it:\n  ```sh\n  ls a\n  ```\n- Option B: replace it:\n  ```sh\n  ls b\n  ```\n",
    );
    assert_eq!(alternatives(&runbook), 2, "{:?}", listing(&runbook));
    // Within a step each is offered.
    let runbook = parse(
        "1. Mend it:\n   - Option A:\n     ```sh\n     ls a\n     ```\n   - Option B:\n     ```sh\n     ls b\n     ```\n",
    );
    assert!(runbook.steps[0].actions.iter().all(|action| action.offered), "{:?}", listing(&runbook));
    for (first, second) in [("**Option 1.** At the desk", "**Option 2.** By hand"), ("Debian:", "RHEL:")] {
        let runbook = parse(&format!(
            "1. Mend it.\n\n   {first}\n\n   ```sh\n   ls a\n   ```\n\n   {second}\n\n   Take it apart:\n\n   ```sh\n   ls b\n   ```\n"
        ));
        let offered: Vec<_> = runbook.steps[0].actions.iter().map(|action| action.offered).collect();
        assert_eq!(offered, [false, true], "{first}: {:?}", listing(&runbook));
    }
    // What there is to know of them is nothing to do.
    assert_eq!(parse("## Notes\n\n- Option A: quick and dirty\n- Option B: slow and clean\n").steps.len(), 0);
}

#[test]
fn comments_that_count_options_part_a_block() {
    let runbook = parse(
        "## Mend\n\n```sh\nls first\n\n# Option A: restart\nls a\n\n# Option B: replace\nls b\n```\n\n```sh\n# 方式 1：重启\nls c\n# 方式 2：替换\nls d\n```\n",
    );
    let actions = runbook.steps.iter().flat_map(|step| &step.actions);
    let found: Vec<_> =
        actions.map(|action| (action.script.lines().last().unwrap_or(""), action.offered)).collect();
    assert_eq!(
        found,
        [("ls first", false), ("ls a", false), ("ls b", true), ("ls c", false), ("ls d", true)]
    );
}

#[test]
fn a_block_that_or_announces_is_another_way_to_do_the_one_before() {
    for or in [
        "Or all in one:",
        "Or, if there are many:",
        "or",
        "OR:",
        "Alternatively, do both.",
        "Oder so:",
        "或者：",
        "または：",
    ] {
        let runbook = parse(&format!(
            "## Restore\n\nRestore the newest:\n\n```sh\nls a\n```\n\n{or}\n\n```sh\nls b\n```\n\nOr:\n\n```sh\nls c\n```\n\nLook at it:\n\n```sh\nls d\n```\n"
        ));
        assert_eq!(alternatives(&runbook), 3, "{or}: {:?}", listing(&runbook));
    }
    for or in ["Or you wait for the next night.", "Orders are next:", "Organise the rest:"] {
        let runbook = parse(&format!("Restore it:\n\n```sh\nls a\n```\n\n{or}\n\n```sh\nls b\n```\n"));
        assert_eq!(alternatives(&runbook), 0, "{or}: {:?}", listing(&runbook));
    }
}

#[test]
fn a_comment_may_say_or_in_another_language() {
    for or in ["o para los dos", "oder so", "ou bien", "或者重启", "または", "или так"] {
        let runbook = parse(&format!("```sh\nls a\n# {or}\nls b\n```\n"));
        let offered: Vec<_> = runbook.steps[0].actions.iter().map(|action| action.offered).collect();
        assert_eq!(offered, [false, true], "{or}");
    }
}

#[test]
fn labels_of_systems_are_one_question() {
    for (first, second) in [
        ("Debian / Ubuntu", "RHEL 8 or later"),
        ("macOS (Homebrew)", "Linux"),
        ("From package (apt)", "From package (yum)"),
    ] {
        let headings = format!(
            "## Install\n\n### {first}\n\n```sh\nls a\n```\n\n### {second}\n\n```sh\nls b\n```\n\n### Start it\n\n```sh\nls c\n```\n"
        );
        let leads = format!(
            "## Install\n\n**{first}:**\n\n```sh\nls a\n```\n\n**{second}:**\n\n```sh\nls b\n```\n\nStart it:\n\n```sh\nls c\n```\n"
        );
        for text in [headings, leads] {
            let runbook = parse(&text);
            assert_eq!(alternatives(&runbook), 2, "{first}: {:?}", listing(&runbook));
        }
        let runbook = parse(&format!("```sh\nls start\n# {first}\nls a\n# {second}\nls b\n```\n"));
        let offered: Vec<_> = runbook.steps[0].actions.iter().map(|action| action.offered).collect();
        assert_eq!(offered, [false, false, true], "{first}");
    }
    for (first, second) in [("Restart the Debian hosts", "Restart the RHEL hosts"), ("Debian", "Start it")] {
        let runbook =
            parse(&format!("### {first}\n\n```sh\nls a\n```\n\n### {second}\n\n```sh\nls b\n```\n"));
        assert_eq!(alternatives(&runbook), 0, "{first}: {:?}", listing(&runbook));
    }
    // Who releases does it for all of them.
    let runbook =
        parse("# Release packages\n\n## Debian\n\n```sh\nls a\n```\n\n## Fedora\n\n```sh\nls b\n```\n");
    assert_eq!(alternatives(&runbook), 0, "{:?}", listing(&runbook));
    // A system for which nothing runs here is no reason to walk the others one after the other.
    let runbook = parse(
        "### Windows\n\nAsk somebody.\n\n### Debian\n\n```sh\nls a\n```\n\n### Fedora\n\n```sh\nls b\n```\n\n### Suse\n\nNothing yet.\n",
    );
    assert!(runbook.steps.iter().all(|step| step.choice.is_some()), "{:?}", listing(&runbook));
}

#[test]
fn labels_over_blocks_that_do_the_same_are_one_question() {
    let text = |first: &str, second: &str, one: &str, other: &str| {
        format!(
            "## Set it\n\n**{first}**\n\n```sh\n{one}\n```\n\n**{second}:**\n\n```sh\n{other}\n```\n\nLook:\n\n```sh\nls c\n```\n"
        )
    };
    for (one, other) in [
        ("LAMP=/dev/lamp0\nPART=\"\"", "LAMP=/dev/bulb0\nPART=p"),
        ("export LAMP=hall", "export LAMP=roof  # on top"),
        ("lampctl clear hall\nlampctl init hall red", "lampctl clear hall\nlampctl init hall"),
        ("lampctl init hall", "lampctl init hall --red"),
    ] {
        let runbook = parse(&text("Old lamps", "LED lamps", one, other));
        assert_eq!(alternatives(&runbook), 2, "{one}: {:?}", listing(&runbook));
        // Within a step the second is offered.
        let inner = text("Old lamps", "LED lamps", one, other).replace('\n', "\n   ");
        let inner = inner.replace("## Set it", "1. Set it:").replace("Look:", "2. Look:");
        let runbook = parse(&inner);
        let offered: Vec<_> = runbook.steps[0].actions.iter().map(|action| action.offered).collect();
        assert_eq!(offered[..2], [false, true], "{one}: {:?}", listing(&runbook));
    }
    // Labels are labels elsewhere.
    for (first, second, one, other) in [
        ("Old lamps", "LED lamps", "LAMP=hall", "ROOM=hall"),
        ("Old lamps", "LED lamps", "lampctl off hall", "lampctl off roof"),
        ("Old lamps", "LED lamps", "cd /srv/lamp\n./stop a", "cd /srv/lamp\n./stop b"),
        ("Before", "After", "lampctl list hall", "lampctl list hall --all"),
        ("Stop the old lamps", "Stop the LED lamps", "LAMP=hall\nlampctl off", "LAMP=roof\nlampctl off"),
        ("Step 1: hall", "Step 2: roof", "LAMP=hall", "LAMP=roof"),
    ] {
        let runbook = parse(&text(first, second, one, other));
        assert_eq!(alternatives(&runbook), 0, "{one}: {:?}", listing(&runbook));
    }
}

#[test]
fn an_example_in_a_comment_is_no_next_command() {
    let runbook = parse("```sh\nlampctl drop <lamp>\n# Example:\nlampctl drop hall-7\n```\n");
    let actions = &runbook.steps[0].actions;
    let found: Vec<_> =
        actions.iter().map(|action| (action.script.lines().last().unwrap_or(""), action.offered)).collect();
    assert_eq!(found, [("lampctl drop <lamp>", false), ("lampctl drop hall-7", true)]);
    // One above all of them says it of all.
    let runbook = parse("```sh\n# Example:\nlampctl drop hall-7\n```\n");
    assert!(runbook.steps[0].actions[0].offered);
}

#[test]
fn tabs_are_one_question() {
    for (first, second, end) in [
        ("<Tabs>\n<TabItem value=\"a\">", "</TabItem>\n<TabItem value=\"b\">", "</TabItem>\n</Tabs>"),
        ("{{< tabs >}}\n{{< tab \"a\" >}}", "{{< /tab >}}\n{{< tab \"b\" >}}", "{{< /tab >}}\n{{< /tabs >}}"),
        (
            "{% tabs %}\n{% tab title=\"a\" %}",
            "{% endtab %}\n{% tab title=\"b\" %}",
            "{% endtab %}\n{% endtabs %}",
        ),
        ("::::{tab-set}\n:::{tab-item} a", ":::\n:::{tab-item} b", ":::\n::::"),
    ] {
        let runbook = parse(&format!(
            "## Begin\n\n{first}\n\n```sh\nls a\n```\n\n{second}\n\n```sh\nls b\n```\n\n{end}\n\nThen:\n\n```sh\nls c\n```\n"
        ));
        assert_eq!(alternatives(&runbook), 2, "{first}: {:?}", listing(&runbook));
        assert_eq!(runbook.steps[0].title, "ls a");
        assert!(runbook.steps[2].choice.is_none(), "{first}: {:?}", listing(&runbook));
    }
    // One tab alone, and one with nothing to do beside it, ask nothing.
    let runbook = parse(
        "<Tabs>\n<TabItem value=\"a\">\n\n```sh\nls a\n```\n\n</TabItem>\n<TabItem value=\"b\">\n\nNothing here.\n\n</TabItem>\n</Tabs>\n",
    );
    assert_eq!(alternatives(&runbook), 0, "{:?}", listing(&runbook));
    // A list that would go on in the next tab does not.
    let runbook = parse(
        "<Tabs>\n<TabItem value=\"a\">\n\n1. `ls a`\n\n</TabItem>\n<TabItem value=\"b\">\n\n2. `ls b`\n\n</TabItem>\n</Tabs>\n",
    );
    assert_eq!(alternatives(&runbook), 2, "{:?}", listing(&runbook));
}

#[test]
fn a_block_stops_where_a_comment_states_a_condition() {
    let runbook = parse(
        "```sh\n# 1. Look\nls a\n\n# 2. If it is red:\nls b\n\n# 3. If it is green:\n# the switch is on the left\nls c\n```\n",
    );
    let actions = runbook.steps.iter().flat_map(|step| &step.actions);
    let found: Vec<_> =
        actions.map(|action| (action.script.lines().last().unwrap_or(""), action.offered)).collect();
    assert_eq!(found, [("ls a", false), ("ls b", true), ("ls c", true)]);
    // What an `if` of a comment goes on with, and what a condition of the shell holds.
    let runbook = parse(
        "```sh\nls a\n# Look at it,\n# if there is time\nls b\nif true; then\n  # If so:\n  ls c\nfi\n```\n",
    );
    assert_eq!(runbook.steps[0].actions.len(), 1, "{:?}", listing(&runbook));
}

/// The last line of each action of a block, and whether it is offered.
fn offers(block: &str) -> Vec<(String, bool)> {
    let runbook = parse(&format!("```sh\n{block}\n```\n"));
    let actions = runbook.steps.iter().flat_map(|step| &step.actions);
    actions.map(|action| (action.script.lines().last().unwrap_or("").to_owned(), action.offered)).collect()
}

#[test]
fn what_a_comment_says_is_for_some_case_a_person_starts() {
    for comment in [
        "# If it is stuck:",
        "# 2. If it is stuck",
        "# To also drop the bulbs:",
        "# To drop the bulbs as well",
        "# To drop the bulbs instead:",
        "# Optional: drop the bulbs",
        "# Drop the bulbs (optional)",
        "# Only if it is stuck",
        "# Alternatively drop the bulbs",
        "# For several lamps",
        "# Force it",
    ] {
        let found = offers(&format!(
            "lampctl drop hall\n{comment}\nlampctl drop --force bulbs\n\n# Look\nlampctl list"
        ));
        let expected =
            [("lampctl drop hall", false), ("lampctl drop --force bulbs", true), ("lampctl list", false)];
        assert_eq!(found, expected.map(|(line, offered)| (line.to_owned(), offered)), "{comment}");
    }
    // Between prompted lines, too.
    for comment in ["# 2. If it is stuck", "# To also drop the bulbs:", "# Optional: drop the bulbs"] {
        let found = offers(&format!(
            "$ lampctl drop hall\n{comment}\n$ lampctl drop --force bulbs\n# 3. Look\n$ lampctl list"
        ));
        let offered: Vec<_> = found.iter().map(|(_, offered)| *offered).collect();
        assert_eq!(offered, [false, true, false], "{comment}: {found:?}");
    }
    // What all of it is for, and what is the next thing to do.
    for (comment, command) in [
        ("# To see it", "lampctl drop --force bulbs"),
        ("# Also drop the bulbs", "lampctl drop --force bulbs"),
        ("# For the bulbs:", "lampctl drop bulbs"),
        ("# For all of them", "lampctl drop bulbs"),
        ("# For several lamps", "bulbctl drop all"),
        ("# Force everybody out", "lampctl drop bulbs"),
        ("# Force everybody out", "bulbctl drop --force all"),
        ("# After the restart, look", "lampctl drop --force bulbs"),
    ] {
        let found = offers(&format!("lampctl drop hall\n{comment}\n{command}"));
        assert!(found.iter().all(|(_, offered)| !offered), "{comment}: {found:?}");
    }
    // One above all of it, and one within what the shell takes as a whole.
    for block in ["# If it is stuck:\nls a\nls b", "if true; then\n  ls a\n  # If so:\n  ls b\nfi"] {
        assert!(offers(block).iter().all(|(_, offered)| !offered), "{block}");
    }
}

#[test]
fn what_the_author_counts_on_with_is_done_whichever_way_was_taken() {
    let runbook =
        parse("```sh\n# 1. Go there\nls a\n# OR\nls b\n\n# 2. Look\nls c\n\n# 3. Again\nls d\n```\n");
    let actions = runbook.steps.iter().flat_map(|step| &step.actions);
    let found: Vec<_> =
        actions.map(|action| (action.script.lines().last().unwrap_or(""), action.offered)).collect();
    assert_eq!(found, [("ls a", false), ("ls b", true), ("ls c", false), ("ls d", false)]);
    // What counts anew within an alternative is a part of it.
    let runbook =
        parse("```sh\n# 1. Go there\nls a\n# Or by hand:\n# 1. stop\nls b\n# 2. start\nls c\n```\n");
    let offered: Vec<_> = runbook.steps[0].actions.iter().map(|action| action.offered).collect();
    assert_eq!(offered, [false, true], "{:?}", listing(&runbook));
}

#[test]
fn commands_that_name_their_system_behind_them_are_a_choice() {
    let text = "# Get it\n\n```sh\nbrew install frob  # macOS\nsudo apt install frob  # Ubuntu / Debian\n\nfrob --version\n```\n";
    assert_eq!(
        listing(&parse(text)),
        [
            "Get it: Get it | run: brew install frob  # macOS | offer: sudo apt install frob  # Ubuntu / Debian | run: frob --version"
        ]
    );
    for (first, second) in [
        ("frob a  # macOS", "frob b"),
        ("frob a  # Ubuntu is slow", "frob b  # macOS is not"),
        ("frob a # macOS", "\nfrob b # the rest"),
    ] {
        let runbook = parse(&format!("# Get it\n\n```sh\n{first}\n{second}\n```\n"));
        assert_eq!(runbook.steps[0].actions.len(), 1, "{first}: {:?}", listing(&runbook));
    }
}

#[test]
fn comments_for_one_case_each_are_a_choice() {
    let text = "# Look\n\n```sh\n# For Docker:\nfrob logs\n\n# For a cluster:\nfrob cluster logs\n```\n";
    assert_eq!(
        listing(&parse(text)),
        ["Look: Look | run: # For Docker:⏎frob logs | offer: # For a cluster:⏎frob cluster logs"]
    );
    let text = "# Look\n\n```sh\n# Kubernetes\nfrob pods\n\n# Docker:\nfrob ps\n```\n";
    assert_eq!(
        listing(&parse(text)),
        ["Look: Look | run: # Kubernetes⏎frob pods | offer: # Docker:⏎frob ps"]
    );
    let text = "# Look\n\n```sh\nfrob get a\n\n# For many of them\nfrob get a b\n```\n";
    assert_eq!(parse(text).steps[0].actions.len(), 2);
    for comment in ["# For all of them", "# Forget it", "# for more, look there"] {
        let text = format!("# Look\n\n```sh\nfrob get a\n\n{comment}\nfrob get b\n```\n");
        assert_eq!(parse(&text).steps[0].actions.len(), 1, "{comment}");
    }
}

#[test]
fn a_picture_before_an_option_is_no_part_of_it() {
    let text = "# Restore\n\n## 🔁 Option 1: from disk\n\n```sh\nls a\n```\n\n## 🔁 Option 2: anew\n\n```sh\nls b\n```\n";
    let runbook = parse(text);
    assert!(runbook.steps.iter().all(|step| step.choice.is_some()), "{:?}", listing(&runbook));
    let text = "# Restore\n\n## 🔁 Optional\n\n```sh\nls a\n```\n\n## 🔁 Options 2\n\n```sh\nls b\n```\n";
    assert!(parse(text).steps.iter().all(|step| step.choice.is_none()));
}

#[test]
fn paragraphs_in_bold_that_count_alternatives_are_one_question() {
    let text = "## Recovery\n\n**Recovery Method 1: from a copy**\n\nIf there is one:\n\n```sh\nls a\n```\n\nThen look:\n\n```sh\nls b\n```\n\n**Recovery Method 2: by hand**\n\nIf there is none:\n\n```sh\nls c\n```\n";
    expect(
        text,
        &[
            "? Recovery: Recovery Method 1: from a copy | run: ls a",
            "? Recovery: Then look | run: ls b",
            "? Recovery: Recovery Method 2: by hand | run: ls c",
        ],
    );
    let runbook = parse(text);
    let branches: Vec<_> = runbook.steps.iter().map(|step| step.branch).collect();
    assert!(branches[0].is_some() && branches[0] == branches[1] && branches[2].is_none());
    // What another label begins is for all of them.
    let after = format!("{text}\n**Verify**\n\nLook at it:\n\n```sh\nls d\n```\n");
    assert_eq!(alternatives(&parse(&after)), 3, "{:?}", listing(&parse(&after)));
    for other in [
        // Counted from one on, each with something to do, and labels alone.
        text.replace("Method 2:", "Method 3:"),
        text.replace("**Recovery Method 2: by hand**", "Recovery Method 2: by hand is slow."),
        text.replace("Method", "Part"),
        format!("{text}\n**Recovery Method 3: wait**\n\nIt comes back.\n"),
        text.replace("**Recovery Method 2: by hand**", "**Use method 2** after that."),
    ] {
        assert!(parse(&other).steps.iter().all(|step| step.choice.is_none()), "{other}");
    }
}

#[test]
fn a_list_of_cases_is_a_choice() {
    for text in [
        "- For public ones, there is nothing to do.\n- For own ones, check the usage.\n- For pools: check the pods.\n",
        "- In case of a timeout, restart it.\n- In case of an error: call Ben.\n",
        "- On Debian, update the packages.\n- On RHEL, enable the module.\n",
        "Two options:\n\n- Grow it: add a disk.\n- Free it:\n  If not possible to grow it, delete some.\n",
    ] {
        let runbook = parse(&format!("## Fix\n\n{text}"));
        assert!(runbook.steps.len() > 1 && runbook.steps.iter().all(|step| step.choice.is_some()), "{text}");
    }
    for text in [
        "- On the primary, stop it.\n- On the replica, start it.\n",
        "- For public ones, do nothing.\n- Then check the usage.\n",
        "- For each node, drain it.\n- For each pod, delete it.\n",
        "- For example, restart it.\n- For more information, call Ben.\n",
        "1. For the database, stop it.\n2. For the app, start it.\n",
        "- For the database, stop it.\n",
    ] {
        let runbook = parse(&format!("## Fix\n\n{text}"));
        assert!(runbook.steps.iter().all(|step| step.choice.is_none()), "{text}");
    }
}

#[test]
fn an_item_that_begins_as_another_way_is_one() {
    expect(
        "## Fix\n\n- Look at it\n- Stop routing to it\n- Alternatively, move it\n- Or restart it\n- Wait for it\n",
        &[
            "Fix: Look at it",
            "? Fix: Stop routing to it",
            "? Fix: Alternatively, move it",
            "? Fix: Or restart it",
            "Fix: Wait for it",
        ],
    );
    // The first of a list has none before it, and boxes are all to be done.
    for text in ["- Or move it\n- Stop it\n", "- [ ] Stop it\n- [ ] Or move it\n"] {
        let runbook = parse(&format!("## Fix\n\n- Look at it\n\nThen:\n\n{text}"));
        assert!(runbook.steps.iter().all(|step| step.choice.is_none()), "{text}");
    }
}

#[test]
fn another_way_ends_where_the_next_comment_begins() {
    let expected = &["Look: Look | run: # Look at all⏎ls a | offer: # Or at one⏎ls b | run: # Check it⏎ls c"];
    expect("# Look\n\n```sh\n# Look at all\nls a\n\n# Or at one\nls b\n\n# Check it\nls c\n```\n", expected);
    expect("# Look\n\n```sh\n# Look at all\nls a\n# Or at one\nls b\n# Check it\nls c\n```\n", expected);
    expect(
        "# Look\n\n```sh\n# Look at all\n$ ls a\n\n# Or at one\n$ ls b\n\n# Check it\n$ ls c\n```\n",
        &["Look: Look | run: ls a | offer: ls b | run: ls c"],
    );
    // What goes on with it, what is set off less, and what a counted option holds.
    for rest in ["# Then check it\nls c", "# Or by hand\nls c"] {
        expect(
            &format!("# Look\n\n```sh\nls a\n\n# Or at one\nls b\n\n{rest}\n```\n"),
            &[&*format!(
                "Look: Look | run: ls a | offer: # Or at one⏎ls b{}",
                match rest.contains("Or") {
                    true => " | offer: # Or by hand⏎ls c".to_owned(),
                    false => format!("⏎⏎{}", rest.replace('\n', "⏎")),
                }
            )],
        );
    }
    expect(
        "# Look\n\n```sh\nls a\n\n# Or at one\nls b\n# Check it\nls c\n```\n",
        &["Look: Look | run: ls a | offer: # Or at one⏎ls b⏎# Check it⏎ls c"],
    );
    expect(
        "# Look\n\n```sh\n# Option 1\nls a\n\n# Option 2\nls b\n\n# Check it\nls c\n```\n",
        &["Look: Look | run: # Option 1⏎ls a | offer: # Option 2⏎ls b⏎⏎# Check it⏎ls c"],
    );
}

#[test]
fn what_is_for_one_case_ends_where_the_next_comment_begins() {
    expect(
        "# Look\n\n```sh\n# 1. Look\nls a\n# 2. Only if it is there\nls b\n# 3. Check it\nls c\n```\n",
        &[
            "Look: Look | run: # 1. Look⏎ls a | offer: # 2. Only if it is there⏎ls b | run: # 3. Check it⏎ls c",
        ],
    );
}

#[test]
fn what_is_called_an_example_or_is_for_another_account_is_offered() {
    expect(
        "# Restore\n\n```sh\nls a\n\n# Restore it (disk example)\nls b\n\n# Restore it (row example)\nls c\n\n# Check it\nls d\n```\n",
        &[
            "Restore: Restore | run: ls a | offer: # Restore it (disk example)⏎ls b | offer: # Restore it (row example)⏎ls c | run: # Check it⏎ls d",
        ],
    );
    expect(
        "# Restore\n\n```sh\nls a\n\n# From the backup account - copy it\nls b\n```\n",
        &["Restore: Restore | run: ls a | offer: # From the backup account - copy it⏎ls b"],
    );
    for comment in
        ["# From the list above", "# In the end, an account of it", "# see the example", "# From here on"]
    {
        expect(
            &format!("# Restore\n\n```sh\nls a\n\n{comment}\nls b\n```\n"),
            &[&*format!("Restore: Restore | run: ls a⏎⏎{comment}⏎ls b")],
        );
    }
}

#[test]
fn what_need_not_be_done_is_offered() {
    for lead in [
        "**Bonus**:\n\nDo both at once:",
        "Optional:",
        "You can also do both at once:",
        "Optionally, do both:",
    ] {
        expect(
            &format!("# Do\n\nDo one:\n\n```sh\nls a\n```\n\n{lead}\n\n```sh\nls a b\n```\n"),
            &[
                "Do: Do one | run: ls a",
                &*format!(
                    "Do: {} | offer: ls a b",
                    match lead {
                        "**Bonus**:\n\nDo both at once:" => "Do both at once",
                        other => other.trim_end_matches(':'),
                    }
                ),
            ],
        );
    }
    for lead in ["NOTE: You might want to do both if you do not see it.", "You may want to do both:"] {
        let text = format!("# Do\n\nDo one:\n\n```sh\nls a\n```\n\n{lead}\n\n```sh\nls a b\n```\n");
        let runbook = parse(&text);
        let offered = runbook.steps.iter().flat_map(|step| &step.actions).filter(|action| action.offered);
        assert_eq!(offered.map(|action| &*action.script).collect::<Vec<_>>(), ["ls a b"], "{lead}");
    }
    for lead in [
        "You can now do both:",
        "Optionally do it later. Do both:",
        "Both are optional, do them:",
        "Bonus points are given. Do both:",
    ] {
        let text = format!("# Do\n\nDo one:\n\n```sh\nls a\n```\n\n{lead}\n\n```sh\nls a b\n```\n");
        let runbook = parse(&text);
        assert!(runbook.steps.iter().flat_map(|step| &step.actions).all(|action| !action.offered), "{lead}");
    }
}
