//! The lines of the README that people copy.

mod support;

use std::process::Command;

use support::Place;

/// The commands of the README's section, each with the comment above it.
fn lines() -> Vec<(String, String)> {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let section = readme.split("## Looking back").nth(1).unwrap();
    let block = section.split("```sh\n").nth(1).unwrap().split("```").next().unwrap();
    let pairs = block.trim().split("\n\n").map(|pair| pair.split_once('\n').unwrap());
    pairs.map(|(about, line)| (about.to_owned(), line.to_owned())).collect()
}

#[test]
fn the_lines_of_the_readme_do_what_they_say() {
    if Command::new("jq").arg("--version").output().is_err() {
        println!("left out: the lines of the README: jq is not installed");
        return;
    }
    let place = Place::new();
    place.file(
        "good.md",
        "# All is well\n\n```sh id=look\necho looked\n```\n\n## Then\n\n- [ ] Tell the others\n",
    );
    place.file("bad.md", "# All is lost\n\n```sh id=fail\nexit 7\n```\n");
    let skip = "\n\ns\nt\nnobody was there\na louder bell\n";
    let walked = place.midwatch_with(&["run", "good.md", "--plain"], skip);
    assert_eq!(walked.code, 0, "{walked:?}");
    assert_eq!(place.midwatch(&["run", "bad.md", "--yes"]).code, 1);
    let run = place.show();
    let (who, host) = (run["operator"].as_str().unwrap(), run["host"].as_str().unwrap());

    let program = std::path::Path::new(env!("CARGO_BIN_EXE_midwatch"));
    let folder = program.parent().unwrap().display();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap_or_default());
    let expected: [&[&str]; 5] = [
        &["All is lost"],
        &["All is well", "Tell the others"],
        &["0\techo looked", "7\texit 7"],
        &["nobody was there"],
        &["a louder bell"],
    ];
    let lines = lines();
    assert_eq!(lines.len(), expected.len());
    for ((about, line), parts) in lines.iter().zip(expected) {
        let line =
            line.replace("host db3", &format!("host '{host}'")).replace("who ana", &format!("who '{who}'"));
        let output = place
            .command()
            .get_envs()
            .fold(Command::new("bash"), |mut bash, (name, value)| {
                bash.env(name, value.unwrap_or_default());
                bash
            })
            .env("PATH", &path)
            .current_dir(place.path())
            .args(["-o", "pipefail", "-c", &line])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{about}: {}", String::from_utf8_lossy(&output.stderr));
        for part in parts {
            assert!(said.contains(part), "{about}: {part} is not in {said}");
        }
        if about.contains("failed") {
            assert!(!said.contains("All is well"), "{said}");
        }
    }
}
