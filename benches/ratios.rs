//! How fast midwatch is beside something comparable, as ratios measured in one run.
//!
//! `cargo bench` prints, for each pair, the median of the ratios of alternating runs. The sides
//! alternate so that whatever else the machine does hits both.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

#[path = "ratios/follow.rs"]
mod follow;
#[path = "ratios/lint.rs"]
mod lint;
#[path = "ratios/many.rs"]
mod many;
#[path = "ratios/output.rs"]
mod output;
#[path = "../tests/record/mod.rs"]
mod record;
#[path = "ratios/shells.rs"]
mod shells;

/// midwatch as it is installed.
static OURS: OnceLock<String> = OnceLock::new();

fn midwatch() -> &'static str {
    OURS.get().expect("it was installed first")
}

/// A copy of `program`: what a linker has just written lies in memory in the smallest pieces there are,
/// and starts a fifth slower than a file that was copied or read from a disk, as `sh` was.
fn installed(place: &Path, program: &Path) -> String {
    let folder = place.join("installed");
    std::fs::create_dir_all(&folder).expect("a folder");
    let copy = folder.join(program.file_name().expect("a program"));
    std::fs::copy(program, &copy).expect("a copy");
    copy.display().to_string()
}

/// One side of a comparison.
type Side<'a> = Box<dyn FnMut() -> Duration + 'a>;

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    if many::was_bare() {
        return;
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let want = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word.as_str()));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = folder.path();
    let _ = OURS.set(installed(place, Path::new(env!("CARGO_BIN_EXE_midwatch"))));
    println!("{:<44} {:>8} {:>8} {:>8}   limit", "pair", "median", "lowest", "highest");
    if want("start") {
        let ours = command(place, &["--version"]);
        let theirs = other("sh", &["-c", ":"]);
        report("start: --version / sh -c :", 300, 1.5, ours, theirs);
    }
    for (count, limit, rounds) in [(50, 1.3, 200), (5000, 2.5, 40)] {
        let name = format!("steps: {count} steps / bare parser");
        if want(&name) {
            let file = place.join(format!("{count}.md"));
            std::fs::write(&file, runbook(count)).expect("a runbook");
            let path = file.display().to_string();
            let bare = bare_parser(place);
            let ours = command(place, &["steps", &path]);
            let theirs = other(&bare.display().to_string(), &[&path]);
            report(&name, rounds, limit, ours, theirs);
            let kib = peak(midwatch(), &["steps", &path]);
            println!("{:<44} {:>8.1} MiB", format!("  peak memory at {count} steps"), kib as f64 / 1024.0);
        }
    }
    if want("steps") {
        let text = runbook(5000);
        let ours: Side<'_> = Box::new(|| {
            let began = Instant::now();
            let parsed = midwatch::runbook::parse(midwatch::source::Source::new("many.md", text.as_str()));
            let took = began.elapsed();
            assert_eq!(parsed.steps.len(), 5000);
            took
        });
        let theirs: Side<'_> = Box::new(|| bare_events(&text));
        report("steps: parse 5000 steps / bare events", 60, 3.0, ours, theirs);
    }
    if want("unattended") {
        let mut per_step = Vec::new();
        for count in [100, 1000] {
            let file = place.join(format!("true-{count}.md"));
            let steps: String =
                (1..=count).map(|n| format!("{n}. Step {n}\n\n   ```sh\n   true\n   ```\n\n")).collect();
            std::fs::write(&file, format!("# True\n\n{steps}")).expect("a runbook");
            let state = place.join("state");
            let path = file.display().to_string();
            let mut written = 0;
            let ours: Side<'_> = Box::new(|| {
                let _ = std::fs::remove_dir_all(&state);
                let took = time(
                    Command::new(midwatch()).args(["run", &path, "--yes"]).env("MIDWATCH_STATE_DIR", &state),
                );
                written = records(&state);
                took
            });
            // A synced append for every step, as midwatch syncs once a step: what a step ended with
            // and what the next is about to do become durable together.
            let script = place.join("loop.sh");
            std::fs::write(&script, baseline(count)).expect("a script");
            let theirs: Side<'_> = Box::new(|| time(Command::new("sh").arg(&script).current_dir(place)));
            let name = format!("unattended: {count} x true / sh with synced appends");
            let (ours_time, _) = report(&name, if count == 100 { 7 } else { 3 }, 2.0, ours, theirs);
            assert_eq!(written, count * 4 + 2, "every step left its four records");
            per_step.push(ours_time.as_secs_f64() / count as f64);
        }
        let growth = per_step[1] / per_step[0];
        println!("{:<44} {growth:>8.2}   cost of a step at 1000 / at 100", "  growth");
    }
    if want("many") {
        many::bench(place);
    }
    if want("follow") {
        follow::bench(place);
    }
    if want("output") {
        output::bench(place);
    }
    if want("shells") {
        beside_shells(place);
    }
    if want("lint") {
        lint::run(place);
    }
}

