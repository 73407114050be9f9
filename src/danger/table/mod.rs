//! The table of destructive commands, as data.
//!
//! A row belongs here if the command loses data, takes something out of service, or cannot be
//! undone. What merely changes something (`systemctl restart`, `kubectl scale` to more than none)
//! stays out: an operator who is warned of everything is warned of nothing.
//!
//! To add a command, add a row to the file of its kind: programs, the subcommand, then what else
//! must be there, in words what it does, and examples. The examples are the row's tests.

mod cloud;
mod containers;
mod databases;
mod disks;
mod services;
mod system;

/// One kind of destructive command.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// A stable name.
    pub id: &'static str,
    /// Programs, separated by blanks; `mkfs.*` is every name that begins so, `(none)` a redirection
    /// without a command.
    pub programs: &'static str,
    /// The path of subcommands: words separated by blanks, alternatives by `|`, `delete-*` every
    /// word that begins so, `**` any number of words, another path after `;`. Case does not count.
    pub sub: &'static str,
    /// Flags of which one must be there, separated by blanks. `-f` is found in `-rf`, too;
    /// `--replicas=0` also as two words; `-X=DELETE` also as `-XDELETE`.
    pub any: &'static str,
    /// Flags of which one must be there as well.
    pub also: &'static str,
    /// Flags that make it harmless.
    pub unless: &'static str,
    /// Patterns, of which one operand after the subcommand must match one; `*` is anything. With
    /// `!` in front: none may match it.
    pub arg: &'static str,
    /// Patterns: harmless if there are operands and all match one.
    pub unless_all: &'static str,
    /// What text given to an interpreter must say.
    pub text: Text,
    /// Patterns, of which the target of an output redirection must match one; `!` as in `arg`.
    pub target: &'static str,
    /// Only if the command prints nothing, so that its redirection empties the file.
    pub silent: bool,
    /// Only if another program hands it what it is done to: `xargs`.
    pub handed: bool,
    /// Words, of which the text must hold one to be worth a closer look; empty: those of the last
    /// subcommand, else the program's name.
    pub trigger: &'static str,
    /// What it does, as the rest of a sentence that begins with "it".
    pub what: &'static str,
    /// Commands it recognises.
    #[cfg(test)]
    pub yes: &'static [&'static str],
    /// Similar commands that are harmless.
    #[cfg(test)]
    pub no: &'static [&'static str],
}

