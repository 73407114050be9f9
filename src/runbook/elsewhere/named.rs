//! A sentence that names the machine for the one block after it: "On the primary, run:", "Run the
//! following command in all pods:". Whoever reads it goes there and comes back.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::super::words::{
    Words, begins_with_verb, first_sentence, is_one, last_sentence, names_platform, sentences,
};
use super::login::logged_in;
use super::{PLACES, names_place};

/// Only the end of a text is looked at: it is what stands right before the block.
const LONGEST: usize = 240;

/// Where the block right after the text is to be run, in the words of the text; none where it is
/// not said, or may be the machine one sits at. Says also how it is named.
pub(in crate::runbook) fn named(text: &str) -> Option<(&str, Names)> {
    let mut text = text;
    // Labels may stand between the sentence and the block: "Path: `/srv`", "Session 1:".
    for _ in 0..MOST_LABELS {
        let (above, last) = last_paragraph(text);
        if let Some(found) = named_in(text) {
            return Some(found);
        }
        if above.is_empty() || !is_label(last) {
            return None;
        }
        text = above;
    }
    named_in(text)
}

/// How many labels may stand between a sentence and the block that it is about.
const MOST_LABELS: usize = 3;

/// What the last paragraph of the text names.
fn named_in(text: &str) -> Option<(&str, Names)> {
    let sentence = ending(text)?;
    let first = leading(sentence).or_else(|| begun(text, sentence)).or_else(|| label(sentence));
    if let Some(place) = first.or_else(|| logged_in(sentence)) {
        return Some((place, Names::Leading));
    }
    let last = last_place(sentence);
    let one = last.and_then(|place| trailing(sentence, place)).or_else(|| accessed(sentence));
    one.map(|place| (place, Names::Trailing))
        .or_else(|| all_of(sentence, last?).map(|place| (place, Names::All)))
}

/// How a sentence names the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runbook) enum Names {
    /// Before it says what to do: "On the primary, run".
    Leading,
    /// Behind it.
    Trailing,
    /// It only names all machines of a kind.
    All,
}

/// The place that a sentence names and says no more: "On the replica", "Then on db-02".
fn label(sentence: &str) -> Option<&str> {
    let bare = sentence.trim_matches(['*', '_', ':']);
    let bare = ["Then ", "Now ", "Next, "].iter().find_map(|then| bare.strip_prefix(then)).unwrap_or(bare);
    let (first, phrase) = bare.split_once(' ').filter(|_| bare.len() < 60)?;
    let on = ["on", "in", "inside"].iter().any(|on| first.eq_ignore_ascii_case(on));
    let hosts = || first.eq_ignore_ascii_case("on") && are_hosts(phrase);
    (on && (labelled(bare).is_some() || hosts())).then_some(bare)
}

/// What stands above the last paragraph, and that paragraph.
fn last_paragraph(text: &str) -> (&str, &str) {
    let text = text.trim_end();
    let mut ends = memchr::memrchr_iter(b'\n', text.as_bytes());
    let parted = ends.find(|&end| text.as_bytes().get(end.wrapping_sub(1)) == Some(&b'\n'));
    parted.map_or(("", text), |at| (text[..at].trim_end(), text[at + 1..].trim()))
}

/// Whether a paragraph is a label that says nothing of where somebody is: "Session 01:", "Path: `/srv`".
fn is_label(text: &str) -> bool {
    if text.len() > 80 || text.contains(['\n', '.']) && !text.contains('`') {
        return false;
    }
    let name = match text.find(':') {
        Some(colon) if colon + 1 == text.len() => &text[..colon],
        Some(colon) => {
            // The value is one name or path.
            let value = text[colon + 1..].trim();
            if value.contains(' ') || value.is_empty() {
                return false;
            }
            &text[..colon]
        }
        None => return false,
    };
    let mut words = Words { rest: name };
    let short = words.by_ref().take(3).count() > 0 && words.next().is_none();
    let own = |word: super::Word<'_>| {
        matches!(&*word.lower(), "local" | "locally" | "laptop" | "workstation" | "here" | "back")
            || PLACES.binary_search(&&*word.lower()).is_ok()
    };
    short && !begins_with_verb(name) && !Words { rest: name }.any(own)
}

