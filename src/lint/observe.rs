//! Commands that only look: what can verify that something worked.

use crate::runbook::ActionKind;
use crate::shell::Simple;

use super::page::Command;
use crate::shell::has_word as has;

/// Programs that only look, whatever they are told.
const PROGRAMS: &str = "ps df du cat less more head tail grep egrep fgrep rg zgrep awk sed wc ls stat file find pgrep pidof lsof fuser ss \
    netstat ping dig host nslookup traceroute mtr uptime free vmstat iostat mpstat sar top htop iotop w who last dmesg journalctl id \
    date hostname uname lsblk blkid findmnt mount lscpu lspci nproc env printenv which type test [ [[ diff cmp jq yq curl wget \
    http grpcurl openssl nc pt-heartbeat pt-slave-find watch promtool amtool logcli stern strings sha256sum md5sum vgs lvs pvs \
    vgdisplay lvdisplay pvdisplay xxd od column sort uniq tree readlink showmount smartctl sensors dmidecode chronyc ntpq timedatectl \
    loginctl ipcs pg_isready pg_lsclusters pgbench rabbitmq-diagnostics mysqladmin nodetool etcdctl dot echo printf";

/// Programs that look with some subcommands: the program, the subcommands.
const WITH_SUB: &[(&str, &str)] = &[
    (
        "kubectl oc k",
        "get describe logs top wait events explain version cluster-info api-resources auth status adm rollout diff",
    ),
    ("systemctl service", "status is-active is-failed is-enabled show list-units list-timers cat"),
    (
        "docker podman nerdctl crictl ctr",
        "ps logs inspect stats images top events info version port diff pods",
    ),
    ("docker-compose podman-compose", "ps logs top"),
    ("git", "status log diff show branch describe rev-parse fetch"),
    ("helm", "list ls status history get diff"),
    ("terraform tofu", "plan show output validate state"),
    ("ceph", "status -s health df osd pg mon"),
    (
        "rabbitmqctl",
        "list_queues status cluster_status list_connections list_consumers node_health_check list_channels",
    ),
    ("ip", "addr a address link route r neigh rule"),
    ("vault", "status read list token"),
    ("consul nomad", "members status operator info node job"),
    ("patronictl", "list history topology show-config"),
    ("repmgr", "cluster node"),
    ("argocd flux", "get app list status logs"),
    ("gitlab-ctl", "status tail"),
    ("supervisorctl", "status tail"),
    ("redis-cli", "info ping dbsize cluster client slowlog memory get keys llen ttl scan monitor role"),
    ("knife chef", "status node search"),
    ("pg_ctl pg_ctlcluster", "status"),
    (
        "kafka-topics kafka-topics.sh kafka-consumer-groups kafka-consumer-groups.sh kafka-configs kafka-configs.sh \
         kafka-log-dirs kafka-log-dirs.sh kafka-acls kafka-acls.sh kafka-metadata-quorum kafka-metadata-quorum.sh",
        "--describe --list describe",
    ),
    ("aws gcloud az", ""),
    ("mysql mariadb psql gitlab-psql cqlsh clickhouse-client sqlite3 mongo mongosh", ""),
];

/// Words of `kubectl rollout`, `aws`, `gcloud` and the like that change something.
const CHANGES: &str = "restart undo pause resume start stop delete remove create update put set add apply deploy cordon uncordon drain \
    taint scale modify reboot terminate run patch edit register deregister enable disable attach detach resize import";

/// Whether all that `command` runs only looks.
pub(super) fn observes(command: &Command<'_>) -> bool {
    let action = command.action;
    if action.kind == ActionKind::Check {
        return true;
    }
    if command.is_dangerous() {
        return false;
    }
    if action.kind == ActionKind::Norun && !action.away {
        // A query: of a database if it begins like one, of a metrics store in any case.
        let first = action.script.split_whitespace().next().unwrap_or("").to_ascii_lowercase();
        let words = [
            "select", "show", "explain", "info", "with", "describe", "status", "kubectl", "ps", "df", "cat",
            "sudo",
        ];
        return words.contains(&first.as_str())
            || matches!(action.belongs.as_deref(), Some("PromQL" | "LogQL" | "KQL" | "Elasticsearch"));
    }
    let mut any = false;
    for simple in command.script().commands() {
        if simple.program.is_empty() {
            continue;
        }
        if looks(simple) {
            any = true;
        } else if !is_plumbing(simple) {
            return false;
        }
    }
    any
}

pub(super) fn looks(simple: &Simple) -> bool {
    let program = simple.program.as_str();
    if has(PROGRAMS, program) {
        let any = |changes: fn(&str) -> bool| simple.args.iter().any(|word| changes(&word.text));
        return match program {
            "curl" => !any(sends),
            "sed" => !any(|word| word.starts_with("-i")),
            // What stands behind it is set.
            "hostname" => !any(|word| !word.starts_with('-')),
            "date" => !any(|word| word == "-s" || word.starts_with("--set")),
            // What they write into a file nobody sees.
            "echo" | "printf" => simple
                .redirects
                .iter()
                .all(|redirect| !redirect.op.starts_with('>') || redirect.target.text.starts_with("/dev/")),
            _ => true,
        };
    }
    let Some((_, subs)) = WITH_SUB.iter().find(|(programs, _)| has(programs, program)) else { return false };
    let changes = || simple.args.iter().any(|word| word.text.split('-').any(|part| has(CHANGES, part)));
    match subs.is_empty() {
        true => !changes() && !simple.args.is_empty(),
        false => {
            // Of redis-cli they are written in either case.
            let named = |word: &str| {
                has(subs, word) || program == "redis-cli" && has(subs, &word.to_ascii_lowercase())
            };
            simple.args.iter().any(|word| named(&word.text)) && !(changes() && program != "systemctl")
        }
    }
}

/// `-X POST`, `-d @file`.
fn sends(word: &str) -> bool {
    matches!(
        word,
        "POST"
            | "PUT"
            | "DELETE"
            | "PATCH"
            | "-XPOST"
            | "-XPUT"
            | "-XDELETE"
            | "-XPATCH"
            | "-d"
            | "--data"
            | "-T"
    )
}

/// What stands around the command that matters.
fn is_plumbing(simple: &Simple) -> bool {
    const WRAPPERS: &str = "kubectl oc docker";
    const PLUMBING: &str = "sudo env time timeout cd xargs ssh bash sh export set read true false sleep exit tee command nice source . \
                            eval tr cut paste while for if then do done";
    let enters = || simple.args.iter().any(|word| matches!(word.text.as_str(), "exec" | "run" | "debug"));
    has(PLUMBING, &simple.program) || has(WRAPPERS, &simple.program) && enters()
}
