//! A fault at every k-th call of a kind: whatever happens, no command ran without an intent, nothing
//! that was shown is lost, the store verifies, and the run can be brought to its end.

use crate::support::{Ended, Place};
use crate::trace;

const CALLS: [&str; 10] =
    ["openat", "write", "fsync", "fdatasync", "rename", "ftruncate", "fallocate", "close", "flock", "clone3"];
const FAULTS: [&str; 3] = ["error=EIO", "error=ENOSPC", "signal=SIGKILL"];
const STEPS: usize = 3;

fn runbook() -> String {
    let step = |n: usize| {
        format!(
            "{n}. Step {n}\n\n   ```sh\n   set_{n}=1; echo {n} | tee -a log\n   ```\n\n   ```sh check every=100ms\n   test -s log\n   ```\n\n"
        )
    };
    format!("# Faults\n\n{}", (1..=STEPS).map(step).collect::<String>())
}

fn log(place: &Place) -> Vec<String> {
    let text = std::fs::read_to_string(place.path().join("log")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// Events of a kind, torn lines left out.
fn events(place: &Place, kind: &str) -> usize {
    let Some(run) = place.runs().pop() else { return 0 };
    let bytes = std::fs::read(run.join("journal.jsonl")).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let whole = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    whole.filter(|event| event["event"] == kind && event["kind"] != "check").count()
}

fn holds(place: &Place, what: &str, stdout: &str) {
    let ran = log(place);
    let expected: Vec<String> = (1..=STEPS).map(|n| n.to_string()).take(ran.len()).collect();
    assert_eq!(ran, expected, "{what}: each once, in order");
    assert!(events(place, "intent") >= ran.len(), "{what}: a command without an intent");
    let shown = stdout.matches("done  step").count();
    assert!(events(place, "exited") >= shown, "{what}: something shown is lost");
    let verified = place.midwatch(&["verify"]);
    assert_ne!(verified.code, 1, "{what}: {verified:?}");
}

/// Brings it to its end, as an operator would. A run that failed is over.
fn go_on(place: &Place, what: &str) {
    for _ in 0..4 {
        let Some(run) = place.runs().pop() else { return };
        let run = run.file_name().expect("a name").to_string_lossy().into_owned();
        let ended = place.midwatch(&["resume", &run, "--yes"]);
        match ended.code {
            0 | 1 => return,
            2 => {
                let over = ["ended before it began", "is sealed"];
                assert!(over.iter().any(|over| ended.stderr.contains(over)), "{what}: {ended:?}");
                return;
            }
            3 => {
                let step = events(place, "step_entered");
                let ran = log(place).len() >= step;
                place.midwatch_with(&["resume", &run, "--plain"], if ran { "y\np\n" } else { "r\n\np\n" });
            }
            _ => panic!("{what}: {ended:?}"),
        }
    }
    panic!("{what}: it does not come to an end");
}

fn one(call: &str, fault: &str, k: usize) {
    let what = format!("{call} {k} {fault}");
    let place = Place::new();
    place.file("a.md", runbook());
    let (trace, inject) = (format!("trace={call}"), format!("inject={call}:{fault}:when={k}"));
    let strace = ["-o", "/dev/null", "-e", &trace, "-e", &inject];
    let ended: Ended = trace::midwatch(&place, &strace, &["run", "a.md", "--yes"]).into();
    // 127: not even the program's libraries could be read. 101: the standard library insists that
    // closing a folder cannot fail.
    let insists = call == "close" && ended.stderr.contains("during closedir");
    assert!(matches!(ended.code, -1..=3 | 127 | 137) || insists, "{what}: {ended:?}");
    holds(&place, &what, &ended.stdout);
    go_on(&place, &what);
    holds(&place, &what, "");
    let verified = place.midwatch(&["verify"]);
    assert_eq!(verified.code, 0, "{what}: {verified:?}");
}

#[test]
fn a_fault_at_every_call_loses_nothing() {
    if !trace::available() {
        return;
    }
    let place = Place::new();
    place.file("a.md", runbook());
    let counts = trace::count(&place, &CALLS, &["run", "a.md", "--yes"]);
    let every = if trace::full() { 1 } else { 23 };
    let mut cases = Vec::new();
    for (call, count) in CALLS.iter().zip(&counts) {
        cases.extend((1..=*count).flat_map(|k| FAULTS.map(|fault| (*call, fault, k))));
    }
    let cases: Vec<_> = cases.into_iter().step_by(every).collect();
    println!("{} faults; calls: {CALLS:?} {counts:?}", cases.len());
    std::thread::scope(|scope| {
        for part in cases.chunks(cases.len().div_ceil(2).max(1)) {
            scope.spawn(move || part.iter().for_each(|(call, fault, k)| one(call, fault, *k)));
        }
    });
}
