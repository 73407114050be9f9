//! Commands that need more words than they have, as data.

use std::sync::OnceLock;

use crate::shell::{Index, has_word as has};
use crate::shell::{Simple, Word};

/// A command and what must follow it.
struct Row {
    /// Programs, separated by blanks.
    programs: &'static str,
    /// The subcommand: words separated by blanks, alternatives by `|`.
    sub: &'static str,
    /// How many operands must follow.
    operands: usize,
    /// Flags of which any makes up for the missing operands, separated by blanks.
    instead: &'static str,
    /// What is missing.
    missing: &'static str,
}

const fn row(
    programs: &'static str,
    sub: &'static str,
    operands: usize,
    instead: &'static str,
    missing: &'static str,
) -> Row {
    Row { programs, sub, operands, instead, missing }
}

const KUBE: &str = "kubectl oc k";
const DOCKER: &str = "docker podman nerdctl";
const FILES: &str = "-f -k --filename --kustomize --raw";

const ROWS: &[Row] = &[
    row(KUBE, "delete|edit|label|annotate|patch|set|autoscale", 1, FILES, "a type and a name"),
    row(KUBE, "get|describe", 1, FILES, "a type"),
    row(KUBE, "logs", 1, "-l --selector", "a pod"),
    row(KUBE, "exec|attach|cp|port-forward|debug", 1, "-f", "a pod"),
    row(KUBE, "rollout restart|undo|status|pause|resume|history", 1, "-f -l --selector", "a deployment"),
    row(KUBE, "scale", 1, "-f", "what to scale"),
    row(KUBE, "drain|cordon|uncordon", 1, "-l --selector", "a node"),
    row(KUBE, "taint", 2, "", "a node and a taint"),
    row(KUBE, "apply|create|replace", 1, FILES, "a file"),
    row(
        "systemctl",
        "start|stop|restart|reload|try-restart|enable|disable|mask|unmask|is-active|is-enabled|kill",
        1,
        "--all --failed",
        "a unit",
    ),
    row("service", "", 2, "--status-all", "a service and what to do with it"),
    row("rm rmdir unlink shred truncate touch mkdir", "", 1, "", "a file"),
    row("mv cp ln scp", "", 2, "-t --target-directory", "where to"),
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
    row("helm", "uninstall|delete|rollback|status|history", 1, "", "a release"),
    row("helm", "install|upgrade", 1, "--generate-name -g", "a release and a chart"),
    row("curl wget", "", 1, "-i --input-file -K --config --url -V -h --manual", "an address"),
    row("ssh", "", 1, "-V -Q", "a host"),
    row("ping dig host nslookup traceroute telnet", "", 1, "-f -x", "a host"),
    row("mkfs mkswap fsck wipefs", "", 1, "", "a device"),
    row("tar", "", 1, "-c -x -t -f -z --help", "what to do and with which archive"),
];

/// Flags of all programs of the table that take the next word.
const VALUED: &[(&str, &str)] = &[
    (
        "kubectl oc k",
        "-n --namespace --context --cluster --kubeconfig --as -s --server --token --user -c --container -l --selector \
         -o --output --field-selector --grace-period --timeout --tail --since --sort-by -p --patch --type --replicas \
         --as-group --address --image --since-time --limit --template --min --max --cpu-percent --revision --pod-running-timeout",
    ),
    (
        "systemctl",
        "-t --type -H --host -M --machine -n --lines -o --output -p --property --state -s --signal",
    ),
    ("kill", "-s -n"),
    ("pkill killall pgrep", "-s --signal -n"),
    ("ssh", "-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -R -S -W -w -B"),
    (
        "curl",
        "-X --request -H --header -d --data -o --output -u --user -w --write-out -m --max-time -A -e -b -c -F -T -x --cacert --cert --key --resolve --connect-timeout --retry --data-binary --data-raw --proxy",
    ),
    ("wget", "-O -o -P -t -T -U --header --output-document --user --password --post-data"),
    (
        "docker podman nerdctl",
        "-H --host -c --context -e --env -u --user -w --workdir -n --tail --since --until -t --time -f --format -s --signal",
    ),
    ("helm", "-n --namespace --kube-context -f --values --set --version --timeout --revision --kubeconfig"),
    ("ping", "-c -i -W -w -s -I -t"),
    ("dig", "-p -t -x -f -b"),
    ("scp", "-i -P -o -F -c -l -J -S"),
    ("mkfs", "-t"),
    ("fsck", "-t"),
    ("truncate", "-s --size -r --reference"),
    ("mkdir", "-m --mode"),
    ("touch", "-d -t -r --date --reference"),
    ("shred", "-n -s"),
];

