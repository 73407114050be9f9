//! Variables of scripts that are too plain to need reading as shell.
//!
//! Most scripts are a line or two of words and `$NAME`s. Those are read here, an order of magnitude
//! faster; whatever could mean something else (quotes that hide, comments, substitutions, `read`,
//! lists of commands with assignments) is left to the shell's own reader.

use crate::source::Span;

/// What a plain script expands and sets, in order of appearance.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plain {
    /// The places of `$NAME` and `${NAME}`.
    pub uses: Vec<Span>,
    /// The places of the names of lone assignments.
    pub sets: Vec<Span>,
}

/// Commands that set variables.
const SETTERS: &[&str] = &[
    ".",
    "declare",
    "eval",
    "export",
    "for",
    "getopts",
    "let",
    "local",
    "mapfile",
    "printf",
    "read",
    "readarray",
    "readonly",
    "select",
    "source",
    "typeset",
    "unset",
    "wait",
    "while",
    "until",
    "if",
    "case",
    "function",
];

/// Reads `script`, if it is plain enough.
pub(super) fn read(script: &str) -> Option<Plain> {
    let bytes = script.as_bytes();
    let hard = |byte: &u8| matches!(byte, b'\'' | b'\\' | b'`' | b'(' | b')' | b'#' | b'<' | b'~');
    if bytes.iter().any(hard) {
        return None;
    }
    let mut plain = Plain::default();
    let mut at = 0;
    for line in script.split_inclusive('\n') {
        assignment(line, at, &mut plain)?;
        at += line.len();
    }
    let mut from = 0;
    while let Some(found) = memchr::memchr(b'$', &bytes[from..]) {
        let start = from + found;
        let brace = usize::from(bytes.get(start + 1) == Some(&b'{'));
        let name = start + 1 + brace;
        let len =
            bytes[name..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let end = name + len + brace;
        from = end.max(start + 1);
        let named = len > 0 && !bytes[name].is_ascii_digit();
        match (named, brace) {
            (true, 0) => plain.uses.push(Span::new(start, end)),
            (true, _) if bytes.get(end - 1) == Some(&b'}') => plain.uses.push(Span::new(start, end)),
            // `${NAME:-x}`, `${#NAME}` and the like.
            (_, 1) => return None,
            _ => {}
        }
    }
    Some(plain)
}

/// Notes the variable a line sets; none if that takes more than a look.
fn assignment(line: &str, at: usize, plain: &mut Plain) -> Option<()> {
    let trimmed = line.trim();
    let first = trimmed.split([' ', '\t']).next().unwrap_or("");
    if SETTERS.contains(&first) {
        return None;
    }
    let several = trimmed.bytes().any(|byte| matches!(byte, b';' | b'&' | b'|' | b'{' | b'}'));
    if several {
        let lists = trimmed.bytes().any(|byte| matches!(byte, b';' | b'&' | b'|'));
        let sets = trimmed.contains('=')
            || trimmed.split([' ', '\t', ';', '&', '|']).any(|word| SETTERS.contains(&word));
        return (!(lists && sets)).then_some(());
    }
    let name = first.split('=').next().unwrap_or("");
    if name.len() == first.len() || !crate::runbook::info::is_variable(name) {
        return Some(());
    }
    // `A=1 command` sets it for the command alone, `A="x y"` has blanks of its own.
    if first.len() != trimmed.len() {
        return None;
    }
    let start = at + (line.len() - line.trim_start().len());
    plain.sets.push(Span::new(start, start + name.len()));
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    /// Where it answers at all, it answers as the shell's reader does.
    #[test]
    fn it_agrees_with_the_reader() {
        let mut answered = 0;
        for script in [
            "ls $A",
            "ls \"$A\" ${B}",
            "A=1\nls $A",
            "kubectl get x -n $NS | grep $A",
            "a=$b",
            "echo $1 $? $$ $",
            "echo ${A:-1}",
            "export A=1",
            "A=1 ls $A",
            "A=\"x y\"\nls",
            "read A",
            "a; A=1",
            "for x in $A; do ls $x; done",
            "echo $A$B",
            "x --set a=$A",
            "ls 'a $B'",
            "ls # $A",
            "a && source x",
            "ls $A > $B",
            "echo $Äx",
            "${",
            "$",
            "A=$A",
            "ls {a,b} $C",
            "  A=1",
            "A=1; ls $A",
        ] {
            let Some(plain) = read(script) else { continue };
            answered += 1;
            let parsed = shell::parse(script);
            let uses: Vec<Span> = parsed.uses().iter().map(|one| one.span).collect();
            let sets: Vec<Span> = parsed.sets().iter().map(|one| one.span).collect();
            assert_eq!((plain.uses, plain.sets), (uses, sets), "{script}");
        }
        assert!(answered > 10, "{answered}");
    }
}
