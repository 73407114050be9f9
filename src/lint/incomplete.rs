//! Commands that need more words than they have, as data.

use std::cell::LazyCell;

use super::subs::Sub;
use crate::shell::{Programs, Simple, Word, has_word as has, programs};
use crate::source::Span;

/// A command and what must follow it.
struct Row {
    /// Programs, separated by blanks.
    programs: &'static str,
    /// The subcommand.
    sub: Sub,
    /// How many operands must follow.
    operands: usize,
    /// Flags of which any makes up for the missing operands, separated by blanks.
    instead: &'static str,
    /// What is missing.
    missing: &'static str,
    /// How many words the subcommand has.
    steps: usize,
    /// Whether one operand may be half of what must follow: a type without a name.
    halves: bool,
}

const fn row(
    programs: &'static str,
    sub: &'static str,
    operands: usize,
    instead: &'static str,
    missing: &'static str,
) -> Row {
    let (mut steps, mut at) = (!sub.is_empty() as usize, 0);
    while at < sub.len() {
        steps += (sub.as_bytes()[at] == b' ') as usize;
        at += 1;
    }
    Row { programs, sub: Sub::new(sub), operands, instead, missing, steps, halves: false }
}

impl Row {
    const fn halves(self) -> Row {
        Row { halves: true, ..self }
    }
}

const KUBE: &str = "kubectl oc k";
const DOCKER: &str = "docker podman nerdctl";
const FILES: &str = "-f -k --filename --kustomize --raw";

const ROWS: &[Row] = &[
    row(KUBE, "delete|edit|label|annotate|patch|autoscale|expose", 1, FILES, "a type and a name").halves(),
    row(KUBE, "set image|resources", 2, "-f --filename -l --selector --all", "an object and what to set"),
    row(KUBE, "get|describe", 1, FILES, "a type").halves(),
    row(KUBE, "logs", 1, "-l --selector", "a pod"),
    row(KUBE, "exec", 2, "-f --filename", "a pod and a command"),
    row(KUBE, "cp", 2, "", "a file and where to"),
    row(KUBE, "port-forward", 2, "", "a pod and a port"),
    row(KUBE, "attach", 1, "-f", "a pod"),
    // `oc debug` starts a pod of its own.
    row("kubectl k", "debug", 1, "-f", "a pod"),
    row(KUBE, "rollout restart|undo|status|pause|resume|history", 1, "-f -l --selector", "a deployment"),
    row(KUBE, "scale", 1, "-f", "what to scale").halves(),
    row(KUBE, "wait", 1, FILES, "what to wait for"),
    row(KUBE, "drain|cordon|uncordon", 1, "-l --selector", "a node"),
    row(KUBE, "taint", 2, "", "a node and a taint"),
    row(KUBE, "taint node|nodes|no", 2, "-l --selector --all", "a node and a taint"),
    row(KUBE, "apply|create|replace", 1, FILES, "a file"),
    row(KUBE, "run", 1, "", "a name"),
    row(KUBE, "config use-context", 1, "", "a context"),
    row("virtctl", "start|stop|restart|migrate", 1, "", "a virtual machine"),
    row(
        "systemctl",
        "start|stop|restart|reload|try-restart|enable|disable|mask|unmask|is-active|is-enabled|kill",
        1,
        "--all --failed",
        "a unit",
    ),
    row("service", "", 2, "--status-all", "a service and what to do with it"),
    row("supervisorctl", "start|stop|restart", 1, "", "a program"),
    row("pm2", "start|stop|restart|reload|delete", 1, "", "a process"),
    row("rm rmdir unlink shred truncate touch mkdir", "", 1, "", "a file"),
    row("ln", "", 1, "", "a file"),
    row("mv cp scp", "", 2, "-t --target-directory", "where to"),
    row("chmod chown chgrp", "", 2, "--reference", "a file"),
    row("kill", "", 1, "-l -L", "a process"),
    row("pkill killall pgrep", "", 1, "-u -U -g -G -t -s -P -f --pidfile", "a name"),
    row(
        DOCKER,
        "stop|start|restart|rm|kill|logs|inspect|pause|unpause|rmi|pull|push|wait",
        1,
        "-a --all -l --latest",
        "a container or an image",
    ),
    row(DOCKER, "exec", 2, "", "a container and a command"),
    row(DOCKER, "volume|network|image|container rm|inspect", 1, "-a --all", "a name"),
    row(DOCKER, "cp", 2, "", "a file and where to"),
    row("helm", "uninstall|delete|rollback|status|history", 1, "", "a release"),
    row("helm", "install", 1, "--generate-name -g", "a release and a chart"),
    row("helm", "upgrade", 2, "", "a release and a chart"),
    row("terraform tofu", "state rm|show", 1, "", "an address"),
    row("terraform tofu", "import", 2, "", "an address and an id"),
    row("terraform tofu", "state mv", 2, "", "an address and where to"),
    row("git", "revert|cherry-pick", 1, "--continue --abort --quit --skip", "a commit"),
    row("git", "clone", 1, "", "an address"),
    row(
        "apt apt-get yum dnf",
        "remove|purge|erase|reinstall",
        1,
        "--duplicates --oldinstallonly",
        "a package",
    ),
    row("yum dnf", "install", 1, "", "a package"),
    row("aws", "s3 cp|mv|sync", 2, "", "where to"),
    row("aws", "s3 rm|rb|mb", 1, "", "an address"),
    row(
        "aws",
        "ec2 terminate-instances|stop-instances|start-instances|reboot-instances",
        1,
        "--instance-ids --cli-input-json",
        "an instance",
    ),
    row("gcloud", "compute instances|disks|snapshots delete|start|stop|reset", 1, "", "a name"),
    row("gsutil", "rm", 1, "-I", "an address"),
    row("gsutil", "mv|rsync", 2, "", "where to"),
    row("vault", "read|write|delete", 1, "", "a path"),
    row("vault", "kv get|put|delete|patch", 1, "", "a path"),
    row("curl wget", "", 1, "-i --input-file -K --config --url -V -h --manual", "an address"),
    row("ssh", "", 1, "-V -Q", "a host"),
    row("ping dig host nslookup traceroute telnet", "", 1, "-f -x", "a host"),
    row("mkfs mkswap fsck wipefs", "", 1, "-A", "a device"),
    row("umount swapoff", "", 1, "-a -A --all -L -U", "a device"),
    row("lvremove vgremove pvremove lvextend lvreduce vgextend", "", 1, "-S --select", "a volume"),
    row("dropdb", "", 1, "", "a database"),
    row("userdel groupdel usermod useradd", "", 1, "-D", "a name"),
    row("tar", "", 1, "-c -x -t -f -z --help", "what to do and with which archive"),
];

