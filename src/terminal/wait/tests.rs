use proptest::prelude::*;

use super::*;

const STYLE: Style = Style { colour: false, unicode: true };

fn waiting() -> Waiting {
    Waiting {
        elapsed: Duration::from_secs(62),
        limit: Duration::from_secs(600),
        next_in: Duration::from_secs(3),
        value: Some("37".into()),
        until: "Seconds_Behind_Master == 0 && Slave_IO_Running == 'Yes' && Slave_SQL_Running == 'Yes'".into(),
        numbers: vec![80.0, 60.0, 37.0],
        estimate: Some(Duration::from_secs(18)),
        ..Waiting::default()
    }
}

#[test]
fn a_wait_fits_eighty_columns() {
    let shown = line(&waiting(), 80, STYLE);
    assert!(width(&shown) < 80, "{shown}");
    assert!(shown.contains("37 → Seconds_Beh") && shown.contains("█▆▄"), "{shown}");
    assert!(shown.contains("~18s to go  1m02s of 10m00s, next in 3s"), "{shown}");
}

#[test]
fn in_forty_columns_the_value_and_the_time_are_left() {
    let shown = line(&waiting(), 40, STYLE);
    assert!(width(&shown) < 40, "{shown}");
    assert!(shown.contains("37 → ") && shown.contains("1m02s of 10m00s"), "{shown}");
}

#[test]
fn while_it_waits_little_is_drawn() {
    let mut live = Live::default();
    let (mut bytes, mut draws) = (0, 0);
    let seconds = 600;
    // Polls a hundred times a second, as with a hand on the keyboard.
    for poll in 0..seconds * 100 {
        let now = Duration::from_millis(poll * 10);
        let next_in = Duration::from_millis(5000 - poll * 10 % 5000);
        let value = Some(format!("{}", 1_000_000 - poll / 7));
        let numbers = (0..200).map(|n| f64::from(n) * 1.5).collect();
        let waiting = Waiting { elapsed: now, next_in, value, numbers, ..waiting() };
        if let Some(written) = live.draw(now, &line(&waiting, 200, STYLE), 200) {
            bytes += written.len() as u64;
            draws += 1;
        }
    }
    assert!(draws <= seconds * 4, "{draws} in {seconds} seconds");
    assert!(bytes < seconds * 1024, "{bytes} bytes in {seconds} seconds");
}

#[test]
fn a_line_is_drawn_again_only_when_it_changes() {
    let mut live = Live::default();
    let at = Duration::from_secs;
    assert_eq!(live.draw(at(0), "a", 80).as_deref(), Some("\r\x1b[Ka"));
    assert_eq!(live.draw(at(1), "a", 80), None);
    assert_eq!(live.draw(at(1), "b", 80).as_deref(), Some("\r\x1b[Kb"));
    assert_eq!(live.draw(at(1), "c", 80), None, "too soon");
    assert_eq!(live.clear(), Some("\r\x1b[K"));
    assert_eq!(live.clear(), None);
}

#[test]
fn a_narrower_window_breaks_nothing_that_stands_there() {
    let mut live = Live::default();
    let long = "x".repeat(70);
    live.draw(Duration::ZERO, &long, 80);
    assert_eq!(live.draw(REDRAW, "short", 40).as_deref(), Some("\r\nshort"));
    assert_eq!(live.draw(REDRAW * 2, "other", 80).as_deref(), Some("\r\x1b[Kother"));
}

proptest! {
    #[test]
    fn it_never_wraps(
        value in prop::option::of("\\PC{0,60}"),
        until in "\\PC{0,60}",
        numbers in prop::collection::vec(-1e9f64..1e9, 0..30),
        columns in 8usize..220,
        elapsed in 0u64..1_000_000,
        unicode in any::<bool>(),
    ) {
        let elapsed = Duration::from_secs(elapsed);
        let waiting = Waiting { value, until, numbers, elapsed, ..waiting() };
        let shown = line(&waiting, columns, Style { colour: false, unicode });
        prop_assert!(width(&shown) < columns, "{} columns: {:?}", columns, shown);
        prop_assert!(!shown.contains(['\n', '\t', '\r']), "{:?}", shown);
    }
}
