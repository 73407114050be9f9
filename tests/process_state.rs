//! What steps share, with real shells.

mod process_kit;

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use midwatch::process::ShellState;
use process_kit::Kit;

#[test]
fn folder_variables_functions_and_options_go_on() {
    let mut kit = Kit::new();
    let steps = "mkdir -p 'a b'; cd 'a b'\nNODE=n1; export X='ex ported'\narr=(1 'two words' $'three\\nlines')\n\
        declare -A map=([k]='v 1' [\"q'\"]=w)\ngreet() { echo \"hello $1\"; }\nset -f; shopt -s nocasematch; alias ll='ls -l'\n";
    let outcome = kit.run(steps);
    assert_eq!(outcome.exit, Some(0), "{}", kit.text());
    assert_eq!(outcome.trouble, None);
    let said = kit.says(
        "pwd; echo \"$NODE\"; sh -c 'echo \"$X,$NODE\"'; printf '<%s>' \"${arr[@]}\"; echo \"${map[k]} ${map[q\\']}\"\n\
         greet you; echo *; [[ a == A ]] && echo same; alias ll",
    );
    let folder = kit.work().join("a b");
    assert_eq!(
        said,
        format!(
            "{}\nn1\nex ported,\n<1><two words><three\nlines>v 1 w\nhello you\n*\nsame\nalias ll='ls -l'\n",
            folder.display()
        )
    );
}

#[test]
fn state_survives_every_way_to_end() {
    for (end, exit) in [
        ("exit 3", Some(3)),
        ("set -e; false; echo no", Some(1)),
        ("set -u; echo $NO_SUCH", Some(127)),
        ("kill -TERM $$", None),
        ("echo 'open", Some(2)),
    ] {
        let mut kit = Kit::new();
        let outcome = kit.run(&format!("NODE=n1\ncd /\n{end}"));
        assert_eq!(outcome.exit, exit, "{end}");
        assert_eq!(outcome.trouble, None, "{end}");
        assert_eq!(kit.run("echo \"$NODE $PWD\"").exit, Some(0), "{end}");
        assert_eq!(kit.text(), "n1 /\n", "{end}");
    }
}

#[test]
fn options_go_on_as_in_a_terminal() {
    let mut kit = Kit::new();
    kit.run("set -e");
    assert_eq!(kit.run("false\necho no").exit, Some(1));
    assert_eq!(kit.text(), "");
    kit.run("set +e; set -x");
    kit.run("echo traced");
    assert_eq!(kit.text(), "+ echo traced\ntraced\n");
    kit.run("set +x\nshopt -s extglob");
    assert_eq!(kit.says("case aab in +(a)b) echo yes;; esac"), "yes\n");
}

#[test]
fn any_value_is_only_data() {
    let mut kit = Kit::new();
    let hostile = "'; touch pwned; \"$(touch pwned)`touch pwned`\\ \n newline \t\x01 é \u{202e}";
    kit.env.insert("VALUE".into(), hostile.into());
    kit.run("COPY=$VALUE; LIST=(\"$VALUE\" 2)\nf() { printf %s \"$VALUE\"; }");
    kit.env.clear();
    assert_eq!(kit.says("printf %s \"$COPY\""), hostile);
    assert_eq!(kit.says("printf %s \"${LIST[0]}\""), hostile);
    assert!(!kit.work().join("pwned").exists());
}

#[test]
fn bytes_that_are_no_text_are_kept() {
    let mut kit = Kit::new();
    kit.run("RAW=$'a\\377\\376b'");
    let mut kit = kit.restarted();
    assert_eq!(kit.says("printf %s \"$RAW\" | od -An -tx1"), " 61 ff fe 62\n");
}

#[test]
fn readonly_and_unset_variables_are_kept_as_such() {
    let mut kit = Kit::new();
    kit.run("readonly NODE=n1; declare -i COUNT=4; unset HOME");
    assert_eq!(
        kit.says("COUNT+=1; echo \"$COUNT ${HOME-none}\"; (NODE=2) 2>/dev/null || echo readonly"),
        "5 none\nreadonly\n"
    );
}

#[test]
fn what_the_caller_gives_wins() {
    let mut kit = Kit::new();
    kit.run("NODE=from_step; readonly X=1");
    kit.env.insert("NODE".into(), "given".into());
    kit.env.insert("X".into(), "given too".into());
    assert_eq!(kit.says("sh -c 'echo \"$NODE $X\"'"), "given given too\n");
    assert_eq!(kit.changed("NODE=again"), "");
}

#[test]
fn a_new_process_goes_on_from_disk() {
    let mut kit = Kit::new();
    kit.run("cd /; NODE=n1; f() { echo f; }; set -u");
    let mut kit = kit.restarted();
    assert_eq!(kit.says("echo \"$NODE $PWD\"; f; echo ${-//E/}"), "n1 /\nf\nhuBc\n");
}