/// Flags of a program, or of one of its subcommands, that take the next word.
struct Valued {
    /// Programs, separated by blanks.
    programs: &'static str,
    /// Subcommands, separated by blanks; the flags are all of them's if empty.
    subs: &'static str,
    /// The flags, separated by blanks.
    flags: &'static str,
}

const fn valued(programs: &'static str, subs: &'static str, flags: &'static str) -> Valued {
    Valued { programs, subs, flags }
}

const VALUED: &[Valued] = &[
    valued(
        KUBE,
        "",
        "-n --namespace --context --cluster --kubeconfig --as -s --server --token --user -c --container -l --selector \
         -o --output --field-selector --grace-period --timeout --tail --since --sort-by --patch --type --replicas \
         --as-group --address --image --since-time --limit --template --min --max --cpu-percent --revision --pod-running-timeout",
    ),
    // Of `logs` it is the log before.
    valued(KUBE, "patch", "-p"),
    valued(KUBE, "apply create replace", "-f --filename -k --kustomize"),
    valued(
        "systemctl",
        "",
        "-t --type -H --host -M --machine -n --lines -o --output -p --property --state -s --signal",
    ),
    valued("kill killall", "", "-s -n"),
    valued("pkill killall pgrep", "", "--signal"),
    valued("ssh", "", "-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -R -S -W -w -B"),
    valued(
        "curl",
        "",
        "-X --request -H --header -d --data -o --output -u --user -w --write-out -m --max-time -A -e -b -c -F -T -x --cacert --cert --key --resolve --connect-timeout --retry --data-binary --data-raw --proxy",
    ),
    valued("wget", "", "-O -o -P -t -T -U --header --output-document --user --password --post-data"),
    valued(
        DOCKER,
        "",
        "-H --host -c --context -e --env -u --user -w --workdir -n --tail --since --until --time --format --signal",
    ),
    // Of other subcommands they force, follow, show times or ask for a terminal.
    valued(DOCKER, "inspect ps", "-f"),
    valued(DOCKER, "stop restart", "-t"),
    valued(DOCKER, "kill stop", "-s"),
    valued(
        "helm",
        "",
        "-n --namespace --kube-context -f --values --set --version --timeout --revision --kubeconfig",
    ),
    valued("aws", "", "--profile --region --output --endpoint-url --instance-ids"),
    valued("gcloud", "", "--project --zone --region --account --format"),
    valued("ping", "", "-c -i -W -w -s -I -t"),
    valued("dig", "", "-p -t -x -f -b"),
    valued("scp", "", "-i -P -o -F -c -l -J -S"),
    valued("mkfs fsck", "", "-t"),
    valued("truncate", "", "-s --size -r --reference"),
    valued("mkdir", "", "-m --mode"),
    valued("touch", "", "-d -t -r --date --reference"),
    valued("shred", "", "-n -s"),
    valued("dropdb", "", "-h --host -p --port -U --username --maintenance-db"),
    valued("psql", "", "-c --command -f --file -h --host -p --port -U --username -d --dbname"),
    valued("mysql mariadb", "", "-e --execute -h --host -P --port -u --user -D --database"),
];

