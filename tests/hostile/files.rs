//! What lies where a file or a folder of the record should be.

use std::os::unix::fs::symlink;
use std::path::Path;

use crate::kit::*;
use crate::support::Place;

/// An honest record, with an output.
fn honest() -> Place {
    let output = r#""event":"exited","step":1,"action":"stop","attempt":1,"exit":0,"ok":true,"duration_ms":5,"output_bytes":8,"output":"01-stop-1.log","output_sha256":"HASH""#;
    let output = output.replace("HASH", &sha256(b"stopped\n"));
    let place = sealed(&[
        r#""event":"step_entered","step":1,"id":"stop","title":"Stop it""#,
        r#""event":"intent","step":1,"action":"stop","kind":"run","attempt":1,"command":"true""#,
        &output,
        r#""event":"step_ended","step":1,"status":"done""#,
    ]);
    std::fs::write(folder(&place, RUN).join("output/01-stop-1.log"), "stopped\n").expect("an output");
    place
}

fn remove(path: &Path) {
    if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }.expect("removed");
}

fn pipe(path: &Path) {
    use rustix::fs::{CWD, FileType, Mode};
    rustix::fs::mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a pipe");
}

#[test]
fn an_honest_record_is_told() {
    let place = honest();
    everybody_looks("honest", &place);
    assert_eq!(look(&place, &["verify"]).code, 0, "{:?}", look(&place, &["verify"]));
    assert!(look(&place, &["output", RUN, "1"]).out.contains("stopped"));
    assert!(look(&place, &["follow", RUN]).out.contains("COMPLETE"));
}

/// A link, a pipe, a folder, a file or nothing, in the place of each file and folder there is.
#[test]
fn whatever_lies_in_a_files_place() {
    type Put = fn(&Path, &Path);
    let kinds: [(&str, Put); 7] = [
        ("a link to the same", |path, aside| symlink(aside, path).expect("a link")),
        ("a link to nothing", |path, _| symlink("/nonexistent/x", path).expect("a link")),
        ("a link to itself", |path, _| symlink(path, path).expect("a link")),
        ("a pipe", |path, _| pipe(path)),
        ("a folder", |path, _| std::fs::create_dir(path).expect("a folder")),
        ("a file", |path, _| std::fs::write(path, "\u{1b}[2Jno\n").expect("a file")),
        ("nothing", |_, _| {}),
    ];
    for (kind, put) in kinds {
        for name in [
            "journal.jsonl",
            "runbook.md",
            "output",
            "output/01-stop-1.log",
            ".",
            "..",
            "../../..",
            "../../../..",
            "ledger",
        ] {
            let place = honest();
            let path = match name {
                "ledger" => place.state().join("ledger.jsonl"),
                "." => folder(&place, RUN),
                ".." | "../../.." | "../../../.." => {
                    let up = name.split('/').count();
                    folder(&place, RUN).ancestors().nth(up).expect("a folder").to_owned()
                }
                name => folder(&place, RUN).join(name),
            };
            let aside = place.path().join("aside");
            if kind.contains("the same") {
                std::fs::rename(&path, &aside).expect("moved");
            } else {
                remove(&path);
            }
            put(&path, &aside);
            everybody_looks(&format!("{kind} in the place of {name}"), &place);
            // Whatever it is, it does not pass for the record.
            let verified = look(&place, &["verify"]);
            assert_ne!(verified.code, 0, "{kind} in the place of {name}: {verified:?}");
        }
    }
}

/// The state folder itself.
#[test]
fn whatever_lies_in_the_state_folders_place() {
    for kind in ["link", "pipe", "file", "loop"] {
        let place = honest();
        let aside = place.path().join("aside");
        std::fs::rename(place.state(), &aside).expect("moved");
        match kind {
            "link" => symlink(&aside, place.state()).expect("a link"),
            "loop" => symlink(place.state(), place.state()).expect("a link"),
            "pipe" => pipe(&place.state()),
            _ => std::fs::write(place.state(), "x").expect("a file"),
        }
        everybody_looks(kind, &place);
        assert_eq!(look(&place, &["verify"]).code, 2, "{kind}");
    }
}
