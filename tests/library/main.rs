//! The starter library: every runbook is understood without a complaint, and walked for real where its
//! service can be had.

#[path = "../support/mod.rs"]
mod support;

mod kit;
mod servers;
mod walks;

use kit::{library, understood};
use support::Place;

#[test]
fn there_are_ten_and_none_has_anything_to_complain_about() {
    let books = library();
    assert!(books.len() >= 10, "{books:?}");
    let place = Place::new();
    for book in books {
        let json = understood(&place, &book);
        assert_eq!(json["diagnostics"], serde_json::json!([]), "{book:?}");
        assert_eq!(json["placeholders"], serde_json::json!([]), "{book:?}: all values are declared");
        let steps = json["steps"].as_array().unwrap();
        let raw = |title: &str| title.contains(" -") || title.contains(" | ");
        for step in steps {
            let title = step["title"].as_str().unwrap();
            assert!(!raw(title), "{book:?}: a title that is a command: {title}");
        }
    }
}

#[test]
fn what_is_dangerous_can_be_undone_or_says_that_it_cannot() {
    let place = Place::new();
    for book in library() {
        let text = std::fs::read_to_string(&book).unwrap();
        let json = understood(&place, &book);
        let actions =
            || json["steps"].as_array().unwrap().iter().flat_map(|s| s["actions"].as_array().unwrap());
        let declared = actions().any(|action| action["danger"] == "declared");
        let undone = actions().any(|action| action["kind"] == "rollback");
        assert!(!declared || undone || text.contains("cannot be undone"), "{book:?}");
    }
}