/// A thousand steps beside the same steps by plain shells: see [`shells`].
fn beside_shells(place: &Path) {
    use shells::Steps;
    let (count, state, syncs) = (1000, true, 1);
    let all = [
        // midwatch syncs once a step; where the state changed, its file and its folder, too.
        ("bash with state", 1.5, Steps { count, script: "true", state, syncs }),
        ("bare bash", 2.0, Steps { count, script: "true", state: false, syncs }),
        ("bash with state", 1.5, Steps { count, script: "n=$((n + 1))", state, syncs: 3 }),
    ];
    for (what, limit, steps) in all {
        let file = place.join("steps.md");
        std::fs::write(&file, steps.runbook()).expect("a runbook");
        let state = place.join("state");
        let ours: Side<'_> = Box::new(|| {
            let _ = std::fs::remove_dir_all(&state);
            let run = file.display().to_string();
            let mut command = Command::new(midwatch());
            time(command.args(["run", &run, "--yes"]).env("MIDWATCH_STATE_DIR", &state))
        });
        let theirs: Side<'_> = Box::new(|| steps.bare(place));
        let name = format!("shells: {count} x {} / {what}", steps.script);
        report(&name, 5, limit, ours, theirs);
    }
}

/// How long the Markdown parser alone takes for its events.
fn bare_events(text: &str) -> Duration {
    use pulldown_cmark::{Options, Parser};
    let began = Instant::now();
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        std::hint::black_box((&event, range));
    }
    began.elapsed()
}

/// `count` steps of a command each, with a little prose, as a team would write them.
/// Four columns: in three the fence would stand beside an item whose number has two digits.
fn runbook(count: usize) -> String {
    let mut text = String::from("# Many\n\nWhat this is about.\n\n");
    for n in 1..=count {
        if n % 10 == 1 {
            text.push_str(&format!("## Part {}\n\n", n / 10 + 1));
        }
        text.push_str(&format!(
            "{}. Look at host {n} and *note* what it says.\n\n    ```sh\n    kubectl -n orders get pods --selector app=web-{n}\n    ```\n\n",
            (n - 1) % 10 + 1
        ));
    }
    text
}

/// `count` times `sh -c true`, each with a synced append as long as a step's records.
fn baseline(count: usize) -> String {
    let line = "x".repeat(900);
    format!(
        "set -e\n: > journal\ni=0\nwhile [ $i -lt {count} ]; do\n  sh -c true\n  \
         echo {line} | dd of=journal oflag=append conv=notrunc,fdatasync status=none\n  i=$((i+1))\ndone\n"
    )
}

fn records(state: &Path) -> usize {
    let mut open = vec![state.join("runs")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            if entry.file_name() == "journal.jsonl" {
                return std::fs::read_to_string(entry.path()).map_or(0, |text| text.lines().count());
            }
            if entry.path().is_dir() {
                open.push(entry.path());
            }
        }
    }
    0
}

