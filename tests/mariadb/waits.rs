//! What the wait for a replica must and must not do.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use crate::program::{Sample, World};
use crate::servers::{Servers, servers, wait_for};

/// The probe of the runbooks.
fn status_of(servers: &Servers) -> String {
    format!("mariadb --defaults-file={} -e 'SHOW REPLICA STATUS\\G'", servers.options("replica").display())
}

fn walk(world: &World, servers: &Servers, words: &str) -> crate::program::Ended {
    let file = world.check(words, &status_of(servers));
    world.run(&["run", file.to_str().expect("a path"), "--yes"])
}

fn lag(sample: &Sample) -> Option<u64> {
    sample.value.as_deref().and_then(|value| value.parse().ok())
}

fn verdicts(samples: &[Sample]) -> Vec<&str> {
    samples.iter().map(|sample| sample.verdict.as_str()).collect()
}

#[test]
fn a_delayed_replica_is_waited_for_until_its_lag_is_really_zero() {
    let Some(servers) = servers() else { return };
    let world = World::new();
    servers.delay(10);
    let ended = walk(&world, &servers, "until=\"Seconds_Behind_Master == 0\" every=500ms timeout=2m");
    let late = servers.replica("SELECT COUNT(*) FROM shop.orders WHERE note = 'late'");
    let samples = world.samples();
    assert_eq!(ended.code, Some(0), "{}", ended.output);
    assert_eq!(late.trim(), "1", "it passed before the late row was there");
    let (last, before) = samples.split_last().expect("samples");
    assert_eq!((last.verdict.as_str(), lag(last)), ("pass", Some(0)));
    assert!(before.iter().any(|sample| lag(sample) > Some(0)), "{samples:?}");
    assert!(before.iter().all(|sample| sample.verdict == "waiting" && lag(sample) != Some(0)), "{samples:?}");
}

#[test]
fn a_stopped_replica_breaks_the_wait_and_shows_the_server_s_own_error() {
    let Some(servers) = servers() else { return };
    let world = World::new();
    servers.replica("SET sql_log_bin = 0; INSERT INTO shop.orders (id, note) VALUES (7, 'drift')");
    servers.source("INSERT INTO shop.orders (id, note) VALUES (7, 'true')");
    wait_for("the SQL thread has stopped", || servers.status("Slave_SQL_Running") == "No");
    let words = "until=\"Seconds_Behind_Master == 0\" every=500ms unknown=3s timeout=30m";
    let ended = walk(&world, &servers, words);
    assert_eq!(ended.code, Some(1), "{}", ended.output);
    for part in ["Seconds_Behind_Master", "NULL", "Duplicate entry '7'"] {
        assert!(ended.output.contains(part), "`{part}` is not in: {}", ended.output);
    }
    let samples = world.samples();
    let (last, before) = samples.split_last().expect("samples");
    assert!(before.len() >= 2 && before.iter().all(|sample| sample.verdict == "waiting"), "{samples:?}");
    assert_eq!(last.verdict, "broken");
    assert!(samples.iter().all(|sample| sample.value.is_none()), "{samples:?}");
}

#[test]
fn a_stop_by_hand_breaks_it_too_and_needs_three_samples() {
    let Some(servers) = servers() else { return };
    let world = World::new();
    servers.replica("STOP SLAVE SQL_THREAD");
    let words = "until=\"Seconds_Behind_Master == 0\" every=1s unknown=0s timeout=30m";
    let ended = walk(&world, &servers, words);
    assert_eq!(ended.code, Some(1), "{}", ended.output);
    assert_eq!(verdicts(&world.samples()), ["waiting", "waiting", "broken"]);
}

