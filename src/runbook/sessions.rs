//! A shell that one step opens elsewhere, and the later steps of its section that are meant for it.
//!
//! "1. Log in: `ssh db1`. 2. Restart it: `systemctl restart app`": the second command is for the
//! other machine, and must not run here only because it stands in a block, or in inline code, of its own.

use std::sync::Arc;

use crate::shell;

use super::{Action, ActionKind, Attrs, Danger, Step};

/// Programs whose session is a shell, so that any command may be meant for it.
#[rustfmt::skip]
const SHELLS: &[&str] = &[
    "ash", "aws", "bash", "chroot", "crictl", "dash", "docker", "gcloud", "kubectl", "lxc", "machinectl",
    "mosh", "nerdctl", "nsenter", "oc", "podman", "runc", "sh", "ssh", "tsh", "vagrant", "zsh",
];

/// Programs that people run where they sit, also while a shell is open elsewhere.
#[rustfmt::skip]
const HERE: &[&str] = &[
    "ansible", "ansible-playbook", "argocd", "aws", "az", "bundle", "code", "curl", "doctl", "flux", "fly",
    "gcloud", "gh", "git", "glab", "gsutil", "helm", "knife", "kubectl", "make", "mosh", "npm", "oc",
    "open", "packer", "pulumi", "rsync", "scp", "sftp", "ssh", "sshuttle", "terraform", "tf", "tsh",
    "vagrant",
];

/// An open shell.
struct Open {
    program: String,
    section: Option<usize>,
    choice: Option<String>,
    step: usize,
    /// Shells that were opened within it and not left yet.
    inner: usize,
}

/// Marks the commands that are meant for a shell which an earlier step of their section opened as
/// shown, not run: blocks and inline code that is a step by itself. A command within a sentence is
/// started by a person, who sees where they are. Says whether there were any.
pub(super) fn keep(steps: &mut [Step]) -> bool {
    let mut open: Option<Open> = None;
    let mut changed = false;
    for step in steps {
        if let Some(shell) = &open
            && (shell.section != step.section || shell.choice != step.choice)
        {
            open = None;
        }
        for action in &mut step.actions {
            if action.offered || action.kind != ActionKind::Run {
                continue;
            }
            let meant = open.as_mut().filter(|shell| {
                // What is in the same step was looked at before.
                shell.step != step.number && is_free(action) && is_meant_for(action, &shell.program)
            });
            let Some(shell) = meant else {
                if action.interactive {
                    open = opened(action).map(|program| Open {
                        program,
                        section: step.section,
                        choice: step.choice.clone(),
                        step: step.number,
                        inner: 0,
                    });
                }
                continue;
            };
            shell.inner += usize::from(action.interactive);
            let leaves = action.script.lines().any(|line| matches!(line.trim(), "exit" | "logout"));
            action.belongs = Some(format!("in the {} session of step {}", shell.program, shell.step));
            action.kind = ActionKind::Norun;
            action.interactive = false;
            action.danger = Danger::None;
            changed = true;
            if leaves {
                match shell.inner.checked_sub(1) {
                    Some(left) => shell.inner = left,
                    None => open = None,
                }
            }
        }
    }
    changed
}

/// The program whose shell the command opens and leaves open; none for a tunnel or another program's
/// console.
fn opened(action: &Action) -> Option<String> {
    let session = shell::session_of(&action.script, &action.reading)?;
    let tunnel = action.script.split_whitespace().any(|word| {
        matches!(word, "-N" | "-D" | "-L" | "-R") || (word.starts_with("-L") && word.contains(':'))
    });
    (!tunnel && SHELLS.binary_search(&session.program.as_str()).is_ok()).then_some(session.program)
}

fn is_free(action: &Action) -> bool {
    (Arc::ptr_eq(&action.attrs, &Attrs::none()) || *action.attrs == Attrs::default())
        && !matches!(action.danger, Danger::Declared { .. })
}

/// Whether no command of the script is one that is run where the operator sits.
fn is_meant_for(action: &Action, program: &str) -> bool {
    let neutral = shell::neutral(&action.script);
    let parsed = action.reading.script(&neutral);
    let mut any = false;
    for command in parsed.commands().iter().filter(|command| !command.program.is_empty()) {
        any = true;
        let name = command.program.as_str();
        if name == program || HERE.binary_search(&name).is_ok() || name.ends_with(".sh") {
            return false;
        }
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_for_the_search() {
        for list in [SHELLS, HERE] {
            assert!(list.windows(2).all(|pair| pair[0] < pair[1]), "{list:?}");
        }
    }
}
