//! The embedded list of commands. Never the PATH of this machine: a runbook means the same everywhere.

use super::words::Read;

/// One command a line, sorted by bytes.
const COMMANDS: &str = include_str!("commands.txt");

/// How many commands there are.
const COUNT: usize = {
    let (mut count, mut at) = (0, 0);
    while at < COMMANDS.len() {
        count += (COMMANDS.as_bytes()[at] == b'\n') as usize;
        at += 1;
    }
    count
};

/// Where each line begins, and where one after the last would: built with the program.
static LINES: [u16; COUNT + 1] = {
    assert!(COMMANDS.len() < u16::MAX as usize && COMMANDS.as_bytes()[COMMANDS.len() - 1] == b'\n');
    let mut lines = [0; COUNT + 1];
    let (mut line, mut at) = (0, 0);
    while at < COMMANDS.len() {
        if COMMANDS.as_bytes()[at] == b'\n' {
            line += 1;
            lines[line] = at as u16 + 1;
        }
        at += 1;
    }
    lines
};

/// How each command is looked up.
static READ: [Read; COUNT] = {
    let mut read = [Read::EMPTY; COUNT];
    let mut line = 0;
    while line < COUNT {
        let mut at = LINES[line] as usize;
        while at + 1 < LINES[line + 1] as usize {
            assert!(COMMANDS.as_bytes()[at] != b'/');
            read[line].add(COMMANDS.as_bytes()[at]);
            at += 1;
        }
        line += 1;
    }
    read
};

const SLOTS: usize = 4096;

/// The number of the line, from 1 on, of each command: at its hash, or in the next slot that was empty.
static TABLE: [u16; SLOTS] = {
    let mut table = [0; SLOTS];
    let mut line = 0;
    while line < COUNT {
        let mut slot = READ[line].hash() as usize % SLOTS;
        while table[slot] != 0 {
            slot = (slot + 1) % SLOTS;
        }
        table[slot] = line as u16 + 1;
        line += 1;
    }
    table
};

/// Whether `word` is the name of a command operators use (with or without its path).
///
/// Decides whether an untagged fence is runnable. The list is searched in place: no set is built.
pub fn known_command(word: &str) -> bool {
    // The last part of its path, as `basename` has it, and how it is looked up, in one go.
    let mut read = Read::EMPTY;
    for &byte in word.as_bytes() {
        if byte == b'/' {
            read = Read::EMPTY;
        } else {
            read.add(byte);
        }
    }
    let name = match read.len as usize {
        0 => word,
        len => &word[word.len() - len..],
    };
    let mut slot = read.hash() as usize % SLOTS;
    while let Some(line) = usize::from(TABLE[slot]).checked_sub(1) {
        if READ[line] == read {
            let (start, next) = (usize::from(LINES[line]), usize::from(LINES[line + 1]));
            if name.len() <= 8 || COMMANDS[start..next - 1] == *name {
                return true;
            }
        }
        slot = (slot + 1) % SLOTS;
    }
    // Families of programs with an ending each.
    name.as_bytes().get(4) == Some(&b'.') && matches!(&name[..4], "mkfs" | "fsck")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_every_entry_is_found() {
        let lines: Vec<&str> = COMMANDS.lines().collect();
        assert!(lines.len() > 500, "several hundred commands: {}", lines.len());
        for pair in lines.windows(2) {
            assert!(pair[0].as_bytes() < pair[1].as_bytes(), "{} stands before {}", pair[0], pair[1]);
        }
        let listed: std::collections::HashSet<&str> = lines.iter().copied().collect();
        for line in &lines {
            for path in ["", "/usr/bin/", "a/../"] {
                assert!(known_command(&format!("{path}{line}")), "{line}");
            }
            // What differs from it in its first, last or any letter is known only if it is listed.
            for at in (0..=line.len()).filter(|&at| line.is_char_boundary(at)) {
                for other in ["-", "0", "x", "\u{e9}", ""] {
                    let changed = format!("{}{other}{}", &line[..at], line.get(at + 1..).unwrap_or(""));
                    let family = changed.starts_with("mkfs.") || changed.starts_with("fsck.");
                    assert_eq!(known_command(&changed), family || listed.contains(&*changed), "{changed}");
                    assert!(!known_command(&format!("{changed}/")) || family, "{changed}");
                }
            }
        }
    }

    #[test]
    fn paths_and_families_are_known_and_prose_is_not() {
        for word in ["/usr/bin/kubectl", "mkfs.ext4", "./gitlab-rails", "["] {
            assert!(known_command(word), "{word}");
        }
        for word in ["", "The", "Kubectl", "ERROR", "apiVersion:", "SELECT", "{", "zzz", "/", "a\nb"] {
            assert!(!known_command(word), "{word}");
        }
    }
}
