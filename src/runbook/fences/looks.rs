//! What the lines of a block look like, whatever its tag says.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::runbook::prompts::{self, Style};
use crate::runbook::{transcript, words};
use crate::shell;
use crate::source::{Source, Span, first_word, is_blank, trim};

use super::windows::calls_program;
use super::{is_inline_command, starts_with_command};

/// What says of a block of commands that it cannot be run as it stands, and where: it is called an
/// example, it is a script to be saved, or something is left out in it. `prompts` are those of a copied
/// terminal.
pub(super) fn unready(
    source: &Source,
    lines: &[Span],
    begins: Option<u8>,
    prompts: Option<Style>,
) -> Option<(Span, &'static str)> {
    if begins == Some(b'#') {
        if let Some(place) = example(source, lines) {
            return Some((place, "an example, as its first line says"));
        }
        let first = lines.iter().copied().find(|&line| !is_blank(source.slice(line)))?;
        let saved = source.slice(first).trim_start().starts_with("#!");
        // Alone it is a comment, and is told as that.
        if saved && lines.iter().filter(|&&line| !is_blank(source.slice(line))).nth(1).is_some() {
            return Some((first, "a script to be saved, as its first line says"));
        }
    }
    if let Some(place) = calls_program(source, lines) {
        return Some((place, "a program of Windows"));
    }
    left_out(source, lines, prompts)
        .or_else(|| names_itself(source, lines, prompts))
        .map(|place| (place, "its author left something out"))
        .or_else(|| {
            cut_off(source, lines, prompts).map(|place| (place, "a command goes on here without a backslash"))
        })
}

/// The first line that sets a variable to no more than its own name in capitals: `node=NODENAME`.
fn names_itself(source: &Source, lines: &[Span], prompts: Option<Style>) -> Option<Span> {
    let (first, last) = (lines.first()?, lines.last()?);
    // Most blocks hold no such sign.
    memchr::memchr(b'=', source.slice(Span::new(first.start, last.end)).as_bytes())?;
    let itself = |line: &&Span| {
        let line = source.slice(**line);
        if memchr::memchr(b'=', line.as_bytes()).is_none() {
            return false;
        }
        let at = prompts.map_or(Some(0), |style| prompts::prompt(line, style).map(|prompt| prompt.len));
        let line = at.map_or("", |at| trim(&line[at..]));
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some(at) = memchr::memchr(b'=', line.as_bytes()) else { return false };
        let (name, value) = (&line[..at], line[at + 1..].trim_matches('"'));
        // Nearly all values are longer, or no such words.
        value.len() >= name.len().max(3)
            && value.len() < 40
            && value.bytes().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'-'))
            && value.as_bytes()[..name.len()].eq_ignore_ascii_case(name.as_bytes())
            && prompts::is_assignment(line)
    };
    lines.iter().find(itself).copied()
}

/// A sign that few blocks hold, and what a search for it prepares.
pub(super) type Sign = LazyLock<Finder<'static>>;

static FLAG: Sign = LazyLock::new(|| Finder::new("--"));
static DOTS: Sign = LazyLock::new(|| Finder::new("..."));
static ELLIPSIS: Sign = LazyLock::new(|| Finder::new("…"));

/// Whether the sign stands in a block.
pub(super) fn stands_in(block: &str, sign: &Sign) -> bool {
    sign.find(block.as_bytes()).is_some()
}

/// The first line that is a flag of the command above it, which ends without a backslash: half a command
/// may do what the whole of it would not.
fn cut_off(source: &Source, lines: &[Span], prompts: Option<Style>) -> Option<Span> {
    let (first, last) = (lines.first()?, lines.last()?);
    // Few blocks have more lines than one that begin with a flag.
    if lines.len() < 2 || !stands_in(source.slice(Span::new(first.start, last.end)), &FLAG) {
        return None;
    }
    let is_flag = |line: &Span| {
        let flag = source.slice(*line).trim_start().strip_prefix("--");
        flag.is_some_and(|flag| flag.as_bytes().first().is_some_and(u8::is_ascii_lowercase))
    };
    let at = (1..lines.len()).find(|&at| {
        let above = source.slice(lines[at - 1]).trim_end();
        is_flag(&lines[at]) && !is_blank(above) && !above.ends_with(['\\', '^', '`'])
    })?;
    let above = match prompts {
        // What stands below what was printed is printed as well.
        Some(style) => {
            let above = source.slice(lines[at - 1]);
            &above[prompts::prompt(above, style)?.len..]
        }
        None => source.slice(Span::new(first.start, lines[at - 1].end)),
    };
    // In an array, in quotes and in a heredoc it is where it belongs.
    shell::is_complete(above).then_some(lines[at])
}

