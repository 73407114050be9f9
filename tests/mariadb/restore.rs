//! The restore of a replica, as the runbook says it, on real servers.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::program::{Ended, Running, World};
use crate::servers::{Servers, servers, wait_for};

const PASSWORD: &str = "r3plicate";

fn runbook() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("runbooks/mysql-restore-replica.md").display().to_string()
}

/// The command that walks the runbook, all parameters given.
fn walk(world: &World, source: &Path, replica: &Path, servers: &Servers, more: &[&str]) -> Command {
    let mut command = world.midwatch(&["run", &runbook()]);
    command.args(more).env("REPL_PASSWORD", PASSWORD);
    for (name, value) in [
        ("source_cnf", source.display().to_string()),
        ("replica_cnf", replica.display().to_string()),
        ("source_host", "127.0.0.1".into()),
        ("source_port", servers.port("source")),
        ("dump_dir", world.path().display().to_string()),
    ] {
        command.arg("--set").arg(format!("{name}={value}"));
    }
    command
}

/// An operator who does what the screen asks for, and nothing else.
fn operator(said: &str) -> Option<String> {
    let asked = |parts: &[&str]| parts.iter().all(|part| said.contains(part));
    if let Some((_, rest)) = said.rsplit_once("type ")
        && let Some((word, _)) = rest.split_once(" to run it (empty")
    {
        return Some(word.to_string());
    }
    if asked(&["[Enter] start", "[q]uit"])
        || asked(&["[Enter] run", "[?]"])
        || asked(&["What would have helped", "): "])
    {
        return Some(String::new());
    }
    if asked(&["[d]one", "[?]", "Enter does nothing"]) {
        return Some("d".into());
    }
    asked(&["[r]un", "[?]", "Enter does nothing"]).then(|| "r".to_string())
}

/// A replica whose data has drifted and whose replication has stopped for it.
fn drift(servers: &Servers) {
    servers
        .replica("SET sql_log_bin = 0; INSERT INTO shop.orders (id, note) VALUES (7, 'drift'), (8, 'stray')");
    servers.source("INSERT INTO shop.orders (id, note) VALUES (7, 'true')");
    wait_for("the SQL thread has stopped", || servers.status("Slave_SQL_Running") == "No");
}

fn restore(servers: &Servers, world: &World, positioning: &str) -> Ended {
    drift(servers);
    let (source, replica) = (servers.options("source"), servers.options("replica"));
    let positioning = format!("positioning={positioning}");
    let mut command = walk(world, &source, &replica, servers, &["--plain", "--set", &positioning]);
    let running = Running::new(command.stdin(Stdio::piped()).spawn().expect("the program starts"));
    // The source is never quiet: it goes on while its replica is rebuilt.
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for _ in 0..40 {
                servers.source("INSERT INTO shop.orders (note) VALUES ('meanwhile')");
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        let ended = running.converse(operator);
        writer.join().expect("the writer");
        ended
    })
}

fn assert_restored(servers: &Servers, world: &World, ended: &Ended) {
    assert_eq!(ended.code, Some(0), "{}", ended.output);
    assert_eq!(servers.status("Slave_IO_Running"), "Yes");
    assert_eq!(servers.status("Slave_SQL_Running"), "Yes");
    let rows = "SELECT * FROM shop.orders ORDER BY id";
    wait_for("both sides hold the same rows", || servers.source(rows) == servers.replica(rows));
    assert_eq!(
        servers.replica("SELECT COUNT(*) FROM shop.orders WHERE note IN ('drift', 'stray')").trim(),
        "0"
    );

    let shown = world.shown();
    let steps = shown["steps"].as_array().expect("steps");
    let wait = steps.iter().find(|step| step["id"] == "start-replication").expect("the step with the wait");
    let samples = wait["samples"].as_array().expect("samples");
    assert_eq!(samples.last().map(|sample| sample["verdict"].as_str()), Some(Some("pass")), "{samples:?}");
    assert!(samples.len() >= 4, "held for fifteen seconds, sampled every five: {samples:?}");

    let left: Vec<_> =
        std::fs::read_dir(world.path()).expect("the folder").flatten().map(|e| e.file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("replica-restore")), "{left:?}");
    assert!(!ended.output.contains(PASSWORD), "the password is on the screen");
    assert!(!holds(&world.path().join("state"), PASSWORD), "the password is in the record");
}

/// Whether a file below `folder` holds `text`.
fn holds(folder: &Path, text: &str) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| {
        if path.is_dir() {
            return holds(&path, text);
        }
        std::fs::read(&path).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(text))
    })
}

#[test]
fn a_drifted_replica_is_restored_by_gtid() {
    let Some(servers) = servers() else { return };
    let world = World::new();
    let ended = restore(&servers, &world, "gtid");
    assert_restored(&servers, &world, &ended);
    assert_eq!(servers.status("Using_Gtid"), "Slave_Pos");
}

#[test]
fn a_drifted_replica_is_restored_by_file_and_position() {
    let Some(servers) = servers() else { return };
    let world = World::new();
    let ended = restore(&servers, &world, "file");
    assert_restored(&servers, &world, &ended);
    assert_eq!(servers.status("Using_Gtid"), "No");
}

#[test]
fn swapped_option_files_end_the_walk_before_anything_is_touched() {
    let Some(servers) = servers() else { return };
    let world = World::new();
    let (source, replica) = (servers.options("source"), servers.options("replica"));
    let ended = walk(&world, &replica, &source, &servers, &["--yes"]).output().expect("the program runs");
    let said = String::from_utf8_lossy(&ended.stdout).into_owned() + &String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("downstream > 0"), "{said}");
    assert_eq!(servers.status("Slave_SQL_Running"), "Yes");
    assert_eq!(servers.source("SELECT note FROM shop.orders"), "first\n");
}

#[test]
fn without_a_person_it_stops_at_the_first_thing_that_needs_one() {
    let Some(servers) = servers() else { return };
    let world = World::new();
    let (source, replica) = (servers.options("source"), servers.options("replica"));
    let ended = walk(&world, &source, &replica, &servers, &["--yes"]).output().expect("the program runs");
    let said = String::from_utf8_lossy(&ended.stdout).into_owned() + &String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(3), "{said}");
    assert_eq!(servers.status("Slave_SQL_Running"), "Yes", "replication was stopped by nobody");
}
