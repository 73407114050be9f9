//! `[state] group`: a record that a team shares, and a run that is handed over. Needs root to make
//! users; left out with a message else.

mod support;

use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use support::{Ended, Place};

/// Three users of this machine, two of them in one group, as long as this lives.
struct Team {
    place: Place,
    name: String,
}

const ANA: &str = "a";
const BEN: &str = "b";
const CARL: &str = "c";

fn did(program: &str, args: &[&str]) -> bool {
    Command::new(program).args(args).output().is_ok_and(|output| output.status.success())
}

impl Team {
    /// A team whose state folder is the group's already, with a runbook beside a `midwatch.toml`.
    fn new(test: &str, runbook: &str) -> Option<Self> {
        let name = format!("mw{}{test}", std::process::id());
        let team = Team { place: Place::new(), name };
        let made = did("groupadd", &[&team.name])
            && [ANA, BEN, CARL]
                .iter()
                .all(|who| did("useradd", &["-M", "-N", "-g", "nogroup", &team.user(who)]))
            && [ANA, BEN].iter().all(|who| did("usermod", &["-aG", &team.name, &team.user(who)]));
        if !made || !did("setpriv", &["--version"]) {
            println!("left out: a team's record (no users can be made here)");
            return None;
        }
        mode(team.path(), 0o755);
        std::fs::copy(env!("CARGO_BIN_EXE_midwatch"), team.path().join("midwatch")).expect("copied");
        team.place.file("midwatch.toml", format!("[state]\ngroup = \"{}\"\n", team.name));
        team.place.file("a.md", runbook);
        std::fs::create_dir(team.place.state()).expect("a folder");
        mode(&team.place.state(), 0o2770);
        assert!(did("chgrp", &[&team.name, &team.place.state().display().to_string()]));
        mode(&team.place.state(), 0o2770);
        for who in [ANA, BEN, CARL] {
            let home = team.home(who);
            std::fs::create_dir(&home).expect("a home");
            assert!(did("chown", &[&team.user(who), &home.display().to_string()]));
        }
        Some(team)
    }

    fn path(&self) -> &Path {
        self.place.path()
    }

    fn user(&self, who: &str) -> String {
        format!("{}{who}", self.name)
    }

    fn home(&self, who: &str) -> PathBuf {
        self.path().join(format!("home-{who}"))
    }

    /// midwatch as one of them, beside the runbook.
    fn command(&self, who: &str, args: &[&str]) -> Command {
        let user = self.user(who);
        let mut command = Command::new("setpriv");
        command.args(["--reuid", &user, "--regid", "nogroup", "--init-groups", "--"]);
        command.arg(self.path().join("midwatch")).args(args).env_clear().current_dir(self.path());
        for (name, value) in self.place.command().get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        command.env("HOME", self.home(who)).env("MIDWATCH_FALLBACK_DIR", "").stdin(Stdio::null());
        command
    }

    fn midwatch(&self, who: &str, args: &[&str]) -> Ended {
        self.command(who, args).output().expect("starts").into()
    }

    fn midwatch_with(&self, who: &str, args: &[&str], input: &str) -> Ended {
        let mut command = self.command(who, args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("starts");
        let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
        child.wait_with_output().expect("ends").into()
    }

    /// Everything in the state folder, with its permissions.
    fn modes(&self) -> Vec<(PathBuf, u32, bool)> {
        let mut found = Vec::new();
        let mut open = vec![self.place.state()];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
                let meta = entry.metadata().expect("there");
                found.push((entry.path(), meta.mode() & 0o7777, meta.is_dir()));
                if meta.is_dir() {
                    open.push(entry.path());
                }
            }
        }
        found
    }

    fn gid(&self) -> u32 {
        self.place.state().metadata().expect("there").gid()
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        for who in [ANA, BEN, CARL] {
            // Forced: what they started may still be there.
            did("userdel", &["-f", &self.user(who)]);
        }
        did("groupdel", &[&self.name]);
    }
}

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("changed");
}

const TWO: &str = "# Two\n\n1. Begin\n\n   ```sh\n   kept=\"of ana\"; echo begun\n   ```\n\n2. Call them.\n\n3. End\n\n   ```sh\n   echo \"kept $kept by $(id -un)\"\n   ```\n";