/// The first line with dots in the place of a word, or of the value of a variable: `NODE=...`,
/// `app stop <one> <other> ...`. A line of nothing else is told elsewhere.
fn left_out(source: &Source, lines: &[Span], prompts: Option<Style>) -> Option<Span> {
    let (first, last) = (lines.first()?, lines.last()?);
    let block = source.slice(Span::new(first.start, last.end));
    // Few blocks hold the sign at all; in a heredoc it is text.
    if !(stands_in(block, &DOTS) || stands_in(block, &ELLIPSIS)) || block.contains("<<") {
        return None;
    }
    let leaves_out = |line: &&Span| {
        let line = source.slice(**line);
        // Beside prompts all other lines are what was printed.
        if prompts.is_some_and(|style| prompts::prompt(line, style).is_none()) {
            return false;
        }
        if ends_pattern(line) {
            return true;
        }
        let mut words = trim(line).split_ascii_whitespace();
        let first = words.next().unwrap_or("");
        // What is said, and what is quoted, may well end in dots.
        if matches!(first, "echo" | "printf" | "" | "...") {
            return false;
        }
        let mut quoted = first.matches(['"', '\'']).count() % 2 == 1;
        let value = |word: &str| prompts::is_assignment(word) && word.ends_with("=...");
        // Of patterns three dots are any three letters, of git's words two ends.
        let dots_mean =
            ["grep", "sed ", "awk", "perl", "rg ", "git ", "expr "].iter().any(|sign| line.contains(sign));
        let mut before = first;
        value(first)
            || words.take_while(|word| !word.starts_with('#')).any(|word| {
                let within = quoted;
                quoted ^= word.matches(['"', '\'']).count() % 2 == 1;
                let bears = matches!(before, "Bearer" | "Basic" | "Token" | "token");
                before = word;
                !within && (matches!(word, "..." | "…") || value(word) || !dots_mean && ends_in_dots(word))
                    || within && bears && word.trim_end_matches(['"', '\'']) == "..."
            })
    };
    lines.iter().find(leaves_out).copied()
}

/// Whether the end of a word was left out: `--from=...`, `key='v1:...'`, `pod/shop-7d9f...`, but not `./...`,
/// which is all that is below.
fn ends_in_dots(word: &str) -> bool {
    let bare = word.trim_end_matches(['"', '\'']);
    let Some(head) = bare.strip_suffix("...").or_else(|| bare.strip_suffix('…')) else { return false };
    match head.as_bytes() {
        [b'/', b'/', ..] => false,
        [.., b'=' | b':'] => true,
        [before @ .., b'"' | b'\''] => matches!(before.last(), Some(b'=' | b':')),
        // A word that is said ends so, too.
        [.., last] => {
            (last.is_ascii_alphanumeric() || matches!(last, b'-' | b'_'))
                && !word.contains(['"', '\''])
                && head.len() > 3
                && head.bytes().any(|byte| byte.is_ascii_digit())
        }
        [] => false,
    }
}

/// Whether a quoted pattern on the line goes on with what its author left out: `"a|b|..."`.
fn ends_pattern(line: &str) -> bool {
    let bars = memchr::memchr_iter(b'|', line.as_bytes()).map(|bar| &line[bar + 1..]);
    let mut dots = bars.filter_map(|rest| rest.strip_prefix("...").or_else(|| rest.strip_prefix('…')));
    dots.any(|rest| rest.starts_with(['"', '\'', ')']))
}

/// The first line of a block where it is a comment that calls what follows an example.
fn example(source: &Source, lines: &[Span]) -> Option<Span> {
    let first = lines.iter().copied().find(|&line| !is_blank(source.slice(line)))?;
    let comment = source.slice(first).trim_start().strip_prefix('#')?;
    let said = trim(comment);
    let one = said.ends_with("example)") && said.contains('(');
    (one || words::announces_example(comment)).then_some(first)
}

