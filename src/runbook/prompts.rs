//! Prompts: what stands before a command in a copied terminal, and where such a command belongs.

use crate::shell::known_command;
use crate::source::trim_start;

/// Where a prompted command belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// Here.
    Here,
    /// Another host or program: `root@db1`, `redis 10.0.0.1:6379`, `psql app`.
    Elsewhere(String),
}

/// A prompt at the start of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prompt {
    /// Bytes before the command.
    pub len: usize,
    pub place: Place,
    /// A continuation prompt of another program (`app-#`, `->`).
    pub continues: bool,
}

/// How a fence's lines are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `console` and the like: `#`, `%` and `>` are prompts too.
    Console,
    /// A shell script: `#` is a comment, `>` a redirection.
    Shell,
    /// Anything else: only prompts that cannot be meant otherwise.
    Other,
}

/// Hosts that a text writes for "this machine".
#[rustfmt::skip]
const HERE: &[&str] = &[
    "computer", "desktop", "host", "hostname", "laptop", "local", "localhost", "macbook", "machine",
    "mbp", "my-host", "my-laptop", "my-machine", "myhost", "mylaptop", "mymachine", "pc",
    "workstation", "you", "your-machine",
];

/// Programs whose name may stand alone before `>`.
#[rustfmt::skip]
const PROGRAMS: &[&str] = &[
    "cqlsh", "etcd", "ftp", "gitlab", "hbase", "hive", "iex", "influx", "irb", "lftp", "mariadb",
    "mongo", "mongos", "mongosh", "mysql", "node", "pry", "psql", "rails", "redis", "redis-cli",
    "scala", "sftp", "spark-sql", "sqlite", "sqlite3", "sqlplus", "trino", "vtysh",
];

/// A look at the signs: every prompt ends in one of these, and soon.
pub(super) fn may_stand_in(text: &[u8]) -> bool {
    memchr::memchr3(b'$', b'#', b'%', text).is_some() || memchr::memchr3(b'>', b'~', 0xe2, text).is_some()
}

/// The prompt `line` begins with, if it does.
pub(super) fn prompt(line: &str, style: Style) -> Option<Prompt> {
    if !may_stand_in(&line.as_bytes()[..line.len().min(140)]) {
        return None;
    }
    let trimmed = venv(trim_start(line));
    let lead = line.len() - trimmed.len();
    // How a line begins says which of them it can be.
    let found = match *trimmed.as_bytes().first()? {
        byte if byte.is_ascii_alphanumeric() => named(trimmed, style).or_else(|| program(trimmed, style)),
        b'$' | b'#' | b'%' => sign(trimmed, style),
        b'>' => sign(trimmed, style).or_else(|| program(trimmed, style)),
        b':' | b'~' | b'/' => folder(trimmed),
        b'[' => bracketed(trimmed).or_else(|| program(trimmed, style)),
        b'-' => program(trimmed, style),
        // The first byte of the signs of shells made pretty.
        0xe2 => sign(trimmed, style).or_else(|| arrow(trimmed)),
        _ => None,
    }?;
    Some(Prompt { len: lead + found.len, ..found })
}

fn here(len: usize) -> Option<Prompt> {
    Some(Prompt { len, place: Place::Here, continues: false })
}

fn elsewhere(len: usize, place: impl Into<String>) -> Option<Prompt> {
    Some(Prompt { len, place: Place::Elsewhere(place.into()), continues: false })
}

/// How many bytes the sign and the white space after it take; a command must follow, or nothing.
fn after_sign(rest: &str, sign: char) -> Option<usize> {
    let tail = rest.strip_prefix(sign)?;
    if !tail.is_empty() && !tail.starts_with([' ', '\t', '\u{a0}']) {
        return None;
    }
    Some(rest.len() - trim_start(tail).len())
}

