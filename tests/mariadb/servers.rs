//! The two servers `tests/services/mariadb` runs.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The servers are one; the tests take turns.
static TURN: Mutex<()> = Mutex::new(());

/// A source and a replica, for the length of one test.
pub struct Servers {
    folder: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

/// The servers, set up anew: one database with one row, replicated; nothing if there are none.
pub fn servers() -> Option<Servers> {
    let Some(folder) = std::env::var_os("MIDWATCH_TEST_MARIADB") else {
        println!("left out: real servers are not here; tests/run starts them");
        return None;
    };
    let turn = TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let servers = Servers { folder: folder.into(), _turn: turn };
    servers.begin_anew();
    Some(servers)
}

impl Servers {
    /// The client option file of `source` or `replica`.
    pub fn options(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.cnf"))
    }

    /// The port of `source` or `replica`.
    pub fn port(&self, name: &str) -> String {
        let port = std::fs::read_to_string(self.folder.join(format!("{name}.port")));
        port.expect("the port is written down").trim().to_string()
    }

    /// Starts or stops `source` or `replica`.
    pub fn control(&self, action: &str, name: &str) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/services/mariadb");
        let status = Command::new(script).arg(action).arg(&self.folder).arg(name).status();
        assert!(status.expect("the script runs").success(), "{action} {name}");
    }

    /// Runs SQL on the source.
    pub fn source(&self, sql: &str) -> String {
        self.sql("source", sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Runs SQL on the replica.
    pub fn replica(&self, sql: &str) -> String {
        self.sql("replica", sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// One field of `SHOW REPLICA STATUS`, as printed.
    pub fn status(&self, field: &str) -> String {
        let status = self.ask("replica", &["-e", "SHOW REPLICA STATUS\\G"]).unwrap_or_default();
        let value = status.lines().find_map(|line| line.trim().strip_prefix(&format!("{field}:")));
        value.unwrap_or("").trim().to_string()
    }

    /// Sets the replica `seconds` back behind its source and writes a row it will be late with.
    pub fn delay(&self, seconds: u32) {
        self.replica(&format!("STOP SLAVE; CHANGE MASTER TO MASTER_DELAY = {seconds}; START SLAVE"));
        self.source("INSERT INTO shop.orders (note) VALUES ('late')");
        wait_for("the replica is behind", || {
            self.status("Seconds_Behind_Master").parse().is_ok_and(|n: u32| n > 0)
        });
    }

    fn sql(&self, name: &str, sql: &str) -> Result<String, String> {
        self.ask(name, &["--batch", "--skip-column-names", "-e", sql])
    }

    fn ask(&self, name: &str, args: &[&str]) -> Result<String, String> {
        let output = Command::new("mariadb")
            .arg(format!("--defaults-file={}", self.options(name).display()))
            .args(args)
            .output()
            .expect("the client runs");
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }

    fn begin_anew(&self) {
        for name in ["source", "replica"] {
            if self.sql(name, "SELECT 1").is_err() {
                self.control("start", name);
            }
        }
        self.replica("STOP SLAVE; RESET SLAVE ALL; RESET MASTER; SET GLOBAL gtid_slave_pos = ''");
        let clear = "SET sql_log_bin = 0; DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS extra";
        self.replica(clear);
        self.source(clear);
        self.source("RESET MASTER");
        self.replica(&format!(
            "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = {}, MASTER_USER = 'repl', \
             MASTER_PASSWORD = 'r3plicate', MASTER_CONNECT_RETRY = 1, MASTER_DELAY = 0, \
             MASTER_USE_GTID = slave_pos; START SLAVE",
            self.port("source")
        ));
        self.source(
            "CREATE DATABASE shop; \
             CREATE TABLE shop.orders (id INT PRIMARY KEY AUTO_INCREMENT, note TEXT) ENGINE = InnoDB; \
             INSERT INTO shop.orders (note) VALUES ('first')",
        );
        wait_for("the replica has the first row", || {
            self.sql("replica", "SELECT note FROM shop.orders").is_ok_and(|rows| rows == "first\n")
                && self.status("Seconds_Behind_Master") == "0"
        });
    }
}

/// Waits until `holds`, for at most a minute.
pub fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < end, "not within a minute: {what}");
        sleep(Duration::from_millis(100));
    }
}
