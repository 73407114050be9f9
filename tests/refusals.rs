//! Bad input: a sentence with the place, exit 2, nothing executed, nothing recorded.

mod support;

use support::{Ended, Place};

fn refused(place: &Place, ended: &Ended, words: &[&str]) {
    assert_eq!(ended.code, 2, "{ended:?}");
    for word in words {
        assert!(ended.stderr.contains(word), "no {word:?} in:\n{}", ended.stderr);
    }
    assert!(!place.path().join("made").exists(), "something ran");
    assert!(place.runs().is_empty(), "something was recorded");
    assert!(!ended.stderr.contains("panicked"), "{}", ended.stderr);
}

#[test]
fn files_that_cannot_be_a_runbook() {
    let place = Place::new();
    std::fs::create_dir(place.path().join("folder.md")).expect("folder");
    place.file("binary.md", b"# A\n\0\x01\x02");
    place.file("latin.md", b"# A\n\ncaf\xe9\n");
    place.file("empty.md", "");
    place.file("prose.md", "# Only words\n\nNothing here is for anyone.\n");
    for (file, word) in [
        ("missing.md", "missing.md"),
        ("folder.md", "folder"),
        ("binary.md", "binary"),
        ("latin.md", "3:4"),
        ("empty.md", "empty"),
        ("prose.md", "no steps"),
    ] {
        let ended = place.midwatch(&["run", file, "--yes"]);
        refused(&place, &ended, &[word]);
    }
}

#[test]
fn a_sentence_without_a_place_is_one_line_where_nobody_reads_it_on_a_terminal() {
    let place = Place::new();
    let long = format!("{}.md", "long-".repeat(30));
    let ended = place.midwatch(&["run", &long, "--yes"]);
    let first = ended.stderr.lines().next().expect("a sentence");
    assert!(first.starts_with("error: ") && first.contains(&long), "{first}");
    // As far as grep needs it: the name and what is wrong with it.
    refused(&place, &ended, &[]);
    assert!(ended.stderr.lines().skip(1).all(|line| line.starts_with(" = help: ")), "{}", ended.stderr);
}

#[test]
fn an_unknown_word_after_the_language_is_pointed_at() {
    let place = Place::new();
    place.file("a.md", "# A\n\n```sh timeuot=5s id=x\ntouch made\n```\n");
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    refused(&place, &ended, &["timeuot", "did you mean", "timeout", "a.md:3:7"]);
}

#[test]
fn a_bad_duration_is_pointed_at() {
    let place = Place::new();
    place.file("a.md", "# A\n\n```sh check every=5x\ntouch made\n```\n");
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    refused(&place, &ended, &["5x", "a.md:3:19", "500ms"]);
}

#[test]
fn an_expression_that_does_not_compile_has_a_caret() {
    let place = Place::new();
    place.file("a.md", "# A\n\n```sh check until=\"value == = 0\"\ntouch made\n```\n");
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    refused(&place, &ended, &["a.md:3:", "^", "until"]);
}

#[test]
fn a_parameter_that_does_not_match_names_its_pattern() {
    let place = Place::new();
    place.file("a.md", "---\nparams:\n  host: { about: The host, pattern: '^[a-z]+$' }\n---\n# A\n\n```sh\ntouch made; echo $host\n```\n");
    let ended = place.midwatch(&["run", "a.md", "--yes", "--set", "host=db;1"]);
    refused(&place, &ended, &["host", "^[a-z]+$", "db;1"]);
    let ended = place.midwatch(&["run", "a.md", "--yes", "--set", "hots=db"]);
    refused(&place, &ended, &["hots", "did you mean `host`"]);
}

#[test]
fn a_missing_program_is_pointed_at() {
    let place = Place::new();
    place.file("a.md", "---\nrequires: [sh, no-such-program]\n---\n# A\n\n```sh\ntouch made\n```\n");
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    refused(&place, &ended, &["no-such-program", "a.md:2:"]);
}

#[test]
fn a_record_that_cannot_be_written_keeps_everything_from_running() {
    let place = Place::new();
    place.file("a.md", "# A\n\n```sh\ntouch made\n```\n");
    place.file("state", "a file where the folder belongs");
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    refused(&place, &ended, &["state"]);
}

#[test]
fn an_anchor_that_is_not_there_is_answered_with_the_nearest() {
    let place = Place::new();
    place.file("a.md", "# A\n\n## Promote\n\n```sh\ntouch made\n```\n");
    let ended = place.midwatch(&["run", "a.md#promot", "--yes"]);
    refused(&place, &ended, &["did you mean #promote"]);
}

#[test]
fn no_terminal_and_nobody_said_yes() {
    let place = Place::new();
    place.file("a.md", "# A\n\n```sh\ntouch made\n```\n");
    let ended = place.midwatch(&["run", "a.md"]);
    refused(&place, &ended, &["--yes", "--plain"]);
}

#[test]
fn on_is_a_clear_error_until_it_is_there() {
    let place = Place::new();
    place.file("a.md", "# A\n\n```sh on=db1\ntouch made\n```\n");
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    refused(&place, &ended, &["on=", "a.md:3:"]);
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let place = Place::new();
    place.file("a.md", "# A\n\n```sh timeuot=5s id=x\ntouch made\n```\n\n```sh check every=5x\ntrue\n```\n");
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    refused(&place, &ended, &["timeuot", "5x"]);
}

#[test]
fn control_sequences_in_a_file_stay_harmless_in_errors() {
    let place = Place::new();
    place.file("a.md", "# A\n\n```sh id=x \u{1b}]0;owned\u{7}=1\ntouch made\n```\n");
    let ended = place.midwatch(&["run", "a.md", "--yes"]);
    refused(&place, &ended, &[]);
    assert!(!ended.stderr.contains('\u{1b}'), "{:?}", ended.stderr);
}

#[test]
fn a_reader_that_had_enough_is_no_error() {
    let place = Place::new();
    let many: String = (0..3000).map(|n| format!("{n}. Look at thing {n}\n")).collect();
    place.file("a.md", format!("# A\n\n{many}"));
    let script = format!("{} steps a.md | head -1; echo ${{PIPESTATUS[0]}}", env!("CARGO_BIN_EXE_midwatch"));
    let output = place_shell(&place, &script);
    assert!(output.stdout.trim_end().ends_with('0'), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

fn place_shell(place: &Place, script: &str) -> Ended {
    let output = std::process::Command::new("bash")
        .args(["-c", script])
        .current_dir(place.path())
        .env("MIDWATCH_STATE_DIR", place.state())
        .output()
        .expect("bash");
    Ended::from(output)
}