#[test]
fn a_teammate_looks_and_goes_on_and_the_record_says_so() {
    let Some(team) = Team::new("go", TWO) else { return };
    let begun = team.midwatch(ANA, &["run", "a.md", "--yes"]);
    assert_eq!(begun.code, 3, "{begun:?}");
    let run = team.place.last_run();
    for (path, mode, folder) in team.modes() {
        let closed = path.ends_with("journal.jsonl");
        let expected = if folder {
            0o2770
        } else if closed {
            0o440
        } else {
            0o660
        };
        assert_eq!(mode, expected, "{} {mode:o}", path.display());
        assert_eq!(path.metadata().expect("there").gid(), team.gid(), "{}", path.display());
    }
    // Somebody who is not in the group sees nothing.
    let stranger = team.midwatch(CARL, &["show", &run]);
    assert_ne!(stranger.code, 0, "{stranger:?}");

    let seen = team.midwatch(BEN, &["show", &run]);
    assert!(seen.code == 0 && seen.stdout.contains("paused"), "{seen:?}");
    assert_eq!(team.midwatch(BEN, &["verify"]).code, 0);
    let ended = team.midwatch_with(BEN, &["resume", &run, "--plain"], "n\nmine now\nd\n\n\n");
    let (ana, ben) = (team.user(ANA), team.user(BEN));
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stdout.contains(&format!("Handed over from {ana} on")), "{ended:?}");
    assert!(ended.stdout.contains(&format!("kept of ana by {ben}")), "{ended:?}");

    let events = team.place.events();
    let resumed = events.iter().find(|event| event["event"] == "resumed").expect("it was resumed");
    assert_eq!(
        (&resumed["from"]["user"], &resumed["operator"]["user"]),
        (&ana.as_str().into(), &ben.as_str().into())
    );
    for (who, args) in [(ANA, ["show", &run]), (BEN, ["report", &run])] {
        let told = team.midwatch(who, &args);
        assert!(told.stdout.contains(&format!("handed over from {ana} on")), "{told:?}");
        assert!(told.stdout.contains(&format!("by {ben}")) && told.stdout.contains("mine now"), "{told:?}");
    }
    let json = team.midwatch(ANA, &["show", &run, "--json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(
        (&json["resumes"][0]["from"], &json["steps"][1]["notes"][0]["by"]),
        (&ana.as_str().into(), &ben.as_str().into())
    );
    // Over, it is the same record for both, and the shell's state is gone.
    for who in [ANA, BEN] {
        assert_eq!(team.midwatch(who, &["verify"]).code, 0);
        let followed = team.midwatch(who, &["follow", &run]);
        assert!(followed.code == 0 && followed.stdout.contains("RESUMED by"), "{followed:?}");
    }
    assert!(!team.place.state().join("carried").join(&run).exists());
    assert_eq!(team.midwatch(BEN, &["run", "a.md", "--yes"]).code, 3);
    assert_eq!(team.midwatch(ANA, &["note", &run, "seen"]).code, 0);
    assert_eq!(team.midwatch(CARL, &["verify"]).code, 2);
}

#[test]
fn only_the_groups_own_folder_is_taken_and_nothing_wider() {
    let Some(team) = Team::new("no", TWO) else { return };
    let state = team.place.state();
    let refused = |who: &str, words: &str| {
        let ended = team.midwatch(who, &["run", "a.md", "--yes"]);
        assert!(ended.code == 2 && ended.stderr.contains(words), "{words}: {ended:?}");
        assert!(!state.join("runs").exists());
    };
    for wide in [0o2777, 0o2775, 0o2771, 0o770, 0o3770, 0o2750] {
        mode(&state, wide);
        refused(ANA, "is not what the group");
    }
    mode(&state, 0o2770);
    refused(CARL, "is not in the group");
    assert!(did("chgrp", &["nogroup", &state.display().to_string()]));
    mode(&state, 0o2770);
    refused(ANA, "is not what the group");
    // Nobody said that a group shares it.
    assert!(did("chgrp", &[&team.name, &state.display().to_string()]));
    mode(&state, 0o2770);
    team.place.file("midwatch.toml", "");
    refused(ANA, "belongs to user 0");
    team.place.file("midwatch.toml", "[state]\ngroup = \"no-such-group\"\n");
    refused(ANA, "there is no group `no-such-group`");
    // A link in the place of a folder.
    team.place.file("midwatch.toml", format!("[state]\ngroup = \"{}\"\n", team.name));
    std::os::unix::fs::symlink(team.home(CARL), state.join("carried")).expect("a link");
    refused(ANA, "is a link");
}

#[test]
fn a_folder_is_made_for_the_group_and_one_with_private_runs_stays_private() {
    let Some(team) = Team::new("own", TWO) else { return };
    let with = |folder: &str, args: &[&str]| -> Ended {
        let mut command = team.command(ANA, args);
        command.env("MIDWATCH_STATE_DIR", team.home(ANA).join(folder)).output().expect("starts").into()
    };
    let mode_of = |path: &str| team.home(ANA).join(path).metadata().expect("there").mode() & 0o7777;
    assert_eq!(with("new/state", &["run", "a.md", "--yes"]).code, 3);
    assert_eq!((mode_of("new"), mode_of("new/state"), mode_of("new/state/runs")), (0o710, 0o2770, 0o2770));
    assert_eq!(mode_of("new/state/ledger.jsonl"), 0o660);

    let toml = std::fs::read_to_string(team.path().join("midwatch.toml")).expect("text");
    team.place.file("midwatch.toml", "");
    assert_eq!(with("old", &["run", "a.md", "--yes"]).code, 3);
    team.place.file("midwatch.toml", toml);
    let ended = with("old", &["run", "a.md", "--yes"]);
    assert!(ended.code == 3 && ended.stdout.contains("is not shared with the group"), "{ended:?}");
    assert_eq!((mode_of("old"), mode_of("old/runs"), mode_of("old/ledger.jsonl")), (0o700, 0o700, 0o600));
    assert_eq!(with("old", &["verify"]).code, 0);
}

