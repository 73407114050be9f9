//! How a shell tells what it holds when a step ends, and how that is read.
//!
//! The shell writes sections into one file, each after a marker line that no value can imitate;
//! only builtins are used, so it costs no process. The last marker says that it is complete.

use std::collections::BTreeMap;

use super::words::{self, records};
use crate::process::shell::Dialect;

/// Everything a shell held.
#[derive(Debug, Clone, Default)]
pub struct Dump {
    /// The logical folder.
    pub cwd: Vec<u8>,
    /// The folder `cd -` leads to, as the shell quotes it.
    pub oldpwd: Option<Vec<u8>>,
    /// As `umask` prints it.
    pub umask: String,
    /// Lines that set options as they are (`set -o errexit`, `shopt -u extglob`).
    pub options: Vec<String>,
    /// By name, the text that restores the variable.
    pub variables: BTreeMap<String, Vec<u8>>,
    /// By name, the text that defines the function.
    pub functions: BTreeMap<String, Vec<u8>>,
    /// By name, the text that defines the alias.
    pub aliases: BTreeMap<String, Vec<u8>>,
    /// Processes that still ran in the background.
    pub jobs: Vec<i32>,
}

/// Shell text that writes the dump into the file `path` (already quoted), with `nonce` in its markers.
pub fn writer(dialect: Dialect, path: &str, nonce: &str) -> String {
    let mark = |section: &str| format!("\\printf '%s\\n' '{nonce} {section}'");
    // The backslash keeps aliases out, `builtin` functions of the same name.
    let b = if dialect == Dialect::Bash { "\\builtin " } else { "\\command " };
    let mut lines = vec![format!("{b}{}", mark("options"))];
    // A tracing or failing-early shell must not disturb what follows, nor traps of the step.
    match dialect {
        Dialect::Bash => {
            lines.push(format!("{b}trap - DEBUG ERR RETURN"));
            lines.push(format!("{b}set +o"));
            lines.push(format!("{b}set +euxvn"));
            lines.push(format!("{b}shopt -p"));
        }
        _ => {
            lines.push("set +o".into());
            lines.push("set +euxv".into());
        }
    }
    lines.push(format!("{b}{}; {b}pwd", mark("cwd")));
    lines.push(format!("{b}{}; {b}umask", mark("umask")));
    match dialect {
        Dialect::Bash => {
            lines.push(format!("{b}{}; {b}declare -p", mark("variables")));
            lines.push(format!("{b}{}; {b}declare -F", mark("names")));
            lines.push(format!("{b}{}; {b}declare -f", mark("functions")));
            lines.push(format!("{b}{}; {b}alias", mark("aliases")));
            lines.push(format!("{b}{}; {b}jobs -rp", mark("jobs")));
        }
        _ => {
            lines.push(format!("{b}{}; set", mark("variables")));
            lines.push(format!("{b}{}; export -p", mark("exported")));
            lines.push(format!("{b}{}; readonly -p", mark("readonly")));
            lines.push(format!("{b}{}; alias", mark("aliases")));
        }
    }
    lines.push(format!("{b}{}", mark("end")));
    let body = format!("{{ {}; }} >|{path}", lines.join("; "));
    match dialect {
        // A signal to the whole group makes a child that was only just forked run the trap, too.
        Dialect::Bash => {
            format!("{{ case ${{BASHPID:-$$}} in $$) {body};; esac; }} >/dev/null 2>&1")
        }
        _ => format!("{{ {body}; }} >/dev/null 2>&1"),
    }
}

/// Reads what [`writer`] wrote; none if it is not complete.
pub fn read(text: &[u8], nonce: &str) -> Option<Dump> {
    let sections = sections(text, nonce)?;
    let section = |name: &str| sections.get(name).copied().unwrap_or_default();
    let mut dump = Dump {
        cwd: section("cwd").to_vec(),
        umask: String::from_utf8_lossy(section("umask")).into_owned(),
        options: options(section("options")),
        ..Dump::default()
    };
    for record in records(section("variables")) {
        if record.name == "OLDPWD" {
            dump.oldpwd = record.value.map(<[u8]>::to_vec);
        }
        if is_kept(record.name) {
            dump.variables.insert(record.name.into(), record.text.to_vec());
        }
    }
    for (name, verb) in [("exported", "export"), ("readonly", "readonly")] {
        for record in records(section(name)) {
            if is_kept(record.name) {
                add_attribute(&mut dump.variables, record, verb);
            }
        }
    }
    dump.functions = functions(section("names"), section("functions"));
    for record in records(section("aliases")) {
        // dash prints the bare assignment.
        let text = if record.text.starts_with(b"alias ") {
            record.text.to_vec()
        } else {
            [b"alias ", record.text].concat()
        };
        dump.aliases.insert(record.name.into(), text);
    }
    let jobs = String::from_utf8_lossy(section("jobs")).into_owned();
    dump.jobs = jobs.lines().filter_map(|line| line.parse().ok()).collect();
    Some(dump)
}

/// `export` or `readonly` of a variable whose value stands in another section.
fn add_attribute(variables: &mut BTreeMap<String, Vec<u8>>, record: words::Record<'_>, verb: &str) {
    let line = format!("{verb} {}", record.name);
    match variables.get_mut(record.name) {
        Some(text) => {
            text.push(b'\n');
            text.extend_from_slice(line.as_bytes());
        }
        None => {
            variables.insert(record.name.into(), record.text.to_vec());
        }
    }
}

