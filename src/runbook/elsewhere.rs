//! Instructions to go to another machine, or to come back from it, in prose: "Log in to the database
//! host", "ssh to the replica". Strict, since what follows is then not run here: a web page, a
//! network or a cluster is none of the places where a shell is open.

mod login;
mod named;

use std::ops::Range;

pub(super) use login::required;
pub(super) use named::{
    Names, are_labels, comment_label, commented, for_all, in_running_text, labelled, named,
};

use super::abroad;
use super::words::{Lower, Word, Words, is_imperative, is_one, sentences};

/// Where a shell may be open.
#[rustfmt::skip]
const PLACES: &[&str] = &[
    "bastion", "box", "boxes", "broker", "brokers", "container", "containers", "droplet", "follower",
    "host", "hosts", "hypervisor", "hypervisors", "instance", "instances", "jumpbox", "jumphost",
    "leader", "machine", "machines", "master", "member", "members", "nameserver", "nameservers",
    "node", "nodes", "pod", "pods", "primary", "replica", "replicas", "router", "routers",
    "secondaries", "secondary", "server", "servers", "shard", "shards", "slave", "standby",
    "validator", "validators", "vm", "vms", "worker", "workers",
];

/// What people log in to without a shell of theirs being elsewhere, or what is here.
#[rustfmt::skip]
const NO_PLACES: &[&str] = &[
    "account", "admin", "api", "app", "aws", "azure", "cloud", "cluster", "console", "consoles",
    "dashboard", "dashboards", "docker", "gcp", "grafana", "gui", "interface", "jenkins", "kibana", "laptop",
    "local", "page", "panel", "portal", "prometheus", "rails", "registry", "repl", "site", "sso",
    "ui", "vault", "vpn", "web", "website", "workstation",
];

/// Verbs that tell to go.
const GO: u8 = 1;
/// Verbs that tell it of a [`SHELL`].
const OPEN: u8 = 2;
const SHELL: u8 = 4;
/// Verbs that tell it of a [`USER`].
const SWITCH: u8 = 8;
const USER: u8 = 16;

/// The words of which a text that [`begins`] to tell it has one or two.
#[rustfmt::skip]
const TELLING: &[(&str, u8)] = &[
    ("access", OPEN), ("allocate", OPEN), ("attach", GO), ("bash", SHELL), ("become", GO), ("change", SWITCH), ("connect", GO), ("exec", GO),
    ("get", OPEN), ("hop", GO), ("jump", GO), ("launch", OPEN), ("log", GO), ("logged", GO), ("logging", GO), ("login", GO), ("obtain", OPEN),
    ("open", OPEN), ("rsh", GO), ("session", SHELL), ("shell", GO | SHELL), ("sign", GO), ("ssh", GO), ("sshing", GO), ("start", OPEN),
    ("su", SWITCH), ("sudo", SWITCH), ("switch", SWITCH), ("terminal", SHELL), ("user", USER),
];

/// Words that end what one goes to.
#[rustfmt::skip]
const ENDS: &[&str] = &[
    "and", "because", "by", "for", "from", "if", "so", "that", "then", "through", "to", "using", "via",
    "when", "where", "which", "while", "with",
];

/// More clauses than this are no instruction to go anywhere; each is looked for in all the rest.
const MOST_CLAUSES: usize = 12;

/// Where the text leaves the operator.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Whereabouts<'t> {
    /// Where they were.
    Unsaid,
    /// On their own machine.
    Here,
    /// Elsewhere; the words that say so.
    There(&'t str),
}

/// Where somebody is who did what the text says; `away` says that they were elsewhere before.
pub(super) fn after(text: &str, away: bool) -> Whereabouts<'_> {
    let there = goes(text).or_else(|| abroad::goes(text));
    if there.is_none() && !away {
        return Whereabouts::Unsaid;
    }
    // "ssh to it, look, and log out": what stands behind the going.
    let rest = there.map_or(text, |place| {
        let end = place.as_ptr() as usize - text.as_ptr() as usize + place.len();
        text.get(end..).unwrap_or("")
    });
    match there {
        _ if comes_back(rest) => Whereabouts::Here,
        Some(place) => Whereabouts::There(place),
        None => Whereabouts::Unsaid,
    }
}

