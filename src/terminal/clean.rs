//! Makes text harmless that somebody else wrote: a title, a command, recorded output, a note.
//!
//! A terminal obeys what it is shown: a sequence can set its title, write the clipboard, move the
//! cursor over what was said before, or make a link lie; a bidi override makes text read other
//! than it is. Here such characters become visible or go; only what a program prints live, on its
//! own pseudo-terminal, reaches the operator's terminal as it is.
//!
//! - [`clean`]: for commands, notes, prose. Nothing is hidden: an escape character becomes `␛`.
//! - [`clean_line`]: the same on one line, for titles and table cells.
//! - [`clean_output`]: for recorded output. Whole sequences (colours, titles, links) go, as they say
//!   nothing on paper.

use std::borrow::Cow;

use crate::source::is_plain;

/// `text` with every character that a terminal would obey made visible; line feeds and tabs stay,
/// and a carriage return before a line feed goes.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| c == '\n' || c == '\t' || is_harmless(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' | '\t' => out.push(c),
            '\r' if chars.peek() == Some(&'\n') => {}
            _ => push(&mut out, c),
        }
    }
    Cow::Owned(out)
}

/// [`clean`], and line feeds and tabs become spaces: never more than one line.
pub fn clean_line(text: &str) -> Cow<'_, str> {
    if is_plain(text.as_bytes()) {
        return Cow::Borrowed(text);
    }
    match clean(text) {
        Cow::Borrowed(text) if !text.contains(['\n', '\t']) => Cow::Borrowed(text),
        text => Cow::Owned(text.replace(['\n', '\t'], " ")),
    }
}

/// JSON text that can be looked at in a terminal: JSON escapes the controls below space and no others;
/// here the other characters that a terminal obeys are escaped, too. It says the same.
pub fn clean_json(text: &str) -> Cow<'_, str> {
    let harmless = |c: char| c == '\n' || is_harmless(c);
    if text.is_ascii() && !text.contains('\u{7f}') || text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if harmless(c) {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    Cow::Owned(out)
}

/// Recorded output as text: invalid UTF-8 replaced, control sequences left out, a carriage return
/// that rewrites a line (a progress bar) shown as a new line, the rest as [`clean`] does it.
pub fn clean_output(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(at) = rest.find(|c: char| !(c == '\n' || c == '\t' || is_harmless(c))) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(c) = rest.chars().next() else { break };
        let after = &rest[c.len_utf8()..];
        rest = match c {
            // CR LF, and CR CR LF as pseudo-terminals write it, are one line end.
            '\r' => {
                let next = after.trim_start_matches('\r');
                if !next.is_empty() && !next.starts_with('\n') && !out.is_empty() && !out.ends_with('\n') {
                    out.push('\n');
                }
                next
            }
            '\u{7}' => after,
            '\u{1b}' => sequence(after),
            '\u{9b}' => control_sequence(after),
            '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => string_sequence(after),
            _ => {
                push(&mut out, c);
                after
            }
        };
    }
    out.push_str(rest);
    out
}

/// What follows an escape sequence, given what follows its escape character.
fn sequence(rest: &str) -> &str {
    match rest.as_bytes().first() {
        Some(b'[') => control_sequence(&rest[1..]),
        Some(b']' | b'P' | b'X' | b'^' | b'_') => string_sequence(&rest[1..]),
        // Intermediate bytes, then one final byte: `ESC ( B`.
        Some(0x20..=0x2f) => {
            let rest = rest.trim_start_matches(|c| matches!(c, ' '..='/'));
            rest.strip_prefix(|c| matches!(c, '0'..='~')).unwrap_or(rest)
        }
        Some(0x30..=0x7e) => &rest[1..],
        _ => rest,
    }
}

/// Parameter and intermediate bytes, then one final byte.
fn control_sequence(rest: &str) -> &str {
    let rest = rest.trim_start_matches(|c| matches!(c, ' '..='?'));
    rest.strip_prefix(|c| matches!(c, '@'..='~')).unwrap_or(rest)
}

/// Up to BEL or the string terminator. One that is not ended on its line hides nothing: only its
/// introducer goes.
fn string_sequence(rest: &str) -> &str {
    // Stopping at any control character keeps this linear over a row of introducers.
    let end = rest.find(char::is_control);
    let Some(end) = end else { return rest };
    let after = &rest[end..];
    let ends = ["\u{7}", "\u{1b}\\", "\u{9c}"];
    ends.iter().find_map(|terminator| after.strip_prefix(terminator)).unwrap_or(rest)
}

