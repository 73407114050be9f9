use proptest::prelude::*;

use super::*;

fn all(bytes: &[u8]) -> Vec<Stroke> {
    let mut decoder = Decoder::default();
    let mut strokes = decoder.feed(bytes);
    strokes.extend(decoder.give_up());
    strokes
}

#[test]
fn keys_are_told_apart() {
    use Stroke::{Char, Control, Enter, Escape, Other, Paste};
    let edit = Stroke::Edit;
    for (bytes, strokes) in [
        ("aé雪", vec![Char('a'), Char('é'), Char('雪')]),
        ("\r\n", vec![Enter, Enter]),
        ("\u{1}\u{3}", vec![Control('a'), Control('c')]),
        ("\u{1b}", vec![Escape]),
        ("\u{1b}\u{1b}", vec![Escape, Escape]),
        ("\u{1b}\r", vec![Escape, Enter]),
        ("\u{1b}[D\u{1b}OC", vec![edit(Edit::Left), edit(Edit::Right)]),
        ("\u{1b}[1;5D\u{1b}[1;3C", vec![edit(Edit::WordLeft), edit(Edit::WordRight)]),
        ("\u{1b}[H\u{1b}[4~\u{1b}[3~", vec![edit(Edit::Home), edit(Edit::End), edit(Edit::Delete)]),
        (
            "\u{1b}b\u{1b}f\u{1b}\u{7f}",
            vec![edit(Edit::WordLeft), edit(Edit::WordRight), edit(Edit::DeleteWord)],
        ),
        ("\u{1b}[A\u{1b}OR\u{1b}[[A\u{1b}[M !!x", vec![Other, Other, Other, Other, Char('x')]),
        ("\u{1b}]11;rgb:00/00/00\u{7}\u{1b}]11;x\u{1b}\\y", vec![Other, Other, Char('y')]),
        ("\u{1b}[200~y\r\u{1b}[31mno\u{1b}[201~z", vec![Paste("y\r\u{1b}[31mno".into()), Char('z')]),
        ("\u{1b}[12\ry", vec![Other, Enter, Char('y')]),
    ] {
        assert_eq!(all(bytes.as_bytes()), strokes, "{bytes:?}");
    }
}

#[test]
fn what_is_cut_off_is_nobodys_key() {
    for begun in ["\u{1b}[", "\u{1b}[1;", "\u{1b}O", "\u{1b}]11;rgb", "\u{1b}[200~y", "\u{1b}[200~y\u{1b}[20"]
    {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.feed(begun.as_bytes()), [], "{begun:?}");
        assert!(decoder.is_amid(), "{begun:?}");
        assert_eq!(decoder.give_up(), None, "{begun:?}");
        assert_eq!(decoder.feed(b"y"), [Stroke::Char('y')], "{begun:?}");
    }
}

#[test]
fn a_long_paste_is_bounded_and_ends() {
    let mut decoder = Decoder::default();
    decoder.feed(PASTE.0);
    for _ in 0..100 {
        assert_eq!(decoder.feed(&[b'y'; 4096]), []);
        assert!(decoder.pending.len() <= PASTED + 4096 + PASTE.1.len());
    }
    let strokes = decoder.feed(b"\x1b[201~z");
    assert!(matches!(&strokes[..], [Stroke::Paste(text), Stroke::Char('z')] if text.len() <= PASTED));
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        "\u{1b}[A",
        "\u{1b}OP",
        "\u{1b}",
        "\u{1b}[200~",
        "\u{1b}[201~",
        "\u{1b}[1;5C",
        "\r",
        "y",
        "é",
        "雪",
        "\u{3}",
        "\u{1b}]0;t\u{7}",
        "\u{1b}[M",
        "\u{1b}Px\u{1b}\\",
    ]);
    prop_oneof![known.prop_map(|text| text.as_bytes().to_vec()), prop::collection::vec(any::<u8>(), 0..4),]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn where_a_read_ends_does_not_matter(
        pieces in prop::collection::vec(piece(), 0..12),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let bytes = pieces.concat();
        let mut decoder = Decoder::default();
        let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        ends.push(bytes.len());
        ends.sort_unstable();
        let mut strokes = Vec::new();
        let mut from = 0;
        for end in ends {
            strokes.extend(decoder.feed(&bytes[from..end]));
            from = end;
        }
        strokes.extend(decoder.give_up());
        prop_assert_eq!(strokes, all(&bytes));
    }

    #[test]
    fn a_pasted_block_is_one_stroke(text in "[a-z\r\n\u{1b}\u{3}é ]{0,40}") {
        prop_assume!(!text.contains("\u{1b}[201~"));
        let strokes = all(format!("\u{1b}[200~{text}\u{1b}[201~").as_bytes());
        prop_assert_eq!(strokes, [Stroke::Paste(text)]);
    }
}
