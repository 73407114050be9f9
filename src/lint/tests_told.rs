//! What rules say must be so, and point at the place it is about: readers of findings took them at their word.

use super::Finding;
use super::tests::{block, lint, marked, says, told};

/// `text` with all that can be mended mended.
fn mended(text: &str) -> String {
    super::fix::fix(&crate::source::Source::new("a.md", text), |source| lint(source.text()))
        .source
        .text()
        .to_owned()
}

#[test]
fn what_ends_a_list_is_the_first_block_below_it() {
    let page = |below: &str| format!("# A\n\n1. Look at the lock:\n\n{below}1. Look at the page.\n");
    let only = |below: &str| told("MW501", &page(below)).remove(0);
    let one = only("```sh\n./locks\n```\n\n");
    assert!(one.message.starts_with("this fence ends the list"), "{}", one.message);
    assert!(!one.help.unwrap().contains("below"));
    // What goes on below it belongs to the item, too.
    let more = only("```sh\n./locks\n```\n\nIf it is held:\n\n```sh\n./unlock\n```\n\n");
    assert!(more.message.starts_with("this fence ends the list"), "{}", more.message);
    assert!(more.help.unwrap().contains("all below it up to the next number"));
    // A fence below what ended the list ends nothing.
    let inner = "   ```sh\n   ./locks\n   ```\n\n";
    let rest = "If it is held, and nobody\nknows why:\n\n```sh\n./unlock\n```\n\n";
    for below in [rest.to_owned(), format!("{inner}{rest}")] {
        let text = page(&below);
        assert_eq!(marked("MW501", &text), "If it is held, and nobody");
        let found = only(&below);
        assert!(found.message.starts_with("this paragraph ends the list"), "{}", found.message);
        assert!(found.help.unwrap().contains("all below it up to the next number"));
        assert!(found.fix.is_some());
        let mended = mended(&text);
        assert!(!says("MW501", &mended), "{mended}");
        assert!(mended.contains("\n   knows why:\n") && mended.contains("\n   ./unlock\n"), "{mended}");
    }
    // Nor does one that is indented, with a paragraph that is not below it.
    let found = only(&format!("{inner}If it is held:\n\n   ```sh\n   ./unlock\n   ```\n\n"));
    assert!(found.message.starts_with("this paragraph ends the list"), "{}", found.message);
}

#[test]
fn a_fence_that_is_not_closed_swallows_what_is_not_its_own() {
    let one = |text: &str| told("MW504", text).remove(0);
    let message = |text: &str| one(text).message;
    let never = "the fence opened here is never closed";
    // Its own text up to the end of the item, and nothing more.
    let own = one("# A\n\n1. Look:\n\n   ```sh\n   ls\n   pwd\n\n2. Stop it.\n");
    assert_eq!(own.message, never);
    assert!(own.help.unwrap().contains("in the item"));
    let yaml = message("# A\n\n1. Write:\n\n   ```yaml\n   a:\n   - b\n   - c\n\n2. Stop it.\n");
    assert_eq!(yaml, never);
    // The rest of the item, or of the quote, and not of the file.
    let rest = "ls\n\n   If it is not there, call the team.\n   They know.\n\n";
    let item = one(&format!("# A\n\n1. Look:\n\n   ```sh\n   {rest}2. Stop it.\n"));
    assert_eq!(item.message, format!("{never} and swallows 2 lines"));
    assert!(item.help.unwrap().contains("all that follows in the item is taken"));
    let quote = one("# A\n\n> ```sh\n> ls\n>\n> ## B\n\nText.\n");
    assert_eq!(quote.message, format!("{never} and swallows 1 line, 1 heading among them"));
    assert!(quote.help.unwrap().contains("all that follows in the quote is taken"));
    // The rest of the file, with its headings; the first of them is shown.
    let text = "# A\n\n```sh\nls\npwd\n\n## B\n\nText.\n\n## C\n\nText.\n";
    let found = one(text);
    assert_eq!(found.message, format!("{never} and swallows 4 lines, 2 headings among them"));
    assert_eq!(&text[found.related[0].span.range()], "## B");
    assert!(found.help.unwrap().contains("all that follows is taken"));
    // The walk says the same of it.
    let notes = crate::runbook::parse(crate::source::Source::new("a.md", text)).diagnostics;
    assert!(notes.iter().any(|note| note.message == found.message), "{notes:?}");
}

