//! Commands that open an interactive session: the lines after them belong to the session.

use super::model::{Input, Quote, Simple, Word};
use super::opens::opens;
use super::place::neutral;
use super::unwrap::is_operand;
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
    if !may_open(script) {
        return None;
    }
    let text = neutral(script);
    let parsed = super::parse(&text);
    let commands = parsed.commands();
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
            && !command.redirects.iter().any(|r| r.op.starts_with('>') || r.op.starts_with('&'))
            && parsed.facts.regions.iter().all(|r| r.quote != Quote::Bare || !r.span.contains(top.span));
        if !alone || !opens(command, &commands[outer..index]) {
            continue;
        }
        let line = memchr::memchr_iter(b'\n', &script.as_bytes()[..top.span.start]).count();
        let target = target(command)
            .or_else(|| commands[outer..index].iter().rev().find_map(target))
            .map(|word| script.get(word.span.range()).unwrap_or(&word.text).to_owned());
        return Some(Session { program: command.program.clone(), target, line, span: top.span });
    }
    None
}

/// A look at the words alone: false for nearly every script, at the cost of one pass.
fn may_open(script: &str) -> bool {
    let bytes = script.as_bytes();
    let mut start = None;
    for at in 0..=bytes.len() {
        let inside = bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        match (start, inside) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                if at - from <= 18 && is_opener(&bytes[from..at]) {
                    return true;
                }
                start = None;
            }
            _ => {}
        }
    }
    false
}

/// The words that make a closer look worth its while.
fn is_opener(word: &[u8]) -> bool {
    matches!(
        word,
        b"ssh"
            | b"autossh"
            | b"mosh"
            | b"tsh"
            | b"psql"
            | b"pgcli"
            | b"gitlab-psql"
            | b"mysql"
            | b"mariadb"
            | b"mycli"
            | b"mysqlsh"
            | b"sqlite3"
            | b"sqlplus"
            | b"clickhouse-client"
            | b"cqlsh"
            | b"influx"
            | b"redis-cli"
            | b"mongo"
            | b"mongosh"
            | b"exec"
            | b"rsh"
            | b"debug"
            | b"attach"
            | b"run"
            | b"console"
            | b"dbconsole"
            | b"c"
            | b"db"
            | b"python"
            | b"python2"
            | b"python3"
            | b"ipython"
            | b"irb"
            | b"pry"
            | b"node"
            | b"iex"
            | b"erl"
            | b"remsh"
            | b"su"
            | b"sudo"
            | b"sh"
            | b"bash"
            | b"zsh"
            | b"dash"
            | b"ksh"
            | b"ash"
            | b"chroot"
            | b"nsenter"
            | b"tmux"
            | b"screen"
            | b"telnet"
            | b"nc"
            | b"ncat"
            | b"netcat"
            | b"ftp"
            | b"sftp"
            | b"lftp"
            | b"s_client"
            | b"connect"
            | b"start-session"
            | b"spark-shell"
            | b"shell"
            | b"zkCli"
            | b"bconsole"
            | b"virsh"
            | b"fdisk"
            | b"gdisk"
            | b"parted"
            | b"vtysh"
            | b"gdb"
            | b"newgrp"
            | b"machinectl"
            | b"php"
            | b"ghci"
            | b"lua"
            | b"R"
            | b"enter"
            | b"toolbox"
            | b"pgb-console"
    )
}

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
