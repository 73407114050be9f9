//! Programs that run another program, as data: one row teaches the walk and the linter another.

use std::cell::LazyCell;

use super::model::{Simple, Word};
use super::words::{Programs, has, next_word, programs};

/// A program that runs what its arguments say.
pub(super) struct Wrapper {
    /// Its names, separated by blanks.
    pub names: &'static str,
    /// The subcommand that runs another program; empty if the program itself does.
    pub sub: &'static str,
    /// Flags that take the next word, separated by blanks (those before `sub` included).
    pub valued: &'static str,
    /// The letters of those of one letter, a bit each: see [`letter`].
    letters: u64,
    /// Where the command stands.
    pub kind: Kind,
}

/// Where the inner command stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// After the flags, assignments and so many operands.
    After(usize),
    /// After `--`, else after so many operands.
    Dashes(usize),
    /// After so many operands; the words are joined and read by a shell (ssh).
    Shell(usize),
    /// The value of one of these flags, separated by blanks, is read by a shell.
    Flag(&'static str),
}

const KUBE: &str = "-n --namespace --context --cluster --kubeconfig --as -s --server --token --user -c --container -f \
                    --filename --image --image-pull-policy -l --overrides --restart --target --profile --pod-running-timeout";
const DOCKER: &str = "-H --host -c --context --config -l --log-level -e --env --env-file -u --user -w --workdir --detach-keys -v \
                      --volume --name --network --net -p --publish --entrypoint --mount -h --hostname --add-host --label --memory \
                      -m --cpus --restart --pull --platform --volumes-from --device --cap-add --cap-drop --dns --ip --link \
                      --log-driver --log-opt --pid --ipc --uts --privileged=false --security-opt --shm-size --ulimit --tmpfs \
                      -f --file --project-name --project-directory --profile --index";
const SSH: &str = "-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w -B -P";

const fn row(names: &'static str, sub: &'static str, valued: &'static str, kind: Kind) -> Wrapper {
    let (list, mut letters, mut at) = (valued.as_bytes(), 0, 0);
    while let Some((start, end)) = next_word(list, at) {
        if end == start + 2 {
            letters |= letter(list[start + 1]);
        }
        at = end;
    }
    Wrapper { names, sub, valued, letters, kind }
}

/// The bit of an ASCII letter; no other byte has one.
const fn letter(byte: u8) -> u64 {
    if byte.is_ascii_alphabetic() { 1 << (byte & 0x3f) } else { 0 }
}

