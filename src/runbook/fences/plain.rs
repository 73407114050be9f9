//! Commands that an author wrote as plain text: a line of a paragraph, or of a list item, without any
//! mark. Strict, since prose is full of words that are programs, too ("make sure", "find the pod").

use crate::shell;
use crate::source::{Span, first_word, trim};

use super::{is_inline_command, starts_with_command};

/// Words of sentences; what has one of them is none of these commands.
#[rustfmt::skip]
const PROSE: &[&str] = &[
    "a", "an", "and", "are", "be", "because", "but", "by", "can", "de", "der", "die", "el", "for", "from", "has",
    "have", "if", "into", "is", "it", "its", "la", "may", "must", "not", "of", "or", "our", "should", "so", "than",
    "that", "the", "then", "this", "to", "und", "was", "we", "were", "when", "which", "will", "with", "you", "your",
];

/// What one tells the programs of operators to do; beside such a word they need no flag.
#[rustfmt::skip]
const TOLD: &[&str] = &[
    "apply", "build", "checkout", "cordon", "create", "delete", "describe", "destroy", "disable", "down", "drain",
    "enable", "exec", "get", "health", "init", "inspect", "install", "kill", "list", "logs", "ls", "osd", "pg",
    "plan", "ps", "pull", "push", "reload", "remove", "restart", "rm", "rollback", "rollout", "run", "scale", "show",
    "start", "status", "stop", "top", "uncordon", "unset", "up", "update", "upgrade",
];

/// Such programs, whose names are no words of a sentence.
#[rustfmt::skip]
const PROGRAMS: &[&str] = &[
    "apt", "apt-get", "ceph", "consul", "dnf", "docker", "docker-compose", "etcdctl", "git", "helm", "journalctl",
    "kubectl", "nomad", "oc", "pip", "podman", "supervisorctl", "systemctl", "terraform", "vault", "yum",
];

/// Whether the line is a command and nothing else.
fn is_command(line: &str) -> bool {
    // What follows is a sentence, or a name.
    if let Some(b'.' | b',' | b':' | b'?' | b'!' | b')') = line.as_bytes().last() {
        return false;
    }
    let line = line.strip_prefix("$ ").unwrap_or(line);
    let command = line.strip_prefix("sudo ").unwrap_or(line);
    let (program, rest) = first_word(command);
    // Without any of these signs only what one tells such a program is one.
    let signs = memchr::memchr3(b'-', b'/', b'=', rest.as_bytes()).is_some();
    if rest.is_empty() || !signs && PROGRAMS.binary_search(&program).is_err() && command.len() == line.len() {
        return false;
    }
    if !(shell::known_command(program) || program.starts_with("./")) {
        return false;
    }
    if line.contains(['`', '’', '“', '…']) || !line.is_ascii() && !line.contains(['"', '\'', '#']) {
        return false;
    }
    let mut flagged = false;
    for word in rest.split_ascii_whitespace().take(40) {
        // What is quoted, or behind a number sign, is prose as often as not.
        if word.starts_with(['"', '\'', '#']) {
            break;
        }
        if PROSE.binary_search(&word).is_ok() || word.ends_with([',', ':']) && !word.contains('/') {
            return false;
        }
        let flag = word.len() > 1 && word.starts_with('-') && !word.starts_with("->");
        flagged |= flag
            || word.starts_with(['/', '~', '$', '@'])
            || word.starts_with("./")
            || word.contains("://")
            || word.contains('=') && word.len() > 2;
    }
    let told = PROGRAMS.binary_search(&program).is_ok()
        && rest.split_ascii_whitespace().take(3).any(|word| TOLD.binary_search(&word).is_ok());
    let sure = flagged || told || line.starts_with("sudo ");
    sure && starts_with_command(command) == Some(true) && is_inline_command(command)
}

/// The lines of a paragraph that are commands: the first one, and each that stands below an
/// announcement, another command, or a short line. `text` is as it stands in the file from `start` on.
pub(in crate::runbook) fn plain_commands(text: &str, start: usize) -> Vec<Span> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let (mut at, mut open) = (0, true);
    while at < bytes.len() {
        let line_end = |at: usize| memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
        let mut end = line_end(at);
        let broken = bytes[..end].ends_with(b"\\");
        // Half of a command is none.
        while bytes[at..end].ends_with(b"\\") && end < bytes.len() {
            end = line_end(end + 1);
        }
        let begin = at + bytes[at..end].iter().take_while(|&&byte| byte == b' ').count();
        // A wrapped line of prose is long.
        let short = end - begin < 56;
        let mut command = false;
        if open && let Some(b'a'..=b'z' | b'.' | b'$') = bytes.get(begin) {
            let line = trim(&text[begin..end]);
            command = match broken {
                true => is_command(&in_one_line(line)),
                false => is_command(line),
            };
            if command {
                found.push(Span::new(start + begin, start + begin + line.len()));
            }
        }
        // What is said of the next command stands above it.
        let said = bytes.get(begin) == Some(&b'#');
        open = short || command || said || bytes.get(end.wrapping_sub(1)) == Some(&b':');
        // Where the first line is wrapped, all are.
        if !open && at == 0 {
            break;
        }
        at = end + 1;
    }
    found
}

