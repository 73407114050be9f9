//! Reads what `declare -p`, `export -p`, `set` and `alias` print: one assignment a record, which
//! goes to the first newline outside quotes.

/// One printed assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// The variable's name.
    pub name: &'a str,
    /// The whole record, without its newline: run again, it restores the variable.
    pub text: &'a [u8],
    /// What stands after `=`, still quoted; none if it has no value.
    pub value: Option<&'a [u8]>,
}

/// The assignments in `printed`, in order; what is none is left out.
pub fn records(printed: &[u8]) -> Vec<Record<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < printed.len() {
        let end = end_of_record(printed, at);
        found.extend(record(&printed[at..end]));
        at = end + 1;
    }
    found
}

fn record(text: &[u8]) -> Option<Record<'_>> {
    let mut rest = text;
    for verb in ["declare ", "typeset ", "export ", "readonly ", "alias "] {
        if let Some(tail) = rest.strip_prefix(verb.as_bytes()) {
            rest = tail;
            while rest.first() == Some(&b'-') {
                let space = rest.iter().position(|&byte| byte == b' ')?;
                rest = &rest[space + 1..];
            }
            break;
        }
    }
    let declared = rest.len() < text.len();
    let (name, value) = match rest.iter().position(|&byte| byte == b'=') {
        Some(equals) => (&rest[..equals], Some(&rest[equals + 1..])),
        None if declared => (rest, None),
        None => return None,
    };
    let name = std::str::from_utf8(name).ok()?;
    let fits =
        !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || "'\"$`\\;&|<>()".contains(c));
    fits.then_some(Record { name, text, value })
}

/// What the variable restored by `text` holds; none if it has no value.
pub fn value(text: &[u8]) -> Option<Vec<u8>> {
    record(text)?.value.map(unquoted)
}

/// The first newline outside quotes from `at` on, or the end.
fn end_of_record(text: &[u8], mut at: usize) -> usize {
    while at < text.len() {
        match text[at] {
            b'\n' => return at,
            b'\\' => at += 2,
            b'\'' => at = after(text, at + 1, b'\'', false),
            b'"' => at = after(text, at + 1, b'"', true),
            b'$' if text.get(at + 1) == Some(&b'\'') => at = after(text, at + 2, b'\'', true),
            _ => at += 1,
        }
    }
    text.len()
}

/// One past the `quote` that ends what begins at `at`.
fn after(text: &[u8], mut at: usize, quote: u8, escapes: bool) -> usize {
    while at < text.len() && text[at] != quote {
        at += if escapes && text[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

/// The bytes a quoted value stands for. Of an array all elements, with their keys: enough to ask
/// what it contains.
pub fn unquoted(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'\\' => {
                out.extend(text.get(at + 1));
                at += 2;
            }
            b'\'' => {
                let end = after(text, at + 1, b'\'', false);
                out.extend_from_slice(inside(text, at + 1, end));
                at = end;
            }
            b'"' => {
                let end = after(text, at + 1, b'"', true);
                double_quoted(inside(text, at + 1, end), &mut out);
                at = end;
            }
            b'$' if text.get(at + 1) == Some(&b'\'') => {
                let end = after(text, at + 2, b'\'', true);
                ansi_quoted(inside(text, at + 2, end), &mut out);
                at = end;
            }
            byte => {
                out.push(byte);
                at += 1;
            }
        }
    }
    out
}

fn inside(text: &[u8], start: usize, past: usize) -> &[u8] {
    text.get(start..(past - 1).min(text.len())).unwrap_or_default()
}

fn double_quoted(text: &[u8], out: &mut Vec<u8>) {
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, bytes.peek()) {
            (b'\\', Some(&next)) if b"$`\"\\".contains(&next) => {
                out.push(next);
                bytes.next();
            }
            _ => out.push(byte),
        }
    }
}

fn ansi_quoted(text: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while at < text.len() {
        let (byte, next) = (text[at], text.get(at + 1).copied());
        let Some(next) = next.filter(|_| byte == b'\\') else {
            out.push(byte);
            at += 1;
            continue;
        };
        at += 2;
        match next {
            b'a' => out.push(7),
            b'b' => out.push(8),
            b'e' | b'E' => out.push(27),
            b'f' => out.push(12),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'v' => out.push(11),
            b'x' => out.push(number(text, &mut at, 2, 16) as u8),
            b'u' | b'U' => {
                let digits = if next == b'u' { 4 } else { 8 };
                let char = char::from_u32(number(text, &mut at, digits, 16)).unwrap_or('\u{fffd}');
                out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
            }
            b'0'..=b'7' => {
                at -= 1;
                out.push(number(text, &mut at, 3, 8) as u8);
            }
            other => out.push(other),
        }
    }
}

fn number(text: &[u8], at: &mut usize, digits: usize, base: u32) -> u32 {
    let mut value = 0;
    for _ in 0..digits {
        let Some(digit) = text.get(*at).and_then(|&byte| char::from(byte).to_digit(base)) else { break };
        value = value * base + digit;
        *at += 1;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    use std::process::Command;

    #[test]
    fn records_end_outside_quotes_only() {
        let text = b"declare -- a=\"x\ny\"\ndeclare -ax b=([0]=\"1\n=\" [1]=$'\\n\\'')\ndeclare -x C\nD='it'\"'\"'s\n'\nnoise\n";
        let found: Vec<_> = records(text).iter().map(|record| record.name).collect();
        assert_eq!(found, ["a", "b", "C", "D"]);
        assert_eq!(records(text)[2].value, None);
        assert_eq!(unquoted(records(text)[3].value.unwrap()), b"it's\n");
    }

    #[test]
    fn broken_input_does_no_harm() {
        for text in
            ["declare", "declare -", "declare -x", "=", "a=\"", "a='", "a=$'", "a=\\", "a=$'\\", "a=$'\\x"]
        {
            records(text.as_bytes());
            unquoted(text.as_bytes());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn bash_prints_what_is_read_back(values in prop::collection::vec(prop::collection::vec(1u8.., 0..24), 1..6)) {
            let mut command = Command::new("bash");
            command.env_clear().args(["-c", "for v; do n+=1; declare \"v_$n=$v\"; done; declare -p ${!v_*}", "bash"]);
            for value in &values {
                command.arg(OsString::from_vec(value.clone()));
            }
            let printed = command.output().unwrap().stdout;
            let found: Vec<Vec<u8>> = records(&printed).iter().map(|record| unquoted(record.value.unwrap())).collect();
            prop_assert_eq!(found, values);
        }
    }
}