/// Kinds of Kubernetes objects, and the short names of the common ones: a word of these alone names no object.
const KINDS: &str = "pod pods po deployment deployments deploy statefulset statefulsets sts daemonset daemonsets ds replicaset \
    replicasets rs job jobs cronjob cronjobs cj service services svc ingress ingresses ing configmap configmaps cm secret secrets \
    node nodes no namespace namespaces ns pvc persistentvolumeclaim persistentvolumeclaims pv persistentvolume persistentvolumes \
    event events ev endpoints ep serviceaccount serviceaccounts sa role roles rolebinding rolebindings clusterrole clusterroles \
    clusterrolebinding hpa horizontalpodautoscaler pdb poddisruptionbudget networkpolicy networkpolicies storageclass sc crd \
    customresourcedefinition machine machines machineset machinesets route routes certificate certificates csr lease leases";

static PROGRAMS: Programs = programs!(ROWS, programs);

static VALUED_PROGRAMS: Programs = programs!(VALUED, programs);

/// What a command lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lack {
    /// `a type`, `a value for its last flag`.
    pub what: &'static str,
    /// The words behind which it must stand.
    pub after: Span,
}

/// What `command` lacks; none if it has enough, or gets its words from elsewhere.
///
/// `script` is the text as written: in the command's own, placeholders are plain words.
pub(super) fn missing(command: &Simple, script: &str) -> Option<Lack> {
    let mut rows = PROGRAMS.get(&command.program).peekable();
    let dangles = command.args.last().is_some_and(|word| word.text.starts_with('-') && !word.quoted);
    let fed = |via: &String| ["xargs", "find", "parallel"].iter().any(|name| via.starts_with(name));
    if rows.peek().is_none() && !dangles || command.via.iter().any(fed) {
        return None;
    }
    let operands = LazyCell::new(|| operands(command));
    let value = || {
        let last = command.args.last().filter(|_| dangles && ends_in_flag(command))?;
        Some(Lack { what: "a value for its last flag", after: last.span })
    };
    // What stands first and is no flag is an operand, and tells most subcommands.
    let first = command.args.first().map(|word| word.text.as_str()).filter(|word| !word.starts_with('-'));
    let lacks = rows
        .map(|row| &ROWS[row])
        .filter(|row| first.is_none_or(|first| row.sub.may_begin_with(first)))
        .find_map(|row| row.lacks(command, &operands, script))
        .or_else(value)?;
    // An elision is no mistake, and an array or a pattern may be many words.
    let vague = |word: &Word| {
        ["...", "…", "$@", "[@]"].iter().any(|sign| word.text.contains(sign))
            || word.text.contains('{') && script.get(word.span.range()).is_some_and(lists_in_braces)
    };
    let asks = |word: &Word| matches!(word.text.as_str(), "--help" | "-h" | "--version");
    (!command.args.iter().any(|word| vague(word) || asks(word))).then_some(lacks)
}

/// `web.conf{,.old}`, `{1..3}`: a word, as it is written, that the shell makes several of.
fn lists_in_braces(word: &str) -> bool {
    let (mut quote, mut open, mut several, mut before) = (None, false, false, ' ');
    for c in word.chars() {
        match (c, quote) {
            ('\'' | '"', None) => quote = Some(c),
            (c, Some(sign)) if c == sign => quote = None,
            // `${NAME}` is one value.
            ('{', None) if !matches!(before, '$' | '\\') => open = true,
            (',', None) => several |= open,
            ('.', None) => several |= open && before == '.',
            ('}', None) if several => return true,
            ('}', None) => open = false,
            _ => {}
        }
        before = c;
    }
    false
}

