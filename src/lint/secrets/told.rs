//! Passwords that commands are told by their flags.

use super::values::{is_name, made_up, mixed, stands_for_one, varied};
use crate::shell::{Simple, Word, has_word};
use crate::source::Span;

/// Whether a command of `script` may be [`told`] a password: it has one of the flags, or one of the subcommands.
pub(in crate::lint) fn may_be_told(script: &str) -> bool {
    let bytes = script.as_bytes();
    memchr::memchr2_iter(b'-', b'_', bytes).any(|at| {
        if bytes[at] == b'_' {
            return match bytes.get(at + 1) {
                Some(b'u') => bytes[at..].starts_with(b"_user "),
                Some(b'p') => bytes[at..].starts_with(b"_password "),
                _ => false,
            };
        }
        let begins = at.checked_sub(1).is_some_and(|before| bytes[before].is_ascii_whitespace());
        let rest = &bytes[at + 1..];
        begins
            && match rest.first() {
                Some(b'u' | b'p' | b'a' | b'w' | b'P') => true,
                Some(b'-') => {
                    [&b"-user"[..], b"-pass", b"-token", b"-secret"].iter().any(|flag| rest.starts_with(flag))
                }
                _ => false,
            }
    })
}

/// `curl -u ops:…`, `mysql -p…`: what a command is told.
pub(in crate::lint) fn told(simple: &Simple) -> Option<(Span, &'static str)> {
    let is_secret =
        |value: &str| value.len() >= 6 && !stands_for_one(value) && !made_up(value) && mixed(value);
    let after = |word: &Word, value: &str| {
        // The value ends the word; a quote after it is none of it.
        let start = word.span.end.saturating_sub(value.len() + usize::from(word.quoted));
        is_secret(value).then(|| Span::new(start, start + value.len()))
    };
    let mut previous: Option<&Word> = None;
    for word in simple.args.iter().filter(|word| word.literal) {
        let found = match simple.program.as_str() {
            "curl" | "wget" | "http" => {
                let flag = previous.is_some_and(|flag| matches!(flag.text.as_str(), "-u" | "--user" | "-a"));
                word.text.split_once(':').filter(|_| flag).and_then(|(_, password)| after(word, password))
            }
            "mysql" | "mariadb" | "mysqldump" | "mysqladmin" | "mysqlsh" => {
                word.text.strip_prefix("-p").and_then(|password| after(word, password))
            }
            "rabbitmqctl" => {
                let told =
                    has_word("add_user change_password", simple.args.first().map_or("", |sub| &sub.text));
                let last = simple.args.get(2).is_some_and(|last| last.span == word.span);
                Some(&word.text).filter(|_| told && last).and_then(|password| after(word, password))
            }
            "sshpass" | "redis-cli" | "ldapsearch" | "mongo" | "mongosh" | "mongodump" | "mongorestore" => {
                let flag =
                    previous.is_some_and(|flag| matches!(flag.text.as_str(), "-p" | "-a" | "-w" | "--pass"));
                Some(&word.text).filter(|_| flag).and_then(|password| after(word, password))
            }
            "docker" | "podman" | "helm" | "ipmitool" => {
                let flag = previous.is_some_and(|flag| matches!(flag.text.as_str(), "-p" | "-P"));
                // A port is no password, nor is a path.
                let login =
                    simple.program == "ipmitool" || simple.args.iter().any(|word| word.text == "login");
                Some(&word.text).filter(|_| flag && login).and_then(|password| after(word, password))
            }
            _ => None,
        };
        let named = || {
            let flag = previous.is_some_and(|flag| has_word("--password --token --secret", &flag.text));
            Some(&word.text)
                .filter(|value| flag && value.len() >= 8 && varied(value) && !is_name(value))
                .and_then(|value| after(word, value))
        };
        let found = found.or_else(named);
        if let Some(span) = found {
            return Some((span, "a password"));
        }
        previous = Some(word);
    }
    None
}
