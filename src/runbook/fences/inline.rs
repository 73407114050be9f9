//! Commands in running text: what stands before them in their quotes, and where the line is broken.

use crate::runbook::prompts;

/// The code without the prompt it may begin with: `$ kubectl get pods`, `# df -h`. What looks like a
/// comment is left as it is, and so is a variable.
pub(in crate::runbook) fn without_prompt(code: &str) -> &str {
    let sign = code.trim_start();
    if !sign.starts_with(['$', '#']) {
        return code;
    }
    if let Some(command) = sign.strip_prefix("$ ") {
        return command.trim_start();
    }
    prompts::root(sign).map_or(code, |len| &sign[len..])
}

/// Whether the code begins with a prompt, so that what follows is a command, be it one word.
pub(in crate::runbook) fn has_prompt(code: &str) -> bool {
    without_prompt(code).len() < code.len()
}

/// The command that was broken over lines of running text, where Markdown says `text`: as long as it
/// stands in the file, so that every place in it is one there. None where the break may mean
/// something, or something else stands at the beginning of the line.
pub(in crate::runbook) fn unbroken(command: &str, text: &str) -> Option<String> {
    let mut open = command.match_indices('\n').map(|(at, _)| &command[..at]).filter(|before| {
        let odd = |quote: char| before.matches(quote).count() % 2 == 1;
        odd('\'') || odd('"') || before.contains(" #")
    });
    let same = command.split_whitespace().eq(without_prompt(text).split_whitespace());
    (same && open.next().is_none()).then(|| command.replace("\\\n", "  ").replace(['\n', '\r'], " "))
}

/// Statements of the consoles of other programs, which prose says to "run" as well.
#[rustfmt::skip]
const STATEMENTS: &[&str] = &[
    "alter", "analyze", "as", "begin", "call", "client", "cluster", "commit", "config", "const", "create",
    "debug", "def", "delete", "desc", "describe", "drop", "explain", "for", "from", "get", "grant", "if",
    "import", "in", "info", "insert", "let", "load", "on", "print", "puts", "reindex", "replicaof",
    "require", "revoke", "rollback", "select", "sentinel", "set", "show", "slaveof", "the", "truncate",
    "update", "use", "vacuum", "var", "while", "with",
];

/// Whether inline code looks like a command of some program: two plain words or more, the first of
/// which is no statement of a query language or console.
pub(in crate::runbook) fn may_be_command(code: &str) -> bool {
    let mut words = code.split_ascii_whitespace();
    let (Some(program), Some(second)) = (words.next(), words.next()) else { return false };
    program.starts_with(|c: char| c.is_ascii_lowercase())
        && program
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
        && STATEMENTS.binary_search(&program).is_err()
        && !code.contains(['(', '{', ';', '\n'])
        && !second.starts_with(['=', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_sorted_for_the_search() {
        assert!(STATEMENTS.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
