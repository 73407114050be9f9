use crate::lint::page::{Command, Page};
use crate::lint::prose::contains_ignoring_case;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::Severity;
use crate::shell::{Input, Simple, Word, has_word};

/// A flag that switches questions and safeguards off, on a destructive command.
pub static RULE: Rule = Rule {
    id: "MW302",
    name: "force-flag",
    severity: Severity::Warning,
    summary: "`--force`, `-y`, `--now` on a destructive command",
    explanation: "\
The flag takes away the last question, or the time the other side needs to end in order. In a script \
that is what one wants; in a runbook the operator is there to answer, and the question is the place where \
mistakes are noticed.

Leave it out, or say in the text why it must be there and ignore this finding with that reason.",
    bad: "\
## Remove the pod

```sh
kubectl delete pod web-1 «--force»
kubectl get pods
```
",
    good: "\
## Remove the pod

```sh
kubectl delete pod web-1
kubectl get pods
```
",
    fixable: false,
    check,
};

/// Flags that mean this whatever the program.
const ALWAYS: &[&str] = &[
    "--force",
    "--now",
    "-y",
    "--yes",
    "--assume-yes",
    "--assumeyes",
    "--auto-approve",
    "-auto-approve",
    "--no-confirm",
    "--noconfirm",
    "--skip-confirmation",
    "--yes-i-really-mean-it",
    "--yes-i-really-really-mean-it",
    "--force-yes",
    "--quiet-confirm",
    "--grace-period=0",
    "--disable-eviction",
    "--no-preserve-root",
    "--force-conflicts",
];

/// Flags that mean it for some programs: the programs, the flags.
const SOME: &[(&str, &[&str])] = &[
    ("docker podman nerdctl", &["-f"]),
    ("git", &["-f"]),
    ("lvremove vgremove pvremove lvreduce umount", &["-f", "-ff"]),
    ("gcloud", &["-q", "--quiet"]),
    ("mkfs mkfs.ext3 mkfs.ext4 mkfs.xfs mkfs.btrfs", &["-F", "-f"]),
    ("dropdb zfs zpool wipefs reboot poweroff halt", &["-f"]),
];

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    for command in page.shell().filter(|command| !command.offered() && command.is_dangerous()) {
        for danger in command.dangers() {
            let simple = command.script().commands().iter().find(|simple| simple.span == danger.span);
            let Some((simple, word)) = simple.and_then(|simple| Some((simple, forces(simple)?))) else {
                continue;
            };
            if FORCE.contains(&word.text.as_str()) && says_force(command) {
                continue;
            }
            let report = out.report(
                command.place(word.span),
                format!("`{}` on a command that {}", word.text, danger.what),
            );
            // It asks nobody anyhow.
            let deletes = || simple.args.iter().any(|word| word.text == "delete");
            let drains = || simple.args.iter().any(|word| word.text == "drain");
            let _ = if has_word(KUBE, &simple.program) && word.text == "--force" && drains() {
                report.label("takes pods along that nothing recreates").help(
                    "leave it out: drain then refuses to go on where a pod would not come back; with it, these \
                     pods are lost for good",
                )
            } else if has_word(KUBE, &simple.program) && deletes() {
                report
                    .label("waits for nothing")
                    .help("leave it out: what is deleted gets the time to end; or say why it must be forced")
            } else {
                report.label("asks nobody").help("leave it out: the operator is there to answer")
            };
        }
    }
}

/// Flags that force what would be refused, or would take its time.
const FORCE: &[&str] = &["--force", "-f", "-ff", "-F", "--grace-period=0"];

/// Programs that delete without asking: what a flag takes away is the time to end.
const KUBE: &str = "kubectl oc k";

/// Whether the step's name or the prose before the command says that something is to be forced: then the
/// author knows what the flag does.
fn says_force(command: &Command<'_>) -> bool {
    let actions = &command.step.actions;
    let lead = actions
        .iter()
        .position(|action| std::ptr::eq(action, command.action))
        .map_or("", |index| command.step.lead(index));
    let says =
        |text: &str| ["force", "forcing", "forcibl"].iter().any(|word| contains_ignoring_case(text, word));
    // A comment is for the author.
    let mut parts = lead.split("<!--");
    let first = parts.next().unwrap_or("");
    let mut shown = parts.filter_map(|part| part.split_once("-->")).map(|(_, shown)| shown);
    says(&command.step.title) || says(first) || shown.any(says)
}

fn forces(simple: &Simple) -> Option<&Word> {
    // Where its input is taken, a command cannot ask anybody: the flag is needed.
    if simple.input != Input::Inherited || simple.via.iter().any(|via| via.starts_with("xargs")) {
        return None;
    }
    // It only shows what it would do, and does it with the flag.
    if simple.program == "kops" {
        return None;
    }
    let own = |word: &Word| {
        let of = |(programs, flags): &(&str, &[&str])| {
            programs.split(' ').any(|name| name == simple.program) && flags.contains(&word.text.as_str())
        };
        SOME.iter().any(of)
    };
    simple
        .args
        .iter()
        .take_while(|word| word.text != "--")
        .filter(|word| !word.quoted && word.text.starts_with('-'))
        .find(|word| ALWAYS.contains(&word.text.as_str()) || own(word))
}
