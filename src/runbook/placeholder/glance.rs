//! A look at the bytes of a script: whether it can leave anything open, or set anything, at all.

/// What a pass over the bytes says about a script.
#[derive(Clone, Copy, Default)]
pub(super) struct Glance {
    /// `<`, `{{`, or a word in square brackets.
    pub marks: bool,
    pub yours: bool,
    /// What stands for something without a mark: `PROJECT_ID`, `xxx`.
    pub hidden: bool,
    pub dollar: bool,
    equals: bool,
    /// `source`, `eval`, `. file`.
    source: bool,
    /// `read NAME`, `printf -v`, `for`.
    read: bool,
}

impl Glance {
    pub fn any(self) -> bool {
        self.marks || self.yours || self.hidden || self.dollar || self.equals || self.source || self.read
    }

    pub fn at(script: &str) -> Self {
        let bytes = script.as_bytes();
        let path = super::ANY_PATH.as_bytes();
        let mut look = Glance { yours: memchr::memmem::find(bytes, path).is_some(), ..Glance::default() };
        // Where the command begins that is being looked at.
        let mut command = 0;
        // A sign, or a letter that may begin one of the words where no letter stands before it.
        let mut wanted = SIGN | FIRST;
        for (at, &byte) in bytes.iter().enumerate() {
            let telling = TELLING[usize::from(byte)];
            let tells = telling & wanted != 0;
            wanted = telling >> NEXT;
            if !tells {
                continue;
            }
            if telling & HIDDEN != 0 && !look.hidden {
                look.hidden = super::hidden::may_begin(bytes, at);
            }
            match byte {
                b'\n' | b';' | b'|' | b'&' | b'(' | b')' | b'`' => {
                    command = at + 1;
                    // Arithmetic.
                    look.equals |= byte == b'(' && bytes.get(at + 1) == Some(&b'(');
                }
                b'<' => look.marks = true,
                b'{' => {
                    look.marks |= bytes.get(at + 1) == Some(&b'{');
                    command = at + 1;
                }
                b'[' => look.marks |= bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase),
                b'$' => look.dollar = true,
                b'=' => look.equals |= may_set(&bytes[command..at]),
                b'Y' | b'y' => {
                    look.yours |= starts_with(bytes, at, b"your") || bytes[at..].starts_with(b"YYYY")
                }
                b'M' => look.yours |= bytes.get(at + 1..at + 3) == Some(b"Y_"),
                // "sdX"
                b'X' => look.yours |= at > 0 && bytes[at - 1].is_ascii_lowercase(),
                b'C' => look.yours |= starts_with(bytes, at, b"change"),
                b'R' | b'r' => {
                    look.yours |= byte == b'R' && starts_with(bytes, at, b"replace");
                    look.read |= starts_with(bytes, at, b"read");
                }
                b's' => look.source |= starts_with(bytes, at, b"source "),
                b'e' => look.source |= starts_with(bytes, at, b"eval "),
                b'.' => look.source |= bytes.get(at + 1) == Some(&b' '),
                b'f' => look.read |= starts_with(bytes, at, b"for "),
                b'm' => look.read |= starts_with(bytes, at, b"mapfile"),
                b'-' => look.read |= bytes.get(at + 1) == Some(&b'v') && bytes.get(at + 2) == Some(&b' '),
                _ => {}
            }
        }
        look
    }
}

const SIGN: u8 = 1;
/// A letter that begins one of the words.
const FIRST: u8 = 2;
/// One that may begin what stands for something.
const HIDDEN: u8 = 4;
/// How far up it stands what is wanted of the byte after this one.
const NEXT: u32 = 4;

/// What each byte tells a [`Glance`].
static TELLING: [u8; 256] = {
    let mut table = [(SIGN | FIRST) << NEXT; 256];
    let mut at = 0;
    while at < 128 {
        if (at as u8).is_ascii_alphabetic() {
            table[at] = SIGN << NEXT;
        }
        at += 1;
    }
    let (signs, first) = (b"\n;|&()`<{[$=.-X", b"ABCDEFGHIJKLMNOPQRSTUVWXYZyrsefmx");
    let mut at = 0;
    while at < signs.len() {
        table[signs[at] as usize] |= SIGN;
        at += 1;
    }
    let mut at = 0;
    while at < first.len() {
        if first[at].is_ascii_uppercase() || first[at] == b'x' {
            table[first[at] as usize] |= HIDDEN;
        }
        table[first[at] as usize] |= FIRST;
        at += 1;
    }
    table
};

/// Whether what stands before a `=`, from the beginning of its command on, may be the name of a
/// variable that is set: `--flag=x` and `kubectl get -l app=x` set none.
fn may_set(before: &[u8]) -> bool {
    let name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'[' | b']');
    let start = before.iter().rposition(|byte| !name(byte)).map_or(0, |at| at + 1);
    if start == before.len()
        || !matches!(before.get(start.wrapping_sub(1)), None | Some(b' ' | b'\t' | b'\r' | b'"' | b'\''))
    {
        return false;
    }
    let words = before[..start].trim_ascii();
    // The first word of the command, or what follows assignments and words of the shell's own.
    let first = words.split(|byte| byte.is_ascii_whitespace()).next().unwrap_or(&[]);
    first.is_empty()
        || first.contains(&b'=')
        || matches!(
            first,
            b"export"
                | b"declare"
                | b"local"
                | b"readonly"
                | b"typeset"
                | b"let"
                | b"then"
                | b"do"
                | b"else"
                | b"elif"
                | b"if"
                | b"while"
                | b"until"
                | b"!"
                | b"time"
                | b"command"
                | b"builtin"
                | b"eval"
                | b"set"
                | b"env"
                | b"alias"
                | b"case"
                | b"for"
        )
}

fn starts_with(bytes: &[u8], at: usize, word: &[u8]) -> bool {
    bytes.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
}