#[test]
fn a_replica_that_is_down_breaks_the_wait_with_the_client_s_message() {
    let Some(servers) = servers() else { return };
    let world = World::new();
    servers.control("stop", "replica");
    let words = "until=\"Seconds_Behind_Master == 0\" every=500ms unknown=2s timeout=30m";
    let ended = walk(&world, &servers, words);
    servers.control("start", "replica");
    assert_eq!(ended.code, Some(1), "{}", ended.output);
    assert!(ended.output.contains("ERROR 200"), "the client's message is missing: {}", ended.output);
    assert!(world.samples().iter().all(|sample| sample.verdict != "pass"));
}

#[test]
fn lag_that_does_not_fall_ends_at_the_timeout() {
    let Some(servers) = servers() else { return };
    let world = World::new();
    servers.delay(3600);
    let words = "until=\"Seconds_Behind_Master == 0\" every=1s timeout=5s";
    let ended = walk(&world, &servers, words);
    assert_eq!(ended.code, Some(1), "{}", ended.output);
    let samples = world.samples();
    let (last, before) = samples.split_last().expect("samples");
    assert_eq!(last.verdict, "broken");
    assert!(before.iter().all(|sample| sample.verdict == "waiting"), "{samples:?}");
    assert!(samples.iter().all(|sample| lag(sample) > Some(0)), "{samples:?}");
    assert!(last.t >= 5.0, "it ended before its timeout: {samples:?}");
    assert!(ended.output.contains("5s"), "the timeout is not named: {}", ended.output);
}

#[test]
fn a_probe_that_hangs_is_ended_with_everything_it_started() {
    let Some(servers) = servers() else { return };
    let world = World::new();
    let pids = world.path().join("pids");
    let probe = format!(
        "sleep 600 & echo $! >> {pids}\n\
         sh -c 'echo $$ >> {pids}; sleep 601; true' &\n\
         echo $$ >> {pids}\n\
         mariadb --defaults-file={options} -e 'SELECT SLEEP(600)'",
        pids = pids.display(),
        options = servers.options("replica").display(),
    );
    let file = world.check("until=\"value == 0\" every=500ms try=1s unknown=2s timeout=30m", &probe);
    let ended = world.run(&["run", file.to_str().expect("a path"), "--yes"]);
    assert_eq!(ended.code, Some(1), "{}", ended.output);
    assert!(ended.output.contains("try"), "{}", ended.output);
    let pids = std::fs::read_to_string(&pids).expect("the probes wrote their ids");
    assert!(pids.lines().count() >= 9, "three samples, three ids each: {pids}");
    let alive = |pid: &str| {
        let status = std::fs::read_to_string(Path::new("/proc").join(pid).join("status"));
        status.is_ok_and(|status| !status.contains("State:\tZ"))
    };
    wait_for("all of them are gone", || !pids.lines().any(alive));
}

#[test]
fn a_replica_restarted_during_the_wait_passes() {
    let Some(servers) = servers() else { return };
    let world = World::new();
    servers.delay(25);
    let words = "until=\"Seconds_Behind_Master == 0\" every=250ms hold=1s unknown=5m timeout=10m";
    let file = world.check(words, &status_of(&servers));
    let running = world.start(&["run", file.to_str().expect("a path"), "--yes"]);
    sleep(Duration::from_secs(2));
    servers.control("stop", "replica");
    sleep(Duration::from_secs(1));
    servers.control("start", "replica");
    let ended = running.finish();
    assert_eq!(ended.code, Some(0), "{}", ended.output);
    let samples = world.samples();
    let first_unknown = samples.iter().position(|sample| sample.value.is_none()).expect("an unknown sample");
    assert!(first_unknown > 0, "{samples:?}");
    let after = &samples[first_unknown..];
    assert!(after.iter().any(|sample| lag(sample) > Some(0)), "no lag after the restart: {samples:?}");
    assert_eq!(after.last().map(|last| (last.verdict.as_str(), lag(last))), Some(("pass", Some(0))));
    assert_eq!(servers.replica("SELECT COUNT(*) FROM shop.orders").trim(), "2");
}
