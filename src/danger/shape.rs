//! Whether a command has the shape that a row of the table describes.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::statement;
use super::table::{ROWS, Row, Text, VALUED};
use crate::shell::{Programs, Script, Simple, Word, has_word, next_word, programs};

/// Flags after which nothing is done, whatever the program. `--dry-run=none` does do it.
const HARMLESS: [&str; 9] = [
    "--help",
    "-help",
    "--version",
    "--dry-run",
    "--dryrun",
    "--noop",
    "--what-if",
    "--whatif",
    "--simulate",
];

/// The letters after the dashes of these: see [`letter`].
const HARMLESS_LETTERS: u64 = {
    let (mut letters, mut at) = (0, 0);
    while at < HARMLESS.len() {
        let flag = HARMLESS[at].as_bytes();
        letters |= letter(flag[if flag[1] == b'-' { 2 } else { 1 }]);
        at += 1;
    }
    letters
};

/// Subcommands that only look or add: what follows them is a name, not a subcommand.
const LOOKS: [&str; 24] = [
    "list", "ls", "get", "describe", "show", "ssh", "scp", "set", "create", "start", "status", "logs", "log",
    "tail", "view", "info", "print", "add", "exec", "run", "help", "config", "search", "wait",
];

/// A command's words, sorted.
struct Call<'c> {
    program: &'c str,
    command: &'c Simple,
    operands: Vec<Operand<'c>>,
    /// What they begin with, each of which may be the first of a subcommand.
    letters: Letters,
    /// What it is told in its own language, which many rows ask for.
    told: OnceCell<Vec<String>>,
}

#[derive(Clone, Copy)]
struct Operand<'c> {
    word: &'c Word,
    /// Not possibly the value of a flag before it.
    certain: bool,
}

/// The rows by the names of their programs.
static PROGRAMS: Programs = programs!(ROWS, programs);

/// The flags with a value, by program.
static FLAGS: Programs = programs!(VALUED, 0);

/// The bit of a byte that a word begins with; case does not count, and some bytes share one.
const fn letter(byte: u8) -> u64 {
    1 << (byte & 31)
}

/// The letters that operands may begin with to be the first of a subcommand.
#[derive(Clone, Copy)]
struct Letters {
    /// Where it begins with the first operand.
    first: u64,
    /// Where it begins with any of them.
    any: u64,
}

/// The bit of what has no subcommand.
const NOTHING: u64 = 1 << 32;
const ANYTHING: u64 = NOTHING - 1;

/// The letters of the subcommands of each row.
static LETTERS: [Letters; ROWS.len()] = {
    let mut letters = [Letters { first: 0, any: 0 }; ROWS.len()];
    let mut row = 0;
    while row < ROWS.len() {
        letters[row] = Letters::of(ROWS[row].sub.as_bytes());
        row += 1;
    }
    letters
};

impl Letters {
    const fn of(paths: &[u8]) -> Letters {
        let mut letters = Letters { first: 0, any: 0 };
        let mut rest = paths;
        loop {
            let mut end = 0;
            while end < rest.len() && rest[end] != b';' {
                end += 1;
            }
            let (path, after) = rest.split_at(end);
            match next_word(path, 0) {
                None => letters.first |= NOTHING,
                Some((start, end)) if end == start + 2 && path[start] == b'*' && path[start + 1] == b'*' => {
                    letters.any |= match next_word(path, end) {
                        Some((start, end)) => Letters::of_element(path.split_at(end).0.split_at(start).1),
                        None => ANYTHING,
                    };
                }
                Some((start, end)) => {
                    letters.first |= Letters::of_element(path.split_at(end).0.split_at(start).1)
                }
            }
            rest = match after {
                [_, after @ ..] => after,
                [] => return letters,
            };
        }
    }

    /// Those that the alternatives of `element` begin with.
    const fn of_element(element: &[u8]) -> u64 {
        let (mut letters, mut at, mut begins) = (0, 0, true);
        while at < element.len() {
            if begins {
                letters |= match element[at] {
                    b'*' | b'?' | b'|' => ANYTHING,
                    byte => letter(byte),
                };
            }
            begins = element[at] == b'|';
            at += 1;
        }
        if begins { ANYTHING } else { letters }
    }
}