impl Row {
    fn lacks<'c>(
        &self,
        command: &'c Simple,
        operands: &LazyCell<Vec<&'c Word>, impl FnOnce() -> Vec<&'c Word>>,
        script: &str,
    ) -> Option<Lack> {
        // Most commands have enough, whatever they are.
        if operands.len() >= self.steps + self.operands + usize::from(self.halves) {
            return None;
        }
        let mut rest = operands.as_slice();
        for step in self.sub.steps() {
            let (first, tail) = rest.split_first()?;
            if !step.is(&first.text) {
                return None;
            }
            rest = tail;
        }
        let last = command.args.last();
        let (what, after) = match rest.len() < self.operands {
            // Of two things the first is there.
            true if (rest.len(), self.operands) == (1, 2) => {
                (self.missing.split_once(" and ").map_or(self.missing, |(_, second)| second), last)
            }
            true => (self.missing, last),
            false => {
                let verb = operands.first().map_or("", |word| word.text.as_str());
                let what = lacks_half(command, verb, rest, script)?;
                // A name stands behind the type, which is there; a type right behind the verb.
                (what, if what == "a name" { rest.first() } else { operands.first() }.copied())
            }
        };
        let instead = command.args.iter().any(|word| is_flag_of(&word.text, self.instead));
        (!instead).then(|| Lack { what, after: self.place(command, after) })
    }

    /// Where the word is; with the program, where it is the last word of the subcommand right behind it.
    fn place(&self, command: &Simple, word: Option<&Word>) -> Span {
        let head = command.head.span;
        let Some(word) = word else { return head };
        let own = command.args.iter().take(self.steps).take_while(|arg| !arg.text.starts_with('-'));
        let begins = own.last().is_some_and(|last| last.span == word.span);
        Span::new(if begins { head.start } else { word.span.start }, word.span.end)
    }
}

/// `kubectl delete pod` names no object, `kubectl delete web-1` names no type.
fn lacks_half(command: &Simple, verb: &str, operands: &[&Word], script: &str) -> Option<&'static str> {
    let selects = "-l --selector --all --field-selector -A --all-namespaces";
    let [only] = operands else { return None };
    // `edit deployment` edits all of them.
    if verb == "edit"
        || only.text.contains('/')
        || !only.literal
        || command.args.iter().any(|word| is_flag_of(&word.text, selects))
    {
        return None;
    }
    let written = script.get(only.span.range()).unwrap_or("");
    // A type alone shows all of them, and nobody knows all types: only what says that it is a name.
    if matches!(verb, "get" | "describe") {
        return (written.starts_with('<') && written.ends_with("name>")).then_some("a type");
    }
    if written.starts_with('<') {
        let vague = ["type", "kind", "resource", "object", "/", " "];
        return (!vague.iter().any(|word| written.contains(word))).then_some("a type");
    }
    let kinds = only.text.to_ascii_lowercase();
    let is_kind =
        |kind: &str| has(KINDS, kind) || kind.contains('.') && !kind.contains(|c: char| c.is_ascii_digit());
    if kinds.split(',').all(is_kind) {
        Some("a name")
    } else if only.text.contains('-') || only.text.contains(|c: char| c.is_ascii_digit()) {
        Some("a type")
    } else {
        Some("a type or a name")
    }
}

/// The words that are neither flags nor the values of flags.
fn operands(command: &Simple) -> Vec<&Word> {
    let mut found = Vec::with_capacity(command.args.len());
    let mut words = command.args.iter();
    let mut only_operands = false;
    while let Some(word) = words.next() {
        if only_operands || !word.text.starts_with('-') || word.text == "-" {
            found.push(word);
        } else if word.text == "--" {
            only_operands = true;
        } else if takes_value(&word.text, command) {
            words.next();
        }
    }
    found
}

/// Whether `flag` takes the next word of `command`.
fn takes_value(flag: &str, command: &Simple) -> bool {
    let of_sub = |subs: &str| subs.is_empty() || command.args.iter().any(|word| has(subs, &word.text));
    VALUED_PROGRAMS.get(&command.program).any(|row| has(VALUED[row].flags, flag) && of_sub(VALUED[row].subs))
}

