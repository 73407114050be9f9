//! Commands that go on until somebody stops them, as data.

use super::subs::Sub;
use crate::shell::{Programs, Simple, Word, has_word, programs};

/// A command that does not end by itself.
struct Row {
    /// Programs, separated by blanks.
    programs: &'static str,
    /// The subcommand.
    sub: Sub,
    /// Flags of which one must be there; none needed if empty.
    any: &'static str,
    /// Flags that make it end.
    unless: &'static str,
    /// What it does.
    does: &'static str,
}

const fn row(
    programs: &'static str,
    sub: &'static str,
    any: &'static str,
    unless: &'static str,
    does: &'static str,
) -> Row {
    Row { programs, sub: Sub::new(sub), any, unless, does }
}

const KUBE: &str = "kubectl oc k";
const DOCKER: &str = "docker podman nerdctl";

/// What is of use to others as long as it goes on.
pub(super) const STAYS: &str = "stays in the foreground";
pub(super) const TUNNEL: &str = "keeps a tunnel open";
pub(super) const LISTENS: &str = "waits for connections";

const ROWS: &[Row] = &[
    row("tail", "", "-f -F --follow --retry", "--pid", "follows a file"),
    row("journalctl dmesg", "", "-f --follow -w", "", "follows the log"),
    row(KUBE, "logs", "-f --follow", "--follow=false", "follows the log"),
    row(KUBE, "get|events", "-w --watch --watch-only", "--watch=false", "watches for changes"),
    row(KUBE, "port-forward|proxy|attach", "", "", STAYS),
    row(DOCKER, "logs", "-f --follow", "", "follows the log"),
    row("docker-compose podman-compose", "logs", "-f --follow", "", "follows the log"),
    row("crictl", "logs", "-f --follow", "", "follows the log"),
    row(DOCKER, "compose up", "", "-d --detach --wait", STAYS),
    row("docker-compose podman-compose", "up", "", "-d --detach --wait", STAYS),
    row(DOCKER, "attach", "", "", STAYS),
    row(DOCKER, "stats", "", "--no-stream", "shows numbers until it is stopped"),
    row(DOCKER, "events", "", "--until", "shows events until it is stopped"),
    row("watch", "", "", "-g --chgexit -e --errexit -q --equexit", "repeats its command"),
    row("stern kail kubetail multitail", "", "", "--no-follow", "follows the log"),
    row("tcpdump tshark ngrep", "", "", "-c -a -G -r -D", "captures packets"),
    row("ping ping6", "", "", "-c -w", "pings"),
    row("heroku", "logs", "-t --tail", "", "follows the log"),
    row("redis-cli", "monitor|subscribe|psubscribe", "", "", "shows commands until it is stopped"),
    row("redis-cli", "", "--stat --latency --latency-history", "", "shows numbers until it is stopped"),
    row(
        "kafka-console-consumer kafka-console-consumer.sh",
        "",
        "",
        "--max-messages --timeout-ms",
        "waits for messages",
    ),
    row("ssh autossh", "", "-N", "-f", TUNNEL),
    row("yes", "", "", "", "prints for ever"),
    row("top", "", "-b", "-n", "prints for ever"),
    row("nc ncat netcat", "", "-l --listen", "", LISTENS),
    row("socat", "", FORKS, "", LISTENS),
    row("python python3", "http.server|SimpleHTTPServer", "", "", "serves until it is stopped"),
    row("strace ltrace", "", "-p --attach", "", "follows a process"),
    row("vmstat iostat mpstat pidstat sar dstat", "", OFTEN, "", "shows numbers until it is stopped"),
    row("inotifywait", "", "-m --monitor", "-t", "watches for changes"),
    row("gcloud", "", "--follow --tail", "", "follows the log"),
    row("gcloud", "logging|logs tail", "", "", "follows the log"),
    row("az", "log tail", "", "", "follows the log"),
    row("logcli", "", "--tail", "", "follows the log"),
    row("aws", "logs tail", "--follow", "", "follows the log"),
    row("aws", "ssm start-session", "--document-name", "", STAYS),
];

/// In the place of flags: how often, and no number of times, as in `vmstat 1`.
const OFTEN: &str = "N";

/// In the place of flags: the address that is listened on again for each who comes.
const FORKS: &str = ",fork";

/// Programs of a pipe that end it, and the ones before it with it.
const ENDS: &[&str] = &["head", "sed"];

static PROGRAMS: Programs = programs!(ROWS, programs);

/// What `command` does without end, and the word that says so.
pub(super) fn endless<'c>(command: &'c Simple, after: &[Simple]) -> Option<(&'static str, &'c Word)> {
    let mut rows = PROGRAMS.get(&command.program).peekable();
    rows.peek()?;
    let bounded = |via: &String| {
        let program = via.split(' ').next().unwrap_or("");
        matches!(
            program,
            "timeout" | "nohup" | "setsid" | "screen" | "tmux" | "systemd-run" | "watch" | "trap"
        )
    };
    if command.background || command.via.iter().any(bounded) {
        return None;
    }
    let ended = command.piped
        && after.first().is_some_and(|next| {
            ENDS.contains(&next.program.as_str())
                || next.program == "grep" && next.args.iter().any(|w| is(&w.text, "-m -q"))
        });
    if ended {
        return None;
    }
    rows.find_map(|row| ROWS[row].says(command))
}

