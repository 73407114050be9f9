//! `midwatch lint` from the outside: files in, text and exit status out.

use std::fs;

use clap::Parser;
use midwatch::commands::lint::{LintArgs, Streams, lint};

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    lint: LintArgs,
}

struct Said {
    code: u8,
    out: String,
    err: String,
}

/// Runs the command; an error is exit 2 and its text, as the program would show it.
fn run_with(input: &str, args: &[&str]) -> Said {
    let cli = Cli::try_parse_from([&["lint"], args].concat()).expect("the arguments are understood");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut streams = Streams { input: &mut input.as_bytes(), out: &mut out, err: &mut err, colour: false };
    let code = lint(&cli.lint, &mut streams);
    let mut err = String::from_utf8(err).unwrap();
    let code = code.unwrap_or_else(|error| {
        err.push_str(&format!("{error:#}"));
        2
    });
    Said { code, out: String::from_utf8(out).unwrap(), err }
}

fn run(args: &[&str]) -> Said {
    run_with("", args)
}

/// A folder with files in it.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn at(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

const WAIT: &str =
    "# Failover\n\n1. Stop writes.\n2. Wait for replication to catch up.\n3. Promote the replica.\n";
const CLEAN: &str = "# Failover\n\n1. Stop writes.\n2. Call the team.\n";
const INFO: &str = "# Look\n\n```\nkubectl get pods\n```\n";

#[test]
fn the_exit_status_says_what_was_found() {
    let files = folder(&[("wait.md", WAIT), ("clean.md", CLEAN), ("info.md", INFO)]);
    let wait = at(&files, "wait.md");
    let said = run(&[&wait]);
    assert_eq!(said.code, 1);
    assert!(said.out.starts_with(&format!("{wait}:4:4: warning[MW201] ")), "{}", said.out);
    assert_eq!(run(&[&at(&files, "clean.md")]).code, 0);
    assert_eq!(run(&[&wait, "--fail-on", "error"]).code, 0);
    assert_eq!(run(&[&wait, "--level", "error"]).code, 0);
    let info = at(&files, "info.md");
    assert_eq!(run(&[&info]).code, 0);
    assert_eq!(run(&[&info, "--level", "info"]).code, 1);
    // What fails need not be shown.
    let said = run(&[&info, "--fail-on", "info"]);
    assert_eq!((said.code, said.out.as_str()), (1, "1 file: no findings\n"));
    let whole = run(&[&files.path().display().to_string(), "--format", "json"]);
    assert!(whole.out.contains("\"files\": 3"), "{}", whole.out);
}

#[test]
fn no_files_and_unreadable_files_are_exit_2_and_said() {
    let files = folder(&[("a.txt", "x"), ("bad.md", ""), ("wait.md", WAIT)]);
    fs::write(files.path().join("bad.md"), b"# A\n\n\xff\xfe\n").unwrap();
    let empty = folder(&[("a.txt", "x")]);
    let said = run(&[&empty.path().display().to_string()]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("no Markdown files found"), "{}", said.err);
    let said = run(&[&at(&files, "nowhere.md")]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("no such file"), "{}", said.err);
    // The others are looked at all the same.
    let said = run(&[&files.path().display().to_string()]);
    assert_eq!(said.code, 2);
    let (place, advice) = ("bad.md` is not UTF-8: byte 0xff at 3:1", "= help: save the file as UTF-8");
    assert!(
        said.err.contains(place) && said.err.contains(advice) && said.out.contains("MW201"),
        "{}{}",
        said.err,
        said.out
    );
}

#[test]
fn what_a_run_would_refuse_is_no_file_without_findings() {
    let place = folder(&[
        ("empty.md", "\n"),
        ("pattern.md", "---\nparams:\n  host: { pattern: \"[a\" }\n---\n# A\n\n```sh\necho $host\n```\n"),
    ]);
    let said = run(&[&at(&place, "empty.md")]);
    assert!(
        said.code == 1 && said.out.contains("empty.md:1:1") && said.out.contains("MW503"),
        "{}",
        said.out
    );
    let said = run(&[&at(&place, "pattern.md")]);
    assert!(
        said.code == 1 && said.out.contains("pattern.md:3:20") && said.out.contains("MW506"),
        "{}",
        said.out
    );
    fs::write(place.path().join("bin.md"), b"\xff\xfe").unwrap();
    let said = run(&[&at(&place, "bin.md")]);
    assert!(
        said.code == 2 && said.out.is_empty() && said.err.contains("not UTF-8"),
        "{}{}",
        said.out,
        said.err
    );
}

