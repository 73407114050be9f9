//! What a command tells of the machine it is for.

use crate::runbook::Action;
use crate::shell;
use crate::source::first_word;

/// Programs that people run where they sit, also while a shell is open elsewhere.
#[rustfmt::skip]
pub(super) const HERE: &[&str] = &[
    "ansible", "ansible-playbook", "argocd", "aws", "az", "bundle", "code", "curl", "doctl", "flux", "fly",
    "gcloud", "gh", "git", "glab", "gsutil", "helm", "knife", "kubectl", "make", "mosh", "npm", "oc",
    "open", "packer", "pulumi", "rsync", "scp", "sftp", "ssh", "sshuttle", "terraform", "tf", "tsh",
    "vagrant",
];

/// Those of [`HERE`] that are as often run where the shell is.
pub(super) const ANYWHERE: &[&str] = &["bundle", "code", "curl", "git", "make", "npm"];

/// Programs that act on the machine they run on, and on no other.
#[rustfmt::skip]
const MACHINE: &[&str] = &[
    "apt", "apt-get", "cat", "cd", "chmod", "chown", "cp", "df", "dnf", "echo", "kill", "ln", "ls",
    "mkdir", "mount", "mv", "pkill", "reboot", "rm", "sed", "service", "sudo", "sv", "sysctl",
    "systemctl", "tail", "tar", "tee", "touch", "umount", "yum",
];

/// The script of this folder that a block calls first.
pub(super) fn local_script(script: &str) -> Option<&str> {
    let name = first_word(script.strip_prefix("sudo ").unwrap_or(script)).0;
    name.starts_with("./").then_some(name)
}

/// Whether the script is one line that calls a script of this folder.
pub(super) fn is_own_script(script: &str) -> bool {
    let mut lines = script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let first = lines.next().map(|line| line.strip_prefix("sudo ").unwrap_or(line));
    first.is_some_and(|line| line.starts_with("./")) && lines.next().is_none()
}

/// Whether the script is one line that calls a script by its name alone.
pub(super) fn is_installed_script(script: &str) -> bool {
    let mut lines = script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let first = lines.next().map(|line| first_word(line.strip_prefix("sudo ").unwrap_or(line)).0);
    first.is_some_and(|name| name.ends_with(".sh") && !name.contains('/')) && lines.next().is_none()
}

/// Whether the first command of the script is one of [`MACHINE`].
pub(super) fn acts_on_machine(script: &str) -> bool {
    let lines = script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut words = lines.take(1).flat_map(str::split_whitespace).filter(|word| *word != "sudo");
    words.next().is_some_and(|program| MACHINE.binary_search(&program).is_ok())
}

/// Whether no command of the script is one that is run where the operator sits.
pub(super) fn is_meant_for(action: &Action, program: &str) -> bool {
    let parsed = action.reading.script(&action.script);
    let mut any = false;
    for command in parsed.commands().iter().filter(|command| !command.program.is_empty()) {
        let name = command.program.as_str();
        // Beside what is for that machine they are, too.
        if name != program && ANYWHERE.binary_search(&name).is_ok() {
            continue;
        }
        any = true;
        // A script that is called by its whole path is installed there.
        let own_script = name.ends_with(".sh") && !command.head.text.starts_with('/');
        if name == program || connects(command) || HERE.binary_search(&name).is_ok() || own_script {
            return false;
        }
    }
    any
}

/// Whether all commands of the script are of [`ANYWHERE`].
pub(super) fn is_run_anywhere(action: &Action) -> bool {
    let parsed = action.reading.script(&action.script);
    let mut names = parsed.commands().iter().map(|command| command.program.as_str());
    let is_one = |name: &str| name.is_empty() || ANYWHERE.binary_search(&name).is_ok();
    !parsed.commands().is_empty() && names.all(is_one)
}

/// Whether the command goes to another machine by itself: `psql -h db1`, `redis-cli -u redis://db1`.
fn connects(command: &shell::Simple) -> bool {
    let client = matches!(
        command.program.as_str(),
        "psql"
            | "mysql"
            | "mariadb"
            | "mysqladmin"
            | "mysqldump"
            | "pg_dump"
            | "redis-cli"
            | "valkey-cli"
            | "mongo"
            | "mongosh"
            | "cqlsh"
            | "clickhouse-client"
            | "etcdctl"
            | "sqlcmd"
    );
    client
        && command.args.iter().any(|word| {
            let word = word.text.as_str();
            // `-hdb1` is one word; a cluster of flags such as `-th` is none of these.
            word.starts_with("-h")
                || word.starts_with("-H")
                || word.starts_with("--host")
                || word.contains("://")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_for_the_search() {
        for list in [HERE, ANYWHERE, MACHINE] {
            assert!(list.windows(2).all(|pair| pair[0] < pair[1]), "{list:?}");
        }
    }
}
