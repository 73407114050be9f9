use proptest::prelude::*;

use super::*;

fn typed(text: &str) -> Buffer {
    let mut buffer = Buffer::default();
    text.chars().for_each(|c| buffer.insert(c));
    buffer
}

#[test]
fn keys_do_what_they_do_in_a_shell() {
    let mut buffer = typed("systemctl restart mysql");
    buffer.control('a');
    buffer.insert('#');
    assert_eq!(buffer.text(), "#systemctl restart mysql");
    buffer.control('d');
    assert_eq!(buffer.text(), "#ystemctl restart mysql");
    buffer.control('e');
    buffer.control('w');
    assert_eq!(buffer.text(), "#ystemctl restart ");
    buffer.control('y');
    buffer.edit(Edit::WordLeft);
    buffer.control('k');
    assert_eq!(buffer.text(), "#ystemctl restart ");
    buffer.control('u');
    assert!(buffer.is_empty());
    assert!(!buffer.control('q') && !buffer.edit(Edit::Backspace) && !buffer.edit(Edit::Right));
}

#[test]
fn a_character_is_what_a_person_counts() {
    for character in ["e\u{301}", "👩‍👩‍👧", "🇩🇪", "雪", "👍🏽"] {
        let mut buffer = typed(&format!("a{character}b"));
        buffer.edit(Edit::Left);
        buffer.edit(Edit::Backspace);
        assert_eq!(buffer.text(), "ab", "{character}");
    }
}

#[test]
fn a_paste_keeps_its_lines_and_answers_nothing() {
    let mut buffer = typed("note ");
    buffer.paste("one\r\ntwo\rthree\u{1b}[31m\u{3}\r\n\n");
    assert_eq!(buffer.text(), "note one\ntwo\nthree[31m");
    assert_eq!(buffer.view(80, true).0, "note one⏎two⏎three[31m");
    assert_eq!(buffer.view(80, false).0, "note one^Jtwo^Jthree[31m");
}

#[test]
fn what_does_not_fit_is_marked() {
    let mut buffer = typed("0123456789abcdef");
    assert_eq!(buffer.view(10, true), ("…9abcdef".into(), 8));
    buffer.control('a');
    assert_eq!(buffer.view(10, true), ("012345678…".into(), 0));
    assert_eq!(buffer.view(17, true), ("0123456789abcdef".into(), 0));
}

fn action() -> impl Strategy<Value = (u8, char, String)> {
    (0u8..24, any::<char>(), "[a-z \n雪é👍\u{301}]{0,6}")
}

fn act(buffer: &mut Buffer, (what, c, text): &(u8, char, String)) {
    const EDITS: [Edit; 10] = [
        Edit::Left,
        Edit::Right,
        Edit::WordLeft,
        Edit::WordRight,
        Edit::Home,
        Edit::End,
        Edit::Backspace,
        Edit::Delete,
        Edit::DeleteWord,
        Edit::DeleteNextWord,
    ];
    match what {
        0..10 => drop(buffer.edit(EDITS[usize::from(*what)])),
        10..19 => drop(buffer.control(char::from(b"aebfdwuky"[usize::from(*what - 10)]))),
        19..22 => buffer.insert(*c),
        _ => buffer.paste(text),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn it_never_shows_more_than_fits(
        actions in prop::collection::vec(action(), 0..40),
        room in 8usize..60,
        unicode in any::<bool>(),
    ) {
        let mut buffer = Buffer::default();
        for step in &actions {
            act(&mut buffer, step);
        }
        let (shown, cursor) = buffer.view(room, unicode);
        prop_assert!(shown.width() <= room, "{:?} in {room}", shown);
        prop_assert!(cursor < room, "cursor in {cursor} of {room}: {:?}", shown);
        prop_assert!(!shown.chars().any(char::is_control), "{:?}", shown);
    }

    #[test]
    fn moving_changes_nothing(text in "\\PC{0,20}", moves in prop::collection::vec(0u8..6, 0..30)) {
        let mut buffer = typed(&text);
        for step in moves {
            act(&mut buffer, &(step, 'x', String::new()));
        }
        prop_assert_eq!(buffer.text(), text);
    }
}
