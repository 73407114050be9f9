use super::*;
use crate::source::Span;

#[test]
fn edits_are_made_in_order_and_overlapping_ones_left_out() {
    let edit = |start, end, text: &str| Edit::replace(Span::new(start, end), text);
    let edits = [edit(4, 5, "E"), edit(0, 1, "A"), edit(4, 6, "X"), edit(90, 91, "Y"), Edit::insert(2, "-")];
    assert_eq!(apply("abcdefg", &edits), "Ab-cdEfg");
    assert_eq!(apply("é", &[edit(1, 2, "x")]), "é");
}

#[test]
fn a_fix_that_would_change_a_command_is_dropped() {
    let rule = super::super::registry::find("MW101").unwrap();
    let source = Source::new("a.md", "# A\n\n```sh\nls /a\n```\n\ntext\n");
    let lint = |source: &Arc<Source>| {
        let text = source.text();
        let mut found = Vec::new();
        for (word, to) in [("/a", "/b"), ("text", "TEXT")] {
            let Some(at) = text.find(word) else { continue };
            let mut sink = crate::lint::sink::Sink::new(rule, None, source, &mut found);
            let span = Span::new(at, at + word.len());
            sink.report(span, "x").fix("x", vec![Edit::replace(span, to)]);
        }
        found
    };
    let fixed = fix(&source, lint);
    assert_eq!(fixed.source.text(), "# A\n\n```sh\nls /a\n```\n\nTEXT\n");
    assert_eq!(fixed.applied["MW101"], 1);
}

#[test]
fn a_fix_that_goes_in_circles_ends() {
    let rule = super::super::registry::find("MW101").unwrap();
    let lint = |source: &Arc<Source>| {
        let mut found = Vec::new();
        let to = if source.text().starts_with('a') { "b" } else { "a" };
        let mut sink = crate::lint::sink::Sink::new(rule, None, source, &mut found);
        sink.report(Span::new(0, 1), "x").fix("x", vec![Edit::replace(Span::new(0, 1), to)]);
        found
    };
    assert_eq!(fix(&Source::new("a.md", "a\n"), lint).source.text(), "b\n");
}

#[test]
fn a_diff_names_the_file_and_keeps_what_is_the_same() {
    let text = diff("a.md", "1\n2\n3\n", "1\nx\n3");
    assert!(text.starts_with("--- a.md\n+++ a.md\n@@"), "{text}");
    assert!(
        text.contains("-2\n") && text.contains("+x\n") && text.contains("No newline at end of file"),
        "{text}"
    );
    assert_eq!(diff("a.md", "1\n", "1\n"), "");
}

#[cfg(unix)]
#[test]
fn a_file_is_replaced_with_its_permissions_and_through_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("a.md"), folder.path().join("b.md"));
    std::fs::write(&file, "old").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&file, &link).unwrap();
    write(&link, "new\r\n").unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), b"new\r\n");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}
