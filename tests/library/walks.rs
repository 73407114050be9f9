//! Each runbook of the library on the service it is for.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::Command;

use crate::kit::{completed, have, values, walk};
use crate::servers::{Nginx, Postgres, Server, free_port};
use crate::support::Place;

fn program(place: &Place, name: &str, text: &str) -> PathBuf {
    let path = place.file(name, format!("#!/bin/sh\n{text}\n"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn the_first_five_minutes() {
    if !have("the first five minutes", &["uptime", "ps"]) {
        return;
    }
    let place = Place::new();
    let ended = walk(&place, "first-five-minutes.md", &[], &[]);
    completed(&place, &ended);
}

#[test]
fn a_redis_gets_room() {
    if !have("Redis memory pressure", &["redis-server", "redis-cli"]) {
        return;
    }
    let place = Place::new();
    let port = free_port();
    let mut command = Command::new("redis-server");
    command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--maxmemory", "6mb"]);
    let _server = Server::start(command.current_dir(place.path()), port);
    let url = format!("redis://127.0.0.1:{port}");
    let cli = |args: &[&str]| run(Command::new("redis-cli").args(["-u", &url]).args(args));
    let value = "x".repeat(100_000);
    let full = (0..200).any(|n| cli(&["SET", &format!("big:{n}"), &value]).contains("OOM"));
    assert!(full, "it is full before");
    let ended = walk(&place, "redis-memory-pressure.md", &[("redis", &url), ("new_limit", "64mb")], &[]);
    completed(&place, &ended);
    assert_eq!(cli(&["SET", "again", &value]), "OK");
    assert!(ended.stdout.contains("big:"), "the largest keys are named");
}

#[test]
fn a_full_file_system_gets_room() {
    if !have("disk full", &["mount", "umount"]) {
        return;
    }
    let place = Place::new();
    let mount = place.path().join("full");
    std::fs::create_dir(&mount).unwrap();
    let mounted =
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).arg(&mount).output().unwrap();
    if !mounted.status.success() {
        println!("left out: disk full: a small file system cannot be mounted here");
        return;
    }
    struct Mounted(PathBuf);
    impl Drop for Mounted {
        fn drop(&mut self) {
            let _ = Command::new("umount").arg("-l").arg(&self.0).output();
        }
    }
    let _mounted = Mounted(mount.clone());
    let logs = mount.join("log");
    std::fs::create_dir(&logs).unwrap();
    std::fs::write(logs.join("app.log"), "today\n").unwrap();
    std::fs::write(logs.join("app.log.2.gz"), vec![1u8; 2 << 20]).unwrap();
    run(Command::new("touch").args(["-d", "30 days ago"]).arg(logs.join("app.log.2.gz")));
    std::fs::write(logs.join("app.log.1"), vec![1u8; 1 << 20]).unwrap();
    while std::fs::write(mount.join("rest"), vec![0u8; 1 << 20]).is_ok()
        && std::fs::write(mount.join("more"), vec![0u8; 1 << 20]).is_ok()
    {}
    let set = [
        ("mount", mount.to_str().unwrap()),
        ("logs", logs.to_str().unwrap()),
        ("days", "7"),
        ("below", "85"),
    ];
    let ended = walk(&place, "disk-full.md", &set, &[]);
    completed(&place, &ended);
    assert!(logs.join("app.log").exists() && logs.join("app.log.1").exists(), "only what is old goes");
    assert!(!logs.join("app.log.2.gz").exists());
}

#[test]
fn a_certificate_is_renewed_and_served() {
    if !have("certificate near its end", &["openssl"]) {
        return;
    }
    let place = Place::new();
    let at = |name: &str| place.path().join(name).display().to_string();
    run(Command::new("openssl").args(["genrsa", "-out", &at("key.pem"), "2048"]));
    let issue = |days: &str, to: &str| {
        run(Command::new("openssl").args([
            "req",
            "-x509",
            "-key",
            &at("key.pem"),
            "-days",
            days,
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
            "-out",
            to,
        ]))
    };
    issue("2", &at("cert.pem"));
    issue("90", &at("issued.pem"));
    let port = free_port();
    // The server reads its certificate when it starts; to reload it is to start it again.
    let serve = format!(
        "[ ! -f {pid} ] || kill $(cat {pid})\n\
         i=0; while [ $i -lt 50 ]; do setsid openssl s_server -quiet -accept 127.0.0.1:{port} -cert {cert} -key {key} </dev/null >/dev/null 2>&1 & \
         echo $! > {pid}; sleep 0.3; kill -0 $! 2>/dev/null && exit 0; i=$((i + 1)); done; exit 1",
        pid = at("pid"),
        cert = at("cert.pem"),
        key = at("key.pem"),
    );
    let reload = program(&place, "reload", &serve);
    run(&mut Command::new(&reload));
    let endpoint = format!("127.0.0.1:{port}");
    let set = [
        ("endpoint", &*endpoint),
        ("certificate", &at("cert.pem")),
        ("key", &at("key.pem")),
        ("issued", &at("issued.pem")),
        ("reload", reload.to_str().unwrap()),
    ];
    let ended = walk(&place, "certificate-expiry.md", &set, &[]);
    let pid = std::fs::read_to_string(at("pid")).unwrap();
    let _ = Command::new("kill").arg(pid.trim()).output();
    completed(&place, &ended);
    assert!(values(&place, "served-now").last().is_some_and(|days| days.parse::<u32>().unwrap() > 80));
}

#[test]
fn a_bad_release_is_rolled_back() {
    if !have("roll back to the last known good version", &["nginx", "curl"]) {
        return;
    }
    let place = Place::new();
    let site = place.path().join("site");
    place.file("site/releases/2026-11-01/health", "ok\n");
    place.file("site/releases/2026-11-08/health", "ok\n");
    place.file("site/releases/2026-11-20/index.html", "broken\n");
    symlink("releases/2026-11-20", site.join("current")).unwrap();
    let nginx = Nginx::start(place.path(), &site.join("current"));
    let health = nginx.url("/health");
    let set = [
        ("site", site.to_str().unwrap()),
        ("prefix", nginx.prefix.to_str().unwrap()),
        ("config", nginx.config.to_str().unwrap()),
        ("health", &*health),
    ];
    let ended = walk(&place, "nginx-last-known-good.md", &set, &[]);
    completed(&place, &ended);
    assert_eq!(std::fs::read_link(site.join("current")).unwrap(), PathBuf::from("releases/2026-11-08"));
}

#[test]
fn a_feature_is_switched_off_and_load_is_shed() {
    if !have("feature flag and load shedding", &["nginx", "curl", "jq"]) {
        return;
    }
    let place = Place::new();
    let flags =
        place.file("www/flags.json", "{\"search\": true, \"recommendations\": true, \"shed_percent\": 0}\n");
    place.file("www/health", "ok\n");
    let nginx = Nginx::start(place.path(), &place.path().join("www"));
    let (seen, health) = (nginx.url("/flags.json"), nginx.url("/health"));
    let set = [
        ("flags", flags.to_str().unwrap()),
        ("feature", "recommendations"),
        ("seen", &*seen),
        ("health", &*health),
    ];
    let ended = walk(&place, "shed-load.md", &set, &[]);
    completed(&place, &ended);
    let now: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&flags).unwrap()).unwrap();
    assert_eq!(now, serde_json::json!({ "search": true, "recommendations": false, "shed_percent": 0 }));
}