/// What an interpreter is told, as patterns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// Nothing is asked.
    None,
    /// SQL statements: each alternative (separated by `;`) is a sequence of words a statement
    /// begins with; `..` skips any words, `a|b` is one of them, `!WHERE` means that it does not
    /// occur, in upper case.
    Sql(&'static str),
    /// As SQL, but a statement is a line of standard input or the operands together.
    Line(&'static str),
    /// Code that contains one of these, separated by blanks.
    Code(&'static str),
}

const NONE: Row = Row {
    id: "",
    programs: "",
    sub: "",
    any: "",
    also: "",
    unless: "",
    arg: "",
    unless_all: "",
    text: Text::None,
    target: "",
    silent: false,
    handed: false,
    trigger: "",
    what: "",
    #[cfg(test)]
    yes: &[],
    #[cfg(test)]
    no: &[],
};

/// Begins a row: its name, its programs, its subcommand.
const fn row(id: &'static str, programs: &'static str, sub: &'static str) -> Row {
    Row { id, programs, sub, ..NONE }
}

impl Row {
    const fn any(self, any: &'static str) -> Row {
        Row { any, ..self }
    }
    const fn also(self, also: &'static str) -> Row {
        Row { also, ..self }
    }
    const fn unless(self, unless: &'static str) -> Row {
        Row { unless, ..self }
    }
    const fn arg(self, arg: &'static str) -> Row {
        Row { arg, ..self }
    }
    const fn unless_all(self, unless_all: &'static str) -> Row {
        Row { unless_all, ..self }
    }
    const fn text(self, text: Text) -> Row {
        Row { text, ..self }
    }
    const fn target(self, target: &'static str) -> Row {
        Row { target, ..self }
    }
    const fn prints_nothing(self) -> Row {
        Row { silent: true, ..self }
    }
    const fn handed(self) -> Row {
        Row { handed: true, ..self }
    }
    const fn trigger(self, trigger: &'static str) -> Row {
        Row { trigger, ..self }
    }
    /// Ends a row: what it does, and its examples, which only the tests keep.
    #[cfg_attr(not(test), allow(unused_variables))]
    const fn is(self, what: &'static str, yes: &'static [&'static str], no: &'static [&'static str]) -> Row {
        Row {
            what,
            #[cfg(test)]
            yes,
            #[cfg(test)]
            no,
            ..self
        }
    }
}

const KINDS: [&[Row]; 6] =
    [disks::ROWS, system::ROWS, containers::ROWS, services::ROWS, databases::ROWS, cloud::ROWS];

const COUNT: usize = {
    let (mut count, mut kind) = (0, 0);
    while kind < KINDS.len() {
        count += KINDS[kind].len();
        kind += 1;
    }
    count
};

/// All rows, by kind. The first that matches a command names it.
pub(super) static ROWS: [Row; COUNT] = {
    let mut rows = [NONE; COUNT];
    let (mut at, mut kind) = (0, 0);
    while kind < KINDS.len() {
        let mut row = 0;
        while row < KINDS[kind].len() {
            rows[at] = KINDS[kind][row];
            (at, row) = (at + 1, row + 1);
        }
        kind += 1;
    }
    rows
};

/// All rows, by kind. The first that matches a command names it.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    ROWS.iter()
}

/// Flags that take the next word, by program, so that it is not taken for a subcommand or an
/// operand. What is not listed here is guessed (see `shape`).
pub(super) const VALUED: &[(&str, &str)] = &[
    (
        "kubectl k oc microk8s.kubectl",
        "-n --namespace --context --cluster --kubeconfig --as --as-group -s --server --token \
         --user -l --selector -f --filename -o --output -p --patch --type -c --container \
         --field-selector --timeout --grace-period --replicas --request-timeout -k \
         --kustomize --cache-dir --certificate-authority --client-key --client-certificate -v",
    ),
    (
        "helm helmfile",
        "-n --namespace --kube-context --kubeconfig -f --values --set --version -e \
         --environment -l --selector",
    ),
    (
        "docker podman nerdctl",
        "-H --host -c --context --config -l --log-level -t --time -s --signal -f --file \
         --filter -p --publish --project-name --profile --env-file --project-directory",
    ),
    (
        "docker-compose podman-compose",
        "-f --file -p --project-name --profile --env-file --project-directory -t --timeout",
    ),
    ("git", "-C -c --git-dir --work-tree --namespace -o --push-option --repo"),
    (
        "aws",
        "--profile --region --output --endpoint-url --query --cli-input-json \
         --cli-connect-timeout",
    ),
    ("gcloud", "--project --zone --region --account --configuration --format --filter --verbosity"),
    ("az", "--subscription -g --resource-group -n --name -o --output --query"),
    ("gsutil", "-o -u -h"),
    ("systemctl", "-H --host -M --machine -t --type -p --property -n --lines -s --signal"),
    (
        "redis-cli gitlab-redis-cli",
        "-h -p -a -n -u -s -i -r -t -d -D --user --pass --cacert --cert --key --sni \
         --tls-ciphers",
    ),
    ("rm rmdir shred", "-n --iterations --random-source"),
    (
        "mysqladmin mariadb-admin",
        "-h -u -P -S --host --user --port --socket --defaults-file --defaults-extra-file",
    ),
    (
        "etcdctl",
        "--endpoints --cacert --cert --key --user --write-out -w --command-timeout \
         --dial-timeout --endpoint",
    ),
    ("bosh", "-e --environment -d --deployment --client --client-secret --ca-cert"),
    ("consul", "-http-addr -token -datacenter -namespace"),
    ("vault", "-address -namespace -mount"),
    ("nomad", "-address -region -namespace -token"),
    ("patronictl", "-c --config-file -d --dcs-url"),
    ("nodetool", "-h --host -p --port -u --username -pw --password"),
    ("rabbitmqctl", "-n --node -p --vhost -t --timeout"),
    ("rabbitmqadmin", "-H --host -P --port -V --vhost -u --username -p --password -N -c"),
    ("virsh", "-c --connect"),
    ("knife", "-c --config -k --key -u --user -s --server-url"),
    ("ceph rados rbd", "-c --conf -n --name --id -k --keyring -p --pool -m --cluster"),
    ("pgbackrest", "--stanza --config --repo"),
    ("gluster", "--mode"),
    ("s3cmd", "-c --config --access_key --secret_key --host"),
    ("ipmitool", "-H -U -P -I -L -f -p -k -y"),
    (
        "curl",
        "-H --header -d --data -u --user -o --output -X --request --data-binary --data-raw \
         --cacert --cert --key -m",
    ),
];
