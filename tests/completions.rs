//! The completion scripts in the repository are those the program prints.

mod support;

use support::Place;

const SHELLS: [(&str, &str); 5] = [
    ("bash", "midwatch.bash"),
    ("zsh", "_midwatch"),
    ("fish", "midwatch.fish"),
    ("powershell", "midwatch.ps1"),
    ("elvish", "midwatch.elv"),
];

#[test]
fn the_scripts_have_not_drifted() {
    let place = Place::new();
    for (shell, file) in SHELLS {
        let printed = place.midwatch(&["completions", shell]);
        assert_eq!(printed.code, 0, "{printed:?}");
        let path = format!("{}/completions/{file}", env!("CARGO_MANIFEST_DIR"));
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == printed.stdout,
            "{path} differs; renew it with: midwatch completions {shell} > completions/{file}"
        );
    }
}

fn complete(place: &Place, words: &[&str]) -> String {
    let index = (words.len() - 1).to_string();
    let mut command = place.command();
    command.env("COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", index).env("_CLAP_COMPLETE_COMP_TYPE", "9");
    command.env("_CLAP_IFS", "\n").arg("--").args(words);
    String::from_utf8_lossy(&command.output().expect("it answers").stdout).into_owned()
}

#[test]
fn runbook_files_and_run_ids_are_offered() {
    let place = Place::new();
    place.file("books/failover.md", "# A\n\n```sh\ntrue\n```\n");
    place.file("books/notes.txt", "");
    assert_eq!(complete(&place, &["midwatch", "run", "bo"]).trim(), "books/");
    assert_eq!(complete(&place, &["midwatch", "run", "books/"]).trim(), "books/failover.md");
    assert_eq!(place.midwatch(&["run", "books/failover.md", "--yes"]).code, 0);
    let run = place.last_run();
    let offered = complete(&place, &["midwatch", "show", ""]);
    assert!(offered.contains(&run[run.len() - 8..]), "{offered}");
}
