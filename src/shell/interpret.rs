//! Notes which text is read by an interpreter other than the shell: SQL, awk, jq, Python...

use super::model::{Facts, Simple, Word};
use super::unwrap::{input_text, is_operand};
use super::wrappers::interpreter;
use crate::source::Span;

/// Looks at the last command of `out`.
pub(super) fn note(out: &[Simple], facts: &mut Facts) {
    let Some(command) = out.last() else { return };
    let Some(interpreter) = interpreter(&command.program) else { return };
    let mut found = false;
    let mut previous: Option<&Word> = None;
    for word in &command.args {
        let flags = || interpreter.flags.split_ascii_whitespace();
        let after_flag = previous.is_some_and(|previous| flags().any(|flag| flag == previous.text));
        let with_equals = flags().find(|flag| {
            flag.starts_with("--") && word.text.strip_prefix(flag).is_some_and(|rest| rest.starts_with('='))
        });
        // `-e"SELECT 1"`: value and flag in one word.
        let glued = flags()
            .any(|flag| flag.len() == 2 && word.quoted && word.text.len() > 2 && word.text.starts_with(flag));
        if after_flag || with_equals.is_some() || glued {
            let cut = with_equals.map_or(0, |flag| flag.len() + 1);
            facts.inner.push((Span::new(word.source(cut), word.span.end), command.program.clone()));
            found = true;
        }
        previous = Some(word);
    }
    if interpreter.operand
        && !found
        && let Some(word) = command.args.iter().find(|word| is_operand(word))
    {
        facts.inner.push((word.span, command.program.clone()));
        found = true;
    }
    if interpreter.input && !found && input_text(out, out.len() - 1).is_some() {
        input(out, facts);
    }
}

/// Standard input is the program: a heredoc, or the words of an `echo`.
fn input(out: &[Simple], facts: &mut Facts) {
    use super::model::Input;
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
