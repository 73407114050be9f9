//! Commands between pipes, with real shells and processes.

mod process_kit;

use std::time::{Duration, Instant};

use process_kit::Kit;

/// Whether a process whose command line has `word` in it lives.
fn lives(word: &str) -> bool {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter_map(|process| std::fs::read(process.path().join("cmdline")).ok())
        .any(|line| String::from_utf8_lossy(&line).split('\0').any(|part| part == word))
}

/// A duration for `sleep` nobody else uses.
fn unique_seconds(base: u32) -> String {
    format!("{base}.{}", std::process::id())
}

#[test]
fn both_streams_come_in_order_and_input_is_empty() {
    let mut kit = Kit::new();
    assert_eq!(kit.says("echo a; echo b >&2; echo c; cat; read x; echo \"<$x>\""), "a\nb\nc\n<>\n");
}

#[test]
fn the_exit_is_told() {
    let mut kit = Kit::new();
    for (script, exit, signal) in [
        ("exit 7", Some(7), None),
        ("kill -TERM $$", None, Some(15)),
        ("no-such-command", Some(127), None),
        ("if", Some(2), None),
        ("echo \"open", Some(2), None),
        ("cat <<EOF\nx", Some(0), None),
    ] {
        let outcome = kit.run(script);
        assert_eq!((outcome.exit, outcome.signal), (exit, signal), "{script}: {}", kit.text());
    }
}

#[test]
fn messages_and_lines_are_those_of_the_plain_command() {
    let mut kit = Kit::new();
    kit.run("f() { nope; }; X=1; cd /");
    assert_eq!(kit.run("true\nno-such-command\n").exit, Some(127));
    assert_eq!(kit.text(), format!("{}: line 2: no-such-command: command not found\n", bash()));
    kit.run("echo $0 $# $LINENO");
    assert_eq!(kit.text(), format!("{} 0 1\n", bash()));
}

fn bash() -> String {
    midwatch::process::Shell::choose(Some("bash")).unwrap().program().display().to_string()
}

#[test]
fn heredocs_and_long_scripts_run_as_they_stand() {
    let mut kit = Kit::new();
    assert_eq!(kit.says("cat <<'EOF'\n$x `y`\nEOF\ncat <<-EOF\n\tz $((1+1))\n\tEOF"), "$x `y`\nz 2\n");
    let filler = "# a comment that fills the file\n".repeat(10_000);
    let long = format!("{filler}echo $LINENO\nfalse\nLONG=1\n");
    let outcome = kit.run(&long);
    assert_eq!(kit.text(), "10001\n");
    assert_eq!(outcome.failed_lines[0].line, 10_002);
    assert_eq!(kit.says("echo $LONG"), "1\n");
}

#[test]
fn a_background_process_does_not_keep_the_step() {
    let mut kit = Kit::new();
    let seconds = unique_seconds(61);
    let begin = Instant::now();
    let outcome = kit.run(&format!("sleep {seconds} &\necho started"));
    assert!(begin.elapsed() < Duration::from_secs(30));
    assert_eq!((outcome.exit, kit.text().as_str()), (Some(0), "started\n"));
    // Another test's child may hold the pipe for an instant, between its fork and its exec.
    let named = |survivor: &&String| survivor.ends_with(&format!("sleep {seconds}"));
    let survivor = outcome.survivors.iter().find(named).unwrap_or_else(|| panic!("{outcome:?}"));
    let pid = survivor.split(' ').next().unwrap();
    assert!(lives(&seconds));
    kit.run(&format!("kill {pid}"));
}

#[test]
fn one_that_prints_for_ever_does_not_either() {
    let mut kit = Kit::new();
    let outcome = kit.run("yes & echo $! >pid");
    assert_eq!(outcome.exit, Some(0));
    assert_eq!(outcome.survivors.len(), 1);
    kit.run("kill $(cat pid)");
}

#[test]
fn what_a_background_process_prints_soon_after_is_kept() {
    let mut kit = Kit::new();
    kit.run("(sleep 0.05; echo late) & echo now");
    assert_eq!(kit.text(), "now\nlate\n");
}

#[test]
fn the_timeout_ends_grandchildren_too() {
    let mut kit = Kit::new();
    let seconds = unique_seconds(62);
    let mut job = kit.job(&format!(
        "X=1\n(trap '' TERM; sleep {seconds}; sleep {seconds}) &\nsh -c 'sleep {seconds}; :'\necho no"
    ));
    job.timeout = Some(Duration::from_millis(300));
    let outcome = kit.run_job(&job);
    assert!(outcome.timed_out, "{outcome:?}");
    assert_eq!((outcome.exit, outcome.signal), (None, Some(15)));
    assert!(!lives(&seconds));
    assert_eq!(kit.text(), "");
}

#[test]
fn a_command_that_ignores_the_first_signal_is_killed() {
    let mut kit = Kit::new();
    let mut job = kit.job("trap '' TERM; while :; do sleep 0.1; done");
    job.timeout = Some(Duration::from_millis(200));
    let outcome = kit.run_job(&job);
    assert_eq!((outcome.signal, outcome.timed_out), (Some(9), true));
}

