//! Commands in running text: which code is one, what stands before it in its quotes, and where the
//! line is broken.

use crate::runbook::prompts;
use crate::source::{first_word, is_blank, is_one_word};

use super::{begins_with_command, starts_with_command, unassigned};

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
fn has_prompt(code: &str) -> bool {
    without_prompt(code).len() < code.len()
}

/// `nginx Active Connections per Node` is the name of a dashboard.
fn is_title(code: &str) -> bool {
    let words = || code.split_whitespace().skip(1);
    // Most commands have a sign in their arguments that no word of a title has.
    let plain = |byte: u8| byte.is_ascii_alphabetic() || byte.is_ascii_whitespace() || !byte.is_ascii();
    first_word(code).1.bytes().all(plain)
        && words().count() > 2
        && words().all(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic()))
        && words().filter(|word| word.starts_with(|c: char| c.is_ascii_uppercase())).count() > 2
        && words().next().is_some_and(|word| word.bytes().skip(1).any(|byte| byte.is_ascii_lowercase()))
}

/// Whether the code names a kind of command and nothing it would act on: "use `rm -rf` with care",
/// "`kubectl delete` takes long".
fn is_fragment(program: &str, code: &str) -> bool {
    let mut operands = code.split_whitespace().skip_while(|word| *word != program).skip(1);
    match program {
        "rm" | "rmdir" | "kill" | "pkill" | "killall" | "mv" | "cp" | "chmod" | "chown" | "shred"
        | "truncate" | "scp" | "rsync" => !operands.any(|word| !word.starts_with('-')),
        "kubectl" | "oc" => {
            let acts = operands.next().is_some_and(|word| {
                matches!(
                    word,
                    "exec"
                        | "delete"
                        | "edit"
                        | "scale"
                        | "drain"
                        | "cordon"
                        | "uncordon"
                        | "label"
                        | "annotate"
                        | "patch"
                        | "apply"
                        | "create"
                        | "replace"
                        | "logs"
                        | "describe"
                        | "debug"
                        | "cp"
                        | "attach"
                )
            });
            acts && operands.next().is_none()
        }
        _ => false,
    }
}

/// Whether inline code of two words or more is a command (not `set of nodes`).
pub(in crate::runbook) fn is_inline_command(code: &str) -> bool {
    // Most inline code is one word.
    if is_one_word(code.as_bytes()) {
        return false;
    }
    if has_prompt(code) {
        return starts_with_command(without_prompt(code)) == Some(true);
    }
    let left = unassigned(code);
    let (first, rest) = first_word(left);
    let (second, rest) = first_word(rest);
    if second.is_empty() {
        return false;
    }
    let word = matches!(
        first,
        "set"
            | "test"
            | "type"
            | "time"
            | "read"
            | "let"
            | "wait"
            | "return"
            | "break"
            | "continue"
            | "shift"
            | "function"
            | "declare"
            | "local"
            | "if"
            | "for"
            | "while"
            | "until"
            | "case"
            | "select"
            | "true"
            | "false"
            | "yes"
            | "no"
            | "["
    );
    // "a `psql session`", "the `nginx service`" speak of one.
    let named = is_blank(rest)
        && matches!(
            second,
            "session"
                | "sessions"
                | "prompt"
                | "process"
                | "processes"
                | "service"
                | "services"
                | "command"
                | "commands"
                | "pod"
                | "pods"
                | "container"
                | "node"
                | "nodes"
                | "daemon"
        );
    // The full stop of a sentence between two codes reads a file only where one follows.
    let stop = first == "." && !second.contains(['/', '.', '$', '~']);
    if word || named || stop || is_fragment(first, code) {
        return false;
    }
    !second.starts_with(['=', ':']) && begins_with_command(code, left) && !is_title(code)
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
    "alter", "analyze", "as", "begin", "call", "change", "client", "cluster", "commit", "config",
    "const", "create", "debug", "def", "delete", "desc", "describe", "drop", "explain", "flush", "for",
    "from", "get", "grant", "if", "import", "in", "info", "insert", "kill", "let", "load", "on", "print",
    "purge", "puts", "reindex", "replicaof", "require", "reset", "revoke", "rollback", "select",
    "sentinel", "set", "show", "slaveof", "start", "stop", "the", "truncate", "update", "use", "vacuum",
    "var", "while", "with",
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
