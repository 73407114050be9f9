//! A look at the bytes of a script: whether it can leave anything open, or set anything, at all.

/// What a pass over the bytes says about a script.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Glance {
    /// `<`, `{{`, or a word in brackets.
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
        let mut wanted = SIGN | CAPITAL | STEMS;
        for (at, &byte) in bytes.iter().enumerate() {
            let telling = TELLING[usize::from(byte)];
            let told = telling & wanted;
            // A word that may be one goes on with its second letter.
            wanted = telling >> NEXT | (told & STEMS) << SECOND;
            if told & !STEMS == 0 {
                continue;
            }
            // Of a name with an `X` at its end, too.
            if (told & CAPITAL != 0 || byte == b'X') && !look.hidden {
                look.hidden = super::hidden::may_begin(bytes, at);
            }
            if told & SECONDS != 0 {
                look.word(bytes, at - 1);
            }
            if told & !SECONDS == 0 {
                continue;
            }
            match byte {
                b'\n' | b';' | b'|' | b'&' | b'(' | b')' | b'`' => {
                    command = at + 1;
                    // Arithmetic.
                    look.equals |= byte == b'(' && bytes.get(at + 1) == Some(&b'(');
                }
                b'<' => look.marks = true,
                b'{' => {
                    let next = bytes.get(at + 1).copied().unwrap_or(0);
                    let before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
                    look.marks |= next == b'{' || super::brackets::may_open(before, next);
                    command = at + 1;
                }
                b'[' => look.marks |= bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase),
                b'$' => look.dollar = true,
                b'=' => look.equals |= may_set(&bytes[command..at]),
                b'Y' => look.yours |= starts_with(bytes, at, b"your") || bytes[at..].starts_with(b"YYYY"),
                b'M' => look.yours |= bytes.get(at + 1..at + 3) == Some(b"Y_"),
                // "sdX"
                b'X' => look.yours |= at > 0 && bytes[at - 1].is_ascii_lowercase(),
                b'C' => look.yours |= starts_with(bytes, at, b"change"),
                b'R' => {
                    look.yours |= starts_with(bytes, at, b"replace");
                    look.read |= starts_with(bytes, at, b"read");
                }
                // After a dot.
                b' ' => look.source = true,
                // After a hyphen.
                b'v' => look.read |= bytes.get(at + 1) == Some(&b' '),
                _ => {}
            }
        }
        look
    }

    /// Looks whether the word that begins at `at` is one of those that begin with a small letter.
    fn word(&mut self, bytes: &[u8], at: usize) {
        match bytes[at] {
            b'y' => self.yours |= starts_with(bytes, at, b"your") || bytes[at..].starts_with(b"you@"),
            b'r' => self.read |= starts_with(bytes, at, b"read"),
            b's' => self.source |= starts_with(bytes, at, b"source "),
            b'e' => self.source |= starts_with(bytes, at, b"eval "),
            b'f' => self.read |= starts_with(bytes, at, b"for "),
            b'm' => self.read |= starts_with(bytes, at, b"mapfile"),
            _ => {}
        }
    }
}

const SIGN: u32 = 1;
/// A letter that may begin what stands for something, where no letter stands before it.
const CAPITAL: u32 = 2;
/// The second letters of the words, each with the small letters that such a word begins with.
const WORDS: [(u8, &[u8]); 4] = [(b'o', b"ysf"), (b'e', b"r"), (b'v', b"e"), (b'a', b"m")];
/// A letter that begins one of the words where no letter stands before it: a bit for each second letter.
const STEMS: u32 = 0xf << 2;
/// How far up it stands that a byte is such a second letter.
const SECOND: u32 = 4;
const SECONDS: u32 = STEMS << SECOND;
/// A blank after a dot.
const AFTER_DOT: u32 = 1 << 10;
/// A `v` after a hyphen.
const AFTER_HYPHEN: u32 = 1 << 11;
/// How far up it stands what is wanted of the byte after this one.
const NEXT: u32 = 16;

