//! Killed at every boundary between two events of a run of twelve steps.

use crate::support::Place;
use crate::trace;

const STEPS: usize = 12;

/// Each step says that it ran, and what the one before left in a variable.
fn runbook() -> String {
    let step = |n: usize| {
        format!(
            "{n}. Step {n}\n\n   ```sh\n   count=$((count + 1))\n   echo \"{n} $count\" >> log\n   ```\n\n"
        )
    };
    format!("# Twelve\n\n{}", (1..=STEPS).map(step).collect::<String>())
}

fn log(place: &Place) -> Vec<String> {
    let text = std::fs::read_to_string(place.path().join("log")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// Goes on until the run is over, as an operator would: what is in doubt is looked at first. True if
/// a command was found to have run although nobody saw it end: what it set is lost then.
fn go_on(place: &Place) -> bool {
    let mut unseen = false;
    for _ in 0..4 {
        if place.runs().is_empty() {
            // Killed before it was recorded: nothing ran, and nothing is to be resumed.
            assert!(log(place).is_empty());
            assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
            return unseen;
        }
        let run = place.last_run();
        let ended = place.midwatch(&["resume", &run, "--yes"]);
        match ended.code {
            0 => return unseen,
            3 => {
                assert!(ended.stdout.contains("nobody saw it end"), "{ended:?}");
                let step = current(place);
                let ran = log(place).iter().any(|line| line.starts_with(&format!("{step} ")));
                unseen |= ran;
                let answers = if ran { "y\np\n" } else { "r\n\np\n" };
                let ended = place.midwatch_with(&["resume", &run, "--plain"], answers);
                assert!(ended.stdout.contains("IN DOUBT"), "{ended:?}");
            }
            2 if ended.stderr.contains("ended before it began") => {
                assert!(log(place).is_empty());
                let verified = place.midwatch(&["verify", &run]);
                assert_ne!(verified.code, 1, "{verified:?}");
                assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
                return unseen;
            }
            2 if ended.stderr.contains("is sealed") => return unseen,
            _ => panic!("{ended:?}"),
        }
    }
    panic!("it does not come to an end");
}

fn current(place: &Place) -> usize {
    let events = place.events();
    let entered = events.iter().rfind(|event| event["event"] == "step_entered").expect("a step");
    entered["step"].as_u64().expect("a number") as usize
}

fn killed_at(call: &str, k: usize) {
    let place = Place::new();
    place.file("a.md", runbook());
    let inject = format!("inject={call}:signal=SIGKILL:when={k}");
    trace::midwatch(
        &place,
        &["-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &inject],
        &["run", "a.md", "--yes"],
    );
    let unseen = go_on(&place);
    let log = log(&place);
    let steps: Vec<&str> = log.iter().filter_map(|line| line.split(' ').next()).collect();
    let all: Vec<String> = (1..=STEPS).map(|n| n.to_string()).collect();
    assert_eq!(steps, all, "killed at {call} {k}");
    assert!(unseen || log.last().is_some_and(|last| last == "12 12"), "killed at {call} {k}: {log:?}");
    let verified = place.midwatch(&["verify"]);
    assert_eq!(verified.code, 0, "killed at {call} {k}: {verified:?}");
}

#[test]
fn no_step_is_lost_or_run_twice_wherever_it_is_killed() {
    if !trace::available() {
        return;
    }
    let place = Place::new();
    place.file("a.md", runbook());
    let calls = ["write", "fdatasync", "clone3"];
    let counts = trace::count(&place, &calls, &["run", "a.md", "--yes"]);
    let every = if trace::full() { 1 } else { 7 };
    let mut kills = 0;
    for (call, count) in calls.iter().zip(&counts) {
        for k in (1..=count + 1).step_by(every) {
            killed_at(call, k);
            kills += 1;
        }
    }
    println!("killed {kills} times; calls: {calls:?} {counts:?}");
    assert!(kills > 10, "{counts:?}");
}