/// Whether all that stands before a block are labels that say nothing of where somebody is.
pub(in crate::runbook) fn are_labels(text: &str) -> bool {
    let mut text = text.trim();
    for _ in 0..MOST_LABELS {
        let (above, last) = last_paragraph(text);
        if !is_label(last) {
            return false;
        }
        if above.is_empty() {
            return true;
        }
        text = above;
    }
    false
}

/// Words that such a sentence has, a part of each.
static ALL: LazyLock<[Finder<'static>; 2]> =
    LazyLock::new(|| [Finder::new("steps"), Finder::new("commands")]);

/// The place where a sentence of the text says that all steps or commands below are done: "We should
/// follow these steps on the primary", "All commands below are to be run on the bastion."
pub(in crate::runbook) fn for_all(text: &str) -> Option<&str> {
    // Few texts hold one of the words.
    let found = ALL.iter().find_map(|word| word.find(text.as_bytes()))?;
    let line = memchr::memrchr(b'\n', &text.as_bytes()[..found]).map_or(0, |at| at + 1);
    let end = memchr::memchr(b'\n', &text.as_bytes()[found..]).map_or(text.len(), |at| found + at);
    let all = |sentence: &str| sentence.contains("steps") || sentence.contains("commands");
    sentences(&text[line..end]).filter(|sentence| all(sentence)).find_map(all_below)
}

/// As [`for_all`], of one sentence.
fn all_below(sentence: &str) -> Option<&str> {
    if sentence.len() > LONGEST {
        return None;
    }
    let mut words = Words { rest: sentence };
    let (mut before, mut them, mut told) = ("", false, false);
    while let Some(word) = words.next() {
        let lower = word.lower();
        match &*lower {
            // What is said of a case, or denied, is not said of all of them.
            "if" | "when" | "unless" | "not" | "never" | "can" | "may" | "might" | "could" | "or"
            | "either" | "other" | "previous" | "above" | "same" | "was" | "were" => return None,
            // Commands that it announces are those of the next block alone.
            "commands" if sentence.ends_with(':') => return None,
            "steps" | "commands" => {
                them = is_one(before, &["these", "those", "following", "all", "below", "the"]);
            }
            "follow" | "run" | "execute" | "executed" | "perform" | "performed" | "done" | "carried" => {
                told = true
            }
            "on" | "in" | "inside" if them && told => {
                // "in order to restart the primary" names none.
                let next = Words { rest: words.rest }.next();
                if next.is_some_and(|next| &*next.lower() == "order") {
                    return None;
                }
                let start = sentence.len() - words.rest.len() - word.text.len();
                let place = sentence[start..].trim_end_matches(['.', ':', ' ']);
                let clause = place.find([',', ';', '(']).map_or(place, |end| place[..end].trim_end());
                let clause = clause.split_once(" if ").map_or(clause, |(place, _)| place);
                return is_there(&clause[word.text.len()..]).then_some(clause);
            }
            // Nothing else may stand between them and the place: "the commands to see what is on the node".
            "are" | "be" | "to" | "should" | "must" | "need" | "needs" | "have" | "has" | "supposed"
            | "meant" | "out" | "below" | "here" | "all" | "only" | "will" | "then" | "manually" => {}
            _ => them = false,
        }
        before = word.text;
    }
    None
}

/// "From a healthy node, add it again. Make sure that the address is right": the machine that the first
/// of the sentences names, where the `last` one is of nowhere else.
fn begun<'t>(text: &'t str, last: &str) -> Option<&'t str> {
    let text = text.trim_start();
    let begins = ["On ", "From ", "Now on ", "Now from ", "Then on ", "Next, on "];
    if text.len() > LONGEST || last.len() >= text.len() || !begins.iter().any(|begin| text.starts_with(begin))
    {
        return None;
    }
    let own = Words { rest: last }.any(|word| {
        matches!(&*word.lower(), "on" | "from" | "back" | "locally" | "exit" | "laptop" | "workstation")
    });
    let first = first_sentence(text);
    if own || first.contains('\n') { None } else { leading(first) }
}

