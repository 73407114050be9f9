use super::*;
use crate::source::Source;

fn entry(path: &str, text: &str) -> Entry {
    let runbook = runbook::parse(Source::new(path.to_owned(), text.to_owned()));
    Entry { path: path.into(), runbook, file: format!("/srv/books/{path}") }
}

fn library() -> Vec<Entry> {
    vec![
        entry(
            "db/replica.md",
            "---\nalerts: [ReplicationLag]\nservice: orders-db\n---\n# Restore a replica\n\n## Promote the replica\n\n```sh\ntrue\n```\n",
        ),
        entry(
            "queue.md",
            "# Job queue\n\n## QueueIsGrowing\n\n```sh\ntrue\n```\n\n## QueueIsStuck\n\n```sh\ntrue\n```\n",
        ),
        entry("disk.md", "# Disk full\n\nThe replica may stop, too.\n\n```sh\ndf -h\n```\n"),
    ]
}

#[test]
fn what_an_alert_gives_leads_to_the_runbook() {
    let entries = library();
    for (query, path, anchor) in [
        ("ReplicationLag", "db/replica.md", None),
        ("replication lag", "db/replica.md", None),
        ("QueueIsGrowing", "queue.md", Some("queueisgrowing")),
        (
            "https://git.example.com/ops/books/blob/main/db/replica.md#promote-the-replica",
            "db/replica.md",
            Some("promote-the-replica"),
        ),
        (
            "https://runbooks.example.com/runbooks/queue?from=pager#queueisstuck",
            "queue.md",
            Some("queueisstuck"),
        ),
        ("db/replica.md", "db/replica.md", None),
        ("https://runbooks.example.com/alerts/ReplicationLag/", "db/replica.md", None),
        ("disk", "disk.md", None),
        ("restore replica", "db/replica.md", None),
        ("orders-db", "db/replica.md", None),
    ] {
        let hits = find(&entries, query);
        let first =
            hits.first().map(|hit| (entries[hit.entry].path.to_str().unwrap(), hit.anchor.as_deref()));
        assert_eq!(first, Some((path, anchor)), "{query}: {hits:?}");
    }
    assert!(find(&entries, "nothing of the kind").is_empty());
    assert!(find(&entries, "").is_empty());
}

#[test]
fn a_review_is_due_when_its_time_has_come() {
    let today: Date = "2026-11-20".parse().unwrap();
    let of = |reviewed: Option<&str>, every: Option<&str>| {
        let (reviewed, review_in) = (reviewed.map(str::to_owned), every.map(str::to_owned));
        review(&FrontMatter { reviewed, review_in, ..FrontMatter::default() }, today)
    };
    let date = |text: &str| text.parse::<Date>().unwrap();
    assert_eq!(of(None, None), Review::None);
    assert_eq!(of(Some("2026-06-01"), None), Review::Reviewed(date("2026-06-01")));
    assert_eq!(of(Some("2026-05-20"), Some("6 months")), Review::Due(date("2026-11-20")));
    assert_eq!(of(Some("2026-05-19"), Some("6 months")), Review::Overdue(date("2026-11-19")));
    assert_eq!(of(Some("2025-11-19"), Some("1 year")), Review::Overdue(date("2026-11-19")));
    assert_eq!(of(Some("2026-11-10"), Some("2w")), Review::Due(date("2026-11-24")));
    for (reviewed, every) in
        [(None, Some("6 months")), (Some("soon"), None), (Some("2026-01-01"), Some("often"))]
    {
        assert_eq!(of(reviewed, every), Review::Unclear, "{reviewed:?} {every:?}");
    }
}