/// Whether there is nothing to run: all lines are comments.
pub(super) fn are_comments(source: &Source, lines: &[Span]) -> bool {
    let mut written = lines.iter().map(|&line| trim(source.slice(line))).filter(|line| !line.is_empty());
    written.all(|line| line.starts_with('#'))
}

/// Whether all lines are paths of files or folders and nothing else, comments behind them aside; one line
/// alone may well be a program.
pub(super) fn are_paths(source: &Source, lines: &[Span]) -> bool {
    // Most blocks begin otherwise.
    if !lines.first().is_some_and(|&line| source.slice(line).starts_with(['/', '~'])) {
        return false;
    }
    let written = || lines.iter().map(|&line| trim(source.slice(line))).filter(|line| !line.is_empty());
    let is_path = |line: &str| {
        let (path, rest) = first_word(line);
        (path.starts_with('/') || path.starts_with("~/"))
            && (rest.is_empty() || rest.trim_start().starts_with('#'))
            && !["bin/", "sbin/", ".sh", ".py"].iter().any(|program| path.contains(program))
    };
    written().next().is_some_and(is_path) && written().nth(1).is_some() && written().all(is_path)
}

/// Whether the block begins with what no command looks like.
pub(super) fn begins_printed(source: &Source, lines: &[Span]) -> bool {
    let mut written = lines.iter().map(|&line| trim(source.slice(line)));
    let first = written.find(|line| !(line.is_empty() || line.starts_with('#')));
    first.is_some_and(|first| transcript::is_printed(first, true))
}

/// Whether all lines are told to a chat: a slash, one small word that is no folder of a machine, and more words.
pub(super) fn is_chat(source: &Source, lines: &[Span]) -> bool {
    let mut written = lines.iter().map(|&line| trim(source.slice(line))).filter(|line| !line.is_empty());
    let told = |line: &str| {
        let (command, rest) = first_word(line);
        let name = command.strip_prefix('/').unwrap_or("");
        name.len() > 2
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            && !FOLDERS.contains(&name)
            && first_word(rest).0.starts_with(|c: char| c.is_ascii_lowercase())
            && !line.ends_with('.')
            && !transcript::is_columns(line, false)
    };
    written.next().is_some_and(told) && written.all(told)
}

/// Folders that machines have.
#[rustfmt::skip]
const FOLDERS: &[&str] = &[
    "bin", "boot", "data", "dev", "etc", "export", "home", "lib", "media", "mnt", "net", "nix", "opt", "proc", "root",
    "run", "sbin", "snap", "srv", "storage", "sys", "tmp", "usr", "var",
];

/// Whether a line below the first looks printed.
pub(super) fn holds_printed(source: &Source, lines: &[Span]) -> bool {
    lines.iter().skip(1).map(|&line| source.slice(line)).any(|line| {
        let columns = || transcript::is_columns(line, false) && starts_with_command(line) == Some(false);
        !line.starts_with('#')
            && (transcript::is_printed(line, false) || shell::is_table_head(line) || columns())
    })
}

/// Whether all lines begin with a hyphen: no command does.
pub(super) fn are_options(source: &Source, lines: &[Span]) -> bool {
    let mut written = lines.iter().map(|&line| trim(source.slice(line))).filter(|line| !line.is_empty());
    written.next().is_some_and(|first| first.starts_with('-')) && written.all(|line| line.starts_with('-'))
}

/// The first item of a task list that the block holds; one box alone may be an example.
pub(super) fn task_list(source: &Source, lines: &[Span]) -> Option<Span> {
    let is_task = |line: &&Span| {
        let line = source.slice(**line).trim_start();
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let marker = if digits > 0 { [".", ")"] } else { ["-", "*"] };
        let rest = marker.iter().find_map(|marker| line[digits..].strip_prefix(marker));
        rest.is_some_and(|rest| {
            ["[ ] ", "[x] ", "[X] "].iter().any(|mark| rest.trim_start().starts_with(mark))
        })
    };
    let mut tasks = lines.iter().filter(is_task);
    let first = tasks.next()?;
    tasks.next().map(|_| *first)
}

