//! Many runs: what the pages and queries over them give, and (looked at by hand) how long they take.

#[path = "record/many.rs"]
mod many;
mod record;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use midwatch::event::fold::RunStatus;
use midwatch::history::{Filter, query};
use midwatch::journal::{Store, verify};

fn found(store: &Store, filter: &Filter) -> Vec<String> {
    let mut runs = Vec::new();
    query(store, filter, &mut |run| {
        runs.push(run.run);
        ControlFlow::Continue(())
    })
    .unwrap();
    runs
}

#[test]
fn queries_read_across_the_blocks_of_a_long_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("state");
    many::write(&root, 3000);
    let store = Store::read(&root).unwrap();
    assert!(std::fs::metadata(root.join("ledger.jsonl")).unwrap().len() > 2 * 1024 * 1024);
    let all = found(&store, &Filter::default());
    assert_eq!(all.len(), 3000);
    assert!(all.is_sorted_by(|a, b| a > b), "newest first, each once");
    let ben = found(&store, &Filter { operator: Some("ben".into()), ..Filter::default() });
    assert_eq!(ben.len(), 750);
    let failed = Filter { status: Some(RunStatus::Failed), limit: Some(50), ..Filter::default() };
    assert_eq!(found(&store, &failed).len(), 50);
    let verified = verify::all(&store).unwrap();
    assert!(verified.is_sound());
    assert_eq!((verified.runs.len(), verified.ledger_lines), (3000, 6000));
}

/// `MANY_RUNS=100000 cargo test --test journal_many -- --ignored --nocapture`
#[test]
#[ignore = "prints times; for a person"]
fn times_over_many_runs() {
    let count: u32 = std::env::var("MANY_RUNS").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    let root = std::env::temp_dir().join(format!("midwatch-many-{count}"));
    let root: PathBuf = root.join("state");
    if !root.exists() {
        many::write(&root, count);
    }
    let store = Store::read(&root).unwrap();
    let timed = |what: &str, run: &dyn Fn() -> usize| {
        for _ in 0..3 {
            let start = Instant::now();
            let found = run();
            println!("{what}: {found} in {:?}", start.elapsed());
        }
    };
    let page = Filter { limit: Some(20), ..Filter::default() };
    timed("first page", &|| found(&store, &page).len());
    timed("ticket", &|| found(&store, &Filter { ticket: Some("OPS-70".into()), ..Filter::default() }).len());
    timed("operator", &|| found(&store, &Filter { operator: Some("ben".into()), ..Filter::default() }).len());
    timed("runbook", &|| found(&store, &Filter { runbook: Some("none".into()), ..Filter::default() }).len());
    timed("all", &|| found(&store, &Filter::default()).len());
    timed("bare", &|| bare(&root));
    timed("verify", &|| verify::all(&store).unwrap().runs.len());
}

/// Opens, reads and hashes all files, on as many threads: what verify is measured against.
fn bare(root: &std::path::Path) -> usize {
    use rayon::prelude::*;
    use sha2::{Digest, Sha256};
    let mut folders = vec![root.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let into = if entry.file_type().unwrap().is_dir() { &mut folders } else { &mut files };
            into.push(entry.path());
        }
    }
    files.par_iter().for_each(|file| {
        std::hint::black_box(Sha256::digest(std::fs::read(file).unwrap()));
    });
    files.len()
}