#[test]
fn a_closing_that_failed_is_pointed_at() {
    for (closing, why) in [
        ("``", "too short"),
        ("``` (on both).", "text stands after"),
        ("pwd```", "text stands before"),
        ("       ```", "too far to the right"),
    ] {
        let text =
            format!("# A\n\n1. Look:\n\n   ```sh\n   ls\n   {closing}\n   Call the team.\n\n2. Stop it.\n");
        let found = told("MW504", &text).remove(0);
        assert!(found.message.ends_with("never closed and swallows 1 line"), "{closing}: {}", found.message);
        assert_eq!(&text[found.related[0].span.range()], closing.trim());
        assert!(found.related[0].label.contains(why), "{closing}: {}", found.related[0].label);
    }
    // Also where the next fence makes it known.
    let text = "# A\n\n```sh\nls\n``\n\nThen:\n\n```sh\npwd\n```\n";
    let found = told("MW504", text).remove(0);
    assert_eq!(found.related.len(), 2);
    assert_eq!(&text[found.related[1].span.range()], "``");
    // Signs that are no closing at all.
    let text = "# A\n\n1. Look:\n\n   ```sh\n   echo `date`\n   echo ``\n\n2. Stop it.\n";
    assert!(told("MW504", text)[0].related.is_empty());
}

#[test]
fn a_place_begins_at_the_first_visible_character() {
    let printed = "# A\n\n```console\n$ ./clients\n    name  state\n    web   up\n```\n";
    assert_eq!(marked("MW105", printed), "name  state");
    let log = "# A\n\n```sh\n   sum by (pod) (rate(cpu_seconds_total[5m]))\n```\n";
    let found = told("MW104", log);
    assert_eq!(&log[found[0].related[0].span.range()], "sum by (pod) (rate(cpu_seconds_total[5m]))");
    let lost = "# A\n\nHow it is moved.\n\n```\n---- MOVE\n* drop the old one:\n  rm -rf /srv/old\n* start it\n```\n";
    assert_eq!(marked("MW504", lost), "rm -rf /srv/old");
}

#[test]
fn one_argument_is_one_finding_that_names_all_that_stands_for_something() {
    let found = |script: &str| -> Vec<(String, String)> {
        let text = block(script);
        let found = told("MW403", &text);
        let parts = |found: &Finding| {
            let named = found.message.split(", and nothing").next().unwrap().to_owned();
            (text[found.span.range()].to_owned(), named)
        };
        found.iter().map(parts).collect()
    };
    let one = |place: &str, named: &str| (place.to_owned(), named.to_owned());
    let both = one("POOL_NAME/IMAGE_NAME", "`POOL_NAME` and `IMAGE_NAME` stand for something");
    assert_eq!(found("rbd mirror image status POOL_NAME/IMAGE_NAME"), std::slice::from_ref(&both));
    // Each word is told once.
    assert_eq!(found("rbd info POOL_NAME/IMAGE_NAME\nrbd rm IMAGE_NAME"), [both]);
    let three = one("YOUR_A/YOUR_B:YOUR_C", "`YOUR_A`, `YOUR_B` and `YOUR_C` stand for something");
    assert_eq!(found("podman pull YOUR_A/YOUR_B:YOUR_C"), [three]);
    assert_eq!(found("podman pull YOUR_A YOUR_B").len(), 2);
    let tool = one("/path/to/tools", "`/path/to/tools` stands for something");
    assert_eq!(found("/path/to/tools/bin/restore shop"), [tool]);
}

