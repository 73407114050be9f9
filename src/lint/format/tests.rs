use std::process::Command;

use super::*;
use crate::lint::diagnostic::Edit;
use crate::lint::registry;
use crate::lint::sink::Sink;
use crate::source::{Source, Span};
use serde_json::Value;

/// Findings with all there can be in them: related places, help, fixes, letters that need escaping.
fn report() -> Report<'static> {
    let source = Source::new("db/a b,c.md", "# Ü: x\n\n```sh\nls \"<&>\" — 100%\n```\n");
    let at = |text: &str| {
        let start = source.text().find(text).unwrap();
        Span::new(start, start + text.len())
    };
    let mut findings = Vec::new();
    let rule = registry::find("MW102").unwrap();
    Sink::new(rule, None, &source, &mut findings)
        .report(at("—"), "an em dash: 100% <wrong> & \"bad\"")
        .label("this one")
        .related(at("# Ü: x"), "under this heading")
        .help("type\nit again")
        .fix("Replace it", vec![Edit::replace(at("—"), "--")]);
    let rule = registry::find("MW202").unwrap();
    Sink::new(rule, None, &source, &mut findings).report(at("ls \"<&>\" — 100%\n```"), "over two lines");
    let rule = registry::find("MW404").unwrap();
    Sink::new(rule, None, &source, &mut findings).report(at("Ü"), "info");
    crate::lint::sort(&mut findings);
    Report { findings, files: vec!["db/a b,c.md".into(), "z.md".into()], shown: None }
}

fn written(format: Format, report: &Report<'_>) -> String {
    let mut out = Vec::new();
    write(format, report, false, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn json(format: Format, report: &Report<'_>) -> Value {
    serde_json::from_str(&written(format, report)).unwrap()
}

#[test]
fn text_begins_with_a_line_for_problem_matchers_and_shows_the_place() {
    let text = written(Format::Text, &report());
    let head = "db/a b,c.md:4:10: error[MW102] an em dash: 100% <wrong> & \"bad\"\n";
    assert!(text.contains(head), "{text}");
    assert!(text.contains("4 | ls \"<&>\" — 100%\n"), "{text}");
    assert!(text.contains("^ this one") && text.contains("under this heading"), "{text}");
    assert!(text.contains("= help: type\nit again") && text.contains("= fix: Replace it"), "{text}");
    assert!(text.ends_with("1 error, 1 warning, 1 info in 2 files; 1 fixable with --fix\n"), "{text}");
    let none = Report { findings: Vec::new(), files: vec!["a.md".into()], shown: None };
    assert_eq!(written(Format::Text, &none), "1 file: no findings\n");
    let mut coloured = Vec::new();
    write(Format::Text, &report(), true, &mut coloured).unwrap();
    assert!(String::from_utf8(coloured).unwrap().contains("\u{1b}["));
}

#[test]
fn json_has_the_fields_of_its_schema() {
    let value = json(Format::Json, &report());
    assert_eq!(value["schema"], "midwatch.lint/1");
    assert_eq!(value["files"], 2);
    let found = &value["findings"][2];
    for (key, wanted) in
        [("rule", "MW102"), ("name", "typographic-character"), ("severity", "error"), ("file", "db/a b,c.md")]
    {
        assert_eq!(found[key], wanted);
    }
    for (key, wanted) in [("line", 4), ("column", 10), ("end_line", 4), ("end_column", 11)] {
        assert_eq!(found[key], wanted, "{key}");
    }
    assert_eq!(found["fix"]["edits"][0]["text"], "--");
    assert_eq!(value["findings"][0]["fix"], Value::Null);
}

#[test]
fn github_escapes_sorts_worst_first_and_counts_what_is_not_shown() {
    let text = written(Format::Github, &report());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "::error file=db/a b%2Cc.md,line=4,endLine=4,col=10,endColumn=11,title=MW102 typographic-character::an em dash: \
         100%25 <wrong> & \"bad\"%0Atype%0Ait again"
    );
    assert_eq!(
        lines[1],
        "::warning file=db/a b%2Cc.md,line=4,endLine=5,title=MW202 danger-without-check::over two lines"
    );
    assert!(lines[2].starts_with("::notice "), "{text}");
    let mut many = report();
    let one = many.findings[0].clone();
    many.findings.extend(std::iter::repeat_n(one, 14));
    let text = written(Format::Github, &many);
    assert_eq!(text.lines().filter(|line| line.starts_with("::notice ")).count(), 10);
    assert!(text.contains("\n5 more notices could not be shown"), "{text}");
    // What is not shown stays in the log, and is no command there.
    assert_eq!(text.lines().filter(|line| line.contains("info[MW404]")).count(), 5);
}

#[test]
fn gitlab_issues_have_fingerprints_that_do_not_depend_on_the_line() {
    let value = json(Format::Gitlab, &report());
    let issues = value.as_array().unwrap();
    assert_eq!(issues.len(), 3);
    for issue in issues {
        assert!(issue["description"].is_string() && issue["check_name"].is_string());
        assert!(
            ["info", "minor", "major", "critical", "blocker"].contains(&issue["severity"].as_str().unwrap())
        );
        assert_eq!(issue["location"]["path"], "db/a b,c.md");
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() > 0);
    }
    let mut moved = report();
    for finding in &mut moved.findings {
        let shift = "intro\n\n".len();
        finding.source = Source::new(finding.source.name(), format!("intro\n\n{}", finding.source.text()));
        finding.span = Span::new(finding.span.start + shift, finding.span.end + shift);
    }
    let prints = |value: &Value| {
        value.as_array().unwrap().iter().map(|i| i["fingerprint"].to_string()).collect::<Vec<_>>()
    };
    let moved = prints(&json(Format::Gitlab, &moved));
    assert_eq!(prints(&value), moved);
    let distinct: std::collections::HashSet<_> = moved.iter().collect();
    assert_eq!(distinct.len(), 3, "each has its own");
}

