//! Looks at a script: whether the shell may be unable to read it, whether it fills the screen, whether it
//! ends a session.

use crate::shell::{self, Reading};
use crate::source::{first_word, trim};

/// Where a brace or bracket stands alone on its line before a line that begins with a quoted name: to the
/// shell that may be a command, to its author it is JSON.
pub(super) fn data(script: &str) -> Option<usize> {
    let mut from = 0;
    for line in script.split_inclusive('\n') {
        let next = from + line.len();
        if matches!(trim(line), "{" | "[") && script[next..].trim_start().starts_with('"') {
            return Some(next - line.trim_start().len());
        }
        from = next;
    }
    None
}

/// A look at the bytes: whether a script may hold anything that the shell cannot read, which takes a sign, or a
/// line that begins with a word of the shell's own.
pub(super) fn may_break<'t>(lines: impl Iterator<Item = &'t str> + Clone) -> bool {
    static IS_SIGN: [bool; 256] = {
        let (mut table, mut at) = ([false; 256], 0);
        let signs = b"{}()['\"<>&|;`";
        while at < signs.len() {
            table[signs[at] as usize] = true;
            at += 1;
        }
        table
    };
    // Most blocks hold none of them; where one stands the linter reads the script anyway.
    let has_sign = |line: &str| line.bytes().fold(false, |found, byte| found | IS_SIGN[usize::from(byte)]);
    lines.clone().any(has_sign) || { lines }.any(|line| closes(line.trim_start()))
}

/// Whether the line begins with a word of the shell's own that opens or closes something.
fn closes(line: &str) -> bool {
    // Most lines begin with another letter.
    if !matches!(
        line.as_bytes().first(),
        Some(b'i' | b't' | b'e' | b'f' | b'w' | b'u' | b'd' | b'c' | b's' | b'!')
    ) {
        return false;
    }
    matches!(
        first_word(line).0.trim_end_matches(';'),
        "if" | "then"
            | "elif"
            | "else"
            | "fi"
            | "for"
            | "while"
            | "until"
            | "do"
            | "done"
            | "case"
            | "esac"
            | "select"
            | "function"
            | "in"
            | "time"
            | "coproc"
            | "!"
    )
}

/// Whether a command of the script fills the screen and listens to keys: an editor, `kubectl edit`, `top`.
pub(super) fn takes_screen(script: &str, reading: &Reading) -> bool {
    static WORDS: shell::WordSet = shell::WordSet::new(SCREENS);
    // Few scripts hold one of these words.
    WORDS.meets(script, reading)
        && reading.script(script).commands().iter().any(|command| {
            let has = |flag: &str| command.args.iter().any(|word| word.text == flag);
            // The value of a flag may stand before it.
            let mut words = command.args.iter().filter(|word| !word.text.starts_with('-')).take(2);
            let takes = match command.program.as_str() {
                "kubectl" | "oc" => words.any(|word| word.text == "edit"),
                "crontab" => has("-e"),
                // In batches they print.
                "top" => !command
                    .args
                    .iter()
                    .any(|word| word.text.starts_with("-b") || word.text.starts_with("-n")),
                "htop" | "nano" | "vi" | "vim" | "visudo" => true,
                _ => false,
            };
            takes
                && command.input == shell::Input::Inherited
                && !command.piped
                && command.redirects.is_empty()
        })
}

/// The words of which such a script holds one.
const SCREENS: [&str; 8] = ["edit", "crontab", "top", "htop", "nano", "vi", "vim", "visudo"];

/// Whether the line ends a session.
pub(in crate::runbook) fn ends_session(line: &str) -> bool {
    matches!(trim(line).trim_end_matches(';'), "exit" | "logout" | "\\q" | "quit")
}
