use crate::lint::page::{Command, Page};
use crate::lint::prose::{self, Needles};
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::Severity;
use crate::shell::{Programs, Simple, has_word, programs};
use crate::source::Span;

/// Something is switched off and never on again.
pub static RULE: Rule = Rule {
    id: "MW303",
    name: "unpaired-action",
    severity: Severity::Info,
    summary: "drain without uncordon, disable without enable, silence without unsilence",
    explanation: "\
The runbook takes something out of service and never says how it comes back. It is noticed weeks later, \
as a node that takes no work or an alert that never came.

Put the other half at the end, or as a `rollback` block under the command.",
    bad: "\
## Repair the node

```sh
«kubectl cordon» node-1
```
",
    good: "\
## Repair the node

```sh
kubectl cordon node-1
```

```sh rollback
kubectl uncordon node-1
```
",
    fixable: false,
    check,
};

/// What takes away and what gives back.
struct Pair {
    /// Programs, separated by blanks.
    programs: &'static str,
    /// Words of which the first operand (or any word, for those with `=`) is one.
    away: &'static str,
    /// Words of which any, anywhere in the file, gives back.
    back: &'static [&'static str],
}

const PAIRS: &[Pair] = &[
    // A node that is deleted afterwards needs nothing back.
    Pair {
        programs: "kubectl oc k",
        away: "cordon drain",
        back: &["uncordon", "delete node", "delete the old node", "delete the node"],
    },
    Pair { programs: "oc", away: "pause", back: &["resume", "unpause"] },
    Pair { programs: "virtctl", away: "pause", back: &["unpause"] },
    Pair { programs: "flux", away: "suspend", back: &["resume"] },
    Pair {
        programs: "kubectl oc k",
        away: "--replicas=0",
        back: &[
            "--replicas=1",
            "--replicas=2",
            "--replicas=3",
            "scale up",
            "scale it back",
            "scale back",
            "--replicas=$",
            "--replicas=\"$",
            "--replicas=<",
        ],
    },
    Pair { programs: "systemctl", away: "disable", back: &["enable"] },
    Pair { programs: "systemctl", away: "mask", back: &["unmask"] },
    Pair {
        programs: "systemctl",
        away: "stop",
        back: &["systemctl start", "systemctl restart", "start the", "start it", "start "],
    },
    Pair { programs: "service", away: "stop", back: &[" start", " restart"] },
    Pair {
        programs: "gitlab-ctl",
        away: "stop",
        back: &["gitlab-ctl start", "gitlab-ctl restart", " start "],
    },
    Pair { programs: "amtool", away: "silence", back: &["expire", "unsilence", "--duration", "-d "] },
    Pair { programs: "ceph", away: "set", back: &["unset"] },
    Pair { programs: "supervisorctl", away: "stop", back: &[" start", " restart"] },
    Pair { programs: "puppet", away: "--disable", back: &["--enable"] },
    Pair { programs: "ufw", away: "disable", back: &["ufw enable", "enable "] },
    Pair { programs: "setenforce", away: "0 Permissive", back: &["setenforce 1", "setenforce Enforcing"] },
    Pair { programs: "monit", away: "unmonitor", back: &["monit monitor", "monit start"] },
    Pair { programs: "zpool", away: "offline", back: &["online", "zpool replace"] },
    Pair { programs: "swapoff", away: "", back: &["swapon"] },
    Pair { programs: "chef-client-disable", away: "", back: &["chef-client-enable"] },
    Pair { programs: "knife", away: "--disable", back: &["--enable"] },
    Pair { programs: "aws", away: "suspend-processes", back: &["resume-processes"] },
    Pair { programs: "aws", away: "enter-standby", back: &["exit-standby"] },
    Pair { programs: "a2dissite", away: "", back: &["a2ensite"] },
    Pair { programs: "xfs_freeze", away: "-f", back: &["-u "] },
    Pair { programs: "fsfreeze", away: "-f --freeze", back: &["-u ", "--unfreeze"] },
    Pair { programs: "patronictl", away: "pause", back: &["resume"] },
    Pair { programs: "rabbitmqctl", away: "stop_app", back: &["start_app"] },
];

static PROGRAMS: Programs = programs!(PAIRS, programs);