/// `$ `, `$sudo`, and in consoles `# `, `% `, `> `.
fn sign(line: &str, style: Style) -> Option<Prompt> {
    if let Some(tail) = line.strip_prefix('$') {
        // "$> " and "❯ " are signs of shells made pretty.
        if let Some(len) = after_sign(tail, '>').filter(|&len| len < tail.len()) {
            return here(1 + len);
        }
        if let Some(len) = after_sign(line, '$') {
            return here(len);
        }
        let word = tail.split(char::is_whitespace).next().unwrap_or("");
        let lower = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        return if lower && word.len() > 1 && known_command(word) { here(1) } else { None };
    }
    if let Some(len) = after_sign(line, '❯') {
        return here(len);
    }
    if style == Style::Console {
        if let Some(len) = after_sign(line, '#') {
            // A comment looks the same; root's commands are commands.
            return if is_command_line(&line[len..]) { here(len) } else { None };
        }
        let len = after_sign(line, '%').or_else(|| after_sign(line, '>'))?;
        return if len < line.len() { here(len) } else { None };
    }
    None
}

/// Whether the words look like a command: the first is one, and no sentence follows it.
fn is_command_line(text: &str) -> bool {
    // What is said of a command behind it is no word of it.
    let text = text.split_once("  #").map_or(text, |(command, _)| command);
    let mut words = text.split_whitespace().skip_while(|word| is_assignment(word));
    let Some(first) = words.next() else { return false };
    let small = first.starts_with(|c: char| c.is_ascii_lowercase()) && !first.ends_with([':', '.', ',']);
    let technical =
        small && text.split_whitespace().skip(1).any(|word| word.starts_with(['-', '/', '"', '\'']));
    let is_program = known_command(first) || first.starts_with("./") || first.starts_with('/') || technical;
    let prose = ["the", "a", "an", "all", "that", "this", "your", "our", "which", "if", "for", "and", "out"];
    is_program && !words.any(|word| prose.contains(&word))
}

/// Whether the word is `NAME=value`.
pub(super) fn is_assignment(word: &str) -> bool {
    let name = memchr::memchr(b'=', word.as_bytes()).map(|at| &word[..at]);
    name.is_some_and(super::info::is_variable)
}

/// `~/src $ `, `:~$ `, the `/data # ` of a container's shell, and the `~ ` that is left of a prompt
/// whose sign was a picture.
fn folder(line: &str) -> Option<Prompt> {
    if let Some(path) = line.strip_prefix(':').filter(|path| path.starts_with(['~', '/'])) {
        let stop = path.bytes().take(80).position(|byte| matches!(byte, b'$' | b'#' | b' '))?;
        let rest = &path[stop..];
        let at = 1 + stop + after_sign(rest, '$').or_else(|| after_sign(rest, '#'))?;
        return if at < line.len() { here(at) } else { None };
    }
    if let Some(command) = line.strip_prefix("~ ").map(str::trim_start)
        && is_command_line(command)
    {
        return here(line.len() - command.len());
    }
    if !line.starts_with(['~', '/']) {
        return None;
    }
    let end = line.bytes().take(80).position(|byte| byte == b' ')?;
    let rest = &line[end + 1..];
    let len = after_sign(rest, '$').or_else(|| after_sign(rest, '#'))?;
    let at = end + 1 + len;
    if at >= line.len() || !line[..end].bytes().all(|byte| is_name_byte(byte) || matches!(byte, b'~' | b'/'))
    {
        return None;
    }
    if line.starts_with('~') { here(at) } else { elsewhere(at, format!("a shell in {}", &line[..end])) }
}

/// `➜  ~ `, `➜  src git:(main) ✗ `: a folder, and perhaps a branch and its state, before the command.
fn arrow(line: &str) -> Option<Prompt> {
    let mut rest = line.strip_prefix('➜')?.trim_start();
    let is_folder = |word: &str| word.bytes().all(|byte| is_name_byte(byte) || matches!(byte, b'~' | b'/'));
    let (folder, command) = rest.split_once(' ').unwrap_or((rest, ""));
    // "➜ ls" has no folder, and "➜ curl -v x" looks as if it had one.
    if folder == "~" || (is_folder(folder) && !is_command_line(rest)) {
        rest = command.trim_start();
    }
    if let Some((_, command)) = rest.strip_prefix("git:(").and_then(|branch| branch.split_once(") ")) {
        rest = command.trim_start();
    }
    rest = rest.trim_start_matches(['✗', '✔', '±']).trim_start();
    if is_command_line(rest) { here(line.len() - rest.len()) } else { None }
}

