//! Typed answers in a real terminal: the keys of a line editor, pastes, giving up, a window that
//! changes, a stop and its end. What is typed answers only when Enter is pressed for it.

mod support;

use std::time::Duration;

use support::{Place, Terminal};

const ONE: &str = "# T\n\n1. One\n\n   ```sh\n   touch made\n   ```\n";

fn begun(place: &Place, columns: u16) -> Terminal {
    place.file("a.md", ONE);
    let mut terminal = place.terminal(columns, 24, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    terminal.wait_for("[Enter] run");
    terminal
}

/// Opens the entry of a note, types, and gives what was recorded.
fn noted(columns: u16, keys: &[&str]) -> String {
    let place = Place::new();
    let mut terminal = begun(&place, columns);
    terminal.press("[n]ote", "n");
    terminal.wait_for("note: ");
    for keys in keys {
        std::thread::sleep(Duration::from_millis(60));
        terminal.send(keys);
    }
    std::thread::sleep(Duration::from_millis(350));
    terminal.send("\r");
    let events = wait_for_event(&place, "note");
    terminal.press("[p]ause", "p");
    assert_eq!(terminal.end(), 3, "{}", terminal.screen());
    events["text"].as_str().expect("text").to_owned()
}

fn wait_for_event(place: &Place, kind: &str) -> serde_json::Value {
    let began = std::time::Instant::now();
    loop {
        let found = place.events_so_far().into_iter().rfind(|event| event["event"] == kind);
        if let Some(event) = found {
            return event;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "no {kind} was recorded");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn keys_that_mean_nothing_before_the_start_show_nothing() {
    let place = Place::new();
    place.file("a.md", ONE);
    let mut terminal = place.terminal(80, 24, &["run", "a.md"]);
    terminal.wait_for("[Enter] start");
    for key in ["n", "p", "5", "x"] {
        // As a person does: what is typed before one can have read the keys answers nothing.
        std::thread::sleep(Duration::from_millis(350));
        terminal.send(key);
    }
    // What comes of the last key was shown after what came of those before it.
    std::thread::sleep(Duration::from_millis(350));
    terminal.send("l");
    terminal.wait_for("One");
    let screen = terminal.screen();
    assert_eq!(screen.matches("[Enter] start").count(), 2, "{screen}");
    terminal.press("[q]uit", "q");
    terminal.end();
}

#[test]
fn the_keys_of_a_line_editor_work() {
    for (keys, text) in [
        (&["world", "\u{1}", "hello ", "\u{5}", "!"][..], "hello world!"),
        (&["one two", "\u{17}", "three"], "one three"),
        (&["lost", "\u{15}", "kept"], "kept"),
        (&["kept lost", "\u{1b}b", "\u{b}"], "kept "),
        (&["ac", "\u{1b}[D", "b"], "abc"),
        (&["b", "\u{1b}[H", "a", "\u{1b}[F", "c"], "abc"),
        (&["axb", "\u{1b}[D", "\u{7f}"], "ab"),
        (&["Größe 雪", "\u{7f}", "山"], "Größe 山"),
        (&["a", "\u{1b}[A", "\u{1b}[15~", "\u{1b}OP", "b"], "ab"),
        // A sequence that comes in pieces is still one key.
        (&["ac", "\u{1b}", "[", "D", "b"], "abc"),
    ] {
        assert_eq!(noted(80, keys), text, "{keys:?}");
    }
}

#[test]
fn a_pasted_block_is_text_and_answers_nothing() {
    // As terminals announce it, and as those do it that cannot.
    let announced = ["\u{1b}[200~first\rsecond\r\u{1b}[201~", "!"];
    assert_eq!(noted(80, &announced), "first\nsecond!");
    assert_eq!(noted(80, &["\u{1b}[20", "0~first\rsec", "ond\u{1b}[201~"]), "first\nsecond");
    assert_eq!(noted(80, &["first\rsecond"]), "first\nsecond");
    assert_eq!(noted(80, &["first\rsecond\r"]), "first\nsecond");
}

#[test]
fn long_text_stays_on_one_line_of_a_narrow_window() {
    let words = "the replica db3 was twelve minutes behind and did not catch up until the writers stopped";
    assert_eq!(noted(40, &[words, "\u{1}", "\u{5}"]), words);
}

#[test]
fn giving_an_entry_up_goes_back_to_the_keys() {
    for give_up in ["\u{3}", "\u{1b}", "\u{4}"] {
        let place = Place::new();
        let mut terminal = begun(&place, 80);
        for (key, prompt) in [("n", "note: "), ("a", "back): "), ("g", "number: "), ("e", "command: ")] {
            terminal.press("[p]ause", key);
            terminal.wait_for(prompt);
            if give_up != "\u{4}" {
                terminal.send("typed");
            } else {
                terminal.send("\u{15}");
            }
            std::thread::sleep(Duration::from_millis(400));
            terminal.send(give_up);
            std::thread::sleep(Duration::from_millis(800));
            let screen = terminal.screen();
            let last = screen.trim_end().lines().last().unwrap_or("");
            assert!(last.contains("[?]"), "{give_up:?} after {key}: no keys at the end of\n{screen}");
        }
        let kinds = place.kinds_so_far();
        assert!(
            !kinds.iter().any(|kind| kind == "note" || kind == "sealed" || kind == "paused"),
            "{kinds:?}"
        );
        terminal.press("[p]ause", "p");
        assert_eq!(terminal.end(), 3);
        assert!(!place.path().join("made").exists(), "nothing ran");
    }
}

#[test]
fn an_enter_from_before_answers_no_typed_question() {
    let place = Place::new();
    place.file("a.md", "---\nparams:\n  host: { about: Which one }\n  port: { about: And where }\n---\n# P\n\n```sh\necho \"$host$port\" > out\n```\n");
    let mut terminal = place.terminal(80, 24, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    terminal.press("[Enter] type the value", "\r");
    terminal.press("host (empty: back)", "db1\r");
    // It is answered while the next one is being drawn.
    terminal.send("\r\r\r");
    std::thread::sleep(Duration::from_millis(100));
    terminal.send("\r");
    std::thread::sleep(Duration::from_millis(900));
    assert!(terminal.screen().contains("port"), "{}", terminal.screen());
    assert!(!terminal.screen().contains("[Enter] run"), "{}", terminal.screen());
    std::thread::sleep(Duration::from_millis(900));
    terminal.send("\r");
    terminal.press("port (empty: back)", "5432\r");
    terminal.press("[Enter] run", "\r");
    terminal.press("What would have helped?", "\r");
    assert_eq!(terminal.end(), 0);
    assert_eq!(std::fs::read_to_string(place.path().join("out")).expect("out"), "db15432\n");
}

#[test]
fn a_word_that_is_pasted_with_its_line_end_does_not_run_anything() {
    let place = Place::new();
    place.file("a.md", "# D\n\n```sh id=go danger=ORDERS\ntouch made\n```\n");
    let mut terminal = place.terminal(80, 24, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    terminal.press("[r]un", "r");
    terminal.press("(empty: back)", "\u{1b}[200~ORDERS\r\u{1b}[201~");
    std::thread::sleep(Duration::from_millis(600));
    assert!(!place.path().join("made").exists(), "a paste confirmed a danger");
    terminal.send("\r");
    terminal.press("What would have helped?", "\r");
    assert_eq!(terminal.end(), 0);
    assert!(place.path().join("made").exists());
}

#[test]
fn a_secret_is_never_shown() {
    let place = Place::new();
    place.file("a.md", "---\nparams:\n  token: { about: The token, secret: true }\n---\n# S\n\n```sh\nprintf '%s' \"$token\" | sha256sum > sum\n```\n");
    let mut terminal = place.terminal(80, 24, &["run", "a.md"]);
    terminal.press("[Enter] start", "\r");
    terminal.press("[Enter] type the value", "\r");
    terminal.press("token (empty: back)", "s3cr3t-valuX");
    std::thread::sleep(Duration::from_millis(400));
    terminal.send("\u{7f}e");
    std::thread::sleep(Duration::from_millis(400));
    terminal.send("\r");
    terminal.press("[Enter] run", "\r");
    terminal.press("What would have helped?", "\r");
    assert_eq!(terminal.end(), 0);
    let sum = std::fs::read_to_string(place.path().join("sum")).expect("sum");
    assert!(sum.starts_with("1f3fa74b"), "{sum}");
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    assert!(!raw.contains("s3cr3t"), "{raw:?}");
}