/// The words of the text that tell somebody to go to another machine or shell, from the verb on;
/// none for a condition ("if it is slow, ssh to it"), which may not hold.
fn goes(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    // The end of the line that is looked at, and what of it was seen.
    let (mut end, mut seen) = (0, 0);
    let mut from = 0;
    while let Some((word, kinds)) = telling(bytes, from) {
        if word.start >= end {
            end = line_end(bytes, word.start);
            seen = 0;
        }
        seen |= kinds;
        from = word.end;
        if [GO, OPEN | SHELL, SWITCH | USER].iter().any(|all| seen & all == *all) {
            let start = line_start(bytes, word.start);
            let found = sentences(&text[start..end]).flat_map(clauses).find_map(going);
            if found.is_some() {
                return found;
            }
            from = end;
        }
    }
    None
}

/// Where the line ends that holds the byte at `at`, and what goes on with it: lines that begin with a small
/// letter, as prose that is wrapped does.
fn line_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(length) = memchr::memchr(b'\n', &bytes[at..]) {
        if !begins_small(&bytes[at + length + 1..]) {
            return at + length;
        }
        at += length + 1;
    }
    bytes.len()
}

/// Where that line begins, or the first of those that go on up to it.
fn line_start(bytes: &[u8], mut at: usize) -> usize {
    while let Some(end) = memchr::memrchr(b'\n', &bytes[..at]) {
        if !begins_small(&bytes[end + 1..]) || matches!(bytes[..end].last(), None | Some(b'\n')) {
            return end + 1;
        }
        at = end;
    }
    0
}

/// Whether the text begins with a word in small letters, and not with the count of an item: `a)`.
fn begins_small(text: &[u8]) -> bool {
    // Not past an empty line, which ends a paragraph.
    let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    matches!(&text[blanks..], [first, second, ..] if first.is_ascii_lowercase() && !matches!(second, b')' | b'.'))
}

/// The next word of [`TELLING`] from `at` on, with what it is. Most texts hold none.
fn telling(bytes: &[u8], mut at: usize) -> Option<(Range<usize>, u8)> {
    loop {
        let rest = bytes.get(at..)?;
        let start = at + rest.iter().position(u8::is_ascii_alphabetic)?;
        let word = bytes[start..].iter().position(|byte| !byte.is_ascii_alphabetic());
        let length = word.unwrap_or(bytes.len() - start);
        at = start + length;
        // Most words are told by their first letter and their length.
        if length <= LONGEST && LENGTHS[usize::from(bytes[start])] & 1 << length != 0 {
            let word = packed(&bytes[start..at]);
            let is_word = start == 0 || !bytes[start - 1].is_ascii_digit();
            let (from, upto) = ALIKE[usize::from(bytes[start] & 0x1f)];
            if let Some(index) = (from..upto).find(|&index| PACKED[index] == word)
                && is_word
            {
                return Some((start..at, TELLING[index].1));
            }
        }
    }
}

/// The longest word of [`TELLING`].
const LONGEST: usize = 8;

/// The words of [`TELLING`] as numbers.
static PACKED: [u64; TELLING.len()] = {
    let mut words = [0; TELLING.len()];
    let mut at = 0;
    while at < words.len() {
        words[at] = packed(TELLING[at].0.as_bytes());
        at += 1;
    }
    words
};