#[test]
fn a_stopped_command_ends_in_time() {
    let mut kit = Kit::new();
    let mut job = kit.job("kill -STOP $$; echo woken");
    job.timeout = Some(Duration::from_millis(300));
    let outcome = kit.run_job(&job);
    assert_eq!((outcome.signal, outcome.timed_out), (Some(15), true));
}

#[test]
fn output_is_exact_however_large() {
    let mut kit = Kit::new();
    kit.run("head -c 10485760 /dev/zero | tr '\\0' x; echo end >&2");
    assert_eq!(kit.output.len(), 10_485_764);
    assert!(kit.output.ends_with(b"xxend\n"));
    let bytes: String = (0..=255).map(|byte| format!("\\{byte:03o}")).collect();
    kit.run(&format!("printf '{}'", bytes.replace("\\045", "%%")));
    assert_eq!(kit.output, (0..=255).collect::<Vec<u8>>());
}

#[test]
fn a_capture_is_standard_output_alone_and_shown_too() {
    let mut kit = Kit::new();
    let mut job = kit.job("echo out; echo err >&2; printf 'a\\0b'");
    job.capture = true;
    let outcome = kit.run_job(&job);
    assert_eq!(outcome.captured.unwrap(), b"out\na\0b");
    assert!(kit.text().contains("err\n") && kit.text().contains("out\n"));
    let mut job = kit.job("head -c 3000000 /dev/zero");
    job.capture = true;
    let outcome = kit.run_job(&job);
    assert_eq!((outcome.captured.unwrap().len(), kit.output.len()), (1 << 20, 3_000_000));
}

#[test]
fn exec_reads_the_text_in_the_carried_state() {
    let mut kit = Kit::new();
    kit.run("SUFFIX=' (sic)'; show() { while IFS= read -r line; do echo \"$line$SUFFIX\"; done; }; cd /");
    let mut job = kit.job("SELECT '$(id)';\n\"unclosed");
    job.exec = Some("show; pwd; LEFT=1".into());
    assert_eq!(kit.run_job(&job).changed.unwrap(), "set LEFT, line");
    assert_eq!(kit.text(), "SELECT '$(id)'; (sic)\n/\n");
    job.exec = Some("cat".into());
    job.script = "x".repeat(300_000);
    assert_eq!(kit.run_job(&job).exit, Some(0));
    assert_eq!(kit.text().len(), 300_000);
}

#[test]
fn nothing_that_runs_code_reaches_a_step() {
    let mut kit = Kit::new();
    std::fs::write(kit.work().join("evil"), "echo evil\n").unwrap();
    let evil = kit.work().join("evil").display().to_string();
    kit.env.insert("BASH_ENV".into(), evil);
    assert_eq!(kit.says("true; echo $PAGER $GIT_PAGER; bash -c 'echo in'"), "cat cat\nin\n");
    kit.env.insert("PAGER".into(), "more".into());
    assert_eq!(kit.says("echo $PAGER"), "more\n");
}

#[test]
fn a_nul_in_the_text_is_trouble_not_a_crash() {
    let mut kit = Kit::new();
    let outcome = kit.run("echo a\0b");
    assert_eq!(outcome.exit, None);
    assert!(outcome.trouble.unwrap().contains("cannot start"));
}

#[test]
fn secrets_are_masked_in_all_that_is_passed_on() {
    use midwatch::engine::ports::Runner;
    let mut kit = Kit::new();
    kit.runner.add_secret("s3cr't");
    kit.env.insert("TOKEN".into(), "s3cr't".into());
    kit.run("printf 's3c'; sleep 0.05; printf \"r't %q\\n\" \"$TOKEN\"; set -x; : \"$TOKEN\"; set +x");
    assert!(kit.text().starts_with("[secret] [secret]\n"), "{}", kit.text());
    assert!(!kit.text().contains("s3cr"), "{}", kit.text());
    let mut job = kit.job("printf %s \"$TOKEN\"");
    job.capture = true;
    let outcome = kit.run_job(&job);
    assert_eq!(outcome.captured.unwrap(), b"s3cr't");
    assert_eq!(kit.text(), "[secret]");
}