/// A program that reads one file and walks the events of the bare parser.
fn bare_parser(place: &Path) -> PathBuf {
    const PROGRAM: &str = "use std::io::Write;\nfn main() {\n    let text = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();\n    let options = pulldown_cmark::Options::ENABLE_TABLES | pulldown_cmark::Options::ENABLE_TASKLISTS;\n    let mut count = 0usize;\n    for (event, range) in pulldown_cmark::Parser::new_ext(&text, options).into_offset_iter() {\n        std::hint::black_box(&event);\n        count += range.len() & 1;\n    }\n    let _ = writeln!(std::io::stdout(), \"{count}\");\n}\n";
    bare_program(place, "bare", PROGRAM)
}

/// Builds `program`, which uses the bare parser alone, as midwatch itself is built.
fn bare_program(place: &Path, name: &str, program: &str) -> PathBuf {
    let source = place.join(name);
    let built = source.join("target/release").join(name);
    let copy = place.join("installed").join(name);
    if copy.exists() {
        return copy;
    }
    std::fs::create_dir_all(source.join("src")).expect("folder");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[dependencies]\n\
         pulldown-cmark = {{ version = \"0.13\", default-features = false }}\n[profile.release]\nlto = \"thin\"\n\
         codegen-units = 1\nstrip = \"symbols\"\n[workspace]\n"
    );
    std::fs::write(source.join("Cargo.toml"), manifest).expect("manifest");
    std::fs::write(source.join("src/main.rs"), program).expect("program");
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    let _ = std::fs::copy(lock, source.join("Cargo.lock"));
    let status = Command::new(env!("CARGO"))
        .args(["build", "--release", "--quiet"])
        .current_dir(&source)
        .env("CARGO_TARGET_DIR", source.join("target"))
        .status()
        .expect("cargo");
    assert!(status.success(), "the bare parser does not build");
    installed(place, &built).into()
}

fn command<'a>(place: &'a Path, args: &[&str]) -> Side<'a> {
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    Box::new(move || {
        time(Command::new(midwatch()).args(&args).env("MIDWATCH_STATE_DIR", place.join("state")))
    })
}

fn other<'a>(program: &str, args: &[&str]) -> Side<'a> {
    let program = program.to_owned();
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    Box::new(move || time(Command::new(&program).args(&args)))
}

fn time(command: &mut Command) -> Duration {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let began = Instant::now();
    let status = command.status().expect("it starts");
    let took = began.elapsed();
    assert!(status.success(), "{command:?} failed");
    took
}

/// Peak resident memory of a program, in KiB.
fn peak(program: &str, args: &[&str]) -> u64 {
    let output =
        Command::new("/usr/bin/time").args(["-f", "%M", program]).args(args).stdout(Stdio::null()).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stderr).into_owned()).unwrap_or_default();
    text.lines().last().and_then(|line| line.trim().parse().ok()).unwrap_or(0)
}

/// Alternates the sides, prints the median of the ratios, and gives the median times.
fn report(
    name: &str,
    rounds: usize,
    limit: f64,
    mut ours: Side<'_>,
    mut theirs: Side<'_>,
) -> (Duration, Duration) {
    // Once each without counting: caches.
    ours();
    theirs();
    let mut pairs = Vec::new();
    for round in 0..rounds {
        let pair = if round % 2 == 0 {
            let left = ours();
            (left, theirs())
        } else {
            let right = theirs();
            (ours(), right)
        };
        pairs.push(pair);
    }
    let mut ratios: Vec<f64> =
        pairs.iter().map(|(left, right)| left.as_secs_f64() / right.as_secs_f64()).collect();
    ratios.sort_by(f64::total_cmp);
    let median = ratios[ratios.len() / 2];
    let verdict = if median <= limit { "" } else { "  OVER" };
    println!(
        "{name:<44} {median:>8.2} {:>8.2} {:>8.2}   {limit}{verdict}",
        ratios[0],
        ratios[ratios.len() - 1]
    );
    let _ = std::io::stdout().flush();
    let middle = |side: fn(&(Duration, Duration)) -> Duration| {
        let mut times: Vec<Duration> = pairs.iter().map(side).collect();
        times.sort();
        times[times.len() / 2]
    };
    (middle(|pair| pair.0), middle(|pair| pair.1))
}