/// For each letter, by its number in the alphabet, which of [`TELLING`] begin with it.
static ALIKE: [(usize, usize); 32] = {
    let mut alike = [(0, 0); 32];
    let mut at = 0;
    while at < TELLING.len() {
        let letter = (TELLING[at].0.as_bytes()[0] & 0x1f) as usize;
        let first = if alike[letter].1 == at { alike[letter].0 } else { at };
        alike[letter] = (first, at + 1);
        at += 1;
    }
    alike
};

/// Up to eight letters, in lower case, as a number.
const fn packed(letters: &[u8]) -> u64 {
    let (mut packed, mut at) = (0, 0);
    while at < letters.len() {
        packed = packed << 8 | (letters[at] | 0x20) as u64;
        at += 1;
    }
    packed
}

/// How long the words of [`TELLING`] are that begin with a letter: a bit for each length.
static LENGTHS: [u16; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < TELLING.len() {
        let word = TELLING[at].0.as_bytes();
        assert!(word.len() <= LONGEST);
        table[word[0] as usize] |= 1 << word.len();
        table[word[0].to_ascii_uppercase() as usize] |= 1 << word.len();
        at += 1;
    }
    table
};

/// Words of Markdown without its signs and the addresses of links.
pub(super) fn unmarked(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.trim_end_matches(['.', ':', ' ']);
    while let Some(at) = rest.find(['`', '*', '[', ']']) {
        plain.push_str(&rest[..at]);
        let link = rest[at..].strip_prefix("](").and_then(|link| link.find(')').map(|end| at + 2 + end));
        rest = &rest[link.unwrap_or(at) + 1..];
    }
    plain.push_str(rest);
    plain
}

/// Whether the text says that the operator is on their own machine again: "log out", "exit the
/// session", "back on your laptop", "locally".
fn comes_back(text: &str) -> bool {
    let own = |word: &str| is_one(word, &["your", "own", "local"]);
    // "In a second terminal" is on the machine where the first one is.
    let other = |word: &str| is_one(word, &["another", "new", "other", "second", "separate"]);
    let (mut second, mut first) = ("", "");
    for Word { text: word, .. } in (Words { rest: text }) {
        let back = match Lower::of(word).as_bytes() {
            b"locally" | b"logout" => true,
            b"out" | b"off" => is_one(first, &["log", "sign"]),
            b"terminal" if other(first) => is_one(second, &["a", "an", "from", "in", "the"]),
            b"machine" | b"laptop" | b"workstation" | b"computer" | b"terminal" | b"shell" => {
                own(first) && is_one(second, &["on", "from", "to", "your", "a", "the"])
            }
            _ => false,
        };
        if back {
            return true;
        }
        (second, first) = (first, word);
    }
    let leaves = |clause: &str| {
        let mut words = Words { rest: clause };
        let Some(first) = words.next() else { return false };
        let shell =
            || words.take(4).any(|word| is_one(word.text, &["session", "shell", "ssh", "connection"]));
        let next = |those| words.clone().next().is_some_and(|word| is_one(word.text, those));
        match first.lower().as_bytes() {
            b"exit" | b"disconnect" => {
                words.clone().next().is_none() || shell() || next(&["from", "the", "back"])
            }
            b"leave" | b"close" | b"quit" | b"end" => shell(),
            b"type" | b"enter" | b"run" => next(&["exit", "logout"]),
            _ => false,
        }
    };
    sentences(text).flat_map(str::lines).any(|sentence| clauses(sentence).any(leaves))
}