#[test]
fn commands_and_what_they_print_are_divided_before_they_are_tagged() {
    let help = |script: &str| {
        let found = told("MW106", &format!("# A\n\nLook:\n\n```\n{script}\n```\n")).remove(0);
        (found.help.unwrap(), found.fix.is_some())
    };
    let (mixed, fix) = help("sudo lsblk\nNAME   MAJ:MIN RM  SIZE\nsdb      8:16   0   50G");
    assert!(mixed.starts_with("put what is printed into a block of its own") && !fix, "{mixed}");
    // In a console both may stand; commands alone need no more than their tag.
    assert_eq!(
        help("$ sudo lsblk\nNAME   MAJ:MIN RM  SIZE"),
        ("write `console` after the fence".into(), true)
    );
    assert_eq!(help("sudo lsblk\ndf -h"), ("write `sh` after the fence".into(), true));
}

#[test]
fn what_a_command_lacks_may_stand_on_the_next_line() {
    let found = |script: &str| {
        let text = block(script);
        let found = told("MW107", &text).remove(0);
        let next = found.related.first().map(|next| text[next.span.range()].to_owned());
        assert_eq!(found.help.unwrap().contains("backslash"), next.is_some(), "{script}");
        next
    };
    for (script, next) in [
        ("oc patch node web --type json --patch\n'[{ \"op\": \"remove\" }]'", "'[{ \"op\": \"remove\" }]'"),
        ("  oc port-forward web-1 9093 -n\n  shop", "shop"),
        ("$ oc get pods -n \nshop-1", "shop-1"),
        ("rm -rf\n/srv/old", "/srv/old"),
    ] {
        assert_eq!(found(script).as_deref(), Some(next), "{script}");
    }
    // Another command, the end of a loop or a heredoc, what only follows, and what something else stands before.
    for script in [
        "oc get pods -n\noc get nodes",
        "oc get pods -n\nls",
        "for pod in a b; do\n  kubectl exec $pod\ndone",
        "oc get pods -n\n\nshop",
        "oc get pods -n\n# shop",
        "oc delete web-1 -n shop\nshop",
        "oc get pods -n",
    ] {
        assert_eq!(found(script), None, "{script}");
    }
}

#[test]
fn a_sentence_between_commands_is_none() {
    let script = "apt-get update\nStart the database. Command: `systemctl start db`";
    assert_eq!(marked("MW101", &block(script)), "Start the database. Command: `systemctl start db`");
    assert_eq!(told("MW101", &block(script))[0].message, "the shell takes this sentence for a command");
    assert!(told("MW101", &block("apt-get update\n# Start it. Command: `systemctl start db`")).is_empty());
}

#[test]
fn a_fence_around_the_sentence_before_the_next_block_is_inside_out() {
    let text = "# Look\n\n```\nls\n```\n\n| a |\n```\n\nYou may repeat it each 30 seconds:\n\n```\nwatch ls\n```\n\nIt looks like this then:\n\n```\n+--+\n```\n";
    let found = told("MW504", text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        found[0].message,
        "from this fence on code and text are inside out: it holds a sentence that leads to the next block"
    );
    assert_eq!(found[0].start().line, 8);
}

#[test]
fn to_examine_is_to_check() {
    let steps = |sixth: &str| {
        let lines =
            (1..=11).map(|at| if at == 6 { format!("6. {sixth}\n") } else { format!("{at}. Start it.\n") });
        format!("# A\n\n## Start\n\n{}", lines.collect::<String>())
    };
    assert!(says("MW505", &steps("Save it.")));
    assert!(!says("MW505", &steps("Save it and examine the order of the disks.")));
    assert!(!says("MW505", &steps("Inspect the disks.")));
}

#[test]
fn prose_between_two_lists_is_about_the_second() {
    let lists = |between: &str| format!("# A\n\n## Go\n\n1. Stop it.\n\n{between}1. Start it.\n1. Look.\n");
    assert!(says("MW501", &lists("```sh\nls\n```\n\n")));
    assert!(!says("MW501", &lists("Then, on the other one:\n\n")));
}
