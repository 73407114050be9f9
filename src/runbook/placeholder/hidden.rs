//! Words that stand for something though nothing marks them: `PROJECT_ID`, `snap-EXAMPLE`, `s3://shop/UUID`,
//! `xxx`, `10.0.x.x`. Strict, since a question for a word that is meant as it stands is a nuisance: names in
//! capitals count only among the words of programs whose own names are small.

use super::PlaceholderKind;
use crate::shell::{self, Context, Simple, Word, has_word, known_command};
use crate::source::Span;

/// How the names of things to fill in end, perhaps with a number behind it: `POD_NAME`, `FINDING_ID_2`.
const KINDS: &[&str] = &["_NAME", "_ID", "_IP", "_HOST", "_HERE"];

/// Things that a part of an address or the name of a resource may be.
#[rustfmt::skip]
const THINGS: &[&str] = &[
    "APP", "BUCKET", "CLUSTER", "CONTAINER", "DATE", "DEPLOYMENT", "FILENAME", "HASH", "HOST", "HOSTNAME", "ID",
    "INSTANCE", "NAME", "NAMESPACE", "NODE", "NODENAME", "ORG", "ORGANIZATION", "POD", "PODNAME", "PROJECT",
    "SERVICE", "SNAPSHOT", "SPACE", "TENANT", "TIMESTAMP", "ULID", "USERNAME", "UUID", "VOLUME",
];

/// Programs to which such a word is no name of a variable, a column or a rule.
const PROGRAMS: &str = "kubectl oc k gcloud gsutil aws az ssh scp ping curl docker podman helm systemctl virsh openstack cf ceph \
     ceph-volume rados rbd zfs zpool lvcreate lvextend lvreduce lvremove lvresize pvmove vgextend vgreduce \
     vgremove talosctl patronictl nodetool rabbitmqctl dropdb";

/// Those of a cluster, where all names are small.
const CLUSTERS: &str = "kubectl oc k cf";

/// Those to which a word in capitals is a name as it stands, also beside another: `export`, `make`.
const NAMERS: &str = "export unset printenv declare local readonly read echo printf grep egrep rg sed awk test [ [[ \
                      make git gh cd ls cat psql mysql";

/// Those of clouds, where what stands behind a slash is no file of this machine.
const CLOUDS: &str = "gcloud gsutil aws az kubectl oc k";

/// More commands than this are not looked through for the one that is given a word.
const MANY: usize = 128;

/// What is followed by the name of a variable.
const NAMED: &str = "-e --env -v --from-literal --build-arg";

/// A look at the bytes from `at` on, where a word may begin: whether it may stand for something.
pub(super) fn may_begin(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
    let byte = bytes[at];
    if matches!(byte, b'x' | b'X') {
        let run = bytes[at..].iter().take(40).take_while(|&&next| next == byte).count();
        if run > 2 || run == 1 && (before == b'.' || bytes.get(at + 1) == Some(&b'.')) {
            return true;
        }
    }
    if !byte.is_ascii_uppercase() || matches!(before, b'$' | b'{' | b'_') {
        return false;
    }
    let end = at + bytes[at..].iter().take_while(|&&byte| is_part(byte)).count();
    // Nearly all words are too short, set something, or are none of these.
    end > at + 1 && bytes.get(end) != Some(&b'=') && {
        let word = &bytes[at..end];
        is_kind(word)
            || is_example(word)
            || is_thing(word)
            || before == b'-' && (word.contains(&b'_') || at > 1 && is_small(bytes[at - 2]) && is_loud(word))
    }
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'
}