/// The last sentence of the last paragraph.
fn ending(text: &str) -> Option<&str> {
    let text = text.trim_end_matches([':', '.', ',', ' ', '\n']);
    let from = (text.len().saturating_sub(LONGEST)..=text.len()).find(|&at| text.is_char_boundary(at))?;
    let text = &text[from..];
    let mut ends = memchr::memrchr_iter(b'\n', text.as_bytes());
    let parted = ends.find(|&end| text.as_bytes().get(end.wrapping_sub(1)) == Some(&b'\n'));
    let text = parted.map_or(text, |at| &text[at + 1..]);
    Some(last_sentence(text))
}

/// Where a block is to be run, by the comment it begins with: "# on db1.example.com", "# run on all
/// replicas", "# ONLY on node1 (the first)", "# Node 2".
pub(in crate::runbook) fn commented(line: &str) -> Option<&str> {
    let text = line.trim_start_matches(['#', ' ']).trim_end_matches([':', '.', ' ']);
    if text.len() > LONGEST {
        return None;
    }
    labelled(text).or_else(|| bare(text).then_some(text)).or_else(|| trailing(text, last_place(text)?))
}

/// The same where the comment names the place and says no more; a look at its ends tells most others.
pub(in crate::runbook) fn comment_label(line: &str) -> Option<&str> {
    let bytes = line.as_bytes();
    let start = 1 + usize::from(bytes.get(1) == Some(&b' '));
    let on = matches!(bytes.get(start..)?, [b'o' | b'O', b'n' | b'N', b' ' | b'l' | b'L', ..]);
    let number = || bytes.len() < 32 && bytes.last().is_some_and(u8::is_ascii_digit);
    if !(on || number()) || bytes.len() > LONGEST {
        return None;
    }
    let text = line[start..].trim_end_matches([':', '.', ' ']);
    labelled(text).or_else(|| bare(text).then_some(text))
}

/// The place that a heading, a label or a comment names and says no more: "On the replica (10.0.0.2)",
/// "Only on node1 - last".
pub(in crate::runbook) fn labelled(text: &str) -> Option<&str> {
    let text = match text.get(..5) {
        Some(only) if only.eq_ignore_ascii_case("only ") => &text[5..],
        _ => text,
    };
    // A name is short, and no clause.
    let (first, phrase) = text.split_once(' ').filter(|_| text.len() < 80)?;
    if phrase.contains(',') || !["on", "in", "inside"].iter().any(|on| first.eq_ignore_ascii_case(on)) {
        return None;
    }
    // What is said of it behind its name.
    let end = phrase.find(['(', '—', '–', ':']).unwrap_or(phrase.len());
    let end = phrase.find(" - ").map_or(end, |dash| dash.min(end));
    let phrase = phrase[..end].trim_end();
    let on = first.eq_ignore_ascii_case("on");
    (is_there(phrase) || on && (is_host(phrase) || bare(phrase))).then_some(text)
}

/// Whether the word is the name of a host with its domain.
fn is_host(name: &str) -> bool {
    let (first, last) = name.split_once('.').unwrap_or((name, ""));
    let letters = |part: &str| part.bytes().any(|byte| byte.is_ascii_alphabetic());
    letters(first) && letters(last) && !name.contains([' ', '/', ','])
}

/// Whether the text is a machine by its number: "node1", "Node 2", "db-replica-3", "host-a01".
fn bare(text: &str) -> bool {
    let name = text.trim_end_matches(|c: char| c.is_ascii_digit());
    if name.len() == text.len() || name.len() > 40 {
        return false;
    }
    let name = name.trim_end_matches([' ', '-', '_', '#']);
    let word = name.rsplit(['-', '_']).next().unwrap_or(name).to_ascii_lowercase();
    !name.contains([' ', '/', '.']) && PLACES.binary_search(&word.as_str()).is_ok()
}

/// The name of a place as it stands within a sentence.
pub(in crate::runbook) fn in_running_text(mut place: String) -> String {
    // "On the primary" may have begun its sentence; "SSH access to it" is something to have.
    if place.starts_with("SSH") || place.starts_with("ssh") {
        place.insert_str(0, "with ");
    } else if let Some(first) = place.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    place
}

/// The machines on all of which something is to be done, where the sentence ends with them as its
/// [`last_place`]: "delete the file in all the target nodes".
fn all_of<'t>(sentence: &str, place: &'t str) -> Option<&'t str> {
    let (_, phrase) = place.split_once(' ')?;
    let all = Words { rest: phrase }.next().map(|word| word.lower());
    let all = matches!(all.as_deref(), Some("all" | "each" | "every" | "both"));
    // "5 - delete it"
    let told =
        sentence.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | ')'));
    (all && is_there(phrase) && begins_with_verb(told)).then_some(place)
}