#[test]
fn standard_input_has_the_name_it_is_given() {
    let said = run_with(WAIT, &["-"]);
    assert!(said.code == 1 && said.out.starts_with("<stdin>:4:4: warning[MW201]"), "{}", said.out);
    let files = folder(&[("midwatch.toml", "[lint]\nexclude = ['old/']\n[lint.rules]\nMW201 = 'error'\n")]);
    let said = run_with(WAIT, &["-", "--stdin-filename", &at(&files, "db.md")]);
    assert!(said.out.contains("db.md:4:4: error[MW201]"), "{}", said.out);
    let said = run_with(WAIT, &["-", "--stdin-filename", &at(&files, "old/db.md")]);
    assert_eq!(said.code, 0, "{}", said.out);
    assert_eq!(run_with(WAIT, &["-", "a.md"]).code, 2);
}

#[test]
fn configuration_holds_for_files_named_outright_and_mistakes_in_it_are_exit_2() {
    let lab =
        "[lint]\nexclude = ['old/']\n[[lint.per_path]]\npaths = ['lab/**']\nrules = { MW201 = 'off' }\n";
    let files =
        folder(&[("midwatch.toml", lab), ("old/wait.md", WAIT), ("lab/wait.md", WAIT), ("wait.md", WAIT)]);
    assert_eq!(run(&[&at(&files, "old/wait.md")]).code, 0);
    assert_eq!(run(&[&at(&files, "lab/wait.md")]).code, 0);
    assert_eq!(run(&[&at(&files, "wait.md")]).code, 1);
    let other = at(&files, "other.toml");
    fs::write(&other, "[lint.rules]\nMW201 = 'off'\n").unwrap();
    assert_eq!(run(&[&at(&files, "wait.md"), "--config", &other]).code, 0);
    fs::write(files.path().join("midwatch.toml"), "[lint]\nexlude = []\n").unwrap();
    let said = run(&[&at(&files, "wait.md")]);
    assert!(said.code == 2 && said.err.contains("midwatch.toml:2:1: `exlude` is not a key"), "{}", said.err);
}

const MEND: &str = "\u{feff}# Copy\r\n\r\n```\r\nrsync -a \\  \r\n  /a /b\r\n```\r\n\r\n1. One.\r\n3. Two.";
const MENDED: &str = "\u{feff}# Copy\r\n\r\n```\r\nrsync -a \\\r\n  /a /b\r\n```\r\n\r\n1. One.\r\n2. Two.";

#[test]
fn fixes_leave_every_other_byte_alone() {
    let files = folder(&[("a.md", MEND)]);
    let path = at(&files, "a.md");
    let said = run(&[&path, "--diff"]);
    assert_eq!(said.code, 1, "what stands in the file is still wrong");
    let diff = &said.out;
    assert!(diff.starts_with("--- ") && diff.contains("-3. Two.") && diff.contains("+2. Two."), "{diff}");
    assert!(said.err.contains("MW103"), "{}", said.err);
    assert_eq!(fs::read_to_string(&path).unwrap(), MEND);
    let said = run(&[&path, "--fix"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), MENDED);
    assert!(said.code == 0 && said.err.contains("2 fixes applied in 1 file"), "{}{}", said.out, said.err);
    // A filter: text in, text out, findings beside it.
    let said = run_with(MEND, &["-", "--fix"]);
    assert_eq!(said.out, MENDED);
    assert_eq!(run_with(WAIT, &["-", "--fix"]).out, WAIT);
    // With everything asked for, the block gets its language, too.
    let said = run_with(MEND, &["-", "--fix", "--level", "info"]);
    assert_eq!(said.out, MENDED.replacen("```\r\nrsync", "```sh\r\nrsync", 1));
}

