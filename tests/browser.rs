//! The HTML report in a real browser: it asks nobody for anything, and nothing in it is executed.

mod record;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use midwatch::commands::{note, report};
use midwatch::event::{Ending, Event};
use midwatch::history::Zone;
use midwatch::report::Format;
use record::{Lab, entered, id, opened};

/// A proxy that answers nothing and remembers what it was asked for.
struct Proxy {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut line = String::new();
                let _ = BufReader::new(&stream).read_line(&mut line);
                seen.lock().unwrap().push(line);
                let _ = (&stream).write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
            }
        });
        Proxy { address, asked }
    }

    /// What was asked for, without what the browser asks of its maker on its own account.
    fn asked(&self) -> Vec<String> {
        let own = ["google", "gvt1", "gstatic", "chrome"];
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|line| !own.iter().any(|name| line.contains(name))).cloned().collect()
    }
}

/// What the browser made of a page.
struct Shown {
    dom: String,
    console: Vec<String>,
    asked: Vec<String>,
}

fn show(browser: &str, page: &Path) -> Shown {
    let proxy = Proxy::start();
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
        ])
        .args(["--disable-component-update", "--disable-sync", "--no-pings", "--enable-logging=stderr"])
        .args(["--proxy-bypass-list=<-loopback>", "--virtual-time-budget=2000", "--dump-dom"])
        .arg(format!("--proxy-server=http://{}", proxy.address))
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    let console = log.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect();
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(dom.contains("<body"), "the browser shows the page: {log}");
    Shown { dom, console, asked: proxy.asked() }
}

fn browser() -> Option<&'static str> {
    let found = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|name| Command::new(name).arg("--version").output().is_ok());
    if found.is_none() {
        println!("left out: the report in a real browser: chromium is not installed");
    }
    found
}

const HOSTILE: &str = "</style><script src=http://outside.test/a.js></script><script>document.title='owned'</script>\
<img src=http://outside.test/b.png onerror=\"document.title='owned'\"><link rel=stylesheet href=http://outside.test/c.css>\
<svg onload=\"document.title='owned'\"><iframe src=http://outside.test/d></iframe>\" style=\"background:url(http://outside.test/e)\" x=\"\
<meta http-equiv=refresh content=\"0;url=http://outside.test/f\">";

fn hostile() -> Lab {
    let lab = Lab::new();
    let mut event = opened(&id(1));
    if let Event::Opened { runbook, ticket, operator, .. } = &mut event {
        runbook.title = HOSTILE.into();
        operator.user = HOSTILE.into();
        *ticket = Some(HOSTILE.into());
    }
    let mut live = lab.open_as(event);
    live.say(entered(1, HOSTILE));
    live.command(1, HOSTILE, HOSTILE, Some(HOSTILE.as_bytes()));
    live.wait(1, HOSTILE, &[Some(HOSTILE), None, Some("0"), Some("7")]);
    live.say(Event::Note { step: Some(1), text: HOSTILE.into(), by: Some(HOSTILE.into()) });
    let (reason, helped) = (Some(HOSTILE.into()), Some(HOSTILE.into()));
    live.say(Event::Sealed { status: Ending::Failed, reason, helped });
    live.journal.close(&live.run).unwrap();
    note::run(&lab.store, &*lab.clock, &id(1), HOSTILE, HOSTILE, &mut Vec::new()).unwrap();
    lab
}

#[test]
fn the_page_asks_nobody_and_runs_nothing() {
    let Some(browser) = browser() else { return };
    let usual = Lab::new();
    usual.sealed(&id(1));
    for lab in [usual, hostile()] {
        let mut page = Vec::new();
        report::run(&lab.store, &id(1), Format::Html, Zone::utc(), &mut page).unwrap();
        let file = lab.folder.path().join("page.html");
        std::fs::write(&file, page).unwrap();
        let shown = show(browser, &file);
        assert!(shown.asked.is_empty(), "{:?}", shown.asked);
        assert!(shown.console.is_empty(), "{:?}", shown.console);
        assert!(shown.dom.contains("<article") && !shown.dom.contains("<title>owned"), "{}", shown.dom);
    }
}

/// The test above would not see anything if the proxy or the console were not looked at.
#[test]
fn a_page_that_asks_is_noticed() {
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.html");
    std::fs::write(&file, "<body><img src=\"http://outside.test/b.png\"><p>x</p>").unwrap();
    let shown = show(browser, &file);
    assert!(shown.asked.iter().any(|line| line.contains("outside.test/b.png")), "{:?}", shown.asked);
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">";
    std::fs::write(&file, format!("<head>{policy}</head><body><script>document.title='owned'</script>"))
        .unwrap();
    let shown = show(browser, &file);
    assert!(shown.console.iter().any(|line| line.contains("Content Security Policy")), "{:?}", shown.console);
}