#[test]
fn the_state_is_private_and_can_be_deleted() {
    let mut kit = Kit::new();
    kit.run("NODE=n1");
    let dir = kit.dir.path().join("state");
    let files: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|file| file.unwrap()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    for file in &files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(std::fs::metadata(&dir).unwrap().permissions().mode() & 0o777, 0o700);
    ShellState::delete(&dir).unwrap();
    assert_eq!(std::fs::read_dir(&dir).unwrap().count(), 0);
    assert_eq!(kit.restarted().says("echo \"<$NODE>\""), "<>\n");
}

#[test]
fn a_link_in_place_of_the_state_is_refused() {
    let kit = Kit::new();
    let dir = kit.dir.path().join("state");
    std::os::unix::fs::symlink("/etc/passwd", dir.join("shell-state.json")).unwrap();
    assert!(ShellState::open(&dir).is_err());
}

#[test]
fn it_is_said_when_state_was_not_kept() {
    let mut kit = Kit::new();
    for script in ["NODE=1\ntrap 'echo bye' EXIT", "NODE=1\nexec true", "NODE=1; kill -KILL $$"] {
        let outcome = kit.run(script);
        assert!(outcome.trouble.unwrap().contains("not kept"), "{script}");
        assert_eq!(outcome.changed, None);
    }
    assert_eq!(kit.says("echo \"<$NODE>\""), "<>\n");
}

#[test]
fn secrets_are_not_on_disk_and_still_go_on() {
    use midwatch::engine::ports::Runner;
    let mut kit = Kit::new();
    kit.runner.add_secret("hunter2");
    kit.env.insert("TOKEN".into(), "hunter2".into());
    let outcome = kit.run("COPY=$TOKEN; ARGS=(--pass \"$TOKEN\"); f() { echo hunter2 \"$1\"; }; PLAIN=1");
    assert_eq!(outcome.changed.unwrap(), "set ARGS, COPY, PLAIN; defined f()");
    let state = std::fs::read_to_string(kit.dir.path().join("state/shell-state.json")).unwrap();
    assert!(!state.contains("hunter2"), "{state}");
    assert!(state.contains("COPY"));
    assert_eq!(kit.changed("true; :; PLAIN=2"), "set PLAIN");
    assert_eq!(
        kit.says("[ \"$COPY\" = hunter2 ] && echo \"$COPY\" \"${#ARGS[@]}\" && f x"),
        "[secret] 2\n[secret] x\n"
    );
    assert_eq!(kit.says("env | grep -c __MIDWATCH || true"), "0\n");
    let kit = kit.restarted();
    assert_eq!(kit.runner.state().lost_secrets(), ["ARGS", "COPY", "f"]);
}

#[test]
fn what_is_read_without_echo_is_kept_by_name_alone() {
    let mut kit = Kit::new();
    kit.run(
        "read -rs PASS <<< 'corr ect horse'; read -rs PIN <<< 7; read -r host <<< db7; url=\"x:$PASS@h\"",
    );
    let file = kit.dir.path().join("state/shell-state.json");
    let state = std::fs::read_to_string(&file).unwrap();
    assert!(!state.contains("corr ect") && !state.contains("=\\\"7\\\""), "{state}");
    assert!(state.contains("db7") && state.contains("PASS"), "{state}");
    assert_eq!(kit.says("later=$PASS; echo \"$PASS $PIN $url\""), "corr ect horse 7 x:corr ect horse@h\n");
    let state = std::fs::read_to_string(&file).unwrap();
    assert!(!state.contains("corr ect"), "{state}");
    let mut kit = kit.restarted();
    assert_eq!(kit.runner.state().lost_secrets(), ["PASS", "PIN", "later", "url"]);
    // Asked for again, it is given to every step; and who goes on once more is asked once more.
    for name in ["PASS", "PIN", "later", "url"] {
        kit.env.insert(name.into(), "again1".into());
    }
    assert_eq!(kit.says("new=1; echo $PASS"), "again1\n");
    assert_eq!(kit.restarted().runner.state().lost_secrets(), ["PASS", "PIN", "later", "url"]);
}

#[test]
fn it_says_what_changed() {
    let mut kit = Kit::new();
    let mut changed = |script: &str| kit.changed(script);
    assert_eq!(changed("true"), "");
    assert_eq!(changed("X=1; NODE='a b'; cd /usr"), "set NODE, X; now in /usr");
    assert_eq!(changed("X=1; NODE='a b'; cd /usr"), "");
    assert_eq!(changed("X=2; unset NODE; f() { :; }"), "set X; defined f(); unset NODE");
    assert_eq!(changed("f() { :; }; export X"), "set X");
    assert_eq!(changed("unset -f f; set -eu; umask 077"), "removed f(); umask 0077; set -e; set -u");
    assert_eq!(changed("set +e; set +u; shopt -s extglob"), "shopt -s extglob; set +e; set +u");
    assert_eq!(changed("shopt -u extglob; alias l=ls"), "alias l; shopt -u extglob");
    assert_eq!(changed("unset HOME"), "unset HOME");
    assert_eq!(changed("for i in 1 2 3; do declare v$i=$i; done"), "set i, v1, v2, v3");
    assert_eq!(
        changed("for i in {1..9} {a..f}; do declare v$i=$RANDOM; done"),
        "set i, v1, v2, v3, v4, v5, v6, v7 and 8 more"
    );
}

