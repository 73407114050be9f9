//! Whether a command certainly leaves the shell that runs it as it was.

use super::known::known_command;
use super::model::{Facts, Simple};

/// Builtins that change nothing of the shell, whatever their arguments; `printf -v` is found by
/// what it sets.
const HARMLESS: [&str; 9] = [":", "true", "false", "echo", "printf", "test", "[", "pwd", "type"];

/// Commands of the list that are builtins (or become one through a wrapper) and may change the
/// shell.
const CHANGES: [&str; 53] = [
    ".",
    "alias",
    "bg",
    "bind",
    "break",
    "builtin",
    "cd",
    "chdir",
    "command",
    "compgen",
    "complete",
    "compopt",
    "continue",
    "coproc",
    "declare",
    "dirs",
    "disown",
    "enable",
    "eval",
    "exec",
    "exit",
    "export",
    "fc",
    "fg",
    "getopts",
    "hash",
    "history",
    "jobs",
    "let",
    "local",
    "logout",
    "mapfile",
    "popd",
    "pushd",
    "read",
    "readarray",
    "readonly",
    "return",
    "set",
    "shift",
    "shopt",
    "source",
    "suspend",
    "times",
    "trap",
    "typeset",
    "ulimit",
    "umask",
    "unalias",
    "unset",
    "use",
    "wait",
    "[[",
];

pub(super) fn keeps_state(text: &str, facts: &Facts) -> bool {
    facts.open.is_none()
        && facts.errors.is_empty()
        && facts.sets.is_empty()
        && facts.functions.is_empty()
        && !facts.arithmetic
        // `$((n++))` is arithmetic, too, as are `$[n++]` and `${a[n++]}`; `${x:=y}` is in `sets`.
        && !text.contains("$((")
        && !text.contains("$[")
        && !facts.uses.iter().any(|one| may_assign(&text[one.span.range()]))
        && facts.commands.iter().filter(|command| command.via.is_empty()).all(harmless)
}

/// `${a[n++]}`, `${a:n=1}`: an expansion that may hold arithmetic.
fn may_assign(expansion: &str) -> bool {
    expansion.contains(['[', '=', '+']) || expansion.contains("--")
}

fn harmless(command: &Simple) -> bool {
    let program = command.program.as_str();
    !command.background
        && command.assigns.is_empty()
        && !program.is_empty()
        && !program.bytes().any(|b| matches!(b, b'$' | b'`' | b'~' | b'*' | b'?'))
        && !CHANGES.contains(&program)
        && (HARMLESS.contains(&program) || known_command(program))
}