#[test]
fn a_file_that_cannot_be_mended_keeps_no_other_from_it() {
    let files = folder(&[("a.md", MEND), ("b.md", MEND)]);
    let locked = files.path().join("a.md");
    let mut permissions = fs::metadata(&locked).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&locked, permissions).unwrap();
    let said = run(&[&files.path().display().to_string(), "--fix"]);
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);
    assert_eq!(fs::read_to_string(at(&files, "a.md")).unwrap(), MEND);
    assert_eq!(fs::read_to_string(at(&files, "b.md")).unwrap(), MENDED);
    assert!(said.err.contains("cannot write ") && said.err.contains("a.md: it is read-only"), "{}", said.err);
    assert!(said.err.contains("2 fixes applied in 1 file\n"), "{}", said.err);
    // What is wrong with it is said, as before.
    assert!(said.out.contains("a.md:") && said.out.contains("[MW103]"), "{}", said.out);
    assert!(!said.out.contains("b.md:"), "{}", said.out);
}

#[test]
fn a_baseline_knows_findings_by_what_they_say() {
    let files = folder(&[("db/wait.md", WAIT)]);
    let (path, baseline) = (at(&files, "db/wait.md"), at(&files, "baseline.json"));
    let said = run(&[&path, "--baseline", &baseline, "--write-baseline"]);
    assert!(said.code == 0 && said.err.contains("1 finding written"), "{}", said.err);
    assert_eq!(run(&[&path, "--baseline", &baseline]).code, 0);
    // Lines move, the finding is the same; a second one is new; what is gone is said.
    fs::write(&path, WAIT.replacen("# Failover\n", "# Failover\n\nAt night.\n", 1)).unwrap();
    assert_eq!(run(&[&path, "--baseline", &baseline]).code, 0);
    fs::write(&path, format!("{WAIT}\n## Again\n\n1. Go.\n2. Wait until it is done.\n3. Stop.\n")).unwrap();
    let said = run(&[&path, "--baseline", &baseline]);
    assert_eq!((said.code, said.out.matches("MW201").count()), (1, 1), "{}", said.out);
    fs::write(&path, CLEAN).unwrap();
    let said = run(&[&path, "--baseline", &baseline]);
    assert!(said.code == 0 && said.err.contains("1 finding of the baseline is gone"), "{}", said.err);
    fs::write(&baseline, "{}").unwrap();
    assert_eq!(run(&[&path, "--baseline", &baseline]).code, 2);
    assert_eq!(run(&[&path, "--baseline", &at(&files, "none.json")]).code, 2);
}

const RULES: &str = "\
groups:
- name: db
  rules:
  - alert: ReplicaLagHigh
    expr: lag > 10
    annotations:
      runbook_url: https://example.org/repo/blob/main/runbooks/db.md#replica-lag
  - alert: ReplicaGone
    annotations: { runbook_url: 'https://example.org/repo/blob/main/runbooks/db.md#replica-gone' }
  - alert: DiskFull
    expr: disk > 90
  - alert: Moved
    annotations:
      runbook_url: https://example.org/repo/blob/main/runbooks/moved.md
  - alert: Elsewhere
    annotations:
      runbook_url: https://wiki.example.org/page
  - alert: Listed
  - record: x
    expr: y
";

#[test]
fn alerts_and_runbooks_must_know_each_other() {
    let book = "---\nowner: a\nalerts: [Listed, Lsted]\n---\n\n# Replica lag\n\nCall the team.\n";
    let files = folder(&[("rules.yaml", RULES), ("runbooks/db.md", book)]);
    let (rules, books) = (at(&files, "rules.yaml"), at(&files, "runbooks"));
    let said = run(&[&books, "--alerts", &rules]);
    assert_eq!(said.code, 1);
    for wanted in [
        "db.md:3:18: warning[MW604] no rule file defines the alert `Lsted`",
        "rules.yaml:9:",
        "has no heading with the anchor `#replica-gone`",
        "rules.yaml:10:12: warning[MW604] the alert `DiskFull` has no runbook",
        "rules.yaml:14:20: warning[MW604] this runbook_url leads to no runbook",
    ] {
        assert!(said.out.contains(wanted), "{wanted}\n{}", said.out);
    }
    assert!(said.out.ends_with("4 warnings in 1 file\n"), "{}", said.out);
    // The folder after the rule file is a folder to look at, and without rule files all is well.
    assert_eq!(run(&["--alerts", &rules, &books]).out, said.out);
    assert_eq!(run(&[&books]).code, 0);
    fs::write(files.path().join("rules.yaml"), "groups: [").unwrap();
    assert_eq!(run(&[&books, "--alerts", &rules]).code, 2);
}