/// Whether the block is commands that write the file, and not what it is to hold: they name it, or,
/// where nobody did, they write one.
pub(super) fn writes(source: &Source, lines: &[Span], file: &str) -> bool {
    if lines.first().is_some_and(|&line| source.slice(line).trim_start().starts_with("#!")) {
        return false;
    }
    let name = file.rsplit('/').next().unwrap_or(file);
    let named = file.contains(['/', '.']) && !name.is_empty();
    lines.iter().map(|&line| source.slice(line)).any(|line| match named {
        true => line.contains(name),
        false => line.contains(">") || line.contains("tee ") || line.contains("crontab"),
    })
}

/// Whether a prompt of a block in a query language stands before a command, or is another program's:
/// an author may well write `$ up > 1` for a query.
pub(super) fn has_shell_prompt(source: &Source, lines: &[Span], style: Style) -> bool {
    lines.iter().any(|&line| {
        let line = source.slice(line);
        prompts::prompt(line, style).is_some_and(|prompt| {
            prompt.place != prompts::Place::Here || starts_with_command(&line[prompt.len..]) == Some(true)
        })
    })
}

/// Whether the block is the name of a metric, perhaps with what it is compared with.
pub(super) fn is_metric(source: &Source, lines: &[Span]) -> bool {
    let mut written = lines.iter().map(|&line| trim(source.slice(line))).filter(|line| !line.is_empty());
    let (Some(line), None) = (written.next(), written.next()) else { return false };
    let (name, rest) = first_word(line);
    if name.bytes().filter(|&byte| byte == b'_').count() < 2 {
        return false;
    }
    let mut words = rest.split_whitespace();
    let compared = match (words.next(), words.next(), words.next()) {
        (None, ..) => true,
        (Some(sign), Some(number), None) => {
            matches!(sign, ">" | "<" | "==" | "!=" | ">=" | "<=") && number.parse::<f64>().is_ok()
        }
        _ => false,
    };
    compared
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b':'))
}

/// Whether a block whose first command nobody knows calls it and nothing that is unknown beside it: what
/// a sentence announces as commands to run may well be a program of the house.
pub(super) fn are_calls(source: &Source, lines: &[Span]) -> bool {
    let mut called = None;
    let mut goes_on = false;
    for &line in lines {
        let line = source.slice(line).trim();
        let within = std::mem::replace(&mut goes_on, line.ends_with('\\'));
        if within || line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, rest) = first_word(line);
        let known = called.is_none_or(|called| called == name) || starts_with_command(line) == Some(true);
        let sets = matches!(first_word(rest.trim_start()).0, "-" | "=" | ":" | "=>" | "is" | "are" | "was");
        if !known || sets || called.is_none() && !is_program(name) || transcript::is_printed(line, false) {
            return false;
        }
        called.get_or_insert(name);
    }
    called.is_some() && is_whole_script(source, lines)
}

