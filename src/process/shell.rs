//! Which shell runs the steps, and how one step's text is handed to it.
//!
//! Every step is one process. The shell gets exactly the recorded bytes as `-c`'s argument, so no
//! file can be swapped under it; what is longer than one argument may be comes from an anonymous
//! file that has no name to swap. Whatever has to happen before the step's text (the carried
//! state, the traps that report) stands in an *enter file*: bash reads it through `BASH_ENV`, so
//! that line numbers, messages and `$0` are those of the plain command; other shells read it with
//! `.` on the step's first line.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::handover::Handover;
use crate::error::Error;

/// Longest text that is passed as an argument: Linux takes 128 KiB for one, its end included.
const LONGEST_ARGUMENT: usize = 128 * 1024 - 1;
/// Names the enter file where its path cannot stand in `BASH_ENV`, which the shell expands.
pub(super) const ENTER_VARIABLE: &str = "__MIDWATCH_ENTER";

/// What is known of a shell's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// bash 3.2 or later: everything is carried between steps.
    Bash,
    /// The POSIX shell: folder, variables, options and aliases are carried; functions cannot be
    /// listed and are not, and there is no ERR trap, so lines that failed are not noted.
    Posix,
    /// Any other: every step starts afresh.
    Other,
}

/// The program that runs the steps.
#[derive(Debug, Clone)]
pub struct Shell {
    program: PathBuf,
    dialect: Dialect,
}

impl Shell {
    /// The shell called `wanted`, or `bash`, else `sh`, if nothing is wanted.
    ///
    /// # Errors
    /// If there is no such program.
    pub fn choose(wanted: Option<&str>) -> Result<Self, Error> {
        let names: &[&str] = match &wanted {
            Some(name) => std::slice::from_ref(name),
            None => &["bash", "sh"],
        };
        for name in names {
            if let Some(program) = super::find_program(OsStr::new(name)) {
                return Ok(Shell { dialect: dialect(&program), program });
            }
        }
        let name = names.join(" or ");
        Err(Error::refused(format!("there is no shell called {name}"))
            .help("see `shell:` in the front matter"))
    }

    /// Its full path.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// What is known of its language.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// How to start it so that it runs `script`, after `enter` if there is one.
    ///
    /// `own_rules`: the environment makes bash pass over `BASH_ENV`.
    pub(super) fn command_line(
        &self,
        script: &str,
        enter: Option<&Path>,
        own_rules: bool,
    ) -> std::io::Result<CommandLine> {
        let mut line = CommandLine { args: vec!["-c".into()], env: Vec::new(), script: None };
        let mut prelude = Vec::new();
        if let Some(enter) = enter {
            match self.dialect {
                Dialect::Bash if !own_rules => line.env = bash_env(enter),
                _ => {
                    prelude.extend_from_slice(b". ");
                    prelude.extend(quote(os_bytes(enter.as_os_str())));
                    prelude.push(b';');
                }
            }
        }
        if prelude.len() + script.len() < LONGEST_ARGUMENT {
            prelude.extend_from_slice(script.as_bytes());
        } else {
            let file = Handover::new(script.as_bytes())?;
            prelude.extend_from_slice(b". ");
            prelude.extend(quote(os_bytes(file.path().as_os_str())));
            line.script = Some(file);
        }
        line.args.push(os_string(prelude));
        Ok(line)
    }
}

/// Arguments and environment of one start of the shell.
pub(super) struct CommandLine {
    /// After the program's name.
    pub args: Vec<OsString>,
    /// On top of everything else.
    pub env: Vec<(OsString, OsString)>,
    /// Where it reads its text, if that is too long for an argument; to be kept until it ended.
    pub script: Option<Handover>,
}

fn dialect(program: &Path) -> Dialect {
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    match name.as_ref() {
        name if name.starts_with("bash") => Dialect::Bash,
        "sh" | "dash" | "ash" | "ksh" | "mksh" | "lksh" | "yash" => Dialect::Posix,
        _ => Dialect::Other,
    }
}

fn bash_env(enter: &Path) -> Vec<(OsString, OsString)> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-+:@%,".contains(byte);
    if os_bytes(enter.as_os_str()).iter().all(plain) {
        return vec![("BASH_ENV".into(), enter.into())];
    }
    vec![("BASH_ENV".into(), format!("${ENTER_VARIABLE}").into()), (ENTER_VARIABLE.into(), enter.into())]
}

/// `bytes` as one word of any shell, in single quotes.
pub(super) fn quote(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 2);
    out.push(b'\'');
    for &byte in bytes {
        if byte == b'\'' {
            out.extend_from_slice(br"'\''");
        } else {
            out.push(byte);
        }
    }
    out.push(b'\'');
    out
}

pub(super) fn os_bytes(text: &OsStr) -> &[u8] {
    std::os::unix::ffi::OsStrExt::as_bytes(text)
}

pub(super) fn os_string(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_word_is_read_back_as_it_was() {
        for text in ["", "a b", "it's", "'''", "$(id)`x`\\\n\"", "-n"] {
            let mut command = std::process::Command::new("sh");
            let script = format!("printf %s {}", String::from_utf8(quote(text.as_bytes())).unwrap());
            let output = command.arg("-c").arg(script).output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), text);
        }
    }

    #[test]
    fn an_unknown_shell_is_refused() {
        let error = Shell::choose(Some("no-such-shell")).unwrap_err();
        assert!(error.to_string().contains("no-such-shell"));
        assert_eq!(error.kind.code(), 2);
    }

    #[test]
    fn a_path_the_shell_would_expand_is_passed_by_name() {
        let env = bash_env(Path::new("/tmp/a$(touch x)/enter"));
        assert_eq!(env[0].1, "$__MIDWATCH_ENTER");
        assert_eq!(env[1].1, "/tmp/a$(touch x)/enter");
    }
}