#[test]
fn links_are_compared_letter_by_letter() {
    let text = "# A\n\n[a](Other.md) [b](other.md) [c](other.md#b) [d](other.md#c) ![e](img/x.png) \
                [f](https://example.org) [g](./db/README.md#c)\n";
    let other = "# B\n\nText.\n";
    let files = folder(&[("a.md", text), ("other.md", other), ("db/README.md", other)]);
    let said = run(&[&at(&files, "a.md")]);
    for wanted in [
        "a.md:3:5: error[MW601] the file `Other.md` is called `other.md`",
        "error[MW601] no heading of `other.md` has the anchor `#c`",
        "error[MW601] no heading of `./db/README.md` has the anchor `#c`",
        "look up the heading that is meant in that file, and link to its anchor",
        "error[MW601] the image `img/x.png` does not exist",
    ] {
        assert!(said.out.contains(wanted), "{wanted}\n{}", said.out);
    }
    assert!(said.out.ends_with("4 errors in 1 file\n"), "{}", said.out);
}

#[test]
fn a_path_with_a_way_up_means_the_files_it_leads_to() {
    let files = folder(&[
        ("here/.git/HEAD", ""),
        ("here/midwatch.toml", "[lint]\nexclude = ['*']\n"),
        ("there/.git/HEAD", ""),
        ("there/db/a.md", "# A\n\nSee [b](b.md) and [c](../c.md).\n"),
        ("there/c.md", "# C\n\nCall the team.\n"),
    ]);
    // From one repository into another: neither the configuration nor the root of the first counts.
    for path in ["here/../there", "here/../there/db/a.md"] {
        let said = run(&[&at(&files, path)]);
        assert_eq!(said.code, 1, "{}{}", said.out, said.err);
        assert!(said.out.contains("the file `b.md` does not exist"), "{}", said.out);
        assert!(!said.out.contains("c.md` does not exist"), "{}", said.out);
        assert!(said.out.starts_with(&at(&files, "here/../there/")), "as the caller wrote it: {}", said.out);
    }
}

#[test]
fn order_does_not_depend_on_threads_or_arguments() {
    let names: Vec<String> = (0..30).map(|number| format!("{number}/wait.md")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), WAIT)).collect();
    let files = folder(&files);
    let root = files.path().display().to_string();
    let one = run(&[&root, "-j", "1"]);
    assert_eq!(one.out, run(&[&root, "-j", "4"]).out);
    let paths: Vec<String> = names.iter().rev().map(|name| at(&files, name)).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    assert_eq!(one.out, run(&paths).out);
    assert_eq!(one.out.matches("MW201").count(), 30);
}

#[test]
fn what_is_written_as_it_is_found_is_what_is_written_in_the_end() {
    let files = folder(&[("a/wait.md", WAIT), ("clean.md", CLEAN), ("info.md", INFO), ("z.md", WAIT)]);
    let empty = at(&files, "baseline.json");
    let root = files.path().display().to_string();
    assert_eq!(run(&[&at(&files, "clean.md"), "--baseline", &empty, "--write-baseline"]).code, 0);
    for level in ["info", "warning", "error"] {
        // With a baseline nobody knows before the end what is shown.
        let (found, end) =
            (run(&[&root, "--level", level]), run(&[&root, "--level", level, "--baseline", &empty]));
        assert_eq!((found.code, &found.out), (end.code, &end.out), "{level}");
    }
    let said = run(&[&root, "--level", "info"]);
    assert!(said.out.ends_with("2 warnings, 1 info in 4 files; 1 fixable with --fix\n"), "{}", said.out);
}

#[test]
fn the_worst_file_decides_wherever_it_stands() {
    for names in [["a.md", "b.md"], ["b.md", "a.md"]] {
        let files = folder(&[(names[0], WAIT), (names[1], CLEAN)]);
        assert_eq!(run(&[&files.path().display().to_string()]).code, 1, "{names:?}");
    }
}

