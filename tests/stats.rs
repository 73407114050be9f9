//! What all runs of a runbook tell about it.

mod record;

use midwatch::commands::stats;
use midwatch::event::{Ending, Event, Mode, StepStatus, Verdict};
use midwatch::history::Zone;
use record::{Lab, Live, ended, entered, id, intent, opened};
use serde_json::Value;

fn asked(lab: &Lab, runbook: Option<&str>, drill: bool, json: bool) -> (String, String) {
    let options = stats::Options {
        runbook: runbook.map(str::to_owned),
        drill,
        since: None,
        json,
        width: 80,
        zone: Zone::utc(),
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    assert_eq!(stats::run(&lab.store, &options, &mut out, &mut err).unwrap(), None);
    (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

fn json(lab: &Lab, runbook: Option<&str>, drill: bool) -> Value {
    serde_json::from_str(&asked(lab, runbook, drill, true).0).unwrap()
}

fn exited(live: &mut Live, attempt: u32, exit: i32) {
    live.say(intent(2, "apply", "run", attempt, "./apply.sh"));
    live.say(Event::Exited {
        step: 2,
        action: "apply".into(),
        attempt,
        exit: Some(exit),
        signal: None,
        ok: exit == 0,
        duration_ms: 500,
        output_bytes: 0,
        output: None,
        output_sha256: None,
        timed_out: false,
        failed_lines: vec![],
        changed: None,
        trouble: None,
    });
}

fn waited(live: &mut Live, millis: u64, verdict: Verdict) {
    live.say(intent(3, "lag", "check", 1, "./lag.sh"));
    for (n, value) in [(1, "90"), (2, "0")] {
        let (step, action) = (3, "lag".into());
        let (value, t_ms) = (Some(value.into()), u64::from(n) * 1000);
        live.say(Event::Sample {
            step,
            action,
            n,
            t_ms,
            value,
            verdict,
            unknown: None,
            exit: Some(0),
            stderr: None,
        });
    }
    live.say(Event::Waited {
        step: 3,
        action: "lag".into(),
        verdict,
        why: "so".into(),
        samples: 2,
        duration_ms: millis,
    });
}

/// Run `n`: its first step takes `n` seconds, its second fails in every second run, its third waits
/// `n` minutes and is skipped in the last.
fn walk(lab: &Lab, n: u32, event: Event, helped: Option<&str>) {
    lab.clock.pass(3_600_000);
    let mut live = lab.open_as(event);
    live.say(entered(1, "Look"));
    lab.clock.pass(n * 1000);
    live.say(ended(1, StepStatus::Done, None));
    live.say(entered(2, "Apply"));
    if n.is_multiple_of(2) {
        exited(&mut live, 1, 7);
        exited(&mut live, 2, 0);
    } else {
        exited(&mut live, 1, 0);
    }
    live.say(ended(2, StepStatus::Done, None));
    live.say(entered(3, "Wait"));
    if n == 4 {
        live.say(ended(3, StepStatus::Skipped, Some("the replica was gone")));
    } else {
        waited(&mut live, u64::from(n) * 60_000, Verdict::Pass);
        live.say(ended(3, StepStatus::Done, None));
    }
    live.say(Event::Sealed { status: Ending::Completed, reason: None, helped: helped.map(str::to_owned) });
    live.journal.close(&live.run).unwrap();
}

fn four_runs() -> Lab {
    let lab = Lab::new();
    for n in 1..=4 {
        walk(&lab, n, opened(&id(n)), (n > 2).then(|| format!("answer {n}")).as_deref());
    }
    lab
}

#[test]
fn the_table_tells_where_it_hurts() {
    let (out, err) = asked(&four_runs(), None, false, false);
    insta::assert_snapshot!(out);
    assert_eq!(err, "");
}

#[test]
fn each_step_has_its_rates_and_times() {
    let all = json(&four_runs(), Some("replica.md"), false);
    assert_eq!(all["schema"], "midwatch.stats/1");
    let book = &all["runbooks"][0];
    assert_eq!((&book["runs"], &book["statuses"]["completed"]), (&4.into(), &4.into()));
    let step = |id: &str| book["steps"].as_array().unwrap().iter().find(|step| step["id"] == id).unwrap();
    let order: Vec<&str> =
        book["steps"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap()).collect();
    assert_eq!(order, ["apply", "wait", "look"], "what goes wrong most comes first");
    assert_eq!((&step("apply")["failed"], &step("apply")["retried"]), (&0.5.into(), &0.5.into()));
    assert_eq!(step("wait")["skipped"], 0.25);
    assert_eq!(step("wait")["reasons"][0]["text"], "the replica was gone");
    let slowest: Vec<f64> = step("wait")["slowest_waits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| w["duration_s"].as_f64().unwrap())
        .collect();
    assert_eq!(slowest, [180.0, 120.0, 60.0]);
    let median = step("look")["median_s"].as_f64().unwrap();
    assert!((2.0..3.0).contains(&median), "{median}");
    let p90 = step("look")["p90_s"].as_f64().unwrap();
    assert!((4.0..5.0).contains(&p90), "{p90}");
    let helped: Vec<&str> =
        book["helped"].as_array().unwrap().iter().map(|h| h["text"].as_str().unwrap()).collect();
    assert_eq!(helped, ["answer 4", "answer 3"], "the newest first");
    assert_eq!(book["helped"][0]["by"], "ana");
}

#[test]
fn rehearsals_count_only_when_asked_for() {
    let lab = four_runs();
    let mut drill = opened(&id(5));
    if let Event::Opened { mode, .. } = &mut drill {
        *mode = Mode::Drill;
    }
    walk(&lab, 6, drill, Some("rehearsed"));
    assert_eq!(json(&lab, None, false)["runbooks"][0]["runs"], 4);
    assert_eq!(json(&lab, None, true)["runbooks"][0]["runs"], 5);
}

#[test]
fn runbooks_are_kept_apart_and_none_is_said_so() {
    let lab = four_runs();
    let mut other = opened(&id(5));
    if let Event::Opened { runbook, .. } = &mut other {
        runbook.file = "/srv/runbooks/disk.md".into();
        runbook.title = "Disk full".into();
    }
    walk(&lab, 5, other, None);
    let all = json(&lab, None, false);
    let titles: Vec<&str> =
        all["runbooks"].as_array().unwrap().iter().map(|b| b["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["Disk full", "Restore a replica"], "the one that ran last comes first");
    let (out, err) = asked(&lab, Some("nothing like it"), false, false);
    assert_eq!(out, "");
    assert!(err.contains("no run is recorded that matches"), "{err}");
}

#[test]
fn a_lost_journal_is_named_and_not_counted() {
    let lab = four_runs();
    std::fs::remove_file(lab.journal_path(&id(2))).unwrap();
    let (out, err) = asked(&lab, None, false, false);
    assert!(out.contains("3 runs since"), "{out}");
    assert!(err.contains(&id(2)) && err.contains("is not counted"), "{err}");
}