fn is_small(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// Whether the word ends as the names of things to fill in do.
fn is_kind(word: &[u8]) -> bool {
    let digits = word.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let word = match &word[..word.len() - digits] {
        [name @ .., b'_'] if digits > 0 => name,
        _ => word,
    };
    KINDS.iter().any(|kind| word.len() > kind.len() && word.ends_with(kind.as_bytes()))
}

/// Whether the word is one of capitals, perhaps with a number behind it: what an id never is.
fn is_loud(word: &[u8]) -> bool {
    let letters = word.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    letters > 5 && word[letters..].iter().all(u8::is_ascii_digit)
}

/// `EXAMPLE`, perhaps with a number behind it, and the keys of the cloud that end so.
fn is_example(word: &[u8]) -> bool {
    let digits = word.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let word = &word[..word.len() - digits];
    word.ends_with(b"EXAMPLE")
        && (word.len() == 7 || word.len() > 15 && (word.starts_with(b"AKIA") || word.starts_with(b"ASIA")))
}

fn is_thing(word: &[u8]) -> bool {
    THINGS.binary_search_by(|thing| thing.as_bytes().cmp(word)).is_ok()
}

/// Adds them to `found`, those aside that hold what is marked.
pub(super) fn hidden(script: &str, parsed: &shell::Script<'_>, found: &mut Vec<(Span, PlaceholderKind)>) {
    let mut words = letters(script, parsed);
    for simple in parsed.commands() {
        if !has_word(PROGRAMS, &simple.program) {
            if !has_word(NAMERS, &simple.program) {
                for word in simple.args.iter().filter(|word| word.literal && !word.quoted) {
                    joined(script, word, &mut words);
                }
            }
            continue;
        }
        let own = simple.args.iter().take_while(|word| word.text != "--").enumerate();
        for (at, word) in own.filter(|(_, word)| word.literal) {
            let before = at.checked_sub(1).map_or("", |before| simple.args[before].text.as_str());
            if !(has_word(NAMED, before) || before.starts_with("--") && before.contains("env")) {
                names(script, simple, at, word, &mut words);
            }
        }
    }
    words.sort_unstable();
    found.sort_by_key(|&(span, _)| span.start);
    let marked = found.len();
    let mut end = 0;
    for span in words {
        let after = found[..marked].partition_point(|&(other, _)| other.start < span.end);
        let taken = after.checked_sub(1).is_some_and(|before| found[before].0.end > span.start);
        if span.start >= end && !taken {
            end = span.end;
            found.push((span, PlaceholderKind::Your));
        }
    }
}

/// `VG_NAME/LV_NAME`: all parts of a word stand for something, whatever the program.
fn joined(script: &str, word: &Word, found: &mut Vec<Span>) {
    let text = script.get(word.span.range()).unwrap_or("");
    let sign = |byte: &u8| matches!(byte, b'/' | b'@');
    let bytes = text.as_bytes();
    let is_one = |part: &[u8]| is_thing(part) || is_kind(part) && part.iter().all(|byte| is_part(*byte));
    if bytes.iter().any(sign) && bytes.len() < 100 && bytes.split(sign).all(is_one) {
        let mut start = word.span.start;
        for part in bytes.split(sign) {
            found.push(Span::new(start, start + part.len()));
            start += part.len() + 1;
        }
    }
}

/// The names in one word of a command.
fn names(script: &str, simple: &Simple, at: usize, word: &Word, found: &mut Vec<Span>) {
    let text = script.get(word.span.range()).unwrap_or("");
    let bytes = text.as_bytes();
    // Patterns of what is to be printed, and variables.
    let other = |sign: &str| text.contains(sign);
    if !bytes.iter().any(u8::is_ascii_uppercase)
        || word.quoted && text.contains([' ', '\n', '\\'])
        || ["columns", "jsonpath", "template", "format", "(", "{", "[", "--env", "-arg", "-literal"]
            .into_iter()
            .any(other)
    {
        if has_word(CLOUDS, &simple.program) {
            examples(text, word.span.start, found);
        }
        return;
    }
    let clusters = has_word(CLUSTERS, &simple.program);
    let remote = text.contains("://") || has_word(CLOUDS, &simple.program);
    let mut from = 0;
    while let Some(start) = bytes[from..].iter().position(u8::is_ascii_uppercase).map(|next| from + next) {
        let end = start + bytes[start..].iter().take_while(|&&byte| is_part(byte)).count();
        from = end;
        let name = &bytes[start..end];
        let before = &bytes[..start];
        let after = bytes.get(end).copied();
        let joined = match before {
            [] | [.., b'/' | b'=' | b':' | b',' | b'@' | b'"' | b'\''] => false,
            // "snap-EXAMPLE", but no "-X" and no "--ID".
            [.., byte, b'-'] if is_small(*byte) => true,
            _ => continue,
        };
        let ends = matches!(after, None | Some(b'/' | b':' | b',' | b'@' | b'.' | b'-' | b'"' | b'\''));
        // `AttributeName=USER_ID` names a column.
        if !ends || before.ends_with(b"Name=") || before.ends_with(b"Key=") {
            continue;
        }
        let part = || remote && before.last() == Some(&b'/') && matches!(after, None | Some(b'/'));
        // "kubectl get POD" is odd, but may be a kind.
        let own = || {
            clusters
                && after.is_none()
                && match before {
                    [] => at > 1 || at == 1 && !has_word("get describe explain", &simple.args[0].text),
                    [b'-', b'-', .., b'='] => true,
                    _ => false,
                }
        };
        if is_kind(name)
            || is_example(name) && (joined || name.len() > 15)
            || joined && name.contains(&b'_')
            || joined && is_loud(name) && is_id(simple, at, text)
            || is_thing(name) && (part() || own())
        {
            // "snap-EXAMPLE" and "vpc-EXAMPLE" are two.
            let lead = before.iter().rev().take_while(|byte| joined && (is_small(**byte) || **byte == b'-'));
            let start = start - lead.count();
            found.push(Span::new(word.span.start + start, word.span.start + end));
        }
    }
}

/// Whether the word is given to a flag for an id: `--volume-id vol-COMPROMISED`.
fn is_id(simple: &Simple, at: usize, text: &str) -> bool {
    let before = at.checked_sub(1).map_or("", |before| simple.args[before].text.as_str());
    let flag = text.split_once('=').map_or(before, |(flag, _)| flag);
    flag.starts_with("--") && ["-id", "-ids"].iter().any(|end| flag.ends_with(end))
}

/// `"j-EXAMPLE"` as one of the strings in a word of JSON.
fn examples(text: &str, offset: usize, found: &mut Vec<Span>) {
    const SIGN: &str = "-EXAMPLE";
    let bytes = text.as_bytes();
    for at in memchr::memmem::find_iter(bytes, SIGN) {
        let lead = bytes[..at].iter().rev().take_while(|byte| is_small(**byte) || **byte == b'-').count();
        let end = at + SIGN.len();
        let end = end + bytes[end..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let start = at - lead;
        if lead > 0 && start > 0 && bytes[start - 1] == b'"' && bytes.get(end) == Some(&b'"') {
            found.push(Span::new(offset + start, offset + end));
        }
    }
}

/// `xxx`, `10.0.x.x` and the like, standing free in a command.
fn letters(script: &str, parsed: &shell::Script<'_>) -> Vec<Span> {
    let bytes = script.as_bytes();
    let mut found = Vec::new();
    for start in memchr::memchr2_iter(b'x', b'X', bytes) {
        let before = start.checked_sub(1).map_or(b' ', |at| bytes[at]);
        // `\xff`, `0xxx`, and words with an `xxx` in them are something else.
        let free = |byte: u8| {
            !byte.is_ascii_alphanumeric()
                && !matches!(byte, b'<' | b'>' | b'{' | b'}' | b'\\' | b'$' | b'%' | b'*' | b'_')
        };
        // "vXXX__shop.sql" is a version of something.
        let version = || {
            matches!(before, b'v' | b'V')
                && bytes[start] == b'X'
                && start
                    .checked_sub(2)
                    .is_none_or(|at| !bytes[at].is_ascii_alphanumeric() && bytes[at] != b'_')
        };
        let version = !free(before) && version();
        if !free(before) && !version {
            continue;
        }
        let length = bytes[start..].iter().take(41).take_while(|byte| **byte == bytes[start]).count();
        let after = bytes.get(start + length).copied().unwrap_or(b' ');
        let flag = before == b'-' && start.checked_sub(2).is_none_or(|at| bytes[at].is_ascii_whitespace());
        if (3..40).contains(&length) && (free(after) || version && after == b'_') && !flag {
            found.push(Span::new(start, start + length));
        } else if length == 1 && after == b'.' && matches!(before, b'.' | b' ' | b'@' | b'/') {
            found.extend(address(bytes, start));
        }
    }
    found.retain(|&span| is_given(parsed, span));
    found
}

/// Whether a known program is given what stands there: in comments it is text, and what no program is given
/// is printed output.
fn is_given(parsed: &shell::Script<'_>, span: Span) -> bool {
    match parsed.context(span.start) {
        Context::Comment => false,
        Context::Heredoc | Context::QuotedHeredoc => true,
        _ => {
            // They stand in order; in long scripts those right before it are looked at.
            let commands = parsed.commands();
            let near = match commands.len() {
                0..=MANY => commands,
                _ => {
                    let upto = commands.partition_point(|simple| simple.span.start <= span.start);
                    &commands[upto.saturating_sub(MANY)..upto]
                }
            };
            let around = || near.iter().filter(|simple| simple.span.contains(span));
            // A template: mktemp puts something there by itself.
            let shapes = |simple: &Simple| {
                simple.program == "mktemp" || simple.args.iter().any(|word| word.text.contains("format"))
            };
            let runs = |simple: &Simple| {
                known_command(&simple.program) || simple.head.text.contains('/') || simple.program.is_empty()
            };
            around().any(runs) && !around().any(shapes)
        }
    }
}

/// `10.0.x.x`: four parts, of which the first `x` stands at `start`.
fn address(script: &[u8], start: usize) -> Option<Span> {
    let inside = |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b'x' | b'X' | b'.');
    let before = script[..start].iter().rev().take(16).take_while(inside).count();
    let after = script[start..].iter().take(16).take_while(inside).count();
    let span = Span::new(start - before, start + after);
    let mut parts = script[span.range()].split(|byte| *byte == b'.');
    let is_part =
        |part: &[u8]| matches!(part, b"x" | b"X") || !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    // Told once, at its first.
    let first = !script[span.start..start].iter().any(|byte| matches!(byte, b'x' | b'X'));
    (first && parts.clone().count() == 4 && parts.all(is_part)).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_things_are_sorted_for_the_search() {
        assert!(THINGS.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
