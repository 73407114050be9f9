use super::alerts::Alerts;
use super::config::Config;
use super::*;
use jiff::civil::date;

fn alerts() -> Alerts {
    let mut alerts = Alerts::default();
    let text = "groups:\n- name: db\n  rules:\n  - alert: ReplicaLagHigh\n    expr: lag > 10\n";
    alerts.add(&Source::new("rules.yaml", text)).unwrap();
    alerts
}

/// The findings of `text`, all levels, on a fixed day and with one known alert.
pub(super) fn lint(text: &str) -> Vec<Finding> {
    let alerts = alerts();
    let world = World { today: date(2026, 11, 20), alerts: Some(&alerts), path: None };
    let options = Options { world, config: &Config::default(), level: Severity::Info };
    check(&Source::new("a.md", text), &options)
}

fn of<'f>(rule: &Rule, findings: &'f [Finding]) -> Vec<&'f Finding> {
    findings.iter().filter(|finding| finding.rule == rule).collect()
}

pub(super) fn shown(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| format!("{} {}", finding.start(), finding.rule.id)).collect()
}

/// Whether `rule` says something about `text`.
pub(super) fn says(rule: &str, text: &str) -> bool {
    shown(&lint(text)).iter().any(|found| found.ends_with(rule))
}

/// What `rule` says about `text`, in order.
pub(super) fn told(rule: &str, text: &str) -> Vec<Finding> {
    lint(text).into_iter().filter(|found| found.rule.id == rule).collect()
}

/// What the only finding of `rule` in `text` points at.
pub(super) fn marked(rule: &str, text: &str) -> String {
    let found = told(rule, text);
    assert_eq!(found.len(), 1, "{text}");
    text[found[0].span.range()].to_owned()
}

/// A document of nothing but `script`.
pub(super) fn block(script: &str) -> String {
    format!("# A\n\n```sh\n{script}\n```\n")
}