/// The rows with a pattern for a name that this command has.
fn by_pattern<'c>(command: &'c Simple, program: &'c str) -> impl Iterator<Item = usize> + 'c {
    let path = command.head.text.as_str();
    let fits = move |pattern: &str| match pattern.as_bytes()[0] {
        b'*' | b'?' => glob(pattern, program),
        b'/' => path.starts_with('/') && glob(pattern, path),
        first => program.as_bytes().first() == Some(&first) && glob(pattern, program),
    };
    // The pattern that fits any name asks where the output goes.
    let redirects = !command.redirects.is_empty();
    let asked = move |row: usize| redirects || ROWS[row].target.is_empty();
    PROGRAMS.patterns().filter(move |&(row, pattern)| asked(row) && fits(pattern)).map(|(row, _)| row)
}

/// The first row that describes the command at `index`.
pub(super) fn row(script: &Script<'_>, index: usize) -> Option<&'static Row> {
    let command = &script.commands()[index];
    let program = program(command);
    // Redirections without a command have a name of their own in the table.
    let name = match &*program {
        "" => "(none)",
        "(none)" => "",
        name => name,
    };
    let mut named = PROGRAMS.get(name).peekable();
    let mut by_pattern = by_pattern(command, &program).peekable();
    if named.peek().is_none() && by_pattern.peek().is_none() || is_harmless(command) {
        return None;
    }
    let call = Call::new(&program, command);
    // The order of the table decides which name a command gets.
    let found = named.find(|&row| call.is(row, script, index));
    let mut before = by_pattern.take_while(|&row| found.is_none_or(|found| row < found));
    let found = before.find(|&row| call.is(row, script, index)).or(found);
    found.map(|row| &ROWS[row])
}

/// The program's name; `$KUBECTL` and `${KUBECTL}` are taken for `kubectl`.
pub(super) fn program(command: &Simple) -> Cow<'_, str> {
    let Some(name) = command.program.strip_prefix('$') else { return Cow::Borrowed(&command.program) };
    let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
    Cow::Owned(name.to_ascii_lowercase())
}

impl<'c> Call<'c> {
    fn new(program: &'c str, command: &'c Simple) -> Self {
        let valued = FLAGS.get(program).next().map_or("", |row| VALUED[row].1);
        let is_valued = |flag: &str| has_word(valued, flag);
        let mut operands: Vec<Operand<'_>> = Vec::with_capacity(command.args.len());
        let mut letters = Letters { first: NOTHING, any: 0 };
        let (mut certain, mut only_operands) = (true, false);
        let mut words = command.args.iter();
        while let Some(word) = words.next() {
            let flag = word.text.starts_with('-') && word.text.len() > 1 && !only_operands;
            if word.text == "--" && !only_operands {
                only_operands = true;
                certain = true;
            } else if !flag {
                let begins = word.text.as_bytes().first().map_or(ANYTHING, |&byte| letter(byte));
                letters.any |= begins;
                // The first certain one is no value, so none after it can be the first.
                if operands.last().is_none_or(|last| !last.certain) {
                    letters.first |= begins;
                }
                operands.push(Operand { word, certain });
                certain = true;
            } else if is_valued(&word.text) {
                words.next();
                certain = true;
            } else {
                certain = word.text.contains('=') || !valued.is_empty() && is_short_cluster(&word.text);
            }
        }
        Call { program, command, operands, letters, told: OnceCell::new() }
    }

    /// Whether the row at `at` describes it, the command of `script` at `index`.
    fn is(&self, at: usize, script: &Script<'_>, index: usize) -> bool {
        let row = &ROWS[at];
        let letters = LETTERS[at];
        if letters.first & self.letters.first | letters.any & self.letters.any == 0 {
            return false;
        }
        if !row.unless.is_empty() && self.has(row.unless) {
            return false;
        }
        let Some(after) = self.subcommand(row.sub) else { return false };
        (row.any.is_empty() || self.has(row.any))
            && (row.also.is_empty() || self.has(row.also))
            && self.operands_match(row, after)
            && self.target_matches(row)
            && (!row.silent || self.prints_nothing(script, index))
            && (!row.handed || self.command.via.iter().any(|via| via.starts_with("xargs")))
            && self.is_told(row, script, index)
    }

    /// How many operands the subcommand takes, if it is the row's.
    fn subcommand(&self, paths: &str) -> Option<usize> {
        if paths.is_empty() {
            return Some(0);
        }
        paths.split(';').find_map(|path| walk(&self.operands, path))
    }

    fn has(&self, flags: &str) -> bool {
        flags.split_ascii_whitespace().any(|flag| has_flag(&self.command.args, flag))
    }

