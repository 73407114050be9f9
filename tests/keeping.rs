//! Keeping the record: `prune` with tombstones, `sign` and its verification.

mod support;

use std::process::Command;

use support::Place;

fn one_run() -> (Place, String) {
    let place = Place::new();
    place.file("a.md", "# K\n\n```sh\necho 1\n```\n");
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    let run = place.last_run();
    (place, run)
}

#[test]
fn what_is_pruned_leaves_a_tombstone_and_what_is_open_stays() {
    let (place, run) = one_run();
    place.file("b.md", "# P\n\n1. Call them.\n");
    assert_eq!(place.midwatch(&["run", "b.md", "--yes"]).code, 3);
    let paused = place.last_run();
    assert!(place.midwatch(&["prune", "--older-than", "1d"]).stdout.is_empty());
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let tried = place.midwatch(&["prune", "--older-than", "1s", "--dry-run"]);
    assert!(tried.stdout.contains(&run) && place.runs().len() == 2, "{tried:?}");
    let pruned = place.midwatch(&["prune", "--older-than", "1s"]);
    assert!(
        pruned.code == 0 && pruned.stdout.contains(&run) && !pruned.stdout.contains(&paused),
        "{pruned:?}"
    );
    assert_eq!(place.runs().len(), 1);
    let verified = place.midwatch(&["verify"]);
    assert_eq!(verified.code, 0, "{verified:?}");
    let shown = place.midwatch(&["show", &run]);
    assert!(shown.code == 1 && shown.stderr.contains("was pruned"), "{shown:?}");
}

#[test]
fn a_run_that_does_not_verify_is_evidence_and_stays() {
    let (place, run) = one_run();
    let journal = place.runs()[0].join("journal.jsonl");
    let text = std::fs::read_to_string(&journal).expect("a journal");
    std::fs::remove_file(&journal).expect("writable");
    std::fs::write(&journal, text.replacen("\"exit\":0", "\"exit\":1", 1)).expect("changed");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let pruned = place.midwatch(&["prune", "--older-than", "1s"]);
    assert!(!pruned.stdout.contains(&run) && place.runs().len() == 1, "{pruned:?}");
}

#[test]
fn a_signature_holds_for_the_run_as_it_is_and_for_no_other() {
    let (place, run) = one_run();
    let key = place.path().join("key");
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).output();
    if !made.is_ok_and(|made| made.status.success()) {
        println!("left out: signatures (there is no ssh-keygen)");
        return;
    }
    let public = std::fs::read_to_string(key.with_extension("pub")).expect("a public key");
    place.file("signers", format!("ben@example.org {public}"));
    let signed = place.midwatch(&["sign", &run, "--key", "key"]);
    assert_eq!(signed.code, 0, "{signed:?}");
    let good = place.midwatch(&["sign", &run, "--signers", "signers"]);
    assert!(good.code == 0 && good.stdout.contains("good, by ben@example.org"), "{good:?}");
    assert_eq!(place.midwatch(&["verify"]).code, 0);
    // Another run's signature, and a signer nobody allows.
    let signature = place.runs()[0].join("signature-1");
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 0);
    let other = place.last_run();
    assert_eq!(place.midwatch(&["sign", &other, "--signers", "signers"]).code, 1);
    std::fs::copy(signature, place.runs()[1].join("signature-1")).expect("copied");
    let bad = place.midwatch(&["sign", &other, "--signers", "signers"]);
    assert!(bad.code == 1 && bad.stdout.contains("BAD"), "{bad:?}");
    place.file("signers", "");
    assert_eq!(place.midwatch(&["sign", &run, "--signers", "signers"]).code, 1);
}
