//! Whatever stands in a file, it is read without a panic: journals, info strings, control
//! sequences, secrets. Many cases under `tests/run --full`, a sample else; `MIDWATCH_TEST_CASES=N`
//! tries N of each, for who has a night to spare.

use midwatch::journal::reader::{self, Tail};
use midwatch::process::Masker;
use midwatch::source::Source;
use midwatch::terminal::clean::{clean, clean_output};
use proptest::prelude::*;

fn cases(sample: u32) -> ProptestConfig {
    let full = std::env::var("MIDWATCH_TEST_FULL").is_ok_and(|full| !full.is_empty());
    let wanted = std::env::var("MIDWATCH_TEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: wanted.unwrap_or(if full { sample * 100 } else { sample }),
        failure_persistence: None,
        ..Default::default()
    }
}

fn golden() -> (String, Vec<u8>) {
    let mut open = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/record-1")];
    while let Some(folder) = open.pop() {
        let journal = folder.join("journal.jsonl");
        if journal.exists() {
            let id = folder.file_name().expect("a name").to_string_lossy().into_owned();
            return (id, std::fs::read(journal).expect("a journal"));
        }
        open.extend(
            std::fs::read_dir(folder).expect("a folder").flatten().map(|e| e.path()).filter(|p| p.is_dir()),
        );
    }
    panic!("there is no golden journal");
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn a_journal_with_any_bytes_in_it_is_read_and_not_believed(
        at in any::<prop::sample::Index>(),
        cut in 0usize..64,
        bytes in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let (id, text) = golden();
        let mut changed = text.clone();
        let at = at.index(changed.len());
        let end = (at + cut).min(changed.len());
        changed.splice(at..end, bytes);
        let end = reader::read(&changed[..], &id, &mut |_| ()).expect("memory can be read");
        let shorter = text.starts_with(&changed);
        prop_assert!(changed == text || shorter || end.tail != Tail::Whole, "a change goes unnoticed");
    }

    #[test]
    fn a_fence_may_say_anything(info in "[ -~é\\t\"'={}]{0,60}") {
        let text = format!("# A\n\n```sh {info}\nls -l\n```\n");
        let runbook = midwatch::runbook::parse(Source::new("a.md".to_owned(), text.clone()));
        for diagnostic in &runbook.diagnostics {
            prop_assert!(diagnostic.span.start <= diagnostic.span.end && diagnostic.span.end <= text.len());
        }
    }

    #[test]
    fn nothing_that_is_shown_again_moves_the_cursor(text in "(\\PC|\\x1b|\\x07|\\x08|\r|\n|\u{9b}|\u{202e}|[\\[\\]0-9;?mHJKl\\\\]){0,80}") {
        let harmful = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || c == '\u{202e}';
        prop_assert!(!clean(&text).chars().any(harmful), "{:?}", clean(&text));
        let output = clean_output(text.as_bytes());
        prop_assert!(!output.contains(['\u{7}', '\u{8}', '\u{9b}', '\u{202e}']), "{output:?}");
    }

    #[test]
    fn a_secret_is_masked_however_it_is_cut(
        secret in "[a-zA-Z0-9'$ ]{4,20}",
        before in "[a-z ]{0,20}",
        cuts in prop::collection::vec(1usize..7, 1..40),
    ) {
        prop_assume!(secret.trim().len() >= 4);
        let mut masker = Masker::new();
        masker.add(&secret);
        let text = format!("{before}{secret}\n{secret}");
        let mut stream = masker.stream();
        let mut out = Vec::new();
        let mut rest = text.as_bytes();
        for cut in cuts.into_iter().cycle() {
            let (piece, left) = rest.split_at(cut.min(rest.len()));
            stream.push(piece, &mut |bytes| out.extend_from_slice(bytes));
            rest = left;
            if rest.is_empty() {
                break;
            }
        }
        stream.finish(&mut |bytes| out.extend_from_slice(bytes));
        let out = String::from_utf8_lossy(&out).into_owned();
        prop_assert!(!out.contains(&secret), "{out:?}");
    }
}
