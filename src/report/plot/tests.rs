use proptest::prelude::*;

use super::*;

fn wait(values: &[Option<&str>]) -> Wait {
    let samples = values.iter().enumerate().map(|(i, value)| SampleRun {
        n: i as u32 + 1,
        t_ms: i as u64 * 1000,
        at: String::new(),
        value: value.map(str::to_owned),
        verdict: Verdict::Waiting,
        unknown: value.is_none().then(|| "lag is null".to_owned()),
        exit: Some(0),
        stderr: None,
    });
    Wait { samples: samples.collect(), ..Wait::default() }
}

fn target(operator: &str, goal: f64) -> Target {
    Target { operator: operator.into(), goal }
}

#[test]
fn a_lag_falls_towards_its_target() {
    let plot = plot(&wait(&[Some("40"), Some("20"), Some("0")]), Some(&target("==", 0.0))).unwrap();
    assert_eq!(plot.lines, ["10.0,90.0 500.0,500.0 990.0,910.0"]);
    assert_eq!(plot.goal, Some(Tick { at: "91.00%".into(), label: "== 0".into() }));
    let labels: Vec<&str> = plot.sides.iter().map(|tick| &*tick.label).collect();
    assert_eq!(labels, ["0", "10", "20", "30", "40"]);
    assert_eq!(plot.told, "3 samples, from 40 to 0; lowest 0, highest 40");
}

#[test]
fn an_unknown_sample_breaks_the_line_and_is_marked() {
    let plot =
        plot(&wait(&[Some("9"), Some("8"), None, Some("7"), Some("6")]), Some(&target("<", 1.0))).unwrap();
    assert_eq!(plot.lines.len(), 2);
    let unknown: Vec<&Dot> = plot.dots.iter().filter(|dot| dot.class == "unknown").collect();
    assert_eq!((unknown.len(), &*unknown[0].label), (1, "unknown: lag is null after 2.0s"));
    assert!(plot.holds.is_some());
}

#[test]
fn a_few_words_are_levels_and_many_are_no_plot() {
    let words = plot(&wait(&[Some("Connecting"), Some("Connecting"), Some("Yes")]), None).unwrap();
    let labels: Vec<&str> = words.sides.iter().map(|tick| &*tick.label).collect();
    assert_eq!(labels, ["Connecting", "Yes"]);
    let many: Vec<String> = (0..20).map(|n| format!("word {n}")).collect();
    let many: Vec<Option<&str>> = many.iter().map(|word| Some(&**word)).collect();
    assert_eq!(plot(&wait(&many), None), None);
    assert_eq!(plot(&wait(&[Some("1")]), None), None);
}

#[test]
fn a_long_wait_keeps_its_peaks() {
    let mut values: Vec<String> = (0..20_000).map(|_| "5".to_owned()).collect();
    values[7777] = "900".into();
    let values: Vec<Option<&str>> = values.iter().map(|value| Some(&**value)).collect();
    let plot = plot(&wait(&values), None).unwrap();
    let points: Vec<&str> = plot.lines[0].split(' ').collect();
    assert!(points.len() <= POINTS + 2, "{}", points.len());
    assert!(points.iter().any(|point| point.ends_with(",90.0")), "the peak is gone");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_values_are_drawn_inside_the_box(
        values in prop::collection::vec(prop::option::of("-?[0-9]{1,20}(\\.[0-9]{1,3})?|NaN|inf|Yes"), 0..40),
        goal in any::<f64>(),
    ) {
        let values: Vec<Option<&str>> = values.iter().map(Option::as_deref).collect();
        if let Some(plot) = plot(&wait(&values), Some(&target(">=", goal)).filter(|_| goal.is_finite())) {
            for dot in &plot.dots {
                prop_assert!(!dot.x.contains("NaN") && !dot.y.contains("NaN"), "{dot:?}");
            }
            prop_assert!(plot.lines.iter().all(|line| !line.contains("NaN") && !line.contains("inf")));
        }
    }
}