/// "On the primary, stop it", "In the target replica run".
fn leading(sentence: &str) -> Option<&str> {
    let mut words = Words { rest: sentence };
    // "Then on the replica", "2. On the replica"
    let first = words.find(|word| {
        let number = word.text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        !(number || word.lower().kinds().filler())
    })?;
    if !matches!(&*first.lower(), "on" | "in" | "inside" | "from") {
        return None;
    }
    let start = sentence.len() - words.rest.len();
    // Not one of what is said of the place: "On one node (say web-1, or web-2), stop it".
    let aside = words.rest.find('(').and_then(|open| {
        let close = open + words.rest[open..].find(')')?;
        (words.rest.find(',')? > open).then_some(close)
    });
    let comma = words.rest[aside.unwrap_or(0)..].find(',').map(|comma| aside.unwrap_or(0) + comma);
    let (end, told) = match comma {
        Some(comma) => (start + comma, &words.rest[comma + 1..]),
        None => {
            let verb = words.by_ref().take(8).find(|word| matches!(&*word.lower(), "run" | "execute"))?;
            let at = sentence.len() - words.rest.len() - verb.text.len();
            (at, &sentence[at..])
        }
    };
    let place = sentence.get(start - first.text.len()..end)?.trim();
    let phrase = sentence.get(start..end)?;
    // "From the rsh prompt, run"
    let remote = || Words { rest: phrase }.any(|word| &*word.lower() == "rsh");
    let hosts = || !matches!(&*first.lower(), "in" | "inside") && are_hosts(phrase);
    ((is_there(phrase) || hosts() || remote()) && begins_with_verb(beside(told))).then_some(place)
}

/// What is told behind an aside: "e.g. node0 remove it", "as the app user, run".
fn beside(told: &str) -> &str {
    let text = told.trim_start();
    if let Some(name) = text.strip_prefix("e.g. ").or_else(|| text.strip_prefix("for example ")) {
        return name.split_once(' ').map_or(told, |(_, rest)| rest);
    }
    match text.strip_prefix("as ").and_then(|who| who.split_once(',')) {
        Some((who, rest)) if who.len() < 40 => rest,
        _ => told,
    }
}

/// Whether the words are names of hosts with a number in them and nothing else: "S1", "db-2 and db-3".
fn are_hosts(phrase: &str) -> bool {
    // Most phrases hold no digit at all.
    if phrase.len() > 60 || !phrase.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let mut any = false;
    for word in phrase.split([' ', ',']).filter(|word| !word.is_empty()) {
        if matches!(word, "and" | "both" | "then" | "or") {
            continue;
        }
        let name = word.trim_matches(['`', '*', '"']);
        let part = name.split('.').next().unwrap_or(name);
        let letters = part.bytes().take_while(u8::is_ascii_alphabetic).count();
        let ends = part.bytes().last().is_some_and(|byte| byte.is_ascii_digit());
        let named =
            letters > 0 && ends && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !named {
            return false;
        }
        any |= !is_other(part);
    }
    any
}

/// Names with a number at their end that are none of hosts: versions, systems, priorities, services.
fn is_other(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let word = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
    names_platform(word)
        || matches!(
            word,
            "v" | "p" | "sev" | "ec" | "ipv" | "el" | "rc" | "layer" | "l" | "level" | "step" | "phase" | "day"
                | "python" | "java" | "php" | "node.js" | "http" | "h" | "utf" | "sha" | "x" | "arm" | "amd"
                | "win" | "f" | "q" | "port" | "page" | "line" | "option" | "part" | "version" | "release"
                | "postgres" | "postgresql" | "pg" | "mysql" | "oauth" | "tls" | "ssl" | "m" | "s3" | "k"
                | "stage" | "tier" | "raid" | "ext" | "week" | "jdk" | "openjdk" | "kafka" | "vue" | "angular"
        )
        // Storage, and clusters, are called so.
        || matches!(&*name, "s3" | "k3s" | "k8s" | "r2" | "b2")
}