    fn operands_match(&self, row: &Row, after: usize) -> bool {
        let rest = || self.operands.iter().skip(after).map(|operand| operand.word);
        if !row.arg.is_empty() {
            let (not, one): (Vec<&str>, Vec<&str>) =
                row.arg.split_ascii_whitespace().partition(|pattern| pattern.starts_with('!'));
            if !rest().any(|word| one.iter().any(|pattern| glob(pattern, &word.text)))
                || rest().any(|word| not.iter().any(|pattern| glob(&pattern[1..], &word.text)))
            {
                return false;
            }
        }
        // Only what is written out counts as harmless: no expansions, no globs, no way up.
        let plain =
            |word: &Word| word.literal && !word.text.contains("..") && !word.text.contains(['*', '?', '[']);
        let calm = |word: &Word| {
            plain(word) && row.unless_all.split_ascii_whitespace().any(|pattern| glob(pattern, &word.text))
        };
        row.unless_all.is_empty() || rest().next().is_none() || !rest().all(calm)
    }

    fn target_matches(&self, row: &Row) -> bool {
        if row.target.is_empty() {
            return true;
        }
        self.command.redirects.iter().any(|redirect| {
            let empties = matches!(redirect.op, ">" | ">|" | "&>");
            let appends = matches!(redirect.op, ">>" | "&>>");
            let target = redirect.target.text.as_str();
            // A `>` with nothing before it and a plain word after it is more often a prompt.
            let file = !self.program.is_empty() || target.contains(['/', '.', '$']);
            let patterns = || row.target.split_ascii_whitespace();
            (empties || appends && !row.silent)
                && (!row.silent || file)
                && patterns().any(|p| !p.starts_with('!') && glob(p, target))
                && !patterns().any(|p| p.strip_prefix('!').is_some_and(|p| glob(p, target)))
        })
    }

    /// Nothing, `:`, `true`, `cat /dev/null`, `echo -n`, `echo ''`.
    fn prints_nothing(&self, script: &Script<'_>, index: usize) -> bool {
        let words = &self.command.args;
        match self.program {
            "cat" => {
                let from_null =
                    self.command.redirects.iter().any(|r| r.op == "<" && r.target.text == "/dev/null");
                from_null || (words.len() == 1 && words[0].text == "/dev/null")
            }
            "echo" | "printf" => {
                let bare = words.iter().all(|word| matches!(word.text.as_str(), "" | "-n"));
                bare && script.input(index).is_none() && (!words.is_empty() || self.program == "echo")
            }
            _ => true,
        }
    }

    fn is_told(&self, row: &Row, script: &Script<'_>, index: usize) -> bool {
        let told = || self.told.get_or_init(|| script.told(index));
        match row.text {
            Text::None => true,
            Text::Sql(patterns) => told().iter().any(|text| statement::sql(text, patterns)),
            Text::Code(parts) => {
                let told = told();
                parts.split_ascii_whitespace().any(|part| told.iter().any(|text| text.contains(part)))
            }
            Text::Line(patterns) => {
                let input = script.input(index);
                if input.is_some_and(|input| statement::lines(&input, patterns)) {
                    return true;
                }
                // An operand that may be a flag's value is tried both ways.
                (0..self.operands.len())
                    .take_while(|&from| from == 0 || !self.operands[from - 1].certain)
                    .any(|from| {
                        let words: Vec<&str> =
                            self.operands[from..].iter().map(|o| o.word.text.as_str()).collect();
                        statement::lines(&words.join(" "), patterns)
                    })
            }
        }
    }
}

/// Whether a flag says that nothing is done, whatever the program.
fn is_harmless(command: &Simple) -> bool {
    for word in &command.args {
        match word.text.as_bytes() {
            b"--" => return false,
            [b'-', b'-', first, ..] | [b'-', first, ..] if HARMLESS_LETTERS & letter(*first) != 0 => {}
            _ => continue,
        }
        let (name, value) = word.text.split_once('=').unwrap_or((&word.text, ""));
        if HARMLESS.contains(&name) && !matches!(value, "none" | "false" | "no") {
            return true;
        }
    }
    false
}