#[test]
fn the_shells_own_variables_are_not_said() {
    let mut kit = Kit::new();
    assert_eq!(
        kit.changed("false; [[ abc =~ b(c) ]]; echo x | cat; sleep 0; getopts a: o -a 1 || :; unset o"),
        ""
    );
    assert_eq!(kit.changed("echo $RANDOM $SECONDS $LINENO $BASHPID >/dev/null; cd .; : word"), "");
}

#[test]
fn the_previous_folder_is_known() {
    let mut kit = Kit::new();
    kit.run("cd /usr; cd /");
    assert_eq!(kit.says("cd - >/dev/null; pwd"), "/usr\n");
}

#[test]
fn a_folder_of_its_own_is_for_one_action() {
    let mut kit = Kit::new();
    let mut job = kit.job("pwd; NODE=1");
    job.cwd = Some("/usr".into());
    assert_eq!(kit.run_job(&job).changed.unwrap(), "set NODE");
    assert_eq!(kit.text(), "/usr\n");
    assert_eq!(kit.says("pwd"), format!("{}\n", kit.work().display()));
    let name = kit.work().file_name().expect("a name").to_string_lossy().into_owned();
    for folder in [format!("../{name}/.././{name}/."), "~".into()] {
        job.cwd = Some(folder.clone().into());
        assert_eq!(kit.run_job(&job).changed, None, "{folder}");
    }
    job.script = "cd /".into();
    assert_eq!(kit.run_job(&job).changed.unwrap(), "now in /");
    job.cwd = Some("/no/such".into());
    let outcome = kit.run_job(&job);
    assert_eq!(outcome.exit, None);
    assert!(outcome.trouble.unwrap().contains("no folder /no/such"));
}

#[test]
fn a_folder_that_is_gone_can_be_left() {
    let mut kit = Kit::new();
    kit.run("mkdir gone; cd gone; rmdir ../gone");
    assert!(kit.run("echo x").trouble.unwrap().contains("no folder"));
    assert_eq!(kit.changed("cd /usr"), "now in /usr");
}

#[test]
fn what_is_started_beneath_a_step_does_not_see_how_it_works() {
    let mut kit = Kit::new();
    kit.run("NODE=1");
    let said = kit.says("NODE=2; bash -c 'echo \"[${BASH_ENV-}]$-\"; trap'; env | grep -i midwatch_ | grep -v MIDWATCH_TEST || true; ls -l /proc/self/fd | grep -c -e memfd -e handover || true");
    assert_eq!(said, "[]hBc\n0\n");
}

#[test]
fn a_probe_sees_the_state_and_leaves_none() {
    let mut kit = Kit::new();
    kit.run("NODE=n1; cd /; f() { echo \"f $NODE\"; }");
    let probed = kit.probe("f; pwd; NODE=changed; cd /usr; false | true", Duration::from_secs(10));
    assert_eq!((probed.stdout.as_str(), probed.exit), ("f n1\n/\n", Some(1)));
    assert_eq!(kit.says("echo \"$NODE $PWD\""), "n1 /\n");
}

#[test]
fn a_posix_shell_carries_what_it_can() {
    if !midwatch::process::which("dash") {
        return println!("no dash here: skipped");
    }
    let mut kit = Kit::with_shell(Some("dash"));
    let outcome = kit.run("cd /; NODE='it''s; $(x)'; export X=\"a\nb\"; readonly Y=1; set -u");
    assert_eq!(outcome.changed.as_deref(), Some("set NODE, X, Y; now in /; set -u"), "{}", kit.text());
    assert_eq!(
        kit.says("pwd; printf '%s\\n' \"$NODE\"; env printenv X; (Y=2) 2>/dev/null || echo readonly"),
        "/\nits; $(x)\na\nb\nreadonly\n"
    );
    assert_eq!(kit.run("exit 4").exit, Some(4));
    assert_eq!(kit.changed("unset NODE"), "unset NODE");
}

#[test]
fn an_unknown_shell_runs_every_step_afresh() {
    let kit = Kit::new();
    std::os::unix::fs::symlink(midwatch_bash(), kit.dir.path().join("oddsh")).unwrap();
    let path = kit.dir.path().join("oddsh");
    let mut kit = Kit::with_shell(path.to_str());
    let outcome = kit.run("NODE=1; echo x");
    assert_eq!((outcome.exit, outcome.changed), (Some(0), None));
    assert_eq!(kit.says("echo \"<$NODE>\""), "<>\n");
}

fn midwatch_bash() -> std::path::PathBuf {
    midwatch::process::Shell::choose(Some("bash")).unwrap().program().to_owned()
}
