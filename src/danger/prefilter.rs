//! A look at the words of a script: without one that the table asks for, nothing is parsed.

use std::sync::LazyLock;

use super::table::{Row, rows};

/// A set of hashes of words; a false positive costs one parse.
struct Words(Box<[u64; WORDS]>);

const WORDS: usize = 1024;

static TRIGGERS: LazyLock<Words> = LazyLock::new(|| {
    let mut set = Words(Box::new([0; WORDS]));
    for row in rows() {
        triggers(row, &mut |word| {
            let hash = word.bytes().fold(SEED, step);
            set.0[slot(hash)] |= 1 << (hash & 63);
        });
    }
    set
});

const SEED: u32 = 0x811c_9dc5;

/// FNV-1a.
fn step(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

fn slot(hash: u32) -> usize {
    (hash >> 16) as usize % WORDS
}

/// Calls `add` with each word of which a script must hold one for `row` to match.
pub(super) fn triggers(row: &Row, add: &mut dyn FnMut(&str)) {
    if row.silent || row.programs == "*" {
        return; // see `may_overwrite`
    }
    let mut runs = |word: &str| {
        let run = word.split(|c: char| !is_word(c as u32)).rfind(|run| run.bytes().any(|b| b != b'_'));
        if let Some(run) = run {
            add(run);
        }
    };
    if !row.trigger.is_empty() {
        row.trigger.split_ascii_whitespace().for_each(&mut runs);
    } else if !row.sub.is_empty() {
        for path in row.sub.split(';') {
            let last = path.split_ascii_whitespace().last().unwrap_or("");
            last.split('|').for_each(&mut runs);
        }
    } else {
        // The first run of a program's name: `kafka-topics.sh` is found by `kafka`.
        for program in row.programs.split_ascii_whitespace() {
            runs(program.split(|c: char| !is_word(c as u32)).next().unwrap_or(""));
        }
    }
}

fn is_word(c: u32) -> bool {
    u8::try_from(c).is_ok_and(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Whether a closer look at `script` is worth it: false means that nothing in it is destructive.
pub(super) fn may_be_dangerous(script: &str) -> bool {
    let triggers = &TRIGGERS.0;
    let mut hash = SEED;
    let mut inside = false;
    for &byte in script.as_bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'_' {
            hash = step(hash, byte);
            inside = true;
        } else if inside {
            if triggers[slot(hash)] & (1 << (hash & 63)) != 0 {
                return true;
            }
            hash = SEED;
            inside = false;
        }
    }
    (inside && triggers[slot(hash)] & (1 << (hash & 63)) != 0) || may_overwrite(script.as_bytes())
}

/// Whether some `>` writes to a device, or may empty a file: after nothing, `:`, `true`,
/// `/dev/null` or a bare `echo`.
fn may_overwrite(script: &[u8]) -> bool {
    memchr::memchr_iter(b'>', script).any(|at| {
        let target = script[at + 1..].trim_ascii_start();
        if target.starts_with(b"/proc/sysrq")
            || (target.starts_with(b"/dev/") && !target.starts_with(b"/dev/null"))
        {
            return true;
        }
        if script.get(at + 1) == Some(&b'>') {
            return false;
        }
        let before = script[..at].trim_ascii_end_blank();
        match before.last() {
            None | Some(b'\n' | b':' | b';' | b'&' | b'|' | b'(' | b'{' | b'\'' | b'"' | b'<') => true,
            Some(_) => [&b"true"[..], b"null", b"echo", b"-n", b"printf", b"do", b"then", b"cat"]
                .iter()
                .any(|word| before.ends_with(word)),
        }
    })
}

trait TrimBlank {
    fn trim_ascii_end_blank(&self) -> &[u8];
}

impl TrimBlank for [u8] {
    /// Without blanks at the end; newlines stay. Looks back a bounded way, so that many `>` after
    /// many blanks stay cheap.
    fn trim_ascii_end_blank(&self) -> &[u8] {
        let blanks = self.iter().rev().take(64).take_while(|b| matches!(b, b' ' | b'\t')).count();
        &self[..self.len() - blanks]
    }
}