const WRAPPERS: &[Wrapper] = &[
    row(
        "sudo",
        "",
        "-u -g -h -p -C -T -R -r -t -U -D --user --group --host --prompt --chdir --chroot",
        Kind::After(0),
    ),
    row("doas", "", "-u -C", Kind::After(0)),
    row("env", "", "-u -C --unset --chdir", Kind::After(0)),
    row(
        "nohup setsid command builtin unbuffer exec dumb-init tini catchsegv proxychains proxychains4",
        "",
        "-a",
        Kind::After(0),
    ),
    row("time", "", "-f -o --format --output", Kind::After(0)),
    row("nice", "", "-n --adjustment", Kind::After(0)),
    row("ionice", "", "-c -n -p --class --classdata", Kind::After(0)),
    row("chrt taskset", "", "-T -P -D", Kind::After(1)),
    row("stdbuf", "", "-i -o -e --input --output --error", Kind::After(0)),
    row("timeout", "", "-k -s --kill-after --signal", Kind::After(1)),
    row("strace ltrace", "", "-e -o -p -s -u -a -E -P -S -O -I -X", Kind::After(0)),
    row(
        "xargs",
        "",
        "-I -n -P -L -d -E -s -a --max-args --max-procs --delimiter --replace --arg-file --max-lines",
        Kind::After(0),
    ),
    row("flock", "", "-w -E --timeout --wait --conflict-exit-code", Kind::After(1)),
    row("chroot", "", "", Kind::After(1)),
    row("gosu su-exec setuidgid envdir", "", "", Kind::After(1)),
    row("runuser", "", "-u -g -G --user --group", Kind::After(0)),
    row("numactl", "", "-C -N -m -i -p --cpunodebind --membind", Kind::After(0)),
    row("unshare", "", "", Kind::After(0)),
    row("nsenter", "", "-t -S -G --target --setuid --setgid", Kind::After(0)),
    row(
        "systemd-run",
        "",
        "-u -p -E -M -H --unit --property --setenv --slice --uid --gid --on-calendar --on-active",
        Kind::After(0),
    ),
    row("systemd-inhibit", "", "", Kind::After(0)),
    row("sshpass", "", "-p -f -d", Kind::After(0)),
    row("ip", "netns exec", "-n", Kind::After(1)),
    row("kubectl k oc microk8s.kubectl", "exec", KUBE, Kind::Dashes(1)),
    row("kubectl k oc", "debug", KUBE, Kind::Dashes(99)),
    row("kubectl k oc", "run", KUBE, Kind::Dashes(99)),
    row("oc", "rsh", KUBE, Kind::After(1)),
    row("docker podman nerdctl ctr crictl", "exec", DOCKER, Kind::After(1)),
    row("docker podman nerdctl", "container exec", DOCKER, Kind::After(1)),
    row("docker podman nerdctl", "run", DOCKER, Kind::After(1)),
    row("docker podman", "compose exec", DOCKER, Kind::After(1)),
    row("docker podman", "compose run", DOCKER, Kind::After(1)),
    row("docker-compose podman-compose", "exec", DOCKER, Kind::After(1)),
    row("docker-compose podman-compose", "run", DOCKER, Kind::After(1)),
    row("lxc incus", "exec", "--env --user --cwd", Kind::Dashes(1)),
    row("nomad", "alloc exec", "-task -job -namespace -region -address", Kind::After(1)),
    row("bundle", "exec", "", Kind::After(0)),
    row("poetry pipenv uv", "run", "", Kind::After(0)),
    row("hatch pdm rye pixi conda", "run", "-n -p --name --prefix", Kind::After(0)),
    row("mise rtx", "exec", "-C -c -E --cd --command --env -j --jobs", Kind::Dashes(99)),
    row("mise rtx", "x", "-C -c -E --cd --command --env -j --jobs", Kind::Dashes(99)),
    row("asdf", "exec", "", Kind::After(0)),
    row("rbenv pyenv nodenv goenv", "exec", "", Kind::After(0)),
    row("direnv", "exec", "", Kind::After(1)),
    row("npx pnpx bunx", "", "-p --package", Kind::After(0)),
    row("aws-vault", "exec", "-d --duration --region", Kind::Dashes(1)),
    row("aws-vault", "x", "-d --duration --region", Kind::Dashes(1)),
    row("chamber", "exec", "", Kind::Dashes(99)),
    row("op doppler infisical teller", "run", "-p -c --project --config --env-file --env", Kind::Dashes(99)),
    row("sops", "exec-env", "", Kind::Shell(1)),
    row("consul", "exec", "-node -service -tag -wait", Kind::Shell(0)),
    row("consul", "lock", "-n -name -try", Kind::Shell(1)),
    row("watch", "", "-n --interval", Kind::Shell(0)),
    row("parallel", "", "-j --jobs -a -I -N -n --delay --timeout", Kind::After(0)),
    row("ssh autossh", "", SSH, Kind::Shell(1)),
    row("tsh teleport", "ssh", "-l -p --login --port --proxy --cluster", Kind::Shell(1)),
    row("pdsh dsh", "", "-w -x -g -l -f -t -u -R -m", Kind::Shell(0)),
    row("pssh parallel-ssh", "", "-h -H -l -p -t -o -e -O -x", Kind::Shell(0)),
    row("knife", "ssh", "-x -i -a -C -P -p -A", Kind::Shell(1)),
    row("eval", "", "", Kind::Shell(0)),
    row("trap", "", "", Kind::Shell(0)),
    row("sh bash zsh dash ksh ash mksh", "", "", Kind::Flag("-c")),
    row("su runuser", "", "", Kind::Flag("-c --command --session-command")),
    row("vagrant", "ssh", "", Kind::Flag("-c --command")),
    row("gcloud", "compute ssh", "", Kind::Flag("--command")),
    row("fly flyctl", "ssh console", "", Kind::Flag("-C --command")),
    row("aws", "ecs execute-command", "", Kind::Flag("--command")),
    row("ansible", "", "", Kind::Flag("-a --args")),
    row("doppler infisical", "run", "", Kind::Flag("--command")),
    row("mise rtx", "exec", "", Kind::Flag("-c --command")),
    row("flock", "", "", Kind::Flag("-c --command")),
    row("salt", "", "", Kind::Shell(2)),
];

impl Wrapper {
    /// The index in `args` right after the subcommand, if `args` call it.
    pub fn after_sub(&self, args: &[Word]) -> Option<usize> {
        let mut at = 0;
        // Most commands of a program are none of its few that run another.
        if let Some((start, end)) = next_word(self.sub.as_bytes(), 0)
            && !args.iter().any(|word| word.text == self.sub[start..end])
        {
            return None;
        }
        for wanted in self.sub.split_ascii_whitespace() {
            at = self.operand(args, at)?;
            if args[at].text != wanted {
                return None;
            }
            at += 1;
        }
        Some(at)
    }

    /// The index of the next word from `at` on that is no flag and no flag's value.
    pub fn operand(&self, args: &[Word], mut at: usize) -> Option<usize> {
        while let Some(word) = args.get(at) {
            match word.text.as_bytes() {
                b"--" => return args.get(at + 1).map(|_| at + 1),
                [b'-', _, ..] => at += 1 + usize::from(self.takes_value(&word.text)),
                _ => return Some(at),
            }
        }
        None
    }

