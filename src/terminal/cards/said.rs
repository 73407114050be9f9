//! What a long output said of its trouble, beside the verdict.

use super::Page;
use crate::terminal::clean::clean_output;

/// So many lines of the end of an output are in sight when its verdict is read.
const IN_SIGHT: usize = 10;
/// No more of an output is looked through, in bytes from its end.
const LONGEST: usize = 256 * 1024;

/// Words of a line that says what went wrong, in lower case.
const WORDS: [&str; 16] = [
    "error",
    "errors",
    "fatal",
    "failed",
    "failure",
    "denied",
    "refused",
    "cannot",
    "unable",
    "panic",
    "panicked",
    "exception",
    "critical",
    "abort",
    "aborted",
    "unreachable",
];
const PHRASES: [&str; 5] = ["could not", "no such", "not found", "timed out", "not permitted"];

/// The last line of `output` that speaks of trouble, where it is out of sight by now.
pub fn said(page: Page, output: &[u8]) -> Vec<String> {
    let text = clean_output(&output[output.len().saturating_sub(LONGEST)..]);
    let lines: Vec<&str> = text.lines().collect();
    let Some(at) = lines.iter().rposition(|line| tells_trouble(line)) else { return Vec::new() };
    let below = lines.len() - at - 1;
    if below < IN_SIGHT {
        return Vec::new();
    }
    page.row("Said", &format!("{} ({below} lines before the end)", lines[at].trim()))
}

fn tells_trouble(line: &str) -> bool {
    // What fills the screen is nobody's message.
    let line = line.get(..line.len().min(400)).unwrap_or("").to_ascii_lowercase();
    let none = ["0 error", "no error", "0 failed", "0 failure", "without error"];
    let mut words = line.split(|c: char| !c.is_ascii_alphanumeric());
    (words.any(|word| WORDS.contains(&word)) || PHRASES.iter().any(|phrase| line.contains(phrase)))
        && !none.iter().any(|calm| line.contains(calm))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::style::Style;

    fn shown(output: &str) -> String {
        said(Page::new(80, Style { colour: false, unicode: false }), output.as_bytes()).join("\n")
    }

    #[test]
    fn the_last_trouble_out_of_sight_is_named() {
        let rest = "row\n".repeat(40);
        let output = format!("ERROR: an earlier one\n{rest}FATAL: could not connect\n{rest}");
        assert_eq!(shown(&output), "  Said    FATAL: could not connect (40 lines before the end)");
        assert!(shown(&format!("{rest}cat: x: No such file or directory\n{rest}")).contains("No such file"));
        assert!(shown(&format!("\x1b[31mE: unable to lock\x1b[0m\n{rest}")).contains("Said    E: unable"));
    }

    #[test]
    fn what_is_in_sight_or_no_trouble_is_not() {
        let rest = "row\n".repeat(40);
        for output in [
            format!("{rest}FATAL: here\n"),
            rest.clone(),
            String::new(),
            format!("0 errors, 3 files\n{rest}"),
            format!("terror and refusedly\n{rest}"),
        ] {
            assert_eq!(shown(&output), "", "{output}");
        }
    }
}
