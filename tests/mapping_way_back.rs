//! Sections that say how to undo the rest: no part of the way forward, reachable by their anchor.

mod mapping_support;
mod support;

use mapping_support::{listing, parse};
use midwatch::runbook::Runbook;
use support::Place;

/// The titles of the steps that a bare run walks.
fn forward(runbook: &Runbook) -> Vec<&str> {
    runbook.way_forward(None).into_iter().map(|step| step.title.as_str()).collect()
}

fn anchors(runbook: &Runbook) -> Vec<&str> {
    runbook.ways_back().into_iter().map(|index| runbook.sections[index].anchor.as_str()).collect()
}

const SECTIONS: &str = "# Grow the disk\n\nTell the channel.\n\n## Stop\n\n```sh\necho stop >> log\n```\n\n## Rollback\n\nIf it goes wrong:\n\n### Again\n\n```sh\necho back >> log\n```\n\n## Clean up\n\n```sh\necho clean >> log\n```\n";

#[test]
fn it_is_walked_only_by_its_anchor() {
    let runbook = parse(SECTIONS);
    assert_eq!(forward(&runbook), ["Stop", "Clean up"]);
    assert_eq!(anchors(&runbook), ["rollback"]);
    assert_eq!(runbook.procedures(), Vec::<usize>::new());
    let back = runbook.section_by_anchor("rollback");
    let steps: Vec<_> = runbook.way_forward(back).into_iter().map(|step| step.number).collect();
    assert_eq!(steps, [2]);

    let place = Place::new();
    place.file("a.md", SECTIONS);
    let log = || std::fs::read_to_string(place.path().join("log")).unwrap_or_default();
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    assert_eq!((ended.code, log().as_str()), (0, "stop\nclean\n"), "{ended:?}");
    assert!(ended.stdout.contains("a.md#rollback") || ended.stderr.contains("a.md#rollback"), "{ended:?}");
    let ended = place.midwatch(&["run", "a.md#rollback", "--yes"]);
    assert_eq!((ended.code, log().as_str()), (0, "stop\nclean\nback\n"), "{ended:?}");
    let listed = place.midwatch(&["steps", "a.md"]);
    assert!(listed.stdout.contains("(the way back: only as #rollback)"), "{}", listed.stdout);
    let listed = place.midwatch(&["steps", "a.md", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed.stdout).expect("JSON");
    let back: Vec<_> = (0..3).map(|step| listed["steps"][step]["way_back"].as_bool()).collect();
    assert_eq!(back, [Some(false), Some(true), Some(false)]);
}

#[test]
fn the_one_who_gives_up_is_told_of_it() {
    let place = Place::new();
    place.file("a.md", SECTIONS.replace("echo stop >> log", "false"));
    let ended = place.midwatch_with(&["run", "a.md", "--plain"], "\n\nu\na\nno more\n");
    assert!(ended.stdout.contains("says how to go back: midwatch run a.md#rollback"), "{ended:?}");
    let end = ended.stdout.split("ABORTED").nth(1).expect("the end");
    assert!(end.contains("midwatch run a.md#rollback"), "{end}");
    // Who walks it already is not told.
    let ended = place.midwatch_with(&["run", "a.md#rollback", "--plain"], "\nr\n\n");
    assert!(!ended.stdout.contains("midwatch run a.md#rollback"), "{ended:?}");
}

#[test]
fn counted_headings_do_not_swallow_it() {
    // Beside the steps, below the last of them, counted itself.
    let steps = "# T\n\n## Step 1: Stop\n\n```sh\nsystemctl stop x\n```\n\n## Step 2: Start\n\n```sh\nsystemctl start x\n```\n\n";
    let back = "```sh\nsystemctl start y\n```\n";
    for heading in ["## Rollback", "### Rollback", "## Step 3: Rollback", "## 3. Roll back (if needed)"] {
        let runbook = parse(&format!("{steps}{heading}\n\n{back}\n"));
        assert_eq!(forward(&runbook), ["Step 1: Stop", "Step 2: Start"], "{heading}");
        assert_eq!(anchors(&runbook).len(), 1, "{heading}");
        assert_eq!(runbook.steps[2].actions[0].script, "systemctl start y", "{heading}");
        assert_eq!(runbook.steps[1].actions.len(), 1, "{heading}");
    }
    // What comes after it below the step is the step's again.
    let runbook = parse(&format!("{steps}### Undo\n\n{back}\n### Look\n\n```sh\nls\n```\n"));
    assert_eq!(
        listing(&runbook)[1..],
        [
            "T: Step 2: Start | run: systemctl start x | run: ls",
            "T > Step 2: Start > Undo: Undo | run: systemctl start y"
        ]
    );
}

#[test]
fn prose_is_shown_with_the_steps_of_its_own_way() {
    // The instruction at the top is no part of the way back.
    let runbook =
        parse("# T\n\nRestart the moon.\n\n## Change\n\n```sh\npwd\n```\n\n## Undo\n\n```sh\nls\n```\n");
    assert_eq!(forward(&runbook), ["Change"]);
    assert!(runbook.steps[0].text.contains("moon"), "{:?}", runbook.steps);
    assert!(!runbook.steps[1].text.contains("moon"), "{:?}", runbook.steps);
}

#[test]
fn what_is_the_remedy_itself_is_walked() {
    for text in [
        // Under a remedy, after nothing but looking, as the only thing there is, with a name of its own.
        "## Diagnosis\n\n```sh\nls\n```\n\n## Mitigation\n\n### Scale\n\n```sh\nls b\n```\n\n### Rollback\n\n```sh\nls c\n```\n",
        "## Diagnosis\n\n```sh\nls\n```\n\n## Rollback\n\n```sh\nls b\n```\n",
        "# Rollback\n\n```sh\nls\n```\n",
        "## Rollback\n\n```sh\nls\n```\n\n## Restart\n\n```sh\nls b\n```\n",
        "## Deploy\n\n```sh\nls\n```\n\n## Revert the flag of the shop\n\n```sh\nls b\n```\n",
    ] {
        let runbook = parse(text);
        assert_eq!(forward(&runbook).len(), runbook.steps.len(), "{text}");
        assert_eq!(runbook.ways_back(), Vec::<usize>::new(), "{text}");
    }
}

#[test]
fn a_bare_run_walks_it_where_nothing_else_is_to_be_done() {
    let place = Place::new();
    place.file(
        "a.md",
        "# A\n\n## Change\n\nThe pipeline brings it out, and nobody has to do anything.\n\n## Rollback\n\n```sh\ntouch back\n```\n",
    );
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(place.path().join("back").exists(), "{ended:?}");
    // And the list does not say otherwise.
    let listed = place.midwatch(&["steps", "a.md"]);
    assert!(listed.stdout.contains("Rollback  (the way back)"), "{}", listed.stdout);
}

#[test]
fn what_has_to_be_there_before_is_nothing_to_undo() {
    let runbook = parse("## Prerequisites\n\n```sh\nls\n```\n\n## Rollback\n\n```sh\nls b\n```\n");
    assert_eq!(forward(&runbook), ["Prerequisites", "Rollback"]);
}

#[test]
fn it_is_known_in_other_languages() {
    for heading in [
        "回滚",
        "5. 回滚步骤",
        "ロールバック（例）",
        "切り戻し手順",
        "Zurückrollen",
        "Rollback-Plan",
        "Plan de rollback",
        "План отката",
    ] {
        let runbook =
            parse(&format!("# T\n\n## 変更\n\n```sh\nls a\n```\n\n## {heading}\n\n```sh\nls b\n```\n"));
        assert_eq!(forward(&runbook), ["変更"], "{heading}");
    }
    for heading in ["回滚到上一版本", "ロールバックの確認", "Rollback-Server starten"] {
        let runbook =
            parse(&format!("# T\n\n## 変更\n\n```sh\nls a\n```\n\n## {heading}\n\n```sh\nls b\n```\n"));
        assert_eq!(forward(&runbook).len(), 2, "{heading}");
    }
}
