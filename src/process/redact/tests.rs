use super::*;
use proptest::prelude::*;
use std::process::Command;

fn masker(secrets: &[&str]) -> Masker {
    let mut masker = Masker::new();
    for secret in secrets {
        masker.add(secret);
    }
    masker
}

fn in_parts(masker: &Masker, parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut stream = masker.stream();
    for part in parts {
        stream.push(part, &mut |bytes| out.extend_from_slice(bytes));
    }
    stream.finish(&mut |bytes| out.extend_from_slice(bytes));
    out
}

#[test]
fn a_secret_is_masked_wherever_it_stands() {
    let masker = masker(&["hunter2"]);
    assert_eq!(masker.mask("pw=hunter2, again hunter2."), "pw=[secret], again [secret].");
    assert_eq!(masker.mask("hunter"), "hunter");
    assert_eq!(masker.mask("hunter1 hhunter2"), "hunter1 h[secret]");
}

#[test]
fn overlapping_secrets_leave_nothing_behind() {
    let masker = masker(&["abcd", "cdef", "d"]);
    assert_eq!(masker.mask("xabcdefx abcdx cdef"), "x[secret]x [secret]x [secret]");
}

#[test]
fn only_the_beginning_of_a_secret_is_held_back() {
    let masker = masker(&["password: x"]);
    let mut stream = masker.stream();
    let mut shown = Vec::new();
    stream.push(b"Enter password:", &mut |bytes| shown.extend_from_slice(bytes));
    assert_eq!(shown, b"Enter ");
    stream.push(b" ", &mut |bytes| shown.extend_from_slice(bytes));
    assert_eq!(shown, b"Enter ");
    stream.push(b"y", &mut |bytes| shown.extend_from_slice(bytes));
    assert_eq!(shown, b"Enter password: y");
}

#[test]
fn a_prompt_appears_at_once() {
    let masker = masker(&["s3cret"]);
    let mut shown = Vec::new();
    masker.stream().push(b"Continue? [y/N] ", &mut |bytes| shown.extend_from_slice(bytes));
    assert_eq!(shown, b"Continue? [y/N] ");
}

#[test]
fn what_is_complete_is_shown_masked_at_once() {
    let masker = masker(&["aXa"]);
    let mut shown = Vec::new();
    masker.stream().push(b"pw aXa", &mut |bytes| shown.extend_from_slice(bytes));
    assert_eq!(shown, b"pw [secret]");
}

#[test]
fn blank_secrets_mask_nothing() {
    let masker = masker(&["", " ", "\n"]);
    assert!(masker.is_empty());
    assert_eq!(masker.mask("a b\n"), "a b\n");
}

#[test]
fn what_shells_and_json_make_of_a_secret_is_masked() {
    let secret = "it's a \"$trange\" `one` \\ é!\n~&\x1b\x01(end)";
    let masker = masker(&[secret]);
    for script in [
        "printf %s \"$S\"",
        "printf %q \"$S\"",
        "declare -p S",
        "echo \"${S@Q}\"",
        "set -x; : \"$S\"",
        "alias x=\"$S\"; alias x",
        "export -p",
        "set",
    ] {
        let output = Command::new("bash").env("S", secret).args(["-c", script]).output().unwrap();
        for bytes in [output.stdout, output.stderr] {
            let shown = String::from_utf8_lossy(&masker.mask_bytes(&bytes)).into_owned();
            assert!(!shown.contains("trange"), "{script}: {shown}");
        }
    }
    let json = serde_json::json!({ "key": secret }).to_string();
    assert_eq!(masker.mask(&json), r#"{"key":"[secret]"}"#);
}

#[test]
fn a_file_with_a_final_newline_is_masked_without_it_too() {
    let masker = masker(&["line one\nline two\n"]);
    assert_eq!(masker.mask("<line one\nline two>"), "<[secret]>");
    assert_eq!(masker.mask("<line one\r\nline two\r\n>"), "<[secret]\r\n>");
}

/// The rule itself, slowly: every byte of every occurrence.
fn expected(patterns: &BTreeSet<Vec<u8>>, text: &[u8]) -> Vec<u8> {
    let mut secret = vec![false; text.len()];
    for pattern in patterns {
        for at in 0..text.len() {
            if text[at..].starts_with(pattern) {
                secret[at..at + pattern.len()].fill(true);
            }
        }
    }
    let mut out = Vec::new();
    for (at, &byte) in text.iter().enumerate() {
        match secret[at] {
            false => out.push(byte),
            true if at == 0 || !secret[at - 1] => out.extend_from_slice(MASK.as_bytes()),
            true => {}
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn it_does_not_matter_how_the_bytes_are_cut(
        secrets in prop::collection::vec("[ab']{1,5}", 1..4),
        text in "[ab'c]{0,40}",
        cuts in prop::collection::vec(0usize..40, 0..8),
    ) {
        let masker = masker(&secrets.iter().map(String::as_str).collect::<Vec<_>>());
        let whole = expected(&masker.patterns, text.as_bytes());
        prop_assert_eq!(&masker.mask_bytes(text.as_bytes()), &whole);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        let parts: Vec<&[u8]> = cuts.windows(2).map(|pair| &text.as_bytes()[pair[0]..pair[1]]).collect();
        prop_assert_eq!(in_parts(&masker, &parts), whole);
    }
}
