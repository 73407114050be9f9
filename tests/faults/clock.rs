//! A wall clock that is set while a run goes on: holds, limits and freshness do not go by it, and the
//! record says that it was set. libfaketime sets it for midwatch alone.

use std::path::Path;

use crate::support::{Ended, Place};

/// The library, where it is installed.
fn library() -> Option<&'static str> {
    let found = ["x86_64-linux-gnu", "aarch64-linux-gnu"]
        .map(|machine| match machine {
            "x86_64-linux-gnu" => "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
            _ => "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
        })
        .into_iter()
        .find(|path| Path::new(path).exists());
    if found.is_none() {
        println!("left out: a clock that is set (libfaketime is not there)");
    }
    found
}

/// Runs midwatch under the clock that the file `offset` sets.
fn midwatch(place: &Place, library: &str, args: &[&str]) -> Ended {
    let mut command = place.command();
    command.args(args).env("LD_PRELOAD", library).env("FAKETIME_NO_CACHE", "1");
    command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("DONT_FAKE_MONOTONIC", "1");
    command.env("FAKETIME_TIMESTAMP_FILE", place.path().join("offset"));
    command.output().expect("starts").into()
}

/// The clock is set during a command, during a wait, and while nothing runs.
fn runbook(offset: &str) -> String {
    format!(
        "# Clock\n\n\
         1. Set during a command\n\n   ```sh timeout=20s\n   sleep 0.2; echo '{offset}' > offset; sleep 0.3\n   ```\n\n\
         2. Set back during a wait\n\n   ```sh check id=wait every=100ms hold=1s timeout=20s\n   echo x >> seen; test $(wc -l < seen) -ne 4 || echo +0 > offset\n   ```\n\n\
         3. A limit holds\n\n   ```sh check id=never every=100ms timeout=1s\n   false\n   ```\n"
    )
}

const DANGER: &str = "# Fresh\n\n1. Check\n\n   ```sh check id=fresh every=100ms\n   echo x >> seen\n   ```\n\n2. Value\n\n   ```sh check id=set every=100ms\n   echo OFFSET > offset\n   ```\n\n3. Remove\n\n   ```sh id=gone danger=YES\n   echo gone > gone\n   ```\n";

#[test]
fn holds_and_limits_go_by_the_clock_that_nobody_sets() {
    let Some(library) = library() else { return };
    for (offset, way) in [("+10y", "forward by"), ("-1d", "back by")] {
        let place = Place::new();
        place.file("offset", "+0\n");
        place.file("a.md", runbook(offset));
        let ended = midwatch(&place, library, &["run", "a.md", "--yes"]);
        // The last check never comes true, and that is what ends the run.
        assert_eq!(ended.code, 1, "{offset}: {ended:?}");
        let events = place.events();
        let year = |event: &serde_json::Value| event["at"].as_str().expect("a time")[..10].to_owned();
        let days: std::collections::BTreeSet<String> = events.iter().map(year).collect();
        assert!(days.len() > 1, "{offset}: the clock did not move: {days:?}");
        let said: Vec<&str> = events.iter().filter_map(|event| event["what"].as_str()).collect();
        assert!(
            said.iter().any(|what| what.contains(&format!("the clock was set {way}"))),
            "{offset}: {said:?}"
        );
        let other = if way == "back by" { "forward by" } else { "back by" };
        assert!(said.iter().any(|what| what.contains(&format!("set {other}"))), "{offset}: {said:?}");
        let exited = events.iter().find(|event| event["event"] == "exited").expect("an end");
        assert_eq!(
            (&exited["exit"], &exited["timed_out"]),
            (&0.into(), &serde_json::Value::Null),
            "{offset}"
        );
        let waits: Vec<_> = events.iter().filter(|event| event["event"] == "waited").collect();
        let took = |at: usize| waits[at]["duration_ms"].as_u64().expect("a duration");
        assert_eq!(waits[0]["verdict"], "pass", "{offset}: {}", waits[0]);
        assert!((1_000..20_000).contains(&took(0)), "{offset}: it held for a second: {}", waits[0]);
        assert_eq!(waits[1]["verdict"], "broken", "{offset}: {}", waits[1]);
        assert!((1_000..20_000).contains(&took(1)), "{offset}: a second and no more: {}", waits[1]);
        assert!(place.show()["duration_s"].as_f64().expect("a number") < 60.0, "{offset}");
        let verified = place.midwatch(&["verify"]);
        assert_eq!(verified.code, 0, "{offset}: {verified:?}");
    }
}

#[test]
fn what_was_fresh_stays_fresh() {
    let Some(library) = library() else { return };
    for offset in ["+10y", "-1d"] {
        let place = Place::new();
        place.file("offset", "+0\n");
        place.file("a.md", DANGER.replace("OFFSET", offset));
        let ended = midwatch(&place, library, &["run", "a.md", "--yes", "--confirm", "gone=YES"]);
        assert_eq!(ended.code, 0, "{offset}: {ended:?}");
        let seen = std::fs::read_to_string(place.path().join("seen")).expect("seen");
        assert_eq!(seen, "x\n", "{offset}: it passed a moment ago");
    }
}

#[test]
fn a_run_is_resumed_years_later_or_before_it_began() {
    let Some(library) = library() else { return };
    for offset in ["+10y", "-1d"] {
        let place = Place::new();
        place.file("offset", "+0\n");
        place.file("a.md", "# Later\n\n1. Check\n\n   ```sh check id=old every=100ms\n   echo x >> seen\n   ```\n\n2. Call them.\n\n3. Remove\n\n   ```sh id=gone danger=YES\n   true\n   ```\n");
        assert_eq!(midwatch(&place, library, &["run", "a.md", "--yes"]).code, 3);
        place.file("offset", format!("{offset}\n"));
        let run = place.last_run();
        assert_eq!(place.midwatch_with(&["resume", &run, "--plain"], "d\np\n").code, 3);
        let ended = midwatch(&place, library, &["resume", &run, "--yes", "--confirm", "gone=YES"]);
        assert_eq!(ended.code, 0, "{offset}: {ended:?}");
        let seen = std::fs::read_to_string(place.path().join("seen")).expect("seen");
        assert_eq!(seen, "x\nx\n", "{offset}: what passed before is sampled again");
        assert_eq!(place.midwatch(&["verify"]).code, 0, "{offset}");
        let listed = place.midwatch(&["history", "--json"]).stdout;
        assert!(listed.contains("\"completed\""), "{offset}: {listed}");
    }
}