#[test]
fn sarif_is_accepted_by_its_own_validator() {
    let text = written(Format::Sarif, &report());
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["version"], "2.1.0");
    let run = &value["runs"][0];
    let result = &run["results"][2];
    assert_eq!(run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize]["id"], "MW102");
    assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "db/a%20b%2Cc.md");
    assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startColumn"], 10);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(uri("/a/b.md"), "file:///a/b.md");
    // The validator of the standard's authors, where somebody installed it.
    let tool = std::env::var("SARIF_MULTITOOL").unwrap_or_else(|_| "sarif-multitool".into());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.sarif");
    std::fs::write(&file, &text).unwrap();
    let Ok(output) = Command::new(&tool).arg("validate").arg(&file).output() else {
        println!("skipped: no {tool} (npm install -g @microsoft/sarif-multitool)");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && !said.contains(": error "), "{said}");
}

#[test]
fn junit_is_read_by_a_consumer() {
    let text = written(Format::Junit, &report());
    assert!(
        text.contains(r#"<testsuites name="midwatch lint" tests="4" failures="3" errors="0">"#),
        "{text}"
    );
    assert!(text.contains("an em dash: 100% &lt;wrong&gt; &amp; &quot;bad&quot;"), "{text}");
    assert!(text.contains(r#"<testcase name="no findings" classname="z.md"/>"#), "{text}");
    // Jenkins' schema allows these attributes and no others; all but a case's are required.
    for (element, attributes) in [
        ("<testsuites ", &["name", "tests", "failures", "errors"][..]),
        ("<testsuite ", &["name", "tests", "failures", "errors"]),
        ("<testcase ", &["name", "classname"]),
        ("<failure ", &["message", "type"]),
    ] {
        for tag in text.split(element).skip(1) {
            let tag = tag.split('>').next().unwrap();
            let found: Vec<&str> = tag.split("=\"").filter_map(|part| part.split(' ').next_back()).collect();
            assert_eq!(found[..attributes.len()], *attributes, "{element}{tag}");
            assert_eq!(tag.matches("=\"").count(), attributes.len(), "{element}{tag}");
        }
    }
    let python = |script: &str, file: &std::path::Path| {
        Command::new("python3").arg("-c").arg(script).arg(file).output()
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.xml");
    std::fs::write(&file, &text).unwrap();
    if !python("import junitparser", &file).is_ok_and(|output| output.status.success()) {
        println!("skipped: no junitparser (pip install junitparser)");
        return;
    }
    let script = "import sys, junitparser as j; x = j.JUnitXml.fromfile(sys.argv[1]); \
                  print([(s.name, sum(1 for c in s if c.result)) for s in x])";
    let output = python(script, &file).unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        said.trim(),
        "[('db/a b,c.md', 3), ('z.md', 0)]",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn nothing_found_is_a_valid_report_in_every_format() {
    let none = Report { findings: Vec::new(), files: vec!["a.md".into()], shown: None };
    assert_eq!(json(Format::Gitlab, &none), Value::Array(Vec::new()));
    assert_eq!(json(Format::Sarif, &none)["runs"][0]["results"], Value::Array(Vec::new()));
    assert_eq!(json(Format::Json, &none)["findings"], Value::Array(Vec::new()));
    assert_eq!(written(Format::Github, &none), "");
    assert!(written(Format::Junit, &none).contains(r#"tests="1" failures="0""#));
}
