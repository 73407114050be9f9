//! What rules say must be so, and point at the place it is about: readers of findings took them at their word.

use super::Finding;
use super::tests::{lint, shown};

/// Whether `rule` says something about `text`.
fn says(rule: &str, text: &str) -> bool {
    shown(&lint(text)).iter().any(|found| found.ends_with(rule))
}

/// What `rule` says about `text`, in order.
fn told(rule: &str, text: &str) -> Vec<Finding> {
    lint(text).into_iter().filter(|found| found.rule.id == rule).collect()
}

/// What the only finding of `rule` in `text` points at.
fn marked(rule: &str, text: &str) -> String {
    let found = told(rule, text);
    assert_eq!(found.len(), 1, "{text}");
    text[found[0].span.range()].to_owned()
}

/// `text` with all that can be mended mended.
fn mended(text: &str) -> String {
    super::fix::fix(&crate::source::Source::new("a.md", text), |source| lint(source.text()))
        .source
        .text()
        .to_owned()
}

#[test]
fn what_ends_a_list_is_the_first_block_below_it() {
    let page = |below: &str| format!("# A\n\n1. Look at the lock:\n\n{below}1. Look at the page.\n");
    let only = |below: &str| told("MW501", &page(below)).remove(0);
    let one = only("```sh\n./locks\n```\n\n");
    assert!(one.message.starts_with("this fence ends the list"), "{}", one.message);
    assert!(!one.help.unwrap().contains("below"));
    // What goes on below it belongs to the item, too.
    let more = only("```sh\n./locks\n```\n\nIf it is held:\n\n```sh\n./unlock\n```\n\n");
    assert!(more.message.starts_with("this fence ends the list"), "{}", more.message);
    assert!(more.help.unwrap().contains("all below it up to the next number"));
    // A fence below what ended the list ends nothing.
    let inner = "   ```sh\n   ./locks\n   ```\n\n";
    let rest = "If it is held, and nobody\nknows why:\n\n```sh\n./unlock\n```\n\n";
    for below in [rest.to_owned(), format!("{inner}{rest}")] {
        let text = page(&below);
        assert_eq!(marked("MW501", &text), "If it is held, and nobody");
        let found = only(&below);
        assert!(found.message.starts_with("this paragraph ends the list"), "{}", found.message);
        assert!(found.help.unwrap().contains("all below it up to the next number"));
        assert!(found.fix.is_some());
        let mended = mended(&text);
        assert!(!says("MW501", &mended), "{mended}");
        assert!(mended.contains("\n   knows why:\n") && mended.contains("\n   ./unlock\n"), "{mended}");
    }
    // Nor does one that is indented, with a paragraph that is not below it.
    let found = only(&format!("{inner}If it is held:\n\n   ```sh\n   ./unlock\n   ```\n\n"));
    assert!(found.message.starts_with("this paragraph ends the list"), "{}", found.message);
}