/// The parts of a sentence that may begin with a verb; none of one that states a condition.
fn clauses(sentence: &str) -> impl Iterator<Item = &str> {
    // Behind the number it has in a list.
    let is_number = |word: &Word<'_>| word.text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let first = Words { rest: sentence }.find(|word| !is_number(word)).map(|word| word.lower());
    let condition = first.as_deref().is_some_and(|word| {
        matches!(
            word,
            "if" | "unless"
                | "optionally"
                | "otherwise"
                | "alternatively"
                | "or"
                | "in"
                | "never"
                | "don't"
                | "not"
                | "avoid"
        )
    });
    let mut rest = Some(sentence).filter(|_| !condition);
    // "Check it by logging in to the host", and not what "is caused by" it.
    let mut tells = None;
    let mut parts_at = move |after: &str| match after.as_bytes().get(1)? {
        b'a' => is_next(after, "and"),
        b't' => is_next(after, "then"),
        b'b' if is_next(after, "by").is_some() && *tells.get_or_insert_with(|| is_imperative(sentence)) => {
            Some(" by ".len())
        }
        _ => None,
    };
    let parts = std::iter::from_fn(move || {
        let text = rest?;
        let sign = memchr::memchr3(b',', b':', b';', text.as_bytes()).map(|at| (at, at + 1));
        let word = memchr::memchr2_iter(b' ', b'\n', text.as_bytes()).find_map(|at| {
            let (before, after) = text.split_at(at);
            if before.ends_with('.') && !(before.ends_with("e.g.") || before.ends_with("i.e.")) {
                return Some((at - 1, at + 1));
            }
            parts_at(after).map(|len| (at, at + len))
        });
        let end = [sign, word].into_iter().flatten().min();
        rest = end.map(|(_, next)| &text[next..]);
        Some(end.map_or(text, |(at, _)| &text[..at]).trim())
    });
    parts.take(MOST_CLAUSES)
}

/// How long the word is with the blanks around it, if it is the next one in `after`, which begins with one.
fn is_next(after: &str, word: &str) -> Option<usize> {
    let rest = after.get(1..)?.strip_prefix(word)?;
    rest.starts_with([' ', '\n']).then_some(word.len() + 2)
}

/// What the clause says from the word on that tells to go.
fn going(clause: &str) -> Option<&str> {
    let mut words = Words { rest: clause };
    let mut either = false;
    // "First,", "you need to", "as root".
    for _ in 0..6 {
        let word = words.next()?;
        let lower = word.lower();
        // "either become root, or use sudo": who takes the other way stays where they are.
        either |= &*lower == "either";
        if either && matches!(&*lower, "become" | "switch" | "su" | "sudo" | "change") {
            return None;
        }
        if begins(&lower, words.rest) {
            let from = clause.len() - words.rest.len() - word.text.len();
            return if word.colon { None } else { clause.get(from..) };
        }
        // "After logging in to it, run": one who does what follows has done it.
        let modal = matches!(
            &*lower,
            "after"
                | "once"
                | "you"
                | "we"
                | "should"
                | "must"
                | "need"
                | "have"
                | "to"
                | "will"
                | "operator"
                | "next"
        );
        let number = word.text.bytes().all(|byte| byte.is_ascii_digit());
        if !(modal || number || lower.kinds().filler()) {
            return None;
        }
    }
    None
}

