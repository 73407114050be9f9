use super::*;
use crate::check::spec;
use crate::runbook::{Attrs, Spanned};
use crate::source::Span;
use proptest::prelude::*;

fn said(text: &str) -> Option<Spanned<String>> {
    Some(Spanned { value: text.into(), span: Span::default() })
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn wait(attrs: Attrs) -> Wait {
    Wait::new(spec::compile(&attrs).unwrap())
}

fn printed(stdout: &str) -> Probed {
    Probed { exit: Some(0), stdout: stdout.into(), ..Probed::default() }
}

fn exited(exit: i32, stdout: &str, stderr: &str) -> Probed {
    Probed { exit: Some(exit), stdout: stdout.into(), stderr: stderr.into(), ..Probed::default() }
}

/// The verdicts and reasons of samples taken at these seconds.
fn verdicts(wait: &mut Wait, samples: &[(u64, Probed)]) -> Vec<(Verdict, String)> {
    samples.iter().map(|(t, probed)| wait.sample(secs(*t), probed)).map(|j| (j.verdict, j.why)).collect()
}

#[test]
fn lag_is_waited_for_until_it_is_zero() {
    let mut wait = wait(Attrs { until: said("Seconds_Behind_Master == 0"), ..Attrs::default() });
    let lag = |n: u64| printed(&format!("     Seconds_Behind_Master: {n}\n"));
    let judged = wait.sample(secs(0), &lag(37));
    assert_eq!(judged.verdict, Verdict::Waiting);
    assert_eq!((judged.value.as_deref(), judged.number), (Some("37"), Some(37.0)));
    assert_eq!(judged.why, "`Seconds_Behind_Master == 0` is not true, the value is 37");
    for (t, n) in [(5, 30), (10, 20), (15, 10)] {
        assert_eq!(wait.sample(secs(t), &lag(n)).verdict, Verdict::Waiting);
    }
    assert!(wait.estimate().is_some_and(|left| left < secs(20)));
    assert_eq!(wait.next_at(), Some(secs(20)));
    assert_eq!(wait.sample(secs(20), &lag(0)).verdict, Verdict::Pass);
    assert_eq!(wait.next_at(), None);
}

#[test]
fn null_breaks_after_its_time_and_three_samples_and_tells_the_server_s_own_error() {
    let null = "Seconds_Behind_Master: NULL\nLast_Errno: 1062\nLast_Error: Duplicate entry '7'\n\
                Last_SQL_Error: Duplicate entry '7'\nLast_IO_Error: \n";
    let attrs = || Attrs { until: said("Seconds_Behind_Master == 0"), ..Attrs::default() };
    let mut slow = wait(attrs());
    let seen = verdicts(&mut slow, &[(0, printed(null)), (40, printed(null)), (80, printed(null))]);
    assert_eq!(
        seen.iter().map(|s| s.0).collect::<Vec<_>>(),
        [Verdict::Waiting, Verdict::Waiting, Verdict::Broken]
    );
    assert!(seen[0].1.contains("`Seconds_Behind_Master` is NULL"), "{}", seen[0].1);
    let why = &seen[2].1;
    assert!(why.contains("unknown for 1m20s, 3 samples: `Seconds_Behind_Master` is NULL"), "{why}");
    assert_eq!(why.matches("Duplicate entry '7'").count(), 1, "{why}");
    let mut quick = wait(attrs());
    for t in 0..6 {
        assert_eq!(quick.sample(secs(t), &printed(null)).verdict, Verdict::Waiting, "not before 30 s");
    }
}

#[test]
fn a_null_that_was_absorbed_is_still_told() {
    let attrs = Attrs { until: said("Slave_SQL_Running == 'Yes' && lag == 0"), ..Attrs::default() };
    let judged =
        wait(attrs).sample(secs(0), &printed("Slave_SQL_Running: No\nlag: NULL\nLast_Error: no disk\n"));
    assert_eq!((judged.verdict, judged.unknown), (Verdict::Waiting, None));
    assert!(judged.why.ends_with("; `lag` is NULL; Last_Error: no disk"), "{}", judged.why);
}

#[test]
fn a_restart_in_between_is_forgiven() {
    let attrs = Attrs { until: said("lag == 0"), unknown: Some(secs(10)), ..Attrs::default() };
    let down = exited(1, "", "ERROR 2002 (HY000): Can't connect\n");
    let samples = [
        (0, printed("lag: 9")),
        (5, down.clone()),
        (10, printed("lag: NULL")),
        (14, printed("lag: 5")),
        (20, printed("lag: NULL")),
        (25, printed("lag: 0")),
    ];
    let seen = verdicts(&mut wait(attrs), &samples);
    assert!(seen[..5].iter().all(|s| s.0 == Verdict::Waiting), "{seen:?}");
    assert_eq!(seen[5].0, Verdict::Pass);
    assert!(seen[1].1.contains("exit status 1: ERROR 2002"), "{}", seen[1].1);
}

#[test]
fn a_probe_that_failed_says_nothing_unless_its_exit_is_asked_for() {
    let down = exited(1, "0\n", "connection refused\n");
    let judge = |until: &str, ok: Vec<i32>, probed: &Probed| {
        wait(Attrs { until: said(until), ok, ..Attrs::default() }).sample(secs(0), probed)
    };
    let judged = judge("value == 0", vec![], &down);
    assert_eq!((judged.verdict, judged.value), (Verdict::Waiting, None));
    assert!(judged.unknown.unwrap().contains("exit status 1: connection refused"));
    assert_eq!(judged.stderr.as_deref(), Some("connection refused"));
    assert_eq!(judge("value == 0", vec![0, 1], &down).verdict, Verdict::Pass);
    assert_eq!(judge("exit == 1 && value == 0", vec![], &down).verdict, Verdict::Pass);
    let hung = Probed { timed_out: true, ..exited(0, "0", "") };
    let judged = judge("value == 0", vec![], &hung);
    assert_eq!(judged.verdict, Verdict::Waiting);
    assert!(judged.unknown.unwrap().contains("ended after 10s (`try`)"));
    let gone = Probed { trouble: Some("no such program".into()), ..Probed::default() };
    assert!(judge("exit == 0", vec![], &gone).unknown.unwrap().contains("no such program"));
    let killed = Probed { exit: None, ..Probed::default() };
    assert!(judge("exit == 0", vec![], &killed).unknown.is_some());
}

#[test]
fn without_a_condition_the_exit_status_decides() {
    let judge = |ok: Vec<i32>, exit: i32| {
        wait(Attrs { ok, ..Attrs::default() }).sample(secs(0), &exited(exit, "", ""))
    };
    assert_eq!(judge(vec![], 0).verdict, Verdict::Pass);
    let judged = judge(vec![], 1);
    assert_eq!(
        (judged.verdict, judged.unknown, judged.value.as_deref()),
        (Verdict::Waiting, None, Some("1"))
    );
    assert_eq!(judge(vec![0, 3], 3).verdict, Verdict::Pass);
}

#[test]
fn fail_goes_before_until_and_must_be_known_for_a_pass() {
    let judge = |probed: &Probed| {
        wait(Attrs { until: said("lag == 0"), fail: said("state == 'dead'"), ..Attrs::default() })
            .sample(secs(0), probed)
    };
    assert_eq!(judge(&printed("lag: 0\nstate: dead\n")).verdict, Verdict::Broken);
    assert!(judge(&printed("lag: 0\nstate: dead\n")).why.contains("`state == 'dead'` is true"));
    let judged = judge(&printed("lag: 0\nstate: NULL\n"));
    assert_eq!(judged.verdict, Verdict::Waiting);
    assert!(judged.unknown.unwrap().contains("`state` is NULL"));
    assert_eq!(judge(&printed("lag: 3\nstate: NULL\n")).unknown, None);
    let attrs =
        Attrs { until: said("exit == 0"), fail: said("stderr.contains('denied')"), ..Attrs::default() };
    assert_eq!(wait(attrs).sample(secs(0), &exited(1, "", "access denied")).verdict, Verdict::Broken);
}

#[test]
fn hold_begins_anew_after_a_break_or_a_gap() {
    let attrs = || Attrs { until: said("value == 1"), hold: Some(secs(10)), ..Attrs::default() };
    let (yes, no) = (printed("1"), printed("0"));
    let mut steady = wait(attrs());
    let seen = verdicts(&mut steady, &[(0, yes.clone()), (5, yes.clone()), (10, yes.clone())]);
    assert_eq!(seen[1], (Verdict::Waiting, "`value == 1` is true for 5.0s of 10s".into()));
    assert_eq!(seen[2].0, Verdict::Pass);
    let mut broken = wait(attrs());
    let seen = verdicts(
        &mut broken,
        &[(0, yes.clone()), (5, no), (10, yes.clone()), (15, yes.clone()), (20, yes.clone())],
    );
    assert_eq!(seen[3].0, Verdict::Waiting);
    assert_eq!(seen[4].0, Verdict::Pass);
    let mut asleep = wait(attrs());
    let seen = verdicts(&mut asleep, &[(0, yes.clone()), (3600, yes.clone())]);
    assert_eq!(seen[1].0, Verdict::Broken, "an hour unseen is not an hour held, and it is past the timeout");
    let mut gap = wait(Attrs { timeout: Some(secs(9000)), ..attrs() });
    let seen = verdicts(&mut gap, &[(0, yes.clone()), (3600, yes.clone()), (3605, yes.clone()), (3610, yes)]);
    assert_eq!(seen.iter().map(|s| s.0 == Verdict::Pass).collect::<Vec<_>>(), [false, false, false, true]);
}

#[test]
fn the_last_sample_stands_at_the_end_of_the_timeout() {
    let attrs = Attrs { until: said("value == 0"), timeout: Some(secs(12)), ..Attrs::default() };
    let mut wait = wait(attrs);
    assert_eq!(wait.next_at(), Some(secs(0)));
    for (t, next) in [(0, 5), (5, 10), (10, 12)] {
        assert_eq!(wait.sample(secs(t), &printed("7")).verdict, Verdict::Waiting);
        assert_eq!(wait.next_at(), Some(secs(next)));
    }
    let mut longer = wait.clone();
    let last = wait.sample(secs(12), &printed("7"));
    assert_eq!(last.verdict, Verdict::Broken);
    assert!(
        last.why.contains("not settled within 12s: `value == 0` is not true, the value is 7"),
        "{}",
        last.why
    );
    longer.extend(secs(60));
    assert_eq!(longer.time_left(secs(12)), secs(60));
    assert_eq!(longer.sample(secs(12), &printed("7")).verdict, Verdict::Waiting);
    assert_eq!(longer.clone().sample(secs(72), &printed("0")).verdict, Verdict::Pass, "also at its very end");
}

#[test]
fn a_capture_is_trimmed_text_or_what_it_says() {
    let expr = |text: &str| Expr::compile_for(text, crate::check::expr::Purpose::Value).unwrap();
    assert_eq!(capture(None, &printed(" a b \n")), Ok("a b".into()));
    assert!(capture(None, &printed(" \n")).is_err());
    assert_eq!(capture(Some(&expr("File")), &printed("File: bin.01\nPosition: 4\n")), Ok("bin.01".into()));
    assert_eq!(capture(Some(&expr("Position")), &printed("File: bin.01\nPosition: 4\n")), Ok("4".into()));
    assert_eq!(capture(Some(&expr("json.a")), &printed("{\"a\": [1, 2]}")), Ok("[1,2]".into()));
    assert_eq!(capture(Some(&expr("lines[0]")), &printed("a\nb\n")), Ok("a".into()));
    assert!(capture(Some(&expr("File")), &printed("File: NULL\n")).unwrap_err().contains("`File` is NULL"));
    assert!(capture(Some(&expr("File")), &printed("File:\n")).unwrap_err().contains("empty"));
}

#[test]
fn a_bad_expression_is_found_with_its_word() {
    let source = crate::source::Source::new("a.md", "```sh check until=\"== 0\" fail=\"sise(a) == 1\"\n");
    let fail = Spanned { value: "sise(a) == 1".to_string(), span: Span::new(31, 43) };
    let bad = spec::compile(&Attrs { fail: Some(fail), ..Attrs::default() }).unwrap_err();
    assert_eq!(bad.attr, "fail");
    assert_eq!(source.slice(bad.place(&source)), "sise");
}

#[test]
fn every_expression_of_an_action_is_verified() {
    let wrong = || said("sise(a) == 1");
    let of = |attrs: Attrs| spec::verify(&attrs).unwrap_err().attr;
    assert_eq!(of(Attrs { until: wrong(), ..Attrs::default() }), "until");
    assert_eq!(of(Attrs { fail: wrong(), ..Attrs::default() }), "fail");
    assert_eq!(of(Attrs { show: wrong(), ..Attrs::default() }), "show");
    assert_eq!(of(Attrs { condition: wrong(), ..Attrs::default() }), "if");
    let capture = crate::runbook::Capture { name: "a".into(), expr: wrong(), optional: false };
    assert_eq!(of(Attrs { capture: Some(capture), ..Attrs::default() }), "capture");
    assert!(
        spec::verify(&Attrs { show: said("size(lines)"), ..Attrs::default() }).is_ok(),
        "show may be a number"
    );
}

/// What a sample can be.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Up,
    Down,
    Null,
    Dead,
}