/// The words from the last preposition of place on.
fn last_place(sentence: &str) -> Option<&str> {
    // From the end: most sentences before a block hold none in their last words.
    let spaces = memchr::memrchr_iter(b' ', sentence.as_bytes()).take(12);
    let mut end = sentence.len();
    for space in spaces {
        if matches!(&sentence.as_bytes()[space + 1..end], b"on" | b"in" | b"inside") {
            return Some(&sentence[space + 1..]);
        }
        end = space;
    }
    None
}

/// "Run the following command on each of the nodes", "Execute in the container", of whose words `place` is
/// the [`last_place`].
fn trailing<'t>(sentence: &str, place: &'t str) -> Option<&'t str> {
    let at = sentence.len() - place.len() - 1;
    let (_, phrase) = place.split_once(' ')?;
    if !(is_there(phrase) || are_hosts(phrase)) {
        return None;
    }
    // "Update the extensions, on the primary"
    if sentence[..at].ends_with(',') && begins_with_verb(sentence) {
        return Some(place);
    }
    let mut told = false;
    // "as the app user"
    let mut who = 0;
    for word in (Words { rest: &sentence[..at] }) {
        let lower = word.lower();
        who = match &*lower {
            "as" if told => 3,
            "user" => 0,
            _ if who > 0 => who - 1,
            _ => 0,
        };
        told = match &*lower {
            "user" => told,
            _ if who > 0 => told,
            "run" | "execute" | "issue" | "enter" | "type" | "running" | "executing" => true,
            "the" | "following" | "this" | "these" | "command" | "commands" | "script" | "below" | "it"
            | "them" | "again" | "manually" | "as" | "root" | "both" | "one" | "lines" => told,
            _ => false,
        };
    }
    told.then_some(place)
}

/// "If you have SSH access to the nodes, read the log".
fn accessed(sentence: &str) -> Option<&str> {
    let comma = memchr::memchr(b',', sentence.as_bytes())?;
    let (head, told) = (&sentence[..comma], &sentence[comma + 1..]);
    let at = ["SSH access to ", "ssh access to "].iter().find_map(|access| head.find(access))?;
    let (place, phrase) = (&head[at..], &head[at + "SSH access to ".len()..]);
    (is_there(phrase) && begins_with_verb(told)).then_some(place)
}

/// Whether the words name another machine and nothing that belongs to one ("the pod's logs").
fn is_there(phrase: &str) -> bool {
    let mut words = Words { rest: phrase };
    // What follows the last machine in it: "the primary database node".
    let (mut any, mut after) = (false, None);
    // "your old system" is another one; "the cisco device" is no disk.
    let (mut other, mut made, mut any_device) = (false, false, false);
    for at in 0..6 {
        let Some(word) = words.next() else { break };
        let lower = word.lower();
        match &*lower {
            "this" | "same" | "current" => return false,
            "your" if !Words { rest: words.rest }.next().is_some_and(|next| is_of_two(&next.lower())) => {
                return false;
            }
            "a" | "an" | "any" if at == 0 => any = true,
            _ => {}
        }
        let system = other && matches!(&*lower, "system" | "computer");
        let device = made && matches!(&*lower, "device" | "devices" | "firewall" | "switch" | "switches");
        any_device |= device;
        made = matches!(&*lower, "arista" | "cisco" | "juniper" | "mikrotik" | "network");
        if system || device || PLACES.binary_search(&&*lower).is_ok() {
            after = Some(words.rest);
        }
        other = other && system || is_of_two(&lower);
    }
    let Some(rest) = after else { return false };
    let next = Words { rest }.next().map(|next| next.lower());
    // "Any machine with access", "a host that has the client": perhaps the one that one sits at.
    let goes_on = match next.as_deref() {
        None => true,
        _ if rest.starts_with(" (") => !any,
        Some("with" | "that" | "which" | "where" | "from" | "having") => !any,
        Some("you" | "of" | "in" | "to" | "for" | "whose" | "named" | "called" | "being" | "and") => true,
        // A name: "the node db-01".
        Some(name) => name.bytes().any(|byte| byte.is_ascii_digit()),
    };
    goes_on && (other || any_device || names_place(phrase))
}

/// What one of two machines is called, between which something is moved.
fn is_of_two(word: &str) -> bool {
    matches!(word, "old" | "new" | "source" | "destination" | "target" | "remote" | "original")
}