#[test]
fn a_run_whose_process_died_is_handed_over_with_its_doubt() {
    let text = "# Dead\n\n```sh idempotent\necho x >> log; touch begun; sleep 30\n```\n";
    let Some(team) = Team::new("dead", text) else { return };
    mode(team.path(), 0o777);
    let mut child =
        team.command(ANA, &["run", "a.md", "--yes"]).stdout(Stdio::null()).spawn().expect("starts");
    let began = std::time::Instant::now();
    while !team.path().join("begun").exists() {
        assert!(began.elapsed() < std::time::Duration::from_secs(30), "it does not begin");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
    let run = team.place.last_run();
    // It may still run, and ben cannot tell: idempotent or not, it does not run again unasked.
    let ended = team.midwatch(BEN, &["resume", &run, "--yes"]);
    assert!(ended.code == 3 && ended.stdout.contains("cannot look into"), "{ended:?}");
    assert_eq!(std::fs::read_to_string(team.path().join("log")).expect("log"), "x\n");
    let ended = team.midwatch_with(BEN, &["resume", &run, "--plain"], "y\n\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(team.midwatch(ANA, &["verify"]).code, 0);
    let over = team.midwatch(ANA, &["resume", &run, "--yes"]);
    assert!(over.code == 2 && over.stderr.contains("is sealed"), "{over:?}");
}

#[test]
fn what_is_secret_is_not_handed_over_but_asked_for_again() {
    let text = "---\nparams:\n  token: { about: T, secret: true, env: API_TOKEN }\n---\n# S\n\n1. Set\n\n   ```sh\n   read -rs PASS < typed; url=\"https://u:$token@h\"; node=db7; echo \"$PASS\" | wc -c\n   ```\n\n2. Call them.\n\n3. Use\n\n   ```sh\n   echo \"$node\"; test \"$PASS $url $token\" = 'typed-by-ben https://b of-ben'\n   ```\n";
    let Some(team) = Team::new("sec", text) else { return };
    team.place.file("typed", "typed-by-ana\n");
    let mut command = team.command(ANA, &["run", "a.md", "--yes"]);
    let begun: Ended = command.env("API_TOKEN", "t0k-of-ana").output().expect("starts").into();
    assert_eq!(begun.code, 3, "{begun:?}");
    for (path, _, folder) in team.modes() {
        let text = if folder { Vec::new() } else { std::fs::read(&path).expect("readable") };
        let told = String::from_utf8_lossy(&text).into_owned();
        assert!(!told.contains("typed-by-ana") && !told.contains("t0k-of-ana"), "{}: {told}", path.display());
    }
    let mut command = team.command(BEN, &["resume", &team.place.last_run(), "--plain"]);
    command.env("API_TOKEN", "of-ben").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("starts");
    let _ = child.stdin.take().expect("a pipe").write_all(b"\ntyped-by-ben\n\nhttps://b\nd\n\n\n");
    let ended: Ended = child.wait_with_output().expect("ends").into();
    assert!(ended.code == 0 && ended.stdout.contains("$PASS needs a value"), "{ended:?}");
    assert!(ended.stdout.contains("db7"), "{ended:?}");
}

#[test]
fn many_begin_at_once_in_a_new_folder() {
    let Some(team) = Team::new("many", "# M\n\n```sh\necho 1\n```\n") else { return };
    let state = team.path().join("home-a/new");
    for round in 0..5 {
        mode(&team.home(ANA), 0o755);
        let begin = |who: &str| {
            let mut command = team.command(who, &["run", "a.md", "--yes"]);
            command.env("MIDWATCH_STATE_DIR", &state).stdout(Stdio::null()).stderr(Stdio::piped());
            command.spawn().expect("starts")
        };
        // The folder is made by one of ana's; ben may come when it is there.
        let mut all: Vec<_> = (0..8).map(|_| begin(ANA)).collect();
        while !state.join("ledger.jsonl").exists() {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        all.extend((0..4).map(|_| begin(BEN)));
        for one in all {
            let ended: Ended = one.wait_with_output().expect("ends").into();
            assert_eq!(ended.code, 0, "round {round}: {ended:?}");
        }
        let mut verify = team.command(BEN, &["verify"]);
        let verified: Ended = verify.env("MIDWATCH_STATE_DIR", &state).output().expect("starts").into();
        assert!(verified.code == 0 && verified.stdout.contains("12 runs: 12 sealed"), "{verified:?}");
        std::fs::remove_dir_all(&state).expect("removed");
    }
}
