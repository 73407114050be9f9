//! What rules overlooked, or said wrongly, in runbooks of houses nobody here had read before.
//!
//! Each test came of reading findings against the files; the texts are made up.

use super::tests::{lint, shown};

/// Whether `rule` says something about `text`.
fn says(rule: &str, text: &str) -> bool {
    shown(&lint(text)).iter().any(|found| found.ends_with(rule))
}

#[test]
fn a_list_in_braces_is_several_words() {
    let block = |script: &str| format!("# A\n\n```sh\n{script}\n```\n");
    assert!(says("MW107", &block("mv /srv/keys")));
    assert!(says("MW107", &block("mv '/srv/keys{,.old}'")));
    for script in ["mv /srv/keys{,.old}", "cp -a \"$DIR\"/web.conf{,.bak}", "cp /srv/{a,b}"] {
        assert!(!says("MW107", &block(script)), "{script}");
    }
}
