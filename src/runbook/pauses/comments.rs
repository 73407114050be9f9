//! What the comments of a script, and the lines beside them, say of the commands that follow.

use super::super::elsewhere;
use super::super::words::{self, Words, is_imperative};

/// Whether the line is a comment that begins with "or": not one that goes on with the line above.
pub(in crate::runbook) fn says_or(line: &str, above: &str) -> bool {
    let Some(comment) = line.trim().strip_prefix('#') else { return is_or(line) };
    let first = Words { rest: comment.trim_start_matches(['#', ' ']) }.next();
    let says = first.is_some_and(|word| {
        matches!(&*word.lower(), "or" | "alternatively" | "otherwise" | "o")
            || words::says_or_abroad(word.text)
    });
    let counted = option(line).is_some_and(|number| number > 1);
    (says || counted || is_example(line) || is_one_case(line)) && !above.trim().starts_with('#')
}

/// Whether a comment that offers another way does so with an "or" or the like: a counted option, or one of
/// several systems, may well hold more comments.
pub(in crate::runbook) fn ends_with_next(line: &str) -> bool {
    line.trim_start().starts_with('#') && option(line).is_none() && !is_platform(line)
}

/// Whether the line is a comment that ends another way to do the same: it does not go on with it, and is
/// set off from what is `above` it where that way was (`parted`).
pub(in crate::runbook) fn ends_way(line: &str, above: &str, parted: bool) -> bool {
    let Some(comment) = line.trim_start().strip_prefix('#') else { return false };
    let above = above.trim();
    if above.starts_with('#') || parted && !above.is_empty() || says_or(line, above) {
        return false;
    }
    let first = Words { rest: comment }.next().map(|word| word.lower());
    first.is_some_and(|word| {
        !matches!(
            &*word,
            "after" | "afterwards" | "again" | "also" | "and" | "finally" | "next" | "now" | "then" | "wait"
        )
    })
}

/// Whether a comment says that what follows is for one case of several, or for another account than the one
/// that is used: "# Restore it (volume example)", "# From the backup account".
fn is_one_case(line: &str) -> bool {
    let Some(comment) = line.trim_start().strip_prefix('#') else { return false };
    let comment = comment.trim();
    if comment.ends_with("example)") {
        return comment.contains('(');
    }
    // Few comments begin so.
    let begins = ["From the ", "From a", "In the ", "In a"].iter().any(|begin| comment.starts_with(begin));
    let end = |place: &str| place.find([',', ':', '(', '—', '–']).or_else(|| place.find(" - "));
    begins && {
        let place = comment[..end(comment).unwrap_or(comment.len())].trim_end();
        place.len() < 60 && place.ends_with(" account")
    }
}

/// Whether the line is nothing but an "or" between two commands, which no shell knows.
pub(in crate::runbook) fn is_or(line: &str) -> bool {
    let line = line.trim();
    // Nearly all lines are longer.
    line.len() < 12
        && line.contains(['o', 'O'])
        && ["or", "(or)", "or:", "- or -", "-- or --", "--- or ---"]
            .iter()
            .any(|or| line.eq_ignore_ascii_case(or))
}

/// Whether a comment says that what follows is done only in some case ("# 3. If it hangs, ...", "# Only when
/// ...", "# Clean up (optional)"): whether it is the case, a person sees.
pub(super) fn says_if(line: &str) -> bool {
    let Some(comment) = line.trim_start().strip_prefix('#') else { return false };
    let mut words =
        Words { rest: comment }.filter(|word| !word.text.bytes().all(|byte| byte.is_ascii_digit()));
    let first = words.next().map(|word| word.lower());
    match first.as_deref() {
        Some("if" | "optional" | "optionally") => true,
        // "# After the reboot, log in"
        Some("after" | "once") => ["reboot", "restart", "boot"].iter().any(|word| comment.contains(word)),
        Some("only") => words.next().is_some_and(|word| matches!(&*word.lower(), "if" | "when")),
        // "# For Docker", but not "# For all of them"
        Some("for") => is_for_some(line),
        // "# To also delete the data", "# To keep it instead"
        Some("to") => {
            let said = comment.trim_end_matches([':', ' ', '.']);
            let ends = [" instead", " as well", " too"].iter().any(|end| said.ends_with(end));
            ends || words.next().is_some_and(|word| &*word.lower() == "also")
        }
        _ => {
            let said = comment.trim_end_matches([':', ' ', '.', ')']);
            ["(optional", "if needed", "if necessary", "if required"].iter().any(|end| said.ends_with(end))
                || comment.contains("(if ")
                || !said.is_ascii()
                    && ["必要に応じ", "如有必要", "如果需要"].iter().any(|sign| said.contains(sign))
        }
    }
}

/// Whether a person has to say that it is the case of which [`says_if`] is true, before what follows may run:
/// nobody does after a restart, and what is for one of several systems is one way of several.
pub(in crate::runbook) fn asks_first(line: &str) -> bool {
    let Some(comment) = line.trim_start().strip_prefix('#') else { return false };
    let first = Words { rest: comment }.find(|word| !word.text.bytes().all(|byte| byte.is_ascii_digit()));
    first.is_some_and(|word| !matches!(&*word.lower(), "after" | "once" | "for")) && says_if(line)
}