/// So many commands of a pair are looked at.
const ENOUGH: u8 = 8;

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    // One finding a pair: the first command that takes away. After some that stay away for good no more
    // are looked at.
    let mut told = [0; PAIRS.len()];
    for command in page.shell().filter(|command| !command.offered()) {
        for simple in command.script().commands() {
            for index in PROGRAMS.get(&simple.program) {
                let pair = &PAIRS[index];
                if told[index] == ENOUGH || !pair.takes_away(simple) {
                    continue;
                }
                let text = page.source.text();
                if pair.back.iter().any(|word| prose::contains_ignoring_case(text, word)) {
                    told[index] = ENOUGH;
                    continue;
                }
                let start = command.action.span.start;
                let section = page.section_at(start).map_or(text, |(_, section)| page.slice(section.span));
                if is_given_up(section) || pair.stops() && is_removed_later(page, command, simple) {
                    told[index] += 1;
                    continue;
                }
                told[index] = ENOUGH;
                let sub = simple.args.iter().find(|word| pair.is_away(&word.text));
                let end = sub.map_or(simple.head.span.end, |word| word.span.end);
                let span = command.place(Span::new(simple.head.span.start, end));
                out.report(span, format!("nothing here undoes `{}`", page.slice(span)))
                    .label(format!("no `{}` follows", pair.back[0].trim()))
                    .help("say how it comes back: at the end, or as a `rollback` block under the command");
            }
        }
    }
}

/// Whether the section says that the thing does not come back: another takes its place.
fn is_given_up(section: &str) -> bool {
    static GONE: Needles =
        Needles::new(&["cannot be recovered", "cannot be repaired", "decommission", "retire"]);
    const THINGS: &str = "broker disk drive host instance machine member node server";
    GONE.any_in(section)
        || prose::contains_ignoring_case(section, "replac")
            && prose::sentences(section, Span::new(0, section.len())).iter().any(|sentence| {
                let words = prose::lower(&section[sentence.range()]);
                let mut words = prose::words(&words).skip_while(|word| !is_replacing(word));
                words.next().is_some()
                    && words.take(4).any(|word| has_word(THINGS, word.trim_end_matches('s')))
            })
}

/// Whether a later command removes for good what `stop` stops: `systemctl stop frob@3`, then `frob purge 3`.
fn is_removed_later(page: &Page<'_>, command: &Command<'_>, stop: &Simple) -> bool {
    const REMOVES: &str = "purge delete destroy remove uninstall undefine autoremove erase decommission";
    const GENERAL: &str = "service systemd socket timer target node name server unit host";
    let operands = stop.args.iter().filter(|word| !word.text.starts_with('-') && word.text != "stop");
    // Of a unit's name its parts: `frob@3.service` is a part of frob.
    let names: Vec<&str> = operands
        .flat_map(|word| word.text.split(|c: char| !c.is_ascii_alphanumeric()))
        .filter(|part| part.len() > 2 && !has_word(GENERAL, part))
        .collect();
    let start = command.action.span.start;
    let later = page.commands.partition_point(|other| other.action.span.start < start);
    let mut later = page.commands[later..].iter().filter(|other| other.is_shell());
    !names.is_empty()
        && later.any(|other| {
            let after =
                |simple: &&Simple| other.action.span.start > start || simple.span.start > stop.span.start;
            // A quick look: few commands remove anything.
            REMOVES.split(' ').any(|verb| other.text().contains(verb))
                && other.script().commands().iter().filter(after).any(|simple| {
                    let same = |word: &str| {
                        word.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| names.contains(&part))
                    };
                    simple.args.iter().any(|word| has_word(REMOVES, &word.text))
                        && (names.contains(&simple.program.as_str())
                            || simple.args.iter().any(|word| same(&word.text)))
                })
        })
}

/// "Replace the node", "consider replacing the failed node"; "a replacement" is a thing of its own.
fn is_replacing(word: &str) -> bool {
    matches!(word, "replace" | "replaced" | "replacing")
}

impl Pair {
    /// Whether it stops what runs, and so may be the first half of a removal.
    fn stops(&self) -> bool {
        matches!(self.away, "stop" | "disable" | "mask")
    }

    fn takes_away(&self, simple: &Simple) -> bool {
        // The flags of a command's own are not its subcommand.
        self.away.is_empty()
            || simple.args.iter().take(6).any(|word| !word.quoted && self.is_away(&word.text))
    }

    fn is_away(&self, word: &str) -> bool {
        !self.away.is_empty() && self.away.split(' ').any(|away| away == word)
    }
}
