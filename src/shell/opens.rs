//! Which programs talk to the operator when they are started without a command of their own.

use super::model::{Simple, Word};
use super::unwrap::{is_operand, runs_another};
use super::wrappers::is_shell;

/// Whether `command` talks to the terminal. `outer` are the wrappers around it.
pub(super) fn opens(command: &Simple, outer: &[Simple]) -> bool {
    // Most programs never do.
    talks(command)
        // A terminal must reach it through `kubectl exec`, `docker exec`, `ssh host bash`.
        && outer.iter().all(passes_terminal)
        && !has(&command.args, &["--help", "--version"])
}

/// Whether `command` reads commands from where its input comes from.
fn talks(command: &Simple) -> bool {
    let args = &command.args;
    let has = |flags: &[&str]| has(args, flags);
    let runs_words = || runs_another(command);
    match command.program.as_str() {
        "ssh" | "autossh" => {
            let quiet = args.iter().any(|a| {
                let letters = a.text.strip_prefix('-').unwrap_or("");
                letters.len() <= 4
                    && letters.bytes().all(|b| b.is_ascii_alphabetic())
                    && letters.contains(['N', 'f', 'V', 'O', 'Q', 'G'])
            });
            !quiet && !runs_words() && args.iter().any(is_operand)
        }
        "mosh" => !args.is_empty() && args.iter().all(|a| a.text != "--"),
        "tsh" => args.first().is_some_and(|a| a.text == "ssh") && !runs_words(),
        "psql" | "pgcli" | "gitlab-psql" => {
            !has(&["--command", "--file", "--list"]) && !cluster(args, "UhpdvFRPo", "cfl")
        }
        "mysql" | "mariadb" | "mycli" | "gitlab-mysql" => {
            !has(&["--execute"]) && !cluster(args, "uphPDS", "e")
        }
        "mysqlsh" | "clickhouse-client" | "cqlsh" | "influx" => {
            !has(&["-e", "-f", "-q", "--query", "--execute", "--file", "-execute", "--multiquery"])
        }
        "sqlite3" => operands(args, &[]) == 1,
        "sqlplus" => !args.iter().any(|a| a.text.starts_with('@')),
        "redis-cli" => {
            let valued = [
                "-h", "-p", "-a", "-n", "-u", "-s", "-i", "-r", "-t", "--user", "--pass", "--cacert",
                "--cert", "--key", "--sni",
            ];
            let busy = [
                "--scan",
                "--bigkeys",
                "--memkeys",
                "--hotkeys",
                "--latency",
                "--latency-history",
                "--latency-dist",
                "--stat",
                "--eval",
                "--pipe",
                "--rdb",
                "--functions-rdb",
                "--cluster",
                "--replica",
                "--intrinsic-latency",
                "--lru-test",
                "-x",
            ];
            !has(&busy) && operands(args, &valued) == 0
        }
        "mongo" | "mongosh" => !has(&["--eval"]) && !args.iter().any(|a| a.text.ends_with(".js")),
        "kubectl" | "k" | "oc" => kubernetes(command, args, &runs_words),
        "docker" | "podman" | "nerdctl" | "crictl" => {
            let first = args.iter().find(|a| is_operand(a)).map_or("", |a| a.text.as_str());
            match first {
                "run" => is_interactive(args) && !runs_words() && !has(&["-d", "--detach"]),
                "attach" => true,
                _ => false,
            }
        }
        "rails" | "gitlab-rails" | "bin/rails" | "hanami" => {
            args.first().is_some_and(|a| matches!(a.text.as_str(), "console" | "c" | "dbconsole" | "db"))
        }
        "rake" | "irb" | "pry" | "ipython" | "bpython" | "iex" | "ghci" | "erl" | "R" | "lua"
        | "spark-shell" | "pyspark" => {
            command.program != "rake"
                && operands(args, &["-r", "-I", "-S", "-name", "-sname", "-setcookie"]) == 0
                && !has(&["-e", "-c"])
        }
        "python" | "python2" | "python3" | "node" => {
            operands(args, &[]) == 0 && !has(&["-c", "-m", "-e", "-p", "-V", "-v", "--eval"])
        }
        "php" => has(&["-a"]),
        "manage.py" => {
            args.first().is_some_and(|a| matches!(a.text.as_str(), "shell" | "dbshell" | "shell_plus"))
        }
        "gcloud" => {
            let words: Vec<&str> = args.iter().filter(|a| is_operand(a)).map(|a| a.text.as_str()).collect();
            let holds = |group: &str, verb: &str| {
                let group = words.iter().position(|word| *word == group);
                group.is_some_and(|at| words[at..].contains(&verb))
            };
            let sub = holds("compute", "ssh") || holds("sql", "connect") || holds("cloud-shell", "ssh");
            let own = args.iter().skip_while(|a| a.text != "--").skip(1).any(is_operand);
            sub && !own && !has(&["--command", "--dry-run"])
        }
        "aws" => {
            args.windows(2).any(|w| w[0].text == "ssm" && w[1].text == "start-session")
                && !has(&["--parameters", "--document-name"])
        }
        "vagrant" => args.first().is_some_and(|a| a.text == "ssh") && !has(&["-c", "--command"]),
        "fly" | "flyctl" => {
            let pair = |first: &[&str], second: &str| {
                args.windows(2).any(|w| first.contains(&w[0].text.as_str()) && w[1].text == second)
            };
            pair(&["ssh"], "console") && !has(&["-C", "--command"])
                || pair(&["postgres", "pg", "mysql"], "connect")
        }
        "bosh" => {
            let valued = ["-e", "-d", "--environment", "--deployment", "--client", "--ca-cert"];
            // What stands behind the instance is a command.
            sub_of(args, &valued) == "ssh"
                && operands(args, &valued) < 3
                && !has(&["-c", "--command", "--opts"])
        }
        "cf" => {
            args.first().is_some_and(|a| a.text == "ssh")
                && !has(&["-c", "--command", "-N", "--skip-remote-execution"])
        }
        "eb" => args.first().is_some_and(|a| a.text == "ssh") && !has(&["-c", "--command"]),
        "railway" => match args.first().map(|a| a.text.as_str()) {
            Some("shell" | "connect") => true,
            Some("ssh") => {
                let valued = ["-p", "--project", "-s", "--service", "-e", "--environment"];
                operands(&args[1..], &valued) == 0
            }
            _ => false,
        },
        "heroku" if args.first().is_some_and(|a| a.text == "run") => {
            let valued = ["-a", "--app", "-r", "--remote", "-s", "--size", "-e", "--env", "--type"];
            let ends = |words: &[&str]| {
                sub_of(&args[1..], &valued) == words[0]
                    && operands(&args[1..], &valued) == words.len()
                    && words.iter().all(|word| args.iter().any(|a| a.text == **word))
            };
            !has(&["-d", "--detached"])
                && [&["bash"][..], &["sh"], &["rails", "console"], &["rails", "c"]].into_iter().any(ends)
        }
        "heroku" | "virsh" => args.is_empty() || args.first().is_some_and(|a| a.text == "console"),
        "su" => !has(&["-c", "--command", "--session-command"]),
        "sudo" | "doas" => !runs_words() && (cluster(args, "ugph", "is") || has(&["--login", "--shell"])),
        "chroot" | "nsenter" => !runs_words() && !args.is_empty(),
        "virtctl" => {
            args.first().is_some_and(|a| matches!(a.text.as_str(), "console" | "ssh"))
                && !has(&["-c", "--command"])
        }
        "gitlab-ctl" => args.first().is_some_and(|a| a.text == "pgb-console"),
        "pgb-console" => args.is_empty(),
        "newgrp" => true,
        "machinectl" => args.first().is_some_and(|a| matches!(a.text.as_str(), "shell" | "login")),
        "toolbox" => args.is_empty() || args.first().is_some_and(|a| a.text == "enter"),
        "tmux" => match args.first().map(|a| a.text.as_str()) {
            None => true,
            Some("attach" | "a" | "at" | "attach-session") => true,
            Some("new" | "new-session") => !has(&["-d"]),
            _ => false,
        },
        "screen" => {
            let quiet = ["-ls", "-list", "-dm", "-d", "-D", "-X", "-wipe", "-v", "-dmS", "-Dm"];
            !has(&quiet)
                && (has(&["-r", "-x", "-R", "-dr", "-dR", "-DR", "-DRR"])
                    || operands(args, &["-S", "-c", "-t", "-s"]) == 0)
        }
        "telnet" | "ftp" | "sftp" | "lftp" => !has(&["-b", "-c", "-e", "-f"]),
        "nc" | "ncat" | "netcat" => {
            !args.is_empty() && !cluster(args, "wpsqiI", "zd") && !has(&["--send-only", "--recv-only"])
        }
        "openssl" => args.first().is_some_and(|a| a.text == "s_client"),
        "hbase" => args.first().is_some_and(|a| a.text == "shell"),
        "zkCli.sh" | "zookeeper-shell" | "zookeeper-shell.sh" => operands(args, &["-server"]) <= 1,
        "bconsole" => true,
        "fdisk" | "gdisk" | "cfdisk" => !cluster(args, "bCHStocu", "lsxVv") && !args.is_empty(),
        "parted" => !has(&["-s", "-l", "--script", "--list"]) && operands(args, &["-a"]) <= 1,
        "vtysh" => !has(&["-c", "-f", "-b"]),
        "gdb" => !has(&["-batch", "--batch", "-ex"]),
        program if is_shell(program) => {
            let own =
                cluster(args, "oO", "cn") || operands(args, &["-o", "-O", "--rcfile", "--init-file"]) > 0;
            !own && !has(&["-s"])
        }
        _ => false,
    }
}