/// Whether the word may be the name of a program.
pub(super) fn is_program(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// Whether the block's lines are shell text without a mistake.
fn is_whole_script(source: &Source, lines: &[Span]) -> bool {
    let script = crate::runbook::actions::join(source, lines);
    let neutral = shell::neutral(&script);
    let parsed = shell::parse(&neutral);
    parsed.is_complete() && parsed.errors().is_empty()
}

/// Whether a block whose first command nobody knows is commands all the same: most of its lines are
/// known ones, it is whole as shell text, and nothing in it looks printed.
pub(super) fn is_mostly_commands(source: &Source, lines: &[Span], first: &str) -> bool {
    if !is_program(first_word(first).0) || lines.len() < 3 {
        return false;
    }
    let (mut known, mut all) = (0, 0);
    for &line in lines {
        let line = source.slice(line).trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if transcript::is_printed(line, false) {
            return false;
        }
        all += 1;
        known += usize::from(is_inline_command(line));
    }
    if known < 2 || known * 2 < all {
        return false;
    }
    is_whole_script(source, lines)
}

/// Programs that one looks into logs with.
#[rustfmt::skip]
const READERS: &[&str] = &[
    "awk", "aws", "cat", "dmesg", "docker", "egrep", "gcloud", "grep", "head", "heroku", "journalctl", "kubectl",
    "less", "logcli", "more", "nomad", "oc", "podman", "rg", "sed", "stern", "sudo", "tail", "zcat", "zgrep",
];

/// Whether the first line that is written has what a call has and text in a log has not: a program
/// that reads it, an option, a pipe, a path or a variable.
pub(super) fn looks_called(source: &Source, lines: &[Span]) -> bool {
    let mut written = lines.iter().map(|&line| trim(source.slice(line)));
    let first = written.find(|line| !(line.is_empty() || line.starts_with('#'))).unwrap_or("");
    let (program, rest) = first_word(first);
    program.starts_with(['.', '/'])
        || READERS.binary_search(&program).is_ok()
        || rest.contains(['|', '$'])
        || rest.split_ascii_whitespace().any(|word| word.len() > 1 && word.starts_with(['-', '/', '~', '.']))
}

/// Whether the block says nothing but that its author has still to write it: "TODO", "tbd".
pub(super) fn is_stub(source: &Source, lines: &[Span]) -> bool {
    let mut written = lines.iter().map(|&line| trim(source.slice(line))).filter(|line| !line.is_empty());
    let (Some(line), None) = (written.next(), written.next()) else { return false };
    let (word, _) = first_word(line);
    ["todo", "tbd", "fixme", "xxx"].iter().any(|stub| {
        word.eq_ignore_ascii_case(stub)
            || word.strip_suffix(':').is_some_and(|word| word.eq_ignore_ascii_case(stub))
    })
}

/// Whether the block is one line that tells how a command is used, with what may be left out in square
/// brackets and what is to be picked between bars: `pgctl [--force] main {start|stop}`. The shell would
/// take the bars for pipes.
pub(super) fn is_synopsis(source: &Source, lines: &[Span]) -> bool {
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return false };
    // Few blocks hold a bracket at all.
    let block = source.slice(Span::new(first.start, last.end));
    if memchr::memchr3(b'[', b'{', b'<', block.as_bytes()).is_none() {
        return false;
    }
    let mut written = lines.iter().map(|&line| source.slice(line)).filter(|line| !is_blank(line));
    let Some(line) = written.next() else { return false };
    match written.next() {
        None => may_be_left_out(trim(line)),
        Some(next) => lists_subcommands(line, std::iter::once(next).chain(written)),
    }
}

/// Whether the first line calls a program with any of its commands, and those below, further in, say what each
/// of them does: `lampctl <command>`, `  rub    make it shine`.
fn lists_subcommands<'t>(first: &str, below: impl Iterator<Item = &'t str>) -> bool {
    let (program, rest) = first_word(trim(first));
    let any = |word: &str| {
        let word = word.trim_matches(['<', '>', '[', ']', '{', '}', '.']);
        ["command", "subcommand", "cmd", "action", "task"].iter().any(|name| word.eq_ignore_ascii_case(name))
    };
    if program.is_empty()
        || !rest.split_ascii_whitespace().any(|word| word.starts_with(['<', '[', '{']) && any(word))
    {
        return false;
    }
    let depth = |line: &str| line.len() - line.trim_ascii_start().len();
    let (mut all, mut told) = (0, 0);
    for line in below {
        if depth(line) <= depth(first) {
            return false;
        }
        let (name, does) = first_word(trim(line));
        all += 1;
        told += usize::from(
            is_program(name) && does.starts_with("  ") && first_word(does.trim_start()).0.len() > 1,
        );
    }
    all > 1 && told * 3 >= all * 2
}

/// Whether a word of the line is an option in square brackets, or words with bars between them in any:
/// `[--force]`, `[OPTIONS]`, `{start|stop}`.
fn may_be_left_out(line: &str) -> bool {
    // What is quoted is another program's.
    if line.contains(['"', '\'', '`', '$']) {
        return false;
    }
    line.split_ascii_whitespace().skip(1).any(|word| {
        let inner = [("[", "]"), ("{", "}")]
            .iter()
            .find_map(|(open, close)| word.strip_prefix(open)?.trim_end_matches('.').strip_suffix(close));
        inner.is_some_and(|inner| {
            let option = word.starts_with('[')
                && (inner.starts_with("--") || matches!(inner, "OPTIONS" | "options" | "FLAGS" | "flags"));
            let name = |part: &str| {
                !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            };
            let picked = inner.contains('|') && inner.split('|').all(name);
            option || picked
        })
    })
}