#[test]
fn every_bad_example_has_its_finding_at_its_place_and_every_good_one_has_none() {
    let mut wrong = Vec::new();
    for rule in registry::ALL {
        let text = rule.bad_text();
        let findings = lint(&text);
        let found = of(rule, &findings);
        let places: Vec<_> = found.iter().map(|finding| finding.span).collect();
        if places != [rule.bad_span().expect("the place is marked")] {
            let slices: Vec<_> = places.iter().map(|span| &text[span.range()]).collect();
            wrong.push(format!("{}: bad gives {slices:?}, all {:?}", rule.id, shown(&findings)));
        }
        let good = lint(rule.good);
        if !of(rule, &good).is_empty() {
            wrong.push(format!("{}: good gives {:?}", rule.id, shown(&good)));
        }
        // A good example is one: it has no error of any rule.
        if good.iter().any(|finding| finding.severity > Severity::Info) {
            wrong.push(format!("{}: good is not good: {:?}", rule.id, shown(&good)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_its_own_id_name_and_words() {
    for (index, rule) in registry::ALL.iter().enumerate() {
        assert!(rule.explanation.len() > 80 && !rule.summary.is_empty(), "{}", rule.id);
        assert!(registry::ALL[index + 1..].iter().all(|other| other.id > rule.id && other.name != rule.name));
        assert_eq!(registry::find(&rule.id.to_lowercase()), Some(*rule));
        assert_eq!(registry::find(rule.name), Some(*rule));
    }
    assert_eq!(registry::nearest("MW2011"), Some("MW201"));
    assert_eq!(registry::nearest("nonsense-of-a-rule"), None);
}

#[test]
fn fixable_rules_mend_their_bad_example_and_nothing_else() {
    for rule in registry::ALL.iter().filter(|rule| rule.fixable) {
        let text = rule.bad_text();
        for text in
            [text.clone(), text.replace('\n', "\r\n"), format!("\u{feff}{text}"), text.trim_end().to_owned()]
        {
            let source = Source::new("a.md", text.clone());
            let fixed =
                fix::fix(&source, |source| of(rule, &lint(source.text())).into_iter().cloned().collect());
            assert!(fixed.applied.contains_key(rule.id), "{}: nothing was mended", rule.id);
            assert!(of(rule, &lint(fixed.source.text())).is_empty(), "{}:\n{}", rule.id, fixed.source.text());
            let again = fix::fix(&fixed.source, |source| lint(source.text()));
            let endings = |text: &str| {
                (text.starts_with('\u{feff}'), text.matches("\r\n").count(), text.ends_with('\n'))
            };
            assert_eq!(endings(fixed.source.text()), endings(&text), "{}", rule.id);
            let _ = again;
        }
    }
}

#[test]
fn the_generated_page_is_up_to_date() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let page = catalogue::page();
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    if written != page && std::env::var_os("MIDWATCH_WRITE_DOCS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &page).unwrap();
        return;
    }
    assert!(
        written == page,
        "docs/rules.md is not what the rules say: run this test with MIDWATCH_WRITE_DOCS=1"
    );
}

#[test]
fn an_ignore_silences_the_next_block_and_needs_a_reason() {
    let block = "```sh\nkubectl delete pod web-1 --force\nkubectl get pods\n```\n";
    let rules = |text: &str| lint(text).iter().map(|f| f.rule.id).collect::<Vec<_>>();
    assert_eq!(rules(&format!("# A\n\n{block}")), ["MW302"]);
    for comment in [
        "<!-- midwatch: ignore MW302 the pod hangs -->",
        "<!-- midwatch: ignore force-flag: the pod hangs -->",
        "<!--midwatch: ignore MW302, the pod hangs-->",
        "<!-- midwatch: ignore MW302\n     the pod hangs -->",
    ] {
        assert_eq!(rules(&format!("# A\n\n{comment}\n\n{block}")), [] as [&str; 0], "{comment}");
        assert_eq!(
            rules(&format!(
                "# A\n\n1. Delete it.\n\n   {}\n\n   {}",
                comment.replace('\n', "\n   "),
                block.replace('\n', "\n   ")
            )),
            [] as [&str; 0],
            "{comment}"
        );
    }
    // No reason, another rule, another block, no comment at all.
    assert_eq!(rules(&format!("# A\n\n<!-- midwatch: ignore MW302 -->\n\n{block}")), ["MW901", "MW302"]);
    assert_eq!(rules(&format!("# A\n\n<!-- midwatch: ignore MW301 why -->\n\n{block}")), ["MW901", "MW302"]);
    assert_eq!(
        rules(&format!("# A\n\n<!-- midwatch: ignore MW302 why -->\n\nDelete it:\n\n{block}")),
        ["MW901", "MW302"]
    );
    assert_eq!(rules(&format!("# A\n\n`<!-- midwatch: ignore MW302 why -->`\n\n{block}")), ["MW302"]);
    assert_eq!(rules("# A\n\n```text\n<!-- midwatch: ignore MW302 why -->\n```\n"), [] as [&str; 0]);
    assert_eq!(rules("# A\n\n<!-- midwatch: ingore MW302 why -->\n\nB.\n"), ["MW901"]);
    assert_eq!(rules("# A\n\n<!-- midwatch: ignore MW999 why -->\n\nB.\n"), ["MW901"]);
    // Two comments, one block; and the front matter has its own.
    let two = "<!-- midwatch: ignore MW302 why -->\n\n<!-- midwatch: ignore MW202 why -->\n\n";
    assert_eq!(
        rules(&format!("# A\n\n{two}```sh\nkubectl delete pod web-1 --force\n```\n")),
        [] as [&str; 0]
    );
    assert_eq!(
        rules("---\n# midwatch: ignore MW603 nobody owns this\ntitle: x\n---\n\n# A\n\nText.\n"),
        [] as [&str; 0]
    );
}

#[test]
fn the_historical_sentence_is_found_and_the_same_with_a_check_is_not() {
    let findings = lint(
        "# Failover\n\n1. Stop writes.\n2. Wait for replication to catch up.\n3. Promote the replica.\n",
    );
    assert_eq!(shown(&findings), ["4:4 MW201"]);
    let checked = "# Failover\n\n1. Stop writes.\n2. Wait for replication to catch up.\n\n   ```sh check until=\"value == 0\" \
                   timeout=5m\n   ./lag\n   ```\n3. Promote the replica.\n";
    assert_eq!(shown(&lint(checked)), [] as [&str; 0]);
}

#[test]
fn each_is_found_at_the_right_column() {
    // Put together here so that no scanner of this repository takes it for a real one.
    let token = ["k9Jf2mQ", "x7Lp0aZ81"].concat();
    let credential = format!("# A\n\n```sh\ncurl -H \"Authorization: Bearer {token}\" x\n```\n");
    for (text, wanted) in [
        (credential.as_str(), "4:32 MW305"),
        ("# A\n\n  ```sh\n  kubectl get pods –n x\n  ```\n", "4:20 MW102"),
        ("# A\n\n1. Do it:\n\n   ```sh\n   echo é “a”\n   ```\n", "6:11 MW102"),
        ("# A\n\n```sh\nsudo kubectl -n x delete web-1\nkubectl get pods\n```\n", "4:19 MW107"),
        ("# A\n\n```sh\nrm -rf \"$DIR/x\"\nls\n```\n\n## B\n\n```sh\nDIR=/tmp\n```\n", "4:9 MW401"),
        ("# A\n\n````text\n1. One.\n\n   ````sh\n   ls\n   ````\n2. Two.\n3. Three.\n````\n", "6:4 MW504"),
    ] {
        let found = shown(&lint(text));
        assert!(found.contains(&wanted.to_owned()), "{wanted}: {found:?}\n{text}");
    }
}

#[test]
fn a_page_is_broken_for_the_terminal_and_its_examples_are_not() {
    for rule in registry::ALL {
        let page = catalogue::explain(rule);
        let wrapped = catalogue::wrapped(&page, 60);
        let mut example = false;
        for line in wrapped.lines() {
            example ^= line.starts_with("````");
            // A name in code may be longer than any line.
            let fits = line.chars().count() <= 60 || !line.contains(' ') || example;
            assert!(fits, "{}: {line}", rule.id);
        }
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&wrapped), words(&page), "{}", rule.id);
        assert!(wrapped.contains(&rule.bad_text()) && wrapped.contains(rule.good), "{}", rule.id);
    }
}
