//! Whatever the bytes are: no panic, every place in the text, fixes that end.

use super::config::Config;
use super::*;
use jiff::civil::date;
use proptest::prelude::*;

fn lint(source: &Arc<Source>) -> Vec<Finding> {
    let world = World { today: date(2026, 11, 20), alerts: None, path: None };
    check(source, &Options { world, config: &Config::default(), level: Severity::Info })
}

fn holds(text: &str) {
    let source = Source::new("a.md", text);
    for finding in lint(&source) {
        let spans = std::iter::once(finding.span).chain(finding.related.iter().map(|related| related.span));
        for span in spans {
            assert!(text.get(span.range()).is_some(), "{} {span:?} in {text:?}", finding.rule.id);
        }
        for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
            assert!(text.get(edit.span.range()).is_some(), "{} {edit:?} in {text:?}", finding.rule.id);
        }
        let report = format::Report { findings: vec![finding], files: vec!["a.md".into()], shown: None };
        format::write(format::Format::Text, &report, true, &mut std::io::sink()).unwrap();
    }
    let fixed = fix::fix(&source, lint);
    let again = fix::fix(&fixed.source, lint);
    assert_eq!(again.source.text(), fixed.source.text(), "{text:?}");
}

/// Pieces that rules look at, in any order.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "# A\n",
        "## Step 1\n",
        "## Step 3\n",
        "\n",
        "1. a\n",
        "3. b\n",
        "1. c\n",
        "10. d\n",
        "- [ ] e\n",
        "   ",
        "\t",
        "```sh\n",
        "```\n",
        "~~~\n",
        "````text\n",
        "```sh check until=\"x = 1\"\n",
        "kubectl delete \\ \n",
        "  -n <a> — “b”\n",
        "rm -rf $X/é\n",
        "ssh db1\n",
        "tail -f x\n",
        "$ ls\n",
        "out put\n",
        "> ",
        "Wait until it is done.\n",
        "[a](#b)",
        "![c](d.png)\n",
        "<!-- midwatch: ",
        "ignore MW201 why -->\n",
        "ignore -->\n",
        "---\n",
        "reviewed: 2020-01-01\n",
        "review_in: 1 day\n",
        "params: { a: {} }\n",
        "alerts: [x]\n",
        "\r\n",
        "\u{feff}",
        "TODO\n",
        "password=k9Jf2mQx7Lp0\n",
        "xxx 10.1.2.3 ",
        "SELECT 1;\n",
        "cat <<E\n",
        "E\n",
        "| a | b |\n|---|---|\n",
        "`kubectl get x`",
        "'",
        "\"",
        "«»",
        "{{ a }} {{end}}",
        "YOUR_X ",
        "sleep 5\n",
        "\\",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_pieces_are_looked_at(pieces in prop::collection::vec(piece(), 0..40)) {
        holds(&pieces.concat());
    }

    #[test]
    fn any_text_is_looked_at(text in "\\PC{0,200}") {
        holds(&text);
        holds(&format!("```sh\n{text}\n```\n"));
    }
}

#[test]
fn long_and_deep_texts_are_looked_at() {
    for text in [
        "> ".repeat(3000) + "a",
        "- ".repeat(2000) + "a",
        "1. a\n".repeat(3000),
        "```\n".repeat(3001),
        "<!-- midwatch: ignore MW201 why -->\n".repeat(500),
        "Wait until it is done. ".repeat(3000),
        "password=".repeat(5000),
        "eyJ.".repeat(5000),
        "[a](#b) ".repeat(2000),
        "$A ".repeat(3000),
        format!("```sh\n{}\n```\n", "kubectl delete pod <a> \\\n".repeat(1000)),
    ] {
        lint(&Source::new("a.md", text));
    }
}

/// Each took seconds to minutes where a rule began anew for each of its many places; nothing is asserted of
/// the time, but nobody would wait for it.
#[test]
fn many_places_for_one_rule_end() {
    let lines = |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<String>();
    let codes = "`foo bar` ".repeat(40);
    let texts = [
        format!("# A\n\n{}\n", "：".repeat(20_000)),
        format!("# A\n\n{}\n", "：:".repeat(20_000)),
        format!(
            "# A\n\n{}\n{} {codes}\n",
            lines(200, &|at| format!("- Wait until shard {at} is in place.\n")),
            "It goes on and on. ".repeat(1500)
        ),
        format!(
            "# A\n\n```sh\n{}echo {}\n```\n",
            "# note\n".repeat(2000),
            lines(2000, &|at| format!("$B{at} "))
        ),
        format!(
            "# A\n\n```sh\nmycmd sub {}\n```\n\nFor example:\n\n```sh\nmycmd sub b c\n```\n",
            lines(2000, &|at| format!("<b{at}> "))
        ),
        format!(
            "# A\n\n```text\n{}```\n\n```sh\necho {}\n```\n",
            lines(2000, &|at| format!("A{at}=b\n")),
            lines(2000, &|at| format!("$B{at} "))
        ),
        format!("# A\n\n```sh\n{}```\n", lines(800, &|at| format!("rm -rf /srv/<d{at}>\n"))),
        format!(
            "# A\n\n1. Do it.\n\n{}",
            "   Wait until it is up.\n\n   ```sh\n   true\n   ```\n\n".repeat(1000)
        ),
        format!("# A\n\n1. Do it.\n\n   {}\n", "Wait for \"it is up\"; it exits. ".repeat(3000)),
    ];
    for text in texts {
        assert!(
            lint(&Source::new("a.md", text.as_str())).iter().all(|finding| finding.span.end <= text.len())
        );
    }
}