/// Follows a path of subcommands; returns how many operands it takes.
fn walk(operands: &[Operand<'_>], path: &str) -> Option<usize> {
    let Some((start, end)) = next_word(path.as_bytes(), 0) else { return Some(0) };
    let (element, rest) = (&path[start..end], &path[end..]);
    for (at, operand) in operands.iter().enumerate() {
        let text = operand.word.text.as_str();
        if element == "**" {
            if let Some(taken) = walk(&operands[at..], rest) {
                return Some(at + taken);
            }
            if at >= 4 || LOOKS.contains(&text) {
                return None;
            }
        } else if is_one_of(element, text) {
            if let Some(taken) = walk(&operands[at + 1..], rest) {
                return Some(at + 1 + taken);
            }
            if operand.certain {
                return None;
            }
        } else if operand.certain {
            return None;
        }
    }
    None
}

/// Whether `args` hold `flag`: see [`Row::any`].
fn has_flag(args: &[Word], flag: &str) -> bool {
    let (name, value) = match flag.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (flag, None),
    };
    let letter = name.strip_prefix('-').filter(|rest| rest.len() == 1).and_then(|rest| rest.chars().next());
    args.iter().take_while(|word| word.text != "--").enumerate().any(|(at, word)| {
        let text = word.text.as_str();
        let Some(value) = value else {
            let cluster = letter
                .is_some_and(|l| l.is_ascii_alphabetic() && is_short_cluster(text) && text[1..].contains(l));
            return text == name
                || cluster
                || letter.is_none() && text.strip_prefix(name).is_some_and(|rest| rest.starts_with('='));
        };
        if text == name {
            return args.get(at + 1).is_some_and(|next| glob(value, &next.text));
        }
        let Some(rest) = text.strip_prefix(name) else { return false };
        match rest.strip_prefix('=') {
            Some(rest) => glob(value, rest),
            None => letter.is_some() && glob(value, rest),
        }
    })
}

/// `-rf`, `-x`: a single dash and a few letters.
fn is_short_cluster(text: &str) -> bool {
    (2..=6).contains(&text.len())
        && text.starts_with('-')
        && text[1..].bytes().all(|b| b.is_ascii_alphabetic())
}

/// `*` is anything, `?` one byte. Linear for the patterns of the table: after each star the
/// earliest place is enough.
fn glob(pattern: impl AsRef<[u8]>, text: impl AsRef<[u8]>) -> bool {
    let (pattern, text) = (pattern.as_ref(), text.as_ref());
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        if p < pattern.len() && pattern[p] == b'*' {
            retry = Some((p, t));
            p += 1;
        } else if p < pattern.len() && (pattern[p] == b'?' || pattern[p] == text[t]) {
            p += 1;
            t += 1;
        } else if let Some((star, from)) = retry {
            p = star + 1;
            t = from + 1;
            retry = Some((star, t));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|&b| b == b'*')
}

/// Whether `text` is one of the `alternatives`, separated by `|`; case does not count without a `*`.
fn is_one_of(alternatives: &str, text: &str) -> bool {
    let text = text.as_bytes();
    let first = text.first().map(u8::to_ascii_lowercase);
    alternatives.as_bytes().split(|&byte| byte == b'|').any(|one| match one.first() {
        // Most of them are told by this.
        Some(begin) if !matches!(begin, b'*' | b'?') && Some(begin.to_ascii_lowercase()) != first => false,
        _ if one.contains(&b'*') => glob(one, text),
        _ => one.eq_ignore_ascii_case(text),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::parse;

    #[test]
    fn no_subcommand_is_passed_over_for_its_letters() {
        for (at, row) in ROWS.iter().enumerate() {
            for path in row.sub.split(';') {
                for (alternative, upper) in (0..24).flat_map(|one| [(one, false), (one, true)]) {
                    let words = path.split_ascii_whitespace().map(|element| {
                        let one = element.split('|').cycle().nth(alternative).unwrap_or("");
                        if upper { one.to_ascii_uppercase() } else { one.replace('*', "x") }
                    });
                    let words: Vec<String> = words.collect();
                    for front in ["", "x ", "-x x ", "x y --z=1 "] {
                        let text = format!("program {front}{}", words.join(" "));
                        let parsed = parse(&text);
                        let call = Call::new("program", &parsed.commands()[0]);
                        let passed = LETTERS[at].first & call.letters.first == 0
                            && LETTERS[at].any & call.letters.any == 0;
                        assert!(!passed || call.subcommand(row.sub).is_none(), "{text} is a {}", row.id);
                    }
                }
            }
        }
    }

    #[test]
    fn alternatives_are_told_by_more_than_their_first_letter() {
        for (alternatives, text, is) in [
            ("a|bc", "BC", true),
            ("a|bc", "b", false),
            ("bd|bc", "bc", true),
            ("b*|c", "bx", true),
            ("b*|c", "Bx", false),
            ("*x|c", "ax", true),
            ("a|", "", true),
            ("a|b", "", false),
        ] {
            assert_eq!(is_one_of(alternatives, text), is, "{text} of {alternatives}");
        }
    }
}