    fn takes_value(&self, flag: &str) -> bool {
        let is_valued = |byte: &u8| self.letters & letter(*byte) != 0;
        match flag.as_bytes() {
            [b'-', one] if one.is_ascii_alphabetic() => is_valued(one),
            // `-Hu postgres`: the last letter of a cluster takes the next word, if none before does.
            [b'-', before @ .., last]
                if before.len() < 4 && before.iter().chain([last]).all(u8::is_ascii_alphabetic) =>
            {
                is_valued(last) && !before.iter().any(is_valued) || has(self.valued, flag)
            }
            _ => has(self.valued, flag),
        }
    }
}

/// Programs that read a language of their own, and where: flags whose value is text of it, and
/// which operand (from 1 on; 0 for none) is, if none of the flags is there, and whether standard
/// input is.
pub(super) struct Interpreter {
    pub names: &'static str,
    pub flags: &'static str,
    pub operand: usize,
    pub input: bool,
}

const fn reads(names: &'static str, flags: &'static str, operand: usize, input: bool) -> Interpreter {
    Interpreter { names, flags, operand, input }
}

const INTERPRETERS: &[Interpreter] = &[
    reads("psql gitlab-psql pgcli cockroach", "-c --command -v --set", 0, true),
    reads("mysql mariadb mycli mysqlsh gitlab-mysql", "-e --execute --sql", 0, true),
    reads("sqlite3", "-cmd", 2, true),
    reads("clickhouse-client clickhouse", "-q --query", 0, true),
    reads(
        "cqlsh influx sqlcmd snowsql bq presto trino",
        "-e --execute -execute -Q -q --query query",
        0,
        true,
    ),
    reads("mongo mongosh", "--eval", 0, true),
    reads("redis-cli", "--eval", 0, true),
    reads("python python2 python3 python3.6", "-c", 0, true),
    reads("perl", "-e -E -ne -pe -i -lne -lane -pie -ple", 0, true),
    reads("ruby irb", "-e -ne -pe", 0, true),
    reads("node deno php lua Rscript", "-e -r -p --eval --print", 0, true),
    reads("awk gawk mawk nawk", "-e", 1, false),
    reads("sed gsed", "-e --expression", 1, false),
    reads("jq yq gojq jaq", "", 1, false),
    reads("expect", "-c", 0, true),
    reads("gitlab-rails rails", "runner", 0, true),
    reads("bc dc", "-e", 0, true),
];

static WRAPPER_NAMES: Programs = programs!(WRAPPERS, names);
static INTERPRETER_NAMES: Programs = programs!(INTERPRETERS, names);

/// The ways in which `program` runs another one.
pub(super) fn wrappers(program: &str) -> impl Iterator<Item = &'static Wrapper> {
    WRAPPER_NAMES.get(program).map(|row| &WRAPPERS[row])
}

/// The ways in which `command` may run another one: its words may be those of the subcommand.
pub(super) fn ways(command: &Simple) -> impl Iterator<Item = &'static Wrapper> {
    // The first bytes of its words, five bits each: most commands have no word like a subcommand.
    let initial = |word: &str| word.as_bytes().first().map_or(0, |byte| 1_u32 << (byte & 31));
    let initials =
        LazyCell::new(move || command.args.iter().fold(0, |initials, word| initials | initial(&word.text)));
    wrappers(&command.program)
        .filter(move |wrapper| wrapper.sub.is_empty() || initial(wrapper.sub) & *initials != 0)
}

/// The interpreter called `program`.
pub(super) fn interpreter(program: &str) -> Option<&'static Interpreter> {
    INTERPRETER_NAMES.get(program).next().map(|row| &INTERPRETERS[row])
}

/// The shells, which read their standard input as commands.
pub(super) fn is_shell(program: &str) -> bool {
    matches!(program, "sh" | "bash" | "zsh" | "dash" | "ksh" | "ash" | "mksh")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_that_take_the_next_word_are_told_by_their_letters() {
        for wrapper in WRAPPERS {
            let valued = |flag: &str| wrapper.valued.split_ascii_whitespace().any(|one| one == flag);
            let letters = ["a", "c", "n", "p", "u", "E", "1", "-", "\u{e9}"];
            for flag in letters.iter().flat_map(|a| letters.map(|b| format!("-{a}{b}"))) {
                let is_cluster = flag[1..].bytes().all(|byte| byte.is_ascii_alphabetic());
                let cluster = is_cluster && !valued(&flag[..2]) && valued(&format!("-{}", &flag[2..]));
                assert_eq!(
                    wrapper.takes_value(&flag),
                    valued(&flag) || cluster,
                    "{flag} of {}",
                    wrapper.names
                );
            }
            for flag in wrapper.valued.split_ascii_whitespace() {
                assert!(wrapper.takes_value(flag), "{flag} of {}", wrapper.names);
                assert!(!wrapper.takes_value(&format!("{flag}=")), "{flag}= of {}", wrapper.names);
            }
            for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0_".chars() {
                let flag = format!("-{letter}");
                assert_eq!(wrapper.takes_value(&flag), valued(&flag), "{flag} of {}", wrapper.names);
            }
        }
    }
}
