use super::lists::*;
use super::*;

#[test]
fn lists_are_sorted_for_the_search() {
    for list in [VERBS, NOUNS_TOO, FILLERS, OPENERS, OBJECTS, AFTER_NOUN, OUTCOMES, SUBJECTS] {
        let wrong: Vec<_> = list.windows(2).filter(|pair| pair[0] >= pair[1]).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}

#[test]
fn instructions_are_told_from_statements() {
    for yes in [
        "Restart the service",
        "Check that the disk has space",
        "Check logs",
        "First, drain the node",
        "If the pod is gone, delete the claim",
        "Once it is up, you should run the migration",
        "You can look at the logs",
        "We need to stop the writer",
        "Please verify the result",
        "Do not restart the primary",
        "To see the lag, query the exporter",
        "Resolution: remove old snapshots",
        "Ensure both threads run",
        "It is recommended to scale the deployment",
    ] {
        assert!(is_imperative(yes), "{yes}");
    }
    for no in [
        "The service was restarted",
        "Check is done every minute",
        "Start of the incident",
        "Disk pressure",
        "You should see two rows",
        "Network failure",
        "Logs are kept for a week",
        "Alert: it fires at noon",
        "Replication lags behind",
        "This will restart the node",
        "",
        "...",
        "`x`",
    ] {
        assert!(!is_imperative(no), "{no}");
    }
}

#[test]
fn sentences_end_where_a_reader_stops() {
    let text = "Use e.g. the second node. It is 1.5 GB! Really? yes. Then go on";
    let found: Vec<_> = sentences(text).collect();
    assert_eq!(found, ["Use e.g. the second node.", "It is 1.5 GB!", "Really?", "yes.", "Then go on"]);
    assert_eq!(first_sentence("Run this:"), "Run this");
    assert_eq!(first_sentence("  "), "");
}

#[test]
fn alternatives_are_told_from_further_tries() {
    assert!(begins_with_if("If it is the disk"));
    assert!(begins_with_if("Otherwise, if it is the disk"));
    assert!(!begins_with_if("Iffy disks"));
    assert!(looks_back("If that does not help, reboot"));
    assert!(looks_back("If it still fails, reboot"));
    assert!(!looks_back("If the disk is full, extend it"));
    assert!(introduces_choice("What to do depends on the cause:"));
    assert!(introduces_choice("Look at it. Do one of these:"));
    assert!(!introduces_choice("Do all of these:"));
}
