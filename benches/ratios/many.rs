//! Looking back over many recorded runs: `cargo bench -- many`, with as many runs as
//! `MIDWATCH_BENCH_RUNS` says.
//!
//! The record is generated, each run of it 12 events, and read from warm caches. One runbook in twenty
//! is asked for, one operator in four.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use sha2::{Digest, Sha256};

use super::{Side, other, report, time};

#[path = "../../tests/record/many.rs"]
mod generator;

/// Runs of the record, unless the environment says otherwise.
const RUNS: u32 = 100_000;
/// Threads of the bare program.
const THREADS: usize = 2;
/// The word by which this very bench is called as the bare program.
const BARE: &str = "--bare-hash";

/// All of the group.
pub fn bench(place: &Path) {
    let count = std::env::var("MIDWATCH_BENCH_RUNS").ok().and_then(|n| n.parse().ok()).unwrap_or(RUNS);
    let root = place.join("state");
    let began = Instant::now();
    generator::write(&root, count);
    println!("{:<44} {:>8.1?}", format!("  many: {count} runs are written"), began.elapsed());
    let start = || command(place, &["--version"]);
    let first_page = command(place, &["history"]);
    report("many: history, first page / start", 60, 3.0, first_page, start());
    for (name, filter) in [
        ("an operator", ["--operator", "ben"]),
        ("a ticket", ["--ticket", "OPS-70"]),
        ("a status", ["--status", "failed"]),
        ("a host", ["--host", "db7"]),
    ] {
        let query = command(place, &["history", "--json", filter[0], filter[1]]);
        report(&format!("many: all runs of {name} / start"), 15, 25.0, query, start());
    }
    let nothing = command(place, &["history", "--json", "--runbook", "no such runbook"]);
    report("many: all runs, none of which matches / start", 15, 25.0, nothing, start());
    // No promise was made on this one: it is parsing and writing a hundred thousand lines.
    report(
        "many: all runs as JSON / start",
        5,
        f64::INFINITY,
        command(place, &["history", "--json"]),
        start(),
    );
    let one_book = command(place, &["stats", "/srv/runbooks/replica-7.md"]);
    report("many: stats of one runbook / reading its files", 7, 2.0, one_book, bare(&root, "replica-7.md"));
    let stats_to_start = command(place, &["stats", "/srv/runbooks/replica-7.md"]);
    report("many: stats of one runbook / start", 7, f64::INFINITY, stats_to_start, start());
    let all = command(place, &["verify"]);
    report("many: verify all / opening, reading, hashing", 5, 2.0, all, bare(&root, ""));
    for args in [
        &["history"][..],
        &["history", "--json", "--operator", "ben"],
        &["stats"],
        &["verify"],
        &["verify", "--json"],
    ] {
        println!("{:<44} {:>8.1} MiB", format!("  peak memory: {}", args.join(" ")), peak(place, args));
    }
}

/// midwatch over the record; that there are more runs than a page holds is said on standard error.
fn command<'a>(place: &Path, args: &[&str]) -> Side<'a> {
    let mut command = Command::new(super::midwatch());
    command.args(args).env("MIDWATCH_STATE_DIR", place.join("state")).stderr(Stdio::null());
    Box::new(move || time(&mut command))
}

/// A program that opens, reads and hashes the files of a record: all of them, or those of the runs
/// whose journal names a runbook.
fn bare<'a>(root: &Path, of: &str) -> Side<'a> {
    let this = std::env::current_exe().expect("this program").display().to_string();
    // What to read is said on a list, as midwatch has its ledger.
    let list = root.with_extension(format!("list{of}"));
    let mut names = String::new();
    for folder in runs(root) {
        let journal = folder.join("journal.jsonl");
        if of.is_empty() {
            names.push_str(&format!("{}\n{}\n", journal.display(), folder.join("runbook.md").display()));
        } else if std::fs::read_to_string(&journal).is_ok_and(|text| text.contains(of)) {
            names.push_str(&format!("{}\n", journal.display()));
        }
    }
    std::fs::write(&list, names).expect("a list");
    other(&this, &[BARE, &list.display().to_string()])
}

/// The folders of all runs of a state folder.
pub fn runs(root: &Path) -> Vec<PathBuf> {
    let mut open = vec![root.join("runs")];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let into = if path.join("journal.jsonl").exists() { &mut found } else { &mut open };
            if path.is_dir() {
                into.push(path);
            }
        }
    }
    found
}

/// Whether this process is the bare program; it is over then.
pub fn was_bare() -> bool {
    let mut args = std::env::args().skip(1);
    let (Some(first), Some(list)) = (args.next(), args.next()) else { return false };
    if first != BARE {
        return false;
    }
    let list = std::fs::read_to_string(list).expect("a list");
    let files: Vec<&str> = list.lines().collect();
    std::thread::scope(|scope| {
        for part in files.chunks(files.len().div_ceil(THREADS).max(1)) {
            scope.spawn(move || {
                for file in part {
                    let bytes = std::fs::read(file).expect("a file of the record");
                    std::hint::black_box(Sha256::digest(bytes));
                }
            });
        }
    });
    true
}

/// Peak resident memory of midwatch, in MiB; zero where there is no `time` to tell it.
fn peak(place: &Path, args: &[&str]) -> f64 {
    let mut command = Command::new("/usr/bin/time");
    command.args(["-f", "%M", super::midwatch()]).args(args);
    let output = command.env("MIDWATCH_STATE_DIR", place.join("state")).stdout(Stdio::null()).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stderr).into_owned()).unwrap_or_default();
    text.lines().last().and_then(|line| line.trim().parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