/// `kubectl get pods -n`: the last word is a flag whose value is gone, as it is where a `<name>` was
/// taken for HTML.
fn ends_in_flag(command: &Simple) -> bool {
    let args = &command.args;
    let own = !args.iter().any(|word| word.text == "--");
    own && args.last().is_some_and(|last| takes_value(&last.text, command))
}

/// Whether `word` is one of `flags`, alone, with a value, or in a cluster of letters.
fn is_flag_of(word: &str, flags: &str) -> bool {
    if !word.starts_with('-') {
        return false;
    }
    let name = word.split_once('=').map_or(word, |(name, _)| name);
    // `-it`, `-fsSL`: a cluster holds the letter.
    let cluster = |flag: &str| {
        flag.len() == 2 && word.len() > 2 && !word.starts_with("--") && word[1..].contains(&flag[1..])
    };
    flags.split_ascii_whitespace().any(|flag| flag == name || cluster(flag))
}

#[cfg(test)]
mod tests {
    use super::missing;
    use crate::shell;

    #[test]
    fn what_is_missing_is_named_and_enough_is_enough() {
        for (text, wanted) in [
            ("kubectl delete", Some("a type and a name")),
            ("kubectl delete -n shop web-1", Some("a type")),
            ("kubectl -n shop delete pod", Some("a name")),
            ("kubectl delete pod web-1", None),
            ("kubectl delete pod/web-1", None),
            ("kubectl delete pods --all", None),
            ("kubectl delete -f x.yaml", None),
            ("kubectl delete -n $NS <web-pod>", Some("a type")),
            ("kubectl delete <resource>", None),
            ("kubectl delete $POD", None),
            ("kubectl get pods | xargs kubectl delete pod", None),
            ("kubectl get -A", Some("a type")),
            ("kubectl logs -l app=x", None),
            ("kubectl rollout restart", Some("a deployment")),
            ("systemctl restart", Some("a unit")),
            ("sudo systemctl restart nginx", None),
            ("rm -rf", Some("a file")),
            ("kill -9", Some("a process")),
            ("kill -9 $(pidof x)", None),
            ("kill -s TERM", Some("a process")),
            ("kubectl delete ...", None),
            ("curl -sS -o x", Some("an address")),
            ("docker ps", None),
            ("pkill -9 -f worker", None),
            ("chown app", Some("a file")),
            ("docker rm -f web", None),
            ("docker rm -f", Some("a container or an image")),
            ("docker rm -f $(docker ps -aq)", None),
            ("docker logs -t -f web", None),
            ("docker exec -t web ls", None),
            ("docker stop -t 10", Some("a container or an image")),
            ("kubectl logs -p web-1", None),
            ("kubectl scale deployment --replicas=0", Some("a name")),
            ("kubectl scale deployment web --replicas=0", None),
            ("kubectl delete webserver", Some("a type or a name")),
            ("kubectl exec -it web-1", Some("a command")),
            ("kubectl exec -it", Some("a pod and a command")),
            ("kubectl set image deployment/web", Some("what to set")),
            ("chmod 600", Some("a file")),
            ("kubectl exec -it web-1 -- sh", None),
            ("kubectl get pods -n", Some("a value for its last flag")),
            ("kubectl exec web-1 -- tool -n", None),
            ("kubectl edit deployment", None),
            ("kubectl describe <pod-name> -n <ns>", Some("a type")),
            ("kubectl describe <crd>", None),
            ("kubectl describe pod <pod-name>", None),
            ("kubectl describe pod", None),
            ("ln -s /srv/a", None),
            ("pkill -n worker", None),
            ("aws ec2 stop-instances --instance-ids i-1", None),
            ("aws ec2 stop-instances --profile x", Some("an instance")),
            ("aws s3 cp x --profile y", Some("where to")),
            ("helm upgrade -n shop web", Some("a chart")),
            ("mv /srv/keys{,.old}", None),
            ("cp -a \"$DIR\"/web.conf{,.bak}", None),
            ("cp a{1..2}", None),
            ("mv 'keys{,.old}'", Some("where to")),
            ("mv ${KEYS}", Some("where to")),
            ("mv keys\\{a,b\\}", Some("where to")),
        ] {
            let neutral = shell::neutral(text);
            let script = shell::parse(&neutral);
            let found = script.commands().iter().find_map(|command| missing(command, text));
            assert_eq!(found.map(|lack| lack.what), wanted, "{text}");
        }
    }
}
