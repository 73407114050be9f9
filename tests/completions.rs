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

#[test]
fn steps_parameters_sections_and_rules_are_offered() {
    let place = Place::new();
    place.file(
        "a.md",
        "---\nparams:\n  replica: { about: Host of the replica }\n---\n# A\n\n## Grow\n\n1. Look <at>\n\n   ```sh id=look\n   echo <where> $replica\n   ```\n\n## Wipe it\n\n```sh id=wipe danger=ALL\nrm -rf ./x\n```\n",
    );
    let lines = |words: &[&str]| complete(&place, words).lines().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(&["midwatch", "run", "a.md#"]), ["a.md#a", "a.md#grow", "a.md#wipe-it"]);
    assert_eq!(lines(&["midwatch", "run", "a.md#w"]), ["a.md#wipe-it"]);
    assert_eq!(lines(&["midwatch", "run", "a.md", "--from", ""]), ["1", "2"]);
    assert_eq!(lines(&["midwatch", "run", "a.md", "--from", "wi"]), ["wipe"]);
    assert_eq!(lines(&["midwatch", "run", "a.md", "--confirm", ""]), ["wipe=ALL"]);
    assert_eq!(lines(&["midwatch", "run", "a.md", "--set", "re"]), ["replica="]);
    assert_eq!(lines(&["midwatch", "run", "a.md", "--set", ""]), ["replica=", "where="]);
    assert_eq!(lines(&["midwatch", "explain", "mw20"]), ["MW201", "MW202", "MW203", "MW204", "MW205"]);
    assert_eq!(lines(&["midwatch", "history", "--status", "p"]), ["paused"]);
    assert_eq!(
        place.midwatch(&["run", "a.md#grow", "--yes", "--set", "replica=a", "--set", "where=b"]).code,
        0
    );
    let run = place.last_run();
    assert_eq!(lines(&["midwatch", "output", &run[28..], "l"]), ["look"]);
    assert_eq!(lines(&["midwatch", "undo", &run, "--step", "2"]), ["2"]);
    // Where there is nothing to read, nothing is said.
    assert!(lines(&["midwatch", "run", "nowhere.md", "--from", ""]).is_empty());
    assert!(lines(&["midwatch", "output", "ffffffff", ""]).iter().all(|offered| offered.starts_with('-')));
}

#[test]
fn tab_works_in_a_real_bash() {
    let place = Place::new();
    place.file("books/failover.md", "# Fail over\n\n```sh\ntrue\n```\n");
    assert_eq!(place.midwatch(&["run", "books/failover.md", "--yes"]).code, 0);
    let run = place.last_run();
    let (start, short) = (&run[28..32], &run[28..]);
    let script = format!("{}/completions/midwatch.bash", env!("CARGO_MANIFEST_DIR"));
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_midwatch")).parent().expect("a folder");
    let plain = place.command();
    let mut command = portable_pty::CommandBuilder::new("bash");
    command.env_clear();
    command.cwd(place.path());
    for (name, value) in plain.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{path}", program.display()));
    command.env("PS1", "shell> ");
    command.args(["--norc", "--noprofile", "-i"]);
    let mut terminal = support::Terminal::start(120, 40, command);
    terminal.press("shell> ", &format!("source {script}; clear\r"));
    std::thread::sleep(std::time::Duration::from_millis(500));
    for (typed, shown) in [
        ("midwatch verif\t", "midwatch verify "),
        ("midwatch run bo\t", "midwatch run books/"),
        ("midwatch run bo\tfa\t", "midwatch run books/failover.md "),
        ("midwatch run books/failover.md --from t\t", "--from true-"),
        (&format!("midwatch show {start}\t"), &format!("midwatch show {short} ")),
        ("midwatch report --format ht\t", "--format html "),
    ] {
        terminal.send("\u{15}");
        for part in typed.split_inclusive('\t') {
            terminal.send(part);
            std::thread::sleep(std::time::Duration::from_millis(700));
        }
        terminal.send("|");
        let end = if shown.ends_with('-') { "" } else { "|" };
        terminal.wait_for(&format!("{shown}{end}"));
    }
    terminal.send("\u{15}exit\r");
    terminal.end();
}
