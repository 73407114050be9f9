use proptest::prelude::*;

use super::*;

fn mended(output: &str) -> String {
    let mut leftovers = Leftovers::default();
    leftovers.see(output.as_bytes());
    leftovers.mend()
}

#[test]
fn what_was_switched_is_switched_back_and_nothing_else() {
    for (output, right) in [
        ("plain text\r\n", ""),
        ("\x1b[1;31mred\x1b[0m done\r\n", ""),
        ("\x1b[31mred", "\x1b[0m"),
        ("\x1b[?25l", "\x1b[?25h"),
        ("\x1b[?25l\x1b[?25h", ""),
        ("\x1b[?1049h\x1b[?1h\x1b=", "\x1b>\x1b[?1049l\x1b[?1l"),
        ("\x1b[?1000;1006h", "\x1b[?1006l\x1b[?1000l"),
        ("\x1b[?2004h\x1b[?2004l", ""),
        ("\x1b[?7l", "\x1b[?7h"),
        ("\x1b(0lqk", "\x1b(B"),
        ("\x1b(0lqk\x1b(B", ""),
        ("\x0e", "\x0f"),
        ("\x1b[5;10r", "\x1b[r\x1b[999;1H\r\n"),
        ("\x1b[5;10r\x1b[r", ""),
        ("\x1b[4h", "\x1b[4l"),
        ("\x1b[>1u", "\x1b[<1u"),
        ("\x1b[6 q", "\x1b[0 q"),
        ("\x1b]8;;https://example.org\x1b\\here", "\x1b]8;;\x1b\\"),
        ("\x1b]8;;https://example.org\x1b\\here\x1b]8;;\x1b\\", ""),
        ("\x1b]0;a title that never ends", "\u{18}"),
        ("\x1b]0;a title\x07", ""),
        ("\x1b[12", "\u{18}"),
        ("\x1b[?1049h\x1bc", ""),
    ] {
        assert_eq!(mended(output), right, "{output:?}");
    }
}

proptest! {
    #[test]
    fn where_a_read_ends_does_not_matter(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "\x1b[?25l", "\x1b[?25h", "\x1b[?1049h", "x", "\r\n", "\x1b]0;t\x07", "\x1b(0", "\x1b", "[", "?", "7", "l",
            "\x1b[31m", "\x1b[m", "\x1bP1;x\x1b\\", "\x18", "\x0e", "雪",
        ]), 0..16),
        cut in any::<prop::sample::Index>(),
    ) {
        let output = pieces.concat();
        let at = cut.index(output.len() + 1);
        let mut leftovers = Leftovers::default();
        leftovers.see(&output.as_bytes()[..at]);
        leftovers.see(&output.as_bytes()[at..]);
        prop_assert_eq!(leftovers.mend(), mended(&output));
    }

    #[test]
    fn any_bytes_leave_a_sane_terminal(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut leftovers = Leftovers::default();
        leftovers.see(&bytes);
        let mut screen = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0);
        screen.process(&bytes);
        screen.process(leftovers.mend().as_bytes());
        prop_assert!(!screen.screen().hide_cursor());
        prop_assert!(!screen.screen().alternate_screen());
        prop_assert!(!screen.screen().bracketed_paste());
        prop_assert_eq!(screen.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    }
}
