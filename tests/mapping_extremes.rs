//! Documents nobody writes by hand: an answer each time, and no square of their size.
//!
//! No time is asserted; with square cost these would not end.

mod mapping_support;

use mapping_support::parse;

#[test]
fn many_steps() {
    let mut text = String::from("# T\n\n");
    for step in 0..5_000 {
        text.push_str(&format!("## Part {step}\n\nRestart `pod {step}`:\n\n```sh\nkubectl get pod p{step} -n <ns>\n```\n\n1. Look at $NODE{step}\n2. Wait\n\n"));
    }
    let runbook = parse(&text);
    assert_eq!(runbook.steps.len(), 15_000);
    assert_eq!(runbook.placeholders.len(), 1);
    assert_eq!(runbook.procedures(), Vec::<usize>::new());
}

#[test]
fn many_equal_things() {
    let equal = "## Same\n\n```sh\nls\n```\n\n".repeat(10_000);
    let runbook = parse(&equal);
    assert_eq!(runbook.steps.len(), 10_000);
    assert!(runbook.steps[9_999].id.ends_with("-10000"), "{}", runbook.steps[9_999].id);
    assert_eq!(runbook.sections[9_999].anchor, "same-9999");
}

#[test]
fn what_is_said_of_many_blocks_is_all_said_in_their_order() {
    // More blocks than one thread takes at a time, every third of them printed output tagged as shell.
    let mut text = String::from("# T\n\n");
    for block in 0..1_500 {
        match block % 3 {
            0 => text.push_str(&format!("The output is:\n\n```sh\nrow {block}  is up\n```\n\n")),
            _ => text.push_str(&format!("Look at it:\n\n```sh\nls /srv/{block}\n```\n\n")),
        }
    }
    let runbook = parse(&text);
    let said: Vec<usize> = runbook.diagnostics.iter().map(|said| said.span.start).collect();
    assert_eq!(said.len(), 500);
    assert!(said.is_sorted());
    for (at, block) in said.into_iter().zip((0..1_500).step_by(3)) {
        assert!(text[at..].starts_with(&format!("row {block} ")), "{block}");
    }
    let runs = runbook.steps.iter().flat_map(|step| &step.actions).map(|action| action.script.as_str());
    let expected: Vec<String> =
        (0..1_500).filter(|block| block % 3 != 0).map(|block| format!("ls /srv/{block}")).collect();
    assert_eq!(runs.collect::<Vec<_>>(), expected);
}

#[test]
fn deep_nesting() {
    for text in [
        "[".repeat(10_000),
        "(".repeat(10_000),
        "> ".repeat(10_000) + "x",
        "- ".repeat(10_000) + "x",
        "1. ".repeat(5_000) + "Restart it",
        "*".repeat(10_000),
        "`".repeat(10_000),
        "<".repeat(10_000),
        "{{".repeat(10_000),
        format!("```sh\n{}\n```\n", "$(".repeat(10_000)),
        format!("```console\n$ {}\n```\n", "\"$(".repeat(10_000)),
        format!("```sh check until=\"{}\"\nls\n```\n", "(".repeat(10_000)),
        "> ".repeat(300) + "```sh\n",
    ] {
        parse(&text);
    }
}

#[test]
fn long_lines() {
    let of = |unit: &str, size: usize| unit.repeat(size / unit.len());
    for unit in [
        "a",
        "a ",
        ". ",
        "a. ",
        "a.\t",
        "No.\t",
        "`a b` ",
        "<a> ",
        "$A ",
        "if ",
        "restart it, ",
        "é",
        "\\",
        "'",
        "- ",
        "_",
        "a@",
        "a:1> ",
    ] {
        let (megabyte, line) = (of(unit, 1 << 20), of(unit, 1 << 16));
        for text in [
            megabyte.clone(),
            format!("```sh\n{megabyte}\n```\n"),
            format!("# {line}\n"),
            format!("1. {line}\n2. x\n"),
            format!("- {line}\n"),
            format!("```console\n$ {line}\n{line}\n```\n"),
            format!("```sh {line}\nls\n```\n"),
        ] {
            let runbook = parse(&text);
            assert!(runbook.steps.iter().all(|step| step.title.chars().count() < 300), "{unit}");
        }
    }
}

#[test]
fn long_documents() {
    for unit in [
        "```console\n$ echo \"a\nout\nout\n```\n",
        "$ echo 'a\n",
        "root@a:~# id\n",
        "<details>\n",
        "- If x, `ls -l`\n",
        "1. a\n\n```sh\nls\n```\n\n",
        "`a` is <a> and $A. ",
        "|`ls -l`|\n",
        "[a]: x\n",
        "a\n===\n",
        "***\n",
    ] {
        parse(&unit.repeat(20_000));
        parse(&format!("```console\n{}```\n", unit.replace("```", "").repeat(20_000)));
    }
    // A heredoc of many lines, and one that never ends.
    let lines = "line of text\n".repeat(30_000);
    let runbook = parse(&format!("```console\n$ cat <<EOF\n{lines}EOF\nout\n```\n"));
    assert_eq!(runbook.steps[0].actions[0].lines.len(), 30_002);
    parse(&format!("```console\n$ cat <<EOF\n{lines}```\n"));
    parse(&format!("---\n{}---\n", "a: 1\n".repeat(20_000)));
    parse(&format!(
        "---\nparams:\n{}---\n",
        (0..5_000).map(|n| format!("  p{n}: {{}}\n")).collect::<String>()
    ));
}

#[test]
fn bytes_that_are_no_text() {
    for text in [
        "\0",
        "# \0\n\n```sh\nls \0\n```\n",
        "\u{feff}",
        "\u{feff}---\ntitle: x\n---\n",
        "\r",
        "\r\r\n",
        "---\n---\n",
        "\u{202e}# x\n",
    ] {
        parse(text);
    }
}

#[test]
fn a_heading_of_nothing_to_see_names_no_step() {
    let runbook = parse("# \0\n\nRestart it.\n\n## \u{1}\n\n```sh\nls\n```\n");
    let titles: Vec<_> = runbook.steps.iter().map(|step| step.title.as_str()).collect();
    assert!(titles.iter().all(|title| !title.is_empty()), "{titles:?}");
}