/// Whether a terminal only draws it. Line feed and tab are the caller's to decide.
fn is_harmless(c: char) -> bool {
    match c {
        ' '..='~' => true,
        // C0, DEL and C1.
        '\0'..='\u{9f}' => false,
        // Marks, embeddings, overrides and isolates that turn the order of text around.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
        // Line and paragraph separator; invisible fillers; language tags, which hide text.
        '\u{2028}' | '\u{2029}' | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{206a}'..='\u{206f}' => false,
        '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => false,
        _ => true,
    }
}

/// A character made visible: the control pictures of Unicode where there is one, else its number.
fn push(out: &mut String, c: char) {
    let picture = match c as u32 {
        code @ 0..=0x1f => char::from_u32(0x2400 + code),
        0x7f => Some('\u{2421}'),
        _ if is_harmless(c) => Some(c),
        _ => None,
    };
    match picture {
        Some(picture) => out.push(picture),
        None => out.push_str(&format!("<U+{:04X}>", c as u32)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_text_is_left_alone() {
        for text in ["", "systemctl restart mysql\n\techo ok", "Ärger 雪 👩‍👩‍👧 done", "a → b"]
        {
            assert!(matches!(clean(text), Cow::Borrowed(same) if same == text));
            assert_eq!(clean_output(text.as_bytes()), text);
        }
    }

    #[test]
    fn what_a_terminal_obeys_becomes_visible() {
        assert_eq!(clean("ls \u{1b}[8mrm -rf /\u{1b}[0m"), "ls ␛[8mrm -rf /␛[0m");
        assert_eq!(clean("rm -rf /\rls      "), "rm -rf /␍ls      ");
        assert_eq!(clean("a\r\nb\u{8}\u{7f}\u{9b}2J"), "a\nb␈␡<U+009B>2J");
        assert_eq!(clean("safe\u{202e}gpj.exe"), "safe<U+202E>gpj.exe");
        assert_eq!(clean_line("two\nlines\tand a tab"), "two lines and a tab");
    }

    #[test]
    fn sequences_of_recorded_output_go() {
        for (raw, shown) in [
            ("\u{1b}[1;31mfailed\u{1b}[0m", "failed"),
            ("\u{1b}]0;a title\u{7}ok", "ok"),
            ("\u{1b}]8;;https://evil\u{1b}\\good.example\u{1b}]8;;\u{1b}\\", "good.example"),
            ("\u{1b}]52;c;ZXZpbA==\u{7}", ""),
            ("\u{1b}]0;never ended\nnext", "0;never ended\nnext"),
            ("\u{1b}(Bx\u{1b}7y\u{1b}", "xy"),
            ("10%\r20%\r\r\n30%\r", "10%\n20%\n30%"),
            ("nul\0", "nul␀"),
        ] {
            assert_eq!(clean_output(raw.as_bytes()), shown, "{raw:?}");
        }
        assert_eq!(clean_output(b"\xff\x9b2J"), "\u{fffd}\u{fffd}2J");
    }

    #[test]
    fn json_says_the_same_and_drives_nothing() {
        let text = "a\u{1b}]0;x\u{7}\u{7f}\u{9b}31m\u{202e}b\u{200b}\u{e0041}é雪";
        let json = serde_json::to_string(&[text]).unwrap();
        let cleaned = clean_json(&json);
        assert!(!cleaned.chars().any(|c| c.is_control() || !is_harmless(c)), "{cleaned}");
        assert_eq!(serde_json::from_str::<[String; 1]>(&cleaned).unwrap(), [text]);
        assert!(matches!(clean_json("{\n  \"a\": \"é\"\n}\n"), Cow::Borrowed(_)));
    }

    fn nasty() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("\u{1b}".to_owned()),
            Just("\u{1b}[".to_owned()),
            Just("\u{1b}]8;;x".to_owned()),
            Just("\u{9b}".to_owned()),
            Just("\u{9d}".to_owned()),
            Just("\u{7}".to_owned()),
            Just("\r".to_owned()),
            Just("\u{202e}".to_owned()),
            any::<char>().prop_map(String::from),
            "[ -~]{0,4}",
        ];
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    fn obeyed(c: char) -> bool {
        c != '\n' && c != '\t' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn nothing_is_left_to_obey(text in nasty()) {
            let cleaned = clean(&text);
            prop_assert!(!cleaned.chars().any(obeyed));
            prop_assert_eq!(clean(&cleaned), &*cleaned, "cleaning twice changes nothing");
            let lines = clean_line(&text).chars().any(|c| c == '\n' || c == '\t' || obeyed(c));
            prop_assert!(!lines);
            let output = clean_output(text.as_bytes());
            prop_assert!(!output.chars().any(obeyed), "{:?}", output);
        }

        #[test]
        fn any_bytes_are_cleaned(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            prop_assert!(!clean_output(&bytes).chars().any(obeyed));
        }
    }
}
