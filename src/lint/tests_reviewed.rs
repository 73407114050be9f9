//! What two readers of findings in real runbooks called wrong, and what rules must go on saying beside it.

use super::Finding;
use super::tests::{lint, shown};

/// Whether `rule` says something about `text`.
fn says(rule: &str, text: &str) -> bool {
    shown(&lint(text)).iter().any(|found| found.ends_with(rule))
}

/// What `rule` says about `text`, in order.
fn told(rule: &str, text: &str) -> Vec<Finding> {
    lint(text).into_iter().filter(|found| found.rule.id == rule).collect()
}

#[test]
fn what_shows_the_end_of_a_wait_may_be_told_below_the_list() {
    let page = |rest: &str| {
        format!(
            "# A\n\n## B\n\n1. Start the standby.\n2. Let the standby catch up.\n3. Drop the slot.\n4. Rest.\n\n{rest}\n"
        )
    };
    assert!(says("MW201", &page("It takes a while.")));
    for rest in [
        "The lag is in `select * from pg_stat_wal_receiver`.",
        "The primary knows: `SHOW REPLICA STATUS`.",
        "Useful to look at:\n\n1. the log\n2. `select lag from pg_stat_replication` on the primary",
        "Keep an eye on `kubectl get pods`.",
    ] {
        assert!(!says("MW201", &page(rest)), "{rest}");
    }
    // What changes something, is only mentioned, or stands in another section shows nothing of it.
    for rest in [
        "The slot is gone after `select pg_drop_replication_slot('a')`.",
        "The name came from `kubectl get pods`.",
        "## C\n\nThe lag is in `select * from pg_stat_wal_receiver`.",
    ] {
        assert!(says("MW201", &page(rest)), "{rest}");
    }
    // Another step of the list is about something else.
    let other = "# A\n\n## B\n\n1. Let the standby catch up.\n2. Rest.\n3. The sizes are in `select * from pg_stat_user_tables`.\n";
    assert!(says("MW201", other));
}

#[test]
fn advice_on_a_service_without_a_name_is_no_step() {
    let page = |text: &str| format!("# A\n\n## B\n\n{text}\n");
    for text in [
        "If your store supports it, add a replica and wait for the data to move, or move it by hand.",
        "If this is supported then add a replica and wait for the data\nto move or move it by hand.",
    ] {
        assert!(!says("MW201", &page(text)), "{text}");
    }
    for text in [
        "If the replica is behind, wait until it has caught up.",
        "If it is supported, add a replica and wait for the data to move.",
        "If the replica is behind, wait until it has caught up, or take another.",
    ] {
        assert!(says("MW201", &page(text)), "{text}");
    }
}

#[test]
fn the_head_of_a_printed_table_is_no_command() {
    let first = |printed: &str| {
        let found = told("MW105", &format!("# A\n\n```console\n$ ./ask\n{printed}\n```\n"));
        found.first().map(|found| found.message.clone()).unwrap_or_default()
    };
    for printed in [
        " type |  user  | state\n------+--------+-------\n S    | shop   | idle",
        "id | index\n---+------\n 1 | a",
        "  host\n--------\n  a",
        "psql (16.1 (Debian 16.1-1), server 1.12.0/bouncer)\nType \"help\" for help.",
        "psql (16.1)\nType \"help\" for help.",
    ] {
        assert!(first(printed).contains("what they print"), "{printed}: {}", first(printed));
    }
    for printed in ["kubectl get pods", "id shop", "type ls | cat", "psql -c 'select 1'"] {
        assert!(first(printed).contains("has no prompt"), "{printed}: {}", first(printed));
    }
}