/// Whether a comment may name another way to do what a command above it did, where that is much the same:
/// "# Force the renewal", "# For several hosts"; not what that is for ("# For the replica").
pub(super) fn may_vary(line: &str) -> bool {
    let Some(comment) = line.trim_start().strip_prefix('#') else { return false };
    let mut words = Words { rest: comment };
    match words.next().map(|word| word.lower()).as_deref() {
        Some("force") => true,
        Some("for") => {
            let next = words.next().map(|word| word.lower());
            let of_one = |word: &str| matches!(word, "a" | "an" | "our" | "that" | "the" | "this" | "your");
            is_for_some(line) && !next.is_some_and(|word| of_one(&word))
        }
        _ => false,
    }
}

/// Whether a comment names one case of several ("# For Docker:", "# For many hosts").
pub(super) fn is_for_some(line: &str) -> bool {
    let Some(comment) = line.trim_start().strip_prefix('#') else { return false };
    let mut words = Words { rest: comment }.map(|word| word.lower());
    words.next().is_some_and(|word| &*word == "for")
        && words.next().is_some_and(|word| {
            !matches!(
                &*word,
                "all"
                    | "any"
                    | "details"
                    | "each"
                    | "every"
                    | "everything"
                    | "example"
                    | "info"
                    | "instance"
                    | "more"
                    | "now"
                    | "reference"
                    | "safety"
            )
        })
}

/// Whether a comment names the machine for what follows ("# On node2"): what stands before it is for
/// another one.
pub(super) fn names_place(line: &str) -> bool {
    elsewhere::comment_label(line).is_some()
}

/// The number that a comment has as the steps of a list have: "# 2. Start it".
pub(super) fn count(line: &str) -> Option<u32> {
    let comment = line.strip_prefix('#')?.trim_start_matches(['#', ' ']);
    let digits = comment.bytes().take_while(u8::is_ascii_digit).count();
    comment[digits..].starts_with(['.', ')']).then(|| comment[..digits].parse().ok()).flatten()
}

/// Whether a comment counts: what its number follows tells whether it is a part of another way.
pub(in crate::runbook) fn is_counted(line: &str) -> bool {
    count(line.trim_start()).is_some()
}

/// Which of several counted alternatives a comment names ("# Option 2: by hand").
pub(super) fn option(line: &str) -> Option<usize> {
    words::option_number(line.trim_start().strip_prefix('#')?.trim_start_matches(['#', ' ']))
}

/// Whether a comment says that what follows is an example of what stands before it.
fn is_example(line: &str) -> bool {
    line.trim_start().strip_prefix('#').is_some_and(words::is_example)
}

/// Whether a comment is the label of a system ("# Debian/Ubuntu").
pub(super) fn is_platform(line: &str) -> bool {
    line.trim_start().strip_prefix('#').is_some_and(|comment| {
        // What it runs in is a system as well, where it stands alone.
        let name = comment.trim().trim_end_matches(':');
        let begins = matches!(name.as_bytes().first(), Some(b'D' | b'K' | b'P' | b'd' | b'k' | b'p'));
        words::names_platform(comment)
            || begins
                && ["Docker", "Docker Compose", "Kubernetes", "Podman"]
                    .iter()
                    .any(|system| name.eq_ignore_ascii_case(system))
    })
}

/// Whether a command is followed by a comment that is the label of a system ("apt install x  # Ubuntu").
pub(super) fn of_system(line: &str) -> bool {
    let Some((command, comment)) = line.split_once(" #") else { return false };
    !command.trim().is_empty() && !command.trim_start().starts_with('#') && words::names_platform(comment)
}

/// Whether any line of the script is such a command: few scripts have comments behind commands.
pub(super) fn comments_on_systems(script: &str) -> bool {
    let behind = |&at: &usize| script.as_bytes()[..at].last() == Some(&b' ');
    memchr::memchr_iter(b'#', script.as_bytes()).filter(behind).any(|at| {
        let comment = &script[at + 1..];
        words::names_platform(comment.lines().next().unwrap_or(""))
    })
}

/// "wait until it is up", "then wait for the pod, then go on", "watch the lag before the next one".
pub(super) fn asks_to_wait(comment: &str) -> bool {
    let lower = comment.to_ascii_lowercase();
    let list: Vec<&str> = Words { rest: &lower }.map(|word| word.text).take(12).collect();
    let Some(at) = list.iter().position(|word| matches!(*word, "wait" | "watch")) else { return false };
    let rest = &list[at + 1..];
    // "watch the logs" alone is what the command does.
    let until = rest.iter().any(|word| matches!(*word, "until" | "till" | "before" | "then" | "proceed"));
    let wait = list[at] == "wait" && (until || matches!(rest.first(), Some(&("for" | "a" | "at" | "some"))));
    (wait || until) && (at == 0 || is_imperative(comment))
}

/// Whether the command is itself what the comment above it announces.
pub(super) fn waits_itself(line: &str) -> bool {
    let mut words = line.split_whitespace().filter(|word| !word.starts_with("sudo"));
    let first = words.next().unwrap_or("");
    matches!(first, "sleep" | "wait" | "while" | "until" | "watch" | "timeout" | "for" | "read")
        || words.any(|word| matches!(word, "wait" | "--wait" | "-w" | "-f" | "status" | "--watch" | "tail"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_that_asks_to_wait_is_told_from_others() {
        for yes in [
            "Wait for the pod to be up, then proceed to the next one",
            "wait until replication has caught up",
            "then wait for it",
            "wait a minute",
            "Watch the lag until it is 0",
            "now wait until all are gone",
        ] {
            assert!(asks_to_wait(yes), "{yes}");
        }
        for no in [
            "watch the logs",
            "no need to wait",
            "the wait is over",
            "list what is waiting",
            "restart it",
            "waits for nothing",
            "",
        ] {
            assert!(!asks_to_wait(no), "{no}");
        }
    }
}