#[test]
fn a_drill_breaks_and_mends() {
    if !have("a failure drill", &["nginx", "curl"]) {
        return;
    }
    let place = Place::new();
    let health = place.file("www/health", "ok\n");
    let nginx = Nginx::start(place.path(), &place.path().join("www"));
    let spoil = program(&place, "spoil", &format!("rm -f {}", health.display()));
    let mend = program(&place, "mend", &format!("echo ok > {}", health.display()));
    let url = nginx.url("/health");
    let set = [
        ("break", spoil.to_str().unwrap()),
        ("mend", mend.to_str().unwrap()),
        ("health", &*url),
        ("seconds", "2"),
    ];
    let ended = walk(&place, "failure-drill.md", &set, &[]);
    completed(&place, &ended);
    assert_eq!(values(&place, "noticed").last().map(String::as_str), Some("500"));
    assert_eq!(values(&place, "well-after").last().map(String::as_str), Some("200"));
}

#[test]
fn a_postgresql_replica_is_promoted_when_it_has_everything() {
    if !have("the promotion of a PostgreSQL replica", &["psql"]) {
        return;
    }
    let Some(servers) = Postgres::start() else { return };
    servers.sql("primary", "CREATE TABLE orders AS SELECT generate_series(1, 50000) AS n");
    let place = Place::new();
    let (primary, replica) = (servers.uri("primary"), servers.uri("replica"));
    let ended =
        walk(&place, "postgresql-promote-replica.md", &[("primary", &primary), ("replica", &replica)], &[]);
    completed(&place, &ended);
    assert_eq!(values(&place, "caught-up").last().map(String::as_str), Some("0"));
    assert_eq!(servers.sql("replica", "SELECT pg_is_in_recovery(), count(*) FROM orders"), "f|50000");
    let refused =
        Command::new("psql").args(["-X", "-d", &primary, "-c", "DELETE FROM orders"]).output().unwrap();
    assert!(!refused.status.success(), "the old primary takes no writes");
}

#[test]
fn the_crash_loop_is_planned_whole() {
    // No cluster can be had in a test; what can be settled without one is.
    let place = Place::new();
    program(&place, "bin/kubectl", "exit 0");
    let path =
        format!("{}:{}", place.path().join("bin").display(), std::env::var("PATH").unwrap_or_default());
    let book = crate::kit::book("kubernetes-crash-loop.md");
    let mut command = place.command();
    command.env("PATH", path).args([
        "run",
        "--dry-run",
        "--set",
        "namespace=shop",
        "--set",
        "deployment=web",
    ]);
    let ended = command.args(["--set", "selector=app=web"]).arg(book).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(String::from_utf8_lossy(&ended.stdout).contains("rollout undo"));
    println!("left out: Kubernetes pods crash in a loop: no cluster; only its plan is tested");
}