/// A command that a backslash breaks over lines, in one line that is as long.
pub(in crate::runbook) fn in_one_line(command: &str) -> String {
    command.replace("\\\n", "  ").replace(['\n', '\r'], " ")
}

/// Signs of Markdown that are written with a backslash where they stand for themselves. What the shell has
/// its own use for with one, such as `\\;`, is left out.
const ESCAPED: &[u8] = b"*_[]<>#-+~";

/// What is written for a sign.
const ENTITIES: &[(&str, &str)] =
    &[("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " ")];

/// A command in running text as one reads it, where that is not how it is written: "rm x-\\*", "&lt;".
pub(in crate::runbook) fn unescaped(written: &str) -> Option<String> {
    // Few hold any of the signs.
    let bytes = written.as_bytes();
    memchr::memchr2(b'\\', b'&', bytes)?;
    // What is said of a place in it must not fall into a letter of the file.
    if !written.is_ascii() {
        return None;
    }
    let mut read = String::with_capacity(written.len());
    let (mut from, mut quote) = (0, None);
    for at in memchr::memchr2_iter(b'\\', b'&', bytes) {
        if at < from {
            continue;
        }
        for &byte in &bytes[from..at] {
            quote = match (byte, quote) {
                (b'"' | b'\'', None) => Some(byte),
                (byte, Some(open)) if byte == open => None,
                _ => quote,
            };
        }
        read.push_str(&written[from..at]);
        from = at;
        let entity = || ENTITIES.iter().find(|(entity, _)| written[at..].starts_with(entity));
        if bytes[at] == b'\\' {
            match bytes.get(at + 1) {
                // Within quotes it may well be the program's.
                Some(sign) if quote.is_none() && ESCAPED.contains(sign) => from += 1,
                // A backslash that is escaped itself escapes nothing.
                Some(b'\\') => {
                    read.push_str("\\\\");
                    from += 2;
                }
                _ => {}
            }
        } else if let Some((entity, sign)) = entity() {
            read.push_str(sign);
            from += entity.len();
        }
    }
    read.push_str(&written[from..]);
    (read != written).then_some(read)
}

/// Whether the paragraph holds a command.
pub(in crate::runbook) fn holds_plain_command(text: &str) -> bool {
    !plain_commands(text, 0).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_what_one_reads() {
        for (written, read) in [
            (r"rm -f /srv/relay-\*", "rm -f /srv/relay-*"),
            (r"lampctl drop my\_lamp \<room\>", "lampctl drop my_lamp <room>"),
            ("lampctl load -p &lt; lamps.sql &amp;&amp; ls", "lampctl load -p < lamps.sql && ls"),
            (r#"ls "a\*b" c\*"#, r#"ls "a\*b" c*"#),
        ] {
            assert_eq!(unescaped(written).as_deref(), Some(read));
        }
        for same in [
            "ls -l",
            r"find . -exec rm {} \;",
            r"echo \\*",
            "a && b",
            "ls &",
            r"ls \",
            "curl 'x?a=1&b=2'",
            "ls &l",
        ] {
            assert_eq!(unescaped(same), None, "{same}");
        }
    }

    #[test]
    fn commands_are_told_from_sentences() {
        assert!([PROSE, TOLD, PROGRAMS].iter().all(|list| list.windows(2).all(|pair| pair[0] < pair[1])));
        for yes in [
            "systemctl restart app",
            "sudo systemctl stop app.service",
            "docker compose -p web up -d",
            "curl -s http://localhost:8080/health",
            "rm -rf /srv/cache",
            "ss -ltnp | grep 8080",
            "$ kubectl get pods",
            "ceph osd set noout",
        ] {
            assert!(holds_plain_command(yes), "{yes}");
        }
        for no in [
            "",
            "make sure it is up",
            "find the pod",
            "kubectl access",
            "docker registry credentials",
            "git and make",
            "less than 5 - 10 of them",
            "host names",
            "kubectl delete takes long and is of no use",
            "systemctl restarts the unit with -f",
            "restart it",
            "systemctl",
            "mail -> dev",
            "Service/app",
            "watch for errors in /var/log/app",
            "curl /health returns 200, and `up`",
        ] {
            assert!(!holds_plain_command(no), "{no}");
        }
    }
}