/// The table of the specification, worked out from the whole history each time.
fn model(history: &[(u64, Kind)], hold: u64, unknown: u64, timeout: u64, gap: u64) -> Verdict {
    let &(now, kind) = history.last().unwrap();
    let mut first = history.len() - 1;
    while first > 0
        && history[first - 1].1 == kind
        && (kind != Kind::Up || history[first].0 - history[first - 1].0 <= gap)
    {
        first -= 1;
    }
    let lasted = now - history[first].0;
    match kind {
        Kind::Dead => Verdict::Broken,
        Kind::Up if lasted >= hold => Verdict::Pass,
        Kind::Null if lasted >= unknown && history.len() - first >= 3 => Verdict::Broken,
        _ if now >= timeout => Verdict::Broken,
        _ => Verdict::Waiting,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_machine_agrees_with_the_table(
        steps in prop::collection::vec((0u64..40, prop::sample::select(vec![Kind::Up, Kind::Up, Kind::Down, Kind::Null, Kind::Null, Kind::Dead])), 1..30),
        hold in 0u64..30, unknown in 0u64..60, timeout in 20u64..400,
    ) {
        let attrs = Attrs {
            until: said("state == 'up'"),
            fail: said("state == 'dead'"),
            hold: Some(secs(hold)),
            unknown: Some(secs(unknown)),
            timeout: Some(secs(timeout)),
            ..Attrs::default()
        };
        let mut wait = wait(attrs);
        let mut history = Vec::new();
        let mut now = 0;
        for (pause, kind) in steps {
            now += pause;
            history.push((now, kind));
            let text = match kind { Kind::Up => "up", Kind::Down => "down", Kind::Null => "NULL", Kind::Dead => "dead" };
            let judged = wait.sample(secs(now), &printed(&format!("state: {text}\n")));
            prop_assert_eq!(judged.verdict, model(&history, hold, unknown, timeout, 20));
            prop_assert!(kind == Kind::Up || judged.verdict != Verdict::Pass);
            if judged.verdict != Verdict::Waiting {
                prop_assert_eq!(wait.next_at(), None);
                break;
            }
            let next = wait.next_at().unwrap();
            prop_assert!(next >= secs(now) && next <= secs(now + 5).max(secs(timeout)));
        }
    }
}