/// Whether `verb`, with what follows it, is an instruction to go elsewhere.
fn begins(verb: &str, after: &str) -> bool {
    let mut words = Words { rest: after };
    let first = words.next().map_or("", |word| word.text);
    match verb {
        "ssh" | "sshing" | "ssh'ing" => {
            let to =
                is_one(first, &["to", "into", "in", "onto", "on", "as", "through", "via", "back", "over"]);
            let there = after.split_whitespace().next().is_some_and(|word| word.contains('@'));
            to && !names_own(after) || there
        }
        // Who connects as somebody may do so to a database; a place has to be named.
        "login" | "connect" if is_one(first, &["as"]) => [" to ", " on ", " in "]
            .iter()
            .any(|to| after.split_once(to).is_some_and(|(_, at)| names_place(at))),
        "login" | "connect" | "exec" | "shell" | "rsh" | "attach" | "hop" | "jump" => {
            is_one(first, &["to", "into", "in", "onto", "on", "as"]) && names_place(after)
        }
        "log" | "logging" | "logged" | "sign" => {
            let as_one = is_one(first, &["into", "onto"]);
            let apart = is_one(first, &["in", "on"])
                && words.next().is_some_and(|word| is_one(word.text, &["to", "on", "onto", "into", "as"]));
            (as_one || apart) && (names_place(after) || names_shell(after))
        }
        "open" | "start" | "get" | "launch" | "obtain" | "allocate" => {
            let mut to = after;
            let mut shell = false;
            for _ in 0..6 {
                let mut words = Words { rest: to };
                let Some(word) = words.next() else { return false };
                to = words.rest;
                let lower = word.lower();
                match &*lower {
                    "shell" | "terminal" | "session" | "bash" => shell = true,
                    "on" | "in" | "into" | "to" | "inside" | "at" => return shell && names_place(to),
                    _ if shell => return false,
                    _ => {}
                }
            }
            false
        }
        // "Access the pod's terminal"
        "access" => {
            let is_shell = |word: Word<'_>| matches!(&*word.lower(), "terminal" | "shell");
            Words { rest: after }.take(6).any(is_shell) && names_place(after)
        }
        "become" => names_place(after) && after.contains(" on "),
        "switch" | "su" | "sudo" | "change" => {
            is_one(first, &["to"]) && names_place(after) && after.contains(" user ")
        }
        _ => false,
    }
}

/// Whether what is gone to is a shell on something: "to a shell on your app server".
fn names_shell(text: &str) -> bool {
    let mut words = Words { rest: text };
    let shell = words.by_ref().take(5).any(|word| matches!(&*word.lower(), "shell" | "terminal"));
    let on = words.next().is_some_and(|word| matches!(&*word.lower(), "on" | "of"));
    shell
        && on
        && !Words { rest: words.rest }.take(3).any(|word| is_one(word.text, &["own", "laptop", "local"]))
}

/// Whether what is gone to is the operator's own machine.
fn names_own(text: &str) -> bool {
    Words { rest: text }.take(4).any(|word| matches!(&*word.lower(), "your" | "localhost" | "own"))
}

/// Whether what is gone to is a machine: the first noun of those known says so.
fn names_place(text: &str) -> bool {
    let is_place = |word: &str| PLACES.binary_search(&word).is_ok();
    let is_none = |word: &str| NO_PLACES.binary_search(&word).is_ok();
    let mut words = Words { rest: text };
    let mut before = "";
    for at in 0..12 {
        let Some(word) = words.next() else { return false };
        let lower = word.lower();
        // "in to" says where to come first.
        if ENDS.binary_search(&&*lower).is_ok() && !(&*lower == "to" && at < 2) {
            return false;
        }
        // What follows at once is one name with it: "console node", "instance dashboard".
        let next = Words { rest: words.rest }
            .next()
            .filter(|_| words.rest.starts_with(' '))
            .map(|next| next.lower());
        let next = next.as_deref().unwrap_or("");
        // "the postgres user" is a shell; "a user", "the user interface" are none.
        if &*lower == "user" {
            return !matches!(before, "" | "a" | "any" | "another" | "the" | "to" | "your") && !is_none(next);
        }
        if is_place(lower.rsplit('-').next().unwrap_or("")) {
            if is_place(next) {
                before = word.text;
                continue;
            }
            let own = matches!(before, "your" | "own" | "local");
            // "the Grafana instance" is a page.
            let page = matches!(&*lower, "instance" | "instances" | "server" | "servers")
                && before.starts_with(|c: char| c.is_ascii_uppercase())
                && before.chars().any(|c| c.is_ascii_lowercase());
            return !(own || page || is_none(next));
        }
        let machine = matches!(
            next,
            "host"
                | "hosts"
                | "node"
                | "nodes"
                | "member"
                | "members"
                | "vm"
                | "machine"
                | "box"
                | "pod"
                | "container"
        );
        if is_none(&lower) && !machine {
            return false;
        }
        before = word.text;
    }
    false
}

#[cfg(test)]
#[path = "elsewhere_tests.rs"]
mod tests;
