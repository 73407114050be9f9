//! Servers of a test's own: on free loopback ports, in temporary folders, ended with the test.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A program that is ended with the test.
pub struct Server(Child);

impl Server {
    /// Starts it and waits until it listens on `port`.
    pub fn start(command: &mut Command, port: u16) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let server = Server(child);
        for _ in 0..300 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return server;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("nothing listens on port {port}");
    }
}

impl Drop for Server {
    /// Asked first: one that is killed leaves its workers behind.
    fn drop(&mut self) {
        if let Some(pid) = i32::try_from(self.0.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        for _ in 0..100 {
            if matches!(self.0.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port nobody listens on, now.
pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// A server that may run as root only with its own folder: nginx in the foreground.
pub struct Nginx {
    pub port: u16,
    pub prefix: PathBuf,
    pub config: PathBuf,
    _server: Server,
}

impl Nginx {
    /// Serves `root`; `/health` answers what stands in the file `health`, or 500 without one.
    pub fn start(folder: &Path, root: &Path) -> Self {
        let port = free_port();
        let prefix = folder.join("nginx");
        std::fs::create_dir_all(prefix.join("logs")).unwrap();
        let user = if rustix::process::geteuid().is_root() { "user root;" } else { "" };
        let config = prefix.join("nginx.conf");
        let p = prefix.display();
        let text = format!(
            "{user} worker_processes 1; daemon off; pid {p}/nginx.pid; error_log {p}/logs/error.log;\n\
             events {{ worker_connections 64; }}\n\
             http {{ access_log off; client_body_temp_path {p}/body; proxy_temp_path {p}/proxy;\n\
             fastcgi_temp_path {p}/fastcgi; uwsgi_temp_path {p}/uwsgi; scgi_temp_path {p}/scgi;\n\
             default_type application/json;\n\
             server {{ listen 127.0.0.1:{port}; root {};\n\
             location = /health {{ try_files /health =500; }} }} }}\n",
            root.display()
        );
        std::fs::write(&config, text).unwrap();
        let mut command = Command::new("/usr/sbin/nginx");
        command.arg("-p").arg(&prefix).arg("-c").arg(&config);
        let server = Server::start(&mut command, port);
        Nginx { port, prefix, config, _server: server }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

/// A PostgreSQL primary with a replica.
pub struct Postgres {
    folder: tempfile::TempDir,
}

impl Postgres {
    /// None where it cannot be had, which is said.
    pub fn start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/services/postgres");
        let output = Command::new(script).arg("start").arg(folder.path()).output().unwrap();
        if output.status.success() {
            return Some(Postgres { folder });
        }
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("is not installed"), "{said}");
        println!("left out: the promotion of a PostgreSQL replica: {}", said.trim());
        None
    }

    pub fn uri(&self, name: &str) -> String {
        let port = std::fs::read_to_string(self.folder.path().join(format!("{name}.port"))).unwrap();
        format!("postgresql://postgres@127.0.0.1:{}/postgres", port.trim())
    }

    pub fn sql(&self, name: &str, sql: &str) -> String {
        let output =
            Command::new("psql").args(["-X", "-At", "-d", &self.uri(name), "-c", sql]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/services/postgres");
        let _ = Command::new(script).arg("stop").arg(self.folder.path()).output();
    }
}
