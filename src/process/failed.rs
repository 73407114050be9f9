//! Commands inside a block that failed although the block went on.
//!
//! bash's ERR trap says which: it knows what is a condition and what is not. It writes to a file
//! of midwatch's, so that nothing of it appears in the step's output.

use std::path::Path;

use crate::event::FailedLine;

/// Lines noted at most.
const MOST: usize = 20;
/// Characters of a command that are noted.
const LONGEST: usize = 200;
const FIELD: u8 = 0x1e;
const END: &[u8] = b"\x1f\n";

/// Shell text that makes bash write to `path` (already quoted) about every command that fails.
///
/// Frames come with it: a line inside a function of an earlier step, or of a file that was
/// sourced, is not a line of this block.
pub(super) fn trap(path: &str) -> String {
    let body = format!(
        "{{ case $((__MIDWATCH_FAILED++)) in ?|??) \\builtin printf '%s\\036' \"$?\" \"$LINENO\" \"$BASH_SUBSHELL\" \
         \"${{#BASH_LINENO[@]}}\" \"$BASH_COMMAND\" \"${{BASH_LINENO[@]-}}\" \"${{BASH_SOURCE[@]-}}\" $'\\037\\n';; esac; }} \
         2>/dev/null >>{path}"
    );
    let body = super::shell::quote(body.as_bytes());
    format!("__MIDWATCH_FAILED=0\ntrap -- {} ERR\nset -E\n", String::from_utf8_lossy(&body))
}

/// Whether a step that says this sets an ERR trap of its own, which must not be disturbed.
pub(super) fn has_own_trap(script: &str) -> bool {
    script.contains("trap") && script.contains("ERR")
}

struct Failure {
    line: usize,
    status: i32,
    depth: usize,
    command: String,
}

/// Reads what the trap wrote.
///
/// `text_at`: a file the block itself was read from; `exit`: how the block ended. What ended it
/// is not among the failures it went on after.
pub(super) fn read(written: &[u8], text_at: Option<&Path>, exit: Option<i32>) -> Vec<FailedLine> {
    let mut failures: Vec<Failure> = Vec::new();
    let mut last = None;
    let mut from = 0;
    for end in memchr::memmem::find_iter(written, END) {
        let record = written[from..end].strip_prefix(&[FIELD]).unwrap_or(&written[from..end]);
        from = end + END.len();
        let Some(failure) = failure(record, text_at) else { continue };
        // The same failure, seen again by what contains it: a subshell, a function, an eval.
        let again = failures.last().is_some_and(|inner| {
            inner.status == failure.status
                && (inner.depth > failure.depth
                    || failure.command.starts_with("eval ") && inner.line == failure.line)
        });
        if again {
            if let Some(inner) = failures.last_mut() {
                inner.depth = failure.depth;
            }
            last = failures.last().map(|inner| inner.status);
            continue;
        }
        last = Some(failure.status);
        failures.push(failure);
    }
    // It did not go on after this one.
    if last.is_some() && last == exit {
        failures.pop();
    }
    let mut lines: Vec<FailedLine> = Vec::new();
    for Failure { line, status, command, .. } in failures {
        let line = FailedLine { line, status, command };
        // Once is enough for a loop.
        if lines.len() < MOST && !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

fn failure(record: &[u8], text_at: Option<&Path>) -> Option<Failure> {
    let fields: Vec<&[u8]> = record.split(|&byte| byte == FIELD).collect();
    let text = |index: usize| fields.get(index).and_then(|field| std::str::from_utf8(field).ok());
    let number = |index: usize| text(index)?.parse::<usize>().ok();
    let status = text(0)?.parse().ok()?;
    let mut line = number(1)?;
    let frames = number(3)?;
    let depth = number(2)? + frames;
    let command = String::from_utf8_lossy(fields.get(4)?);
    let command: String = command.lines().next().unwrap_or_default().chars().take(LONGEST).collect();
    let calls = frames.max(1);
    for frame in 0..frames {
        let source = fields.get(5 + calls + frame).copied().unwrap_or_default();
        let block = source.is_empty()
            || [b"environment".as_slice(), b"main"].contains(&source)
            || text_at.is_some_and(|path| super::shell::os_bytes(path.as_os_str()) == source);
        if block {
            break;
        }
        line = number(5 + frame)?;
    }
    Some(Failure { line, status, depth, command })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// One record as the trap writes it.
    fn record(status: i32, line: usize, depth: usize, command: &str, frames: &[(usize, &str)]) -> Vec<u8> {
        let count = frames.len().to_string();
        let mut fields =
            vec![status.to_string(), line.to_string(), depth.to_string(), count, command.to_owned()];
        let or_nothing = |mut list: Vec<String>| {
            list.extend(list.is_empty().then(String::new));
            list
        };
        fields.extend(or_nothing(frames.iter().map(|frame| frame.0.to_string()).collect()));
        fields.extend(or_nothing(frames.iter().map(|frame| frame.1.to_owned()).collect()));
        let mut bytes: Vec<u8> =
            fields.iter().flat_map(|field| [field.as_bytes(), &[FIELD]].concat()).collect();
        bytes.extend([END, &[FIELD]].concat());
        bytes
    }

    #[test]
    fn a_line_elsewhere_is_noted_where_the_block_called_it() {
        let written = record(1, 40, 0, "false", &[(7, "/lib/a.sh"), (3, "/lib/b.sh")]);
        assert_eq!(read(&written, None, Some(0))[0].line, 3);
        let written = record(1, 2, 0, "false", &[(9, "environment")]);
        assert_eq!(read(&written, None, Some(0))[0].line, 2);
        let written = record(1, 2, 0, "false", &[(9, "/text")]);
        assert_eq!(read(&written, Some(Path::new("/text")), Some(0))[0].line, 2);
    }

    #[test]
    fn what_contains_a_failure_does_not_repeat_it() {
        let written = [record(3, 2, 2, "exit 3", &[]), record(3, 1, 0, "( exit 3 )", &[])].concat();
        assert_eq!(read(&written, None, Some(0)).len(), 1);
        assert_eq!(read(&written, None, Some(3)), []);
        let written = [record(3, 1, 0, "a", &[]), record(3, 2, 0, "b", &[])].concat();
        assert_eq!(read(&written, None, Some(0)).len(), 2);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn whatever_is_written_is_read(parts in prop::collection::vec("[0-9a\x1e]{0,6}|\x1f\n|\x1e", 0..30)) {
            read(parts.concat().as_bytes(), None, Some(0));
        }
    }
}