/// Whether what `wrapper` runs has the operator's terminal.
fn passes_terminal(wrapper: &Simple) -> bool {
    let sub = |wanted: &str| wrapper.args.iter().any(|a| a.text == wanted);
    match wrapper.program.as_str() {
        "kubectl" | "k" => is_interactive(&wrapper.args),
        "oc" => sub("rsh") || sub("debug") || is_interactive(&wrapper.args),
        "docker" | "podman" | "nerdctl" => sub("compose") || is_interactive(&wrapper.args),
        "crictl" | "ctr" => is_interactive(&wrapper.args),
        "ssh" | "autossh" => wrapper.args.iter().any(|a| {
            a.text.starts_with("-t") || a.text == "-tt" || cluster(std::slice::from_ref(a), "lpioJFE", "t")
        }),
        // These keep their own hands on the input, or run the command somewhere without a terminal.
        "xargs" | "parallel" | "find" | "timeout" | "nohup" | "setsid" | "watch" | "pdsh" | "pssh"
        | "ansible" | "salt" | "knife" | "trap" | "eval" | "flock" | "systemd-run" | "consul" => false,
        _ => true,
    }
}

fn kubernetes(command: &Simple, args: &[Word], runs_words: &dyn Fn() -> bool) -> bool {
    let valued = [
        "-n",
        "--namespace",
        "--context",
        "--cluster",
        "--kubeconfig",
        "--as",
        "-s",
        "--server",
        "--token",
        "--profile",
    ];
    let mut words = args.iter();
    let mut sub = "";
    while let Some(word) = words.next() {
        if valued.contains(&word.text.as_str()) {
            words.next();
        } else if is_operand(word) {
            sub = &word.text;
            break;
        }
    }
    let openshift = command.program == "oc";
    match sub {
        "rsh" if openshift => !runs_words(),
        "debug" if openshift => !runs_words(),
        // Authors leave the flags out and go on as if they were in the node.
        "debug" if args.iter().any(|a| a.text.starts_with("node/")) => !runs_words(),
        "debug" | "run" | "attach" => is_interactive(args) && !runs_words(),
        _ => false,
    }
}

