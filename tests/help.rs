//! `--help` teaches, and the manual page holds all of it.

mod support;

use support::Place;

fn subcommands(place: &Place) -> Vec<String> {
    let help = place.midwatch(&["--help"]).stdout;
    let commands = help.split("Commands:\n").nth(1).expect("commands").split("\n\n").next().expect("a list");
    let names = commands.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .filter(|name| name != "help")
        .collect()
}

#[test]
fn every_subcommand_shows_how_it_is_used() {
    let place = Place::new();
    let names = subcommands(&place);
    assert!(names.len() >= 20, "{names:?}");
    for name in names {
        let ended = place.midwatch(&[&name, "--help"]);
        assert_eq!(ended.code, 0, "{name}");
        assert!(ended.stdout.contains(&format!("midwatch {name}")), "{name}: {}", ended.stdout);
        let examples =
            ended.stdout.split("Example").nth(1).unwrap_or_else(|| panic!("{name} has no example"));
        assert!(examples.contains(&format!("  midwatch {name}")), "{name}: {examples}");
        let wide = ended.stdout.lines().find(|line| line.chars().count() > 120);
        assert!(wide.is_none(), "{name}: {wide:?}");
    }
}

#[test]
fn the_examples_are_what_the_program_accepts() {
    let place = Place::new();
    for name in subcommands(&place) {
        let help = place.midwatch(&[&name, "--help"]).stdout;
        let examples = help.split("Example").nth(1).expect("examples");
        for line in examples.lines().filter_map(|line| line.strip_prefix("  midwatch ")) {
            // Up to the explanation, a pipe or a redirection.
            let command = line.split("  ").next().unwrap_or("").split(['|', '>']).next().unwrap_or("").trim();
            let mut words: Vec<String> = Vec::new();
            for (n, part) in command.split('\'').enumerate() {
                match n % 2 {
                    0 => words.extend(part.split_whitespace().map(str::to_owned)),
                    _ => words.push(part.to_owned()),
                }
            }
            words.retain(|word| word != "\\");
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let ended = place.midwatch(&words);
            assert!(!ended.stderr.contains("Usage:"), "midwatch {command}: {}", ended.stderr);
        }
    }
}

#[test]
fn the_manual_page_is_whole() {
    let place = Place::new();
    let page = place.midwatch(&["man"]);
    assert_eq!(page.code, 0);
    let text = page.stdout.replace("\\-", "-");
    for name in subcommands(&place) {
        assert!(text.contains(&format!(".SS midwatch {name}\n")), "{name} is not in the manual");
        assert!(text.contains(&format!("  midwatch {name}")), "no example of {name} in the manual");
    }
    for words in ["--set-file", "--older-than", ".SH EXIT STATUS", "MIDWATCH_STATE_DIR", ".SH EXAMPLES"] {
        assert!(text.contains(words), "{words} is not in the manual");
    }
    let mut groff = std::process::Command::new("groff");
    groff
        .args(["-man", "-Tutf8", "-ww", "-z"])
        .stdin(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let Ok(mut child) = groff.spawn() else {
        println!("left out: groff is not here, the manual page was not formatted");
        return;
    };
    use std::io::Write as _;
    child.stdin.take().expect("a pipe").write_all(page.stdout.as_bytes()).expect("read");
    let said = child.wait_with_output().expect("groff ends");
    assert!(said.stderr.is_empty(), "{}", String::from_utf8_lossy(&said.stderr));
}

/// It starts in half the time of one whose addresses are filled in first: see `build.rs`.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn the_program_lies_at_a_fixed_address() {
    let program = std::fs::read(env!("CARGO_BIN_EXE_midwatch")).expect("the program");
    // `e_type` of its ELF header: ET_EXEC.
    assert_eq!(program[16..18], [2, 0]);
}
