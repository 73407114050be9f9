use proptest::prelude::*;

use super::*;
use crate::event::Ending;

fn stamp(events: Vec<Event>) -> Vec<Stamped> {
    let at = |i: usize| format!("2026-11-03T02:14:{:02}.000Z", i % 60);
    let stamped = |(i, event)| Stamped { seq: i as u64 + 1, at: at(i), mono_ms: i as u64 * 1000, event };
    events.into_iter().enumerate().map(stamped).collect()
}

fn opened() -> Event {
    Event::Opened {
        format: 1,
        run: "0192f0c1-2345-7abc-8def-0123456789ab".into(),
        version: "0.1.0".into(),
        runbook: Revision { title: "Restore".into(), ..Revision::default() },
        operator: Operator { user: "ana".into(), ..Operator::default() },
        mode: Mode::Live,
        unattended: false,
        params: BTreeMap::from([("replica".into(), "db3".into())]),
        secrets: vec![],
        ticket: None,
        tags: vec![],
        steps_total: 3,
        from: None,
        cwd: "/".into(),
        undoes: None,
    }
}

fn entered(step: usize) -> Event {
    Event::StepEntered { step, id: format!("s{step}"), title: format!("Step {step}") }
}

fn intent(step: usize, kind: &str, attempt: u32) -> Event {
    let (action, command) = (format!("a{step}"), "true".into());
    Event::Intent { step, action, kind: kind.into(), attempt, command, original: None }
}

fn exited(step: usize, attempt: u32, exit: i32) -> Event {
    Event::Exited {
        step,
        action: format!("a{step}"),
        attempt,
        exit: Some(exit),
        signal: None,
        ok: exit == 0,
        duration_ms: 5,
        output_bytes: 0,
        output: None,
        output_sha256: None,
        timed_out: false,
        failed_lines: vec![],
        changed: None,
        trouble: None,
    }
}

fn sample(step: usize, n: u32, verdict: Verdict) -> Event {
    Event::Sample {
        step,
        action: "lag".into(),
        n,
        t_ms: u64::from(n) * 5000,
        value: Some(n.to_string()),
        verdict,
        unknown: None,
        exit: Some(0),
        stderr: None,
    }
}

fn ended(step: usize, status: StepStatus) -> Event {
    Event::StepEnded { step, status, reason: None }
}

#[test]
fn a_whole_run_is_told() {
    let run = Run::replay(&stamp(vec![
        opened(),
        entered(1),
        intent(1, "run", 1),
        exited(1, 1, 1),
        Event::Decided { step: 1, what: "retry".into(), to: None },
        intent(1, "run", 2),
        exited(1, 2, 0),
        Event::Captured { step: 1, action: "a1".into(), name: "replica".into(), value: "db4".into() },
        ended(1, StepStatus::Done),
        entered(2),
        Event::Note { step: Some(2), text: "odd".into(), by: None },
        ended(2, StepStatus::Skipped),
        Event::Sealed { status: Ending::Completed, reason: None, helped: None },
    ]));
    let first = run.step(1).unwrap();
    assert_eq!(first.attempts.iter().map(|a| a.exit).collect::<Vec<_>>(), [Some(1), Some(0)]);
    assert_eq!(first.next_attempt("a1"), 3);
    assert_eq!(first.status, Some(StepStatus::Done));
    assert_eq!(run.step(2).unwrap().notes[0].text, "odd");
    assert_eq!(run.counts(), Counts { done: 1, skipped: 1, ..Counts::default() });
    assert_eq!(run.value("replica"), Some("db4"), "a capture wins over a param");
    assert_eq!(run.elapsed(), Duration::from_secs(12));
    assert!(run.in_doubt().is_none() && run.step(3).is_none());
}

#[test]
fn an_intent_without_exit_is_in_doubt_until_something_settles_it() {
    let mut events = vec![opened(), entered(1), intent(1, "run", 1)];
    let doubtful = |events: &Vec<Event>| {
        Run::replay(&stamp(events.clone())).in_doubt().map(|(step, attempt)| (step.number, attempt.attempt))
    };
    assert_eq!(doubtful(&events), Some((1, 1)));
    events.push(Event::Paused { step: Some(1), reason: "gone".into(), signal: None });
    assert_eq!(doubtful(&events), Some((1, 1)), "a pause settles nothing");
    let with = |event: Event| doubtful(&[events.clone(), vec![event]].concat());
    assert_eq!(with(exited(1, 1, 0)), None);
    assert_eq!(with(ended(1, StepStatus::Done)), None);
    assert_eq!(with(ended(2, StepStatus::Done)), Some((1, 1)), "another step says nothing about it");
    assert_eq!(with(intent(1, "check", 1)), Some((1, 1)), "a probe says nothing about it");
    assert_eq!(with(intent(1, "run", 2)), Some((1, 2)));
    assert_eq!(doubtful(&vec![opened(), intent(1, "check", 1)]), None, "a probe is never in doubt");
}

