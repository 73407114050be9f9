//! Text that is read by an interpreter other than the shell: SQL, awk, jq, Python...

use super::model::{Facts, Input, Simple, Word};
use super::unwrap::{input_text, is_operand};
use super::wrappers::{Interpreter, interpreter};
use crate::source::Span;

/// Notes what the last command of `out` is told in its own language.
pub(super) fn note(out: &[Simple], facts: &mut Facts) {
    let Some(command) = out.last() else { return };
    let Some(interpreter) = interpreter(&command.program) else { return };
    let given = given(interpreter, command);
    facts.inner.extend(
        given
            .iter()
            .map(|&(word, cut)| (Span::new(word.source(cut), word.span.end), command.program.clone())),
    );
    if interpreter.input && given.is_empty() && input_text(out, out.len() - 1).is_some() {
        input(out, facts);
    }
}

/// The text that the command at `index` is told: values of flags such as `-c` and `-e`, an
/// operand, and standard input if it is written in the script.
pub(super) fn told(commands: &[Simple], index: usize) -> Vec<String> {
    let Some(command) = commands.get(index) else { return Vec::new() };
    let Some(interpreter) = interpreter(&command.program) else { return Vec::new() };
    let mut told: Vec<String> =
        given(interpreter, command).into_iter().map(|(word, cut)| word.text[cut..].to_owned()).collect();
    if interpreter.input && told.is_empty() {
        told.extend(input_text(commands, index).map(|joined| joined.text));
    }
    told
}

/// The words that hold text of the interpreter's language, and where in their text it begins.
fn given<'c>(interpreter: &Interpreter, command: &'c Simple) -> Vec<(&'c Word, usize)> {
    let flags = || interpreter.flags.split_ascii_whitespace();
    let mut found = Vec::new();
    let mut previous: Option<&Word> = None;
    for word in &command.args {
        let dashed = word.text.starts_with('-');
        let with_equals = flags()
            .filter(|flag| dashed && flag.starts_with("--"))
            .find(|flag| word.text.strip_prefix(flag).is_some_and(|rest| rest.starts_with('=')));
        // `-e"SELECT 1"`: flag and value in one word.
        let glued = || {
            dashed
                && word.quoted
                && flags().any(|flag| flag.len() == 2 && word.text.len() > 2 && word.text.starts_with(flag))
        };
        if previous.is_some_and(|previous| flags().any(|flag| ends_with_flag(&previous.text, flag))) {
            found.push((word, 0));
        } else if let Some(flag) = with_equals {
            found.push((word, flag.len() + 1));
        } else if glued() {
            found.push((word, 2));
        }
        previous = Some(word);
    }
    if let Some(skip) = interpreter.operand.checked_sub(1).filter(|_| found.is_empty()) {
        found.extend(command.args.iter().filter(|word| is_operand(word)).nth(skip).map(|word| (word, 0)));
    }
    found
}

/// `-c`, or a cluster that ends in it: `-tAc`.
fn ends_with_flag(word: &str, flag: &str) -> bool {
    let cluster = || {
        flag.len() == 2
            && (3..6).contains(&word.len())
            && word.starts_with('-')
            && word.ends_with(&flag[1..])
            && word[1..].bytes().all(|b| b.is_ascii_alphabetic())
    };
    word == flag || cluster()
}

/// Standard input is the program: a heredoc, or the words of an `echo`.
fn input(out: &[Simple], facts: &mut Facts) {
    let Some(command) = out.last() else { return };
    let program = command.program.clone();
    match &command.input {
        Input::Text(_, span) => facts.inner.push((*span, program)),
        Input::Pipe(from) => {
            let source = &out[*from];
            if let Input::Text(_, span) = &source.input {
                facts.inner.push((*span, program));
            } else {
                facts.inner.extend(source.args.iter().map(|word| (word.span, program.clone())));
            }
        }
        _ => {}
    }
}
