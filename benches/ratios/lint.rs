//! The linter on a whole library of real runbooks, beside the bare Markdown parser on the same files.
//!
//! The runbooks are used by path and are not part of this repository: without them the group says so.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{Side, other, peak, report};

/// Measures the group; `place` is a temporary folder.
pub fn run(place: &Path) {
    let small = place.join("small.md");
    std::fs::write(&small, super::runbook(5)).expect("a runbook");
    let small = small.display().to_string();
    report("lint: one small file / sh -c :", 300, 2.5, lint(&[&small]), other("sh", &["-c", ":"]));
    let Some(library) = library() else {
        println!("lint: left out: no runbooks at ../shared/corpus (MIDWATCH_CORPUS names another folder)");
        return;
    };
    let folder = library.display().to_string();
    let bare = bare_parser(place).display().to_string();
    let files = other(&bare, &[&folder, "2"]);
    report("lint: library / bare parser, 2 threads", 60, 4.0, lint(&["-j", "2", &folder]), files);
    let kib = peak(super::midwatch(), &["lint", "-j", "2", &folder]);
    println!("{:<44} {:>8.1} MiB                     60", "  peak memory", kib as f64 / 1024.0);
    growth(place, &library);
}

/// Counted instructions of twice the files beside those of once.
fn growth(place: &Path, library: &Path) {
    let (once, twice) = (place.join("once"), place.join("twice"));
    copy(library, &once.join("a"));
    copy(library, &twice.join("a"));
    copy(library, &twice.join("b"));
    match (instructions(place, &once), instructions(place, &twice)) {
        (Some(once), Some(twice)) => {
            let growth = twice as f64 / once as f64;
            println!(
                "{:<44} {growth:>8.2}   instructions of twice the files / once (1.8 to 2.2)",
                "  growth"
            );
        }
        _ => println!("{:<44} left out: valgrind is not here", "  growth"),
    }
}

/// The instructions of one run over `folder`, in one thread.
fn instructions(place: &Path, folder: &Path) -> Option<u64> {
    let out = place.join("callgrind.out");
    let status = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", out.display()))
        .args([super::midwatch(), "lint", "-j", "1"])
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.ok()?;
    let text = std::fs::read_to_string(&out).ok()?;
    let total = text.lines().find_map(|line| line.strip_prefix("summary:"))?;
    total.trim().parse().ok()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("folder");
    for entry in std::fs::read_dir(from).into_iter().flatten().flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("a copy");
        }
    }
}

/// The folder of the runbooks, as the tests find it.
fn library() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("MIDWATCH_CORPUS").map_or(here, PathBuf::from);
    folder.canonicalize().ok().filter(|folder| folder.is_dir())
}

/// `midwatch lint`; that it finds something is no failure here.
fn lint<'a>(args: &[&str]) -> Side<'a> {
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    Box::new(move || {
        let mut command = Command::new(super::midwatch());
        command.arg("lint").args(&args).stdin(Stdio::null()).stdout(Stdio::null());
        timed(&mut command)
    })
}

fn timed(command: &mut Command) -> Duration {
    let began = Instant::now();
    let status = command.status().expect("it starts");
    let took = began.elapsed();
    assert!(matches!(status.code(), Some(0 | 1)), "{command:?} failed");
    took
}

/// A program that finds the Markdown files below a folder, reads them and walks the parser's events,
/// with as many threads as it is told.
fn bare_parser(place: &Path) -> PathBuf {
    super::bare_program(place, "bare-folder", include_str!("bare_folder.rs.txt"))
}