/// Whether the flags ask for both input and a terminal (`-it`, `-i -t`, `--stdin --tty`), before
/// any `--`.
fn is_interactive(args: &[Word]) -> bool {
    let own = || args.iter().take_while(|a| a.text != "--");
    let letter = |letter: char| {
        own().any(|a| {
            a.text.strip_prefix('-').is_some_and(|letters| {
                letters.len() <= 4
                    && letters.bytes().all(|b| b.is_ascii_alphabetic())
                    && letters.contains(letter)
            })
        })
    };
    let long = |flag: &str| own().any(|a| a.text == flag || a.text == format!("{flag}=true"));
    (letter('i') || long("--stdin") || long("--interactive")) && (letter('t') || long("--tty"))
}

/// Whether a cluster of single-letter flags holds one of `wanted` before a letter of `valued`,
/// which takes the rest of its word.
fn cluster(args: &[Word], valued: &str, wanted: &str) -> bool {
    args.iter().take_while(|a| a.text != "--").any(|a| {
        let Some(letters) = a.text.strip_prefix('-').filter(|l| !l.starts_with('-')) else { return false };
        letters.chars().take_while(|&c| !valued.contains(c)).any(|c| wanted.contains(c))
    })
}

/// The first word that is no flag and no value of a `valued` one.
fn sub_of<'w>(args: &'w [Word], valued: &[&str]) -> &'w str {
    let mut words = args.iter();
    while let Some(word) = words.next() {
        if is_operand(word) {
            return &word.text;
        }
        if valued.contains(&word.text.as_str()) {
            words.next();
        }
    }
    ""
}

/// How many words are no flags and no values of `valued` flags.
fn operands(args: &[Word], valued: &[&str]) -> usize {
    let mut words = args.iter();
    let mut count = 0;
    while let Some(word) = words.next() {
        if is_operand(word) {
            count += 1;
        } else if valued.contains(&word.text.as_str()) {
            words.next();
        }
    }
    count
}

/// Whether one of `flags` is there, with a value or without.
fn has(args: &[Word], flags: &[&str]) -> bool {
    args.iter().any(|word| flags.contains(&flag_name(&word.text)))
}

fn flag_name(word: &str) -> &str {
    word.split_once('=').map_or(word, |(name, _)| name)
}
