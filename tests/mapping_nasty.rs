//! Files nobody meant to write, given to the program: an answer or a clear error each time.
//!
//! No time is asserted; with square cost these would not end.

use std::path::PathBuf;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;

/// A folder with one file.
struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    fn new(bytes: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("nasty.md"), bytes).expect("a file");
        Case { folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("nasty.md")
    }

    fn midwatch(&self, args: &[&str]) -> Output {
        let mut command = Command::cargo_bin("midwatch").expect("midwatch");
        command.env("MIDWATCH_STATE_DIR", self.folder.path().join("state"));
        command.args(args).arg(self.file()).output().expect("it starts")
    }

    /// The listing for programs, after the one for people was made, too.
    fn steps(&self) -> Value {
        let page = self.midwatch(&["steps"]);
        assert!(page.status.success(), "{}", String::from_utf8_lossy(&page.stderr));
        let page = String::from_utf8(page.stdout).expect("UTF-8");
        assert!(!page.contains(|c: char| c.is_control() && c != '\n'));
        let output = self.midwatch(&["steps", "--json"]);
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// What midwatch says when it takes the file for no runbook.
    fn refused(&self) -> String {
        let mut said = String::new();
        for args in [&["steps"][..], &["steps", "--json"], &["run", "--yes"]] {
            let output = self.midwatch(args);
            assert_eq!(output.status.code(), Some(2), "{args:?}: {output:?}");
            assert!(output.stdout.is_empty(), "{args:?}");
            said = String::from_utf8(output.stderr).expect("UTF-8");
            assert!(!said.contains("panicked"), "{said}");
        }
        said
    }
}

fn commands(listing: &Value) -> usize {
    let steps = listing["steps"].as_array().expect("steps").iter();
    steps.map(|step| step["actions"].as_array().expect("actions").len()).sum()
}

#[test]
fn a_document_of_seventy_kilobytes() {
    let mut text = String::from("# Long\n\n");
    let mut count = 0;
    while text.len() < 70 * 1024 {
        count += 1;
        text.push_str(&format!("## Part {count}\n\nLook at it, and *only* look.\n\n1. First:\n\n   ```sh\n   ls part-{count} | grep -c x\n   ```\n\n   If it is empty:\n\n   ```sh\n   touch part-{count}/x\n   ```\n\n2. Then wait.\n\n"));
    }
    let listing = Case::new(text).steps();
    assert_eq!(listing["steps"].as_array().expect("steps").len(), count * 2);
    assert_eq!(commands(&listing), count * 2);
}

#[test]
fn five_thousand_steps() {
    let text: String =
        (1..=5_000).map(|n| format!("{n}. Look\n\n   ```sh\n   ls a{n}\n   ```\n\n")).collect();
    let listing = Case::new(text).steps();
    let steps = listing["steps"].as_array().expect("steps");
    assert_eq!(steps.len(), 5_000);
    assert_eq!(steps[4_999]["actions"][0]["script"], "ls a5000");
}

#[test]
fn ten_thousand_nested_brackets() {
    for (open, close) in [("[", "]"), ("(", ")"), ("![", "]"), ("[", "](x)"), ("<", ">")] {
        let nested = format!("{}x{}", open.repeat(10_000), close.repeat(10_000));
        let listing =
            Case::new(format!("# T\n\n{nested}\n\n```sh\nls\n```\n\n1. Restart {nested}\n")).steps();
        assert_eq!(commands(&listing), 1, "{open}");
    }
    // In a command they are the shell's: said, not fatal.
    let nested = format!("{}ls{}", "$(".repeat(10_000), ")".repeat(10_000));
    let listing = Case::new(format!("```sh\necho {nested}\n```\n")).steps();
    assert_eq!(listing["steps"][0]["actions"][0]["script"].as_str().map(str::len), Some(30_007));
}

#[test]
fn lines_of_a_megabyte() {
    let word = "x".repeat(1 << 20);
    let listing =
        Case::new(format!("# {word}\n\n1. Do {word}:\n\n   ```sh\n   echo {word}\n   ```\n")).steps();
    assert!(listing["steps"][0]["title"].as_str().expect("a title").chars().count() < 300);
    let script = listing["steps"][0]["actions"][0]["script"].as_str().expect("a script");
    assert_eq!(script.len(), (1 << 20) + 5, "what runs is never cut");
    let words = "ls -l; ".repeat(1 << 17);
    assert_eq!(commands(&Case::new(format!("```sh\n{words}\n```\n")).steps()), 1);
}

#[test]
fn a_zero_byte_is_no_text() {
    let said = Case::new(b"# T\n\n```sh\nls \0\n```\n").refused();
    assert!(said.contains("binary file"), "{said}");
}

#[test]
fn text_that_is_not_utf_8_is_named_with_its_place() {
    for bytes in [
        &b"# T\n\nCaf\xe9\n\n```sh\nls\n```\n"[..],
        b"\xff\xfe#\0 \0T\0",
        b"```sh\nls \xc3\n```\n",
        b"# \xed\xa0\x80\n",
    ] {
        let said = Case::new(bytes).refused();
        assert!(said.contains("UTF-8"), "{said}");
    }
}

#[test]
fn empty_and_endless_things() {
    for text in ["", "\n \n", "\u{feff}"] {
        let said = Case::new(text).refused();
        assert!(said.contains("is empty"), "{text:?}: {said}");
    }
    for text in ["---\n---\n", "```", "```sh", "~~~~\n~~~", "<!--", "<details>", "- ", "1."] {
        assert_eq!(commands(&Case::new(text).steps()), 0, "{text:?}");
    }
    // A fence that is never closed is read to its end, and runs nothing unasked.
    let listing = Case::new("Do it:\n\n```sh\nls\n\n# Next\n").steps();
    assert_eq!(listing["steps"][0]["actions"][0]["tagged"], false);
    assert!(listing["diagnostics"].to_string().contains("never closed"), "{listing}");
}