/// What each byte tells a [`Glance`].
static TELLING: [u32; 256] = {
    let mut table = [(SIGN | CAPITAL | STEMS) << NEXT; 256];
    let mut at = 0;
    while at < 128 {
        if (at as u8).is_ascii_alphabetic() {
            table[at] = SIGN << NEXT;
        }
        if (at as u8).is_ascii_uppercase() {
            table[at] |= CAPITAL;
        }
        at += 1;
    }
    table[b'x' as usize] |= CAPITAL;
    let signs = b"\n;|&()`<{[$=X";
    let mut at = 0;
    while at < signs.len() {
        table[signs[at] as usize] |= SIGN;
        at += 1;
    }
    let mut word = 0;
    while word < WORDS.len() {
        let (second, firsts) = WORDS[word];
        let stem = 4 << word;
        table[second as usize] |= stem << SECOND;
        table[second.to_ascii_uppercase() as usize] |= stem << SECOND;
        let mut at = 0;
        while at < firsts.len() {
            table[firsts[at] as usize] |= stem;
            at += 1;
        }
        word += 1;
    }
    table[b' ' as usize] |= AFTER_DOT;
    table[b'.' as usize] |= AFTER_DOT << NEXT;
    table[b'v' as usize] |= AFTER_HYPHEN;
    table[b'-' as usize] |= AFTER_HYPHEN << NEXT;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The same, asked at each byte.
    fn plainly(script: &str) -> Glance {
        let bytes = script.as_bytes();
        let mut look = Glance { yours: script.contains(super::super::ANY_PATH), ..Glance::default() };
        let mut command = 0;
        for at in 0..bytes.len() {
            let (rest, next) = (&bytes[at..], bytes.get(at + 1).copied().unwrap_or(0));
            let first = at == 0 || !bytes[at - 1].is_ascii_alphabetic();
            let begins = |word: &str| first && starts_with(bytes, at, word.as_bytes());
            let byte = bytes[at];
            let may_hide = byte == b'X' || first && (byte.is_ascii_uppercase() || byte == b'x');
            look.hidden |= may_hide && super::super::hidden::may_begin(bytes, at);
            look.marks |=
                byte == b'<' || rest.starts_with(b"{{") || byte == b'[' && next.is_ascii_lowercase();
            look.marks |= byte == b'{'
                && super::super::brackets::may_open(if at == 0 { b' ' } else { bytes[at - 1] }, next);
            look.yours |= first && rest.starts_with(b"you@");
            look.yours |= begins("your") || first && (rest.starts_with(b"YYYY") || rest.starts_with(b"MY_"));
            look.yours |= byte == b'X' && at > 0 && bytes[at - 1].is_ascii_lowercase();
            look.yours |= (byte == b'C' && begins("change")) || (byte == b'R' && begins("replace"));
            look.dollar |= byte == b'$';
            look.source |= (byte == b's' && begins("source ")) || (byte == b'e' && begins("eval "));
            look.source |= rest.starts_with(b". ");
            look.read |= begins("read") || (byte == b'f' && begins("for "));
            look.read |= (byte == b'm' && begins("mapfile")) || rest.starts_with(b"-v ");
            look.equals |= rest.starts_with(b"((") || byte == b'=' && may_set(&bytes[command..at]);
            if b"\n;|&()`{".contains(&byte) {
                command = at + 1;
            }
        }
        look
    }

    #[test]
    fn a_glance_sees_what_a_look_at_each_byte_does() {
        let words = [
            "your", "you@", "YOUR", "YYYY", "MY_", "change", "Change", "replace", "Replace", "read", "READ",
            "source ", "Source ", "eval ", "for ", "For ", "mapfile", "-v ", "-v", ". ", ".", "x", "xxx",
            "XXX", "sdX", "POD_NAME", "a=1", "((", "<", "{{", "{", "[a", "$", "ev", "so", "", "é",
        ];
        for (one, other) in words.iter().flat_map(|one| words.iter().map(move |other| (one, other))) {
            for between in ["", " ", "a", "_", "\n", "-", ".", "1", "X", "; "] {
                let script = format!("{one}{between}{other}");
                assert_eq!(Glance::at(&script), plainly(&script), "{script:?}");
            }
        }
    }
}