#[test]
fn a_command_that_failed_inside_is_noted_with_its_line() {
    let mut kit = Kit::new();
    let one = |line, status, command: &str| vec![(line, status, command.to_owned())];
    let none: Vec<(usize, i32, String)> = Vec::new();
    assert_eq!(kit.failed("true\nfalse\ntrue"), one(2, 1, "false"));
    assert_eq!(
        kit.failed("ls /no-such-file \\\n  -l >/dev/null 2>&1\n\necho x"),
        one(1, 2, "ls /no-such-file -l > /dev/null 2>&1")
    );
    assert_eq!(
        kit.failed(
            "if false; then :; fi\nwhile false; do :; done\nfalse || true\n! true\nfalse && true\ntrue"
        ),
        none
    );
    assert_eq!(kit.failed("(\n  false\n  true\n)\ntrue"), one(2, 1, "false"));
    assert_eq!(kit.failed("(exit 3)\ntrue"), one(1, 3, "( exit 3 )"));
    assert_eq!(kit.failed("f() {\n  false\n  true\n}\nf\ntrue"), one(2, 1, "false"));
    assert_eq!(kit.failed("g() {\n  false\n}\ng\ntrue"), one(2, 1, "false"));
    assert_eq!(kit.failed("true | false\ntrue"), one(1, 1, "false"));
    assert_eq!(kit.failed("false | true\ntrue"), none);
    assert_eq!(kit.failed("set -o pipefail\nfalse | true\ntrue").len(), 1);
    assert_eq!(kit.failed("for i in 1 2 3; do\n  false\ndone\ntrue"), one(2, 1, "false"));
    assert_eq!(kit.failed("x=$(false)\ntrue"), one(1, 1, "false"));
    assert_eq!(kit.failed("cat <<EOF\nx\nEOF\nfalse\ntrue"), one(4, 1, "false"));
    assert_eq!(kit.failed("eval 'false'\ntrue"), one(1, 1, "false"));
    assert_eq!(kit.failed("set -u\nset +e; false\necho x >/dev/null"), one(2, 1, "false"));
}

#[test]
fn what_ended_the_block_is_not_among_them() {
    let mut kit = Kit::new();
    assert_eq!(kit.failed("false"), []);
    assert_eq!(kit.failed("true\nfalse"), []);
    assert_eq!(kit.failed("set -e\nfalse\ntrue"), []);
    assert_eq!(kit.failed("set +e\nfalse\nfalse"), [(2, 1, "false".to_owned())]);
}

#[test]
fn a_function_of_an_earlier_step_fails_where_it_is_called() {
    let mut kit = Kit::new();
    kit.run("\n\nf() {\n  false\n  true\n}");
    std::fs::write(kit.work().join("lib.sh"), "true\ntrue\ntrue\nfalse\ntrue\n").unwrap();
    assert_eq!(kit.failed("true\nf\ntrue"), [(2, 1, "false".to_owned())]);
    assert_eq!(kit.failed("true\nsource ./lib.sh\ntrue"), [(2, 1, "false".to_owned())]);
}

#[test]
fn at_most_twenty_are_noted_and_nothing_of_it_is_seen() {
    let mut kit = Kit::new();
    let many = "false\n".repeat(5000);
    assert_eq!(kit.failed(&format!("{many}true")).len(), 20);
    kit.run("set -x\nfalse\necho \"$?\"\nfalse\n:");
    assert_eq!(kit.text(), "+ false\n+ echo 1\n1\n+ false\n+ :\n");
    kit.run("set +x");
    assert_eq!(kit.says("false; echo $? ${PIPESTATUS[*]}; set -u; false; echo $?"), "1 1\n1\n");
}

#[test]
fn a_trap_of_the_steps_own_is_not_disturbed() {
    let mut kit = Kit::new();
    assert_eq!(kit.says("trap 'echo mine' ERR\nf() { false; true; }\nf\nfalse\ntrue"), "mine\n");
    assert_eq!(kit.says("trap 'echo debug' DEBUG\nX=1"), "debug\ndebug\n".split_at(6).0);
}

#[test]
fn a_probe_is_exact_bounded_and_leaves_nothing() {
    let mut kit = Kit::new();
    let limit = Duration::from_secs(20);
    let probed = kit.probe("echo out; echo err >&2; exit 3", limit);
    assert_eq!((probed.stdout.as_str(), probed.stderr.as_str(), probed.exit), ("out\n", "err\n", Some(3)));
    let probed = kit.probe(
        "yes | head -c 3000000; yes >&2 | head -c 1; exec head -c 300000 /dev/zero >&2",
        Duration::from_secs(1),
    );
    assert_eq!((probed.stdout.len(), probed.timed_out), (1 << 20, true));
    assert_eq!(probed.stderr.len(), 64 << 10);
    assert_eq!(kit.probe("false | true", limit).exit, Some(1));
    assert_eq!(kit.probe("printf '\\377'", limit).stdout, "\u{fffd}");
}

#[test]
fn a_probe_that_hangs_is_ended_with_all_it_started() {
    let mut kit = Kit::new();
    let seconds = unique_seconds(63);
    let probed = kit.probe(&format!("sleep {seconds} | cat & sleep {seconds}"), Duration::from_millis(300));
    assert!(probed.timed_out);
    assert_eq!(probed.exit, None);
    assert!(!lives(&seconds));
    let probed = kit.probe(&format!("sleep {seconds} & echo done"), Duration::from_secs(20));
    assert_eq!((probed.exit, probed.stdout.as_str()), (Some(0), "done\n"));
    assert!(!lives(&seconds));
}