#[test]
fn a_command_run_once_more_makes_its_step_unsettled() {
    let events = vec![opened(), intent(1, "run", 1), exited(1, 1, 0), ended(1, StepStatus::Done)];
    let again = |event| Run::replay(&stamp([events.clone(), vec![event]].concat()));
    let run = again(intent(1, "run", 2));
    assert_eq!((run.step(1).unwrap().status, run.counts().done), (None, 0));
    for kind in ["rollback", "check", "shell"] {
        assert_eq!(again(intent(1, kind, 2)).counts().done, 1, "{kind}");
    }
}

#[test]
fn waits_are_told_apart() {
    let events = vec![
        opened(),
        intent(1, "check", 1),
        sample(1, 1, Verdict::Waiting),
        sample(1, 2, Verdict::Waiting),
        Event::Paused { step: None, reason: "lunch".into(), signal: None },
        sample(1, 1, Verdict::Waiting),
        sample(1, 2, Verdict::Pass),
        Event::Waited {
            step: 1,
            action: "lag".into(),
            verdict: Verdict::Pass,
            why: "lag is 0".into(),
            samples: 2,
            duration_ms: 10_000,
        },
        sample(1, 3, Verdict::Pass),
    ];
    let run = Run::replay(&stamp(events));
    let step = run.step(1).unwrap();
    let told: Vec<_> = step.waits.iter().map(|w| (w.samples.len(), w.verdict)).collect();
    assert_eq!(told, [(0, None), (2, None), (2, Some(Verdict::Pass)), (1, None)]);
    assert!(run.paused().is_some());
}

fn any_event() -> impl Strategy<Value = Event> {
    let step = 0usize..4;
    let status = prop_oneof![
        Just(StepStatus::Done),
        Just(StepStatus::Skipped),
        Just(StepStatus::NotApplicable),
        Just(StepStatus::ConditionFalse),
        Just(StepStatus::Failed)
    ];
    prop_oneof![
        Just(opened()),
        step.clone().prop_map(entered),
        (step.clone(), prop_oneof![Just("run"), Just("check"), Just("rollback")], 0u32..3)
            .prop_map(|(step, kind, attempt)| intent(step, kind, attempt)),
        (step.clone(), 0u32..3).prop_map(|(step, attempt)| exited(step, attempt, 0)),
        (step.clone(), 0u32..3).prop_map(|(step, n)| sample(step, n, Verdict::Waiting)),
        (step, status).prop_map(|(step, status)| ended(step, status)),
        Just(Event::Paused { step: Some(usize::MAX), reason: String::new(), signal: None }),
        Just(Event::Resumed { operator: Operator::default(), version: String::new(), from: None }),
        Just(Event::Sealed { status: Ending::Aborted, reason: None, helped: None }),
        Just(Event::Unknown),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn odd_sequences_fold_and_the_counts_agree(events in prop::collection::vec(any_event(), 0..60)) {
        let run = Run::replay(&stamp(events.clone()));
        let statuses = |wanted| run.steps().filter(|step| step.status == Some(wanted)).count();
        let counts = run.counts();
        prop_assert_eq!(counts.done, statuses(StepStatus::Done));
        prop_assert_eq!(counts.failed, statuses(StepStatus::Failed));
        let passed_over = [StepStatus::Skipped, StepStatus::NotApplicable, StepStatus::ConditionFalse];
        prop_assert_eq!(counts.passed_over(), passed_over.into_iter().map(statuses).sum::<usize>());
        if let Some((_, attempt)) = run.in_doubt() {
            prop_assert!(attempt.ended.is_none());
        }
        let attempts: usize = run.steps().map(|step| step.attempts.len()).sum();
        let started = events.iter().filter(|event| matches!(event, Event::Intent { kind, .. } if kind != "check"));
        prop_assert!(attempts >= started.count(), "no intent is lost");
    }
}