/// Whether a line that begins as a comment may be root's prompt: then its command, with the bytes
/// before it. After a command that opened a shell elsewhere that is what it is.
pub(super) fn root(line: &str) -> Option<usize> {
    let trimmed = trim_start(line);
    let lead = line.len() - trimmed.len();
    let len = after_sign(trimmed, '#').filter(|&len| is_command_line(&trimmed[len..]))?;
    Some(lead + len)
}

/// `[root@db1 ~]# `, `[root@db1 ~]$ `.
fn bracketed(line: &str) -> Option<Prompt> {
    let inner = line.strip_prefix('[')?;
    let close = inner.bytes().take(120).position(|byte| byte == b']')?;
    let name = inner[..close].split_whitespace().next()?;
    let rest = &line[close + 2..];
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    let len = after_sign(rest, '$').or_else(|| after_sign(rest, '#')).or_else(|| after_sign(rest, '%'))?;
    let len = line.len() - rest.len() + len;
    if !name.contains('@') || !is_name(name) {
        return None;
    }
    host(name, len)
}

/// `user@host:~$ `, `user@host ~ % `, `db1:~$ `, `bash-5.1$ `, `host $ `.
fn named(body: &str, style: Style) -> Option<Prompt> {
    let end = body.bytes().take(120).position(|byte| !is_name_byte(byte))?;
    let name = &body[..end];
    if end == 0 || !name.starts_with(|c: char| c.is_ascii_alphanumeric()) || name.starts_with("//") {
        return None;
    }
    let mut rest = &body[end..];
    // "ncn-m/w# ": on either of two.
    let more = rest.bytes().take(40).position(|byte| byte != b'/' && !is_name_byte(byte)).unwrap_or(0);
    let name = match rest.strip_prefix('/') {
        Some(other) if more > 1 && rest[more..].starts_with('#') && !other.starts_with('/') => {
            rest = &rest[more..];
            &body[..end + more]
        }
        _ => name,
    };
    // Most lines are no prompt: behind their first word stands something else.
    let next = rest.bytes().find(|byte| *byte != b' ')?;
    if !matches!(next, b'$' | b'#' | b'%' | b':' | b'~' | b'/' | b'.') {
        return None;
    }
    let account = name.contains('@');
    // A folder: ":~/x" or " ~/x".
    let with_path = rest.strip_prefix(':').or_else(|| rest.strip_prefix(' ').filter(|_| account));
    let with_path = with_path.filter(|path| path.starts_with(['~', '/', '.']));
    if let Some(path) = with_path {
        let stop = path.bytes().position(|byte| matches!(byte, b'$' | b'#' | b'%' | b' '))?;
        rest = &path[stop..];
    } else if rest.starts_with(':') {
        return None;
    }
    let spaced = rest.starts_with(' ');
    let rest = rest.trim_start_matches(' ');
    // "db1:~ # "; without a folder it is a command with a comment.
    let root = account || !spaced || with_path.is_some();
    let len = after_sign(rest, '$').or_else(|| after_sign(rest, '#').filter(|_| root));
    let len = len.or_else(|| after_sign(rest, '%').filter(|_| account))?;
    let at = body.len() - rest.len() + len;
    let command = &body[at..];
    if account {
        return host(name, at);
    }
    // Without `user@` a command must follow, and the name must be no command itself: `echo $ x`.
    let quiet = known_command(name) && !name.contains(|c: char| c.is_ascii_digit() || c == '/');
    let sets = || command.split_whitespace().all(is_assignment);
    let plain = command.is_empty() || is_command_line(command) || sets();
    if (quiet && !matches!(name, "host" | "local")) || !plain || (command.is_empty() && style == Style::Shell)
    {
        return None;
    }
    host(name, at)
}

/// A name or `user@name`, taken as this machine only where the text says no particular one.
fn host(name: &str, len: usize) -> Option<Prompt> {
    let host = name.rsplit('@').next().unwrap_or(name);
    let lower = host.to_ascii_lowercase();
    let local = HERE.binary_search(&lower.as_str()).is_ok()
        || lower.ends_with("laptop")
        || lower.starts_with("macbook");
    if local { here(len) } else { elsewhere(len, name) }
}

