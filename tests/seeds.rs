//! Bytes that fuzzing found worth keeping: those that once broke something, and those that reach
//! far. `tests/fuzz/README.md` says how they are found.

#[path = "fuzz/rules/mod.rs"]
mod rules;

use std::path::Path;

/// Replays the seeds of one target, of which there must be some.
fn replay(name: &str, rule: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds").join(name);
    let files = std::fs::read_dir(&folder).expect("a folder of seeds");
    let mut count = 0;
    for file in files.flatten() {
        let bytes = std::fs::read(file.path()).expect("a seed");
        println!("{}", file.path().display());
        rule(&bytes);
        count += 1;
    }
    assert!(count > 0, "no seed in {}", folder.display());
}

#[test]
fn runbooks() {
    replay("mapping", rules::mapping);
}

#[test]
fn shell_text() {
    replay("script", rules::script);
}

#[test]
fn words_after_a_language() {
    replay("info", rules::info);
}

#[test]
fn journals() {
    replay("journal", rules::journal);
}

#[test]
fn masking() {
    replay("mask", rules::mask);
}

#[test]
fn control_sequences() {
    replay("clean", rules::clean);
}
