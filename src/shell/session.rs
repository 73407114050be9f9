//! Commands that open an interactive session: the lines after them belong to the session.

use std::cell::LazyCell;

use super::Script;
use super::model::{Input, Quote, Simple, Word};
use super::opens::opens;
use super::reading::Reading;
use super::unwrap::is_operand;
use super::words::WordSet;
use crate::source::Span;

/// An interactive session that a line opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The program that talks to the operator (`ssh`, `psql`, `bash`).
    pub program: String,
    /// Where it leads, if the command says so: a host, pod, container or database.
    pub target: Option<String>,
    /// 0-based line of the script.
    pub line: usize,
    /// The command, wrappers included.
    pub span: Span,
}

/// The first line of `script` that opens a session: a program that reads commands from the
/// terminal, with no command of its own, not in a pipe, with no input redirected.
pub fn session(script: &str) -> Option<Session> {
    session_of(script, &Reading::default())
}

/// As [`session`], for a script that may have been read already.
pub fn session_of(script: &str, reading: &Reading) -> Option<Session> {
    static WORDS: WordSet = WordSet::new(OPENERS);
    if !WORDS.meets(script, reading) {
        return None;
    }
    let parsed = reading.script(script);
    let commands = parsed.commands();
    let substituted = LazyCell::new(|| Within::of(&parsed));
    let mut outer = 0;
    for (index, command) in commands.iter().enumerate() {
        if command.via.is_empty() {
            outer = index;
        }
        let top = &commands[outer];
        let alone = top.input == Input::Inherited
            && command.input == Input::Inherited
            && !top.piped
            && !command.piped
            && !top.background
            && !command.redirects.iter().any(|r| r.op.starts_with('>') || r.op.starts_with('&'));
        if !alone || !opens(command, &commands[outer..index]) || substituted.holds(top.span) {
            continue;
        }
        let line = memchr::memchr_iter(b'\n', &script.as_bytes()[..top.span.start]).count();
        let target = target(command)
            .or_else(|| commands[outer..index].iter().rev().find_map(target))
            .map(|word| script.get(word.span.range()).unwrap_or(&word.text).to_owned());
        return Some(Session { program: command.program.to_string(), target, line, span: top.span });
    }
    None
}

/// The places of a script whose commands are put into the words of others: `$(...)`.
struct Within(Vec<(usize, usize)>);

impl Within {
    fn of(parsed: &Script<'_>) -> Within {
        let regions = parsed.facts.regions.iter().filter(|region| region.quote == Quote::Bare);
        let mut places: Vec<(usize, usize)> =
            regions.map(|region| (region.span.start, region.span.end)).collect();
        places.sort_unstable();
        // Where the farthest of them ends that began so far: one look tells, however many there are.
        let mut farthest = 0;
        for (_, end) in &mut places {
            farthest = farthest.max(*end);
            *end = farthest;
        }
        Within(places)
    }

    fn holds(&self, span: Span) -> bool {
        let begun = self.0.partition_point(|&(start, _)| start <= span.start);
        begun.checked_sub(1).is_some_and(|last| self.0[last].1 >= span.end)
    }
}

/// The words of which a script that opens a session holds one.
#[rustfmt::skip]
pub const OPENERS: [&str; 79] = [
    "ssh", "autossh", "mosh", "tsh", "psql", "pgcli", "gitlab-psql", "mysql", "mariadb", "mycli",
    "mysqlsh", "sqlite3", "sqlplus", "clickhouse-client", "cqlsh", "influx", "redis-cli", "mongo",
    "mongosh", "exec", "rsh", "debug", "attach", "run", "console", "dbconsole", "c", "db", "python",
    "python2", "python3", "ipython", "irb", "pry", "node", "iex", "erl", "remsh", "su", "sudo",
    "sh", "bash", "zsh", "dash", "ksh", "ash", "chroot", "nsenter", "tmux", "screen", "telnet",
    "nc", "ncat", "netcat", "ftp", "sftp", "lftp", "s_client", "connect", "start-session",
    "spark-shell", "shell", "zkCli", "bconsole", "virsh", "fdisk", "gdisk", "parted", "vtysh",
    "gdb", "newgrp", "machinectl", "php", "ghci", "lua", "R", "enter", "toolbox", "pgb-console",
];

/// Where a command leads: the host, pod or container it names.
fn target(command: &Simple) -> Option<&Word> {
    let args = &command.args;
    let after = |flags: &[&str]| {
        args.iter().position(|a| flags.contains(&a.text.as_str())).and_then(|at| args.get(at + 1))
    };
    match command.program.as_str() {
        "ssh" | "autossh" | "tsh" | "kubectl" | "k" | "oc" | "docker" | "podman" | "nerdctl"
        | "docker-compose" | "chroot" => super::unwrap::named_target(command),
        "redis-cli" | "mysql" | "mariadb" | "psql" => after(&["-h", "--host"]).or_else(|| {
            args.iter().rev().find(|a| command.program != "redis-cli" && is_operand(a) && args.len() == 1)
        }),
        "virtctl" => args.iter().skip(1).find(|a| is_operand(a)),
        "mosh" | "telnet" | "nc" | "ncat" | "sftp" | "ftp" => args.iter().find(|a| is_operand(a)),
        "gcloud" => {
            let at = args.iter().position(|a| matches!(a.text.as_str(), "ssh" | "connect"))?;
            // The first operand that cannot be a flag's value, else the first.
            let rest = &args[at..];
            let sure = rest.windows(2).find(|w| is_operand(&w[0]) && is_operand(&w[1])).map(|w| &w[1]);
            sure.or_else(|| rest[1..].iter().find(|a| is_operand(a)))
        }
        "aws" => after(&["--target"]),
        "su" => args.iter().find(|a| is_operand(a)),
        _ => None,
    }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