/// The line without the `(venv) ` that Python and conda put first.
fn venv(line: &str) -> &str {
    let Some(inner) = line.strip_prefix('(') else { return line };
    match inner.bytes().take(40).position(|byte| !is_name_byte(byte)) {
        Some(end) if inner.as_bytes()[end] == b')' && inner[end + 1..].starts_with(' ') => {
            inner[end + 1..].trim_start()
        }
        _ => line,
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'@')
}

fn is_name(name: &str) -> bool {
    name.bytes().all(is_name_byte)
}

/// `10.0.0.1:6379> `, `app=# `, `mysql> `, `MariaDB [(none)]> `, `irb(main):001:0> `, `>>> `.
fn program(line: &str, style: Style) -> Option<Prompt> {
    if let Some(tail) = line.strip_prefix(">>>") {
        let len = after_sign(&line[2..], '>')?;
        return (style != Style::Shell && !tail.is_empty()).then(|| Prompt {
            len: len + 2,
            place: Place::Elsewhere("python".into()),
            continues: false,
        });
    }
    if let Some(rest) = line.strip_prefix("MariaDB [") {
        let close = rest.bytes().take(80).position(|byte| byte == b']')?;
        let len = after_sign(&rest[close + 1..], '>')?;
        return elsewhere("MariaDB [".len() + close + 1 + len, "mariadb");
    }
    if line.starts_with("->") && style != Style::Shell {
        let len = after_sign(&line[1..], '>')?;
        return Some(Prompt { len: len + 1, place: Place::Elsewhere(String::new()), continues: true });
    }
    // "[1] pry(main)> "
    let counter = line.strip_prefix('[').and_then(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest[digits..].strip_prefix("] ").filter(|_| digits > 0)
    });
    let body = counter.unwrap_or(line);
    let lead = line.len() - body.len();
    let end = body
        .bytes()
        .take(80)
        .position(|byte| matches!(byte, b'>' | b'#' | b' ' | b'\t' | b'"' | b'`' | b'$' | b'|' | b'<'))?;
    let token = &body[..end];
    if !token.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let sign = if body[end..].starts_with('>') { '>' } else { '#' };
    let len = lead + end + after_sign(&body[end..], sign)?;
    if let Some(database) = token.strip_suffix('=').filter(|name| is_name(name)) {
        return elsewhere(len, format!("psql {database}"));
    }
    if let Some(database) = token.strip_suffix(['-', '(', '\'', '"', '*']).filter(|name| is_name(name)) {
        let place = Place::Elsewhere(format!("psql {database}"));
        return Some(Prompt { len, place, continues: true });
    }
    if sign == '#' {
        // "app# select 1;": psql as a superuser, its sign of a new statement left out.
        let sql = is_name(token) && super::language::is_sql(&line[len..]);
        return if sql { elsewhere(len, format!("psql {token}")) } else { None };
    }
    let name = token.split(['(', '[', ':']).next().unwrap_or(token);
    if let Some((host, port)) = token.rsplit_once(':')
        && !port.is_empty()
        && port.bytes().all(|byte| byte.is_ascii_digit())
    {
        if host.contains('(') {
            return elsewhere(len, name);
        }
        // Redis shows the database in brackets: "10.0.0.1:6379[2]>".
        let redis = port.starts_with("63") || port.starts_with("26");
        return elsewhere(len, if redis { format!("redis {token}") } else { token.to_owned() });
    }
    if let Some((address, _)) = token.rsplit_once('[').filter(|(address, _)| address.contains(":63")) {
        return elsewhere(len, format!("redis {address}"));
    }
    let lower = name.to_ascii_lowercase();
    // Manuals of programs with a prompt of their own write it so.
    if token == "shell" {
        return if len < line.len() { here(len) } else { None };
    }
    if PROGRAMS.binary_search(&lower.as_str()).is_ok()
        || (token.ends_with([')', ']']) && token.len() > name.len() && is_name(name))
    {
        return elsewhere(len, lower);
    }
    let replica =
        token.rsplit_once(':').filter(|(_, state)| matches!(*state, "PRIMARY" | "SECONDARY" | "ARBITER"));
    if let Some((set, _)) = replica {
        return elsewhere(len, format!("mongo {set}"));
    }
    if style == Style::Console && is_name(token) && !known_command(token) {
        return elsewhere(len, token);
    }
    None
}

#[cfg(test)]
#[path = "prompts/tests.rs"]
mod tests;