fn sections<'a>(text: &'a [u8], nonce: &str) -> Option<BTreeMap<String, &'a [u8]>> {
    let mark = format!("{nonce} ");
    let starts: Vec<usize> = memchr::memmem::find_iter(text, mark.as_bytes())
        .filter(|&at| at == 0 || text[at - 1] == b'\n')
        .collect();
    let mut sections = BTreeMap::new();
    for (index, &start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(text.len());
        let newline = start + text[start..end].iter().position(|&byte| byte == b'\n')?;
        let name = std::str::from_utf8(&text[start + mark.len()..newline]).ok()?;
        let body = &text[newline + 1..end];
        sections.insert(name.to_owned(), body.strip_suffix(b"\n").unwrap_or(body));
    }
    sections.contains_key("end").then_some(sections)
}

fn options(section: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(section);
    let known = |line: &&str| line.starts_with("set ") || line.starts_with("shopt ");
    // midwatch sets it itself, for the notes on lines that failed.
    text.lines().filter(known).filter(|line| !line.ends_with(" errtrace")).map(str::to_owned).collect()
}

/// Cuts `declare -f`'s text at the names `declare -F` lists, which come in the same order.
fn functions(names: &[u8], text: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let names = String::from_utf8_lossy(names).into_owned();
    let mut starts: Vec<(&str, &str, usize)> = Vec::new();
    let mut from = 0;
    for line in names.lines() {
        let Some((flags, name)) = line.strip_prefix("declare ").and_then(|rest| rest.split_once(' ')) else {
            continue;
        };
        let head = format!("{name} () \n");
        let at = memchr::memmem::find_iter(&text[from..], head.as_bytes())
            .map(|at| at + from)
            .find(|&at| at == 0 || text[at - 1] == b'\n');
        if let Some(at) = at {
            starts.push((name, flags, at));
            from = at + head.len();
        }
    }
    let mut found = BTreeMap::new();
    for (index, &(name, flags, start)) in starts.iter().enumerate() {
        let end = starts.get(index + 1).map_or(text.len(), |next| next.2);
        let mut body = text[start..end].to_vec();
        if flags.contains('x') {
            body.extend_from_slice(format!("\ndeclare -fx {name}").as_bytes());
        }
        found.insert(name.to_owned(), body);
    }
    found
}

/// Whether a variable is the step's and not the shell's own.
fn is_kept(name: &str) -> bool {
    const OWN: [&str; 27] = [
        "_",
        "COLUMNS",
        "COMP_WORDBREAKS",
        "DIRSTACK",
        "EPOCHREALTIME",
        "EPOCHSECONDS",
        "ERRNO",
        "EUID",
        "FUNCNAME",
        "GROUPS",
        "HISTCMD",
        "LINENO",
        "LINES",
        "OLDPWD",
        "OPTARG",
        "OPTERR",
        "OPTIND",
        "PIPESTATUS",
        "PPID",
        "PWD",
        "RANDOM",
        "SECONDS",
        "SHELLOPTS",
        "SHLVL",
        "SRANDOM",
        "UID",
        "KSH_VERSION",
    ];
    let identifier = !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    identifier && !name.starts_with("BASH") && !name.starts_with("__MIDWATCH") && !OWN.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "junk\nN1 options\nset -o errexit\nset -o errtrace\nshopt -u extglob\nnoise\nN1 cwd\n/a\nb\nN1 umask\n0022\n\
        N1 variables\ndeclare -- A=\"1\"\ndeclare -i LINENO\ndeclare -- B=\"N1 end\"\ndeclare -- OLDPWD=\"/x\"\n\
        N1 names\ndeclare -f f\ndeclare -fx g\nN1 functions\nf () \n{ \n    g () \n}\ng () \n{ \n    :\n}\nN1 aliases\nalias l='ls'\nN1 jobs\n12\n";

    #[test]
    fn sections_become_a_dump() {
        let dump = read(format!("{TEXT}N1 end\n").as_bytes(), "N1").unwrap();
        assert_eq!(dump.cwd, b"/a\nb");
        assert_eq!(dump.oldpwd.unwrap(), b"\"/x\"");
        assert_eq!(dump.options, ["set -o errexit", "shopt -u extglob"]);
        assert_eq!(dump.variables.keys().collect::<Vec<_>>(), ["A", "B"]);
        assert!(dump.functions["g"].ends_with(b"declare -fx g"));
        assert_eq!(dump.aliases["l"], b"alias l='ls'");
        assert_eq!(dump.jobs, [12]);
    }

    #[test]
    fn what_is_cut_short_is_no_dump() {
        let whole = format!("{TEXT}N1 end\n");
        for end in 0..TEXT.len() {
            assert!(read(&whole.as_bytes()[..end], "N1").is_none(), "{end}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_shell_tells_is_read(
            parts in proptest::collection::vec("N1 (options|variables|names|functions|aliases|jobs|end)\n|declare -f[x]? f\n|f \\(\\) \n|[a-z='\"$\\\\ \n]{0,9}", 0..20),
        ) {
            read(parts.concat().as_bytes(), "N1");
        }
    }
}