#[test]
fn a_pipe_is_read_to_its_end_whatever_it_says_of_its_size() {
    let files = folder(&[("clean.md", CLEAN)]);
    let pipe = at(&files, "pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    std::thread::scope(|scope| {
        scope.spawn(|| fs::write(&pipe, WAIT).unwrap());
        let said = run(&[&at(&files, "clean.md"), &pipe]);
        assert_eq!(said.code, 1);
        assert!(said.out.contains("pipe:4:4: warning[MW201]"), "{}", said.out);
    });
}

#[test]
fn what_the_documents_tell_people_to_type_is_understood() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tried = 0;
    for name in ["README.md", "action.yml", ".pre-commit-hooks.yaml"] {
        let text = fs::read_to_string(root.join(name)).unwrap();
        for command in text.split("midwatch lint ").skip(1) {
            let end = command.find(['\n', '`', '>', '<', '#']).unwrap_or(command.len());
            let words = command[..end].split_whitespace();
            // "midwatch lint runbooks" within a sentence has no flags; a hook's name is no command.
            let words: Vec<&str> = std::iter::once("lint").chain(words).collect();
            if let Err(error) = Cli::try_parse_from(&words) {
                panic!("{name}: {words:?}: {error}");
            }
            tried += 1;
        }
    }
    assert!(tried >= 9, "{tried} commands were found");
}

#[test]
fn fixes_go_on_until_one_run_more_would_change_nothing() {
    // The tag and the indent of one fence: one fix makes way for the other.
    let text = "# Restart\n\n1. Reload it:\n\n```\nsystemctl reload shop\n```\n\n1. Look at the page.\n";
    let mended =
        "# Restart\n\n1. Reload it:\n\n   ```sh\n   systemctl reload shop\n   ```\n\n1. Look at the page.\n";
    let args = ["-", "--fix", "--level", "info"];
    assert_eq!(run_with(text, &args).out, mended);
    assert_eq!(run_with(mended, &args).out, mended);
}

#[test]
fn what_only_a_person_can_know_is_not_fixed() {
    let text = "# A\n\n```sh\nsum(rate(http_requests_total{job=\"x\"}[5m])) by (job)\n```\n\n<!-- midwatch: ignore MW305 gone -->\n\nText is here.\n";
    let said = run_with(text, &["-", "--fix", "--level", "info"]);
    assert_eq!(said.out, text);
    assert!(said.err.contains("MW104") && said.err.contains("MW901"), "{}", said.err);
}

#[test]
fn an_ignore_says_why_or_is_a_finding_and_silences_nothing() {
    let with = |comment: &str| run_with(&WAIT.replace("1. Stop", &format!("{comment}\n\n1. Stop")), &["-"]);
    let said = with("<!-- midwatch: ignore MW201 the replica is watched -->");
    assert_eq!((said.code, said.out.contains("MW")), (0, false), "{}", said.out);
    let said = with("<!-- midwatch: ignore MW201 -->");
    assert!(said.code == 1 && said.out.contains("an ignore needs a reason"), "{}", said.out);
    assert!(said.out.contains("[MW201]"), "{}", said.out);
    assert!(!said.out.contains("finds nothing"), "it would find something: {}", said.out);
    let said = with("<!-- midwatch: ignore MW201, MW302 the replica is watched -->");
    assert!(said.code == 1 && said.out.contains("MW302 finds nothing in the block"), "{}", said.out);
    assert!(!said.out.contains("[MW201]"), "{}", said.out);
    // What it silences ends with the block.
    let said = with("<!-- midwatch: ignore MW201 it is watched -->\n\nText is here.");
    assert!(said.code == 1 && said.out.contains("[MW201]") && said.out.contains("[MW901]"), "{}", said.out);
}

#[test]
fn an_ignore_of_a_rule_that_is_off_is_not_unused() {
    let text = "# A\n\n<!-- midwatch: ignore MW201 it is watched -->\n\nText is here.\n";
    let files = folder(&[
        ("on/a.md", text),
        ("off/a.md", text),
        ("off/midwatch.toml", "[lint.rules]\nMW201 = \"off\"\n"),
    ]);
    assert!(run(&[&at(&files, "on")]).out.contains("MW201 finds nothing"));
    let said = run(&[&at(&files, "off")]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
}
