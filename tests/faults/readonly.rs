//! A disk that turns read-only, as one with errors does: before the run, during a command, during a
//! wait.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Ended, Place};

/// A small file system of its own on the state folder, as long as this lives.
struct Disk {
    image: PathBuf,
    at: PathBuf,
}

fn did(program: &str, args: &[&str]) -> bool {
    Command::new(program).args(args).output().is_ok_and(|output| output.status.success())
}

impl Disk {
    fn new(place: &Place) -> Option<Self> {
        let disk = Disk { image: place.path().join("disk"), at: place.state() };
        std::fs::File::create(&disk.image).and_then(|file| file.set_len(12 << 20)).expect("an image");
        std::fs::create_dir_all(&disk.at).expect("a folder");
        let image = disk.image.display().to_string();
        if !did("mkfs.ext4", &["-q", "-F", &image]) || !disk.mount("loop") {
            println!("left out: a disk that turns read-only (no file system can be mounted here)");
            return None;
        }
        std::fs::remove_dir(disk.at.join("lost+found")).expect("removed");
        let own = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        std::fs::set_permissions(&disk.at, own).expect("own");
        Some(disk)
    }

    fn mount(&self, options: &str) -> bool {
        did("mount", &["-o", options, &self.image.display().to_string(), &self.at.display().to_string()])
    }

    /// As after a repair.
    fn again(&self, options: &str) {
        let at = self.at.display().to_string();
        assert!(did("umount", &[&at]) && self.mount(options), "it is mounted again");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.at).status();
    }
}

/// What ext4 does on an error it cannot live with.
const ABORT: &str = "mount -o remount,abort state";

fn run(place: &Place, fallback: &Path, args: &[&str]) -> Ended {
    place.command().args(args).env("MIDWATCH_FALLBACK_DIR", fallback).output().expect("starts").into()
}

fn log(place: &Place) -> String {
    std::fs::read_to_string(place.path().join("log")).unwrap_or_default()
}

#[test]
fn before_the_run_nothing_runs() {
    let place = Place::new();
    let Some(disk) = Disk::new(&place) else { return };
    disk.again("loop,ro");
    place.file("a.md", "# R\n\n```sh\necho 1 >> log\n```\n");
    let ended = run(&place, Path::new(""), &["run", "a.md", "--yes"]);
    assert!(ended.code == 2 && ended.stderr.contains("read-only file system"), "{ended:?}");
    assert_eq!(log(&place), "");
    let elsewhere = place.path().join("elsewhere");
    let ended = run(&place, &elsewhere, &["run", "a.md", "--yes", "--break-glass"]);
    assert!(ended.code == 0 && ended.stdout.contains("the record is in"), "{ended:?}");
    assert_eq!(log(&place), "1\n");
}

fn during(runbook: &str, doubt: bool) {
    // With nowhere else to go nothing more runs, and it goes on once the disk is repaired.
    let place = Place::new();
    let Some(disk) = Disk::new(&place) else { return };
    place.file("a.md", runbook);
    let ended = run(&place, Path::new(""), &["run", "a.md", "--yes"]);
    assert!(ended.code == 3 && ended.stderr.contains("cannot be written any more"), "{ended:?}");
    assert_eq!(log(&place), "1\n2\n", "what follows does not run");
    disk.again("loop");
    let run_id = place.last_run();
    place.file("repaired", "");
    let mut ended = run(&place, Path::new(""), &["resume", &run_id, "--yes"]);
    assert_eq!(ended.code == 3, doubt, "{ended:?}");
    if doubt {
        assert!(ended.stdout.contains("nobody saw it end"), "{ended:?}");
        place.midwatch_with(&["resume", &run_id, "--plain"], "y\np\n");
        ended = run(&place, Path::new(""), &["resume", &run_id, "--yes"]);
    }
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(log(&place), "1\n2\n3\n");
    assert_eq!(place.midwatch(&["verify"]).code, 0);
    drop(disk);

    // Else it goes on there.
    let place = Place::new();
    let Some(_disk) = Disk::new(&place) else { return };
    place.file("a.md", runbook);
    place.file("repaired", "");
    let elsewhere = place.path().join("elsewhere");
    let ended = run(&place, &elsewhere, &["run", "a.md", "--yes"]);
    assert!(ended.code == 0 && ended.stdout.contains("it goes on in"), "{ended:?}");
    assert_eq!(log(&place), "1\n2\n3\n");
    let mut verify = place.command();
    let verified = verify.arg("verify").env("MIDWATCH_STATE_DIR", &elsewhere).output().expect("starts");
    assert!(verified.status.success(), "{verified:?}");
}

#[test]
fn during_a_command_it_stops_or_goes_on_elsewhere() {
    during(
        &format!(
            "# R\n\n1. One\n\n   ```sh\n   echo 1 >> log\n   ```\n\n2. Two\n\n   ```sh\n   {ABORT}\n   echo 2 >> log\n   ```\n\n3. Three\n\n   ```sh\n   echo 3 >> log\n   ```\n"
        ),
        true,
    );
}

#[test]
fn during_a_wait_it_stops_or_goes_on_elsewhere() {
    during(
        &format!(
            "# R\n\n1. One\n\n   ```sh\n   echo 1 >> log; echo 2 >> log\n   ```\n\n2. Wait\n\n   ```sh check every=100ms timeout=20s\n   test -e aborted || {ABORT}; touch aborted; test -e repaired\n   ```\n\n3. Three\n\n   ```sh\n   echo 3 >> log\n   ```\n"
        ),
        false,
    );
}