/// Kinds of Kubernetes objects, and the short names of the common ones: a word of these alone names no object.
const KINDS: &str = "pod pods po deployment deployments deploy statefulset statefulsets sts daemonset daemonsets ds replicaset \
    replicasets rs job jobs cronjob cronjobs cj service services svc ingress ingresses ing configmap configmaps cm secret secrets \
    node nodes no namespace namespaces ns pvc persistentvolumeclaim persistentvolumeclaims pv persistentvolume persistentvolumes \
    event events ev endpoints ep serviceaccount serviceaccounts sa role roles rolebinding rolebindings clusterrole clusterroles \
    clusterrolebinding hpa horizontalpodautoscaler pdb poddisruptionbudget networkpolicy networkpolicies storageclass sc crd \
    customresourcedefinition machine machines machineset machinesets route routes certificate certificates csr lease leases";

/// What `command` lacks; none if it has enough, or gets its words from elsewhere.
///
/// `script` is the text as written: in the command's own, placeholders are plain words.
pub(super) fn missing(command: &Simple, script: &str) -> Option<&'static str> {
    static INDEX: OnceLock<Index<&Row>> = OnceLock::new();
    static FLAGS: OnceLock<Index<&str>> = OnceLock::new();
    let rows =
        INDEX.get_or_init(|| Index::of(ROWS.iter().map(|row| (row.programs, row)))).get(&command.program);
    let fed = |via: &String| ["xargs", "find", "parallel"].iter().any(|name| via.starts_with(name));
    if rows.is_empty() || command.via.iter().any(fed) {
        return None;
    }
    let valued = FLAGS.get_or_init(|| Index::of(VALUED.iter().copied())).get(&command.program);
    let operands = operands(&command.args, valued.first().copied().unwrap_or(""));
    let lacks = rows.iter().find_map(|row| row.lacks(command, &operands, script))?;
    // An elision is no mistake, and an array or a pattern may be many words.
    let vague = |word: &Word| ["...", "…", "$@", "[@]"].iter().any(|sign| word.text.contains(sign));
    let asks = |word: &Word| matches!(word.text.as_str(), "--help" | "-h" | "--version");
    (!command.args.iter().any(|word| vague(word) || asks(word))).then_some(lacks)
}

impl Row {
    fn lacks(&self, command: &Simple, operands: &[&Word], script: &str) -> Option<&'static str> {
        let mut rest = operands;
        for step in self.sub.split_ascii_whitespace() {
            let (first, tail) = rest.split_first()?;
            if !step.split('|').any(|word| word == first.text) {
                return None;
            }
            rest = tail;
        }
        let short = rest.len() < self.operands;
        let kube = self.sub.starts_with("delete") && has(KUBE, &command.program);
        // Most commands have enough.
        if !(short || kube) || command.args.iter().any(|word| is_flag_of(&word.text, self.instead)) {
            return None;
        }
        if short {
            return Some(self.missing);
        }
        (command.args.iter().any(|word| word.text == "delete"))
            .then(|| delete_lacks(command, rest, script))
            .flatten()
    }
}

/// `kubectl delete pod` names no object, `kubectl delete web-1` names no type.
fn delete_lacks(command: &Simple, operands: &[&Word], script: &str) -> Option<&'static str> {
    let selects = "-l --selector --all --field-selector -A --all-namespaces";
    let [only] = operands else { return None };
    if only.text.contains('/')
        || !only.literal
        || command.args.iter().any(|word| is_flag_of(&word.text, selects))
    {
        return None;
    }
    let written = script.get(only.span.range()).unwrap_or("");
    if written.starts_with('<') {
        let vague = ["type", "kind", "resource", "object", "/", " "];
        return (!vague.iter().any(|word| written.contains(word))).then_some("a type");
    }
    let kinds = only.text.to_ascii_lowercase();
    let is_kind =
        |kind: &str| has(KINDS, kind) || kind.contains('.') && !kind.contains(|c: char| c.is_ascii_digit());
    if kinds.split(',').all(is_kind) {
        Some("a name")
    } else if only.text.contains('-')
        || only.text.contains(|c: char| c.is_ascii_digit())
        || only.text == "xxx"
    {
        Some("a type")
    } else {
        None
    }
}

/// The words that are neither flags nor the values of flags.
fn operands<'w>(args: &'w [Word], valued: &str) -> Vec<&'w Word> {
    let mut found = Vec::new();
    let mut words = args.iter();
    let mut only_operands = false;
    while let Some(word) = words.next() {
        if only_operands || !word.text.starts_with('-') || word.text == "-" {
            found.push(word);
        } else if word.text == "--" {
            only_operands = true;
        } else if has(valued, &word.text) {
            words.next();
        }
    }
    found
}

fn is_flag_of(word: &str, flags: &str) -> bool {
    let name = word.split_once('=').map_or(word, |(name, _)| name);
    // `-it`, `-fsSL`: a cluster holds the letter.
    let cluster = |flag: &str| {
        flag.len() == 2
            && word.len() > 2
            && !word.starts_with("--")
            && word.starts_with('-')
            && word[1..].contains(&flag[1..])
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
        ] {
            let neutral = shell::neutral(text);
            let script = shell::parse(&neutral);
            let found = script.commands().iter().find_map(|command| missing(command, text));
            assert_eq!(found, wanted, "{text}");
        }
    }
}