/// The only number of `vmstat 1`, `iostat -x 5`; none of `vmstat 1 10`.
fn often(command: &Simple) -> Option<&Word> {
    // Flags that take a number themselves.
    const OTHERS: &str = "-p -P -n -j -c --cpu";
    let number = |word: &Word| word.text.bytes().all(|byte| byte.is_ascii_digit());
    let own = |at: usize| at.checked_sub(1).is_none_or(|at| !has_word(OTHERS, &command.args[at].text));
    let mut numbers = (0..command.args.len()).filter(|&at| number(&command.args[at]) && own(at));
    let first = numbers.next()?;
    numbers.next().is_none().then(|| &command.args[first])
}

/// The `true` of `while true` in `script`, of which `commands` are all, if nothing ends the loop.
pub(super) fn loops<'c>(commands: &'c [Simple], script: &str) -> Option<&'c Word> {
    let endless = |simple: &&Simple| {
        let keyword = match simple.program.as_str() {
            "true" | ":" => "while",
            "false" => "until",
            _ => return false,
        };
        simple.via.is_empty() && script[..simple.span.start].trim_end().ends_with(keyword)
    };
    let found = commands.iter().find(endless)?;
    let ends = ["break", "exit", "return", "done &"].iter().any(|word| script.contains(word));
    (!ends).then_some(&found.head)
}

impl Row {
    fn says<'c>(&self, command: &'c Simple) -> Option<(&'static str, &'c Word)> {
        let mut words = command.args.iter();
        let mut sub = None;
        for step in self.sub.steps() {
            sub = Some(words.find(|word| step.is(&word.text))?);
        }
        // Before its subcommand a flag is the program's: `docker compose -f FILE exec`.
        let mut own = words.take_while(|word| word.text != "--");
        let word = match self.any {
            "" => sub.unwrap_or(&command.head),
            OFTEN => often(command)?,
            FORKS => own.find(|word| word.text.contains(FORKS))?,
            any => own.find(|word| word.text.starts_with('-') && !word.quoted && is(&word.text, any))?,
        };
        let ends = command.args.iter().any(|word| word.text.starts_with('-') && is(&word.text, self.unless));
        (!ends).then_some((self.does, word))
    }
}

/// Whether `word` is one of `flags`, alone, with a value, or in a cluster of letters.
fn is(word: &str, flags: &str) -> bool {
    let name = word.split_once('=').map_or(word, |(name, _)| name);
    let clusters = matches!(word.len(), 3..6)
        && word.starts_with('-')
        && word[1..].bytes().all(|byte| byte.is_ascii_alphanumeric());
    flags.split_ascii_whitespace().any(|flag| {
        if flag.contains('=') {
            return flag == word;
        }
        let cluster = || clusters && flag.len() == 2 && word[1..].contains(&flag[1..]);
        flag == name && word[name.len()..] != *"=false" || cluster()
    })
}

#[cfg(test)]
mod tests {
    use super::endless;
    use crate::shell;

    #[test]
    fn what_never_ends_is_told_from_what_does() {
        for (text, word) in [
            ("tail -f /var/log/x", Some("-f")),
            ("sudo tail -n 10 -F x", Some("-F")),
            ("tail -100f x", Some("-100f")),
            ("kubectl logs -n a -f web", Some("-f")),
            ("kubectl delete -f x.yaml", None),
            ("kubectl port-forward svc/x 80", Some("port-forward")),
            ("kubectl port-forward svc/x 80 &", None),
            ("timeout 60 tail -f x", None),
            ("watch -n 1 date", Some("watch")),
            ("tail -f x | head -1", None),
            ("tail -f x | grep -m1 y", None),
            ("tail -f x | grep y", Some("-f")),
            ("kubectl get pods -w", Some("-w")),
            ("ping -c 3 x", None),
            ("ping x", Some("ping")),
            ("journalctl -fu nginx", Some("-fu")),
            ("docker logs --follow=false x", None),
            ("kubectl exec web -- tail x", None),
            ("vmstat 1", Some("1")),
            ("vmstat 1 5", None),
            ("iostat -x 5", Some("5")),
            ("pidstat -p 4711", None),
            ("docker compose up", Some("up")),
            ("docker compose -f x.yaml exec -T web nginx -t", None),
            ("docker compose -f x.yaml logs web", None),
            ("docker compose -f x.yaml logs -f web", Some("-f")),
            ("docker compose up -d", None),
            ("nc -lk 8080", Some("-lk")),
            ("nc -zv db 5432", None),
            ("python3 -m http.server 8000", Some("http.server")),
            ("strace -fp 4711", Some("-fp")),
            ("socat TCP-LISTEN:8443,reuseaddr,fork TCP:db1:443", Some("TCP-LISTEN:8443,reuseaddr,fork")),
            ("socat TCP-LISTEN:8443 TCP:db1:443", None),
            ("socat - TCP:db1:443", None),
            ("crictl logs -f x", Some("-f")),
            ("gcloud app logs tail", Some("tail")),
        ] {
            let script = shell::parse(text);
            let commands = script.commands();
            let found = (0..commands.len()).find_map(|at| endless(&commands[at], &commands[at + 1..]));
            assert_eq!(found.map(|(_, word)| word.text.as_str()), word, "{text}");
        }
    }

    #[test]
    fn a_loop_with_no_end_is_told_from_one_that_ends() {
        for (text, endless) in [
            ("while true; do date; sleep 1; done", true),
            ("while :\ndo\n  curl -s x\ndone", true),
            ("until false; do date; done", true),
            ("while true; do curl -f x && break; sleep 1; done", false),
            ("while true; do date; done &", false),
            ("while ! curl -f x; do sleep 1; done", false),
            ("systemctl stop x || true", false),
        ] {
            let script = shell::parse(text);
            assert_eq!(super::loops(script.commands(), text).is_some(), endless, "{text}");
        }
    }
}
