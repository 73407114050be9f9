//! Who works, on what machine, on which revision of the runbook.

use std::path::Path;

use crate::event::{Operator, Revision};

/// Who runs midwatch, and where.
pub fn operator() -> Operator {
    let real = rustix::process::getuid();
    let effective = rustix::process::geteuid();
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    Operator {
        user: user_name(real.as_raw()),
        effective: (real != effective).then(|| user_name(effective.as_raw())),
        sudo_user: variable("SUDO_USER"),
        host: rustix::system::uname().nodename().to_string_lossy().into_owned(),
        boot: std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok().map(|id| id.trim().to_owned()),
        pid: std::process::id(),
        tty: rustix::termios::ttyname(std::io::stdin(), Vec::new())
            .ok()
            .map(|name| name.to_string_lossy().into_owned()),
        ssh: variable("SSH_CONNECTION"),
    }
}

/// The name of a user id: from the local file, else from whatever directory `id` asks.
fn user_name(uid: u32) -> String {
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let fields = passwd.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let local = fields
        .filter(|f| f.get(2) == Some(&uid.to_string().as_str()))
        .find_map(|f| f.first().map(|n| (*n).to_owned()));
    local
        .or_else(|| {
            duct::cmd!("id", "-un", uid.to_string()).stderr_null().read().ok().filter(|name| !name.is_empty())
        })
        .unwrap_or_else(|| uid.to_string())
}

/// What git knows of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Committed {
    /// The commit of the working tree.
    pub commit: Option<String>,
    /// The file differs from that commit, or is not in it.
    pub dirty: bool,
    /// Commits on the known upstream that change this file and are not here.
    pub behind: usize,
}

/// Asks git about `file`; all empty where there is no git or no repository.
pub fn committed(file: &Path) -> Committed {
    let Some(folder) = file.parent() else { return Committed::default() };
    let in_repository = folder.ancestors().any(|folder| folder.join(".git").exists());
    if !in_repository {
        return Committed::default();
    }
    let git = |args: &[&str]| {
        let mut words = vec!["-C".into(), folder.as_os_str().to_owned()];
        words.extend(args.iter().map(std::ffi::OsString::from));
        words.push("--".into());
        words.push(file.as_os_str().to_owned());
        // No prompt, no lock: this only looks.
        duct::cmd("git", words).env("GIT_OPTIONAL_LOCKS", "0").stderr_null().stdin_null().read().ok()
    };
    let commit = duct::cmd(
        "git",
        [std::ffi::OsStr::new("-C"), folder.as_os_str(), "rev-parse".as_ref(), "HEAD".as_ref()],
    )
    .stderr_null()
    .stdin_null()
    .read()
    .ok();
    let Some(commit) = commit else { return Committed { commit: None, dirty: true, behind: 0 } };
    let dirty = git(&["status", "--porcelain", "--ignored"]).is_none_or(|status| !status.is_empty());
    let behind = git(&["rev-list", "--count", "HEAD..@{upstream}"]).and_then(|n| n.parse().ok()).unwrap_or(0);
    Committed { commit: Some(commit), dirty, behind }
}

/// The revision of a runbook for the record.
pub fn revision(
    name: &str,
    file: &Path,
    anchor: Option<&str>,
    title: &str,
    sha256: String,
    git: &Committed,
) -> Revision {
    Revision {
        path: name.to_owned(),
        file: file.display().to_string(),
        anchor: anchor.map(str::to_owned),
        title: title.to_owned(),
        sha256,
        commit: git.commit.clone(),
        dirty: git.dirty,
    }
}
